"""What one more month costs, and one more office: ``python benchmarks/growth.py [ROWS] [OFFICES] [--was SRC]``.

Invented calls are read into a store (default 1,000,000, of one office) and then, in a process of its own each time, the
5,000 that follow; a small office is read into a store of its own and into one of so many others (default 400), which a
roster made; a roster of 40 offices with 35,000 calls each, in five files, is read whole, and again. Printed are the
medians of three turns. Each turn begins with a copy of the store as it was; the peak is that of the largest process.
``--was SRC`` adds another copy of the package, in the folder SRC. It asserts nothing.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from ingest import RC_HEADER, ROUNDS, SRC, invented, ringcentral, spent

FOLLOWING, OF_AN_OFFICE = 5_000, 200
LARGE_OFFICES, FILES, OF_A_FILE = 40, 5, 7_000
HERE = ("--office", "Alder", "--timezone", "Eastern")


def export(path: Path, rows: int, first: int = 0, seed: int = 2) -> Path:
    """A portal export of so many calls, from a place in the sequence on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ringcentral(rows, np.random.default_rng(seed), first)
    path.write_text("".join([RC_HEADER, *lines]), "utf-8", newline="")
    return path


def roster(folder: Path, offices: int, calls: int = OF_AN_OFFICE, files: int = 1) -> list:
    """The words that read so many offices into a store, each with so many files of so many calls."""
    rows = ["folder,office,timezone"]
    for n in range(offices):
        for file in range(files):
            export(folder / f"office{n}" / f"calls{file}.csv", calls, file * calls, n)
        rows.append(f"office{n},Office {n},Eastern")
    (folder / "roster.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return [folder, "--roster", folder / "roster.csv", "--json"]


def command(words: list, store: Path) -> list:
    return ["-m", "callanalytics", "ingest", *words, "--store", store]


def cases(folder: Path, packages: dict[str, str], rows: int, offices: int) -> Iterator[tuple[str, str, Path, list]]:
    """Name, package, the store before, and the words of each thing that is timed."""
    million, following = (
        invented(folder / "calls.csv", "ringcentral", rows),
        export(folder / "more.csv", FOLLOWING, rows),
    )
    office, many = export(folder / "new.csv", OF_AN_OFFICE, seed=10_000), roster(folder / "inbox", offices)
    large = roster(folder / "large", LARGE_OFFICES, OF_A_FILE, FILES)
    for name, package in packages.items():
        before = {kind: folder / name / kind for kind in ("calls", "offices", "large", "nothing")}
        spent(command([million, *HERE], before["calls"]), package)
        spent(command(many, before["offices"]), package)
        spent(command(large, before["large"]), package)
        yield f"{name}: {FOLLOWING:,} after {rows:,}", package, before["calls"], [following, *HERE[:2]]
        yield f"{name}: an office alone", package, before["nothing"], [office, *HERE]
        yield f"{name}: beside {offices} others", package, before["offices"], [office, *HERE, "--new-office"]
        yield (
            f"{name}: {LARGE_OFFICES} offices, {LARGE_OFFICES * FILES * OF_A_FILE:,}",
            package,
            before["nothing"],
            large,
        )
        yield f"{name}: the same again", package, before["large"], large


def measured(package: str, before: Path, words: list, scratch: Path) -> tuple[float, float, float]:
    store = scratch / "store"
    shutil.rmtree(store, ignore_errors=True)
    if before.exists():
        shutil.copytree(before, store)
    return spent(command(words, store), package)


def main(rows: int = 1_000_000, offices: int = 400, was: str = "") -> None:
    packages = {"ours": str(SRC)} | ({"was": was} if was else {})
    with tempfile.TemporaryDirectory() as folder:
        timed = list(cases(Path(folder), packages, rows, offices))
        turns = [[measured(*case[1:], Path(folder)) for case in timed] for _ in range(ROUNDS)]
    for place, (name, *_) in enumerate(timed):
        cpu, wall, peak = (statistics.median(values) for values in zip(*(turn[place] for turn in turns), strict=True))
        print(f"  {name:<32}{cpu:8.2f} cpu s {wall:8.2f} wall s {peak:8.0f} MB")


if __name__ == "__main__":
    given = sys.argv[1:]
    was = given.pop(given.index("--was") + 1) if "--was" in given else ""
    main(*(int(word.replace(",", "")) for word in given if not word.startswith("--")), was=was)
