"""A stated time that no one has confirmed for a year judges a request only if somebody says where it was confirmed."""

import pytest
from click.testing import CliRunner

from callanalytics import log as logs
from callanalytics import measures
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.measures import specifications
from callanalytics.reports import findings, firm, liaison, report
from callanalytics.reports.results import Confirmed, Results
from facts_rows import promise, rang, stranger
from stored_log import stored

# Rules last confirmed on 10 January 2022: twelve requests of March 2022 and twelve of March 2023, six of each kept.
SEEN = [stranger("first", "2022-02-01 08:00"), *(stranger(f"d{i}", f"2022-{i:02}-15 08:00") for i in range(3, 13)),
        *(stranger(f"e{i}", f"2023-{i:02}-15 08:00") for i in range(1, 6))]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    asked, callbacks = [], []
    for year in (2022, 2023):
        for i in range(12):
            asked.append(promise(f"p{year}{i}", f"{year}-03-{i + 1:02} 09:00", matter=f"{year}-{i}"))
            if i % 2:
                callbacks.append(rang(f"r{year}{i}", f"{year}-03-{i + 1:02} 14:00", outcome="answered", s=60))
    return stored(tmp_path_factory.mktemp("old") / "calls", [*SEEN, *callbacks], asked, [])


def first_kept(log, confirmed=()):
    return findings.by_name(Results(log, confirmed))["urgent"]


@pytest.mark.slow
def test_old_requests_are_named_and_not_judged(store):
    log = logs.load(store, "2023-05-01")
    result = first_kept(log)
    assert "of 12 urgent requests" in result.text
    assert "last confirmed" not in result.text
    assert (
        "Not judged: 12 requests made over a year after the timeframe was last confirmed (January 10, 2022)"
        in result.detail
    )


@pytest.mark.slow
def test_a_confirmed_rule_judges_them_and_the_sentence_says_of_which_day_it_is(store):
    log = logs.load(store, "2023-05-01")
    confirmed = (Confirmed("t2-urgent-2022", "Minutes of 2023-02-01"),)
    built = liaison.build(log, confirmed)
    result = first_kept(log, confirmed)
    assert "of 24 urgent requests" in result.text
    assert "by the timeframe last confirmed January 10, 2022" in result.text
    assert any("confirmed by: Minutes of 2023-02-01" in str(vars(block)) for block in (*built.blocks, *built.further))


@pytest.mark.slow
def test_the_measure_says_it_in_its_caveats(store):
    log = logs.load(store, "2023-05-01")
    caveats = measures.promise_kept_rate(log.promises).to_json()["caveats"]
    assert any("as last confirmed on 2022-01-10" in caveat for caveat in caveats)
    early = measures.promise_kept_rate(logs.load(store, "2022-05-01").promises)
    assert not any("as last confirmed" in caveat for caveat in early.caveats)


def test_a_rule_that_there_is_not_and_a_source_left_out_are_refused(store, tmp_path):
    log = logs.load(store, "2023-05-01")
    with pytest.raises(CallLogError, match="id and a source"):
        report("liaison", log, tmp_path, confirm=[("no-such", "x")])
    with pytest.raises(CallLogError, match="id and a source"):
        report("liaison", log, tmp_path, confirm=[("t2-urgent-2022", " ")])
    words = f"report liaison --store {store.path('agency_calls').parent} --out {tmp_path} --confirm-rule t2-urgent-2022"
    assert CliRunner().invoke(main, words.split()).exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize("confirmed", [(), (Confirmed("t2-urgent-2022", "Minutes of 2023-02-01"),)])
def test_what_a_finding_holds_with_is_asked_of_the_figure_that_is_printed(store, confirmed):
    results = Results(logs.load(store, "2023-05-01"), confirmed)
    printed = results.row("promise_kept_rate", urgency="urgent", reading="default")
    asked = specifications.curve(results.judged, "urgent", one_at_a_time=True).headline
    assert (asked["n"], asked["events"]) == (printed["n"], printed["events"])


@pytest.mark.slow
def test_the_offices_own_report_judges_every_request_and_says_that_no_one_confirmed_the_time_since(store):
    built = firm.build(logs.load(store, "2023-05-01"))
    text = " ".join(str(vars(block)) for block in (*built.blocks, *built.further))
    assert "confirmed by: no one since then" in text
    (states,) = [chart for chart in built.screen_charts if chart.title.startswith("What became of every request")]
    assert "24 requests" in states.caption


@pytest.mark.slow
def test_the_ledger_says_of_which_day_the_stated_times_are(store):
    result = CliRunner().invoke(
        main, f"promises --store {store.path('agency_calls').parent} --as-of 2023-05-01".split()
    )
    assert "Judged by USCIS's timeframes, last confirmed on January 10, 2022." in result.output
