"""Mutations of every golden and sample export, read: never a traceback, and every row accounted for.

    python benchmarks/fuzz.py --seconds 60 [--seed 1] [--reader csv] [--keep FOLDER]

One target a reader (csv, xlsx, json, xml, html, eml, database, zip): a seeded generator changes a known export, in its
bytes or, for what is packed, in the bytes of its parts; then identifying, reading, and normalizing it must end in rows
that add up or in a sentence. What does neither is printed with its seed, and kept where `--keep` says. Exit status 1
if there was any.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.compute as pc

from callanalytics import agencies, formats, read
from callanalytics.errors import CallLogError
from callanalytics.intake.exports import ROWS, read_export
from callanalytics.normalize import Settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

import lines  # noqa: E402

SETTINGS = Settings("0" * 32, "America/New_York", "America/New_York", today=date(2026, 1, 1))
LARGEST = 40_000  # bytes of a seed: a longer export is cut, so that many are tried
BITS = (
    b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b"\\", b"{", b"}", b"[", b"]",
    b"<", b">", b"&", b"&#55357;", b"]]>", b"<!--", b"0", b"-1", b"9" * 30, b"1e999", b"NaN", b"null",
    b"0001-01-01", b"9999-12-31", b"2022-02-30", b"24:00", b"=1+1", b"Total", b"sep=;", b"\xe2\x80\xae",
    b"\xe2\x80\xa8", b"%s" * 20, b"x" * 5000,
)  # fmt: skip


@dataclass(frozen=True)
class Seed:
    """A known export: what it is called, which reader it is for, and its bytes."""

    name: str
    reader: str
    data: bytes


def seeds() -> list[Seed]:
    """Every golden and sample export once. Beside the folders of the offices lies their roster, which is no export."""
    golden = [p for p in sorted((ROOT / "tests" / "golden").rglob("*")) if p.is_file() and p.name != "expected.csv"]
    sample = [p for p in sorted((ROOT / "data" / "sample").glob("*/**/*")) if p.is_file() and "key" not in p.parts]
    found = [_seed(path) for path in [*golden, *sample] if path.suffix != ".md"]
    return [seed for seed in found if seed]


def _seed(path: Path) -> Seed | None:
    data = path.read_bytes()
    (file,) = read.files([path.parent / path.name]).files[:1] or (None,)
    if file is None:
        return None
    reader = "zip" if data.startswith(b"PK") and path.suffix == ".zip" else file.kind
    if reader in ("csv", "json", "xml", "html", "eml") and len(data) > LARGEST:
        data = data[:LARGEST]
    return Seed(path.relative_to(ROOT).as_posix(), reader, data)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The bytes with one to eight changes."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        place = rng.randrange(len(made) + 1)
        match rng.randrange(8):
            case 0:
                made[place : place + 1] = bytes([rng.randrange(256)])
            case 1:
                del made[place : place + rng.choice((1, 1, 2, 10, 500))]
            case 2:
                made[place:place] = rng.choice(BITS)
            case 3:
                made[place : place + len(bit)] = (bit := rng.choice(BITS))
            case 4:
                start = rng.randrange(len(made) + 1)
                made[place:place] = made[start : start + rng.choice((5, 50, 500))]
            case 5:
                del made[place:]
            case 6:
                lines = bytes(made).split(b"\n")
                rng.shuffle(lines[rng.randrange(len(lines)) :])
                one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
                lines[one], lines[other] = lines[other], lines[one]
                made = bytearray(b"\n".join(lines))
            case 7:
                old = rng.choice((b",", b'"', b"\n", b":", b"0"))
                made = made.replace(old, rng.choice(BITS), rng.choice((1, 5, 10**6)))
        del made[4 * LARGEST + len(data) :]
    return bytes(made)


def mutated_parts(data: bytes, rng: random.Random) -> bytes:
    """A ZIP or workbook with one of its parts changed, and its directory made anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        likely = [n for n in names if n.startswith("xl/w") or n.endswith((".html", "styles.xml", "sharedStrings.xml"))]
        chosen = rng.choice(likely or names)
        kept = [chosen, *rng.sample(names, 6)] if len(names) > 20 else names
        for name in dict.fromkeys(kept):
            part = source.read(name)
            target.writestr(name, mutated(part[: 4 * LARGEST], rng) if name == chosen else part)
    return out.getvalue()


def attempt(seed: Seed, number: int, folder: Path) -> str:
    """What came of one mutation, in a word; whatever else is raised is a fault."""
    rng = random.Random(f"{seed.name} {number}")
    packed = seed.reader in ("zip", "xlsx") and rng.random() < 0.7
    path = folder / Path(seed.name).name
    path.write_bytes((mutated_parts if packed else mutated)(seed.data, rng))
    return accounted(path)


def accounted(path: Path) -> str:
    """Read a file as an ingest would: what came of it, in a word. A row that is nowhere afterwards is a fault."""
    found = "refused"
    for file in read.files([path]):
        try:
            fmt = read.identify(file, formats.load())
            text = [read.rows_of_many([file], fmt)] if fmt.kind in read.KINDS_OF_MANY_FILES else read.rows(file, fmt)
            done = read_export([file], fmt, SETTINGS, agencies.load(), text)
        except CallLogError:
            continue
        if done.is_waiting:
            found = "asked"
            continue
        _of_the_reader(text, done, fmt)
        _of_the_bytes(file.content(), text, done, fmt)
        found = "read"
    return found


def _of_the_reader(text, done, fmt) -> None:
    """Every row that the reader gave came out once."""
    given = sum(len(table) for table in text if not table.is_office)
    rows = len(_places(done))
    assert rows <= given, f"{given} rows were read and {rows} came out"  # blank rows of a hand log are none
    assert fmt.makes == "entries" or rows == given, f"{given} rows were read and {rows} came out"


def _of_the_bytes(data: bytes, text, done, fmt) -> None:
    """Every row that can be seen in the bytes, without our readers, came out."""
    if len(text) != 1:
        return
    if text[0].kind == "csv":
        options = {"numbered": fmt.makes == "entries", "stacked": bool(fmt.file.above or fmt.file.others)}
        lost = lines.lost(data, text[0].header_row, _places(done), **options)
        assert not lost, f"line {lost[0]} and {len(lost) - 1} more came out as nothing"
    elif (there := lines.records(data, text[0].kind, fmt)) is not None:
        assert there == len(_places(done)), f"{there} records stand in the file and {len(_places(done))} came out"


def _places(done) -> list[int]:
    """The row of each call, first note of a row, notice, reject, and row set aside."""
    tables = [done.tables[name] for name in ROWS if name != "entries"]
    entries = done.tables["entries"]
    tables.append(entries.filter(pc.equal(entries.column("item"), 0)))
    return [n for t in tables for n in t.column("source_row" if "source_row" in t.column_names else "row").to_pylist()]


def run(seconds: float, seed: int = 1, reader: str = "", keep: Path | None = None) -> tuple[Counter, list[str]]:
    """Mutations for so long, the readers in turn: what came of them, and the faults."""
    by_reader: dict[str, list[Seed]] = {}
    for known in seeds():
        by_reader.setdefault(known.reader, []).append(known)
    chosen = [by_reader[reader]] if reader else list(by_reader.values())
    counted: Counter = Counter()
    faults: list[str] = []
    number, end = seed * 1_000_000, time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            group = chosen[number % len(chosen)]
            one = group[number // len(chosen) % len(group)]
            try:
                found = attempt(one, number, Path(folder))
            except Exception as fault:
                found = "FAULT"
                where = traceback.extract_tb(fault.__traceback__)[-1]
                words = f"{type(fault).__name__} in {where.name} ({Path(where.filename).name}:{where.lineno})"
                faults.append(f"{one.name}, mutation {number}: {words}")
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    shutil.copy(Path(folder) / Path(one.name).name, keep / f"{number}-{Path(one.name).name}")
            counted[one.reader, found] += 1
            number += 1
    return counted, faults


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--reader", default="")
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    counted, faults = run(options.seconds, options.seed, options.reader, options.keep)
    for (reader, found), n in sorted(counted.items()):
        print(f"{reader:<10} {found:<8} {n:>8,}")
    print(f"{sum(counted.values()):,} mutations in {options.seconds:.0f} s, {len(faults)} faults")
    print("\n".join(dict.fromkeys(faults)))
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
