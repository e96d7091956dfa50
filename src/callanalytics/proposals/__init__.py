"""Propose a mapping for an unknown export from its header and values, with every doubt listed.

>>> from callanalytics import proposals
>>> made = proposals.propose("acme.csv")          # doctest: +SKIP
>>> made.write("acme.toml")                       # doctest: +SKIP

Nothing is applied: the proposal is a format file that a person reads, then uses with ``--mapping``. Whatever the file
does not prove is omitted and asked. The proposal holds no cell of the file except common words of call logs.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from callanalytics import agencies, formats, outputs, read
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, InvalidRequest, OpenQuestion, UnreadableFile
from callanalytics.formats import Format, column_meanings, contents, fold, grammar, relevance
from callanalytics.formats.column_meanings import SheetColumns
from callanalytics.formats.layout import stated_zone, with_stated_zone
from callanalytics.formats.words import zone_beside
from callanalytics.normalize import Answer, Normalized, Settings, normalize
from callanalytics.normalize import Question as IngestQuestion
from callanalytics.normalize.calls import pasted_again
from callanalytics.normalize.dates_of_rows import order_of_report, with_stated_years
from callanalytics.normalize.derived_columns import with_rows
from callanalytics.normalize.meanings import fitted_format
from callanalytics.proposals import cells, columns, words
from callanalytics.proposals.columns import Column, Question, words_of
from callanalytics.read import TextTable, documents
from callanalytics.toml_files import loads
from callanalytics.values import zones
from callanalytics.values.phones import mask
from callanalytics.wording import joined, some

__all__ = ["Proposal", "Question", "propose"]

# ---- the first calls as a proposed format reads them ----------------------------------------------------------------

ROWS_SHOWN = 3
ROWS_READ = 200  # rows of the file read for the preview


def _preview_calls(table: TextTable, fmt: Format, agency: Agency) -> tuple[list[dict], str]:
    """Three calls, and a note if the order of day and month is open or rows failed."""
    few = min(ROWS_READ, table.cells.num_rows)
    first = replace(table, cells=table.cells.slice(0, few), rows=table.rows[:few], member=table.member[:few], odd=())
    done, note = _normalized(first, fmt, Settings("an office", zone="UTC", keep_numbers=True), agency)
    calls = done.calls.slice(0, ROWS_SHOWN).to_pylist()
    if done.rejects.num_rows:
        note = "; ".join([*filter(None, [note]), f"{done.rejects.num_rows} of the first {few} rows would be rejected"])
    return [_masked_call(call, agency) for call in calls], note


def _normalized(table: TextTable, fmt: Format, settings: Settings, agency: Agency) -> tuple[Normalized, str]:
    """The rows in the schema's columns, and a note if the order of day and month is open."""
    done = normalize(table, fmt, settings, agency)
    if not done.blocking:
        return done, ""
    return normalize(table, fmt, replace(settings, date_order="mdy"), agency), "read month first, which is open"


def _masked_call(call: dict, agency) -> dict:
    """A call without client data: numbers show only their last four digits."""
    number = call["other_number"]
    return {
        "began": call["started_at_local"] and str(call["started_at_local"]),
        "direction": call["direction"],
        "our number": call["our_number"] and mask(call["our_number"]),
        "other number": number and (agency.label if agency.is_agency_number(number) else mask(number)),
        "seconds": call["duration_s"],
        "outcome": call["outcome"],
    }


# ---- a proposal as the text of a format file ------------------------------------------------------------------------


def _mapping_text(
    head: dict, indices: dict, parts, questions: list[Question], aside: list[tuple[str, list[str], str]]
) -> str:
    """The text of the format file: its head, how it is recognized, every question, the columns, and rows that are not
    calls.

    ``aside``: column, words, and the reason for which rows with these words are set aside.
    """
    rules = {target: rule for part in parts for target, rule in part.rules.items()}
    lines = [
        "# Proposed, not confirmed. Read every line; answer the questions; then delete them.",
        "# To be shipped it needs its vendor's name and an [[example]] with invented numbers (CONTRIBUTING.md).",
        "",
        *(f"{key} = {_value(value)}" for key, value in head.items()),
    ]
    for name, keys in indices.items():
        lines += ["", f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in keys.items())]
    lines += ["", "# ---- questions ----"]
    lines += _numbered(questions)
    lines += ["", "[columns]", *(f"{target} = {_value(rule)}" for target, rule in rules.items())]
    for column, texts, reason in aside:
        lines += ["", "[[set_aside]]", f"when = {_value({column: texts})}", f"reason = {_value(reason)}"]
    return "\n".join(lines) + "\n"


def _value(value) -> str:
    """A value in TOML syntax, on one line.

    >>> _value({"from": 'The "A"', "map": {"inbound": ["In"]}}), _value(True)
    ('{ from = "The \\\\"A\\\\"", map = { inbound = ["In"] } }', 'true')
    """
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _value(name)


def _numbered(questions: list[Question]) -> list[str]:
    """The questions as comments, each on one line without terminal control characters."""
    plain = ("".join(c if c.isprintable() else " " for c in str(question)) for question in questions)
    return [f"# {number}. {' '.join(text.split())}" for number, text in enumerate(plain, 1)]


# ---- a sheet kept by hand -------------------------------------------------------------------------------------------

BASE = "hand_sheet"
SLACK = 2  # the score for a call log may be lower by this much, because a person checks before it is read


def _sheet_likeness(table: TextTable) -> SheetColumns | None:
    """The meanings of a table's columns, if it looks like a hand-kept log; else None.

    What is only near to one is a phone system's if times and lengths are to the second.
    """
    base = formats.load()[BASE]
    found = column_meanings.find(base, table.header, lambda index: table.cells.column(index).to_pylist())
    weight = found.weight + relevance.trade_weight(base, [table.sheet])
    is_near = weight >= base.recognize.enough - SLACK and "wait" in found.columns and not found.is_silent
    is_near = is_near and not relevance.are_to_the_second([contents.filled(c.to_pylist()) for c in table.cells.columns])
    return found if found.has(base.recognize.words) and (is_near or weight >= base.recognize.enough) else None


def _propose_sheet(table: TextTable, found: SheetColumns) -> tuple[str, Format, list[Question]]:
    """The mapping as text, as a format fitted to the table, and the questions for a person."""
    base = formats.load()[BASE]
    plain = {name for name, shown in zip(table.header, columns.shown_header(table), strict=True) if name == shown}
    named = {meaning: header for meaning, header in found.columns.items() if header in plain and "|" not in header}
    asked = _questions(table, base, found, named)
    lines = [
        "# Proposed, not confirmed. Read every line: each says which column of the sheet has which meaning.",
        f'extends = "{BASE}"',
        'title = "Hand-kept sheet of an office"',
        "",
        "[recognize]",
        "words = []",
        f"header = {_value(list(named.values()))}",
        "",
        "# ---- questions ----",
        *_numbered(asked),
    ]
    for meaning, header in named.items():
        lines += ["", f"[words.{meaning}]", f"column = {_value(header)}"]
    text = "\n".join(lines) + "\n"
    own = fitted_format(base, found)
    read = {target: rule for target, rule in own.columns.items() if _is_there(rule, table)}
    return text, replace(own, columns=read), asked


def _is_there(rule, table: TextTable) -> bool:
    looked = [name for column in rule.all_columns for name in column]
    return bool(set(looked) & set(table.header)) or (rule.value is not None and not looked)


def _questions(table: TextTable, base: Format, found: SheetColumns, named: dict[str, str]) -> list[Question]:
    says, asked = {meaning.name: meaning.says for meaning in base.words}, []
    for meaning, others in found.doubts.items():
        text = f"it is read as {says[meaning]}, and so may be {', '.join(map(repr, others))}."
        do = f"If that is it, write it under [words.{meaning}]."
        asked.append(Question(repr(found.columns[meaning]), text, do))
    for header, meaning in found.likes.items():
        do = f'If so, write [words.{meaning}] column = "...".'
        asked.append(Question(repr(header), f"its cells look like {says[meaning]}.", do))
    hidden = set(found.columns.values()) - set(named.values())
    return asked + [columns.ask_place(index) for index, name in enumerate(table.header, 1) if name in hidden]


def _masked_entry(note: dict) -> dict:
    return {
        "date": note["started_at_local"] and str(note["started_at_local"]),
        "what": note["kind"],
        "wait, seconds": note["wait_s"],
        "ended": note["wait_outcome"],
        "agent": "named" if note["agent_id"] or note["agent_name"] else None,
        "service request": "noted" if note["sr_number"] else None,
        "promised": note["promised"],
    }


# ---- the proposal ---------------------------------------------------------------------------------------------------

KINDS = {"csv": "table", "xlsx": "table", "json": "json"}
WIDEST = 500  # columns; no phone system writes more
MAX_HEADER_COLUMNS = 12  # most columns by which a file is recognized


@dataclass(frozen=True, eq=False)
class Proposal:
    """A format file as text, with its doubts.

    ``file``: the file's name as it may be shown. ``known``: the format that already reads the file, "" if none.
    ``rows``: the first three rows, masked, as they would be read. ``note``: the order of day and month used, if that is
    open, and how many of the first rows would be rejected. ``unread``: columns that no rule reads. ``own_numbers``: if
    no column gives the direction, numbers that may be the office's, with the number of rows of each. ``shortened``:
    columns of numbers whose digits a spreadsheet discarded. ``kept``: ``toml`` plus words that later files of the
    layout may contain.
    """

    file: str
    known: str
    toml: str
    fmt: Format
    questions: tuple[Question, ...]
    rows: tuple[dict, ...]
    note: str
    table: TextTable
    unread: tuple[str, ...] = ()
    own_numbers: tuple[tuple[str, int], ...] = ()
    shortened: tuple[str, ...] = ()
    kept: str = ""

    def write(self, path: Path | str) -> Path:
        """Write the file after the loader of ``--mapping`` has accepted it; an existing file is never overwritten."""
        path = Path(path)
        if path.suffix.lower() != ".toml":
            raise InvalidRequest("a mapping is a TOML file", found=path.suffix or "no suffix", wanted="FILE.toml")
        with tempfile.TemporaryDirectory() as folder:
            first = Path(folder) / "mapping.toml"
            first.write_text(self.toml, "utf-8")
            formats.read_mapping(first)
        return outputs.save(path, self.toml.encode("utf-8"), is_new=True)


def propose(file: Path | str, today: date | None = None, *, agency: Agency | None = None) -> Proposal:
    """Propose what the columns of one CSV, XLSX, or JSON file mean.

    Raises :class:`CallLogError` if the file is of another kind, has no header, or has no column with the time of a
    call.
    """
    found = read.files([file])
    if len(found) != 1:
        raise InvalidRequest("a mapping is for one file", found=f"{len(found)} files", do="name one of them")
    return propose_of(found.files[0], today, agency=agency)


def propose_of(
    one: read.File, today: date | None = None, ours: tuple[str, ...] = (), *, agency: Agency | None = None
) -> Proposal:
    """Propose a mapping for an opened file; ``ours`` are numbers of the office, or their last digits."""
    agency = agency or agencies.load()
    table, (known, _) = _table(one), columns.identified(one)
    name = known.name if known else ""
    if found := _sheet_likeness(table):  # a hand-kept log, whatever its column names
        text, fmt, asked = _propose_sheet(table, found)
        shown_as = grammar.read(Path("mapping.toml"), formats.load(), loads(text))
        done, note = _normalized(table, shown_as, Settings("an office", zone="UTC"), agency)
        rows = [_masked_entry(entry) for entry in done.entries.slice(0, ROWS_SHOWN).to_pylist()]
        return Proposal(one.shown, name, text, fmt, tuple(asked), tuple(rows), note, table)
    table = with_stated_years(with_rows(table, ~pasted_again(table.cells), "copy"))
    able, questions = columns.columns_of(table)
    when = cells.find_moment(able)
    if not when.rules and cells.have_no_year(able):
        raise UnreadableFile(
            f"{one.shown}: its days have no year",
            do="keep the lines above the calls that give the period of the bill, or write the year into each day",
            code=NO_YEAR,
        )
    if not when.rules:
        raise UnreadableFile(
            f"{one.shown}: no column reads as the moment of a call",
            wanted="a date and a time of day",
            run="`callanalytics peek FILE` shows its columns; TEMPLATE.toml says how a date of another form is read",
            code=NO_MOMENT,
        )
    meanings = words.find_meanings(able, table)
    length = cells.find_length(able, when)
    taken = _used_columns([when, meanings, length])
    phones = cells.find_numbers(able, taken, agency, is_directed=words.has_direction(meanings))
    own_numbers = words.set_direction(meanings, phones, able, ours, agency)
    words.unsay_denied(meanings, phones, agency)
    words.turn_sides(meanings, phones, agency)
    words.take_boxes(meanings, phones)
    cells.set_caller_id(phones)
    parts_of_calls = columns.find_legs(able, when, meanings, length, phones, agency)
    parts = (when, meanings, length, phones, parts_of_calls)
    if zone_beside(table.around):
        when.has_zone = True
        when.settle("zone")
    cells.settle_order(when, order_of_report(table.around))
    cells.settle_zone_of_rows(able, when)
    cells.join_half_days(able, when)
    asked = [question for part in parts for question in part.questions] + questions
    head = _head(parts, table, today or date.today())
    indices = _recognize(_used_columns(parts), able, one, table) | parts_of_calls.sections
    text = _mapping_text(head, indices, parts, asked, meanings.aside)
    fmt = grammar.read_content(Path("mapping.toml"), loads(text))
    rows, note = _preview_calls(table, fmt, agency)
    unread = tuple(column.name for column in able if column not in _used_columns(parts))
    shortened = tuple(column.name for column in able if cells.are_shortened(column))
    words.add_unseen(meanings, able)
    kept = _mapping_text(head, indices, parts, asked, meanings.aside)
    return Proposal(
        *(one.shown, name, text, fmt, tuple(asked), tuple(rows), note, table, unread, tuple(own_numbers)),
        shortened,
        kept,
    )


def _table(file) -> TextTable:
    found = read.tables(file)
    if not found or found[0].kind not in KINDS:
        raise UnreadableFile(
            f"{file.shown} has no table with a header that could be mapped",
            found=found[0].kind.upper() if found else "no header",
            wanted="a CSV, XLSX, or JSON file with named columns",
            do="if the system can export a header, have it do so; else see [file] columns in TEMPLATE.toml",
        )
    largest = max(found, key=lambda table: table.cells.num_rows)
    if len(largest.header) > WIDEST:
        raise UnreadableFile(f"{file.shown} is not a call log", found=f"{len(largest.header):,} columns")
    # With a sheet per month, one may have what another lacks: a word, or a day past the 12th.
    alike = [table for table in found if table.header == largest.header and table.file is largest.file]
    return _joined_sheets(largest, alike) if len(alike) > 1 else largest


def _joined_sheets(largest: TextTable, alike: list[TextTable]) -> TextTable:
    """The rows of all sheets, without those of an earlier sheet again: they count once, and are no parts of a call."""
    seen: set[tuple] = set()
    parts = []
    for table in alike:
        rows = list(zip(*(column.to_pylist() for column in table.cells.columns), strict=True))
        new = np.array([row not in seen for row in rows], bool)
        seen.update(rows)
        parts.append((table.cells.filter(pa.array(new)), table.rows[new], table.member[new]))
    cells, numbers, member = zip(*parts, strict=True)
    return replace(largest, cells=pa.concat_tables(cells), rows=np.concatenate(numbers), member=np.concatenate(member))


def _used_columns(parts) -> list[Column]:
    return list(dict.fromkeys(column for part in parts for column in part.used))


def _head(parts, table: TextTable, today: date) -> dict:
    when, meanings, _, phones, _ = parts
    return {
        "title": f"An unnamed phone system: calls, {table.kind.upper()}",
        **columns.LEXICON["head"],
        "kind": KINDS[table.kind],
        "seen": today.isoformat(),
        "has_unanswered": meanings.has_unanswered,
        "has_caller_id": phones.has_caller_id,
        "has_zone": when.has_zone,
    }


def _recognize(used: list[Column], able: list[Column], file, table: TextTable) -> dict:
    names = [column.name for column in used]
    if table.kind != "json":
        return {"recognize": {"header": [*names, *(c.name for c in able if c not in used)][:MAX_HEADER_COLUMNS]}}
    path = documents.likeliest_path(documents.json_document(file))
    if path and not columns.is_column(path):
        raise UnreadableFile(f"{file.shown}: its calls stand under a key that may be a client's name")
    filled = np.sum([[cell is not None for cell in column.cells] for column in used], axis=0)
    fullest = int(np.argmax(filled))
    keys = [column.name for column in used if column.cells[fullest] is not None]
    return {"recognize": {"keys": keys}, "file": {"records": path}}


# ---- an unknown phone export: shown to a person, and read after a yes ------------------------------------------------

SHOWN = 8  # most unread columns that are shown; every doubt is
UNNAMED = "unnamed_system_"  # prefix of the name of an accepted layout
ACCEPT = "--accept-mapping"
NO_YEAR, NO_MOMENT = "no_year", "no_moment"


class Offered(OpenQuestion):
    """A file that can be read after an answer to ``question``; ``rows`` is the number of rows waiting."""

    def __init__(self, question: IngestQuestion, rows: int):
        super().__init__(question.text)
        self.question, self.rows = question, rows


def accepted_format(file: read.File, ours: tuple[str, ...], agency: Agency, *, accepted: bool) -> Format | None:
    """The format of an unknown export whose proposed columns were accepted; None if it is not a phone export.

    Raises :class:`Offered` if a person must answer first.
    """
    if file.kind not in ("csv", "xlsx", "json"):
        return None
    near = read.nearest(file, formats.load())
    try:
        made = propose_of(file, ours=ours, agency=agency)
    except CallLogError as why:
        if why.code == NO_YEAR:
            raise
        return None
    if made.fmt.makes != "calls":  # kept by hand
        return None
    if made.shortened and NUMBERS_OF_OTHERS.isdisjoint(made.fmt.columns):
        raise UnreadableFile(
            f"{file.shown}: a spreadsheet threw away the digits of its numbers",
            found=f"numbers such as 8.00375E+09 under {joined(map(repr, made.shortened))}",
            do="export it again, and do not save it in a spreadsheet before it is read",
        )
    is_like_a_sheet = near is not None and near.fmt.makes != "calls" and not near.by_words and not near.odd
    if _lacking(made, is_like_a_sheet=is_like_a_sheet):
        return None
    question = _question(made)
    if accepted and question.code == "mapping":
        return formats.remembered(_layout_name(made.table), made.kept)
    raise Offered(replace(question, shown=shown(made, agency)), made.table.cells.num_rows)


NUMBERS_OF_OTHERS = frozenset(("caller", "called", "other_number"))  # our own alone show no call of the agency
SIDES = frozenset(("caller", "called"))


MOMENT = "a date and a time of day for each call"


def _lacking(made: Proposal, *, is_like_a_sheet: bool = False) -> list[str]:
    """What a phone's list of calls has and these columns lack; more of them are needed in a file that
    ``is_like_a_sheet`` kept by hand."""
    rules, direction = made.fmt.columns.keys(), made.fmt.columns["direction"]
    if not _is_named_for_calls(made):
        return ["calls (its columns are those of texts or faxes)"]
    lacks = [] if made.rows else [MOMENT]
    # With one side alone, the other party of outgoing, or incoming, calls would be no one.
    sides = {"outbound": "called", "inbound": "caller"}
    wanted = {sides[way] for way in sides.keys() & {*direction.words.values()}} - rules
    if NUMBERS_OF_OTHERS.isdisjoint(rules) and any(each.code == "whose" for each in made.questions):
        lacks.append("a column that says whose its numbers are, or which way each call went")
    elif NUMBERS_OF_OTHERS.isdisjoint(rules):
        lacks.append("the numbers of those who called and were called")
    elif wanted and "other_number" not in rules:
        lacks.append("the number " + ("called" if wanted == {"called"} else "of the caller"))
    elif not direction.all_columns and (is_like_a_sheet or not rules >= SIDES):
        lacks.append("which way each call went")
    has_length = "duration_s" in rules or any(each.code == "unit" for each in made.questions)
    if not has_length and "outcome" not in rules:
        lacks.append("the length or the result of each call")
    if is_like_a_sheet and not SIDES | {"duration_s", "outcome"} <= rules:
        lacks.append("a length and a result beside both numbers")
    return lacks


def _is_named_for_calls(made: Proposal) -> bool:
    """Whether no word of the header is about faxes or texts, or another is about calls."""
    found = {word for name in made.table.header for word in words_of(name)}
    of_calls, of_texts = (found & {*columns.NAMES[kind].split()} for kind in ("calls", "texts"))
    return bool(of_calls) or not of_texts


def _layout_name(table: TextTable) -> str:
    columns_of_file = "\n".join(map(fold, table.header))
    return f"{UNNAMED}{hashlib.sha256(columns_of_file.encode()).hexdigest()[:8]}"


def reads_all(layout: Format, file: read.File, ours: tuple[str, ...], agency: Agency) -> bool:
    """Whether an accepted layout reads all that a file says: a later one may have a column more, or a format."""
    if not layout.name.startswith(UNNAMED) or file.kind == "json" or layout.name == _layout_name(_table(file)):
        return True
    try:
        made = propose_of(file, ours=ours, agency=agency)
    except CallLogError:
        return True
    return not made.known and set(made.fmt.columns) <= set(layout.columns)


def missing_parts(file: read.File, agency: Agency) -> tuple[list[str], bool]:
    """What a file of no known format lacks to be a phone's list of calls, and whether `callanalytics map` would write a
    mapping that reads any of its first rows."""
    try:
        made = propose_of(file, agency=agency)
    except CallLogError as why:
        return [MOMENT] if why.code == NO_MOMENT else [], False
    return _lacking(made) if made.fmt.makes == "calls" else [], bool(made.rows)


def _question(made: Proposal) -> IngestQuestion:
    """The question to settle before the file is read: of the parts of calls, the office's numbers, or all columns.

    A yes to the columns must not settle the others.
    """
    if not made.fmt.columns["direction"].all_columns:
        ours = [(f"--our-number {number[-4:]}", mask(number), rows) for number, rows in made.own_numbers]
        answers = [Answer(option, f"the number {number} is ours ({rows:,} rows)") for option, number, rows in ours]
        if len(answers) > 1:
            answers.append(Answer(" ".join(option for option, _, _ in ours), "all of these are ours"))
        example = answers[0].option if answers else "--our-number NUMBER"
        text = "no column says which way a call went; the office's own number tells"
        do = f"say it by its last four digits:  {example}   (once for each number of the office)"
        return IngestQuestion("", text, "", do, "our_number", tuple(answers))
    if parts := next((each for each in made.questions if each.code == "legs"), None):
        text = f"{parts.text.removesuffix('.')}; are they parts of one call, or a call each"
        do = "callanalytics map FILE   writes a mapping; answer it there ([legs]), and read the file with  --mapping"
        return IngestQuestion(parts.about.strip("'"), text, "", do, "legs")
    no = Answer("", "no: leave the file out for now")
    yes = Answer(ACCEPT, "yes: read it so, and this office's later files of the same layout")
    text = "it comes from a phone system that is not known yet, and its columns seem to mean what is shown here"
    do = f"if they do:  {ACCEPT}   if not:  callanalytics map FILE   writes them to a file for you to correct"
    return IngestQuestion("", text, "", do, "mapping", (no, yes))


def shown(made: Proposal, agency: Agency) -> tuple[str, ...]:
    """The columns with their meanings, the first rows as they would be read, and open questions, without client
    data."""
    lines = []
    fmt = with_stated_zone(made.fmt, made.table.header, made.table.around)
    zone = zones.find_zone(stated_zone(fmt))
    for target, meaning in columns.LEXICON["meanings"].items():
        rule = fmt.columns.get(target)
        looked = (rule.columns or rule.all_columns) if rule is not None else ()
        if rule is not None and (names := [column[0] for column in looked if not column[0].startswith("(")]):
            there = {formats.fold(text) for name in names for text in _texts(made.table, name)}
            translations = [f"{word} = {ours}" for word, ours in rule.words.items() if word != ours and word in there]
            words = f" ({', '.join(translations)})" if translations else ""
            clock = f", {zones.in_words(zone)}" if zone and target in ("started", "date") else ""
            named = joined(f'"{name}"' for name in names)
            lines.append(f"{named}: {meaning}{clock}{words}")
    if made.unread:
        unread = [f'"{name}"' for name in made.unread]
        lines.append(f"not read: {some(unread, SHOWN)}")
    lines += [f"row: {_row(call, agency)}" for call in made.rows]
    lines += [f"({made.note})"] if made.note else []
    lines += [f"{n}. {each.about}: {each.text}" for n, each in enumerate(made.questions, 1)]
    return tuple(lines)


def _texts(table: TextTable, name: str) -> list[str]:
    """The distinct filled cells of a column; none if the table lacks it."""
    found = table.cells.column(table.header.index(name)).unique().to_pylist() if name in table.header else ()
    return list(filter(None, found))


def _row(call: dict, agency: Agency) -> str:
    length = f"{call['seconds']:,} s" if call["seconds"] is not None else "length unknown"
    other = call["other number"]
    if other not in (None, agency.label):  # for anyone but the agency, hide even the last digits
        other = "***"
    numbers = f"ours {call['our number'] or 'not said'}, other {other or 'not shown'}"
    return f"{call['began'] or 'no date'}, {call['direction']}, {numbers}, {length}, {call['outcome'] or 'unknown'}"
