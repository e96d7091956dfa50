"""`callanalytics lab`: copies of the notebooks, which read one's own store; what a person changed is never lost."""

import json
import re
from datetime import date

import pytest

from callanalytics.cli import first_steps
from roots import ROOT

NAMES = [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
WAITS = "02-wait-times.ipynb"


def cells(path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]


def change(path, cell: int, text: str) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][cell]["source"] = [text]
    path.write_text(json.dumps(notebook), "utf-8")


def test_without_a_store_the_copies_are_the_shipped_notebooks(tmp_path):
    assert first_steps.copy_notebooks(tmp_path, None) == []
    assert sorted(path.name for path in tmp_path.glob("*.ipynb")) == NAMES
    assert all(cells(tmp_path / name) == cells(ROOT / "notebooks" / name) for name in NAMES)
    assert "agency_calls" in (tmp_path / "docs" / "dictionary.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_with_a_store_every_copy_reads_it(tmp_path, name):
    first_steps.copy_notebooks(tmp_path, str(tmp_path / "calls"))
    (parameters,) = [cell for cell in cells(tmp_path / name) if "the folder of your store" in cell]
    values = {}
    exec(parameters, values)
    assert values["store"] == str(tmp_path / "calls")
    assert cells(tmp_path / name)[0] == cells(ROOT / "notebooks" / name)[0]


def test_a_changed_notebook_stays_and_the_new_one_stands_beside_it_once(tmp_path):
    first_steps.copy_notebooks(tmp_path, None)
    change(tmp_path / WAITS, 2, "my_own = 1")
    assert first_steps.copy_notebooks(tmp_path, None) == []  # nothing is newer
    (beside,) = first_steps.copy_notebooks(tmp_path, "calls")
    assert beside == f"02-wait-times (new {date.today()}).ipynb"
    assert "my_own = 1" in cells(tmp_path / WAITS)
    assert "'calls'" not in (tmp_path / WAITS).read_text("utf-8")
    assert first_steps.copy_notebooks(tmp_path, "calls") == []


def test_what_was_offered_today_is_not_written_over_either(tmp_path):
    first_steps.copy_notebooks(tmp_path, None)
    change(tmp_path / WAITS, 2, "my_own = 1")
    (beside,) = first_steps.copy_notebooks(tmp_path, "calls")
    change(tmp_path / beside, 2, "mine_too = 1")
    assert first_steps.copy_notebooks(tmp_path, "other-calls") == []
    assert "mine_too = 1" in cells(tmp_path / beside)


def test_a_notebook_that_was_only_run_is_brought_up_to_date(tmp_path):
    first_steps.copy_notebooks(tmp_path, None)
    notebook = json.loads((tmp_path / WAITS).read_text("utf-8"))
    notebook["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["44 minutes"]}]
    (tmp_path / WAITS).write_text(json.dumps(notebook), "utf-8")
    assert first_steps.copy_notebooks(tmp_path, str(tmp_path / "calls")) == []
    assert repr(str(tmp_path / "calls")) in cells(tmp_path / WAITS)[1]


def test_a_notebook_that_cannot_be_read_counts_as_changed(tmp_path):
    (tmp_path / WAITS).write_text("{", "utf-8")
    assert len(first_steps.copy_notebooks(tmp_path, None)) == 1
    assert (tmp_path / WAITS).read_text("utf-8") == "{"


def test_every_link_in_a_notebook_leads_to_a_file_beside_it(tmp_path):
    first_steps.copy_notebooks(tmp_path, None)
    links = [link for name in NAMES for cell in cells(tmp_path / name) for link in re.findall(r"\]\((\S+?)\)", cell)]
    assert "02-wait-times.ipynb" in links
    # JupyterLab takes "../docs" at its root for "docs".
    assert all((tmp_path / link.removeprefix("../")).is_file() for link in links)
    assert all((ROOT / "notebooks" / link).resolve().is_file() for link in links)
