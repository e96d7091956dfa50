"""A sheet as people keep it: their own header, a row a call, the call-backs in the same row, cells as they come."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

from callanalytics.sample.dice import Dice
from callanalytics.sample.exports.phone import Accounts, half_day, us
from callanalytics.sample.model import Note, Promise

HEADER = [
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
_PROMISED = {"urgent": ("urgent",), "regular": ("regular",), "unknown": ("yes", "Y")}
_TOLD = {(72, "hours"): "72 hours", (30, "business_days"): "30 business days"}
_CALLED_BACK = (("Called back on", "Answered?"), ("2nd call", "2nd answered?"))
_ANSWERED = {"answered": ("Y", "yes"), "missed": ("N", "missed"), "voicemail": ("VM", "voicemail")}


def write(path: Path, notes: list[Note], reason_names: dict[str, tuple[str, ...]]) -> Accounts:
    """A row for each call noted, with its call-backs in it; a line of totals at the end."""
    dials = [n for n in notes if n.what == "dial"]
    for row, note in enumerate(dials, 2):
        note.row = row
    rows = [Line(note, later, reason_names).cells() for note, later in with_callbacks(notes)]
    minutes = sum(n.wait_min or 0 for n in dials)
    rows.append({"Date": "TOTAL", "Hold time": f"{minutes // 60} hours", "Notes": f"{len(dials)} calls"})
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
    rejects = sum(n.is_rejected for n in dials)
    return Accounts(len(rows), notes=len(dials) - rejects, rejects=rejects, set_aside=1)


def with_callbacks(notes: list[Note]) -> list[tuple[Note, list[Note]]]:
    """Each call with the notes of its call-backs; a call-back without a call in the sheet has no place to stand."""
    dials = [n for n in notes if n.what == "dial"]
    of: dict = {id(note): [] for note in dials}
    for note in notes:
        if note.what != "dial" and id(note.about) in of:
            of[id(note.about)].append(note)
    return [(note, of[id(note)]) for note in dials]


class Line:
    """One row of the sheet, by the headers of Chicago."""

    def __init__(self, note: Note, later: list[Note], reason_names):
        self.note, self.later, self.dial, self.reason_names = note, later, note.dial, reason_names
        self.dice = Dice(note.thing.id, "sheet")

    def cells(self) -> dict:
        note, dial, has = self.note, self.dial, self.note.has
        row = {
            "Date": self._date(note.at),
            "Time": "" if note.date_only else _clock(note.at) + self.dice.weighted({"": 9, " CT": 1}),
            "Called from": us(dial.ours) if "our_number" in has else "",
            "Hold time": self._held(),
            "Spoke with": self.dice.pick(_SPOKE[dial.tier or (dial.kind if dial.virtual_s else dial.outcome)]),
            "Reason": self._reason() if "reason" in has else "",
            "Result": self.dice.pick(_RESULT.get(dial.outcome, ("",))),
            "File": dial.need.matter if "matter" in has else "",
            "Notes": self.dice.weighted({"": 90, "long day": 4, "see file": 6}),
        }
        return row | self._agent() | (self._promised(dial.promise) if dial.promise else {}) | self._spoiled()

    def _reason(self) -> str:
        line = self.dial.line
        return self.dice.pick(self.reason_names[self.dial.need.reason if line == "contact_center" else line])

    def _date(self, at: datetime) -> str:
        return f"{at.month}/{at.day}/{at:%Y}"

    def _held(self) -> str:
        """Minutes as people write them."""
        minutes, kind = self.note.wait_min, self.dial.kind
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
        if not self.dial.tier:
            return {}
        has, dice = self.note.has, self.dice
        sr = self.dial.promise.sr if self.dial.promise else f"{dice.whole(0, 99999999):08d}"
        issued = self.dial.outcome in ("service_request", "callback_promised") and "sr" in has
        return {
            "Callback?": self.dice.weighted({"no": 6, "": 4}),
            "SR #": sr if issued else "",
            "Agent": dice.pick(("Agent B", "Agent D", "Agent T")) if "agent_name" in has else "",
            "Agent ID": f"{dice.whole(0, 9999):04d}" if "agent_id" in has else "",
        }

    def _promised(self, promise: Promise) -> dict:
        number = us(promise.given) + (" x204" if promise.extension else "") if promise.given else ""
        words: tuple[str, ...] = _PROMISED[promise.noted_urgency]
        if promise.noted_urgency != "unknown" and (promise.value, promise.unit) in _TOLD:
            words += (_TOLD[promise.value, promise.unit],)
        row = {"Callback?": self.dice.pick(words), "Callback number": number}
        rings = [n for n in self.later if n.what == "ring"][:2]
        for (when, how), note in zip(_CALLED_BACK, rings, strict=False):
            row |= {when: f"{self._date(note.at)} {_clock(note.at)}", how: self.dice.pick(_ANSWERED[note.ring.result])}
        return row

    def _spoiled(self) -> dict:
        at = self.note.at
        clock, _ = half_day(at)
        return {
            "": {},
            "time without am or pm": {"Time": clock},
            "no such day": {"Date": f"2/30/{at:%Y}"},
            "two calls in one cell": {"Time": f"{clock} / {(at.hour + 1) % 12 or 12}:{at:%M}"},
            "no figure": {"Hold time": "4S"},
        }[self.note.wrong]


def _clock(at: datetime) -> str:
    return " ".join(half_day(at)).lower()
