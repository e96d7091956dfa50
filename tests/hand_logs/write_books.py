"""Hand logs as different offices keep them, each with its truth: what a careful person would read in it.

    python tests/hand_logs/write_books.py FOLDER [NAME...]     writes the files, and each one's truth beside it as JSON

``offices`` lists who keeps what, ``habits`` how people write and what a cell tells, ``calls`` what happened, ``books``
puts them together. All of it is invented; the same call makes the same rows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hand_logs.books import Book, sheets, write
from hand_logs.offices import BOOKS

__all__ = ["BOOKS", "Book", "sheets", "write"]


def main(folder: str, *names: str) -> None:
    for name, book in BOOKS.items():
        if not names or name in names:
            path = write(book, Path(folder))
            truth = {sheet.title: sheet.truth for sheet in sheets(book)}
            path.with_suffix(".truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
