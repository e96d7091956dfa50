"""Reading long exports, against a floor: ``python benchmarks/ingest.py [ROWS] [--publish] [--no-pandas]``.

Of a RingCentral-like and a FreePBX-like CSV of so many invented rows (default 1,000,000) it prints the CPU and wall
seconds and the peak memory of

* the floor: the file streamed untouched, ``pyarrow.csv.open_csv`` to ``ParquetWriter`` with zstd;
* ours: from the file to rows in ``sources/`` of a new store, every row accounted for;
* the same job in careful pandas (``by_pandas.py``), on a million rows at most, and stated per row;
* with ``--publish``, what publishing costs on top.

Each is done in a process of its own; what is measured begins when the libraries are loaded. It asserts nothing.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

LAYOUTS = ("ringcentral", "freepbx")
AT_ONCE = 100_000
MOST_BY_PANDAS = 1_000_000
RC_HEADER = '"Type","Phone Number","Name","Date","Time","Action","Action Result","Result Description","Duration"\r\n'
START = np.datetime64("2021-01-04T08:00:00")


# ---- invented exports ---------------------------------------------------------------------------------------------


def ringcentral(rows: int, draw: np.random.Generator, at: int) -> list[str]:
    """Lines of a portal export: one call in twenty to the agency, half of the other numbers different ones."""
    when = (START + np.arange(at, at + rows) * np.timedelta64(15, "s")).astype("M8[m]").tolist()
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


def freepbx(rows: int, draw: np.random.Generator, at: int) -> list[str]:
    """Lines of the six columns that people take from a switchboard: half of the calls go out."""
    when = (START + np.arange(at, at + rows) * np.timedelta64(15, "s")).astype(str).tolist()
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
    """Area code, exchange and line; one in twenty is the agency's."""
    area, exchange, line = draw.integers(212, 215, rows), draw.integers(200, 400, rows), draw.integers(0, 10_000, rows)
    agency = draw.random(rows) < 0.05
    area[agency], exchange[agency], line[agency] = 800, 375, 5283
    return area.tolist(), exchange.tolist(), line.tolist()


def invented(path: Path, layout: str, rows: int) -> Path:
    header, lines = {"ringcentral": (RC_HEADER, ringcentral), "freepbx": (PBX_HEADER, freepbx)}[layout]
    draw = np.random.default_rng(1)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(header)
        for at in range(0, rows, AT_ONCE):
            out.writelines(lines(min(AT_ONCE, rows - at), draw, at))
    return path


PBX_HEADER = "calldate,src,dst,duration,billsec,disposition\n"


# ---- what is measured, each in a process of its own ----------------------------------------------------------------


def floor(layout: str, source: Path, folder: Path, measured) -> None:
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    with measured("floor"), pc.open_csv(source) as reader:
        with pq.ParquetWriter(folder / "floor.parquet", reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)


def ours(layout: str, source: Path, folder: Path, measured) -> None:
    import pyarrow.compute
    import pyarrow.csv  # noqa: F401

    from callanalytics import intake
    from callanalytics.intake import offices, planning, publish
    from callanalytics.store import Store

    told, store = offices.read_options("Alder", "Eastern"), Store.open(folder / "store", create=True)
    with measured("ours"):
        ready = planning.plan([source], told, store, intake._no_step, storing=True)
        writing = store.writing()
        writing.__enter__()
        for export in ready.exports:
            store.add_source(export.id, export.tables, export.card())
    if "--publish" in sys.argv:
        with measured("publish"):
            rows = publish.united_tables(publish.tables_given(store, ready.office["office_id"]))
            publish.publish(store, {ready.office["office_id"]: (ready.office, rows)}, told.agency)
    writing.__exit__(None, None, None)


def pandas(layout: str, source: Path, folder: Path, measured) -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    import by_pandas

    with measured("pandas"):
        getattr(by_pandas, layout)(source).to_parquet(folder / "pandas.parquet", compression="zstd")


class Measured:
    """Prints what its block took, as one line of JSON."""

    def __call__(self, name: str) -> Measured:
        self.name = name
        return self

    def __enter__(self) -> None:
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def __exit__(self, *failed) -> None:
        cpu, wall = time.process_time() - self.cpu, time.perf_counter() - self.wall
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        print(json.dumps({"name": self.name, "cpu": cpu, "wall": wall, "peak": peak}), flush=True)


def in_a_process(what: str, layout: str, source: Path) -> list[dict]:
    with tempfile.TemporaryDirectory(dir=source.parent) as scratch:
        words = [sys.executable, __file__, "--one", what, layout, str(source), scratch, *sys.argv[1:]]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def shown(told: dict, base: dict, rows: int, base_rows: int) -> str:
    cpu, wall = (told[key] / rows / (base[key] / base_rows) for key in ("cpu", "wall"))
    return (
        f"  {told['name']:<8}{rows:>14,} rows {told['cpu']:8.2f} cpu s {told['wall']:8.2f} wall s"
        f"{told['peak']:8.0f} MB   x {cpu:5.2f} cpu  x {wall:5.2f} wall"
    )


def compare(layout: str, rows: int, folder: Path) -> None:
    source = invented(folder / f"{layout}.csv", layout, rows)
    print(f"{layout}-like, {rows:,} rows, {source.stat().st_size / 1e6:,.0f} MB")
    (base,) = in_a_process("floor", layout, source)
    print(shown(base, base, rows, rows))
    made = in_a_process("ours", layout, source)
    for told in made:
        print(shown(told, base, rows, rows))
    source.unlink()
    if "--no-pandas" not in sys.argv:
        few = min(rows, MOST_BY_PANDAS)
        source = invented(folder / f"{layout}.csv", layout, few)
        (told,) = in_a_process("pandas", layout, source)
        print(shown(told, base, few, rows))
        print(f"  pandas takes {told['cpu'] / few / (made[0]['cpu'] / rows):.1f} times the CPU of ours")
        source.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _, _, what, layout, source, scratch, *_ = sys.argv
        globals()[what](layout, Path(source), Path(scratch), Measured())
    else:
        given = [word for word in sys.argv[1:] if not word.startswith("--")]
        n = int(given[0].replace(",", "")) if given else 1_000_000
        with tempfile.TemporaryDirectory() as folder:
            for layout in LAYOUTS:
                compare(layout, n, Path(folder))
