"""What a store remembers of what was said of earlier files, so that it need not be said again of later ones.

Remembered are the record of the office (its zone, hours and lines), the mappings and senders given for it, from when
the waits of its hand logs run, and of a file that the store holds all settings with which it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from callanalytics import agencies, formats, invented
from callanalytics.agencies.agency import senders_from_rows
from callanalytics.formats import Format
from callanalytics.intake import discover, offices, sheet_versions, succession
from callanalytics.intake.discover import Identified
from callanalytics.intake.exports import Export
from callanalytics.intake.offices import PROVISIONAL_ID, Options
from callanalytics.store import Store
from callanalytics.wording import quoted_name


@dataclass(frozen=True)
class Memory:
    """What a store remembers of one office: its record, and the cards of its files; ``note`` says so in a line."""

    office: dict | None = None
    cards: Mapping[str, dict] = field(default_factory=dict)
    note: str = ""


def memory_of(store: Store, options: Options, digests: AbstractSet[str], *, is_sample: bool) -> Memory:
    """What a store remembers of the office that is named, or of the one whose files these are by their digests."""
    known = _offices_here(store, options, is_sample)
    cards = {source: store.source_card(source) for source in store.source_ids()}
    owners = {card["office_id"] for card in cards.values() if digests & set(card["files"])}
    own = [office for office in known if office["office_id"] in owners]
    office = offices.find_office(options.office, known) if options.office else own[0] if len(own) == 1 else None
    if office is None:
        return Memory(note="" if options.office else _whose_answers(store, known))
    zone = office["timezone"]
    if options.zone not in (None, zone):
        note = f"the store {store.shown} knows {office['name']} with the time zone {zone}: none of its answers are used"
        return Memory(note=note)
    remembered = {source: card for source, card in cards.items() if card["office_id"] == office["office_id"]}
    note = f"what was said before of the files of {office['name']} holds (store {store.shown})"
    return Memory(office, remembered, note)


def _offices_here(store: Store, options: Options, is_sample: bool) -> list[dict]:
    """The offices of a store that call this agency, the invented or the real ones."""
    known = [office for office in store.offices() if options.agency.is_called_by(office)]
    return [office for office in known if invented.is_invented([office["office_id"]]) == is_sample]


def _whose_answers(store: Store, known: Sequence[dict]) -> str:
    """A note on answers that a store remembers, where nothing shows that these files are of one of its offices."""
    if len(known) == 1:
        named = quoted_name(known[0]["name"])
        return f"no file here is known to be of the store's office: if they are, --office {named} uses its answers"
    several = f"the store {store.shown} remembers the answers of {len(known):,} offices: --office NAME uses one's"
    return several if known else ""


def office_of_rows(store: Store, exports: Sequence[Export], options: Options) -> dict | None:
    """The one office of a store of which these files show a hand log again, or a phone; none if a name or the digests
    of the files say it already."""
    if options.office or not exports or any(each.settings.office_id != PROVISIONAL_ID for each in exports):
        return None
    known = _offices_here(store, options, is_sample=False)
    cards = {source: store.source_card(source) for source in store.source_ids()} if known else {}
    found = [office for office in known if _is_seen_in(office, store, cards, exports)]
    return found[0] if len(found) == 1 else None


def _is_seen_in(office: Mapping, store: Store, cards: Mapping[str, dict], exports: Sequence[Export]) -> bool:
    """Whether a hand log among the files is another state of one that the office gave, or a phone is the office's."""
    stored = succession.states_of(store, cards, office["office_id"])
    new = [succession.state_of(each) for each in exports if each.format.makes == "entries"]
    sheets = sheet_versions.Sheets([*stored.values(), *new])
    both = [{sheets.states[place] in new for place in sheet.states} for sheet in sheets.sheets]
    own = store.read("coverage", [office["office_id"]], ["our_number"]).column("our_number").to_pylist()
    numbers = {*own, *(line["number"] for line in office["lines"] or ())}
    shown = {number for each in exports for number in each.tables["calls"].column("our_number").to_pylist()}
    return {True, False} in both or bool(numbers & shown - {None})


def with_remembered_settings(known: Identified, cards: Mapping[str, dict], options: Options) -> Identified:
    """A file with the settings of before where a store has read it, and with what is said of it now in their place."""
    digests = {file.sha256 for file in known.files}
    card = next((card for card in cards.values() if digests & set(card["files"])), None)
    if card is None:
        return known
    settings = discover.settings_again(card, options.of_file(known.shown), None, "")
    return replace(known, settings=replace(settings, today=options.today))


def known_senders(cards: Mapping[str, dict], office_id: str) -> tuple[agencies.Sender, ...]:
    """The senders of texts and emails that were given with files of this office before."""
    own = [row for card in cards.values() if card["office_id"] == office_id for row in card.get("senders", ())]
    return senders_from_rows({row["id"]: row for row in own}.values())


def known_mappings(cards: Mapping[str, dict], options: Options, registered: Sequence[dict]) -> tuple[Format, ...]:
    """The mappings that were given with files of this office before; of a store's only office where none is named."""
    named = [
        o
        for o in registered
        if options.office and offices.fold_office(o["name"]) == offices.fold_office(options.office)
    ]
    only = registered if len(registered) == 1 and not options.office else ()
    own = {office["office_id"] for office in named or only}
    texts = {c["format"]: c["mapping"] for c in cards.values() if c.get("mapping") and c["office_id"] in own}
    return tuple(formats.remembered(name, text) for name, text in texts.items())


def known_wait_origins(cards: Mapping[str, dict], office_id: str) -> dict[str, str]:
    """By format of hand log, the moment from which waits run, where earlier files of this office agree on it."""
    origins: dict[str, set[str]] = {}
    for card in cards.values():
        if card["office_id"] == office_id and (origin := card["settings"].get("wait_origin")):
            origins.setdefault(card["format"], set()).add(origin)
    return {name: words.pop() for name, words in origins.items() if len(words) == 1}
