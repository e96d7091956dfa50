"""Which files each invented office has, and what its folder is told to hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from callanalytics import agencies, template
from callanalytics.sample import logbook
from callanalytics.sample.almanac import local
from callanalytics.sample.evidence import AS_OF
from callanalytics.sample.exports import (
    android,
    free_text,
    freepbx,
    google_voice,
    hand_log,
    hand_sheet,
    ringcentral,
    rolling,
    values_only,
)
from callanalytics.sample.exports.phone import Accounts, calls_on
from callanalytics.sample.history import History
from callanalytics.sample.model import Note
from callanalytics.sample.offices import CHICAGO, DENVER, HONOLULU, LOS_ANGELES, NEW_YORK, PHOENIX, Office

Files = dict[str, Accounts]
_EXAMPLES = 3  # gray rows of the template
_SPANS = (date(2021, 10, 1), date(2022, 7, 15)), (date(2022, 6, 20), date(2022, 10, 28))  # New York's two exports


def of_office(folder: Path, history: History, seed: int) -> Files:
    """Write the exports of one office; what must become of the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    notes = logbook.write_down(history, seed)
    return _WRITERS[history.office.key](folder, history, notes, seed)


def _new_york(folder: Path, history: History, notes: list[Note], seed: int) -> Files:
    logbook.spoil(notes, seed, "what happened is empty")
    calls, zone = calls_on(history, history.office.main), history.office.zone
    log, first, second = (
        "USCIS call log.xlsx",
        "RingCentral Oct 2021 to Jul 2022.csv",
        "RingCentral Jun to Oct 2022.csv",
    )
    return {
        log: _template(folder / log, history.office, notes),
        first: ringcentral.write_csv(folder / first, calls, zone, _SPANS[0], broken=True),
        second: ringcentral.write_csv(folder / second, calls, zone, _SPANS[1]),
    }


def calls_in_two_files(history: History) -> int:
    """How many calls both exports of an office hold."""
    if history.office is not NEW_YORK:
        return 0
    days = [local(NEW_YORK.zone, call.start).date() for call in calls_on(history, NEW_YORK.main)]
    return sum(_SPANS[1][0] <= day <= _SPANS[0][1] for day in days)


def _chicago(folder: Path, history: History, notes: list[Note], seed: int) -> Files:
    logbook.spoil(notes, seed)
    logbook.leave_out_all_but_callbacks(history)
    calls = calls_on(history, history.office.main)
    sheet, export = "USCIS calls.csv", "cdr 2021-2022.csv"
    return {
        sheet: hand_sheet.write(folder / sheet, notes, _names()),
        export: freepbx.write(folder / export, calls, history.office.zone),
    }


def _los_angeles(folder: Path, history: History, notes: list[Note], seed: int) -> Files:
    logbook.spoil(notes, seed)
    (android_line, google_line, _), zone = history.office.lines, history.office.zone
    asked = [r for r in history.rings if r.channel == "text" and r.to == google_line.number]
    for ring in asked:
        ring.in_phone = True
    told = [p for p in history.promises if p.notice_channel == "text" and p.notice and p.to == google_line.number]
    log, android_calls, takeout = "call log.xlsx", "calls-20230103.xml", "takeout-20230103.zip"
    of_google = calls_on(history, google_line)
    return {
        log: _values(folder / log, history.office, notes),
        android_calls: android.write(folder / android_calls, calls_on(history, android_line), zone),
        takeout: google_voice.write(folder / takeout, of_google, asked, told, zone),
    }


def _honolulu(folder: Path, history: History, notes: list[Note], seed: int) -> Files:
    log, export = "hand log.xlsx", "call-log.json"
    return {
        log: _template(folder / log, history.office, notes),
        export: ringcentral.write_json(folder / export, calls_on(history, history.office.main)),
    }


def _denver(folder: Path, history: History, notes: list[Note], seed: int) -> Files:
    logbook.leave_out_all_but_callbacks(history)
    return rolling.write(folder, notes, _names())


def _phoenix(folder: Path, history: History, notes: list[Note], seed: int) -> Files:
    logbook.leave_out_all_but_callbacks(history)
    log, export = "Contact Center log.csv", "RingCentral 2022.csv"
    span = (history.office.since, AS_OF)
    return {
        log: free_text.write(folder / log, notes, _names()),
        export: ringcentral.write_csv(
            folder / export, calls_on(history, history.office.main), history.office.zone, span
        ),
    }


_WRITERS: dict[str, Callable] = {
    NEW_YORK.key: _new_york,
    CHICAGO.key: _chicago,
    LOS_ANGELES.key: _los_angeles,
    HONOLULU.key: _honolulu,
    DENVER.key: _denver,
    PHOENIX.key: _phoenix,
}


def _template(path: Path, office: Office, notes: list[Note]) -> Accounts:
    template.write(path, rows=hand_log.rows(notes, agencies.uscis(), 1 + _EXAMPLES), office=about(office), as_of=AS_OF)
    return _of_rows(notes).plus(Accounts(rows=_EXAMPLES, set_aside=_EXAMPLES))


def _values(path: Path, office: Office, notes: list[Note]) -> Accounts:
    values_only.write(path, hand_log.rows(notes, agencies.uscis(), 1), about(office))
    return _of_rows(notes)


def _of_rows(notes: list[Note]) -> Accounts:
    rejects = sum(n.is_rejected for n in notes)
    return Accounts(len(notes), notes=len(notes) - rejects, rejects=rejects)


def about(office: Office) -> dict:
    """The sheet *Your office*."""
    opens, closes = (f"{at:%H:%M}" for at in (office.opens, office.closes))
    return {
        "name": office.name,
        "timezone": office.zone,
        "hours": [{"weekday": day, "opens": opens, "closes": closes} for day in range(1, 6)],
        "lines": [
            {
                "number": line.number,
                "kind": line.kind,
                "withheld_get_through": not line.blocks,
                "covered_by": line.covered_by,
            }
            for line in office.lines
        ],
        "logs_callbacks_since": office.logs_all_since,
    }


def _names() -> dict[str, tuple[str, ...]]:
    """For each reason the words that people use."""
    return {reason.code: (reason.label, *reason.synonyms[:2]) for reason in agencies.uscis().reasons}
