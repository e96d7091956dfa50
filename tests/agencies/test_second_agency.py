"""An agency is a folder of TOML files: with another one, everything runs, and by its clock, numbers, and promises."""

import re
import shutil
import zipfile
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import click
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pypdf
import pytest

import intake_files
from callanalytics import agencies, figures, ingest, intake, load, measures, template
from callanalytics.casework.open_promises import open_promises
from callanalytics.cli import ledger, main
from callanalytics.errors import InvalidRequest, OpenQuestion, Refused
from callanalytics.measures import CARDS
from callanalytics.reports import evidence, firm, liaison, research, writers
from callanalytics.reports.document import Heading
from callanalytics.store import Store
from callanalytics.values import zones
from exhaustive import some
from facts_rows import table
from gallery_of_docs import gallery
from intake_files import phone_csv
from measure_rows import QUICK
from roots import TESTS
from sample_world import tables as world
from sample_world.offices import PHOENIX

HARBOR = agencies.load(TESTS / "agencies" / "harbor")
USCIS = agencies.load()
NUMBERS = {  # what the invented office dialed, and what showed -> the other agency's
    "+18003755283": "+12065550111",
    "+18663155718": "+12065550112",
    "+12028382200": "+12065550113",
}
LINES = {"contact_center": "front_desk", "premium": "pilots"}


def renamed(rows: pa.Table, column: str, names: dict[str, str]) -> pa.Table:
    values = [names.get(value, value) for value in rows.column(column).to_pylist()]
    place = rows.column_names.index(column)
    field = rows.schema.field(column)
    return rows.set_column(place, field, pa.array(values, pa.string()).cast(field.type))


def stored(made: world.Invented, agency: agencies.Agency, folder: Path) -> Store:
    """A store of an invented office that called this agency."""
    rows = {"calls": made.calls, "entries": made.entries, "notices": made.notices, "sources": made.sources}
    facts = agency_facts(made.office, rows, agency)
    store = Store.open(folder, create=True)
    with store.writing():
        store.publish({**rows, **facts, "offices": table("offices", [{**made.office, "agency": agency.name}])})
    return store


def agency_facts(office: dict, rows: dict[str, pa.Table], agency) -> dict[str, pa.Table]:
    from callanalytics import facts

    return facts.build(office, *rows.values(), agency)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """The log of an office that called the other agency for two years."""
    made = world.invent(PHOENIX, 5)
    made = world.Invented(
        made.office,
        made.history,
        renamed(made.calls, "other_number", NUMBERS),
        renamed(made.entries, "line", LINES),
        made.notices,
        made.sources,
    )
    return load(stored(made, HARBOR, tmp_path_factory.mktemp("harbor") / "calls"), "2022-12-31", agency=HARBOR)


def test_its_numbers_are_those_that_are_called(log):
    assert set(log.agency_calls.to_arrow()["line"].unique().to_pylist()) <= {"front_desk", "pilots", "unknown"}
    assert log.rows.counted > 100
    shown = log.callbacks.to_arrow().filter(pc.equal(log.callbacks.to_arrow()["caller_id"], "agency"))
    assert len(shown) > 5


def test_its_hours_count_on_its_own_clock(log):
    agency_calls = log.agency_calls.to_arrow().to_pylist()
    timed = [row for row in agency_calls if row["started_at_utc"] and row["line"] == "front_desk"]
    assert timed
    for row in timed:
        local = zones.to_local([row["started_at_utc"].replace(tzinfo=None)], HARBOR.timezone)[0].item()
        assert (row["hour"], row["date"]) == (local.hour, local.date())
        is_open = row["weekday"] in (1, 2, 3, 4) and 9 <= row["hour"] < 16
        assert row["in_live_hours"] == (is_open and bool(row["date"].isoformat() != "2022-03-02"))


def test_its_waits_are_compared_within_its_own_week(log):
    slots = measures.when_to_call(log.agency_calls).table
    assert set(slots["weekday"].dropna()) == {1, 2, 3, 4}
    assert set(slots["block"].dropna()) == {"09-10", "10-12", "12-14", "14-16"}
    coarse = measures.coarsen(measures.wait(log.agency_calls, by=("weekday", "hour")))
    assert "hours are joined to blocks (9-10, 10-12, 12-14, 14-16)" in coarse.caveats[0]


@pytest.mark.slow
def test_the_map_of_waits_shows_its_own_week():
    rows = [(day, hour, 60 * i) for day in range(1, 6) for hour in range(8, 20) for i in range(24)]
    calls = pd.DataFrame(rows, columns=["weekday", "hour", "wait_s"]).assign(
        wait_outcome="reached", wait_origin="dial", time_refers_to="start", dst_flag=None
    )
    drawn = figures.hour_by_weekday(replace(measures.wait(calls, by=("weekday", "hour")), agency=HARBOR)).data
    assert set(drawn["weekday"]) == {1, 2, 3, 4}
    assert (drawn["start"].min(), drawn["end"].max()) == (9, 16)


def test_calls_outside_its_hours_are_in_no_slot_and_are_counted(log):
    slots = measures.when_to_call(log.agency_calls)
    queued = slots.tally[["n_reached", "n_gave_up", "n_cut_off"]].sum(axis=1)
    is_open = slots.tally["weekday"].isin([1, 2, 3, 4]) & slots.tally["hour"].between(9, 15)
    assert (slots.tally["block"].notna() <= is_open).all()
    outside = int(queued[slots.tally["block"].isna()].sum())
    assert outside
    assert slots.account.left_out["no_slot"] == outside


def harbor_with(folder: Path, hours: str, head: str = "") -> agencies.Agency:
    """The invented agency with other hours of its front desk."""
    copied = shutil.copytree(TESTS / "agencies" / "harbor", folder / "harbor")
    text = (copied / "hours.toml").read_text("utf-8")
    before, rest = text.split("[[line.hours]]", 1)
    after = rest[rest.index("[[line]]") :]
    (copied / "hours.toml").write_text(f"{head}\n{before}{hours}\n{after}", "utf-8")
    return agencies.load(copied)


def hours_row(weekdays: list[int], opens: str, closes: str, more: str = "") -> str:
    return (
        f'[[line.hours]]\nweekdays = {weekdays}\nopens = "{opens}"\ncloses = "{closes}"\n{more}\n'
        'source = "invented"\ngrade = "U"\n'
    )


@pytest.mark.parametrize("blocks", [[9], [9, 9, 16], [16, 9], [8, 12, 16], [9, 12, 14], [9, 12, 26]])
def test_blocks_that_do_not_part_the_open_day_are_refused(tmp_path, blocks):
    with pytest.raises(InvalidRequest, match="the blocks of Harbor Permits"):
        harbor_with(tmp_path, hours_row([1, 2], "09:00", "16:00"), f"blocks = {blocks}")


@pytest.mark.parametrize(("opens", "closes"), [("22:00", "06:00"), ("20:00", "00:00"), ("9:00", "16:00"), ("8", "16")])
def test_hours_that_are_not_two_times_of_a_day_are_refused(tmp_path, opens, closes):
    with pytest.raises(InvalidRequest, match="the hours of Front desk"):
        harbor_with(tmp_path, hours_row([1, 2], opens, closes))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hours", "days", "whole"),
    [
        (hours_row([6], "18:00", "24:00"), (6,), (18, 24)),
        (hours_row([1, 2], "09:00", "12:00") + hours_row([3], "13:00", "20:00"), (1, 2, 3), (9, 20)),
        (hours_row([1], "09:00", "12:00") + hours_row([7], "06:00", "22:00", "until = 2015-01-01"), (1,), (9, 12)),
        (hours_row([2], "12:00", "12:30"), (2,), (12, 13)),
        ("", (1, 2, 3, 4, 5, 6, 7), (0, 24)),
    ],
    ids=["to midnight", "unlike days", "hours that ended", "half an hour", "not known"],
)
def test_whatever_its_hours_a_log_is_read_and_its_waits_are_compared_within_them(tmp_path, hours, days, whole):
    agency = harbor_with(tmp_path, hours)
    notes = intake_files.hand_csv(tmp_path / "log.csv", [intake_files.note(n) for n in range(1, 40)])
    intake.ingest([notes], tmp_path / "store", "A", "Pacific", agency=agency)
    log = load(tmp_path / "store", agency=agency)
    assert len(log.promises)
    slots = measures.when_to_call(log.agency_calls).table
    assert set(slots["weekday"].dropna()) == set(days)
    assert (agency.open_week.hours.start, agency.open_week.hours.stop) == whole
    assert figures.hour_by_weekday(measures.wait(log.agency_calls, by=("weekday", "hour"))).alt


def test_its_promises_are_judged_by_its_own_rules(log):
    promises = [row for row in log.promises.to_arrow().to_pylist() if row["rule_id"]]
    assert {row["rule_id"] for row in promises} == {"harbor-urgent", "harbor-regular"}
    for row in promises:
        if row["rule_id"] == "harbor-urgent" and row["due_strict_utc"]:
            assert row["due_strict_utc"] - row["started_at_utc"] >= timedelta(hours=24)
        closes = row["rule_id"] == "harbor-regular" and row["due_default_utc"]
        if closes:
            local = zones.to_local([closes.replace(tzinfo=None)], HARBOR.timezone)[0].item()
            assert (local.hour, local.minute) == (17, 0)


@pytest.mark.parametrize("name", some({name: name for name in CARDS}, QUICK))
def test_every_measure_counts_it(log, name):
    assert measures.run(name, log).table is not None


@pytest.fixture(scope="module")
def built(log):
    """A report of it by its module: made when it is first asked for."""
    return cache(lambda report: report.build(log))


@pytest.mark.slow
@pytest.mark.parametrize("report", [liaison, firm, research])
def test_every_report_is_made_of_it(built, report, tmp_path):
    page = writers.write(built(report), tmp_path / "page.html").read_text("utf-8")
    assert "t2-urgent-2022" not in page
    assert "800-375-5283" not in page


FOREIGN = re.compile(r".{,60}(?:USCIS|Contact Center|AILA|Eastern|\\{\\w+\\}).{,40}")  # words of the agency that ships


def words_of(part) -> list[str]:
    """Every text of a report, of its charts and of its tables."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, figures.Chart):
        return [part.title, part.alt, part.caption, part.subtitle, part.says, part.data.to_csv()]
    if is_dataclass(part):
        return words_of([getattr(part, each.name) for each in fields(part)])
    return [text for each in part for text in words_of(each)] if isinstance(part, list | tuple) else []


def foreign(texts) -> list[str]:
    return [found for text in texts for found in FOREIGN.findall(text)]


@pytest.mark.slow
@pytest.mark.parametrize("report", some({"liaison": liaison, "firm": firm, "research": research}, ["liaison"]))
def test_a_report_speaks_of_the_agency_that_was_called(built, report):
    its = built(report)
    assert foreign([*words_of(its), its.seen, writers.email(its)]) == []
    assert any("Harbor Permits" in text for text in words_of(its))


@pytest.fixture(scope="module")
def its_brief(built):
    return replace(built(liaison), marking="")


@pytest.mark.slow
@pytest.mark.parametrize("form", some({form: form for form in ("html", "docx", "txt", "pdf")}, ["html"]))
def test_a_report_is_written_without_words_of_another_agency(its_brief, form, tmp_path):
    path = writers.write(its_brief, tmp_path / f"page.{form}")
    assert foreign([written_words(path)]) == []


def written_words(path: Path) -> str:
    if path.suffix == ".pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as parts:
            return parts.read("word/document.xml").decode("utf-8")
    return path.read_text("utf-8")


@pytest.mark.slow
def test_an_evidence_sheet_asks_for_no_help_where_no_address_for_it_is_known(log):
    request = log.promises.to_arrow()["promise_id"][0].as_py()
    built = evidence.build(log, promise=request)
    assert foreign(words_of(built)) == []
    assert not any("email" in block.text for block in built.blocks if isinstance(block, Heading))


@pytest.mark.parametrize("name", some({name: name for name in CARDS}, QUICK))
def test_a_card_speaks_of_the_agency_that_is_counted(log, name):
    card = measures.run(name, log).card
    assert foreign([str(card.lines()), str(card.rows), str(card.words), card.title]) == []


@pytest.mark.slow
def test_pictures_of_the_gallery_and_the_ledger_speak_of_the_agency_that_was_called(log):
    assert foreign(words_of(list(gallery.charts(log).values()))) == []
    still = open_promises(log)
    assert still
    assert foreign([str(ledger._open_row(promise)) for promise in still]) == []
    assert foreign([ledger._heading(log, is_today=False), ledger._rules_confirmed(log)]) == []
    assert foreign([str(log.rows), str(measures.run("missed_callbacks", log).account)]) == []


def test_a_store_of_one_agency_has_no_call_of_the_other(tmp_path):
    """The phone log of an office shows calls to both; each agency's facts hold its own."""
    made = world.invent(PHOENIX, 5)
    half = len(made.calls) // 2
    both = pa.concat_tables([made.calls[:half], renamed(made.calls[half:], "other_number", NUMBERS)])
    rows = {"calls": both, "entries": made.entries[:0], "notices": made.notices, "sources": made.sources}
    theirs, ours = (agency_facts(made.office, rows, agency)["agency_calls"] for agency in (HARBOR, USCIS))
    outbound = both.filter(pc.equal(both["direction"], "outbound"))
    dialed = dict(zip(outbound["call_id"].to_pylist(), outbound["other_number"].to_pylist(), strict=True))
    for facts, agency in ((theirs, HARBOR), (ours, USCIS)):
        called = {dialed[call] for call in facts["call_id"].to_pylist()}
        assert called
        assert all(agency.line_of(number) for number in called)
    assert not set(theirs["call_id"].to_pylist()) & set(ours["call_id"].to_pylist())


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A store of two offices, each of which calls another agency."""
    folder = tmp_path_factory.mktemp("both")
    calls = [phone_csv(folder / "elm" / "elm.csv", range(12)), phone_csv(folder / "oak" / "oak.csv", range(12, 30))]
    text = calls[1].read_text().replace(intake_files.USCIS, "(206) 555-0111")
    calls[1].write_text(text)
    ingest([calls[0]], folder / "calls", "Elm", "Eastern")
    ingest([calls[1]], folder / "calls", "Oak", "Pacific", new_office=True, agency=HARBOR)
    return folder


def test_a_store_of_both_keeps_them_apart(both):
    uscis, harbor = (load(both / "calls", agency=agency) for agency in (USCIS, HARBOR))
    for log, office, line in ((uscis, "Elm", "contact_center"), (harbor, "Oak", "front_desk")):
        assert log.offices.to_arrow()["name"].to_pylist() == [office]
        calls = log.agency_calls.to_arrow()
        assert calls["line"].unique().to_pylist() == [line]
        ids = set(calls["office_id"].unique().to_pylist())
        tables = (log.calls, log.callbacks, log.coverage, log.sources, log.promises, log.entries)
        assert all(set(table.to_arrow()["office_id"].to_pylist()) <= ids for table in tables)
        assert measures.volume(log.agency_calls).table["value"].iloc[0] == len(calls)
        assert log.rows.stored == len(log.calls)
    assert uscis.logged != harbor.logged


def test_a_store_of_both_asks_which_is_meant(both):
    with pytest.raises(OpenQuestion, match="several agencies"):
        load(both / "calls")


def test_files_of_one_agency_are_not_read_into_an_office_that_calls_the_other(both, tmp_path):
    with pytest.raises(Refused, match="another agency"):
        ingest([phone_csv(tmp_path / "new.csv", range(40, 50))], both / "calls", "Oak", agency=USCIS)


def test_rules_judged_anew_leave_the_other_agency_as_it_is(both):
    before = load(both / "calls", agency=HARBOR).agency_calls.to_arrow()
    assert list(intake.renew(both / "calls")) == ["Elm"]
    assert load(both / "calls", agency=HARBOR).agency_calls.to_arrow().equals(before)


@pytest.mark.slow
def test_the_receipt_the_template_and_the_help_name_the_agency_that_is_called(tmp_path):
    rows = "".join(f"3/{n}/2022,{n % 3 + 1}:05,{n + 9},A{n}7,Call back,24 hours,206-555-0147\n" for n in range(1, 30))
    (tmp_path / "in").mkdir()
    sheet = f"Date,Time,Wait (min),Agent ID,Outcome,Call back promised,Call-back number\n{rows}"
    (tmp_path / "in" / "log.csv").write_text(sheet)
    phone = phone_csv(tmp_path / "in" / "phone.csv", range(20))
    phone.write_text(phone.read_text().replace(intake_files.USCIS, "(206) 555-0111"))
    words = intake.check(tmp_path / "in", "Alder", "Pacific", agency=HARBOR).text()
    template.write(tmp_path / "own.xlsx", agency=HARBOR)
    with zipfile.ZipFile(tmp_path / "own.xlsx") as parts:
        book = " ".join(parts.read(name).decode() for name in parts.namelist())
    helps = [command.get_help(click.Context(command)) for command in (main, *main.commands.values())]
    assert "the half of the day in which Harbor Permits works" in " ".join(words.split())
    assert "phone calls to Harbor Permits in its period" in words
    assert "Log of calls to the Harbor Permits Front desk" in book
    assert not [text for text in (words, book, *helps) if re.search("USCIS|Contact Center", text)]
