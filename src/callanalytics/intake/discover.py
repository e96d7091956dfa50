"""From the paths that a user names to exports that can be read: identified, repeated, refused, or skipped.

A file that the store holds is not read again, unless the command gives other settings than the store recorded: another
zone, date order, format, or mapping. It is then read again, and the receipt says what changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from callanalytics import formats, proposals, read
from callanalytics.agencies import senders_from_rows
from callanalytics.errors import CallLogError, InvalidRequest, Refused, UnreadableFile, unforeseen_of
from callanalytics.formats import Format
from callanalytics.intake import offices
from callanalytics.intake.exports import NAMES_ON_CARD, text_rows
from callanalytics.intake.offices import Options
from callanalytics.intake.receipt_data import Asked, Problem
from callanalytics.normalize import Settings, normalize
from callanalytics.read import File, Passed, TextTable
from callanalytics.read.file import shown_name
from callanalytics.wording import joined, printable, quoted, some

# ---- every file in the named paths ----------------------------------------------------------------------------------

Step = Callable[[int, int], None]


@dataclass
class Identified:
    """A file whose format is known; many pages of one Takeout together are one of these."""

    files: list[File]
    format: Format
    texts: list[TextTable] | None = None  # if its rows had to be read early, for the sheet about the office
    sheet: dict | None = None
    settings: Settings | None = None  # its own, if the store has it and it is read again

    @property
    def shown(self) -> str:
        return self.files[0].shown


@dataclass
class Discovered:
    """Input files, sorted into groups."""

    known: list[Identified] = field(default_factory=list)
    stored: list[File] = field(default_factory=list)
    repeats: list[tuple[File, str]] = field(default_factory=list)  # with the digest each shares with an earlier one
    problems: list[Problem] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)  # about files of unknown format that an answer would make readable
    passed: list[Passed] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # a file's name in messages -> its own name
    paths: dict[str, Path] = field(default_factory=dict)  # ... -> its path, for files on the disk


def discover(paths: Iterable, options: Options, stored: set[str], step: Step) -> Discovered:
    """Identify every file in the named paths; ``stored`` are the digests that the store has accepted."""
    found = Discovered()
    files = [file for path in paths for file in _files_in(path, found)]
    singles: list[Identified] = []
    unknown: list[tuple[File, CallLogError]] = []
    for number, file in enumerate(_without_repeats(files, found), 1):
        try:
            with unforeseen_of(file.shown):
                if file.sha256 in stored:
                    found.stored.append(file)
                else:
                    singles.append(Identified([file], _format_of(file, options)))
        except proposals.Offered as offered:
            found.asked.append(Asked(file.shown, offered.rows, offered.question))
        except CallLogError as why:
            unknown.append((file, why))
        step(number, 2 * len(files))
    # A phone system may put such a file next to its exports; any other file of unknown format is a problem.
    beside = {(known.files[0].container, name) for known in singles for name in known.format.beside}
    for file, unread in unknown:
        if file.container and (file.container, file.name.rpartition("/")[2].casefold()) in beside:
            found.passed.append(Passed(file.shown, "the settings of an export, not calls"))
        else:
            found.problems.append(Problem(file.shown, unread))
    found.known = [whole for known in _joined_pages(singles) for whole in with_sheet(known, found)]
    return found


def digests_of(paths: Iterable) -> set[str]:
    """The digests of all files in the named paths; a file that cannot be read has none."""
    found = set()
    for file in [file for path in paths for file in _files_in(path, Discovered())]:
        with suppress(CallLogError):
            found.add(file.sha256)
    return found


def _without_repeats(files: list[File], found: Discovered) -> list[File]:
    """The files, each once: of identical ones, the one with the shortest name, least likely to be the copy."""
    first: dict[str, File] = {}
    # "log (1).csv" is a copy of "log.csv": the shorter name is the original.
    for file in sorted(files, key=lambda file: len(file.shown)):
        try:
            same = first.setdefault(file.sha256, file)
        except CallLogError:
            continue  # reported when it is read
        if same is not file:
            found.repeats.append((file, file.sha256))
    repeated = {id(file) for file, _ in found.repeats}
    return [file for file in files if id(file) not in repeated]


def _files_in(path, found: Discovered) -> list[File]:
    """The files of one path; an error in the path itself is recorded as a problem."""
    if not str(path).strip():  # a script may leave a folder's name empty, which the system reads as the current folder
        raise InvalidRequest(
            "A path is empty", do="name the folder with the exports; a period means the current folder"
        )
    name = Path(path).name or str(path)
    found.names[shown_name(name)] = printable(name)
    try:
        with unforeseen_of(shown_name(name)):
            walked = read.files([path])
    except CallLogError as why:
        found.problems.append(Problem(shown_name(name), why))
        return []
    found.passed += walked.passed
    found.names |= {file.shown: printable(file.name) for file in walked.files if file.name}
    found.names |= {passed.shown: printable(passed.name) for passed in walked.passed if passed.name}
    for each in walked.files:
        if each.opened is not None:
            found.paths[each.shown] = Path(path) / each.name.partition("/")[2] if each.container else Path(path)
    if not walked.files:
        what = "has no file that could be a call log" if walked.passed else "is empty"
        shown = shown_name(name)
        empty = UnreadableFile(f"{shown} {what}", do="name the folder with the exports")
        found.problems.append(Problem(shown, empty))
    return list(walked.files)


def _format_of(file: File, options: Options) -> Format:
    if options.forced:
        return options.forced
    for mapping in filter(None, [options.mapping, *options.remembered]):
        try:
            known = read.identify(file, [mapping])
        except CallLogError:
            continue  # the mapping is for another of the files
        if mapping is options.mapping or proposals.reads_all(known, file, options.our_numbers, options.agency):
            return known
    try:
        return read.identify(file, formats.load())
    except read.UnknownExport as unknown:
        if fmt := proposals.accepted_format(file, options.our_numbers, options.agency, accepted=options.accept_mapping):
            return fmt
        if not unknown.is_for_operator:
            raise
        lacks, can_map = proposals.missing_parts(file, options.agency)
        found = "; as a list of calls it lacks ".join(filter(None, [unknown.found, joined(lacks)]))
        run = unknown.do if can_map else TO_TEMPLATE
        raise read.UnknownExport(unknown.what, found=found, run=run) from None


TO_TEMPLATE = (
    "if a phone system wrote it, export its log of single calls, or send us the header row (never the calls); if it is "
    "kept by hand, copy its calls into the log that  callanalytics template log.xlsx  writes"
)


def _joined_pages(singles: list[Identified]) -> list[Identified]:
    """Pages of one format in one folder or ZIP joined; every other file by itself."""
    batches: dict[tuple, Identified] = {}
    for known in singles:
        together = known.format.kind in read.KINDS_OF_MANY_FILES and known.files[0].container
        key = (known.format.name, known.files[0].container) if together else (id(known),)
        if key in batches:
            batches[key].files += known.files
        else:
            batches[key] = replace(known, files=list(known.files))
    return list(batches.values())


def with_sheet(known: Identified, found: Discovered) -> list[Identified]:
    """A workbook with the content of its sheet about the office; [] if it cannot be read."""
    if known.format.office is None:
        return [known]
    try:
        with unforeseen_of(known.shown):
            known.texts = text_rows(known.files, known.format)
            for text in known.texts:
                if text.is_office:
                    known.sheet = normalize(text, known.format, Settings(), None).office
    except CallLogError as why:
        found.problems.append(Problem(known.shown, why))
        return []
    return [known]


# ---- stored files that are read again with other settings -----------------------------------------------------------

SHOWN = 8  # files that a refusal names
# The noun for a column in a sentence: "40 times changed ...".
NOUNS = {"time_refers_to": "times", "wait_origin": "waits", "wait_s": "waits", "started_at_utc": "start times"}
UNREPORTED = set(
    "office_id entry_id call_id source_id source_row item format parent_entry_id warnings started_at_local".split()
)


def settings_on_card(card: Mapping) -> Settings:
    """The settings with which a stored file was read."""
    stored = card["settings"]
    settings = {name: stored[key] for name, key in NAMES_ON_CARD.items() if key in stored}
    settings["columns"] = tuple((meaning, header) for meaning, header in stored.get("columns", ()))
    today = date.fromisoformat(stored["today"]) if stored["today"] else None
    return Settings(card["office_id"], **settings, today=today, senders=senders_from_rows(card.get("senders", ())))


def options_on_card(card: Mapping) -> list[str]:
    """The options of a command that reads a stored file as before, in its office's zone."""
    was = settings_on_card(card)
    words = _typed_options(was)
    return [f"--file-timezone {was.file_zone}", *words] if was.file_zone != was.zone else words


def _typed_options(was: Settings) -> list[str]:
    """The settings for a file's cells, as the options of a command."""
    given = {name: getattr(was, name) for name in offices.CHOICES}
    words = [f"--{name.replace('_', '-')} {value}" for name, value in given.items() if value]
    words += [f"--column {quoted(f'{meaning}={header}')}" for meaning, header in was.columns]
    return words + (["--keep-numbers"] if was.keep_numbers else [])


def format_on_card(card: Mapping) -> Format:
    """The format by which a stored file was read."""
    if card.get("mapping"):
        return formats.remembered(card["format"], card["mapping"])
    if (found := formats.load().get(card["format"])) is None:
        raise InvalidRequest(f"its format {card['format']} is your own mapping, which the store does not keep")
    return found


def move_to_reread(
    found: Discovered, options: Options, cards: Mapping[str, dict], registered: Sequence[dict]
) -> list[str]:
    """Move the stored files that must be read again to the files to read; return their sources.

    If the office's own zone changes, ``registered`` holds the new one afterwards.
    """
    before = {office["office_id"]: office["timezone"] for office in registered}
    moved = _moved_office(found, options, cards, registered)
    given = {file.sha256: file for file in found.stored}
    # The files of the named office, or of any registered one if none is named.
    named = [offices.find_office(options.office, registered)] if options.office else registered
    meant = {office["office_id"] for office in named if office}
    again = []
    for source, card in cards.items():
        if not given.keys() & set(card["files"]) or card["office_id"] not in meant:
            continue
        files = [given[digest] for digest in card["files"] if digest in given]
        zone = moved["timezone"] if moved and moved["office_id"] == card["office_id"] else None
        wanted = settings_again(card, options, zone, before[card["office_id"]])
        fmt = _format_again(card, files[0], options)
        is_of_format = fmt.name == card["format"] and (fmt.text or "") == card.get("mapping", "")
        if wanted == settings_on_card(card) and is_of_format:
            continue
        # Pages that were read together must be read again together.
        if len(files) < len(card["files"]):
            raise Refused(
                f"{card['name']} was read from {len(card['files']):,} files together, and "
                f"{len(card['files']) - len(files):,} of them are not among these",
                do="to read it with other settings, name the folder that holds all of them",
            )
        found.stored = [file for file in found.stored if file not in files]
        wanted = replace(wanted, today=options.today)
        found.known += [replace(known, settings=wanted) for known in with_sheet(Identified(files, fmt), found)]
        again.append(source)
    return again


def settings_again(card: Mapping, options: Options, zone: str | None, before: str) -> Settings:
    """The settings of a stored file, with those given now replacing its own."""
    was = settings_on_card(card)
    named_now = {name: getattr(options, name, None) for name in NAMES_ON_CARD if name != "zone"}
    if format_on_card(card).makes != "entries":  # these apply only to hand logs
        of_sheet = ("time_refers_to", "wait_", "columns")
        named_now = {name: value for name, value in named_now.items() if not name.startswith(of_sheet)}
    named = {name: value for name, value in named_now.items() if value}
    if zone:
        # A file in the office's zone moves with it; one with a zone of its own keeps it.
        named = {"zone": zone} | ({"file_zone": zone} if was.file_zone == before else {}) | named
    return replace(was, **named)


def _format_again(card: Mapping, file: File, options: Options) -> Format:
    if options.forced:
        return options.forced
    try:
        return read.identify(file, [options.mapping]) if options.mapping else format_on_card(card)
    except CallLogError:
        return format_on_card(card)  # the mapping is for another of the files


# ---- the office's zone -------------------------------------------------------------------------------------------


def _moved_office(found: Discovered, options: Options, cards, registered: Sequence[dict]) -> dict | None:
    """The office whose zone changes, with its new zone; refuse the change if some of its files are not here."""
    office = offices.office_meant(options, registered)
    if office is None or not options.zone or options.zone == office["timezone"]:
        return None
    own = [card for card in cards.values() if card["office_id"] == office["office_id"]]
    given = {file.sha256 for file in found.stored}
    missing = [card["name"] for card in own if set(card["files"]) - given]
    if missing:
        named = f"--office {quoted(office['name'])} --timezone {options.zone}"
        raise Refused(
            f"{office['name']} is stored with the time zone {office['timezone']}, and {len(missing):,} of its "
            f"{len(own):,} files are not among these. Nothing was changed",
            found=some(missing, SHOWN),
            run=f"to read all of them in the new zone, name the folder that holds them:  ingest FOLDER {named}\n"
            f"for these files only:  --file-timezone {options.zone}",
        )
    office["timezone"] = options.zone
    return office


# ---- what changed ------------------------------------------------------------------------------------------------


def changes_sentence(name: str, options: Options, before: Mapping[str, pa.Table], now: Mapping[str, pa.Table]) -> str:
    """What reading a file again changed, in one sentence."""
    changes = [change for table in ("calls", "entries") for change in _column_changes(before[table], now[table])]
    for table, what in (("rejects", "rows to fix"), ("entries", "entries"), ("calls", "calls")):
        n = now[table].num_rows - before[table].num_rows
        changes += [f"{abs(n):,} {'more' if n > 0 else 'fewer'} {what}"] if n else []
    typed = {
        "--timezone": options.zone,
        "--file-timezone": options.file_zone,
        "--format": options.forced and options.forced.name,
        "--mapping": options.mapping and options.mapping.name,
    }
    words = [f"{option} {value}" for option, value in typed.items() if value]
    words += _typed_options(options)
    named_now = f" with {' '.join(words)}" if words else ""
    return f"{name}: read again{named_now}: {'; '.join(changes) or 'nothing changed'}"


def _column_changes(before: pa.Table, now: pa.Table) -> list[str]:
    """For each column, how many rows differ between the two readings, and, if few distinct words changed, from what."""
    numbers = [_row_places(table) for table in (before, now)]
    both = numbers[0].keys() & numbers[1].keys()
    found = []
    for column in now.schema:
        if column.name in UNREPORTED:
            continue
        was, is_now = (table.column(column.name).to_pylist() for table in (before, now))
        pairs = ((was[numbers[0][key]], is_now[numbers[1][key]]) for key in both)
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


def _row_places(table: pa.Table) -> dict[tuple, int]:
    names = [name for name in ("source_id", "source_row", "item") if name in table.column_names]
    return {key: n for n, key in enumerate(zip(*(table.column(name).to_pylist() for name in names), strict=True))}
