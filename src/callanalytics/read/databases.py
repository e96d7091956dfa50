"""SQLite files, as telephones keep their calls: a table's rows as text.

The library is given a copy of the bytes in memory: it opens no file, so it takes no lock, mends nothing, leaves
nothing beside the original, and a file inside a ZIP is read like any other. The copy may only be read, and a
schema that would compute something is refused.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager

from callanalytics.errors import UnreadableFile
from callanalytics.read.file import File
from callanalytics.read.table import Builder, TextTable, column_names
from callanalytics.wording import plural

# What a statement may do: read columns of tables, nothing computed.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_STEP, _STEPS = 1_000_000, 20_000  # instructions; a hundred thousand calls take about five million
NO_TEXT = "(no text)"  # a cell that holds something else is not an empty one
_LARGEST_CELL = 1 << 24  # bytes
_LARGEST_ROW = 2**31 - 1
_WAL = 2  # in the header, where the newest changes lie in a file beside the database


def table(file: File, wanted: str) -> TextTable:
    """The rows of one table of the database, numbered by their key in it."""
    with _opened(file) as database:
        columns = _columns(database, wanted)
        if not columns:
            raise UnreadableFile(f"{file.shown} has no table {wanted}", run="leave out --format")
        builder, unread = Builder(column_names(columns)), 0
        for number, cells in _rows(database, wanted, columns):
            texts = [_text(cell) for cell in cells]
            unread += texts.count(NO_TEXT)
            builder.add(number, texts)
    cells, numbers, member = builder.finish()
    notes = [f"bytes that are no text: {plural(unread, 'cell')}"] if unread else []
    if file.head(20)[18:20] == bytes([_WAL, _WAL]):
        notes.append("the newest calls may be missing: a telephone keeps them for a while in a file ending in -wal")
    return TextTable(
        (file,), wanted, "database", builder.header, cells, numbers, member, tuple(builder.empty()), tuple(notes)
    )


def columns_of(file: File) -> dict[str, tuple[str, ...]]:
    """The tables of a database and their columns."""
    with _opened(file) as database:
        return {name: _columns(database, name) for name in _tables(database)}


def longest(file: File) -> str:
    """The table with the most rows, "" where there is none."""
    with _opened(file) as database:
        counts = {name: sum(1 for _ in database.execute(_select("1", name))) for name in _tables(database)}
    return max(counts, key=lambda name: counts[name], default="")


def written(name: str, columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str | None]]]) -> bytes:
    """A database with one table of texts: each row under its key."""
    places = ", ".join("?" * (len(columns) + 1))
    with closing(sqlite3.connect(":memory:")) as database:
        listed = ", ".join(_quoted(column) for column in columns)
        database.execute(f"CREATE TABLE {_quoted(name)} ({listed})")
        cells = ((key, *(b"\xff" if cell == NO_TEXT else cell for cell in row)) for key, row in rows)
        database.executemany(f"INSERT INTO {_quoted(name)} (rowid, {listed}) VALUES ({places})", cells)  # noqa: S608
        database.commit()
        return database.serialize()


@contextmanager
def _opened(file: File) -> Iterator[sqlite3.Connection]:
    content = bytearray(file.content())
    content[18:20] = b"\1\1"  # a copy in memory has no file beside it, and would not open as one that has
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(bytes(content))
            database.text_factory = lambda text: text.decode("utf-8", "replace")
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA cell_size_check = ON")
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_CELL)
            database.set_authorizer(_may)
            database.set_progress_handler(_Steps(), _STEP)
            yield database
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as broken:  # the last: a name that is no text
        raise UnreadableFile(
            f"{file.shown} could not be read as a database",
            found="it is damaged, encrypted, or was copied while it was in use",
            do="take it from a new backup that is not encrypted",
        ) from broken


class _Steps:
    """Stops a statement that runs longer than any call history can take."""

    def __init__(self) -> None:
        self.left = _STEPS

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def _may(action: int, *_names) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _tables(database: sqlite3.Connection) -> list[str]:
    """Tables that only hold: a view, a virtual table or a computed column may compute without end."""
    listed = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [name for name, sql in listed if re.match(r"(?is)CREATE\s+TABLE\b(?!.*\bAS\s*\()", sql or "")]


def _columns(database: sqlite3.Connection, wanted: str) -> tuple[str, ...]:
    if wanted not in _tables(database):
        return ()
    return tuple(column for column, *_ in database.execute(_select("*", wanted)).description)


def _rows(database: sqlite3.Connection, wanted: str, columns: tuple[str, ...]) -> Iterator[tuple[int, tuple]]:
    listed = ", ".join(_quoted(column) for column in columns)
    for place, (key, *cells) in enumerate(database.execute(_select(f"rowid, {listed}", wanted)), 1):
        yield (key if 0 < key <= _LARGEST_ROW else place), tuple(cells)


def _select(columns: str, table: str) -> str:
    return f"SELECT {columns} FROM {_quoted(table)}"  # noqa: S608  no name can be a parameter; all are quoted


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value) -> str | None:
    """A cell as text: numbers as they would be written, bytes only where they are text."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return NO_TEXT
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return None if value is None else str(value)
