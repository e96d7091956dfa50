"""A rule, a closure, or a kind of closure that an office adds in a file of its own, from the command to the verdict."""

import json
import shutil

import numpy as np
import pyarrow.compute as pc
import pytest
from click.testing import CliRunner

import callanalytics as ca
import facts_rows
from callanalytics import agencies, clocks, facts
from callanalytics.cli import main
from callanalytics.facts import states
from intake_files import hand_csv, note, phone_csv
from roots import TESTS

RULE = """
[[rule]]
id = "mine-2022"
urgency = "urgent"
value = {hours}
unit = "hours"
from_earliest = 2022-02-01
from_latest = 2022-02-01
last_confirmed = 2022-02-01
words = "within {hours} hours"
stated_by = "USCIS"
stated_to = "our chapter"
source = "minutes of 2022-02-01"
grade = "S"

[[rule]]
id = "t2-urgent-2022"
urgency = "urgent"
value = 72
unit = "hours"
from_earliest = 2021-02-11
from_latest = 2021-12-16
to_earliest = 2022-01-31
to_latest = 2022-01-31
last_confirmed = 2022-01-10
words = "within 72 hours (Monday thru Friday)"
stated_by = "USCIS"
stated_to = "AILA"
source = "AILA Doc. 19101631"
grade = "P"
"""


@pytest.fixture
def rules_file(tmp_path):
    """A function that writes a file of one's own."""

    def write(text, name="mine.toml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def run(*words):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def store(tmp_path):
    files = [
        hand_csv(tmp_path / "in" / "log.csv", [note(n) for n in (1, 2, 3)]),
        phone_csv(tmp_path / "in" / "p.csv", range(9)),
    ]
    ca.ingest(files, tmp_path / "store", "Alder and Birch", "Eastern", date_order="mdy")
    return tmp_path / "store"


def judged(store, facts=None) -> dict[str, int]:
    result = ca.load(store, agency=agencies.load(extra=facts)).promises.to_pandas()
    hours = (result["due_strict_utc"] - result["started_at_utc"]).dt.total_seconds() / 3600
    return dict(zip(result["rule_id"], hours.astype(int), strict=True))


@pytest.mark.slow
def test_the_promises_of_a_store_are_judged_by_a_rule_of_ones_own_from_the_day_it_is_named(rules_file, store):
    assert judged(store) == {"t2-urgent-2022": 72}
    mine = rules_file(RULE.format(hours=24))
    printed = run("--agency-file", mine, "rules", "--store", store)
    assert "mine-2022 (your own)" in printed.output
    assert "Alder and Birch: 3 promises are now judged differently." in printed.output
    assert judged(store, mine) == {"mine-2022": 24}


def test_an_agency_of_ones_own_is_named_by_a_path_from_where_one_stands(tmp_path, monkeypatch):
    shutil.copytree(TESTS / "agencies" / "harbor", tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    assert agencies.load("./mine").rules == agencies.load(tmp_path / "mine").rules != agencies.load().rules
    assert "harbor-urgent" in run("--agency-file", "./mine", "rules").output
    (tmp_path / "own.toml").write_text(RULE.format(hours=24))
    assert "mine-2022 (your own)" in run("--agency-file", "./own.toml", "rules").output


@pytest.mark.slow
def test_without_the_file_such_a_store_is_not_read_and_the_message_says_what_to_do(rules_file, store):
    run("--agency-file", rules_file(RULE.format(hours=24)), "rules", "--store", store)
    printed = run("measure", "promise_kept_rate", "--store", store)
    assert printed.exit_code == 2
    assert "mine-2022" in printed.output
    assert "callanalytics --agency-file FILE" in printed.output
    run("rules", "--store", store)
    assert judged(store) == {"t2-urgent-2022": 72}


@pytest.mark.slow
def test_a_slip_in_the_file_is_told_before_anything_is_done(rules_file, store):
    printed = run(
        "--agency-file", rules_file(RULE.format(hours=24).replace("urgency", "urgncy", 1)), "rules", "--store", store
    )
    assert printed.exit_code == 2
    assert (
        "mine.toml is not a file of facts that can be used\n  where   [[rule]] no. 1\n  found   urgncy"
        in printed.output
    )
    assert set(ca.load(store).store.read("promises").column("rule_id").to_pylist()) == {"t2-urgent-2022"}


def test_the_rules_say_their_words_source_and_whether_they_are_ones_own(rules_file):
    printed = json.loads(run("--agency-file", rules_file(RULE.format(hours=24)), "rules", "--json").output)["rules"]
    mine = next(rule for rule in printed if rule["id"] == "mine-2022")
    assert (mine["is_own"], mine["words"], mine["source"], mine["grade"]) == (
        True,
        "within 24 hours",
        "minutes of 2022-02-01",
        "S",
    )
    assert next(rule for rule in printed if rule["id"] == "t2-regular-2022")["is_own"] is False


def test_kinds_of_closure_that_are_off_by_default_stop_the_clock_where_the_file_says_so(rules_file):
    mine = agencies.load(extra=rules_file('also_closed = ["lapse"]'))
    lapse = next(c for c in mine.closures if c.kind == "lapse" and c.date.year == 2025)
    days = np.arange(lapse.date, lapse.until, dtype="M8[D]")
    assert clocks.calendar(agency=agencies.load()).is_open(days).any()
    assert not clocks.calendar(agency=mine).is_open(days).any()
    assert clocks.calendar(agency=mine).version.endswith(" and lapse")


def test_another_kind_of_closure_is_refused_with_those_there_are(rules_file):
    with pytest.raises(ca.CallLogError, match=r"key also_closed\n  found   'strike'\n  wanted  snow, lapse"):
        agencies.load(extra=rules_file('also_closed = ["strike"]'))


LINE = '[[line]]\ncode = "x"\nlabel = "X"\nsource = "s"\ngrade = "P"\n'


@pytest.mark.parametrize(
    "text",
    [
        "also_closed = 5",
        'also_closed = [["snow"]]',
        "line = [1]",
        "[[line]]\nhours = 5",
        f"{LINE}hours = [1]",
        f"{LINE}synonyms = [1]",
    ],
)
def test_facts_of_another_shape_are_refused_in_words(rules_file, text):
    with pytest.raises(ca.CallLogError):
        agencies.load(extra=rules_file(text))


def test_days_of_ones_own_are_known_by_their_digest_beside_every_due_moment(rules_file):
    text = '[[closure]]\ndate = 2022-03-0{}\nname = "Shut"\nkind = "executive_order"\nsource = "notice"\ngrade = "S"\n'
    one, other = (agencies.load(extra=rules_file(text.format(day), f"{day}.toml")) for day in (2, 3))
    assert "1 of your own" in one.closures_version
    assert one.closures_version != other.closures_version


CLOSED = """
[[closure]]
date = 2022-03-02
name = "Ice"
kind = "executive_order"
source = "invented"
grade = "P"
"""


def test_a_closure_of_an_agency_stops_every_clock_that_is_given_that_agency(rules_file):
    """2 March 2022 was a Wednesday."""
    mine, shipped = agencies.load(extra=rules_file(CLOSED)), agencies.load()
    tuesday, thursday = (np.array([day], "M8[us]") for day in ("2022-03-01T15:00", "2022-03-03T15:00"))
    for agency, days in ((mine, 1), (shipped, 2)):
        assert clocks.business_days_between(tuesday, thursday, agency=agency).tolist() == [days]
        assert clocks.is_business_day(["2022-03-02"], agency=agency).tolist() == [agency is shipped]
        assert clocks.calendar(agency=agency).is_open(["2022-03-02"]).tolist() == [agency is shipped]


@pytest.mark.slow
def test_facts_ask_the_agency_that_they_are_given_and_no_other(rules_file, monkeypatch):
    """The notice came three business days after the missed callback, and one more for whom Wednesday was no holiday."""
    mine, shipped = agencies.load(extra=rules_file(CLOSED)), agencies.load()
    calls = [facts_rows.call("c", "2022-02-28 10:00"), facts_rows.rang("r", "2022-03-01 10:00")]
    calls += [facts_rows.stranger(str(n), f"2022-03-{n:02} 12:00") for n in range(1, 25)]
    entries = [facts_rows.promise("p", "2022-02-28 10:00", promised="regular", matter="M")]
    tables = {"calls": calls, "entries": entries, "notices": [facts_rows.notice("n", "2022-03-07 10:00")]}
    tables = [facts_rows.table(name, rows) for name, rows in tables.items()]
    tables.append(facts_rows.table("sources", [facts_rows.source("a")]))

    def other_agency():
        raise AssertionError("another agency was asked")

    causes, days, end = {}, {}, clocks.end_of_day("2022-03-24", agency=shipped)
    monkeypatch.setattr(agencies, "load", other_agency)
    for name, agency in (("mine", mine), ("shipped", shipped)):
        made = facts.build(facts_rows.office(), *tables, agency, until=end)
        states_of_day = states.promises_as_of(made["promises"], made["callbacks"], [facts_rows.office()], end, agency)
        causes[name] = made["callbacks"].filter(pc.equal(made["callbacks"]["callback_id"], "r"))["cause"].to_pylist()
        days[name] = states_of_day["followed_days"].to_pylist()
    assert causes == {"mine": ["before_notice"], "shipped": ["unknown"]}
    assert days["shipped"] == [days["mine"][0] + 1]
