"""Small invented logs for the tests of the facts: one office in Chicago, its calls and entries, row by row.

Times are on the office's clock: ``"2022-03-01 10:05"``; a date alone is an entry without a time of day.
"""

from datetime import date, datetime
from functools import cache
from types import SimpleNamespace

import numpy as np
import pyarrow as pa

from callanalytics import agencies, clocks, facts, schema
from callanalytics.facts import states
from callanalytics.values import zones

ID, ZONE = "0" * 32, "America/Chicago"
USCIS, PREMIUM, CALLBACK = "+18003755283", "+18663155718", "+12028382200"
MAIN, CELL = "+13125550100", "+13125550101"


def office(**more) -> dict:
    return {
        "office_id": ID,
        "name": "Alder and Birch",
        "timezone": ZONE,
        "hours": None,
        "lines": None,
        "logs_callbacks_since": None,
        **more,
    }


def line(number, covered_by=None, withheld=None, kind="desk") -> dict:
    return {"number": number, "kind": kind, "withheld_get_through": withheld, "covered_by": covered_by}


def utc(written: str) -> datetime:
    """A time on the office's clock, in UTC."""
    return _moment(written, ZONE)


def eastern(written: str) -> datetime:
    return _moment(written, zones.EASTERN)


def _moment(written, zone):
    local = np.array([written.replace(" ", "T")], "M8[us]")
    return zones.to_utc(local, zone)[0][0].item()


def _times(written):
    """The time columns of a row: a full time, a date alone, or nothing."""
    if written is None:
        return {"started_at_utc": None, "started_at_local": None, "timezone": None, "timezone_source": None}
    local = datetime.fromisoformat(written)
    moment = utc(written) if len(written) > 10 else None
    return {"started_at_utc": moment, "started_at_local": local, "timezone": ZONE, "timezone_source": "user"}


def call(
    id, moment, direction="outbound", other=USCIS, ours=MAIN, s=600, outcome="answered", source="a", **more
) -> dict:
    known = other is not None
    return {
        "office_id": ID,
        "call_id": id,
        "source_id": source,
        "source_row": 1,
        "format": "invented",
        **_times(moment),
        "direction": direction,
        "our_number": ours,
        "other_number": other,
        "caller_id": "known" if known else "withheld",
        "duration_s": s,
        "duration_kind": "total",
        "duration_precision_s": 1,
        "outcome": outcome,
        "legs": 1,
        **more,
    }


def rang(id, moment, other=CALLBACK, ours=MAIN, outcome="missed", s=0, **more) -> dict:
    """An inbound call; ``other`` None: the caller ID was withheld."""
    return call(id, moment, "inbound", other, ours, s, outcome, **more)


def stranger(id, moment, ours=MAIN, **more) -> dict:
    return call(id, moment, "inbound", None, ours, 60, caller_id="known", **more)


def note(id, moment, kind="dial", **more) -> dict:
    precision = None if moment is None else 60 if len(moment) > 10 else 86400
    return {
        "office_id": ID,
        "entry_id": id,
        "source_id": "h",
        "source_row": 1,
        "item": 0,
        "format": "hand_log",
        **_times(moment),
        "started_precision_s": precision,
        "time_refers_to": "start",
        "kind": kind,
        "wait_outcome": "unknown",
        "wait_origin": "dial",
        "outcome": "unknown",
        **more,
    }


def promise(id, moment, promised="urgent", number=MAIN, **more) -> dict:
    """An entry of a call on which a callback was promised."""
    return note(id, moment, promised=promised, callback_number=number, outcome="callback_promised", tier="tier1",
                wait_outcome="reached", **more)  # fmt: skip


def notice(id, moment, kind="announcement", channel="text", ours=MAIN, **more) -> dict:
    return {"office_id": ID, "notice_id": id, "source_id": "n", "source_row": 1, "format": "texts", **_times(moment),
            "channel": channel, "kind": kind, "our_number": ours, **more}  # fmt: skip


def source(id="a", witness=True, format="invented", n=100, **more) -> dict:
    return {"office_id": ID, "source_id": id, "sha256": id * 64, "name": "march.csv", "format": format,
            "settings": "{}", "has_unanswered": witness, "has_caller_id": True, "has_zone": False, "rows": n,
            "calls": n, "entries": 0, "notices": 0, "rejects": 0, "set_aside": 0, **more}  # fmt: skip


def table(name, rows) -> pa.Table:
    rows = list(rows)
    if not rows:
        return schema.empty(name)
    names = list(dict.fromkeys(key for row in rows for key in row))
    return schema.build(name, {key: [row.get(key) for row in rows] for key in names})


def build(calls=(), entries=(), notices=(), sources=None, **more) -> SimpleNamespace:
    """An office's facts, each table as a list of rows; ``tables`` has them as Arrow."""
    given = sources if sources is not None else [source(id) for id in sorted({c["source_id"] for c in calls})]
    tables = [table(n, rows) for n, rows in zip(TABLES, (calls, entries, notices, given), strict=True)]

    @cache  # several tests use the same day more than once
    def until(moment=None):
        return facts.build(office(**more), *tables, agencies.load(), until=moment)

    made = until()
    rows = {name: rows.to_pylist() for name, rows in made.items()}
    return SimpleNamespace(tables=made, until=until, office=office(**more), **rows)


TABLES = ("calls", "entries", "notices", "sources")


def standing(made, as_of) -> list[dict]:
    """The promises of built facts on a day."""
    return loaded(made, as_of).to_pylist()


def loaded(made, as_of) -> pa.Table:
    """The table of promises on a day."""
    day = clocks.end_of_day(date.fromisoformat(as_of), agency=agencies.load())
    then = made.until(day)
    return states.promises_as_of(then["promises"], then["callbacks"], [made.office], day, agencies.load())


def ends(made, as_of, measure, statistic="rate") -> tuple[int, int]:
    """The events of both ends of a measure over the promises on a day."""
    table = measure(loaded(made, as_of)).table
    if table.empty:
        return 0, 0
    table = table[(table["statistic"] == statistic) & (table.get("reading", "default") == "default")]
    return tuple(int(table.loc[table["link"] == link, "events"].iloc[0]) for link in ("certain", "possible"))


def state(made, as_of) -> str:
    (row,) = standing(made, as_of)
    return row["state"]


def naive(moment):
    """A time without its zone, to compare with ``utc(...)``."""
    return moment.replace(tzinfo=None) if moment else None
