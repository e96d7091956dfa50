"""What had come for each promise by a moment: what came later is not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.agencies import Agency
from callanalytics.clocks import EASTERN
from callanalytics.facts import attempts, linking, weighing
from callanalytics.facts.expectation import Outlook
from callanalytics.facts.promises import Promises, life
from callanalytics.facts.rows import NAT, NOWHERE, codes, column_of_moments, nulled, take
from callanalytics.facts.timeblock import after_timed, earliest
from callanalytics.values import zones


@dataclass(frozen=True)
class Came:
    """What had come for each promise of an office; NaT where it had not.

    ``counted`` is the place of the promise that each ring of the agency's is counted for, ``rang`` the moment of each
    ring, ``missed`` whether it is known that nobody answered it;
    ``maybe_reached`` says whether somebody answered a possible ring by the default due moment; ``view`` is what the
    log knew of each promise when a ring came.
    """

    start: np.ndarray
    counted: np.ndarray
    rang: np.ndarray
    missed: np.ndarray
    tried: attempts.Attempts
    notice: np.ndarray
    emailed: np.ndarray
    withdrawn: np.ndarray
    restarted: np.ndarray
    watched_until: np.ndarray
    possible_missed: pa.Array
    possible_reached_p: pa.Array
    maybe_reached: np.ndarray
    view: Outlook


def seen(table: pa.Table, as_of: np.datetime64) -> pa.Table:
    """The rows of a table that had happened by a moment.

    A row with a date alone had happened if that is the moment's Eastern day or earlier; one without any stays.
    """
    day = zones.to_local(np.array([as_of]), EASTERN).astype("M8[D]")[0].item()
    before = pc.less_equal(
        table.column("started_at_utc"), pa.scalar(as_of, pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    )
    written = table.column("date" if "date" in table.column_names else "started_at_local").cast(pa.date32())
    return table.filter(pc.coalesce(before, pc.less_equal(written, pa.scalar(day, pa.date32())), pa.scalar(True)))


def in_time(table: pa.Table) -> pa.Table:
    """The rows but those dated after the day on which they were read, which are slips of the pen."""
    if "warnings" not in table.column_names:
        return table
    warnings = table.column("warnings")
    if warnings.null_count == len(warnings):
        return table
    return table.filter(pc.invert(pc.match_substring(warnings.cast(pa.string()), "after_ingest").fill_null(False)))


def by(promises: pa.Table, rings: pa.Table, as_of: np.datetime64, agency: Agency) -> Came:
    """What had come for the promises of one office by a moment; both tables hold only what is seen."""
    of_promise, of_ring = columns_of(promises), columns_of(rings)
    start = earliest(moments(of_promise["started_at_utc"]), _midnights(of_promise["date"]))
    owner = codes(of_ring["promise_id"], promises.column("promise_id").to_pylist())
    links = linking.as_stored(of_ring["link"], of_ring["link_p"])
    at = earliest(moments(of_ring["started_at_utc"]), _midnights(of_ring["date"]))
    at = np.fmax(at, np.append(start, NAT)[owner])
    counted = np.where(linking.is_theirs(links), owner, NOWHERE)
    at = after_timed(at, of_ring["started_at_utc"].is_valid().to_numpy(zero_copy_only=False), counted)
    tried = attempts.of_promises(
        len(start),
        counted,
        at,
        linking.reaches_somebody(of_ring["channel"], of_ring["result"]),
        np.zeros(len(at), bool),
        agency.round_gap,
    )
    notice, emailed, withdrawn, restarted = (
        _by(moments(of_promise[f"{name}_at_utc"]), as_of) for name in ("notice", "emailed", "withdrawn", "restarted")
    )
    living = Promises(of_promise, start, *life(start, of_promise["urgency"], agency))
    living = living.ending(tried.reached_at, emailed, withdrawn)
    due = moments(of_promise["due_default_utc"])
    missed = codes(of_ring["result"], linking.UNANSWERED) >= 0
    chance = of_ring["link_p"].cast(pa.float64()).to_numpy(zero_copy_only=False) / 1000
    view = weighing.outlook(living, notice, counted, at, missed)
    weights = weighing.weights(view, living, of_ring, at, links, counted, chance)
    return Came(
        start,
        counted,
        at,
        missed,
        tried,
        notice,
        emailed,
        withdrawn,
        restarted,
        np.minimum(moments(of_promise["watched_until_utc"]), as_of),
        linking.possible_missed(living, of_ring, at, links, counted),
        weighing.reached(len(start), of_ring, chance, *weights),
        linking.perhaps_reached(living, of_ring, at, links, counted, due, tried.reached_at <= due),
        view,
    )


def columns(came: Came, promises: pa.Table, rings: pa.Table) -> dict[str, pa.Array]:
    """The columns of moments as they were seen at the time."""
    channel, result = (rings.column(name).combine_chunks() for name in ("channel", "result"))
    result, tried = linking.by_a_person(channel, result), came.tried
    channel = promises.column("notice_channel").combine_chunks()
    return {
        "notice_at_utc": column_of_moments(came.notice),
        "notice_channel": nulled(channel, np.isnat(came.notice)),
        "ring1_at_utc": column_of_moments(tried.first_at),
        "ring1_result": take(result, tried.first),
        "ring2_at_utc": column_of_moments(tried.second_at),
        "ring2_result": take(result, tried.second),
        "rings": np.minimum(tried.count, 32767),
        "reached_at_utc": column_of_moments(tried.reached_at),
        "emailed_at_utc": column_of_moments(came.emailed),
        "withdrawn_at_utc": column_of_moments(came.withdrawn),
        "restarted_at_utc": column_of_moments(came.restarted),
        "possible_missed": came.possible_missed,
        "possible_reached_p": came.possible_reached_p,
        "watched_until_utc": column_of_moments(came.watched_until),
    }


def columns_of(table: pa.Table) -> dict[str, pa.Array]:
    return {name: table.column(name).combine_chunks() for name in table.column_names}


def moments(column: pa.Array) -> np.ndarray:
    """datetime64[us] without zone, NaT for null."""
    return column.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)


def _midnights(dates: pa.Array) -> np.ndarray:
    return dates.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)


def _by(at: np.ndarray, as_of) -> np.ndarray:
    return np.where(at <= as_of, at, NAT)
