"""From the sources of an office to the tables of the store: rows united, facts made anew, all published at once."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, facts, schema
from callanalytics.intake import offices
from callanalytics.store import KEEP, SOURCE_TABLES, Store
from callanalytics.store.union import IDS, Correction, corrections, united


def given_by(store: Store, office_id: str) -> dict[str, list[pa.Table]]:
    """What the sources of an office gave to each table, in the order of acceptance."""
    own = [source for source in store.source_ids() if store.source_card(source)["office_id"] == office_id]
    return {name: [store.read_source(source, name) for source in own] for name in SOURCE_TABLES}


def of_exports(exports: Sequence[dict[str, pa.Table]]) -> dict[str, list[pa.Table]]:
    """The same of exports that are not stored."""
    return {name: [tables[name] for tables in exports] for name in SOURCE_TABLES}


def corrected(given: dict[str, list[pa.Table]]) -> list[Correction]:
    """The calls and notes that another export tells differently, and which counts."""
    return [c for name in ("calls", "notes") if given[name] for c in corrections(given[name], IDS[name])]


def each_once(given: dict[str, list[pa.Table]]) -> dict[str, pa.Table]:
    """What many exports gave as one log, each call and note once."""
    tables = {name: [schema.empty(name), *parts] for name, parts in given.items()}
    return {
        name: united(parts, IDS[name]) if name in IDS else pa.concat_tables(parts).combine_chunks()
        for name, parts in tables.items()
    }


def with_facts(office: dict, rows: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """An office's rows with what follows from them: coverage, dials, rings, promises."""
    made = facts.build(office, rows["calls"], rows["notes"], rows["notices"], rows["sources"], agencies.uscis())
    return {**rows, **made}


def publish(store: Store, given: dict[str, tuple[dict, dict[str, pa.Table]]], keep: int = KEEP) -> dict[str, dict]:
    """Commit the rows and facts of some offices, in one version, beside those of the others, which stay.

    ``given`` is, by office id, the office's record and its rows; ``keep`` as in :meth:`Store.publish`. Returns each
    office's tables. In a store of an earlier shape the facts of all offices are made anew.
    """
    if store.is_older:
        every = {office["office_id"]: office for office in store.offices()}
        given = {id: (office, each_once(given_by(store, id))) for id, office in every.items()} | given
    made = {id: with_facts(office, rows) for id, (office, rows) in given.items()}
    names = next(iter(made.values()), ())
    others = [office for office in store.offices() if office["office_id"] not in given]
    ids = [office["office_id"] for office in others]
    together = {name: _beside(store, name, [tables[name] for tables in made.values()], ids) for name in names}
    store.publish(together | {"offices": offices.table([*(office for office, _ in given.values()), *others])}, keep)
    return made


def of_office(store: Store, office_id: str) -> dict[str, pa.Table]:
    """The rows of an office as they are published."""
    return {name: _rows_of(store.read(name), office_id) for name in SOURCE_TABLES}


def rows_of(store: Store, name: str, office: dict) -> pa.Table:
    """An office's rows of one table."""
    return _rows_of(store.read(name), office["office_id"])


def _beside(store: Store, name: str, tables: list[pa.Table], others: list[str]) -> pa.Table:
    """A table of some offices, with the rows of the others as they are published."""
    rows = [table.cast(schema.arrow_schema(name)) for table in tables]
    if others:
        before = store.read(name)
        rows.append(before.filter(pc.is_in(before.column("office_id"), value_set=pa.array(others, pa.string()))))
    return pa.concat_tables(rows)


def _rows_of(table: pa.Table, office_id: str) -> pa.Table:
    return table.filter(pc.equal(table.column("office_id"), office_id))
