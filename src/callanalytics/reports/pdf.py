"""The report as a PDF that a screen reader can read: the only door to typst.

The page is ``report.typ``; it receives the report as JSON and nothing else, so no word of a log can be taken
for an instruction to the typesetter. Same report, same bytes.
"""

from __future__ import annotations

import json
import re
from functools import singledispatch
from itertools import groupby
from pathlib import Path

from callanalytics import wording
from callanalytics.figures import style
from callanalytics.figures.chart import Chart
from callanalytics.figures.style import FAMILIES, FONTS, is_plain, showable
from callanalytics.lazy import regex
from callanalytics.reports import sentences as say
from callanalytics.reports.document import (
    AgendaItem,
    Document,
    Finding,
    FrontPage,
    Heading,
    Note,
    Numbers,
    PageBreak,
    TableBlock,
    Terms,
    Text,
)

LISTS: dict[type, str] = {Terms: "definitions"}
TEMPLATE = Path(__file__).resolve().parent / "report.typ"


def document(report: Document) -> bytes:
    """The report as PDF/UA-1."""
    return _with_row_headers(_typeset(report, format="pdf", pdf_standards=["ua-1"]))


def pages(report: Document, dpi: int = 80) -> list[bytes]:
    """The pages as PNG, to look at."""
    drawn = _typeset(report, format="png", ppi=float(dpi))
    return drawn if isinstance(drawn, list) else [drawn]


CELL = regex(rb"/S/TD(/P \d+ 0 R/A\[<</O/Table)(/Headers\[\([^)]*x(\d+)y\d+\)\])")


def _with_row_headers(pdf: bytes) -> bytes:
    """The same file, the first cell of each row of a table being that row's header; the typesetter has none but those
    of columns.

    What a cell names as its headers would be its only ones, so it names none: the scope of each header says what it
    heads. A cell keeps its number of bytes, and with it all that follows its place.
    """

    def changed(cell: re.Match) -> bytes:
        is_first = cell[3] == b"0"
        scope = b"/Scope/Row" if is_first else b""
        return (b"/S/TH" if is_first else b"/S/TD") + cell[1] + scope.ljust(len(cell[2]))

    return CELL.sub(changed, pdf)


def _typeset(report, **how):
    import typst

    content = json.dumps(_in_glyphs(_plain(report)) | {"fonts": FAMILIES}, ensure_ascii=False, sort_keys=True)
    return typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"report": content}, font_paths=[str(FONTS)], ignore_system_fonts=True, **how
    )


def _in_glyphs(content):
    """The same values, every text in characters that the fonts have: without a glyph there would be no page at all."""
    if isinstance(content, str):
        return showable(content)
    if isinstance(content, dict):
        return {name: value if name == "svg" else _in_glyphs(value) for name, value in content.items()}
    return [_in_glyphs(value) for value in content] if isinstance(content, list | tuple) else content


def _plain(report: Document) -> dict:
    """The report as JSON-able values; definitions that follow each other as one list."""
    blocks: list[dict] = []
    for kind, run in groupby(report.blocks, lambda b: LISTS.get(type(b))):
        items = [block(b) for b in run]
        blocks += [{"kind": kind, "items": items}] if kind else items
    as_of = report.as_of
    return {
        "title": report.title,
        "keywords": [report.mark] if report.mark else [],
        "scope": report.scope,
        "year": as_of.year,
        "month": as_of.month,
        "day": as_of.day,
        "as_of": f"as of {wording.day(as_of)}",
        "footer": report.seen,
        "marking": report.marking,
        "front": front(report.front) if report.front else None,
        "blocks": blocks,
    }


def front(page: FrontPage) -> dict:
    """Page one."""
    return {
        "sender": page.sender, "headline": page.headline, "scope": page.scope, "numbers": _numbers(page.numbers),
        "charts": [_shapes(chart) for chart in page.charts], "notes": page.notes, "asks": page.asks, "key": page.key,
        "agency": page.agency,
    }  # fmt: skip


def _numbers(numbers) -> list[dict]:
    return [
        {"value": n.value, "words": n.words, "note": n.note, "bar": n.bar and n.bar.places, "adverse": n.is_adverse,
         "svg": n.marks and style.svg(style.dots(**vars(n.marks))).decode()}
        for n in numbers
    ]  # fmt: skip


def _shapes(chart: Chart) -> dict:
    """A chart whose letters are shapes: on page one its words are few, and the alt text says what it shows."""
    return _drawn(chart, chart.svg())


@singledispatch
def block(it) -> dict:
    raise TypeError(f"a PDF has no form for {type(it).__name__}")


@block.register
def _(it: Heading):
    return {"kind": "heading", "text": it.text, "level": it.level}


@block.register
def _(it: Text):
    return {"kind": "text", "text": it.text, "lead": it.lead}


@block.register
def _(it: Note):
    return {"kind": "note", "lines": it.lines}


@block.register
def _(it: Numbers):
    return {"kind": "numbers", "title": it.title, "numbers": _numbers(it.numbers), "note": it.note}


@block.register
def _(it: Finding):
    bar = it.bar and {
        **it.bar.places,
        "start_label": it.bar.start_label,
        "end_label": it.bar.end_label,
    }
    return {
        "kind": "finding",
        "level": it.level,
        "heading": it.heading,
        "sure": say.capital(it.sure) if it.sure else "",
        "detail": it.detail,
        "note": it.note,
        "favors": it.favors,
        "bar": bar,
        "otherwise": it.otherwise,
    }


@block.register
def _(it: AgendaItem):
    return {
        "kind": "agenda", "number": it.number, "heading": it.heading, "statement": it.statement, "source": it.source,
        "logged": it.logged, "questions": it.questions, "ask": it.ask, "space": it.space,
        "agency": it.agency, "response": it.response,
    }  # fmt: skip


@block.register
def _(it: TableBlock):
    widths = it.widths or (2.0, *[1.0] * (len(it.head) - 1))
    return {
        "kind": "table", "title": it.title, "head": it.head, "rows": it.rows, "note": it.note,
        "numeric": it.numeric, "widths": widths, "narrow": len(it.head) == 2 and it.numeric,
    }  # fmt: skip


@block.register
def _(it: Terms):
    return {"title": it.title, "pairs": it.pairs}


@block.register
def _(it: PageBreak):
    return {"kind": "break"}


@block.register
def _(it: Chart):
    svg = it.svg(live_text=True)
    # Inside a picture the typesetter looks for no second font: letters become shapes.
    return _drawn(it, svg if is_plain(svg.decode("utf-8")) else it.svg())


def _drawn(it: Chart, svg: bytes) -> dict:
    return {"kind": "chart", "title": it.title, "alt": it.alt, "caption": it.caption, "svg": svg.decode("utf-8"),
            "width": it.width, "subtitle": it.subtitle}  # fmt: skip
