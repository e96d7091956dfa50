"""The columns that compute themselves: formulas for the sheet, and the same values computed in Python.

The formulas use only what Excel, Google Sheets, and LibreOffice share. They read the sheet *Lists*: zones
(hours to add to reach Eastern time, in winter and in summer), seasons, and the timeframe by date; and the
sheet *Closures*. They give a due time only if exactly one timeframe can have applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from callanalytics import clocks
from callanalytics.agencies import Agency
from callanalytics.template import columns as c
from callanalytics.values import zones

WORKING = (  # hidden columns at the right end
    "Working: start, Eastern",
    "Working: counts from",
    "Working: hours",
    "Working: business days",
    "Working: due, Eastern",
)
CAME = (  # the state of a request once a row about it says one of these words; the first match counts
    ("came", (c.ANSWERED, c.EMAILED)),
    ("not needed", (c.WITHDRAWN,)),
    ("missed", (c.MISSED, c.VOICEMAIL)),
)
WANTED = (  # what {association} asks for: its words, the columns (one must be filled), and the calls concerned
    ("date", ("Date",), ""),
    ("time", ("Time",), ""),
    ("time zone", ("Time zone",), ""),
    ("number we used", ("Number we used",), ""),
    ("minutes", ("Minutes to a person",), ""),
    ("who spoke", ("Who spoke to us",), ""),
    ("agent name", ("Agent name",), "a person spoke"),
    ("agent ID", ("Agent ID",), "a person spoke"),
    ("request number or why none", ("Service request no.", "Why none"), "a person spoke"),
    ("number for the call-back", ("Number for the call-back",), "a call-back was promised"),
)
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
        "Due": f'=IF(ISNUMBER({due}),IFERROR({due}-{_shift(refs.office_zone, f"INT({due})", refs)},""),{due})',
        "Overdue": _overdue(row),
        "Window in our time": f'=IF(ISNUMBER({due}),IFERROR({_window(refs.opens, due, refs)}&" - "&'
        f'{_window(refs.closes, due, refs)},""),"")',
        "Still missing for AILA": _missing(row, refs),
    }


def _start(row: RowCells, refs: References) -> str:
    """Eastern time at the end of the call, rounded to the minute, because sums of fractions of a day are not exact."""
    zone = f'IF(OR({row["Time zone"]}="",{row["Time zone"]}="{c.OFFICES_ZONE}"),{refs.office_zone},{row["Time zone"]})'
    promised = row["Call-back promised"]
    return (
        f'=IF(AND({row["What happened"]}="{c.WE_CALLED}",OR({promised}="{c.URGENT}",{promised}="{c.REGULAR}"),'
        # MOD drops a date typed with the time; a minute is 1/1440 of a day
        f"ISNUMBER({row['Date']}),ISNUMBER({row['Time']})),IFERROR(ROUND(({row['Date']}+MOD({row['Time']},1)"
        f'+N({row["Whole call, minutes"]})/1440+{_shift(zone, row["Date"], refs)})*1440,0)/1440,""),"")'
    )


def _shift(zone: str, day: str, refs: References) -> str:
    """Days to add to a zone's clock to reach Eastern time."""
    # Column 2 is winter, column 3 summer: the inner look-up gives 0 or 1
    return f"VLOOKUP({zone},{refs.zones},2+VLOOKUP({day},{refs.seasons},2,TRUE),FALSE)/24"


def _rule(row: RowCells, refs: References, start: str, which: int) -> str:
    column = f'IF({row["Call-back promised"]}="{c.URGENT}",{2 + which},{4 + which})'
    return f'=IF({start}="","",VLOOKUP(INT({start}),{refs.rules},{column},TRUE))'


def _window(edge: str, due: str, refs: References) -> str:
    return f'TEXT(MOD({edge}-{_shift(refs.office_zone, f"INT({due})", refs)},1),"h:mm AM/PM")'


def _overdue(row: RowCells) -> str:
    promised, due = row["Call-back promised"], row["Due"]

    about, happened = row.whole("About no."), row.whole("What happened")
    came = ""
    for state, what in CAME:
        rows_about = "+".join(f'COUNTIFS({about},{row["No."]},{happened},"{word}")' for word in what)
        came += f'IF({rows_about}>0,"{state}",'
    return (
        f'=IF(OR({row["What happened"]}<>"{c.WE_CALLED}",{promised}="",{promised}="{c.NOT_PROMISED}"),"",'
        f'{came}IF(NOT(ISNUMBER({due})),"",'
        f'IF(NOW()>{due},"OVERDUE",IF(INT({due})=TODAY(),"due today","open")))))))'
    )


def _missing(row: RowCells, refs: References) -> str:
    spoke, promised = row["Who spoke to us"], row["Call-back promised"]
    asked_of = {
        "a person spoke": "OR(" + ",".join(f'{spoke}="{word}"' for word in c.PERSONS) + ")",
        "a call-back was promised": f'AND({promised}<>"",{promised}<>"{c.NOT_PROMISED}")',
    }
    parts = []
    for word, headers, calls in WANTED:
        cells = [*(row[header] for header in headers), *([refs.office_zone] if word == "time zone" else [])]
        tests = [*([asked_of[calls]] if calls else []), *(f'{cell}=""' for cell in cells)]
        lacking = f"AND({','.join(tests)})" if len(tests) > 1 else tests[0]
        parts.append(f'IF({lacking},", {word}","")')
    words = "&".join(parts)
    return f'=IF({row["What happened"]}<>"{c.WE_CALLED}","",IF({words}="","complete",MID({words},3,200)))'


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


# ---- the same values in Python ----------------------------------------------------------------------


def live_values(rows: list[dict], zone: str | None, agency: Agency, as_of: date | None) -> list[dict]:
    """What the live columns show for these rows at the end of `as_of` (omitted: the last date written)."""
    due = _due(rows, zone, agency)
    days = [np.datetime64(row["Date"], "D") for row in rows if _is_date(row.get("Date"))]
    # Never use this computer's date: the same rows must give the same bytes
    now = clocks.end_of_day(as_of or max(days, default="1990-01-01"), agency=agency)
    contacts: dict[object, set[str | None]] = {}
    for row in rows:
        contacts.setdefault(row.get("About no."), set()).add(row.get("What happened"))
    shown = []
    for row, moment in zip(rows, due, strict=True):
        shown.append(
            {
                "Due": _on_the_clock(moment, zone),
                "Overdue": _state(row, contacts.get(row.get("No."), set()), moment, now),
                "Window in our time": _window_text(moment, zone, agency),
                "Still missing for AILA": _missing_text(row, zone),
            }
        )
    return shown


def _due(rows: list[dict], zone: str | None, agency: Agency) -> list:
    """For each row the due time (UTC, by the default reading), the words for two timeframes, or ""."""
    urgencies = [_urgency(row, zone) for row in rows]
    starts = [
        _started(row, zone) if urgency else np.datetime64("NaT", "us")
        for row, urgency in zip(rows, urgencies, strict=True)
    ]
    due = clocks.due_all(np.array(starts, "M8[us]"), urgencies, agency=agency)
    return [
        "" if np.isnat(start) else UNCERTAIN if np.isnat(moment) else moment
        for start, moment in zip(starts, due["due_default"], strict=True)
    ]


def _urgency(row: dict, zone: str | None) -> str | None:
    timed = _is_date(row.get("Date")) and isinstance(row.get("Time"), time) and _zone_of(row, zone)
    if row.get("What happened") != c.WE_CALLED or not timed:
        return None
    return {c.URGENT: "urgent", c.REGULAR: "regular"}.get(row.get("Call-back promised", ""))


def _started(row: dict, zone: str | None) -> np.datetime64:
    """The end of the call, or its start if no length was logged."""
    local = np.datetime64(datetime.combine(row["Date"], row["Time"]), "us")
    minutes = row.get("Whole call, minutes")
    minutes = minutes if isinstance(minutes, int | float) else 0
    start = zones.to_utc([local], _zone_of(row, zone) or "")[0][0]
    return start + np.timedelta64(round(minutes * 60), "s")


def _zone_of(row: dict, zone: str | None) -> str | None:
    """The zone of the row's clock; None if it is not in the drop-down, because the formula knows no other."""
    written = row.get("Time zone")
    if written in (None, "", c.OFFICES_ZONE):
        return zone
    return zones.zone(written) if written in c.ZONES else None


def _is_date(value) -> bool:
    return isinstance(value, date)


def _on_the_clock(moment, zone: str | None):
    """A due time on the office's clock, as a Python datetime."""
    return moment if isinstance(moment, str) else zones.to_local([moment], zone)[0].item() if zone else ""


def _state(row: dict, contacts: set, due, now) -> str:
    promised = row.get("Call-back promised")
    if row.get("What happened") != c.WE_CALLED or promised in (None, "", c.NOT_PROMISED):
        return ""
    for state, what in CAME:
        # Same order as in the formula: an answered callback settles a missed one
        if contacts & {*what}:
            return state
    return "" if isinstance(due, str) else "OVERDUE" if now > due else "open"


def _window_text(due, zone: str | None, agency: Agency) -> str:
    if isinstance(due, str) or zone is None:
        return ""
    day = zones.to_local([due], agency.timezone)[0].astype("M8[D]")
    edges = (edge.astype("M8[us]").item() for edge in clocks.window_in(zone, day, agency=agency))
    return " - ".join(f"{edge.hour % 12 or 12}:{edge:%M} {'AM' if edge.hour < 12 else 'PM'}" for edge in edges)


def _missing_text(row: dict, zone: str | None) -> str:
    if row.get("What happened") != c.WE_CALLED:
        return ""
    is_asked = {
        "": True,
        "a person spoke": row.get("Who spoke to us") in c.PERSONS,
        "a call-back was promised": row.get("Call-back promised") not in (None, "", c.NOT_PROMISED),
    }
    lacking = [
        word
        for word, headers, calls in WANTED
        if is_asked[calls] and all(row.get(header) in (None, "") for header in headers)
        if word != "time zone" or not zone  # a row without a zone has the office's
    ]
    return ", ".join(lacking) or "complete"
