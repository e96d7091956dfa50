"""Logs that someone sends by email, keeps on a web page, or writes as notes under the names of clients."""

import pytest

import callanalytics as ca

LINES = [
    "Mon 3/9 9:05am - Halloran - held 42 min, Tier 1, callback in 72 hours",
    "Mon 3/9 1:20pm - Yusuf - held 1h10m, hung up",
    "Thu 3/12 8:45am - USCIS called back re Halloran, missed",
    "Fri 3/13 8:05am - Yusuf - called USCIS, held 12 min, line dropped",
    "Fri 3/13 8:30am - Yusuf - called USCIS, held 31 min, Tier 1, no callback",
    "Fri 3/13 9:10am - USCIS called back re Halloran, answered",
]
HEADER = ("Date", "Time", "Client", "Hold", "Result")
ROWS = [
    ("3/9/2026", "9:05 AM", "Halloran", "42 min", "Spoke to Tier 1, 72 hours"),
    ("3/9/2026", "1:20 PM", "Yusuf", "70 min", "Gave up"),
    ("3/12/2026", "8:45 AM", "Halloran", "", "USCIS called, missed"),
    ("3/13/2026", "8:05 AM", "Yusuf", "12 min", "Dropped"),
    ("3/13/2026", "8:30 AM", "Yusuf", "31 min", "Spoke to Tier 1, no callback"),
    ("3/13/2026", "9:10 AM", "Halloran", "", "USCIS called, answered"),
]


def mail(body: str, kind: str = "plain", *, sent: str = "Fri, 13 Mar 2026", subject: str = "USCIS calls") -> str:
    fields = f"From: a@firm.example\nTo: b@firm.example\nDate: {sent} 17:05:00 -0500\nSubject: {subject}\n"
    return f"{fields}MIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n{body}\n"


def page(rows=(HEADER, *ROWS)) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<html><body><p>See below</p><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></body></html>"


def entries(tmp_path, name: str, text: str):
    (tmp_path / name).write_text(text)
    receipt = ca.ingest([tmp_path / name], tmp_path / "s", office="Elm", timezone="America/Chicago", date_order="mdy")
    found = ca.load(tmp_path / "s", as_of="2026-12-31").entries.to_pandas()
    stored = str(found.to_dict())
    for client in ("Halloran", "Yusuf"):
        assert client not in stored + str(receipt)
    return found.sort_values("source_row"), receipt


def assert_read(found):
    assert next(f"{day:%Y-%m-%d}" for day in found.started_at_local) == "2026-03-09"
    assert list(found.kind) == ["dial", "dial", "ring", "dial", "dial", "ring"]
    assert list(found.wait_s.dropna()) == [2520, 4200, 720, 1860]
    assert list(found.wait_outcome[found.kind == "dial"]) == ["reached", "gave_up", "cut_off", "reached"]
    assert list(found.promised.dropna()) == ["urgent", "none"]
    assert list(found.outcome[found.kind == "ring"]) == ["missed", "answered"]


def test_the_calls_in_the_lines_of_an_email_are_read_with_the_year_in_which_it_was_sent(tmp_path):
    body = "\n".join(["Hi,", "", "Here are my calls:", "", *LINES, "", "Thanks,", "Pat, 312-555-0100"])
    assert_read(entries(tmp_path, "m.eml", mail(body))[0])


def test_days_after_the_month_in_which_an_email_was_sent_get_no_year(tmp_path):
    found, _ = entries(tmp_path, "m.eml", mail("\n".join(LINES), sent="Fri, 9 Jan 2026"))
    assert found.empty


def test_the_calls_in_the_table_of_an_email_are_read(tmp_path):
    assert_read(entries(tmp_path, "m.eml", mail(page(), "html"))[0])


def test_the_calls_in_the_table_of_a_web_page_are_read(tmp_path):
    assert_read(entries(tmp_path, "m.html", page())[0])


def test_row_numbers_and_letters_of_a_published_sheet_are_no_part_of_its_log(tmp_path):
    rows = [("", *"ABCDE"), *((number, *row) for number, row in enumerate((HEADER, *ROWS), 1))]
    assert_read(entries(tmp_path, "m.html", page(rows))[0])


@pytest.mark.parametrize(
    "body",
    ["See you at noon", "3/9 Filed I-485\n3/10 Filed N-400\n3/11 Call with court", "On 3/9 we held 42 min\n\nThanks"],
)
def test_an_email_without_a_log_stays_an_email(tmp_path, body):
    found, receipt = entries(tmp_path, "m.eml", mail(body))
    assert found.empty
    assert "1 other email" in str(receipt)


def dated(line: str) -> str:
    day = line.split(" ", 2)
    return f"{day[1]}/26 {day[2]}"


def test_notes_under_the_names_of_clients_are_read_and_no_name_is_printed(tmp_path):
    lines = ["Halloran, I-751", *map(dated, LINES[:3]), "", "Yusuf, EAD", *map(dated, LINES[3:])]
    assert_read(entries(tmp_path, "n.txt", "\n".join(lines))[0])


def test_the_title_over_notes_is_not_printed_because_it_may_name_a_client(tmp_path):
    assert_read(entries(tmp_path, "n.txt", "\n".join(["USCIS calls Halloran", "", *map(dated, LINES)]))[0])


def test_calls_under_lines_of_weekdays_with_their_days_are_read(tmp_path):
    lines = ["USCIS calls - March 2026", ""]
    for day, number in (("Monday, March 9", "3/9"), ("Thursday, March 12", "3/12"), ("Friday, March 13", "3/13")):
        lines += [day, *(line.split(" ", 2)[2] for line in LINES if f" {number} " in line), ""]
    assert_read(entries(tmp_path, "n.txt", "\n".join(lines))[0])
