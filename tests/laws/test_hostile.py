"""Input from a hurried, unlucky, or hostile person: the answer is a sentence, in time, and the rest is read."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import report_log
from built_reports import built
from callanalytics import intake, measures, read
from callanalytics.cli import main
from callanalytics.errors import CallLogError
from callanalytics.formats import grammar, read_mapping
from callanalytics.intake import exports
from callanalytics.log import load
from callanalytics.reports import liaison
from callanalytics.store import Store, commit
from intake_files import hand_csv, note, phone_csv
from roots import GOLDEN

OFFICE = {"office": "Alder and Birch", "timezone": "Eastern", "office_id": "5" * 32}
SHEET = "Date,Time,Wait,Outcome,Call-back promised\n"
ROW = "3/13/2022,10:05 AM,45,Resolved,No\n"


def sheet(folder, *rows, header=SHEET, name="sheet.csv"):
    path = folder / name
    path.write_text(header + ROW + "".join(row + "\n" for row in rows))
    return path


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Run a command in an empty folder; return its exit status and all its output. It must not end in a traceback."""
    monkeypatch.chdir(tmp_path)

    def run(*words) -> tuple[int, str]:
        done = CliRunner().invoke(main, list(words))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Something unexpected" not in done.output, done.output
        return done.exit_code, done.output

    return run


# ---- our own faults ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", ["read_export", "identify"])
def test_a_fault_while_one_file_is_read_is_that_files_problem_and_the_folder_goes_on(tmp_path, monkeypatch, broken):
    folder = tmp_path / "logs"
    odd, _ = phone_csv(folder / "odd.csv", range(3)), hand_csv(folder / "hand.csv", [note(1)])
    module = exports if broken == "read_export" else read
    whole = getattr(module, broken)

    def faulty(*given):
        files = given[0] if broken == "read_export" else [given[0]]
        return {}["Maria Quintanilla"] if files[0].content().startswith(b"Type,") else whole(*given)

    monkeypatch.setattr(module, broken, faulty)
    receipt = intake.ingest([folder], tmp_path / "store", **OFFICE)
    assert receipt.totals["entries"] == 1
    (problem,) = receipt.problems
    assert re.fullmatch(
        r".*\.csv: could not be read because of a fault in callanalytics: error KeyError at \w+/\w+\.py:\d+\. "
        r"Report this error code .*, but never send the file\.",
        str(problem),
    )
    monkeypatch.undo()
    assert intake.ingest([odd], tmp_path / "store", **OFFICE).totals["calls"] == 3


def test_a_bill_with_a_column_named_like_a_label_above_its_blocks_is_read(tmp_path):
    bill = (GOLDEN / "att_bill" / "export.csv").read_text().splitlines()
    extra = {"Item,Day,Date,Time,Number": ",Line", "1,TUE,03/01/2022,10:05AM": ",x", "2,WED,03/02/2022,9:12AM": ",y"}
    bill = [line + next((end for start, end in extra.items() if line.startswith(start)), "") for line in bill]
    (tmp_path / "bill.csv").write_text("\n".join(bill))
    intake.ingest([tmp_path / "bill.csv"], tmp_path / "store", **OFFICE)
    calls = Store.open(tmp_path / "store").read("calls").select(["our_number", "duration_s"]).to_pylist()
    assert [call["our_number"] for call in calls[:2]] == ["+12025550143"] * 2


# ---- dates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", ["0001", "1066", "9999"])
def test_a_year_that_no_calendar_holds_rejects_its_row_and_no_other(tmp_path, year):
    receipt = intake.check([sheet(tmp_path, f"1/1/{year},10:05 AM,45,Resolved,No")])
    assert (receipt.totals["entries"], receipt.totals["rejects"]) == (1, 1)
    assert (receipt.to_fix[0].found, receipt.to_fix[0].wanted) == (f"1/1/{year}", "a year from 1970 to 2100")


def test_a_year_that_no_calendar_holds_in_json_does_not_lose_the_run(tmp_path):
    record = {"startTime": "2022-03-01T10:00:00.000Z", "duration": 60, "type": "Voice", "direction": "Outbound"}
    record |= {"action": "VoIP Call", "result": "Call connected", "to": {"phoneNumber": "+18003755283"}, "from": {}}
    page = {"records": [record | {"id": str(n), "startTime": when} for n, when in enumerate(
        ["0001-01-01T00:00:00.000Z", "2022-03-01T10:00:00.000Z", "9999-12-31T23:59:59.999Z"])]}  # fmt: skip
    (tmp_path / "calls.json").write_text(json.dumps(page))
    receipt = intake.ingest([tmp_path / "calls.json"], tmp_path / "store", **OFFICE)
    assert (receipt.totals["calls"], receipt.totals["rejects"]) == (1, 2)


def test_a_row_dated_years_ahead_is_kept_and_told_and_stretches_nothing(tmp_path):
    from datetime import date

    path = sheet(tmp_path, "1/1/2099,10:05 AM,45,Resolved,72 hours", "3/1/1999,10:05 AM,45,Resolved,No")
    receipt = intake.ingest([path], tmp_path / "store", today=date(2022, 4, 1), **OFFICE)
    assert receipt.totals["entries"] == 3
    assert receipt.scope.hand_log == (date(1999, 3, 1), date(2022, 3, 13))
    found = [note.partition(": ")[2] for note in receipt.notes]
    slip = "If the date is wrong, correct it and read the file again"
    assert f"row 3, dated after the day it was read: kept with its date, covers nothing. {slip}" in found
    assert f"row 4, dated before 2018: kept with its date. {slip}" in found
    assert str(load(tmp_path / "store").as_of) == "2022-03-13"


def test_an_order_of_the_dates_that_the_file_disproves_is_named(tmp_path):
    receipt = intake.check([sheet(tmp_path)], date_order="dmy")
    assert [fix.wanted for fix in receipt.to_fix] == ["day/month, as the rest of the file is read (--date-order)"]


# ---- waits and lengths ---------------------------------------------------------------------------------------


def entries_of(folder, *rows):
    intake.ingest([sheet(folder, *rows)], folder / "store", **OFFICE)
    return Store.open(folder / "store").read("entries").to_pylist()


def test_a_part_of_something_is_not_taken_for_minutes(tmp_path):
    receipt = intake.check([sheet(tmp_path, "3/14/2022,10:05 AM,0.0416667,Resolved,No")])
    assert [(unclear.doubt.column, unclear.doubt.word) for unclear in receipt.unclear] == [("Wait", "9.9999999")]
    assert not receipt.to_fix  # the row stays, without its wait


def test_a_wait_longer_than_so_much_is_known_only_where_no_one_came(tmp_path):
    rows = entries_of(
        tmp_path,
        "3/14/2022,10:05 AM,>2 hrs,Resolved,No",
        "3/15/2022,10:05 AM,>2 hrs,,",
        "3/16/2022,10:05 AM,hung up after >2 hrs,,",
    )
    assert [(row["wait_s"], row["wait_outcome"], row["warnings"]) for row in rows[1:]] == [
        (None, "reached", "wait_at_least"),
        (7200, "unknown", "wait_at_least"),  # kept, and in no curve: no one knows how it ended
        (7200, "gave_up", "wait_at_least"),
    ]


def test_midnight_may_be_written_as_the_end_of_a_day(tmp_path):
    (_, row) = entries_of(tmp_path, "3/14/2022,24:00,45,Resolved,No")
    assert str(row["started_at_local"]) == "2022-03-15 00:00:00"


def test_a_call_longer_than_a_day_has_no_length_and_is_told(tmp_path):
    extra = "Voice,(800) 375-5283,,Tue 03/01/2022,09:00 AM,VoIP Call,Call connected,,27777:46:39"
    receipt = intake.ingest([phone_csv(tmp_path / "calls.csv", [0], extra)], tmp_path / "store", **OFFICE)
    calls = {row["source_row"]: row for row in Store.open(tmp_path / "store").read("calls").to_pylist()}
    assert (calls[3]["duration_s"], calls[3]["warnings"]) == (None, "duration_too_long")
    assert calls[2]["warnings"] is None
    assert any("row 3, call longer than a day: its length left out" in note for note in receipt.notes)


# ---- exports of nothing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["[]", '{"records": []}', '{"records": [], "paging": {"page": 1}}', '{"a":[]}\n[]'])
def test_a_page_without_records_says_so(tmp_path, content):
    (tmp_path / "calls.json").write_text(content)
    receipt = intake.check([tmp_path / "calls.json"])
    assert [p.why.what for p in receipt.problems] == ["calls.json has no records"]


def test_a_header_alone_says_so(tmp_path):
    (tmp_path / "log.csv").write_text(SHEET)
    receipt = intake.check([tmp_path / "log.csv"])
    assert receipt.totals["rows"] == 0
    assert any("it has a header but no rows" in note for note in receipt.notes)


def test_a_thousand_files_of_one_fault_are_one_line(tmp_path):
    for n in range(50):
        (tmp_path / f"{n}.csv").write_text(f"a,b,c\n{n},2,3\n")
    text = intake.check([tmp_path]).text()
    assert text.count("is not an export we know yet") == 1
    assert "and 49 more like it" in text


# ---- other people's format files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    ["a = " + "[" * 5000 + "]" * 5000, "a = " + "{a=" * 5000 + "1" + "}" * 5000, ".".join("a" * 3000) + " = 1"],
)
def test_a_mapping_nested_without_end_is_refused(tmp_path, content):
    (tmp_path / "deep.toml").write_text(content)
    with pytest.raises(CallLogError, match=r"deep\.toml is n"):
        read_mapping(tmp_path / "deep.toml")


def test_a_mapping_that_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    for path in (tmp_path / "pipe.toml", tmp_path):
        with pytest.raises(CallLogError, match="is not a file"):
            read_mapping(path)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|aa)+$", "(.*)*x", "((a{1,9}){1,9}){1,9}", "([a-z]+)*\\d", "(?:a|b|ab)*c", "(x\\d*)+", "(a)\\1",
     "a*a*a*a*b", "(?P<n>a)(?P=n)", "x" * 1001, "(unclosed", "(((a+)))+"],
)  # fmt: skip
def test_a_pattern_that_can_run_away_is_not_used(tmp_path, pattern):
    assert grammar.pattern_problem(pattern)
    (tmp_path / "own.toml").write_text(
        f'extends = "hand_sheet"\n[[set_aside]]\nreason = "x"\nwhen = {{ Date = \'~{pattern}\' }}\n'
    )
    with pytest.raises(CallLogError, match="not a format file"):
        read_mapping(tmp_path / "own.toml")


@pytest.mark.parametrize(
    "pattern",
    [r"(\d{9,11})\.\d+$", r".*\d.*", r"^(?:9(?=1?[2-9]\d{9}$))?(.*)$", r"(?!from-internal).*", r"[*+(]+x", r"\(a\)+",
     r"(grand |sub)?totals?:?|average:?", r"(?i)(\d+):(\d+)", r"(?:AM|PM)?", r"[(|]+"],
)  # fmt: skip
def test_a_pattern_that_cannot_run_away_is_used(pattern):
    assert grammar.pattern_problem(pattern) == ""


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [r".*.*.*x", r"\w+\d+\w+$", r"[ab]*a[ab]*b"])
def test_the_slowest_patterns_that_are_allowed_end_in_time(pattern):
    from callanalytics.formats.layout import taken_of

    assert grammar.pattern_problem(pattern) == ""
    start = time.perf_counter()
    taken_of("a" * 100_000, pattern)
    assert time.perf_counter() - start < 30


# ---- places to write to --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A folder with a store, the exports in it, and a file."""
    place = tmp_path_factory.mktemp("office")
    phone_csv(place / "exports" / "calls.csv", range(9))
    hand_csv(place / "exports" / "log.csv", [note(n) for n in range(1, 5)])
    intake.ingest([place / "exports"], place / "store", **OFFICE)
    (place / "file").write_text("x")
    return place


@pytest.fixture
def store(office, tmp_path):
    return shutil.copytree(office, tmp_path, dirs_exist_ok=True) / "store"


@pytest.mark.parametrize("out", ["file/below/it.csv", "a" * 300 + ".csv", "exports", "file/it.xlsx"])
def test_a_table_that_cannot_be_written_there_says_so(store, command, out):
    code, result = command("table", "agency_calls", "--store", "store", "--out", out)
    assert code == 2
    assert "cannot be written" in result or "ending is not known" in result


@pytest.mark.parametrize("place", ["file", "file/below", "a" * 300, "loop/below", "pipe"])
def test_a_store_that_cannot_be_there_says_so(store, command, place):
    os.symlink("loop", "loop")
    os.mkfifo("pipe")
    code, result = command("ingest", "exports", "--store", place, "--office", "Elm", "--timezone", "Eastern")
    assert code == 2
    assert any(words in result for words in ("a file, not a folder", "folder is needed", "too long", "leads to itself"))


def test_a_sample_that_cannot_be_written_there_says_so(store, command):
    code, result = command("sample", "file/below")
    assert (code, "cannot be written" in result) == (2, True)


@pytest.fixture
def built_before(monkeypatch):
    """Make `report liaison` write a short finished report, for tests of the steps after it is built."""
    short = built(liaison, report_log.log(0))
    monkeypatch.setattr(liaison, "build", lambda *_: short)


@pytest.mark.slow
@pytest.mark.usefixtures("built_before")
def test_a_report_whose_file_another_program_has_open_says_so_and_leaves_it(store, command, monkeypatch):
    import os

    code, _ = command("report", "liaison", "--store", "store", "--out", "out", "--formats", "html")
    before, replace = Path("out/liaison.html").read_bytes(), os.replace

    def locked(draft, path):
        if Path(path).name == "liaison.html":
            raise PermissionError(13, "injected", str(path))
        return replace(draft, path)

    monkeypatch.setattr(os, "replace", locked)
    again, result = command("report", "liaison", "--store", "store", "--out", "out", "--formats", "html")
    assert (code, again) == (0, 2)
    assert "liaison.html cannot be written" in result
    assert "another program has it open" in result
    assert Path("out/liaison.html").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["liaison", "firm"])
def test_slips_of_the_pen_of_a_hundred_years_stop_no_report(tmp_path, command, audience):
    odd = [f"{date},10:05 AM,45,Resolved,{kind}" for date in ("1/1/1970", "12/31/2099", "1/1/0001", "12/31/9999")
           for kind in ("72 hours", "30 business days")]  # fmt: skip
    intake.ingest([sheet(tmp_path, *odd)], tmp_path / "store", **OFFICE)
    code, result = command("report", audience, "--store", "store", "--out", "out", "--formats", "html")
    assert code == 0, result
    assert command("promises", "--store", "store", "--ics", "due.ics")[0] == 0


@pytest.mark.slow
@pytest.mark.usefixtures("built_before")
@pytest.mark.parametrize("out", ["file", "file/below", "a" * 300])
def test_a_report_that_cannot_be_written_there_says_so(store, command, out):
    code, result = command("report", "liaison", "--store", "store", "--out", out, "--formats", "html")
    assert (code, "cannot be written" in result) == (2, True)


def test_a_period_that_ends_before_it_begins_is_refused(store):
    with pytest.raises(CallLogError, match="since is later than until"):
        measures.run("volume", load(store), since="2022-05-01", until="2022-01-01")


# ---- stores ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [{"schema_version": "1"}, {"schema_version": None}, {"tables": []}, {"sources": [1]}, {"sources": {"a": 1}}],
)
def test_a_store_whose_list_of_tables_is_not_ours_is_a_sentence(store, damage):
    path = store / commit.PUBLISHED / (store / commit.CURRENT).read_text().strip() / commit.MANIFEST
    text = json.loads(path.read_text()) | damage
    os.chmod(path, 0o600)
    path.write_text(json.dumps(text))
    with pytest.raises(CallLogError, match="cannot be read"):
        Store.open(store)


@pytest.mark.slow
def test_whoever_must_wait_for_a_store_is_told_at_once(store):
    code = (
        "import sys\nfrom callanalytics.store import Store\n"
        "with Store.open(sys.argv[1]).writing():\n    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    holder.stdout.readline()
    given = []
    with pytest.raises(CallLogError, match="being written by another program"):
        with Store.open(store).writing(wait_s=1.2, waiting=given.append):
            pass
    holder.communicate(b"")
    holds = f"process {holder.pid} on {os.uname().nodename}"
    assert [result.endswith(f"store is being written by {holds}: waiting, up to 1 seconds") for result in given] == [
        True
    ]


def test_an_office_whose_name_no_one_can_write_down_is_refused_in_a_sentence(tmp_path):
    """Bytes that are not text become lone surrogates, which no file can hold."""
    result = CliRunner().invoke(
        main, ["ingest", str(sheet(tmp_path)), "--office", "El\udcffm", "--timezone", "Central"]
    )
    assert result.exit_code == 2
    assert "The office's name has characters that this computer can't read" in result.output
    assert "Something unexpected" not in result.output
