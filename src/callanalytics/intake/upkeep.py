"""Upkeep of a store: compare it with its exports, recount its facts, remove an accepted file.

A removal is reversible: ingest the file again to restore everything. What counts is built again from the files that
stay, as if the removed file had never been read. Rows of older versions of a hand log that were set aside for it count
again, unless another version replaces them. So no content of another file is lost, and the message says how many rows
come back. An answer that one file replaces another (``--replaces``) has no effect while the newer file is removed.
Details of the office from the file's sheet stay, and what was erased from the store stays erased.

A file that is read again counts as the one accepted last. That decides only if two files differ and neither shows which
is newer. Earlier versions of the store keep its rows until they are swept; to remove rows everywhere, see
:mod:`.forgetting`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, proposals, read
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, InvalidRequest, OpenQuestion
from callanalytics.intake import discover, exports, hand_logs, planning, publish
from callanalytics.intake.forgetting import erased_export
from callanalytics.intake.offices import agency_of_office
from callanalytics.read import File
from callanalytics.schema import FACTS
from callanalytics.store import SOURCE_TABLES, Store, parquet
from callanalytics.store.merge import IDS
from callanalytics.store.tombstones import Marks
from callanalytics.wording import in_store, plural, quoted, quoted_name

# ---- comparison with the exports ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """How a store compares with its exports: the number of ``files`` it was made from, how many were ``compared``, and
    what differs or could not be compared, one sentence each."""

    files: int
    compared: int
    problems: list[str]

    def text(self) -> str:
        """The summary for the user, shown with the problems."""
        if self.compared == self.files and not self.problems:
            return f"Compared with the originals: {plural(self.files, 'file')}, and every row is the same."
        compared = f"{self.compared:,} of {plural(self.files, 'file')}"
        return f"Compared with the originals: {compared}; {plural(len(self.problems), 'problem')}, listed above."


def compare(store: Store, folder, *, agency: Agency | None = None) -> Comparison:
    """What differs between a store and its exports; no problems if every row is the same.

    ``folder`` holds the exports under any names: they are identified by their digests.
    """
    there: dict[str, File] = {}
    for file in read.files([folder]):
        with suppress(CallLogError):
            there[file.sha256] = file
    marks = store.marks()
    found, files, compared = [], set(), set()
    for source in store.source_ids():
        card = store.source_card(source)
        files |= set(card["files"])
        missing = [digest for digest in card["files"] if digest not in there]
        if missing:
            found.append(
                f"{card['name']} ({source}): {len(missing):,} of {len(card['files']):,} files are not in the folder"
            )
            continue
        originals = [there[digest] for digest in card["files"]]
        try:
            found += _differences(store, source, card, _read_again(originals, card, marks, agency or agencies.load()))
            compared |= set(card["files"])
        except CallLogError as why:
            found.append(f"{card['name']} ({source}) cannot be read again: {why.what}")
    return Comparison(len(files), len(compared), found)


def recount(store: Store, *, agency: Agency | None = None) -> list[str]:
    """What differs between a store's facts and those that its calls and entries give now, table by table.

    Use it only for a store that this version made (:meth:`Store.is_made_here`): another version, or a calendar with
    other closures, may make different facts from the same rows.
    """
    found = []
    for office in store.offices():
        judge = agency_of_office(office, agency or agencies.load())
        rows = {name: store.read(name, [office["office_id"]]) for name in SOURCE_TABLES}
        made = publish.with_facts(office, rows, judge)
        for name in FACTS:
            here, now = (
                parquet.ordered(name, table) for table in (store.read(name, [office["office_id"]]), made[name])
            )
            if differing := _count_differing(here, now):
                found.append(
                    f"{name}: {differing:,} rows differ from those of {office['name']}'s calls and entries now"
                )
    return found


def _read_again(files: list[File], card: dict, marks: Marks | None, agency: Agency) -> exports.Export:
    settings, fmt = discover.settings_on_card(card), discover.format_on_card(card)
    export = erased_export(exports.read_export(files, fmt, settings, agency), marks)
    return replace(export, tables=publish.counted_tables(export.tables, publish.superseded_on_card(card)))


def _differences(store: Store, source: str, card: dict, again: exports.Export) -> list[str]:
    found = []
    for name in SOURCE_TABLES:
        both = (parquet.ordered(name, table) for table in (store.read_source(source, name), again.tables[name]))
        # A file may have been renamed since
        kept, read_now = (table.drop_columns(["name"]) if name == "sources" else table for table in both)
        if differing := _count_differing(kept, read_now):
            found.append(f"{card['name']} ({source}): {differing:,} rows of {name} differ from the export")
    return found


def count_judged_otherwise(before: pa.Table, now: pa.Table) -> int:
    """How many promises differ from before, ignoring the version of the calendar."""
    left, right = (parquet.ordered("promises", table).drop_columns(["calendar"]) for table in (before, now))
    return _count_differing(left, right)


def _count_differing(left: pa.Table, right: pa.Table) -> int:
    """Rows of either table that the other lacks; a row that differs counts once."""
    if left.equals(right):
        return 0
    a, b = (Counter(map(repr, table.to_pylist())) for table in (left, right))
    return max((a - b).total(), (b - a).total())


# ---- removing a file ------------------------------------------------------------------------------------------------

COUNTED = {  # table -> its id, and the noun for one row and for several
    "entries": (IDS["entries"], "entry", "entries"),
    "calls": (IDS["calls"], "phone call", ""),
    "notices": (IDS["notices"], "notice", ""),
    "promises": ("promise_id", "promised callback", ""),
}
COPIES = "An identical copy under another name counts as the same file and is removed too."
EARLIER = "Earlier versions of the store keep its rows for a few more changes. To erase a client, use forget."


@dataclass(frozen=True)
class Removed:
    """What a removal did.

    ``rows`` is the number of rows of the file. ``gone`` counts, by table, what is no longer in the store because no
    other file has it. ``back`` names stored files and how many of their rows count again. ``command`` brings the file
    back; ``notes`` are further notes.
    """

    file: str
    store: str
    rows: int
    gone: Mapping[str, int]
    back: tuple[tuple[str, int], ...]
    command: str
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict:
        """The data for programs."""
        data = {"file": self.file, "rows": self.rows, "gone": dict(self.gone)}
        data["back"] = [{"file": file, "rows": n} for file, n in self.back]
        return data | {"command": self.command, "notes": list(self.notes)}

    def text(self) -> str:
        """The message for the user."""
        gone = [plural(n, *COUNTED[name][1:]) for name, n in self.gone.items() if n]
        lines = [f"Removed {self.file} from {self.store}: {plural(self.rows, 'row')}. {COPIES}"]
        lines += [f"Removed with it: {', '.join(gone) or 'nothing that other files lack'}."]
        lines += [
            f"{plural(n, 'row')} of {file}, set aside in favor of it, {'counts' if n == 1 else 'count'} again."
            for file, n in self.back
        ]
        lines += [f"Note: {note}." for note in self.notes]
        return "\n".join([*lines, "To bring it back, ingest it again:", f"  {self.command}", EARLIER])


def remove(store, file, *, agency: Agency | None = None) -> Removed:
    """Remove a file from a store, given its name on the screen, its path, its id, or its digest.

    Like an ingest, the change is committed completely or not at all.

    Parameters
    ----------
    store : the store or its folder
    file : the file's name, path, id (sixteen letters and digits), or the beginning of its SHA-256 digest

    Raises
    ------
    CallLogError
        No file of the store has that name, or several do.
    """
    opened = Store.open(store)
    with opened.writing():
        cards = opened.cards()
        source, path = _named_source(opened, cards, str(file))
        card = cards.pop(source)
        office = next(office for office in opened.offices() if office["office_id"] == card["office_id"])
        later = opened.source_ids()[opened.source_ids().index(source) + 1 :]
        rows = pc.sum(opened.read_source(source, "sources").column("rows")).as_py() or 0
        office_id = office["office_id"]
        before = copy(opened)  # it stays at the current version, which is kept
        changed = hand_logs.what_counts((), opened, cards, office_id)
        opened.drop_source(source)
        for other, card_of_other in changed.changed.items():
            hand_logs.store_change(opened, other, card_of_other)
        publish.publish(opened, [office], publish.rows_of_office, agency or agencies.load())
        gone = {
            name: len(_ids_of_rows(before, name, office_id, opened) - _ids_of_rows(opened, name, office_id, before))
            for name in COUNTED
        }
    name = path.name if path else card["name"]
    notes = (*_notes_on_removal(card, cards, later), *(warning.rstrip(".") for warning in opened.warnings))
    return Removed(
        name, opened.shown, rows, gone, tuple(changed.back), _command_back(card, cards, office, opened, path), notes
    )


def _ids_of_rows(store: Store, name: str, office_id: str, other: Store) -> set[str]:
    """The ids of an office's rows of a table, in files that another version does not have; of several contacts in one
    row of a sheet, only the first."""
    found: set[str] = set()
    id, elsewhere = COUNTED[name][0], other.manifest["files"]
    for file in store.files(name, [office_id]):
        if store.manifest["files"][file] != elsewhere.get(file):
            rows = store.read_file(file, name, [office_id], [id, *(["item"] if name == "entries" else [])])
            rows = rows.filter(pc.equal(rows.column("item"), 0)) if name == "entries" else rows
            found |= set(rows.column(id).to_pylist())
    return found


# ---- which file -------------------------------------------------------------------------------------------------


def _named_source(store: Store, cards: Mapping[str, dict], word: str) -> tuple[str, Path | None]:
    """The source that a word names, and the path of the file itself, if the word is its path."""
    path = Path(word)
    digests = {file.sha256 for file in read.files([path]).files} if path.exists() else set()
    fitting = [source for source, card in cards.items() if digests & set(card["files"])]
    there = path if fitting else None
    # If the store kept no part of a file's name, others could have the same masked name
    known = {
        source: card
        for source, card in cards.items()
        if not re.fullmatch(r"#\d+(\.\w+)?", card["name"].rpartition("/")[2]) or planning.is_named(source, card, word)
    }
    fitting = fitting or planning.sources_named(known, word) or planning.sources_named(known, path.name)
    # A receipt's table omits the folder that all files are in.
    fitting = fitting or [source for source, card in cards.items() if card["name"].partition("/")[2] == word]
    if not fitting:
        raise InvalidRequest(
            f"{word} is not in the store {store.shown}",
            found=planning.source_list(cards),
            do="give the path of the file itself, or its ID: the 16 letters and digits in parentheses",
        )
    if len(fitting) > 1:
        raise OpenQuestion(
            f"{word} matches {len(fitting)} files of the store {store.shown}; only one can be removed at a time",
            found=planning.source_list(cards, fitting),
            do=planning.BY_ID,
        )
    return fitting[0], there


# ---- how to restore it --------------------------------------------------------------------------------------------


def _command_back(card: dict, others: Mapping[str, dict], office: dict, store: Store, path: Path | None) -> str:
    """The command that reads the file again as before; what the store cannot know is in capitals."""
    what = quoted(path) if path else "FOLDER" if len(card["files"]) > 1 else "FILE"
    words = [f"callanalytics ingest {what} --office {quoted_name(office['name'])}{in_store(store.shown)}"]
    words += discover.options_on_card(card)
    if _is_only_here("mapping", card, others):
        words.append("--accept-mapping" if card["format"].startswith(proposals.UNNAMED) else f"--mapping {_MAPPING}")
    words += [f"--senders {_SENDERS}"] if _is_only_here("senders", card, others) else []
    words += ["--keep-removed"] if card.get("keep_removed") else []
    return " ".join(words)


_MAPPING, _SENDERS = "MAPPING", "SENDERS"  # placeholders for the user's own files


def _is_only_here(name: str, card: dict, others: Mapping[str, dict]) -> bool:
    """Whether a mapping or senders were given with this file and with no other of the office."""
    known = [other.get(name) for other in others.values() if other["office_id"] == card["office_id"]]
    return bool(card.get(name)) and card[name] not in known


def _notes_on_removal(card: dict, others: Mapping[str, dict], later: Sequence[str]) -> list[str]:
    found = []
    kind = card["office_id"], card["format"]
    newer = next((each for s, each in others.items() if hand_logs.base_id(s) == card.get("replaced_by")), None)
    if newer:
        found.append(f"you said that {newer['name']} replaces it; if you ingest it again, the two are compared again")
    if any((others[source]["office_id"], others[source]["format"]) == kind for source in later):
        found.append("if you ingest it again, it counts as the newest file where two differ and neither shows its age")
    return found
