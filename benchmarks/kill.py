"""Kill an ingest at random moments, a thousand times: ``python benchmarks/kill.py [RUNS] [SEED]``.

Each run starts a process that reads one more phone export and a newer hand log into a store, and kills it (-9) at a
random moment between its start and well after its usual end. Then the store must pass `verify`, hold every row
that was acknowledged, and after the same ingest is run again hold every row exactly once. Then eight processes read
fifty exports each into one store, while others read it (RUNS 0: these alone). Prints counts; exit status 1 if one that
must be nought is not.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}
PHONE = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration"
HAND = "No.,Date,Time,What happened,About no.,Minutes to a person,Who spoke to us,Result,Call-back promised"
START = datetime(2022, 1, 3, 8)
ROWS, SHARED = 20, 5  # calls of an export, and how many of them the one before has too
FRESH = 25  # runs after which a new store is begun


def export(folder: Path, n: int, rows: int = ROWS, shared: int = SHARED) -> Path:
    """The n-th phone export: its first calls are the last of the one before."""
    path = folder / f"calls {n}.csv"
    first = n * (rows - shared)
    with path.open("w", encoding="utf-8") as out:
        print(PHONE, file=out)
        for call in range(first, first + rows):
            when = START + timedelta(minutes=37 * call)
            outcome = f"Voice,(800) 375-5283,,{when:%a %m/%d/%Y},{when:%I:%M %p},VoIP Call,Call connected,"
            print(f"{outcome},0:{call % 60:02}:11", file=out)
    return path


def hand_log(folder: Path, n: int) -> Path:
    """The hand log as it stands after n exports: one entry more each time, and an older one filled in."""
    path = folder / f"log {n}.csv"
    with path.open("w", encoding="utf-8") as out:
        print(HAND, file=out)
        for entry in range(n + 3):
            when = START + timedelta(days=entry, hours=2)
            known = "12,Tier 1,Call-back promised,Urgent (72 hours)" if entry < n + 1 else ",,,"
            print(f"{entry + 1},{when:%m/%d/%Y},{when:%I:%M %p},We called,,{known}", file=out)
    return path


def ingest(store: Path, files) -> None:
    from callanalytics import intake

    intake.ingest(files, store, date_order="mdy", **OFFICE)


def forked(work) -> tuple[int, int]:
    """Run in a child of this process; its id, and a pipe on which a byte comes when the work is done.

    The work is given the other end of the pipe.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(writing)
            os.write(writing, b"!")
        finally:
            os._exit(0)
    os.close(writing)
    return child, reading


def usual_time(folder: Path) -> float:
    """Seconds that an ingest takes at most, from the fork on; on a busy machine they differ."""
    took = []
    for n in range(3):
        began = time.perf_counter()
        child, reading = forked(lambda _, n=n: ingest(folder / "warm", [export(folder, n), hand_log(folder, n)]))
        os.waitpid(child, 0)
        os.close(reading)
        took.append(time.perf_counter() - began)
    shutil.rmtree(folder / "warm")
    return max(took)


def ingest_patiently(store: Path, files, tell: int) -> None:
    """An ingest that is tried again where another process holds the store for too long, as the message asks."""
    from callanalytics.errors import CallLogError

    while True:
        try:
            return ingest(store, files)
        except CallLogError as refused:
            if "is being written by another program" not in str(refused):
                raise
            os.write(tell, b"?")


def killed_ingest(store: Path, files, after: float) -> bool:
    """Start an ingest and kill it after so many seconds; whether it had said that it was done."""
    child, reading = forked(lambda _: ingest(store, files))
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    done = os.read(reading, 1) == b"!"
    os.close(reading)
    return done


def held(store: Path) -> tuple[Counter, Counter]:
    """How often each call and each entry is in the store, by its moment: these are all different here."""
    from callanalytics.store import Store

    opened = Store.open(store, create=True)
    return tuple(Counter(opened.read(name).column("started_at_local").to_pylist()) for name in ("calls", "entries"))


def expected(n: int) -> tuple[Counter, Counter]:
    """What a store holds after exports 0 to n."""
    calls = (n + 1) * (ROWS - SHARED) + SHARED
    return (
        Counter(START + timedelta(minutes=37 * call) for call in range(calls)),
        Counter(START + timedelta(days=entry, hours=2) for entry in range(n + 3)),
    )


def kills(runs: int, seed: int, folder: Path) -> Counter:
    """Kill so many ingests; counts of what happened and of what must not."""
    from callanalytics.store import Store

    chance, outcome, usual = random.Random(seed), Counter(), usual_time(folder)
    for run in range(runs):
        n = run % FRESH
        store = folder / "store"
        if n == 0:
            shutil.rmtree(store, ignore_errors=True)
        files = [export(folder, n), hand_log(folder, n)]
        done = killed_ingest(store, files, chance.uniform(0, 1.8 * usual * (1 + n / FRESH)))
        found = held(store)
        is_new = found == expected(n)
        outcome["acknowledged" if done else "killed after the commit" if is_new else "killed before the commit"] += 1
        opened = Store.open(store, create=True)
        outcome["stores that fail verify"] += bool(opened.version and opened.verify())
        outcome["acknowledged rows lost"] += done and not is_new
        outcome["neither the old nor the new state"] += not is_new and found != (
            expected(n - 1) if n else (Counter(),) * 2
        )
        ingest(store, files)
        outcome["rows lost or twice after the retry"] += held(store) != expected(n)
    return outcome


def writers(count: int, each: int, folder: Path, reads: int = 0) -> Counter:
    """So many processes read so many exports each into one store; others read it meanwhile."""
    from callanalytics.store import Store

    store, outcome = folder / "together", Counter()
    ingest(store, [export(folder, 0, 2, 0)])
    lots = [[export(folder, 1 + w * each + n, 2, 0) for n in range(each)] for w in range(count)]
    children = [forked(lambda tell, lot=lot: [ingest_patiently(store, [f], tell) for f in lot]) for lot in lots]
    while outcome["reads during commits"] + outcome["reads when all had written"] < reads:
        calls = len(Store.open(store).read("calls"))
        outcome["reads during commits" if any(map(_is_alive, children)) else "reads when all had written"] += 1
        outcome["reads that saw half an ingest"] += calls % 2
    for child, reading in children:
        os.waitpid(child, 0)
        words = os.read(reading, 1000)
        outcome["writers that did not finish"] += not words.endswith(b"!")
        outcome["times told to try again, and did"] += words.count(b"?")
        os.close(reading)
    opened = Store.open(store)
    outcome["stores that fail verify"] += bool(opened.verify())
    times = Counter(opened.read("calls").column("started_at_local").to_pylist())
    outcome["rows lost"] += 2 * (count * each + 1) - len(times)
    outcome["rows twice"] += sum(times.values()) - len(times)
    outcome["exports"] = count * each
    return outcome


def _is_alive(child: tuple[int, int]) -> bool:
    """Whether a process still works; one that has ended is waited for later."""
    return os.waitid(os.P_PID, child[0], os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


MUST_BE_NOUGHT = (
    "stores that fail verify", "acknowledged rows lost", "neither the old nor the new state", "rows twice",
    "rows lost or twice after the retry", "rows lost", "reads that saw half an ingest", "writers that did not finish",
)  # fmt: skip


def failures(outcome: Counter) -> dict[str, int]:
    return {what: outcome[what] for what in MUST_BE_NOUGHT if outcome[what]}


def main(runs: int = 1000, seed: int = 20220711) -> int:
    import callanalytics.intake  # noqa: F401  loaded once, before any process is forked

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        outcome = [kills(runs, seed, Path(folder))] if runs else []
        print(f"{runs} ingests killed in {time.perf_counter() - began:.0f} s", flush=True)
        outcome.append(writers(8, 50, Path(folder), reads=10_000))
    for counted in outcome:
        for what, n in sorted(counted.items()):
            print(f"  {n:>7,}  {what}")
    return int(any(failures(counted) for counted in outcome))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
