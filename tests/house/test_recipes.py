"""The recipes run as they are written, and stay short."""

import re
import shutil

import pandas as pd
import pytest

import callanalytics as ca
from callanalytics import sample
from callanalytics.figures import Chart
from callanalytics.measures import Result
from roots import ROOT

PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
FIRST, *RECIPES = re.split(r"^## ", PAGE, flags=re.MULTILINE)
BY_NAME = {recipe.splitlines()[0]: recipe for recipe in RECIPES}
NEEDS = {"Polars": "polars"}  # what the package does not install


def code(text: str, language: str = "python") -> str:
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL))


def test_there_are_twelve_and_each_is_short():
    assert len(RECIPES) == 12
    for name, recipe in BY_NAME.items():
        lines = [line for line in (code(recipe) or code(recipe, "r")).splitlines() if line]
        assert 0 < len([line for line in lines if not line.startswith(("import", "from"))]) <= 6, name
        assert max(map(len, lines)) <= 120


@pytest.fixture(scope="module")
def place(tmp_path_factory, sample_store):
    """The sample's store where `callanalytics demo` leaves it, and an inbox with two offices' files."""
    root = tmp_path_factory.mktemp("recipes")
    shutil.copytree(sample_store, root / "demo" / "store")
    for office in sample.offices()[:2]:
        shutil.copytree(office.files, root / "inbox" / office.name)
    return root


def run(text: str) -> dict:
    """The names that a piece of code defines, with its last expression as ``shown``."""
    names: dict = {}
    *lines, last = code(text).strip().splitlines()
    exec("\n".join([code(FIRST), *lines]), names)
    shown = last if re.match(r"[\w.]+ = ", last) else f"shown = ({last.split('  #')[0]})"
    exec(shown, names)
    return names


@pytest.mark.slow
@pytest.mark.filterwarnings("error:::<string>")  # a deprecation in a line of the recipe
@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in ("R", "Every month")])
def test_a_recipe_runs_and_gives_something(name, place, monkeypatch):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    monkeypatch.chdir(place)
    shown = run(BY_NAME[name]).get("shown")
    if isinstance(shown, pd.DataFrame):
        assert len(shown)
    if isinstance(shown, Result):
        assert shown.table["n"].max() > 0


@pytest.mark.slow
def test_the_table_that_r_reads_is_there(place):
    (file,) = re.findall(r'open_dataset\("(.*?)"\)', BY_NAME["R"])
    assert set(re.findall(r"(\w+) / 60 ~ (\w+)", BY_NAME["R"])[0]) <= set(pd.read_parquet(place / file))


@pytest.mark.slow
def test_the_monthly_job_runs_twice_and_changes_nothing_the_second_time(place, monkeypatch):
    monkeypatch.chdir(place)
    before = ca.load("demo/store").fingerprint
    exec(code(FIRST) + code(BY_NAME["Every month"]), {})
    assert ca.load("demo/store").fingerprint == before
    assert len(list((place / "report").rglob("liaison.pdf"))) == 1


@pytest.mark.slow
def test_a_slide_has_its_picture(place, monkeypatch):
    monkeypatch.chdir(place)
    names = run(BY_NAME["A chart for a slide"])
    assert isinstance(names["chart"], Chart)
    assert (place / "wait.png").read_bytes()[:4] == b"\x89PNG"
