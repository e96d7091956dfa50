"""The report as slides for a talk, with one chart and one sentence each; the only module that uses ``pptx``.

The template is made here: 16:9, the project's colors, and a placeholder as the title, so that outlines and screen
readers find it. Charts are pictures with alt text, because PowerPoint has no chart type for a band or a map. Each chart
is laid out again for the slide. Same report, same bytes.
"""

from __future__ import annotations

import io
import re
from datetime import datetime

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches, Pt

from callanalytics.figures import style
from callanalytics.reports.document import Document, Slide
from callanalytics.reports.docx import without_hour

WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.5  # inches
INSIDE = WIDTH - 2 * EDGE
TOP, ROOM = 1.55, 4.2  # inches: top edge and height of the chart
MARK = 3.4  # inches: width of the mark, at the right of the footer
FONT, INK, SOFT, RED, PEACH = "Calibri", "1B1F24", "57606A", "A40E26", "FBE9DD"
ACCENTS = ("0072B2", "D55E00", "B9C4CE", "56B4E9", "E69F00", "009E73")
TITLE_ONLY = 5  # index of that layout in the library's own file


def document(report: Document) -> bytes:
    """The report's slides as PPTX."""
    made = _template()
    for number, slide in enumerate(report.slides, 1):
        _slide(made.slides.add_slide(made.slide_layouts[0]), slide, report, number)
    core, seen = made.core_properties, report.as_of
    core.title, core.author, core.last_modified_by, core.keywords = report.title, "callanalytics", "", report.mark
    core.created = core.modified = datetime(seen.year, seen.month, seen.day)
    written = io.BytesIO()
    made.save(written)
    return without_hour(written, report)


def _template():
    """An empty deck with one layout, title only, and the project's colors as its theme."""
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    layout = made.slide_layouts[TITLE_ONLY]
    for other in [each for each in made.slide_layouts if each is not layout]:
        made.slide_layouts.remove(other)
    for page in (layout, made.slide_master):
        title, *others = page.placeholders
        title.left, title.top, title.width, title.height = map(Inches, (EDGE, 0.35, INSIDE, 0.65))
        for other in others:  # a date, a number, and a body, laid out for a narrower page
            other._element.getparent().remove(other._element)
    theme = made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    for number, color in enumerate(ACCENTS, 1):
        accent = rf'(<a:accent{number}><a:srgbClr val=")[0-9A-F]{{6}}'.encode()
        # The library has no method to change the theme
        theme._blob = re.sub(accent, rb"\g<1>" + color.encode(), theme.blob)
    return made


def _slide(page, slide: Slide, report: Document, number: int):
    """Fill a slide: title, subtitle, chart, and sentence; in the footer the sender, the base of the figures, and the
    mark."""
    _write_text(page.shapes.title.text_frame, slide.title, 28, INK, is_bold=True)
    if slide.chart:
        _box(page, EDGE, 0.98, INSIDE, 0.4, slide.subtitle, 16, SOFT)
        # The chart fills its space, with text as large as the height allows
        width = float(slide.chart.figure.get_size_inches()[1]) * INSIDE / ROOM
        with style.captioned(slide.chart.figure, width) as drawn:
            content = io.BytesIO(style.png(drawn, round(144 * INSIDE / width)))
        picture = page.shapes.add_picture(content, Inches(EDGE), Inches(TOP), Inches(INSIDE), Inches(ROOM))
        # The library has no method to set alt text
        picture._element._nvXxPr.cNvPr.set("descr", slide.chart.alt)
    _box(page, EDGE, 5.85, INSIDE, 0.75, slide.sentence, 19, INK)
    sender = report.front.sender if report.front else report.title
    foot = f"{sender}\n{report.base}\n{report.seen} {number} of {len(report.slides)}"
    _box(page, EDGE, 6.7, INSIDE - MARK if report.marking else INSIDE, 0.75, foot, 10, SOFT)
    if report.marking:
        _box(page, WIDTH - EDGE - MARK, 6.7, MARK, 0.7, report.marking, 11, RED, is_bold=True, fill=PEACH)


def _box(page, left, top, width, height, text: str, size: float, color: str, *, is_bold: bool = False, fill: str = ""):
    shape = page.shapes.add_textbox(*(Inches(side) for side in (left, top, width, height)))
    if fill:
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(fill)
    _write_text(shape.text_frame, text, size, color, is_bold=is_bold)


def _write_text(frame, text: str, size: float, color: str, *, is_bold: bool = False):
    # Otherwise a long line runs off the slide
    frame.text, frame.word_wrap = text, True
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        font = paragraph.font
        font.size, font.bold, font.name, font.color.rgb = Pt(size), is_bold, FONT, RGBColor.from_string(color)
