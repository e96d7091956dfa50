"""Senders of texts and e-mails that a user has seen and the shipped list has not: a file of one's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from callanalytics.agencies import loading
from callanalytics.agencies.agency import Agency
from callanalytics.agencies.rows import Sender
from callanalytics.errors import CallLogError

DATES = ("since", "until")


def read_senders(path: Path) -> tuple[Sender, ...]:
    """The rows ``[[sender]]`` of a TOML file in the shape of the shipped ``senders.toml``."""
    told: dict[str, dict] = {kind: {} for kind in loading.KINDS}
    loading.read_rows(Path(path), told)
    others = [kind for kind, rows in told.items() if rows and kind != "sender"]
    if others or not told["sender"]:
        raise CallLogError(
            f"{Path(path).name} is no list of senders",
            found=", ".join(f"[[{kind}]]" for kind in others) or "nothing",
            wanted="[[sender]] with id, channel, kind, address or phrases, source, grade",
        )
    return tuple(told["sender"].values())


@lru_cache(maxsize=8)
def with_senders(agency: Agency, senders: tuple[Sender, ...]) -> Agency:
    """The agency with senders of one's own; one with the id of a shipped one takes its place."""
    if not senders:
        return agency
    listed = {sender.id: sender for sender in (*agency.senders, *senders)}
    return dataclasses.replace(agency, senders=tuple(listed.values()))


def as_rows(senders: Iterable[Sender]) -> list[dict]:
    """Senders as plain values, for JSON."""
    return [
        {
            name: str(v) if name in DATES else v
            for name, v in dataclasses.asdict(sender).items()
            if v not in (None, "", ())
        }
        for sender in senders
    ]


def from_rows(rows: Iterable[dict]) -> tuple[Sender, ...]:
    """Senders from what :func:`as_rows` made.

    >>> sender = Sender(id="own", channel="text", kind="text_ahead", address="872466", source="seen", grade="U",
    ...                 since=date(2023, 10, 2))
    >>> from_rows(as_rows([sender])) == (sender,)
    True
    """
    return tuple(
        Sender(
            **row
            | {n: date.fromisoformat(row[n]) for n in DATES if n in row}
            | {"phrases": tuple(row.get("phrases", ()))}
        )
        for row in rows
    )
