"""A folder as an office sends it: logs, copies, an older version, a lock file, pictures, a file with a question."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from intake_files import voice_page

# The sheet's own words: an unexpected column of promises, a column of names, and one of remarks.
HEADER = (
    "Date", "Time", "Wait (min)", "Agent ID", "Tier", "Outcome", "Callback?", "Call-back number", "When promised",
    "Client", "Remarks",
)  # fmt: skip
FIRST = date(2022, 1, 4)
RINGCENTRAL = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration"


def make(folder: Path) -> Path:
    """Write the folder; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(n) for n in range(120)]
    _sheet(folder / "USCIS calls.xlsx", [*rows, *_wrong(rows[-1])])
    _sheet(folder / "USCIS calls (1).xlsx", rows[:90])
    _ringcentral(folder / "RingCentral Feb.csv")
    shutil.copyfile(folder / "RingCentral Feb.csv", folder / "RingCentral Feb (1).csv")
    _takeout(folder)
    (folder / "march.csv").write_text(_ambiguous(), "utf-8")
    (folder / "~$USCIS calls.xlsx").write_bytes(b"\x05Maria" + b"\0" * 160)
    (folder / "Verizon March.pdf").write_bytes(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    (folder / "IMG_2231.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with zipfile.ZipFile(folder / "log week 2.docx", "w") as document:
        document.writestr("[Content_Types].xml", "<Types/>")
        document.writestr("word/document.xml", "<w:document/>")
    return folder


def _row(n: int) -> list:
    day = FIRST + timedelta(days=n + n // 5 * 2)  # weekdays only: January 4 was a Tuesday
    promised = ("Yes", "No", "Yes - 72 hours", "within 30 days")[n % 4]
    reached = n % 7 != 3
    result = ("72 hours", "", "30 business days")[n % 3]
    agent = f"A{1000 + n % 9}" if reached else ""
    number = "(212) 555-0147" if n % 2 else "(212) 555-0101"
    wait = 20 + n * 7 % 65 if reached else f"hung up after {30 + n % 20}"
    outcome = "Call back" if reached and promised != "No" else ""
    client = ("Maria Quintanilla", "J. Okafor", "Chen Wei")[n % 3]
    return [day, time(9 + n % 8, n * 5 % 60), wait, agent, 1 if reached else "", outcome, promised if reached else "",
            number if reached else "", result, client, "asked about the receipt" if n % 4 else ""]  # fmt: skip


def _wrong(last: list) -> list[list]:
    """Rows that someone must correct: letters for digits, a day that does not exist, two calls in one cell."""
    rows = [list(last) for _ in range(4)]
    rows[0][2], rows[1][0], rows[2][0] = "4S", "2/30/22", "3/4 and 3/5"
    rows[3] = ["Total", None, 4120, *[None] * 8]
    return rows


def _sheet(path: Path, rows: list[list]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "2022"
    book.active.append(HEADER)
    for row in rows:
        book.active.append(row)
    book.save(path)


def _ringcentral(path: Path) -> None:
    """February: four in five of the calls in the sheet, some calls that no one logged, and strangers' calls."""
    lines = [RINGCENTRAL]
    for n in range(60):
        day, start = _row(n)[:2]
        when = datetime.combine(day, start) + timedelta(minutes=7 if n % 5 == 0 else 0)
        if when.month == 2:
            lines.append(_line(when, "(800) 375-5283,", "VoIP Call,Call connected", 20 + n * 7 % 65))
            lines.append(_line(when, "(212) 555-0177,Maria Quintanilla", "Phone Call,Missed", 0))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _line(when: datetime, party: str, how: str, minutes: int) -> str:
    return f"Voice,{party},{when:%a %m/%d/%Y},{when:%I:%M %p},{how},,{minutes // 60}:{minutes % 60:02}:41"


def _takeout(folder: Path) -> None:
    calls = folder / "Takeout" / "Voice" / "Calls"
    for n in range(12):
        voice_page(calls, n)
    shutil.make_archive(str(folder / "Takeout"), "zip", folder, "Takeout")
    shutil.rmtree(folder / "Takeout")


def _ambiguous() -> str:
    lines = ["Date,Time,Wait (min),Agent ID,Outcome"]
    lines += [f"{n % 12 + 1:02}/{n % 11 + 1:02}/2022,10:{n:02} AM,{20 + n},A{n},Solved" for n in range(28)]
    return "\n".join(lines) + "\n"
