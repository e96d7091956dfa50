"""The last meeting: nothing is said of it without a file; with one, what was asked, answered, and logged since."""

import io
import re
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from callanalytics import CallLogError
from callanalytics.reports import annex, liaison, meeting, report
from callanalytics.reports.document import AgendaItem, PageBreak, TableBlock
from callanalytics.reports.results import Results

MEETING = """
[last]
on = 2022-03-03
[[last.item]]
asked = "Urgent requests escalated on a Friday"
answer = "Will look into it."
figure = "urgent"
[[last.item]]
asked = "How long callers wait"
answer = "About half an hour."
figure = "wait"
[[last.item]]
asked = "A list of field offices"
answer = "To follow."
[audit]
seed = "20220711"
drawn = 30
documented = 24
"""


@pytest.fixture(scope="module")
def last_time(tmp_path_factory):
    path = tmp_path_factory.mktemp("meeting") / "march.toml"
    path.write_text(MEETING, "utf-8")
    return meeting.read(path)


@pytest.fixture(scope="module")
def built(facts, last_time):
    return liaison.build(facts, meeting=last_time)


def box(built):
    return next((b for b in built.blocks if isinstance(b, TableBlock) and b.title.startswith("Last time")), None)


@pytest.mark.slow
def test_the_box_says_what_was_asked_answered_and_logged_since(built):
    urgent, wait, alone = box(built).rows
    assert box(built).title == "Last time: March 3, 2022"
    assert urgent[:2] == ("Urgent requests escalated on a Friday", "Will look into it.")
    assert re.search(r"of \d+\b.*; before: ", urgent[2])
    assert re.search(r"\d+ minutes \(.*calls\); before: \d+ minutes", wait[2])
    assert alone[2] == "–"


@pytest.mark.slow
def test_the_brief_with_the_box_is_still_two_pages(built):
    end = next(i for i, b in enumerate(built.blocks) if isinstance(b, PageBreak))
    brief = replace(built, blocks=built.blocks[:end], further=())
    assert len(pikepdf.open(io.BytesIO(brief.pdf())).pages) == 2


@pytest.mark.slow
def test_whether_the_wait_has_changed_since_is_a_finding_with_its_interval(built):
    found = next(f for f in built.findings if f.text.startswith("Since the last meeting (March 3, 2022)"))
    assert re.search(r"95% interval \d\.\d\d–\d\.\d\d; \d+ weeks", found.sure)


@pytest.mark.slow
def test_an_open_item_says_when_it_was_asked_who_owes_the_answer_and_whether_that_is_overdue(facts, tmp_path):
    path = tmp_path / "meeting.toml"
    path.write_text(
        '[last]\non = 2022-03-03\n[[last.item]]\nasked = "A list of offices"\nasked_on = 2022-01-06\n'
        'owner = "Public Engagement"\nanswer_by = 2022-06-01\nfigure = "urgent"\n'
        '[[last.item]]\nasked = "How long callers wait"\n',
        "utf-8",
    )
    results = Results(facts)
    (table,) = meeting.last_meeting(results, meeting.read(path))
    carried, other = table.rows
    assert carried[:2] == (
        "A list of offices (asked on January 6, 2022)",
        "Open; with Public Engagement; due June 1, 2022, overdue",
    )
    assert carried[2] == meeting.since(results, date(2022, 1, 6), "urgent")
    assert other == ("How long callers wait", "Open", "–")


@pytest.mark.slow
def test_the_room_for_a_response_asks_who_answers_and_by_when(brief):
    response = "USCIS response · owner ________ · answer by ________"
    assert {item.response for item in brief.blocks if isinstance(item, AgendaItem)} == {response}
    assert brief.html().count(response) == 3


def test_without_a_file_nothing_is_said_of_a_last_time(brief):
    assert box(brief) is None
    assert not any("last meeting" in f.text for f in brief.findings)


def test_a_difference_is_said_only_where_the_interval_leaves_none_out():
    before, after = ({"n": 100, "events": k} for k in (60, 40))
    assert meeting._difference("urgent", after, before) == "Fewer by 20 points (−33 to −6)."
    assert meeting._difference("urgent", {"n": 100, "events": 58}, before).startswith("No difference shown (−2 points")
    assert meeting._difference("urgent", {"n": 20, "events": 1}, before) == ""


@pytest.mark.slow
def test_since_and_before_share_no_request(facts):
    results = Results(facts)
    before, after = (
        meeting._row(results, "urgent", *span) for span in ((None, date(2022, 3, 2)), (date(2022, 3, 3), None))
    )
    dated = meeting._row(results, "urgent", date(1990, 1, 1), None)
    assert before["n"] + after["n"] == dated["n"] > 30


@pytest.mark.slow
def test_of_a_selection_on_one_side_of_the_meeting_nothing_is_compared(facts):
    on = date(2022, 3, 3)
    for part in (facts.where(since=on), facts.where(until=date(2022, 3, 2))):
        assert "nothing can be compared" in meeting.since(Results(part), on, "urgent")
    assert "before" in meeting.since(Results(facts), on, "urgent")


def test_an_audit_that_was_made_says_how_many_calls_were_documented(facts, last_time):
    rows = dict(annex.ways(Results(facts), last_time.audit).rows)
    assert rows["Draw"].startswith("30 calls drawn by seed 20220711; 24 documented by their offices.")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("[last", "not valid TOML"),
        ('[last]\nitem = []\n', "no on"),
        ('[last]\non = "March"\n', "key on\n  found   'March'\n  wanted  a date"),
        ("[last]\non = 2022-03-03T10:00:00\n", "key on\n.*\n  wanted  a date"),
        ("[lest]\non = 2022-03-03\n", "found   lest\n  wanted  audit, last, sender"),
        ('[last]\non = 2022-03-03\n[[last.item]]\nasked = "x"\nanswer = "y"\nfigure = "z"\n',
         "no. 1, key figure\n  found   'z'\n  wanted  wait, urgent"),
        ('[audit]\nseed = "1"\ndrawn = 3\ndocumented = 4\n', "more calls were documented than drawn"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_gets_its_sentence(tmp_path, words, why):
    (tmp_path / "m.toml").write_text(words, "utf-8")
    with pytest.raises(CallLogError, match=why):
        meeting.read(tmp_path / "m.toml")


def test_a_missing_file_gets_its_sentence(tmp_path):
    with pytest.raises(CallLogError, match=r"none\.toml cannot be read"):
        meeting.read(tmp_path / "none.toml")


def test_the_offices_own_report_tells_of_no_meeting(facts, tmp_path):
    with pytest.raises(CallLogError, match="liaison report alone"):
        report("firm", facts, tmp_path, meeting=tmp_path / "m.toml")
