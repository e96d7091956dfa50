"""Intake: from files to a store with facts, and a receipt that accounts for every row.

The package is called intake because the public ``ingest`` is a function, and a module of that name would replace it.

A file's path: `discover` finds and identifies it, `exports` reads it, `planning` accounts for all files of a run,
`sheet_versions` and `hand_logs` decide which version of a hand log counts, and `publish` makes the tables of the store.
The receipt: `receipt_contents` builds it, `receipt` prints it, and `receipt_data` has its parts.
In addition, `offices` keeps the register and the options, and `batch` reads many offices.
`upkeep` compares a store with its exports and takes files out; `forgetting` erases a client.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias, Unpack

import pyarrow as pa

from callanalytics import agencies, wording
from callanalytics.agencies import Agency
from callanalytics.errors import OpenQuestion, Refused
from callanalytics.intake import hand_logs, offices, publish, receipt_contents
from callanalytics.intake.discover import Step
from callanalytics.intake.forgetting import Forgotten, forget
from callanalytics.intake.planning import Plan, office_of_rows, plan
from callanalytics.intake.receipt import Receipt, guesses_in, ingest_command, reading_command
from callanalytics.intake.receipt_data import Asked, FileEntry, Scope
from callanalytics.intake.upkeep import (
    Comparison,
    Removed,
    compare,
    count_judged_otherwise,
    recount,
    remove,
)
from callanalytics.proposals.columns import peek
from callanalytics.store import SOURCE_TABLES, Store
from callanalytics.store.merge import Correction
from callanalytics.values import phones, zones
from callanalytics.wording import plural

__all__ = [
    "Comparison", "FileEntry", "Forgotten", "Receipt", "Removed", "Scope", "check", "compare",
    "forget", "ingest", "peek", "recount", "refuse_open_questions", "remove", "renew",
    "set_office",
]  # fmt: skip

Paths: TypeAlias = Path | str | Iterable[Path | str]


def _no_step(done: int, total: int) -> None:
    """Default progress callback: does nothing."""


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Collect garbage rarely: by default Python does at 700 new objects, a twelfth of a small office's time."""
    before = gc.get_threshold()
    gc.set_threshold(before[0] and max(before[0], 50_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_rarely_collecting()
def ingest(
    paths: Paths,
    store: Store | Path | str,
    office: str | None = None,
    timezone: str | None = None,
    *,
    office_id: str | None = None,
    progress: Step | None = None,
    waiting: Callable[[str], None] | None = None,
    **given: Unpack[offices.Given],
) -> Receipt:
    """Read exports into a store and account for every row of them.

    Files that can be read are stored even if another file cannot; a file with an open question waits as a whole.
    Reading the same bytes again changes nothing. Rows that several exports hold are stored once: the export accepted
    last decides their content (:mod:`callanalytics.store.merge`).

    Parameters
    ----------
    paths : files, folders, or ZIPs, one or several
    store : the store's folder; created if it does not exist
    office : the office's name; needed unless the hand log's sheet gives it or the store has one office
    timezone : the office's zone, needed once: ``Eastern``, ``Central`` ... or an IANA name
    office_id : the id of a new office; random by default
    progress : called with (done, total)
    waiting : called with a sentence if another process holds the store
    given : further options for the files (:class:`.offices.Given`): ``file_timezone``, ``date_order`` (``mdy`` or
        ``dmy``), ``time_refers_to``, ``wait_origin``, ``wait_unit``, ``wait_clock``, ``format``, ``mapping``,
        ``new_office``, ``replaces``, ``keep_removed``, ``keep_numbers``, ``today``, ``senders``, ``agency``, ``hours``,
        ``lines``

    Raises
    ------
    CallLogError
        No office or zone is known, or the store cannot be opened or written. A file that cannot be read raises
        nothing: it is a line of the receipt.
    """
    options = offices.read_options(office, timezone, **given)
    opened = Store.open(store, create=True)
    named = [paths] if isinstance(paths, str | Path) else list(paths)

    def planned() -> Plan:
        return plan(named, options, opened, progress or _no_step, storing=True, office_id=office_id)

    # Read before taking the lock: reading may take minutes, and others may use the store meanwhile.
    ready = planned()
    if not (ready.changes_rows or ready.sets_details or opened.is_older):
        return _finished_receipt(ready, opened)
    with opened.writing(waiting=waiting):
        if opened.version != ready.version:  # someone wrote in the meantime: plan again under the lock
            ready = planned()
        done = _commit(opened, ready, options.agency) if ready.changes_rows or ready.sets_details else None
        if opened.is_older:  # nothing new to store: only update its tables to the current version
            publish.publish(opened, [], publish.rows_of_office, options.agency)
    receipt = _finished_receipt(ready, opened, stored=ready.changes_rows)
    if receipt.questions:
        receipt = _with_command(receipt, ready, named, options, opened)
    if done and ready.office and ready.changes_rows:
        return _looked_over(receipt, ready, ready.office, *done, options.agency)
    return receipt


def check(
    paths: Paths,
    office: str | None = None,
    timezone: str | None = None,
    *,
    store: Path | str | None = None,
    answers: Path | str | None = None,
    progress: Step | None = None,
    **given: Unpack[offices.Given],
) -> Receipt:
    """What :func:`ingest` would do with these files; nothing is stored.

    Neither office nor zone need be known: times without a zone are then read as Eastern, and the receipt says so. With
    ``store``, rows and files that it already holds are counted as such. ``answers`` is a store whose earlier answers
    about the office's files apply, so they are not asked again; files that it holds are read anyway.
    """
    options = offices.read_options(office, timezone, **{"new_office": True, **given})
    opened = Store.open(store) if store else None
    named = [paths] if isinstance(paths, str | Path) else list(paths)
    remembering = Store.open(answers) if answers else None
    ready = plan(named, options, opened, progress or _no_step, storing=False, answers=remembering)
    if remembering and (owner := office_of_rows(remembering, ready.exports, options)):
        options = replace(options, office=owner["name"])  # read again with all earlier answers of the office
        ready = plan(named, options, opened, _no_step, storing=False, answers=remembering)
    receipt = _with_command(ready.receipt, ready, named, options, remembering)
    if not ready.exports or ready.office is None:
        return receipt
    by_table = {name: [export.tables[name] for export in ready.exports] for name in SOURCE_TABLES}
    rows, corrected = publish.united_tables(by_table)
    tables = publish.with_facts(ready.office, rows, options.agency)
    # Propose the zone of most of the office's own numbers.
    numbers = tables["coverage"].column("our_number").drop_null().to_pylist()
    found = Counter(filter(None, map(phones.zone_of, numbers))).most_common(1)
    receipt = replace(receipt, proposed_zone=zones.in_words(found[0][0]) if found else "")
    return _looked_over(receipt, ready, ready.office, tables, corrected, options.agency)


def refuse_open_questions(receipt: Receipt, command: str = "") -> None:
    """Raise an :class:`OpenQuestion` if a file waits for an answer; ``command`` is one that gives an answer."""
    if waiting := [asked for asked in receipt.questions if asked.question.blocks]:
        raise OpenQuestion(
            f"{plural(len(waiting), 'question')} must be answered first, and this run can't ask",
            found="; ".join(f"{asked.file}: {asked.question.text}" for asked in waiting),
            run="\n".join(dict.fromkeys([*(asked.question.do for asked in waiting), *([command] if command else [])])),
        )


def _with_command(
    receipt: Receipt, ready: Plan, paths: Sequence[Path | str], options: offices.Options, store: Store | None
) -> Receipt:
    """The receipt with the command to type once the files are right; unchanged if no file can be taken."""
    if not (ready.exports or receipt.questions):
        return receipt
    office = {"name": ready.office["name"], "timezone": receipt.timezone} if ready.office else {}
    guesses = guesses_in(receipt.questions)
    # Answers about cells are stored with the files; the kind of a file is unknown before it is stored.
    unsaid: dict[str, Any] = dict.fromkeys(offices.CHOICES)
    layouts = replace(options, **unsaid, columns=())
    shown, known = (store.shown, store.offices()) if store else (wording.STORE, [])
    is_known = bool(offices.find_office(office.get("name", ""), known))
    mapped = {export.format.name for export in ready.exports if export.format.text}
    if known and not is_known:
        guesses.append(("--new-office", "omit --new-office if the store already has this office"))
    return replace(
        receipt,
        command=ingest_command(paths, options, office, [answer for answer, _ in guesses], shown),
        guesses=tuple(otherwise for _, otherwise in guesses),
        again=reading_command("check", paths, layouts, shown),
        known_in=shown if is_known and store and mapped <= store.formats() else "",
    )


def set_office(
    store: Store | Path | str,
    name: str,
    *,
    timezone: str | None = None,
    hours: str | Sequence[dict[str, Any]] | None = None,
    lines: Sequence[str | dict[str, Any]] | None = None,
    logs_callbacks_since: date | str | None = None,
    say: Callable[[str], None] | None = None,
    agency: Agency | None = None,
) -> dict[str, Any]:
    """Set details of an office, and build its facts again; return its record.

    ``hours`` as in ``"Mon-Fri 9:00-17:30"``; ``lines`` as in ``"212-555-0100:desk:ringcentral_detailed"``, each added
    to the known lines or replacing the one with the same number. ``logs_callbacks_since``: the hand log records every
    callback since that day. ``say(sentence)`` is called with warnings about the store. ``agency``: whose calls the
    office logs; by default USCIS as shipped.

    Raises
    ------
    CallLogError
        There is no office of this name, a word cannot be read, or the zone changes although files were read in the old
        one.
    """
    opened = Store.open(store)
    details = offices.office_details(timezone, hours, lines, logs_callbacks_since, opened.formats())
    with opened.writing():
        rest = wording.in_store(opened.shown)
        office = offices.known_office(
            name, opened.offices(), lambda near: f"callanalytics office {wording.quoted_name(near)}{rest}"
        )
        if details.get("timezone", office["timezone"]) != office["timezone"]:
            if opened.read("sources", [office["office_id"]]).num_rows:
                raise Refused(
                    f"The files of {office['name']} were read in the time zone {office['timezone']}",
                    run="to read them in another, ingest all of them again:  callanalytics ingest FOLDER "
                    f"--office {wording.quoted_name(office['name'])} --timezone {details['timezone']}{rest}",
                )
        office = offices.with_details(office, details)
        publish.publish(opened, [office], publish.as_published, agency or agencies.load())
    if say:
        for sentence in opened.warnings:
            say(f"Note: {sentence}.")
    return office


def renew(store: Store | Path | str, *, agency: Agency | None = None) -> dict[str, int]:
    """Build a store's facts again by the agency's current rules; return, by office, how many promises changed."""
    opened = Store.open(store)
    agency = agency or agencies.load()
    changed: dict[str, int] = {}

    def count(office: dict[str, Any], _: publish.OfficeRows, tables: dict[str, pa.Table]) -> None:
        before = opened.read("promises", [office["office_id"]])
        changed[office["name"]] = count_judged_otherwise(before, tables["promises"])

    with opened.writing():
        own = [office for office in opened.offices() if agency.is_called_by(office)]
        publish.publish(opened, own, publish.as_published, agency, count)
    return changed


def _commit(store: Store, ready: Plan, agency: Agency) -> tuple[dict[str, pa.Table], list[Correction]]:
    """Store the exports, build the facts of every affected office again, and publish.

    Returns the tables of the plan's office, and the rows that its exports describe differently.
    """
    for source in ready.dropped:
        store.drop_source(source)
    for source, card in ready.changed.items():
        hand_logs.store_change(store, source, card)
    # A file read again with other settings replaces its source and keeps its place in the order.
    held = {hand_logs.base_id(source): source for source in store.source_ids()}
    for export in ready.exports:
        tables = publish.tables_to_store(export.as_read or export.tables, export.superseded)
        if export.id in held:
            store.rewrite_source(held[export.id], tables, export.card())
        else:
            store.add_source(export.id, tables, export.card())
    concerned = [ready.office, *ready.others] if ready.office else ready.others
    done: list[tuple[dict[str, pa.Table], list[Correction]]] = []

    def keep(_: dict[str, Any], found: publish.OfficeRows, tables: dict[str, pa.Table]) -> None:
        done.append((tables, found.corrected))

    publish.publish(store, concerned, publish.rows_of_office, agency, keep)
    return done[0]


def _looked_over(
    receipt: Receipt,
    ready: Plan,
    office: dict[str, Any],
    tables: dict[str, pa.Table],
    corrected: list[Correction],
    agency: Agency,
) -> Receipt:
    """The receipt with what the files can show, and the rows that files of this run describe differently."""
    entries, sources = tables["entries"], tables["sources"]
    notes = receipt_contents.correction_notes(corrected, ready.exports, sources) if corrected else []
    questions: list[Asked] = []
    if entries.num_rows:
        notes += receipt_contents.duplicate_notes(ready.exports, office, tables, agency)
        notes += receipt_contents.joined_notes(entries)
        questions += receipt_contents.unsure_days(entries, sources)
    scope = receipt_contents.scope_of(office, tables, agency)
    is_new = office["office_id"] == offices.PROVISIONAL_ID
    other_clock = receipt_contents.other_clock(scope.clock, tables, ready.exports, is_new=is_new)
    # On the right clock, the phone log may tell
    questions += other_clock or receipt_contents.unknown_moments(scope.habits, ready.exports)
    return replace(receipt, scope=scope, notes=(*receipt.notes, *notes), questions=(*receipt.questions, *questions))


def _finished_receipt(ready: Plan, store: Store, stored: bool = False) -> Receipt:
    notes = tuple(dict.fromkeys([*ready.receipt.notes, *store.warnings]))
    return replace(ready.receipt, store=store.shown, stored=stored, notes=notes)
