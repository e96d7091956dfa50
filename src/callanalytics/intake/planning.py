"""What an ingest would do: read and account for every file before changing the store; and the answers a store keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow.compute as pc

from callanalytics import agencies, formats, invented
from callanalytics.agencies import Agency, senders_from_rows
from callanalytics.errors import CallLogError, OpenQuestion, Refused, unforeseen_of
from callanalytics.formats import Format
from callanalytics.intake import (
    discover,
    exports,
    forgetting,
    hand_logs,
    offices,
    publish,
    receipt_contents,
    sheet_versions,
)
from callanalytics.intake.discover import Discovered, Identified, Step
from callanalytics.intake.exports import Export
from callanalytics.intake.hand_logs import HandLogs
from callanalytics.intake.offices import PROVISIONAL_ID, PROVISIONAL_NAME, Options
from callanalytics.intake.receipt import Receipt
from callanalytics.intake.receipt_data import Problem
from callanalytics.normalize import Settings
from callanalytics.read.file import shown_member, shown_name
from callanalytics.store import Store
from callanalytics.values import zones
from callanalytics.wording import plural, quoted, quoted_name, some

NO_ZONE = "no time zone was given, so times without one are read as Eastern; to change this, use --timezone"


@dataclass
class Plan:
    """The exports to take, in the order of acceptance; the sources to drop for them; the sources of which different
    rows will count, with their new cards (:mod:`.hand_logs`); and the receipt so far."""

    version: str
    office: dict | None = None
    exports: list[Export] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    changed: dict[str, dict] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)  # sources that are among the exports, read again
    others: list[dict] = field(default_factory=list)  # further offices that lose a source
    sets_details: bool = False  # whether the office's details change
    is_zone_assumed: bool = False  # no one gave the office's zone
    receipt: Receipt = field(default_factory=Receipt)

    @property
    def changes_rows(self) -> bool:
        return bool(self.exports or self.dropped or self.changed)

    @property
    def newest(self) -> list[Export]:
        """The exports without older versions of a hand log of which nothing counts."""
        return [export for export in self.exports if not export.superseded.older_than]


def plan(
    paths: list, options: Options, store: Store | None, step: Step, *, storing: bool, office_id=None, answers=None
) -> Plan:
    """Read the named files, against a store or (``check``) against none; ``answers`` is a store whose answers apply."""
    store = store or Store.nowhere()
    cards, registered, marks = store.cards(), store.offices(), store.marks()
    is_sample = _is_sample(paths, registered)
    planned = Plan(store.version, dropped=_replaced(cards, options))
    staying = {source: card for source, card in cards.items() if source not in planned.dropped}
    stored = {digest: card for card in staying.values() for digest in card["files"]}
    if options.office and registered and not options.new_office:
        offices.refuse_unknown(options.office, registered)

    own = Memory(registered, cards)
    # Before identifying the files: a mapping given earlier decides the format of a file.
    memory = memory_of(answers, options, paths, own, is_sample)
    options = replace(options, remembered=known_mappings(memory.cards, options, memory.offices))
    found = discover.discover(paths, options, set(stored), step)
    planned.again = discover.move_to_reread(found, options, staying, registered)
    options = _with_office_of_files(options, [cards[source] for source in planned.again], registered)

    memory = _memory_of_files(memory, answers, found, options, own, is_sample)
    if found.known:
        planned.office, planned.is_zone_assumed = _office(found, options, memory.offices, storing, office_id, is_sample)
        _refuse_other_zones(found, planned.office)
    elif planned.dropped or options.keep_removed:
        ids = {stored[file.sha256]["office_id"] for file in found.stored}
        # The office of the files that the store has; compare sets, so that files of several offices match none.
        planned.office = next((office for office in registered if {office["office_id"]} == ids), None)
    name = planned.office["name"] if planned.office else options.office or ""
    # An old export must not bring back an erased client's rows.
    read = [forgetting.erased_export(export, marks) for export in _read(found, options, planned, memory, step)]

    logs = _counted_logs(read, planned, store, options, found)
    planned.exports, planned.changed = logs.exports, logs.changed
    if planned.office:
        planned.office = offices.updated_office(planned.office, [each.office for each in planned.newest if each.office])
    _refuse_of_others(found, stored, registered, name)
    _drop_replaced(planned, found, options, cards, registered)
    notes = [invented.LABEL if is_sample else "", NO_ZONE if planned.is_zone_assumed else "", memory.note]
    notes += [*_other_names(found, name), *_notes_on_reading(read, options, store, planned.again, memory)]
    planned.receipt = receipt_contents.build_receipt(found, read, planned, store, stored, notes, logs)
    if storing:
        _set_details(planned, options, registered, store, name)
    return planned


def _set_details(planned: Plan, options: Options, registered: Sequence[dict], store: Store, name: str) -> None:
    """Put the hours and lines given into the office's record; do nothing if the store will have no such office."""
    office = planned.office if planned.exports else offices.find_office(name, registered)
    if office is None:
        return
    own_formats = {export.format.name for export in planned.exports} | store.formats()
    details = offices.office_details(hours=options.hours, lines=options.lines, own_formats=own_formats)
    detailed = offices.with_details(office, details)
    if detailed != office:
        planned.office, planned.sets_details = detailed, True


def _notes_on_reading(
    read: Sequence[Export], options: Options, store: Store, again: Sequence[str], memory: Memory
) -> list[str]:
    """Notes on the exports: a mapping or an answer given earlier that decided how one is read, what reading a stored
    file again changed, and what an export's layout loses."""
    stored = {hand_logs.base_id(source): source for source in again}
    settled = {digest for card in memory.settled.values() for digest in card["files"]}
    mapped, accepted, since, changes, remarks = [], [], [], [], []
    for export in read:
        if export.format in options.remembered:
            name = export.format.name
            mapped.append(f"{export.shown}: read by the mapping {name}, given with an earlier file")
        elif export.format.text and export.format != options.mapping:
            accepted.append(
                f"{export.shown}: unknown phone system, read by the column meanings that you accepted; later files "
                "of the same layout are read the same way"
            )
        is_settled = export.id in stored or not settled.isdisjoint(file.sha256 for file in export.files)
        since += _notes_on_settings(export, options, is_settled=is_settled)
        if export.id in stored and not export.is_waiting:
            before = publish.tables_as_read(store, stored[export.id])
            changes.append(discover.changes_sentence(export.shown, options, before, export.tables))
        remarks += [f"{export.shown}: {line}" for line in export.remarks]
    return [*mapped, *accepted, *since, *changes, *remarks]


def _notes_on_settings(export: Export, options: Options, *, is_settled: bool) -> list[str]:
    """Notes on the settings that no option of this command gave to an export. ``is_settled``: a store has read it."""
    given, settings, notes = options.of_file(export.shown), export.settings, list[str]()
    zone = settings.own_file_zone
    if zone and export.format.makes == "calls" and not (export.format.has_zone or given.file_zone):
        on = f"its times are read as {zones.in_words(zone)}, as for an earlier file"
        notes.append(f"{export.shown}: {on}; to change this, use --file-timezone")
    notes += _note_on_lost_zone(export, given)
    if settings.wait_origin and not given.wait_origin:
        if pc.any(pc.is_valid(export.tables["entries"].column("wait_s"))).as_py():
            run = f"its waits run {WAIT_ORIGINS[settings.wait_origin]}, as for an earlier file"
            notes.append(f"{export.shown}: {run}; to change this, use --wait-origin")
    if settings.time_refers_to and not given.time_refers_to and not is_settled and export.tables["entries"].num_rows:
        mark = f"its times mark the {settings.time_refers_to} of a call, as for an earlier file"
        notes.append(f"{export.shown}: {mark}; to change this, use --time-refers-to")
    return notes


def _note_on_lost_zone(export: Export, given: Options) -> list[str]:
    """A note if the system writes a zone with its times and these have none: a spreadsheet may have removed it."""
    calls, fmt, zone = export.tables["calls"], export.format, export.settings.file_zone
    lost = pc.sum(pc.equal(calls.column("timezone_source"), "user")).as_py()
    if not lost or not zone or not fmt.has_zone or given.file_zone:
        return []
    rows, read_as = plural(lost, "row"), zones.in_words(zone)
    is_as_written = zones.find_zone(fmt.written_zone) == zone
    case, example = ("they were moved to another", "Eastern") if is_as_written else ("a spreadsheet removed it", "UTC")
    return [
        f"{export.shown}: {rows} without the time zone that {fmt.vendor} writes with its times, read as {read_as}. "
        f"If {case}, export it again, or name the zone, as in --file-timezone {example}"
    ]


def _drop_replaced(planned: Plan, found: Discovered, options: Options, cards, registered: Sequence[dict]) -> None:
    """Decide which replaced sources are dropped, and which other offices lose a source."""
    # A replaced hand log stays, set aside as an older version: it is among the changed sources.
    planned.dropped = [source for source in planned.dropped if source not in planned.changed]
    if planned.dropped and not (planned.exports or found.stored):
        nothing = Refused("nothing was read to replace it, so it stays", do="name the file that replaces it")
        found.problems.append(Problem(", ".join(options.replaces), nothing))
        planned.dropped = []
    # A file stored under the wrong office may be replaced by the same file under the right one: both offices change.
    losing = {cards[source]["office_id"] for source in planned.dropped}
    planned.others = [office for office in registered if office["office_id"] in losing - {_id(planned.office)}]


def _counted_logs(read: Sequence[Export], planned: Plan, store: Store, options: Options, found: Discovered) -> HandLogs:
    """The exports without open questions, and what counts in the hand logs among them and in the store."""
    digests = {file.sha256 for file in found.stored}
    cards = store.cards()
    given = {hand_logs.base_id(source): source for source, card in cards.items() if digests & set(card["files"])}
    statement = hand_logs.Statement(tuple(planned.dropped), options.keep_removed, given)
    exports = in_order_of_acceptance([export for export in read if not export.is_waiting])
    return hand_logs.settled_versions(exports, store, cards, _id(planned.office), statement)


def _with_office_of_files(options: Options, again: Sequence[dict], registered: Sequence[dict]) -> Options:
    """The options, with the office of the files that are read again if no one named an office."""
    owners = {card["office_id"] for card in again}
    if options.office or len(owners) != 1:
        return options
    return replace(options, office=next(o["name"] for o in registered if {o["office_id"]} == owners))


def in_order_of_acceptance(given: Sequence[Export]) -> list[Export]:
    """Exports in the order in which they are accepted.

    Of hand logs in one run, the one with more rows is later, since a sheet grows; with equal rows, the one whose name
    sorts later ("2.csv" before "10.csv"). Of phone exports, the one that reaches further in time is later.
    """

    def reach(export: Export) -> tuple:
        last = pc.max(export.tables["sources"].column("covers_to_utc")).as_py()
        # An export without any time comes first: None and a time cannot be compared.
        return (0,) if last is None else (1, last)

    def length(export: Export) -> tuple:
        parts = re.split(r"(\d+)", export.files[0].name.casefold())
        name = [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]
        return export.tables["entries"].num_rows, name

    calls = [export for export in given if export.format.makes != "entries"]
    entries = [export for export in given if export.format.makes == "entries"]
    return sorted(calls, key=reach) + sorted(entries, key=length)


# ---- invented or real ------------------------------------------------------------------------------------------


def _is_sample(paths, registered: Sequence[dict]) -> bool:
    """Whether these files are the invented sample's. Invented and real calls are never read together."""
    kinds = invented.kinds(paths)
    if kinds == {True, False}:
        raise Refused(
            "Some of these files are sample data and some are not",
            wanted="sample data and real logs in separate stores",
            do="name only your own files",
        )
    is_sample, known = kinds == {True}, [office["office_id"] for office in registered]
    if is_sample and known and not invented.is_invented(known):
        raise Refused(
            "This store holds logs of real offices, and these files are sample data",
            run="callanalytics demo  reads the sample into its own folder",
        )
    if kinds and not is_sample and invented.is_invented(known):
        raise Refused(
            "This store holds sample data, and these files are not sample data",
            run="use another folder for your own logs:  --store our-calls",
        )
    return is_sample


# ---- the office ------------------------------------------------------------------------------------------------


def _office(
    found: Discovered, options: Options, registered, storing: bool, office_id, is_sample: bool
) -> tuple[dict, bool]:
    """The office of these files, and whether its zone is assumed."""
    sheets = [known.sheet for known in found.known if known.sheet]
    name = offices.office_of_files(options, sheets, registered)
    office = offices.registered_office(name, options, registered) if name and registered else None
    if office is not None:
        if not options.agency.is_called_by(office):  # entries in a hand log do not say which agency they are about
            raise Refused(
                f"The logs of {office['name']} are about calls to another agency",
                found=office["agency"] or agencies.SHIPPED,
                wanted=options.agency.name,
                do="use a separate office name for the other agency's log",
            )
        return office, False
    zone = options.zone or next((sheet["timezone"] for sheet in sheets if sheet["timezone"]), None)
    if storing and name is None:
        raise OpenQuestion("These files don't name an office", run='add  --office "NAME"')
    if storing and zone is None:
        raise OpenQuestion(
            f"{name} has no time zone yet",
            wanted="Eastern, Central, Mountain, Arizona, Pacific, Alaska, Hawaii, or one like America/Chicago",
            run="add  --timezone Eastern  (or another zone)",
        )
    made = invented.office_id(name) if is_sample and name else office_id
    names = name or PROVISIONAL_NAME, zone or zones.EASTERN
    return offices.new_office(*names, options.agency, made if storing else PROVISIONAL_ID), zone is None


def _refuse_other_zones(found: Discovered, office: dict) -> None:
    """Record files whose sheet names another time zone than the office's as problems."""
    for known in list(found.known):
        zone = known.sheet and known.sheet["timezone"]
        if zone and zone != office["timezone"]:
            found.known.remove(known)
            two = Refused(
                f"{known.shown} names another time zone than the one of {office['name']}",
                found=f"{zone} in its sheet about the office, {office['timezone']} for the office so far",
                run="correct the sheet, or --timezone",
            )
            found.problems.append(Problem(known.shown, two))


def _other_names(found: Discovered, name: str) -> list[str]:
    """A note on each file whose sheet calls the office by another name."""
    named = [(known.shown, known.sheet["name"]) for known in found.known if known.sheet and known.sheet["name"]]
    return [
        f'{shown}: its sheet calls the office "{other}"; its rows count for {name}'
        for shown, other in named
        if offices.fold_office(other) != offices.fold_office(name)
    ]


def _id(office: dict | None) -> str:
    return office["office_id"] if office else ""


def _refuse_of_others(found: Discovered, stored: dict, registered: Sequence[dict], name: str | None) -> None:
    """Record files that the store holds for another office as problems, not as repeats."""
    name_of = {office["office_id"]: office["name"] for office in registered}
    for file in list(found.stored):
        card = stored[file.sha256]
        owner = name_of.get(card["office_id"], "")
        if name and offices.fold_office(name) != offices.fold_office(owner):
            found.stored.remove(file)
            slip = f"did you mean  --office {quoted_name(owner)}  ?  " if offices.nearest_office(name, [owner]) else ""
            why = Refused(
                f"{file.shown} is already stored, as a file of {owner}",
                run=f"{slip}If it belongs to {name}, ingest it again with  --replaces {quoted(card['name'])}",
            )
            found.problems.append(Problem(file.shown, why))


# ---- reading ---------------------------------------------------------------------------------------------------


WAIT_ORIGINS = {"dial": "from dialing", "queue": "from when the hold music began"}


def _read(found: Discovered, options: Options, planned: Plan, memory: Memory, step: Step) -> list[Export]:
    """The exports; earlier files give settings that no one gave now."""
    read: list[Export] = []
    if planned.office is None:
        return read
    for n_done, known in enumerate(found.known, 1):
        settings = _settings_of(known, options, planned.office, memory, planned.dropped)
        try:
            with unforeseen_of(known.shown):
                read.append(exports.read_export(known.files, known.format, settings, options.agency, known.texts))
        except CallLogError as why:
            read += _page_by_page(known, settings, why, found, options.agency)
        # Keeping the rows of all files would fill the memory.
        known.texts = None
        step(len(found.known) + n_done, 2 * len(found.known))
    return read


def _settings_of(known: Identified, options: Options, office: dict, memory: Memory, dropped: list[str]) -> Settings:
    """A file's settings: its own of an earlier run, or those given now. The office's earlier files give the senders,
    and those of its format what a sheet's waits and times mark and the time zone of a phone system; a dropped file
    gives no zone, as it may have been wrong."""
    fmt = known.format
    given = options.of_file((len(known.files) > 1 and known.files[0].container) or known.shown)
    cards = {source: card for source, card in memory.cards.items() if card["office_id"] == office["office_id"]}
    senders = {row["id"]: row for card in cards.values() for row in card.get("senders", ())}
    own = given.settings(office["office_id"], office["timezone"], senders_from_rows(senders.values()))
    earlier = settled_settings(known, memory.settled, options) or known.settings
    settings = earlier or own
    if fmt.makes == "entries":
        origin, event = (known_answer(cards.values(), fmt, name) for name in ("wait_origin", "time_refers_to"))
        origin, event = settings.wait_origin or origin, settings.time_refers_to or event
        return replace(settings, wait_origin=origin, time_refers_to=event)
    if fmt.makes != "calls" or earlier or given.file_zone:
        return settings
    # Use only cards read under the office's current zone: a phone system's zone was given next to the one then. A card
    # has the office's own zone even if no one gave a zone.
    staying = [card for source, card in cards.items() if source not in dropped]
    of_zone = [card for card in staying if card["settings"]["timezone"] == office["timezone"]]
    zone = known_answer(of_zone, fmt, "file_timezone", ignored=office["timezone"])
    return replace(settings, file_zone=zone or zones.find_zone(fmt.written_zone) or settings.file_zone)


def _page_by_page(known: Identified, settings, why: CallLogError, found: Discovered, agency: Agency) -> list[Export]:
    """Read the pages that can be read; record each of the others as a problem."""
    readable = []
    for file in known.files if len(known.files) > 1 else ():
        try:
            with unforeseen_of(file.shown):
                exports.text_rows([file], known.format)
            readable.append(file)
        except CallLogError as own:
            found.problems.append(Problem(file.shown, own))
    if 0 < len(readable) < len(known.files):
        try:
            with unforeseen_of(known.shown):
                return [exports.read_export(readable, known.format, settings, agency)]
        except CallLogError as of_the_rest:
            why = of_the_rest
    if readable or len(known.files) == 1:
        found.problems.append(Problem(known.shown, why))
    return []


def _replaced(cards: dict[str, dict], options: Options) -> list[str]:
    """The sources that these files replace."""
    found = []
    for word in options.replaces:
        fitting = sources_named(cards, word)
        if len(fitting) != 1:
            raise OpenQuestion(
                f"--replaces {word!r} matches {len(fitting)} of the files in the store; it must match one",
                found=source_list(cards, fitting),
                do=BY_ID,
            )
        found += fitting
    return found


BY_ID = "use its ID: the 16 letters and digits in parentheses"

_PLACE = r"#\d+ ?"  # a file's position in its folder, which changes when other files come or go


def sources_named(cards: dict[str, dict], word: str) -> list[str]:
    """The sources with a name: the file's own, the receipt's, its id, or the beginning of its digest."""
    folder, _, member = word.partition("/")
    masked = re.sub(_PLACE, "", shown_member(member, shown_name(folder), 0)) if member else shown_name(word)
    return [source for source, card in cards.items()
            if is_named(source, card, word) or masked == re.sub(_PLACE, "", card["name"])]  # fmt: skip


def is_named(source: str, card: Mapping, word: str) -> bool:
    """Whether a word is a file's id, its stored name, or the beginning of its digest."""
    by_digest = len(word) >= 8 and any(digest.startswith(word.casefold()) for digest in card["files"])
    return by_digest or word in (source, hand_logs.base_id(source), card["name"])


def source_list(cards: Mapping[str, dict], fitting: Sequence[str] = ()) -> str:
    """Some files of a store, each with its id; by default the last ones accepted."""
    shown = fitting or list(cards)[-8:]
    hidden = [] if fitting else list(cards)[:-8]
    named = [f"{cards[source]['name']} ({source})" for source in (*shown, *hidden)]
    return some(named, len(shown)) or "the store is empty"


# ---- what a store remembers ---------------------------------------------------------------------------------------
# Answers about earlier files need not be given again for later ones. The store keeps the office's record (its zone,
# hours, and lines), its mappings and senders, the starting point of its hand logs' waits, and the zones of its phone
# systems. For a file that it holds, it keeps all settings with which it was read.


@dataclass(frozen=True)
class Memory:
    """What is known of one office, or of all offices of the store that is written: their records and the cards of their
    files. ``settled`` are the cards of another store, whose settings apply to the same files; ``note`` names it."""

    offices: Sequence[dict]
    cards: Mapping[str, dict]
    settled: Mapping[str, dict] = field(default_factory=dict)
    note: str = ""


def memory_of(answers: Store | None, options: Options, paths: Iterable, own: Memory, is_sample: bool) -> Memory:
    """What another store remembers about the named office, or about the one office that owns these files; what the
    ``own`` store does if there is none."""
    if answers is None:
        return own
    known = _offices_here(answers, options, is_sample)
    if options.office:
        office = offices.find_office(options.office, known)
    else:
        digests = discover.digests_of(paths)
        owners = {card["office_id"] for card in answers.cards().values() if digests & set(card["files"])}
        found = [office for office in known if office["office_id"] in owners]
        office = found[0] if len(found) == 1 else None
    if office is None:
        return replace(own, note="" if options.office else _whose_answers(answers, known))
    name, zone = office["name"], office["timezone"]
    if options.zone not in (None, zone):
        note = f"the store {answers.shown} has {name} in the time zone {zone}, so its answers are not used"
        return replace(own, note=note)
    cards = {source: card for source, card in answers.cards().items() if card["office_id"] == office["office_id"]}
    return Memory([office], cards, cards, f"earlier answers about the files of {name} apply (store {answers.shown})")


def _memory_of_files(
    memory: Memory, answers: Store | None, found: Discovered, options: Options, own: Memory, is_sample: bool
) -> Memory:
    """The answers about the files to read: those about the office that the files themselves name, if no other was."""
    if answers is None or not found.known:
        return own
    name = offices.office_of_files(options, [known.sheet for known in found.known if known.sheet], [])
    if not name or (memory.settled and offices.find_office(name, memory.offices)):
        return memory
    return memory_of(answers, replace(options, office=name), (), own, is_sample)


def _offices_here(store: Store, options: Options, is_sample: bool) -> list[dict]:
    """The offices of a store that call this agency: the invented ones or the real ones."""
    known = [office for office in store.offices() if options.agency.is_called_by(office)]
    return [office for office in known if invented.is_invented([office["office_id"]]) == is_sample]


def _whose_answers(store: Store, known: Sequence[dict]) -> str:
    """A note on a store's answers, if nothing shows that these files belong to one of its offices."""
    if len(known) == 1:
        named = quoted_name(known[0]["name"])
        return f"no file here is known to belong to the store's office; if they do, --office {named} uses its answers"
    several = f"the store {store.shown} has the answers of {len(known):,} offices: --office NAME uses those of one"
    return several if known else ""


def office_of_rows(store: Store, exports: Sequence[Export], options: Options) -> dict | None:
    """The one office of a store whose hand log or phone is in these files; None if a name or the files' digests already
    show the office."""
    if options.office or not exports or any(each.settings.office_id != PROVISIONAL_ID for each in exports):
        return None
    known = _offices_here(store, options, is_sample=False)
    found = [office for office in known if _is_seen_in(office, store, store.cards(), exports)]
    return found[0] if len(found) == 1 else None


def _is_seen_in(office: Mapping, store: Store, cards: Mapping[str, dict], exports: Sequence[Export]) -> bool:
    """Whether the files hold another state of one of the office's hand logs, or one of its phones."""
    stored = hand_logs.states_of(store, cards, office["office_id"])
    new = [hand_logs.state_of(each) for each in exports if each.format.makes == "entries"]
    sheets = sheet_versions.Sheets([*stored.values(), *new])
    both = [{sheets.states[index] in new for index in sheet.states} for sheet in sheets.sheets]
    own = store.read("coverage", [office["office_id"]], ["our_number"]).column("our_number").to_pylist()
    numbers = {*own, *(line["number"] for line in office["lines"] or ())}
    shown = {number for each in exports for number in each.tables["calls"].column("our_number").to_pylist()}
    # True if one sheet has a state from the store and one from these files.
    return {True, False} in both or bool(numbers & shown - {None})


def settled_settings(known: Identified, cards: Mapping[str, dict], options: Options) -> Settings | None:
    """A file's earlier settings, if a store has read it, with the settings given now replacing those."""
    digests = {file.sha256 for file in known.files}
    card = next((card for card in cards.values() if digests & set(card["files"])), None)
    if card is None:
        return None
    return replace(discover.settings_again(card, options.of_file(known.shown), None, ""), today=options.today)


def known_mappings(cards: Mapping[str, dict], options: Options, registered: Sequence[dict]) -> tuple[Format, ...]:
    """The mappings given with earlier files of this office; of the store's only office if none is named."""
    own = _id(offices.office_meant(options, registered))
    texts = {c["format"]: c["mapping"] for c in cards.values() if c.get("mapping") and c["office_id"] == own}
    return tuple(formats.remembered(name, text) for name, text in texts.items())


def known_answer(cards: Iterable[dict], fmt: Format, name: str, ignored: str = "") -> str | None:
    """The value of a setting in an office's earlier files of a format, if they agree on it."""
    values = {card["settings"].get(name) for card in cards if card["format"] == fmt.name} - {None, ignored}
    return values.pop() if len(values) == 1 else None
