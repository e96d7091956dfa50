"""What a type checker tells a person who uses the package: the README's code is well typed, and a slip is found."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from roots import ROOT

pytestmark = pytest.mark.slow
pytest.importorskip("mypy", reason="no type checker is here")


def complaints(code: str, folder: Path) -> list[str]:
    """What mypy, at its strictest, says of the code of somebody who has the package installed."""
    (folder / "mine.py").write_text(code, "utf-8")
    (folder / "mypy.ini").write_text(
        f"[mypy]\nstrict = True\nmypy_path = {ROOT / 'src'}\n"
        "[mypy-callanalytics.*]\nfollow_imports = silent\n"
        "[mypy-duckdb.*,pandas.*]\nignore_missing_imports = True\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "mine.py"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert not told.stderr, told.stderr
    return [line for line in told.stdout.splitlines() if line.startswith("mine.py") and ": error: " in line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """One for all, so that the second look is quick."""
    return tmp_path_factory.mktemp("mine")


def test_the_code_in_the_readme_is_well_typed(folder):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        assert complaints(block, folder) == []


@pytest.mark.parametrize(
    ("slip", "kind"),
    [
        ("ca.loud('calls')", "attr-defined"),
        ("ca.load('calls', as_of=7)", "arg-type"),
        ("ca.measures.wait(ca.load('calls').agency_calls).frame", "attr-defined"),
        ("ca.report('firm', ca.load('calls'), 'out').name", "attr-defined"),
        ("ca.ingest('exports', 'calls', bureau='Elm')", "call-arg"),
    ],
)
def test_a_slip_is_found(slip, kind, folder):
    told = complaints(f"import callanalytics as ca\n\n{slip}\n", folder)
    assert len(told) == 1
    assert f"[{kind}]" in told[0]
