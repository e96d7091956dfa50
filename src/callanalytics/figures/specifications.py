"""A finding under every way of counting it: the figures in order of size, and below each what it was counted by."""

from __future__ import annotations

from callanalytics.errors import CallLogError
from callanalytics.figures import labels, rows, style
from callanalytics.figures.chart import Chart
from callanalytics.invented import LABEL
from callanalytics.measures.specifications import Specifications

ROW = 0.17  # inches an answer


@style.house_style()
def specification_curve(taken, *, title: str = "") -> Chart:
    """The specifications of a finding, smallest figure first.

    Parameters
    ----------
    taken : ``specifications.curve`` of a finding

    Returns
    -------
    Chart
        Above: the figure and its 95 % interval, the headline's in black; the band is the headline's interval. Below:
        a mark where a specification gives that answer.
    """
    if not isinstance(taken, Specifications):
        raise CallLogError(
            "specification_curve draws the specifications of a finding",
            found=type(taken).__name__,
            do='draw  callanalytics.measures.specifications.curve(log, "wait")',
        )
    if taken.headline["value"] != taken.headline["value"]:
        return _nothing(taken, title)
    table, scale = taken.table[taken.table["value"].notna()], 60 if taken.finding.unit == "s" else 1 / 100
    answers = [
        (name, answer) for name in taken.questions for answer in taken.answers[name] if len(taken.answers[name]) > 1
    ]
    height = 1.7 + ROW * len(answers)
    figure, (above, below) = style.canvas(
        height=height, rows=2, sharex=True, gridspec_kw={"height_ratios": [1.5, 0.2 + ROW * len(answers)]}
    )
    _draw_figures(above, table, taken.headline, scale)
    above.set_ylabel("minutes" if taken.finding.unit == "s" else "%")
    _draw_answers(below, table, answers)
    held = int(table["holds"].sum())
    lost = len(taken.table) - len(table)
    return Chart(
        figure,
        title or f"Does it hang on how one counts? The {taken.finding.title}",
        alt=f"{labels.many(len(table), 'specification')} of the {taken.finding.title}, from "
        f"{table['value'].min() / scale:.0f} to {table['value'].max() / scale:.0f}; {held} lie inside the headline's "
        "interval.",
        caption=f"{labels.many(len(table), 'way')} of counting the {taken.finding.title}; the headline in black, its "
        f"95% interval as a band; {labels.number(held)} lie inside it. Bounds have no interval of their own. "
        f"{f'Not drawn, since too few calls are left or the figure is not reached: {lost}. ' if lost else ''}"
        f"As of {labels.day(taken.as_of)}.{f' {LABEL}' if taken.is_invented else ''}",
        data=table,
    )


def _nothing(taken, title):
    """The finding stands on too few cases for a figure: so has every way of counting it."""
    n = taken.headline["n"]
    says = f"Too few cases for the {taken.finding.title} ({labels.number(n)}), so it cannot be counted in other ways."
    return rows.nothing_to_draw(taken, title or "Does it depend on how one counts?", says)


def _draw_figures(axes, table, headline, scale):
    low, high = (headline["value"] if limit != limit else limit for limit in (headline["low"], headline["high"]))
    axes.axhspan(low / scale, high / scale, color=style.BLUE, alpha=0.15, linewidth=0)
    for x, row in enumerate(table.itertuples()):
        color = style.INK if row.is_headline else style.BLUE if row.holds else style.VERMILION
        if row.low == row.low and row.high == row.high:
            style.whisker(axes, x, row.low / scale, row.high / scale, color=color)
        axes.plot([x], [row.value / scale], "s" if row.is_headline else "o", markersize=3.2, color=color, zorder=4)
    axes.set_xlim(-1, len(table))
    axes.set_ylim(0, 1.08 * max(*table["high"].dropna(), *table["value"], scale) / scale)
    axes.tick_params(axis="x", length=0, labelbottom=False)


def _draw_answers(axes, table, answers):
    for y, (name, answer) in enumerate(answers):
        given = [x for x, value in enumerate(table[name]) if value == answer]
        axes.plot(given, [-y] * len(given), "|", color=style.INK, markersize=6, markeredgewidth=1.0)
    names = [f"{name}: {answer}" for name, answer in answers]
    axes.set_yticks([-y for y in range(len(answers))], names, fontsize=style.SMALL)
    axes.set_ylim(-len(answers) + 0.4, 0.6)
    axes.grid(False)
    axes.tick_params(length=0, labelbottom=False)
