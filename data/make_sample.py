"""Invent the sample anew: ``python data/make_sample.py [FOLDER] [--seed N]``. Without FOLDER: ``data/sample``.

Same seed, same bytes. Another seed is another world, for whoever wants to try one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import sample_world


def main() -> None:
    parser = argparse.ArgumentParser(description="Invent exports of six law offices, and the key with the truth.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent / "sample")
    parser.add_argument("--seed", type=int, default=sample_world.SEED)
    given = parser.parse_args()
    sample_world.write(given.folder, given.seed)


if __name__ == "__main__":
    main()
