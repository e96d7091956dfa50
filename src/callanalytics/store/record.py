"""What a manifest and a source card record: each file's digest and rows, and what wrote it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

import pyarrow as pa

from callanalytics.store import parquet
from callanalytics.store.spool import Spool
from callanalytics.values import zones

PACKAGES = ("callanalytics", "pyarrow", "numpy", "tzdata", "holidays", "phonenumbers", "openpyxl")


def listed(files: dict[str, bytes | Spool]) -> dict[str, dict]:
    """The digest and the row count of each Parquet file."""
    return {name: {"sha256": digest(data), "rows": rows_of(data)} for name, data in files.items()}


def digest(data: bytes | Spool) -> str:
    told = hashlib.sha256()
    for piece in [data] if isinstance(data, bytes) else data.pieces():
        told.update(piece)
    return told.hexdigest()


def rows_of(data: bytes | Spool) -> int:
    return parquet.rows_in(pa.BufferReader(data)) if isinstance(data, bytes) else data.num_rows


def check(listed: dict[str, dict]):
    """A check for a folder just written: each file opens and holds the rows it should."""

    def look(folder: Path) -> None:
        for name, told in listed.items():
            if parquet.rows_in(folder / name) != told["rows"]:
                raise OSError(errno.EIO, "a file just written does not read back")

    return look


def as_bytes(value: dict) -> bytes:
    """JSON that is the same for the same value, and that a person can read."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


@cache
def packages() -> dict[str, str]:
    """The versions of all that shaped the rows, and of the time zones."""
    return {**{name: _version_of(name) for name in PACKAGES}, "time zones": zones.version()}


def _version_of(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # run from a checkout that nobody installed
        return "unknown"


def writer() -> str:
    """Who is writing, for the message to whoever has to wait."""
    return f"process {os.getpid()} on {platform.node() or 'this computer'}"


def refuse_changed(path: Path, sha256: str) -> None:
    """Refuse a file that is not as it was written, byte for byte; it is looked at once while it stays as it is.

    A checksum in a Parquet file guards what its pages hold, and not what its footer says of them.

    Raises
    ------
    ValueError
        The file's digest is another.
    """
    known = path.stat()
    if _digest_of(path, known.st_mtime_ns, known.st_size) != sha256:
        raise ValueError(f"{path.name} is not as it was written: its digest differs")


@lru_cache(maxsize=256)
def _digest_of(path: Path, changed_ns: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
