"""The key: what really happened, and what the files can show of it."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from statistics import NormalDist

from callanalytics.sample import evidence, model, queue, writing
from callanalytics.sample.almanac import eastern
from callanalytics.sample.exports.phone import Accounts
from callanalytics.sample.history import History
from callanalytics.sample.model import Dial, Promise, Ring

_NORMAL = NormalDist()
_BLOCKS = {"8-10": range(8, 10), "10-14": range(10, 14), "14-17": range(14, 17), "17-20": range(17, 20)}
_ABOUT = (
    "Invented. No real client, office, call or agent is in here. dials.csv, promises.csv and rings.csv hold what "
    "happened in the invented world; 'evidence' and 'certain' say what the exports beside this folder show of it."
)


def write(folder: Path, histories: list[History], files: dict[str, Accounts], seed: int) -> None:
    """The key as three tables and one page of numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    _csv(folder / "dials.csv", [_dial(d, h) for h in histories for d in h.dials])
    _csv(folder / "promises.csv", [_promise(p, h) for h in histories for p in h.promises])
    _csv(folder / "rings.csv", [_ring(r) for h in histories for r in h.rings])
    page = {
        "about": _ABOUT,
        "seed": seed,
        "as_of": str(evidence.AS_OF),
        "offices": {h.office.key: _office(h) for h in histories},
        "files": {name: accounts._asdict() for name, accounts in files.items()},
        "truth": truth(histories),
        "parameters": _parameters(),
    }
    (folder / "key.json").write_bytes((json.dumps(page, indent=1) + "\n").encode())


# ---- the truth ----------------------------------------------------------------------------------


def truth(histories: list[History]) -> dict:
    """True medians, in minutes, of the wait for calls made when these offices made theirs; true shares."""
    queued = _queued(histories)
    promises = [p for h in histories for p in h.promises]
    return {
        "median_wait_min": median_of(queued),
        "median_wait_min_by_hour": {hour: median_of(c) for hour, c in _split(queued, lambda d: eastern(d.start).hour)},
        "median_wait_min_by_weekday": {
            day: median_of(c) for day, c in _split(queued, lambda d: eastern(d.start).isoweekday())
        },
        "median_wait_min_by_block": {
            name: median_of([d for d in queued if eastern(d.start).hour in hours]) for name, hours in _BLOCKS.items()
        },
        "median_wait_min_by_office": {h.office.key: median_of(_queued([h])) for h in histories},
        "calls_that_joined_the_queue": len(queued),
        "promises": _counts(p.urgency for p in promises),
        "fates": _counts(p.fate for p in promises),
        "rings": _counts(r.result for h in histories for r in h.rings if r.channel == "voice"),
        "contact_in_the_stated_time": {word: _in_time(promises, word) for word in ("urgent", "regular")},
    }


def _queued(histories: list[History]) -> list[Dial]:
    return [d for h in histories for d in h.dials if d.virtual_s is not None and d.line == "contact_center"]


def _in_time(promises: list[Promise], urgency: str) -> dict:
    """Of the promises due by the last day, those rung or e-mailed by then; the withdrawn are left out."""
    due = [p for p in promises if p.urgency == urgency and p.due <= evidence.END and p.fate != "withdrawn"]
    kept = [p for p in due if any(at <= p.due for at in [p.emailed, *(r.start for r in p.rings)] if at)]
    return {"due": len(due), "in_time": len(kept)}


def _split(dials: list[Dial], key) -> list[tuple[str, list[Dial]]]:
    parts: dict = {}
    for dial in dials:
        parts.setdefault(key(dial), []).append(dial)
    return [(str(name), parts[name]) for name in sorted(parts)]


def median_of(dials: list[Dial]) -> float:
    """The true median, in minutes, of a mixture of lognormals: one for the moment of each call."""
    mixture = sorted(Counter(queue.median_min(d.start) for d in dials).items())
    low, high = 1.0, 600.0
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(n * _NORMAL.cdf(math.log(middle / median) / model.WAIT_SIGMA) for median, n in mixture)
        low, high = (middle, high) if below < len(dials) / 2 else (low, middle)
    return round(low, 2)


def _parameters() -> dict:
    """Every number of the model, by its name there."""
    named = {name: value for name, value in vars(model).items() if name.isupper()}
    return {name: str(value) if isinstance(value, date) else value for name, value in named.items()}


# ---- what the files show ------------------------------------------------------------------------


def _office(history: History) -> dict:
    """What the product must find, as counts."""
    waits = [d for d in history.dials if (note := evidence.noted(d)) and note.wait_min and d.kind != "not_queued"]
    promises = [p for p in history.promises if evidence.is_noted(p.dial)]
    certain = [p for p in promises if evidence.is_certain(p, history)]
    rings = [r for r in history.rings if r.channel == "voice" and evidence.is_ours_for_sure(r)]
    return {
        "name": history.office.name,
        "timezone": history.office.zone,
        "calls_in_two_files": writing.calls_in_two_files(history),
        "dials": _counts(evidence.evidence(d) for d in history.dials),
        "noted_waits": _counts(d.kind for d in waits),
        "promises": _counts(p.noted_urgency for p in promises),
        "promises_certain": len(certain),
        "states_certain": _counts(evidence.state(p, history) for p in certain),
        "rings_certain": _counts("answered" if r.result == "answered" else "unanswered" for r in rings),
    }


def _counts(words) -> dict:
    return dict(sorted(Counter(words).items()))


def _dial(d: Dial, history: History) -> dict:
    note = evidence.noted(d)
    return {
        "dial": d.id, "started_at_utc": _moment(d.start), "line": d.line, "evidence": evidence.evidence(d),
        "kind": d.kind, "wait_s": d.wait_s, "virtual_wait_s": d.virtual_s if d.virtual_s != d.wait_s else None,
        "duration_s": d.duration_s, "row": (note.row or None) if note else None,
        "doubtful": "yes" if evidence.is_doubtful(d, history) else None,
    }  # fmt: skip


def _promise(p: Promise, history: History) -> dict:
    note, certain = evidence.noted(p.dial), evidence.is_certain(p, history)
    rings = evidence.linked(p)
    return {
        "promise": p.id, "dial": p.dial.id, "urgency": p.urgency, "stated": f"{p.value} {p.unit}",
        "started_at_utc": _moment(p.start), "due_utc": _moment(p.due), "fate": p.fate, "rung_at": p.to,
        "row": (note.row or None) if note else None, "noted_urgency": p.noted_urgency if note else None,
        "noted_number": p.given, "noted_extension": _yes(p.extension), "sr_number": p.sr,
        "emailed_at_utc": _moment(p.emailed), "withdrawn_at_utc": _moment(p.withdrawn),
        "notice_at_utc": _moment(p.notice), "restarted_at_utc": _moment(p.restarted),
        "certain": _yes(certain),
        "due_default_utc": _moment(evidence.due_moment(p)),
        "linked_rings": len(rings), "first_ring_result": rings[0].result if rings else None,
        "state": evidence.state(p, history) if certain else None,
    }  # fmt: skip


def _ring(r: Ring) -> dict:
    return {
        "ring": r.id, "promise": r.promise.id, "started_at_utc": _moment(r.start), "channel": r.channel,
        "our_number": r.to, "shows": r.shows, "result": r.result, "evidence": evidence.evidence(r),
        "linked_by_the_log": _yes(evidence.is_linked(r)), "certainly_the_agency": _yes(evidence.is_ours_for_sure(r)),
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _csv(path: Path, rows: list[dict]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
