"""Part of a log: an office, a period, a line. Every row is in it or left out for a named reason."""

import re
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner

from callanalytics import measures
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.measures import sql_counts
from callanalytics.reports import findings
from callanalytics.reports.results import Results

DATED = ("calls", "entries", "notices", "agency_calls", "callbacks", "promises")
SELECTIONS = (
    {"office": "Alder and Birch"},
    {"since": "2022-03-01"},
    {"until": date(2022, 3, 31)},
    {"line": "contact_center"},
    {"line": ("premium", "unknown")},
    {"office": ["Alder and Birch"], "since": "2022-01-01", "until": "2022-06-30", "line": "contact_center"},
)


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
@pytest.mark.parametrize("name", DATED)
def test_every_row_is_selected_or_left_out_for_a_named_reason(sample_log, name, selection):
    part = sample_log.where(**selection)
    left_by_selection = sum(part.unseen(name).values()) - sum(sample_log.unseen(name).values())
    assert len(part.table(name)) + left_by_selection == len(sample_log.table(name))


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_what_is_left_out_is_the_same_counted_where_it_lies(sample_log, selection):
    part = sample_log.where(**selection)
    assert all(part.unseen(name) == part.unseen(name, sql_counts.count) for name in DATED)


@pytest.mark.parametrize("name", ["coverage", "offices", "sources", "rejects", "set_aside"])
def test_of_tables_without_a_day_the_rows_of_other_offices_are_left_out_and_counted(sample_log, name):
    part = sample_log.where(office="Alder and Birch")
    assert set(part.unseen(name)) <= {"other_office"}
    assert len(part.table(name)) + sum(part.unseen(name).values()) == len(sample_log.table(name))


@pytest.mark.parametrize("name", DATED)
def test_the_offices_apart_are_the_whole(sample_log, name):
    names = sample_log.offices.to_arrow()["name"].to_pylist()
    assert sum(len(sample_log.where(office=each).table(name)) for each in names) == len(sample_log.table(name))


@pytest.mark.parametrize("name", ["agency_calls", "callbacks", "promises", "calls", "notices"])
def test_the_years_apart_are_the_whole_but_for_rows_without_a_date(sample_log, name):
    years = [sample_log.where(since=f"{year}-01-01", until=f"{year}-12-31") for year in range(2015, 2030)]
    undated = years[0].unseen(name).get("no_date", 0)
    assert sum(len(part.table(name)) for part in years) + undated == len(sample_log.table(name))


def test_both_days_of_a_period_are_in_it(sample_log):
    days = sample_log.agency_calls.to_pandas()["date"].dropna()
    first, last = days.iloc[len(days) // 3], days.iloc[len(days) // 2]
    first, last = min(first, last), max(first, last)
    inside = sample_log.where(since=first, until=last).agency_calls.to_pandas()["date"]
    assert len(inside) == ((days >= first) & (days <= last)).sum() > 0


def test_a_promise_is_judged_by_what_came_after_the_period(sample_log):
    whole = sample_log.promises.to_pandas().set_index("promise_id")
    part = sample_log.where(since="2022-03-01", until="2022-03-31").promises.to_pandas().set_index("promise_id")
    assert len(part)
    assert (part["state"] == whole.loc[part.index, "state"]).all()


@pytest.mark.slow
def test_an_entry_goes_with_its_call(sample_log):
    part = sample_log.where(since="2022-03-01", until="2022-03-31", line="contact_center")
    calls, entries = part.agency_calls.to_pandas(), part.entries.to_pandas()
    assert len(entries)
    assert set(entries["entry_id"]) == set(calls["entry_id"].dropna())


def test_by_line_a_promise_goes_with_its_call_and_a_callback_with_its_promise(sample_log):
    part = sample_log.where(line="contact_center")
    assert set(part.promises.to_pandas()["agency_call_id"]) <= set(part.agency_calls.to_pandas()["agency_call_id"])
    assert set(part.callbacks.to_pandas()["promise_id"]) <= set(part.promises.to_pandas()["promise_id"])


def test_a_second_selection_narrows_the_first(sample_log):
    both = sample_log.where(office="Alder and Birch").where(since="2022-03-01")
    at_once = sample_log.where(office="Alder and Birch", since="2022-03-01")
    assert both.selection == at_once.selection
    assert both.agency_calls.to_arrow() == at_once.agency_calls.to_arrow()
    assert both.as_of == sample_log.as_of


def test_no_selection_widens_the_one_before(sample_log):
    march = sample_log.where(office="Alder and Birch", since="2022-03-01", until="2022-03-31")
    assert march.where(since="2021-01-01", until="2022-12-31").selection == march.selection
    with pytest.raises(CallLogError, match="no such office"):
        march.where(office=next(name for name in names(sample_log) if name != "Alder and Birch"))


def names(log):
    return log.offices.to_arrow()["name"].to_pylist()


def test_what_is_selected_is_said_without_the_name_of_an_office(sample_log):
    part = sample_log.where(office="Alder and Birch", since="2022-03-01", until="2022-03-31", line="premium")
    assert part.selection.sentences(6) == [
        "Only 1 of 6 offices.",
        "Only from 2022-03-01 to 2022-03-31 on the agency's clock, both days included.",
        "Only calls to the line premium.",
    ]
    assert not sample_log.selection.sentences(6)


def test_every_office_by_name_is_no_selection_to_speak_of(sample_log):
    names = [row["name"] for row in sample_log.offices.to_arrow().to_pylist()]
    assert sample_log.where(office=names).selected == []
    assert sample_log.where(office=names[:2]).selected == [f"Only 2 of {len(names)} offices."]


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"office": "Alder and Brich"}, r"(?s)There is no office 'Alder and Brich'.*did you mean Alder and Birch"),
        ({"line": "hotline"}, "(?s)There is no line 'hotline'.*contact_center.*unknown"),
        ({"since": "March"}, "(?s)since is not a date.*YYYY-MM-DD"),
        ({"office": 3}, "office is a name, or a list of names"),
        ({"line": [1]}, "line is a name, or a list of names"),
        ({"since": "2022-03-02", "until": "2022-03-01"}, "since is later than until"),
    ],
)
def test_what_cannot_be_selected_is_refused_in_a_sentence(sample_log, selection, message):
    with pytest.raises(CallLogError, match=message):
        sample_log.where(**selection)
    with pytest.raises(CallLogError, match=message):
        measures.run("wait", sample_log, **selection)


def test_no_row_is_left_of_days_before_the_first(sample_log):
    part = sample_log.where(until="1999-12-31")
    assert [len(part.table(name)) for name in DATED] == [0] * len(DATED)
    assert not np.any([len(part.coverage)])


def test_before_a_day_that_the_period_does_not_hold_there_is_no_row(sample_log):
    before, after = sample_log.where(since="2022-03-01").split("2021-12-16")
    assert len(before.agency_calls) == 0
    assert before.selected == ["No rows: the start 2022-03-01 is after the end 2021-12-15."]
    assert len(after.agency_calls) == len(sample_log.where(since="2022-03-01").agency_calls) > 0


# ---- what a measure, a command and a report make of it --------------------------------------------------


def test_a_measure_counts_the_selection_and_accounts_for_the_rest(sample_log):
    result = measures.run("volume", sample_log, by=("date",), since="2022-01-10", until=date(2022, 1, 20))
    dates = sample_log.agency_calls.to_pandas()["date"].dropna()
    inside = dates.between("2022-01-10", "2022-01-20").sum()
    assert result.table.query("statistic == 'count'")["value"].sum() == inside > 0
    assert result.account.counted == inside
    assert result.account.left_out["outside_period"] == len(dates) - inside
    assert "Only from 2022-01-10 to 2022-01-20 on the agency's clock, both days included." in result.caveats


def test_a_period_of_entries_is_that_of_their_calls(sample_log):
    calls = sample_log.agency_calls.to_pandas()
    inside = calls[calls["date"] >= "2022-03-01"]
    entries = sample_log.entries.to_pandas()
    wanted = ((entries["kind"] == "dial") & entries["entry_id"].isin(inside["entry_id"])).sum()
    table = measures.run("log_completeness", sample_log, since="2022-03-01").table
    assert table.query("statistic == 'filled_time'")["n"].sum() == wanted


def test_a_callback_alone_is_of_no_line(sample_log):
    with pytest.raises(CallLogError, match="of no line"):
        measures.run("missed_callbacks", sample_log, line="premium")


@pytest.mark.slow
def test_the_offices_requests_kept_sum_to_the_whole(sample_log):
    def events(log):
        table = measures.run("promise_kept_rate", log).table
        row = table.query("statistic == 'rate' and reading == 'default' and link == 'certain'").iloc[0]
        return np.array([row["n"], row["events"]])

    names = sample_log.offices.to_arrow()["name"].to_pylist()
    apart = sum(events(sample_log.where(office=name)) for name in names)
    assert apart.tolist() == events(sample_log).tolist()


@pytest.mark.parametrize("command", ["measure volume", "promises", "table agency_calls --out calls.csv"])
def test_commands_take_the_same_options(sample_log, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["--store", str(sample_log.store.path("agency_calls").parents[0]), "--office", "Alder and Birch"]
    shown = CliRunner().invoke(main, [*command.split(), *words, "--since", "2022-03-01", "--until", "2022-03-31"])
    assert shown.exit_code == 0, shown.output


def test_a_part_of_calls_to_other_lines_alone_is_not_said_to_have_no_wait(sample_log):
    part = sample_log.where(line="premium")
    found = findings.wait(Results(part))
    assert found.text == "No call to the Contact Center is in this part of the log."
    assert found.detail.startswith(f"{len(part.agency_calls)} calls to other lines")


def test_where_no_first_callback_was_missed_nothing_is_said_of_a_second(sample_log):
    found = findings.answered(Results(sample_log.where(since="2021-07-05", until="2021-07-09")))
    assert re.match(r"Offices answered the first callback on (1 of 2|3 of 4) requests", found.text)
    assert found.detail == ""


def test_a_report_of_one_office_says_how_many_calls_are_of_others(sample_log):
    part = sample_log.where(office="Alder and Birch", since="2022-01-01", until="2022-06-30")
    account = Results(part).account
    assert account.stored == len(sample_log.agency_calls) + sum(sample_log.unseen("agency_calls").values())
    assert "of other offices" in str(account)
    assert "outside the dates asked for" in str(account)
