"""Read free words in cells: a promise by the agency's list of promises, the end of a call by its wait."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from callanalytics.values import lexicon, try_read
from callanalytics.values.callbacks import promise_and_result, read_callbacks
from callanalytics.values.lexicon import Patterns
from callanalytics.values.narratives import tier_in
from callanalytics.values.parsers import PARSERS
from callanalytics.values.phones import names_person
from callanalytics.values.promises import (
    Promise,
    StatedTime,
    highest_tier,
    is_advice,
    is_denied,
    may_be_letter,
    promise_among,
    promise_clause_in,
    promise_noted_in,
    read_promise,
    refusal_at_start,
    states_wait,
)
from callanalytics.values.spans import Span

_WORDS = Patterns("free_words")
CALLBACK_RESULTS = ("missed", "voicemail", "answered")
OUTCOME_OF_END = {"gave_up": "hung_up", "cut_off": "dropped"}


def promise_in(text: str) -> Promise | None:
    """The promise that a text states; None if it states none that can be read."""
    return try_read(read_promise, text)


def promise_of_column(text: str) -> Promise | None:
    """The promise in a cell of a column of promises, even among other words; a denied promise does not count.

    >>> promise_of_column("none, urgent"), promise_of_column("refused, urgent"), promise_of_column("urgent?")
    (None, None, None)
    >>> promise_of_column("check online in 30 days"), promise_of_column("wait for call, 72 hrs").stated.value
    (None, 72)
    >>> promise_of_column("promised / none").is_explicit, promise_of_column("72 hrs / none").stated.value
    (True, 72)
    >>> promise_of_column("yes, did not catch when").kind, promise_of_column("yes, by email")
    ('', None)
    """
    if _WORDS.self_help.match(text):
        return None
    first, rest = promise_and_result(text)
    if rest and (promise := promise_in(first)) is not None and promise.kind != "none":
        return promise
    if (promise := promise_in(text)) is not None:
        return promise
    if (refusal := refusal_at_start(text)) or is_denied(text):
        return promise_in(refusal)
    return (
        promise_in(promise_clause_in(text))
        or _promise_among(text, of_call=False)
        or promise_in(promise_noted_in(text))
        or (Promise() if _WORDS.yes_first.match(text) else None)
    )


def stated_promise(text: str) -> Promise | None:
    """The promise in an outcome or a remark, among other words: who will call, and within what time.

    >>> stated_promise("SR done, T2 to call in 72 hrs").stated.value, stated_promise("told to call back in 30 days")
    (72, None)
    """
    return _promise_among(text, of_call=True)


def promise_among_clauses(text: str) -> Promise | None:
    """The promise, or its denial, in one clause of an outcome: go to the website, no call back.

    >>> promise_among_clauses("go to the website, no call back").kind, promise_among_clauses("wait 30 days, no update")
    ('none', None)
    >>> promise_among_clauses("spoke to agent, 30 business days").stated, promise_among_clauses("card mailed, 30 days")
    (StatedTime(value=30, unit='business_days'), None)
    >>> promise_among_clauses("held 20 min, T1, 72 hours").stated, promise_among_clauses("T1 hung up, 72 hours")
    (StatedTime(value=72, unit='hours'), None)
    """
    found = promise_clause_in(text, is_remark=True)
    if found:
        return promise_in(found)
    noted = promise_in(promise_noted_in(text))
    return noted if noted and noted.stated and (has_spoken(text) or tier_in(text)) else None


def promise_beside_yes(text: str) -> Promise | None:
    """The promise whose time or kind an outcome notes, if another column says that a callback was promised.

    >>> promise_beside_yes("transferred; 30 days").stated, promise_beside_yes("card mailed 30 days ago")
    (StatedTime(value=30, unit='days'), None)
    """
    return promise_in(promise_noted_in(text, is_promised=True))


def _promise_among(text: str, *, of_call: bool) -> Promise | None:
    run = "" if is_advice(text) else promise_among(text, of_call=of_call)
    return promise_in(run) if run and (not states_wait(run) or _names_callback(run)) else None


def kind_of(promise: Promise, agency) -> str:
    """The kind of callback promised: as the words say, else by the agency's own list of timeframes.

    72 hours and 3 days mean the agency's urgent callbacks, 30 business days and 30 days its regular ones, because no
    other of its promises has that timeframe. A timeframe of no promise, or none at all, gives ``unknown``.
    """
    if promise.kind:
        return promise.kind
    times = [promise.stated] if promise.stated else _times_of_number(promise.number, agency)
    found = {urgency for time in times for urgency in _urgencies(time, agency)}
    return found.pop() if len(found) == 1 and found != {"any"} else "unknown"


def _times_of_number(number: int | None, agency) -> list[StatedTime]:
    """The timeframes of the agency's promises that have this number, such as 72 or 30."""
    return list({StatedTime(rule.value, rule.unit) for rule in agency.rules if rule.value == number})


def _urgencies(time: StatedTime, agency) -> set[str]:
    """The urgencies of the agency's promises with this timeframe, in its own unit first, then in other units."""
    alike = [time]
    if time.unit == "days":
        alike += [StatedTime(time.value * 24, "hours"), StatedTime(time.value, "business_days")]
    if time.unit == "business_days":
        alike += [StatedTime(time.value * 24, "hours")]
    for each in alike:
        if found := {rule.urgency for rule in agency.rules if (rule.value, rule.unit) == each}:
            return found
    return set()


def stated_time(promise: Promise, agency) -> StatedTime | None:
    """The timeframe stated; a bare number takes the unit of the one timeframe of the agency that has it."""
    times = _times_of_number(promise.number, agency) if promise.number else []
    return promise.stated or (times[0] if len(times) == 1 else None)


def is_by_analogy(promise: Promise, agency) -> bool:
    """Whether a promise of no stated kind has a time that the agency's list lacks as written: 30 days, or 72 alone."""
    if promise.kind or not (promise.stated or promise.number):
        return False
    return bool(promise.number) or not any((rule.value, rule.unit) == promise.stated for rule in agency.rules)


def has_spoken(text: str) -> bool:
    """Whether an outcome in free words shows that a person spoke: it begins with something only a person does.

    >>> has_spoken("Told to wait another 30 days"), has_spoken("told by IVR to call later"), has_spoken("no answer")
    (True, False, False)
    >>> has_spoken("rep said check online"), has_spoken("inquiry made online")
    (True, False)
    >>> has_spoken("dropped while talking"), has_spoken("dropped while on hold"), has_spoken("la agente me dio fecha")
    (True, False, True)
    """
    headings = [heading for heading, _ in lexicon.phrases("spoke").walk(lexicon.tokens(text))]
    begins = "".join(headings[:1])
    if "system" in headings or ("website" in headings and (begins != "speaker" or _WORDS.by_website.match(text))):
        return False
    is_named = _WORDS.speaker.search(text[:LONGEST_RING]) or _WORDS.got_name.match(text)
    is_spoken = begins in ("speaker", "spoke") or (is_named and not _WORDS.lost.search(text))
    return bool(is_spoken and "lost" not in headings) or bool((span := _span_in(text)) and span.ended == "reached")


def says_no_person(text: str) -> bool:
    """Whether a text says that no person came, and does not say who ended the call.

    >>> says_no_person("Did not get through"), says_no_person("nobody came, hung up"), says_no_person("no SR")
    (True, False, False)
    """
    return bool((span := _span_in(text)) and span.ended == "no_person")


def tells_of_call(text: str) -> bool:
    """Whether a text has a word about a call to the agency, or a time of one."""
    return bool(_WORDS.of_call.search(text[:LONGEST_RING]))


def is_remark_alone(text: str) -> bool:
    """Whether a text is a remark of two or more words that mentions no call.

    >>> is_remark_alone("Office closed, Memorial Day"), is_remark_alone("hung up"), is_remark_alone("45")
    (True, False, False)
    >>> is_remark_alone("no one picked up"), is_remark_alone("could not get through"), is_remark_alone("left message")
    (False, False, False)
    """
    words = len(re.findall(r"[^\W\d_]{2,}", text[:LONGEST_RING]))
    return words > 1 and not tells_of_call(text) and outcome_in(text[:LONGEST_RING]) is None


def is_without_call(text: str) -> bool:
    """Whether a text says that no one called on a day, and mentions no call.

    >>> [is_without_call(text) for text in ("no calls - Ana out", "Juneteenth, USCIS closed", "nadie llamó")]
    [True, True, True]
    >>> [is_without_call(text) for text in ("no calls back", "holiday music, hung up", "nobody called back")]
    [False, False, False]
    """
    return not {"day_off", "nobody"}.isdisjoint(_without_call(text))


def says_no_one_called(text: str) -> bool:
    """Whether a text says explicitly that no one called on a day.

    >>> says_no_one_called("conference - nobody calling today"), says_no_one_called("holiday")
    (True, False)
    """
    return "nobody" in _without_call(text)


@lru_cache(maxsize=1 << 14)  # the reader of each column asks for the same cells
def _without_call(text: str) -> list[str]:
    """The headings of the words in a text about days without a call; none if it mentions a call."""
    headings, rest = _headings("without_call", text)
    is_of_agency = ("nobody", "back") in itertools.pairwise(headings)  # no one called back
    return [] if is_of_agency or _WORDS.of_call.search(rest) else headings


def _headings(listed: str, text: str) -> tuple[list[str], str]:
    """The headings of a list that cover the words of a text, and the words that none covers."""
    walked = list(lexicon.phrases(listed).walk(lexicon.tokens(text[:LONGEST_RING])))
    return [heading for heading, _ in walked], " ".join(words[0] for heading, words in walked if not heading)


OF_CASE = (["client", "word"], ["from", "client"], ["thing", "arrived"])  # how such a text begins
DECIDED = ({"decision", "passed_on"}, {"decision", "word", "client"})


def is_of_case(text: str) -> bool:
    """Whether a text says that a client called or met, or mentions a hearing or a decision, and mentions no call.

    "Client called" alone does not count: the client may have called the agency.

    >>> [is_of_case(text) for text in ("client called, wants refund", "master hearing, reset", "approved, closed file")]
    [True, True, True]
    >>> [is_of_case(text) for text in ("client called USCIS", "client called with us", "approved, card mailed")]
    [False, False, False]
    """
    headings, rest = _headings("of_case", text)
    is_hearing, is_decision = headings[:1] == ["hearing"], any(decided <= set(headings) for decided in DECIDED)
    if not (is_hearing or is_decision or headings[:2] in OF_CASE) or headings == ["client", "word"]:
        return False
    if "ours" in headings or _WORDS.of_call.search(rest) or _WORDS.lost.search(text) or outcome_in(text):
        return False
    return not is_hearing or callback_result_in(text) is None  # someone may have missed a callback because of a hearing


def callback_result_in(text: str) -> str | None:
    """The result of a callback, in free words without a date; None if they say anything else.

    If other words follow, the result is that of the only clause understood.

    >>> callback_result_in("took it"), callback_result_in("picked up, all good"), callback_result_in("in court")
    ('answered', 'answered', 'missed')
    """
    whole = _ring_of(text)
    clauses = {whole} if whole or len(text) > LONGEST_RING else {*map(_ring_of, re.split(r"[,;.()]|\s[-–—]\s", text))}
    clauses -= {""}
    found = "voicemail" if clauses == {"missed", "voicemail"} else clauses.pop() if len(clauses) == 1 else ""
    return found if found in CALLBACK_RESULTS else None


LONGEST_RING = 500


def _ring_of(text: str) -> str:
    came = try_read(read_callbacks, text) or ()
    return came[0].result if len(came) == 1 and came[0].result in (*CALLBACK_RESULTS, "unknown") else ""


@lru_cache(maxsize=1 << 14)  # several checks read the same cell
def outcome_in(text: str) -> str | None:
    """The outcome of an outgoing call in free words: a promise named, or how the wait ended."""
    promise = None if is_advice(text) or may_be_letter(text) else promise_in(text)
    is_given = promise and promise.is_explicit and promise.kind != "none"
    is_promise = is_given and (_names_callback(text) or not states_wait(text))
    rest = _WORDS.answer_first.sub("", text)
    # Tier 2 alone is the tier that spoke; "passed on to Tier 2" says more.
    if is_promise and try_read(highest_tier, rest) is None:
        return "callback_promised"
    span = _span_in(text) or _lost_at_start(rest) or _lost_in_clause(rest) or _span_in(rest)
    return None if span is None else span.outcome or OUTCOME_OF_END.get(span.ended)


def request_made(text: str) -> str | None:
    """``service_request`` if an outcome begins by saying that a request was made, or is its number.

    A request of another day, or made in another way, says nothing about the call.

    >>> request_made("SR placed"), request_made("opened an SR"), request_made("SR # 31"), request_made("no SR opened")
    ('service_request', 'service_request', 'service_request', None)
    >>> request_made("SR 12345 still pending"), request_made("Filed SR online"), request_made("SR filed, hung up")
    (None, None, None)
    """
    made = _WORDS.request_made.match(text)
    is_of_else = (
        _WORDS.request_elsewhere.search(text) or _WORDS.lost.search(text) or says_no_person(text) or is_denied(text)
    )
    return "service_request" if made and not is_of_else else None


def promise_of_outcome(text: str) -> Promise | None:
    """The promise in an outcome in free words: a callback, or a time within which someone will answer.

    A case passed to Tier 2 is not a promise, nor is advice to wait.

    >>> promise_of_outcome("Referred to Tier 2"), promise_of_outcome("T1 said wait 60 days")
    (None, None)
    """
    promise = None if is_advice(text) else promise_in(text)
    if promise is None or _names_callback(text):
        return promise
    has_time = promise.kind or promise.stated or promise.number
    return promise if has_time and not states_wait(text) else None


def without_name(text: str) -> str:
    """An outcome without the name that it begins with, if the rest is a promised callback; else the whole.

    >>> without_name("Maria - T2 cb"), without_name("Ms. Lee #4471: T2 callback"), without_name("Missed - T2 cb")
    ('T2 cb', 'T2 callback', 'Missed - T2 cb')
    >>> without_name("Maria - call NVC"), without_name("Client - T2 cb")
    ('Maria - call NVC', 'Client - T2 cb')
    """
    named = _WORDS.name_first.match(text)
    rest = text[named.end() :] if named and names_person(named[0]) else ""
    return rest if rest and outcome_in(rest) == "callback_promised" else text


def _names_callback(text: str) -> bool:
    return "callback" in _headings_anywhere("promise", text)


def _headings_anywhere(listed: str, text: str) -> set[str]:
    """The headings of a list whose phrases occur in a text, including overlapping ones."""
    words, phrases = lexicon.tokens(text), lexicon.phrases(listed)
    return {found[0] for index in range(len(words)) if (found := phrases.match(words, index))}


def _lost_in_clause(text: str) -> Span | None:
    """The first clause of a text that says how a call was lost, if others agree and no clause mentions a person.

    >>> _lost_in_clause("Had a hearing, hung up").ended, _lost_in_clause("spoke to Ana, hung up")
    ('gave_up', None)
    """
    clauses = _clauses_of(text)
    if any(map(_is_stuck, clauses)):
        return None
    ends = (_span_in(clause) or _lost_at_start(clause) for clause in clauses)
    spans = [span for span in ends if span and span.ended in OUTCOME_OF_END]
    if len(clauses) < 2 or len({span.ended for span in spans}) != 1 or any(map(_may_be_person, clauses)):
        return None
    return spans[0]


GOES_ON = lexicon.word_set("goes_on")

MAX_WORDS_AT_START = 40  # words at the start of a text that may say how a call was lost


def _lost_at_start(text: str) -> Span | None:
    """How a call was lost, if a text begins by saying so: Hung up @ lunch, Call lost again, cut off mid-hold.

    >>> _lost_at_start("Hung up @ lunch").ended, _lost_at_start("lost receipt notice")
    ('gave_up', None)
    """
    words = lexicon.tokens(text)
    for end in range(min(len(words) - 1, MAX_WORDS_AT_START), 0, -1):
        span = _span_in(" ".join(words[:end]))
        if span and span.ended in OUTCOME_OF_END:
            rest = " ".join(words[end:])
            return span if {words[end - 1], words[end]} & GOES_ON and not _may_be_person(rest) else None
    return None


def _may_be_person(clause: str) -> bool:
    """Whether a clause has a word about someone who answered, or who was about to transfer the call."""
    found = _headings_anywhere("spoke", clause) | _headings_anywhere("wait", clause)
    return not found.isdisjoint(("speaker", "spoke", "transfer"))


def is_of_menu(text: str) -> bool:
    """Whether an outcome says that the call never left the automated system, and no more about a call.

    >>> is_of_menu("stuck in IVR, gave up"), is_of_menu("only recording, no transfer"), is_of_menu("robot only, RFE")
    (True, True, True)
    >>> is_of_menu("stuck in IVR, then held 40 min"), is_of_menu("only recording, then Ana"), is_of_menu("gave up")
    (False, False, False)
    """
    span = _span_in(text)
    if span is not None and span.ended != "unknown":
        return span.ended == "not_queued"
    clauses = [clause for clause in _clauses_of(text) if not _is_stuck(clause)]
    return len(text) <= LONGEST_RING and len(clauses) < len(_clauses_of(text)) and all(map(_is_beside_menu, clauses))


def _clauses_of(text: str) -> list[str]:
    return [clause.strip() for clause in re.split(r"[,;.()]|\s[-–—/]\s", text) if clause.strip()]


def _is_stuck(clause: str) -> bool:
    return bool((span := _span_in(clause)) and span.ended == "not_queued")


def _is_beside_menu(clause: str) -> bool:
    """Whether a clause says no more of a call that never left the automated system: gave up; no transfer; RFE due."""
    if span := _span_in(clause):
        return span.seconds is None and span.ended in ("gave_up", "cut_off", "no_person")
    is_of_person = _may_be_person(clause) or _WORDS.ends_in_name.search(clause)
    return bool(_WORDS.denies.match(clause)) or not (is_of_person or tells_of_call(clause))


OF_SYSTEM = frozenset("system turned_away no_one nobody closed filler sign".split())


def is_of_system(text: str) -> bool:
    """Whether a text names only the automated system and what it said, so that no person is known to have come.

    >>> is_of_system("IVR"), is_of_system("none, IVR closed"), is_of_system("Recording: high volume, call later")
    (True, True, True)
    >>> is_of_system("high volume"), is_of_system("not in system"), is_of_system("IVR, then an agent")
    (False, False, False)
    """
    walked = lexicon.phrases("automated", "wait").walk(lexicon.tokens(text[:LONGEST_RING]))
    headings = {heading for heading, _ in walked}
    return "system" in headings and headings <= OF_SYSTEM


@lru_cache(maxsize=1 << 14)  # several readers of an outcome read the same clauses
def _span_in(text: str) -> Span | None:
    return try_read(PARSERS["human_span"], text)
