"""A minute of the fuzzing in benchmarks/fuzz.py: every reader, no traceback, every row accounted for."""

import sys
from pathlib import Path

import pytest

from roots import BENCHMARKS

sys.path.insert(0, str(BENCHMARKS))

import fuzz

from exhaustive import EXHAUSTIVE, some

QUICK_BYTES = 20_000
SEEDS = {seed.name: seed for seed in fuzz.seeds()}
READERS = {"csv", "xlsx", "json", "xml", "html", "zip"}


def test_every_reader_has_exports_to_start_from():
    assert {seed.reader for seed in SEEDS.values()} >= READERS


def test_a_mutation_is_the_same_each_time():
    import random

    data = b"Date,Time,Wait\n3/1/2022,10:05 AM,45\n" * 20
    made = [fuzz.mutated(data, random.Random("x 7")) for _ in range(2)]
    assert made[0] == made[1] != data


@pytest.mark.parametrize(
    "seed",
    some(SEEDS, [name for name, seed in SEEDS.items() if len(seed.data) < QUICK_BYTES],
         [name for name in SEEDS if "takeout" in name]),
)  # fmt: skip
def test_every_line_and_record_of_a_known_export_comes_out(seed, tmp_path):
    """Checked against the bytes, not with our readers: a line became a row, or is the header, or holds nothing."""
    path = tmp_path / Path(seed.name).name
    path.write_bytes(seed.data)
    assert fuzz.accounted(path) == ("refused" if _is_cut(seed) else "read")


def _is_cut(seed) -> bool:
    """Whether the export is too long for a seed and of a kind that cannot be cut."""
    return len(seed.data) == fuzz.LARGEST and seed.reader in ("json", "xml")


def test_a_line_that_came_out_as_nothing_is_found():
    data = b'Date,Wait,Remark\n3/1/2022,45,"two\nlines"\n\n3/2/2022,10,\n,,\n7,,\n'
    assert fuzz.lines.lost(data, 1, [2, 5, 7]) == []
    assert fuzz.lines.lost(data, 1, [2, 5]) == [7]
    assert fuzz.lines.lost(data, 1, [2, 5], numbered=True) == []
    assert fuzz.lines.lost(data, 1, [5, 7]) == [2]
    assert fuzz.lines.lost(data.decode().encode("utf-16"), 1, [2, 7]) == [5]


TARGETS = sorted({seed.reader for seed in SEEDS.values()})
SECONDS = 2  # of all readers together; a release gives a minute to each


@pytest.mark.slow
@pytest.mark.parametrize("reader", TARGETS)
def test_no_mutation_of_an_export_is_a_traceback_or_loses_a_row(reader):
    counted, faults = fuzz.run(60 if EXHAUSTIVE else SECONDS / len(TARGETS), reader=reader)
    assert faults == []
    assert sum(counted.values()) > 0
