"""The page on the architecture is true: one missed call runs through the functions that it links to, in that order."""

import re
import sys
from pathlib import Path

import pytest

import callanalytics as ca
from intake_files import HAND
from roots import GOLDEN, ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PACKAGE = ROOT / "src" / "callanalytics"
LINK = r"\[`((?!\w+\.py)[\w.]+)`\]\(\.\./src/callanalytics/(\S+?\.py)\)"
HOPS = [(file, name) for name, file in re.findall(rf"^\| \d+ \| {LINK}", PAGE, flags=re.MULTILINE)]
EXPORT = GOLDEN / "ringcentral_detailed" / "export.csv"
CALL = (
    'Voice,C1,1,Leg-master,Outgoing,(202) 555-0143,(800) 375-5283,101 - Front desk,,"",Tue 3/1/2022,10:05:00 AM,'
    "Phone Call,Call connected,,1:02:21,0,0,-,"
)
MISSED = (
    'Voice,C2,2,Leg-master,Incoming,(202) 838-2200,(202) 555-0143,101 - Front desk,,"",Wed 3/2/2022,7:40:10 AM,'
    "Phone Call,Missed,,0:00:21,0,0,-,"
)
ENTRIES = (
    "1,3/1/2022,10:05 AM,We called,,47,Tier 1,Expedite a decision,Call-back promised,Urgent (72 hours),202-555-0143,",
    '2,3/2/2022,7:40 AM,"They called, we missed it",1,,,,,,202-555-0143,',
)


def entered(work) -> list[tuple[str, str]]:
    """The functions of the package that a piece of work enters, each time, in order."""
    found = []

    def note(frame, event, _):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PACKAGE)):
            found.append((Path(code.co_filename).relative_to(PACKAGE).as_posix(), code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


@pytest.fixture(scope="module")
def inbox(tmp_path_factory):
    """An export of two calls, and the two entries of a hand log about them."""
    folder = tmp_path_factory.mktemp("inbox")
    header = EXPORT.read_text("utf-8").splitlines()[0]
    (folder / "phone.csv").write_text(f"{header}\n{CALL}\n{MISSED}\n")
    (folder / "log.csv").write_text("\n".join([HAND, *ENTRIES, ""]))
    return folder


@pytest.fixture(scope="module")
def way(inbox, tmp_path_factory):
    """The functions that a missed call enters from its export to the report, and the report."""
    out = tmp_path_factory.mktemp("out")

    def work():
        ca.ingest(inbox, out / "store", office="Elm", timezone="Eastern", new_office=True)
        ca.report("liaison", ca.load(out / "store"), out, "html")

    calls = entered(work)
    return calls, (out / "liaison.html").read_text("utf-8")


def test_the_way_has_at_most_25_hops():
    assert 15 < len(HOPS) <= 25


@pytest.mark.slow
def test_one_missed_call_enters_every_function_on_the_page_in_its_order(way):
    calls, _ = way
    place = 0
    for hop in HOPS:
        assert hop in calls[place:], f"{hop} is not entered after {HOPS[: HOPS.index(hop)][-1:]}"
        place = calls.index(hop, place) + 1


@pytest.mark.slow
def test_the_missed_call_is_a_bar_on_page_1(way):
    _, page = way
    front = page.split("What we ask")[0]
    assert "1 of 1 missed callback came before 8 a.m." in front


@pytest.mark.parametrize(("name", "file"), sorted(set(re.findall(LINK, PAGE))))
def test_every_function_that_the_page_links_to_is_there(name, file):
    *_, function = name.split(".")
    assert re.search(rf"^\s*(def|class) {function}\b", (PACKAGE / file).read_text("utf-8"), flags=re.MULTILINE)


def test_every_name_that_the_page_says_to_change_stands_in_its_file():
    table = PAGE.split("## Where to change what")[1]
    for line in table.splitlines():
        files = re.findall(r"\(\.\./src/callanalytics/(\S+?\.py)\)", line)
        for name in re.findall(r"(?<!\[)`(_?[A-Za-z]\w+)`", line):
            assert any(
                re.search(rf"^(def )?{name}\b", (PACKAGE / file).read_text("utf-8"), re.MULTILINE) for file in files
            ), name


def test_the_page_is_one_page():
    assert len(PAGE.splitlines()) < 120
