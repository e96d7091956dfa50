"""Copies of an office's exports that other people may see.

>>> from callanalytics.sharing import scrub
>>> made = scrub("march.csv", "shareable.csv", seed=7)                # doctest: +SKIP

``scrub`` makes an export shareable: the copy is read by the same format and gives the same rows, but identifies none of
the people in it. ``column_policy`` decides what replaces each cell, and ``writers`` write each kind of file. What both
files give is compared, row by row; a copy that fails this check is not written.
"""

from __future__ import annotations

import io
import re
import secrets
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, formats, outputs, read
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, InvalidRequest, OpenQuestion, Refused, UnreadableFile
from callanalytics.formats import Format, find
from callanalytics.formats.derived_columns import year_of
from callanalytics.intake.exports import text_rows
from callanalytics.normalize import Normalized, Settings, normalize
from callanalytics.normalize.cells import Cells
from callanalytics.normalize.clock import order_elsewhere, read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.read import File, TextTable, documents
from callanalytics.read.file import shown_name
from callanalytics.sharing import pseudonyms, writers
from callanalytics.sharing.column_policy import CellReplacer
from callanalytics.sharing.pseudonyms import Pseudonyms, numbers_in
from callanalytics.values import zones

__all__ = ["Scrubbed", "scrub"]

_TRIES = 12  # how many numbers of weeks are tried before the file is refused
_MADE = (1980, 1, 1, 0, 0, 0)  # fixed creation time of every ZIP member


@dataclass(frozen=True)
class Scrubbed:
    """What was replaced, kept, and left out.

    ``kept`` lists the words that stay as written, by column. ``emptied`` counts the filled cells of columns that no
    rule reads. ``season`` counts the times that daylight saving time moves by an hour. ``left_out`` is not in the new
    file. ``otherwise`` concerns hand-kept logs, whose free words had to be masked: in how many rows the new file reads
    differently, by column.
    """

    file: str
    out: Path
    formats: tuple[str, ...]
    rows: int
    moments: int
    season: int
    replaced: dict[str, int]
    agency_numbers: int
    kept: dict[str, list[str]]
    emptied: dict[str, int]
    left_out: tuple[str, ...]
    otherwise: dict[str, int]

    def to_json(self) -> dict:
        return {**vars(self), "out": self.out.name, "formats": list(self.formats), "left_out": list(self.left_out)}


def scrub(
    path: Path | str,
    out: Path | str | None = None,
    *,
    seed: int | None = None,
    date_order: str | None = None,
    format: str | None = None,
    mapping: Path | str | None = None,
    today: date | None = None,
    agency: Agency | None = None,
) -> Scrubbed:
    """Write a copy of an export that others may see: the same rows, without the people in it.

    Parameters
    ----------
    path : a file, or a folder or ZIP; from a folder or ZIP the new file is a ZIP
    out : the new file, which must not exist yet. Without it, one is named in the current folder
    seed : the same seed replaces everything the same way; whoever knows it can undo part of the replacement
    date_order, format, mapping, agency : as for ``check``
    """
    known = _known(format, mapping)
    today, agency = today or date.today(), agency or agencies.load()
    settings = Settings("", zone=zones.EASTERN, date_order=date_order, today=today)
    found = read.files([path])
    exports, left_out = _exports(found, known, settings, agency, is_alone=len(found.files) == 1)
    # Whoever knows the seed can redo the replacements, so it is never a number that people would try
    seed = secrets.randbits(64) if seed is None else seed
    members, changes, invented, season, otherwise = _rewritten(exports, known, seed, today, agency)
    is_one = len(members) == 1 and len(found.files) == 1 and not found.files[0].container
    # The file's own name may hold a client's
    target = Path(out) if out else Path("scrubbed-" + (members[0][0] if is_one else f"{exports[0].fmt.name}.zip"))
    outputs.save(target, members[0][1] if is_one else _zipped(members), is_new=True)
    left_out += [f"{e.files[0].shown}: its sheet about the office" for e in exports if e.has_office]
    # The words that stay, by column; cells that begin with a figure are durations or times
    kept: dict[str, set] = {}
    for change in changes:
        for column, words in change.kept.items():
            kept.setdefault(column, set()).update(w for w in words if re.match(r"[^\W\d_]{2}", w))
    return Scrubbed(
        file=shown_name(Path(path).name),
        out=target,
        formats=tuple(dict.fromkeys(export.fmt.name for export in exports)),
        rows=sum(done.rows for export in exports for done in export.read),
        moments=sum(len(export.moments()) for export in exports),
        season=season,
        replaced=invented.counts,
        agency_numbers=len(invented.kept),
        kept={column: sorted(words) for column, words in kept.items() if words},
        emptied=dict(sum((change.emptied for change in changes), Counter())),
        left_out=tuple(left_out),
        otherwise=otherwise,
    )


def _known(format: str | None, mapping) -> dict[str, Format]:
    """The formats to try: the one that was named, or all."""
    if mapping is not None:
        fmt = formats.read_mapping(mapping)
        return {fmt.name: fmt}
    known = formats.load()
    if format is None:
        return known
    if format not in known:
        raise InvalidRequest(f"There is no format {format}", run="callanalytics formats  lists them")
    return {format: known[format]}


def _exports(found, known, settings: Settings, agency: Agency, *, is_alone: bool) -> tuple[list[ExportCopy], list[str]]:
    """The exports among the files found, and what is left out; pages of one format are one export."""
    singles: list[tuple[Format, tuple[File, ...]]] = []
    many: dict[str, list[File]] = {}
    left_out = [f"{passed.shown}: {passed.why}" for passed in found.passed]
    for file in found.files:
        try:
            fmt = read.identify(file, known)
        except CallLogError as why:
            if is_alone:
                raise
            left_out.append(f"{file.shown}: {why.found or why.what}")
            continue
        # Pages and messages have one file for each call; together they are one export
        many.setdefault(fmt.name, []).append(file) if fmt.kind in read.KINDS_OF_MANY_FILES else singles.append(
            (fmt, (file,))
        )
    singles += [(known[name], tuple(files)) for name, files in many.items()]
    if not singles:
        raise UnreadableFile("No file in it is a known export", run="`callanalytics check FILE` shows what it is")
    return [ExportCopy(files, fmt, settings, agency) for fmt, files in singles], left_out


def _rewritten(exports: Sequence[ExportCopy], known, seed: int, today: date, agency: Agency):
    """The members of the new file, by the first number of weeks after which everything reads as before.

    In a hand-kept log every free word is masked, and some of them showed how the call went. If no number of weeks makes
    everything read as before, the first one that keeps the same rows as entries is used.
    """
    # The stricter demand comes first: words go only if nothing else works
    for words_may_go in (False, True) if any(export.fmt.makes == "entries" for export in exports) else (False,):
        made = _rewritten_or_reason(exports, known, seed, today, agency, words_may_go=words_may_go)
        if isinstance(made, tuple):
            return made
    raise Refused(
        "This file could not be made shareable: the new file would be read differently",
        found=made,
        do="tell us the format and this line (never the file)",
    )


def _rewritten_or_reason(
    exports: Sequence[ExportCopy], known, seed: int, today: date, agency: Agency, *, words_may_go: bool
):
    """What :func:`_rewritten` returns, or, if no copy passes, a few words on what reads differently."""
    moments = np.concatenate([export.moments() for export in exports])
    # An invented number must not be in the file already: it would stand for two people
    taken = {number for export in exports for number in export.numbers()}
    why = ""
    for weeks, season in pseudonyms.week_shifts(moments, today, seed)[:_TRIES]:
        invented = Pseudonyms(seed, agency.is_agency_number, taken)
        members: list[Member] = []
        changes: list[CellReplacer] = []
        lost: Counter = Counter()
        for export in exports:
            own = export.cell_replacers(invented, weeks)
            made = export.rewritten_files(own)
            may_go = words_may_go and export.fmt.makes == "entries"
            difference = _otherwise(export, made, known, weeks, words_may_go=may_go)
            if isinstance(difference, str):
                why = difference
                break
            lost.update(difference)
            changes += own
            members += made
        else:
            # Give every member a name of its own
            seen: Counter = Counter()
            renamed = []
            for name, content in members:
                seen[name] += 1
                stem, point, ending = name.rpartition(".")
                renamed.append((name if seen[name] == 1 else f"{stem}-{seen[name]}{point}{ending}", content))
            return renamed, changes, invented, season, dict(lost)
    return why


def _otherwise(
    export: ExportCopy, made: Sequence[Member], known, weeks: int, *, words_may_go: bool
) -> str | dict[str, int]:
    """What reads differently in the new files, in a few words; or, if only masked words do, the number of rows by
    column: {} if nothing does."""
    files = tuple(_in_memory(*member) for member in made)
    try:
        # Identify the copy as any reader would, without knowing its format
        names = {read.identify(file, known).name for file in files}
        again = ExportCopy(files, export.fmt, export.settings, export.agency)
        if names != {export.fmt.name} or len(again.tables) != len(export.tables):
            return f"the format: {', '.join(sorted(names))}"
        done = [normalize(table, export.fmt, export.settings, export.agency) for table in again.tables]
    except CallLogError as problem:
        return problem.found or problem.what
    if asked := next((question for read_again in done for question in read_again.blocking), None):
        return f"column {asked.column}: {asked.text}"
    pairs = list(zip(export.read, done, strict=True))
    why = next((why for old, new in pairs if (why := difference(old, new, weeks))), "")
    if not (why and words_may_go):
        return why or {}
    lost: Counter = Counter()
    for old, new in pairs:
        if (read_again := changed_columns(old, new, weeks)) is None:
            return why
        lost.update(read_again)
    return dict(lost)


def _in_memory(name: str, content: bytes) -> File:
    return File(name, name, len(content), lambda size: content if size is None else content[:size])


def _zipped(members: Sequence[Member]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(zipfile.ZipInfo(name, _MADE), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


# ---- the export and its copy ----------------------------------------------------------------------------------------

Member = tuple[str, bytes]  # name and content


@dataclass(frozen=True, eq=False)
class ExportCopy:
    """The files of one export and their format; many pages make one export."""

    files: tuple[File, ...]
    fmt: Format
    settings: Settings
    agency: object

    @cached_property
    def tables(self) -> list[TextTable]:
        return [table for table in text_rows(self.files, self.fmt) if not table.is_office]

    @cached_property
    def has_office(self) -> bool:
        return any(table.is_office for table in text_rows(self.files, self.fmt))

    @cached_property
    def read(self) -> list[Normalized]:
        """What each table's rows become; an open question must be answered before dates can move."""
        done = [normalize(table, self.fmt, self.settings, self.agency) for table in self.tables]
        for question in (q for table in done for q in table.blocking):
            raise OpenQuestion(
                f"{self.files[0].shown} cannot be made shareable until a question is answered",
                where=f'column "{question.column}"',
                found=question.text,
                do=question.do,
            )
        return done

    def moments(self) -> np.ndarray:
        """Every start time as the file's own clock showed it."""
        tables = [getattr(done, name) for done in self.read for name in ("calls", "entries", "notices")]
        columns = [table.column("started_at_local") for table in tables]
        return np.concatenate([np.zeros(0, "M8[us]"), *(column.to_numpy() for column in columns)])

    def numbers(self) -> set[str]:
        """Every phone number in the file, in whatever column."""
        columns = (column for table in self.tables for column in table.cells.columns)
        texts = {text for column in columns for text in column.unique().to_pylist() if text}
        return {number for text in texts for number in numbers_in(text)}

    def cell_replacers(self, invented, weeks: int) -> list[CellReplacer]:
        """One replacer for the cells of each table."""
        made = []
        for table, done in zip(self.tables, self.read, strict=True):
            fmt, header = done.format or self.fmt, dict.fromkeys((*table.header, *self.fmt.file.above))
            order, year = self._order(table, fmt), year_of(table.sheet)
            made.append(CellReplacer(fmt, (*header,), invented, self.agency, weeks=weeks, order=order, year=year))
        return made

    def _order(self, table: TextTable, fmt: Format) -> str:
        """The order of day and month in which this table's dates were read."""
        cells = Cells(table.header, table.cells, is_workbook=table.kind == "xlsx")
        own = fmt.columns or (fmt.notices.columns if fmt.notices else {})
        other = order_elsewhere(cells, fmt.rules or own.values())
        order = self.settings.date_order or other
        if any(find(column, table.header) for rule in own.values() for column in rule.columns):
            order = read_clock(own, cells, self.settings, Problems(cells.n), other).order or order
        return order

    def rewritten_files(self, changes: Sequence[CellReplacer]) -> list[Member]:
        """The files rewritten, under names that identify no one."""
        looked_at = {name for change in changes for name in change.uses}
        looked_at |= {name for done in self.read if done.format for column in done.format.computed for name in column}
        file, fmt, (first, *_) = self.files[0], self.fmt, changes
        if fmt.kind in read.KINDS_OF_MANY_FILES:
            return self._pages(first)
        if self.tables[0].kind == "xlsx":
            content = writers.workbook_bytes(file, fmt, self.tables, [change.cell for change in changes], looked_at)
            return [(f"{fmt.name}.xlsx", content)]
        if fmt.kind == "table":
            return [(f"{fmt.name}.csv", writers.delimited_bytes(file, fmt, self.tables[0], first.cell, looked_at))]
        if fmt.kind == "json":
            return [(f"{fmt.name}.json", writers.json_bytes(file, fmt, first.cell, looked_at))]
        if fmt.kind == "xml":
            return [(f"{fmt.name}.xml", writers.xml_bytes(file, fmt, first.cell, looked_at))]
        # The one table with the rows, empty rows included, with only the columns that the format uses
        table = self.tables[0]
        wanted = [name for column in fmt.recognize.header for name in column]
        names = [name for name in table.header if name in first.uses or find((name,), wanted) is not None]
        rows = [(int(row), [first.cell(name, table.cells.column(name)[index].as_py()) or None for name in names])
                for index, row in enumerate(table.rows.tolist())]  # fmt: skip
        rows += [(odd.row, [None] * len(names)) for odd in table.odd]
        return [(f"{fmt.name}.sqlite", documents.database_of(fmt.recognize.table, names, rows))]

    def _pages(self, change: CellReplacer) -> list[Member]:
        """Each page or message as its own file; a page's name is made from the replaced call data."""
        table, made = self.tables[0], {}
        of_member = {int(member): index for index, member in enumerate(table.member.tolist())}
        for member, file in enumerate(self.files):
            row = {name: table.cells.column(name)[of_member[member]].as_py() for name in table.header}
            if self.fmt.kind == "eml":
                name, content = f"{member + 1}.eml", writers.message_bytes(row, change.cell)
            else:
                name = writers.page_name(_page_name(row, change))
                content = writers.page_bytes(file, self.fmt, change.cell)
            stem, again = name.rpartition(".")[0], 1
            while name in made:
                name, again = f"{stem}({again}).html", again + 1
            made[name] = content
        return list(made.items())


def _page_name(row: dict, change: CellReplacer) -> dict[str, str]:
    """What a page's name says, replaced: party, type, and time."""
    party, kind, moment = read.documents.PAGE_NAME_COLUMNS
    cells = {name: row.get(name) or "" for name in (party, kind, moment)}
    return {
        party: change.party(cells[party]),
        kind: cells[kind] if cells[kind] in read.documents.PAGE_TYPES else "",
        moment: change.moved_time(cells[moment]),
    }


# ---- whether the copy reads like the original, row by row -----------------------------------------------------------

# These may differ: ids of the file itself, and a vendor's words that are on no list.
_OF_THE_FILE = ("call_id", "entry_id", "notice_id", "source_id", "office_id", "started_at_utc", "outcome_raw")
_REPLACED = ("our_number", "other_number", "callback_number", "agent_name", "agent_id", "sr_number", "matter",
             "receipt", "field_office", "no_sr_reason", "parent_entry_id", "found", "wanted")  # fmt: skip
_DAYS = ("started_at_local", "appointment_on", "decided_on")
_OF_THE_DAY = {"before_2018", "after_ingest", "year_off"}  # warnings about a date's distance from today


def difference(first: Normalized, second: Normalized, weeks: int) -> str:
    """The first thing that reads differently, in a few words; "" if nothing does."""
    if first.rows != second.rows:
        return f"{first.rows} rows, and {second.rows} in the new file"
    for name in ("calls", "entries", "notices", "rejects", "set_aside"):
        old, new = (_in_order(getattr(done, name)) for done in (first, second))
        if old.num_rows != new.num_rows:
            return f"{old.num_rows} {name}, and {new.num_rows} in the new file"
        for column in old.column_names:
            if column not in _OF_THE_FILE and (row := _first_difference(old, new, column, weeks)):
                return f"{name}, {column}, row {row}"
    return ""


def changed_columns(first: Normalized, second: Normalized, weeks: int) -> dict[str, int] | None:
    """For a hand-kept log whose free words were masked: in how many rows each column reads differently. None if the
    number of rows differs, or which rows are entries.

    The number of further contacts in a row is read from its words, so it may differ.
    """
    entries = [_in_order(done.entries.filter(pc.equal(done.entries.column("item"), 0))) for done in (first, second)]
    rows = [table.column("source_row").to_pylist() for table in entries]
    if first.rows != second.rows or rows[0] != rows[1]:
        return None
    changed = {}
    for column in entries[0].column_names:
        if column not in (*_OF_THE_FILE, "warnings"):
            changed[column] = len(rows[0]) - (pc.sum(_reads_same(entries[0], entries[1], column, weeks)).as_py() or 0)
    parts = abs(first.entries.num_rows - second.entries.num_rows)
    return {column: n for column, n in (changed | {"contact": parts}).items() if n}


def _in_order(table: pa.Table) -> pa.Table:
    # Ids are new in the copy, so rows are paired by their position in the file
    keys = [name for name in ("source_row", "row", "item") if name in table.column_names]
    first = "started_at_local" if "started_at_local" in table.column_names else None
    return table.sort_by([(name, "ascending") for name in [*keys, *([first] if first else [])]])


def _first_difference(old: pa.Table, new: pa.Table, column: str, weeks: int) -> int:
    """The first row in which a column reads differently, 0 if there is none."""
    index = pc.index(_reads_same(old, new, column, weeks), False).as_py()
    if index < 0:
        return 0
    rows = old.column("source_row" if "source_row" in old.column_names else "row")
    return rows[index].as_py()


def _reads_same(old: pa.Table, new: pa.Table, column: str, weeks: int) -> pa.Array:
    """Whether a column reads the same, for each row."""
    a, b = (table.column(column).combine_chunks() for table in (old, new))
    if column in _REPLACED:
        # These values differ on purpose: compare only whether one is there
        a, b = a.is_valid(), b.is_valid()
    elif column in _DAYS:
        # Microseconds of whole weeks
        a = pc.add(a.cast(pa.timestamp("us")), pa.scalar(weeks * 7 * 86_400_000_000, pa.duration("us")))
        b = b.cast(pa.timestamp("us"))
    elif column == "warnings":
        a, b = (pa.array([_lasting_codes(text) for text in side.to_pylist()], pa.string()) for side in (a, b))
    return pc.or_(pc.fill_null(pc.equal(a, b), False), pc.and_(a.is_null(), b.is_null()))


def _lasting_codes(codes: str | None) -> str:
    return " ".join(code for code in (codes or "").split() if code not in _OF_THE_DAY)
