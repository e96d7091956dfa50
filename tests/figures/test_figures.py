"""Charts: they draw the numbers they are given, say what they leave out, and nothing is cut or overlaps."""

import html
import io
import re
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from callanalytics import CallLogError, agencies, estimates, figures, measures, schema
from callanalytics.agencies.rows import Event
from callanalytics.figures import callbacks, proportions, rows, style
from callanalytics.figures.callbacks import PARTS
from callanalytics.figures.chart import NARROW, SOURCE, save_all
from callanalytics.figures.promises import JUDGED
from callanalytics.invented import LABEL
from exhaustive import fair, some
from report_log import log

EVENTS = agencies.load().events
AS_OF = {"as_of": date(2022, 6, 30)}


def missed(facts):
    callbacks = facts.callbacks.to_arrow()
    inside = callbacks["in_office_hours"].to_pylist()
    parts = {"inside office hours": True, "outside office hours": False, "hours not given": None}
    return {
        name: measures.missed_callbacks(
            callbacks.filter(pa.array([i is wanted for i in inside], pa.bool_())), "hour_local", **AS_OF
        )
        for name, wanted in parts.items()
    }


CHARTS = {
    "hour_by_weekday": lambda x: figures.hour_by_weekday(measures.wait(x.agency_calls, ("weekday", "hour"))),
    "chance_by_minutes": lambda x: figures.chance_by_minutes(measures.wait(x.agency_calls)),
    "wait_by_hour": lambda x: figures.wait_by_hour(measures.wait(x.agency_calls, "hour"), best=(8, 9)),
    "wait_by_hour_half": lambda x: figures.wait_by_hour(
        measures.wait(x.agency_calls, "hour"), best=(8, 9), width=style.HALF
    ),
    "every_wait": lambda x: figures.every_wait(measures.wait(x.agency_calls), median=1800),
    "missed_by_local_hour_half": lambda x: figures.missed_by_local_hour(
        missed(x), width=style.HALF, opening=((8.5, 17), (9, 17.5))
    ),
    "wait_by_month": lambda x: figures.wait_by_month(measures.wait(x.agency_calls, "month"), EVENTS),
    "wait_by_week": lambda x: figures.wait_by_week(measures.weekly_wait(x.agency_calls), EVENTS),
    "hour_by_weekday_framed": lambda x: figures.hour_by_weekday(
        measures.wait(x.agency_calls, ("weekday", "hour")), best=((2, "08-10"), (3, "17-20"))
    ),
    "volume": lambda x: figures.volume_by_hour_weekday(measures.volume(x.agency_calls, ("weekday", "hour"))),
    "kept_by_reading": lambda x: figures.kept_by_reading(measures.promise_kept_rate(x.promises, "urgency")),
    "promise_states": lambda x: figures.promise_states(measures.promise_states(x.promises, "urgency")),
    "hit_rate": lambda x: figures.hit_rate_by_month(
        measures.callback_hit_rate(x.promises, ("urgency", "month")), EVENTS
    ),
    "hit_rate_of_all": lambda x: figures.hit_rate_by_month(measures.callback_hit_rate(x.promises, "month"), EVENTS),
    "missed_by_month": lambda x: figures.missed_by_month(measures.missed_callbacks(x.callbacks, "month_local")),
    "missed_by_local_hour": lambda x: figures.missed_by_local_hour(missed(x)),
    "funnel": lambda x: figures.funnel(measures.funnel(x.agency_calls, x.promises)),
    "shares": lambda x: figures.shares(
        {
            "First call answered": measures.first_attempt_hit_rate(x.promises),
            "Answered when announced": (measures.notice_rate(x.promises), "answered_if_announced"),
        },
        title="Could the office answer?",
    ),
    "shares_of_each": lambda x: figures.shares(measures.reach_rate(x.agency_calls, "weekday"), title="Reached"),
    "before_after": lambda x: figures.before_after(
        measures.before_after(measures.wait(x.agency_calls, ("office", "date")), "2022-03-14")
    ),
}
SIZES = {"plenty": 6000, "a year of one office": 300, "a handful": 12, "nothing": 0}


EACH = {f"{name}, {size}": (name, size) for name in CHARTS for size in SIZES}
QUICK = [f"{name}, a year of one office" for name in CHARTS] + ["funnel, nothing", "wait_by_month, nothing"]


class Logs(dict):
    """A log of each size, made when it is first asked for."""

    def __missing__(self, size):
        self[size] = log(SIZES[size])
        return self[size]


@pytest.fixture(scope="module")
def logs():
    return Logs()


@pytest.fixture(scope="module", params=some(EACH, QUICK, every=3))  # of each chart, other sizes in turn
def chart(request, logs):
    name, size = request.param
    return CHARTS[name](logs[size])


@style.house_style()  # as a chart is drawn: the reader's settings may give wider letters
def text_faults(figure):
    """Words off the canvas, and words over other words."""
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    off, over = [], []
    for axes in figure.axes:
        words = [t for t in axes.findobj(Text) if t.get_visible() and t.get_text().strip()]
        boxes = [(t.get_text(), t.get_window_extent()) for t in words]
        off += [s for s, b in boxes if b.x0 < -1 or b.y0 < -1 or b.x1 > width + 1 or b.y1 > height + 1]
        over += [(a, c) for i, (a, x) in enumerate(boxes) for c, y in boxes[i + 1 :]
                 if x.shrunk(0.9, 0.8).overlaps(y.shrunk(0.9, 0.8))]  # fmt: skip
    return off, over


# ---- laws over every chart ----------------------------------------------------------------------------------


def test_no_word_is_cut_and_none_lies_over_another(chart):
    assert text_faults(chart.figure) == ([], [])


def test_no_letter_of_a_chart_is_under_eight_points(chart):
    shown = [text for text in chart.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    assert all(text.get_fontsize() >= 8 for text in shown)


def test_a_chart_carries_title_alt_text_caption_with_day_and_data(chart):
    assert chart.title
    assert len(chart.alt) > 30
    assert "As of June 30, 2022." in chart.caption
    assert list(chart.data.columns)


def test_a_chart_that_shows_a_number_says_how_many_it_was_counted_from(chart):
    if chart.says:
        return  # nothing is drawn; a sentence says why
    assert any(character.isdigit() for character in chart.caption.replace("As of June 30, 2022.", "") + chart.alt)


@pytest.mark.slow
@pytest.mark.parametrize("name", fair(CHARTS, 3))
def test_the_same_result_gives_the_same_bytes(name, logs):
    first, second = (CHARTS[name](logs["a year of one office"]) for _ in range(2))
    png = first.png()  # before the other formats: the order of drawing must not matter
    assert first.svg() == second.svg() == first.svg()
    assert second.svg(live_text=True) == first.svg(live_text=True)
    assert png == second.png()


def test_an_svg_is_what_matplotlib_itself_writes_by_the_same_settings(logs):
    drawn = CHARTS["funnel"](logs["a handful"]).figure
    dpi, written = drawn.dpi, io.BytesIO()
    with style.house_style():
        drawn.text(0.1, 0.5, "سارة 王伟 and ffi", fontsize=7, rotation=30)
        ours = [style.svg(drawn), style.svg(drawn)]
        drawn.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    assert ours == [written.getvalue()] * 2
    assert drawn.dpi == dpi


def test_words_too_long_for_a_width_collide_there(logs):
    drawn, narrow = CHARTS["wait_by_month"](logs["a year of one office"]), NARROW[0]
    drawn.figure.axes[0].set_xticks(range(24), [f"word {n}" for n in range(24)])
    assert (style.overfills(drawn.figure, narrow), style.overfills(drawn.figure, 2 * drawn.width)) == (True, False)
    with style.captioned(drawn.figure, narrow) as figure:
        assert style.collides(figure)
    assert drawn.for_phone() == b""


def test_words_are_ink_and_never_colored(chart):
    # Only two grays and black reach 4.5:1 on white and on every tint of the maps.
    colors = {to_hex(t.get_color()) for t in chart.figure.findobj(Text) if t.get_visible() and t.get_text().strip()}
    assert colors <= {style.INK, style.SOFT}


def test_drawing_leaves_the_readers_own_settings_alone(logs):
    with mpl.rc_context({"font.size": 23.0, "axes.facecolor": "yellow"}):
        drawn = CHARTS["funnel"](logs["a handful"])
        assert mpl.rcParams["font.size"] == 23.0
        assert drawn.figure.axes[0].get_facecolor() == (1.0, 1.0, 1.0, 1.0)


@pytest.mark.slow
def test_a_chart_shows_itself_in_a_notebook_with_its_alt_text(logs):
    chart = CHARTS["funnel"](logs["a handful"])
    shown = chart._repr_mimebundle_()
    assert chart.alt in shown["text/plain"]
    assert 'alt="Bars, one a step' in shown["text/html"]
    assert shown["image/png"].startswith(b"\x89PNG")


@pytest.mark.slow
def test_words_that_look_like_markup_stay_words(logs):
    result = measures.first_attempt_hit_rate(logs["a handful"].promises)
    chart = figures.shares({"<b>$x_1$ & co": result}, title="A <script>title</script>")
    assert "<script>" not in chart._repr_mimebundle_()["text/html"]
    assert "$x_1$" in {t.get_text().removeprefix("<b>").removesuffix(" & co") for t in chart.figure.findobj(Text)}


# ---- waits --------------------------------------------------------------------------------------------------


def calls(cells):
    """Agency calls: (weekday, hour) -> (how many reached, after how many minutes, how many hung up after as long)."""
    rows = []
    for (weekday, hour), (reached, minutes, lost) in cells.items():
        kinds = ["reached"] * reached + ["gave_up"] * lost
        rows += [{"weekday": weekday, "hour": hour, "wait_s": 60 * minutes, "wait_outcome": kind} for kind in kinds]
    return pd.DataFrame(rows).assign(wait_origin="dial", time_refers_to="start", month=202203)


def full_week(reached=25):
    return {(weekday, hour): (reached, 10 * weekday + hour, 0) for weekday in range(1, 6) for hour in range(8, 20)}


def map_of(cells):
    return figures.hour_by_weekday(measures.wait(calls(cells), ("weekday", "hour"), **AS_OF))


def texts(chart):
    return [t.get_text() for axes in chart.figure.axes for t in axes.texts]


@pytest.mark.slow
def test_the_map_prints_each_median_and_its_n():
    chart = map_of(full_week())
    text = texts(chart)
    medians = [words.rstrip("*") for words in text[::2]]  # a star says that the slot differs, as these do
    assert sorted(medians) == sorted(str(10 * w + h) for w in range(1, 6) for h in range(8, 20))
    assert set(text[1::2]) == {"n 25"}
    assert "1,500 calls" in chart.caption


@pytest.mark.slow
def test_the_longer_the_printed_median_the_darker_its_cell():
    spread = [
        calls({slot: (n, minutes + off, 0) for slot, (n, minutes, _) in full_week(5).items()}) for off in range(5)
    ]
    chart = figures.hour_by_weekday(measures.wait(pd.concat(spread), ("weekday", "hour"), **AS_OF))
    axes = chart.figure.axes[0]
    printed = [int(words.rstrip("*")) for words in texts(chart)[::2]]
    light = [sum(box.get_facecolor()[:3]) for box in axes.patches[: len(printed)]]
    assert [n for _, n in sorted(zip(light, printed, strict=True))] == sorted(printed, reverse=True)
    assert len({round(each, 6) for each in light}) == len(set(printed))


@pytest.mark.slow
def test_a_cell_under_twenty_calls_is_hatched_and_shows_no_median():
    cells = full_week() | {(2, 9): (19, 29, 0)}
    chart = map_of(cells)
    hatched = [p for p in chart.figure.axes[0].patches if p.get_hatch()]
    assert len(hatched) == 1
    assert (hatched[0].get_x(), hatched[0].get_y()) == (9, 3)  # Tuesday is the second row from above
    assert "n<20" in texts(chart)
    assert "n 19" in texts(chart)
    assert "Hatched" in chart.caption


@pytest.mark.slow
def test_a_cell_with_too_few_who_got_through_is_hatched_too():
    chart = map_of(full_week() | {(2, 9): (9, 29, 20)})
    assert "–" in texts(chart)
    assert "n 29" in texts(chart)


@pytest.mark.slow
def test_hours_are_joined_to_blocks_when_a_third_of_them_is_too_small_and_the_caption_says_so():
    thin = {slot: (10, minutes, 0) for slot, (_, minutes, _) in full_week().items()}
    chart = map_of(thin)
    assert len(chart.data) == 20
    assert chart.data["n"].sum() == 600
    assert "By block, since fewer than two thirds of the hours" in chart.caption
    labels = [t.get_text() for t in chart.figure.axes[0].get_xticklabels()]
    assert labels == ["8 a.m.", "10 a.m.", "2 p.m.", "5 p.m.", "8 p.m."]


def test_the_map_is_in_order_in_gray_too():
    tints = [style.shade(value, 0, 100) for value in range(0, 101, 10)]
    gray = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b, _ in tints]
    assert gray == sorted(gray, reverse=True)
    assert gray[0] - gray[-1] > 0.3


def test_every_tint_carries_ink_at_better_than_five_to_one():
    def luminance(rgb):
        linear = np.where(np.array(rgb) <= 0.04045, np.array(rgb) / 12.92, ((np.array(rgb) + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    ink = luminance([int(style.INK[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    assert all((luminance(style.shade(v, 0, 1)[:3]) + 0.05) / (ink + 0.05) > 5 for v in np.linspace(0, 1, 50))


def test_the_curve_is_the_results_curve():
    chart = figures.chance_by_minutes(measures.wait(calls({(1, 9): (30, 30, 30)}), **AS_OF))
    line = next(line for line in chart.figure.axes[0].lines if line.get_drawstyle() == "steps-post")
    assert line.get_ydata().tolist() == pytest.approx([0.0, 0.5])
    assert line.get_xdata().tolist() == [0.0, 30.0]


def test_the_curve_says_nothing_of_minutes_that_no_one_waited():
    chart = figures.chance_by_minutes(measures.wait(calls({(1, 9): (30, 40, 0), (1, 10): (0, 45, 30)}), **AS_OF))
    assert "by 15 minutes" in chart.alt
    assert "by 60 minutes" not in chart.alt


@pytest.mark.slow
@pytest.mark.parametrize(("reached", "lost"), [(19, 0), (9, 30)])
def test_too_few_waits_for_a_median_are_too_few_for_a_curve(reached, lost):
    few, plenty = calls({(1, 9): (reached, 30, lost)}), calls({(1, 9): (40, 30, 0)})
    assert figures.chance_by_minutes(measures.wait(few, **AS_OF)).says.startswith("Too few waits for a curve")
    both = pd.concat([few.assign(office_id="Alder"), plenty.assign(office_id="Birch")])
    drawn = figures.chance_by_minutes(measures.wait(both, "office", **AS_OF))
    assert "40 calls" in drawn.caption
    assert "Too few calls for a line: Alder." in drawn.caption


def test_clocks_that_start_elsewhere_are_never_drawn_with_those_that_start_at_dialing():
    agency_calls = pd.concat([calls({(1, 9): (30, 30, 0)}), calls({(1, 9): (30, 5, 0)}).assign(wait_origin="queue")])
    chart = figures.chance_by_minutes(measures.wait(agency_calls, **AS_OF))
    assert "30 calls" in chart.caption
    assert "Not drawn: 30 waits from entering the queue." in chart.caption


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hour_by_weekday", "chance_by_minutes", "wait_by_month", "wait_by_week"])
def test_the_clock_of_most_waits_is_drawn_under_its_own_name(name):
    many = calls({(1, h): (30, 30, 0) for h in range(8, 20)}).assign(wait_origin="unstated")
    few = calls({(1, 9): (20, 5, 0)})
    log = SimpleNamespace(agency_calls=pd.concat([many, few]).assign(date=date(2022, 3, 1), office_id="o"))
    chart = CHARTS[name](log)
    assert "the log does not say whether from dialing" in chart.caption + chart.says
    assert "Not drawn: 20 waits from dialing." in chart.caption


def test_a_chart_is_laid_out_when_it_is_drawn_and_not_before(monkeypatch):
    laid_out = []
    monkeypatch.setattr(style, "freeze_layout", laid_out.append)
    chart = rows.nothing_to_draw(None, "Waits", "No wait was noted.")
    assert (chart.says, chart.width, laid_out) == ("No wait was noted.", style.WIDE, [])
    assert chart.figure is chart.figure is laid_out[0]
    assert len(laid_out) == 1


def test_a_chart_in_which_nothing_would_stand_is_a_sentence():
    chart = figures.chance_by_minutes(measures.wait(calls({(1, 9): (30, 5, 0)})[:0], **AS_OF))
    assert chart.says.startswith("No wait is noted so far.")
    shown = chart._repr_mimebundle_()
    assert "<img" not in shown["text/html"]
    assert chart.says in shown["text/plain"]


# ---- a result that is split otherwise is refused --------------------------------------------------------------


def otherwise(x) -> dict:
    """For each figure, what computes results that it cannot draw."""
    wait, missed = measures.wait, measures.missed_callbacks
    return {
        "hour_by_weekday": lambda: [
            wait(x.agency_calls),
            wait(x.agency_calls, ("office", "weekday", "hour")),
            measures.volume(x.agency_calls),
        ],
        "chance_by_minutes": lambda: [
            wait(x.agency_calls, ("office", "line")),
            wait(x.agency_calls, "month"),
            measures.reach_rate(x.agency_calls),
        ],
        "every_wait": lambda: [wait(x.agency_calls, "hour"), measures.reach_rate(x.agency_calls)],
        "wait_by_hour": lambda: [
            wait(x.agency_calls),
            wait(x.agency_calls, ("office", "hour")),
            measures.volume(x.agency_calls, "hour"),
        ],
        "callbacks_by_day": lambda: [
            measures.time_to_callback(x.promises),
            {"urgent": x.promises.to_arrow().to_pandas()},
        ],
        "wait_by_month": lambda: [
            wait(x.agency_calls),
            wait(x.agency_calls, ("month", "office", "line")),
            x.agency_calls,
        ],
        "wait_by_week": lambda: [measures.weekly_wait(x.agency_calls, "office"), wait(x.agency_calls)],
        "volume_by_hour_weekday": lambda: [
            measures.volume(x.agency_calls, ("office", "weekday", "hour")),
            measures.volume(x.agency_calls),
        ],
        "kept_by_reading": lambda: [measures.promise_kept_rate(x.promises)],
        "promise_states": lambda: [measures.promise_states(x.promises)],
        "hit_rate_by_month": lambda: [measures.callback_hit_rate(x.promises, ("office", "month")), None],
        "missed_by_month": lambda: [missed(x.callbacks), missed(x.callbacks, ("office", "month"))],
        "missed_by_local_hour": lambda: [
            missed(x.callbacks),
            {"whenever": missed(x.callbacks, "hour_local")},
            {"all": 3},
        ],
        "funnel": lambda: [wait(x.agency_calls)],
        "specification_curve": lambda: [wait(x.agency_calls)],
        "before_after": lambda: [wait(x.agency_calls, ("office", "date")), x],
    }


@pytest.mark.parametrize("name", [n for n in figures.__all__ if n not in ("Chart", "shares", "flow")])
def test_a_figure_refuses_what_it_would_draw_wrongly_and_names_the_split_to_use(name, logs):
    for result in otherwise(logs["a handful"])[name]():
        with pytest.raises(CallLogError) as refused:
            getattr(figures, name)(result)
        assert name in str(refused.value) or "no such part" in str(refused.value)
        assert "draw" in refused.value.do


@pytest.mark.parametrize(
    ("results", "message"),
    [
        (lambda x: x, "shares draws results"),
        (lambda x: {"a": 3}, "shares draws results"),
        (lambda x: measures.reach_rate(x.agency_calls, ("office", "line")), "(?s)one key.*split by office, line"),
        (lambda x: measures.reach_rate(x.agency_calls), "(?s)one key.*split by nothing"),
    ],
)
def test_shares_refuses_what_is_no_share(results, message, logs):
    with pytest.raises(CallLogError, match=message):
        figures.shares(results(logs["a handful"]), title="Shares")


@pytest.mark.slow
def test_shares_draws_no_share_that_its_counts_do_not_give(logs):
    """The chance of a person within an hour counts hang-ups as waits of at least so long: no share of the calls."""
    level = measures.service_level(logs["plenty"].agency_calls, "weekday")
    with pytest.raises(CallLogError, match=r"(?s)within_60min is estimated.*answered_within_60min"):
        figures.shares(level, statistic="within_60min", title="Within an hour")
    chart = figures.shares(level, statistic="answered_within_60min", title="Within an hour")
    assert chart.data["row"].tolist()[:5] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


@pytest.mark.slow
def test_a_chart_of_parts_of_a_log_says_only_what_holds_of_every_row(logs):
    rate = measures.reach_rate(logs["plenty"].agency_calls)
    before, after = (
        replace(rate, selected=("Only 1 office.", "Only to May.")),
        replace(rate, selected=("Only 1 office.",)),
    )
    caption = figures.shares({"before": before, "after": after}, title="Shares").caption
    assert "Only 1 office." in caption
    assert "Only to May." not in caption


@pytest.mark.slow
def test_the_weeks_around_a_date_stand_on_both_sides_of_it(logs):
    chart = CHARTS["before_after"](logs["plenty"])
    assert "ranks" in chart.alt
    assert chart.data["week"].min() < pd.Timestamp("2022-03-14") < chart.data["week"].max()
    assert CHARTS["before_after"](logs["a handful"]).says.startswith("No comparison at March 14, 2022 was made: ")


@pytest.mark.slow
def test_charts_are_saved_with_a_page_that_shows_them(logs, tmp_path):
    charts = {
        "1-wait": CHARTS["chance_by_minutes"](logs["plenty"]),
        "2-none": CHARTS["chance_by_minutes"](logs["nothing"]),
    }
    page = save_all(charts, tmp_path / "charts", "Charts <1>")
    assert sorted(p.name for p in page.parent.iterdir()) == [
        "1-wait-phone.svg",
        "1-wait.png",
        "1-wait.svg",
        "index.html",
    ]
    text = page.read_text("utf-8")
    assert "Charts &lt;1&gt;" in text
    assert f'src="1-wait.svg" alt="{html.escape(charts["1-wait"].alt)}"' in text
    assert html.escape(charts["2-none"].says) in text
    assert "http" not in text
    with pytest.raises(CallLogError, match="cannot name a file"):
        save_all({"../x": charts["1-wait"]}, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [{"path": 3}, {"path": "x.png", "width": "wide"}])
def test_what_no_chart_can_be_saved_as_is_refused_with_the_right_call(wrong, logs):
    with pytest.raises(CallLogError, match=r"(?s)saved to a file.*chart\.save\("):
        CHARTS["chance_by_minutes"](logs["plenty"]).save(**wrong)


def test_a_chart_is_a_sentence_in_a_terminal(logs):
    chart = CHARTS["chance_by_minutes"](logs["plenty"])
    assert repr(chart).splitlines() == [chart.title, chart.alt, chart.caption]


@pytest.mark.slow
def test_missed_by_local_hour_takes_the_result_itself(logs):
    callbacks = logs["plenty"].callbacks
    chart = figures.missed_by_local_hour(measures.missed_callbacks(callbacks, "hour_local"))
    parts = CHARTS["missed_by_local_hour"](logs["plenty"])
    assert chart.data["count"].sum() == parts.data["count"].sum()


@pytest.mark.slow
@pytest.mark.parametrize("draw", [figures.chance_by_minutes, figures.wait_by_month])
def test_one_further_key_gives_a_line_for_each_value(draw):
    each = {name: calls({(1, 9): (40, minutes, 0)}) for name, minutes in (("Alder", 20), ("Birch", 50))}
    agency_calls = pd.concat([frame.assign(office_id=name) for name, frame in each.items()])
    keys = ("office",) if draw is figures.chance_by_minutes else ("office", "month")
    chart = draw(measures.wait(agency_calls, keys, **AS_OF))
    names = [text.get_text() for text in chart.figure.axes[0].get_legend().get_texts()]
    assert names == ["Alder (n 40)", "Birch (n 40)"]
    for name, frame in each.items():
        alone = draw(measures.wait(frame, keys[1:], **AS_OF))
        own = chart.data[chart.data["office"] == name]
        column = "s" if "s" in own else "value"
        assert own[column].tolist() == alone.data[column].tolist()


def test_where_only_possible_callbacks_were_missed_it_says_how_many(logs):
    result = measures.missed_callbacks(logs["plenty"].callbacks, "hour_local")
    table = result.table[result.table["link"] == "possible"]
    says = figures.missed_by_local_hour(replace(result, table=table)).says
    n = int(table.loc[table["statistic"] == "count", "value"].sum())
    assert says == f"No confirmed callback went unanswered; {n:,} possible ones did."


@pytest.mark.slow
def test_under_ten_requests_no_curve_and_no_month_is_drawn_and_the_counts_are_said():
    days = pd.DataFrame({"day": [0.0, 3.0], "n": 9, "most_n": 9, "events": [0, 4], "most": [0, 4]})
    days.attrs["promised"] = 3.0
    assert figures.callbacks_by_day({"urgent": days}).says.endswith("In time, urgent: 4 of 9.")
    both = figures.callbacks_by_day({"urgent": days, "regular": days.assign(n=10, most_n=10)})
    assert both.alt.startswith("Share of 10 regular requests")
    assert "In time, urgent: 4 of 9." in both.caption
    few = pd.DataFrame([ONE | {"month": 202203, "weekday": 1, "hour": 9}] * 9)
    assert figures.hit_rate_by_month(measures.callback_hit_rate(few, "month")).says.endswith("9 of 9 over 1 year.")


def test_the_curve_of_callbacks_has_ticks_for_a_promise_of_any_length():
    for promised in (1, 30, 110, 260, 900):
        days = pd.DataFrame({"day": [0.0, promised, promised * 1.5], "n": 10, "events": 4, "most_n": 10, "most": 4})
        days.attrs["promised"] = float(promised)
        drawn = figures.callbacks_by_day({"regular": days}).figure
        assert 2 <= len(drawn.axes[0].get_xticks()) <= 8, promised


# ---- callbacks and promises ----------------------------------------------------------------------------------

ONE = {
    f"is_{what}_{reading}": True for what in ("due", "watched", "kept") for reading in ("strict", "default", "lenient")
}
ONE |= {f"is_kept_certain_{reading}": True for reading in ("strict", "default", "lenient")}
ONE |= {
    "is_hit_certain": True,
    "is_blocked": False,
    "free_callbacks": [],
    "state": "answered_first",
    "urgency": "urgent",
}
ONE |= {"month": 202201}


def promises(*groups):
    """(how many, what differs) ..."""
    return pd.DataFrame([ONE | changed for n, changed in groups for _ in range(n)])


def hits(*groups):
    return figures.hit_rate_by_month(
        measures.callback_hit_rate(promises(*groups), ("urgency", "month"), **AS_OF), EVENTS
    )


def markers(chart):
    return [line for line in chart.figure.axes[0].lines if line.get_marker() == "o"]


def test_a_month_of_thirty_is_filled_one_of_ten_open_and_one_of_nine_only_counted():
    chart = hits(*[(40, {"month": m}) for m in (202201, 202202, 202203, 202204)], (10, {"month": 202205}),
                 (5, {"month": 202206}), (4, {"month": 202206, "is_hit_certain": False}))  # fmt: skip
    fills = [to_hex(line.get_markerfacecolor()) for line in markers(chart)]
    assert fills == [style.BLUE.lower()] * 4 + [style.PAPER]
    assert "5 of 9" in texts(chart)


def test_the_points_are_the_shares_and_the_whiskers_wilsons():
    missed = {"is_hit_certain": False}
    chart = hits(
        (30, {}), (10, missed), (8, {"month": 202202}), (4, {"month": 202202} | missed), (40, {"month": 202203})
    )
    assert [line.get_ydata()[0] for line in markers(chart)] == pytest.approx([0.75, 8 / 12, 1.0])
    whisker = next(
        line
        for line in chart.figure.axes[0].lines
        if line.get_xdata()[0] == line.get_xdata()[-1] == 1 and len(line.get_xdata()) == 2
    )
    assert whisker.get_ydata() == pytest.approx(list(estimates.wilson(8, 12)))


def test_months_are_joined_to_quarters_and_counts_add_up():
    chart = hits(*[(12, {"month": m}) for m in (202201, 202202, 202203, 202204, 202205, 202206)])
    assert chart.data["n"].tolist() == [36, 36]
    assert "By quarter" in chart.caption


def test_possible_call_backs_stand_hatched_on_top_of_certain_ones():
    callbacks = pd.DataFrame(
        {
            "link": ["certain"] * 3 + ["possible"] * 2,
            "result": "missed",
            "channel": "voice",
            "caller_id": "withheld",
            "month_local": 202203,
        }
    )
    chart = figures.missed_by_month(measures.missed_callbacks(callbacks, "month_local", **AS_OF))
    sure, maybe = chart.figure.axes[0].patches
    assert (sure.get_height(), sure.get_hatch()) == (3, None)
    assert (maybe.get_y(), maybe.get_height(), maybe.get_hatch()) == (3, 2, style.HATCH)
    assert "3–5" in texts(chart)


def luminance(color):
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.slow
def test_missed_by_hour_tells_inside_from_outside_in_gray_and_hatches_unknown_hours_alone(logs):
    chart = CHARTS["missed_by_local_hour"](logs["plenty"])
    bars = {to_hex(p.get_facecolor()): p.get_hatch() for p in chart.figure.axes[0].patches if p.get_height()}
    inside, outside, unknown = (to_hex(look["facecolor"]) for look in list(PARTS.values())[1:])
    assert set(bars) == {inside, outside, unknown}
    light, dark = sorted(map(luminance, (inside, outside)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 2
    assert [color for color, hatch in bars.items() if hatch] == [unknown]
    assert sum(chart.data["count"]) == int(chart.caption.split("clock: ")[1].split(" ")[0].replace(",", ""))


@pytest.mark.slow
def test_the_panels_of_the_states_share_one_scale_and_hatch_only_what_is_in_no_rate(logs):
    chart = CHARTS["promise_states"](logs["plenty"])
    assert len({axes.get_xlim() for axes in chart.figure.axes}) == 1
    rows = len(JUDGED) - 1  # none of these promises is undated
    for axes in chart.figure.axes:
        boxes = [p for p in axes.patches if isinstance(p, Rectangle)]
        assert not any(box.get_hatch() for box in boxes[:rows])
        assert all(box.get_hatch() for box in boxes[rows:])


@pytest.mark.slow
def test_the_hours_are_drawn_from_zero_at_their_medians_and_too_few_make_a_sentence():
    cells = {(1, hour): (25, hour, 0) for hour in range(8, 14)}
    result = measures.wait(calls(cells), "hour", **AS_OF)
    drawn = figures.wait_by_hour(result, best=(8, 9))
    bars = [p for p in drawn.figure.axes[0].patches if isinstance(p, Rectangle)]
    assert [(round(b.get_x() + 0.43), b.get_y(), b.get_height()) for b in bars] == [(h, 0, h) for h in range(8, 14)]
    assert [b.get_facecolor() == bars[0].get_facecolor() for b in bars] == [True] * 2 + [False] * 4
    few = {(1, hour): (25 if hour < 10 else 5, hour, 0) for hour in range(8, 14)}
    assert figures.wait_by_hour(measures.wait(calls(few), "hour", **AS_OF)).says.startswith("Too few waits")


@pytest.mark.slow
def test_an_interval_without_an_upper_limit_runs_to_the_edge_and_says_so():
    known = {(day, hour): (15, 10 * day, 0) for day in range(1, 6) for hour in range(8, 14)}
    result = measures.wait(calls({**known, (1, 14): (12, 30, 0), (2, 14): (0, 31, 11)}), "hour", **AS_OF)
    medians = result.table.query("statistic == 'median'")
    assert medians.loc[medians["high"].isna(), "hour"].tolist() == [14]
    drawn = figures.wait_by_hour(result)
    axes = drawn.figure.axes[0]
    tops = {line.get_xdata()[0]: line.get_ydata()[1] for line in axes.lines if len(set(line.get_xdata())) == 1}
    assert {hour for hour, top in tops.items() if top > axes.get_ylim()[1]} == {14}
    assert figures.waits.OPEN in drawn.caption
    assert figures.waits.OPEN not in figures.wait_by_hour(measures.wait(calls(known), "hour", **AS_OF)).caption


def test_waits_without_an_hour_are_counted_where_the_hours_cannot_be_drawn():
    timed, untimed = calls({(1, 9): (5, 30, 0)}), calls({(1, 9): (7, 30, 0)}).assign(hour=None)
    none, some = (
        figures.wait_by_hour(measures.wait(each, "hour", **AS_OF)).says
        for each in (untimed, pd.concat([timed, untimed]))
    )
    assert none == "7 waits, none with a known hour."
    assert some.endswith("12 waits in all, 5 with a known hour.")


def test_every_wait_has_one_mark_a_call_open_where_no_one_was_reached():
    drawn = figures.every_wait(measures.wait(calls({(1, 9): (7, 20, 4), (2, 9): (3, 90, 2)}), **AS_OF), median=1800)
    marks = [line for line in drawn.figure.axes[0].lines if line.get_marker() == "o"]
    filled = [line for line in marks if line.get_markerfacecolor() != style.PAPER]
    assert (len(filled), len(marks) - len(filled)) == (10, 6)
    assert "10 reached a person, 6 hung up" in drawn.alt
    assert figures.every_wait(measures.wait(calls({(1, 9): (99, 20, 0)}), **AS_OF)).says.startswith("99 waits")


@pytest.mark.slow
@pytest.mark.parametrize("width", [style.WIDE, style.HALF])
@pytest.mark.parametrize(
    ("reached", "lost", "median"),
    [
        ({20: 8, 45: 2}, {5: 3, 200: 20}, 20),
        ({20: 2, 118: 25}, {100: 1}, 100),
        ({150: 12}, {110: 9, 116: 11}, 150),
        ({5: 25}, {5: 12, 200: 12}, 5),
        ({60: 3}, {}, 60),
    ],
)
def test_no_words_of_every_wait_lie_over_a_mark(width, reached, lost, median):
    waits = {(2, day): (n, minutes, 0) for day, (minutes, n) in enumerate(reached.items(), 1)}
    waits |= {(3, day): (0, minutes, n) for day, (minutes, n) in enumerate(lost.items(), 1)}
    drawn = figures.every_wait(measures.wait(calls(waits), **AS_OF), median=median * 60, width=width)
    assert text_faults(drawn.figure) == ([], [])
    (axes,) = drawn.figure.axes
    marks = [line.get_window_extent() for line in axes.lines if line.get_marker() == "o"]
    assert len(marks) == sum(reached.values()) + sum(lost.values())
    words = [text for text in axes.findobj(Text) if text.get_visible() and text.get_text().strip()]
    assert f"half within {median // 60} h" in [t.get_text()[:15] for t in words] or median < 120
    assert [t.get_text() for t in words for m in marks if t.get_window_extent().overlaps(m)] == []


def test_a_flow_takes_out_what_its_words_say():
    drawn = figures.flow([("calls logged", 90, ""), ("", 70, "to others"), ("with a wait", 40, "noted")], title="Flow")
    assert [p.get_width() for p in drawn.figure.axes[0].patches if isinstance(p, Rectangle)] == [90, 70, 40]
    assert texts(drawn) == ["−20 to others", "−30 noted"]
    assert drawn.data[["why", "taken_out", "left"]].to_numpy().tolist() == [
        ["", 0, 90],
        ["to others", 20, 70],
        ["noted", 30, 40],
    ]


@pytest.mark.slow
def test_what_came_for_requests_of_no_stated_time_is_neither_in_time_nor_late(logs):
    data = CHARTS["promise_states"](logs["plenty"]).data
    unknown = data[data["urgency"] == "unknown"]
    came = {state for states in JUDGED.values() for state in states}
    assert unknown["value"].sum()
    assert not unknown.loc[unknown["state"].isin(came), "value"].sum()


@pytest.mark.slow
def test_the_states_add_up_to_all_requests(logs):
    for size in ("plenty", "a handful"):
        chart = CHARTS["promise_states"](logs[size])
        for axes in chart.figure.axes:
            boxes = [p for p in axes.patches if isinstance(p, Rectangle)]
            total = int(axes.get_title(loc="left").split(": ")[1].replace(",", ""))
            assert sum(p.get_width() for p in boxes) == total
            assert all(b.get_x() == pytest.approx(a.get_x() + a.get_width()) for a, b in pairwise(boxes))
        assert chart.data["value"].sum() == len(logs[size].promises)


def test_missed_and_silent_are_never_one_bar():
    from callanalytics.figures import promises as drawn

    for states in (*drawn.JUDGED.values(), *drawn.APART.values()):
        assert not ({"silent"} & set(states) and {"missed_once", "both_missed"} & set(states))
    every = [s for states in (*drawn.JUDGED.values(), *drawn.APART.values()) for s in states]
    assert sorted(every) == sorted(schema.STATES.split())


@pytest.mark.slow
def test_three_readings_stand_side_by_side_for_both_urgencies(logs):
    chart = CHARTS["kept_by_reading"](logs["plenty"])
    assert len(chart.data) == 12
    assert [t.get_text() for t in chart.figure.axes[0].get_yticklabels()].count(
        "Monday to Friday, no holiday or closure"
    ) == 1


@pytest.mark.slow
def test_what_a_chart_of_kept_requests_says_aloud_is_what_it_counts(logs):
    chart = CHARTS["kept_by_reading"](logs["plenty"])
    assert chart.alt.startswith("Shares of requests with a call or an email in the stated time")
    assert "answered in" not in chart.alt


def test_two_ranges_side_by_side_do_not_read_as_one():
    certain, most = (dict.fromkeys(range(24), n) for n in (13, 15))
    figure, axes = style.canvas(height=1.55)
    with style.house_style():
        axes.set_xlim(-0.7, 23.7)
        callbacks._draw_bars(axes, range(24), certain, most)
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in axes.texts]
    assert not [1 for one, other in pairwise(boxes) if one.expanded(1.05, 0.7).overlaps(other.expanded(1, 0.7))]


def test_under_thirty_the_counts_stand_alone():
    assert proportions.share_label({"n": 29, "events": 20}) == "20 of 29"
    assert proportions.share_label({"n": 30, "events": 20}) == "67%  (20 of 30)"
    assert proportions.share_label({"n": 1456, "events": 0}) == "none of 1,456"


# ---- time axis and policy marks --------------------------------------------------------------------------------


def event(**dates):
    fields = {"id": "x", "label": "A rule", "precision": "day", "mark": "A", "source": "s", "grade": "P"}
    return Event(**(fields | dates))


AXIS = rows.months(202111, 202206)


def drawn(*events):
    with style.house_style():
        _, axes = style.canvas()
        shown = rows.on_axis(events, AXIS)
        rows.draw_axis(axes, AXIS)
        rows.draw_events(axes, shown, AXIS)
    return axes, shown


def test_a_day_is_a_dashed_line():
    axes, _ = drawn(event(earliest=date(2022, 1, 10), latest=date(2022, 1, 10)))
    assert not axes.patches
    (line,) = axes.lines
    assert line.get_xdata()[0] == pytest.approx(1.5 + 9 / 31)
    assert line.is_dashed()


def test_an_interval_is_a_band_and_no_single_day():
    axes, _ = drawn(event(earliest=date(2021, 12, 1), latest=date(2022, 1, 1), precision="interval"))
    (band,) = axes.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((0.5, 1.5))


def test_a_change_known_only_as_by_then_opens_its_band_at_the_axis():
    axes, shown = drawn(event(latest=date(2022, 1, 1), precision="interval"))
    assert axes.patches[0].get_x() == -0.5
    assert "by January 1, 2022" in rows.events_key(shown)


def test_an_interval_that_runs_on_beyond_the_axis_has_no_edge_in_it():
    axes, _ = drawn(event(earliest=date(2022, 6, 1), latest=date(2023, 9, 26), precision="interval"))
    assert len(axes.patches) == 1
    assert not axes.lines


def test_events_outside_the_axis_or_not_for_drawing_are_left_out():
    outside = event(earliest=date(2019, 1, 1), latest=date(2019, 1, 1))
    other = event(earliest=date(2022, 1, 1), latest=date(2022, 1, 1), mark="B")
    assert rows.on_axis([outside, other], AXIS) == []


def test_marks_are_numbered_in_order_and_claim_no_cause():
    later = event(earliest=date(2022, 3, 1), latest=date(2022, 3, 1), label="Second")
    first = event(earliest=date(2022, 1, 1), latest=date(2022, 1, 1), label="First")
    _, shown = drawn(later, first)
    records = rows.events_key(shown)
    assert records.index("(1) January 1, 2022: First") < records.index("(2) March 1, 2022: Second")
    assert "not why anything changed" in records


def test_marks_close_together_do_not_print_over_each_other():
    near = [event(earliest=date(2022, 1, d), latest=date(2022, 1, d)) for d in (1, 3)]
    axes, _ = drawn(*near)
    assert text_faults(axes.figure)[1] == []


def test_the_fonts_are_the_shipped_ones_with_their_license():
    cuts = ("Bold", "Italic", "Regular", "SemiBold")
    shipped = sorted(p.name for p in style.FONTS.iterdir() if p.is_file())
    assert shipped == ["OFL.txt", *(f"SourceSans3-{cut}.ttf" for cut in cuts)]
    assert "SIL OPEN FONT LICENSE" in (style.FONTS / "OFL.txt").read_text("utf-8")


@pytest.mark.slow
def test_a_result_drawn_twice_is_not_changed(logs):
    result = measures.wait(logs["plenty"].agency_calls, ("weekday", "hour"))
    before = result.table.copy()
    figures.hour_by_weekday(result)
    pd.testing.assert_frame_equal(result.table, before)


def test_the_count_of_a_bar_as_wide_as_its_panel_lies_over_no_name():
    row = {"urgency": "urgent", "state": "unwatched", "certain_contact": "none"}
    states = measures.promise_states(pd.DataFrame([row] * 5333 + [row | {"state": "waiting"}] * 7), "urgency")
    assert text_faults(figures.promise_states(states).figure) == ([], [])


@pytest.mark.slow
def test_a_silence_after_an_extension_stands_apart_from_those_without_a_contact():
    one = {"urgency": "urgent", "state": "silent", "is_due_strict": True, "is_due_default": True,
           "is_watched_default": True, "callback_extension": False, "certain_contact": "none",
           "is_blocked": False, "free_callbacks": []}  # fmt: skip
    late = one | {"state": "late", "certain_contact": "late"}
    promises = pd.DataFrame([one] * 4 + [one | {"callback_extension": True}] * 3 + [late] * 2)
    states, silent = measures.promise_states(promises, "urgency"), measures.silent_promises(promises, "urgency")
    chart = figures.promise_states(states, silent)
    assert "no contact recorded 4, nothing came, extension given 3" in chart.alt
    assert chart.data["value"].sum() == len(promises)
    plain = figures.promise_states(states)
    assert "no contact recorded 7" in plain.alt
    assert "extension" not in plain.alt


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_a_chart_is_saved_with_all_that_must_travel_with_it_and_twice_alike(logs, tmp_path, ending):
    drawn = figures.wait_by_month(measures.wait(logs["plenty"].agency_calls, "month"))
    paths = [drawn.save(tmp_path / f"{n}{ending}") for n in (1, 2)]
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    bare = drawn.save(tmp_path / f"bare{ending}", caption=False).read_bytes()
    assert bare != first
    if ending == ".svg":
        result = first.decode("utf-8")
        assert f">{html.escape(drawn.title)}</title>" in result
        assert html.escape(drawn.alt) in result
        assert 'role="img"' in result


@pytest.mark.slow
@pytest.mark.parametrize("width", [None, 5.0])
def test_a_saved_chart_has_title_n_source_day_and_the_mark_of_invented_data_in_it(logs, width):
    drawn = CHARTS["chance_by_minutes"](logs["a year of one office"])
    invented = replace(drawn, caption=f"{drawn.caption} {LABEL}", subtitle="Minutes, by hour")
    with invented._with_caption(width or 6.7) as framed:
        words = " ".join(" ".join(text.get_text() for text in framed.texts).split())
    n = re.search(r"[\d,]+ calls", drawn.caption)[0]
    for part in (drawn.title, "Minutes, by hour", n, SOURCE, "As of", LABEL):
        assert part in words


@pytest.mark.slow
@pytest.mark.parametrize(("scale", "pixels"), [("page", 200), ("slide", 288), ("phone", 216)])
def test_a_chart_has_the_pixels_of_its_scale_and_its_words_lie_apart(logs, tmp_path, scale, pixels):
    drawn = figures.wait_by_month(measures.wait(logs["plenty"].agency_calls, "month"))
    path = drawn.save(tmp_path / "chart.png", scale=scale)
    with Image.open(path) as picture:
        width, height = picture.size
    assert width / pixels <= drawn.width + 0.01
    with drawn._with_caption(width / pixels) as framed:
        framed.draw_without_rendering()
        boxes = [part.get_window_extent() for part in framed.texts] + [axes.get_tightbbox() for axes in framed.axes]
        assert not [
            one for one, other in combinations(boxes, 2) if one.shrunk(0.98, 0.9).overlaps(other.shrunk(0.98, 0.9))
        ]
        assert all(box.x0 >= -1 and box.y0 >= -1 and box.x1 <= framed.bbox.width + 1 for box in boxes)
        assert text_faults(framed) == ([], [])
        assert abs(height - framed.get_size_inches()[1] * pixels) < 1
        assert any(drawn.title.split()[0] in text.get_text() for text in framed.texts)
        assert "As of" in " ".join(" ".join(text.get_text() for text in framed.texts).split())  # over a line's end too
    with pytest.raises(CallLogError, match="no such scale"):
        drawn.save(tmp_path / "chart.png", scale="poster")
    with pytest.raises(CallLogError, match="this ending is not known"):
        drawn.save(tmp_path / "chart.gif")
