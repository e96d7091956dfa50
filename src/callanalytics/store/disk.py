"""Every file operation of the store, through one object: a test puts a failing disk in its place.

What a commit needs of a disk is more than writing: that a file is *on* it before its name is, and that
the name is on it before anybody is told. So `write` syncs each file, and `sync_folder` syncs the names.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
WAITS_S = tuple(0.005 * 2**i for i in range(9))  # about 2.5 s: how long a scanner or a sync client holds a file
PIECE = 1 << 24
UNABLE = (errno.EINVAL, errno.ENOTSUP, errno.ENOTTY)  # a file system, often a network's, that cannot do this at all


class Disk:
    """The disk as it is. Each method is named for what it does; all of them go through `call`."""

    def call(self, operation: str, function, *arguments):
        """Run one operation of the system. Tests override this to fail, or to stop, at the n-th call."""
        return function(*arguments)

    def read(self, path: Path) -> bytes:
        return self.call("read", Path.read_bytes, path)

    def names(self, folder: Path) -> list[str]:
        """Names in a folder, sorted; none if there is no such folder."""
        try:
            return sorted(self.call("list", os.listdir, folder))
        except FileNotFoundError:
            return []

    def make_folder(self, folder: Path) -> None:
        """Make a private folder, with those above it, and sync the names; nothing if it is there."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        try:
            self.call("mkdir", os.mkdir, folder, PRIVATE_FOLDER)
        except FileExistsError:  # another process was quicker
            return
        self.sync_folder(folder.parent)

    def write(self, path: Path, data: bytes | Iterable[bytes]) -> None:
        """Write a new private file, at once or piece by piece, and wait until its bytes are on the disk."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = self.call("open", os.open, path, flags, PRIVATE_FILE)
        try:
            for piece in [data] if isinstance(data, bytes) else data:
                rest = memoryview(piece)
                while rest:
                    rest = rest[self.call("write", os.write, handle, rest[:PIECE]) :]
            self._sync(handle)
        finally:
            os.close(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Give a file or folder its final name in one step, in place of a file that had it.

        On Windows that is refused while any program has the target open, so it is tried again for a while.
        """
        for wait in WAITS_S:
            try:
                return self.call("replace", os.replace, source, target)
            except PermissionError:
                if sys.platform != "win32":
                    raise
                time.sleep(wait)
        return self.call("replace", os.replace, source, target)

    def link(self, source: Path, target: Path) -> None:
        """A second name for the same bytes, or a copy of them where the file system has no hard links."""
        try:
            self.call("link", os.link, source, target)
        except OSError as refused:
            if refused.errno in (errno.ENOSPC, errno.EIO):
                raise
            self.write(target, self.read(source))

    def make_private(self, folder: Path) -> None:
        """Keep others out of a folder that was there before, as far as its file system knows of others."""
        with contextlib.suppress(PermissionError, NotImplementedError):
            self.call("chmod", os.chmod, folder, PRIVATE_FOLDER)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in a folder are on the disk (Windows does that by itself)."""
        if sys.platform == "win32":
            return
        handle = self.call("open", os.open, folder, os.O_RDONLY)
        try:
            self._sync(handle)
        except OSError as refused:
            if refused.errno not in UNABLE:
                raise
        finally:
            os.close(handle)

    def remove(self, path: Path) -> None:
        """Remove a file, or a folder with what is in it; nothing if it is not there."""
        if path.is_dir() and not path.is_symlink():
            for name in self.names(path):
                self.remove(path / name)
            self.call("rmdir", os.rmdir, path)
        elif os.path.lexists(path):
            self.call("unlink", os.unlink, path)

    def _sync(self, handle: int) -> None:
        if sys.platform == "darwin":
            import fcntl

            try:  # fsync on macOS stops at the drive's cache
                self.call("sync", fcntl.fcntl, handle, fcntl.F_FULLFSYNC)
                return
            except OSError as refused:
                if refused.errno not in UNABLE:
                    raise
        self.call("sync", os.fsync, handle)
