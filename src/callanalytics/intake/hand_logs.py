"""The hand logs of an office combined: from which file each row counts, and which rows newer ones replace.

What counts depends on all files that the office gave and on a person's answers about them (``--replaces``,
``--keep-removed``). It is computed again whenever a file is added or removed (:mod:`.sheet_versions` has the rules). A
file of which nothing counts stays among the sources, so that it is recognized when it is read again.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from callanalytics.intake import publish, sheet_versions
from callanalytics.intake.exports import Export
from callanalytics.intake.publish import Superseded
from callanalytics.intake.receipt_data import Asked
from callanalytics.intake.sheet_versions import Removal, Row, Sheets, State, Version
from callanalytics.normalize import Answer, Question
from callanalytics.store import Store
from callanalytics.wording import day, plural, quoted, row_numbers


@dataclass
class HandLogs:
    """The result for the hand logs.

    ``changed`` are stored sources of which different rows count than before, with their new cards. ``versions`` say
    what changed from each older state to the newer. ``asked`` are questions about rows that a newer state lacks,
    ``near`` pairs of files with some rows in common, and ``back`` how many rows of a stored file count again.
    """

    exports: list[Export]
    changed: dict[str, dict] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    near: list[tuple[str, str, int, int, int]] = field(default_factory=list)
    back: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Statement:
    """A person's statements about hand logs: ``replaced`` are stored sources that files of this run replace; ``keep``
    means that no row is removed because these files lack it. ``given`` maps ids of stored files that were named again
    to their sources."""

    replaced: tuple[str, ...] = ()
    keep: bool = False
    given: Mapping[str, str] = field(default_factory=dict)


NO_STATEMENT = Statement()


def settled_versions(
    exports: Sequence[Export], store: Store, cards: Mapping[str, dict], office_id: str, statement: Statement
):
    """What counts in an office's hand logs, those in the store and those read now (oldest accepted first)."""
    n_logs = sum(map(_is_log, exports))
    is_known = any(card["office_id"] == office_id for card in cards.values())
    is_asked = statement.replaced or (statement.keep and (n_logs or statement.given))
    if is_asked or n_logs > 1 or (n_logs and is_known):
        return what_counts(exports, store, cards, office_id, statement)
    return HandLogs(list(exports))  # there is no log, or only the first: nothing can be replaced


def what_counts(exports: Sequence[Export], store, cards, office_id, statement: Statement = NO_STATEMENT) -> HandLogs:
    """What counts in the logs in the store and those read now; ``cards`` are those of the stored logs that stay."""
    found = HandLogs(list(exports))
    stored = _stored_states(states_of(store, cards, office_id), exports, statement, cards)
    new = {export.id: _state_with_answers(export, exports, statement, cards) for export in exports if _is_log(export)}
    again = {base_id(source): None for source in cards if base_id(source) in new}  # a file read again keeps its place
    kept = {state.id: state for state in stored.values()}
    order = [id for id in map(base_id, cards) if id in kept or id in again]
    states = [new.get(id) or kept[id] for id in order] + [state for id, state in new.items() if id not in again]
    # Compare all states again, including stored ones: a new file may fall between two that were accepted before.
    here = {state.id for state in states}
    sheets = Sheets([state if state.replaced_by in here else replace(state, replaced_by="") for state in states])
    removals = sheets.removals()
    standing = _superseded_by_state(sheets, removals)
    before = {base_id(source): publish.superseded_on_card(cards[source]) for source in stored}
    found.exports = [_with_superseded(export, new.get(export.id), standing) for export in exports]
    for source, state in stored.items():
        kept_of_card = {k: v for k, v in cards[source].items() if k not in ("superseded", "older_than")}
        card = kept_of_card | standing[state.id].to_json() | _answers(state)
        if card != cards[source]:
            found.changed[source] = card
            lost = len(before[state.id].rows - standing[state.id].rows)
            found.back += [(state.shown, lost)] if lost else []
    _report_changes(found, sheets, removals, standing, before, set(new))
    return found


def base_id(source: str) -> str:
    """The id of the export behind a source, whose folder has another name each time it is written."""
    return source.partition("-")[0]


def _is_log(export: Export) -> bool:
    return export.format.makes == "entries"


# ---- the states ----------------------------------------------------------------------------------------------------


def state_of(export: Export) -> State:
    """An export as a state of a hand log."""
    return State(export.id, export.shown, export.format.name, export.tables["entries"], export.saved)


def states_of(store: Store, cards: Mapping[str, dict], office_id: str) -> dict[str, State]:
    """The states of an office's hand logs in the store, by source, in the order of acceptance."""
    found = {}
    for source, card in cards.items():
        if card["office_id"] == office_id:
            entries = publish.table_as_read(store, source, "entries")
            if entries.num_rows:
                saved = datetime.fromisoformat(card["saved"]) if card.get("saved") else None
                answers = bool(card.get("keep_removed")), card.get("replaced_by", "")
                found[source] = State(base_id(source), card["name"], card["format"], entries, saved, *answers)
    return found


def _stored_states(stored: dict[str, State], exports, statement: Statement, cards) -> dict[str, State]:
    """The stored states, with a person's current statements, without those whose own file is read again."""
    again = {export.id for export in exports}
    states = {}
    for source, state in stored.items():
        if state.id in again:
            continue
        if source in statement.replaced:
            new = [each for each in exports if _is_log(each) and not {*cards[source]["files"]} & {*each.digests}]
            named = [stored[s] for id, s in statement.given.items() if s in stored and id != state.id]
            # Of several files of this run, the one that shares most rows with it replaces it.
            state = replace(
                state, replaced_by=_nearest_version(state, list(map(state_of, new)) or named) or state.replaced_by
            )
        if statement.keep and state.id in statement.given:
            state = replace(state, keeps=True)
        states[source] = state
    return states


def _state_with_answers(export: Export, exports, statement: Statement, cards) -> State:
    """An export as a state, with the answers about it; that of a stored file may be replaced by another of this run."""
    before: Mapping = next((card for source, card in cards.items() if base_id(source) == export.id), {})
    answered = bool(before.get("keep_removed")), before.get("replaced_by", "")
    state = replace(state_of(export), keeps=statement.keep or answered[0], replaced_by=answered[1])
    if any(set(export.digests) & set(cards[source]["files"]) for source in statement.replaced):
        others = [each for each in exports if _is_log(each) and each is not export]
        return replace(state, keeps=False, replaced_by=_nearest_version(state, map(state_of, others)))
    return state


def _nearest_version(state: State, others) -> str:
    rows = Counter(row.id for row in state.rows)
    found = [(sum(row.id in rows for row in other.rows), other.id) for other in others]
    return max(found)[1] if found else ""


def _answers(state: State) -> dict:
    return ({"keep_removed": True} if state.keeps else {}) | (
        {"replaced_by": state.replaced_by} if state.replaced_by else {}
    )


# ---- what newer states replace -------------------------------------------------------------------------------------


def _superseded_by_state(sheets: Sheets, removals: Sequence[Removal]) -> dict[str, Superseded]:
    """What newer versions replace in each state, by id."""
    replaced, here = _replaced_rows(sheets, removals)
    # A row that refers to another names its id; if that id is gone, it must name the row that replaced it.
    renamed = {old: new for each in replaced for old, new in each.names.items() if old not in here}
    found = dict.fromkeys((state.id for state in sheets.states), publish.NOTHING_SUPERSEDED)
    for n, (state, each) in enumerate(zip(sheets.states, replaced, strict=True)):
        if each.rows:
            is_empty = all(row.key in each.rows for row in state.rows)
            parents = set() if is_empty else set(state.entries.column("parent_entry_id").to_pylist())
            others = [(count, holder) for holder, count in each.takers.items() if holder != n]
            newer = sheets.states[max(others)[1]].id if others and is_empty else ""
            names = {old: renamed[old] for old in sorted(parents & renamed.keys())}
            found[state.id] = Superseded(frozenset(each.rows), names, newer)
    return found


@dataclass
class _Replaced:
    """What newer versions replace in a state: its ``rows`` by key, the id now (or None) of each by its id (``names``),
    and how many rows each other state takes (``takers``)."""

    rows: set = field(default_factory=set)
    names: dict = field(default_factory=dict)
    takers: Counter = field(default_factory=Counter)


def _replaced_rows(sheets: Sheets, removals: Sequence[Removal]) -> tuple[list[_Replaced], set[str]]:
    """What is replaced in each state, and the ids of all rows that count."""
    gone = {id(entry) for removal in removals if not removal.is_asked for entry, _ in removal.rows}
    replaced = [_Replaced() for _ in sheets.states]
    here: set[str] = set()
    for entry in itertools.chain.from_iterable(sheet.entries for sheet in sheets.sheets):
        holder, row = sheets.counted(entry)
        is_gone = id(entry) in gone
        here |= set() if is_gone else {row.id}
        for other, telling in entry.tellings:
            if is_gone or other != holder:
                replaced[other].rows.add(telling.key)
                replaced[other].names[telling.id] = None if is_gone else row.id
                replaced[other].takers[entry.tellings[-1][0] if is_gone else holder] += 1
    for removal in removals:
        replaced[removal.older].takers[removal.newer] += 0 if removal.is_asked else len(removal.rows)
    return replaced, here


def _with_superseded(export: Export, state: State | None, standing: Mapping[str, Superseded]) -> Export:
    if state is None:
        return export
    back = standing[state.id]
    changed = replace(export, superseded=back, answers=_answers(state))
    if back == publish.NOTHING_SUPERSEDED:
        return changed
    return replace(changed, tables=publish.counted_tables(export.tables, back), as_read=export.tables)


def store_change(store: Store, source: str, card: dict) -> None:
    """Store again what counts in a source, for the next publish."""
    tables = publish.tables_as_read(store, source)
    store.rewrite_source(source, publish.tables_to_store(tables, publish.superseded_on_card(card)), card)


# ---- what the receipt reports ------------------------------------------------------------------------------------


def _report_changes(found: HandLogs, sheets: Sheets, removals, standing, before, new: set[str]) -> None:
    """Report what this run changed, and ask about rows that a newer version lacks."""
    removed = defaultdict[int, list[Row]](list)
    nothing = publish.NOTHING_SUPERSEDED
    taken: dict[tuple[int, int], int] = Counter()
    place_of = {state.id: index for index, state in enumerate(sheets.states)}
    for removal in removals:
        older, newer = sheets.states[removal.older], sheets.states[removal.newer]
        lately = [row for _, row in removal.rows if row.key not in before.get(older.id, nothing).rows]
        if removal.is_asked and {older.id, newer.id} & new:
            n = sum(other.shown == older.shown for other in sheets.states)
            n_lacking = sheets.n_lacking(removal.newer, removal.older)
            found.asked.append(_ask_removed(newer, older, [row for _, row in removal.rows], n_lacking, is_named=n == 1))
        elif not removal.is_asked:
            removed[removal.older] += lately
            taken[removal.older, removal.newer] += len(lately)
    for sheet in sheets.sheets:
        for entry in sheet.entries:
            index, _ = sheets.counted(entry)
            for older, row in entry.tellings:
                if older != index and row.key not in before.get(sheets.states[older].id, nothing).rows:
                    taken[older, index] += 1
    for older in range(len(sheets.states)):
        takers = [(n, index) for (own, index), n in taken.items() if own == older and n]
        if takers:
            kept = len(sheets.states[older].rows) - len(standing[sheets.states[older].id].rows)
            newer = place_of.get(standing[sheets.states[older].id].older_than, max(takers)[1])
            found.versions.append(sheet_versions.version(sheets, newer, older, removed[older], kept))
    for index, other, n, n_of_one, n_of_two in sheets.near:
        one, two = sheets.states[index], sheets.states[other]
        found.near += [(one.shown, two.shown, n, n_of_one, n_of_two)] if {one.id, two.id} & new else []


def _ask_removed(newer: State, older: State, gone: Sequence[Row], n_lacking: int, *, is_named: bool) -> Asked:
    """The question whether to remove rows that a newer hand log lacks. ``n_lacking`` also counts those outside its
    period, which go if it replaces the older file. ``is_named``: no other file has the older file's name."""
    days = sorted(row.start for row in gone if row.start)
    when = f", {day(days[0], short=True)} to {day(days[-1], short=True)}" if days else ""
    lacks = f"{plural(len(gone), 'entry')} of {older.shown} ({row_numbers([row.number for row in gone])}{when})"
    replaces = f"--replaces {quoted(older.shown if is_named else older.id)}"
    n_rows = len(older.rows)
    lost = f"the older file loses {n_lacking:,} of its {plural(n_rows, 'entry')}"
    text = f"It lacks {lacks} although it covers those days. They are kept until you confirm that they were removed"
    do = f"ingest it again with  --keep-removed   or   {replaces}\nwith --replaces, {lost}"
    keep = Answer("--keep-removed", "keep them: the newer file has only part of the log")
    remove = Answer(replaces, f"remove them: the newer file is the whole log; {lost}")
    question = Question("", text, "", do, "removed_rows", (keep, remove), blocks=False)
    return Asked(newer.shown, len(gone), question)
