"""Small invented rows for the store tests: one office, with exports of a few calls each."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from callanalytics import schema
from callanalytics.store.merge import united

OFFICE = "0" * 32
START = datetime(2022, 3, 1, 15, tzinfo=UTC)


def office() -> pa.Table:
    return schema.build(
        "offices", {"office_id": [OFFICE], "name": ["Alder and Birch"], "timezone": ["America/Chicago"]}
    )


def source_id(letter: str) -> str:
    return letter * 16


def calls(letter: str, minutes) -> pa.Table:
    """One call for each minute given; the same minute is the same call, whichever export has it."""
    starts = [START + timedelta(minutes=m) for m in minutes]
    n = len(starts)
    return schema.build(
        "calls",
        {
            "office_id": [OFFICE] * n,
            "call_id": [f"{m:032x}" for m in minutes],
            "source_id": [source_id(letter)] * n,
            "source_row": list(range(2, n + 2)),
            "format": ["invented"] * n,
            "started_at_utc": starts,
            "direction": ["outbound"] * n,
            "caller_id": ["known"] * n,
            "duration_kind": ["total"] * n,
            "duration_precision_s": [1] * n,
            "outcome": ["answered"] * n,
            "legs": [1] * n,
        },
    )


def sources(letter: str, n: int) -> pa.Table:
    counts = {"rows": [n], "calls": [n], "entries": [0], "notices": [0], "rejects": [0], "set_aside": [0]}
    given = {"has_unanswered": [True], "has_caller_id": [True], "has_zone": [False]}
    return schema.build(
        "sources",
        {
            "office_id": [OFFICE],
            "source_id": [source_id(letter)],
            "sha256": [letter * 64],
            "name": ["march.csv"],
            "format": ["invented"],
            "settings": ["{}"],
            **given,
            **counts,
        },
    )


def ingest(store, letter: str, minutes) -> bool:
    """A small version of `intake` for one export: add it, unite, publish. False if it is already there."""
    with store.writing():
        if source_id(letter) in store.source_ids():
            return False
        store.add_source(
            source_id(letter), {"calls": calls(letter, minutes), "sources": sources(letter, len(minutes))}, {}
        )
        publish(store)
    return True


def publish(store) -> None:
    """Publish all sources of a store, each call once, as its next version."""
    given = [store.read_source(s, "calls") for s in store.source_ids()]
    rows = pa.concat_tables([store.read_source(s, "sources") for s in store.source_ids()])
    store.publish({"calls": united(given, "call_id"), "sources": rows, "offices": office()})


def call_ids(store) -> list[str]:
    return sorted(store.read("calls").column("call_id").to_pylist())
