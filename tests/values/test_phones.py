"""Telephone numbers: one form for storing, and nothing of a client in a message."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics.values import phones

WRITTEN = [
    "2028382200",
    "12028382200",
    "+12028382200",
    "(202) 838-2200",
    "1 (202) 838-2200",
    "202.838.2200",
    "+1 202 838 2200",
    " 202-838-2200 ",
    '="2028382200"',
    '="(202) 838-2200"',
    "'2028382200",
    "202\xa0838\xa02200",
    "202–838–2200",
    "\u202a+1 202-838-2200\u202c",
    "２０２８３８２２００",
    "2028382200.0",
    "1.2028382200E+10",
    "tel:+12028382200",
    "2028382200,,2,1#",
    "12028382200#",
    "912028382200",
    "2028382200@192.0.2.7",
    "sip:+12028382200@pbx.example;user=phone",
    '"Alder and Birch" <sip:2028382200@pbx.example>',
    "Alder and Birch <202-838-2200>",
    "202-838-2200 x12",
    "202-838-2200 ext. 12",
    "202-838-2200 Ext 4",
    "2028382200,,12",
    "+12028382200;ext=12",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_number_is_one_number_however_it_is_written(text):
    assert phones.e164(text) == "+12028382200"


@pytest.mark.parametrize(
    "text",
    [
        None, "", " ", "221", "*60", "s", "i", "911", "Anonymous", "anonymous", "Restricted", "Unknown", "NA", "--",
        "client:jane", "Daily Standup", "1.20283E+10", "8382200", "61400000001", "EAC2190012345", "A123456789",
        "SIP/113-000000c4", "3f2b8a0c-1d2e-4f5a-9b8c-7d6e5f4a3b2c", "2028382200 or 2025550101", "2022-03-01 10:05",
        "1504525205", "8003755283;2025550143",
        "x12", "ext. 4", "#REF!",
    ],
)  # fmt: skip
def test_what_is_no_number_is_none(text):
    assert phones.e164(text) is None


def test_foreign_numbers_are_read_where_they_say_so():
    assert phones.e164("+44 20 7946 0018") == "+442079460018"
    assert phones.e164("011 44 20 7946 0018") == "+442079460018"
    assert phones.e164("020 7946 0018") is None


@given(
    st.from_regex(r"(\+?1[ -]?)?\(?[2-9]\d\d\)?[ .-]?[2-9]\d\d[ .-]?\d{4}", fullmatch=True, alphabet="()+-. 0123456789")
)
def test_the_short_way_says_what_the_library_says(text):
    number = phonenumbers.parse(text, "US")
    assert phones.e164(text) == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(st.text(max_size=30))
def test_any_text_gives_a_number_or_none(text):
    number = phones.e164(text)
    assert number is None or re.fullmatch(r"\+\d{7,15}", number)
    assert number is None or phones.e164(number) == number


@pytest.mark.parametrize("text", WRITTEN)
def test_an_extension_is_seen(text):
    assert phones.has_extension(text) is (text in WRITTEN[-5:])


def test_a_masked_number_shows_four_digits():
    assert {phones.mask(text) for text in WRITTEN} == {"***-***-2200"}


@pytest.mark.parametrize(
    "text", ["221", "", None, "EAC2190012345", "A 123 456 789", "123-45-6789", "Maria Ng", "8382200"]
)
def test_a_mask_hides_the_whole_of_anything_else(text):
    assert phones.mask(text) == "***"


@pytest.mark.parametrize(
    "cell", ["4S", "2/30/2022", "02/30/22", "2022-02-30 25:61", "10:05 AM", "1:02:03", "1h 02m", "-5", "95%"]
)
def test_a_harmless_cell_is_shown_as_it_is(cell):
    assert phones.shape(cell) == cell


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Maria Ng", "xxxxx xx"),
        ("Ng", "xx"),
        ("O'Neil, José", "x'xxxx, xxxx"),
        ("李小龍", "xxx"),
        ("+1 202-838-2200", "+9 999-999-9999"),
        ("12345", "99999"),
        ("A12345678", "x99999999"),
        ("123-45-6789", "999-99-9999"),
        ("Li 5", "xx 9"),
        ("5Li", "9xx"),
        ("A12", "x99"),
        ("Maria Ng, born 1/2/1985", "xxxxx xx, xxxx 9/9/9999"),
        ("20-28-38-22", "99-99-99-99"),
        ("10.5.20.33", "99.9.99.99"),
        ("3-1-22-5550186", "9-9-99-9999999"),
        ("May Li 3/2/2022", "xxx xx 3/2/2022"),
        ("maria@example.com", "xxxxx@xxxxxxx.xxx"),
        ("about an hour", "xxxxx xx xxxx"),
        ("a\x1b[31mb\nc", "x [99xx x"),
        ("", ""),
    ],
)
def test_any_other_cell_shows_its_shape_only(cell, shown):
    assert phones.shape(cell) == shown


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Tue 03/01/2022", "Tue 03/01/2022"),
        ("3/1/2022 Maria", "3/1/2022 xxxxx"),
        ("3/16 missed, 3/17 talked to officer", "3/16 xxxxxx, 3/17 xxxxxx xx xxxxxxx"),
        ("March 5, 2022 call", "March 5, 2022 xxxx"),
        ("10:05 AM Ng", "10:05 AM xx"),
        ("312-555-0186 on 3/1/2022", "999-999-9999 xx 3/1/2022"),
    ],
)
def test_the_date_of_a_call_stays_so_that_its_row_is_found(cell, shown):
    assert phones.shape(cell) == shown


@given(st.text(max_size=200))
def test_a_shape_holds_no_word_no_long_number_and_no_control_character(text):
    shown = phones.shape(text)
    assert len(shown) <= 40
    assert shown.isprintable()
    if len(shown) > 6:
        days = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun"
        assert not re.search(r"[a-wyzA-WYZ]{3}", re.sub(rf"(?i)({days})[a-z]*", "", shown))
    assert not re.search(r"[0-8]{5}", shown)
