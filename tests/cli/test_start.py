"""`callanalytics start`: from a folder to an opened report, driven at a terminal as a person drives it."""

import os
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from callanalytics.cli import first_steps, start
from callanalytics.store import Store
from commands import run
from exhaustive import crossed, fair

pty = pytest.importorskip("pty")  # a terminal as Linux and macOS have it

ORDER = "Date,Time,Wait (min),Agent ID,Outcome"
HAND = [f"{n % 12 + 1:02}/{n % 11 + 1:02}/2022,10:{n:02} AM,{20 + n},A{n},Solved" for n in range(28)]
LATER = [f"3/{n}/2022,10:{n} AM,{20 + n},B{n},Solved" for n in range(14, 30)]
RINGCENTRAL = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration"


def five_files(folder: Path) -> Path:
    """A hand log whose dates fit both orders and whose waits do not say from when; another; a phone log; a copy."""
    folder.mkdir(parents=True)
    (folder / "march.csv").write_text("\n".join([ORDER, *HAND]) + "\n", "utf-8")
    (folder / "log.csv").write_text("\n".join([ORDER, *LATER]) + "\n", "utf-8")
    (folder / "log (1).csv").write_text("\n".join([ORDER, *LATER]) + "\n", "utf-8")
    calls = [
        f"Voice,(800) 375-5283,,{date(2022, 2, n):%a} 02/{n:02}/2022,10:05 AM,VoIP Call,Call connected,,0:4{n % 10}:41"
        for n in range(1, 20)
    ]
    (folder / "RingCentral Feb.csv").write_text("\n".join([RINGCENTRAL, *calls]) + "\n", "utf-8")
    (folder / "notes.txt").write_text("call the client back\n", "utf-8")
    return folder


AS_TYPED = ("-m", "callanalytics")
# The command with an empty page for its report: for what comes before it, since a report takes seconds
WITHOUT_REPORT = ("-c", """
from callanalytics import reports
from callanalytics.cli import main

def empty(audience, log, out, *_, **__):
    (page := Path(out) / f"{audience}.html").parent.mkdir(exist_ok=True)
    page.touch()
    return [page]

from pathlib import Path
reports.report = empty
main()
""")  # fmt: skip


class Terminal:
    """A terminal of eighty characters with `callanalytics start` in it."""

    def __init__(self, where: Path, *words: str, program: tuple[str, str] = AS_TYPED):
        browser = where / "browser"
        browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{where}/opened"\n')
        browser.chmod(0o700)
        self.pid, self.fd = pty.fork()
        if not self.pid:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background hands down that it is ignored
            os.chdir(where)
            environment = os.environ | {"BROWSER": f"{browser} %s", "COLUMNS": "80", "TERM": "dumb"}
            os.execve(sys.executable, [sys.executable, *program, "start", *words], environment)
        self.text = ""

    def until(self, wanted: str, seconds: float = 90) -> str:
        """What came since the last answer, up to the words wanted or the end."""
        came, ends = "", time.monotonic() + seconds
        while wanted not in came and time.monotonic() < ends:
            if select.select([self.fd], [], [], 0.5)[0]:
                try:
                    piece = os.read(self.fd, 65536).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    break
                if not piece:
                    break
                came += piece
        self.text += came
        return " ".join(re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", came).split())

    @property
    def flat(self) -> str:
        """All that came, without line breaks."""
        return " ".join(self.text.split())

    def answer(self, text: str) -> None:
        os.write(self.fd, f"{text}\n".encode())

    def ended(self) -> int:
        self.until("\0")
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.mark.slow
def test_from_five_files_with_three_open_questions_to_an_opened_report_in_four_answers(tmp_path):
    five_files(tmp_path / "USCIS calls")
    terminal = Terminal(tmp_path, "USCIS calls")
    assert "Which office's log is this?" in terminal.until("\n  > ")
    terminal.answer("Alder and Birch, Central")
    for _ in range(3):
        asked = terminal.until("\n  > ")
        assert "march.csv" in asked or "log.csv" in asked
        terminal.answer("1")
    printed = terminal.until("\0")
    assert terminal.ended() == 1  # the text file could not be read
    assert terminal.text.count("\n  > ") == 4
    assert "USCIS calls: 5 files, 79 rows. 2 look right, 2 need an answer, 1 cannot be read." in terminal.flat
    # 28 + 16 noted, 19 in the phone log, two of them both: a start noted 20 minutes after another call is its own
    assert "Report report/liaison.html report/liaison.pdf Calls All 61 logged calls are in these figures." in printed
    assert "To do 1 file cannot be read Next callanalytics check " in printed
    assert (tmp_path / "opened").read_text() == (tmp_path / "report" / "liaison.html").as_uri()
    (office,) = Store.open(tmp_path / "calls").offices()
    assert (office["name"], office["timezone"]) == ("Alder and Birch", "America/Chicago")
    entries = Store.open(tmp_path / "calls").read("entries")
    assert entries.num_rows == len(HAND) + len(LATER)
    assert set(entries.column("wait_origin").to_pylist()) == {"dial"}
    assert set(entries.column("time_refers_to").to_pylist()) == {"start"}


def two_clocks(folder: Path) -> Path:
    """A sheet of an office on Pacific time, and the phone log of its calls on Eastern time: 20 calls in all."""
    folder.mkdir()
    sheet = [f"03/{n:02}/2022,07:{n:02} AM,{20 + n},A{n},Solved" for n in range(1, 21)]
    (folder / "log.csv").write_text("\n".join([ORDER, *sheet]) + "\n", "utf-8")
    calls = [
        f"Voice,(800) 375-5283,,{date(2022, 3, n):%a} 03/{n:02}/2022,10:{n:02} AM,VoIP Call,Call connected,,0:50:41"
        for n in range(1, 21)
    ]
    (folder / "phone.csv").write_text("\n".join([RINGCENTRAL, *calls]) + "\n", "utf-8")
    return folder


@pytest.mark.slow
def test_a_phone_log_on_another_clock_is_asked_about_before_anything_is_stored(tmp_path):
    two_clocks(tmp_path / "USCIS calls")
    terminal = Terminal(tmp_path, "USCIS calls")
    # No one has said the zone of the office: on Eastern's clock the sheet is three hours off
    assert "USCIS calls: 2 files, 40 rows. 1 looks right, 1 needs an answer." in terminal.until("\n  > ")
    terminal.answer("Alder and Birch, Pacific")
    asked = terminal.until("\n  > ")
    if "hold music" in asked:
        terminal.answer("1")
        asked = terminal.until("\n  > ")
    assert "phone.csv: 19 of 19 entries without a phone record are 3 hours before a call in this phone log" in asked
    assert "1 Eastern: the times in this phone log are in that zone" in asked
    assert not (tmp_path / "calls" / "CURRENT").exists()
    terminal.answer("1")
    assert "Calls All 20 logged calls are in these figures." in terminal.until("\0")
    assert terminal.ended() == 0
    assert set(Store.open(tmp_path / "calls").read("agency_calls").column("recorded_in").to_pylist()) == {"both"}


@pytest.mark.slow
def test_on_a_pipe_another_clock_is_said_before_the_report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("start", two_clocks(tmp_path / "our calls"), "--office", "Alder", "--timezone", "Pacific")
    printed = " ".join(result.output.split())
    assert "phone.csv: 19 of 19 entries without a phone record are 3 hours before a call in this phone log" in printed
    assert printed.index("--file-timezone Eastern") < printed.index("Calls All 40 logged calls")


OWN_ORDER = {  # one habit a clerk: the first writes the month first, the second the day, and the third proves it
    "ana.csv": [f"{m}/{m + 3}/2022,10:00 AM,{20 + m},A{m}77,Solved" for m in range(1, 9)],
    "bob.csv": [f"{m + 3}/{m}/2022,11:00 AM,{40 + m},B{m}77,Solved" for m in range(1, 9)],
    "eve.csv": [f"{m + 12}/{m}/2022,9:00 AM,{60 + m},C{m}77,Solved" for m in range(1, 9)],
}


@pytest.mark.slow
def test_two_files_with_opposite_orders_of_day_and_month_are_asked_about_one_by_one(tmp_path):
    """Enter takes neither order for granted; what is said of one file is said of no other."""
    (tmp_path / "logs").mkdir()
    for name, rows in OWN_ORDER.items():
        (tmp_path / "logs" / name).write_text("\n".join([ORDER, *rows]) + "\n", "utf-8")
    known = ("--wait-origin", "dial", "--time-refers-to", "start")
    terminal = Terminal(tmp_path, "logs", *known, program=WITHOUT_REPORT)
    terminal.until("\n  > ")
    terminal.answer("Alder, Central")
    asked = terminal.until("\n  > ")
    assert "ana.csv and 1 other file" in asked
    assert "3 the files differ: ask me about each one" in asked
    assert "Enter:" not in asked
    terminal.answer("")
    assert "This question needs an answer" in terminal.until("\n  > ")
    terminal.answer("3")
    for name, answer in (("ana.csv", "1"), ("bob.csv", "2")):
        assert f"{name}, column" in terminal.until("\n  > ")
        terminal.answer(answer)
    printed = terminal.until("\0")
    assert terminal.ended() == 0
    assert "Calls All 24 logged calls are in these figures." in printed
    entries = Store.open(tmp_path / "calls").read("entries").to_pylist()
    assert {n["agent_id"]: (n["started_at_local"].month, n["started_at_local"].day) for n in entries} == {
        f"{clerk}{m}77": (m, m + apart) for clerk, apart in (("A", 3), ("B", 3), ("C", 12)) for m in range(1, 9)
    }


PBX = (
    "Call Start,Caller Number,Dialed Number,Disposition,Talk Seconds,Trunk",
    *(f"2022-03-{day:02d} 09:02:00,(202) 555-0143,(800) 375-5283,Answered,2471,a" for day in range(1, 20)),
    *(f"2022-03-{day:02d} 10:00:00,(202) 838-2200,(202) 555-0143,No answer,0,a" for day in range(1, 20)),
)


@pytest.mark.slow
def test_an_unknown_phone_export_is_shown_and_read_after_a_yes(tmp_path):
    (tmp_path / "calls of ours").mkdir()
    (tmp_path / "calls of ours" / "march.csv").write_text("\n".join(PBX) + "\n", "utf-8")
    terminal = Terminal(tmp_path, "calls of ours", program=WITHOUT_REPORT)
    terminal.until("\n  > ")
    terminal.answer("Alder and Birch, Central")
    assert "the number ***-***-0143 is ours (38 rows)" in terminal.until("\n  > ")
    terminal.answer("1")
    asked = terminal.until("\n  > ")
    assert '"Caller Number": who called' in asked
    assert "row: 2022-03-01 09:02:00, outbound, ours ***-***-0143, other USCIS, 2,471 s, answered" in asked
    terminal.answer("yes")
    terminal.until("\0")
    assert terminal.ended() == 0
    assert Store.open(tmp_path / "calls").read("calls").num_rows == 2 * 19


@pytest.mark.slow
def test_ctrl_c_at_a_question_stores_nothing_and_says_so(tmp_path):
    five_files(tmp_path / "USCIS calls")
    terminal = Terminal(tmp_path)
    assert "Which folder holds" in terminal.until("\n  > ")
    terminal.answer("'USCIS calls'")
    terminal.until("\n  > ")
    time.sleep(1)  # the question is on the screen a moment before the answer is waited for
    os.kill(terminal.pid, signal.SIGINT)
    assert "Stopped. Nothing was stored." in terminal.until("\0")
    assert terminal.ended() == 130
    assert not (tmp_path / "calls").exists()


def piped(where, *words):
    command = [sys.executable, "-m", "callanalytics", "start", *words]
    return subprocess.run(command, cwd=where, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.usefixtures("without_report")
def test_on_a_pipe_nothing_is_guessed_and_what_to_pass_is_said(tmp_path, monkeypatch):
    five_files(tmp_path / "USCIS calls")
    result = piped(tmp_path, "USCIS calls")
    assert result.returncode == 2
    assert 'callanalytics start "USCIS calls" --office "YOUR OFFICE" --timezone ZONE' in result.stderr
    monkeypatch.chdir(tmp_path)
    result = run("start", "USCIS calls", "--office", "Alder", "--timezone", "Central")
    assert result.exit_code == 2
    assert "--date-order mdy" in result.stderr
    assert not (tmp_path / "calls").exists()
    done = run("start", "USCIS calls", "--office", "Alder", "--timezone", "Central", "--date-order", "mdy")
    assert "Report  report/liaison.html" in done.stdout
    assert set(Store.open(tmp_path / "calls").read("entries").column("wait_origin").to_pylist()) == {"unstated"}


@pytest.mark.slow
def test_what_to_pass_is_said_with_what_was_given_and_the_store(tmp_path, monkeypatch):
    five_files(tmp_path / "USCIS calls")
    monkeypatch.chdir(tmp_path)
    printed = run("start", "USCIS calls", "--store", "ours", "--timezone", "Central", "--wait-origin", "dial")
    line = 'callanalytics start "USCIS calls" --office "YOUR OFFICE" --timezone Central --wait-origin dial --store ours'
    assert line in " ".join(printed.output.split())
    printed = run("start", "USCIS calls", "--out", "our report", "--timezone", "Central")
    assert '--timezone Central --out "our report"' in " ".join(printed.output.split())
    printed = run("start", "--store", "ours", "--timezone", "Central")
    assert "callanalytics start FOLDER --timezone Central --store ours" in " ".join(printed.output.split())


@pytest.mark.parametrize("typed", ["USCIS calls", '"USCIS calls"', "'USCIS calls'", "USCIS\\ calls", "& 'USCIS calls'"])
def test_a_folder_may_be_typed_pasted_or_dragged_in(typed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "USCIS calls").mkdir()
    assert start.dropped(typed) == Path("USCIS calls")


@pytest.mark.slow
def test_store_and_report_among_the_logs_are_not_read_as_logs(tmp_path, monkeypatch, request):
    """Whoever stands in the folder of the logs has them there."""
    folder = five_files(tmp_path / "USCIS calls")
    (folder / "notes.txt").unlink()
    monkeypatch.chdir(folder)
    line = ["start", ".", "--office", "Alder", "--timezone", "Central", "--date-order", "mdy"]
    assert run(*line).exit_code == 0
    request.getfixturevalue("without_report")  # the one that is there is not read
    again = run(*line)
    assert again.exit_code == 0
    assert "Not read" not in again.output
    assert "All look right" in again.output


@pytest.mark.slow
@pytest.mark.usefixtures("without_report")
def test_what_no_one_could_read_is_counted_with_the_command_that_lists_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    rows = "".join(f"3/{n}/2022,10:05 AM,{20 + n},A{n},Solved,good\n" for n in range(14, 24))
    odd = "3/24/2022,10:05 AM,20,A1,zzz frobnicated,bad\n3/25/2022,10:05 AM,20,A1,frobnicated again,bad\n"
    (tmp_path / "logs" / "log.csv").write_text(f"{ORDER},Mood\n{rows}{odd}", "utf-8")
    answers = ["--office", "Alder", "--timezone", "Eastern", "--wait-origin", "dial", "--store", "our store"]
    printed = run("start", "logs", *answers).output
    (line,) = [line for line in printed.splitlines() if line.startswith("Unread")]
    start_of_it, _, command = line.partition(": callanalytics ")
    assert start_of_it == "Unread  2 cells and 1 column not understood"
    listed = run(*shlex.split(command.removesuffix("lists them"))).output
    assert "(1 row: 12)" in listed
    assert 'column "Mood"' in listed


def test_a_folder_that_is_where_the_store_would_be_is_not_made_one(tmp_path, monkeypatch):
    five_files(tmp_path / "calls")
    monkeypatch.chdir(tmp_path)
    printed = run("start", "calls", "--office", "Alder", "--timezone", "Central")
    assert printed.exit_code == 2
    line = 'callanalytics start calls --office "Alder" --timezone Central --store calls-store'
    assert line in " ".join(printed.output.split())


@pytest.mark.slow
@pytest.mark.usefixtures("without_report")
def test_where_no_one_can_be_asked_a_strange_folder_is_not_taken_for_the_stores_only_offices(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("alder", "rowan"):
        (tmp_path / name).mkdir()
        rows = "".join(f"3/{n}/2022,10:{n} AM,{20 + n},{name[0]}{n},Solved\n" for n in range(14, 24))
        (tmp_path / name / "log.csv").write_text(f"{ORDER}\n{rows}", "utf-8")
    run("start", "alder", "--office", "Alder", "--timezone", "Central")
    printed = run("start", "rowan")
    assert printed.exit_code == 2
    assert 'callanalytics start rowan --office "YOUR OFFICE" --timezone ZONE' in printed.output
    assert run("start", "alder").exit_code == 0
    line = ["start", "rowan", "--office", "Rowan", "--timezone", "Eastern"]
    assert "--new-office" in run(*line).output
    assert run(*line, "--new-office").exit_code == 0


# ---- at a double-click ---------------------------------------------------------------------------------------

ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


def desktop_words(text: str) -> list[str]:
    """The words of an entry's command, as a desktop reads them: its escapes, then its quotes."""
    line = re.search(r"^Exec=(.*)$", text, re.M)[1].replace("\\\\", "\\")
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in re.findall(r'"((?:[^"\\]|\\.)*)"', line)]


SYSTEMS = ["linux", "darwin"]


@pytest.mark.parametrize(("name", "system"), crossed(["USCIS calls", "Smith & Sons' $(touch PWNED) 100%"], SYSTEMS))
def test_a_double_click_starts_on_the_folder_beside_the_file_and_keeps_the_window_open(system, name, tmp_path):
    folder = tmp_path / "my files" / name
    five_files(folder)
    made = first_steps.write_shortcut(str(folder), system)
    assert made.parent == folder.parent
    assert os.access(made, os.X_OK)
    words = ["/bin/sh", str(made)] if system == "darwin" else desktop_words(made.read_text())
    printed = subprocess.run(
        words, cwd=tmp_path, env=ENVIRONMENT, input="\n", capture_output=True, text=True, check=False
    )
    assert f"{name}: 5 files" in printed.stdout or "4 files" in printed.stdout
    assert "--office" in printed.stderr  # no one can be asked here: it says what to pass
    assert printed.stdout.rstrip().endswith("Press Enter to close this window.")
    assert sorted(path.name for path in folder.parent.iterdir()) == sorted([name, made.name])


@pytest.mark.slow
@pytest.mark.parametrize("system", fair(SYSTEMS, 2))
def test_what_a_double_click_prints_can_be_pasted_into_any_terminal(system, tmp_path):
    """In a window of its own; no program of ours is on the path, and the terminal is in another folder."""
    folder = tmp_path / "Alder's files" / "calls of 100%"
    folder.mkdir(parents=True)
    rows = [f"3/{n}/2022,10:{n} AM,{20 + n},A{n}77,Solved" for n in range(14, 30)]
    (folder / "log.csv").write_text("\n".join([ORDER, *rows]) + "\n", "utf-8")
    made = first_steps.write_shortcut(str(folder), system)
    words = ["/bin/sh", str(made)] if system == "darwin" else desktop_words(made.read_text())
    first = next(line for line in clicked(words) if "callanalytics start" in line).removeprefix("  do")
    pasted(first.replace("YOUR OFFICE", "Alder").replace("ZONE", "Central"))
    assert (folder.parent / "calls" / "CURRENT").is_file()
    following = next(line for line in clicked(words) if line.startswith("Next")).removeprefix("Next")
    assert "Promised callbacks as of today" in pasted(following.partition("    what")[0])


def clicked(words) -> list[str]:
    """The lines that the window of a file shows that someone clicked."""
    done = subprocess.run(
        words, env=ENVIRONMENT, input="\n", stdout=-1, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout.splitlines()


def pasted(line: str) -> str:
    """What a line prints in a new terminal, whose folder is another and whose path has none of our programs."""
    environment = {**ENVIRONMENT, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd="/", env=environment, stdin=-3, stdout=-1, stderr=-1, text=True, check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_a_file_for_windows_changes_to_its_own_folder_and_waits(tmp_path):
    (tmp_path / "100% USCIS calls").mkdir()
    text = first_steps.write_shortcut(str(tmp_path / "100% USCIS calls"), "win32").read_bytes().decode()
    lines = text.split("\r\n")
    assert 'cd /d "%~dp0"' in lines
    assert f'"{sys.executable}" -m callanalytics start "100%% USCIS calls"' in lines
    assert f'set "CALLANALYTICS_STARTED_AS=cd /d {{here}} && "{sys.executable}" -m callanalytics"' in lines
    assert lines[-2] == "pause >nul"
    assert "\n" not in text.replace("\r\n", "")


def test_the_command_writes_the_file_and_reads_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "USCIS calls").mkdir()
    printed = run("start", "USCIS calls", "--shortcut")
    assert printed.exit_code == 0
    (made,) = [path for path in tmp_path.iterdir() if path.is_file()]
    assert made.name in printed.output
    assert run("start", "--shortcut").exit_code == 0
