"""Invented values that replace real ones, and the number of weeks by which dates move.

Equal values get equal replacements, different values get different ones, and each seed draws others. Dates move by
whole weeks, chosen so that daylight saving time stays daylight saving time.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import cycle
from string import ascii_lowercase

import numpy as np

from callanalytics import wording
from callanalytics.lazy import regex
from callanalytics.values import zones
from callanalytics.values.phones import EXTENSION, e164

_RUN = regex(r"[^\W_]+")
_NUMBER = regex(r"\+?\d[\d().\- ]{6,18}\d")


def numbers_in(text: str) -> set[str]:
    """The phone numbers in a cell, in E.164 form.

    >>> numbers_in("Ng <202-555-0143>"), numbers_in("47 minutes")
    ({'+12025550143'}, set())
    """
    found = (e164(text), *(e164(match[0]) for match in _NUMBER.finditer(text)))
    return {number for number in found if number is not None}


class Pseudonyms:
    """Replacements, kept while one file is written.

    Phone numbers become 555-0100 to 555-0199 of some area code, which the phone companies assign to no one. `public`
    tests whether a number stays; `taken` are the numbers in the file, and no real number is replaced by one of them.
    """

    def __init__(self, seed: int, public, taken: Iterable[str] = ()):
        self._public = public
        self._dice = random.Random(seed)  # noqa: S311  the replacement hides a number, not the dice
        # If an export has more parties than there are invented numbers, two share one; no rule depends on them.
        self._free = cycle(_fictitious(random.Random(seed), frozenset(taken)))  # noqa: S311
        self._numbers: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._runs: dict[str, str] = {}
        self._given: set[str] = set()
        self.kept: set[str] = set()  # numbers of the agency

    @property
    def counts(self) -> dict[str, int]:
        """Number of different phone numbers, names, and other identifiers that were replaced."""
        return {"numbers": len(self._numbers), "names": len(self._names), "ids": len(self._runs)}

    def number(self, e164_: str) -> str:
        """The invented number for a real one; the agency's numbers are public and stay."""
        if self._public(e164_):
            self.kept.add(e164_)
            return e164_
        if e164_ not in self._numbers:
            self._numbers[e164_] = next(self._free)
        return self._numbers[e164_]

    def written_number(self, text: str) -> str:
        """The invented number in the format of the real one.

        >>> invented = Pseudonyms(1, lambda number: number == "+18003755283")
        >>> invented.written_number("1-800-375-5283"), invented.written_number("(312) 666-7788 x12")[5:12]
        ('1-800-375-5283', ' 555-01')
        """
        number = e164(text)
        if number is None:
            raise ValueError("this is not a phone number")
        new = self.number(number)
        if new == number:
            return text
        behind = EXTENSION.search(text)
        head, tail = (text[: behind.start()], behind[0]) if behind else (text, "")
        digits = [index for index, char in enumerate(head) if char.isdecimal()]
        # An invented number has no form in other countries
        is_american = number.startswith("+1") and len(digits) in (10, 11)
        if not is_american:
            return new if head.strip(" '\"=").startswith("+") else new[1:]
        letters = list(head)
        # Skip the country code 1, which may or may not be written
        for index, digit in zip(digits[-10:], new[2:], strict=True):
            letters[index] = digit
        return "".join(letters) + re.sub(r"\d+", lambda match: self._run(match[0]), tail)

    def name(self, text: str) -> str:
        """A name without digits, so that no pattern takes it for a number."""
        key = " ".join(text.casefold().split())
        if key not in self._names:
            self._names[key] = "Person " + wording.letters(len(self._names))
        return self._names[key]

    def masked(self, text: str, known: Collection[str] = frozenset()) -> str:
        """Replace letters by letters, digits by digits, and phone numbers by invented ones; words of `known` stay.
        Equal runs of letters or digits become equal everywhere."""
        masked, end = "", 0
        for match in _NUMBER.finditer(text):
            if e164(match[0]):
                masked += self.identifier(text[end : match.start()], known) + self.written_number(match[0])
                end = match.end()
        return masked + self.identifier(text[end:], known)

    def identifier(self, text: str, known: Collection[str] = frozenset()) -> str:
        """An id with its runs replaced, without looking for phone numbers: equal ids stay equal in every column."""
        return _RUN.sub(lambda match: self._except_known_word(match[0], known), text)

    def _except_known_word(self, run: str, known: Collection[str]) -> str:
        """A run of letters and digits, replaced, except a known word that it is, begins with, or ends with.

        Examples are SEP0011 and UserForwarding.
        """
        folded = run.casefold()
        if folded in known:
            return run
        # Shorter pieces would match the start of many words by chance
        start = max((len(piece) for piece in known if len(piece) > 2 and folded.startswith(piece)), default=0)
        rest = folded[start:]
        end = max((len(piece) for piece in known if len(piece) > 3 and rest.endswith(piece)), default=0)
        inner = run[start : len(run) - end]
        return run[:start] + (self._run(inner) if inner else "") + run[len(run) - end :]

    def _run(self, run: str) -> str:
        key = run.casefold()
        if key not in self._runs:
            self._runs[key] = self._invented(key)
            self._given.add(self._runs[key])
        letters = zip(run, self._runs[key], strict=True) if len(run) == len(key) else ()
        return "".join(new.upper() if own.isupper() else new for own, new in letters) or self._runs[key]

    def _invented(self, key: str) -> str:
        """An unused run of the same length, digits for digits and letters for letters; a leading 0 stays, and a
        hexadecimal run stays hexadecimal."""
        is_hex = all(char in "0123456789abcdef" for char in key)
        letters = "abcdef" if is_hex else ascii_lowercase
        for _ in range(1000):
            new = "".join(self._dice.choice("0123456789" if char.isdigit() else letters) for char in key)
            # A first digit from 1 to 9 must not become 0, which a spreadsheet drops
            if key[0].isdigit():
                new = ("0" if key[0] == "0" else self._dice.choice("123456789")) + new[1:]
            # A single character may be replaced by itself
            if new not in self._given and (new != key or len(key) < 2):
                return new
        # For so short a run all others may be in use already.
        return key if len(key) < 3 else key[::-1]


def _fictitious(dice: random.Random, taken: Collection[str]) -> Iterator[str]:
    """Every number that no phone company assigns and that is not in `taken`, each once, in random order.

    >>> numbers = list(_fictitious(random.Random(1), {"+12015550100"}))
    >>> len(numbers) == len(set(numbers)), len(numbers) % 100, "+12015550100" in numbers, "+12015550101" in numbers
    (True, 99, False, True)
    """
    # N11 codes are services, and N9X is reserved for longer numbers: neither is an area code
    areas = [area for area in range(201, 990) if area % 100 != 11 and area // 10 % 10 != 9]
    lines = list(range(100))
    dice.shuffle(areas)
    dice.shuffle(lines)
    # Each round gives every area the line after its last, so two numbers in a row share neither
    for turn in range(len(lines)):
        for index, area in enumerate(areas):
            number = f"+1{area}55501{lines[(index + turn) % len(lines)]:02}"
            if number not in taken:
                yield number


# ---- the number of weeks by which dates move ------------------------------------------------------------------------

_MIN_WEEKS = 26  # weeks: fewer would keep the season
_FIRST_DAY = np.datetime64("2018-01-01", "D")  # earlier dates cause a warning
_MAX_WEEKS = 600  # weeks tried in each direction


def week_shifts(local: np.ndarray, today: date, seed: int) -> list[tuple[int, int]]:
    """Numbers of weeks in the order to try them, each with how many times change to or from daylight saving time.

    First come those that change none, and among these the ones that keep every time between 2018 and today; the seed
    decides among equals. Daylight saving time is that of the United States.

    >>> march = np.array(["2022-03-08T10:00", "2022-03-15T10:00"], "M8[us]")  # one before the change, one after
    >>> week_shifts(march, date(2023, 1, 1), 7)[0][1]
    0
    """
    local = np.unique(local[~np.isnat(local)])
    if not len(local):
        # There is no date to judge by, so any number of weeks will do
        return [(-52, 0)]
    first, last = local[0].astype("M8[D]"), local[-1].astype("M8[D]")
    summer = _utc_offset(local)
    dice = random.Random(seed)  # noqa: S311
    ranked = []
    for weeks in (w for w in range(-_MAX_WEEKS, _MAX_WEEKS + 1) if abs(w) >= _MIN_WEEKS):
        days = np.timedelta64(7 * weeks, "D")
        if last + days > np.datetime64(today, "D") or first + days < np.datetime64("2008-01-01"):
            continue
        lost = int((_utc_offset(local + days.astype("m8[us]")) != summer).sum())
        ranked.append((lost, bool(first + days < _FIRST_DAY), dice.random(), weeks))
    # If no number of weeks keeps the dates within bounds, use a year of whole weeks
    return [(weeks, lost) for lost, _, _, weeks in sorted(ranked)] or [(-52, len(local))]


def _utc_offset(local: np.ndarray) -> np.ndarray:
    """Eastern clocks' offset from UTC, with a flag for a skipped or repeated hour in the last digit."""
    utc, flag = zones.to_utc(local, zones.EASTERN)
    # Offset and flag as one number: an offset in microseconds ends in a 0 that the flag takes.
    return (local - utc).astype(np.int64) * 10 + flag
