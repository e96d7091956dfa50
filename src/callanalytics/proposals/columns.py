"""Inspect an unknown file: its columns, with their names as words and their cells as values, and which rows are parts
of one call.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise

import numpy as np

from callanalytics import formats, read
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, InvalidRequest, UnreadableFile
from callanalytics.formats import Format
from callanalytics.formats.words import FILLING
from callanalytics.lazy import regex
from callanalytics.read import TextTable
from callanalytics.toml_files import shipped_toml
from callanalytics.values import try_read
from callanalytics.values.moments import Moment
from callanalytics.values.parsers import PARSERS
from callanalytics.values.phones import shape
from callanalytics.wording import joined

# ---- the header and the first rows, masked --------------------------------------------------------------------------

ROWS = 3
USUAL = 0.5  # a key in at least half of the records is a column; any other may be someone's name
MIN_RECORDS = 3  # records
# Answers, which occur in the first row of calls of a file without a header. Without "No", which may mean number.
_ANSWERS = frozenset("yes y n x true false none".split())
_LONG_NUMBER = regex(r"\d{3}|\d(?:[\W_]*\d){5}")  # unbroken, or written in pairs: 12 34 56 78


LEXICON = shipped_toml(__file__, "lexicon.toml")  # words of phone systems that no shipped format has
NAMES = LEXICON["names"]  # words in column names


def peek(file) -> dict:
    """The file's masked name, a verdict in words, its header, and its first rows with letters and digits masked.

    A header name is shown if it is a plausible column name. Possible client data (a record keyed by names, a first row
    of calls in a file without a header) is masked like a cell.
    """
    found = read.files([file])
    if len(found) != 1:
        raise InvalidRequest("peek looks at one file", found=f"{len(found)} files", do="name one of them")
    one = found.files[0]
    known, verdict = identified(one)
    headerless = known if known and known.file.columns.groups else None
    tables = read.rows(one, headerless) if headerless else read.tables(one)
    header = list(tables[0].header) if headerless else shown_header(tables[0]) if tables else []
    rows = tables[0].cells.slice(0, ROWS).to_pylist() if tables else []
    return {
        "file": one.shown,
        "verdict": verdict,
        "header": header,
        "rows": [dict(zip(header, map(shape, row.values()), strict=True)) for row in rows],
    }


def identified(file: read.File) -> tuple[Format | None, str]:
    """The format that reads a file, also in words; if none does, None and the reason."""
    try:
        fmt = read.identify(file, formats.load())
    except CallLogError as why:
        return None, f"{why.what.removeprefix(file.shown).strip()}; {why.found}"
    return fmt, f"{fmt.title} (read as {fmt.name})"


def shown_header(table: TextTable) -> list[str]:
    """The column names, with possible client data masked; equal names are distinguished by position."""
    usual = np.zeros(len(table.header), bool)
    if table.kind == "json" and table.cells.num_rows >= MIN_RECORDS:
        usual = np.array([column.null_count <= table.cells.num_rows * USUAL for column in table.cells.columns])
    is_header = table.kind != "csv" or _has_usual_names(table) or _is_above_figures(table)
    is_header = is_header and not _is_row_of_data(table)
    if table.kind == "json":
        return _distinct(_part_by_part(name, usual[index]) for index, name in enumerate(table.header))
    # A name with a long number is a cell of a file without a header.
    is_shown = {name: is_column(name) or (is_header and not _LONG_NUMBER.search(name)) for name in table.header}
    return _distinct(name if is_shown[name] else shape(name) for name in table.header)


def _distinct(names: Iterable[str]) -> list[str]:
    shown: dict[str, None] = {}
    for index, name in enumerate(names, 1):
        shown[name if name not in shown else f"{name} (column {index})"] = None
    return list(shown)


def _has_usual_names(table: TextTable) -> bool:
    return sum(map(is_column, table.header)) >= len(table.header) / 2


def _has_rows_above(table: TextTable) -> bool:
    return bool(len(table.rows)) and bool(table.rows.min() < table.header_row)


def _is_row_of_data(table: TextTable) -> bool:
    """Whether the row taken as a sheet's header is really a row of data."""
    if table.kind not in ("csv", "xlsx"):
        return False
    names = [name.casefold() for name in table.header]
    columns = [column.slice(0, LOOKED_AT).to_pylist() for column in table.cells.columns]
    again = [name in {(cell or "").casefold() for cell in cells} for name, cells in zip(names, columns, strict=True)]
    # Rows are above it, it contains an answer, or two of its cells recur in their columns.
    return _has_rows_above(table) or not _ANSWERS.isdisjoint(names) or sum(again) > 1


def _is_above_figures(table: TextTable) -> bool:
    """Whether the first row, in any language, is a header: it has no figures where the rows below have them."""
    # In a file without a header, the first row of calls has figures in the same columns as the rest.
    below = [column.slice(0, MIN_RECORDS).to_pylist() for column in table.cells.columns]
    figures = [sum(bool(re.search(r"\d", cell or "")) for cell in cells) * 2 > len(cells) for cells in below]
    names = [name for name, has_figures in zip(table.header, figures, strict=True) if has_figures]
    return len(names) > 2 and not any(re.search(r"\d", name) for name in table.header)


def _part_by_part(name: str, is_usual: bool) -> str:
    """A JSON key as a dotted path, masked part by part, because a record may be stored under its client's name."""
    parts = name.split(".")
    plain = is_usual and not re.search(r"\d{3}|\s", name)
    return ".".join(part if plain or is_column(part) else shape(part) for part in parts)


def is_column(name: str) -> bool:
    """Whether every word of a name is a common column word or a single letter, without a long number."""
    words = words_of(name)
    return (
        bool(words) and not _LONG_NUMBER.search(name) and all(word in known_words() or len(word) == 1 for word in words)
    )


def words_of(name: str) -> Sequence[str]:
    """The words of a column's name, in lower case.

    >>> words_of("dateTime_Started (UTC)")
    ['date', 'time', 'started', 'utc']
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W\d_]+", spaced.casefold())


@cache
def known_words() -> frozenset[str]:
    """The words in the column names of the known formats."""
    named = FILLING | set(LEXICON["columns"]["named"].split())
    for fmt in formats.load().values():
        columns = [name for rule in fmt.rules for column in rule.all_columns for name in column]
        columns += [name for column in fmt.recognize.header for name in column]
        columns += [*fmt.recognize.keys, *fmt.recognize.attributes, *fmt.file.records, *fmt.file.fields]
        named |= {word for name in columns for word in words_of(name)}.union(*(each.words for each in fmt.words))
    return frozenset(named)


def is_agencys(text: str | None, agency: Agency) -> bool:
    """Whether a cell holds a number of the agency."""
    number = try_read(PARSERS["number"], text or "")
    return isinstance(number, str) and agency.is_agency_number(number)


# ---- what the cells of a column can be read as ----------------------------------------------------------------------

SHARE_READ = 0.8  # least share of a column's filled cells that a parser must read
LOOKED_AT = 2_000  # distinct cells of a column
# Words that systems write for an empty cell, and for a length that they do not give.
BLANK = ("-", "--", "n/a", "na", "none", "null", "in progress", "less than 1 min", "less than 1 minute", "< 1 min")


@dataclass(frozen=True)
class Question:
    """A doubt that only a person can settle: the column (or part of the file), the doubt, and what to write."""

    about: str
    text: str
    do: str
    code: str = ""  # the kind of doubt, if the program asks about it

    def __str__(self) -> str:
        return f"{self.about}: {self.text} {self.do}"


@dataclass(frozen=True, eq=False)
class Column:
    """A column: its name in the file, the words of that name, and each row's cell (None = empty)."""

    name: str
    words: tuple[str, ...]
    cells: tuple[str | None, ...]

    @cached_property
    def texts(self) -> list[str]:
        """The distinct filled cells, in order of appearance."""
        found = dict.fromkeys(cell for cell in self.cells if cell and cell.casefold() not in BLANK)
        return list(found)[:LOOKED_AT]

    @cached_property
    def counts(self) -> Counter:
        """The number of rows with each cell."""
        return Counter(self.cells)

    @property
    def blanks(self) -> list[str]:
        """The words that this column uses for an empty cell."""
        return sorted({cell for cell in self.cells if cell and cell.casefold() in BLANK})

    @property
    def filled(self) -> float:
        """The share of rows with a filled cell."""
        return sum(self.counts[text] for text in self.texts) / max(len(self.cells), 1)

    def has(self, words: str) -> int:
        """How many of the name's words are among `words`."""
        return len(set(self.words) & set(words.split()))

    def values(self, parse: str, **options) -> dict[str, object]:
        """The value that a named parser reads from each distinct cell; unreadable cells are omitted."""
        read = PARSERS[parse].with_options(**options)
        found = ((text, try_read(read, text)) for text in self.texts)
        return {text: value for text, value in found if value is not None}

    def reads(self, parse: str, **options) -> bool:
        """Whether a named parser reads at least 80% of the column's filled cells."""
        read = self.values(parse, **options)
        return sum(self.counts[text] for text in read) >= SHARE_READ * max(sum(self.counts[t] for t in self.texts), 1)

    def row_of(self, text: str, table: TextTable) -> int:
        """The first row of the file with a cell."""
        return int(table.rows[self.cells.index(text)])


@dataclass
class Rules:
    """Findings about the columns: rules by schema column, the columns they use, and questions.

    ``aside``: words of a column whose rows are not calls, with the reason. ``sections``: sections for the mapping,
    copied unchanged.
    """

    rules: dict[str, dict] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    used: list[Column] = field(default_factory=list)
    has_unanswered: bool = False
    has_caller_id: bool = False
    has_zone: bool = False
    aside: list[tuple[str, list[str], str]] = field(default_factory=list)
    sections: dict[str, dict] = field(default_factory=dict)

    def column(self, target: str) -> Column | None:
        """The column that a rule reads; None if there is no such rule."""
        name = self.rules.get(target, {}).get("from")
        return next((column for column in self.used if column.name == name), None)

    def add_case(self, target: str, when: dict, value: str, column: Column | None = None, *, is_first=False) -> None:
        """Add a case to a rule, behind its others or before them; it uses the column."""
        case, rule = {"when": when, "value": value}, self.rules[target]
        others = rule.get("cases", [])
        rule["cases"] = [case, *others] if is_first else [*others, case]
        self.used += [column] if column and column not in self.used else []

    def ask(self, about: Column | str, text: str, do: str, code: str = "") -> None:
        """Add a question about a column or another part of the file."""
        self.questions.append(Question(about if isinstance(about, str) else repr(about.name), text, do, code))

    def settle(self, code: str) -> None:
        """Drop the questions of a kind."""
        self.questions = [each for each in self.questions if each.code != code]

    def calls_in(self) -> list[bool]:
        """Whether each row is called incoming by a word of its own; empty if no column has such words."""
        ways, words = self.column("direction"), self.rules["direction"].get("map", {}).get("inbound", ())
        return [way in words for way in ways.cells] if ways else []


def ask_place(index: int) -> Question:
    """The question about a column whose name must not be shown."""
    return Question(f"column {index}", "its name may be a client's, or cannot be named here.", "Is it needed?")


def columns_of(table: TextTable) -> tuple[list[Column], list[Question]]:
    """The columns that a mapping may name, and a question for each of the rest."""
    columns, questions = [], []
    alone = {word: ours for ours, theirs in LEXICON["alone"].items() for word in theirs.split()}
    sides = {name: alone[formats.fold(name)] for name in table.header if formats.fold(name) in alone}
    for index, (name, shown) in enumerate(zip(table.header, shown_header(table), strict=True), 1):
        if name != shown or "|" in name:
            questions.append(ask_place(index))
            continue
        cells = tuple(table.cells.column(index - 1).to_pylist())
        words = [sides[name]] if name in sides and len({*sides.values()}) > 1 else words_of(name)
        english = (ours for word in words for ours, theirs in LEXICON["abroad"].items() if word in theirs.split())
        columns.append(Column(name, (*words, *english), cells))
    if not columns or not table.cells.num_rows:
        raise UnreadableFile(
            f"{table.file.shown} has no header that could be mapped",
            found="rows without names for their columns",
            do="if the system can export a header, have it do so; else see [file] columns in TEMPLATE.toml",
        )
    return columns, questions


# ---- rows that are parts of one call, if the file itself proves it --------------------------------------------------

MOST_LEGS = 5  # most parts of one call; a higher counter numbers rows
NEAR = timedelta(hours=1)  # all parts of one call begin within this time
PROVEN_SHARE = 0.9  # least share of groups of rows that must each look like one call
LEAST_SHARE = 0.1  # least share of rows that must match another in time and caller: fewer may be chance
FEWEST = 3  # fewest such calls; with fewer, the id may be a person's who redialed one number
PART, ANSWERED, VOICEMAIL, LENGTH = "(is a part)", "(a part was answered)", "(voicemail took a part)", "(its length)"
AT_LAST = "(answered at last)"
TAKEN_BY = {"answered": ANSWERED, "voicemail": VOICEMAIL}  # how a call ended -> the column that says so of its parts

Groups = list[list[int]]  # the rows of each call that has more than one


def find_legs(able: list[Column], when: Rules, meanings: Rules, length: Rules, phones: Rules, agency: Agency) -> Rules:
    """Find the parts of calls: ``sections`` of the mapping if the file proves them, else a question if it may have
    some.

    The outcome and the length of a call are taken from its parts.
    """
    found = Rules()
    starts = _starts(when)
    for names, group, own in _keys(able, when, phones, starts, meanings):
        groups = _calls_of_several(group, own)
        if not _are_calls(groups, starts, phones, is_linked=own is not None):
            continue
        # First the row that represents the call: one that names no other row, else the earliest.
        rank = [(bool(own and group.cells[row]), start or datetime.max) for row, start in enumerate(starts)]
        ordered = [sorted(rows, key=rank.__getitem__) for rows in groups]
        # If parts name their call, they give its outcome; a first part that rang on may belong to a menu or a queue.
        takers = [_rang_on(rows[1:], starts) if own else rows[:1] for rows in ordered]
        is_one = own is not None or not any(_dials_again(rows, starts, phones, meanings) for rows in ordered)
        # Systems also mark a menu or a queue as having answered, and each of two separate calls.
        is_taken = any(_is_taken(row, meanings) for rows in takers for row in rows)
        is_taken = is_taken and not _rang_together(ordered, starts, meanings)
        can_fold = is_one and _can_fold(ordered, meanings, phones, agency)
        if can_fold and not is_taken:
            _fold(found, names, group, own, meanings, length)
            if not group.name and _came_in(ordered, meanings):  # two of the office may call out at one time
                words = meanings.rules["direction"]["map"]["inbound"]
                found.sections["legs"]["only"] = {meanings.rules["direction"]["from"]: words}
        elif can_fold and _came_in(ordered, meanings) and not _start_together(ordered, starts):
            _draft(found, names, group, own, meanings)
        else:
            found.ask(joined(map(repr, names)), SHARED, WRITE_LEGS, code="legs")
        return found
    for column in able:
        if text := _doubt(column):
            found.ask(column, text, WRITE_LEGS, code="legs")
    return found


SHARED = "the same stands in several rows: they may be parts of one call."
WRITE_LEGS = "If so, write [legs] as in TEMPLATE.toml, with group and master; else each row counts as a call."


def _keys(
    able: list[Column], when: Rules, phones: Rules, starts: Sequence[datetime | None], meanings: Rules
) -> Iterator[tuple[list[str], Column, Column | None]]:
    """Columns whose equal cells may mean one call; first columns that name another row, with the column of that row's
    id.

    Last come time and caller together: no one calls twice in one second; in one minute, no one rings each time as many
    different telephones.
    """
    ids = [column for column in able if column.has(NAMES["ids"])]
    for parent in ids:
        for own in ids if parent.has(NAMES["of_parent"]) else ():
            if own is not parent and set(parent.texts) <= set(own.texts):
                yield [parent.name], parent, own
    named = [c for c in ids if (c.has(NAMES["of_call"]) or len(c.words) == 1) and not c.has(NAMES["of_parent"])]
    yield from (([column.name], column, None) for column in sorted(named, key=lambda column: len(column.texts)))
    caller = phones.column("caller") or phones.column("other_number")
    seconds = [bool(start.second) for start in starts if start]
    if caller:
        rows = zip(*(column.cells for column in (*when.used, caller)), strict=True)
        both = Column("", (), tuple(" ".join(filter(None, row)) for row in rows))
        rang = replace(both, cells=_of_telephones(both, able, meanings))
        if 2 * sum(seconds) <= len(seconds) or _calls_of_several(rang, None):
            both = rang
        if sum(map(len, _calls_of_several(both, None))) >= LEAST_SHARE * len(starts):
            yield [column.name for column in (*when.used, caller)], both, None


def _of_telephones(group: Column, able: list[Column], meanings: Rules) -> tuple[str | None, ...]:
    """The cells of a group of incoming calls, if each call of several rows has a different telephone in each; else
    none."""
    comes = meanings.calls_in()
    came = tuple(cell if comes and comes[row] else None for row, cell in enumerate(group.cells))
    groups = _calls_of_several(replace(group, cells=came), None)
    named = [column for column in able if column.has(NAMES["telephones"])]
    is_each = any(all(len({c.cells[row] for row in rows} - {None}) == len(rows) for rows in groups) for c in named)
    return came if is_each else (None,) * len(came)


def _calls_of_several(group: Column, own: Column | None) -> Groups:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, cell in enumerate(group.cells):
        key = cell or (own.cells[row] if own else None)
        if key and key.casefold() not in BLANK:
            rows[key].append(row)
    return [each for each in rows.values() if len(each) > 1]


def _starts(when: Rules) -> Sequence[datetime | None]:
    """The start time of each row."""
    starts = _read(when.used[0], when.rules.get("started") or when.rules["date"])
    if "time" not in when.rules:
        return starts
    times = when.used[1].values("time_24")
    spans = [getattr(times.get(cell or ""), "seconds", 0) for cell in when.used[1].cells]
    return [day and day + timedelta(seconds=span) for day, span in zip(starts, spans, strict=True)]


def _read(column: Column, rule: dict) -> list[datetime | None]:
    order = rule.get("order", "mdy").replace("evidence", "mdy")
    read = column.values(rule["parse"], **({} if rule["parse"].startswith("epoch") else {"order": order}))
    days = {text: datetime(day.year, day.month, day.day) for text, day in read.items() if isinstance(day, date)}
    whole = days | {text: moment.local for text, moment in read.items() if isinstance(moment, Moment)}
    return [whole.get(cell or "") for cell in column.cells]


def _are_calls(groups: Groups, starts: Sequence[datetime | None], phones: Rules, *, is_linked: bool) -> bool:
    """Whether the rows of nearly every group begin within an hour and, unless rows name each other, share a party."""

    def is_shared(group: list[int]) -> bool:
        return any(len({column.cells[row] for row in group}) == 1 for column in phones.used)

    fitting = [group for group in groups if _is_near(group, starts) and (is_linked or is_shared(group))]
    return len(fitting) >= max(FEWEST, PROVEN_SHARE * len(groups))


def _is_near(group: list[int], starts: Sequence[datetime | None]) -> bool:
    known = [start for row in group if (start := starts[row])]
    return bool(known) and max(known) - min(known) <= NEAR


AT_ONCE = timedelta(seconds=5)  # the phones of a group ring within this time


def _rang_on(parts: list[int], starts: Sequence[datetime | None]) -> list[int]:
    """The first part, if the parts begin over five seconds apart, so that others began after it was taken; else
    none."""
    begun = [start for row in parts if (start := starts[row])]
    return parts[:1] if begun and max(begun) - min(begun) > AT_ONCE else []


RINGING = timedelta(minutes=3)  # longest time a phone rings before the next one does


def _dials_again(group: list[int], starts: Sequence[datetime | None], phones: Rules, meanings: Rules) -> bool:
    """Whether a row after an unanswered one starts too late for the same call; between the same numbers, over five
    seconds."""
    for before, row in pairwise(group):
        first, then = starts[before], starts[row]
        if first and then and not _is_taken(before, meanings):
            is_same = all(column.cells[before] == column.cells[row] for column in phones.used)
            if then - first > (AT_ONCE if is_same else RINGING):
                return True
    return False


def _came_in(groups: Groups, meanings: Rules) -> bool:
    """Whether every row of every call is called incoming: no menu takes a call out, and redials are calls."""
    comes = meanings.calls_in()
    return bool(comes) and all(comes[row] for group in groups for row in group)


def _start_together(groups: Groups, starts: Sequence[datetime | None]) -> bool:
    """Whether the rows of every call begin in the same second."""
    return all(len({starts[row] for row in group}) == 1 for group in groups)


def _rang_together(groups: Groups, starts: Sequence[datetime | None], meanings: Rules) -> bool:
    """Whether the rows of a call are phones rung in the same second: at most one of them took it, and sometimes
    none."""
    took = {tuple(place for place, row in enumerate(group) if _is_taken(row, meanings)) for group in groups}
    return _start_together(groups, starts) and max(map(len, took)) == 1 and () in took and len(took) > 2


def _is_taken(row: int, meanings: Rules) -> bool:
    column = meanings.column("outcome")
    return column is not None and column.cells[row] in _answers_of_its_own(meanings.rules["outcome"])


def _answers_of_its_own(rule: dict) -> list[str]:
    """The words for calls that this phone answered, not another one: *Answered elsewhere*."""
    answered = rule.get("map", {}).get("answered", ())
    return [word for word in answered if {"elsewhere", "other"}.isdisjoint(words_of(word))]


def _can_fold(groups: Groups, meanings: Rules, phones: Rules, agency: Agency) -> bool:
    """Whether the parts' words give a call's outcome, and its first row has the agency's number if any row has it."""
    rule = meanings.rules.get("outcome", {})
    is_plain = _answers_of_its_own(rule) and all(case["value"] != "voicemail" for case in rule.get("cases", ()))

    def has_agency(row: int) -> bool:
        return any(is_agencys(column.cells[row], agency) for column in phones.used)

    return bool(is_plain) and all(has_agency(first) or not any(map(has_agency, others)) for first, *others in groups)


def _fold(found: Rules, names: list[str], group: Column, own: Column | None, meanings: Rules, length: Rules) -> None:
    """Add the rules that make one call of its rows: how they belong together, the outcome, and the length."""
    rule = meanings.rules["outcome"]
    words = _begin_legs(found, names, group, own, rule)
    part = {group.name: "*"} if own else {}
    cases = [{"when": {TAKEN_BY[word]: "yes"}, "value": word} for word in words]
    if own:  # a menu may have taken the call first: if it rang on and no one answered, it was missed
        found.sections["legs.any"][PART] = part
        cases.append({"when": {PART: "yes", "(direction)": "inbound"}, "value": "missed"})
    rule["cases"] = [*cases, *rule.get("cases", [])]
    if duration := length.rules.get("duration_s"):
        found.sections["legs.gather"] = {LENGTH: {"from": duration["from"], "when": words["answered"]}}
        duration["cases"] = [{"when": {LENGTH: "*"}, **duration, "from": LENGTH}]
    text = "rows that share it are read as parts of one call, which was answered where one of them was."
    if own:
        text = f"a row that names another here, by its {own.name!r}, is read as a part of that call."
    found.ask(
        joined(map(repr, names)),
        text,
        "If each row is a call, take out [legs] and the cases that name its columns.",
    )


def _begin_legs(found: Rules, names: list[str], group: Column, own: Column | None, rule: dict) -> dict[str, dict]:
    """Add how the rows of a call belong together, and the columns that say whether one was answered or recorded.

    The result has the condition of each.
    """
    part = {group.name: "*"} if own else {}
    ends = {"answered": _answers_of_its_own(rule), "voicemail": rule["map"].get("voicemail")}
    words = {word: {rule["from"]: theirs} | part for word, theirs in ends.items() if theirs}
    legs: dict = {"group": names}
    if own:
        legs |= {"own": [own.name], "master": [{group.name: ""}]}
    found.sections = {"legs": legs, "legs.any": {TAKEN_BY[word]: when for word, when in words.items()}}
    found.used = [column for column in (group, own) if column and column.name]
    return words


def _draft(found: Rules, names: list[str], group: Column, own: Column | None, meanings: Rules) -> None:
    """Add the rules for calls whose first row a menu may have taken, for a person to confirm: the last row decides."""
    rule = meanings.rules["outcome"]
    words = _begin_legs(found, names, group, own, rule)
    found.sections["legs.last"] = {AT_LAST: words["answered"]}
    ends = {AT_LAST: "answered", VOICEMAIL: "voicemail", ANSWERED: "unknown"}
    named = found.sections["legs.any"].keys() | {AT_LAST}
    is_in = {"(direction)": "inbound"}
    cases = [{"when": {column: "yes"} | is_in, "value": end} for column, end in ends.items() if column in named]
    rule["cases"] = [*cases, *rule.get("cases", [])]
    do = "The mapping reads them so, by their last row; if each is a call, take out [legs] and the cases that name it."
    found.ask(joined(map(repr, names)), SHARED, do, code="legs")


def _doubt(column: Column) -> str:
    """Why the rows of a column may be parts of calls, for a person to settle; "" if nothing suggests it."""
    is_own = len(column.texts) == sum(cell is not None for cell in column.cells)  # each row has a different one
    is_counter = is_own and len(column.texts) > MOST_LEGS and all(text.isdigit() for text in column.texts)
    if column.words in (("leg",), ("legs",)) and not is_counter:
        return "its rows seem to be the parts of calls."
    return SHARED if column.has(NAMES["of_call"]) and column.has(NAMES["ids"]) and not is_own else ""
