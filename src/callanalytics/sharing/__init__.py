"""Copies of an office's exports that other people may see.

>>> from callanalytics.sharing import scrub
>>> made = scrub("march.csv", "shareable.csv", seed=7)                # doctest: +SKIP

``scrub`` makes an export shareable: the copy is read by the same format and gives the same rows, but identifies none of
the people in it. ``column_policy`` decides what replaces each cell, ``writers`` write each kind of file, and
``round_trip`` compares what both files give. A copy that fails this check is not written.
"""

from __future__ import annotations

import io
import re
import secrets
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from callanalytics import agencies, formats, outputs, read
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, InvalidRequest, Refused, UnreadableFile
from callanalytics.formats import Format
from callanalytics.normalize import Settings, normalize
from callanalytics.read import File
from callanalytics.read.file import shown_name
from callanalytics.sharing import pseudonyms, round_trip
from callanalytics.sharing.column_policy import CellReplacer
from callanalytics.sharing.pseudonyms import Pseudonyms
from callanalytics.sharing.round_trip import ExportCopy, Member
from callanalytics.values import zones

__all__ = ["Scrubbed", "scrub"]

_TRIES = 12  # how many numbers of weeks are tried before the file is refused
_MADE = (1980, 1, 1, 0, 0, 0)  # fixed creation time of every ZIP member


@dataclass(frozen=True)
class Scrubbed:
    """What was replaced, kept, and left out.

    ``kept`` lists the words that stay as written, by column. ``emptied`` counts the filled cells of columns that no
    rule reads. ``season`` counts the times that daylight saving time moves by an hour. ``left_out`` is not in the new
    file. ``otherwise`` concerns hand-kept logs, whose free words had to be masked: in how many rows the new file reads
    differently, by column.
    """

    file: str
    out: Path
    formats: tuple[str, ...]
    rows: int
    moments: int
    season: int
    replaced: dict[str, int]
    agency_numbers: int
    kept: dict[str, list[str]]
    emptied: dict[str, int]
    left_out: tuple[str, ...]
    otherwise: dict[str, int]

    def to_json(self) -> dict:
        return {**vars(self), "out": self.out.name, "formats": list(self.formats), "left_out": list(self.left_out)}


def scrub(
    path: Path | str,
    out: Path | str | None = None,
    *,
    seed: int | None = None,
    date_order: str | None = None,
    format: str | None = None,
    mapping: Path | str | None = None,
    today: date | None = None,
    agency: Agency | None = None,
) -> Scrubbed:
    """Write a copy of an export that others may see: the same rows, without the people in it.

    Parameters
    ----------
    path : a file, or a folder or ZIP; from a folder or ZIP the new file is a ZIP
    out : the new file, which must not exist yet. Without it, one is named in the current folder
    seed : the same seed replaces everything the same way; whoever knows it can undo part of the replacement
    date_order, format, mapping, agency : as for ``check``
    """
    known = _known(format, mapping)
    today, agency = today or date.today(), agency or agencies.load()
    settings = Settings("", zone=zones.EASTERN, date_order=date_order, today=today)
    found = read.files([path])
    exports, left_out = _exports(found, known, settings, agency, is_alone=len(found.files) == 1)
    # Whoever knows the seed can redo the replacements, so it is never a number that people would try
    seed = secrets.randbits(64) if seed is None else seed
    members, changes, invented, season, otherwise = _rewritten(exports, known, seed, today, agency)
    is_one = len(members) == 1 and len(found.files) == 1 and not found.files[0].container
    # The file's own name may hold a client's
    target = Path(out) if out else Path("scrubbed-" + (members[0][0] if is_one else f"{exports[0].fmt.name}.zip"))
    outputs.save(target, members[0][1] if is_one else _zipped(members), is_new=True)
    left_out += [f"{e.files[0].shown}: its sheet about the office" for e in exports if e.has_office]
    # The words that stay, by column; cells that begin with a figure are durations or times
    kept: dict[str, set] = {}
    for change in changes:
        for column, words in change.kept.items():
            kept.setdefault(column, set()).update(w for w in words if re.match(r"[^\W\d_]{2}", w))
    return Scrubbed(
        file=shown_name(Path(path).name),
        out=target,
        formats=tuple(dict.fromkeys(export.fmt.name for export in exports)),
        rows=sum(done.rows for export in exports for done in export.read),
        moments=sum(len(export.moments()) for export in exports),
        season=season,
        replaced=invented.counts,
        agency_numbers=len(invented.kept),
        kept={column: sorted(words) for column, words in kept.items() if words},
        emptied=dict(sum((change.emptied for change in changes), Counter())),
        left_out=tuple(left_out),
        otherwise=otherwise,
    )


def _known(format: str | None, mapping) -> dict[str, Format]:
    """The formats to try: the one that was named, or all."""
    if mapping is not None:
        fmt = formats.read_mapping(mapping)
        return {fmt.name: fmt}
    known = formats.load()
    if format is None:
        return known
    if format not in known:
        raise InvalidRequest(f"There is no format {format}", run="callanalytics formats  lists them")
    return {format: known[format]}


def _exports(found, known, settings: Settings, agency: Agency, *, is_alone: bool) -> tuple[list[ExportCopy], list[str]]:
    """The exports among the files found, and what is left out; pages of one format are one export."""
    singles: list[tuple[Format, tuple[File, ...]]] = []
    many: dict[str, list[File]] = {}
    left_out = [f"{passed.shown}: {passed.why}" for passed in found.passed]
    for file in found.files:
        try:
            fmt = read.identify(file, known)
        except CallLogError as why:
            if is_alone:
                raise
            left_out.append(f"{file.shown}: {why.found or why.what}")
            continue
        # Pages and messages have one file for each call; together they are one export
        many.setdefault(fmt.name, []).append(file) if fmt.kind in read.KINDS_OF_MANY_FILES else singles.append(
            (fmt, (file,))
        )
    singles += [(known[name], tuple(files)) for name, files in many.items()]
    if not singles:
        raise UnreadableFile("No file in it is a known export", run="`callanalytics check FILE` shows what it is")
    return [ExportCopy(files, fmt, settings, agency) for fmt, files in singles], left_out


def _rewritten(exports: Sequence[ExportCopy], known, seed: int, today: date, agency: Agency):
    """The members of the new file, by the first number of weeks after which everything reads as before.

    In a hand-kept log every free word is masked, and some of them showed how the call went. If no number of weeks makes
    everything read as before, the first one that keeps the same rows as entries is used.
    """
    # The stricter demand comes first: words go only if nothing else works
    for words_may_go in (False, True) if any(export.fmt.makes == "entries" for export in exports) else (False,):
        if isinstance(made := _tried(exports, known, seed, today, agency, words_may_go=words_may_go), tuple):
            return made
    raise Refused(
        "This file could not be made shareable: the new file would be read differently",
        found=made,
        do="tell us the format and this line (never the file)",
    )


def _tried(exports: Sequence[ExportCopy], known, seed: int, today: date, agency: Agency, *, words_may_go: bool):
    """What :func:`_rewritten` returns, or, if no copy passes, a few words on what reads differently."""
    moments = np.concatenate([export.moments() for export in exports])
    # An invented number must not be in the file already: it would stand for two people
    taken = {number for export in exports for number in export.numbers()}
    why = ""
    for weeks, season in pseudonyms.week_shifts(moments, today, seed)[:_TRIES]:
        invented = Pseudonyms(seed, agency.is_agency_number, taken)
        members: list[Member] = []
        changes: list[CellReplacer] = []
        lost: Counter = Counter()
        for export in exports:
            own = export.replacing(invented, weeks)
            made = export.written(own)
            difference = _otherwise(
                export, made, known, weeks, words_may_go=words_may_go and export.fmt.makes == "entries"
            )
            if isinstance(difference, str):
                why = difference
                break
            lost.update(difference)
            changes += own
            members += made
        else:
            # Give every member a name of its own
            seen: Counter = Counter()
            renamed = []
            for name, content in members:
                seen[name] += 1
                stem, point, ending = name.rpartition(".")
                renamed.append((name if seen[name] == 1 else f"{stem}-{seen[name]}{point}{ending}", content))
            return renamed, changes, invented, season, dict(lost)
    return why


def _otherwise(
    export: ExportCopy, made: Sequence[Member], known, weeks: int, *, words_may_go: bool
) -> str | dict[str, int]:
    """What reads differently in the new files, in a few words; or, if only masked words do, the number of rows by
    column: {} if nothing does."""
    files = tuple(_in_memory(*member) for member in made)
    try:
        # Identify the copy as any reader would, without knowing its format
        names = {read.identify(file, known).name for file in files}
        again = ExportCopy(files, export.fmt, export.settings, export.agency)
        if names != {export.fmt.name} or len(again.tables) != len(export.tables):
            return f"the format: {', '.join(sorted(names))}"
        done = [normalize(table, export.fmt, export.settings, export.agency) for table in again.tables]
    except CallLogError as problem:
        return problem.found or problem.what
    if asked := next((question for read_again in done for question in read_again.blocking), None):
        return f"column {asked.column}: {asked.text}"
    pairs = list(zip(export.read, done, strict=True))
    why = next((why for old, new in pairs if (why := round_trip.difference(old, new, weeks))), "")
    if not (why and words_may_go):
        return why or {}
    lost: Counter = Counter()
    for old, new in pairs:
        if (read_again := round_trip.changed_columns(old, new, weeks)) is None:
            return why
        lost.update(read_again)
    return dict(lost)


def _in_memory(name: str, content: bytes) -> File:
    return File(name, name, len(content), lambda size: content if size is None else content[:size])


def _zipped(members: Sequence[Member]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(zipfile.ZipInfo(name, _MADE), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()
