"""A report and the files it becomes: a page to open in a browser, a printed one, a Word document, a workbook, slides,
and a text to paste into an email."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callanalytics import outputs
from callanalytics.reports import docx, html, pdf, pptx, xlsx
from callanalytics.reports.document import Document, Finding, Text

CONTENTS = {
    "html": lambda document: html.page(document).encode("utf-8"),
    "pdf": pdf.document,
    "docx": docx.document,
    "xlsx": xlsx.document,
    "pptx": pptx.document,
    "txt": lambda document: email(document).encode("utf-8"),
}


def write(document: Document, path: Path | str) -> Path:
    """Write the document in the form that the end of `path` names.

    Raises
    ------
    CallLogError
        The file is open in another program, or its folder cannot be written.
    """
    content = CONTENTS[Path(path).suffix.removeprefix(".")](document)
    return outputs.save(path, content, private=document.is_private)


def email(document: Document) -> str:
    """The brief as text to paste into an email: page one and the findings, without a drawing."""
    lines = [*filter(None, [document.marking]), *([] if document.front else [document.title, document.scope])]
    lines += xlsx.front_lines(document.front) if document.front else []
    found = [f"{block.number}. {block}" for block in document.blocks if isinstance(block, Finding)]
    lines += ["", "What the logs show", *found] if found else []
    texts = [f"{block.lead} {block.text}".strip() for block in document.blocks if isinstance(block, Text)]
    lines += [] if document.front else ["", *texts]
    return "\n".join([*lines, "", *filter(None, [document.account]), document.seen, ""])


@dataclass(frozen=True, repr=False)
class Report(Document):
    """A document that shows itself: as a page, in print, and in a notebook."""

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
