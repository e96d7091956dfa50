"""A disk that turns a bit: no figure changes in silence."""

import random

import pytest

from callanalytics import intake, load
from callanalytics.errors import CallLogError
from callanalytics.measures.sql_counts import count
from callanalytics.store import Store
from exhaustive import some
from intake_files import phone_csv

COUNTED = {"n_answered": "duration_s > 60", "n_reached": "wait_outcome = 'reached'"}
FLIPS = 30


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rot")
    intake.ingest(
        [phone_csv(folder / "march.csv", range(400))], folder / "store", "Alder", "Central", office_id="5" * 32
    )
    return folder / "store"


def with_a_flipped_bit(whole: bytes, seed: int) -> bytes:
    data, place = bytearray(whole), random.Random(seed).randrange(8 * len(whole))
    data[place // 8] ^= 1 << place % 8
    return bytes(data)


def in_a_log(root):
    return count(load(root).agency_calls.arrow, "agency_calls", ["weekday"], COUNTED).to_dict()


def in_a_file(root):
    return count(Store.open(root).path("agency_calls"), "agency_calls", ["weekday"], COUNTED).to_dict()


@pytest.mark.slow
@pytest.mark.parametrize("figures", some({"log": in_a_log, "file": in_a_file}, ["file"]))
def test_a_flipped_bit_of_the_dials_changes_no_figure_in_silence(store, figures):
    before, opened, refused = figures(store), Store.open(store), 0
    paths = [opened.path("agency_calls", immutable) / f"{'5' * 32}.parquet" for immutable in (False, True)]
    whole = paths[1].read_bytes()
    for seed in range(FLIPS):
        for path in paths:
            path.unlink()
            path.write_bytes(with_a_flipped_bit(whole, seed))
        try:
            assert figures(store) == before, seed
        except CallLogError:
            refused += 1
    for path in paths:
        path.unlink()
        path.write_bytes(whole)
    assert refused > FLIPS / 2
    assert figures(store) == before
