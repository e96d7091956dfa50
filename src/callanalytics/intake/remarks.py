"""What a receipt remarks on an export: likely errors and inferred values in its rows, columns and words not understood.

What was not read (columns or words that a format does not know) is not guessed. The receipt lists it with what it looks
like and how to give its meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.formats import Format, Rule, derived_columns, fold, layout
from callanalytics.formats.layout import Column as FormatColumn
from callanalytics.formats.layout import Part
from callanalytics.formats.words import without_zone
from callanalytics.ids import CODE
from callanalytics.intake.publish import ROWS
from callanalytics.lazy import regex
from callanalytics.normalize import Doubt, Settings, shown_words
from callanalytics.normalize.meanings import zone_of_headers
from callanalytics.normalize.rows import OTHER_REASON
from callanalytics.read import TextTable
from callanalytics.values import try_read, zones
from callanalytics.values.parsers import PARSERS
from callanalytics.values.phones import shape
from callanalytics.wording import plural, row_numbers, warning, words_for

# ---- rows --------------------------------------------------------------------------------------------------------

NO_ROWS = "it has a header but no rows: there were no calls in its period, or the export left them out"
# Warnings on values that were inferred and not written; counted in one line.
INFERRED_CELLS = (
    "date_from_above year_inferred time_half_inferred wait_unit_inferred wait_clock_inferred "
    "wait_unsure promise_inferred weekday_inferred promise_from_remark"
).split()


def row_notes(tables: Mapping[str, pa.Table], fmt: Format) -> list[str]:
    """Remarks on the rows of an export: what was inferred in them, likely errors, and why no row was accepted."""
    of_calls, of_entries = (_rows_by_warning(tables[name]) for name in ("calls", "entries"))
    return [
        *_inferred_cells(of_entries),
        *_warned_rows(of_calls, of_entries),
        *_at_clock_changes(tables),
        *_half_days(tables["calls"]),
        *_perhaps_one(tables["calls"]),
        *_named_other_agencies(tables["set_aside"], of_entries),
        *_coded_clients(tables["entries"]),
        *_without_rows(tables, fmt),
    ]


def _inferred_cells(of_entries: Mapping[str, list]) -> list[str]:
    inferred = {code: len(of_entries.get(code, ())) for code in INFERRED_CELLS}
    counts = [f"{_warning_in_sentence(code)} ({plural(n, 'row')})" for code, n in inferred.items() if n]
    return ["; ".join(counts)] if counts else []


def _warned_rows(of_calls: Mapping[str, list], of_entries: Mapping[str, list]) -> Iterator[str]:
    for code, advice in words_for("advice").items():
        if rows := [*of_calls.get(code, ()), *of_entries.get(code, ())]:
            do = f". {advice}" if advice else ""
            yield f"{_first_of(rows)}, {_warning_in_sentence(code)}{do}"


def _at_clock_changes(tables: Mapping[str, pa.Table]) -> Iterator[str]:
    for flag, words in words_for("clock_changes").items():
        flagged = (
            tables[name].filter(pc.equal(tables[name].column("dst_flag"), flag)) for name in ("calls", "entries")
        )
        if rows := [row for table in flagged for row in table.column("source_row").to_pylist()]:
            yield f"{_first_of(rows)}, {words[:1].lower()}{words[1:]}"


def _named_other_agencies(set_aside: pa.Table, of_entries: Mapping[str, list]) -> Iterator[str]:
    """The calls whose reason names another agency: those kept, because the sheet is this agency's, and the others."""
    aside = set_aside.filter(pc.equal(set_aside.column("reason"), OTHER_REASON))
    for rows, done in (
        (of_entries.get("reason_of_other_agency", []), "kept. If one was not a call to {agency}, add a column Agency"),
        (aside.column("row").to_pylist(), "left out. If one was a call to {agency}, write {agency} in its reason"),
    ):
        if rows:
            what = f"{plural(len(rows), 'call')} whose reason names another agency, or a client's business"
            yield f"{what} ({row_numbers(sorted(rows))}): {done}"


def _coded_clients(entries: pa.Table) -> list[str]:
    matters = entries.column("matter").cast(pa.string())
    n = len({code for text in pc.unique(matters.drop_null()).to_pylist() for code in CODE.findall(text)})
    says = f"{plural(n, 'client')} told apart by codes, so that calls about one are known; no name is stored"
    return [says] if n else []


def _without_rows(tables: Mapping[str, pa.Table], fmt: Format) -> list[str]:
    """Why no row was accepted, if none was."""
    if not any(tables[name].num_rows for name in ROWS):
        return [NO_ROWS]
    is_refused = tables["rejects"].num_rows and not any(tables[name].num_rows for name in schema.LOGGED)
    return [fmt.caveat] if fmt.caveat and is_refused else []


MIN_CLOCKS = 10  # fewer calls may all be of a morning, but at night no one calls the agency


def _half_days(calls: pa.Table) -> list[str]:
    """A remark if the times of a phone system seem to lack AM and PM: some of the night, and none from 1 p.m. on."""
    hours = pc.hour(calls.column("started_at_local").drop_null()).to_numpy()
    is_night = (hours >= 1) & (hours <= 5)
    n, at_night = len(hours), int(is_night.sum())
    of_agency = calls.filter(calls.column("started_at_local").is_valid()).column("other_number").is_valid().to_numpy()
    is_few = n < MIN_CLOCKS and not (is_night & of_agency).any()
    if is_few or not n or hours.min() == 0 or hours.max() > 12 or 5 * at_night < n:
        return []
    what = f"none of its {n} calls is at 1 p.m. or later, and {at_night} are from 1 to 6 a.m."
    return [f"{what}: AM and PM may be missing. If so, export it again with them"]


PASSED_ON = (-5, 60)  # [s] from the end of a call to that of its transfer's row
GOES_ON = 2  # [s] the same, to its voicemail's row


def _perhaps_one(calls: pa.Table) -> list[str]:
    """Remarks on calls from or to the agency that may be one: passed on, rung at several telephones, pasted again."""
    # Selected before it is filtered: a million calls have few of the agency, and many columns.
    names = "direction other_number started_at_utc our_number duration_s outcome source_row".split()
    is_known = pc.and_(calls.column("other_number").is_valid(), calls.column("started_at_utc").is_valid())
    found = calls.select(names).filter(is_known)
    found = found.sort_by([(name, "ascending") for name in (*names[:5], "source_row")])
    direction, number, line = (found.column(name).cast(pa.string()).fill_null("") for name in (*names[:2], names[3]))
    is_pair = (pc.equal(each[1:], each[:-1]).to_numpy() for each in (direction, number, line))
    of_direction, of_number, of_line = is_pair
    came = of_direction & of_number & pc.equal(direction[1:], "inbound").to_numpy()
    length = found.column("duration_s").fill_null(0).to_numpy()
    start = found.column("started_at_utc").cast(pa.int64()).to_numpy() / 1e6
    gap = start[1:] - (start + length)[:-1]
    is_answered = pc.equal(found.column("outcome")[:-1], "answered").fill_null(False).to_numpy() & (length[:-1] > 0)
    is_passed = came & ~of_line & is_answered & (gap >= PASSED_ON[0]) & (gap <= PASSED_ON[1])
    is_same = (start[1:] == start[:-1]) & (came | of_direction & of_number & of_line & (length[1:] == length[:-1]))
    # An unanswered call goes on to a voicemail at that very second; a person who calls again takes longer.
    is_same |= came & ((gap < PASSED_ON[0]) | (~is_answered & (length[:-1] > 0) & (gap <= GOES_ON)))
    notes = []
    for mask, what in ((is_passed, PASSED), (is_same & ~is_passed, SAME_TIME)):
        if rows := found.column("source_row")[1:].filter(pa.array(mask)).to_pylist():
            notes.append(f"{row_numbers(sorted(rows))}: {what}")
    return notes


PASSED = (
    "the call begins as an answered one from the same number ends, at another telephone. If it was passed on, it "
    "counts twice"
)
SAME_TIME = (
    "the call begins with another one of the same numbers, or before or as that one ends. If it is one call that rang "
    "at several telephones, or a row pasted again, it counts more than once"
)


def _first_of(rows: Sequence[int]) -> str:
    return f"row {min(rows)}" + (f" and {plural(len(rows) - 1, 'more row')}" if len(rows) > 1 else "")


def _warning_in_sentence(code: str) -> str:
    words = warning(code)
    return f"{words[:1].lower()}{words[1:]}"


def _rows_by_warning(table: pa.Table) -> dict[str, list[int]]:
    """The numbers of the rows with each warning: most exports have none, and a million rows only a few."""
    warned = table.select(["warnings", "source_row"]).filter(table.column("warnings").is_valid())
    found: dict[str, list[int]] = {}
    for codes, row in zip(*(column.to_pylist() for column in warned.columns), strict=True):
        for code in codes.split():
            found.setdefault(code, []).append(row)
    return found


def zone_notes(fmt: Format, fitted: Format | None, settings: Settings) -> list[str]:
    """A remark if the file itself names the zone of its times, the format does not, and it is not the zone in use.

    For a hand-kept sheet, there is always a remark, which also says whether the user's setting overrides it.
    """
    if fmt.words and fitted:
        zone = zones.find_zone(zone_of_headers(fitted), settings.zone)
        by_user = settings.own_file_zone
        if zone is None:
            return []
        if by_user in (None, zone):
            return [f"times read as {zones.in_words(zone)}, by the header"]
        named = f"times read as {zones.in_words(by_user)}, as you set it, although the header names"
        return [f"{named} {zones.in_words(zone)}"]
    word = layout.stated_zone(fitted) if fitted and not layout.stated_zone(fmt) else ""
    zone = zones.find_zone(word, settings.zone)
    if zone in (None, settings.file_zone or settings.zone):
        return []
    return [f"its times are read as {zones.in_words(zone)}: the file says so"]


# ---- columns and words that were not understood ---------------------------------------------------------------------

LOOKED_AT = 500  # different texts of a column
COLUMNS_LOOKED_AT = 200  # hand-kept logs do not have more; for further columns only the name is listed
SHOWN_WORDS = 3  # words shown of a column that looks like a known one
# Words that do not show what a column is about.
ANYWHERE = frozenset("yes no y n x s sí si ✓ ✔ checked true false 0 1 2 3 - -- none n/a nothing done other".split())
BY_PARSER = (("moment_by_hand", "dates"), ("number", "phone numbers"))
# Under a header with one of these words, dates and times are due dates that the office computed itself.
OWN_DUE_NAME = regex(r"(?i)\b(due|deadline|by|expect\w*|follow\W?ups?|remind\w*|tickle\w*|diary)\b")
# In a column that is read as the stated time (`told`), these words also mean a due date.
DUE_ON_NAME = regex(r"(?i)\bwill\b|\bthey.?ll\b|call.?back|\bc/?b\b|\bto (?:call|phone)\b")
OWN_DUE = "due dates you set"
NO_PLACE_FOR_DUE = (
    "They are not stored: the program computes the due date from the call and the promise. Write the promise: "
    "72 hours, or 30 business days"
)
FITTING_SHARE = 0.5  # the share of a column's filled rows that must fit


@dataclass(frozen=True)
class Column:
    """A column that was not read: its name as in the file, how many rows are filled, what it looks like.

    ``words`` are its most common texts if they may be shown; ``do`` says how to have it read.
    """

    name: str
    rows: int
    looks: str = ""
    words: tuple[str, ...] = ()
    do: str = ""


@dataclass(frozen=True)
class Unclear:
    """Words of a file, or of one of its sheets, that were not understood, and words that would be."""

    file: str
    doubt: Doubt
    wanted: str
    sheet: str = ""  # the sheet's name, if the file has several

    @property
    def is_own_due(self) -> bool:
        """Whether it is a due date that the office computed, and not what the agency said."""
        doubt = self.doubt
        is_of_due = OWN_DUE_NAME.search(doubt.column) or (doubt.target == "told" and DUE_ON_NAME.search(doubt.column))
        return doubt.target in ("promised", "told") and bool(is_of_due) and _says_when(doubt.word)


def unread_columns(table: TextTable, fmt: Format, left: Collection[str] = ()) -> list[Column]:
    """The columns that no rule of the format reads, fullest first; for a phone export, those that the system is not
    known to write. Columns that a person wants ignored (``left``) are listed without what they look like."""
    if fmt.makes == "calls":
        return _unknown_columns(table, fmt) if fmt.recognize.core or fmt.text else []
    if fmt.makes != "entries":
        return []
    read = _read_names(table.header, fmt)
    found: list[Column] = []
    for name in table.header:
        texts = table.cells.column(name).drop_null().to_pylist() if fold(name) not in read else []
        if texts:
            is_looked_at = len(found) < COLUMNS_LOOKED_AT and fold(name) not in left
            found.append(
                _described(name, Counter(texts), fmt) if is_looked_at else Column(shown_column(name), len(texts))
            )
    if fmt.name == "hand_log" and [column.name for column in found] == ["Remarks"]:
        return []  # the template says that remarks are not read
    return sorted(found, key=lambda column: (not column.looks, -column.rows))


def _read_names(header: Sequence[str], fmt: Format) -> set[str]:
    """The columns of a sheet that a rule of the format reads, and those from which such a column is derived."""
    known = {fold(name) for name in header}

    def has_date(part: Part) -> bool:
        date = part.columns.get("date")
        names = [name for column in date.columns for name in column] if date else []
        return date is None or any(derived_columns.way_of(name) or fold(name) in known for name in names)

    parts = tuple(part for part in fmt.parts if has_date(part))
    names = {name for column in _columns_of(replace(fmt, parts=parts, set_aside=())) for name in column}
    made = {own for name in names if fold(name) not in known for own in derived_columns.sources(name, header)}
    return {fold(name) for name in names | made}


def _unknown_columns(table: TextTable, fmt: Format) -> list[Column]:
    # A proposed mapping lists every column of its file, also those that it does not read.
    listed = () if fmt.text else fmt.recognize.header
    looked = (*_columns_of(fmt), *listed, *fmt.recognize.also)
    known = {fold(name) for column in looked for name in column}
    names = [name for name in table.header if known.isdisjoint((fold(name), fold(without_zone(name))))]
    # "(column" begins the reader's own name for a column without a header
    strange = [name for name in names if not name.startswith("(column")]
    filled = [(name, table.cells.num_rows - table.cells.column(name).null_count) for name in strange]
    return [Column(shown_column(name), n) for name, n in filled if n]


def unclear_words(shown: str, doubts: list[Doubt], fmt: Format, sheet: str = "") -> list[Unclear]:
    """The words that were not understood, with words of the format that would be; each once."""
    first: dict[tuple, Doubt] = {}
    for doubt in doubts:  # one column may be read for two columns of the schema
        first.setdefault((doubt.column, doubt.word, doubt.rows), doubt)
    return [Unclear(shown, doubt, _words_wanted(fmt, doubt.target), sheet) for doubt in first.values()]


def _how_to_name(target: str, fmt: Format) -> str:
    """How to have a column read: the column name that the format reads for this target."""
    rule = fmt.columns.get(target)
    if rule is None or not rule.all_columns:
        return ""
    name = rule.all_columns[-1 if rule.cases else 0][0]
    if name.startswith("<"):  # a meaning without a column in the sheet: the question says how to give it one
        return ""
    return f'If so, name the column "{name}"; if that name is taken, combine the two columns'


def _columns_of(fmt: Format) -> list[FormatColumn]:
    """Every column that a rule of the format uses, each as its possible names."""
    looked = [*fmt.unique, *fmt.computed, *(fmt.events.columns if fmt.events else ())]
    if legs := fmt.legs:
        looked += [*legs.group, *legs.own, *legs.inherit, *(column for column, _ in legs.gather.values())]
    looked += [column for when in fmt.conditions for column, _ in when.tests]
    return looked + [column for leaf in fmt.leaves for column in leaf.columns]


def _described(name: str, texts: Counter, fmt: Format) -> Column:
    n = texts.total()
    some = Counter(dict(texts.most_common(LOOKED_AT)))
    shown = shown_column(name)
    if OWN_DUE_NAME.search(name) and sum(some[text] for text in some if _says_when(text)) >= FITTING_SHARE * n:
        return Column(shown, n, OWN_DUE, do=NO_PLACE_FOR_DUE)
    for target, looks in words_for("column_looks").items():
        known = [text for text in some if _has_word_of(text, target, fmt)]
        if sum(some[text] for text in known) >= FITTING_SHARE * n:
            words = tuple(shown_words(text, fmt) for text in known[:SHOWN_WORDS])
            return Column(shown, n, looks, words, _how_to_name(target, fmt))
    for parser, looks in BY_PARSER:
        if sum(some[text] for text in some if _parses(parser, text)) >= FITTING_SHARE * n:
            return Column(
                shown, n, looks, do="Give it a name that says what they are; see  callanalytics template log.xlsx"
            )
    return Column(shown, n)


def _has_word_of(text: str, target: str, fmt: Format) -> bool:
    """Whether a cell holds a word of the target column, other than words that fit any column."""
    word = fold(text)
    if word in ANYWHERE:
        return False
    words = fmt.columns[target].all_words if target in fmt.columns else {}
    return word in words or (target in ("promised", "told") and _parses("told", re.sub(r"^yes\W+", "", word)))


def _says_when(text: str) -> bool:
    """Whether a cell holds a date or a span such as two weeks, with or without "by" before it."""
    plain = re.sub(r"(?i)^(by|on)\s+", "", text)
    return _parses("moment_by_hand", plain) or _parses("told", fold(plain))


def _parses(parser: str, text: str) -> bool:
    return try_read(PARSERS[parser], text, **({"order": "mdy"} if parser.startswith("moment") else {})) is not None


def shown_column(name: str) -> str:
    """A column's name as the office wrote it; masked if it looks like a cell and not like a name.

    >>> shown_column("Promised when?"), shown_column("EAC2190012345"), shown_column("maria@example.com")
    ('Promised when?', 'xxx9999999999', 'xxxxx@xxxxxxx.xxx')
    """
    return shape(name) if re.search(r"\d{3}|@|^\W*$", name) or len(name) > 60 else name


def _words_wanted(fmt: Format, target: str) -> str:
    """The words that may be written: one of the format's words for each value of the target."""
    rule: Rule | None = fmt.columns.get(target)
    if target == "told":
        return "72 hours, 30 business days"
    if target == "contact":
        return "each callback with its date, as in 1/13 missed, 1/14 answered; or no"
    if rule is None:
        return ""
    if not rule.all_words:
        return "" if rule.parse in ("text", "words") else PARSERS[rule.parse].wanted
    rules = [rule, *(case for _, case in rule.cases)]
    written = {fold(text): text for each in rules for text in each.listed}
    first: dict[str, str] = {}
    for word, ours in rule.all_words.items():
        first.setdefault(ours, written.get(word, word))
    return ", ".join(first.values())
