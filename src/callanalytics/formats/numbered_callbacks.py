"""Several callbacks in one row of a hand-kept sheet, each in columns of its own: CB 1 date, CB 1 result; CB 2 date."""

from __future__ import annotations

from callanalytics.formats import contents
from callanalytics.formats.words import tokens

HELD = frozenset("hold wait waited waiting queue".split())
CLOCK = frozenset("at time hour".split())
# What the columns of one of them hold, and words of their headers.
OF_EACH = {
    "callback": frozenset("date day on when".split()),
    "callback_time": CLOCK,
    "callback_answered": frozenset("result outcome status answered taken picked up".split()),
}
OF_SECOND = dict(zip(OF_EACH, ("second_callback", "second_callback_time", "second_answered"), strict=True))
EACH = ("first 1st 1", "second 2nd 2", "third 3rd 3", "fourth 4th 4", "fifth 5th 5")
ORDINALS = {word: number for number, words in enumerate(EACH, 1) for word in words.split()}
ATTEMPTS = frozenset("attempt try".split())
OF_OUR_CALL = HELD.union(("agent", "rep", "sr", "min", "minutes"))
OF_CALLBACK = frozenset("callback call uscis they their from #".split()).union(ATTEMPTS, ORDINALS)


def numbered_callbacks(header, cells, closed: set[int]) -> dict[str, int]:
    """The columns of several callbacks of one row, each in columns of its own: CB 1 date, CB 1; CB 2 date, CB 2.

    Attempts that no one calls callbacks may be calls of ours: with a hold, or where no other column has the day.
    """
    sets: dict[int, dict[str, int]] = {}
    for place, name in enumerate(header):
        words = frozenset(tokens(name))
        number, meaning = _number_of_callback(words), _meaning_of_each(words, cells[place])
        if place in closed or not number or not meaning:
            continue
        if sets.setdefault(number, {}).setdefault(meaning, place) != place:
            return {}
    sets = {number: places for number, places in sets.items() if "callback" in places}
    _add_what_is_behind(sets, header, cells)
    is_known = len(sets) == 2 and all(len(places) == 1 for places in sets.values())
    if len(sets) < 2 or is_known or sorted(sets) != [*range(1, len(sets) + 1)]:
        return {}
    taken = {place for places in sets.values() for place in places.values()}
    if not any("callback" in tokens(header[place]) for place in taken):
        others = {place: frozenset(tokens(name)) for place, name in enumerate(header) if place not in taken}
        of_calls = [words for words in others.values() if not OF_OUR_CALL.isdisjoint(words)]
        has_day = any(contents.share(cells[place], "date") >= contents.NEARLY_ALL for place in others)
        if any(map(ATTEMPTS.intersection, of_calls)) or not has_day:
            return {}
    return {name_in_set(meaning, n): place for n, places in sets.items() for meaning, place in places.items()}


def _add_what_is_behind(sets: dict[int, dict[str, int]], header, cells) -> None:
    """Add to each callback the columns of a bare name that stand behind every one: 1st callback, Time; 2nd, Time."""
    for _ in OF_EACH:
        behind = {number: max(places.values()) + 1 for number, places in sets.items()}
        names = {frozenset(tokens(header[p])).difference(ORDINALS) for p in behind.values() if p < len(header)}
        words = names.pop() if len(names) == 1 else frozenset()
        if not words or not words.isdisjoint(OF_CALLBACK) or max(behind.values()) == len(header):
            return
        meanings = {number: _meaning_of_each(words, cells[place]) for number, place in behind.items()}
        if any(not meaning or meaning in sets[number] for number, meaning in meanings.items()):
            return
        for number, meaning in meanings.items():
            sets[number][meaning] = behind[number]


def name_in_set(meaning: str, number: int) -> str:
    """What a meaning is called of the callback of a number.

    >>> [name_in_set("callback_time", number) for number in (1, 2, 3)]
    ['callback_time', 'second_callback_time', 'callback_time_3']
    """
    return meaning if number == 1 else OF_SECOND[meaning] if number == 2 else f"{meaning}_{number}"


def _number_of_callback(words: frozenset[str]) -> int:
    """Which of a row's callbacks the words of a header name; 0 for none."""
    numbers = [ORDINALS[word] for word in words if word in ORDINALS]
    is_named = "callback" in words or (numbers and not ATTEMPTS.isdisjoint(words))
    if not is_named or len(numbers) > 1 or not {"tier", "level"}.isdisjoint(words):
        return 0
    return numbers[0] if numbers else 0 if words <= OF_CALLBACK else 1


def _meaning_of_each(words: frozenset[str], texts: list[str]) -> str:
    """What a column has of one callback; "" where its header speaks of something else, as of what was promised."""
    if not words <= OF_CALLBACK.union(*OF_EACH.values()):
        return ""
    if contents.share(texts, "date") >= contents.MOST:
        return "callback"
    named = (meaning for meaning in ("callback_time", "callback") if not OF_EACH[meaning].isdisjoint(words))
    return next(named, "callback_answered")
