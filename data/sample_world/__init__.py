"""The invented world behind ``data/sample``: six law offices over two years, and the key with the truth.

:mod:`.model` is the world, :mod:`.history` two years in it; the modules of logs and exports hold what offices make of
these, :mod:`.evidence` what can be proved from that, :mod:`.writing` the files and the answers. Same seed, same bytes:
chance comes from the seed alone, no clock is read, and archives carry fixed dates.

A tool for development: ``data/make_sample.py`` runs it, tests and benchmarks invent offices with it (:mod:`.tables`).
The package ships the files in ``data/sample`` and none of this.
"""

from __future__ import annotations

from pathlib import Path

from sample_world import writing
from sample_world.history import live_through
from sample_world.offices import OFFICES

__all__ = ["OFFICES", "SEED", "write"]

SEED = 20220711


def write(folder: Path | str, seed: int = SEED) -> None:
    """Write the sample: a folder for each office, their roster, ``key/`` with the truth beside them, and a README.

    Files of the same names are written over; others are left alone.
    """
    folder = Path(folder)
    histories = [live_through(office, seed) for office in OFFICES]
    files: writing.Files = {}
    for history in histories:
        made = writing.write_office(folder / history.office.key, history, seed)
        files |= {f"{history.office.key}/{name}": accounts for name, accounts in made.items()}
    writing.write_key(folder / "key", histories, files, seed)
    writing.write_roster(folder / "offices.csv", OFFICES)
    (folder / "README.md").write_bytes(writing.readme_text(histories, files, seed).encode())
