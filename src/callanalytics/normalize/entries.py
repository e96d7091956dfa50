"""Turn rows of a hand log into entries, one for each contact in a row.

Several contacts in one cell become one row of cells each, together with the row's own cells. The same is true of
callbacks that a cell describes in free words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import ids, schema
from callanalytics.formats import Events, Format, Rule, contents
from callanalytics.formats.callback_columns import events_of
from callanalytics.formats.derived_columns import MAYBE, is_open_promise, year_of
from callanalytics.lazy import regex
from callanalytics.normalize import contacts, dates_of_rows
from callanalytics.normalize.cells import EMPTY, Cells, read, rows_where
from callanalytics.normalize.clock import UndecidedOrder, order_elsewhere
from callanalytics.normalize.dates_of_rows import with_year
from callanalytics.normalize.derived_columns import DAY
from callanalytics.normalize.problems import Problems
from callanalytics.normalize.waits import PROMISES
from callanalytics.values import try_read
from callanalytics.values.callbacks import CallbackEvent, callbacks_among
from callanalytics.values.dates import WEEKDAY_NAME, needs_order, next_weekday, order_votes
from callanalytics.values.events import Event
from callanalytics.values.parsers import PARSERS
from callanalytics.values.phones import placeholder

COLUMNS = tuple(f"(event) {name}" for name in Event._fields)


def expand_events(cells: Cells, layout: Events, sheet: str, problems: Problems) -> tuple[Cells, np.ndarray, np.ndarray]:
    """The contacts of all rows as cells of their own, with the row of each and its index in that row.

    Each contact has its row's cells and the columns `COLUMNS`, which a format's rules name. If any part of a cell is
    not understood, its whole row is rejected.
    """
    reading = read(layout.rule, cells, year=year_of(sheet))  # for dates without one
    problems.reject_bad(reading)
    events = reading.without_problems().objects(())
    sizes = np.array([len(of_row) for of_row in events], int)
    rows = np.repeat(np.arange(cells.n), sizes)
    parts = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    columns = cells.columns.select([name for name in cells.columns.column_names if name not in COLUMNS])
    columns = columns.take(pa.array(rows))
    for index, name in enumerate(COLUMNS):
        values = [event[index] or None for of_row in events for event in of_row]
        columns = columns.append_column(name, pa.array(values, pa.string()))
    return Cells(tuple(columns.column_names), columns), rows, parts


STRING = pa.string()
STARTS = "started_at_utc started_at_local timezone timezone_source dst_flag started_precision_s".split()
MAX_CALLBACKS_OF_CELL = 4  # further callbacks in one cell share the last item number


def build(
    cells: Cells, fmt: Format, settings, agency, sheet: str, passed: Mapping[int, str], names_other: np.ndarray
) -> tuple[dict, np.ndarray, Problems]:
    """Every column of the entries except the source, the row of each entry, and the problems found.

    ``passed`` maps a row to the date of the row set aside right above it; ``names_other`` marks rows whose reason names
    another agency.

    An unreadable cell is left out, and so is a further contact whose date is unreadable. Both are recorded as doubts,
    and the row stays.
    """
    problems = Problems(cells.n, drops_cells=True)
    made = (
        _of_events(cells, fmt, fmt.events, settings, agency, problems, sheet)
        if fmt.events
        else _of_parts(cells, fmt, settings, agency, problems, sheet, passed)
    )
    together = pa.concat_tables(_table(rows, found, parts, problems) for rows, found, parts in made)
    columns = {name: together.column(name).combine_chunks() for name in together.column_names}
    rows = columns.pop("row").to_numpy()
    # Next come the ids; *About no.* is replaced by the id of the entry that it names.
    number, about = columns.pop("number"), columns.pop("about")
    # The id uses start, kind, and item, which no one fills in later. Equal entries are ordered by row number first.
    content = "line our_number reason agent_id sr_number matter receipt wait_s outcome promised".split()
    columns["entry_id"] = ids.make(
        settings.office_id,
        [columns["started_at_local"].cast(pa.int64()), columns["kind"], columns["item"]],
        [number, columns["started_precision_s"], *(columns[name] for name in content)],
    )
    columns["parent_entry_id"] = _follows(columns, rows, number.to_pylist(), about.to_pylist(), fmt)
    is_lost = pc.and_(pc.is_valid(about), pc.is_null(columns["parent_entry_id"])).to_numpy(False)
    columns["warnings"] = _with_warning(columns["warnings"], is_lost, "about_unknown")
    columns["warnings"] = _with_warning(columns["warnings"], _are_repeated(cells, fmt)[rows], "row_repeated")
    columns["warnings"] = _with_warning(columns["warnings"], names_other[rows], "reason_of_other_agency")
    columns["warnings"] = _with_warning(columns["warnings"], _are_a_year_off(columns, rows), "year_off")
    return columns, rows, problems


def _are_a_year_off(columns: dict[str, pa.Array], rows: np.ndarray) -> np.ndarray:
    """Mask of entries for a row's own day, not for further contacts, dated a year away from the rows around them."""
    is_own = pc.equal(columns["item"], 0).to_numpy(zero_copy_only=False).astype(bool)
    own = np.flatnonzero(is_own)[np.argsort(rows[is_own], kind="stable")]
    found = np.zeros(len(rows), bool)
    found[own] = dates_of_rows.a_year_off(columns["started_at_local"].to_numpy(zero_copy_only=False)[own])
    return found


def _are_repeated(cells: Cells, fmt: Format) -> np.ndarray:
    """Mask of rows identical to another, except for the row number and unread columns of time stamps."""
    number = fmt.columns["number"].columns if "number" in fmt.columns else ()
    left_out = {cells.name_of(column) for column in number}
    kept = {cells.name_of(column) for rule in fmt.rules for column in rule.all_columns}
    columns = {name: cells.texts((name,)) for name in cells.header if name not in left_out}
    is_day = contents.KINDS.date.match
    stamps = {name for name, texts in columns.items() if all(":" in text and is_day(text) for text in texts.texts)}
    codes = [texts.codes for name, texts in columns.items() if name in kept or name not in stamps]
    if not codes or cells.n < 2:
        return np.zeros(cells.n, bool)
    _, index, count = np.unique(np.column_stack(codes), axis=0, return_inverse=True, return_counts=True)
    return count[index.ravel()] > 1


def _of_events(
    cells: Cells, fmt: Format, layout: Events, settings, agency, problems: Problems, sheet: str
) -> list[tuple]:
    each, rows, parts = expand_events(cells, layout, sheet, problems)
    of_events = Problems(each.n, drops_cells=True)
    columns, _ = contacts.read_contact(each, fmt.columns, settings, agency, of_events)
    problems.adopt(of_events, rows, PARSERS["events"].wanted)
    return [(rows, columns, parts)]


def _of_parts(
    cells: Cells, fmt: Format, settings, agency, problems: Problems, sheet: str, passed: Mapping[int, str]
) -> list[tuple]:
    date = fmt.columns.get("date")
    cells = dates_of_rows.complete(cells, date, year_of(sheet), problems, settings.date_order or "", passed)
    order = order_elsewhere(cells, fmt.rules)
    columns, order = contacts.read_contact(cells, fmt.columns, settings, agency, problems, order)
    days = _days_of(columns)
    made = [(np.arange(cells.n), columns, np.zeros(cells.n, int))]
    common = (settings, agency, problems, order)
    by_days = "" if order else _order_by_days(cells, fmt, days, problems)
    is_soon = is_promised_soon(columns)
    for number, part in enumerate(fmt.parts, 1):
        fits = cells.fits(part.when) & ~problems.rejected
        of_callbacks = is_of_callbacks(part.columns)
        if not (fits.any() or (of_callbacks and (cells.joined(part.columns["date"].columns).codes != EMPTY).any())):
            continue  # no row has such a contact, which is as much work for none as for a few
        if of_callbacks:
            rows, part_columns = _callbacks(cells, part.columns, fits, days, common, by_days, is_soon)
            is_own = _are_the_rows_own(columns, rows, part_columns, days)
            columns |= _with_own_cells(columns, rows[is_own], _filtered(part_columns, is_own))
            rows, part_columns = rows[~is_own], _filtered(part_columns, ~is_own)
        else:
            rows = np.flatnonzero(fits)
            kept, part_columns = _contacts(cells.rows(rows), part.columns, rows, common)
            rows = rows[kept]
            columns |= _without_promises(columns, rows, part_columns)
        made.append((rows, part_columns, number + len(fmt.parts) * _place_of(rows)))
    columns["warnings"] = problems.warnings()  # a further contact left out adds a warning
    return made


def _are_the_rows_own(
    columns: Mapping[str, pa.Array], rows: np.ndarray, callbacks: Mapping[str, pa.Array], days: np.ndarray
) -> np.ndarray:
    """Mask of the callbacks that are their row itself: the row is a callback, and a cell says when it came.

    Such a cell has the day of its row, and the row's time, or no other result and only one of the two has a time. A
    cell without a day describes its row, too. If two such cells have different results, the one with a time is the row.
    """
    own = {name: columns[name].take(pa.array(rows)) for name in ("kind", "outcome", *STARTS)}
    start, precision = callbacks["started_at_local"], callbacks["started_precision_s"]
    is_day_alone = pc.or_kleene(pc.equal(precision, DAY), pc.equal(own["started_precision_s"], DAY))
    is_open = pc.or_(pc.equal(own["outcome"], "unknown"), pc.equal(callbacks["outcome"], "unknown"))
    agree = pc.or_(pc.equal(own["outcome"], callbacks["outcome"]), is_open)
    is_same = pc.or_kleene(pc.equal(own["started_at_local"], start), pc.and_kleene(is_day_alone, agree))
    is_same = pc.fill_null(is_same, False).to_numpy(False) & (days[rows] == _days_of(callbacks))
    is_own = pc.equal(own["kind"], "ring").to_numpy(False) & (is_same | start.is_null().to_numpy(False))
    result_of: dict[int, str] = {}
    result = callbacks["outcome"].to_pylist()
    for index in np.argsort(precision.fill_null(DAY).to_numpy(), kind="stable").tolist():
        if is_own[index] and result[index] != "unknown":
            is_own[index] = result_of.setdefault(rows[index], result[index]) == result[index]
    return is_own


def _with_own_cells(columns: dict, rows: np.ndarray, callbacks: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """The starts and results of all rows; these rows have those of their callback's cell where they lack their own."""
    has_day_alone = pc.equal(columns["started_precision_s"].take(pa.array(rows)), DAY)
    has_time = pc.and_kleene(has_day_alone, pc.less(callbacks["started_precision_s"], DAY)).fill_null(False)
    lacks_result = pc.equal(columns["outcome"].take(pa.array(rows)), "unknown")
    has_result = pc.and_(lacks_result, pc.not_equal(callbacks["outcome"], "unknown")).fill_null(False)
    found = {}
    for names, is_taken in ((STARTS, has_time.to_numpy(False)), (["outcome"], has_result.to_numpy(False))):
        place = np.full(len(columns["kind"]), -1)
        place[rows[is_taken]] = np.flatnonzero(is_taken)
        taken = pa.array(place, mask=place < 0)
        for name in names:
            own = pc.if_else(taken.is_valid(), callbacks[name].take(taken), columns[name])
            found[name] = own.cast(columns[name].type)
    return found


def _filtered(columns: Mapping[str, pa.Array], mask: np.ndarray) -> dict[str, pa.Array]:
    return {name: column.filter(pa.array(mask)) for name, column in columns.items()}


def _without_promises(columns: dict, rows: np.ndarray, part_columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """The promises of the first calls, except for lost calls whose row has a further call with a promise."""
    is_promised = pc.is_in(part_columns["promised"], PROMISES).to_numpy(False)
    is_lost = pc.is_in(columns["wait_outcome"], pa.array(schema.LOST)).to_numpy(False)
    has_further = np.zeros(len(is_lost), bool)
    has_further[rows[is_promised]] = True
    is_void = pa.array(is_lost & has_further)
    names = ("promised", "quoted_value", "quoted_unit")
    return {name: pc.if_else(is_void, pa.scalar(None, columns[name].type), columns[name]) for name in names}


def _days_of(columns: Mapping[str, pa.Array]) -> np.ndarray:
    return np.array(columns["started_at_local"].cast(pa.timestamp("us")), "M8[us]").astype("M8[D]")


def _order_by_days(cells: Cells, fmt: Format, days: np.ndarray, problems: Problems) -> str:
    """The order of day and month that all callbacks of a sheet together show; "" if they do not."""
    parts = [part for part in fmt.parts if is_of_callbacks(part.columns)]
    fitting = [cells.fits(part.when) & ~problems.rejected for part in parts]
    any_weekday = np.ones(cells.n, bool)
    pairs = zip(parts, fitting, strict=True)
    found = [expand(cells, part.columns["date"], fits, days, "", any_weekday) for part, fits in pairs]
    return order_by_days(found, days)


def _place_of(rows: np.ndarray) -> np.ndarray:
    """The index of each contact in its cell, from 0 up to `MAX_CALLBACKS_OF_CELL`."""
    first = np.concatenate([[True], rows[1:] != rows[:-1]]) if len(rows) else np.zeros(0, bool)
    since = np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0)) if len(rows) else np.zeros(0, int)
    return np.minimum(np.arange(len(rows)) - since, MAX_CALLBACKS_OF_CELL)


def _contacts(cells: Cells, rules, rows: np.ndarray, common: tuple) -> tuple[np.ndarray, dict]:
    """The contacts of these rows, and the indexes of the readable ones; the others are left out with a warning."""
    settings, agency, problems, order = common
    of_part = Problems(cells.n, drops_cells=True)
    try:
        columns, _ = contacts.read_contact(cells, rules, settings, agency, of_part, order)
    except UndecidedOrder as doubt:
        return _dated_contacts(cells, rules, rows, common, doubt)
    problems.adopt_parts(of_part, rows)
    problems.warn(np.isin(np.arange(len(problems.rejected)), rows[of_part.rejected]), "contact_unread")
    kept = np.flatnonzero(~of_part.rejected)
    return kept, {name: column.take(pa.array(kept)) for name, column in columns.items()}


def _dated_contacts(cells: Cells, rules, rows: np.ndarray, common: tuple, doubt: UndecidedOrder):
    """Read contacts, except those whose date fits both month/day and day/month: the user is asked about these."""
    problems = common[2]
    texts = cells.joined(rules["date"].columns)

    def is_open(text: str) -> bool:
        return needs_order(text) or (doubt.is_torn and order_votes([text]) != (0, 0))

    asked = rows_where(is_open, texts)
    for code in np.unique(texts.codes[asked]).tolist():
        asked_rows = rows[asked & (texts.codes == code)]
        problems.asked.append(("date_order", texts.name, texts.texts[code], asked_rows))
    rest = np.flatnonzero(~asked)
    kept, columns = _contacts(cells.rows(rest), rules, rows[rest], common)
    return rest[kept], columns


def _callbacks(
    cells: Cells, rules, fits: np.ndarray, days: np.ndarray, common: tuple, by_days: str, is_soon: np.ndarray
) -> tuple[np.ndarray, dict]:
    """The callbacks that a cell of each row describes, in free words or by a date alone."""
    settings, agency, problems, order = common
    common = (settings, agency, problems, order or by_days)
    found = expand(cells, rules["date"], fits, days, order or by_days, is_soon)
    is_inferred = np.zeros(len(found.rows), bool)
    if by_days:
        is_inferred = np.array([needs_order(text) if text else False for text in found.dates], bool)
    unread = np.isin(np.arange(cells.n), found.unread) & ~problems.rejected
    cell = cells.joined(rules["date"].columns)
    problems.drop_rows(unread, replace(cell, words=pc.replace_substring_regex(cell.words, f"^{MAYBE}", "")), "contact")
    by_weekday = np.isin(np.arange(cells.n), found.by_weekday)
    kept, columns = _contacts(found.cells, rules, found.rows, common)
    result, kind = (pa.array(each, STRING).take(pa.array(kept)) for each in (found.result, found.kind))
    # A yes or no next to several callbacks does not show which of them someone answered.
    is_lone = pa.array((found.count == 1)[kept])
    own = pc.if_else(pc.or_(is_lone, pc.equal(columns["outcome"], "missed")), columns["outcome"], "unknown")
    columns["warnings"] = _with_warning(columns["warnings"], is_inferred[kept], "date_order_inferred")
    columns["warnings"] = _with_warning(columns["warnings"], by_weekday[found.rows[kept]], "weekday_inferred")
    columns["kind"] = pc.coalesce(kind, columns["kind"])
    columns["outcome"] = pc.if_else(pc.is_valid(kind), "unknown", pc.coalesce(result, own))
    return found.rows[kept], columns


def _with_warning(warnings: pa.Array, mask: np.ndarray, code: str) -> pa.Array:
    codes = pa.array(np.where(mask, code, ""), STRING)
    return schema.union_of_words(warnings.cast(STRING), codes).cast(warnings.type)


def _table(rows: np.ndarray, columns: dict[str, pa.Array], parts: np.ndarray, problems: Problems) -> pa.Table:
    kept = ~problems.rejected[rows]
    taken = _filtered(columns, kept)
    taken["item"] = pa.array(parts[kept], pa.int8())
    taken["row"] = pa.array(rows[kept], pa.int64())
    return pa.table(taken)


def _follows(columns: dict[str, pa.Array], rows: np.ndarray, number: list, about: list, fmt: Format) -> pa.Array:
    """The entry that each contact follows: a further contact the last call before it, another the row it names."""
    part, entry_id, parts = columns["item"].to_numpy(), columns["entry_id"].to_pylist(), len(fmt.parts)
    heads = np.flatnonzero(part == 0).tolist()
    # An item is the number of its part, plus the number of parts for each callback before it in the cell.
    cell = np.where(part > 0, (part.astype(int) - 1) % parts + 1, 0) if parts else part
    # In a sheet with one row a case, each callback has its own call.
    has_promise = pc.is_in(columns["promised"], PROMISES).to_pylist() if fmt.name == "hand_sheet" else []
    before = _calls_before(rows, cell, columns, entry_id, has_promise)
    of_number: dict[str, str | None] = {}
    for i in heads:
        if number[i] is not None:
            of_number[number[i]] = None if number[i] in of_number else entry_id[i]  # a number used twice names none
    named = [before[i] if part[i] else of_number.get(about[i]) for i in range(len(entry_id))]
    return pa.array([None if n == own else n for n, own in zip(named, entry_id, strict=True)], STRING)


def _calls_before(
    rows: np.ndarray, part: np.ndarray, columns: dict[str, pa.Array], entry_id: list, has_promise: list
) -> dict[int, str]:
    """For each further contact, the last outgoing call before it in its row; for a further call, the row's first.

    If the last call has no promise but another call of the row ``has_promise``, a callback on or after that call's day
    belongs to that one.
    """
    first: dict[int, str] = {}
    last: dict[int, int] = {}
    found: dict[int, str] = {}
    is_dial = pc.equal(columns["kind"], "dial").to_pylist()
    start = _days_of(columns)
    promised = {int(rows[i]): i for i, has in enumerate(has_promise) if has and is_dial[i]}
    for i in np.lexsort((part, rows)).tolist():
        row = int(rows[i])
        if part[i]:
            own, other = last[row], promised.get(row, last[row])
            is_of_other = other != own and not has_promise[own] and start[i] >= start[other]
            found[i] = first[row] if is_dial[i] else entry_id[other if is_of_other else own]
        else:
            first[row] = entry_id[i]
        if is_dial[i] or not part[i]:
            last[row] = i
    return found


# ---- callbacks described in a cell -----------------------------------------------------------------------------------

KINDS = {"email": "email", "none": "none_came"}
WEEKDAY = regex(rf"{WEEKDAY_NAME}\.?", re.IGNORECASE)
# A cell of these words describes the matter, or a call.
_OF_MATTER = regex(r"(?i)\W*(?:all )?(?:done|resolved|solved|completed?|closed|connected|hecho|resuelto)\W*")
WITHIN_DAYS = 200  # a later callback is a typing error, or belongs to another request
SOON_DAYS, LATE_DAYS = 10, 60  # in one order a callback comes soon after its call, in the other months later
# Different callbacks needed to show the order of day and month: by coming sooner in it, or as the only possible order.
VOTES, ONLY_VOTES = 3, 2
# Days from a call to its callback, in words: same day 4:50pm
DAYS_AFTER = {0: regex(r"(?i)\b(?:same|that) day\b"), 1: regex(r"(?i)\bnext day\b")}
SOON_H = 72  # [h] within a promise this short, a weekday can be only one day
DAYS = pa.array(["days", "business_days"])
WITHIN = np.timedelta64(WITHIN_DAYS, "D")


@dataclass(frozen=True)
class Callbacks:
    """The callbacks of a column: their cells, the row of each, and the result and kind that each states.

    ``unread`` are rows whose cell could not be read, or has a weekday that fits several days.
    """

    cells: Cells
    rows: np.ndarray
    result: list[str | None]
    kind: list[str | None]
    count: np.ndarray  # callbacks in the same cell
    unread: np.ndarray
    by_weekday: np.ndarray  # rows whose callback is dated by a weekday
    dates: list[str | None]


def is_of_callbacks(columns: dict[str, Rule]) -> bool:
    """Whether a further contact of a row is a callback in a cell of its own."""
    kind, date = columns.get("kind"), columns.get("date")
    return bool(kind and kind.value == "ring" and date and date.parse == "moment_by_hand")


def expand(cells: Cells, rule: Rule, fits: np.ndarray, days: np.ndarray, order: str, is_soon: np.ndarray) -> Callbacks:
    """The callbacks of a column of dates, by the day (`days`) of the call that each row is about.

    A weekday means the next such day, if the callback was promised within days (`is_soon`). In any other row, the
    weekday is ambiguous and its cell is not understood. A date without a year is the first such day on or after the
    call. A plain date, with or without a time, stays as written. So does unreadable text, whose contact is left out
    later.
    """
    texts = cells.joined(rule.columns)
    events = [_events(text, order) for text in texts.texts]
    found: list[tuple[int, str | None, CallbackEvent]] = []
    unread: list[int] = []
    for row in np.flatnonzero(texts.codes >= 0).tolist():
        code = texts.codes[row]
        if events[code] is None:
            if is_open_promise(texts.texts[code]):
                continue  # 72 hours, in a column of callbacks
            if fits[row]:
                found.append((row, texts.texts[code], CallbackEvent()))
            elif not placeholder(texts.texts[code]):
                unread.append(row)
            continue
        if not is_soon[row] and any(WEEKDAY.fullmatch(came.date) for came in events[code]):
            unread.append(row)
            continue
        if [came.result for came in events[code] if not came.date] == ["unknown"]:
            unread.append(row)  # dropped: it may be the call of the row that was
            continue
        after = [each for each, named in DAYS_AFTER.items() if named.search(texts.texts[code])]
        for came in events[code]:
            is_after = len(after) == len(events[code]) == 1 and not came.date and not np.isnat(days[row])
            date = _dated(came, days[row], order)
            if is_after:
                date = f"{days[row] + np.timedelta64(after[0], 'D')} {came.time}".strip()
            found.append((row, date, came))
    rows = np.array([row for row, *_ in found], int)
    counts = np.bincount(rows, minlength=cells.n)
    dates = pa.array([date for _, date, _ in found], pa.string())
    chosen = cells.over(cells.columns.take(pa.array(rows)))
    return Callbacks(
        chosen.with_column(cells.name_of(rule.columns[0]) or rule.columns[0][0], dates),
        rows,
        [came.result if came.result and came.result not in KINDS else None for *_, came in found],
        [KINDS.get(came.result) for *_, came in found],
        counts[rows],
        np.array(unread, int),
        np.array([row for row, _, came in found if WEEKDAY.fullmatch(came.date)], int),
        [date for _, date, _ in found],
    )


def is_promised_soon(columns: dict[str, pa.Array]) -> np.ndarray:
    """Mask of the rows whose callback was promised within 72 hours: there a weekday means the next such day."""
    hours = pc.if_else(pc.equal(columns["quoted_unit"], "hours"), columns["quoted_value"], None)
    days = pc.if_else(pc.is_in(columns["quoted_unit"], DAYS), columns["quoted_value"], None)
    is_short = pc.coalesce(pc.less_equal(hours, SOON_H), pc.less_equal(days, SOON_H // 24))
    is_urgent = pc.equal(columns["promised"], "urgent")
    return pc.fill_null(pc.coalesce(is_short, is_urgent), False).to_numpy(False)


def order_by_days(found: Sequence[Callbacks], days: np.ndarray) -> str:
    """The order of day and month in which callbacks come after their calls; "" if the dates do not show it.

    For a call on November 3, 11/8 is a callback on November 8, because August 11 is before the call. The order is not
    shown if both orders come after every call, if too few different callbacks show it, or if one shows the other order.
    """
    votes: dict[str, set[tuple]] = {"mdy": set(), "dmy": set()}
    dated = [pair for each in found for pair in zip(each.dates, days[each.rows], strict=True)]
    for text, day in dated:
        if text and not np.isnat(day) and needs_order(text):
            read = {order: try_read(PARSERS["moment_by_hand"], text, order=order) for order in votes}
            since = {order: np.datetime64(moment.local, "D") - day for order, moment in read.items() if moment}
            after = {order: int(days / np.timedelta64(1, "D")) for order, days in since.items()}
            fitting = {order: days for order, days in after.items() if 0 <= days <= WITHIN_DAYS}
            is_only = len(fitting) == 1
            soonest = min(fitting.values(), default=0)
            if soonest <= SOON_DAYS:  # take the order in which it comes soon, not months later
                fitting = {order: days for order, days in fitting.items() if days <= max(soonest, LATE_DAYS)}
            if len(fitting) == 1:
                votes[min(fitting)].add((text, day, is_only))
    ((order, telling), (_, against)) = sorted(votes.items(), key=lambda each: -len(each[1]))
    is_enough = len(telling) >= VOTES or sum(is_only for *_, is_only in telling) >= ONLY_VOTES
    return order if is_enough and not against else ""


def _events(text: str, order: str) -> tuple[CallbackEvent, ...] | None:
    """The callbacks in a cell; None if it is a plain date or cannot be read."""
    if try_read(PARSERS["moment_by_hand"], text, order=order or "mdy") is not None or _OF_MATTER.fullmatch(text):
        return None
    came = events_of(text)
    return callbacks_among(text) or None if came is None else came


def _dated(came: CallbackEvent, day: np.datetime64, order: str) -> str | None:
    """The date and time of a callback as one text, with a year derived from its call; None without a date."""
    if not came.date:
        return None
    if WEEKDAY.fullmatch(came.date):
        behind = None if np.isnat(day) else (day.astype("M8[D]") + np.timedelta64(1, "D")).astype(date)
        named = behind and next_weekday(behind, came.date)
        return f"{named} {came.time}".strip() if named else None
    return f"{with_year(came.date, day, order, WITHIN)} {came.time}".strip()
