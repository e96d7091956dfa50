"""From what a person names to exports that can be read: known, repeated, refused or passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from callanalytics import formats, read
from callanalytics.errors import CallLogError, unforeseen_of
from callanalytics.formats import Format
from callanalytics.intake.exports import rows_of
from callanalytics.intake.options import Options
from callanalytics.intake.receipt import Asked, Problem
from callanalytics.normalize import Settings, normalize
from callanalytics.proposals import offers
from callanalytics.read import File, Passed, TextTable
from callanalytics.read.file import printable, shown_name

Step = Callable[[int, int], None]


@dataclass
class Known:
    """A file whose format is settled; many pages of one Takeout are one of these together."""

    files: list[File]
    format: Format
    texts: list[TextTable] | None = None  # where its rows had to be read early, for the sheet about the office
    sheet: dict | None = None
    settings: Settings | None = None  # its own, where the store had it and it is read again

    @property
    def shown(self) -> str:
        return self.files[0].shown


@dataclass
class Gathered:
    """Every file that was named, in one of five heaps."""

    known: list[Known] = field(default_factory=list)
    stored: list[File] = field(default_factory=list)
    repeats: list[tuple[File, str]] = field(default_factory=list)  # and the digest it shares with an earlier one
    problems: list[Problem] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)  # of files that are no known export, and would be after an answer
    passed: list[Passed] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # what a message calls a file -> its own name
    places: dict[str, Path] = field(default_factory=dict)  # ... -> where it lies; of those that lie on the disk


def gather(paths: Iterable, options: Options, stored: set[str], step: Step) -> Gathered:
    """Look at every file in what was named; ``stored`` are the digests that the store has accepted."""
    found = Gathered()
    files = [file for path in _each(paths) for file in _files_in(path, found)]
    singles: list[Known] = []
    unknown: list[tuple[File, CallLogError]] = []
    for place, file in enumerate(_without_repeats(files, found), 1):
        try:
            with unforeseen_of(file.shown):
                if file.sha256 in stored:
                    found.stored.append(file)
                else:
                    singles.append(Known([file], _format_of(file, options)))
        except offers.Offered as offered:
            found.asked.append(Asked(file.shown, offered.rows, offered.question))
        except CallLogError as why:
            unknown.append((file, why))
        step(place, 2 * len(files))
    _sort_unknown(unknown, singles, found)
    found.known = [whole for known in _batches(singles) for whole in with_sheet(known, found)]
    return found


def _without_repeats(files: list[File], found: Gathered) -> list[File]:
    """The files with bytes of their own; of equal ones that with the shortest name, which is the least a copy."""
    first: dict[str, File] = {}
    for file in sorted(files, key=lambda file: len(file.shown)):
        try:
            same = first.setdefault(file.sha256, file)
        except CallLogError:
            continue  # told when it is read
        if same is not file:
            found.repeats.append((file, file.sha256))
    repeated = {id(file) for file, _ in found.repeats}
    return [file for file in files if id(file) not in repeated]


def _sort_unknown(unknown: list[tuple[File, CallLogError]], singles: list[Known], found: Gathered) -> None:
    """A file of no format is a problem, unless the system whose calls it lies beside puts such a file there."""
    beside = {(known.files[0].container, name) for known in singles for name in known.format.beside}
    for file, why in unknown:
        if file.container and (file.container, file.name.rpartition("/")[2].casefold()) in beside:
            found.passed.append(Passed(file.shown, "the settings of an export, not calls"))
        else:
            found.problems.append(Problem(file.shown, why))


def _each(paths) -> list:
    return [paths] if isinstance(paths, str) or not isinstance(paths, Iterable) else list(paths)


def _files_in(path, found: Gathered) -> list[File]:
    """The files of one path; what is wrong with the path itself is a problem like any other."""
    name = Path(path).name or str(path)
    found.names[shown_name(name)] = printable(name)
    try:
        with unforeseen_of(shown_name(name)):
            walked = read.files([path])
    except CallLogError as why:
        found.problems.append(Problem(shown_name(name), why))
        return []
    found.passed += walked.passed
    found.names |= {each.shown: printable(each.name) for each in (*walked.files, *walked.passed) if each.name}
    for each in walked.files:
        if each.opened is not None:
            found.places[each.shown] = Path(path) / each.name.partition("/")[2] if each.container else Path(path)
    if not walked.files:
        what = "has no file that could be a call log" if walked.passed else "is empty"
        shown = shown_name(name)
        found.problems.append(Problem(shown, CallLogError(f"{shown} {what}", do="name the folder of the exports")))
    return list(walked.files)


def _format_of(file: File, options: Options) -> Format:
    if options.forced:
        return options.forced
    for mapping in filter(None, [options.mapping, *options.remembered]):
        try:
            return read.identify(file, [mapping])
        except CallLogError:
            continue  # the mapping describes another of the files
    try:
        return read.identify(file, formats.load())
    except read.UnknownExport:
        if fmt := offers.of_file(file, options.our_numbers, accepted=options.accept_mapping):
            return fmt
        raise


def _batches(singles: list[Known]) -> list[Known]:
    """Pages of one format in one folder or ZIP put together; every other file by itself."""
    batches: dict[tuple, Known] = {}
    for known in singles:
        together = known.format.kind in read.MANY and known.files[0].container
        key = (known.format.name, known.files[0].container) if together else id(known)
        if key in batches:
            batches[key].files += known.files
        else:
            batches[key] = replace(known, files=list(known.files))
    return list(batches.values())


def with_sheet(known: Known, found: Gathered) -> list[Known]:
    """A workbook with what its sheet about the office says; [] if it cannot be read."""
    if known.format.office is None:
        return [known]
    try:
        with unforeseen_of(known.shown):
            known.texts = rows_of(known.files, known.format)
            for text in known.texts:
                if text.is_office:
                    known.sheet = normalize(text, known.format, Settings(""), None).office
    except CallLogError as why:
        found.problems.append(Problem(known.shown, why))
        return []
    return [known]
