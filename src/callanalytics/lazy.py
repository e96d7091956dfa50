"""What is made when it is first used: regular expressions, and the large libraries that tables are counted with.

All expressions of the package take longer to compile than many a command, and the libraries half a second to import;
what prints a list should wait for neither. Rooms that a list is made from take the libraries from here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, AnyStr, cast

__all__ = ["load_pyarrow_alone", "np", "pa", "pc", "pd", "pq", "regex"]


class _Lazy:
    """Stands for an object until something of it is asked for; what was asked for is kept, so that it costs once."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:  # only called for what is not kept yet
        if name.startswith("__"):  # copy and pickle ask for these before there is anything to ask
            raise AttributeError(name)
        value = getattr(self._make(), name)
        setattr(self, name, value)
        return value


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression that is compiled when it is first used: what a module keeps one by.

    >>> regex(r"(?i)tier ([12])").search("Escalated to Tier 2")[1]
    '2'
    """
    return cast("re.Pattern[AnyStr]", _Lazy(partial(re.compile, text, flags)))


if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
else:
    np, pd, pa, pc, pq = (
        _Lazy(partial(import_module, name))
        for name in ("numpy", "pandas", "pyarrow", "pyarrow.compute", "pyarrow.parquet")
    )


class _NoPandas:
    """Finder of modules that says that pandas is not installed."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def load_pyarrow_alone() -> None:
    """Load pyarrow without pandas, which it imports with the first array that it makes.

    That takes longer than to read a month's export. Call it only in a process that makes no frame before it ends:
    pyarrow no longer knows pandas' NA for a null. If pandas is loaded already, this changes nothing.
    """
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([""])
    finally:
        sys.meta_path.remove(_NoPandas)
