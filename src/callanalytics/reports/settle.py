"""What would settle it: ten counts that USCIS could publish each month, each with its definition.

They are the counts that the figures of this report stand for from outside; the agency's own systems hold them all.
"""

from __future__ import annotations

from callanalytics.reports.document import Block, Heading, TableBlock

COUNTS = (
    ("Calls offered", "Every call that the Contact Center's number took up, automated system included, by hour."),
    ("Ended in the automated system", "Of these, calls that never joined a queue: resolved by the system, ended by it, "
     "or given up in it; the three apart."),
    ("Joined the queue for a person", "Calls put in line for Tier 1, at the moment they were put there."),
    ("Hung up while waiting; cut off", "Of those in line, calls that ended before a person spoke: by the caller, by "
     "the system; in bands of 15 minutes waited."),
    ("Reached a person", "Calls on which a person spoke, in bands of 15 minutes from dialing; callers who hung up are "
     "in the count above, not left out."),
    ("Call-backs promised", "Requests passed to Tier 2, urgent and regular apart, by day of the request."),
    ("First call-back in the stated time", "Of those, requests with a first call by the stated time, whoever "
     "answered; with the time stated and from what moment it runs."),
    ("Call-backs answered; tried and missed", "First and second attempts apart, by the hour on the clock of the "
     "place called."),
    ("Closed without contact", "Requests closed with neither an answered call nor an answer in writing."),
    ("Asked for, granted, refused", "Appointments, expedites and new dates asked for by phone, what became of them, "
     "and the days it took."),
)  # fmt: skip


def blocks() -> list[Block]:
    """The ten counts."""
    return [
        Heading("What would settle it"),
        TableBlock(
            "Ten counts a month",
            ("count", "definition"),
            tuple((f"{n}. {name}", definition) for n, (name, definition) in enumerate(COUNTS, 1)),
            note="Volunteers' logs stand in for counts that nobody outside can make. These ten, published each month, "
            "would replace them; none names a caller.",
            numeric=False,
            widths=(2.2, 4.6),
        ),
    ]
