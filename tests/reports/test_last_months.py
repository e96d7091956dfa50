"""The office's own report: its last three months against those before and against others, and habits."""

import io
import zipfile
from datetime import date

import pytest

import built_reports
from callanalytics import intake, load
from callanalytics.casework import practice
from callanalytics.figures import style
from callanalytics.measures import run
from callanalytics.reports import docx, firm, periods
from callanalytics.reports.document import Numbers, TableBlock
from callanalytics.reports.results import Results
from facts_rows import note, promise
from stored_log import stored

OFFICE = "Hemlock and Rowan"


@pytest.fixture(scope="module")
def log(sample_log):
    return sample_log


@pytest.fixture(scope="module")
def built(log):
    """The report of one office."""
    return built_reports.built(firm, log.where(office=OFFICE))


def shown(built) -> list:
    return next(block for block in built.blocks if isinstance(block, Numbers)).numbers


@pytest.mark.slow
def test_the_months_end_with_the_logs_and_meet_without_a_gap(log):
    found = periods.last_months(Results(log))
    assert (found.first, found.last) == (date(2022, 10, 1), date(2022, 12, 30))
    assert found.before.log.selection.until == date(2022, 9, 30)
    assert found.elsewhere is None


@pytest.mark.slow
def test_the_numbers_are_those_that_the_measures_give(log, built):
    part = log.where(office=OFFICE, since="2022-10-01", until="2022-12-30")
    table = run("reach_rate", part, line=("contact_center", "unknown")).table
    row = table[table["statistic"] == "rate"].iloc[0]
    assert f"{row['events']} of {row['n']}" in shown(built)[1].note


@pytest.mark.slow
def test_other_offices_are_those_that_were_not_chosen(log):
    names = set(log.where(office=OFFICE).others.offices.to_arrow()["name"].to_pylist())
    assert names == set(log.offices.to_arrow()["name"].to_pylist()) - {OFFICE}
    assert log.others is None


@pytest.mark.slow
def test_a_change_that_chance_can_make_is_not_said_as_one(built):
    notes = [number.note for number in shown(built)]
    assert "53% before, no change can be shown" in notes[1]
    assert "too few to compare" in notes[2]
    assert not any(" up" in note or " down" in note for note in notes)


@pytest.mark.slow
def test_each_number_of_enough_cases_lies_on_a_line_with_the_months_before_and_the_other_offices(log, built):
    found = periods.last_months(Results(log.where(office=OFFICE)))
    hours, reached, in_time, missed = (number.marks for number in shown(built))
    for marks, name, keys in ((reached, "reach_rate", {}), (missed, "missed_callbacks", {"link": "certain"})):
        rows = [part.row(name, **keys) for part in (found.now, found.before, found.elsewhere)]
        assert [marks.now, marks.before, marks.elsewhere] == [(row["events"] / row["n"],) * 2 for row in rows]
    assert hours.now[0] > hours.before[0] > hours.elsewhere[0]
    assert in_time is None  # 2 of 2: too few to lie anywhere
    (block,) = periods.numbers_of_months(found)
    assert block.note.endswith("Dot: now; ring: before; tick: elsewhere.")


@pytest.mark.slow
def test_the_lines_are_drawn_in_every_form_and_a_range_from_end_to_end(built):
    n = sum(number.marks is not None for number in shown(built))
    assert built.html().count('class="marks"') == n == 3
    with zipfile.ZipFile(io.BytesIO(docx.document(built))) as parts:
        assert sum(name.startswith("word/media/") for name in parts.namelist()) == n + len(built.charts)
    drawn = style.dots((0.2, 0.6), None, (0.4, 0.4)).axes[0].lines
    assert [list(line.get_xdata()) for line in drawn] == [[0, 1], [0.2, 0.6], [0.4, 0.4]]


@pytest.mark.slow
def test_a_selected_period_is_compared_with_no_other(log):
    assert periods.last_months(Results(log.where(since="2022-03-01"))) is None


@pytest.mark.slow
def test_a_report_of_several_offices_shows_each(log, built):
    of_all = built_reports.built(firm, log)
    table = next(b for b in of_all.blocks if isinstance(b, TableBlock) and b.title.startswith("Office by office"))
    assert [row[0] for row in table.rows] == sorted(log.offices.to_arrow()["name"].to_pylist())
    assert not any(isinstance(b, TableBlock) and b.title.startswith("Office by office") for b in built.blocks)


@pytest.mark.slow
@pytest.mark.parametrize("office", ["Hemlock and Rowan", "Alder and Birch", "Tamarind and Fern"])
def test_each_missed_callback_counts_under_one_habit_at_most(log, office):
    part = log.where(office=office)
    missed = Results(part).row("missed_callbacks", "count", link="certain")["events"]
    habits = practice.habits(part)
    assert [habit.missed for habit in habits] == sorted((habit.missed for habit in habits), reverse=True)
    assert 0 < sum(habit.missed for habit in habits) <= missed
    for habit in habits:
        assert habit.early <= habit.missed
        assert not habit.in_hours or habit.missed <= habit.in_hours


def held(tmp_path, first):
    """A hand log of waits from a day on, to the end of June."""
    days = [first, "2022-04-04", "2022-05-09", "2022-06-30"]
    waits = [note(f"w{n}", f"{day} 10:00", wait_s=3600, wait_outcome="gave_up") for n, day in enumerate(days)]
    return load(stored(tmp_path / "calls", [], [*waits, promise("p", "2022-05-10 10:00")], []))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "is_compared"), [("2022-02-28", False), ("2022-01-01", False), ("2021-12-31", True), ("2021-11-08", True)]
)
def test_months_that_the_log_does_not_cover_from_their_first_day_are_no_measure_of_the_later_ones(
    tmp_path, first, is_compared
):
    found = periods.last_months(Results(held(tmp_path, first)))
    (block,) = periods.numbers_of_months(found)
    assert any("before" in number.note for number in block.numbers) == is_compared
    begins = f"{date.fromisoformat(first):%B} {date.fromisoformat(first).day}, {first[:4]}"
    uncovered = f"Not compared with the three months before these: the log begins on {begins}."
    assert block.note == ("Before: the three months before these." if is_compared else uncovered)


@pytest.mark.slow
def test_where_no_wait_is_logged_no_hours_on_hold_are_claimed(tmp_path):
    days = ("2021-11-08", "2022-02-01", "2022-04-04", "2022-06-30")
    calls = [note(f"c{n}", f"{day} 10:00", wait_outcome="reached") for n, day in enumerate(days)]
    log = load(stored(tmp_path / "calls", [], calls, []))
    (block,) = periods.numbers_of_months(periods.last_months(Results(log)))
    hours = block.numbers[0]
    assert (hours.value, hours.words, hours.note) == ("not known", "hours on hold", "no wait logged")


@pytest.mark.slow
def test_an_office_whose_own_log_begins_later_than_that_of_the_store_is_compared_with_nothing(tmp_path):
    for office, months in (("Elm", (1, 2, 3, 4, 5, 6, 7)), ("Oak", (5, 6, 7))):
        (tmp_path / f"{office}.csv").write_text(
            "Date,Time,Wait (min),Agent ID,Outcome\n"
            + "".join(f"{n}/{20 + k}/2022,10:05 AM,40,A{n}{k},Solved\n" for n in months for k in (0, 1, 2))
        )
        intake.ingest([tmp_path / f"{office}.csv"], tmp_path / "s", office, "Eastern", new_office=True)
    log = load(tmp_path / "s")
    elm, oak, both = (
        periods.last_months(Results(part)) for part in (log.where(office="Elm"), log.where(office="Oak"), log)
    )
    assert elm.before
    assert oak is None  # it has nothing before these months
    assert both.before is None
    (block,) = periods.numbers_of_months(both)
    assert block.note.startswith(
        "Not compared with the three months before these: the last office's log begins on May 20"
    )
