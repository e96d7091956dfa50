"""A script can tell kinds of errors apart, and advice that only the person at the program can follow is marked."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import callanalytics as ca
from callanalytics import errors
from callanalytics.intake import offices
from callanalytics.store import Store
from intake_files import hand_csv, note

PACKAGE = Path(ca.__file__).parent
KINDS = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
FOR_OPERATOR = re.compile(r"--\w|callanalytics|\.md\b|TOML")  # an option, a command, a page of the documentation


def test_each_kind_is_one_of_ours_and_stands_in_the_table():
    assert len(KINDS) == 7
    for name, kind in KINDS.items():
        assert issubclass(kind, ca.CallLogError)
        assert f"`{name}`" in errors.__doc__
        assert kind.__doc__


def test_most_errors_are_of_a_kind():
    """Only errors of no other kind use the root: an installation that lacks a file, a fault in a notebook."""
    raised = [name for path in PACKAGE.rglob("*.py") for name, _ in raised_in(path)]
    assert len(raised) > 180
    assert raised.count("CallLogError") <= 5


@cache
def raised_in(path: Path) -> list:
    """Every error that a file raises, with its keyword arguments."""
    return list(_raised_in(path))


def _raised_in(path: Path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            yield node.func.id, {keyword.arg: keyword.value for keyword in node.keywords}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_what_only_whoever_runs_the_program_can_do_is_said_in_run(path):
    """In `do` stands an edit, which whoever has the file can make."""
    for name, keywords in raised_in(path):
        found = [n.value for n in ast.walk(keywords.get("do", ast.Constant(""))) if isinstance(n, ast.Constant)]
        assert not [text for text in found if isinstance(text, str) and FOR_OPERATOR.search(text)], name


def test_a_command_and_an_edit_are_printed_alike():
    edit, command = errors.UnreadableFile("a.csv", do="export it again"), errors.UnreadableFile("a.csv", run="export")
    assert str(edit) == "a.csv\n  do      export it again"
    assert str(command) == "a.csv\n  do      export"
    assert (edit.is_for_operator, command.is_for_operator) == (False, True)


def test_a_script_can_tell_them_apart(tmp_path):
    log = hand_csv(tmp_path / "in" / "log.csv", [note(n) for n in (1, 2, 3)])
    with pytest.raises(errors.OpenQuestion):
        ca.ingest([log], tmp_path / "calls")
    with pytest.raises(errors.StoreError):
        ca.load(tmp_path / "nowhere")
    with pytest.raises(errors.InvalidRequest):
        ca.check([log], format="no such format")
    with pytest.raises(errors.InvalidRequest):
        offices.known_office("Elm", [])
    with pytest.raises(errors.UnreadableFile):
        ca.start(tmp_path / "nothing here", tmp_path / "calls", tmp_path / "report", office="Elm", timezone="Central")


def test_start_stores_nothing_where_a_question_is_open(tmp_path):
    """Day and month of these dates may be in either order."""
    log = tmp_path / "log.csv"
    log.write_text("Date,Time,Wait (minutes),Outcome\n3/4/2022,10:05 AM,45,Resolved\n3/5/2022,9:10 AM,20,Hung up\n")
    with pytest.raises(errors.OpenQuestion, match="must be answered first") as caught:
        ca.start(log, tmp_path / "calls", tmp_path / "report", office="Elm", timezone="Central")
    assert "--date-order" in caught.value.do
    assert not (tmp_path / "calls").exists()


@pytest.mark.slow
def test_start_leads_from_a_folder_to_its_report(tmp_path):
    log = hand_csv(tmp_path / "in" / "log.csv", [note(n) for n in (1, 2, 3)])
    written = ca.start(log, tmp_path / "calls", tmp_path / "report", office="Elm", timezone="Central", date_order="mdy")
    assert [path.name for path in written] == ["liaison.html", "liaison.pdf"]
    assert [office["name"] for office in Store.open(tmp_path / "calls").offices()] == ["Elm"]
