"""Business days, hours and due moments against published dates and hand-worked cases."""

import time
from dataclasses import replace
from datetime import date

import holidays
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callanalytics import agencies, clocks
from callanalytics.clocks import Calendar, calendar
from callanalytics.values import zones

USCIS = agencies.load()
URGENT, REGULAR = USCIS.rule("t2-urgent-2022"), USCIS.rule("t2-regular-2022")


def utc(*eastern):
    """Eastern wall clock -> UTC."""
    return zones.to_utc(np.array(eastern, "M8[us]"), zones.EASTERN)[0]


def eastern(moments):
    """UTC -> Eastern wall clock to the minute, as text; NaT as None."""
    local = zones.to_local(moments, zones.EASTERN).astype("M8[m]")
    return [None if np.isnat(moment) else str(moment).replace("T", " ") for moment in local]


def due(started, rule, reading, days="federal"):
    return eastern(clocks.due(utc(started), rule, reading, days, agency=USCIS))[0]


# ---- the calendar ---------------------------------------------------------------------------------

CLOSED_BY_ORDER = [
    "2018-12-05",  # day of mourning, EO 13852
    "2018-12-24",  # EO 13854
    "2019-12-24",  # EO 13900
    "2020-12-24",  # EO 13965
    "2024-12-24",  # EO 14129
    "2025-01-09",  # day of mourning, EO 14133
    "2025-12-24",  # EO 14371
    "2025-12-26",  # EO 14371
]
CLOSED_BY_STATUTE = [
    "2021-06-18",  # first Juneteenth, one day after enactment
    "2021-12-24",  # Christmas in lieu
    "2021-12-31",  # New Year 2022 in lieu
    "2025-01-20",  # Martin Luther King Day, coincides with Inauguration
    "2026-07-03",  # July 4 in lieu
]
OPEN = [
    "2021-01-20",  # Inauguration Day: Washington only
    "2022-12-23",  # no order that year
    "2023-12-26",
    "2025-01-06",  # snow in Washington, telework
    "2026-01-26",
    "2025-10-15",  # lapse: fee-funded
    "2025-04-16",  # Emancipation Day is the District's
]


def test_days_closed_by_executive_order_stop_the_default_clock_only():
    assert not calendar("federal", agency=USCIS).is_open(CLOSED_BY_ORDER).any()
    assert calendar("statutory", agency=USCIS).is_open(CLOSED_BY_ORDER).all()


def test_days_closed_by_statute_stop_both():
    assert not calendar("federal", agency=USCIS).is_open(CLOSED_BY_STATUTE).any()
    assert not calendar("statutory", agency=USCIS).is_open(CLOSED_BY_STATUTE).any()
    assert calendar("weekdays", agency=USCIS).is_open(CLOSED_BY_STATUTE).all()


def test_snow_lapses_and_inauguration_stop_nothing_unless_asked():
    assert calendar("federal", agency=USCIS).is_open(OPEN).all()
    asked = calendar("federal", also=("snow", "lapse", "inauguration"), agency=USCIS)
    assert asked.is_open(OPEN).tolist() == [False, True, True, False, False, False, True]
    assert asked.version != calendar("federal", agency=USCIS).version


def test_the_file_of_closures_is_what_holidays_knows():
    """holidays >= 0.88, "government": the versions before know no executive order and say nothing."""
    first, last = USCIS.closures_years
    known = holidays.US(categories=("government",), years=range(first, last + 1))
    known = {day for day in known if day.weekday() < 5 and first <= day.year <= last}
    assert {date(2018, 12, 5), date(2025, 1, 9), date(2025, 12, 26)} <= known
    assert set(calendar("federal", agency=USCIS).closed.tolist()) == known


def test_statutory_days_of_the_file_are_the_public_holidays():
    first, last = USCIS.closures_years
    known = holidays.US(categories=("public",), years=range(first, last + 1))
    assert set(calendar("statutory", agency=USCIS).closed.tolist()) == {d for d in known if d.weekday() < 5}


def test_years_beyond_the_file_are_known():
    federal = calendar("federal", agency=USCIS)
    assert federal.is_open(["2028-07-04", "2028-07-05", "2017-12-25", "2012-12-24"]).tolist() == [
        False,
        True,
        False,
        False,
    ]
    assert calendar("statutory", agency=USCIS).is_open(["2012-12-24", "2028-07-04"]).tolist() == [True, False]
    assert calendar("weekdays", agency=USCIS).is_open(["2028-07-04", "2017-12-25"]).all()


def test_the_version_of_the_closures_is_a_date_of_the_file():
    assert calendar("federal", agency=USCIS).version.startswith("closures 20")
    date.fromisoformat(USCIS.closures_version.removeprefix("closures "))


def test_a_day_far_from_any_calendar_is_answered():
    assert clocks.is_business_day(["1900-01-01", "2200-01-01", "NaT"], agency=USCIS).tolist() == [True, True, False]


def test_an_unknown_calendar_is_refused():
    with pytest.raises(ValueError, match="no calendar"):
        calendar("banking", agency=USCIS)


# ---- due: the published table of hand-worked cases ------------------------------------------------

URGENT_CASES = [  # start | by the clock | weekdays | + statutory holidays | + executive orders
    ("2021-12-22 15:00", "2021-12-25 15:00", "2021-12-27 15:00", "2021-12-28 15:00", "2021-12-28 15:00"),
    ("2022-01-13 10:00", "2022-01-16 10:00", "2022-01-18 10:00", "2022-01-19 10:00", "2022-01-19 10:00"),
    ("2025-01-07 11:00", "2025-01-10 11:00", "2025-01-10 11:00", "2025-01-10 11:00", "2025-01-13 11:00"),
    ("2025-07-02 12:00", "2025-07-05 12:00", "2025-07-07 12:00", "2025-07-08 12:00", "2025-07-08 12:00"),
    ("2025-12-19 16:00", "2025-12-22 16:00", "2025-12-24 16:00", "2025-12-24 16:00", "2025-12-29 16:00"),
    ("2025-12-23 09:00", "2025-12-26 09:00", "2025-12-26 09:00", "2025-12-29 09:00", "2025-12-31 09:00"),
]
REGULAR_CASES = [  # start | 30 weekdays | 30 business days, statutory | default
    ("2022-01-10", "2022-02-21", "2022-02-23", "2022-02-23"),
    ("2024-12-05", "2025-01-16", "2025-01-21", "2025-01-23"),
    ("2025-11-20", "2026-01-01", "2026-01-06", "2026-01-08"),
    ("2025-12-15", "2026-01-26", "2026-01-29", "2026-02-02"),
]


@pytest.mark.parametrize(("start", "clock", "weekdays", "statutory", "federal"), URGENT_CASES)
def test_72_hours_on_each_calendar(start, clock, weekdays, statutory, federal):
    assert due(start, URGENT, "strict") == clock
    assert due(start, URGENT, "default", "weekdays") == weekdays
    assert due(start, URGENT, "default", "statutory") == statutory
    assert due(start, URGENT, "default") == federal


@pytest.mark.parametrize(("start", "weekdays", "statutory", "federal"), REGULAR_CASES)
def test_30_business_days_on_each_calendar(start, weekdays, statutory, federal):
    start = f"{start} 11:17"
    assert due(start, REGULAR, "strict") == f"{weekdays} 18:30"
    assert due(start, REGULAR, "default", "statutory") == f"{statutory} 18:30"
    assert due(start, REGULAR, "default") == f"{federal} 18:30"
    assert due(start, REGULAR, "lenient") == f"{federal} 23:59"


@pytest.mark.parametrize(
    ("start", "days", "statutory", "federal"),
    [
        ("2021-11-15", 30, "2021-12-29", "2021-12-29"),
        ("2024-06-14", 30, "2024-07-30", "2024-07-30"),
        ("2024-12-20", 3, "2024-12-26", "2024-12-27"),  # 24 December closed by order
        ("2025-01-06", 30, "2025-02-19", "2025-02-20"),  # 9 January, day of mourning
    ],
)
def test_business_days_against_the_opm_calendar(start, days, statutory, federal):
    from dataclasses import replace

    rule = replace(REGULAR, value=days)
    assert due(f"{start} 10:00", rule, "default", "statutory") == f"{statutory} 18:30"
    assert due(f"{start} 10:00", rule, "default") == f"{federal} 18:30"


# ---- due: edges -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "strict", "default", "lenient"),
    [
        # Saturday: the clock runs at once, business days from Monday 0:00; Monday to Friday and Monday, 12 hours each
        ("2022-03-05 13:00", "2022-03-08 13:00", "2022-03-10 00:00", "2022-03-14 20:00"),
        # Presidents' Day, a closed Monday
        ("2022-02-21 10:00", "2022-02-24 10:00", "2022-02-25 00:00", "2022-03-01 20:00"),
        # Tuesday before the lines open, at noon, after they close
        ("2022-03-01 06:30", "2022-03-04 06:30", "2022-03-04 06:30", "2022-03-08 20:00"),
        ("2022-03-01 12:00", "2022-03-04 12:00", "2022-03-04 12:00", "2022-03-09 12:00"),
        ("2022-03-01 21:15", "2022-03-04 21:15", "2022-03-04 21:15", "2022-03-09 20:00"),
        # over the spring change (Sunday 13 March): 72 hours by the clock end an hour later on the wall
        ("2022-03-10 10:00", "2022-03-13 11:00", "2022-03-15 10:00", "2022-03-18 10:00"),
        # over the autumn change (Sunday 6 November): an hour earlier on the wall; Veterans Day is a Friday
        ("2022-11-04 10:00", "2022-11-07 09:00", "2022-11-09 10:00", "2022-11-15 10:00"),
        # the repeated hour itself, a Sunday: the first instant
        ("2022-11-06 01:30", "2022-11-09 00:30", "2022-11-10 00:00", "2022-11-15 20:00"),
        # midnight of an open day
        ("2022-03-02 00:00", "2022-03-05 00:00", "2022-03-07 00:00", "2022-03-09 20:00"),
    ],
)
def test_72_hours_worked_by_hand(start, strict, default, lenient):
    assert due(start, URGENT, "strict") == strict
    assert due(start, URGENT, "default") == default
    assert due(start, URGENT, "lenient") == lenient


@pytest.mark.parametrize(
    ("start", "strict", "default"),
    [
        ("2022-03-05 13:00", "2022-04-18 18:30", "2022-04-18 18:30"),  # Saturday: day 0 is Monday 7 March
        ("2022-03-07 13:00", "2022-04-18 18:30", "2022-04-18 18:30"),  # that Monday
        ("2022-02-21 13:00", "2022-04-04 18:30", "2022-04-05 18:30"),  # a closed Monday is day 0 only by weekdays
        ("2022-03-07 23:59", "2022-04-18 18:30", "2022-04-18 18:30"),  # the hour does not matter
        ("2022-10-05 08:00", "2022-11-16 18:30", "2022-11-18 18:30"),  # summer to winter time: 18:30 on the wall
    ],
)
def test_30_business_days_worked_by_hand(start, strict, default):
    assert due(start, REGULAR, "strict") == strict
    assert due(start, REGULAR, "default") == default


def test_two_hours_run_over_midnight_and_the_weekend():
    rule = USCIS.rule("t2-2019")
    assert due("2019-03-08 23:00", rule, "default") == "2019-03-11 01:00"  # Friday
    assert due("2019-03-08 10:00", rule, "default") == "2019-03-08 12:00"
    assert due("2019-03-08 19:30", rule, "lenient") == "2019-03-11 09:30"
    assert due("2019-03-08 23:00", rule, "strict") == "2019-03-09 01:00"


def test_an_unknown_start_is_never_due():
    starts = np.array(["NaT", "2022-03-01T15:00"], "M8[us]")
    for rule in USCIS.rules:
        for reading in clocks.READINGS:
            assert np.isnat(clocks.due(starts, rule, reading, agency=USCIS)).tolist() == [True, False]
    assert np.isnat(clocks.due(np.array(["NaT"], "M8[us]"), URGENT, "default", agency=USCIS)).all()


def test_no_starts_give_no_dues():
    none = np.array([], "M8[us]")
    assert len(clocks.due(none, URGENT, "default", agency=USCIS)) == 0
    assert len(clocks.due_all(none, [], agency=USCIS)["rule_id"]) == 0
    assert len(clocks.due_as_quoted(none, [], [], agency=USCIS)) == 0
    assert len(clocks.business_days_between(none, none, agency=USCIS)) == 0
    assert len(clocks.in_live_hours(none, "contact_center", agency=USCIS)) == 0


def test_a_reading_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no reading"):
        clocks.due(utc("2022-03-01 10:00"), URGENT, "generous", agency=USCIS)


def test_due_beyond_the_file_of_closures():
    assert due("2027-12-23 10:00", URGENT, "default") == "2027-12-29 10:00"  # 24th in lieu
    assert due("2027-12-29 10:00", URGENT, "default") == "2028-01-04 10:00"  # 31st in lieu
    assert due("2028-07-03 10:00", URGENT, "default") == "2028-07-07 10:00"  # July 4, from holidays


def test_a_year_that_is_a_slip_of_the_pen_does_not_break_the_rest():
    starts = utc("2202-03-01 10:00", "2022-03-01 10:00")
    assert eastern(clocks.due(starts, URGENT, "default", agency=USCIS))[1] == "2022-03-04 10:00"
    assert clocks.due_all(starts, ["urgent", "urgent"], agency=USCIS)["rule_id"].to_pylist() == ["t2-urgent-2022"] * 2


# ---- due: laws ------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 9 * 365 * 1440).map(lambda m: np.datetime64("2018-06-01T00:00", "us") + np.timedelta64(m, "m"))
RULES = st.sampled_from(USCIS.rules)
READING = st.sampled_from(clocks.READINGS)


@pytest.mark.slow
@given(start=MOMENTS, rule=RULES)
def test_strict_is_never_later_than_default_nor_default_than_lenient(start, rule):
    strict, default, lenient = (clocks.due([start], rule, reading, agency=USCIS)[0] for reading in clocks.READINGS)
    assert start <= strict <= default <= lenient


@pytest.mark.slow
@given(a=MOMENTS, b=MOMENTS, rule=RULES, reading=READING)
def test_a_later_start_is_never_due_earlier(a, b, rule, reading):
    first, second = clocks.due(sorted([a, b]), rule, reading, agency=USCIS)
    assert first <= second


@given(start=MOMENTS, rule=RULES, reading=READING, more=st.lists(st.integers(0, 60), max_size=8))
def test_more_closures_never_bring_a_due_moment_closer(start, rule, reading, more):
    federal = calendar("federal", agency=USCIS)
    extra = start.astype("M8[D]") + np.array(more, "m8[D]")
    wider = Calendar("own", np.concatenate([federal.closed, extra]), "own", federal.years)
    by_calendar = {name: clocks.due([start], rule, reading, days, agency=USCIS)[0] for name, days in
          [("weekdays", "weekdays"), ("statutory", "statutory"), ("federal", "federal"), ("own", wider)]}  # fmt: skip
    assert by_calendar["weekdays"] <= by_calendar["statutory"] <= by_calendar["federal"] <= by_calendar["own"]


@given(start=MOMENTS)
def test_72_hours_are_three_business_days_at_the_same_wall_time(start):
    local = zones.to_local([start], zones.EASTERN)
    day = local.astype("M8[D]")
    closed = calendar("federal", agency=USCIS).closed
    if np.is_busday(day[0], holidays=closed):
        third = np.busday_offset(day, 3, holidays=closed)
        assert (
            clocks.due([start], URGENT, "default", agency=USCIS)
            == zones.to_utc(third + (local - day), zones.EASTERN)[0]
        )
    else:
        third = np.busday_offset(day, 3, roll="forward", holidays=closed)
        assert clocks.due([start], URGENT, "default", agency=USCIS) == utc(f"{third[0]} 00:00")


@given(start=MOMENTS, days=st.integers(0, 60))
def test_a_contact_is_in_time_when_its_business_days_are_at_most_those_promised(start, days):
    contact = start + np.timedelta64(days, "D")
    counted = clocks.business_days_between([start], [contact], agency=USCIS)[0]
    end = clocks.due([start], REGULAR, "lenient", agency=USCIS)[0]
    assert (counted <= REGULAR.value) == (contact <= end)


@given(start=MOMENTS, live=st.integers(1, 80))
def test_lenient_hours_pass_only_while_people_answer(start, live):
    """Minute by minute with the service hours themselves as the oracle."""
    from dataclasses import replace

    start = start.astype("M8[m]").astype("M8[us]")
    end = clocks.due([start], replace(URGENT, value=live), "lenient", agency=USCIS)[0]
    minutes = np.arange(start, end, np.timedelta64(1, "m"))
    local_day = zones.to_local(minutes, zones.EASTERN)
    answered = clocks.in_live_hours(minutes, "contact_center", agency=USCIS).to_numpy(zero_copy_only=False)
    assert answered.sum() == live * 60
    assert answered[-1], local_day[-1]


# ---- all rules at once ----------------------------------------------------------------------------


def test_where_two_rules_may_have_held_the_promise_has_both():
    start = utc("2021-06-01 10:00")  # Tuesday
    result = clocks.due_all(start, ["urgent"], agency=USCIS)
    assert result["rule_id"].to_pylist() == ["t2-urgent-2021|t2-urgent-2022"]
    assert eastern(result["due_strict"]) == ["2021-06-03 10:00"]  # 48 hours by the clock
    assert eastern(result["due_lenient"]) == ["2021-06-09 10:00"]  # 72 live hours
    assert eastern(result["due_default"]) == [None]


def test_where_one_rule_held_all_three_readings_are_known():
    result = clocks.due_all(utc("2021-12-22 15:00", "2021-02-10 09:00"), ["urgent", "regular"], agency=USCIS)
    assert result["rule_id"].to_pylist() == ["t2-urgent-2022", "t2-regular-2021"]
    assert eastern(result["due_default"]) == ["2021-12-28 15:00", "2021-02-22 18:30"]  # Presidents' Day between


def test_an_unknown_urgency_or_time_or_age_has_no_rule():
    starts = np.concatenate([utc("2022-03-01 10:00", "2018-03-01 10:00"), np.array(["NaT"], "M8[us]")])
    result = clocks.due_all(starts, ["unknown", "urgent", "regular"], agency=USCIS)
    assert result["rule_id"].to_pylist() == [None] * 3
    assert result["rule_age_days"].to_pylist() == [None] * 3
    assert all(np.isnat(result[f"due_{reading}"]).all() for reading in clocks.READINGS)


def test_a_call_of_2026_is_judged_by_a_rule_last_confirmed_in_2022_and_says_so():
    result = clocks.due_all(utc("2026-01-12 10:00", "2021-12-20 10:00"), ["urgent", "urgent"], agency=USCIS)
    assert result["rule_age_days"].to_pylist() == [1463, 0]  # 10 January 2022 to 12 January 2026; confirmed afterwards


@pytest.mark.parametrize("words", [
    np.array(["urgent", "regular", None], object), np.array(["urgent", "regular", "unknown"]),
    pa.array(["urgent", "regular", None]), pa.array(["urgent", "regular", None]).dictionary_encode(),
    pa.chunked_array([["urgent"], ["regular", None]]),
])  # fmt: skip
def test_urgency_comes_in_any_shape(words):
    starts = pa.array(utc(*["2022-03-01 10:00"] * 3), pa.timestamp("us", tz="UTC"))
    assert clocks.due_all(starts, words, agency=USCIS)["rule_id"].to_pylist() == [
        "t2-urgent-2022",
        "t2-regular-2022",
        None,
    ]


def test_rules_of_ones_own_are_judged_beside_the_shipped_ones(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        '[[rule]]\nid = "mine"\nurgency = "urgent"\nvalue = 72\nunit = "hours"\nfrom_earliest = 2024-01-01\n'
        'from_latest = 2024-01-01\nlast_confirmed = 2024-01-01\nwords = "three days"\nstated_by = "a"\n'
        'stated_to = "b"\nsource = "s"\ngrade = "P"\n', "utf-8")  # fmt: skip
    result = clocks.due_all(utc("2024-06-03 10:00"), ["urgent"], agency=agencies.load(extra=path))
    assert result["rule_id"].to_pylist() == ["t2-urgent-2022|mine"]
    assert eastern(result["due_default"]) == ["2024-06-06 10:00"]  # both say the same


# ---- as told --------------------------------------------------------------------------------------


def test_what_the_caller_was_told_is_taken_to_the_letter():
    starts = utc(*["2022-03-04 10:00"] * 5)  # Friday
    result = clocks.due_as_quoted(
        starts, [72, 3, 3, None, 4], ["hours", "days", "business_days", "hours", None], agency=USCIS
    )
    assert eastern(result) == ["2022-03-07 10:00", "2022-03-07 18:30", "2022-03-09 18:30", None, None]


def test_what_was_told_comes_in_any_shape():
    starts = utc("2022-03-04 10:00", "2022-03-04 10:00")
    result = clocks.due_as_quoted(
        starts, pa.array([2, None], pa.int16()), pa.array(["business_days", None]), agency=USCIS
    )
    assert eastern(result) == ["2022-03-08 18:30", None]
    assert eastern(clocks.due_as_quoted(starts, np.array([2.0, np.nan]), "days", agency=USCIS)) == [
        "2022-03-06 18:30",
        None,
    ]


# ---- hours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "live", "window"),
    [
        ("2022-03-01 06:59", False, False),
        ("2022-03-01 07:00", False, True),
        ("2022-03-01 08:00", True, True),
        ("2022-03-01 18:30", True, True),
        ("2022-03-01 18:31", True, False),
        ("2022-03-01 19:59", True, False),
        ("2022-03-01 20:00", False, False),
        ("2022-07-01 08:00", True, True),  # summer time, not EST to the letter
        ("2022-03-05 12:00", False, False),  # Saturday
        ("2022-02-21 12:00", False, False),  # Presidents' Day
        ("2025-01-09 12:00", False, False),  # day of mourning
        ("2025-10-15 12:00", True, True),  # lapse
    ],
)
def test_live_hours_and_window(moment, live, window):
    assert clocks.in_live_hours(utc(moment), "contact_center", agency=USCIS).to_pylist() == [live]
    assert clocks.in_window(utc(moment), agency=USCIS).tolist() == [window]


def test_hours_that_are_not_known_are_null():
    starts = np.concatenate([utc("2022-03-01 10:00"), utc("2022-03-01 10:00"), np.array(["NaT"], "M8[us]")])
    assert clocks.in_live_hours(starts, ["contact_center", "premium", "contact_center"], agency=USCIS).to_pylist() == [
        True,
        None,
        None,
    ]
    assert clocks.in_live_hours(starts, [None, "elsewhere", None], agency=USCIS).null_count == 3
    assert clocks.in_window(starts, agency=USCIS).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2022-06-30", "2022-07-01T03:59:59.999999"),
        (date(2022, 1, 31), "2022-02-01T04:59:59.999999"),
        (np.datetime64("2022-03-13"), "2022-03-14T03:59:59.999999"),  # 23 hours long
        ("2022-11-06", "2022-11-07T04:59:59.999999"),  # 25 hours long
    ],
)
def test_a_day_ends_at_midnight_eastern(day, end):
    assert clocks.end_of_day(day, agency=USCIS) == np.datetime64(end)


# The window on the office's clock, and the share of it inside a desk day of 9:00-17:30.
WINDOWS = [
    ("America/New_York", "2022-01-12", "07:00", "18:30", 74),
    ("America/Chicago", "2022-01-12", "06:00", "17:30", 74),
    ("America/Denver", "2022-01-12", "05:00", "16:30", 65),
    ("America/Los_Angeles", "2022-01-12", "04:00", "15:30", 57),
    ("America/Los_Angeles", "2022-07-13", "04:00", "15:30", 57),
    ("America/Anchorage", "2022-01-12", "03:00", "14:30", 48),
    ("Pacific/Honolulu", "2022-01-12", "02:00", "13:30", 39),
    ("Pacific/Honolulu", "2022-07-13", "01:00", "12:30", 30),
    ("Pacific/Guam", "2022-01-12", "22:00", "09:30", 0),
]


@pytest.mark.parametrize(("zone", "day", "opens", "closes", "share"), WINDOWS)
def test_the_window_on_the_offices_clock(zone, day, opens, closes, share):
    begin, end = clocks.window_in(zone, day, agency=USCIS)
    assert (str(begin)[11:16], str(end)[11:16]) == (opens, closes)
    hours = [(moment - begin.astype("M8[D]")) / np.timedelta64(1, "h") for moment in (begin, end)]
    if zone != "Pacific/Guam":  # its window ends the next day, before 9:30: 30 minutes, which the table calls 0 %
        inside = max(0.0, min(hours[1], 17.5) - max(hours[0], 9.0))
        assert round(100 * inside / 11.5) == share


# ---- business days between ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2022-03-01 10:00", "2022-03-01 18:00", 0),
        ("2022-03-01 10:00", "2022-03-02 08:00", 1),
        ("2022-03-04 10:00", "2022-03-07 08:00", 1),  # Friday to Monday
        ("2022-03-04 10:00", "2022-03-05 08:00", 1),  # Friday to Saturday: counts with Monday
        ("2022-03-05 10:00", "2022-03-07 08:00", 0),  # a start on Saturday has Monday as day 0
        ("2022-02-18 10:00", "2022-02-22 08:00", 1),  # over Presidents' Day
        ("2025-01-07 10:00", "2025-01-10 08:00", 2),  # over the day of mourning
        ("2022-01-10 23:30", "2022-02-23 18:30", 30),
        ("2022-03-02 10:00", "2022-03-01 10:00", -1),
    ],
)
def test_business_days_between_two_moments(start, end, days):
    assert clocks.business_days_between(utc(start), utc(end), agency=USCIS).tolist() == [days]


def test_days_from_or_to_nowhere_are_minus_one():
    moment = np.array(["2022-03-01T15:00", "NaT"], "M8[us]")
    assert clocks.business_days_between(moment, moment[::-1], agency=USCIS).tolist() == [-1, -1]


# ---- speed ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("rule", [URGENT, REGULAR], ids=lambda rule: rule.id)
@pytest.mark.parametrize("reading", clocks.READINGS)
def test_a_million_promises_cost_less_than_five_times_numpys_business_days(rule, reading):
    minutes = np.random.default_rng(20220711).integers(0, 4 * 365 * 1440, 1_000_000)
    starts = np.datetime64("2021-01-01", "us") + minutes.astype("m8[m]")
    days, closed = starts.astype("M8[D]"), calendar("federal", agency=USCIS).closed

    def seconds(work):
        taken = []
        for _ in range(3):
            begin = time.process_time()
            work()
            taken.append(time.process_time() - begin)
        return min(taken)

    floor = seconds(lambda: np.busday_offset(days, 30, roll="forward", holidays=closed))
    assert seconds(lambda: clocks.due(starts, rule, reading, agency=USCIS)) < 5 * floor


def test_any_number_of_rules_may_have_been_in_force_at_one_start():
    urgent = next(rule for rule in USCIS.rules if rule.applies_to("urgent"))
    rules = tuple(replace(urgent, id=f"r{n}", from_earliest="2020-01-01", to_latest="") for n in range(70))
    result = clocks.due_all(utc("2022-03-01 15:00"), ["urgent"], agency=replace(USCIS, rules=rules))
    assert result["rule_id"].to_pylist() == ["|".join(f"r{n}" for n in range(70))]
