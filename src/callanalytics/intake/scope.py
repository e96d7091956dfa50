"""What the files of an office can and cannot show: said before anybody counts on them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, formats
from callanalytics.facts import timekeeping
from callanalytics.intake.receipt import Scope
from callanalytics.intake.tally import in_time
from callanalytics.values import phones, zones

NO_NUMBER = "no number written"
ENDED = pa.array(["reached", "gave_up", "cut_off"])  # how a wait ends


def of(office: dict, tables: dict[str, pa.Table]) -> Scope:
    """The scope of an office's rows and facts."""
    notes, dials = tables["notes"], tables["dials"]
    span = _span(in_time(notes).column("started_at_local"))
    told = tables["sources"].filter(pc.greater(tables["sources"].column("calls"), 0))
    systems = pc.unique(told.column("format")).to_pylist()
    silent = told.filter(pc.invert(told.column("has_unanswered")))
    return Scope(
        hand_log=span,
        phones=_phones(tables["coverage"], office["timezone"]),
        waits=_waits(notes),
        noted=_noted(dials, span),
        habits=tuple(timekeeping.of_tables(notes, dials).values()),
        unseen=_unseen(tables["promises"]),
        no_missed=tuple(sorted(pc.unique(silent.column("format")).to_pylist())),
        lineless=_lineless(told, tables["coverage"], office["timezone"]),
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


def _unseen(promises: pa.Table) -> tuple[tuple, ...]:
    """Promised call-backs that no export and no declaration watches, by the number they were to ring: how many, and
    the first and last date of their promises."""
    blind = promises.filter(promises.column("watched_until_utc").is_null())
    counted = blind.group_by("callback_number").aggregate([([], "count_all"), ("date_local", "min_max")]).to_pylist()
    said = [(row["callback_number"], row["count_all"], *row["date_local_min_max"].values()) for row in counted]
    return tuple(
        (phones.mask(number) if number else NO_NUMBER, *rest) for number, *rest in sorted(said, key=_last_if_none)
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
