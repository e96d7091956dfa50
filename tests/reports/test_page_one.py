"""Page one of the liaison report: few words, one headline, four numbers, three charts, three asks; and its length."""

import io
import re
from datetime import date
from functools import cache
from types import SimpleNamespace

import pytest
from matplotlib.text import Text
from pypdf import PdfReader

from built_reports import built
from callanalytics import CallLogError, agencies, intake, measures, sample, wording
from callanalytics import log as logs
from callanalytics.casework.open_promises import open_promises
from callanalytics.reports import annex, findings, firm, front, liaison, meeting, sections
from callanalytics.reports import report as write_report
from callanalytics.reports.document import Finding, Heading, PageBreak, TableBlock, Terms
from callanalytics.reports.findings import NONE
from callanalytics.reports.results import Results
from exhaustive import EXHAUSTIVE, some
from small_offices import SHEETS, sheet

MOST_WORDS = 260
KEYS = [office.folder for office in sample.offices()]
# What a log may lack: a hand log, a phone log, the start of its waits, all but a few calls; and one of many offices.
FORMS = [*(f"{key}, {part}" for key in ("2-chicago", "3-los-angeles") for part in ("phone only", "hand log only")),
         *SHEETS, "40 offices"]  # fmt: skip
PERIODS = {"sample, one period": None, "Alder and Birch, one period": "Alder and Birch"}
# Of those that are alike all but one, and those that take longest: tried where everything is.
NIGHT = [*KEYS, *FORMS[2:4], "one day", "40 offices", *PERIODS]
NIGHT.remove("4-honolulu")


@pytest.fixture(scope="module")
def report_of(tmp_path_factory, sample_log, sample_stores, small_logs):
    """The log and the report of an office of the sample, of all of them, or of a log that lacks something; made when
    first asked for."""

    def of_many():
        folder = tmp_path_factory.mktemp("offices")
        for n in range(40):
            rows = sheet(folder / f"{n}.csv", 20 + n, 2)
            intake.ingest([rows], folder / "calls", f"Elm {n}", "Eastern", new_office=True, time_refers_to="start")
        return logs.load(folder / "calls")

    @cache
    def log_of(key):
        if key == "sample" or key in PERIODS:
            return sample_log.where(PERIODS[key], since="2022-07-01") if key in PERIODS else sample_log
        if key == "40 offices":
            return of_many()
        return small_logs(key) if key in FORMS else logs.load(sample_stores(key))

    return lambda key: (log_of(key), built(liaison, log_of(key)))


@pytest.fixture(scope="module")
def pages_of(report_of):
    """The text of each page of its PDF."""
    read = {}

    def pages(key):
        if key not in read:
            reader = PdfReader(io.BytesIO(report_of(key)[1].pdf()))
            read[key] = [page.extract_text() for page in reader.pages]
        return read[key]

    return pages


def chart_words(chart):
    """The words in a drawing; a number on a bar or an axis is none."""
    words = " ".join(text.get_text() for text in chart.figure.findobj(Text) if text.get_visible())
    return [word for word in words.split() if re.search("[A-Za-z]", word)]


EACH = some({key: key for key in ("sample", *KEYS, *FORMS, *PERIODS)}, ["42 calls"], NIGHT)


@pytest.mark.slow
@pytest.mark.parametrize("key", EACH)
def test_page_one_has_at_most_260_words_in_text_and_charts_together(report_of, pages_of, key):
    _, report = report_of(key)
    first = pages_of(key)[0]
    assert len(first.split()) <= MOST_WORDS
    words = [word for word in first.split() if re.search("[A-Za-z]", word)]
    assert len(words) + sum(len(chart_words(chart)) for chart in report.front.charts) <= MOST_WORDS
    assert len(report.front.headline.split()) <= front.MAX_HEADLINE_WORDS


@pytest.mark.slow
@pytest.mark.parametrize("key", EACH)
def test_page_one_holds_all_its_parts_and_nothing_else(report_of, pages_of, key):
    _, report = report_of(key)
    first, second, *_ = [" ".join(page.split()) for page in pages_of(key)]
    assert report.front.headline in first
    assert len(report.front.numbers) == 4
    assert all(number.value in first for number in report.front.numbers)
    assert all(chart.title in first for chart in report.front.charts)
    assert all(ask in first for ask in report.front.asks)
    assert "What we ask" in second
    assert "What we ask" not in first


@pytest.mark.parametrize(
    ("key", "fewest", "most"),
    [
        pytest.param("sample", 8, 11, marks=pytest.mark.slow),
        *(pytest.param(key, 4, 11, marks=pytest.mark.slow) for key in KEYS if EXHAUSTIVE and key in NIGHT),
        pytest.param("4-honolulu", 4, 4, marks=pytest.mark.slow),
        ("42 calls", 4, 4),
    ],
)  # fmt: skip
def test_the_report_has_so_many_pages(report_of, pages_of, key, fewest, most):
    log, _ = report_of(key)
    if key in ("4-honolulu", "42 calls"):
        assert len(log.agency_calls.to_arrow()) == 42
    assert fewest <= len(pages_of(key)) <= most


@pytest.mark.slow
def test_the_annex_has_at_most_three_pages(pages_of):
    text = pages_of("sample")
    first = next(n for n, page in enumerate(text) if "Annex: what was read" in page)
    assert len(text) - first <= 3


@pytest.mark.slow
def test_page_one_of_the_sample_has_three_charts_three_asks_and_a_strip_for_each_number(report_of):
    _, report = report_of("sample")
    assert len(report.front.charts) == len(report.front.asks) == 3
    assert all(number.bar for number in report.front.numbers)
    assert 8 <= len(report.front.headline.split()) <= 20


@pytest.mark.slow
def test_the_numbers_of_page_one_are_those_of_the_measures(report_of):
    log, report = report_of("sample")
    results = Results(log)
    wait, urgent, regular, missed = report.front.numbers
    assert wait.value == f"{results.median['value'] / 60:.0f} min"
    assert f"{results.median['n']:,} calls" in wait.note
    for number, urgency in ((urgent, "urgent"), (regular, "regular")):
        row = results.row("promise_kept_rate", urgency=urgency)
        low, high = row["events"] / row["n"], row["most"] / row["most_n"]
        assert number.value == wording.between(f"{low:.0%}", f"{high:.0%}")
        assert number.note.startswith(f"{row['events']}–{row['most']} of {row['n']}; {row['low'] * 100:.0f}–")
        assert (number.bar.value, number.bar.most) == (low, high)
    outside, known = results.missed_outside
    assert missed.value == f"{outside} of {known}"


@pytest.mark.slow
def test_the_headline_says_no_more_than_the_data(report_of):
    log, report = report_of("sample")
    results = Results(log)
    result = re.match(r"More than (\w+) in ten (urgent|regular) callbacks did not come in time; most missed ones "
                    r"came to a closed office$", report.front.headline)  # fmt: skip
    row = results.row("promise_kept_rate", urgency=result[2])
    assert wording.SMALL.index(result[1]) / 10 < 1 - row["most"] / row["most_n"]
    outside, known = results.missed_outside
    assert front.findings.share_row(outside, known)["low"] > 0.5


@pytest.mark.slow
def test_what_is_left_out_adds_up(report_of):
    log, report = report_of("sample")
    results = Results(log)
    judged = sum(results.row("promise_kept_rate", urgency=urgency)["n"] for urgency in ("urgent", "regular"))
    (left_out,) = [line for line in annex.caveats(results)[1].lines if line.startswith("Requests in no rate")]
    assert log.promises.to_arrow().num_rows - judged == sum(map(int, re.findall(r"\((\d+)\)", left_out)))
    read_of = annex.data_quality(results)
    (account,) = [block.text for block in read_of if "are stored" in getattr(block, "text", "")]
    stored, read, twice, further = (int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*\d", account)[:4])
    files = next(block for block in read_of if getattr(block, "title", "") == "Files")
    assert read == sum(int(n.replace(",", "")) for n in files.rows[-1][3:6])
    assert stored == read - twice + further == sum(len(getattr(log, name)) for name in ("calls", "entries", "notices"))
    causes = next(block for block in report.blocks if getattr(block, "title", "") == "Why no one answered")
    closed = int(dict(causes.rows)["outside the office's hours"])
    outside, _ = results.missed_outside
    assert causes.note.endswith(f"Of {outside} that came to a closed office, {outside - closed} have another cause.")


@pytest.mark.slow
@pytest.mark.parametrize("urgency", ["urgent", "regular"])
def test_the_curve_is_of_the_requests_of_the_rate_and_stands_at_the_rate_by_the_promised_day(report_of, urgency):
    results = Results(report_of("sample")[0])
    curve, row = results.callback_curve(urgency), results.row("promise_kept_rate", urgency=urgency)
    assert set(curve["n"]) == set(curve["most_n"]) == {row["n"]}
    due = curve[curve["day"] == curve.attrs["promised"]].iloc[0]
    assert (due["events"], due["most"]) == (row["events"], row["most"])
    for end in ("events", "most"):
        assert curve[end].is_monotonic_increasing
    assert (curve["events"] <= curve["most"]).all()
    promises = results.judged.promises.to_arrow().to_pandas()
    late = promises["certain_contact_days"] <= curve["day"].max()
    mine = (
        promises["urgency"].eq(urgency) & promises["is_due_default"].eq(True) & promises["is_watched_default"].eq(True)
    )
    mine &= promises["state"].ne("withdrawn") & ~promises["is_blocked"].eq(True)
    assert curve["events"].iloc[-1] == (mine & late).sum()


@pytest.mark.slow
def test_the_colored_hours_are_those_that_the_title_names_and_the_bars_are_the_medians(report_of):
    log, report = report_of("sample")
    chart = report.front.charts[1]
    best = front.best_hours(Results(log))
    assert chart.title.startswith(f"Waits are shortest {wording.hours(best[0], best[-1] + 1)} Eastern")
    blue = [
        box.get_x() + 0.43
        for box in chart.figure.axes[0].patches
        if box.get_facecolor()[2] > 0.6 > box.get_facecolor()[0] + 0.5
    ]
    assert sorted(round(x) for x in blue) == list(best)
    heights = [round(box.get_height() * 60) for box in chart.figure.axes[0].patches]
    assert heights == [int(value) for value in chart.data["value"][chart.data["flag"] == "ok"]]


@pytest.mark.slow
def test_each_page_of_evidence_has_a_finding_as_its_title_or_says_how_to_check(report_of):
    _, report = report_of("sample")
    after = [
        block for before, block in zip(report.blocks, report.blocks[1:], strict=False) if isinstance(before, PageBreak)
    ]
    findings = [block for block in after if isinstance(block, Finding)]
    assert len(findings) >= 5
    assert [block.number for block in report.blocks if isinstance(block, Finding)] == list(
        range(1, 1 + len(report.findings))
    )
    others = {block.text for block in after if isinstance(block, Heading)}
    assert others <= {
        "Why our number differs from yours",
        "How to check us",
        "Annex: what was read, and how it is counted",
    }


@pytest.mark.parametrize("key", EACH)
def test_what_is_on_paper_has_no_definition_and_no_empty_chart(report_of, key):
    _, report = report_of(key)
    assert not [block for block in report.blocks if isinstance(block, Terms)]
    assert [block for block in report.further if isinstance(block, Terms)]
    assert not [chart for chart in report.charts if chart.says]


def test_who_sends_the_report_stands_above_it_and_a_blank_where_no_one_said(tmp_path):
    path = tmp_path / "meeting.toml"
    path.write_text('[sender]\ncommittee = "AILA Committee"\nmeets_on = 2022-07-14\ncontact = "A. Chair"\n')
    result = meeting.read(path)
    assert result.sender.meets_on == date(2022, 7, 14)
    assert front.sender(result) == "AILA Committee · meeting July 14, 2022 · contact A. Chair"
    assert front.sender(NONE).count("________") == 3


@pytest.mark.slow
def test_the_command_names_the_sender(report_of, tmp_path):
    log, _ = report_of("42 calls")
    (path,) = write_report("liaison", log, tmp_path, to=("html",), sender="AILA Committee")
    assert "AILA Committee · meeting ________" in path.read_text("utf-8")
    with pytest.raises(CallLogError, match="liaison report alone"):
        write_report("firm", log, tmp_path, sender="AILA Committee")


@pytest.mark.parametrize(
    ("share", "words"), [(0.4, "four in ten"), (0.43, "more than four in ten"), (0.999, "more than nine in ten")]
)
def test_a_share_in_tenths_is_never_rounded_up(share, words):
    assert front._tenths(share) == words


NO_ROW = {"n": 0, "events": 0, "most": 0, "most_n": 0, "value": float("nan"), "flag": "not_estimable"}


def counted(events, n, most=None, **more):
    """A row of `events` to `most` of `n`, with Wilson's interval over both ends."""
    most = events if most is None else most
    limits = {"low": findings.share_row(events, n)["low"], "high": findings.share_row(most, n)["high"]} if n else {}
    return NO_ROW | limits | {"n": n, "events": events, "most": most, "most_n": n, "flag": "ok"} | more


def figures_of(*, urgent=NO_ROW, median=NO_ROW, clock="dial", outside=(0, 0), early=(0, 0), **missed):
    """What page one asks of the results; `missed` gives the rows of missed callbacks by link or statistic."""

    def row(name, statistic="rate", **keys):
        if name == "missed_callbacks":
            return missed.get(keys.get("link", statistic), NO_ROW)
        return urgent if keys["urgency"] == "urgent" else NO_ROW

    return SimpleNamespace(
        row=row, median=median, clock=clock, missed_outside=outside, missed_early=early, agency=agencies.load(),
        missed_ends=[row("missed_callbacks", "count", link=link) for link in ("certain", "possible")],
        lead=measures.Lead(False, {}, {}), left_out=lambda why, **keys: 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outside", "missed", "opens"),
    [
        ((2, 2), 2, "Both missed callbacks came to a closed office"),
        ((2, 2), 20, "2 of the 2 missed callbacks with known hours came to a closed office"),
        ((5, 5), 5, "All 5 missed callbacks came to a closed office"),
        ((5, 5), 6, "5 of the 5 missed callbacks with known hours came to a closed office"),
        ((18, 20), 20, "Most missed callbacks came to a closed office"),
        ((18, 20), 60, "18 of the 20 missed callbacks with known hours came to a closed office"),
        ((9, 20), 20, "9 of 20 missed callbacks came to a closed office"),
        ((9, 20), 21, "9 of the 20 missed callbacks with known hours came to a closed office"),
    ],
)
def test_all_or_most_missed_callbacks_rang_when_closed_only_if_the_hours_of_all_are_known(outside, missed, opens):
    results = figures_of(outside=outside, certain=counted(missed, 90))
    assert front.headline(results) == opens
    number = front._missed(results)
    assert number.value == f"{outside[0]} of {outside[1]}"
    assert ("with known hours" in number.words) == (outside[1] < missed)


def test_of_callbacks_in_time_that_could_be_nearly_any_share_page_one_says_that_no_one_can_tell():
    results, finding = figures_of(urgent=counted(2, 90, 89)), SimpleNamespace(bar=None, otherwise="")
    number = front._in_time_number(results, "urgent", finding)
    assert (number.value, number.words) == ("cannot tell", "how many urgent callbacks came in time")
    assert number.note.startswith("2–89 of 90; ")
    assert front._in_time(results) == ""
    assert front._in_time_number(figures_of(urgent=counted(30, 90, 89)), "urgent", finding).value == "33–99%"


def test_the_title_of_the_hours_of_missed_callbacks_says_of_how_many_they_are_known():
    few = figures_of(outside=(2, 2), early=(1, 2), certain=counted(6, 8), possible=counted(6, 8))
    wanted = "2 of the 2 missed callbacks with known hours (of 6) rang when the office was closed"
    assert sections.closed_title(few) == wanted
    every = figures_of(outside=(2, 2), certain=counted(2, 8))
    assert sections.closed_title(every) == "Both missed callbacks rang when the office was closed"
    detail = findings.missed(few).detail
    assert "When the office was closed: 2 of 2 with known hours." in detail
    assert "Before 8 a.m. local time: 1 of 2 with known time." in detail


def test_early_missed_callbacks_are_of_those_counted_beside_them_or_say_of_how_many():
    missed = {"outside": (2, 2), "certain": counted(20, 40)}
    assert front._missed(figures_of(early=(1, 2), **missed)).note == "1 before 8 a.m. local time"
    assert front._missed(figures_of(early=(3, 9), **missed)).note == "3 of 9 before 8 a.m. local time"
    assert front._title_by_local_hour(3, 9, 9) == "3 of 9 missed callbacks came before 8 a.m."
    assert front._title_by_local_hour(3, 9, 20) == "Before 8 a.m.: 3 of 9 missed with known time"


@pytest.mark.parametrize(
    ("missed", "reads"),
    [
        ({}, "no callback is logged"),
        ({"n_unknown": counted(3, 3)}, "no callback logged notes whether it was answered"),
        ({"certain": counted(0, 12), "possible": counted(0, 12)}, "none of 12 callbacks was missed"),
        ({"possible": counted(0, 9)}, "none of 9 possible callbacks was missed"),
        ({"possible": counted(4, 9)}, "0–4 missed callbacks; hours not known"),
        ({"certain": counted(0, 12), "possible": counted(3, 15)}, "0–3 missed callbacks; hours not known"),
        ({"certain": counted(7, 12), "possible": counted(8, 13)}, "7 missed callbacks; hours not known"),
        (
            {"certain": counted(1, 12), "possible": counted(1, 13), "early": (0, 1)},
            "1 missed callback; office hours not given",
        ),
    ],
)
def test_none_missed_is_not_the_same_as_none_logged(missed, reads):
    number = front._missed(figures_of(**missed))
    assert f"{number.value} {number.words}" == reads


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([counted(16, 40, 36)], "Callbacks by business day since the request"),  # in time: 40% for certain
        ([counted(22, 40, 36)], "Callbacks by business day since the request"),  # 55%, which may be chance
        ([counted(36, 40)], "Most callbacks come by the promised day"),
        ([counted(36, 40), counted(16, 40, 36)], "Callbacks by business day since the request"),
        ([counted(36, 40), counted(16, 40, 30)], "Many requests have no callback by the promised day"),
    ],
)
def test_most_callbacks_come_in_time_only_if_it_is_certain(rows, title):
    assert front._title_by_day(rows) == title


@pytest.mark.parametrize("clock", ["dial", "queue", "unstated"])
def test_the_wait_of_the_headline_is_of_calls_and_says_from_when_it_runs(clock):
    median = {"n": 50, "events": 40, "value": 1800.0, "low": 1500.0, "high": 2100.0, "flag": "ok"}
    results = figures_of(median=median, clock=clock)
    assert front.headline(results) == f"Half of calls needed 30 minutes or more {findings.TO_A_PERSON[clock]}"
    assert front._wait(results, Finding("", 1)).words.endswith("for half of calls")


@pytest.mark.parametrize("clock", ["dial", "queue", "unstated"])
@pytest.mark.parametrize("urgent", [counted(50, 100), counted(6, 20, 8), counted(0, 1234), NO_ROW], ids=str)
@pytest.mark.parametrize("outside", [(1080, 2000), (700, 2000), (2, 2), (0, 0)], ids=str)
def test_a_headline_has_at_most_twenty_words(clock, urgent, outside):
    median = {"n": 50, "events": 40, "value": 1800.0, "low": 1500.0, "high": 2100.0, "flag": "ok"}
    for missed in (outside[1], 3000):
        results = figures_of(urgent=urgent, median=median, clock=clock, outside=outside, certain=counted(missed, 4000))
        result = front.headline(results)
        assert 7 <= len(result.split()) <= front.MAX_HEADLINE_WORDS, result
        assert "; " not in result or result.count("; ") == 1


@pytest.mark.parametrize("n", [12, 40])
def test_where_no_callback_came_in_time_the_headline_says_none(n):
    assert front.headline(figures_of(urgent=counted(0, n))) == (
        f"None of {n} urgent callbacks came in time; USCIS called or emailed in time on none of {n} urgent requests"
    )


@pytest.mark.slow
def test_small_offices_list_only_what_cannot_be_shown(report_of):
    _, report = report_of("4-honolulu")
    lacking = next(b for b in report.blocks if isinstance(b, TableBlock) and b.title.startswith("Figures, what each"))
    assert "How long a caller needs to reach a person" not in [row[0] for row in lacking.rows]  # page one says it


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "n"), [("sample", 2), ("4-honolulu", 2), *([(KEYS[0], 2), ("40 offices", 1)] if EXHAUSTIVE else ())]
)
def test_the_offices_own_report_has_two_pages_or_one_where_nothing_was_missed(report_of, key, n):
    """What to do, most overdue first, and what would have saved callbacks; the rest is on the screen."""
    log, _ = report_of(key)
    own = built(firm, log)
    assert len(PdfReader(io.BytesIO(own.pdf())).pages) == n
    assert len({chart.title for chart in own.screen_charts}) == len(own.screen_charts)


@pytest.mark.slow
def test_the_first_finding_names_the_waits_of_another_clock_and_their_median(report_of):
    log, report = report_of("sample")
    wait = next(block for block in report.blocks if isinstance(block, Finding))
    for row in Results(log).other_clocks.values():
        assert f"{row['n']:,} waits" in wait.detail
        assert f"median {row['value'] / 60:.0f} minutes" in wait.detail


@pytest.mark.slow
def test_whether_the_wait_has_changed_is_answered_before_what_is_compared(report_of):
    _, report = report_of("sample")
    says = [getattr(block, "heading", "") or getattr(block, "text", "") for block in report.blocks]
    change = next(n for n, text in enumerate(says) if "change in the wait was found" in text)
    assert re.search(r"No change in the wait was found in \d+ weeks", says[change])
    assert change < says.index("Before and after")


@pytest.mark.slow
def test_a_headline_of_a_phone_log_alone_does_not_call_many_calls_too_few(report_of):
    _, report = report_of("2-chicago, phone only")
    assert re.fullmatch(r"[\d,]+ calls logged, but neither waits nor requests: those stand in a hand log",
                        report.front.headline)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "lacking"),
    [("2-chicago, phone only", "enough waits with a known hour and 10 requests that can be judged"),
     ("2-chicago, hand log only", "enough waits with a known hour, 10 requests that can be judged, and a phone log")],
)  # fmt: skip
def test_the_slides_of_many_calls_say_what_the_log_lacks_for_others(report_of, key, lacking):
    _, report = report_of(key)
    assert report.slides[-1].sentence.endswith(f"Other slides need {lacking}.")


@pytest.mark.slow
def test_what_an_offices_paper_has_no_room_for_stands_on_its_page(report_of):
    log, _ = report_of("sample")
    own = built(firm, log)
    short, whole = (
        next(b for b in blocks if isinstance(b, TableBlock) and b.title.startswith("To do"))
        for blocks in (own.blocks, own.further)
    )
    assert short.note == f"The first {len(short.rows)} of {len(whole.rows)}; all are in the HTML page and the workbook."
    assert whole.rows[: len(short.rows)] == short.rows
    listed = [p for p in open_promises(log) if p.is_listed(log.as_of) and p.stand != "waiting"]
    assert len(whole.rows) == len(listed)
