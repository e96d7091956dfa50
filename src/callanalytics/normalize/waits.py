"""How long somebody waited, how it ended, and what the one says of the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Format, find
from callanalytics.normalize import wait_units
from callanalytics.normalize.cells import Reading, read
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.spans import Span, without_amount

STRING = pa.string()
PROMISES = pa.array(["urgent", "regular", "unknown"])
AUTOMATIC = pa.array(["queue"])
# Outcomes that say how the wait ended, where nothing else does.
NOT_QUEUED = pa.array("ivr_resolved ivr_ended ivr_not_understood ivr_gave_up closed wrong_line".split())
REACHED = pa.array(
    "resolved service_request callback_promised appointment refused_too_soon refused_use_online refused_limit "
    "refused_no_g28 refused_other".split()
)
UNDECIDED = ("ambiguous_clock", "ambiguous_unit")  # what a column may leave open: the user is asked


def read_wait(contact, columns: dict[str, pa.Array], settings) -> dict[str, pa.Array]:
    """The wait of a dial, its grid and origin, how it ended, and the outcome completed by that.

    What the user says of the waits (``settings``) holds where the sheet does not say it.
    """
    span = _span(contact, settings)
    is_dial = pc.fill_null(pc.equal(columns["kind"], "dial"), False)
    wait_s = span.turned(lambda s: s.seconds).array(pa.int32())
    contact.problems.warn(pc.and_(pc.invert(is_dial), pc.is_valid(wait_s)).to_numpy(False), "wait_without_call")
    wait_s = pc.if_else(is_dial, wait_s, pa.scalar(None, pa.int32()))
    grid = pc.coalesce(contact.column("wait_grid_s"), span.turned(lambda s: s.grid_s).array(pa.int16()))
    kind = pc.if_else(is_dial, _ending(contact, span, columns), "unknown")
    wait_s = _without_lower_bounds(contact, span, wait_s, kind)
    longer = pc.fill_null(pc.greater(wait_s, columns["duration_s"]), False)
    contact.problems.warn(longer.to_numpy(False), "wait_over_call")
    return {
        "wait_s": wait_s,
        "wait_kind": kind,
        "wait_from": _wait_from(contact, is_dial, settings.wait_from),
        "wait_grid_s": pc.if_else(pc.is_valid(wait_s), grid, pa.scalar(None, pa.int16())),
        "outcome": _completed(columns, kind, is_dial, span.turned(lambda s: s.outcome or None).array(STRING)),
    }


def _wait_from(contact, is_dial: pa.Array, stated: str | None) -> pa.Array:
    """The moment a wait is counted from: as the sheet says, else as the user does."""
    written = pc.fill_null(contact.column("wait_from"), "unsaid")
    written = pc.if_else(pc.equal(written, "unsaid"), stated or "unsaid", written)
    return pc.if_else(is_dial, written, "unsaid")


def column_of(table, fmt: Format) -> str:
    """The header, as the table has it, of the column that holds the waits (the first of several)."""
    rules = [columns["wait"] for columns in (fmt.columns, *(part.columns for part in fmt.parts)) if "wait" in columns]
    found = (find(column, table.header) for rule in rules for column in rule.all_columns)
    events = fmt.events.rule.columns if fmt.events else ()
    return next(filter(None, found), None) or next(filter(None, (find(c, table.header) for c in events)), "wait")


def _without_lower_bounds(contact, span: Reading, wait_s: pa.Array, kind: pa.Array) -> pa.Array:
    """``>2 hrs`` says how long at least: enough of a wait that no person ended, no length of one that a person did."""
    at_least = span.turned(lambda s: s.at_least or None).array(pa.bool_()).is_valid()
    contact.problems.warn(pc.and_(at_least, pc.is_valid(wait_s)).to_numpy(False), "wait_at_least")
    return pc.if_else(pc.and_(at_least, pc.equal(kind, "reached")), pa.scalar(None, pa.int32()), wait_s)


def _span(contact, settings) -> Reading:
    rule = contact.rules.get("wait")
    units = wait_units.decide(rule, contact.cells, settings)
    if rule is not None and contact.cells.is_workbook and not rule.take:
        rule = replace(rule, take=wait_units.WITHOUT_ZERO_SECONDS)
    reading = _with_decimals(read(rule, contact.cells, unit=units.unit, clock=units.clock), rule, units)
    grid = 60 if rule is not None and rule.parse == "minutes" else 1
    reading = reading.turned(lambda v: v if isinstance(v, Span) else Span(v, grid))
    _warn_of(contact, reading, units)
    return contact.checked(_without_asked(contact, reading), "wait")


def _with_decimals(reading: Reading, rule, units: wait_units.Units) -> Reading:
    """The reading with 31.02 as the column has it: 31 minutes 2 seconds, a part of a minute, or nothing at all."""
    if rule is None or rule.parse != "human_span" or units.decimals == "parts":
        return reading
    values, problems = list(reading.values), dict(reading.problems)
    for code, text in enumerate(reading.texts):
        if code in problems or not (match := wait_units.HUNDREDTHS.search(text)):
            continue
        if units.decimals == "seconds" and int(match[2]) < 60:
            as_clock = wait_units.HUNDREDTHS.sub(r"\1:\2", text)
            values[code] = PARSERS["human_span"](as_clock, unit=units.unit, clock="m:ss")
        else:
            values[code], problems[code] = None, Unreadable("unreadable", "minutes, as in 45; or 31:02 for seconds too")
    return replace(reading, values=values, problems=problems)


def _warn_of(contact, reading: Reading, units: wait_units.Units) -> None:
    """Say in its row what was not written: the unit of a bare number, what two parts are, what the words mean."""
    unsure = reading.without_problems().numbers(lambda span: span.is_unsure, "?", False)
    contact.problems.warn(unsure, "wait_unsure")
    for name in units.is_inferred:
        texts = [wait_units.lacks(name, text, contact.cells.is_workbook) for text in reading.texts]
        concerned = replace(reading, values=texts, problems={}).are(True)
        contact.problems.warn(concerned & ~reading.is_bad, f"wait_{name}_inferred")


def _without_asked(contact, reading: Reading) -> Reading:
    """The reading without the amounts that nothing decides: they are asked about and left out meanwhile."""
    asked = {code for code, problem in reading.problems.items() if problem.reason in UNDECIDED}
    if not asked:
        return reading
    for code in sorted(asked):
        rows = np.flatnonzero(reading.codes == code)
        contact.problems.asked.append((reading.problems[code].reason, reading.name, reading.texts[code], rows))
    contact.problems.warn(np.isin(reading.codes, list(asked)), "wait_unread")
    values = [without_amount(reading.texts[code]) if code in asked else v for code, v in enumerate(reading.values)]
    problems = {code: problem for code, problem in reading.problems.items() if code not in asked}
    return replace(reading, values=values, problems=problems)


def _ending(contact, span: Reading, columns: dict[str, pa.Array]) -> pa.Array:
    """How the wait ended: as a column says, else as the wait itself says (*hung up after 50*), else by the record."""
    kinds = pc.fill_null(contact.column("wait_kind"), "unknown")
    by_span = span.turned(lambda s: s.ended or None).array(STRING)
    return pc.if_else(pc.equal(kinds, "unknown"), pc.coalesce(by_span, _by_record(columns, contact)), kinds)


def _by_record(columns: dict[str, pa.Array], contact) -> pa.Array:
    """An outcome that says how it ended; or that a person spoke, since one is named or promised something."""
    outcome = columns["outcome"]
    person = pc.or_(pc.is_in(outcome, REACHED), pc.is_in(columns["promised"], PROMISES))
    for name in ("tier", "agent_name", "agent_id", "sr_number"):
        person = pc.or_(person, pc.is_valid(columns[name]))
    person = pc.or_(person, pa.array(contact.has_spoken))
    says = (
        (pc.equal(outcome, "hung_up"), "gave_up"),
        (pc.equal(outcome, "dropped"), "cut_off"),
        (pc.or_(pc.is_in(outcome, NOT_QUEUED), pa.array(contact.in_menu)), "not_queued"),
        (person, "reached"),
    )
    found = pa.repeat(pa.scalar("unknown"), len(outcome))
    for mask, word in reversed(says):
        found = pc.if_else(mask, word, found)
    return found


def _completed(columns: dict[str, pa.Array], kind: pa.Array, is_dial: pa.Array, by_span: pa.Array) -> pa.Array:
    """An outcome that nobody wrote, where the wait itself, a promise or the end of the wait says it."""
    is_silent = pc.and_(is_dial, pc.equal(columns["outcome"], "unknown"))
    outcome = pc.if_else(is_silent, pc.coalesce(by_span, columns["outcome"]), columns["outcome"])
    promised = pc.or_(pc.is_in(columns["promised"], PROMISES), pc.is_in(columns["promised"], AUTOMATIC))
    says = (
        (promised, "callback_promised"),
        (pc.equal(kind, "gave_up"), "hung_up"),
        (pc.equal(kind, "cut_off"), "dropped"),
    )
    for mask, word in says:
        is_open = pc.and_(is_dial, pc.equal(outcome, "unknown"))
        outcome = pc.if_else(pc.and_(is_open, mask), word, outcome)
    return outcome
