"""Columns that a sheet has in pieces: a date in day and month, a wait between two clock times, a call in its notes.

What such a column is called, and when a sheet is taken to have it; ``normalize.composing`` fills it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from callanalytics.formats import contents
from callanalytics.values.callbacks import callbacks_among
from callanalytics.values.dates import MONTH_NAME
from callanalytics.values.narratives import Narrative, agent_in, read_narrative, request_in, speaks_of_agency
from callanalytics.values.promises import promise_told_in

TELLING = ("notes", "narrative", "result", "follow", "around")  # meanings of a column in which whole calls may be told
ENDS_IN = ("notes", "follow", "callback")  # columns of which one may tell how a call ended, where no result does
FEW = 2  # cells that tell of a promise, or of callbacks, among other things
SHARE = 0.05  # of the cells of a column that tell of callbacks among other things
LEAST, MOST = 3, 0.7  # notes, and the share of them, that tell of a call
PARTS = ("year", "month", "day_of_month")
WAIT_PARTS = ("wait_hours", "wait_minutes", "wait_seconds")
# Meanings that may be told in notes, each by the same name: which way a call went, and whether it was one, as well.
IN_NOTES = {name: name for name in ("date", "time", "wait", "agent", "result", "sr", "in_out", "method")}
DAY_ABOVE = "date above the rows"  # what the days are called that stand in rows of their own
DAYS = 2  # such rows that a sheet must have
WEIGHTS = {"date": 2, "time": 1, "wait": 3, "agent": 1, "sr": 2, "promised": 2, "result": 1}
_MONTH = re.compile(rf"(?<![^\W_]){MONTH_NAME}(?![^\W\d_])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_TIME = re.compile(r"\d:\d\d|\d ?[ap]\.?m", re.IGNORECASE)


def columns(
    found: Mapping[str, str], cells: Mapping[str, Sequence[str]], titles: Sequence[str], alone: Sequence[str] = ()
) -> dict[str, str]:
    """The meanings that a sheet has in pieces, each with the name of the column to be put together for it.

    ``found`` are its columns by their meanings, ``cells`` what stands in them, ``titles`` are the names of the sheet,
    ``alone`` is what stands by itself in a row.

    >>> columns({"time": "Dialed", "picked_up": "Answered"}, {}, ())
    {'wait': 'wait from dialing: Dialed to Answered'}
    """
    derived: dict[str, str] = {}
    if "date" not in found and "day_of_month" in found and _has_month(found, cells, titles):
        derived["date"] = name_of_date(found)
    elif "date" not in found and are_days(alone):
        derived["date"] = DAY_ABOVE
    if "time" not in found and (start := next((name for name in ("hold_from", "hold_range") if name in found), "")):
        derived["time"] = found[start]
    if "wait" not in found and (wait := name_of_parts(found)):
        derived["wait"] = wait
    elif "wait" not in found and (clocks := ends_of_wait(found, cells)):
        start, end = clocks
        since = "in the queue" if start == "hold_from" else "from dialing"
        derived["wait"] = f"wait {since}: {found[start]} to {found[end]}"
    derived |= _in_notes({**found, **derived}, cells)
    if "narrative" not in found and "narrative" in derived:
        cells = {**cells, "narrative": cells["result"]}  # the column of results has the whole calls
    derived |= _wait_in_notes({**found, **derived}, cells)
    derived |= _agent_in_notes({**found, **derived}, cells)
    derived |= _request_in_notes({**found, **derived}, cells)
    derived |= _promise_in_notes({**found, **derived}, cells)
    return derived | _callbacks_in_notes({**found, **derived}, cells)


def _agent_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The agent, where no column names one and some remarks do."""
    if "agent" in found or "agent_id" in found or "wait" not in found:
        return {}
    for column in ("notes", "result"):
        texts = cells.get(column, ())
        named = sum(bool(agent_in(text)) for text in texts)
        if column in found and named >= FEW and 5 * named >= len(texts):
            return {"agent": name_in_notes("agent", found[column])}
    return {}


def is_remark(meaning: str) -> bool:
    """Whether a column of this meaning holds remarks of any kind, and not what came after a call."""
    return meaning not in ("follow", "callback", "promised", "told")


def _promise_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The promise, where no column has it and what came after the call, or the remarks, tell it."""
    if not {"promised", "told"}.isdisjoint(found) or {"wait", "result"}.isdisjoint(found):
        return {}
    for column in ("follow", "callback", "notes", "narrative", "around"):
        texts = [text for text in cells.get(column, ()) if promise_told_in(text, is_remark=is_remark(column))]
        if column in found and len(texts) >= FEW:
            return {"promised": name_in_notes("promised", found[column])}
    return {}


def _callbacks_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The callbacks, where no column has them and another tells of them with their days."""
    if "callback" in found or {"wait", "result"}.isdisjoint(found):
        return {}
    for column in ("follow", "promised", "told", "notes", "narrative", "result", "around"):
        texts = cells.get(column, ())
        came = sum(bool(callbacks_among(text, is_remark=is_remark(column))) for text in texts)
        if column in found and came >= FEW and came >= SHARE * len(texts):
            return {"callback": name_in_notes("callback", found[column])}
    return {}


def _wait_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The wait, where no column has it, others tell of a person and of an end, and most remarks tell a wait."""
    has_others = "result" in found and not {"agent", "agent_id", "sr"}.isdisjoint(found)
    if "wait" in found or "notes" not in found or not has_others:
        return {}
    texts = cells.get("notes", ())
    waits = sum(bool(read_narrative(text).wait) for text in texts)
    is_told = waits >= LEAST and 2 * waits >= len(texts)
    return {"wait": name_in_notes("wait", found["notes"])} if is_told else {}


def _request_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The number of a request, where no column has it and remarks tell it."""
    if "sr" in found or "notes" not in found or not any(map(request_in, cells.get("notes", ()))):
        return {}
    return {"sr": name_in_notes("sr", found["notes"])}


def name_of_date(found: Mapping[str, str]) -> str:
    """What a date in pieces is called."""
    return " / ".join(found[part] for part in PARTS if part in found) + " (day of the month)"


def is_day(text: str) -> bool:
    """Whether a text is a day and nothing else.

    >>> is_day("Monday, March 14, 2022"), is_day("3/14"), is_day("March 2022"), is_day("3/14 Maria out")
    (True, True, False, False)
    """
    return bool(contents.DAY_ALONE.match(text))


def are_days(alone: Sequence[str]) -> bool:
    """Whether what stands alone in rows are mostly days, each above its calls."""
    days = sum(map(is_day, alone))
    return days >= DAYS and 2 * days >= len(alone)


def name_of_parts(found: Mapping[str, str]) -> str:
    """What a wait is called that stands in two columns, or in a part of one; "" where there is none."""
    if parts := [found[part] for part in WAIT_PARTS if part in found]:
        return f"wait: {' and '.join(parts)}"
    if "hold_range" in found:
        return f"wait in the queue: {found['hold_range']}"
    return f"wait: the first of {found['hold_and_talk']}" if "hold_and_talk" in found else ""


def ends_of_wait(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """The two meanings between whose clock times somebody waited."""
    end = next((name for name in ("hold_till", "picked_up") if name in found), None)
    starts = [name for name in ("hold_from", "time") if name in found]
    if not starts and any(_TIME.search(text) for text in cells.get("date", ())[:20]):
        starts = ["date"]
    return (starts[0], end) if end and starts else None


def name_in_notes(meaning: str, notes: str) -> str:
    """What a column is called that is read in the notes.

    >>> name_in_notes("wait", "Remarks")
    'wait told in Remarks'
    """
    return f"{meaning} told in {notes}"


def name_of_end(notes: str) -> str:
    """What a column is called of the ends of calls that remarks tell here and there."""
    return f"end of the call told in {notes}"


def name_of_both(result: str, notes: str) -> str:
    """What a column is called of results that remarks tell where it is empty.

    >>> name_of_both("Result", "Notes")
    'Result, else as told in Notes'
    """
    return f"{result}, else as told in {notes}"


def name_of_marks(names: Sequence[str]) -> str:
    """What a column is called whose answers are marks under several headers.

    >>> name_of_marks(("Urgent", "Regular"))
    'marked: Urgent, Regular'
    """
    return f"marked: {', '.join(names)}"


def month_of(text: str) -> str:
    """The one month that a title names; "" where there is none, or more.

    >>> month_of("USCIS March 2022"), month_of("Jan-Mar"), month_of("Marquez")
    ('March', '', '')
    """
    found = {match[0] for match in _MONTH.finditer(text.replace("_", " "))}
    return found.pop() if len(found) == 1 else ""


def year_of(text: str) -> str:
    """The one year that a title names; "" where there is none, or more."""
    found = set(_YEAR.findall(text))
    return found.pop() if len(found) == 1 else ""


def weight(found: Mapping[str, str]) -> float:
    """How much the columns that were put together speak for a log of calls."""
    meanings = (meaning for meaning, name in found.items() if _is_put_together(name))
    return float(sum(WEIGHTS.get(meaning, 0) for meaning in meanings))


def _is_put_together(name: str) -> bool:
    is_date = name == DAY_ABOVE or name.endswith(" (day of the month)")
    return is_date or name.startswith(("wait: ", "marked: ")) or _is_in_notes(name)


def _is_in_notes(name: str) -> bool:
    return any(name.startswith(f"{meaning} told in ") for meaning in IN_NOTES)


def _has_month(found: Mapping[str, str], cells: Mapping[str, Sequence[str]], titles: Sequence[str]) -> bool:
    days = cells.get("day_of_month", ())
    return "month" in found or any(map(month_of, titles)) or any(month_of(text) for text in days)


def _in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What is told in the notes alone, in a sheet whose notes are calls written out."""
    for column in TELLING if "wait" not in found else ():
        texts = cells.get(column, ())
        notes = [read_narrative(text) for text in texts]
        if len(texts) >= LEAST and _are_calls(texts, notes, is_dated="date" in found):
            own = {"narrative": found[column]} if column == "result" else {}
            return own | {
                meaning: name_in_notes(meaning, found[column])
                for meaning, part in IN_NOTES.items()
                if found.get(meaning, found[column]) == found[column] and any(getattr(note, part) for note in notes)
            }
    return {}


def _are_calls(texts: Sequence[str], notes: Sequence[Narrative], *, is_dated: bool) -> bool:
    """Whether most notes tell of a call to the agency: its date where no column has one, its wait, its end."""
    calls = [note for note in notes if note.is_of_call and (is_dated or note.date)]
    waits = sum(bool(note.wait) for note in notes)
    n_ours = sum(not note.in_out for note in notes)
    spoken = sum(map(speaks_of_agency, texts))
    return len(calls) >= MOST * len(texts) and 2 * waits >= n_ours > 0 and 2 * spoken >= len(texts)
