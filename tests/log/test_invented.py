"""Invented calls never meet real ones, and whatever is made of them says that they are invented."""

import pytest

from built_reports import built
from callanalytics import figures, invented, measures, sample
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.intake import ingest
from callanalytics.log import load
from callanalytics.reports import firm, liaison
from callanalytics.store import Store

ROWS = "Date,Time,Wait (minutes),Outcome,Agent ID\n3/14/2022,10:05 AM,45,Resolved,A12\n3/15/2022,9:10 AM,20,Hung up,\n"


@pytest.fixture
def real_log(tmp_path):
    path = tmp_path / "own" / "USCIS calls.csv"
    path.parent.mkdir()
    path.write_text(ROWS)
    return path


@pytest.fixture
def small_sample(sample_stores):
    """A store of the smallest invented office."""
    return sample_stores(sample.offices()[-1].folder)


@pytest.mark.slow
def test_a_store_of_the_sample_refuses_real_files(small_sample, real_log):
    with pytest.raises(CallLogError, match="This store holds sample data"):
        ingest(real_log, small_sample, "Real Firm", "Central", new_office=True)
    assert "Real Firm" not in [each["name"] for each in Store.open(small_sample).offices()]


@pytest.mark.slow
def test_a_store_of_real_files_refuses_the_sample(tmp_path, real_log):
    ingest(real_log, tmp_path / "calls", "Real Firm", "Central")
    with pytest.raises(CallLogError, match="This store holds logs of real offices"):
        sample.into(tmp_path / "calls")


def test_a_copy_of_a_sample_file_is_known_wherever_it_lies(tmp_path, real_log):
    copy = tmp_path / "own" / "renamed.json"
    copy.write_bytes((invented.shipped_folder("sample") / "4-honolulu" / "call-log.json").read_bytes())
    with pytest.raises(CallLogError, match="Some of these files are sample data and some are not"):
        ingest(tmp_path / "own", tmp_path / "calls", "Real Firm", "Central")


@pytest.mark.slow
def test_a_sample_of_another_seed_is_invented_too(tmp_path):
    folder = tmp_path / "other"
    (folder / "9-nowhere").mkdir(parents=True)
    (folder / "README.md").write_text("# Invented call logs\n")
    (folder / "9-nowhere" / "log.csv").write_text(ROWS)
    ingest(folder / "9-nowhere", tmp_path / "store", "Nowhere", "Central")
    assert load(tmp_path / "store").is_invented


@pytest.mark.slow
def test_an_invented_office_has_the_same_id_everywhere(tmp_path, small_sample):
    name = sample.offices()[-1].name
    assert [each["office_id"] for each in Store.open(small_sample).offices()] == [invented.office_id(name)]


@pytest.mark.slow
def test_whatever_is_made_of_the_sample_says_so(small_sample, capsys):
    log = load(small_sample)
    volume = measures.volume(log.agency_calls, by=("weekday", "hour"))
    chart = figures.volume_by_hour_weekday(volume)
    report = built(liaison, log)
    made = {
        "log": repr(log),
        "table": log.agency_calls._repr_html_(),
        "result": volume._repr_html_(),
        "chart": chart.caption,
        "page": report.html(),
        "every page of the report": report.marking,
        "evidence": built(firm, log).marking,
    }
    main(["measure", "volume", "--store", str(small_sample)], standalone_mode=False)
    made["screen"] = capsys.readouterr().out
    assert {name for name, text in made.items() if "Invented sample data" not in text} == set()


@pytest.mark.slow
def test_nothing_made_of_a_real_log_is_called_invented(tmp_path, real_log):
    ingest(real_log, tmp_path / "calls", "Real Firm", "Central")
    log = load(tmp_path / "calls")
    assert not log.is_invented
    assert not measures.volume(log.agency_calls).is_invented
    assert liaison.build(log).marking == ""
