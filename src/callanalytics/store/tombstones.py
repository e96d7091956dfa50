"""Marks of erased identifiers, so that an old export does not bring them back; no one can read them from the marks.

A mark is a keyed hash (BLAKE2b) of a file number, a receipt, a service request, or a phone number, without spaces and
dashes. The key is made once and kept in the user's own configuration folder, outside every store. Someone with the
store alone can neither read the marks nor test numbers against them.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from callanalytics.errors import StoreError
from callanalytics.lazy import regex
from callanalytics.store.disk import Disk, explained_disk_failures
from callanalytics.values.phones import compared_digits

CLIENT, NUMBER, WORD = "client", "number", "word"
KEY_FILE = "CALLANALYTICS_KEY"  # an environment variable that names another place for the key
_BYTES = 32
_RECEIPT = regex(r"[a-z]{3}\d{10}")
_LONGEST = 6  # words of a name, or of a file number as spelled in a file name
_NAME_LETTERS = 5  # letters inside a longer word of a file name that may be a client's name


def comparable(text: str) -> str:
    """Identifier in the form for comparison: only letters and digits, lowercase.

    >>> comparable("XYZ-12 3456 7890"), comparable("+1 (202) 555-0147")
    ('xyz1234567890', '12025550147')
    """
    return "".join(c for c in text.casefold() if c.isalnum())


def identifiers_in(text: str) -> set[str]:
    """Everything in a cell that may be an identifier: the whole, each word, names of several words, each receipt.

    Words with digits are not joined: 22-014 is one file, and ``22 014 B`` may be another.

    >>> sorted(identifiers_in("22-014, XYZ 1234567890"))
    ['1234567890', '22014', '22014xyz1234567890', 'xyz', 'xyz1234567890']
    >>> identifiers_in("22-014, "), "garcialopez" in identifiers_in("Matter of Garcia Lopez - expedite")
    ({'22014'}, True)
    """
    words = [word for word in map(comparable, re.split(r"[\s,;/|]+", text)) if word]
    return ({comparable(text), *words, *_runs(words, str.isalpha)} | set(_RECEIPT.findall(comparable(text)))) - {""}


def name_words(client: str) -> list[str]:
    """Words of a client's name that a file may be named after.

    >>> name_words("Garcia Lopez, J. (22-014)")
    ['garcia', 'lopez']
    """
    return [word for word in map(comparable, re.findall(r"[^\W\d_]+", client)) if len(word) >= _NAME_LETTERS]


def _runs(words: list[str], fits) -> Iterable[str]:
    """Runs of two to `_LONGEST` consecutive words, joined, if each word fits."""
    for first in range(len(words)):
        for n in range(2, _LONGEST + 1):
            run = words[first : first + n]
            if len(run) < n or not all(map(fits, run)):
                break
            yield "".join(run)


@dataclass(frozen=True)
class Marks:
    """Marks of a store, with the key that made them."""

    key: bytes
    marks: frozenset[str] = frozenset()

    def mark(self, kind: str, text: str) -> str:
        """Mark of an identifier; for a phone number, the same in every spelling."""
        return blake2b(
            # By kind: the same digits as a matter and as a phone number have different marks.
            comparable(compared_digits(text) if kind == NUMBER else text).encode(),
            key=self.key,
            digest_size=16,
            person=f"ca-{kind}".encode(),
        ).hexdigest()

    def names_a_client(self, text: str | None) -> bool:
        """Whether a cell names an erased client."""
        return any(self.mark(CLIENT, part) in self.marks for part in identifiers_in(text or ""))

    def names_a_client_in_a_name(self, shown: str) -> bool:
        """Whether a file name names an erased client, even by one word of the name."""
        # In a file name words may be separated by anything, or by nothing: this takes too much for an identifier, and
        # the worst cost is a file's name.
        words = [comparable(word) for word in re.findall(r"[^\W\d_]+|\d+", shown)]
        letters = [word for word in words if word.isalpha()]
        inside = {
            word[i:j] for word in letters for i in range(len(word)) for j in range(i + _NAME_LETTERS, len(word) + 1)
        }
        parts = identifiers_in(shown) | set(words) | set(_runs(words, bool)) | inside
        return any(self.mark(kind, part) in self.marks for part in parts for kind in (CLIENT, WORD))

    def has_number(self, text: str | None) -> bool:
        """Whether a cell is an erased phone number."""
        return text is not None and text != "" and self.mark(NUMBER, text) in self.marks

    def with_more(self, more: Iterable[str]) -> Marks:
        return Marks(self.key, self.marks | set(more))

    def to_json(self) -> dict:
        """Record for the store: the marks, and a value that reveals a different key."""
        return {"check": self.mark("check", "key"), "marks": sorted(self.marks)}


def open_marks(kept: dict, name: str) -> Marks:
    """Marks that a store keeps, with this user's key.

    Raises
    ------
    CallLogError
        The key is missing or different, so erased clients could not be recognized.
    """
    key = _read_key()
    if key is None or Marks(key).to_json()["check"] != kept["check"]:
        raise StoreError(
            f"Clients were erased from {name}, and this computer cannot recognize them: it "
            + ("lacks the key" if key is None else "has another key"),
            where=str(key_path()),
            do="copy that file from the computer that erased them; without it, old exports would bring them back",
        )
    return Marks(key, frozenset(kept["marks"]))


def user_key() -> bytes:
    """This user's key, made at the first erasure and written whole or not at all."""
    found = _read_key()
    if found is None:
        disk, path = Disk(), key_path()
        draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        not_written = "The erasure key could not be written, so nothing was erased"
        with explained_disk_failures(not_written):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            disk.remove(draft)
            disk.write(draft, f"{secrets.token_hex(_BYTES)}\n".encode("ascii"))
            with contextlib.suppress(FileExistsError):  # another process was quicker: its key is used
                disk.link(draft, path)
            disk.remove(draft)
            disk.sync_folder(path.parent)
        found = _read_key()
        if found is None:  # another process removed it again
            raise StoreError(not_written, where=str(path), do="run the same command again")
    return found


def key_path() -> Path:
    """Path of the key."""
    if named := os.environ.get(KEY_FILE):
        return Path(named)
    home = Path.home()
    folder = {"win32": home / "AppData" / "Roaming", "darwin": home / "Library" / "Application Support"}.get(
        sys.platform, Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    )
    return folder / "callanalytics" / "key"


def _read_key() -> bytes | None:
    try:
        key = bytes.fromhex(key_path().read_text("ascii").strip())
        if len(key) != _BYTES:  # with an empty key, anyone could test identifiers against the marks
            raise ValueError
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as broken:
        raise StoreError(
            "The erasure key cannot be read",
            where=str(key_path()),
            do="restore that file from a backup or from the computer that erased clients;\n"
            "if no client was ever erased, delete it and run the same command again",
        ) from broken
    return key
