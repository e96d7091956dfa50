"""From the sources of an office to the tables of the store: select what counts, unite rows, build facts, publish.

If a newer state of a hand log replaces rows of an older one, these are set aside as ``older_version`` and kept. The
source then holds two sets of tables: what counts, as every source does, and everything as it was read
(:data:`callanalytics.schema.NAMES_AS_READ`). So no content of a file is lost, and the rows come back when the newer
file is removed, or when a person says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import facts, schema
from callanalytics.agencies import Agency
from callanalytics.facts import observation
from callanalytics.intake import offices
from callanalytics.normalize.contacts import coded_matter
from callanalytics.schema import FACTS
from callanalytics.store import KEEP, SOURCE_TABLES, Store, parquet
from callanalytics.store.merge import IDS, Correction, groups_in_time, united_with_corrections

# ---- rows that a newer version of a hand log replaces ---------------------------------------------------------------

OLDER_VERSION = "older_version"
ROWS = SOURCE_TABLES[:-1]  # the tables of rows; the last lists the files


@dataclass(frozen=True)
class Superseded:
    """The part of one source that newer versions replace.

    ``rows`` are (source id, row) pairs. ``follows`` maps ids that remaining rows refer to, to the ids to use instead:
    the id of that contact in a newer state, or None. ``older_than`` is the id of a newer state if nothing of the source
    is left.
    """

    rows: frozenset[tuple[str, int]] = frozenset()
    follows: Mapping[str, str | None] = field(default_factory=dict)
    older_than: str = ""

    def to_json(self) -> dict:
        """The form kept on a source's card; empty if nothing is replaced."""
        by_source = defaultdict(list)
        for source, row in sorted(self.rows):
            by_source[source].append(row)
        card = {"superseded": {"rows": by_source, "follows": dict(self.follows)}} if self.rows else {}
        return card | ({"older_than": self.older_than} if self.older_than else {})


NOTHING_SUPERSEDED = Superseded()


def superseded_on_card(card: Mapping) -> Superseded:
    """The part of a stored source that newer versions replace, from its card."""
    stored = card.get("superseded", {"rows": {}, "follows": {}})
    rows = frozenset((source, row) for source, rows in stored["rows"].items() for row in rows)
    return Superseded(rows, stored["follows"], card.get("older_than", ""))


def tables_to_store(tables: Mapping[str, pa.Table], superseded: Superseded) -> Mapping[str, pa.Table]:
    """The tables to store for a source: what counts, and everything as it was read."""
    if superseded == NOTHING_SUPERSEDED:
        return tables
    return counted_tables(tables, superseded) | {name: tables[plain] for plain, name in schema.NAMES_AS_READ.items()}


def tables_as_read(store: Store, source: str) -> dict[str, pa.Table]:
    """The tables of a source before newer versions replaced any row."""
    return {name: table_as_read(store, source, name) for name in SOURCE_TABLES}


def table_as_read(store: Store, source: str, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """One table of a source before newer versions replaced any row; some of its columns, or all."""
    is_twice = "superseded" in store.source_card(source) and name in schema.NAMES_AS_READ
    rows = store.read_source(source, schema.NAMES_AS_READ[name] if is_twice else name, columns)
    rows = rows.cast(schema.arrow_schema(name)) if is_twice else rows
    return _with_codes(rows) if name == "entries" and columns is None else rows


def _with_codes(entries: pa.Table) -> pa.Table:
    """Entries without the names of clients that stand among file numbers in a log read before names became codes."""
    pairs = zip(entries.column("matter").to_pylist(), entries.column("office_id").to_pylist(), strict=True)
    matters = [text and coded_matter(text, office_id) for text, office_id in pairs]
    return schema.with_column(entries, "matter", pa.array(matters, pa.string()))


def counted_tables(tables: Mapping[str, pa.Table], superseded: Superseded) -> dict[str, pa.Table]:
    """The tables of a source without the rows that newer versions replace."""
    if superseded.older_than:
        return _all_set_aside(tables)
    entries = tables["entries"]
    row_keys = zip(entries.column("source_id").to_pylist(), entries.column("source_row").to_pylist(), strict=True)
    is_superseded = pa.array([row_key in superseded.rows for row_key in row_keys], pa.bool_())
    gone = entries.filter(pc.and_(is_superseded, pc.equal(entries.column("item"), 0).combine_chunks()))
    kept = entries.filter(pc.invert(is_superseded))
    names = superseded.follows
    # Point each remaining row to the current id of the contact that it is about
    parents = [names.get(id, id) for id in kept.column("parent_entry_id").to_pylist()]
    kept = schema.with_column(kept, "parent_entry_id", pa.array(parents, pa.string())) if names else kept
    return {**tables, "entries": kept, **with_set_aside(tables, gone, OLDER_VERSION)}


def with_set_aside(tables: Mapping[str, pa.Table], gone: pa.Table, reason: str) -> dict[str, pa.Table]:
    """The tables `set_aside` and `sources` of an export, with some of its entries moved to those set aside."""
    aside = {"office_id": gone.column("office_id"), "source_id": gone.column("source_id")}
    aside |= {"row": gone.column("source_row"), "reason": [reason] * gone.num_rows}
    together = pa.concat_tables([tables["set_aside"], schema.build("set_aside", aside)])
    sources = tables["sources"]
    of_gone = gone.column("source_id").to_pylist()
    n = pa.array([of_gone.count(source) for source in sources.column("source_id").to_pylist()], pa.int32())
    for name, change in (("entries", pc.subtract), ("set_aside", pc.add)):
        sources = schema.with_column(sources, name, change(sources.column(name), n))
    return {"set_aside": together.sort_by([("source_id", "ascending"), ("row", "ascending")]), "sources": sources}


def _all_set_aside(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of an export whose rows are all set aside because there is a newer state of the sheet."""
    sources = tables["sources"]
    rows: dict[str, list] = {"office_id": [], "source_id": [], "row": []}
    for name in ROWS:
        for row in tables[name].to_pylist():
            if row.get("item", 0) == 0:
                rows["office_id"].append(row["office_id"])
                rows["source_id"].append(row["source_id"])
                rows["row"].append(row.get("source_row", row.get("row")))
    aside = schema.build("set_aside", rows | {"reason": [OLDER_VERSION] * len(rows["row"])})
    aside = aside.sort_by([("source_id", "ascending"), ("row", "ascending")])
    nothing = pa.array([0] * sources.num_rows, pa.int32())
    columns = dict(zip(sources.column_names, sources.columns, strict=True))
    columns |= dict.fromkeys(ROWS, nothing) | {"set_aside": columns["rows"]}
    columns |= dict.fromkeys(("covers_from_utc", "covers_to_utc"), pa.nulls(sources.num_rows))
    return {
        **{name: schema.empty(name) for name in ROWS},
        "set_aside": aside,
        "sources": schema.build("sources", columns),
    }


# ---- the tables of the store ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfficeRows:
    """The rows of an office's files.

    ``rows`` are those that its facts need (of calls, what :func:`.observation.needed_calls` selects), ``put`` the
    tables to put into the store, ``kept`` the store's files that stay, and ``corrected`` the rows that exports describe
    differently."""

    rows: dict[str, pa.Table]
    put: dict[str, pa.Table] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    corrected: list[Correction] = field(default_factory=list)


def rows_of_office(store: Store, office_id: str, agency: Agency) -> OfficeRows:
    """The rows of an office's sources, in the order of acceptance, each call and entry once.

    Calls are read again only for the time of files that came or went, and of files that overlap with these; if a large
    office's calls are stored by month, the other months stay.
    """
    own = [source for source in store.source_ids() if store.source_card(source)["office_id"] == office_id]
    rest = {name: [store.read_source(source, name) for source in own] for name in SOURCE_TABLES if name != "calls"}
    rows, corrected = united_tables(rest)
    calls, kept, corrected_calls = _calls_given(store, office_id, own)
    seen = [observation.needed_calls(calls, agency), *_needed_calls_of(store, kept, office_id, agency)]
    put = {**rows, "calls": calls}
    return OfficeRows({**rows, "calls": pa.concat_tables(seen)}, put, tuple(kept), [*corrected_calls, *corrected])


def as_published(store: Store, office_id: str, agency: Agency) -> OfficeRows:
    """The rows of an office as published; none is put again."""
    rows = {name: store.read(name, [office_id]) for name in SOURCE_TABLES if name != "calls"}
    seen = _needed_calls_of(store, store.files("calls", [office_id]), office_id, agency)
    return OfficeRows({**rows, "calls": pa.concat_tables([schema.empty("calls"), *seen])})


def _needed_calls_of(store: Store, files: Sequence[str], office_id: str, agency: Agency) -> list[pa.Table]:
    """The calls in these files that facts need; only one file's rows are in memory at a time."""
    needed = partial(observation.needed_calls, agency=agency)
    return [store.read_file(file, "calls", [office_id], narrow=needed) for file in files]


def _calls_given(store: Store, office_id: str, own: Sequence[str]) -> tuple[pa.Table, list[str], list[Correction]]:
    """The calls to publish, the files that stay, and the rows that exports describe differently."""
    before = [s for s in store.published_source_ids() if store.source_card(s)["office_id"] == office_id]
    both, changed = [*own, *(source for source in before if source not in own)], set(own) ^ set(before)
    spans = {source: store.span_of_source(source) for source in both}
    groups = [[both[index] for index in group] for group in groups_in_time(list(spans.values()))]
    again = [source for group in groups for source in group if changed & set(group)]
    files = store.files("calls", [office_id])
    read = store.files_in_time(office_id, [spans[source] for source in again])
    kept = [file for file in files if file not in read]
    if store.is_older or sum(store.manifest["files"][file]["rows"] for file in kept) <= parquet.LARGE:
        again, read, kept = both, [], []
    given = [store.read_source(source, "calls") for source in own if source in again]
    rows, corrected = united_with_corrections([schema.empty("calls"), *given], IDS["calls"])
    if not read:
        return rows, kept, corrected
    listed = [schema.empty("sources"), *(store.read_source(source, "sources") for source in again)]
    ids = pa.concat_tables(listed).column("source_id").combine_chunks()
    held = (store.read_file(file, "calls", [office_id]) for file in read)
    others = [parquet.rows_where(pc.invert(pc.is_in(part.column("source_id"), value_set=ids)), part) for part in held]
    return pa.concat_tables([*others, rows]), kept, corrected  # most new calls are later, so they need not be sorted


def united_tables(given: dict[str, list[pa.Table]]) -> tuple[dict[str, pa.Table], list[Correction]]:
    """Many exports as one log, each call and entry once, and the rows that another export contradicts."""
    tables, found = {}, []
    for name, parts in given.items():
        together = [schema.empty(name), *parts]
        if name in IDS:
            tables[name], corrected = united_with_corrections(together, IDS[name])
            found += corrected
        else:
            tables[name] = pa.concat_tables(together).combine_chunks()
    return tables, found


def with_facts(office: dict, rows: dict[str, pa.Table], agency: Agency) -> dict[str, pa.Table]:
    """An office's rows with the facts built from them: coverage, agency calls, callbacks, promises."""
    made = facts.build(office, rows["calls"], rows["entries"], rows["notices"], rows["sources"], agency)
    return {**rows, **made}


def publish(
    store: Store,
    concerned: Sequence[dict],
    gather: Callable[[Store, str, Agency], OfficeRows],
    agency: Agency,
    made: Callable[[dict, OfficeRows, dict[str, pa.Table]], None] | None = None,
    keep: int = KEEP,
) -> None:
    """Commit the rows and facts of some offices in one version; those of the other offices stay.

    One office is in memory at a time.

    Parameters
    ----------
    concerned : the records of these offices
    gather : `rows_of_office` or `as_published`
    agency : the current agency; an office that calls another one is judged by that one
    made : called with each of these offices, its gathered rows, and its rows with facts
    keep : as in :meth:`Store.publish`
    """
    others = [o for o in store.offices() if o["office_id"] not in {office["office_id"] for office in concerned}]
    # Facts of an older shape cannot stand next to new ones in one table.
    again = [(office, rows_of_office) for office in others] if store.is_older else []
    for office, how in [*again, *((office, gather) for office in concerned)]:
        judge = offices.agency_of_office(office, agency)
        found = how(store, office["office_id"], judge)
        tables = with_facts(office, found.rows, judge)
        store.put(office["office_id"], {**{name: tables[name] for name in FACTS}, **found.put}, found.kept)
        if made and office in concerned:
            made(office, found, tables)
    records = [*concerned, *others]
    columns = {name: [each[name] for each in records] for name in schema.arrow_schema("offices").names}
    store.publish({"offices": schema.build("offices", columns)}, keep)
