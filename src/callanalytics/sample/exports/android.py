"""SMS Backup & Restore: the calls of an Android phone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

from callanalytics.sample.almanac import local
from callanalytics.sample.exports.phone import Accounts, PhoneCall, day_of, half_day

_TYPE = {"answered": 1, "missed": 3, "voicemail": 4}


def write(path: Path, calls: list[PhoneCall], zone: str) -> Accounts:
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
        "number": _number(call.other, n),
        "duration": seconds,
        "date": _epoch(call.start),
        "type": 2 if call.outbound else _TYPE[call.result],
        "presentation": 1 if call.other else 2 + n % 2,
        "subscription_id": 1,
        "readable_date": readable,
        "contact_name": call.name if call.other and call.name and n % 3 == 0 else "(Unknown)",
    }
    return f"  <call {' '.join(f'{name}={quoteattr(str(value))}' for name, value in values.items())} />"


def _number(other: str | None, n: int) -> str:
    """The same number now with, now without +1, as phones do."""
    return "" if other is None else (other, other[1:], other[2:])[n % 3]


def _epoch(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp()) * 1000
