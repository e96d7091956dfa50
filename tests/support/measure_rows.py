"""Invented facts of three offices, for the tests that count them: nothing in them is real, and all states occur."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa

from callanalytics import agencies, schema
from callanalytics.agencies import Agency
from callanalytics.selection import Selection

AS_OF = date(2022, 6, 30)
USCIS = agencies.load()
# One measure for each table and each way to estimate: the laws over all measures always try these.
QUICK = "wait volume reach_rate promise_kept_rate time_to_callback missed_callbacks log_completeness".split()
OFFICES = {"o1": "Alder and Birch", "o2": "Cedar", "o3": "Dogwood"}


@dataclass(frozen=True)
class Frame:
    """The part of a log's table that a measure uses."""

    arrow: pa.Table
    office_names: dict
    as_of: date = AS_OF

    @property
    def column_names(self):
        return self.arrow.column_names

    def to_arrow(self):
        return self.arrow

    def __len__(self):
        return self.arrow.num_rows


ALL = Selection()
TABLES = ("agency_calls", "callbacks", "promises", "entries")


@dataclass(frozen=True)
class Log:
    """A log of invented facts."""

    agency_calls: Frame
    callbacks: Frame
    promises: Frame
    entries: Frame
    offices: Frame
    as_of: date = AS_OF
    is_invented: bool = False
    agency: Agency = USCIS
    selection: Selection = ALL

    @property
    def selected(self) -> list[str]:
        return self.selection.sentences(len(OFFICES))

    def where(self, *, office=(), since=None, until=None, line=()) -> "Log":
        chosen = Selection(tuple(office), since, until, tuple(line))
        tables = {name: chosen.rows(name, lambda each: getattr(self, each).arrow) for name in TABLES}
        return replace(self, selection=chosen, **{name: Frame(rows, OFFICES) for name, rows in tables.items()})


def log(n=400, seed=1) -> Log:
    rng = np.random.default_rng(seed)
    tables = {
        "agency_calls": agency_calls(rng, n),
        "callbacks": callbacks(rng, n),
        "promises": promises(rng, n),
        "entries": entries(rng, n),
    }
    tables["offices"] = schema.build(
        "offices", {"office_id": list(OFFICES), "name": list(OFFICES.values()), "timezone": ["America/Chicago"] * 3}
    )
    return Log(**{name: Frame(table, OFFICES) for name, table in tables.items()})


def words(rng, n, *choices):
    """Random words; None is a missing word."""
    return [choices[i] for i in rng.integers(0, len(choices), n)]


def time_block(rng, n) -> dict:
    """Consistent time keys; a tenth have a date alone, a few have nothing, and a few are on a clock change."""
    days = [date(2021, 11, 1) + timedelta(int(d)) for d in rng.integers(0, 240, n)]
    hours = rng.integers(6, 22, n).tolist()
    has_date, has_hour = rng.random(n) > 0.03, rng.random(n) > 0.1
    days = [d if known else None for d, known in zip(days, has_date, strict=True)]
    hours = [h if known and d else None for h, known, d in zip(hours, has_hour, days, strict=True)]
    block = {
        "date": days,
        "month": [d and d.year * 100 + d.month for d in days],
        "weekday": [d and d.isoweekday() for d in days],
        "hour": hours,
    }
    block |= {f"{name}_local": values for name, values in block.items()}
    block["hour_local"] = [h if h is None else h - 1 for h in hours]
    return block | {"dst_flag": [str(f) if f else None for f in rng.choice(["", "repeated"], n, p=[0.97, 0.03])]}


def offices(rng, n):
    return {"office_id": [str(o) for o in rng.choice(list(OFFICES), n, p=[0.6, 0.3, 0.1])]}


def agency_calls(rng, n) -> pa.Table:
    kind = words(rng, n, "reached", "reached", "reached", "gave_up", "cut_off", "not_queued", "unknown")
    noted = [k not in ("not_queued", "unknown") and rng.random() > 0.05 for k in kind]
    reached = [{"reached": True, "unknown": None}.get(k, False) for k in kind]
    reason = words(rng, n, *REQUESTS, "case_status", None)
    asked = words(rng, n, *schema.REQUEST_RESULTS.split())
    recorded_in = ["phone" if k == "unknown" else e for k, e in zip(kind, words(rng, n, "entry", "both"), strict=True)]
    return schema.build(
        "agency_calls",
        offices(rng, n)
        | time_block(rng, n)
        | {
            "agency_call_id": [f"d{i}" for i in range(n)],
            "entry_id": [f"n{i}" for i in range(n)],
            "recorded_in": recorded_in,
            "time_refers_to": words(rng, n, "start", "start", "start", "end"),
            "line": words(rng, n, "contact_center", "contact_center", "premium"),
            "wait_s": [int(w) * 60 if known else None for w, known in zip(rng.gamma(2, 20, n), noted, strict=True)],
            "wait_outcome": kind,
            "wait_origin": words(rng, n, "dial", "dial", "dial", "queue", "unstated"),
            "wait_rounding_s": words(rng, n, 60, 300, None),
            "person_reached": reached,
            "tier": [t if r else None for t, r in zip(words(rng, n, "tier1", "tier2", None), reached, strict=True)],
            "outcome": words(rng, n, *schema.AGENCY_CALL_OUTCOMES.split()),
            "reason": reason,
            "urgency_claimed": words(rng, n, "urgent", "regular", None),
            "tier2_requested": words(rng, n, True, False, None),
            "promised": words(rng, n, *schema.PROMISED.split(), None),
            "request_result": [w if r in REQUESTS else None for w, r in zip(asked, reason, strict=True)],
            "request_days": [
                int(d) if r in REQUESTS and w in ("granted", "refused") and d < 40 else None
                for d, w, r in zip(rng.integers(0, 50, n), asked, reason, strict=True)
            ],
            **needs(rng, n),
            "in_live_hours": words(rng, n, True, True, True, True, False, None),
            "words_said": words(rng, n, "infopass", None),
            "caller_role": words(rng, n, "attorney", "staff", None),
            "g28_on_file": words(rng, n, True, False, None),
        },
    )


REQUESTS = ("appointment", "expedite_adjudication", "resched_interview")


def needs(rng, n) -> dict:
    """Every fifth call belongs to no episode; the others to episodes of one or more calls, numbered in order."""
    ids = [None if rng.random() < 0.2 else f"need{i}" for i in rng.integers(0, max(n // 2, 1), n)]
    so_far: dict = {}
    seqs = []
    for id in ids:
        so_far[id] = so_far.get(id, 0) + 1
        seqs.append(so_far[id] if id else None)
    return {"episode_id": ids, "episode_call": seqs}


def callbacks(rng, n) -> pa.Table:
    link = words(rng, n, "certain", "possible", "none")
    result = words(rng, n, *schema.CALLBACK_RESULTS.split())
    answered = [r == "answered" for r in result]
    return schema.build(
        "callbacks",
        offices(rng, n)
        | time_block(rng, n)
        | {
            "callback_id": [f"r{i}" for i in range(n)],
            "recorded_in": words(rng, n, "phone", "entry", "both"),
            "entry_id": words(rng, n, "n", None, None),
            "channel": words(rng, n, "voice", "voice", "voice", "text"),
            "caller_id": words(rng, n, "agency", "withheld", "unknown", "text", "not_recorded"),
            "result": result,
            "in_window": words(rng, n, True, True, False, None),
            "link": link,
            "is_credited": [
                True if k == "possible" and p < 0.5 else None for p, k in zip(rng.random(n), link, strict=True)
            ],
            "cause": [None if a else c for a, c in zip(answered, words(rng, n, *schema.CAUSES.split()), strict=True)],
            "attributed_to": [
                None if a else c for a, c in zip(answered, words(rng, n, *schema.PARTIES.split()), strict=True)
            ],
        },
    )


def promises(rng, n) -> pa.Table:
    """Promises whose flags are consistent, as they are after loading."""
    of_office = offices(rng, n)
    rows = [_promise(rng) for _ in range(n)]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns["free_callbacks"] = [  # no callback belongs to two offices
        [callback + 256 * 40 * list(OFFICES).index(office) for callback in callbacks]
        for callbacks, office in zip(columns["free_callbacks"], of_office["office_id"], strict=True)
    ]
    return schema.build(
        "promises",
        of_office
        | time_block(rng, n)
        | {
            "promise_id": [f"p{i}" for i in range(n)],
            "start_basis": ["call_end"] * n,
            "calendar": ["2022"] * n,
            "n_callbacks": [
                int(row["first_callback_result"] is not None) + int(row["second_callback_result"] is not None)
                for row in rows
            ],
            "notice_channel": words(rng, n, "text", "email", None, None),
            "possible_missed": words(rng, n, 1, 0, None, None),
            "rule_age_days": words(rng, n, 10, 500),
        }
        | columns,
        loaded=True,
    )


def _promise(rng):
    day = int(rng.integers(-5, 30))  # days from the start to the first contact; below 0: none
    age, dues = int(rng.integers(0, 30)), {"strict": 5, "default": 8, "lenient": 11, "quoted": 6}
    fate = rng.random()
    known = {"strict": fate > 0.1, "default": fate > 0.2, "lenient": fate > 0.1, "quoted": bool(rng.random() < 0.3)}
    watched = bool(rng.random() > 0.2)
    came = 0 <= day <= age
    row = {"urgency": ["urgent", "regular"][int(rng.integers(0, 2))] if fate > 0.1 else "unknown"}
    for reading, due in dues.items():
        has = known[reading]
        row |= {
            f"is_due_{reading}": due <= age if has else None,
            f"is_watched_{reading}": watched if has else None,
            f"is_kept_{reading}": came and day <= due if has else None,
        }
    row["is_watched"] = watched if known["strict"] else None
    email = came and rng.random() < 0.2
    first = [None, "answered", "missed", "voicemail", "blocked", "unknown"][
        int(rng.integers(1, 6)) if came and not email else 0
    ]
    again = first in ("missed", "voicemail", "blocked") and rng.random() < 0.6
    second = ["answered", "missed", "unknown"][int(rng.integers(0, 3))] if again else None
    in_time = came and day <= dues["default"]
    row |= {
        "first_callback_result": first,
        "second_callback_result": second,
        "is_round_closed_certain": None if first is None else bool(first == "answered" or rng.random() < 0.7),
        "is_round_watched_certain": None if first is None else bool(rng.random() < 0.8),
        "is_hit": "answered" in (first, second) and in_time if known["default"] else None,
        "followed_days": age if watched else None,
        "contact_by": ("email" if email else "phone") if came else "none",
        "restarted_at_utc": datetime(2022, 6, 1, tzinfo=UTC) if rng.random() < 0.4 else None,
        "callback_answered_at_utc": datetime(2022, 5, 1, tzinfo=UTC) if "answered" in (first, second) else None,
        "emailed_at_utc": datetime(2022, 5, 1, tzinfo=UTC) if email else None,
    }
    row |= _certain(row, rng, day, came, in_time, email, first, second)
    row["state"] = _state(row, rng, came, in_time, email, first, second, watched)
    return row


def _certain(row, rng, day, came, in_time, email, first, second) -> dict:
    """The contacts that are certain; the others were credited, and may be this promise's or another's."""
    sure = bool(rng.random() < 0.6) or email
    bits = schema.FREE_BITS
    worth = [sum(bit for word, bit in bits.items() if rng.random() < 0.5) for _ in range(int(rng.integers(0, 3)))]
    return {
        **{f"is_kept_certain_{r}": row[f"is_kept_{r}"] and sure if row[f"is_kept_{r}"] is not None else None
           for r in schema.READINGS},
        "is_hit_certain": None if row["is_hit"] is None else row["is_hit"] and sure,
        "certain_contact": None if row["is_due_default"] is None else
        "none" if not (came and sure) else "in_time" if in_time else "late",
        "certain_first_callback_result": first if sure else None,
        "certain_second_callback_result": second if sure else None,
        "certain_contact_days": day if came and sure else None,
        "free_callbacks": [256 * int(rng.integers(0, 40)) + each for each in worth],
        "free_days": [int(rng.integers(0, 20)) for _ in worth],
        "is_blocked": [False, False, False, False, None, True][int(rng.integers(0, 6))],
    }  # fmt: skip


def _state(row, rng, came, in_time, email, first, second, watched):
    if rng.random() < 0.07:
        return "withdrawn"
    if row["is_due_default"] is None and not came:
        return "rule_unknown"
    if came and (in_time or not row["is_due_default"]):
        if email:
            return "emailed"
        if first == "answered":
            return "answered_first"
        if second == "answered":
            return "answered_second"
        return "both_missed" if second else "missed_once"
    if not row["is_due_default"]:
        return "waiting"
    return "late" if came else "silent" if watched else "unwatched"


def entries(rng, n) -> pa.Table:
    return schema.build(
        "entries",
        offices(rng, n)
        | {
            "entry_id": [f"n{i}" for i in range(n)],
            "source_id": ["s"] * n,
            "source_row": list(range(n)),
            "item": [0] * n,
            "format": ["hand_log"] * n,
            "timezone": words(rng, n, "America/Chicago", None),
            "started_precision_s": words(rng, n, 60, 86400, None),
            "time_refers_to": ["start"] * n,
            "kind": words(rng, n, "dial", "dial", "ring"),
            "our_number": words(rng, n, "+12125550100", None),
            "wait_outcome": words(rng, n, "reached", "gave_up"),
            "wait_origin": ["dial"] * n,
            "outcome": words(rng, n, "service_request", "resolved", "callback_promised"),
            "tier": words(rng, n, "tier1", None),
            "promised": words(rng, n, "none", "urgent", "regular", None),
            "agent_name": words(rng, n, "given", None),
            "agent_id": words(rng, n, "given", None),
            "sr_number": words(rng, n, "given", None),
            "no_sr_reason": words(rng, n, None, None, "Refused"),
            "callback_number": words(rng, n, "+12125550100", None),
        },
    )
