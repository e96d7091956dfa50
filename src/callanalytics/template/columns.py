"""The columns of the hand log: headers, what to write, drop-downs, three example rows (``columns.toml``), formulas.

The reader looks for these headers. The example rows show how to write down a call and its callback. They say EXAMPLE
and are never counted.

The formulas use only what Excel, Google Sheets, and LibreOffice share. They read the sheet *Lists*: zones
(hours to add to reach Eastern time, in winter and in summer), seasons, and the timeframe by date; and the
sheet *Closures*. They give a due time only if exactly one timeframe can have applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

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


TABLES = shipped_toml(__file__, "columns.toml")
COLUMNS = tuple(Column(**column) for column in TABLES["column"])
EXAMPLES = TABLES["example"]
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


# ---- columns that compute themselves --------------------------------------------------------------------------------

WORKING = tuple(TABLES["working"])
CAME = (  # the state of a request once a row about it says one of these words; the first match counts
    ("came", (ANSWERED, EMAILED)),
    ("not needed", (WITHDRAWN,)),
    ("missed", (MISSED, VOICEMAIL)),
)
WANTED = tuple(map(tuple, TABLES["wanted"]))
NO_RULE = -1
UNCERTAIN = "two stated times"


@dataclass(frozen=True)
class References:
    """Where the sheets keep what the formulas need, as absolute references."""

    office_zone: str
    zones: str
    seasons: str
    rules: str
    opens: str
    closes: str
    closures: str


@dataclass(frozen=True)
class RowCells:
    """One row of the sheet; looks up the cell of a column by its header."""

    number: int
    letters: dict[str, str]
    last: int

    def __getitem__(self, header: str) -> str:
        return f"${self.letters[header]}{self.number}"

    def whole(self, header: str) -> str:
        letter = self.letters[header]
        return f"${letter}$2:${letter}${self.last}"


def row_formulas(row: RowCells, refs: References) -> dict[str, str]:
    """The formula of every live and working column of one row."""
    start, counts, hours, days, due = (row[name] for name in WORKING)
    return {
        WORKING[0]: _start(row, refs),
        WORKING[1]: f'=IF({start}="","",IF(NETWORKDAYS(INT({start}),INT({start}),{refs.closures})=1,{start},'
        f"WORKDAY(INT({start}),1,{refs.closures})))",
        WORKING[2]: _rule(row, refs, start, 0),
        WORKING[3]: _rule(row, refs, start, 1),
        WORKING[4]: f'=IF({counts}="","",IF({hours}>=0,'
        f"WORKDAY(INT({counts}),INT(MOD({counts},1)+{hours}/24),{refs.closures})+MOD(MOD({counts},1)+{hours}/24,1),"
        f'IF({days}>=0,WORKDAY(INT({counts}),{days},{refs.closures})+{refs.closes},"{UNCERTAIN}")))',
        "Due": f'=IF(ISNUMBER({due}),IFERROR({due}-{_zone_shift(refs.office_zone, f"INT({due})", refs)},""),{due})',
        "Overdue": _overdue(row),
        "Window in our time": f'=IF(ISNUMBER({due}),IFERROR({_window(refs.opens, due, refs)}&" - "&'
        f'{_window(refs.closes, due, refs)},""),"")',
        "Still missing for AILA": _missing(row, refs),
    }


def _start(row: RowCells, refs: References) -> str:
    """Eastern time at the end of the call, rounded to the minute, because sums of fractions of a day are not exact."""
    zone = f'IF(OR({row["Time zone"]}="",{row["Time zone"]}="{OFFICES_ZONE}"),{refs.office_zone},{row["Time zone"]})'
    promised = row["Call-back promised"]
    return (
        f'=IF(AND({row["What happened"]}="{WE_CALLED}",OR({promised}="{URGENT}",{promised}="{REGULAR}"),'
        # MOD drops a date typed with the time; a minute is 1/1440 of a day
        f"ISNUMBER({row['Date']}),ISNUMBER({row['Time']})),IFERROR(ROUND(({row['Date']}+MOD({row['Time']},1)"
        f'+N({row["Whole call, minutes"]})/1440+{_zone_shift(zone, row["Date"], refs)})*1440,0)/1440,""),"")'
    )


def _zone_shift(zone: str, day: str, refs: References) -> str:
    """Days to add to a zone's clock to reach Eastern time."""
    # Column 2 is winter, column 3 summer: the inner look-up gives 0 or 1
    return f"VLOOKUP({zone},{refs.zones},2+VLOOKUP({day},{refs.seasons},2,TRUE),FALSE)/24"


def _rule(row: RowCells, refs: References, start: str, which: int) -> str:
    column = f'IF({row["Call-back promised"]}="{URGENT}",{2 + which},{4 + which})'
    return f'=IF({start}="","",VLOOKUP(INT({start}),{refs.rules},{column},TRUE))'


def _window(edge: str, due: str, refs: References) -> str:
    return f'TEXT(MOD({edge}-{_zone_shift(refs.office_zone, f"INT({due})", refs)},1),"h:mm AM/PM")'


def _overdue(row: RowCells) -> str:
    promised, due = row["Call-back promised"], row["Due"]

    about, happened = row.whole("About no."), row.whole("What happened")
    came = ""
    for state, what in CAME:
        rows_about = "+".join(f'COUNTIFS({about},{row["No."]},{happened},"{word}")' for word in what)
        came += f'IF({rows_about}>0,"{state}",'
    return (
        f'=IF(OR({row["What happened"]}<>"{WE_CALLED}",{promised}="",{promised}="{NOT_PROMISED}"),"",'
        f'{came}IF(NOT(ISNUMBER({due})),"",'
        f'IF(NOW()>{due},"OVERDUE",IF(INT({due})=TODAY(),"due today","open")))))))'
    )


def _missing(row: RowCells, refs: References) -> str:
    spoke, promised = row["Who spoke to us"], row["Call-back promised"]
    asked_of = {
        "a person spoke": "OR(" + ",".join(f'{spoke}="{word}"' for word in PERSONS) + ")",
        "a call-back was promised": f'AND({promised}<>"",{promised}<>"{NOT_PROMISED}")',
    }
    parts = []
    for word, headers, calls in WANTED:
        cells = [*(row[header] for header in headers), *([refs.office_zone] if word == "time zone" else [])]
        tests = [*([asked_of[calls]] if calls else []), *(f'{cell}=""' for cell in cells)]
        lacking = f"AND({','.join(tests)})" if len(tests) > 1 else tests[0]
        parts.append(f'IF({lacking},", {word}","")')
    words = "&".join(parts)
    return f'=IF({row["What happened"]}<>"{WE_CALLED}","",IF({words}="","complete",MID({words},3,200)))'


# ---- what the formulas read -------------------------------------------------------------------------


def rules_by_date(agency: Agency) -> list[tuple]:
    """First day, then hours and business days of the urgent and the regular timeframe (-1: none, or several)."""
    # Timeframes change only on these days, so each needs one row of the table
    starts = {rule.from_earliest for rule in agency.rules}
    ends = {rule.to_latest + timedelta(days=1) for rule in agency.rules if rule.to_latest}
    return [(day, *_only_rule(agency, "urgent", day), *_only_rule(agency, "regular", day)) for day in
            [date(1990, 1, 1), *sorted(starts | ends)]]  # fmt: skip


def _only_rule(agency: Agency, urgency: str, day: date) -> tuple[int, int]:
    times = {(rule.value, rule.unit) for rule in agency.rules_for(urgency, day)}
    if len(times) != 1:
        return NO_RULE, NO_RULE
    value, unit = times.pop()
    return (value, NO_RULE) if unit == "hours" else (NO_RULE, value)


def seasons(first: int, last: int, agency: Agency) -> list[tuple[date, int]]:
    """The days on which daylight saving time (1) or standard time (0) begins in the agency's zone."""
    days = np.arange(f"{first}-01-01", f"{last + 1}-01-01", dtype="M8[D]")
    # 17:00 UTC is noon Eastern; clocks never change at that hour
    noon = days.astype("M8[us]") + np.timedelta64(17, "h")
    ahead = (zones.to_local(noon, agency.timezone) - noon).astype("m8[h]").astype(int)
    changes = [0, *(np.flatnonzero(np.diff(ahead)) + 1)]
    return [(days[i].item(), int(ahead[i] > ahead.min())) for i in changes]


def hours_to_agency(zone: str, agency: Agency) -> tuple[float, float]:
    """Hours to add to a zone's clock to reach the agency's clock, in winter and in summer.

    >>> from callanalytics import agencies
    >>> [hours_to_agency(zone, agencies.load()) for zone in ("America/Los_Angeles", "Pacific/Honolulu")]
    [(3.0, 3.0), (5.0, 6.0)]
    """
    # One winter day and one summer day, at noon Eastern
    noon = np.array(["2026-01-14T17:00", "2026-07-15T16:00"], "M8[us]")
    ahead = zones.to_local(noon, agency.timezone) - zones.to_local(noon, zone)
    return tuple((ahead / np.timedelta64(1, "h")).tolist())
