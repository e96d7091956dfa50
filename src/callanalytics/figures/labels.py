"""Numbers as a lawyer reads them: hours, months, percentages, minutes."""

from __future__ import annotations

from callanalytics.wording import MONTHS as MONTHS
from callanalytics.wording import WEEKDAYS as WEEKDAYS
from callanalytics.wording import day as day
from callanalytics.wording import hour as hour
from callanalytics.wording import month as month
from callanalytics.wording import plural


def number(value: float) -> str:
    """
    >>> number(3410)
    '3,410'
    """
    return f"{value:,.0f}"


SMALL = "no one two three four five six seven eight nine ten".split()


def spelled(n: int, noun: str) -> str:
    """A count with its noun as a sentence opens: up to ten in letters.

    >>> spelled(3, "law office"), spelled(25, "law office")
    ('Three law offices', '25 law offices')
    """
    return f"{SMALL[n].capitalize()} {noun}{'' if n == 1 else 's'}" if n < len(SMALL) else plural(n, noun)


def percent(share: float) -> str:
    """A share as a whole percentage; never "0%" of something, nor "100%" of nearly all.

    >>> percent(0.614), percent(0.002), percent(0.998), percent(1.0)
    ('61%', 'under 1%', 'over 99%', '100%')
    """
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 < share < 1:
        return "over 99%"
    return f"{share * 100:.0f}%"


def between(low: str, high: str) -> str:
    """Two ends of a range, said once where they are the same.

    >>> between("52%", "68%"), between("30%", "30%"), between("none", "4")
    ('52–68%', '30%', '0–4')
    """
    if low == high:
        return low
    unit = "%" if high.endswith("%") and low.endswith("%") else ""
    return f"{low.removesuffix(unit).replace('none', '0')}–{high}"


def minutes(seconds: float) -> str:
    """A wait in words: minutes, and hours from two on.

    >>> minutes(2820), minutes(60), minutes(7080), minutes(7200), minutes(4159080)
    ('47 minutes', '1 minute', '118 minutes', '2 h', '1,155 h 18 min')
    """
    whole = round(seconds / 60)
    if whole < 120:
        return f"{whole} minute" + ("" if whole == 1 else "s")
    hours, rest = divmod(whole, 60)
    return f"{hours:,} h" + (f" {rest} min" if rest else "")


def hours(first: int, last: int) -> str:
    """The stretch from `first` to `last` o'clock.

    >>> hours(8, 10), hours(10, 14), hours(14, 17)
    ('8–10 a.m.', '10 a.m.–2 p.m.', '2–5 p.m.')
    """
    start, end = hour(first), hour(last)
    if start[-4:] == end[-4:] and start[-1] == ".":
        start = start[:-5]
    return f"{start}–{end}"


def joined(words: list[str], last: str = "and") -> str:
    """
    >>> joined(["New York", "Chicago", "Los Angeles"])
    'New York, Chicago and Los Angeles'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
