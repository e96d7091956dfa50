"""Where the outside data lies, for the tests that check against it; and the option that writes golden tables."""

import gc
import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

import report_log
from exhaustive import EXHAUSTIVE, QUICK, WHOLE, outer_cases
from roots import ROOT

# Several tests run side by side: a linear algebra library that takes every core for itself slows all of them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Tests leave few cycles among the many objects that a session keeps: to look for them rarely spares some of its time.
gc.set_threshold(50_000, 20, 100)

# How long an example takes on a busy machine says nothing about the figures; tests of speed measure CPU time instead.
# A change is judged by the examples that the one before it was judged by; a release looks for new ones.
AT_ANY_SPEED = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
    "derandomize": not EXHAUSTIVE,
    "database": None,
}
settings.register_profile("whole", max_examples=WHOLE, **AT_ANY_SPEED)
settings.register_profile("quick", max_examples=QUICK, **AT_ANY_SPEED)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real exports and reference values that do not belong to the project; skips where they are absent."""
    folder = Path(os.environ.get("CALLANALYTICS_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the outside data sets are not here")
    return folder


FEW = ("2-chicago", "4-honolulu", "6-phoenix")  # for the quick part: one with every log, two small ones


@pytest.fixture(scope="session")
def made_once(tmp_path_factory, worker_id):
    """A folder by its name, for tests that only read it: filled by whichever process needs it first."""
    folder = tmp_path_factory.getbasetemp()
    shared = (folder if worker_id == "master" else folder.parent) / "made-once"
    shared.mkdir(exist_ok=True)

    def made(name: str, fill: Callable[[Path], None]) -> Path:
        with FileLock(shared / f"{name}.lock"):
            if not (shared / name).exists():
                draft = tmp_path_factory.mktemp("draft")
                fill(draft)
                draft.rename(shared / name)
        return shared / name

    return made


@pytest.fixture(scope="session")
def sample_stores(made_once):
    """The store of an office of the sample by its folder, of all by "sample", or of a few by "few"."""
    from callanalytics import sample

    def store(key: str) -> Path:
        def fill(draft: Path) -> None:
            for office in sample.offices():
                if key in (office.folder, "sample") or (key == "few" and office.folder in FEW):
                    sample.ingest(draft / "store", office)

        return made_once(key, fill) / "store"

    return store


@pytest.fixture(scope="session")
def small_logs(made_once):
    """The log of a small office by the name of its store."""
    from callanalytics import log
    from small_offices import make_store

    @cache
    def small_log(name: str):
        made = made_once(f"small, {name}", lambda draft: make_store(draft / "calls", name))
        return log.load(made / "calls", "2022-06-30" if name == "nothing" else None)

    return small_log


@pytest.fixture(scope="session")
def sample_store(sample_stores) -> Path:
    """The store of the whole sample, for tests that only read it."""
    return sample_stores("sample")


@pytest.fixture(scope="session")
def demo(made_once) -> Path:
    """A folder with what `demo` left in `demo`, and with what it said in `screen.txt`."""
    from commands import run

    def fill(draft: Path) -> None:
        result = run("demo", draft / "demo")
        assert result.exit_code == 0, result.output
        (draft / "screen.txt").write_text(result.output, "utf-8")

    return made_once("demo", fill)


@pytest.fixture(scope="session")
def sample_log(sample_stores, pytestconfig):
    """A log of the sample, in the quick part of a few of its offices, for tests that change nothing in it."""
    from callanalytics import log

    return log.load(sample_stores("few" if is_quick(pytestconfig) else "sample"))


@pytest.fixture(scope="session")
def spark():
    """A cluster of this computer, where pyspark and Java are: no office needs them."""
    pytest.importorskip("pyspark.sql")
    if not shutil.which("java"):
        pytest.skip("Java is not here")
    from callanalytics import spark

    session = spark.session("local[2]")
    session.conf.set("spark.sql.shuffle.partitions", "2")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def facts():
    """A log of invented facts with all that a report asks for."""
    return report_log.log()


@pytest.fixture(scope="session")
def brief_and_results(facts):
    """The liaison report of it, and the figures that the report is made of."""
    from callanalytics.reports import liaison, periods
    from callanalytics.reports.results import Results

    made = []

    class Watched(Results):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(liaison, "Results", Watched)
        patch.setattr(
            periods, "pair", lambda whole, make=periods.pair: setattr(whole, "pair", make(whole)) or whole.pair
        )
        report = liaison.build(facts)
    (results,) = made
    return report, results


@pytest.fixture(scope="session")
def brief(brief_and_results):
    """The liaison report of it: every file that looks at one looks at the same."""
    return brief_and_results[0]


@pytest.fixture
def without_report(monkeypatch):
    """`start` and `report` leave an empty page: for tests of what comes before it, since a report takes seconds."""
    from callanalytics import reports

    def empty(audience, log, out, *_, **__) -> list[Path]:
        Path(out).mkdir(exist_ok=True)
        page = Path(out) / f"{audience}.html"
        page.touch()
        return [page]

    monkeypatch.setattr(reports, "report", empty)


@pytest.fixture(scope="session")
def r(shared_data):
    """What R 4.5 printed for data sets of its packages, by name."""
    groups = json.loads((shared_data / "r-reference" / "reference.json").read_text())["values"].values()
    return {name: value for group in groups for name, value in group.items()}


@pytest.fixture(scope="session")
def r_data(shared_data):
    """A data set of R's packages, by name."""
    return lambda name: pd.read_csv(shared_data / "r-reference" / f"{name}.csv")


def is_quick(config) -> bool:
    return "not slow" in config.option.markexpr


@pytest.hookimpl(trylast=True)  # after the slow cases are left out
def pytest_collection_modifyitems(config, items):
    """In the quick part leave out the cases of a test between its first and its last, but none in tests/house."""
    if not is_quick(config):
        return
    kept = outer_cases(item.nodeid for item in items)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]


def leave_out(config, mark: str) -> None:
    asked = config.option.markexpr
    config.option.markexpr = f"({asked}) and not {mark}" if asked else f"not {mark}"


def pytest_configure(config):
    if config.option.quick:
        leave_out(config, "slow")
    if "spark" not in config.option.markexpr:
        leave_out(config, "spark")  # a cluster for each of several workers would take a computer's memory
    settings.load_profile("quick" if is_quick(config) else "whole")


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="leave out what is slow: for while you work")
    parser.addoption(
        "--write-golden",
        action="store_true",
        help="write each tests/golden/*/expected.csv that is not there yet; then read it",
    )


@pytest.fixture
def write_golden(request) -> bool:
    return request.config.getoption("--write-golden")


@pytest.fixture(autouse=True, scope="session")
def without_syncing():
    """What tests write need not outlive a power cut: an ingest syncs seventy times. Tests of power cuts count the
    calls of the disk themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def key_of_erasures(tmp_path_factory):
    """No test touches the key that the person who runs them may have."""
    os.environ["CALLANALYTICS_KEY"] = str(tmp_path_factory.mktemp("key") / "key")
