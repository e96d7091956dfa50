"""A report as a list of blocks: its content, separate from how a page or a screen shows it.

Every writer takes the same :class:`Document`. Blocks contain plain text; the writer escapes it.
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
    """A paragraph; `lead` gives its opening words, in bold."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Note:
    """Caveats or details in small type, one per line."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """An interval on a scale: the value, its limits, and the labels of the scale's ends.

    ``most`` is the higher end of a value with two ends; both are then marked. ``least`` and ``widest`` are the lowest
    and the highest figure over all ways to count it.
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
        """The position of each end, 0 to 1; a missing end has the position of the value.

        >>> Bar(60, 45, 75, 0, 120, "0", "2 h", least=30).places["least"]
        0.25
        """
        names = ("value", "low", "high", "most", "least", "widest")
        known = {name: getattr(self, name) for name in names}
        return {name: self.place(self.value if value is None else value) for name, value in known.items()}

    def place(self, value: float) -> float:
        """The position of `value` between the ends, 0 to 1.

        >>> Bar(47, 39, 56, 0, 120, "0", "2 h").place(60)
        0.5
        """
        return min(1.0, max(0.0, (value - self.start) / (self.end - self.start)))


NARROW = 4.0  # inches: a chart up to this width shares its row with another
Ends: TypeAlias = tuple[float, float]  # both ends of a figure; equal without a range


@dataclass(frozen=True)
class Marks:
    """A figure on a line, now, before, and elsewhere, each from 0 to 1; None where there are too few cases."""

    now: Ends
    before: Ends | None = None
    elsewhere: Ends | None = None


@dataclass(frozen=True)
class Number:
    """One of the large numbers of page one: the figure, what it counts, how sure it is, and its strip.

    `is_adverse` colors figures of what went wrong, such as missed callbacks. `marks` compare the figure with others.
    """

    value: str
    words: str
    note: str
    bar: Bar | None = None
    is_adverse: bool = False
    marks: Marks | None = None


@dataclass(frozen=True)
class Numbers:
    """Large numbers side by side; `title` says what they count and when."""

    title: str
    numbers: tuple[Number, ...]
    note: str = ""


@dataclass(frozen=True)
class FrontPage:
    """Page one: who sends it, one headline, four numbers, the charts (the first over the full width), and the asks.

    `notes` replace charts that cannot be drawn; `key` explains the strips. `agency`: name of the agency that the asks
    address.
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
    """A finding as the title of its part of the evidence, with its interval, its count, and its details.

    `level` is the heading's level: 1 opens a page, 2 a part of one. `sure` is the interval and count of the sentence's
    figure. `note` is omitted in a terminal. `favors` marks a finding in the agency's favor, because a fair report marks
    those too. `otherwise`: the range of the figure under other ways to count; `ways`: what those ways are, which on
    paper only the pages on how to check give.
    """

    text: str
    number: int = 0
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
        >>> Finding("", 1, otherwise="7–60% counted otherwise", ways="any office left out").otherwise_how
        '7–60% counted otherwise: any office left out.'
        """
        return f"{self.otherwise}: {self.ways}." if self.otherwise else ""

    @property
    def heading(self) -> str:
        """The finding as a title: numbered, without its final period."""
        return f"{self.number}. {self.text.removesuffix('.')}"

    @property
    def lead(self) -> str:
        """The sentence for bold type; if there are brackets, its final period comes after them.

        >>> found = Finding("Half waited.", 1, sure="n 20")
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
    """One item of a liaison agenda: what the agency said, with its source, what was logged, questions, and the ask.

    `space`: room for the response, in points. `agency`: name of the agency.
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
    def titles(self) -> tuple[str, str, str, str]:
        """The titles of its parts: what was said, what was logged, the questions, and the ask."""
        return f"What {self.agency} said", "What was logged", "Questions", f"We ask {self.agency} to"

    @property
    def response(self) -> str:
        """The heading of the space for the response."""
        return f"{self.agency} response · owner ________ · answer by ________"


@dataclass(frozen=True)
class TableBlock:
    """A table of words; the first column names the row, and the rest align right if `numeric`.

    `data` is the data frame behind the words, for formats that show numbers; `name` says briefly what the table holds.
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
    """Terms and their meanings, under a small title."""

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PageBreak:
    """In print, the next block starts a new page."""


Block: TypeAlias = Heading | Text | Note | Numbers | Finding | AgendaItem | TableBlock | Terms | PageBreak | Chart


def _without_drawing(block: Block) -> Block:
    """The block; a chart in which nothing could be drawn becomes the sentence that says so."""
    if not (isinstance(block, Chart) and block.says):
        return block
    return Text(
        f"{block.says} {block.caption}".strip(),
        lead=f"{block.title.rstrip('.')}{'' if block.title.endswith('?') else '.'}",
    )


def _level(block) -> int:
    """The level of the heading that a block is or contains; 0 for none."""
    if isinstance(block, Heading | Finding):
        return block.level
    # These contain a heading of their own
    return {AgendaItem: 2, Numbers: 2, Terms: 3}.get(type(block), 0)


def marking(log, words: str = "") -> str:
    """The marking on every page of a report: that the data are invented, and who may see it."""
    return " ".join(filter(None, [LABEL if log.is_invented else "", words]))


def _printable(value):
    """The same value without unprintable characters, in every part of a block."""
    if isinstance(value, str):
        clean = printable(value)
        return value if clean == value else clean  # returns the same object if clean, so a Figure keeps its numbers
    if isinstance(value, tuple):
        return tuple(_printable(part) for part in value)
    if is_dataclass(value) and not isinstance(value, Chart):  # charts clean their own text
        return replace(value, **{part.name: _printable(getattr(value, part.name)) for part in fields(value)})
    return value


@dataclass(frozen=True)
class Slide:
    """A slide: the finding as its title, a chart, and one sentence below; without a chart, the words alone."""

    title: str
    chart: Chart | None
    sentence: str

    @property
    def subtitle(self) -> str:
        """What the chart shows; empty if the sentence already says it."""
        if not self.chart:
            return ""
        drawn = self.chart.subtitle or say.first_sentence(self.chart.caption)
        return "" if drawn == self.sentence else drawn


MAX_SLIDES = 6


@dataclass(frozen=True)
class Document:
    """The content of a report: its title, its scope, its as-of day, and its blocks.

    `front` is page one, if the report has one. `further` are blocks that only a screen or a workbook shows:
    definitions, and tables that paper can do without. `fingerprint` identifies the store: the same store and day give
    the same bytes. `marking` is on every page: that data are invented, or who may see the document. `is_private`
    documents become files that only their owner can read. `mark` is hidden in the file, to recognize it later. `spoken`
    are the slides, if they are not simply the first charts on paper. `account` says how many of the rows read are in
    the figures; it appears wherever page one is shown without the later pages. `clock`: the time zone in which the day
    `as_of` ends.
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
        # A frozen class can set its fields only here, before anyone uses it
        for name in ("blocks", "further"):
            object.__setattr__(self, name, tuple(map(_without_drawing, getattr(self, name))))
        for name in ("title", "scope", "blocks", "marking", "front", "further", "spoken"):
            object.__setattr__(self, name, _printable(getattr(self, name)))
        # Screen readers step through the headings, so no level may be skipped.
        above = 0
        for level in filter(None, map(_level, (*self.blocks, *self.further))):
            if level > above + 1:
                raise ValueError(f"a heading of level {level} follows one of level {above}")
            above = level

    @property
    def heading(self) -> str:
        """The large heading of page one: the headline; without page one, the title."""
        return self.front.headline if self.front else self.title

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The charts on paper, in order."""
        return (*(self.front.charts if self.front else ()), *(b for b in self.blocks if isinstance(b, Chart)))

    @property
    def seen(self) -> str:
        """The as-of day and the store of all figures in the report."""
        return f"{self.seen_on} Store {self.fingerprint[:16]}."

    @property
    def seen_on(self) -> str:
        return f"As of {wording.day(self.as_of)}{f', {self.clock}' if self.clock else ''}."

    @property
    def base(self) -> str:
        """The base of the figures, for a text or a slide that is shown without the later pages."""
        return " ".join(filter(None, (self.front.scope if self.front else self.scope, self.account)))

    @property
    def slides(self) -> tuple[Slide, ...]:
        """Up to six slides, each with a sentence."""
        return self.spoken or tuple(
            Slide(chart.title, chart, say.first_sentence(chart.caption)) for chart in self.charts[:MAX_SLIDES]
        )

    @property
    def screen_charts(self) -> tuple[Chart, ...]:
        """The charts on paper, and those that only a screen shows."""
        return (*self.charts, *(b for b in self.further if isinstance(b, Chart)))

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(b for b in self.blocks if isinstance(b, Finding))
