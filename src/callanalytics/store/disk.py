"""Every file operation of the store, through one object that a test can replace with a failing disk.

A commit needs more than writing. A file must be *on* the disk before its name is, and the name before the commit is
reported. So `write` syncs each file, and `sync_folder` syncs the names. This module also words disk failures for a
person (the state of the store, and what to do). It warns of places that endanger a store: a sync service keeps deleted
files, and a network disk may not hold a lock.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyarrow as pa

from callanalytics.errors import CallLogError, StoreError
from callanalytics.lazy import regex
from callanalytics.wording import disk_failure, in_store

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
WAITS_S = tuple(0.005 * 2**i for i in range(9))  # about 2.5 s: how long a scanner or a sync service holds a file
PIECE = 1 << 24
UNABLE = (errno.EINVAL, errno.ENOTSUP, errno.ENOTTY)  # a file system, often a network's, that cannot do this


class Disk:
    """The real disk. Each method is named for what it does; all of them go through `call`."""

    keeps_names = True  # through a power cut; not needed for files that get other names before anyone relies on them

    def call(self, operation: str, function, *arguments):
        """Run one system operation. Tests override this to fail, or to stop, at the n-th call."""
        return function(*arguments)

    def read(self, path: Path) -> bytes:
        return self.call("read", Path.read_bytes, path)

    def names(self, folder: Path) -> list[str]:
        """Names in a folder, sorted; none if the folder does not exist."""
        try:
            return sorted(self.call("list", os.listdir, folder))
        except FileNotFoundError:
            return []

    def make_folder(self, folder: Path) -> None:
        """Make a private folder and those above it, and sync the names; do nothing if it exists."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        try:
            self.call("mkdir", os.mkdir, folder, PRIVATE_FOLDER)
        except FileExistsError:  # another process was quicker
            return
        self.sync_folder(folder.parent)

    def write(self, path: Path, data: bytes) -> None:
        """Write a new private file, and wait until its bytes are on the disk."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = self.call("open", os.open, path, flags, PRIVATE_FILE)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self.call("write", os.write, handle, rest[:PIECE]) :]
            self._sync(handle)
        finally:
            os.close(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Give a file or folder its final name in one step, replacing a file of that name.

        Windows refuses this while any program has the target open, so it is retried for a while.
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
        """Make a second name for the same bytes, or a copy if the file system has no hard links."""
        try:
            self.call("link", os.link, source, target)
        except OSError as refused:
            # On a full or failing disk a copy would fail too, and hide the reason.
            if refused.errno in (errno.ENOSPC, errno.EIO):
                raise
            self.write(target, self.read(source))

    def make_private(self, folder: Path) -> None:
        """Close an existing folder to other users, as far as its file system supports that."""
        with contextlib.suppress(PermissionError, NotImplementedError):
            self.call("chmod", os.chmod, folder, PRIVATE_FOLDER)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in a folder are on the disk (Windows does that by itself)."""
        if sys.platform == "win32" or not self.keeps_names:
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
        """Remove a file, or a folder with its contents; do nothing if it does not exist."""
        try:
            is_folder = stat.S_ISDIR(os.lstat(path).st_mode)  # a link to one is none
        except (FileNotFoundError, NotADirectoryError):
            return
        for name in self.names(path) if is_folder else ():
            self.remove(path / name)
        self.call(*("rmdir", os.rmdir) if is_folder else ("unlink", os.unlink), path)

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


def disk_error(what: str, failed: OSError) -> CallLogError:
    """Message for a failure of the disk."""
    reason = os.strerror(failed.errno).lower() if failed.errno else "no reason given"
    found, do = disk_failure("store", failed.errno, reason)
    return StoreError(what, found=found, run=do)


def not_erased(shown: str, failed: Exception) -> CallLogError:
    """Message for an erasure that was committed although older files could not be removed."""
    found = disk_error("", failed).found if isinstance(failed, OSError) else str(failed)
    return StoreError(
        f"{shown}: the erased rows are gone from the current tables, but older files still hold them",
        found=found,
        do="close the programs that use this store, and run the same command again until this message is gone",
    )


@contextmanager
def explained_disk_failures(what: str):
    """Turn a disk failure into a message that begins with the state of the store."""
    try:
        yield
    except OSError as failed:
        raise disk_error(what, failed) from failed


@contextmanager
def explained_read_failures(store: str, part: str):
    """Turn a missing or damaged part of a store into a message."""
    what, verify = f"{store}: {part}", f"callanalytics verify{in_store(store)}"
    try:
        yield
    except FileNotFoundError as gone:
        raise StoreError(
            f"{what} is no longer there",
            found="the store was written several times since it was opened, or a file was removed",
            run=f"open it again; if that fails,  {verify}  says what is wrong",
        ) from gone
    except (pa.ArrowException, OSError, ValueError) as broken:
        raise StoreError(
            f"{what} cannot be read",
            found="the file has changed since it was written",
            run=f"{verify}  says what is wrong; the exports can be read into a new store",
        ) from broken


MOUNTS = Path("/proc/self/mountinfo")  # on Linux; elsewhere it is missing, and only the path is checked
SYNCED = regex(
    r"onedrive|sharepoint|dropbox|google ?drive|icloud|mobile documents|cloudstorage|nextcloud|owncloud|seafile"
    r"|syncthing|egnyte|pcloud|box ?sync|^box$|^box-",
    re.IGNORECASE,
)
NETWORK = regex(r"nfs\d?|cifs|smb\w*|afs|ceph|fuse\.(?:sshfs|glusterfs|rclone|davfs2?)|davfs2?|9p")


def place_warnings(root: Path) -> list[str]:
    """Warnings about the place of a store; none for an ordinary folder.

    >>> place_warnings(Path("/home/ng/Dropbox (Alder)/calls"))[0][:40]
    'the store is in Dropbox (Alder): a sync '
    """
    found = []
    if synced := next((part for part in root.parts if SYNCED.search(part)), ""):
        found.append(f"the store is in {synced}: a sync service keeps deleted data and may mix two computers' rows")
    if is_on_network(root):
        found.append(
            "the store is on a network drive: two computers that write at once may not see each other there, and a "
            "power failure may lose rows reported as stored; a disk in this computer is safer"
        )
    return found


def is_on_network(root: Path, mounts: Path = MOUNTS) -> bool:
    """Whether a folder is on another computer's disk, as far as this system shows."""
    if root.drive.startswith("\\\\"):  # \\server\share
        return True
    try:
        listed = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    mount_lines = (line.partition(" - ") for line in listed if " - " in line)
    # Spaces and similar characters appear in a mount's path as octal numbers: /mnt/firm\\040files.
    plain = partial(re.compile(r"\\([0-7]{3})").sub, lambda octal: chr(int(octal[1], 8)))
    file_systems = [(Path(plain(left.split()[4])), right.split()[0]) for left, _, right in mount_lines]
    here = [(len(mounted.parts), kind) for mounted, kind in file_systems if mounted == root or mounted in root.parents]
    return bool(here) and bool(NETWORK.fullmatch(max(here)[1]))
