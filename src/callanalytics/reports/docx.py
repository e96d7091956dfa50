"""The report as a Word document, for people who add to it before they send it; the only module that uses ``docx``.

It has the PDF's pages: real headings, tables that stay together and repeat their heads, page numbers, and a box for
each response. Charts are pictures with alt text; those of the PDF are sharper. Same report, same bytes: the time of
writing is not stored.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from string import ascii_lowercase

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor
from docx.text.paragraph import Paragraph

from callanalytics import wording
from callanalytics.figures import style
from callanalytics.figures.chart import Chart
from callanalytics.reports import document as doc

RED, BLUE, ADVERSE, INK, SOFT = "A40E26", "0072B2", "B84A00", "1B1F24", "57606A"
RULE, BOX = "D0D7DE", "F3F6F9"
WIDTH = 6.7  # inches between the margins of a Letter page
KEPT_TOGETHER = 25  # rows: a longer table may break across pages
HEADINGS = {"Title": (18, 0, 4), "Heading 1": (15, 12, 5), "Heading 2": (11, 10, 3), "Heading 3": (10, 8, 2)}
TITLE, SMALL = "Chart title", "Small print"  # custom styles, which a committee can change in one place


def document(report: doc.Document) -> bytes:
    """The report as DOCX."""
    made = docx.Document()
    page = made.sections[0]
    page.page_width, page.page_height = Inches(8.5), Inches(11)
    page.left_margin = page.right_margin = page.top_margin = Inches(0.9)
    page.bottom_margin, page.header_distance, page.footer_distance = Inches(0.8), Inches(0.45), Inches(0.4)
    seen = datetime(report.as_of.year, report.as_of.month, report.as_of.day, tzinfo=UTC)
    core = made.core_properties
    core.title, core.author, core.comments, core.language = report.title, "callanalytics", "", "en-US"
    core.keywords = report.mark
    core.created = core.modified = seen
    _styles(made)
    _margins(page, report)
    if report.front:
        _add_front_page(report.front, made)
    else:
        made.add_heading(report.title, level=0)
        made.add_paragraph(report.scope)
    before: doc.Block | None = doc.PageBreak() if report.front else None
    for it in report.blocks:
        index = len(made.element.body) - 1  # a block's elements go before the section's settings, the last element
        _add_block(it, made)
        if isinstance(before, doc.PageBreak) and not isinstance(it, doc.PageBreak):
            made.element.body[index].get_or_add_pPr().get_or_add_pageBreakBefore()
        elif isinstance(before, doc.TableBlock) and isinstance(it, doc.Text):
            Paragraph(made.element.body[index], made).paragraph_format.space_before = Pt(8)
        before = it
    # The last element is the section's settings
    if made.element.body[-2].tag.endswith("}tbl"):  # Word requires a paragraph after the last table
        made.add_paragraph(style=SMALL)
    written = io.BytesIO()
    made.save(written)
    return without_hour(written, report)


def without_hour(written: io.BytesIO, report: doc.Document) -> bytes:
    """The same document with its parts dated by the report's as-of day, not by this computer's clock."""
    content, seen = io.BytesIO(), report.as_of
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(content, "w") as anew:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, (max(1980, seen.year), seen.month, seen.day, 0, 0, 0))
            anew.writestr(part, parts.read(name), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _styles(made):
    """Set the styles: dark ink instead of the template's blue, and the PDF's sizes."""
    _set_type(made.styles["Normal"], 9.5, 0, 4)
    for name, (size, above, below) in HEADINGS.items():
        _set_type(made.styles[name], size, above, below)
        made.styles[name].font.bold = True
        made.styles[name].paragraph_format.keep_with_next = True
    # The library's template has a blue line below its title
    for border in made.styles["Title"].element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)
    for name in ("List Bullet", "List Number"):
        _set_type(made.styles[name], 9.5, 0, 1)
    title, small = (made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) for name in (TITLE, SMALL))
    title.base_style = small.base_style = made.styles["Normal"]
    _set_type(title, 10, 6, 2)
    title.font.bold, title.paragraph_format.keep_with_next = True, True
    _set_type(small, 8.5, 0, 3)
    small.font.color.rgb = RGBColor.from_string(SOFT)


def _set_type(kind, size: float, above: float, below: float):
    kind.font.size, kind.font.color.rgb, kind.font.name = Pt(size), RGBColor.from_string(INK), "Calibri"
    fonts = kind.element.rPr.rFonts
    for name in [name for name in fonts.attrib if "heme" in name]:  # a theme font would override the named font
        del fonts.attrib[name]
    # Without a font named for East Asian script, Word picks another one for such names
    fonts.set(qn("w:eastAsia"), "Calibri")
    form = kind.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(above), Pt(below), 1.0


def _margins(page, report):
    """Set headers and footers: the marking above every page, with the title on later ones; day, store, and page number
    below."""
    # The first page shows the title large, so only later pages have the small one
    page.different_first_page_header_footer = True
    for header in (page.first_page_header, page.header):
        above = header.paragraphs[0]
        above.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = above.add_run(report.marking)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(8.5), RGBColor.from_string(RED)
    _add_at_both_ends(page.header.add_paragraph(style=SMALL), report.title, f"as of {wording.day(report.as_of)}")
    for footer in (page.first_page_footer, page.footer):
        below = footer.paragraphs[0]
        below.style = SMALL
        _add_at_both_ends(below, report.seen, "Page ")
        _field(below, "PAGE")
        below.add_run(" of ")
        _field(below, "NUMPAGES")


def _add_at_both_ends(paragraph, left: str, right: str, width: float = WIDTH):
    """Put words at both ends of a line."""
    stops = paragraph.paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Inches(width), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{left}\t{right}")


def _field(paragraph, code: str):
    """Add a number that Word computes itself."""
    # Word requires five runs per field; it shows '1' until it has counted the pages
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        if kind == "":
            _add_element(run._r, "w:instrText").text = code
        elif kind != "text":
            _add_element(run._r, "w:fldChar", fldCharType=kind)


def _add_element(parent, tag: str, **attributes):
    """Add a WordprocessingML element at the end of `parent`."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    parent.append(made)
    return made


# ---- page one ----------------------------------------------------------------------------------------------


def _add_front_page(page: doc.FrontPage, made):
    """Add page one: the numbers side by side in a table without lines, and the narrow charts likewise."""
    sender = made.add_paragraph(page.sender, style=SMALL)
    _lines(sender._p.get_or_add_pPr(), "w:pBdr", ("bottom",), INK)
    made.add_heading(page.headline, level=0)
    made.add_paragraph(page.scope, style=SMALL)
    _side_by_side(made, page.numbers)
    if page.key:
        made.add_paragraph(page.key, style=SMALL)
    for chart in page.charts:
        if chart.width > doc.NARROW:
            _picture(made.add_paragraph(), made, chart, above=chart.subtitle)
    narrow = [chart for chart in page.charts if chart.width <= doc.NARROW]
    if narrow:
        made.add_paragraph(style=SMALL)
        for cell, chart in zip(_row_of(made, len(narrow)), narrow, strict=True):
            _picture(cell.paragraphs[0], cell, chart, above=chart.subtitle)
    for note in page.notes:
        made.add_paragraph(note)
    if page.asks:
        made.add_paragraph(style=SMALL)
        (box,) = _row_of(made, 1)
        _add_element(box._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=BOX)
        box.paragraphs[0].add_run(f"We ask {page.agency} to").bold = True
        for number, ask in enumerate(page.asks, 1):
            _add_hanging_line(box.add_paragraph(), f"{number}.", ask)
        _indent(box)


def _side_by_side(made, numbers):
    for cell, number in zip(_row_of(made, len(numbers)), numbers, strict=True):
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        value = cell.paragraphs[0].add_run(number.value)
        value.bold, value.font.size = True, Pt(17)
        value.font.color.rgb = RGBColor.from_string(ADVERSE if number.is_adverse else BLUE)
        cell.add_paragraph().add_run(number.words).bold = True
        if number.bar:
            _strip(cell.add_paragraph(), style.strip(number.bar.places))
        if number.marks:
            _strip(cell.add_paragraph(), style.png(style.dots(**vars(number.marks))))
        cell.add_paragraph(number.note, style=SMALL)


def _row_of(made, columns: int, widths=()) -> tuple:
    """The cells of a new row without lines, as wide as the page."""
    table = made.add_table(rows=1, cols=columns)
    _set_widths(table, widths or (1.0,) * columns)
    return table.rows[0].cells


def _add_hanging_line(paragraph, number: str, text: str):
    """Add a numbered line whose following lines are indented to its first word."""
    paragraph.add_run(f"{number}\t{text}")
    form = paragraph.paragraph_format
    form.left_indent, form.first_line_indent = Inches(0.25), Inches(-0.25)
    form.tab_stops.add_tab_stop(Inches(0.25))


def _indent(box):
    """Add space around the words of a box."""
    for paragraph in box.paragraphs:
        form = paragraph.paragraph_format
        form.left_indent = Inches(0.1) + (form.left_indent or 0)
        form.space_after = Pt(1)
    box.paragraphs[0].paragraph_format.space_before = Pt(4)
    box.paragraphs[-1].paragraph_format.space_after = Pt(4)


def _strip(paragraph, drawn: bytes):
    """Add the strip of a figure; it has no alt text because the words next to it say the same."""
    paragraph.add_run().add_picture(io.BytesIO(drawn), width=Inches(style.STRIP))


def _picture(title, container, chart: Chart, *, above: str = "", beneath: str = ""):
    """Add a chart to the document or a cell, below the paragraph of its title, with words above or below it."""
    title.style, title.text = TITLE, chart.title
    if above:
        container.add_paragraph(above, style=SMALL).paragraph_format.keep_with_next = True
    drawn = container.add_paragraph()
    drawn.paragraph_format.keep_with_next = bool(beneath)
    picture = drawn.add_run().add_picture(io.BytesIO(chart.png()), width=Inches(min(chart.width, WIDTH)))
    # The library has no method to set alt text
    picture._inline.docPr.set("descr", chart.alt)
    if beneath:
        container.add_paragraph(beneath, style=SMALL)


# ---- blocks ------------------------------------------------------------------------------------------------


def _add_block(it: doc.Block, made) -> None:
    match it:
        case doc.PageBreak():
            pass  # the block after it starts a page
        case doc.Heading(text, level):
            made.add_heading(text, level=level)
        case doc.Text(text, lead):
            _with_lead(made.add_paragraph(), f"{lead} " if lead else "", text)
        case doc.Note(lines):
            for line in lines:
                made.add_paragraph(line, style="List Bullet")
        case doc.Numbers(title, numbers, note):
            made.add_heading(title, level=2)
            _side_by_side(made, numbers)
            if note:
                made.add_paragraph(note, style=SMALL)
        case doc.Terms(title, pairs):
            made.add_heading(title, level=3)
            for word, meaning in pairs:
                _with_lead(made.add_paragraph(), f"{word}  ", meaning)
        case doc.Finding():
            _finding(it, made)
        case doc.AgendaItem():
            _agenda_item(it, made)
        case Chart():
            _picture(made.add_paragraph(), made, it, beneath=it.caption)
        case doc.TableBlock():
            _table_block(it, made)
        case _:
            raise TypeError(f"a Word document has no form for {type(it).__name__}")


def _with_lead(paragraph, lead: str, text: str) -> None:
    """Add a paragraph's words, with its opening words in bold."""
    if lead:
        paragraph.add_run(lead).bold = True
    paragraph.add_run(text)


def _finding(it: doc.Finding, made) -> None:
    """Add a finding's words, with its strip and scale next to them."""
    made.add_heading(it.heading, level=it.level)
    words, *beside = _row_of(made, 2, (WIDTH - style.STRIP, style.STRIP)) if it.bar else (made,)
    paragraph = words.paragraphs[0] if beside else made.add_paragraph()
    if it.sure:
        paragraph.add_run(f"{wording.capital(it.sure)}{'.' * bool(it.detail)} ").bold = True
    if it.favors:
        paragraph.add_run(f"[{it.favors}] ")
    paragraph.add_run(it.detail)
    if it.note:
        words.add_paragraph(it.note, style=SMALL)
    if it.bar:
        (cell,) = beside
        _strip(cell.paragraphs[0], style.strip(it.bar.places))
        _add_at_both_ends(cell.add_paragraph(style=SMALL), it.bar.start_label, it.bar.end_label, style.STRIP)
        if it.otherwise:
            cell.add_paragraph(it.otherwise, style=SMALL)


def _agenda_item(it: doc.AgendaItem, made) -> None:
    """Add an agenda item: what was said and logged, side by side; the questions and the ask below; a box for the
    response."""
    made.add_heading(f"{it.number}. {it.heading}", level=2)
    table = made.add_table(rows=3, cols=2)
    _set_widths(table, (1.0, 1.0))
    texts_of_parts = ((it.statement, None), (it.source, SMALL)), ((it.logged, None),), (), ((it.ask, None),)
    parts = zip(it.titles, texts_of_parts, strict=True)
    for cell, (word, texts) in zip((cell for row in table.rows for cell in row.cells), parts, strict=False):
        cell.paragraphs[0].style = SMALL
        cell.paragraphs[0].add_run(word).bold = True
        for text, kind in texts:
            cell.add_paragraph(text, style=kind)
    questions = table.rows[1].cells[0]
    for letter, question in zip(ascii_lowercase, it.questions, strict=False):
        _add_hanging_line(questions.add_paragraph(), f"({letter})", question)
    for cell in (cell for row in table.rows for cell in row.cells):
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.space_after = Pt(1)
        cell.paragraphs[-1].paragraph_format.space_after = Pt(6)
    last = table.rows[2]
    box = last.cells[0].merge(last.cells[1])
    box.text = it.response
    box.paragraphs[0].style = SMALL
    _indent(box)
    _lines(box._tc.get_or_add_tcPr(), "w:tcBorders", ("top", "left", "bottom", "right"))
    _keep_rows_whole(table, together=True)
    # In twentieths of a point; the box grows as someone types
    _add_element(last._tr.get_or_add_trPr(), "w:trHeight", val=str(20 * it.space), hRule="atLeast")


def _table_block(it: doc.TableBlock, made) -> None:
    if it.title:
        made.add_paragraph(it.title, style=TITLE)
    if it.note:
        made.add_paragraph(it.note, style=SMALL).paragraph_format.keep_with_next = True
    table = made.add_table(rows=1 + len(it.rows), cols=len(it.head))
    is_narrow = it.numeric and len(it.head) == 2
    # Over the full page width, two columns of numbers would be too far apart to read as rows
    _set_widths(table, it.widths or (2.0, *[1.0] * (len(it.head) - 1)), WIDTH * (0.62 if is_narrow else 1))
    borders = _lines(table._tbl.tblPr, "w:tblBorders", ("top", "bottom", "insideH"))
    table._tbl.tblPr.xpath("w:tblLayout")[0].addprevious(borders)
    for index, (row, texts) in enumerate(zip(table.rows, (it.head, *it.rows), strict=True)):
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.text = text
            words = cell.paragraphs[0]
            words.paragraph_format.space_after = Pt(1)
            if it.numeric and column:
                words.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            for run in words.runs:
                run.font.size, run.bold = Pt(8.5), index == 0
    _keep_rows_whole(table, together=len(it.rows) <= KEPT_TOGETHER)
    _add_element(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")


def _set_widths(table, widths, total: float = WIDTH):
    """Set the widths of the columns, as parts of `total`, and start the words at the page's margin."""
    # Otherwise Word sets the widths by the words in the cells
    table.autofit = False
    inches = [Inches(total * width / sum(widths)) for width in widths]
    for column, width in zip(table.columns, inches, strict=True):
        column.width = width
    for row in table.rows:  # Word reads the widths of cells, other programs those of columns
        for cell, width in zip(row._tr.tc_lst, inches, strict=True):
            cell.width = width
    edges = _add_element(table._tbl.tblPr, "w:tblCellMar")
    table._tbl.tblPr.xpath("w:tblLook")[0].addprevious(edges)  # Word requires this order
    # In twentieths of a point
    for side, room in (("left", "0"), ("right", "115")):
        _add_element(edges, f"w:{side}", w=room, type="dxa")


def _lines(parent, tag: str, sides, color: str = RULE):
    borders = _add_element(parent, tag)
    for side in sides:
        # The size is in eighths of a point
        _add_element(borders, f"w:{side}", val="single", sz="4" if color == RULE else "12", space="1", color=color)
    return borders


def _keep_rows_whole(table, *, together: bool):
    """Keep rows from breaking across pages and, if `together`, the table too."""
    *first, last = table.rows
    for row in (*first, last):
        _add_element(row._tr.get_or_add_trPr(), "w:cantSplit")
        if together and row is not last:
            for cell in row.cells:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True
