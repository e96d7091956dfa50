"""Every parser, cell by cell: what it reads, and what it refuses to guess."""

import contextlib
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics.values import dates, spans
from callanalytics.values.dates import read_iso_moments
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.promises import read_promise

# ---- all of them ------------------------------------------------------------------------------------


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
def test_a_parser_says_what_it_wants_and_means(parser):
    assert parser.wanted
    assert parser.meaning.endswith(".") or ":" in parser.meaning
    assert ">>>" in parser.read.__doc__


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
@given(text=st.text(max_size=25))
def test_no_text_breaks_a_parser(name, text):
    """Whatever stands in a cell, it is read or it is Unreadable; never another error."""
    with contextlib.suppress(Unreadable):
        PARSERS[name](text)


@pytest.mark.parametrize(
    "text", ["²", "٣:١٥", "1²", "½", "９:05 AM", "1e5", "-3", "١/٢/٢٠٢٢", "9" * 400, "0x1F", "NaN", "inf"]
)
@pytest.mark.parametrize("name", PARSERS)
def test_odd_digits_break_no_parser(name, text):
    with contextlib.suppress(Unreadable):
        PARSERS[name](text)


# ---- dates ------------------------------------------------------------------------------------------

FIRST_OF_MARCH = date(2022, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2022-03-01", "2022/3/1", "2022-03-01 00:00:00", "Mar 1, 2022", "March 1st, 2022", "1 March 2022",
        "1-Mar-22", "Tue Mar 1 2022", "Tuesday, March 1, 2022", "44621", "Tue 3/1/2022",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(text):
    assert PARSERS["date"](text) == FIRST_OF_MARCH


@pytest.mark.parametrize(
    ("order", "text"), [("mdy", "3/1/22"), ("dmy", "1.3.2022"), ("mdy", "3-1-2022"), ("dmy", "01/03/2022")]
)
def test_day_and_month_are_read_in_the_order_of_the_column(order, text):
    assert PARSERS["date"](text, order=order) == FIRST_OF_MARCH


@pytest.mark.parametrize("stop", ["", "."])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_is_read_by_its_name_and_by_what_it_is_cut_to(month, stop):
    long = date(2022, month, 14).strftime("%B")
    for name in {long, long[:3], long.upper(), long[:3].lower(), *(["Sept"] if month == 9 else [])}:
        for text in (f"{name}{stop} 14, 2022", f"14 {name}{stop} 2022", f"14-{name}-22"):
            assert PARSERS["date"](text) == date(2022, month, 14), text


@pytest.mark.parametrize("text", ["1 de marzo de 2022", "marzo 1, 2022", "20220301", "1 mar 22"])
def test_a_date_in_spanish_or_in_digits_alone_is_read(text):
    assert PARSERS["date"](text) == date(2022, 3, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3/1/2022", "ambiguous"),  # alone, no one knows
        ("22-03-01", "ambiguous"),  # the year first, or the day
        ("2/30/22", "no_such_day"),
        ("2022-02-30", "no_such_day"),
        ("Mon Mar 1 2022", "weekday"),
        ("3/1", "unreadable"),
        ("next Tuesday", "unreadable"),
        ("Marquez 14 2022", "unreadable"),  # begins like a month
        ("14 Junipero 2022", "unreadable"),
        ("Mayor 3, 2022", "unreadable"),
        ("marzipan 14 2022", "unreadable"),
        ("3/16 missed, 3/17 talked", "unreadable"),
        ("2022-03-01 10:05", "unreadable"),  # a time of day is no part of a date
        ("202203011", "unreadable"),
        ("12", "unreadable"),
    ],
)
def test_a_date_that_is_none_is_not_guessed(text, reason):
    with pytest.raises(Unreadable) as result:
        PARSERS["date"](text)
    assert result.value.reason == reason
    assert result.value.wanted


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["3/4/2022", "3/14/2022"], "mdy"),
        (["3/4/2022", "14/3/2022"], "dmy"),
        (["3/4/2022", "5/6/2022"], None),
        (["3/14/2022", "14/3/2022"], None),  # both: nothing is proven
        (["3/13/2022"] * 30 + ["14/3/2022"], "mdy"),  # a slip of the pen
        (["Fri 3/4/2022"], "mdy"),  # 3 April 2022 was a Sunday
        (["3/3/2022"], None),
        (["2022-03-14"], None),
        ([], None),
    ],
)
def test_the_order_of_a_column_is_proven_or_unknown(texts, order):
    assert dates.date_order(texts) == order


# ---- times of day -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clock", "precision_s", "zone"),
    [
        ("10:05 AM", "10:05", 60, None),
        ("10:05am", "10:05", 60, None),
        ("9.05am", "09:05", 60, None),
        ("9:05 a.m.", "09:05", 60, None),
        ("0905", "09:05", 60, None),
        ("905", "09:05", 60, None),
        ("1540", "15:40", 60, None),
        ("15:40", "15:40", 60, None),
        ("3pm", "15:00", 3600, None),
        ("3 P.M.", "15:00", 3600, None),
        ("noon", "12:00", 3600, None),
        ("12 noon", "12:00", 3600, None),
        ("12:15 AM", "00:15", 60, None),
        ("12:15 PM", "12:15", 60, None),
        ("12:15", "12:15", 60, None),
        ("7:00", "07:00", 60, None),
        ("4:52:10\u202fPM", "16:52", 60, None),
        ("~10:15 AM", "10:15", 900, None),
        ("about 3 pm", "15:00", 3600, None),
        ("10:05 AM ET", "10:05", 60, "ET"),
        ("10:05 AM (EST)", "10:05", 60, "EST"),
        ("3pm PT", "15:00", 3600, "PT"),
        ("11:30 Pacific", "11:30", 60, "Pacific"),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(text, clock, precision_s, zone):
    time = PARSERS["time"](text)
    assert f"{time.seconds // 3600:02}:{time.seconds // 60 % 60:02}" == clock
    assert (time.precision_s, time.zone, time.no_half) == (precision_s, zone, "")


@pytest.mark.parametrize("text", ["3:15", "1:00", "6:59", "03:15", "0315", "3:15:00"])
def test_a_time_that_may_be_of_the_night_or_the_afternoon_is_marked(text):
    assert PARSERS["time"](text).no_half == "typed"


def test_a_spreadsheets_stored_time_is_marked_where_it_may_be_either():
    assert PARSERS["time"]("03:15:00").no_half == "stored"
    assert not PARSERS["time"]("09:15:00").no_half


@pytest.mark.parametrize(
    "text",
    [
        "10",
        "25:00",
        "10:61",
        "10:05 or 10:40",
        "10:05 / 2:40",
        "3pm CST/4 EST",
        "10:05 AM Maria",
        "18:50 AM",
        "0:30 PM",
        "later",
    ],
)
def test_a_time_of_day_that_is_none_is_not_guessed(text):
    with pytest.raises(Unreadable):
        PARSERS["time"](text)


def test_machines_write_the_night_plainly():
    assert PARSERS["time_24"]("3:15").seconds == 3 * 3600 + 15 * 60
    assert PARSERS["time_24"]("3:15 PM").seconds == PARSERS["time_24"]("15:15:00").seconds


# ---- moments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "local", "offset"),
    [
        ("2022-03-01T10:05:00", "2022-03-01T10:05:00", None),
        ("2022-03-01 10:05", "2022-03-01T10:05:00", None),
        ("2023-06-06T23:07:20.000Z", "2023-06-06T23:07:20", 0),
        ("2019-11-01T00:00:08.2589935Z", "2019-11-01T00:00:08.258993", 0),
        ("2022-02-03T09:27:27.493-0500", "2022-02-03T09:27:27.493000", -300),
        ("2020-08-19T08:03:42.000-04:00", "2020-08-19T08:03:42", -240),
        ("Fri, 18 Oct 2019 17:02:00 +0000", "2019-10-18T17:02:00", 0),
        ("2022-07-25 16:37:07.000000 UTC", "2022-07-25T16:37:07", 0),
        ("2020/2/10 22:41", "2020-02-10T22:41:00", None),
        ("44621.4201388889", "2022-03-01T10:05:00", None),
        ("2022-03-01 10:05:00 +0530", "2022-03-01T10:05:00", 330),
        ("Mar 1, 2022 10:05:00 AM", "2022-03-01T10:05:00", None),
    ],
)
def test_a_moment_is_read_with_the_offset_it_states(text, local, offset):
    moment = PARSERS["moment"](text)
    assert (moment.local, moment.offset) == (datetime.fromisoformat(local), offset)


def test_patterns_are_those_of_strptime():
    assert PARSERS["moment"]("01/02/22_18.50", patterns=("%d/%m/%y_%H.%M",)).local == datetime(2022, 2, 1, 18, 50)
    assert PARSERS["date"]("990131", patterns=("%y%m%d",)) == date(1999, 1, 31)


def test_by_hand_the_small_hours_are_doubtful_in_one_cell_too():
    assert PARSERS["moment_by_hand"]("2022-03-01").precision_s == 86400
    assert PARSERS["moment_by_hand"]("3/16/2022 2:16 pm", order="mdy").local == datetime(2022, 3, 16, 14, 16)
    assert PARSERS["moment_by_hand"]("3/16/2022 2:16", order="mdy").no_half == "typed"
    assert PARSERS["moment_by_hand"]("2022-03-16 02:16:00").no_half == "stored"


def test_zero_is_how_machines_write_never():
    with pytest.raises(Unreadable, match="no_moment"):
        PARSERS["epoch_s"]("0")


@pytest.mark.parametrize(
    "text",
    ["3/14", "3/14 9:10am", "3/14 1 pm", "Mar 14 at 9:10 AM", "March 14, 13:10", "Thu 3/14", "Thursday, March 14"],
)
def test_a_day_without_a_year_is_told_where_the_year_may_stand(text):
    with pytest.raises(Unreadable) as result:
        PARSERS["moment_by_hand"](text, order="mdy")
    assert "the year in the name of the sheet or the file" in result.value.wanted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "1/1/0001"), ("date", "0001-01-01"), ("date", "1969-12-31"), ("date", "12/31/9999"),
        ("moment", "1/1/0001 10:05 AM"), ("moment", "9999-12-31T23:59:59Z"), ("moment", "2101-01-01 00:00:00"),
        ("moment_by_hand", "Mar 1 1066"), ("epoch_ms", "253402300799000"), ("epoch_s", "1646147100000"),
        ("epoch_ms", "169625781e99900000"), ("epoch_s", "1e999999"), ("epoch_2001", "1e999999"),
    ],
)  # fmt: skip
def test_a_year_that_no_calendar_holds_is_not_read(name, text):
    with pytest.raises(Unreadable) as why:
        PARSERS[name](text, order="mdy")
    assert (why.value.reason, why.value.wanted) in [
        ("no_such_year", "a year from 1970 to 2100"),
        ("unreadable", PARSERS[name].wanted),  # a number beyond all moments
    ]


@pytest.mark.parametrize("text", ["1/1/1970", "12/31/2100", "3/1/1999"])
def test_no_date_of_the_calendars_is_refused_for_its_age(text):
    assert PARSERS["date"](text, order="mdy").year in (1970, 1999, 2100)


def test_a_date_the_stated_order_forbids_says_so():
    with pytest.raises(Unreadable) as why:
        PARSERS["date"]("3/13/2022", order="dmy")
    assert why.value.wanted == "day/month, as the rest of the file is read (--date-order)"


def test_the_end_of_a_day_is_the_next_midnight():
    assert PARSERS["moment"]("3/1/2022 24:00", order="mdy").local == datetime(2022, 3, 2)
    assert PARSERS["time"]("24:00").seconds == 86400
    for text in ("24:01", "25:00", "24:00 PM"):
        with pytest.raises(Unreadable):
            PARSERS["time"](text)


@pytest.mark.slow
@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 12, 31)))
def test_many_at_once_are_read_as_one_by_one(moment):
    moment = moment.replace(microsecond=0)
    for text in (moment.isoformat(" "), moment.isoformat()):
        assert read_iso_moments(pa.array([text]))[0] == np.datetime64(moment, "us")


@given(st.text("0123456789-: T", min_size=19, max_size=19))
def test_many_at_once_read_nothing_that_is_no_moment(text):
    found = read_iso_moments(pa.array([text]))[0]
    if not np.isnat(found):
        assert found == np.datetime64(datetime.fromisoformat(text), "us")


@pytest.mark.parametrize("year", ["0000", "0001", "1899", "2101", "9999"])
def test_many_at_once_leave_out_the_year_that_no_calendar_holds_and_read_the_others(year):
    found = read_iso_moments(pa.array(["2022-03-01 10:05:00", f"{year}-03-01 10:05:00", "2022-03-01T10:06:00"]))
    assert np.isnat(found).tolist() == [False, True, False]


# ---- lengths of time --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "options", "seconds"),
    [
        ("seconds", "271", {}, 271),
        ("seconds", "0", {}, 0),
        ("minutes", "2.86", {}, 172),  # trap: 2.86 is minutes, not seconds
        ("milliseconds", "271499", {}, 271),
        ("clock_span", "0:04:31", {}, 271),
        ("clock_span", "27:10:05", {}, 97805),
        ("clock_span", '="2:12"', {"clock": "m:ss"}, 132),  # trap: a formula cell
        ("clock_span", "1:20", {"clock": "h:mm"}, 4800),
        ("clock_span", "75:10", {"clock": "m:ss"}, 4510),
        ("iso_duration", "PT4M45S", {}, 285),
        ("iso_duration", "PT1H51M35S", {}, 6695),
        ("iso_duration", "PT24S", {}, 24),
        ("iso_duration", "P1DT2H", {}, 93600),
    ],
)
def test_a_duration_is_read_in_its_own_unit(name, text, options, seconds):
    assert PARSERS[name](text, **options) == seconds


@pytest.mark.parametrize(
    ("name", "text"),
    [("seconds", "-5"), ("seconds", "1h"), ("clock_span", "0:04:71"), ("clock_span", "4.5"), ("iso_duration", "PT"),
     ("iso_duration", "4:45"), ("seconds", "99999999999"), ("clock_span", "0:75:00")],
)  # fmt: skip
def test_a_duration_in_another_form_is_not_read(name, text):
    with pytest.raises(Unreadable):
        PARSERS[name](text)


def test_two_parts_are_never_guessed():
    for name in ("clock_span", "human_span"):
        with pytest.raises(Unreadable, match="ambiguous_clock"):
            PARSERS[name]("0:45")


@pytest.mark.parametrize(
    ("text", "seconds", "grid_s"),
    [
        ("65", 3900, 60),
        ("45 min", 2700, 60),
        ("45 minutes.", 2700, 60),
        ("45m", 2700, 60),
        ("7.5", 450, 60),
        ("0", 0, 60),
        ("no wait", 0, 60),
        ("1h10", 4200, 60),
        ("1 h 10 min", 4200, 60),
        ("1 hr and 10 minutes", 4200, 60),
        ("on hold 1h10", 4200, 60),
        ("waited 40 min.", 2400, 60),
        ("2 hours", 7200, 900),
        ("1.5 hours", 5400, 900),
        ("an hour", 3600, 900),
        ("an hour and a half", 5400, 900),
        ("half an hour", 1800, 900),
        ("~45 min", 2700, 900),
        ("about 50", 3000, 300),
        ("45ish", 2700, 900),
        ("45?", 2700, 900),
        ("45-50", 2850, 300),
        ("45 – 50 min", 2850, 300),
        ("30 to 45", 2250, 900),
        ("1-2 hours", 5400, 900),
        ("45 min 30 s", 2730, 1),
        ("45 minutes 30 seconds", 2730, 1),
        ("30 seconds", 30, 1),
        ("1:05:30", 3930, 1),
        ("1:15 hrs", 4500, 60),
        ("half an hr", 1800, 900),
    ],
)
def test_a_wait_is_read_with_the_grid_it_was_rounded_to(text, seconds, grid_s):
    span = PARSERS["human_span"](text)
    assert (span.seconds, span.grid_s, span.ended) == (seconds, grid_s, "")


@pytest.mark.parametrize(
    ("text", "seconds", "ended"),
    [
        ("hung up after 50", 3000, "gave_up"),
        ("gave up after 1h10", 4200, "gave_up"),
        ("50, hung up", 3000, "gave_up"),
        ("disconnected after 35 min", 2100, "cut_off"),
        ("cut off at 20", 1200, "cut_off"),
        ("hung up", None, "gave_up"),
    ],
)
def test_a_wait_says_that_no_one_came(text, seconds, ended):
    span = PARSERS["human_span"](text)
    assert (span.seconds, span.ended) == (seconds, ended)


@pytest.mark.parametrize(
    "text",
    [
        "4S", "4s", "forever", "0.0416667", "0.75", "over", "> ", "45 / 30", "45 and 30", "1045", "50-45", "none",
        "1h75", "1:30 min", "14:10 h", "1:75 hrs", "45 Maria", "45 min on 3/2 and 30 min on 3/3", "-45", "1,062",
    ],
)  # fmt: skip
def test_a_wait_that_is_no_figure_is_not_guessed(text):
    with pytest.raises(Unreadable):
        PARSERS["human_span"](text)


@pytest.mark.parametrize(
    ("text", "minutes", "ended"),
    [
        (">2 hrs", 120, ""), ("2+ hours", 120, ""), ("60+", 60, ""), ("> 60", 60, ""), ("over an hour", 60, ""),
        ("more than 90 min", 90, ""), ("at least 1h", 60, ""), ("2 hours or more", 120, ""),
        ("hung up after >2 hrs", 120, "gave_up"),
    ],
)  # fmt: skip
def test_a_wait_that_took_longer_is_a_lower_bound(text, minutes, ended):
    span = PARSERS["human_span"](text)
    assert (span.seconds, span.ended, span.at_least) == (minutes * 60, ended, True)


def test_a_bare_figure_is_in_the_unit_of_its_column():
    assert PARSERS["human_span"]("90", unit="seconds") == spans.Span(90, 1)
    assert PARSERS["human_span"]("2", unit="hours").seconds == 7200
    assert PARSERS["human_span"]("1:10", clock="h:mm") == spans.Span(4200, 60)
    assert PARSERS["human_span"]("1:10", clock="m:ss") == spans.Span(70, 1)


@pytest.mark.parametrize(
    ("text", "clocks"),
    [
        ("till 9:50", ("m:ss", "h:mm")),
        ("on hold until 10:15", ("m:ss", "h:mm")),
        ("hung up 10:41", ("h:mm",)),  # after ten minutes, where a column counts minutes and seconds
        ("answered at 9:50", ("h:mm",)),
    ],
)
def test_a_time_of_day_in_a_column_of_waits_is_no_length(text, clocks):
    for clock in clocks:
        with pytest.raises(Unreadable):
            PARSERS["human_span"](text, clock=clock)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("72 hours", 72, "hours"),
        ("within 72 hrs.", 72, "hours"),
        ("30 business days", 30, "business_days"),
        ("in the next 5 working days", 5, "business_days"),
        ("2-3 days", 3, "days"),
        ("two weeks", 14, "days"),
        ("24 hours", 24, "hours"),
    ],
)
def test_what_the_caller_was_told(text, value, unit):
    assert PARSERS["told"](text) == (value, unit)


@pytest.mark.parametrize("text", ["soon", "72", "tomorrow", "Friday", "30 fortnights"])
def test_a_time_no_one_named_is_not_guessed(text):
    with pytest.raises(Unreadable):
        PARSERS["told"](text)


# ---- numbers and words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("(202) 838-2200", "known"),
        ("114", "known"),
        ("anonymous", "withheld"),
        ("Restricted", "withheld"),
        ("+266696687", "withheld"),  # ANONYMOUS on a keypad, not a caller in Lesotho
        ("+7378742833", "withheld"),
        ("anonymous@anonymous.invalid", "withheld"),
        ("sip:anonymous@anonymous.invalid", "withheld"),
        ('"Anonymous" <anonymous>', "withheld"),
        ("Restricted Number", "withheld"),
        ("<unknown>", "unknown"),
        ("anonymous tip <tips@law.example>", "text"),
        ("+86282452253", "unknown"),
        ("(Unknown)", "unknown"),
        ("-2", "withheld"),
        ("-1", "unknown"),
        ("000-000-0000", "unknown"),  # a bill's word for a number that was not shown
        ("(000) 000-0000", "unknown"),
        ("+10000000000", "unknown"),
        ("Internal Revenue Service", "text"),
        ("client:jane", "text"),
    ],
)
def test_what_is_shown_of_a_caller(text, state):
    assert PARSERS["caller"](text) == state


@pytest.mark.parametrize("text", ["+266696687", "2562533", "anonymous", "114", "i", "*60"])
def test_a_sentinel_is_no_telephone_number(text):
    with pytest.raises(Unreadable):
        PARSERS["number"](text)


def test_a_word_that_is_not_listed_says_which_are():
    with pytest.raises(Unreadable) as result:
        PARSERS["words"]("perhaps", words={"yes": "y", "no": "n"}, listed=("Yes", "No"))
    assert result.value.wanted == "Yes; No"


@pytest.mark.parametrize(("text", "seconds"), [("9:15A", 33300), ("12:05P", 43500), ("9a", 32400), ("around 9", 32400)])
def test_a_letter_right_behind_the_time_says_morning_or_afternoon_as_carriers_write_it(text, seconds):
    assert PARSERS["time"](text).seconds == seconds


@pytest.mark.parametrize("text", ["9 a", "9:15 a", "9:15Ax", "13a"])
def test_a_letter_anywhere_else_says_nothing(text):
    with pytest.raises(Unreadable):
        PARSERS["time"](text)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["(" * 32_000, " " * 32_000, "by " * 10_000], ids=["brackets", "blanks", "words"])
def test_a_cell_as_long_as_a_spreadsheet_allows_is_no_promise(cell):
    """A pattern that tries again at every letter would take minutes."""
    with pytest.raises(Unreadable):
        read_promise(cell)


@pytest.mark.parametrize(
    ("text", "minutes", "ended"),
    [
        ("media hora", 30, ""),
        ("2 horas y media", 150, ""),
        ("hora y cuarto", 75, ""),
        ("10 a 15 min", 12.5, ""),
        ("colgué a los 40 min", 40, "gave_up"),
        ("se nos corto después de 20 min", 20, "cut_off"),
        ("45 min, mucha espera", 45, ""),
        ("no contestaron", None, "no_person"),
        ("disc'd while holding", None, "cut_off"),
    ],
)
def test_waits_as_bilingual_staff_write_them(text, minutes, ended):
    """With or without the accents."""
    span = PARSERS["human_span"](text)
    assert (span.seconds, span.ended) == (minutes and minutes * 60, ended)
    assert PARSERS["human_span"](text.translate(str.maketrans("áéíóú", "aeiou")).upper()) == span


@pytest.mark.parametrize(
    ("text", "hour"), [("13:20 hrs", 13), ("8:10 de la mañana", 8), ("2:40 de la tarde", 14), ("mediodía", 12)]
)
def test_times_as_bilingual_staff_write_them(text, hour):
    assert PARSERS["time"](text).seconds // 3600 == hour


@pytest.mark.parametrize(
    "text", ["lunes 7 de marzo de 2022", "Lun. 7-mar-22", "miércoles 9 de marzo de 2022", "Sáb 5 mar 2022"]
)
def test_dates_with_a_weekday_in_spanish(text):
    assert PARSERS["date"](text, order="mdy").month == 3


@pytest.mark.parametrize("text", ["Mo. 07.03.2022", "Mittwoch, 09.03.2022", "Do. 10.03.22", "Sonntag 06.03.2022"])
def test_a_weekday_in_german_proves_the_order(text):
    assert (PARSERS["date"](text, order="dmy").month, dates.date_order([text])) == (3, "dmy")
