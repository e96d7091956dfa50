"""Which hand logs of a run, and of the store, are older states of another of them: those step back as a whole.

An older state keeps its place among the sources, so that its file is known when it comes again; all its rows are
set aside as ``older_version``, and nothing else of them is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow as pa

from callanalytics import schema
from callanalytics.intake import versions
from callanalytics.intake.exports import Export
from callanalytics.intake.tally import ROWS
from callanalytics.intake.versions import State, Version
from callanalytics.store import SOURCE_TABLES, Store

REASON = "older_version"
SAID = "said"  # the evidence where a person says it: --replaces


@dataclass
class Succession:
    """What becomes of the hand logs: ``stepped_back`` are stored sources and the id of the export in their place;
    ``told`` what changed from each older state to the newer; ``near`` pairs of which some rows are the same."""

    exports: list[Export]
    stepped_back: dict[str, str] = field(default_factory=dict)
    told: list[Version] = field(default_factory=list)
    near: list[tuple[str, str, int]] = field(default_factory=list)


def settle(exports: Sequence[Export], stored: dict[str, State], said: Sequence[str], given: set[str]) -> Succession:
    """Find the newest state of each sheet among exports (oldest first) and the states that the store holds.

    Parameters
    ----------
    stored : the states in force, by source
    said : those of them that a person says are replaced
    given : digests of the files of those; one of them in this run is an older state too
    """
    found = Succession(list(exports))
    logs = [place for place, export in enumerate(exports) if export.format.makes == "notes"]
    again = [place for place in logs if given & set(exports[place].digests)]
    new = [place for place in logs if place not in again] or again
    heads: list[tuple[State, str | int]] = [(stored[source], source) for source in stored if source not in said]
    for place in new:
        state = state_of(exports[place])
        others = [(head, at, versions.pairing(state, head)) for head, at in heads]
        kin = [(head, at, pairs) for head, at, pairs in others if versions.are_of_one_sheet(state, head, pairs)]
        found.near += [(state.shown, h.shown, len(p.known)) for h, at, p in others if p.known and (h, at, p) not in kin]
        heads = _in_line(found, heads, (state, place), kin)
    if new != again:
        _step_back_as_said(found, stored, said, new, again)
    return found


def _in_line(found: Succession, heads: list, own: tuple[State, int], kin: list) -> list:
    """Put a state in its place among those of the same sheet; the states in force afterwards."""
    state, place = own
    judged = [(head, at, pairs, *versions.evidence(state, head, pairs)) for head, at, pairs in kin]
    above = next((entry for entry in judged if not entry[3]), None)
    newest, newest_id = (above[0], above[0].id) if above else (state, state.id)
    if above:
        found.told.append(_told(above[0], state, above[4]))
        _step_back(found, place, newest_id)
    for head, at, _, is_older, by in judged:
        if is_older:
            found.told.append(_told(newest, head, by))
            _step_back(found, at, newest_id)
            heads = [entry for entry in heads if entry[1] != at]
    return heads if above else [*heads, own]


def _step_back_as_said(found: Succession, stored: dict[str, State], said, new: list[int], again: list[int]) -> None:
    """Stored states that a person says are replaced, and their own files where they are read again beside others."""
    new = [place for place in new if not found.exports[place].older_than]
    for place in again:
        _step_back(found, place, found.exports[new[-1]].id)
    for source in said if not again else ():
        best = max(new, key=lambda n: _shared(state_of(found.exports[n]), stored[source]))
        newer = state_of(found.exports[best])
        found.told.append(_told(newer, stored[source], SAID))
        found.stepped_back[source] = newer.id


def _shared(newer: State, older: State) -> int:
    return len(versions.pairing(newer, older).pairs)


def _told(newer: State, older: State, by: str) -> Version:
    return versions.told(newer, older, versions.pairing(newer, older), by)


def _step_back(found: Succession, at: str | int, newer: str) -> None:
    if isinstance(at, str):
        found.stepped_back[at] = newer
    else:
        export = found.exports[at]
        found.exports[at] = replace(export, tables=as_older(export.tables), older_than=newer)


def state_of(export: Export) -> State:
    """What an export says of a hand log."""
    return State(export.id, export.shown, export.format.name, export.tables["notes"], export.saved)


def states_of(store: Store, cards: dict[str, dict], office_id: str) -> dict[str, State]:
    """The states of hand logs in force that the store holds of an office, by source."""
    found = {}
    for source, card in cards.items():
        if card["office_id"] == office_id and not card.get("older_than"):
            notes = store.read_source(source, "notes")
            if notes.num_rows:
                saved = datetime.fromisoformat(card["saved"]) if card.get("saved") else None
                found[source] = State(source, card["name"], card["format"], notes, saved)
    return found


def step_back(store: Store, source: str, newer: str) -> None:
    """Put in place of a stored state its rows set aside; for the next publish."""
    tables = {name: store.read_source(source, name) for name in SOURCE_TABLES}
    card = store.source_card(source) | {"older_than": newer}
    store.rewrite_source(source, as_older(tables), card)


def as_older(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of an export all of whose rows are set aside because a newer state of the sheet is there."""
    sources = tables["sources"]
    rows = {"office_id": [], "source_id": [], "row": []}
    for name in ROWS:
        for row in tables[name].to_pylist():
            if row.get("part", 0) == 0:
                rows["office_id"].append(row["office_id"])
                rows["source_id"].append(row["source_id"])
                rows["row"].append(row.get("source_row", row.get("row")))
    aside = schema.build("set_aside", rows | {"reason": [REASON] * len(rows["row"])})
    aside = aside.sort_by([("source_id", "ascending"), ("row", "ascending")])
    nothing = pa.array([0] * sources.num_rows, pa.int32())
    told = dict(zip(sources.column_names, sources.columns, strict=True))
    told |= dict.fromkeys(ROWS, nothing) | {"set_aside": told["rows"]}
    told |= dict.fromkeys(("covers_from_utc", "covers_to_utc"), pa.nulls(sources.num_rows))
    return {**{name: schema.empty(name) for name in ROWS}, "set_aside": aside, "sources": schema.build("sources", told)}
