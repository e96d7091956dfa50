"""How the product words what many rooms print: counts, the calendar, and the command lines that it gives as advice.

A command line is written so that pasting it runs that and nothing else. It may hold an office's name or a file's, and
both may come from a stranger's sheet. Four shells read it (bash, zsh, PowerShell, cmd) and no quotes mean the same in
all of them. What double quotes hold safely in each is put into double quotes; an office's name loses the few characters
that they do not hold, and is found without them (:func:`plain_name`); a file's name cannot lose any, so that it is
quoted for the shell of this system.
"""

from __future__ import annotations

import os
import re
import shlex
import textwrap
from collections.abc import Sequence
from datetime import date
from numbers import Integral

STORE, OUT = "calls", "report"  # where the store and the reports are, unless another folder is named
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
PATH = "PATH"  # stands for a name that no quotes make safe to paste
_GLUE = "\0"
_QUOTED = r""""[^"\n]*"|'[^'\n]*'"""
_COMMAND = re.compile(
    rf"""callanalytics(?: (?:{_QUOTED}|[^\s`"'.,;()](?:[^\s`]*[^\s`.,;:)])?))+|--[a-z-]+ (?:{_QUOTED}|[^\s("']+)"""
)
_PLAIN = re.compile(r"[\w./][\w./:-]*")
# What some shell reads between double quotes: variables, commands, history, and PowerShell's curly quotes.
_READ_IN_QUOTES = re.compile(r'["$`!%“”„‘’‚‛]|\\(?=\\|$)')


def plural(n: float, noun: str, nouns: str = "") -> str:
    """A count with its noun; ``nouns`` where the plural is not the usual one.

    >>> plural(1, "call"), plural(1204, "call"), plural(2, "entry"), plural(2, "day"), plural(3, "stretch")
    ('1 call', '1,204 calls', '2 entries', '2 days', '3 stretches')
    """
    return f"{n:,.0f} {noun if round(n) == 1 else nouns or _usual_plural(noun)}"


def _usual_plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith("ch") else f"{noun}s"


def some(names: Sequence[str], shown: int) -> str:
    """The first names of a list, and how many more there are.

    >>> some(["alder", "birch", "oak"], 2), some(["alder"], 2)
    ('alder, birch and 1 more', 'alder')
    """
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


def day(value: date, *, short: bool = False) -> str:
    """
    >>> day(date(2022, 7, 1)), day(date(2022, 7, 1), short=True)
    ('July 1, 2022', 'Jul 1, 2022')
    """
    name = MONTHS[value.month - 1]
    return f"{name[:3] if short else name} {value.day}, {value.year}"


def month(yyyymm: int, *, short: bool = False) -> str:
    """
    >>> month(202203), month(202203, short=True)
    ('March 2022', 'Mar 2022')
    """
    name = MONTHS[yyyymm % 100 - 1]
    return f"{name[:3] if short else name} {yyyymm // 100}"


def hour(value: int) -> str:
    """
    >>> hour(0), hour(8), hour(12), hour(18)
    ('midnight', '8 a.m.', 'noon', '6 p.m.')
    """
    if value % 24 == 0:
        return "midnight"
    if value == 12:
        return "noon"
    return f"{(value - 1) % 12 + 1} {'a.m.' if value % 24 < 12 else 'p.m.'}"


def clock_time(written: str) -> str:
    """
    >>> clock_time("07:00"), clock_time("18:30"), clock_time("12:00")
    ('7 a.m.', '6:30 p.m.', 'noon')
    """
    hours, minutes = written.split(":")
    if minutes == "00":
        return hour(int(hours))
    return f"{(int(hours) - 1) % 12 + 1}:{minutes} {'a.m.' if int(hours) < 12 else 'p.m.'}"


def ordinal(n: int) -> str:
    """
    >>> [ordinal(n) for n in (1, 2, 3, 11, 31)]
    ['1st', '2nd', '3rd', '11th', '31st']
    """
    end = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{end}"


def in_calendar_words(column: str, value: object) -> str:
    """A value as it is read: the weekday, month, or hour of such a column by its name.

    >>> in_calendar_words("weekday_local", 1), in_calendar_words("month", 202203), in_calendar_words("hour", 18)
    ('Monday', 'Mar 2022', '6 p.m.')
    """
    kind = column.removesuffix("_local")
    if isinstance(value, Integral):
        value = int(value)
        if kind == "weekday":
            return WEEKDAYS[value - 1]
        if kind == "month":
            return month(value, short=True)
        if kind == "hour":
            return hour(value)
    return str(value)


def plain_name(name: str) -> str:
    """An office's name as it stands in a printed command: on one line, without what a shell would read in it.

    >>> plain_name("Smith LLP$(touch x)"), plain_name("O'Neil & Sons"), plain_name("Alder\\nand Birch")
    ('Smith LLP(touch x)', "O'Neil & Sons", 'Alder and Birch')
    """
    printed = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(re.sub(r'["$`!%“”„‘’‚‛\\]', "", printed).split())


def quoted_name(name: str) -> str:
    """An office's name, always in double quotes.

    >>> print(quoted_name('Alder "and" `Birch`'))
    "Alder and Birch"
    """
    return f'"{plain_name(name)}"'


def quoted(path) -> str:
    """A path, or another word that must stay as it is, as it is typed on Windows, macOS and Linux alike.

    >>> quoted("exports/March.csv"), quoted("USCIS calls"), quoted("-x.csv")
    ('exports/March.csv', '"USCIS calls"', './-x.csv')
    """
    text = str(path)
    if not text.isprintable():
        return PATH
    text = f"./{text}" if text.startswith("-") else text
    if _PLAIN.fullmatch(text):
        return text
    if not _READ_IN_QUOTES.search(text):
        return f'"{text}"'
    return PATH if os.name == "nt" else shlex.quote(text)


def wrapped(text: str, width: int, **indents) -> list[str]:
    """A text wrapped between words; a command line in it, or an option with its value, stays whole, to be copied.

    >>> wrapped("Open it again; if that fails,  callanalytics verify --store old  says why", 30)
    ['Open it again; if that fails,', 'callanalytics verify --store old', 'says why']
    """
    glued = _COMMAND.sub(lambda match: match[0].replace(" ", _GLUE), text)
    lines = textwrap.wrap(glued, width, break_long_words=False, break_on_hyphens=False, **indents)
    return [line.replace(_GLUE, " ") for line in lines]


def in_store(store) -> str:
    """The option that names a store, with a blank before it; nothing for the folder that is looked in anyhow.

    >>> in_store("calls"), in_store("our calls")
    ('', ' --store "our calls"')
    """
    return "" if str(store) == STORE else f" --store {quoted(store)}"
