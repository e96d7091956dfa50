"""Which lines of a text file no one accounted for: told from the bytes alone, by none of the package's readers.

Every line under the header that holds anything must be a row that came out as a call, note, notice, reject, or row set
aside, or stand inside the quotes of the row (or header) before it. A line above the header must not look like the rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

NOTHING = re.compile(r"[\s,;|\t'\"\0\ufeff\u200b\x1a\xa0=\\]*")
NUMBER_ALONE = re.compile(r"[\s,;|\t'\"\0\xa0]*\d{0,6}[\s,;|\t'\"\0\xa0]*")  # a row numbered beforehand
TYPES = re.compile(r"(?i)[\W\d]*(?:(?:integer|int|bigint|smallint|float|double|boolean|date|timestamp|text|"
                   r"uniqueidentifier|n?(?:var)?char)[\W\d]*)+")  # fmt: skip


def physical(data: bytes) -> list[str]:
    """The physical lines of a text; an encoding that cannot be told is read byte by byte."""
    for mark, codec in ((b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return re.split(r"\r\n|\r|\n", data.decode(codec, "replace"))
    head = data[:400]
    if head.count(0) > len(head) // 4:  # UTF-16 without a mark: its NULs say which
        codec = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return re.split(r"\r\n|\r|\n", data.decode(codec, "replace"))
    return re.split(r"\r\n|\r|\n", data.decode("latin-1"))


def lost(
    data: bytes, header: int, accounted: Iterable[int], *, numbered: bool = False, stacked: bool = False
) -> list[int]:
    """Numbers of the lines that hold something and came out as nothing.

    ``header`` is the line of the column names (0: there is none), ``accounted`` the lines at which rows begin.
    ``numbered`` says that a line with a number alone is no row, ``stacked`` that blocks have titles and headers of
    their own: lines with figures in two cells at most.
    """
    lines, rows = physical(data), {*accounted, header} - {0}
    found, before = [], 0
    for number, line in enumerate(lines, 1):
        if number in rows:
            before = number
        elif number > header and not (_is_nothing(line, numbered) or _inside(lines, before, number)):
            if not ((stacked and _is_title(line)) or (before == header and TYPES.fullmatch(line))):
                found.append(number)
    return found


def records(data: bytes, kind: str, fmt) -> int | None:
    """How many records a JSON or XML file holds, told by other means than ours; None where these cannot tell."""
    if kind == "xml":
        text = data.decode("latin-1")
        if "<!--" in text or "CDATA" in text or "\0" in text:
            return None
        return len(re.findall(rf"<(?:{'|'.join(map(re.escape, fmt.file.elements))})(?=[\s/>])", text))
    if kind != "json":
        return None
    try:
        pages = json.loads(data)
    except ValueError:  # one document a line, or a damaged line among them
        return None
    counts = [_listed(page, fmt.file.records) for page in (pages if isinstance(pages, list) else [pages])]
    return None if None in counts else sum(counts)


def _listed(page, paths: Iterable[str]) -> int | None:
    """The records of a page under the first path that leads to a list."""
    for path in paths:
        if not path:
            return 1 if isinstance(page, dict) else None
        found = page
        for name in path.split(".") if path else ():
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, list):
            return len(found)
    return None


def _is_nothing(line: str, numbered: bool) -> bool:
    return bool(NOTHING.fullmatch(line) or (numbered and NUMBER_ALONE.fullmatch(line)))


def _is_title(line: str) -> bool:
    is_labeled = re.match(
        r"[A-Za-z ]+: ", line
    )  # "Rate Code: RM70=700 Rollover Mins, ESM1=Unlimited": no row of a table
    return bool(is_labeled) or sum(bool(re.search(r"\d", cell)) for cell in line.split(",")) < 3


def _inside(lines: list[str], before: int, number: int) -> bool:
    """Whether a quotation mark that opened in the row before is still open, by either kind of mark."""
    if not before:
        return False
    text = "\n".join(lines[before - 1 : number - 1])
    return any(text.count(mark) % 2 for mark in "\"'")
