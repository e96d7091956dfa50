"""The columns of the hand log: headers, what to write, which drop-down, and three example rows (``columns.toml``).

The reader looks for these headers. The example rows show how to write down a call and its callback. They say EXAMPLE
and are never counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from callanalytics.agencies import Agency
from callanalytics.formats import FOLDER
from callanalytics.formats.grammar import read
from callanalytics.toml_files import shipped_toml
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


_TABLES = shipped_toml(__file__, "columns.toml")
COLUMNS = tuple(Column(**column) for column in _TABLES["column"])
EXAMPLES = _TABLES["example"]
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
