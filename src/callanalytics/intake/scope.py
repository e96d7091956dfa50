"""What the files of an office can and cannot show: said before anybody counts on them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import accounting, agencies, clocks, formats
from callanalytics.facts import attempts, observation, time_rounding
from callanalytics.facts.arrays import columns_of, without_misdated
from callanalytics.facts.dials import usable_waits
from callanalytics.intake.receipt import Scope
from callanalytics.values import phones, zones

NO_NUMBER = "no number written"
HOURS_APART = (-12, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 12)  # by which a zone, or noon, may be mistaken
BESIDE = np.timedelta64(10, "m")
FEWEST_APART = 10
ENDED = pa.array(["reached", "gave_up", "cut_off"])  # how a wait ends


def scope_of(office: dict, tables: dict[str, pa.Table]) -> Scope:
    """The scope of an office's rows and facts."""
    notes, dials = tables["notes"], tables["dials"]
    span = _span(without_misdated(notes).column("started_at_local"))
    told = tables["sources"].filter(pc.greater(tables["sources"].column("calls"), 0))
    systems = pc.unique(told.column("format")).to_pylist()
    unbroken = observation.unbroken(tables["calls"], told, agencies.uscis())
    lineless = _lineless(told, tables["coverage"], office["timezone"])
    silent = told.filter(pc.invert(told.column("has_unanswered")))
    return Scope(
        account=accounting.by_default(tables.__getitem__),
        hand_log=span,
        phones=_phones(tables["coverage"], office["timezone"]),
        waits=_waits(notes),
        clocks=usable_waits(dials),
        noted=_noted(dials, span),
        clock=_clock(dials, [run for runs in unbroken.values() for run in runs]),
        callless=_callless(dials, notes, [run for runs in unbroken.values() for run in runs]),
        gaps=_gaps(tables["coverage"], unbroken, lineless, office["timezone"]),
        habits=tuple(time_rounding.habits(notes, dials).values()),
        unseen=_unseen(tables["promises"]),
        unheard=unheard(office, tables["promises"], tables["rings"]),
        no_missed=tuple(sorted(pc.unique(silent.column("format")).to_pylist())),
        lineless=lineless,
        retention=_retention(systems),
    )


def _span(moments: pa.ChunkedArray) -> tuple | None:
    """First and last date of moments of the office's clock."""
    ends = pc.min_max(moments).as_py()
    return (ends["min"].date(), ends["max"].date()) if ends["min"] else None


def _phones(coverage: pa.Table, zone: str) -> tuple[tuple, ...]:
    lines: dict[str, list] = {}
    for row in coverage.to_pylist():
        if row["our_number"]:
            lines.setdefault(row["our_number"], []).append(row)
    return tuple(
        (
            phones.mask(number),
            _date(min(row["from_utc"] for row in rows), zone),
            _date(max(row["to_utc"] for row in rows), zone),
            all(row["has_unanswered"] for row in rows),
        )
        for number, rows in sorted(lines.items())
    )


def _lineless(sources: pa.Table, coverage: pa.Table, zone: str) -> tuple[tuple, ...]:
    """The formats of phone exports none of which shows any line: their calls do not say where they rang."""
    seen = pc.is_in(sources.column("source_id"), value_set=coverage.column("source_id").combine_chunks())
    shown = set(sources.filter(seen).column("format").to_pylist())
    known, found = formats.load(), []
    for name in sorted(set(sources.column("format").to_pylist()) - shown):
        own = sources.filter(pc.equal(sources.column("format"), name))
        ends = pc.min(own.column("covers_from_utc")).as_py(), pc.max(own.column("covers_to_utc")).as_py()
        dates = (_date(end, zone) if end else None for end in ends)
        found.append((known[name].vendor if name in known else name, name, *dates))
    return tuple(found)


def _date(moment, zone: str):
    utc = np.array([moment.replace(tzinfo=None)], "M8[us]")
    return zones.to_local(utc, zone)[0].astype("M8[D]").item()


def _waits(notes: pa.Table) -> tuple[int, int, int]:
    """Of calls that queued, or may have: with a wait that can be used (noted, and how it ended); noted; all."""
    calls = notes.filter(pc.equal(notes.column("kind"), "dial"))
    calls = calls.filter(pc.not_equal(calls.column("wait_kind"), "not_queued"))
    noted = calls.filter(calls.column("wait_s").is_valid())
    usable = pc.sum(pc.is_in(noted.column("wait_kind"), value_set=ENDED)).as_py() or 0
    return usable, noted.num_rows, calls.num_rows


def _noted(dials: pa.Table, span: tuple | None) -> tuple[int, int]:
    """Of the calls to the agency that the phone system shows in the time of the hand log, those noted."""
    if span is None:
        return 0, 0
    date = dials.column("date_local")
    first, last = (pa.scalar(day, pa.date32()) for day in span)
    inside = pc.and_(pc.greater_equal(date, first), pc.less_equal(date, last)).fill_null(False)
    evidence = dials.filter(inside).column("evidence")
    both, phone = (pc.sum(pc.equal(evidence, word)).as_py() or 0 for word in ("both", "phone"))
    return both, both + phone


def _callless(dials: pa.Table, notes: pa.Table, covered: list[tuple]) -> tuple[int, tuple[int, ...]]:
    """Entries about calls to the agency of a time that some export covers and that no export has: how many, and their
    rows where all stand in one sheet."""
    ids = _alone(dials, covered).column("note_id")
    own = notes.filter(pc.is_in(notes.column("note_id"), value_set=ids.combine_chunks()))
    rows = own.column("source_row").to_pylist() if len(pc.unique(own.column("source_id"))) == 1 else []
    return len(ids), tuple(sorted(set(rows)))


def _alone(dials: pa.Table, covered: list[tuple]) -> pa.Table:
    """Calls to the agency that are in the hand log alone, at a moment that some export covers."""
    alone = dials.filter(pc.equal(dials.column("evidence"), "note"))
    at = _moments(alone)
    is_covered = np.zeros(len(at), bool)
    for first, last in covered:
        is_covered |= (at >= first) & (at <= last)
    return alone.filter(pa.array(is_covered))


def _moments(dials: pa.Table) -> np.ndarray:
    return dials.column("started_at_utc").cast(pa.timestamp("us")).to_numpy()


def _clock(dials: pa.Table, covered: list[tuple]) -> tuple[int, int, int]:
    """Entries without a call that lie whole hours from a call that nobody noted, where one number of hours fits many of
    them and no other does: how many, of how many, and the hours from the entry to the call."""
    noted = _moments(_alone(dials, covered))
    called = np.sort(_moments(dials.filter(pc.equal(dials.column("evidence"), "phone"))))
    if not len(called):
        return 0, len(noted), 0
    fitting = {hours: _beside(noted + np.timedelta64(hours, "h"), called) for hours in HOURS_APART}
    (most, hours), (second, _) = sorted(((n, hours) for hours, n in fitting.items()), reverse=True)[:2]
    is_shifted = most >= FEWEST_APART and most > 2 * second and 3 * most > len(noted)
    return (most, len(noted), hours) if is_shifted else (0, len(noted), 0)


def _beside(at: np.ndarray, called: np.ndarray) -> int:
    """How many moments have a call within some minutes."""
    place = np.searchsorted(called, at)
    near = (np.abs(called[np.clip(place + step, 0, len(called) - 1)] - at) <= BESIDE for step in (-1, 0))
    return int(np.logical_or(*near).sum())


def _gaps(observed: pa.Table, unbroken: dict[str, list[tuple]], lineless, zone: str) -> tuple[tuple, ...]:
    """The holes of each line, and of each system that does not name its lines."""
    exports = observed.filter(pc.equal(observed.column("basis"), "export")).to_pylist()
    runs: dict[str, list[tuple]] = {}
    for row in sorted(exports, key=lambda row: (row["our_number"], row["from_utc"])):
        runs.setdefault(phones.mask(row["our_number"]), []).append((row["from_utc"], row["to_utc"]))
    for vendor, format, *_ in lineless:
        runs[vendor] = [tuple(end.item() for end in run) for run in unbroken.get(format, ())]
    found = []
    for who, own in runs.items():
        if not own:  # all of its calls are another export's too
            continue
        last = own[0][1]
        for first, end in own[1:]:
            if first > last and _has_business_day(days := (_date(last, zone), _date(first, zone))):
                found.append((who, *days))
            last = max(last, end)
    return tuple(found)


def _has_business_day(days: tuple) -> bool:
    """Whether a whole business day lies between two days: nobody asks why no call was made on a Sunday."""
    last, first = np.array(days, "M8[D]")
    return bool(clocks.is_business_day(np.arange(last + 1, first)).any())


def _unseen(promises: pa.Table) -> tuple[tuple, ...]:
    """Promised call-backs that no export and no declaration watches, by the number they were to ring: how many, and
    the first and last date of their promises."""
    blind = promises.filter(promises.column("watched_until_utc").is_null())
    counted = blind.group_by("callback_number").aggregate([([], "count_all"), ("date_local", "min_max")]).to_pylist()
    said = [(row["callback_number"], row["count_all"], *row["date_local_min_max"].values()) for row in counted]
    return tuple(
        (phones.mask(number) if number else NO_NUMBER, *rest) for number, *rest in sorted(said, key=_last_if_none)
    )


def unheard(office: dict, promises: pa.Table, rings: pa.Table) -> tuple[tuple[str, int, str], ...]:
    """Promised call-backs on lines that are watched, and of which nobody said and no export shows whether callers
    without a number get through, by the number they were to ring; with what the office said of the line else."""
    said = {line["number"]: filter(None, (line["kind"], line["covered_by"])) for line in office["lines"] or ()}
    number = promises.column("callback_number").combine_chunks()
    is_blocked = attempts.blocks(office, number, columns_of(rings))
    asked = pc.and_(pc.and_(number.is_valid(), is_blocked.is_null()), promises.column("watched_until_utc").is_valid())
    counted = pc.value_counts(number.filter(asked.combine_chunks())).to_pylist()
    return tuple(
        sorted((phones.mask(row["values"]), row["counts"], ":".join(said.get(row["values"], ()))) for row in counted)
    )


def _last_if_none(pair):
    return pair[0] is None, pair[0] or ""


def _retention(systems: list[str]) -> tuple[tuple[str, str], ...]:
    """How long each phone system among the files keeps its log: what is not exported in time is gone."""
    known, agency = formats.load(), agencies.uscis()
    vendors = sorted({known[name].vendor for name in systems if name in known})
    stated = {row.vendor: row.says for row in agency.retention}
    other = stated.get("any other", "")
    return tuple((vendor, stated.get(vendor, other)) for vendor in vendors)
