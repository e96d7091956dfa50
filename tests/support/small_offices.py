"""Stores of small offices: parts of the sample's offices, and hand logs of a few calls."""

import csv
import shutil
from datetime import datetime, timedelta

from callanalytics import formats, intake, invented, read
from callanalytics.store import Store
from exhaustive import EXHAUSTIVE
from sample_world import OFFICES

PARTS = {"alone": ("calls", "entries", "notices"), "phone only": ("calls",), "hand log only": ("entries",)}
SHEETS = {"one day": (1, 8), "42 calls": (21, 2), "120 waits of no stated clock": (60, 2)}
OF_THE_SAMPLE = {
    part: [o.key for o in OFFICES if part != "phone only" or any(line.covered_by for line in o.lines)] for part in PARTS
}
FOR_A_CHANGE = {"alone": "4-honolulu", "phone only": "2-chicago", "hand log only": "2-chicago"}
STORES = [  # all parts of all offices if everything is tried; else each part of one that other tests use too
    *(f"{key}, {part}" for part, keys in OF_THE_SAMPLE.items()
      for key in (keys if EXHAUSTIVE else [FOR_A_CHANGE[part]])),
    *SHEETS,
    "nothing",
]  # fmt: skip


def of_kind(folder, makes):
    known = formats.load()
    files = [file for file in sorted(folder.iterdir()) if file.is_file()]
    return [file for file in files if read.identify(read.files([file]).files[0], known).makes in makes]


def sheet(path, days, a_day):
    """A hand log in an office's own layout: waits from 20 minutes up, every third a hang-up; no wait origin stated."""
    with path.open("w", newline="") as file:
        write = csv.writer(file).writerow
        write(["Date", "Time", "Hold time", "Agent ID", "Outcome", "Call back promised"])
        for n in range(days * a_day):
            moment = datetime(2022, 3, 14, 9) + timedelta(days=n // a_day, hours=n % a_day)
            ended = ("", "Hung up", "") if n % 3 == 2 else (f"A{n}", "Resolved", "72 hours" if n % 6 == 0 else "")
            write([f"{moment:%m/%d/%Y}", f"{moment:%I:%M %p}", 20 + n % 40, *ended])
    return path


def make_store(place, name):
    if name in SHEETS:
        path = sheet(place.parent / "log.csv", *SHEETS[name])
        intake.ingest([path], place, "Elm", "Eastern", office_id="e" * 32, time_refers_to="start")
    elif name == "nothing":
        opened = Store.open(place, create=True)
        with opened.writing():
            opened.publish({})
    else:
        office, files = part_of(name)
        intake.ingest(files, place, office.name, office.zone, new_office=True)


def part_of(name):
    """An office of the sample, and its files that are in the store with this name."""
    office = next(o for o in OFFICES if name.startswith(o.key))
    return office, of_kind(invented.shipped_folder("sample") / office.key, PARTS[name.removeprefix(f"{office.key}, ")])


def folder_to_read(folder, name):
    """The first notebook's parameters: a folder with one office's files, its name, and its zone."""
    folder.mkdir()
    given = {"folder": str(folder), "office": "Elm", "timezone": "Eastern"}
    if name in SHEETS:
        sheet(folder / "log.csv", *SHEETS[name])
    elif name != "nothing":
        office, files = part_of(name)
        for file in files:
            shutil.copy(file, folder)
        given |= {"office": office.name, "timezone": office.zone}
    return given
