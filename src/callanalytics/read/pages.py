"""HTML pages as tables: each thing that fits a format's selector is a row, looked at by the format's fields.

Of CSS a selector may have tags, classes, attributes (``[rel=tag]``, ``[href$='#sms']``), elements inside others, and
several of these with commas between.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from callanalytics.errors import InvalidRequest, UnreadableFile
from callanalytics.formats import Format
from callanalytics.lazy import regex
from callanalytics.read.file import File, decoded
from callanalytics.read.table import Builder, TextTable

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # have no end tag
_WITHOUT_TEXT = ("script", "style", "template")
_BREAK = "\0"  # between texts that a tag or a comment parts
_STEP = regex(r"([\w-]*)((?:\.[\w-]+|\[[\w-]+[$^]?=[^\]]*\])*)")
_TEST = regex(r"""\.([\w-]+)|\[([\w-]+)([$^]?)=["']?(.*?)["']?\]""")
_HOLDS: dict[str, Callable[[str, str], bool]] = {"": operator.eq, "$": str.endswith, "^": str.startswith}


@dataclass(slots=True, eq=False)
class Element:
    """An element of a page: what is inside it are the page's parts from ``first`` to before ``end``."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    first: int
    end: int = 0

    def fits(self, selector: str) -> bool:
        """Whether a selector finds it."""
        return any(self._ends(steps) for steps in _alternatives(selector))

    def _ends(self, steps: list[tuple[str, list]]) -> bool:
        *outer, (tag, tests) = steps
        if tag not in ("", self.tag) or not all(self._has(*test) for test in tests):
            return False
        above = self.parent
        while outer and above is not None and not above._ends(outer):
            above = above.parent
        return above is not None or not outer

    def _has(self, name: str, attribute: str, comparison: str, value: str) -> bool:
        if name:
            return name in self.attributes.get("class", "").split()
        return attribute in self.attributes and _HOLDS[comparison](self.attributes[attribute], value)


@cache
def _alternatives(selector: str) -> list[list[tuple[str, list]]]:
    """Of each alternative the steps inward, the element that is meant last: its tag, and what its attributes say."""
    steps = [[_STEP.fullmatch(step) for step in part.split()] for part in selector.split(",")]
    if not all(part and all(part) for part in steps):
        raise InvalidRequest(f"the selector {selector} cannot be read", wanted="one as in div.haudio a[rel=tag], q")
    return [[(step[1], _TEST.findall(step[2])) for step in part if step] for part in steps]


class Page(HTMLParser):
    """The elements and texts of a page, in order; ``whole`` is an element around them.

    An end tag closes every element up to one of its name; where none is open, it closes nothing.
    """

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.parts: list[Element | str] = []
        self.whole = Element("", {}, None, 0)
        self._open, self._tags = [self.whole], Counter([""])
        self.feed(markup)
        self.close()
        self.handle_endtag("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, self._open[-1], len(self.parts) + 1)
        self.parts.append(element)
        self._open.append(element)
        self._tags[tag] += 1
        if tag in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(_BREAK)
        last = None
        while self._tags[tag] and last != tag:
            element = self._open.pop()
            element.end, last = len(self.parts), element.tag
            self._tags[last] -= 1

    def handle_data(self, data: str) -> None:
        if self._open[-1].tag not in _WITHOUT_TEXT:
            self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        self.parts.append(_BREAK)

    def inside(self, element: Element) -> list[Element]:
        return [part for part in self.parts[element.first : element.end] if isinstance(part, Element)]

    def found(self, selector: str, within: Element) -> Iterator[Element]:
        """The elements inside another that a selector finds."""
        return (element for element in self.inside(within) if element.fits(selector))

    def texts(self, element: Element) -> list[str]:
        """The texts inside an element, of which a tag or a comment parts two."""
        inside = self.parts[element.first : element.end]
        together = "".join(part if isinstance(part, str) else _BREAK for part in inside)
        return [text for text in together.split(_BREAK) if text]

    def field(self, entry: Element, field: str) -> tuple[Element | None, str | None]:
        """What a field ``selector@attribute`` finds first inside an entry, and what that says."""
        selector, _, attribute = field.partition("@")
        found = next(self.found(selector, entry), None) if selector else entry
        if found is None:
            return None, None
        if attribute:
            return found, found.attributes.get(attribute)
        return found, " ".join(text.strip() for text in self.texts(found) if text.strip())


# What Google Voice writes into the name of each page: "<party> - <Type> - <moment in UTC>.html". The party is
# empty where the caller is unknown, and the type is missing in some years.
PAGE_NAME_COLUMNS = ("_name_party", "_name_type", "_name_utc")
PAGE_TYPES = ("Placed", "Received", "Missed", "Voicemail", "Recorded", "Text", "Group Conversation")
_MOMENT = r"(?P<utc>\d{4}-\d\d-\d\dT\d\d[_:]\d\d[_:]\d\dZ)"
_PAGE_NAME = regex(rf"(?:(?P<party>.*?)\s*-\s+(?P<type>[A-Z][A-Za-z ]*?)|(?P<only>.*?))\s*-\s*{_MOMENT}(?:\(\d+\))?")


def parse_page(file: File) -> Page:
    try:
        return Page(decoded(file.content())[0])
    except AssertionError:  # the library's, of a declaration that it cannot read
        raise UnreadableFile(f"{file.shown} is damaged HTML", do="export it again") from None


def page_table(files: Sequence[File], fmt: Format) -> TextTable:
    """The rows of all pages as one table; ``member`` says which page each is from.

    Beside the format's fields there are three columns read from the page's own name: ``_name_party``,
    ``_name_type`` and ``_name_utc``.
    """
    fields = fmt.file.fields
    header = (*fields, *PAGE_NAME_COLUMNS)
    builder = Builder(header)
    for member, file in enumerate(files):
        known = file.__dict__.pop("entries", {})
        if not (entries := known[fmt] if fmt in known else _entries(parse_page(file), fmt)):
            raise UnreadableFile(f"{file.shown} has no entry of the format {fmt.name}")
        named = parse_page_name(file.stem)
        for number, texts in enumerate(entries, 1):
            builder.add(number, [*texts, *named], member)
    cells, rows, members = builder.finish()
    return TextTable(tuple(files), "", "html", header, cells, rows, members, tuple(builder.empty()))


def formats_of_page(file: File, formats: Sequence[Format]) -> list[Format]:
    """The formats that a page is of. A page is parsed once: its entries are kept until it is read."""
    page = parse_page(file)
    found = [fmt for fmt in formats if fmt.recognize.selector and any(page.found(fmt.recognize.selector, page.whole))]
    file.__dict__["entries"] = {fmt: _entries(page, fmt) for fmt in found}
    return found


def _entries(page: Page, fmt: Format) -> list[list[str | None]]:
    """The texts of each entry of a page, in the order of the format's fields."""
    entries = page.found(fmt.file.rows, page.whole)
    return [[page.field(entry, field)[1] for field in fmt.file.fields.values()] for entry in entries]


def parse_page_name(stem: str) -> tuple[str | None, str | None, str | None]:
    """The party, type and moment that a page's name states; None for each that it does not.

    >>> parse_page_name("+12025550143 - Missed - 2020-08-19T12_03_42Z")
    ('+12025550143', 'Missed', '2020-08-19T12:03:42Z')
    >>> parse_page_name(" - Received - 2020-06-12T14_41_25Z"), parse_page_name("+12025550143 - 2018-04-01T16_28_19Z")
    ((None, 'Received', '2020-06-12T14:41:25Z'), ('+12025550143', None, '2018-04-01T16:28:19Z'))
    """
    match = _PAGE_NAME.fullmatch(stem)
    if not match:
        return None, None, None
    party = match["party"] or match["only"]
    return party or None, match["type"], match["utc"].replace("_", ":")
