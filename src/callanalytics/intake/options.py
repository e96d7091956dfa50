"""What a person says of the files and the office, checked before anything is read."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from callanalytics import agencies, formats
from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.normalize import Settings
from callanalytics.values import zones

DATE_ORDERS = ("mdy", "dmy")


@dataclass(frozen=True)
class Options:
    """The words of the command, as values: zones as IANA keys, formats by name."""

    office: str | None = None
    zone: str | None = None
    file_zone: str | None = None
    date_order: str | None = None
    forced: Format | None = None
    mapping: Format | None = None
    new_office: bool = False
    replaces: tuple[str, ...] = ()
    keep_numbers: bool = False
    today: date | None = None
    senders: tuple[agencies.Sender, ...] = ()

    def settings(self, office_id: str, zone: str, remembered: tuple[agencies.Sender, ...] = ()) -> Settings:
        """What `normalize` must know of an office's files; ``remembered`` are senders given for it before."""
        senders = tuple({sender.id: sender for sender in (*remembered, *self.senders)}.values())
        file_zone = self.file_zone or zone
        return Settings(office_id, zone, file_zone, self.date_order, self.keep_numbers, self.today, senders)


def read(
    office=None,
    timezone=None,
    file_timezone=None,
    date_order=None,
    format=None,
    mapping=None,
    new_office=False,
    replaces=None,
    keep_numbers=False,
    today=None,
    senders=None,
) -> Options:
    """The options of `ingest` and `check`; a word that is not known is refused with those that are."""
    if date_order not in (None, *DATE_ORDERS):
        raise CallLogError(f"{date_order!r} is no order of day and month", wanted=" or ".join(DATE_ORDERS))
    return Options(
        office=" ".join(office.split()) if office else None,
        zone=zones.zone(timezone) if timezone else None,
        file_zone=zones.zone(file_timezone) if file_timezone else None,
        date_order=date_order,
        forced=_format(format) if format else None,
        mapping=formats.read_mapping(Path(mapping)) if mapping else None,
        new_office=new_office,
        replaces=(replaces,) if isinstance(replaces, str) else tuple(replaces or ()),
        keep_numbers=keep_numbers,
        today=today,
        senders=agencies.read_senders(Path(senders)) if senders else (),
    )


def _format(name: str) -> Format:
    known = formats.load()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        raise CallLogError(
            f"there is no format {name!r}",
            do=f"did you mean {near[0]}?" if near else "callanalytics formats  lists them",
        )
    return known[name]
