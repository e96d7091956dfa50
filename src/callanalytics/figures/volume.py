"""How many calls, and when."""

from __future__ import annotations

from callanalytics.figures import labels, rows, style
from callanalytics.figures.chart import Chart

LIVE = (8, 20)


@style.house_style()
def volume_by_hour_weekday(result, *, title: str = "When were the calls made?") -> Chart:
    """Calls in each hour of the week, Eastern; people answer Monday to Friday inside the frame.

    Parameters
    ----------
    result : ``measures.volume`` by weekday and hour
    """
    rows.require(result, "volume_by_hour_weekday", "volume", ("weekday", "hour"))
    calls = rows.pick(result, "count")
    timed = calls[calls["hour"].notna() & calls["weekday"].notna()]
    cells = {(int(r.weekday), int(r.hour)): int(r.value) for r in timed.itertuples() if r.value}
    untimed = int(calls["value"].sum()) - sum(cells.values())
    if not cells:
        return rows.nothing_to_draw(result, title, _nothing(untimed))
    first = min([LIVE[0], *(h for _, h in cells)])
    last = max([LIVE[1], *(h + 1 for _, h in cells)])
    days = max([5, *(d for d, _ in cells)])
    figure, axes = style.canvas(height=0.45 + 0.2 * days)
    most = max([*cells.values(), 1])
    for day in range(1, days + 1):
        for h in range(first, last):
            _draw_cell(axes, h, days - day, cells.get((day, h), 0), most, last - first)
    _draw_frame(axes, first, last, days)
    n = sum(cells.values())
    return Chart(
        figure,
        title,
        alt=_alt(cells, n),
        caption=rows.caption(
            result,
            f"Calls to the agency's lines by weekday and hour of their start, Eastern time; {labels.number(n)} calls.",
            "People answer inside the frame, holidays and closures excepted.",
            f"{labels.number(untimed)} calls are not drawn: the hour of their start is not known." if untimed else "",
        ),
        data=timed,
    )


def _nothing(untimed):
    if not untimed:
        return "No call to the agency is logged so far."
    return f"{labels.many(untimed, 'call')}, and the hour at which it began is known of none: note the time of day."


def _draw_cell(axes, x, y, count, most, columns):
    look = style.shade(count, 0, most) if count else style.PAPER
    style.box(axes, x, y, 1, 1, facecolor=look, edgecolor=style.PAPER, linewidth=1.5)
    if count:
        size = style.SMALL
        axes.text(x + 0.5, y + 0.5, labels.number(count), ha="center", va="center", fontsize=size)


def _draw_frame(axes, first, last, days):
    style.hide_frame(axes)
    style.box(axes, LIVE[0], days - 5, LIVE[1] - LIVE[0], 5, fill=False, edgecolor=style.INK, linewidth=1)
    axes.set_xlim(first - 0.05, last + 0.05)
    axes.set_ylim(-0.05, days + 0.05)
    step = 1 if last - first <= 13 else 2
    ticks = range(first, last + 1, step)
    axes.set_xticks(ticks, [labels.hour(h) for h in ticks])
    axes.set_yticks([days - d + 0.5 for d in range(1, days + 1)], labels.WEEKDAYS[:days])
    axes.xaxis.tick_top()


def _alt(cells, n):
    start = f"Map of calls by weekday and hour, Eastern; {labels.number(n)} calls."
    (day, h), most = max(cells.items(), key=lambda item: item[1])
    return f"{start} Most in one cell: {labels.WEEKDAYS[day - 1]} {labels.hours(h, h + 1)}, {labels.number(most)}."
