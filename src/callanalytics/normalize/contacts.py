"""One contact a row, as somebody wrote it down: every column but the wait (:mod:`.waits`) and the ids."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.formats import Rule
from callanalytics.normalize import waits
from callanalytics.normalize.cells import Cells, Reading, read
from callanalytics.normalize.clock import read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.values.parsers import Unreadable, one_of
from callanalytics.values.phones import e164, has_extension
from callanalytics.values.spans import seconds_of

STRING = pa.string()
# Columns that are read as their rules say and need no second thought.
PLAIN = (
    "our_number tier promised urgency_claimed tier2_requested inquiries request_result appointment_on decided_on "
    "agent_name agent_id sr_number no_sr_reason confirmed_by_number caller_role g28_on_file tried_first field_office "
    "emergency matter receipt protected may_cite"
).split()
DATES = ("appointment_on", "decided_on")
LONG_DIGITS = ("agent_id", "sr_number", "matter", "receipt")
RING = pa.array(schema.RING_RESULTS.split())
DIAL = pa.array(schema.DIAL_OUTCOMES.split())


def read_contact(
    cells: Cells, rules: dict[str, Rule], settings, agency, problems: Problems, order: str = ""
) -> tuple[dict[str, pa.Array], str]:
    """Every column of one contact a row, and the order of day and month that settled its dates."""
    clock = read_clock(rules, cells, settings, problems, order, agency)
    order = clock.order or settings.date_order or order
    told = _Told(cells, rules, problems, order)
    problems.warn(clock.precision_s == 0, "no_date")
    columns = clock.columns() | {"kind": _kind(cells, rules, problems)}
    columns["started_precision_s"] = pa.array(clock.precision_s, pa.int32(), mask=clock.precision_s == 0)
    columns["time_of"] = _time_of(told, columns["kind"], settings.time_of)
    columns |= {name: told.column(name) for name in PLAIN}
    columns |= _listed(told, agency) | _callback(told) | _said(told) | _row_numbers(told)
    columns["duration_s"] = told.read("duration_s").turned(seconds_of).array(pa.int32())
    columns["outcome"] = _outcome(told, columns["kind"])
    columns |= waits.read_wait(told, columns, settings)
    columns["request_result"] = _of_requests_only(columns, agency)
    columns["warnings"] = problems.warnings()
    return columns, order


class _Told:
    """The columns of one contact by their rules; what cannot be read is told to the problems."""

    def __init__(self, cells: Cells, rules: dict[str, Rule], problems: Problems, order: str):
        self.cells, self.rules, self.problems, self.order = cells, rules, problems, order

    def read(self, target: str) -> Reading:
        rule = self.rules.get(target)
        stated = rule.order if rule and rule.order in ("mdy", "dmy") else ""
        options = {"order": self.order or stated} if target in DATES else {}
        reading = read(rule, self.cells, **options)
        if target in LONG_DIGITS:
            reading = reading.turned(_with_all_digits)
        if target == "inquiries":
            reading = reading.turned(_small)
        return self.checked(reading, target)

    def column(self, target: str) -> pa.Array:
        return self.read(target).array(schema.NOTES.column(target).type)

    def checked(self, reading: Reading, target: str) -> Reading:
        """The reading; its bad cells are left out, and what stands there is kept for a person to look at."""
        self.problems.drop(reading, target)
        return reading


def _kind(cells: Cells, rules: dict[str, Rule], problems: Problems) -> pa.Array:
    reading = read(rules["kind"], cells)
    problems.reject_bad(reading)
    problems.reject(~reading.is_there, reading.name, "empty", one_of(rules["kind"].listed))
    return reading.array(STRING)


def _listed(told: _Told, agency) -> dict[str, pa.Array]:
    """Words of the agency's lists. What is written but not listed is ``other``, never kept as written."""

    def line_of(text: str) -> str | None:
        return agency.line_named(text) or agency.line_of(e164(text))

    names = {"line": line_of, "reason": agency.reason_named, "words_said": agency.words_named}
    found = {}
    for target, code_of in names.items():
        reading = read(told.rules.get(target), told.cells)
        codes = [None if value is None else code_of(value) for value in reading.values]
        unlisted = {i: Unreadable("unlisted") for i, code in enumerate(codes) if code is None}
        listed = Reading(reading.codes, codes, reading.texts, reading.name, unlisted)
        told.problems.warn(listed.is_bad, f"{target}_unlisted")
        told.problems.doubt(listed, target)
        found[target] = pc.if_else(pa.array(listed.is_bad), "other", listed.array(STRING))
    return found


def _callback(told: _Told) -> dict[str, pa.Array]:
    number = told.read("callback_number")
    extension = [has_extension(text) for text in number.texts]
    return {
        "callback_number": number.array(STRING),
        "callback_extension": Reading(number.codes, extension, number.texts, number.name).array(pa.bool_()),
    }


def _said(told: _Told) -> dict[str, pa.Array]:
    """What the caller was told: so many of these."""
    said = told.read("told")
    return {
        "told_value": said.turned(lambda t: t.value).array(pa.int16()),
        "told_unit": said.turned(lambda t: t.unit).array(STRING),
    }


def _time_of(told: _Told, kind: pa.Array, said: str | None) -> pa.Array:
    """Which moment of the call the time is: as the sheet says; of our own calls, else as the user says of the sheet."""
    written = pc.fill_null(told.column("time_of"), "unknown")
    unsaid = pc.and_(pc.equal(written, "unknown"), pc.equal(kind, "dial"))
    return pc.if_else(pc.fill_null(unsaid, False), said or "unknown", written)


def _row_numbers(told: _Told) -> dict[str, pa.Array]:
    """The row's own number and the number of the row it is about."""
    about = read(told.rules.get("about"), told.cells).turned(_row_number)
    told.problems.warn(about.is_bad, "about_unread")
    number = read(told.rules.get("number"), told.cells).turned(_row_number)
    return {"number": number.array(STRING), "about": about.array(STRING)}


def _outcome(told: _Told, kind: pa.Array) -> pa.Array:
    """How it ended, in the words that its kind has; ``unknown`` for all that is neither dial nor ring."""
    outcome = told.column("outcome")
    of_dial = pc.and_(pc.equal(kind, "dial"), pc.is_in(outcome, DIAL))
    of_ring = pc.and_(pc.equal(kind, "ring"), pc.is_in(outcome, RING))
    return pc.if_else(pc.fill_null(pc.or_(of_dial, of_ring), False), outcome, "unknown")


def _of_requests_only(columns: dict[str, pa.Array], agency) -> pa.Array:
    """Only what was a request is granted, relayed or refused."""
    requests = pa.array([reason.code for reason in agency.reasons if reason.request], STRING)
    return pc.if_else(pc.is_in(columns["reason"], requests), columns["request_result"], pa.scalar(None, STRING))


# ---- single values ----------------------------------------------------------------------------------


def _row_number(text) -> str:
    """A row number as written in *No.* and *About no.*: 12, #12, 12.0, No. 12."""
    word = str(text).casefold().removeprefix("no.").removeprefix("no").strip(" #").removesuffix(".0")
    if not word.isdecimal():
        raise Unreadable
    return str(int(word))


def _with_all_digits(text: str) -> str:
    """The text as it stands; a spreadsheet that shows 1.23E+12 has thrown the other digits away."""
    mantissa, _, exponent = text.upper().partition("E+")
    if exponent.isdecimal() and mantissa.replace(".", "").isdecimal():
        raise Unreadable("digits_lost")
    return text


def _small(count: int) -> int:
    if count > 127:
        raise Unreadable
    return count
