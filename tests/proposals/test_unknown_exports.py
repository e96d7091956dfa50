"""An export of a phone system that no one has described is one answer away, and the answer is remembered."""

import json
import re
import shlex
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import callanalytics as ca
from callanalytics import intake, proposals
from callanalytics.cli import main
from callanalytics.store import Store

OURS, CLIENT = "(202) 555-0143", "(312) 555-0188"
USCIS, BACK = "(800) 375-5283", "(202) 838-2200"
# A call out that was answered, a call in that no one took, and one of a client, as each system writes them.
LAYOUTS = {
    "zoom": (
        "Call Time,Direction,Caller Number,Callee Number,Call Outcome,Call Duration,Site",
        "2022-{m}-01 09:02:00,Outbound,{ours},{uscis},Connected,0:41:11,Main",
        "2022-{m}-02 10:00:00,Inbound,{back},{ours},No Answer,0:00:20,Main",
        "2022-{m}-15 10:00:00,Inbound,{client},{ours},Connected,0:01:00,Main",
    ),
    "teams": (
        "Start Date Time (UTC),Call Direction,Caller Phone,Callee Phone,Status,Duration Seconds,UPN",
        "2022-{m}-01T14:02:00Z,Outbound,{ours},{uscis},Answered,2471,a",
        "2022-{m}-02T15:00:00Z,Inbound,{back},{ours},Missed,0,a",
        "2022-{m}-15T15:00:00Z,Inbound,{client},{ours},Answered,60,a",
    ),
    "dialpad": (
        "Started,Direction,Internal Number,External Number,Category,Talk Seconds,Target",
        "2022-{m}-01 09:02:00,outbound,{ours},{uscis},answered,2471,Desk",
        "2022-{m}-02 10:00:00,inbound,{ours},{back},missed,0,Desk",
        "2022-{m}-15 10:00:00,inbound,{ours},{client},answered,60,Desk",
    ),
    "8x8": (
        "Start Time,Direction,Caller,Callee,Last Disposition,Talk Time,Ring Duration",
        "2022-{m}-01 09:02:00,Outgoing,{ours},{uscis},Connected,00:41:11,00:00:03",
        "2022-{m}-02 10:00:00,Incoming,{back},{ours},Missed,00:00:00,00:00:20",
        "2022-{m}-15 10:00:00,Incoming,{client},{ours},Connected,00:01:00,00:00:03",
    ),
    "vonage": (
        "Date/Time,Initial Direction,From,To,Result,Length (seconds),Handled By",
        "2022-{m}-01 09:02:00,Outbound,{ours},{uscis},Answered,2471,Desk",
        "2022-{m}-02 10:00:00,Inbound,{back},{ours},Missed,0,Desk",
        "2022-{m}-15 10:00:00,Inbound,{client},{ours},Answered,60,Desk",
    ),
    "goto": (
        "Date,Call Direction,From Number,To Number,Call Result,Duration (sec),Queue",
        "2022-{m}-01 09:02:00,Outbound,{ours},{uscis},Answered,2471,Desk",
        "2022-{m}-02 10:00:00,Inbound,{back},{ours},Missed,0,Desk",
        "2022-{m}-15 10:00:00,Inbound,{client},{ours},Answered,60,Desk",
    ),
    "number of the user": (
        "Date,Time,User,User number,Direction,Number,Result,Length",
        "{m}/01/2022,9:02:00 AM,Desk,{ours},Out,{uscis},Answered,0:41:11",
        "{m}/02/2022,10:00:00 AM,Desk,{ours},In,{back},Missed,0:00:00",
        "{m}/15/2022,10:00:00 AM,Desk,{ours},In,{client},Answered,0:01:00",
    ),
    "columns shortened": (
        "Date,Time,I/O,Ext,To/From,Dur (s),Ans",
        "{m}/01/2022,09:02:00,O,201,{uscis},2471,Y",
        "{m}/02/2022,10:00:00,I,201,{back},0,N",
        "{m}/15/2022,10:00:00,I,201,{client},60,Y",
    ),
    "teams without its IDs": (
        "Invite time,Caller Number,Callee Number,Call type,Duration (seconds),Success",
        "2022-{m}-01T14:02:00.123Z,{ours},{uscis},dr_out,2471,Yes",
        "2022-{m}-02T15:00:00.123Z,{back},{ours},dr_in,20,No",
        "2022-{m}-15T15:00:00.123Z,{client},{ours},dr_in,60,Yes",
    ),
    "carrier bill": (
        "Date,Time,Type,Number,Minutes,Charge",
        "{m}/01/2022,9:02 AM,Outgoing,{uscis},42,0.00",
        "{m}/02/2022,10:00 AM,Incoming,{back},1,0.00",
        "{m}/15/2022,10:00 AM,Incoming,{client},1,0.00",
    ),
    "moments with zone, milliseconds": (
        "Start Time,End Time,Direction,Disposition,Caller Number,Recipient Number,Duration (ms)",
        "2022-{m}-01T14:02:00.000Z,2022-{m}-01T14:43:11.000Z,OUTBOUND,ANSWERED,{ours},{uscis},2471000",
        "2022-{m}-02T15:00:00.000Z,2022-{m}-02T15:00:20.000Z,INBOUND,MISSED,{back},{ours},20000",
        "2022-{m}-15T15:00:00.000Z,2022-{m}-15T15:01:00.000Z,INBOUND,ANSWERED,{client},{ours},60000",
    ),
    "letters": (
        "Start Date,Start Time,Direction,Extension,Outside Party,Answered,Duration",
        "2022-{m}-01,09:02:00,O,201,{uscis},Y,00:41:11",
        "2022-{m}-02,10:00:00,I,201,{back},N,00:00:00",
        "2022-{m}-15,10:00:00,I,201,{client},Y,00:01:00",
    ),
    "places of a bill": (
        "Date and time (Eastern),Destination,Number,Min",
        "{m}/01/2022 9:02 AM,Toll-free,{uscis},42",
        "{m}/02/2022 10:00 AM,Incoming,{back},1",
        "{m}/15/2022 10:00 AM,Incoming,{client},1",
    ),
    "places that a bill cuts off": (
        "Item,Date,Time,Contact,Location,Call Type,Minutes",
        "1,{m}/01/2022,9:02AM,{uscis},TOLL FREE CL,SDDV,42",
        "2,{m}/02/2022,10:00AM,{back},INCOMI CL,SDDV,1",
        "3,{m}/15/2022,10:00AM,{client},INCOMI CL,SDDV,1",
    ),
    "one word for way and end": (
        "Date/Time,Call Type,Number,Call Length",
        "2022-{m}-01 09:02:00,Placed,{uscis},41 min 11 s",
        "2022-{m}-02 10:00:00,Missed,{back},0 s",
        "2022-{m}-15 10:00:00,Received,{client},1 min",
    ),
    "Spanish": (
        "Fecha,Hora,Origen,Destino,Sentido,Estado,Duración",
        "2022-{m}-01,09:02:00,{ours},{uscis},Saliente,Contestada,00:41:11",
        "2022-{m}-02,10:00:00,{back},{ours},Entrante,No contestada,00:00:00",
        "2022-{m}-15,10:00:00,{client},{ours},Entrante,Contestada,00:01:00",
    ),
    "French": (
        "Type,Numéro de téléphone,Nom,Date,Heure,Action,Résultat de l'action,Durée",
        "Sortant,{uscis},,01/{m}/2022,09:02,Appel VoIP,Appel connecté,0:41:11",
        "Entrant,{back},,02/{m}/2022,10:00,Appel téléphonique,Manqué,0:00:20",
        "Entrant,{client},,15/{m}/2022,10:00,Appel téléphonique,Accepté,0:01:00",
    ),
    "stamps of figures alone": (
        "recordId,direction,callingNumber,calledNumber,startTime,userTimeZone,answerTime,releaseTime,elapsed",
        "a1,Originating,{ours},{uscis},2022{m}01140200.123,1-040000,2022{m}01140204.123,2022{m}01144315.123,2471",
        "a2,Terminating,{back},{ours},2022{m}02150000.123,1-040000,,2022{m}02150020.123,0",
        "a3,Terminating,{client},{ours},2022{m}15150000.123,1-040000,2022{m}15150004.123,2022{m}15150104.123,60",
    ),
    "the customer's number is the caller's in every row": (
        "Date,Time,Direction,Caller Number,Number Called,Call Status,Total Duration",
        "2022-{m}-01,09:02:00 EST,Outgoing,{uscis},{ours},Completed,00:41:11",
        "2022-{m}-02,10:00:00 EST,Incoming,{back},{ours},Missed,00:00:20",
        "2022-{m}-15,10:00:00 EST,Incoming,{client},{ours},Completed,00:01:00",
    ),
    "names before the numbers": (
        "Started,Way,Other Party,Our Line,State,Talk Time",
        "2022-{m}-01 09:02:00,OUT,USCIS {uscis},{ours},answered,0:41:11",
        "2022-{m}-02 10:00:00,IN,US Government: {back},{ours},not answered,0:00:00",
        "2022-{m}-15 10:00:00,IN,Maria Roe {client},{ours},answered,0:01:00",
    ),
    "a subject with the number beside it": (
        "Subject,Created Date,Call Type,Call Duration (seconds),Call Result,Phone,Assigned",
        "Call {uscis},{m}/1/2022 9:02 AM,Outbound,2471,Connected,{uscis},Desk",
        "Call from {back},{m}/2/2022 10:00 AM,Inbound,0,No Answer,{back},Desk",
        "Call {client},{m}/15/2022 10:00 AM,Inbound,60,Connected,{client},Desk",
    ),
    "addresses": (
        "Start time (UTC),Direction,From,To,Duration,Result",
        "2022-{m}-01T14:02:00Z,Outgoing,sip:desk@alder.example,tel:+18003755283,00:41:11,Answered",
        "2022-{m}-02T15:00:00Z,Incoming,tel:+12028382200,sip:desk@alder.example,00:00:00,Missed",
        "2022-{m}-15T15:00:00Z,Incoming,tel:+13125550188,sip:desk@alder.example,00:01:00,Answered",
    ),
    "a few seconds of ringing are no moment": (
        "Date,Time,Contact Number,Our Number,Call Direction,Call Type,Call Duration (seconds),Ring Time (seconds)",
        "2022-{m}-01,09:02:00,{uscis},{ours},Outgoing,Answered,2471,4",
        "2022-{m}-02,10:00:00,{back},{ours},Incoming,Unanswered,20,20",
        "2022-{m}-15,10:00:00,{client},{ours},Incoming,Answered,60,9",
    ),
    "PBX": (
        "Call Start,Caller Number,Dialed Number,Disposition,Talk Seconds,Trunk,Account,Tag,Cost",
        "2022-{m}-01 09:02:00,{ours},{uscis},Answered,2471,a,b,c,0",
        "2022-{m}-02 10:00:00,{back},{ours},No answer,0,a,b,c,0",
        "2022-{m}-15 10:00:00,{client},{ours},Answered,60,a,b,c,0",
    ),
}
NEEDS_NUMBER = {"PBX"}
HEADER = "Started at,Type,From number,To number,Length,Result"
GIVEN = {"timezone": "Eastern", "today": date(2022, 12, 1)}


def an_export(folder: Path, name: str, month: str = "03", **more) -> Path:
    folder.mkdir(exist_ok=True)
    lines = "\n".join(LAYOUTS[name]).format(m=month, ours=OURS, uscis=USCIS, back=BACK, client=CLIENT)
    path = folder / f"calls {month}.csv"
    path.write_text(lines + "\n", "utf-8")
    return path


def questions(receipt) -> list[str]:
    return [asked.question.code for asked in receipt.questions if asked.question.blocks]


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYOUTS)
def test_check_shows_it_accept_reads_it_and_the_next_file_is_read_by_itself(tmp_path, name):
    first, store = an_export(tmp_path / "in", name), tmp_path / "calls"
    number = {"our_number": "0143"} if name in NEEDS_NUMBER else {}
    receipt = intake.check([first], **GIVEN, **number)
    assert questions(receipt) == ["mapping"]
    assert not receipt.problems
    question = receipt.questions[0].question
    assert [answer.option for answer in question.answers] == ["", "--accept-mapping"]
    assert sum(line.startswith("row: ") for line in question.shown) == 3
    text = receipt.text()
    assert "0188" not in re.sub(r"\s", "", text), "a client's number is shown"
    assert "555-0143" not in text

    done = intake.ingest([first], store, "Alder and Birch", **GIVEN, **number, accept_mapping=True)
    assert (done.totals["rows"], done.totals["calls"], done.totals["rejects"]) == (3, 3, 0)
    assert "read by the column meanings that you accepted" in " ".join(done.text().split())
    calls = sorted(Store.open(store).read("calls").to_pylist(), key=lambda call: call["started_at_utc"])
    assert [call["direction"] for call in calls] == ["outbound", "inbound", "inbound"]
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200", None]
    assert calls[0]["duration_s"] in (2471, 2520)

    second = an_export(tmp_path / "in", name, "04")
    again = intake.ingest([second], store, "Alder and Birch", **GIVEN)
    assert again.totals["calls"] == 3
    assert not again.questions
    assert "given with an earlier file" in " ".join(again.text().split())
    assert intake.compare(Store.open(store), tmp_path / "in").problems == []


def the_calls(folder: Path, text: str, **more) -> list[dict]:
    """The calls of an unknown export whose mapping is accepted, by their start."""
    path = folder / "calls.csv"
    path.write_text(text, "utf-8")
    done = intake.ingest([path], folder / "store", "Alder and Birch", **(GIVEN | more), accept_mapping=True)
    assert not done.questions, done.text()
    return sorted(Store.open(folder / "store").read("calls").to_pylist(), key=lambda call: call["started_at_utc"])


@pytest.mark.slow
def test_extensions_on_one_side_tell_the_way(tmp_path):
    calls = the_calls(
        tmp_path,
        "Call Start,Caller,Called Number,Talk Time\n"
        "2022-03-01 09:02:00,201,8003755283,00:41:11\n"
        "2022-03-02 10:00:00,,201,00:00:20\n"
        "2022-03-03 10:00:00,2028382200,202,00:00:20\n"
        "2022-03-04 10:00:00,201,202,00:00:20\n",
    )
    assert [call["direction"] for call in calls] == ["outbound", "inbound", "inbound", "internal"]
    assert [call["caller_id"] for call in calls][1:3] == ["unknown", "known"]


@pytest.mark.slow
def test_our_number_on_one_side_and_extensions_on_the_other_tell_the_way(tmp_path):
    calls = the_calls(
        tmp_path,
        "From,Dialed,To,Date,Duration,Disposition\n"
        "103,18003755283,18003755283,03/01/2022 09:02:00 AM,00:41:11,Answered\n"
        "8003755283,12025550143,103,03/02/2022 10:00:00 AM,00:00:00,Missed\n"
        "Anonymous,12025550143,103,03/22/2022 10:00:00 AM,00:01:00,Answered\n",
        our_number="0143",
    )
    assert [call["direction"] for call in calls] == ["outbound", "inbound", "inbound"]
    assert [call["caller_id"] for call in calls] == ["known", "known", "withheld"]


@pytest.mark.slow
def test_words_in_one_column_for_way_and_end(tmp_path):
    calls = the_calls(
        tmp_path, "\n".join(LAYOUTS["one word for way and end"]).format(m="03", uscis=USCIS, back=BACK, client=CLIENT)
    )
    assert [call["outcome"] for call in calls] == ["unknown", "missed", "answered"]
    assert [call["duration_s"] for call in calls] == [2471, 0, 60]


@pytest.mark.slow
def test_what_a_voicemail_took_was_not_answered(tmp_path):
    calls = the_calls(
        tmp_path,
        "start time,call type,caller number,callee number,talk time,call status,action type\n"
        "2022-03-01 09:02:00,Outbound,201,18003755283,00:41:11,ANSWERED,DIAL\n"
        "2022-03-02 10:00:00,Inbound,anonymous,201,00:00:20,ANSWERED,VM\n"
        "2022-03-03 10:00:00,Inbound,2028382200,201,00:00:00,NO ANSWER,DIAL\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "voicemail", "missed"]
    assert calls[1]["caller_id"] == "withheld"


@pytest.mark.slow
def test_a_word_that_only_a_later_file_has_is_understood_or_told(tmp_path):
    header = "Started,Direction,From,To,Status,Length\n"
    first, later, store = tmp_path / "03.csv", tmp_path / "04.csv", tmp_path / "calls"
    row = "2022-0{m}-0{m} 09:02:00,{way},{numbers},{end},0:00:20\n"
    out, came = f"{OURS},{USCIS}", f"{BACK},{OURS}"
    first.write_text(
        header
        + row.format(m=1, way="Out", numbers=out, end="Answered")
        + row.format(m=2, way="In", numbers=came, end="Missed"),
        "utf-8",
    )
    later.write_text(
        header
        + row.format(m=3, way="In", numbers=came, end="Voicemail")
        + row.format(m=4, way="Out", numbers=out, end="Unanswered")
        + row.format(m=5, way="In", numbers=came, end="Lost in space"),
        "utf-8",
    )
    intake.ingest([first], store, "Alder and Birch", **GIVEN, accept_mapping=True)
    receipt = " ".join(intake.ingest([later], store, "Alder and Birch", **GIVEN).text().split())
    calls = sorted(Store.open(store).read("calls").to_pylist(), key=lambda call: call["started_at_utc"])
    assert [call["outcome"] for call in calls] == ["answered", "missed", "voicemail", "canceled", "unknown"]
    assert 'column "Status": "xxxx xx xxxxx" (1 row: 4)' in receipt


@pytest.mark.slow
def test_a_workbook_with_a_sheet_a_month_is_shown_and_read_as_a_whole(tmp_path):
    book = openpyxl.Workbook()
    months = {"March": ["03/01/2022", "Answered"], "April": ["04/05/2022", "Voicemail"]}
    for month, (day, end) in months.items():
        sheet = book.create_sheet(month)
        sheet.append(["Date", "Time", "Direction", "From", "To", "Status", "Seconds"])
        for hour in range(9, 12 if month == "March" else 11):
            sheet.append([day, f"{hour}:00", "In", BACK, OURS, end, 60])
    del book["Sheet"]
    book.save(tmp_path / "months.xlsx")
    (asked,) = intake.check([tmp_path / "months.xlsx"], **GIVEN, date_order="mdy").questions
    assert asked.rows == 5
    intake.ingest(
        [tmp_path / "months.xlsx"],
        tmp_path / "calls",
        "Alder and Birch",
        **GIVEN,
        date_order="mdy",
        accept_mapping=True,
    )
    ends = [call["outcome"] for call in Store.open(tmp_path / "calls").read("calls").to_pylist()]
    assert sorted(ends) == ["answered"] * 3 + ["voicemail"] * 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "ends"),
    [
        (
            ("Call placed, not answered", "Missed call received", "Voicemail received", "Call completed"),
            ("canceled", "missed", "voicemail", "answered"),
        ),
        (
            ("Answered", "Never answered", "Missed", "Answered by voicemail"),
            ("answered", "unknown", "missed", "unknown"),
        ),
        (
            ("Answered", "Hung up before answered", "Missed", "None answered"),
            ("answered", "unknown", "missed", "unknown"),
        ),
    ],
)
def test_words_among_others_tell_how_a_call_ended_where_they_say_one_thing(tmp_path, words, ends):
    numbers = [f"Outbound,{OURS},{USCIS}", *[f"Inbound,{BACK},{OURS}"] * 3]
    rows = [
        f'2022-03-{day:02} 09:02:00,{who},"{word}",20'
        for day, (who, word) in enumerate(zip(numbers, words, strict=True), 1)
    ]
    calls = the_calls(
        tmp_path, "\n".join(["Start Time,Direction,Caller,Callee,Call result,Talk Seconds", *rows]) + "\n"
    )
    assert tuple(call["outcome"] for call in calls) == ends


@pytest.mark.slow
def test_an_extensions_voicemail_is_a_call_in_that_no_one_answered(tmp_path):
    calls = the_calls(
        tmp_path,
        "Date,Source,Destination,Status,Duration\n"
        "2022-03-01 09:02:00,201,8003755283,ANSWERED,2471s (41m 11s)\n"
        "2022-03-02 10:00:00,anonymous,vmu201,ANSWERED,20s\n"
        "2022-03-03 10:00:00,2028382200,201,ANSWERED,83s (1m 23s)\n"
        "2022-03-04 10:00:00,2028382200,201,NO ANSWER,0s\n",
    )
    assert [call["direction"] for call in calls] == ["outbound", *["inbound"] * 3]
    assert [call["outcome"] for call in calls] == ["answered", "voicemail", "answered", "missed"]
    assert [call["duration_s"] for call in calls] == [2471, 20, 83, 0]


@pytest.mark.slow
def test_no_talk_is_no_answer_where_no_column_says_how_calls_ended(tmp_path):
    calls = the_calls(
        tmp_path,
        "Started at;Type;Internal number;External number;Talking time;Voicemail\n"
        f"2022-03-01T09:02:00-05:00;outgoing;{OURS};{USCIS};2471;no\n"
        f"2022-03-02T09:02:00-05:00;incoming;{OURS};{BACK};0;yes\n"
        f"2022-03-03T09:02:00-05:00;incoming;{OURS};{BACK};0;no\n"
        f"2022-03-04T09:02:00-05:00;incoming;{OURS};{BACK};61;no\n"
        f"2022-03-05T09:02:00-05:00;outgoing;{OURS};{USCIS};0;no\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "voicemail", "missed", "answered", "canceled"]
    assert [call["duration_s"] for call in calls] == [2471, 0, 0, 61, 0]


def test_talk_alone_does_not_tell_a_person_from_a_voicemail(tmp_path):
    calls = the_calls(
        tmp_path,
        "Started at,Type,From number,To number,Talking time\n"
        f"2022-03-01 09:02:00,outgoing,{OURS},{USCIS},0:41:11\n"
        f"2022-03-02 09:02:00,incoming,{BACK},{OURS},0:00:24\n"
        f"2022-03-03 09:02:00,incoming,{BACK},{OURS},0:00:00\n"
        f"2022-03-04 09:02:00,outgoing,{OURS},{USCIS},0:00:00\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "unknown", "missed", "canceled"]


def test_a_length_of_zero_is_no_answer_where_other_calls_in_have_one(tmp_path):
    lines = [
        "Date,Time,Call Direction,Calling Number,Dialed Number,Origin State,Duration",
        f"3/1/2022,9:02:00 AM,Outbound,{OURS},{USCIS},DC,0:41:11",
        f"3/14/2022,9:02:00 AM,Inbound,{BACK},{OURS},DC,0:00:00",
        f"3/15/2022,9:02:00 AM,Inbound,Private,{OURS},MD,0:00:24",
    ]
    for last, ends in ((3, ["unknown", "unknown"]), (4, ["answered", "missed", "unknown"])):
        folder = tmp_path / str(last)
        folder.mkdir()
        calls = the_calls(folder, "\n".join(lines[:last]) + "\n")
        assert [call["outcome"] for call in calls] == ends
    (tmp_path / "rounded").mkdir()
    rounded = "\n".join(lines).replace("41:11", "41:00").replace("00:24", "01:00")
    assert [call["outcome"] for call in the_calls(tmp_path / "rounded", rounded + "\n")] == ["unknown"] * 3


def test_placed_received_and_missed_say_the_way_and_the_end(tmp_path):
    calls = the_calls(
        tmp_path,
        "Date,Event,Call source,Call destination,Duration\n"
        f"2022-03-01T09:02:00-05:00,Call placed,{OURS},{USCIS},0:41:11\n"
        f"2022-03-02T09:02:00-05:00,Call missed,{BACK},{OURS},\n"
        f"2022-03-03T09:02:00-05:00,Call received,Anonymous,{OURS},0:00:24\n"
        f"2022-03-04T09:02:00-05:00,Voicemail received,{BACK},{OURS},0:00:09\n"
        f"2022-03-05T09:02:00-05:00,Text sent,{OURS},{CLIENT},\n",
    )
    assert [call["direction"] for call in calls] == ["outbound", *["inbound"] * 3]
    assert [call["outcome"] for call in calls] == ["unknown", "missed", "answered", "voicemail"]


def test_calls_that_went_to_voicemail_were_not_answered(tmp_path):
    calls = the_calls(
        tmp_path,
        "Start Time,Direction,From,To,Status,Went to voicemail,Secs\n"
        f"2022-03-01 09:02:00,outbound,{OURS},{USCIS},Answer,FALSE,2471\n"
        f"2022-03-02 10:00:00,inbound,{BACK},{OURS},Answer,TRUE,20\n"
        f"2022-03-15 10:00:00,inbound,{BACK},{OURS},Answer,FALSE,61\n",
    )
    assert [(call["outcome"], call["duration_s"]) for call in calls] == [
        ("answered", 2471),
        ("voicemail", 20),
        ("answered", 61),
    ]


@pytest.mark.parametrize("ours", ["Acmephone Number", "DDI", "Your Number"])
def test_beside_the_contacts_number_the_only_other_one_is_the_offices(tmp_path, ours):
    calls = the_calls(
        tmp_path,
        f"Start Time,Direction,Contact Number,{ours},Status,Secs\n"
        f"2022-03-01 09:02:00,Outgoing,{USCIS},{OURS},Answered,2471\n"
        f"2022-03-02 10:00:00,Incoming,{BACK},{OURS},Missed,0\n",
    )
    assert [call["our_number"] for call in calls] == ["+12025550143"] * 2
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200"]


def test_an_export_with_agents_and_their_holds_is_offered_as_calls(tmp_path):
    """A hold of the office's own telephones is no wait: it is named as not read."""
    path = tmp_path / "calls.csv"
    path.write_text(
        "SID,Contact Name,Contact Number,Acmephone Number,Agent,Direction,Call Type,Date,Time,Call Duration,Hold Time\n"
        f"a,USCIS,{USCIS},{OURS},Ana Ng,Outgoing,Answered,2022-03-01,09:02:12 AM,0:41:11,0:00:38\n"
        f"b,USCIS,{BACK},{OURS},Ana Ng,Incoming,Missed,2022-03-02,10:00:07 AM,0:00:00,\n"
        f"c,Doe,{CLIENT},{OURS},Lee Oh,Incoming,Answered,2022-03-03,10:00:31 AM,0:01:05,0:00:05\n"
        f"d,USCIS,{USCIS},{OURS},Lee Oh,Outgoing,Answered,2022-03-04,10:00:45 AM,1:01:05,0:00:05\n"
        f"e,USCIS,{USCIS},{OURS},Lee Oh,Outgoing,Answered,2022-03-07,10:00:45 AM,0:11:05,\n",
        "utf-8",
    )
    receipt = intake.check([path], **GIVEN)
    assert questions(receipt) == ["mapping"]
    (unread,) = (line for line in receipt.questions[0].question.shown if line.startswith("not read: "))
    assert '"Hold Time"' in unread


@pytest.mark.parametrize(("waits_in", "n_calls"), [(("0:21", "0:06"), 4), (("", "0:06"), 0), (("", ""), 0)])
def test_where_most_calls_in_have_a_wait_it_is_the_telephones_own_queue(tmp_path, waits_in, n_calls):
    """An office that is called does not wait: one callback put on hold, or none, leaves a log kept by hand."""
    first, second = waits_in
    path = tmp_path / "calls.csv"
    path.write_text(
        "Date,Time,Agent,Phone Number,Type,Wait Time,Talk Time,Disposition\n"
        f"03/16/2022,9:05 AM,Ana Ng,{USCIS},Outbound,0:38,0:41:14,Resolved\n"
        f"03/17/2022,2:17 PM,,{BACK},Inbound,{first},0:00:00,Missed\n"
        f"03/20/2022,3:31 PM,Lee Oh,{BACK},Inbound,{second},0:12:45,Resolved\n"
        f"03/21/2022,3:31 PM,Lee Oh,{USCIS},Outbound,0:45,1:02:45,Resolved\n",
        "utf-8",
    )
    done = intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    assert (done.totals["calls"], done.totals["entries"]) == (n_calls, 4 - n_calls)


@pytest.mark.parametrize(
    ("header", "rows", "code"),
    [
        (
            "From Number,To Number,Result,Call Length,Hold Time,Call Start Time",
            [f"{OURS},{USCIS},Connected,00:41:11,00:00:38,", f"{BACK},{OURS},Missed,00:00:21,00:00:07,"] * 4,
            "our_number",
        ),
        (
            "Type,Number,Result,Duration,Queue Wait,Agent,Date and time",
            [f"Out,{USCIS},Answered,2471,0,Ana Ng,", f"In,{BACK},Missed,21,7,Lee Oh,"] * 4,
            "mapping",
        ),
    ],
    ids=["both sides, to the second", "waits of incoming calls"],
)
def test_a_hold_of_the_offices_own_telephones_makes_no_log_by_hand(tmp_path, header, rows, code):
    path = tmp_path / "calls.csv"
    lines = [f"{row}2022-03-{day} 10:05:07" for day, row in enumerate(rows, 14)]
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    receipt = intake.check([path], **GIVEN)
    (asked,) = receipt.questions
    assert asked.question.shown, "it is shown as calls of a phone system"
    assert asked.question.code == code


@pytest.mark.parametrize("key", ["reports", "call_history", "logs"])
def test_calls_under_a_common_key_of_a_json_file_are_offered(tmp_path, key):
    call = {
        "start": "2022-03-02 10:05:00",
        "direction": "in",
        "from": BACK,
        "to": OURS,
        "result": "Missed",
        "length": 0,
    }
    path = tmp_path / "calls.json"
    path.write_text(
        json.dumps({key: [call, call | {"start": "2022-03-03 10:05:00", "length": 61, "result": "Answered"}]})
    )
    assert questions(intake.check([path], **GIVEN)) == ["mapping"]


@pytest.mark.parametrize("with_fax_first", [True, False])
def test_a_fax_is_no_call_also_where_only_a_later_file_has_one(tmp_path, with_fax_first):
    header = "Start Time,Direction,From,To,Kind,Status,Secs\n"
    files = [
        f"2022-03-01 09:02:00,out,{OURS},{USCIS},voice,Answered,2471\n"
        f"2022-03-02 10:00:00,in,{BACK},{OURS},voice,Missed,0\n",
        f"2022-04-01 09:02:00,in,{BACK},{OURS},incoming fax,Answered,41\n"
        f"2022-04-02 10:00:00,in,{BACK},{OURS},voice,Missed,0\n"
        f"2022-04-04 09:02:00,out,{OURS},{USCIS},voice,Answered,2471\n",
    ]
    for n, rows in enumerate(reversed(files) if with_fax_first else files):
        (tmp_path / f"{n}.csv").write_text(header + rows, "utf-8")
        intake.ingest([tmp_path / f"{n}.csv"], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=not n)
    assert len(Store.open(tmp_path / "store").read("calls")) == 4


@pytest.mark.parametrize(
    ("period", "order"), [("05/01/2022 to 05/31/2022", "mdy"), ("01/05/2022 - 31/05/2022", "dmy"), ("May 2022", None)]
)
def test_the_period_of_a_report_proves_the_order_of_its_days(tmp_path, period, order):
    """05/06 is May 6 in a report of 05/01 to 05/31, and June 5 in none of these."""
    path = tmp_path / "calls.csv"
    day = "06/05/2022" if order == "dmy" else "05/06/2022"
    path.write_text(
        f"Call report\nPeriod: {period}\n\nBegan,Direction,From,To,Result,Length (s)\n"
        f"{day} 9:02 AM,Out,{OURS},{USCIS},Answered,2471\n{day} 10:02 AM,In,{BACK},{OURS},Missed,0\n"
        "Generated 06/01/2022\n",
        "utf-8",
    )
    done = intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    assert [asked.question.code for asked in done.questions] == ([] if order else ["date_order"])
    assert done.totals["rejects"] == 0
    if order:
        days = Store.open(tmp_path / "store").read("calls").column("started_at_local").to_pylist()
        assert {(day.month, day.day) for day in days} == {(5, 6)}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("calldate,dst,lastapp,disposition,uniqueid,Agent,Hold", "{day},8003755283,Dial,ANSWERED,16461.{n},Ana Ng,7"),
        ("createdAtPT,completedAtPT,status,to,Agent,Hold,Notes", "{day},{day},completed,8003755283,Ana Ng,7,USCIS"),
        ("Start Time,First-Time Caller,Landing Page,Agent Name,Hold Time,Note", "{day},No,x,Ana Ng,0:07:10,USCIS"),
        ("date (UTC-05:00),time (UTC-05:00),to,waiting time,tags", "2022-03-{n},10:05:{n},8003755283,7,USCIS"),
        ("Date,Talk Duration,Time in Queue,Time to Answer,Result", "{day},41:1{n},0:40,0:04,Answered"),
        ("Date,Caller Number,Dialed Number,Time in Queue,Result", "{day},2025550143,8003755283,0:40,Answered"),
    ],
    ids=["FreePBX", "Quo", "CallRail", "Aircall", "own queue", "both numbers"],
)
def test_an_export_with_half_its_columns_and_a_hold_is_no_log_by_hand(tmp_path, header, row):
    path = tmp_path / "calls.csv"
    rows = [row.format(day=f"2022-03-{n} 10:05:00", n=n) for n in range(14, 20)]
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    assert intake.check([path], **GIVEN).totals["entries"] == 0


@pytest.mark.parametrize(
    ("header", "number", "direction", "ends"),
    [
        ("Dialed Number", USCIS, "outbound", ["answered", "canceled"]),
        ("Caller Number", BACK, "inbound", ["answered", "missed"]),
    ],
)
def test_a_list_of_the_called_alone_is_of_calls_out_and_one_of_callers_of_calls_in(
    tmp_path, header, number, direction, ends
):
    calls = the_calls(
        tmp_path,
        f"Call Time,Extension,{header},Call Length,Call Status\n"
        f"2022-03-01 09:02:00,101,{number},0:41:11,Answered\n"
        f"2022-03-02 10:00:00,102,{number},0:00:00,No answer\n"
        f"2022-03-03 10:00:00,102,{CLIENT},0:03:00,Answered\n",
    )
    assert [call["direction"] for call in calls] == [direction] * 3
    assert [call["outcome"] for call in calls] == [*ends, "answered"]


def test_a_list_of_missed_calls_has_nothing_else(tmp_path):
    calls = the_calls(
        tmp_path,
        "Missed At,Caller Number,Number Dialed,Ring Duration,Left Voicemail\n"
        f"2022-03-01 09:02:00,{BACK},{OURS},0:21,No\n"
        f"2022-03-02 09:02:00,Anonymous,{OURS},0:20,Yes\n",
        our_number="0143",
    )
    assert [call["direction"] for call in calls] == ["inbound"] * 2
    assert [call["outcome"] for call in calls] == ["missed", "voicemail"]


def test_days_without_a_year_are_refused_for_that(tmp_path):
    path = tmp_path / "bill.csv"
    rows = [f"{OURS},5/{day},9:05A,{USCIS},New York NY,Toll-Free CL,42" for day in (6, 13)]
    path.write_text("\n".join(["Wireless Number,Date,Time,Number,Origination,Destination,Min.", *rows]) + "\n", "utf-8")
    receipt = intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    assert "its days have no year" in str(receipt)
    assert not receipt.totals["calls"]


def test_a_total_in_another_language_is_no_call(tmp_path):
    calls = the_calls(
        tmp_path,
        "Beginn,Richtung,Von,An,Status,Dauer\n"
        f"2022-03-01 09:02:00,Ausgehend,{OURS},{USCIS},Angenommen,0:41:11\n"
        f"2022-03-02 10:00:00,Eingehend,{BACK},{OURS},Verpasst,0:00:00\n"
        "Summe,,,,,0:41:11\n",
    )
    assert [call["duration_s"] for call in calls] == [2471, 0]


@pytest.mark.parametrize(
    ("column", "taken", "other"),
    [
        ("voicemailUrl", "https://example.org/vm/1", ""),
        ("Voicemail Duration", "0:20", "0:00"),
        ("Answered by", "machine_start", "human"),
        ("Answered By", "Voicemail", "Front desk"),
    ],
)
def test_a_message_or_a_machine_next_to_a_completed_call_is_no_person(tmp_path, column, taken, other):
    calls = the_calls(
        tmp_path,
        f"Start Time,Direction,From,To,Status,Secs,{column}\n"
        f"2022-03-01 09:02:00,outbound,{OURS},{USCIS},Completed,2471,{other}\n"
        f"2022-03-02 10:00:00,inbound,{BACK},{OURS},Completed,20,{taken}\n"
        f"2022-03-03 10:00:00,inbound,{BACK},{OURS},Missed,20,\n"
        f"2022-03-15 10:00:00,inbound,{BACK},{OURS},Completed,61,{other}\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "voicemail", "missed", "answered"]


@pytest.mark.parametrize(
    ("column", "inside", "outside"), [("Call Type", "Internal", "External"), ("Internal", "Y", "N")]
)
def test_a_call_that_another_column_calls_internal_is_no_call_in_or_out(tmp_path, column, inside, outside):
    calls = the_calls(
        tmp_path,
        f"Start Time,Direction,{column},From,To,Result,Duration\n"
        f"2022-03-01 09:02:00,Outbound,{outside},101,{USCIS},Answered,0:41:11\n"
        f"2022-03-02 10:00:00,Inbound,{outside},{BACK},101,Missed,0:00:20\n"
        f"2022-03-03 10:00:00,Inbound,{inside},102,101,Answered,0:01:00\n"
        f"2022-03-04 10:00:00,Outbound,{inside},101,102,Answered,0:01:00\n",
    )
    assert [call["direction"] for call in calls] == ["outbound", "inbound", "internal", "internal"]


@pytest.mark.parametrize("back", [BACK, CLIENT], ids=["with a callback", "without one"])
@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Fecha,Hora,Dirección,De,A,Estado,Duración", "Saliente Entrante Contestada Perdida"),
        ("Data,Hora,Sentido,De,Para,Situação,Duração", "Efetuada Recebida Atendida Perdida"),
        ("Date,Heure,Sens,De,À,Résultat,Durée", "Émis Reçu Répondu Manqué"),
        ("Datum,Uhrzeit,Richtung,Von,An,Status,Dauer", "Ausgehend Eingehend Angenommen Verpasst"),
    ],
    ids=["Spanish", "Portuguese", "French", "German"],
)
def test_de_and_a_are_who_called_and_who_was_called(tmp_path, header, words, back):
    out, came, answered, missed = words.split()
    calls = the_calls(
        tmp_path,
        f"{header}\n"
        f"2022-03-01,09:02:00,{out},101,{USCIS},{answered},0:41:11\n"
        f"2022-03-02,10:00:00,{came},{back},101,{missed},0:00:20\n"
        f"2022-03-03,10:00:00,{came},{CLIENT},{OURS},{answered},0:01:00\n",
        keep_numbers=True,
    )
    assert [call["other_number"] for call in calls] == [f"+1{re.sub('[^0-9]', '', n)}" for n in (USCIS, back, CLIENT)]
    assert [call["direction"] for call in calls] == ["outbound", "inbound", "inbound"]
    assert [call["outcome"] for call in calls] == ["answered", "missed", "answered"]


def test_a_call_without_an_answer_that_a_voicemail_handled_is_a_voicemail(tmp_path):
    calls = the_calls(
        tmp_path,
        "Start Time,Direction,From,To,Answered,Handled By,Secs\n"
        f"2022-03-01 09:02:00,Outbound,{OURS},{USCIS},Yes,Desk,2471\n"
        f"2022-03-02 10:00:00,Inbound,{BACK},{OURS},No,Voicemail,65\n"
        f"2022-03-03 10:00:00,Inbound,{BACK},{OURS},No,,0\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "voicemail", "missed"]


def test_of_a_call_that_a_menu_answered_no_one_knows_who_took_it(tmp_path):
    calls = the_calls(
        tmp_path,
        "Start Time,Direction,From,To,Status,Answered by,Secs\n"
        f"2022-03-01 09:02:00,outbound,{OURS},{USCIS},Answered,,2471\n"
        f"2022-03-02 10:00:00,inbound,{BACK},{OURS},Answered,Auto Attendant,20\n"
        f"2022-03-03 10:00:00,inbound,{BACK},{OURS},Missed,,20\n"
        f"2022-03-15 10:00:00,inbound,{BACK},{OURS},Answered,Desk,61\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "unknown", "missed", "answered"]


def test_am_and_pm_in_a_column_of_their_own_belong_to_the_time(tmp_path):
    calls = the_calls(
        tmp_path,
        "Date,Time,AM/PM,Direction,From,To,Result,Secs\n"
        f"3/15/2022,9:02,AM,Outbound,{OURS},{USCIS},Answered,2471\n"
        f"3/16/2022,5:40,PM,Inbound,{BACK},{OURS},Missed,20\n",
    )
    assert [str(call["started_at_utc"])[:16] for call in calls] == ["2022-03-15 13:02", "2022-03-16 21:40"]


@pytest.mark.parametrize(
    ("units", "lengths"), [("Minutes,Seconds", ("41,11", "0,20")), ("Hours,Minutes,Seconds", ("1,5,0", "0,0,20"))]
)
def test_a_part_of_a_length_is_no_length(tmp_path, units, lengths):
    calls = the_calls(
        tmp_path,
        f"Started at,Direction,From,To,Result,{units}\n"
        f"2022-03-01 09:02:00,Outbound,{OURS},{USCIS},Answered,{lengths[0]}\n"
        f"2022-03-02 10:00:00,Inbound,{BACK},{OURS},Missed,{lengths[1]}\n",
    )
    assert [call["duration_s"] for call in calls] == [None, None]


def test_the_zone_of_a_contact_is_not_that_of_the_times(tmp_path):
    calls = the_calls(
        tmp_path,
        "Started at,Contact time zone,Direction,From,To,Result,Secs\n"
        f"2022-03-01 09:02:00,Pacific,Outbound,{OURS},{USCIS},Answered,2471\n"
        f"2022-03-02 10:00:00,Central,Inbound,{BACK},{OURS},Missed,20\n",
    )
    assert [call["started_at_utc"].hour for call in calls] == [14, 15]


def test_a_call_that_another_column_calls_abandoned_was_missed(tmp_path):
    calls = the_calls(
        tmp_path,
        "Started at,Direction,From,To,Answered,Abandoned,Secs\n"
        f"2022-03-01 09:02:00,Outbound,{OURS},{USCIS},1,0,2471\n"
        f"2022-03-02 10:00:00,Inbound,{BACK},{OURS},1,1,20\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "missed"]


@pytest.mark.parametrize(
    ("texts", "lengths"),
    [
        (("2.471", "21", "300"), [None, 21, 300]),
        (("2.471", "21", "2500"), [2, 21, 2500]),  # a number of four figures has no point
        (("2.471", "21.5", "300"), [2, 22, 300]),
        (("2.471", "0", "12.345"), [2, 0, 12]),  # a zero has no decimals in either way of writing
    ],
)
def test_seconds_that_may_be_thousands_are_left_out_and_named(tmp_path, texts, lengths):
    path = tmp_path / "calls.csv"
    rows = [f"2022-03-0{n} 09:02:00;Outbound;{OURS};{USCIS};Answered;{text}" for n, text in enumerate(texts, 1)]
    path.write_text("\n".join(["Started at;Direction;From;To;Result;Duration (sec)", *rows]) + "\n", "utf-8")
    done = intake.ingest([path], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    assert Store.open(tmp_path / "store").read("calls").column("duration_s").to_pylist() == lengths
    assert ("row 2, call length that cannot be read" in " ".join(done.text().split())) is (None in lengths)


def test_columns_that_an_accepted_layout_does_not_read_are_named(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(
        f"{HEADER},Room,Talk Time (ms)\n"
        f"2022-03-01 09:02:07,Outbound,{OURS},{USCIS},0:41:11,Answered,2,2466000\n"
        f"2022-03-02 09:02:07,Inbound,{BACK},{OURS},0:00:24,Missed,2,0\n",
        "utf-8",
    )
    done = intake.ingest([path], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    assert 'ignored and not stored: columns "Room", "Talk Time (ms)"' in " ".join(done.text().split())


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [("Missed?", "Yes", "No"), ("Missed?", "TRUE", "FALSE"), ("Missed?", "1", "0"), ("Abandoned", "YES", "NO")],
)
def test_a_column_for_missed_says_who_was_missed_and_not_who_answered(tmp_path, header, yes, no):
    calls = the_calls(
        tmp_path,
        f"Start,Direction,From,To,{header},Secs\n"
        f"2022-03-01 09:02:00,outbound,{OURS},{USCIS},{no},2471\n"
        f"2022-03-02 10:00:00,inbound,{BACK},{OURS},{yes},0\n"
        f"2022-03-14 10:00:00,outbound,{OURS},{CLIENT},{yes},0\n"
        f"2022-03-15 10:00:00,inbound,{BACK},{OURS},{no},61\n",
    )
    assert [call["outcome"] for call in calls] == ["unknown", "missed", "canceled", "unknown"]


@pytest.mark.parametrize("zone", ["Z", ""])
def test_a_length_is_from_the_start_to_the_end_where_no_column_has_it(tmp_path, zone):
    calls = the_calls(
        tmp_path,
        "callCreated,callAnswered,callEnded,direction,Outcome,From,To\n"
        f"2022-03-01T14:00:00{zone},2022-03-01T14:00:09{zone},2022-03-01T14:41:11{zone},outbound,NORMAL,{OURS},{USCIS}\n"
        f"2022-03-02T14:00:00{zone},,2022-03-02T14:00:20{zone},inbound,MISSED,{BACK},{OURS}\n"
        f"2022-03-15T14:00:00{zone},2022-03-15T14:00:09{zone},,inbound,NORMAL,{BACK},{OURS}\n",
    )
    lengths = [(call["duration_s"], call["duration_kind"], call["outcome"]) for call in calls]
    assert lengths == [(2471, "total", "answered"), (20, "total", "missed"), (None, "total", "answered")]


def test_a_first_call_with_a_day_in_words_is_no_second_row_of_the_header(tmp_path):
    lines = ["User,Date/Time,Call Type,Phone Number,Disposition"]
    for day, number in ((14, "Unknown"), (15, "Unknown"), (16, USCIS), (17, BACK), (18, CLIENT)):
        lines.append(f'Ana Ng,"Mar {day}, 2022 at 9:02:00 AM",Inbound Call,{number},Missed call')
    assert len(the_calls(tmp_path, "\n".join(lines) + "\n")) == 5


def test_a_call_time_beside_a_start_is_a_length(tmp_path):
    calls = the_calls(
        tmp_path,
        "Date,Start,Call Time,Ring Time,Call Type,Number\n"
        f"3/1/2022,09:02:00,00:41:11,00:00:09,Outbound,{USCIS}\n"
        f"3/15/2022,10:00:00,00:00:00,00:00:20,Missed,{BACK}\n",
    )
    assert [(call["started_at_local"].hour, call["duration_s"]) for call in calls] == [(9, 2471), (10, 0)]


def test_a_voicemail_among_the_called_leaves_the_numbers_there(tmp_path):
    calls = the_calls(
        tmp_path,
        "Call Start,Direction,From,To,Result,Talk Time\n"
        f"2022-03-01 09:02:00,Outbound,{OURS},{USCIS},Connected,0:41:11\n"
        f"2022-03-02 10:00:00,Inbound,{BACK},Voicemail,Connected,0:00:20\n"
        f"2022-03-03 10:00:00,Inbound,{BACK},{OURS},No Answer,0:00:00\n",
    )
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200", "+12028382200"]
    assert [call["outcome"] for call in calls] == ["answered", "voicemail", "missed"]


@pytest.mark.parametrize("shown", ["{} (Agency)", "Agency {}", "*67 {}", "tel:{}"])
def test_a_number_is_found_with_a_name_or_a_code(tmp_path, shown):
    lines = ["Call Start,Direction,From,To,Result,Talk Time"]
    lines.append(f"2022-03-01 09:02:00,Outbound,{OURS},{shown.format(USCIS)},Answered,0:41:11")
    lines.append(f"2022-03-15 09:02:00,Outbound,{OURS},{shown.format('(312) 555-0101')},Answered,0:01:00")
    calls = the_calls(tmp_path, "\n".join(lines) + "\n")
    assert [call["other_number"] for call in calls] == ["+18003755283", None]


@pytest.mark.parametrize("shown", ["18003755283#", "9,18003755283", "8003755283,1,2", "800-375-5283 x12"])
def test_every_spelling_beside_numbers_behind_names_is_read(tmp_path, shown):
    lines = ["Call Start,Direction,From,To,Result,Talk Time"]
    lines += [f'2022-03-{day} 09:02:00,Outbound,{OURS},"{shown}",Answered,0:41:11' for day in (14, 15)]
    lines.append(f"2022-03-16 09:02:00,Outbound,{OURS},{USCIS} (USCIS),Answered,0:41:11")
    calls = the_calls(tmp_path, "\n".join(lines) + "\n")
    assert [call["other_number"] for call in calls] == ["+18003755283"] * 3


def test_a_word_for_no_number_in_brackets_is_one(tmp_path):
    calls = the_calls(
        tmp_path,
        "Call Start,Direction,From,To,Result,Talk Time\n"
        f"2022-03-14 09:02:00,Inbound,Anonymous <anonymous>,{OURS},Missed,0:00:00\n"
        f"2022-03-15 09:02:00,Inbound,{CLIENT},{OURS},Answered,0:01:00\n"
        f"2022-03-16 09:02:00,Outbound,Desk <101>,{USCIS},Answered,0:41:11\n",
    )
    assert [call["caller_id"] for call in calls] == ["withheld", "known", "known"]


def test_cells_without_a_readable_number_are_counted(tmp_path):
    lines = ["Call Start,Direction,From,To,Result,Talk Time"]
    lines += [f"2022-03-{day} 09:02:00,Outbound,{OURS},{USCIS},Answered,0:41:11" for day in range(14, 19)]
    lines += [f"2022-03-{day} 10:02:00,Outbound,{OURS},USCIS main,Answered,0:41:11" for day in (14, 15)]
    lines.append(f"2022-03-16 10:02:00,Inbound,Anonymous,{OURS},Missed,0:00:00")
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    (asked,) = [each for each in proposals.propose(path).questions if "no number can be read" in each.text]
    assert (asked.about, asked.text) == ("'To'", "in 2 of its 8 rows no number can be read.")


def test_an_export_of_names_for_the_called_is_not_offered(tmp_path):
    """Its calls to the agency would be calls to no one."""
    lines = ["Call Start,Direction,From,To,Result,Talk Time"]
    lines += [f"2022-03-{day} 09:02:00,Outbound,{OURS},USCIS,Answered,0:41:11" for day in (14, 15, 16)]
    lines += [f"2022-03-{day} 09:02:00,Inbound,{BACK},Ana Ng,Missed,0:00:00" for day in (17, 18, 19)]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    receipt = intake.check([path], **GIVEN)
    assert receipt.problems
    assert not receipt.questions


def test_words_for_no_number_may_be_many_if_most_rows_have_one(tmp_path):
    words = ["P", "O", "+", "Private", "Out of Area", "Nobody"]
    lines = ["Call Start,Direction,From,To,Result,Talk Time"]
    lines += [f"2022-03-{day} 09:02:00,Inbound,{word},{OURS},Missed,0:00:00" for day, word in enumerate(words, 14)]
    lines += [f"2022-03-{day} 10:02:00,Outbound,{OURS},{USCIS},Answered,0:41:11" for day in range(14, 26)]
    lines += [f"2022-03-{day} 11:02:00,Inbound,{BACK},{OURS},Missed,0:00:00" for day in range(14, 17)]
    calls = the_calls(tmp_path, "\n".join(lines) + "\n")
    assert [call["other_number"] for call in calls].count("+12028382200") == 3


@pytest.mark.parametrize(
    ("ours", "other"),
    [("Internal Caller ID", "External Caller ID"), ("My number", "Number"), ("Wireless Number", "Number")],
)
def test_a_column_called_ours_leaves_the_other_column_to_the_other_party(tmp_path, ours, other):
    calls = the_calls(
        tmp_path,
        f"Bill Cycle Date,Account Number,Date,Type,Result,{ours},{other},Length\n"
        f"04/04/2022,2025550177,3/1/2022 9:02 AM,Outgoing,Answered,{OURS},{USCIS},0:41:11\n"
        f"04/04/2022,2025550177,3/15/2022 9:02 AM,Incoming,Missed,{OURS},{BACK},0:00:00\n",
    )
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200"]
    assert {call["our_number"] for call in calls} == {"+12025550143"}
    assert [call["started_at_local"].day for call in calls] == [1, 15]


@pytest.mark.parametrize(
    ("period", "days", "read"),
    [
        ("Billing period: Dec 5, 2021 - Jan 4, 2022", ("Dec 30", "Jan 3"), ["2021-12-30", "2022-01-03"]),
        ("Bill period: Apr 26 - May 25 2022", ("5/05", "5/07"), ["2022-05-05", "2022-05-07"]),
        ("Bill date: January 9, 2022", ("12/30", "1/03"), ["2021-12-30", "2022-01-03"]),
    ],
)
def test_the_period_of_a_bill_gives_its_days_their_year(tmp_path, period, days, read):
    path = tmp_path / "bill.csv"
    header = "Date,Time,Number,Origination,Destination,Min."
    rows = [f'{days[0]},9:02 AM,{USCIS},"Boston, MA","Toll-Free, CL",42', f'{days[1]},9:02 AM,{BACK},,"Incoming, CL",2']
    path.write_text("\n".join([f'"{period}"', "", header, *rows]) + "\n", "utf-8")
    done = intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    assert not done.questions, done.text()
    calls = Store.open(tmp_path / "store").read("calls").sort_by("started_at_utc").to_pylist()
    assert [str(call["started_at_local"].date()) for call in calls] == read
    path.write_text("\n".join(["Bill period: Apr 26 - May 25 2019", "", header, *rows[:1], "2/2,9:02 AM,,,,1"]) + "\n")
    assert intake.check([path], **GIVEN).problems, "a day outside the period has no year"


@pytest.mark.parametrize("first", ["03", "04"])
def test_each_file_of_a_layout_shows_unanswered_calls_by_its_own_rows_whichever_comes_first(tmp_path, first):
    lines = (
        "Started at,Type,From number,To number,Length,Result",
        f"2022-{{m}}-01 09:02:00,Outbound,{OURS},{USCIS},0:41:11,Answered",
        f"2022-{{m}}-02 09:02:00,Inbound,{{who}},{OURS},0:00:24,{{end}}",
    )
    files = {"03": (BACK, "Answered"), "04": ("Anonymous", "Missed")}
    for month in sorted(files, reverse=first == "04"):
        path = tmp_path / f"calls {month}.csv"
        who, end = files[month]
        path.write_text("\n".join(lines).format(m=month, who=who, end=end) + "\n", "utf-8")
        done = intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    sources = Store.open(tmp_path / "store").read("sources").sort_by("covers_from_utc")
    assert sources["calls"].to_pylist() == [2, 2], "a list of calls to and from the agency alone is no hand log"
    assert sources["has_unanswered"].to_pylist() == [False, True]
    assert sources["has_caller_id"].to_pylist() == [False, True]
    assert "missed callbacks from calls 03.csv: the export shows no unanswered calls" in " ".join(done.text().split())


def test_a_layout_accepted_without_lengths_says_so_of_each_file(tmp_path):
    """Talk times such as 2.86 may be seconds or minutes."""
    for month in ("03", "04"):
        path = tmp_path / f"calls {month}.csv"
        rows = [f"2022-{month}-0{day} 09:02:00,outbound,{OURS},{USCIS},answered,{day}.86" for day in range(1, 5)]
        rows += [f"2022-{month}-15 09:02:00,inbound,{OURS},{BACK},missed,0"]
        path.write_text("\n".join(["Started,Direction,Internal,External,Result,Talk", *rows]) + "\n", "utf-8")
        done = intake.ingest([path], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
        assert f"{path.name}: no column is read that says how long a call took" in " ".join(done.text().split())


@pytest.mark.parametrize(
    ("first", "then", "is_named"),
    [
        (("0:00:20", "Answered", "555-0143"), ("09:02:26", "555-0188"), True),
        (("0:00:20", "Answered", "555-0143"), ("09:02:26", "555-0143"), False),  # the same telephone: called again
        (("0:00:00", "Missed", "555-0143"), ("09:02:26", "555-0188"), False),
        (("0:00:20", "Answered", "555-0143"), ("09:12:26", "555-0188"), False),
    ],
)
def test_a_call_that_may_have_been_passed_on_is_named_and_stays(tmp_path, first, then, is_named):
    length, end, ours = first
    rows = [
        f"2022-03-01 09:02:00,Outbound,{OURS},{USCIS},Answered,0:41:11",
        f"2022-03-02 09:02:00,Inbound,{BACK},(202) {ours},{end},{length}",
        f"2022-03-02 {then[0]},Inbound,{BACK},(202) {then[1]},Answered,0:12:00",
    ]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(["Started at,Type,From number,To number,Result,Length", *rows]) + "\n", "utf-8")
    done = intake.ingest([path], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    text = " ".join(done.text().split())
    assert Store.open(tmp_path / "store").read("calls").num_rows == 3
    assert ("row 4: the call begins as an answered one from the same number ends" in text) is is_named


@pytest.mark.parametrize(("then", "is_named"), [("09:02:20", True), ("09:02:22", True), ("09:02:40", False)])
def test_a_call_that_went_on_to_a_voicemail_as_its_ring_ended_may_be_one(tmp_path, then, is_named):
    """No one answered for 20 seconds; a person who calls again needs longer than two."""
    path = a_file(
        tmp_path,
        "Started at,Type,From number,To number,Result,Length",
        f"2022-03-01 09:02:00,Outbound,{OURS},{USCIS},Answered,0:41:11",
        f"2022-03-02 09:02:00,Inbound,{BACK},{OURS},Missed,0:00:20",
        f"2022-03-02 {then},Inbound,{BACK},{OURS},Voicemail,0:01:05",
    )
    done = intake.ingest([path], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    assert ("row 4: the call begins with another one of the same numbers" in str(done)) is is_named


RUNG = "Start time,Direction,Caller,Callee,Extension,Result,Talk time"


def rung(second: str, *, same: str = "") -> str:
    """Ten callbacks that rang three telephones, every other one taken by 102; two people called out at one time."""
    rows = [f"3/1/2022 9:02{second} AM,Out,{OURS},{USCIS},{ext},Answered,0:41:1{ext[-1]}" for ext in ("101", "102")]
    for day in range(12, 22):
        for ext in ("101", "102", "103"):
            took = day % 2 == 0 and ext == "102"
            end = f"Answered,0:07:{day:02}" if took else "Missed,0:00:00"
            rows.append(f"3/{day}/2022 10:15{second} AM,In,{BACK},{OURS},{same or ext},{end}")
    return "\n".join([RUNG, *rows]) + "\n"


@pytest.mark.parametrize("second", [":26", ""])
def test_telephones_that_rang_together_are_one_call_also_without_seconds(tmp_path, second):
    calls = the_calls(tmp_path, rung(second))
    assert sorted(call["duration_s"] for call in calls[:2]) == [2471, 2472], "two of the office called at one time"
    assert [call["outcome"] for call in calls[2:]] == ["answered", "missed"] * 5


def test_a_copy_without_seconds_of_calls_that_rang_telephones_adds_none(tmp_path):
    for name, second in (("march.csv", ":26"), ("copy.csv", "")):
        (tmp_path / name).write_text(rung(second), "utf-8")
        intake.ingest([tmp_path / name], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    assert Store.open(tmp_path / "store").read("calls").num_rows == 12


def test_calls_of_one_minute_at_one_telephone_are_calls(tmp_path):
    assert len(the_calls(tmp_path, rung("", same="101"))) == 32


def test_a_sheet_of_sums_before_the_sheets_of_calls_hides_none(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Summary"
    for row in (["Staff", "Calls"], ["Ana", 3], ["Ben", 1]):
        book.active.append(row)
    for staff, calls in {
        "Ana": [(USCIS, "Outgoing", 2471), (BACK, "Incoming", 60), (BACK, "Incoming", 61)],
        "Ben": [(USCIS, "Outgoing", 99)],
    }.items():
        sheet = book.create_sheet(staff)
        sheet.append(["Date", "Time", "Direction", "Number", "Result", "Length"])
        for day, (number, way, seconds) in enumerate(calls, 14):
            length = timedelta(seconds=seconds)
            sheet.append([datetime(2022, 3, day), time(9, 2), way, number, "Answered", length])
    book.save(tmp_path / "staff.xlsx")
    done = intake.ingest([tmp_path / "staff.xlsx"], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    calls = Store.open(tmp_path / "store").read("calls").to_pylist()
    assert sorted(call["duration_s"] for call in calls) == [60, 61, 99, 2471], done.text()


def test_months_pasted_below_each_other_with_days_in_common_ask_nothing_and_count_once(tmp_path):
    header = "Date/Time,From,To,Direction,Status,Duration"
    october = [f"10/{day}/2021 9:02 AM,{OURS},{USCIS},Outbound,Answered,0:41:{day}" for day in range(20, 30)]
    later = [f"11/{day}/2021 9:02 AM,{BACK},{OURS},Inbound,Missed,0:00:{day}" for day in range(10, 15)]
    path = tmp_path / "both.csv"
    path.write_text("\n".join([header, *october, header, *october[6:], *later]) + "\n", "utf-8")
    done = intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    assert Store.open(tmp_path / "store").read("calls").num_rows == 15
    assert "4 rows pasted again" in done.text()


def test_a_length_restyled_as_hours_and_minutes_is_known_by_the_start_and_the_end(tmp_path):
    header = "Started,Ended,Direction,From,To,Status,Length"
    rows = [
        f"3/{day}/2022 9:02:11,3/{day}/2022 {end},Outbound,{OURS},{USCIS},Answered,{length}"
        for day, end, length in ((21, "9:43:22", "0:41"), (22, "10:25:56", "1:23"), (23, "9:33:44", "0:31"))
    ]
    path = a_file(tmp_path, header, *rows)
    intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    calls = Store.open(tmp_path / "store").read("calls").to_pylist()
    assert sorted((call["duration_s"], call["duration_precision_s"]) for call in calls) == [
        (31 * 60, 60), (41 * 60, 60), (83 * 60, 60),
    ]  # fmt: skip


def test_the_caller_of_a_call_passed_on_is_no_number_of_ours(tmp_path):
    """A number of the office that called the agency, or was called, stays; so does one that never called in."""
    client, cell, desk = "3125550188", "2025550150", "2025550151"
    calls = the_calls(
        tmp_path,
        "Started at,Type,From number,To number,Length,Result\n"
        f"2022-03-01 09:02:00,IN,{client},{OURS},0:10:00,Answered\n"
        f"2022-03-01 09:02:06,OUT,{client},2025550199,0:10:00,Answered\n"
        f"2022-03-02 09:02:00,OUT,{cell},{USCIS},0:41:11,Answered\n"
        f"2022-03-02 19:02:00,IN,{cell},{OURS},0:00:10,Missed\n"
        f"2022-03-03 09:02:00,OUT,{desk},{client},0:00:10,Answered\n",
    )
    numbers = ["+12025550143", None, f"+1{cell}", "+12025550143", f"+1{desk}"]
    assert [call["our_number"] for call in calls] == numbers


@pytest.mark.parametrize("other", ["3125550189", BACK], ids=["a client", "the agency"])
def test_nor_is_one_whose_incoming_part_is_in_another_file(tmp_path, other):
    """Only callers passed on dial the one telephone; an agency that dials out shows that the system writes them so."""
    desk, parties = "2025550151", ("3125550101", "3125550102", "3125550103")
    calls = the_calls(
        tmp_path,
        "Started at,Type,From number,To number,Length,Result\n"
        f"2022-03-01 09:02:00,OUT,3125550188,2025550199,0:10:00,Answered\n"
        f"2022-03-02 09:02:00,OUT,{other},2025550199,0:10:00,Answered\n"
        + "".join(f"2022-03-03 09:0{n}:00,OUT,{desk},{party},0:00:10,Answered\n" for n, party in enumerate(parties)),
    )
    assert [call["our_number"] for call in calls] == [None, None, *[f"+1{desk}"] * 3]


def test_a_call_out_of_the_agency_is_asked_about(tmp_path):
    path = a_file(
        tmp_path,
        "Started at,Type,From number,To number,Length,Result",
        f"2022-03-01 09:02:00,OUT,{OURS},{USCIS},0:41:11,Answered",
        f"2022-03-02 09:02:00,OUT,{BACK},2025550199,0:10:00,Answered",
        f"2022-03-03 09:02:00,IN,{BACK},{OURS},0:00:20,Missed",
    )
    text = " ".join(intake.check([path], **GIVEN).text().split())
    assert "'From number': the agency is on the side of the office in 1 of the calls outbound" in text


def test_the_log_of_an_answering_service_is_no_log_of_our_calls(tmp_path):
    calls = the_calls(
        tmp_path,
        "Date,Time (Pacific),Caller Name,Caller Number,Number Dialed,Receptionist,Call Outcome,Reason,Minutes\n"
        f"3/1/2022,11:02 AM,Unknown,{BACK},{OURS},Kay,Message Taken,USCIS calling back,1.5\n"
        f"3/15/2022,12:15 PM,Maria Roe,{CLIENT},{OURS},Jon,Answered,Her case,2.25\n"
        f"3/16/2022,9:00 AM,Unavailable,Unavailable,{OURS},Jon,Voicemail,,0.75\n",
        our_number="0143",
    )
    assert [call["direction"] for call in calls] == ["inbound"] * 3
    assert [call["outcome"] for call in calls] == ["unknown", "answered", "voicemail"]
    assert [call["caller_id"] for call in calls] == ["known", "known", "unknown"]
    assert [call["duration_s"] for call in calls] == [90, 135, 45]
    assert calls[0]["started_at_utc"].hour == 19


def test_an_export_without_the_other_party_is_not_read(tmp_path):
    path = a_file(
        tmp_path,
        "Started,Way,Our Line,State,Talk Time",
        f"2022-03-01 09:02:00,OUT,{OURS},answered,0:41:11",
        f"2022-03-02 09:02:00,IN,{OURS},not answered,0:00:00",
    )
    receipt = intake.check([path], **GIVEN, accept_mapping=True)
    assert len(receipt.problems) == 1
    assert not receipt.files


def test_numbers_behind_some_names_are_read_beside_plain_ones(tmp_path):
    """A client whose number stands behind a name is known, and no possible callback."""
    calls = the_calls(
        tmp_path,
        "Date/Time,From,To,Call Direction,Duration,Status\n"
        "03/01/2022 09:02 AM,Alder Law (+12025550143),+18003755283,outgoing,41m 11s,answered\n"
        "03/02/2022 10:00 AM,+12028382200,Alder Law (+12025550143),incoming,0m 0s,missed\n"
        "03/15/2022 10:00 AM,Maria Roe (+13125550188),Alder Law (+12025550143),incoming,1m 0s,answered\n"
        "03/16/2022 10:00 AM,+13125550189,Alder Law (+12025550143),incoming,1m 0s,answered\n"
        "03/17/2022 10:00 AM,Private Number,Alder Law (+12025550143),incoming,1m 0s,answered\n",
    )
    assert {call["our_number"] for call in calls} == {"+12025550143"}
    assert [call["caller_id"] for call in calls] == ["known"] * 4 + ["withheld"]


def test_a_missed_call_came_in(tmp_path):
    calls = the_calls(
        tmp_path,
        "Date,From,To,Type,Duration (min)\n"
        f"3/1/2022 9:02 AM,{OURS},{USCIS},Outbound Call,41.2\n"
        f"3/15/2022 9:02 AM,{BACK},{OURS},Inbound Call,1.0\n"
        f"3/16/2022 9:02 AM,Private,{OURS},Missed Call,0\n",
    )
    assert [(call["direction"], call["outcome"]) for call in calls][1:] == [
        ("inbound", "answered"),
        ("inbound", "missed"),
    ]
    assert calls[2]["caller_id"] == "withheld"


def test_lengths_in_whole_minutes_are_no_more_exact_than_that(tmp_path):
    calls = the_calls(
        tmp_path,
        "Type,Phone Number,Date,Duration\n"
        f"Outgoing,{USCIS},03/01/2022 09:02 AM,42 min\n"
        f"Missed,{BACK},03/02/2022 10:00 AM,\n"
        f"Rejected,{BACK},03/03/2022 10:00 AM,\n"
        f"Incoming,{CLIENT},03/15/2022 10:00 AM,Less than 1 min\n",
    )
    assert [(call["duration_s"], call["duration_precision_s"]) for call in calls][:1] == [(2520, 60)]
    assert [call["duration_s"] for call in calls[1:]] == [None] * 3
    assert [call["outcome"] for call in calls[1:]] == ["missed", "missed", "answered"]
    assert {call["direction"] for call in calls[1:]} == {"inbound"}


@pytest.mark.parametrize(
    ("column", "winter", "summer", "begun"),
    [
        ("UTC Offset", "-08:00", "-07:00", ["03-01 17:02", "03-15 16:02"]),
        ("Time Zone Offset", "-8", "-7", ["03-01 17:02", "03-15 16:02"]),
        ("Offset", "-480", "-420", ["03-01 14:02", "03-15 13:02"]),  # minutes are not read, and the person is asked
    ],
)
def test_a_column_of_offsets_moves_the_times_or_is_named(tmp_path, column, winter, summer, begun):
    rows = (
        f"{HEADER},{column}",
        f"2022-03-01 09:02:07,Outbound,{OURS},{USCIS},0:41:11,Answered,{winter}",
        f"2022-03-15 09:02:07,Inbound,{BACK},{OURS},0:00:24,Missed,{summer}",
    )
    text = " ".join(intake.check([a_file(tmp_path, *rows)], **GIVEN).text().split())
    assert (f"whatever '{column}' says" in text) == (column == "Offset")
    calls = the_calls(tmp_path, "\n".join(rows) + "\n")
    assert [str(call["started_at_utc"])[5:16] for call in calls] == begun


@pytest.mark.parametrize("row", ["Office: Main,Time zone: America/Denver", "Zona horaria,America/Denver"])
def test_the_zone_in_a_row_above_the_header_is_that_of_the_times(tmp_path, row):
    calls = the_calls(
        tmp_path,
        f"Call report\n{row}\n\n{HEADER}\n"
        f"2022-03-01 09:02:07,Outbound,{OURS},{USCIS},0:41:11,Answered\n"
        f"2022-03-15 09:02:07,Inbound,{BACK},{OURS},0:00:24,Missed\n",
    )
    assert [str(call["started_at_utc"])[5:16] for call in calls] == ["03-01 16:02", "03-15 15:02"]


def test_a_column_of_zones_is_named_where_the_times_have_none(tmp_path):
    text = " ".join(intake.check([an_export(tmp_path, "stamps of figures alone")], **GIVEN).text().split())
    assert "they are taken for the office's, whatever 'userTimeZone' says" in text


def test_an_export_without_a_withheld_number_still_shows_its_unanswered_calls(tmp_path):
    path = an_export(tmp_path, "zoom")
    done = intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    sources = Store.open(tmp_path / "store").read("sources")
    assert (sources["has_unanswered"][0].as_py(), sources["has_caller_id"][0].as_py()) == (True, False)
    text = " ".join(done.text().split())
    assert "it does not show every missed callback" in text
    assert "never shows unanswered calls" not in text


def test_that_another_telephone_answered_is_an_answer(tmp_path):
    calls = the_calls(
        tmp_path,
        "Started at,Type,From number,To number,Length,Result\n"
        f"2022-03-01 09:02:00,Inbound,{BACK},{OURS},0:10:00,Answered Elsewhere\n"
        f"2022-03-02 09:02:00,Inbound,{BACK},{OURS},0:10:00,Answered by other\n"
        f"2022-03-03 09:02:00,Inbound,{BACK},{OURS},0:00:00,Missed\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "answered", "missed"]


def test_what_a_report_says_of_itself_below_its_calls_is_no_call(tmp_path):
    path = an_export(tmp_path, "zoom")
    footers = (
        "Grand Totals (3 records)", "Confidential Information - Do Not Distribute", "Generated by Ana Ng on 4/1/2022",
        '"Copyright (c) 2000-2022 Acme, inc. All rights reserved."', "3 records found",
    )  # fmt: skip
    path.write_text(path.read_text("utf-8") + "\n".join(footers) + "\n2022-03-1", "utf-8")
    done = intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    totals = {name: done.totals[name] for name in ("calls", "set_aside", "rejects")}
    assert totals == {"calls": 3, "set_aside": 5, "rejects": 1}, "a row cut in the middle is never set aside"


PAGES = {
    "a line above the header": ("Airtime,,,,Long Dist/,", "Date,Time,Number,Destination,Charges,Min"),
    "a header of two rows": ("Call,Call,Phone,Destination,Charges,Min", "Date,Time,Number,City,Total,Used"),
}


@pytest.mark.parametrize("header", PAGES.values(), ids=PAGES)
def test_both_rows_of_a_header_stand_on_every_page_of_a_bill(tmp_path, header):
    rows = [
        f"3/{day}/2022,{day % 12 + 1}:05 PM,{'800-375-5283' if day % 3 else '202-555-0188'},"
        f"{'Toll Free' if day % 3 else 'Incoming CL'},0.00,{day}"
        for day in range(1, 28)
    ]
    pages = [line for start in range(0, 27, 9) for line in (*header, *rows[start : start + 9])]
    assert len(the_calls(tmp_path, "\n".join([*pages, "Total,,,,,378"]) + "\n")) == 27
    aside = Store.open(tmp_path / "store").read("set_aside")["reason"].to_pylist()
    assert (aside.count("header"), aside.count("total")) == (4, 1)


@pytest.mark.slow
def test_where_the_outcome_is_empty_the_column_beside_it_says_that_no_one_answered(tmp_path):
    """A list of calls with notes is near to a sheet kept by hand, and is none."""
    calls = the_calls(
        tmp_path,
        "Activity date,Call direction,From number,To number,Call status,Call outcome,Call duration,Call notes\n"
        f"2022-03-01 09:02,Outbound,{OURS},{USCIS},COMPLETED,Connected,00:41:11,\n"
        f"2022-03-02 09:02,Inbound,{BACK},{OURS},MISSED,,00:00:00,\n"
        f"2022-03-03 09:02,Inbound,{BACK},{OURS},COMPLETED,Left voicemail,00:00:20,\n",
    )
    assert [call["outcome"] for call in calls] == ["answered", "missed", "voicemail"]


@pytest.mark.slow
def test_a_nameless_column_of_numbers_beside_the_callers_is_that_of_the_called(tmp_path):
    calls = the_calls(
        tmp_path,
        "Startzeit;Anruftyp;Anrufer-ID;Gerät;Status;Dauer in Sekunden\n"
        f"2022-03-01T14:02:00Z;user_out;{OURS};{USCIS};Beantwortet;2471\n"
        f"2022-03-02T14:02:00Z;user_in;{BACK};{OURS};Unbeantwortet;0\n",
    )
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200"]
    assert [call["outcome"] for call in calls] == ["answered", "missed"]


@pytest.mark.slow
def test_a_row_with_a_number_and_a_day_is_no_header(tmp_path):
    """A list of activities with the agency as an account: a call of it looked like the header of a hand log."""
    calls = the_calls(
        tmp_path,
        "Subject,Task Subtype,Call Type,Call Duration,Call Result,Phone,Company / Account,Created Date/Time,Assigned\n"
        f'Call from USCIS,Call,Inbound,0,Missed,{USCIS},USCIS,"3/1/2022, 4:45 PM",Pia Long\n'
        f'Call to USCIS,Call,Outbound,2568,Connected,{USCIS},USCIS,"3/14/2022, 5:21 PM",Pia Long\n'
        f'Call from Chidi Sample,Call,Inbound,623,Connected,{CLIENT},Chidi Sample,"3/15/2022, 9:16 AM",Pia Long\n'
        f'Call to USCIS,Call,Outbound,0,No Answer,{USCIS},USCIS,"3/16/2022, 4:56 PM",Pia Long\n'
        f'Call to USCIS,Call,Outbound,2527,Connected,{USCIS},USCIS,"3/17/2022, 9:28 AM",Owen Park\n',
    )
    assert [call["outcome"] for call in calls] == ["missed", "answered", "answered", "canceled", "answered"]


@pytest.mark.slow
def test_a_list_of_a_phone_that_a_person_could_have_headed_is_no_hand_log(tmp_path):
    numbers = (USCIS, BACK, CLIENT, "(312) 555-0101", "(312) 555-0102", "Blocked")
    rows = [f'"Mar {day + 10}, 2022 at 09:02 AM",{number},In,1 min 6 s,Missed' for day, number in enumerate(numbers)]
    calls = the_calls(
        tmp_path, "When,Who,In/Out,How long,What happened\n" + "\n".join(rows).replace(",In,", ",Out,", 1)
    )
    assert [call["direction"] for call in calls] == ["outbound", *["inbound"] * 5]
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200", *[None] * 4]
    assert {call["duration_s"] for call in calls} == {66}
    assert str(calls[0]["started_at_local"]) == "2022-03-10 09:02:00"


def test_a_phones_lists_of_calls_in_and_out_on_two_sheets_are_no_hand_log(tmp_path):
    book = openpyxl.Workbook()
    for title, numbers in (
        ("Incoming", (CLIENT, BACK, "(312) 555-0101", "Private", "(312) 555-0102")),
        ("Outgoing", (USCIS, USCIS, CLIENT)),
    ):
        sheet = book.create_sheet(title)
        sheet.append(["Date", "Time", "Number", "Duration", "Result"])
        for day, number in enumerate(numbers, 14):
            sheet.append([f"03/{day}/2022", "9:02:41 AM", number, f"0:10:1{day - 10}", "Answered"])
    book.remove(book.worksheets[0])
    book.save(tmp_path / "calls.xlsx")
    done = intake.check([tmp_path / "calls.xlsx"], **GIVEN)
    assert done.totals["entries"] == 0, "a client's call is no entry about the agency"


def test_a_call_that_two_sheets_of_months_share_counts_once_and_is_no_part_of_a_call(tmp_path):
    rows = [
        [f"2022-03-{day} 09:02:07", way, *numbers, "0:41:11", "Answered"]
        for day in range(10, 20)
        for way, numbers in (("Outbound", (OURS, USCIS)), ("Inbound", (CLIENT, OURS)))
    ]
    book = openpyxl.Workbook()
    for title, calls in (("Early", rows[:14]), ("Late", rows[8:])):
        sheet = book.create_sheet(title)
        for row in (HEADER.split(","), *calls):
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "calls.xlsx")
    done = intake.ingest([tmp_path / "calls.xlsx"], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    assert not done.questions, done.text()
    store = Store.open(tmp_path / "store")
    assert (store.read("calls").num_rows, store.read("agency_calls").num_rows) == (20, 10), "ten days, a call each way"


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        # Written 05/03, 05/04, and 05/12/2022, and opened where the day comes first; the others are no dates there.
        ([(3, 5), (4, 5), (12, 5)], [(5, 3), (5, 4), (5, 12)]),
        # A day past the 12th became a date, so nothing was turned.
        ([(3, 5), (4, 5), (6, 25)], [(3, 5), (4, 5), (6, 25)]),
    ],
)
def test_dates_that_a_spreadsheet_turned_are_turned_back_and_told(tmp_path, dates, days):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    turned = [datetime(2022, month, day, 9, 2) for month, day in dates]
    for moment in (*turned, "05/13/2022 09:02:00", "05/16/2022 09:02:00", "05/20/2022 09:02:00"):
        book.active.append([moment, "Inbound", CLIENT, OURS, "0:41:11", "Answered"])
    book.save(tmp_path / "calls.xlsx")
    done = intake.ingest([tmp_path / "calls.xlsx"], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    calls = sorted(Store.open(tmp_path / "store").read("calls").to_pylist(), key=lambda call: call["source_row"])
    begun = [(call["started_at_local"].month, call["started_at_local"].day) for call in calls]
    assert begun == [*days, (5, 13), (5, 16), (5, 20)]
    assert ("order of day and month" in " ".join(done.text().split())) == (dates != days)


@pytest.mark.parametrize(
    ("name", "zone"),
    [("Time zone", "Eastern"), ("Time zone", "America/New_York"), ("TZ", "ET"), ("Zeitzone", "EST")],
)
def test_a_column_with_a_zone_in_every_row_is_the_zone_of_its_times(tmp_path, name, zone):
    calls = the_calls(
        tmp_path,
        f"{HEADER},{name}\n"
        f"2022-03-01 09:02:07,Outbound,{OURS},{USCIS},0:41:11,Answered,{zone}\n"
        f"2022-03-02 09:02:07,Inbound,{BACK},{OURS},0:00:24,Missed,Pacific\n",
    )
    assert [str(call["started_at_utc"])[:16] for call in calls] == ["2022-03-01 14:02", "2022-03-02 17:02"]


@pytest.mark.slow
def test_numbers_behind_names_are_found(tmp_path):
    calls = the_calls(
        tmp_path,
        "Date/Time,Direction,From,To,Duration,Result\n"
        "2022-03-01 09:02:00,Outbound,Front desk (201),USCIS <800-375-5283>,00:41:11,Answered\n"
        "2022-03-02 10:00:00,Inbound,USCIS <202-838-2200>,Front desk (201),00:00:20,Missed\n"
        "2022-03-15 10:00:00,Inbound,Anonymous,Front desk (201),00:00:20,Missed\n",
    )
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200", None]
    assert [call["caller_id"] for call in calls] == ["known", "known", "withheld"]


@pytest.mark.parametrize("way", ["Phone Call", "VoIP Call"])
def test_a_word_that_says_the_way_with_one_system_alone_is_none(tmp_path, way):
    path = tmp_path / "t.csv"
    path.write_text(
        "Type,Date/Time,From,To,Length,Status\n"
        f"{way},2022-03-01 09:02:00,{OURS},{USCIS},0:41:11,Answered\n"
        f"{way},2022-03-15 09:02:00,{BACK},{OURS},0:00:20,Missed\n",
        "utf-8",
    )
    assert questions(intake.check([path], **GIVEN, accept_mapping=True)) == ["our_number"]


@pytest.mark.slow
def test_that_calls_came_in_does_not_say_that_anyone_answered(tmp_path):
    calls = the_calls(
        tmp_path,
        "Direction,Date/Time,From,To,Length\n"
        f"Outgoing,2022-03-01 09:02:00,{OURS},{USCIS},0:41:11\nIncoming,2022-03-15 09:02:00,{BACK},{OURS},0:00:00\n",
    )
    assert [call["outcome"] for call in calls] == ["unknown", "unknown"]


CDR = (  # a switch's own record: no column is called a start, none says how a call ended, "leg" counts the rows
    "leg,ext,dir,a_party,b_party,{first},answer,release,cause,talk_s",
    "1,201,O,2025550143,8003755283,2022-03-01T14:02:11Z,2022-03-01T14:02:15Z,2022-03-01T14:51:15Z,16,2940",
    "2,202,I,,2025550143,2022-03-04T18:00:00Z,,2022-03-04T18:00:30Z,19,0",
    "3,201,O,2025550143,8003755283,2022-03-10T13:05:00Z,,2022-03-10T13:05:20Z,17,0",
    "4,201,O,2025550143,8003755283,2022-03-10T13:06:00Z,2022-03-10T13:06:03Z,2022-03-10T13:36:03Z,16,1800",
    "5,201,I,3125550188,2025550143,2022-03-15T14:00:00Z,2022-03-15T14:00:03Z,2022-03-15T14:02:03Z,16,120",
    "6,202,O,2025550143,3125550188,2022-03-16T14:00:00Z,2022-03-16T14:00:02Z,2022-03-16T14:10:02Z,16,600",
)


@pytest.mark.parametrize("first", ["setup", "t_0", "seized"])
def test_the_first_moment_of_every_row_is_the_begin_and_one_without_an_answer_no_one_answered(first, tmp_path):
    (tmp_path / "cdr.csv").write_text("\n".join(CDR).format(first=first) + "\n", "utf-8")
    receipt = intake.check([tmp_path / "cdr.csv"], **GIVEN)
    assert questions(receipt) == ["mapping"]
    intake.ingest([tmp_path / "cdr.csv"], tmp_path / "store", office="Alder", **GIVEN, accept_mapping=True)
    calls = Store.open(tmp_path / "store").read("calls").sort_by("started_at_utc").to_pylist()
    assert [call["outcome"] for call in calls] == ["answered", "missed", "canceled", "answered", "answered", "answered"]
    assert [str(call["started_at_utc"])[5:16] for call in calls][:2] == ["03-01 14:02", "03-04 18:00"]
    assert [call["duration_s"] for call in calls][:2] == [2940, 0]


@pytest.mark.parametrize(
    ("rows", "advice"),
    [
        (("Date,Notes", "9/1/2022,mailed the response", "9/2/2022,lunch with opposing counsel"), "template"),
        (("Date,Began,Talk", "9/1/2022,2022-09-01 10:00,5", "9/2/2022,2022-09-02 11:00,7"), "map"),
    ],
)
def test_a_mapping_is_advised_where_one_can_be_written_and_else_the_template(rows, advice, tmp_path):
    (tmp_path / "log.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (problem,) = intake.check([tmp_path / "log.csv"], **GIVEN).problems
    assert f"callanalytics {advice} " in problem.why.do


@pytest.mark.parametrize(
    "shown",
    [
        "{0:%Y%m%d %H%M%S}",
        "{0:%Y%m%dT%H%M%S}",
        "{0:%Y%m%d-%H%M%S}",
        "{0:%Y%m%d},{0:%H%M%S}",
        "{0:%Y%m%d},{0:%H%M}",
        "{0:%Y%m%d},{0.hour}{0:%M%S}",
    ],
)
def test_moments_in_figures_alone_are_read(tmp_path, shown):
    moments = [datetime(2022, 3, 14, 9, 2), datetime(2022, 3, 15, 10, 40), datetime(2022, 3, 16, 15, 0)]
    rows = [f"{shown.format(begun)},In,{BACK},{OURS},Answered,{60 * n}" for n, begun in enumerate(moments, 1)]
    named = "Date,Time" if "," in shown else "Start"
    found = the_calls(tmp_path, "\n".join([f"{named},Direction,From,To,Result,Seconds", *rows]))
    assert [call["started_at_local"] for call in found] == moments


@pytest.mark.parametrize(
    ("rows", "lacks"),
    [
        (
            ("First Name,Company,Mobile Phone,Created", "Ana,USCIS,800-375-5283,3/14/2022"),
            "lacks a date and a time of day for each call",
        ),
        (
            ("Date,From,To,Direction,Type,Message", f"2022-03-14 09:02,{OURS},{CLIENT},Out,SMS,See you"),
            "those of texts or faxes",
        ),
        (("Extension,Calls,Talk Time", "201,44,9:12:33"), "lacks a date and a time of day for each call"),
        (("Subject,Start,End", "Staff,3/14/2022 9:00,3/14/2022 9:30"), "lacks the numbers of those who called"),
        (("Start,Direction,To,Seconds", f"2022-03-14 09:02,In,{OURS},20"), "lacks the number of the caller"),
        (("Start,Direction,From,To", f"2022-03-14 09:02,In,{CLIENT},{OURS}"), "lacks the length or the result"),
    ],
    ids=["contacts", "texts", "sums", "appointments", "no caller", "no length"],
)
def test_what_a_list_of_calls_needs_and_a_file_lacks_is_named(tmp_path, rows, lacks):
    (tmp_path / "list.csv").write_text("\n".join([rows[0], *rows[1:] * 4]) + "\n", "utf-8")
    receipt = intake.check([tmp_path / "list.csv"], **GIVEN)
    assert not questions(receipt)
    (problem,) = receipt.problems
    assert lacks in str(problem)


def test_calls_with_lengths_of_an_unknown_unit_are_read_without_these(tmp_path):
    rows = [
        f"2022-03-14 09:02:00,Outbound,{OURS},{USCIS},45.2",
        f"2022-03-15 09:02:00,Inbound,{BACK},{OURS},12.1",
        f"2022-03-16 09:02:00,Inbound,{CLIENT},{OURS},0.6",
    ]
    found = the_calls(
        tmp_path, "\n".join(["Start of Call,Call Direction,Calling Number,Dialed Number,Duration", *rows])
    )
    assert [call["other_number"] for call in found] == ["+18003755283", "+12028382200", None]
    assert [call["duration_s"] for call in found] == [None] * 3


@pytest.mark.parametrize(
    ("header", "calls", "ends"),
    [
        (
            "Call Type,Answer Time",
            ["outbound,2022-03-14 09:02:05", "outbound,", "inbound,2022-03-14 10:02:05", "missed,"],
            ["answered", "canceled", "answered", "missed"],
        ),
        (
            "Call Type,Hangup Cause,Answer Time",
            [
                "outbound,NORMAL_CLEARING,2022-03-14 09:02:05",
                "outbound,NO_ANSWER,",
                "inbound,NORMAL_CLEARING,2022-03-14 10:02:05",
                "inbound,ORIGINATOR_CANCEL,",
            ],
            ["answered", "canceled", "answered", "missed"],
        ),
        (
            "Call Type,Disposition,Talk Time",
            ["outbound,None given,0:40:00", "outbound,No Answer,0:00:00", "inbound,None given,0:12:00",
             "inbound,Left Voicemail,0:00:00", "inbound,None given,0:00:00"],
            ["answered", "canceled", "answered", "voicemail", "missed"],
        ),
        (
            "Call Type,Disposition,Talk Time",
            ["outbound,None given,0:40:00", "outbound,No Answer,0:00:00", "inbound,None given,0:12:00",
             "inbound,Abandon,0:00:00"],
            ["answered", "canceled", "unknown", "missed"],
        ),
    ],
)  # fmt: skip
def test_words_without_an_answer_leave_it_to_the_time_of_answer_or_talk(tmp_path, header, calls, ends):
    sides = {"o": f"{OURS},{USCIS}", "i": f"{BACK},{OURS}", "m": f"{BACK},{OURS}"}
    rows = [f"2022-03-14 {9 + n:02}:02:00,{sides[call[0]]},{call}" for n, call in enumerate(calls)]
    found = the_calls(tmp_path, "\n".join([f"Start Time,From,To,{header}", *rows]))
    assert [call["outcome"] for call in found] == ends


def test_a_list_that_has_the_agency_in_another_column_too_is_not_of_calls_in_alone(tmp_path):
    rows = [
        f"2022-03-14 09:02:00,Ana,,Line 2,{USCIS},0:40:00",
        f"2022-03-15 09:02:00,Line 1,{BACK},{BACK},Ana,0:12:00",
        f"2022-03-16 09:02:00,Line 1,{CLIENT},{CLIENT},Unanswered,0:00:00",
    ]
    (tmp_path / "calls.csv").write_text(
        "\n".join(["Date & Time,Source,CLI,Route,Destination,Duration", *rows]), "utf-8"
    )
    receipt = intake.check([tmp_path / "calls.csv"], **GIVEN)
    assert not questions(receipt)
    assert "which way each call went" in str(receipt.problems[0])


def test_i_and_o_in_a_column_of_types_are_calls_in_and_out(tmp_path):
    found = the_calls(
        tmp_path,
        "Date,Time,Call Type,Connection,Call Duration,Calling Number,Called Number\n"
        f"14/03/22,09:02:00,O,Y,00:40:00,{OURS},{USCIS}\n"
        f"15/03/22,09:02:00,I,N,00:00:00,{BACK},{OURS}\n"
        f"16/03/22,09:02:00,I,Y,00:01:00,{CLIENT},{OURS}\n",
    )
    assert [(call["direction"], call["outcome"]) for call in found] == [
        ("outbound", "answered"),
        ("inbound", "missed"),
        ("inbound", "answered"),
    ]


@pytest.mark.parametrize("lines", [[OURS] * 4, [USCIS] * 4], ids=["one line", "only the agency"])
def test_of_two_nameless_columns_the_one_with_few_numbers_is_the_offices(tmp_path, lines):
    others = [USCIS, BACK, CLIENT, "(312) 555-0189"] if OURS in lines else [OURS, "(202) 555-0144"] * 2
    rows = [
        f"2022-03-1{n} 09:02:00,{'OUT' if n == 4 else 'IN'},{other},{line},60"
        for n, (other, line) in enumerate(zip(others, lines, strict=True), 4)
    ]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(["Call date,Call type,Number,Acme number,Incall duration", *rows]) + "\n", "utf-8")
    receipt = intake.check([path], **GIVEN)
    assert questions(receipt) == (["mapping"] if OURS in lines else [])


def test_two_rows_of_a_header_that_merged_cells_tie_together_name_the_columns(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Call Activity"])
    book.active.append(["Start", "From", None, "To", None, "Direction", "Result", "Duration"])
    book.active.append([None, "Name", "Number", "Name", "Number"])
    for cells in ("A2:A3", "B2:C2", "D2:E2", "F2:F3", "G2:G3", "H2:H3"):
        book.active.merge_cells(cells)
    for day, (caller, called, way) in enumerate([(OURS, USCIS, "Out"), (BACK, OURS, "In"), (CLIENT, OURS, "In")], 14):
        book.active.append([datetime(2022, 3, day, 9, 2), "", caller, "", called, way, "Answered", "0:40:00"])
    book.save(tmp_path / "calls.xlsx")
    done = intake.ingest([tmp_path / "calls.xlsx"], tmp_path / "s", "Alder and Birch", **GIVEN, accept_mapping=True)
    assert not done.questions, done.text()
    calls = Store.open(tmp_path / "s").read("calls").sort_by("started_at_utc").to_pylist()
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200", None]


def test_a_list_of_messages_left_is_of_calls_that_went_to_voicemail(tmp_path):
    found = the_calls(
        tmp_path,
        "Mailbox,Date,From,Caller Name,Length,Status,Transcript\n"
        f"101,03/14/2022 1:06 PM,{BACK},,0:38,Heard,officer returning your call\n"
        "101,03/15/2022 3:23 PM,Anonymous,,0:41,New,hello\n"
        f"102,03/16/2022 9:00 AM,{CLIENT},Lopez,1:12,Heard,hi\n",
    )
    assert [(call["direction"], call["outcome"]) for call in found] == [("inbound", "voicemail")] * 3


def test_of_two_moments_that_may_begin_a_call_neither_is_taken(tmp_path):
    rows = ["from_a,to_b,one,two,talk_s", *(
        f"2025550143,8003755283,2022-03-{d:02}T14:0{d}:00Z,2022-03-{d:02}T14:0{6 - d}:00Z,60" for d in range(1, 6)
    )]  # fmt: skip
    (tmp_path / "cdr.csv").write_text("\n".join(rows) + "\n", "utf-8")
    receipt = intake.check([tmp_path / "cdr.csv"], **GIVEN)
    assert not questions(receipt)
    assert len(receipt.problems) == 1


def test_a_column_of_legs_is_asked_about(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "Leg,Direction,Date/Time,From,To,Length\n"
        f"master,Incoming,2022-03-01 09:02:00,{BACK},{OURS},0:41:11\n1,Incoming,2022-03-15 09:02:00,,,0:00:00\n",
        "utf-8",
    )
    assert questions(intake.check([path], **GIVEN, accept_mapping=True)) == ["legs"]


PARTS = [
    "ID,Time,Call From,Call To,Call Duration,Status,Communication Type",
    "1,2022-03-01 09:02:00,Desk<201>,8003755283,00:41:11,ANSWERED,Outbound",
    *(
        row.format(n=n, day=n, end=end, length=length)
        for n, end, length in ((2, "ANSWERED", "00:05:00"), (3, "NO ANSWER", "00:00:20"), (4, "VOICEMAIL", "00:00:40"))
        for row in (
            "{n},2022-03-{day:02} 10:00:00,2028382200,Front<6200>,00:00:09,NO ANSWER,Inbound",
            "{n},2022-03-{day:02} 10:00:03,2028382200,Desk<201>,{length},{end},Inbound",
            "{n},2022-03-{day:02} 10:00:03,2028382200,Ben<202>,00:00:09,NO ANSWER,Inbound",
        )
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["as they come", "turned", "date and time apart", "without an id"])
def test_rows_that_share_an_id_a_caller_and_an_hour_are_one_call(tmp_path, way):
    header, *rows = PARTS
    text = "\n".join([header, *(rows[::-1] if way == "turned" else rows)]) + "\n"
    if way == "date and time apart":
        text = re.sub(r"(2022-..-..) ", r"\1,", text.replace("ID,Time", "ID,Date,Time"))
    if way == "without an id":  # the telephones of a group begin with it
        text = re.sub(r"(?m)^(?:ID|\d),", "", text.replace("10:00:03", "10:00:01").replace("10:00:00", "10:00:01"))
    calls = the_calls(tmp_path, text)
    kept = [(call["direction"], call["outcome"], call["legs"], call["duration_s"]) for call in calls]
    assert kept == [
        ("outbound", "answered", 1, 2471),
        ("inbound", "answered", 3, 300),
        ("inbound", "missed", 3, 9),
        ("inbound", "voicemail", 3, 9),
    ]
    assert {call["started_at_local"].second for call in calls[1:]} == {way == "without an id"}


@pytest.mark.slow
def test_two_calls_of_one_caller_in_one_minute_are_two(tmp_path):
    header = "Time,Direction,From,To,Result,Length (seconds)"
    rows = [f"2022-03-0{day} 10:00{second},In,{BACK},{OURS},Missed,20" for day in (1, 2, 3) for second in ("", "")]
    assert len(the_calls(tmp_path, "\n".join([header, *rows]) + "\n")) == 6
    (tmp_path / "seconds").mkdir()
    rows = [row.replace("10:00,", "10:00:00,") for row in rows] + [f"2022-03-04 10:00:07,In,{BACK},{OURS},Missed,20"]
    assert len(the_calls(tmp_path / "seconds", "\n".join([header, *rows]) + "\n")) == 7


def test_a_menu_or_a_queue_that_takes_every_call_is_asked_about(tmp_path):
    rows = [row.replace("NO ANSWER", "ANSWERED") if "Front" in row else row for row in PARTS]
    path, mapping = a_file(tmp_path, *rows), tmp_path / "mapping.toml"
    assert questions(intake.check([path], **GIVEN, accept_mapping=True)) == ["legs"]
    # The drafted mapping reads them as one call: answered only where its last row was.
    proposals.propose(path).write(mapping)
    intake.ingest([path], tmp_path / "store", "Alder and Birch", **GIVEN, mapping=mapping)
    calls = sorted(Store.open(tmp_path / "store").read("calls").to_pylist(), key=lambda call: call["started_at_utc"])
    assert [call["outcome"] for call in calls] == ["answered", "answered", "unknown", "voicemail"]
    assert [call["legs"] for call in calls] == [1, 3, 3, 3]


@pytest.mark.slow
def test_telephones_that_rang_in_one_second_are_one_call_whichever_took_it(tmp_path):
    def rang(day: int, taker: int) -> str:
        ends = ("Answered" if place == taker else "Missed" for place in range(3))
        moment = f"2022-03-{day:02},09:02:0{day}"
        return "".join(f"{moment},Inbound,{BACK},{OURS},{end},{60 * (end == 'Answered')}\n" for end in ends)

    header = "Date,Time,Direction,From,To,Status,Talk Seconds\n"
    calls = the_calls(tmp_path, header + rang(1, 0) + rang(2, 2) + rang(3, 7) + rang(4, 1) + rang(5, 7))
    assert [call["outcome"] for call in calls] == ["answered", "answered", "missed", "answered", "missed"]
    assert [call["duration_s"] for call in calls] == [60, 60, 0, 60, 0]
    # Where a row takes every call it may be a menu.
    menu = tmp_path / "menu"
    menu.mkdir()
    (menu / "calls.csv").write_text(header + rang(1, 0) + rang(2, 0) + rang(3, 0), "utf-8")
    assert questions(intake.check([menu / "calls.csv"], **GIVEN)) == ["legs"]


def a_file(folder: Path, *lines: str) -> Path:
    path = folder / "calls.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(("days", "asked"), [((1,), []), ((1, 2, 3, 4), ["legs"])])
@pytest.mark.parametrize("ends", [("Answered",) * 3, ("No answer", "Busy", "Answered")], ids=str)
def test_redials_of_the_agency_under_one_id_are_never_folded(tmp_path, days, asked, ends):
    rows = (
        f"{day},2022-03-0{day} 09:{minute}:00,Outbound,{OURS},{USCIS},{end},60"
        for day in days
        for minute, end in zip(("02", "20", "40"), ends, strict=True)
    )
    path = a_file(tmp_path, "ID,Date/Time,Direction,From,To,Result,Length (seconds)", *rows)
    receipt = intake.check([path], **GIVEN, accept_mapping=True)
    assert questions(receipt) == asked
    assert receipt.totals["calls"] == (0 if asked else 3)


TWILIO = "Call Sid,Parent Call Sid,Start Time,From,To,Direction,Seconds,Status"
RANG_ON = [f"CA{n},,2022-03-0{n}T15:00:00Z,{BACK},{OURS},inbound,{10 * n},completed" for n in (1, 2, 3)]


@pytest.mark.slow
def test_a_row_that_names_another_is_a_part_of_its_call(tmp_path):
    ends = (("completed", 90), ("no-answer", 0), ("busy", 0))
    rang = [
        f"CB{n},CA{n},2022-03-0{n}T15:00:05Z,{CLIENT},{OURS[:-1]}9,outbound-dial,{length},{end}"
        for n, (end, length) in enumerate(ends, 1)
    ]
    calls = the_calls(tmp_path, "\n".join([TWILIO, *rang, *RANG_ON]) + "\n")
    kept = [(call["direction"], call["outcome"], call["duration_s"], call["our_number"]) for call in calls]
    ours = "+12025550143"
    assert kept == [("inbound", "answered", 90, ours), ("inbound", "missed", 20, ours), ("inbound", "missed", 30, ours)]


@pytest.mark.parametrize(("later", "asked"), [(0, []), (40, ["legs"])])
def test_parts_of_a_call_that_ring_together_are_told_from_a_queue_that_rings_on(tmp_path, later, asked):
    header = "Call ID,Parent Call ID,Start Time,Caller,Callee,Direction,Talk Time,Answered"
    calls = [f"{n},,2022-03-0{n} 10:00:00,{BACK},{OURS},Incoming,0:00:00,No" for n in (1, 2, 3)]
    took = [f"1{n},{n},2022-03-0{n} 10:00:05,{BACK},600,Incoming,0:02:00,Yes" for n in (1, 2, 3)]
    not_took = [f"2{n},{n},2022-03-0{n} 10:00:{5 + later:02},{BACK},201,Incoming,0:00:00,No" for n in (1, 2, 3)]
    receipt = intake.check([a_file(tmp_path, header, *calls, *took, *not_took)], **GIVEN, accept_mapping=True)
    assert questions(receipt) == asked


def test_a_part_with_the_agencys_number_is_never_folded_into_a_call_without_it(tmp_path):
    parts = (f"CB{n},CA{n},2022-03-0{n}T15:00:05Z,{OURS},{USCIS},outbound-dial,9,completed" for n in (1, 2, 3))
    calls = (f"CA{n},,2022-03-0{n}T15:00:00Z,{OURS},{CLIENT},outbound-api,9,no-answer" for n in (1, 2, 3))
    receipt = intake.check([a_file(tmp_path, TWILIO, *calls, *parts)], **GIVEN, accept_mapping=True)
    assert questions(receipt) == ["legs"]


@pytest.mark.slow
def test_answered_is_no_call_in_where_the_agency_answered_it(tmp_path):
    rows = ["Start Time,Type,From,To,Talk Time", f"2022-03-01 09:02:00,Dialed,{OURS},{USCIS},0:00:09"]
    rows += [
        f"2022-03-02 09:02:00,Answered,{OURS},{USCIS},0:41:11",
        f"2022-03-03 09:02:00,Missed,{BACK},{OURS},0:00:00",
    ]
    rows += [f"2022-03-04 09:02:00,Answered,{BACK},{OURS},0:03:00"]
    calls = the_calls(tmp_path, "\n".join(rows) + "\n")
    assert [call["direction"] for call in calls] == ["outbound", "outbound", "inbound", "inbound"]


@pytest.mark.slow
def test_that_every_call_is_completed_does_not_say_that_anyone_answered(tmp_path):
    header = "Start Time,Direction,Caller,Callee,Status,Talk Time"
    rows = f"2022-03-01 09:02:00,Outgoing,{OURS},{USCIS},Completed,0:41:11\n"
    rows += f"2022-03-02 09:02:00,Incoming,{BACK},{OURS},Completed,0:00:00\n"
    assert [call["outcome"] for call in the_calls(tmp_path, f"{header}\n{rows}")] == ["unknown", "unknown"]
    with_end = [
        f"{row},{end}" for row, end in zip([header, *rows.splitlines()], ("Answered", "Yes", "No"), strict=True)
    ]
    (tmp_path / "other").mkdir()
    kept = [call["outcome"] for call in the_calls(tmp_path / "other", "\n".join(with_end) + "\n")]
    assert kept == ["answered", "missed"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "ways"),
    [
        (("Dialed", "Answered", "Missed"), ["outbound", "inbound", "inbound"]),
        (("outbound_missed", "inbound", "missed"), ["outbound", "inbound", "inbound"]),
        (("Outgoing call", "Incoming call", "Missed"), ["outbound", "inbound", "inbound"]),
        # Beside a word for calls in it may be said of calls either way.
        (("Dialed", "Answered", "Received"), ["outbound", "unknown", "inbound"]),
    ],
)
def test_a_word_for_the_way_is_told_by_the_words_beside_it(tmp_path, words, ways):
    first, second, third = words
    text = (
        "Date/Time,Call Type,Number,Call Length\n"
        f"2022-03-01 09:02:00,{first},{CLIENT},41 min 11 s\n"
        f"2022-03-02 10:00:00,{second},{BACK},10 s\n2022-03-15 10:00:00,{third},{CLIENT},1 min\n"
    )
    assert [call["direction"] for call in the_calls(tmp_path, text)] == ways


EXTENSIONS = {
    "in addresses": (
        "Start,From,To,Status,Talk Time\n"
        '2022-03-01 09:02:00,"""Desk"" <sip:201@pbx.example>",sip:918003755283@pbx.example,Answered,0:41:11\n'
        "2022-03-02 10:00:00,<sip:+12028382200@carrier.example>,<sip:201@pbx.example>,Missed,0:00:00\n"
        "2022-03-03 10:00:00,sip:anonymous@anonymous.invalid,<sip:201@pbx.example>,Missed,0:00:00\n"
    ),
    "behind names": (
        "Call Time,Caller ID,Destination,Status,Talking\n"
        "2022-03-01 09:02:00,Front desk (201),18003755283,answered,0:41:11\n"
        "2022-03-02 10:00:00,USCIS (2028382200),Front desk (201),unanswered,0:00:00\n"
        "2022-03-03 10:00:00,anonymous,Ben Quill (202),answered,0:02:00\n"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("text", EXTENSIONS.values(), ids=EXTENSIONS)
def test_extensions_tell_the_way_and_a_word_for_no_number_is_one(tmp_path, text):
    calls = the_calls(tmp_path, text)
    assert [call["direction"] for call in calls] == ["outbound", "inbound", "inbound"]
    assert [call["other_number"] for call in calls] == ["+18003755283", "+12028382200", None]
    assert calls[2]["caller_id"] == "withheld"


@pytest.mark.slow
def test_a_workbook_of_dates_and_times_in_columns_of_their_own(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Date", "Time", "Type", "Number", "Duration", "Status"])
    for day, clock, way, number in ((1, time(9, 2), "Outgoing", USCIS), (15, time(10, 0), "Incoming", BACK)):
        book.active.append([datetime(2022, 3, day), clock, way, number, timedelta(seconds=2471), "Answered"])
        book.active.cell(book.active.max_row, 1).number_format = "m/d/yyyy h:mm"
    book.save(tmp_path / "calls.xlsx")
    done = intake.ingest([tmp_path / "calls.xlsx"], tmp_path / "store", "Alder", **GIVEN, accept_mapping=True)
    assert done.totals["calls"] == 2
    calls = Store.open(tmp_path / "store").read("calls").to_pylist()
    assert sorted(str(call["started_at_local"]) for call in calls) == ["2022-03-01 09:02:00", "2022-03-15 10:00:00"]


def test_numbers_that_a_spreadsheet_shortened_are_no_reason_to_guess(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "Direction,Date/Time,From,To,Length\n"
        "Outgoing,2022-03-01 09:02:00,2.02555E+09,8.00375E+09,0:41:11\n"
        "Incoming,2022-03-15 09:02:00,2.02838E+09,2.02555E+09,0:00:00\n",
        "utf-8",
    )
    (problem,) = intake.check([path], **GIVEN).problems
    assert "threw away the digits" in str(problem.why)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "above"),
    [
        ("Call Time (ET)", ""),
        ("Call Time (America/New_York)", ""),
        ("Call Time", "Time zone: Eastern Time (US & Canada)\n"),
        ("Call Time", "Calls of March - all times are shown in Eastern Time.\n"),
    ],
)
def test_the_zone_that_the_file_names_is_its_clock_wherever_the_office_is(tmp_path, header, above):
    lines = "\n".join(LAYOUTS["zoom"]).replace("Call Time", header)
    text = above + lines.format(m="03", ours=OURS, uscis=USCIS, back=BACK, client=CLIENT)
    calls = the_calls(tmp_path, text, timezone="Pacific")
    assert str(calls[0]["started_at_utc"]) == "2022-03-01 14:02:00+00:00"
    assert calls[0]["timezone_source"] == "file"


@pytest.mark.parametrize(
    "lines",
    [
        "Date,Time,Direction,Fax Number,Pages,Duration,Result\n"
        "3/1/2022,9:00 AM,Sent,(312) 555-0188,2,0:01:10,Success\n"
        "3/15/2022,9:00 AM,Received,(800) 375-5283,2,0:01:10,Success\n",
        "Type,Direction,From,To,Date,Time,Message Status\n"
        "SMS,Inbound,(312) 555-0188,(202) 555-0143,3/1/2022,9:00 AM,Delivered\n"
        "SMS,Outbound,(202) 555-0143,(800) 375-5283,3/15/2022,9:00 AM,Delivered\n",
        "Date,Time,Contact,Number,Direction,Message,Status\n"
        "3/1/2022,9:00 AM,A,(312) 555-0188,Incoming,ok see you,Read\n",
    ],
)
def test_logs_of_faxes_and_texts_are_not_offered(tmp_path, lines):
    (tmp_path / "t.csv").write_text(lines, "utf-8")
    receipt = intake.check([tmp_path / "t.csv"], **GIVEN, accept_mapping=True)
    assert not receipt.files
    assert not receipt.questions


def test_without_a_column_for_the_direction_the_offices_number_is_asked_first(tmp_path):
    path = an_export(tmp_path, "PBX")
    for accepted in (False, True):  # accepting never settles it
        receipt = intake.check([path], **GIVEN, accept_mapping=accepted)
        assert questions(receipt) == ["our_number"]
        assert [answer.option for answer in receipt.questions[0].question.answers] == ["--our-number 0143"]
        assert not receipt.files


def test_a_number_that_is_nowhere_in_the_file_settles_nothing(tmp_path):
    receipt = intake.check([an_export(tmp_path, "PBX")], **GIVEN, our_number="9999", accept_mapping=True)
    assert questions(receipt) == ["our_number"]


def test_the_order_of_day_and_month_is_asked_however_much_is_accepted(tmp_path):
    path = an_export(tmp_path, "carrier bill")
    path.write_text(path.read_text("utf-8").replace("03/15", "03/05"), "utf-8")
    assert questions(intake.check([path], **GIVEN, accept_mapping=True)) == ["date_order"]
    done = intake.check([path], **GIVEN, accept_mapping=True, date_order="mdy")
    assert done.totals["calls"] == 3


def test_rows_that_may_be_parts_of_one_call_are_not_accepted(tmp_path):
    path = an_export(tmp_path, "goto")
    header, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([f"Call ID,{header}", *(f"7,{row}" for row in rows)]) + "\n", "utf-8")
    receipt = intake.check([path], **GIVEN, accept_mapping=True)
    assert questions(receipt) == ["legs"]
    assert not receipt.files


def test_faxes_are_shown_and_set_aside(tmp_path):
    path = an_export(tmp_path, "goto")
    header, *rows = path.read_text("utf-8").splitlines()
    kinds = ("Voice", "Voice", "Fax")
    lines = [f"{row},{kind}" for row, kind in zip(rows, kinds, strict=True)]
    path.write_text("\n".join([f"{header},Kind", *lines]) + "\n", "utf-8")
    shown = " ".join(intake.check([path], **GIVEN).questions[0].question.shown)
    assert "rows with 'Fax' are taken for no calls" in shown
    done = intake.check([path], **GIVEN, accept_mapping=True)
    assert (done.totals["calls"], done.aside) == (2, {"fax": 1})


@pytest.mark.parametrize(
    "lines",
    [
        "Invoice,Date,Client phone,Amount\n1,2022-03-01,(312) 555-0188,40\n2,2022-03-02,(312) 555-0189,50\n",
        "Name,Phone,Mobile\nA,(312) 555-0188,(312) 555-0187\nB,(312) 555-0189,(312) 555-0186\n",
        "Date,Time,Room,Attendees\n2022-03-01,9:00 AM,2,4\n2022-03-02,10:00 AM,2,5\n",
        "Date,Time,Caller,Phone,Message\n2022-03-01,9:00 AM,A,(312) 555-0188,called\n",
    ],
)
def test_a_table_that_is_no_phone_log_is_not_offered(tmp_path, lines):
    (tmp_path / "t.csv").write_text(lines, "utf-8")
    receipt = intake.check([tmp_path / "t.csv"], **GIVEN, accept_mapping=True)
    assert not receipt.files
    assert not receipt.questions


@pytest.mark.slow
def test_the_mapping_of_one_layout_is_not_of_another(tmp_path):
    store = tmp_path / "calls"
    for name in ("zoom", "goto", "vonage"):
        path = an_export(tmp_path / name, name)
        done = intake.ingest([path], store, "Alder and Birch", **GIVEN, accept_mapping=True)
        assert len(done.files) == 1
    formats = Store.open(store).read("sources").column("format").to_pylist()
    assert len(set(formats)) == 3
    for name in ("zoom", "goto", "vonage"):
        assert not intake.ingest([an_export(tmp_path / name, name, "04")], store, "Alder and Birch", **GIVEN).questions


def stored_in_order(folder: Path, texts: list[str], order: tuple[int, ...]) -> tuple[list, list]:
    """The calls of files given one after another, and the lengths of the calls to the agency."""
    folder.mkdir()
    for place in order:
        path = folder / f"calls {place}.csv"
        path.write_text(texts[place], "utf-8")
        intake.ingest([path], folder / "store", "Alder and Birch", **GIVEN, accept_mapping=True)
    store = Store.open(folder / "store")
    calls = [
        (call["started_at_local"], call["other_number"], call["caller_id"], call["outcome"], call["duration_s"])
        for call in store.read("calls").to_pylist()
    ]
    to_agency = store.read("agency_calls").sort_by("started_at_utc")
    return sorted(calls, key=str), to_agency["duration_s"].to_pylist()


def test_the_order_of_two_files_does_not_decide_what_a_withheld_number_is(tmp_path):
    march = (
        HEADER,
        f"2022-03-01 09:02:07,Outbound,{OURS},{USCIS},0:41:11,Answered",
        f"2022-03-02 09:02:07,Inbound,{BACK},{OURS},0:00:24,Answered",
    )
    april = (
        HEADER,
        f"2022-04-01 09:02:07,Outbound,{OURS},{USCIS},0:41:11,Answered",
        f"2022-04-02 09:02:07,Inbound,Anonymous,{OURS},0:00:00,Missed",
    )
    texts = ["\n".join(lines) + "\n" for lines in (march, april)]
    calls, _ = stored_in_order(tmp_path / "a", texts, (0, 1))
    assert [call[2] for call in calls] == ["known", "known", "known", "withheld"]
    assert stored_in_order(tmp_path / "b", texts, (1, 0))[0] == calls


def test_a_file_with_lengths_keeps_them_after_one_without_and_each_call_counts_once(tmp_path):
    lines = (
        HEADER,
        f"2022-03-01 09:02:07,Outbound,{OURS},{USCIS},0:41:11,Answered",
        f"2022-03-02 09:02:07,Inbound,{BACK},{OURS},0:00:00,Missed",
        f"2022-03-03 09:02:07,Outbound,{OURS},{USCIS},0:12:00,Answered",
        f"2022-03-03 09:20:30,Inbound,Anonymous,{OURS},0:01:00,Answered",
    )
    rows = [line.split(",") for line in lines]
    texts = ["\n".join(lines) + "\n", "\n".join(",".join([*row[:4], row[5]]) for row in rows) + "\n"]
    for name, order in (("a", (0, 1)), ("b", (1, 0))):
        _, lengths = stored_in_order(tmp_path / name, texts, order)
        assert lengths == [2471, 720], "two calls to the agency, each with its length"


@pytest.mark.slow
def test_the_printed_command_reads_it(tmp_path):
    path, run = an_export(tmp_path / "in", "PBX"), CliRunner()
    words = [str(path), "--our-number", "0143", "--accept-mapping", "--office", "Alder", "--timezone", "Eastern"]
    checked = run.invoke(main, ["check", *words])
    assert "--our-number 0143 --accept-mapping" in checked.output
    done = run.invoke(main, ["ingest", *words, "--store", str(tmp_path / "calls")])
    assert done.exit_code == 0, done.output


# ---- what is printed about an unknown export ----------------------------------------------------------------


@pytest.mark.slow
def test_what_check_prints_stores_it_and_what_remove_prints_brings_it_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [f"2022-03-{day:02} 10:05,Outgoing,+12025550143,+18003755283,Connected,{600 + day}" for day in range(1, 29)]
    (tmp_path / "acme.csv").write_text(
        "Call began,Direction,From number,To number,Result,Talk seconds\n" + "\n".join(rows)
    )

    def typed(line):
        return CliRunner().invoke(main, shlex.split(line.removeprefix("callanalytics ")))

    def printed(output):
        return next(
            line.partition("callanalytics ")[2] for line in output.splitlines() if "callanalytics ingest" in line
        )

    advice = printed(typed("check acme.csv").output)
    assert "--accept-mapping" in advice
    stored = typed(advice.replace("YOUR OFFICE", "Elm").replace("ZONE", "Eastern"))
    assert stored.exit_code == 0, stored.output
    removed = typed("remove acme.csv")
    assert removed.exit_code == 0, removed.output
    again = typed(printed(removed.output))
    assert again.exit_code == 0, again.output
    assert len(ca.load("calls").calls) == 28
