"""What the commands show on a screen: words, minutes and percent; and the same figures as the report."""

import itertools
import json
import os
import re
import shlex

import pandas
import pytest

from callanalytics import intake, load
from callanalytics.cli import screen
from callanalytics.measures import CARDS
from callanalytics.reports import annex, findings, sentences
from callanalytics.reports.results import Results
from callanalytics.wording import words_for
from commands import run
from exhaustive import some
from measure_rows import QUICK


@pytest.fixture(scope="module")
def store(sample_stores):
    """The New York office of the sample: it calls the premium line, too."""
    return sample_stores("1-new-york")


@pytest.mark.slow
def test_the_command_in_the_annex_gives_the_first_figure_of_the_report(store):
    results = Results(load(store))
    words = [*shlex.split(annex.command_to_repeat(results))[1:], "--store", store]
    rows = json.loads(run(*words, "--json").output)["rows"]
    taken = next(row for row in rows if row["statistic"] == "median" and row["wait_origin"] == "dial")
    headline = results.row("wait", "median")
    assert (taken["n"], taken["value"], taken["low"]) == (headline["n"], headline["value"], headline["low"])
    assert results.other_lines
    assert f"{taken['n']:,} calls" in findings.by_name(results)["wait"].text


def test_without_the_line_the_measure_says_what_the_report_leaves_out(store):
    printed = run("measure", "wait", "--store", store).output
    assert "Several agency lines are counted together" in printed
    assert "--line contact_center,unknown" in printed


@pytest.mark.slow
def test_waits_by_hour_and_weekday_are_a_grid_with_n(store):
    printed = run("measure", "wait", "--store", store, "--by", "hour,weekday", "--line", "contact_center").output
    lines = [line.split("\t") for line in printed.splitlines()]
    head = next(n for n, line in enumerate(lines) if line[0] == "hour")
    assert lines[head] == ["hour", "Mon", "Tue", "Wed", "Thu", "Fri"]
    hours = list(itertools.takewhile(lambda line: len(line) > 1, lines[head + 1 :]))
    assert len(hours) <= 15
    cells = [cell for line in hours for cell in line[1:] if cell]
    assert all(re.fullmatch(r"(\d+|–) \([\d,]+\)", cell) for cell in cells)
    rows = json.loads(run("measure", "wait", "--store", store, "--by", "hour,weekday", "--line", "contact_center",
                          "--json").output)["rows"]  # fmt: skip
    monday = next(
        r for r in rows if (r["hour"], r["weekday"], r["wait_origin"], r["statistic"]) == (9, 1, "dial", "median")
    )
    assert hours[[line[0] for line in hours].index("9 a.m.")][1] == f"{monday['value'] / 60:.0f} ({monday['n']})"
    of_no_hour = sum(r["n"] for r in rows if r["hour"] is None and r["wait_origin"] == "dial"
                     and r["statistic"] == "median")  # fmt: skip
    assert of_no_hour
    assert sum(int(cell.strip(")").split("(")[1]) for cell in hours[-1][1:] if cell) == of_no_hour
    assert len(printed.splitlines()) < 80


@pytest.mark.slow
def test_split_by_one_key_a_measure_has_a_line_a_group_and_with_all_every_figure(store):
    given = ["measure", "promise_kept_rate", "--store", store, "--by", "month"]
    lines = [line.split("\t") for line in run(*given).output.splitlines()]
    months = [line for line in lines if re.fullmatch(r"[A-Z][a-z]{2} \d{4}", line[0])]
    assert lines[lines.index(months[0]) - 1] == ["month", "confirmed", "including possible ones"]
    assert len({line[0] for line in months}) == len(months)
    assert len(run(*given, "--all").output.splitlines()) > 3 * len(months)


@pytest.mark.slow
def test_a_report_of_one_period_counts_it_alone_and_says_so(store, tmp_path):
    period = ("--office", "Hemlock and Rowan", "--since", "2022-01-01", "--until", "2022-06-30")
    printed = run("report", "liaison", "--store", store, *period, "--out", tmp_path, "--formats", "txt").output
    assert re.search(r"[\d,]+ outside the dates asked for", printed)
    assert "January–June 2022" in " ".join((tmp_path / "liaison.txt").read_text("utf-8").split())


def test_where_no_group_has_enough_one_sentence_says_so_and_how_to_pool(store):
    printed = run("measure", "wait", "--store", store, "--by", "weekday,hour",
               "--since", "2022-03-07", "--until", "2022-03-11").output  # fmt: skip
    (line,) = [line for line in printed.splitlines() if line.startswith("No group")]
    assert re.fullmatch(
        r"No group has enough cases for a figure: the largest of \d+ has n \d+. "
        "Combine them: use --by hour, or omit --by.", line)  # fmt: skip
    assert "\t" not in printed


def test_weekdays_have_their_names_and_clocks_that_no_one_noted_no_line(store):
    printed = run("measure", "wait", "--store", store, "--by", "weekday,hour").output
    rows = [line.split("\t") for line in printed.splitlines() if "\t" in line]
    assert {row[0] for row in rows[1:]} == {"Mon", "Tue", "Wed", "Thu", "Fri"}
    assert not [row for row in rows if "unstated" in row and row[-1].endswith("(n 0)")]


def test_a_line_that_there_is_not_is_refused_with_those_there_are(store):
    refused = run("measure", "wait", "--store", store, "--line", "premum")
    assert refused.exit_code == 2
    assert "premium" in refused.output
    of_no_line = run("measure", "missed_callbacks", "--store", store, "--line", "premium")
    assert (of_no_line.exit_code, "of no line" in of_no_line.output) == (2, True)


def test_a_measure_on_the_screen_is_in_minutes_and_percent(store):
    printed = run("measure", "wait", "--store", store).output
    assert re.search(r"median wait\t\d+ minutes \(95% interval \d+-\d+; n [\d,]+\)", printed)
    assert re.search(r"hung up or were cut off\t\d+% \(95% interval \d+-\d+%; [\d,]+ of [\d,]+\)", printed)
    assert "0.3" not in printed


@pytest.mark.parametrize("name", some({name: name for name in CARDS}, QUICK))
def test_no_figure_on_the_screen_has_a_name_of_the_tables_or_stands_without_its_n(store, name):
    printed = run("measure", name, "--store", store).output
    for line in printed.splitlines():
        *keys, figure = line.split("\t")
        if keys:
            assert not re.search(r"\w_\w|^n |\bn not\b", keys[-1]), line
            assert "(;" not in figure, line
            assert re.search(r"\d|yes|no|not estimable|figure", figure), line
            if "%" in figure.replace("95% interval", "") and "probability" not in figure:
                assert re.search(r"\bof [\d,]+|\bn [\d,]+", figure), line


@pytest.mark.slow
def test_the_ledger_is_in_words_with_the_offices_clock_the_number_and_the_matter(store):
    printed = run("promises", "--store", store, "--as-of", "2022-12-30").output
    head = next(line for line in printed.splitlines() if line.startswith("where it stands")).split("\t")
    wanted = {"where it stands", "matter", "kind", "promised", "due", "they may ring", "number given", "what to do"}
    assert wanted <= set(head)
    row = dict(
        zip(head, next(line for line in printed.splitlines() if line.startswith("waiting")).split("\t"), strict=True)
    )
    assert re.fullmatch(r"\w{3} \w{3} \d+, 20\d\d, \d+:\d\d [ap]\.m\. E[SD]T", row["due"])
    assert re.fullmatch(r"\d{3}-555-01\d\d.*", row["number given"])
    assert re.fullmatch(r"M-\d+", row["matter"])
    assert row["what to do"].startswith("Wait.")
    for hidden in ("default", "unwatched", "is_watched", "+00:00", "answered_first"):
        assert hidden not in printed


@pytest.mark.slow
def test_whom_to_turn_to_stands_once_and_not_in_every_line_of_the_ledger(store):
    printed = run("promises", "--store", store, "--as-of", "2022-12-30").output
    assert printed.count("If calling again doesn't work") == 1
    assert printed.count("reports@aila.org") == 1
    assert max(map(len, printed.splitlines())) <= 400


@pytest.mark.slow
def test_the_ledger_of_today_says_that_it_is_of_today(store):
    printed = run("promises", "--store", store, "--open").output
    assert "as of today" in printed
    assert "last day of the logs" in printed
    assert "closed callback" not in printed
    assert json.loads(run("promises", "--store", store, "--json").output)["rows"]


CALLED_AGAIN = """Date,Time called,Hold time,Outcome,Matter,Callback promised,Called back on,Callback result
3/1/2022,10:05 AM,40 min,reached an officer,22-014,72 hours,,
3/14/2022,9:10 AM,35 min,reached an officer,22-014,72 hours,,
3/2/2022,10:05 AM,40 min,reached an officer,22-015,72 hours,,
3/15/2022,9:10 AM,35 min,hung up,22-015,,,
3/3/2022,10:05 AM,40 min,reached an officer,22-016,72 hours,3/4/2022 11:05,spoke
3/16/2022,10:05 AM,40 min,reached an officer,22-017,72 hours,,
"""


def test_an_overdue_promise_that_another_call_renewed_is_not_said_to_be_settled(tmp_path):
    """As of March 14: 014 was promised anew, 015 is overdue and no one has called again, 016 is settled."""
    (tmp_path / "log.csv").write_text(CALLED_AGAIN, "utf-8")
    intake.ingest(tmp_path / "log.csv", tmp_path / "store", "Alder", "Central", wait_origin="dial")
    listed = {}
    for as_of in ("2022-03-14", "2022-03-15"):
        printed = run("promises", "--store", tmp_path / "store", "--as-of", as_of).output
        parts = re.split(r"\n\n(?=\d+ (?:open|closed|callback))", printed)[1:]
        listed[as_of] = {
            part.split("\n")[0].split(":")[0]: re.findall(r"22-01\d|\w+ again on \w+ \d+", part) for part in parts
        }
    again = "callback missed or overdue; the office called again"
    assert listed["2022-03-14"] == {
        "2 open callbacks": ["22-015", "22-014"],
        f"1 {again}": ["22-014", "promised again on Mar 14"],
        "1 closed callback": ["22-016"],
    }
    assert listed["2022-03-15"] == {
        "1 open callback": ["22-014"],
        f"2 {again.replace('callback', 'callbacks')}": [
            "22-014", "promised again on Mar 14", "22-015", "called again on Mar 15"],
        "1 closed callback": ["22-016"],
    }  # fmt: skip


def on_a_terminal(monkeypatch, *words):
    """What a command prints on a terminal of eighty characters, without colors."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(screen, "is_terminal", lambda *_: True)
    monkeypatch.setattr(screen, "width", lambda: 80)
    return run(*words).output


def test_a_measure_by_month_has_one_line_a_month_at_eighty_characters(store, monkeypatch):
    lines = on_a_terminal(monkeypatch, "measure", "wait", "--store", store, "--by", "month").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("month "))
    months = list(itertools.takewhile(bool, lines[first + 2 :]))
    assert len(months) == 24
    assert all(re.fullmatch(r"[A-Z][a-z]{2} \d{4}  .*\(.*n \d+\)", line) and len(line) <= 80 for line in months)


@pytest.mark.slow
@pytest.mark.parametrize(("switch", "is_shown"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_titles_stand_out_on_a_terminal_unless_no_color_is_wanted(store, monkeypatch, switch, is_shown):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"WT_SESSION": "1"} | switch).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(screen, "is_terminal", lambda *_: True)
    printed = run("promises", "--store", store, "--open", "--as-of", "2022-12-30").output
    assert ("\x1b[1;31mOverdue, nothing came" in printed) == is_shown
    assert ("\x1b" in printed) == is_shown


@pytest.mark.slow
def test_the_open_ledger_fits_a_terminal_of_eighty_characters(store, monkeypatch):
    printed = on_a_terminal(monkeypatch, "promises", "--store", store, "--as-of", "2022-12-30", "--open")
    lines = printed.splitlines()
    assert not [line for line in lines if len(line) > 80 and not line.startswith("  callanalytics ")]
    assert re.search(r"^Waiting \(\d+\)$", printed, re.M)
    assert re.search(r"^ +[0-9a-f]{8}  M-\d+ +(urgent|regular) .* 212-555-01\d\d$", printed, re.M)
    assert re.search(r"^ +window  7:00 a\.m\. to 6:30 p\.m\., your time", printed, re.M)


@pytest.mark.slow
def test_each_open_request_is_one_line_and_the_most_overdue_stands_first(store, monkeypatch):
    rows = json.loads(run("promises", "--store", store, "--as-of", "2022-12-30", "--json").output)["rows"]
    lines = on_a_terminal(monkeypatch, "promises", "--store", store, "--as-of", "2022-12-30").splitlines()
    for row in rows:
        assert sum(bool(re.match(rf" *([\d,]+ d)? *{row['promise_id'][:8]}  ", line)) for line in lines) == 1
    groups = "\n".join(lines).split("\n\n")
    overdue = next(group for group in groups if group.startswith("Overdue, nothing came"))
    for _, days in itertools.groupby(overdue.splitlines(), lambda line: re.match(r" *([\d,]+) d  ", line) is not None):
        late = [int(found[1].replace(",", "")) for line in days if (found := re.match(r" *([\d,]+) d  ", line))]
        assert late == sorted(late, reverse=True)


@pytest.mark.slow
def test_the_lines_of_several_offices_name_the_office_at_their_end(sample_stores, monkeypatch):
    printed = on_a_terminal(monkeypatch, "promises", "--store", sample_stores("few"), "--as-of", "2022-12-30", "--open")
    assert re.search(r"^  late .* number +office$", printed, re.M)
    assert re.search(r"^ .*\d{3}-555-01\d\d .* Alder a…$", printed, re.M)
    assert re.search(r"^ +window  7:00 a\.m\. to 6:30 p\.m\. Eastern, each business day", printed, re.M)


@pytest.mark.slow
@pytest.mark.parametrize("only_open", [True, False])
def test_the_ledger_is_written_to_a_workbook_that_no_one_else_can_read(store, tmp_path, only_open):
    path = tmp_path / "ledger.xlsx"
    wanted = ["promises", "--store", store, "--as-of", "2022-12-30", *(["--open"] if only_open else [])]
    rows = json.loads(run(*wanted, "--json").output)["rows"]
    assert "Saved " in run(*wanted, "--out", path).output
    table = pandas.read_excel(path)
    assert sorted(table["id"]) == sorted(row["promise_id"][:8] for row in rows)
    assert table["what to do"].notna().sum() == sum(row["stand"] is not None for row in rows)
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_the_open_ledger_counts_what_it_does_not_list_and_the_whole_one_lists_it(store, monkeypatch):
    rows = json.loads(run("promises", "--store", store, "--as-of", "2022-12-30", "--open", "--json").output)["rows"]
    short, whole = (
        on_a_terminal(monkeypatch, "promises", "--store", store, "--as-of", "2022-12-30", *more)
        for more in (["--open"], [])
    )
    older = int(re.search(r"Not listed: (\d+) requests? made", short)[1])
    listed = [row for row in rows if row["promise_id"][:8] in short]
    assert len(listed) + older == len(rows)
    assert not [row for row in rows if row["promise_id"][:8] not in whole]
    command = re.search(r"To list every one:\n  callanalytics (.*)", short)[1]
    assert shlex.split(command) == ["promises", "--store", str(store), "--as-of", "2022-12-30"]


@pytest.mark.slow
def test_the_ledger_names_the_list_of_the_calls_that_may_have_been_callbacks(store, monkeypatch, tmp_path):
    text = on_a_terminal(monkeypatch, "promises", "--store", store, "--as-of", "2022-12-30", "--open")
    assert "look up who called" in text
    words = shlex.split(re.search(r"callanalytics (table callbacks .*)", text)[1])
    run(*words, "--out", tmp_path / "callbacks.csv")
    table = pandas.read_csv(tmp_path / "callbacks.csv")
    assert len(table[(table["link"] == "possible") & table["result"].isin(["missed", "voicemail"])])


@pytest.mark.slow
def test_the_ledger_says_whom_to_turn_to_how_old_that_is_and_how_to_have_the_e_mail(store, monkeypatch):
    printed = " ".join(on_a_terminal(monkeypatch, "promises", "--store", store, "--as-of", "2022-12-30").split())
    assert "reports@aila.org, subject “USCIS Contact Center” (as of January 10, 2022)" in printed
    assert "whether it takes requests again is not known" in printed
    assert re.search(rf"callanalytics evidence --promise \w{{8}} --store {re.escape(str(store))}", printed)


@pytest.mark.slow
def test_the_ledger_for_programs_says_what_to_do_about_each_open_one(store):
    rows = json.loads(run("promises", "--store", store, "--as-of", "2022-12-30", "--json").output)["rows"]
    waiting = next(row for row in rows if row["stand"] == "waiting")
    assert waiting["window_opens_local"].endswith("T07:00:00")
    assert waiting["next_steps"] == ["Wait. They may call on any business day in the window."]
    settled = [row for row in rows if row["stand"] is None]
    assert {row["state"] for row in settled} >= {"answered_first"}
    assert all(row["next_steps"] is None for row in settled)


def test_a_table_that_does_not_fit_becomes_cards(monkeypatch, capsys):
    monkeypatch.setattr(screen, "is_terminal", lambda *_: True)
    monkeypatch.setattr(screen, "width", lambda: 30)
    screen.table([{"name": "a" * 16, "what it says": "b" * 16, "n": 3}, {"name": "c", "what it says": "d", "n": 4}])
    assert capsys.readouterr().out.splitlines() == [
        "name          " + "a" * 16,
        "what it says  " + "b" * 16,
        "n             3",
        "",
        "name          c",
        "what it says  d",
        "n             4",
    ]


@pytest.mark.slow
def test_the_ledger_shows_no_receipt_and_no_agent(store):
    printed = run("promises", "--store", store).output
    entries = load(store).entries.to_arrow()
    secrets = {text for name in ("receipt", "agent_name") for text in entries.column(name).drop_null().to_pylist()}
    assert secrets
    assert not [secret for secret in secrets if secret in printed]


@pytest.mark.slow
def test_open_call_backs_go_into_a_calendar(store, tmp_path):
    run("promises", "--store", store, "--as-of", "2022-12-30", "--ics", tmp_path / "due.ics")
    assert (tmp_path / "due.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


@pytest.mark.slow
def test_offices_are_listed_with_the_weekdays_of_their_hours(store):
    run("office", "Hemlock and Rowan", "--store", store, "--hours", "Mon-Thu 9:00-17:30, Fri 9-16, Sat 10-12")
    assert "Mon-Thu 09:00-17:30, Fri 09:00-16:00, Sat 10:00-12:00" in run("office", "--store", store).output


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("table", ["agency_calls", "promises"]),
        ("path", ["agency_calls", "rejects"]),
        ("measure", ["callback_hit_rate", "weekday"]),
    ],
)
def test_help_lists_the_names_that_a_command_takes(command, names):
    printed = run(command, "--help").output
    assert all(name in printed for name in names)


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_definitions_are_in_plain_words_with_schema_names_in_brackets_only(card):
    for name in words_for("card_parts"):
        text = re.sub(r"\[[^\]]*\]", "", sentences.in_plain_words(getattr(card, name)))
        assert not re.search(r"\w_\w|\w_\.|>=|\bas_of\b|link =", text), text


@pytest.mark.slow
def test_a_calendar_without_an_entry_is_not_written(tmp_path):
    sheet = tmp_path / "log.csv"
    sheet.write_text(
        "Date,Time,Wait (min),Outcome\n" + "".join(f"3/{n}/2022,10:05 AM,30,Solved\n" for n in range(14, 24))
    )
    intake.ingest([sheet], tmp_path / "s", "Alder", "Eastern")
    printed = run("promises", "--store", tmp_path / "s", "--ics", tmp_path / "due.ics")
    assert "No open callback is due in the future" in printed.output
    assert not (tmp_path / "due.ics").exists()
