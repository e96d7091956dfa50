"""Small offices: one alone, its phone alone, its hand log alone, one day, a few calls, nothing.

Every figure, one report, and one notebook run on each (when everything is tried, every report and notebook): no crash,
no "nan", no empty chart. Notebooks that need the sample (house/test_notebooks.py) use none of these offices.
"""

import json
import re

import pytest

from built_reports import built
from callanalytics import CallLogError, figures, log, measures
from callanalytics.measures import specifications
from callanalytics.reports import explore, findings, firm, liaison, research
from callanalytics.reports.results import Results
from exhaustive import EXHAUSTIVE, crossed, fair, some
from rendered_notebooks import shown_by
from roots import ROOT
from small_offices import STORES, folder_to_read

REPORTS = {"liaison": liaison, "firm": firm, "research": research}
NOTEBOOKS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
FIRST, LATER = NOTEBOOKS[0], NOTEBOOKS[1:]  # the first reads a folder, the others a store
SMALL = [name for name in NOTEBOOKS if EXHAUSTIVE or name not in NOTEBOOKS[:6:3]]
QUICK = ["nothing"]
NONSENSE = re.compile(r"\b(nan|inf|NaT)\b")


def every_second_store(first):
    return some(zip(STORES, STORES, strict=True), QUICK, every=2, first=first)


def assert_sound(text):
    """Fail if anything that a person reads contains a missing figure."""
    words = re.sub(r"data:image/[^\"']+|<style.*?</style>|<svg.*?</svg>", "", text, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", words)
    found = NONSENSE.search(words)
    assert not found, words[max(0, found.start() - 80) : found.end() + 60]


def has_marks(chart):
    """Whether anything is drawn: a line, an area, or counts alone."""
    axes = [each for each in chart.figure.axes if each.has_data() or each.patches]
    return bool(axes) or any(re.search(r"\d of \d", text.get_text()) for text in chart.figure.axes[0].texts)


@pytest.mark.parametrize(
    ("name", "audience"),
    [pytest.param(name, audience, marks=() if audience == "liaison" else pytest.mark.slow)
     for name in QUICK for audience in REPORTS]
    + crossed([name for name in STORES if name not in QUICK], REPORTS),
)  # fmt: skip
def test_every_report_is_built_and_says_nothing_that_is_no_figure(small_logs, name, audience):
    report = built(REPORTS[audience], small_logs(name))
    assert_sound(report.html())
    assert report.title
    for chart in report.charts:
        assert has_marks(chart), chart.title


@pytest.mark.parametrize("name", every_second_store(1))
def test_page_to_explore_is_made_and_says_nothing_that_is_no_figure(small_logs, name):
    _, data = explore._choices(small_logs(name), ())
    assert_sound(" ".join(data["texts"]))
    json.dumps(data, allow_nan=False)
    assert len(data["words"]) == len(data["offices"]) * len(data["periods"]) * len(data["lines"])


def figures_of(a_log):
    """Every figure of a log, as the notebooks draw it."""
    r = Results(a_log)
    yield figures.hour_by_weekday(r.take("wait", "weekday", "hour"))
    yield figures.chance_by_minutes(r.take("wait"))
    yield figures.chance_by_minutes(measures.wait(a_log.agency_calls, "office"))
    yield figures.wait_by_month(r.take("wait", "month"))
    yield figures.wait_by_week(r.take("weekly_wait"))
    yield figures.volume_by_hour_weekday(r.take("volume", "weekday", "hour"))
    yield figures.kept_by_reading(r.take("promise_kept_rate", "urgency"))
    yield figures.promise_states(r.take("promise_states", "urgency"), r.take("silent_promises", "urgency"))
    yield figures.hit_rate_by_month(r.take("callback_hit_rate", "urgency", "month"))
    yield figures.missed_by_month(r.take("missed_callbacks", "month_local"))
    yield figures.missed_by_local_hour(r.missed_by_hour)
    yield figures.missed_by_local_hour(r.take("missed_callbacks", "hour_local"))
    yield figures.funnel(r.take("funnel"))
    yield figures.shares({"First call answered": r.take("first_attempt_hit_rate")}, title="Answered")
    for finding in specifications.FINDINGS:
        yield figures.specification_curve(specifications.curve(a_log, finding))


@pytest.mark.slow
@pytest.mark.parametrize("name", every_second_store(0))
def test_every_figure_is_drawn_or_is_a_sentence(small_logs, name):
    drawn = list(figures_of(small_logs(name)))
    for chart in fair(drawn, 2, first=STORES.index(name) // 2):
        assert chart.png().startswith(b"\x89PNG")
    for chart in drawn:
        assert_sound(f"{chart.title} {chart.alt} {chart.caption} {chart.says}")
        assert chart.says or has_marks(chart), chart.title
    if name == "nothing":
        assert all(chart.says for chart in drawn)


def path_of(notebook):
    return ROOT / "notebooks" / f"{notebook}.ipynb"


@pytest.mark.parametrize(
    ("notebook", "name"),
    crossed(SMALL, [name for name in STORES if name != "nothing"]) + crossed(fair(LATER, 8), ["nothing"]),
)
def test_every_notebook_runs(small_logs, notebook, name, tmp_path):
    if notebook == FIRST:
        parameters = folder_to_read(tmp_path / "logs", name)
    else:
        parameters = {"store": str(small_logs(name).store.root)}
        parameters |= {"as_of": "2022-06-30"} if name == "nothing" else {}
    assert_readable(notebook, parameters, tmp_path)


def assert_readable(notebook, parameters, folder):
    """Fail if a cell fails or prints, or shows a missing figure."""
    texts = shown_by(path_of(notebook), parameters, folder)
    assert texts
    for text in texts:
        assert_sound(text)


PERIODS = {"none": ("2023-06-01", "2023-06-30"), "few": ("2022-03-07", "2022-03-18")}


@pytest.mark.parametrize(("notebook", "calls"), crossed(fair(LATER, 4, first=1), PERIODS))
def test_every_notebook_runs_on_a_period_of_few_calls_and_of_none(small_logs, notebook, calls, tmp_path):
    store, (since, until) = str(small_logs("4-honolulu, alone").store.root), PERIODS[calls]
    assert_readable(notebook, {"store": store, "since": since, "until": until}, tmp_path)


@pytest.mark.slow
def test_a_folder_without_a_log_is_a_sentence_in_the_first_notebook(tmp_path):
    with pytest.raises(CallLogError) as refused:
        shown_by(path_of(FIRST), folder_to_read(tmp_path / "logs", "nothing"), tmp_path)
    assert "There is no store in calls" in str(refused.value)


def test_nothing_at_all_says_what_to_do_next(small_logs):
    nothing = small_logs("nothing")
    with pytest.raises(CallLogError) as refused:
        log.load(nothing.store.root)
    assert "ingest a log" in refused.value.do
    scope = built(liaison, nothing).scope
    assert scope.startswith("No call to USCIS is in the log as of June 30, 2022.")


@pytest.fixture(scope="session")
def noted(small_logs):
    """A log whose sheet does not say when its waits begin."""
    return small_logs("120 waits of no stated clock")


def test_waits_of_no_stated_clock_lead_under_their_own_name(noted):
    first = findings.wait(Results(noted))
    assert first.text.endswith("to reach a person, start not logged.")
    assert "the log does not say whether they run from dialing" in first.detail
    assert "Half of 120 calls" in first.text
    assert "(n = 0)" not in first.text + first.detail


@pytest.mark.slow
def test_the_report_draws_them_and_quotes_the_figure_of_the_notebook(noted):
    report = built(liaison, noted)
    captions = " ".join(chart.caption for chart in report.screen_charts)
    assert "Minutes to a live person as noted; the log does not say whether from dialing" in captions
    shown = findings.wait(Results(noted))  # what notebook 02 shows
    first = report.front.numbers[0]
    assert f"{first.value}utes" in shown.text
    assert "start not logged" in first.words
    low, high = re.search(r"120 calls; (\d+)–(\d+)", first.note).groups()
    assert shown.sure == f"95% interval {low}–{high}"
