"""A report and the files it becomes: a page to open in a browser, a printed one, a Word document, a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callanalytics import outputs
from callanalytics.reports import docx, html, pdf, xlsx
from callanalytics.reports.document import Document

CONTENTS = {
    "html": lambda document: html.page(document).encode("utf-8"),
    "pdf": pdf.document,
    "docx": docx.document,
    "xlsx": xlsx.document,
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


@dataclass(frozen=True)
class Report(Document):
    """A document that shows itself: as a page, in print, and in a notebook."""

    def html(self) -> str:
        """The report as one HTML page that asks nothing of the network."""
        return html.page(self)

    def pdf(self) -> bytes:
        """The report as a tagged PDF (PDF/UA-1)."""
        return pdf.document(self)

    def _repr_html_(self) -> str:
        return html.fragment(self)
