"""Which format a file is of: exactly one, told by its content; a file that is none names the nearest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from callanalytics.errors import CallLogError
from callanalytics.formats import Format, Positions
from callanalytics.read import (
    by_words,
    content,
    databases,
    delimited,
    elements,
    headings,
    messages,
    pages,
    plausible,
    positions,
    records,
    sheets,
    text_files,
)
from callanalytics.read.file import File
from callanalytics.read.headings import Knows
from callanalytics.read.workbooks import Workbook

MAPPED = ("csv", "xlsx", "json")  # kinds whose columns can be proposed
_NEAR = 0.5  # share of a format's columns that a file must have to be called near

_UNKNOWN = (
    "`callanalytics map FILE` proposes what its columns mean and asks what it cannot tell; then read it with  "
    "--mapping;  or send us the header row (never the calls)"
)
_UNKNOWN_TEXT = "send us its first lines with the names and numbers taken out"  # nothing proposes what these mean
_A_DRAFT = "a message without a sender is a draft or a note of the mail program: leave it out"
_A_PAGE = "if the page is a table of calls, open it in Excel, save it as XLSX, and name that file"
_INSTEAD = {"html": _A_PAGE, "eml": _A_DRAFT}


class UnknownExport(CallLogError):
    """A file of no known format."""


@dataclass(frozen=True)
class Match:
    """How well a file fits a format: what of it is there (1 = all that is needed), what is missing or too much.

    ``odd`` is a column whose cells are not what the format's are; ``absent`` counts the listed columns that are not
    there, ``listed`` those that are.
    """

    fmt: Format
    share: float
    missing: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    odd: str = ""
    absent: int = 0
    listed: int = 0
    by_words: bool = False

    @property
    def fits(self) -> bool:
        """Whether the file is of the format, as far as that format alone is asked."""
        return self.share == 1 and not self.unwanted and not self.odd


def identify(file: File, formats: Mapping[str, Format] | Iterable[Format]) -> Format:
    """The one format that a file is of.

    Raises :class:`CallLogError` naming both where two fit, and the nearest, with what is missing, where
    none does.
    """
    formats = list(formats.values() if isinstance(formats, Mapping) else formats)
    kind = content.kind(file)
    wanted = "table" if kind in content.TABLES else kind
    matches = _MATCHES[kind](file, [fmt for fmt in formats if fmt.kind == wanted])
    fitting = _best({m.fmt.name: m for m in matches if m.fits and not m.by_words})
    if not fitting and not (alike := _look_alike(file, formats, kind)):
        fitting = {m.fmt.name: m.fmt for m in matches if m.fits}
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if fitting:
        raise _two(file, sorted(fitting))
    raise alike or _none(file, matches, kind)


def _best(fitting: dict[str, Match]) -> dict[str, Format]:
    """Of formats that fit, those of which every listed column is there; where there are none, that with most."""
    whole = {name: match.fmt for name, match in fitting.items() if not match.absent}
    most = max((match.listed for match in fitting.values()), default=0)
    return whole or {name: match.fmt for name, match in fitting.items() if match.listed == most}


def nearest(file: File, formats: Mapping[str, Format]) -> Match | None:
    """The format that comes nearest to a file, and what the file lacks of it."""
    kind = content.kind(file)
    wanted = "table" if kind in content.TABLES else kind
    return _nearest(_MATCHES[kind](file, [fmt for fmt in formats.values() if fmt.kind == wanted]))


def _nearest(matches: list[Match]) -> Match | None:
    near = [m for m in matches if m.share >= _NEAR and (m.missing or not m.by_words)]
    return max(near, key=_nearness, default=None)


def _nearness(match: Match) -> tuple[int, int]:
    """The fewer columns stand between a file and a format the nearer it is; then the more of them are there."""
    recognise = match.fmt.recognise
    wanted = len(recognise.header or recognise.keys or recognise.attributes)
    return -len(match.missing) - len(match.unwanted) - bool(match.odd), wanted - len(match.missing) - match.absent


def _two(file: File, fitting: list[str]) -> CallLogError:
    return CallLogError(
        f"{file.shown} fits {len(fitting)} formats",
        found=", ".join(fitting),
        do=f"say which one it is: --format {fitting[0]}",
    )


def _none(file: File, matches: list[Match], kind: str) -> CallLogError:
    if kind == "json" and records.is_empty(records.document(file)):
        return CallLogError(
            f"{file.shown} holds no records",
            found="an export of a time without calls, or one that left them out",
            do="look at the dates and filters of the export, and export it again",
        )
    near = _nearest(matches)
    if near is None:
        found = "no format is near"
    elif near.missing:
        found = f"nearest to {near.fmt.name!r}, but without its {_listed(near.missing)}"
    elif near.odd:
        found = f"nearest to {near.fmt.name!r}, but other words or figures stand in its {_listed([near.odd])}"
    else:
        found = f"nearest to {near.fmt.name!r}, but with the {_listed(near.unwanted)} that it never has"
    return UnknownExport(
        f"{file.shown} is not an export we know yet",
        found=found,
        do=_INSTEAD.get(kind, _UNKNOWN if kind in MAPPED else _UNKNOWN_TEXT),
    )


def _look_alike(file: File, formats: list[Format], kind: str) -> CallLogError | None:
    """What a file is that a format knows for something else than calls; None where none does."""
    for fmt in formats:
        for alike in fmt.look_alikes:
            as_format = replace(fmt, recognise=alike.known, file=replace(fmt.file, columns=Positions()))
            matches = _MATCHES[kind](file, [as_format]) if (kind == "json") == bool(alike.known.keys) else []
            if any(m.fits for m in matches):
                return CallLogError(f"{file.shown} is no call log", found=alike.what, do=alike.do)
    return None


def _listed(columns: Iterable[str]) -> str:
    columns = [headings.first_name(column) for column in columns]
    named = ", ".join(repr(c) for c in columns[:3]) + (f" and {len(columns) - 3} more" if len(columns) > 3 else "")
    return f"column {named}" if len(columns) == 1 else f"columns {named}"


def _by_header(headers: list[tuple[str, ...]], fmt: Format) -> Match:
    """The row that comes nearest to the header a format wants."""
    best = Match(fmt, 0.0)
    for header in headers:
        missing = tuple(fmt.recognise.lacking(header))
        share = 1 - len(missing) / max(len(fmt.recognise.needed), 1)
        unwanted = tuple(fmt.recognise.unwanted(header)) if not missing else ()
        if share and (share, -len(unwanted)) > (best.share, -len(best.unwanted)):
            best = Match(fmt, share, missing, unwanted)
    return best


def _in_csv(file: File, formats: list[Format]) -> list[Match]:
    dialect = delimited.dialect_of(file, Knows(*formats))
    return _in_rows(text_files.beginning(file, dialect), formats, (file.stem,))


def _in_rows(rows: list, formats: list[Format], titles: Sequence[str] = (), *, aligned: bool = False) -> list[Match]:
    """A header decides; where there is none, what stands in the rows does."""
    knows = Knows(*formats)
    fitting: dict[str, Match] = {}
    for place, (_, cells) in enumerate(rows[: headings.ROWS]):
        for fmt in knows.fitting(cells):
            fitting.setdefault(fmt.name, _under(fmt, headings.heading(cells, 0).names, rows[place + 1 :]))
    if not any(match.fits for match in fitting.values()):
        fitting |= {fmt.name: Match(fmt, 1.0) for fmt in formats if positions.fits(rows, fmt, aligned=aligned)}
    if any(match.fits for match in fitting.values()):
        return list(fitting.values())
    headers = [headings.heading(cells, 0).names for _, cells in rows]
    others = [fmt for fmt in formats if fmt.recognise.header and fmt.name not in fitting]
    return [*fitting.values(), *(_by_header(headers, fmt) for fmt in others), *_by_words(rows, formats, titles)]


def _by_words(
    rows: list, formats: list[Format], titles: Sequence[str] = (), tied: Iterable[headings.Heading] = ()
) -> list[Match]:
    """The formats of hand-kept logs: how much of what makes one is there."""
    matches = []
    for fmt in formats:
        found = by_words.find(rows, fmt, titles, tied) if fmt.recognise.words else None
        if found:
            share = 1.0 if by_words.is_log(found, fmt) else max(found.weight, 0) / (fmt.recognise.enough + 1)
            matches.append(Match(fmt, share, (), (), by_words=True))
        elif fmt.recognise.words and (missing := by_words.lacks(rows, fmt)):
            matches.append(Match(fmt, _NEAR, tuple(missing), (), by_words=True))
    return matches


def _under(fmt: Format, header: tuple[str, ...], rows: list) -> Match:
    """A format that needs no more than this header; where listed columns are not there, the cells must fit too."""
    absent = len(fmt.recognise.missing(header))
    odd = plausible.odd_column(fmt, header, [cells for _, cells in rows]) if absent else ""
    return Match(fmt, 1.0, odd=odd, absent=absent, listed=len(fmt.recognise.header) - absent)


def _in_workbook(file: File, formats: list[Format]) -> list[Match]:
    matches: list[Match] = []
    for sheet in Workbook(file).sheets:
        candidates = [fmt for fmt in formats if sheets.may_hold(sheet, fmt)]
        rows = sheets.beginning(sheet) if candidates else []
        found = [m for m in _in_rows(rows, candidates, sheet.titles, aligned=True) if not m.by_words]
        if not any(m.fits for m in found):
            with_header = [fmt for fmt in candidates if fmt.recognise.header and rows]
            tied = [(fmt, sheets.heading_of(sheet, rows, fmt)) for fmt in with_header]
            found += [_under(f, h.names, [row for row in rows if row[0] > h.last]) for f, h in tied if h]
            found += _by_words(rows, candidates, sheet.titles, sheets.tied(sheet, rows))
        matches += found
    return matches


def _in_json(file: File, formats: list[Format]) -> list[Match]:
    doc = records.document(file)
    return [_of_keys(fmt, doc) for fmt in formats]


def _of_keys(fmt: Format, doc: records.Document) -> Match:
    """The path under which the records come nearest to what a format wants."""
    told = [records.lacking(records.found(doc, path) or [], fmt) for path in fmt.file.records]
    share, missing = max(told, key=lambda pair: pair[0])
    return Match(fmt, share, missing)


def _in_xml(file: File, formats: list[Format]) -> list[Match]:
    """All of the file is looked at: where texts and calls lie in one file, the calls may come last."""
    seen = {(tag, frozenset(attributes)) for _, tag, attributes in elements.stream(file)}
    names = {tag for tag, _ in seen}
    matches = []
    for fmt in formats:
        wanted = set(fmt.recognise.attributes)
        having = [attributes for tag, attributes in seen if tag == fmt.recognise.element]
        missing = min((wanted - attributes for attributes in having), key=len, default=None)
        if missing is not None:
            unwanted = tuple(column[0] for column in fmt.recognise.absent if names & set(column))
            matches.append(Match(fmt, 1 - len(missing) / max(len(wanted), 1), tuple(sorted(missing)), unwanted))
    return matches


def _in_html(file: File, formats: list[Format]) -> list[Match]:
    page = pages.soup(file)
    return [Match(f, 1.0) for f in formats if f.recognise.selector and page.select_one(f.recognise.selector)]


def _in_eml(file: File, formats: list[Format]) -> list[Match]:
    there = messages.fields_of(file)
    wanted = {fmt.name: [key for key in fmt.recognise.keys if key.casefold() not in there] for fmt in formats}
    return [
        Match(fmt, 1 - len(wanted[fmt.name]) / len(fmt.recognise.keys), tuple(wanted[fmt.name]))
        for fmt in formats
        if fmt.recognise.keys  # a format of another kind says nothing of a message's fields
    ]


def _in_database(file: File, formats: list[Format]) -> list[Match]:
    tables = databases.columns_of(file)
    matches = []
    for fmt in formats:
        header = tables.get(fmt.recognise.table, ())
        missing = tuple(fmt.recognise.missing(header))
        matches.append(Match(fmt, 1 - len(missing) / max(len(fmt.recognise.header), 1), missing))
    return matches


_MATCHES = {
    "csv": _in_csv,
    "xlsx": _in_workbook,
    "json": _in_json,
    "xml": _in_xml,
    "html": _in_html,
    "eml": _in_eml,
    "database": _in_database,
}
