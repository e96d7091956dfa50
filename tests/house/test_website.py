"""The documentation site: a page for each public object, complete pages, examples that run. `run.py docs` builds it."""

import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import callanalytics as ca
from callanalytics import sample
from callanalytics.reports import liaison
from roots import ROOT
from snippets import PAGES, SLIPS, blocks


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
def test_the_examples_of_the_public_face_run(website, sample_stores, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(sample_stores("few"), "demo/store")
    shutil.copytree(sample.offices()[3].files, "inbox")  # a small office
    build, made = liaison.build, []  # the two examples that write a report need not build two
    monkeypatch.setattr(liaison, "build", lambda *given: made[0] if made else made.append(build(*given)) or made[0])
    for name, line in website.EXAMPLES.items():
        known = {"ca": ca, "log": ca.load("demo/store")}
        if name == "CallLogError":
            with pytest.raises(ca.CallLogError, match="wait"):
                exec(line, known)
        else:
            exec(line, known)


@pytest.mark.slow
def test_all_code_of_readme_and_site_passes_the_strictest_type_checker_which_finds_a_slip(website, tmp_path):
    """A page's code is one script. What pandas and Spark say about their own types is not checked."""
    pytest.importorskip("basedpyright", reason="no such type checker is here")
    pytest.importorskip("polars", reason="a recipe needs it")
    scripts = {page: "\n".join(blocks(page)) for page in PAGES}
    scripts["api.md"] = "\n".join([*blocks("docs/recipes.md")[0].splitlines(), *website.EXAMPLES.values(), ""])
    slips = {f"slip {n}": code for n, code in enumerate(SLIPS)}
    for page, script in (scripts | slips).items():
        (tmp_path / re.sub(r"\W", "_", page)).with_suffix(".py").write_text(script, "utf-8")
    (tmp_path / "typings").mkdir()
    (tmp_path / "typings" / "pandas.pyi").write_text(
        "from typing import Any\n\ndef __getattr__(name: str) -> Any: ...\n"
    )
    (tmp_path / "typings" / "pyspark").mkdir()
    frames = "".join(
        f"class {name}:\n    def __getattr__(self, name: str) -> Any: ...\n" for name in ("DataFrame", "SparkSession")
    )
    (tmp_path / "typings" / "pyspark" / "__init__.pyi").touch()
    (tmp_path / "typings" / "pyspark" / "sql.pyi").write_text(f"from typing import Any\n\n{frames}", "utf-8")
    settings = {"extraPaths": [str(ROOT / "src")], "reportUnusedExpression": False, "ignore": ["typings"]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict", **settings}), "utf-8")
    command = [sys.executable, "-m", "basedpyright", "--project", str(tmp_path), "--pythonpath", sys.executable]
    printed = json.loads(subprocess.run([*command, "--outputjson"], capture_output=True, text=True).stdout)
    assert printed["summary"]["filesAnalyzed"] >= len(scripts) > 12
    errors = [each for each in printed["generalDiagnostics"] if "slip_" not in each["file"]]
    assert [f"{each['file']}: {each['message']}" for each in errors] == []
    found = {(Path(each["file"]).stem, each["rule"]) for each in printed["generalDiagnostics"]}
    assert found >= {(f"slip_{n}", rule) for n, (_, rule) in enumerate(SLIPS.values())}


def test_a_screen_reader_finds_words_for_each_toggle_and_head_and_each_source_in_its_list(website):
    menu = '<a href="measures/index.html">Measures</a><details open="open"><summary><span class="toctree-toggle">'
    assert '<summary aria-label="Pages of Measures"><span' in website.accessible(menu)
    without_head = (
        '<thead>\n<tr class="row-odd"><th class="head"><p></p></th>\n<th class="head"><p></p></th>\n</tr></thead>'
    )
    assert website.accessible(f"<table>{without_head}<tbody></tbody></table>") == "<table><tbody></tbody></table>"
    assert website.accessible('<div role="doc-biblioentry">') == '<div role="listitem">'
    assert website.accessible("<tr><th></th><th>n</th></tr>") == "<tr><td></td><th>n</th></tr>"
