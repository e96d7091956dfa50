"""Every command line that the product prints can be pasted: it runs that, does what it says, and nothing else."""

import ast
import html
import json
import re
import shlex
import shutil
import subprocess
from datetime import date
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from callanalytics.cli import main, screen, start
from callanalytics.intake import offices
from callanalytics.store import Store
from callanalytics.wording import in_store, plain_name, quoted, quoted_name
from exhaustive import EXHAUSTIVE, crossed
from intake_files import hand_xlsx
from roots import ROOT

HOSTILE = [
    "Smith LLP$(touch PWNED)",
    "Smith `touch PWNED` LLP",
    'Smith" ; touch PWNED ; "',
    "Smith\ntouch PWNED\n",
    "Smith %PATH% & echo x > PWNED",
    "Smith” ; touch PWNED ; “",
    "Smith\x1b[2J; touch PWNED \\",
    "Smith!! ' touch PWNED '",
]
SHELLS = [shell for shell in ("bash", "zsh", "sh", "pwsh") if shutil.which(shell)]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_runs_nothing_in_a_shell_and_stays_one_word(shell, name, tmp_path):
    option = "-Command" if shell == "pwsh" else "-c"
    shown = subprocess.run(
        [shell, option, f"echo {quoted_name(name)} END"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert shown.stdout.split("\n")[0] == f"{plain_name(name)} END"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_an_office_is_found_by_its_name_as_a_printed_command_has_it(name):
    assert offices.find_office(plain_name(name), [{"name": name}, {"name": "Rowan"}])["name"] == name
    assert not set(plain_name(name)) & set('"$`!%\\\n\x1b“”')


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.isprintable()])
def test_a_path_is_read_back_as_it_was_or_is_not_printed(name):
    assert shlex.split(quoted(name)) == [name]
    assert quoted("a\nb") == "PATH"


def test_a_path_that_no_quotes_of_windows_hold_is_left_to_be_typed(monkeypatch):
    monkeypatch.setattr("callanalytics.wording.os.name", "nt")
    assert quoted("a$(calc).csv") == "PATH"
    assert quoted(r"C:\USCIS calls\march.csv") == r'"C:\USCIS calls\march.csv"'


def test_the_store_that_is_looked_in_anyhow_is_not_named():
    assert in_store("calls") == ""
    assert in_store("their calls") == ' --store "their calls"'


# ---- every line that stands in the sources and pages ---------------------------------------------------------

PROSE = {"did", "in", "another"}  # "callanalytics did not make": a sentence about the product
LINE = re.compile(r'(?<![\w./-])(?<!import )(?<!from )callanalytics(?: (?:"[^"\n]*"|[^\s`"]+))+')


@cache
def parsed() -> list[tuple[Path, ast.Module]]:
    """The files of the code that may write a command line."""
    read = {path: path.read_text("utf-8") for path in sorted((ROOT / "src").rglob("*.py"))}
    names_it = re.compile("(?<!from )callanalytics ")
    return [(path, ast.parse(text)) for path, text in read.items() if names_it.search(text)]


def texts():
    """(file, text) of all that is written: strings of the code with \\0 where a value goes, mappings, pages."""
    for path, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield path, "".join(v.value if isinstance(v, ast.Constant) else "\0" for v in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value
    pages = [*(ROOT / "src").rglob("*.toml"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]
    yield from ((path, path.read_text("utf-8")) for path in sorted(pages))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        yield from ((path, "".join(cell["source"])) for cell in json.loads(path.read_text("utf-8"))["cells"])


def known_options(name: str) -> set[str]:
    """The options of a command, and of those under it."""
    command = main.commands[name]
    under = getattr(command, "commands", {}).values()
    return {option for each in (main, command, *under) for param in each.params for option in param.opts} | {"--help"}


@pytest.mark.slow
def test_every_command_line_written_anywhere_names_a_command_and_options_that_there_are():
    seen = 0
    for path, text in texts():
        for match in LINE.finditer(text):
            words = match[0].split()[1:]
            words = words[2:] if words[0] == "--agency-file" else words
            name = re.split(r"[^\w-]", words[0])[0] if words else ""
            if not name or name in PROSE:
                continue
            assert name in main.commands, f"{path.name}: {match[0]}"
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", match[0]):
                assert option in known_options(name), f"{path.name}: {match[0]}"
            seen += 1
    assert seen > 80


def printed_texts():
    """(file, text) of what the code may print: its strings, with \\0 where a value goes, without its docstrings."""
    for path, tree in parsed():
        silent = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        silent |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        silent |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.List) for part in node.elts}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield path, "".join(v.value if isinstance(v, ast.Constant) else "\0" for v in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
                yield path, node.value


@pytest.mark.slow
def test_no_command_line_is_printed_without_an_argument_that_the_command_needs():
    seen = 0
    for path, text in printed_texts():
        for match in LINE.finditer(text):
            name, *words = match[0].rstrip(".,;:)").split()[1:]
            is_begun = words[:1] == ["\0"] or text[match.end() :] == " "  # the rest is pasted below
            if name not in main.commands or is_begun:
                continue
            needed = [each for each in main.commands[name].params if isinstance(each, click.Argument) and each.required]
            assert len([word for word in words if not word.startswith("-")]) >= len(needed), f"{path.name}: {match[0]}"
            seen += 1
    assert seen > 20


# ---- every line as it is printed, in the situation in which it is --------------------------------------------

ORDINARY = [f"{n},03/{n:02}/2022,10:05 AM,We called,,20,Tier 1,,Solved,No,," for n in range(1, 9)]
ASKED = "Date,Time,Wait (min),Agent ID,Outcome,Call back promised,Call-back number\n" + "".join(
    f"3/{n}/2022,10:05 AM,{20 + n},A{n},Call back,72 hours,312-555-0147\n" for n in range(14, 30)
)
TWO_ORDERS = "Date,Wait (min),Agent ID,Callback?\n3/4/2022,40,A1,Yes\n5/6/2022,41,A2,No\n"
UNKNOWN = "When,Who rang,How long (s),Way\n" + "".join(
    f"2022-03-{n:02} 10:05:00,+1312555{n:04},{60 + n},in\n" for n in range(1, 20)
)
RINGCENTRAL = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration\n" + "".join(
    f"Voice,(800) 375-5283,,{date(2022, 3, n):%a} 03/{n:02}/2022,9:02 AM,VoIP Call,Call connected,,0:41:11\n"
    for n in range(14, 30)
)
OWN_RULE = """[[rule]]
id = "mine"
urgency = "urgent"
value = 48
unit = "hours"
from_earliest = 2022-02-01
from_latest = 2022-02-01
last_confirmed = 2022-02-01
words = "within 48 hours"
stated_by = "USCIS"
stated_to = "our chapter"
source = "minutes"
grade = "S"
"""
FILL = {  # what a person puts for a word in capitals
    "YOUR OFFICE": "Alder",
    "ZONE": "Central",
    "FOLDER": "calls of ours",
    "FILE": "calls of ours/log.csv",
    "NUMBER": "312-555-0100",
    "NAME": "Alder",
}
EVER = "--office Alder --timezone Central --wait-origin dial --date-order mdy"
ADVICE = re.compile(r'callanalytics(?= --agency-file| [a-z])(?: (?:"[^"]*"|\'[^\']*\'|[^\s`"\']+))+')
OPTION = re.compile(r'(?<= )--[a-z][a-z-]*(?: (?:"[^"]*"|[A-Za-z0-9][^\s,.]*))?')


class Here:
    """A folder in which commands are typed as a person types them."""

    def __init__(self, where, monkeypatch):
        self.where = where
        monkeypatch.chdir(where)
        (where / "calls of ours").mkdir()
        self.fill = dict(FILL)
        self.answers = "calls of ours\nAlder, Central\n\n\n\n"

    def file(self, content, name="log.csv"):
        (self.where / "calls of ours" / name).write_text(content, "utf-8")

    def type(self, line: str, **more):
        """Run a command line; never with a traceback."""
        words = shlex.split(line)
        done = CliRunner().invoke(main, words[1:] if words[0] == "callanalytics" else words, **more)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def store(self):
        return Store.open("calls")

    def entries(self):
        return self.store().read("entries")


def printed(text: str, fill: dict) -> list[str]:
    """The command lines in what was printed, words in capitals filled in."""
    lines = []
    for line in text.splitlines():
        for match in ADVICE.finditer(line):
            command = match[0].rstrip(".,;:)")
            for word, result in fill.items():
                command = re.sub(
                    rf'(?<![\w"-]){word}(?![\w"])|(?<="){word}(?=")', _typed(result, command, word), command
                )
            lines.append(command)
    return lines


def _typed(typed: str, command: str, word: str) -> str:
    return typed if f'"{word}"' in command or " " not in typed else f'"{typed}"'


def no_store(here):
    here.file(ASKED)
    return "promises", lambda: here.store().version


def checked(here):
    here.file(ASKED)
    return 'check "calls of ours"', lambda: here.entries().num_rows == 16


def one_of_two_orders(here):
    here.file(TWO_ORDERS)
    return 'check "calls of ours"', lambda: here.entries().num_rows == 2


def unknown_export(here):
    here.file(UNKNOWN)
    return 'check "calls of ours/log.csv"', lambda: (here.where / "mapping.toml").is_file()


def proposed(here):
    here.file(UNKNOWN)
    return 'map "calls of ours/log.csv" --out own.toml', lambda: True


def misspelled_office(here):
    """The command to paste has every option that was typed."""
    here.file(ASKED)
    (here.where / "own.toml").write_text("")
    here.type(f'ingest "calls of ours" {EVER}')

    def is_done():
        (office,) = here.store().offices()
        return [day["opens"] for day in office["hours"]] == ["09:00"] * 5 and office["lines"][0]["kind"] == "desk"

    return '--agency-file own.toml office "Aldr" --hours "Mon-Fri 9-17" --line 312-555-0100:desk', is_done


def unwatched_callbacks(here):
    here.file(ASKED)
    line = f'ingest "calls of ours" {EVER}'
    return line, lambda: here.store().offices()[0]["logs_callbacks_since"].isoformat() == "2022-03-14"


def export_without_a_line(here):
    here.file(ASKED)
    here.file(RINGCENTRAL, "phone.csv")
    return f'ingest "calls of ours" {EVER}', lambda: here.store().offices()[0]["lines"][0]["covered_by"]


def damaged_table(here):
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER}')
    victim = next((here.where / "calls").glob("published/*/entries.parquet/*"))
    victim.chmod(0o600)
    victim.write_bytes(b"PAR1" + b"\0" * 99 + b"PAR1")
    return "measure wait", lambda: True


def hostile_name(here):
    book = here.where / "calls of ours" / "log.xlsx"
    hand_xlsx(
        book, ORDINARY, office=[("Office name", "Smith LLP$(touch PWNED)`touch PWNED`"), ("Time zone", "Central")]
    )
    return (
        'check "calls of ours"',
        lambda: here.store().offices()[0]["name"].startswith("Smith LLP") and not (here.where / "PWNED").exists(),
    )


def led_to_the_end(here):
    here.file(ASKED)
    return f'start "calls of ours" {EVER}', lambda: True


def no_one_to_ask(here):
    here.file(ASKED)
    return 'start "calls of ours"', lambda: here.entries().num_rows == 16


def rows_to_fix(here):
    here.file(ASKED + "2/30/2022,10:05 AM,20,A1,Solved,,\n")
    return f'start "calls of ours" {EVER}', lambda: True


def an_inbox(here):
    here.file(ASKED)
    (here.where / "inbox").mkdir()
    (here.where / "calls of ours").rename(here.where / "inbox" / "calls of ours")
    (here.where / "o.csv").write_text("folder,office,timezone\ncalls of ours,Alder,Central\n")
    return "ingest inbox --roster o.csv", lambda: True


def measured_by_another_name(here):
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER}')
    return "measure colors", lambda: True


def due_today(here):
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER} --store "calls of 2022"')
    line = 'promises --open --as-of 2022-04-05 --store "calls of 2022"'
    return line, lambda: list((here.where / "report").glob("evidence*"))


def page_text(path) -> str:
    """What a reader of a page sees, a line for each piece of it."""
    page = path.read_text("utf-8")
    body = re.sub(r"<style.*?</style>", "", page[page.index("<body") :], flags=re.DOTALL)
    without_marks = re.sub(r"</?(?:code|b|span|wbr|i|em|strong)\b[^>]*>", "", body)
    return html.unescape(re.sub(r"<[^>]*>", "\n", without_marks))


def report_on_how_to_check_it(here):
    """Every command in the text of the report for the agency and of that for researchers."""
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER}')
    here.fill |= {"NAME": "wait", "KEYS": "weekday", "FILE": "wait.csv"}
    text = ""
    for audience in ("liaison", "research"):
        here.type(f"report {audience} --formats html")
        text += page_text(here.where / "report" / f"{audience}.html")
    (here.where / "commands.txt").write_text(text)
    return "formats", lambda: (here.where / "wait.csv").is_file()


def judged_by_a_rule_of_ones_own(here):
    here.file(ASKED)
    (here.where / "own.toml").write_text(OWN_RULE)
    here.fill["FILE"] = "own.toml"
    here.type(f'--agency-file own.toml ingest "calls of ours" {EVER}')
    return "promises --as-of 2022-04-05", lambda: here.type("promises").exit_code == 0


def taken_out(here):
    here.file(ASKED)
    here.file(ASKED.replace("A1", "B1").replace("3/", "4/"), "april.csv")
    here.type(f'ingest "calls of ours" {EVER} --store "calls of 2022"')
    line = 'remove "calls of ours/april.csv" --store "calls of 2022"'
    return line, lambda: Store.open("calls of 2022").read("entries").num_rows == 32


OF_2022 = '--store "calls of 2022"'


def callback_to_a_phone_of_no_line(here):
    """Its calls are in the store, and no one named the line that they are of."""
    here.file(ASKED)
    here.file(RINGCENTRAL, "phone.csv")
    here.type(f'ingest "calls of ours" {EVER} {OF_2022}')
    return f"promises --as-of 2022-04-05 {OF_2022}", lambda: Store.open("calls of 2022").offices()[0]["lines"]


def read_on_another_clock(here):
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER} {OF_2022}')
    line = f"office Alder --timezone Eastern {OF_2022}"
    return line, lambda: Store.open("calls of 2022").offices()[0]["timezone"] == "America/New_York"


def logs_where_the_store_would_be(here):
    here.file(ASKED)
    line = f'start "calls of ours" --store "calls of ours" {EVER}'
    return line, lambda: Store.open("calls of ours-store").version


def an_unknown_promise(here):
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER} {OF_2022}')
    return f"evidence --promise ffffffff {OF_2022}", lambda: True


def an_unknown_line(here):
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER}')
    return "office Alder --line 312-555-0100:desk:qqqqqqqq", lambda: True


def not_of_the_format_named(here):
    here.file(UNKNOWN)
    return 'check "calls of ours/log.csv" --format ringcentral_simple', lambda: True


def without_a_moment(here):
    here.file("Number,Length\n" + "".join(f"312-555-01{n},{n}\n" for n in range(10, 30)))
    return 'map "calls of ours/log.csv"', lambda: True


def a_column_without_a_name(here):
    rows = "".join(f"3/{n}/2022,{20 + n},A{n}77,72 hours\n" for n in range(14, 30))
    here.file(f"Date,Wait (min),Agent ID,x\n{rows}")
    return 'check "calls of ours"', lambda: True


def nothing_logged_yet(here):
    opened = Store.open("calls", create=True)
    with opened.writing():
        opened.publish({})
    here.file(ASKED)
    here.type("report firm --formats html --as-of 2022-06-30")
    here.answers = "Alder, Central\n\n\n"
    (here.where / "commands.txt").write_text(page_text(here.where / "report" / "firm.html"))
    return "formats", lambda: here.entries().num_rows == 16


def invented_logs(here):
    here.file(ASKED)
    here.fill["log.xlsx"] = "own.xlsx"
    return "demo", lambda: (here.where / "own.xlsx").is_file()


SITUATIONS = [
    no_store, checked, one_of_two_orders, unknown_export, proposed, misspelled_office, unwatched_callbacks,
    export_without_a_line, damaged_table, hostile_name, led_to_the_end, no_one_to_ask, rows_to_fix, an_inbox,
    taken_out, measured_by_another_name, due_today, report_on_how_to_check_it, judged_by_a_rule_of_ones_own,
    callback_to_a_phone_of_no_line, read_on_another_clock, logs_where_the_store_would_be, an_unknown_promise,
    an_unknown_line, not_of_the_format_named, without_a_moment, a_column_without_a_name, nothing_logged_yet,
    invented_logs,
]  # fmt: skip
ON_PAPER = (report_on_how_to_check_it, nothing_logged_yet)  # the commands stand in a report
WHOLE = (led_to_the_end, *ON_PAPER)  # tried with the report that `start` and `report` write
NIGHT = [invented_logs, report_on_how_to_check_it]  # the dearest: a demonstration, a report for researchers
WITHOUT_ERROR = (0, 1)  # 1: done, and something needs a person


WIDTHS = {"terminal": 80, "pipe": 0}


@pytest.mark.parametrize(
    ("situation", "width"),
    crossed({each.__name__: each for each in SITUATIONS if EXHAUSTIVE or each not in NIGHT}, WIDTHS),
)
def test_what_is_printed_can_be_pasted_and_does_what_it_says(situation, width, tmp_path, monkeypatch, request):
    """In the order in which it is printed; what the lines were to bring about is there after the last."""
    situation, width = globals()[situation], WIDTHS[width]
    if situation is due_today and not width:
        pytest.skip("a pipe gets a table, and no advice")
    if width:
        monkeypatch.setattr(screen, "is_terminal", lambda *_: True)
        monkeypatch.setattr(screen, "width", lambda: width)
    if situation not in WHOLE:
        request.getfixturevalue("without_report")
    here = Here(tmp_path, monkeypatch)
    line, is_done = situation(here)
    monkeypatch.setattr(start, "is_at_a_terminal", lambda: True)
    monkeypatch.setattr(start.webbrowser, "open", lambda address: None)
    first = here.type(line, **({} if situation is no_one_to_ask else {"input": here.answers}))
    if situation is no_one_to_ask:
        monkeypatch.setattr(start, "is_at_a_terminal", lambda: False)
        first = here.type(line)
    source = (tmp_path / "commands.txt").read_text() if situation in ON_PAPER else first.output
    pasted = printed(source, here.fill)
    assert pasted, first.output
    for command in pasted:
        done = here.type(command, input=here.answers)
        assert done.exit_code in WITHOUT_ERROR, f"{command}\n{done.output}"
    assert is_done(), first.output


def with_waits(*waits: str, header: str = "Wait") -> str:
    """A sheet of calls with these waits."""
    rows = "".join(f"3/{n}/2022,10:05 AM,{wait},A{n}77\n" for n, wait in enumerate(waits, 14))
    return f"Date,Time,{header},Agent ID\n{rows}"


PBX = "Time,Caller,Called,Seconds\n" + "".join(
    f"2022-03-{n:02} 10:05:00,{'312-555-0188,800-375-5283' if n % 3 else '202-838-2200,312-555-0188'},{60 * n}\n"
    for n in range(1, 20)
)
QUESTIONS = {  # the answer that is printed, which makes waits shorter or leaves a column alone -> what leaves it open
    "--wait-clock m:ss": with_waits("0:35", "0:40"),
    "--wait-unit seconds": with_waits("180", "200", "190"),
    '--column "wait=Hold time"': with_waits("45,50", "40,52", "41,55", header="Hold time,Wait time"),
    "--date-order mdy": TWO_ORDERS,
    "--accept-mapping": UNKNOWN,
    "--our-number 0188 --accept-mapping": PBX,
}


@pytest.mark.slow
@pytest.mark.parametrize("answer", QUESTIONS)
def test_the_next_command_answers_every_open_question_and_what_it_leaves_open_is_answered_by_the_next(
    answer, tmp_path, monkeypatch
):
    here = Here(tmp_path, monkeypatch)
    here.file(QUESTIONS[answer])
    shown = here.type('check "calls of ours"').output
    following = shown.partition("Next:")[2]
    assert answer in following
    assert "see the question above)" in following
    while following:
        (command,) = printed(following.splitlines()[0], here.fill)
        done = here.type(command)
        assert done.exit_code in WITHOUT_ERROR, done.output
        assert command not in done.output, "the same is asked again"
        following = done.output.partition("Next:")[2]
    assert done.exit_code == 0, done.output
    assert "question" not in done.output
    assert here.store().read("sources").num_rows == 1


def two_logs(here) -> list[str]:
    """A hand log whose promises no phone log covers, and an export that names no line; the commands about them."""
    here.file(ASKED)
    here.file(RINGCENTRAL, "phone.csv")
    system = "ringcentral_simple"
    return [
        f'callanalytics office "Alder" --line 312-555-0100:desk:{system}',
        'callanalytics office "Alder" --logs-callbacks-since 2022-03-14',
    ]


def all_done(here) -> bool:
    (office,) = here.store().offices()
    return bool(office["lines"] and office["logs_callbacks_since"])


@pytest.mark.slow
@pytest.mark.parametrize("way", ["check", "start", "roster"])
def test_what_an_office_may_say_of_itself_is_a_command_wherever_it_is_in_the_store(way, tmp_path, monkeypatch):
    here = Here(tmp_path, monkeypatch)
    wanted = two_logs(here)
    (here.where / "o.csv").write_text("folder,office,timezone\ncalls of ours,Alder,Central\n")
    if way == "check":
        here.type(f'ingest "calls of ours" {EVER}')
    line = {
        "check": 'check "calls of ours"',
        "start": f'start "calls of ours" {EVER}',
        "roster": "ingest . --roster o.csv",
    }
    shown = here.type(line[way]).output
    pasted = printed(shown, here.fill)
    assert [command for command in pasted if " office " in command] == wanted
    for command in pasted:
        assert here.type(command).exit_code in WITHOUT_ERROR, command
    assert all_done(here)


@pytest.mark.slow
def test_a_line_may_be_shown_by_a_format_of_ones_own_once_the_store_has_a_file_of_it(tmp_path, monkeypatch):
    here = Here(tmp_path, monkeypatch)
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER}')
    here.file(UNKNOWN, "unknown.csv")
    here.type('map "calls of ours/unknown.csv" --out own.toml')
    shown = here.type('check "calls of ours/unknown.csv" --mapping own.toml --office Alder').output
    for command in printed(shown, here.fill):
        done = here.type(command)
        assert done.exit_code == 0, done.output
    named, *_ = printed(done.output, here.fill)
    assert here.type(named).exit_code == 0
    assert here.store().offices()[0]["lines"][0]["covered_by"] == "own"


def test_a_text_without_rows_is_not_sent_to_be_mapped(tmp_path, monkeypatch):
    here = Here(tmp_path, monkeypatch)
    here.file(ASKED)
    here.file("call the client back\n", "notes.txt")
    shown = here.type('check "calls of ours"').output
    assert "notes.txt: is not an export we know yet" in shown
    assert "callanalytics map" not in shown


@pytest.mark.slow
def test_after_a_look_through_many_offices_the_command_that_stores_them_is_next(tmp_path, monkeypatch):
    here = Here(tmp_path, monkeypatch)
    here.file(ASKED)
    (here.where / "o.csv").write_text("folder,office,timezone\ncalls of ours,Alder,Central\n")
    shown = here.type("check . --roster o.csv").output
    assert "Next:  callanalytics ingest . --roster o.csv\n" in shown
    assert here.type("ingest . --roster o.csv").exit_code == 0


@pytest.mark.slow
def test_before_an_office_is_in_the_store_check_names_the_command_that_will_say_it(tmp_path, monkeypatch):
    here = Here(tmp_path, monkeypatch)
    wanted = two_logs(here)
    shown = here.type('check "calls of ours"').output
    again, following = 'callanalytics check "calls of ours"', printed(shown, here.fill)[-1]
    assert f"Name the line after the files are stored: {again} shows the command" in " ".join(shown.split())
    assert here.type(following).exit_code == 0
    pasted = printed(here.type(again).output, here.fill)
    assert [command for command in pasted if " office " in command] == wanted


@pytest.mark.slow
def test_commands_after_one_with_rules_of_ones_own_name_these_rules_too(tmp_path, monkeypatch):
    here = Here(tmp_path, monkeypatch)
    here.file(ASKED)
    (here.where / "our own.toml").write_text(OWN_RULE)
    shown = here.type('--agency-file "our own.toml" check "calls of ours"').output
    pasted = printed(shown, here.fill)
    assert pasted
    for line in pasted:
        assert line.startswith('callanalytics --agency-file "our own.toml" ')
        assert here.type(line).exit_code in WITHOUT_ERROR, line
    assert here.type("promises").exit_code == 2, "the store is judged by rules that this command does not name"


def a_date_in_two_orders(here):
    here.file(TWO_ORDERS)
    return 'ingest "calls of ours" --office Alder --timezone Central', lambda: here.entries().num_rows == 2


def a_name_nearly_known(here):
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER}')
    here.file(ASKED.replace("A1", "B1"), "more.csv")
    line = 'ingest "calls of ours/more.csv" --office Aldr --timezone Central --wait-origin dial'
    return line, lambda: here.store().read("sources").num_rows == 2


def a_file_of_another_office(here):
    here.file(ASKED)
    here.type(f'ingest "calls of ours" {EVER}')
    line = 'ingest "calls of ours" --office Rowan --new-office --timezone Eastern'
    return line, lambda: {o["name"] for o in here.store().offices()} == {"Alder", "Rowan"}


def no_zone(here):
    here.file(ASKED)
    return 'ingest "calls of ours" --office Alder', lambda: here.entries().num_rows == 16


def no_office(here):
    here.file(ASKED)
    return 'ingest "calls of ours" --timezone Central', lambda: here.entries().num_rows == 16


OPTIONS = [a_date_in_two_orders, a_name_nearly_known, a_file_of_another_office, no_zone, no_office]


@pytest.mark.slow
@pytest.mark.parametrize("situation", OPTIONS, ids=lambda situation: situation.__name__)
def test_an_option_that_is_printed_can_be_added_to_the_line_that_printed_it(situation, tmp_path, monkeypatch):
    here = Here(tmp_path, monkeypatch)
    line, is_done = situation(here)
    shown = here.type(line).output
    options = list(dict.fromkeys(option.strip(" .?") for option in OPTION.findall(shown)))
    assert options, shown
    for option in options[:1]:
        done = here.type(f"{line} {option}")
        assert done.exit_code in WITHOUT_ERROR, f"{option}\n{done.output}"
    assert is_done(), shown


@pytest.mark.slow
def test_the_commands_of_the_readme_run_one_after_the_other(tmp_path, monkeypatch):
    here = Here(tmp_path, monkeypatch)
    (here.where / "calls of ours").rename(here.where / "USCIS calls")
    (here.where / "USCIS calls" / "log.csv").write_text(ASKED)
    (here.where / "inbox" / "rowan").mkdir(parents=True)
    (here.where / "inbox" / "rowan" / "log.csv").write_text(ASKED.replace("A1", "B1"))
    (here.where / "offices.csv").write_text("folder,office,timezone\nrowan,Rowan,Eastern\n")
    (here.where / "march.csv").write_text(RINGCENTRAL)
    monkeypatch.setattr(start, "is_at_a_terminal", lambda: True)
    monkeypatch.setattr(start.webbrowser, "open", lambda address: None)
    block = re.search(r"```\n(callanalytics .*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)[1]
    lines = [re.split(r"\s{3,}", line)[0] for line in block.splitlines()]
    assert lines[0].startswith("callanalytics start ")
    for line in lines:
        if line not in ("callanalytics lab", "callanalytics app"):  # they stay open
            done = here.type(line, input="Alder and Birch, Central\n\n\n\n")
            assert done.exit_code in WITHOUT_ERROR, f"{line}\n{done.output}"
    assert {office["name"] for office in here.store().offices()} == {"Alder and Birch", "Rowan"}
