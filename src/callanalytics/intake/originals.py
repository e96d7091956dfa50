"""The exports read again, with the settings of then, and every row compared with what the store keeps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pyarrow as pa

from callanalytics import agencies, read
from callanalytics.errors import CallLogError
from callanalytics.intake import exports, publishing, rereading, superseded
from callanalytics.intake.forgetting import of_export
from callanalytics.read import File
from callanalytics.store import SOURCE_TABLES, Store, parquet
from callanalytics.store.tombstones import Marks

FACTS = ("dials", "rings", "promises", "coverage")


def compare(store: Store, folder) -> list[str]:
    """What differs between a store and its exports, one sentence each; nothing if every row is the same.

    ``folder`` holds the exports under any names: they are known by their digests.
    """
    there = {_digest(file): file for file in read.files([folder])}
    found, marks = [], store.marks()
    for source in store.source_ids():
        card = store.source_card(source)
        missing = [digest for digest in card["files"] if digest not in there]
        if missing:
            found.append(
                f"{card['name']} ({source}): {len(missing):,} of {len(card['files']):,} files are not in the folder"
            )
            continue
        files = [there[digest] for digest in card["files"]]
        try:
            found += _differences(store, source, card, _again(files, card, marks))
        except CallLogError as why:
            found.append(f"{card['name']} ({source}) cannot be read again: {why.what}")
    return found


def recount(store: Store) -> list[str]:
    """What differs between the facts of a store and those that its calls and notes give now, table by table.

    Only asked of a store that this very version made (:meth:`Store.is_made_here`): another one, or another year's
    calendar of closures, may make other facts of the same rows.
    """
    found = []
    for office in store.offices():
        made = publishing.with_facts(office, publishing.of_office(store, office["office_id"]))
        for name in FACTS:
            here, now = (
                parquet.ordered(name, table) for table in (publishing.rows_of(store, name, office), made[name])
            )
            if differing := _count_differing(here, now):
                found.append(f"{name}: {differing:,} rows are not what the calls and notes of {office['name']} give")
    return found


def _digest(file: File) -> str | None:
    try:
        return file.sha256
    except CallLogError:
        return None


def _again(files: list[File], card: dict, marks: Marks | None) -> exports.Export:
    settings, fmt = rereading.settings_of(card), rereading.format_of(card)
    export = exports.export(files, fmt, settings, agencies.uscis())
    export = of_export(export, marks)
    back = superseded.of_card(card)
    return export if back == superseded.NOTHING else replace(export, tables=superseded.counted(export.tables, back))


def _differences(store: Store, source: str, card: dict, again: exports.Export) -> list[str]:
    found = []
    for name in SOURCE_TABLES:
        kept, read_now = store.read_source(source, name), again.tables[name]
        if name == "sources":  # a file may have been renamed since
            kept, read_now = kept.drop_columns(["name"]), read_now.drop_columns(["name"])
        if differing := _count_differing(kept, read_now):
            found.append(f"{card['name']} ({source}): {differing:,} rows of {name} differ from the export")
    return found


def judged_otherwise(before: pa.Table, now: pa.Table) -> int:
    """How many promises are others than they were; that a calendar has another version alone changes none."""
    left, right = (parquet.ordered("promises", table).drop_columns(["calendar"]) for table in (before, now))
    return _count_differing(left, right)


def _count_differing(left: pa.Table, right: pa.Table) -> int:
    """Rows of either table that the other lacks, each counted once where both have another in its place."""
    if left.num_rows == right.num_rows and _sorted(left).equals(_sorted(right)):
        return 0
    a, b = (Counter(map(repr, table.to_pylist())) for table in (left, right))
    return max((a - b).total(), (b - a).total())


def _sorted(table: pa.Table) -> pa.Table:
    keys = [n for n in ("source_id", "source_row", "row", "part", "call_id", "note_id") if n in table.column_names]
    return table.sort_by([(name, "ascending") for name in keys]) if keys else table
