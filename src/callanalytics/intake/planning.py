"""What an ingest would do: read and account for every file before changing the store; and the answers a store keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
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
from callanalytics.read.file import shown_member, shown_name
from callanalytics.store import Store
from callanalytics.values import zones
from callanalytics.wording import plural, quoted, quoted_name, some

NO_ZONE = "no time zone was given, so times without one are read as Eastern; to change this, use --timezone"
OTHER_OFFICE = "file_of_other_office"  # code of the problem with a file that the store holds for another office


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
    receipt: Receipt = field(default_factory=Receipt)

    @property
    def changes_rows(self) -> bool:
        return bool(self.exports or self.dropped or self.changed)


def plan(
    paths: list, options: Options, store: Store | None, step: Step, *, storing: bool, office_id=None, answers=None
) -> Plan:
    """Read the named files, against a store or (``check``) against none; ``answers`` is a store whose answers apply."""
    cards = store.cards() if store else {}
    registered, marks = (store.offices(), store.marks()) if store else ([], None)
    is_sample = _is_sample(paths, registered)
    dropped = _replaced(cards, options) if options.replaces else []
    stored = {digest: card for source, card in cards.items() if source not in dropped for digest in card["files"]}
    if options.office and registered and not options.new_office:
        offices.refuse_unknown(options.office, registered)
    # Before identifying the files: a mapping given earlier decides the format of a file.
    memory = memory_of(answers, options, discover.digests_of(paths), is_sample=is_sample) if answers else Memory()
    known_offices = [memory.office] if memory.office else registered
    if remembered := memory.cards or cards:
        options = replace(options, remembered=known_mappings(remembered, options, known_offices))
    found = discover.discover(paths, options, set(stored), step)
    read, again = list[Export](), list[str]()
    if registered:
        staying = {source: card for source, card in cards.items() if source not in dropped}
        again = discover.move_to_reread(found, options, staying, registered)
        options = _with_office_of_files(options, [cards[source] for source in again], registered)
    planned = Plan(store.version if store else "", dropped=dropped, again=again)
    notes = [invented.LABEL] if is_sample else []
    lines = HandLogs([])
    is_zone_assumed = False
    if found.known:
        if answers:
            memory = _memory_of_files(memory, answers, found, options, is_sample)
        known_offices = [memory.office] if memory.office else registered
        planned.office, is_zone_assumed = _office(found, options, known_offices, storing, office_id, is_sample)
        if memory.cards:
            found.known = [with_remembered_settings(known, memory.cards, options) for known in found.known]
        notes += filter(None, [NO_ZONE if is_zone_assumed else "", memory.note])
        notes += _other_names(found, planned.office)
        read = _read(found, options, planned.office, memory.cards or cards, dropped, step)
        notes += _notes_on_reading(read, options)
        # An old export must not bring back an erased client's rows
        read = [forgetting.erased_export(export, marks) for export in read]
        notes += _change_notes(read, options, store, again) if store and again else []
        lines = _counted_logs(read, planned, store, cards, options, found)
        planned.exports = lines.exports
        # Ignore what an older version of a log says about the office.
        sheets = [export.office for export in planned.exports if export.office and not export.superseded.older_than]
        planned.office = offices.updated_office(planned.office, sheets)
    elif found.stored and (dropped or options.keep_removed):
        ids = {stored[file.sha256]["office_id"] for file in found.stored}
        # Compare sets, so that files of several offices match none.
        planned.office = next((office for office in registered if {office["office_id"]} == ids), None)
        lines = _counted_logs([], planned, store, cards, options, found)
    planned.changed = lines.changed
    _refuse_of_others(found, stored, registered, planned.office["name"] if planned.office else options.office)
    _drop_replaced(planned, found, options, cards, registered)
    notes += [f"{export.shown}: {line}" for export in read for line in export.remarks]
    receipt = receipt_contents.build_receipt(found, read, planned, store, stored, notes, lines)
    zone = planned.office["timezone"] if planned.office and not is_zone_assumed else ""
    planned.receipt = replace(receipt, is_zone_assumed=is_zone_assumed, timezone=zone)
    if storing and (options.hours or options.lines):
        _set_details(planned, options, registered, store)
    return planned


def _set_details(planned: Plan, options: Options, registered: Sequence[dict], store: Store | None) -> None:
    """Put the hours and lines given into the office's record; do nothing if the store will have no such office."""
    known = offices.find_office(planned.office["name"] if planned.office else options.office or "", registered)
    office = planned.office if planned.exports else known
    if office is None:
        return
    own_formats = {export.format.name for export in planned.exports} | (store.formats() if store else set())
    details = offices.office_details(hours=options.hours, lines=options.lines, own_formats=own_formats)
    detailed = offices.with_details(office, details)
    if detailed != office:
        planned.office, planned.sets_details = detailed, True


def _memory_of_files(memory: Memory, answers: Store, found: Discovered, options: Options, is_sample) -> Memory:
    """The earlier answers of the office that the files themselves name, if no other was named."""
    sheets = [known.sheet for known in found.known if known.sheet]
    name = offices.office_of_files(options, sheets, [])
    if not name or (memory.office and offices.find_office(name, [memory.office])):
        return memory
    return memory_of(answers, replace(options, office=name), set(), is_sample=is_sample)


def _notes_on_reading(read: Sequence[Export], options: Options) -> list[str]:
    """Notes on exports that were read by a known mapping or an earlier answer, not by an option of this command."""
    mapped, accepted, since = [], [], []
    for export in read:
        if export.format in options.remembered:
            name = export.format.name
            mapped.append(f"{export.shown}: read by the mapping {name}, given with an earlier file")
        elif export.format.text and export.format != options.mapping:
            accepted.append(
                f"{export.shown}: unknown phone system, read by the column meanings that you accepted; later files "
                "of the same layout are read the same way"
            )
        origin = export.settings.wait_origin
        zone = export.settings.own_file_zone
        is_named = export.format.has_zone or options.of_file(export.shown).file_zone
        if zone and export.format.makes == "calls" and not is_named:
            on = f"its times are read as {zones.in_words(zone)}, as for an earlier file"
            since.append(f"{export.shown}: {on}; to change this, use --file-timezone")
        since += _note_on_lost_zone(export, options)
        has_waits = bool(origin) and pc.any(pc.is_valid(export.tables["entries"].column("wait_s"))).as_py()
        if has_waits and not options.of_file(export.shown).wait_origin:
            run = f"its waits run {WAIT_ORIGINS[origin or '']}, as for an earlier file"
            since.append(f"{export.shown}: {run}; to change this, use --wait-origin")
    return [*mapped, *accepted, *since]


def _note_on_lost_zone(export: Export, options: Options) -> list[str]:
    """A note if the system writes a zone with its times and these have none: a spreadsheet may have removed it."""
    calls, fmt, zone = export.tables["calls"], export.format, export.settings.file_zone
    lost = pc.sum(pc.equal(calls.column("timezone_source"), "user")).as_py()
    if not lost or not zone or not fmt.has_zone or options.of_file(export.shown).file_zone:
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


def _counted_logs(read: Sequence[Export], planned: Plan, store, cards, options: Options, found: Discovered) -> HandLogs:
    """The exports without open questions, and what counts in the hand logs among them and in the store."""
    digests = {file.sha256 for file in found.stored}
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


def _change_notes(read: Sequence[Export], options: Options, store: Store, again: Sequence[str]) -> list[str]:
    """Notes on what reading each stored file again changed."""
    by_id = {hand_logs.base_id(source): source for source in again}
    return [
        discover.changes_sentence(export.shown, options, publish.tables_as_read(store, by_id[export.id]), export.tables)
        for export in read
        if export.id in by_id and not export.is_waiting
    ]


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
    """The office of these files, and whether its zone is assumed. A file whose sheet names another zone is refused."""
    sheets = [known.sheet for known in found.known if known.sheet]
    name, is_zone_assumed = offices.office_of_files(options, sheets, registered), False
    if name is None and storing:
        raise OpenQuestion("These files don't name an office", run='add  --office "NAME"')
    office = offices.registered_office(name, options, registered) if name and registered else None
    if office is None:
        zone = options.zone or next((s["timezone"] for s in sheets if s["timezone"]), None)
        if zone is None and storing:
            raise OpenQuestion(
                f"{name} has no time zone yet",
                wanted="Eastern, Central, Mountain, Arizona, Pacific, Alaska, Hawaii, or one like America/Chicago",
                run="add  --timezone Eastern  (or another zone)",
            )
        is_zone_assumed = zone is None
        made = invented.office_id(name) if is_sample and name else office_id
        office = offices.new_office(
            name or PROVISIONAL_NAME, zone or zones.EASTERN, options.agency, made if storing else PROVISIONAL_ID
        )
    elif not options.agency.is_called_by(office):  # entries in a hand log do not say which agency they are about
        raise Refused(
            f"The logs of {office['name']} are about calls to another agency",
            found=office["agency"] or agencies.SHIPPED,
            wanted=options.agency.name,
            do="use a separate office name for the other agency's log",
        )
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
    return office, is_zone_assumed


def _other_names(found: Discovered, office: dict) -> list[str]:
    """A note on each file whose sheet calls the office by another name."""
    named = [(known.shown, known.sheet["name"]) for known in found.known if known.sheet and known.sheet["name"]]
    return [
        f'{shown}: its sheet calls the office "{name}"; its rows count for {office["name"]}'
        for shown, name in named
        if offices.fold_office(name) != offices.fold_office(office["name"])
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
                code=OTHER_OFFICE,
            )
            found.problems.append(Problem(file.shown, why))


# ---- reading ---------------------------------------------------------------------------------------------------


WAIT_ORIGINS = {"dial": "from dialing", "queue": "from when the hold music began"}


def _read(
    found: Discovered, options: Options, office: dict, cards: Mapping[str, dict], dropped: Sequence[str], step: Step
) -> list[Export]:
    """The exports. The ``cards`` of earlier files give the senders, and by format the starting point of waits and the
    time zone of a phone system. A file that is ``dropped`` gives no zone, as it may have been wrong."""
    own_cards = [card for card in cards.values() if card["office_id"] == office["office_id"]]
    # Use only cards read under the office's current zone: a phone system's zone was given next to the one then
    gone = [cards[source] for source in dropped if source in cards]
    of_zone = [c for c in own_cards if c not in gone and c["settings"]["timezone"] == office["timezone"]]
    # A card has the office's own zone even if no one gave a zone
    of_zone = [c for c in of_zone if c["settings"].get("file_timezone") != office["timezone"]]
    given = {row["id"]: row for card in own_cards for row in card.get("senders", ())}
    senders = senders_from_rows(given.values()) if given else ()
    origins, clocks = known_answers(own_cards, "wait_origin"), known_answers(of_zone, "file_timezone")
    read: list[Export] = []
    for n_done, known in enumerate(found.known, 1):
        own = options.of_file((len(known.files) > 1 and known.files[0].container) or known.shown)
        settings = known.settings or own.settings(office["office_id"], office["timezone"], senders)
        if known.format.makes == "entries" and not settings.wait_origin:
            settings = replace(settings, wait_origin=origins.get(known.format.name))
        if known.format.makes == "calls" and not (known.settings or own.file_zone):
            usual = zones.find_zone(known.format.written_zone) or settings.file_zone
            settings = replace(settings, file_zone=clocks.get(known.format.name, usual))
        try:
            with unforeseen_of(known.shown):
                read.append(exports.read_export(known.files, known.format, settings, options.agency, known.texts))
        except CallLogError as why:
            read += _page_by_page(known, settings, why, found, options.agency)
        # Keeping the rows of all files would fill the memory.
        known.texts = None
        step(len(found.known) + n_done, 2 * len(found.known))
    return read


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
    return [
        source
        for source, card in cards.items()
        if is_named(source, card, word) or masked == re.sub(_PLACE, "", card["name"])
    ]


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
    """What a store remembers about one office: its record and the cards of its files; ``note`` says so in a line."""

    office: dict | None = None
    cards: Mapping[str, dict] = field(default_factory=dict)
    note: str = ""


def memory_of(store: Store, options: Options, digests: AbstractSet[str], *, is_sample: bool) -> Memory:
    """What a store remembers about the named office, or about the one office that owns files with these digests."""
    known = _offices_here(store, options, is_sample)
    cards = store.cards()
    owners = {card["office_id"] for card in cards.values() if digests & set(card["files"])}
    own = [office for office in known if office["office_id"] in owners]
    office = offices.find_office(options.office, known) if options.office else own[0] if len(own) == 1 else None
    if office is None:
        return Memory(note="" if options.office else _whose_answers(store, known))
    zone = office["timezone"]
    if options.zone not in (None, zone):
        note = f"the store {store.shown} has {office['name']} in the time zone {zone}, so its answers are not used"
        return Memory(note=note)
    remembered = {source: card for source, card in cards.items() if card["office_id"] == office["office_id"]}
    note = f"earlier answers about the files of {office['name']} apply (store {store.shown})"
    return Memory(office, remembered, note)


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


def with_remembered_settings(known: Identified, cards: Mapping[str, dict], options: Options) -> Identified:
    """A file with its earlier settings, if a store has read it, and with the settings given now replacing those."""
    digests = {file.sha256 for file in known.files}
    card = next((card for card in cards.values() if digests & set(card["files"])), None)
    if card is None:
        return known
    settings = discover.settings_again(card, options.of_file(known.shown), None, "")
    return replace(known, settings=replace(settings, today=options.today))


def known_mappings(cards: Mapping[str, dict], options: Options, registered: Sequence[dict]) -> tuple[Format, ...]:
    """The mappings given with earlier files of this office; of the store's only office if none is named."""
    own = _id(offices.office_meant(options, registered))
    texts = {c["format"]: c["mapping"] for c in cards.values() if c.get("mapping") and c["office_id"] == own}
    return tuple(formats.remembered(name, text) for name, text in texts.items())


def known_answers(cards: Sequence[dict], name: str) -> dict[str, str]:
    """For each format, the value of a setting in an office's earlier files, if they agree on it."""
    answers: dict[str, set[str]] = {}
    for card in cards:
        if answer := card["settings"].get(name):
            answers.setdefault(card["format"], set()).add(answer)
    return {format_name: words.pop() for format_name, words in answers.items() if len(words) == 1}
