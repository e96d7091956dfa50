"""Whether a file made shareable is read like the original: row for row, each as what it was."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.normalize import Normalized

# What may differ: whose ids they are, and words of the vendor's that no list knows.
_OF_THE_FILE = ("call_id", "note_id", "notice_id", "source_id", "office_id", "started_at_utc", "outcome_raw")
_REPLACED = ("our_number", "other_number", "callback_number", "agent_name", "agent_id", "sr_number", "matter",
             "receipt", "field_office", "no_sr_reason", "follows", "found", "wanted")  # fmt: skip
_DAYS = ("started_at_local", "appointment_on", "decided_on")
_OF_THE_DAY = {"before_2018", "after_ingest"}  # warnings of a date's distance


def difference(first: Normalized, second: Normalized, weeks: int) -> str:
    """The first thing that is read otherwise, in a few words; "" where nothing is."""
    if first.rows != second.rows:
        return f"{first.rows} rows, and {second.rows} in the new file"
    for name in ("calls", "notes", "notices", "rejects", "set_aside"):
        old, new = (_in_order(getattr(done, name)) for done in (first, second))
        if old.num_rows != new.num_rows:
            return f"{old.num_rows} {name}, and {new.num_rows} in the new file"
        for column in old.column_names:
            if column not in _OF_THE_FILE and (row := _unlike(old, new, column, weeks)):
                return f"{name}, {column}, row {row}"
    return ""


def otherwise(first: Normalized, second: Normalized, weeks: int) -> dict[str, int] | None:
    """Of a log kept by hand, in how many rows each column is read otherwise, since free words were masked; None where
    more than that is: the number of rows, or which of them are entries.

    What the further contacts of a row are is told of its words: their number may differ.
    """
    notes = [_in_order(done.notes.filter(pc.equal(done.notes.column("part"), 0))) for done in (first, second)]
    places = [table.column("source_row").to_pylist() for table in notes]
    if first.rows != second.rows or places[0] != places[1]:
        return None
    told = {}
    for column in notes[0].column_names:
        if column not in (*_OF_THE_FILE, "warnings"):
            told[column] = len(places[0]) - (pc.sum(_alike(*notes, column, weeks)).as_py() or 0)
    parts = abs(first.notes.num_rows - second.notes.num_rows)
    return {column: n for column, n in (told | {"contact": parts}).items() if n}


def _in_order(table: pa.Table) -> pa.Table:
    keys = [name for name in ("source_row", "row", "part") if name in table.column_names]
    first = "started_at_local" if "started_at_local" in table.column_names else None
    return table.sort_by([(name, "ascending") for name in [*keys, *([first] if first else [])]])


def _unlike(old: pa.Table, new: pa.Table, column: str, weeks: int) -> int:
    """The first row in which a column is read otherwise, 0 where there is none."""
    place = pc.index(_alike(old, new, column, weeks), False).as_py()
    if place < 0:
        return 0
    rows = old.column("source_row" if "source_row" in old.column_names else "row")
    return rows[place].as_py()


def _alike(old: pa.Table, new: pa.Table, column: str, weeks: int) -> pa.Array:
    """In which rows a column is read alike."""
    a, b = (table.column(column).combine_chunks() for table in (old, new))
    if column in _REPLACED:
        a, b = a.is_valid(), b.is_valid()
    elif column in _DAYS:
        a = pc.add(a.cast(pa.timestamp("us")), pa.scalar(weeks * 7 * 86_400_000_000, pa.duration("us")))
        b = b.cast(pa.timestamp("us"))
    elif column == "warnings":
        a, b = (pa.array([_lasting(text) for text in side.to_pylist()], pa.string()) for side in (a, b))
    return pc.or_(pc.fill_null(pc.equal(a, b), False), pc.and_(a.is_null(), b.is_null()))


def _lasting(codes: str | None) -> str:
    return " ".join(code for code in (codes or "").split() if code not in _OF_THE_DAY)
