"""Numbers and names that identify somebody or something: written in many ways, or not written at all."""

from __future__ import annotations

import re

from callanalytics.values import lexicon
from callanalytics.values.registry import Unreadable, tidy

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
# A label before a number, which is no part of it: SR# T1430989661.
_LABEL = re.compile(
    r"^\s*(?:sr|srmt|service request|ref(?:erence)?|tracking|confirmation|inquiry|ticket|case)?\.?\s*"
    r"(?:(?:no|nr|number)\b\.?\s*[:#]*|#:?|:)\s*(?=\w)",
    re.IGNORECASE,
)
_BETWEEN = r"[\s\-–—_.#:]*"
_RECEIPT = re.compile(rf"[a-z]{_BETWEEN}[a-z]{_BETWEEN}[a-z](?:{_BETWEEN}\d){{10}}", re.IGNORECASE)
_A_NUMBER = re.compile(rf"a{_BETWEEN}\d(?:{_BETWEEN}\d){{7,8}}", re.IGNORECASE)


def identifier(text: str) -> str:
    """The text without what cannot be seen; a receipt number or an A-number without what may stand between.

    >>> identifier("ioe 09-0000\u200b0011"), identifier("A 012 345 678"), identifier(" 2022-014 ")
    ('IOE0900000011', 'A012345678', '2022-014')
    """
    plain = tidy(_UNSEEN.sub("", text))
    parts = [part for part in re.split(r"\s*[;,/&\n]\s*|\s+and\s+", plain) if part]
    if parts and all(_RECEIPT.fullmatch(part) or _A_NUMBER.fullmatch(part) for part in parts):
        return "; ".join(re.sub(r"[\W_]", "", part).upper() for part in parts)
    return plain


def numbered(text: str) -> str:
    """An identifier that has a digit, as every service request number has; anything else is none.

    >>> numbered("SR 12345678"), numbered("SR# T1430989661"), numbered("Ref. no.: 12345678")
    ('SR 12345678', 'T1430989661', '12345678')
    """
    found = identifier(_LABEL.sub("", text))
    if not re.search(r"\d", found):
        raise Unreadable("unreadable", "a number, as in 12345678")
    return found


def placeholder(text: str) -> str:
    """``nothing`` or ``refused`` where a cell says only that there is nothing to write; "" where it holds something.

    >>> [placeholder(text) for text in ("N/A - IVR", "would not give", "-", "Nadia", "12")]
    ['nothing', 'refused', 'nothing', '', '']
    """
    words, listed, place, found = lexicon.tokens(_UNSEEN.sub("", tidy(text))), lexicon.phrases("placeholder"), 0, ""
    while place < len(words):
        phrase = listed.match(words, place)
        if phrase is None:
            return ""
        if phrase[0] != "filler":
            found = "refused" if "refused" in (found, phrase[0]) else phrase[0]
        place += phrase[1]
    return found


_AGENT_ID = re.compile(r"(?<![\w'-])[A-Za-z]{0,3}-?\d[\dA-Za-z-]*(?![\w'])")


_NAME_BEFORE_ID = re.compile(r"([a-z]{2}\.?)[-–—](?=\d{3,}\s*$)")  # Ashley-4471; K-4471 is a number


def split_agent(text: str) -> tuple[str, str]:
    """The name and the number of an agent that stand in one cell; "" for what does not.

    >>> split_agent("Ms. Lee / T7377"), split_agent("Officer #0412"), split_agent("Agent K"), split_agent("A123")
    (('Ms. Lee', 'T7377'), ('', '0412'), ('Agent K', ''), ('', 'A123'))
    >>> split_agent("no name / K1446"), split_agent("wouldn't give name, 1440")
    (('', 'K1446'), ('', '1440'))
    """
    plain = _NAME_BEFORE_ID.sub(r"\1 / ", identifier(text))
    found = [match for match in _AGENT_ID.finditer(plain) if sum(map(str.isdigit, match[0])) > 1]
    if len(found) != 1:
        return plain, ""
    rest = f"{plain[: found[0].start()]} {plain[found[0].end() :]}"
    words, place, is_name = lexicon.tokens(rest), 0, False
    while place < len(words):
        label = lexicon.phrases("agent").match(words, place) or lexicon.phrases("placeholder").match(words, place)
        is_name |= label is None
        place += label[1] if label else 1
    name = re.sub(r"\b(?:id|badge|no|number)\b\.?\s*[#:]*|#", " ", rest, flags=re.IGNORECASE)
    name = " ".join(re.sub(r"[/,;:|()\[\]]|\s[-–]+\s|^\s*[-–]|[-–]\s*$", " ", name).split()).strip(" -–")
    return name if is_name else "", found[0][0]
