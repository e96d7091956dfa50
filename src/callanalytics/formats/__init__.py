"""One TOML file per export layout; the folder is the registry.

A new phone system needs a new file here (or in your own folder), never Python: copy ``TEMPLATE.toml``, which
explains every key. :func:`load` reads all of them, :func:`read_mapping` reads one file of the user's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from callanalytics.errors import InvalidRequest
from callanalytics.formats.grammar import read
from callanalytics.formats.layout import Events, Format, Legs, Positions, Recognize, Rule, When, find, fold
from callanalytics.toml_files import loads

__all__ = [
    "Events", "Format", "Legs", "Positions", "Recognize", "Rule", "When",
    "find", "fold", "is_named", "load", "read_mapping", "remembered",
]  # fmt: skip

FOLDER = Path(__file__).resolve().parent
TEMPLATE = FOLDER / "TEMPLATE.toml"


def load(extra: Path | str | None = None) -> dict[str, Format]:
    """Every format by name: those of the package, overridden by those of the folder `extra`.

    >>> "hand_log" in load()
    True
    """
    formats = dict(_shipped())
    if extra is not None:
        formats |= _folder(Path(extra), formats)
    return formats


def is_named(claimed: str | None, system: str) -> bool:
    """Whether a text names a phone system: the name of its format or its vendor, in full or only the beginning.

    >>> is_named("Ring Central", "ringcentral_simple"), is_named("Zoom Phone", "zoom"), is_named("OpenPhone", "quo")
    (True, True, True)
    >>> is_named("Zoom", "ringcentral_simple"), is_named("", "zoom")
    (False, False)
    """
    vendor = _shipped()[system].vendor if system in _shipped() else ""
    names = [_letters(name) for name in (system, vendor, *re.split(r"[(),]", vendor))]
    return bool(_letters(claimed)) and any(name.startswith(_letters(claimed)) for name in names)


def _letters(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", (text or "").casefold())


def read_mapping(path: Path | str) -> Format:
    """Read one format file of the user's own (``--mapping FILE``), by the same grammar.

    ``extends = "hand_log"`` inherits all of a shipped format; the file's own keys override it, one by one.
    """
    path = Path(path)
    return replace(read(path, _shipped()), text=path.read_text("utf-8-sig"))


def remembered(name: str, text: str) -> Format:
    """Read a mapping of the user's own as a store keeps it: by name and file text.

    >>> remembered("ours", 'extends = "hand_log"\\n').name
    'ours'
    """
    return replace(read(Path(f"{name}.toml"), _shipped(), loads(text)), text=text)


@cache
def _shipped() -> dict[str, Format]:
    return _folder(FOLDER, {})


def _folder(folder: Path, known: dict[str, Format]) -> dict[str, Format]:
    if not folder.is_dir():
        raise InvalidRequest(f"there is no folder {folder.name} with formats", wanted="a folder with *.toml files")
    formats: dict[str, Format] = {}
    for path in sorted(p for p in folder.glob("*.toml") if p.name != TEMPLATE.name):
        formats[path.stem] = read(path, known | formats)
    return formats
