"""Kill, full disk, broken disk, refused access, power cut: at every single operation of a commit.

After each, the store is as before or as after, `verify` finds nothing, and doing it again gives every call
exactly once. The faults are put in through the store's own disk object; a last test kills real processes.
"""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from callanalytics.errors import CallLogError
from callanalytics.store import Disk, Store
from exhaustive import EXHAUSTIVE
from roots import TESTS
from store_rows import call_ids, calls, ingest, publish, source_id, sources


class Killed(BaseException):
    """The process is gone: nothing catches this, and nothing works after it."""


class FaultyDisk(Disk):
    """Works until the n-th operation, then fails there: once, from then on, or for good (killed)."""

    def __init__(self, step=None, fault="kill", lasting=False):
        self.step, self.fault, self.lasting, self.done, self.names_done = step, fault, lasting, 0, []

    def call(self, operation, function, *arguments):
        self.done += 1
        self.names_done.append(operation)
        due = self.step is not None and (self.done == self.step or (self.lasting and self.done > self.step))
        if due:
            self._fail(operation, function, arguments)
        if operation == "sync":
            return None  # what a sync is for is tested by the power cuts below
        return super().call(operation, function, *arguments)

    def _fail(self, operation, function, arguments):
        if operation == "write":  # half of it arrives
            function(arguments[0], arguments[1][: len(arguments[1]) // 2])
        if self.fault == "kill":
            self.lasting = True
            raise Killed
        raise OSError(self.fault, "injected")


def one_more(root, disk):
    return ingest(Store.open(root, create=True, disk=disk), "d", range(10, 14))


def read_again(root, disk):
    """The last export is dropped and taken again with other rows: what `--replaces` does."""
    store = Store.open(root, disk=disk)
    with store.writing():
        if store.source_ids()[-1] != source_id("b"):
            return
        store.drop_source(source_id("b"))
        tables = {"calls": calls("d", range(10, 14)), "sources": sources("d", 4)}
        store.add_source(source_id("d"), tables, {})
        publish(store)


A_AND_B = [f"{m:032x}" for m in range(9)]
D = [f"{m:032x}" for m in range(10, 14)]
SCENARIOS = {  # how many exports are there before, what is done, the calls before and after
    "first": (0, one_more, [], D),
    "second": (2, one_more, A_AND_B, A_AND_B + D),
    "sixth": (5, one_more, A_AND_B, A_AND_B + D),
    "read_again": (2, read_again, A_AND_B, [f"{m:032x}" for m in range(5)] + D),
}


def begin(root: Path, exports: int) -> None:
    store = Store.open(root, create=True)
    for letter, minutes in zip("abcef", (range(5), range(3, 9), range(2), range(3), range(4)), strict=True):
        if exports:
            ingest(store, letter, minutes)
            exports -= 1


@pytest.fixture(scope="module")
def beginnings(tmp_path_factory):
    made = {}
    for name, (exports, *_) in SCENARIOS.items():
        made[name] = tmp_path_factory.mktemp(name) / "calls"
        begin(made[name], exports)
    return made


def operations(beginning, work, scratch) -> list[str]:
    """The operations of one undisturbed run."""
    disk = FaultyDisk()
    root = copy(beginning, scratch)
    work(root, disk)
    return disk.names_done


def copy(beginning, scratch) -> Path:
    root = scratch / "calls"
    shutil.rmtree(root, ignore_errors=True)
    links: dict[int, str] = {}

    def copied(source, target):
        """Hard links inside a store stay links, as they are in a real one."""
        inode = os.stat(source).st_ino
        if inode in links:
            os.link(links[inode], target)
        else:
            shutil.copyfile(source, target)
            links[inode] = target

    if beginning.exists():
        shutil.copytree(beginning, root, copy_function=copied)
    return root


def holds(root) -> list[str]:
    """The calls of a store as the next process finds it; `verify` must have nothing to say."""
    store = Store.open(root, create=True)
    problems = store.verify() if store.version else []
    assert problems == []
    return call_ids(store)


def try_fault(beginning, scratch, work, before, after, step, fault, lasting) -> str:
    root = copy(beginning, scratch)
    done = False
    try:
        work(root, FaultyDisk(step, fault, lasting))
        done = True
    except (Killed, CallLogError):
        pass
    found = holds(root)
    assert found in (before, after), f"a third state after {fault} at {step}"
    assert not done or found == after, f"silent success after {fault} at {step}"
    work(root, Disk() if step % 10 == 0 else FaultyDisk())
    assert holds(root) == after, f"doing it again after {fault} at {step}"
    left = [p.name for p in root.rglob(".*.tmp")]
    assert not left, f"left after {fault} at {step}: {left}"
    return "new" if found == after else "old"


FAULTS = {
    "kill": ("kill", False),
    "full": (errno.ENOSPC, True),
    "full_once": (errno.ENOSPC, False),
    "broken": (errno.EIO, False),
    "refused": (errno.EACCES, True),
}


# Every fault at every operation takes half an hour; otherwise every 47th operation takes the next of the faults.


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_fault_at_any_operation_leaves_the_old_or_the_new_state(scenario, beginnings, tmp_path):
    _, work, before, after = SCENARIOS[scenario]
    total = len(operations(beginnings[scenario], work, tmp_path))
    assert total > 100
    states, faults = set(), list(FAULTS.values())
    for step in range(1, total + 1, 1 if EXHAUSTIVE else 47):
        for fault in faults if EXHAUSTIVE else [faults[(step + len(scenario)) % len(faults)]]:
            states.add(try_fault(beginnings[scenario], tmp_path, work, before, after, step, *fault))
    assert states == {"old", "new"}


@pytest.mark.slow
def test_a_kill_before_each_renaming_leaves_the_old_or_the_new_state(beginnings, tmp_path):
    _, work, before, after = SCENARIOS["sixth"]
    ran = operations(beginnings["sixth"], work, tmp_path)
    steps = [n for n, name in enumerate(ran, start=1) if name == "replace"][:: 1 if EXHAUSTIVE else 4]
    states = [try_fault(beginnings["sixth"], tmp_path, work, before, after, step, "kill", False) for step in steps]
    assert "".join(s[0] for s in states).lstrip("o").strip("n") == ""  # old, old ... then new and never old again
    assert {"old", "new"} == set(states)


def test_a_full_disk_says_so_and_that_nothing_changed(beginnings, tmp_path):
    _, work, before, _ = SCENARIOS["second"]
    ran = operations(beginnings["second"], work, tmp_path)
    root = copy(beginnings["second"], tmp_path)
    with pytest.raises(CallLogError) as result:
        work(root, FaultyDisk(step=ran.index("rmdir") if "rmdir" in ran else len(ran) // 2, fault=errno.ENOSPC))
    assert "the disk is full" in str(result.value)
    assert holds(root) == before


# ---- power cuts ---------------------------------------------------------------------------------------------------


class Node:
    """A file (bytes now, bytes on the disk) or a folder (names now, names on the disk, changes not there yet)."""

    def __init__(self, data=None):
        self.data, self.synced = data, data
        self.names, self.synced_names, self.pending = {}, {}, []

    @property
    def is_folder(self):
        return self.data is None


class PowerDisk(Disk):
    """Does everything for real and keeps a journal, from which any moment's surviving disk can be made.

    Surviving is what was synced; of what was not, a random part: of each folder's changes any first few
    (file systems journal names in order), of each file's bytes all, none or half.
    """

    def __init__(self, root):
        self.base, self.top, self.handles, self.steps = root.parent, Node(), {}, []
        for path in sorted(root.parent.rglob("*")):
            node = self._linked(path) or Node(None if path.is_dir() else path.read_bytes())
            node.inode = path.stat().st_ino
            parent = self._node(path.parent)
            parent.names[path.name] = parent.synced_names[path.name] = node

    def _linked(self, path):
        return next((n for n in self._all(self.top) if getattr(n, "inode", 0) == path.stat().st_ino), None)

    def _all(self, node):
        for child in node.names.values():
            yield child
            yield from self._all(child)

    def _node(self, path):
        node = self.top
        for part in Path(path).relative_to(self.base).parts:
            node = node.names[part]
        return node

    def _change(self, path, node):
        folder = self._node(Path(path).parent)
        folder.pending.append((Path(path).name, node))
        if node is None:
            folder.names.pop(Path(path).name)
        else:
            folder.names[Path(path).name] = node

    def call(self, operation, function, *arguments):
        if self.cut is not None and len(self.steps) == self.cut and operation not in ("read", "list"):
            raise Killed
        if operation == "sync":
            given = None  # the journal knows; the real disk need not
        else:
            given = function(*arguments)
        if operation not in ("read", "list"):
            self.steps.append(operation)
            getattr(self, f"_{operation}_")(given, *arguments)
        return given

    cut = None

    def _open_(self, handle, path, flags, mode=None):
        if flags & os.O_CREAT:
            self._change(path, Node(b""))
        self.handles[handle] = self._node(path)

    def _write_(self, written, handle, data):
        self.handles[handle].data += bytes(data[:written])

    def _sync_(self, _, handle, *rest):
        node = self.handles[handle]
        node.synced, node.synced_names, node.pending = node.data, dict(node.names), []

    def _chmod_(self, _, path, mode):
        """Permissions are not what a power cut is about."""

    def _mkdir_(self, _, path, mode):
        self._change(path, Node())

    def _replace_(self, _, source, target):
        node = self._node(source)
        self._change(target, node)
        self._change(source, None)

    def _link_(self, _, source, target):
        self._change(target, self._node(source))

    def _unlink_(self, _, path):
        self._change(path, None)

    def _rmdir_(self, _, path):
        self._change(path, None)

    def survive(self, place: Path, chance: random.Random) -> None:
        """Write what a power cut now would leave."""
        self._lay(self.top, place, chance, {})

    def _lay(self, folder, place, chance, laid):
        place.mkdir(exist_ok=True)
        names = dict(folder.synced_names)
        for name, node in folder.pending[: chance.randint(0, len(folder.pending))]:
            names.pop(name, None) if node is None else names.update({name: node})
        for name, node in names.items():
            if node.is_folder:
                self._lay(node, place / name, chance, laid)
            elif node in laid:
                os.link(laid[node], place / name)
            else:
                (place / name).write_bytes(self._bytes(node, chance))
                laid[node] = place / name

    def _bytes(self, node, chance):
        if node.synced == node.data:
            return node.data
        return chance.choice([node.synced or b"", node.data, node.data[: len(node.data) // 2], b""])


def cut_power(beginning, scratch, work, cut, seed) -> tuple[Path, bool]:
    """Run until ``cut`` operations are done and pull the plug; the surviving store, and whether it was done."""
    (scratch / "live").mkdir()
    root = copy(beginning, scratch / "live")
    disk = PowerDisk(root)
    disk.cut = cut
    done = False
    try:
        work(root, disk)
        done = True
    except Killed:
        pass
    disk.survive(scratch / "after", random.Random(seed))
    shutil.rmtree(scratch / "live")
    return scratch / "after" / "calls", done


def length(beginning, scratch, work) -> int:
    (scratch / "live").mkdir()
    root = copy(beginning, scratch / "live")
    disk = PowerDisk(root)
    work(root, disk)
    shutil.rmtree(scratch / "live")
    return len(disk.steps)


def try_power_cut(beginning, scratch, work, before, after, cut, seed):
    shutil.rmtree(scratch / "after", ignore_errors=True)
    root, done = cut_power(beginning, scratch, work, cut, seed)
    found = holds(root)
    assert found in (before, after), f"a third state after a power cut at {cut}, seed {seed}"
    assert not done or found == after, f"acknowledged rows lost at {cut}, seed {seed}"
    work(root, FaultyDisk())
    assert holds(root) == after


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_was_acknowledged_survives_a_power_cut(scenario, beginnings, tmp_path):
    _, work, before, after = SCENARIOS[scenario]
    for seed in range(3 if EXHAUSTIVE else 1):
        try_power_cut(beginnings[scenario], tmp_path, work, before, after, None, seed)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_power_cut_after_any_operation_leaves_the_old_or_the_new_state(scenario, beginnings, tmp_path):
    _, work, before, after = SCENARIOS[scenario]
    for cut in range(0, length(beginnings[scenario], tmp_path, work), 1 if EXHAUSTIVE else 97):
        for seed in range(cut, cut + (3 if EXHAUSTIVE else 1)):
            try_power_cut(beginnings[scenario], tmp_path, work, before, after, cut, seed)


@pytest.mark.slow
def test_without_syncing_the_power_cuts_above_would_lose_rows(beginnings, tmp_path, monkeypatch):
    """The simulated disk can tell: take the syncs away and it finds lost or unreadable rows."""
    monkeypatch.setattr(Disk, "_sync", lambda self, handle: None)
    _, work, before, after = SCENARIOS["second"]
    lost = 0
    for seed in range(10):
        try:
            try_power_cut(beginnings["second"], tmp_path, work, before, after, None, seed)
        except (AssertionError, CallLogError):
            lost += 1
    assert lost


# ---- real processes -----------------------------------------------------------------------------------------------

WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from store_rows import ingest
from callanalytics.store import Store
store = Store.open(sys.argv[1], create=True)
print("open", flush=True)
for n in map(int, sys.stdin.read().split()):
    ingest(store, f"{n:x}", range(10 * n, 10 * n + 10))
    print(n, flush=True)
"""


def writer(root, numbers):
    helpers = str(TESTS / "support")
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, root, helpers], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.stdin.write(" ".join(map(str, numbers)))
    process.stdin.close()
    return process


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path):
    chance, root, result = random.Random(20220711), tmp_path / "calls", set()
    for _ in range(10 if EXHAUSTIVE else 4):
        process = writer(root, (n for n in range(1, 16) if n not in result))
        assert process.stdout.readline() == "open\n"  # starting Python takes as long as the machine likes
        if not result:  # and so does the first ingest, without which there is nothing to lose
            result.add(int(process.stdout.readline()))
        time.sleep(chance.random())
        os.kill(process.pid, signal.SIGKILL)
        result |= set(map(int, process.stdout.read().split()))
        process.wait()
        there = {int(c, 16) // 10 for c in holds(root)}
        assert result <= there
        assert len(holds(root)) == 10 * len(there)  # each export whole
    assert result


@pytest.mark.slow
def test_four_writers_lose_nothing_and_repeat_nothing(tmp_path):
    root = tmp_path / "calls"
    orders = [range(1, 13), range(12, 0, -1), range(1, 13, 2), [5]]
    for process in [writer(root, order) for order in orders]:
        process.stdout.read()
        assert process.wait() == 0
    assert holds(root) == sorted(f"{m:032x}" for n in range(1, 13) for m in range(10 * n, 10 * n + 10))


@pytest.mark.slow
def test_readers_during_commits_see_whole_versions_only(tmp_path):
    root = tmp_path / "calls"
    begin(root, 1)
    process = writer(root, range(1, 16))
    reads = 0
    while process.poll() is None:
        assert (len(call_ids(Store.open(root))) - 5) % 10 in (0, 5, 9, 6)
        reads += 1
    assert reads > 20
