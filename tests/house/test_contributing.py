"""The recipes, carried out in a copy of the source, with as many files as the contributing page says."""

import filecmp
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from facts_rows import build, note
from roots import ROOT

SOURCE = "src/callanalytics"


class Copy:
    """A copy of what a recipe touches; ``edit`` and ``add`` change it as a person would by hand."""

    def __init__(self, root: Path):
        self.root = root
        for name in ("src", "tests", "docs"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("data", "notebooks", "pyproject.toml", "README.md", "CONTRIBUTING.md", "benchmarks"):
            (root / name).symlink_to(ROOT / name)

    def add(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        text = (self.root / name).read_text("utf-8")
        for before, after in changes:
            assert text.count(before) >= 1, f"{name} has no {before!r}"
            text = text.replace(before, after, 1)
        self.add(name, text)

    def run(self, *words: str) -> str:
        path = os.pathsep.join([str(self.root / "src"), str(self.root / "docs")])
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def test(self, *words: str) -> str:
        return self.run("-m", "pytest", "-n", "0", "-q", *words)

    def touched(self) -> set[str]:
        """The files that differ from the original."""
        found = {p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file()}
        found = {
            name for name in found if not re.search(r"__pycache__|\.hypothesis|^(data|notebooks|benchmarks)/", name)
        }
        return {n for n in found if not (ROOT / n).exists() or not filecmp.cmp(ROOT / n, self.root / n, shallow=False)}


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path / "copy")


ACME = """
title = "Acme: call log, CSV"
vendor = "Acme"
makes = "calls"
kind = "table"
evidence = "invented for a test"
seen = "2026"
source = "nowhere"
has_unanswered = true
has_caller_id = true
has_zone = false

[recognize]
header = ["Acme when", "Acme way", "Acme line", "Acme party", "Acme seconds", "Acme end"]

[columns]
started = { from = "Acme when", parse = "moment" }
duration_s = { from = "Acme seconds", parse = "seconds" }
duration_kind = { value = "total" }
our_number = { from = "Acme line", parse = "number" }
other_number = { from = "Acme party", parse = "number" }
direction = { from = "Acme way", map = { inbound = "in", outbound = "out" } }
outcome = { from = "Acme end", default = "unknown", map = { answered = "talked", missed = "missed" } }

[[example]]
[example.row]
"Acme when" = "2022-03-01 10:05:00"
"Acme way" = "out"
"Acme line" = "(202) 555-0143"
"Acme party" = "(800) 375-5283"
"Acme seconds" = "2471"
"Acme end" = "talked"
[example.gives]
direction = "outbound"
outcome = "answered"
duration_s = 2471
started_at_utc = "2022-03-01T15:05:00Z"
"""
ACME_EXPORT = """Acme when,Acme way,Acme line,Acme party,Acme seconds,Acme end
2022-03-01 10:05:00,out,(202) 555-0143,(800) 375-5283,2471,talked
2022-03-02 07:40:10,in,(202) 555-0143,(202) 838-2200,21,missed
"""


@pytest.mark.slow
def test_a_phone_system_is_one_toml_one_export_and_its_golden_table(copy):
    copy.add(f"{SOURCE}/formats/acme.toml", ACME)
    copy.add("tests/golden/acme/export.csv", ACME_EXPORT)
    copy.test("tests/formats/test_formats.py", "--write-golden", "-k", "acme")
    golden = {"tests/golden/acme/export.csv", "tests/golden/acme/expected.csv"}
    assert copy.touched() == {f"{SOURCE}/formats/acme.toml", *golden}
    assert "## acme" in copy.run("-c", "from make import formats_page; print(formats_page())")


CARD = """
[card.staff_rate]
title = "Calls that staff made."
table = "agency_calls"
population = "all calls to the agency"
numerator = "staff called"
denominator = "calls of which somebody noted who called"
counts.n_known = "caller_role IS NOT NULL"
counts.n_staff = "caller_role = 'staff'"
figures = [{ n = "n_known", events = "n_staff", cases = "calls" }]
"""
MEASURE = '''

def staff_rate(agency_calls: Frame, by: Keys = (), *, as_of: Day = None) -> Result:
    """Calls that staff made.

    Gives ``rate`` [share].

    >>> import pandas as pd
    >>> print(staff_rate(pd.DataFrame({"caller_role": ["staff"] * 30})).table.loc[0, "value"])
    1.0
    """
    return measure(agency_calls, "staff_rate", by, as_of=as_of)
'''


@pytest.mark.slow
def test_a_measure_is_a_card_and_a_function_in_its_file_and_its_name(copy):
    for name, text in {"cards.toml": CARD, "outcomes.py": MEASURE}.items():
        copy.add(f"{SOURCE}/measures/{name}", (ROOT / SOURCE / "measures" / name).read_text("utf-8") + text)
    copy.edit(
        f"{SOURCE}/measures/__init__.py",
        (":func:`reach_rate`", ":func:`reach_rate` · :func:`staff_rate`"),
        ("    reach_rate,\n", "    reach_rate,\n    staff_rate,\n"),
        ('"standardized_wait",', '"staff_rate", "standardized_wait",'),
    )
    assert len(copy.touched()) == 3
    copy.test("tests/measures/test_measures.py", "-k", "staff_rate")
    copy.run("-m", "doctest", f"{SOURCE}/measures/outcomes.py")
    assert "## staff_rate" in copy.run("-c", "from make import methods; print(methods())")


CHART = '''

@style.house_style()
def staff_share(result: Result, *, title: str = "Who called?") -> Chart:
    """The share of calls that staff made."""
    return rows.nothing_to_draw(result, title, "No call is logged.")
'''


@pytest.mark.slow
def test_a_chart_is_a_function_in_its_file_and_its_name(copy):
    source = ROOT / SOURCE / "figures" / "callbacks.py"
    copy.add(f"{SOURCE}/figures/callbacks.py", source.read_text("utf-8") + CHART)
    copy.edit(
        f"{SOURCE}/figures/__init__.py",
        ("missed_by_month\n", "missed_by_month, staff_share\n"),
        ('"volume_by', '"staff_share", "volume_by'),
    )
    assert len(copy.touched()) == 2
    code = "import callanalytics as ca, pandas as pd;"
    code += "none = ca.measures.volume(pd.DataFrame({'date': []})); print(ca.figures.staff_share(none).says)"
    assert "No call is logged" in copy.run("-c", code)


def test_what_counts_as_reached_is_in_one_file(monkeypatch):
    """Removes an outcome from those that prove a person: the table, and with it every measure, follows."""
    from callanalytics.facts import agency_calls

    noted = [
        note("n", "2022-03-01 10:00", outcome="service_request", tier=None, wait_outcome="unknown", promised="none")
    ]
    assert build([], noted).agency_calls[0]["person_reached"] is True
    monkeypatch.setattr(
        agency_calls, "ONLY_A_PERSON", [w for w in agency_calls.ONLY_A_PERSON if w != "service_request"]
    )
    assert build([], noted).agency_calls[0]["person_reached"] is None
