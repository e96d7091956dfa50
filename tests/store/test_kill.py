"""Ingests killed for real at random moments, and many that write at once (a thousand: benchmarks/kill.py)."""

import importlib.util
import sys

import pytest

from exhaustive import EXHAUSTIVE
from roots import BENCHMARKS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no fork and no SIGKILL there"),
]


@pytest.fixture(scope="module")
def kill():
    spec = importlib.util.spec_from_file_location("kill", BENCHMARKS / "kill.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_killed_ingests_lose_nothing_and_repeat_nothing(kill, tmp_path):
    """As many more where a busy machine let too few come to their end."""
    n, some = (50, 5) if EXHAUSTIVE else (8, 1)
    result = kill.kills(n, 20220711, tmp_path)
    if result["acknowledged"] + result["killed after the commit"] <= some:
        result += kill.kills(n, 20220712, tmp_path)
    assert kill.failures(result) == {}
    assert result["killed before the commit"] > some
    assert result["acknowledged"] + result["killed after the commit"] > some


def test_eight_writers_at_once_lose_nothing_and_readers_see_whole_ingests(kill, tmp_path):
    result = kill.writers(8, 3, tmp_path, reads=100)
    assert kill.failures(result) == {}
