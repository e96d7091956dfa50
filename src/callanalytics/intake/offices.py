"""Options for the files and their office, checked before anything is read; the register of offices."""

from __future__ import annotations

import difflib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

from callanalytics import agencies, formats
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, InvalidRequest, OpenQuestion, Refused, day_given
from callanalytics.formats import Format
from callanalytics.formats.column_meanings import UNREAD
from callanalytics.lazy import regex
from callanalytics.normalize import Settings
from callanalytics.values import dates, phones, zones
from callanalytics.wording import did_you_mean, joined, plain_name, quoted_name, some

CHOICES = {  # option -> allowed values
    "date_order": ("mdy", "dmy"),
    "time_refers_to": ("start", "answer", "end"),
    "wait_origin": ("dial", "queue"),
    "wait_unit": ("minutes", "seconds", "hours"),
    "wait_clock": ("h:mm", "m:ss"),
}
AS_GIVEN = (*CHOICES, *"new_office keep_removed keep_numbers accept_mapping today hours lines".split())
OF_ONE_FILE = (*CHOICES, "column", "file_timezone")  # what a file's cells mean


class Given(TypedDict, total=False):
    """Options for the files besides office and zone.

    file_timezone : zone of times without one in these files, if not the office's
    date_order : ``mdy`` or ``dmy`` if the dates fit both
    time_refers_to : ``start``, ``answer``, or ``end``: what the times of a hand-kept sheet mark
    wait_origin : ``dial`` or ``queue``: where the waits of a hand-kept sheet start, if it does not say; remembered for
        the office's later files of the same format
    wait_unit : ``minutes``, ``seconds``, or ``hours``: the unit of a sheet's waits without one
    wait_clock : ``h:mm`` or ``m:ss``: how to read a wait of two parts, as in 1:15
    column : ``MEANING=HEADER``, one or several: what a column of a hand-kept sheet means, as in ``wait=Hold time``;
        ``unread=HEADER`` for a column to ignore
    format, mapping : read as this format; a format file of your own, which is remembered for the office
    new_office : the name is new to a store that has offices
    replaces : a file of the store, by the name or id in its receipt, that these replace
    keep_removed : no row of a hand log is removed because these files lack it
    keep_numbers : store strangers' numbers too
    today : the day of reading, to warn about later dates
    senders : a TOML file of the agency's senders of texts and emails that the shipped list lacks; remembered for
        the office
    accept_mapping : read an unknown phone export by what its columns seem to mean, as `check` shows it; remembered
        for the office's later files of the same layout
    our_number : one or several numbers of the office, or their last four digits: they show which way a call went if
        no column of an unknown export does
    agency : the agency these calls are to; by default USCIS as shipped
    hours, lines : of the office, as :func:`callanalytics.intake.set_office` takes them; they are set with its files
    of_files : options for single files only: the file, as its receipt names it, and any of `OF_ONE_FILE`
    """

    file_timezone: str | None
    date_order: str | None
    time_refers_to: str | None
    wait_origin: str | None
    wait_unit: str | None
    wait_clock: str | None
    column: str | tuple[str, ...] | None
    format: str | None
    mapping: Path | str | None
    new_office: bool
    replaces: str | tuple[str, ...] | None
    keep_removed: bool
    keep_numbers: bool
    today: date | None
    senders: Path | str | None
    accept_mapping: bool
    our_number: str | tuple[str, ...] | None
    agency: agencies.Agency | None
    hours: str | Sequence[dict] | None
    lines: Sequence[str | dict] | None
    of_files: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Options(Settings):
    """The options of a command, as values: zones as IANA keys, formats by name."""

    office: str | None = None
    forced: Format | None = None
    mapping: Format | None = None
    remembered: tuple[Format, ...] = ()  # mappings given with earlier files of the office
    new_office: bool = False
    replaces: tuple[str, ...] = ()
    keep_removed: bool = False
    senders_file: str = ""  # the file they were read from
    accept_mapping: bool = False
    our_numbers: tuple[str, ...] = ()
    agency: agencies.Agency = field(default_factory=agencies.load)
    hours: str | Sequence[dict] | None = None
    lines: Sequence[str | dict] | None = None
    of_files: Mapping[str, Options] = field(default_factory=dict)

    def of_file(self, shown: str) -> Options:
        """The options for a file: its own if it has any, else those for all files."""
        return self.of_files.get(shown, self)

    def settings(self, office_id: str, zone: str, remembered: tuple[agencies.Sender, ...] = ()) -> Settings:
        """The settings of `normalize` for an office's files; ``remembered`` are senders given for it earlier."""
        senders = tuple({sender.id: sender for sender in (*remembered, *self.senders)}.values())
        own = {each.name: getattr(self, each.name) for each in fields(Settings)} | {"senders": senders}
        return Settings(**own | {"office_id": office_id, "zone": zone, "file_zone": self.file_zone or zone})


def read_options(office: str | None = None, timezone: str | None = None, **given) -> Options:
    """The options of `ingest` and `check`; refuse an unknown word, and name the known ones."""
    if unknown := set(given) - set(Given.__annotations__):
        raise TypeError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(Given.__annotations__)}")
    for name, words in CHOICES.items():
        if given.get(name) not in (None, *words):
            raise InvalidRequest(f"--{name.replace('_', '-')} can't be {given[name]!r}", wanted=joined(words, "or"))
    form, mapping, replaces, file_zone = (given.get(n) for n in ("format", "mapping", "replaces", "file_timezone"))
    options = Options(
        office=_office_name(office) if office else None,
        zone=zones.zone(timezone) if timezone else None,
        file_zone=zones.zone(file_zone) if file_zone else None,
        forced=_named_format(form) if form else None,
        mapping=formats.read_mapping(Path(mapping)) if mapping else None,
        replaces=(replaces,) if isinstance(replaces, str) else tuple(replaces or ()),
        senders=agencies.read_senders(Path(given["senders"])) if given.get("senders") else (),
        senders_file=str(given.get("senders") or ""),
        columns=_column_meanings(given["column"]) if given.get("column") else (),
        our_numbers=_own_numbers(given["our_number"]) if given.get("our_number") else (),
        agency=given.get("agency") or agencies.load(),
        **{name: given[name] for name in AS_GIVEN if given.get(name)},
    )
    by_file = given.get("of_files") or {}
    return replace(options, of_files={file: _options_of_file(options, own) for file, own in by_file.items()})


def _options_of_file(options: Options, own: Mapping[str, object]) -> Options:
    """The options of all files with those of one file replacing or extending them."""
    given = {name: value for name, value in own.items() if name in OF_ONE_FILE}
    # Checks the words for one file like those for all files
    of_it = read_options(None, None, **given)
    changed = {name: getattr(of_it, name) for name in given if name in CHOICES}
    file_zone = of_it.file_zone or options.file_zone
    return replace(options, **changed, columns=(*options.columns, *of_it.columns), file_zone=file_zone)


def _office_name(office: str) -> str:
    """An office's name on one line; refuse a name that no file can hold."""
    # Python uses these for bytes of a command line that are not text; no file can hold them.
    if any("\ud800" <= c <= "\udfff" for c in office):
        raise InvalidRequest(
            "The office's name has characters that this computer can't read",
            found=repr("".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in office)),
            do="type the name again; any alphabet works",
        )
    return " ".join(office.split())


def _column_meanings(given: str | tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The meanings given for columns, as (meaning, header)."""
    known = {meaning.name for fmt in formats.load().values() for meaning in fmt.words}
    pairs = []
    for text in (given,) if isinstance(given, str) else given:
        meaning, _, header = (part.strip() for part in text.partition("="))
        if not header or meaning not in known | {UNREAD}:
            raise InvalidRequest(
                f"--column {text!r} does not name a meaning and a header",
                wanted=f'MEANING=HEADER, as in wait="Hold time"; meanings are {", ".join([*sorted(known), UNREAD])}',
                do=did_you_mean(meaning, [*known, UNREAD]),
            )
        pairs.append((meaning, header))
    return tuple(pairs)


def _own_numbers(given: str | tuple[str, ...]) -> tuple[str, ...]:
    """Numbers of the office, whole or by their last digits."""
    numbers = (given,) if isinstance(given, str) else tuple(given)
    if any(sum(map(str.isdigit, number)) < 4 for number in numbers):
        raise InvalidRequest("--our-number is too short", wanted="a phone number, or its last four digits")
    return numbers


LIST_OF_FORMATS = "callanalytics formats  lists them"


def _named_format(name: str) -> Format:
    known = formats.load()
    if name not in known:
        raise InvalidRequest(f"There is no format {name!r}", run=did_you_mean(name, known, LIST_OF_FORMATS, 0.4))
    return known[name]


# ---- the register of offices ----------------------------------------------------------------------------------------

PROVISIONAL_ID, PROVISIONAL_NAME = "0" * 32, "this office"  # of an office that is not known yet
DETAILS = ("hours", "lines", "logs_callbacks_since")
KINDS_OF_LINE = ("desk", "mobile", "receptionist")


@lru_cache(maxsize=1 << 12)  # in a roster, every name is compared with every other
def fold_office(name: str) -> str:
    """A name in the form used to compare names, without characters that a printed command omits for the shell."""
    return plain_name(name).casefold() or " ".join(name.casefold().split())


def find_office(name: str, registered: Sequence[dict]) -> dict | None:
    """The office of this name, ignoring case and spaces; None if there is none."""
    return next((office for office in registered if fold_office(office["name"]) == fold_office(name)), None)


def office_meant(options: Options, registered: Sequence[dict]) -> dict | None:
    """The named office; if none is named, the only one."""
    if options.office:
        return find_office(options.office, registered)
    return registered[0] if len(registered) == 1 else None


def known_office(name: str, registered: Sequence[dict], correction: Callable[[str], str] = str) -> dict:
    """The office of this name. ``correction`` turns the most likely name into what to type instead.

    Raises
    ------
    CallLogError
        There is none; the message names the nearest, so that a typing error does not create a second office.
    """
    if office := find_office(name, registered):
        return office
    names = [office["name"] for office in registered]
    near = nearest_office(name, names)
    raise InvalidRequest(
        f"The store has no office {name!r}",
        found=f"it has {some(names, 8) or 'no office yet: an ingest adds the first'}",
        run=correction(near) if near else "",
    )


def nearest_office(name: str, names: Sequence[str]) -> str:
    """The name that was most likely meant; "" if none is near.

    >>> names = ["Hemlock and Rowan", "Alder and Birch"]
    >>> nearest_office("alder & birch", names), nearest_office("Quince", names)
    ('Alder and Birch', '')
    """
    by_word = {fold_office(each): each for each in names}
    near = difflib.get_close_matches(fold_office(name), by_word, n=1, cutoff=0.5)
    return by_word[near[0]] if near else ""


def office_of_files(options: Options, sheets: Sequence[dict], registered: Sequence[dict]) -> str | None:
    """The office's name: the one given, else the one in the hand log's sheet, else the store's only office."""
    if options.office:
        return options.office
    named = {fold_office(sheet["name"]): sheet["name"] for sheet in sheets if sheet["name"]}
    if len(named) > 1:
        raise OpenQuestion(
            "These files belong to several offices",
            found=", ".join(sorted(named.values())),
            run="read one office at a time; or all offices at once, one folder each:  --roster FILE",
        )
    if named:
        return next(iter(named.values()))
    if len(registered) > 1:
        names = ", ".join(office["name"] for office in registered)
        raise OpenQuestion(
            "These files don't name an office", found=f"the store has {names}", run='add  --office "NAME"'
        )
    return registered[0]["name"] if registered else None


def registered_office(name: str, options: Options, registered: Sequence[dict]) -> dict | None:
    """The store's own record of the office; None for a new office, if `new_office` allows one."""
    office = find_office(name, registered)
    if office is None and not options.new_office:
        refuse_unknown(name, registered)
    if office and options.zone and options.zone != office["timezone"]:
        raise Refused(
            f"{office['name']} is stored with the time zone {office['timezone']}",
            found=f"--timezone {options.zone}",
            run="for these files only, use  --file-timezone;  if the office's zone is wrong, ingest its files\n"
            "into a new store: the hour of every call depends on it",
        )
    return office


def refuse_unknown(name: str, registered: Sequence[dict]) -> None:
    """Refuse a name that the store does not have; the message says how to add a new office."""
    try:
        known_office(name, registered, lambda near: f"did you mean  --office {quoted_name(near)}  ?")
    except CallLogError as why:
        why.do = "\n".join(filter(None, (why.do, "if the office is new to this store:  --new-office")))
        raise


def new_office(name: str, zone: str, agency: Agency, office_id: str | None = None) -> dict:
    """A record for a new office. Its id is random, so that it identifies no one."""
    identity = {"office_id": office_id or secrets.token_hex(16), "name": name, "timezone": zone}
    return identity | dict.fromkeys(DETAILS) | {"agency": agency.name}


def agency_of_office(office: dict, agency: Agency) -> Agency:
    """The agency that an office calls: the given one if the office calls it, else the shipped one of that name."""
    return agency if agency.is_called_by(office) else agencies.load(office["agency"] or agencies.SHIPPED)


def updated_office(office: dict, sheets: Sequence[dict]) -> dict:
    """The record with the details in the sheets *Your office*; details that a sheet lacks stay as they were."""
    for sheet in sheets:
        office = office | {detail: sheet[detail] for detail in DETAILS if sheet[detail] is not None}
    return office


# ---- the options of the command `office` ---------------------------------------------------------------------


def office_details(timezone=None, hours=None, lines=None, logs_callbacks_since=None, own_formats=()) -> dict:
    """The details given, in the form of the table. ``own_formats`` are names of formats that are not shipped."""
    given: dict[str, object] = {}
    if timezone:
        given["timezone"] = zones.zone(timezone)
    if hours:
        given["hours"] = hours_from(hours) if isinstance(hours, str) else list(hours)
    if lines:
        given["lines"] = [line_from(line, own_formats) if isinstance(line, str) else dict(line) for line in lines]
    if logs_callbacks_since:
        given["logs_callbacks_since"] = day_given(logs_callbacks_since, "--logs-callbacks-since")
    return given


def hours_from(text: str) -> list[dict]:
    """Opening hours by weekday.

    >>> hours_from("Mon-Thu 9:00-17:30, Fri 9-16")[3:]
    [{'weekday': 4, 'opens': '09:00', 'closes': '17:30'}, {'weekday': 5, 'opens': '09:00', 'closes': '16:00'}]
    """
    found: dict[int, dict] = {}
    for part in re.split(r"[,;]", text):
        match = _OPEN.fullmatch(part.casefold().strip())
        days = _weekdays(match[1], match[2] or match[1]) if match else []
        opens, closes = (_clock_time(match[3]), _clock_time(match[4])) if match else ("", "")
        # Times with two digits each sort correctly as texts.
        if not (days and opens and closes and opens < closes):
            raise InvalidRequest(
                "Can't read these opening hours",
                found=repr(part.strip()[:40]),
                wanted='days and hours, as in "Mon-Fri 9:00-17:30, Sat 10-13" or "Mon-Fri 9 AM-5:30 PM"',
            )
        found |= {day: {"weekday": day, "opens": opens, "closes": closes} for day in days}
    return [found[day] for day in sorted(found)]


_TIME = r"\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\.?)?"
_OPEN = regex(rf"([a-z]+)(?:\s*-\s*([a-z]+))?\s+({_TIME})\s*(?:-|–|to)\s*({_TIME})")


def _weekdays(first: str, last: str) -> list[int]:
    if first[:3] not in dates.WEEKDAYS or last[:3] not in dates.WEEKDAYS:
        return []
    return list(range(dates.WEEKDAYS.index(first[:3]) + 1, dates.WEEKDAYS.index(last[:3]) + 2))


def _clock_time(text: str) -> str:
    """A time of day on the 24-hour clock; "" if it is none.

    >>> _clock_time("9"), _clock_time("5:30 pm"), _clock_time("12 am"), _clock_time("13 pm")
    ('09:00', '17:30', '00:00', '')
    """
    match = re.fullmatch(r"(\d{1,2})(?::(\d\d))?\s*(?:([ap])\.?m\.?)?", text)
    if not match or int(match[1]) > (12 if match[3] else 23) or int(match[2] or 0) > 59:
        return ""
    hour = int(match[1]) % 12 + 12 * (match[3] == "p") if match[3] else int(match[1])
    return f"{hour:02}:{match[2] or '00'}"


def line_from(text: str, own_formats: Iterable[str] = ()) -> dict:
    """A phone line of the office: its number, and after colons its other settings.

    >>> line_from("202-555-0100:mobile:blocks-unknown")["withheld_get_through"]
    False
    """
    number, *words = (part.strip() for part in text.split(":"))
    line: dict[str, str | bool | None] = {"number": phones.e164(number)}
    line |= dict.fromkeys(("kind", "withheld_get_through", "covered_by"))
    if line["number"] is None:
        raise InvalidRequest("This is not a phone number", found=phones.mask(number), wanted="as in 212-555-0100")
    for word in filter(None, words):
        if word in KINDS_OF_LINE:
            line["kind"] = word
        elif word in ("blocks-unknown", "lets-unknown"):
            line["withheld_get_through"] = word == "lets-unknown"
        else:
            line["covered_by"] = word if word in own_formats else _known_format(word)
    return line


def _known_format(word: str) -> str:
    """A format's name, or the phone system's part of it."""
    known_formats = formats.load()
    if any(formats.is_named(word, name) for name in known_formats):
        return word

    raise InvalidRequest(
        f"{word!r} is not a line setting",
        wanted="desk, mobile, receptionist, blocks-unknown, lets-unknown, or the format whose export shows the line",
        run=did_you_mean(word, known_formats, LIST_OF_FORMATS, 0.4),
    )


def with_details(office: dict, details: dict[str, Any]) -> dict:
    """The record with the details given; lines are added, or replace the one with the same number."""
    by_number = {line["number"]: line for line in [*(office["lines"] or ()), *details.get("lines", ())]}
    return office | details | ({"lines": list(by_number.values())} if "lines" in details else {})
