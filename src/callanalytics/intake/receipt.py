"""The receipt: what became of every file and every row, as data first; `words` puts it on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from callanalytics.accounting import Account
from callanalytics.errors import CallLogError
from callanalytics.facts.time_rounding import Habit
from callanalytics.intake.unread import Column, Unclear
from callanalytics.intake.versions import Version
from callanalytics.normalize import Question
from callanalytics.read import Passed

COUNTS = ("rows", "calls", "notes", "notices", "rejects", "set_aside", "duplicates")


@dataclass(frozen=True)
class FileEntry:
    """One file, or one member of a folder or ZIP.

    ``rows`` = calls + notes + notices + rejects + set aside. ``duplicates`` are those of its calls and notes
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
    notes: int
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
        if self.why.found and what == "is no call log that can be read":
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


@dataclass(frozen=True)
class Scope:
    """What the files of an office can and cannot show.

    Attributes
    ----------
    account : of the office's calls to the agency, those that a report counts, and why not the others
    hand_log : first and last date noted (the office's), or none
    phones : for each line that could be observed: number (masked), first and last date, whether calls that
        nobody answered would show
    waits : of calls of ours in the log that queued for a person, or may have: those whose wait can be used (noted,
        and how it ended), those with a wait noted, all
    clocks : by the moment from which they run, how many waits a report can use: noted, ended, in the hours in which
        people answer, on its lines
    noted : of the phone system's calls to the agency in the time of the hand log, those in it, and all
    callless : of the entries about calls to the agency of a time that an export covers, how many have no call behind
        them, and their rows where they stand in one sheet
    clock : of these, how many lie the same number of whole hours from a call that nobody noted; of how many; the hours
    gaps : holes longer than an ordinary quiet stretch: line (masked) or phone system, last date before and first after
    habits : of each kind of hand log, how its times were written down (:mod:`.facts.time_rounding`)
    unseen : for each number (masked) that the agency was to ring and that could not be observed from the call
        on: how many call-backs, and the first and last date of the promises; "no number written" is one of them
    unheard : for each number (masked) that could be observed, and of which neither the office nor an export says
        whether callers without a number get through: how many call-backs, and what else the office said of the line
    no_missed : formats among the files that never show a call nobody answered
    lineless : phone systems among the files whose calls do not say at which line they were: vendor, format, first
        and last date
    retention : for each phone system, how long it keeps its log
    """

    account: Account | None = None
    hand_log: tuple | None = None
    phones: tuple[tuple, ...] = ()
    waits: tuple[int, int, int] = (0, 0, 0)
    clocks: dict[str, int] = field(default_factory=dict)
    noted: tuple[int, int] = (0, 0)
    callless: tuple[int, tuple[int, ...]] = (0, ())
    clock: tuple[int, int, int] = (0, 0, 0)
    gaps: tuple[tuple, ...] = ()
    habits: tuple[Habit, ...] = ()
    unseen: tuple[tuple, ...] = ()
    unheard: tuple[tuple[str, int, str], ...] = ()
    no_missed: tuple[str, ...] = ()
    lineless: tuple[tuple, ...] = ()
    retention: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What `ingest` or `check` did with every file. ``print`` it, or take its parts.

    ``questions`` and ``problems`` need a person; ``to_fix`` are the rejected rows; ``aside`` counts the rows
    set aside by reason; ``unclear`` are words, and ``unread`` columns (with their file), of hand-kept sheets that were
    not understood; ``versions`` say what newer hand logs changed; ``notes`` are things to know; ``passed`` are files
    that are no logs; ``command`` is what to type next; ``is_zone_assumed``: nobody said in which zone the office is;
    ``names`` are the files' own, by what is said of them here, and ``places`` where they lie on the disk;
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
    is_zone_assumed: bool = False
    names: dict[str, str] = field(default_factory=dict, repr=False)
    places: dict[str, Path] = field(default_factory=dict, repr=False)
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
        told = {"files": [entry.to_json() for entry in self.files], **self.totals}
        told["already_ingested"] = self.already_ingested
        if self.questions:
            told["questions"] = [_question(asked) for asked in self.questions]
        if self.versions:
            told["versions"] = [version.to_json() for version in self.versions]
        if self.problems:
            told["problems"] = [{"file": p.file, "message": str(p.why)} for p in self.problems]
        if self.to_fix:
            told["to_fix"] = [vars(fix) for fix in self.to_fix]
        if self.unclear:
            told["not_understood"] = [_unclear(unclear) for unclear in self.unclear]
        if self.unread:
            told["columns_not_read"] = [
                {"file": file, "column": column.name, "rows": column.rows, "looks_like": column.looks or None}
                for file, column in self.unread
            ]
        return told

    def text(self) -> str:
        """The receipt as its owner reads it on a terminal, with the files' own names."""
        from callanalytics.intake import telling
        from callanalytics.intake.telling.file_names import unmasked

        return telling.receipt_text(unmasked(self))

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        # A notebook is kept and sent: the names of files stay masked in it. JupyterLab breaks the lines of a <pre>; a
        # table is to be scrolled instead.
        from callanalytics.intake import telling

        is_masked = any(masked != name for masked, name in self.names.items())
        told = telling.receipt_text(replace(self, command="") if is_masked else self)
        return f'<div style="overflow-x:auto"><pre style="white-space:pre">{escape(told)}</pre></div>'


def _question(asked: Asked) -> dict:
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


def _unclear(unclear: Unclear) -> dict:
    doubt = unclear.doubt
    return {"file": unclear.file, "column": doubt.column, "word": doubt.word, "rows": list(doubt.rows)}


def entries_of(sources: Sequence[dict], duplicates: dict[str, int], **told) -> list[FileEntry]:
    """Rows of the table `sources`, one entry a file: the sheets of a workbook are counted together.

    ``duplicates`` is by source id; ``told`` goes to every entry.
    """
    entries: dict[str, FileEntry] = {}
    for row in sources:
        counts = {name: row[name] for name in COUNTS[:-1]} | {"duplicates": duplicates.get(row["source_id"], 0)}
        before = entries.get(row["sha256"])
        if before:
            counts = {name: getattr(before, name) + n for name, n in counts.items()}
        name = before.file if before else row["name"]
        entries[row["sha256"]] = FileEntry(name, row["format"], row["sha256"], **counts, **told)
    return list(entries.values())
