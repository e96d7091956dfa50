"""Where in a sheet that somebody keeps by hand the header stands, and whether the sheet is a log of calls at all.

Nobody's log has another's headers: a row is the header of one if its words say so and the cells below bear them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from callanalytics.formats import Format, contents, fitting, trades
from callanalytics.formats.fitting import Fit
from callanalytics.read import headings
from callanalytics.read.headings import Heading, Numbered
from callanalytics.values import legends

BELOW = 60  # rows under a header whose cells are looked at
CALLBACKS = 2  # what the name of a tab of the agency's callbacks speaks for a log
TITLE = 60  # characters of a cell that may be a title
UNIT = re.compile(r"(?i)min|sec|hour|\bhrs?\b|\bh:mm|\bmm:ss")
HINT = re.compile(r"(?i)\([^()]*\)|m{1,2}/d{1,2}(?:/y{2,4})?|h{1,2}:m{2}.*|y ?/ ?n|yes ?/ ?no|min(?:ute)?s?\.?|#")


@dataclass(frozen=True)
class Found:
    """A heading, what its columns mean, and how much that speaks for a log of calls."""

    heading: Heading
    fit: Fit
    weight: float


def find(
    rows: Sequence[Numbered], fmt: Format, titles: Sequence[str] = (), tied: Iterable[Heading] = ()
) -> Found | None:
    """The heading that makes most of a sheet, whether or not that is enough; None where no row could be one.

    ``rows`` are those at the sheet's beginning that hold something, ``titles`` are its names, ``tied`` are headings of
    two rows or of merged cells.
    """
    best: Found | None = None
    filled = [[cell.strip() for cell in cells if cell and cell.strip()] for _, cells in rows]
    legend = legends.groups(texts for texts in filled if len(texts) <= 3)
    rows = [row for row, texts in zip(rows, filled, strict=True) if not legends.is_pair(texts, legend)]
    for heading in [*tied, *_candidates(rows, fmt)]:
        if not fitting.is_likely(fmt, heading.names):
            continue
        below = [cells for number, cells in rows if number > heading.last]
        alone = [found[0] for cells in below if len(found := contents.filled(cells)) == 1]
        # The lines of a cell that ran over are no rows: what a column holds is not told by them.
        below = ([cells for cells in below if len(contents.filled(cells)) > 1] or below)[:BELOW]
        column = lambda place, below=below, names=heading.names: _column(below, place, legend, names[place])  # noqa: E731
        found = fitting.fit(fmt, heading.names, column, titles=titles, alone=alone)
        if found.has(fmt.recognise.words):
            around = _around(rows, heading, titles)
            weight = found.weight + trades.trade_weight(fmt, around)
            weight += found.forgiven * trades.names_agency(fmt, around)
            weight += CALLBACKS * trades.are_callbacks(found.columns, titles) * trades.names_agency(fmt, around)
            is_visit = found.is_silent and "client" in found.columns and not trades.speaks_of_calls(around)
            weight -= trades.SILENT * is_visit
            if best is None or _worth(found) > _worth(best.fit):
                best = Found(heading, found, weight)
    return best


def lacks(rows: Sequence[Numbered], fmt: Format) -> list[str]:
    """What a sheet has not that a log needs, where all else of its header is that of one."""
    for heading in _candidates(rows, fmt):
        columns = fitting.fit(fmt, heading.names, lambda place: []).columns
        missing = [name for name in fmt.recognise.words if name not in columns]
        if missing and len(columns) > 1 and all(name in columns for name in fmt.recognise.expects):
            return [name.capitalize() for name in missing]
    return []


def is_log(found: Found | None, fmt: Format) -> bool:
    """Whether a sheet is a log of calls."""
    return found is not None and found.weight >= fmt.recognise.enough


def heading(
    rows: Sequence[Numbered], fmt: Format, titles: Sequence[str] = (), tied: Iterable[Heading] = ()
) -> Heading | None:
    """The header of a log of calls; None where the sheet is none."""
    found = find(rows, fmt, titles, tied)
    return found.heading if found and is_log(found, fmt) else None


def _worth(fit: Fit) -> tuple[int, int]:
    """How many columns of the sheet are made something of, and by how many meanings: one may stand for two."""
    return len(set(fit.columns.values())), len(fit.columns)


def _candidates(rows: Sequence[Numbered], fmt: Format) -> Iterator[Heading]:
    """Each row as a heading, and with the row under it, of which no cell is a date or a number."""
    for place, (number, cells) in enumerate(rows[: headings.ROWS]):
        below = rows[place + 1] if place + 1 < len(rows) else (0, [])
        if _are_hints(below[1]):  # (mm/dd/yyyy), (local), (minutes)
            units = [cell if cell and UNIT.search(cell) else "" for cell in below[1]]
            yield headings.heading(_joined(cells, units), number, below[0])
            continue
        yield headings.heading(cells, number)
        if place + 1 < len(rows) and goes_on(below[1]) and not _is_title(cells, below[1]):
            yield headings.heading(_joined(cells, below[1]), number, below[0])
            if _are_groups(cells, below[1]):
                yield headings.heading(_joined(_spread(cells, below[1]), below[1]), number, below[0])


def _joined(cells, lower) -> list[str]:
    """The words of two rows of a header, column by column."""
    pairs = [(_at(cells, i), _at(lower, i)) for i in range(max(len(cells), len(lower)))]
    return [" ".join(filter(None, dict.fromkeys(pair))) for pair in pairs]


def _are_hints(cells) -> bool:
    """Whether a row says how the columns above it are to be filled in, and nothing else."""
    texts = contents.filled(cells)
    return len(texts) > 1 and all(HINT.fullmatch(text) for text in texts)


def _is_title(cells, lower) -> bool:
    """Whether a row has one cell alone, above the first name of a whole header."""
    return contents.filled(cells[:1]) == contents.filled(cells) != [] and bool(_at(lower, 0))


def _are_groups(cells, lower) -> bool:
    """Whether a row has names of groups of columns, as CALL BACK over Date, Time and Result; a title is none."""
    filled = [place for place, cell in enumerate(cells) if cell and cell.strip()]
    return bool(filled) and (len(filled) > 1 or filled[0] > 0) and len(filled) < len(contents.filled(lower))


def _spread(cells, lower) -> list[str]:
    """The name of each group over all its columns, up to the next name."""
    over, name = [], ""
    for place in range(len(lower)):
        name = _at(cells, place) or name
        over.append(name)
    return over


def goes_on(cells) -> bool:
    """Whether a row may be the second of a header: words alone, and more than one."""
    texts = contents.filled(cells)
    return len(texts) > 1 and not any(contents.share([text], kind) for text in texts for kind in ("date", "clocked"))


def _at(cells, place: int) -> str:
    return " ".join((cells[place] or "").split()) if place < len(cells) else ""


def _column(rows, place: int, legend, name: str) -> list[str | None]:
    """The cells of a column, its codes spelled out."""
    texts = [cells[place] if place < len(cells) else None for cells in rows]
    codes = legends.codes_of([text for text in texts if text], legend, name)
    return [legends.spelled(text, codes) if text else text for text in texts]


def _around(rows: Sequence[Numbered], heading: Heading, titles: Sequence[str]) -> list[str]:
    """The sheet's names and the titles above its header."""
    above = (cell for number, cells in rows if number < heading.row for cell in cells)
    return [*titles, *(cell for cell in above if cell and len(cell) <= TITLE)]
