"""A hand log as an office keeps it (``Book``), its rows with their truth, and the file it is kept in."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from hand_logs import calls as invented
from hand_logs.calls import Call
from hand_logs.habits import UNSURE

SLIPS = ("?", "4S", "31.02", "see email", "??", "tbd", "ask Dana")
JUDGED = ("date", "time", "wait", "ended", "agent_id", "agent_name", "sr", "promise", "line", "callbacks", "kind")


@dataclass(frozen=True)
class Book:
    """What one office keeps. ``columns`` are (header, habit) pairs; see ``offices`` for the others by example.

    file : its name; the ending says the form. ``delimiter``, ``encoding`` for text
    tabs : title and first day of each sheet; a text file has one
    above, heads, below : rows over the header; a second header row; rows under the table
    dates : every (each row has one), first (blank below the first of a day), merged (cells merged over the day)
    between : nothing, blank (an empty row between months) or month (a row with the month's name)
    zone : of the times as written, where it is not the office's
    fill : share of the cells that are filled in, beside dates and what says whether a row is a call of ours
    slips : one row in sixty has a cell that no one can read
    asked : answers that a careful program has to ask for
    off : what stands in the rows of days without a call, one where each month begins: (header, text)
    """

    name: str
    file: str
    columns: tuple[tuple[str, Callable], ...]
    n: int = 24
    tabs: tuple[tuple[str, date], ...] = (("Sheet1", date(2022, 3, 1)),)
    office: str = "Alder Immigration"
    timezone: str = "America/Chicago"
    zone: str = ""
    asked: dict = field(default_factory=dict)
    above: tuple[tuple, ...] = ()
    second_head: tuple = ()
    below: Callable | None = None
    dates: str = "every"
    between: str = ""
    slips: bool = True
    fill: float = 0.85
    hours: tuple[int, int] = (8, 16)
    lost: float = 0.3
    per_day: int = 2
    scripts: bool = False
    other_lines: float = 0.0
    incoming: bool = False
    newest_first: bool = False
    delimiter: str = ","
    encoding: str = "utf-8"
    extra_sheets: tuple[tuple[str, tuple[tuple, ...]], ...] = ()
    off: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The rows of a tab as they stand in the file, and the truth of each row that is an entry, by row number."""

    title: str
    rows: list[list]
    truth: dict[int, dict]
    merged: list[str]


def sheets(book: Book) -> list[Sheet]:
    rng = random.Random(f"hand log {book.name}")
    return [_sheet(book, title, first, rng) for title, first in book.tabs]


def _sheet(book: Book, title: str, first: date, rng: random.Random) -> Sheet:
    rows = [list(row) for row in book.above]
    rows.append([header for header, _ in book.columns])
    if book.second_head:
        rows.append(list(book.second_head))
    truth, merged, day_from, before = {}, [], 0, None
    for call in _calls(book, first, rng):
        cells, known = _written(book, call, rng)
        if book.between and before and before.month != call.on.month:
            rows.append([f"{call.on:%B %Y}" if book.between == "month" else ""] + [""] * (len(cells) - 1))
        if book.off and before and before.month != call.on.month:
            rows.append(_day_off(book, call, rng))
        same_day, before = before == call.on, call.on
        rows.append(cells)
        truth[len(rows)] = known
        if same_day and book.dates in ("first", "merged"):
            cells[_date_column(book)] = ""
            merged[-1:] = [(day_from, len(rows))]
        else:
            day_from = len(rows)
            merged.append((day_from, day_from))
    if book.below:
        rows += [list(row) for row in book.below(len(truth))]
    letter = chr(65 + _date_column(book)) if book.dates == "merged" else ""
    ranges = [f"{letter}{a}:{letter}{b}" for a, b in merged if letter and b > a]
    return Sheet(title, rows, truth, ranges)


def _day_off(book: Book, call: Call, rng: random.Random) -> list:
    """The row of a day on which no one called: its date, and why."""
    header, text = rng.choice(book.off)
    place = _date_column(book)
    cells = ["" if name != header else text for name, _ in book.columns]
    cells[place] = book.columns[place][1](call, rng)[0]
    return cells


def _date_column(book: Book) -> int:
    """The first column whose header speaks of a date; ``dates`` other than every need one."""
    return next(
        (i for i, (header, _) in enumerate(book.columns) if "dat" in header.lower() or "day" in header.lower()), 0
    )


def _calls(book: Book, first: date, rng: random.Random) -> list[Call]:
    out = invented.invent(
        rng, book.n, first, hours=book.hours, lost=book.lost, per_day=book.per_day, scripts=book.scripts
    )
    for call in out:
        if rng.random() < book.other_lines:
            call.line = rng.choice(("premium", "elsewhere"))
            if call.line == "elsewhere":
                call.sr, call.promise, call.callbacks = "", "", []
    if book.incoming:
        out += [_incoming(call, *ring) for call in out for ring in call.callbacks]
    out.sort(key=invented.moment, reverse=book.newest_first)
    return out


def _incoming(call: Call, on: date, clock: time, result: str) -> Call:
    """The agency's call-back, as a row of its own."""
    ring = Call(on, clock, None, result, client=call.client, receipt=call.receipt, matter=call.matter, form=call.form)
    ring.incoming, ring.ours, ring.sr = True, call.ours, call.sr
    if result == "answered":
        ring.agent, ring.badge = "Officer Reyes", "K4471"
    return ring


def _written(book: Book, call: Call, rng: random.Random) -> tuple[list, dict]:
    """The cells of a call, and what a careful reader knows from the row as a whole."""
    pairs = [habit(call, rng) for _, habit in book.columns]
    if book.slips:
        pairs = [pair if _always(pair, rng, book.fill) else ("", {}) for pair in pairs]
    slipped = set()
    if book.slips and rng.random() < 1 / 60:
        may = {"wait", "time", "promise"} | ({"date"} if book.dates == "every" else set())
        places = [i for i, (_, known) in enumerate(pairs) if known.keys() & may]
        if places:
            slip = rng.choice(places)
            slipped = set(pairs[slip][1])
            pairs[slip] = (rng.choice(SLIPS), {})
    known: dict = {}
    for _, of_cell in pairs:
        known |= {
            key: value
            for key, value in of_cell.items()
            if key != "callbacks" or len(value) >= len(known.get("callbacks", ()))
        }
    return [cell for cell, _ in pairs], _whole(call, known, slipped)


def _always(pair: tuple, rng: random.Random, fill: float) -> bool:
    """Dates, call-backs, times and lines are left out more rarely than the rest, or never."""
    cell, known = pair
    if "date" in known or "callbacks" in known or "line" in known or cell in ("In", "Out", "yes", "no", "Y"):
        return True
    return rng.random() < (max(fill, 0.94) if known.keys() & {"time", "wait"} else fill)


def _whole(call: Call, known: dict, slipped: set[str]) -> dict:
    """Every judged value, where no cell gives one ``None`` (must not be guessed) or ``UNSURE`` (not judged)."""
    out = {key: known.get(key) for key in JUDGED}
    out["kind"] = "ring" if getattr(call, "incoming", False) else "dial"
    out["callbacks"] = known.get("callbacks", [])
    out["agent_name"] = known.get("agent_name", False)
    out["open"] = known.get("open", False)  # "45+": at least so long
    if out["ended"] is None:
        out["ended"] = "not reached" if out["open"] else UNSURE
    if out["ended"] == "menu":
        out["ended"] = UNSURE
    if out["promise"] is None:
        out["promise"] = "none?"
    if "callbacks" in slipped:
        out["callbacks"] = UNSURE
    if out["date"] is None:
        out["time"] = UNSURE
    if out["kind"] == "ring":
        out |= {"ended": UNSURE, "callbacks": known.get("ended", UNSURE), "promise": UNSURE}
    if out["line"] is None:
        out["line"] = "contact_center?"
    return out


def write(book: Book, folder: Path) -> Path:
    """The file of a book, made anew."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / book.file
    made = sheets(book)
    if path.suffix == ".xlsx":
        _write_workbook(book, made, path)
    else:
        _write_text(book, made[0], path)
    return path


def _write_text(book: Book, sheet: Sheet, path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=book.delimiter, lineterminator="\r\n").writerows(
        [[_as_text(cell) for cell in row] for row in sheet.rows]
    )
    path.write_bytes(out.getvalue().encode(book.encoding))


def _as_text(cell) -> str:
    """A typed cell as a spreadsheet writes it into CSV."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, timedelta):
        seconds = int(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell)


def _write_workbook(book: Book, made: list[Sheet], path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    workbook.properties.created = workbook.properties.modified = datetime(2024, 1, 2)
    for sheet in made:
        tab = workbook.create_sheet(sheet.title)
        for row, cells in enumerate(sheet.rows, 1):
            for column, value in enumerate(cells, 1):
                if value != "":
                    _set(tab.cell(row, column), value)
        for merged in sheet.merged:
            tab.merge_cells(merged)
    for title, rows in book.extra_sheets:
        tab = workbook.create_sheet(title)
        for row in rows:
            tab.append(row)
    workbook.save(path)


def _set(cell, value) -> None:
    cell.value = value
    if isinstance(value, timedelta):
        cell.number_format = "[h]:mm:ss"
    elif isinstance(value, datetime):
        cell.number_format = "m/d/yyyy" if value.time() == time() else "m/d/yyyy h:mm"
    elif isinstance(value, time):
        cell.number_format = "h:mm AM/PM"
