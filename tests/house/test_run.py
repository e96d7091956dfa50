"""What run.py installs, at which versions; and that JupyterLab, once started, requests nothing from outside."""

import importlib.util
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.version import Version

from callanalytics.cli import main, screen
from exhaustive import outer_cases
from roots import ROOT

PINNED = dict(re.findall(r"^([\w.-]+)==([^ ;\n]+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))


@pytest.fixture
def run_py():
    """run.py as a module."""
    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(run_py, tmp_path, monkeypatch):
    """run.py with its own stamp; `installed` lists the extras that it would have installed."""
    run_py.installed = []
    monkeypatch.setattr(run_py, "STAMP", tmp_path / ".installed")
    monkeypatch.setattr(run_py, "install", run_py.installed.append)
    monkeypatch.setattr(run_py, "compile_package", lambda: None)
    return run_py


def test_the_quick_part_has_the_first_and_the_last_case_of_a_test_and_every_file_of_the_house():
    cases = [f"tests/values/test_a.py::test_b[{n}]" for n in range(5)]
    files = [f"tests/house/test_c.py::test_d[{n}.py]" for n in range(5)]
    alone = "tests/values/test_a.py::test_e"
    assert outer_cases([*cases, alone, *files]) == {cases[0], cases[-1], alone, *files}


def test_running_installs_what_running_needs_and_testing_what_testing_needs(run):
    for extra in (run.RUNNING, run.RUNNING, run.TESTING, run.TESTING, run.RUNNING):
        run.set_up(extra)
    assert run.installed == ["", "[test]"]


def test_the_package_is_compiled_even_where_python_is_asked_to_write_no_compiled_files(run_py, monkeypatch, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "module.py").write_text("x = 1")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(run_py, "ROOT", tmp_path)
    monkeypatch.setattr(run_py, "PYTHON", sys.executable)
    run_py.compile_package()
    assert list((tmp_path / "src" / "__pycache__").glob("module.*.pyc"))
    kept = [path.with_name("__pycache__") / f"{path.name}.json" for path in (ROOT / "src").rglob("*.toml")]
    assert [path for path in kept if not path.exists()] == []


def test_what_the_site_needs_is_installed_for_the_site_alone(run):
    for extra in (run.TESTING, run.DOCUMENTING, run.TESTING, run.RUNNING, run.DOCUMENTING):
        run.set_up(extra)
    assert run.installed == ["[test]", "[test,docs]"]


def test_spark_is_installed_for_its_own_tests_alone_and_runs_the_others_too(run, monkeypatch):
    commands = []
    ended = type("Ended", (), {"wait": lambda self: 0})
    monkeypatch.setattr(run.subprocess, "Popen", lambda command, **more: commands.append(command) or ended())
    for words in (["test"], ["test", "--spark"], ["test"]):
        monkeypatch.setattr(run.sys, "argv", ["run.py", *words])
        assert run.main() == 0
    assert run.installed == ["[test]", "[test,docs,spark]"]
    assert [command[2:] for command in commands] == [["pytest"], ["pytest", "-m", "spark", "-n", "0"], ["pytest"]]


def test_the_page_to_explore_brings_its_drawing_library_and_other_commands_do_not(run):
    for extra in (run.RUNNING, run.EXPLORING, run.RUNNING, run.TESTING, run.EXPLORING):
        run.set_up(extra)
    assert run.installed == ["", "[explore]", "[test]"]


def test_what_the_page_needs_is_installed_once_and_runs_the_rest_too(run):
    for extra in (run.RUNNING, run.EXTRAS["app"], run.RUNNING, run.TESTING, run.EXTRAS["app"]):
        run.set_up(extra)
    assert run.installed == ["", "[explore,app]", "[test]"]


def test_another_version_of_a_package_means_installing_again(run, tmp_path, monkeypatch):
    run.set_up(run.RUNNING)
    (tmp_path / "constraints.txt").write_text("pandas==99\n")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    monkeypatch.setattr(run, "ROOT", tmp_path)
    run.set_up(run.RUNNING)
    assert run.installed == ["", ""]


def test_every_package_has_an_exact_version_that_its_floor_allows_and_no_host_is_named():
    assert not re.search(r"://|--|@", (ROOT / "constraints.txt").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert "callanalytics[explore]" in extras["test"]
    for text in (
        *project["dependencies"],
        *extras["explore"],
        *extras["app"],
        *extras["test"],
        *extras["docs"],
        *extras["spark"],
    ):
        wanted = Requirement(text)
        if wanted.name == project["name"]:  # of its own extras
            continue
        assert Version(PINNED[wanted.name.lower()]) in wanted.specifier, text


NOTED = """
import socket
def note(host):
    if host not in ("127.0.0.1", "localhost", "::1", "", None, "0.0.0.0"):
        open(r"{}", "a").write(str(host) + chr(10))
looked_up = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    note(host)
    return looked_up(host, *rest, **more)
socket.getaddrinfo = getaddrinfo
"""


@pytest.mark.slow
def test_jupyterlab_asks_nothing_outside_even_when_its_panels_do(tmp_path):
    outside = tmp_path / "outside.txt"
    (tmp_path / "sitecustomize.py").write_text(NOTED.format(outside))
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "RUNTIME", "DATA")}
    environment |= {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "src")])}
    command = [sys.executable, "-m", "callanalytics", "lab", str(tmp_path / "notebooks"), "--no-browser", "--"]
    command += [f"--ServerApp.port={port}", "--IdentityProvider.token=t", "--allow-root"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        found = {name: asked(port, name) for name in ("update", "news", "extensions?query=git")}
    finally:
        server.terminate()
        server.wait(20)
    assert found["update"] == {"notification": None}
    assert found["news"] == {"news": []}
    assert not outside.exists(), outside.read_text()


def asked(port: int, name: str):
    """The server's answer to one of its page's own requests."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/lab/api/{name}", headers={"Authorization": "token t"})
    for _ in range(120):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.5)
    raise AssertionError("JupyterLab did not start")


def test_lint_runs_every_gate_and_fails_when_one_does(run, monkeypatch):
    asked = []

    def fail_at_format(command, **_):
        asked.append(" ".join([command[0].name, *command[1:]]))
        return subprocess.CompletedProcess(command, int("format" in command))

    monkeypatch.setattr(run.subprocess, "run", fail_at_format)
    monkeypatch.setattr(sys, "argv", ["run.py", "lint"])
    assert run.main() == 1
    assert asked == ["ruff check .", "ruff format --check .", "typos", "mypy"]
    assert run.installed == ["[test]"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["test", "--quick"], ["-m", "pytest", "--quick"]),
        (["coverage"], ["-m", "pytest", "--cov"]),
        (["formats"], ["-m", "callanalytics", "formats"]),
        (["report", "explore"], ["-m", "callanalytics", "report", "explore"]),
    ],
)
def test_a_command_runs_the_tests_or_the_program(words, asked, run, monkeypatch):
    started = []

    def start(command, **_):
        started.extend(command[1:])
        return SimpleNamespace(wait=lambda: 0)

    monkeypatch.setattr(run.subprocess, "Popen", start)
    monkeypatch.setattr(sys, "argv", ["run.py", *words])
    assert run.main() == 0
    assert started == asked
    assert run.installed == ["[test]" if "pytest" in asked else "[explore]" if "explore" in asked else ""]


# ---- the commands that the program prints ---------------------------------------------------------------


def test_printed_commands_begin_as_the_person_began(monkeypatch):
    monkeypatch.setenv("CALLANALYTICS_STARTED_AS", "python3 run.py")
    for name in main.commands:
        assert screen.as_started(f"Next:  callanalytics {name} X") == f"Next:  python3 run.py {name} X"
    with_file = "callanalytics --agency-file own.toml rules"
    assert screen.as_started(with_file) == "python3 run.py --agency-file own.toml rules"
    for other in (
        "callanalytics needs Python 3.11",
        "/home/x/callanalytics report/liaison.html",
        r"C:\callanalytics sample",
    ):
        assert screen.as_started(other) == other
    monkeypatch.delenv("CALLANALYTICS_STARTED_AS")
    assert screen.as_started(with_file) == with_file


def test_run_tells_the_program_how_it_was_started(run, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    assert run.started_as() in ("python3 run.py", "py run.py")
    monkeypatch.chdir(tmp_path)
    assert str(ROOT / "run.py") in run.started_as()
    monkeypatch.setattr(run, "ROOT", tmp_path / "my folder")
    assert shlex.split(run.started_as(), posix=os.name != "nt")[-1].strip('"') == str(tmp_path / "my folder" / "run.py")


def test_what_check_advises_begins_so_too(tmp_path, monkeypatch):
    monkeypatch.setenv("CALLANALYTICS_STARTED_AS", "python3 /opt/run.py")
    (tmp_path / "log.csv").write_text("Date,Minutes to a person,Agent name\n03/01/2022,20,Ms. Lee\n")
    shown = CliRunner().invoke(main, ["check", str(tmp_path / "log.csv")]).output
    assert "python3 /opt/run.py ingest" in shown
    assert "callanalytics ingest" not in shown
