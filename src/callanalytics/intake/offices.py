"""The register of offices: whose files these are, in which zone, and what the office says of itself."""

from __future__ import annotations

import difflib
import re
import secrets
from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from callanalytics import formats, schema
from callanalytics.commands import plain_name, quoted_name
from callanalytics.errors import CallLogError
from callanalytics.intake.options import Options
from callanalytics.values import phones, zones

DETAILS = ("hours", "lines", "logs_callbacks_since")
KINDS_OF_LINE = ("desk", "mobile", "receptionist")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def fold(name: str) -> str:
    """A name as names are compared: in a printed command it stands without what a shell would read."""
    return plain_name(name).casefold() or " ".join(name.casefold().split())


def find(name: str, registered: Sequence[dict]) -> dict | None:
    """The office of this name, capitals and blanks aside."""
    return next((office for office in registered if fold(office["name"]) == fold(name)), None)


def known(name: str, registered: Sequence[dict], asked: str = "callanalytics office {}") -> dict:
    """The office of this name. ``asked`` is how the command in hand is told a name.

    Raises
    ------
    CallLogError
        There is none; the nearest is named, so that a slip of the pen does not make a second office.
    """
    if office := find(name, registered):
        return office
    names = [office["name"] for office in registered]
    listed = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    near = nearest(name, names)
    raise CallLogError(
        f"the store has no office {name!r}",
        found=f"it has {listed}" if names else "it has none: an office comes into a store with its first ingest",
        do=f"did you mean  {asked.format(quoted_name(near))}  ?" if near else "",
    )


def nearest(name: str, names: Sequence[str]) -> str:
    """The name that is likeliest meant; "" if none is near.

    >>> nearest("alder & birch", ["Hemlock and Rowan", "Alder and Birch"]), nearest("Quince", ["Alder and Birch"])
    ('Alder and Birch', '')
    """
    by_word = {fold(each): each for each in names}
    near = difflib.get_close_matches(fold(name), by_word, n=1, cutoff=0.5)
    return by_word[near[0]] if near else ""


def name_of(options: Options, sheets: Sequence[dict], registered: Sequence[dict]) -> str | None:
    """Whose files these are: as said, else as the hand log's sheet says, else the only office of the store."""
    if options.office:
        return options.office
    said = {fold(sheet["name"]): sheet["name"] for sheet in sheets if sheet["name"]}
    if len(said) > 1:
        raise CallLogError(
            "these files are of more than one office",
            found=", ".join(sorted(said.values())),
            do="read each office's files by themselves; or all offices at once, a folder each:  --roster FILE",
        )
    if said:
        return next(iter(said.values()))
    if len(registered) > 1:
        names = ", ".join(office["name"] for office in registered)
        raise CallLogError("whose files are these?", found=f"the store has {names}", do='say so:  --office "NAME"')
    return registered[0]["name"] if registered else None


def registered_office(name: str, options: Options, registered: Sequence[dict]) -> dict | None:
    """The store's own record of the office; None for one that is new to it, and may be."""
    office = find(name, registered)
    if office is None and registered and not options.new_office:
        refuse_unknown(name, registered)
    if office and options.zone and options.zone != office["timezone"]:
        raise CallLogError(
            f"{office['name']} is stored with the time zone {office['timezone']}",
            found=f"--timezone {options.zone}",
            do="if only these files are on another clock, say  --file-timezone;  if the office's zone was given\n"
            "wrongly, read its files into a new store: the hours of every call hang on it",
        )
    return office


def refuse_unknown(name: str, registered: Sequence[dict]) -> None:
    """Refuse a name that the store does not have; say how to bring in an office that is new to it."""
    try:
        known(name, registered, asked="--office {}")
    except CallLogError as why:
        why.do = "\n".join(filter(None, (why.do, "an office that is new to this store:  --new-office")))
        raise


def new_office(name: str, zone: str, office_id: str | None = None) -> dict:
    """A record for an office that says nothing of itself yet. Its id is random: it leads to nobody."""
    return {"office_id": office_id or secrets.token_hex(16), "name": name, "timezone": zone} | dict.fromkeys(DETAILS)


def updated(office: dict, sheets: Sequence[dict]) -> dict:
    """The record with what the sheets *Your office* say; where one is silent, what was known stays."""
    for sheet in sheets:
        office = office | {detail: sheet[detail] for detail in DETAILS if sheet[detail] is not None}
    return office


def table(offices: Sequence[dict]) -> pa.Table:
    """Records as the table `offices`."""
    return schema.build("offices", {name: [o[name] for o in offices] for name in schema.arrow_schema("offices").names})


# ---- what `office` is told on the command line ---------------------------------------------------------------


def details_given(timezone=None, hours=None, lines=None, logs_callbacks_since=None) -> dict:
    """The details that were given, as the table has them."""
    given = {}
    if timezone:
        given["timezone"] = zones.zone(timezone)
    if hours:
        given["hours"] = hours_from(hours) if isinstance(hours, str) else list(hours)
    if lines:
        given["lines"] = [line_from(line) if isinstance(line, str) else dict(line) for line in lines]
    if logs_callbacks_since:
        given["logs_callbacks_since"] = _day(logs_callbacks_since)
    return given


def hours_from(text: str) -> list[dict]:
    """Opening hours by weekday.

    >>> hours_from("Mon-Thu 9:00-17:30, Fri 9-16")[3:]
    [{'weekday': 4, 'opens': '09:00', 'closes': '17:30'}, {'weekday': 5, 'opens': '09:00', 'closes': '16:00'}]
    """
    found = {}
    for part in re.split(r"[,;]", text):
        match = _OPEN.fullmatch(part.casefold().strip())
        days = _days(match[1], match[2] or match[1]) if match else []
        opens, closes = (_clock(match[3]), _clock(match[4])) if match else ("", "")
        if not (days and opens and closes and opens < closes):
            raise CallLogError(
                "these opening hours cannot be read",
                found=repr(part.strip()[:40]),
                wanted='days and hours, as in "Mon-Fri 9:00-17:30, Sat 10-13" or "Mon-Fri 9 AM-5:30 PM"',
            )
        found |= {day: {"weekday": day, "opens": opens, "closes": closes} for day in days}
    return [found[day] for day in sorted(found)]


_TIME = r"\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\.?)?"
_OPEN = re.compile(rf"([a-z]+)(?:\s*-\s*([a-z]+))?\s+({_TIME})\s*(?:-|–|to)\s*({_TIME})")


def _days(first: str, last: str) -> list[int]:
    if first[:3] not in DAYS or last[:3] not in DAYS:
        return []
    return list(range(DAYS.index(first[:3]) + 1, DAYS.index(last[:3]) + 2))


def _clock(text: str) -> str:
    """A time of day on the 24-hour clock; "" if it is none.

    >>> _clock("9"), _clock("5:30 pm"), _clock("12 am"), _clock("13 pm")
    ('09:00', '17:30', '00:00', '')
    """
    match = re.fullmatch(r"(\d{1,2})(?::(\d\d))?\s*(?:([ap])\.?m\.?)?", text)
    if not match or int(match[1]) > (12 if match[3] else 23) or int(match[2] or 0) > 59:
        return ""
    hour = int(match[1]) % 12 + 12 * (match[3] == "p") if match[3] else int(match[1])
    return f"{hour:02}:{match[2] or '00'}"


def line_from(text: str) -> dict:
    """A telephone line of the office: its number, and after colons what else is known of it.

    >>> line_from("202-555-0100:mobile:blocks-unknown")["withheld_get_through"]
    False
    """
    number, *words = (part.strip() for part in text.split(":"))
    line = {"number": phones.e164(number), "kind": None, "withheld_get_through": None, "covered_by": None}
    if line["number"] is None:
        raise CallLogError("this is no telephone number", found=phones.mask(number), wanted="as in 212-555-0100")
    for word in filter(None, words):
        if word in KINDS_OF_LINE:
            line["kind"] = word
        elif word in ("blocks-unknown", "lets-unknown"):
            line["withheld_get_through"] = word == "lets-unknown"
        else:
            line["covered_by"] = _system(word)
    return line


def _system(word: str) -> str:
    """A format's name, or the phone system's part of it."""
    known_formats = formats.load()
    if any(formats.is_named(word, name) for name in known_formats):
        return word
    near = difflib.get_close_matches(word, known_formats, n=1, cutoff=0.4)
    raise CallLogError(
        f"{word!r} is not known of a line",
        wanted="desk, mobile, receptionist, blocks-unknown, lets-unknown, or the format whose export shows the line",
        do=f"did you mean {near[0]}?" if near else "callanalytics formats  lists them",
    )


def with_lines(office: dict, lines: Sequence[dict]) -> list[dict]:
    """The office's lines with some of them told anew; the others stay."""
    by_number = {line["number"]: line for line in [*(office["lines"] or ()), *lines]}
    return list(by_number.values())


def _day(text: date | str) -> date:
    try:
        return text if isinstance(text, date) else date.fromisoformat(text)
    except ValueError:
        raise CallLogError("this is no date", found=repr(str(text)[:20]), wanted="as in 2022-01-31") from None
