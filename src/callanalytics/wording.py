"""How the product words what many rooms print: a count with its noun, and the command lines that it gives as advice.

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

STORE, OUT = "calls", "report"  # where the store and the reports are, unless another folder is named
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
