"""Rows that somebody wrote -> notes: the row itself (part 0) and further contacts written in the same row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics.formats import Format
from callanalytics.normalize import contacts, ids
from callanalytics.normalize.cells import Cells
from callanalytics.normalize.problems import Problems
from callanalytics.normalize.written import order_elsewhere

STRING = pa.string()
ONE_CONTACT = "one contact in these cells, with its date; further ones in rows of their own"


def build(cells: Cells, fmt: Format, settings, agency) -> tuple[dict[str, pa.Array], np.ndarray, Problems]:
    """Every column of the notes but the source's, the row that each stands in, and what was rejected.

    A further contact that cannot be read rejects the row it stands in: what was written there as one is two.
    """
    problems = Problems(cells.n)
    rules = [rule for told in (fmt.columns, *(part.columns for part in fmt.parts)) for rule in told.values()]
    order = order_elsewhere(cells, rules)
    columns, order = contacts.read_contact(cells, fmt.columns, settings, agency, problems, order)
    made = [(np.arange(cells.n), columns)]
    for part in fmt.parts:
        rows = np.flatnonzero(cells.fits(part.when) & ~problems.rejected)
        of_part = Problems(len(rows))
        made.append((rows, contacts.read_contact(cells.rows(rows), part.columns, settings, agency, of_part, order)[0]))
        problems.adopt(of_part, rows, ONE_CONTACT)
    together = pa.concat_tables(_table(rows, told, number, problems) for number, (rows, told) in enumerate(made))
    columns = {name: together.column(name).combine_chunks() for name in together.column_names}
    rows = columns.pop("row").to_numpy()
    return _finished(columns, rows, settings.office_id), rows, problems


def _table(rows: np.ndarray, columns: dict[str, pa.Array], part: int, problems: Problems) -> pa.Table:
    """The contacts of one part whose row is not rejected."""
    kept = ~problems.rejected[rows]
    taken = {name: column.filter(pa.array(kept)) for name, column in columns.items()}
    taken["part"] = pa.repeat(pa.scalar(part, pa.int8()), int(kept.sum()))
    taken["row"] = pa.array(rows[kept], pa.int64())
    return pa.table(taken)


def _finished(columns: dict[str, pa.Array], rows: np.ndarray, office_id: str) -> dict[str, pa.Array]:
    """The columns with ids, and with *About no.* turned into the id of the note that it names."""
    number, about = columns.pop("number"), columns.pop("about")
    columns["note_id"] = _ids(columns, number, office_id)
    columns["follows"] = _follows(columns, rows, number.to_pylist(), about.to_pylist())
    lost = np.array([a is not None for a in about.to_pylist()], bool) & columns["follows"].is_null().to_numpy(False)
    columns["warnings"] = _with_code(columns["warnings"], lost, "about_unknown")
    return columns


def _ids(columns: dict[str, pa.Array], number: pa.Array, office_id: str) -> pa.Array:
    """Of start, kind and part: nothing that is filled in later. Equal ones are told apart by their row number first."""
    local = columns["started_at_local"].cast(pa.int64())
    told = "line our_number reason agent_id sr_number matter receipt wait_s outcome promised".split()
    return ids.make(
        office_id,
        [local, columns["kind"], columns["part"]],
        [number, columns["started_precision_s"], *(columns[name] for name in told)],
    )


def _follows(columns: dict[str, pa.Array], rows: np.ndarray, number: list, about: list) -> pa.Array:
    """A further contact follows the row it stands in; any other the row whose number it names."""
    part, note_id = columns["part"].to_numpy(), columns["note_id"].to_pylist()
    heads = np.flatnonzero(part == 0).tolist()
    of_row = {int(rows[i]): note_id[i] for i in heads}
    of_number: dict[str, str | None] = {}
    for i in heads:
        if number[i] is not None:
            of_number[number[i]] = None if number[i] in of_number else note_id[i]  # a number given twice names none
    named = [of_row[int(rows[i])] if part[i] else of_number.get(about[i]) for i in range(len(note_id))]
    return pa.array([None if n == own else n for n, own in zip(named, note_id, strict=True)], STRING)


def _with_code(warnings: pa.Array, mask: np.ndarray, code: str) -> pa.Array:
    told = [
        " ".join(sorted([*(old or "").split(), code])) if more else old
        for old, more in zip(warnings.to_pylist(), mask.tolist(), strict=True)
    ]
    return pa.array(told, STRING)
