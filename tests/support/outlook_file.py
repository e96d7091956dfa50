"""Writes an email as Outlook saves it (.msg), with the minimum of its parts, for tests that read one."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

SECTOR, SMALL, CUTOFF = 512, 64, 4096
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
PROPERTIES = "__properties_version1.0"


def message(
    sender: str = "", sent: datetime | None = None, subject: str = "", body: str = "", headers: str = ""
) -> bytes:
    """A message with these properties; empty ones are left out."""
    given = {"5D01001F": sender, "0037001F": subject, "1000001F": body, "007D001F": headers}
    streams = {f"__substg1.0_{name}": text.encode("utf-16-le") for name, text in given.items() if text}
    ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000 if sent else 0
    streams[PROPERTIES] = bytes(32) + struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    return container(streams)


def container(streams: dict[str, bytes]) -> bytes:
    """A file that holds only these streams."""
    small, small_next, starts, big = b"", [], {}, []
    for name, content in streams.items():
        if len(content) < CUTOFF:
            starts[name] = len(small) // SMALL
            count = -(-len(content) // SMALL)
            small_next += [*range(starts[name] + 1, starts[name] + count), END] if count else []
            small += content.ljust(count * SMALL, b"\0")
        else:
            big.append(name)
    entries = len(streams) + 1
    parts = {"tree": bytes(-(-entries // 4) * SECTOR), "next": _numbers(small_next), "small": small}
    parts |= {name: streams[name] for name in big}
    following, sector_of, sectors = [TABLE], {}, b""
    for name, content in parts.items():
        count = -(-len(content) // SECTOR)
        sector_of[name] = len(following) if count else END
        following += [*range(len(following) + 1, len(following) + count), END] if count else []
        sectors += content.ljust(count * SECTOR, b"\0")
    tree = _entry("Root Entry", 5, child=1, start=sector_of["small"], size=len(small))
    for place, (name, content) in enumerate(streams.items(), 1):
        right = place + 1 if place < len(streams) else FREE
        tree += _entry(name, 2, right=right, start=sector_of.get(name, starts.get(name, END)), size=len(content))
    first = (sector_of["tree"] - 1) * SECTOR
    sectors = sectors[:first] + tree.ljust(len(parts["tree"]), b"\0") + sectors[first + len(parts["tree"]) :]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIIII", 1, sector_of["tree"], 0, CUTOFF, sector_of["next"], 1, END, 0, 0)
    return head + _numbers([FREE] * 108).ljust(432, b"\xff") + _numbers(following).ljust(SECTOR, b"\xff") + sectors


def _numbers(numbers) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _entry(name: str, kind: int, *, right: int = FREE, child: int = FREE, start: int = END, size: int = 0) -> bytes:
    result = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack(
        "<HBBIII", 2 * len(name) + 2, kind, 1, FREE, right, child
    )
    return result.ljust(116, b"\0") + struct.pack("<IQ", start, size)
