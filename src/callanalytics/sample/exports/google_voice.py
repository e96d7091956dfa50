"""Google Voice: a Takeout archive, one page a call and one a conversation by text."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from callanalytics.sample.almanac import local, offset
from callanalytics.sample.dice import Dice
from callanalytics.sample.exports.phone import Accounts, PhoneCall, day_of, half_day
from callanalytics.sample.model import Promise, Ring

_FOLDER = "Takeout/Voice/Calls"
# No source that we know gives the sender of the agency's texts: this one is invented.
SENDER = "+12025550199"
_WORD = {"answered": "Received", "missed": "Missed", "voicemail": "Voicemail"}
_SAYS = {"Received": "Received call from", "Missed": "Missed call from", "Voicemail": "Voicemail from",
         "Placed": "Placed call to"}  # fmt: skip
_HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">\n<body>\n'
)
_TAIL = "</body>\n</html>\n"
_CHAT = ("Thank you for the letter", "Can we talk tomorrow?", "The interview notice came", "Running ten minutes late")


def write(path: Path, calls: list[PhoneCall], asked: list[Ring], told: list[Promise], zone: str) -> Accounts:
    """Calls; `asked`: texts that ask whether we are there; `told`: texts that announce a call-back; and chatter."""
    pages = [_call_page(call, zone) for call in calls]
    pages += [_text_page(SENDER, ring.start, [_ahead(ring)], zone) for ring in asked]
    pages += [_text_page(SENDER, promise.notice, [_announcement(promise)], zone) for promise in told if promise.notice]
    chats = _chatter(calls, zone)
    with zipfile.ZipFile(path, "w") as archive:
        for name, page in sorted(pages + [page for page, _ in chats]):
            member = zipfile.ZipInfo(f"{_FOLDER}/{name}", (2023, 1, 3, 9, 0, 0))
            archive.writestr(member, page, zipfile.ZIP_DEFLATED, 9)
    notices, texts = len(asked) + len(told), sum(n for _, n in chats)
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
    return _name(shown, word, call.start), _HEAD + body + _TAIL


def _length(seconds: int) -> str:
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    iso = "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{rest}S"
    return f'<abbr class="duration" title="{iso}">({hours:02d}:{minutes:02d}:{rest:02d})</abbr>\n'


def _published(utc: datetime, zone: str, css: str) -> str:
    """Local time with its offset, and the same in words, where Google puts a narrow no-break space before AM."""
    clock = local(zone, utc)
    hours = int(offset(zone, utc).total_seconds() // 3600)
    iso = f"{clock:%Y-%m-%dT%H:%M:%S}.000{'-' if hours < 0 else '+'}{abs(hours):02d}:00"
    at, half = half_day(clock, seconds=True)
    words = f"{day_of(clock)}, {at}\N{NARROW NO-BREAK SPACE}{half}"
    return f'<abbr class="{css}" title="{iso}">{words} Pacific Time</abbr>'


def _name(shown: str, word: str, utc: datetime) -> str:
    return f"{shown} - {word} - {utc:%Y-%m-%dT%H_%M_%S}Z.html"


def _text_page(number: str, utc: datetime, messages: list[str], zone: str, name: str = "") -> tuple[str, str]:
    shown = name or number
    said = "\n".join(
        f'<div class="message">{_published(utc + timedelta(minutes=9 * n), zone, "dt")}:\n<cite class="sender vcard">'
        f'<a class="tel" href="tel:{number}"><span class="fn">{escape(shown)}</span></a></cite>:\n<q>{escape(text)}</q>'
        "\n</div>"
        for n, text in enumerate(messages)
    )
    tags = '<div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#sms">Text</a></div>'
    body = f'<div class="hChatLog hfeed">\n{said}\n</div>\n{tags}\n'
    return _name(shown, "Text", utc), _HEAD + body + _TAIL


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
        at = call.start + timedelta(hours=3)
        pages.append((_text_page(other, at, messages, zone, call.name), len(messages)))
    return pages
