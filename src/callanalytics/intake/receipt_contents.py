"""The account of a run: every file's rows, what the store had, what a person must correct, what the files show."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import accounting, clocks, formats, schema
from callanalytics.agencies import Agency
from callanalytics.facts import attempts, duplicates, observation, time_rounding
from callanalytics.facts.agency_calls import CALL_OF_DAY_ASSUMED, usable_waits
from callanalytics.facts.arrays import Rows, columns_of, moments, without_misdated
from callanalytics.facts.time_rounding import Habit
from callanalytics.intake import publish
from callanalytics.intake.discover import Discovered
from callanalytics.intake.exports import Export, count_by, is_whole_row
from callanalytics.intake.hand_logs import base_id
from callanalytics.intake.receipt import Receipt
from callanalytics.intake.receipt_data import (
    NO_NUMBER,
    Asked,
    ClockShift,
    FileEntry,
    Fix,
    LinelessSystem,
    LogGap,
    ObservedLine,
    Scope,
    UndescribedLine,
    UnobservedNumber,
    entries_of,
)
from callanalytics.normalize import MARKED, Answer, Question, question_of
from callanalytics.read import Passed
from callanalytics.store import Store
from callanalytics.store.merge import DAY_S, JOINED, UNSURE, Correction, span_of, with_shared_ids
from callanalytics.values import phones, zones
from callanalytics.wording import joined, plural, row_numbers


def build_receipt(found: Discovered, read: Sequence[Export], planned, store: Store, cards, notes, lines) -> Receipt:
    """The receipt of a plan: the exports that wait for an answer and those that are taken.

    ``cards`` are the cards of the store's files, by digest; ``notes`` are further notes; ``lines`` is the result for
    the hand logs (:mod:`.hand_logs`).
    """
    entries = _file_entries(found, planned, store, cards)
    office = planned.office or {"name": "", "timezone": ""}
    aside: Counter = Counter()
    for export in planned.exports:
        aside.update(export.tables["set_aside"].column("reason").to_pylist())
    near = [
        f"{one} and {other} share {plural(n, 'entry')}; {'it counts' if n == 1 else 'each counts'} once. If one "
        "is a newer version of the other, ingest the newer again with  --replaces  and the name of the older. That "
        f"removes what the newer lacks: {plural(n_one, 'entry')} of {one}, or {plural(n_other, 'entry')} of {other}"
        for one, other, n, n_one, n_other in lines.near
    ]
    back = [f"{plural(n, 'entry')} of {name} {'counts' if n == 1 else 'count'} again" for name, n in lines.back]
    taken = {entry.sha256 for entry in entries}
    return Receipt(
        files=tuple(entries),
        questions=(*_questions(read, planned.exports), *found.asked, *lines.asked),
        problems=tuple(found.problems),
        passed=(
            *found.passed,
            # Repeats of a file that was not accepted.
            *(Passed(file.shown, "identical to another file") for file, digest in found.repeats if digest not in taken),
        ),
        to_fix=tuple(fix for export in planned.newest if export.tables["rejects"].num_rows for fix in _fixes(export)),
        aside=dict(aside.most_common()),
        unclear=tuple(unclear for export in planned.newest for unclear in export.unclear),
        unread=tuple((export.shown, column) for export in planned.newest for column in export.unread),
        notes=tuple(dict.fromkeys(filter(None, [*notes, *near, *back]))),
        versions=tuple(lines.versions),
        office=office["name"],
        timezone="" if planned.is_zone_assumed else office["timezone"],
        names=found.names,
        paths=found.paths,
    )


def _questions(read: Sequence[Export], taken: Sequence[Export]) -> Iterator[Asked]:
    """The questions of each export, except of an older version of a sheet of which nothing counts."""
    older = {export.id for export in taken if export.superseded.older_than}
    for export in (export for export in read if export.questions and export.id not in older):
        rows = export.waiting or sum(map(export.rows_of, ("calls", "entries")))
        yield from (Asked(export.shown, rows, question) for question in export.questions)


def _file_entries(found: Discovered, planned, store: Store, cards) -> list[FileEntry]:
    """One entry per file: those read first, then those the store has, then the repeats."""
    entries: list[FileEntry] = []
    twice = _duplicates(planned, store)
    for export in planned.exports:
        common = {"title": export.format.title, "export": export.shown}
        if export.superseded.older_than:
            # The name in messages of the export with this id, in this run or in the store
            id = export.superseded.older_than
            named = next((export.shown for export in planned.exports if export.id == id), None)
            if named is None:
                sources = (source for source in store.source_ids() if base_id(source) == id)
                named = next((store.source_card(source)["name"] for source in sources), None)
            common |= {"state": "older", "like": named or id}
        entries += entries_of(export.tables["sources"].to_pylist(), twice, **common)
    entries += _stored_entries(found, cards, store)
    by_digest = {entry.sha256: entry for entry in entries}
    for file, digest in found.repeats:
        if same := by_digest.get(digest):
            held = same.calls + same.entries
            entries.append(replace(same, file=file.shown, state="repeat", like=same.file, duplicates=held, export=""))
    return entries


def _stored_entries(found: Discovered, cards: dict[str, dict], store: Store) -> list[FileEntry]:
    """Files whose bytes the store holds, with the counts recorded then; pages read together stay together."""
    sources = store.read("sources")
    digests = pa.array([file.sha256 for file in found.stored], pa.string())
    rows = sources.filter(pc.is_in(sources.column("sha256"), value_set=digests)).to_pylist()
    held = {row["source_id"]: row["calls"] + row["entries"] for row in rows}
    by_digest = {entry.sha256: entry for entry in entries_of(rows, held, state="stored")}
    return [
        replace(by_digest[file.sha256], file=file.shown, export=card["name"] if len(card["files"]) > 1 else "")
        for file, card in ((file, cards[file.sha256]) for file in found.stored)
    ]


def _duplicates(planned, store: Store) -> Counter[str]:
    """By source: how many of its calls and entries the store, or an earlier export, also holds.

    Entries of one day in two people's logs are distinguished by their content, as when they are stored.
    """
    counted: Counter[str] = Counter()
    for name in ("calls", "entries"):
        n_sheets = sum(export.tables["sources"].num_rows for export in planned.exports if export.rows_of(name))
        if not n_sheets:
            continue
        given, held = [export.tables[name] for export in planned.exports], _held_tables(name, planned, store)
        # Two sheets of one workbook may hold the same call; one sheet alone holds none twice
        if name == "calls" and n_sheets < 2 and not any(table.num_rows for table in held):
            continue
        if name == "entries":
            both = with_shared_ids([*held, *given])
            held, given = both[: len(held)], both[len(held) :]
        # For each row of the tables, in order: whether its id is in the tables held, or in an earlier table
        columns = [chunk for table in (*held, *given) for chunk in table.column(publish.IDS[name]).chunks]
        # In one chunk, since each chunk would have its own codes; the first row with a code is in the earliest table
        code = pa.chunked_array(columns, pa.string()).combine_chunks().dictionary_encode().indices.to_numpy()
        _, first = np.unique(code, return_index=True)
        is_first = np.zeros(len(code), bool)
        is_first[first] = True
        n = sum(table.num_rows for table in held)
        edges = np.cumsum([n, *(table.num_rows for table in given)])
        for table, seen in zip(given, [~is_first[a:b] for a, b in itertools.pairwise(edges)], strict=True):
            ids = pc.unique(table.column("source_id")).to_pylist()
            # Several contacts in one row of a sheet are one row of the file, counted once.
            mask = seen if name == "calls" else seen & is_whole_row(table)
            counted.update(dict(zip(ids, count_by(table, ids, mask).tolist(), strict=True)))
    return counted


def _held_tables(name: str, planned, store: Store) -> list[pa.Table]:
    """The rows that the store holds: calls as published, entries source by source; without sources that are replaced or
    read again."""
    replaced = {*planned.dropped, *planned.again}
    own = planned.office["office_id"] if planned.office else ""
    # A call in several exports names only one of them, so to leave sources out, read each by itself
    if name == "calls" and not replaced:
        files = store.files_in_time(own, [span_of(export.tables["calls"]) for export in planned.exports])
        return [store.read_file(file, name, [own], ["call_id"]) for file in files]
    kept = [source for source, card in store.cards().items() if source not in replaced and card["office_id"] == own]
    return [store.read_source(source, name) for source in kept]


def _names_by_id(sources: pa.Table) -> dict[str, str]:
    return dict(zip(sources.column("source_id").to_pylist(), sources.column("name").to_pylist(), strict=True))


def _fixes(export: Export) -> list[Fix]:
    names, rejects = _names_by_id(export.tables["sources"]), export.tables["rejects"].to_pylist()
    columns = ("row", "column", "reason", "found", "wanted")
    return [Fix(names[reject["source_id"]], *(reject[column] for column in columns)) for reject in rejects]


def correction_notes(given: Sequence[Correction], exports: Sequence[Export], sources: pa.Table) -> list[str]:
    """Lines on calls that two exports, at least one of this run, describe differently; the one read last counts."""
    names = _names_by_id(sources)
    ours = {id for export in exports for id in _names_by_id(export.tables["sources"])}
    both = [c for c in given if {c.source_id, c.by_source_id} & ours]
    corrections = [c for c in both if "started_at_local" not in c.columns]  # nothing but a copy has another start
    copies = plural(len(both) - len(corrections), "call")
    notes = [f"{copies} without the seconds that another file gives: counted once, with them"]
    notes = notes if both != corrections else []
    if not corrections:
        return notes
    shown = [
        f"{', '.join(map(_everyday_name, c.columns))} of row {c.by_row} of {names[c.by_source_id]} "
        f"instead of row {c.row} of {names[c.source_id]}"
        for c in corrections[:3]
    ]
    more = f"; and {len(corrections) - 3:,} more" if len(corrections) > 3 else ""
    what = "1 call or entry differs" if len(corrections) == 1 else f"{len(corrections):,} calls or entries differ"
    return [f"{what} between two files; the file read last counts: {'; '.join(shown)}{more}"]


def _everyday_name(column: str) -> str:
    """A column's name in everyday words.

    >>> [_everyday_name(name) for name in ("wait_s", "started_at_utc", "sr_number", "parent_entry_id")]
    ['wait', 'start', 'sr number', 'call it belongs to']
    """
    known = {"parent_entry_id": "call it belongs to", "started_at_utc": "start", "started_at_local": "start"}
    return known.get(column) or column.removesuffix("_s").replace("_", " ")


def duplicate_notes(
    exports: Sequence[Export], office: dict, tables: Mapping[str, pa.Table], agency: Agency
) -> list[str]:
    """Lines on rows of hand logs that log the same call, or may, with at least one row of this run."""
    rows, sources = Rows(tables["entries"], publish.IDS["entries"]), tables["sources"]
    calls = observation.with_lines_filled(office, Rows(tables["calls"], publish.IDS["calls"]))
    lines = observation.lines_of(office, calls, rows, agency)
    shown = observation.CoveredSpans(tables["coverage"], lines, unanswered=False, declared=False)
    ours, names = {id for export in exports for id in _names_by_id(export.tables["sources"])}, _names_by_id(sources)
    source, number = rows.texts("source_id"), rows.numbers("source_row").tolist()
    original = duplicates.duplicate_entries(rows, calls, shown, agency)
    groups: dict[int, list[int]] = {}
    # A callback logged in the row of a call is part of that row.
    is_row = rows.is_in("kind", "dial") | (rows.is_in("kind", "ring") & (rows.numbers("item") == 0))
    for index in np.flatnonzero((original >= 0) & is_row).tolist():
        groups.setdefault(original[index], [original[index]]).append(index)
    certain, unsure = (
        [sorted((names[source[p]], number[p]) for p in group) for group in found if ours & {source[p] for p in group}]
        for found in (groups.values(), duplicates.possible_duplicates(rows, shown, original))
    )
    notes = []
    if certain:
        same = [f"{len(group)} rows log the same call: {_row_places(group)}" for group in certain]
        notes += [f"{_first_of(same, ' calls')}. Each counts once; no row is lost"]
    if alike := [pair for pair in unsure if len({name for name, _ in pair}) == 1]:
        which = _first_of([_row_places(pair) for pair in alike])
        notes += [f"{which} are alike. All count. If two of them are one call, delete one"]
    if unsure := [pair for pair in unsure if len({name for name, _ in pair}) > 1]:
        n = plural(len(unsure), "pair of rows", "pairs of rows")
        which = _first_of([_row_places(pair) for pair in unsure])
        notes += [
            f"{n} in two sheets, within ten minutes of each other, may log the same call: {which}. Both count. If they "
            "are one call, write the same time and wait in both sheets"
        ]
    return notes


def _first_of(texts: Sequence[str], what: str = "") -> str:
    more = f"; and {len(texts) - SHOWN_DOUBLES:,} more{what}" if len(texts) > SHOWN_DOUBLES else ""
    return "; ".join(texts[:SHOWN_DOUBLES]) + more


def joined_notes(entries: pa.Table) -> list[str]:
    """One line on calls that a sheet without times also logs, and on those that only it logs."""
    n = _with_code(entries, JOINED, "dial").num_rows
    if not n:
        return []
    is_dated = pc.and_(pc.equal(entries.column("started_precision_s"), DAY_S), entries.column("wait_s").is_null())
    dated = entries.filter(pc.and_(is_dated, pc.equal(entries.column("kind"), "dial")))
    alone = dated.num_rows - sum(_with_code(dated, code, "dial").num_rows for code in (JOINED, UNSURE))
    again = f"{plural(n, 'call')} of one sheet {'is' if n == 1 else 'are'} also in another that gives only the day"
    how = "matched by service request, matter, or receipt number, or by the days of all promises in the workbook"
    by = f"{how}; {'it counts' if n == 1 else 'each counts'} once"
    more = f"; {plural(alone, 'call')} with only the day {'counts' if alone == 1 else 'count'} too" if alone else ""
    return [f"{again}: {by}{more}"]


def unsure_days(entries: pa.Table, sources: pa.Table) -> list[Asked]:
    """Questions, by sheet and kind, on rows with only a day that may be a call, or callback, in another sheet."""
    names = _names_by_id(sources)
    found = []
    for kind, what in (("dial", "call"), ("ring", "callback")):
        rows = _with_code(entries, UNSURE, kind)
        for source in sorted(pc.unique(rows.column("source_id")).to_pylist(), key=lambda id: names[id]):
            own = sorted(rows.filter(pc.equal(rows.column("source_id"), source)).column("source_row").to_pylist())
            text = (
                f"{row_numbers(own)} {'gives' if len(own) == 1 else 'give'} the day of a {what} but no time. Another "
                f"sheet has a {what} on that day that may be the same one; both count"
            )
            do = f"copy the time from the other sheet into {row_numbers(own)}, and ingest both again"
            found.append(Asked(names[source], len(own), Question("", text, "", do, UNSURE, blocks=False)))
    return found


MIN_TIMES = 10  # with fewer, there is no figure by hour to lose


def unknown_moments(habits: Mapping[str, Habit], exports: Sequence[Export]) -> list[Asked]:
    """Questions what the times of calls mark, if neither the sheet nor a phone log says so."""
    found = []
    for export in exports:
        entries, habit = export.tables["entries"], habits.get(export.format.name)
        is_timed = pc.and_(pc.equal(entries.column("kind"), "dial"), entries.column("started_at_utc").is_valid())
        rows = entries.filter(pc.and_(is_timed, pc.equal(entries.column("time_refers_to"), "unknown"))).num_rows
        if rows and habit and habit.alone >= MIN_TIMES and habit.word == "unknown":
            text = (
                f"do its times mark {joined(MARKED.values(), 'or')}? Until someone says, no figure by hour uses those "
                "of calls in no phone log"
            )
            asked = question_of("", text, "", "time_refers_to", MARKED, blocks=False)
            found.append(Asked(export.shown, rows, asked))
    return found


OTHER_CLOCK = "other_clock"
OWN_ZONE = ("row", "offset", "epoch")  # values for a call that states the zone of its time


def other_clock(
    shift: ClockShift, tables: Mapping[str, pa.Table], exports: Sequence[Export], *, is_new: bool
) -> list[Asked]:
    """Questions whether phone logs with calls hours away from the entries are in another time zone.

    If these logs state their zone, or no zone is that far off, the question is about the sheets. ``is_new``: the zone
    of the office is not final."""
    if not shift.fitting:
        return []
    calls, entries = (
        tables[name].filter(pc.is_in(tables[name].column(publish.IDS[name]), value_set=pa.array(ids)))
        for name, ids in (("calls", shift.call_ids), ("entries", shift.entry_ids))
    )
    has_zone = pc.any(pc.is_in(calls.column("timezone_source"), value_set=pa.array(OWN_ZONE))).as_py()
    of_phone = [] if has_zone else _zones_ahead(calls, shift.hours)
    rows, fitting = (calls, of_phone) if of_phone else (entries, _zones_ahead(entries, -shift.hours))
    side = f"{plural(abs(shift.hours), 'hour')} {'before' if shift.hours > 0 else 'after'}"
    what = "this phone log" if of_phone else "the sheet"
    count = f"{shift.fitting:,} of {plural(shift.n, 'entry')} without a phone record"
    text = (
        f"{count} are {side} a call {'in this phone log ' if of_phone else ''}that no one logged. Is {what} in "
        "another time zone? Until this is answered, these calls count twice"
    )
    zone_options = [f"--file-timezone {zone}" for zone in fitting]
    answers = [Answer(f"--file-timezone {zone}", f"{zone}: the times in {what} are in that zone") for zone in fitting]
    do = f"if so, ingest it again by itself with  {'  or  '.join(zone_options) or '--file-timezone ZONE'}"
    if not of_phone:
        do += f"\nif the office is in another zone, ingest all its files again with  --timezone {(*fitting, 'ZONE')[0]}"
        answers += [Answer(f"--timezone {zone}", f"{zone}: the office is in that zone") for zone in fitting if is_new]
    question = Question("", text, "", do, OTHER_CLOCK, tuple(answers), blocks=False)
    shown = {id: export.shown for export in exports for id in _names_by_id(export.tables["sources"])}
    n_rows: Counter[str] = Counter()
    for source in tables["sources"].to_pylist():
        if source["source_id"] in set(rows.column("source_id").to_pylist()):
            n_rows[shown.get(source["source_id"], source["name"])] += source["rows"]
    return [Asked(name, n, question) for name, n in n_rows.items()]


def _zones_ahead(rows: pa.Table, hours: int) -> list[str]:
    """US zones, by common name, that were this many hours ahead of the rows' zone when the rows were written."""
    ends = pc.min_max(rows.column("started_at_utc")).as_py().values()
    zone = zones.rules(rows.column("timezone")[0].as_py())

    def ahead(name: str, end) -> timedelta:
        return end.astimezone(zones.rules(zones.zone(name))).utcoffset() - end.astimezone(zone).utcoffset()

    return [name for name in zones.US_ZONES if all(ahead(name, end) == timedelta(hours=hours) for end in ends)]


def _with_code(entries: pa.Table, code: str, kind: str) -> pa.Table:
    """The entries of a kind with a warning."""
    has_code = pc.match_substring(pc.fill_null(entries.column("warnings"), ""), code)
    return entries.filter(pc.and_(has_code, pc.equal(entries.column("kind"), kind)))


SHOWN_DOUBLES = 5


def _row_places(rows: Sequence[tuple[str, int]]) -> str:
    """
    >>> _row_places([("log.csv", 41), ("log.csv", 42)]), _row_places([("a.csv", 3), ("b.csv", 9)])
    ('rows 41 and 42 of log.csv', 'row 3 of a.csv and row 9 of b.csv')
    """
    by_name: dict[str, list[str]] = {}
    for name, number in rows:
        by_name.setdefault(name, []).append(str(number))
    return joined(
        f"{'row' if len(numbers) == 1 else 'rows'} {joined(numbers)} of {name}" for name, numbers in by_name.items()
    )


# ---- what the files of an office can and cannot show ----------------------------------------------------------------

HOURS_APART = (-12, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 12)  # errors that a wrong zone, or a.m./p.m., makes
NEAR = np.timedelta64(10, "m")
MIN_SHIFTED = 10


def scope_of(office: dict, tables: dict[str, pa.Table], agency: Agency) -> Scope:
    """The scope of an office's rows and facts."""
    entries, agency_calls, promises = tables["entries"], tables["agency_calls"], tables["promises"]
    phone_sources = tables["sources"].filter(pc.greater(tables["sources"].column("calls"), 0))
    systems = pc.unique(phone_sources.column("format")).to_pylist()
    unbroken = observation.unbroken(tables["calls"], phone_sources, agency)
    lineless = _lineless(phone_sources, tables["coverage"], office["timezone"])
    covered = [run for runs in unbroken.values() for run in runs]
    of_log = _scope_of_log(entries, agency_calls, covered) if entries.num_rows else {}
    if promises.num_rows:
        unheard = lines_not_known(office, promises, tables["callbacks"])
        of_log |= {"unseen": _unobserved_numbers(promises), "unheard": unheard}
    # How long each phone system among the files keeps its log; calls that are not exported by then are lost
    known = formats.load()
    vendors = sorted({known[name].vendor for name in systems if name in known})
    stated = {row.vendor: row.says for row in agency.retention}
    other = stated.get("any other", "")
    return Scope(
        agency=agency.label,
        account=accounting.by_default(tables.__getitem__, agency),
        phones=_observed_lines(tables["coverage"], office["timezone"]),
        clocks=usable_waits(agency_calls, agency),
        gaps=_log_gaps(tables["coverage"], unbroken, lineless, office["timezone"], agency),
        no_missed=_without_missed(phone_sources),
        lineless=lineless,
        retention=tuple((vendor, stated.get(vendor, other)) for vendor in vendors),
        **of_log,
    )


def _scope_of_log(entries: pa.Table, agency_calls: pa.Table, covered: list[tuple]) -> dict[str, Any]:
    """The scope of a hand log; `covered` are the periods that exports cover."""
    ends = pc.min_max(without_misdated(entries).column("started_at_local")).as_py()
    span = (ends["min"].date(), ends["max"].date()) if ends["min"] else None
    callless = _without_call(agency_calls, covered)
    queued = entries.filter(pc.equal(entries.column("kind"), "dial"))
    queued = queued.filter(pc.not_equal(queued.column("wait_outcome"), "not_queued"))
    timed = queued.filter(queued.column("wait_s").is_valid())
    ended = pc.is_in(timed.column("wait_outcome"), value_set=pa.array(schema.WAIT_ENDS))
    ids = callless.column("entry_id")  # their rows are given if they are in one sheet
    own = entries.filter(pc.is_in(entries.column("entry_id"), value_set=ids.combine_chunks()))
    rows = own.column("source_row").to_pylist() if len(pc.unique(own.column("source_id"))) == 1 else []
    return {
        "hand_log": span,
        "waits": (pc.sum(ended).as_py() or 0, timed.num_rows, queued.num_rows),
        "noted": _noted_calls(agency_calls, span),
        "of_days": tuple(_n_warned(agency_calls, code) - _n_warned(entries, code) for code in OF_DAYS),
        "clock": _clock_shift(callless, agency_calls),
        "callless": (len(ids), tuple(sorted(set(rows)))),
        "habits": {fmt: habit for (_, fmt), habit in time_rounding.habits(entries, agency_calls).items()},
    }


OF_DAYS = (CALL_OF_DAY_ASSUMED, UNSURE)


def _n_warned(rows: pa.Table, code: str) -> int:
    return pc.sum(pc.match_substring(rows.column("warnings"), code)).as_py() or 0


def _observed_lines(coverage: pa.Table, zone: str) -> tuple[ObservedLine, ...]:
    named = coverage.filter(coverage.column("our_number").is_valid()).combine_chunks()
    lines = named.group_by("our_number").aggregate([("from_utc", "min"), ("to_utc", "max"), ("has_unanswered", "all")])
    return tuple(
        ObservedLine(phones.mask(number), _local_date(first, zone), _local_date(last, zone), shows_unanswered)
        for number, first, last, shows_unanswered in sorted(tuple(row.values()) for row in lines.to_pylist())
    )


def _lineless(sources: pa.Table, coverage: pa.Table, zone: str) -> tuple[LinelessSystem, ...]:
    """The phone systems whose exports name no line: their calls do not show which phone rang."""
    seen = pc.is_in(sources.column("source_id"), value_set=coverage.column("source_id").combine_chunks())
    shown = set(sources.filter(seen).column("format").to_pylist())
    known = formats.load()
    found = []
    spans = sources.group_by("format").aggregate([("covers_from_utc", "min"), ("covers_to_utc", "max")])
    for name, *ends in sorted(tuple(row.values()) for row in spans.to_pylist() if row["format"] not in shown):
        dates = (_local_date(end, zone) if end else None for end in ends)
        found.append(LinelessSystem(known[name].vendor if name in known else name, name, *dates))
    return tuple(found)


def _without_missed(sources: pa.Table) -> tuple[str, ...]:
    """The phone systems that show no unanswered call; of one that shows some, the files that do not."""
    showing, silent = (sources.filter(pc.equal(sources.column("has_unanswered"), each)) for each in (True, False))
    others = {*showing.column("format").to_pylist()}
    named = zip(silent.column("format").to_pylist(), silent.column("name").to_pylist(), strict=True)
    return tuple(sorted({name if system in others else system for system, name in named}))


def _local_date(moment, zone: str):
    return zones.local_days(moment.replace(tzinfo=None), zone)[0].item()


def _noted_calls(agency_calls: pa.Table, span: tuple | None) -> tuple[int, int]:
    if span is None:
        return 0, 0
    date = agency_calls.column("date_local")
    first, last = (pa.scalar(day, pa.date32()) for day in span)
    inside = pc.and_(pc.greater_equal(date, first), pc.less_equal(date, last)).fill_null(False)
    evidence = agency_calls.filter(inside).column("recorded_in")
    both, phone = (pc.sum(pc.equal(evidence, word)).as_py() or 0 for word in ("both", "phone"))
    return both, both + phone


def _without_call(agency_calls: pa.Table, covered: list[tuple]) -> pa.Table:
    """Calls to the agency that are only in the hand log, at a time that some export covers."""
    alone = agency_calls.filter(pc.equal(agency_calls.column("recorded_in"), "entry"))
    starts = moments(alone["started_at_utc"])
    is_covered = np.zeros(len(starts), bool)
    for first, last in covered:
        is_covered |= (starts >= first) & (starts <= last)
    return alone.filter(pa.array(is_covered))


def _clock_shift(callless: pa.Table, agency_calls: pa.Table) -> ClockShift:
    """Entries without a call that are whole hours away from an unlogged call, if one number of hours fits many and no
    other does: how many, of how many, and the hours from the entry to the call."""
    noted = moments(callless["started_at_utc"])
    phoned = agency_calls.filter(pc.equal(agency_calls.column("recorded_in"), "phone"))
    phoned_at = moments(phoned["started_at_utc"])
    called = np.sort(phoned_at)
    if not len(called):
        return ClockShift(0, len(noted), 0)
    fitting = {hours: int(_are_near(noted + np.timedelta64(hours, "h"), called).sum()) for hours in HOURS_APART}
    (most, hours), (second, _) = sorted(((n, hours) for hours, n in fitting.items()), reverse=True)[:2]
    # Calls are dense enough that some entries fit any shift by chance: one shift must fit far better than the next.
    if not (most >= MIN_SHIFTED and most > 2 * second and 3 * most > len(noted)):
        return ClockShift(0, len(noted), 0)
    shift = np.timedelta64(hours, "h")
    shifted = callless.filter(pa.array(_are_near(noted + shift, called)))
    meant = phoned.filter(pa.array(_are_near(phoned_at, np.sort(noted + shift))))
    ids = (shifted.column("entry_id").to_pylist(), meant.column("call_id").to_pylist())
    return ClockShift(most, len(noted), hours, *map(tuple, ids))


def _are_near(starts: np.ndarray, called: np.ndarray) -> np.ndarray:
    """Which of the times `starts` have a call within `NEAR`."""
    index = np.searchsorted(called, starts)
    # The nearest call is the last one before the time, or the first at or after it
    near = (np.abs(called[np.clip(index + step, 0, len(called) - 1)] - starts) <= NEAR for step in (-1, 0))
    return np.logical_or(*near)


def _log_gaps(
    observed: pa.Table, unbroken: dict[str, list[tuple]], lineless, zone: str, agency: Agency
) -> tuple[LogGap, ...]:
    """The gaps of each line, and of each system that does not name its lines."""
    exports = observed.filter(pc.equal(observed.column("basis"), "export")).to_pylist()
    runs: dict[str, list[tuple]] = {}
    for row in sorted(exports, key=lambda row: (row["our_number"], row["from_utc"])):
        runs.setdefault(phones.mask(row["our_number"]), []).append((row["from_utc"], row["to_utc"]))
    for system in lineless:
        own_runs = unbroken.get(system.format, ())
        runs[system.vendor] = [(first.item(), last.item()) for first, last in own_runs]
    found = []
    for who, own in runs.items():
        if not own:  # all of its calls are also in another export
            continue
        last = own[0][1]
        for first, end in own[1:]:
            days = _local_date(last, zone), _local_date(first, zone)
            whole = np.arange(np.datetime64(days[0]) + clocks.DAY, np.datetime64(days[1]))
            # A Sunday without calls needs no question
            if first > last and clocks.is_business_day(whole, agency=agency).any():
                found.append(LogGap(who, *days))
            # A run may be inside a longer one of another export
            last = max(last, end)
    return tuple(found)


def _unobserved_numbers(promises: pa.Table) -> tuple[UnobservedNumber, ...]:
    blind = promises.filter(promises.column("watched_until_utc").is_null())
    counted = blind.group_by("callback_number").aggregate([([], "count_all"), ("date_local", "min_max")]).to_pylist()
    rows = [(row["callback_number"], row["count_all"], *row["date_local_min_max"].values()) for row in counted]
    return tuple(
        UnobservedNumber(phones.mask(number) if number else NO_NUMBER, *rest)
        for number, *rest in sorted(rows, key=lambda row: (row[0] is None, row[0] or ""))
    )


def lines_not_known(office: dict, promises: pa.Table, callbacks: pa.Table) -> tuple[UndescribedLine, ...]:
    """Observed lines for which neither the office nor an export shows whether callers without a number get through.

    For each number: how many promised callbacks it was to receive, and the line's other settings."""
    known = {line["number"]: filter(None, (line["kind"], line["covered_by"])) for line in office["lines"] or ()}
    number = promises.column("callback_number").combine_chunks()
    lines = [(office["office_id"], each) for each in number.to_pylist()]
    is_blocked = attempts.blocks([office], lines, columns_of(callbacks))
    asked = pc.and_(pc.and_(number.is_valid(), is_blocked.is_null()), promises.column("watched_until_utc").is_valid())
    counted = pc.value_counts(number.filter(asked.combine_chunks())).to_pylist()
    numbers = {row["values"]: row["counts"] for row in counted}
    return tuple(sorted(UndescribedLine(phones.mask(number), n, ":".join(known.get(number, ())))
                        for number, n in numbers.items()))  # fmt: skip
