"""What no log knows: who sends the report and for which meeting, the last meeting, and how an audit's draw went.

The file is TOML::

    [sender]
    committee = "AILA USCIS Case Assistance Committee"
    meets_on = 2022-07-14
    contact = "A. Chair, 555-0100"

    [last]
    on = 2022-03-03

    [[last.item]]
    asked = "Urgent requests escalated on a Friday"
    answer = "Will look into it."
    figure = "urgent"        # told for the time since and before: wait, urgent, regular, answered

    [audit]
    seed = "20220711"
    drawn = 30
    documented = 24
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from callanalytics.errors import CallLogError

FIGURES = ("wait", "urgent", "regular", "answered")
WANTED: dict[str, dict[str, type]] = {
    "file": {"sender": dict, "last": dict, "audit": dict},
    "sender": {"committee": str, "meets_on": date, "contact": str},
    "last": {"on": date, "item": list},
    "item": {"asked": str, "answer": str, "figure": str},
    "audit": {"seed": str, "drawn": int, "documented": int},
}
NEEDED = {
    "file": (),
    "sender": (),
    "last": ("on",),
    "item": ("asked", "answer"),
    "audit": ("seed", "drawn", "documented"),
}


@dataclass(frozen=True)
class Item:
    """Something asked at the last meeting, the answer, and the figure that shows what came of it."""

    asked: str
    answer: str
    figure: str = ""


@dataclass(frozen=True)
class Audit:
    """Calls drawn by a seed that was named beforehand, and how many of them the offices could document."""

    seed: str
    drawn: int
    documented: int


@dataclass(frozen=True)
class Meeting:
    """The day of the last meeting (None without one), what was asked there, the audit; and who sends the report, for
    which meeting, and whom to ask."""

    on: date | None = None
    items: tuple[Item, ...] = ()
    audit: Audit | None = None
    committee: str = ""
    meets_on: date | None = None
    contact: str = ""


def read(path) -> Meeting:
    """What the file says.

    Raises
    ------
    CallLogError
        It cannot be read, is no TOML, or has a key that is not known, missing, or of another kind.
    """
    path = Path(path)
    try:
        settings = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as problem:
        raise CallLogError(f"{path.name} cannot be read", found=(problem.strerror or "").lower()) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CallLogError(f"{path.name} is not valid TOML", found=str(problem)) from None
    _check(settings, "file", path.name)
    last, audit = settings.get("last"), settings.get("audit")
    if last is not None:
        _check(last, "last", f"{path.name}, [last]")
    sender = settings.get("sender", {})
    _check(sender, "sender", f"{path.name}, [sender]")
    items = tuple(_item(item, f"{path.name}, item {n}") for n, item in enumerate((last or {}).get("item", ()), 1))
    made = _audit(audit, f"{path.name}, [audit]") if audit else None
    return Meeting(last["on"] if last else None, items, made, **sender)


def _item(item, where) -> Item:
    _check(item, "item", where)
    if item.get("figure", "wait") not in FIGURES:
        raise CallLogError(
            "there is no such figure to follow", where=where, found=item["figure"], wanted=", ".join(FIGURES)
        )
    return Item(**item)


def _audit(table, where) -> Audit:
    _check(table, "audit", where)
    audit = Audit(**table)
    if not 0 <= audit.documented <= audit.drawn:
        raise CallLogError(
            "more calls were documented than drawn",
            where=where,
            found=f"drawn = {audit.drawn}, documented = {audit.documented}",
        )
    return audit


def _check(table, part, where) -> None:
    wanted = WANTED[part]
    missing = [key for key in NEEDED[part] if key not in table] if isinstance(table, dict) else NEEDED[part]
    # A moment is a day to isinstance, as is True a number: so the kinds are compared themselves.
    wrong = [key for key, value in table.items() if type(value) is not wanted.get(key)] if not missing else []
    if missing or wrong:
        raise CallLogError(
            "a key is missing" if missing else "a key is not known, or its value is of another kind",
            where=where,
            found=", ".join(missing or wrong),
            wanted="; ".join(f"{key} ({KINDS[kind]})" for key, kind in wanted.items()),
        )


KINDS = {dict: "a part of its own", list: "one or more [[last.item]]", date: "a day, 2022-03-03", str: "text in quotes",
         int: "a whole number"}  # fmt: skip
