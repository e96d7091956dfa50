"""What cells say in words of their own: a promise by the agency's list of them, the end of a call by its wait."""

from __future__ import annotations

from callanalytics.values import lexicon
from callanalytics.values.callbacks import read_callbacks
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.promises import Promise, Told, highest_tier, read_promise
from callanalytics.values.spans import Span

RING_RESULTS = ("missed", "voicemail", "answered")
OUTCOME_OF_END = {"gave_up": "hung_up", "cut_off": "dropped"}


def promise_in(text: str) -> Promise | None:
    """The promise that a text tells of; None where it tells of none that can be read."""
    try:
        return read_promise(text)
    except Unreadable:
        return None


def kind_of(promise: Promise, agency) -> str:
    """Which callback was promised: as the words say, else by the agency's own list of times.

    72 hours and 3 days are the agency's urgent callbacks, 30 business days and 30 days its regular ones, since of its
    promises no other has that time; a time of no promise, and none at all, leave it ``unknown``.
    """
    if promise.kind:
        return promise.kind
    times = [promise.told] if promise.told else _times_of_number(promise.number, agency)
    found = {urgency for time in times for urgency in _urgencies(time, agency)}
    return found.pop() if len(found) == 1 and found != {"any"} else "unknown"


def _times_of_number(number: int | None, agency) -> list[Told]:
    """72 and 30 as the times of the agency's promises that have this number."""
    return list({Told(rule.value, rule.unit) for rule in agency.rules if rule.value == number})


def _urgencies(time: Told, agency) -> set[str]:
    """The urgencies of the agency's promises with this time, in its own unit before another."""
    alike = [time]
    if time.unit == "days":
        alike += [Told(time.value * 24, "hours"), Told(time.value, "business_days")]
    if time.unit == "business_days":
        alike += [Told(time.value * 24, "hours")]
    for each in alike:
        if found := {rule.urgency for rule in agency.rules if (rule.value, rule.unit) == each}:
            return found
    return set()


def time_told(promise: Promise, agency) -> Told | None:
    """The time that was told; a bare number has the unit of the one promise that it names."""
    times = _times_of_number(promise.number, agency) if promise.number else []
    return promise.told or (times[0] if len(times) == 1 else None)


def is_by_analogy(promise: Promise, agency) -> bool:
    """Whether a promise has no time of the agency's list as it is written: 30 days, or 72 alone."""
    if promise.kind or not (promise.told or promise.number):
        return False
    return bool(promise.number) or not any((rule.value, rule.unit) == promise.told for rule in agency.rules)


def tier_in(text: str) -> str | None:
    """The highest tier that a text names; None where it says anything else."""
    try:
        return highest_tier(text)
    except Unreadable:
        return None


def has_spoken(text: str) -> bool:
    """Whether an outcome in words of no list tells that a person spoke: it begins with what only a person does.

    >>> has_spoken("Told to wait another 30 days"), has_spoken("told by IVR to call later"), has_spoken("no answer")
    (True, False, False)
    """
    words, listed = lexicon.tokens(text), lexicon.phrases("spoke")
    found = [listed.match(words, place) for place in range(len(words))]
    headings = {phrase[0] for phrase in found if phrase}
    return bool(found and found[0]) and found[0][0] == "spoke" and not headings & {"system", "lost"}


def ring_result_in(text: str) -> str | None:
    """What came of a callback that rang, in free words and without a date; None where they say anything else."""
    try:
        came = read_callbacks(text)
    except Unreadable:
        return None
    return came[0].result if len(came) == 1 and came[0].result in RING_RESULTS else None


def outcome_in(text: str) -> str | None:
    """The outcome of a call of ours in words of no list: a promise that is named, or how the wait ended."""
    promise = promise_in(text)
    if promise and promise.is_explicit:
        return "callback_promised"
    span = _span_in(text)
    return None if span is None else span.outcome or OUTCOME_OF_END.get(span.ended)


def is_of_menu(text: str) -> bool:
    """Whether an outcome tells that the call never left the automated system, and no more."""
    span = _span_in(text)
    return span is not None and span.ended == "not_queued"


def _span_in(text: str) -> Span | None:
    try:
        return PARSERS["human_span"](text)
    except Unreadable:
        return None
