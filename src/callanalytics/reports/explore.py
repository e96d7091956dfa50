"""The page to explore: choose an office, a period, and a line, and see page one's figures and charts for that choice.

Every figure comes from a measure, computed here for each choice. The page only shows, sorts, and copies; it computes
nothing. Its charting library is Vega-Lite, from the package in the extra ``explore``; the library is written into the
page, so that the page works offline and without a server.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from dataclasses import replace
from datetime import date
from functools import cache, cached_property, lru_cache
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import pandas as pd

import callanalytics
from callanalytics import measures, outputs, wording
from callanalytics.casework.open_promises import RECENT, OpenPromise, listed, open_promises
from callanalytics.errors import InvalidRequest
from callanalytics.figures import hours, rows
from callanalytics.figures.style import printable
from callanalytics.invented import LABEL
from callanalytics.measures.definitions import INTERVAL_MINIMUM
from callanalytics.measures.result import SHOWN_FLAGS
from callanalytics.reports import findings, firm, front, html
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Finding, Number, TableBlock, marking
from callanalytics.reports.results import Confirmed, Results
from callanalytics.selection import UNKNOWN_LINE
from callanalytics.wording import plural

TEMPLATE = Path(__file__).resolve().parent / "explore.html"
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
OF_WAITS = ("n", "events", "value", "low", "high", "unit", "flag")
OF_DAYS = ("day", "n", "events", "most_n", "most", "low", "high", "unit")
CHARTS = {  # name -> title, and the columns of its CSV
    "hours": ("Wait by hour", ("hour", *OF_WAITS)),
    "week": ("Wait by weekday and hour", ("weekday", "hour", "until", *OF_WAITS)),
    "urgent": ("Urgent requests: time to a callback", OF_DAYS),
    "regular": ("Regular requests: time to a callback", OF_DAYS),
    "missed": ("Missed callbacks by the office's own clock", ("hour_local", "part", "n", "unit")),
}
URGENCIES = ("urgent", "regular")
FOOT = "Strips: dark, 95% interval; two ticks, a range."


def write(log, path: Path | str, confirmed: tuple[Confirmed, ...] = ()) -> Path:
    """Write the page of a log; it names matters, so only the file's owner can read it.

    Raises
    ------
    CallLogError
        The charting library is not installed, or the file cannot be written.
    """
    return outputs.save(path, page(log, confirmed).encode("utf-8"), private=True)


def page(log, confirmed: tuple[Confirmed, ...] = ()) -> str:
    """The page of a log; the same log and day give the same page.

    Parameters
    ----------
    log : the log that ``callanalytics.load`` returns
    confirmed : timeframes that, by a source, still held more than a year after they were last confirmed
    """
    library = drawing_library()  # first: without it, computing the figures is pointless
    every, data = _choices(log, confirmed)
    parts = {
        "title": escape(f"Explore calls to {log.agency.label}"),
        "policy": POLICY,
        "style": html.STYLE.read_text("utf-8"),
        "marking": escape(marking(log, firm.MARKING)),
        "headline": escape(front.headline(every)),
        "scope": escape(_scope(every)),
        "numbers": html.side_by_side(_numbers(every)),
        "foot": FOOT,
        "charts": "".join(_figure(name, *chart) for name, chart in _charts(every).items()),
        "open": _open_table(log, data["offices"]),
        "seen": escape(f"As of {wording.day(log.as_of)}, {log.agency.clock}. Store {log.fingerprint}."),
        "data": _packed(data),
        "library": library,
    }
    return html.filled(TEMPLATE, parts)


@cache
def drawing_library() -> str:
    """Vega-Lite and its dependencies, as one script.

    Raises
    ------
    CallLogError
        The package that contains it is not installed.
    """
    try:
        import vl_convert
    except ImportError:
        raise InvalidRequest(
            "the page to explore needs a drawing library that is not installed",
            run="in the project folder:  python3 run.py report explore    installs it and writes the page",
        ) from None
    # In a page, a script end tag inside the library would end the library's own script
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed").replace("</script", "<\\/script")


# ---- every choice of office, period, and line ------------------------------------------------------------------


NO_PERIOD: dict[str, date] = {}


class Part(Results):
    """The measures of one choice.

    The measures of one office are taken from figures of all offices split by office, because a measure takes hardly
    longer for 40 offices than for one. A callback belongs to no line. So the chart of missed callbacks covers every
    line whichever is chosen, and the headline and numbers of one line omit missed callbacks.
    """

    def __init__(self, log, confirmed=(), *, period=NO_PERIOD, line="", office="", every: Part | None = None):
        chosen = log.where(**period, office=office or None)
        super().__init__(chosen.where(line=line or None), confirmed)
        self._every, self._names = every, [office, *(row["office_id"] for row in self.offices.to_arrow().to_pylist())]
        self.callbacks, self.is_of_line = chosen.callbacks, bool(line)
        if line:  # without a chosen line, keep the calls that a report counts
            self.agency_calls = self.log.agency_calls

    @lru_cache  # noqa: B019 - a Part lives as long as its page is made
    def row(self, name: str, statistic: str = "rate", **keys) -> dict:
        return super().row(name, statistic, **keys)

    @lru_cache  # noqa: B019 - a Part lives as long as its page is made
    def aside(self, name: str, *keys: str) -> measures.Result:
        return self._of_office(self._every.take(name, "office", *keys)) if self._every else super().aside(name, *keys)

    def missed_by(self, *keys: str) -> dict[str, measures.Result]:
        if not self._every:
            return super().missed_by(*keys)
        return {part: self._of_office(result) for part, result in self._every.missed_by_office.items()}

    @cached_property
    def missed_outside(self) -> tuple[int, int]:
        return (0, 0) if self.is_of_line else super().missed_outside

    @cached_property
    def contacts(self) -> measures.Result:
        return self._of_office(self._every.contacts_by_office) if self._every else super().contacts

    @cached_property
    def missed_by_office(self) -> dict[str, measures.Result]:
        return self.missed_by("office", "hour_local")

    @cached_property
    def contacts_by_office(self) -> measures.Result:
        return self.contacts_by("office", "urgency")

    def _of_office(self, result: measures.Result) -> measures.Result:
        """The figures of the office, in the form of a measure not split by office."""
        frames = {name: getattr(result, name) for name in ("table", "curve", "tally")}
        frames = {name: frame[frame["office"].isin(self._names)] for name, frame in frames.items() if frame is not None}
        kept = {name: own.drop(columns="office").reset_index(drop=True) for name, own in frames.items()}
        return replace(result, by=tuple(key for key in result.by if key != "office"), **kept)


def _choices(log, confirmed) -> tuple[Part, dict]:
    """The measures of all offices over the whole period, and the data of every choice, in picker order."""
    names = sorted(row["name"] for row in log.offices.to_arrow().to_pylist())
    offices = names if len(names) == 1 else [f"All {wording.number(len(names))} offices", *names]
    periods, lines = _periods(log), _lines(log)
    parts, found = [], {}
    for p, (_, period) in enumerate(periods):
        for q, (_, line) in enumerate(lines):
            every = Part(log, confirmed, period=period, line=line)
            parts.append(every)
            for o, name in enumerate(offices):
                # The first choice is all offices
                part = Part(log, confirmed, period=period, line=line, office=name, every=every) if o else every
                # Page content for one choice: words, the four numbers, and each chart's note and rows
                charts = _charts(part)
                found[o, p, q] = {
                    "headline": front.headline(part),
                    "scope": _scope(part),
                    "numbers": html.side_by_side(_numbers(part)),
                    "notes": [note for note, _, _ in charts.values()],
                    "drawn": [is_drawn for _, is_drawn, _ in charts.values()],
                    "rows": {name: of_chart for name, (_, _, of_chart) in charts.items()},
                }
    picks = {"offices": offices, "periods": [label for label, _ in periods], "lines": [label for label, _ in lines]}
    sample = f" {LABEL}" if log.is_invented else ""
    seen = f"as of {wording.day(log.as_of)}, store {log.fingerprint[:16]}, callanalytics {callanalytics.__version__}"
    return parts[0], {
        **picks,
        **_columns([found[key] for key in sorted(found)]),
        "source": f"{log.agency.label} call logs, {seen}.{sample}",
        "mark": LABEL if log.is_invented else "",
    }


def _periods(log) -> list[tuple[str, dict[str, date]]]:
    """The whole period, then each of its calendar years, newest first."""
    first, last = log.logged or (log.as_of, log.as_of)
    first, last = max(first, log.selection.since or first), min(last, log.as_of, log.selection.until or last)
    # A single year equals the whole period and would appear twice in the picker
    years = range(last.year, first.year - 1, -1) if last.year > first.year else ()
    each = [(str(y), {"since": max(first, date(y, 1, 1)), "until": min(last, date(y, 12, 31))}) for y in years]
    return [(say.months(first, last), NO_PERIOD), *each]


def _lines(log) -> list[tuple[str, str]]:
    """The calls that a report counts; then, if several lines were called, each of them, including calls without a
    logged line."""
    agency = log.agency
    called = set(log.agency_calls.to_arrow()["line"].unique().to_pylist())
    names = {line.code: line.label for line in agency.lines} | {UNKNOWN_LINE: "Line not noted"}
    each = [(label, code) for code, label in names.items() if code in called]
    return [(agency.fill("{line} or not noted"), ""), *(each if len(each) > 1 else ())]


def _scope(part: Part) -> str:
    calls, requests = plural(part.n_calls, "call"), plural(part.n_promises(), "request")
    return f"{calls}, {requests}. Volunteers, not a random sample."


def _numbers(part: Part) -> list[Number]:
    """The four numbers of page one, their strips without other ways to count; for one line, the first three, because
    missed callbacks cover every line."""
    bars = {urgency: findings.share_bar(part.row("promise_kept_rate", urgency=urgency)) for urgency in URGENCIES}
    bars |= {"wait": findings.minutes_bar(part.median)} if say.is_shown(part.median) else {}
    found = front.numbers(part, {name: Finding("", bar=bar) for name, bar in bars.items()})
    return [
        replace(number, note=say.without_brackets(number.note)) for number in (found[:3] if part.is_of_line else found)
    ]


# ---- the charts ------------------------------------------------------------------------------------------------

Drawn: TypeAlias = tuple[str, bool, list[dict]]  # a chart's note, whether enough is shown to draw it, and its rows


def _charts(part: Part) -> dict[str, Drawn]:
    waits = {"hours": _waits(part, "hour"), "week": _waits(part, "weekday", "hour")}
    return waits | {urgency: _days(part, urgency) for urgency in URGENCIES} | {"missed": _missed(part)}


def _waits(part: Part, *keys: str) -> Drawn:
    """The wait by hour, or by weekday and hour; the latter joins hours into parts of the day if most have too few
    calls."""
    result, clock, others = rows.one_clock(part.take("wait", *keys), part.clock)
    result, joined = rows.coarsened(result, "median") if "weekday" in keys else (result, "")
    cells = rows.pick(result, "median")
    cells = cells[cells[[key for key in result.by if key != "wait_origin"]].notna().all(axis=1) & (cells["n"] > 0)]
    found = sorted(map(_wait_row, cells.to_dict("records")), key=lambda row: (row["weekday"], row["hour"]))
    n, n_shown = sum(row["n"] for row in found), sum(row["is_shown"] for row in found)
    # As for a chart on paper: if under half can be shown, a sentence says more
    if n_shown < 2 or 2 * n_shown < len(found):
        return say.joined(hours.too_few(result, n, hours.TOO_FEW_FOR_HOURS), others), False, found
    note = f"{hours.HOUR[clock]}, by {part.agency.clock} hour; {plural(n, 'call')}."
    return say.joined(note, joined, others), True, found


def _wait_row(cell: dict) -> dict:
    """The row of an hour or a part of the day, over all weekdays or for one."""
    first, *last = (int(hour) for hour in str(cell.get("block", cell.get("hour"))).split("-"))
    until = last[0] if last else first + 1
    weekday = int(cell.get("weekday", 0))
    day = wording.WEEKDAYS[weekday - 1] if weekday else ""
    return {
        "place": ", ".join(filter(None, (day, wording.hours(first, until)))),
        "weekday": weekday,
        "day": day,
        "hour": first,
        "until": until,
        **{name: cell[name] for name in ("n", "events", "value", "low", "high", "unit", "flag")},
        "words": measures.in_words(cell),
        "is_shown": cell["flag"] in SHOWN_FLAGS,
    }


def _days(part: Part, urgency: str) -> Drawn:
    """The share of requests with a contact by each business day, at both ends of its range, and the promised day."""
    curve = part.callback_curve(urgency)
    if curve is None:
        none = f"No {urgency} request can be judged by one stated time yet."
        return say.joined(none, findings.stale_sentence(part, urgency)), False, []
    promised = curve.attrs["promised"]
    found = [_day_row(day, promised) for day in curve.to_dict("records") if day["day"] % 1 == 0]
    n = found[0]["n"]
    if n < INTERVAL_MINIMUM:
        return f"Too few requests for a chart: {wording.number(n)} judged, {INTERVAL_MINIMUM} needed.", False, found
    note = (
        f"Share with a call or email by each business day; {plural(n, 'request')} judged; {promised:g} days promised."
    )
    return note, True, found


def _day_row(day: dict, promised: float) -> dict:
    """The row of a day; with fewer than ten cases, only counts."""
    least, most = (findings.share_row(day[events], day[n]) for events, n in (("events", "n"), ("most", "most_n")))
    is_shown = day["n"] >= INTERVAL_MINIMUM
    row = day | {"low": least["low"] if is_shown else None, "high": most["high"] if is_shown else None}
    return row | {
        "promised": promised,
        "unit": "share",
        "least": day["events"] / day["n"] if is_shown else None,
        "widest": day["most"] / day["most_n"] if is_shown else None,
        "place": f"By business day {day['day']:g}",
        "words": say.share(row),
    }


def _missed(part: Part) -> Drawn:
    """Confirmed missed callbacks by local hour, inside and outside the office hours, or with hours not given."""
    counted = {name: rows.pick(result, "count", link="certain") for name, result in part.missed_by_hour.items()}
    cells = [(hour, name, int(n)) for name, table in counted.items()
             for hour, n in zip(table["hour_local"], table["value"], strict=True) if n]  # fmt: skip
    counts = sorted((int(hour), name, n) for hour, name, n in cells if pd.notna(hour))
    more = sum(n for _, _, n in cells) - sum(n for _, _, n in counts)
    if not counts:
        return "No confirmed missed callback with a time of day is recorded.", False, []
    found: list[dict] = [{"hour_local": hour, "place": wording.hours(hour, hour + 1), "part": name, "n": n,
                          "unit": "count", "words": f"{plural(n, 'missed callback')}, {name}"}
                         for hour, name, n in counts]  # fmt: skip
    n = plural(sum(n for _, _, n in counts), "callback")
    hour = "by the office's own hour" + (f", {wording.number(more)} more without a time of day" if more else "")
    return f"{n} no one answered, of every line, {hour}; a count has no interval.", True, found


# ---- what the page reads ---------------------------------------------------------------------------------------


def _columns(choices: list[dict]) -> dict:
    """The choices as columns: each text once, and each chart's rows in sequence with the start of each choice."""
    texts: dict[str, int] = {}
    codes = [[_code(each[name], texts) for name in ("headline", "scope", "numbers")] for each in choices]
    notes = [[_code(note, texts) for note in each["notes"]] for each in choices]
    tables = {}
    for name in CHARTS:
        starts = [0, *accumulate(len(each["rows"][name]) for each in choices)]
        found = [row for each in choices for row in each["rows"][name]]
        columns = {key: [_code(row[key], texts) for row in found] for key in (found[0] if found else ())}
        words = [key for key, values in columns.items() if isinstance(found[0][key], str)]
        tables[name] = {"starts": starts, "columns": columns, "texts": words}
    return {
        "words": codes,
        "notes": notes,
        "drawn": [each["drawn"] for each in choices],
        "tables": tables,
        "csv": {name: head for name, (_, head) in CHARTS.items()},
        "longest": max(
            (row["value"] / 60 for each in choices for row in each["rows"]["week"] if row["is_shown"]), default=60
        ),
        "texts": [printable(text) for text in texts],
    }


def _code(value, texts: dict[str, int]):
    """A text as its index among the texts; an unknown number as None."""
    if isinstance(value, str):
        return texts.setdefault(value, len(texts))
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _packed(data: dict) -> str:
    """The data in the packed form that the page unpacks, without a time stamp, so that the same data give the same
    bytes."""
    # NaN is not valid JSON: a browser would reject everything
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")


# ---- what the page shows without scripts -----------------------------------------------------------------------


def _figure(name: str, note: str, _, found: list[dict]) -> str:
    """The space for a chart, and its table for a page without scripts."""
    title = CHARTS[name][0]
    table = TableBlock("", ("", "figure"), tuple((row["place"], row["words"]) for row in found))
    return (
        f'<figure id="{name}"><h2>{escape(title)}</h2><p class="small note">{escape(note)}</p>'
        f'<div class="drawing"></div><noscript>{html.block(table) if found else ""}</noscript></figure>'
    )


HEAD = ("days overdue", "matter", "office", "kind", "asked", "due", "what to do")


def _open_table(log, offices: list[str]) -> str:
    """The open requests by name, most overdue first; older ones only as a count."""
    found = open_promises(log)
    named = listed(found, log.as_of)
    older = len(found) - len(named)
    whose = " of all offices" if len(offices) > 1 else ""
    note = f" Not listed: {wording.number(older)}{whose} asked more than {RECENT.days} days before." if older else ""
    head = "".join(f'<th scope="col">{name}</th>' for name in HEAD)
    return (
        f'<p class="small"><span id="listed">{plural(len(named), "request")}</span> not settled as of '
        f'{wording.day(log.as_of)}.{note}</p><div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_open_row(promise, log.as_of, offices) for promise in named)}</tbody></table></div>"
    )


def _open_row(promise: OpenPromise, as_of: date, offices: list[str]) -> str:
    """The table row of a promise; cells for days carry the number by which they sort."""
    days = (as_of - promise.due_on).days if promise.due_on else None
    overdue = "not known" if days is None else wording.number(days) if days > 0 else "not yet"
    matter, kind = promise.matter, "not noted" if promise.urgency == "unknown" else promise.urgency
    dates = [(wording.day(day, short=True), day.toordinal()) if day else ("not known", "") for day in
             (promise.started_on, promise.due_on)]  # fmt: skip
    cells = [(overdue, "" if days is None else days), matter, promise.office, kind, *dates, " ".join(promise.steps)]
    pairs = (cell if isinstance(cell, tuple) else (cell, "") for cell in cells)
    shown = "".join(f'<td data-key="{key}">{escape(printable(text))}</td>' for text, key in pairs)
    return f'<tr data-office="{offices.index(promise.office)}">{shown}</tr>'
