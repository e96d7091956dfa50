"""What a format file states, as frozen dataclasses: the words of the TOML, one to one.

Last comes what an export cannot state of which a column is missing, and what it is then no witness of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from callanalytics.formats.shapes import Column, FilePart, LookAlike, Recognize, When, find, fold
from callanalytics.formats.words import Meaning, Vocabulary, header_zone, zone_beside

KINDS = ("table", "json", "xml", "html", "eml", "database")
MAKES = ("calls", "entries", "notices")
MOMENTS = ("started", "time", "date")  # our columns of which the first that states a zone counts
PLAIN = FilePart()


@dataclass(frozen=True, eq=False)
class Rule:
    """How one of our columns is made: from which cells, by which parser, with which words.

    ``columns`` several cells, joined by a blank; ``parse`` a named parser; ``words`` their word -> ours (folded),
    ``listed`` theirs as they are written;
    ``value`` a constant; ``default`` where the cell is empty or no word fits; ``cases`` the first that fits goes first;
    ``take`` a pattern whose first group (or whole) is what is parsed; ``blank`` words that mean an empty cell;
    ``known`` cells that may be kept as they are, beside those that the format's lists and conditions name;
    ``strict``: of a phone log, a cell that cannot be read rejects its row (else the value is left out and the row is
    warned of, as always in a log kept by hand);
    ``needed``: so does an empty one.
    """

    target: str
    columns: tuple[Column, ...] = ()
    parse: str = "text"
    words: dict[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    value: str | int | None = None
    default: str | int | None = None
    patterns: tuple[str, ...] = ()
    unit: str = ""
    order: str = ""
    clock: str = ""
    zone: str = ""
    take: str = ""
    blank: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    strict: bool = False
    needed: bool = False
    cases: tuple[tuple[When, Rule], ...] = ()

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
            words = rule.all_words | words
        return words


@dataclass(frozen=True)
class SetAside:
    """Rows that are no call and no entry, and the word that says why."""

    when: When
    reason: str


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

    rule: Rule


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

    sheet: str
    labels: dict[str, tuple[str, ...]]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A row and what must come of it; the tests run every one."""

    row: dict[str, str]
    gives: dict
    part: int = 0
    zone: str = ""


@dataclass(frozen=True, eq=False)
class Format:
    """One layout of one export. ``name`` is the stem of its file, ``path`` where that lies.

    ``evidence`` says on what the layout rests (a real file, the vendor's own writing, other people's readers),
    ``seen`` when, ``source`` where. ``has_unanswered``: calls no one answered would be in it; ``has_caller_id``:
    a withheld caller can be told; ``has_zone``: the file itself settles its time zone. ``computed``: columns that
    the sheet fills in by formula, no sign that a row was written. ``beside``: names of files without calls that the
    system puts into the same folder or ZIP. ``words``: what the columns of a log that is kept by hand may mean; its
    rules name these meanings as ``<wait>``. ``text``: of a mapping of the user's own, its file as it was read.
    """

    name: str
    path: Path
    title: str
    vendor: str
    makes: str
    kind: str
    evidence: str
    seen: str
    source: str
    has_unanswered: bool
    has_caller_id: bool
    has_zone: bool
    recognize: Recognize
    columns: dict[str, Rule]
    file: FilePart = PLAIN
    set_aside: tuple[SetAside, ...] = ()
    legs: Legs | None = None
    unique: tuple[Column, ...] = ()
    parts: tuple[Part, ...] = ()
    events: Events | None = None
    notices: Notices | None = None
    look_alikes: tuple[LookAlike, ...] = ()
    office: OfficeSheet | None = None
    examples: tuple[Example, ...] = ()
    computed: tuple[Column, ...] = ()
    beside: tuple[str, ...] = ()
    caveat: str = ""
    words: tuple[Meaning, ...] = ()
    text: str = ""

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
    """Whether one of the columns goes by one of these names."""
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
    looked = {target: rule.all_columns for target, rule in fmt.columns.items()}
    hanging = {target: [a[0] for a in absent if _is_among(a, columns)] for target, columns in looked.items()}
    return {target: names for target, names in hanging.items() if names}


def _is_among(column: Column, columns: Sequence[Column]) -> bool:
    names = set(map(fold, column))
    return any(names & set(map(fold, other)) for other in columns)


def as_far_as_shown(fmt: Format, header: Sequence[str]) -> Format:
    """The format as this file lets it be: without the outcome of a call it is no witness of unanswered ones."""
    lost = missing(fmt, header)
    if not lost:
        return fmt
    has_caller_id = fmt.has_caller_id and not {"caller", "other_number", "caller_id"} & set(lost)
    return replace(fmt, has_unanswered=fmt.has_unanswered and "outcome" not in lost, has_caller_id=has_caller_id)


def stated_zone(fmt: Format) -> str:
    """The zone of the moments of a layout, as it is written there; "" if it states none."""
    return next(
        (fmt.columns[target].zone for target in MOMENTS if target in fmt.columns and fmt.columns[target].zone), ""
    )


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
