"""Read the results of promised callbacks from a cell: 1/13 missed, 1/14 talked to officer; VM 7:12am; no call yet."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from callanalytics.values import Unreadable, lexicon, tidy, try_read
from callanalytics.values.lexicon import Patterns
from callanalytics.values.promises import is_promise

_WORDS = Patterns("callbacks")
_FIRST_MARK = 0xE000  # private characters replace the dates and times among a cell's words
_BREAKS = ("-", "–", "—", ",")


def may_tell_of_callback(text: str, *, is_remark: bool = False) -> bool:
    """Whether a text next to a promise may say that a callback came, whatever else it says.

    >>> may_tell_of_callback("72 hours, called when we were out"), may_tell_of_callback("72 hours, never called")
    (True, False)
    >>> may_tell_of_callback("spoke to Ana", is_remark=True), may_tell_of_callback("they rang Tues", is_remark=True)
    (False, True)
    """
    clauses = re.split(r"[;,.()\n]|\s[-–—/]\s", text[:LONGEST])
    named = _WORDS.they_may_have_come if is_remark else _WORDS.may_have_come
    telling = (clause for clause in clauses if named.search(clause))
    return any(not _WORDS.never_came.search(clause) and not _WORDS.to_others.search(clause) for clause in telling)


LONGEST = 4000  # characters of a text that are searched
RESULTS = ("missed", "voicemail", "answered", "unknown", "email")
_NAMES = 3  # most words of a name after "spoke with"


class CallbackEvent(NamedTuple):
    """One callback in a cell, each part as written; "" for a part not stated.

    ``result`` is ``missed``, ``voicemail``, or ``answered``; ``unknown``: picked up and lost before anyone spoke;
    ``email``: the answer came by email; ``none``: no callback had come by that day.
    """

    date: str = ""
    time: str = ""
    result: str = ""


def read_callbacks(text: str) -> tuple[CallbackEvent, ...]:
    """The callbacks that a cell describes, each with its date, time, and result; empty if none came.

    A result applies to the dates before it that have none yet, or to those after it if results come first.

    >>> [came[:] for came in read_callbacks("1/13 missed, 1/14 talked to officer")]
    [('1/13', '', 'missed'), ('1/14', '', 'answered')]
    >>> [came[:] for came in read_callbacks("1/13 & 1/15 missed both")], read_callbacks("no call yet")
    ([('1/13', '', 'missed'), ('1/15', '', 'missed')], ())
    >>> [came[:] for came in read_callbacks("VM 7:12am")], [came[:] for came in read_callbacks("9/22 4pm no show")]
    ([('', '7:12am', 'voicemail')], [('9/22', '', 'none')])
    """
    if is_by_others(text):
        raise Unreadable
    parts = _parts_of(tidy(text))
    words = [word for word, _ in parts]
    if not words:
        raise Unreadable
    if words[0] == "none" and len(words) > 1 and set(words[1:]) <= {"missed", "voicemail"}:
        parts, words = parts[1:], words[1:]  # no, voicemail: one came, and no one answered it
    if "none" in words:
        # No callback at all, or none up to a named day.
        rest = [pair for pair in parts if pair[0] not in ("none", "ring")]
        if not rest:
            return ()
        days = [day for kind, day in rest if kind == "date"]
        if len(days) != 1 or any(kind not in ("date", "time") for kind, _ in rest):
            raise Unreadable
        return (CallbackEvent(days[0], "", "none"),)
    if words.count("time") <= words.count("date") and "twice" not in words:
        dated = [came for each in _joined_sentences(_sentences(text)) for came in _came_in(*each, is_remark=False)]
        if dated and len(dated) == words.count("date"):  # the cell describes only these, each with its day
            return tuple(dated)
    events = _of_dates(parts) if "date" in words else _without_dates(parts)
    if len(events) == 1 and "twice" in words:
        events *= 2
    return tuple(CallbackEvent(*event) for event in events)


def result_of_callback(text: str) -> str:
    """The result of the one callback, without a day, that a cell describes; "" for any other cell.

    >>> result_of_callback("answered"), result_of_callback("left VM"), result_of_callback("1/13 missed")
    ('answered', 'voicemail', '')
    """
    came = try_read(read_callbacks, text) or ()
    return came[0].result if len(came) == 1 and not came[0].date else ""


def undated_callback(text: str) -> str:
    """The result of the one callback without a day that a cell describes and names as one; "" for any other cell.

    >>> [undated_callback(text) for text in ("CB missed", "they called, we spoke", "called, we missed")]
    ['missed', 'answered', 'missed']
    >>> [undated_callback(text) for text in ("missed", "called, no answer", "CB missed 1/13", "rang out")]
    ['', '', '', '']
    """
    result = result_of_callback(text)
    return result if result in RESULTS[:3] and _WORDS.callback_named.search(text) else ""


def denies_callbacks(text: str) -> bool:
    """Whether a cell of callbacks says that none came, at all or up to a day.

    >>> denies_callbacks("none as of 3/29"), denies_callbacks("3/29 missed")
    (True, False)
    """
    came = try_read(read_callbacks, text)
    return came is not None and all(each.result == "none" for each in came)


@lru_cache(maxsize=1 << 14)  # a sheet is fitted once for each possible header row
def has_dated_callbacks(text: str) -> bool:
    """Whether a cell describes callbacks, each with its day and its result.

    >>> has_dated_callbacks("1/13 missed, 1/14 talked to officer"), has_dated_callbacks("1/13")
    (True, False)
    """
    came = try_read(read_callbacks, text) or ()
    return bool(came) and all(each.date and each.result for each in came)


def callbacks_among(text: str, *, is_remark: bool = False, is_expected: bool = False) -> tuple[CallbackEvent, ...]:
    """The callbacks that a text describes among other words, each with its day and its result.

    A callback said to have come on its day may lack a result. ``is_expected``: a callback was promised, so the text may
    be about it.

    A result comes after its day, or before it, with only listed words between them and none unlisted before both in the
    same clause. In a remark (``is_remark``), a sentence has to name an incoming call or follow a promise of one. There
    *spoke* may describe an outgoing call, so only words for an incoming call count.

    >>> [came[:] for came in callbacks_among("72 hrs. 1/11 2:05p called, in court - missed. 1/12 called, got them")]
    [('1/11', '2:05p', 'missed'), ('1/12', '', 'answered')]
    >>> callbacks_among("biometrics 2/9, missed"), callbacks_among("No call as of 5/1"), callbacks_among("filed 3/1")
    ((), (), ())
    >>> callbacks_among("we called 3/4, no answer", is_remark=True), callbacks_among("called again 1/26, VM")
    ((), ())
    """
    found: list[CallbackEvent] = []
    for sentence, parts in _joined_sentences(_sentences(text)):
        is_expected |= bool(_WORDS.expected.search(sentence))
        came = _came_in(sentence, parts, is_remark=is_remark)
        if any(not each.result for each in came) and (not is_expected or _WORDS.until.search(sentence)):
            came = [each for each in came if each.result]
        if came and _is_of_other_kind(sentence, parts, is_expected=is_expected, is_remark=is_remark):
            came = []
        found += came
        # A sentence about another day cancels the expectation that an earlier one raised.
        is_of_another_day = not came and any(word == "date" for word, _ in parts)  # RFE mailed 2/1. Answered 2/9
        is_expected = bool(came) or (is_expected and not is_of_another_day)
    return tuple(found)


def names_incoming(text: str) -> bool:
    """Whether a text says explicitly that a call came in.

    >>> names_incoming("took the call"), names_incoming("answered my question")
    (True, False)
    """
    return bool(_WORDS.incoming.search(text))


def is_by_others(text: str) -> bool:
    """Whether a text says that someone other than the agency's contact center called, or was called.

    >>> is_by_others("missed cb from client"), is_by_others("missed cb from officer for client")
    (True, False)
    """
    return bool(_WORDS.by_others.search(text))


def behind_promise(text: str) -> str:
    """The text after a promise at the start of a cell: 72 hours / 1/19 missed. Any other text unchanged.

    >>> behind_promise("72 hours / 1/19 9:30 am missed"), behind_promise("1/19 missed / 1/20 missed")
    ('1/19 9:30 am missed', '1/19 missed / 1/20 missed')
    """
    first, rest = promise_and_result(text)
    return rest if rest and is_promise(first) else text


def promise_and_result(text: str) -> tuple[str, str]:
    """A cell up to its first slash or dash, and what came of the promise after it; the whole and "" for any other cell.

    >>> promise_and_result("promised - 5/20 missed"), promise_and_result("promised / none")
    (('promised', '5/20 missed'), ('promised', 'none'))
    >>> promise_and_result("promised - none"), promise_and_result("by 5/9 - none"), promise_and_result("72 hrs / T2")
    (('promised - none', ''), ('by 5/9', 'none'), ('72 hrs', 'T2'))
    """
    parts = _WORDS.promise_and_result.fullmatch(text)
    if parts is None:
        return text, ""
    first, sign, rest = parts.groups()
    came = try_read(read_callbacks, rest)
    if sign == "/" and is_promise(first):
        return first, rest
    # A dash may also go before a denial of the promise: promised - none
    is_told = came is not None and (sign == "/" or any(each.date for each in came) or any(map(str.isdigit, first)))
    return (first, rest) if is_told else (text, "")


def _sentences(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The sentences of a text, each with its parts."""
    lines = [tidy(_WORDS.arrow.sub("; ", line)) for line in text.splitlines() if line.strip()]
    for sentence in _WORDS.sentence.split("\n".join(lines)[:LONGEST]):
        yield sentence, _parts_of(sentence, is_strict=False)


def _joined_sentences(
    sentences: Iterable[tuple[str, list[tuple[str, str]]]],
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Sentences, each joined with the next if that has only the result: Officer called 11/7 at 10:15 AM; I answered."""
    waiting: tuple[str, list[tuple[str, str]]] | None = None
    for sentence, parts in sentences:
        words = [word for word, _ in parts if word != "break"]
        if waiting and words and set(words) <= set(RESULTS):
            yield f"{waiting[0]}, {sentence.strip()}", [*waiting[1], ("break", ""), *parts]
            waiting = None
            continue
        if waiting:
            yield waiting
        # A call without a result may have it in the next sentence.
        waiting = (sentence, parts) if "date" in words and words[-1] in ("date", "time") else None
        if waiting is None:
            yield sentence, parts
    if waiting:
        yield waiting


def _is_of_other_kind(sentence: str, parts, *, is_expected: bool, is_remark: bool) -> bool:
    """Whether a sentence may be about something other than an incoming call from the agency."""
    is_named = bool(_WORDS.incoming.search(sentence))
    is_called_again = bool(_WORDS.called_again.search(sentence)) and not is_named
    results = {word for word, _ in parts if word in RESULTS}
    # We called again and left a message: the voicemail is the agency's, and not the result of a callback.
    if is_by_others(sentence) or (is_called_again and (not is_expected or "voicemail" in results)):
        return True
    of_others = {
        "no_incoming": True,
        "other_object": True,
        "called_in_vain": not is_named,
        "to_others": is_remark or not is_named,
        "left_a_message": not (is_named or is_expected),
    }
    if any(applies and _WORDS[name].search(sentence) for name, applies in of_others.items()):
        return True
    if is_remark and not (is_named or is_expected):
        return True
    words = [word for word, _ in parts if word not in ("date", "time")]
    only = _WORDS.only_called.fullmatch(next((text for word, text in parts if word in RESULTS), ""))
    behind = words[next((index for index, word in enumerate(words) if word in RESULTS), len(words)) + 1 :]
    return not is_named and bool(only) and behind[:1] == ["strange"]


def _came_in(sentence: str, parts, *, is_remark: bool) -> list[CallbackEvent]:
    """The callbacks in the parts of one sentence."""
    found: list[CallbackEvent] = []
    dates = [index for index, (word, _) in enumerate(parts) if word == "date"]
    is_before = bool(dates) and any(word in RESULTS for word, _ in parts[: dates[0]])
    # Whether each time is before its date: 7:12am 1/13 missed, 9:05am 1/14 missed
    begins = [word for word, _ in _up_to_break(parts[: dates[0]])] if dates else []
    is_time_first = "time" in begins and [word for word, _ in parts[dates[0] + 1 : dates[0] + 2]] != ["time"]
    shared: list = []
    for first, index, last in zip([-1, *dates], dates, [*dates[1:], len(parts)], strict=False):
        before, behind = _up_to_break(parts[first + 1 : index]), _known(parts[index + 1 : last])
        if is_before and found and _is_alike(parts, first, index):
            before = shared
        shared = before
        came = _callback_among(before, parts[index][1], behind, is_before=is_before, is_remark=is_remark)
        is_last = last == len(parts)
        if came:
            own = _own_time(parts[first + 1 : index], behind, is_time_first=is_time_first, is_last=is_last)
            came = came._replace(time=own)
        next_one = parts[last + 1 : next((date for date in dates if date > last), len(parts))]
        is_parted = is_last or is_before or index + 1 + len(behind) < last
        is_parted |= any(word in RESULTS for word, _ in next_one)
        found += [came] if came and is_parted else []  # ambiguous: 1/13 missed, vm 1/14
    return found


def _is_alike(parts, before: int, index: int) -> bool:
    """Whether a date shares the result of the date before it, like the second in: Missed 4/14 and 4/15.

    Only breaks and times may be between the days. After the last day, apart from times, comes a break or nothing.
    """
    words = [word for word, _ in parts]
    of_days = {"date", "time", "break"}
    end = next((place for place in range(index, len(words)) if words[place] not in of_days), len(words))
    last = max(place for place in range(index, end) if words[place] == "date")
    behind = [word for word in words[last + 1 : end + 1] if word != "time"]
    return {*words[before + 1 : index]} <= {"break", "time"} and behind[:1] in ([], ["break"])


def _up_to_break(parts) -> list[tuple[str, str]]:
    """The parts right before a date, after the last break."""
    return parts[max((index + 1 for index, (word, _) in enumerate(parts) if word == "break"), default=0) :]


def _known(parts) -> list[tuple[str, str]]:
    """The parts after a date, up to the first unlisted word."""
    return parts[: next((index for index, (word, _) in enumerate(parts) if word == "strange"), len(parts))]


def _callback_among(before, date: str, behind, *, is_before: bool, is_remark: bool) -> CallbackEvent | None:
    """The callback on a date, from the parts before and after it; None if they show none."""
    words = {word for word, _ in (*before, *behind)}
    if any(word == "strange" for word, _ in before) or words & {"none", "email"}:
        return None
    side = before if is_before and any(word in RESULTS for word, _ in before) else behind
    results = _as_one([word for word, _ in side if word in RESULTS])
    answers = {text for word, text in side if word == "answered"}
    last = next((text for word, text in reversed(before) if word == "ring"), "")
    first = " ".join(text for _, text in itertools.takewhile(lambda part: part[0] == "ring", behind))
    is_incoming = _WORDS.came.fullmatch(last) or _WORDS.came.fullmatch(first)
    if not results and is_incoming:
        return CallbackEvent(date)
    if len(results) != 1 or (
        is_remark and results == ["answered"] and not (any(map(_WORDS.came_in.fullmatch, answers)) or is_incoming)
    ):
        return None
    return CallbackEvent(date, "", results[0])


def _own_time(before, behind, *, is_time_first: bool, is_last: bool) -> str:
    """The time of a date: after it, or before it if the sentence gives times first; "" if there is none.

    A time between a break and a date belongs to that date: 1/13 missed, 9:05am 1/14 missed.
    """
    right_before = _up_to_break(before)
    is_set_off = len(right_before) < len(before) and [word for word, _ in right_before] == ["time"]
    if is_time_first or is_set_off:
        own = next((text for word, text in reversed(right_before) if word == "time"), "")
        return own or (_time_behind(behind) if is_last else "")
    is_of_next = not is_last and [word for word, _ in behind[-2:]] == ["break", "time"]
    return _time_behind(behind[:-2] if is_of_next else behind)


def _time_behind(behind) -> str:
    return next((text for word, text in behind if word == "time"), "")


def _parts_of(text: str, *, is_strict: bool = True) -> list[tuple[str, str]]:
    """Dates, times, and results of a text in their order.

    An unlisted word raises :class:`Unreadable`. If not `is_strict`, such a word is ``strange`` instead, and ``break``
    is a sign that separates the parts before and after it.
    """
    found: list[tuple[str, str]] = []

    def marked(kind: str):
        def mark(match: re.Match) -> str:
            found.append((kind, match[0].strip()))
            return f" {chr(_FIRST_MARK + len(found) - 1)} "

        return mark

    # Dates and times become single characters first, so that no listed phrase matches inside them.
    text = _WORDS.date.sub(marked("date"), _WORDS.hour_alone.sub(r" \1:00", _without_remarks(text)))
    text = _WORDS.day_of_week.sub(marked("date"), text) if is_strict else text
    text = _WORDS.time.sub(marked("time"), text)
    text = _WORDS.range.sub(partial(_begin_of_range, found), text)
    words = lexicon.tokens(_WORDS.name_of_ours.sub("we", text))
    listed, parts, index, names = lexicon.phrases("callback"), [], 0, 0
    while index < len(words):
        phrase = listed.match(words, index)
        if _FIRST_MARK <= ord(words[index][0]) < _FIRST_MARK + len(found):
            parts.append(found[ord(words[index][0]) - _FIRST_MARK])
            index, names = index + 1, 0
        elif phrase:
            if phrase[0] == "unknown":
                _without_lost_results(
                    parts, " ".join(words[:index]), " ".join(words[index : index + phrase[1]]), is_strict=is_strict
                )
                names = 0
            elif phrase[0] not in ("filler", "sign"):
                parts.append((phrase[0], " ".join(words[index : index + phrase[1]])))
                # Whoever answered is often named: "spoke to Ana Cruz". Up to `_NAMES` words after it may be a name.
                is_with_name = is_strict or bool(_WORDS.with_name.fullmatch(words[index]))
                names = _NAMES if phrase[0] == "answered" and is_with_name else 0
            elif phrase[0] == "sign" and not is_strict and words[index] in _BREAKS:
                parts.append(("break", ""))
            index += phrase[1]
        elif names and words[index].isalpha() and not _WORDS.no_name.fullmatch(words[index]):
            names, index = names - 1, index + 1
        elif is_strict:
            raise Unreadable
        else:
            parts.append(("strange", ""))
            index += 1
    return parts


def _begin_of_range(found: list[tuple[str, str]], match: re.Match) -> str:
    """The first of two days, followed by an unlisted sign, or the first of two times; a day and its time unchanged.

    Missed CB 4/14 to 4/16: the number and days of the calls are unknown. 4/14 - 9:05 am missed: one, at that time.
    """
    first, last = (found[ord(mark) - _FIRST_MARK][0] for mark in match.groups())
    return match[0] if first != last else f"{match[1]} ?" if first == "date" else f"{match[1]} "


def _without_lost_results(parts: list[tuple[str, str]], before: str, lost: str, *, is_strict: bool) -> None:
    """Set the result of a call picked up and then lost to ``unknown``, unless the text says that someone spoke."""
    index = next((index for index in range(len(parts) - 1, -1, -1) if parts[index][0] in RESULTS), None)
    if index is None:
        parts.append(("unknown" if is_strict else "strange", lost))
    elif (result := parts[index])[0] == "answered":
        is_spoken = _WORDS.spoke.search(before[max(before.rfind(result[1]), 0) :])
        parts[index] = result if is_spoken else ("unknown", result[1])


def _without_remarks(text: str) -> str:
    """The text without remarks in parentheses that have no digit and no listed word: 3/4 missed (JT at the dentist)."""
    listed = lexicon.phrases("callback")

    def kept(match: re.Match) -> str:
        words = lexicon.tokens(match[1])
        found = (listed.match(words, index) for index in range(len(words)))
        is_known = any(phrase and phrase[0] not in ("filler", "sign") for phrase in found)
        return match[0] if is_known or re.search(r"\d", match[1]) else ""

    return _WORDS.remark.sub(kept, text)


def _without_dates(parts: list[tuple[str, str]]) -> list[list[str]]:
    """One callback on an unknown day."""
    times = [text for word, text in parts if word == "time"]
    results = _as_one([word for word, _ in parts if word in RESULTS])
    if len(times) > 1 or len(results) > 1:
        raise Unreadable
    return [["", *(times or [""]), *(results or [""])]]


def _of_dates(parts: list[tuple[str, str]]) -> list[list[str]]:
    """The callbacks on the dates, each with the nearest result."""
    # Whichever comes first shows whether results come before or after their dates.
    first = next(word for word, _ in parts if word in ("date", *RESULTS))
    events: list[list[str]] = []
    waiting, result, time = 0, "", ""  # the first event without a result yet; a result or a time before its date
    for index, (word, text) in enumerate(parts):
        if word == "date":
            events.append([text, time, result])
            time, result = "", result if first != "date" else ""
            waiting = max(waiting, len(events)) if events[-1][2] else waiting
        elif word == "time" and not events:
            time = text
        elif word == "time":
            events.append([events[-1][0], text, ""]) if events[-1][1] else events[-1].__setitem__(1, text)
        elif word in RESULTS and first != "date":
            result = _as_one([result, word])[-1] if result and not events else word
        elif word in RESULTS and waiting == len(events) and word != events[-1][2] and _is_of_next(parts, index):
            result = word  # "1/13 missed, email 1/20": it belongs to the date after it
        elif word in RESULTS:
            waiting = _result_for(events, waiting, word)
    return events


def _is_of_next(parts: list[tuple[str, str]], index: int) -> bool:
    """Whether a result comes right before a date that has none after it."""
    words = [word for word, _ in parts[index + 1 :]]
    if words[:1] != ["date"]:
        return False
    own = words[1 : words.index("date", 1)] if "date" in words[1:] else words[1:]
    return not set(own) & set(RESULTS)


def _result_for(events: list[list[str]], waiting: int, result: str) -> int:
    """Give a result to the events without one. If there are none, combine it with the last event's result, or add
    another event on the same day."""
    if waiting < len(events):
        for event in events[waiting:]:
            event[2] = result
        return len(events)
    both = _as_one([events[-1][2], result])
    if len(both) == 1:
        events[-1][2] = both[0]
    else:
        events.append([events[-1][0], "", result])
    return len(events)


def _as_one(results: list[str]) -> list[str]:
    """Results without repeats; a missed call that left a voicemail counts as ``voicemail``."""
    found = list(dict.fromkeys(results))
    return ["voicemail"] if set(found) == {"missed", "voicemail"} else found
