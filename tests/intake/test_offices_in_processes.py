"""Many offices by several processes: the store of one after the other, and a run that is cut off goes on."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from callanalytics import intake
from callanalytics.errors import InvalidRequest
from callanalytics.intake import batch, publish
from callanalytics.store import Store, commit
from commands import run
from exhaustive import EXHAUSTIVE
from intake_files import hand_csv, note, phone_csv
from roots import ROOT

SAMPLE = ROOT / "data" / "sample"


@pytest.fixture
def processes(monkeypatch):
    """As many processes as are wanted work from the third office on, however short the work is."""
    monkeypatch.setattr(batch, "PAYS_FROM_S", -1.0)


def inbox_of(folder, count: int, hours: str = ""):
    """So many small offices, and their roster."""
    lines = ["folder,office,timezone,hours"]
    for n in range(count):
        phone_csv(folder / f"office{n}" / "calls.csv", range(n, n + 10))
        lines.append(f"office{n},Office {n},Eastern,{hours}")
    (folder / "roster.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return batch.open_roster(folder / "roster.csv", folder)


def tables_of(store) -> dict:
    return Store.open(store).manifest["files"]


@pytest.mark.slow
def test_processes_make_the_store_of_one_office_after_the_other_in_any_order(processes, tmp_path):
    roster = batch.open_roster(SAMPLE / "offices.csv", SAMPLE)
    roster = roster if EXHAUSTIVE else batch.Roster(roster.inbox, roster.rows[3:])  # the first three are large
    for row in roster.rows:
        paths = [SAMPLE / pattern for pattern in row.patterns]
        intake.ingest(paths, tmp_path / "singly", row.office, row.timezone, new_office=True, **row.details())
    together = batch.ingest(roster, tmp_path / "together", workers=2)
    backwards = batch.Roster(roster.inbox, roster.rows[::-1])
    batch.ingest(backwards, tmp_path / "backwards", workers=2)
    assert all(outcome.is_stored for outcome in together.outcomes)
    assert tables_of(tmp_path / "together") == tables_of(tmp_path / "singly") == tables_of(tmp_path / "backwards")
    assert Store.open(tmp_path / "together").verify() == []


@pytest.mark.slow
def test_a_month_more_of_each_office_makes_the_store_of_one_after_the_other(processes, tmp_path):
    roster = inbox_of(tmp_path / "inbox", 5)
    for row in roster.rows:
        for store in ("singly", "together"):
            id = f"a{row.number:031}"
            paths = [tmp_path / "inbox" / row.folder]
            intake.ingest(paths, tmp_path / store, row.office, row.timezone, new_office=True, office_id=id)
    for n in range(5):
        phone_csv(tmp_path / "inbox" / f"office{n}" / "more.csv", range(n + 5, n + 30))
    for row in roster.rows:
        intake.ingest([tmp_path / "inbox" / row.folder], tmp_path / "singly", row.office)
    batch.ingest(roster, tmp_path / "together", workers=2)
    assert tables_of(tmp_path / "singly") == tables_of(tmp_path / "together")
    assert Store.open(tmp_path / "together").verify() == []


@pytest.mark.slow
def test_a_cut_off_run_keeps_what_it_committed_and_the_next_goes_on_after_it(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "AT_A_COMMIT", 2)
    roster, lines = inbox_of(tmp_path / "inbox", 6), []

    def interrupt(line):
        lines.append(line)
        if len(lines) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.ingest(roster, tmp_path / "calls", say=interrupt)
    assert {office["name"] for office in Store.open(tmp_path / "calls").offices()} == {f"Office {n}" for n in range(4)}
    lines.clear()
    batch.ingest(roster, tmp_path / "calls", say=lines.append)
    assert [line for line in lines if "already in the store" in line] == [
        f"Office {n}: already in the store ({n + 1} of 6)" for n in range(4)
    ]
    assert lines[4:] == ["Office 4: 10 rows (5 of 6)", "Office 5: 10 rows (6 of 6)"]
    assert Store.open(tmp_path / "calls").verify() == []
    assert not list((tmp_path / "calls").glob(".*.tmp"))


@pytest.mark.slow
def test_ctrl_c_ends_the_processes_too(processes, tmp_path):
    def interrupt(line):
        if "(4 of" in line:
            while not list((tmp_path / "calls").glob(".office-*.tmp")):
                time.sleep(0.02)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.ingest(inbox_of(tmp_path / "inbox", 12), tmp_path / "calls", say=interrupt, workers=2)
    assert not multiprocessing.active_children()
    assert Store.open(tmp_path / "calls", create=True).version == ""
    assert not list((tmp_path / "calls").glob(".*.tmp"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_run_that_is_killed_leaves_no_process_behind_and_loses_no_commit(tmp_path):
    roster = inbox_of(tmp_path / "inbox", 24)
    program = (
        "from callanalytics.intake import batch; batch.PAYS_FROM_S, batch.AT_A_COMMIT = -1.0, 4; "
        f"inbox = {str(tmp_path / 'inbox')!r}; "
        f"batch.ingest(batch.open_roster(inbox + '/roster.csv', inbox), {str(tmp_path / 'calls')!r}, workers=2)"
    )
    killed = subprocess.Popen([sys.executable, "-c", program])
    while len(committed(tmp_path / "calls")) < 8:
        assert killed.poll() is None
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    kept = committed(tmp_path / "calls")
    assert kept[:8] == [f"Office {n}" for n in range(8)]
    lines = []
    batch.ingest(roster, tmp_path / "calls", say=lines.append)
    assert [line.partition(":")[0] for line in lines if "already" in line] == kept
    assert Store.open(tmp_path / "calls").verify() == []
    assert len(committed(tmp_path / "calls")) == 24


def committed(store) -> list[str]:
    """The offices of a store that is being written, in the order of their numbers."""
    if not (store / commit.CURRENT).exists():
        return []
    return sorted((office["name"] for office in Store.open(store).offices()), key=lambda name: int(name.split()[1]))


@pytest.mark.slow
def test_an_office_is_read_again_if_the_version_that_it_was_read_against_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "AT_A_COMMIT", 1)
    batch.ingest(inbox_of(tmp_path / "inbox", 1), tmp_path / "calls")
    opened, laid_down = Store.open(tmp_path / "calls"), batch._lay_down
    opened._turn_to_newest = lambda: None  # as by a process that began before the commits
    stores = {"Office 5": opened}
    monkeypatch.setattr(
        batch, "_lay_down", lambda store, *given: laid_down(stores.pop(given[-1].office, store), *given)
    )
    done = batch.ingest(inbox_of(tmp_path / "inbox", 6), tmp_path / "calls")
    assert [outcome.why for outcome in done.outcomes if not outcome.is_stored] == []
    assert not stores


def dies_of_the_third(row):
    if row.office == "Office 3":
        os._exit(1)
    return row.office


@pytest.mark.slow
def test_an_office_that_makes_a_process_die_does_not_cost_the_others_theirs(processes, tmp_path):
    roster = inbox_of(tmp_path / "inbox", 7)
    given = {row.office: found for row, found in batch._each_office(roster, dies_of_the_third, 2)}
    assert "Something unexpected" in str(given.pop("Office 3"))
    assert given == {f"Office {n}": f"Office {n}" for n in range(7) if n != 3}


@pytest.mark.slow
def test_a_file_that_two_offices_gave_in_one_run_is_the_first_ones(tmp_path):
    for n in range(2):
        hand_csv(tmp_path / "inbox" / f"office{n}" / "log.csv", [note(i) for i in range(5)])
    roster = batch.Roster(tmp_path / "inbox", [batch.Row(n, f"office{n}", f"Office {n}", "Eastern") for n in range(2)])
    first, second = batch.ingest(roster, tmp_path / "calls").outcomes
    assert first.is_stored
    assert "is already stored, as a file of Office 0" in second.why
    assert committed(tmp_path / "calls") == ["Office 0"]
    assert not list((tmp_path / "calls").glob(".*.tmp"))


def test_an_office_that_fails_while_it_is_laid_down_leaves_nothing_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "with_facts", lambda *given: {}["no facts"])
    (outcome,) = batch.ingest(inbox_of(tmp_path / "inbox", 1), tmp_path / "calls").outcomes
    assert "Something unexpected" in outcome.why
    assert committed(tmp_path / "calls") == []
    assert not list((tmp_path / "calls").glob("**/source.json"))


@pytest.mark.slow
def test_the_facts_of_an_office_with_hours_are_made_one_time_and_not_again_by_the_same_roster(tmp_path, monkeypatch):
    made = []
    with_facts = publish.with_facts
    monkeypatch.setattr(publish, "with_facts", lambda *given: made.append(given) or with_facts(*given))
    roster = inbox_of(tmp_path / "inbox", 3, "Mon-Fri 9-17")
    batch.ingest(roster, tmp_path / "calls")
    assert len(made) == 3
    before = Store.open(tmp_path / "calls")
    assert all(len(office["hours"]) == 5 for office in before.offices())
    batch.ingest(roster, tmp_path / "calls")
    assert len(made) == 3
    assert Store.open(tmp_path / "calls").version == before.version


def test_hours_do_not_hide_why_the_first_office_gave_nothing(tmp_path):
    roster = inbox_of(tmp_path / "inbox", 2, "Mon-Fri 9-17")
    (tmp_path / "inbox" / "office0" / "calls.csv").write_text("Color,Size\nred,4\nblue,5\n")
    first, second = batch.ingest(roster, tmp_path / "calls").outcomes
    assert "is not an export we know" in first.why
    assert second.is_stored


@pytest.mark.slow
def test_hours_that_a_roster_says_later_are_set_without_a_new_file(tmp_path):
    batch.ingest(inbox_of(tmp_path / "inbox", 2), tmp_path / "calls")
    batch.ingest(inbox_of(tmp_path / "inbox", 2, "Mon-Thu 9-17"), tmp_path / "calls")
    assert [len(office["hours"]) for office in Store.open(tmp_path / "calls").offices()] == [4, 4]


class NoProcess(ProcessPoolExecutor):
    """As where no process can be started: none of what is given is done."""

    def submit(self, work, /, *given):
        failed = Future()
        failed.set_exception(BrokenProcessPool())
        return failed


@pytest.mark.slow
def test_where_no_process_can_be_started_this_one_reads_all_offices(processes, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "ProcessPoolExecutor", NoProcess)
    done = batch.ingest(inbox_of(tmp_path / "inbox", 4), tmp_path / "calls", workers=2)
    assert all(outcome.is_stored for outcome in done.outcomes)


class DiesEarly(ProcessPoolExecutor):
    """As where a process dies while work is still given out to several: the third piece is not taken."""

    pieces = 0

    def submit(self, work, /, *given):
        DiesEarly.pieces += 1
        if DiesEarly.pieces == 3:
            raise BrokenProcessPool
        return super().submit(work, *given)


@pytest.mark.slow
def test_a_process_that_dies_while_work_is_given_out_costs_no_office(processes, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "ProcessPoolExecutor", DiesEarly)
    done = batch.ingest(inbox_of(tmp_path / "inbox", 4), tmp_path / "calls", workers=2)
    assert all(outcome.is_stored for outcome in done.outcomes)


@pytest.mark.slow
def test_few_offices_start_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "_in_processes", None)
    done = batch.ingest(inbox_of(tmp_path / "inbox", 4), tmp_path / "calls", workers=2)
    assert all(outcome.is_stored for outcome in done.outcomes)


@pytest.mark.slow
def test_a_script_that_asks_for_no_process_starts_none(processes, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "_in_processes", None)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    done = batch.ingest(inbox_of(tmp_path / "inbox", 4), tmp_path / "calls")
    assert all(outcome.is_stored for outcome in done.outcomes)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "ingest"])
def test_a_command_starts_a_process_for_each_core(command, processes, tmp_path, monkeypatch):
    inbox_of(tmp_path / "inbox", 5)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(batch, "_in_processes", lambda work, rows, workers: iter([InvalidRequest(f"{workers=}")] * 3))
    to_store = ["--store", tmp_path / "calls"] if command == "ingest" else []
    done = run(command, tmp_path / "inbox", "--roster", tmp_path / "inbox" / "roster.csv", *to_store)
    assert done.output.count("workers=3") >= 3
