"""A log of a handful of calls gives a short report: what there is, and in one place what cannot be shown yet."""

from functools import cache

import pytest

from callanalytics import agencies
from callanalytics import log as logs
from callanalytics.casework import practice
from callanalytics.figures.chart import Chart
from callanalytics.reports import annex, findings, firm, front, liaison
from callanalytics.reports.document import Heading, Note, TableBlock
from callanalytics.reports.results import Results
from exhaustive import some
from facts_rows import CALLBACK, call, note, promise, rang, stranger
from stored_log import stored

SEEN = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-04-29 18:00")]


def log_of_requests(tmp_path, n, as_of="2022-04-29", year=2022):
    asked = [promise(f"p{i:02}", f"{year}-03-{i + 1:02} 10:00") for i in range(n)]
    return logs.load(stored(tmp_path / "calls", SEEN, asked, []), as_of)


def headings(report):
    return [block.text for block in report.blocks if isinstance(block, Heading)]


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A report of five requests by its module, made when it is first asked for."""
    return cache(lambda report: report.build(log_of_requests(tmp_path_factory.mktemp("short"), 5)))


@pytest.mark.slow
@pytest.mark.parametrize("report", some({"liaison": liaison, "firm": firm}, ["liaison"]))
def test_a_few_calls_give_no_empty_drawings_and_one_table_of_what_is_lacking(short, report):
    report = short(report)
    assert "What cannot be shown yet" in headings(report)
    assert "When callers get through" not in headings(report)
    assert len([block for block in report.blocks if isinstance(block, Chart)]) == 1  # what became of every request
    lacking = next(b for b in report.blocks if isinstance(b, TableBlock) and b.title.startswith("Figures, what each"))
    needs = {row[0]: row[2] for row in lacking.rows}
    assert needs["Urgent requests kept in time"] == "5"
    assert needs["How long a caller needs to reach a person"].startswith("0 calls")


@pytest.mark.slow
def test_a_share_shown_with_its_interval_lacks_only_its_percentage(tmp_path):
    # Twelve urgent requests of March, all due by April 29: enough for an interval, too few for a percentage
    tables = [b for b in liaison.build(log_of_requests(tmp_path, 12)).blocks if isinstance(b, TableBlock)]
    shown, lacking = ({row[0]: row for row in b.rows} for b in tables if b.title.startswith(("Counts so", "Figures,")))
    assert "of 12 (95% interval" in shown["Urgent requests kept in time"][1]
    assert "Urgent requests kept in time" not in lacking
    assert lacking["Urgent requests kept in time, as a percentage"][2] == "12"
    assert "Regular requests kept in time" in lacking


@pytest.mark.slow
def test_one_call_without_a_time_has_none(tmp_path):
    asked = [promise("a", "2022-03-01 10:00"), promise("b", "2022-03-02")]
    results = Results(logs.load(stored(tmp_path / "calls", SEEN, asked, []), "2022-04-29"))
    assert "1 of 2 calls has no time of day and is counted in no hour." in [*annex._left_out(results)]


@pytest.mark.slow
def test_from_as_many_requests_as_a_percentage_needs_the_whole_report_is_written(tmp_path):
    few, enough = (liaison.build(log_of_requests(tmp_path / str(n), n)) for n in (29, 30))
    assert "What cannot be shown yet" in headings(few)
    assert not few.findings
    assert "What cannot be shown yet" not in headings(enough)
    assert "Annex: what was read, and how it is counted" in headings(enough)
    assert len(enough.findings) >= 5


@pytest.mark.slow
def test_the_short_report_keeps_its_caveats_and_definitions(short):
    report = short(liaison)
    assert "What these numbers do not show" in headings(report)
    assert "Definitions in force" in [block.text for block in report.further if isinstance(block, Heading)]


@pytest.mark.slow
def test_the_short_report_says_which_requests_no_confirmed_time_judges(tmp_path):
    log = logs.load(stored(tmp_path / "calls", SEEN, [promise("p", "2023-06-01 10:00")], []), "2023-07-31")
    lines = [line for block in liaison.build(log).blocks if isinstance(block, Note) for line in block.lines]
    wanted = "1 of 1 promised callback is not judged: it was made more than a year after USCIS's stated time"
    assert any(line.startswith(wanted) for line in lines)


@pytest.mark.slow
def test_an_empty_log_says_so_and_is_short(tmp_path):
    log = logs.load(stored(tmp_path / "calls", SEEN, [note("w", "2022-03-02 10:00", "none_came")], []), "2022-04-29")
    report = liaison.build(log)
    assert report.scope.startswith("No call to USCIS is in the log")
    assert not [block for block in report.blocks if isinstance(block, Chart)]


@pytest.mark.slow
def test_an_office_without_a_hand_log_sees_how_many_calls_of_the_agency_no_one_answered(tmp_path):
    rang = [
        call(f"r{n}", f"2022-03-0{n} 10:00", "inbound", CALLBACK, s=30, outcome=outcome)
        for n, outcome in enumerate(("answered", "missed", "voicemail"), 1)
    ]
    report = liaison.build(logs.load(stored(tmp_path / "calls", [*SEEN, call("c", "2022-03-04 10:00"), *rang], [], [])))
    counts = next(b for b in report.blocks if isinstance(b, TableBlock) and b.title == "Counts so far")
    assert ("Calls from USCIS's number that answer no logged request", "2 not answered", "3 calls") in counts.rows


def test_a_habit_says_how_many_rang_before_noon_on_the_offices_clock():
    forward = practice.Habit("forward", missed=114, early=94)
    assert firm._habit(forward, agencies.load())[1].startswith("94 came before noon, 20 later.")


@pytest.mark.parametrize("hours", [(None, None), ("09:00", None), ("17:00", "09:00")])
def test_hours_that_cannot_be_used_are_as_hours_not_given(tmp_path, hours):
    stated = [{"weekday": 1, "opens": hours[0], "closes": hours[1]}]
    rung = [*SEEN, rang("r", "2022-03-04 10:00")]
    log = logs.load(
        stored(tmp_path / "calls", rung, [promise("p", "2022-03-03 10:00")], [], hours=stated), "2022-04-29"
    )
    results = Results(log)
    assert results.opening_hours == ()
    assert "office hours not given" in str(front.numbers(results, findings.by_name(results)))
