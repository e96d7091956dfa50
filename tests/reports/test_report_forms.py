"""Each report in each form: Word and Excel say what the page says, and the researcher's leaves no measure out."""

import io
import re
import zipfile
from base64 import b64decode
from dataclasses import replace
from datetime import date
from xml.sax.saxutils import escape

import docx
import openpyxl
import pandas as pd
import pptx
import pytest
from openpyxl.utils import get_column_letter
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pypdf import PdfReader

import report_log
from built_reports import built
from callanalytics import figures, measures
from callanalytics.facts.agency_calls import WAITS_NAMED
from callanalytics.figures.chart import SOURCE, Chart
from callanalytics.invented import LABEL
from callanalytics.reports import columns, evidence, firm, liaison, research, sections, sentences, writers, xlsx
from callanalytics.reports import docx as word
from callanalytics.reports import pptx as slides
from callanalytics.reports.document import AgendaItem, Finding, Heading, Number, PageBreak, TableBlock, Text
from callanalytics.reports.results import Results
from callanalytics.reports.writers import Report


@pytest.fixture(scope="module")
def whole(facts):
    return research.build(facts)


def workbook(report):
    return openpyxl.load_workbook(io.BytesIO(xlsx.document(report)))


@pytest.fixture(scope="module")
def made(brief):
    """The report as Word reads it."""
    return docx.Document(io.BytesIO(word.document(brief)))


@pytest.fixture(scope="module")
def book(brief):
    """The report as a spreadsheet reads it."""
    return workbook(brief)


@pytest.mark.slow
def test_the_word_file_has_every_finding_and_every_drawing_with_its_words(brief, made):
    result = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert all(found.heading in result for found in brief.findings)
    assert brief.front.headline in result
    in_tables = " ".join(cell.text for row in made.tables[0].rows for cell in row.cells)
    assert all(number.value in in_tables and number.words in in_tables for number in brief.front.numbers)
    pictures = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
    assert [alt for alt in pictures if alt] == [chart.alt for chart in brief.charts]
    strips = [part for part in (*brief.front.numbers, *brief.findings) if part.bar]
    assert len(pictures) - len(brief.charts) == len(strips)


@pytest.mark.slow
def test_the_parts_of_the_agenda_have_the_same_titles_in_every_form(brief, made, book):
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(brief.pdf())).pages)
    cells = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    tables = " ".join(cell.text for table in made.tables for row in table.rows for cell in row.cells)
    for title in ("What USCIS said", "What was logged", "We ask USCIS to"):
        forms = {"pdf": printed, "html": brief.html(), "docx": tables, "xlsx": cells}
        assert {name for name, text in forms.items() if title not in text} == set(), title


@pytest.mark.slow
def test_the_word_file_has_the_mark_above_every_page_and_letters_before_each_question(brief):
    made = docx.Document(io.BytesIO(word.document(replace(brief, marking=LABEL))))
    (section,) = made.sections
    for header, footer in ((section.first_page_header, section.first_page_footer), (section.header, section.footer)):
        assert header.paragraphs[0].text == LABEL
        assert brief.seen in footer.paragraphs[0].text
    assert section.header.paragraphs[1].text.startswith(brief.title)
    rows = [paragraph.text for table in made.tables for cell in table._cells for paragraph in cell.paragraphs]
    for item in (block for block in brief.blocks if isinstance(block, AgendaItem)):
        assert {f"({letter})\t{question}" for letter, question in zip("abc", item.questions, strict=True)} <= set(rows)


@pytest.mark.slow
def test_a_table_of_the_word_file_has_its_widths_and_its_settings_as_word_reads_them(made):
    order = ["tblStyle", "tblW", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    for table in made.tables:
        settings = [each.tag.split("}")[1] for each in table._tbl.tblPr]
        assert settings == [name for name in order if name in settings]
        if len(table.rows[0].cells) == len(table.columns):
            assert [cell.width for cell in table.rows[0].cells] == [column.width for column in table.columns]


@pytest.mark.slow
def test_the_word_file_has_headings_kept_tables_page_numbers_and_a_box_for_each_response(brief, made):
    levels = {f"Heading {block.level}" for block in brief.blocks if isinstance(block, Heading | Finding)}
    styles = [paragraph.style.name for paragraph in made.paragraphs]
    assert levels <= set(styles)
    assert styles.count("Title") == 1
    breaks = [paragraph for paragraph in made.paragraphs if paragraph.paragraph_format.page_break_before]
    assert len(breaks) == 1 + sum(isinstance(block, PageBreak) for block in brief.blocks)
    assert all(paragraph.text for paragraph in breaks)  # none opens a page with nothing on it
    boxes = [table.rows[-1].cells[0].text for table in made.tables if "response" in table.rows[-1].cells[0].text]
    assert boxes == [block.response for block in brief.blocks if isinstance(block, AgendaItem)]
    tables = {block.head: block for block in brief.blocks if isinstance(block, TableBlock)}
    for table in made.tables:
        head = tuple(cell.text for cell in table.rows[0].cells)
        if head in tables:
            assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
            assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
    fields = [code.text for code in made.sections[0].footer._element.xpath(".//w:instrText")]
    assert fields == ["PAGE", "NUMPAGES"]


@pytest.mark.slow
def test_no_report_tells_the_time_by_a_24_hour_clock(brief, whole, sample_log):
    promise = sample_log.promises.to_arrow()["promise_id"][0].as_py()
    pages = [re.sub(r"<[^>]+>", " ", report.html()) for report in (brief, whole, built(firm, sample_log))]
    for result in (*pages, str(evidence.build(sample_log, promise=promise).blocks)):
        assert not re.findall(r"\b\d?\d:\d\d(?!:)(?! ?[ap]\.?m).{20}|\b\d?\d[-–]\d\d Eastern", result)


@pytest.mark.slow
def test_the_page_gives_the_numbers_of_each_chart_as_csv(brief):
    links = re.findall(r'<a download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', brief.html())
    assert len(links) == len(brief.screen_charts)
    charts = {",".join(map(str, chart.data.columns)): chart for chart in brief.screen_charts}
    for name, content in links:
        head, *rows = b64decode(content).decode("utf-8").splitlines()
        assert re.fullmatch(r"[a-z0-9-]{1,60}\.csv", name)
        assert head in charts
        assert rows


def drawn_once(report):
    """The tables and drawings of a report, of those that show the same data the first."""
    kept = []
    front = report.front.charts if report.front else ()
    for it in (*front, *report.blocks, *report.further):
        if isinstance(it, TableBlock) or (isinstance(it, Chart) and not any(
            isinstance(other, Chart) and (other.name, other.data.to_csv()) == (it.name, it.data.to_csv())
            for other in kept)):  # fmt: skip
            kept.append(it)
    return kept


def sheets_of(book):
    """The sheets of tables and drawings by what they hold; not that of the definitions."""
    return {sheet["A1"].value: sheet for sheet in book.worksheets[2:] if sheet.title != "Definitions"}


@pytest.mark.slow
def test_the_workbook_has_every_finding_and_a_sheet_for_each_table_and_drawing(brief, book):
    rows = "\n".join(str(row[0]) for row in book["Report"].iter_rows(values_only=True))
    assert all(found.lead in rows for found in brief.findings)
    assert brief.front.headline in rows
    assert all(f"{number.value} {number.words}" in rows for number in brief.front.numbers)
    sheets = book.sheetnames[2:]
    assert book.sheetnames[:2] == ["Contents", "Report"]
    assert [sheet["A1"].value for sheet in book.worksheets[2:]] == [it.title for it in drawn_once(brief)] + [
        "Definitions"
    ]
    assert not [name for name in sheets if re.fullmatch(r"(Table|Sheet) ?\d+", name) or len(name) > 31]
    for name in sheets:
        (made,) = book[name].tables.values()
        assert made.ref.startswith("A5:")
        assert len(made.column_names) == len(set(map(str.casefold, made.column_names)))


@pytest.mark.slow
def test_the_contents_lead_to_every_sheet_and_every_sheet_leads_back(brief, book):
    links = [row[0] for row in book["Contents"].iter_rows(min_row=5)]
    assert [link.value for link in links] == book.sheetnames[1:]
    assert [link.hyperlink.location for link in links] == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    back = {sheet["B1" if sheet.title == "Report" else "A4"] for sheet in book.worksheets[1:]}
    assert {cell.hyperlink.location for cell in back} == {"'Contents'!A1"}
    led = [cell.hyperlink.location for row in book["Report"].iter_rows(max_col=1) for cell in row if cell.hyperlink]
    assert {f"'{name}'!A1" for name in book.sheetnames[2:]} == set(led)


@pytest.mark.slow
def test_every_sheet_prints_on_pages_of_one_width_with_its_head_and_its_name(brief, book):
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.oddFooter.left.text == "&A"
        assert sheet.freeze_panes
    assert all(sheet.print_title_rows == "$5:$5" for sheet in book.worksheets[2:])
    assert book.properties.title == brief.title


@pytest.mark.slow
def test_every_sheet_of_invented_data_says_so(brief):
    book = workbook(replace(brief, marking=LABEL))
    for sheet in book.worksheets:
        assert LABEL in {row[0].value for row in sheet.iter_rows(max_row=3)}, sheet.title
        assert sheet.oddHeader.left.text == LABEL


@pytest.mark.slow
def test_no_cell_of_the_workbook_holds_an_estimate_with_its_interval_as_text(brief, whole):
    for report in (brief, whole):
        for sheet in sheets_of(workbook(report)).values():
            cells = [cell for row in sheet.iter_rows(min_row=6) for cell in row if isinstance(cell.value, str)]
            assert not [cell.value for cell in cells if re.match(r"[\d.,]+( minutes|%)? ?\(?.*\d–\d", cell.value)]


@pytest.fixture(scope="module")
def drawn():
    """A report of the drawings by hour, of a log with enough waits for every hour."""
    results = Results(report_log.log(6000))
    charts = (
        figures.wait_by_hour(results.take("wait", "hour"), title="Waits are longest in the afternoon"),
        figures.hour_by_weekday(results.take("wait", "weekday", "hour"), title="The week"),
        figures.missed_by_month(results.take("missed_callbacks", "month_local"), title="The months"),
    )
    return Report("A", "B", date(2022, 6, 30), "5f" * 32, (*charts, *sections.outcomes(results)), LABEL)


def test_times_of_the_workbook_are_minutes_hours_weekdays_and_months(drawn):
    book = workbook(drawn)
    heads = {sheet.title: [cell.value for cell in sheet[5]] for sheet in book.worksheets[2:]}
    week = book["Wait by hour and weekday"]
    first = dict(zip(heads["Wait by hour and weekday"], week[6], strict=True))
    assert first["weekday"].value == "Monday"
    assert first["start"].number_format == "h AM/PM"
    assert isinstance(first["differs from the rest"].value, bool)
    assert 5 < max(row[heads["Wait by hour and weekday"].index("minutes")].value or 0
                   for row in week.iter_rows(min_row=6)) < 120  # fmt: skip
    month = book["Missed by month"]["A6"]
    assert (month.is_date, month.number_format) == (True, "mmm yyyy")
    share = book["How calls ended"]["B6"]
    assert (share.number_format, type(share.value)) == ("0.0%", float)
    ends = ["end of the call", "share", "at most", "95% low", "95% high", "of these, lower share"]
    assert heads["How calls ended"][:6] == ends


def charts_of(content):
    """The charts of a workbook as text: each sheet's drawing with its alt text, and the charts' own XML."""
    parts = zipfile.ZipFile(io.BytesIO(content))
    return [
        [parts.read(name).decode() for name in sorted(parts.namelist()) if re.match(rf"xl/{kind}\d+\.xml", name)]
        for kind in ("drawings/drawing", "charts/chart")
    ]


MAIN = {"Wait by hour", "Callbacks by day", "Missed by local hour", "Missed by month"}


@pytest.mark.slow
def test_the_main_drawings_are_charts_of_the_spreadsheets_own(brief, drawn):
    report = replace(brief, marking=LABEL, further=(*brief.further, *drawn.blocks))
    drawings, charts = charts_of(xlsx.document(report))
    plotted = [it for it in drawn_once(report) if isinstance(it, Chart) and it.plot]
    assert {it.name for it in plotted} >= MAIN
    for it in plotted:
        assert any(escape(it.alt, {'"': "&quot;"}) in drawing for drawing in drawings)
        own = [chart for chart in charts if escape(it.title) in chart]
        assert own
        assert all(words in chart for chart in own for words in (it.plot.y_title, SOURCE, LABEL))
        assert all(it.plot.x_title.replace("'", "&apos;") in chart or it.plot.x_title in chart for chart in own)


def test_a_table_of_which_paper_has_the_first_rows_alone_is_one_sheet():
    first, every = (
        TableBlock("To do", ("row", "n"), tuple(("", str(n)) for n in range(last)), numeric=True) for last in (2, 5)
    )
    report = Report("A", "B", date(2022, 6, 30), "5f" * 32, (first,), further=(every,))
    (sheet,) = workbook(report).worksheets[2:]
    assert [row[1] for row in sheet.iter_rows(min_row=6, values_only=True)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", ["22e3", "20220015", "1e400"])
def test_a_matter_that_reads_as_a_number_stays_a_name(name):
    table = TableBlock("To do", ("days overdue", "matter"), ((sentences.count(64), name),))
    (sheet,) = workbook(Report("A", "B", date(2022, 6, 30), "5f" * 32, (table,))).worksheets[2:]
    assert [cell.value for cell in sheet[6]] == [64, name]


@pytest.mark.slow
def test_a_leading_figure_is_that_of_its_group_and_has_both_its_ends(whole, facts):
    (leading,) = (block for block in whole.blocks if isinstance(block, TableBlock) and block.name == "Leading figures")
    lines = {}
    for name, figure, words in leading.rows:
        lines.setdefault(name, {})[figure] = words
    many = re.findall(r"(\w+) \(\d+ figures\)", leading.note)
    assert sorted([*lines, *many]) == sorted(measures.CARDS)
    assert "promise_states" in many
    held = Results(facts).take("hours_on_hold").table
    clocks = held[held["statistic"] == "held"]["wait_origin"]
    assert [figure.split(": ")[1] for figure in lines["hours_on_hold"]] == [WAITS_NAMED[clock] for clock in clocks]
    assert [figure.split(": ")[1] for figure in lines["request_outcome"]] == ["appointment", "expedite", "reschedule"]
    silent = Results(facts).row("silent_promises", "count")
    assert lines["silent_promises"] == {"how many": f"{silent['events']}–{silent['most']} of {silent['n']}"}


@pytest.mark.slow
def test_a_leading_figure_is_a_number_in_its_unit_in_the_workbook(whole, facts):
    sheet = workbook(whole)["Leading figures"]
    heads = [cell.value for cell in sheet[5]]
    rows = {cells[0].value: dict(zip(heads, cells, strict=True)) for cells in sheet.iter_rows(min_row=6)}
    assert all(row["figure"].data_type == "n" for row in rows.values())
    counts = {name for name, row in rows.items() if row["unit"].value == "count"}
    assert counts == {"volume", "silent_promises", "late_callbacks", "missed_callbacks"}
    silent = Results(facts).row("silent_promises", "count")
    row = rows["silent_promises"]
    assert [row[head].value for head in ("figure", "at most")] == [silent["events"], silent["most"]]
    assert {row[head].number_format for head in ("figure", "at most")} == {"#,##0"}
    assert [rows["calls_per_need"][head].value for head in ("figure", "unit")] == [
        pytest.approx(Results(facts).row("calls_per_need", "mean")["value"]), "calls per need"]  # fmt: skip


@pytest.mark.slow
def test_page_one_of_the_researchers_paper_holds_every_leading_figure(whole):
    pages = PdfReader(io.BytesIO(whole.pdf())).pages
    (leading,) = (block for block in whole.blocks if isinstance(block, TableBlock) and block.name == "Leading figures")
    assert leading.rows[-1][0] in pages[0].extract_text()
    assert leading.rows[-1][0] not in pages[1].extract_text()


@pytest.mark.slow
def test_the_researchers_paper_says_which_tables_the_page_has_not(whole):
    assert any("too many for a page" in block.note for block in whole.further if isinstance(block, TableBlock))
    assert any(f"but for a table of more than {research.ON_SCREEN} figures" in block.text
               for block in whole.blocks if isinstance(block, Text))  # fmt: skip


@pytest.mark.slow
def test_the_curve_of_callbacks_is_tabled_by_whole_days(facts):
    curve = figures.callbacks_by_day(Results(facts).callback_curves)
    assert (curve.data["day"] % 1 == 0).all()


def test_the_two_ends_of_a_share_have_neutral_heads():
    ends = pd.DataFrame({"row": ["a"], "events": [31], "n": [427], "most": [86], "most_n": [388]})
    heads = {column.key: column.head for column in columns.of_chart(ends)}
    assert [heads[key] for key in ("n", "most_n")] == ["cases, lower share", "cases, higher share"]


def test_missed_callbacks_without_a_time_of_day_are_a_sheet_without_a_chart(brief):
    chart = next(it for it in brief.charts if it.name == "Missed by local hour")
    untimed = replace(chart, data=chart.data.assign(hour_local=None))
    content = xlsx.document(Report("A", "B", date(2022, 6, 30), "5f" * 32, (untimed,)))
    assert charts_of(content) == [[], []]


def test_the_intervals_of_the_wait_by_hour_are_error_bars_that_follow_their_cells(drawn):
    (chart,) = [text for text in charts_of(xlsx.document(drawn))[1] if "hour of the call" in text]
    sheet = workbook(drawn)["Wait by hour"]
    heads = [cell.value for cell in sheet[5]]
    above, below = (get_column_letter(1 + heads.index(f"interval {way}")) for way in ("above", "below"))
    last = sheet.max_row
    assert f"'Wait by hour'!${above}$6:${above}${last}" in chart
    assert f"'Wait by hour'!${below}$6:${below}${last}" in chart
    for row in sheet.iter_rows(min_row=6, values_only=True):
        cells = dict(zip(heads, row, strict=True))
        if cells["minutes"] is not None and cells["95% high"] is not None:
            assert cells["interval above"] == pytest.approx(cells["95% high"] - cells["minutes"])


def on_slides(report):
    """The words of each slide."""
    pages = pptx.Presentation(io.BytesIO(slides.document(report))).slides
    return ["\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame) for page in pages]


@pytest.mark.slow
def test_the_email_and_the_slides_say_what_the_figures_rest_on(brief, facts):
    account = str(Results(facts).account)
    assert account
    for text in (" ".join(writers.email(brief).split()), *on_slides(brief)):
        assert account in text
        assert brief.front.scope in text


@pytest.mark.slow
def test_what_was_selected_stands_on_page_one_in_the_email_and_on_the_slides():
    selected = "Only 1 of 6 offices."
    report = liaison.build(replace(report_log.log(40), selected=(selected,)))
    assert report.front.scope.startswith(selected)
    assert all(selected in text for text in (writers.email(report), *on_slides(report)))


def test_no_figure_of_the_email_stands_in_two_pairs_of_brackets(brief):
    page = replace(brief.front, numbers=(Number("7 of 12", "callbacks", "(28–72%)"), Number("4", "missed", "")))
    assert xlsx.front_lines(page)[3:5] == ["7 of 12 callbacks (28–72%)", "4 missed"]
    assert "((" not in writers.email(brief)


@pytest.mark.slow
@pytest.mark.parametrize("office", [None, "Tamarind and Fern"])
def test_the_email_is_page_one_in_260_words_of_72_columns(sample_log, office):
    report = built(liaison, sample_log.where(office=office) if office else sample_log)
    email = writers.email(report)
    assert len(email.split()) <= 260
    assert max(map(len, email.splitlines())) <= 72
    text = " ".join(email.split())
    words = [report.marking, report.front.sender, report.front.headline, *report.front.asks]
    words += [f"{number.value} {number.words}" for number in report.front.numbers]
    words += [slide.title for slide in report.slides]
    assert [each for each in words if each not in text] == []
    assert ".." not in text
    for number in report.front.numbers:
        _, _, after = text.partition(f"{number.value} {number.words}")
        note = after.partition(")")[0]
        assert re.findall(r"\d[\d,.–]*%?", number.note) == re.findall(r"\d[\d,.–]*%?", note) or not number.note


@pytest.mark.slow
def test_the_email_of_an_office_has_every_open_callback_to_see_to(sample_log):
    report = built(firm, sample_log)
    table = next(block for block in report.blocks if isinstance(block, TableBlock))
    text = " ".join(writers.email(report).split())
    assert all(" · ".join(row) in text for row in table.rows)


@pytest.mark.slow
def test_the_slides_are_wide_titled_and_described_and_the_same_bytes_twice(brief):
    brief = replace(brief, marking=LABEL)
    content = slides.document(brief)
    assert content == slides.document(brief)
    made = pptx.Presentation(io.BytesIO(content))
    assert made.slide_width / made.slide_height == pytest.approx(16 / 9, abs=0.001)
    assert len(made.slide_layouts) == 1
    for page, slide in zip(made.slides, brief.slides, strict=True):
        (picture,) = [shape for shape in page.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
        assert picture._element._nvXxPr.cNvPr.get("descr") == slide.chart.alt
        for shape in page.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= made.slide_width
            assert shape.top + shape.height <= made.slide_height
        words = [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]
        assert words[:3] == [slide.title, slide.subtitle, slide.sentence]
        assert words[3].startswith(brief.front.sender)
        assert words[4] == LABEL


def test_there_are_six_slides_each_with_a_sentence_that_says_something(brief):
    assert len(brief.slides) == len({slide.chart.alt for slide in brief.slides}) == 6
    for slide in brief.slides:
        assert re.fullmatch(r"[A-Z0-9].*\w\W*\.", slide.sentence)
        assert not re.search(r"^\S*% ?;|^95% interval", slide.sentence)
        assert slide.subtitle != slide.sentence


def test_every_figure_in_a_title_of_a_slide_has_its_interval_under_it(brief):
    sure = {each.text.removesuffix("."): each.sure for each in brief.findings if each.sure}
    titled = [slide for slide in brief.slides if slide.title in sure]
    assert titled
    assert [slide.title for slide in titled if sure[slide.title] not in slide.sentence] == []
    in_time = next(slide.sentence for slide in brief.slides if slide.sentence.startswith("Requests with a call"))
    assert in_time.count("%; ") == 2


@pytest.mark.slow
@pytest.mark.parametrize("calls", [0, 40])
def test_the_slides_of_a_few_calls_are_fewer_and_say_why(calls):
    report = built(liaison, report_log.log(calls))
    assert 1 <= len(report.slides) < 6
    assert re.search(r"\b\d+ calls are too few for other slides\.$", report.slides[-1].sentence)
    assert len(on_slides(report)) == len(report.slides)


@pytest.mark.slow
def test_the_workbook_holds_the_numbers_drawn(brief, book):
    chart = next(chart for chart in brief.charts if {"n", "events"} <= set(chart.data.columns))
    sheet = next(sheet for sheet in book if sheet["A1"].value == chart.title)
    rows = list(sheet.iter_rows(values_only=True, min_row=5))
    place = rows[0].index("cases, lower share" if "most" in chart.data else "cases")
    assert [row[place] for row in rows[1:]] == [int(n) for n in chart.data["n"]]


@pytest.mark.parametrize("hostile", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1"])
def test_the_workbook_takes_any_text_as_text(hostile):
    table = TableBlock(hostile, (hostile, "n"), ((hostile, "1,204"),), note=hostile, numeric=True)
    book = workbook(Report("A", "B", date(2022, 6, 30), "5f" * 32, (Text(hostile), table), hostile))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert book.worksheets[2]["B6"].value == 1204


@pytest.mark.slow
def test_the_same_report_is_the_same_workbook_and_the_same_word_file_whenever_it_is_written(brief, monkeypatch):
    before = xlsx.document(brief), word.document(brief)
    monkeypatch.setattr(zipfile.time, "localtime", lambda *_: (2031, 2, 3, 4, 5, 6, 0, 34, 0))
    assert (xlsx.document(brief), word.document(brief)) == before


@pytest.mark.parametrize("id", ["0012345678", "12345678901234567890", "007"])
def test_an_id_of_figures_is_kept_to_the_last_of_them(id):
    book = workbook(
        Report("A", "B", date(2022, 6, 30), "5f" * 32, (TableBlock("T", ("request",), ((id,),), numeric=True),))
    )
    assert book.worksheets[2]["A6"].value == id


@pytest.mark.slow
def test_the_researchers_report_has_every_measure_with_its_version(whole):
    found = [block.title for block in whole.further if isinstance(block, TableBlock)]
    for name, card in measures.CARDS.items():
        assert any(result.removesuffix(".") == f"{name}, version {card.version}" for result in found), name


@pytest.mark.slow
def test_the_researchers_figures_are_the_results_own(whole, facts):
    table = next(b for b in whole.further if isinstance(b, TableBlock) and b.title.startswith("callback_hit_rate,"))
    row = dict(zip(table.head, table.rows[0], strict=True))
    from callanalytics.reports.results import Results

    own = Results(facts).row("callback_hit_rate")
    assert (row["n"], row["events"]) == (f"{own['n']:,}", f"{own['events']:,}")
    assert row["value"] == f"{own['events'] / own['n']:.4f}"


@pytest.mark.slow
def test_the_researchers_report_names_no_office_and_concludes_nothing(whole, facts):
    text = " ".join(str(value) for block in (*whole.blocks, *whole.further) for value in vars(block).values())
    names = facts.offices.to_arrow()["name"].to_pylist()
    assert not [name for name in names if name in text]
    assert not [block for block in (*whole.blocks, *whole.further) if isinstance(block, Finding)]


@pytest.mark.slow
def test_the_researchers_report_draws_what_each_finding_hangs_on(whole):
    drawn = [chart for chart in whole.charts if "specifications of the" in chart.alt]
    assert drawn
    assert len(PdfReader(io.BytesIO(whole.pdf())).pages) < 10  # paper has the drawings and how to check, no tables
    assert all("lie inside the headline's interval" in chart.alt for chart in drawn)


@pytest.mark.slow
def test_the_workbook_of_an_office_has_days_and_counts_as_such_and_no_word_of_the_program(sample_log):
    book = workbook(built(firm, sample_log))
    to_do, habits, steps, states = (
        [dict(zip([cell.value for cell in book[name][5]], row, strict=True)) for row in book[name].iter_rows(min_row=6)]
        for name in ("To do, most overdue first", "Habits that would have helped", "How far calls got",
                     "What became of requests"))  # fmt: skip
    assert all(row["asked"].is_date or row["asked"].value == "not noted" for row in to_do)
    assert all(row["saved: at most"].data_type == "n" for row in habits)
    assert "first call answered" in [row["step"].value for row in steps]
    assert all("_" not in row["step"].value for row in steps)
    assert {row["urgency"].value for row in states} <= {"urgent", "regular", "not noted"}
    assert [head for head in states[0] if head] == ["urgency", "state", "count"]


@pytest.mark.slow
def test_the_mark_of_a_slide_has_room_for_three_lines(brief):
    marked = replace(brief, marking=f"{LABEL} Names matters of the office.")
    deck = pptx.Presentation(io.BytesIO(slides.document(marked)))
    for page in deck.slides:
        (mark,) = (shape for shape in page.shapes if shape.has_text_frame and LABEL in shape.text_frame.text
                   and shape.fill.type)  # fmt: skip
        room = mark.height - mark.text_frame.margin_top - mark.text_frame.margin_bottom
        assert room >= 3 * 1.2 * mark.text_frame.paragraphs[0].font.size
