"""Read a call from one note as a careful person would: 3/14 called 10:05 am, on hold 45 min, agent Maria 1234."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from callanalytics.values.callbacks import callbacks_among
from callanalytics.values.lexicon import Patterns
from callanalytics.values.phones import names_person
from callanalytics.values.promises import promise_among

_WORDS = Patterns("narratives")
# Patterns of a wait; the first that matches a clause counts.
_WAITS = ("held_for", "span_of_hold", "lost_after", "gave_up_behind", "through_after")
LONGEST = 4000  # characters of a note that are searched


class Narrative(NamedTuple):
    """What a note says about one call, each part as text; "" if it says nothing, or more than one thing."""

    date: str = ""
    time: str = ""
    wait: str = ""
    agent: str = ""
    result: str = ""
    sr: str = ""
    in_out: str = ""  # incoming, if the agency called
    client: str = ""  # whom the call was for
    method: str = ""  # no call, if the note is about something else

    @property
    def is_of_call(self) -> bool:
        """Whether the note states a wait, or how a call ended."""
        return bool(self.wait or self.result)


def read_narrative(text: str) -> Narrative:
    """The parts of a note about one call. If it has a second date, only its wait and request number may be filled.

    >>> told = read_narrative("3/14/22 called 10:05am, on hold 45 min, agent Maria K1234")
    >>> told.date, told.time, told.wait, told.agent, told.result
    ('3/14/22', '10:05am', '45 min', 'Maria K1234', 'spoke')
    >>> read_narrative("Called USCIS at 2 pm; held 1h 10m; hung up").result
    'hung up'
    >>> read_narrative("USCIS called 3:10 pm, Rosa answered").in_out, read_narrative("at the dentist").method
    ('incoming', 'no call')
    """
    lines = text.splitlines()
    # A further line with a date is about a later event, not the call.
    later = (index for index, line in enumerate(lines) if index and _WORDS.any_date.search(line))
    text = " ".join("\n".join(lines[: next(later, len(lines))]).split())
    text = _WORDS.arrow.sub("; ", text)
    if len(text) > LONGEST:
        return Narrative()
    date, rest = _date_first(text)
    rest = _without_dates_beside(rest)
    rest = _WORDS.other_day.sub("", rest)
    rest = _WORDS.spaced_range.sub(_joined_range, rest)
    if _WORDS.any_date.search(rest):
        # The note may describe two calls: neither is read, and the receipt lists the note.
        untold = text if own_call_in(text) != text else ""
        return Narrative(wait=untold, sr=request_in(rest), method="no call" if _is_of_else(rest) else "")
    clauses = [clause.strip() for clause in re.split(r"[;,]\s|[.!]+\s| [-–—/|] ", rest)]
    lost = [clause for clause in clauses if _WORDS.lost.search(clause)] or [*filter(_WORDS.no_answer.search, clauses)]
    # That no one came says no more than how the call was lost: hung up after 33 min, never got a person.
    lost = [clause for clause in lost if not _WORDS.nobody_came.search(clause)] or lost
    # Without its time and the length of a hold: 9am 38 min on hold then got disconnected
    lost = [_WORDS.held_first.sub("", _WORDS.time_first.sub("", clause), count=1) for clause in lost]
    lost = [re.sub(r"(?i)discon+ected", "disconnected", clause) for clause in lost]
    agent = next(filter(None, map(_name_reached, clauses)), "") or _agent(rest, is_lost=bool(lost))
    when, wait = (date, _time(rest)), _wait(clauses)
    if _has_callback(rest, wait):
        about = _single_match("client", rest)
        return Narrative(*when, "", agent, _outcome_of(rest), request_in(rest), in_out="incoming", client=about)
    narrative = Narrative(*when, wait, agent, _end_of_call(rest, lost, agent), request_named_in(rest))
    if narrative.is_of_call or agent:
        narrative = narrative._replace(client=_single_match("client", rest))
    is_empty = narrative == Narrative(*when)
    if is_of_others(rest, narrative) or (is_empty and _is_of_else(rest)):
        return narrative._replace(method="no call")
    # With two calls in one note, it is unclear which wait and end belong to which call.
    is_of_two = _WORDS.twice.search(rest) or _begin_calls(lines)
    return Narrative(narrative.date, wait=rest, sr=narrative.sr) if is_of_two else narrative


def _date_first(text: str) -> tuple[str, str]:
    """The date with which a note begins, "" for none, and the rest of the note."""
    if date := _WORDS.date.match(text):
        return date[1], re.sub(r"^[\s:.,–—-]+", "", text[date.end() :])
    if date := _WORDS.called_on.match(text):
        return date[1], f"called {text[date.end() :].strip()}"
    return "", text


def _agent(text: str, *, is_lost: bool) -> str:
    """The one agent of a call: by name, by a name with a number, or by a number alone; "" for none."""
    agent = _single_match("name", text) or _name_with_id(text)
    if agent and _WORDS.role_alone.fullmatch(agent):  # spoke with Tier 1
        agent = ""
    numbered = ("number_alone", "number_without_name", *(() if is_lost else ("name_behind_wait",)))
    return agent or next(filter(None, (_single_match(name, text) for name in numbered)), "")


def _name_reached(text: str) -> str:
    """Whom a text names that says only who was reached; "" for any other text."""
    reached = _WORDS.reached_name.fullmatch(text)
    return reached[1] if reached and names_person(reached[1]) else ""


def _end_of_call(text: str, lost: Sequence[str], agent: str) -> str:
    """How a call ended: the ways in which it was ``lost``, a promise, or that a person spoke. An agent and a lost
    call are two different ends, so neither is certain."""
    if lost and not agent:
        return ", ".join(lost)
    is_spoken = not lost and _WORDS.person.search(text) and not _WORDS.own.search(text)
    return promise_among(text) or "spoke" if is_spoken else ""


def own_call_in(text: str) -> str:
    """A note up to the point where it describes another dated call; "" if it begins with a date.

    >>> own_call_in("T2 to call in 72 hrs. 3/6 called again, 20 min"), own_call_in("2/3 busy. 2/5 held 50 min, T1")
    ('T2 to call in 72 hrs', '')
    >>> own_call_in("2/3 held 20 min. 2/5 USCIS called, missed")
    '2/3 held 20 min. 2/5 USCIS called, missed'
    """
    starts = [match.start() for match in _WORDS.next_call.finditer(text[:LONGEST]) if match.start()]
    if not starts:
        return text
    return "" if _WORDS.date.match(text) or _WORDS.called_on.match(text) else text[: starts[0]]


def _begin_calls(lines: list[str]) -> bool:
    """Whether two or more lines begin with the time of an outgoing call.

    >>> _begin_calls(["9:05 held 20, dropped", "9:40 held 55, T1"]), _begin_calls(["9:05 T1", "4pm USCIS cb - missed"])
    (True, False)
    """
    begun = (_WORDS.line_of_time.sub("", line) for line in lines if _WORDS.line_of_time.match(line))
    return sum(not _has_callback(rest.strip(" :,.–—-"), "") for rest in begun) > 1


def _has_callback(text: str, wait: str) -> bool:
    """Whether a note begins with a call that came in, and not with one promised in an outgoing call.

    >>> [_has_callback(text, "") for text in ("Roe - callback from T2", "Roe - callback from T2 within 72 hrs")]
    [True, False]
    >>> _has_callback("Roe - USCIS called back, missed", ""), _has_callback("callback from USCIS", "30 min")
    (True, False)
    >>> _has_callback("callback from T2 came in 3 days", ""), _has_callback("received call from USCIS", "2 min")
    (True, True)
    """
    text = _WORDS.about_whom.sub("", text)
    spoken = (text, _WORDS.time_first.sub("", text), _WORDS.matter_first.sub("", text))
    begins = next((rest for rest in spoken if _WORDS.came_in.match(rest)), None)
    if begins is None or not _WORDS.by_noun.match(begins):
        return begins is not None
    has_got = bool(_WORDS.got.match(begins) or _WORDS.arrived.search(begins))
    is_ahead = _WORDS.promised_in.search(begins) if has_got else _WORDS.to_come.match(begins)
    is_open = not _outcome_of(begins)
    # A wait belongs to an outgoing call, unless the note says that a call was received.
    return not (is_ahead and (wait or is_open)) and (has_got or not wait)


def is_phone(kind: str) -> bool:
    """Whether a kind of activity is a call: Phone Call or Telephone, but not Email."""
    return bool(_WORDS.phone.search(kind))


def read_activity(kind: str, subject: str, text: str) -> Narrative:
    """What a case diary entry says about a call to or from the agency; any other entry has ``method`` "no call".

    >>> read_activity("Phone Call", "USCIS", "On hold 42 min. Spoke w/ Agent Ana ID 61140").wait
    '42 min'
    >>> read_activity("Phone Call", "USCIS callback", "2nd attempt, picked up").result
    'answered'
    >>> read_activity("Email", "USCIS", "draft").method, read_activity("Phone Call", "NVC", "On hold 12 min").method
    ('no call', 'no call')
    """
    if not is_phone(kind) or not _is_with_agency(f"{kind} {subject}", text):
        return Narrative(method="no call")
    narrative = read_narrative(text)
    about = f"{kind} {subject}"
    is_callback = _WORDS.callback_subject.search(about) or _WORDS.from_agency.search(about)
    if not narrative.in_out and not narrative.wait and is_callback and (came := _outcome_of(text)):
        narrative = narrative._replace(in_out="incoming", result=came)
    return narrative._replace(method="")


def _is_with_agency(subject: str, text: str) -> bool:
    """Whether an entry is about a call with the agency: its subject says so, or its text does and names no others."""
    begins = text[:40]
    if _WORDS.ours.search(subject):
        return True
    is_of_others = any(map(_WORDS.others.search, (subject, begins))) or any(
        map(_WORDS.to_client.match, (subject, text))
    )
    return bool(_WORDS.ours.search(text)) and not is_of_others


def is_of_others(text: str, narrative: Narrative) -> bool:
    """Whether a note begins with a talk with someone else, without the agency, or is about a letter, without a call.

    >>> [read_narrative(text).method for text in ("Called the consulate, 20 min", "Client called 4 pm", "Emailed CIS")]
    ['no call', 'no call', 'no call']
    >>> read_narrative("Called for client, held 9 min").method, read_narrative("Client called; USCIS held 9 min").method
    ('', '')
    >>> [read_narrative(f"Client called {text}, held 41 min, gave up").method for text in ("in with us", "NVC")]
    ['', 'no call']
    >>> read_narrative("9:30am - Mora - called NVC").method, read_narrative("10am client Roe came by").method
    ('no call', 'no call')
    """
    has_ending = narrative.wait and (narrative.agent or narrative.result)
    if has_ending and _WORDS.client_called.match(text) and not _WORDS.others.search(text):
        return False
    parts = [text, *re.split(r"\s[-–—|]\s", _WORDS.time_first.sub("", text))]  # Espino - called NVC
    if any(map(_WORDS.with_others.match, parts)):
        is_of_agency = narrative.wait or narrative.agent or _WORDS.called_agency.search(text)
        return not (mentions_agency(text) and (is_of_agency or not _WORDS.with_others.match(text)))
    return bool(_WORDS.in_writing.match(text)) and not narrative.is_of_call and not narrative.agent


def is_written(text: str) -> bool:
    """Whether a text begins with a letter or an email that someone wrote.

    >>> is_written("emailed the senator"), is_written("Letter to client"), is_written("mailed card to old address")
    (True, True, False)
    """
    return bool(_WORDS.in_writing.match(text)) and not text.casefold().startswith("mailed")


def _is_of_else(text: str) -> bool:
    """Whether a note has no word about a call or the agency: at the dentist.

    >>> [_is_of_else(text) for text in ("busy", "9:55 - busy, left", "busy signal", "busy at court", "Client busy")]
    [False, False, False, True, True]
    """
    return bool(text) and not _WORDS.any_call.search(text) and not mentions_agency(text)


def _outcome_of(text: str) -> str:
    """The result of an incoming call; "" if none or more than one is stated."""
    found = [result for result in ("voicemail", "missed", "answered") if _WORDS[result].search(text)]
    # The missed call left the voicemail.
    return "voicemail" if found == ["voicemail", "missed"] else found[0] if len(found) == 1 else ""


def _joined_range(ends: re.Match) -> str:
    """The first figure of a range with its dash, if the second is at most twice as large: 2 - 45 min is no range."""
    first, second = int(ends[2]), int(ends[3])
    return f"{ends[1]}{first}-" if first < second <= 2 * first else ends[0]


def _without_dates_beside(text: str) -> str:
    """A note without its last sentences, from the first one with a date on, if those mention no call but callbacks:
    Interview reset to 4/22; They called 9/4, missed."""
    sentences = re.split(r"(?<=[.!;])\s+(?=\S)", text)
    index = next((i for i, sentence in enumerate(sentences) if _WORDS.any_date.search(sentence)), len(sentences))
    of_calls = filter(_WORDS.any_call.search, sentences[index:])
    if not index or not all(callbacks_among(sentence, is_remark=True) for sentence in of_calls):
        return text
    return " ".join(sentences[:index])


def _name_with_id(text: str) -> str:
    """The one name in a note that has a number with it, or follows "named"; "" if there is none, or more than one."""
    found = {
        f"{match[1]}{match[2]}".strip()
        for match in _WORDS.name_with_id.finditer(text)
        if match[2] or "named" in match[0]
    }
    return found.pop() if len(found) == 1 and not _WORDS.own.search(text) else ""


def agent_in(text: str) -> str:
    """The one agent that a remark names, by name, number, or both; "" for none, or if someone else spoke.

    >>> agent_in("talked to tier 1 Ms. Carter, pending"), agent_in("agent Maria K1234, EAD mailed 3/1")
    ('Ms. Carter', 'Maria K1234')
    >>> agent_in("talked to Officer Brown, pending"), agent_in("talked to Tasha. OK"), agent_in("spoke to T2")
    ('Officer Brown', 'Tasha', '')
    >>> agent_in("Yes - Karen"), agent_in("yes (Officer Brown)"), agent_in("got Ana."), agent_in("Yes - Tier 2")
    ('Karen', 'Officer Brown', 'Ana', '')
    >>> agent_in("Roe (23104) wants an update"), agent_in("Maria, ID K1234, EAD mailed")
    ('', 'Maria, ID K1234')
    """
    if len(text) > LONGEST or _WORDS.own.search(text) or _WORDS.lost.search(text):
        return ""
    name = _name_reached(text) or _single_match("name", text) or _name_with_id(text)
    return _single_match("number_alone", text) if _WORDS.no_name.fullmatch(name) else name


def tier_in(text: str) -> str:
    """The tier that spoke, as a remark about a call names it; "" for none, for a lost call, or if that is not certain.

    >>> [tier_in(text) for text in ("Tier 1 - opened SR", "T1, T2 to call", "spoke w/ supervisor", "nivel 1 atendió")]
    ['Tier 1', 'Tier 1', 'Supervisor', 'Tier 1']
    >>> tier_in("spoke to sup"), tier_in("spoke to support")
    ('Supervisor', '')
    >>> [tier_in(text) for text in ("T2 to call", "never got to T1", "T1 hung up", "T1, transferred to T2", "T1 visa")]
    ['', '', '', '', '']
    """
    if len(text) > LONGEST or _WORDS.no_tier.search(text) or _WORDS.lost.search(text):
        return ""
    if spoken := _WORDS.tier2_spoke.search(text):
        return "Supervisor" if "sup" in spoken[0].casefold() else "Tier 2"
    return "Tier 1" if _WORDS.tier1.search(text) else ""


def request_in(text: str) -> str:
    """The one service request number in a remark, in the agency's format; "" for none, or for two.

    >>> request_in("EAD mailed 3/1, not received. SR T1B0752300091TSC"), request_in("MSC2190445566")
    ('T1B0752300091TSC', '')
    """
    found = set(_WORDS.own_request.findall(text))
    return found.pop() if len(found) == 1 else ""


def request_named_in(text: str) -> str:
    """The one service request number in a text, in the agency's format or after the words for it; "" if not one.

    >>> request_named_in("AP lost in mail. SR 0224-5003"), request_named_in("SR# D21-118. T2 w/in 72h")
    ('0224-5003', 'D21-118')
    >>> request_named_in("SR 3/14/22"), request_named_in("SR 202-555-0143")
    ('', '')
    """
    return request_in(text) or _single_match("request", text)


def names_agency(text: str) -> bool:
    """Whether a note names the agency itself: USCIS, its contact center, its number."""
    return bool(_WORDS.ours.search(text))


def is_with_another(text: str) -> bool:
    """Whether a note names another party to the call, and not the agency: Called Acme; call w/ Ms. Roe.

    >>> [is_with_another(text) for text in ("Called Acme, on hold 15 min", "Phone call w/ Roe", "USCIS for Roe")]
    [True, True, False]
    >>> [is_with_another(text) for text in ("Called Monday", "call with agent Ana", "Called for Roe", "Called T1")]
    [False, False, False, False]
    >>> [is_with_another(text) for text in ("Spoke to Ana, held 38 min", "Spoke to Ana", "Called Ana, SR 1234567")]
    [False, True, False]
    """
    if names_agency(text) or _WORDS.of_agency.search(text):
        return False
    if _WORDS.called_another.search(text):
        return True
    is_with = _WORDS.call_with.search(text) and not _WORDS.with_agent.search(text)
    return bool(is_with or (_WORDS.spoke_with.search(text) and not _WORDS.held_or_agent.search(text)))


def mentions_agency(text: str) -> bool:
    """Whether a note has a word about calls to the agency."""
    return bool(_WORDS.agency.search(text))


def _time(text: str) -> str:
    """The one time of a call that a note states.

    >>> _time("10:15 called, held 45 min"), _time("1:05 hold, T1"), _time("2:20 called"), _time("called 3pm, cb 4pm")
    ('10:15', '', '2:20', '3pm')
    >>> _time("12:30 hold, T1"), _time("12:30 hold 45 min, T1")
    ('', '12:30')
    """
    called = {match[1].strip() for match in _WORDS.called.finditer(text)}
    times = {match[0].strip() for match in _WORDS.times.finditer(text)}
    begins = _WORDS.begins_at.match(text)
    for found in (called, times, {begins[1] or begins[2]} if begins else set()):
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _wait(clauses: list[str]) -> str:
    """The one wait that is stated; "" if there are two, or only advice to wait.

    >>> _wait(["on hold 45 min"]), _wait(["hold 1:10"]), _wait(["hold 1:10 pm"]), _wait(["told to wait 30 min"])
    ('45 min', '1:10', '', '')
    >>> _wait(["on hold 3:15", "agent 3:20"])  # times of day
    ''
    """
    ended = [clause for clause in clauses if not _WORDS.not_yet.search(clause)]
    # After a person, a length may be that of the talk: agent Ana, 20 min then disconnected.
    lost = () if any(map(_WORDS.person.search, clauses)) else ("span_before_loss",)
    for names in ((*_WAITS, *lost), ("reached_after",)):
        matches = (next(filter(None, (_WORDS[name].search(clause) for name in names)), None) for clause in ended)
        if found := {match[1].strip() for match in matches if match}:
            break
    else:
        pairs = [pair for both in pairwise(clauses) for pair in (both, both[::-1])]
        found = {span for end, span in pairs if _WORDS.gave_up.fullmatch(end) and _WORDS.span_alone.fullmatch(span)}
    if not found and _WORDS.called_first.match(re.sub(r"(?<=[ap]\.m)\.$|\.$", "", clauses[0])):
        found = {clause for clause in clauses[1:2] if _WORDS.span_alone.fullmatch(clause)}
    return found.pop() if len(found) == 1 else ""


def _single_match(name: str, text: str) -> str:
    found = {next(filter(None, match.groups())).strip() for match in _WORDS[name].finditer(text)}
    return found.pop() if len(found) == 1 else ""
