"""What a person reads when a disk or a file fails: in which state the store is, and what to do."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager

import pyarrow as pa

from callanalytics.commands import in_store
from callanalytics.errors import CallLogError

_ELSEWHERE = "choose a folder of your own with --store"
CAUSES = {
    errno.ENOSPC: ("the disk is full", "free some space and run the same command again"),
    errno.EDQUOT: ("the disk is full", "free some space and run the same command again"),
    errno.EACCES: ("this account may not write there, or another program holds a file", _ELSEWHERE),
    errno.EPERM: ("this account may not write there", _ELSEWHERE),
    errno.EROFS: ("the disk is read-only", _ELSEWHERE),
    errno.ENOTDIR: ("a file stands where a folder is needed", _ELSEWHERE),
    errno.ENAMETOOLONG: ("the name is too long", _ELSEWHERE),
    errno.ELOOP: ("a link on the way leads to itself", _ELSEWHERE),
}


def disk_error(what: str, failed: OSError) -> CallLogError:
    """A failure of the disk as a message."""
    reason = os.strerror(failed.errno).lower() if failed.errno else "it gives no reason"
    found, do = CAUSES.get(failed.errno or 0, (f"the disk reports: {reason}", "run the same command again"))
    return CallLogError(what, found=found, do=do)


def not_gone(shown: str, failed: Exception) -> CallLogError:
    """An erasure that was committed, but whose older files could not be removed."""
    found = disk_error("", failed).found if isinstance(failed, OSError) else str(failed)
    return CallLogError(
        f"{shown}: what was to be erased is gone from the tables in force, but older files still hold it",
        found=found,
        do="close the programs that show this store, then run the same command again, until no such message comes",
    )


@contextmanager
def of_the_disk(what: str):
    """Turn a failure of the disk into a sentence that begins with the state the store is in."""
    try:
        yield
    except OSError as failed:
        raise disk_error(what, failed) from failed


@contextmanager
def of_a_table(store: str, part: str):
    """Turn a part of a store that is gone or damaged into a sentence."""
    what, verify = f"{store}: {part}", f"callanalytics verify{in_store(store)}"
    try:
        yield
    except FileNotFoundError as gone:
        raise CallLogError(
            f"{what} is not there any more",
            found="the store was written several times since it was opened, or a file was removed",
            do=f"open it again; if that fails,  {verify}  says what is wrong",
        ) from gone
    except (pa.ArrowException, OSError, ValueError) as broken:
        raise CallLogError(
            f"{what} cannot be read",
            found="the file is not as it was written",
            do=f"{verify}  says what is wrong; the exports can be read into a new store",
        ) from broken
