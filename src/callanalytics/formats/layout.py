"""The contents of a format file as frozen dataclasses, one field per TOML key.

First come column names, conditions on a row, how a file is recognized, and how it becomes rows. Last comes what an
export cannot show if a column is missing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated

from callanalytics.formats.words import Meaning, Vocabulary, header_zone, without_zone, zone_beside
from callanalytics.values.parsers import words_for
from callanalytics.wording import joined

SEARCHED = 300  # characters of a cell that a pattern reads
# A column as a format names it: one name, or several alternatives; the first present one counts ("Date|Call date").
Column = tuple[str, ...]
Reason = Annotated[str, "one word, as in fax"]
Zone = Annotated[str, "a zone's name"]
Pattern = Annotated[str, "a regular expression"]
Identity = Annotated[tuple[Column, ...], "[identity]"]


@lru_cache(maxsize=1 << 14)  # cached: the same headers and words are compared repeatedly
def fold(name: str) -> str:
    """A header name in the form used for comparison: capitals, spaces, and a final question mark or colon do not
    matter.

    >>> fold("  Action  Result "), fold("No."), fold("Called back?")
    ('action result', 'no.', 'called back')
    """
    return " ".join(name.casefold().split()).rstrip("?: ")


def find(column: Column, header) -> str | None:
    """The header's name for this column, trying alternatives in order; None if there is none.

    A bracketed time zone after a name does not matter, unless another column has the bare name.

    >>> find(("Date", "Call date"), ["Time", "CALL  DATE"]), find(("Time",), ["Time (ET)"])
    ('CALL  DATE', 'Time (ET)')
    """
    present = _names_by_folded(tuple(header))
    return next((present[name] for name in map(fold, column) if name in present), None)


@lru_cache(maxsize=256)
def _names_by_folded(header: tuple[str, ...]) -> dict[str, str]:
    """The names of a header by folded form, the first of equal ones; cached because a header may have thousands of
    names."""
    present: dict[str, str] = {}
    for name in header:
        present.setdefault(fold(name), name)
    for name in header:
        # After all whole names: a column with the bare name takes precedence over one with a zone
        present.setdefault(fold(without_zone(name)), name)
    return present


@dataclass(frozen=True)
class Test:
    """What a cell must be: a word (capitals do not matter), ``""`` empty, ``"*"`` not empty, ``"~..."`` a pattern.

    A pattern is a regular expression that must match the whole cell, cut to its first 300 characters. ``yes`` or
    ``true`` fits every spelling of yes, ``no`` or ``false`` every one of no.

    >>> Test("~[0-9]{2,6}").fits("114"), Test("fax").fits("Fax"), Test("").fits(None), Test("*").fits("")
    (True, True, True, False)
    >>> Test("true").fits("Y"), Test("1").fits("Yes")
    (True, False)
    """

    text: str

    @cached_property  # Python itself caches only 512 expressions; the package has more
    def _pattern(self) -> re.Pattern:
        return re.compile(self.text[1:], re.IGNORECASE | re.DOTALL)

    def fits(self, cell: str | None) -> bool:
        cell = cell or ""
        if self.text == "*":
            return bool(cell)
        if self.text.startswith("~"):
            return self._pattern.fullmatch(cell[:SEARCHED]) is not None
        return fold(self.text) in words_for(fold(cell))


def taken_of(text: str, pattern: str) -> str | None:
    """The part of a cell to parse: the match of the pattern's first group, or of the whole pattern; or None."""
    if not pattern:
        return text
    match = re.search(pattern, text[:SEARCHED])
    return (match[1] if match.re.groups else match[0]) if match else None


@dataclass(frozen=True)
class When:
    """A condition on a row: every named column must fit one of its tests; a column missing from the file counts as
    empty."""

    tests: tuple[tuple[Column, tuple[Test, ...]], ...] = ()


ANYTHING = When()


@dataclass(frozen=True)
class Recognize:
    """How a file of this format is recognized.

    table: every ``header`` column is present and none of ``absent``; ``sheet`` (if given) is the sheet's name. If
    ``core`` names some of these columns, they suffice, provided that their cells fit. ``also`` are columns that occur
    but are not read. A table without a header: its first rows fit ``cells``, in the columns that ``file.columns`` names
    by position. json: a record has every key of ``keys`` (dotted: ``from.phoneNumber``). xml: an ``element`` of this
    name has all ``attributes`` and none named in ``absent``. html: something matches the CSS ``selector``. eml: a
    message has the fields ``keys``. database: ``table`` has every column of ``header``.
    By words: each meaning in ``words`` has a column, and the score of columns and cells is at least ``enough`` (a
    missing meaning of ``expects`` lowers it). ``speaks_for`` and ``speaks_against`` are words in headers and titles
    that change the score too. One of ``trades`` alone shows that a sheet's calls belong to another trade, unless it is
    one of ``may_be_ours`` and the sheet's title names the agency. ``casework`` are words in cells, headers, and titles
    that only an immigration law office writes; ``business`` are words in cells that others write, which count against a
    sheet without casework. A star stands for any ending.
    """

    header: tuple[Column, ...] = ()
    absent: tuple[Column, ...] = ()
    sheet: tuple[str, ...] = ()
    cells: When = ANYTHING
    keys: tuple[str, ...] = ()
    element: str = ""
    attributes: tuple[str, ...] = ()
    selector: str = ""
    table: str = ""
    core: tuple[Column, ...] = ()
    also: tuple[Column, ...] = ()
    words: tuple[str, ...] = ()
    expects: tuple[str, ...] = ()
    enough: int = 0
    speaks_for: tuple[str, ...] = field(default=(), metadata={"key": "for"})
    speaks_against: tuple[str, ...] = field(default=(), metadata={"key": "against"})
    trades: tuple[str, ...] = ()
    may_be_ours: tuple[str, ...] = ()
    casework: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    business: tuple[str, ...] = ()

    @cached_property
    def evidence_words(self) -> frozenset[str]:
        """Every word of ``speaks_for``, ``speaks_against``, and ``trades``."""
        texts = " ".join((*self.speaks_for, *self.speaks_against, *self.trades))
        return frozenset(texts.replace("|", " ").split())

    @property
    def needed(self) -> tuple[Column, ...]:
        """The columns without which a file is not of this format."""
        return self.core or self.header

    def fits(self, header) -> bool:
        """Whether a table with this header is of this format."""
        return bool(self.header) and not (not_in(self.needed, header) or any(find(c, header) for c in self.absent))


def not_in(columns: Iterable[Column], header) -> list[str]:
    """The columns that a header lacks, alternatives with | between.

    >>> not_in((("Date", "Day"), ("Wait",)), ["day", "Reason"])
    ['Wait']
    """
    return ["|".join(column) for column in columns if find(column, header) is None]


@dataclass(frozen=True)
class Positions:
    """The columns of a table without a header, by position.

    ``groups`` are the columns in order, each group with a flag for whether the whole group may be missing.

    >>> places = Positions(((("start",), False), (("id",), True), (("link", "number"), True)))
    >>> places.names, sorted(places.by_width)
    (('start', 'id', 'link', 'number'), [1, 2, 3, 4])
    >>> places.by_width[3]
    (('start', 'link', 'number'),)
    """

    groups: tuple[tuple[tuple[str, ...], bool], ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every column, including those that may be missing."""
        return tuple(name for names, _ in self.groups for name in names)

    @cached_property
    def by_width(self) -> dict[int, tuple[tuple[str, ...], ...]]:
        """The columns that a row may have, by its number of cells; layouts that keep earlier optional groups come
        first."""
        found: dict[int, list[tuple[str, ...]]] = {}
        optional = [index for index, (_, may_miss) in enumerate(self.groups) if may_miss]
        for count in range(len(optional), -1, -1):
            for kept in itertools.combinations(optional, count):
                names = tuple(
                    name
                    for index, (group, may_miss) in enumerate(self.groups)
                    if not may_miss or index in kept
                    for name in group
                )
                found.setdefault(len(names), []).append(names)
        return {width: tuple(layouts) for width, layouts in found.items()}

    def columns_of_row(self, cells: Sequence[str | None], when: When) -> tuple[str, ...] | None:
        """The columns of a row: the first layout of its width whose cells fit `when`; None if there is none."""

        def fits(names: tuple[str, ...]) -> bool:
            found = ((find(column, names), tests) for column, tests in when.tests)
            # A group that this layout omits has no cell to test
            asked = ((cells[names.index(name)], tests) for name, tests in found if name is not None)
            return all(any(test.fits((cell or "").strip()) for test in tests) for cell, tests in asked)

        return next(filter(fits, self.by_width.get(len(cells), ())), None)


@dataclass(frozen=True, kw_only=True)
class OtherBlock(Recognize):
    """A block of a stacked file without calls; its rows are set aside for ``reason``."""

    reason: Reason


@dataclass(frozen=True, kw_only=True)
class LookAlike(Recognize):
    """A file that only looks like this format: ``what`` it is, and what to ``do``."""

    what: str
    do: str


NO_POSITIONS = Positions()


@dataclass(frozen=True)
class FilePart:
    """How a file that is not a plain table becomes rows.

    table: ``columns`` names the columns of a file without a header, by position. A stacked file has several blocks, one
    below the other: ``above`` makes a column from the cell next to a label above a block's header; ``others`` are
    blocks without calls.
    json: ``records`` are the dotted paths where the list of records may be ("" = the file itself, a list or one
    object); the first path under which a record has the format's keys counts. A nested object gives columns with dots
    (``from.phoneNumber``); a nested list gives one column ``legs[]`` with the number of its items. Items of lists named
    in ``lists`` are columns too, numbered from 1 (``participants[1].phoneNumber``). xml: each element named in
    ``elements``, anywhere in the file, is a row; its attributes are columns, and the column ``(element)`` is its name.
    html: each element that matches the CSS selector ``rows`` is a row; ``fields``: name -> ``selector@attribute``,
    searched inside the row (``selector`` alone: its text; ``@attribute`` alone: an attribute of the row itself).
    """

    columns: Positions = NO_POSITIONS
    above: dict[str, tuple[Test, ...]] = field(default_factory=dict)
    others: tuple[OtherBlock, ...] = field(default=(), metadata={"key": "other"})
    records: tuple[str, ...] = ("",)
    lists: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    rows: str = ""
    fields: dict[str, str] = field(default_factory=dict)


# ---- what a format file states ---------------------------------------------------------------------------------------

KINDS = ("table", "json", "xml", "html", "eml", "database")
MAKES = ("calls", "entries", "notices")
MOMENTS = ("started", "time", "date")  # schema columns that may state a zone; the first one counts
PLAIN = FilePart()


@dataclass(frozen=True, eq=False)
class Rule:
    """How a schema column is filled: from which cells, by which parser, with which words.

    ``columns``: source columns; several cells are joined by a space. ``parse``: a named parser. ``map``: schema word ->
    file's words. ``value``: a constant. ``default``: the value if the cell is empty or no word fits. ``cases``: the
    first that fits takes precedence. ``take``: a pattern; its first group (or whole match) is parsed. ``blank``: words
    that mean an empty cell. ``known``: cells that may be kept as they are, in addition to those in the format's lists
    and conditions. ``strict``: in a phone log, an unreadable cell rejects its row (otherwise, and always in a hand-kept
    log, the value is omitted and the row gets a warning). ``needed``: an empty cell rejects the row too.
    """

    target: str = field(metadata={"key": ""})
    columns: tuple[Column, ...] = field(default=(), metadata={"key": "from"})
    parse: str = "text"
    map: dict[str, tuple[str, ...]] = field(default_factory=dict)
    value: str | int | None = None
    default: str | int | None = None
    patterns: tuple[str, ...] = ()
    unit: Annotated[str, ("seconds", "minutes", "hours")] = ""
    order: Annotated[str, ("mdy", "dmy", "evidence")] = ""
    clock: Annotated[str, ("h:mm", "m:ss")] = ""
    zone: Zone = ""
    take: Pattern = ""
    blank: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    strict: bool = False
    needed: bool = False
    cases: tuple[tuple[When, Rule], ...] = ()

    @cached_property
    def words(self) -> dict[str, str]:
        """The file's words, folded, each with its schema word."""
        return {fold(word): ours for ours, listed in self.map.items() for word in listed}

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The file's words as written."""
        return tuple(dict.fromkeys(word for listed in self.map.values() for word in listed))

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Every column that this rule reads, including those of its cases."""
        looked = [*self.columns]
        for when, rule in self.cases:
            looked += [column for column, _ in when.tests] + list(rule.all_columns)
        return tuple(dict.fromkeys(looked))

    @property
    def leaves(self) -> Iterator[Rule]:
        """This rule and the rules of its cases."""
        yield self
        for _, rule in self.cases:
            yield from rule.leaves

    @property
    def all_words(self) -> dict[str, str]:
        """The file's words, folded, each with its schema word, including those of its cases."""
        words = dict(self.words)
        for _, rule in self.cases:
            # The rule's own meaning of a word overrides that of its cases, and comes first
            words = words | {word: ours for word, ours in rule.all_words.items() if word not in words}
        return words


@dataclass(frozen=True)
class SetAside:
    """Rows that are neither calls nor entries, and the reason in one word."""

    when: When
    reason: Reason


@dataclass(frozen=True)
class Legs:
    """How several rows form one call.

    Rows with equal ``group`` cells belong together. A row with an empty ``group`` is identified to the rest by its
    ``own`` cell; one that is empty and fits ``above`` belongs to the row above it; any other is a call by itself, as is
    a row that does not fit ``only``. Where a file has none of these columns, rows with the same time, direction, and
    numbers belong together. If the key has the time without ``only``, and the times have no seconds, two calls may
    begin in one minute: rows belong together only where many do. ``number``: a column that numbers the rows of a call,
    with its words for the first and for a further row; a file without it gets it. ``inherit``: columns whose empty
    cells take the first row's value. ``any``: added columns, ``yes`` on every row of a call if some row of it fits the
    condition, else empty. ``last``: the same, of the rows that began last. ``gather``: added columns; every row of a
    call gets the cell of its earliest row that fits a condition and has one. The call is the earliest row that fits the
    first matching condition of ``master``, else the earliest of all; without ``above`` an incoming one begins as the
    earliest of all does. The remaining rows are set aside as ``leg``, as is a row that fits ``above`` whose call is
    missing.
    """

    group: tuple[Column, ...] = ()
    own: tuple[Column, ...] = ()
    only: When | None = None
    above: When | None = None
    number: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inherit: tuple[Column, ...] = ()
    any: dict[str, When] = field(default_factory=dict)
    last: dict[str, When] = field(default_factory=dict)
    gather: dict[str, tuple[Column, When]] = field(default_factory=dict)
    master: tuple[When, ...] = ()


@dataclass(frozen=True)
class Part:
    """A further contact in the same row (*Called back on*); it becomes its own entry if ``when`` fits."""

    when: When
    columns: dict[str, Rule]


@dataclass(frozen=True)
class Events:
    """A column whose cells hold several contacts, each with its date; every contact becomes an entry.

    The format's ``columns`` name the parts of a contact as ``(event) date``, ``time``, ``kind``, ``wait``,
    ``outcome``, ``promised``, ``quoted``, ``tier``, ``sr_number``, ``agent_id``.
    """

    columns: tuple[Column, ...] = field(default=(), metadata={"key": "from"})
    parse: Annotated[str, ("events",)] = "events"

    @property
    def rule(self) -> Rule:
        return Rule("events", self.columns, self.parse)


@dataclass(frozen=True)
class Notices:
    """Rows that are texts or emails: those from the agency's senders become notices; the rest are set aside as
    ``otherwise``.

    ``body`` is read once, for the kind of notice and the number it names, and then dropped. ``sender`` is the other
    party: if ``direction`` is outbound, the office sent the message, and ``sender`` is its recipient.
    """

    when: When
    columns: dict[str, Rule]
    otherwise: str = "text"


@dataclass(frozen=True)
class OfficeSheet:
    """A sheet that describes the office, with each label next to its value; it is read cell by cell and gives no rows.

    The reader passes it on with the header ``A, B, C ...`` and every filled row of the sheet. ``beside``: further
    sheets of the layout without rows; messages do not mention them.
    """

    sheet: str = ""
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A row and the expected result; the tests run every example."""

    row: dict[str, str] = field(default_factory=dict)
    gives: dict = field(default_factory=dict)
    part: int = 0
    zone: str = ""


@dataclass(frozen=True, eq=False)  # compared by identity, so that formats can be cache keys: a dict has no hash
class Format:
    """One layout of one export. ``name`` is the stem of its file, ``path`` the file's location.

    ``evidence`` gives the basis of the layout (a real file, the vendor's documentation, other people's readers),
    ``seen`` its date, ``source`` its place. ``has_unanswered``: the export would list unanswered calls.
    ``has_caller_id``: withheld callers can be recognized. ``has_zone``: the file itself determines its time zone.
    ``written_zone``: the one zone that the system writes with its times; also theirs if a spreadsheet removed it.
    ``computed``: columns filled by formula, which do not show that someone wrote a row. ``beside``: names of files
    without calls that the system puts into the same folder or ZIP. ``words``: what the columns of a hand-kept log may
    mean; rules name these meanings as ``<wait>``. ``text``: for a user's own mapping, its file as read.
    """

    name: str = field(metadata={"key": ""})
    path: Path = field(metadata={"key": ""})
    title: str
    vendor: str
    makes: Annotated[str, MAKES]
    kind: Annotated[str, KINDS]
    evidence: str
    seen: str
    source: str
    has_unanswered: bool
    has_caller_id: bool
    has_zone: bool
    recognize: Recognize
    columns: dict[str, Rule] = field(default_factory=dict)
    file: FilePart = PLAIN
    set_aside: tuple[SetAside, ...] = ()
    legs: Legs | None = None
    unique: Identity = field(default=(), metadata={"key": "identity"})
    parts: tuple[Part, ...] = field(default=(), metadata={"key": "part"})
    events: Events | None = None
    notices: Notices | None = None
    look_alikes: tuple[LookAlike, ...] = field(default=(), metadata={"key": "look_alike"})
    office: OfficeSheet | None = None
    examples: tuple[Example, ...] = field(default=(), metadata={"key": "example"})
    computed: tuple[Column, ...] = ()
    beside: tuple[str, ...] = ()
    caveat: str = ""
    written_zone: Zone = ""
    words: tuple[Meaning, ...] = ()
    text: str = field(default="", metadata={"key": ""})

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The meanings of ``words``, for lookup by header."""
        return Vocabulary(self.words)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of a row, and of each further contact in it."""
        each = (self.columns, *(part.columns for part in self.parts))
        return tuple(rule for columns in each for rule in columns.values())

    @cached_property
    def leaves(self) -> tuple[Rule, ...]:
        """Every rule that reads cells, including those of cases and of notices."""
        of_notices = self.notices.columns.values() if self.notices else ()
        return tuple(leaf for rule in (*self.rules, *of_notices) for leaf in rule.leaves)

    @cached_property
    def conditions(self) -> tuple[When, ...]:
        """Every condition on a row."""
        found = [aside.when for aside in self.set_aside] + [part.when for part in self.parts] + [self.recognize.cells]
        found += [self.notices.when] if self.notices else []
        if legs := self.legs:
            found += [
                *legs.master,
                *legs.any.values(),
                *legs.last.values(),
                *(when for _, when in legs.gather.values()),
            ]
            found += filter(None, (legs.above, legs.only))
        return (*found, *(when for leaf in self.leaves for when, _ in leaf.cases))

    @cached_property
    def words_of_outcomes(self) -> frozenset[str]:
        """The cells, folded, that may be kept as the system's own words for an outcome: those that the format names.

        They are in its lists, conditions, and examples for the columns of ``outcome_raw``, or in that rule itself.
        """
        rule = self.columns.get("outcome_raw")
        if rule is None:
            return frozenset()
        # Any other text may be a name that someone typed, which the store must not keep as the system's word
        names = {fold(name) for leaf in rule.leaves for column in leaf.columns for name in column}
        leaves = [leaf for each in self.columns.values() for leaf in each.leaves]
        words = [word for leaf in rule.leaves for word in leaf.known]
        words += [word for leaf in leaves if _name_any(leaf.columns, names) for word in leaf.listed]
        conditions = [when for leaf in leaves for when, _ in leaf.cases] + [aside.when for aside in self.set_aside]
        asked = [tests for when in conditions for column, tests in when.tests if _name_any([column], names)]
        words += [test.text for tests in asked for test in tests if test.text[:1] not in ("~", "*")]
        words += [word for example in self.examples if isinstance(word := example.gives.get("outcome_raw"), str)]
        return frozenset(map(fold, words))

    def to_json(self) -> dict:
        """The answers for a person: what the format reads, what it can show, and the evidence for that."""
        return {
            "format": self.name,
            "reads": self.title,
            "makes": self.makes,
            "unanswered calls": "shown" if self.has_unanswered else "not in it",
            "withheld callers": "told apart" if self.has_caller_id else "not told apart",
            "time zone": "in the file" if self.has_zone else "yours to say",
            **({"to know": self.caveat} if self.caveat else {}),
            "evidence": self.evidence,
            "seen": self.seen,
            "source": self.source,
        }


def _name_any(columns: Iterable[Column], names: set[str]) -> bool:
    return any(fold(name) in names for column in columns for name in column)


WITHOUT = {  # schema column -> what is unknown if its source columns are missing
    "outcome": "whether a call was answered",
    "duration_s": "how long a call took",
    "our_number": "which number of the office it was",
    "direction": "which way a call went",
    "caller": "who called",
    "called": "who was called",
    "other_number": "the number of the other party",
    "legs": "which rows are calls",
}


def missing(fmt: Format, header: Sequence[str], *, whole: bool = False) -> dict[str, list[str]]:
    """Schema columns of a call that a header cannot fill in every row, with the names of the columns that it lacks.

    ``legs`` is which rows are calls. ``whole``: only those that nothing else tells, in any row. A key inside a key of a
    JSON record is missing wherever it has no value: it is named only if the schema column comes from it.
    """
    if fmt.makes != "calls":
        return {}

    def is_optional(target: str, column: Column) -> bool:
        is_read = target in fmt.columns and column in fmt.columns[target].columns
        return fmt.kind == "json" and "." in column[0] and not is_read

    looked: dict[str, Iterable[Column]] = {} if whole else {"legs": _deciding_rows(fmt, header)}
    for target, rule in fmt.columns.items():
        looked[target] = _columns_of(rule, fmt, header) if whole else _with_added_columns(rule.all_columns, fmt)
    made = {*(fmt.legs.number if fmt.legs else ()), *fmt.file.above}
    absent = {
        target: [
            next((each[0] for each in fmt.recognize.header if not {*each}.isdisjoint(column)), column[0])
            for column in _not_there(columns, header)
            if made.isdisjoint(column) and column[0][0] != "(" and not is_optional(target, column)
        ]
        for target, columns in looked.items()
    }
    return {target: [*dict.fromkeys(names)] for target, names in absent.items() if names}


def _not_there(columns: Iterable[Column], header: Sequence[str]) -> list[Column]:
    return [column for column in dict.fromkeys(columns) if find(column, tuple(header)) is None]


def _columns_of(rule: Rule, fmt: Format, header: Sequence[str]) -> Iterable[Column]:
    """The columns without which a rule gives nothing: none if a case reads another one, which is there."""
    of_cases = [column for leaf in rule.leaves for column in leaf.columns if column not in rule.columns]
    if len(_not_there(of_cases, header)) < len(set(of_cases)):
        return ()
    return rule.columns or [column for column in rule.all_columns if column in fmt.recognize.header]


def _deciding_rows(fmt: Format, header: Sequence[str]) -> tuple[Column, ...]:
    """The columns that decide which rows are calls of their own; numbers of legs do, whatever else is missing."""
    conditions = [aside.when for aside in fmt.set_aside]
    is_numbered = fmt.legs is not None and any(find((name,), tuple(header)) for name in fmt.legs.number)
    keys = (*fmt.legs.group, *fmt.legs.own) if fmt.legs and not is_numbered else ()
    return (*keys, *(column for when in conditions for column, _ in when.tests))


def _with_added_columns(columns: Sequence[Column], fmt: Format) -> tuple[Column, ...]:
    """These columns, and those of other rows of a call from which some of them are added."""
    added = fmt.legs.any | fmt.legs.last if fmt.legs else {}
    names = {name for column in columns for name in column}
    return (*columns, *(column for name, when in added.items() if name in names for column, _ in when.tests))


def as_far_as_shown(fmt: Format, header: Sequence[str]) -> Format:
    """The format limited to what this file shows: without the outcome, for example, it does not show unanswered
    calls."""
    lost = missing(fmt, header, whole=True)
    if not lost:
        return fmt
    has_caller_id = fmt.has_caller_id and not {"caller", "other_number", "caller_id"} & set(lost)
    return replace(fmt, has_unanswered=fmt.has_unanswered and "outcome" not in lost, has_caller_id=has_caller_id)


def stated_zone(fmt: Format) -> str:
    """The time zone of a layout's times, as written there; "" if it states none."""
    zones = (fmt.columns[target].zone for target in MOMENTS if target in fmt.columns)
    return next(filter(None, zones), "")


def _spellings(column: Column, header: Sequence[str]) -> list[str]:
    """The name of a column in the table, then in the format: words may be separable in only one of these spellings.

    >>> _spellings(("createdAtPT", "createdAtET"), ["CREATEDATET"])
    ['CREATEDATET', 'createdAtET']
    """
    there = find(column, tuple(header))
    return [there, *(name for name in column if fold(name) == fold(there))] if there else []


def with_stated_zone(fmt: Format, header: Sequence[str], around: Sequence[Sequence[str]] = ()) -> Format:
    """The format with the zone named in the header of the table's time columns, else in a row outside the table."""
    moments = [fmt.columns[target] for target in MOMENTS if target in fmt.columns]
    if fmt.kind != "table" or not moments or stated_zone(fmt):
        return fmt
    for rule in moments:
        spellings = (spelled for column in rule.columns for spelled in _spellings(column, header))
        if zone := next(filter(None, map(header_zone, spellings)), ""):
            return replace(fmt, columns=fmt.columns | {rule.target: replace(rule, zone=zone)})
    if zone := zone_beside(around):
        parts = (replace(part, columns=_in_zone(part.columns, zone)) for part in fmt.parts)
        return replace(fmt, columns=_in_zone(fmt.columns, zone), parts=tuple(parts))
    return fmt


def _in_zone(columns: Mapping[str, Rule], zone: str) -> dict[str, Rule]:
    """The rules of a contact, with the zone of the first that reads its moment."""
    target = next(target for target in MOMENTS if target in columns)
    return dict(columns) | {target: replace(columns[target], zone=zone)}


def column_losses(fmt: Format, header: Sequence[str]) -> list[str]:
    """Sentences on missing columns, one for each thing that is unknown without them."""
    lines = []
    if fmt.makes == "calls" and not fmt.recognize.core:  # a layout of one's own, perhaps accepted without them
        read = {*fmt.columns} | ({"duration_s"} if "ended" in fmt.columns else set())
        unread = [target for target in ("outcome", "duration_s") if target not in read]
        lines = [f"no column is read that says {WITHOUT[target]}" for target in unread]
    lost = missing(fmt, header, whole=True).keys() - {"direction"}  # a number or an outcome may still show it
    for target, names in missing(fmt, header).items():
        if target not in WITHOUT:
            continue
        named = joined(f'"{name}"' for name in names)
        columns = "columns" if len(names) > 1 else "column"
        says = "say" if target in lost else "always say"
        line = f"without the {columns} {named} it does not {says} {WITHOUT[target]}"
        if target == "outcome" and target in lost and fmt.has_unanswered:
            line += ", so it cannot show a missed callback"
        lines.append(line)
    return lines
