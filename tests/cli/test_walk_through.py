"""What a careful first user ran into: each small thing that no other test holds, tried as it was met."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from callanalytics import formats, intake
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.intake import exports
from callanalytics.store import Store
from facts_rows import note, promise, stranger
from intake_files import hand_csv, phone_csv
from intake_files import note as entry
from roots import GOLDEN
from stored_log import stored

TEMPLATE = Path(formats.__file__).parent / "TEMPLATE.toml"


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("rule", ['{ parse = "number" }', '{ order = "mdy" }', '{ clock = "h:mm" }'])
def test_a_mapping_that_reads_a_column_and_names_none_is_refused_with_its_place(rule, tmp_path):
    text = re.sub(r"(?m)^duration_s\s*=.*$", f"duration_s = {rule}", TEMPLATE.read_text("utf-8"))
    assert rule in text
    (tmp_path / "own.toml").write_text(text, "utf-8")
    with pytest.raises(CallLogError) as refused:
        formats.read_mapping(tmp_path / "own.toml")
    assert "duration" in str(refused.value)


@pytest.mark.slow
def test_without_an_open_call_back_no_calendar_is_written_and_no_one_is_told_to_open_one(tmp_path):
    stored(tmp_path / "calls", [stranger("first", "2022-02-01 08:00")], [note("n", "2022-03-01 10:00")], [])
    printed = run("promises", "--store", tmp_path / "calls", "--ics", tmp_path / "due.ics")
    assert printed.exit_code == 0
    assert not (tmp_path / "due.ics").exists()
    assert "Outlook" not in printed.output
    stored(tmp_path / "open", [stranger("first", "2022-02-01 08:00")], [promise("p", "2022-03-01 10:00")], [])
    printed = run("promises", "--store", tmp_path / "open", "--as-of", "2022-03-02", "--ics", tmp_path / "due.ics")
    assert (tmp_path / "due.ics").exists(), printed.output


@pytest.mark.parametrize("command", ["check", "ingest"])
def test_ctrl_c_says_that_nothing_was_stored(command, tmp_path, monkeypatch):
    def stopped(*given):
        raise KeyboardInterrupt

    hand_csv(tmp_path / "log.csv", [entry(n) for n in range(9)])
    monkeypatch.setattr(exports, "read_export", stopped)
    store = ["--store", tmp_path / "calls"] if command == "ingest" else []
    printed = run(command, tmp_path / "log.csv", "--office", "Elm", "--timezone", "Central", *store)
    assert printed.exit_code == 130
    assert "Stopped. Nothing was stored." in printed.output
    assert "Aborted" not in printed.output
    assert not Store.open(tmp_path / "calls", create=True).version


@pytest.mark.slow
def test_one_odd_file_costs_a_folder_nothing_else(tmp_path):
    """A bill with a column that the format reads above the table; and a file of no format at all."""
    bill = next((GOLDEN / "att_bill").glob("export*")).read_text("utf-8").splitlines()
    head = next(n for n, line in enumerate(bill) if line.count(",") >= 4)
    bill = [*bill[:head], f"{bill[head]},Line", *(f"{line},x" for line in bill[head + 1 :])]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bill.csv").write_text("\n".join(bill) + "\n", "utf-8")
    (tmp_path / "in" / "other.csv").write_text("a,b\n1,2\n")
    phone_csv(tmp_path / "in" / "phone.csv", range(9))
    receipt = intake.ingest([tmp_path / "in"], tmp_path / "calls", "Elm", "Central", new_office=True)
    assert receipt.stored
    assert any(file.calls == 9 for file in receipt.files)
    assert "Something unexpected" not in receipt.text()


def test_a_store_of_a_newer_version_names_no_package_that_a_stranger_may_own():
    for path in Path(formats.__file__).parents[1].rglob("*.py"):
        assert "pip install" not in path.read_text("utf-8"), path
