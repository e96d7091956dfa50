"""What an office writes down of its history, and the rows that makes in the template of the hand log.

Not everything is written down, not to the minute, and now and then wrongly. An office without Excel keeps the values
alone, without the template's formulas, formats, and hidden sheets.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import xlsxwriter

from callanalytics import template as yours
from callanalytics.agencies import Agency
from callanalytics.template import columns
from callanalytics.template import columns as words
from sample_world import model
from sample_world.almanac import local
from sample_world.history import Dice, History
from sample_world.model import Dial, Note, Promise, Ring
from sample_world.offices import Office
from sample_world.phone_exports import half_day, us_number

# How often an optional column is filled in.
_FILLED = {
    "line": 0.55, "our_number": 0.85, "reason": 0.95, "claim": 0.7, "agent_name": 0.5, "agent_id": 0.8, "sr": 0.93,
    "matter": 0.93, "whole": 0.4, "inquiries": 0.4, "role": 0.5, "g28": 0.3, "words": 0.6, "tried": 0.25,
    "protected": 0.5, "may_cite": 0.35, "told": 0.3, "office": 0.12, "number": 0.85, "about": 0.98,
}  # fmt: skip
_CLOCK_GRID = {1: 72, 5: 23, 15: 5}  # minutes to which a time of day is rounded
_CLOCK_ERROR = {0: 62, 1: 22, -1: 10, 2: 6}  # minutes by which a clock on the wall is off
WRONG = ["time without am or pm"] * 3 + ["no such day", "two calls in one cell", "no figure"]
FORGOTTEN_PROMISE = 0.25  # a call with a promise is forgotten so much less often
NOTES_NOTICE, NOTES_NOTHING_CAME, DATE_ONLY = 0.5, 0.5, 0.008


def write_down(history: History, seed: int) -> list[Note]:
    """The notes of an office, in the order in which they would be written."""
    pen = _Pen(history.office, Dice(seed, history.office.key, "notes"))
    entries = [note for agency_call in history.agency_calls for note in pen.of_agency_call(agency_call)]
    entries.sort(key=lambda n: (n.noted_at, n.thing.code, n.what))
    return entries


class _Pen:
    def __init__(self, office: Office, dice: Dice):
        self.office, self.dice = office, dice

    def of_agency_call(self, agency_call: Dial) -> list[Note]:
        """The note of a call, if it was noted, and what was noted of the callback promised on it."""
        forgotten = 1 - self.office.notes_dials
        forgotten *= FORGOTTEN_PROMISE if agency_call.promise else 1
        note = None if self.dice.chance(forgotten) else self._dial(agency_call)
        agency_call.note = note
        after = self._of_promise(agency_call.promise) if agency_call.promise else []
        return ([note] if note else []) + after

    def _note(self, what: str, thing, utc: datetime, about: Note | None = None) -> Note:
        has = frozenset(name for name, share in _FILLED.items() if self.dice.chance(share))
        return Note(what, thing, self._clock(utc), about=about if "about" in has else None, has=has)

    def _clock(self, utc: datetime) -> datetime:
        """The time as somebody reads it off a clock and rounds it."""
        shown = local(self.office.zone, utc).replace(second=0, microsecond=0)
        shown += timedelta(minutes=self.dice.weighted(_CLOCK_ERROR))
        grid = self.dice.weighted(_CLOCK_GRID)
        return shown + timedelta(minutes=grid * round(shown.minute / grid) - shown.minute)

    def _dial(self, agency_call: Dial) -> Note:
        note = self._note("dial", agency_call, agency_call.start)
        note.date_only = not agency_call.promise and self.dice.chance(DATE_ONLY)
        grid = self.dice.weighted(self.office.grids)
        if self.dice.chance(self.office.notes_wait):
            note.wait_min = max(1, grid * round(agency_call.wait_s / 60 / grid))
        if "whole" in note.has:
            note.whole_min = max(note.wait_min or 0, 1, round(agency_call.duration_s / 60))
        return note

    def _of_promise(self, promise: Promise) -> list[Note]:
        dice, about = self.dice, promise.agency_call.note
        promise.noted_urgency = "unknown" if dice.chance(model.URGENCY_NOT_TOLD) else promise.urgency
        entries = []
        for callback in promise.callbacks:
            if callback.channel == "voice" and callback.result != "blocked" and dice.chance(self.office.notes_rings):
                callback.note = self._note("ring", callback, callback.start, about)
                entries.append(callback.note)
        if promise.notice and dice.chance(NOTES_NOTICE):
            promise.notice_note = self._note("notice", promise, promise.notice, about)
        if promise.emailed and dice.chance(self.office.notes_email):
            promise.email_note = self._note("email", promise, promise.emailed, about)
        if promise.withdrawn and about:
            promise.withdrawn_note = self._note("withdrawn", promise, promise.withdrawn, about)
        if promise.restarted and _ended_in_silence(promise) and about and dice.chance(NOTES_NOTHING_CAME):
            promise.nothing_note = self._note("none_came", promise, promise.restarted - timedelta(minutes=4), about)
        return entries + promise.side_notes


def spoil(entries: list[Note], seed: int, *more: str) -> None:
    """Make a cell of a few rows unreadable: calls on which nothing was promised, so that no other row hangs on them."""
    dice = Dice(seed, "spoil", len(entries))
    plain = [n for n in entries if n.what == "dial" and not n.agency_call.promise and not n.date_only]
    for wrong in (*WRONG, *more):
        # Without AM or PM a time is doubtful only where both might be: 3:15, not 10:15.
        doubtful = [n for n in plain if 13 <= n.noted_at.hour <= 18]
        note = dice.pick(doubtful if wrong == "time without am or pm" else plain)
        plain.remove(note)
        note.wrong = wrong
        if wrong == "no figure":
            note.wait_min = None
        note.date_only = note.date_only or wrong == "two calls in one cell"


def leave_out_all_but_callbacks(history: History) -> None:
    """A sheet with one row a call has room for its first two callbacks, and for nothing that came otherwise."""
    for promise in history.promises:
        kept = [r for r in promise.callbacks if r.note and r.note.about]
        for callback in promise.callbacks:
            callback.note = callback.note if callback in kept[:2] else None
        promise.notice_note = promise.email_note = promise.withdrawn_note = promise.nothing_note = None


def _ended_in_silence(promise: Promise) -> bool:
    return bool(promise.restarted and promise.fate == "never" and promise.restarted > promise.due)


_SPOKE = {
    "gave_up": "Nobody: we hung up while waiting", "cut_off": "Nobody: cut off", "closed": "Closed or busy",
    "ivr_resolved": "Automated system: solved it", "ivr_ended": "Automated system: ended the call",
    "ivr_not_understood": "Automated system: did not understand", "ivr_gave_up": "Automated system: we gave up",
    "tier1": "Tier 1", "tier2": "Tier 2", "supervisor": "Supervisor",
}  # fmt: skip
_RESULT = {
    "resolved": "Solved", "service_request": "Service request opened", "callback_promised": "Call-back promised",
    "appointment": "Appointment", "refused_too_soon": "Told: too soon", "refused_use_online": "Told: use the website",
    "refused_limit": "Told: three-inquiry limit", "refused_no_g28": "Told: no G-28",
    "refused_other": "Refused otherwise", "unknown": "Nothing",
}  # fmt: skip
_RANG = {"answered": words.ANSWERED, "missed": words.MISSED, "voicemail": words.VOICEMAIL}
_WHAT = {"notice": words.ANNOUNCED, "email": words.EMAILED, "none_came": words.NONE_CAME, "withdrawn": words.WITHDRAWN}
_ROLES = {"Attorney": 45, "Staff": 50, "Client": 5}
_TRIED = {"Emma": 25, "e-Request": 35, "Online account": 25, "None": 15}
_FIELD_OFFICES = ("New York", "Newark", "Chicago", "Los Angeles", "Santa Ana", "Honolulu")


def hand_log_rows(entries: list[Note], agency: Agency, above: int) -> list[dict]:
    """One row a note, numbered from 1, in their order; `above` rows of the sheet stand before the first."""
    for number, note in enumerate(entries, 1):
        note.number, note.row = number, number + above
    return [_row(note, agency) for note in entries]


def _row(note: Note, agency: Agency) -> dict:
    cells = {"No.": note.number, "Date": note.noted_at.date(), "Time": None if note.date_only else note.noted_at.time()}
    if note.about:
        cells["About no."] = note.about.number
    if note.what == "dial":
        cells |= {"What happened": words.WE_CALLED} | _dial(note, note.agency_call, agency)
    elif note.what == "ring":
        cells |= _ring(note, note.callback)
    else:
        cells["What happened"] = _WHAT[note.what]
    return cells | spoiled_cells(note)


def spoiled_cells(note: Note) -> dict[str, str | None]:
    """The cells of a row that was written so that no one can read it."""
    clock, _ = half_day(note.noted_at)
    cells_by_fault: dict[str, dict[str, str | None]] = {
        "": {},
        "time without am or pm": {"Time": clock},
        "no such day": {"Date": f"2/30/{note.noted_at:%y}"},
        "two calls in one cell": {"Time": f"{clock} / {(note.noted_at.hour + 1) % 12 or 12}:{note.noted_at:%M}"},
        "what happened is empty": {"What happened": None},
        "no figure": {"Minutes to a person": "4S"},
    }
    return cells_by_fault[note.wrong]


def _ring(note: Note, callback: Ring) -> dict:
    cells = {"What happened": _RANG[callback.result]}
    if "number" in note.has:
        cells["Number we used"] = us_number(callback.to)
    return cells


def _dial(note: Note, agency_call: Dial, agency: Agency) -> dict:
    has = note.has
    spoke = agency_call.tier or (agency_call.kind if agency_call.kind != "not_queued" else agency_call.outcome)
    cells = {
        "Number we used": us_number(agency_call.ours) if "our_number" in has else None,
        "Line": _line(agency_call, agency) if "line" in has or agency_call.line == "premium" else None,
        "Minutes to a person": note.wait_min,
        "Who spoke to us": _SPOKE[spoke],
        "Whole call, minutes": note.whole_min,
        "Reason": agency.reason(_reason(agency_call)).label if "reason" in has else None,
        "Matter": agency_call.need.matter if "matter" in has else None,
        "VAWA, T or U matter": "No" if "protected" in has else None,
        "May be cited": "No" if "may_cite" in has else None,
    }
    return cells | _more(note, agency_call, agency) | (_with_person(note, agency_call) if agency_call.tier else {})


def _line(agency_call: Dial, agency: Agency) -> str:
    return agency.line(agency_call.line).label


def _reason(agency_call: Dial) -> str:
    return agency_call.need.reason if agency_call.line == "contact_center" else "premium"


def _more(note: Note, agency_call: Dial, agency: Agency) -> dict:
    """The folded columns; what they hold hangs on the matter, not on the row."""
    dice, has = Dice(agency_call.need.code, agency_call.start), note.has
    words_used = agency_words(agency).get(agency_call.words_said)
    return {
        "Who called": dice.weighted(_ROLES) if "role" in has else None,
        "G-28 on file": "Yes" if "g28" in has else None,
        "Words said to the system": words_used if "words" in has else None,
        "Tried first": dice.weighted(_TRIED) if "tried" in has else None,
        "Field office": dice.pick(_FIELD_OFFICES)
        if "office" in has and agency_call.need.family == "appointment"
        else None,
    }


def agency_words(agency: Agency) -> dict[str, str]:
    return {word.code: word.label for word in agency.words_said}


def _with_person(note: Note, agency_call: Dial) -> dict:
    dice, has = Dice(agency_call.need.code, agency_call.start, "person"), note.has
    cells = {
        "Result": _RESULT[agency_call.outcome],
        "Call-back promised": words.NOT_PROMISED,
        "Agent name": dice.pick(("Agent A", "Agent K", "Agent M", "Agent R")) if "agent_name" in has else None,
        "Agent ID": f"{dice.whole(0, 9999):04d}" if "agent_id" in has else None,
        "Inquiries on this call": dice.weighted({1: 80, 2: 15, 3: 5}) if "inquiries" in has else None,
    }
    if agency_call.outcome == "service_request" and "sr" in has:
        cells["Service request no."] = f"{dice.whole(0, 99999999):08d}"
    if "claim" in has:
        cells["We said it was"] = "Urgent" if dice.chance(0.45) else "Regular"
    if agency_call.outcome == "appointment":
        day = agency_call.start.date().toordinal() + dice.whole(3, 20)
        cells["Appointment date"] = datetime.fromordinal(day).date()
    return cells | (_promise(note, agency_call.promise) if agency_call.promise else {})


def _promise(note: Note, promise: Promise) -> dict:
    answer = {"urgent": words.URGENT, "regular": words.REGULAR, "unknown": "Yes, not told which"}
    number = us_number(promise.given) + (" ext. 204" if promise.extension else "") if promise.given else None
    urgent = promise.urgency == "urgent" or Dice(promise.code, "claim").chance(0.35)
    unit_words = f"{promise.value} {promise.unit.replace('_', ' ')}"
    return {
        "Call-back promised": answer[promise.noted_urgency],
        "We said it was": ("Urgent" if urgent else "Regular") if "claim" in note.has else None,
        "They said it would come within": unit_words
        if "told" in note.has and promise.noted_urgency != "unknown"
        else None,
        "Number for the call-back": number,
        "Service request no.": promise.sr if "sr" in note.has else None,
    }


_NUMBER_FORMATS = {"date": "m/d/yyyy", "time": "h:mm AM/PM", "id": "@"}
_YES_NO = {True: "Yes", False: "No"}
_QUESTIONS = (yours.NAME, yours.ZONE, yours.EVERY, yours.SINCE)


def write_values_only(path: Path, rows: list[dict], office: dict) -> None:
    """The sheets *Calls* and *Your office*."""
    file = xlsxwriter.Workbook(str(path))
    file.set_properties({"created": datetime(2023, 1, 3)})  # else it would be the moment of writing
    styles = {kind: file.add_format({"num_format": form}) for kind, form in _NUMBER_FORMATS.items()}
    _write_calls(file.add_worksheet("Calls"), rows, styles)
    _write_office(file.add_worksheet("Your office"), office, styles)
    file.close()


def _write_calls(sheet, rows: list[dict], styles: dict) -> None:
    kept = [column for column in columns.COLUMNS if column.kind != "live"]
    for place, column in enumerate(kept):
        sheet.write_string(0, place, column.header)
        for row_no, row in enumerate(rows, 1):
            _write_cell(sheet, row_no, place, row.get(column.header), styles.get(column.kind))


def _write_office(sheet, office: dict, styles: dict) -> None:
    since = office["logs_callbacks_since"]
    answers = [office["name"], office["timezone"], "Yes" if since else "No", since]
    lines = [("Your office", "Answer"), *zip(_QUESTIONS, answers, strict=True), (), yours.HOURS_HEADER]
    hours = {h["weekday"]: (time.fromisoformat(h["opens"]), time.fromisoformat(h["closes"])) for h in office["hours"]}
    lines += [(name, *hours.get(day, ())) for day, name in enumerate(yours.WEEKDAYS, 1)]
    lines += [(), yours.LINES_HEADER]
    for n in office["lines"]:
        lines.append((n["number"], n["kind"].capitalize(), _YES_NO[n["withheld_get_through"]], n["covered_by"]))
    for row_no, line in enumerate(lines):
        for place, value in enumerate(line):
            _write_cell(sheet, row_no, place, value, styles["time" if isinstance(value, time) else "id"])


def _write_cell(sheet, row_no: int, place: int, value, style) -> None:
    if isinstance(value, date | time):
        sheet.write_datetime(row_no, place, value, style)
    elif isinstance(value, str) and value:
        sheet.write_string(row_no, place, value, style)
    elif value is not None and value != "":
        sheet.write_number(row_no, place, value, style)
