"""Each finding against the period before: as long, of the same offices, and a change only where one can be shown."""

import io
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

import callanalytics as ca
from built_reports import built
from callanalytics import agencies, load
from callanalytics.reports import comparisons, front, liaison, periods
from callanalytics.reports.document import TableBlock, Text
from callanalytics.reports.results import Results
from facts_rows import note
from stored_log import stored


@pytest.fixture(scope="module")
def log(sample_store):
    return load(sample_store)


@pytest.fixture(scope="module")
def half_year(log):
    return built(liaison, log.where(since="2022-07-01"))


def compared(built):
    return next(b for b in built.blocks if isinstance(b, TableBlock) and b.title.startswith("Each finding against"))


def waits(first, *days):
    """A log kept by hand from a day on, with four waits of ten minutes on each of the days."""
    return [note(f"{day}-{n}", f"{day} 1{n}:00", wait_s=600, wait_outcome="reached") for day in (first, *days)
            for n in range(4)]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chosen", "earlier", "later"),
    [
        ({}, ("2021-01-01", "2021-12-31"), ("2022-01-01", "2022-12-30")),
        ({"since": "2022-07-01"}, ("2022-01-01", "2022-06-30"), ("2022-07-01", "2022-12-30")),
        ({"since": "2022-04-01", "until": "2022-06-30"}, ("2022-01-01", "2022-03-31"), ("2022-04-01", "2022-06-30")),
        ({"since": "2022-03-03", "until": "2022-03-31"}, ("2022-02-02", "2022-03-02"), ("2022-03-03", "2022-03-31")),
        ({"until": "2021-12-31"}, ("2021-01-01", "2021-06-30"), ("2021-07-01", "2021-12-31")),
    ],
)
def test_the_period_before_is_as_long_and_meets_the_one_it_is_compared_with(log, chosen, earlier, later):
    found = periods.pair(Results(log.where(**chosen))).spans
    assert [tuple(map(str, span)) for span in found] == [earlier, later]


@pytest.mark.slow
def test_offices_that_began_later_are_in_neither_period(log):
    found = periods.pair(Results(log))
    assert found.n_offices == 3
    ids = [set(part.log.offices.to_arrow()["office_id"].to_pylist()) for part in found.parts]
    assert ids[0] == ids[1]
    assert not found.is_own


@pytest.mark.slow
def test_each_finding_with_a_figure_stands_against_the_period_before(half_year):
    table = compared(half_year)
    assert table.head == ("finding", "January–June 2022", "July–December 2022", "change")
    numbered = {int(row[0].split(".")[0]) for row in table.rows}
    counts = {found.number for found in half_year.findings if "unclear which timeframe" in found.text}
    changes = {found.number for found in half_year.findings if "the wait changed" in found.text}
    assert numbered == {found.number for found in half_year.findings} - counts - changes
    assert {row[-1] for row in table.rows} == {periods.NO_CHANGE, "longer"}
    assert table.note == "Six law offices logged throughout both. In brackets: 95% interval."


@pytest.mark.slow
def test_page_one_says_beside_each_number_whether_it_changed(half_year):
    assert all("no change shown" in number.note for number in half_year.front.numbers)
    assert "July–December 2022 (before: January–June 2022)." in half_year.front.scope


@pytest.mark.slow
def test_page_one_with_a_period_before_has_at_most_260_words_and_is_one_page(half_year):
    first, second, *_ = (page.extract_text() for page in PdfReader(io.BytesIO(half_year.pdf())).pages)
    assert len(first.split()) <= 260
    assert "What we ask" in second


@pytest.mark.slow
def test_a_period_that_the_log_does_not_cover_is_no_measure_of_the_later_one(tmp_path):
    days = [str(date(2022, 3, 7) + timedelta(days=7 * n)) for n in range(16)]
    held = load(stored(tmp_path / "calls", [], waits("2022-02-28", *days), []))
    assert periods.pair(Results(held.where(since="2022-05-01")))  # March and April before May and June
    none = periods.pair(Results(held.where(since="2022-04-01")))
    assert none is None
    assert periods.against_before(Results(held), {}, none) == Text(periods.NONE)


@pytest.mark.slow
def test_page_one_holds_the_wait_against_what_auditors_once_measured(log):
    assert comparisons.yardstick(agencies.load()) == "2001: mean 1 min 9 s (Justice Dept. audit I-2002-001)"
    assert built(liaison, log).front.numbers[0].note.endswith("2001: mean 1 min 9 s (Justice Dept. audit I-2002-001)")


def paused(store):
    """Two offices: one that logged each day, and one that did not call in the first half of the year."""
    for name, months, minutes in (("Oak", range(1, 13), 20), ("Elm", range(7, 13), 90)):
        lines = [f"{month}/{day}/2022,9:00 AM,{minutes},reached,{name}{month}{day}"
                 for month in months for day in range(1, 29)]  # fmt: skip
        lines = ["3/2/2021,9:00 AM,90,reached,Elm", *lines] if name == "Elm" else lines
        (store.parent / f"{name}.csv").write_text("\n".join(["Date,Time,USCIS hold (min),Result,Agent", *lines]))
        ca.ingest([store.parent / f"{name}.csv"], store, office=name, timezone="Eastern", new_office=True,
                  wait_origin="dial", time_refers_to="start")  # fmt: skip
    return ca.load(store)


@pytest.mark.slow
def test_an_office_that_paused_is_in_neither_period(tmp_path):
    pair = periods.pair(Results(paused(tmp_path / "calls").where(since="2022-07-01")))
    assert (pair.n_offices, pair.is_own) == (1, False)
    # All are of 20 minutes, spread over what rounds to ten: half are through in the minute before.
    assert [row["value"] for row in pair.waits()] == [1170, 1170]


def test_a_wait_without_an_upper_limit_is_longer_than_one_far_below():
    earlier, later = ({"n": 64, "flag": "ok", "unit": "s", "value": value, "low": low, "high": high}
                      for value, low, high in ((1200, 1140, 1260), (4680, 4380, float("nan"))))  # fmt: skip
    assert (periods.change(earlier, later), periods.change(later, earlier)) == ("longer", "shorter")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("since", "until", "names"),
    [
        ("2022-06-01", "2022-06-10", ["May 22 to May 31, 2022", "June 1 to June 10, 2022"]),
        ("2022-06-01", "2022-06-30", ["May 2022", "June 2022"]),
    ],
)
def test_periods_have_the_same_length_and_are_named_by_their_days(tmp_path, since, until, names):
    pair = periods.pair(Results(paused(tmp_path / "calls").where(since=since, until=until)))
    assert [periods._period_name(*span) for span in pair.spans] == names


@pytest.mark.slow
def test_the_dates_of_a_selected_period_stand_on_page_one_once(log):
    whole, part = (Results(log.where(since=since, until=until)) for since, until in
                   (("2022-04-01", "2022-06-30"), ("2022-04-02", "2022-06-30")))  # fmt: skip
    assert ", April–June 2022." in front.scope(whole)
    assert ", January 2021–June 2022." in front.scope(Results(log.where(since="2015-01-01", until="2022-06-30")))
    assert ", July–December 2022." in front.scope(Results(log.where(since="2022-07-01", until="2023-12-31")))
    assert ", April 2 to June 30, 2022." in front.scope(part)
    assert "Only 1 of 6 offices." in front.scope(Results(log.where(office="Hemlock and Rowan")))
