"""Looking into a format's TOML: every value is of the kind it should be, or the message says where and what."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

from callanalytics.errors import CallLogError
from callanalytics.formats import patterns

LARGEST = 1 << 20  # bytes


class Checked:
    """The values of one file; knows its path, so that every problem names it."""

    def __init__(self, path: Path):
        self.path = path

    def wrong(self, where: str, found: str, wanted: str) -> CallLogError:
        return CallLogError(
            f"{self.path.name} is not a format file we can use",
            where=where,
            found=found,
            wanted=wanted,
            do="see TEMPLATE.toml",
        )

    def only(self, part: dict, allowed, where: str) -> None:
        """No key but these."""
        unknown = sorted(set(part) - set(allowed))
        if unknown:
            raise self.wrong(where, ", ".join(unknown), ", ".join(sorted(allowed)) or "no key at all")

    def one_of(self, word, allowed, where: str):
        if isinstance(word, dict | list) or word not in allowed:
            raise self.wrong(where, repr(word), ", ".join(map(str, allowed)))
        return word

    def table(self, value, where: str) -> dict:
        if not isinstance(value, dict):
            raise self.wrong(where, repr(value), "keys and values, as in { a = 1 }")
        return value

    def tables(self, content: dict, key: str) -> list[tuple[str, dict]]:
        """The tables of a list ``[[key]]``, each with its place."""
        listed = content.get(key, [])
        if not isinstance(listed, list):
            raise self.wrong(f"[[{key}]]", repr(listed), f"a list: [[{key}]], with two brackets")
        named = [(f"[[{key}]] no. {number}", part) for number, part in enumerate(listed, 1)]
        return [(where, self.table(part, where)) for where, part in named]

    def text(self, part: dict, key: str, where: str, default: str = "") -> str:
        value = part.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(f"{where}, key {key}", repr(value), "text in quotation marks")
        return value

    def texts(self, part: dict, key: str, where: str) -> tuple[str, ...]:
        """One text or a list of them."""
        listed = as_list(part.get(key, []))
        if not all(isinstance(value, str) for value in listed):
            raise self.wrong(f"{where}, key {key}", repr(part[key]), 'text, or a list, as in ["A", "B"]')
        return tuple(listed)

    def flag(self, part: dict, key: str, where: str) -> bool:
        value = part.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{where}, key {key}", repr(value), "true or false")
        return value

    def constant(self, part: dict, key: str, where: str) -> str | int | None:
        value = part.get(key)
        if (value is not None and not isinstance(value, str | int)) or (isinstance(value, int) and abs(value) > 32767):
            raise self.wrong(f"{where}, key {key}", repr(value), "a word or a whole number under 32768")
        return value

    def number(self, part: dict, key: str, where: str) -> int:
        """A whole number; 0 where none is given."""
        value = self.constant(part, key, where)
        if isinstance(value, str):
            raise self.wrong(f"{where}, key {key}", repr(value), "a whole number under 32768")
        return value or 0

    def pattern(self, text: str, where: str) -> str:
        if problem := patterns.problem(text):
            shown = text if len(text) <= 60 else text[:57] + "..."
            raise self.wrong(where, f"{shown!r}: {problem}", "a regular expression that cannot run away")
        return text


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def toml_of(path: Path) -> dict:
    """The content of a TOML file."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise CallLogError(f"{path.name} is no file", found="a folder, a device or a pipe", wanted="a TOML file")
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise CallLogError(f"{path.name} is too large for a TOML file", found=f"more than {LARGEST:,} bytes")
        return tomllib.loads(content.decode("utf-8-sig"))
    except OSError as problem:
        raise CallLogError(f"{path.name} cannot be read", found=problem.strerror or "", wanted="a TOML file") from None
    except RecursionError:
        raise CallLogError(f"{path.name} is nested too deeply", do="see TEMPLATE.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CallLogError(
            f"{path.name} is not valid TOML", found=str(problem), do="copy TEMPLATE.toml, which shows every key"
        ) from None


def put_over(base: dict, above: dict) -> dict:
    """`above` put over `base`, table by table; a list takes the other's place as a whole.

    >>> put_over({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"y": 3}, "b": []})
    {'a': {'x': 1, 'y': 3}, 'b': []}
    """
    merged = dict(base)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = put_over(merged[key], value) if both else value
    return merged
