"""The one door for files that a person asked for: each is written whole or not at all.

The bytes go to a temporary file in the same folder and onto the disk; only then does the file get its name. Whatever
fails on the way becomes a sentence, the temporary file is removed, and a file that was there before stays as it was.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from callanalytics.errors import Refused, WriteError
from callanalytics.wording import disk_failure

PRIVATE, OPEN = 0o600, 0o666  # before the umask: what holds clients' data is its owner's alone


@contextmanager
def writing(path, *, private: bool = False, is_new: bool = False) -> Iterator[BinaryIO]:
    """A stream for the content of the file `path`, which gets its name when all of it is on the disk.

    Parameters
    ----------
    private : readable by its owner alone (0600); otherwise as the umask has it
    is_new : refuse a file that is there already

    Raises
    ------
    CallLogError
        The file is open in another program (a viewer locks it on Windows), may not be written, is there already
        (`is_new`), or cannot be of that name or in that place.
    """
    with in_words(path):
        path = _target(path)
        if is_new:
            _refuse_present(path)
        # Whether the file is a pipe, a terminal, or the like (--out /dev/stdout)
        if path.exists() and not path.is_file() and not path.is_dir():  # nothing can take its place
            with path.open("wb") as stream:
                yield stream
            return
        draft = _draft(path)
        try:
            # Windows would else write two characters for each end of a line
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with _stream(os.open(draft, flags, PRIVATE if private else OPEN)) as stream:
                yield stream
                stream.flush()
                # A power cut behind the renaming must not leave an empty file of that name
                os.fsync(stream.fileno())
            if is_new:
                _refuse_present(path)
            os.replace(draft, path)
        finally:
            with suppress(OSError):
                draft.unlink()


def save(path, content: bytes, *, private: bool = False, is_new: bool = False) -> Path:
    """Write `content` to `path`, folders made as needed; see :func:`writing`."""
    with writing(path, private=private, is_new=is_new) as stream:
        stream.write(content)
    return Path(path)


@contextmanager
def filling(folder) -> Iterator[Path]:
    """An empty folder to write files into; they move to `folder` together, once all of them are there.

    Other files in `folder` stay; files of the same names are replaced.
    """
    with in_words(folder):
        folder = _target(folder)
        was_there = folder.is_dir()
        folder.mkdir(exist_ok=True)
        draft = _draft(folder)
        try:
            draft.mkdir()
            yield draft
            # Folders come before what is in them
            for made in sorted(draft.rglob("*")):
                target = folder / made.relative_to(draft)
                if made.is_dir():
                    target.mkdir(exist_ok=True)
                else:
                    os.replace(made, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            if not was_there:
                with suppress(OSError):
                    folder.rmdir()  # that of a failure: only an empty one goes


@contextmanager
def in_words(path) -> Iterator[None]:
    """Turn whatever the disk says against writing `path` into a sentence."""
    try:
        yield
    except (OSError, ValueError) as failed:
        if not isinstance(failed, OSError) and "null" not in str(failed):
            raise
        # A null in a name is a ValueError; to a person it is a name that cannot be
        number = failed.errno if isinstance(failed, OSError) else errno.ENAMETOOLONG
        reason = getattr(failed, "strerror", None) or "no reason"
        found, do = disk_failure("file", number, reason)
        name = Path(path).name
        shown = name if len(name) <= 60 else name[:40] + "..." + name[-12:]
        raise WriteError(f"{shown} cannot be written", found=found, run=do) from None


def _target(path) -> Path:
    """Where the file goes, its folder made: behind a link the file that it leads to."""
    # Replacing the link would cut it from its file
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _draft(path: Path) -> Path:
    return path.parent / f".callanalytics-{secrets.token_hex(6)}.tmp"


def _refuse_present(path: Path) -> None:
    # A link to nothing is there as well
    if os.path.lexists(path):
        raise Refused(f"{path.name} already exists", run="name another file with --out")


def _stream(handle: int) -> BinaryIO:
    """A file to write to. Tests put one in its place whose disk is full."""
    return os.fdopen(handle, "wb")
