"""The project's folders: the only place that knows them, for tests in any folder."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
GOLDEN = TESTS / "golden"  # an export of each format, and the table that it gives
BY_HAND = TESTS / "by_hand"  # cases worked out on paper
BENCHMARKS = ROOT / "benchmarks"
