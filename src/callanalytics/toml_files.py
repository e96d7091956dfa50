"""Read TOML files as frozen dataclasses: the annotation of a field says what its key may hold.

An unknown or missing key, and a value of the wrong type, is reported with the file, the place, the value found, and
what is allowed. A number in quotation marks is not a number: nothing is converted.
"""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from callanalytics.errors import CallLogError, InvalidRequest

LARGEST = 1 << 20  # bytes
_PACKAGE = Path(__file__).parent
_MOMENT = "\0moment"  # the key of a day or time in JSON, which has none
SCALARS = {
    str: "text in quotation marks",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a date without quotation marks, as in 2022-01-10",
}


@cache
def fields_of(cls: type) -> dict[str, tuple[dataclasses.Field, Any]]:
    """Key -> field of a dataclass, and its type. Metadata gives a key that differs from the name; "" means no file has
    it."""
    hints = get_type_hints(cls, include_extras=True)
    fields = {field.metadata.get("key", field.name): field for field in dataclasses.fields(cls)}
    return {name: (field, hints[field.name]) for name, field in fields.items() if name}


def shipped_toml(module: str, name: str) -> dict:
    """Content of a TOML file of the package, in the folder of one of its modules."""
    path = Path(module).with_name(name)
    return _parsed(path, path.read_bytes())


def keep_shipped() -> None:
    """Parse the package's own files now, so that the first command need not."""
    for path in _PACKAGE.rglob("*.toml"):
        _parsed(path, path.read_bytes())


def _parsed(path: Path, content: bytes) -> dict:
    """The tables of a TOML file. Those of the package's own files are kept beside them, as Python keeps its modules:
    to parse them takes a tenth of a second."""
    if _PACKAGE not in path.parents:
        return loads(content.decode("utf-8-sig"))
    kept = path.parent / "__pycache__" / f"{path.name}.json"
    with suppress(OSError):
        stored = kept.read_bytes()
        if stored.startswith(sha256(content + stored[32:]).digest()):  # of this content, and whole
            return json.loads(stored[32:], object_hook=_of_json)
    parsed, written = loads(content.decode("utf-8-sig")), kept.with_suffix(f".{os.getpid()}")
    if not sys.dont_write_bytecode:
        with suppress(OSError):  # a folder of the system's
            made = json.dumps(parsed, default=lambda moment: {_MOMENT: moment.isoformat()}).encode()
            kept.parent.mkdir(exist_ok=True)
            written.write_bytes(sha256(content + made).digest() + made)
            written.replace(kept)
    return parsed


def _of_json(table: dict) -> Any:
    return _moment(table[_MOMENT]) if _MOMENT in table else table


@cache
def _moment(text: str) -> date:
    """A day or a time that a TOML file gives without quotation marks."""
    return loads(f"moment = {text}")["moment"]


def content_of(path: Path, do: str = "") -> dict:
    """Content of a TOML file; `do` is the advice for a file that is not one."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise InvalidRequest(
                f"{path.name} is not a file", found="a folder, a device, or a pipe", wanted="a TOML file"
            )
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise InvalidRequest(f"{path.name} is too large for a TOML file", found=f"more than {LARGEST:,} bytes")
        return _parsed(path, content)
    except OSError as problem:
        raise InvalidRequest(
            f"{path.name} cannot be read", found=problem.strerror or "", wanted="a TOML file"
        ) from None
    except RecursionError:
        raise InvalidRequest(f"{path.name} is nested too deeply", do=do) from None
    except (TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InvalidRequest(f"{path.name} is not valid TOML", found=str(problem), do=do) from None


class Checked:
    """Values of one file. It knows the file's path, so that every problem names it."""

    kind: ClassVar[str] = "file"  # what the file should be
    do: ClassVar[str] = ""
    readers: ClassVar[dict[Any, Callable]] = {}  # type -> the method that reads it, if the type alone does not say how

    def __init__(self, path: Path):
        self.path = path

    def wrong(self, where: str, found: str, wanted: str) -> CallLogError:
        what = f"{self.path.name} is not a {self.kind} that can be used"
        return InvalidRequest(what, where=where, found=found, wanted=wanted, do=self.do)

    def refuse_other_keys(self, part: dict, allowed, where: str) -> None:
        """Refuse keys other than these."""
        if unknown := sorted(set(part) - set(allowed)):
            raise self.wrong(where, ", ".join(unknown), ", ".join(sorted(allowed)) or "no key at all")

    def one_of(self, word, allowed, where: str):
        if isinstance(word, dict | list) or word not in allowed:
            raise self.wrong(where, repr(word), ", ".join(map(str, allowed)))
        return word

    def table(self, value, where: str) -> dict:
        if not isinstance(value, dict):
            raise self.wrong(where, repr(value), "keys and values, as in { a = 1 }")
        return value

    def items(self, value, where: str) -> list[tuple[str, Any]]:
        """Items of a list, each with its place."""
        if not isinstance(value, list):
            raise self.wrong(where, repr(value), "a list, as in [1, 2]; of tables two brackets, as in [[rows]]")
        return [(f"{where} no. {number}", item) for number, item in enumerate(value, 1)]

    def record(self, cls: type, part, where: str = "", **given):
        """A dataclass from a table; `given` are the fields already read, or not stated in any file."""
        fields, top = fields_of(cls), where or "the top of the file"
        self.refuse_other_keys(self.table(part, top), fields, top)
        unset = dataclasses.MISSING
        needed = [name for name, (field, _) in fields.items() if field.default is field.default_factory is unset]
        if missing := [name for name in needed if name not in part and fields[name][0].name not in given]:
            raise self.wrong(top, "no " + ", ".join(missing), ", ".join(fields))
        for name, value in part.items():
            field, hint = fields[name]
            if field.name not in given:
                given[field.name] = self.value(hint, value, f"{where}, key {name}" if where else _at_top(name, value))
        return cls(**given)

    def value(self, hint, value, where: str):
        """A value checked against the annotation of its field: ``Annotated[str, (...)]`` is one of some words."""
        if hint in self.readers:
            return self.readers[hint](self, value, where)
        if hint in SCALARS:
            # Not isinstance: to Python, true is an int, and a date with a time of day is a date.
            if type(value) is not hint and (hint is not float or type(value) is not int):
                raise self.wrong(where, repr(value), SCALARS[hint])
            return value
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self.record(hint, value, where)
        inner = get_args(hint)
        if words := getattr(hint, "__metadata__", None):
            return self.one_of(value, words[0], where)
        if hint is dict:
            return self.table(value, where)
        if get_origin(hint) is dict:
            return {
                name: self.value(inner[1], item, f"{where} {name}") for name, item in self.table(value, where).items()
            }
        if get_origin(hint) is tuple:
            return tuple(self.value(inner[0], item, place) for place, item in self.items(value, where))
        return self.value(inner[0], value, where)  # or None


def _at_top(name: str, value) -> str:
    """Name of a key at the first level, as the file writes it.

    >>> _at_top("legs", {"group": "id"}), _at_top("example", [{}]), _at_top("beside", ["a"])
    ('[legs]', '[[example]]', 'key beside')
    """
    if isinstance(value, dict):
        return f"[{name}]"
    return f"[[{name}]]" if isinstance(value, list) and any(isinstance(item, dict) for item in value) else f"key {name}"
