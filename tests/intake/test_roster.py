"""Many offices at once: one command, and no office stops another."""

import json

import pytest

from callanalytics.errors import CallLogError
from callanalytics.intake import batch as many
from callanalytics.intake import offices
from callanalytics.store import Store
from commands import run
from exhaustive import EXHAUSTIVE
from intake_files import CLIENT, hand_csv, note, phone_csv

ZONES = ("Eastern", "Central", "Mountain", "Pacific", "America/Anchorage")
TREES = "Alder Ash Aspen Birch Elm Oak Pine Willow".split()
if EXHAUSTIVE:
    TREES += "Beech Cedar Cherry Cypress Fir Hazel Hemlock Hickory Holly Juniper Larch Linden Maple".split()
    TREES += "Plum Rowan Spruce Tamarind".split()
NAMES = tuple(f"{tree} and Fern" for tree in sorted(TREES))


@pytest.fixture
def inbox(tmp_path):
    """Invented offices; Aspen's has a file no one can date, Birch's a word no one knows."""
    folder = tmp_path / "inbox"
    for n, name in enumerate(NAMES):
        hand_csv(folder / name.split()[0].lower() / "log.csv", [note(i, minute=n) for i in range(5, 20)])
    (folder / "aspen" / "march.csv").write_text("Date,Wait (min),Callback?\n3/4/2022,40,Yes\n5/6/2022,41,No\n")
    (folder / "birch" / "own.csv").write_text(
        f"Date,Wait (min),Callback?,Client\n3/14/2022,40,within 30 days,{CLIENT}\n3/15/2022,41,Yes,{CLIENT}\n"
    )
    return folder


def write(path, rows, header="folder,office,timezone"):
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def rows_of_all():
    return [f"{name.split()[0].lower()},{name},{ZONES[n % 5]}" for n, name in enumerate(NAMES)]


@pytest.mark.slow
def test_one_command_stores_all_offices(inbox, tmp_path):
    roster = write(tmp_path / "offices.csv", rows_of_all())
    printed = run("ingest", inbox, "--roster", roster, "--store", tmp_path / "calls", "--json")
    assert printed.exit_code == 1  # one of them has a question
    offices = Store.open(tmp_path / "calls").offices()
    assert sorted(office["name"] for office in offices) == sorted(NAMES)
    assert {office["timezone"] for office in offices} >= {"America/Chicago", "America/Anchorage"}
    found = json.loads(printed.output)
    assert found["entries"] == len(NAMES) * 15 + 2
    for office in found["offices"]:
        parts = ("calls", "entries", "notices", "rejects", "set_aside")
        assert office["rows"] == sum(office[part] for part in parts)


@pytest.mark.slow
def test_a_second_time_adds_nothing(inbox, tmp_path):
    roster = write(tmp_path / "offices.csv", rows_of_all())
    words = ["ingest", inbox, "--roster", roster, "--store", tmp_path / "calls"]
    run(*words)
    before = Store.open(tmp_path / "calls").version
    assert "nothing new" in run(*words).output
    assert Store.open(tmp_path / "calls").version == before


@pytest.mark.slow
def test_what_is_wrong_with_one_office_never_stops_the_others(inbox, tmp_path):
    rows = rows_of_all()
    rows[0] = "alder,Alder and Fern,Pacfic"
    rows[1] = "ashes,Ash and Fern,Eastern"
    (inbox / "elm" / "log.csv").unlink()
    rounds = many.ingest(many.open_roster(write(tmp_path / "o.csv", rows), inbox), tmp_path / "calls")
    failed = {outcome.office: str(outcome.problem) for outcome in rounds.outcomes if outcome.problem}
    assert set(failed) == {"Alder and Fern", "Ash and Fern"}
    assert "row 2 of the roster, Alder and Fern: there is no time zone of this name" in failed["Alder and Fern"]
    assert "did you mean Pacific (America/Los_Angeles)?" in failed["Alder and Fern"]
    assert "inbox has nothing called ashes" in failed["Ash and Fern"]
    assert rounds.unclaimed == ("alder", "ash") or set(rounds.unclaimed) == {"ash"}
    stored = {office["name"] for office in Store.open(tmp_path / "calls").offices()}
    assert stored == set(NAMES) - {"Alder and Fern", "Ash and Fern", "Elm and Fern"}


@pytest.mark.slow
def test_a_folder_without_a_row_is_named(inbox, tmp_path):
    printed = run("check", inbox, "--roster", write(tmp_path / "o.csv", rows_of_all()[:-1]))
    assert "Not in the roster, so not read: willow" in printed.output


def test_an_office_that_stands_twice_is_refused_and_so_is_a_folder_of_two(inbox, tmp_path):
    rows = [*rows_of_all(), "oak;pine,Alder and Fern,Eastern"]
    opened = many.open_roster(write(tmp_path / "o.csv", rows), inbox)
    records = {opened.rows[place - 2].office: why.what for place, why in opened.wrong.items()}
    assert f"Alder and Fern is in rows 2, {len(NAMES) + 2} of the roster" in records["Alder and Fern"]
    assert "the folder oak also belongs to Alder and Fern" in records["Oak and Fern"]


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("folder,office", "alder,Alder", "it has no column timezone"),
        ("folder,office,timezone,hours", "alder,Alder,Eastern,nine to five", "Can't read these opening hours"),
        ("folder,office,timezone,lines", "alder,Alder,Eastern,12", "This is not a phone number"),
        ("folder,office,timezone", "../elsewhere,Alder,Eastern", "inbox has nothing called ../elsewhere"),
        ("folder,office,timezone", ",Alder,Eastern", "has no folder"),
    ],
)
def test_what_is_wrong_in_a_roster_is_a_sentence(inbox, tmp_path, header, row, words):
    path = write(tmp_path / "o.csv", [row], header)
    try:
        text = str(next(iter(many.open_roster(path, inbox).wrong.values())))
    except CallLogError as why:
        text = str(why)
    assert words in text


@pytest.mark.slow
def test_patterns_hours_and_lines_of_a_roster_are_taken(inbox, tmp_path):
    phone_csv(inbox / "oak calls.csv", range(10))
    row = 'oak;oak*.csv,Oak and Fern,Eastern,"Mon-Thu 9-17, Fri 9-16",212-555-0100:desk:ringcentral'
    path = write(tmp_path / "o.csv", [row], "folder,office,timezone,hours,lines")
    rounds = many.ingest(many.open_roster(path, inbox), tmp_path / "calls")
    assert rounds.totals["calls"] == 10
    (office,) = Store.open(tmp_path / "calls").offices()
    assert [line["number"] for line in office["lines"]] == ["+12125550100"]
    assert office["hours"][4]["closes"] == "16:00"


def test_a_roster_that_went_through_a_spreadsheet_is_read(inbox, tmp_path):
    row = 'oak,Oak and Fern,Eastern,"Mon-Fri 9:00 AM-5:30 PM"'
    path = write(tmp_path / "o.csv", [row], "folder,office,timezone,hours")
    opened = many.open_roster(path, inbox)
    assert not opened.wrong
    assert offices.hours_from(opened.rows[0].hours)[4] == {"weekday": 5, "opens": "09:00", "closes": "17:30"}


def test_a_folder_that_is_empty_or_misspelled_is_told(inbox, tmp_path):
    (inbox / "poplar").mkdir()
    phone_csv(inbox / "hemlock" / "calls.csv", range(3))
    rows = ["poplar,Poplar,Eastern", "hemlok,Hemlock,Eastern"]
    empty, misspelled = many.check(many.open_roster(write(tmp_path / "o.csv", rows), inbox)).outcomes
    assert "is empty" in empty.why
    assert "did you mean hemlock?" in str(misspelled.problem)


def test_an_office_in_two_rows_is_one_office_and_its_problem_is_told_once(inbox, tmp_path):
    rows = ["oak,Oak and Fern,Eastern", "oak,Oak and Fern,Central"]
    shown = run("check", inbox, "--roster", write(tmp_path / "o.csv", rows)).output
    assert shown.count("keep one row per office") == 1
    assert "0 of 1 offices checked; 1 needs an answer" in shown


@pytest.mark.slow
def test_a_check_of_many_offices_does_not_ask_what_the_store_remembers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox" / "birch").mkdir(parents=True)
    sheet = tmp_path / "inbox" / "birch" / "log.csv"
    sheet.write_text("Date,Wait (min),Outcome\n3/14/2022,40,Solved\n")
    write(tmp_path / "o.csv", ["birch,Birch,Central"])

    def asked():
        (office,) = json.loads(run("check", "inbox", "--roster", "o.csv", "--json").output)["offices"]
        return [question["text"] for question in office.get("questions", ())]

    (before,) = asked()
    assert "do these waits run from dialing" in before
    run("ingest", "inbox/birch", "--office", "Birch", "--timezone", "Central", "--wait-origin", "dial")
    assert not asked()


def test_before_the_first_ingest_the_store_that_will_be_is_said_not_to_be_there(inbox, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    roster = write(tmp_path / "offices.csv", rows_of_all())
    printed = run("check", inbox, "--roster", roster, "--store", "new")
    assert "There is no store in new yet" in printed.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("command", ["check", "ingest"])
@pytest.mark.parametrize("option", [["--timezone", "Central"], ["--office", "Alder"]])
def test_what_the_roster_says_of_each_office_is_not_taken_for_all(command, option, inbox, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = run(command, inbox, "--roster", write(tmp_path / "offices.csv", rows_of_all()), *option)
    assert printed.exit_code == 2
    assert f"{option[0]} cannot be used for many offices" in printed.output


@pytest.mark.slow
def test_a_fault_that_no_one_foresaw_stays_with_its_office(inbox, tmp_path, monkeypatch):
    from callanalytics import intake

    whole = intake.ingest

    def broken(paths, store, office, *rest, **more):
        if office.startswith("Elm"):
            raise ValueError("Maria Ng 212-555-0143")
        return whole(paths, store, office, *rest, **more)

    monkeypatch.setattr(intake, "ingest", broken)
    rows = [row for row in rows_of_all() if row.startswith(("birch", "elm", "oak", "pine"))]
    rounds = many.ingest(many.open_roster(write(tmp_path / "o.csv", rows), inbox), tmp_path / "calls")
    problems = [outcome for outcome in rounds.outcomes if outcome.problem]
    assert [outcome.office for outcome in problems] == ["Elm and Fern"]
    assert "Maria" not in str(problems[0].problem)
    assert len(Store.open(tmp_path / "calls").offices()) == 3


def reasons(inbox):
    """Six offices, of which one can be stored; each of the others for a reason of its own."""
    ready = [f"{n},03/{n:02}/2022,10:05 AM,We called,,20,Tier 1,,Solved,No,," for n in range(1, 9)]
    hand_csv(inbox / "alder" / "log.csv", ready)
    (inbox / "aspen").mkdir()
    (inbox / "aspen" / "march.csv").write_text("Date,Wait (min),Callback?\n3/4/2022,40,Yes\n5/6/2022,41,No\n")
    (inbox / "birch").mkdir()
    (inbox / "birch" / "u.csv").write_text("Color,Size\nred,4\nblue,5\n")
    (inbox / "cedar").mkdir()
    (inbox / "elm").mkdir()
    (inbox / "elm" / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    return {"alder": "", "aspen": "All dates fit both", "birch": "u.csv", "cedar": "empty", "elm": ""}


@pytest.mark.slow
@pytest.mark.parametrize("hours", ["", "Mon-Fri 9-17"])
def test_each_offices_true_reason_stands_in_its_row_and_stored_means_stored(hours, tmp_path):
    """Hours in the roster hid the reason before; without them every office read as stored."""
    why = reasons(tmp_path / "inbox")
    rows = [f"{name},{name.title()} Law,Eastern,{hours}" for name in why]
    roster = write(tmp_path / "o.csv", rows, "folder,office,timezone,hours")
    printed = run("ingest", tmp_path / "inbox", "--roster", roster, "--store", tmp_path / "calls")
    assert printed.exit_code == 1
    head, *table = [line.split("\t") for line in printed.output.splitlines() if "\t" in line]
    by_name = {row["office"]: row for row in (dict(zip(head, line, strict=True)) for line in table)}
    assert "The store has no office" not in printed.output
    for name, reason in why.items():
        row = by_name[f"{name.title()} Law"]
        assert reason in row["why"]
        assert (row["outcome"] == "stored") == (name == "alder")
        assert bool(row["why"]) == (name != "alder")
    assert "1 of 5 offices stored; 4 need an answer." in printed.output


def test_a_list_of_folders_that_is_cut_says_how_many_more_there_are(tmp_path):
    for n in range(12):
        (tmp_path / "inbox" / f"office {n:02}").mkdir(parents=True)
    roster = many.open_roster(
        write(tmp_path / "o.csv", ["folder,office,timezone", "hill,Hill Law,Eastern"]), tmp_path / "inbox"
    )
    (why,) = roster.wrong.values()
    assert why.found.endswith("office 07, and 4 more")
