"""Rows of a hand log in whose place newer states of it stand: set aside as ``older_version``, and kept.

A source of which some rows stand back holds twice what it gave: what counts of it, as every source does, and all of it
as it was read (:data:`callanalytics.schema.NAMES_AS_READ`). So nothing that a file said is lost, and the rows come back
when the newer file is taken out, or when a person says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.intake.tally import ROWS
from callanalytics.store import SOURCE_TABLES, Store

REASON = "older_version"


@dataclass(frozen=True)
class Superseded:
    """What stands back of one source.

    ``rows`` are places (source id, row). ``follows`` says, of ids that rows which stay name, what they are to name
    instead: the id under which a newer state has that contact, or none. ``older_than`` is the id of a newer state where
    nothing of the source is left.
    """

    rows: frozenset[tuple[str, int]] = frozenset()
    follows: Mapping[str, str | None] = field(default_factory=dict)
    older_than: str = ""

    def to_json(self) -> dict:
        """As a source's card keeps it; nothing where nothing stands back."""
        by_source = defaultdict(list)
        for source, row in sorted(self.rows):
            by_source[source].append(row)
        told = {"superseded": {"rows": by_source, "follows": dict(self.follows)}} if self.rows else {}
        return told | ({"older_than": self.older_than} if self.older_than else {})


NOTHING = Superseded()


def of_card(card: Mapping) -> Superseded:
    """What stands back of a stored source."""
    told = card.get("superseded", {"rows": {}, "follows": {}})
    rows = frozenset((source, row) for source, rows in told["rows"].items() for row in rows)
    return Superseded(rows, told["follows"], card.get("older_than", ""))


def with_card(card: Mapping, superseded: Superseded) -> dict:
    """A card that says what stands back now."""
    return {k: v for k, v in card.items() if k not in ("superseded", "older_than")} | superseded.to_json()


def laid(tables: Mapping[str, pa.Table], superseded: Superseded) -> Mapping[str, pa.Table]:
    """The tables to store of a source that gave these: what counts, and all as it was read."""
    if superseded == NOTHING:
        return tables
    return counted(tables, superseded) | {name: tables[plain] for plain, name in schema.NAMES_AS_READ.items()}


def as_read(store: Store, source: str) -> dict[str, pa.Table]:
    """What a source gave before anything of it stood back."""
    tables = {name: store.read_source(source, name) for name in SOURCE_TABLES}
    if "superseded" not in store.source_card(source):
        return tables
    return tables | {
        plain: _named(store.read_source(source, name), plain) for plain, name in schema.NAMES_AS_READ.items()
    }


def _named(table: pa.Table, name: str) -> pa.Table:
    return table.cast(schema.arrow_schema(name))


def counted(tables: Mapping[str, pa.Table], superseded: Superseded) -> dict[str, pa.Table]:
    """What counts of a source that gave these tables."""
    if superseded.older_than:
        return _as_older(tables)
    notes, sources = tables["notes"], tables["sources"]
    places = zip(notes.column("source_id").to_pylist(), notes.column("source_row").to_pylist(), strict=True)
    stands_back = pa.array([place in superseded.rows for place in places], pa.bool_())
    gone = notes.filter(pc.and_(stands_back, pc.equal(notes.column("part"), 0).combine_chunks()))
    aside = {"office_id": gone.column("office_id"), "source_id": gone.column("source_id")}
    aside |= {"row": gone.column("source_row"), "reason": [REASON] * gone.num_rows}
    together = pa.concat_tables([tables["set_aside"], schema.build("set_aside", aside)])
    n = [gone.column("source_id").to_pylist().count(source) for source in sources.column("source_id").to_pylist()]
    n = pa.array(n, pa.int32())
    told = dict(zip(sources.column_names, sources.columns, strict=True))
    told |= {"notes": pc.subtract(told["notes"], n), "set_aside": pc.add(told["set_aside"], n)}
    return {
        **tables,
        "notes": _following(notes.filter(pc.invert(stands_back)), superseded.follows),
        "set_aside": together.sort_by([("source_id", "ascending"), ("row", "ascending")]),
        "sources": schema.build("sources", told),
    }


def _following(notes: pa.Table, names: Mapping[str, str | None]) -> pa.Table:
    """The notes that stay, each naming the contact that it is about as it is known now."""
    if not names:
        return notes
    place = notes.column_names.index("follows")
    told = [names.get(id, id) for id in notes.column("follows").to_pylist()]
    return notes.set_column(place, notes.schema.field(place), pa.array(told, pa.string()))


def _as_older(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of an export all of whose rows are set aside because a newer state of the sheet is there."""
    sources = tables["sources"]
    rows = {"office_id": [], "source_id": [], "row": []}
    for name in ROWS:
        for row in tables[name].to_pylist():
            if row.get("part", 0) == 0:
                rows["office_id"].append(row["office_id"])
                rows["source_id"].append(row["source_id"])
                rows["row"].append(row.get("source_row", row.get("row")))
    aside = schema.build("set_aside", rows | {"reason": [REASON] * len(rows["row"])})
    aside = aside.sort_by([("source_id", "ascending"), ("row", "ascending")])
    nothing = pa.array([0] * sources.num_rows, pa.int32())
    told = dict(zip(sources.column_names, sources.columns, strict=True))
    told |= dict.fromkeys(ROWS, nothing) | {"set_aside": told["rows"]}
    told |= dict.fromkeys(("covers_from_utc", "covers_to_utc"), pa.nulls(sources.num_rows))
    return {**{name: schema.empty(name) for name in ROWS}, "set_aside": aside, "sources": schema.build("sources", told)}
