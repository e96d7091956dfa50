"""The figures a report quotes, each computed once, and the facts about the log that accompany them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import comb

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import accounting, estimates, measures, schema
from callanalytics.figures import rows
from callanalytics.measures import specifications
from callanalytics.measures.callbacks import contact_by_day
from callanalytics.measures.definitions import STALE_DAYS
from callanalytics.measures.result import WAITS_RUN, paired_ends

DIFFERS = 0.05  # chance that any two weekdays, or parts of the day, look so unlike if all were the same


@dataclass(frozen=True)
class Confirmed:
    """A timeframe that still held when the requests were made, according to a source."""

    rule_id: str
    source: str


class Results:
    """The measures of a log, as a report asks for them.

    Requests made more than a year after their timeframe was last confirmed are judged by it only if it is among
    `confirmed`; :attr:`stale` marks those that are not judged.

    Calls are those to the agency's main line or to a line not logged (:attr:`unnamed_line`). Calls known to be to
    another line of the agency are counted in :attr:`other_lines` and in no figure. :attr:`account` gives the number of
    logged calls in the report's figures, and why the rest are excluded.
    """

    def __init__(self, log, confirmed: tuple[Confirmed, ...] = ()):
        self.log, self.confirmed = log, confirmed
        self.as_of, self.is_invented = log.as_of, log.is_invented
        self.agency = log.agency
        self.offices = log.offices
        self.promises, self.callbacks = log.promises, log.callbacks
        every = log.agency_calls.to_arrow()
        reported = every.filter(pa.array(accounting.is_reported(every, log.agency)))
        # Other lines have other queues: their calls are counted separately and are in no figure
        self.agency_calls = replace(log.agency_calls, arrow=reported)
        self.taken: dict[tuple, measures.Result] = {}
        self.judged = _Judged(self)

    @cached_property
    def entries(self):
        return self.log.entries

    @cached_property
    def account(self) -> accounting.Account:
        return accounting.of_log(self.log)

    @property
    def other_lines(self) -> int:
        return self.account.left_out.get("other_line", 0)

    @lru_cache  # noqa: B019 - a Results lives as long as its report
    def unseen(self, name: str, count: Callable | None = None) -> dict[str, int]:
        """The number of rows, by reason, of a table of facts that the report leaves out before measuring."""
        left = dict(self.log.unseen(name, count))
        return left | ({"other_line": self.other_lines} if name == "agency_calls" and self.other_lines else {})

    def take(self, name: str, *keys: str) -> measures.Result:
        """A measure, split by the keys."""
        if (name, keys) not in self.taken:
            self.taken[name, keys] = self.aside(name, *keys)
        return self.taken[name, keys]

    @lru_cache  # noqa: B019 - a Results lives as long as its report
    def aside(self, name: str, *keys: str) -> measures.Result:
        """A measure used to compute other figures but not shown; the count of shown figures omits it."""
        # A measure that judges must not see requests whose timeframe is unconfirmed
        return measures.run(name, self.judged if measures.CARDS[name].judges_promises else self, keys)

    def row(self, name: str, statistic: str = "rate", **keys) -> dict:
        """The row with which the report quotes a measure, for the cell, reading, or link that `keys` name."""
        # These three are columns of every table, not keys to split by
        split = tuple(key for key in keys if key not in ("reading", "link", "wait_origin"))
        return rows.headline(self.take(name, *split), statistic, **{"wait_origin": self.clock, **keys})

    @cached_property
    def clock(self) -> str:
        """The starting point of the waits that lead the report: the most common one."""
        return measures.clock_of(self.take("wait"))

    @cached_property
    def other_clocks(self) -> dict[str, dict]:
        """The row of the median for each other starting point of waits."""
        waits = self.take("wait")
        others = [clock for clock, n in measures.waits_by_clock(waits).items() if n and clock != self.clock]
        return {clock: rows.headline(waits, "median", wait_origin=clock) for clock in others}

    @cached_property
    def unstated_offices(self) -> int:
        """How many offices have waits with no stated starting point; each may count from a different one."""
        calls = self.agency_calls.arrow
        is_unstated = pc.and_(pc.is_valid(calls["wait_s"]), pc.equal(calls["wait_origin"], "unstated"))
        has_end = pc.is_in(calls["wait_outcome"], pa.array(schema.WAIT_ENDS))
        in_hours = pc.fill_null(calls["in_live_hours"], True)
        return len(pc.unique(calls.filter(pc.and_(pc.and_(is_unstated, has_end), in_hours))["office_id"]))

    @property
    def waits_run(self) -> str:
        """The starting point of the leading waits; if several offices do not state one, the note that they are
        pooled."""
        several = self.clock == "unstated" and self.unstated_offices > 1
        pooled = f" Pooled: {self.unstated_offices} offices, which may count from different moments." if several else ""
        return f"{WAITS_RUN[self.clock]}{pooled}"

    @cached_property
    def lead(self) -> measures.Lead:
        """Whether the wait weighted for calls no one logged leads; computed only for waits from dialing."""
        if self.clock != "dial":
            return measures.Lead(False, {}, {})
        return measures.leading_wait(self.take("logging_bias"))

    @cached_property
    def median(self) -> dict:
        """The row of the median wait that leads the report.

        If :attr:`lead` says so, it is weighted for the calls that only a phone log shows; else it is as logged.
        Hang-ups are judged within each part of the day, because callers in busy hours hang up sooner.
        """
        row = self.row("wait", "median")
        if self.lead.is_weighted:
            return self.lead.weighted
        if row["value"] != row["value"]:
            return row
        found = measures.standardized_wait(self.take("wait", "hour"), wait_origin=self.clock)
        if found.value != found.value:
            return row
        return row | {"value": found.value, "low": found.low, "high": found.high}

    @cached_property
    def unused_waits(self) -> tuple[int, int, int]:
        """Calls that queued or may have: those without a logged wait, those with a wait but no logged end, and all.
        Every starting point is included."""
        unused, endless = (rows.pick(self.take("wait"), name) for name in ("share_unknown", "n_end_unknown"))
        n_endless = int(endless["events"].sum())
        return int(unused["events"].sum()) - n_endless, n_endless, int(unused["n"].sum())

    def request(self, kind: str, statistic: str) -> dict:
        """The row of one kind of request: appointment, expedite, or reschedule."""
        return rows.headline(self.take("request_outcome"), statistic, request=kind)

    @cached_property
    def _block_of(self) -> dict[int, int]:
        """The first hour of the block that an open hour belongs to."""
        return {hour: first for first, end in self.agency.open_week.blocks for hour in range(first, end)}

    @cached_property
    def by_block(self):
        """The wait in the blocks of the open day, all weekdays together, so that there are few enough to compare."""
        fine = self.take("wait", "hour")
        tally = fine.tally[fine.tally["hour"].isin(self._block_of)]
        tally = tally.assign(hour=tally["hour"].map(self._block_of).astype("Int64"))
        table, curve = fine.estimate(fine.card, tally, fine.by)
        return replace(fine, table=table, curve=curve, tally=tally)

    def differ(self, key: str, first: int, second: int) -> bool:
        """Whether the waits of two weekdays, or of two blocks of the open day (by first hour), differ in this period.

        All callers of a day share one queue, so days are the unit, over all offices together. The test permutes
        weekdays over whole days, and the parts of the day within each day. The chance is that of any two so unlike.
        """
        p = self._p_pairs(key)
        return bool(p[first, second] <= DIFFERS)

    def can_differ(self, key: str, first: int, second: int) -> bool:
        """Whether enough days are logged for two groups to differ measurably: with few days, no permutation is rare
        enough."""
        calls = self._compared(key)
        one, other = (set(calls["date"][calls["group"] == group]) for group in (first, second))
        # Parts of the day are permuted within each day: a day without both has nothing to permute
        deals = 2 ** len(one & other) if key == "hour" else comb(len(one) + len(other), len(one))
        # The two most unlike permutations: all short waits in one group, or all in the other
        return 2 / deals <= DIFFERS

    @lru_cache  # noqa: B019 - a Results lives as long as its report
    def _compared(self, key) -> pd.DataFrame:
        """The waits that are compared by weekday, or by part of the day, with their ``group``."""
        columns = "date weekday hour wait_s wait_outcome wait_origin in_live_hours dst_flag time_refers_to".split()
        agency_calls = self.agency_calls.to_arrow().select(columns).to_pandas()
        agency_calls["group"] = (
            agency_calls["weekday"] if key == "weekday" else agency_calls["hour"].map(self._block_of)
        )
        # Calls not known to be inside or outside live hours stay in, as in the wait itself
        known = agency_calls[["date", "wait_s", "group"]].notna().all(axis=1) & agency_calls["in_live_hours"].ne(False)
        known &= agency_calls["wait_outcome"].isin(schema.WAIT_ENDS) & agency_calls["wait_origin"].eq(self.clock)
        if key == "hour":
            # The hour of a call is in doubt in a repeated hour, and if its logged time is not that of its start
            known &= agency_calls["dst_flag"].isna() & agency_calls["time_refers_to"].fillna("start").eq("start")
        return agency_calls[known]

    @lru_cache  # noqa: B019 - a Results lives as long as its report
    def _p_pairs(self, key):
        agency_calls = self._compared(key)
        reached = agency_calls["wait_outcome"].eq("reached").to_numpy()
        sums = estimates.log_rank_sums(agency_calls["wait_s"].to_numpy("int64"), reached, ~reached)
        day = pd.factorize(agency_calls["date"])[0]
        within = None if key == "weekday" else day
        group = agency_calls["group"].to_numpy("int64")
        # 24: weekdays and hours are all below it
        return estimates.permuted_days(day, group, *sums, 24, within=within).p_pairs()

    @property
    def missed_ends(self) -> tuple[dict, dict]:
        """The rows of missed callbacks: confirmed ones alone, and with possible ones added."""
        sure, most = (self.row("missed_callbacks", "count", link=link) for link in ("certain", "possible"))
        return sure, most

    @cached_property
    def missed_by_hour(self) -> dict[str, measures.Result]:
        """Missed callbacks by hour on the office's clock, inside and outside its stated hours."""
        return self.missed_by("hour_local")

    def missed_by(self, *keys: str) -> dict[str, measures.Result]:
        """Missed callbacks inside and outside the office's stated hours, and with hours unknown, split by the keys."""
        every = self.callbacks.to_arrow()
        inside = every["in_office_hours"]
        parts = {
            "inside office hours": pc.fill_null(inside, False),
            # Filled with True here and with False above, so that unknown is on neither side
            "outside office hours": pc.invert(pc.fill_null(inside, True)),
            "hours not given": pc.is_null(inside),
        }
        return {
            name: measures.missed_callbacks(every.filter(chosen), keys, as_of=self.as_of)
            for name, chosen in parts.items()
        }

    @cached_property
    def missed_outside(self) -> tuple[int, int]:
        """Confirmed missed callbacks outside the office's stated hours, and the number for which this is known: the
        office stated its hours and the time of day was logged."""
        outside = self.missed_in("outside office hours")
        return outside, outside + self.missed_in("inside office hours")

    @cached_property
    def missed_early(self) -> tuple[int, int]:
        """Confirmed missed callbacks before 8 a.m. on the office's clock, and the number whose time of day is known."""
        early, timed = (sum(self.missed_in(part, hour) for part in self.missed_by_hour) for hour in (8, 24))
        return early, timed

    def missed_in(self, part: str, before: int | None = None) -> int:
        """Confirmed missed callbacks in one part of :meth:`missed_by`; with `before`, only those before that local
        hour."""
        counts = rows.pick(self.missed_by_hour[part], "count", link="certain")
        if before is not None:
            counts = counts[counts["hour_local"].notna() & (counts["hour_local"] < before)]
        return int(counts["value"].sum())

    @cached_property
    def opening_hours(self) -> tuple[tuple[float, float], ...]:
        """Usual opening and closing time, in local hours, of each office that stated its hours."""
        stated = [office["hours"] for office in self.log.offices.to_arrow().to_pylist() if office["hours"]]
        return tuple(sorted(usual for hours in stated if (usual := _usual_hours(hours))))

    def promised_day(self, urgency: str) -> int | None:
        """The promised number of business days for requests of an urgency, if one number judges at least nine in ten of
        them; else None."""
        days: dict[int, int] = {}
        for rule, n in self.rules:
            if rule.applies_to(urgency):
                day = rule.value // 24 if rule.unit == "hours" else rule.value
                days[day] = days.get(day, 0) + n
        usual = max(days, key=days.__getitem__, default=None)
        # A curve has one promised day, which would be wrong for requests with another
        return usual if usual and days[usual] >= 0.9 * sum(days.values()) else None

    @property
    def callback_curves(self) -> dict[str, pd.DataFrame]:
        """The curves of urgent and of regular requests, where they exist."""
        curves = {urgency: self.callback_curve(urgency) for urgency in ("urgent", "regular")}
        return {urgency: curve for urgency, curve in curves.items() if curve is not None}

    @lru_cache  # noqa: B019 - a Results lives as long as its report
    def callback_curve(self, urgency: str) -> pd.DataFrame | None:
        """The share of judged requests with a contact on record by each business day, at both ends of its range.

        The requests are those of the rate in time, whose row gives the promised day's value. A contact later on that
        day is late, and is drawn just after it. None if no single promised day judges them, or if none is due.
        """
        promised, kept = self.promised_day(urgency), self.row("promise_kept_rate", urgency=urgency)
        if promised is None or not kept["n"]:
            return None
        # 1.5 times the promised days, and at least 12
        last = max(12, promised * 3 // 2)
        taken = self.contacts.table
        days = [f"contact_within_{day}d" for day in range(last + 1)]
        ends = taken[(taken["urgency"] == urgency) & taken["statistic"].isin(days)]
        curve = paired_ends(ends)[["n", "events", "most_n", "most"]]
        curve = curve.reset_index(drop=True).assign(day=[float(day) for day in range(last + 1)])
        behind = curve[curve["day"] == promised].assign(day=promised + 0.4)
        curve = pd.concat([curve, behind]).sort_values("day", ignore_index=True)
        for name in ("events", "most"):
            # The curve counts days and the rate counts to the due hour: at the promised day they must agree
            early, due = curve["day"] < promised, curve["day"] == promised
            curve.loc[early, name] = curve.loc[early, name].clip(upper=kept[name])
            curve.loc[due, name] = kept[name]
            curve.loc[~early, name] = curve.loc[~early, name].clip(lower=kept[name])
        curve.attrs |= {"promised": float(promised), "as_of": self.as_of, "is_invented": self.is_invented}
        curve.attrs |= {"selected": self.log.selected}
        return curve

    @cached_property
    def contacts(self) -> measures.Result:
        """The judged requests with a contact on record by each business day, by urgency."""
        return self.contacts_by("urgency")

    def contacts_by(self, *keys: str) -> measures.Result:
        """The same, split by the keys, up to the last day that the curve of any timeframe reaches."""
        days = (rule.value // 24 if rule.unit == "hours" else rule.value for rule, _ in self.rules)
        last = max([12, *(day * 3 // 2 for day in days)])
        return contact_by_day(self.judged.promises, last, keys, as_of=self.as_of)

    def left_out(self, why: str, **keys) -> int:
        """The number of promises excluded from the rate in time for a reason: ``not_due``, ``unwatched``,
        ``withdrawn``, ``unknown``, ``blocked``, or ``rules_differ``. ``unheard`` ones are in the rate, but on a line
        that may block unknown callers."""
        return int(self.row("promise_kept_rate", f"n_{why}", **keys)["events"])

    @cached_property
    def curves(self) -> dict[str, specifications.Specifications]:
        """For each finding with enough cases, its figure with one counting choice changed at a time."""
        names = ("wait", "urgent", "regular", "answered", "missed", "silent")
        curves = {name: specifications.curve(self._log_of_finding(name), name, one_at_a_time=True) for name in names}
        return {name: c for name, c in curves.items() if c.headline["flag"] == "ok"}

    def curve(self, name: str) -> specifications.Specifications:
        """A finding under every combination of counting choices."""
        return specifications.curve(self._log_of_finding(name), name)

    def _log_of_finding(self, name):
        return self.judged if name in ("urgent", "regular", "silent") else self.log

    @cached_property
    def is_stale(self) -> pa.Array:
        """For each request, whether it is too old to judge: made over a year after its only timeframe was last
        confirmed, without a later source in `confirmed`."""
        promises = self.promises.to_arrow()
        old = _is_old(promises)
        held = pc.is_in(promises["rule_id"], pa.array([c.rule_id for c in self.confirmed], pa.string()))
        return pc.and_(old, pc.invert(held))

    def n_stale(self, urgency: str) -> int:
        """The number of stale requests of an urgency."""
        return pc.sum(pc.and_(self.is_stale, pc.equal(self.promises.to_arrow()["urgency"], urgency))).as_py() or 0

    @cached_property
    def last_confirmed(self):
        """The earliest last-confirmed day among the timeframes of old requests; None if no request is old."""
        promises = self.promises.to_arrow()
        ids = set(promises.filter(_is_old(promises))["rule_id"].to_pylist())
        return min((rule.last_confirmed for rule in self.agency.rules if rule.id in ids), default=None)

    @cached_property
    def rules(self):
        """The timeframes that judge the requests, as (rule, number of requests), oldest first."""
        ids = self.promises.to_arrow()["rule_id"].drop_null()
        found = {row["values"]: row["counts"] for row in pc.value_counts(ids).to_pylist()}
        return [(rule, found[rule.id]) for rule in self.agency.rules if rule.id in found]

    @cached_property
    def n_rules_differ(self) -> int:
        """The number of requests made while more than one timeframe may have applied."""
        ids = self.promises.to_arrow()["rule_id"]
        return pc.sum(pc.fill_null(pc.match_substring(ids, "|"), False)).as_py() or 0

    @cached_property
    def period(self):
        """The first and last date of a call, on the agency's clock; None without a call."""
        ends = pc.min_max(self.agency_calls.arrow["date"]).as_py()
        return (ends["min"], ends["max"]) if ends["min"] else None

    @cached_property
    def calls_by_office(self) -> list[int]:
        """The number of calls of each office, largest first, without names."""
        counted = pc.value_counts(self.agency_calls.arrow["office_id"]).to_pylist()
        return sorted((row["counts"] for row in counted), reverse=True)

    @cached_property
    def unnamed_line(self) -> int:
        """The number of calls whose line was not logged."""
        return pc.sum(pc.equal(self.agency_calls.arrow["line"], "unknown")).as_py() or 0

    def n_promises(self, urgency: str = "") -> int:
        """The number of promised callbacks logged, of one urgency or of all."""
        asked = self.promises.to_arrow().column("urgency")
        return (pc.sum(pc.equal(asked, urgency)).as_py() or 0) if urgency else len(asked)

    @property
    def n_calls(self) -> int:
        return self.agency_calls.arrow.num_rows

    @cached_property
    def cards(self) -> list:
        """The cards of the measures used so far, in the order of ``measures.CARDS``."""
        used = {name: result.card for (name, _), result in self.taken.items()}
        return [used[name] for name in measures.CARDS if name in used]


def _usual_hours(hours: list[dict]) -> tuple[float, float] | None:
    """The most common opening and closing time of an office's weekdays; None if none of its stated hours can be used.

    >>> _usual_hours([{"opens": "08:30", "closes": "17:00"}] * 4 + [{"opens": "10:00", "closes": "14:00"}])
    (8.5, 17.0)
    >>> _usual_hours([{"opens": None, "closes": None}, {"opens": "17:00", "closes": "09:00"}])
    """
    spans = [(_hours_of(day["opens"]), _hours_of(day["closes"])) for day in hours if day["opens"] and day["closes"]]
    spans = [(opens, closes) for opens, closes in spans if opens < closes]
    return max(spans, key=spans.count, default=None)


def _hours_of(clock: str) -> float:
    hour, minute = clock.split(":")
    return int(hour) + int(minute) / 60


def _is_old(promises: pa.Table) -> pa.Array:
    # Ids of several rules are joined by a bar; such a request is judged by all of them anyway
    alone = pc.invert(pc.match_substring(promises["rule_id"], "|"))
    return pc.fill_null(pc.and_(alone, pc.greater(promises["rule_age_days"], STALE_DAYS)), False)


class _Judged:
    """The same log without the requests that no confirmed timeframe judges."""

    def __init__(self, results: Results):
        self._results = results

    @cached_property
    def promises(self):
        results = self._results
        kept = results.promises.to_arrow().filter(pc.invert(results.is_stale))
        return replace(results.promises, arrow=kept)

    def unseen(self, name: str, count: Callable | None = None) -> dict[str, int]:
        left = self._results.unseen(name, count)
        n = pc.sum(self._results.is_stale).as_py() if name == "promises" else 0
        return left | ({"not_confirmed": n} if n else {})

    def __getattr__(self, name):
        return getattr(self._results, name)
