"""One export, read: its rows under our columns, and the account of each file in it."""

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
from callanalytics.formats import Format, partial
from callanalytics.intake import superseded, unread
from callanalytics.intake.tally import ROWS, Tally
from callanalytics.intake.unread import Column, Unclear
from callanalytics.normalize import Question, Settings, normalize
from callanalytics.read import File, TextTable
from callanalytics.read.workbooks import saved_at

NO_ROWS = "it has a header and no rows: an export of a time without calls, or one that left them out"


@dataclass(frozen=True, eq=False)
class Export:
    """What one file gave, or the many pages of one Takeout together.

    ``tables`` are those of `ROWS` and ``sources``: one row a file, page or further sheet. Where one of the
    ``questions`` blocks, nothing is taken until a person has answered; ``waiting`` rows stand back. ``saved`` is when
    the file was saved, if it says so; ``older_than`` the id of a newer state of the same sheet, where nothing of this
    one counts; ``superseded`` what of it stands back for newer states (``as_read`` are then its tables before), and
    ``answers`` what a person said of such; ``renamed`` another name, where its own names somebody who was erased.
    """

    files: tuple[File, ...]
    format: Format
    settings: Settings
    tables: Mapping[str, pa.Table]
    questions: tuple[Question, ...] = ()
    waiting: int = 0
    told: tuple[str, ...] = ()
    office: dict | None = None
    saved: datetime | None = None
    older_than: str = ""
    unread: tuple[Column, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    renamed: str = ""
    superseded: superseded.Superseded = superseded.NOTHING
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
        said = self.settings
        return {
            "office_id": said.office_id,
            "name": self.shown,
            "format": self.format.name,
            "settings": _told(said) | {"today": str(said.today) if said.today else None},
            "files": self.digests,
        } | known(
            saved=self.saved.isoformat() if self.saved else "",
            senders=senders_as_rows(said.senders),
            mapping=self.format.text,
            **self.superseded.to_json(),
            **self.answers,
        )

    @property
    def laid(self) -> Mapping[str, pa.Table]:
        """The tables that the store keeps of it."""
        return superseded.laid(self.as_read or self.tables, self.superseded)

    def rows_of(self, name: str) -> int:
        """How many rows it gave to one of the tables."""
        return pc.sum(self.tables["sources"].column(name)).as_py() or 0

    @property
    def digests(self) -> list[str]:
        return [file.sha256 for file in self.files]


@dataclass
class Draft:
    """The tables of an export as they come, sheet by sheet."""

    parts: list = field(default_factory=list)
    sources: list[tuple[str, File, str]] = field(default_factory=list)  # source id, file, name
    told: list[str] = field(default_factory=list)
    unread: list[Column] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)


def rows_of(files: Sequence[File], fmt: Format) -> list[TextTable]:
    """The text rows of an export."""
    return [read.rows_of_many(files, fmt)] if fmt.kind in read.MANY else read.rows(files[0], fmt)


def export(files: Sequence[File], fmt: Format, settings: Settings, agency, texts=None) -> Export:
    """One file, or pages that belong together, as calls, notes, notices, rejects and rows set aside.

    ``texts`` are their rows where somebody has read them already.
    """
    draft, office, shown = Draft(), None, fmt
    for text in rows_of(files, fmt) if texts is None else texts:
        ids = None if text.is_office else _source_ids(text, len(draft.parts), draft)
        shown = partial.as_far_as_shown(shown, text.header)
        done = normalize(text, partial.as_far_as_shown(fmt, text.header), settings, agency, ids)
        office = done.office or office
        draft.told += text.notes
        if not text.is_office:
            draft.parts.append(done)
            draft.unread += unread.columns(text, done.format or fmt)
            draft.unclear += unread.unclear(files[0].shown, done.doubts, done.format or fmt, len(draft.parts))
            draft.told += partial.column_losses(fmt, text.header)
    tables = {name: _together(name, [getattr(part, name) for part in draft.parts]) for name in ROWS}
    questions = tuple(dict.fromkeys(question for part in draft.parts for question in part.questions))
    if any(question.blocks for question in questions):
        waiting = sum(part.rows for part in draft.parts)
        return Export(tuple(files), fmt, settings, _nothing(), questions, waiting, tuple(draft.told), office)
    tally = Tally([id for id, *_ in draft.sources])
    tally.add(tables)
    tables["sources"] = sources_of(draft.sources, shown, settings, tally)
    draft.told += told_of_rows(tally, fmt)
    saved = saved_at(files[0]) if fmt.makes == "notes" else None
    said = {name: tuple(getattr(draft, name)) for name in ("told", "unread", "unclear")}
    return Export(tuple(files), fmt, settings, tables, questions, office=office, saved=saved, **said)


def told_of_rows(tally: Tally, fmt: Format) -> list[str]:
    """What to tell of all rows of an export: slips in them, and why there are none or none was taken."""
    told = tally.inferred() + tally.odd_cells()
    if tally.is_empty:
        told.append(NO_ROWS)
    elif tally.is_refused and fmt.caveat:
        told.append(fmt.caveat)
    return told


def known(**told) -> dict:
    """Of what may be said of an export, that which is."""
    return {name: value for name, value in told.items() if value}


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
            "settings": [json.dumps(_told(settings), sort_keys=True)] * n,
            "has_unanswered": [fmt.has_unanswered] * n,
            "has_caller_id": [fmt.has_caller_id] * n,
            "has_zone": [fmt.has_zone] * n,
            "rows": sum(tally.counts.values()).astype(np.int32),
            **{name: count.astype(np.int32) for name, count in tally.counts.items()},
            "covers_from_utc": first,
            "covers_to_utc": last,
        },
    )


def _together(name: str, parts: list[pa.Table]) -> pa.Table:
    return pa.concat_tables([schema.empty(name), *parts]).combine_chunks()


def _nothing() -> dict[str, pa.Table]:
    return {name: schema.empty(name) for name in (*ROWS, "sources")}


def _told(settings: Settings) -> dict:
    """The settings as they are published: they say nothing of the day of reading."""
    return {
        "timezone": settings.zone,
        "file_timezone": settings.file_zone,
        "date_order": settings.date_order,
        "keep_numbers": settings.keep_numbers,
    } | known(
        columns=[list(pair) for pair in settings.columns],
        **{name: getattr(settings, name) for name in ("time_of", "wait_from", "wait_unit", "wait_clock")},
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
