"""Many offices at once: a roster assigns folders to offices, and no office's failure stops another.

A roster is a small table, CSV or XLSX, one row per office:

===========  =========================================================================  ========
column       content                                                                    required
===========  =========================================================================  ========
folder       folder or file pattern in the inbox (``alder``, ``alder*.csv``); several   yes
             with ``;`` between
office       the office's name                                                          yes
timezone     Eastern, Central ... or America/Chicago                                    yes
hours        Mon-Fri 9:00-17:30                                                         no
lines        212-555-0100:desk:ringcentral; several with ``;`` between                  no
===========  =========================================================================  ========

Several processes read, each one office at a time, and write what the store will hold of it to a separate folder. The
one process that holds the store takes these folders in, in roster order, and commits every `AT_A_COMMIT` offices. A run
that is interrupted keeps the committed offices, and the next run skips them.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from copy import copy
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from callanalytics import agencies, intake, invented, read
from callanalytics.errors import CallLogError, InvalidRequest, StoreError, UnreadableFile, fault_code
from callanalytics.formats import fold
from callanalytics.intake import offices, publish
from callanalytics.intake.receipt import Receipt, unmasked
from callanalytics.intake.receipt_data import COUNTS
from callanalytics.store import Part, Store
from callanalytics.values import zones
from callanalytics.wording import plural, some

COLUMNS = {
    "folder": ("folder", "folders", "files", "file", "pattern", "path"),
    "office": ("office", "office name", "name"),
    "timezone": ("timezone", "time zone", "zone"),
    "hours": ("hours", "opening hours"),
    "lines": ("lines", "phones", "telephone lines"),
}
NEEDED = ("folder", "office", "timezone")
HEADER = ",".join(COLUMNS)
AT_A_COMMIT = 20  # offices
PAYS_FROM_S = 8.0  # seconds of remaining work from which more processes pay off; each takes about a second to start
Say = Callable[[str], Any]
Work = Callable[["Row"], Any]


@dataclass(frozen=True)
class Row:
    """One office of a roster, as written; ``number`` is the row of the file."""

    number: int
    folder: str
    office: str
    timezone: str = ""
    hours: str = ""
    lines: str = ""

    @property
    def patterns(self) -> list[str]:
        return [part.strip() for part in self.folder.split(";") if part.strip()]

    def details(self) -> dict:
        """The details to set for the office in addition to its files."""
        given = {"hours": self.hours, "lines": [part.strip() for part in self.lines.split(";") if part.strip()]}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class Outcome:
    """The result for one office: its receipt, or why there is none."""

    office: str
    receipt: Receipt | None = None
    problem: CallLogError | None = None

    @property
    def is_stored(self) -> bool:
        """Whether the store has rows of its files, from this run or an earlier one."""
        return bool(self.receipt and (self.receipt.stored or self.receipt.already_ingested))

    @property
    def why(self) -> str:
        """The first thing that needs a person, in words; "" if nothing does."""
        if self.problem:
            return self.problem.what + (f" ({self.problem.found})" if self.problem.found else "")
        if self.receipt is None:
            return ""
        receipt = unmasked(self.receipt)
        waiting = [asked for asked in receipt.questions if asked.question.blocks]
        columns = [", column ".join(filter(None, (asked.file, asked.question.column))) for asked in waiting]
        reasons = [f"{column}: {asked.question.text}" for column, asked in zip(columns, waiting, strict=True)]
        reasons += [str(problem).rstrip(".") for problem in receipt.problems]
        more = f"; and {len(reasons) - 1} more" if len(reasons) > 1 else ""
        return f"{reasons[0]}{more}" if reasons else ""


@dataclass(frozen=True)
class Batch:
    """The outcomes of all offices, entries of the inbox that no row names, and notes about the store."""

    outcomes: tuple[Outcome, ...]
    unclaimed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        receipts = [outcome.receipt for outcome in self.outcomes if outcome.receipt]
        return {name: sum(receipt.totals[name] for receipt in receipts) for name in COUNTS}

    def to_json(self) -> dict:
        offices = [
            {"office": one.office, **(one.receipt.to_json() if one.receipt else {}),
             **({"problem": str(one.problem)} if one.problem else {}), "stored": one.is_stored}
            for one in self.outcomes
        ]  # fmt: skip
        return {"offices": offices, **self.totals, "without_a_row": list(self.unclaimed), "notes": list(self.notes)}


@dataclass
class Roster:
    """The rows of a roster for an inbox, and the errors in some of them."""

    inbox: Path
    rows: list[Row]
    wrong: dict[int, CallLogError] = field(default_factory=dict)  # by row number


def open_roster(path, inbox) -> Roster:
    """Read and check a roster; an error in one row does not affect the others.

    Raises
    ------
    CallLogError
        The file cannot be read, or lacks one of the columns folder, office, and timezone.
    """
    roster = Roster(_folder(inbox), _rows(path))
    for row in roster.rows:
        try:
            _check(row, roster)
        except CallLogError as why:
            roster.wrong[row.number] = why
    return roster


def say_nothing(sentence: str) -> None:
    """Progress function that does nothing."""


def ingest(
    roster: Roster, store, *, say: Say = say_nothing, waiting: Say | None = None, workers: int = 1, **given
) -> Batch:
    """Read the files of every office into one store. An office that fails is reported; the others go on.

    ``say`` is called with a line for each office, and ``waiting`` if another process holds the store. Up to ``workers``
    processes read. Python runs the calling script again in each of them, so a script that wants more than one must call
    this below ``if __name__ == "__main__":``.
    """
    opened = Store.open(store, create=True)
    outcomes, n_new = [], 0
    # The worker gets its own copy of the store: this one holds the next version, which no process needs.
    work = partial(_lay_down, copy(opened), roster.inbox, given)
    with opened.writing(waiting=waiting), ExitStack() as at_the_end:
        at_the_end.callback(opened.sweep)
        if opened.is_older:  # offices cannot be written separately for an older store
            publish.publish(opened, [], publish.rows_of_office, given.get("agency") or agencies.load())
        owners = {digest: card["office_id"] for card in opened.cards().values() for digest in card["files"]}
        with closing(_each_office(roster, work, workers)) as results:
            for n_done, (row, found) in enumerate(results, 1):
                # Later commits may remove the version that a process reads.
                if isinstance(found, StoreError) or (isinstance(found, _LaidDown) and found.is_contested(owners)):
                    if n_new:
                        opened.publish()  # so that the office is read against the offices just taken in
                    found, n_new = _result_or_error(work, row), 0
                if isinstance(found, _LaidDown):
                    opened.take(found.part)
                    owners |= dict.fromkeys(found.digests, found.part.office)
                    found, n_new = found.receipt, n_new + 1
                outcomes.append(_outcome(row, found))
                say(f"{_line(outcomes[-1])} ({n_done:,} of {len(roster.rows):,})")
                if n_new == AT_A_COMMIT or (n_new and n_done == len(roster.rows)):
                    opened.publish()
                    n_new = 0
    return Batch(tuple(outcomes), tuple(_unnamed_entries(roster)), tuple(opened.warnings))


def check(roster: Roster, *, say: Say = say_nothing, workers: int = 1, **given) -> Batch:
    """What :func:`ingest` would do with every office; nothing is stored."""
    outcomes = []
    with closing(_each_office(roster, partial(_look_through, roster.inbox, given), workers)) as results:
        for n_done, (row, found) in enumerate(results, 1):
            outcomes.append(_outcome(row, found))
            say(f"{_line(outcomes[-1])} ({n_done:,} of {len(roster.rows):,})")
    return Batch(tuple(outcomes), tuple(_unnamed_entries(roster)))


def _outcome(row: Row, found: Receipt | CallLogError) -> Outcome:
    return Outcome(row.office, found) if isinstance(found, Receipt) else Outcome(row.office, problem=found)


def _line(outcome: Outcome) -> str:
    """A progress line with one office's result."""
    receipt = outcome.receipt
    if receipt is None:
        return f"{outcome.office}: not read: {outcome.why}"
    is_there = receipt.already_ingested and not receipt.stored
    return f"{outcome.office}: {'already in the store' if is_there else plural(receipt.totals['rows'], 'row')}"


# ---- one office -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _LaidDown:
    """The result of reading an office's files, before it is in the store: receipt, part, and digests of all files."""

    receipt: Receipt
    part: Part
    digests: frozenset[str]

    def is_contested(self, owners: Mapping[str, str]) -> bool:
        """Whether an office that was taken in meanwhile affects this one: it has one of the same files, or one of the
        two is invented and the other is not. ``owners`` gives the office of each file digest."""
        others = set(owners.values()) - {self.part.office}
        is_other_kind = bool(others) and invented.is_invented(others) != invented.is_invented([self.part.office])
        return is_other_kind or any(owners.get(digest, self.part.office) != self.part.office for digest in self.digests)


def _lay_down(store: Store, inbox: Path, given: Mapping, row: Row) -> _LaidDown | Receipt:
    """Read an office's files into a separate folder of the store; return only a receipt if nothing changes."""
    words: dict[str, Any] = {"new_office": True, **given, **row.details()}
    with store.writing_part(f"office-{secrets.token_hex(6)}"):
        receipt = intake.ingest(_paths(row, inbox), store, row.office, row.timezone, **words)
        if not (part := store.part()):
            return receipt
        files = [store.source_card(source["id"])["files"] for source in part.sources]
    return _LaidDown(receipt, part, frozenset(digest for digests in files for digest in digests))


def _look_through(inbox: Path, given: Mapping, row: Row) -> Receipt:
    return intake.check(_paths(row, inbox), row.office, row.timezone, **given)


def _result_or_error(work: Work, row: Row) -> Any:
    """What a function returns for an office, or the error: one office's failure must not affect the others."""
    try:
        return work(row)
    except CallLogError as why:
        return why
    except Exception as fault:
        return _unforeseen(fault)


# ---- many offices ---------------------------------------------------------------------------------------


def _each_office(roster: Roster, work: Work, workers: int) -> Generator[tuple[Row, Any]]:
    """Each row of a roster, in order, with what a function returns for it, or the error."""
    tried = [row for row in roster.rows if row.number not in roster.wrong]
    with closing(_here_or_elsewhere(work, tried, workers)) as found:
        for row in roster.rows:
            yield row, roster.wrong.get(row.number) or next(found)


def _here_or_elsewhere(work: Work, rows: Sequence[Row], workers: int) -> Generator[Any]:
    """What a function returns for each row, computed here, and by other processes if that is faster."""
    began = time.process_time()
    for n_done, row in enumerate(rows):
        took, left = time.process_time() - began, len(rows) - n_done
        if n_done == 1:
            began = time.process_time()  # the first office also includes the time to load modules
        elif n_done and min(workers, left) > 1 and left * took / (n_done - 1) > PAYS_FROM_S:
            yield from _in_processes(work, rows[n_done:], min(workers, left))
            return
        yield _result_or_error(work, row)


def _in_processes(work: Work, rows: Sequence[Row], workers: int) -> Generator[Any]:
    """What a function returns for each row, computed by up to `workers` processes."""
    before = set(multiprocessing.active_children())
    is_alone = False
    while rows:
        given = rows[:1] if is_alone else rows
        done = 0
        # A fork would inherit locks that threads of this process hold.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(1 if is_alone else workers, context, _begin_process, (work,))
        try:
            if isinstance(pool.submit(os.getpid).exception(), BrokenProcessPool):  # no process can be started here
                yield from (_result_or_error(work, row) for row in rows)
                return
            for future in [pool.submit(_work_in_process, row) for row in given]:
                fault = future.exception()
                if isinstance(fault, BrokenProcessPool) and not is_alone:
                    break  # a process died; reading the next office alone shows whether that office is the cause
                done += 1
                yield _unforeseen(fault) if isinstance(fault, Exception) else future.result()
        except BrokenProcessPool:  # a process died while rows were submitted: read the first of them alone
            pass
        except BaseException:  # Ctrl-C, or the caller stopped
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        rows, is_alone = rows[done:], done < len(given)


_works: list[Work] = []  # in a worker process: its work


def _begin_process(work: Work) -> None:
    """Store the work; end with the parent process, and ignore its Ctrl-C."""
    _works.append(work)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _work_in_process(row: Row) -> Any:
    return _result_or_error(_works[0], row)


def _unforeseen(fault: Exception) -> CallLogError:
    return UnreadableFile(
        "Something unexpected in these files stopped the reading",
        found=f"error {fault_code(fault)}",
        run="check the files of this office one at a time with `callanalytics check FILE`",
    )


# ---- reading and checking -------------------------------------------------------------------------------


def _rows(path) -> list[Row]:
    found = read.files([path]).files
    tables = read.tables(found[0]) if len(found) == 1 else []
    if not tables:
        raise InvalidRequest(f"{Path(path).name} is not a roster", wanted=f"a table with the columns {HEADER}")
    table = tables[0]
    names = {ours: next((n for n in table.header if fold(n) in theirs), None) for ours, theirs in COLUMNS.items()}
    if missing := [name for name in NEEDED if names[name] is None]:
        raise InvalidRequest(
            f"{Path(path).name} is not a roster: it has no column {' and no column '.join(missing)}",
            wanted=f"the columns {HEADER}; hours and lines are optional",
        )
    cells = table.cells.to_pylist()
    rows = []
    for number, row in zip(table.rows.tolist(), cells, strict=True):
        cells_of_row = {ours: " ".join((row[name] or "").split()) for ours, name in names.items() if name}
        rows.append(Row(number, **cells_of_row))
    return rows


def _check(row: Row, roster: Roster) -> None:
    """Refuse a row without office, folder, or files, with a wrong value, or with another row's office or folder."""
    where = f"row {row.number} of the roster"
    if not row.office or not row.patterns:
        raise InvalidRequest(f"{where} has no {'folder' if row.office else 'office'}")
    same = [
        other.number for other in roster.rows if offices.fold_office(other.office) == offices.fold_office(row.office)
    ]
    if len(same) > 1:
        raise InvalidRequest(
            f"{row.office} is in rows {', '.join(map(str, same))} of the roster",
            do="keep one row per office; put several folders in one cell, separated by ;",
        )
    try:
        zones.zone(row.timezone)
        offices.office_details(hours=row.hours or None, lines=row.details().get("lines"))
    except CallLogError as why:
        raise InvalidRequest(
            f"{where}, {row.office}: {why.what}", found=why.found, wanted=why.wanted, do=why.do
        ) from None
    if not _paths(row, roster.inbox):
        near = get_close_matches(row.folder, _unnamed_entries(roster), n=1, cutoff=0.75)
        raise InvalidRequest(
            f"{where}, {row.office}: {roster.inbox.name} has nothing called {row.folder}",
            found=f"it has {some(_names(roster.inbox), 8) or 'no files'}",
            do=(f"did you mean {near[0]}? " if near else "")
            + "correct the folder in the roster, or put the office's files there",
        )
    claimed = [other for other in roster.rows if other is not row and set(other.patterns) & set(row.patterns)]
    if claimed:
        raise InvalidRequest(
            f"{where}, {row.office}: the folder {row.folder} also belongs to {claimed[0].office}",
            do="give each folder to one office only",
        )


def _folder(inbox) -> Path:
    folder = Path(inbox)
    if not folder.is_dir():
        raise InvalidRequest(f"{folder.name} is not a folder", wanted="the folder that holds the offices' folders")
    return folder


def _names(inbox: Path) -> list[str]:
    return sorted(path.name for path in inbox.iterdir() if not path.name.startswith("."))


def _paths(row: Row, inbox: Path) -> list[Path]:
    """The paths that a row's patterns name in the inbox, never outside it."""
    found: set[Path] = set()
    for pattern in row.patterns:
        if ".." not in Path(pattern).parts and not Path(pattern).is_absolute():
            near = inbox.glob(pattern) if not (inbox / pattern).exists() else [inbox / pattern]
            found |= {path for path in near if path == inbox / pattern or not path.name.startswith(".")}
    return sorted(found)


def _unnamed_entries(roster: Roster) -> Sequence[str]:
    """Entries of the inbox that no row names, without the roster itself, which may be there too."""
    claimed = {path.relative_to(roster.inbox).parts[0] for row in roster.rows for path in _paths(row, roster.inbox)}
    return [name for name in _names(roster.inbox) if name not in claimed and "roster" not in name.casefold()]
