"""Turn text rows and a format into calls, entries, notices, rejects, and rows set aside. Pure; no row is lost.

Normalizing may rename, parse, unify units and zones, and fold the legs of a call. It may not guess, fill, aggregate,
drop, or count time in a phone system's own queue as a wait.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.agencies import Sender, with_senders
from callanalytics.formats import Format, Rule, fold
from callanalytics.formats.derived_columns import shown
from callanalytics.formats.layout import with_stated_zone
from callanalytics.lazy import regex
from callanalytics.normalize import meanings, rows, waits
from callanalytics.normalize.clock import UndecidedOrder
from callanalytics.normalize.dates_of_rows import order_of_report, with_any_year, with_stated_years
from callanalytics.normalize.entries import is_of_callbacks
from callanalytics.normalize.problems import Answer, Question, shown_words
from callanalytics.values import try_read
from callanalytics.values.dates import WEEKDAY_NAME, date_order
from callanalytics.values.parsers import PARSERS
from callanalytics.values.phones import e164, shape
from callanalytics.wording import some

__all__ = [
    "Answer", "Doubt", "Normalized", "Question", "Settings", "normalize", "shown_words",
]  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What the user states about an office and its files.

    ``zone`` is the office's zone; ``file_zone`` is the zone of naive times in these files, by default the office's.
    Both are IANA keys. ``date_order`` is ``mdy`` or ``dmy`` if the user states it. ``today`` is the day of ingest;
    later dates get a warning. ``keep_numbers`` keeps other parties' numbers too. ``senders`` adds senders of texts and
    emails to those listed. Four settings apply where the sheet does not say: ``time_refers_to``, the event of an
    outgoing call that its times record; ``wait_origin``, the start of its waits (``dial`` or ``queue``);
    ``wait_unit``, the unit of bare numbers (``minutes``, ``seconds``, ``hours``); and ``wait_clock``, the format of
    1:15 (``h:mm``, ``m:ss``). ``columns`` gives the meanings of a sheet's columns as (meaning, header).
    """

    office_id: str = ""
    zone: str | None = None
    file_zone: str | None = None
    date_order: str | None = None
    keep_numbers: bool = False
    today: date | None = None
    senders: tuple[Sender, ...] = ()
    time_refers_to: str | None = None
    wait_origin: str | None = None
    wait_unit: str | None = None
    wait_clock: str | None = None
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def own_file_zone(self) -> str | None:
        """The zone the user states for these files, if it differs from the office's; otherwise None."""
        return self.file_zone if self.file_zone != self.zone else None


@dataclass(frozen=True)
class Doubt:
    """Unknown words in a column that takes only listed words. Their rows are kept without that value.

    ``word`` is the text as a message may show it; ``target`` is the column of the schema; ``rows`` are row numbers in
    the file.
    """

    column: str
    target: str
    word: str
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Normalized:
    """The rows of one table in the columns of the schema.

    ``rows`` always equals calls + entries of item 0 + notices + rejects + set aside; blank rows do not count. If one of
    the ``questions`` blocks, nothing of the file is stored: its tables are empty, and ``rows`` counts the rows that
    wait for the answer. ``format`` is the format fitted to this table, its meanings replaced by columns.
    """

    calls: pa.Table
    entries: pa.Table
    notices: pa.Table
    rejects: pa.Table
    set_aside: pa.Table
    rows: int
    questions: list[Question] = field(default_factory=list)
    office: dict | None = None
    doubts: list[Doubt] = field(default_factory=list)
    format: Format | None = None

    @property
    def blocking(self) -> list[Question]:
        """The questions that must be answered before anything is stored."""
        return [question for question in self.questions if question.blocks]


def normalize(table, fmt: Format, settings: Settings, agency, source_ids=None, alike: Sequence = ()) -> Normalized:
    """Sort the rows of a table into calls, entries, notices, rejects, and rows set aside.

    Parameters
    ----------
    table : a ``TextTable``, as ``read`` returns it
    settings : the office and what the user states about these files
    agency : the agency whose numbers are kept and whose words are known
    source_ids : the source of each of ``table.files``; by default the first 16 hex digits of their digests
    alike : other tabs of the same workbook with the same header; all tabs together show what their columns mean
    """
    if fmt.office and table.sheet.casefold() == fmt.office.sheet.casefold():
        return _empty_result(0, office=read_office(table, fmt.office))
    agency = with_senders(agency, settings.senders)
    header = table.header
    of_columns: list[Question] = []
    if fmt.words:
        fmt, of_columns, table = meanings.fit(table, fmt, settings, alike)
        fmt = fmt if settings.own_file_zone else with_stated_zone(fmt, (), table.around)
    else:
        fmt, table = with_stated_zone(fmt, header, table.around), with_stated_years(table)
        fmt = _with_order_of_report(fmt, table)
    if (alike or table.dates_beside) and not settings.date_order:
        settings = _with_order_of(table, alike, fmt, settings)
    try:
        tables, n, unread, asked = rows.sort_out(table, fmt, settings, agency, source_ids)
    except UndecidedOrder as doubt:
        question = _ask_order(doubt)
        return _empty_result(
            rows.count(table, fmt), questions=[replace(question, column=shown(question.column, header))]
        )
    asks = [*of_columns, *_ask_about_rows(asked)] if asked else of_columns
    if tables["entries"].num_rows:
        asks += _ask_wait_origin(table, fmt, tables["entries"])
    # A message shows a column's name as the sheet has it.
    questions = [replace(each, column=each.column and shown(each.column, header)) for each in asks]
    # Invariant: every row of the file ends up in exactly one table.
    heads = pc.sum(pc.equal(tables["entries"].column("item"), 0)).as_py() or 0
    found = heads + sum(tables[name].num_rows for name in ("calls", "notices", "rejects", "set_aside"))
    if found != n:
        raise AssertionError(f"{n} rows went in and {found} came out")
    doubts = _doubts([(shown(column, header), *rest) for column, *rest in unread], fmt) if unread else []
    return Normalized(**tables, rows=n, questions=questions, doubts=doubts, format=fmt)


def _with_order_of_report(fmt: Format, table) -> Format:
    """The format, with the order of day and month of the report's own days if those of its calls prove none."""
    rules = {name: rule for name, rule in fmt.columns.items() if rule.order == "evidence"}
    if not rules or not table.around or date_order(_texts_of([table], list(rules.values()))):
        return fmt
    order = order_of_report(table.around)
    return (
        replace(fmt, columns=fmt.columns | {name: replace(rule, order=order) for name, rule in rules.items()})
        if order
        else fmt
    )


def _with_order_of(table, alike: Sequence, fmt: Format, settings: Settings) -> Settings:
    """The settings, with the order of day and month that other tabs prove, first of all those with the same header."""
    rule = fmt.columns.get("date")
    if rule is None:
        return settings
    order = date_order(_texts_of(alike, [rule]))
    if order is None and date_order(map(with_any_year, _texts_of([table], [rule]))) is None:
        order = date_order(text for text in map(with_any_year, table.dates_beside) if not _WEEKDAY.match(text))
    # Callback days have no year. If no call's date proves the order, the callback days of all tabs together may.
    if order is None and date_order(_texts_of([table], [rule])) is None:
        of_callbacks = [part.columns["date"] for part in fmt.parts if is_of_callbacks(part.columns)]
        texts = _texts_of([table, *alike], of_callbacks)
        order = date_order(with_any_year(text) for text in texts if not _WEEKDAY.match(text))
    return replace(settings, date_order=order)


_WEEKDAY = regex(rf"\W*{WEEKDAY_NAME}\b", re.IGNORECASE)  # the year is invented, so a weekday would prove nothing


def _texts_of(tables: Sequence, rules: Sequence[Rule]) -> list[str]:
    names = {name for rule in rules for column in rule.columns for name in column}
    columns = [(table, name) for table in tables for name in table.header if name in names]
    texts = (text for table, name in columns for text in table.cells.column(table.header.index(name)).to_pylist())
    return [text for text in texts if text]


def _doubts(unread, fmt: Format) -> list[Doubt]:
    """The cells left out, grouped by column and by the text a message shows."""
    rows_of: dict[tuple[str, str, str], list[int]] = {}
    for column, target, text, numbers in unread:
        rows_of.setdefault((column, target, shown_words(text, fmt)), []).extend(numbers)
    return [Doubt(*key, tuple(sorted(set(numbers)))) for key, numbers in rows_of.items()]


def _empty_result(n: int, *, questions=(), office: dict | None = None) -> Normalized:
    tables = {name: schema.empty(name) for name in ("calls", "entries", "notices", "rejects", "set_aside")}
    return Normalized(**tables, rows=n, questions=list(questions), office=office)


ORDERS = {"mdy": "month first: 3/4 is March 4", "dmy": "day first: 3/4 is April 3"}
MARKED = {"start": "when you dialed", "answer": "when a person answered", "end": "when the call ended"}
ORIGINS = {"dial": "from dialing, automated system included", "queue": "from when the hold music began"}
# Ambiguity in cells -> the option that settles it, what is ambiguous, what the rows are stored without meanwhile, and
# the answers. For waits the safe answer, which makes them shorter, comes first.
OPEN_CELLS = {
    "ambiguous_unit": (
        "wait_unit",
        "the numbers have no unit",
        "their waits",
        {"seconds": "600 is 10 minutes", "minutes": "45 is 45 minutes", "hours": "1.5 is an hour and a half"},
    ),
    "ambiguous_clock": (
        "wait_clock",
        "two parts may be hours and minutes, or minutes and seconds",
        "their waits",
        {"m:ss": "1:15 is 75 seconds", "h:mm": "1:15 is an hour and a quarter"},
    ),
    "date_order": ("date_order", "these days fit both month/day and day/month", "their callbacks", ORDERS),
}
SHOWN_ROWS = 6


def question_of(column: str, text: str, example: str, code: str, answers: dict[str, str], *, blocks: bool) -> Question:
    """A question that one of these words, given to this code's option, answers."""
    choices = tuple(Answer(f"--{code.replace('_', '-')} {word}", meaning) for word, meaning in answers.items())
    do = "say which:  " + "   or   ".join(choice.option for choice in choices)
    return Question(column, text, example, do, code, choices, blocks)


def _ask_order(doubt: UndecidedOrder) -> Question:
    all_fit, some_fit = "All dates fit both month/day and day/month", "Some dates are month/day and others day/month"
    text = some_fit if doubt.is_torn else all_fit
    return question_of(doubt.column, text, shape(doubt.example), "date_order", ORDERS, blocks=True)


def _ask_wait_origin(table, fmt: Format, entries: pa.Table) -> list[Question]:
    """Ask where waits start, if some are logged and nothing states it."""
    is_open = pc.and_(pc.is_valid(entries.column("wait_s")), pc.equal(entries.column("wait_origin"), "unstated"))
    if not pc.any(is_open).as_py():
        return []
    text = (
        "do these waits run from dialing, or from when the hold music began? Until someone says, they are shown as "
        "noted, apart from waits whose start is known"
    )
    # Dialing is the safe answer and comes first. If the waits in fact start in the queue, the wait from dialing comes
    # out too short, never too long. The opposite mistake would count the agency's menu as time in its queue.
    return [question_of(waits.column_of(table, fmt), text, "", "wait_origin", ORIGINS, blocks=False)]


def _ask_about_rows(asked) -> list[Question]:
    """Ask what ambiguous cells mean. Their rows are stored without the values of these cells."""
    rows_of: dict[tuple[str, str], list[int]] = {}
    example: dict[tuple[str, str], str] = {}
    for about, column, text, numbers in asked:
        rows_of.setdefault((about, column), []).extend(numbers)
        example.setdefault((about, column), shape(text))
    questions = []
    for (about, column), numbers in rows_of.items():
        code, what, without, answers = OPEN_CELLS[about]
        listed = f"row{'' if len(numbers) == 1 else 's'} {some([*map(str, sorted(numbers))], SHOWN_ROWS)}"
        text = f"{what} ({listed}). Until someone says which, these rows are stored without {without}"
        questions.append(question_of(column, text, example[about, column], code, answers, blocks=False))
    return questions


# ---- the sheet about the office --------------------------------------------------------------------------------------

WEEKDAYS = {name: day for day, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split(), 1)}


def read_office(table, sheet) -> dict:
    """The sheet's answers, shaped as in the table *offices*; None where an answer is missing or unreadable.

    ``logs_callbacks_since`` is a date only if the answer to *every callback* is yes; a date next to a no declares
    nothing.
    """
    rows = [[cell or "" for cell in row.values()] for row in table.cells.to_pylist()]
    answer = {name: _answer(rows, labels) for name, labels in sheet.labels.items()}
    every = _read("yes_no", answer.get("logs_every_callback"))
    return {
        "name": answer.get("name") or None,
        "timezone": _read("zone", answer.get("timezone")),
        "hours": _hours(rows) or None,
        "lines": _lines(rows, sheet.labels.get("lines", ())) or None,
        "logs_callbacks_since": _read("date", answer.get("since"), order="mdy") if every else None,
    }


def _answer(rows: list[list[str]], labels) -> str:
    wanted = {fold(label).rstrip("?: ") for label in labels}
    for row in rows:
        if fold(row[0]).rstrip("?: ") in wanted:
            return next((cell for cell in row[1:] if cell), "")
    return ""


def _read(parser: str, text: str | None, **options):
    return try_read(PARSERS[parser], text, **options) if text else None


def _hours(rows: list[list[str]]) -> list[dict]:
    found = []
    for row in rows:
        day, cells = WEEKDAYS.get(fold(row[0])), [*row[1:], "", ""]
        opens, closes = _clock(cells[0]), _clock(cells[1])
        if day and opens and closes:
            found.append({"weekday": day, "opens": opens, "closes": closes})
    return found


def _clock(text: str) -> str | None:
    time = _read("time_24", text)
    return time and f"{time.seconds // 3600:02}:{time.seconds // 60 % 60:02}"


def _lines(rows: list[list[str]], labels) -> list[dict]:
    """The rows below the header of the phone lines that begin with a phone number."""
    wanted = {fold(label) for label in labels}
    start = next((index for index, row in enumerate(rows, 1) if fold(row[0]) in wanted), len(rows))
    found = []
    for row in rows[start:]:
        number, kind, through, covered = (*row, "", "", "", "")[:4]
        if full := e164(number):
            line = {"number": full, "kind": fold(kind) or None, "withheld_get_through": _read("yes_no", through)}
            found.append(line | {"covered_by": covered or None})
    return found
