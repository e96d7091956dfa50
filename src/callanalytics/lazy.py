"""Regular expressions, each compiled when it is first used: all of them take longer than many a command."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, AnyStr, cast


class _Lazy:
    """Stands for an object until something of it is asked for; what was asked for is kept, so that it costs once."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:  # only called for what is not kept yet
        value = getattr(self._make(), name)
        setattr(self, name, value)
        return value


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression that is compiled when it is first used: what a module keeps one by.

    >>> regex(r"(?i)tier ([12])").search("Escalated to Tier 2")[1]
    '2'
    """
    return cast("re.Pattern[AnyStr]", _Lazy(partial(re.compile, text, flags)))
