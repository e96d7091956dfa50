"""The documentation site: a page for each public object, pages whole, examples that run. `run.py docs` builds it."""

import inspect
import re
import shutil
import sys

import pytest

import callanalytics as ca
from callanalytics import sample
from roots import ROOT


@pytest.fixture(scope="module")
def website():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import website
    finally:
        sys.path.remove(str(ROOT / "docs"))
    return website


@pytest.fixture(scope="module")
def source(website, tmp_path_factory):
    """The sources of the site, as they are put together."""
    place = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(website, "SOURCE", place / "source")
        website.write_sources()
    return place / "source"


def test_every_public_object_has_a_page(source):
    pages = {path.stem for path in (source / "api").rglob("*.md")}
    assert pages >= set(ca.__all__) - {"measures", "figures"}
    assert pages >= set(ca.figures.__all__)
    assert pages >= {name for name in ca.measures.__all__ if inspect.isfunction(getattr(ca.measures, name))}


def test_every_figure_shows_its_line_and_its_picture(source):
    for page in (source / "api" / "figures").glob("[!i]*.md"):
        text = page.read_text("utf-8")
        (picture,) = re.findall(r"!\[[^\]]{30,}\]\((\S+)\)", text)
        assert (page.parent / picture).exists()
        assert f"ca.figures.{page.stem}(" in text


def test_no_page_links_to_what_the_site_does_not_have(source):
    for page in source.rglob("*.md"):
        for link in re.findall(r"\]\(([^)#:\s]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.relative_to(source)} links to {link}"


def test_every_notebook_is_on_the_list(source):
    listed = re.findall(r"^notebooks/(\S+)$", (source / "notebooks.md").read_text("utf-8"), flags=re.MULTILINE)
    assert listed == [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


@pytest.mark.slow
def test_the_examples_of_the_public_face_run(website, sample_store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(sample_store, "demo/store")
    shutil.copytree(sample.offices()[1].files, "inbox")
    for name, line in website.EXAMPLES.items():
        known = {"ca": ca, "log": ca.load("demo/store")}
        if name == "CallLogError":
            with pytest.raises(ca.CallLogError, match="wait"):
                exec(line, known)
        else:
            exec(line, known)
