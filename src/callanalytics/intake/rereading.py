"""Files that the store has, named again with other settings: another reading takes the place of the old one.

A setting that is not named keeps what was said of the file when it was read. The zone of an office is a setting of all
its files at once: it changes when all of them are there to be read again, else not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date

import pyarrow as pa

from callanalytics import formats, read
from callanalytics.agencies.agency import senders_from_rows
from callanalytics.errors import CallLogError
from callanalytics.formats import Format
from callanalytics.intake import offices
from callanalytics.intake.gathering import Gathered, Known, with_sheet
from callanalytics.intake.options import Options
from callanalytics.intake.telling.showing import quoted
from callanalytics.normalize import Settings
from callanalytics.read import File

CARD_NAMES = {"zone": "timezone", "file_zone": "file_timezone"}  # of a setting, where its name is another
NO_SETTINGS = ("office_id", "today", "senders")
SHOWN = 8  # files that a refusal names
# What a column is called in a sentence: "40 times changed ...".
NOUNS = {"time_of": "times", "wait_from": "waits", "wait_s": "waits", "started_at_utc": "moments"}
NOT_TOLD = set("office_id note_id call_id source_id source_row part format follows warnings started_at_local".split())


def names_of_settings() -> dict[str, str]:
    """Each setting that a person may give for a file, and its name on the card of a source."""
    return {f.name: CARD_NAMES.get(f.name, f.name) for f in fields(Settings) if f.name not in NO_SETTINGS}


_OWN = [name for name in names_of_settings() if name not in ("zone", "file_zone", "keep_numbers", "columns")]


def settings_of(card: Mapping) -> Settings:
    """The settings with which a stored file was read."""
    said = card["settings"]
    told = {name: said[key] for name, key in names_of_settings().items() if key in said}
    told["columns"] = tuple((meaning, header) for meaning, header in said.get("columns", ()))
    today = date.fromisoformat(said["today"]) if said["today"] else None
    return Settings(card["office_id"], **told, today=today, senders=senders_from_rows(card.get("senders", ())))


def words_of(card: Mapping) -> list[str]:
    """The options of a command that reads a stored file as it was read, in the zone of its office."""
    was = settings_of(card)
    words = _typed({name: getattr(was, name) for name in _OWN}, was.keep_numbers, was.columns)
    return [f"--file-timezone {was.file_zone}", *words] if was.file_zone != was.zone else words


def _typed(said: Mapping[str, object], keep_numbers: bool, columns) -> list[str]:
    words = [f"--{name.replace('_', '-')} {value}" for name, value in said.items() if value]
    words += [f"--column {quoted(f'{meaning}={header}')}" for meaning, header in columns]
    return words + (["--keep-numbers"] if keep_numbers else [])


def format_of(card: Mapping) -> Format:
    """The format by which a stored file was read."""
    if card.get("mapping"):
        return formats.remembered(card["format"], card["mapping"])
    if (found := formats.load().get(card["format"])) is None:
        raise CallLogError(f"its format {card['format']} is a mapping of your own, which the store does not keep")
    return found


def move(found: Gathered, options: Options, cards: Mapping[str, dict], registered: Sequence[dict]) -> list[str]:
    """Move the stored files that are to be read again to those to read; returns their sources.

    Where the office's own zone changes, ``registered`` holds the new one afterwards.
    """
    before = {office["office_id"]: office["timezone"] for office in registered}
    moved = _moved_office(found, options, cards, registered)
    given = {file.sha256: file for file in found.stored}
    again = []
    for source, card in cards.items():
        if not given.keys() & set(card["files"]) or not _is_of(card, options, registered):
            continue
        files = [given[digest] for digest in card["files"] if digest in given]
        zone = moved["timezone"] if moved and moved["office_id"] == card["office_id"] else None
        wanted, fmt = _wanted(card, options, zone, before[card["office_id"]]), _format(card, files[0], options)
        if wanted == settings_of(card) and _is_same(fmt, card) and not card.get("superseded", {}).get("retired"):
            continue
        if len(files) < len(card["files"]):
            raise _lacking(card, len(card["files"]) - len(files))
        found.stored = [file for file in found.stored if file not in files]
        wanted = replace(wanted, today=options.today)
        found.known += [replace(known, settings=wanted) for known in with_sheet(Known(files, fmt), found)]
        again.append(source)
    return again


def _is_of(card: Mapping, options: Options, registered: Sequence[dict]) -> bool:
    """Whether a stored file is of the office that is named, if one is."""
    office = next((office for office in registered if office["office_id"] == card["office_id"]), None)
    return bool(office) and (not options.office or offices.fold(office["name"]) == offices.fold(options.office))


def _wanted(card: Mapping, options: Options, zone: str | None, before: str) -> Settings:
    """The settings of a stored file with those that are named now in place of its own."""
    was = settings_of(card)
    told = {name: getattr(options, name, None) for name in names_of_settings() if name != "zone"}
    if format_of(card).makes != "notes":  # these are said of hand logs alone
        told = {name: value for name, value in told.items() if not name.startswith(("time_of", "wait_", "columns"))}
    named = {name: value for name, value in told.items() if value}
    if zone:
        named = {"zone": zone} | ({"file_zone": zone} if was.file_zone == before else {}) | named
    return replace(was, **named)


def _format(card: Mapping, file: File, options: Options) -> Format:
    if options.forced:
        return options.forced
    try:
        return read.identify(file, [options.mapping]) if options.mapping else format_of(card)
    except CallLogError:
        return format_of(card)  # the mapping describes another of the files


def _is_same(fmt: Format, card: Mapping) -> bool:
    return fmt.name == card["format"] and (fmt.text or "") == card.get("mapping", "")


def _lacking(card: Mapping, n: int) -> CallLogError:
    return CallLogError(
        f"{card['name']} was read as {len(card['files']):,} files together, and {n:,} of them are not among these",
        do="to read it with other settings, name the folder that holds all of them",
    )


# ---- the office's zone -------------------------------------------------------------------------------------------


def _moved_office(found: Gathered, options: Options, cards, registered: Sequence[dict]) -> dict | None:
    """The office whose zone changes, with its new one; refused where some of its files are not here."""
    office = offices.find(options.office, registered) if options.office else None
    office = office or (registered[0] if len(registered) == 1 and not options.office else None)
    if office is None or not options.zone or options.zone == office["timezone"]:
        return None
    own = [card for card in cards.values() if card["office_id"] == office["office_id"]]
    given = {file.sha256 for file in found.stored}
    missing = [card["name"] for card in own if set(card["files"]) - given]
    if missing:
        named = f"--office {quoted(office['name'])} --timezone {options.zone}"
        raise CallLogError(
            f"{office['name']} is stored with the time zone {office['timezone']}, and {len(missing):,} of its "
            f"{len(own):,} files are not among these. Nothing was changed",
            found=", ".join(missing[:SHOWN]) + (f" and {len(missing) - SHOWN:,} more" if len(missing) > SHOWN else ""),
            do=f"to read all of them on the other clock, name the folder that holds them:  ingest FOLDER {named}\n"
            f"if only these files are on another clock:  --file-timezone {options.zone}",
        )
    office["timezone"] = options.zone
    return office


# ---- what changed ------------------------------------------------------------------------------------------------


def what_moved(name: str, options: Options, before: Mapping[str, pa.Table], now: Mapping[str, pa.Table]) -> str:
    """What another reading of a file moved, in one sentence."""
    changes = [change for table in ("calls", "notes") for change in _changes(before[table], now[table])]
    for table, what in (("rejects", "rows to fix"), ("notes", "entries"), ("calls", "calls")):
        n = now[table].num_rows - before[table].num_rows
        changes += [f"{abs(n):,} {'more' if n > 0 else 'fewer'} {what}"] if n else []
    return f"{name}: read again{_options(options)}: {'; '.join(changes) or 'nothing changed by it'}"


def _options(options: Options) -> str:
    said = {
        "--timezone": options.zone,
        "--file-timezone": options.file_zone,
        "--format": options.forced and options.forced.name,
        "--mapping": options.mapping and options.mapping.name,
    }
    words = [f"{option} {value}" for option, value in said.items() if value]
    words += _typed({name: getattr(options, name) for name in _OWN}, options.keep_numbers, options.columns)
    return f" with {' '.join(words)}" if words else ""


def _changes(before: pa.Table, now: pa.Table) -> list[str]:
    """By column, how many rows of both readings say something else, and of closed words what instead of what."""
    places = [_places(table) for table in (before, now)]
    both = places[0].keys() & places[1].keys()
    found = []
    for column in now.schema:
        if column.name in NOT_TOLD:
            continue
        was, is_now = (table.column(column.name).to_pylist() for table in (before, now))
        pairs = ((was[places[0][at]], is_now[places[1][at]]) for at in both)
        changed = Counter((a, b) for a, b in pairs if a != b)
        if not changed:
            continue
        noun = NOUNS.get(column.name, f"values of {column.name}")
        if pa.types.is_string(column.type) and len(changed) <= 3:
            found += [
                f"{n:,} {noun} changed from {a or 'nothing'} to {b or 'nothing'}" for (a, b), n in changed.items()
            ]
        else:
            found.append(f"{changed.total():,} {noun} changed")
    return found


def _places(table: pa.Table) -> dict[tuple, int]:
    names = [name for name in ("source_id", "source_row", "part") if name in table.column_names]
    return {place: n for n, place in enumerate(zip(*(table.column(name).to_pylist() for name in names), strict=True))}
