"""Small invented exports for the intake tests: a phone system's CSV, hand logs, pages of a Takeout."""

from datetime import datetime, timedelta
from pathlib import Path

USCIS, CALLBACK = "(800) 375-5283", "(202) 838-2200"
STRANGER, CLIENT = "(212) 555-0177", "Maria Quintanilla"
START = datetime(2022, 3, 1, 9, 0)

PHONE = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration"
HAND = (
    "No.,Date,Time,What happened,About no.,Minutes to a person,Who spoke to us,Reason,Result,Call-back promised,"
    "Number for the call-back,Remarks"
)


def call(n: int) -> str:
    """The n-th invented call, five hours after the one before: mostly to the agency, every third from a stranger."""
    when = START + timedelta(hours=5 * n)
    if n % 3 == 2:
        party, action, result = f"{STRANGER},{CLIENT}", "Phone Call", "Missed"
    else:
        party, action, result = f"{USCIS},", "VoIP Call", "Call connected"
    return f"Voice,{party},{when:%a %m/%d/%Y},{when:%I:%M %p},{action},{result},,0:{n % 60:02}:11"


def phone_csv(path: Path, numbers, *extra: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([PHONE, *map(call, numbers), *extra]) + "\n")
    return path


def note(n: int, reason: str = "", minute: int = 5) -> str:
    """The n-th invented entry of a hand log: a call that reached Tier 1 and was promised an urgent callback."""
    day = START + timedelta(days=n)
    result = f"{10 + n % 40},Tier 1,{reason},Call-back promised,Urgent (72 hours),202-555-0147,called for {CLIENT}"
    return f"{n},{day:%m/%d/%Y},10:{minute:02} AM,We called,,{result}"


def hand_csv(path: Path, rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HAND, *rows]) + "\n")
    return path


def hand_xlsx(path: Path, rows, office: dict) -> Path:
    """The same rows as a workbook, with a sheet about the office."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Calls"
    for row in [HAND, *rows]:
        book.active.append(row.split(","))
    sheet = book.create_sheet("Your office")
    for label, *answers in office:
        sheet.append([label, *answers])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def voice_page(folder: Path, n: int) -> Path:
    """One page of a Google Voice Takeout: a call in which only the agency's number matters."""
    when = START + timedelta(hours=7 * n)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"+18003755283 - Placed - {when:%Y-%m-%dT%H_%M_%SZ}.html"
    path.write_text(
        f"""<?xml version="1.0" ?><!DOCTYPE html><html><head><title>Placed call</title></head><body>
<div class="haudio"><span class="fn">Placed call to</span><div class="contributor vcard">Placed call to
<a class="tel" href="tel:+18003755283"><span class="fn">USCIS</span></a></div>
<abbr class="published" title="{when:%Y-%m-%dT%H:%M:%S}.000Z">{when}</abbr>
<abbr class="duration" title="PT{n}M5S">(00:0{n % 10}:05)</abbr>
<div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#placed">Placed</a></div></div></body></html>"""
    )
    return path
