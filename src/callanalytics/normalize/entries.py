"""Rows of a hand log -> entries: one for each contact that a row has.

Contacts that stand together in one cell become one row of cells for each, beside the row's own.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Events, Format
from callanalytics.normalize import callback_cells, contacts, dates_of_rows, ids, numbering
from callanalytics.normalize.cells import Cells, read
from callanalytics.normalize.local_times import UndecidedOrder, order_elsewhere
from callanalytics.normalize.problems import Problems
from callanalytics.values.dates import needs_order, order_votes
from callanalytics.values.events import Event
from callanalytics.values.parsers import PARSERS

COLUMNS = tuple(f"(event) {name}" for name in Event._fields)


def expand_events(cells: Cells, layout: Events, sheet: str, problems: Problems) -> tuple[Cells, np.ndarray, np.ndarray]:
    """The contacts of every row as cells of their own, the row that each stands in and its place there.

    Each has its row's cells and the columns `COLUMNS`, which a format's rules name. A cell of which anything is not
    understood rejects its row as a whole.
    """
    reading = read(layout.rule, cells, **year_of(sheet))
    problems.reject_bad(reading)
    events = reading.without_problems().objects(())
    sizes = np.array([len(of_row) for of_row in events], int)
    rows = np.repeat(np.arange(cells.n), sizes)
    parts = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    columns = cells.columns.select([name for name in cells.columns.column_names if name not in COLUMNS])
    columns = columns.take(pa.array(rows))
    for place, name in enumerate(COLUMNS):
        values = [event[place] or None for of_row in events for event in of_row]
        columns = columns.append_column(name, pa.array(values, pa.string()))
    return Cells(tuple(columns.column_names), columns), rows, parts


def year_of(sheet: str) -> dict[str, str]:
    """The year by which a sheet is named, for dates without one."""
    found = set(re.findall(r"(?<!\d)20\d\d(?!\d)", sheet))
    return {"year": found.pop()} if len(found) == 1 else {}


STRING = pa.string()
MOST_OF_A_CELL = 4  # callbacks of one cell whose places are told apart


def build(cells: Cells, fmt: Format, settings, agency, sheet: str = "") -> tuple[dict, np.ndarray, Problems]:
    """Every column of the entries but the source's, the row that each stands in, and what was rejected.

    A cell that cannot be read is left out, and a further contact of which not even the date can be read: both are
    kept among the doubts, and the row stays.
    """
    problems = Problems(cells.n, drops_cells=True)
    made = (
        _of_events(cells, fmt, fmt.events, settings, agency, problems, sheet)
        if fmt.events
        else _of_parts(cells, fmt, settings, agency, problems, sheet)
    )
    together = pa.concat_tables(_table(rows, found, parts, problems) for rows, found, parts in made)
    columns = {name: together.column(name).combine_chunks() for name in together.column_names}
    rows = columns.pop("row").to_numpy()
    return _finished(columns, rows, settings.office_id, len(fmt.parts)), rows, problems


def _of_events(
    cells: Cells, fmt: Format, layout: Events, settings, agency, problems: Problems, sheet: str
) -> list[tuple]:
    """The contacts written together in one cell of each row."""
    each, rows, parts = expand_events(cells, layout, sheet, problems)
    of_events = Problems(each.n, drops_cells=True)
    columns, _ = contacts.read_contact(each, fmt.columns, settings, agency, of_events)
    problems.adopt(of_events, rows, PARSERS["events"].wanted)
    return [(rows, columns, parts)]


def _of_parts(cells: Cells, fmt: Format, settings, agency, problems: Problems, sheet: str) -> list[tuple]:
    """The contact of each row, and those in further columns of it."""
    year = year_of(sheet).get("year", "")
    cells = dates_of_rows.complete(cells, fmt.columns.get("date"), year, problems, settings.date_order or "")
    rules = [
        rule for part_columns in (fmt.columns, *(part.columns for part in fmt.parts)) for rule in part_columns.values()
    ]
    order = order_elsewhere(cells, rules)
    columns, order = contacts.read_contact(cells, fmt.columns, settings, agency, problems, order)
    days = np.array(columns["started_at_local"].cast(pa.timestamp("us")), "M8[us]").astype("M8[D]")
    made = [(np.arange(cells.n), columns, np.zeros(cells.n, int))]
    common = (settings, agency, problems, order)
    by_days = "" if order else _order_by_days(cells, fmt, days, problems)
    for number, part in enumerate(fmt.parts, 1):
        fits = cells.fits(part.when) & ~problems.rejected
        if callback_cells.is_of_callbacks(part.columns):
            is_soon = callback_cells.is_promised_soon(columns)
            rows, part_columns = _callbacks(cells, part.columns, fits, days, common, by_days, is_soon)
        else:
            rows, part_columns = _further(cells, part.columns, fits, days, common)
        made.append((rows, part_columns, number + len(fmt.parts) * _place_of(rows)))
    return made


def _order_by_days(cells: Cells, fmt: Format, days: np.ndarray, problems: Problems) -> str:
    """The order of day and month that all callbacks of a sheet together tell; "" where they leave it open."""
    parts = [part for part in fmt.parts if callback_cells.is_of_callbacks(part.columns)]
    fitting = [cells.fits(part.when) & ~problems.rejected for part in parts]
    found = [
        callback_cells.expand(cells, part.columns["date"], fits, days, "")
        for part, fits in zip(parts, fitting, strict=True)
    ]
    return callback_cells.order_by_days(found, days)


def _place_of(rows: np.ndarray) -> np.ndarray:
    """The place of each contact among those of its cell, at most as many as a number of them can say."""
    first = np.concatenate([[True], rows[1:] != rows[:-1]]) if len(rows) else np.zeros(0, bool)
    since = np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0)) if len(rows) else np.zeros(0, int)
    return np.minimum(np.arange(len(rows)) - since, MOST_OF_A_CELL)


def _further(cells: Cells, rules, fits: np.ndarray, days: np.ndarray, common: tuple) -> tuple[np.ndarray, dict]:
    """A further contact of the rows of a mask, and those rows."""
    rows = np.flatnonzero(fits)
    kept, columns = _contacts(cells.rows(rows), rules, rows, common)
    return rows[kept], columns


def _contacts(cells: Cells, rules, rows: np.ndarray, common: tuple) -> tuple[np.ndarray, dict]:
    """Contacts of these rows, and which of them could be read; the others are left out, and told."""
    settings, agency, problems, order = common
    of_part = Problems(cells.n, drops_cells=True)
    try:
        columns, _ = contacts.read_contact(cells, rules, settings, agency, of_part, order)
    except UndecidedOrder as doubt:
        return _dated_contacts(cells, rules, rows, common, doubt)
    problems.adopt_parts(of_part, rows)
    kept = np.flatnonzero(~of_part.rejected)
    return kept, {name: column.take(pa.array(kept)) for name, column in columns.items()}


def _dated_contacts(cells: Cells, rules, rows: np.ndarray, common: tuple, doubt: UndecidedOrder):
    """Contacts without those whose day is open, day and month being written in either order: these are asked about."""
    problems = common[2]
    texts = cells.joined(rules["date"].columns)
    is_open = [needs_order(text) or (doubt.is_torn and order_votes([text]) != (0, 0)) for text in texts.texts]
    asked = numbering.of_each([*is_open, False], texts.codes, bool)
    for code in np.unique(texts.codes[asked]).tolist():
        places = rows[asked & (texts.codes == code)]
        problems.asked.append(("date_order", texts.name, texts.texts[code], places))
    rest = np.flatnonzero(~asked)
    kept, columns = _contacts(cells.rows(rest), rules, rows[rest], common)
    return rest[kept], columns


def _callbacks(
    cells: Cells, rules, fits: np.ndarray, days: np.ndarray, common: tuple, by_days: str, is_soon: np.ndarray
) -> tuple[np.ndarray, dict]:
    """The callbacks that a cell of each row tells of, in free words or by its date alone."""
    settings, agency, problems, order = common
    common = (settings, agency, problems, order or by_days)
    found = callback_cells.expand(cells, rules["date"], fits, days, order or by_days, is_soon)
    is_inferred = np.zeros(len(found.rows), bool)
    if by_days:
        is_inferred = np.array([needs_order(text) if text else False for text in found.dates], bool)
    unread = np.isin(np.arange(cells.n), found.unread) & ~problems.rejected
    problems.drop_rows(unread, cells.joined(rules["date"].columns), "contact")
    by_weekday = np.isin(np.arange(cells.n), found.by_weekday)
    kept, columns = _contacts(found.cells, rules, found.rows, common)
    result, kind = (pa.array(each, STRING).take(pa.array(kept)) for each in (found.result, found.kind))
    # A yes or no beside several callbacks says of none of them in particular that somebody answered.
    is_lone = pa.array((found.count == 1)[kept])
    own = pc.if_else(pc.or_(is_lone, pc.equal(columns["outcome"], "missed")), columns["outcome"], "unknown")
    columns["warnings"] = _warned(columns["warnings"], is_inferred[kept], "date_order_inferred")
    columns["warnings"] = _warned(columns["warnings"], by_weekday[found.rows[kept]], "weekday_inferred")
    columns["kind"] = pc.coalesce(kind, columns["kind"])
    columns["outcome"] = pc.if_else(pc.is_valid(kind), "unknown", pc.coalesce(result, own))
    return found.rows[kept], columns


def _warned(warnings: pa.Array, mask: np.ndarray, code: str) -> pa.Array:
    """The warnings with one more code in the rows of a mask."""
    if not mask.any():
        return warnings
    texts = [
        " ".join(sorted({*(text or "").split(), code})) if is_warned else text
        for text, is_warned in zip(warnings.to_pylist(), mask, strict=True)
    ]
    return pa.array(texts, STRING).cast(warnings.type)


def _table(rows: np.ndarray, columns: dict[str, pa.Array], parts: np.ndarray, problems: Problems) -> pa.Table:
    """The contacts whose row is not rejected."""
    kept = ~problems.rejected[rows]
    taken = {name: column.filter(pa.array(kept)) for name, column in columns.items()}
    taken["item"] = pa.array(parts[kept], pa.int8())
    taken["row"] = pa.array(rows[kept], pa.int64())
    return pa.table(taken)


def _finished(columns: dict[str, pa.Array], rows: np.ndarray, office_id: str, parts: int) -> dict[str, pa.Array]:
    """The columns with ids, and with *About no.* turned into the id of the entry that it names."""
    number, about = columns.pop("number"), columns.pop("about")
    columns["entry_id"] = _ids(columns, number, office_id)
    columns["parent_entry_id"] = _follows(columns, rows, number.to_pylist(), about.to_pylist(), parts)
    lost = np.array([a is not None for a in about.to_pylist()], bool) & columns["parent_entry_id"].is_null().to_numpy(
        False
    )
    columns["warnings"] = _with_code(columns["warnings"], lost, "about_unknown")
    return columns


def _ids(columns: dict[str, pa.Array], number: pa.Array, office_id: str) -> pa.Array:
    """Of start, kind and part: nothing that is filled in later. Equal ones are told apart by their row number first."""
    local = columns["started_at_local"].cast(pa.int64())
    content = "line our_number reason agent_id sr_number matter receipt wait_s outcome promised".split()
    return ids.make(
        office_id,
        [local, columns["kind"], columns["item"]],
        [number, columns["started_precision_s"], *(columns[name] for name in content)],
    )


def _follows(columns: dict[str, pa.Array], rows: np.ndarray, number: list, about: list, parts: int) -> pa.Array:
    """A contact in a row that tells of several belongs to the last call before it; any other to the row it names."""
    part, entry_id = columns["item"].to_numpy(), columns["entry_id"].to_pylist()
    heads = np.flatnonzero(part == 0).tolist()
    cell = np.where(part > 0, (part.astype(int) - 1) % parts + 1, 0) if parts else part
    before = _calls_before(rows, cell, columns["kind"].to_pylist(), entry_id)
    of_number: dict[str, str | None] = {}
    for i in heads:
        if number[i] is not None:
            of_number[number[i]] = None if number[i] in of_number else entry_id[i]  # a number given twice names none
    named = [before[i] if part[i] else of_number.get(about[i]) for i in range(len(entry_id))]
    return pa.array([None if n == own else n for n, own in zip(named, entry_id, strict=True)], STRING)


def _calls_before(rows: np.ndarray, part: np.ndarray, kind: list, entry_id: list) -> dict[int, str]:
    """For each further contact the last call of ours before it in its row; for a further call the row's first."""
    first: dict[int, str] = {}
    last: dict[int, str] = {}
    found: dict[int, str] = {}
    for i in np.lexsort((part, rows)).tolist():
        row, is_call = int(rows[i]), kind[i] == "dial"
        if part[i]:
            found[i] = first[row] if is_call else last[row]
        else:
            first[row] = entry_id[i]
        if is_call or not part[i]:
            last[row] = entry_id[i]
    return found


def _with_code(warnings: pa.Array, mask: np.ndarray, code: str) -> pa.Array:
    codes = [
        " ".join(sorted([*(old or "").split(), code])) if more else old
        for old, more in zip(warnings.to_pylist(), mask.tolist(), strict=True)
    ]
    return pa.array(codes, STRING)
