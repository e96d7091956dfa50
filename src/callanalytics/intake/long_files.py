"""A long export of a phone system, read and stored portion by portion, so that its length does not fill the memory.

It gives the very rows that reading it whole gives. That takes a file as regular as a program writes it, and a format
in which a row is a call by itself: where anything else turns up, be it in the last line, what was done is given up
and the file is read whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from callanalytics import read
from callanalytics.formats import Format, partial
from callanalytics.intake import unread
from callanalytics.intake.exports import Export, sources_of, told_of_rows
from callanalytics.intake.tally import Tally
from callanalytics.normalize import FarReaching, Normalized, Seen, Settings, doubts_together, normalize
from callanalytics.read import File, TextTable
from callanalytics.read.text_files import PORTION
from callanalytics.store import Spool, Spooled, words

LONG = 1 << 24  # bytes; a shorter file is as well read whole
PATIENCE = 8  # portions that may wait for a later one to settle what is doubtful in them
SPOOLED = ("calls", "set_aside")  # of these a long export has many


def may_be_read_so(file: File, fmt: Format, settings: Settings) -> bool:
    """Whether it is worth it, and no rule of the format needs more rows than one to say what a row is."""
    return file.size >= LONG and is_row_by_row(fmt) and not settings.keep_numbers


def is_row_by_row(fmt: Format) -> bool:
    """Whether every row of a format is a call by itself."""
    has_wider_rules = fmt.legs or fmt.notices or "epoch" in fmt.columns or len(fmt.unique) > 1
    return fmt.makes == "calls" and fmt.kind == "table" and not has_wider_rules


def export(file: File, fmt: Format, settings: Settings, agency, near: Path, size: int = PORTION) -> Export | None:
    """The export; None where the file must be read whole.

    Its rows are kept on the disk, ``near`` the store; ``size`` is of a portion, in bytes.
    """
    spools: dict[str, Spool] = {}
    try:
        with words.of_the_disk(f"{file.shown} could not be read: its rows wait on the disk of the store"):
            return _export(_normalized(file, fmt, settings, agency, size), file, fmt, settings, spools, near)
    except BaseException as why:
        for spool in spools.values():
            spool.drop()
        if isinstance(why, read.NeedsWholeFile | FarReaching):
            return None
        raise


def _export(portions, file: File, fmt: Format, settings: Settings, spools: dict[str, Spool], near: Path) -> Export:
    tally, shown = Tally([file.source_id]), fmt
    rejects, doubts, notes, said, strange = [], [], (), [], []
    for text, done in portions:
        tables = {name: getattr(done, name) for name in tally.counts}
        tally.add(tables)
        rejects.append(tables["rejects"])
        doubts += done.doubts
        notes, said, shown = (
            text.notes,
            partial.column_losses(fmt, text.header),
            partial.as_far_as_shown(fmt, text.header),
        )
        strange.append(unread.columns(text, fmt))
        for name in SPOOLED:
            if name not in spools:
                spools[name] = Spool(name, tables[name].schema, near)
            spools[name].add(tables[name])
    for spool in spools.values():
        spool.close()
    kept = {"rejects": pa.concat_tables(rejects).combine_chunks(), "notes": done.notes, "notices": done.notices}
    kept["sources"] = sources_of([(file.source_id, file, file.shown)], shown, settings, tally)
    told = (*notes, *said, *told_of_rows(tally, fmt))
    unclear = tuple(unread.unclear(file.shown, doubts_together(doubts), fmt))
    strange = unread.added(strange)
    return Export((file,), fmt, settings, Spooled(kept, spools), told=told, unread=strange, unclear=unclear)


def _normalized(file, fmt: Format, settings: Settings, agency, size) -> Iterator[tuple[TextTable, Normalized]]:
    """Each portion with what it gives; those that a later one must settle together with it."""
    seen, waiting = Seen(is_part=True), []
    for text in _one_ahead(read.portions(file, fmt, size)):
        waiting.append(text)
        together = _together(waiting)
        shown = partial.as_far_as_shown(fmt, text.header)
        done = normalize(together, shown, settings, agency, [file.source_id], seen)
        if not done.blocking:
            yield together, done
            waiting = []
        elif len(waiting) == PATIENCE:
            raise FarReaching
    if waiting:
        raise FarReaching


def _together(portions: list[TextTable]) -> TextTable:
    if len(portions) == 1:
        return portions[0]
    cells = pa.concat_tables([portion.cells for portion in portions])
    rows, member = (np.concatenate([getattr(p, name) for p in portions]) for name in ("rows", "member"))
    return replace(portions[0], cells=cells, rows=rows, member=member)


def _one_ahead(items: Iterable) -> Iterator:
    """The same items, the next of them made by another hand while this one is worked on."""
    made = iter(items)
    with ThreadPoolExecutor(1) as hand:
        coming = hand.submit(next, made, None)
        while (item := coming.result()) is not None:
            coming = hand.submit(next, made, None)
            yield item
