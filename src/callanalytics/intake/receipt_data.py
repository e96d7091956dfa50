"""The data of a receipt: the result for every file and row, and what was not understood.

What was not read (columns or words that a format does not know) is not guessed. The receipt lists it with what it looks
like and how to give its meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from callanalytics.accounting import Account
from callanalytics.errors import CallLogError
from callanalytics.facts.time_rounding import Habit
from callanalytics.formats import Format, Rule, derived_columns, fold
from callanalytics.formats.layout import Column as FormatColumn
from callanalytics.formats.words import without_zone
from callanalytics.intake.sheet_versions import Version
from callanalytics.lazy import regex
from callanalytics.normalize import Doubt, Question, shown_words
from callanalytics.read import Passed, TextTable
from callanalytics.read.file import OF_SHEET
from callanalytics.read.file_kind import NOT_A_LOG
from callanalytics.values import try_read
from callanalytics.values.parsers import PARSERS
from callanalytics.values.phones import shape
from callanalytics.wording import words_for

# ---- columns and words that were not understood ---------------------------------------------------------------------

LOOKED_AT = 500  # different texts of a column
COLUMNS_LOOKED_AT = 200  # hand-kept logs do not have more; for further columns only the name is listed
SHOWN_WORDS = 3  # words shown of a column that looks like a known one
# Words that do not show what a column is about.
ANYWHERE = frozenset("yes no y n x s sí si ✓ ✔ checked true false 0 1 2 3 - -- none n/a nothing done other".split())
BY_PARSER = (("moment_by_hand", "dates"), ("number", "phone numbers"))
# Under a header with one of these words, dates and times are due dates that the office computed itself.
OWN_DUE_NAME = regex(r"(?i)\b(due|deadline|by|expect\w*|follow\W?ups?|remind\w*|tickle\w*|diary)\b")
# In a column that is read as the stated time (`told`), these words also mean a due date.
DUE_ON_NAME = regex(r"(?i)\bwill\b|\bthey.?ll\b|call.?back|\bc/?b\b|\bto (?:call|phone)\b")
OWN_DUE = "due dates you set"
NO_PLACE_FOR_DUE = (
    "They are not stored: the program computes the due date from the call and the promise. Write the promise: "
    "72 hours, or 30 business days"
)
FITTING_SHARE = 0.5  # the share of a column's filled rows that must fit


@dataclass(frozen=True)
class Column:
    """A column that was not read: its name as in the file, how many rows are filled, what it looks like.

    ``words`` are its most common texts if they may be shown; ``do`` says how to have it read.
    """

    name: str
    rows: int
    looks: str = ""
    words: tuple[str, ...] = ()
    do: str = ""


@dataclass(frozen=True)
class Unclear:
    """Words of a file, or of one of its sheets, that were not understood, and words that would be."""

    file: str
    doubt: Doubt
    wanted: str
    sheet: str = ""  # the sheet's name, if the file has several

    @property
    def is_own_due(self) -> bool:
        """Whether it is a due date that the office computed, and not what the agency said."""
        doubt = self.doubt
        is_of_due = OWN_DUE_NAME.search(doubt.column) or (doubt.target == "told" and DUE_ON_NAME.search(doubt.column))
        return doubt.target in ("promised", "told") and bool(is_of_due) and _says_when(doubt.word)


def unread_columns(table: TextTable, fmt: Format, left: Collection[str] = ()) -> list[Column]:
    """The columns that no rule of the format reads, fullest first; for a phone export, those that the system is not
    known to write. Columns that a person wants ignored (``left``) are listed without what they look like."""
    if fmt.makes == "calls":
        return _unknown_columns(table, fmt) if fmt.recognize.core else []
    if fmt.makes != "entries":
        return []
    # Columns from which others are derived also count as read.
    known = {fold(name) for name in table.header}
    names = {name for column in _columns_read(fmt, known) for name in column}
    made = {own for name in names if fold(name) not in known for own in derived_columns.sources(name, table.header)}
    read = {fold(name) for name in names | made}
    found: list[Column] = []
    for name in table.header:
        texts = table.cells.column(name).drop_null().to_pylist() if fold(name) not in read else []
        if texts:
            is_looked_at = len(found) < COLUMNS_LOOKED_AT and fold(name) not in left
            found.append(
                _described(name, Counter(texts), fmt) if is_looked_at else Column(shown_column(name), len(texts))
            )
    if [column.name for column in found] == ["Remarks"]:
        return []  # the template says that remarks are not read
    return sorted(found, key=lambda column: (not column.looks, -column.rows))


def _unknown_columns(table: TextTable, fmt: Format) -> list[Column]:
    known = {fold(name) for column in _columns_of(fmt) for name in column}
    known |= {fold(name) for column in (*fmt.recognize.header, *fmt.recognize.also) for name in column}
    names = [name for name in table.header if known.isdisjoint((fold(name), fold(without_zone(name))))]
    # "(column" begins the reader's own name for a column without a header
    strange = [name for name in names if not name.startswith("(column")]
    filled = [(name, table.cells.num_rows - table.cells.column(name).null_count) for name in strange]
    return [Column(shown_column(name), n) for name, n in filled if n]


def unclear_words(shown: str, doubts: list[Doubt], fmt: Format, sheet: str = "") -> list[Unclear]:
    """The words that were not understood, with words of the format that would be; each once."""
    first: dict[tuple, Doubt] = {}
    for doubt in doubts:  # one column may be read for two columns of the schema
        first.setdefault((doubt.column, doubt.word, doubt.rows), doubt)
    return [Unclear(shown, doubt, _words_wanted(fmt, doubt.target), sheet) for doubt in first.values()]


def _how_to_name(target: str, fmt: Format) -> str:
    """How to have a column read: the column name that the format reads for this target."""
    rule = fmt.columns.get(target)
    if rule is None or not rule.all_columns:
        return ""
    name = rule.all_columns[-1 if rule.cases else 0][0]
    if name.startswith("<"):  # a meaning without a column in the sheet: the question says how to give it one
        return ""
    return f'If so, name the column "{name}"; if that name is taken, combine the two columns'


def _columns_read(fmt: Format, known: set[str]) -> list[FormatColumn]:
    """Every column that a rule of the format reads from a sheet with the columns ``known``.

    A further contact's columns are not read if the sheet has no column for its day.
    """
    dates = [(part, part.columns.get("date")) for part in fmt.parts]
    parts = [
        part
        for part, date in dates
        if date is None
        or any(derived_columns.way_of(name) or fold(name) in known for column in date.columns for name in column)
    ]
    return _columns_of(replace(fmt, parts=tuple(parts), set_aside=()))


def _columns_of(fmt: Format) -> list[FormatColumn]:
    """Every column that a rule of the format uses, each as its possible names."""
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
    return looked


def _described(name: str, texts: Counter, fmt: Format) -> Column:
    n = texts.total()
    some = Counter(dict(texts.most_common(LOOKED_AT)))
    shown = shown_column(name)
    if OWN_DUE_NAME.search(name) and sum(some[text] for text in some if _says_when(text)) >= FITTING_SHARE * n:
        return Column(shown, n, OWN_DUE, do=NO_PLACE_FOR_DUE)
    for target, looks in words_for("column_looks").items():
        known = [text for text in some if _has_word_of(text, target, fmt)]
        if sum(some[text] for text in known) >= FITTING_SHARE * n:
            words = tuple(shown_words(text, fmt) for text in known[:SHOWN_WORDS])
            return Column(shown, n, looks, words, _how_to_name(target, fmt))
    for parser, looks in BY_PARSER:
        if sum(some[text] for text in some if _parses(parser, text)) >= FITTING_SHARE * n:
            return Column(
                shown, n, looks, do="Give it a name that says what they are; see  callanalytics template log.xlsx"
            )
    return Column(shown, n)


def _has_word_of(text: str, target: str, fmt: Format) -> bool:
    """Whether a cell holds a word of the target column, other than words that fit any column."""
    word = fold(text)
    if word in ANYWHERE:
        return False
    words = fmt.columns[target].all_words if target in fmt.columns else {}
    return word in words or (target in ("promised", "told") and _parses("told", re.sub(r"^yes\W+", "", word)))


def _says_when(text: str) -> bool:
    """Whether a cell holds a date or a span such as two weeks, with or without "by" before it."""
    plain = re.sub(r"(?i)^(by|on)\s+", "", text)
    return _parses("moment_by_hand", plain) or _parses("told", fold(plain))


def _parses(parser: str, text: str) -> bool:
    return try_read(PARSERS[parser], text, **({"order": "mdy"} if parser.startswith("moment") else {})) is not None


def shown_column(name: str) -> str:
    """A column's name as the office wrote it; masked if it looks like a cell and not like a name.

    >>> shown_column("Promised when?"), shown_column("EAC2190012345"), shown_column("maria@example.com")
    ('Promised when?', 'xxx9999999999', 'xxxxx@xxxxxxx.xxx')
    """
    return shape(name) if re.search(r"\d{3}|@|^\W*$", name) or len(name) > 60 else name


def _words_wanted(fmt: Format, target: str) -> str:
    """The words that may be written: one of the format's words for each value of the target."""
    rule: Rule | None = fmt.columns.get(target)
    if target == "told":
        return "72 hours, 30 business days"
    if target == "contact":
        return "each callback with its date, as in 1/13 missed, 1/14 answered; or no"
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


# ---- files, questions, problems, rows to fix ------------------------------------------------------------------------

COUNTS = ("rows", "calls", "entries", "notices", "rejects", "set_aside", "duplicates")


@dataclass(frozen=True)
class FileEntry:
    """One file, or one member of a folder or ZIP.

    ``rows`` = calls + entries + notices + rejects + set aside. ``duplicates`` are its calls and entries that the store,
    or a file read before it, also holds. ``state`` is ``read``; ``stored`` for a file whose bytes the store has (with
    the counts recorded then); ``repeat`` for the same bytes twice in one run; and ``older`` for an older version of a
    hand log (``like`` names the other file). ``export`` names the export of pages that were read together.
    """

    file: str
    format: str
    sha256: str
    rows: int
    calls: int
    entries: int
    notices: int
    rejects: int
    set_aside: int
    duplicates: int
    title: str = ""
    export: str = ""
    state: str = "read"
    like: str = ""

    def to_json(self) -> dict:
        return {name: getattr(self, name) for name in ("file", "format", "sha256", *COUNTS)}


@dataclass(frozen=True)
class Asked:
    """A question about a file, with the number of rows it affects."""

    file: str
    rows: int
    question: Question


@dataclass(frozen=True)
class Problem:
    """A file that could not be read, and why."""

    file: str
    why: CallLogError

    def __str__(self) -> str:
        """One line: what is wrong and what to do."""
        what = self.why.what.removeprefix(self.file).lstrip(": ")
        if self.why.found and self.why.code == NOT_A_LOG:
            what = self.why.found
        elif self.why.found:
            what = f"{what}: {self.why.found}"
        do = " ".join(self.why.do.split())
        return f"{self.file}: {what}. {do[:1].upper()}{do[1:]}".rstrip(". ") + "."


@dataclass(frozen=True)
class Fix:
    """A rejected row with its place, so that a person can find it; the value is masked."""

    file: str
    row: int
    column: str | None
    reason: str
    found: str | None
    wanted: str


NO_NUMBER = "no number written"


class ObservedLine(NamedTuple):
    """An observed line: its number (masked), first and last date, and whether missed callbacks would show."""

    number: str
    first: date
    last: date
    shows_unanswered: bool


class LinelessSystem(NamedTuple):
    """A phone system whose calls do not name their line; without dates if it logged no call."""

    vendor: str
    format: str
    first: date | None = None
    last: date | None = None


class LogGap(NamedTuple):
    """A gap in the log of a line (masked) or a phone system: the last date before it and the first after it."""

    where: str
    last: date
    first: date


class UnobservedNumber(NamedTuple):
    """A number (masked) that the agency was to call and that is not observed from the promise on.

    ``n`` callbacks were promised to it, from the first to the last date.
    """

    number: str
    n: int
    first: date | None
    last: date | None

    @property
    def is_written(self) -> bool:
        """Whether the log gives a number."""
        return self.number != NO_NUMBER


class UndescribedLine(NamedTuple):
    """A number (masked) for which it is unknown whether callers without a number get through.

    ``n`` callbacks were promised to it; ``known`` are the line's other settings, as ``--line`` takes them.
    """

    number: str
    n: int
    known: str


class WaitCounts(NamedTuple):
    """Counts of calls to the agency in the hand log that queued for a person, or may have.

    ``ended`` have a usable wait (logged, with how it ended), ``noted`` have a wait; ``queued`` counts all.
    """

    ended: int = 0
    noted: int = 0
    queued: int = 0


class ClockShift(NamedTuple):
    """How many of ``n`` entries are the same number of whole ``hours`` away from an unlogged call, and the ids of these
    entries and calls."""

    fitting: int = 0
    n: int = 0
    hours: int = 0
    entry_ids: tuple[str, ...] = ()
    call_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scope:
    """What the files of an office can and cannot show.

    Attributes
    ----------
    agency : the agency's name
    account : how many of the office's calls to the agency a report counts, and why not the others
    hand_log : first and last date in the hand log, on the office's clock, or None
    phones : the observed lines
    waits : how many calls to the agency have a usable wait
    clocks : by starting point, how many waits a report can use: logged, ended, in staffed hours, on its lines
    noted : of the phone system's calls to the agency in the period of the hand log: those in it, and all
    of_days : how many entries have only a date on which the phone shows several possible calls: those assigned to one
        of these, and those with nothing to assign them by
    callless : how many entries about calls to the agency, in a period that an export covers, match no call, and their
        rows if they are in one sheet
    clock : those of these that are the same number of whole hours away from an unlogged call
    gaps : gaps longer than an ordinary quiet period
    habits : for each kind of hand log, how its times were written down (:mod:`.facts.time_rounding`)
    unseen : the numbers that the agency was to call and that are not observed; "no number written" is one of them
    unheard : the observed numbers for which neither the office nor an export says whether callers without a number get
        through
    no_missed : formats among the files that never show unanswered calls
    lineless : phone systems among the files whose calls do not name their line
    retention : for each phone system, how long it keeps its log
    """

    agency: str = "the agency"
    account: Account | None = None
    hand_log: tuple[date, date] | None = None
    phones: tuple[ObservedLine, ...] = ()
    waits: WaitCounts = field(default_factory=WaitCounts)
    clocks: dict[str, int] = field(default_factory=dict)
    noted: tuple[int, int] = (0, 0)
    of_days: tuple[int, int] = (0, 0)
    callless: tuple[int, tuple[int, ...]] = (0, ())
    clock: ClockShift = field(default_factory=ClockShift)
    gaps: tuple[LogGap, ...] = ()
    habits: tuple[Habit, ...] = ()
    unseen: tuple[UnobservedNumber, ...] = ()
    unheard: tuple[UndescribedLine, ...] = ()
    no_missed: tuple[str, ...] = ()
    lineless: tuple[LinelessSystem, ...] = ()
    retention: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ReceiptData:
    """What `ingest` or `check` did with every file, as data (:class:`.receipt.Receipt` prints it).

    ``questions`` and ``problems`` need a person. ``to_fix`` are the rejected rows; ``aside`` counts the rows set aside
    by reason. ``unclear`` are words, and ``unread`` columns (with their file), that were not understood. ``versions``
    say what newer hand logs changed; ``notes`` are further notes; ``passed`` are files that are not logs. ``command``
    is what to type next; ``guesses`` are the alternatives to answers that it assumes. ``again`` is the command to check
    again, and ``known_in`` the store that has the office. ``is_zone_assumed``: no one gave the office's zone. ``names``
    maps names in messages to the files' own, and ``paths`` to their paths on the disk. ``timezone`` is the zone given;
    ``proposed_zone`` is that of the office's own numbers, for a person to confirm.
    """

    files: tuple[FileEntry, ...] = ()
    questions: tuple[Asked, ...] = ()
    problems: tuple[Problem, ...] = ()
    passed: tuple[Passed, ...] = ()
    to_fix: tuple[Fix, ...] = ()
    aside: dict[str, int] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    unread: tuple[tuple[str, Column], ...] = ()
    notes: tuple[str, ...] = ()
    scope: Scope | None = None
    office: str = ""
    store: str = ""
    stored: bool = False
    command: str = ""
    again: str = ""
    known_in: str = ""
    guesses: tuple[str, ...] = ()
    is_zone_assumed: bool = False
    names: dict[str, str] = field(default_factory=dict, repr=False)
    paths: dict[str, Path] = field(default_factory=dict, repr=False)
    timezone: str = ""
    proposed_zone: str = ""

    @property
    def totals(self) -> dict[str, int]:
        """The counts of all files together."""
        return {name: sum(getattr(entry, name) for entry in self.files) for name in COUNTS}

    @property
    def is_waiting(self) -> bool:
        """Whether some file is not stored until a question about it is answered."""
        return any(asked.question.blocks for asked in self.questions)

    @property
    def already_ingested(self) -> int:
        """How many of the files the store already holds, byte for byte."""
        return sum(entry.state == "stored" for entry in self.files)

    def to_json(self) -> dict:
        """The JSON form that scripts rely on; keys for what needs a person are present only if there is any."""
        data = {"files": [entry.to_json() for entry in self.files], **self.totals}
        data["already_ingested"] = self.already_ingested
        if self.questions:
            data["questions"] = [_question_json(asked) for asked in self.questions]
        if self.versions:
            data["versions"] = [version.to_json() for version in self.versions]
        if self.problems:
            data["problems"] = [{"file": p.file, "message": str(p.why)} for p in self.problems]
        if self.to_fix:
            data["to_fix"] = [vars(fix) for fix in self.to_fix]
        if self.unclear:
            doubts = [(unclear.file, unclear.doubt) for unclear in self.unclear]
            data["not_understood"] = [
                {"file": file, "column": doubt.column, "word": doubt.word, "rows": list(doubt.rows)}
                for file, doubt in doubts
            ]
        if self.unread:
            data["columns_not_read"] = [
                {"file": file, "column": column.name, "rows": column.rows, "looks_like": column.looks or None}
                for file, column in self.unread
            ]
        return data


def _question_json(asked: Asked) -> dict:
    question = asked.question
    return {
        "file": asked.file,
        "rows": asked.rows,
        "column": question.column,
        "text": question.text,
        "example": question.example,
        "do": question.do,
        "code": question.code,
        "answers": [vars(answer) for answer in question.answers],
        "blocks": question.blocks,
        **({"shown": list(question.shown)} if question.shown else {}),
    }


def entries_of(sources: Sequence[dict], duplicates: dict[str, int], **common) -> list[FileEntry]:
    """Rows of the table `sources` as one entry per file: the sheets of a workbook are counted together.

    ``duplicates`` is by source id; ``common`` goes to every entry.
    """
    entries: dict[str, FileEntry] = {}
    for row in sources:
        # "duplicates", the last of these, is not a column of the table
        counts = {name: row[name] for name in COUNTS[:-1]} | {"duplicates": duplicates.get(row["source_id"], 0)}
        before = entries.get(row["sha256"])
        if before:
            counts = {name: getattr(before, name) + n for name, n in counts.items()}
        entries[row["sha256"]] = FileEntry(
            OF_SHEET.sub("", row["name"]), row["format"], row["sha256"], **counts, **common
        )
    return list(entries.values())
