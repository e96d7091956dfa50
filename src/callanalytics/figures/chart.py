"""A chart: the figure and everything that must accompany it."""

from __future__ import annotations

import re
import warnings
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from html import escape
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd

from callanalytics import outputs
from callanalytics.errors import InvalidRequest
from callanalytics.figures import style
from callanalytics.figures.style import printable
from callanalytics.invented import LABEL

SCALES = {"page": 200, "slide": 288, "phone": 216}  # pixels per inch
NARROW = (3.5, 4.4, 5.2)  # inches: a phone gets the first width at which no words overlap
SOURCE = "Source: call logs of law offices."


def _text(value: object) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.5g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Plot:
    """How a spreadsheet redraws a chart from the chart's own data.

    Parameters
    ----------
    kind : ``bars``, ``stack``, ``overlap`` (each bar in front of the one before), ``points``, or ``line``
    x : column along the axis
    y : columns drawn -> their colors; with a `pivot`, its parts -> their colors
    x_title, y_title : axis titles
    pivot : a column whose values are the parts, and the column that is summed for each
    limits : interval columns of the first `y`: high, low
    panels : a column with one chart for each of its values; the column ``promised_day`` is marked in each
    caption : text below the chart, if the chart's own caption mentions what a spreadsheet cannot draw
    """

    kind: str
    x: str
    y: Mapping[str, str]
    x_title: str
    y_title: str
    pivot: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    panels: str = ""
    caption: str = ""


@dataclass(frozen=True, repr=False)
class Chart:
    """A figure with its title, its alt text, its caption, and its data.

    Parameters
    ----------
    drawn : the drawing as its function left it; :attr:`figure` is the same, laid out
    title : a finding, or the question that the drawing answers
    alt : what a reader who cannot see the drawing must know
    caption : n, definition, interval, last day of records used
    data : the numbers drawn, one row for each mark
    says : the sentence that replaces the drawing, if nothing could be drawn
    subtitle : one line on what is drawn, for a page without room for the caption
    name : what the drawing shows, in a few words that do not depend on its figures
    plot : how a spreadsheet redraws it, if it can
    """

    drawn: style.Figure
    title: str
    alt: str
    caption: str
    data: pd.DataFrame
    says: str = ""
    subtitle: str = ""
    name: str = ""
    plot: Plot | None = None

    def __post_init__(self) -> None:
        for name in ("title", "alt", "caption", "subtitle"):
            object.__setattr__(self, name, printable(getattr(self, name)))

    def __repr__(self) -> str:
        return "\n".join(filter(None, [self.title, self.says or self.alt, self.caption]))

    @cached_property
    def figure(self) -> style.Figure:
        """The drawing, laid out when it is first used, because reports show only the sentence of many charts."""
        style.freeze_layout(self.drawn)
        return self.drawn

    @property
    def width(self) -> float:
        """Width in inches."""
        return float(self.drawn.get_size_inches()[0])

    def rows(self) -> list[tuple[str, ...]]:
        """The data as text; unknown values are empty."""
        return [tuple(_text(value) for value in row) for row in self.data.itertuples(index=False)]

    def svg(self, *, live_text: bool = False) -> bytes:
        return style.svg(self.figure, live_text=True) if live_text else self._shapes

    @cached_property
    def _shapes(self) -> bytes:
        return style.svg(self.figure)  # page one shows the same bytes on screen and on paper

    def png(self, dpi: int = 200) -> bytes:
        return style.png(self.figure, dpi)

    def draw_on(self, axes: style.Axes) -> None:
        """Draw the chart, with its title and caption, on axes of your own figure, such as one of a grid."""
        with self._with_caption(self.width) as figure:
            style.put_on(axes, figure)

    def save(self, path: Path | str, *, width: float | None = None, scale: str = "page", caption: bool = True) -> Path:
        """Write the chart as PNG, SVG, or PDF, with its title, caption, and notes on the data inside the picture.

        Parameters
        ----------
        path : file; its ending decides the format
        width : inches; the drawing's own width if omitted
        scale : ``page``; ``slide``, with as many pixels as a wide screen; or ``phone``, as narrow as its words allow
        caption : False for the drawing alone

        Returns
        -------
        Path
                The file written. An SVG gives its title and alt text to screen readers.
        """
        if scale not in SCALES:
            raise InvalidRequest("There is no such scale", found=scale, wanted=", ".join(SCALES))
        if not isinstance(path, str | Path) or (width is not None and not isinstance(width, Real)):
            raise InvalidRequest(
                "A chart is saved to a file, as wide as so many inches",
                found=f"{path!r}, {width!r}"[:60],
                run='chart.save("chart.png", width=6.5)',
            )
        dpi = SCALES[scale]
        if width is None:
            width = style.narrowest(self.figure, (*NARROW, self.width)) if scale == "phone" else self.width
        ways: dict[str, Callable[[style.Figure], bytes]] = {
            ".png": lambda figure: style.png(figure, dpi),
            ".svg": lambda figure: self._readable(style.svg(figure)),
            ".pdf": style.pdf,
        }
        ending = Path(path).suffix.lower()
        if ending not in ways:
            raise InvalidRequest(f"{Path(path).name}: this ending is not known", wanted=", ".join(ways))
        with self._with_caption(width, with_words=caption) as figure:
            return outputs.save(path, ways[ending](figure))

    def _with_caption(self, width: float, *, with_words: bool = True) -> AbstractContextManager[style.Figure]:
        """The drawing with everything that must accompany it; the label of invented data is prominent."""
        if not with_words:
            return nullcontext(self.figure) if width == self.width else style.captioned(self.figure, width)
        is_invented = LABEL in self.caption
        above = [(self.title, {"fontsize": 12, "fontweight": "bold", "color": style.INK}),
                 (self.subtitle, {"fontsize": 9, "color": style.SOFT})]  # fmt: skip
        small = {"fontsize": style.SMALL, "color": style.SOFT}
        beneath = [(" ".join(f"{self.says} {self.caption.replace(LABEL, '')} {SOURCE}".split()), small)]
        if is_invented:
            beneath.append((LABEL, small | {"color": "#a40e26", "fontweight": "bold"}))
        return style.captioned(self.figure, width, above, beneath)

    def _readable(self, svg: bytes) -> bytes:
        """An SVG with a title and a description for screen readers."""
        names = f'<title id="title">{escape(self.title)}</title><desc id="desc">{escape(self.alt)}</desc>'
        start, rest = svg.decode("utf-8").split("<svg ", 1)
        head, body = rest.split(">", 1)
        return f'{start}<svg role="img" aria-labelledby="title desc" {head}>{names}{body}'.encode()

    def for_phone(self) -> bytes:
        """The drawing as SVG, as narrow as a phone's page; empty if it is no wider anyway, or its words do not fit."""
        if self.width <= NARROW[0]:
            return b""
        figure = self.figure  # lay it out at its own width before warnings become errors
        if style.overfills(figure, NARROW[0]):
            return b""
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # matplotlib warns if the words leave the drawing no room
            try:
                with style.captioned(figure, NARROW[0]) as narrow:
                    return b"" if style.collides(narrow) else style.svg(narrow)
            except UserWarning:
                return b""

    def image(self, narrow: bytes = b"") -> str:
        """An HTML ``<img>`` that contains the drawing and its alt text; a narrow screen shows `narrow` instead."""
        points = round(self.width * 96)
        image = f'<img alt="{escape(self.alt)}" width="{points}" src="{_data_uri(self.svg())}">'
        return _on_any_screen(image, _data_uri(narrow)) if narrow else image

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        # Screen readers get the alt text from text/html; JupyterLab gives a bare image/png none.
        if self.says:
            page = f"<p><strong>{escape(self.title)}</strong> {escape(self.says)} {escape(self.caption)}</p>"
            return {"text/html": page, "text/plain": f"{self.title} {self.says}"}
        page = (
            f'<figure style="margin:0"><p><strong>{escape(self.title)}</strong></p>{self.image()}'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )
        return {"text/html": page, "image/png": self.png(), "text/plain": self.alt}


def _on_any_screen(image: str, narrow: str) -> str:
    """An HTML ``<picture>`` that shows the image at the address `narrow` on a narrow screen."""
    return f'<picture><source media="(max-width: 40rem)" srcset="{narrow}">{image}</picture>'


def _data_uri(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg).decode('ascii')}"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 16px/1.5 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #1b1f24 }}
img {{ width: 100%; height: auto }} figure {{ margin: 0 0 2.5em; overflow-x: auto }}
@media (max-width: 40rem) {{ figure > img {{ width: 42rem }} }}</style></head>
<body><main><h1>{title}</h1>
{figures}
</main></body></html>
"""


def save_all(charts: Mapping[str, Chart], folder: Path | str, title: str = "Charts") -> Path:
    """Write charts as PNG for slides and SVG for print, and ``index.html``, a page that shows all of them.

    Parameters
    ----------
    charts : file name -> chart
    folder : created if it does not exist; files with these names in it are replaced
    title : title of the page

    Returns
    -------
    Path
            The page. It opens without a network; a chart with nothing to draw appears there as a sentence.
    """
    folder, figures = Path(folder), []
    for name, chart in charts.items():
        if not re.fullmatch(r"[\w-]+", name):
            raise InvalidRequest("This cannot name a file", found=name[:40], wanted="letters, digits, and hyphens")
        if chart.says:
            figures.append(f"<h2>{escape(chart.title)}</h2><p>{escape(chart.says)}</p>")
            continue
        chart.save(folder / f"{name}.png", scale="slide")
        chart.save(folder / f"{name}.svg")
        image = f'<img src="{name}.svg" alt="{escape(chart.alt)}">'
        if chart.for_phone():
            chart.save(folder / f"{name}-phone.svg", width=NARROW[0])
            image = _on_any_screen(image, f"{name}-phone.svg")
        figures.append(
            f'<figure tabindex="0">{image}'
            f'<figcaption><a href="{name}.png">{name}.png</a> for slides, <a href="{name}.svg">{name}.svg</a> for print'
            "</figcaption></figure>"
        )
    page = PAGE.format(title=escape(title), figures="\n".join(figures))
    return outputs.save(folder / "index.html", page.encode("utf-8"))
