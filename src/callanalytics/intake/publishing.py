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


def publish(store: Store, given: dict[str, tuple[dict, dict[str, pa.Table]]]) -> dict[str, dict[str, pa.Table]]:
    """Commit the rows and facts of some offices, in one version, beside those of the others, which stay.

    ``given`` is, by office id, the office's record and its rows. Returns each office's tables.
    """
    made = {id: with_facts(office, rows) for id, (office, rows) in given.items()}
    names = next(iter(made.values()))
    together = {name: _beside(store, name, [tables[name] for tables in made.values()], list(made)) for name in names}
    others = [office for office in store.offices() if office["office_id"] not in given]
    store.publish(together | {"offices": offices.table([*(office for office, _ in given.values()), *others])})
    return made


def of_office(store: Store, office_id: str) -> dict[str, pa.Table]:
    """The rows of an office as they are published."""
    return {name: _rows_of(store.read(name), office_id) for name in SOURCE_TABLES}


def _beside(store: Store, name: str, tables: list[pa.Table], ids: list[str]) -> pa.Table:
    before = store.read(name)
    is_given = pc.is_in(before.column("office_id"), value_set=pa.array(ids, pa.string()))
    others = before.filter(pc.invert(is_given))
    return pa.concat_tables([others, *(table.cast(schema.arrow_schema(name)) for table in tables)])


def _rows_of(table: pa.Table, office_id: str) -> pa.Table:
    return table.filter(pc.equal(table.column("office_id"), office_id))
