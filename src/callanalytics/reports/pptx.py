"""The report as slides to speak to: the only door to ``pptx``. One chart and one sentence each.

The template is made here: 16:9, the house's colors, a title that is a placeholder, so that an outline and a reader
aloud have it. Charts are pictures with their alt text, since a band or a map is no chart of PowerPoint's. Same report,
same bytes.
"""

from __future__ import annotations

import io
from datetime import datetime

from callanalytics.figures import style
from callanalytics.reports.document import Document, Slide
from callanalytics.reports.docx import without_hour

WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.5  # inches
TOP, ROOM = 1.35, 4.35  # inches: where the drawing begins, and how high it may be
FONT, INK, SOFT, RED = "Calibri", "1B1F24", "57606A", "A40E26"
TITLE_ONLY = 5  # the layout of that name in the library's own file


def document(report: Document) -> bytes:
    """The report's slides as PPTX."""
    import pptx
    from pptx.util import Inches

    made = pptx.Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    layout = made.slide_layouts[TITLE_ONLY]
    for other in [each for each in made.slide_layouts if each is not layout]:
        made.slide_layouts.remove(other)
    for place in (*layout.placeholders, *made.slide_master.placeholders):
        _place(place, EDGE, 0.35, WIDTH - 2 * EDGE, 0.95)
    for number, slide in enumerate(report.slides, 1):
        _slide(made.slides.add_slide(layout), slide, report, number)
    core, seen = made.core_properties, report.as_of
    core.title, core.author, core.last_modified_by, core.keywords = report.title, "callanalytics", "", report.mark
    core.created = core.modified = datetime(seen.year, seen.month, seen.day)
    written = io.BytesIO()
    made.save(written)
    return without_hour(written, report)


def _slide(page, slide: Slide, report: Document, number: int):
    """Title, drawing, sentence; the day, the page's number, what the figures rest on and the mark of invented data at
    the foot."""
    title = page.shapes.title
    _say(title.text_frame, slide.title, 30, INK, is_bold=True)
    _draw(page, slide)
    _box(page, 5.85, 0.8, slide.sentence, 24, INK)
    _box(page, 6.9, 0.55, f"{report.seen} {number} of {len(report.slides)}\n{report.base}", 10, SOFT)
    if report.marking:
        _box(page, 6.65, 0.35, report.marking, 14, RED, is_bold=True)


def _draw(page, slide: Slide):
    """The drawing as large as the room allows, in the middle."""
    from pptx.util import Inches

    width, height = (float(side) for side in slide.chart.figure.get_size_inches())
    size = min((WIDTH - 2 * EDGE) / width, ROOM / height)
    content = io.BytesIO(style.png(slide.chart.figure, round(144 * size)))
    picture = page.shapes.add_picture(
        content, Inches((WIDTH - width * size) / 2), Inches(TOP), Inches(width * size), Inches(height * size)
    )
    picture._element._nvXxPr.cNvPr.set("descr", slide.chart.alt)


def _box(page, top: float, height: float, text: str, size: float, color: str, *, is_bold: bool = False):
    from pptx.util import Inches

    shape = page.shapes.add_textbox(Inches(EDGE), Inches(top), Inches(WIDTH - 2 * EDGE), Inches(height))
    shape.text_frame.word_wrap = True
    _say(shape.text_frame, text, size, color, is_bold=is_bold)


def _say(frame, text: str, size: float, color: str, *, is_bold: bool = False):
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    frame.text = text
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        font = paragraph.font
        font.size, font.bold, font.name, font.color.rgb = Pt(size), is_bold, FONT, RGBColor.from_string(color)


def _place(shape, left: float, top: float, width: float, height: float):
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = (Inches(side) for side in (left, top, width, height))
