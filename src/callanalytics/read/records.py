"""JSON: one object, a list, lines, or pages of records, flattened to columns with dots."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from callanalytics.errors import CallLogError
from callanalytics.read import encoding
from callanalytics.read.file import File
from callanalytics.read.table import Builder, Odd, TextTable, names

_DEPTH = 20


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


def _lists(value, path: str) -> Iterator[tuple[str, list]]:
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield path, value
    elif isinstance(value, dict) and path.count(".") < 3:
        for key, inner in value.items():
            yield from _lists(inner, f"{path}.{key}" if path else key)


def table(file: File, path: str) -> TextTable:
    """A row for each record under the path."""
    doc = document(file)
    records = found(doc, path)
    if records is None:
        raise CallLogError(
            f"{file.shown} has no records", wanted=f'a list under "{path}"', do="see callanalytics formats"
        )
    rows, odd = [], list(doc.odd)
    for number, record in records:
        if isinstance(record, dict) and record:
            rows.append((number, dict(flattened(record))))
        else:
            odd.append(Odd(number, "json", "no object with keys", "an object for each call"))
    header = tuple(dict.fromkeys(key for _, row in rows for key in row))
    builder = Builder(names(header))
    for number, row in rows:
        builder.add(number, [row.get(key) for key in header])
    cells, numbers, member = builder.finish()
    odd = sorted([*odd, *builder.empty()], key=lambda o: o.row)
    return TextTable((file,), "", "json", builder.header, cells, numbers, member, tuple(odd), doc.notes)


def flattened(record: dict, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str | None]]:
    """Each value with the dotted path of its keys; a list as ``name[]``, the number of its items.

    >>> dict(flattened({"from": {"phoneNumber": "+12025550143"}, "legs": [{}, {}], "ok": True, "to": None}))
    {'from.phoneNumber': '+12025550143', 'legs[]': '2', 'ok': 'true', 'to': None}
    """
    for key, value in record.items():
        name = prefix + key
        if isinstance(value, dict) and depth < _DEPTH:
            yield from flattened(value, name + ".", depth + 1)
        elif isinstance(value, list):
            yield name + "[]", str(len(value))
        else:
            yield name, _text(value)


def _text(value) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    # An escaped half of a character pair is no text that could be stored.
    return str(value).encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else json.dumps(value)
