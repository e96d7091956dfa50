"""The report as a Word document, for those who must add to it before they send it: the only door to ``docx``.

Drawings are pictures with their alt text; the PDF's are sharper. Same report, same bytes:
the hour of writing is not in it.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from functools import singledispatch

from callanalytics.figures import labels
from callanalytics.figures.chart import Chart
from callanalytics.reports import sentences as say
from callanalytics.reports.document import (
    AgendaItem,
    Document,
    Finding,
    FrontPage,
    Heading,
    Note,
    PageBreak,
    TableBlock,
    Terms,
    Text,
)

RED, BLUE, ADVERSE = (0xA4, 0x0E, 0x26), (0x00, 0x72, 0xB2), (0xB8, 0x4A, 0x00)
WIDTH = 6.7  # inches between the margins of a Letter page


def document(report: Document) -> bytes:
    """The report as DOCX."""
    import docx
    from docx.shared import Inches

    made = docx.Document()
    page = made.sections[0]
    page.page_width, page.page_height = Inches(8.5), Inches(11)
    page.left_margin = page.right_margin = Inches(0.9)
    _properties(made, report)
    _margins(page, report)
    made.styles["Normal"].font.name, made.styles["Normal"].font.size = "Calibri", docx.shared.Pt(10)
    if report.front:
        _front(report.front, made)
    else:
        made.add_heading(report.title, level=0)
        made.add_paragraph(report.scope)
    for it in report.blocks:
        block(it, made)
    written = io.BytesIO()
    made.save(written)
    return _of_no_hour(written, report)


def _of_no_hour(written: io.BytesIO, report: Document) -> bytes:
    """The same document, its parts dated by the day the log was seen and not by the clock of this computer."""
    content, seen = io.BytesIO(), report.as_of
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(content, "w") as anew:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, (max(1980, seen.year), seen.month, seen.day, 0, 0, 0))
            anew.writestr(part, parts.read(name), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _properties(made, report):
    seen = datetime(report.as_of.year, report.as_of.month, report.as_of.day, tzinfo=UTC)
    core = made.core_properties
    core.title, core.author, core.comments, core.language = report.title, "callanalytics", "", "en-US"
    core.keywords = report.mark
    core.created = core.modified = seen


def _margins(page, report):
    """The marking above every page, the day and the store below."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import RGBColor

    if report.marking:
        above = page.header.paragraphs[0]
        above.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = above.add_run(report.marking)
        run.bold, run.font.color.rgb = True, RGBColor(*RED)
    below = page.footer.paragraphs[0]
    below.text = f"As of {labels.day(report.as_of)}, Eastern. Store {report.fingerprint[:16]}."


def _front(page: FrontPage, made):
    """Page one: the numbers stand side by side in a table without lines."""
    from docx.shared import Pt, RGBColor

    _small(made, page.sender)
    made.add_heading(page.headline, level=0)
    made.add_paragraph(page.scope)
    cells = made.add_table(rows=1, cols=len(page.numbers)).rows[0].cells
    for cell, number in zip(cells, page.numbers, strict=True):
        value = cell.paragraphs[0].add_run(number.value)
        value.bold, value.font.size = True, Pt(17)
        value.font.color.rgb = RGBColor(*(ADVERSE if number.is_adverse else BLUE))
        cell.add_paragraph().add_run(number.words).bold = True
        cell.add_paragraph().add_run(number.note).font.size = Pt(8.5)
    for chart in page.charts:
        block(chart, made)
    for note in page.notes:
        made.add_paragraph(note)
    if page.asks:
        made.add_paragraph().add_run("We ask USCIS to").bold = True
        for ask in page.asks:
            made.add_paragraph(ask, style="List Number")
    _small(made, page.foot)
    made.add_page_break()


@singledispatch
def block(it, made) -> None:
    raise TypeError(f"a Word document has no form for {type(it).__name__}")


@block.register
def _(it: Heading, made):
    made.add_heading(it.text, level=it.level)


@block.register
def _(it: Text, made):
    paragraph = made.add_paragraph()
    if it.lead:
        paragraph.add_run(f"{it.lead} ").bold = True
    paragraph.add_run(it.text)


@block.register
def _(it: Note, made):
    for line in it.lines:
        made.add_paragraph(line, style="List Bullet")


@block.register
def _(it: Terms, made):
    made.add_heading(it.title, level=3)
    for word, meaning in it.pairs:
        paragraph = made.add_paragraph()
        paragraph.add_run(f"{word}  ").bold = True
        paragraph.add_run(meaning)


@block.register
def _(it: Finding, made):
    made.add_heading(it.heading, level=it.level)
    paragraph = made.add_paragraph()
    if it.sure:
        paragraph.add_run(f"{say.capital(it.sure)}. ").bold = True
    paragraph.add_run(it.detail)
    for small in filter(None, (it.note, it.otherwise_how)):
        _small(made, small)


@block.register
def _(it: AgendaItem, made):
    made.add_heading(f"{it.number}. {it.heading}", level=2)
    for word, text in (("What USCIS said:", f"{it.statement} {it.source}"), ("What members logged:", it.logged)):
        block(Text(text, lead=word), made)
    for question in it.questions:
        made.add_paragraph(question, style="List Bullet")
    block(Text(it.ask, lead="We ask USCIS to:"), made)
    block(Text("", lead="USCIS response:"), made)


@block.register
def _(it: Chart, made):
    from docx.shared import Inches

    made.add_paragraph().add_run(it.title).bold = True
    picture = made.add_picture(io.BytesIO(it.png()), width=Inches(min(it.width, WIDTH)))
    picture._inline.docPr.set("descr", it.alt)
    _small(made, it.caption)


def _small(made, text: str):
    from docx.shared import Pt

    made.add_paragraph().add_run(text).font.size = Pt(8)


@block.register
def _(it: PageBreak, made):
    made.add_page_break()


@block.register
def _(it: TableBlock, made):
    from docx.shared import Inches, Pt

    made.add_paragraph().add_run(it.title).bold = True
    table = made.add_table(rows=1, cols=len(it.head), style="Table Grid")
    table.autofit = False
    _repeats(table.rows[0])
    for cell, word in zip(table.rows[0].cells, it.head, strict=True):
        cell.text = word
    for row in it.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    widths = it.widths or (1.0,) * len(it.head)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Inches(WIDTH * width / sum(widths))
    for place, row in enumerate(table.rows):
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size, run.bold = Pt(8.5), place == 0
    if it.note:
        made.add_paragraph(it.note)


def _repeats(row):
    """The head of a table stands again on every page it runs over."""
    from docx.oxml import OxmlElement

    mark = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(mark)
