"""One file as it was given, and the name under which a message may speak of it."""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from callanalytics.errors import CallLogError
from callanalytics.values import phones

# Words that an export's name is made of. A name with any other word may be a client's.
_HARMLESS = set(
    """
    3cx 8x8 agency aircall all am analytics and android annual archive asterisk att backup bill bills book browser
    by call callback callbacks calllog callrail calls cdr center cisco cloud cmr contact conversation conversations
    copy csv cucm daily data day desk detail detailed details dialpad direct directrouting doc document download
    downloads example export exported exports extension extensions file files final firm folder for freepbx fri from
    google goto grasshopper hand handlog history html image imazing img inbound inbox intake invoice iphone json
    line list log logs main master media message messages missed mobile mon month monthly new nextiva note notes
    number of office old openphone our outbound page pages part pbx phone phones picture placed pm pstn quarter
    queue queues quo received recording recordings report reports restore ringcentral routing sample scan screenshot
    sheet simple sms spam statement summary takeout teams template text texts the thu tmobile to tue twilio unread
    untitled usage uscis users v1 v2 v3 verizon voice voicemail vonage waits webex wed week weekly workbook xlsx xml
    year yearly zoom
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october
    nov november dec december q1 q2 q3 q4
    """.split()
)
_HARMLESS_NUMBER = re.compile(r"\d{1,4}|(?:19|20)\d{6}")
_NUMBER_LIKE = re.compile(r"[+(]*\d[\d().\- ]{5,}\d|[A-Za-z]{1,3}\d{8,}")


@dataclass(frozen=True, eq=False)
class File:
    """A file on disk, or a member of a folder or ZIP.

    ``name`` is its full name and may hold a client's; ``shown`` is what a message may say. ``size`` in bytes.
    ``container`` is the shown name of the folder or ZIP it was found in, "" if it was given by itself.
    """

    name: str
    shown: str
    size: int
    fetch: Callable[[int | None], bytes]
    container: str = ""

    @property
    def stem(self) -> str:
        """The last part of the name, without its ending."""
        return PurePosixPath(self.name).stem

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the bytes, 64 hex digits."""
        return hashlib.sha256(self.fetch(None)).hexdigest()

    @cached_property
    def source_id(self) -> str:
        return self.sha256[:16]

    def head(self, size: int = 1 << 18) -> bytes:
        """The first bytes."""
        return self.fetch(size)

    def content(self) -> bytes:
        """All bytes, checked to be those that ``sha256`` was made of."""
        content = self.fetch(None)
        digest = hashlib.sha256(content).hexdigest()
        if self.__dict__.setdefault("sha256", digest) != digest:
            raise CallLogError(
                f"{self.shown}: the file changed while it was being read",
                do="close the program that writes it, and run the command again",
            )
        return content


def on_disk(path: Path, shown: str, container: str = "", name: str = "") -> File:
    """A file of the disk; what goes wrong when it is read is said in a sentence."""

    def fetch(size: int | None) -> bytes:
        try:
            with path.open("rb") as stream:
                return stream.read() if size is None else stream.read(size)
        except OSError as failed:
            raise refused_by_disk(failed, shown) from failed

    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # the reason is told when the file is read
    return File(name or path.name, shown, size, fetch, container)


def unreadable(name: str, shown: str, why: CallLogError, container: str = "") -> File:
    """A file that cannot be read, with the reason, so that its neighbours still are."""

    def fetch(size: int | None) -> bytes:
        raise why

    return File(name, shown, 0, fetch, container)


def refused_by_disk(failed: OSError, shown: str) -> CallLogError:
    if failed.errno in (errno.EACCES, errno.EPERM):
        return CallLogError(
            f"{shown} could not be opened",
            found="it is open in another program (Excel?), or this account may not read it",
            do="close it there, or copy it to a folder of your own, and run the command again",
        )
    if failed.errno == errno.ENOENT:
        return CallLogError(f"{shown} is not there any more", do="check the folder, and run the command again")
    return CallLogError(f"{shown} could not be read", found=f"the disk reports: {failed.strerror or 'no reason'}")


def shown_name(name: str) -> str:
    """A name that the user typed: shown, with telephone, receipt and other long numbers masked.

    >>> shown_name("march.csv"), shown_name("calls 202-555-0143.csv"), shown_name("cdr__2022.csv")
    ('march.csv', 'calls ***.csv', 'cdr__2022.csv')
    """
    return _printable(_NUMBER_LIKE.sub(_unless_harmless, name))


def shown_member(name: str, container: str, ordinal: int) -> str:
    """A name found in a folder or ZIP: shown only where it is made of an export's usual words.

    >>> shown_member("calls/2022-03 call log.csv", "exports", 4)
    'exports/calls/2022-03 call log.csv'
    >>> shown_member("Maria Ng/+12025550143 - Missed.html", "exports", 5)
    'exports/.../#5.html'
    """
    *folders, last = name.split("/")
    path = PurePosixPath(last)
    stem = path.stem if _is_harmless(path.stem) else f"#{ordinal}"
    suffix = path.suffix if re.fullmatch(r"\.\w{1,5}", path.suffix) else ""
    return "/".join([container, *(f if _is_harmless(f) else "..." for f in folders), stem + suffix])


def _is_harmless(stem: str) -> bool:
    words = re.findall(r"[^\W_]+", stem.casefold())
    return stem.isprintable() and all(w in _HARMLESS or _HARMLESS_NUMBER.fullmatch(w) for w in words)


def _unless_harmless(match: re.Match) -> str:
    text = match[0]
    is_date = re.fullmatch(r"(?:19|20)\d\d[.\- ]?\d\d[.\- ]?\d\d(?:[.\- ]\d{2,6})*", text)
    is_number = phones.e164(text) or re.search(r"[A-Za-z]\d{8}|\d{3}-\d{2}-\d{4}|^\D*\d{7,9}$", text)
    return "***" if is_number and not is_date else text


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in name)
