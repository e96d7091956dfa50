"""What a person says of the files and the office, checked before anything is read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypedDict

from callanalytics import agencies, formats
from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.formats.fitting import UNREAD
from callanalytics.normalize import Settings
from callanalytics.values import zones

DATE_ORDERS = ("mdy", "dmy")
TIMES = ("start", "answer", "end")
WAITS_FROM = ("dial", "queue")
WAIT_UNITS = ("minutes", "seconds", "hours")
WAIT_CLOCKS = ("h:mm", "m:ss")
OF_ONE_FILE = ("date_order", "time_of", "wait_from", "wait_unit", "wait_clock", "column")  # what a file's cells mean


class Said(TypedDict, total=False):
    """What may be said of the files beside office and zone.

    file_timezone : zone of times without one in these files, if not the office's
    date_order : ``mdy`` or ``dmy`` where the dates fit both
    time_of : ``start``, ``answer`` or ``end``: which moment of a call the times of a hand-kept sheet are
    wait_from : ``dial`` or ``queue``: the moment from which a hand-kept sheet counts its waits, where it does not say;
        remembered for the office's later files of the same format
    wait_unit : ``minutes``, ``seconds`` or ``hours``: what the bare numbers of a sheet's waits are
    wait_clock : ``h:mm`` or ``m:ss``: what a wait of two parts, as in 1:15, is
    column : ``MEANING=HEADER``, one or several: what a column of a hand-kept sheet means, as in ``wait=Hold time``;
        ``unread=HEADER`` for one that is to be left alone
    format, mapping : read as this format; a format file of one's own, which is remembered for the office
    new_office : the name is new to a store that has offices
    replaces : a file of the store, by the name or id in its receipt, that these replace
    keep_removed : no row of a hand log is taken out because these files lack it
    keep_numbers : store strangers' numbers too
    today : the day of reading, to warn of later dates
    senders : a TOML file of the agency's senders of texts and e-mails that the shipped list lacks; remembered for
        the office
    accept_mapping : an unknown phone export is read by what its columns seem to mean, as `check` shows it; remembered
        for the office's later files of the same layout
    our_number : one or several numbers of the office, or their last four digits: where no column of an unknown export
        says which way a call went, they do
    of_files : what is said of single files and of no other: the file, as its receipt names it, and any of `OF_ONE_FILE`
    """

    file_timezone: str | None
    date_order: str | None
    time_of: str | None
    wait_from: str | None
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
    of_files: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Options:
    """The words of the command, as values: zones as IANA keys, formats by name."""

    office: str | None = None
    zone: str | None = None
    file_zone: str | None = None
    date_order: str | None = None
    forced: Format | None = None
    mapping: Format | None = None
    remembered: tuple[Format, ...] = ()  # mappings given with files of the office before
    new_office: bool = False
    replaces: tuple[str, ...] = ()
    keep_removed: bool = False
    keep_numbers: bool = False
    today: date | None = None
    senders: tuple[agencies.Sender, ...] = ()
    time_of: str | None = None
    wait_from: str | None = None
    wait_unit: str | None = None
    wait_clock: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    accept_mapping: bool = False
    our_numbers: tuple[str, ...] = ()
    of_files: Mapping[str, Options] = field(default_factory=dict)

    def of_file(self, shown: str) -> Options:
        """What was said of a file: of all files, and of it alone."""
        return self.of_files.get(shown, self)

    def settings(self, office_id: str, zone: str, remembered: tuple[agencies.Sender, ...] = ()) -> Settings:
        """What `normalize` must know of an office's files; ``remembered`` are senders given for it before."""
        senders = tuple({sender.id: sender for sender in (*remembered, *self.senders)}.values())
        return Settings(
            office_id,
            zone,
            self.file_zone or zone,
            self.date_order,
            self.keep_numbers,
            self.today,
            senders,
            self.time_of,
            self.wait_from,
            self.wait_unit,
            self.wait_clock,
            self.columns,
        )


def read(office: str | None = None, timezone: str | None = None, **said) -> Options:
    """The options of `ingest` and `check`; a word that is not known is refused with those that are."""
    if unknown := set(said) - set(Said.__annotations__):
        raise TypeError(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(Said.__annotations__)}")
    order, form, mapping, replaces = (said.get(name) for name in ("date_order", "format", "mapping", "replaces"))
    if order not in (None, *DATE_ORDERS):
        raise CallLogError(f"{order!r} is no order of day and month", wanted=" or ".join(DATE_ORDERS))
    time_of = said.get("time_of")
    if time_of not in (None, *TIMES):
        raise CallLogError(f"{time_of!r} is no moment of a call", wanted=", ".join(TIMES))
    wait_from = said.get("wait_from")
    if wait_from not in (None, *WAITS_FROM):
        raise CallLogError(
            f"{wait_from!r} is not a moment from which a wait is counted", wanted=" or ".join(WAITS_FROM)
        )
    for name, words in (("wait_unit", WAIT_UNITS), ("wait_clock", WAIT_CLOCKS)):
        if said.get(name) not in (None, *words):
            option = f"--{name.replace('_', '-')}"
            raise CallLogError(f"{option} can't be {said[name]!r}", wanted=" or ".join(words))
    file_zone = said.get("file_timezone")
    told = Options(
        office=_name(office) if office else None,
        zone=zones.zone(timezone) if timezone else None,
        file_zone=zones.zone(file_zone) if file_zone else None,
        date_order=order,
        forced=_format(form) if form else None,
        mapping=formats.read_mapping(Path(mapping)) if mapping else None,
        new_office=bool(said.get("new_office")),
        replaces=(replaces,) if isinstance(replaces, str) else tuple(replaces or ()),
        keep_removed=bool(said.get("keep_removed")),
        keep_numbers=bool(said.get("keep_numbers")),
        today=said.get("today"),
        senders=agencies.read_senders(Path(said["senders"])) if said.get("senders") else (),
        time_of=time_of,
        wait_from=wait_from,
        wait_unit=said.get("wait_unit"),
        wait_clock=said.get("wait_clock"),
        columns=_columns(said.get("column")),
        accept_mapping=bool(said.get("accept_mapping")),
        our_numbers=_numbers(said.get("our_number")),
    )
    return replace(told, of_files={file: _of_one(told, own) for file, own in (said.get("of_files") or {}).items()})


def _of_one(told: Options, own: Mapping[str, object]) -> Options:
    """The options of all files with what was said of one of them in place, or on top, of it."""
    given = {name: value for name, value in own.items() if name in OF_ONE_FILE}
    of_it = read(**given)
    changed = {name: getattr(of_it, name) for name in given if name != "column"}
    return replace(told, **changed, columns=(*told.columns, *of_it.columns))


def _name(office: str) -> str:
    """An office's name on one line; one that no file can hold is refused."""
    if any("\ud800" <= c <= "\udfff" for c in office):
        raise CallLogError(
            "the office's name has signs that this computer could not read",
            found=repr("".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in office)),
            do="type it again, in letters of any script",
        )
    return " ".join(office.split())


def _columns(said: str | tuple[str, ...] | None) -> tuple[tuple[str, str], ...]:
    """What columns mean, as (meaning, header)."""
    known = {meaning.name for fmt in formats.load().values() for meaning in fmt.words} if said else set()
    pairs = []
    for text in (said,) if isinstance(said, str) else said or ():
        meaning, _, header = (part.strip() for part in text.partition("="))
        if not header or meaning not in known | {UNREAD}:
            near = difflib.get_close_matches(meaning, [*known, UNREAD], n=1)
            raise CallLogError(
                f"--column {text!r} does not say what a column means",
                wanted=f'MEANING=HEADER, as in wait="Hold time"; meanings are {", ".join([*sorted(known), UNREAD])}',
                do=f"did you mean {near[0]}?" if near else "",
            )
        pairs.append((meaning, header))
    return tuple(pairs)


def _numbers(said: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Numbers of the office, whole or by their last digits."""
    numbers = (said,) if isinstance(said, str) else tuple(said or ())
    if any(sum(map(str.isdigit, number)) < 4 for number in numbers):
        raise CallLogError("--our-number is too short", wanted="a telephone number, or its last four digits")
    return numbers


def _format(name: str) -> Format:
    known = formats.load()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        raise CallLogError(
            f"there is no format {name!r}",
            do=f"did you mean {near[0]}?" if near else "callanalytics formats  lists them",
        )
    return known[name]
