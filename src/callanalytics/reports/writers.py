"""A report and its file formats: a page for a browser, a PDF, a Word document, a workbook, slides, and text to paste
into an email."""

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

COLUMNS = 72  # width of an email


def write(document: Document, path: Path | str) -> Path:
    """Write the document in the format given by the extension of `path`.

    Raises
    ------
    CallLogError
        The file is open in another program, or its folder is not writable.
    """
    form = Path(path).suffix.removeprefix(".")
    if form == "txt":
        content = email(document).encode("utf-8")
    elif form == "html":
        content = html.page(document).encode("utf-8")
    else:  # each format needs a library, so load only the one needed
        content = import_module(f"callanalytics.reports.{form}").document(document)
    return outputs.save(path, content, private=document.is_private)


def email(document: Document) -> str:
    """The brief as text to paste into an email, in lines of up to 72 columns: page one with the titles of the slides;
    for a report without page one, its first section."""
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
    """The blocks before the second heading, with each row of a table on its own line."""
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
    """A document that can render itself: as a page, as a PDF, and in a notebook."""

    @classmethod
    def from_log(cls, log, title: str, scope: str, blocks: Iterable[Block], words: str = "", **more) -> Self:
        """The report of a log, as of its day; `words` say who may see it."""
        day, mark = log.as_of, marking(log, words)
        return cls(title, scope, day, log.fingerprint, tuple(blocks), mark, clock=log.agency.clock, **more)

    def __repr__(self) -> str:
        return f"{self.title}. {self.scope}"

    def html(self) -> str:
        """The report as one HTML page that makes no network requests."""
        return html.page(self)

    def pdf(self) -> bytes:
        """The report as a tagged PDF (PDF/UA-1)."""
        return pdf.document(self)

    def _repr_html_(self) -> str:
        return html.fragment(self)
