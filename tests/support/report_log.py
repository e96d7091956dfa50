"""A log of invented facts for tests of charts and reports: every table that a report uses, nothing real."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

import pyarrow as pa

from callanalytics import schema
from callanalytics.accounting import Account
from callanalytics.agencies import Agency
from callanalytics.selection import Selection
from measure_rows import ALL, AS_OF, OFFICES, TABLES, USCIS, Frame
from measure_rows import log as measured

NOTHING = Account("rows", 0)
RULES = {"urgent": ("t2-urgent-2021", "t2-urgent-2022"), "regular": ("t2-regular-2021", "t2-regular-2022")}


@dataclass(frozen=True)
class Log:
    """The part of ``callanalytics.load``'s result that a report uses."""

    calls: Frame
    agency_calls: Frame
    callbacks: Frame
    promises: Frame
    entries: Frame
    offices: Frame
    sources: Frame
    coverage: Frame
    rejects: Frame
    set_aside: Frame
    fingerprint: str = "5f" * 32
    as_of: object = AS_OF
    is_invented: bool = False
    rows: Account = NOTHING
    logged: object = None
    agency: Agency = USCIS
    selected: tuple[str, ...] = ()
    selection: Selection = ALL

    def in_period(self, since=None, until=None) -> "Log":
        return self.where(since=since, until=until)

    def where(self, *, since=None, until=None, office=()) -> "Log":
        chosen = Selection(tuple(office), since or self.selection.since, until or self.selection.until)
        tables = {name: chosen.rows(name, lambda each: getattr(self, each).arrow) for name in TABLES}
        return replace(self, selection=chosen, **{name: Frame(rows, OFFICES) for name, rows in tables.items()})

    def unseen(self, name, count=None) -> dict:
        return {}


@cache
def log(n=1200, seed=3) -> Log:
    """`n` agency calls, callbacks, and promises; 0 gives a log without any."""
    facts = measured(max(n, 1), seed)
    tables = {name: getattr(facts, name) for name in ("agency_calls", "callbacks", "promises", "entries", "offices")}
    tables["promises"] = _with(tables["promises"], "rule_id", _rule)
    tables["callbacks"] = _with(tables["callbacks"], "in_office_hours", _in_hours)
    if not n:
        tables = {name: replace(t, arrow=t.arrow[:0]) if name != "offices" else t for name, t in tables.items()}
    beside = {"sources": sources, "coverage": coverage, "rejects": rejects, "set_aside": set_aside}
    made = {name: Frame(make() if n else schema.empty(name), OFFICES) for name, make in beside.items()}
    return Log(calls=Frame(schema.empty("calls"), OFFICES), **tables, **made)


def _with(frame, column, value):
    place = frame.arrow.column_names.index(column)
    field = frame.arrow.schema.field(column)
    values = pa.array([value(row) for row in frame.arrow.to_pylist()], field.type)
    return replace(frame, arrow=frame.arrow.set_column(place, field, values))


def _rule(row):
    rules = RULES.get(row["urgency"])
    if rules is None or row["is_due_strict"] is None:
        return None
    return "|".join(rules) if row["is_due_default"] is None else rules[-1]


def _in_hours(row):
    return None if row["hour_local"] is None or row["office_id"] == "o3" else 9 <= row["hour_local"] < 17


def sources():
    rows = [
        ("o1", "hand_log", 412, 0, 389, 0, 9, 14),
        ("o1", "ringcentral_detailed", 1204, 1131, 0, 0, 0, 73),
        ("o2", "google_voice", 96, 22, 0, 5, 0, 69),
        ("o3", "hand_log", 500, 0, 490, 0, 3, 7),
    ]
    names = "office_id format rows calls entries notices rejects set_aside".split()
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    ids = [f"{i:016x}" for i in range(len(rows))]
    flags = {name: [True] * len(rows) for name in ("has_unanswered", "has_caller_id", "has_zone")}
    records = {
        "source_id": ids,
        "sha256": ids,
        "name": ["Smith v USCIS.xlsx"] * len(rows),
        "settings": ["{}"] * len(rows),
    }
    return schema.build("sources", columns | flags | records)


def coverage():
    moments = [datetime(2021, 11, 1, tzinfo=UTC), datetime(2022, 6, 30, tzinfo=UTC)]
    return schema.build(
        "coverage",
        {
            "office_id": ["o1", "o1", "o2", "o3"],
            "our_number": ["+12125550100", "+12125550101", "+13125550100", None],
            "from_utc": moments[:1] * 4,
            "to_utc": moments[1:] * 4,
            "has_unanswered": [True] * 4,
            "basis": ["export", "export", "export", "declared"],
            "source_id": ["1", "1", "2", None],
        },
    )


def rejects():
    return schema.build("rejects", {"office_id": ["o1"] * 9, "source_id": ["0"] * 9, "row": range(9),
                                    "reason": ["wait"] * 6 + ["date"] * 3, "wanted": [""] * 9})  # fmt: skip


def set_aside():
    return schema.build("set_aside", {"office_id": ["o1"] * 20, "source_id": ["0"] * 20, "row": range(20),
                                      "reason": ["leg"] * 15 + ["text"] * 5})  # fmt: skip
