"""Corrections by cells to the meanings that headers gave: Answered? may be about a person or about callbacks.

Each function changes ``found``, the indices of the columns by meaning, where the cells contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from callanalytics.formats import contents, derived_columns
from callanalytics.formats.contents import CLOCK, HELD, MIN_CELLS, OF_EACH, most, nearly_all, share, some
from callanalytics.formats.layout import Format
from callanalytics.formats.words import tokens
from callanalytics.lazy import regex
from callanalytics.values import lexicon, try_read
from callanalytics.values.callbacks import (
    RESULTS,
    callbacks_among,
    denies_callbacks,
    has_dated_callbacks,
    read_callbacks,
    result_of_callback,
    undated_callback,
)
from callanalytics.values.lexicon import Patterns
from callanalytics.values.narratives import is_phone
from callanalytics.values.phones import placeholder
from callanalytics.values.promises import is_promise, read_promise

MIN_ANSWER_RATIO = 1.5  # at this ratio of answers to callbacks, the answers belong to the calls
WAITING_ELSE = lexicon.word_set("waiting_else")
MAX_WAIT_HOURS = 5  # longest wait in hours; larger values are hours of the day
UNTIL = frozenset("until till til".split())
AGENT_TIME = frozenset("agent rep officer person human live operator time minutes mins min".split())
WHO_CAME = ("reached", "picked_up")  # meanings of a column that names who answered, if its cells are names
PARTY = frozenset("dialed called callee whom".split())  # words for the party called
OTHER_PARTY = frozenset("caller who with party to from".split())  # more of these, if a column gives the direction
TAGS = frozenset("tag tags label labels category".split())
OF_ATTEMPTS = frozenset("attempt attempts try".split())
OF_AGENCY = frozenset("callback uscis officer t2 their they tier".split())
ANSWERED = frozenset("answered answer picked missed".split())
OF_SECOND_CALL = ("time", "wait", "result", "agent")  # meanings with own columns for a second call
_WORDS = Patterns("columns")
_TWO_LETTERS = regex(r"[^\W\d_]{2} ")  # a name beside an ID
TIER = frozenset("tier t2 level officer escalated escalate escalation".split())


def _settle_callbacks(fmt: Format, found: dict[str, int], header, cells) -> None:
    """Of two columns about callbacks, take the one with days as their date, and a bare At or Time after it as their
    time."""
    if (answered := found.get("callback_answered")) is not None and "callback" not in found:
        if any(map(has_dated_callbacks, cells[answered])) or any(map(undated_callback, cells[answered])):
            found["callback"] = found.pop("callback_answered")  # Callback outcome: 1/13 missed; CB missed
    if "callback" not in found and (promised := found.get("promised")) is not None:
        is_past = bool(_WORDS.past.search(header[promised])) and nearly_all(cells[promised], "date")
        # Next to due days, a yes, a no, or a day is about callbacks that came.
        is_beside_due = "callback_due" in found and all(
            try_read(read_callbacks, t) is not None for t in cells[promised]
        )
        if is_past or is_beside_due or _are_callbacks_alone(cells[promised]):
            found["callback"] = found.pop("promised")  # Call back? 1/14 10:20, spoke
    if "callback" not in found:
        return
    index = found["callback"]
    free = open_columns(found, header)
    about = (p for p in free if may_mean(fmt, header[p], ("callback",)))
    dated = [p for p in about if most(cells[p], "date")]
    if dated and "callback_answered" not in found and not some(cells[index], "date"):
        found["callback"], found["callback_answered"] = dated[0], index
    behind = found["callback"] + 1
    if "callback_time" not in found and behind in free and CLOCK.issuperset(tokens(header[behind])):
        if most(cells[behind], "time"):
            found["callback_time"] = behind


def _settle_missed(fmt: Format, found: dict[str, int], header, cells) -> None:
    """Take a yes or a no, even among other words, for the answer that a header about missed callbacks asks for."""
    index = found.get("callback_answered")
    if index is not None and may_mean(fmt, header[index], ("callback_missed",)):
        if any(map(contents.KINDS.yes_and_why.match, cells[index])):
            found.setdefault("callback_missed", found.pop("callback_answered"))  # Missed? no


def _settle_attempts(found: dict[str, int], header, cells) -> None:
    """Drop attempts that have a hold and end as the office's own calls do: they are not callbacks (First attempt
    date)."""
    index = found.get("callback")
    if index is None or "wait" not in found or OF_ATTEMPTS.isdisjoint(tokens(header[index])):
        return
    if not OF_AGENCY.isdisjoint(tokens(header[index])):
        return
    texts = cells[found.get("callback_answered", index)]
    is_alone = {"date", "called", "promised"}.isdisjoint(found)  # no other column has the day of the call
    if not is_alone and not any(map(_WORDS.ours_ended.search, texts)):
        return
    for name, own in (("callback", "date"), ("callback_answered", "result")):
        if name in found:
            index = found.pop(name)
            if is_alone:
                found.setdefault(own, index)
    found.pop("callback_time", None)


def _settle_second_calls(found: dict[str, int], header, cells) -> None:
    """Take a second call as the office's if it has its own hold, or if nothing shows that it is a callback."""
    index = found.get("second_callback")
    if index is None or not OF_AGENCY.isdisjoint(tokens(header[index])):
        return
    first = {name: header[p].removesuffix(" (2)") for name, p in found.items() if name in OF_SECOND_CALL}
    own = {name: header.index(f"{text} (2)") for name, text in first.items() if f"{text} (2)" in header[index:]}
    results = cells[own["result"]] if "result" in own else []
    tells_callback = "second_answered" in found or found.get("callback", index) < index
    tells_callback |= _are_results_of_callbacks(results, may_be_yes=False)
    tells_callback |= any(not ANSWERED.isdisjoint(tokens(name)) for name in header[index + 1 : index + 2])
    if tells_callback and "wait" not in own and "second_wait" not in found:
        return
    assign(found, index, "second_call")
    for name, place in own.items():
        assign(found, place, f"second_{name}")
        found[name] = header.index(first[name])
    if "second_callback_time" in found:
        found["second_time"] = found.pop("second_callback_time")
    if "second_answered" in found:
        found.setdefault("second_result", found.pop("second_answered"))


def settle_answers(found: dict[str, int], header, cells, raw) -> None:
    """Find the column of callback results after the column of their days, whatever its header: it has a result next to
    a day, and elsewhere at most says that none came."""
    index = found.get("callback_answered")
    if index is not None and derived_columns.asks_by_whom(header[index]):
        assign(found, index, "callback_by")
        return
    index = found.get("callback")
    if index is None or "callback_answered" in found or not most(cells[index], "date"):
        return
    vague = ("somebody", "around", "in_out", "result")
    taken = {other for name, other in found.items() if name not in vague}
    others = {other for other in taken if other != found.get("agent") or _are_of_agency(cells[other])}
    for behind in range(index + 1, len(cells)):
        pairs = [(day, text) for day, text in zip(raw[index], raw[behind], strict=False) if text]
        words = tokens(header[behind])
        group = [word for word, other in zip(words, tokens(header[index]), strict=False) if word == other]
        is_grouped = "callback" in group and words[: len(group)] == tuple(group)
        are_of_days = all(day or _says_none_came(text) for day, text in pairs)
        if pairs and are_of_days and behind not in others and derived_columns.asks_by_whom(header[behind]):
            assign(found, behind, "callback_by")
            return
        # In a group of the agency's callbacks, Picked up? asks about the office, so a yes may be there.
        asks = is_grouped and not OF_EACH["callback_answered"].isdisjoint(words[len(group) :])
        are_results = _are_results_of_callbacks([text for day, text in pairs if day], may_be_yes=asks)
        if are_of_days and are_results and behind not in taken:
            assign(found, behind, "callback_answered")
            return


def _are_of_agency(names: list[str]) -> bool:
    """Whether a column of names has titles or tiers, as of the agency's persons: Officer Roe, Ms. Lee T1."""
    return some(names, "titled") or any(map(_WORDS.tier.search, names))


def open_columns(found: Mapping[str, int], header: Sequence, *spare: str) -> list[int]:
    """The columns without a meaning, or with one of these, from left to right."""
    may_change = {found.get(name) for name in spare}
    return [index for index in range(len(header)) if index in may_change or index not in found.values()]


def assign(found: dict[str, int], index: int, meaning: str) -> None:
    for name in [name for name, taken in found.items() if taken == index]:
        del found[name]
    found[meaning] = index


def _says_none_came(text: str) -> bool:
    """Whether a cell says that no callback came, or none yet: never called, pending, ?."""
    return denies_callbacks(text) or placeholder(text) == "nothing"


def _are_results_of_callbacks(texts: list[str], *, may_be_yes: bool) -> bool:
    """Whether the cells of a column are results of callbacks and nothing else: answered, missed, voicemail."""
    if may_be_yes:
        return bool(texts) and all(result_of_callback(t) in RESULTS or contents.KINDS.yes.match(t) for t in texts)
    results = set(map(result_of_callback, texts))
    return len(texts) >= MIN_CELLS and results <= set(RESULTS) and len(results) > 1


def correct_by_cells(fmt: Format, found: dict[str, int], header, cells, raw) -> None:
    """Correct meanings by cells: Answered? without callbacks is about a person; a column full of 72 hours has
    promises. A step may free a meaning for the next."""
    _settle_answered(fmt, found, header, cells)
    _settle_their_calls(found, header)
    if "result" in found and nearly_all(cells[found["result"]], "yes"):
        found.setdefault("around", found.pop("result"))  # Resolved? yes
    if "time" in found and _are_short(cells[found["time"]]):
        found.setdefault("around", found.pop("time"))  # 0:45 is a duration: the line is closed at midnight
    # Before the callbacks: a column of the office's own attempts frees that meaning for another
    _settle_attempts(found, header, cells)
    _settle_callbacks(fmt, found, header, cells)
    _settle_missed(fmt, found, header, cells)
    _settle_second_calls(found, header, cells)
    _settle_kinds(found, cells, raw)
    _settle_line(found, header, cells)
    if "method" not in found and (index := _means_column(found, cells)) is not None:
        assign(found, index, "method")
    if {"activity", "sender", "line"} <= found.keys():
        found["recipient"] = found.pop("line")  # a diary has calls in both directions
    _settle_agent(fmt, found, header, cells)
    _settle_promises(found, header, cells)
    _settle_date(fmt, found, header, cells)
    _settle_wait(found, header, cells)
    _settle_end_of_hold(found, header, cells, raw)


def _settle_agent(fmt: Format, found: dict[str, int], header, cells) -> None:
    """Take columns that name the person who answered by their cells: Live rep, Human; IDs, tiers, and a yes are not
    names."""
    texts = cells[found["agent"]] if "agent" in found else []
    if "agent_id" not in found and nearly_all(texts, "id") and not any(map(_TWO_LETTERS.search, texts)):
        found["agent_id"] = found.pop("agent")  # Person's ID
    elif nearly_all(texts, "yes_and_why"):
        found.setdefault("reached", found.pop("agent"))  # Spoke w/ T1? yes; Person? yes (Karen)
    set_aside = _set_aside_who_answered(fmt, found, header, cells)
    people = cells[found["somebody"]] if "somebody" in found and {"agent", "tier"}.isdisjoint(found) else []
    n_tiers = sum(map(bool, map(_WORDS.tier.match, people)))  # a bare number may mean anything
    if len(people) >= MIN_CELLS and 2 * n_tiers >= len(people):
        found["tier"] = found.pop("somebody")  # Got: T1
    if "agent" in found:
        return
    if "reached" in found and _are_names(cells[found["reached"]]):
        found["agent"] = found.pop("reached")
    elif not set_aside:
        named = (p for p in open_columns(found, header) if may_mean(fmt, header[p], WHO_CAME))
        if (index := next((p for p in named if _are_names(cells[p])), None)) is not None:
            found["agent"] = index


def _set_aside_who_answered(fmt: Format, found: dict[str, int], header, cells) -> bool:
    """Remove the meaning of Who answered after the days of callbacks, because it names staff; return whether it was
    found.

    A column whose header says nothing else then has the agent: not Our agent, nor Agent on the case. Without such a
    column, tiers in the cells show that the column names the agency's agents after all.
    """
    index = found.get("agent")
    if index is None or index != found.get("callback", -2) + 1 or "who" not in tokens(header[index]):
        return False
    others = (
        p
        for p in open_columns(found, header)
        if "our" not in tokens(header[p]) and "agent" in fmt.vocabulary.meanings(header[p])
    )
    if (agent := next(others, None)) is not None:
        found["agent"] = agent
        return True
    if 2 * sum(bool(_WORDS.tier.search(text)) for text in cells[index]) >= len(cells[index]):
        return False
    del found["agent"]
    return True


def _settle_answered(fmt: Format, found: dict[str, int], header, cells) -> None:
    """Take Answered? as about a person where nothing is about callbacks, and on every call even if callbacks have their
    own column further right."""
    answered, callback = found.get("callback_answered"), found.get("callback")
    if answered is None or "reached" in found:
        return
    words = tokens(header[answered])
    if callback is None:
        if "wait" in found and "answered" in words and "callback" not in words and most(cells[answered], "yes"):
            found["reached"] = found.pop("callback_answered")
        return
    free = open_columns(found, header, "somebody")  # Answered by us?
    asked = [p for p in free if nearly_all(cells[p], "yes") and may_mean(fmt, header[p], ("callback_answered",))]
    if "callback" in words:
        for p in [p for p in asked[:1] if p < min(answered, callback)]:
            assign(found, p, "reached")
    elif len(cells[answered]) > MIN_ANSWER_RATIO * len(cells[callback]):
        # Picked up? is about every call, not about callbacks
        found["reached"] = found.pop("callback_answered")
        for p in [p for p in asked[:1] if p > callback]:
            assign(found, p, "callback_answered")


def _settle_their_calls(found: dict[str, int], header) -> None:
    """Take USCIS called as the day of a callback if the sheet also has the date of the office's calls and callback
    results."""
    has_results = not {"callback_missed", "callback_answered"}.isdisjoint(found)
    if has_results and {"date", "called"} <= found.keys() and "callback" not in found:
        if {"uscis", "they", "officer"} & {*tokens(header[found["called"]])}:
            found["callback"] = found.pop("called")


LOST_AT = ("gave_up_at", "cut_off_at")


def settle_losses(found: dict[str, int], raw) -> None:
    """Keep the time at which calls were lost only if other rows have the time of an answer; else it is any call's
    end."""
    answered = found.get("picked_up", found.get("hold_till"))
    for name in [name for name in LOST_AT if name in found]:
        others = [raw[index] for other in LOST_AT if other != name and (index := found.get(other)) is not None]
        others += [raw[answered]] if answered is not None else []
        if answered is None or any(a and b for cells in others for a, b in zip(raw[found[name]], cells, strict=False)):
            found.setdefault("ended", found.pop(name))


def _settle_kinds(found: dict[str, int], cells, raw) -> None:
    """Find columns with the kind of an entry, whatever their headers: Phone call, Email; us > them, them > us."""
    of_call = {found.get(name) for name in ("date", "time", "wait", "agent", "agent_id", "sr")}
    indices = [index for index in range(len(cells)) if index not in of_call]
    tell_who_called_whom = partial(nearly_all, kind="who_to_whom", at_least=MIN_CELLS)
    n_rows = max([MIN_CELLS, *map(len, cells)])
    labels = [p for p in indices if _label_rows(cells[p], n_rows) and not _were_held(raw[p], raw, found.get("wait"))]
    kinds = (p for p in indices if nearly_all(cells[p], "activity"))  # of entries in a diary, calls among them
    activities = (p for p in kinds if MIN_CELLS <= sum(map(is_phone, cells[p])) < len(cells[p]))
    ways = (*(p for p in indices if tell_who_called_whom(cells[p])), *labels)
    if (index := next(activities, None)) is not None:
        assign(found, index, "activity")
    if ways and "in_out" not in found:
        assign(found, ways[0], "in_out")
    if "activity" in found and "in_out" in found and not most(cells[found["in_out"]], "direction"):
        found.setdefault("around", found.pop("in_out"))
    if "activity" in found and "wait" in found:  # a diary with separate columns for calls
        found.setdefault("method", found.pop("activity"))


def _label_rows(texts: list[str], n_rows: int) -> bool:
    """Whether the cells of a column label each of the rows as a call or as a callback: Call, CB."""
    are_both = share(texts, "label_of_call") and share(texts, "label_of_callback")
    return bool(are_both) and len(texts) >= contents.NEARLY_ALL * n_rows and nearly_all(texts, "label")


def _were_held(labels: Sequence[str | None], raw, wait: int | None) -> bool:
    """Whether most rows labeled as a callback have a wait, so that the label is what is to come: Next, CB."""
    waits = raw[wait] if wait is not None else ()
    rows = [
        text for label, text in zip(labels, waits, strict=False) if contents.share([label or ""], "label_of_callback")
    ]
    return 2 * sum(map(bool, rows)) > len(rows)


def _means_column(found: Mapping[str, int], cells) -> int | None:
    """The column whose cells, but not its header, say how the agency was contacted: Phone, Email, Emma."""
    free = open_columns(found, cells, "in_out", "around", "method")
    means = (index for index in free if nearly_all(cells[index], "means", at_least=MIN_CELLS))
    # Some of these means are calls and some are not
    return next((index for index in means if 0 < sum(map(is_phone, cells[index])) < len(cells[index])), None)


def _settle_line(found: dict[str, int], header, cells) -> None:
    """Find the column of who was called by its cells: USCIS, NVC, the client; it says more than numbers dialed.

    In a sheet with the direction of each call, it may also be the column of who called, and need name the agency in
    only a quarter of the cells.
    """
    if "line" in found and not most(cells[found["line"]], "phone"):
        return
    names = ("somebody", "client", "around", "method", "number") + ("caller",) * ("in_out" in found)
    indices = [index for index in open_columns(found, header, *names) if TAGS.isdisjoint(tokens(header[index]))]
    parties = PARTY | (OTHER_PARTY if "in_out" in found else frozenset())
    named = [p for p in indices if not parties.isdisjoint(tokens(header[p])) or [*tokens(header[p])] == ["to"]]
    named = [p for p in named if some(cells[p], "agency")]
    index = next((p for p in indices if most(cells[p], "agency")), named[0] if named else None)
    if index is not None:
        assign(found, index, "line")


def _settle_promises(found: dict[str, int], header, cells) -> None:
    """Find a column of promises by its cells: 72 hours, 30 business days."""
    if not {"promised", "told"}.isdisjoint(found):
        return
    names = ("tier", "around", "follow", "in_out", "urgency")
    indices = open_columns(found, header, *names)
    kinds = ("urgency", "urgent_or_regular") if "callback" in found else ("urgency",)
    best = next((p for p in indices if any(most(cells[p], k) for k in kinds)), None)
    if best is None:  # Tier 2? yes, 30 days
        of_tier = (index for index in indices if not TIER.isdisjoint(tokens(header[index])))
        best = next((p for p in of_tier if most([text for text in cells[p] if not _is_no(text)], "timed")), None)
    if best is not None and len(cells[best]) >= MIN_CELLS:
        assign(found, best, "promised")


def _settle_date(fmt: Format, found: dict[str, int], header, cells) -> None:
    """Take the only column of days as the date of the call if no header says so: Attempt date."""
    if "time" in found and "date" not in found and any(map(_is_of_hold, header)):
        if nearly_all(cells[found["time"]], "date"):
            found["date"] = found.pop("time")  # When I called: 3/4/2024 9:05
    if not {"date", "called", "day_of_month"}.isdisjoint(found):
        return
    of_days = ([text for text in texts if not derived_columns.week_of(text)] for texts in cells)
    weekdays = (p for p, texts in enumerate(of_days) if nearly_all(texts, "weekday"))
    if (index := next(weekdays, None)) is not None:
        assign(found, index, "weekday")  # the week is in the title, or above its days
    free = open_columns(found, header, "somebody", "number", "around")
    dated = [index for index in free if nearly_all(cells[index], "date", at_least=MIN_CELLS)]
    of_date = [each for each in fmt.words if each.name == "date"]
    dated = [index for index in dated if not any(each.is_lacking(tokens(header[index])) for each in of_date)]
    if len(dated) > 1:  # next to a column of days alone, one with more than days has results: 11/3 9:30 missed
        dated = [index for index in dated if all(map(contents.KINDS.day_alone.match, cells[index]))]
    if len(dated) == 1:
        assign(found, dated[0], "date")
    elif not dated and "written" in found and nearly_all(cells[found["written"]], "date"):
        # If there is no other date, the time at which the entry was written.
        found["date"] = found.pop("written")


def _settle_wait(found: dict[str, int], header, cells) -> None:
    """Take the only column of lengths whose header has a word for holding as the wait, despite unknown words: Sat on
    hold.

    Next to a wait, Agent time is how long the agent spoke.
    """
    index = found.get("wait")
    for name in ("hold_from", "hold_till", "picked_up"):
        if name in found and _are_short(cells[found[name]]):
            found.setdefault("wait", found.pop(name))  # 0:45 in queue, or until answered, is a duration
    may_be_talk = index is not None and AGENT_TIME.issuperset(tokens(header[index]))
    if any(name.startswith(("wait", "hold_")) for name in found) and not may_be_talk:
        return
    free = open_columns(found, header)
    held = [
        index for index in free if _is_of_hold(header[index]) and nearly_all(cells[index], "span", at_least=MIN_CELLS)
    ]
    if len(held) == 1:
        found["wait"] = held[0]


def _settle_end_of_hold(found: dict[str, int], header, cells, raw) -> None:
    """Take a column of waits with hours of the day as when the hold ended: Waited until; Hold as of, 9:45. Before a
    column of later hours they are when it began: On hold, 9:02, Off hold, 9:51.
    """
    index, start = found.get("wait"), raw[found["time"]] if "time" in found else ()
    till = next((found[name] for name in ("hold_till", "picked_up", "ended") if name in found), None)
    if till is not None and "hold_from" not in found:
        held = (p for p in open_columns(found, header, "wait") if _is_of_hold(header[p]) and most(cells[p], "time"))
        held = (p for p in held if not some(cells[p], "under_an_hour") and any(map(_HOUR.match, cells[p])))
        if (begun := next((p for p in held if _follow(raw[p], raw[till])), None)) is not None:
            assign(found, begun, "hold_from")
            return
    if index is None or not _are_hours_of_day(header[index], cells[index]):
        return
    if not UNTIL.isdisjoint(tokens(header[index])) or _follow(start, raw[index]):
        found["hold_till"] = found.pop("wait")


_HOUR = regex(r"(?i)(?:0?[6-9]|1\d|2[0-3]):\d\d|\d{1,2}:\d\d(?::\d\d)?\s*[ap]")  # not the length of a hold


def _are_short(texts: list[str]) -> bool:
    """Whether the cells are lengths of less than some hours, and some of less than one: 0:45."""
    return some(texts, "under_an_hour") and nearly_all(texts, "short")


def _are_hours_of_day(name: str, texts: list[str]) -> bool:
    """Whether the cells under an "until" are hours of the day, not lengths.

    A header that ends in "until" names an hour; Wait until answered does if most cells are too large for a wait.
    """
    if not nearly_all(texts, "time") or some(texts, "under_an_hour"):
        return False
    hours = [int(match[1]) for text in texts if (match := re.match(r"(\d{1,2}):\d\d", text))]
    return tokens(name)[-1] in UNTIL or 2 * sum(hour > MAX_WAIT_HOURS for hour in hours) > len(texts)


def _follow(starts: Sequence[str | None], ends: Sequence[str | None]) -> bool:
    """Whether each time of day in a column of waits is soon after the start of its row, so that it ends the hold.

    >>> _follow(["9:00a", "1:00p", "8:05", "2:10"], ["9:45", "2:30", "8:20", "3:05"]), _follow(["9:00a"], ["9:45"])
    (True, False)
    """
    clocks = [(_CLOCK.match(start or ""), _CLOCK.match(end or "")) for start, end in zip(starts, ends, strict=False)]
    lengths = [_minutes(end) - _minutes(start) for start, end in clocks if start and end]
    return len(lengths) > MIN_CELLS and all(length % 720 < MAX_WAIT_HOURS * 60 for length in lengths)


_CLOCK = regex(r"(\d{1,2}):(\d\d)")


def _minutes(clock: re.Match[str]) -> int:
    return int(clock[1]) * 60 + int(clock[2])


def _is_of_hold(name: str) -> bool:
    """Whether a header has a word for holding, and no word for another kind of waiting: Days case waiting."""
    return not HELD.isdisjoint(tokens(name)) and WAITING_ELSE.isdisjoint(tokens(name))


def _is_no(text: str) -> bool:
    promise = try_read(read_promise, text)
    return promise is not None and promise.kind == "none"


def callback_column(fmt: Format, header, cells, closed: set[int]) -> int | None:
    """The only column with callbacks, their days, and results, if its header does not say so."""
    dated = [index for index, texts in enumerate(cells) if index not in closed and _are_dated_callbacks(texts)]
    # Follow-up: 1/13 missed; 1/14 spoke with officer
    if len(dated) != 1:
        return None
    is_named = not fmt.vocabulary.meanings(header[dated[0]]).isdisjoint(("callback", "second_callback"))
    return None if is_named else dated[0]


def _are_dated_callbacks(texts: list[str]) -> bool:
    """Whether at least two cells, and half of those that may be about callbacks, have callbacks with days and
    results."""
    # How the call itself was lost (we hung up) is not about a callback; a cell about the office's own call (called
    # again 1/26, VM) makes the column one of remarks.
    dated = list(filter(has_dated_callbacks, texts))
    if len(dated) < 2:
        return False
    others = sum(not has_dated_callbacks(text) and not contents.denies_callback(text) for text in texts)
    return len(dated) >= contents.SHARE_FOR * (len(dated) + others) and all(map(callbacks_among, dated))


def _are_callbacks_alone(texts: list[str]) -> bool:
    """Whether cells have callbacks with their days, or say that none came, and no promises."""
    dated = sum(map(has_dated_callbacks, texts))
    if (
        dated > 1
        and dated >= contents.SHARE_FOR * len(texts)
        and not any(is_promise(t) and not _is_no(t) for t in texts)
    ):
        return True
    return dated > 0 and all(map(_is_of_callbacks_alone, texts))


def _is_of_callbacks_alone(text: str) -> bool:
    came = try_read(read_callbacks, text)
    return bool(callbacks_among(text)) if came is None else all(each.date for each in came)


def _are_names(texts: list[str]) -> bool:
    """Whether most cells of a column look like names, and few are yes or no or say how a call ended."""
    are_ends = max(share(texts, kind) for kind in ("yes", "lost_or_reached")) >= contents.SHARE_NEUTRAL
    return len(texts) >= MIN_CELLS and not are_ends and most(texts, "name")


def may_mean(fmt: Format, name: str, meanings: Sequence[str]) -> bool:
    """Whether a header has any word of one of these meanings, among whatever others."""
    return any(meaning.name in meanings for _, meaning, _ in fmt.vocabulary.scores(name))
