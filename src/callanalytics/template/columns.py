"""The columns of the hand log: headers, what to write, which drop-down, and three example rows.

The reader looks for these headers. The example rows show how to write down a call and its callback. They say EXAMPLE
and are never counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from callanalytics.agencies import Agency
from callanalytics.formats import FOLDER
from callanalytics.formats.grammar import read
from callanalytics.values import zones

EXAMPLE = "EXAMPLE"  # is in "No." of the rows that are set aside

# The drop-downs offer the words that the format knows when it reads the log back.
RULES = read(FOLDER / "hand_log.toml", {}).columns
KINDS = ("dial", "notice", "email", "none_came", "withdrawn")
WE_CALLED, ANNOUNCED, EMAILED, NONE_CAME, WITHDRAWN = (RULES["kind"].map[kind][0] for kind in KINDS)
ANSWERED, MISSED, VOICEMAIL = RULES["kind"].map["ring"]
NOT_PROMISED, URGENT, REGULAR = (RULES["promised"].map[word][0] for word in ("none", "urgent", "regular"))
PERSONS = RULES["wait_outcome"].map["reached"]
OFFICES_ZONE = "Office's"
ZONES = zones.US_ZONES


@dataclass(frozen=True)
class Column:
    """One column: ``kind`` is number, date, time, minutes, count, id (kept as text), text, list, or live."""

    header: str
    kind: str
    width: float
    meaning: str
    needed: str = ""
    hint: str = ""
    more: bool = False

    @property
    def says(self) -> str:
        """What the color of the heading means: needed, wanted, optional, or live."""
        if self.kind == "live":
            return "live"
        return "needed" if self.needed.startswith("yes") else "wanted" if self.needed else "optional"


COLUMNS = (
    Column("No.", "number", 10, "Already numbered. Use it in 'About no.'; never renumber.", "yes"),
    Column("Due", "live", 22, "The time by which {agency} said it would call back, in your time zone."),
    Column("Overdue", "live", 12, "Open, due today, OVERDUE, missed, came, or not needed, by your computer's clock."),
    Column("Date", "date", 11, "The day you dialed, the phone rang, or the message came.", "yes"),
    Column("Time", "time", 11, "When you dialed or the phone rang, AM or PM. Not when someone answered.", "yes"),
    Column("Time zone", "list", 11, "Leave blank if it is your office's."),
    Column(
        "What happened",
        "list",
        36,
        "One contact per row, in date order. Give each callback its own row, even a missed one.",
        "yes",
    ),
    Column(
        "About no.",
        "count",
        10,
        "For everything but 'We called': the No. of the call it belongs to.",
        "if known",
        "The No. of the call in which the callback was promised.",
    ),
    Column("Number we used", "id", 17, "The number you called from, or the one that rang.", "wanted"),
    Column("Line", "list", 19, "Leave blank if unknown."),
    Column(
        "Minutes to a person",
        "minutes",
        11,
        "From dialing until a person spoke, the automated system included. If no one answered: until the call ended.",
        "yes, for calls",
        "Minutes as a number: 45, not 0:45. If no one answered, minutes until the call ended.",
    ),
    Column(
        "Who spoke to us", "list", 34, "The highest tier that spoke to you, or how the call ended.", "yes, for calls"
    ),
    Column("Whole call, minutes", "minutes", 11, "From dialing to the end.", hint="Minutes as a number: 62, not 1:02."),
    Column("Reason", "list", 32, "Why you called.", "wanted"),
    Column("We said it was", "list", 12, "What you asked for. What they decided goes under 'Call-back promised'."),
    Column("Result", "list", 26, "The result of the call.", "wanted"),
    Column(
        "Call-back promised",
        "list",
        28,
        "What the person said. 'Automatic' is the system offering to keep your place in the queue.",
        "yes, if a person spoke",
    ),
    Column(
        "They said it would come within",
        "text",
        17,
        "Only if they named a time: '24 hours', '5 business days'.",
        hint="As they said it: 24 hours, 5 business days.",
    ),
    Column(
        "Number for the call-back",
        "id",
        19,
        "The number you gave them, with its extension if you gave one.",
        "if promised",
        "A cell phone is best: numbers with an extension get no callback.",
    ),
    Column("Service request no.", "id", 19, "Service request, tracking or service item number.", "if issued"),
    Column("Why none", "list", 13, "If you asked for a number and got none."),
    Column("Agent name", "text", 14, "As given.", "wanted"),
    Column("Agent ID", "id", 12, "As given.", "wanted"),
    Column("Inquiries on this call", "count", 10, "How many matters you raised: 1, 2, 3."),
    Column(
        "Matter",
        "id",
        14,
        "Your own file number, not the client's name.",
        "wanted",
        "Your file number, not the client's name.",
    ),
    Column("Receipt no.", "id", 16, "Optional."),
    Column("VAWA, T or U matter", "list", 11, "Yes keeps it out of anything shared.", "wanted"),
    Column("May be cited", "list", 9, "Yes only if the client agreed to be a traceable example.", "wanted"),
    Column("Who called", "list", 12, "Who in the office made the call.", more=True),
    Column("G-28 on file", "list", 9, "Whether a G-28 was on file for you.", more=True),
    Column(
        "Words said to the system",
        "list",
        22,
        "What you said to the automated system, whether it worked or not.",
        more=True,
    ),
    Column("Tried first", "list", 16, "What you tried before calling.", more=True),
    Column("Asked for Tier 2", "list", 10, "Whether you asked for Tier 2.", more=True),
    Column("Field office", "text", 16, "For appointments: which one.", more=True),
    Column("Emergency", "list", 11, "Whether you said it was an emergency.", more=True),
    Column("Appointment date", "date", 13, "The day of the appointment, if you got one.", more=True),
    Column("Decided on", "date", 11, "The day your request was granted or refused.", more=True),
    Column("Remarks", "text", 34, "For your own use. The program does not read it."),
    Column("Window in our time", "live", 20, "The hours in which {agency} calls back, in your time zone."),
    Column("Still missing for AILA", "live", 44, "What {association} asks for and this row lacks."),
)
HEADERS = tuple(column.header for column in COLUMNS)
LIVE = tuple(column.header for column in COLUMNS if column.kind == "live")

# These lists accept other words too; all others refuse a word that is not in the list.
OPEN_LISTS = ("Reason", "Words said to the system", "Line")


def choices(agency: Agency) -> dict[str, tuple[str, ...]]:
    """The drop-down of each list column, by header."""
    own = {
        "Time zone": (OFFICES_ZONE, *ZONES),
        "Line": tuple(agency.line(code).label for code in agency.usual_lines),
        "Reason": tuple(reason.label for reason in agency.reasons),
        "Why none": ("Refused", "Not needed", "Not offered"),
        "Words said to the system": tuple(word.label for word in agency.words_said),
    }
    headers = [column.header for column in COLUMNS if column.kind == "list"]
    return {header: own.get(header) or _words_read(header) for header in headers}


def _words_read(header: str) -> tuple[str, ...]:
    """The words that the format reads under a header; the first of several with the same meaning."""
    every = [part for rule in RULES.values() for part in (rule, *(case for _, case in rule.cases))]
    rules = [rule for rule in every if rule.columns == ((header,),)]
    if rules[0].parse == "yes_no":
        return "Yes", "No"
    first = {words[0] for rule in rules for words in rule.map.values()}
    return tuple(dict.fromkeys(word for rule in rules for word in rule.listed if word in first))


# Gray example rows: a call that was promised a callback, and what followed
EXAMPLES = [
    {
        "No.": EXAMPLE,
        "Date": date(2022, 3, 1),
        "Time": time(10, 5),
        "What happened": WE_CALLED,
        "Number we used": "312-555-0143",
        "Line": "{line}",
        "Minutes to a person": 47,
        "Who spoke to us": "Tier 1",
        "Whole call, minutes": 62,
        "Reason": "Expedite a decision",
        "We said it was": "Urgent",
        "Result": "Call-back promised",
        "Call-back promised": URGENT,
        "Number for the call-back": "312-555-0148",
        "Service request no.": "SR as given",
        "Agent name": "as given",
        "Agent ID": "as given",
        "Inquiries on this call": 1,
        "Matter": "your file no.",
        "VAWA, T or U matter": "No",
        "Remarks": "Example: a call, and its callback in the two rows below.",
    },
    {
        "No.": EXAMPLE,
        "Date": date(2022, 3, 3),
        "Time": time(7, 40),
        "What happened": MISSED,
        "About no.": EXAMPLE,
        "Number we used": "312-555-0148",
        "Remarks": "Example: under 'About no.' write the No. of the call.",
    },
    {
        "No.": EXAMPLE,
        "Date": date(2022, 3, 4),
        "Time": time(9, 15),
        "What happened": ANSWERED,
        "About no.": EXAMPLE,
        "Number we used": "312-555-0148",
        "Remarks": "Example: the second attempt, answered.",
    },
]
