"""JSON: one object, a list, lines, or pages of records, flattened to columns with dots."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from callanalytics.errors import CallLogError
from callanalytics.formats import Format, fold
from callanalytics.read import encoding
from callanalytics.read.file import File
from callanalytics.read.table import Builder, Odd, TextTable, names, refuse_too_wide

_DEPTH = 20
_ITEMS = 9  # of a list within a record that become columns
_LOOKED_AT = 200  # records, to tell what a file is


@dataclass(frozen=True)
class Document:
    """The values of a JSON file: one, or one a line with the line's number; lines that are no JSON."""

    values: tuple[tuple[int, object], ...]
    is_lines: bool
    odd: tuple[Odd, ...]
    notes: tuple[str, ...]


def document(file: File) -> Document:
    """The file's values, every number kept as it is written."""
    text, notes = encoding.decoded(file.content())
    try:
        return Document(((1, _loads(text)),), False, (), tuple(notes))
    except json.JSONDecodeError as whole:
        values, odd = _by_lines(text)
        if not values or len(odd) > len(values):
            raise CallLogError(
                f"{file.shown} is damaged JSON",
                where=f"line {whole.lineno}, character {whole.colno}",
                do="export it again; if it was edited by hand, undo that",
            ) from None
        return Document(tuple(values), True, tuple(odd), tuple(notes))
    except RecursionError:
        raise CallLogError(f"{file.shown} is nested deeper than any call log") from None


def _loads(text: str):
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def _by_lines(text: str) -> tuple[list[tuple[int, object]], list[Odd]]:
    values, odd = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                values.append((number, _loads(line)))
            except (json.JSONDecodeError, RecursionError):
                odd.append(Odd(number, "json", "a line that is not JSON", "one object a line"))
    return values, odd


def found(doc: Document, path: str) -> list[tuple[int, object]] | None:
    """The records under a dotted path ("" = the file itself), numbered; None where the path leads nowhere.

    A list of pages, or a page a line, gives the records of all pages. Where each line is itself a record,
    the number is the line's; elsewhere it is the place in the file.
    """
    keys = path.split(".") if path else []
    lists = [(number, under) for number, value in doc.values for under in _under(value, keys)]
    if not lists:
        return None
    if doc.is_lines and not any(isinstance(value, list) for _, value in lists):
        return lists
    records = [r for _, value in lists for r in (value if isinstance(value, list) else [value])]
    return list(enumerate(records, 1))


def _under(value, keys: list[str]) -> Iterator:
    if not keys:
        yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from _under(value[keys[0]], keys[1:])
    elif isinstance(value, list):
        for item in value:
            yield from _under(item, keys)


def likeliest(doc: Document) -> str:
    """The path at which records are likeliest: the longest list of objects, "" where the file is one."""
    lists = {path: len(items) for _, value in doc.values for path, items in _lists(value, "")}
    return max(lists, key=lambda path: lists[path], default="")


def is_empty(doc: Document) -> bool:
    """Whether a file is a page of records without any: ``[]``, ``{"records": []}``."""
    pages = [value for _, value in doc.values]
    return all(page == [] or (isinstance(page, dict) and _has_only_empty_lists(page)) for page in pages)


def _has_only_empty_lists(page: dict) -> bool:
    lists = [value for value in page.values() if isinstance(value, list)]
    return bool(lists) and not any(lists)


def _lists(value, path: str) -> Iterator[tuple[str, list]]:
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield path, value
    elif isinstance(value, dict) and path.count(".") < 3:
        for key, inner in value.items():
            yield from _lists(inner, f"{path}.{key}" if path else key)


def of_format(file: File, fmt: Format) -> TextTable:
    """A row for each record, from the first of the format's paths under which a record has the format's keys."""
    doc = document(file)
    path = path_of(doc, fmt)
    records = found(doc, path)
    if records is None:
        raise CallLogError(
            f"{file.shown} has no records", wanted=f'a list under "{path}"', do="see  callanalytics formats"
        )
    return _table(file, doc, records, fmt.file.lists)


def path_of(doc: Document, fmt: Format) -> str:
    """The first of the format's paths under which a record has most of the format's keys."""
    return min(fmt.file.records, key=lambda path: len(lacking(found(doc, path) or [], fmt)[1]))


def table(file: File, path: str) -> TextTable:
    """A row for each record under a path that leads somewhere, for a layout nobody has described yet."""
    doc = document(file)
    return _table(file, doc, found(doc, path) or [])


def lacking(records: list, fmt: Format) -> tuple[float, tuple[str, ...]]:
    """How much of a format's keys the record nearest to it has (1 = all), and which it lacks.

    A record has every key; one that was left empty may be absent from any single record.
    """
    keys = fmt.recognise.keys
    share, missing = 0.0, keys
    for _, record in records[:_LOOKED_AT]:
        flat = {fold(key) for key, _ in flattened(record)} if isinstance(record, dict) else set()
        absent = tuple(key for key in keys if fold(key) not in flat)
        if 1 - len(absent) / max(len(keys), 1) > share:
            share, missing = 1 - len(absent) / max(len(keys), 1), absent
    return share, missing


def _table(file: File, doc: Document, records: list, lists: tuple[str, ...] = ()) -> TextTable:
    rows, odd = [], list(doc.odd)
    for number, record in records:
        if isinstance(record, dict) and record:
            rows.append((number, dict(flattened(record, lists=lists))))
        else:
            odd.append(Odd(number, "json", "no object with keys", "an object for each call"))
    header = tuple(dict.fromkeys(key for _, row in rows for key in row))
    refuse_too_wide(len(header), file)
    builder = Builder(names(header))
    for number, row in rows:
        builder.add(number, [row.get(key) for key in header])
    cells, numbers, member = builder.finish()
    odd = sorted([*odd, *builder.empty()], key=lambda o: o.row)
    return TextTable((file,), "", "json", builder.header, cells, numbers, member, tuple(odd), doc.notes)


def flattened(
    record: dict, prefix: str = "", depth: int = 0, lists: tuple[str, ...] = ()
) -> Iterator[tuple[str, str | None]]:
    """Each value with the dotted path of its keys; a list as ``name[]``, the number of its items.

    The first items of a list named in `lists` are there too, numbered from 1.

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
                items = {f"{name}[{place}]": item for place, item in enumerate(value[:_ITEMS], 1)}
                yield from flattened(items, "", depth + 1, lists)
        else:
            yield name, _text(value)


def _text(value) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):  # an escaped half of a character pair is no text that could be stored
        return value.encode("utf-8", "replace").decode("utf-8")
    try:
        return json.dumps(value)
    except RecursionError:
        return "{...}"  # nested deeper than it can be written: no cell of a call log
