"""A written file, or a sentence that says why it could not be."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from pathlib import Path

from callanalytics.errors import CallLogError

_IN_THE_WAY = "a file stands where a folder is needed, or a folder where the file goes"
_LOCKED = "another program has it open, or the folder is read-only"
CAUSES = {
    errno.EACCES: (_LOCKED, "close it there and try again, or choose another folder with --out"),
    errno.EPERM: (_LOCKED, "close it there and try again, or choose another folder with --out"),
    errno.EEXIST: (_IN_THE_WAY, "choose another folder with --out"),
    errno.ENOTDIR: (_IN_THE_WAY, "choose another folder with --out"),
    errno.EISDIR: (_IN_THE_WAY, "choose another folder with --out"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.ENOSPC: ("the disk is full", "free some space and run the same command again"),
    errno.EDQUOT: ("the disk is full", "free some space and run the same command again"),
    errno.EROFS: ("the disk is read-only", "choose another folder with --out"),
}


@contextmanager
def writing(path):
    """The path of a file to be written, its folder made; whatever the disk says against it becomes a sentence.

    Raises
    ------
    CallLogError
        The file is open in another program (a viewer locks it on Windows), may not be written, or cannot be of
        that name or in that place.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path
    except (OSError, ValueError) as failed:
        if not isinstance(failed, OSError) and "null" not in str(failed):
            raise
        number = failed.errno if isinstance(failed, OSError) else errno.ENAMETOOLONG
        reason = getattr(failed, "strerror", None) or "no reason"
        found, do = CAUSES.get(number, (f"the disk reports: {reason}", "run the same command again"))
        name = path.name if len(path.name) <= 60 else path.name[:40] + "..." + path.name[-12:]
        raise CallLogError(f"{name} cannot be written", found=found, do=do) from None


def save(path, content: bytes) -> Path:
    """Write `content` to `path`, folders made as needed."""
    with writing(path) as place:
        place.write_bytes(content)
    return place
