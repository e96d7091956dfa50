"""The weekly wait before and after a date, beside the line it would have gone on."""

from __future__ import annotations

import pandas as pd

from callanalytics import wording
from callanalytics.errors import InvalidRequest
from callanalytics.figures import rows, style
from callanalytics.figures.chart import Chart
from callanalytics.figures.waits import AN_HOUR, LOST
from callanalytics.invented import LABEL
from callanalytics.measures.weekly import BeforeAfter
from callanalytics.wording import plural


@style.house_style()
def before_after(found: BeforeAfter, *, title: str = "Did the wait change?") -> Chart:
    """Mean wait of each week before and after a date, the fitted line, and the line as it would have gone on.

    Parameters
    ----------
    found : ``measures.before_after``

    Returns
    -------
    Chart
        Points: weeks of 5 calls or more. Dashed: the fitted line without the step. A sentence in place of the drawing
        where nothing could be compared.
    """
    if not isinstance(found, BeforeAfter):
        raise InvalidRequest(
            "before_after draws a comparison of the weeks around a date",
            found=type(found).__name__,
            do='draw  measures.before_after(measures.wait(log.agency_calls, by=("office", "date")), "2021-12-16")',
        )
    seen = f"As of {wording.day(found.as_of)}." if found.as_of else ""
    label = LABEL if found.is_invented else ""
    if found.step.value != found.step.value:
        return rows.nothing_to_draw(None, title, found.sentence, f"{seen} {label}".strip())
    weeks = found.weeks.assign(week=pd.to_datetime(found.weeks["week"]))
    figure, axes = style.canvas(height=2.0)
    axes.plot(weeks["week"], weeks["mean_60min"] / 60, "o", color=style.SKY, markersize=3)
    is_after = weeks["week"] >= pd.Timestamp(found.day)
    axes.plot(weeks["week"][is_after], weeks["without"][is_after] / 60, color=style.SOFT, linestyle=(0, (4, 3)))
    for part in (weeks[~is_after], weeks[is_after]):
        axes.plot(part["week"], part["fitted"] / 60, color=style.BLUE)
    axes.axvline(pd.Timestamp(found.day), color=style.INK, linewidth=0.9)
    axes.annotate(wording.day(found.day, short=True), (pd.Timestamp(found.day), AN_HOUR), (3, -2), va="top",
                  textcoords="offset points", fontsize=style.SMALL)  # fmt: skip
    axes.set_ylim(0, AN_HOUR)
    axes.set_yticks(range(0, AN_HOUR + 1, 15))
    axes.set_ylabel("Minutes, mean up to 60", fontsize=style.SMALL)
    _draw_months(axes, weeks["week"])
    means = [weeks["mean_60min"][side].mean() / 60 for side in (~is_after, is_after)]
    return Chart(
        figure,
        title,
        alt=f"Points, one a week: the mean wait averages {means[0]:.0f} minutes before {wording.day(found.day)} and "
        f"{means[1]:.0f} after. {found.sentence}",
        caption=" ".join(
            filter(
                None,
                (
                    f"Mean wait of each week, each wait counted up to {AN_HOUR} minutes; {plural(len(weeks), 'week')}. "
                    "Line: fitted, with the trend that was already there. Dashed: the same without a step at the "
                    f"date. {LOST}",
                    "A step at a date is no proof of what caused it.",
                    seen,
                    label,
                ),
            )
        ),
        data=weeks[["week", "n"]].assign(
            **{f"{name}_minutes": (weeks[name] / 60).round(1) for name in ("mean_60min", "fitted", "without")}
        ),
    )


def _draw_months(axes, weeks):
    """Name every third month that begins, and the year under the first of each."""
    months = [day for day in pd.date_range(weeks.min(), weeks.max(), freq="MS") if day.month % 3 == 1]
    names = [f"{wording.MONTHS[day.month - 1][:3]}\n{day.year}" for day in months]
    axes.set_xticks(months, names, fontsize=style.SMALL)
