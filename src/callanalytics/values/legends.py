"""What letters stand for in a sheet, as a legend beside its table says: R = reached, H = hung up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_CODE = r"[^\W\d_]{1,2}\d?|[A-Z]{3}|\d{1,2}"
# A code and its sign; a colon or a dash only where the code is one or two capitals.
_ITEM = re.compile(rf"(?<![\w'/.])({_CODE})\s*=\s*|(?<![\w'/.])(?<!\d )([A-Z]{{1,2}}\d?)(?:\s*:|\s+[-–—]|\s*→)\s+")
_PAIRED = re.compile(rf"(?:(?P<label>[^\W\d_][\w ./-]{{1,30}}?)\s*[:=–-]\s*)?(?P<code>{_CODE})")  # CB: A
_GROUP = re.compile(r"\n|;|\||\.\s+(?=[A-Z])")
_LABEL = re.compile(r"^\W*([^\W\d_][\w ./-]{2,30}?)\s*[:(]")
_BETWEEN = re.compile(r"\s*[/,;+&]\s*|\s+and\s+|\s+")
_BEHIND = re.compile(r"(?:(?<=\d[ap] )|(?<=[ap]m )|(?<=\d ))[A-Z]{1,3}(?=\s*(?:[,;/]|$))")
_BEFORE = re.compile(r"(?:(?<=^)|(?<=[,;/] ))[A-Z]{1,3}(?=\s+\d{1,2}[/-]\d)")
_WORDS = re.compile(r"[^\W\d_]{3}|IVR|VM|\bno\b|\d ?(?:h|d)")  # what a code may stand for
LONGEST = 1000  # letters of a text that is searched
LONGEST_WORDS = 60  # letters of what a code stands for
MOST = 0.5  # share of a column's cells that are codes, from which on it is one of codes
LEAST = 2  # codes that make a legend
# Labels of a legend that name no column, and words as short as a code.
_OF_ANY_COLUMN = frozenset(
    "key keys code codes legend abbreviations abbreviation abbr letters letter note notes of the for and what it means"
    " mean in this sheet log calls call clave claves".split()
)
_CODES = frozenset("code codes codigo codigos código códigos".split())
_WORDS_TOO = frozenset("no ok vm na si cb".split())


class Group(NamedTuple):
    """Codes that are explained together, and what the group is called: ``Result: R = reached, H = hung up``."""

    label: str
    codes: dict[str, str]


def groups(rows: Iterable[Sequence[str]]) -> tuple[Group, ...]:
    """The groups of codes that the texts of these rows explain; none where they explain a single one.

    Two cells of a row, the first of which is a code, explain it where other rows are alike.

    >>> groups([["R = reached, H = hung up; U = urgent 72h"]])[0].codes
    {'r': 'reached', 'h': 'hung up'}
    >>> groups([["R", "reached"], ["H", "hung up"]])[0].codes, groups([["Calls of 2022 - ours"]])
    ({'r': 'reached', 'h': 'hung up'}, ())
    >>> groups([["CB: A", "answered"], ["CB: M", "missed"]])
    (Group(label='CB', codes={'a': 'answered', 'm': 'missed'}),)
    >>> groups([["DC = they disconnected me, IVR = machine only"]])[0].codes
    {'dc': 'they disconnected me', 'ivr': 'machine only'}
    """
    found: list[Group] = []
    pairs: dict[str, dict[str, str]] = {}
    for row in rows:
        if len(row) == 2 and (first := _PAIRED.fullmatch(row[0].strip(" =:"))) and _WORDS.search(row[1]):
            pairs.setdefault(first["label"] or "", {}).setdefault(_key(first["code"]), row[1].strip(" =:-"))
        else:
            found += _of_text("; ".join(row)[:LONGEST])
    found += [Group(label, codes) for label, codes in pairs.items() if len(codes) >= LEAST]
    return tuple(found) if sum(len(group.codes) for group in found) >= LEAST else ()


def _of_text(text: str) -> Iterable[Group]:
    label = ""
    for part in _GROUP.split(text):
        items = list(_ITEM.finditer(part))
        head = _LABEL.match(part[: items[0].start()] + ":" if items else part)
        label = head[1] if head else label
        codes: dict[str, str] = {}
        ends = [*(later.start() for later in items), len(part)][1:]
        for item, end in zip(items, ends, strict=True):
            words = part[item.end() : end].strip(" \t,/()[]-–—&.")
            if len(words) <= LONGEST_WORDS and _WORDS.search(words):
                codes.setdefault(_key(item[1] or item[2]), re.sub(r"\s+(?:and|or)$", "", words))
        if codes:
            yield Group(label, codes)


def is_legend(row: Sequence[str]) -> bool:
    """Whether the cells of a row explain codes and hold nothing else.

    >>> is_legend(["Key: R = reached, H = hung up"]), is_legend(["3/14/2022", "R = reached"])
    (True, False)
    """
    return len(row) <= 3 and sum(len(group.codes) for group in groups([row])) >= LEAST


def is_pair(row: Sequence[str], legend: Sequence[Group]) -> bool:
    """Whether a row has a code and what it stands for, in two cells."""
    first = _PAIRED.fullmatch(row[0].strip(" =:")) if len(row) == 2 else None
    if first is None:
        return False
    return any(group.codes.get(_key(first["code"])) == row[1].strip(" =:-") for group in legend)


def may_explain(text: str) -> bool:
    """Whether a text may explain codes, by its signs."""
    return "=" in text and bool(_ITEM.search(text[:LONGEST]))


def codes_of(texts: Sequence[str], legend: Sequence[Group], header: str) -> dict[str, str]:
    """What each code of a column stands for; nothing where most of its cells are no codes of the legend.

    A group with a label counts only for a column that the label names; one without only where all codes of the column
    are explained. Of two groups with one code that counts which is named like the column, else which has more of its
    codes; a code that two such groups explain otherwise stands for nothing.

    >>> promise = groups([["Call back promised: U = urgent, R = regular"]])
    >>> codes_of(["R", "R", "H"], promise, "Outcome"), codes_of(["R", "U"], promise, "Promised")
    ({}, {'u': 'urgent', 'r': 'regular'})
    """
    used = {word for text in texts for word in _codes_in(text)}
    words = _words_of(header)
    legend = [*(group._replace(label=header) for group in groups([[header]])), *legend]
    known: dict[str, str] = {}
    ranked: dict[tuple[int, int], list[Group]] = {}
    is_of_codes = words <= _CODES and len({group.label for group in legend}) == 1  # Code, and one legend
    for group in legend:
        label = _words_of(group.label) - _OF_ANY_COLUMN
        n_named = int(is_of_codes) or len(label & words)
        if not label or n_named:
            ranked.setdefault((n_named, sum(word in group.codes for word in used)), []).append(group)
    for rank in sorted(ranked, reverse=True):
        meanings: dict[str, set[str]] = {}
        for group in ranked[rank]:
            for code, meaning in group.codes.items():
                if code.isdecimal() and not rank[0]:
                    continue  # of figures alone no one knows whether they are codes
                meanings.setdefault(code, set()).add(meaning)
        known = {code: meanings.pop() if len(meanings) == 1 else "" for code, meanings in meanings.items()} | known
    if not any(own for own, _ in ranked) and not {code for code in used if code.isalpha()} <= known.keys() | _WORDS_TOO:
        return {}
    known = {code: meaning for code, meaning in known.items() if meaning}
    coded = sum(spelled(text, known) != text for text in texts)
    return known if texts and coded >= MOST * len(texts) else {}


def _words_of(name: str) -> frozenset[str]:
    """The words of a header or a label, however *callback* is written."""
    return frozenset(re.findall(r"\w+", re.sub(r"\bcall[ -]back|\bc[/.]?b\b", "callback", name.casefold())))


def spelled(text: str, codes: dict[str, str]) -> str:
    """A cell with its codes spelled out; as it is where it has others, or words beside them.

    >>> spelled("R/U", {"r": "reached", "u": "urgent"}), spelled("H - lunch", {"h": "hung up"})
    ('reached, urgent', 'hung up - lunch')
    >>> spelled("M 4/3 1:48p, A 4/4", {"a": "answered", "m": "missed"}), spelled("4/3 M", {"m": "missed"})
    ('missed 4/3 1:48p, answered 4/4', '4/3 missed')
    """
    words = _codes_in(text)
    if words and all(word in codes for word in words):
        return ", ".join(codes[word] for word in words)
    if re.search(r"\d", text):  # 4/3 1:48p A, 4/4 9:05a M
        text = _BEFORE.sub(lambda match: codes.get(_key(match[0]), match[0]), text)  # A 4/3 1:48p
        return _BEHIND.sub(lambda match: codes.get(_key(match[0]), match[0]), text)
    first = re.match(rf"({_CODE})(?=\s*[-–—:;,(])", text)
    return codes[_key(first[1])] + text[first.end() :] if first and _key(first[1]) in codes else text


def _codes_in(text: str) -> list[str]:
    """The codes of a cell that holds nothing else."""
    words = [word for word in _BETWEEN.split(text.strip(" .()")) if word]
    return [_key(word) for word in words] if all(re.fullmatch(_CODE, word) for word in words) else []


def _key(code: str) -> str:
    return code.casefold()
