"""Texts of a column that are read all at once: as each is read by itself."""

import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from callanalytics import agencies, formats
from callanalytics.formats import Rule, layout
from callanalytics.normalize import cells
from callanalytics.normalize.cells import Cells, Texts, read
from callanalytics.values.parsers import PARSERS

AGENCYS = [number.e164 for number in agencies.load().numbers]
WRITTEN = ["{0}{1}{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "+1{0}{1}{2}", "1 {0}.{1}.{2}", "9{0}{1}{2}", "91{0}{1}{2}"]
ODD = """201 *60 anonymous Anonymous 7378742833 8.00375E+09 8.003755283E9 +442079460018 12-34 ８００３７５５２８３
voicemail VoiceMail local/201@from-internal;2 LOCAL/x;2 Größe STRASSE Straße K ſ 0 - ? from-internal from-did-direct
0:00 {,2} client:ann sip:800 2022-03-01 1646147100.12 (800)375-5283x4 tel:8003755283 [:digit:]""".split()
TEXTS = [
    *(form.format(area, 375, line) for form in WRITTEN for area in (212, 213, 800, 100) for line in range(5263, 5303)),
    *ODD, "no answer", "No  Answer:",
    "a\tb", "a\n", "x" * 299, "x" * 300, "x" * 301, "\x1f800 375 5283", "800 375 5283 "
]  # fmt: skip
FORMATS = "".join(path.read_text("utf-8") for path in Path(formats.__file__).parent.glob("*.toml"))
PATTERNS = set(map(json.loads, re.findall(r'"~(?:[^"\\]|\\.)*"', FORMATS)))


def column(texts):
    return Cells(["Number"], pa.table({"Number": texts}))


@pytest.mark.parametrize(
    "text",
    [
        *sorted(PATTERNS),
        "",
        "*",
        "No answer",
        r"~a{,3}",
        r"~[:digit:]",
        r"~(?i:strasse)",
        r"~\w+",
        r"~(.)\1.*",
        r"~\d{3}\Z",
        "~ı.*",
    ],
)
def test_a_condition_asked_of_all_texts_holds_of_those_it_holds_of_one_by_one(text):
    many = Texts(np.arange(len(TEXTS)), pa.array(TEXTS))
    assert len(TEXTS) > cells.MAX_TEXTS_ONE_BY_ONE
    assert many.fitting(layout.Test(text)).tolist() == [layout.Test(text).fits(each) for each in TEXTS]


@pytest.mark.slow
@pytest.mark.parametrize("take", ["", "^(?:9(?=1?[2-9]\\d{9}$))?(.*)$"])
def test_numbers_among_the_agencys_are_those_found_one_by_one(take):
    rule, known = Rule("other_number", (("Number",),), parse="number", take=take), set(AGENCYS)
    alone = [read(rule, column([text])).without_problems().objects()[0] for text in TEXTS]
    found = read(rule, column(TEXTS), among=AGENCYS).without_problems().objects()
    assert [each if each in known else None for each in found] == [each if each in known else None for each in alone]
    assert sum(each in known for each in alone) > len(WRITTEN) - 2


@pytest.mark.slow
def test_what_is_shown_of_a_caller_is_what_it_is_alone():
    rule = Rule("caller_id", (("Number",),), parse="caller", default="unknown", blank=("2125555263",))
    alone = [read(rule, column([text])).objects()[0] for text in TEXTS]
    assert read(rule, column(TEXTS)).objects().tolist() == alone
    assert set(alone) == {"known", "withheld", "unknown", "text"}


def test_a_stranger_is_no_empty_cell_to_which_a_default_goes():
    rule = Rule("other_number", (("Number",),), parse="number", default="none")
    assert read(rule, column(["2125550143", None]), among=AGENCYS).objects().tolist() == ["+12125550143", "none"]


def test_what_cannot_be_read_holds_on_to_nothing_else():
    number = read(Rule("other_number", (("Number",),), parse="number"), column(["soon"]))
    length = read(Rule("duration_s", (("Number",),)), column(["soon"])).converted(PARSERS["seconds"])
    for problem in (*number.problems.values(), *length.problems.values()):
        assert (problem.__traceback__, problem.__context__) == (None, None)
    assert (number.is_bad & length.is_bad).all()
