"""JupyterLab and the report as a person opens them, in Chromium. Skipped if there is no browser to drive."""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
from urllib.parse import unquote

import pandas as pd
import pytest

from callanalytics import figures, log, measures, reports
from callanalytics.figures import rows, style
from callanalytics.figures.chart import save_all
from callanalytics.invented import LABEL
from callanalytics.reports import explore
from callanalytics.reports.results import Results
from roots import ROOT
from small_offices import make_store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = "--disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync".split()

STATE = """() => { let code = 0, done = 0, errors = 0;
  for (const c of jupyterapp.shell.currentWidget.content.model.cells) {
    if (c.type !== 'code' || !c.sharedModel.source.trim()) continue;
    code++; if (c.executionCount && c.executionState !== 'running') done++;
    for (let j = 0; j < c.outputs.length; j++) if (c.outputs.get(j).type === 'error') errors++; }
  return {code, done, errors}; }"""
READY = """async () => { const c = jupyterapp.shell.currentWidget.context;
  await c.ready; await c.sessionContext.ready; await c.sessionContext.session.kernel.info; }"""


@pytest.fixture
def page():
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as play:
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *root])
        page = browser.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        yield page
        browser.close()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture
def lab(tmp_path):
    """`callanalytics lab` as the command starts it, on a port of its own."""
    port = free_port()
    environment = os.environ | {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    environment |= {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    words = ["--no-browser", "--", f"--ServerApp.port={port}", "--IdentityProvider.token=t", "--allow-root",
             "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    command = [sys.executable, "-m", "callanalytics", "lab", str(tmp_path / "notebooks"), *words]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(120):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.5)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(20)


@pytest.mark.parametrize("name", [p.name for p in sorted((ROOT / "notebooks").glob("*.ipynb"))])
def test_a_notebook_runs_in_jupyterlab_and_asks_nothing_outside(page, lab, name):
    page.goto(f"{lab}/doc/tree/{name}?token=t")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
    page.evaluate(READY)
    page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_function(f"() => {{ const s = ({STATE})(); return s.errors || s.done === s.code; }}",
                           timeout=180_000, polling=250)  # fmt: skip
    state = page.evaluate(STATE)
    assert state["errors"] == 0
    assert state["done"] == state["code"] > 0
    assert {url.split("/")[2].split(":")[0] for url in page.asked if url.startswith(("http", "ws"))} == {"127.0.0.1"}


SHOWN = """() => [...document.images].map(i => ({alt: i.alt, scale: i.clientWidth / i.naturalWidth,
  right: i.parentElement.closest('.scroll') ? 0 : i.getBoundingClientRect().right}))"""
SMALLEST = style.SMALL * 96 / 72  # letters of a chart at its own size, in pixels


def assert_open_to_all(page, path, width):
    """Fail on any barrier that axe finds, sideways scrolling, chart letters under 11 pixels, or a network request."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {url.split(":")[0] for url in page.asked} <= {"file", "data"}
    for image in page.evaluate(SHOWN):
        assert image["alt"]
        assert image["right"] <= width
        assert image["scale"] * SMALLEST >= (11 if width < 400 else SMALLEST - 0.5), image
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not [(barrier["id"], barrier["help"]) for barrier in found]


@pytest.mark.parametrize("audience", ["liaison", "firm", "research"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_page_is_open_to_all(page, sample_log, tmp_path, audience, width):
    (path,) = reports.report(audience, sample_log, tmp_path, "html")
    assert_open_to_all(page, path, width)
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("name", ["2-chicago, phone only", "2-chicago, hand log only", "4-honolulu, alone", "nothing"])
def test_the_page_of_a_small_office_is_open_to_all_on_a_telephone(page, tmp_path, name):
    make_store(tmp_path / "calls", name)
    for audience in ("liaison", "firm"):
        (path,) = reports.report(audience, log.load(tmp_path / "calls", "2022-12-31"), tmp_path, "html")
        assert_open_to_all(page, path, 390)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_of_saved_charts_is_open_to_all(page, sample_log, tmp_path, width):
    waits = measures.wait(sample_log.agency_calls, "hour")
    shares = measures.callback_hit_rate(sample_log.promises, "month")
    charts = {"hours": figures.wait_by_hour(waits), "months": figures.hit_rate_by_month(shares)}
    assert_open_to_all(page, save_all(charts, tmp_path), width)


# ---- the page to explore ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def explored(sample_stores, tmp_path_factory):
    """The sample over one year, and its page to explore."""
    sample = log.load(sample_stores("sample")).where(since="2022-01-01")
    (path,) = reports.report("explore", sample, tmp_path_factory.mktemp("explore"))
    return sample, path.as_uri()


def opened(page, address, width=1280):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page


def barriers(page) -> list:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(barrier["id"], barrier["help"]) for barrier in found]


@pytest.mark.parametrize("width", [1280, 390])
def test_page_to_explore_has_no_barrier_before_and_after_a_pick_and_asks_nothing_outside(page, explored, width):
    given = []
    page.on("console", lambda message: given.append(message.text))
    page.on("pageerror", lambda fault: given.append(str(fault)))
    opened(page, explored[1], width)
    assert not barriers(page)
    page.select_option("#offices", index=1)
    page.select_option("#hour", label="10 a.m.")
    page.hover("#hours .drawing [aria-roledescription=bar]")
    page.wait_for_selector("#card:not([hidden])")
    assert "95% interval" in page.inner_text("#card")
    assert "n " in page.inner_text("#card")
    assert not barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {url.split(":")[0] for url in page.asked} == {"file"}
    assert not given


def test_csv_under_a_chart_has_the_rows_of_the_measure_for_the_choice(page, explored):
    sample, address = explored
    opened(page, address)
    office = page.locator("#offices option").nth(2).inner_text()
    page.select_option("#offices", office)
    link = page.get_attribute("#hours a[download]", "href")
    shown = pd.read_csv(io.StringIO(unquote(link.split(",", 1)[1])))
    results = Results(sample.where(office=office))
    cells = rows.pick(results.take("wait", "hour"), "median", wait_origin=results.clock).dropna(subset="hour")
    cells = cells[cells["n"] > 0].sort_values("hour").reset_index(drop=True)
    assert len(shown) > 3
    assert set(shown.pop("note")) == {LABEL}
    assert set(shown["unit"]) == {"s"}
    pd.testing.assert_frame_equal(shown, cells[list(shown)], check_dtype=False)


def test_an_interval_without_an_upper_limit_runs_to_the_top_of_its_axis(page, explored, tmp_path, monkeypatch):
    counted = explore._choices

    def without_a_limit(*given):
        every, data = counted(*given)
        data["tables"]["hours"]["columns"]["high"][1] = None
        return every, data

    monkeypatch.setattr(explore, "_choices", without_a_limit)
    (path,) = reports.report("explore", explored[0].where(office="Hemlock and Rowan"), tmp_path)
    opened(page, path.as_uri())
    tops = page.eval_on_selector_all(
        "#hours .drawing .mark-rule.role-mark line",
        "rules => rules.filter(r => r.getAttribute('opacity') !== '0')"
        ".map(r => r.transform.baseVal[0].matrix.f + r.y2.baseVal.value)",
    )
    assert [top == 0 for top in tops].count(True) == 1


def test_a_click_on_an_hour_marks_it_in_both_charts_of_waits(page, explored):
    opened(page, explored[1])
    bars = page.locator("#hours .drawing [aria-roledescription=bar]")
    bars.nth(1).click()
    assert page.input_value("#hour") == "9"
    for chart in ("hours", "week"):
        drawn = page.locator(f"#{chart} .drawing .mark-rect path")
        assert {drawn.nth(n).get_attribute("opacity") or "1" for n in range(drawn.count())} == {"1", "0.25"}
    bars.nth(1).click()
    assert page.input_value("#hour") == ""


def test_open_requests_are_sorted_by_keyboard_and_follow_the_office(page, explored):
    opened(page, explored[1])
    column = "[...document.querySelectorAll('.open tbody tr:not([hidden]) td:nth-child(5)')].map(td => +td.dataset.key)"
    page.focus(".open th:nth-child(5) button")
    for direction in ("ascending", "descending"):
        page.keyboard.press("Enter")
        assert page.get_attribute(".open th:nth-child(5)", "aria-sort") == direction
        days = page.evaluate(column)
        assert days == sorted(days, reverse=direction == "descending")
    office = page.locator("#offices option").nth(1).inner_text()
    page.select_option("#offices", office)
    names = page.evaluate(
        "[...document.querySelectorAll('.open tbody tr:not([hidden])')].map(r => r.cells[2].innerText)"
    )
    assert 0 < len(names) < len(days)
    assert set(names) == {office}
    assert page.inner_text("#listed").startswith(f"{len(names)} request")


def test_a_kind_of_request_and_a_word_narrow_the_page_until_it_is_reset(page, explored):
    rows = (
        "[...document.querySelectorAll('.open tbody tr:not([hidden])')].map(r => [r.cells[3].innerText, r.innerText])"
    )
    opened(page, explored[1])
    page.select_option("#kind", "regular")
    assert [page.is_visible(f"#{name}") for name in explore.URGENCIES] == [False, True]
    assert "urgent callbacks" not in page.inner_text("#numbers")
    assert {kind for kind, _ in page.evaluate(rows)} == {"regular"}
    matter = page.inner_text(".open tbody tr:not([hidden]) td:nth-child(2)")
    page.fill("#find", matter.lower())
    found = page.evaluate(rows)
    assert found
    assert all(matter in text for _, text in found)
    assert page.inner_text("#listed").startswith(f"{len(found)} request")
    page.click("#reset")
    assert page.is_visible("#urgent")
    assert len(page.evaluate(rows)) > len(found)


def test_a_figure_is_copied_as_a_sentence_with_its_source(page, explored):
    opened(page, explored[1])
    page.select_option("#offices", index=1)
    page.click("#numbers button >> nth=0")
    sentence, office = page.inner_text("output"), page.locator("#offices option").nth(1).inner_text()
    value = page.inner_text("#numbers .value >> nth=0")
    assert sentence.startswith(value)
    assert f"Source: {office}, " in sentence
    assert "Invented sample data" in sentence
    page.click("#numbers button >> nth=3")
    assert page.inner_text("output").count("(") == 1


def test_without_scripts_the_four_numbers_and_the_tables_of_all_offices_stand_there(page, explored):
    plain = page.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto(explored[1])
    assert plain.locator("#numbers .value").count() == 4
    assert plain.locator("figure table").count() == 5
    assert plain.locator("figure tbody tr").count() > 50
    assert plain.locator(".open tbody tr").count() > 0
    assert not plain.locator(".picks").is_visible()
