"""JSON, written anew: the records where they lay, with the keys that the format looks at and no others."""

from __future__ import annotations

import json
import re

from callanalytics.formats import Format, fold
from callanalytics.read import File, encoding, records
from callanalytics.sharing.carriers import Change

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?")


def written(file: File, fmt: Format, change: Change, looked_at: set[str]) -> bytes:
    """The file's bytes anew; `looked_at` are the columns that the format knows by name."""
    doc = records.document(file)
    path = records.path_of(doc, fmt)
    making = _Making(fmt, change, {fold(name) for name in (*looked_at, *fmt.recognise.keys)})
    keys = path.split(".") if path else []
    text = encoding.decoded(file.content())[0]
    if not doc.is_lines:
        return _said(making.under(_loads(text), keys))
    lines = text.split("\n")
    odd = {odd.row for odd in doc.odd}
    told = [b"x" if n in odd else _line(line, making, keys) for n, line in enumerate(lines, 1)]
    return b"\n".join(told)


def _line(line: str, making: _Making, keys: list[str]) -> bytes:
    return _said(making.under(_loads(line), keys)) if line.strip() else b""


class _Making:
    def __init__(self, fmt: Format, change: Change, known: set[str]):
        self.lists, self.change, self.known = fmt.file.lists, change, known

    def under(self, value, keys: list[str]):
        """The records at the end of a path; of what lies beside the path nothing."""
        if isinstance(value, list):
            return [self.under(item, keys) for item in value]
        if keys:
            leads = isinstance(value, dict) and keys[0] in value
            return {keys[0]: self.under(value[keys[0]], keys[1:])} if leads else {}
        return self.record(value) if isinstance(value, dict) else None

    def record(self, record: dict, prefix: str = "") -> dict:
        return {
            key: self.value(value, prefix + key) for key, value in record.items() if self.is_looked_at(prefix + key)
        }

    def is_looked_at(self, name: str) -> bool:
        """Whether the format looks at this key, or at one inside it."""
        name = fold(name)
        return any(known == name or known.startswith((name + ".", name + "[")) for known in self.known)

    def value(self, value, name: str):
        if isinstance(value, dict):
            return self.record(value, name + ".")
        if isinstance(value, list):
            is_listed = name in self.lists
            return [self.item(item, f"{name}[{n}]") if is_listed else {} for n, item in enumerate(value, 1)]
        if value is None or isinstance(value, bool):
            return value
        new = self.change(name, str(value))
        is_number = isinstance(value, int | float) and _NUMBER.fullmatch(new)
        return (float(new) if "." in new else int(new)) if is_number else new

    def item(self, item, name: str):
        """An item of a list whose items are columns; what is no column of the format is emptied."""
        return self.record(item, name + ".") if isinstance(item, dict) else self.value(item, name)


def _loads(text: str):
    """The values; a number that Python would write otherwise is kept as the text it is."""
    return json.loads(text, parse_int=_whole, parse_float=_part, parse_constant=str)


def _whole(text: str) -> int | str:
    return int(text) if len(text) < 18 else text


def _part(text: str) -> float | str:
    return float(text) if repr(float(text)) == text else text


def _said(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
