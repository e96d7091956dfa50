"""A sentence of a report says why there is no figure: nothing logged, too few, or logged and not to be judged."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from callanalytics import log as logs
from callanalytics.cli import main
from callanalytics.reports import annex, explore, findings, firm, liaison, research, sections
from callanalytics.reports.document import AgendaItem, Note
from callanalytics.reports.results import Results
from facts_rows import call, note, promise, rang, stranger
from stored_log import stored

AS_OF = "2024-07-31"


def text_of(report) -> str:
    front = [report.front] if report.front else []
    return " ".join(str(vars(block)) for block in (*front, *report.blocks, *report.further))


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """Twelve urgent requests of 2024, every other one kept; their stated time was last confirmed in January 2022."""
    seen = [stranger(f"s{month}", f"2024-{month:02}-15 08:00") for month in (4, 5, 6, 7)]
    asked = [promise(f"p{i}", f"2024-05-{i + 1:02} 09:00", matter=f"24-{i}") for i in range(12)]
    rung = [rang(f"r{i}", f"2024-05-{i + 1:02} 14:00", outcome="answered", s=60) for i in range(0, 12, 2)]
    return stored(tmp_path_factory.mktemp("old") / "calls", [*seen, *rung], asked, [])


NOT_JUDGED = "12 of 12 promised callbacks are not judged: they were made more than a year after USCIS's stated time"


@pytest.mark.slow
def test_a_report_of_old_requests_alone_says_how_many_are_logged_and_why_none_is_judged(old):
    report = liaison.build(logs.load(old, AS_OF))
    urgent, regular = report.front.numbers[1:3]
    assert (urgent.value, urgent.words) == ("none of 12", "urgent callbacks can be judged")
    assert urgent.note == "timeframe last confirmed Jan 10, 2022"
    assert (regular.value, regular.words) == ("no", "regular callback is logged")
    text = text_of(report)
    assert "No promised callback can be judged." in text
    assert "Not judged: 12 requests made over a year after the timeframe was last confirmed." in text
    assert NOT_JUDGED in text
    assert "--" not in text  # the agency has no use for what the office would type
    assert "No promised callback is logged" not in text


@pytest.mark.slow
def test_the_agenda_names_the_attempts_with_a_known_time_where_one_has_none(tmp_path):
    # Of two missed callbacks, one came at 10 a.m., within USCIS's hours; of the other only the day is known.
    asked = [promise("a", "2022-03-07 09:15", "regular"), promise("b", "2022-03-08 15:30", "regular")]
    rung = [
        note("r", "2022-03-31 10:00", kind="ring", outcome="missed", parent_entry_id="a"),
        note("s", "2022-04-01", kind="ring", outcome="missed", parent_entry_id="b"),
    ]
    results = Results(logs.load(stored(tmp_path / "calls", [], [*asked, *rung], []), "2022-04-28"))
    logged = next(item.logged for item in liaison.agenda_items(results) if "no one" in item.heading)
    assert "Attempts with a known time outside USCIS's own hours: none of 1." in logged


@pytest.mark.slow
def test_a_few_requests_of_a_hand_log_are_counted_by_each_reason_and_draw_no_empty_chart(tmp_path):
    # Thirty business days after March 7 is April 18; after April 12, May 24. No phone log shows the office's lines.
    asked = [promise("a", "2022-03-07 09:15", "regular"), promise("b", "2022-04-12 15:30", "regular")]
    missed = note("r", "2022-03-31", kind="ring", outcome="missed", parent_entry_id="a")
    log = logs.load(stored(tmp_path / "calls", [], [*asked, missed], []), "2022-04-28")
    report = liaison.build(log)
    regular = report.front.numbers[2]
    assert (regular.value, regular.note) == ("none of 2", "not yet due: 1; without complete records: 1")
    assert "('Callbacks no one answered', '1', '1 confirmed callback')" in text_of(report)
    (item,) = [block for block in report.blocks if isinstance(block, AgendaItem) and "no one" in block.heading]
    assert item.logged == "1 callback unanswered."
    chart = sections.missed_by_hour(Results(log))
    assert chart.says == "1 confirmed callback went unanswered; no time of day is logged."
    assert chart.title not in report.html()


@pytest.mark.slow
def test_the_page_to_explore_says_how_many_missed_callbacks_have_no_hour_and_shows_no_empty_table(tmp_path):
    rung = [note(f"r{i}", day, kind="ring", outcome="missed", parent_entry_id="a")
            for i, day in enumerate(("2022-03-31", "2022-04-01 09:20"))]  # fmt: skip
    entries = [promise("a", "2022-03-07 09:15", "regular"), *rung]
    page = explore.page(logs.load(stored(tmp_path / "calls", [], entries, []), "2022-04-28"))
    assert "1 callback no one answered, of every line, by the office&#x27;s own hour, 1 more without a time" in page
    assert "No urgent request can be judged" in page
    assert "<noscript></noscript>" in page


@pytest.mark.slow
def test_the_other_reports_and_the_measure_say_why_they_differ(old):
    log = logs.load(old, AS_OF)
    read = text_of(research.build(log))
    assert NOT_JUDGED in read
    assert "These have no case to count: " in read
    own = text_of(firm.build(log))
    assert "Judged by USCIS's stated time as last confirmed on January 10, 2022." in own
    assert NOT_JUDGED not in own
    store = ["--store", str(old.path("agency_calls").parent), "--as-of", AS_OF]
    measured = CliRunner().invoke(main, ["measure", "promise_kept_rate", *store]).output
    assert "the liaison and research reports judge them only with --confirm-rule: 12." in measured
    assert "counted, stated time last confirmed over a year before\t12" in measured


@pytest.mark.usefixtures("without_report")  # it is said after the report
def test_a_report_written_on_a_terminal_says_what_it_does_not_judge(old, tmp_path):
    words = ["report", "liaison", "--store", str(old.path("agency_calls").parent), "--as-of", AS_OF]
    words += ["--out", str(tmp_path), "--formats", "txt"]
    output = CliRunner().invoke(main, words).output
    assert NOT_JUDGED in output
    assert "--confirm-rule ID" in output
    assert "--agency-file FILE" in output
    confirmed = [*words, "--confirm-rule", "t2-urgent-2022", "--source", "Minutes of 2024-05-01"]
    assert "not judged" not in CliRunner().invoke(main, confirmed).output


def waits(**more):
    """Half an hour on each of the 23 weekdays of March, in both logs, and ten times an hour in the hand log alone."""
    both = [f"2022-03-{day:02} 10:00" for day in range(1, 32) if date(2022, 3, day).weekday() < 5]
    calls = [call(f"c{i}", moment, s=2400) for i, moment in enumerate(both)]
    noted = {"wait_outcome": "reached", "tier": "tier1"} | more
    entries = [note(f"n{i}", moment, wait_s=1800, **noted) for i, moment in enumerate(both)]
    return calls, [*entries, *(note(f"a{i}", f"2022-04-{i + 1:02} 10:00", wait_s=3600, **noted) for i in range(10))]


@pytest.mark.slow
def test_where_two_medians_differ_each_report_says_which_calls_are_in_which(tmp_path):
    results = Results(logs.load(stored(tmp_path / "calls", *waits(), []), "2022-04-29"))
    assert (results.median["n"], results.row("wait", "median")["n"]) == (23, 33)
    # All of half an hour, so that each may have been anything that rounds to it: no interval of one minute.
    leads = "The liaison report leads with 30 minutes (95% interval 24–36; 23 calls): waits in both logs"
    assert research._another_median(results).startswith(leads)
    (caveat,) = [line for line in annex._waits(results) if "liaison report leads" in line]
    assert "a median of 30 minutes (95% interval 24–36; 23 calls)" in caveat
    assert "It is of calls in both logs, weighted for those no one logged." in caveat
    assert "Of all waits as noted, with all hours on one curve, the median is 30 minutes" in caveat
    assert caveat.endswith("33 calls).")


@pytest.mark.slow
def test_a_wait_without_its_end_is_not_called_not_noted(tmp_path):
    calls, entries = waits()
    entries += [note(f"u{i}", f"2022-05-{i + 1:02} 10:00", wait_s=600) for i in range(3)]
    entries += [note(f"o{i}", f"2022-05-{i + 5:02} 10:00") for i in range(2)]
    report = liaison.build(logs.load(stored(tmp_path / "calls", calls, entries, []), "2022-05-29"))
    notes = [line for block in report.blocks if isinstance(block, Note) for line in block.lines]
    lines = [line for line in notes if "that queued or may have" in line]
    assert lines[0].endswith(
        "Of 38 calls that queued or may have, in no wait here: 2 without a noted wait, 3 with a wait but no noted end."
    )


@pytest.mark.slow
def test_the_command_for_the_first_figure_says_nothing_of_lines_where_there_is_no_other(tmp_path):
    results = Results(logs.load(stored(tmp_path / "calls", *waits(), []), "2022-04-29"))
    (row,) = [text for word, text in annex.ways(results).rows if word == "First figure"]
    assert "measure logging_bias" in row
    assert row.endswith("(the row median_weighted).")


def weekdays(n: int) -> list[date]:
    """The first n weekdays from March 1, 2022, on which no holiday fell until May 27."""
    days = (date(2022, 3, 1) + timedelta(days=i) for i in range(90))
    return [day for day in days if day.weekday() < 5][:n]


def results_of(tmp_path, times):
    """The results of calls at these days and hours, Central, all answered: ten minutes before noon, ninety after."""
    entries = [
        note(f"n{i}", f"{day} {hour:02}:00", wait_s=600 if hour < 12 else 5400, wait_outcome="reached", tier="tier1")
        for i, (day, hour) in enumerate(times)
    ]
    return Results(logs.load(stored(tmp_path / "calls", [], entries, []), "2022-05-29"))


@pytest.mark.slow
def test_waits_never_on_one_day_are_too_few_to_compare_and_not_alike(tmp_path):
    days = weekdays(50)
    apart = results_of(tmp_path / "apart", [*((day, 9) for day in days[:25]), *((day, 15) for day in days[25:])])
    found = findings.hours(apart)
    assert found.text == "Too few days with waits at several hours to compare them (50 waits)."
    assert findings.shortest(apart) is None
    same = findings.hours(results_of(tmp_path / "same", [(day, hour) for day in days[:25] for hour in (9, 15)]))
    assert same.text == "Waits are shortest 10 a.m.–2 p.m. Eastern: 10 minutes."


@pytest.mark.slow
def test_how_many_days_a_comparison_needs(tmp_path):
    # Five days with both parts can be dealt in 32 ways, of which two are the most unlike: 1 in 16; six, 1 in 32.
    # Of three Tuesdays and three Wednesdays (20 ways) 1 in 10; of four and four (70 ways) 1 in 35.
    for n_days, hours, days in ((5, False, False), (6, True, False), (20, True, True)):
        times = [(day, hour) for day in weekdays(n_days) for hour in (9, 15)]
        results = results_of(tmp_path / str(n_days), times)
        assert results.can_differ("hour", 10, 14) is hours
        assert results.can_differ("weekday", 2, 3) is days
        assert not results.can_differ("hour", 10, 17)  # no call was made from 5 p.m. on


@pytest.mark.slow
def test_weekdays_of_too_few_weeks_are_not_called_alike(tmp_path):
    times = [(day, 9 + i % 3) for day in (date(2022, 3, 1), date(2022, 3, 2)) for i in range(20)]
    assert findings._weekdays(results_of(tmp_path, times)) == "Too few days to compare weekdays (40 waits)."


@pytest.mark.slow
@pytest.mark.parametrize("offices", [1, 2])
def test_waits_of_unstated_start_of_several_offices_are_not_pooled_in_silence(tmp_path, offices):
    calls, entries = waits(wait_origin="unstated")
    results = Results(logs.load(stored(tmp_path / "calls", calls, entries, [], twice=offices == 2), "2022-04-29"))
    pooled = "Pooled: 2 offices, which may count from different moments."
    assert results.row("wait", "median")["n"] == 33 * offices
    assert (pooled in findings.wait(results).detail) is (offices == 2)
    assert (pooled in next(annex._waits(results))) is (offices == 2)


@pytest.mark.slow
def test_waits_of_unstated_start_beside_others_say_of_how_many_offices_they_are(tmp_path):
    calls, entries = waits()
    entries += [note(f"u{i}", f"2022-04-{i + 11:02} 10:00", wait_s=600, wait_outcome="reached", tier="tier1",
                     wait_origin="unstated") for i in range(4)]  # fmt: skip
    results = Results(logs.load(stored(tmp_path / "calls", calls, entries, [], twice=True), "2022-04-29"))
    separate = "Reported separately: 8 waits of 2 offices as noted, start not logged (too few for a median)."
    assert findings.other_clocks(results) == separate


@pytest.mark.slow
def test_page_one_explains_no_strips_where_it_has_none(tmp_path):
    calls, entries = waits()
    few = liaison.build(logs.load(stored(tmp_path / "few", calls, entries[:6], []), "2022-04-29"))
    assert not any(number.bar for number in few.front.numbers)
    assert few.front.key == ""
    assert "every way to count" not in few.html()
    some = liaison.build(logs.load(stored(tmp_path / "some", calls, entries, []), "2022-04-29"))
    assert some.front.key.startswith("Dark: 95% interval")


@pytest.mark.slow
def test_page_one_says_that_the_wait_that_leads_is_of_the_calls_in_both_logs(tmp_path):
    # Of 33 noted calls the export shows those of March; the line above the number names March and April.
    front = liaison.build(logs.load(stored(tmp_path / "calls", *waits(), []), "2022-04-29")).front
    assert "March–April 2022" in front.scope
    assert front.numbers[0].note.startswith("23 calls in both logs; ")


def urgent_requests_of_march(path, *more):
    """The report of twelve urgent requests, one called back in time; a client's calls show the line from February to
    April."""
    seen = [stranger(f"s{day}", f"{day} 11:00") for day in ("2022-02-28", "2022-03-15", "2022-03-31", "2022-04-15")]
    asked = [promise(f"p{day}", f"2022-03-{day:02} 09:00", matter=f"22-{day}") for day in range(7, 19)]
    rung = rang("r", "2022-03-07 14:00", outcome="answered", s=60)
    own = note("a", "2022-03-07 14:00", kind="ring", outcome="answered", parent_entry_id="p7")
    return liaison.build(logs.load(stored(path / "calls", [*seen, rung, *more], [*asked, own], []), "2022-04-15"))


@pytest.mark.slow
def test_page_one_accuses_no_one_of_lateness_where_the_line_may_have_blocked_the_calls(tmp_path):
    # No call without a number is in the export, and the office was not asked: eleven calls may have left no trace.
    page = urgent_requests_of_march(tmp_path).front
    assert page.numbers[1].value == "1 of 12"
    assert page.numbers[1].note.endswith("12 on lines that may block unknown callers")
    assert "in time on at least 1 of 12 urgent requests" in page.headline
    assert "did not come" not in page.headline
    assert not any(chart.title.startswith("Many requests have no callback") for chart in page.charts)


@pytest.mark.slow
def test_a_call_without_a_number_in_the_export_shows_that_the_line_would_have_shown_the_others(tmp_path):
    # It came on a Sunday, when the agency does not call: it is no callback, and eleven requests have none.
    through = rang("w", "2022-03-13 12:00", other=None)
    page = urgent_requests_of_march(tmp_path, through).front
    assert page.numbers[1].value == "1 of 12"
    assert "may block" not in page.numbers[1].note
    assert "11 of 12 urgent callbacks did not come in time" in page.headline
    assert any(chart.title.startswith("Many requests have no callback") for chart in page.charts)


@pytest.mark.slow
def test_only_requests_that_a_figure_counts_are_named_as_on_a_line_that_may_block(tmp_path):
    log = logs.load(
        stored(
            tmp_path / "calls",
            [stranger("s", "2022-03-01 11:00"), stranger("t", "2022-03-31 11:00")],
            [promise(f"p{day}", f"2022-03-{day:02} 09:00") for day in (7, 8, 29, 30)],
            [],
        ),
        "2022-03-31",
    )
    kept = Results(log).row("promise_kept_rate", "n_unheard", urgency="urgent")
    # Due three business days later: on March 10 and 11, and on April 1 and 4, after the day of the report.
    assert kept["events"] == 2
