"""Lines of a page on a terminal: counts with their nouns, long names cut, long sentences wrapped."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from callanalytics import commands

WIDTH = 110


def plural(n: int, thing: str, things: str = "") -> str:
    """A count with its noun.

    >>> plural(1, "file"), plural(1204, "reply", "replies")
    ('1 file', '1,204 replies')
    """
    return f"{n:,} {thing if n == 1 else things or thing + 's'}"


def cut(text: str, width: int) -> str:
    """A long name keeps both its ends.

    >>> cut("RingCentral October to December.csv", 20)
    'RingCent...ember.csv'
    """
    return text if len(text) <= width else f"{text[: width // 2 - 2]}...{text[-(width - width // 2 - 1) :]}"


def shortened(text: str, width: int) -> str:
    """The beginning of a long sentence, whole words.

    >>> shortened("minutes, as in 45; or 1h10, ~45 min", 20)
    'minutes, as in 45 ...'
    """
    return text if len(text) <= width else f"{text[: width + 1].rpartition(' ')[0].rstrip(' ,;')} ..."


def wrapped(text: str) -> list[str]:
    return commands.wrapped(text, WIDTH, initial_indent="  ", subsequent_indent="      ")


def headed(word: str, text: str) -> list[str]:
    """A line under a heading of one word."""
    return commands.wrapped(text, WIDTH, initial_indent=f"  {word:<11}", subsequent_indent=" " * 13)


def rows(places: Sequence[int], shown: int = 6) -> str:
    """Row numbers with their noun.

    >>> rows([41]), rows([77, 78, 79, 80, 203])
    ('row 41', 'rows 77-80, 203')
    """
    return f"row{'' if len(places) == 1 else 's'} {numbers(places, shown)}"


def numbers(places: Sequence[int], shown: int = 6) -> str:
    """Row numbers as a person says them: runs together, the rest counted.

    >>> numbers([77, 78, 79, 80, 203]), numbers(list(range(2, 40, 2)))
    ('77-80, 203', '2, 4, 6, 8, 10, 12 and 13 more')
    """
    runs: list[list[int]] = []
    for number in sorted(places):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    named = [f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs[:shown]]
    left = sum(map(len, runs[shown:]))
    return ", ".join(named) + (f" and {left:,} more" if left else "")


def together(parts: Sequence, key) -> list[list]:
    """Things in groups that share a key, in the order in which each group first appears."""
    order = list(dict.fromkeys(map(key, parts)))
    groups = itertools.groupby(sorted(parts, key=lambda part: order.index(key(part))), key=key)
    return [list(group) for _, group in groups]
