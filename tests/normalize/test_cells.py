"""What stands in the cells of a hand-kept log, read as a careful paralegal would read it."""

from dataclasses import replace

import pyarrow.compute as pc
import pytest

from callanalytics import formats, intake
from callanalytics.values import lexicon
from callanalytics.values.callbacks import callbacks_among, read_callbacks
from callanalytics.values.narratives import agent_in, read_narrative
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.promises import read_promise
from text_rows import NEW_YORK, normalized

HAND_SHEET = formats.load()["hand_sheet"]

# What is written, the seconds and how it ended; + is a lower bound.
WAITS = """
40 (dropped) | 2400 cut_off
on hold 1h then dropped | 3600 cut_off
40 min then disconnected | 2400 cut_off
30m, disconnected | 1800 cut_off
30m, transferred, 20m | 1800
gave up after 40 | 2400 gave_up
hung up at 25 | 1500 gave_up
dropped at 40 | 2400 cut_off
IVR hung up on me | None not_queued
IVR ended the call | None not_queued
45+ | 2700 +
> 2 hrs | 7200 +
over an hour | 3600 +
~45 | 2700
45-60 | 3150
an hour and a half | 5400
1 hr 5 | 3900
90m | 5400
2 h. | 7200
about 50 mins | 3000
35 mins b4 agent | 2100 reached
45 / got agent | 2700 reached
busy | None not_queued
45 | 2700
45 min | 2700
45min | 2700
45 mins. | 2700
45' | 2700
1h | 3600
1 h | 3600
1hr | 3600
1 hour | 3600
1hr 15min | 4500
1 hr, 15 min | 4500
1h 15m | 4500
1h15m | 4500
1 hour and 15 minutes | 4500
1 hour 15 | 4500
1.5 hrs | 5400
1.5h | 5400
1 1/2 hours | 5400
1½ hrs | 5400
half hour | 1800
half an hour | 1800
1/2 hour | 1800
1/2 hr | 1800
3/4 hour | 2700
two hours | 7200
2 and a half hours | 9000
two and a half hours | 9000
an hour | 3600
one hour | 3600
an hour and 10 minutes | 4200
over 2 hours, hung up | 7200 gave_up +
more than an hour then cut off | 3600 cut_off +
hung up after an hour | 3600 gave_up
45 min, hung up | 2700 gave_up
45 (hung up) | 2700 gave_up
hung up - 45 min | 2700 gave_up
45 - hung up | 2700 gave_up
45/hung up | 2700 gave_up
45 mins and gave up | 2700 gave_up
We gave up after 50 min | 3000 gave_up
abandoned after 1h10 | 4200 gave_up
had to hang up at 30 | 1800 gave_up
they hung up on us after 40 | 2400 cut_off
got hung up on at 35 min | 2100 cut_off
USCIS hung up 55 min | 3300 cut_off
USCIS ended the call at 55 min | 3300 cut_off
they ended it after 20 | 1200 cut_off
ended the call after 30 | 1800 gave_up
call dropped at 33 | 1980 cut_off
dropped call after 33 min | 1980 cut_off
got disconnected after 1 hr | 3600 cut_off
disconnected @ 27 min | 1620 cut_off
line went dead after 20 min | 1200 cut_off
cut off 20 | 1200 cut_off
45 min on hold, call dropped | 2700 cut_off
45 hold/dropped | 2700 cut_off
kicked off at 50 mins | 3000 cut_off
lost connection after 15 min | 900 cut_off
d/c after 30 | 1800 cut_off
dropped | None cut_off
disconnected | None cut_off
hung up | None gave_up
gave up | None gave_up
system disconnected us | None not_queued
never got past the IVR | None not_queued
stuck in IVR | None not_queued
couldn't get past IVR | None not_queued
line busy | None not_queued
busy signal | None not_queued
all lines busy | None not_queued
closed | None not_queued
no answer | None no_person
nobody answered | None no_person
60, no answer | 3600 no_person
60 min, never got through | 3600 no_person
60, never reached an agent | 3600 no_person
no agent after 75 min | 4500 no_person
no answer, hung up at 40 | 2400 gave_up
still on hold after 2 hours, gave up | 7200 gave_up
disconnected before agent, 40 min | 2400 cut_off
dropped before anyone answered (38) | 2280 cut_off
hung up b4 agent at 25 | 1500 gave_up
reached agent after 35 | 2100 reached
35 until agent | 2100 reached
35 min to agent | 2100 reached
agent picked up at 35 | 2100 reached
got through after 50 min | 3000 reached
50 min spoke w/ T1 | 3000 reached
50, spoke to officer | 3000 reached
T2 after 90 min | 5400 reached
45 min then agent, then dropped | 2700 reached
45, answered | 2700 reached
20 mins, got a rep | 1200 reached
25 min wait | 1500
25 minute hold | 1500
on hold for 25 | 1500
on hold 25 mins | 1500
hold: 25 | 1500
held 25 min. | 1500
waited about an hour | 3600
approx. 40 min | 2400
approx 40 | 2400
around 40 mins | 2400
40ish | 2400
40 min or so | 2400
40? | 2400
~1 hr | 3600
nearly 2 hrs | 7200
45 to 60 min | 3150
45 - 60 mins | 3150
1-1.5 hrs | 4500
1 to 2 hours | 5400
45 min - 1 hr | 3150
60+ min | 3600 +
2+ hrs | 7200 +
1 hr+ | 3600 +
at least 90 min | 5400 +
90 min or more | 5400 +
well over an hour | 3600 +
no wait | 0
no hold | 0
immediately | 0
0 | 0
0 min | 0
90 minutes | 5400
forty-five minutes | 2700
twenty min | 1200
ten minutes | 600
couple of hours | 7200
system dropped us after holding 40 | 2400 cut_off
on hold 40 then IVR hung up | 2400 cut_off
agent hung up after 50 min | 3000 reached
50 min, rep disconnected | 3000 reached
waiting for agent 40 min, dropped | 2400 cut_off
waited 40 min for an agent, gave up | 2400 gave_up
45 min (spoke with Maria) | 2700 reached
60 min / disc. | 3600 cut_off
1:05:30 | 3930
1hr05 | 3900
2hr30m | 9000
75 m | 4500
35 m then hung up | 2100 gave_up
hu @ 40 | 2400 gave_up
2h+ (gave up) | 7200 gave_up +
>1hr, dropped | 3600 cut_off +
"""
NO_WAITS = """
forever
long
Maria
4S
-45
45 / 30
45 and 30
50-45
1h75
see notes
45 Maria
45 min on 3/2 and 30 min on 3/3
called 3 times
$45
45%
too long
<5
3/14
0.75
none
busy 3 times
45 late
SR 1234
2 calls
not dropped
all morning
1045
in IVR 10 min
"""


def rows_of(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" | ")] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "wanted"), rows_of(WAITS))
def test_a_wait_is_read_with_how_it_ended(text, wanted):
    span = PARSERS["human_span"](text)
    given = [str(span.seconds), span.ended, "+" if span.at_least else ""]
    assert " ".join(filter(None, given)) == wanted


@pytest.mark.parametrize("text", NO_WAITS.strip().splitlines())
def test_a_wait_in_words_of_no_list_stays_unread(text):
    with pytest.raises(Unreadable):
        PARSERS["human_span"](text)


# ---- a column of waits decides for its cells ---------------------------------------------------------


def column(*waits: str, header: str = "Wait", kind: str = "csv", **more) -> tuple[list, list[str], set[str]]:
    """The waits of a sheet in seconds, the codes of what is asked, and the warnings of its rows."""
    rows = [{"Date": f"2022-03-{day:02}", header: wait} for day, wait in enumerate(waits, 1)]
    done = normalized(rows, HAND_SHEET, replace(NEW_YORK, wait_origin="dial", **more), kind=kind)
    assert done.entries.num_rows == len(waits)
    warned = {word for text in done.entries.column("warnings").to_pylist() for word in (text or "").split()}
    return done.entries.column("wait_s").to_pylist(), [question.code for question in done.questions], warned


@pytest.mark.parametrize(
    ("waits", "seconds", "warned"),
    [
        (["600", "420", "345"], [600, 420, 345], {"wait_unit_inferred"}),
        (["2530", "600", "420", "4200", "345", "300"], [2530, 600, 420, 4200, 345, 300], {"wait_unit_inferred"}),
        (["45", "60", "25"], [2700, 3600, 1500], set()),
        (["0.75", "1.5", "0.5", "1"], [2700, 5400, 1800, 3600], {"wait_unit_inferred"}),
        (["0.03125", "0.0416667", "0.0625"], [2700, 3600, 5400], {"wait_unit_inferred"}),
        (["35 min", "40 min", "45"], [2100, 2400, 2700], set()),
        (["25 min", "600"], [1500, 600], {"wait_unit_inferred"}),
        (["35 min", "40 min", "1.5"], [2100, 2400, 5400], {"wait_unit_inferred"}),
        (["35 min", "1:15"], [2100, 4500], {"wait_clock_inferred"}),
        (["35", "1:15", "50"], [2100, 4500, 3000], {"wait_clock_inferred"}),
        (["12 min", "9:30", "14 min"], [720, 570, 840], {"wait_clock_inferred"}),
        (["45:10", "1:05", "30:00"], [2710, 65, 1800], set()),
        (["1:15", "0:45", "0:35"], [4500, 2700, 2100], {"wait_clock_inferred"}),
        (["8:15", "9:45", "12:35"], [495, 585, 755], {"wait_clock_inferred"}),
        (["1'30", "35 min"], [5400, 2100], {"wait_clock_inferred"}),
    ],
)
def test_a_column_decides_what_its_numbers_are(waits, seconds, warned):
    assert column(*waits) == (seconds, [], warned)


def test_the_unit_of_a_header_holds_against_numbers_that_may_be_parts_of_days():
    hours = ["0.25", "0.3333333333", "0.4166666667", "0.1666666667", "0.0833333333", "0.4833333333"]
    seconds = [900, 1200, 1500, 600, 300, 1740]
    assert column(*hours, header="Hold (hours)") == (seconds, [], set())
    assert column(*hours, wait_unit="hours") == (seconds, [], set())
    assert column(*hours)[:2] == ([None] * 6, ["wait_unit"])  # six to ten hours, or minutes
    of_days = ["0.03125", "0.0416667", "0.0625"]
    assert column(*of_days, header="Hold (min)")[:2] == ([None] * 3, ["wait_unit"])


@pytest.mark.parametrize(
    ("waits", "code", "seconds"),
    [
        (["0:35"], "wait_clock", [None]),
        (["1:15 (dropped)", ""], "wait_clock", [None, None]),
        (["1", "40 min"], "wait_unit", [None, 2400]),
        (["600", "45"], "wait_unit", [None, None]),
        (["180", "200", "190"], "wait_unit", [None, None, None]),
    ],
)
def test_a_column_that_leaves_it_open_is_asked_and_its_rows_stay(waits, code, seconds):
    assert column(*waits) == (seconds, [code], {"wait_unread"})


def test_how_a_wait_ended_is_kept_while_its_length_is_asked():
    done = normalized([{"Date": "2022-03-01", "Wait": "1:15 (dropped)"}], HAND_SHEET)
    (made,) = done.entries.to_pylist()
    assert (made["wait_s"], made["wait_outcome"], made["outcome"]) == (None, "cut_off", "dropped")


def test_a_transfer_between_two_waits_ends_the_first_where_the_record_says_that_somebody_came():
    found = [{"Date": "2022-03-01", "Wait": "30m, transferred, 20m", "Agent ID": agent} for agent in ("T7377", "")]
    entries = normalized(found, HAND_SHEET).entries.to_pylist()
    assert [(note["wait_s"], note["wait_outcome"], note["warnings"]) for note in entries] == [
        (1800, "reached", "wait_unsure"),
        (1800, "unknown", "wait_unsure"),
    ]


def test_the_users_word_settles_it():
    assert column("600", "45", wait_unit="seconds")[0] == [600, 45]
    assert column("0:35", wait_clock="h:mm")[0] == [2100]


@pytest.mark.parametrize("header", ["Hold time (min)", "Wait in minutes"])
def test_a_header_with_a_unit_is_taken_at_its_word(header):
    assert column("200", "190", "240", header=header) == ([12000, 11400, 14400], [], set())


def test_in_a_workbook_one_value_with_seconds_shows_that_all_are_hours_minutes_and_seconds():
    assert column("01:10:00", "00:42:10", "00:05:45", kind="xlsx") == ([4200, 2530, 345], [], set())


def test_an_hour_written_to_the_second_shows_that_two_parts_are_minutes_and_seconds():
    assert column("8:15", "12:30", "1:02:10") == ([495, 750, 3730], [], set())
    assert column("1:15", "0:45:00") == ([4500, 2700], [], {"wait_clock_inferred"})


def test_one_hour_to_the_second_makes_no_seconds_of_waits_that_are_plausible_as_minutes():
    assert column("0:45", "1:10", "1:02:10", "0:50") == ([2700, 4200, 3730, 3000], [], {"wait_clock_inferred"})


# ---- promises ---------------------------------------------------------------------------------------

# What is written; the kind that the words say, the time, a number without unit (#), who spoke.
PROMISES = """
w/in 72 hrs | 72 hours
within 72 hours | 72 hours
72 hours | 72 hours
72 hrs | 72 hours
72hrs | 72 hours
72h | 72 hours
72 hr | 72 hours
48-72hrs | 72 hours
48-72 hours | 72 hours
48 to 72 hrs | 72 hours
48 hrs - 72 hrs | 72 hours
72h cb | 72 hours
cb 72h | 72 hours
cb w/in 72h | 72 hours
call back w/in 72 hrs | 72 hours
call back within 72 hours | 72 hours
callback in 72 hrs | 72 hours
yes, 72 hrs | 72 hours
yes - 72 hours | 72 hours
Yes (72 hrs) | 72 hours
urgent - 72 hrs | urgent 72 hours
urgent/72 | urgent #72
urgent (72 hours) | urgent 72 hours
urgent | urgent
Urgent cb | urgent
24-48 hours | 48 hours
24 hours | 24 hours
within 3 days | 3 days
3 days | 3 days
3 business days | 3 business_days
2-3 days | 3 days
30 biz days | 30 business_days
30 bus days | 30 business_days
30 bus. days | 30 business_days
30 BD | 30 business_days
30bd | 30 business_days
30 days | 30 days
30-day | 30 days
30 business days | 30 business_days
within 30 business days | 30 business_days
w/in 30 bus. days | 30 business_days
up to 30 business days | 30 business_days
in 30 working days | 30 business_days
30 work days | 30 business_days
yes - 30 BD | 30 business_days
Y 30 bd | 30 business_days
cb in 30 biz days | 30 business_days
regular - 30 business days | regular 30 business_days
regular | regular
reg | regular
standard | regular
not urgent | regular
non-urgent | regular
escalated - regular | regular
escalated, urgent | urgent
Escalated to T2 | nothing more
escalated to tier 2 | nothing more
T1 -> T2 | tier1
T1 to T2 | tier1
T1→T2 | tier1
Tier 2 will call | nothing more
Tier 2 callback w/in 72 hrs | 72 hours
officer will call in 72 hours | 72 hours
officer to call back | nothing more
no cb | none
no | none
No callback | none
none | none
no call back promised | none
not promised | none
will call back | nothing more
they will call | nothing more
cb | nothing more
yes | nothing more
Y | nothing more
callback promised | nothing more
T2 cb | nothing more
2 weeks | 14 days
two weeks | 14 days
6-8 weeks | 56 days
30 days cb | 30 days
7 business days | 7 business_days
within 30 days | 30 days
expect call in 30 business days | 30 business_days
they said 72 hours | 72 hours
automatic callback | queue
72 | #72
30 | #30
"""
NO_PROMISES = """
next Friday
soon
maybe
72 hrs Maria
no, use website
left msg
1/13
see notes
tomorrow
30 fortnights
72 hours or 30 days
no 72 hours
"""


@pytest.mark.parametrize(("text", "wanted"), rows_of(PROMISES))
def test_a_promise_is_read_in_the_words_of_who_noted_it(text, wanted):
    found = read_promise(text)
    given = [found.kind, f"{found.stated.value} {found.stated.unit}" if found.stated else "", found.tier]
    given.insert(2, f"#{found.number}" if found.number else "")
    assert (" ".join(filter(None, given)) or "nothing more") == wanted


@pytest.mark.parametrize("text", NO_PROMISES.strip().splitlines())
def test_a_promise_in_words_of_no_list_stays_unread(text):
    with pytest.raises(Unreadable):
        read_promise(text)


@pytest.mark.parametrize(
    ("cell", "promised", "quoted", "warned"),
    [
        ("w/in 72 hrs", "urgent", (72, "hours"), None),
        ("48-72hrs", "urgent", (72, "hours"), None),
        ("30 biz days", "regular", (30, "business_days"), None),
        ("30 days", "regular", (30, "days"), "promise_inferred"),  # the only promise of thirty is of business days
        ("within 3 days", "urgent", (3, "days"), "promise_inferred"),
        ("72", "urgent", (72, "hours"), "promise_inferred"),
        ("2 weeks", "unknown", (14, "days"), "promise_inferred"),  # no promise of the agency's has that time
        ("escalated - regular", "regular", (None, None), None),
        ("T1 -> T2", "unknown", (None, None), None),
        ("no cb", "none", (None, None), None),
        ("n/a", None, (None, None), None),
        ("whatever they said", None, (None, None), "promised_unread"),
    ],
)
def test_the_agencys_own_list_says_which_promise_a_time_is(cell, promised, quoted, warned):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", "Callback": cell}], HAND_SHEET).entries.to_pylist()
    assert (made["promised"], (made["quoted_value"], made["quoted_unit"]), made["warnings"]) == (
        promised,
        quoted,
        warned,
    )


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        ("escalated, cb w/in 72h", ("callback_promised", "urgent", "reached")),
        ("T2 will call in 30 bd", ("callback_promised", "regular", "reached")),
        ("gave up", ("hung_up", None, "gave_up")),
        ("gave up at 40 min", ("hung_up", None, "gave_up")),
        ("line dropped after 40", ("dropped", None, "cut_off")),
        ("IVR hung up on us", ("ivr_ended", None, "not_queued")),
        ("busy signal", ("closed", None, "not_queued")),
        ("whatever", ("unknown", None, "unknown")),
    ],
)
def test_an_outcome_in_free_words_is_a_promise_or_the_end_of_the_wait(outcome, result):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", "Outcome": outcome}], HAND_SHEET).entries.to_pylist()
    assert (made["outcome"], made["promised"], made["wait_outcome"]) == result


@pytest.mark.parametrize(
    ("text", "tier"), [("T1 -> T2", "tier2"), ("T1, T2", "tier2"), ("Tier 1 then officer", "tier2")]
)
def test_of_several_tiers_the_highest_is_kept(text, tier):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", "Tier": text}], HAND_SHEET).entries.to_pylist()
    assert made["tier"] == tier


# ---- what names nothing, and what is written in many ways ---------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["n/a", "N/A", "refused", "would not give", "none", "-", "--", "?", "x", "unknown", "didn't say", "N/A - IVR", "na",
     "not given", "none given", "refused to give name", "wouldn't give ID", "did not get", "unk", "TBD", "IVR"],
)  # fmt: skip
@pytest.mark.parametrize("column", ["Agent ID", "Agent name", "SR number", "Receipt no.", "Matter"])
def test_a_placeholder_is_no_name_and_no_number(text, column):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", column: text}], HAND_SHEET).entries.to_pylist()
    assert [made[name] for name in ("agent_id", "agent_name", "sr_number", "receipt", "matter")] == [None] * 5
    assert made["warnings"] is None


@pytest.mark.parametrize("name", ["Nadia", "Noah", "Agent K", "Ms. Nguyen", "Will", "Na Young"])
def test_a_name_that_begins_like_a_placeholder_stays(name):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", "Agent name": name}], HAND_SHEET).entries.to_pylist()
    assert made["agent_name"] == name


def test_an_agent_who_refused_a_name_was_there():
    found = [{"Date": "2022-03-01", "Wait": "45", "Agent ID": text} for text in ("refused", "n/a")]
    assert normalized(found, HAND_SHEET).entries.column("wait_outcome").to_pylist() == ["reached", "unknown"]


@pytest.mark.parametrize(
    ("text", "receipt"),
    [("ioe 0900000011", "IOE0900000011"), ("IOE\u00a009-000-00011", "IOE0900000011"),
     ("ioe09\u200b00000011", "IOE0900000011"),
     ("a 012 345 678", "A012345678"), ("IOE0900000011, msc2190000001", "IOE0900000011; MSC2190000001")],
)  # fmt: skip
def test_a_receipt_is_kept_in_one_form(text, receipt):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", "Receipt": text}], HAND_SHEET).entries.to_pylist()
    assert made["receipt"] == receipt


# ---- callbacks --------------------------------------------------------------------------------------

# What is written; each callback with its date (? for none), time and result.
CALLBACKS = """
1/13 missed, 1/14 talked to officer | 1/13 missed; 1/14 answered
VM 7:12am | ? 7:12am voicemail
came 2/3 10:15, answered | 2/3 10:15 answered
1/13 7:12am missed 1/14 missed | 1/13 7:12am missed; 1/14 missed
1/13 missed 7:12am 1/14 missed | 1/13 7:12am missed; 1/14 missed
1/13 missed, 9:05am 1/14 missed | 1/13 missed; 1/14 9:05am missed
7:12am 1/13 missed, 9:05am 1/14 missed | 1/13 7:12am missed; 1/14 9:05am missed
2/1 8:15am vm then 2/3 spoke w/ officer | 2/1 8:15am voicemail; 2/3 answered
no call yet | none
never | none
1/13 & 1/15 missed both | 1/13 missed; 1/15 missed
1/13 and 1/15, missed both | 1/13 missed; 1/15 missed
1/13 | 1/13
1/13/22 | 1/13/22
1/13/2022 missed | 1/13/2022 missed
missed 1/13 | 1/13 missed
missed 1/13, 1/15 | 1/13 missed; 1/15 missed
missed 1/13, answered 1/15 | 1/13 missed; 1/15 answered
Missed 1/13 at 9:05 am; answered 1/14 2:10 pm | 1/13 9:05 am missed; 1/14 2:10 pm answered
1/13 9:05am missed; 1/14 2:10pm answered | 1/13 9:05am missed; 1/14 2:10pm answered
1/13 VM | 1/13 voicemail
1/13 missed - left VM | 1/13 voicemail
1/13 left message | 1/13 voicemail
1/13 (missed), 1/14 (answered) | 1/13 missed; 1/14 answered
1/13 - missed; 1/14 - spoke w/ officer | 1/13 missed; 1/14 answered
yes 1/13 | 1/13
Yes, 1/13, answered | 1/13 answered
called 1/13, we missed | 1/13 missed
called back 1/13 | 1/13
1/13 no answer | 1/13 missed
1/13 missed, 1/13 answered | 1/13 missed; 1/13 answered
1/13 9:02 and 9:40 missed | 1/13 9:02 missed; 1/13 9:40 missed
Jan 13 missed, Jan 14 answered | Jan 13 missed; Jan 14 answered
Jan 13 | Jan 13
January 13, 2022 missed | January 13, 2022 missed
13 Jan missed | 13 Jan missed
2022-01-13 missed | 2022-01-13 missed
Thu 1/13 missed | Thu 1/13 missed
no | none
No call | none
none | none
not yet | none
no cb | none
never called back | none
still waiting | none
pending | none
didn't call | none
no call as of 2/1 | 2/1 none
missed | ? missed
missed both | ? missed; ? missed
missed twice | ? missed; ? missed
yes | ?
answered | ? answered
voicemail | ? voicemail
email 1/20 | 1/20 email
1/13 missed, email 1/20 | 1/13 missed; 1/20 email
1/13 missed, 1/14 missed, 1/20 answered | 1/13 missed; 1/14 missed; 1/20 answered
1/13 spoke with Officer Smith | 1/13 answered
1/13 @ 9:05 - missed | 1/13 9:05 missed
1/13 missed 2x | 1/13 missed; 1/13 missed
1/13 - no vm | 1/13
1/13, 1/15 | 1/13; 1/15
10:15 on 2/3 answered | 2/3 10:15 answered
"""
NO_CALLBACKS = """
1/13 Maria about the RFE
3/4/5/6
see notes
approved
1/13 denied
SR 12345
72 hrs
555-0100
1/13 missed, no call back
"""


@pytest.mark.parametrize(("text", "wanted"), rows_of(CALLBACKS))
def test_a_cell_tells_of_every_callback_in_it(text, wanted):
    found = [" ".join(filter(None, [came.date or "?", came.time, came.result])) for came in read_callbacks(text)]
    assert ("; ".join(found) or "none") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "3/4 missed biometrics, rescheduled by field office",
        "we called 3/4, no answer",
        "RFE mailed 2/1. Answered 3/9",
        "T2 promised a callback. RFE mailed 2/1. Answered 3/9",
        "cb promised. 3/4 missed biometrics",
        "4/5 no missed calls",
        "3/10 called USCIS, got voicemail",
        "Jane missed 3/15 bus",
        "3/14 left voicemail for USCIS",
        "USCIS missed call 3/4? not sure",
        "72 hours. called again 3/4, no answer",
    ],
)
def test_a_remark_of_another_kind_tells_of_no_callback(text):
    assert callbacks_among(text, is_remark=True) == ()


@pytest.mark.parametrize("text", ["called again 1/26, VM", "left VM 1/28", "Client missed 1/27"])
def test_a_follow_up_of_ours_is_no_callback(text):
    assert callbacks_among(text) == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("they called 1/13, missed", [("1/13", "", "missed")]),
        ("missed call 1/13", [("1/13", "", "missed")]),
        ("USCIS CB 2/3 9:10 answered", [("2/3", "9:10", "answered")]),
        ("picked up 1/13", [("1/13", "", "answered")]),
        ("VM from officer 1/13", [("1/13", "", "voicemail")]),
        ("officer called 1/13, left vm", [("1/13", "", "voicemail")]),
        ("T2 called back 1/13, missed. 1/14 answered", [("1/13", "", "missed"), ("1/14", "", "answered")]),
        ("missed USCIS call 3/4, Jane in court", [("3/4", "", "missed")]),
        ("72 hrs. 1/11 2:05p called, in court - missed", [("1/11", "2:05p", "missed")]),
        ("Told 30 business days. 8/7, 9:00 am - answered, appointment set", [("8/7", "9:00 am", "answered")]),
    ],
)
def test_a_remark_that_names_an_incoming_call_tells_of_a_callback(text, wanted):
    assert [came[:] for came in callbacks_among(text, is_remark=True)] == wanted


@pytest.mark.parametrize("text", ["1/20 missed", "1/25 picked up Tier 2 said wait", "they left VM 1/28"])
def test_a_follow_up_may_tell_of_a_callback_in_few_words(text):
    assert len(callbacks_among(text)) == 1


@pytest.mark.parametrize("text", NO_CALLBACKS.strip().splitlines())
def test_a_callback_in_words_of_no_list_stays_unread(text):
    with pytest.raises(Unreadable):
        read_callbacks(text)


def after_a_call(cell: str, **cells: str) -> tuple[list, list]:
    """The contacts that a row with a call of January 10, 2022, and a callback cell gives, and what was left out."""
    row = {"Date": "1/10/2022", "Wait": "45", "Callback": "72 hrs", "Called back on": cell}
    done = normalized([row | {"Date": "12/28/2021"}, row | cells, {"Date": "1/31/2022", "Wait": "5"}], HAND_SHEET)
    assert done.entries.filter(pc.equal(done.entries["kind"], "dial")).num_rows == 3  # no call is lost
    further = [note for note in done.entries.to_pylist() if note["item"] and note["source_row"] == 3]
    return (
        [(note["kind"], str(note["started_at_local"])[:16], note["outcome"]) for note in further],
        [doubt.rows for doubt in done.doubts],
    )


@pytest.mark.parametrize(
    ("cell", "contacts"),
    [
        (
            "1/13 missed, 1/14 talked to officer",
            [("ring", "2022-01-13 00:00", "missed"), ("ring", "2022-01-14 00:00", "answered")],
        ),
        ("came 2/3 10:15, answered", [("ring", "2022-02-03 10:15", "answered")]),
        ("VM 7:12am", [("ring", "None", "voicemail")]),
        ("1/13/2022", [("ring", "2022-01-13 00:00", "unknown")]),
        ("email 1/20", [("email", "2022-01-20 00:00", "unknown")]),
        ("no call as of 2/1", [("none_came", "2022-02-01 00:00", "unknown")]),
        ("no call yet", []),
        ("never", []),
        ("n/a", []),
    ],
)
def test_a_callback_cell_gives_its_contacts_with_the_year_of_the_call(cell, contacts):
    assert after_a_call(cell) == (contacts, [])


def test_a_callback_after_new_year_is_of_the_next_year():
    row = {"Date": "12/28/2021", "Wait": "45", "Called back on": "1/4 missed"}
    entries = normalized([row], HAND_SHEET).entries.to_pylist()
    assert [note["started_at_local"].year for note in entries] == [2021, 2022]


def test_callbacks_of_one_cell_have_places_of_their_own():
    row = {"Date": "1/10/2022", "Wait": "45", "Called back on": "1/13 VM, 1/14 missed", "2nd call": "1/20/2022"}
    entries = normalized([row], HAND_SHEET).entries.to_pylist()
    assert [(note["item"], note["outcome"]) for note in entries if note["item"]] == [
        (1, "voicemail"),
        (3, "missed"),
        (2, "unknown"),
    ]
    assert len({note["parent_entry_id"] for note in entries if note["item"]}) == 1


def test_one_answer_beside_one_callback_is_its_result_and_beside_several_of_none():
    assert after_a_call("1/13", **{"Answered?": "yes"})[0][0][2] == "answered"
    assert [c[2] for c in after_a_call("1/13, 1/15", **{"Answered?": "yes"})[0]] == ["unknown", "unknown"]
    assert [c[2] for c in after_a_call("1/13, 1/15", **{"Answered?": "no"})[0]] == ["missed", "missed"]


@pytest.mark.parametrize("cell", ["Maria rang", "1/13 Maria about the RFE"])
def test_a_callback_that_no_one_can_read_is_told_with_its_rows(cell):
    assert after_a_call(cell) == ([], [(2, 3)])


# ---- dates and times --------------------------------------------------------------------------------


def days_of(*cells: str, sheet: str = "") -> tuple[list, list]:
    rows = [{"Date": cell, "Wait": "45"} for cell in cells]
    entries = normalized(rows, HAND_SHEET, sheet=sheet).entries.to_pylist()
    return [str(note["started_at_local"])[:10] for note in entries], [note["warnings"] for note in entries]


@pytest.mark.parametrize("cell", ["", '"', "''", "ditto", "same day", "n/a", "-", "〃"])
def test_a_blank_date_under_a_dated_row_is_that_day(cell):
    assert days_of("3/14/2022 10:05 AM", cell) == (["2022-03-14"] * 2, [None, "date_from_above"])


def test_a_blank_date_under_one_that_cannot_be_read_is_no_day():
    assert days_of("3/14/2022", "2/30/22", "") == (["2022-03-14", "None"], [None, "no_date"])


@pytest.mark.parametrize(
    ("cells", "sheet", "days"),
    [
        (["11/9/2021", "11/23", "12/1/2021"], "", ["2021-11-09", "2021-11-23", "2021-12-01"]),
        (["12/20/2021", "12/28", "1/3/2022"], "", ["2021-12-20", "2021-12-28", "2022-01-03"]),
        (["12/20/2021", "1/2", "1/13/2022"], "", ["2021-12-20", "2022-01-02", "2022-01-13"]),
        (["1/13/2022", "1/2", "12/20/2021"], "", ["2022-01-13", "2022-01-02", "2021-12-20"]),
        (["12/20/2021", "1/2"], "", ["2021-12-20", "2022-01-02"]),
        (["12/28", "1/13/2022"], "", ["2021-12-28", "2022-01-13"]),
        (["11/9", "11/23"], "2021", ["2021-11-09", "2021-11-23"]),
        (["11/9", "11/23"], "Calls 2021", ["2021-11-09", "2021-11-23"]),
        (["Nov 9", "Nov 23rd", "9 Dec"], "2021", ["2021-11-09", "2021-11-23", "2021-12-09"]),
        (["Tue 11/9", "11/23 10:05 AM"], "2021", ["2021-11-09", "2021-11-23"]),
        (["2/6", "12/18"], "2021", ["2021-02-06", "2021-12-18"]),
        (["12/18", "2/6", "1/4"], "2021", ["2021-12-18", "2021-02-06", "2021-01-04"]),
        (["11/18", "12/28", "1/4"], "2021", ["2021-11-18", "2021-12-28", "2022-01-04"]),
        (["12/18/21", "12/28", "1/4", "6/17"], "2022", ["2021-12-18", "2021-12-28", "2022-01-04", "2022-06-17"]),
        (["2/18", "1/28", "12/4"], "2022", ["2022-02-18", "2022-01-28", "2021-12-04"]),
    ],
)
def test_a_date_without_its_year_has_that_of_the_rows_around_it_or_of_the_sheet(cells, sheet, days):
    assert days_of(*cells, sheet=sheet)[0] == days


def test_without_rows_around_it_and_a_name_no_year_is_guessed():
    assert days_of("11/9", "11/23") == ([], [])


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("3:10", "15:10"), ("1:05", "13:05"), ("6:59", "18:59"), ("9:10", "09:10"), ("12:05", "12:05"),
        ("3:10 pm", "15:10"), ("3:10p", "15:10"), ("10:05a", "10:05"), ("3pm", "15:00"), ("noon", "12:00"),
        ("~10:15", "10:15"), ("9.05am", "09:05"), ("0905", "09:05"), ("15:40", "15:40"), ("10:05-10:50", "10:05"),
        ("2:10 - 2:50 pm", "14:10"), ("11:40-12:20 pm", "11:40"),
        ("10:05 AM ET", "10:05"), ("10:05 a.m.", "10:05"), ("0310", "15:10"),
    ],
)  # fmt: skip
def test_a_time_is_read_as_somebody_wrote_it(text, clock):
    (made,) = normalized([{"Date": "3/14/2022", "Time": text, "Wait": "45"}], HAND_SHEET).entries.to_pylist()
    assert f"{made['started_at_local']:%H:%M}" == clock


@pytest.mark.parametrize("text", ["morning", "25:61", "10", "-1:00", "10:05 AM XYZ", "after lunch"])
def test_a_time_that_is_none_leaves_the_day(text):
    (made,) = normalized([{"Date": "3/14/2022", "Time": text, "Wait": "45"}], HAND_SHEET).entries.to_pylist()
    assert (made["started_precision_s"], made["wait_s"], made["warnings"]) == (86400, 2700, "time_unread")


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("Ms. Lee T7377", "Ms. Lee", "T7377"), ("Lee/T7377", "Lee", "T7377"), ("Maria #0412", "Maria", "0412"),
        ("Lee (ID 0412)", "Lee", "0412"), ("T7377", None, "T7377"), ("Officer 0412", None, "0412"),
        ("ID: T7377 - Lee", "Lee", "T7377"), ("Agent K", "Agent K", None), ("Lee, badge no. 0412", "Lee", "0412"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["Agent name", "Agent ID"])
def test_an_agents_name_and_number_in_one_cell_are_told_apart(text, name, number, column):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", column: text}], HAND_SHEET).entries.to_pylist()
    assert (made["agent_name"], made["agent_id"], made["wait_outcome"]) == (name, number, "reached")


@pytest.mark.parametrize(
    ("outcome", "ended"),
    [
        ("Spoke to rep", "reached"), ("Got info, case pending", "reached"), ("Told to wait another 30 days", "reached"),
        ("Opened inquiry", "reached"), ("Spoke with officer", "reached"), ("REACHED", "reached"),
        ("ANSWERED", "reached"),
        ("told by IVR to call later", "unknown"), ("case pending", "unknown"), ("filed e-request", "unknown"),
        ("no answer", "no_person"), ("GAVE UP", "gave_up"), ("call dropped while on hold", "cut_off"),
        ("rep said check online", "reached"), ("told to use the website", "reached"), ("SR filed online", "unknown"),
        ("rude agent hung up on me", "reached"), ("fast busy", "not_queued"), ("dropped x2", "unknown"),
        ("told by website to wait", "unknown"), ("was told online to wait", "unknown"),
        ("hold music only", "no_person"), ("agent promised a callback", "reached"), ("automated callback", "unknown"),
        ("couldn't get past IVR", "not_queued"), ("IVR would not transfer", "not_queued"), ("IVR only", "not_queued"),
    ],
)  # fmt: skip
def test_an_outcome_that_only_a_person_gives_ends_the_wait(outcome, ended):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", "Outcome": outcome}], HAND_SHEET).entries.to_pylist()
    assert made["wait_outcome"] == ended


@pytest.mark.parametrize(
    ("cells", "wait"),
    [
        ({"Wait": "45+"}, (2700, "unknown")),
        ({"Wait": "45+, hung up"}, (2700, "gave_up")),
        ({"Wait": "45+", "Agent ID": "T7377"}, (None, "reached")),  # of a wait that ended, only how long at least
    ],
)
def test_a_lower_bound_is_never_the_length_of_a_wait_that_a_person_ended(cells, wait):
    (made,) = normalized([{"Date": "2022-03-01"} | cells], HAND_SHEET).entries.to_pylist()
    assert ((made["wait_s"], made["wait_outcome"]), made["warnings"]) == (wait, "wait_at_least")


@pytest.mark.parametrize(("wait", "warning"), [("450 min", "wait_long"), ("4h05", "wait_long"), ("4 h", None)])
def test_a_wait_of_more_than_four_hours_is_kept_as_written_and_named(wait, warning):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": wait, "Agent ID": "T7377"}], HAND_SHEET).entries.to_pylist()
    assert (made["wait_s"] >= 4 * 3600, made["warnings"]) == (True, warning)


@pytest.mark.parametrize(
    ("outcome", "result"),
    [("left VM", "voicemail"), ("missed call", "missed"), ("talked to officer", "answered"), ("whatever", "unknown")],
)
def test_what_came_of_a_callback_in_a_row_of_its_own(outcome, result):
    row = {"Date": "2022-03-01", "Wait": "", "In/out": "in", "Outcome": outcome}
    (made,) = normalized([row], HAND_SHEET).entries.to_pylist()
    assert (made["kind"], made["outcome"]) == ("ring", result)


# ---- the receipt ------------------------------------------------------------------------------------


@pytest.fixture
def careless(tmp_path):
    """A log in which a row leaves out its date, another the year, a third a.m.; and cells that no one can read."""
    path = tmp_path / "log.csv"
    path.write_text(
        "Date,Time,Wait,Agent ID,Callback promised,Called back on\n"
        '3/14/2022,3:10,35 min,T7377,w/in 72 hrs,"3/16 missed, 3/17 talked to officer"\n'
        ",9:30,1:15,refused,30 days,never\n"
        "3/15,10:05,forever,n/a,,3/16 Maria\n"
        "3/18/2022,after lunch,40 (dropped),,,\n"
    )
    return intake.check([path], "Alder and Birch", "Central")


@pytest.mark.slow
def test_the_receipt_counts_in_one_line_what_was_read_that_no_one_wrote(careless):
    assert [note for note in careless.notes if "row above" in note] == [
        "log.csv: date left blank: read from the row above (1 row); date without its year: read from the rows around "
        "it, or the sheet's name or title (1 row); time without a.m. or p.m.: read as the half of the day in which "
        "USCIS works (1 row); wait such as 1:15: read as the column's other waits (1 row); callback whose kind only "
        "its timeframe shows: read by USCIS's own list (1 row)"
    ]


def test_every_cell_that_was_left_out_is_told_by_column_and_row_and_masked(careless):
    assert {(each.doubt.column, each.doubt.word, each.doubt.rows) for each in careless.unclear} == {
        ("Wait", "xxxxxxx", (4,)),
        ("Called back on", "3/16 xxxxx", (4,)),
        ("Time", "xxxxx xxxxx", (5,)),
    }
    assert "Maria" not in careless.text()
    assert careless.totals["rows"] == careless.totals["entries"] == 4


@pytest.mark.parametrize(
    "text", ["Was told to call back in 30 days", "Told us to call back in 72 hours", "said to try again in 30 days"]
)
def test_advice_to_call_again_promises_nothing(text):
    (made,) = normalized([{"Date": "2022-03-01", "Wait": "45", "Outcome": text}], HAND_SHEET).entries.to_pylist()
    assert (made["promised"], made["outcome"]) == (None, "unknown")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("72 hrs (by 3/4)", "urgent"),
        ("30 business days (by April 12)", "regular"),
        ("within 72 hrs, by Fri 3/4/22", "urgent"),
    ],
)
def test_the_last_day_beside_a_promise_is_no_further_promise(text, kind):
    row = {"Date": "2022-03-01", "Wait": "45", "Callback promised": text}
    assert normalized([row], HAND_SHEET).entries.to_pylist()[0]["promised"] == kind


@pytest.mark.parametrize("text", ["we disconnected", "Attorney disconnected due to wait", "Couldn't stay on hold"])
def test_who_of_our_side_ended_the_call_gave_up(text):
    row = {"Date": "2022-03-01", "Wait": "45", "Outcome": text}
    assert normalized([row], HAND_SHEET).entries.to_pylist()[0]["wait_outcome"] == "gave_up"


@pytest.mark.parametrize("text", ["Rep could not locate case", "Appt. made", "Status given", "Ms. Reed helped"])
def test_what_only_a_person_does_is_reached(text):
    row = {"Date": "2022-03-01", "Wait": "45", "Outcome": text}
    assert normalized([row], HAND_SHEET).entries.to_pylist()[0]["wait_outcome"] == "reached"


def test_a_label_before_a_service_request_number_is_no_part_of_it():
    row = {"Date": "2022-03-01", "Wait": "45", "SR": "SR# T1430989661"}
    assert normalized([row], HAND_SHEET).entries.to_pylist()[0]["sr_number"] == "T1430989661"


def test_letters_stand_for_the_kind_of_promise_that_the_header_explains():
    row = {"Date": "2022-03-01", "Wait": "45", "Escalated to T2 (U/R)": "U"}
    assert normalized([row], HAND_SHEET).entries.to_pylist()[0]["promised"] == "urgent"


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("3/11 VM left", ["voicemail"]),
        ("3/4 missed (JT at the dentist)", ["missed"]),
        ("3/4 missed - in hearing", ["missed"]),
    ],
)
def test_a_remark_beside_a_callback_leaves_it_read(text, results):
    assert [came.result for came in read_callbacks(text)] == results


@pytest.mark.parametrize("method", ["E-request", "Emma chat", "Email", "online request", "By email", "Chat"])
def test_rows_of_no_call_are_set_aside(method):
    rows = [
        {"Date": "2022-03-01", "Method": method, "Wait": "15 min", "Agent": "Lisa"},
        {"Date": "2022-03-01", "Method": "Phone", "Wait": "45 min", "Agent": "Ana"},
    ]
    done = normalized(rows, HAND_SHEET)
    assert (done.entries.num_rows, done.set_aside.column("reason").to_pylist()) == (1, ["no_call"])


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("USCIS Contact Center 800-375-5283", "contact_center"),
        ("1-800-375-5283 (USCIS)", "contact_center"),
        ("Premium Processing 800-375-5283", "other"),
        ("Contact Center 202-555-0140", "other"),
    ],
)
def test_a_line_may_be_written_with_its_number(written, line):
    rows = [{"Date": "2022-03-01", "Wait": "45", "Line": text} for text in (written, "USCIS")]
    assert normalized(rows, HAND_SHEET).entries.column("line")[0].as_py() == line


LOST = {"none - dropped": "cut_off", "none - hung up": "gave_up", "no one (call dropped)": "cut_off"}
LOST |= {"nobody, we hung up": "gave_up", "se cortó": "cut_off", "nadie - colgamos": "gave_up", "nadie": "no_person"}


@pytest.mark.parametrize(("agent", "ended"), LOST.items())
def test_no_one_who_answered_is_no_agent(agent, ended):
    """And how the call was lost is told where the agent's name would stand."""
    rows = [{"Date": "2022-03-01", "Wait": "45", "Agent": text} for text in (agent, "Ana #4471", "Eric-8853")]
    entries = normalized(rows, HAND_SHEET).entries
    assert entries.column("agent_name").to_pylist() == [None, "Ana", "Eric"]
    assert entries.column("agent_id").to_pylist() == [None, "4471", "8853"]
    assert entries.column("wait_outcome").to_pylist() == [ended, "reached", "reached"]


SPOKE_TO = {"hung up": ("gave_up", None), "cut off": ("cut_off", None), "nobody - hung up": ("gave_up", None)}
SPOKE_TO |= {"Tier 1": ("reached", "tier1"), "Tier 2": ("reached", "tier2"), "disconnected": ("cut_off", None)}


@pytest.mark.parametrize("beside", [{}, {"Result": ""}, {"Result": "n/a"}])
@pytest.mark.parametrize(("spoke_to", "found"), SPOKE_TO.items())
def test_a_column_of_tiers_says_as_well_how_a_call_was_lost(spoke_to, found, beside):
    """Whether or not a column of results stands beside it, which may be empty; and Tier 2 alone promises nothing."""
    rows = [{"Date": f"2022-03-0{day}", "Wait": "45", "Spoke to": "Tier 1", "Result": "SR"} for day in (1, 2)]
    rows += [{"Date": f"2022-03-0{day}", "Wait": "45", "Spoke to": "hung up", "Result": "n/a"} for day in (3, 4)]
    rows = [row if beside else {name: text for name, text in row.items() if name != "Result"} for row in rows]
    entries = normalized(
        [{"Date": "2022-03-07", "Wait": "45", "Spoke to": spoke_to} | beside, *rows], HAND_SHEET
    ).entries
    assert (entries.column("wait_outcome")[0].as_py(), entries.column("tier")[0].as_py()) == found
    assert entries.column("promised").null_count == len(entries)
    assert "callback_promised" not in entries.column("outcome").to_pylist()


@pytest.mark.parametrize(("answered", "ended"), [("2:15 PM", "cut_off"), ("2:40 PM", "reached")])
def test_an_answer_at_the_minute_of_dialing_is_none_where_the_call_was_disconnected(answered, ended):
    rows = [
        {"Date": "2024-01-16", "Dialed": "2:15 PM", "Answered": answered, "Disposition": "Disconnected"},
        {"Date": "2024-01-17", "Dialed": "9:02 AM", "Answered": "9:47 AM", "Disposition": "Answered"},
    ]
    assert normalized(rows, HAND_SHEET).entries.column("wait_outcome").to_pylist() == [ended, "reached"]


@pytest.mark.parametrize("agent", ["Officer Brown", "A1234"])
def test_a_wait_of_zero_of_a_row_that_says_who_was_reached_is_no_lost_call(agent):
    rows = [
        {"Date": "2022-03-01", "Hold (min)": "0", "Reached?": "Yes", "Agent": agent, "Result": "Disconnected"},
        {"Date": "2022-03-03", "Hold (min)": "20", "Reached?": "Yes", "Agent": "Ms. Lee", "Result": "SR opened"},
        {"Date": "2022-03-04", "Hold (min)": "25", "Reached?": "No", "Agent": "", "Result": "Hung up"},
    ]
    assert normalized(rows, HAND_SHEET).entries.column("wait_outcome").to_pylist()[0] == "reached"


@pytest.mark.parametrize("remark", ["Officer did not pick up", "Agent could not help", "Agent never came on"])
def test_a_remark_in_the_column_of_tiers_is_no_agents_name(remark):
    rows = [
        {"Date": "2022-03-01", "Hold (min)": "20", "Tier": remark},
        {"Date": "2022-03-02", "Hold (min)": "9", "Tier": "1"},
    ]
    rows += [{"Date": "2022-03-03", "Hold (min)": "20", "Tier": "Officer Van Buren"}]
    names = normalized(rows, HAND_SHEET).entries.column("agent_name").to_pylist()
    assert names == [None, None, "Officer Van Buren"]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#VALUE!", "#DIV/0!"])
def test_a_row_that_holds_only_what_is_left_of_a_formula_is_no_call(error):
    rows = [{"Date": "2022-03-01", "Wait": "45", "Agent": "Ana"}, {"Date": "", "Wait": error, "Agent": ""}]
    rows += [{"Date": "2022-03-02", "Wait": error, "Agent": "Ben"}]
    made = normalized(rows, HAND_SHEET)
    assert made.entries.column("wait_s").to_pylist() == [2700, None]
    assert made.set_aside.column("reason").to_pylist() == ["empty"]


REMARKS = {
    "callback within 72 hours": "urgent",
    "callback w/in 24-72 hrs to 202-555-0148": "urgent",
    "T2 to call within 30 business days": "regular",
    "client wants a callback within 72 hours": None,
    "left vm for client to call back within 72 hours": None,
    "call me back in 30 days": None,
    "callback never came within 72 hours": None,
}


@pytest.mark.parametrize(("remark", "promised"), REMARKS.items())
def test_one_remark_that_begins_with_a_callback_and_its_time_is_a_promise(remark, promised):
    """In a log of a few calls it may be the only one; what a client wants is none."""
    rows = [
        {"Date": f"2022-03-0{day}", "Wait": "45", "Disposition": f"Answered - Tier {tier}", "Notes": text}
        for day, tier, text in ((1, 1, ""), (2, 2, remark), (3, 1, "dropped immediately"))
    ]
    assert normalized(rows, HAND_SHEET).entries.column("promised").to_pylist() == [None, promised, None]


def test_results_of_callbacks_stand_beside_their_days_and_elsewhere_that_none_came():
    """A ledger: What happened is of the callback, whatever else the header may mean."""
    ledger = {
        "answered": "answered",
        "missed, VM left": "voicemail",
        "missed": "missed",
        "never called": None,
        "?": None,
        "pending": None,
    }
    rows = [
        {
            "Date of call": f"2024-09-0{day}",
            "They promised": "72 hours",
            "Date called back": came,
            "What happened": text,
        }
        for day, (text, result) in enumerate(ledger.items(), 1)
        for came in ([f"2024-09-{10 + day}"] if result else [""])
    ]
    entries = normalized(rows, HAND_SHEET).entries
    rings = entries.filter(pc.equal(entries.column("kind"), "ring"))
    assert sorted(rings.column("outcome").to_pylist()) == ["answered", "missed", "voicemail"]
    assert len(entries) - len(rings) == len(ledger)


@pytest.mark.parametrize(
    ("who", "name"), [("Officer Brown", "Officer Brown"), ("agent Diaz", "agent Diaz"), ("an agent", None)]
)
def test_an_officer_named_in_a_column_of_tiers_is_the_agent(who, name):
    rows = [{"Date": "2022-03-01", "Wait": "45", "Spoke to": f"Tier {tier}", "Result": "SR"} for tier in (1, 2)]
    rows += [{"Date": "2022-03-03", "Wait": "31", "Spoke to": who, "Result": "call dropped"}]
    entries = normalized(rows, HAND_SHEET).entries
    assert entries.column("agent_name").to_pylist() == [None, None, name]
    assert entries.column("tier").to_pylist() == ["tier1", "tier2", None]
    assert ("tier_unread" in (entries.column("warnings")[2].as_py() or "")) == (name is None)


@pytest.mark.parametrize(
    ("who", "tier", "name"),
    [
        ("Tier 1 - Mr. Cole", "tier1", "Mr. Cole"),
        ("T2: Maria", "tier2", "Maria"),
        ("Tier 2 (Officer Brown)", "tier2", "Officer Brown"),
        ("Maria (T1)", "tier1", "Maria"),
    ],
)
def test_a_tier_and_a_name_in_one_cell_are_both_read(who, tier, name):
    rows = [{"Date": f"2022-03-0{day}", "Wait": "45", "Spoke to": f"Tier {day}", "Result": "SR"} for day in (1, 2)]
    rows += [{"Date": "2022-03-03", "Wait": "31", "Spoke to": who, "Result": "SR"}]
    entries = normalized(rows, HAND_SHEET).entries
    assert entries.column("agent_name")[2].as_py() == name
    assert entries.column("tier").to_pylist() == ["tier1", "tier2", tier]
    assert "tier_unread" not in (entries.column("warnings")[2].as_py() or "")


# Spoke to, Reason, whether it is a call to the agency in a sheet that nothing says to be of its calls.
REASONS = {
    ("clerk", "EOIR hearing date"): False,
    ("clerk", "EOIR - hearing date"): False,
    ("agent", "NVC fee"): False,
    ("client", "intake"): False,
    ("Tier 1", "NVC has not received the approved I-130"): True,
    ("agent", "USCIS: NVC transfer"): True,
    ("agent", "transfer to NVC"): True,
    ("agent", "expedite, ICE hold"): True,
    ("Tier 2", "EOIR-33"): True,
    ("client, with Tier 1", "intake of I-485"): True,
    ("agent", "SSA card not issued"): True,
}


@pytest.mark.parametrize("sheet", ["", "2024", "USCIS calls"])
@pytest.mark.parametrize(("who", "is_ours"), REASONS.items())
def test_a_reason_of_another_agency_alone_is_told_and_counts_where_the_sheet_is_of_ours(who, is_ours, sheet):
    spoke_to, reason = who
    rows = [{"Date": f"2024-03-0{day}", "Wait": "45", "Spoke to": "Tier 1", "Reason": "EAD"} for day in (4, 5)]
    rows += [{"Date": "2024-03-18", "Wait": "22", "Spoke to": spoke_to, "Reason": reason}]
    made = normalized(rows, HAND_SHEET, sheet=sheet)
    is_named = sheet.startswith("USCIS")
    assert made.set_aside.column("reason").to_pylist() == ["other_reason"] * (not is_ours and not is_named)
    warned = [row for row in made.entries.to_pylist() if "reason_of_other_agency" in (row["warnings"] or "")]
    assert len(warned) == (is_named and not is_ours)


@pytest.mark.parametrize("tiers", [("Tier 1", "Tier 2"), ("Ana", "Ben")])
@pytest.mark.parametrize(
    "who", ["ICE officer", "ERO duty officer", "OPLA counsel", "deportation officer", "EOIR clerk"]
)
def test_a_call_to_an_officer_of_another_agency_is_none_of_ours(who, tiers):
    rows = [
        {"Date": f"2024-03-0{day}", "Wait": "45", "Spoke to": name, "Result": "SR"} for day, name in enumerate(tiers, 4)
    ]
    rows += [{"Date": "2024-03-19", "Wait": "12", "Spoke to": who, "Result": "bond"}]
    done = normalized(rows, HAND_SHEET)
    assert (done.entries.num_rows, done.set_aside.column("reason").to_pylist()) == (2, ["other_agency"])


WEEKS = [("Week 1", "", ""), ("3/4/2024", "50", "Tier 1"), ("3/5/2024", "35", "Tier 1"), ("Week of 3/11", "", "")]
WEEKS += [("3/11/2024", "22", "Tier 1"), ("Semana 3", "", ""), ("3/18/2024", "33", "Tier 2")]
SUMS = [("Longest", "50", ""), ("Shortest hold", "22", ""), ("# calls", "4", ""), ("Median", "34", "")]
SUMS += [("Max", "50", ""), ("Hours on hold", "2.33", ""), ("Avg wait", "35", "")]


@pytest.mark.parametrize("n_sums", [0, 2, 7])
def test_headings_of_weeks_and_lines_of_figures_leave_the_column_of_dates_one(n_sums):
    """A thin log: four calls, and the more so the fewer, whatever stands between and below them."""
    cells = [*WEEKS, *SUMS[:n_sums]]
    made = normalized([dict(zip(("Date", "Wait (min)", "Spoke to"), row, strict=True)) for row in cells], HAND_SHEET)
    days = [moment.day for moment in made.entries.column("started_at_local").to_pylist()]
    assert (days, made.entries.column("wait_s").to_pylist()) == ([4, 5, 11, 18], [3000, 2100, 1320, 1980])
    assert made.set_aside.column("reason").to_pylist() == ["empty"] * 3 + ["total"] * n_sums
    assert not len(made.rejects)


def test_a_call_under_the_name_of_its_week_is_told_and_not_set_aside():
    rows = [{"Date": day, "Wait (min)": "45", "Spoke to": "Tier 1"} for day in ("3/4/2024", "Week 2", "3/18/2024")]
    made = normalized(rows, HAND_SHEET)
    assert (len(made.entries), len(made.rejects), len(made.set_aside)) == (2, 1, 0)


def test_a_wait_in_two_columns_is_their_sum():
    rows = [
        {"Date": "2022-03-01", "Length of Hold >> Hours": hours, "Length of Hold >> Minutes": minutes}
        for hours, minutes in (("1", "15"), ("0", "20"), ("2", "0"))
    ]
    entries = normalized(rows, HAND_SHEET).entries
    assert entries.column("wait_s").to_pylist() == [4500, 1200, 7200]


def test_a_lost_call_was_on_hold_until_it_ended():
    rows = [
        {
            "Date": "2022-03-01",
            "Start": "8:04 AM",
            "Live person": "8:31 AM",
            "Ended": "8:44 AM",
            "Outcome": "Info only",
        },
        {"Date": "2022-03-01", "Start": "1:15 PM", "Live person": "", "Ended": "1:58 PM", "Outcome": "Gave up"},
        {
            "Date": "2022-03-02",
            "Start": "9:00 AM",
            "Live person": "9:24 AM",
            "Ended": "9:30 AM",
            "Outcome": "SR created",
        },
        {"Date": "2022-03-03", "Start": "9:00 AM", "Live person": "", "Ended": "9:24 AM", "Outcome": "SR created"},
    ]
    assert normalized(rows, HAND_SHEET).entries.column("wait_s").to_pylist() == [1620, 2580, 1440, None]


def test_callbacks_come_after_their_calls_whatever_the_order_of_their_dates():
    rows = [
        {"Date": "2022-11-03", "Wait": "45", "Agent": "Ana #4471", "Called back on": "11/8/2022 4:40pm missed"},
        {"Date": "2022-10-04", "Wait": "45", "Agent": "Eric #4472", "Called back on": "10/6/2022 answered"},
    ]
    done = normalized(rows, HAND_SHEET)
    callbacks = done.entries.filter(pc.equal(done.entries.column("kind"), "ring"))
    assert not any(question.blocks for question in done.questions)
    assert [str(each.date()) for each in callbacks.column("started_at_local").to_pylist()] == [
        "2022-11-08",
        "2022-10-06",
    ]


def test_how_soon_a_callback_came_settles_no_order_of_day_and_month():
    rows = [
        {"Date": "2022-03-01", "Wait": "45", "Callback": "30 business days", "Called back on": "4/3 missed"},
        {"Date": "2022-04-04", "Wait": "45", "Callback": "30 business days", "Called back on": "5/4 answered"},
    ]
    done = normalized(rows, HAND_SHEET)
    assert "date_order" in [question.code for question in done.questions]
    callbacks = done.entries.filter(pc.equal(done.entries.column("kind"), "ring"))
    assert set(callbacks.column("started_at_local").to_pylist()) <= {None}


@pytest.mark.parametrize(
    ("header", "cell", "promised"),
    [
        ("Nos llaman?", "72 horas", "urgent"),
        ("Nos llaman?", "30 dias habiles", "regular"),
        ("USCIS commitment", "No call back", "none"),
        ("USCIS commitment", "Call back in 30 business days", "regular"),
        ("Follow-up promised", "72 hours", "urgent"),
        ("Callback Type", "URGENT (72H)", "urgent"),
    ],
)
def test_promises_under_other_headers(header, cell, promised):
    rows = [{"Date": "2022-03-01", "Wait": "45", "Agent": "Ana #4471", header: cell} for _ in range(3)]
    assert normalized(rows, HAND_SHEET).entries.column("promised")[0].as_py() == promised


@pytest.mark.parametrize("header", ["SRNumber", "Reference"])
def test_service_requests_under_other_headers(header):
    rows = [{"Date": "2022-03-01", "Wait": "45", "Agent": "Ana", header: f"T1B06123004{i}TSC"} for i in range(10, 14)]
    assert normalized(rows, HAND_SHEET).entries.column("sr_number")[0].as_py() == "T1B0612300410TSC"


@pytest.mark.parametrize("line", ["NVC", "ICE ERO", "US Embassy Lima", "U.S. Dept. of Labor", "Immigration court"])
def test_calls_to_other_agencies_are_set_aside(line):
    rows = [
        {"Date": "2022-03-01", "Wait": "45", "Agency": line},
        {"Date": "2022-03-01", "Wait": "45", "Agency": "USCIS"},
    ]
    done = normalized(rows, HAND_SHEET)
    assert (done.entries.num_rows, done.set_aside.column("reason").to_pylist()) == (1, ["other_agency"])


@pytest.mark.slow
def test_what_was_promised_stands_among_other_words_of_an_outcome():
    found = {
        "Opened SR T1B0662300318NBC, officer to c/b within 30 business days": "regular",
        "SR T1B1212300466NBC, nos llaman en 72 hrs": "urgent",
        "no callback came, new 72 hr callback for stamp": "urgent",
        "the 72 hr callback never came": None,
        "told to call back in 30 days": None,
        "que esperemos 60 días más": None,
    }
    rows = [{"Date": "2022-03-01", "Wait": "45", "Result": text} for text in found]
    assert normalized(rows, HAND_SHEET).entries.column("promised").to_pylist() == list(found.values())


@pytest.mark.parametrize("column", ["Result", "Notes"])
def test_a_time_beside_other_things_is_no_promise_and_a_lost_one_is_not_none(column):
    given = {
        "received notice, 3 days": None,
        "outside normal time, 30 days": None,
        "client called, 72 hours": None,
        "second call, 72 hours passed, no call": None,
        "client traveling, 30 days": None,
        "RFE response, 3 days": None,
        "SR opened. Response in 30 days": None,
        "opened SR, expect response within 30 days": None,
        "will get a response in 72 hours": "urgent",
        "told wait, 30 days": None,
        "call dropped, no call back": None,
        "refused, call back in 30 days": None,
        "72 hours elapsed, no callback": None,
        "tier 2, 72 hours": "urgent",
        "will call back w/in 30 days": "regular",
        "T2 will call, 72 hrs": "urgent",
        "SR done, callback 72 hours": "urgent",
        "go to the website, no call back": "none",
    }
    rows = [{"Date": "2022-03-01", "Wait": "45", column: text} for text in given]
    rows = rows if column == "Result" else [row | {"Result": "Spoke with rep"} for row in rows]
    found = normalized(rows, HAND_SHEET).entries.column("promised").to_pylist()
    assert [None if each == "unknown" else each for each in found] == list(given.values())


def test_remarks_tell_the_number_of_a_request_and_how_the_call_ended():
    entries = [
        "SR filed WKT0102200451NSC",
        "EAD mailed 3/1, not received. SR T1B0752300091TSC",
        "MSC2190445566",
        "cut off",
    ]
    rows = [{"Date": "2022-03-01", "Time": "9:00 AM", "Wait": "45", "Rep": "", "Notes": text} for text in entries]
    records = normalized(rows, HAND_SHEET).entries
    assert records.column("sr_number").to_pylist() == ["WKT0102200451NSC", "T1B0752300091TSC", None, None]
    assert records.column("wait_outcome").to_pylist() == ["reached", "reached", "unknown", "cut_off"]


def test_an_empty_result_is_completed_by_the_remark_beside_it():
    given = [("spoke to rep", "case pending"), ("", "se cortó"), ("", "client emailed")]
    rows = [{"Date": "2022-03-01", "Wait": "45", "Result": result, "Notes": note} for result, note in given]
    assert normalized(rows, HAND_SHEET).entries.column("wait_outcome").to_pylist() == ["reached", "cut_off", "unknown"]


def test_a_day_with_a_remark_that_tells_of_no_call_is_no_call():
    rows = [{"Date": "2022-03-01", "Time": "9:00 AM", "Wait": "45", "Notes": "hung up"} for _ in range(3)]
    rows += [
        {"Date": "2022-03-02", "Time": "", "Wait": "", "Notes": text} for text in ("Office closed, holiday", "IVR only")
    ]
    done = normalized(rows, HAND_SHEET)
    assert (done.entries.num_rows, done.set_aside.column("reason").to_pylist()) == (4, ["no_call"])


@pytest.mark.parametrize(
    ("cells", "kind", "outcome"),
    [
        ({"Result": "USCIS called back - missed"}, "ring", "missed"),
        ({"Result": "T2 cb, picked up"}, "ring", "answered"),
        ({"Notes": "they called, left VM"}, "ring", "voicemail"),
        ({"Notes": "They called again. Nothing new"}, "ring", "unknown"),
        ({"Notes": "USCIS called back - missed", "Wait": "45"}, "dial", "unknown"),
        ({"Notes": "USCIS called back - missed", "Agent": "Ana"}, "dial", "unknown"),
        ({"Notes": "USCIS called back - missed", "Promised": "72 hours"}, "dial", "callback_promised"),
        ({"Notes": "USCIS called back - missed", "Result": "gave up"}, "dial", "hung_up"),
        ({"Result": "Callback"}, "dial", "callback_promised"),
        ({"Notes": "They called the client"}, "dial", "unknown"),
    ],
)
def test_a_row_that_tells_of_a_callback_is_one_where_nothing_in_it_is_a_call_of_ours(cells, kind, outcome):
    empty = {"Date": "", "Time": "9:00 AM", "Wait": "", "Agent": "", "Promised": "", "Result": "", "Notes": ""}
    ours = empty | {"Date": "2022-03-01", "Wait": "45", "Agent": "Lisa", "Result": "spoke to rep"}
    entries = normalized([ours, empty | {"Date": "2022-03-02"} | cells], HAND_SHEET).entries
    assert entries.column("kind").to_pylist() == ["dial", kind]
    assert entries.column("outcome").to_pylist()[1] == outcome


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Notes": "no calls - Ana out", "Date": "2022-03-02"}, "no_call"),
        ({"Time": "skiing", "Date": "2022-03-02"}, "no_call"),
        ({"Agent": "Ana", "Notes": "conference - nobody calling today", "Date": "2022-03-02"}, "no_call"),
        ({"Agent": "Ana", "Notes": "holiday", "Date": "2022-03-02"}, None),
        ({"Time": "afternoon", "Date": "2022-03-02"}, None),
        ({"Wait": "412", "Notes": "total minutes so far"}, "total"),
        ({"Wait": "412", "Notes": "total loss of an afternoon, hung up on us"}, None),
        ({"Notes": "nobody called back", "Date": "2022-03-02"}, None),
    ],
)
def test_a_day_without_a_call_and_a_sum_are_no_calls(cells, reason):
    empty = {"Date": "", "Time": "", "Wait": "", "Agent": "", "Notes": ""}
    ours = empty | {"Date": "2022-03-01", "Time": "9:00 AM", "Wait": "45", "Agent": "Lisa"}
    done = normalized([ours, ours, empty | cells], HAND_SHEET)
    assert done.set_aside.column("reason").to_pylist() == ([reason] if reason else [])


def test_rows_say_by_a_direction_who_called_whom():
    given = {"Incoming - from CIS": "ring", "In, from an officer": "ring", "Outgoing": "dial", "Out to CIS": "dial"}
    rows = [
        {"Date": "2022-03-01", "Time": "9:00 AM", "Wait": "", "Direction": text, "Result": "Voicemail"}
        for text in given
    ]
    entries = normalized(rows, HAND_SHEET).entries
    assert entries.column("kind").to_pylist() == list(given.values())


@pytest.mark.parametrize("header", ["Who called", "Placed by", "Called by"])
def test_rows_say_by_who_called_that_the_agency_did(header):
    given = {"us": "dial", "USCIS": "ring", "Dana": "dial", "We called USCIS": "dial", "USCIS called us": "ring"}
    rows = [{"Date": "2022-03-01", "Time": "9:00 AM", "Wait": "", header: text, "Result": "missed"} for text in given]
    assert normalized(rows, HAND_SHEET).entries.column("kind").to_pylist() == list(given.values())


def test_a_program_writes_how_a_call_ended_without_spaces():
    rows = [{"Date": "2022-03-01", "Wait": "45", "Result": text} for text in ("hung_up", "line cut", "gave up waiting")]
    ended = normalized(rows, HAND_SHEET).entries.column("wait_outcome").to_pylist()
    assert ended == ["gave_up", "cut_off", "gave_up"]


def test_a_wait_of_a_call_that_was_lost_ends_with_the_call():
    given = [("8:02 AM", "8:14 AM", "8:20 AM", "Ana"), ("9:00 AM", "none", "9:40 AM", "gave up")]
    rows = [{"Date": "2022-03-01", "Dial": start, "Agent on": on, "Call ended": end, "Agent": agent}
            for start, on, end, agent in given]  # fmt: skip
    entries = normalized(rows, HAND_SHEET).entries
    assert entries.column("wait_s").to_pylist() == [12 * 60, 40 * 60]
    assert entries.column("wait_outcome").to_pylist() == ["reached", "gave_up"]


def test_rows_say_in_spanish_who_called_and_whom():
    given = {
        "Llamamos a USCIS": "dial",
        "USCIS nos llamó": "ring",
        "nos llamaron": "ring",
        "entrante": "ring",
        "saliente": "dial",
    }
    rows = [
        {"Date": "2022-03-01", "Time": "9:00 AM", "Wait": "", "Tipo": text, "Resultado": "no se pudo contestar"}
        for text in given
    ]
    entries = normalized(rows, HAND_SHEET).entries
    assert entries.column("kind").to_pylist() == list(given.values())
    assert set(entries.filter(pc.equal(entries.column("kind"), "ring")).column("outcome").to_pylist()) == {"missed"}


def test_calls_to_others_are_known_in_spanish_as_well():
    lines = ["USCIS", "Consulado de Cd. Juárez", "Corte de inmigración", "Cliente", "USCIS"]
    rows = [{"Date": "2022-03-01", "Time": "9:00 AM", "Wait": "20", "A quién se llamó": text} for text in lines]
    done = normalized(rows, HAND_SHEET)
    assert (done.entries.num_rows, done.set_aside.column("reason").to_pylist()) == (2, ["other_agency"] * 3)


def test_the_wait_of_a_lost_call_ends_when_it_was_hung_up():
    rows = [
        {
            "Date": "2022-03-01",
            "Dialed": "9:00 AM",
            "Picked up": picked,
            "Hung up": "9:50 AM",
            "Rep": rep,
            "Notes": note,
        }
        for picked, rep, note in (
            ("9:30 AM", "Ana", "pending"),
            ("", "", "gave up"),
            ("never", "", "cut off"),
            ("", "", "?"),
        )
    ]
    assert normalized(rows, HAND_SHEET).entries.column("wait_s").to_pylist() == [1800, 3000, 3000, None]


def test_remarks_name_the_agent_where_no_column_does():
    entries = [
        "talked to tier 1 Ms. Carter, pending",
        "agent Denise (D1177), nothing new",
        "rep Maria K1234",
        "client mad",
        "",
    ]
    rows = [{"Date": "2022-03-01", "Time": "9:00 AM", "Wait": "45", "Notes": text} for text in entries]
    records = normalized(rows, HAND_SHEET).entries
    assert records.column("agent_name").to_pylist() == ["Ms. Carter", "Denise", "Maria", None, None]
    assert records.column("agent_id").to_pylist() == [None, "D1177", "K1234", None, None]


def test_a_month_over_its_rows_tells_the_year_of_their_days():
    days = ["MAY 2023", "5/1", "5/30", "JUNIO DE 2023", "6/2"]
    rows = [{"Date": day, "Wait": "" if "20" in day else "45", "Agent": "" if "20" in day else "Ana"} for day in days]
    entries = normalized(rows, HAND_SHEET).entries
    assert [f"{moment:%Y-%m-%d}" for moment in entries.column("started_at_local").to_pylist()] == [
        "2023-05-01", "2023-05-30", "2023-06-02",
    ]  # fmt: skip


def test_a_call_told_with_its_date_in_the_middle():
    given = [
        "Called USCIS Contact Center 10/4/21 at 8:30 AM. Waited 22 minutes. Spoke with agent Denise (D1177).",
        "Called USCIS Contact Center 10/16/21 at 9:45 AM. Waited 60 minutes. Disconnected.",
        "Called USCIS Contact Center 10/18/21 at 1:30 PM. Waited 85 minutes. Hung up.",
    ]
    rows = [{"Comment Date": "Oct-20-2021", "Comment Time": "4:10 PM", "Comment": text} for text in given]
    entries = normalized(rows, HAND_SHEET).entries
    moments = [f"{moment:%m/%d %H:%M}" for moment in entries.column("started_at_local").to_pylist()]
    assert moments == ["10/04 08:30", "10/16 09:45", "10/18 13:30"]
    assert entries.column("wait_outcome").to_pylist() == ["reached", "cut_off", "gave_up"]


def test_yes_and_beside_it_72_hours_is_an_urgent_promise():
    given = [("Y", "72 hours"), ("Y", "30 business days"), ("Y", ""), ("N", "")]
    rows = [
        {
            "Date": "2022-03-01",
            "Wait": "45",
            "Reached Tier 1?": "Y",
            "Call-back promised?": result,
            "If yes, how soon?": soon,
        }
        for result, soon in given
    ]
    entries = normalized(rows, HAND_SHEET).entries
    assert entries.column("promised").to_pylist() == ["urgent", "regular", "unknown", "none"]
    assert entries.column("wait_outcome").to_pylist() == ["reached"] * 4


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("Spoke with rep, case #4471", ""),
        ("spoke w/ agent about online account ID 123456", ""),
        ("talked to rep re petition #88123", ""),
        ("spoke with rep, invoice #4471", ""),
        ("spoke to officer, receipt ID 5512", ""),
        ("Spoke with a representative who would not give a name, ID# 22904", "22904"),
        ("spoke to officer, ID 5512", "5512"),
        ("spoke w/ agent, badge 1234", "1234"),
        ("spoke with rep #4471", "4471"),
        ("Spoke to rep, no name #63246", "63246"),
    ],
)
def test_a_number_is_an_agents_only_right_behind_a_person(text, agent):
    assert agent_in(text).strip("#") == agent
    assert read_narrative(text).agent.strip("#") == agent


@pytest.mark.parametrize(
    ("legend", "header", "cells", "codes"),
    [
        ("Call back promised: U = urgent, R = regular", "Outcome", "R R H R R H", {}),
        ("Staff: R = Rosa, M = Maria; L = Lee", "Outcome", "R M R R", {}),
        ("U = urgent, R = regular", "Outcome", "R R H R", {}),
        ("Call back promised: U = urgent, R = regular", "CB promised", "R U R", {"u": "urgent", "r": "regular"}),
        ("Call back: U = urgent, R = regular", "Callback", "R U R X", {"u": "urgent", "r": "regular"}),
        ("Key: R = reached, H = hung up", "Result", "R H R", {"r": "reached", "h": "hung up"}),
        ("R = reached, H = hung up", "How it ended", "R H R", {"r": "reached", "h": "hung up"}),
    ],
)
def test_a_legend_counts_for_its_own_column(legend, header, cells, codes):
    assert lexicon.legend_codes(cells.split(), lexicon.legend_groups([[legend]]), header) == codes
