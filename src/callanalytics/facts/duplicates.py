"""Find the same call twice: in the exports of two phone systems, or in two rows of the hand log.

**In several phone systems** (`duplicate_calls`), such as the switchboard and a case-management program. Two rows are
one call only if they have the same office line, agency number, and direction, and come from exports of different
formats. They must also start at most a minute apart (more only if a system rounds to minutes) and agree in duration; if
one has none, they must start in the same second. If one of them names no line, both must be layouts of one system, and
start in the same minute or a few seconds apart. The most exact row is kept. Nothing is removed from ``calls`` or from
coverage. One system may show an incoming caller and another none; such rows can be one call. Durations of unanswered
calls are not compared: some systems count the ringing, others nothing.

**Written down twice** (`duplicate_entries`): by two people of an office, or in two rows of one sheet, minutes apart.
Two rows are entries about one call if all of this holds.

1. Both are about a call to the agency, or both about a call from it. Both have a time of day, and the times are at most
   `NEAR` apart.
2. Nothing that both give differs: line, office number, agent, service request, matter, receipt, callback number, tier,
   reason, result, promise, how the wait ended. (A missing value differs from nothing; two clients may be of one call.)
   Waits and lengths may differ by `SLACK_S`, or by their rounding if that is wider.
3. Something shows that they cannot be two calls, one after the other:

   ==========  ==============================================================================================
   `agent`     one agent's ID; or one agent's name about one case (service request, matter, or receipt)
   `request`   a person gave both the same result under the same service request number
   `overlap`   about one case, and each lasted longer than the time between the two plus the rounding of both
   `phone`     about one case, and a phone log that covers that time shows just one call to the agency from
               `AROUND` before the first to `AROUND` after the second
   `row`       one sheet has the same row twice, with the same minute and a wait: a form that was sent again
   ==========  ==============================================================================================

   For calls from the agency: someone answered both, with one agent or about one case (or after the same office call);
   or no one did, and both have the same minute. Two with a date alone must have been written next to two entries about
   one call.

So two calls about one matter, one given up after two minutes and another three minutes later, stay two unless the phone
log shows one. So do any two with neither case nor agent known, since two people may hold in one queue at the same time.
The entry with more filled in represents the call, completed from the other; both stay in ``entries``.
"""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import ids
from callanalytics.agencies import Agency
from callanalytics.facts import observation
from callanalytics.facts.arrays import MISSING, Rows, integers, is_set, seconds
from callanalytics.facts.observation import CoveredSpans
from callanalytics.schema import UNANSWERED_OUTCOMES, union_of_words, with_column

# ---- one call in several phone systems ---------------------------------------------------------------


STARTS_APART_S = 60
DURATIONS_APART_S = 5


def duplicate_calls(calls: Rows, *, callbacks: bool = False) -> np.ndarray:
    """Index, for each call, of the most exact row of the same call; MISSING for that row and for calls without
    duplicates.

    Parameters
    ----------
    calls : calls that show one of the agency's numbers; with ``callbacks``, also those that show no caller
    """
    duplicate_of = np.full(len(calls), MISSING)
    if len(calls) < 2:
        return duplicate_of
    exact, format = calls.numbers("duration_precision_s"), calls.texts("format")
    is_numbered, has_outcome = calls.is_present("other_number"), ~calls.is_in("outcome", "unknown")
    has_line, has_length = calls.is_present("our_number"), calls.is_present("duration_s")
    # First calls of one line; then, among all that are left, calls of an export that names no line.
    for is_named in (True, False):
        keys = (*(("our_number",) if is_named else ()), "direction", *(() if callbacks else ("other_number",)))
        order = np.lexsort((calls.moments(), *(_encoded(calls.texts(name)) for name in keys)))
        order = order[duplicate_of[order] < 0]
        for indices in _runs_of_one_call(calls, order, callbacks, is_named):
            best = min(
                order[indices].tolist(),
                key=lambda call: (
                    *(not is_numbered[call], not has_outcome[call], not has_line[call]),
                    *(not has_length[call], exact[call], format[call]),
                ),
            )
            duplicate_of[order[indices]] = best
            duplicate_of[best] = MISSING
    return duplicate_of


def _runs_of_one_call(calls: Rows, order: np.ndarray, callbacks: bool, is_named: bool) -> list[list[int]]:
    """Runs of neighbors that are one call: no two of one format, each matching the first and the one before."""
    pairs = np.flatnonzero(_may_be_one_call(calls, order[:-1], order[1:], callbacks, is_named)).tolist()
    format = calls.texts("format")
    runs: list[list[int]] = []
    for index in pairs:
        following = index + 1
        run = runs[-1] if runs and runs[-1][-1] == index else None
        if run is None:
            runs.append([index, following])
        # Compare with the first of the run too: a chain of near calls would otherwise drift apart.
        elif format[order[following]] not in {format[order[p]] for p in run}:
            if _may_be_one_call(calls, order[run[:1]], order[[following]], callbacks, is_named)[0]:
                run.append(following)
    return runs


def _may_be_one_call(calls: Rows, a: np.ndarray, b: np.ndarray, callbacks: bool, is_named: bool) -> np.ndarray:
    when, lasted = calls.moments(), calls.numbers("duration_s")
    exact = np.maximum(calls.numbers("duration_precision_s"), 1)
    # A precision of one second, the finest, allows nothing more.
    rounding = np.maximum(exact[a], exact[b]) - 1
    near = when[b] - when[a] <= seconds(STARTS_APART_S + rounding)
    has_length = lasted >= 0
    alike = np.abs(lasted[a] - lasted[b]) <= DURATIONS_APART_S + rounding
    # An export without lengths leaves the start: no line begins two calls to one number in one second.
    alike = np.where(has_length[a] & has_length[b], alike, when[a] == when[b])
    # Each system counts ringing differently, so the length of an unanswered call shows nothing.
    if callbacks:
        unanswered = calls.is_in("outcome", *UNANSWERED_OUTCOMES)
        alike = np.where(unanswered[a] | unanswered[b], unanswered[a] & unanswered[b], alike)
    line, has_line, direction = calls.texts("our_number"), calls.is_present("our_number"), calls.texts("direction")
    has_both = has_line[a] & has_line[b]
    format = calls.texts("format")
    minute = when.astype("M8[m]")
    at_once = (when[b] - when[a] <= seconds(DURATIONS_APART_S)) | (minute[a] == minute[b])
    of_one_system = _systems(format[a]) == _systems(format[b])
    same = has_both & (line[a] == line[b]) if is_named else ~has_both & at_once & of_one_system
    same &= (direction[a] == direction[b]) & calls.is_present("direction")[a]
    other, shown = calls.texts("other_number"), calls.is_present("other_number")
    same &= (other[a] == other[b]) & shown[a] | (callbacks & ~(shown[a] & shown[b]))
    return near & alike & same & (format[a] != format[b])


def _systems(names: np.ndarray) -> np.ndarray:
    """The vendor of each format of the package; a format of the office's own is a system by itself."""
    from callanalytics import formats  # only making facts needs them; counting does not

    shipped = formats.load()
    return np.array([shipped[name].vendor if name in shipped else name for name in names.tolist()], object)


# ---- one call written down twice ---------------------------------------------------------------------


NEAR = np.timedelta64(5, "m")
AROUND = np.timedelta64(10, "m")
SLACK_S = 300
NOTED_TWICE, REPEATED = "noted_twice", "row_repeated"
CASE = ("sr_number", "matter", "receipt")
SAME = tuple("office_id kind line our_number agent_id callback_number tier reason outcome promised".split()) + CASE
NOT_FILLED_IN = ("unknown", "unstated")
# Columns that belong to the row itself, and are not filled in from another.
OWN = set(
    "office_id entry_id source_id source_row item format started_at_utc started_at_local timezone timezone_source "
    "dst_flag started_precision_s time_refers_to kind parent_entry_id warnings".split()
)


def duplicate_entries(entries: Rows, calls: Rows, shown: CoveredSpans, agency: Agency) -> np.ndarray:
    """Index, for each entry, of the one that represents the same call; MISSING for that one and for all others.

    ``calls``, ``shown``: the phone logs of the office, and the times that they cover.
    """
    outbound = observation.to_the_agency(calls, agency)
    called = outbound.where(duplicate_calls(outbound) < 0).moments()
    compared = _ComparedEntries(entries, np.sort(called[~np.isnat(called)]), shown)
    stands = np.full(len(entries), MISSING)
    _merge(stands, compared, _timed_pairs(compared, "dial", compared.is_one_call))
    compared.followed = _encoded(_followed_entries(entries, stands))
    _merge(stands, compared, _timed_pairs(compared, "ring", compared.is_one_callback) | _dated_pairs(compared))
    return stands


def possible_duplicates(entries: Rows, shown: CoveredSpans, stands: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of calls that may be one without proof: in two sheets, at the same minute, or at most `AROUND` apart with
    no difference; in one sheet, the same row twice. ``stands`` are the duplicates (`duplicate_entries`)."""
    is_repeated = is_set(pc.match_substring(entries.arrow("warnings"), REPEATED))
    if len(set(entries.texts("source_id"))) < 2 and not is_repeated.any():
        return []
    compared = _ComparedEntries(entries, np.array([], "M8[us]"), shown)

    def may_be_one(a, b) -> np.ndarray:
        is_near = (compared.when[a] == compared.when[b]) | ~compared.differ(a, b)
        return is_near & (compared.row[0][a] != compared.row[0][b]) & (stands[a] < 0) & (stands[b] < 0)

    return sorted(_timed_pairs(compared, "dial", may_be_one, AROUND) | _pairs_of_rows(compared, stands))


def without_duplicates(entries: Rows, calls: Rows, shown: CoveredSpans, agency: Agency) -> Rows:
    """Entries with one for each call, completed from their duplicates."""
    if len(entries) < 2:
        return entries
    stands = duplicate_entries(entries, calls, shown, agency)
    doubles = np.flatnonzero(stands >= 0)
    if not len(doubles):
        return entries
    merged = entries.table
    for name in entries.table.column_names:
        if name not in OWN:
            # Index of the entry that gives each value: the entry itself if it has one.
            is_filled_in = _is_filled_in(entries, name)
            indices = np.arange(len(entries))
            for double in doubles[::-1].tolist():  # of several, the first that has it
                if is_filled_in[double] and not is_filled_in[stands[double]]:
                    indices[stands[double]] = double
            merged = with_column(merged, name, entries.arrow(name).take(pa.array(indices)))
    marked = np.isin(np.arange(len(entries)), stands[doubles])
    warning = pa.array([NOTED_TWICE if mark else None for mark in marked], pa.string())
    merged = with_column(merged, "warnings", union_of_words(entries.arrow("warnings"), warning))
    merged = with_column(merged, "parent_entry_id", pa.array(_followed_entries(entries, stands), pa.string()))
    return Rows(merged).where(stands < 0)


def _is_filled_in(entries: Rows, name: str) -> np.ndarray:
    is_written = entries.is_present(name)
    if not pa.types.is_string(entries.arrow(name).type):
        return is_written
    return is_written & ~entries.is_in(name, *NOT_FILLED_IN)


def _followed_entries(entries: Rows, stands: np.ndarray) -> np.ndarray:
    """ID of the entry that each says it follows; for a duplicate, of the one that represents it."""
    ids, follows = entries.texts("entry_id"), entries.texts("parent_entry_id")
    doubles = np.flatnonzero(stands >= 0).tolist()
    instead = {ids[double]: ids[stands[double]] for double in doubles}
    return np.array([instead.get(id, id) for id in follows], object) if instead else follows


# ---- entries about one call --------------------------------------------------------------------------------------


class _ComparedEntries:
    """Columns by which entries are compared, with each distinct value as a number, and MISSING for an empty one.

    ``followed`` is the entry that each follows: first as written, later the entry that represents it. ``called`` are
    the times, in order, of the calls to the agency in the phone logs, and ``watch`` is what these logs cover.
    """

    def __init__(self, entries: Rows, called: np.ndarray, watch: CoveredSpans):
        self.entries, self.called, self.watch = entries, called, watch
        is_filled_in = {name: _is_filled_in(entries, name) for name in entries.table.column_names}
        self.code = {
            name: np.where(is_filled_in[name], _encoded(entries.texts(name)), MISSING)
            for name in (*SAME, "wait_outcome")
        }
        # One call may be about several clients, so that two of them do not tell calls apart.
        is_client = is_set(pc.match_substring_regex(entries.arrow("matter").cast(pa.string()), ids.CODES_ALONE.pattern))
        self.apart = self.code | {"matter": np.where(is_client, MISSING, self.code["matter"])}
        letters = ["".join(filter(str.isalnum, (name or "").casefold())) for name in entries.texts("agent_name")]
        self.name = _encoded(np.array([word or None for word in letters], object))
        self.own_followed = self.followed = _encoded(entries.texts("parent_entry_id"))
        self.when, self.day = entries.moments(), entries.moments("started_at_local").astype("M8[D]")
        self.row = (_encoded(entries.texts("source_id")), entries.numbers("source_row"))
        self.precise = entries.numbers("started_precision_s", missing=60)
        self.lengths = {name: entries.numbers(name) for name in ("wait_s", "duration_s")}
        self.grid = np.maximum(entries.numbers("wait_rounding_s"), 60)
        self.is_reached = entries.is_in("wait_outcome", "reached") | entries.is_present("tier")
        self.is_repeated = is_set(pc.match_substring(entries.arrow("warnings"), REPEATED))
        self.is_answered = entries.is_in("outcome", "answered")
        self.is_missed = entries.is_in("outcome", "missed", "voicemail", "blocked")
        self.filled = np.sum([*is_filled_in.values()], axis=0)

    def is_same(self, name: str, a, b) -> np.ndarray:
        code = self.code[name]
        return (code[a] == code[b]) & (code[a] >= 0)

    def differ(self, a, b) -> np.ndarray:
        """Whether any value that both give differs."""
        # Two items of one row are two contacts, since whoever wrote them in one row meant both.
        found = (self.row[0][a] == self.row[0][b]) & (self.row[1][a] == self.row[1][b])
        for code in self.apart.values():
            found |= (code[a] != code[b]) & (code[a] >= 0) & (code[b] >= 0)
        other_name = (self.name[a] != self.name[b]) & (self.name[a] >= 0) & (self.name[b] >= 0)
        # Names are heard on the phone and spelled as they sound. The same ID in both shows one agent.
        found |= other_name & ~self.is_same("agent_id", a, b)
        slack = np.maximum(np.maximum(self.grid[a], self.grid[b]), SLACK_S)
        for length in self.lengths.values():
            found |= (np.abs(length[a] - length[b]) > slack) & (length[a] >= 0) & (length[b] >= 0)
        return found

    def is_of_one_case(self, a, b) -> np.ndarray:
        return np.logical_or.reduce([self.is_same(name, a, b) for name in CASE])

    def is_by_one_agent(self, a, b) -> np.ndarray:
        by_name = (self.name[a] == self.name[b]) & (self.name[a] >= 0)
        return self.is_same("agent_id", a, b) | (by_name & self.is_of_one_case(a, b))

    def is_one_row(self, a, b) -> np.ndarray:
        """Whether one sheet has the same row twice."""
        is_alike = self.is_repeated[a] & self.is_repeated[b] & (self.row[0][a] == self.row[0][b])
        return is_alike & (self.when[a] == self.when[b]) & (self.lengths["wait_s"][a] == self.lengths["wait_s"][b])

    def is_only_call(self, a, b) -> np.ndarray:
        """Whether the phone logs cover the period of two entries, with some minutes around, and show just one call."""
        since, until = self.when[a] - AROUND, self.when[b] + AROUND
        covered = self.watch.until(since, self.entries.take("our_number", a)) >= until
        n = np.searchsorted(self.called, until, side="right") - np.searchsorted(self.called, since, side="left")
        return covered & (n == 1)

    def is_one_call(self, a, b) -> np.ndarray:
        request = self.is_same("sr_number", a, b) & self.is_same("outcome", a, b)
        request &= self.is_reached[a] & self.is_reached[b]
        lasted = np.maximum(self.lengths["wait_s"], self.lengths["duration_s"])
        rounding = np.maximum(self.grid[a], self.grid[b]) + np.maximum(self.precise[a], self.precise[b])
        between = self.when[b] - self.when[a] + seconds(rounding)
        overlap = seconds(np.minimum(lasted[a], lasted[b])) > between
        of_one = self.is_of_one_case(a, b) & (overlap | self.is_only_call(a, b))
        # No one dials twice in a minute and waits both times; but a busy line may be dialed again.
        is_row = self.is_one_row(a, b) & (self.precise[a] <= 60) & (self.lengths["wait_s"][a] >= 60)
        return ~self.differ(a, b) & (self.is_by_one_agent(a, b) | request | of_one | is_row)

    def is_one_callback(self, a, b) -> np.ndarray:
        of_one = self.is_of_one_case(a, b) | ((self.followed[a] == self.followed[b]) & (self.followed[a] >= 0))
        answered = self.is_answered[a] & self.is_answered[b] & (of_one | self.is_by_one_agent(a, b))
        missed = self.is_missed[a] & self.is_missed[b] & of_one & (self.when[a] == self.when[b])
        is_row = self.is_one_row(a, b) & (self.precise[a] <= 60)
        return ~self.differ(a, b) & (answered | missed | is_row)


def _encoded(values: np.ndarray) -> np.ndarray:
    return integers(pa.array(values, pa.string()).dictionary_encode().indices)


def _timed_pairs(compared: _ComparedEntries, kind: str, is_one, apart=NEAR) -> set[tuple[int, int]]:
    """Pairs of entries with a time that are about one call; the rows are in order of time."""
    timed = ~np.isnat(compared.when) & (compared.precise <= 900) & compared.entries.is_in("kind", kind)
    order = np.flatnonzero(timed)
    found = set()
    for step in range(1, len(order)):
        a, b = order[:-step], order[step:]
        near = compared.when[b] - compared.when[a] <= apart
        if not near.any():  # in order of time, so entries further apart are no nearer
            break
        a, b = a[near], b[near]
        both = is_one(a, b)
        found |= set(zip(a[both].tolist(), b[both].tolist(), strict=True))
    return found


def _dated_pairs(compared: _ComparedEntries) -> set[tuple[int, int]]:
    """Callbacks with a date alone that were written next to two entries about one call."""
    moved = (compared.followed >= 0) & compared.entries.is_in("kind", "ring")
    moved &= np.isnat(compared.when) & ~np.isnat(compared.day)
    groups: dict[tuple, list[int]] = {}
    for index in np.flatnonzero(moved).tolist():
        groups.setdefault((compared.followed[index], compared.day[index].item()), []).append(index)
    pairs = [(a, b) for indices in groups.values() for a in indices for b in indices if a < b]
    if not pairs:
        return set()
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    both = ~compared.differ(a, b) & (compared.own_followed[a] != compared.own_followed[b])
    return set(zip(a[both].tolist(), b[both].tolist(), strict=True))


def _pairs_of_rows(compared: _ComparedEntries, stands: np.ndarray) -> set[tuple[int, int]]:
    """Rows that one sheet has twice, also with a date alone, each paired with the one before; not known duplicates."""
    groups: dict[tuple, list[int]] = {}
    kept = compared.is_repeated & compared.entries.is_in("kind", "dial") & (stands < 0)
    for index in np.flatnonzero(kept & ~np.isnat(compared.day)).tolist():
        moment = compared.when[index] if not np.isnat(compared.when[index]) else compared.day[index]
        content = *(code[index] for code in compared.code.values()), compared.lengths["wait_s"][index]
        groups.setdefault((compared.row[0][index], str(moment), content), []).append(index)
    in_order = (sorted(group, key=lambda index: compared.row[1][index]) for group in groups.values())
    return {pair for group in in_order for pair in itertools.pairwise(group)}


def _merge(stands: np.ndarray, compared: _ComparedEntries, pairs: set[tuple[int, int]]) -> None:
    """Merge entries that are about one call: each must pair with every other."""
    runs: list[list[int]] = []
    for index in sorted({index for pair in pairs for index in pair}):
        # Require all pairs, not neighbors alone: a chain of near entries would otherwise join calls far apart.
        run = next((run for run in runs if all((other, index) in pairs for other in run)), None)
        runs.append([index]) if run is None else run.append(index)
    for run in runs:
        best = max(run, key=lambda index: (compared.filled[index], -index))
        stands[[index for index in run if index != best]] = best
