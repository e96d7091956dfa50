"""The data dictionary (``schema.toml``): every table and column, with its unit, its meaning, and what null means.

Every table that leaves ``normalize`` or ``facts`` is an Arrow table of exactly the shape given here (:func:`conform`
checks it), and Parquet files carry these words in their metadata.

Conventions
-----------
``_utc``    a time, microseconds, UTC              ``_s``     seconds
``_local``  the office's own clock                 ``date``, ``month``, ``weekday``, ``hour``  the agency's
``is_``, ``has_``  yes or no                       ``n``      a count
A *word* is one of a closed list (:attr:`Column.words`), or of a list in the agency's files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

from callanalytics.errors import InvalidRequest
from callanalytics.lazy import pa, pc
from callanalytics.toml_files import shipped_toml

VERSION = 4
# Worth of a free callback or email to a request: in time by a reading; answered or missed; ``before`` the first certain
# callback (or there is none); ``beside`` it, in the same round and before the second certain one (an email: always).
FREE_BITS = {
    word: 1 << bit for bit, word in enumerate("strict default lenient quoted answered missed before beside".split())
}


@cache
def _types() -> dict[str, pa.DataType]:
    """Arrow types to which Arrow gives no name, by the names used here."""
    text, small = pa.string(), pa.int8()
    lines = {"number": text, "kind": text, "withheld_get_through": pa.bool_(), "covered_by": text}
    return {
        "moment": pa.timestamp("us", tz="UTC"),
        "encoded text": pa.dictionary(pa.int32(), text),
        "hours": pa.list_(pa.struct({"weekday": small, "opens": text, "closes": text})),
        "lines": pa.list_(pa.struct(lines)),
        "numbers": pa.list_(pa.int64()),
        "small numbers": pa.list_(pa.int16()),
    }


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, meaning, what null means ("" = never null), unit, and closed list.

    The kind is Arrow's name of a type (``int32``), or a name used here if Arrow has none (``moment``).

    >>> str(Column("started_at_utc", "moment", "start").type), str(Column("legs", "int16", "rows").type)
    ('timestamp[us, tz=UTC]', 'int16')
    """

    name: str
    kind: str
    meaning: str
    null: str = ""
    unit: str = ""
    words: tuple[str, ...] = ()

    @property
    def type(self) -> pa.DataType:
        return _types()[self.kind] if self.kind in _types() else pa.type_for_alias(self.kind)

    @property
    def is_short(self) -> bool:
        """Whether it holds no IDs, names, or other texts that may all differ."""
        return bool(self.words) or self.kind != "string"

    @property
    def field(self) -> pa.Field:
        texts = {"meaning": self.meaning, "unit": self.unit, "null": self.null, "words": " ".join(self.words)}
        return pa.field(self.name, self.type, nullable=bool(self.null), metadata={k: v for k, v in texts.items() if v})


@dataclass(frozen=True)
class TableSpec:
    """One table: what a row is, its columns on disk, and the columns made at load for an ``as_of``.

    Rows are kept in the order of the columns ``order``; ``id`` is the column that no two rows share.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    at_load: tuple[Column, ...] = ()
    order: tuple[str, ...] = ()
    id: str = ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in (*self.columns, *self.at_load))

    def column(self, name: str) -> Column:
        return next(c for c in (*self.columns, *self.at_load) if c.name == name)


# Columns that name a client, an agent, a matter, or a number, or quote a cell: a notebook shows them only when asked.
PRIVATE = tuple(
    "matter receipt sr_number agent_id agent_name our_number other_number callback_number outcome_raw found "
    "lines".split()
)
READINGS = ("strict", "default", "lenient", "quoted")
_DICTIONARY = shipped_toml(__file__, "schema.toml")

# ---- closed lists used by more than one table ---------------------------------------------------

WORDS: dict[str, str] = _DICTIONARY["words"]
WAIT_OUTCOMES, WAIT_ORIGINS, TIERS = WORDS["wait_outcomes"], WORDS["wait_origins"], WORDS["tiers"]
WAIT_ENDS = ("reached", "gave_up", "cut_off", "no_person")  # the outcomes of a wait in the queue
LOST = WAIT_ENDS[1:]  # those without a person; for no_person, the log does not say who ended the call
PROMISED, REQUEST_RESULTS, STATES = WORDS["promised"], WORDS["request_results"], WORDS["states"]
AGENCY_CALL_OUTCOMES, CALLBACK_RESULTS = WORDS["agency_call_outcomes"], WORDS["callback_results"]
CAUSES, PARTIES = WORDS["causes"], WORDS["parties"]
ONLY_A_PERSON = (  # outcomes of a call to the agency that only a live person can give
    "resolved service_request callback_promised appointment refused_too_soon refused_use_online refused_limit "
    "refused_no_g28 refused_other"
).split()
UNANSWERED_OUTCOMES = ("voicemail", "missed", "busy", "canceled", "failed")  # of a call in a phone system
UNANSWERED = ("missed", "voicemail", "blocked")  # the results of a callback that no one at the office answered

# ---- the tables ---------------------------------------------------------------------------------

SHARED: dict[str, tuple[Column, ...]] = {}  # columns, and groups of columns, that several tables have


def _columns(listed: list) -> tuple[Column, ...]:
    """Columns as the dictionary lists them: each in full, or a name of what tables share."""
    found: list[Column] = []
    for each in listed:
        if isinstance(each, str):
            found += SHARED[each]
            continue
        name, kind, meaning, null, unit, words = each + [""] * (6 - len(each))
        closed = tuple(WORDS.get(words, words).split())
        for reading in READINGS if "{reading}" in name else ("",):
            own_name, own_meaning = (text.replace("{reading}", reading) for text in (name, meaning))
            found.append(Column(own_name, kind, own_meaning, null, unit, closed))
    return tuple(found)


SHARED |= {name: _columns(listed) for name, listed in _DICTIONARY["shared"].items()}
SHARED |= {column.name: (column,) for column in SHARED["on_the_call"]}
TABLES: dict[str, TableSpec] = {}
for _table in _DICTIONARY["table"]:
    _made = {"columns": _columns(_table["columns"]), "at_load": _columns(_table.get("at_load", []))}
    TABLES[_table["name"]] = TableSpec(**_table | _made | {"order": tuple(_table["order"].split())})

# Shape in which an earlier version stored the calls of a long export in its source. It has no IDs, which are made when
# the rows are read. Each text is stored once for many rows, except the one that each call has of its own.
CALLS_AS_READ = TableSpec(
    "calls_as_read",
    TABLES["calls"].row,
    (
        *(
            replace(column, kind="encoded text") if column.kind == "string" else column
            for column in TABLES["calls"].columns
            if column.name != "call_id"
        ),
        *SHARED["vendor_id"],
    ),
)

LOGGED = ("calls", "entries", "notices")  # tables of what was logged, from which facts are made
FACTS = ("agency_calls", "callbacks", "promises", "coverage")  # tables made from the others
# When a newer state of a hand log replaces some of its rows, the older rows are stored next to those that count.
NAMES_AS_READ = {name: f"{name}_as_read" for name in ("entries", "rejects", "set_aside", "sources")}
# Shapes of tables that are never published.
AMONG_SOURCES = {CALLS_AS_READ.name: CALLS_AS_READ} | {
    as_read: replace(TABLES[name], name=as_read) for name, as_read in NAMES_AS_READ.items()
}


def refuse_unknown(table: str) -> None:
    """Refuse a name that is no table's."""
    if table not in TABLES:
        raise InvalidRequest(f"There is no table {table!r}", wanted=", ".join(TABLES))


def spec_of(table: str) -> TableSpec:
    """A table by name, published or only among the sources."""
    return TABLES.get(table) or AMONG_SOURCES[table]


@cache
def arrow_schema(table: str, *, loaded: bool = False) -> pa.Schema:
    """Arrow schema of a table, as stored or (``loaded``) with the columns made at load."""
    spec = spec_of(table)
    columns = (*spec.columns, *spec.at_load) if loaded else spec.columns
    return pa.schema([c.field for c in columns], metadata={"table": table, "schema_version": str(VERSION)})


@cache
def empty(table: str, *, loaded: bool = False) -> pa.Table:
    """Table with all its columns and no rows."""
    return arrow_schema(table, loaded=loaded).empty_table()


def with_column(rows: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Rows with other values of the same type in one column."""
    index = rows.column_names.index(name)
    return rows.set_column(index, rows.schema.field(index), values)


def union_of_words(*columns: pa.Array) -> pa.Array:
    """Space-separated codes of several columns as one column, in alphabetical order without repeats; null for none."""
    joined = pc.binary_join_element_wise(*(column.fill_null("") for column in columns), " ")
    distinct = joined.dictionary_encode()
    tidy = [" ".join(sorted(set(text.split()))) or None for text in distinct.dictionary.to_pylist()]
    return pa.array(tidy, pa.string()).take(distinct.indices)


def build(table: str, columns: dict, *, loaded: bool = False) -> pa.Table:
    """Table from a dict of columns; a nullable column that is missing becomes null.

    >>> build("set_aside", {"office_id": ["o"], "source_id": ["s"], "row": [2], "reason": ["leg"]}).num_rows
    1
    """
    schema = arrow_schema(table, loaded=loaded)
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    n = len(next(iter(columns.values()))) if columns else 0
    arrays = []
    for field in schema:
        if field.name in columns:
            values = columns[field.name]
            array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
            array = array if isinstance(array, pa.Array) else pa.array(array, field.type, from_pandas=True)
            arrays.append(array if array.type == field.type else array.cast(field.type))
        elif field.nullable:
            arrays.append(pa.nulls(n, field.type))
        else:
            raise KeyError(f"{table}.{field.name} is never null and was not given")
        if not field.nullable and arrays[-1].null_count:
            raise ValueError(f"{table}.{field.name} is never null and holds {arrays[-1].null_count} nulls")
    return pa.Table.from_arrays(arrays, schema=schema)


def conform(frame, table: str, only=None) -> pa.Table:
    """A pandas, Polars, or Arrow frame as an Arrow table of this schema, with columns in order.

    If the frame lacks a column of the schema, the column becomes null, or is an error if it can never be null. Columns
    not in the schema are dropped. Columns made at load are kept if present. With `only`, just these columns are used;
    any of them made at load must be present.
    """
    arrow = _as_arrow(frame, only)
    spec = TABLES[table]
    columns = []
    fields = []
    for column in (*spec.columns, *spec.at_load):
        if only is not None and column.name not in only:
            continue
        if column.name in arrow.column_names:
            columns.append(arrow.column(column.name).cast(column.type))
        elif column in spec.at_load and only is None:
            continue
        elif column.null and column not in spec.at_load:
            columns.append(pa.nulls(arrow.num_rows, column.type))
        else:
            raise InvalidRequest(
                f"these are no rows of {table}: column {column.name!r} is missing",
                wanted=f"the columns of {table}: {', '.join(c.name for c in spec.columns[:6])} ...",
                run=f"pass log.{table}, or see docs/dictionary.md",
            )
        fields.append(column.field)
    return pa.table(columns, schema=pa.schema(fields, metadata={"table": table, "schema_version": str(VERSION)}))


def _as_arrow(frame, only=None) -> pa.Table:
    if isinstance(frame, pa.Table):
        return frame
    if only is not None and hasattr(frame, "read"):  # the package's Table
        return frame.read(only)
    if hasattr(frame, "to_arrow"):  # Polars, or the package's Table
        return frame.to_arrow()
    if only is not None:  # pandas text columns are slow to convert, so leave out unused ones
        # Arrow counts no rows in a frame without columns, so keep at least one.
        frame = frame[[name for name in frame.columns if name in only] or list(frame.columns[:1])]
    # Turn months (periods) and weekdays (an ordered category) back into numbers.
    numbers = {}
    for name, kind in frame.dtypes.items():
        if str(kind) == "period[M]":
            months = frame[name].dt
            numbers[name] = (months.year * 100 + months.month).where(frame[name].notna())
        elif str(kind) == "category" and str(name).removesuffix("_local") == "weekday":
            codes = frame[name].cat.codes
            numbers[name] = (codes + 1).where(codes >= 0)
    return pa.Table.from_pandas(frame.assign(**numbers) if numbers else frame, preserve_index=False)
