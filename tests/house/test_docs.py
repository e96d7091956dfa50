"""The generated pages are fresh, the README's code runs, and every command and measure is documented."""

import importlib.util
import re
import shutil

import pytest

from roots import ROOT
from snippets import PAGES, blocks

spec = importlib.util.spec_from_file_location("make_docs", ROOT / "docs" / "make.py")
make_docs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_docs)


@pytest.mark.parametrize("name", make_docs.PAGES)
def test_a_generated_page_is_fresh(name):
    assert (ROOT / "docs" / name).read_text("utf-8") == make_docs.PAGES[name](), "run: python docs/make.py"


def test_the_readme_names_the_two_commands_windows_first():
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.index("py run.py demo") < text.index("python3 run.py demo")
    assert "python3 run.py test" in text


def test_the_readme_is_one_screen():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 90


def test_every_link_in_the_pages_leads_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_command_has_help_with_an_example():
    from callanalytics.cli import main

    for name, command in main.commands.items():
        assert command.help, name
        if command.params:
            assert "Example:" in command.help or name in ("formats", "measures"), name


ON_SPARK = pytest.param("docs/spark.md", marks=pytest.mark.spark)
RUN_ELSEWHERE = ("docs/recipes.md", "docs/gallery.md", *(page for page in PAGES if page.startswith("docs/notebooks/")))


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page if page != "docs/spark.md" else ON_SPARK for page in PAGES if page not in RUN_ELSEWHERE]
)
def test_the_code_of_a_page_runs(page, sample_store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for store in ("demo/store", "calls"):
        shutil.copytree(sample_store, store)
    for block in blocks(page):
        exec(block, {})


def test_every_place_that_the_page_on_the_house_names_is_there():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    links = re.findall(r"\]\((\S+?)\)", page)
    assert len(links) > 15
    assert not [link for link in links if not (ROOT / "docs" / link).exists()]
