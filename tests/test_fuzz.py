"""Some seconds of the fuzzing in benchmarks/fuzz.py: every reader, no traceback, every row accounted for."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import fuzz

from exhaustive import EXHAUSTIVE

READERS = {"csv", "xlsx", "json", "xml", "html", "zip"}


def test_every_reader_has_exports_to_start_from():
    assert {seed.reader for seed in fuzz.seeds()} >= READERS


def test_a_mutation_is_the_same_each_time():
    import random

    data = b"Date,Time,Wait\n3/1/2022,10:05 AM,45\n" * 20
    made = [fuzz.mutated(data, random.Random("x 7")) for _ in range(2)]
    assert made[0] == made[1] != data


@pytest.mark.slow
@pytest.mark.parametrize("reader", sorted({seed.reader for seed in fuzz.seeds()}))
def test_no_mutation_of_an_export_is_a_traceback_or_loses_a_row(reader):
    counted, faults = fuzz.run(60 if EXHAUSTIVE else 3, reader=reader)
    assert faults == []
    assert sum(counted.values()) > 0
