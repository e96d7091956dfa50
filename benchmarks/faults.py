"""A fault at every file-changing call of every command that writes: ``python benchmarks/faults.py [EVERY]``.

An ingest into a new store, one into a store that has its office, an erasure, a change of an office's record: at each
call in turn the process dies, the disk is full, the disk is broken, access is refused. Then the store must be as before
or as after, byte for byte, and pass `verify`; what said that it was done must be done; what failed must have said so in
a sentence; and the same command once more must lead to the state after. An erasure that was done leaves no trace in any
file. EVERY takes each n-th of these trials. Prints counts; exit status 1 if any is not nought.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from kill import HAND, OFFICE, START, export

from callanalytics import intake
from callanalytics.errors import CallLogError
from callanalytics.store import Disk, Store

MATTER, RECEIPT = "QuintanillaQ", "XYZ7000000042"
TODAY = date(2022, 6, 1)
READING = ("read", "list")
FAULTS = {  # what fails, and whether it goes on failing
    "kill": (None, True),
    "disk full": (errno.ENOSPC, True),
    "disk broken": (errno.EIO, False),
    "access refused": (errno.EACCES, False),
}


class Killed(BaseException):
    """The process is gone: nothing catches this, and nothing works after it."""


class Faults:
    """Stands in for `Disk.call`: works until the n-th file-changing call, and fails there."""

    def __init__(self, step: int = 0, fault: str = "kill"):
        self.step, self.done = step, 0
        self.number, self.lasting = FAULTS[fault]

    def call(self, operation, function, *arguments):
        if operation not in READING:
            self.done += 1
        due = self.step and (self.done == self.step or (self.lasting and self.done > self.step))
        if due and (self.number is None or operation not in READING):
            self._fail(operation, function, arguments)
        return None if operation == "sync" else function(*arguments)  # what a sync is for, power cuts tell

    def _fail(self, operation, function, arguments):
        if operation == "write":  # half of it arrives
            function(arguments[0], arguments[1][: len(arguments[1]) // 2])
        if self.number is None:
            raise Killed
        raise OSError(self.number, os.strerror(self.number))


@contextmanager
def disk(faults: Faults):
    """Every store's disk fails as `faults` says."""
    kept, Disk.call = Disk.call, lambda self, *given: faults.call(*given)
    try:
        yield faults
    finally:
        Disk.call = kept


def hand_log(folder: Path, n: int) -> Path:
    """A hand log of so many entries, one of a client's."""
    path = folder / f"log {n}.csv"
    rows = [f"{e + 1},{START.month}/{e + 3}/{START.year},10:00 AM,We called,,12,Tier 1," for e in range(n)]
    lines = [f"{row}Call-back promised,Urgent (72 hours),{f'{MATTER},{RECEIPT}' if not e else ','}" for e, row in
            enumerate(rows)]  # fmt: skip
    path.write_text("\n".join([f"{HAND},Matter,Receipt no.", *lines]) + "\n", "utf-8")
    return path


def ingest(store: Path, *files: Path) -> None:
    intake.ingest(files, store, date_order="mdy", today=TODAY, **OFFICE)


@dataclass(frozen=True)
class Command:
    """What there is before, what is done, and whether a client must be gone afterwards."""

    begin: Callable[[Path], None]
    work: Callable[[Path], None]
    erases: bool = False


def commands(folder: Path) -> dict[str, Command]:
    """The commands that write."""
    calls = [export(folder, n) for n in range(3)]
    older, newer = hand_log(folder, 4), hand_log(folder, 6)

    def two(store: Path) -> None:
        ingest(store, calls[0], older)
        ingest(store, calls[1])

    def taken_out(store: Path) -> None:
        try:
            intake.remove(store, newer)
        except CallLogError as why:
            if "is not in the store" not in str(why):
                raise

    return {
        "first ingest": Command(lambda store: None, lambda store: ingest(store, calls[0], older)),
        "ingest": Command(two, lambda store: ingest(store, calls[2], newer)),
        "erasure": Command(two, lambda store: intake.forget(store, matter=MATTER), erases=True),
        "removal": Command(lambda store: (two(store), ingest(store, newer)), taken_out),
        "office": Command(two, lambda store: intake.set_office(store, OFFICE["office"], hours="Mon-Fri 9:00-17:30")),
    }


def copy(beginning: Path, target: Path) -> Path:
    """A store again as it was; its files are never changed in place, so a second name will do."""
    shutil.rmtree(target, ignore_errors=True)
    if beginning.exists():
        shutil.copytree(beginning, target, copy_function=os.link)
    return target


def state(store: Path) -> str:
    """What a store holds, in one word; "" if there is nothing yet, "damaged" if `verify` has anything to say."""
    opened = Store.open(store, create=True)
    if not opened.version:
        return ""
    return "damaged" if opened.verify() else opened.fingerprint()


def traces(store: Path) -> bool:
    """Whether any file or its name still has the client, as it stands or decoded."""
    import pyarrow.parquet as pq

    files = [path for path in store.rglob("*") if path.is_file()]
    raw = b"".join(str(path).encode() + path.read_bytes() for path in files)
    rows = "".join(str(pq.read_table(path).to_pylist()) for path in files if path.suffix == ".parquet")
    return any(word.encode() in raw or word in rows for word in (MATTER, RECEIPT))


def trial(command: Command, beginning: Path, before: str, after: str, step: int, fault: str, folder: Path) -> list[str]:
    """One fault at one call: what came of it."""
    store, end = copy(beginning, folder / "store"), "failed without a sentence"
    with disk(Faults(step, fault)):
        try:
            command.work(store)
            end = "done"
        except Killed:
            end = "killed"
        except CallLogError:
            end = "failed and said so"
        except Exception as unforeseen:
            print(f"{fault} at {step}: {type(unforeseen).__name__}", file=sys.stderr)
    found = state(store)
    outcome = [end, "old state" if found == before else "new state" if found == after else "neither state"]
    if end == "done" and found != after:
        outcome.append("acknowledged and not done")
    if end == "done" and command.erases and traces(store):
        outcome.append("erased and still there")
    with disk(Faults()):
        command.work(store)
    if state(store) != after or (command.erases and traces(store)):
        outcome.append("wrong after the retry")
    return outcome


def faults(command: Command, folder: Path, every: int = 1, first: int = 0) -> Counter:
    """Trials of each fault at each call (or each n-th of these); counts of what came of them."""
    beginning = folder / "beginning"
    shutil.rmtree(beginning, ignore_errors=True)
    with disk(Faults()):
        command.begin(beginning)
        undisturbed = copy(beginning, folder / "undisturbed")
    with disk(Faults()) as counted:
        command.work(undisturbed)
    before, after, outcome = state(beginning), state(undisturbed), Counter({"file-changing calls": counted.done})
    trials = [(step, fault) for step in range(1, counted.done + 1) for fault in FAULTS]
    for step, fault in trials[first::every]:
        outcome["trials"] += 1
        outcome.update(trial(command, beginning, before, after, step, fault, folder))
    return outcome


MUST_BE_NOUGHT = (
    "failed without a sentence", "neither state", "acknowledged and not done", "erased and still there",
    "wrong after the retry",
)  # fmt: skip


def failures(outcome: Counter) -> dict[str, int]:
    return {what: outcome[what] for what in MUST_BE_NOUGHT if outcome[what]}


def main(every: int = 1) -> int:
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CALLANALYTICS_KEY"] = str(Path(folder) / "key")  # not that of whoever runs this
        for name, command in commands(Path(folder)).items():
            began = time.process_time()
            outcome = faults(command, Path(folder), every)
            print(f"{name}: {time.process_time() - began:.0f} s of CPU", flush=True)
            for what in (*outcome, *(what for what in MUST_BE_NOUGHT if what not in outcome)):
                print(f"  {outcome[what]:>7,}  {what}", flush=True)
            bad |= bool(failures(outcome))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
