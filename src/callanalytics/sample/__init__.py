"""Invented exports of six law offices over two years, and the key with the truth. Nobody real is in them.

:mod:`.model` is the world, :mod:`.history` two years in it; the modules of logs and exports hold what offices make of
these, :mod:`.evidence` what can be proved from that, :mod:`.writing` the files and the answers. Same seed, same bytes:
chance comes from the seed alone, no clock is read, and archives carry fixed dates.
"""

from __future__ import annotations

from pathlib import Path

from callanalytics import bundled
from callanalytics.sample import writing
from callanalytics.sample.history import live_through
from callanalytics.sample.offices import OFFICES

__all__ = ["OFFICES", "SEED", "ingest", "into", "write"]

SEED = 20220711


def write(folder: Path | str, seed: int = SEED) -> None:
    """Write the sample: a folder for each office, ``key/`` with the truth beside them, and a README.

    Files of the same names are written over; others are left alone.
    """
    folder = Path(folder)
    histories = [live_through(office, seed) for office in OFFICES]
    files: writing.Files = {}
    for history in histories:
        made = writing.write_office(folder / history.office.key, history, seed)
        files |= {f"{history.office.key}/{name}": accounts for name, accounts in made.items()}
    writing.write_key(folder / "key", histories, files, seed)
    (folder / "README.md").write_bytes(writing.readme_text(histories, files, seed).encode())


def ingest(store: Path | str, office, progress=None):
    """Read the files of one invented office into a store, and say its hours where its own sheet does not.

    Returns the receipt.
    """
    from callanalytics import intake  # the generator itself needs no store
    from callanalytics.store import Store

    folder = bundled.folder("sample") / office.key
    receipt = intake.ingest([folder], store, office.name, office.zone, new_office=True, progress=progress)
    known = next(each for each in Store.open(store).offices() if each["name"] == office.name)
    if not known["hours"]:
        intake.set_office(store, office.name, hours=f"Mon-Fri {office.opens:%H:%M}-{office.closes:%H:%M}")
    return receipt


def into(store: Path | str) -> Path:
    """Read the invented offices that ship with the package into a store; twice is once. Returns the store's folder.

    Demo, notebooks, gallery, and tests all take the sample from here, so that each shows the same figures.
    """
    for office in OFFICES:
        ingest(store, office)
    return Path(store)
