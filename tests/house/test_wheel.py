"""The package as people install it: a wheel is built, installed into its own environment, and run there."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from roots import ROOT

pytestmark = pytest.mark.slow
OFFICE = ROOT / "data" / "sample" / "6-phoenix"


def run(*command, **more) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)


def installers(python: Path) -> list[list]:
    """Commands that put packages into an environment; those that cannot find a wheel's own libraries come last."""
    found = []
    if uv := shutil.which("uv"):
        install = [uv, "pip", "install", "--python", python]
        found += [[*install, "--offline", "-c", ROOT / "constraints.txt"], [*install, "--no-deps"]]
    if importlib.util.find_spec("pip"):
        found += [[sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index"]]
    return found


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """The command ``callanalytics`` in an environment that holds the wheel, and nothing of the checkout.

    Its libraries come from uv's cache or, if they are not in it, from the tests' environment, seen through a ``.pth``
    file. The file that leads to the checkout is a ``.pth`` file there, and Python follows only the first.
    """
    place = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place, cwd=ROOT)
    assert not built.returncode, built.stderr
    (wheel,) = place.glob("*.whl")
    venv.create(place / "env", with_pip=False)
    programs = place / "env" / ("Scripts" if os.name == "nt" else "bin")
    tries = installers(programs / "python")
    if not tries:
        pytest.skip("neither uv nor pip is here to install the wheel with")
    for command in tries:
        tried = run(*command, wheel)
        if not tried.returncode:
            break
    assert not tried.returncode, tried.stderr
    if "--no-deps" in command:
        inside = sysconfig.get_path("purelib", vars={"base": str(place / "env"), "platbase": str(place / "env")})
        Path(inside, "libraries_of_the_tests.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return programs / "callanalytics"


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> dict:
    """An empty folder to work in, with nothing that leads to the checkout."""
    hidden = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return {"cwd": tmp_path_factory.mktemp("here"), "env": hidden}


def test_it_runs_from_the_wheel_alone(program, here):
    where = run(program.with_name("python"), "-c", "import callanalytics; print(callanalytics.__file__)", **here)
    assert Path(where.stdout.strip()).is_relative_to(program.parent.parent.resolve()), where.stdout + where.stderr
    assert "start" in run(program, "--help", **here).stdout


def test_it_reads_an_office_and_counts(program, here):
    read = run(program, "ingest", OFFICE, "--store", "calls", "--office", "Elm", "--timezone", "Mountain", **here)
    assert not read.returncode, read.stdout + read.stderr
    figures = run(program, "measure", "callback_hit_rate", "--store", "calls", **here)
    assert not figures.returncode, figures.stdout + figures.stderr
    assert re.search(r"\b\d+ of \d+\b", figures.stdout)


def test_what_is_no_python_came_with_it(program, here):
    """The formats, the agencies, the fonts, the sample, and the notebooks are files that a wheel can lack."""
    assert "RingCentral" in run(program, "formats", **here).stdout
    ask = "from callanalytics.invented import shipped_folder as at; print(*(len(list(at(n).iterdir())) for n in {!r}))"
    found = run(program.with_name("python"), "-c", ask.format(("sample", "notebooks")), **here)
    assert found.stdout.split() == [str(len(list((ROOT / name).iterdir()))) for name in ("data/sample", "notebooks")]
