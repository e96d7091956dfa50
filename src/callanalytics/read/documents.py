"""JSON, XML, HTML, and SQLite files as tables.

JSON is one object, a list, lines, or pages of records; nested keys become columns with dots. In XML each element of
the format's kind is a row, and its attributes are the columns. In HTML each element that matches the format's selector
is a row, read by the format's fields. In a SQLite file, where phones keep their calls, the rows of one table are read.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from xml.etree.ElementTree import ParseError

from callanalytics.errors import UnreadableFile
from callanalytics.formats import Format, fold
from callanalytics.lazy import regex
from callanalytics.read import archive
from callanalytics.read.file import File, decoded
from callanalytics.read.table import Builder, Odd, TextTable, column_names, refuse_too_wide
from callanalytics.wording import plural

_DEPTH = 20
_ITEMS = 9  # items of a list within a record that become columns
_LOOKED_AT = 200  # records looked at to identify a file


@dataclass(frozen=True)
class JsonDocument:
    """The values of a JSON file: one, or one for each line with its line number; and the lines that are not JSON."""

    values: tuple[tuple[int, object], ...]
    is_lines: bool
    odd: tuple[Odd, ...]
    notes: tuple[str, ...]


def json_document(file: File) -> JsonDocument:
    """The file's values, with every number as written."""
    text, notes = decoded(file.content())
    try:
        return JsonDocument(((1, _loads(text)),), False, (), tuple(notes))
    except json.JSONDecodeError as whole:
        values, odd = [], []
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    values.append((number, _loads(line)))
                except (json.JSONDecodeError, RecursionError):
                    odd.append(Odd(number, "json", "a line that is not JSON", "one object a line"))
        # More damaged lines than whole ones: a damaged document, not a file with one record on each line
        if not values or len(odd) > len(values):
            raise UnreadableFile(
                f"{file.shown} is damaged JSON",
                where=f"line {whole.lineno}, character {whole.colno}",
                do="export it again; if it was edited by hand, undo that",
            ) from None
        return JsonDocument(tuple(values), True, tuple(odd), tuple(notes))
    except RecursionError:
        raise UnreadableFile(f"{file.shown} is nested deeper than any call log") from None


def _loads(text: str):
    # A float would round a long id, and write a number differently from the file
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def records_at(doc: JsonDocument, path: str) -> list[tuple[int, object]] | None:
    """The records under a dotted path ("" = the file itself), numbered; None if the path leads nowhere.

    A list of pages, or one page on each line, gives the records of all pages. If each line is itself a record, the
    number is the line's; otherwise it is the position in the file.
    """
    keys = path.split(".") if path else []
    lists = [(number, under) for number, value in doc.values for under in _values_at(value, keys)]
    if not lists:
        return None
    if doc.is_lines and not any(isinstance(value, list) for _, value in lists):
        return lists
    records = [r for _, value in lists for r in (value if isinstance(value, list) else [value])]
    return list(enumerate(records, 1))


def _values_at(value, keys: list[str]) -> Iterator:
    if not keys:
        yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from _values_at(value[keys[0]], keys[1:])
    elif isinstance(value, list):
        for item in value:
            yield from _values_at(item, keys)


def likeliest_path(doc: JsonDocument) -> str:
    """The likeliest path of the records: the longest list of objects; "" for the file itself or none."""
    lists = {path: len(items) for _, value in doc.values for path, items in _lists(value, "")}
    return max(lists, key=lambda path: lists[path], default="")


def has_no_records(doc: JsonDocument) -> bool:
    """Whether a file is a page of records without any: ``[]``, ``{"records": []}``."""
    pages = [list(page.values()) if isinstance(page, dict) else [page] for _, page in doc.values]
    lists = [[value for value in values if isinstance(value, list)] for values in pages]
    return all(each and not any(each) for each in lists)


def _lists(value, path: str) -> Iterator[tuple[str, list]]:
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield path, value
    elif isinstance(value, dict) and path.count(".") < 3:
        for key, inner in value.items():
            yield from _lists(inner, f"{path}.{key}" if path else key)


def json_table(file: File, fmt: Format) -> TextTable:
    """A row for each record under the format's best path."""
    doc = json_document(file)
    path = best_path(doc, fmt)
    records = records_at(doc, path)
    if records is None:
        raise UnreadableFile(
            f"{file.shown} has no records", wanted=f'a list under "{path}"', run="see  callanalytics formats"
        )
    return _table_of_records(file, doc, records, fmt.file.lists)


def best_path(doc: JsonDocument, fmt: Format) -> str:
    """The format's path whose records lack the fewest of the format's keys; the first of equals."""
    return min(fmt.file.records, key=lambda path: len(missing_keys(records_at(doc, path) or [], fmt)[1]))


def json_table_at(file: File, path: str) -> TextTable:
    """A row for each record under a given path, for a layout that no one has described yet."""
    doc = json_document(file)
    return _table_of_records(file, doc, records_at(doc, path) or [])


def missing_keys(records: list, fmt: Format) -> tuple[float, tuple[str, ...]]:
    """The share of a format's keys in the record nearest to it (1 = all), and the keys it lacks.

    All records together have every key; a single record may lack a key that was left empty.
    """
    keys = fmt.recognize.keys
    share, missing = 0.0, keys
    for _, record in records[:_LOOKED_AT]:
        flat = {fold(key) for key, _ in flattened(record)} if isinstance(record, dict) else set()
        absent = tuple(key for key in keys if fold(key) not in flat)
        if 1 - len(absent) / max(len(keys), 1) > share:
            share, missing = 1 - len(absent) / max(len(keys), 1), absent
    return share, missing


def _table_of_records(file: File, doc: JsonDocument, records: list, lists: tuple[str, ...] = ()) -> TextTable:
    rows, odd = [], list(doc.odd)
    for number, record in records:
        if isinstance(record, dict) and record:
            rows.append((number, dict(flattened(record, lists=lists))))
        else:
            odd.append(Odd(number, "json", "not an object with keys", "one object for each call"))
    header = tuple(dict.fromkeys(key for _, row in rows for key in row))
    refuse_too_wide(len(header), file)
    builder = Builder(column_names(header))
    for number, row in rows:
        builder.add(number, [row.get(key) for key in header])
    cells, numbers, member = builder.finish()
    odd = sorted([*odd, *builder.empty()], key=lambda o: o.row)
    return TextTable((file,), "", "json", builder.header, cells, numbers, member, tuple(odd), doc.notes)


def flattened(
    record: dict, prefix: str = "", depth: int = 0, lists: tuple[str, ...] = ()
) -> Iterator[tuple[str, str | None]]:
    """Each value with the dotted path of its keys; a list as ``name[]``, its number of items.

    The first items of a list named in `lists` are included too, numbered from 1.

    >>> dict(flattened({"from": {"phoneNumber": "+12025550143"}, "legs": [{}, {}], "ok": True, "to": None}))
    {'from.phoneNumber': '+12025550143', 'legs[]': '2', 'ok': 'true', 'to': None}
    >>> dict(flattened({"who": [{"id": "7"}, "x"]}, lists=("who",)))
    {'who[]': '2', 'who[1].id': '7', 'who[2]': 'x'}
    """
    for key, value in record.items():
        name = prefix + key
        if isinstance(value, dict) and depth < _DEPTH:
            yield from flattened(value, name + ".", depth + 1, lists)
        elif isinstance(value, list):
            yield name + "[]", str(len(value))
            if name in lists:
                items = {f"{name}[{number}]": item for number, item in enumerate(value[:_ITEMS], 1)}
                yield from flattened(items, "", depth + 1, lists)
        else:
            yield name, _json_text(value)


def _json_text(value) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):  # half of a surrogate pair cannot be stored as text
        return value.encode("utf-8", "replace").decode("utf-8")
    try:
        return json.dumps(value)
    except RecursionError:
        return "{...}"  # too deeply nested to be written: no cell of a call log is


ELEMENT = "(element)"  # the column with the element's name

_Element = tuple[str, dict[str, str]]

# Android backups write an emoji as two character references, the halves of a surrogate pair, which XML forbids.
_PAIR = regex(rb"&#(5[56]\d{3});&#(5[67]\d{3});")
_HALF = regex(rb"&#(5[5-7]\d{3});")


def xml_elements(file: File) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Each element's depth, name, and attributes, in order; elements that were read are dropped from memory."""
    depth, root = 0, None
    content = _with_whole_characters(file.content())
    try:
        for event, element in archive.xml_events(partial(io.BytesIO, content), ("start", "end")):
            if event == "start":
                root = element if root is None else root
                # A copy, since the element is cleared below
                yield depth, element.tag.rpartition("}")[2], dict(element.attrib)
                depth += 1
            else:
                depth -= 1
                element.clear()
                # Otherwise the root would keep an empty shell of every element
                if depth == 1 and root is not None:
                    root.clear()
    except archive.DefinesEntities:
        raise UnreadableFile(
            f"{file.shown} was not read",
            found="it defines its own XML entities, a sign of an attack; call logs have none",
            do="export it again from the phone; do not open it in other programs",
        ) from None
    except (ParseError, ValueError, LookupError) as broken:
        line = getattr(broken, "position", [0])[0]
        raise UnreadableFile(
            f"{file.shown} is damaged XML",
            where=f"line {line}" if line else "",
            found="it ends too early, or part of it is not XML",
            do="export it again",
        ) from None


def xml_table(file: File, elements: Sequence[str]) -> TextTable:
    """A row for each element with one of these names, at any depth; its number is its position among them."""
    rows: list[_Element] = []
    stated = ""
    for depth, tag, attributes in xml_elements(file):
        if tag in elements:
            rows.append((tag, attributes))
        elif depth == 0:
            stated = attributes.get("count", "")
    keys = tuple(dict.fromkeys(key for _, attributes in rows for key in attributes))
    refuse_too_wide(len(keys), file)
    header = (ELEMENT, *(key.rpartition("}")[2] for key in keys))
    builder = Builder(column_names(header))
    for number, (tag, attributes) in enumerate(rows, 1):
        builder.add(number, [tag, *(attributes.get(key) for key in keys)])
    cells, numbers, member = builder.finish()
    notes: tuple[str, ...] = ()
    if stated.isdigit() and int(stated) != len(rows):
        notes = (f"the file states {stated} entries; {len(rows)} were found",)
    return TextTable((file,), "", "xml", builder.header, cells, numbers, member, notes=notes)


def commonest_element(file: File) -> str:
    """The name of the most frequent element with attributes; "" if there is none."""
    counts = Counter(tag for depth, tag, attributes in xml_elements(file) if depth and attributes)
    return counts.most_common(1)[0][0] if counts else ""


def _with_whole_characters(content: bytes) -> bytes:
    if not _HALF.search(content):
        return content
    content = _PAIR.sub(_joined_pair, content)
    return _HALF.sub(lambda m: b"&#65533;" if 0xD800 <= int(m[1]) <= 0xDFFF else m[0], content)


def _joined_pair(match: re.Match) -> bytes:
    high, low = int(match[1]), int(match[2])
    if 0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF:
        return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return match[0]


# Google Voice writes this into the name of each page: "<party> - <Type> - <time in UTC>.html". The party is
# empty if the caller is unknown, and the type is missing in some years.
PAGE_NAME_COLUMNS = ("_name_party", "_name_type", "_name_utc")
PAGE_TYPES = ("Placed", "Received", "Missed", "Voicemail", "Recorded", "Text", "Group Conversation")
_MOMENT = r"(?P<utc>\d{4}-\d\d-\d\dT\d\d[_:]\d\d[_:]\d\dZ)"
_PAGE_NAME = regex(rf"(?:(?P<party>.*?)\s*-\s+(?P<type>[A-Z][A-Za-z ]*?)|(?P<only>.*?))\s*-\s*{_MOMENT}(?:\(\d+\))?")


def parse_page(file: File):
    """The tree of a page. A page's own claims to be XML or in some encoding are often wrong, and are ignored."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        page = html.document_fromstring(decoded(file.content())[0].encode(), parser=parser)
    except etree.ParserError:  # the page is empty
        page = None
    # If elements are nested too deep, the library drops them without raising an error
    if page is None or parser.error_log.filter_from_level(etree.ErrorLevels.FATAL):
        raise UnreadableFile(f"{file.shown} is damaged HTML", do="export it again")
    return page


@cache
def _selection(selector: str):
    from cssselect import HTMLTranslator
    from lxml import etree

    return etree.XPath(HTMLTranslator().css_to_xpath(selector, prefix="descendant::"))


def select(element, selector: str) -> list:
    """The elements within another that match a CSS selector, in order."""
    return _selection(selector)(element)


def page_text(text: str) -> str:
    """The words that a page shows, with spaces between its elements."""
    from lxml import etree, html

    try:
        page = html.document_fromstring(text.encode("utf-8", "replace"), html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:  # the page is empty
        return ""
    return " ".join(page.xpath("//text()[not(ancestor::script or ancestor::style)]"))


def page_source(element) -> str:
    """An element as HTML. An empty element must have the text "": otherwise it is written without an end tag."""
    from lxml import etree

    # Written as XML, because as HTML the library writes each space in a link as %20
    return etree.tostring(element, encoding="unicode", with_tail=False)


def page_table(files: Sequence[File], fmt: Format) -> TextTable:
    """The rows of all pages as one table; ``member`` gives the page of each.

    Besides the format's fields there are three columns read from the page's own name: ``_name_party``,
    ``_name_type``, and ``_name_utc``.
    """
    fields = fmt.file.fields
    header = (*fields, *PAGE_NAME_COLUMNS)
    builder = Builder(header)
    for member, file in enumerate(files):
        known = file.__dict__.pop("entries", {})
        if not (entries := known[fmt] if fmt in known else _entries(parse_page(file), fmt)):
            raise UnreadableFile(f"{file.shown} has no entry of the format {fmt.name}")
        named = parse_page_name(file.stem)
        for number, texts in enumerate(entries, 1):
            builder.add(number, [*texts, *named], member)
    cells, rows, members = builder.finish()
    return TextTable(tuple(files), "", "html", header, cells, rows, members, tuple(builder.empty()))


def formats_of_page(file: File, formats: Sequence[Format]) -> list[Format]:
    """The formats that a page matches. A page is parsed once: its entries are kept until it is read."""
    page = parse_page(file)
    found = [fmt for fmt in formats if fmt.recognize.selector and select(page, fmt.recognize.selector)]
    file.__dict__["entries"] = {fmt: _entries(page, fmt) for fmt in found}
    return found


def _entries(page, fmt: Format) -> list[list[str | None]]:
    """The texts of each entry of a page, in the order of the format's fields."""
    return [[field_of(entry, field)[2] for field in fmt.file.fields.values()] for entry in select(page, fmt.file.rows)]


def parse_page_name(stem: str) -> tuple[str | None, str | None, str | None]:
    """The party, type, and time that a page's name states; None for each missing one.

    >>> parse_page_name("+12025550143 - Missed - 2020-08-19T12_03_42Z")
    ('+12025550143', 'Missed', '2020-08-19T12:03:42Z')
    >>> parse_page_name(" - Received - 2020-06-12T14_41_25Z"), parse_page_name("+12025550143 - 2018-04-01T16_28_19Z")
    ((None, 'Received', '2020-06-12T14:41:25Z'), ('+12025550143', None, '2018-04-01T16:28:19Z'))
    """
    match = _PAGE_NAME.fullmatch(stem)
    if not match:
        return None, None, None
    party = match["party"] or match["only"]
    return party or None, match["type"], match["utc"].replace("_", ":")


def field_of(entry, field: str):
    """The first match of a field ``selector@attribute`` inside an entry: the element, its attribute, and the text."""
    selector, _, attribute = field.partition("@")
    found = next(iter(select(entry, selector)), None) if selector else entry
    if found is None or attribute:
        return found, attribute, None if found is None else found.get(attribute)
    return found, attribute, " ".join(words for text in found.itertext() if (words := text.strip()))


# ---- SQLite ---------------------------------------------------------------------------------------------------------
# The library gets a copy of the bytes in memory. It opens no file, so it takes no lock, repairs nothing, and leaves
# nothing next to the original; a file inside a ZIP is read like any other. The copy is read-only, and a schema that
# would compute something is refused.

# A statement may only read columns of tables; it may compute nothing.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_STEP, _STEPS = 1_000_000, 20_000  # instructions; a hundred thousand calls take about five million
NO_TEXT = "(no text)"  # marks a cell that holds something other than text, and is not empty
_LARGEST_CELL = 1 << 24  # bytes
_LARGEST_ROW = 2**31 - 1
_WAL = 2  # in the header, if the newest changes are in a file next to the database


def database_table(file: File, wanted: str) -> TextTable:
    """The rows of one table of the database, numbered by their row key."""
    with _opened(file) as database:
        columns = _columns(database, wanted)
        if not columns:
            raise UnreadableFile(f"{file.shown} has no table {wanted}", run="leave out --format")
        builder, unread = Builder(column_names(columns)), 0
        listed = ", ".join(map(_quoted_name, columns))
        for number, (key, *values) in enumerate(database.execute(_select(f"rowid, {listed}", wanted)), 1):
            texts = [_stored_text(value) for value in values]
            unread += texts.count(NO_TEXT)
            # A key may be negative, or too large for the stored column of row numbers
            builder.add(key if 0 < key <= _LARGEST_ROW else number, texts)
    cells, numbers, member = builder.finish()
    notes = [f"bytes that are not text: {plural(unread, 'cell')}"] if unread else []
    if file.head(20)[18:20] == bytes([_WAL, _WAL]):
        notes.append("the newest calls may be missing: a phone keeps them for a while in a file ending in -wal")
    return TextTable(
        (file,), wanted, "database", builder.header, cells, numbers, member, tuple(builder.empty()), tuple(notes)
    )


def database_columns(file: File) -> dict[str, tuple[str, ...]]:
    """The tables of a database and their columns."""
    with _opened(file) as database:
        return {name: _columns(database, name) for name in _tables(database)}


def longest_table(file: File) -> str:
    """The table with the most rows; "" if there is none."""
    with _opened(file) as database:
        # Counted in Python, because a statement may call no function, not even count(*)
        counts = {name: sum(1 for _ in database.execute(_select("1", name))) for name in _tables(database)}
    return max(counts, key=lambda name: counts[name], default="")


def database_of(name: str, columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str | None]]]) -> bytes:
    """A database with one table of texts, each row under its key."""
    marks = ", ".join("?" * (len(columns) + 1))
    with closing(sqlite3.connect(":memory:")) as database:
        listed = ", ".join(map(_quoted_name, columns))
        database.execute(f"CREATE TABLE {_quoted_name(name)} ({listed})")
        cells = ((key, *(b"\xff" if cell == NO_TEXT else cell for cell in row)) for key, row in rows)
        database.executemany(f"INSERT INTO {_quoted_name(name)} (rowid, {listed}) VALUES ({marks})", cells)  # noqa: S608
        database.commit()
        return database.serialize()


@contextmanager
def _opened(file: File) -> Iterator[sqlite3.Connection]:
    content = bytearray(file.content())
    content[18:20] = b"\1\1"  # a copy in memory has no log file next to it, and would not open if its header said so
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(bytes(content))
            database.text_factory = lambda text: text.decode("utf-8", "replace")
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA cell_size_check = ON")
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_CELL)
            database.set_authorizer(lambda act, *_: sqlite3.SQLITE_OK if act in _ALLOWED else sqlite3.SQLITE_DENY)
            steps = itertools.count(1)  # no call history takes this many: a longer statement is stopped
            database.set_progress_handler(lambda: next(steps) > _STEPS, _STEP)
            yield database
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as broken:  # the last one: a name that is not text
        raise UnreadableFile(
            f"{file.shown} could not be read as a database",
            found="it is damaged, encrypted, or was copied while it was in use",
            do="take it from a new backup that is not encrypted",
        ) from broken


def _tables(database: sqlite3.Connection) -> list[str]:
    """The plain tables: a view, a virtual table, or a computed column may compute without end."""
    listed = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [name for name, sql in listed if re.match(r"(?is)CREATE\s+TABLE\b(?!.*\bAS\s*\()", sql or "")]


def _columns(database: sqlite3.Connection, wanted: str) -> tuple[str, ...]:
    if wanted not in _tables(database):
        return ()
    return tuple(column for column, *_ in database.execute(_select("*", wanted)).description)


def _select(columns: str, table: str) -> str:
    return f"SELECT {columns} FROM {_quoted_name(table)}"  # noqa: S608  a name cannot be a parameter; all are quoted


def _quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _stored_text(value) -> str | None:
    """A cell as text: numbers in their usual form, bytes only if they are text."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return NO_TEXT
    # Below 1e15 a float holds every whole number exactly
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return None if value is None else str(value)
