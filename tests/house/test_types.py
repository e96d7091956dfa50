"""What mypy tells a user of the package: the README's code is well typed, and a mistake is found. test_website.py runs
another type checker, which says the same about the same code."""

import subprocess
import sys

import pytest

from exhaustive import at_night
from roots import ROOT
from snippets import SLIPS, blocks

pytestmark = [pytest.mark.slow, at_night]
pytest.importorskip("mypy", reason="no type checker is here")


BLOCKS = blocks("README.md")


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What mypy, at its strictest, says about the code of a person who has the package installed. It runs once, on all
    the code of this file, because most of its time goes to the package."""
    folder = tmp_path_factory.mktemp("mine")
    codes = [*BLOCKS, *SLIPS]
    names = {code: f"mine_{n}.py" for n, code in enumerate(codes)}
    for code, name in names.items():
        (folder / name).write_text(code, "utf-8")
    (folder / "mypy.ini").write_text(
        f"[mypy]\nstrict = True\nmypy_path = {ROOT / 'src'}\n"
        "[mypy-callanalytics.*]\nfollow_imports = silent\n"
        "[mypy-duckdb.*,pandas.*]\nignore_missing_imports = True\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--no-incremental", "--config-file", "mypy.ini", *names.values()]
    printed = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert not printed.stderr, printed.stderr
    errors = [line for line in printed.stdout.splitlines() if ": error: " in line]
    return lambda code: [line for line in errors if line.startswith(f"{names[code]}:")]


def test_the_code_in_the_readme_is_well_typed(complaints):
    assert BLOCKS
    for block in BLOCKS:
        assert complaints(block) == []


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_found(slip, complaints):
    result = complaints(slip)
    assert len(result) == 1
    assert f"[{SLIPS[slip][0]}]" in result[0]
