"""The corpus of bad input: small files as a careless or hostile world makes them, each with what must come of it.

    python tests/bad_input/make.py FOLDER        writes every case into a folder of its own
    python tests/bad_input/make.py --measure [NAME...]     reads each, and prints its time and memory

Everything in here is invented. Every file carries a client's name, number and receipt (`CANARIES`), in places where
an office has them; none of them may ever be said. The same call makes the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CLIENT, NUMBER, RECEIPT, A_NUMBER = "Quintanilla", "(212) 555-0177", "IOE0912345678", "A123456789"
CANARIES = ("quintanilla", "2125550177", "0912345678", "123456789", "5550177")
REMARK = f"{CLIENT} {RECEIPT} {A_NUMBER}"
COUNTS = ("calls", "entries", "notices", "rejects", "set_aside")


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it: so many rows of each kind, or a refusal or question that says `says`."""

    name: str
    file: str
    content: bytes
    counts: dict[str, int] | None
    says: tuple[str, ...] = ()


CASES: dict[str, Case] = {}


def case(name: str, content, *says: str, file: str = "log.csv", **counts: int) -> None:
    """Enter a case; without counts the file must be refused, or asked about."""
    content = content.encode() if isinstance(content, str) else content
    assert name not in CASES, name
    CASES[name] = Case(name, file, content, counts or None, says)


# ---- what the cases are made of ------------------------------------------------------------------------------

HEAD = "Date,Time,Wait,Outcome,Matter,Remarks"


def row(day: int = 13, wait: str = "45", time: str = "10:05 AM", date: str = "", remark: str = REMARK) -> str:
    return f"{date or f'3/{day}/2022'},{time},{wait},Resolved,M-{day},{remark}\n"


def sheet(*rows: str, head: str = HEAD) -> str:
    return head + "\n" + "".join(rows)


TWO = sheet(row(13), row(14))
PHONE = "Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration\n"


def call(
    day: int = 1, duration: str = "0:12:11", number: str = "(800) 375-5283", result: str = "Call connected"
) -> str:
    return f"Voice,{number},{CLIENT},03/{day:02}/2022,09:{day:02} AM,VoIP Call,{result},,{duration}\n"


DMY = call(13)  # proves month/day
RECORD = {
    "id": "1", "type": "Voice", "direction": "Outbound", "action": "VoIP Call", "result": "Call connected",
    "startTime": "2022-03-01T10:00:00.000Z", "duration": 60, "to": {"phoneNumber": "+18003755283"},
    "from": {"phoneNumber": "+12125550177", "name": CLIENT},
}  # fmt: skip


def records(*changes: dict, **page) -> str:
    return json.dumps({"records": [{**RECORD, "id": str(n), **change} for n, change in enumerate(changes)], **page})


def sms(
    *entries: str, prolog: str = '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>', count: int = -1
) -> str:
    return f'{prolog}\n<calls count="{len(entries) if count < 0 else count}">' + "".join(entries) + "</calls>"


ENTRY = (
    '<call number="12125550177" duration="{}" date="1646147100000" type="1" presentation="1" '
    f'readable_date="Mar 1, 2022 10:05:00 AM" contact_name="{CLIENT}" />'
)


def page(result: str = "Missed", href: str = "tel:+12125550177", more: str = "") -> str:
    return f"""<?xml version="1.0" ?><!DOCTYPE html><html><head><title>{CLIENT}</title></head><body>
<div class="haudio"><span class="fn">{result} call from {CLIENT}</span><div class="contributor vcard">{result} call from
<a class="tel" href="{href}"><span class="fn">{CLIENT}</span></a></div>
<abbr class="published" title="2022-03-01T15:05:00.000Z">Mar 1</abbr>{more}
<div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#{result.lower()}">{result}</a></div></div>
</body></html>"""


def zipped(members: dict[str, bytes | str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as target:
        for name, data in members.items():
            target.writestr(zipfile.ZipInfo(name), data, kind)
    return out.getvalue()


_PARTS = {
    "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName='
    '"/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"'
    "/></Types>",
    "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns='
    '"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
    'Target="styles.xml"/></Relationships>',
    "xl/styles.xml": '<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts><fonts count="1"><font/></fonts><fills count="1">'
    '<fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="164"/></cellXfs></styleSheet>',
}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def line(number: int, *cells: str, attributes: str = "") -> str:
    """A row of a sheet: texts, or ready cells where they begin with ``<c``."""
    made = [c if c.startswith("<c ") else cell(f"{chr(65 + i)}{number}", c) for i, c in enumerate(cells)]
    return f'<row r="{number}"{attributes}>{"".join(made)}</row>'


NAMES = tuple(HEAD.split(","))


def filled(number: int, day: int = 13, wait: str = "45", **more) -> str:
    return line(number, f"3/{day}/2022", "10:05 AM", wait, "Resolved", f"M-{day}", REMARK, **more)


def xlsx(*rows: str, after: str = "", prolog: str = "", parts: dict | None = None, book: str = "") -> bytes:
    """A workbook of one sheet, written by hand so that it may be as wrong as it should be."""
    workbook = (
        f'<?xml version="1.0"?><workbook xmlns="{_MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
    )
    workbook += (
        f'2006/relationships">{book}<sheets><sheet name="{CLIENT}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    made = f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'
    members = {**_PARTS, "xl/workbook.xml": workbook, "xl/worksheets/sheet1.xml": made} | (parts or {})
    return zipped({name: data for name, data in members.items() if data is not None})


def book(name: str, content: bytes, *says: str, **counts: int) -> None:
    case(f"xlsx_{name}", content, *says, file="log.xlsx", **counts)


# ---- encodings -------------------------------------------------------------------------------------------------


def encodings() -> None:
    accented = sheet(row(13, remark="José"), row(14))
    for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"):
        case(f"enc_{codec}", accented.encode(codec), entries=2)
    case("enc_one_bad_byte", TWO.encode().replace(b"M-13", b"M\xff13"), "line 2 is not UTF-8", entries=2)
    mixed = sheet(row(13, remark="José")).encode() + row(14, remark="José").encode("cp1252")
    case("enc_two_in_one_file", mixed, "line 3 is not UTF-8", entries=2)
    case("enc_mojibake", accented.encode().decode("cp1252").encode(), entries=2)
    case("enc_utf16_cut_in_half_a_letter", TWO.encode("utf-16")[:-1], entries=2)
    case("enc_utf16_with_its_mark_twice", b"\xff\xfe" + TWO.encode("utf-16"), entries=2)
    case("enc_mark_twice", b"\xef\xbb\xbf" * 2 + TWO.encode(), entries=2)
    case("enc_mark_alone", b"\xef\xbb\xbf", "it is empty")
    case("enc_ebcdic", TWO.encode("cp500"), "cannot be read|not an export we know")
    case("enc_nul_in_a_cell", TWO.replace("M-13", "M\0-13"), entries=2)
    case("enc_nuls_at_the_end", TWO.encode() + bytes(600), entries=2)
    case("enc_nothing_but_nuls", bytes(4000), "it is empty")
    case("enc_end_of_file_mark_of_dos", TWO + "\x1a", entries=2)
    case("enc_blanks_of_every_kind", TWO.replace(" AM", "\u202fAM").replace("Wait", "\xa0Wait\u200b"), entries=2)
    case("enc_direction_marks", TWO.replace("M-13", "\u202eM-13\u202c"), entries=2)
    case("enc_shift_jis", sheet(row(13, remark="李小龍")).encode("shift_jis", "replace"), entries=1)
    case("enc_random_bytes", bytes((n * 197 + n // 7) % 256 for n in range(5000)), "neither text nor a workbook")


# ---- how a table is written ------------------------------------------------------------------------------------


def structure() -> None:
    for name, mark in {"semicolon": ";", "tab": "\t", "bar": "|"}.items():
        case(f"struct_{name}", TWO.replace(",", mark), entries=2)
    case("struct_sep_line", "sep=;\n" + TWO.replace(",", ";"), entries=2)
    for name, end in {"cr": "\r", "crlf": "\r\n", "crcrlf": "\r\r\n"}.items():
        case(f"struct_{name}", TWO.replace("\n", end), entries=2)
    case(
        "struct_line_ends_mixed",
        sheet(row(13)).replace("\n", "\r\n") + row(14) + row(15).replace("\n", "\r"),
        entries=3,
    )
    case("struct_no_last_line_end", TWO.strip(), entries=2)
    case("struct_empty", "", "it is empty")
    case("struct_blanks_alone", " \n\t\n \n", "it is empty")
    case("struct_header_alone", HEAD, "a header but no rows", entries=0)
    case("struct_nothing_but_commas", ",,,,\n" * 9, "not an export we know")
    case("struct_nothing_but_quotes", '""""""\n"', "not an export we know")
    case("struct_one_column", "Date\n3/13/2022\n", "not an export we know")
    case("struct_preamble", f"Calls of {CLIENT}\nPrinted 3/1/2022, by admin\n\n" + TWO, entries=2)
    case("struct_preamble_as_wide_as_the_table", "From,3/1/2022,To,3/31/2022,Lines,2\n" + TWO, entries=2)
    case("struct_header_sorted_into_the_rows", row(11) + row(13) + TWO, "2 rows above it read too", entries=4)
    case("struct_header_sorted_to_the_end", row(13) + row(14) + HEAD + "\n", "2 rows above it read too", entries=2)
    case("struct_row_without_a_date_above_the_header", row(13, date=" ") + TWO, "1 row above it", entries=3)
    case("struct_comments", "# made by x\n" * 9 + TWO, entries=2)
    case("struct_footer", TWO + "Total calls: 2\n", entries=2, set_aside=1)
    case("struct_footer_that_lies", TWO + "Total calls: 7\n", "the file's own total says 7", entries=2, set_aside=1)
    case("struct_total_row", TWO + "Total,,90,,,\n", entries=2, set_aside=1)
    case("struct_header_again", TWO + HEAD + "\n" + row(15), entries=3, set_aside=1)
    case("struct_second_table", TWO + "\nFees,Due\n1,2\n", entries=2, set_aside=2)
    case("struct_callbacks_below", TWO + "\nUSCIS called back\nDate,Time,Picked up?\n3/16/2022,3:20 PM,no\n",
         entries=3, set_aside=2)  # fmt: skip
    case("struct_header_of_two_lines", TWO.replace("Remarks", '"Re\nmarks"'), entries=2)
    case("struct_blank_line_between_rows", TWO.replace("\n", "\n\n"), entries=2)
    case("struct_commas_at_the_ends", TWO.replace("\n", ",,,\n"), entries=2)
    case("struct_header_ends_in_commas", sheet(row(13, remark=f"{REMARK},x,"), row(14), head=HEAD + ",,"),
         "right of the last named column", entries=2)  # fmt: skip
    case(
        "struct_short_row", sheet(row(13), "3/14/2022,10:05\n", row(15)), "more or fewer columns", entries=2, rejects=1
    )
    case("struct_long_row", sheet(row(13), row(14, remark=f"{REMARK},more"), row(15)), entries=2, rejects=1)
    case("struct_quote_in_the_middle", sheet(row(13, remark=f'the 5" {REMARK}'), row(14)), entries=2)
    case("struct_quoted_nickname", sheet(row(13, remark=f'"User 10" <114> {CLIENT}'), row(14)), entries=2)
    case(
        "struct_open_quote",
        sheet(row(13, remark=f'"{REMARK}'), row(14), row(15)),
        "quotation mark",
        entries=2,
        rejects=1,
    )
    case("struct_open_quote_at_the_end", sheet(row(13), row(14, remark='"x')), entries=1, rejects=1)
    case("struct_open_quotes_everywhere", sheet(*(row(13, remark=f'"{n}') for n in range(30))), rejects=30)
    case("struct_line_breaks_in_a_cell", sheet(row(13, remark=f'"{CLIENT}\n{RECEIPT}"'), row(14)), entries=2)
    case("struct_cell_of_150_lines", sheet(row(13, remark='"' + "a line, and more\n" * 150 + '"'), row(14)), entries=2)
    case("struct_cell_of_300_kb", sheet(row(13, remark="x" * 300_000), row(14)), entries=2)
    case(
        "struct_cell_of_12000_lines",
        sheet(row(13, remark='"' + "x,\n" * 12_000 + '"'), row(14)),
        entries=1,
        rejects=12_001,
    )
    case("struct_3000_columns", sheet(*(row(13, remark="v" + ",v" * 3000) for _ in range(9)),
                                      head=HEAD + "".join(f",c{n}" for n in range(3000))), entries=9)  # fmt: skip
    case(
        "struct_20000_columns_of_one_name",
        sheet(row(13, remark="v" + ",v" * 20_000), head=HEAD + ",x" * 20_000),
        entries=1,
    )
    case("struct_header_twice_the_same", sheet(row(13, remark=f"{REMARK},x"), head=HEAD + ",Remarks"), entries=1)
    case("struct_header_with_an_empty_name", sheet(row(13, remark=f"{REMARK},x,y"), head=HEAD + ",,z"), entries=1)
    case("struct_columns_in_another_order", "Remarks,Wait,Date,Time\n" + f"{REMARK},45,3/13/2022,10:05 AM\n", entries=1)
    case("struct_row_of_types", sheet("DATE,VARCHAR(9),INTEGER,TEXT,TEXT,TEXT\n", row(13)), entries=1)
    case("struct_all_quoted", "".join('"' + '","'.join(r.split(",")) + '"\n' for r in TWO.split("\n")[:-1]), entries=2)
    case("struct_apostrophes", "".join("'" + "','".join(r.split(",")) + "'\n" for r in TWO.split("\n")[:-1]), entries=2)
    case("struct_backslashes", sheet(*(row(d, remark='"she said \\"now\\", twice"') for d in (13, 14, 15))), entries=3)
    case("struct_line_separators_in_a_cell", sheet(row(13, remark="a\u2028b\x0bc\x85d\x0ce"), row(14)), entries=2)
    case("struct_one_line_without_end", "x" * 1_000_000, "not an export we know")
    case("struct_lines_of_one_letter", "x\n" * 20_000, "not an export we know")
    case("struct_200000_lines_of_one_letter", "x\n" * 200_000, "not an export we know")
    case("struct_caller_called_total", PHONE + DMY + call(14).replace(CLIENT, "Total Wine"), calls=2)
    case("struct_json_named_csv", records({}), calls=1)
    case("struct_xml_named_csv", sms(ENTRY.format(5)), calls=1)
    case("struct_html_table_named_xls", f"<html><table><tr><td>{CLIENT}</td></tr></table></html>", "not an export we know",
         file="calls.xls")  # fmt: skip
    case("struct_csv_named_xlsx", TWO, file="log.xlsx", entries=2)
    case("struct_picture_named_csv", b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture")


# ---- values ------------------------------------------------------------------------------------------------------


def values() -> None:
    good = {"iso": "2022-03-13", "words": '"Mar 13, 2022"', "two_digit_year": "3/13/22", "serial": "44633",
            "weekday": "Sun 3/13/2022", "no_year": "3/13", "in_1999": "3/13/1999", "in_2099": "3/13/2099", "empty": " "}  # fmt: skip
    for name, date in good.items():
        case(f"val_date_{name}", sheet(row(14), row(date=date)), entries=2)
    bad = {"feb_30": "2/30/2022", "zeros": "00/00/0000", "year_1": "1/1/0001", "year_9999": "12/31/9999", "month_13": "13/13/2022",
           "two_in_one": '"3/13/2022, 3/14/2022"', "wrong_weekday": "Mon 3/13/2022",
           "negative": "-44633", "huge": "9" * 40}  # fmt: skip
    for name, date in bad.items():
        case(f"val_date_{name}", sheet(row(14), row(date=date)), entries=1, rejects=1)
    for name, date in {
        "word": CLIENT,
        "number": "1",
        "infinite": "inf",
    }.items():  # no date at all: the row is a call without
        case(f"val_date_{name}", sheet(row(14), row(date=date)), entries=2)
    case("val_date_order_unknown", sheet(row(1), row(2)), "All dates fit both month/day and day/month")
    case("val_date_order_torn", sheet(row(13), row(date="13/3/2022")), "Some dates are month/day")
    for name, time in {"24": "24:00", "noon": "noon", "dotted": "9.05am", "compact": "0905", "zone": "10:05 AM ET",
                       "gap": "10:05 AM EST"}.items():  # fmt: skip
        case(f"val_time_{name}", sheet(row(14), row(time=time)), entries=2)
    for name, time in {"25_61": "25:61", "half_unknown": "3:15", "zone_unknown": "10:05 AM XYZ", "two": "10:05 AM / 2 PM",
                       "negative": "-1:00", "pm_24": "24:00 PM"}.items():  # fmt: skip
        case(f"val_time_{name}", sheet(row(14), row(time=time)), entries=2)
    for name, wait in {"hours": "1h 5m", "words": "about 45 min", "range": "45-50", "longer": ">2 hrs", "gave_up": "hung up",
                       "empty": "", "zero": "0", "dash": "-"}.items():  # fmt: skip
        case(f"val_wait_{name}", sheet(row(14), row(wait=wait)), entries=2)
    for name, wait in {"part_of_a_day": "0.0416667", "three_quarters": "0.75", "negative": "-5", "of_13_hours": "780",
                       "slip": "4S", "huge": "9" * 30, "comma": '"1,062"', "formula": "=45", "name": CLIENT,
                       "infinite": "1e999", "digits_of_arabic": "٤٥x"}.items():  # fmt: skip
        case(f"val_wait_{name}", sheet(row(14), row(15), row(16), row(wait=wait)), entries=4)
    case(
        "val_wait_clock_unknown",
        sheet(row(14, wait=""), row(wait="0:45")),
        "hours and minutes, or minutes and seconds",
        entries=2,
    )
    for name, duration in {
        "of_a_year": "9999:00:00",
        "negative": "-0:05:00",
        "word": "long",
        "empty": "",
        "overflow": "9" * 20,
    }.items():
        case(f"val_length_{name}", PHONE + DMY + call(14, duration), calls=2)
    for name, number in {"excel": "1.20256E+10", "formula": '"=""8003755283"""', "withheld": "Anonymous", "extension": "x114",
                         "letters": "1-800-FLOWERS", "long": "9" * 60, "empty": ""}.items():  # fmt: skip
        case(f"val_number_{name}", PHONE + DMY + call(14, number=number), calls=2)
    case("val_promise_unknown_word", sheet("3/13/2022,10:05 AM,45,whatever they said,M,x\n"), entries=1)


# ---- what phone systems and offices really write (each a trap for a reader that takes it at its word) ----------------


def traps() -> None:
    case("trap_excel_unicode_text", TWO.replace(",", "\t").encode("utf-16"), entries=2)
    case("trap_cut_off_in_a_row", TWO + "3/15/2022,10:0", entries=2, rejects=1)
    case("trap_subtotal_between_rows", TWO + "Subtotal,,90,,,\n" + row(15), entries=3, set_aside=1)
    for name, date in {"year_0": "1/1/0000", "year_1900": "3/13/1900", "iso_month_13": "2022-13-01"}.items():
        case(f"trap_date_{name}", sheet(row(14), row(date=date)), entries=1, rejects=1)
    for name, date in {"wide_digits": "３/13/2022", "narrow_blank": "3/13/2022\u202f", "moment_of_a_spreadsheet": "2022/3/13",
                       "seven_digits": "2022-03-13T00:00:00.0000000Z"}.items():  # fmt: skip
        case(f"trap_date_{name}", sheet(row(14), row(date=date)), entries=2)
    for name, time in {"empty": "", "seconds": "10:05:33 AM", "military": "1005", "utc_minus_5": "10:05 AM UTC-5", "mst": "10:05 AM MST",
                       "two_letters": "10:05 a. m.", "narrow_blank": "10:05\u202fAM"}.items():  # fmt: skip
        case(f"trap_time_{name}", sheet(row(14), row(time=time)), entries=2)
    case("trap_time_of_winter_in_july", sheet(row(14), row(date="7/13/2022", time="10:05 AM EST")), entries=2)
    case("trap_hour_that_comes_twice", sheet(row(14), row(date="11/6/2022", time="1:30 AM")), entries=2)
    case("trap_hour_that_never_was", sheet(row(14), row(date="3/13/2022", time="2:30 AM")), entries=2)
    for name, wait in {"na": "N/A", "dashes": "--", "unknown": "?"}.items():
        case(f"trap_wait_{name}", sheet(row(14), row(wait=wait)), entries=2)
    for name, wait in {"null": "null", "none": "none"}.items():  # no wait, or none noted? No one can tell
        case(f"trap_wait_{name}", sheet(row(14), row(wait=wait)), entries=2)
    case("trap_wait_european", sheet(row(14), row(wait='"1.234,5"')), entries=2)
    case("trap_two_receipts_in_a_cell", sheet(row(14).strip() + ",IOE 09 123 45678; MSC-21-900-00001\n", head=HEAD + ",Receipt no."),
         entries=1)  # fmt: skip
    for name, number in {"digits_that_excel_kept": "1.8003755283E+10", "of_no_country": "+266696687", "feature_code": "*60",
                         "letters": "client:jane", "with_1": "18003755283", "with_plus": "+1 800 375 5283", "zero": "0"}.items():  # fmt: skip
        case(f"trap_number_{name}", PHONE + DMY + call(14, number=number), calls=2)
    case("trap_call_still_going_on", PHONE + DMY + call(14, result="In Progress"), calls=1, set_aside=1)
    case("trap_result_no_one_knows", PHONE + DMY + call(14, result="Zzz"), calls=2)
    case("trap_formula_for_a_length", PHONE + DMY + call(14, '"=""0:12:11"""'), calls=2)
    case("trap_calls_in_any_order", PHONE + call(20) + DMY + call(2), calls=3)
    case("trap_call_twice", PHONE + DMY + DMY, calls=2)
    case("trap_columns_of_a_phone_in_another_order", "Duration,Action Result,Action,Time,Date,Name,Phone Number,Type,Result Description\n"
         f"0:12:11,Call connected,VoIP Call,09:13 AM,03/13/2022,{CLIENT},(800) 375-5283,Voice,\n", calls=1)  # fmt: skip
    for name, file in {
        "no_party": " - Missed - 2022-03-01T15_05_00Z.html",
        "no_kind": "+12125550177 - 2022-03-01T15_05_00Z.html",
    }.items():
        case(f"trap_page_named_with_{name}", page(), file=file, calls=1)
    case("trap_flags_that_contradict", records({"result": "Missed", "duration": 600}), calls=1)
    case("trap_quality_records_of_cucm", '"cdrRecordType","globalCallID_callManagerId","globalCallID_callId","nodeId","directoryNum",'
         '"callIdentifier","dateTimeStamp","numberPacketsSent","numberOctetsSent","numberPacketsReceived","jitter","latency"\n'
         '"INTEGER","INTEGER","INTEGER","INTEGER","VARCHAR(50)","INTEGER","INTEGER","INTEGER","INTEGER","INTEGER","INTEGER","INTEGER"\n'
         '2,1,5,1,"2125550177",9,1646147100,10,10,10,0,0\n', "CMR|not an export we know", file="cmr_Cluster_01.csv")  # fmt: skip


# ---- attacks in cells and names --------------------------------------------------------------------------------


def attacks() -> None:
    hostile = {"formula": "=cmd|' /C calc'!A0", "plus": "+1+cmd", "at": "@SUM(A1)", "script": "<script>alert(1)</script>",
               "escape": "\x1b[2J\x1b]0;owned\x07", "template": "{{7*7}}${7*7}", "mathtext": "$\\badcmd{x}$",
               "sql": "'; DROP TABLE calls; --", "path": "../../etc/passwd", "url": "https://example.com/x",
               "format": "%s%n{0.__class__}", "bidi": "\u202e\u2066evil", "typst": "#read(\"/etc/passwd\")"}  # fmt: skip
    for name, text in hostile.items():
        quoted = f'"{text}"'.replace('("', '(""').replace('")"', '"")"')
        case(f"sec_{name}_in_a_cell", sheet(f"3/13/2022,10:05 AM,45,Resolved,{quoted},{quoted}\n"), entries=1)
    for name, file in {"escape": "a\x1b[31m.csv", "line": "a\nb.csv", "script": "<script>.csv", "shell": "$(touch x);.csv",
                       "dash": "-rf.csv", "bidi": "\u202evsc.exe", "number": f"{NUMBER} calls.csv", "receipt": f"{RECEIPT}.csv",
                       "spread": "IOE-09-123-45678.csv", "underlined": "212_555_0177.csv", "long": "x" * 200 + ".csv",
                       "device": "con.csv", "no_ending": "calls", "a_number": f"{A_NUMBER}.csv"}.items():  # fmt: skip
        case(f"sec_{name}_in_a_name", TWO, file=file, entries=2)


# ---- workbooks -------------------------------------------------------------------------------------------------


def workbooks() -> None:
    head = line(1, *NAMES)
    book("plain", xlsx(head, filled(2), filled(3, 14)), entries=2)
    dated = line(2, '<c r="A2" s="1"><v>44633</v></c>', '<c r="B2" s="2"><v>0.42</v></c>', '<c r="C2"><v>45</v></c>')
    book("dates_of_1900", xlsx(head, dated), entries=1)
    book("dates_of_1904", xlsx(head, dated, book='<workbookPr date1904="1"/>'), entries=1)
    book("number_without_format", xlsx(head, line(2, '<c r="A2"><v>44633</v></c>', "10:05 AM", "45")), entries=1)
    book("formula_without_value", xlsx(head, filled(2), line(3, "3/14/2022", "10:05 AM", '<c r="C3"><f>1+1</f></c>')),
         "formula", entries=2)  # fmt: skip
    book("error_cell", xlsx(head, filled(2), line(3, "3/14/2022", "10:05 AM", '<c r="C3" t="e"><v>#REF!</v></c>')),
         entries=2)  # fmt: skip
    book("truth_for_a_date", xlsx(head, filled(2), line(3, '<c r="A3" t="b"><v>1</v></c>', "10:05 AM", "45")),
         entries=1, rejects=1)  # fmt: skip
    book("title_above", xlsx(line(1, f"Calls of {CLIENT}"), line(3, *NAMES), filled(4)), entries=1)
    book(
        "header_sorted_into_the_rows",
        xlsx(filled(1, 11), filled(2), line(3, *NAMES), filled(4, 14)),
        "2 rows above",
        entries=3,
    )
    book("merged_title", xlsx(line(1, CLIENT), line(2, *NAMES), filled(3), after='<mergeCells><mergeCell ref="A1:F1"/></mergeCells>'),
         entries=1)  # fmt: skip
    book("hidden_row", xlsx(head, filled(2), filled(3, 14, attributes=' hidden="1"')), "hidden row", entries=2)
    book("row_after_30000_empty_ones", xlsx(head, filled(2), filled(30_000, 14)), entries=2)
    book("cell_at_the_far_end", xlsx(head, filled(2), line(1_048_576, cell("XFD1048576", "x"))), entries=1)
    book("word_far_beside_the_header", xlsx(line(1, *NAMES, cell("XFD1", "x")), filled(2)), "no column", entries=1)
    book(
        "leading_zeros",
        xlsx(head, line(2, "3/13/2022", "10:05 AM", "45", "Resolved", '<c r="E2" s="3"><v>417</v></c>')),
        entries=1,
    )
    book("control_letters", xlsx(head, line(2, "3/13/2022", "10:05_x000D_ AM", "45")), entries=1)
    book("number_beyond_all", xlsx(head, filled(2), line(3, '<c r="A3" s="1"><v>1E308</v></c>', "10:05 AM", "45")),
         entries=2)  # the row is kept, without a date  # fmt: skip
    book(
        "date_below_zero",
        xlsx(head, filled(2), line(3, '<c r="A3" s="1"><v>-5</v></c>', "10:05 AM", "45")),
        entries=1,
        rejects=1,
    )
    book(
        "text_index_out_of_range",
        xlsx(head, line(2, '<c r="A2" t="s"><v>99</v></c>')),
        "could not be read as a workbook",
    )
    book("rows_out_of_order", xlsx(head, filled(5), filled(3, 14)), "out of order")
    book("no_sheet_in_it", xlsx(head, parts={"xl/worksheets/sheet1.xml": None}), "could not be read|not an export")
    book("sheet_cut_off", xlsx(head, filled(2), parts={"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row"}),
         "could not be read as a workbook")  # fmt: skip
    book("no_styles", xlsx(head, filled(2), parts={"xl/styles.xml": "<x"}), "could not be read as a workbook")
    laughs = (
        '<!DOCTYPE l [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + "]>"
    )
    book("billion_laughs", xlsx(head, line(2, "&j;"), prolog=laughs), "could not be read as a workbook")
    book("entity_from_outside", xlsx(head, line(2, "&x;"), prolog='<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
         "could not be read as a workbook")  # fmt: skip
    book("bomb_of_300_mb", xlsx(head, "<row>" + " " * (60 << 20) + "</row>"), "would grow")
    book("thousands_of_parts", xlsx(head, filled(2), parts={f"xl/media/{n}": "x" for n in range(1200)}), "it holds")
    book("name_that_leads_elsewhere", xlsx(head, filled(2), parts={"../../evil": "x"}), "points outside")
    book(
        "old_excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "Workbook".encode("utf-16-le"), "Excel 97-2003"
    )
    book(
        "with_password",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
        "password",
    )
    book("binary", zipped({"xl/workbook.bin": "x"}), "binary workbook")
    book("only_the_name_of_one", zipped({"xl/workbook.xml": "<a"}), "could not be read as a workbook")
    book("cut_off", xlsx(head, filled(2))[:-200], "damaged|ZIP|could not be read")
    whole = xlsx(head, filled(2))
    book("damaged_in_the_middle", whole[:900] + bytes(40) + whole[940:], "damaged|could not be read|known")
    book("empty_sheet", xlsx(), "not an export we know")
    book("40000_cells_of_style_alone", xlsx(head, filled(2), *(
        line(n, *(f'<c r="{chr(65 + i)}{n}" s="1"/>' for i in range(20))) for n in range(3, 2000))), entries=1)  # fmt: skip
    book(
        "formulas_of_attack",
        xlsx(head, line(2, "3/13/2022", "10:05 AM", "45", "Resolved", "=HYPERLINK(1)", "@x")),
        entries=1,
    )
    book("nested_deep", xlsx(head, line(2, "<c r='A2'>" + "<x>" * 3000 + "</x>" * 3000 + "</c>")), entries=0)


# ---- JSON --------------------------------------------------------------------------------------------------------


def json_files() -> None:
    def js(name: str, content, *says: str, **counts: int) -> None:
        case(f"json_{name}", content, *says, file="calls.json", **counts)

    js("plain", records({}, {}), calls=2)
    js("marked", records({}).encode("utf-8-sig"), calls=1)
    js("utf16", records({}).encode("utf-16"), calls=1)
    js("no_records", '{"records": []}', "has no records")
    js("cut_off", records({}, {})[:-9], "damaged JSON")
    js("two_pages_on_lines", records({}) + "\n" + records({"id": "9"}), calls=2)
    js("line_that_is_none", records({}) + "\n" + records({"id": "9"}) + "\nnot json\n", calls=2, rejects=1)
    js("records_that_are_none", '{"records": [null, 3, "x", [], ' + json.dumps(RECORD) + "]}", calls=1, rejects=4)
    js("not_a_number", records({"duration": float("nan")}, {"duration": float("inf")}), calls=2)
    js("duration_of_ages", records({"duration": 99_999_999}, {"duration": -5}, {"duration": 10**400}), calls=3)
    js("duration_of_another_kind", records({"duration": {"s": 5}}, {"duration": "abc"}, {"duration": None}), calls=3)
    js(
        "moment_of_another_kind",
        records({}, {"startTime": {"x": 1}}, {"startTime": 5}, {"startTime": None}),
        calls=1,
        rejects=3,
    )
    js("moment_beyond_all", records({}, {"startTime": "0001-01-01T00:00:00Z"}, {"startTime": "99999-01-01T00:00:00Z"}),
       calls=1, rejects=2)  # fmt: skip
    js("half_a_letter", records({}).replace('"Voice"', '"\\ud83d"'), calls=1)
    js("nul_in_text", records({"action": "VoIP\0Call"}), calls=1)
    js("key_twice", records({}).replace('"type": "Voice"', '"type": "Fax", "type": "Voice"'), calls=1)
    js("nested_without_end", "[" * 100_000 + "]" * 100_000, "nested deeper")
    js("nested_in_a_record", records({"x": json.loads("[" * 400 + "]" * 400)}), calls=1)
    js("kept_under_names", json.dumps({CLIENT: RECORD, "Jos\u00e9 Li": RECORD}), "not an export we know")
    js("a_text_alone", json.dumps(CLIENT), "not an export we know")
    js("thousands_of_keys", records({f"k{n}": 1 for n in range(5000)}), calls=1)
    js("more_keys_than_a_spreadsheet_has_columns", records({f"k{n}": n for n in range(17000)}), "is not a call log")
    js("number_of_a_million_digits", records({}).replace('"duration": 60', '"duration": ' + "9" * 1_000_000), calls=1)


# ---- XML and pages -----------------------------------------------------------------------------------------------


def markup() -> None:
    def xml(name: str, content, *says: str, **counts: int) -> None:
        case(f"xml_{name}", content, *says, file="calls.xml", **counts)

    xml("plain", sms(ENTRY.format(5), ENTRY.format(6)), calls=2)
    xml("says_another_count", sms(ENTRY.format(5), count=9), "the file states 9 entries", calls=1)
    xml("cut_off", sms(ENTRY.format(5))[:-30], "damaged XML")
    laughs = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    xml("entities", sms(ENTRY.format("&b;"), prolog=laughs), "its own XML entities")
    outside = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    xml("entity_from_outside", sms(ENTRY.format("&a;"), prolog=outside), "its own XML entities")
    xml("halves_of_a_letter", sms(ENTRY.format(5).replace(CLIENT, "&#55357;&#56832; &#55357;")), calls=1)
    xml("attribute_twice", sms('<call date="1" date="2" number="1"/>'), "damaged XML")
    xml("encoding_unknown", sms(ENTRY.format(5), prolog='<?xml version="1.0" encoding="x-none"?>'), "damaged XML")
    xml("nested_without_end", "<calls>" + "<a>" * 50_000 + "</a>" * 50_000 + "</calls>", "not an export we know")
    xml("no_call_in_it", "<calls count='0'></calls>", "not an export we know")
    xml(
        "moments_beyond_all",
        sms(ENTRY.format(5), ENTRY.format(6).replace("1646147100000", "9" * 25)),
        calls=1,
        rejects=1,
    )
    xml(
        "moment_of_a_power_of_ten",
        sms(ENTRY.format(5), ENTRY.format(6).replace("46", "46e9990000")),
        calls=1,
        rejects=1,
    )
    xml("length_of_ages", sms(ENTRY.format(99_999_999)), calls=1)

    def html(
        name: str, content, *says: str, file: str = "x - Missed - 2022-03-01T15_05_00Z.html", **counts: int
    ) -> None:
        case(f"html_{name}", content, *says, file=file, **counts)

    html("plain", page(), calls=1)
    html("script", page(more="<script>alert(1)</script>"), calls=1)
    html("tags_left_open", page().replace("</div>", ""), calls=1)
    html("no_number", page(href="tel:"), calls=1)
    html("of_something_else", "<html><body>" + CLIENT + "</body></html>", "not an export we know")
    html("nested_deep", page(more="<div>" * 900 + "</div>" * 900), calls=1)


# ---- ZIP and gzip ------------------------------------------------------------------------------------------------


def archives() -> None:
    def arc(name: str, content: bytes, *says: str, file: str = "calls.zip", **counts: int) -> None:
        case(f"zip_{name}", content, *says, file=file, **counts)

    arc("plain", zipped({"log.csv": TWO}), entries=2)
    for name, member in {
        "slip": "../../evil.csv",
        "root": "/etc/evil.csv",
        "drive": "C:\\evil.csv",
        "slip_of_windows": "..\\evil.csv",
    }.items():
        arc(name, zipped({member: TWO.replace("45", "46"), "log.csv": TWO}), "points outside", entries=2)
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(link, "/etc/passwd")
        target.writestr(zipfile.ZipInfo("log.csv"), TWO)
    arc("link", out.getvalue(), "points outside", entries=2)
    arc("bomb", zipped({"bomb.csv": bytes(50 << 20), "log.csv": TWO}), "would grow", entries=2)
    arc("in_a_zip", zipped({"inner.zip": zipped({"a.csv": TWO}), "log.csv": TWO}), "a ZIP inside a ZIP", entries=2)
    arc("empty", zipped({}), "is empty|without files|no file")
    arc("cut_off", zipped({"log.csv": TWO})[:-30], "damaged")
    data = zipped({"log.csv": TWO}, zipfile.ZIP_STORED)
    arc("checksum_wrong", data.replace(b"M-13", b"M-99"), "damaged")
    lying = bytearray(zipped({"log.csv": TWO}))
    lying[lying.rindex(b"PK\x01\x02") + 24 :][:4]
    place = lying.rindex(b"PK\x01\x02") + 24
    lying[place : place + 4] = struct.pack("<I", 20)
    arc("size_that_lies", bytes(lying), "damaged")
    locked = bytearray(zipped({"log.csv": TWO}))
    locked[6] |= 1
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    arc("with_password", bytes(locked), "password")
    twice = zipped({"a.csv": TWO, "b.csv": "x", "log.csv": TWO.replace("45", "47")}).replace(b"b.csv", b"a.csv")
    arc("name_twice", twice, "same name", entries=2)
    arc(
        "400_files_of_nothing_known",
        zipped({f"{n}.csv": f"{CLIENT},b\n{n},2\n" for n in range(400)}),
        "and 399 more like it",
    )
    arc("names_of_clients", zipped({f"{CLIENT}/{NUMBER}.csv": TWO}), entries=2)
    arc("rubbish_behind", zipped({"log.csv": TWO}) + bytes(500), entries=2)
    arc(
        "rubbish_before",
        b"x" * 50 + zipped({"log.csv": TWO}),
        "neither text nor a workbook",
    )
    arc("gzip", gzip.compress(TWO.encode(), mtime=0), file="log.csv.gz", entries=2)
    arc("gzip_of_two_parts", gzip.compress(sheet(row(13)).encode(), mtime=0) + gzip.compress(row(14).encode(), mtime=0),
        file="log.csv.gz", entries=2)  # fmt: skip
    arc("gzip_bomb", gzip.compress(TWO.encode() + bytes(50 << 20), mtime=0), "would grow", file="log.csv.gz")
    arc("gzip_cut_off", gzip.compress(TWO.encode() * 9, mtime=0)[:-20], "damaged", file="log.csv.gz")
    arc(
        "gzip_in_a_gzip",
        gzip.compress(gzip.compress(TWO.encode(), mtime=0), mtime=0),
        "packed file inside",
        file="log.gz",
    )
    arc("bzip2", b"BZh91AY&SY" + bytes(50), "an archive", file="log.bz2")


GROUPS: tuple[Callable[[], None], ...] = (
    encodings, structure, values, traps, attacks, workbooks, json_files, markup, archives,
)  # fmt: skip
for group in GROUPS:
    group()


def write(folder: Path, example: Case) -> Path:
    """The file of a case, in a folder of its own."""
    path = folder / example.name / example.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(example.content)
    return path


# ---- time and memory -------------------------------------------------------------------------------------------


def measure(names) -> int:
    """Read each of these cases (or every one) in a process of its own; print time and memory, and return how many were over the limits."""
    import os
    import tempfile
    import time

    from callanalytics import formats, intake

    formats.load()
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        for example in [CASES[name] for name in names or CASES]:
            path = write(Path(folder), example)
            start = time.perf_counter()
            child = os.fork()
            if child == 0:
                try:
                    intake.check([path]).text()
                    os._exit(0)
                except BaseException:
                    os._exit(1)
            _, status, used = os.wait4(child, 0)
            seconds, megabytes = time.perf_counter() - start, used.ru_maxrss / 1024
            cpu = used.ru_utime + used.ru_stime  # of a busy machine the clock on the wall says nothing
            bad = cpu > 10 or megabytes > 1024 or status != 0
            over += bad
            summary = f"{example.name:<44} {seconds:6.2f} s {cpu:6.2f} s CPU {megabytes:6.0f} MB"
            print(summary + ("  OVER" if bad else ""), flush=True)
    return over


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        sys.exit(min(measure(sys.argv[2:]), 1))
    for example in CASES.values():
        write(Path(sys.argv[1]), example)
    print(f"{len(CASES)} files")
