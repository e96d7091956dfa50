"""A report and the files it becomes: a page to open in a browser, a printed one, a Word document, a workbook, slides,
and a text to paste into an email."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Self

from callanalytics import outputs
from callanalytics.reports import html, pdf, xlsx
from callanalytics.reports.document import Block, Document, FrontPage, Heading, Numbers, TableBlock, marking

COLUMNS = 72  # of an email


def write(document: Document, path: Path | str) -> Path:
    """Write the document in the form that the end of `path` names.

    Raises
    ------
    CallLogError
        The file is open in another program, or its folder cannot be written.
    """
    form = Path(path).suffix.removeprefix(".")
    if form == "txt":
        content = email(document).encode("utf-8")
    elif form == "html":
        content = html.page(document).encode("utf-8")
    else:  # a library each, and only the one that is needed is loaded
        content = import_module(f"callanalytics.reports.{form}").document(document)
    return outputs.save(path, content, private=document.is_private)


def email(document: Document) -> str:
    """The brief as text to paste into an email, in lines of 72 columns: page one with the titles of the slides, or the
    first section of a report that has no page one."""
    page, found = document.front, [f"{slide.title.removesuffix('.')}." for slide in document.slides if slide.chart]
    parts = _page_one(page, found) if page else [[document.title, document.scope], *_first_section(document)]
    parts = [[document.marking], *parts, [document.account, document.seen]]
    lines = textwrap.TextWrapper(COLUMNS, break_long_words=False, break_on_hyphens=False)
    wrapped = ("\n".join(map(lines.fill, filter(None, part))) for part in parts)
    return "\n\n".join(filter(None, wrapped)) + "\n"


def _page_one(page: FrontPage, found: list[str]) -> list[list[str]]:
    sender, headline, scope, *others = xlsx.front_lines(page)
    shown = len(page.numbers)
    return [[sender], [headline], [scope], others[:shown], found, list(page.notes), others[shown:]]


def _first_section(document: Document) -> list[list[str]]:
    """What stands before the second heading, each row of a table on a line."""
    heads = [n for n, block in enumerate(document.blocks) if isinstance(block, Heading | Numbers)]
    blocks = document.blocks[: heads[1] if len(heads) > 1 else None]
    return [
        [block.title, *(" · ".join(row) for row in block.rows)]
        if isinstance(block, TableBlock)
        else xlsx.cell_lines(block)
        for block in blocks
    ]


@dataclass(frozen=True, repr=False)
class Report(Document):
    """A document that shows itself: as a page, in print, and in a notebook."""

    @classmethod
    def from_log(cls, log, title: str, scope: str, blocks: Iterable[Block], words: str = "", **more) -> Self:
        """The report of a log, as of its day; `words` say for whose eyes it is."""
        day, mark = log.as_of, marking(log, words)
        return cls(title, scope, day, log.fingerprint, tuple(blocks), mark, clock=log.agency.clock, **more)

    def __repr__(self) -> str:
        return f"{self.title}. {self.scope}"

    def html(self) -> str:
        """The report as one HTML page that asks nothing of the network."""
        return html.page(self)

    def pdf(self) -> bytes:
        """The report as a tagged PDF (PDF/UA-1)."""
        return pdf.document(self)

    def _repr_html_(self) -> str:
        return html.fragment(self)
