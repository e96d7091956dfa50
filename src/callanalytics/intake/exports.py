"""One export as read: its rows in the columns of the schema, and the account of each file in it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import read, schema
from callanalytics.agencies import senders_as_rows
from callanalytics.facts.arrays import without_misdated
from callanalytics.formats import Format, fold, layout
from callanalytics.formats.column_meanings import UNREAD
from callanalytics.intake import publish
from callanalytics.intake.publish import ROWS
from callanalytics.intake.remarks import Column, Unclear, row_notes, unclear_words, unread_columns, zone_notes
from callanalytics.normalize import Normalized, Question, Settings, normalize
from callanalytics.proposals import UNNAMED
from callanalytics.read import File, TextTable
from callanalytics.read.file import shown_sheet
from callanalytics.read.stacked import FURTHER
from callanalytics.read.workbooks import saved_at
from callanalytics.schema import with_column


def count_by(table: pa.Table, ids: list[str], mask=None) -> np.ndarray:
    """How many rows of a table (only those in `mask`, if given) each source gave."""
    if mask is None and len(ids) == 1:
        return np.array([table.num_rows])
    indices = pc.index_in(table.column("source_id").cast(pa.string()), value_set=pa.array(ids, pa.string())).to_numpy()
    return np.bincount(indices if mask is None else indices[mask], minlength=len(ids))


def is_whole_row(entries: pa.Table) -> np.ndarray:
    """Which entries represent a row of the file, and not a further contact written in one."""
    return pc.equal(entries.column("item"), 0).to_numpy()


# ---- an export ------------------------------------------------------------------------------------------------------

# Each setting that a user may give for a file, and its name on the card of a source.
NAMES_ON_CARD = {
    each.name: each.name for each in fields(Settings) if each.name not in ("office_id", "today", "senders")
}
NAMES_ON_CARD |= {"zone": "timezone", "file_zone": "file_timezone"}
ALWAYS_KEPT = ("timezone", "file_timezone", "date_order", "keep_numbers")


@dataclass(frozen=True, eq=False)
class Export:
    """The content of one file, or of the many pages of one Takeout together.

    ``tables`` are those of `ROWS` and ``sources``, with one row per file, page, or further sheet. If one of the
    ``questions`` blocks, nothing is taken until a person has answered, and ``waiting`` rows wait. ``saved`` is when the
    file was saved, if it says so. ``superseded`` is what newer states replace of it (``as_read`` are then its tables
    before that), and ``answers`` what a person answered about this. ``renamed`` is another name, used if its own names
    an erased client.
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
    unread: tuple[Column, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    renamed: str = ""
    superseded: publish.Superseded = publish.NOTHING_SUPERSEDED
    as_read: Mapping[str, pa.Table] | None = None
    answers: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        """Whether nothing of it is taken until a person has answered."""
        return any(question.blocks for question in self.questions)

    @property
    def id(self) -> str:
        """The source folder's name: for one file its source id, for many pages a digest of their ids."""
        if len(self.files) == 1:
            return self.files[0].source_id
        return _digest("\n".join(sorted(file.source_id for file in self.files)))

    @property
    def shown(self) -> str:
        """Its name in messages."""
        if self.renamed:
            return self.renamed
        first = self.files[0]
        return first.shown if len(self.files) == 1 else first.container or first.shown

    def card(self) -> dict:
        """The content of `source.json` besides digests and counts: enough to read the files again the same way."""
        settings = self.settings
        saved, read = self.saved.isoformat() if self.saved else "", _settings_json(settings)
        if_any: dict[str, Any] = {"saved": saved, "senders": senders_as_rows(settings.senders)}
        if_any |= {"mapping": self.format.text, **self.superseded.to_json(), **self.answers}
        card: dict[str, Any] = {"office_id": settings.office_id, "name": self.shown, "format": self.format.name}
        card |= {"settings": read | {"today": str(settings.today) if settings.today else None}, "files": self.digests}
        return card | {name: value for name, value in if_any.items() if value}

    def rows_of(self, name: str) -> int:
        """How many rows it gave to one of the tables."""
        return pc.sum(self.tables["sources"].column(name)).as_py() or 0

    @property
    def digests(self) -> list[str]:
        return [file.sha256 for file in self.files]


def text_rows(files: Sequence[File], fmt: Format) -> list[TextTable]:
    """The text rows of an export."""
    return [read.rows_of_many(files, fmt)] if fmt.kind in read.KINDS_OF_MANY_FILES else read.rows(files[0], fmt)


def read_export(files: Sequence[File], fmt: Format, settings: Settings, agency, texts=None) -> Export:
    """One file, or pages that belong together, as calls, entries, notices, rejects, and rows set aside.

    ``texts`` are their rows if already read.
    """
    parts: list[Normalized] = []
    named: list[tuple[str, File, str]] = []
    office, shown = None, fmt
    remarks, unread, unclear = list[str](), list[Column](), list[Unclear]()
    texts = text_rows(files, fmt) if texts is None else texts
    sheets = [text.sheet for text in texts if not text.is_office]
    left = {fold(header) for meaning, header in settings.columns if meaning == UNREAD}
    for text in texts:
        own = [] if text.is_office else _named_sources(text, len(parts), is_one_of_several=len(sheets) > 1)
        # The other tabs of a hand-kept workbook with the same header.
        alike = [each for each in texts if fmt.words and each is not text and each.header == text.header]
        shown = layout.as_far_as_shown(shown, text.header)
        ids = [id for id, *_ in own] or None
        done = normalize(text, layout.as_far_as_shown(fmt, text.header), settings, agency, ids, alike=alike)
        named += own
        remarks += text.notes
        if text.is_office:
            office = done.office or office
            continue
        parts.append(done)
        fitted = done.format or fmt
        unread += unread_columns(text, fitted, left)
        sheet = shown_sheet(text.sheet, len(parts)) if len(sheets) > 1 else ""
        unclear += unclear_words(files[0].shown, done.doubts, fitted, sheet)
        remarks += layout.column_losses(fmt, text.header) + zone_notes(fmt, done.format, settings)
    parts = _with_ids_of_their_own(parts, sheets)
    questions = tuple(dict.fromkeys(question for part in parts for question in part.questions))
    nothing = {name: schema.empty(name) for name in (*ROWS, "sources")}
    export = Export(tuple(files), fmt, settings, nothing, questions, remarks=tuple(remarks), office=office)
    if export.is_waiting:
        return replace(export, waiting=sum(part.rows for part in parts))
    filled = {name: [rows for part in parts if len(rows := getattr(part, name))] or [nothing[name]] for name in ROWS}
    tables = {name: pa.concat_tables(some).combine_chunks() for name, some in filled.items()}
    tables["sources"] = _sources_table(named, shown, settings, tables)
    return replace(
        export,
        tables=tables,
        remarks=(*remarks, *map(agency.fill, row_notes(tables, fmt))),
        saved=saved_at(files[0]) if fmt.makes == "entries" else None,
        unread=tuple(unread),
        unclear=tuple(unclear),
    )


def _with_ids_of_their_own(parts: Sequence[Normalized], sheets: Sequence[str]) -> list[Normalized]:
    """The parts of a file, with other IDs for those entries of a table next to another on its tab that have the same
    ID: on one tab, nobody writes a call twice."""
    found, n_times = list[Normalized](), Counter[tuple[str, str]]()
    for part, sheet in zip(parts, sheets, strict=True):
        tab, further, _ = sheet.partition(FURTHER)
        ids = {(tab, id) for id in part.entries.column("entry_id").unique().to_pylist()}
        renamed = {id: _digest(f"{id} {n_times[tab, id]}") * 2 for tab, id in ids if further and n_times[tab, id]}
        n_times.update(ids)
        entries = part.entries
        for name in ("entry_id", "parent_entry_id") if renamed else ():
            own = [renamed.get(id, id) for id in entries.column(name).to_pylist()]
            entries = with_column(entries, name, pa.array(own, pa.string()))
        found.append(replace(part, entries=entries))
    return found


def _named_sources(text: TextTable, index: int, *, is_one_of_several: bool) -> list[tuple[str, File, str]]:
    """A source id and a name for each file of a table; a further sheet of a workbook has its own id."""
    sheet = f", {shown_sheet(text.sheet, index + 1)}" if is_one_of_several and (index or text.sheet) else ""
    if index == 0:
        return [(file.source_id, file, f"{file.shown}{sheet}") for file in text.files]
    return [(_digest(f"{text.file.sha256}\n{text.sheet}"), text.file, f"{text.file.shown}{sheet}")]


def _sources_table(
    named: Sequence[tuple[str, File, str]], fmt: Format, settings: Settings, tables: Mapping[str, pa.Table]
) -> pa.Table:
    """The table `sources`: one row for each source id, file, and name."""
    n, ids = len(named), [id for id, *_ in named]
    # Several contacts in one row of a sheet count as one row of the file.
    counts = {
        name: count_by(tables[name], ids, is_whole_row(tables[name]) if name == "entries" else None) for name in ROWS
    }
    # A row dated after the day on which it was read is a typing error, and covers nothing.
    dated = [without_misdated(tables[name]).select(["source_id", "started_at_utc"]) for name in schema.LOGGED]
    spans = pa.concat_tables(dated).group_by("source_id").aggregate([("started_at_utc", "min_max")]).to_pylist()
    ends = {row["source_id"]: row["started_at_utc_min_max"] for row in spans}
    # A file with one missed or withheld call shows such calls, whatever the format says of them. A layout that the
    # office accepted says what its first file had: of another file only the file's own rows say it.
    is_described = not fmt.name.startswith(UNNAMED)
    came = pc.equal(tables["calls"].column("direction"), "inbound")
    missed = pc.and_(came, pc.is_in(tables["calls"].column("outcome"), pa.array(["missed", "voicemail"])))
    hidden = pc.and_(came, pc.is_in(tables["calls"].column("caller_id"), pa.array(["withheld", "unknown"])))
    return schema.build(
        "sources",
        {
            "office_id": [settings.office_id] * n,
            "source_id": ids,
            "sha256": [file.sha256 for _, file, _ in named],
            "name": [name for *_, name in named],
            "format": [fmt.name] * n,
            "settings": [json.dumps(_settings_json(settings), sort_keys=True)] * n,
            "has_unanswered": (is_described and fmt.has_unanswered)
            | (count_by(tables["calls"], ids, missed.to_numpy()) > 0),
            "has_caller_id": (is_described and fmt.has_caller_id)
            | (count_by(tables["calls"], ids, hidden.to_numpy()) > 0),
            "has_zone": [fmt.has_zone] * n,
            "rows": np.sum(list(counts.values()), axis=0).astype(np.int32),
            **{name: count.astype(np.int32) for name, count in counts.items()},
            "covers_from_utc": [ends[id]["min"] if id in ends else None for id in ids],
            "covers_to_utc": [ends[id]["max"] if id in ends else None for id in ids],
        },
    )


def _settings_json(settings: Settings) -> dict:
    """The settings as published, without the day of reading."""
    given = {key: getattr(settings, name) for name, key in NAMES_ON_CARD.items()}
    return {key: value for key, value in given.items() if value or key in ALWAYS_KEPT}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
