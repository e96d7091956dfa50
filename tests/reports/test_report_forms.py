"""Each report in each form: Word and Excel say what the page says, and the researcher's leaves no measure out."""

import io
import re
import zipfile
from base64 import b64decode
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pptx
import pytest
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pypdf import PdfReader

import report_log
from callanalytics import measures
from callanalytics.figures import labels
from callanalytics.figures import rows as measured_rows
from callanalytics.invented import LABEL
from callanalytics.measures.card import KEYS
from callanalytics.reports import docx as word
from callanalytics.reports import evidence, findings, firm, liaison, research, writers, xlsx
from callanalytics.reports import pptx as slides
from callanalytics.reports.document import AgendaItem, Finding, Heading, Number, PageBreak, TableBlock, Text
from callanalytics.reports.results import Results
from callanalytics.reports.writers import Report


@pytest.fixture(scope="module")
def whole(facts):
    return research.build(facts)


def workbook(report):
    return openpyxl.load_workbook(io.BytesIO(xlsx.document(report)))


@pytest.mark.slow
def test_the_word_file_has_every_finding_and_every_drawing_with_its_words(brief):
    made = docx.Document(io.BytesIO(word.document(brief)))
    told = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert all(found.heading in told for found in brief.findings)
    assert brief.front.headline in told
    in_tables = " ".join(cell.text for row in made.tables[0].rows for cell in row.cells)
    assert all(number.value in in_tables and number.words in in_tables for number in brief.front.numbers)
    pictures = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
    assert [alt for alt in pictures if alt] == [chart.alt for chart in brief.charts]
    strips = [part for part in (*brief.front.numbers, *brief.findings) if part.bar]
    assert len(pictures) - len(brief.charts) == len(strips)


def test_the_word_file_has_the_mark_above_every_page_and_letters_before_each_question(brief):
    made = docx.Document(io.BytesIO(word.document(replace(brief, marking=LABEL))))
    (section,) = made.sections
    for header, footer in ((section.first_page_header, section.first_page_footer), (section.header, section.footer)):
        assert header.paragraphs[0].text == LABEL
        assert brief.seen in footer.paragraphs[0].text
    assert section.header.paragraphs[1].text.startswith(brief.title)
    told = [paragraph.text for table in made.tables for cell in table._cells for paragraph in cell.paragraphs]
    for item in (block for block in brief.blocks if isinstance(block, AgendaItem)):
        assert {f"({letter})\t{question}" for letter, question in zip("abc", item.questions, strict=True)} <= set(told)


def test_a_table_of_the_word_file_has_its_widths_and_its_settings_as_word_reads_them(brief):
    made = docx.Document(io.BytesIO(word.document(brief)))
    order = ["tblStyle", "tblW", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    for table in made.tables:
        settings = [each.tag.split("}")[1] for each in table._tbl.tblPr]
        assert settings == [name for name in order if name in settings]
        if len(table.rows[0].cells) == len(table.columns):
            assert [cell.width for cell in table.rows[0].cells] == [column.width for column in table.columns]


@pytest.mark.slow
def test_the_word_file_has_headings_kept_tables_page_numbers_and_a_box_for_each_response(brief):
    made = docx.Document(io.BytesIO(word.document(brief)))
    levels = {f"Heading {block.level}" for block in brief.blocks if isinstance(block, Heading | Finding)}
    styles = [paragraph.style.name for paragraph in made.paragraphs]
    assert levels <= set(styles)
    assert styles.count("Title") == 1
    breaks = [paragraph for paragraph in made.paragraphs if paragraph.paragraph_format.page_break_before]
    assert len(breaks) == 1 + sum(isinstance(block, PageBreak) for block in brief.blocks)
    assert all(paragraph.text for paragraph in breaks)  # none opens a page with nothing on it
    boxes = [table for table in made.tables if table.rows[-1].cells[0].text == "USCIS response"]
    assert len(boxes) == len([block for block in brief.blocks if isinstance(block, AgendaItem)])
    tables = {block.head: block for block in brief.blocks if isinstance(block, TableBlock)}
    for table in made.tables:
        head = tuple(cell.text for cell in table.rows[0].cells)
        if head in tables:
            assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
            assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
    fields = [code.text for code in made.sections[0].footer._element.xpath(".//w:instrText")]
    assert fields == ["PAGE", "NUMPAGES"]


def test_no_report_tells_the_time_by_a_24_hour_clock(brief, whole, sample_log):
    promise = sample_log.promises.to_arrow()["promise_id"][0].as_py()
    pages = [re.sub(r"<[^>]+>", " ", report.html()) for report in (brief, whole, firm.build(sample_log))]
    for told in (*pages, str(evidence.build(sample_log, promise=promise).blocks)):
        assert not re.findall(r"\b\d?\d:\d\d(?!:)(?! ?[ap]\.?m).{20}|\b\d?\d[-–]\d\d Eastern", told)


def test_the_page_gives_the_numbers_of_each_chart_as_csv(brief):
    links = re.findall(r'<a download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', brief.html())
    assert len(links) == len(brief.screen_charts)
    charts = {",".join(map(str, chart.data.columns)): chart for chart in brief.screen_charts}
    for name, content in links:
        head, *rows = b64decode(content).decode("utf-8").splitlines()
        assert re.fullmatch(r"[a-z0-9-]{1,60}\.csv", name)
        assert head in charts
        assert rows


def test_the_workbook_has_every_finding_and_a_sheet_for_each_table_and_drawing(brief):
    book = workbook(brief)
    told = "\n".join(str(row[0]) for row in book["Report"].iter_rows(values_only=True))
    assert all(found.lead in told for found in brief.findings)
    assert brief.front.headline in told
    assert all(f"{number.value} {number.words}" in told for number in brief.front.numbers)
    tables = [block for block in (*brief.blocks, *brief.further) if isinstance(block, TableBlock)]
    sheets = book.sheetnames[2:]
    assert book.sheetnames[:2] == ["Report", "Contents"]
    assert len(sheets) == len(tables) + len(brief.screen_charts)
    assert not [name for name in sheets if re.fullmatch(r"(Table|Sheet) ?\d+", name) or len(name) > 31]
    links = [row[0] for row in book["Contents"].iter_rows(min_row=4)]
    assert [link.value for link in links] == sheets
    assert [link.hyperlink.location for link in links] == [f"'{name}'!A1" for name in sheets]
    titles = {block.title for block in (*tables, *brief.screen_charts)}
    for name in sheets:
        assert book[name]["A1"].value in titles
        (made,) = book[name].tables.values()
        assert made.ref.startswith("A5:")
        assert len(made.column_names) == len(set(map(str.casefold, made.column_names)))


def on_slides(report):
    """The words of each slide."""
    pages = pptx.Presentation(io.BytesIO(slides.document(report))).slides
    return ["\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame) for page in pages]


def test_the_email_and_the_slides_say_what_the_figures_rest_on(brief, facts):
    account = str(Results(facts).account)
    assert account
    for text in (" ".join(writers.email(brief).split()), *on_slides(brief)):
        assert account in text
        assert brief.front.scope in text


def test_what_was_selected_stands_on_page_one_in_the_email_and_on_the_slides(facts):
    selected = "Only 1 of 6 offices."
    report = liaison.build(replace(facts, selected=(selected,)))
    assert report.front.scope.startswith(selected)
    assert all(selected in text for text in (writers.email(report), *on_slides(report)))


def test_no_figure_of_the_email_stands_in_two_pairs_of_brackets(brief):
    page = replace(brief.front, numbers=(Number("7 of 12", "callbacks", "(28–72%)"), Number("4", "missed", "")))
    assert xlsx.front_lines(page)[3:5] == ["7 of 12 callbacks (28–72%)", "4 missed"]
    assert "((" not in writers.email(brief)


@pytest.mark.parametrize("office", [None, "Tamarind and Fern"])
def test_the_email_is_page_one_in_260_words_of_72_columns(sample_log, office):
    report = liaison.build(sample_log.where(office=office) if office else sample_log)
    email = writers.email(report)
    assert len(email.split()) <= 260
    assert max(map(len, email.splitlines())) <= 72
    told = " ".join(email.split())
    words = [report.marking, report.front.sender, report.front.headline, *report.front.asks]
    words += [f"{number.value} {number.words}" for number in report.front.numbers]
    words += [f"{slide.title}." for slide in report.slides]
    assert [each for each in words if each not in told] == []


def test_the_email_of_an_office_has_every_open_callback_to_see_to(sample_log):
    report = firm.build(sample_log)
    table = next(block for block in report.blocks if isinstance(block, TableBlock))
    told = " ".join(writers.email(report).split())
    assert all(" · ".join(row) in told for row in table.rows)


def numbers(text):
    """The numbers of a text, as they are written."""
    return set(re.findall(r"\d[\d,.–]*%?", text.replace(".\n", "\n").replace(". ", " ")))


def test_every_number_of_the_report_is_that_of_the_workbook_the_slides_the_email_and_the_measures(brief, facts):
    said = [brief.front.headline, brief.front.scope, brief.account, *brief.front.asks, *map(str, brief.findings)]
    said += [f"{number.value} {number.words} {number.note}" for number in brief.front.numbers]
    told = numbers("\n".join(said))
    book = workbook(brief)
    in_workbook = numbers("\n".join(str(row[0]) for row in book["Report"].iter_rows(values_only=True)))
    assert told <= in_workbook
    pages = pptx.Presentation(io.BytesIO(slides.document(brief))).slides
    assert len(pages) == len(brief.slides) <= 6
    for page, slide in zip(pages, brief.slides, strict=True):
        assert page.shapes.title.text_frame.text == slide.title
        on_slide = numbers("\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)
                           .replace(brief.seen, ""))  # fmt: skip
        drawn = numbers(f"{slide.chart.alt} {slide.chart.title}")
        places = {str(n) for n in range(1, 1 + len(brief.slides))}
        assert on_slide <= told | drawn | places
    # Every number drawn stands in the workbook: minutes where the measure has seconds.
    sheets = {sheet["A1"].value: sheet for sheet in book}
    for chart in brief.screen_charts:
        rows = list(sheets[chart.title].iter_rows(values_only=True, min_row=6))
        assert len(rows) == len(chart.data)
        for row, drawn in zip(rows, chart.data.to_dict("records"), strict=True):
            for cell, (name, value) in zip(row, drawn.items(), strict=True):
                if isinstance(value, bool) or not isinstance(value, int | float) or name == "weekday":
                    continue
                is_time = name.endswith("_s") or (drawn.get("unit") == "s" and name in ("value", "low", "high"))
                assert cell == (None if value != value else pytest.approx(value / 60 if is_time else value))
    # And what the findings say is what the measures give.
    results = Results(facts)
    by_name = findings.by_name(results)
    for name, (measure, statistic, keys) in MEASURED.items():
        by = tuple(key for key in keys if key in KEYS)
        log = results.judged if measures.CARDS[measure].judges else results
        row = measured_rows.headline(measures.run(measure, log, by), statistic, **keys)
        text = str(by_name[name])
        if row["unit"] == "s":
            assert f"{round(row['value'] / 60)} minutes" in text
        else:
            counts = labels.between(f"{row['events']:,}", f"{row['most']:,}"), f"{row['events']:,} to {row['most']:,}"
            assert (
                any(f"{count} of {min(row['n'], row['most_n']):,}" in text for count in counts)
                or f"{row['events']:,} confirmed" in text
            )


MEASURED = {
    "burden": ("hold_per_answer", "hold_per_answer", {"wait_origin": "dial"}),
    "urgent": ("promise_kept_rate", "rate", {"urgency": "urgent", "reading": "default"}),
    "regular": ("promise_kept_rate", "rate", {"urgency": "regular", "reading": "default"}),
    "answered": ("first_attempt_hit_rate", "rate", {}),
    "missed": ("missed_callbacks", "rate", {"link": "certain"}),
    "silent": ("silent_promises", "rate", {}),
}


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


@pytest.mark.parametrize("calls", [0, 40])
def test_the_slides_of_a_few_calls_are_fewer_and_say_why(calls):
    report = liaison.build(report_log.log(calls))
    assert 1 <= len(report.slides) < 6
    assert re.search(r"\b\d+ calls are too few for other slides\.$", report.slides[-1].sentence)
    assert len(on_slides(report)) == len(report.slides)


def test_the_workbook_holds_the_numbers_drawn(brief):
    chart = next(chart for chart in brief.charts if {"n", "events"} <= set(chart.data.columns))
    book = workbook(brief)
    sheet = next(sheet for sheet in book if sheet["A1"].value == chart.title)
    rows = list(sheet.iter_rows(values_only=True, min_row=5))
    place = rows[0].index("n")
    assert [row[place] for row in rows[1:]] == [int(n) for n in chart.data["n"]]


@pytest.mark.parametrize("hostile", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1"])
def test_the_workbook_takes_any_text_as_text(hostile):
    table = TableBlock(hostile, (hostile, "n"), ((hostile, "1,204"),), note=hostile)
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
    book = workbook(Report("A", "B", date(2022, 6, 30), "5f" * 32, (TableBlock("T", ("request",), ((id,),)),)))
    assert book.worksheets[2]["A6"].value == id


@pytest.mark.slow
def test_the_researchers_report_has_every_measure_with_its_version(whole):
    blocks = (*whole.blocks, *whole.further)
    told = [block.title if isinstance(block, TableBlock) else getattr(block, "lead", "") for block in blocks]
    for name, card in measures.CARDS.items():
        assert any(said.removesuffix(".") == f"{name}, version {card.version}" for said in told), name


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
    told = " ".join(str(value) for block in (*whole.blocks, *whole.further) for value in vars(block).values())
    names = facts.offices.to_arrow()["name"].to_pylist()
    assert not [name for name in names if name in told]
    assert not [block for block in (*whole.blocks, *whole.further) if isinstance(block, Finding)]


@pytest.mark.slow
def test_the_researchers_report_draws_what_each_finding_hangs_on(whole):
    drawn = [chart for chart in whole.charts if "specifications of the" in chart.alt]
    assert drawn
    assert len(PdfReader(io.BytesIO(whole.pdf())).pages) < 10  # paper has the drawings and how to check, no tables
    assert all("lie inside the headline's interval" in chart.alt for chart in drawn)
