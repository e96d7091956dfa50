"""A table of a log, in the forms that other libraries accept and that a person can read."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, overload

from callanalytics import invented, schema
from callanalytics.agencies import Agency
from callanalytics.errors import InvalidRequest
from callanalytics.lazy import pa, pd, regex
from callanalytics.wording import WEEKDAYS, did_you_mean, in_calendar_words, plural

HEAD = 10  # rows that a notebook shows; a terminal shows half as many
ROOM = 140  # characters that fit in a row of a notebook, two of them between columns
WIDEST = 40  # characters of a column; a longer cell is wrapped
ALWAYS = 4  # columns shown before the IDs, however wide these are
ID = regex(r"[0-9a-f]{16,}")
ID_SHOWN = 8  # characters of an ID that are shown
LEADING = "date weekday hour started_at_local urgency state".split()
BEHIND = (
    "month recorded_in time_refers_to dst_flag protected rule_id rule_age_days start_basis calendar warnings "
    "source_row item format timezone timezone_source started_precision_s duration_kind duration_precision_s legs "
    "callback_extension"
).split()
NO_ID = ("rule_id", "caller_id", "has_caller_id")  # words, not IDs: a rule, and whether the caller's number was seen


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of one table, as known on a day.

    Measures accept it directly. ``table["wait_s"]`` is a column, ``len(table)`` counts rows, and a loop gives each row
    as a dict. pandas, Polars, and DuckDB accept it like a frame: ``pd.DataFrame(table)``, ``pl.DataFrame(table)``,
    ``duckdb.sql("SELECT count(*) FROM table")``. :meth:`to_pandas` keeps the type of every column.

    To use part of the log, narrow the log first (:meth:`Log.where`). A frame filtered in pandas no longer knows its day
    or which rows are missing, and neither does a figure counted from it.

    ``path`` is the Parquet file it was read from, which has all rows of all days, and none of the columns made at load.
    """

    name: str
    arrow: pa.Table
    as_of: date | None = None
    path: Path | None = None
    office_names: dict[str, str] = field(default_factory=dict)
    agency: Agency | None = None
    selected: tuple[str, ...] = ()  # the selected part of the log, in sentences; empty for the whole

    @property
    def is_invented(self) -> bool:
        """Whether the rows are from the invented sample."""
        return invented.is_invented(self.office_names)

    @property
    def rows(self) -> int:
        return int(self.arrow.num_rows)

    @property
    def columns(self) -> list[str]:
        return list(self.arrow.column_names)

    def __len__(self) -> int:
        return self.rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for batch in self.arrow.to_batches(max_chunksize=1000):
            yield from batch.to_pylist()

    @overload
    def __getitem__(self, names: str) -> pd.Series: ...
    @overload
    def __getitem__(self, names: list[str]) -> pd.DataFrame: ...
    def __getitem__(self, names: str | list[str]) -> pd.Series | pd.DataFrame:
        """One column, or several, in pandas (:meth:`to_pandas`)."""
        wanted = [names] if isinstance(names, str) else list(names) if isinstance(names, Sequence) else []
        unknown = next((name for name in wanted if name not in self.columns), None)
        if unknown is not None or not wanted:
            raise InvalidRequest(
                f"{self.name} has no column {unknown!r}" if wanted else f"{self.name} takes column names",
                found="" if wanted else repr(names)[:40],
                wanted=", ".join(self.columns),
                do='log.where(office="...") chooses an office; measures are split with by="office"'
                if unknown == "office"
                else did_you_mean(str(unknown), self.columns, "log.where(...) chooses rows"),
            )
        frame = replace(self, arrow=self.arrow.select(wanted)).to_pandas()
        return frame[names]

    def _ipython_key_completions_(self) -> list[str]:
        return self.columns

    def head(self, rows: int = 5) -> Table:
        """The first rows, as a table."""
        return replace(self, arrow=self.arrow.slice(0, rows), selected=(*self.selected, f"Only the first {rows} rows."))

    def to_arrow(self) -> pa.Table:
        return self.arrow

    @cached_property
    def counted_before(self) -> dict[str, Any]:
        """What many measures need of the same rows: column of words -> the number of rows with each word
        (``sql_counts.sizes``), and whether calls of some lengths were logged more often."""
        return {}

    def read(self, columns: Collection[str]) -> pa.Table:
        """Those of the given columns that the table has."""
        return self.arrow.select([name for name in self.columns if name in columns])

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows, for every library that accepts Arrow's C stream."""
        return self.arrow.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pd.DataFrame:
        """A pandas frame, which measures accept too.

        Dates are ``datetime64``, months are periods, and weekdays are an ordered category (Monday first). Whole numbers
        and yes/no values that may be missing are ``Int64`` and ``boolean``.
        """
        return with_calendar(self.plain_frame(is_dated=True))

    def plain_frame(self, *, is_dated: bool = False) -> pd.DataFrame:
        """A pandas frame of the values as stored in a file: month 202203, weekday 1 (Monday).

        ``is_dated``: dates as ``datetime64``.
        """
        kinds = {
            pa.int8(): pd.Int8Dtype(),
            pa.int16(): pd.Int16Dtype(),
            pa.int32(): pd.Int32Dtype(),
            pa.bool_(): pd.BooleanDtype(),
        }
        return self.arrow.to_pandas(types_mapper=kinds.get, date_as_object=not is_dated)

    def __repr__(self) -> str:
        return repr(self.show(rows=HEAD // 2))

    def _as_of_note(self) -> str:
        return f", as of {self.as_of}" if self.as_of else ""

    def show(self, *, clients: bool = False, rows: int = HEAD) -> Shown:
        """The first rows, for a notebook or a terminal.

        ``clients`` adds the columns that name a client, an agent, a matter, or a number (``schema.PRIVATE``). A
        notebook keeps what it shows, so with these columns it must stay in the office.
        """
        return Shown(self, clients, rows)

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


@dataclass(frozen=True)
class Files:
    """Rows of a table that are in Parquet files.

    Attributes
    ----------
    paths : the files, each with the columns of the table
    where : the rows to use, as a predicate; "" for all
    replaced : columns with values computed from the stored ones: name -> expression
    offices : number of rows of each office in the files
    """

    paths: tuple[Path, ...]
    where: str = ""
    replaced: Mapping[str, str] = field(default_factory=dict)
    offices: Mapping[str, int] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        return sum(self.offices.values())


@dataclass(frozen=True, eq=False, repr=False)
class StoredTable(Table):
    """A table of a log whose columns are read from the store when first used.

    ``reader`` returns the given columns. ``lies`` tells where an engine can count the rows without reading them here:
    in :class:`Files`, or in a Spark frame; None if they must be read.
    """

    reader: Callable[[Collection[str]], pa.Table] = field(kw_only=True)
    lies: Callable[[], object] = field(default=lambda: None, kw_only=True)
    _read_before: dict[str, pa.ChunkedArray] = field(default_factory=dict, init=False)
    _asked_before: list[list[str]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        if self.arrow is None:
            vars(self).pop("arrow")  # so that it is made below, when all of it is needed

    @cached_property  # type: ignore[misc]  # a field made when it is missing
    def arrow(self) -> pa.Table:
        return self.read(self.columns)

    @property
    def is_in_memory(self) -> bool:
        return "arrow" in vars(self)

    @cached_property
    def source(self) -> object:
        """Where the rows are stored; None once they are in memory."""
        return None if self.is_in_memory else self.lies()

    @property
    def rows(self) -> int:
        return int(self.read(["office_id"]).num_rows)

    @property
    def columns(self) -> list[str]:
        return list(self.arrow.column_names) if self.is_in_memory else list(schema.TABLES[self.name].names)

    def read(self, columns: Collection[str]) -> pa.Table:
        if self.is_in_memory:
            return super().read(columns)
        known = self._read_before
        names = [name for name in self.columns if name in columns]
        if missing := [name for name in names if name not in known]:
            self._asked_before.append(missing)
            # A measure asks once or twice. A caller that asks again needs many columns, and opening a file costs as
            # much as reading ten.
            if len(self._asked_before) > 2:
                short = (column.name for column in schema.TABLES[self.name].columns if column.is_short)
                missing += [name for name in short if name not in known and name not in missing]
            read = self.reader(missing)
            known.update(zip(missing, read.select(missing).columns, strict=True))
        whole = schema.arrow_schema(self.name, loaded=True)
        fields = pa.schema([whole.field(name) for name in names], whole.metadata)
        return pa.table([known[name] for name in names], schema=fields)


def with_calendar(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its months as periods and its weekdays as an ordered category.

    >>> import pandas as pd
    >>> with_calendar(pd.DataFrame({"weekday": [2, 1], "month": [202203, None]})).sort_values("weekday")
       weekday    month
    1   Monday      NaT
    0  Tuesday  2022-03
    """
    made = {}
    for name in frame.columns:
        kind = str(name).removesuffix("_local")
        if kind == "weekday":
            codes = pd.to_numeric(frame[name]).fillna(0).to_numpy("int64") - 1
            made[name] = pd.Categorical.from_codes(codes, WEEKDAYS, ordered=True)
        elif kind == "month":
            months = pd.to_numeric(frame[name]).astype("Int64")
            ordinals = (months // 100 - 1970) * 12 + months % 100 - 1  # of periods: months since January 1970
            made[name] = pd.PeriodIndex.from_ordinals(ordinals.fillna(pd.NaT._value).to_numpy("int64"), freq="M")
    return frame.assign(**made)


# ---- tables for a person to read -----------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """The first rows of a table, readable columns first, with the names of the private columns not shown."""

    table: Table
    clients: bool
    rows: int

    def __repr__(self) -> str:
        table = self.table
        title = f"{table.name}: {table.rows:,} rows, {len(table.columns)} columns{table._as_of_note()}"
        names, _, body = self._parts()
        lines = text_table(names, body, shutil.get_terminal_size((100, 24)).columns)
        return "\n".join([title, *([invented.LABEL] if table.is_invented else []), *lines])

    def _repr_html_(self) -> str:
        table = self.table
        names, back, body = self._parts()
        names, body, more = _filled_columns(names, body)
        spec = schema.TABLES.get(table.name)
        sentences = [
            f"<b>{html.escape(table.name)}</b>: {table.rows:,} rows{table._as_of_note()}.",
            f"One row: {html.escape(spec.row)}." if spec else "",
            f"The first {len(body)} are shown." if table.rows > len(body) else "",
            f"Not shown: {', '.join(back)} (<code>.show(clients=True)</code> shows them)." if back else "",
            f"{plural(len(more), 'more column')}: {', '.join(more)}." if more else "",
            f"<b>{invented.LABEL}</b>" if table.is_invented else "",
        ]
        return f"<p>{' '.join(filter(None, sentences))}</p>{html_table(names, body)}"

    def _parts(self) -> tuple[list[str], list[str], list[list[str]]]:
        """Names of the columns shown, names of those held back, and the rows as text."""
        table = self.table
        filled = [name for name in table.columns if table.arrow.column(name).null_count < table.rows] or table.columns
        back = [name for name in filled if name in schema.PRIVATE and not self.clients]
        has_names = bool(table.office_names) and table.name != "offices"
        columns = [name for name in filled if name not in back and not (has_names and name == "office_id")]
        columns.sort(key=_column_rank)
        rows = table.arrow.slice(0, self.rows).to_pylist()
        body = [[_cell(name, row[name]) for name in columns] for row in rows]
        if has_names and len(table.office_names) > 1 and "office_id" in table.columns:
            names = (table.office_names.get(row["office_id"], "") for row in rows)
            return ["office", *columns], back, [[name, *row] for name, row in zip(names, body, strict=True)]
        return columns, back, body


def _filled_columns(names: list[str], body: list[list[str]]) -> tuple[list[str], list[list[str]], list[str]]:
    """The first columns with values in these rows, the private ones and the IDs; and the names of the other columns."""
    widths = [min(WIDEST, max(map(len, column))) + 2 for column in zip(names, *body, strict=True)]
    if sum(widths) <= ROOM:
        return names, body, []
    telling = [i for i in range(len(names)) if not body or any(row[i] for row in body)]
    kept = [i for i, name in enumerate(names) if name in schema.PRIVATE or (_column_rank(name) == 3 and i in telling)]
    telling = [i for i in telling if i not in kept]
    ends = accumulate((widths[i] for i in telling), initial=sum(widths[i] for i in kept))
    n = sum(end <= ROOM for end in ends) - 1
    shown = sorted([*telling[: max(n, ALWAYS)], *kept])
    more = [name for i, name in enumerate(names) if i not in shown]
    return [names[i] for i in shown], [[row[i] for i in shown] for row in body], more


def _column_rank(name: str) -> int:
    """Position of a column: leading columns, then readable ones, then other times and origins, then yes/no, then
    IDs."""
    if name in LEADING:
        return LEADING.index(name) - len(LEADING)
    if name.endswith("_id") and name not in NO_ID:
        return 3
    if name.startswith(("is_", "certain_", "free_", "possible_")) or name in ("sha256", "settings"):
        return 2
    is_clock = name.endswith("_utc") or (name.endswith("_local") and name != "started_at_local")
    return 1 if is_clock or name in BEHIND else 0


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    if name.endswith("_s") and isinstance(value, int):
        minutes, seconds = divmod(value, 60)
        return f"{minutes} min" + (f" {seconds} s" if seconds else "")
    if isinstance(value, str) and ID.fullmatch(value):
        return value[:ID_SHOWN]
    return in_calendar_words(name, value)


def html_table(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """An HTML table of rows for a notebook, with column names."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    cells = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>"


def text_table(names: Sequence[str], rows: Sequence[Sequence[str]], width: int = 10_000) -> list[str]:
    """Rows as lines for a terminal: as many columns as fit, without empty ones, and the number of further columns.

    >>> text_table(["weekday", "wait_s", "outcome"], [["Monday", "41 min", "resolved"]], 19)
    ['weekday  wait_s', 'Monday   41 min', 'and 1 more column']
    """
    if not rows:
        return []
    columns = [[name, *(row[i] for row in rows)] for i, name in enumerate(names) if any(row[i] for row in rows)]
    shown: list[list[str]] = []
    for column in columns:
        widest = max(map(len, column))
        if shown and sum(len(each[0]) + 2 for each in shown) + widest > width:
            break
        shown.append([cell.ljust(widest) for cell in column])
    more = len(names) - len(shown)
    lines = ["  ".join(cells).rstrip() for cells in zip(*shown, strict=True)]
    return [*lines, *([f"and {plural(more, 'more column')}"] if more else [])]


__all__ = ["Table"]
