"""TOML files -> an :class:`Agency`. A misspelled key or a wrong word is told with its file and row."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from callanalytics.agencies import rows
from callanalytics.agencies.agency import Agency
from callanalytics.errors import CallLogError

OWN_FACTS = "CALLANALYTICS_FACTS"
FOLDER = Path(__file__).resolve().parent
# [[name]] of a TOML row -> (field of Agency, class of the row)
KINDS = {
    "number": ("numbers", rows.Number),
    "line": ("lines", rows.Line),
    "rule": ("rules", rows.Rule),
    "window": ("windows", rows.Window),
    "attempts": ("attempts", rows.Attempts),
    "notice": ("notices", rows.Notice),
    "event": ("events", rows.Event),
    "claim": ("claims", rows.Claim),
    "sender": ("senders", rows.Sender),
    "mailbox": ("mailboxes", rows.Mailbox),
    "recourse": ("recourses", rows.Recourse),
    "reason": ("reasons", rows.Reason),
    "word": ("words_said", rows.Word),
    "anchor": ("published", rows.Anchor),
    "point": ("points", rows.Point),
    "retention": ("retention", rows.Retention),
    "closure": ("closures", rows.Closure),
}
# closures.toml alone has a head; a file of your own may say which kinds of closure stop the clock too.
HEADS = {"version": str, "first_year": int, "last_year": int, "also_closed": list}
OFF_BY_DEFAULT = ("snow", "lapse", "inauguration")
WORDS = {
    ("number", "use"): ("outbound", "inbound_callback"),
    ("rule", "urgency"): ("urgent", "regular", "any"),
    ("rule", "unit"): ("hours", "business_days"),
    ("notice", "unit"): ("minutes", "business_days"),
    ("event", "precision"): ("day", "month", "interval"),
    ("event", "mark"): ("A", "B", "C"),
    ("sender", "channel"): ("text", "email"),
    ("sender", "kind"): ("announcement", "text_ahead", "reply_out", "answer", "unknown"),
    ("closure", "kind"): ("statutory", "executive_order", "inauguration", "snow", "lapse"),
}
_CHECKS = {
    "str": (lambda v: isinstance(v, str), "text in quotation marks"),
    "int": (lambda v: isinstance(v, int) and not isinstance(v, bool), "a whole number"),
    "float": (lambda v: isinstance(v, int | float) and not isinstance(v, bool), "a number"),
    "bool": (lambda v: isinstance(v, bool), "true or false"),
    "date": (lambda v: type(v) is date, "a date without quotation marks, as in 2022-01-10"),
    "tuple": (lambda v: isinstance(v, list), "a list, as in [1, 2]"),
}


def uscis() -> Agency:
    """USCIS as shipped with the package; with the file of your own over it that the environment names, if any.

    ``CALLANALYTICS_FACTS`` names the file (``callanalytics --facts FILE`` sets it): everything that follows is made
    and judged by it.
    """
    return _uscis(os.environ.get(OWN_FACTS) or None)


@cache
def _uscis(extra: str | None) -> Agency:
    return load(extra=extra)


def load(name: str = "uscis", *, extra: Path | str | None = None) -> Agency:
    """An agency from its folder, with a file of your own added or put over it.

    Parameters
    ----------
    extra : a TOML file with rows of the same shape
        ``[[rule]]``, ``[[event]]``, ``[[closure]]`` ...; a row with the id (number, code, date) of a shipped
        one takes its place, any other is added.
    """
    told: dict[str, dict] = {kind: {} for kind in KINDS}
    head: dict = {}
    for path in [*sorted((FOLDER / name).glob("*.toml")), FOLDER / "retention.toml"]:
        head |= read_rows(path, told)
    yours: dict[str, dict] = {kind: {} for kind in KINDS}
    also: tuple[str, ...] = ()
    if extra is not None:
        also = _kinds_of(read_rows(Path(extra), yours).get("also_closed", []), Path(extra).name)
    for kind, listed in yours.items():
        told[kind] |= listed
    agency = Agency(
        name=name,
        closures_version=head["version"] + _own_version(yours["closure"]),
        also_closed=also,
        closures_years=(head["first_year"], head["last_year"]),
        **{field: tuple(told[kind].values()) for kind, (field, _) in KINDS.items()},
    )
    _check_references(agency, extra)
    return agency


def _own_version(closures: dict) -> str:
    """What is written beside every due moment of the days that you close yourself: how many, and their digest."""
    if not closures:
        return ""
    digest = hashlib.sha256(repr(sorted(closures.items())).encode()).hexdigest()[:8]
    return f" and {len(closures)} of your own ({digest})"


def _kinds_of(also, name: str) -> tuple[str, ...]:
    """The kinds of closure that a file names; one that is not there is refused, as is what is no list of them."""
    listed = also if isinstance(also, list) else [also]
    if unknown := [kind for kind in listed if kind not in OFF_BY_DEFAULT]:
        raise CallLogError(
            f"{name}: there is no kind of closure {', '.join(map(repr, unknown))}",
            wanted=f"also_closed = some of {', '.join(OFF_BY_DEFAULT)}",
        )
    return tuple(listed)


def read_rows(path: Path, told: dict[str, dict]) -> dict:
    """Put the rows of a file into ``told``, by kind and key; return its head."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise CallLogError(f"{path.name} cannot be read", found=problem.strerror or "", wanted="a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CallLogError(f"{path.name} is not valid TOML", found=str(problem)) from None
    head = {key: content.pop(key) for key in HEADS if key in content}
    for kind, listed in content.items():
        if kind not in KINDS or not isinstance(listed, list):
            raise CallLogError(
                f"{path.name} holds something that is not a list of facts",
                found=f"[{kind}]",
                wanted=", ".join(f"[[{k}]]" for k in KINDS),
            )
        for number, values in enumerate(listed, 1):
            if not isinstance(values, dict):
                raise CallLogError(f"{path.name}: [[{kind}]] no. {number} is not a row", wanted="keys and values")
            row = _row(KINDS[kind][1], kind, values, f"{path.name}, [[{kind}]] no. {number}")
            told[kind][row.key] = row
    return head


def _row(cls, kind: str, values: dict, where: str):
    fields = {f.name: f for f in dataclasses.fields(cls)}
    unknown = sorted(set(values) - set(fields))
    missing = [n for n, f in fields.items() if f.default is dataclasses.MISSING and n not in values]
    if unknown or missing:
        raise CallLogError(
            "a row of facts has a key too many or too few",
            where=where,
            found=", ".join(unknown) or "no " + ", ".join(missing),
            wanted=", ".join(fields),
        )
    return cls(**{key: _value(kind, fields[key], value, where) for key, value in values.items()})


def _value(kind: str, field: dataclasses.Field, value, where: str):
    """A TOML value as the field wants it, or an error that says what was wanted."""
    type_ = field.type.split("|")[0].split("[")[0].strip()
    if kind == "line" and field.name == "hours" and isinstance(value, list) and all(type(v) is dict for v in value):
        return tuple(_row(rows.Hours, "hours", part, where) for part in value)
    fits, wanted = _CHECKS[type_]
    words = rows.GRADES if field.name == "grade" else WORDS.get((kind, field.name))
    if not fits(value) or (words and value not in words):
        raise CallLogError(
            f"{field.name} cannot be {value!r}", where=where, wanted=", ".join(words) if words else wanted
        )
    return tuple(value) if type_ == "tuple" else value


def _check_references(agency: Agency, extra) -> None:
    """Every number and hour belongs to a line; no rule ends before it begins."""
    lines = {line.code for line in agency.lines}
    for number in agency.numbers:
        if number.line not in lines:
            raise CallLogError(
                f"{number.name}: there is no line {number.line!r}",
                where=str(extra or ""),
                wanted=", ".join(sorted(lines)),
            )
    for rule in agency.rules:
        days = [rule.from_earliest, rule.from_latest, rule.to_earliest, rule.to_latest]
        begins_well = rule.from_earliest <= rule.from_latest
        if rule.to_earliest is None or rule.to_latest is None:
            ends_well = rule.to_earliest is rule.to_latest
        else:
            ends_well = rule.from_earliest <= rule.to_earliest <= rule.to_latest
        if not (begins_well and ends_well):
            raise CallLogError(
                f"the dates of rule {rule.id} do not fit",
                where=str(extra or ""),
                found=", ".join(str(day) for day in days),
                wanted="from_earliest <= from_latest; to_earliest <= to_latest, or neither",
            )
