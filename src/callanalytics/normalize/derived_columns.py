"""Assemble columns that a hand-kept sheet keeps in pieces, row by row, before they are read."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

import numpy as np
import pyarrow as pa

from callanalytics.formats import callback_columns, contents, derived_columns, fold
from callanalytics.formats.column_meanings import SheetColumns
from callanalytics.formats.words import tokens
from callanalytics.normalize.dates_of_rows import with_year
from callanalytics.normalize.free_words import (
    callback_result_in,
    has_spoken,
    is_of_menu,
    is_of_system,
    is_without_call,
    outcome_in,
    says_no_person,
    stated_promise,
)
from callanalytics.read.table import Odd
from callanalytics.values import try_read
from callanalytics.values.callbacks import behind_promise, callbacks_among, has_dated_callbacks, undated_callback
from callanalytics.values.dates import month_number, next_weekday, read_date
from callanalytics.values.lexicon import Patterns
from callanalytics.values.moments import read_time
from callanalytics.values.narratives import agent_in, own_call_in, read_narrative, request_named_in, tier_in
from callanalytics.values.phones import names_person, placeholder
from callanalytics.values.promises import is_promise, promise_among, promise_clause_in, promise_noted_in

TALKED = frozenset("talk talking total call phone".split())
NO_CALL = "no call"
ENDS = {"hung_up": "hung up", "dropped": "dropped"}
WEEK = np.timedelta64(6, "D")  # from its first day to its last
DAY, HALF_DAY, LONGEST = 86400, 43200, 6 * 3600  # [s]
REMARKS = ("result", "notes", "follow", "narrative")  # meanings of columns in which a row may go on
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_WORDS = Patterns("derived_columns")


def compose(table, found: SheetColumns):
    """The table with the derived columns that ``found`` names."""
    table = _with_continuations(table, found.columns)
    # Done before columns are added: a row counts as a day's heading only if nothing else is in it.
    date_column = found.columns.get("date", "")
    if date_column and derived_columns.way_of(date_column) in ("", "weekday"):
        table = _with_weeks(table, date_column)
    if date_column and derived_columns.way_of(date_column) in ("", "day above"):
        table = _with_days(table, date_column)
    table = _with_reckoned_waits(table, found.columns)
    own = {meaning: name for meaning, name in found.columns.items() if name in table.header}
    made = {}
    for meaning, name in found.columns.items():
        if isinstance(name, derived_columns.Derived) and name not in table.header:
            made[name] = _texts_made(table, own, meaning, name)
    # Found before the new columns are added: after that, no month would be alone in its row.
    is_band = [
        bool(_month_alone(texts)) and derived_columns.way_of(date_column or "") == "day of month"
        for texts in filled(table.cells)
    ]
    for name, texts in made.items():
        table = with_column(table, name, texts)
    return with_rows(table, ~np.array(is_band, bool), "header") if any(is_band) else table


def with_column(table, name: str, texts: Sequence[str | None]):
    """The table with one more column, or with other cells in its column of this name."""
    column = pa.array(texts, pa.string())
    if name in table.header:
        return replace(table, cells=table.cells.set_column(table.header.index(name), name, column))
    return replace(table, header=(*table.header, name), cells=table.cells.append_column(name, column))


def alone(table) -> list[str]:
    """Texts that are alone in their row, above the table or within its first rows."""
    rows = (*table.around, *filled(table.cells.slice(0, contents.LOOKED_AT)))
    return [texts[0] for texts in rows if len(texts) == 1]


def filled(cells: pa.Table) -> Iterable[list[str]]:
    """The filled cells of each row."""
    columns = [column.to_pylist() for column in cells.columns]
    return ([text for text in row if text] for row in zip(*columns, strict=True))


def _with_continuations(table, columns: Mapping[str, str]):
    """The table with each remark that is alone in its row behind the text above it, if all rows of calls have a time or
    a wait; such rows are set aside. A row that tells of a call of its own, or of a callback, stays."""
    places = {columns[name]: _texts(table, columns[name]) for name in REMARKS if columns.get(name) in table.header}
    of_calls = [_texts(table, columns[name]) for name in ("time", "wait") if columns.get(name) in table.header]
    rows = list(zip(*(column.to_pylist() for column in table.cells.columns), strict=True))
    is_alone = [sum(map(bool, row)) == 1 for row in rows]
    is_call = [any(texts[row] for texts in of_calls) for row in range(len(rows))]
    if not places or not of_calls or not all(map(operator.or_, is_alone, is_call)):
        return table
    is_behind = np.zeros(len(rows), bool)
    for row in range(1, len(rows)):
        texts = next((texts for texts in places.values() if texts[row]), [""] * len(rows))
        if is_alone[row] and (is_call[row - 1] or is_behind[row - 1]) and _goes_on(texts[row]):
            first = next(above for above in range(row, -1, -1) if is_call[above])
            before = texts[first].rstrip(" .;,")
            more = _WORDS.goes_on.sub("", texts[row])
            texts[first], is_behind[row] = f"{before}; {more}" if before else more, True
    if not is_behind.any():
        return table
    for name, texts in places.items():
        table = with_column(table, name, [text or None for text in texts])
    return with_rows(table, ~is_behind, "same_call")


def _goes_on(text: str) -> bool:
    """Whether a remark alone in its row may go on about the call above: no day, no other call, and no callback.

    >>> [_goes_on(text) for text in ("-- they will call back in 72 hrs", "asked for supervisor", "Ana")]
    [True, True, False]
    >>> [_goes_on(text) for text in ("hung up", "called again, T1", "USCIS called back, missed", "3/9 missed", "")]
    [False, False, False, False, False]
    """
    is_lower = bool(_WORDS.goes_on.match(text)) or text[:1].islower() or is_promise(text)
    is_of_another = _is_lost(text) or callbacks_among(text, is_remark=True) or _WORDS.another_call.search(text)
    return is_lower and not is_of_another and not derived_columns.is_day(text)


def _with_days(table, name: str):
    """The table with each row's day in a column: its own, or that alone in a row above; such rows are set aside."""
    rows = list(filled(table.cells))
    has_column = name in table.header
    own = _texts(table, name) if has_column else [""] * len(rows)
    # Under a column of dates, a day alone heads the rows below only if these have none.
    is_head = [
        len(texts) == 1 and derived_columns.is_day(texts[0]) and not (has_column and (below or row == len(rows) - 1))
        for row, (texts, below) in enumerate(zip(rows, [*own, ""][1:], strict=True))
    ]
    if has_column and not any(is_head):
        return table
    days: list[str | None] = []
    day = None
    for texts, text, is_day in zip(rows, own, is_head, strict=True):
        day = texts[0] if is_day else None if text else day
        days.append(text or day)
    return with_rows(with_column(table, name, days), ~np.array(is_head, bool), "header")


def with_rows(table, mask: np.ndarray, otherwise: str):
    """The table with only the rows of a mask; the other rows are set aside for the reason `otherwise`."""
    odd = [
        Odd(int(row), otherwise, outcome="set_aside", member=int(member))
        for row, member in zip(table.rows[~mask], table.member[~mask], strict=True)
    ]
    return replace(
        table,
        cells=table.cells.filter(pa.array(mask)),
        rows=table.rows[mask],
        member=table.member[mask],
        odd=tuple(sorted([*table.odd, *odd], key=lambda each: each.row)),
    )


def _with_weeks(table, name: str):
    """The table with the date of each row, from its weekday or day and the week in the title or in a row of its own."""
    texts = _texts(table, name.parts[0] if isinstance(name, derived_columns.Derived) else name)
    weeks = [_day_in(derived_columns.week_of(row[0])) if len(row) == 1 else None for row in filled(table.cells)]
    start = _day_in(_in_titles(table, derived_columns.week_of))
    if start is None and not any(weeks):
        return table
    # If one line around the table names the week and weekdays repeat, some may belong to the next week.
    of_first = texts[: next((row for row, week in enumerate(weeks) if week), None)]
    if start and not any(map(derived_columns.week_of, titles_of(table))) and _begin_anew(of_first, start):
        start = None
    days: list[str | None] = []
    for text, week in zip(texts, weeks, strict=True):
        start = week or start
        days.append(_day_of_week(text, start, is_weekday=isinstance(name, derived_columns.Derived)))
    return with_rows(with_column(table, name, days), ~np.array([week is not None for week in weeks], bool), "header")


def _day_of_week(text: str, start: date | None, *, is_weekday: bool) -> str | None:
    """A weekday as its date in the week from a day on, or a day of that week with its year.

    >>> _day_of_week("Tue", date(2025, 5, 5), is_weekday=True)
    '2025-05-06'
    >>> [_day_of_week(text, date(2025, 5, 5), is_weekday=False) for text in ("Tue 5/6", "6/5", "")]
    ['Tue 5/6/2025', '6/5', None]
    """
    if is_weekday:
        day = next_weekday(start, text) if start and text else None
        return day.isoformat() if day else None
    return with_year(text, np.datetime64(start, "D"), "mdy", WEEK) if start and text else text or None


def _begin_anew(weekdays: Sequence[str], start: date) -> bool:
    """Whether a weekday returns after another weekday, so that it may be in the next week.

    >>> _begin_anew(["Mon", "Mon", "Tue", "Mon"], date(2025, 3, 3)), _begin_anew(["Fri", "", "Mon"], date(2025, 3, 3))
    (True, False)
    """
    days = [day for weekday in weekdays if (day := next_weekday(start, weekday))]
    return len([*groupby(days)]) > len({*days})


def _day_in(text: str) -> date | None:
    return try_read(read_date, text, order="mdy") if text else None


def _in_titles(table, get: Callable[[str], str]) -> str:
    """The first nonempty result of `get` on the sheet's names, else the one on single lines around it, else ""."""
    around = [texts[0] for texts in table.around if len(texts) == 1 and _WORDS.of_title.fullmatch(texts[0])]
    found = {*filter(None, map(get, around))}
    # If the lines disagree, nothing shows which rows each one heads.
    return next(filter(None, map(get, titles_of(table))), "") or (found.pop() if len(found) == 1 else "")


def titles_of(table) -> tuple[str, ...]:
    """The names of a sheet and of its file, and the lines above notes."""
    over = [texts[0] for texts in table.around if len(texts) == len(table.header) == 1]
    return tuple(filter(None, (table.sheet, getattr(table.files[0], "stem", ""), *over)))


def _texts_made(table, own: dict[str, str], meaning: str, name: derived_columns.Derived) -> list[str | None]:
    """The texts of a derived column, row by row; ``own`` are the sheet's columns by their meanings."""
    match name.how:
        case "marked":
            return _answers(table, meaning, name.parts)
        case "day of month":
            return _dates(table, own)
        case "parts" | "range":
            return _waits_of_parts(table, own, meaning, name)
        case "between":
            ends = _ends_of_waits(table, own, name.parts[1])
            return [_time_between(*pair) for pair in zip(_texts(table, name.parts[0]), ends, strict=True)]
        case "completed":
            return _completed(table, own, meaning, name)
        case "maybe" | "asked":
            return _asked_callbacks(table, own, name)
        case "end":
            ends = _telling_the_end(table, own, name.parts[0])
            return [_end_in(text) or ("in_out" in own and callback_result_in(text)) or None for text in ends]
        case "work":
            work = ((text, read_narrative(text)) for text in _texts(table, name.parts[0]))
            return [None if derived_columns.is_entry_of_call(text, narrative) else NO_CALL for text, narrative in work]
        case "named":
            return [derived_columns.result_first(text, is_named=True) or None for text in _texts(table, name.parts[0])]
        case "tier":
            rows = zip(*(_texts(table, part) for part in name.parts), strict=True)
            return [next(filter(None, (tier_in(own_call_in(text)) for text in texts)), None) for texts in rows]
        case "status":
            return _promises_by_status(table, own, name.parts[0])
        case "noted":
            return _promises(table, own, name.parts[0], is_habit=True)
    return _texts_of_meaning(table, own, meaning, name.parts[0])


def _waits_of_parts(table, own: dict[str, str], meaning: str, name: derived_columns.Derived) -> list[str | None]:
    if parts := [part for part in derived_columns.WAIT_PARTS if part in own]:
        rows = zip(*(_texts(table, own[part]) for part in parts), strict=True)
        return [_of_parts(dict(zip(parts, texts, strict=True))) for texts in rows]
    if name.how == "range":
        texts = _texts(table, name.parts[0])
        if meaning == "duration":  # the start of a call alone has none
            texts = [text if contents.KINDS.range.match(text) else "" for text in texts]
        return [_of_range(text) for text in texts]
    return [_of_pair(text, own["hold_and_talk"]) for text in _texts(table, own["hold_and_talk"])]


def _texts_or_made(table, own: dict[str, str], meaning: str, column: str) -> list[str | None]:
    """The texts of a column of the sheet, or of one to derive."""
    if isinstance(column, derived_columns.Derived):
        return _texts_made(table, own, meaning, column)
    return [*_texts(table, column)]


def _completed(table, own: dict[str, str], meaning: str, name: derived_columns.Derived) -> list[str | None]:
    """A column, completed from another one where it is empty."""
    if meaning == "wait":
        return _completed_waits(table, own, name)
    made = [_texts_or_made(table, own, meaning, column) for column in name.parts]
    pairs = [(first or "", second) for first, second in zip(*made, strict=True)]
    if meaning == "promised":
        return [(answer if contents.KINDS.no_mark.match(answer) else kind or answer) or None for kind, answer in pairs]
    if meaning == "callback":
        if name.parts[1] == own.get("callback_missed"):  # Received: no, Missed: yes
            pairs = [("" if contents.is_mark(t) and contents.denies_callback(day) else day, t) for day, t in pairs]
        return [_with_result(day, answer) if day else answer or None for day, answer in pairs]
    ends = [(result, _end_in(_WORDS.no_first.sub("", note or ""))) for result, note in pairs]
    return [(end or result if result == NOBODY else result or end) or None for result, end in ends]


def _with_result(day: str, answer: str | None) -> str:
    """The day of a callback with its result, if the answer whether it came says more than yes: Missed - VM."""
    result = callback_result_in(answer) if answer and not contents.KINDS.yes.match(answer) else None
    return f"{day} {result}" if result and not callback_result_in(day) and contents.KINDS.moment.match(day) else day


def _asked_callbacks(table, own: dict[str, str], name: derived_columns.Derived) -> list[str | None]:
    """Callbacks from columns that say only whether they were answered, or missed: yes in either means that one came.

    A no may mean that none came, so it is uncertain if its row has a promise, and left out otherwise. If the column may
    be about something else (``maybe``), every answer is treated so.
    """
    first = name.parts[0]
    promised = next((own[meaning] for meaning in derived_columns.PROMISED if meaning in own), first)
    pairs = zip(_texts(table, first), _texts(table, promised), strict=True)
    # Digits are masked, because a day in these words would be read as the callback's.
    found = [
        derived_columns.MAYBE + re.sub(r"\d", "#", text) if text and callback_columns.has_promise(promise) else None
        for text, promise in pairs
    ]
    for column in reversed(name.parts) if name.how == "asked" else ():
        result = "missed" if column == own.get("callback_missed") else "answered"
        found = [
            result if contents.is_mark(text) else other
            for text, other in zip(_texts(table, column), found, strict=True)
        ]
    return found


def _completed_waits(table, own: dict[str, str], name: derived_columns.Derived) -> list[str | None]:
    """The waits of a column or of several parts; if empty, the wait in the description of a lost call."""
    first, teller = name.parts
    waits = _texts_or_made(table, own, "wait", first)
    pairs = zip(waits, _texts(table, teller), strict=True)
    return [
        wait if wait and not _is_blank(wait) else derived_columns.lost_wait_in(text) or wait or None
        for wait, text in pairs
    ]


NOBODY = "nobody"  # the end of a call in which a column says that no one was reached
OURS = frozenset("caller by staff paralegal attorney employee assistant advocate".split())


IN_REMARKS = {  # meaning -> how a remark says it that is not the note of a call
    "sr": lambda text: request_named_in(text) or read_narrative(text).sr,
    "agent": lambda text: agent_in(text) or read_narrative(text).agent,
}


def _texts_of_meaning(table, own: dict[str, str], meaning: str, column: str) -> list[str | None]:
    if meaning == "promised":
        return _promises(table, own, column, is_habit=False)
    if meaning == "callback":
        return _callbacks_in(table, own, column)
    if meaning in ("callback_answered", "second_answered"):
        return _callback_answers(table, own, column)
    texts, part = _texts(table, column), derived_columns.IN_NOTES[meaning]
    if meaning == "sr" and column == own.get("promised"):
        return [derived_columns.request_beside(text) or None for text in texts]
    if "activity" in own:
        about: dict[str, Sequence[str | None]] = {
            name: _texts(table, own[name]) for name in ("sender", "recipient", "reason") if name in own
        }
        entries = derived_columns.activities(_texts(table, own["activity"]), derived_columns.subjects(about), texts)
        return [getattr(each, part) or None for each in entries]
    if part == "method":
        pairs = zip(texts, derived_columns.are_with_others(texts), strict=True)
        return [read_narrative(text).method or (NO_CALL if is_other else None) for text, is_other in pairs]
    if meaning in IN_REMARKS and column != own.get("narrative"):
        return [IN_REMARKS[meaning](text) or None for text in texts]
    return [getattr(read_narrative(text), part) or None for text in texts]


def _callbacks_in(table, own: dict[str, str], column: str) -> list[str | None]:
    """The callbacks that each cell of a column tells, also beside the promise that they keep."""
    texts, telling = _texts(table, column), _meaning_of(own, column)
    promised = next((own[name] for name in derived_columns.PROMISED if name in own), "")
    beside = _texts(table, promised) if promised else [""] * len(texts)
    is_remark = derived_columns.is_remark(telling)
    found = (callbacks_among(behind_promise(text), is_remark=is_remark) for text in texts)
    came = ["; ".join(" ".join(filter(None, each)) for each in of_cell) or None for of_cell in found]
    if telling == "result":
        came = [each or undated_callback(text) or None for each, text in zip(came, texts, strict=True)]
    of_promises = derived_columns.noted_callbacks(telling, texts, beside)
    return [first or other for first, other in zip(of_promises, came, strict=True)]


def _callback_answers(table, own: dict[str, str], column: str) -> list[str | None]:
    """Whether each callback was answered, in a column that says so or asks by whom."""
    texts = _texts(table, column)
    if not derived_columns.asks_by_whom(column):
        return [derived_columns.result_first(text) or None for text in texts]
    # Names alone in their cells, in other columns of persons of the office: Staff, Called by
    others = {name for name in table.header if not OURS.isdisjoint(tokens(name))} - {column, own.get("agent")}
    ours = {fold(text) for name in others for text in _texts(table, name) if names_person(text)}
    return ["answered" if fold(text) in ours else derived_columns.answered_by(text) or None for text in texts]


def _meaning_of(own: dict[str, str], column: str) -> str:
    return next(meaning for meaning, name in own.items() if name == column)


def _telling_the_end(table, own: dict[str, str], column: str) -> list[str]:
    """The cells of a column that may say how a call ended; "" for the others."""
    texts = _texts(table, column)
    is_of_callbacks = column == own.get("callback") and "callback" in tokens(column)
    if not is_of_callbacks and column != own.get("promised"):
        return [own_call_in(text) for text in texts]
    # In a column of callbacks or promises, only cells that say how the call itself was lost, with no agent or promise.
    beside = [own[name] for name in ("agent", "agent_id", "promised") if name in own]
    others = [_texts(table, name) for name in beside if name != column]
    return [
        text if _is_lost(text) and not has_dated_callbacks(text) and all(map(_is_blank, beside)) else ""
        for text, *beside in zip(texts, *others, strict=True)
    ]


def _promises(table, own: dict[str, str], column: str, *, is_habit: bool) -> list[str | None]:
    """The promise in each cell of a column; with `is_habit`, also a timeframe noted in rows with a request."""
    texts, is_remark = _texts(table, column), derived_columns.is_remark(_meaning_of(own, column))
    texts = [own_call_in(text) for text in texts] if is_remark else texts
    promised = [
        None if is_without_call(text) else promise_clause_in(text, is_remark=is_remark) or None for text in texts
    ]
    if not is_habit:
        return promised
    if "due" in own:
        beside = zip(texts, promised, _texts(table, own["due"]), strict=True)
        promised = [found or _beside_due(text, due) for text, found, due in beside]
    requests = _texts(table, own["sr"]) if own.get("sr", column) != column else ()
    pairs = zip(texts, promised, derived_columns.have_request(texts, requests), strict=True)
    return [found or (promise_noted_in(text) if is_of_request else "") or None for text, found, is_of_request in pairs]


def _beside_due(text: str, due: str) -> str | None:
    """For a cell that holds a due day, the promise at the start of the remark next to it; any other cell as it is."""
    if not due or not derived_columns.is_day(due):
        return due or None
    first = re.split(r"[,;.]", text, maxsplit=1)[0]
    return first if is_promise(first) else None


def _answers(table, meaning: str, names: Sequence[str]) -> list[str | None]:
    """The header of the column each row marks; if it marks several, all of their headers."""
    words = [name.split() for name in names]
    n_shared = next((n for n, each in enumerate(zip(*words, strict=False)) if len({*each}) > 1), 0)
    own = [" ".join(each[n_shared:]) for each in words]
    # The shared beginning names the group and is cut, unless the answers need it: Hung up by us, by them.
    shared = " ".join(words[0][:n_shared])
    if not all(own) or _WORDS.subject.search(shared) or any(_WORDS.by_whom.fullmatch(text) for text in own):
        own = list(names)
    answers = [contents.answer_of_mark(text, meaning) for text in own]
    rows = [*zip(*(_texts(table, name) for name in names), strict=True)]
    marked = [[text for text, cell in zip(answers, row, strict=True) if contents.is_mark(cell)] for row in rows]
    # Reached agent: no, and nothing marked; a blank may be one that nobody filled in
    asks = [meaning == "result" and not contents.KINDS.lost.match(text) for text in answers]
    denied = [any(contents.KINDS.no_mark.match(row[n]) for n, own in enumerate(asks) if own) for row in rows]
    return [", ".join(each) or (NOBODY if is_denied else None) for each, is_denied in zip(marked, denied, strict=True)]


def _texts(table, name: str) -> list[str]:
    index = table.header.index(name)
    return [text or "" for text in table.cells.column(index).to_pylist()]


def _promises_by_status(table, own: dict[str, str], column: str) -> list[str | None]:
    """The promise of each row by its status; where the call was lost, only one that the cell itself states."""
    ends = [_texts(table, own[meaning]) for meaning in ("wait", "result", "agent") if meaning in own]
    texts = _texts(table, column)
    if column != own.get("callback"):
        texts = [text if derived_columns.names_callback(text) else "" for text in texts]
    lost = [
        any(_end_in(text) in ENDS.values() or says_no_person(text) for text in row if text)
        for row in zip(*ends, strict=True)
    ]
    of_lost = zip(texts, lost or [False] * len(texts), strict=True)
    return [
        None if is_lost and not is_promise(text) else derived_columns.promise_by_status(text) or None
        for text, is_lost in of_lost
    ]


def _end_in(text: str) -> str | None:
    """How a call ended, as a remark tells it; if a callback was promised, the words of the promise.

    >>> _end_in("I hung up - client arrived"), _end_in("Rep was rude"), _end_in("needs G-28")
    ('hung up', 'spoke', None)
    >>> _end_in("AP expedite, T2 will call in 72 hrs")
    't 2 will call in 72 hrs'
    """
    outcome = outcome_in(text) if text else None
    if outcome in ENDS:
        return ENDS[outcome]
    if text and stated_promise(text):
        return promise_among(text)
    if text and (is_of_menu(text) or is_of_system(text)):
        return "IVR only" if is_of_menu(text) else "IVR"
    is_missed = text and callback_result_in(text) == "missed"  # T2, missed: no one spoke
    return "spoke" if text and has_spoken(text) and not is_missed else None


# ---- dates ------------------------------------------------------------------------------------------


def _dates(table, own: dict[str, str]) -> list[str | None]:
    """Each day of the month with its month: from the row, the last month named, or the sheet's name; and the year.

    If the rows name no year, none is added here, and the sheet's year applies as to any date without one.
    """
    month, year = _in_titles(table, derived_columns.month_of), ""
    days = _texts(table, own["day_of_month"])
    nothing = [""] * len(days)
    months = _texts(table, own["month"]) if "month" in own else nothing
    years = _texts(table, own["year"]) if "year" in own else nothing
    out: list[str | None] = []
    last = 0
    bands = map(_month_alone, filled(table.cells))
    for day, of_month, of_year, band in zip(days, months, years, bands, strict=True):
        month = derived_columns.month_of(band) or _month(of_month) or month
        year = _year(of_year) or derived_columns.year_of(of_month or band) or year
        number = _WORDS.day_number.fullmatch(day)
        # A blank month under a later day may be the same month or the next, so the day stays as it is.
        is_next = number is not None and "month" in own and not of_month and int(number[1]) < last
        if number and month and not is_next:
            weekday = day[: number.start(1)]
            out.append(f"{weekday}{month} {number[1]}{f', {year}' if year else ''}")
        else:
            out.append(day or None)
        # Once a month is in doubt, the month of every later day is too, until one is named.
        month, last = "" if is_next else month, int(number[1]) if number else last
    return out


def _month_alone(texts: Sequence[str]) -> str:
    """The month alone in a row, above its days: MARCH, May 2024; "" for any other row."""
    return texts[0] if len(texts) == 1 and len(texts[0]) < 20 and derived_columns.month_of(texts[0]) else ""


def _month(text: str) -> str:
    """The short name of a month given by name or number; "" for any other text."""
    if re.fullmatch(r"\d{1,2}(?:\.0+)?", text):
        number = int(float(text))
    else:
        number = month_number(named) if (named := derived_columns.month_of(text)) else 0
    return MONTHS[number - 1] if 1 <= number <= 12 else ""


def _year(text: str) -> str:
    match = re.fullmatch(r"'?(20)?(\d\d)(?:\.0+)?", text)
    return f"20{match[2]}" if match else ""


# ---- waits ------------------------------------------------------------------------------------------


def _of_parts(parts: dict[str, str]) -> str | None:
    """
    >>> _of_parts({"wait_hours": "1", "wait_minutes": "10"}), _of_parts({"wait_minutes": "45", "wait_seconds": ""})
    ('1 h 10 min', '45 min')
    >>> _of_parts({"wait_hours": "", "wait_minutes": ""}), _of_parts({"wait_hours": "hung up", "wait_minutes": ""})
    (None, 'hung up')
    """
    written = {unit: text for unit, text in parts.items() if text}
    numbers = {unit: re.fullmatch(r"(\d+)(?:\.0+)?", text) for unit, text in written.items()}
    figures = {unit: int(match[1]) for unit, match in numbers.items() if match}
    if not written or len(figures) < len(written):
        return " ".join(written.values()) or None
    units = {"wait_hours": "h", "wait_minutes": "min", "wait_seconds": "sec"}
    shown = {unit: number for unit, number in figures.items() if number} or {"wait_minutes": 0}
    return " ".join(f"{number} {units[unit]}" for unit, number in shown.items())


def _ends_of_waits(table, own: dict[str, str], column: str) -> list[str]:
    """The time at which each wait ended: from its column, or, for a call lost on hold, the end of the call."""
    ends = _texts(table, column)
    for lost_at in (_texts(table, own[name]) for name in ("gave_up_at", "cut_off_at") if name in own):
        ends = [lost if _is_blank(text) else text for text, lost in zip(ends, lost_at, strict=True)]
    telling = [own[name] for name in ("result", "notes", "follow", "callback", "agent") if name in own]
    if "ended" not in own or not telling:
        return ends
    extracted_from = [_texts(table, name) for name in telling]
    others = zip(ends, _texts(table, own["ended"]), zip(*extracted_from, strict=True), strict=True)
    return [ended if _is_blank(text) and any(map(_is_lost, each)) else text for text, ended, each in others]


def _is_blank(text: str) -> bool:
    """Whether a cell is empty or holds a word for nothing, such as never."""
    return not text or bool(placeholder(text))


def _is_lost(result: str) -> bool:
    """Whether a result says that the call was lost and mentions no person."""
    return bool(result) and _end_in(result) in ENDS.values()


LONGEST_BEFORE_HOLD = 1800  # from dialing to the hold [s]
LONGEST_RANGE = 100  # characters of two clock times


def _of_range(text: str) -> str | None:
    """
    >>> _of_range("10:05am - 10:50am"), _of_range("11:50-12:35 pm"), _of_range("hung up"), _of_range("")
    ('45 min', '45 min', 'hung up', None)
    """
    ends = _WORDS.range.split(text) if len(text) <= LONGEST_RANGE else ()
    return _time_between(*ends) if len(ends) == 2 else text or None


def _of_pair(text: str, header: str) -> str | None:
    """The hold in a cell that gives hold and talk.

    >>> _of_pair("45/10", "Hold/talk"), _of_pair("10/45", "Talk/hold (min)"), _of_pair("45", "Hold/talk")
    ('45', '45', '45')
    """
    parts = [part.strip() for part in text.split("/")]
    if len(parts) != 2:
        return text or None
    words = tokens(header)
    # A header with neither word, such as Time, is read in the usual order: hold first.
    is_first = next((word in contents.HELD for word in words if word in contents.HELD | TALKED), True)
    return parts[0 if is_first else 1]


def _with_reckoned_waits(table, columns: Mapping[str, str]):
    """The table with each wait that is a range of clock times turned into a length."""
    if columns.get("wait") not in table.header:
        return table
    waits = _texts(table, columns["wait"])
    times = _texts(table, columns["time"]) if columns.get("time") in table.header else [""] * len(waits)
    lengths = [_from_own_time(*pair) for pair in zip(waits, times, strict=True)]
    return table if lengths == waits else with_column(table, columns["wait"], [text or None for text in lengths])


def _from_own_time(text: str, time: str) -> str:
    """
    >>> _from_own_time("9:00-9:40", "9:00 AM"), _from_own_time("1:15 - 2:05", "1:15 PM")
    ('40 min', '50 min')
    >>> _from_own_time("40-45", "9:00"), _from_own_time("1:10-1:20", "9:00")
    ('40-45', '1:10-1:20')
    >>> _from_own_time("8:05-8:50", ""), _from_own_time("1:10-1:20", ""), _from_own_time("8:05-8:50", "10:15")
    ('45 min', '1:10-1:20', '8:05-8:50')
    >>> _from_own_time("on hold from 1:02 to 1:51", "1:00 PM"), _from_own_time("held 1:02-1:51", "")
    ('49 min', '49 min')
    >>> _from_own_time("waited 1:10-1:20", "1:00 PM"), _from_own_time("held 0:42-0:46", "")
    ('waited 1:10-1:20', 'held 0:42-0:46')
    """
    # 40-45 is a range of minutes; only two times with colons are clock times.
    hours = _WORDS.before_range.sub("", text)
    ends = _WORDS.range.split(hours) if text.count(":") > 1 and len(text) <= LONGEST_RANGE else ()
    begins, own = _reading(ends[0]) if len(ends) == 2 else None, _reading(time)
    # One of the two may lack AM or PM: 1:15 is 1:15 PM. On hold from 9:02, dialed at 9:00
    # No wait is as long as a time from 6:00 on, so that one is an hour of the day. 1:10-1:20 may be two lengths.
    is_late = begins is not None and begins[0] >= LONGEST
    latest = LONGEST_BEFORE_HOLD if hours != text and (is_late or _WORDS.of_hours.search(text)) else 0
    is_own = begins is not None and own is not None and (begins[0] - own[0]) % HALF_DAY <= latest
    is_clock = begins is not None and not time and (is_late or (bool(latest) and begins[0] >= 3600))
    return (_time_between(*ends) or text) if is_own or (is_clock and contents.KINDS.range.match(hours)) else text


def _time_between(start: str, end: str) -> str | None:
    """The time between two clock readings, as a wait is written; text without two readable times is kept.

    Twelve hours are subtracted if AM or PM is missing: 12:40 to 1:25 is 45 minutes.

    >>> _time_between("10:05 AM", "10:50 AM"), _time_between("12:40", "1:25"), _time_between("11:50 AM", "12:35 PM")
    ('45 min', '45 min', '45 min')
    >>> _time_between("10:05 AM", "10:20 AM, cut off 10:25 AM")
    '10:05 AM to 10:20 AM, cut off 10:25 AM'
    >>> _time_between("10:50 AM", "10:05 AM"), _time_between("10:05", "hung up"), _time_between("10:05", "")
    ('10:50 AM to 10:05 AM', 'hung up', None)
    """
    if not re.search(r"\d|noon", end, re.IGNORECASE):
        return end or None
    if not start:
        return None
    begins, ends = _reading(start), _reading(end)
    if begins is None or ends is None:
        return f"{start} to {end}"
    (first, has_half), (second, has_other) = begins, ends
    seconds = (second - first) % DAY
    # Twelve hours are subtracted only from a period that is otherwise too long.
    if seconds > LONGEST and not (has_half and has_other):
        seconds %= HALF_DAY
    if seconds > LONGEST:
        return f"{start} to {end}"
    return f"{seconds // 60} min" + (f" {seconds % 60} sec" if seconds % 60 else "")


def _reading(text: str) -> tuple[int, bool] | None:
    """Seconds from midnight of the time in a text, and whether AM or PM is certain; None without exactly one time."""
    clocks: Sequence[str] = _WORDS.clock.findall(text)
    if not clocks or sum(":" in clock for clock in clocks) > 1:
        return None  # 10:20, cut off at 10:25
    # The last one: in 14.03.2022 10:05, the day and month look like a clock too.
    clock = clocks[-1].strip()
    time = try_read(read_time, clock)
    # From 13:00 on a clock needs no PM.
    return time and (time.seconds, bool(_WORDS.half.search(clock)) or time.seconds >= 13 * 3600)
