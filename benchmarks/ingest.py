"""The command that a user types, beside what that user would write: ``python benchmarks/ingest.py [ROWS] [--was SRC]``.

It prints the CPU and wall seconds and the peak memory of ``callanalytics demo`` and, of a RingCentral-like and a
FreePBX-like CSV of so many invented rows (default 1,000,000), of five programs, each a process of its own from its
start to its exit:

* the floor: the file streamed untouched, ``pyarrow.csv.open_csv`` to ``ParquetWriter`` with zstd;
* pandas, Polars, DuckDB: ``by_pandas.py`` and its like, which normalize the calls and write them as Parquet;
* ours: ``callanalytics ingest FILE --store STORE``, with ids, facts and a published store.

They take turns three times; printed are the medians. ``--was SRC`` adds the command of another copy of the package, the
folder of which is named, so that one run has before and after. It asserts nothing.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SRC = HERE.parent / "src"
ROUNDS = 3
LAYOUTS = ("ringcentral", "freepbx")
LIBRARIES = ("pandas", "polars", "duckdb")
AT_ONCE = 100_000
RC_HEADER = '"Type","Phone Number","Name","Date","Time","Action","Action Result","Result Description","Duration"\r\n'
START = np.datetime64("2021-01-04T08:00:00")


# ---- invented exports ---------------------------------------------------------------------------------------------


def ringcentral(rows: int, draw: np.random.Generator, first: int) -> list[str]:
    """Lines of a portal export: one call in twenty to the agency, half of the other numbers different ones."""
    when = (START + np.arange(first, first + rows) * np.timedelta64(15, "s")).astype("M8[m]").tolist()
    result = draw.choice(["Call connected", "Missed", "Voicemail", "Accepted"], rows).tolist()
    seconds = np.minimum(draw.exponential(240, rows).astype(int), 36_000).tolist()
    other = [f"({a}) {b}-{c:04}" for a, b, c in zip(*_numbers(rows, draw), strict=True)]
    names = draw.integers(0, 400, rows).tolist()
    return [
        f'"Voice","{number}","Client {name}","{moment:%a %m/%d/%Y}","{moment.hour % 12 or 12}:{moment:%M %p}",'
        f'"{"VoIP Call" if how == "Call connected" else "Phone Call"}","{how}","",'
        f'"{s // 3600}:{s // 60 % 60:02}:{s % 60:02}"\r\n'
        for number, name, moment, how, s in zip(other, names, when, result, seconds, strict=True)
    ]


def freepbx(rows: int, draw: np.random.Generator, first: int) -> list[str]:
    """Lines of the six columns that people take from a switchboard: half of the calls go out."""
    when = (START + np.arange(first, first + rows) * np.timedelta64(15, "s")).astype(str).tolist()
    is_out = (draw.random(rows) < 0.5).tolist()
    inner = draw.integers(201, 240, rows).tolist()
    other = [f"{a}{b}{c:04}" for a, b, c in zip(*_numbers(rows, draw), strict=True)]
    result = draw.choice(["ANSWERED", "NO ANSWER", "BUSY"], rows).tolist()
    seconds = np.minimum(draw.exponential(240, rows).astype(int), 36_000).tolist()
    return [
        f"{moment.replace('T', ' ')},{inside if out else number},{f'91{number}' if out else inside},{s + 9},{s},{how}\n"
        for moment, out, inside, number, s, how in zip(when, is_out, inner, other, seconds, result, strict=True)
    ]


def _numbers(rows: int, draw: np.random.Generator) -> tuple[list, list, list]:
    """Area code, exchange, and line; one in twenty is the agency's."""
    area, exchange, line = draw.integers(212, 215, rows), draw.integers(200, 400, rows), draw.integers(0, 10_000, rows)
    agency = draw.random(rows) < 0.05
    area[agency], exchange[agency], line[agency] = 800, 375, 5283
    return area.tolist(), exchange.tolist(), line.tolist()


def invented(path: Path, layout: str, rows: int) -> Path:
    header, lines = {"ringcentral": (RC_HEADER, ringcentral), "freepbx": (PBX_HEADER, freepbx)}[layout]
    draw = np.random.default_rng(1)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(header)
        for first in range(0, rows, AT_ONCE):
            out.writelines(lines(min(AT_ONCE, rows - first), draw, first))
    return path


PBX_HEADER = "calldate,src,dst,duration,billsec,disposition\n"


# ---- what is measured -----------------------------------------------------------------------------------------------

FLOOR = """
import sys
import pyarrow.csv, pyarrow.parquet
with pyarrow.csv.open_csv(sys.argv[1]) as reader:
    with pyarrow.parquet.ParquetWriter(sys.argv[2], reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
"""


def programs(layout: str, source: Path, was: str) -> dict[str, tuple[list, str]]:
    """The words of each program, and the folder of the package that it finds; it writes to a folder of its own."""
    ours = ["-m", "callanalytics", "ingest", source, "--store", "store", "--office", "Alder", "--timezone", "Eastern"]
    found = {
        "floor": (["-c", FLOOR, source, "floor.parquet"], str(SRC)),
        **{name: ([HERE / f"by_{name}.py", layout, source, f"{name}.parquet"], str(SRC)) for name in LIBRARIES},
        "ours": (ours, str(SRC)),
    }
    return found | ({"ours, was": (ours, was)} if was else {})


def spent(words: list, package: str) -> tuple[float, float, float]:
    """CPU and wall seconds of a process, and its peak in MB. Python keeps what it compiles, as it does for a user."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as scratch:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *map(str, words)],
            cwd=scratch,
            env=kept | {"PYTHONPATH": package},
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    if status:
        raise SystemExit(f"{words} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def compare(named: dict[str, tuple[list, str]], base: str) -> None:
    for program in named.values():  # compiles what the next runs find compiled
        spent(*program)
    rounds = [{name: spent(*program) for name, program in named.items()} for _ in range(ROUNDS)]
    for name in named:
        cpu, wall, peak = (statistics.median(values) for values in zip(*(each[name] for each in rounds), strict=True))
        ratio = statistics.median(each[name][0] / each[base][0] for each in rounds)
        print(f"  {name:<10}{cpu:8.2f} cpu s {wall:8.2f} wall s {peak:8.0f} MB   x {ratio:5.2f} the CPU of {base}")


if __name__ == "__main__":
    given = sys.argv[1:]
    was = given.pop(given.index("--was") + 1) if "--was" in given else ""
    counts = [int(word.replace(",", "")) for word in given if not word.startswith("--")]
    print(f"demo; medians of {ROUNDS}")
    demo = ["-m", "callanalytics", "demo"]
    compare({"ours": (demo, str(SRC))} | ({"ours, was": (demo, was)} if was else {}), "ours")
    with tempfile.TemporaryDirectory() as folder:
        for layout in LAYOUTS:
            source = invented(Path(folder) / f"{layout}.csv", layout, *(counts or [1_000_000]))
            print(f"{layout}-like, {source.stat().st_size / 1e6:,.0f} MB; medians of {ROUNDS}")
            compare(programs(layout, source, was), "pandas")
            source.unlink()
