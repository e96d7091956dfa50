"""Names in any script, and any other content of a cell, never break a page."""

import io
import json
import logging
import unicodedata
from datetime import date

import docx as word
import openpyxl
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import figures
from callanalytics.figures import style
from callanalytics.figures.style import printable, showable
from callanalytics.reports import docx, html, pdf, xlsx
from callanalytics.reports.document import AgendaItem, Heading, Note, TableBlock, Terms, Text
from callanalytics.reports.writers import Report
from exhaustive import some

NAMES = {
    "Chinese": "王小明 珺喆堃镕",
    "Japanese": "さとう カタカナ 佐藤",
    "Korean": "김철수",
    "Korean, taken apart as macOS does": unicodedata.normalize("NFD", "김철수"),
    "Arabic": "محمد عبد الله",
    "Persian": "می\u200cخواهم",
    "Hebrew": "שָׁלוֹם",
    "Thai": "สมชาย ใจดี",
    "Devanagari": "राम प्रसाद क्षत्रिय",
    "Ethiopic": "አበበ ቢቂላ",
    "Greek and Cyrillic": "Νίκος Иванов",
    "Vietnamese": "Nguyễn Thị Ánh",
    "emoji": "👩🏽‍⚖️ 🙂 ❤️ 🇺🇸",
    "controls": "a\x00b\x1b[31mred\x07\x08\r\n\tc\x85\u2028d",
    "half a pair": "x\ud800y\udfff",
    "no characters at all": "\ufffe\uffff\ufdd0\U0001fffe",
    "private and unassigned": "\ue000\U000e0fff\u0378",
    "invisible": "a\u200b\u200d\u2060\ufeff\u202eb\ufe0f\u00ad",
    "hieroglyph and plane 2": "\U00013000 \U00020bb7",
    "marks of one script on another": "a\u0951 م\u0e31 王\u0301 \u0301 \u094d",
    "wide signs": "＝＋　１２３",
    "spaces": "a\u1680b\u2003c\u3000d\u00a0e",
}
QUICK = ["Arabic", "hieroglyph and plane 2"]


def page(text, name="Any script"):
    blocks = (
        Heading(text),
        Heading(text, level=2),
        Text(text, lead=text),
        Note((text,)),
        TableBlock(text, ("a", text), ((text, text),), note=text),
        Terms(text, ((text, text),)),
        AgendaItem(1, text, text, text, text, (text,), text),
    )
    return Report(f"{name} {text}", text, date(2022, 6, 30), "f" * 64, blocks, marking=text)


@pytest.mark.parametrize("text", some(NAMES, QUICK, every=2))
def test_a_name_in_any_script_has_its_page_in_every_form(text):
    report = page(text)
    assert pdf.document(report) == pdf.document(report)
    assert pikepdf.open(io.BytesIO(pdf.document(report))).pages
    assert word.Document(io.BytesIO(docx.document(report))).paragraphs
    assert openpyxl.load_workbook(io.BytesIO(xlsx.document(report))).sheetnames
    assert "\x1b" not in html.page(report)
    assert html.page(report).encode("utf-8")


@pytest.mark.parametrize("name", ["Chinese", "Korean", "Arabic", "Hebrew", "Thai", "Devanagari", "Ethiopic"])
def test_a_name_in_a_common_script_is_shown_as_it_is_written(name):
    assert showable(NAMES[name]) == unicodedata.normalize("NFC", NAMES[name])


@given(st.text(st.characters(exclude_categories=()), max_size=12))
def test_any_text_at_all_has_its_page(text):
    assert pdf.document(Report(f"t {text}", text, date(2022, 6, 30), "f" * 64, (Text(text),))).startswith(b"%PDF")


@pytest.mark.slow
def test_every_character_of_the_basic_plane_alone_and_with_a_mark_has_its_page():
    parts = (range(0x3400), range(0x4E00, 0x5000), range(0xA000, 0xAC00), range(0xD7A0, 0x10000))
    signs = [chr(code) for part in parts for code in part]
    lines = [signs[i : i + 64] for i in range(0, len(signs), 64)]
    rows = [(" ".join(line), " ".join(sign + "\u0301" for sign in line)) for line in lines]
    report = Report("All", "", date(2022, 6, 30), "f" * 64, (TableBlock("t", ("a", "b"), tuple(rows)),))
    assert pdf.document(report).startswith(b"%PDF")


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_what_is_printable_fits_into_xml_and_stays_what_it_was(text):
    assert printable(printable(text)) == printable(text)
    printable(text).encode("utf-8")
    if text.isprintable():
        assert printable(text) == text


def test_the_typesetter_knows_every_font_that_it_is_told_of():
    import typst

    source = b"#set text(font: json(bytes(sys.inputs.fonts)))\nA"
    made = {"fonts": json.dumps(style.FAMILIES)}
    _, warnings = typst.compile_with_warnings(source, sys_inputs=made, font_paths=[str(style.FONTS)],
                                              ignore_system_fonts=True, format="pdf")  # fmt: skip
    assert not warnings


def test_each_font_lies_beside_its_license_and_is_small_enough_to_keep():
    for path in style.FONTS.rglob("*.ttf"):
        assert path.stat().st_size < 5_000_000
    texts = [path.read_text("utf-8") for path in sorted((style.FONTS / "fallback").glob("*.txt"))]
    assert len(texts) == 2
    assert "Apache License" in texts[0]
    assert "SIL OPEN FONT LICENSE" in texts[1]


@pytest.mark.parametrize("text", some(NAMES, QUICK, every=2, first=1))
def test_a_chart_with_a_name_in_any_script_is_drawn_without_a_warning(text, caplog, recwarn, request):
    with style.house_style():
        figure, axes = style.canvas()
        axes.set_title(text)
        axes.set_yticks([0, 1], [text, "other"])
        axes.text(0.5, 0.5, text)
    chart = figures.chart.Chart(figure, text, text, text, None)
    with caplog.at_level(logging.WARNING):
        first = chart.svg(), chart.png(), chart.svg(live_text=True)
    if "marks" not in request.node.name:  # a letter before a mark that was spelled out
        assert not recwarn.list, [str(w.message) for w in recwarn.list]
    assert not caplog.records, caplog.text
    report = Report("Chart", "", date(2022, 6, 30), "f" * 64, (chart,))
    assert pdf.document(report) == pdf.document(report)
    assert first[0] == chart.svg()
