"""FreePBX: the call detail records as its web page exports them."""

from __future__ import annotations

import csv
import io
from datetime import UTC
from pathlib import Path

from callanalytics.sample.almanac import local
from callanalytics.sample.exports.phone import Accounts, PhoneCall

HEADER = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
    "accountcode,uniqueid,userfield,did,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,recordingfile,linkedid,"
    "peeraccount,sequence"
).split(",")
ANONYMOUS = "anonymous"


def write(path: Path, calls: list[PhoneCall], zone: str) -> Accounts:
    """All calls, newest first; the last row has a date that does not exist."""
    rows, seen = [], 0
    for n, call in enumerate(calls):
        of_call = _Writing(call, zone, n).rows()
        rows += of_call
        seen += len(of_call)
    rows.reverse()
    rows.append({**rows[-1], "calldate": "2022-02-30 10:11:12", "uniqueid": "1646000000.1", "linkedid": "1646000000.1"})
    _save(path, rows)
    return Accounts(len(rows), calls=len(calls), rejects=1, set_aside=seen - len(calls))


class _Writing:
    """The rows of one call: one for each handset that rang."""

    def __init__(self, call: PhoneCall, zone: str, n: int):
        self.call, self.n = call, n
        epoch = int(call.start.replace(tzinfo=UTC).timestamp())
        self.base = dict.fromkeys(HEADER, "") | {
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
        """Two handsets ring; the first may answer. Voicemail picks up when nobody does: that counts as ANSWERED."""
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
        far = call.other[1:] if call.other else ANONYMOUS
        answered = call.result == "answered" and k == 0
        return self.base | {
            "clid": f'"{ANONYMOUS if call.other is None else call.name or far}" <{far}>',
            "src": far, "cnum": far, "dst": "600", "dcontext": "ext-group", "did": call.ours[1:],
            "channel": f"PJSIP/trunk-{self.n:08x}", "dstchannel": f"PJSIP/{extension}-{self.n:08x}", "lastapp": "Dial",
            "lastdata": f"PJSIP/{extension}", "duration": call.ring_s + (call.talk_s if answered else 0),
            "billsec": call.talk_s if answered else 0, "disposition": "ANSWERED" if answered else "NO ANSWER",
            "sequence": self.n * 3 + k,
        }  # fmt: skip


def _save(path: Path, rows: list[dict]) -> None:
    """As PHP writes it: quotation marks only where a field needs them, except that the caller's name keeps its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        cells = io.StringIO()
        csv.writer(cells, lineterminator="\n").writerow([row[name] for name in HEADER[2:]])
        text.write(f"{row['calldate']},{row['clid']},{cells.getvalue()}")
    path.write_bytes(text.getvalue().encode())
