"""A sheet that somebody keeps by hand, proposed as what it is: the hand sheet, with its own columns named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from callanalytics import agencies, formats
from callanalytics.formats import Format, fitting, grammar, sheet_format, trades
from callanalytics.formats.fitting import Fit
from callanalytics.normalize import Settings, normalize
from callanalytics.proposals import peeking
from callanalytics.proposals.columns import Question
from callanalytics.read import TextTable

BASE = "hand_sheet"
HALF = 2  # what speaks for a log of calls may be so much less where a person looks at it before it is read
ROWS = 3


def likeness(table: TextTable) -> Fit | None:
    """What the columns of a table mean, if it looks like a log that is kept by hand."""
    base = formats.load()[BASE]
    found = fitting.fit(base, table.header, lambda place: table.cells.column(place).to_pylist())
    weight = found.weight + trades.trade_weight(base, [table.sheet])
    is_near = weight >= base.recognise.enough - HALF and "wait" in found.columns and not found.is_silent
    return found if found.has(base.recognise.words) and (is_near or weight >= base.recognise.enough) else None


def propose(table: TextTable, found: Fit) -> tuple[str, Format, list[Question]]:
    """The mapping as text, as a format fitted to the table, and what a person should look at."""
    base = formats.load()[BASE]
    plain = {name for name, shown in zip(table.header, peeking.shown_header(table), strict=True) if name == shown}
    named = {meaning: header for meaning, header in found.columns.items() if header in plain and "|" not in header}
    asked = _questions(table, base, found, named)
    lines = [
        "# Proposed, not confirmed. Read every line: each says which column of the sheet has which meaning.",
        f'extends = "{BASE}"',
        'title = "Hand-kept sheet of an office"',
        "",
        "[recognise]",
        "words = []",
        f"header = {_toml(list(named.values()))}",
        "",
        "# ---- questions ----",
        *(f"# {number}. {question}" for number, question in enumerate(asked, 1)),
    ]
    for meaning, header in named.items():
        lines += ["", f"[words.{meaning}]", f"column = {_toml(header)}"]
    text = "\n".join(lines) + "\n"
    own = sheet_format.fitted(base, found)
    read = {target: rule for target, rule in own.columns.items() if _is_there(rule, table)}
    return text, replace(own, columns=read), asked


def preview(table: TextTable, toml: dict) -> tuple[list[dict], str]:
    """Three entries as they would be read, of which nothing is a client's."""
    fmt = grammar.of_content(Path("mapping.toml"), toml, formats.load())
    settings, agency = Settings("an office", zone="UTC"), agencies.uscis()
    done, note = normalize(table, fmt, settings, agency), ""
    if done.blocking:
        done = normalize(table, fmt, replace(settings, date_order="mdy"), agency)
        note = "read month first, which is open"
    return [_shown(entry) for entry in done.notes.slice(0, ROWS).to_pylist()], note


def _is_there(rule, table: TextTable) -> bool:
    looked = [name for column in rule.all_columns for name in column]
    return bool(set(looked) & set(table.header)) or (rule.value is not None and not looked)


def _questions(table: TextTable, base: Format, found: Fit, named: dict[str, str]) -> list[Question]:
    says = {meaning.name: meaning.says for meaning in base.words}
    asked = [
        Question(
            repr(found.columns[meaning]),
            f"it is read as {says[meaning]}, and so may be {', '.join(map(repr, others))}.",
            f"If that is it, write it under [words.{meaning}].",
        )
        for meaning, others in found.doubts.items()
    ]
    asked += [
        Question(
            repr(header), f"its cells look like {says[meaning]}.", f'If so, write [words.{meaning}] column = "...".'
        )
        for header, meaning in found.likes.items()
    ]
    hidden = set(found.columns.values()) - set(named.values())
    text = "its name may be a client's, or cannot be named here."
    places = (place for place, name in enumerate(table.header, 1) if name in hidden)
    return asked + [Question(f"column {place}", text, "Is it needed?") for place in places]


def _shown(note: dict) -> dict:
    return {
        "date": note["started_at_local"] and str(note["started_at_local"]),
        "what": note["kind"],
        "wait, seconds": note["wait_s"],
        "ended": note["wait_kind"],
        "agent": "named" if note["agent_id"] or note["agent_name"] else None,
        "service request": "noted" if note["sr_number"] else None,
        "promised": note["promised"],
    }


def _toml(value) -> str:
    return json.dumps(value, ensure_ascii=False)
