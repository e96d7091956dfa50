"""One row a call of ours to an agency line: from the phone log, the hand log, or both.

No call is lost: there are as many rows as outbound calls to the agency and entries of calls together, less the pairs
(and less calls that two phone systems logged, see ``duplicates``).

Which of these calls a report is about, and from which moment its waits run, is below too (``reported_lines``,
`leading_clock`).

Calls, redials, drop-outs of the automated system and restarts about one matter and reason are one episode (reports say:
a need), named by its first call. One pass over the calls in order of time finds them:

* A call is about the matter that was noted; failing that, about the service request number, and so about the matter
  that another call with that number names.
* It joins the open episode of its matter with the same reason. A call without a reason, or with one that only says that
  there was a call before, joins the episode of its matter last called about; and an episode begun without a reason
  takes the first that is said.
* An episode closes so many days after its last call, or after the last callback promised on it was due at the latest;
  earlier, once it was settled (a call within those days shows that it was not). What comes later begins another.
* Where neither matter nor service request is noted, a call shortly after one on which no one is known to have spoken,
  from the same number of ours to the same line and for no other reason, is its redial, and belongs to the episode of
  either. Any other such call belongs to none: ``episode_id`` is null.

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
    earliest_moments,
    in_order,
    integers,
    is_set,
    moments,
    nulled,
    take,
    union_of_words,
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
from callanalytics.schema import ONLY_A_PERSON
from callanalytics.toml_files import shipped_toml
from callanalytics.values import zones
from callanalytics.values.phones import names_person

A_DAY = np.timedelta64(1, "D")
MOST_NAMES = 8  # so many names, most of them once, are of agents, who are thousands; names that recur are of the office
TITLED = regex(r"(?i)(?:officer|ofc|agent|ms|mrs|miss|mr|sra|sr)\b\.? [^\W\d_]{2}.*")
CALL_OF_DAY_ASSUMED = "call_of_day_assumed"  # codes among an agency call's warnings
CALL_OF_DAY_POSSIBLE = "call_of_day_possible"
UNKNOWN_LINE = "unknown"  # the line of an entry that does not name it

WITHOUT_PERSON = "ivr_resolved ivr_ended ivr_not_understood ivr_gave_up closed".split()  # end a call without one
COPIED_FROM_ENTRY = (
    "wait_s wait_rounding_s tier reason urgency_claimed tier2_requested promised inquiries request_result words_said "
    "caller_role g28_on_file channel_tried_first agent_id sr_number matter protected"
).split()


def build(office: dict, calls: Rows, entries: Rows, watch: CoveredSpans, agency: Agency) -> pa.Table:
    """The agency calls of one office.

    Parameters
    ----------
    calls, entries : all of the office; those that are no agency calls are left out here
    watch : what the phone exports cover, to tell an entry without a call from a call that no export shows
    """
    outbound = observation.to_the_agency(calls, agency)
    duplicate_of = duplicates.duplicate_calls(outbound)
    # Of the calls that stay, those of which another system has a double: the table says so.
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
    return schema.build(
        "agency_calls",
        {
            "office_id": [office["office_id"]] * n,
            "agency_call_id": pc.coalesce(identity["call_id"], identity["entry_id"]),
            **identity,
            **times,
            # The phone log has the start; else what the entry's time is, as said or as its sheet shows.
            "time_refers_to": pc.if_else(
                pa.array(joined.call >= 0), "start", take(column_of_words(MOMENTS, moment_of), joined.entry)
            ),
            "line": line,
            "our_number": joined.either("our_number"),
            "duration_s": joined.either("duration_s"),
            **{name: joined.entry_column(name) for name in COPIED_FROM_ENTRY},
            "wait_origin": pc.coalesce(joined.entry_column("wait_origin"), pa.scalar("unstated")),
            "outcome": pc.coalesce(joined.entry_column("outcome"), pa.scalar("unknown")),
            "wait_outcome": _wait_outcome(joined),
            "person_reached": _reached(joined),
            "request_days": _request_days(joined, times["date_local"]),
            "in_live_hours": clocks.in_live_hours(moment, line.to_numpy(zero_copy_only=False), agency=agency),
            "warnings": union_of_words(
                joined.call_column("warnings"),
                joined.entry_column("warnings"),
                *_warnings(joined, line, is_double, moment_of, watch, moment, office["timezone"]),
            ),
        },
    )


def _wait_outcome(joined) -> pa.Array:
    """How the wait ended."""
    noted = pc.coalesce(joined.entry_column("wait_outcome"), pa.scalar("unknown"))
    # "Disconnected" of a call on which a person promised something came after the wait: no call counts both as one
    # that reached a person and as one that was lost waiting.
    noted = pc.if_else(_lost_after_person(joined), "reached", noted)
    # A wait longer than its whole call is a slip, or another call's entry.
    return pc.if_else(pa.array(_over_duration(joined)), "unknown", noted)


def _lost_after_person(joined) -> pa.Array:
    """Calls noted as hung up or cut off of which the entry proves that a person spoke first."""
    entries = joined.entries
    # A wait of which only the least is written stays a lower bound, whatever came of the call.
    is_bound = is_set(pc.match_substring(entries.arrow("warnings"), "wait_at_least"))
    lost = entries.is_in("wait_outcome", *schema.LOST) & _person_gave(entries) & ~is_bound
    return take(pa.array(lost), joined.entry).fill_null(False)


def _over_duration(joined) -> np.ndarray:
    wait, grid = (integers(joined.entry_column(name)) for name in ("wait_s", "wait_rounding_s"))
    lasted, exact = (integers(joined.call_column(name)) for name in ("duration_s", "duration_precision_s"))
    return (wait >= 0) & (lasted >= 0) & (over_duration(wait, grid, lasted, exact) > 0)


def _reached(joined) -> pa.Array:
    """Whether a live person spoke: what only a person can give or do proves it, whatever else is written."""
    entries = joined.entries
    person = entries.is_in("wait_outcome", "reached") | _person_gave(entries)
    no_person = entries.is_in("wait_outcome", *schema.LOST, "not_queued") | entries.is_in("outcome", *WITHOUT_PERSON)
    # A call that no one noted, and one of which no one wrote how it ended, is not known.
    return take(pa.array(person, pa.bool_(), mask=~(person | no_person)), joined.entry)


def _person_gave(entries: Rows) -> np.ndarray:
    """Whether an entry has what only a person can give or do: a tier, an outcome, a promise, an agent's name or ID."""
    promised = entries.is_in("promised", "urgent", "regular", "unknown")
    # A callback that keeps the place in the queue is the automated system's to give.
    by_system = entries.is_in("outcome", "callback_promised") & entries.is_in("promised", "queue")
    gave = entries.is_present("tier") | (entries.is_in("outcome", *ONLY_A_PERSON) & ~by_system) | promised
    # An agent's name says that a call was lost after the agent spoke. A row that says that no person came is believed.
    is_lost = entries.is_in("wait_outcome", "gave_up", "cut_off")
    return gave | (is_lost & _has_agent(entries)) if is_lost.any() else gave


def _has_agent(entries: Rows) -> np.ndarray:
    """Whether an entry has the ID of an agent or names one. A bare name may be of the caller."""
    names = entries.texts("agent_name")
    named = np.array([bool(name) and names_person(name) for name in names], bool)
    titled = np.array([bool(name) and TITLED.fullmatch(name) is not None for name in names], bool)
    n_names = len({name.casefold() for name in names[named]})
    are_agents = named.sum() >= MOST_NAMES and 2 * n_names > named.sum()
    return entries.is_present("agent_id") | (named & (titled | are_agents))


def _request_days(joined, date: pa.Array) -> pa.Array:
    """Days from the call, on the office's clock, to the decision."""
    decided = joined.entry_column("decided_on")
    days = pc.subtract(decided.cast(pa.int32()), date.cast(pa.int32()))
    # A decision before the call is a slip of the pen, and no one knows which of the two dates is wrong.
    fits = pc.and_(pc.greater_equal(days, 0), pc.less_equal(days, 32767)).fill_null(False)
    return pc.if_else(fits, days, pa.scalar(None, pa.int32())).cast(pa.int16())


def _warnings(joined, line, is_double, moment_of, watch: CoveredSpans, moment, zone: str) -> list[pa.Array]:
    is_entry, is_call = joined.entry >= 0, joined.call >= 0
    is_estimated = (joined.entries.codes("time_refers_to", MOMENTS) == UNKNOWN) & (moment_of < UNKNOWN)
    # An entry with a date alone is covered where the phone log covers that whole day.
    written, timeless = moments(joined.entry_column("started_at_local")), np.isnat(moment)
    midnight = zones.to_utc(written.astype("M8[D]").astype("M8[us]"), zone)[0]
    since, until = np.where(timeless, midnight, moment), np.where(timeless, midnight + A_DAY, moment)
    # NaT, where nothing covers it, is at or after nothing.
    covered = watch.until(since, joined.entry_column("our_number")) >= until
    found = {
        "conflict_start": joined.paired(joined.pairs.conflict_start),
        "conflict_number": joined.paired(joined.pairs.conflict_number),
        # An entry says "other line" of a call that the phone log shows to have gone to a listed one: its line holds.
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
    """The lines that a report counts: the main one and none noted. A hand log that means another line says which."""
    return agency.main_line, UNKNOWN_LINE


CLOCKS = tuple(schema.WAIT_ORIGINS.split())
# Of a number of waits: "841 waits as noted, ...".
WAITS_NAMED = {
    "dial": "from dialing",
    "queue": "from entering the queue",
    "unstated": "as noted, start not logged",
}


def leading_clock(waits: Mapping[str, int]) -> str:
    """The moment from which the waits run that a report leads with: the one with most waits, and the only rule for it.

    Waits from different moments are never pooled, so one has to lead. Of equals, and of none at all, the first of
    ``dial``, ``queue``, ``unstated``.

    >>> leading_clock({"dial": 12, "unstated": 80}), leading_clock({"queue": 5, "dial": 5}), leading_clock({})
    ('unstated', 'dial', 'dial')
    """
    return max(CLOCKS, key=lambda clock: (waits.get(clock, 0), -CLOCKS.index(clock)))


def is_reported(agency_calls: pa.Table, agency: Agency) -> np.ndarray:
    """Which calls went to the agency's main line, or to one that no one noted."""
    is_of_line = pc.is_in(agency_calls.column("line"), value_set=pa.array(reported_lines(agency)))
    return is_of_line.to_numpy(zero_copy_only=False)


def usable_waits(agency_calls: pa.Table, agency: Agency) -> dict[str, int]:
    """By clock, how many calls have a wait that a report can use: to its lines, in live hours, noted, and ended."""
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
    """The limits of ``episodes.toml``."""
    return shipped_toml(__file__, "episodes.toml")


@dataclass(eq=False)
class _Episode:
    """An episode while it is followed: the indices of its agency calls, until when one more may join, when it was
    settled."""

    reason: str | None = None
    agency_calls: list[int] = field(default_factory=list)
    open_until: int = 0
    settled: int = NEVER


def episodes_of_promises(promises: pa.Table, agency_calls: pa.Table) -> pa.Array:
    """The episode of each promise: that of the agency call on which it was made."""
    index = codes(promises.column("agency_call_id").combine_chunks(), agency_calls.column("agency_call_id").to_pylist())
    return agency_calls.column("episode_id").combine_chunks().take(pa.array(index, pa.int64(), mask=index < 0))


class Episodes:
    """The episodes of an office as they are followed from dial to dial.

    Parameters
    ----------
    agency_calls : of one office
    promises : of the same, for when an episode was settled and until when it waits for a callback
    """

    def __init__(self, agency_calls: pa.Table, promises: pa.Table, zone: str):
        self.values = {name: agency_calls.column(name).to_pylist() for name in _COLUMNS}
        self.n = agency_calls.num_rows
        self.ids = agency_calls.column("agency_call_id").to_pylist()
        start = earliest_moments(agency_calls, zone)
        lasted = [(s or 0) * 1_000_000 for s in agency_calls.column("duration_s").to_pylist()]
        # NaT sorts last, so that the calls without a moment are cut off.
        self.order = np.argsort(start, kind="stable")[: int(np.sum(~np.isnat(start)))].tolist()
        self.start = start.astype(np.int64).tolist()
        self.end = [when + s for when, s in zip(self.start, lasted, strict=True)]
        matters, numbers = self.values["matter"], self.values["sr_number"]
        # A matter may have several service requests; a service request is of one matter.
        matter_of = {number: matter for matter, number in zip(matters, numbers, strict=True) if matter and number}
        known = [matter or matter_of.get(number) for matter, number in zip(matters, numbers, strict=True)]
        self.subject = [f"M {m}" if m else f"S {n}" if n else None for m, n in zip(known, numbers, strict=True)]
        # Of the calls with a promise: until when its callback is awaited, and when it was settled.
        made = codes(promises.column("agency_call_id").combine_chunks(), self.ids).tolist()
        answered = np.fmin(moments(promises["callback_answered_at_utc"]), moments(promises["emailed_at_utc"]))
        self.waits, self.settled = _known(made, moments(promises["due_lenient_utc"])), _known(made, answered)
        self.of_matter: dict[str, list[_Episode]] = {}
        self.last: dict[tuple, int] = {}
        self.episode: list[_Episode | None] = [None] * self.n
        for index in self.order:
            self._take(index)

    def _take(self, index: int) -> None:
        """Give one agency call to its episode."""
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
        # The calls before this one named no matter: if this one is their redial, they were about its matter.
        if tried is not None and self.subject[tried] is None and self.episode[tried] is not episode:
            self._merge(self.episode[tried], episode)
        self._put(index, episode)
        episode.reason = episode.reason or self._reason(index)

    def columns(self) -> tuple[pa.Array, pa.Array]:
        """``episode_id`` and ``episode_call`` of each agency call."""
        id: list[str | None] = [None] * self.n
        seq: list[int | None] = [None] * self.n
        for episode in {n for n in self.episode if n}:
            # Redials that were merged in stand before the others, whenever they were made.
            indices = sorted(episode.agency_calls, key=lambda p: (self.start[p], self.ids[p]))
            if len(indices) == 1 and self.subject[indices[0]] is None:
                continue  # nothing is known to tie it to anything
            for n, index in enumerate(indices, 1):
                id[index], seq[index] = self.ids[indices[0]], min(n, 32767)
        return pa.array(id, pa.string()), pa.array(seq, pa.int16())

    def _reason(self, index: int) -> str | None:
        # A call that only follows up on another has the reason of that one, whichever it was.
        reason = self.values["reason"][index]
        return None if reason in limits()["follow_ups"] else reason

    def _open(self, subject: str, index: int) -> _Episode | None:
        """The episode that this dial joins: the one last called about, of the same reason where one is said."""
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
            # The index last: of two called about at one moment always the same one is taken.
            key=lambda n: (n.reason == reason, self.start[n.agency_calls[-1]], n.agency_calls[-1]),
            default=None,
        )

    def _is_redial(self, before: int, index: int) -> bool:
        apart = self.start[index] - self.end[before]
        spoke = self.values["person_reached"][before] is True
        timed = self.values["started_at_utc"][before] is not None and self.values["started_at_utc"][index] is not None
        known = self.values["our_number"][index] is not None
        reasons = {self._reason(before), self._reason(index)} - {None}  # a reason that was not noted fits any
        return known and timed and not spoke and len(reasons) < 2 and apart <= limits()["redial_minutes"] * MINUTE

    def _put(self, index: int, episode: _Episode) -> None:
        episode.agency_calls.append(index)
        self.episode[index] = episode
        until = max(self.end[index], self.waits.get(index, 0)) + limits()["gap_days"] * DAY
        episode.open_until = max(episode.open_until, until)
        settled = self.end[index] if self.values["outcome"][index] in limits()["settling"] else NEVER
        episode.settled = min(settled, self.settled.get(index, NEVER))

    def _merge(self, lone: _Episode | None, episode: _Episode) -> None:
        """Redials before the call on which the matter was noted belong to its episode."""
        if lone is None or any(self.subject[index] for index in lone.agency_calls):
            return
        for index in lone.agency_calls:
            self.episode[index] = episode
        episode.agency_calls[:0] = lone.agency_calls


_COLUMNS = "matter sr_number reason our_number line person_reached outcome started_at_utc".split()


def _known(indices: list[int], when: np.ndarray) -> dict[int, int]:
    triples = zip(indices, when.astype(np.int64).tolist(), np.isnat(when).tolist(), strict=True)
    return {index: moment for index, moment, missing in triples if index >= 0 and not missing}
