"""Read what people write about a promised callback: within 72 hrs, 30 biz days, T1 -> T2, urgent/72, no cb."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from callanalytics.values import Unreadable, lexicon, parser, tidy, try_read
from callanalytics.values.lexicon import Patterns
from callanalytics.values.spans import TO, number

_WORDS = Patterns("promises")
TIMES = {"weeks": ("days", 7), "business_weeks": ("business_days", 5)}
USUAL_NUMBERS = frozenset((72,))  # as people write the agency's 72 hours; 30 may be minutes as well as days
MAX_INT16 = 32767  # the largest that the stored column can hold
TIERS = ("tier1", "tier2", "supervisor")
KINDS = ("none", "urgent", "regular", "queue")


class StatedTime(NamedTuple):
    """A number of hours, days, or business days."""

    value: int
    unit: str


class Promise(NamedTuple):
    """What was promised, as written.

    ``kind`` is ``none``, ``urgent``, ``regular``, or ``queue`` (an automatic callback) if the words say it, else "".
    ``stated`` is the time within which the callback is to come, and ``number`` one without a unit. ``tier`` is who
    spoke, if both tiers are named. ``is_explicit``: a callback, a time, or an escalation is named, not only a yes.
    """

    kind: str = ""
    stated: StatedTime | None = None
    number: int | None = None
    tier: str = ""
    is_explicit: bool = False


@parser("told", "so many hours, days, or business days, as in 72 hours")
def read_stated_time(text: str) -> StatedTime:
    """The time that a caller was told: 72 hours, w/in 30 biz days, 2-3 days (the longer counts), two weeks.

    >>> read_stated_time("within 72 hrs"), read_stated_time("30 business days"), read_stated_time("two to three weeks")
    (StatedTime(value=72, unit='hours'), StatedTime(value=30, unit='business_days'), StatedTime(value=21, unit='days'))
    """
    stated = read_promise(text).stated
    if stated is None:
        raise Unreadable
    return stated


def read_promise(text: str) -> Promise:
    """A promised callback, in the words of the person who logged it.

    >>> read_promise("w/in 72 hrs").stated, read_promise("escalated - regular").kind
    (StatedTime(value=72, unit='hours'), 'regular')
    >>> read_promise("72 hrs (by 3/4)").stated
    StatedTime(value=72, unit='hours')
    >>> read_promise("T1 -> T2").tier, read_promise("no cb").kind, read_promise("urgent/72").number
    ('tier1', 'none', 72)
    """
    if _WORDS.numbered_person.search(text):
        raise Unreadable
    parts = _parts_of(lexicon.tokens(_WORDS.last_day.sub("", tidy(text))))
    seen = {word for word in parts.headings if word not in ("filler", "sign")}
    kinds = seen.intersection(KINDS)
    amounts = [*parts.times, *parts.numbers]
    # Two kinds or two times may be two promises, and it is unclear which applies.
    if len(kinds) > 1 or len(amounts) > 1 or "blank" in seen or not (seen or amounts):
        raise Unreadable
    others = seen - kinds - {"callback"}
    if "none" in kinds and (others or amounts):
        raise Unreadable
    # With other words, a bare number may be an agent's or a tier's; but not in T1, cb 72, or in T2 w/in 72.
    is_of_callback = ("callback" in seen or parts.is_within) and USUAL_NUMBERS.issuperset(parts.numbers)
    if parts.numbers and others - {"yes"} and not is_of_callback:
        raise Unreadable
    first = next((word for word in parts.headings if word in TIERS), "")
    return Promise(
        next(iter(kinds), ""),
        next(iter(parts.times), None),
        next(iter(parts.numbers), None),
        first if first == "tier1" and "tier2" in seen else "",
        bool(amounts or kinds - {"none"} or _OF_CALL & seen),
    )


class _Parts(NamedTuple):
    """What a text about a promise is made of. ``is_within``: a bare number stands behind in or within."""

    headings: list[str]
    times: list[StatedTime]
    numbers: list[int]
    is_within: bool


def _parts_of(words: list[str]) -> _Parts:
    """The parts of a promise, in order; any other word is refused."""
    listed = lexicon.phrases("promise")
    headings: list[str] = []
    times: list[StatedTime] = []
    numbers: list[int] = []
    is_within = False
    index = 0
    while index < len(words):
        phrase, counted = listed.match(words, index), _time(words, index)
        # A longer listed phrase takes precedence over a time at its beginning.
        if counted and not (phrase and phrase[1] > 1 and words[index].isalpha()):
            time, index = counted
            times.append(time)
        elif phrase:
            headings.append(phrase[0])
            index += phrase[1]
        elif (bare := number(words, index)) and bare[0] == int(bare[0]) <= MAX_INT16:
            is_within |= words[index - 1 : index] in (["in"], ["within"])
            numbers.append(int(bare[0]))
            index = bare[1]
        else:
            raise Unreadable
    return _Parts(headings, times, numbers, is_within)


def is_promise(text: str) -> bool:
    """Whether a text is only a promise.

    >>> is_promise("72 hours"), is_promise("WS-13"), is_promise("")
    (True, False, False)
    """
    promise = try_read(read_promise, text)
    return promise is not None and bool(promise.kind or promise.stated)


# Words next to a promise that show it is from another day, or not a promise.
_NOT_NOW = lexicon.word_set("not_now")
_OF_CALL = frozenset(("callback", "escalated", "tier2", "supervisor"))
LONGEST = 2000  # characters of a remark that are searched


def promise_among(text: str, *, of_call: bool = True) -> str:
    """The words of a text that state a promise with its time, whatever is around them; "" if there are none.

    ``of_call``: the words have to name a callback, or who calls. An earlier promise does not count. Two different
    promises give "".

    >>> promise_among("Opened SR T1B0662300318NBC, officer to c/b within 30 business days")
    'officer to c / b within 30 business days'
    >>> promise_among("no callback came, new 72 hr callback for stamp"), promise_among("the 72 hr callback never came")
    ('new 72 hr callback for', '')
    """
    found = dict.fromkeys(
        run
        for sentence in re.split(r"[;\n]|\.(?=\s+[A-Z]|\s*$)", text[:LONGEST])
        for run in _runs(lexicon.tokens(sentence), of_call=of_call)
        if not (of_call and may_be_letter(run))
    )
    return next(iter(found)) if len(found) == 1 else ""


def begins_with_callback(text: str) -> bool:
    """Whether a remark begins with a callback of the agency and its time, so that it is not a client's wish.

    A promise with the day by which the agency will call, or with who promised or will call, counts too: T2 cb promised.

    >>> begins_with_callback("callback w/in 24-72 hrs to 202-555-0148"), begins_with_callback("wants cb in 3 days")
    (True, False)
    >>> begins_with_callback("spoke to Ana, nos llaman antes del 3 de octubre"), begins_with_callback("RFE due by 3/4")
    (True, False)
    """
    parts = _promise_parts(_WORDS.sentence.split(text[:LONGEST]), is_remark=True)
    if any(
        (_WORDS.they_promised.search(part) and (try_read(read_promise, part) or _WORDS.last_day.search(part)))
        or (_WORDS.last_day.search(part) and _WORDS.to_come.match(part))
        for part in parts
    ):
        return True
    run = promise_among(text)
    return bool(run and _WORDS.callback_first.match(run)) and " ".join(lexicon.tokens(text)).startswith(run)


def names_last_day(text: str) -> bool:
    """Whether a text says by which day a callback is to come.

    >>> names_last_day("call back by 3/15"), names_last_day("72 hours")
    (True, False)
    """
    return bool(_WORDS.last_day.search(tidy(text)))


def is_advice(text: str) -> bool:
    """Whether a text says that the caller should call again, which is not a promise.

    >>> is_advice("Was told to call back in 30 days"), is_advice("told T2 will call in 30 days")
    (True, False)
    >>> is_advice("we should call in 30 days"), is_advice("T2 should call within 72 hours")
    (True, False)
    >>> is_advice("we call again in 30 days"), is_advice("we asked, they call in 72 hrs")
    (True, False)
    >>> is_advice("pending, call in 60 days"), is_advice("SR opened, call in 72 hrs")
    (True, False)
    """
    return bool(_WORDS.advice.search(text))


def states_wait(text: str) -> bool:
    """Whether a text mentions waiting."""
    return not {"wait", "waiting", "esperar", "espere", "esperemos", "espera"}.isdisjoint(lexicon.tokens(text))


# The times that the agency promises, as people round them.
KIND_OF_STATED = {StatedTime(72, "hours"): "urgent", StatedTime(30, "business_days"): "regular"}  # in its own words
_TIMES_OF_CALLBACKS = {*KIND_OF_STATED, StatedTime(3, "days"), StatedTime(3, "business_days")}
_KIND_OF_USUAL = KIND_OF_STATED | {StatedTime(3, "days"): "urgent", StatedTime(30, "days"): "regular"}


def promise_clause_in(text: str, *, is_remark: bool = False) -> str:
    """The words of a follow-up that state a promise: the one part of it that says nothing else.

    In a remark (``is_remark``), a part counts only if it names a callback or who will call, or if it is a timeframe of
    the agency that is the whole first sentence or the whole sentence after a request. A denial of a promise counts if
    no part states a promise or mentions an earlier one.

    >>> promise_clause_in("30 days. missed call 4/19 at 2:20"), promise_clause_in("answered my question, no call back")
    ('30 days', 'no call back')
    >>> promise_clause_in("72 hr. No call as of 5/1!!"), promise_clause_in("wait 60 days")
    ('72 hr', '')
    >>> promise_clause_in("received notice, 3 days", is_remark=True), promise_clause_in("dropped, no call back")
    ('', '')
    >>> promise_clause_in("30 bus days. CORRECTION: 72 hrs"), promise_clause_in("72 hr. Correction: she is T1")
    ('72 hrs', '72 hr')
    >>> [promise_clause_in(f"SR opened. Response in {time}", is_remark=True) for time in ("30 days", "72 hours")]
    ['', 'Response in 72 hours']
    """
    for corrected in _WORDS.corrected.finditer(text[:LONGEST]):
        if later := promise_clause_in(text[corrected.end() :], is_remark=is_remark):
            return later
    found: dict[tuple[str, StatedTime | None], str] = {}
    text = _WORDS.named_speaker.sub("agent ", text[:LONGEST])
    sentences = [sentence.strip() for sentence in _WORDS.sentence.split(text)]
    for part in _promise_parts(sentences, is_remark=is_remark):
        promise = try_read(read_promise, part)
        if promise is None or (is_remark and may_be_letter(part)):
            continue
        may_be_bare = part in sentences and (not is_remark or _is_lone_time(promise, part, sentences))
        if not is_advice(part) and not states_wait(part) and _is_of_promise(promise, part, may_be_bare, is_remark):
            found.setdefault((promise.kind, promise.stated), part)
    timeless = found.pop(("", None), "")
    given = {key: part for key, part in found.items() if key[0] != "none"}
    # A text that also says that a callback was refused has two answers, so neither is taken.
    if given and _WORDS.refused.search(text):
        return ""
    is_plain = any(_WORDS.plain_refusal.search(part) for part in found.values())
    if not given and (is_plain or not any(_WORDS.of_before.search(_up_to(sentences, part)) for part in found.values())):
        given = found
    if given:
        return next(iter(given.values())) if len(given) == 1 else ""
    runs = {promise_among(sentence, of_call=True) for sentence in sentences if not is_advice(sentence)} - {""}
    run = runs.pop() if len(runs) == 1 else timeless if not runs else ""
    run = "" if _WORDS.refused.search(text) else run
    return run if run and not states_wait(run) else ""


def promise_noted_in(text: str, *, is_promised: bool = False) -> str:
    """The promise that a remark notes in a clause of its own, for sheets whose remarks note promises so.

    A kind alone may be any clause; a time alone begins or ends a sentence, or follows a request's number. If a kind and
    a time agree, the result has the words of both; if a remark notes two promises, it is "". A kind or time alone
    counts only if someone at the agency said it, or if every other clause is understood: in "card mailed, 30 days" the
    days may be about anything. If a column says that a callback was promised (``is_promised``), a time counts unless
    other words of the remark have days of their own. A remark that denies or asks for something notes none.

    >>> promise_noted_in("EAD delay, urgent. She said 72 hrs"), promise_noted_in("4th case. regular")
    ('urgent, 72 hrs', 'regular')
    >>> promise_noted_in("30 days passed, nobody called. now urgent"), promise_noted_in("received notice, 3 days")
    ('urgent', '')
    >>> promise_noted_in("Reached Tier 1, SR opened, 30 business days"), promise_noted_in("T1, SR filed, 72 hrs")
    ('30 business days', '72 hrs')
    >>> promise_noted_in("card mailed, 30 days"), promise_noted_in("urgent - denied"), promise_noted_in("not urgent")
    ('', '', '')
    >>> promise_noted_in("transferred; 30 days"), promise_noted_in("transferred; 30 days", is_promised=True)
    ('', '30 days')
    >>> promise_noted_in("RFE due; 30 days", is_promised=True)
    ''
    """
    text = _WORDS.of_names.sub("", _WORDS.case_name.sub("", text[:LONGEST]))
    if _WORDS.denied.search(text):
        return ""
    is_promised = is_promised and not _WORDS.has_days.search(text)
    kinds: dict[str, str] = {}
    times: dict[StatedTime, str] = {}
    others: list[str] = []
    is_certain, before = is_promised, ""
    for sentence in _WORDS.sentence.split(text):
        clauses = [
            clause.strip() for clause in re.split(r"\s[-–—/|]\s|,|(?<=[a-z]):\s|\(|\)", sentence) if clause.strip()
        ]
        for index, clause in enumerate(clauses):
            words, promise = _noted_clause(clauses, index, may_be_time=is_promised or bool(kinds))
            if promise.kind:
                kinds.setdefault(promise.kind, words)
            if promise.stated:
                times.setdefault(promise.stated, words)
            if promise == Promise():
                others.append(clause)
            else:
                behind = next(iter(clauses[index + 1 :]), "")
                is_certain |= bool(_WORDS.by_them.search(clause) or _WORDS.promised_before.fullmatch(before))
                is_certain |= any(map(_WORDS.request_before.match, (before, behind)))
            before = clause
    parts = ("beside_promise", "beside_kind") if kinds else ("beside_promise",)
    # A kind and a time together can only be a promise; either alone may be about something else.
    is_certain |= bool(kinds and times) or all(_is_understood(other, parts) for other in others)
    return _agreed(kinds, times) if is_certain else ""


def _noted_clause(clauses: list[str], index: int, *, may_be_time: bool) -> tuple[str, Promise]:
    """The words of a clause without who said them, and the kind and usual time that they state, if any."""
    clause = clauses[index]
    words = _WORDS.of_promise.sub("", _WORDS.who_promised.sub("", clause))
    promise = _noted(words)
    if promise is None or is_advice(clause) or states_wait(clause) or may_be_letter(clause):
        return words, Promise()
    kind = promise.kind if promise.kind in _KIND_OF_USUAL.values() else ""
    may_be_time |= index in (0, len(clauses) - 1) or bool(_WORDS.request_before.match(clauses[index - 1]))
    # After other words, three days are more likely about a notice or a card.
    is_usual = promise.stated in _KIND_OF_USUAL and (index == 0 or promise.stated != StatedTime(3, "days"))
    return words, Promise(kind, promise.stated if is_usual and (may_be_time or promise.kind) else None)


def _is_understood(clause: str, parts: tuple[str, ...]) -> bool:
    """Whether a clause only says who spoke, what the matter is (``parts`` of the lexicon), or how a call ended."""
    if _WORDS.person.search(clause) or _WORDS.request_before.match(clause):
        return True
    phrases = lexicon.phrases(*parts, "callback").walk(lexicon.tokens(_WORDS.named_month.sub("", clause)))
    return all(heading not in ("", "none", "unknown") or words[0][0].isdigit() for heading, words in phrases)


def is_denied(text: str) -> bool:
    """Whether a cell of promises denies or doubts what else it says: no callback, sent letter, 30 days.

    >>> is_denied("no callback, sent letter, 30 days"), is_denied("urgent?"), is_denied("no call yet, 72 hr callback")
    (True, True, False)
    """
    text = _WORDS.of_names.sub("", text[:LONGEST])
    first, *rest = _WORDS.part.split(text, maxsplit=1)
    promise = _noted(first) if rest else None
    is_refused = promise is not None and promise.kind == "none" and not _WORDS.named.search(rest[0])
    return is_refused or bool(_WORDS.in_doubt.search(text) or _WORDS.unpromised.search(text))


def refusal_at_start(text: str) -> str:
    """The denial at the start of a cell of promises that a reason follows; "" for any other cell.

    >>> refusal_at_start("none, still in the 30 days"), refusal_at_start("no - call came"), refusal_at_start("not sure")
    ('none', '', '')
    """
    first, *rest = re.split(r"\s[-–—]\s|[,;(]", text, maxsplit=1)
    promise = _noted(first) if rest else None
    is_refusal = (
        promise is not None and promise.kind == "none" and not _WORDS.named.search(rest[0]) and _noted(rest[0]) is None
    )
    return first if is_refusal else ""


def _noted(words: str) -> Promise | None:
    """The promise of a clause that says nothing else, or None; a bare 72 means 72 hours."""
    promise = try_read(read_promise, words)
    is_bare = promise is not None and promise.number == 72 and not promise.kind
    return promise._replace(stated=StatedTime(72, "hours")) if promise and is_bare else promise


def _agreed(kinds: Mapping[str, str], times: Mapping[StatedTime, str]) -> str:
    """The words of a kind and a time that mean the same promise; "" if they mean two."""
    meant = set(kinds) | {_KIND_OF_USUAL[time] for time in times}
    if len(meant) != 1 or len(times) > 1:
        return ""
    return ", ".join(dict.fromkeys([*kinds.values(), *times.values()]))


def may_be_letter(part: str) -> bool:
    """Whether a part promises a response, without naming a call, in a time that is not one of the agency's callbacks.

    Thirty days apply to any service request; an urgent response is a callback.
    """
    if not _WORDS.response.search(part) or _WORDS.named.search(part):
        return False
    promise = try_read(read_promise, part)
    return promise is None or not (promise.kind or promise.number or promise.stated in _TIMES_OF_CALLBACKS)


def _up_to(sentences: list[str], part: str) -> str:
    """The sentence of a part, and the one before it."""
    index = next((i for i, sentence in enumerate(sentences) if part in sentence), 0)
    return ". ".join(sentences[max(0, index - 1) : index + 1])


def _promise_parts(sentences: list[str], *, is_remark: bool) -> list[str]:
    """The parts of sentences; in a remark also each pair of neighbors, because the first may say who will call."""
    parts = [[part.strip() for part in _WORDS.part.split(sentence)] for sentence in sentences]
    pairs = [f"{first}, {second}" for each in parts for first, second in pairwise(each) if is_remark]
    return [part for each in parts for part in each] + pairs


def _is_lone_time(promise: Promise, part: str, sentences: list[str]) -> bool:
    """Whether a whole sentence is a timeframe of the agency, and is first or follows a sentence about a request."""
    index = sentences.index(part)
    return promise.stated in _KIND_OF_USUAL and (index == 0 or bool(_WORDS.of_request.search(sentences[index - 1])))


def _is_of_promise(promise: Promise, part: str, may_be_bare: bool, is_remark: bool) -> bool:
    """Whether a part states a promise: it names a callback or its time. A kind or time alone needs `may_be_bare`."""
    is_usual = promise.number in USUAL_NUMBERS
    may_be_named = (is_remark or is_usual) and promise.kind != "none"
    is_named = bool(_WORDS.named.search(part)) or (may_be_named and bool(_WORDS.by_whom.search(part)))
    if promise.kind == "none":
        return is_named and not _WORDS.last_day.search(part)  # none had come by then
    if _WORDS.last_day.search(part) and _WORDS.to_come.match(part):
        return True
    if (may_be_bare and (promise.kind or promise.stated)) or _WORDS.they_promised.search(part):
        return True
    if promise.stated in KIND_OF_STATED and _WORDS.they_said.match(part):
        return True
    if promise.kind and promise.stated and promise.kind == _KIND_OF_USUAL.get(promise.stated):
        return True  # a kind and its time together can only be a promise: escalated as urgent, 72 hrs
    has_time = bool(promise.kind or promise.stated or is_usual)
    return (not is_remark and promise.stated in _KIND_OF_USUAL) or (is_named and has_time)


def _runs(words: list[str], *, of_call: bool) -> list[str]:
    """The runs of known words that state a promise and its time."""
    listed, index, start = lexicon.phrases("promise"), 0, 0
    found: list[str] = []
    run_kinds: list[str] = []
    strange: list[int] = []
    spans: list[tuple[int, int, list[str]]] = []
    # One step past the end, which closes the last run
    while index <= len(words):
        phrase = listed.match(words, index) if index < len(words) else None
        counted = _time_or_none(words, index)
        if counted:
            run_kinds, index = [*run_kinds, "time"], counted
        elif phrase and phrase[0] != "blank":
            run_kinds, index = [*run_kinds, phrase[0]], index + phrase[1]
        else:
            if run_kinds:
                spans.append((start, index, run_kinds))
            strange.append(index)
            index, run_kinds = index + 1, []
            start = index
    for first, last, kinds in spans:
        if (
            "time" in kinds
            and (not of_call or _OF_CALL & set(kinds))
            and not _is_of_another_time(words, first, last, strange)
        ):
            run = " ".join(words[first:last]).strip(" ,;:.()-–—/")
            if try_read(read_promise, run) is not None:
                found.append(run)
    return found


def _time_or_none(words: list[str], index: int) -> int:
    """The index after a number of hours or days; 0 if there is none at this index."""
    try:
        counted = _time(words, index) if index < len(words) else None
    except Unreadable:
        return 0
    return counted[1] if counted else 0


def _is_of_another_time(words: list[str], first: int, last: int, strange: list[int]) -> bool:
    """Whether unknown words next to a run, up to a comma, show another day, or a denial follows it."""
    before = first - 1
    while before in strange and words[first] not in (",", ":", "("):
        if words[before] in _NOT_NOW:
            return True
        before -= 1
    while last in strange and last < len(words) and words[last - 1] not in (",", ")"):
        if words[last] in _NOT_NOW:
            return True
        last += 1
    # A denial after a comma is about this promise too: 72 hours, they never called.
    return " did not " in f" {(rest := ' '.join(words[last:]))} " or not {"never", "didnt", "nunca"}.isdisjoint(
        rest.split()
    )


def highest_tier(text: str) -> str:
    """The highest tier that a cell names; raise :class:`Unreadable` if it says anything else.

    >>> highest_tier("T1 -> T2"), highest_tier("Tier 1, then supervisor")
    ('tier2', 'supervisor')
    """
    headings = {heading for heading, _ in lexicon.phrases("promise").walk(lexicon.tokens(tidy(text)))}
    found = [tier for tier in TIERS if tier in headings]
    if not found or not headings <= {*TIERS, "filler", "sign"}:
        raise Unreadable
    return found[-1]


def _time(words: list[str], index: int) -> tuple[StatedTime, int] | None:
    """A number of hours or days at an index, and the index after it; the longer time of a range."""
    value = number(words, index)
    if value is None:
        return None
    here = _unit_place(words, value[1])
    if words[here : here + 1] in [[word] for word in TO] and (longer := number(words, here + 1)):
        value = longer
    elif (own := lexicon.phrases("told_units").match(words, here)) and words[here + own[1] : here + own[1] + 1] in [
        [word] for word in TO
    ]:  # 48 hrs - 72 hrs
        if whole := _time(words, here + own[1] + 1):
            if whole[0].unit != own[0]:
                raise Unreadable  # 72 hours or 30 days: unclear which
            return whole
    return _counted(value[0], words, _unit_place(words, value[1]))


def _unit_place(words: list[str], index: int) -> int:
    """The index of a unit, after a hyphen or an *of* if there is one."""
    units = lexicon.phrases("told_units")
    if words[index : index + 1] in (["-"], ["of"]) and units.match(words, index + 1):
        return index + 1
    return index


def _counted(value: float, words: list[str], index: int) -> tuple[StatedTime, int] | None:
    named = lexicon.phrases("told_units").match(words, index)
    if named is None or value != int(value):
        return None
    unit, times = TIMES.get(named[0], (named[0], 1))
    if value * times > MAX_INT16:
        raise Unreadable
    index += named[1]
    return StatedTime(int(value) * times, unit), index + 1 if words[index : index + 1] == ["."] else index
