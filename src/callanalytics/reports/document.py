"""A report as a list of blocks: what is said, apart from how a page or a screen shows it.

Every writer takes the same :class:`Document`. Text is plain text in every block; a writer escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from html import escape
from typing import TypeAlias

import pandas as pd

from callanalytics import wording
from callanalytics.figures.chart import Chart
from callanalytics.figures.style import printable
from callanalytics.invented import LABEL
from callanalytics.reports import sentences as say


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 opens a section, 2 a part of one."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph, with the words it opens with in bold (`lead`)."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Note:
    """Caveats or details in small type, one a line."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """An interval on a scale: where the value lies, how sure it is, and what the scale's ends are called.

    ``most`` is the higher end of a value with two ends; both are marked then. ``least`` and ``widest`` are the lowest
    and the highest figure of all ways to count it.
    """

    value: float
    low: float
    high: float
    start: float
    end: float
    start_label: str
    end_label: str
    most: float | None = None
    least: float | None = None
    widest: float | None = None

    @property
    def places(self) -> dict[str, float]:
        """Where each end lies, 0 to 1; one that there is not, where the value lies.

        >>> Bar(60, 45, 75, 0, 120, "0", "2 h", least=30).places["least"]
        0.25
        """
        names = ("value", "low", "high", "most", "least", "widest")
        known = {name: getattr(self, name) for name in names}
        return {name: self.place(self.value if value is None else value) for name, value in known.items()}

    def place(self, value: float) -> float:
        """Where `value` lies between the ends, 0 to 1.

        >>> Bar(47, 39, 56, 0, 120, "0", "2 h").place(60)
        0.5
        """
        return min(1.0, max(0.0, (value - self.start) / (self.end - self.start)))


NARROW = 4.0  # inches: a chart up to this width shares its row with another
Ends: TypeAlias = tuple[float, float]  # of a figure; those of one without a range are the same


@dataclass(frozen=True)
class Marks:
    """A figure on a line: what it is now, was before, and is elsewhere, each from 0 to 1; None where that is of too
    few."""

    now: Ends
    before: Ends | None = None
    elsewhere: Ends | None = None


@dataclass(frozen=True)
class Number:
    """One of the large numbers of page one: the figure, what it counts, how sure it is, and its strip.

    `is_adverse` colors a figure of what went wrong; the others are figures of what was reached. `marks` compare it.
    """

    value: str
    words: str
    note: str
    bar: Bar | None = None
    is_adverse: bool = False
    marks: Marks | None = None


@dataclass(frozen=True)
class Numbers:
    """Large numbers side by side, under the words that say of what and of when they are."""

    title: str
    numbers: tuple[Number, ...]
    note: str = ""


@dataclass(frozen=True)
class FrontPage:
    """Page one: who sends it, one headline, four numbers, the charts (the first over the full width), and the asks.

    `notes` stand where a chart cannot be drawn; `key` explains the strips.
    `agency`: the name of the one that is asked.
    """

    sender: str
    headline: str
    scope: str
    numbers: tuple[Number, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    key: str = ""
    agency: str = "the agency"


@dataclass(frozen=True, repr=False)
class Finding:
    """A finding as the title of its part of the evidence, with its interval, its n, and what belongs with it.

    `level` is that of the heading: 1 opens a page, 2 a part of one. `sure` is the interval and n of the sentence's own
    number. `note` is for paper; a terminal leaves it out. `favors` says whom a finding speaks for where that is the
    agency: a fair report marks those too. `otherwise`: from where to where the figure goes when it is counted
    otherwise; `ways`: how, which paper leaves to the pages on how to check.
    """

    number: int
    text: str
    sure: str = ""
    detail: str = ""
    note: str = ""
    bar: Bar | None = None
    favors: str = ""
    otherwise: str = ""
    ways: str = ""
    level: int = 1

    @property
    def otherwise_how(self) -> str:
        """
        >>> Finding(1, "", otherwise="7–60% counted otherwise", ways="any office left out").otherwise_how
        '7–60% counted otherwise: any office left out.'
        """
        return f"{self.otherwise}: {self.ways}." if self.otherwise else ""

    @property
    def heading(self) -> str:
        """The finding as a title: numbered, without its full stop."""
        return f"{self.number}. {self.text.removesuffix('.')}"

    @property
    def lead(self) -> str:
        """The sentence as it is set in bold: its full stop comes behind the brackets, where there are any.

        >>> found = Finding(1, "Half waited.", sure="n 20")
        >>> found.lead + found.brackets
        'Half waited (n 20).'
        """
        return self.text.removesuffix(".") if self.sure else self.text

    @property
    def brackets(self) -> str:
        return f" ({self.sure})." if self.sure else ""

    def __str__(self) -> str:
        return f"{self.lead}{self.brackets} {self.detail}".strip()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p><strong>{escape(self.lead)}</strong>{escape(self.brackets)} {escape(self.detail)}</p>"


@dataclass(frozen=True)
class AgendaItem:
    """One item of a liaison agenda: what the agency said and when, what members logged, questions, the ask.

    `space`: points of the page left for the response. `agency`: its name.
    """

    number: int
    heading: str
    statement: str
    source: str
    logged: str
    questions: tuple[str, ...]
    ask: str
    space: int = 38
    agency: str = "the agency"

    @property
    def response(self) -> str:
        """What heads the room for the response."""
        return f"{self.agency} response · owner ________ · answer by ________"


@dataclass(frozen=True)
class TableBlock:
    """A table of words; the first column names the row, the others stand to the right if `numeric`.

    `data` is the frame that the words are of, for a form that shows numbers; `name` what the table holds, in a few
    words.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    widths: tuple[float, ...] = ()
    numeric: bool = False
    name: str = ""
    data: pd.DataFrame | None = None


@dataclass(frozen=True)
class Terms:
    """Words and what they mean, under a small title."""

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PageBreak:
    """What follows opens a page in print."""


Block: TypeAlias = Heading | Text | Note | Numbers | Finding | AgendaItem | TableBlock | Terms | PageBreak | Chart


def _without_drawing(block: Block) -> Block:
    """A chart in which nothing could be drawn, as the sentence that says so."""
    if not (isinstance(block, Chart) and block.says):
        return block
    return Text(
        f"{block.says} {block.caption}".strip(),
        lead=f"{block.title.rstrip('.')}{'' if block.title.endswith('?') else '.'}",
    )


def _level(block) -> int:
    """The level of the heading that a block is or brings; 0 for none."""
    if isinstance(block, Heading | Finding):
        return block.level
    # These bring a heading of their own
    return {AgendaItem: 2, Numbers: 2, Terms: 3}.get(type(block), 0)


def marking(log, words: str = "") -> str:
    """What stands on every page of a report of a log: that it is invented, and for whose eyes it is."""
    return " ".join(filter(None, [LABEL if log.is_invented else "", words]))


def _printable(value):
    """The same words without what no page may hold, in every part of a block."""
    if isinstance(value, str):
        clean = printable(value)
        return value if clean == value else clean  # a figure keeps its numbers
    if isinstance(value, tuple):
        return tuple(_printable(part) for part in value)
    if is_dataclass(value) and not isinstance(value, Chart):  # a chart has seen to that
        return replace(value, **{part.name: _printable(getattr(value, part.name)) for part in fields(value)})
    return value


@dataclass(frozen=True)
class Slide:
    """A chart to speak to: the finding above it, and one sentence beneath. Of nothing to draw, the words alone."""

    title: str
    chart: Chart | None
    sentence: str

    @property
    def subtitle(self) -> str:
        """What is drawn."""
        if not self.chart:
            return ""
        drawn = self.chart.subtitle or say.first_sentence(self.chart.caption)
        return "" if drawn == self.sentence else drawn


MAX_SLIDES = 6


@dataclass(frozen=True)
class Document:
    """What a report holds: what it is called, what it speaks of, from which day it is seen, and its blocks.

    `front` is page one, where a report has one. `further` are blocks that only a screen or a workbook shows:
    definitions, and tables that paper can do without. `fingerprint` is the store's: same store and same day give the
    same bytes. `marking` stands on every page: for whose eyes a document with client data is. `is_private` ones become
    files that their owner alone can read. `mark` stands unseen in the file, to know it again.
    `spoken` are the slides, where they are other than the first charts on paper. `account` says how many of the rows
    that were read are in the figures: it stands wherever page one goes without the pages behind it. `clock`:
    the time zone by which `as_of` ends.
    """

    title: str
    scope: str
    as_of: date
    fingerprint: str
    blocks: tuple[Block, ...] = field(default=())
    marking: str = ""
    is_private: bool = False
    mark: str = ""
    front: FrontPage | None = None
    further: tuple[Block, ...] = field(default=())
    spoken: tuple[Slide, ...] = field(default=())
    account: str = ""
    clock: str = ""

    def __post_init__(self):
        # A frozen class sets its fields only here, before anyone sees it
        for name in ("blocks", "further"):
            object.__setattr__(self, name, tuple(map(_without_drawing, getattr(self, name))))
        for name in ("title", "scope", "blocks", "marking", "front", "further", "spoken"):
            object.__setattr__(self, name, _printable(getattr(self, name)))
        # A screen reader walks the headings: none may be skipped.
        above = 0
        for level in filter(None, map(_level, (*self.blocks, *self.further))):
            if level > above + 1:
                raise ValueError(f"a heading of level {level} follows one of level {above}")
            above = level

    @property
    def heading(self) -> str:
        """What stands large above page one: the headline, or the title where there is none."""
        return self.front.headline if self.front else self.title

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The charts on paper, in their order."""
        return (*(self.front.charts if self.front else ()), *(b for b in self.blocks if isinstance(b, Chart)))

    @property
    def seen(self) -> str:
        """From which day, and from which store, everything in it is seen."""
        return f"{self.seen_on} Store {self.fingerprint[:16]}."

    @property
    def seen_on(self) -> str:
        return f"As of {wording.day(self.as_of)}{f', {self.clock}' if self.clock else ''}."

    @property
    def base(self) -> str:
        """What the figures rest on, for a text or a slide that goes without the pages behind it."""
        return " ".join(filter(None, (self.front.scope if self.front else self.scope, self.account)))

    @property
    def slides(self) -> tuple[Slide, ...]:
        """A few charts to speak to, each with a sentence."""
        return self.spoken or tuple(
            Slide(chart.title, chart, say.first_sentence(chart.caption)) for chart in self.charts[:MAX_SLIDES]
        )

    @property
    def screen_charts(self) -> tuple[Chart, ...]:
        """The charts of paper, and those that only a screen shows."""
        return (*self.charts, *(b for b in self.further if isinstance(b, Chart)))

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(b for b in self.blocks if isinstance(b, Finding))
