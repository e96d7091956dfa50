"""The report as slides to speak to: the only door to ``pptx``. One chart and one sentence each.

The template is made here: 16:9, the house's colors, a title that is a placeholder, so that an outline and a reader
aloud have it. Charts are pictures with their alt text, since a band or a map is no chart of PowerPoint's; each is laid
out anew for the room that a slide has. Same report, same bytes.
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
TOP, ROOM = 1.55, 4.2  # inches: where the drawing begins, and how high it is
MARK = 3.4  # inches: the mark's width, at the right of the foot
FONT, INK, SOFT, RED, PEACH = "Calibri", "1B1F24", "57606A", "A40E26", "FBE9DD"
ACCENTS = ("0072B2", "D55E00", "B9C4CE", "56B4E9", "E69F00", "009E73")
TITLE_ONLY = 5  # the layout of that name in the library's own file


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
    """An empty deck with one layout, that of a title alone, and the house's colors for what is added to it."""
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    layout = made.slide_layouts[TITLE_ONLY]
    for other in [each for each in made.slide_layouts if each is not layout]:
        made.slide_layouts.remove(other)
    for page in (layout, made.slide_master):
        title, *others = page.placeholders
        title.left, title.top, title.width, title.height = map(Inches, (EDGE, 0.35, INSIDE, 0.65))
        for other in others:  # a date, a number and a body, all laid out for a narrower page
            other._element.getparent().remove(other._element)
    theme = made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    for number, color in enumerate(ACCENTS, 1):
        accent = rf'(<a:accent{number}><a:srgbClr val=")[0-9A-F]{{6}}'.encode()
        # The library reads the theme and has no way to change it
        theme._blob = re.sub(accent, rb"\g<1>" + color.encode(), theme.blob)
    return made


def _slide(page, slide: Slide, report: Document, number: int):
    """Title, what is drawn, drawing, sentence; at the foot who says it, what the figures rest on, and the mark."""
    _say(page.shapes.title.text_frame, slide.title, 28, INK, is_bold=True)
    if slide.chart:
        _box(page, EDGE, 0.98, INSIDE, 0.4, slide.subtitle, 16, SOFT)
        # The drawing over the whole room, its letters as large as its height allows
        width = float(slide.chart.figure.get_size_inches()[1]) * INSIDE / ROOM
        with style.framed(slide.chart.figure, width) as drawn:
            content = io.BytesIO(style.png(drawn, round(144 * INSIDE / width)))
        picture = page.shapes.add_picture(content, Inches(EDGE), Inches(TOP), Inches(INSIDE), Inches(ROOM))
        # The library has no door for alt text
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
    _say(shape.text_frame, text, size, color, is_bold=is_bold)


def _say(frame, text: str, size: float, color: str, *, is_bold: bool = False):
    # Else a long line runs out of the slide
    frame.text, frame.word_wrap = text, True
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        font = paragraph.font
        font.size, font.bold, font.name, font.color.rgb = Pt(size), is_bold, FONT, RGBColor.from_string(color)
