"""Dated facts about an agency: numbers, hours, promises, events, claims, closures, reasons.

Everything that can change is in the TOML files next to this one; each row has its dates, its source, and a grade of
certainty (:mod:`callanalytics.agencies.rows`). A changed rule needs no Python: edit the row, or keep your own file with
rows of the same shape (``callanalytics --agency-file FILE``, or ``extra`` here).

A misspelled key or a wrong word is reported with its file and row. Each function takes the agency as an argument; only
the command line chooses one.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import ClassVar, get_args

from callanalytics.agencies import rows
from callanalytics.agencies.rows import Closure, Event, Line, Number, Reason, Rule, Sender
from callanalytics.errors import InvalidRequest
from callanalytics.lazy import regex
from callanalytics.toml_files import Checked, content_of, fields_of
from callanalytics.values import zones
from callanalytics.wording import clock_time, hour, hours

__all__ = [
    "SHIPPED", "Agency", "Closure", "Event", "Line", "Number", "Reason", "Rule", "Sender",
    "load", "read_senders", "with_senders",
]  # fmt: skip


@dataclass(frozen=True, eq=False)  # compared by identity, so that calendars can be cached by agency
class Agency:
    """Everything known about an agency that can change; each row has its dates, source, and grade.

    >>> from callanalytics import agencies
    >>> uscis = agencies.load()
    >>> uscis.line_of("+18003755283")
    'contact_center'
    >>> [rule.id for rule in uscis.rules_for("urgent", date(2021, 6, 1))]
    ['t2-urgent-2021', 't2-urgent-2022']
    """

    name: str = field(metadata={"key": ""})
    label: str
    timezone: str  # the clock for its days, hours, and promises
    usual_lines: tuple[str, ...]  # the lines that a log offers, the main one first
    numbers: tuple[rows.Number, ...] = field(metadata={"key": "number"})
    lines: tuple[rows.Line, ...] = field(metadata={"key": "line"})
    rules: tuple[rows.Rule, ...] = field(metadata={"key": "rule"})
    windows: tuple[rows.Window, ...] = field(metadata={"key": "window"})
    attempts: tuple[rows.Attempts, ...]
    notices: tuple[rows.Notice, ...] = field(metadata={"key": "notice"})
    events: tuple[rows.Event, ...] = field(metadata={"key": "event"})
    claims: tuple[rows.Claim, ...] = field(metadata={"key": "claim"})
    senders: tuple[rows.Sender, ...] = field(metadata={"key": "sender"})
    mailboxes: tuple[rows.Mailbox, ...] = field(metadata={"key": "mailbox"})
    recourses: tuple[rows.Recourse, ...] = field(metadata={"key": "recourse"})
    reasons: tuple[rows.Reason, ...] = field(metadata={"key": "reason"})
    words_said: tuple[rows.Word, ...] = field(metadata={"key": "word"})
    published: tuple[rows.Anchor, ...] = field(metadata={"key": "anchor"})
    retention: tuple[rows.Retention, ...]
    closures: tuple[rows.Closure, ...] = field(metadata={"key": "closure"})
    closures_version: str = field(metadata={"key": "version"})
    first_year: int  # of the closures
    last_year: int
    also_closed: tuple[rows.NoClosure, ...] = ()  # kinds of closure that stop the clock in addition to the calendar's
    association: str = ""  # its members call the agency, and help each other with it
    pointer: str = ""  # advice on calling it, on which the definitions rest, as cited
    manual: str = ""  # the agency's own rules on answering, as cited
    blocks: tuple[int, ...] = ()  # hours at which the parts of the open day begin, and the end of the last one

    # ---- its name in texts ----------------------------------------------------------------------

    def fill(self, text: str) -> str:
        """A text written for any agency, with each name in braces replaced by this agency's words.

        >>> from callanalytics import agencies
        >>> agencies.load().fill("{agency} calls from {opens} to {closes} {clock}, not from the {line}'s number")
        "USCIS calls from 7 a.m. to 6:30 p.m. Eastern, not from the Contact Center's number"
        """
        for name, words in self._own_words.items() if "{" in text else ():
            text = text.replace(f"{{{name}}}", words)
        return text

    @cached_property
    def _own_words(self) -> dict[str, str]:
        week = self.open_week
        return {
            "agency": self.label,
            "folder": self.name,
            "line": self.line(self.main_line).label,
            "clock": self.clock,
            "opens": clock_time(self.window.opens),
            "closes": clock_time(self.window.closes),
            "live": ", ".join(each.in_brief for each in self.line(self.main_line).hours) or "hours not known",
            "blocks": week.in_brief,
            "midday": hour(week.midday),
            "early": hours(week.hours.start, week.midday).replace("–", "-"),
            "late": hours(week.midday, week.hours.stop).replace("–", "-"),
            "open_days": f"({', '.join(map(str, week.days))})",
            "open_hours": f"({', '.join(map(str, week.hours))})",
            "association": self.association or A_REQUEST,
            "assistance": f"{self.association}'s case assistance" if self.association else A_REQUEST,
            "pointer": self.pointer or OWN_DEFINITION,
            "manual": self.manual or OWN_DEFINITION,
        }

    @property
    def closures_years(self) -> tuple[int, int]:
        return self.first_year, self.last_year

    @property
    def clock(self) -> str:
        """Its time zone as written after a time of day: Eastern."""
        return zones.in_words(self.timezone).removesuffix(" time")

    def is_called_by(self, office: Mapping) -> bool:
        """Whether an office (its row of ``offices``) calls this agency; an office that names none calls USCIS."""
        # Older stores name none.
        return (office["agency"] or SHIPPED) == self.name

    # ---- numbers and lines ----------------------------------------------------------------------

    def line_of(self, e164: str | None) -> str | None:
        """The line of a number that offices call; None for any other number, including the agency's callback number."""
        return next((n.line for n in self.numbers if n.e164 == e164 and n.use == "outbound"), None)

    @cached_property
    def callback_numbers(self) -> frozenset[str]:
        """Numbers that the agency's callbacks show as caller ID."""
        return frozenset(n.e164 for n in self.numbers if n.use == "inbound_callback")

    def is_agency_number(self, e164: str | None) -> bool:
        """Whether the number is one of the agency's, including retired ones: only these are ever stored."""
        return any(number.e164 == e164 for number in self.numbers)

    @property
    def main_line(self) -> str:
        """The line that reports cover."""
        return self.usual_lines[0]

    @cached_property
    def open_week(self) -> rows.OpenWeek:
        """Hours in which people answer on the main line."""
        return rows.open_week(self.line(self.main_line).hours, self.blocks)

    def line(self, code: str) -> rows.Line:
        return _by_key(self.lines, code, "line")

    # ---- promises -------------------------------------------------------------------------------

    def rule(self, id: str) -> rows.Rule:
        return _by_key(self.rules, id, "rule")

    def rules_for(self, urgency: str | None, day: date) -> tuple[rows.Rule, ...]:
        """Every rule that may have been in force for an escalation of this urgency on this day.

        Empty if no rule or no urgency is known; two or more if the sources leave it open.
        """
        return tuple(r for r in self.rules if r.applies_to(urgency) and r.may_hold_on(day))

    @property
    def window(self) -> rows.Window:
        """The callback hours last confirmed."""
        # Older ones stay in the file, because what was stated when is part of the evidence.
        return max(self.windows, key=lambda w: w.last_confirmed)

    @property
    def last_attempts(self) -> rows.Attempts:
        """The attempts last confirmed. They apply to all dates, because no dates of others are known."""
        return max(self.attempts, key=lambda a: a.last_confirmed)

    @property
    def round_gap(self) -> int:
        """Largest gap between attempts of one round [business days]."""
        return self.last_attempts.round_gap

    # ---- words ----------------------------------------------------------------------------------

    def reason(self, code: str) -> rows.Reason:
        return _by_key(self.reasons, code, "reason")

    def reason_named(self, text: str) -> str | None:
        """Code of a reason, given its label, code, or a synonym in any case; None if there is none."""
        return self._codes_by_name["reasons"].get(_folded(text))

    def words_named(self, text: str) -> str | None:
        """Code of words said to the automated system; None if not listed (then they are ``other``)."""
        return self._codes_by_name["words_said"].get(_folded(text))

    def line_named(self, text: str) -> str | None:
        """Code of a line, given its label, code, or a synonym; None if there is none."""
        return self._codes_by_name["lines"].get(_folded(text))

    @cached_property
    def _codes_by_name(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {"reasons": {}, "words_said": {}, "lines": {}}
        for listed, codes in found.items():
            for row in getattr(self, listed):
                for name in (row.code, row.label, *row.synonyms):
                    codes.setdefault(_folded(name), row.code)
        return found

    # ---- notices --------------------------------------------------------------------------------

    def sender_of_message(self, address: str, words: str, day: date | None) -> rows.Sender | None:
        """The agency's sender of a message, as listed for that day; None for any other sender.

        The first match counts: an address and words of the list, words alone, an address alone.

        >>> from callanalytics import agencies
        >>> uscis, day = agencies.load(), date(2023, 10, 2)
        >>> uscis.sender_of_message("no-reply@uscis.dhs.gov", "Your request ...", day).kind
        'answer'
        >>> text = "USCIS: are you available in the next 30 minutes?"
        >>> uscis.sender_of_message("+12025550186", text, day).kind
        'text_ahead'
        >>> uscis.sender_of_message("+12025550186", text.replace("USCIS: ", ""), day) is None
        True
        """
        # An address may be the agency's for some years only.
        listed = [sender for sender in self.senders if sender.is_listed_on(day)]
        known = [sender for sender in listed if sender.has(address)]
        by_phrase = [sender for sender in listed if sender.says(words)]
        both = [sender for sender in known if sender in by_phrase]
        # Short codes and toll-free numbers do not belong to a person; any other sender must name the agency.
        believed = _NOT_PERSONAL.fullmatch(address) or self.name in _folded(words)
        by_words = [sender for sender in by_phrase if believed and not sender.address]
        by_address = [sender for sender in known if not sender.phrases]
        # The surest comes first: an address alone may send other texts too.
        return next(iter([*both, *by_words, *by_address]), None)


# A short code, a sender's name in letters, or a toll-free number.
_NOT_PERSONAL = regex(r"\d{3,8}|[A-Za-z][\w ]{1,10}|\+?1?8(?:00|33|44|55|66|77|88)\d{7}")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _by_key(listed, key: str, what: str):
    for row in listed:
        if row.key == key:
            return row
    raise KeyError(f"no {what} {key!r}; there are {', '.join(row.key for row in listed)}")


# ---- from TOML files ---------------------------------------------------------------------------------


A_REQUEST = "a request for help"  # used for the fields of a log if no association asks for them
OWN_DEFINITION = "definition of this project"  # used if an agency's folder cites nothing

FOLDER = Path(__file__).resolve().parent
SHIPPED = "uscis"
# [[name]] of a TOML row -> its class. The agency's other fields are at the top of a file. At the top of your own file,
# you can also list kinds of closure that stop the clock.
KINDS = {
    key: row
    for key, (_, hint) in fields_of(Agency).items()
    for row in get_args(hint)[:1]
    if isinstance(row, type) and issubclass(row, rows.Fact)
}


class _Facts(Checked):
    kind = "file of facts"

    def kinds_of_closure(self, value, where: str) -> tuple[str, ...]:
        """One kind or a list of them."""
        listed = value if isinstance(value, list) else [value]
        return tuple(self.value(rows.NoClosure, kind, where) for kind in listed)

    readers: ClassVar = {tuple[rows.NoClosure, ...]: kinds_of_closure}


def load(folder: Path | str = SHIPPED, *, extra: Path | str | None = None) -> Agency:
    """Load an agency from its folder, with your own file added or taking precedence.

    Parameters
    ----------
    folder : name of a folder next to this file, or the path of your own
    extra : a TOML file with rows of the same shape
        ``[[rule]]``, ``[[event]]``, ``[[closure]]`` ...; a row with the ID (number, code, date) of a shipped one
        replaces it, any other is added.
    """
    place = FOLDER / folder if (FOLDER / folder).is_dir() else Path(folder).absolute()
    return _kept(place, None) if extra is None else _read(place, Path(extra))


def _read(folder: Path, extra: Path | None) -> Agency:
    shipped: dict[str, dict] = {kind: {} for kind in KINDS}
    head: dict = {}
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise InvalidRequest(
            f"There is no agency in {folder.name}", wanted="a folder of TOML files, as agencies/uscis has"
        )
    # How long phone systems keep calls does not depend on the agency.
    for path in [*paths, FOLDER / "retention.toml"]:
        head |= read_rows(path, shipped)
    fields = {key: field for key, (field, _) in fields_of(Agency).items() if key not in KINDS}
    if missing := [key for key, field in fields.items() if key not in head and field.default is dataclasses.MISSING]:
        raise InvalidRequest(f"the agency in {folder.name} is not complete", wanted=", ".join(missing))
    yours: dict[str, dict] = {kind: {} for kind in KINDS}
    head["also_closed"] = () if extra is None else read_rows(extra, yours).get("also_closed", ())
    # Each due time is recorded with the number of closures of your own, and their digest.
    if closures := yours["closure"]:
        digest = hashlib.sha256(repr(sorted(closures.items())).encode()).hexdigest()[:8]
        head["version"] += f" and {len(closures)} of your own ({digest})"
    # A row with the key of a shipped one replaces it.
    for kind, listed in yours.items():
        shipped[kind] |= listed
    given = head | {kind: tuple(listed.values()) for kind, listed in shipped.items()}
    values = {field.name: given[key] for key, (field, _) in fields_of(Agency).items() if key in given}
    agency = Agency(folder.name, **values)
    _check_references(agency, extra)
    return agency


_kept = cache(_read)  # always the same agency object, because calendars are cached by agency


def read_rows(path: Path, into: dict[str, dict]) -> dict:
    """Put the rows of a file into ``into``, by kind and key; return its head."""
    content, fields = content_of(path), fields_of(Agency)
    facts = _Facts(path)
    facts.refuse_other_keys(content, fields, "the top of the file")
    for kind, cls in KINDS.items():
        for place, part in facts.items(content.get(kind, []), f"[[{kind}]]"):
            row = facts.record(cls, part, place)
            into[kind][row.key] = row
    return {key: facts.value(fields[key][1], value, f"key {key}") for key, value in content.items() if key not in KINDS}


_CLOCK = regex(r"([01]\d|2[0-3]):[0-5]\d|24:00")


def _check_references(agency: Agency, extra) -> None:
    """Check that each number and hour belongs to a line, and that no line closes or rule ends before it begins."""
    lines = {line.code for line in agency.lines}
    for code in agency.usual_lines:
        if code not in lines:
            raise InvalidRequest(f"usual_lines: there is no line {code!r}", wanted=", ".join(sorted(lines)))
    for number in agency.numbers:
        if number.line not in lines:
            raise InvalidRequest(
                f"{number.name}: there is no line {number.line!r}",
                where=str(extra or ""),
                wanted=", ".join(sorted(lines)),
            )
    for desk in agency.lines:
        for open_ in desk.hours:
            # Times with two digits each sort as texts.
            if not (_CLOCK.fullmatch(open_.opens) and _CLOCK.fullmatch(open_.closes) and open_.opens < open_.closes):
                raise InvalidRequest(
                    f"the hours of {desk.label} are not two times of one day",
                    found=f"{open_.opens} to {open_.closes}",
                    wanted="as in 08:00 to 20:00; midnight is 24:00, and hours past midnight need their own row",
                )
    whole = rows.open_week(agency.line(agency.main_line).hours).hours
    blocks = list(agency.blocks)
    if blocks and (blocks != sorted({*blocks}) or (blocks[0], blocks[-1]) != (whole.start, whole.stop)):
        raise InvalidRequest(
            f"the blocks of {agency.label} do not divide its open day",
            found=str(blocks),
            wanted=f"hours in order, from {whole.start} to {whole.stop}",
        )
    for rule in agency.rules:
        days = [rule.from_earliest, rule.from_latest, rule.to_earliest, rule.to_latest]
        begins_well = rule.from_earliest <= rule.from_latest
        if rule.to_earliest is None or rule.to_latest is None:
            ends_well = rule.to_earliest is rule.to_latest
        else:
            ends_well = rule.from_earliest <= rule.to_earliest <= rule.to_latest
        if not (begins_well and ends_well):
            raise InvalidRequest(
                f"the dates of rule {rule.id} are out of order",
                where=str(extra or ""),
                found=", ".join(str(day) for day in days),
                wanted="from_earliest <= from_latest; to_earliest <= to_latest, or neither",
            )


# ---- a user's own senders ----------------------------------------------------------------------------


SENDER_DATES = ("since", "until")


def read_senders(path: Path) -> tuple[Sender, ...]:
    """Rows ``[[sender]]`` of a TOML file with the shape of the shipped ``senders.toml``."""
    found: dict[str, dict] = {kind: {} for kind in KINDS}
    read_rows(Path(path), found)
    others = [kind for kind, rows in found.items() if rows and kind != "sender"]
    if others or not found["sender"]:
        raise InvalidRequest(
            f"{Path(path).name} is not a list of senders",
            found=", ".join(f"[[{kind}]]" for kind in others) or "nothing",
            wanted="[[sender]] with id, channel, kind, address or phrases, source, grade",
        )
    return tuple(found["sender"].values())


@lru_cache(maxsize=8)
def with_senders(agency: Agency, senders: tuple[Sender, ...]) -> Agency:
    """The agency with a user's own senders; one with the ID of a shipped sender replaces it."""
    if not senders:
        return agency
    listed = {sender.id: sender for sender in (*agency.senders, *senders)}
    return dataclasses.replace(agency, senders=tuple(listed.values()))


def senders_as_rows(senders: Iterable[Sender]) -> list[dict]:
    """Senders as plain values, for JSON."""
    return [
        {
            name: str(v) if name in SENDER_DATES else v
            for name, v in dataclasses.asdict(sender).items()
            if v not in (None, "", ())
        }
        for sender in senders
    ]


def senders_from_rows(rows: Iterable[dict]) -> tuple[Sender, ...]:
    """Senders from the output of :func:`senders_as_rows`.

    >>> sender = Sender(id="own", channel="text", kind="text_ahead", address="872466", source="seen", grade="U",
    ...                 since=date(2023, 10, 2))
    >>> senders_from_rows(senders_as_rows([sender])) == (sender,)
    True
    """
    return tuple(
        Sender(
            **row
            | {n: date.fromisoformat(row[n]) for n in SENDER_DATES if n in row}
            | {"phrases": tuple(row.get("phrases", ()))}
        )
        for row in rows
    )
