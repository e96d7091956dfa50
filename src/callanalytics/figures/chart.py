"""A chart: the figure and everything that must travel with it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from callanalytics.figures import style
from callanalytics.figures.style import printable


def _text(value: object) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.5g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Chart:
    """A figure with its title, the words for those who cannot see it, its caption and its data.

    Parameters
    ----------
    figure : the drawing
    title : a finding, or the question the drawing answers
    alt : what a reader who cannot see the drawing must know
    caption : n, definition, interval, day it is seen from
    data : the numbers drawn, one row a mark
    says : where nothing could be drawn, the sentence that stands in place of the drawing
    subtitle : one line on what is drawn, for a page that has no room for the caption
    """

    figure: style.Figure
    title: str
    alt: str
    caption: str
    data: pd.DataFrame
    says: str = ""
    subtitle: str = ""

    def __post_init__(self) -> None:
        style.freeze_layout(self.figure)
        for name in ("title", "alt", "caption", "subtitle"):
            object.__setattr__(self, name, printable(getattr(self, name)))

    @property
    def width(self) -> float:
        """Inches."""
        return float(self.figure.get_size_inches()[0])

    def rows(self) -> list[tuple[str, ...]]:
        """The data as text; what is not known is empty."""
        return [tuple(_text(value) for value in row) for row in self.data.itertuples(index=False)]

    def svg(self, *, live_text: bool = False) -> bytes:
        return style.svg(self.figure, live_text=live_text)

    def png(self, dpi: int = 200) -> bytes:
        return style.png(self.figure, dpi)

    def image(self) -> str:
        """An HTML ``<img>`` with the drawing inside and its alt text."""
        data = b64encode(self.svg()).decode("ascii")
        points = round(self.width * 96)
        return f'<img alt="{escape(self.alt)}" width="{points}" src="data:image/svg+xml;base64,{data}">'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        # The alt text is read from text/html; JupyterLab gives a bare image/png none.
        if self.says:
            page = f"<p><strong>{escape(self.title)}</strong> {escape(self.says)} {escape(self.caption)}</p>"
            return {"text/html": page, "text/plain": f"{self.title} {self.says}"}
        page = (
            f'<figure style="margin:0"><p><strong>{escape(self.title)}</strong></p>{self.image()}'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )
        return {"text/html": page, "image/png": self.png(), "text/plain": self.alt}
