"""Dated facts about an agency: numbers, hours, promises, events, claims, closures, reasons.

Whatever may change stands in the TOML files beside this one, each row with its dates, its source and how
sure it is (:mod:`callanalytics.agencies.rows`). No one edits Python because a rule changed: edit the row,
or keep a file of your own with rows of the same shape: ``callanalytics --agency-file FILE``, or ``extra`` here.

Each function takes the agency that it is about; nothing below the command line chooses one.
"""

from callanalytics.agencies.agency import SHIPPED, Agency, load, read_senders, with_senders
from callanalytics.agencies.rows import Closure, Event, Line, Number, Reason, Rule, Sender

__all__ = [
    "SHIPPED", "Agency", "Closure", "Event", "Line", "Number", "Reason", "Rule", "Sender",
    "load", "read_senders", "with_senders",
]  # fmt: skip
