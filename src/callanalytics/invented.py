"""Which logs are invented: the sample's files, and the offices whose files they are; and where the shipped files lie.

Invented calls must never reach an agency among real ones. So an invented office's id begins with zeros, which no random
id does: everything made from such a store knows it and says :data:`LABEL`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LABEL = "Invented sample data: no office, client, or call in it is real."
HEADING = "# Invented call logs"  # first line of the README beside every sample
_ZEROS = "0" * 24


def office_id(name: str) -> str:
    """The id of an invented office: the same on every computer.

    >>> office_id("Alder and Birch")
    '0000000000000000000000004e8c92db'
    """
    return _ZEROS + hashlib.sha256(name.encode()).hexdigest()[:8]


def is_invented(office_ids: Iterable[str]) -> bool:
    """Whether any of these offices is invented. (All zeros stand for an office that has no id yet.)

    >>> is_invented([office_id("Alder and Birch")]), is_invented(["5f0c"]), is_invented(["0" * 32])
    (True, False, False)
    """
    return any(each.startswith(_ZEROS) and each.strip("0") for each in office_ids)


def kinds(paths: Iterable) -> set[bool]:
    """For the files under some paths: True where one is of a sample, False where one is not. No file: nothing.

    A file is of a sample where it is a copy of one that ships, or lies in a folder of a sample, whatever its seed.
    """
    named = [Path(path) for path in paths]
    files = (file for path in named for file in (sorted(path.rglob("*")) if path.is_dir() else [path]))
    return {_is_sample(file.resolve()) for file in files if file.is_file() and not file.name.startswith((".", "~$"))}


def _is_sample(file: Path) -> bool:
    if any(map(_has_readme, list(file.parents)[:2])):
        return True
    digests = _shipped().get(file.stat().st_size, set())
    return bool(digests) and hashlib.sha256(file.read_bytes()).hexdigest() in digests


@cache
def _shipped() -> dict[int, set[str]]:
    """The digests of the sample's files, by their size: a file of another size needs no digest."""
    found: dict[int, set[str]] = {}
    for file in shipped_folder("sample").glob("[0-9]*/*"):
        found.setdefault(file.stat().st_size, set()).add(hashlib.sha256(file.read_bytes()).hexdigest())
    return found


@cache
def _has_readme(folder: Path) -> bool:
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace") as page:
            return page.readline(80).strip() == HEADING
    except OSError:
        return False


# ---- where the files lie that ship with the package ------------------------------------------------------------------

_PACKAGE = Path(__file__).resolve().parent
_PLACES = {"sample": ("_sample", "data/sample"), "notebooks": ("_notebooks", "notebooks"), "docs": ("_docs", "docs")}


def shipped_folder(name: str) -> Path:
    """The folder ``sample``, ``notebooks``, or ``docs``: inside an installed package, else in the checkout.

    >>> shipped_folder("notebooks").is_dir()
    True
    """
    inside, checkout = _PLACES[name]
    installed = _PACKAGE / inside
    return installed if installed.is_dir() else _PACKAGE.parent.parent / checkout
