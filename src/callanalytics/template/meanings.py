"""The sheet *What the columns mean*: how the log is kept, then one line a column."""

from __future__ import annotations

from callanalytics.agencies import Agency
from callanalytics.template import columns as c
from callanalytics.template import live
from callanalytics.template.book import Book

_CHARACTERS = 115  # that fit on a line of the three columns


def write(book: Book, sheet) -> None:
    wrapped = book.style(text_wrap=True, valign="top")
    sheet.write_string(0, 0, "How to keep this log", book.style(bold=True, font_size=14))
    sentences = how_to(book.agency)
    for row, sentence in enumerate(sentences, 1):
        sheet.merge_range(row, 0, row, 2, sentence, wrapped)
        sheet.set_row(row, 15 * (1 + len(sentence) // _CHARACTERS))
    first = len(sentences) + 2
    sheet.write_row(first, 0, ("Column", "What to write", "Needed"), book.heading("needed"))
    for row, column in enumerate(c.COLUMNS, first + 1):
        needed = "works itself out" if column.kind == "live" else column.needed or "optional"
        sheet.write_string(row, 0, column.header, book.heading(column.says))
        sheet.write_row(row, 1, (column.meaning, needed), wrapped)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 84)
    sheet.set_column(2, 2, 22)
    sheet.set_paper(1)  # letter
    sheet.fit_to_pages(1, 0)


def how_to(agency: Agency) -> list[str]:
    """What everybody who writes in the log should know, with the agency's numbers as they stand in its file."""
    window = agency.window
    numbers = " or ".join(f"{n[2:5]}-{n[5:8]}-{n[8:]}" for n in sorted(agency.callback_numbers))
    aila = next(mailbox for mailbox in agency.mailboxes if mailbox.address.endswith("@aila.org"))
    return [
        "Fill in 'Your office' once. Then one row for every contact, in order of time, written the same day.",
        "Write down the good calls too: a log of bad calls alone proves nothing.",
        f"A call-back shows {numbers} or no number at all, and comes between {_clock(window.opens)} and "
        f"{_clock(window.closes)} Eastern. Write a row when it comes, when you miss it, and when you checked and it "
        "did not come; under 'About no.' put the No. of the call that promised it.",
        "Dark headings are needed, light blue ones are wanted, yellow ones work themselves out. The plus sign above "
        "the columns unfolds more of them.",
        "'Due' counts federal business days (no weekends, holidays or closures by executive order) within the time "
        f"USCIS last said it would take. It says '{live.UNCERTAIN}' where it is not known which of two applied.",
        "No client names anywhere: your own file number is enough. Remarks are not read by the program.",
        "The gray rows are examples and are not counted. A newer copy of this file replaces the older one.",
        f"Stuck on a complex or urgent matter? AILA asks for an e-mail to {aila.address}, subject {aila.subject}.",
    ]


def _clock(text: str) -> str:
    hour, minute = map(int, text.split(":"))
    return f"{hour % 12 or 12}:{minute:02} {'a.m.' if hour < 12 else 'p.m.'}"
