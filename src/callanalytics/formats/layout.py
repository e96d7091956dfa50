"""What a format file states, as frozen dataclasses: the words of the TOML, one to one.

First come columns as a format names them, conditions on a row, by what a file is known and how it becomes rows; last
what an export cannot state of which a column is missing, and what it is then no witness of.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated

from callanalytics.formats.words import Meaning, Vocabulary, header_zone, without_zone, zone_beside

SEARCHED = 300  # characters of a cell that a pattern sees
# A column as a format names it: one name, or several of which the first present counts ("Date|Call date").
Column = tuple[str, ...]
Reason = Annotated[str, "one word, as in fax"]
Zone = Annotated[str, "a zone's name"]
Pattern = Annotated[str, "a regular expression"]
Identity = Annotated[tuple[Column, ...], "[identity]"]


@lru_cache(maxsize=1 << 14)  # the same headers and words are compared again and again
def fold(name: str) -> str:
    """A header name as it is compared: capitals, blanks and a question mark or colon at the end do not matter.

    >>> fold("  Action  Result "), fold("No."), fold("Called back?")
    ('action result', 'no.', 'called back')
    """
    return " ".join(name.casefold().split()).rstrip("?: ")


def find(column: Column, header) -> str | None:
    """The name in the header that this column means, the first alternative first; None if there is none.

    A zone in brackets behind a name does not matter, unless another column has the bare name.

    >>> find(("Date", "Call date"), ["Time", "CALL  DATE"]), find(("Time",), ["Time (ET)"])
    ('CALL  DATE', 'Time (ET)')
    """
    present = _present(tuple(header))
    return next((present[name] for name in map(fold, column) if name in present), None)


@lru_cache(maxsize=256)
def _present(header: tuple[str, ...]) -> dict[str, str]:
    """The names of a header by their folded form, the first of equal ones; a header of thousands is folded once."""
    present: dict[str, str] = {}
    for name in header:
        present.setdefault(fold(name), name)
    for name in header:
        # After all whole names: a column with the bare name goes before one with a zone
        present.setdefault(fold(without_zone(name)), name)
    return present


@dataclass(frozen=True)
class Test:
    """What a cell must be: a word (capitals do not matter), ``""`` empty, ``"*"`` not empty, ``"~..."`` a pattern.

    A pattern is a regular expression that must fit the whole cell, of which it sees 300 characters.

    >>> Test("~[0-9]{2,6}").fits("114"), Test("fax").fits("Fax"), Test("").fits(None), Test("*").fits("")
    (True, True, True, False)
    """

    text: str

    @cached_property  # Python itself keeps 512 expressions, and the package has more
    def _pattern(self) -> re.Pattern:
        return re.compile(self.text[1:], re.IGNORECASE | re.DOTALL)

    def fits(self, cell: str | None) -> bool:
        cell = cell or ""
        if self.text == "*":
            return bool(cell)
        if self.text.startswith("~"):
            return self._pattern.fullmatch(cell[:SEARCHED]) is not None
        return fold(self.text) == fold(cell)


@dataclass(frozen=True)
class When:
    """A condition on a row: every column named must fit one of its tests; a column the file lacks is empty."""

    tests: tuple[tuple[Column, tuple[Test, ...]], ...] = ()


ANYTHING = When()


@dataclass(frozen=True)
class Recognize:
    """By what a file of this format is known.

    table: every ``header`` column is there, none of ``absent``; ``sheet`` (if given) is the sheet's name. Where
    ``core`` names some of them, these suffice, if what stands in them fits; ``also`` are columns that occur and are not
    read. A table without a header: its first rows fit ``cells``, in the columns that ``file.columns`` names by their
    places. json: a record has every key of ``keys`` (dotted: ``from.phoneNumber``). xml: an ``element`` of this name
    with every one of ``attributes``, and none named in ``absent``. html: something fits the CSS ``selector``. eml: a
    message has the fields ``keys``. database: ``table`` has every column of ``header``.
    By words: a column for each meaning of ``words`` is there (its lack of one of ``expects`` counts
    against it), and what the columns and their cells say comes to
    ``enough``; ``speaks_for`` and ``speaks_against`` are words in headers and titles that count beside the columns;
    ``trades`` those of which one alone says that the calls of a sheet are another's, unless it is one of
    ``may_be_ours`` and the agency is named over the sheet. ``casework`` are words of cells, headers and titles that
    only an office of ours writes, ``business`` words of cells that others write: where none of the former stands,
    these count against a sheet. A star stands for any ending.
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
    def speaking(self) -> frozenset[str]:
        """Every word of ``speaks_for``, ``speaks_against`` and ``trades``."""
        texts = " ".join((*self.speaks_for, *self.speaks_against, *self.trades))
        return frozenset(texts.replace("|", " ").split())

    @property
    def needed(self) -> tuple[Column, ...]:
        """The columns without which a file is not of this format."""
        return self.core or self.header

    def lacking(self, header) -> list[str]:
        """The needed columns that a header lacks, alternatives with | between.

        >>> Recognize(header=(("Date",), ("Wait",), ("Note",)), core=(("Date",), ("Wait",))).lacking(["Wait"])
        ['Date']
        """
        return _not_in(self.needed, header)

    def missing(self, header) -> list[str]:
        """The columns wanted that a header lacks, alternatives with | between.

        >>> Recognize(header=(("Date", "Day"), ("Wait",))).missing(["day", "Reason"])
        ['Wait']
        """
        return _not_in(self.header, header)

    def unwanted(self, header) -> list[str]:
        """The columns of a header that only other formats have."""
        found = (find(column, header) for column in self.absent)
        return [name for name in found if name is not None]

    def fits(self, header) -> bool:
        """Whether a table with this header is of this format."""
        header = tuple(header)
        has_needed = bool(self.header) and all(find(column, header) for column in self.core or self.header)
        return has_needed and not any(find(column, header) for column in self.absent)


def _not_in(columns: tuple[Column, ...], header) -> list[str]:
    header = tuple(header)
    return ["|".join(column) for column in columns if find(column, header) is None]


@dataclass(frozen=True)
class Positions:
    """The columns of a table without a header, by their places.

    ``groups`` are the columns in order, each group with whether it may be missing as a whole.

    >>> places = Positions(((("start",), False), (("id",), True), (("link", "number"), True)))
    >>> places.names, sorted(places.by_width)
    (('start', 'id', 'link', 'number'), [1, 2, 3, 4])
    >>> places.by_width[3]
    (('start', 'link', 'number'),)
    """

    groups: tuple[tuple[tuple[str, ...], bool], ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every column, those that may be missing too."""
        return tuple(name for names, _ in self.groups for name in names)

    @cached_property
    def by_width(self) -> dict[int, tuple[tuple[str, ...], ...]]:
        """The columns that a row of so many cells may have; of those that may be missing, the earlier stay first."""
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
        """The columns of a row: the first of its width whose cells fit `when`; None where there are none."""

        def fits(names: tuple[str, ...]) -> bool:
            found = ((find(column, names), tests) for column, tests in when.tests)
            # A group that this width leaves out has no cell to test
            asked = ((cells[names.index(name)], tests) for name, tests in found if name is not None)
            return all(any(test.fits((cell or "").strip()) for test in tests) for cell, tests in asked)

        return next(filter(fits, self.by_width.get(len(cells), ())), None)


@dataclass(frozen=True, kw_only=True)
class OtherBlock(Recognize):
    """A block of a stacked file that holds no calls: its rows are set aside for ``reason``."""

    reason: Reason


@dataclass(frozen=True, kw_only=True)
class LookAlike(Recognize):
    """A file that only looks like one of the format: ``what`` it is, what to ``do``."""

    what: str
    do: str


NO_POSITIONS = Positions()


@dataclass(frozen=True)
class FilePart:
    """How a file that is no plain table becomes rows.

    table: ``columns`` names the columns of a file without a header, by their places. A stacked file, several blocks
    one under the other: ``above`` makes a column of the cell that stands beside a label above a block's header,
    ``others`` are blocks that hold no calls.
    json: ``records`` are the dotted paths at which the list of records may lie ("" = the file itself, a list or one
    object); the first under which a record has the format's keys counts. A nested object gives columns with dots
    (``from.phoneNumber``), a nested list one column ``legs[]`` that holds the number of its items; those of the lists
    named in ``lists`` are columns too, numbered from 1 (``participants[1].phoneNumber``). xml: each element named in
    ``elements``, wherever it stands, is a row; its attributes are the columns, and the column ``(element)`` is its
    name. html: each thing that fits the CSS
    selector ``rows`` is a row; ``fields`` name -> ``selector@attribute`` looked for inside it (``selector`` alone:
    its text; ``@attribute`` alone: of the row itself).
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
MOMENTS = ("started", "time", "date")  # our columns of which the first that states a zone counts
PLAIN = FilePart()


@dataclass(frozen=True, eq=False)
class Rule:
    """How one of our columns is made: from which cells, by which parser, with which words.

    ``columns`` several cells, joined by a blank; ``parse`` a named parser; ``map`` our word -> theirs;
    ``value`` a constant; ``default`` where the cell is empty or no word fits; ``cases`` the first that fits goes first;
    ``take`` a pattern whose first group (or whole) is what is parsed; ``blank`` words that mean an empty cell;
    ``known`` cells that may be kept as they are, beside those that the format's lists and conditions name;
    ``strict``: of a phone log, a cell that cannot be read rejects its row (else the value is left out and the row is
    warned of, as always in a log kept by hand);
    ``needed``: so does an empty one.
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
        """Their words, folded, and ours for each."""
        return {fold(word): ours for ours, listed in self.map.items() for word in listed}

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Their words as they are written."""
        return tuple(dict.fromkeys(word for listed in self.map.values() for word in listed))

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Every column this rule looks at, those of its cases too."""
        looked = [*self.columns]
        for when, rule in self.cases:
            looked += [column for column, _ in when.tests] + list(rule.all_columns)
        return tuple(dict.fromkeys(looked))

    @property
    def leaves(self) -> Iterator[Rule]:
        """This rule and those of its cases."""
        yield self
        for _, rule in self.cases:
            yield from rule.leaves

    @property
    def all_words(self) -> dict[str, str]:
        """Their words, folded, and ours for each; those of its cases too."""
        words = dict(self.words)
        for _, rule in self.cases:
            # The rule's own meaning of a word goes before that of its cases
            words = rule.all_words | words
        return words


@dataclass(frozen=True)
class SetAside:
    """Rows that are no call and no entry, and the word that says why."""

    when: When
    reason: Reason


@dataclass(frozen=True)
class Legs:
    """How several rows are one call.

    Rows with equal ``group`` cells belong together; a row that has none is known to the others by its ``own`` cell;
    one that has none and fits ``above`` belongs to the row above it; any other is a call by itself. ``inherit``:
    columns whose empty cells take the first row's. ``any``: further columns, ``yes`` on every row of a call of which
    some row fits the condition, else empty. ``gather``: further columns, on every row of a call the cell of the
    earliest row that fits a condition and has one. The call is the earliest row of those that fit the foremost of
    ``master``, else the earliest of all; the others are set aside as ``leg``, as is a row that fits ``above`` wherever
    its call is missing.
    """

    group: tuple[Column, ...] = ()
    own: tuple[Column, ...] = ()
    above: When | None = None
    inherit: tuple[Column, ...] = ()
    any: dict[str, When] = field(default_factory=dict)
    gather: dict[str, tuple[Column, When]] = field(default_factory=dict)
    master: tuple[When, ...] = ()


@dataclass(frozen=True)
class Part:
    """A further contact written in the same row (*Called back on*): a note of its own where ``when`` fits."""

    when: When
    columns: dict[str, Rule]


@dataclass(frozen=True)
class Events:
    """A column in each cell of which several contacts stand, each with its date: every one is a note.

    The format's ``columns`` name the parts of a contact as ``(event) date``, ``time``, ``kind``, ``wait``,
    ``outcome``, ``promised``, ``tier``, ``sr_number``, ``agent_id``.
    """

    columns: tuple[Column, ...] = field(default=(), metadata={"key": "from"})
    parse: Annotated[str, ("events",)] = "events"

    @property
    def rule(self) -> Rule:
        return Rule("events", self.columns, self.parse)


@dataclass(frozen=True)
class Notices:
    """Rows that are texts or e-mails: those from the agency's senders become notices, the others ``otherwise``.

    ``body`` is read once, for what kind of notice it is and the number it names, and dropped. ``sender`` is the other
    party; where ``direction`` is outbound the message was sent by us, and ``sender`` is who it went to.
    """

    when: When
    columns: dict[str, Rule]
    otherwise: str = "text"


@dataclass(frozen=True)
class OfficeSheet:
    """A sheet that describes the office, label beside value: it is read cell by cell and gives no rows.

    The reader hands it over with the header ``A, B, C ...`` and every filled row of the sheet as a row. ``beside``
    are further sheets that belong to the layout and hold no rows: of them nothing is said.
    """

    sheet: str = ""
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A row and what must come of it; the tests run every one."""

    row: dict[str, str] = field(default_factory=dict)
    gives: dict = field(default_factory=dict)
    part: int = 0
    zone: str = ""


@dataclass(frozen=True, eq=False)  # compared by identity, so that caches may be kept by format: a dict has no hash
class Format:
    """One layout of one export. ``name`` is the stem of its file, ``path`` where that lies.

    ``evidence`` says on what the layout rests (a real file, the vendor's own writing, other people's readers),
    ``seen`` when, ``source`` where. ``has_unanswered``: calls no one answered would be in it; ``has_caller_id``:
    a withheld caller can be told; ``has_zone``: the file itself settles its time zone. ``computed``: columns that
    the sheet fills in by formula, no sign that a row was written. ``beside``: names of files without calls that the
    system puts into the same folder or ZIP. ``words``: what the columns of a log that is kept by hand may mean; its
    rules name these meanings as ``<wait>``. ``text``: of a mapping of the user's own, its file as it was read.
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
    words: tuple[Meaning, ...] = ()
    text: str = field(default="", metadata={"key": ""})

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The meanings of ``words``, to be looked up by a header."""
        return Vocabulary(self.words)

    @cached_property
    def words_of_outcomes(self) -> frozenset[str]:
        """The cells, folded, that may be kept as the system's own words for an outcome: those that the format names.

        They stand in its lists, conditions and examples for the columns of ``outcome_raw``, or in that rule itself.
        """
        rule = self.columns.get("outcome_raw")
        if rule is None:
            return frozenset()
        # Any other text may be a name that somebody typed, which no store is to keep as the system's word
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
        """What a person asks of a format: what it reads, what it can show, and how that is known."""
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


WITHOUT = {  # our column -> what no one can say without those of the file that make it
    "outcome": "whether a call was answered",
    "duration_s": "how long a call took",
    "our_number": "which number of the office it was",
    "direction": "which way every call went",
}


def missing(fmt: Format, header: Sequence[str]) -> dict[str, list[str]]:
    """Our columns that hang on listed columns which a header lacks, with the names of these; all of a call.

    Only of a format that says which of its columns are core.
    """
    if not fmt.recognize.core or fmt.makes != "calls":
        return {}
    absent = [column for column in fmt.recognize.header if find(column, tuple(header)) is None]
    hanging = {}
    for target, rule in fmt.columns.items():
        looked = {fold(name) for column in rule.all_columns for name in column}
        hanging[target] = [column[0] for column in absent if not looked.isdisjoint(map(fold, column))]
    return {target: names for target, names in hanging.items() if names}


def as_far_as_shown(fmt: Format, header: Sequence[str]) -> Format:
    """The format as this file lets it be: without the outcome of a call it is no witness of unanswered ones."""
    lost = missing(fmt, header)
    if not lost:
        return fmt
    has_caller_id = fmt.has_caller_id and not {"caller", "other_number", "caller_id"} & set(lost)
    return replace(fmt, has_unanswered=fmt.has_unanswered and "outcome" not in lost, has_caller_id=has_caller_id)


def stated_zone(fmt: Format) -> str:
    """The zone of the moments of a layout, as it is written there; "" if it states none."""
    zones = (fmt.columns[target].zone for target in MOMENTS if target in fmt.columns)
    return next(filter(None, zones), "")


def _spellings(column: Column, header: Sequence[str]) -> list[str]:
    """The name of a column as a table has it, and as the format does: only one of them may tell words apart.

    >>> _spellings(("createdAtPT", "createdAtET"), ["CREATEDATET"])
    ['CREATEDATET', 'createdAtET']
    """
    there = find(column, tuple(header))
    return [there, *(name for name in column if fold(name) == fold(there))] if there else []


def with_stated_zone(fmt: Format, header: Sequence[str], around: Sequence[Sequence[str]] = ()) -> Format:
    """The format with the zone that the header of a table's moments names, else a row outside the table."""
    moments = [fmt.columns[target] for target in MOMENTS if target in fmt.columns]
    if fmt.kind != "table" or not moments or stated_zone(fmt):
        return fmt
    for rule in moments:
        spellings = (spelled for column in rule.columns for spelled in _spellings(column, header))
        if zone := next(filter(None, map(header_zone, spellings)), ""):
            return replace(fmt, columns=fmt.columns | {rule.target: replace(rule, zone=zone)})
    if zone := zone_beside(around):
        return replace(fmt, columns=fmt.columns | {moments[0].target: replace(moments[0], zone=zone)})
    return fmt


def column_losses(fmt: Format, header: Sequence[str]) -> list[str]:
    """What to say of the columns that are missing, one sentence for each thing that is then not known."""
    lines = []
    for target, names in missing(fmt, header).items():
        if target not in WITHOUT:
            continue
        named = " and ".join(f'"{name}"' for name in names)
        line = f"without the column {named} it does not say {WITHOUT[target]}"
        if target == "outcome" and fmt.has_unanswered:
            line += ", so it cannot show a missed callback"
        lines.append(line)
    return lines
