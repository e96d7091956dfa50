"""The hand log: notes as rows of the template, by its own headers and words."""

from __future__ import annotations

from datetime import datetime

from callanalytics.agencies import Agency
from callanalytics.sample.dice import Dice
from callanalytics.sample.exports.phone import half_day, us
from callanalytics.sample.model import Dial, Note, Promise, Ring
from callanalytics.template import columns as words

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


def rows(notes: list[Note], agency: Agency, above: int) -> list[dict]:
    """One row a note, numbered from 1, in their order; `above` rows of the sheet stand before the first."""
    for number, note in enumerate(notes, 1):
        note.number, note.row = number, number + above
    return [_row(note, agency) for note in notes]


def _row(note: Note, agency: Agency) -> dict:
    cells = {"No.": note.number, "Date": note.at.date(), "Time": None if note.date_only else note.at.time()}
    if note.about:
        cells["About no."] = note.about.number
    if note.what == "dial":
        cells |= {"What happened": words.WE_CALLED} | _dial(note, note.dial, agency)
    elif note.what == "ring":
        cells |= _ring(note, note.ring)
    else:
        cells["What happened"] = _WHAT[note.what]
    return cells | spoiled(note)


def spoiled(note: Note) -> dict[str, str | None]:
    """The cells of a row that was written so that nobody can read it."""
    clock, _ = half_day(note.at)
    told: dict[str, dict[str, str | None]] = {
        "": {},
        "time without am or pm": {"Time": clock},
        "no such day": {"Date": f"2/30/{note.at:%y}"},
        "two calls in one cell": {"Time": f"{clock} / {(note.at.hour + 1) % 12 or 12}:{note.at:%M}"},
        "what happened is empty": {"What happened": None},
        "no figure": {"Minutes to a person": "4S"},
    }
    return told[note.wrong]


def _ring(note: Note, ring: Ring) -> dict:
    cells = {"What happened": _RANG[ring.result]}
    if "number" in note.has:
        cells["Number we used"] = us(ring.to)
    return cells


def _dial(note: Note, dial: Dial, agency: Agency) -> dict:
    has = note.has
    spoke = dial.tier or (dial.kind if dial.kind != "not_queued" else dial.outcome)
    cells = {
        "Number we used": us(dial.ours) if "our_number" in has else None,
        "Line": _line(dial, agency) if "line" in has or dial.line == "premium" else None,
        "Minutes to a person": note.wait_min,
        "Who spoke to us": _SPOKE[spoke],
        "Whole call, minutes": note.whole_min,
        "Reason": agency.reason(_reason(dial)).label if "reason" in has else None,
        "Matter": dial.need.matter if "matter" in has else None,
        "VAWA, T or U matter": "No" if "protected" in has else None,
        "May be cited": "No" if "may_cite" in has else None,
    }
    return cells | _more(note, dial, agency) | (_with_person(note, dial) if dial.tier else {})


def _line(dial: Dial, agency: Agency) -> str:
    return agency.line(dial.line).label


def _reason(dial: Dial) -> str:
    return dial.need.reason if dial.line == "contact_center" else "premium"


def _more(note: Note, dial: Dial, agency: Agency) -> dict:
    """The folded columns; what they hold hangs on the matter, not on the row."""
    dice, has = Dice(dial.need.id, dial.start), note.has
    said = agency_words(agency).get(dial.said)
    return {
        "Who called": dice.weighted(_ROLES) if "role" in has else None,
        "G-28 on file": "Yes" if "g28" in has else None,
        "Words said to the system": said if "words" in has else None,
        "Tried first": dice.weighted(_TRIED) if "tried" in has else None,
        "Field office": dice.pick(_FIELD_OFFICES) if "office" in has and dial.need.family == "appointment" else None,
    }


def agency_words(agency: Agency) -> dict[str, str]:
    return {word.code: word.label for word in agency.words_said}


def _with_person(note: Note, dial: Dial) -> dict:
    dice, has = Dice(dial.need.id, dial.start, "person"), note.has
    cells = {
        "Result": _RESULT[dial.outcome],
        "Call-back promised": words.NOT_PROMISED,
        "Agent name": dice.pick(("Agent A", "Agent K", "Agent M", "Agent R")) if "agent_name" in has else None,
        "Agent ID": f"{dice.whole(0, 9999):04d}" if "agent_id" in has else None,
        "Inquiries on this call": dice.weighted({1: 80, 2: 15, 3: 5}) if "inquiries" in has else None,
    }
    if dial.outcome == "service_request" and "sr" in has:
        cells["Service request no."] = f"{dice.whole(0, 99999999):08d}"
    if "claim" in has:
        cells["We said it was"] = "Urgent" if dice.chance(0.45) else "Regular"
    if dial.outcome == "appointment":
        day = dial.start.date().toordinal() + dice.whole(3, 20)
        cells["Appointment date"] = datetime.fromordinal(day).date()
    return cells | (_promise(note, dial.promise) if dial.promise else {})


def _promise(note: Note, promise: Promise) -> dict:
    said = {"urgent": words.URGENT, "regular": words.REGULAR, "unknown": "Yes, not told which"}
    number = us(promise.given) + (" ext. 204" if promise.extension else "") if promise.given else None
    urgent = promise.urgency == "urgent" or Dice(promise.id, "claim").chance(0.35)
    told = f"{promise.value} {promise.unit.replace('_', ' ')}"
    return {
        "Call-back promised": said[promise.noted_urgency],
        "We said it was": ("Urgent" if urgent else "Regular") if "claim" in note.has else None,
        "They said it would come within": told if "told" in note.has and promise.noted_urgency != "unknown" else None,
        "Number for the call-back": number,
        "Service request no.": promise.sr if "sr" in note.has else None,
    }
