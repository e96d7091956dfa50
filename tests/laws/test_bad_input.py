"""The corpus of bad input (bad_input/make.py): every file ends as stated, and no message contains client data."""

import csv
import html
import json
import re
import subprocess
import sys

import openpyxl
import pytest
from click.testing import CliRunner

from bad_input.make import CANARIES, CASES, COUNTS, HEAD, sheet, write
from callanalytics import intake
from callanalytics.cli import main
from exhaustive import EXHAUSTIVE, fair, some
from roots import BENCHMARKS, TESTS

sys.path.insert(0, str(BENCHMARKS))

import fuzz


def leaks(text: str) -> list[str]:
    """The clients' data in a text, with any separators."""
    plain = re.sub(r"[^a-z0-9]", "", text.casefold())
    return [canary for canary in CANARIES if canary in plain]


def test_the_corpus_is_large_and_its_files_are_small():
    assert len(CASES) >= 150
    assert sum(len(case.content) for case in CASES.values()) < 20 << 20


HEAVIEST = (
    "struct_20000 struct_3000 struct_cell_of xlsx_cell_at xlsx_bomb zip_bomb zip_400 json_number enc_utf-16".split()
)
QUICK = {name for name in list(CASES)[::6] if not name.startswith(tuple(HEAVIEST))}
NIGHT = {  # there are smaller ones of each
    "struct_20000_columns_of_one_name",
    "struct_200000_lines_of_one_letter",
    "zip_400_files_of_nothing_known",
}
READ = {name: case for name, case in CASES.items() if case.counts}
REFUSED = {name: case for name, case in CASES.items() if name not in READ}


def tried(cases, **fair_part):
    return some(cases, QUICK & {*cases}, NIGHT & {*cases}, **fair_part)


@pytest.mark.parametrize("case", tried(REFUSED) + tried(READ, every=2))
def test_every_file_comes_to_its_stated_end(tmp_path, case):
    receipt = intake.check([write(tmp_path, case)])
    result = html.unescape(receipt._repr_html_()) + json.dumps(receipt.to_json(), ensure_ascii=False)
    found = receipt.totals
    assert found["rows"] == sum(found[name] for name in COUNTS)
    assert leaks(result) == []
    for phrase in case.says:
        assert re.search(phrase, " ".join(result.split())), result
    if case.counts is None:
        assert receipt.problems or receipt.questions
        assert not found["rows"]
    else:
        assert {name: found[name] for name in COUNTS} == dict.fromkeys(COUNTS, 0) | case.counts


@pytest.mark.parametrize("case", tried(READ, every=2, first=1))  # those that the test above leaves to the nightly run
def test_every_line_and_record_of_it_comes_out(tmp_path, case):
    """Checked against the bytes, not with our readers."""
    assert fuzz.accounted(write(tmp_path, case)) == "read"


@pytest.mark.parametrize("name", tried({n: n for n in CASES if n.startswith("sec_")}))
def test_the_screen_cannot_be_steered(tmp_path, name):
    path = write(tmp_path, CASES[name])
    for command in ("check", "peek"):
        done = CliRunner().invoke(main, [command, "--", str(path)])
        assert not done.exception or isinstance(done.exception, SystemExit)
        assert all(c in "\n\t" or c.isprintable() for c in done.output), done.output
        assert leaks(done.output.replace(path.name, "")) == []  # a screen shows its owner's files by their names


@pytest.mark.slow
@pytest.mark.parametrize("command", ["peek", "map"])
def test_what_shows_a_file_that_no_one_knows_shows_no_client(tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a mapping is written to the current folder
    for case in fair(CASES.values(), 12):
        path = write(tmp_path, case)
        done = CliRunner().invoke(main, [command, "--", str(path)])
        assert not done.exception or isinstance(done.exception, SystemExit), case.name
        assert "Something unexpected" not in done.output, case.name
        assert all(c in "\n\t" or c.isprintable() for c in done.output), case.name
        assert leaks(done.output.replace(path.name, "")) == [], case.name


@pytest.mark.slow
def test_what_a_cell_says_is_never_run_on_the_way_out(tmp_path):
    texts = ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "<script>alert(1)</script>", "＝1+1"]
    rows = [f"3/{13 + n}/2022,10:05 AM,45,Resolved,{text},x\n" for n, text in enumerate(texts)]
    # A receipt number is stored as written; of a file number, each word that may be a name becomes a code.
    (tmp_path / "log.csv").write_text(sheet(*rows, head=HEAD.replace("Matter", "Receipt")))
    intake.ingest([tmp_path / "log.csv"], tmp_path / "store", "Alder and Birch", "Eastern")
    for ending in ("csv", "xlsx"):
        out = tmp_path / f"notes.{ending}"
        done = CliRunner().invoke(main, ["table", "entries", "--store", str(tmp_path / "store"), "--out", str(out)])
        assert done.exit_code == 0, done.output
    with (tmp_path / "notes.csv").open(newline="") as file:
        receipts = [row["receipt"] for row in csv.DictReader(file)]
    dangerous = ("=", "+", "-", "@", "＝")
    assert sorted(receipts) == sorted(f"'{t}" if t.startswith(dangerous) else t for t in texts)
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "notes.xlsx").active for cell in row]
    assert {cell.value for cell in cells} >= set(texts)
    assert not [cell for cell in cells if cell.data_type == "f"]
    out = tmp_path / "report"
    done = CliRunner().invoke(
        main, ["report", "liaison", "--store", str(tmp_path / "store"), "--out", str(out), "--formats", "html"]
    )
    assert done.exit_code == 0, done.output
    assert "alert(1)" not in (out / "liaison.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="each file is read in a fork")
def test_no_file_takes_all_the_time_or_memory_there_is(capsys):
    """Every file when everything is tried; otherwise every second of the files that took most."""
    heavy = [name for name in CASES if name.startswith(tuple(HEAVIEST)) and name not in NIGHT]
    chosen = list(CASES) if EXHAUSTIVE else fair(heavy, 2)
    done = subprocess.run(
        [sys.executable, str(TESTS / "bad_input" / "make.py"), "--measure", *chosen],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    with capsys.disabled():
        print("\nthe five slowest and the five largest of the corpus:")
        for used in (_seconds, _megabytes):
            print("\n".join(sorted(lines, key=used)[-5:]))
    assert len(lines) == len(chosen), done.stderr
    assert max(map(_seconds, lines)) < 30  # no measure of speed: only that it comes to an end
    assert max(map(_megabytes, lines)) < 1024


def _seconds(line: str) -> float:
    return float(re.search(r"([\d.]+) s CPU", line)[1])


def _megabytes(line: str) -> float:
    return float(re.search(r"(\d+) MB", line)[1])
