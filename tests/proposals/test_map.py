"""A mapping is proposed from a file alone, is never silently certain, and holds nothing of a client."""

import csv
import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from callanalytics import formats, intake, proposals
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from roots import GOLDEN

FORMATS = formats.load()
EXPORTS = {
    path.parent.name: path
    for path in sorted(GOLDEN.glob("*/export.*"))
    if path.suffix in (".csv", ".json", ".xlsx") and FORMATS[path.parent.name].makes == "calls"
}
HARD_TO_MAP = {  # no header, or a moment or a length that takes more than one rule
    "aircall", "asterisk_cdr", "asterisk_cdr_custom", "att_bill", "freepbx_bare", "freeswitch_cdr", "nextiva",
}  # fmt: skip
# No header, or (AT&T's bill) no column that reads as a moment by itself.
NOT_PROPOSED = {"asterisk_cdr", "asterisk_cdr_custom", "att_bill", "freepbx_bare", "freeswitch_cdr"}


def proposed(path) -> proposals.Proposal | None:
    try:
        return proposals.propose(path, today=date(2026, 3, 1))
    except CallLogError:
        return None


@cache
def made_of(name) -> proposals.Proposal | None:
    return proposed(EXPORTS[name])


PROPOSED = sorted(set(EXPORTS) - NOT_PROPOSED)


def moment_and_length(fmt, header) -> list:
    """The rules of the moment and the length, but for one whose columns this file does not have."""
    rules = [fmt.columns.get(target) for target in ("started", "date", "time", "duration_s")]
    there = [rule and any(name in header for column in rule.columns for name in column) for rule in rules]
    return [
        ([column[0] for column in rule.columns], rule.parse) if has else None
        for rule, has in zip(rules, there, strict=True)
    ]


def a_log(path, rows, header="Call began,Direction,From number,To number,Result,Talk seconds") -> Path:
    path.write_text(header + "\n" + "\n".join(rows) + "\n", "utf-8")
    return path


@pytest.mark.slow
def test_at_least_four_fifths_of_the_known_exports_are_told_right_and_the_others_are_listed():
    wrong = {
        name
        for name in EXPORTS
        if not (made := made_of(name))
        or moment_and_length(made.fmt, made.table.header) != moment_and_length(FORMATS[name], made.table.header)
    }
    assert wrong == HARD_TO_MAP
    assert {name for name in EXPORTS if not made_of(name)} == NOT_PROPOSED
    assert len(wrong) <= 0.2 * len(EXPORTS)


@pytest.mark.parametrize("name", PROPOSED)
def test_a_unit_is_right_or_is_asked(name):
    result, known = made_of(name).fmt.columns.get("duration_s"), FORMATS[name].columns.get("duration_s")
    if result and known and result.columns[0][0] == known.columns[0][0]:
        assert (result.parse, result.clock) in {(known.parse, known.clock), (known.parse, "")}


@pytest.mark.parametrize("name", PROPOSED)
def test_the_written_mapping_accounts_for_every_row(name, tmp_path):
    mapping = made_of(name).write(tmp_path / "own.toml")
    receipt = intake.check(
        [EXPORTS[name]], mapping=mapping, timezone="Eastern", date_order="mdy", today=date(2026, 3, 1)
    )
    assert not receipt.problems, receipt.text()
    totals = receipt.totals
    assert totals["rows"] == sum(totals[kind] for kind in ("calls", "entries", "notices", "rejects", "set_aside"))
    assert totals["rows"] > 0


@pytest.mark.parametrize("name", PROPOSED)
def test_no_number_and_no_name_of_the_file_is_in_the_proposal(name):
    rows = made_of(name).toml + json.dumps(made_of(name).rows) + "".join(map(str, made_of(name).questions))
    undated = re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d+)?)?", "", rows)
    assert not re.search(r"\d{7}", re.sub(r"[-+ ().]", "", undated).replace("9" * 11, ""))
    assert not re.search(r"555.?0\d\d\d|Front desk|Invented|Ng\b|example\.org", rows)


def test_a_column_that_fits_both_orders_is_a_question(tmp_path):
    path = a_log(tmp_path / "a.csv", ["3/4/2022 9:00,Out,202-555-0143,800-375-5283,Answered,900"])
    made = proposals.propose(path)
    assert any("month/day and day/month" in question.text for question in made.questions)
    assert made.fmt.columns["started"].order == "evidence"
    assert "month/day and day/month" in made.toml


@pytest.mark.parametrize(("day", "order"), [("3/14/2022", "mdy"), ("14/3/2022", "dmy")])
def test_a_column_that_proves_its_order_is_read_in_it(tmp_path, day, order):
    made = proposals.propose(a_log(tmp_path / "a.csv", [f"{day} 9:00,Out,202-555-0143,800-375-5283,Answered,900"]))
    assert made.fmt.columns["started"].order == order
    assert not any("month/day" in question.text for question in made.questions)


@pytest.mark.parametrize(
    ("lengths", "parse"),
    [(["2471", "40"], "seconds"), (["2471000", "140000"], "milliseconds"), (["41", "12"], None)],
)
def test_a_unit_that_the_numbers_do_not_prove_is_asked(tmp_path, lengths, parse):
    rows = [f"2022-03-0{day} 09:00:00,Out,Answered,{n}" for day, n in enumerate(lengths, 1)]
    made = proposals.propose(a_log(tmp_path / "a.csv", rows, "Started,Direction,Result,Duration"))
    rule = made.fmt.columns.get("duration_s")
    assert (rule.parse if rule else None) == parse
    assert any("seconds or minutes" in question.text for question in made.questions) == (parse is None)


def test_two_moments_of_a_row_prove_that_its_lengths_are_minutes(tmp_path):
    rows = ["2022-03-01 09:00:00,2022-03-01 09:41:00,41", "2022-03-02 09:00:00,2022-03-02 09:12:00,12"]
    made = proposals.propose(a_log(tmp_path / "a.csv", rows, "Started,Ended,Duration"))
    assert made.fmt.columns["duration_s"].parse == "minutes"
    assert made.fmt.columns["started"].columns == (("Started",),)


def test_a_word_that_may_be_a_name_is_masked_and_asked(tmp_path):
    rows = [f"2022-03-0{day} 09:00:00,Out,{word},2471" for day, word in enumerate(["Answered", "Missed", "Marisol"], 1)]
    made = proposals.propose(a_log(tmp_path / "a.csv", rows, "Started,Direction,Result,Duration"))
    assert "Marisol" not in made.toml + str(made.questions)
    assert any("row 4" in question.text and "xxxxxxx" in question.text for question in made.questions)


def test_a_workbook_is_mapped_as_a_csv_is(tmp_path):
    book = openpyxl.Workbook()
    with EXPORTS["ringcentral_analytics"].open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream):
            book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    made = proposals.propose(tmp_path / "export.xlsx")
    assert moment_and_length(made.fmt, made.table.header) == moment_and_length(
        FORMATS["ringcentral_analytics"], made.table.header
    )


def test_the_command_writes_once_says_what_to_type_next_and_overwrites_nothing(tmp_path):
    out = tmp_path / "own.toml"
    done = CliRunner().invoke(main, ["map", str(EXPORTS["zoom"]), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert f"callanalytics check {EXPORTS['zoom']} --mapping {out}" in done.output
    assert formats.read_mapping(out).evidence == "proposed from a file's header and values"
    before = out.read_bytes()
    assert CliRunner().invoke(main, ["map", str(EXPORTS["zoom"]), "--out", str(out)]).exit_code == 2
    assert out.read_bytes() == before


def test_a_file_without_a_header_is_refused_with_what_to_do():
    with pytest.raises(CallLogError, match="no table with a header"):
        proposals.propose(EXPORTS["asterisk_cdr"])


@pytest.mark.slow
def test_a_table_of_thousands_of_columns_is_refused_at_once(tmp_path):
    path = a_log(tmp_path / "a.csv", [",".join(["1"] * 5_000)], ",".join(f"call {n % 9}" for n in range(5_000)))
    with pytest.raises(CallLogError, match="is not a call log"):
        proposals.propose(path)


GERMAN = """Datum;Uhrzeit;Richtung;Rufnummer;Dauer;Ergebnis;Mitarbeiter
01.03.2022;10:05:00;ausgehend;+18003755283;00:41:11;angenommen;Invented
02.03.2022;07:40:10;eingehend;+12028382200;00:00:21;verpasst;Invented
15.03.2022;09:12:44;eingehend;+13125550186;00:10:11;besetzt;Invented
"""


def test_a_header_in_another_language_is_one_where_it_stands_over_figures(tmp_path):
    (tmp_path / "anrufe.csv").write_text(GERMAN, "utf-8")
    made = proposed(tmp_path / "anrufe.csv")
    assert moment_and_length(made.fmt, made.table.header) == [
        None,
        (["Datum"], "date"),
        (["Uhrzeit"], "time_24"),
        (["Dauer"], "clock_span"),
    ]
    assert made.fmt.columns["date"].order == "dmy"
    assert [row["direction"] for row in made.rows] == ["outbound", "inbound", "inbound"]
    assert [row["outcome"] for row in made.rows] == ["answered", "missed", "busy"]


def test_a_first_row_of_calls_is_no_header_in_any_language(tmp_path):
    (tmp_path / "anrufe.csv").write_text(GERMAN.partition("\n")[2], "utf-8")
    assert "Invented" not in str(intake.peek(tmp_path / "anrufe.csv"))
    assert proposed(tmp_path / "anrufe.csv") is None


@pytest.mark.slow
def test_a_mapping_is_remembered_for_the_office(tmp_path):
    """Given once, it reads the next export of that office too, and the first one again for `verify`."""
    from callanalytics.store import Store

    march, april, store = tmp_path / "march.csv", tmp_path / "april.csv", tmp_path / "store"
    march.write_text(GERMAN, "utf-8")
    april.write_text(GERMAN.replace(".03.2022", ".04.2022"), "utf-8")
    mapping = proposals.propose(march).write(tmp_path / "german.toml")
    intake.ingest([march], store, office="Elm", timezone="Eastern", mapping=mapping)
    mapping.unlink()
    receipt = intake.ingest([april], store, office="Elm")
    assert receipt.totals["calls"] == 3
    assert "by the mapping german" in receipt.text()
    assert intake.compare(Store.open(store), tmp_path).problems == []
    with pytest.raises(CallLogError):
        formats.remembered("german", 'extends = "nothing"')


@pytest.mark.slow
def test_a_mapping_of_one_office_is_not_of_another(tmp_path):
    march, april, store = tmp_path / "march.csv", tmp_path / "april.csv", tmp_path / "store"
    march.write_text(GERMAN, "utf-8")
    april.write_text(GERMAN.replace(".03.2022", ".04.2022"), "utf-8")
    mapping = proposals.propose(march).write(tmp_path / "german.toml")
    intake.ingest([march], store, office="Elm", timezone="Eastern", mapping=mapping)
    receipt = intake.ingest([april], store, office="Oak", timezone="Eastern", new_office=True)
    assert not receipt.files
    assert [asked.question.code for asked in receipt.questions] == ["mapping"]


def test_a_hand_log_that_is_known_leaves_nothing_open(tmp_path):
    rows = "".join(f"3/{day}/2022,10:{day} AM,{20 + day},A{day},Solved\n" for day in range(14, 29))
    (tmp_path / "log.csv").write_text("Date,Time,Wait,Agent ID,Outcome\n" + rows)
    result = CliRunner().invoke(main, ["map", str(tmp_path / "log.csv"), "--out", str(tmp_path / "own.toml")])
    assert "No questions." in result.output
    assert "0 questions" not in result.output


def test_an_export_of_one_row_without_a_word_of_holding_is_a_phone_systems(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("When,Who rang,How long (s),Way\n2022-03-01 10:05:00,+1 202 555 0143,271,In\n")
    proposed = proposals.propose(path)
    assert "hand_sheet" not in proposed.toml
    assert proposed.fmt.makes == "calls"


@pytest.mark.slow
def test_a_mapping_of_a_hand_log_names_every_column_that_is_read(tmp_path):
    """A column that completes another goes behind it, and never in its place."""
    rows = [f"3/{n}/2022,{20 + n},SR1234567{n},Resolved,72 hours" for n in range(14, 30)]
    path = a_log(tmp_path / "log.csv", rows, "Date,Wait,SR,What happened,Call back promised")
    printed = CliRunner().invoke(main, ["map", str(path), "--out", str(tmp_path / "own.toml")]).output
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in printed.splitlines() if line.startswith("  ")}
    assert lines["sr_number"] == "SR, else What happened (text)"
    assert lines["promised"] == "Call back promised, else What happened (words)"
    shown = CliRunner().invoke(main, ["map", str(path), "--out", str(tmp_path / "again.toml"), "--json"]).output
    assert json.loads(shown)["columns"]["promised"]["from"] == ["Call back promised", "What happened"]
