"""From bytes to text: which encoding a file is in, and what of it could not be read as that."""

from __future__ import annotations

import codecs

_BOMS = (  # the longer ones first: UTF-32's begins as UTF-16's does
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINES_NAMED = 5


def decoded(content: bytes) -> tuple[str, list[str]]:
    """The text of a file, and a note where the encoding had to be inferred or a place was damaged.

    A byte order mark decides; else UTF-16 by its pattern of NULs; else UTF-8. Lines that are not UTF-8 are
    read as Windows-1252 and named. Nothing is left out: a place no encoding explains becomes U+FFFD, and
    the note says so.

    >>> decoded("José".encode("cp1252"))
    ('José', ['line 1 is not UTF-8: read as Windows-1252'])
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return _wide(content[len(bom) :], name, [])
    is_marked, content = content.startswith(codecs.BOM_UTF8), content.removeprefix(codecs.BOM_UTF8)
    if not is_marked and (name := _by_nuls(content[:4096])):
        return _wide(content, name, [f"no mark of its encoding: read as {name[:6].upper()}"])
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return _line_by_line(content)


def _by_nuls(sample: bytes) -> str:
    """UTF-16 without its mark: in Latin text every other byte is NUL."""
    half = max(len(sample) // 2, 1)
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if high > 0.4 * half and low < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if low > 0.4 * half and high < 0.1 * half else ""


def _wide(content: bytes, name: str, notes: list[str]) -> tuple[str, list[str]]:
    text = content.decode(name, "replace")
    if "�" in text and "�".encode(name) not in content:
        notes = [*notes, f"damaged {name[:6].upper()}: unreadable places, shown as �: {text.count('�')}"]
    return text, notes


def _line_by_line(content: bytes) -> tuple[str, list[str]]:
    """Each line by itself: one stray byte must not turn every other name of the file to gibberish."""
    lines, odd = [], []
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(_windows(line))
            odd.append(number)
    return "\n".join(lines), [_said(odd)]


def _windows(line: bytes) -> str:
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252
        return line.decode("latin-1")


def _said(odd: list[int]) -> str:
    if len(odd) == 1:
        return f"line {odd[0]} is not UTF-8: read as Windows-1252"
    named = ", ".join(str(n) for n in odd[:_LINES_NAMED]) + (" ..." if len(odd) > _LINES_NAMED else "")
    return f"{len(odd)} lines are not UTF-8: read as Windows-1252 (lines {named})"
