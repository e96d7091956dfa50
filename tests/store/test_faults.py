"""Faults at the file-changing calls of each command that writes (all of them: benchmarks/faults.py)."""

import importlib.util
import sys

import pytest

from exhaustive import EXHAUSTIVE
from roots import BENCHMARKS


@pytest.fixture(scope="module")
def faults():
    sys.path.insert(0, str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("faults", BENCHMARKS / "faults.py")
    module = sys.modules["faults"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Every fault at every call takes a quarter of an hour; a change tries some four of each command, each fault in turn.
# Commands that change more files take longer steps; an odd step meets all four faults.
STEPS = {"first ingest": 205, "ingest": 169, "erasure": 177, "removal": 157, "office": 81}


@pytest.mark.slow
@pytest.mark.parametrize("name", STEPS)
def test_a_fault_at_any_call_of_a_command_leaves_the_old_or_the_new_state_and_a_sentence(faults, name, tmp_path):
    command = faults.commands(tmp_path)[name]
    result = faults.faults(command, tmp_path, every=1 if EXHAUSTIVE else STEPS[name], first=0 if EXHAUSTIVE else 5)
    assert faults.failures(result) == {}
    assert result["trials"] >= 4
    assert min(result["old state"], result["new state"], result["killed"], result["failed and said so"]) > 0


@pytest.mark.slow
def test_an_erasure_that_cannot_remove_older_files_is_not_said_to_be_done(faults, tmp_path):
    from callanalytics.errors import CallLogError
    from callanalytics.store import Disk

    command = faults.commands(tmp_path)["erasure"]
    command.begin(tmp_path / "store")
    operations = []

    class Refusing(faults.Faults):
        def call(self, operation, function, *arguments):
            operations.append(operation)
            if operation == "unlink" and "replace" in operations and arguments[0].suffix == ".parquet":
                raise PermissionError(13, "injected")
            return super().call(operation, function, *arguments)

    with faults.disk(Refusing()), pytest.raises(CallLogError) as result:
        command.work(tmp_path / "store")
    assert "older files still hold them" in str(result.value)
    assert "run the same command again" in str(result.value)
    assert faults.MATTER not in str(result.value)
    assert faults.traces(tmp_path / "store")
    command.work(tmp_path / "store")
    assert not faults.traces(tmp_path / "store")
    assert Disk.call.__qualname__ == "Disk.call"
