"""Notebooks: clean, short, and each runs top to bottom on the invented sample; its page shows its results."""

import ast
import html
import json
import re
from types import SimpleNamespace

import pytest

from callanalytics import CallLogError, load, sample
from exhaustive import EXHAUSTIVE
from rendered_notebooks import rendered
from roots import ROOT
from small_offices import sheet

PAGES = rendered.PAGES
FINDING = ("02-wait-times", "03-callbacks", "04-charts-for-a-meeting")  # they state the findings of the report
README = (ROOT / "README.md").read_text("utf-8")
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each = pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)


def cells_of(path):
    """A notebook's cells as they are in its file: the library that knows the format is slow to load."""
    text = json.loads(path.read_text("utf-8"))["cells"]
    return [SimpleNamespace(**cell | {"source": "".join(cell["source"])}) for cell in text]


def code(path):
    return [c for c in cells_of(path) if c.cell_type == "code"]


def test_there_are_nine():
    names = ["01-load-your-calls", "02-wait-times", "03-callbacks", "04-charts-for-a-meeting", "05-before-and-after"]
    names += ["06-compare-offices", "firm-review", "liaison-report", "research"]
    assert [p.stem for p in PATHS] == names


@each
def test_a_notebook_is_committed_without_outputs(path):
    assert all(not c.outputs and c.execution_count is None for c in code(path))
    assert "widgets" not in json.loads(path.read_text("utf-8"))["metadata"]


@pytest.mark.slow
@each
def test_a_notebook_is_one_to_those_who_define_the_format(path):
    import nbformat

    nbformat.validate(nbformat.read(path, 4))


@each
def test_a_notebook_is_thin(path):
    cells = code(path)
    assert len(cells) <= 25
    assert all(len(c.source.splitlines()) <= 6 for c in cells)
    for cell in cells:
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not {ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.AsyncFunctionDef} & kinds, "move it to the package"


@each
def test_a_notebook_has_one_cell_of_parameters_that_default_to_the_sample(path):
    (cell,) = [c for c in code(path) if "parameters" in c.metadata.get("tags", [])]
    assert "the invented sample" in cell.source


@each
def test_a_notebook_imports_only_this_package(path):
    for cell in code(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                assert {name.split(".")[0] for name in names} == {"callanalytics"}


@each
def test_a_notebook_asks_a_question_or_says_what_it_makes(path):
    first = cells_of(path)[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")


def shown(notebook):
    return [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder where the notebooks run: the first that needs the sample's store makes it."""
    return tmp_path_factory.mktemp("lab")


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS if EXHAUSTIVE else PATHS[:6:3], ids=lambda p: p.stem)  # others on small offices
def test_a_notebook_runs_on_the_sample(path, folder, tmp_path):
    done = rendered.run(path, tmp_path / path.name, cwd=folder)
    assert not [o for o in shown(done) if o.output_type in ("error", "stream")]
    pages = ["".join(o.data.get("text/html", "")) for o in shown(done) if "data" in o]
    assert any("<table" in page or "<figure" in page for page in pages)
    for page in pages:
        assert page.count("<img") == page.count("<img alt=")
    assert (tmp_path / path.name).exists()
    page, pictures = rendered.markdown(done, path.stem)
    assert (PAGES / f"{path.stem}.md").read_text("utf-8") == page, "run: python docs/make.py notebooks"
    assert {picture.name for picture in PAGES.glob(f"{path.stem}-*.png")} == set(pictures)
    if path.stem == "04-charts-for-a-meeting":
        saved = {file.name for file in (folder / "charts").iterdir()}
        phones = {name for name in saved if name.endswith("-phone.svg")}  # of wide charts, for the page alone
        whole = saved - phones
        assert [len([name for name in whole if name.endswith(ending)]) for ending in (".png", ".svg")] == [6, 6]
        assert {name.replace("-phone.svg", ".svg") for name in phones} <= whole
        assert (folder / "charts" / "index.html").read_text("utf-8").count("<img") == 6


@pytest.mark.slow
def test_a_firms_own_calls_never_lie_beside_the_samples(folder, tmp_path):
    """Runs the first notebook on a firm's folder, where the others have run on the sample."""
    samples = sample.into(folder / "invented-sample")
    (tmp_path / "logs").mkdir()
    sheet(tmp_path / "logs" / "log.csv", days=5, a_day=2)
    given = {"folder": str(tmp_path / "logs"), "office": "Our Firm", "timezone": "Eastern"}
    rendered.run(PATHS[0], parameters=given, cwd=folder)
    own = load(folder / "calls")
    assert own.offices.to_arrow()["name"].to_pylist() == ["Our Firm"]
    assert len(own.agency_calls) == 5 * 2
    assert not own.is_invented
    assert "Our Firm" not in load(samples).offices.to_arrow()["name"].to_pylist()


@pytest.mark.slow
def test_what_a_notebook_finds_the_liaison_report_says_too(demo):
    """For the curve, and if nothing changed, the report has a drawing, which names its calls or weeks."""
    report = (demo / "demo" / "liaison.html").read_text("utf-8")
    printed = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", report)).split())
    pages = "".join((PAGES / f"{name}.md").read_text("utf-8") for name in FINDING)
    text = re.findall(r"<strong>(.*?)</strong>(?: \((95% interval [\d–%]+))?", html.unescape(pages))
    assert len(text) > 12
    for sentence, interval in text:
        drawn = re.match(r"Half of (\S+ calls)|No change in the wait was found in (\S+ weeks)", sentence)
        assert sentence in printed or (drawn and (drawn[1] or drawn[2]) in printed)
        assert interval in printed


@each
def test_a_notebook_has_its_page_with_words_for_every_picture(path):
    page = (PAGES / f"{path.stem}.md").read_text("utf-8")
    alts = re.findall(r"!\[([^\]]*)\]\((\S+)\)", page)
    assert all(len(words) > 30 and (PAGES / file).stat().st_size < 200_000 for words, file in alts)
    assert not re.search(r"/tmp/|/home/|/Users/|[A-Z]:\\\\", page), "a folder of the computer that ran it"
    assert f"(notebooks/{path.stem}.md)" in README.replace("docs/", "")


def test_every_chart_of_a_notebook_is_in_the_gallery():
    page = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    drawn = {name for path in PATHS for cell in code(path) for name in re.findall(r"ca\.figures\.(\w+)", cell.source)}
    assert drawn
    assert not [name for name in drawn if f"ca.figures.{name}(" not in page]


@each
def test_a_notebook_takes_a_part_of_the_log(path):
    (cell,) = [c for c in code(path) if "parameters" in c.metadata.get("tags", [])]
    names = {name for line in cell.source.splitlines() for name in line.partition(" = ")[0].split(", ")}
    assert names >= (
        {"folder", "office"} if path.stem.startswith("01") else {"store", "office", "since", "until", "line"}
    )


def notebook(tmp_path, *cells):
    import nbformat

    made = [nbformat.v4.new_code_cell(source, id=f"c{i}", metadata={"tags": ["parameters"]} if i == 0 else {})
            for i, source in enumerate(cells)]  # fmt: skip
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


@pytest.mark.slow
def test_a_parameter_is_a_value_whatever_stands_in_it(tmp_path):
    nasty = "'); raise SystemExit #"
    done = rendered.run(notebook(tmp_path, "name, n = None, 1", "(name, n)"), parameters={"name": nasty}, cwd=tmp_path)
    assert done.cells[-1].outputs[0].data["text/plain"] == repr((nasty, 1))


@pytest.mark.slow
def test_a_parameter_that_is_not_there_or_no_plain_value_is_refused(tmp_path):
    path = notebook(tmp_path, "store = None")
    with pytest.raises(CallLogError, match="no parameter 'shop'"):
        rendered.run(path, parameters={"shop": "x"})
    with pytest.raises(CallLogError, match="no plain value"):
        rendered.run(path, parameters={"store": object()})


@pytest.mark.slow
def test_a_cell_that_fails_is_named_and_the_copy_is_kept(tmp_path):
    path = notebook(tmp_path, "x = 1", "x / 0", "2")
    with pytest.raises(CallLogError, match="cell 2 failed") as failed:
        rendered.run(path, tmp_path / "out" / "a.ipynb", cwd=tmp_path)
    assert "ZeroDivisionError" in str(failed.value)
    assert (tmp_path / "out" / "a.ipynb").exists()


@pytest.mark.slow
def test_the_same_notebook_gives_the_same_bytes(tmp_path):
    path = notebook(tmp_path, "x = 1", "x")
    first, second = (tmp_path / name for name in ("1.ipynb", "2.ipynb"))
    rendered.run(path, first, cwd=tmp_path)
    rendered.run(path, second, cwd=tmp_path)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.slow
def test_a_message_for_a_person_comes_without_a_traceback(tmp_path):
    path = notebook(tmp_path, "import callanalytics as ca", "ca.load('nowhere')")
    with pytest.raises(CallLogError):
        rendered.run(path, tmp_path / "out.ipynb", cwd=tmp_path)
    (output,) = json.loads((tmp_path / "out.ipynb").read_text("utf-8"))["cells"][1]["outputs"]
    assert "There is no store in nowhere" in output["traceback"][0]
    assert not [line for line in output["traceback"] if "Traceback" in line or ".py" in line]
