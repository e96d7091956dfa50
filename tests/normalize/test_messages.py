"""Texts and emails: the agency's become notices, everybody else's are set aside and leave no trace."""

import shlex
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

import outlook_file
from callanalytics import intake, schema
from callanalytics.errors import CallLogError
from callanalytics.read import messages
from callanalytics.store import Store
from intake_files import CLIENT, hand_csv

OFFICE = {"office": "Alder and Birch", "timezone": "Eastern", "office_id": "5" * 32}
AGENCY, CLIENTS = "no-reply@uscis.dhs.gov", "maria.quintanilla@example.org"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


def mail(folder, n: int, sender: str, words: str, when: str = "Wed, 02 Mar 2022 07:40:10 -0500"):
    folder.mkdir(parents=True, exist_ok=True)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = sender, "desk@example.org", CLIENT, when
    message.set_content(words)
    path = folder / f"{CLIENT} {n}.eml"
    path.write_bytes(message.as_bytes())
    return path


def texts_xml(path, *texts, calls=1):
    """An SMS backup: (minute, address, sent by us, words), and calls after them."""
    start = datetime(2023, 10, 2, 14).timestamp()
    rows = [
        f'<sms address="{address}" date="{int((start + 60 * minute) * 1000)}" type="{1 + ours}" body="{words}" />'
        for minute, address, ours, words in texts
    ]
    call = '<call number="18003755283" duration="0" date="1646224810000" type="2" presentation="1" contact_name="x" />'
    path.write_text(f'<?xml version="1.0"?><calls count="{len(rows) + calls}">{"".join(rows)}{call * calls}</calls>')
    return path


def notices(place) -> list[tuple]:
    rows = Store.open(place).read("notices").to_pylist()
    return [(row["channel"], row["kind"], row["sr_number"]) for row in rows]


def everything_stored(place) -> bytes:
    store = Store.open(place)
    result = "".join(str(store.read(name).to_pylist()) for name in schema.TABLES)
    return result.encode() + b"".join(p.read_bytes() for p in place.rglob("*") if p.is_file())


@pytest.mark.slow
def test_a_folder_of_mails_gives_the_agencys_as_notices(tmp_path, place):
    folder = tmp_path / "mails"
    mail(folder, 1, f"USCIS <{AGENCY}>", "This answers your service request number 12345678.")
    mail(folder, 2, AGENCY, "An officer will call you within two business days.", "Mon, 07 Mar 2022 14:00:00 +0000")
    mail(folder, 3, f"{CLIENT} <{CLIENTS}>", "Will they call? My A-number is A123456789.")
    receipt = intake.ingest([folder], place, **OFFICE)
    assert notices(place) == [("email", "answer", "12345678"), ("email", "announcement", None)]
    assert (receipt.totals["rows"], receipt.totals["notices"], receipt.totals["set_aside"]) == (3, 2, 1)
    assert "1 other email" in receipt.text()
    assert len(Store.open(place).source_ids()) == 1
    assert Store.open(place).verify() == []
    assert intake.compare(Store.open(place), folder).problems == []
    text = everything_stored(place) + receipt.text().encode()
    assert not [word for word in ("Quintanilla", "A123456789", CLIENTS, "officer will call") if word.encode() in text]


def test_a_sender_is_who_the_address_says_not_the_name(tmp_path, place):
    mail(tmp_path / "mails", 1, f'"no-reply@uscis.dhs.gov" <{CLIENTS}>', "This answers your request.")
    mail(tmp_path / "mails", 2, "no-reply@uscis.dhs.gov.example.org", "This answers your request.")
    intake.ingest([tmp_path / "mails"], place, **OFFICE)
    assert notices(place) == []


@pytest.mark.slow
def test_a_question_and_our_answer_are_notices_and_other_texts_are_not(tmp_path, place):
    asked = "Are you available in the next 30 minutes?"
    backup = texts_xml(
        tmp_path / "sms.xml",
        (0, "872466", 0, asked),
        (4, "872466", 1, "Y"),
        (9, "+12125550177", 0, asked),
        (10, "+12125550177", 1, "Call me"),
        (60 * 30, "872466", 1, "Hello?"),
    )
    receipt = intake.ingest([backup], place, **OFFICE)
    assert [kind for _, kind, _ in notices(place)] == ["text_ahead", "reply_out"]
    assert receipt.totals["set_aside"] == 3
    assert receipt.totals["rows"] == 6


def test_a_backup_of_texts_alone_gives_notices_and_no_coverage(tmp_path, place):
    asked = (0, "872466", 0, "Are you available in the next 30 minutes?")
    path = texts_xml(tmp_path / "sms.xml", asked, (3, "+12125550177", 0, CLIENT), calls=0)
    receipt = intake.ingest([path], place, **OFFICE)
    assert notices(place) == [("text", "text_ahead", None)]
    assert receipt.totals["set_aside"] == 1
    assert not Store.open(place).read("coverage").num_rows


@pytest.mark.slow
def test_calls_behind_thousands_of_texts_are_calls(tmp_path):
    path = texts_xml(tmp_path / "backup.xml", *((n, "+12125550177", 0, "x") for n in range(2500)), calls=2)
    result = intake.check([path], "Alder and Birch", "Eastern").totals
    assert (result["calls"], result["set_aside"]) == (2, 2500)


@pytest.mark.slow
def test_a_question_without_an_answer_is_a_call_back_attempt_by_text(tmp_path, place):
    row = "1,10/02/2023,8:05 AM,We called,,12,Tier 1,,Call-back promised,Urgent (72 hours),,"
    hand_csv(tmp_path / "log.csv", [row])
    texts_xml(tmp_path / "sms.xml", (60, "872466", 0, "Are you available in the next 30 minutes?"))
    intake.ingest([tmp_path / "log.csv", tmp_path / "sms.xml"], place, **OFFICE)
    (callback,) = [
        callback for callback in Store.open(place).read("callbacks").to_pylist() if callback["channel"] == "text"
    ]
    assert (callback["result"], callback["recorded_in"]) == ("unknown", "notice")  # another telephone may have answered


OWN = """
[[sender]]
id = "own"
channel = "text"
kind = "announcement"
address = "872466"
since = 2023-01-01
source = "a text to our own telephone, 2023-10-02"
grade = "W"
"""


@pytest.mark.slow
def test_a_sender_of_ones_own_is_known_and_remembered(tmp_path, place):
    (tmp_path / "senders.toml").write_text(OWN)
    one = texts_xml(tmp_path / "one.xml", (0, "872466", 0, "Your request 12345678 is with an officer."))
    two = texts_xml(tmp_path / "two.xml", (90, "872466", 0, "Your request 12345679 is with an officer."))
    assert intake.check([one], senders=tmp_path / "senders.toml").totals["notices"] == 1
    intake.ingest([one], place, senders=tmp_path / "senders.toml", **OFFICE)
    (tmp_path / "senders.toml").unlink()
    assert intake.ingest([two], place).totals["notices"] == 1
    assert [kind for _, kind, _ in notices(place)] == ["announcement", "announcement"]
    assert intake.compare(Store.open(place), tmp_path).problems == []


def test_the_command_that_a_check_prints_names_the_senders_too(tmp_path):
    senders = tmp_path / "senders of ours.toml"
    senders.write_text(OWN)
    one = texts_xml(tmp_path / "one.xml", (0, "872466", 0, "Your request 12345678 is with an officer."))
    words = shlex.split(intake.check([one], senders=senders).command)
    assert words[words.index("--senders") + 1] == str(senders)


@pytest.mark.parametrize("content", ["", "[[number]]\ne164='+18005550100'\n", "not toml"])
def test_a_file_that_is_no_list_of_senders_is_refused(content, tmp_path, place):
    (tmp_path / "senders.toml").write_text(content)
    one = texts_xml(tmp_path / "one.xml", (0, "872466", 0, "x"))
    with pytest.raises(CallLogError):
        intake.ingest([one], place, senders=tmp_path / "senders.toml", **OFFICE)


SENT = datetime(2022, 3, 2, 12, 40, 10, tzinfo=UTC)


@pytest.mark.slow
def test_a_message_dragged_from_outlook_is_a_notice_like_one_saved_as_eml(tmp_path, place):
    words = "An officer will call you about service request number 12345678."
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "1.msg").write_bytes(outlook_file.message(AGENCY, SENT, CLIENT, words))
    (tmp_path / "mails" / "2.msg").write_bytes(outlook_file.message(CLIENTS, SENT, CLIENT, words))
    mail(tmp_path / "mails", 3, AGENCY, words, "Thu, 03 Mar 2022 12:40:10 +0000")
    receipt = intake.ingest([tmp_path / "mails"], place, **OFFICE)
    assert (receipt.totals["notices"], receipt.totals["set_aside"]) == (2, 1)
    rows = Store.open(place).read("notices").to_pylist()
    assert [row["started_at_utc"].day for row in rows] == [2, 3]
    assert {(row["channel"], row["kind"], row["sr_number"]) for row in rows} == {("email", "announcement", "12345678")}
    for word in (CLIENT, "officer"):
        assert word.encode() not in everything_stored(place)


def test_what_the_servers_wrote_above_a_message_says_who_sent_it_and_when(tmp_path):
    headers = f"Received: by x\r\nFrom: USCIS <{AGENCY}>\r\nDate: Wed, 02 Mar 2022 07:40:10 -0500\r\n\r\n"
    read = messages.outlook_message(outlook_file.message("/O=FIRM/CN=USCIS", None, "x", "x" * 9000, headers))
    assert (read["From"], read["Date"]) == (f"USCIS <{AGENCY}>", "Wed, 02 Mar 2022 07:40:10 -0500")
    assert len(read.get_content().strip()) == 9000


@pytest.mark.parametrize("place", [44, 64, 72], ids=["FAT", "mini FAT", "DIFAT"])
def test_an_outlook_message_that_says_its_tables_are_longer_than_it_is_is_a_sentence(place, tmp_path):
    content = outlook_file.message(AGENCY, SENT, "x", "y" * 9000)
    (tmp_path / "mail.msg").write_bytes(content[:place] + (2**31).to_bytes(4, "little") + content[place + 4 :])
    receipt = intake.check([tmp_path / "mail.msg"], "Alder and Birch", "Eastern")
    assert len(receipt.problems) == 1
    assert "damaged" in receipt.text()


@pytest.mark.parametrize("offset", [30, 44, 48, 60, 512, 516, 520, 1024 + 76, 1024 + 116])
@pytest.mark.parametrize("stray", [b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\1\0\0\0"])
def test_an_outlook_message_that_leads_nowhere_or_in_a_circle_is_a_sentence(offset, stray, tmp_path):
    content = outlook_file.message(AGENCY, SENT, "x", "y" * 9000)
    (tmp_path / "mail.msg").write_bytes(content[:offset] + stray + content[offset + 4 :])
    receipt = intake.check([tmp_path / "mail.msg"], "Alder and Birch", "Eastern")
    assert receipt.problems or receipt.totals["rows"] == 1
    assert "Something unexpected" not in receipt.text()


def test_a_message_without_a_sender_is_told_to_be_a_draft(tmp_path):
    (tmp_path / "mail.msg").write_bytes(outlook_file.message("", SENT, "x", "y"))
    receipt = intake.check([tmp_path / "mail.msg"], "Alder and Birch", "Eastern")
    assert "message without a sender is a draft" in str(receipt.problems[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; charset=nonsense\r\nContent-Transfer-Encoding: base64\r\n",
        b"Content-Type: multipart/mixed; boundary=\r\n",
        b"Content-Type: ;;;;\r\nX: \xff\xfe\r\n",
        b"Date: 99 Foo 20222222 99:99:99 +9999\r\n",
        b"Date: Mon, 7 Mar 2022 14:00:00 +" + b"9" * 30 + b"\r\n",
    ],
)
def test_a_damaged_mail_is_a_row_or_a_sentence(head, tmp_path, place):
    start = b"From: no-reply@uscis.dhs.gov\r\nTo: =?x?q?=\r\nSubject: =?utf-8?b?////?=\r\nMIME-Version: 1.0\r\n"
    (tmp_path / "m.eml").write_bytes(start + head + b"\r\n\xff\xff not base64 \x00")
    receipt = intake.ingest([tmp_path / "m.eml"], place, **OFFICE)
    assert receipt.problems or receipt.totals["rows"] == 1


def test_an_e_mail_that_lacks_what_every_one_has_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "bare.eml"
    path.write_text("Received: by example.org\nDate: Wed, 02 Mar 2022 07:40:10 -0500\nMIME-Version: 1.0\n\nHello\n")
    receipt = intake.check([path], timezone="Eastern")
    assert not receipt.files
    assert "bare" in receipt.text()
