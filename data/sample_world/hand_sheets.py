"""Three sheets that offices keep by hand in ways of their own.

One has its own header, a row a call, the callbacks in the same row, cells as they come. One has titles above and free
words in it: promises in the words of the call, callbacks in one cell. One is kept in some form tool that shows the
last two months: a CSV of them at the end of every month; a call stands in the files of its own month and of the next,
there with the callbacks that came in between.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path

from sample_world.history import Dice
from sample_world.model import Note, Promise
from sample_world.phone_exports import Accounts, half_day, us_number

SHEET_HEADER = [
    "Date", "Time", "Called from", "Hold time", "Spoke with", "Reason", "Result", "Callback?", "Callback number",
    "Called back on", "Answered?", "2nd call", "2nd answered?", "SR #", "Agent", "Agent ID", "File", "Notes",
]  # fmt: skip
_SPOKE = {
    "tier1": ("Tier 1", "T1", "tier 1"), "tier2": ("Tier 2", "T2"), "supervisor": ("supervisor",),
    "gave_up": ("nobody", ""), "cut_off": ("nobody", ""), "closed": ("",), "ivr_resolved": ("IVR",),
    "ivr_ended": ("IVR",), "ivr_not_understood": ("IVR", "nobody"), "ivr_gave_up": ("IVR", "nobody"),
}  # fmt: skip
_RESULT = {
    "resolved": ("solved", "resolved"), "service_request": ("SR opened", "service request"),
    "appointment": ("InfoPass appointment", "appointment"), "refused_too_soon": ("too soon",),
    "refused_use_online": ("use the website", "use online tools"), "refused_limit": ("limit of three",),
    "refused_no_g28": ("no G-28",), "refused_other": ("refused",), "unknown": ("nothing", "-"),
    "hung_up": ("hung up", "gave up"), "dropped": ("cut off", "disconnected"), "closed": ("closed",),
    "callback_promised": ("will call back", "callback promised"),
}  # fmt: skip
_SHEET_PROMISED = {"urgent": ("urgent",), "regular": ("regular",), "unknown": ("yes", "Y")}
_TOLD = {(72, "hours"): "72 hours", (30, "business_days"): "30 business days"}
_CALLED_BACK = (("Called back on", "Answered?"), ("2nd call", "2nd answered?"))
_ANSWERED = {"answered": ("Y", "yes"), "missed": ("N", "missed"), "voicemail": ("VM", "voicemail")}


def write_sheet(path: Path, entries: list[Note], reason_names: dict[str, tuple[str, ...]]) -> Accounts:
    """A row for each call noted, with its callbacks in it; a line of totals at the end."""
    agency_calls = [n for n in entries if n.what == "dial"]
    for row, note in enumerate(agency_calls, 2):
        note.row = row
    rows = [Line(note, later, reason_names).cells() for note, later in with_callbacks(entries)]
    minutes = sum(n.wait_min or 0 for n in agency_calls)
    rows.append({"Date": "TOTAL", "Hold time": f"{minutes // 60} hours", "Notes": f"{len(agency_calls)} calls"})
    text = io.StringIO()
    writer = csv.DictWriter(text, SHEET_HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
    rejects = sum(n.is_rejected for n in agency_calls)
    return Accounts(len(rows), entries=len(agency_calls) - rejects, rejects=rejects, set_aside=1)


def with_callbacks(entries: list[Note]) -> list[tuple[Note, list[Note]]]:
    """Each call with the notes of its callbacks; a callback without a call in the sheet has no place to stand."""
    agency_calls = [n for n in entries if n.what == "dial"]
    by_note: dict = {id(note): [] for note in agency_calls}
    for note in entries:
        if note.what != "dial" and id(note.about) in by_note:
            by_note[id(note.about)].append(note)
    return [(note, by_note[id(note)]) for note in agency_calls]


class Line:
    """One row of the sheet, by the headers of Chicago."""

    def __init__(self, note: Note, later: list[Note], reason_names):
        self.note, self.later, self.agency_call, self.reason_names = note, later, note.agency_call, reason_names
        self.dice = Dice(note.thing.code, "sheet")

    def cells(self) -> dict:
        note, agency_call, has = self.note, self.agency_call, self.note.has
        row = {
            "Date": self._date(note.noted_at),
            "Time": "" if note.date_only else _clock(note.noted_at) + self.dice.weighted({"": 9, " CT": 1}),
            "Called from": us_number(agency_call.ours) if "our_number" in has else "",
            "Hold time": self._held(),
            "Spoke with": self.dice.pick(
                _SPOKE[agency_call.tier or (agency_call.kind if agency_call.virtual_s else agency_call.outcome)]
            ),
            "Reason": self._reason() if "reason" in has else "",
            "Result": self.dice.pick(_RESULT.get(agency_call.outcome, ("",))),
            "File": agency_call.need.matter if "matter" in has else "",
            "Notes": self.dice.weighted({"": 90, "long day": 4, "see file": 6}),
        }
        return (
            row | self._agent() | (self._promised(agency_call.promise) if agency_call.promise else {}) | self._spoiled()
        )

    def _reason(self) -> str:
        line = self.agency_call.line
        return self.dice.pick(self.reason_names[self.agency_call.need.reason if line == "contact_center" else line])

    def _date(self, noted: datetime) -> str:
        return f"{noted.month}/{noted.day}/{noted:%Y}"

    def _held(self) -> str:
        """Minutes as people write them."""
        minutes, kind = self.note.wait_min, self.agency_call.kind
        if minutes is None:
            return ""
        plain = [f"{minutes}", f"{minutes} min", f"{minutes} minutes", f"{minutes}"]
        if minutes >= 60:
            plain += [f"{minutes // 60}h{minutes % 60:02d}", f"{minutes // 60} hr {minutes % 60} min"]
        if minutes % 5 == 0:
            plain += [f"~{minutes} min", f"about {minutes}"]
        words = self.dice.pick(plain)
        if kind == "gave_up" and self.dice.chance(0.6):
            return f"hung up after {words}"
        return f"cut off after {words}" if kind == "cut_off" and self.dice.chance(0.6) else words

    def _agent(self) -> dict:
        if not self.agency_call.tier:
            return {}
        has, dice = self.note.has, self.dice
        sr = self.agency_call.promise.sr if self.agency_call.promise else f"{dice.whole(0, 99999999):08d}"
        issued = self.agency_call.outcome in ("service_request", "callback_promised") and "sr" in has
        return {
            "Callback?": self.dice.weighted({"no": 6, "": 4}),
            "SR #": sr if issued else "",
            "Agent": dice.pick(("Agent B", "Agent D", "Agent T")) if "agent_name" in has else "",
            "Agent ID": f"{dice.whole(0, 9999):04d}" if "agent_id" in has else "",
        }

    def _promised(self, promise: Promise) -> dict:
        number = us_number(promise.given) + (" x204" if promise.extension else "") if promise.given else ""
        words: tuple[str, ...] = _SHEET_PROMISED[promise.noted_urgency]
        if promise.noted_urgency != "unknown" and (promise.value, promise.unit) in _TOLD:
            words += (_TOLD[promise.value, promise.unit],)
        row = {"Callback?": self.dice.pick(words), "Callback number": number}
        callbacks = [n for n in self.later if n.what == "ring"][:2]
        for (when, how), note in zip(_CALLED_BACK, callbacks, strict=False):
            row |= {
                when: f"{self._date(note.noted_at)} {_clock(note.noted_at)}",
                how: self.dice.pick(_ANSWERED[note.callback.result]),
            }
        return row

    def _spoiled(self) -> dict:
        noted = self.note.noted_at
        clock, _ = half_day(noted)
        return {
            "": {},
            "time without am or pm": {"Time": clock},
            "no such day": {"Date": f"2/30/{noted:%Y}"},
            "two calls in one cell": {"Time": f"{clock} / {(noted.hour + 1) % 12 or 12}:{noted:%M}"},
            "no figure": {"Hold time": "4S"},
        }[self.note.wrong]


def _clock(noted: datetime) -> str:
    return " ".join(half_day(noted)).lower()


FREE_TEXT_TITLE = ["USCIS Contact Center calls - 2022"]
FREE_TEXT_HEADER = [
    "Date", "Time", "Rep", "Badge", "Length of hold", "Outcome", "Call-back promised", "CB no.", "Call backs", "SR",
    "Matter", "Follow up",
]  # fmt: skip
_FREE_TEXT_PROMISED = {
    "urgent": ("w/in 72 hrs", "72 hrs", "urgent", "call back w/in 72 hrs"),
    "regular": ("30 biz days", "30 business days", "regular"),
    "unknown": ("yes", "Tier 2 will call"),
}
_RANG = {
    "answered": ("talked to officer", "answered", "spoke w/ officer"),
    "missed": ("missed", "missed, no VM"),
    "voicemail": ("VM", "left VM"),
}
_ROWS_ABOVE = 3  # title, empty line, header


def write_free_text(path: Path, entries: list[Note], reason_names: dict[str, tuple[str, ...]]) -> Accounts:
    """A row for each call noted."""
    rows = []
    for row, (note, later) in enumerate(with_callbacks(entries), _ROWS_ABOVE + 1):
        note.row = row
        rows.append(_free_text_cells(note, later, Line(note, later, reason_names).cells()))
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([FREE_TEXT_TITLE, [], FREE_TEXT_HEADER, *rows])
    path.write_bytes(text.getvalue().encode())
    return Accounts(len(rows), entries=len(rows))


def _free_text_cells(note: Note, later: list[Note], of_chicago: dict) -> list[str]:
    dice = Dice(note.thing.code, "free text")

    def cell(name: str) -> str:
        return of_chicago.get(name, "")

    promise = note.agency_call.promise
    promised = dice.pick(_FREE_TEXT_PROMISED[promise.noted_urgency]) if promise else cell("Callback?")
    callbacks = [each for each in later if each.what == "ring"][:2]
    return [
        cell("Date"), cell("Time").removesuffix(" CT"), cell("Agent"), cell("Agent ID"), cell("Hold time"),
        cell("Result"), promised, cell("Callback number"), ", ".join(_in_words(each, dice) for each in callbacks),
        cell("SR #"), cell("File"), dice.weighted({"": 80, "client": 10, "done": 10}),
    ]  # fmt: skip


def _in_words(callback: Note, dice: Dice) -> str:
    """As in ``1/13 9:05am missed``."""
    clock, half = half_day(callback.noted_at)
    noted = f" {clock}{half.lower()}" if dice.chance(0.6) else ""
    return f"{callback.noted_at.month}/{callback.noted_at.day}{noted} {dice.pick(_RANG[callback.callback.result])}"


ROLLING_HEADER = [
    "Date & time", "Phone number called from", "Min on hold", "Spoke to", "Reason for call", "What happened",
    "Call back promised?", "Number for call back", "Called back on", "Answered?", "2nd call", "2nd answered?",
    "Tracking/SR number", "Name & ID # of agent", "Our file", "Initials",
]  # fmt: skip
ROLLING_YEAR = 2022


def write_rolling(folder: Path, entries: list[Note], reason_names: dict[str, tuple[str, ...]]) -> dict[str, Accounts]:
    """The twelve files of the year; the newest that has a row accounts for it."""
    for note in entries:
        if note.what == "ring" and note.about and note.noted_at.date() >= _first_of(note.about.noted_at.month + 2):
            note.callback.note = None  # no file has both the call and this callback
    files = {}
    for month in range(1, 13):
        first, last = _first_of(month - 1), _first_of(month + 1) - timedelta(days=1)
        seen = [note for note in entries if first <= note.noted_at.date() <= last]
        rows = [_rolling_cells(Line(note, later, reason_names).cells()) for note, later in with_callbacks(seen)]
        name = f"USCIS calls {ROLLING_YEAR}-{month:02}.csv"
        _save_rolling(folder / name, rows)
        again = 0 if month == 12 else sum(n.what == "dial" and n.noted_at.month == month for n in seen)
        files[name] = Accounts(len(rows), entries=len(rows) - again, set_aside=again)
    return files


def _first_of(month: int) -> date:
    """The first day of a month of the year; 0 is the December before it, 13 the January after."""
    return date(ROLLING_YEAR + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _rolling_cells(of_chicago: dict) -> list[str]:
    def cell(name: str) -> str:
        return of_chicago.get(name, "")

    agent = ", ".join(filter(None, (cell("Agent"), cell("Agent ID") and f"#{cell('Agent ID')}")))
    return [
        f"{cell('Date')} {cell('Time').removesuffix(' CT')}".strip(), cell("Called from"), cell("Hold time"),
        cell("Spoke with"), cell("Reason"), cell("Result"), cell("Callback?"), cell("Callback number"),
        cell("Called back on"), cell("Answered?"), cell("2nd call"), cell("2nd answered?"), cell("SR #"), agent,
        cell("File"), "RT",
    ]  # fmt: skip


def _save_rolling(path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([ROLLING_HEADER, *rows])
    path.write_bytes(text.getvalue().encode())
