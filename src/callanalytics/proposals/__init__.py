"""A mapping proposed for an export that nobody has described: from its header and values, with every doubt named.

>>> from callanalytics import proposals
>>> made = proposals.propose("acme.csv")          # doctest: +SKIP
>>> made.write("acme.toml")                       # doctest: +SKIP

Nothing is applied: the proposal is a format file to be read by a person, then used with ``--mapping``. What the
file does not prove is left out and asked. No cell of the file stands in it, but closed words that logs are
written in.
"""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from callanalytics import formats, outputs, read
from callanalytics.errors import CallLogError
from callanalytics.formats import Format, grammar
from callanalytics.proposals import by_hand, directions, durations, moments, numbers, peeking, words
from callanalytics.proposals import columns as cells
from callanalytics.proposals.columns import Column, Question
from callanalytics.proposals.preview import preview
from callanalytics.proposals.wording import toml
from callanalytics.read import TextTable, records

__all__ = ["Proposal", "Question", "propose"]

KINDS = {"csv": "table", "xlsx": "table", "json": "json"}
WIDEST = 500  # columns; no phone system writes so many
MOST = 12  # columns by which a file is known


@dataclass(frozen=True, eq=False)
class Proposal:
    """A format file as text, with what is doubtful in it.

    ``file`` as it may be shown; ``known`` the format that reads the file already, "" if none does; ``rows`` the
    first three, masked, as they would be read; ``note`` says under which order of day and month, if that is open,
    and how many of the first rows would be rejected. ``unread`` are the columns that no rule reads. ``own_numbers``:
    where no column says which way a call went, the numbers that may be the office's, and in how many rows they stand.
    """

    file: str
    known: str
    toml: str
    fmt: Format
    questions: tuple[Question, ...]
    rows: tuple[dict, ...]
    note: str
    table: TextTable
    unread: tuple[str, ...] = ()
    own_numbers: tuple[tuple[str, int], ...] = ()

    def write(self, path: Path | str) -> Path:
        """The file, written once the loader of ``--mapping`` has taken it; one that is there is never overwritten."""
        path = Path(path)
        if path.suffix.lower() != ".toml":
            raise CallLogError("a mapping is a TOML file", found=path.suffix or "no suffix", wanted="FILE.toml")
        with tempfile.TemporaryDirectory() as folder:
            first = Path(folder) / "mapping.toml"
            first.write_text(self.toml, "utf-8")
            formats.read_mapping(first)
        return outputs.save(path, self.toml.encode("utf-8"), is_new=True)


def propose(file: Path | str, today: date | None = None) -> Proposal:
    """What the columns of one CSV, XLSX or JSON file seem to mean.

    Raises :class:`CallLogError` where the file is of another kind, has no header, or no column is the moment.
    """
    found = read.files([file])
    if len(found) != 1:
        raise CallLogError("a mapping is for one file", found=f"{len(found)} files", do="name one of them")
    return propose_of(found.files[0], today)


def propose_of(one: read.File, today: date | None = None, ours: tuple[str, ...] = ()) -> Proposal:
    """The same of a file that was found; ``ours`` are numbers of the office, or their last digits."""
    table = _table(one)
    if found := by_hand.likeness(table):
        return _by_hand(one, table, found)
    able, questions = cells.of_table(table)
    when = moments.find(able)
    if not when.rules:
        raise CallLogError(
            f"{one.shown}: no column reads as the moment of a call",
            wanted="a date and a time of day",
            do="`callanalytics peek` shows its columns; TEMPLATE.toml says how a date in a form of its own is read",
        )
    parts = [when, words.find(able, table)]
    parts.append(durations.find(able, _used(parts)))
    parts.append(numbers.find(able, _used(parts), is_directed="map" in parts[1].rules["direction"]))
    own_numbers = directions.set_direction(parts[1], parts[3], ours)
    told = [question for part in parts for question in part.questions] + questions + _ask_rows(able, table)
    head, places = _head(parts, table, today or date.today()), _recognise(_used(parts), able, one, table)
    text = toml(head, places, parts, told, parts[1].aside)
    fmt = grammar.read_content(Path("mapping.toml"), tomllib.loads(text))
    rows, note = preview(table, fmt)
    unread = tuple(column.name for column in able if column not in _used(parts))
    return Proposal(
        one.shown, _known(one), text, fmt, tuple(told), tuple(rows), note, table, unread, tuple(own_numbers)
    )


def _by_hand(file, table: TextTable, found) -> Proposal:
    """A log that is kept by hand is no phone system's, whatever its columns are called."""
    text, fmt, asked = by_hand.propose(table, found)
    rows, note = by_hand.preview(table, tomllib.loads(text))
    return Proposal(file.shown, _known(file), text, fmt, tuple(asked), tuple(rows), note, table)


def _table(file) -> TextTable:
    """The table of the file that has most rows."""
    found = read.tables(file)
    if not found or found[0].kind not in KINDS:
        raise CallLogError(
            f"{file.shown} has no table with a header that could be mapped",
            found=found[0].kind.upper() if found else "no header",
            wanted="a CSV, XLSX or JSON file with named columns",
            do="if the system can export a header, have it do so; else see [file] columns in TEMPLATE.toml",
        )
    largest = max(found, key=lambda table: table.cells.num_rows)
    if len(largest.header) > WIDEST:
        raise CallLogError(f"{file.shown} is no call log", found=f"{len(largest.header):,} columns")
    return largest


def _known(file) -> str:
    try:
        return read.identify(file, formats.load()).name
    except CallLogError:
        return ""


def _used(parts) -> list[Column]:
    return list(dict.fromkeys(column for part in parts for column in part.used))


def _head(parts, table: TextTable, today: date) -> dict:
    when, meanings, _, phones = parts
    return {
        "title": f"An unnamed phone system: calls, {table.kind.upper()}",
        "vendor": "an unnamed phone system",
        "makes": "calls",
        "kind": KINDS[table.kind],
        "evidence": "proposed from a file's header and values",
        "seen": today.isoformat(),
        "source": "an export of the office",
        "has_unanswered": meanings.has_unanswered,
        "has_caller_id": phones.has_caller_id,
        "has_zone": when.has_zone,
    }


def _recognise(used: list[Column], able: list[Column], file, table: TextTable) -> dict:
    """By what the file is known: the columns that are read, and others beside them."""
    names = [column.name for column in used]
    if table.kind != "json":
        return {"recognise": {"header": [*names, *(c.name for c in able if c not in used)][:MOST]}}
    path = records.likeliest(records.document(file))
    if path and not peeking.is_column(path):
        raise CallLogError(f"{file.shown}: its calls stand under a key that may be a client's name")
    filled = np.sum([[cell is not None for cell in column.cells] for column in used], axis=0)
    fullest = int(np.argmax(filled))
    keys = [column.name for column in used if column.cells[fullest] is not None]
    return {"recognise": {"keys": keys}, "file": {"records": path}}


def _ask_rows(able: list[Column], table: TextTable) -> list[Question]:
    """Ids of calls that stand in several rows may be the legs of one call."""
    asked = []
    for column in able:
        is_id = column.has("call session linked conference correlation linkedid") and column.has("id linkedid")
        if is_id and len(column.texts) < sum(cell is not None for cell in column.cells):
            text = "the same stands in several rows: they may be parts of one call."
            do = "If so, write [legs] with group, as in TEMPLATE.toml; else each row counts as a call."
            asked.append(Question(repr(column.name), text, do))
    return asked
