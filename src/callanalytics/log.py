"""Open a store as of a day: its tables as they were known then, and the state of each promise."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from copy import copy
from datetime import date, timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import accounting, agencies, clocks, facts, invented, schema
from callanalytics.agencies import Agency
from callanalytics.errors import InvalidRequest, OpenQuestion, day_given
from callanalytics.facts import states
from callanalytics.facts.arrays import coverage_until, rows_until
from callanalytics.selection import UNKNOWN_LINE, Selection, one_of
from callanalytics.store import Store
from callanalytics.tables import Files, StoredTable, Table, html_table
from callanalytics.wording import did_you_mean, plural, quoted

ALL = Selection()
SHOWN = ("agency_calls", "callbacks", "promises", "entries", "calls", "rejects")  # tables that a notebook counts

# Tables whose rows have a time; the others (sources, rejects ...) are the same on every day.
DATED = (*schema.LOGGED, "agency_calls", "callbacks", "promises")
# Columns read in addition to those asked for: for the as-of day, for decisions, and for a selection.
WHEN = {"started_at_utc", "started_at_local", "date"}
DAYS = {*WHEN, "from_utc", "to_utc", "warnings", "call_id", "entry_id", "promise_id"}
DECIDED = {
    "entries": {"decided_on", "request_result"},
    "agency_calls": {"date_local", "request_days", "request_result"},
}
SELECTED_BY = {*WHEN, "office_id", "line", "from_utc", "to_utc", "entry_id", "agency_call_id", "promise_id"}


def load(store: Store | Path | str, as_of: date | str | None = None, *, agency: Agency | None = None) -> Log:
    """The log of a store as it stood at the end of a day.

    Nothing after that day is used: a later callback has not come, and a promise made later does not exist. A promise
    due that day is due. The day never extends an office beyond its own coverage: if the logs of a line end before a
    promise is due, no one watched it.

    Parameters
    ----------
    store : folder of the store, or an open ``Store``
    as_of : day on the agency's clock, included. If omitted, the last day on which anything was logged
        (:attr:`Log.logged`)
    agency : whose numbers, hours, rules, and calendar apply; only the offices that call it are used. If omitted, the
        store's agency, as shipped

    Raises
    ------
    CallLogError
        The store is missing, the date is invalid, or no call or entry gives a last day.

    Examples
    --------
    >>> log = load("calls/", as_of="2022-06-30")        # doctest: +SKIP
    >>> log.promises.to_pandas()["state"].value_counts()        # doctest: +SKIP
    """
    if not isinstance(store, str | Path | Store):
        raise InvalidRequest(
            "A log can be loaded only from a store",
            found=type(store).__name__,
            wanted="its folder",
            run='callanalytics.load("calls")',
        )
    # A copy: a store that is written moves to its next version, but a log shows only one version.
    opened = Store.open(Path(store)) if isinstance(store, str | Path) else copy(store)
    agency = agency or _only_agency(opened)
    if as_of is not None:
        return Log(opened, day_given(as_of, "as_of"), agency=agency)
    dated = cache(partial(_of_agency, opened, agency, columns=DAYS))
    logged = accounting.logged(dated, agency.timezone)
    if logged is None:
        raise OpenQuestion(
            "No call or entry in this store has a date", run="ingest a log, or name a day with as_of (--as-of)"
        )
    log = Log(opened, logged[1], logged, agency=agency)
    log._is_whole = log._holds_all(dated)  # while the rows are in memory
    return log


def _read_when_used(name: str) -> cached_property[Table]:
    """The attribute of a log that is this table."""
    return cached_property(lambda log: log._table(name))


class Log:
    """The tables of a store as of a day, each read when first used.

    Attributes
    ----------
    calls, entries, notices, rejects, set_aside, sources, offices, coverage, agency_calls, callbacks, promises : Table
        promises with the columns made at load
    as_of : the last day whose records are used, on the agency's clock
    logged : first and last day on which anything was logged, whatever ``as_of`` is; None if nothing was
    fingerprint : of the store's tables: the same rows give the same fingerprint
    store : the open store
    agency : whose calls and promises they are
    selection : the rows that are selected (:meth:`where`)

    For the requests that are still open, and what to do about each, use
    ``callanalytics.casework.open_promises.open_promises(log)``.
    """

    def __init__(
        self, store: Store, as_of: date, logged: tuple[date, date] | None = None, *, agency: Agency | None = None,
        whole: Log | None = None, selection: Selection = ALL,
    ):  # fmt: skip
        self.store, self.as_of, self.agency, self.selection = store, as_of, agency or agencies.load(), selection
        self._whole = whole or self
        self._judged_before: dict[tuple[str, ...], pa.Table] = {}  # offices -> their promises; () for all offices
        if logged:
            self.logged = logged  # already known, so it is not read again
        self.fingerprint: str = store.fingerprint()

    def __repr__(self) -> str:
        n = len(self._offices)
        label = f". {invented.LABEL}" if self.is_invented else ""
        tables = ", ".join(f"{name} {self.table(name).rows:,}" for name in SHOWN)
        return "\n".join([f"log of {plural(n, 'office')}, as of {self.as_of}{label}", *self.selected, tables])

    def _repr_html_(self) -> str:
        first, *rest, _ = repr(self).splitlines()
        days = f"Logged from {self.logged[0]} to {self.logged[1]}." if self.logged else ""
        sentences = " ".join(html.escape(sentence) for sentence in (*rest, days) if sentence)
        rows = ((name, f"{self.table(name).rows:,}", schema.TABLES[name].row) for name in SHOWN)
        return f"<p><b>{html.escape(first)}</b> {sentences}</p>{html_table(('table', 'rows', 'one row'), rows)}"

    @property
    def is_invented(self) -> bool:
        """Whether it is made from the invented sample."""
        return invented.is_invented(self._names)

    def where(
        self, office: str | Sequence[str] | None = None, *, since: date | str | None = None,
        until: date | str | None = None, line: str | Sequence[str] | None = None,
    ) -> Log:  # fmt: skip
        """The same log, restricted to some offices, a period, or calls to some lines.

        The outcome of a promise is still read from the whole log: a promise made on the last day of the period is
        judged by the callback that came a week later. Rows left out are counted, with the reason, next to every figure.

        Parameters
        ----------
        office : name or ID of an office, or several; None for all
        since, until : dates on the agency's clock, both included; a row without a date is then left out, and counted
        line : code of a line of the agency, or several; ``unknown`` means a line that was not logged

        Raises
        ------
        CallLogError
            An unknown office or line, an invalid date, or a period that ends before it begins.

        Examples
        --------
        >>> log = load("calls/")        # doctest: +SKIP
        >>> spring = log.where(office="Alder and Birch", since="2022-03-01", until="2022-05-31")        # doctest: +SKIP
        """
        before = self.selection
        first = None if since is None else day_given(since, "since")
        last = None if until is None else day_given(until, "until")
        if first and last and first > last:
            raise InvalidRequest("since is later than until", found=f"{first} and {last}", do="swap them")
        chosen = Selection(
            _narrowed_selection(
                before.offices, [self._office_id(name) for name in _listed(office, "office")], "office"
            ),
            max(filter(None, (before.since, first)), default=None),
            min(filter(None, (before.until, last)), default=None),
            _narrowed_selection(before.lines, [self._line(code) for code in _listed(line, "line")], "line"),
            self.agency.timezone,
        )
        return self._with_selection(chosen)

    def _with_selection(self, chosen: Selection) -> Log:
        return Log(self.store, self.as_of, self._whole.logged, agency=self.agency, whole=self._whole, selection=chosen)

    def in_period(self, since: date | str | None = None, until: date | str | None = None) -> Log:
        """The same offices and lines over another period; without dates, over all days."""
        chosen = self.selection
        return self._whole.where(office=chosen.offices, line=chosen.lines, since=since, until=until)

    def split(self, day: date | str) -> tuple[Log, Log]:
        """The log before a day, and the log from that day on; one is empty if the day is outside the period."""
        first = day_given(day, "day")
        return self.where(until=first - timedelta(days=1)), self.where(since=first)

    @property
    def selected(self) -> list[str]:
        """The part of the log that is selected, in sentences that name no office; empty for the whole log."""
        return self.selection.sentences(len(self._whole._offices))

    @property
    def others(self) -> Log | None:
        """The log of the store's offices that are not selected; None if there are none."""
        others = [id for id in self._whole._names if id not in self.selection.offices]
        return self._whole.where(office=others) if others and self.selection.offices else None

    def table(self, name: str) -> Table:
        """The table of the given name."""
        schema.refuse_unknown(name)
        found: Table = getattr(self, name)
        return found

    def ledger(self) -> list[dict[str, Any]]:
        """Promises as plain rows with the office's name, in order of their start: due times, contacts, state."""
        rows = self.promises.arrow.to_pylist()
        return [_entry(row, self._names.get(row["office_id"], row["office_id"])) for row in rows]

    @cached_property
    def logged(self) -> tuple[date, date] | None:
        return accounting.logged(partial(self._read, columns=DAYS), self.agency.timezone)

    def unseen(self, name: str, count: Callable[..., Any] | None = None) -> dict[str, int]:
        """Rows of a table that are left out, counted by reason.

        The as-of day leaves out two kinds: ``after_reading``, rows dated after the day on which they were read, which
        are errors; and ``after_day``, all other later rows. A selection leaves out more (:meth:`where`). Empty if none
        is left out. ``count`` counts rows where they are stored (``measures.sql_counts.count``)."""
        before: dict[str, int] = {}
        if name in DATED and not self._whole._is_whole:
            before = accounting.unseen(partial(self._read, columns=DAYS), name, self._end_of_day, self.agency.timezone)
        if not self.selection:
            return before
        reason = self.selection.sql_of_reason(name)
        if count is None or reason is None:
            return before | self.selection.left_out(name, lambda other: self._whole.table(other).read(SELECTED_BY))
        found = count(self._whole.table(name), name, ["reason"], instead={"reason": reason}).dropna()
        n_rows = dict(zip(found["reason"], found["n"].tolist(), strict=True))
        return before | {why: n_rows[why] for why in accounting.REASONS if why in n_rows}

    @cached_property
    def rows(self) -> accounting.Account:
        """The account of all stored calls, entries, and notices, whatever ``as_of`` is."""
        return accounting.of_rows(self._read, self.agency)

    @cached_property
    def further_items(self) -> int:
        """Number of entries that are not the first of their row, such as a callback logged in the row of a call."""
        return pc.sum(pc.greater(self._read("entries", ["item"]).column("item"), 0)).as_py() or 0

    # ---- the tables ---------------------------------------------------------------------------------

    sources = _read_when_used("sources")
    rejects = _read_when_used("rejects")
    set_aside = _read_when_used("set_aside")
    offices = _read_when_used("offices")
    calls = _read_when_used("calls")
    entries = _read_when_used("entries")
    notices = _read_when_used("notices")
    coverage = _read_when_used("coverage")
    agency_calls = _read_when_used("agency_calls")
    callbacks = _read_when_used("callbacks")
    promises = _read_when_used("promises")

    def _table(self, name: str) -> Table:
        reader, lies, selected = partial(self._selected, name), partial(self.files, name), tuple(self.selected)
        path, names = self.store.path(name), self._names
        return StoredTable(name, None, self.as_of, path, names, self.agency, selected, reader=reader, lies=lies)

    def files(self, name: str) -> Files | None:
        """Files with the selected rows as stored; None if the rows must be computed or looked up first."""
        stays = self.selection.predicates(name)
        if name not in ("agency_calls", "callbacks", "entries") or stays is None or not self._whole._is_whole:
            return None
        own = [office["office_id"] for office in self._offices]
        paths = tuple(self.store.paths(name, own)) if not self.store.is_older else ()
        if not paths:
            return None
        of_offices = [one_of("office_id", own)] if len(own) < len(self.store.offices()) else []
        where = " AND ".join([*of_offices, *stays.values()])
        decided = "decided_on" if name == "entries" else "date_local + request_days"
        hidden = DECIDED.get(name, set()) - {"date_local"}
        late = f"{decided} > DATE '{self.as_of}'"
        replaced = {column: f"CASE WHEN {late} THEN NULL ELSE {column} END" for column in sorted(hidden)}
        n_rows: Counter[str] = Counter()
        for entry in (self.store.manifest["files"][file] for file in self.store.files(name, own)):
            n_rows[entry.get("office_id", "")] += entry["rows"]
        return Files(paths, where, replaced, n_rows)

    def _selected(self, name: str, columns: Collection[str]) -> pa.Table:
        """Columns of the selected rows of a table."""
        whole, offices = self._whole, self.selection.offices
        if whole is self:
            return self._known_rows(name, columns)

        @cache
        def rows(other: str) -> pa.Table:
            asked = {*SELECTED_BY, *(columns if other == name else ())}
            return whole._known_rows(other, asked, offices) if offices else whole.table(other).read(asked)

        selected = self.selection.rows(name, rows)
        return selected.select([column for column in selected.column_names if column in columns])

    def _known_rows(self, name: str, columns: Collection[str], offices: tuple[str, ...] = ()) -> pa.Table:
        """Columns of the rows known on the as-of day, for all offices or some."""
        asked, decided = set(columns), DECIDED.get(name, set())
        # A decision is hidden until its day, so the day must be read too.
        if asked & decided:
            asked |= decided
        if name == "coverage":
            asked |= {"from_utc", "to_utc"}
        if name == "promises":
            table = self._judged_promises(offices)
        elif name in schema.FACTS:
            table = self._facts(name, asked, offices)
        elif name in schema.LOGGED and not self._is_whole:
            table = rows_until(self._read(name, asked | WHEN, offices), self._end_of_day, self.agency.timezone)
        else:
            table = self._read(name, asked, offices)
        if name == "coverage":
            table = coverage_until(table, self._end_of_day)
        elif asked & decided:
            table = _decided_by(table, self.as_of)
        return table.select([column for column in table.column_names if column in columns])

    @cached_property
    def _is_whole(self) -> bool:
        """Whether everything stored had happened by the as-of day."""
        return self._holds_all(partial(self._read, columns=WHEN))

    def _holds_all(self, stored: Callable[[str], pa.Table]) -> bool:
        end, zone = self._end_of_day, self.agency.timezone
        return all(rows_until(table, end, zone).num_rows == table.num_rows for table in map(stored, schema.LOGGED))

    def _facts(self, name: str, columns: Collection[str] | None, offices: tuple[str, ...]) -> pa.Table:
        """Facts of what was logged by the as-of day. These are the stored facts, if they cover the same rows. Otherwise
        the same function makes them from the rows of that day, so that they show what a log of that day would have
        shown."""
        if self._is_whole:
            return self._read(name, columns, offices)
        made = self._made[name]
        return _of_offices(made, offices) if offices else made

    @cached_property
    def _made(self) -> dict[str, pa.Table]:
        rows = [self._read(name) for name in (*schema.LOGGED, "sources")]
        made: dict[str, list[pa.Table]] = {name: [schema.empty(name)] for name in schema.FACTS}
        for office in self._offices:
            calls, entries, notices, sources = (_of_offices(table, [office["office_id"]]) for table in rows)
            built = facts.build(office, calls, entries, notices, sources, self.agency, until=self._end_of_day)
            for name, table in built.items():
                made[name].append(table)
        return {name: pa.concat_tables(tables).combine_chunks() for name, tables in made.items()}

    def _judged_promises(self, offices: tuple[str, ...]) -> pa.Table:
        """Promises with the columns made at load."""
        known = self._judged_before
        if () in known:
            return _of_offices(known[()], offices) if offices else known[()]
        if offices not in known:
            promises = self._facts("promises", None, offices)
            # Callbacks of all offices stay in memory, because they are mostly counted too.
            callbacks = self._facts("callbacks", None, offices) if offices else self.callbacks.arrow
            _refuse_unknown_rules(promises, self.agency, self.store.shown)
            known[offices] = states.promises_as_of(promises, callbacks, self._offices, self._end_of_day, self.agency)
        return known[offices]

    def _read(self, name: str, columns: Collection[str] | None = None, offices: tuple[str, ...] = ()) -> pa.Table:
        """Columns of a stored table, for the offices that call this agency or some of them."""
        return _of_agency(self.store, self.agency, name, columns, offices)

    @cached_property
    def _offices(self) -> list[dict[str, Any]]:
        chosen = self.selection.offices
        called_by = (office for office in self.store.offices() if self.agency.is_called_by(office))
        return [office for office in called_by if not chosen or office["office_id"] in chosen]

    @cached_property
    def _names(self) -> dict[str, str]:
        return {office["office_id"]: office["name"] for office in self._offices}

    @property
    def _end_of_day(self) -> np.datetime64:
        return clocks.end_of_day(self.as_of, agency=self.agency)

    def _office_id(self, office: str) -> str:
        known: dict[str, str] = {each["name"]: each["office_id"] for each in self._whole._offices}
        if office in known.values():
            return office
        if office not in known:
            raise InvalidRequest(
                f"There is no office {office!r} in this store",
                wanted=", ".join(sorted(known)),
                do=did_you_mean(office, known),
            )
        return known[office]

    def _line(self, code: str) -> str:
        known = [*(line.code for line in self.agency.lines), UNKNOWN_LINE]
        if code not in known:
            raise InvalidRequest(f"There is no line {code!r}", wanted=", ".join(known))
        return code


# ---- the agency ----------------------------------------------------------------------------------------


def _of_agency(
    store: Store, agency: Agency, name: str, columns: Collection[str] | None = None, offices: Collection[str] = ()
) -> pa.Table:
    """Columns of the rows of the offices that call an agency, or of some of them."""
    known = store.offices()
    own = [office["office_id"] for office in known if agency.is_called_by(office)]
    asked = [id for id in own if id in offices] if offices else own
    names = [column.name for column in schema.TABLES[name].columns if columns is None or column.name in columns]
    return store.read(name, asked if len(asked) < len(known) else None, names)


def _only_agency(store: Store) -> Agency:
    """The agency whose logs a store holds; if it holds several, the caller must name one."""
    names = sorted({office["agency"] or agencies.SHIPPED for office in store.offices()}) or [agencies.SHIPPED]
    if len(names) > 1:
        raise OpenQuestion(
            "This store holds logs of calls to several agencies",
            found=", ".join(names),
            run="load(STORE, agency=agencies.load(NAME))",
        )
    return agencies.load(names[0])


# ---- selection -----------------------------------------------------------------------------------------


def _narrowed_selection(before: tuple[str, ...], asked: list[str], what: str) -> tuple[str, ...]:
    """The items asked for, checked against the earlier selection; nothing selected means all."""
    if before and (outside := [each for each in asked if each not in before]):
        raise InvalidRequest(
            f"This part of the log has no such {what}", found=f"{len(outside)} excluded by an earlier selection"
        )
    return tuple(asked) or before


def _listed(given: str | Sequence[str] | None, what: str) -> tuple[str, ...]:
    listed = (given,) if isinstance(given, str) else given or ()
    if not isinstance(listed, Sequence) or not all(isinstance(each, str) for each in listed):
        raise InvalidRequest(
            f"{what} is a name, or a list of names", found=repr(given)[:40], run=f'log.where({what}="...")'
        )
    return tuple(listed)


# ---- rules and decisions -------------------------------------------------------------------------------


def _refuse_unknown_rules(promises: pa.Table, agency: Agency, store: str) -> None:
    """Refuse a store whose promises were judged by a custom rule that is not loaded."""
    groups = promises.column("rule_id").unique().drop_null().to_pylist()
    known = {rule.id for rule in agency.rules}
    if unknown := sorted({id for ids in groups for id in ids.split("|")} - known):
        raise InvalidRequest(
            "These promises were judged by a rule that is not loaded",
            found=", ".join(unknown),
            wanted="your own file that has it",
            run="name the file before the command, as in  callanalytics --agency-file FILE rules\n"
            f"or judge them again by the shipped rules:  callanalytics rules --store {quoted(store)}",
        )


def _of_offices(table: pa.Table, offices: Sequence[str]) -> pa.Table:
    return table.filter(pc.is_in(table.column("office_id"), value_set=pa.array(offices, pa.string())))


def _decided_by(table: pa.Table, day: date) -> pa.Table:
    """Entries, or agency calls, without decisions made after a day."""
    if "decided_on" in table.column_names:
        decided, hidden = table.column("decided_on").cast(pa.int32()), ("decided_on", "request_result")
    else:
        days = (table.column(name).cast(pa.int32()) for name in ("date_local", "request_days"))
        decided, hidden = pc.add(*days), ("request_days", "request_result")
    later = pc.greater(decided, pa.scalar(day, pa.date32()).cast(pa.int32())).fill_null(False)
    for name in hidden:
        kept = pc.if_else(later, pa.scalar(None, table.schema.field(name).type), table.column(name))
        table = schema.with_column(table, name, kept)
    return table


_ENTRY = (
    "promise_id urgency rule_id rule_age_days state is_watched is_kept_default n_callbacks contact_by attributed_to"
).split()
_MOMENTS = {"started_at": "started_at_utc", "watched_until": "watched_until_utc", "restarted_at": "restarted_at_utc"}
_MOMENTS |= {f"due_{reading}": f"due_{reading}_utc" for reading in schema.READINGS}
_MOMENTS |= {
    f"{name}_at": f"{name}_at_utc"
    for name in ("notice", "first_callback", "second_callback", "callback_answered", "emailed", "withdrawn")
}


def _entry(row: dict[str, Any], office: str) -> dict[str, Any]:
    moments = {name: row[column] for name, column in _MOMENTS.items()}
    return {"promise_id": row["promise_id"], "office": office, **{n: row[n] for n in _ENTRY}, **moments}


__all__ = ["Log", "Table", "load"]
