"""What phone systems and telephones export: the calls on a line, whoever is at the other end.

RingCentral gives the portal's call log as CSV (detailed, with legs) and the call log of its API as JSON; FreePBX the
call detail records as its web page exports them; SMS Backup & Restore the calls of an Android phone; Google Voice a
Takeout archive, one page a call and one a conversation by text.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from sample_world.almanac import local, offset
from sample_world.history import Dice, History
from sample_world.model import Dial, Promise, Ring, Stranger
from sample_world.offices import Line

NUMBERS = {"contact_center": "+18003755283", "premium": "+18663155718"}
CALLBACK_NUMBER = "+12028382200"
# Written out, since strftime would ask the machine's language.
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


@dataclass(frozen=True)
class PhoneCall:
    """A call as a phone system logs it. ``other`` is None where the caller withheld the number."""

    start: datetime
    outbound: bool
    ours: str
    other: str | None
    result: str  # answered, voicemail, missed
    talk_s: int
    name: str
    ring_s: int


class Accounts(NamedTuple):
    """What must become of the rows of a file: ``rows = calls + entries + notices + rejects + set_aside``."""

    rows: int = 0
    calls: int = 0
    entries: int = 0
    notices: int = 0
    rejects: int = 0
    set_aside: int = 0

    def plus(self, other: Accounts) -> Accounts:
        """The rows of both."""
        return Accounts(*(a + b for a, b in zip(self, other, strict=True)))


def calls_on(history: History, line: Line) -> list[PhoneCall]:
    """Every call on a line that its export can hold, in order of time."""
    calls = [_dialed(d) for d in history.agency_calls if d.in_phone and d.ours == line.number]
    calls += [_rung(r) for r in history.callbacks if r.in_phone and r.to == line.number and r.channel == "voice"]
    calls += [_strange(s) for s in history.strangers if s.ours == line.number]
    return sorted(calls, key=lambda c: (c.start, c.outbound, c.talk_s))


def _dialed(agency_call: Dial) -> PhoneCall:
    # The agency's automated system picks up at once: to the phone system every such call was answered.
    return PhoneCall(
        agency_call.start, True, agency_call.ours, NUMBERS[agency_call.line], "answered", agency_call.duration_s, "", 2
    )


def _rung(ring: Ring) -> PhoneCall:
    other = CALLBACK_NUMBER if ring.shows == "agency" else None
    return PhoneCall(ring.start, False, ring.to, other, ring.result, ring.talk_s, "", _ring_s(ring.start))


def _strange(s: Stranger) -> PhoneCall:
    return PhoneCall(
        s.start, s.direction == "outbound", s.ours, s.other, s.result, s.talk_s, s.name, _ring_s(s.start)
    )  # fmt: skip


def _ring_s(start: datetime) -> int:
    """How long it rang; any number will do that is the same each time."""
    return 6 + (start.minute * 60 + start.second) % 19


def us_number(number: str) -> str:
    """``(202) 838-2200``"""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def day_of(clock: datetime) -> str:
    """``Jul 8, 2016``"""
    return f"{MONTHS[clock.month - 1]} {clock.day}, {clock.year}"


def half_day(clock: datetime, seconds: bool = False) -> tuple[str, str]:
    """``("1:14", "PM")``, or ``("1:14:21", "PM")``."""
    shown = f"{clock.hour % 12 or 12}:{clock.minute:02d}" + (f":{clock.second:02d}" if seconds else "")
    return shown, "AM" if clock.hour < 12 else "PM"


RINGCENTRAL_HEADER = (
    "Type,CallId,SessionId,Leg,Direction,From,To,Extension,Forwarded To,Name,Date,Time,Action,Action Result,"
    "Result Description,Duration,Included,Purchased,Site,Attachment"
).split(",")
_RINGCENTRAL_RESULT = {"answered": "Accepted", "voicemail": "Voicemail", "missed": "Missed"}
_LEG = {"answered": "Call connected", "voicemail": "No Answer", "missed": "No Answer"}
RINGCENTRAL_ANONYMOUS = "Anonymous"


def write_ringcentral_csv(
    path: Path, calls: list[PhoneCall], zone: str, span: tuple[date, date], broken: bool = False
) -> Accounts:
    """The calls from the first to the last day of `span`, newest first, as the portal gives them.

    `broken`: two faxes stand among them, and a row whose date does not exist.
    """
    chosen = [c for c in calls if span[0] <= local(zone, c.start).date() <= span[1]]
    rows, legs = [], 0
    for call in reversed(chosen):
        of_call = _rows(call, zone)
        legs += len(of_call) - 1
        rows += of_call
    if broken:
        rows[:0] = _faxes(rows[0])
        rows.append(_impossible(calls[0], zone))
    _save_ringcentral(path, rows)
    return Accounts(
        len(rows), calls=len(chosen), rejects=1 if broken else 0, set_aside=legs + (2 if broken else 0)
    )  # fmt: skip


def _rows(call: PhoneCall, zone: str) -> list[list[str]]:
    """The call itself, then its legs: the handsets that rang, or the one that dialed."""
    master = _row(call, zone, "Leg-master")
    if call.outbound:
        return [master]
    rang = 2 if call.ring_s % 2 else 1
    return [master, *(_leg(call, zone, n) for n in range(1, rang + 1))]


def _row(call: PhoneCall, zone: str, leg: str) -> list[str]:
    call_code = _call_code(call)
    clock = local(zone, call.start)
    far = RINGCENTRAL_ANONYMOUS if call.other is None else us_number(call.other)
    near = us_number(call.ours)
    seconds = call.talk_s or call.ring_s
    if call.outbound:
        ends, action = [near, far], "VoIP Call"
        result = "Call connected" if call.result == "answered" else "Hang Up"
    else:
        ends, action, result = [far, near], "Phone Call", _RINGCENTRAL_RESULT[call.result]
    return [
        "Voice", call_code, call_code[::-1], leg, "Outgoing" if call.outbound else "Incoming", *ends,
        "101 - Front desk" if call.outbound else "", "", call.name, *_stamp(clock), action, result, "", _hms(seconds),
        "", "", "", "",
    ]  # fmt: skip


def _leg(call: PhoneCall, zone: str, n: int) -> list[str]:
    """A handset that rang: the second stops when the first answers, and that is no missed call."""
    result = _LEG[call.result] if n == 1 else ("Stopped" if call.result == "answered" else "No Answer")
    call_code = _call_code(call)
    row = [""] * len(RINGCENTRAL_HEADER)
    row[1:5] = call_code, call_code[::-1], f"Leg-{n}", "Outgoing"
    row[7] = f"10{n} - Desk {n}"
    row[10:12] = _stamp(local(zone, call.start))
    row[12:14] = "Ring Directly", result
    row[15] = _hms(call.talk_s if result == "Call connected" else call.ring_s)
    return row


def _faxes(like: list[str]) -> list[list[str]]:
    faxes = []
    for n, way in ((1, "Incoming"), (2, "Outgoing")):
        fax = list(like)
        fax[:5] = "Fax", f"fax{n}", f"fax{n}", "Leg-master", way
        fax[5:10] = "(305) 555-0119", "(212) 555-0110", "", "", ""
        fax[12:16] = f"{way} Fax", "Received" if way == "Incoming" else "Sent", "", "0:01:02"
        faxes.append(fax)
    return faxes


def _impossible(call: PhoneCall, zone: str) -> list[str]:
    row = _row(call, zone, "Leg-master")
    row[1:3] = "400000000000", "000000000004"
    row[10] = "Wed 02/30/2022"
    return row


def _call_code(call: PhoneCall) -> str:
    """Twelve digits (ten would look like a telephone number), no two calls alike: when, which way, how long."""
    since = int((call.start - datetime(2021, 1, 1)).total_seconds())
    return f"40{since:08d}{(call.outbound * 50 + call.talk_s) % 100:02d}"


def _stamp(clock: datetime) -> tuple[str, str]:
    return f"{WEEKDAYS[clock.weekday()]} {clock:%m/%d/%Y}", " ".join(half_day(clock))


def _hms(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _save_ringcentral(path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([RINGCENTRAL_HEADER, *rows])
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())


def write_ringcentral_json(path: Path, calls: list[PhoneCall]) -> Accounts:
    """The call log of the API: moments in UTC, a withheld caller has no number."""
    records = [_record(call) for call in reversed(calls)]
    page = {"uri": "https://platform.example/restapi/v1.0/account/~/call-log?view=Simple", "records": records,
            "paging": {"page": 1, "perPage": 1000, "pageStart": 0, "pageEnd": len(records) - 1}}  # fmt: skip
    path.write_bytes((json.dumps(page, indent=1) + "\n").encode())
    return Accounts(len(records), calls=len(records))


def _record(call: PhoneCall) -> dict:
    call_code = _call_code(call)
    ours = {"phoneNumber": call.ours}
    other = {"phoneNumber": call.other} if call.other else {"name": RINGCENTRAL_ANONYMOUS}
    answered = call.result == "answered"
    inbound = "Accepted" if answered else _RINGCENTRAL_RESULT[call.result]
    return {
        "id": f"A{call_code}",
        "sessionId": call_code,
        "startTime": call.start.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "duration": call.talk_s or call.ring_s,
        "type": "Voice",
        "direction": "Outbound" if call.outbound else "Inbound",
        "action": "VoIP Call" if call.outbound else "Phone Call",
        "result": ("Call connected" if answered else "Hang Up") if call.outbound else inbound,
        "to": other if call.outbound else ours,
        "from": ours if call.outbound else other,
    }


FREEPBX_HEADER = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
    "accountcode,uniqueid,userfield,did,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,recordingfile,linkedid,"
    "peeraccount,sequence"
).split(",")
FREEPBX_ANONYMOUS = "anonymous"


def write_freepbx(path: Path, calls: list[PhoneCall], zone: str) -> Accounts:
    """All calls, newest first; the last row has a date that does not exist."""
    rows, seen = [], 0
    for n, call in enumerate(calls):
        of_call = _FreepbxRecords(call, zone, n).rows()
        rows += of_call
        seen += len(of_call)
    rows.reverse()
    rows.append({**rows[-1], "calldate": "2022-02-30 10:11:12", "uniqueid": "1646000000.1", "linkedid": "1646000000.1"})
    _save_freepbx(path, rows)
    return Accounts(len(rows), calls=len(calls), rejects=1, set_aside=seen - len(calls))


class _FreepbxRecords:
    """The rows of one call: one for each handset that rang."""

    def __init__(self, call: PhoneCall, zone: str, n: int):
        self.call, self.n = call, n
        epoch = int(call.start.replace(tzinfo=UTC).timestamp())
        self.base = dict.fromkeys(FREEPBX_HEADER, "") | {
            "calldate": local(zone, call.start).strftime("%Y-%m-%d %H:%M:%S"),
            "amaflags": "3",
            "uniqueid": f"{epoch}.{n * 4}",
            "linkedid": f"{epoch}.{n * 4}",
        }

    def rows(self) -> list[dict]:
        return [self._out()] if self.call.outbound else self._in()

    def _out(self) -> dict:
        call, digits = self.call, (self.call.other or "")[1:]
        connected = call.result == "answered"
        return self.base | {
            "clid": '"Front desk" <201>',
            "src": "201", "dst": digits, "dcontext": "from-internal", "cnum": "201", "cnam": "Front desk",
            "channel": f"PJSIP/201-{self.n:08x}", "dstchannel": f"PJSIP/trunk-{self.n:08x}", "lastapp": "Dial",
            "lastdata": f"PJSIP/{digits}@trunk", "duration": call.talk_s + (2 if connected else 31),
            "billsec": call.talk_s, "disposition": "ANSWERED" if connected else "NO ANSWER",
            "outbound_cnum": call.ours[1:], "sequence": self.n * 3,
        }  # fmt: skip

    def _in(self) -> list[dict]:
        """Two handsets ring; the first may answer. Voicemail picks up when no one does: that counts as ANSWERED."""
        call = self.call
        first, second = self._leg(201, 0), self._leg(202, 1)
        if call.result == "voicemail":
            taken = {"lastapp": "VoiceMail", "lastdata": "201@default,u", "dst": "vmu201", "dcontext": "ext-local",
                     "dstchannel": "", "disposition": "ANSWERED", "billsec": call.talk_s,
                     "duration": call.talk_s + call.ring_s}  # fmt: skip
            return [first | taken]
        return [first, second] if self.n % 3 == 0 else [first]

    def _leg(self, extension: int, k: int) -> dict:
        call = self.call
        far = call.other[1:] if call.other else FREEPBX_ANONYMOUS
        answered = call.result == "answered" and k == 0
        return self.base | {
            "clid": f'"{FREEPBX_ANONYMOUS if call.other is None else call.name or far}" <{far}>',
            "src": far, "cnum": far, "dst": "600", "dcontext": "ext-group", "did": call.ours[1:],
            "channel": f"PJSIP/trunk-{self.n:08x}", "dstchannel": f"PJSIP/{extension}-{self.n:08x}", "lastapp": "Dial",
            "lastdata": f"PJSIP/{extension}", "duration": call.ring_s + (call.talk_s if answered else 0),
            "billsec": call.talk_s if answered else 0, "disposition": "ANSWERED" if answered else "NO ANSWER",
            "sequence": self.n * 3 + k,
        }  # fmt: skip


def _save_freepbx(path: Path, rows: list[dict]) -> None:
    """As PHP writes it: quotation marks only where a field needs them, except that the caller's name keeps its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FREEPBX_HEADER)
    for row in rows:
        cells = io.StringIO()
        csv.writer(cells, lineterminator="\n").writerow([row[name] for name in FREEPBX_HEADER[2:]])
        text.write(f"{row['calldate']},{row['clid']},{cells.getvalue()}")
    path.write_bytes(text.getvalue().encode())


_ANDROID_TYPE = {"answered": 1, "missed": 3, "voicemail": 4}


def write_android(path: Path, calls: list[PhoneCall], zone: str) -> Accounts:
    """All calls, oldest first; one, on a day when the phone had lost its clock, has no date."""
    lines = [_element(call, zone, n) for n, call in enumerate(calls)]
    lines.insert(len(lines) // 2, '  <call number="+12105550107" duration="61" date="" type="1" presentation="1" '
                 'subscription_id="1" readable_date="" contact_name="(Unknown)" />')  # fmt: skip
    made = _epoch(datetime(2023, 1, 3, 18))
    head = (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
        f'<calls count="{len(lines)}" backup_set="00000000-0000-0000-0000-000000000000" backup_date="{made}">\n'
    )
    path.write_bytes((head + "\n".join(lines) + "\n</calls>\n").encode())
    return Accounts(len(lines), calls=len(calls), rejects=1)


def _element(call: PhoneCall, zone: str, n: int) -> str:
    clock = local(zone, call.start)
    readable = " ".join([day_of(clock), *half_day(clock, seconds=True)])
    seconds = call.talk_s if call.result == "answered" else 0
    values = {
        "number": _android_number(call.other, n),
        "duration": seconds,
        "date": _epoch(call.start),
        "type": 2 if call.outbound else _ANDROID_TYPE[call.result],
        "presentation": 1 if call.other else 2 + n % 2,
        "subscription_id": 1,
        "readable_date": readable,
        "contact_name": call.name if call.other and call.name and n % 3 == 0 else "(Unknown)",
    }
    return f"  <call {' '.join(f'{name}={quoteattr(str(value))}' for name, value in values.items())} />"


def _android_number(other: str | None, n: int) -> str:
    """The same number now with, now without +1, as phones do."""
    return "" if other is None else (other, other[1:], other[2:])[n % 3]


def _epoch(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp()) * 1000


_FOLDER = "Takeout/Voice/Calls"
# No source that we know gives the sender of the agency's texts: this one is invented.
SENDER = "+12025550199"
_WORD = {"answered": "Received", "missed": "Missed", "voicemail": "Voicemail"}
_SAYS = {"Received": "Received call from", "Missed": "Missed call from", "Voicemail": "Voicemail from",
         "Placed": "Placed call to"}  # fmt: skip
_PAGE_HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">\n<body>\n'
)
_PAGE_TAIL = "</body>\n</html>\n"
_CHAT = ("Thank you for the letter", "Can we talk tomorrow?", "The interview notice came", "Running ten minutes late")


def write_google_voice(
    path: Path, calls: list[PhoneCall], asked: list[Ring], announced: list[Promise], zone: str
) -> Accounts:
    """Calls, texts that ask whether we are there (`asked`) or announce a callback (`announced`), and chatter."""
    pages = [_call_page(call, zone) for call in calls]
    pages += [_text_page(SENDER, ring.start, [_ahead(ring)], zone) for ring in asked]
    pages += [
        _text_page(SENDER, promise.notice, [_announcement(promise)], zone) for promise in announced if promise.notice
    ]
    chats = _chatter(calls, zone)
    with zipfile.ZipFile(path, "w") as archive:
        for name, page in sorted(pages + [page for page, _ in chats]):
            member = zipfile.ZipInfo(f"{_FOLDER}/{name}", (2023, 1, 3, 9, 0, 0))
            archive.writestr(member, page, zipfile.ZIP_DEFLATED, 9)
    notices, texts = len(asked) + len(announced), sum(n for _, n in chats)
    return Accounts(len(calls) + notices + texts, calls=len(calls), notices=notices, set_aside=texts)


def _call_page(call: PhoneCall, zone: str) -> tuple[str, str]:
    word = "Placed" if call.outbound else _WORD[call.result]
    other = call.other or ""
    shown = call.name if call.name and other else other
    length = "" if word == "Missed" else _length(call.talk_s)
    body = (
        f'<div class="haudio">\n<div class="contributor vcard">\n{_SAYS[word]} <a class="tel" href="tel:{other}">'
        f'<span class="fn">{escape(shown)}</span></a>\n</div>\n{_published(call.start, zone, "published")}\n{length}'
        f'<div class="tags">Labels:\n<a rel="tag" href="http://www.google.com/voice#{word.lower()}">{word}</a></div>\n'
        "</div>\n"
    )
    return _page_name(shown, word, call.start), _PAGE_HEAD + body + _PAGE_TAIL


def _length(seconds: int) -> str:
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    iso = "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{rest}S"
    return f'<abbr class="duration" title="{iso}">({hours:02d}:{minutes:02d}:{rest:02d})</abbr>\n'


def _published(utc: datetime, zone: str, css: str) -> str:
    """Local time with its offset, and the same in words, where Google puts a narrow no-break space before AM."""
    clock = local(zone, utc)
    hours = int(offset(zone, utc).total_seconds() // 3600)
    iso = f"{clock:%Y-%m-%dT%H:%M:%S}.000{'-' if hours < 0 else '+'}{abs(hours):02d}:00"
    shown_at, half = half_day(clock, seconds=True)
    words = f"{day_of(clock)}, {shown_at}\N{NARROW NO-BREAK SPACE}{half}"
    return f'<abbr class="{css}" title="{iso}">{words} Pacific Time</abbr>'


def _page_name(shown: str, word: str, utc: datetime) -> str:
    return f"{shown} - {word} - {utc:%Y-%m-%dT%H_%M_%S}Z.html"


def _text_page(number: str, utc: datetime, messages: list[str], zone: str, name: str = "") -> tuple[str, str]:
    shown = name or number
    blocks = "\n".join(
        f'<div class="message">{_published(utc + timedelta(minutes=9 * n), zone, "dt")}:\n<cite class="sender vcard">'
        f'<a class="tel" href="tel:{number}"><span class="fn">{escape(shown)}</span></a></cite>:\n<q>{escape(text)}</q>'
        "\n</div>"
        for n, text in enumerate(messages)
    )
    tags = '<div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#sms">Text</a></div>'
    body = f'<div class="hChatLog hfeed">\n{blocks}\n</div>\n{tags}\n'
    return _page_name(shown, "Text", utc), _PAGE_HEAD + body + _PAGE_TAIL


def _ahead(ring: Ring) -> str:
    return f"USCIS: we will call about {ring.promise.sr}. Are you available in the next 30 minutes? Reply Y or N"


def _announcement(promise: Promise) -> str:
    return f"USCIS will call you in the next 1 to 2 business days about service request {promise.sr}."


def _chatter(calls: list[PhoneCall], zone: str) -> list[tuple[tuple[str, str], int]]:
    """Texts with strangers: page and number of messages."""
    dice = Dice("chatter", len(calls))
    strangers = [(c, c.other) for c in calls if c.name and c.other][::6]
    pages = []
    for call, other in strangers:
        messages = [dice.pick(_CHAT) for _ in range(dice.whole(1, 3))]
        moment = call.start + timedelta(hours=3)
        pages.append((_text_page(other, moment, messages, zone, call.name), len(messages)))
    return pages
