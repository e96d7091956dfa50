"""RingCentral: the portal's call log as CSV (detailed, with legs), and the call log of its API as JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

from callanalytics.sample.almanac import local
from callanalytics.sample.exports.phone import WEEKDAYS, Accounts, PhoneCall, half_day, us

HEADER = (
    "Type,CallId,SessionId,Leg,Direction,From,To,Extension,Forwarded To,Name,Date,Time,Action,Action Result,"
    "Result Description,Duration,Included,Purchased,Site,Attachment"
).split(",")
_RESULT = {"answered": "Accepted", "voicemail": "Voicemail", "missed": "Missed"}
_LEG = {"answered": "Call connected", "voicemail": "No Answer", "missed": "No Answer"}
ANONYMOUS = "Anonymous"


def write_csv(path: Path, calls: list[PhoneCall], zone: str, span: tuple[date, date], broken: bool = False) -> Accounts:
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
    _save(path, rows)
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
    id = _id(call)
    clock = local(zone, call.start)
    far = ANONYMOUS if call.other is None else us(call.other)
    near = us(call.ours)
    seconds = call.talk_s or call.ring_s
    if call.outbound:
        ends, action = [near, far], "VoIP Call"
        result = "Call connected" if call.result == "answered" else "Hang Up"
    else:
        ends, action, result = [far, near], "Phone Call", _RESULT[call.result]
    return [
        "Voice", id, id[::-1], leg, "Outgoing" if call.outbound else "Incoming", *ends,
        "101 - Front desk" if call.outbound else "", "", call.name, *_stamp(clock), action, result, "", _hms(seconds),
        "", "", "", "",
    ]  # fmt: skip


def _leg(call: PhoneCall, zone: str, n: int) -> list[str]:
    """A handset that rang: the second stops when the first answers, and that is no missed call."""
    result = _LEG[call.result] if n == 1 else ("Stopped" if call.result == "answered" else "No Answer")
    id = _id(call)
    row = [""] * len(HEADER)
    row[1:5] = id, id[::-1], f"Leg-{n}", "Outgoing"
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


def _id(call: PhoneCall) -> str:
    """Twelve digits (ten would look like a telephone number), no two calls alike: when, which way, how long."""
    since = int((call.start - datetime(2021, 1, 1)).total_seconds())
    return f"40{since:08d}{(call.outbound * 50 + call.talk_s) % 100:02d}"


def _stamp(clock: datetime) -> tuple[str, str]:
    return f"{WEEKDAYS[clock.weekday()]} {clock:%m/%d/%Y}", " ".join(half_day(clock))


def _hms(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _save(path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([HEADER, *rows])
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())


def write_json(path: Path, calls: list[PhoneCall]) -> Accounts:
    """The call log of the API: moments in UTC, a withheld caller has no number."""
    records = [_record(call) for call in reversed(calls)]
    page = {"uri": "https://platform.example/restapi/v1.0/account/~/call-log?view=Simple", "records": records,
            "paging": {"page": 1, "perPage": 1000, "pageStart": 0, "pageEnd": len(records) - 1}}  # fmt: skip
    path.write_bytes((json.dumps(page, indent=1) + "\n").encode())
    return Accounts(len(records), calls=len(records))


def _record(call: PhoneCall) -> dict:
    id = _id(call)
    ours = {"phoneNumber": call.ours}
    other = {"phoneNumber": call.other} if call.other else {"name": ANONYMOUS}
    answered = call.result == "answered"
    inbound = "Accepted" if answered else _RESULT[call.result]
    return {
        "id": f"A{id}",
        "sessionId": id,
        "startTime": call.start.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "duration": call.talk_s or call.ring_s,
        "type": "Voice",
        "direction": "Outbound" if call.outbound else "Inbound",
        "action": "VoIP Call" if call.outbound else "Phone Call",
        "result": ("Call connected" if answered else "Hang Up") if call.outbound else inbound,
        "to": other if call.outbound else ours,
        "from": ours if call.outbound else other,
    }
