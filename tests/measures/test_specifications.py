"""Every finding under every way of counting it: what it hangs on."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pyarrow as pa
import pytest

from callanalytics import figures, measures
from callanalytics.errors import CallLogError
from callanalytics.facts.agency_calls import reported_lines
from callanalytics.measures import specifications
from report_log import _with, log


@pytest.fixture(scope="module")
def curve_of(facts):
    """The curve of a finding, made when it is first asked for."""
    return cache(lambda name: specifications.curve(facts, name))


def test_an_office_keeps_its_letter_whichever_others_have_rows_and_however_many_there_are():
    ids = [f"office {n:02}" for n in range(30)]
    log = SimpleNamespace(offices=SimpleNamespace(to_arrow=lambda: pa.table({"office_id": ids})))
    named = specifications._letters(log, pa.table({"office_id": ids[1:]}))
    assert (named["office B"], named["office AD"]) == ("office 01", "office 29")
    assert len(named) == 29


@pytest.mark.slow
@pytest.mark.parametrize("name", specifications.FINDINGS)
def test_every_combination_of_answers_is_taken_once(name, curve_of):
    taken = curve_of(name)
    expected = 1
    for answers in taken.answers.values():
        expected *= len(answers)
    assert len(taken.table) == expected
    assert not taken.table[list(taken.questions)].duplicated().any()


@pytest.mark.slow
@pytest.mark.parametrize("name", specifications.FINDINGS)
def test_the_headline_gives_the_first_answer_to_every_question_and_holds(name, curve_of):
    taken = curve_of(name)
    headline = taken.headline
    assert all(headline[question] == answers[0] for question, answers in taken.answers.items())
    assert headline["holds"]
    assert taken.table["is_headline"].sum() == 1


@pytest.mark.slow
def test_the_headline_of_the_wait_is_the_measures_median(facts, curve_of):
    agency_calls = facts.agency_calls.to_arrow()
    result = measures.wait(
        agency_calls.filter([line in reported_lines(facts.agency) for line in agency_calls["line"].to_pylist()])
    )
    row = result.table[(result.table["statistic"] == "median") & (result.table["wait_origin"] == "dial")].iloc[0]
    headline = curve_of("wait").headline
    assert (headline["n"], headline["value"]) == (row["n"], row["value"])


@pytest.mark.slow
def test_leaving_an_office_out_is_measuring_without_it(facts, curve_of):
    taken = curve_of("answered")
    promises = facts.promises.to_arrow()
    for letter, id in zip("ABC", sorted(set(promises["office_id"].to_pylist())), strict=False):
        rest = promises.filter([office != id for office in promises["office_id"].to_pylist()])
        expected = measures.first_attempt_hit_rate(rest).table.iloc[0]
        row = taken.table[taken.table["office left out"] == f"office {letter}"].iloc[0]
        assert (row["n"], row["events"]) == (expected["n"], expected["events"])


def test_no_office_is_named(facts, curve_of):
    text = curve_of("wait").table.to_csv()
    assert not any(name in text for name in facts.offices.to_arrow()["name"].to_pylist())


@pytest.mark.slow
def test_one_at_a_time_agrees_with_the_whole_curve(facts, curve_of):
    for name in specifications.FINDINGS:
        whole = curve_of(name)
        few = specifications.curve(facts, name, one_at_a_time=True)
        assert few.holds_under() == whole.holds_under()
        assert len(few.table) == 1 + sum(len(answers) - 1 for answers in whole.answers.values())


@pytest.mark.slow
def test_bounds_of_the_hang_up_rule_lie_on_either_side(facts):
    alone = specifications.curve(facts, "wait", one_at_a_time=True).table.set_index("hang-ups")["value"]
    low, high = alone["about to get through"], alone["never would have"]
    assert low <= alone["waited at least so long"].iloc[0] <= high


@pytest.mark.slow
def test_a_count_with_nothing_to_count_is_no_count_that_failed():
    made = log(600)
    made = replace(
        made,
        agency_calls=_with(
            made.agency_calls, "line", lambda row: "contact_center" if row["wait_s"] is None else "unknown"
        ),
    )
    assert "line" not in specifications.curve(made, "wait", one_at_a_time=True).holds_under()


def test_a_finding_that_there_is_not_is_refused(facts):
    with pytest.raises(CallLogError, match="no finding"):
        specifications.curve(facts, "weather")


@pytest.mark.slow
def test_an_empty_log_has_a_curve_that_says_nothing():
    for name in specifications.FINDINGS:
        taken = specifications.curve(log(0), name)
        assert taken.headline["n"] == 0


@pytest.mark.slow
def test_the_chart_says_how_many_hold_and_shows_every_one(curve_of):
    taken = curve_of("urgent")
    chart = figures.specification_curve(taken)
    assert len(chart.data) == len(taken.table)
    assert f"{int(taken.table['holds'].sum())} lie inside" in chart.alt


@pytest.mark.slow
def test_a_strip_reaches_over_every_way_to_count_and_names_the_ways(brief):
    strips = [finding for finding in brief.findings if finding.otherwise]
    assert strips
    for finding in strips:
        ends = finding.bar.places
        assert ends["least"] <= ends["value"] <= ends["most"] <= ends["widest"]
        assert finding.otherwise.endswith("counted otherwise")
        assert finding.ways


@pytest.mark.slow
def test_the_span_is_of_both_ends_of_every_specification(curve_of):
    taken = curve_of("urgent")
    low, high = taken.span()
    rows = taken.table
    assert low == rows["value"].min()
    assert high == max(rows["value"].max(), (rows["most"] / rows["most_n"]).max())
