"""Columns that a sheet has in pieces: a date in day and month, a wait between two clock times, a call in its notes.

What such a column is called, and when a sheet is taken to have it; ``normalize.composing`` fills it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from callanalytics.formats import contents
from callanalytics.formats.words import tokens
from callanalytics.values import Unreadable
from callanalytics.values.callbacks import RESULTS, behind_promise, callbacks_among, has_dated_callbacks, read_callbacks
from callanalytics.values.dates import MONTH_NAME, WEEKDAY_NAME
from callanalytics.values.narratives import (
    Narrative,
    agent_in,
    names_agency,
    read_activity,
    read_narrative,
    request_in,
    request_named_in,
    speaks_of_agency,
)
from callanalytics.values.promises import is_promise, promise_noted_in, promise_told_in

TELLING = (
    "notes",
    "narrative",
    "result",
    "follow",
    "around",
    "reason",
)  # meanings of a column in which whole calls may be told
COMPLETING = ("notes", "reached")  # meanings of columns that may tell how a call ended where its result is empty
ENDS_IN = (
    "notes",
    "follow",
    "narrative",
    "callback",
    "promised",
)  # columns of which one may tell how a call ended, where no result does
REQUESTS = frozenset("sr srs srmt srn request inquiry ticket tracking confirmation".split())  # words of a header
FEW = 2  # cells that tell of a promise, or of callbacks, among other things
SHARE = 0.05  # of the cells of a column that tell of callbacks among other things
NOTING = ("follow", "callback", "notes", "narrative", "result", "around")  # columns that may note promises as a habit
HABIT = 3  # noted promises that make a habit
LEAST, MOST = 3, 0.7  # notes, and the share of them, that tell of a call
PARTS = ("year", "month", "day_of_month")
WAIT_PARTS = ("wait_hours", "wait_minutes", "wait_seconds")
# Meanings that may be told in notes, each by the same name: which way a call went, and whether it was one, as well.
IN_NOTES = {name: name for name in ("date", "time", "wait", "agent", "result", "sr", "in_out", "method")}
HELD = frozenset("hold holding held queue".split())  # words of a wait that began when the hold did
DAY_ABOVE = "date above the rows"  # what the days are called that stand in rows of their own
DAYS = 2  # such rows that a sheet must have
WEIGHTS = {"date": 2, "time": 1, "wait": 3, "agent": 1, "sr": 2, "promised": 2, "result": 1}
_MONTH = re.compile(rf"(?<![^\W_]){MONTH_NAME}(?![^\W\d_])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_TIME = re.compile(r"\d:\d\d|\d ?[ap]\.?m", re.IGNORECASE)


def columns(
    found: Mapping[str, str],
    cells: Mapping[str, Sequence[str]],
    titles: Sequence[str],
    alone: Sequence[str] = (),
    rows: Mapping[str, Sequence[str | None]] | None = None,
) -> dict[str, str]:
    """The meanings that a sheet has in pieces, each with the name of the column to be put together for it.

    ``found`` are its columns by their meanings, ``cells`` what stands in them, ``rows`` the same row by row, with empty
    cells; ``titles`` are the names of the sheet, ``alone`` is what stands by itself in a row.

    >>> columns({"time": "Dialed", "picked_up": "Answered"}, {}, ())
    {'wait': 'wait from dialing: Dialed to Answered'}
    """
    derived: dict[str, str] = {}
    if "date" not in found and "day_of_month" in found and _has_month(found, cells, titles):
        derived["date"] = name_of_date(found)
    elif "date" not in found and are_days(alone):
        derived["date"] = DAY_ABOVE
    elif "date" not in found and "weekday" in found and any(map(week_of, (*titles, *alone))):
        derived["date"] = name_of_weekday(found["weekday"])
    starts = ("hold_from", "hold_range", "call_range")
    if "time" not in found and (start := next((name for name in starts if name in found), "")):
        derived["time"] = found[start]
    if "wait" not in found and (wait := name_of_parts(found)):
        derived["wait"] = wait
    elif "wait" not in found and (clocks := ends_of_wait(found, cells)):
        start, end = clocks
        since = "in the queue" if start == "hold_from" else "from dialing"
        derived["wait"] = f"wait {since}: {found[start]} to {found[end]}"
    derived |= _in_notes({**found, **derived}, cells, rows or {})
    if "narrative" not in found and "narrative" in derived:
        cells = {**cells, "narrative": cells["result"]}  # the column of results has the whole calls
        rows = {**rows, "narrative": rows.get("result", ())} if rows else None
    derived |= _wait_in_notes({**found, **derived}, cells)
    derived |= _agent_in_notes({**found, **derived}, cells)
    derived |= _request_in_notes({**found, **derived}, cells)
    derived |= _promise_in_notes({**found, **derived}, cells, rows or {})
    derived |= _results_in_notes(found, rows or {})
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
    return meaning not in ("follow", "callback", "promised", "told", "sr")


def _promise_in_notes(
    found: Mapping[str, str], cells: Mapping[str, Sequence[str]], rows: Mapping[str, Sequence[str | None]]
) -> dict[str, str]:
    """The promise, where no column has it and what came after the call, or the remarks, tell it.

    A column of the days by which the agency is to call has none; what it says beside days stays with it, as ``due``.
    """
    if "promised" in found and _are_due_days(cells.get("promised", ())):
        own = found["promised"]
        return {"due": own, **noted} if (noted := _noted_promises(found, rows)) else {}
    if not {"promised", "told"}.isdisjoint(found) or {"wait", "result"}.isdisjoint(found):
        return {}
    if noted := _noted_promises(found, rows):
        return noted
    for column in ("sr", "follow", "callback", "notes", "narrative", "around"):
        texts = [text for text in cells.get(column, ()) if promise_told_in(text, is_remark=is_remark(column))]
        if column in found and len(texts) >= FEW:
            return {"promised": name_in_notes("promised", found[column])}
    return {}


def _are_due_days(texts: Sequence[str]) -> bool:
    """Whether most cells of a column are days and nothing else."""
    return 2 * sum(map(is_day, texts)) > len(texts)


def _noted_promises(found: Mapping[str, str], rows: Mapping[str, Sequence[str | None]]) -> dict[str, str]:
    """The promises that a column notes as a habit."""
    for column in NOTING:
        if (
            column in found
            and not _is_in_notes(found[column])
            and note_promises(rows.get(column, ()), rows.get("sr", ()))
        ):
            return {"promised": name_of_noted(found[column])}
    return {}


def note_promises(texts: Sequence[str | None], requests: Sequence[str | None]) -> bool:
    """Whether the remarks of a sheet note the promise of a request as a habit: half of those of rows that have one.

    ``requests`` are the numbers of service requests of the same rows, where the sheet has a column of them.
    """
    of_requests = [text for text, has_request in zip(texts, have_request(texts, requests), strict=True) if has_request]
    n_noted = sum(bool(text) and _notes_promise(text or "") for text in of_requests)
    return n_noted >= HABIT and 2 * n_noted >= len(of_requests)


def _results_in_notes(found: Mapping[str, str], rows: Mapping[str, Sequence[str | None]]) -> dict[str, str]:
    """What came of the callbacks, where remarks begin with it in most rows that have a callback."""
    if "callback" not in found or "notes" not in found or "callback_answered" in found:
        return {}
    pairs = list(zip(rows.get("callback", ()), rows.get("notes", ()), strict=False))
    beside = [note for came, note in pairs if came and note and not has_dated_callbacks(came)]
    others = [note for came, note in pairs if not came and note]
    n_told = sum(bool(result_first(note)) for note in beside)
    n_others = sum(bool(result_first(note)) for note in others)
    is_told = n_told >= FEW and 2 * n_told > len(beside) and 5 * n_others <= len(others)
    return {"callback_answered": name_in_notes("callback_answered", found["notes"])} if is_told else {}


_FIRST = re.compile(r"[,;.(!]|\s[-–—]\s")


def result_first(note: str) -> str:
    """What came of a callback, where a remark begins with it; "" for any other remark.

    >>> result_first("answered, case sent to NBC"), result_first("missed, bathroom!!"), result_first("needs G-28")
    ('answered', 'missed', '')
    """
    try:
        came = read_callbacks(_FIRST.split(note.strip(), maxsplit=1)[0])
    except Unreadable:
        return ""
    return came[0].result if len(came) == 1 and came[0].result in RESULTS[:3] and not came[0].date else ""


def _notes_promise(text: str) -> bool:
    return bool(promise_noted_in(text) or promise_told_in(text, is_remark=True))


def have_request(texts: Sequence[str | None], requests: Sequence[str | None]) -> list[bool]:
    """Of each row whether it has the number of a request, in its own column or told in the text."""
    if len(requests) == len(texts):
        return [bool(re.search(r"\d", number or "")) for number in requests]
    return [bool(text and request_named_in(text)) for text in texts]


def _callbacks_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The callbacks, where no column has them and another tells of them with their days."""
    if "callback" in found or {"wait", "result"}.isdisjoint(found):
        return {}
    for column in ("follow", "promised", "told", "notes", "narrative", "result", "around"):
        texts = cells.get(column, ())
        came = sum(bool(callbacks_among(behind_promise(text), is_remark=is_remark(column))) for text in texts)
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
    if "sr" in found:
        return {}
    if not REQUESTS.isdisjoint(tokens(found.get("promised", ""))) and any(
        map(request_beside, cells.get("promised", ()))
    ):
        return {"sr": name_in_notes("sr", found["promised"])}
    for column in ("notes", "result", "reason", "follow"):
        if column in found and not _is_in_notes(found[column]) and _name_requests(cells.get(column, ())):
            return {"sr": name_in_notes("sr", found[column])}
    return {}


def request_beside(text: str) -> str:
    """The number of a request beside a promise in one cell; "" for any other cell.

    >>> request_beside("QX1002 / 30 bus days"), request_beside("no SR / no callback"), request_beside("72 hours")
    ('QX1002', '', '')
    """
    parts = [part.strip() for part in re.split(r"[/;,|()\n]|\s[-–—]\s", text)]
    others = [part for part in parts if part and not is_promise(part)]
    return others[0] if len(others) == 1 < len(parts) and re.search(r"\d{3}", others[0]) else ""


def _name_requests(texts: Sequence[str]) -> bool:
    """Whether remarks tell of the number of a request, as the agency writes it, or several behind the words."""
    return any(map(request_in, texts)) or sum(bool(request_named_in(text)) for text in texts) >= FEW


def name_of_date(found: Mapping[str, str]) -> str:
    """What a date in pieces is called."""
    return " / ".join(found[part] for part in PARTS if part in found) + " (day of the month)"


def is_day(text: str) -> bool:
    """Whether a text is a day and nothing else.

    >>> is_day("Monday, March 14, 2022"), is_day("3/14"), is_day("March 2022"), is_day("3/14 Maria out")
    (True, True, False, False)
    """
    return bool(contents.DAY_ALONE.match(text))


_WEEK = re.compile(
    rf"(?i)(?:(?:calls?|log|uscis|week|wk|semana|del?|of|beginning|starting|commencing|for|w/?[cob])\b[\s:.-]*)*"
    rf"(?:{WEEKDAY_NAME}\.?,?\s+)?"
    rf"(\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|{MONTH_NAME}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
    r"(?![\d/])"
)
_IN_WEEKS = re.compile(r"(?i)\b(?:week|wk|semana)\b|\bw/?[cob]\b")


def week_of(title: str) -> str:
    """The day with which a week begins that a title names; "" for any other title.

    >>> week_of("Week of Monday, September 11, 2023"), week_of("Wk of 2023-09-11"), week_of("USCIS 2023")
    ('September 11, 2023', '2023-09-11', '')
    """
    match = _WEEK.match(title.strip())
    return match[1] if match and _IN_WEEKS.search(title) else ""


def name_of_weekday(header: str) -> str:
    """What a date is called of which a sheet has the weekday, and its title the week."""
    return f"{header} (day of the week)"


def are_days(alone: Sequence[str]) -> bool:
    """Whether what stands alone in rows are mostly days, each above its calls."""
    days = sum(map(is_day, alone))
    return days >= DAYS and 2 * days >= len(alone)


def name_of_parts(found: Mapping[str, str]) -> str:
    """What a wait is called that stands in two columns, or in a part of one; "" where there is none."""
    if parts := [found[part] for part in WAIT_PARTS if part in found]:
        return f"wait: {' and '.join(parts)}"
    if "hold_range" in found:
        is_of_hold = not HELD.isdisjoint(tokens(found["hold_range"]))
        return f"{'wait in the queue' if is_of_hold else 'wait from its start to its end'}: {found['hold_range']}"
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


def name_of_noted(notes: str) -> str:
    """What a column is called of the promises that remarks note as a habit.

    >>> name_of_noted("Remarks")
    'promise noted in Remarks'
    """
    return f"promise noted in {notes}"


def is_told_elsewhere(column: str) -> bool:
    """Whether a column of promises is one that was read in a column of other things.

    >>> is_told_elsewhere(name_of_noted("Remarks")), is_told_elsewhere("Promised")
    (True, False)
    """
    return column.startswith((name_of_noted(""), name_in_notes("promised", "")))


def name_of_end(notes: str) -> str:
    """What a column is called of the ends of calls that remarks tell here and there."""
    return f"end of the call told in {notes}"


def name_of_both(result: str, notes: str) -> str:
    """What a column is called of results that remarks, or a No that says why, tell where it is empty.

    >>> name_of_both("Result", "Notes")
    'Result, else as told in Notes'
    """
    return f"{result}, else as told in {notes}"


def name_of_wait(wait: str, result: str) -> str:
    """What a column is called of waits that results tell where it is empty: hung up after 40 min.

    >>> name_of_wait("Hold (min)", "Outcome")
    'Hold (min), else as told in Outcome'
    """
    return f"{wait}, else as told in {result}"


def tells_lost_wait(text: str) -> str:
    """The wait of a call that was lost, as a result tells it; "" for any other text.

    >>> tells_lost_wait("hung up after 40 min"), tells_lost_wait("gave up, 25 min, day was over")
    ('40 min', '25 min')
    >>> tells_lost_wait("hung up"), tells_lost_wait("dropped after 5 min with agent")
    ('', '')

    The span stands right behind the word and ends its clause: any other is of another call, or of another person.
    """
    match = _LOST_FIRST.match(text.strip())
    return match["wait"] if match and not _OF_OTHERS.search(text) else ""


_SPAN = r"\d+(?:[.,]\d+)?\s*(?:h(?:(?:ou)?rs?|oras?)?|m(?:in(?:ute|uto)?s?)?)\b\.?"
_LOST_FIRST = re.compile(
    r"(?i)(?:(?:we|i|then|finally|call|line|got|was) )*"
    r"(?:hung up|gave up|cut off|dropped|disconnected|abandoned|colgu[eéo]|colgamos|se cort[oó])"
    r"(?:\s*[,:]|\s+[-–—]|\s+(?:after|at|a los|tras|despu[eé]s de))\s+"
    rf"(?:(?:about|around|approx\.?|~|unos)\s*)?(?P<wait>{_SPAN}(?:\s*(?:and|y|,)?\s*{_SPAN})?)"
    r"(?:\s+(?:on hold|of hold|hold|holding|waiting|in (?:the )?queue|en espera))?\s*(?:[,.;)]|$)"
)
_OF_OTHERS = re.compile(
    r"(?i)\b(?:again|client|callback|call(?:ed)? back|with (?:an? |the )?(?:agent|officer|rep|person)|spoke|talk\w*"
    r"|total|cliente|otra vez|de nuevo)\b"
)


_MADE = re.compile(r"[^,]*? (?:told|noted) in |marked: |wait[^:]*: (?:the first of )?")
_ELSE = ", else as told in "


def sources(name: str, header: Sequence[str]) -> list[str]:
    """The columns of a sheet from which one of this name is made; itself, where the sheet has it.

    >>> sources("marked: Urgent, Regular", ("Urgent", "Regular", "Notes"))
    ['Urgent', 'Regular']
    >>> sources("Hold (min), else as told in Outcome", ("Hold", "Outcome", "Hold (min)"))
    ['Outcome', 'Hold (min)']
    """
    if name in header:
        return [name]
    rest, found = _MADE.sub("", name, count=1) if _MADE.match(name) else name, set()
    for own in sorted(filter(None, header), key=len, reverse=True):
        if own not in rest:  # a sheet may have twenty thousand columns: no pattern is made for each
            continue
        rest, times = re.subn(rf"(?<!\w){re.escape(own)}(?!\w)", " ", rest)
        if times:
            found.add(own)
    return [own for own in header if own in found]


def shown(name: str, header: Sequence[str]) -> str:
    """A column as a message names it: by what the sheet has.

    >>> shown("Hold (min), else as told in Outcome", ("Hold (min)", "Outcome"))
    'Hold (min)'
    """
    first = name if name in header else name.partition(_ELSE)[0]
    return " and ".join(sources(first, header)) or name


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
    is_date = name == DAY_ABOVE or name.endswith((" (day of the month)", " (day of the week)"))
    return is_date or name.startswith(("wait: ", "marked: ")) or _is_in_notes(name)


def _is_in_notes(name: str) -> bool:
    return name.startswith(tuple(f"{meaning} told in " for meaning in IN_NOTES))


def _has_month(found: Mapping[str, str], cells: Mapping[str, Sequence[str]], titles: Sequence[str]) -> bool:
    days = cells.get("day_of_month", ())
    return "month" in found or any(map(month_of, titles)) or any(month_of(text) for text in days)


def _in_notes(
    found: Mapping[str, str], cells: Mapping[str, Sequence[str]], rows: Mapping[str, Sequence[str | None]]
) -> dict[str, str]:
    """What is told in the notes alone, in a sheet whose notes are calls written out."""
    for column in TELLING if "wait" not in found else ():
        texts: Sequence[str] = cells.get(column, ())
        notes = [read_narrative(text) for text in texts]
        if "activity" in found and column in found:
            entries = activities(rows.get("activity", ()), subjects(rows), rows.get(column, ()))
            of_calls = [(text or "", each) for text, each in zip(rows[column], entries, strict=True) if not each.method]
            texts, notes = [text for text, _ in of_calls], [each for _, each in of_calls]
            if len(texts) >= LEAST and _are_calls(notes, is_dated="date" in found):
                return _told_columns(found, column, entries)
            continue
        is_spoken = _speak_of_agency(rows.get(column) or texts, rows.get("reason", ()))
        if len(texts) >= LEAST and is_spoken and _are_calls(notes, is_dated="date" in found):
            own = {"narrative": found[column]} if column == "result" else {}
            if "method" not in found and not all(rows.get(column, ())):
                own["method"] = name_in_notes("method", found[column])  # a row that tells nothing is no call
            return own | _told_columns(found, column, notes)
        of_work = [note for text, note in zip(texts, notes, strict=True) if is_entry_of_call(text, note)]
        is_of_work = len(of_work) >= HABIT and any(note.method for note in notes)
        if column == "narrative" and is_of_work and _are_calls(of_work, is_dated="date" in found):
            return _told_columns(found, column, of_work) | {"method": name_of_work(found[column])}
    return {}


def is_entry_of_call(text: str, narrative: Narrative) -> bool:
    """Whether an entry among all kinds of work is of a call with the agency: it names it, and no more than a call.

    >>> [is_entry_of_call(t, read_narrative(t)) for t in ("USCIS call: 9 min hold, gave up", "call to client", "lunch")]
    [True, False, False]
    """
    return not narrative.method and narrative.is_of_call and names_agency(text)


def name_of_work(notes: str) -> str:
    """What a column is called that tells calls to the agency from an office's other work.

    >>> name_of_work("Description")
    'calls among the work in Description'
    """
    return f"calls among the work in {notes}"


def _told_columns(found: Mapping[str, str], column: str, notes: Sequence[Narrative]) -> dict[str, str]:
    """The columns of what notes tell, by their meanings, where the sheet has no other column of these."""
    return {
        meaning: name_in_notes(meaning, found[column])
        for meaning, part in IN_NOTES.items()
        if found.get(meaning, found[column]) == found[column] and any(getattr(note, part) for note in notes)
    }


def subjects(rows: Mapping[str, Sequence[str | None]]) -> Sequence[str | None]:
    """What the entries of a case diary are about, row by row, and who called whom where the diary has columns of both.

    >>> subjects({"sender": ["Ana"], "recipient": ["USCIS"], "reason": ["EAD"]})
    ['call from Ana to USCIS: EAD']
    """
    about = rows.get("reason", ())
    if "sender" not in rows or "recipient" not in rows:
        return about
    pairs = zip(rows["sender"], rows["recipient"], about or [""] * len(rows["sender"]), strict=True)
    return [f"call from {sender or ''} to {recipient or ''}: {reason or ''}" for sender, recipient, reason in pairs]


def activities(
    kinds: Sequence[str | None], subjects: Sequence[str | None], texts: Sequence[str | None]
) -> list[Narrative]:
    """What each entry of a case diary tells, row by row."""
    subjects = subjects if len(subjects) == len(texts) else [None] * len(texts)
    return [read_activity(k or "", s or "", t or "") for k, s, t in zip(kinds, subjects, texts, strict=True)]


def _speak_of_agency(texts: Sequence[str | None], subjects: Sequence[str | None]) -> bool:
    """Whether half of the notes speak of the agency, or their subjects do."""
    subjects = subjects if len(subjects) == len(texts) else [None] * len(texts)
    whole = [f"{text} {subject or ''}" for text, subject in zip(texts, subjects, strict=True) if text]
    return 2 * sum(map(speaks_of_agency, whole)) >= len(whole)


def _are_calls(notes: Sequence[Narrative], *, is_dated: bool) -> bool:
    """Whether most notes tell of a call: its date where no column has one, its wait, its end."""
    calls = [note for note in notes if note.is_of_call and (is_dated or note.date)]
    waits = sum(bool(note.wait) for note in notes)
    n_ours = sum(not note.in_out for note in notes)
    return len(calls) >= MOST * len(notes) and 2 * waits >= n_ours > 0
