"""What a store remembers of what was said of earlier files, so that it need not be said again of later ones.

Remembered are the record of the office (its zone, hours and lines), the mappings and senders given for it, from when
the waits of its hand logs run, and of a file that the store holds all settings with which it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from callanalytics import agencies, formats, invented
from callanalytics.agencies.agency import senders_from_rows
from callanalytics.formats import Format
from callanalytics.intake import discover, offices
from callanalytics.intake.discover import Identified
from callanalytics.intake.offices import Options
from callanalytics.store import Store


@dataclass(frozen=True)
class Memory:
    """What a store remembers of one office: its record, and the cards of its files; ``note`` says so in a line."""

    office: dict | None = None
    cards: Mapping[str, dict] = field(default_factory=dict)
    note: str = ""


def memory_of(store: Store, options: Options, *, is_sample: bool) -> Memory:
    """What a store remembers of the office that is named, or of its only one; nothing where it may not be that one."""
    known = [office for office in store.offices() if options.agency.is_called_by(office)]
    known = [office for office in known if invented.is_invented([office["office_id"]]) == is_sample]
    office = offices.find_office(options.office, known) if options.office else known[0] if len(known) == 1 else None
    if office is None:
        several = f"the store {store.shown} remembers the answers of {len(known):,} offices: --office NAME uses one's"
        return Memory(note=several if len(known) > 1 and not options.office else "")
    zone = office["timezone"]
    if options.zone not in (None, zone):
        note = f"the store {store.shown} knows {office['name']} with the time zone {zone}: none of its answers are used"
        return Memory(note=note)
    cards = {source: store.source_card(source) for source in store.source_ids()}
    own = {source: card for source, card in cards.items() if card["office_id"] == office["office_id"]}
    return Memory(office, own, f"what was said before of the files of {office['name']} holds (store {store.shown})")


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
