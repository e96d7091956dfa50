"""Three rows that show how a call and its call-back are written down. They say EXAMPLE and are never counted."""

from __future__ import annotations

from datetime import date, time

from callanalytics.template import columns as c

EXAMPLES = [
    {
        "No.": c.EXAMPLE,
        "Date": date(2022, 3, 1),
        "Time": time(10, 5),
        "What happened": c.WE_CALLED,
        "Number we used": "312-555-0143",
        "Line": "Contact Center",
        "Minutes to a person": 47,
        "Who spoke to us": "Tier 1",
        "Whole call, minutes": 62,
        "Reason": "Expedite a decision",
        "We said it was": "Urgent",
        "Result": "Call-back promised",
        "Call-back promised": c.URGENT,
        "Number for the call-back": "312-555-0148",
        "Service request no.": "SR as given",
        "Agent name": "as given",
        "Agent ID": "as given",
        "Inquiries on this call": 1,
        "Matter": "your file no.",
        "VAWA, T or U matter": "No",
        "Remarks": "Example: a call, and its call-back in the two rows below.",
    },
    {
        "No.": c.EXAMPLE,
        "Date": date(2022, 3, 3),
        "Time": time(7, 40),
        "What happened": c.MISSED,
        "About no.": c.EXAMPLE,
        "Number we used": "312-555-0148",
        "Remarks": "Example: under 'About no.' write the No. of the call.",
    },
    {
        "No.": c.EXAMPLE,
        "Date": date(2022, 3, 4),
        "Time": time(9, 15),
        "What happened": c.ANSWERED,
        "About no.": c.EXAMPLE,
        "Number we used": "312-555-0148",
        "Remarks": "Example: the second attempt, answered.",
    },
]
