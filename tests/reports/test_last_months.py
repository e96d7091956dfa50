"""The office's own report: its last three months against those before and against others, and habits."""

from datetime import date

import pytest

from callanalytics import load
from callanalytics.casework import practice
from callanalytics.measures import run
from callanalytics.reports import firm, last_months
from callanalytics.reports.document import Numbers, TableBlock
from callanalytics.reports.results import Results

OFFICE = "Hemlock and Rowan"


@pytest.fixture(scope="module")
def log(sample_store):
    return load(sample_store)


def shown(built) -> list:
    return next(block for block in built.blocks if isinstance(block, Numbers)).numbers


def test_the_months_end_with_the_logs_and_meet_without_a_gap(log):
    found = last_months.parts(Results(log))
    assert (found.first, found.last) == (date(2022, 10, 1), date(2022, 12, 30))
    assert found.before.log.selection.until == date(2022, 9, 30)
    assert found.elsewhere is None


def test_the_numbers_are_those_that_the_measures_give(log):
    part = log.where(office=OFFICE, since="2022-10-01", until="2022-12-30")
    table = run("reach_rate", part, line=("contact_center", "unknown")).table
    row = table[table["statistic"] == "rate"].iloc[0]
    assert f"{row['events']} of {row['n']}" in shown(firm.build(log.where(office=OFFICE)))[1].note


def test_other_offices_are_those_that_were_not_chosen(log):
    names = set(log.where(office=OFFICE).others.offices.to_arrow()["name"].to_pylist())
    assert names == set(log.offices.to_arrow()["name"].to_pylist()) - {OFFICE}
    assert log.others is None


def test_a_change_that_chance_can_make_is_not_said_as_one(log):
    notes = [number.note for number in shown(firm.build(log.where(office=OFFICE)))]
    assert "53% before, no change can be shown" in notes[1]
    assert "too few to compare" in notes[2]
    assert not any(" up" in note or " down" in note for note in notes)


def test_a_selected_period_is_compared_with_no_other(log):
    assert last_months.parts(Results(log.where(since="2022-03-01"))) is None


def test_a_report_of_several_offices_shows_each(log):
    built = firm.build(log)
    table = next(b for b in built.blocks if isinstance(b, TableBlock) and b.title.startswith("Office by office"))
    assert [row[0] for row in table.rows] == sorted(log.offices.to_arrow()["name"].to_pylist())
    alone = firm.build(log.where(office=OFFICE))
    assert not any(isinstance(b, TableBlock) and b.title.startswith("Office by office") for b in alone.blocks)


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
