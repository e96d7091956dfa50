"""Dated facts about an agency: numbers, hours, promises, events, claims, closures, reasons.

Everything that can change is in the TOML files next to this one; each row has its dates, its source, and a grade of
certainty (:mod:`callanalytics.agencies.rows`). A changed rule needs no Python: edit the row, or keep your own file with
rows of the same shape (``callanalytics --agency-file FILE``, or ``extra`` here).

Each function takes the agency as an argument; only the command line chooses one.
"""

from callanalytics.agencies.agency import SHIPPED, Agency, load, read_senders, with_senders
from callanalytics.agencies.rows import Closure, Event, Line, Number, Reason, Rule, Sender

__all__ = [
    "SHIPPED", "Agency", "Closure", "Event", "Line", "Number", "Reason", "Rule", "Sender",
    "load", "read_senders", "with_senders",
]  # fmt: skip
