"""The data of a receipt: what became of every file and every row, and what no one understood.

What was not read (columns that a format does not know, words that no one knows) is not guessed: it is kept with what it
looks like and how to say what it means.
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
COLUMNS_LOOKED_AT = 200  # no log that is kept by hand has more; of the rest only the name is told
SHOWN_WORDS = 3  # of a column that looks like one we know
# Words that say nothing of what a column is about.
ANYWHERE = frozenset("yes no y n x s sí si ✓ ✔ checked true false 0 1 2 3 - -- none n/a nothing done other".split())
BY_PARSER = (("moment_by_hand", "dates"), ("number", "phone numbers"))
# Under one of these words dates and times are those by which an office looks for an answer: it worked them out itself.
OWN_DUE_NAME = regex(r"(?i)\b(due|deadline|by|expect\w*|follow\W?ups?|remind\w*|tickle\w*|diary)\b")
# Of a column that is read as their days, these do as well.
DUE_ON_NAME = regex(r"(?i)\bwill\b|\bthey.?ll\b|call.?back|\bc/?b\b|\bto (?:call|phone)\b")
OWN_DUE = "due dates you set"
NO_PLACE_FOR_DUE = (
    "They are not stored: the program computes the due date from the call and the promise. Write the promise: "
    "72 hours, or 30 business days"
)
FITTING_SHARE = 0.5  # of a column's filled rows that must fit


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
    sheet: str = ""  # what it is called, where the file has several

    @property
    def is_own_due(self) -> bool:
        """Whether it is a date by which the office looked for an answer, and not what it was told."""
        doubt = self.doubt
        is_of_due = OWN_DUE_NAME.search(doubt.column) or (doubt.target == "told" and DUE_ON_NAME.search(doubt.column))
        return doubt.target in ("promised", "told") and bool(is_of_due) and _says_when(doubt.word)


def unread_columns(table: TextTable, fmt: Format, left: Collection[str] = ()) -> list[Column]:
    """The columns that no rule of the format reads, fullest first; of a phone export those that the system is not
    known to write. What those look like that a person wants left unread (``left``) is not said again."""
    if fmt.makes == "calls":
        return _unknown_columns(table, fmt) if fmt.recognize.core else []
    if fmt.makes != "entries":
        return []
    # Read are also the columns of which others are made.
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
        return []  # the template says that no one reads them
    return sorted(found, key=lambda column: (not column.looks, -column.rows))


def _unknown_columns(table: TextTable, fmt: Format) -> list[Column]:
    known = {fold(name) for column in _columns_of(fmt) for name in column}
    known |= {fold(name) for column in (*fmt.recognize.header, *fmt.recognize.also) for name in column}
    names = [name for name in table.header if known.isdisjoint((fold(name), fold(without_zone(name))))]
    # The reader's own name for a column without one
    strange = [name for name in names if not name.startswith("(column")]
    filled = [(name, table.cells.num_rows - table.cells.column(name).null_count) for name in strange]
    return [Column(shown_column(name), n) for name, n in filled if n]


def unclear_words(shown: str, doubts: list[Doubt], fmt: Format, sheet: str = "") -> list[Unclear]:
    """The words that were not understood, with those of the format that would have been; each once."""
    first: dict[tuple, Doubt] = {}
    for doubt in doubts:  # one column may be read for two of ours
        first.setdefault((doubt.column, doubt.word, doubt.rows), doubt)
    return [Unclear(shown, doubt, _words_wanted(fmt, doubt.target), sheet) for doubt in first.values()]


def _how_to_name(target: str, fmt: Format) -> str:
    """How to have a column read: the name under which the format reads its like."""
    rule = fmt.columns.get(target)
    if rule is None or not rule.all_columns:
        return ""
    name = rule.all_columns[-1 if rule.cases else 0][0]
    if name.startswith("<"):  # a meaning that the sheet has no column of: the question says how to give it one
        return ""
    return f'If so, name the column "{name}"; if that name is taken, combine the two columns'


def _columns_read(fmt: Format, known: set[str]) -> list[FormatColumn]:
    """Every column that a rule of the format reads from a sheet of ``known`` columns.

    Of a further contact none is read where the sheet has no column of its day.
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
    """Every column that a rule of the format looks at, as its possible names."""
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
    """Whether a cell holds a word that only one of our columns has."""
    word = fold(text)
    if word in ANYWHERE:
        return False
    words = fmt.columns[target].all_words if target in fmt.columns else {}
    return word in words or (target in ("promised", "told") and _parses("told", re.sub(r"^yes\W+", "", word)))


def _says_when(text: str) -> bool:
    """Whether a cell holds a date or a span such as two weeks, "by" before it or not."""
    plain = re.sub(r"(?i)^(by|on)\s+", "", text)
    return _parses("moment_by_hand", plain) or _parses("told", fold(plain))


def _parses(parser: str, text: str) -> bool:
    return try_read(PARSERS[parser], text, **({"order": "mdy"} if parser.startswith("moment") else {})) is not None


def shown_column(name: str) -> str:
    """A column's name as the office wrote it; masked where it looks like a cell and not like a name.

    >>> shown_column("Promised when?"), shown_column("EAC2190012345"), shown_column("maria@example.com")
    ('Promised when?', 'xxx9999999999', 'xxxxx@xxxxxxx.xxx')
    """
    return shape(name) if re.search(r"\d{3}|@|^\W*$", name) or len(name) > 60 else name


def _words_wanted(fmt: Format, target: str) -> str:
    """One word of the format for each of ours: what may be written."""
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

    ``rows`` = calls + entries + notices + rejects + set aside. ``duplicates`` are those of its calls and entries
    that the store, or a file read before it, holds too. ``state`` is ``read``; ``stored`` for a file whose
    bytes the store has (its counts are those of then); ``repeat`` for the same bytes twice in one run and
    ``older`` for an older version of a hand log (``like`` names the other). ``export`` is what it was read
    together with.
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
    """A file that waits for an answer, with all its rows."""

    file: str
    rows: int
    question: Question


@dataclass(frozen=True)
class Problem:
    """A file that could not be read, and why."""

    file: str
    why: CallLogError

    def __str__(self) -> str:
        """One line: what it is and what to do."""
        what = self.why.what.removeprefix(self.file).lstrip(": ")
        if self.why.found and self.why.code == NOT_A_LOG:
            what = self.why.found
        elif self.why.found:
            what = f"{what}: {self.why.found}"
        do = " ".join(self.why.do.split())
        return f"{self.file}: {what}. {do[:1].upper()}{do[1:]}".rstrip(". ") + "."


@dataclass(frozen=True)
class Fix:
    """A rejected row, where a person finds it; the value is masked."""

    file: str
    row: int
    column: str | None
    reason: str
    found: str | None
    wanted: str


NO_NUMBER = "no number written"


class ObservedLine(NamedTuple):
    """A line that could be observed: its number (masked), first and last date, whether missed callbacks would show."""

    number: str
    first: date
    last: date
    shows_unanswered: bool


class LinelessSystem(NamedTuple):
    """A phone system whose calls do not say at which line they were; without dates where it logged no call."""

    vendor: str
    format: str
    first: date | None = None
    last: date | None = None


class LogGap(NamedTuple):
    """A hole in the log of a line (masked) or a phone system: the last date before it and the first after it."""

    where: str
    last: date
    first: date


class UnobservedNumber(NamedTuple):
    """A number (masked) that the agency was to ring and that could not be observed from the call on.

    ``n`` callbacks were promised to it, from the first to the last date.
    """

    number: str
    n: int
    first: date | None
    last: date | None

    @property
    def is_written(self) -> bool:
        """Whether the log has the number at all."""
        return self.number != NO_NUMBER


class UndescribedLine(NamedTuple):
    """A number (masked) of which no one says whether callers without a number get through.

    ``n`` callbacks were promised to it; ``known`` is what else the office said of the line, as ``--line`` takes it.
    """

    number: str
    n: int
    known: str


class WaitCounts(NamedTuple):
    """Calls of ours in the log that queued for a person, or may have.

    ``ended`` have a wait that can be used (noted, and how it ended), ``noted`` a wait; ``queued`` counts all.
    """

    ended: int = 0
    noted: int = 0
    queued: int = 0


class ClockShift(NamedTuple):
    """How many of ``n`` entries lie the same number of whole ``hours`` from a call that no one noted, and the ids of
    these entries and calls."""

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
    agency : what the agency is called
    account : of the office's calls to the agency, those that a report counts, and why not the others
    hand_log : first and last date noted (the office's), or none
    phones : the lines that could be observed
    waits : how many calls of ours have a wait that can be used
    clocks : by the moment from which they run, how many waits a report can use: noted, ended, in the hours in which
        people answer, on its lines
    noted : of the phone system's calls to the agency in the time of the hand log, those in it, and all
    of_days : how many entries give a day alone on which the phone shows several calls that may be meant: those taken
        for one of these, and those that say nothing by which they could be
    callless : of the entries about calls to the agency of a time that an export covers, how many have no call behind
        them, and their rows where they are in one sheet
    clock : of these, those that lie the same number of whole hours from a call that no one noted
    gaps : holes longer than an ordinary quiet stretch
    habits : of each kind of hand log, how its times were written down (:mod:`.facts.time_rounding`)
    unseen : the numbers that the agency was to ring and that could not be observed; "no number written" is one of them
    unheard : the numbers that could be observed, and of which neither the office nor an export says whether callers
        without a number get through
    no_missed : formats among the files that never show a call no one answered
    lineless : phone systems among the files whose calls do not say at which line they were
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
    """What `ingest` or `check` did with every file, as data (:class:`.receipt.Receipt` puts it on a screen).

    ``questions`` and ``problems`` need a person; ``to_fix`` are the rejected rows; ``aside`` counts the rows
    set aside by reason; ``unclear`` are words, and ``unread`` columns (with their file), of hand-kept sheets that were
    not understood; ``versions`` say what newer hand logs changed; ``notes`` are things to know; ``passed`` are files
    that are no logs; ``command`` is what to type next, ``guesses`` what else
    may be said than it says for lack of an answer; ``again`` is the check once more, and ``known_in`` the store that
    has the office; ``is_zone_assumed``: no one said in which zone the office is;
    ``names`` are the files' own, by what is said of them here, and ``paths`` where they lie on the disk;
    ``timezone`` is the one that was said, ``proposed_zone`` that of the office's own numbers, for a person to confirm.
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
        """Some file is not stored until a question about it is answered."""
        return any(asked.question.blocks for asked in self.questions)

    @property
    def already_ingested(self) -> int:
        """How many of the files the store holds, byte for byte."""
        return sum(entry.state == "stored" for entry in self.files)

    def to_json(self) -> dict:
        """The shape that scripts rely on; what needs a person is added where there is any."""
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
    """Rows of the table `sources`, one entry a file: the sheets of a workbook are counted together.

    ``duplicates`` is by source id; ``common`` goes to every entry.
    """
    entries: dict[str, FileEntry] = {}
    for row in sources:
        # Duplicates, the last of these, are no column of the table
        counts = {name: row[name] for name in COUNTS[:-1]} | {"duplicates": duplicates.get(row["source_id"], 0)}
        before = entries.get(row["sha256"])
        if before:
            counts = {name: getattr(before, name) + n for name, n in counts.items()}
        entries[row["sha256"]] = FileEntry(
            OF_SHEET.sub("", row["name"]), row["format"], row["sha256"], **counts, **common
        )
    return list(entries.values())
