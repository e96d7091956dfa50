"""The page to explore: its figures are the measures', it asks nothing of the network, and it shows no client."""

import gzip
import json
import re
import sys
from base64 import b64decode

import pytest

from built_reports import built
from callanalytics import log as logs
from callanalytics import reports, schema
from callanalytics.errors import CallLogError
from callanalytics.figures import rows
from callanalytics.invented import LABEL
from callanalytics.measures.result import waits_by_clock
from callanalytics.reports import explore, firm, front, html, liaison
from callanalytics.reports.results import Results


@pytest.fixture(scope="module")
def log(sample_stores):
    """Three offices, two of them small, over one year: one period, so that the page is made soon."""
    return logs.load(sample_stores("few")).where(since="2022-01-01")


@pytest.fixture(scope="module")
def page(log):
    return explore.page(log)


def unpacked(page):
    packed = re.search('id="data">([^<]+)<', page)[1]
    return json.loads(gzip.decompress(b64decode(packed)))


def words_of(data, choice):
    return [data["texts"][code] for code in data["words"][choice]]


def rows_of(data, name, choice):
    """The rows of a chart as the page shows them."""
    table = data["tables"][name]
    first, last = table["starts"][choice : choice + 2]
    columns = {
        key: [data["texts"][code] for code in values] if key in table["texts"] else values
        for key, values in table["columns"].items()
    }
    return [{key: values[place] for key, values in columns.items()} for place in range(first, last)]


def choices(log, data):
    """Place of a choice -> what it chooses of the log, for the line that a report counts."""
    step = len(data["periods"]) * len(data["lines"])
    return {place * step: name if place else None for place, name in enumerate(data["offices"])}


@pytest.mark.slow
def test_numbers_and_headline_are_those_of_the_liaison_page(log, page):
    head = built(liaison, log).front
    assert words_of(unpacked(page), 0)[0] == head.headline
    shown = re.findall('class="(?:value[^"]*|words)">([^<]+)<', words_of(unpacked(page), 0)[2])
    assert shown == [text for number in head.numbers for text in (number.value, number.words)]
    assert all(text in page for text in shown)  # without scripts, too


@pytest.mark.slow
def test_every_office_has_the_figures_of_its_own_log(log, page):
    data = unpacked(page)
    for place, office in choices(log, data).items():
        results = explore.Part(log.where(office=office))
        headline, _, numbers = words_of(data, place)
        assert headline == front.headline(results)
        assert numbers == html.side_by_side(explore._numbers(results))


@pytest.mark.slow
def test_rows_of_a_chart_are_those_of_its_measure(log, page):
    data, n = unpacked(page), 0
    for place, office in choices(log, data).items():
        results = Results(log.where(office=office))
        cells = rows.pick(results.take("wait", "hour"), "median", wait_origin=results.clock).dropna(subset="hour")
        wanted = cells[cells["n"] > 0].sort_values("hour").to_dict("records")
        for row, cell in zip(rows_of(data, "hours", place), wanted, strict=True):
            for name in ("hour", "n", "events", "value", "low", "high", "flag"):
                assert row[name] == (None if cell[name] != cell[name] else cell[name]), name
        missed = rows_of(data, "missed", place)
        assert sum(row["n"] for row in missed) == results.missed_early[1]
        for urgency in explore.URGENCIES:
            kept = results.row("promise_kept_rate", urgency=urgency)
            for row in rows_of(data, urgency, place):
                if row["day"] == row["promised"]:
                    assert [row[name] for name in ("events", "n", "most", "most_n")] == [
                        kept[name] for name in ("events", "n", "most", "most_n")
                    ]
                    n += 1
    assert n


@pytest.mark.slow
def test_a_callback_is_of_no_line_and_a_call_of_one(log, page):
    data = unpacked(page)
    lines, of_lines = len(data["lines"]), 0
    assert lines > 1
    for line in range(1, lines):
        assert rows_of(data, "missed", line) == rows_of(data, "missed", 0)
        of_lines += sum(row["n"] for row in rows_of(data, "hours", line))
    assert of_lines > 0


@pytest.mark.slow
def test_no_headline_and_no_number_of_one_line_speaks_of_missed_callbacks(page):
    data = unpacked(page)
    of_every_line, *of_lines = range(len(data["lines"]))
    assert "missed callbacks" in words_of(data, of_every_line)[2]
    for line in of_lines:
        headline, _, numbers = words_of(data, line)
        assert "missed" not in headline + numbers


@pytest.mark.slow
def test_no_note_of_a_number_has_brackets_since_its_sentence_puts_it_into_some(page):
    data = unpacked(page)
    notes = [note for n in range(len(data["words"])) for note in re.findall('"small">([^<]+)', words_of(data, n)[2])]
    assert notes
    assert not [note for note in notes if "(" in note]


@pytest.mark.slow
def test_a_csv_has_a_unit_for_its_figures_and_says_that_they_are_invented(log, page):
    data = unpacked(page)
    units = {name: {row["unit"] for row in rows_of(data, name, 0)} for name in explore.CHARTS}
    assert units == {"hours": {"s"}, "week": {"s"}, "urgent": {"share"}, "regular": {"share"}, "missed": {"count"}}
    assert all("unit" in head for head in data["csv"].values())
    assert data["mark"] == LABEL


@pytest.mark.slow
def test_where_no_hours_are_drawn_it_says_how_many_waits_there_are_and_of_how_many_the_hour_is_known(log, page):
    data, n = unpacked(page), 0
    for place, office in choices(log, data).items():
        if not data["drawn"][place][0]:
            results = Results(log.where(office=office))
            waits = waits_by_clock(results.take("wait", "hour"))[results.clock]
            timed = sum(row["n"] for row in rows_of(data, "hours", place))
            note = data["texts"][data["notes"][place][0]]
            assert f"{waits} waits" in note
            assert timed == waits or (f"the hour is known of {timed}" if timed else "none with a known hour") in note
            n += 1
    assert n


@pytest.mark.slow
def test_under_ten_cases_no_percentage_and_no_interval_is_in_it(page):
    data, few = unpacked(page), 0
    for name in explore.URGENCIES:
        for choice in range(len(data["words"])):
            for row in rows_of(data, name, choice):
                if row["n"] < 10:
                    few += 1
                    assert re.fullmatch(r"[\d–]+ of [\d–]+|none of [\d–]+", row["words"]), row
                    assert [row[end] for end in ("low", "high", "least", "widest")] == [None] * 4
            note = data["texts"][data["notes"][choice][list(explore.CHARTS).index(name)]]
            assert "Too few" not in note or not data["drawn"][choice][list(explore.CHARTS).index(name)]
    assert few


@pytest.mark.slow
def test_same_log_gives_the_same_bytes(sample_stores):
    store = sample_stores("6-phoenix")
    assert explore.page(logs.load(store)) == explore.page(logs.load(store))


@pytest.mark.slow
def test_every_year_can_be_picked_after_the_whole_period(log, sample_stores):
    whole = [label for label, _ in explore._periods(logs.load(sample_stores("few")))]
    assert whole == ["January 2021–December 2022", "2022", "2021"]
    assert [label for label, _ in explore._periods(log)] == ["January–December 2022"]  # a selection is kept to


@pytest.mark.slow
def test_no_client_number_or_agent_is_in_it_and_its_owner_alone_can_read_it(log, page, tmp_path, monkeypatch):
    shown = page + json.dumps(unpacked(page), ensure_ascii=False)
    hidden = set(schema.PRIVATE) - {"matter", "lines", "outcome_raw"}  # the last is a phone system's own word
    values = set()
    for name in ("calls", "entries", "agency_calls", "callbacks", "promises"):
        table = log.table(name).arrow
        for column in hidden & set(table.column_names):
            values |= {str(value) for value in table[column].drop_null().unique().to_pylist()}
    values = {value for value in values if len(value) > 5}  # a shorter one may be part of any word
    assert len(values) > 100
    assert not [value for value in values if value in shown]
    assert LABEL in page
    assert firm.MARKING in page
    monkeypatch.setattr(explore, "page", lambda *_: page)
    (path,) = reports.report("explore", log, tmp_path)
    assert path.name == "explore.html"
    assert path.stat().st_mode & 0o077 == 0 or sys.platform == "win32"


@pytest.mark.slow
def test_names_of_offices_and_matters_are_escaped(log, monkeypatch):
    hostile = "<script>alert(1)</script>"
    offices = log.offices.to_arrow()
    found = [one for one in explore.open_promises(log) if one.is_listed(log.as_of)]
    name = offices["name"][0].as_py()
    monkeypatch.setattr(
        explore, "open_promises", lambda _: [explore.replace(one, matter=hostile, office=name) for one in found]
    )
    shown = explore._open_table(log, [name])
    assert hostile not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.slow
def test_page_forbids_every_source_and_its_template_names_no_host(page):
    assert "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:" in page
    assert "://" not in explore.TEMPLATE.read_text("utf-8")
    assert not re.search(r"<!--\w+-->", page)


def test_without_its_drawing_library_it_says_how_to_install_it(log, tmp_path, monkeypatch):
    explore.drawing_library.cache_clear()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(CallLogError, match=r"run\.py report explore    installs it"):
        reports.report("explore", log, tmp_path)
    assert not list(tmp_path.iterdir())


def test_it_is_html_alone(log, tmp_path):
    with pytest.raises(CallLogError, match="html"):
        reports.report("explore", log, tmp_path, "pdf")
