"""From the sources of an office to the tables of the store: rows united, facts made anew, all published at once."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, facts, schema
from callanalytics.intake import offices
from callanalytics.intake.union import united
from callanalytics.store import SOURCE_TABLES, Store

IDS = {"calls": "call_id", "notes": "note_id", "notices": "notice_id"}


def of_sources(store: Store, office_id: str) -> dict[str, pa.Table]:
    """The rows of an office as its sources give them, in the order of acceptance, each call and note once."""
    own = [source for source in store.source_ids() if store.source_card(source)["office_id"] == office_id]
    return _united({name: [store.read_source(source, name) for source in own] for name in SOURCE_TABLES})


def of_exports(exports: Sequence[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    """The same of exports that are not stored."""
    return _united({name: [tables[name] for tables in exports] for name in SOURCE_TABLES})


def _united(given: dict[str, list[pa.Table]]) -> dict[str, pa.Table]:
    tables = {name: [schema.empty(name), *parts] for name, parts in given.items()}
    return {
        name: united(parts, IDS[name]) if name in IDS else pa.concat_tables(parts).combine_chunks()
        for name, parts in tables.items()
    }


def with_facts(office: dict, rows: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """An office's rows with what follows from them: coverage, dials, rings, promises."""
    made = facts.build(office, rows["calls"], rows["notes"], rows["notices"], rows["sources"], agencies.uscis())
    return {**rows, **made}


def publish(store: Store, office: dict, rows: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Commit an office's rows and facts beside those of the other offices, which stay as they are.

    Returns the tables of the office.
    """
    tables = with_facts(office, rows)
    others = [other for other in store.offices() if other["office_id"] != office["office_id"]]
    together = {name: _beside(store, name, office["office_id"], table) for name, table in tables.items()}
    store.publish(together | {"offices": offices.table([office, *others])})
    return tables


def of_office(store: Store, office_id: str) -> dict[str, pa.Table]:
    """The rows of an office as they are published."""
    return {name: _rows_of(store.read(name), office_id) for name in SOURCE_TABLES}


def _beside(store: Store, name: str, office_id: str, table: pa.Table) -> pa.Table:
    before = store.read(name)
    others = before.filter(pc.not_equal(before.column("office_id"), office_id))
    return pa.concat_tables([others, table.cast(schema.arrow_schema(name))])


def _rows_of(table: pa.Table, office_id: str) -> pa.Table:
    return table.filter(pc.equal(table.column("office_id"), office_id))
