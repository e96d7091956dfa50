"""The regular expressions of a format file, held to forms that cannot run away.

Python's matcher tries alternatives one after the other. A repeat inside a repeat (``(a+)+``), or a choice inside
one (``(a|ab)*``), can make it try more ways than there are atoms in the world, on a cell of thirty letters; a
mapping file may come from anybody. Such patterns are refused when the file is read; of a cell a pattern sees the
first `SEEN` characters. What is left takes at most a moment.
"""

from __future__ import annotations

import re

LONGEST = 1_000  # characters of a pattern
REPEATS = 3
SEEN = 300  # characters of a cell

_PIECES = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\()(?:\?(?:[aiLmsux-]*:|[aiLmsux]+\)|[=!]|<[=!]|P<\w+>))?|(?P<close>\))"
    r"|(?P<repeat>[*+][?+]?|\{\d*,\d*\}[?+]?)|(?P<or>\|)|.",
    re.DOTALL,
)


def problem(pattern: str) -> str:
    """Why a pattern is not used; "" if it may be.

    >>> problem(r"(\\d{9,11})\\.\\d+$"), problem("(a+)+$"), problem("(a|ab)*c")
    ('', 'a repeat or a choice inside a repeat', 'a repeat or a choice inside a repeat')
    """
    if len(pattern) > LONGEST:
        return f"longer than {LONGEST:,} characters"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as wrong:
        return str(wrong) or "nested too deeply"
    if re.search(r"(?<!\\)(?:\\\\)*\\[1-9]|\(\?P=", pattern):
        return "it refers back to a group"
    return _runs_away(pattern)


def _runs_away(pattern: str) -> str:
    outer: list[bool] = []  # of each group that is open: whether it holds a repeat or a choice
    closed = False  # whether the group that was closed just now does
    repeats = 0
    for piece in _PIECES.finditer(pattern):
        if piece["open"] and not piece[0].endswith(")"):
            outer.append(False)
        elif piece["close"] and outer:
            closed = outer.pop()
            if closed and outer:
                outer[-1] = True
            continue
        elif piece["repeat"]:
            repeats += 1
            if closed:
                return "a repeat or a choice inside a repeat"
        if (piece["repeat"] or piece["or"]) and outer:
            outer[-1] = True
        closed = False
    return f"more than {REPEATS} repeats" if repeats > REPEATS else ""
