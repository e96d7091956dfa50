"""Rows on their way into a source: written as they come, into a file without a name that nobody else can open.

A long export gives more rows than the memory should hold, and they may not stand in the store before all of them are
read. If the program ends for whatever reason, the file is gone with it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from callanalytics.store import parquet

PIECE = 1 << 24


class Spool:
    """One table of an export as a Parquet file in the making. ``shape`` is the shape in which its rows come."""

    def __init__(self, name: str, shape: pa.Schema, near: Path | None = None):
        self.name, self.num_rows = name, 0
        self._file = _unnamed(near)
        self._writer = parquet.plain_writer(self._file, shape)
        self._hand = ThreadPoolExecutor(1)  # writes while the next rows are read
        self._last = None

    def add(self, rows: pa.Table) -> None:
        """Put rows behind those that came before. At most one portion waits to be written."""
        if self._last:
            self._last.result()
        self.num_rows += rows.num_rows
        self._last = self._hand.submit(self._writer.write_table, rows) if rows.num_rows else None

    def close(self) -> None:
        """No more rows come."""
        if self._last:
            self._last.result()
        self._hand.shutdown()
        self._writer.close()

    def drop(self) -> None:
        """Give up what was written."""
        self._hand.shutdown()
        with contextlib.suppress(OSError, pa.ArrowException):  # nobody wants it, be it whole or not
            self._writer.close()
        self._file.close()

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the finished file."""
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece

    def table(self) -> pa.Table:
        """All rows, in memory."""
        self._file.seek(0)
        return parquet.read(self._file, self.name)


class Spooled(Mapping):
    """The tables of an export, some of them spooled: such a one is read into memory whenever somebody asks for it."""

    def __init__(self, tables: dict[str, pa.Table], spools: dict[str, Spool]):
        self._tables, self.spools = tables, spools

    def __getitem__(self, name: str) -> pa.Table:
        return self.spools[name].table() if name in self.spools else self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._tables, *self.spools])

    def __len__(self) -> int:
        return len(self._tables) + len(self.spools)

    def parts(self) -> dict[str, pa.Table | Spool]:
        """Each table, or the spool that it lies in."""
        return {**self._tables, **self.spools}


def _unnamed(near: Path | None):
    """On the disk that is to hold the rows anyway, where that may be written."""
    folder = next((place for place in (near, *near.parents) if place.is_dir()), None) if near else None
    with contextlib.suppress(PermissionError):
        return tempfile.TemporaryFile(dir=folder)
    return tempfile.TemporaryFile()
