"""A written file, or a sentence that says why it could not be."""

from __future__ import annotations

from pathlib import Path

from callanalytics.errors import CallLogError


def save(path, content: bytes) -> Path:
    """Write `content` to `path`, folders made as needed.

    Raises
    ------
    CallLogError
        The file is open in another program (a viewer locks it on Windows), or may not be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except PermissionError:
        raise CallLogError(
            f"{path.name} cannot be written",
            found="another program has it open, or the folder is read-only",
            do="close it there and try again, or choose another folder with --out",
        ) from None
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise CallLogError(
            f"{path.name} cannot be written",
            found="a file stands where a folder is needed, or a folder where the file goes",
            do="choose another folder with --out",
        ) from None
    return path
