"""Promised call-backs that nothing has settled yet, and what to do about each.

A promise is *open* until a person of ours answered a ring, an e-mail answered it, we no longer needed it, or we
called again about it. A ring that nobody answered settles nothing: the practice pointer says that the request may
have to be made again.

=============  ==================================================================================
stand          when
=============  ==================================================================================
``due_today``  due before the end of the day of looking, and nothing came
``waiting``    due later, and nothing came
``missed``     a ring was not answered, and a second one may still come
``start_over`` rings were not answered and the round of attempts is over: ask again
``overdue``    the due moment has passed and nothing came
``no_rule``    urgency, rule or time of day are not known, so no due moment is
=============  ==================================================================================

``due_today`` and ``waiting`` are by the default reading; where several rules may have held, by the latest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from callanalytics import agencies, clocks
from callanalytics.agencies import Agency
from callanalytics.casework import rivals
from callanalytics.values import zones

TO_REPEAT = ("start_over", "overdue")  # nothing more will come of these by waiting
TO_COME = ("due_today", "missed", "waiting")  # somebody may still ring about these
RECENT = timedelta(days=90)  # what was asked longer ago and will not come is counted, not listed
STANDS = ("due_today", "start_over", "overdue", "missed", "waiting", "no_rule")
SETTLED = ("reached_at_utc", "emailed_at_utc", "withdrawn_at_utc", "restarted_at_utc")
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class OpenPromise:
    """One open call-back.

    Attributes
    ----------
    promise_id, office, zone, matter, sr_number, urgency : of the promise and its office
    started_at, started_on : moment of the call on which it was promised (None: only its day is known), and that day
    due, due_on : moment and Eastern day; None where no rule gives one
    stand : one of ``STANDS``
    window : from when to when they may ring on the day it is due, on the office's clock; None without a due moment
    number : number the agency was asked to call, E.164
    doubts : what is wrong with that number, in words
    in_doubt : how many calls counted for it may have been for another
    steps : what to do, in words, first things first
    recourses : whom one may turn to if that leads nowhere, in words
    """

    promise_id: str
    office: str
    zone: str
    matter: str | None
    sr_number: str | None
    urgency: str
    started_at: datetime | None
    started_on: date | None
    due: datetime | None
    due_on: date | None
    stand: str
    window: tuple[datetime, datetime] | None
    number: str | None
    doubts: tuple[str, ...]
    in_doubt: int
    steps: tuple[str, ...]
    recourses: tuple[str, ...]

    @property
    def may_ring(self) -> bool:
        """Whether the agency may still ring about it."""
        return self.stand in TO_COME

    def is_listed(self, as_of: date) -> bool:
        """Whether it stands by name on a list of what to do on a day; the others are counted."""
        return self.may_ring or self.started_on is None or as_of - self.started_on <= RECENT


def open_promises(log, *, agency: Agency | None = None) -> list[OpenPromise]:
    """The open call-backs in the order of ``STANDS``; those to come as they fall due, the others newest first.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives; its ``as_of`` is the day of looking

    Examples
    --------
    >>> open_promises(load("calls/", as_of="2022-06-30"))[0].steps        # doctest: +SKIP
    """
    agency = agency or agencies.uscis()
    offices = {office["office_id"]: office for office in log.offices.to_arrow().to_pylist()}
    rows = [row for row in log.promises.to_arrow().to_pylist() if is_open(row)]
    in_doubt = rivals.in_doubt(log, agency=agency)
    found = [_open(row, offices[row["office_id"]], in_doubt[row["promise_id"]], log.as_of, agency) for row in rows]
    return sorted(found, key=_turn)


def _turn(promise: OpenPromise):
    """What lies longest back can wait: the next step is the same, and it is the likeliest to be settled by now."""
    seconds = (promise.due or NEVER).timestamp()
    return STANDS.index(promise.stand), seconds if promise.may_ring else -seconds, promise.promise_id


def is_open(row) -> bool:
    """Whether nothing has settled a promise: no answered ring, no e-mail, no withdrawal, no call made again."""
    return all(row[name] is None for name in SETTLED)


def due_of(row) -> datetime | None:
    """The moment until which one waits: the default reading's, or the latest where the rules differ."""
    return row["due_default_utc"] or row["due_lenient_utc"]


def _open(row, office, in_doubt: int, as_of: date, agency: Agency) -> OpenPromise:
    due, stand = due_of(row), _stand(row, as_of)
    due_on = eastern_day(due) if due else None
    return OpenPromise(
        row["promise_id"],
        office["name"],
        office["timezone"],
        row["matter"],
        row["sr_number"],
        row["urgency"],
        row["started_at_utc"],
        row["date"],
        due,
        due_on,
        stand,
        window_on(due_on, office["timezone"], agency) if due_on else None,
        row["callback_number"],
        tuple(_doubts(row, office)),
        in_doubt,
        tuple(_steps(row, stand, in_doubt, agency)),
        tuple(_turn_to(r) for r in agency.recourses if stand in TO_REPEAT and _may_turn_to(r, row, as_of)),
    )


def _stand(row, as_of: date) -> str:
    due = due_of(row)
    if row["rings"]:
        return "start_over" if row["is_round_closed"] else "missed"
    if due is None:
        return "no_rule"
    today, yesterday = (_moment(clocks.end_of_day(day)) for day in (as_of, as_of - timedelta(days=1)))
    if due > today:
        return "waiting"
    return "due_today" if due > yesterday else "overdue"


def _moment(utc: np.datetime64) -> datetime:
    return utc.astype("M8[us]").item().replace(tzinfo=UTC)


def eastern_day(moment: datetime) -> date:
    naive = np.array([moment.astimezone(UTC).replace(tzinfo=None)], "M8[us]")
    return zones.to_local(naive, clocks.EASTERN).astype("M8[D]")[0].item()


def window_on(day: date, zone: str, agency: Agency) -> tuple[datetime, datetime]:
    """From when to when the agency may ring on an Eastern day, on another clock (without zone)."""
    opens, closes = clocks.window_in(zone, day, agency=agency)
    return opens.astype("M8[us]").item(), closes.astype("M8[us]").item()


# ---- in words ------------------------------------------------------------------------------------------


def _doubts(row, office):
    """What may keep a call-back from the number that was given."""
    number = row["callback_number"]
    if row["callback_extension"]:
        yield "it has an extension, and USCIS does not call those"
    if number is None:
        yield "no number is written down"
        return
    lines = {line["number"]: line for line in office["lines"] or ()}
    if lines and number not in lines:
        yield "it is not among the office's phones"
    elif lines and lines[number]["withheld_get_through"] is False:
        yield "unknown callers do not get through to it, and USCIS may show no number"


def _steps(row, stand: str, in_doubt: int, agency: Agency):
    if stand == "waiting":
        yield "Wait. They may ring on any business day in the window."
    elif stand == "due_today":
        yield "Have somebody at this phone to the end of the window."
    elif stand == "missed":
        yield f"A second call may still come, within {agency.round_gap} business days: let unknown callers through."
    elif stand == "start_over":
        yield f"Call again and ask anew: {_tried(row['rings'])}."
    elif stand == "overdue":
        yield from _looked_for(row)
        yield "Call again: the stated time is over and nothing is in the log."
    else:
        yield _lacking(row)
    if in_doubt:
        yield _whose(in_doubt)


def _whose(in_doubt: int) -> str:
    """What to do about calls that are counted for this one and may have been for another."""
    said = rivals.ambiguity_remark(in_doubt)
    return f"{said[0].upper()}{said[1:]}: if you know which, write it in the log."


def _lacking(row) -> str:
    """What would give a request without a due moment one."""
    lacks = [
        *(["whether they called it urgent or regular"] if row["urgency"] == "unknown" else []),
        *(["the time of the call"] if row["started_at_utc"] is None else []),
    ]
    if not lacks:
        return "No stated time of USCIS is known for that day: it has no due moment."
    return f"Write down {' and '.join(lacks)}; then it has a due moment."


def _looked_for(row):
    """Where a call-back may be that the log does not show."""
    if row["is_watched"] is False:
        yield "Look at the phone first: its calls of that time are in no file."
    if row["possible_missed"]:
        calls = "One call" if row["possible_missed"] == 1 else f"{row['possible_missed']} calls"
        yield f"{calls} that may have been this one came meanwhile and rang unanswered: look whose they were."


def _tried(rings: int) -> str:
    return "both call-backs were missed" if rings > 1 else "the call-back was missed and no second one came"


def _may_turn_to(recourse, row, as_of: date) -> bool:
    asked = row["date"]
    since = (as_of - asked).days if asked else 0
    return since >= recourse.after_days and (not recourse.within_days or since <= recourse.within_days)


def _turn_to(recourse) -> str:
    """Whom to turn to, where, and how old that is: an address of years ago is to be looked up again."""
    where = f" at {recourse.address}, subject “{recourse.subject}”" if recourse.address else ""
    heard = recourse.last_confirmed
    return f"{recourse.who}{where} (as of {heard:%B} {heard.day}, {heard.year}). {recourse.note}".strip()
