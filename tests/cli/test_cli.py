"""The commands as a person types them, on the invented sample."""

import json
import re
import shutil

import openpyxl
import pytest

import report_log
from built_reports import built
from callanalytics import sample
from callanalytics.cli import main
from callanalytics.invented import shipped_folder
from callanalytics.reports import liaison
from callanalytics.store import Store
from commands import run
from exhaustive import some

SAMPLE = shipped_folder("sample")


def office_folder(key):
    return next(p for p in sorted(SAMPLE.iterdir()) if p.name.startswith(key))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The small office of the sample, in a store of its own."""
    where = tmp_path_factory.mktemp("cli") / "store"
    result = run("ingest", office_folder("4"), "--store", where, "--office", "Tamarind", "--timezone", "Hawaii")
    assert result.exit_code in (0, 1), result.output
    return where


def test_help_groups_every_command_each_with_one_line():
    printed = run("--help").output
    titles = [line for line in printed.splitlines() if line in ("Every day:", "Your files:", "Sharing:", "Research:")]
    assert titles == ["Every day:", "Your files:", "Sharing:", "Research:"]
    for name in main.commands:
        (line,) = [line for line in printed.splitlines() if re.match(rf"  {name}  ", line)]
        assert len(line) <= 80


def test_a_command_without_a_store_says_what_to_type(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (["promises"], ["report", "liaison"], ["measure", "wait"], ["office"]):
        printed = run(*words)
        assert printed.exit_code == 2
        assert "There is no store in calls" in printed.output
        assert "callanalytics start  makes one" in printed.output


def test_help_shows_an_example_for_each_command():
    for name in main.commands:
        assert run(name, "--help").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("key", some({key: key for key in "1234"}, "4"))
def test_every_row_is_accounted_for_per_file_and_in_total(key, tmp_path):
    words = ["ingest", office_folder(key), "--store", tmp_path / key, "--office", "X", "--timezone", "Eastern"]
    printed = json.loads(run(*words, "--json").output)
    kinds = ("calls", "entries", "notices", "rejects", "set_aside")
    assert printed["files"]
    for part in [*printed["files"], printed]:
        assert part["rows"] == sum(part[kind] for kind in kinds)
    assert printed["rows"] == sum(file["rows"] for file in printed["files"])


@pytest.mark.slow
def test_the_same_folder_twice_adds_nothing_and_says_so(tmp_path):
    words = ["ingest", office_folder("4"), "--store", tmp_path / "s", "--office", "X", "--timezone", "Hawaii", "--json"]
    first, second = (json.loads(run(*words).output) for _ in range(2))
    assert not first["already_ingested"]
    assert second["already_ingested"]
    assert second["calls"] + second["entries"] == second["duplicates"]


@pytest.mark.slow
def test_check_stores_nothing(tmp_path):
    files = tmp_path / "files"
    shutil.copytree(office_folder("4"), files)
    before = sorted(p for p in tmp_path.rglob("*"))
    assert run("check", files, "--timezone", "Hawaii").exit_code in (0, 1)
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_keys_to_split_by_may_be_given_one_by_one(store):
    together, apart = (run("measure", "volume", "--store", store, *by, "--json").output
                       for by in (("--by", "weekday,hour"), ("--by", "weekday", "--by", "hour")))  # fmt: skip
    assert json.loads(apart)["rows"] == json.loads(together)["rows"]
    assert {"weekday", "hour"} <= json.loads(apart)["rows"][0].keys()


def test_a_measure_is_a_long_table_with_n_and_interval(store):
    printed = json.loads(run("measure", "wait", "--store", store, "--by", "weekday", "--json").output)
    assert {"measure", "version", "as_of", "rows", "caveats"} <= set(printed)
    assert {"weekday", "wait_origin", "statistic", "unit", "n", "events", "value", "low", "high", "flag"} <= set(
        printed["rows"][0]
    )


def test_a_key_that_the_table_lacks_is_refused_with_those_it_has(store):
    result = run("measure", "wait", "--store", store, "--by", "color")
    assert result.exit_code == 2
    assert "weekday" in result.output


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_tables_and_measures_are_written_by_the_ending(store, tmp_path, ending):
    assert run("table", "promises", "--store", store, "--out", tmp_path / f"t.{ending}").exit_code == 0
    assert run("measure", "volume", "--store", store, "--out", tmp_path / f"m.{ending}").exit_code == 0
    assert all((tmp_path / f"{x}.{ending}").stat().st_size for x in "tm")


@pytest.mark.parametrize("words", [["table", "promises"], ["measure", "volume"]])
def test_a_table_in_a_workbook_filters_prints_and_keeps_its_head_in_view(store, tmp_path, words):
    run(*words, "--store", store, "--out", tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet.auto_filter.ref == sheet.dimensions
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("A2", "$1:$1", "landscape")


def test_pandas_and_duckdb_open_what_path_prints(store):
    import duckdb
    import pandas

    for words in (["path", "--store", store], ["path", "calls", "--store", store, "--immutable"]):
        where = run(*words).output.strip()
        n = len(pandas.read_parquet(where))
        assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{where}')").fetchall() == [(n,)]
        assert n > 0


@pytest.mark.slow
def test_verify_finds_the_store_whole_and_a_changed_byte(store, tmp_path):
    assert run("verify", "--store", store, "--deep").exit_code == 0
    n = Store.open(store).read("sources").num_rows
    printed = run("verify", "--store", store, "--originals", office_folder("4"))
    assert printed.exit_code == 0
    assert f"Compared with the originals: {n} files, and every row is the same." in printed.output
    copy = tmp_path / "copy"
    shutil.copytree(store, copy)
    victim = next(copy.glob("published/*/agency_calls.parquet/*"))
    victim.chmod(0o600)
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(bytes(data))
    result = run("verify", "--store", copy)
    assert result.exit_code == 1
    assert "agency_calls" in result.output


def test_verify_looks_at_digests_and_counts_again_when_it_is_asked_to(store, monkeypatch):
    monkeypatch.setattr("callanalytics.intake.recount", lambda *given, **named: ["counted again"])
    assert "every file is as it was written" in run("verify", "--store", store).output
    printed = run("verify", "--store", store, "--deep")
    assert (printed.exit_code, printed.output) == (1, "counted again\n")


def test_verify_says_how_many_originals_were_compared_and_which_were_not(store, tmp_path):
    originals = shutil.copytree(office_folder("4"), tmp_path / "originals")
    next(path for path in originals.rglob("*.xlsx")).unlink()
    printed = run("verify", "--store", store, "--originals", originals)
    n = Store.open(store).read("sources").num_rows
    assert printed.exit_code == 1
    assert printed.output.splitlines()[0].startswith("The store is undamaged")
    assert "1 of 1 files are not in the folder" in printed.output
    assert f"Compared with the originals: {n - 1} of {n} files; 1 problem, listed above." in printed.output
    data = json.loads(run("verify", "--store", store, "--originals", originals, "--json").output)
    assert data["originals"] == {"files": n, "compared": n - 1}


def test_the_ledger_names_rule_reading_and_state(store):
    printed = json.loads(run("promises", "--store", store, "--as-of", "2022-12-31", "--json").output)
    assert printed["as_of"] == "2022-12-31"
    columns = {"promise_id", "office", "urgency", "rule_id", "started_at", "due_strict", "due_default", "due_lenient"}
    assert columns | {"state", "is_watched"} <= set(printed["rows"][0])
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", row["started_at"])
        for row in printed["rows"]
        if row["started_at"]
    )


def test_an_office_is_listed_and_set(store):
    assert run("office", "Tamarind", "--store", store, "--hours", "Mon-Fri 8:00-16:30").exit_code == 0
    assert "8:00-16:30" in run("office", "--store", store).output.replace("08:", "8:")


def test_an_office_is_listed_with_what_was_said_of_its_phones(store, tmp_path):
    copied = shutil.copytree(store, tmp_path / "store")
    phone = "212-555-0100:desk:zoom:blocks-unknown"
    listed = run("office", "Tamarind", "--store", copied, "--line", phone).output
    assert "+12125550100 (zoom, desk, blocks calls with no caller ID)" in " ".join(listed.split())


@pytest.mark.slow
def test_the_template_reads_back_without_a_question(tmp_path):
    assert run("template", tmp_path / "log.xlsx").exit_code == 0
    printed = json.loads(run("check", tmp_path / "log.xlsx", "--timezone", "Eastern", "--json").output)
    assert printed["rejects"] == 0
    assert not printed.get("questions")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["check", "no-such-folder"], "no-such-folder"),
        (["measure", "wait", "--store", "no-such-store"], "no-such-store"),
        (["report", "agency", "--store", "no-such-store", "--out", "x"], "no-such-store"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_status_2(words, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_zone_that_does_not_exist_is_named_with_the_nearest(tmp_path):
    result = run(
        "ingest", office_folder("4"), "--store", tmp_path / "s", "--office", "X", "--timezone", "America/Chcago"
    )
    assert result.exit_code == 2
    assert "America/Chicago" in result.output


@pytest.mark.slow
def test_demo_leaves_store_and_report_and_says_so_and_shows_the_figures_of_notebooks_and_gallery(demo, sample_store):
    screen = (demo / "screen.txt").read_text("utf-8")
    for name in ("liaison.html", "liaison.pdf", "store/CURRENT", "store/calls.parquet"):
        assert (demo / "demo" / name).exists()
        assert name.split("/")[0] in screen
    assert "No real client" in screen
    assert Store.open(demo / "demo" / "store").fingerprint() == Store.open(sample_store).fingerprint()


@pytest.mark.slow
def test_demo_once_more_in_the_same_folder_adds_nothing(demo, tmp_path, monkeypatch):
    """Of one office, and with a short report: the others and the whole report are as good."""
    shutil.copytree(demo / "demo", tmp_path / "demo")
    short, smallest = built(liaison, report_log.log(40)), sample.offices()[3]
    monkeypatch.setattr(liaison, "build", lambda log: short)
    monkeypatch.setattr(sample, "offices", lambda: (smallest,))
    again = run("demo", tmp_path / "demo")
    assert again.exit_code == 0, again.output
    assert "(all already in the store)" in again.output


def test_what_no_one_foresaw_is_a_sentence_too_and_shows_nothing_of_it(monkeypatch):
    from callanalytics import intake

    def broken(*_, **__):
        raise ValueError("Maria Ng 212-555-0143")

    monkeypatch.setattr(intake, "check", broken)
    result = run("check", "anything")
    assert result.exit_code == 2
    assert "Something unexpected" in result.output
    assert "Maria" not in result.output
