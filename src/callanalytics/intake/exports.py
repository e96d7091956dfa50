"""One export, read: its rows under our columns and the account of each file in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import read, schema
from callanalytics.agencies.agency import senders_as_rows
from callanalytics.facts.arrays import without_misdated
from callanalytics.formats import Format, layout
from callanalytics.intake import publish, receipt_data
from callanalytics.intake.publish import ROWS
from callanalytics.intake.receipt_data import Column, Unclear
from callanalytics.normalize import Question, Settings, normalize
from callanalytics.normalize.meanings import zone_of_headers
from callanalytics.read import File, TextTable
from callanalytics.read.workbooks import saved_at
from callanalytics.values import zones
from callanalytics.wording import plural

# ---- counts over the rows of an export ------------------------------------------------------------------------------

DATED = ("calls", "entries", "notices")
_MOMENT = pa.timestamp("us", "UTC")
_NO_SPAN = pa.schema([("source_id", pa.string()), ("from", _MOMENT), ("to", _MOMENT)]).empty_table()
_SLIP = "kept as written. If the date is a slip, correct it and read the file again"
ODD_CELLS = {  # warning -> what it is, and what was done
    "after_ingest": ("dated after the day of reading", _SLIP),
    "before_2018": ("dated before 2018", _SLIP),
    "wait_at_least": ("a wait of which only the least is said", "kept as a lower bound, left out where a person came"),
    "wait_over_call": ("a wait longer than the whole call beside it", "both are kept as written; one is a slip"),
    "number_shortened": (
        "a number such as 8.00375E+09, whose digits a spreadsheet threw away",
        "left out. Export it again, and do not save it in a spreadsheet",
    ),
    "duration_unread": ("a length that cannot be read", "left out, and the call is kept"),
    "duration_too_long": ("a call longer than a day", "its length is left out"),
}

INFERRED_CELLS = {  # warning -> what was read that no one wrote, of one and of several
    "date_from_above": ("date read from the row above", "dates read from the row above"),
    "year_inferred": (
        "date given the year of the rows or sheets around it, or of the sheet's name or title",
        "dates given the year of the rows or sheets around them, or of the sheet's name or title",
    ),
    "date_order_inferred": (
        "date whose order of day and month only the other rows tell (if it is the other one, say it: --date-order)",
        "dates whose order of day and month only the other rows tell (if it is the other one, say it: --date-order)",
    ),
    "time_half_inferred": (
        "time without a.m. or p.m. read as the half of the day in which {agency} works",
        "times without a.m. or p.m. read as the half of the day in which {agency} works",
    ),
    "wait_unit_inferred": ("wait read in the unit of its column", "waits read in the unit of their column"),
    "wait_clock_inferred": (
        "wait such as 1:15 read as its column's are",
        "waits such as 1:15 read as their column's are",
    ),
    "wait_unsure": ("wait whose end its words leave open", "waits whose end their words leave open"),
    "promise_inferred": (
        "callback whose kind its time alone tells",
        "callbacks whose kind their time alone tells",
    ),
    "weekday_inferred": (
        "callback of a weekday read as the next such day",
        "callbacks of a weekday read as the next such day",
    ),
    "promise_from_remark": ("promise read from remarks", "promises read from remarks"),
}


class Tally:
    """Counts over the tables of an export.

    ``counts`` is how many rows of each of `ROWS` each source gave, entries of item 0 alone.
    """

    def __init__(self, ids: list[str]):
        self.ids = ids
        self.counts = {name: np.zeros(len(ids), np.int64) for name in ROWS}
        self._spans = [_NO_SPAN]
        self._odd: dict[str, tuple[int, int]] = {}  # warning -> its first row, and how many
        self._inferred = dict.fromkeys(INFERRED_CELLS, 0)

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        for name in ROWS:
            mask = is_whole_row(tables[name]) if name == "entries" else None
            self.counts[name] += count_by(tables[name], self.ids, mask)
        self._spans += [_time_span(without_misdated(tables[name]), self.ids) for name in DATED]
        for code in ODD_CELLS:
            for name in ("calls", "entries"):
                self._add_odd(code, _rows_with_warning(tables[name], code).column("source_row"))
        for code in INFERRED_CELLS:
            self._inferred[code] += _rows_with_warning(tables["entries"], code).num_rows

    def _add_odd(self, code: str, rows: pa.ChunkedArray) -> None:
        if len(rows):
            earliest = pc.min(rows).as_py()
            first, n = self._odd.get(code, (earliest, 0))
            self._odd[code] = min(first, earliest), n + len(rows)

    def covered(self) -> tuple[pa.Array, pa.Array]:
        """The first and last moment that each source speaks of.

        A row dated after the day on which it was read is a typing error, and speaks of no moment.
        """
        whole = pa.concat_tables(self._spans).group_by("source_id").aggregate([("from", "min"), ("to", "max")])
        whole = whole.combine_chunks()
        place = pc.index_in(pa.array(self.ids, pa.string()), value_set=whole.column("source_id").combine_chunks())
        first, last = (whole.column(name).combine_chunks().take(place) for name in ("from_min", "to_max"))
        return first, last

    @property
    def is_empty(self) -> bool:
        return not any(counts.any() for counts in self.counts.values())

    @property
    def is_refused(self) -> bool:
        """Whether rows were rejected, and none taken."""
        return bool(self.counts["rejects"].any()) and not any(self.counts[name].any() for name in DATED)

    def inferred(self) -> list[str]:
        """One line on all that was inferred; none where nothing was."""
        counts = [f"{n:,} {INFERRED_CELLS[code][n > 1]}" for code, n in self._inferred.items() if n]
        return ["; ".join(counts)] if counts else []

    def odd_cells(self) -> list[str]:
        """Remarks on rows that were accepted although one of their cells is likely an error."""
        notes = []
        for code in (code for code in ODD_CELLS if code in self._odd):
            (first, n), (says, done) = self._odd[code], ODD_CELLS[code]
            more = f" and {plural(n - 1, 'more row')}" if n > 1 else ""
            notes.append(f"row {first}{more}, {says}: {done}")
        return notes


def count_by(table: pa.Table, ids: list[str], mask=None) -> np.ndarray:
    """How many rows of a table (those of a mask) each source gave."""
    if mask is None and len(ids) == 1:
        return np.array([table.num_rows])
    places = pc.index_in(table.column("source_id").cast(pa.string()), value_set=pa.array(ids, pa.string())).to_numpy()
    return np.bincount(places if mask is None else places[mask], minlength=len(ids))


def is_whole_row(entries: pa.Table) -> np.ndarray:
    """Which entries stand for a row of the file, and not for a further contact written in one."""
    return pc.equal(entries.column("item"), 0).to_numpy()


def _time_span(dated: pa.Table, ids: list[str]) -> pa.Table:
    """The first and last moment of the rows of each source."""
    if len(ids) == 1:
        ends = pc.min_max(dated.column("started_at_utc")).as_py()
        span = [{"source_id": ids[0], "from": ends["min"], "to": ends["max"]}]
        return pa.Table.from_pylist(span if dated.num_rows else [], _NO_SPAN.schema)
    ends = [("started_at_utc", "min"), ("started_at_utc", "max")]
    return dated.group_by("source_id").aggregate(ends).rename_columns(_NO_SPAN.column_names).cast(_NO_SPAN.schema)


def _rows_with_warning(table: pa.Table, code: str) -> pa.Table:
    """The rows that carry a warning."""
    return table.filter(_has_warning(table, code))


def _has_warning(table: pa.Table, code: str) -> pa.ChunkedArray:
    warnings = table.column("warnings")
    if warnings.null_count == len(warnings):
        return pa.chunked_array([pa.repeat(False, len(warnings))])
    return pc.match_substring(warnings.cast(pa.string()), code).fill_null(False)


# ---- an export ------------------------------------------------------------------------------------------------------

NO_ROWS = "it has a header and no rows: an export of a time without calls, or one that left them out"


@dataclass(frozen=True, eq=False)
class Export:
    """What one file gave, or the many pages of one Takeout together.

    ``tables`` are those of `ROWS` and ``sources``: one row a file, page or further sheet. Where one of the
    ``questions`` blocks, nothing is taken until a person has answered; ``waiting`` rows stand back. ``saved`` is when
    the file was saved, if it says so; ``older_than`` the id of a newer state of the same sheet, where nothing of this
    one counts; ``superseded`` what of it stands back for newer states (``as_read`` are then its tables before), and
    ``answers`` what a person said of such; ``renamed`` another name, where its own names someone who was erased.
    """

    files: tuple[File, ...]
    format: Format
    settings: Settings
    tables: Mapping[str, pa.Table]
    questions: tuple[Question, ...] = ()
    waiting: int = 0
    remarks: tuple[str, ...] = ()
    office: dict | None = None
    saved: datetime | None = None
    older_than: str = ""
    unread: tuple[Column, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    renamed: str = ""
    superseded: publish.Superseded = publish.NOTHING_SUPERSEDED
    as_read: Mapping[str, pa.Table] | None = None
    answers: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        """Nothing of it is taken until a person has answered."""
        return any(question.blocks for question in self.questions)

    @property
    def id(self) -> str:
        """The source folder's name: of a file its source id, of many pages the digest of theirs."""
        if len(self.files) == 1:
            return self.files[0].source_id
        return _digest("\n".join(sorted(file.source_id for file in self.files)))

    @property
    def shown(self) -> str:
        """What a message calls it."""
        if self.renamed:
            return self.renamed
        first = self.files[0]
        return first.shown if len(self.files) == 1 else first.container or first.shown

    def card(self) -> dict:
        """What `source.json` keeps beside digests and counts: enough to read the files again the same way."""
        settings = self.settings
        return {
            "office_id": settings.office_id,
            "name": self.shown,
            "format": self.format.name,
            "settings": _settings_json(settings) | {"today": str(settings.today) if settings.today else None},
            "files": self.digests,
        } | without_blanks(
            saved=self.saved.isoformat() if self.saved else "",
            senders=senders_as_rows(settings.senders),
            mapping=self.format.text,
            **self.superseded.to_json(),
            **self.answers,
        )

    @property
    def laid(self) -> Mapping[str, pa.Table]:
        """The tables that the store keeps of it."""
        return publish.tables_to_store(self.as_read or self.tables, self.superseded)

    def rows_of(self, name: str) -> int:
        """How many rows it gave to one of the tables."""
        return pc.sum(self.tables["sources"].column(name)).as_py() or 0

    @property
    def digests(self) -> list[str]:
        return [file.sha256 for file in self.files]


@dataclass
class Draft:
    """The tables of an export while they are read, sheet by sheet."""

    parts: list = field(default_factory=list)
    sources: list[tuple[str, File, str]] = field(default_factory=list)  # source id, file, name
    remarks: list[str] = field(default_factory=list)
    unread: list[Column] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)


def text_rows(files: Sequence[File], fmt: Format) -> list[TextTable]:
    """The text rows of an export."""
    return [read.rows_of_many(files, fmt)] if fmt.kind in read.MANY else read.rows(files[0], fmt)


def read_export(files: Sequence[File], fmt: Format, settings: Settings, agency, texts=None) -> Export:
    """One file, or pages that belong together, as calls, entries, notices, rejects and rows set aside.

    ``texts`` are their rows where someone has read them already.
    """
    draft, office, shown = Draft(), None, fmt
    texts = text_rows(files, fmt) if texts is None else texts
    for text in texts:
        ids = None if text.is_office else _source_ids(text, len(draft.parts), draft)
        shown = layout.as_far_as_shown(shown, text.header)
        done = normalize(
            text, layout.as_far_as_shown(fmt, text.header), settings, agency, ids, alike=_alike(text, texts, fmt)
        )
        office = done.office or office
        draft.remarks += text.notes
        if not text.is_office:
            draft.parts.append(done)
            draft.unread += receipt_data.unread_columns(text, done.format or fmt)
            draft.unclear += receipt_data.unclear_words(
                files[0].shown, done.doubts, done.format or fmt, len(draft.parts)
            )
            draft.remarks += layout.column_losses(fmt, text.header) + _zone_remarks(fmt, done.format, settings)
    given = {name: [table for part in draft.parts if len(table := getattr(part, name))] for name in ROWS}
    tables = {name: pa.concat_tables(given[name] or [schema.empty(name)]).combine_chunks() for name in ROWS}
    questions = tuple(dict.fromkeys(question for part in draft.parts for question in part.questions))
    if any(question.blocks for question in questions):
        waiting = sum(part.rows for part in draft.parts)
        return Export(tuple(files), fmt, settings, _no_tables(), questions, waiting, tuple(draft.remarks), office)
    tally = Tally([id for id, *_ in draft.sources])
    tally.add(tables)
    tables["sources"] = sources_of(draft.sources, shown, settings, tally)
    draft.remarks += map(agency.fill, row_notes(tally, fmt))
    saved = saved_at(files[0]) if fmt.makes == "entries" else None
    return Export(
        tuple(files), fmt, settings, tables, questions, office=office, saved=saved, remarks=tuple(draft.remarks),
        unread=tuple(draft.unread), unclear=tuple(draft.unclear),
    )  # fmt: skip


def _zone_remarks(fmt: Format, fitted: Format | None, settings: Settings) -> list[str]:
    """That the file itself names the zone of its times, where the format does not and it is not the office's.

    Of a sheet that is kept by hand always, and whether the user's word holds against it.
    """
    if fmt.words and fitted:
        return _header_zone_remarks(fitted, settings)
    word = layout.stated_zone(fitted) if fitted and not layout.stated_zone(fmt) else ""
    zone = zones.find_zone(word, settings.zone)
    if zone in (None, settings.file_zone or settings.zone):
        return []
    return [f"its times are read as {zones.in_words(zone)}: the file says so"]


def _header_zone_remarks(fitted: Format, settings: Settings) -> list[str]:
    zone = zones.find_zone(zone_of_headers(fitted), settings.zone)
    if zone is None:
        return []
    named = zones.in_words(zone)
    by_user = settings.own_file_zone
    if by_user in (None, zone):
        return [f"times read as {named}, by the header"]
    return [f"times read as {zones.in_words(by_user)}, as you say, although the header names {named}"]


def _alike(text: TextTable, texts: Sequence[TextTable], fmt: Format) -> list[TextTable]:
    """The other tabs of a hand-kept workbook that have the same header."""
    return [each for each in texts if each is not text and each.header == text.header] if fmt.words else []


def row_notes(tally: Tally, fmt: Format) -> list[str]:
    """Remarks on the rows of an export: likely errors in them, and why there are none or none was accepted."""
    remarks = tally.inferred() + tally.odd_cells()
    if tally.is_empty:
        remarks.append(NO_ROWS)
    elif tally.is_refused and fmt.caveat:
        remarks.append(fmt.caveat)
    return remarks


def without_blanks(**given) -> dict:
    """The entries that have a value."""
    return {name: value for name, value in given.items() if value}


def _source_ids(text: TextTable, place: int, draft: Draft) -> list[str]:
    """A source id for each file of a table: its own; a further sheet of a workbook has one of its own too."""
    if place == 0:
        named = [(file.source_id, file, file.shown) for file in text.files]
    else:
        own = _digest(f"{text.file.sha256}\n{text.sheet}")
        named = [(own, text.file, f"{text.file.shown}, sheet {place + 1}")]
    draft.sources += named
    return [id for id, *_ in named]


def sources_of(named: Sequence[tuple[str, File, str]], fmt: Format, settings: Settings, tally: Tally) -> pa.Table:
    """The table `sources`: a row for each source id, file and name."""
    n, (first, last) = len(named), tally.covered()
    return schema.build(
        "sources",
        {
            "office_id": [settings.office_id] * n,
            "source_id": tally.ids,
            "sha256": [file.sha256 for _, file, _ in named],
            "name": [name for *_, name in named],
            "format": [fmt.name] * n,
            "settings": [json.dumps(_settings_json(settings), sort_keys=True)] * n,
            "has_unanswered": [fmt.has_unanswered] * n,
            "has_caller_id": [fmt.has_caller_id] * n,
            "has_zone": [fmt.has_zone] * n,
            "rows": np.sum(list(tally.counts.values()), axis=0).astype(np.int32),
            **{name: count.astype(np.int32) for name, count in tally.counts.items()},
            "covers_from_utc": first,
            "covers_to_utc": last,
        },
    )


def _no_tables() -> dict[str, pa.Table]:
    return {name: schema.empty(name) for name in (*ROWS, "sources")}


def _settings_json(settings: Settings) -> dict:
    """The settings as they are published: they say nothing of the day of reading."""
    return {
        "timezone": settings.zone,
        "file_timezone": settings.file_zone,
        "date_order": settings.date_order,
        "keep_numbers": settings.keep_numbers,
    } | without_blanks(
        columns=[list(pair) for pair in settings.columns],
        **{name: getattr(settings, name) for name in ("time_refers_to", "wait_origin", "wait_unit", "wait_clock")},
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
