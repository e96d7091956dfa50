"""Read a cell with the history of a case: several calls, each with its date."""

from __future__ import annotations

import re
from typing import NamedTuple

from callanalytics.values import Unreadable, parser, tidy, try_read
from callanalytics.values.lexicon import Patterns
from callanalytics.values.narratives import is_of_others, read_narrative
from callanalytics.values.promises import KIND_OF_STATED, Promise, read_promise
from callanalytics.values.spans import read_human_span

_WORDS = Patterns("events")
# The text of a wait keeps its words, because they may say that no one came.
_WAITS = ("lost_after", "held_for", "span_of_hold")
# The fields that each pattern sets. Order matters: each pattern removes its words from the clause.
_SAYS = {
    "no_callback": {"kind": "none_came"},
    "promised": {"promised": "unknown"},
    "urgent": {"promised": "urgent"},
    "regular": {"promised": "regular"},
    "missed": {"kind": "ring", "outcome": "missed"},
    "answered": {"kind": "ring", "outcome": "answered"},
    "voicemail": {"kind": "ring", "outcome": "voicemail"},
    "came": {"kind": "ring"},
    "tier1": {"tier": "tier1"},
    "tier2": {"tier": "tier2"},
    "supervisor": {"tier": "supervisor"},
}
NAMED = ("sr_number", "agent_id")


class Event(NamedTuple):
    """One contact in a cell, each part as text; "" for a part not stated."""

    date: str
    time: str = ""
    kind: str = "dial"
    wait: str = ""
    outcome: str = ""
    promised: str = ""
    quoted: str = ""
    tier: str = ""
    sr_number: str = ""
    agent_id: str = ""


WANTED = (
    "calls with their dates, a semicolon between, as in 3/4/2022 hold 1h; 3/11/2022 SR 12345678; cb missed 3/15/2022"
)


@parser("events", WANTED)
def read_events(text: str, year: str = "") -> tuple[Event, ...]:
    """Several contacts in one cell, each marked by its date; unknown words make the cell unreadable.

    A date without a year takes the sheet's `year`. It is refused if there is none, or if the months pass New Year.

    >>> for event in read_events("3/4 hold 1h; 3/11 SR 12345678, cb missed 3/15", year="2022"):
    ...     print(event.date, event.kind, event.wait, event.sr_number, event.outcome)
    3/4/2022 dial hold 1h
    3/11/2022 dial  12345678
    3/15/2022 ring   missed
    """
    try:
        return _closed_events(text, year)
    except Unreadable:
        return _narrated_events(text, year)


def _narrated_events(text: str, year: str) -> tuple[Event, ...]:
    """The contacts in a cell whose entries each begin with a date: read by listed words, else as a note of one call.

    A letter or a talk with a client is not a contact."""
    found: list[Event] = []
    month = 0
    for entry in _WORDS.entry.split(text):
        if not (match := _WORDS.date.match(tidy(entry))):
            raise Unreadable("unreadable")
        date, month = _with_year(match, year, month)
        entry = date + tidy(entry)[match.end() :]
        try:
            found += _closed_events(entry, year)
        except Unreadable:
            found += _noted_events(entry, date)
    if not found:
        raise Unreadable("unreadable")
    return tuple(found)


def _promised(promise: Promise | None) -> dict[str, str]:
    """The kind of callback a note promises, by its timeframe as the agency states it, and that timeframe."""
    if promise is None or promise.kind == "none":
        return {}
    if not promise.stated:
        return {"promised": "unknown"}
    kind = KIND_OF_STATED.get(promise.stated, "unknown")
    return {"promised": kind, "quoted": f"{promise.stated.value} {promise.stated.unit.replace('_', ' ')}"}


def _noted_events(entry: str, date: str) -> list[Event]:
    """The contact that a note describes; none if the note is about something else."""
    narrative = read_narrative(_WORDS.called_for.sub("called, ", entry))
    if narrative.method and is_of_others(entry[len(date) :].strip(" :.-–—"), narrative):
        return []
    if narrative.in_out and narrative.result and not _WORDS.several.search(entry):
        return [Event(date, narrative.time, kind="ring", outcome=narrative.result)]
    promise = try_read(read_promise, narrative.result) if narrative.result else None
    counts = (len(pattern.findall(entry)) for pattern in (_WORDS.dialed, _WORDS.held))
    is_of_one = max(counts) < 2 and not _WORDS.called_us.search(entry)
    has_result = narrative.date and (narrative.wait or narrative.result not in ("", "spoke"))
    if not (has_result and narrative.result and is_of_one):
        raise Unreadable("unreadable")
    lost = _WORDS.lost.search(narrative.result)
    has_length = any(map(str.isdigit, narrative.result))  # the result may include the length: 20 min hung up
    end = "spoke" if promise else lost[0] if lost and (narrative.wait or not has_length) else narrative.result
    waited = narrative.wait or _length_alone(entry[len(date) :])
    wait = end if waited in end else f"{waited}, {end}"
    read_human_span(wait)
    agent = re.sub(r"(?i)^t(?:ier)? ?[12]?$", "", narrative.agent)  # spoke with Tier 1
    return [Event(date, narrative.time, wait=wait, sr_number=narrative.sr, agent_id=agent, **_promised(promise))]


def _length_alone(text: str) -> str:
    """The one length that stands alone between the signs of a note: - 50 min - T2 cb 72 hrs; "" if there is none."""
    parts = [part.strip(" :.-–—") for part in re.split(r"[;,]\s|\s[-–—]\s", f" {text}")]
    lengths = [part for part in parts if _WORDS.span.fullmatch(part) and re.search(r"[hm]", part)]
    return lengths[0] if len(lengths) == 1 else ""


def _closed_events(text: str, year: str) -> tuple[Event, ...]:
    """The contacts in a cell that has only listed words."""
    found: list[dict] = []
    month = 0
    for clause in filter(str.strip, re.split(r"[;,\r\n]|\.\s+(?=[\d/-]{3,10}\s)", text)):
        dates = list(_WORDS.date.finditer(clause))
        if len(dates) > 1 or not (dates or found):
            raise Unreadable("unreadable")
        if dates:
            date, month = _with_year(dates[0], year, month)
            found.append({"date": date})
            clause = clause[: dates[0].start()] + " " + clause[dates[0].end() :]
        _take_clause(clause, found[-1])
    if not found:
        raise Unreadable("unreadable")
    return tuple(Event(**fields) for fields in found)


def _with_year(match: re.Match, year: str, before: int) -> tuple[str, int]:
    iso, month, year_written = match.groups()
    if iso or year_written:
        return match[0], int(month or 0)
    if not year or (before >= 11 and int(month) <= 2):
        raise Unreadable("no_year", "dates with their year, as in 3/4/2022; or the year as the name of the sheet")
    return f"{match[0]}/{year}", int(month)


def _take_clause(clause: str, fields: dict) -> None:
    """Add what a clause says to its event; raise :class:`Unreadable` if unknown words are left over."""
    clause = tidy(clause)
    for name in _WAITS:
        clause = _wait_taken(clause, _WORDS[name], fields)
    has_waited = "wait" in fields and fields.get("kind") != "ring"
    for pattern, says in _SAYS.items():
        if match := _WORDS[pattern].search(clause):
            if "promised" in says and any(map(str.isdigit, match[0])):
                fields["quoted"] = match[0]
            for name, word in says.items():
                # "Promised" alone does not overwrite a kind found before it.
                if name != "promised" or fields.get(name) in (None, "unknown"):
                    fields[name] = word
            clause = clause[: match.start()] + " " + clause[match.end() :]
    if has_waited and fields.get("kind") == "ring":
        raise Unreadable("unreadable")  # an outgoing and an incoming call on one day
    for name in (*NAMED, "time"):
        clause = _named_taken(clause, fields, name)
    match = re.search(r"\b(missed|answered|voicemail|vm)\b", clause, re.I)
    if match and fields.get("kind") == "ring":
        fields["outcome"] = {"vm": "voicemail"}.get(match[1].casefold(), match[1].casefold())
        clause = clause[: match.start()] + " " + clause[match.end() :]
    if _WORDS.filler.sub(" ", clause).strip():
        raise Unreadable("unreadable")


def _wait_taken(clause: str, pattern: re.Pattern, fields: dict) -> str:
    """The clause without its wait, which is added to `fields`; its length and its end may each occur once."""
    match = pattern.search(clause)
    if not match:
        return clause
    before = fields.get("wait")
    if before is not None and bool(re.search(r"\d", before)) == bool(re.search(r"\d", match[0])):
        raise Unreadable("unreadable")
    fields["wait"] = " ".join(filter(None, (before, match[0])))
    return clause[: match.start()] + " " + clause[match.end() :]


def _named_taken(clause: str, fields: dict, name: str) -> str:
    """The clause without the match of a named pattern, which is added to `fields`; a second one is refused."""
    match = _WORDS[name].search(clause)
    if not match:
        return clause
    if name in fields:
        raise Unreadable("unreadable")
    fields[name] = match[1] if match.re.groups else match[0]
    return clause[: match.start()] + " " + clause[match.end() :]
