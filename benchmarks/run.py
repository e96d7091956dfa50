"""How fast, as ratios in one run: ``python benchmarks/run.py [ROWS]`` (default 200,000). Prints; asserts nothing.

Ingest is set against the floor of reading and writing the same file untouched; due moments against
``numpy.busday_offset``; counting against a bare scan; ``--help`` against ``import pandas``.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HEADER = ("Type", "Phone Number", "Name", "Date", "Time", "Action", "Action Result", "Result Description", "Duration")


def timed(label: str, work, floor: float | None = None) -> float:
    """Run once, print CPU and wall seconds and the ratio to the floor's CPU, give CPU seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    ratio = "" if floor is None else f"{cpu / floor:8.2f} x floor"
    print(f"{label:<58}{cpu:8.2f} cpu s {wall:8.2f} wall s {ratio}")
    return cpu


def ringcentral_like(path: Path, rows: int) -> None:
    """An invented portal export: about one call in twenty to the agency."""
    draw = random.Random(1)
    start = np.datetime64("2021-01-04T08:00")
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(f'"{h}"' for h in HEADER) + "\r\n")
        for i in range(rows):
            moment = (start + np.timedelta64(i * 3, "m")).astype("datetime64[s]").item()
            number = "(800) 375-5283" if draw.random() < 0.05 else f"(212) 555-{draw.randrange(10_000):04d}"
            result = draw.choice(("Call connected", "Missed", "Voicemail", "Accepted"))
            action = "VoIP Call" if result == "Call connected" else "Phone Call"
            span = draw.randrange(4000)
            cells = (
                "Voice",
                number,
                "",
                f"{moment:%a %m/%d/%Y}",
                f"{moment:%I:%M %p}".lstrip("0"),
                action,
                result,
                "",
                f"{span // 3600}:{span // 60 % 60:02d}:{span % 60:02d}",
            )
            out.write(",".join(f'"{c}"' for c in cells) + "\r\n")


def copy_untouched(source: Path, target: Path) -> None:
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    with pc.open_csv(source) as reader, pq.ParquetWriter(target, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def ingest(rows: int, folder: Path) -> None:
    import callanalytics as ca

    source = folder / "calls.csv"
    ringcentral_like(source, rows)
    floor = timed(
        f"floor: {rows:,} rows from CSV to Parquet, untouched", lambda: copy_untouched(source, folder / "floor.parquet")
    )
    timed(
        "check: read and normalize the same file", lambda: ca.check([source], office="Alder", timezone="Eastern"), floor
    )
    timed(
        "ingest: read, normalize, store, facts, publish",
        lambda: ca.ingest([source], folder / "store", office="Alder", timezone="Eastern"),
        floor,
    )
    timed(
        "ingest again: nothing to do",
        lambda: ca.ingest([source], folder / "store", office="Alder", timezone="Eastern"),
        floor,
    )


def due_moments(rows: int) -> None:
    from callanalytics import agencies, clocks

    days = np.datetime64("2022-01-03") + np.random.default_rng(1).integers(0, 700, rows).astype("timedelta64[D]")
    floor = timed(f"floor: numpy.busday_offset over {rows:,} dates", lambda: np.busday_offset(days, 30, roll="forward"))
    started = days.astype("datetime64[us]") + np.timedelta64(17, "h")
    timed(
        "due moments: every rule, three readings",
        lambda: clocks.due_all(started, np.full(rows, "regular", dtype=object), agency=agencies.load()),
        floor,
    )


def start_up() -> None:
    def run(*words):
        return lambda: subprocess.run([sys.executable, *words], capture_output=True, check=True)

    def best(work):
        spent = []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            work()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return sorted(spent)[2]

    pandas, help_ = best(run("-c", "import pandas")), best(run("-m", "callanalytics", "--help"))
    print(f"--help takes {help_ / pandas:.2f} of what `import pandas` takes ({help_:.2f} against {pandas:.2f} cpu s)")


if __name__ == "__main__":
    n = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 200_000
    start_up()
    due_moments(n)
    with tempfile.TemporaryDirectory() as scratch:
        ingest(n, Path(scratch))
