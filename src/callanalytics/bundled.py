"""Where the files lie that ship with the package: the invented sample and the notebooks."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PLACES = {"sample": ("_sample", "data/sample"), "notebooks": ("_notebooks", "notebooks")}


def folder(name: str) -> Path:
    """The folder ``sample`` or ``notebooks``: inside an installed package, else in the checkout.

    >>> folder("notebooks").is_dir()
    True
    """
    inside, checkout = _PLACES[name]
    installed = _PACKAGE / inside
    return installed if installed.is_dir() else _PACKAGE.parent.parent / checkout
