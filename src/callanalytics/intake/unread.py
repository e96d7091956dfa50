"""What a file says that was not read: columns that its format does not know, and words that nobody knows.

Nothing of it is guessed: it is shown, with what it looks like and how to say what it means.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from callanalytics.formats import Format, Rule, fold
from callanalytics.normalize import Doubt, shown_words
from callanalytics.read import TextTable
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.phones import shape

LOOKED_AT = 500  # different texts of a column
COLUMNS_LOOKED_AT = 200  # no log that is kept by hand has more; of the rest only the name is told
SHOWN_WORDS = 3  # of a column that looks like one we know
# Words that say nothing of what a column is about.
ANYWHERE = frozenset("yes no y n x true false 0 1 2 3 - -- none n/a nothing done other".split())
LOOKS = {  # our column -> what a person calls it; the first that fits is told
    "promised": "the call-back that was promised",
    "told": "what you were told it would take",
    "tier": "who spoke to you",
    "outcome": "how the call ended",
    "wait_kind": "whether anybody came",
    "kind": "who called whom",
}
BY_PARSER = (("moment_by_hand", "dates"), ("number", "telephone numbers"))
SHARE = 0.5  # of a column's filled rows that must fit


@dataclass(frozen=True)
class Column:
    """A column that was not read: its name as the file has it, how many rows hold something, what it looks like.

    ``words`` are its commonest texts where they may be shown, ``do`` how to have it read.
    """

    name: str
    rows: int
    looks: str = ""
    words: tuple[str, ...] = ()
    do: str = ""


@dataclass(frozen=True)
class Unclear:
    """Words of a file, or of one of its sheets, that were not understood, and what would have been."""

    file: str
    doubt: Doubt
    wanted: str
    sheet: int = 1


def columns(table: TextTable, fmt: Format) -> list[Column]:
    """The columns that no rule of the format reads, fullest first; of a phone export those that the system is not
    known to write."""
    if fmt.makes == "calls":
        return _strange(table, fmt) if fmt.recognise.core else []
    if fmt.makes != "notes":
        return []
    read = {name for column in _read_by(fmt) for name in column}
    found = []
    for name in table.header:
        texts = table.cells.column(name).drop_null().to_pylist() if fold(name) not in read else []
        if texts:
            is_looked_at = len(found) < COLUMNS_LOOKED_AT
            found.append(
                _looked_at(name, Counter(texts), fmt) if is_looked_at else Column(shown_name(name), len(texts))
            )
    if [column.name for column in found] == ["Remarks"]:
        return []  # the template says that nobody reads them
    return sorted(found, key=lambda column: (not column.looks, -column.rows))


def _strange(table: TextTable, fmt: Format) -> list[Column]:
    known = {name for column in _read_by(fmt) for name in column}
    known |= {fold(name) for column in (*fmt.recognise.header, *fmt.recognise.also) for name in column}
    strange = [name for name in table.header if fold(name) not in known and not name.startswith("(column")]
    filled = [(name, table.cells.num_rows - table.cells.column(name).null_count) for name in strange]
    return [Column(shown_name(name), n) for name, n in filled if n]


def added(portions: Iterable[list[Column]]) -> tuple[Column, ...]:
    """The columns of several portions of one file, the rows of each counted together."""
    rows: Counter[str] = Counter()
    for column in itertools.chain.from_iterable(portions):
        rows[column.name] += column.rows
    return tuple(Column(name, n) for name, n in rows.items())


def unclear(shown: str, doubts: list[Doubt], fmt: Format, sheet: int = 1) -> list[Unclear]:
    """The words that were not understood, with those of the format that would have been."""
    return [Unclear(shown, doubt, _wanted(fmt, doubt.target), sheet) for doubt in doubts]


def _how(target: str, fmt: Format) -> str:
    """How to have a column read: the name under which the format reads its like."""
    rule = fmt.columns.get(target)
    if rule is None or not rule.all_columns:
        return ""
    name = rule.all_columns[-1 if rule.cases else 0][0]
    return f'If it is that, call the column "{name}"; if you have one of that name already, keep both in one'


def _read_by(fmt: Format) -> list[frozenset[str]]:
    """Every header name that a rule of the format looks at, folded."""
    looked = [*fmt.unique, *fmt.computed, *(column for aside in fmt.set_aside for column, _ in aside.when.tests)]
    looked += fmt.events.rule.all_columns if fmt.events else ()
    if legs := fmt.legs:
        looked += [*legs.group, *legs.own, *legs.inherit, *(column for column, _ in legs.gather.values())]
        marks = [legs.above, *legs.any.values(), *legs.master, *(when for _, when in legs.gather.values())]
        looked += [column for when in marks if when for column, _ in when.tests]
    for part in fmt.parts:
        looked += [column for column, _ in part.when.tests]
    for rules in (fmt.columns, *(part.columns for part in fmt.parts)):
        looked += [column for rule in rules.values() for column in rule.all_columns]
    return [frozenset(map(fold, column)) for column in looked]


def _looked_at(name: str, texts: Counter, fmt: Format) -> Column:
    n = texts.total()
    some = Counter(dict(texts.most_common(LOOKED_AT)))
    shown = shown_name(name)
    for target, looks in LOOKS.items():
        known = [text for text in some if _says(text, target, fmt)]
        if sum(some[text] for text in known) >= SHARE * n:
            words = tuple(shown_words(text, fmt) for text in known[:SHOWN_WORDS])
            return Column(shown, n, looks, words, _how(target, fmt))
    for parser, looks in BY_PARSER:
        if sum(some[text] for text in some if _reads(parser, text)) >= SHARE * n:
            return Column(shown, n, looks, do="Give it a name that says what they are: see callanalytics template")
    return Column(shown, n)


def _says(text: str, target: str, fmt: Format) -> bool:
    """Whether a cell holds a word that only one of our columns has."""
    word = fold(text)
    if word in ANYWHERE:
        return False
    words = fmt.columns[target].all_words if target in fmt.columns else {}
    return word in words or (target in ("promised", "told") and _reads("told", re.sub(r"^yes\W+", "", word)))


def _reads(parser: str, text: str) -> bool:
    try:
        options = {"order": "mdy"} if parser.startswith("moment") else {}
        return PARSERS[parser](text, **options) is not None
    except Unreadable:
        return False


def shown_name(name: str) -> str:
    """A column's name as the office wrote it; masked where it looks like a cell and not like a name.

    >>> shown_name("Promised when?"), shown_name("EAC2190012345"), shown_name("maria@example.com")
    ('Promised when?', 'xxx9999999999', 'xxxxx@xxxxxxx.xxx')
    """
    return shape(name) if re.search(r"\d{3}|@|^\W*$", name) or len(name) > 60 else name


def _wanted(fmt: Format, target: str) -> str:
    """One word of the format for each of ours: what may be written."""
    rule: Rule | None = fmt.columns.get(target)
    if target == "told":
        return "72 hours, 30 business days"
    if target == "contact":
        return "the callbacks with their dates, as in 1/13 missed, 1/14 answered; or no"
    if rule is None:
        return ""
    if not rule.all_words:
        return "" if rule.parse in ("text", "words") else PARSERS[rule.parse].wanted
    rules = [rule, *(case for _, case in rule.cases)]
    written = {fold(text): text for each in rules for text in each.listed}
    first: dict[str, str] = {}
    for word, ours in rule.all_words.items():
        first.setdefault(ours, written.get(word, word))
    return ", ".join(first.values())
