"""Read phone numbers, and other numbers and names that identify someone or something.

They are written in many ways, or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from callanalytics.lazy import regex
from callanalytics.values import Unreadable, lexicon, tidy
from callanalytics.values.dates import MONTH_NAME, WEEKDAY_NAME
from callanalytics.values.promises import is_promise

# An extension as people write it after a number; an operator, not the phone, needs it.
EXTENSION = regex(r"\s*(?:;\s*ext=|ext(?:ension|n)?\b\.?|x|#|[,;]+)\s*:?\s*#?\d{1,7}\s*$", re.IGNORECASE)
# The ten digits of a North American number, with or without the 1. Most cells have this form, which needs no library (a
# test checks that the library agrees).
_NORTH_AMERICAN = regex(r"(?:\+?1)?([2-9]\d{9})")
_OUTSIDE_LINE = regex(r"91([2-9]\d{9})")  # dialed through a switchboard, with its 9 before the 1
# The same as people and phone systems write it, with nothing to remove or fold first.
ORDINARY = regex(r"(?:\+?1[ .-]?)?\(?([2-9]\d\d)\)?[ .-]?(\d{3})[ .-]?(\d{4})", re.ASCII)
_SCIENTIFIC = regex(r"(\d)\.(\d+)E\+?(\d\d)", re.IGNORECASE)
_DATE = r"(?:\d{4}|\d{1,2})[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?"
_HARMLESS = regex(rf"{_DATE}(?:[ T]{_TIME})?|{_TIME}", re.IGNORECASE)
_MONTH = rf"{MONTH_NAME}\.?"
_YEAR = r"(?:20[1-3]\d|[1-3]\d)"  # years of calls; a year of birth is earlier, and hidden
# A date or time of day inside other text: it helps a person to find the row and identifies no one.
_WHEN = regex(
    rf"(?<![\w/.:\-])(?:{WEEKDAY_NAME}\.?,? )?"
    rf"(?:20[1-3]\d[/.-]\d{{1,2}}[/.-]\d{{1,2}}|\d{{1,2}}([/.-])\d{{1,2}}\1{_YEAR}|\d{{1,2}}/\d{{1,2}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? 20[1-3]\d)?|\d{{1,2}} {_MONTH}(?:,? 20[1-3]\d)?|{_TIME})"
    r"(?![\w/:]|[.\-]\w)",
    re.IGNORECASE,
)
# Letters next to digits that are a unit, AM or PM, or a typing error, and not a name.
_UNIT = regex(r"(?<=\d)(?:[a-z]|[ap]m|hr|mn|st|nd|rd|th)(?![a-z])|(?<=\d )(?:[ap]\.?m\.?|[hms]|hr|mn)(?![a-z])")
_SHOWN, _LOOKED_AT = 40, 1_000  # characters of a cell that a message shows, and that are examined for it


def e164(text: str | None) -> str | None:
    """The number in E.164 form (``+12028382200``), or None if the text is not exactly one phone number.

    Excel's additions are removed (``="..."``, a leading apostrophe, no-break and invisible characters, full-width
    digits, a trailing ``.0``), and so is an extension (see :func:`has_extension`). A number of a possible length
    counts, in service or not. Short codes, extensions alone, feature codes (``*60``), names, and IDs are not phone
    numbers. Nor is ``1.20256E+10``, which has lost digits.

    >>> e164("(202) 838-2200"), e164("1-202-838-2200 ext. 12"), e164('="+44 20 7946 0018"')
    ('+12028382200', '+12028382200', '+442079460018')
    >>> e164("2028382200,,2#"), e164("912028382200"), e164("sip:12028382200@pbx.example")
    ('+12028382200', '+12028382200', '+12028382200')
    >>> e164("*67 800-375-5283"), e164("9,18003755283"), e164("00 1 800 375 5283")
    ('+18003755283', '+18003755283', '+18003755283')
    >>> e164("8003755283;2025550143")
    >>> e164("221"), e164("Anonymous"), e164("1.20256E+10"), e164(None)
    (None, None, None, None)
    """
    if match := ORDINARY.fullmatch(text or ""):
        return f"+1{match[1]}{match[2]}{match[3]}"
    number = _DIALED_BEFORE.sub("", _without_extension(_plain_number(text)))
    digits = re.sub(r"[\s().\-/]", "", number)
    if not re.fullmatch(r"\+?\d{7,15}", digits):
        return None
    if match := _NORTH_AMERICAN.fullmatch(digits) or _OUTSIDE_LINE.fullmatch(digits):
        return "+1" + match[1]
    import phonenumbers  # loads tables that most numbers do not need

    try:
        found = phonenumbers.parse(digits, "US")
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(found) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    if found.country_code == 1 and not _NORTH_AMERICAN.fullmatch(str(found.national_number)):
        return None  # ten digits that begin with 0 or 1 are a time in seconds, or an ID
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def zone_of(number: str) -> str:
    """The time zone of a United States phone number; "" if its area has several, or none is known.

    This is only a suggestion: mobile phones move, and people keep their numbers when they move.

    >>> zone_of("+13125550143"), zone_of("+18005550143")
    ('America/Chicago', '')
    """
    from phonenumbers import parse, timezone  # loads tables that nothing else needs

    found = timezone.time_zones_for_number(parse(number))
    return found[0] if len(found) == 1 and found[0] != timezone.UNKNOWN_TIMEZONE else ""


def has_extension(text: str | None) -> bool:
    """Whether a text contains an extension, with or without a number before it.

    >>> has_extension("202-838-2200 x12"), has_extension("ext. 4"), has_extension("202-838-2200")
    (True, True, False)
    """
    return bool(EXTENSION.search(_plain_number(text)))


def mask(text: str | None) -> str:
    """A phone number as a message may show it: its last four digits. Anything else: ``***``.

    >>> mask("+1 202-838-2200"), mask("221"), mask("EAC2190012345"), mask("123-45-6789")
    ('***-***-2200', '***', '***', '***')
    """
    number = _without_extension(_plain_number(text))
    digits = re.sub(r"\D", "", number)
    is_number = re.fullmatch(r"[+\d\s().\-/]+", number) and 10 <= len(digits) <= 15
    return f"***-***-{digits[-4:]}" if is_number else "***"


def shape(text: str | None) -> str:
    """A cell as a message may show it: letters as ``x``, digits as ``9``, cut at forty characters.

    Dates of calls and times of day stay as written. So do cells with a digit that are too short for a name, phone
    number, receipt, or A-number. A reader needs these to find a row and correct it.

    >>> shape("4S"), shape("2/30/2022"), shape("25:61"), shape("1h 02m"), shape("3/16 missed")
    ('4S', '2/30/2022', '25:61', '1h 02m', '3/16 xxxxxx')
    >>> shape("Maria Ng 202-838-2200"), shape("EAC2190012345"), shape("Ng"), shape("Ng 5")
    ('xxxxx xx 999-999-9999', 'xxx9999999999', 'xx', 'xx 9')
    >>> shape("Tuesday 3/15/2022 ok"), shape("Montoya 3/14/2022")
    ('Tuesday 3/15/2022 xx', 'xxxxxxx 3/14/2022')
    """
    # Control, format, and unusual space characters become spaces, so that a message can't control a terminal.
    visible = (" " if unicodedata.category(c)[0] in "CZ" else c for c in (text or "")[:_LOOKED_AT])
    shown = " ".join("".join(visible).split())
    if _is_harmless(shown):
        return shown
    # Examine twice as much as is shown, so that a date at the cut is hidden or kept as a whole.
    hidden, position = "", 0
    for match in _WHEN.finditer(shown[: 2 * _SHOWN]):
        hidden += "".join(map(_hidden, shown[position : match.start()])) + match[0]
        position = match.end()
    hidden += "".join(map(_hidden, shown[position : 2 * _SHOWN]))
    return hidden if len(hidden) <= _SHOWN else hidden[: _SHOWN - 3] + "..."


def _plain_number(text: str | None) -> str:
    """The text without what spreadsheets and web pages add to a number."""
    text = unicodedata.normalize("NFKC", text or "")
    text = "".join(c for c in text if unicodedata.category(c) != "Cf").strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = without_address(text.strip().lstrip("'").removeprefix("tel:").strip())
    text = text.translate(dict.fromkeys(map(ord, "‐‑‒–—−"), "-"))
    # A spreadsheet stored the phone number as a numeric value.
    if re.fullmatch(r"\d{7,15}\.0", text):
        return text[:-2]
    # 1.2025550101E+10 still has all its digits; if some are lost, the text stays as it is.
    match = _SCIENTIFIC.fullmatch(text)
    return match[1] + match[2] if match and len(match[2]) == int(match[3]) else text


def compared_digits(text: str) -> str:
    """A phone number in a form to compare: its digits, without the country code 1."""
    digits = re.sub(r"\D", "", text)
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def without_address(text: str) -> str:
    """The dialed part of an address, without a name before it, angle brackets, or its server.

    >>> without_address("sip:+12028382200@pbx.example;user=phone"), without_address('"Front desk" <anonymous>')
    ('+12028382200', 'anonymous')
    """
    match = _ADDRESS.fullmatch(text)
    return (match[1] or match[2] or match[3]).strip() if match else text


# The sip: may be in the brackets: "Law office" <sip:2025550143@pbx.example>.
_ADDRESS = regex(
    r"[^<>]*<(?:sips?:)?([^<>@]+)(?:@[^<>]*)?>|sips?:([^<>@]+)(?:@.*)?|(\+?\d+|anonymous)@\S+", re.IGNORECASE
)
# What is dialed before a number: a code that hides ours (*67), 9 and a pause, 00 before the country code.
_DIALED_BEFORE = regex(r"^(?:\*\d\d[ ,-]*|9,+)|^00(?= ?1 ?\d{3} ?\d{3} ?\d{4}$)")
# What a phone dials after someone answers: pauses and menu keys; ten digits would be another number.
_KEYS_AFTER = regex(r"[,;pw](?!.*\d{10})[\d,;pw*#]*$|#$", re.IGNORECASE)


def _without_extension(text: str) -> str:
    return EXTENSION.sub("", _KEYS_AFTER.sub("", text))


def _is_harmless(text: str) -> bool:
    if _HARMLESS.fullmatch(text):
        return True
    is_short_number = len(text) <= 6 and bool(re.search(r"\d", text))
    return is_short_number and not re.search(r"\d{5}|[^\W\d_]", _UNIT.sub("", text.lower()))


def _hidden(char: str) -> str:
    kind = unicodedata.category(char)[0]
    if kind == "N":
        return "9"
    return char if char.isascii() and kind != "L" else "x"


_UNSEEN = regex("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
# A label before a number, not part of it: SR# T1430989661, SR 12345678. A label joined to it is part of it: SR1234.
_NUMBER_LABEL = regex(
    r"^\s*(?:sr|srmt|service request|ref(?:erence)?|tracking|confirmation|inquiry|ticket|case)?\.?\s*"
    r"(?:(?:no|nr|number)\b\.?\s*[:#]*|#:?|:)\s*(?=\w)"
    r"|^\s*(?:sr|srmt|srn|service request)\s+(?=[a-z]{0,3}\d)",
    re.IGNORECASE,
)
_SEPARATORS = r"[\s\-–—_.#:]*"
_RECEIPT_NUMBER = regex(rf"[a-z]{_SEPARATORS}[a-z]{_SEPARATORS}[a-z](?:{_SEPARATORS}\d){{10}}", re.IGNORECASE)
_A_NUMBER = regex(rf"a{_SEPARATORS}\d(?:{_SEPARATORS}\d){{7,8}}", re.IGNORECASE)


def identifier(text: str) -> str:
    """The text without invisible characters; a receipt number or an A-number also without separators.

    >>> identifier("ioe 09-0000\u200b0011"), identifier("A 012 345 678"), identifier(" 2022-014 ")
    ('IOE0900000011', 'A012345678', '2022-014')
    """
    plain = tidy(_UNSEEN.sub("", text))
    parts = [part for part in re.split(r"\s*[;,/&\n]\s*|\s+and\s+", plain) if part]
    if parts and all(_RECEIPT_NUMBER.fullmatch(part) or _A_NUMBER.fullmatch(part) for part in parts):
        return "; ".join(re.sub(r"[\W_]", "", part).upper() for part in parts)
    return plain


_WHOSE = regex(r"^(\s*[\w./#-]*\d[\w./-]*)\s+\([^()\d]{1,40}\)\s*$")  # after a number, the name of its case


def numbered(text: str) -> str:
    """An identifier with a digit, as every service request number has; raise :class:`Unreadable` for other text.

    >>> numbered("SR 12345678"), numbered("SR# T1430989661"), numbered("Ref. no.: 12345678"), numbered("SR12345678")
    ('12345678', 'T1430989661', '12345678', 'SR12345678')
    >>> numbered("WS-12 (Mora)"), numbered("WS-12 (Mora) WS-13 (Roe)")
    ('WS-12', 'WS-12 (Mora) WS-13 (Roe)')
    """
    found = identifier(_WHOSE.sub(r"\1", _NUMBER_LABEL.sub("", _without_promise(text))))
    if not re.search(r"\d", found):
        raise Unreadable("unreadable", "a number, as in 12345678")
    return found


def _without_promise(text: str) -> str:
    """A number without the promise after it.

    >>> _without_promise("WS-12, 72 hours"), _without_promise("WS-12, WS-13")
    ('WS-12', 'WS-12, WS-13')
    """
    parts = _BEHIND_NUMBER.split(text, maxsplit=1)
    return parts[0] if len(parts) > 1 and is_promise(parts[1]) else text


_BEHIND_NUMBER = regex(r"[,;]\s+|\s[-–—/]\s")

# A person described only by looks or voice: Sister-sounding lady, nice older man.
_SOME_PERSON = regex(r"(?:[A-Za-z]\w*-\w+|[a-z]\w*)(?: [a-z]\w*){0,2} (?:lady|woman|man|guy|gentleman|girl|person)")


@lru_cache(maxsize=1 << 14)  # the reader of each column asks for the same cells
def placeholder(text: str) -> str:
    """``nothing`` or ``refused`` if a cell says only that there is nothing to write; "" if it holds something.

    >>> [placeholder(text) for text in ("N/A - IVR", "would not give", "-", "Nadia", "12")]
    ['nothing', 'refused', 'nothing', '', '']
    """
    if _SOME_PERSON.fullmatch(text.strip()):
        return "refused"
    found = ""
    for heading, _ in lexicon.phrases("placeholder").walk(lexicon.tokens(_UNSEEN.sub("", tidy(text)))):
        if not heading:
            return ""
        if heading != "filler":
            found = "refused" if "refused" in (found, heading) else heading
    return found


_AGENT_ID = regex(r"(?<![\w'-])[A-Za-z]{0,3}-?\d[\dA-Za-z-]*(?![\w'])")

_NAME_BEFORE_ID = regex(r"([a-z]{2}\.?)[-–—](?=\d{3,}\s*$)")  # Ashley-4471; K-4471 is a number


# Words in a column of agents that name no person, in addition to the lexicon's ``common``.
_ROLES = lexicon.word_set("roles")
MOST_NAMES = 8  # of so many names, mostly different ones are agents', who are thousands; the office's names recur


@lru_cache(maxsize=1 << 12)
def names_person(text: str) -> bool:
    """Whether an agent's cell names a person, and not only a role.

    >>> [names_person(text) for text in ("Adams", "Officer Brown", "Ms. Lee", "agent", "Tier 1", "a live person")]
    [True, True, True, False, False, False]
    >>> [names_person(text) for text in ("hold music", "Emma (virtual)", "see notes", "paralegal", "same as above")]
    [False, False, False, False, False]
    """
    known = {*lexicon.content()["common"]["words"].split(), *_ROLES}
    tokens = lexicon.tokens(text)
    labels = lexicon.phrases("agent", "placeholder", "incoming").walk(tokens)
    return "virtual" not in tokens and any(
        not label and words[0].isalpha() and words[0] not in known for label, words in labels
    )


def split_agent(text: str) -> tuple[str, str]:
    """The name and the number of an agent in one cell; "" for whichever is missing.

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
    words, index, is_name = lexicon.tokens(rest), 0, False
    while index < len(words):
        label = lexicon.phrases("agent").match(words, index) or lexicon.phrases("placeholder").match(words, index)
        is_name |= label is None
        index += label[1] if label else 1
    name = re.sub(r"\b(?:id|badge|no|number)\b\.?\s*[#:]*|#", " ", rest, flags=re.IGNORECASE)
    name = " ".join(re.sub(r"[/,;:|()\[\]]|\s[-–]+\s|^\s*[-–]|[-–]\s*$", " ", name).split()).strip(" -–")
    return name if is_name else "", found[0][0]
