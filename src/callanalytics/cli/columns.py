"""A table laid out for a terminal's width: columns that wrap between words, or a card a row where that is shorter."""

from __future__ import annotations

import textwrap
from itertools import zip_longest

GAP = "  "
LONGEST = 16  # characters of a word that may break


def lay_out(columns: list[str], cells: list[list[str]], width: int, right: list[bool]) -> list[str]:
    """The lines of a table, or of cards where its columns do not fit or would be taller.

    >>> lay_out(["office", "n"], [["Alder and Birch", "1,204"], ["Rowan", "7"]], 24, [False, True])
    ['office               n', '---------------  -----', 'Alder and Birch  1,204', 'Rowan                7']
    >>> lay_out(["office", "number"], [["Alder and Birch", "312-555-0130"]], 16, [False, False])
    ['office  Alder and', '        Birch', 'number  312-555-0130']
    """
    cards = _cards(columns, cells, width)
    widths = _widths(columns, cells, width)
    if widths is None:
        return cards
    lines = [*_row(columns, widths, right), GAP.join("-" * w for w in widths)]
    for row in cells:
        lines += _row(row, widths, right)
    return lines if len(lines) <= len(cards) + 2 else cards


def _widths(columns, cells, width: int) -> list[int] | None:
    """What each column gets: all it wants, or at least its longest word; None where not even that fits."""
    texts = list(zip(columns, *cells, strict=True))
    wanted = [max(map(len, column)) for column in texts]
    least = [max(len(word) for text in column for word in text.split() or [""]) for column in texts]
    room = width - len(GAP) * (len(columns) - 1)
    if sum(wanted) <= room:
        return wanted
    if sum(least) > room:
        least = [min(one, LONGEST) for one in least]  # a long name breaks before a whole table does
    if sum(least) > room:
        return None
    left = room - sum(least)
    lacking = sorted(range(len(least)), key=lambda i: wanted[i] - least[i])
    for place, i in enumerate(lacking):  # an even share of what is left; who lacks little leaves the rest to the others
        given = min(wanted[i] - least[i], left // (len(lacking) - place))
        least[i] += max(0, given)
        left -= max(0, given)
    return least


def _row(texts, widths, right) -> list[str]:
    wrapped = [textwrap.wrap(text, w, break_on_hyphens=False) or [""] for text, w in zip(texts, widths, strict=True)]
    placed = zip_longest(*wrapped, fillvalue="")
    return [
        GAP.join(
            part.rjust(w) if to_right else part.ljust(w) for part, w, to_right in zip(parts, widths, right, strict=True)
        ).rstrip()
        for parts in placed
    ]


def _cards(columns, cells, width: int) -> list[str]:
    name = max(map(len, columns))
    lines: list[str] = []
    for row in cells:
        lines += [""] if lines else []
        for column, text in zip(columns, row, strict=True):
            if text:
                lines += hung(text, width, column.ljust(name) + GAP)
    return lines


def hung(text: str, width: int, mark: str = "") -> list[str]:
    """A text wrapped between words, its later lines under its first word.

    >>> hung("Call again and ask anew.", 16, "Do: ")
    ['Do: Call again', '    and ask', '    anew.']
    """
    room = max(width, len(mark) + 10)
    return textwrap.wrap(
        text,
        room,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
