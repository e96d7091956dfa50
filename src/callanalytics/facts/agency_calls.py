"""One row for each call from the office to an agency line: from the phone log, the hand log, or both.

No call is lost. The number of rows is the outbound calls to the agency plus the entries about calls, less the pairs.
Calls that two phone systems logged also count once (see ``duplicates``).

``reported_lines`` and `leading_clock` choose which of these calls a report counts, and where its waits start.

Calls, redials, drop-outs of the automated system, and restarts about one matter and reason are one episode (reports
call it a need). Its first call names it. One pass over the calls in order of time finds the episodes:

* A call is about the matter in its entry. Without one, it is about the matter that another call with the same service
  request number names, or about that request itself.
* A call joins the open episode of its matter with the same reason. If its reason is missing, or says only that there
  was an earlier call, it joins the episode of its matter last called about. An episode begun without a reason takes the
  first reason given.
* An episode closes a set number of days after its last call, or after the lenient due time of the last callback
  promised on it. It closes earlier if it was settled; a call within the shorter limit shows that it was not. A later
  call begins another episode.
* A call without a matter or service request can be a redial. It is one if it follows shortly on a call from the same
  office number to the same line. No one may be known to have spoken on that call, and no reason may differ. Then both
  calls belong to one episode. Any other such call belongs to none: ``episode_id`` is null.

The limits are in ``episodes.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import clocks, schema
from callanalytics.agencies import Agency
from callanalytics.facts import duplicates, observation, time_rounding
from callanalytics.facts.arrays import (
    Rows,
    codes,
    column_of_words,
    earliest,
    earliest_moments,
    in_order,
    integers,
    is_set,
    moments,
    nulled,
    take,
)
from callanalytics.facts.observation import CoveredSpans
from callanalytics.facts.record_linkage import (
    MOMENTS,
    UNKNOWN,
    Contacts,
    join_logs,
    logged_calls,
    noted_contacts,
    numbers_in,
    over_duration,
)
from callanalytics.lazy import regex
from callanalytics.schema import ONLY_A_PERSON, union_of_words
from callanalytics.toml_files import shipped_toml
from callanalytics.values.phones import MOST_NAMES, names_person

TITLED = regex(r"(?i)(?:officer|ofc|agent|ms|mrs|miss|mr|sra|sr)\b\.? [^\W\d_]{2}.*")
CALL_OF_DAY_ASSUMED = "call_of_day_assumed"  # codes among an agency call's warnings
CALL_OF_DAY_POSSIBLE = "call_of_day_possible"
UNKNOWN_LINE = "unknown"  # the line of an entry that names none

WITHOUT_PERSON = "ivr_resolved ivr_ended ivr_not_understood ivr_gave_up closed".split()  # end a call without one
COPIED_FROM_ENTRY = (
    "wait_s wait_rounding_s tier reason urgency_claimed tier2_requested promised inquiries request_result words_said "
    "caller_role g28_on_file channel_tried_first agent_id sr_number matter protected"
).split()


def build(office: dict, calls: Rows, entries: Rows, watch: CoveredSpans, agency: Agency) -> pa.Table:
    """Agency calls of one office.

    Parameters
    ----------
    calls, entries : all of the office; this function keeps those about calls to the agency
    watch : what the phone exports cover; it separates an entry without a call from a call that no export shows
    """
    outbound = observation.to_the_agency(calls, agency)
    duplicate_of = duplicates.duplicate_calls(outbound)
    # Calls that stay although another system logged them too: the table flags them.
    is_double = np.isin(np.arange(len(outbound)), duplicate_of[duplicate_of >= 0])[duplicate_of < 0]
    outbound = outbound.where(duplicate_of < 0)
    line = observation.line_dialed(outbound, agency)
    agency_call_entries = entries.where(entries.is_in("kind", "dial"))
    numbers = numbers_in(outbound, agency_call_entries)
    lines = sorted({listed.code for listed in agency.lines} - {"other"})
    noted = noted_contacts(agency_call_entries, numbers, lines)
    logged = logged_calls(outbound, office["timezone"], numbers, codes(line, lines))
    sheets = agency_call_entries.arrow("format")
    adjusted = time_rounding.with_sheet_habits(noted, logged, codes(sheets, sheets.unique().to_pylist()))
    joined = join_logs(outbound, agency_call_entries, adjusted, logged, far=True)
    return in_order(_table(office, joined, line, is_double, adjusted.moment, watch, agency), "agency_call_id")


def _table(office, joined: Contacts, line: pa.Array, is_double, moment_of, watch: CoveredSpans, agency) -> pa.Table:
    times = joined.times(office["timezone"], agency.timezone)
    moment = moments(times["started_at_utc"])
    line = pc.coalesce(take(line, joined.certain_call), joined.entry_column("line"), pa.scalar(UNKNOWN_LINE))
    identity = joined.identity()
    n = len(joined.call)
    decided = joined.entry_column("decided_on")
    request_days = pc.subtract(decided.cast(pa.int32()), times["date_local"].cast(pa.int32()))
    # A decision before the call is an error, and either date may be the wrong one.
    fits = pc.and_(pc.greater_equal(request_days, 0), pc.less_equal(request_days, 32767))
    refers_to = take(column_of_words(MOMENTS, moment_of), joined.entry)
    return schema.build(
        "agency_calls",
        {
            "office_id": [office["office_id"]] * n,
            "agency_call_id": pc.coalesce(identity["call_id"], identity["entry_id"]),
            **identity,
            **times,
            # The phone log has the start; an entry alone has the time that it states or that its sheet's habit shows.
            "time_refers_to": pc.if_else(pa.array(joined.call >= 0), "start", refers_to),
            "line": line,
            "our_number": joined.call_or_entry("our_number"),
            "duration_s": joined.call_or_entry("duration_s"),
            **{name: joined.entry_column(name) for name in COPIED_FROM_ENTRY},
            "wait_origin": pc.coalesce(joined.entry_column("wait_origin"), pa.scalar("unstated")),
            "outcome": pc.coalesce(joined.entry_column("outcome"), pa.scalar("unknown")),
            "wait_outcome": _wait_outcome(joined),
            "person_reached": _person_reached(joined),
            "request_days": nulled(request_days, ~is_set(fits)).cast(pa.int16()),
            "in_live_hours": clocks.in_live_hours(moment, line.to_numpy(zero_copy_only=False), agency=agency),
            "warnings": union_of_words(
                joined.call_column("warnings"),
                joined.entry_column("warnings"),
                *_warnings(joined, line, is_double, moment_of, watch, moment, office["timezone"]),
            ),
        },
    )


def _wait_outcome(joined) -> pa.Array:
    """Outcome of each wait."""
    noted = pc.coalesce(joined.entry_column("wait_outcome"), pa.scalar("unknown"))
    # A person promised something before a call was "disconnected", so the loss came after the wait. No call counts both
    # as reached and as lost while waiting.
    noted = pc.if_else(_lost_after_person(joined), "reached", noted)
    # A wait longer than its whole call is an error, or belongs to another call.
    return pc.if_else(pa.array(_over_duration(joined)), "unknown", noted)


def _lost_after_person(joined) -> pa.Array:
    """Calls logged as hung up or cut off whose entry proves that a person spoke first."""
    entries = joined.entries
    # A wait noted as "at least" stays a lower bound, whatever the outcome of the call.
    is_bound = is_set(pc.match_substring(entries.arrow("warnings"), "wait_at_least"))
    lost = entries.is_in("wait_outcome", *schema.LOST) & _person_gave(entries) & ~is_bound
    return take(pa.array(lost), joined.entry).fill_null(False)


def _over_duration(joined) -> np.ndarray:
    wait, grid = (integers(joined.entry_column(name)) for name in ("wait_s", "wait_rounding_s"))
    lasted, exact = (integers(joined.call_column(name)) for name in ("duration_s", "duration_precision_s"))
    return (wait >= 0) & (lasted >= 0) & (over_duration(wait, grid, lasted, exact) > 0)


def _person_reached(joined) -> pa.Array:
    """Whether a live person spoke. Proof is anything only a person can give or do, whatever else the entry says."""
    entries = joined.entries
    person = entries.is_in("wait_outcome", "reached") | _person_gave(entries)
    no_person = entries.is_in("wait_outcome", *schema.LOST, "not_queued") | entries.is_in("outcome", *WITHOUT_PERSON)
    # Null for a call that no one logged, and for one whose outcome no one logged.
    return take(pa.array(person, pa.bool_(), mask=~(person | no_person)), joined.entry)


def _person_gave(entries: Rows) -> np.ndarray:
    """Whether an entry holds what only a person can give or do: a tier, an outcome, a promise, an agent's name or
    ID."""
    promised = entries.is_in("promised", "urgent", "regular", "unknown")
    # A callback that keeps the caller's place in the queue comes from the automated system.
    by_system = entries.is_in("outcome", "callback_promised") & entries.is_in("promised", "queue")
    gave = entries.is_present("tier") | (entries.is_in("outcome", *ONLY_A_PERSON) & ~by_system) | promised
    # An agent's name shows that the call was lost after the agent spoke. A row that denies that a person came is
    # believed.
    is_lost = entries.is_in("wait_outcome", "gave_up", "cut_off")
    return gave | (is_lost & _has_agent(entries)) if is_lost.any() else gave


def _has_agent(entries: Rows) -> np.ndarray:
    """Whether an entry has an agent's ID or names an agent. A bare name may be the caller's."""
    names = entries.texts("agent_name")
    named = np.array([bool(name) and names_person(name) for name in names], bool)
    titled = np.array([bool(name) and TITLED.fullmatch(name) is not None for name in names], bool)
    n_names = len({name.casefold() for name in names[named]})
    are_agents = named.sum() >= MOST_NAMES and 2 * n_names > named.sum()
    return entries.is_present("agent_id") | (named & (titled | are_agents))


def _warnings(joined, line, is_double, moment_of, watch: CoveredSpans, moment, zone: str) -> list[pa.Array]:
    is_entry, is_call = joined.entry >= 0, joined.call >= 0
    is_estimated = (joined.entries.codes("time_refers_to", MOMENTS) == UNKNOWN) & (moment_of < UNKNOWN)
    # An entry with a date alone is covered if the phone log covers that whole day.
    written, timeless = moments(joined.entry_column("started_at_local")), np.isnat(moment)
    since = earliest(moment, written, zone)
    until = np.where(timeless, since + clocks.DAY, moment)
    # NaT, where nothing covers it, compares as false.
    covered = watch.until(since, joined.entry_column("our_number")) >= until
    found = {
        "conflict_start": joined.paired(joined.pairs.conflict_start),
        "conflict_number": joined.paired(joined.pairs.conflict_number),
        # If an entry says "other line" and the phone log shows a listed line, the phone log's line is used.
        "conflict_line": is_set(pc.not_equal(joined.entry_column("line"), line)),
        "wait_over_duration": _over_duration(joined),
        "lost_after_person": is_set(_lost_after_person(joined)),
        "logged_twice": np.append(is_double, False)[joined.call],  # MISSING picks the last
        time_rounding.ESTIMATED: np.append(is_estimated, False)[joined.entry] & ~is_call,
        CALL_OF_DAY_ASSUMED: joined.paired(joined.pairs.assumed),
        CALL_OF_DAY_POSSIBLE: np.isin(joined.call, joined.pairs.possible),
        "call_of_day_unsure": np.isin(joined.entry, joined.pairs.doubtful),
        "unmatched_note": is_entry & ~is_call & covered,
    }
    n = len(is_entry)
    return [nulled(pa.array([code] * n, pa.string()), ~mask) for code, mask in found.items()]


# ---- the calls a report is about ---------------------------------------------------------------------


def reported_lines(agency: Agency) -> tuple[str, str]:
    """Lines that a report counts: the main one, and calls without a line, because hand logs name only other lines."""
    return agency.main_line, UNKNOWN_LINE


CLOCKS = tuple(schema.WAIT_ORIGINS.split())
# Follows a number of waits: "841 waits as noted, ...".
WAITS_NAMED = {
    "dial": "from dialing",
    "queue": "from entering the queue",
    "unstated": "as noted, start not logged",
}


def leading_clock(waits: Mapping[str, int]) -> str:
    """Wait origin that a report leads with: the one with the most waits. This is the only rule for it.

    Waits from different origins are never pooled, so one has to lead. On a tie, or without waits, it is the first of
    ``dial``, ``queue``, ``unstated``.

    >>> leading_clock({"dial": 12, "unstated": 80}), leading_clock({"queue": 5, "dial": 5}), leading_clock({})
    ('unstated', 'dial', 'dial')
    """
    return max(CLOCKS, key=lambda clock: (waits.get(clock, 0), -CLOCKS.index(clock)))


def is_reported(agency_calls: pa.Table, agency: Agency) -> np.ndarray:
    """Whether each call went to the agency's main line, or to a line not logged."""
    is_of_line = pc.is_in(agency_calls.column("line"), value_set=pa.array(reported_lines(agency)))
    return is_of_line.to_numpy(zero_copy_only=False)


def usable_waits(agency_calls: pa.Table, agency: Agency) -> dict[str, int]:
    """Calls by wait origin whose wait a report can use: to its lines, in live hours, logged, and with a known end."""
    live = pc.fill_null(agency_calls.column("in_live_hours"), True)
    ended = pc.is_in(agency_calls.column("wait_outcome"), value_set=pa.array(schema.WAIT_ENDS))
    noted = pc.is_valid(agency_calls.column("wait_s"))
    usable = pc.and_(pc.and_(pa.array(is_reported(agency_calls, agency)), live), pc.and_(ended, noted))
    counted = pc.value_counts(agency_calls.filter(usable).column("wait_origin")).to_pylist()
    return {row["values"]: row["counts"] for row in counted}


# ---- episodes --------------------------------------------------------------------------------------------------------

NEVER = np.iinfo(np.int64).max
MINUTE = 60_000_000  # microseconds
DAY = 1440 * MINUTE


@cache
def limits() -> dict:
    """Limits in ``episodes.toml``."""
    return shipped_toml(__file__, "episodes.toml")


@dataclass(eq=False)
class _Episode:
    """An episode while it is being built: indices of its calls, until when another may join, and when it was
    settled."""

    reason: str | None = None
    agency_calls: list[int] = field(default_factory=list)
    open_until: int = 0
    settled: int = NEVER


class Episodes:
    """Episodes of an office, built call by call.

    Parameters
    ----------
    agency_calls : of one office
    promises : of the same office; they show when an episode was settled and until when it awaits a callback
    """

    def __init__(self, agency_calls: pa.Table, promises: pa.Table, zone: str):
        self.values = {name: agency_calls.column(name).to_pylist() for name in _COLUMNS}
        self.n = agency_calls.num_rows
        self.ids = agency_calls.column("agency_call_id").to_pylist()
        start = earliest_moments(agency_calls, zone)
        lasted = [(s or 0) * 1_000_000 for s in agency_calls.column("duration_s").to_pylist()]
        # NaT sorts last, so this cuts off the calls without a time.
        self.order = np.argsort(start, kind="stable")[: int(np.sum(~np.isnat(start)))].tolist()
        self.start = start.astype(np.int64).tolist()
        self.end = [when + s for when, s in zip(self.start, lasted, strict=True)]
        matters, numbers = self.values["matter"], self.values["sr_number"]
        # A matter may have several service requests; a service request belongs to one matter.
        matter_of = {number: matter for matter, number in zip(matters, numbers, strict=True) if matter and number}
        known = [matter or matter_of.get(number) for matter, number in zip(matters, numbers, strict=True)]
        self.subject = [f"M {m}" if m else f"S {n}" if n else None for m, n in zip(known, numbers, strict=True)]
        # For calls with a promise: until when the callback is awaited, and when it was settled.
        made = codes(promises.column("agency_call_id").combine_chunks(), self.ids).tolist()
        answered = np.fmin(moments(promises["callback_answered_at_utc"]), moments(promises["emailed_at_utc"]))
        self.waits, self.settled = _known(made, moments(promises["due_lenient_utc"])), _known(made, answered)
        self.of_matter: dict[str, list[_Episode]] = {}
        self.last: dict[tuple, int] = {}
        self.episode: list[_Episode | None] = [None] * self.n
        for index in self.order:
            self._add_to_episode(index)

    def _add_to_episode(self, index: int) -> None:
        """Add one agency call to its episode."""
        subject, phone = self.subject[index], (self.values["our_number"][index], self.values["line"][index])
        before = self.last.get(phone)
        self.last[phone] = index
        tried = before if before is not None and self._is_redial(before, index) else None
        if subject is None:
            episode = self.episode[tried] if tried is not None else None
            self._put(index, episode or _Episode())
            return
        episode = self._open(subject, index)
        if episode is None:
            episode = _Episode()
            self.of_matter.setdefault(subject, []).append(episode)
        # The earlier calls named no matter. If this call is their redial, they were about its matter.
        if tried is not None and self.subject[tried] is None and self.episode[tried] is not episode:
            self._merge(self.episode[tried], episode)
        self._put(index, episode)
        episode.reason = episode.reason or self._reason(index)

    def columns(self) -> tuple[pa.Array, pa.Array]:
        """``episode_id`` and ``episode_call`` of each agency call."""
        id: list[str | None] = [None] * self.n
        seq: list[int | None] = [None] * self.n
        for episode in {n for n in self.episode if n}:
            # Merged redials come before the other calls, whenever they were made.
            indices = sorted(episode.agency_calls, key=lambda p: (self.start[p], self.ids[p]))
            if len(indices) == 1 and self.subject[indices[0]] is None:
                continue  # no evidence ties it to another call
            for n, index in enumerate(indices, 1):
                id[index], seq[index] = self.ids[indices[0]], min(n, 32767)
        return pa.array(id, pa.string()), pa.array(seq, pa.int16())

    def _reason(self, index: int) -> str | None:
        # A call that only follows up on another shares its reason, whatever it was.
        reason = self.values["reason"][index]
        return None if reason in limits()["follow_ups"] else reason

    def _open(self, subject: str, index: int) -> _Episode | None:
        """Episode that this call joins: one with its reason if there is one, and of these the last called about."""
        when, reason = self.start[index], self._reason(index)
        fitting = [
            episode
            for episode in self.of_matter.get(subject, ())
            if when <= episode.open_until
            and when - limits()["settled_days"] * DAY <= episode.settled
            and (reason is None or episode.reason in (None, reason))
        ]
        return max(
            fitting,
            # Last by index, so that of two episodes called about at the same time the choice is always the same.
            key=lambda n: (n.reason == reason, self.start[n.agency_calls[-1]], n.agency_calls[-1]),
            default=None,
        )

    def _is_redial(self, before: int, index: int) -> bool:
        apart = self.start[index] - self.end[before]
        spoke = self.values["person_reached"][before] is True
        timed = self.values["started_at_utc"][before] is not None and self.values["started_at_utc"][index] is not None
        known = self.values["our_number"][index] is not None
        reasons = {self._reason(before), self._reason(index)} - {None}  # a missing reason fits any
        return known and timed and not spoke and len(reasons) < 2 and apart <= limits()["redial_minutes"] * MINUTE

    def _put(self, index: int, episode: _Episode) -> None:
        episode.agency_calls.append(index)
        self.episode[index] = episode
        until = max(self.end[index], self.waits.get(index, 0)) + limits()["gap_days"] * DAY
        episode.open_until = max(episode.open_until, until)
        settled = self.end[index] if self.values["outcome"][index] in limits()["settling"] else NEVER
        episode.settled = min(settled, self.settled.get(index, NEVER))

    def _merge(self, lone: _Episode | None, episode: _Episode) -> None:
        """Move redials made before the call that names the matter into its episode."""
        if lone is None or any(self.subject[index] for index in lone.agency_calls):
            return
        for index in lone.agency_calls:
            self.episode[index] = episode
        episode.agency_calls[:0] = lone.agency_calls


_COLUMNS = "matter sr_number reason our_number line person_reached outcome started_at_utc".split()


def _known(indices: list[int], when: np.ndarray) -> dict[int, int]:
    triples = zip(indices, when.astype(np.int64).tolist(), np.isnat(when).tolist(), strict=True)
    return {index: moment for index, moment, missing in triples if index >= 0 and not missing}
