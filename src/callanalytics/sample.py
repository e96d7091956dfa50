"""The sample that ships: exports of six invented law offices over two years, and how to read them into a store.

The files are data. The script ``data/make_sample.py`` invents them; nothing here does.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from callanalytics import invented

if TYPE_CHECKING:
    from callanalytics.agencies import Agency
    from callanalytics.intake.receipt import Receipt


@dataclass(frozen=True)
class Office:
    """An invented office, as a row of the sample's roster ``offices.csv``. ``folder`` has its files."""

    folder: str
    name: str
    timezone: str
    hours: str

    @property
    def files(self) -> Path:
        return invented.shipped_folder("sample") / self.folder


@cache
def offices() -> tuple[Office, ...]:
    """The invented offices, in the order of their folders.

    >>> [office.name for office in offices()][:2]
    ['Hemlock and Rowan', 'Alder and Birch']
    """
    with (invented.shipped_folder("sample") / "offices.csv").open(encoding="utf-8", newline="") as roster:
        return tuple(
            Office(row["folder"], row["office"], row["timezone"], row["hours"]) for row in csv.DictReader(roster)
        )


def ingest(store: Path | str, office: Office, progress=None, *, agency: Agency | None = None) -> Receipt:
    """Read the files of one invented office into a store, and set its hours."""
    from callanalytics import intake

    return intake.ingest(
        [office.files],
        store,
        office.name,
        office.timezone,
        new_office=True,
        progress=progress,
        agency=agency,
        hours=office.hours,
    )


def into(store: Path | str) -> Path:
    """Read all invented offices into a store; a second time changes nothing. Returns the store's folder.

    Demo, notebooks, gallery, and tests all take the sample from here, so that each shows the same figures.
    """
    for office in offices():
        ingest(store, office)
    return Path(store)
