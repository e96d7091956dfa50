"""One export as read: its rows in the columns of the schema, and the account of each file in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import read, schema
from callanalytics.agencies.agency import senders_as_rows
from callanalytics.facts.arrays import without_misdated
from callanalytics.formats import Format, fold, layout
from callanalytics.formats.column_meanings import UNREAD
from callanalytics.intake import publish, receipt_data
from callanalytics.intake.publish import ROWS
from callanalytics.intake.receipt_data import Column, Unclear
from callanalytics.intake.receipt_text import row_numbers
from callanalytics.normalize import Question, Settings, normalize
from callanalytics.normalize.meanings import zone_of_headers
from callanalytics.normalize.rows import OTHER_REASON
from callanalytics.read import File, TextTable
from callanalytics.read.file import shown_sheet
from callanalytics.read.workbooks import saved_at
from callanalytics.values import zones
from callanalytics.wording import plural, warning, words_for

# ---- counts over the rows of an export ------------------------------------------------------------------------------

DATED = ("calls", "entries", "notices")
# Warnings on values that were inferred and not written; counted in one line.
INFERRED_CELLS = (
    "date_from_above year_inferred time_half_inferred wait_unit_inferred wait_clock_inferred "
    "wait_unsure promise_inferred weekday_inferred promise_from_remark"
).split()


def row_notes(tables: Mapping[str, pa.Table], fmt: Format) -> list[str]:
    """Remarks on the rows of an export: what was inferred in them, likely errors, and why no row was accepted."""
    of_calls, of_entries = (_rows_by_warning(tables[name]) for name in ("calls", "entries"))
    inferred = {code: len(of_entries.get(code, ())) for code in INFERRED_CELLS}
    counts = [f"{_warning_in_sentence(code)} ({plural(n, 'row')})" for code, n in inferred.items() if n]
    notes = ["; ".join(counts)] if counts else []
    for code, advice in words_for("advice").items():
        if rows := [*of_calls.get(code, ()), *of_entries.get(code, ())]:
            more = f" and {plural(len(rows) - 1, 'more row')}" if len(rows) > 1 else ""
            do = f". {advice}" if advice else ""
            notes.append(f"row {min(rows)}{more}, {_warning_in_sentence(code)}{do}")
    notes += _notes_on_reasons(tables, of_entries)
    if not any(tables[name].num_rows for name in ROWS):
        notes.append(NO_ROWS)
    elif fmt.caveat and tables["rejects"].num_rows and not any(tables[name].num_rows for name in DATED):
        notes.append(fmt.caveat)
    return notes


def _warning_in_sentence(code: str) -> str:
    words = warning(code)
    return f"{words[:1].lower()}{words[1:]}"


def _notes_on_reasons(tables: Mapping[str, pa.Table], of_entries: Mapping[str, list[int]]) -> list[str]:
    """Notes on calls whose reason names another agency: those kept, as the sheet is this agency's, and the others."""
    aside = tables["set_aside"].filter(pc.equal(tables["set_aside"].column("reason"), OTHER_REASON))
    found = (
        (of_entries.get("reason_of_other_agency", ()), "kept. If one was not a call to {agency}, add a column Agency"),
        (aside.column("row").to_pylist(), "left out. If one was a call to {agency}, write {agency} in its reason"),
    )
    reasons = "whose reason names another agency, or a client's business"
    return [
        f"{plural(len(rows), 'call')} {reasons} ({row_numbers(sorted(rows))}): {done}" for rows, done in found if rows
    ]


def _rows_by_warning(table: pa.Table) -> dict[str, list[int]]:
    """The numbers of the rows with each warning: most exports have none, and a million rows only a few."""
    warned = table.select(["warnings", "source_row"]).filter(table.column("warnings").is_valid())
    found: dict[str, list[int]] = {}
    for codes, row in zip(*(column.to_pylist() for column in warned.columns), strict=True):
        for code in codes.split():
            found.setdefault(code, []).append(row)
    return found


def _covered(tables: Mapping[str, pa.Table], ids: list[str]) -> tuple[list, list]:
    """The first and the last time that each source covers.

    A row dated after the day on which it was read is a typing error, and is ignored.
    """
    ends: dict[str, list] = {id: [] for id in ids}
    for dated in (without_misdated(tables[name]) for name in DATED):
        if len(ids) == 1:  # a million rows need not be grouped
            ends[ids[0]] += pc.min_max(dated.column("started_at_utc")).as_py().values()
            continue
        spans = dated.group_by("source_id").aggregate([("started_at_utc", "min"), ("started_at_utc", "max")])
        for id, *span in zip(*(column.to_pylist() for column in spans.columns), strict=True):
            ends[id] += span
    known = [[moment for moment in ends[id] if moment is not None] for id in ids]
    return [min(each, default=None) for each in known], [max(each, default=None) for each in known]


def count_by(table: pa.Table, ids: list[str], mask=None) -> np.ndarray:
    """How many rows of a table (only those in `mask`, if given) each source gave."""
    if mask is None and len(ids) == 1:
        return np.array([table.num_rows])
    indices = pc.index_in(table.column("source_id").cast(pa.string()), value_set=pa.array(ids, pa.string())).to_numpy()
    return np.bincount(indices if mask is None else indices[mask], minlength=len(ids))


def _were_missed(calls: pa.Table) -> np.ndarray:
    """Which incoming calls were missed or went to voicemail.

    A file with one shows unanswered calls, whatever the format says of them."""
    came = pc.equal(calls.column("direction"), "inbound")
    return pc.and_(came, pc.is_in(calls.column("outcome"), pa.array(["missed", "voicemail"]))).to_numpy()


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
NO_ROWS = "it has a header but no rows: there were no calls in its period, or the export left them out"


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
        if_any = {
            "saved": self.saved.isoformat() if self.saved else "",
            "senders": senders_as_rows(settings.senders),
            "mapping": self.format.text,
            **self.superseded.to_json(),
            **self.answers,
        }
        return {
            "office_id": settings.office_id,
            "name": self.shown,
            "format": self.format.name,
            "settings": _settings_json(settings) | {"today": str(settings.today) if settings.today else None},
            "files": self.digests,
        } | {name: value for name, value in if_any.items() if value}

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
    parts, named, office, shown = list[Any](), list[tuple[str, File, str]](), None, fmt
    remarks, unread, unclear = list[str](), list[Column](), list[Unclear]()
    texts = text_rows(files, fmt) if texts is None else texts
    is_one_of_several = sum(not text.is_office for text in texts) > 1
    for text in texts:
        own = [] if text.is_office else _named_sources(text, len(parts), is_one_of_several=is_one_of_several)
        # The other tabs of a hand-kept workbook with the same header.
        alike = [each for each in texts if fmt.words and each is not text and each.header == text.header]
        shown = layout.as_far_as_shown(shown, text.header)
        ids = None if text.is_office else [id for id, *_ in own]
        done = normalize(text, layout.as_far_as_shown(fmt, text.header), settings, agency, ids, alike=alike)
        office = done.office or office
        named += own
        remarks += text.notes
        if not text.is_office:
            parts.append(done)
            left = {fold(header) for meaning, header in settings.columns if meaning == UNREAD}
            unread += receipt_data.unread_columns(text, done.format or fmt, left)
            if done.doubts:
                sheet = shown_sheet(text.sheet, len(parts)) if is_one_of_several else ""
                unclear += receipt_data.unclear_words(files[0].shown, done.doubts, done.format or fmt, sheet)
            remarks += layout.column_losses(fmt, text.header) + _zone_remarks(fmt, done.format, settings)
    questions = tuple(dict.fromkeys(question for part in parts for question in part.questions))
    if any(question.blocks for question in questions):
        waiting, nothing = sum(part.rows for part in parts), {name: schema.empty(name) for name in (*ROWS, "sources")}
        return Export(tuple(files), fmt, settings, nothing, questions, waiting, tuple(remarks), office)
    given = {name: [table for part in parts if len(table := getattr(part, name))] for name in ROWS}
    tables = {name: pa.concat_tables(given[name] or [schema.empty(name)]).combine_chunks() for name in ROWS}
    tables["sources"] = _sources_table(named, shown, settings, tables)
    remarks += map(agency.fill, row_notes(tables, fmt))
    saved = saved_at(files[0]) if fmt.makes == "entries" else None
    return Export(
        tuple(files), fmt, settings, tables, questions, office=office, saved=saved, remarks=tuple(remarks),
        unread=tuple(unread), unclear=tuple(unclear),
    )  # fmt: skip


def _zone_remarks(fmt: Format, fitted: Format | None, settings: Settings) -> list[str]:
    """A remark if the file itself names the zone of its times, the format does not, and it is not the zone in use.

    For a hand-kept sheet, there is always a remark, which also says whether the user's setting overrides it.
    """
    if fmt.words and fitted:
        zone = zones.find_zone(zone_of_headers(fitted), settings.zone)
        by_user = settings.own_file_zone
        if zone is None:
            return []
        if by_user in (None, zone):
            return [f"times read as {zones.in_words(zone)}, by the header"]
        named = f"times read as {zones.in_words(by_user)}, as you set it, although the header names"
        return [f"{named} {zones.in_words(zone)}"]
    word = layout.stated_zone(fitted) if fitted and not layout.stated_zone(fmt) else ""
    zone = zones.find_zone(word, settings.zone)
    if zone in (None, settings.file_zone or settings.zone):
        return []
    return [f"its times are read as {zones.in_words(zone)}: the file says so"]


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
    first, last = _covered(tables, ids)
    return schema.build(
        "sources",
        {
            "office_id": [settings.office_id] * n,
            "source_id": ids,
            "sha256": [file.sha256 for _, file, _ in named],
            "name": [name for *_, name in named],
            "format": [fmt.name] * n,
            "settings": [json.dumps(_settings_json(settings), sort_keys=True)] * n,
            "has_unanswered": fmt.has_unanswered | (count_by(tables["calls"], ids, _were_missed(tables["calls"])) > 0),
            "has_caller_id": [fmt.has_caller_id] * n,
            "has_zone": [fmt.has_zone] * n,
            "rows": np.sum(list(counts.values()), axis=0).astype(np.int32),
            **{name: count.astype(np.int32) for name, count in counts.items()},
            "covers_from_utc": first,
            "covers_to_utc": last,
        },
    )


def _settings_json(settings: Settings) -> dict:
    """The settings as published, without the day of reading."""
    given = {key: getattr(settings, name) for name, key in NAMES_ON_CARD.items()}
    return {key: value for key, value in given.items() if value or key in ALWAYS_KEPT}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
