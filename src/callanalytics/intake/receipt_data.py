"""What a receipt consists of: files, questions, problems, rows to fix, and what the files of an office can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from callanalytics.accounting import Account
from callanalytics.errors import CallLogError
from callanalytics.facts.time_rounding import Habit
from callanalytics.normalize import Question
from callanalytics.read.file import NOT_A_LOG, OF_SHEET

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

    def to_json(self) -> dict:
        asked = vars(self.question) | {"answers": [vars(answer) for answer in self.question.answers]}
        shown = asked.pop("shown")
        return {"file": self.file, "rows": self.rows} | asked | ({"shown": list(shown)} if shown else {})


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
    waits : calls to the agency in the hand log that queued for a person, or may have: those with a usable wait (logged,
        with how it ended), those with a wait, and all
    clocks : by starting point, how many waits a report can use: logged, ended, in staffed hours, on its lines
    noted : of the phone system's calls to the agency in the period of the hand log: those in it, and all
    of_days : how many entries have only a date on which the phone shows several possible calls: those assigned to one
        of these, and those with nothing to assign them by
    callless : how many entries about calls to the agency, in a period that an export covers, match no call, and their
        rows if they are in one sheet
    clock : those of these that are the same number of whole hours away from an unlogged call
    gaps : gaps longer than an ordinary quiet period
    habits : for each format of a hand log, how its times were written down (:mod:`.facts.time_rounding`)
    unseen : the numbers that the agency was to call and that are not observed; "no number written" is one of them
    unheard : the observed numbers for which neither the office nor an export says whether callers without a number get
        through
    no_missed : formats among the files that show no unanswered call; of one that shows some, the files that do not
    lineless : phone systems among the files whose calls do not name their line
    retention : for each phone system, how long it keeps its log
    """

    agency: str = "the agency"
    account: Account | None = None
    hand_log: tuple[date, date] | None = None
    phones: tuple[ObservedLine, ...] = ()
    waits: tuple[int, int, int] = (0, 0, 0)
    clocks: dict[str, int] = field(default_factory=dict)
    noted: tuple[int, int] = (0, 0)
    of_days: tuple[int, int] = (0, 0)
    callless: tuple[int, tuple[int, ...]] = (0, ())
    clock: ClockShift = field(default_factory=ClockShift)
    gaps: tuple[LogGap, ...] = ()
    habits: Mapping[str, Habit] = field(default_factory=dict)
    unseen: tuple[UnobservedNumber, ...] = ()
    unheard: tuple[UndescribedLine, ...] = ()
    no_missed: tuple[str, ...] = ()
    lineless: tuple[LinelessSystem, ...] = ()
    retention: tuple[tuple[str, str], ...] = ()


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
