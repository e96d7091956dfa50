"""The report as a PDF that a screen reader can read; the only module that uses typst.

The template is ``report.typ``. It receives the report as JSON and nothing else, so no word of a log can act as an
instruction to the typesetter. Same report, same bytes.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path

from callanalytics import wording
from callanalytics.figures import style
from callanalytics.figures.chart import Chart
from callanalytics.figures.style import FAMILIES, FONTS, is_plain, showable
from callanalytics.lazy import regex
from callanalytics.reports import document as doc

DRAWN = ("svg", "marks")  # drawings: their letters are shapes or were already checked
TEMPLATE = Path(__file__).resolve().parent / "report.typ"


def document(report: doc.Document) -> bytes:
    """The report as PDF/UA-1."""
    return _with_row_headers(_typeset(report, format="pdf", pdf_standards=["ua-1"]))


def pages(report: doc.Document, dpi: int = 80) -> list[bytes]:
    """The pages as PNG images, for viewing."""
    drawn = _typeset(report, format="png", ppi=float(dpi))
    return drawn if isinstance(drawn, list) else [drawn]


CELL = regex(rb"/S/TD(/P \d+ 0 R/A\[<</O/Table)(/Headers\[\([^)]*x(\d+)y\d+\)\])")


def _with_row_headers(pdf: bytes) -> bytes:
    """Mark the first cell of each table row as that row's header; the typesetter can mark only column headers.

    If a cell listed headers, those would be its only ones, so it lists none: the scope of each header says which cells
    it heads. Each cell keeps its number of bytes, so everything after it keeps its position.
    """

    def changed(cell: re.Match) -> bytes:
        is_first = cell[3] == b"0"
        scope = b"/Scope/Row" if is_first else b""
        # Pad with spaces to keep the length: the file's index counts bytes
        return (b"/S/TH" if is_first else b"/S/TD") + cell[1] + scope.ljust(len(cell[2]))

    return CELL.sub(changed, pdf)


def _typeset(report, **how):
    import typst

    content = json.dumps(_in_glyphs(_as_json(report)) | {"fonts": FAMILIES}, ensure_ascii=False, sort_keys=True)
    # Only the shipped fonts, so that every computer gives the same bytes
    return typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"report": content}, font_paths=[str(FONTS)], ignore_system_fonts=True, **how
    )


def _in_glyphs(content):
    """The same values with every text in characters that the fonts have; a missing glyph would stop the typesetter."""
    if isinstance(content, str):
        return showable(content)
    if isinstance(content, dict):
        return {name: value if name in DRAWN else _in_glyphs(value) for name, value in content.items()}
    return [_in_glyphs(value) for value in content] if isinstance(content, list | tuple) else content


def _as_json(report: doc.Document) -> dict:
    """The report as values for JSON; adjacent definitions form one list, set in two columns."""
    blocks: list[dict] = []
    for is_terms, run in groupby(report.blocks, lambda block: isinstance(block, doc.Terms)):
        made = [_block(block) for block in run]
        blocks += [{"kind": "Terms", "items": made}] if is_terms else made
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
        "front": report.front and _front_page(report.front),
        "blocks": blocks,
    }


def _front_page(page: doc.FrontPage) -> dict:
    """Page one. Letters in its charts are shapes, because they have few words and the alt text describes them."""
    charts = [_chart(chart, chart.svg()) for chart in page.charts]
    return vars(page) | {"numbers": _numbers(page.numbers), "charts": charts}


def _numbers(numbers) -> list[dict]:
    """The numbers, each with the positions on its strip and its marks as a drawing."""
    marks = (n.marks and style.svg(style.dots(**vars(n.marks))).decode() for n in numbers)
    bars = (n.bar and n.bar.places for n in numbers)
    return [{**vars(n), "bar": bar, "marks": drawn} for n, bar, drawn in zip(numbers, bars, marks, strict=True)]


def _block(it: doc.Block) -> dict:
    """A block as its class name and fields, plus values that the template would have to compute."""
    made = {"kind": type(it).__name__, **vars(it)}
    match it:
        case Chart():
            svg = it.svg(live_text=True)
            # Inside a picture, the typesetter has no fallback font, so letters become shapes.
            return _chart(it, svg if is_plain(svg.decode("utf-8")) else it.svg())
        case doc.Numbers():
            return made | {"numbers": _numbers(it.numbers)}
        case doc.Finding():
            bar = it.bar and it.bar.places | {"start_label": it.bar.start_label, "end_label": it.bar.end_label}
            return made | {"heading": it.heading, "sure": it.sure and wording.capital(it.sure), "bar": bar}
        case doc.AgendaItem():
            return made | {"titles": it.titles, "response": it.response}
        case doc.TableBlock():
            widths = it.widths or (2.0, *[1.0] * (len(it.head) - 1))
            return made | {"widths": widths, "narrow": it.numeric and len(it.head) == 2, "data": None}
    return made


def _chart(it: Chart, svg: bytes) -> dict:
    return {"kind": "Chart", "title": it.title, "alt": it.alt, "caption": it.caption, "svg": svg.decode("utf-8"),
            "width": it.width, "subtitle": it.subtitle}  # fmt: skip
