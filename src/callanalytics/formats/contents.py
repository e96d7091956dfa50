"""What the cells of a column look like, whatever its header says: dates, times of day, waits, numbers, words.

An answer may be a mark in one of several columns: an x under Urgent, Regular, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from callanalytics.formats.words import tokens
from callanalytics.values import lexicon, try_read
from callanalytics.values.callbacks import read_callbacks, result_of_callback
from callanalytics.values.lexicon import Patterns
from callanalytics.values.promises import Promise, read_promise

LOOKED_AT = 300  # filled cells
MIN_CELLS = 3  # fewest filled cells that can contradict a header
SHARE_FOR, SHARE_NEUTRAL = 0.5, 0.25  # share of a column from which it is of a kind, and share below which it is not
NEARLY_ALL = 0.9

KINDS = Patterns("kinds")
DENYING = lexicon.word_set("denying")
OTHERWISE = frozenset("or o and if si".split())  # before such a word: promised or not (Y o no)


def filled(cells: Iterable[str | None]) -> list[str]:
    """The first cells of a column with content."""
    found = []
    for cell in cells:
        text = " ".join((cell or "").split())[:120]
        if text and not KINDS.nothing.match(text):
            found.append(text)
            if len(found) == LOOKED_AT:
                break
    return found


def share(texts: list[str], kind: str) -> float:
    """The share of texts that look like a kind.

    >>> share(["3/1/2022", "Mar 3", "noon"], "date"), share(["45", "1h10", "an hour", "Solved"], "span")
    (0.6666666666666666, 0.75)
    >>> share(["10:05 AM", "3:10", "9.15", "2022-03-01"], "time")
    0.75
    """
    return _share(tuple(texts), kind) if texts else 0.0


@lru_cache(1 << 10)  # the readers of a sheet's columns ask more than half of it again
def _share(texts: tuple[str, ...], kind: str) -> float:
    looks_like = KINDS[kind].match
    return sum(looks_like(text) is not None for text in texts) / len(texts)


def most(texts: list[str], kind: str) -> bool:
    """Whether at least half of the texts look like a kind."""
    return share(texts, kind) >= SHARE_FOR


def nearly_all(texts: list[str], kind: str, *, at_least: int = 0) -> bool:
    """Whether at least 90% of the texts look like a kind, and there are enough texts."""
    return len(texts) >= at_least and share(texts, kind) >= NEARLY_ALL


def some(texts: list[str], kind: str) -> bool:
    """Whether at least a quarter of the texts look like a kind."""
    return share(texts, kind) >= SHARE_NEUTRAL


def under_days(lines: Sequence[str]) -> list[str]:
    """Lines of notes in which several begin a call under a line with its day alone: each with that day, and with the
    lines behind it, and blank lines in their place; any other lines as they are.

    >>> under_days(["3/4/24", "9:05 held 40, no one", "hung up", "9:50 held 5", "3/5/24", "4pm USCIS cb", ""])
    ['', '3/4/24 9:05 held 40, no one hung up', '', '3/4/24 9:50 held 5', '', '3/5/24 4pm USCIS cb', '']
    >>> under_days(["3/4/24", "held 40, no one", "3/5/24"])
    ['3/4/24', 'held 40, no one', '3/5/24']
    """
    found, day, place, n_calls = [line.strip() for line in lines], "", -1, 0
    for index, text in enumerate(found):
        head = text.rstrip(" :")  # Monday 10/7:
        if KINDS.date.match(head):
            day, place = head if KINDS.day_alone.match(head) else "", index
            found[index] = day or text
        elif day and KINDS.begins_call.match(text):
            found[place] = "" if found[place] == day else found[place]
            found[index], place, n_calls = f"{day} {text}", index, n_calls + 1
        elif day and text and found[place] != day:
            found[place], found[index] = f"{found[place]} {text}", ""
    return found if n_calls >= MIN_CELLS else list(lines)


def asks_for_denial(name: str, texts: list[str]) -> bool:
    """Whether a column of yes or no asks whether something did not happen, so that a yes means a no.

    >>> asks_for_denial("No CB promised", ["Y", "N"]), asks_for_denial("Reached? (yes/no)", ["Y", "N"])
    (True, False)
    >>> asks_for_denial("CB promised or not", ["Y", "N"]), asks_for_denial("No agent", ["Lee"])
    (False, False)
    """
    words = tokens(name.replace("/", " or "))
    denies = any(word in DENYING and before not in OTHERWISE for before, word in pairwise(("", *words)))
    return denies and "yes" not in words and nearly_all(texts, "yes")


def denies_callback(text: str) -> bool:
    """Whether a cell says that no callback came, or says without a day how the call itself was lost.

    >>> denies_callback("not yet"), denies_callback("we hung up"), denies_callback("1/13 dropped")
    (True, True, False)
    """
    return bool(KINDS.none_came.match(text) or (KINDS.lost.match(text) and not KINDS.day.search(text)))


def verdict(texts: list[str], kind: str) -> int:
    """1 if the cells support a kind, -1 if they contradict it, 0 if they do neither."""
    if kind == "callbacks":  # cells that say none came, or that the call was lost, do not contradict it
        texts = [text for text in texts if not denies_callback(text)]
    if not kind or not texts:
        return 0
    part = share(texts, kind)
    return 1 if part >= SHARE_FOR else -1 if part < SHARE_NEUTRAL and len(texts) >= MIN_CELLS else 0


# ---- an answer as a mark in one of several columns -------------------------------------------------------------------

LONGEST = 80  # characters of a header that is an answer


def is_mark(text: str | None) -> bool:
    """Whether a cell holds a mark and nothing else.

    >>> is_mark("x"), is_mark("✓"), is_mark("no"), is_mark(None)
    (True, True, False, False)
    """
    return bool(text and KINDS.mark.match(text))


def mark_groups(
    header: Sequence[str], raw: Sequence[Sequence[str | None]], found: Mapping[str, int]
) -> dict[str, list[int]]:
    """Groups of columns that together give a meaning by marks; ``found`` are the columns of other meanings."""
    indices = [index for index, name in enumerate(header) if len(name) <= LONGEST and _is_of_marks(raw[index])]
    grouped: dict[str, list[int]] = {}
    _add_group(grouped, "promised", _promises_by_mark(header, indices), raw)
    left = [index for index in indices if index not in grouped.get("promised", ())]
    behind = [index for index in left if index > found.get("callback", index)]
    _add_group(grouped, "callback_answered", _results_by_mark(header, behind), raw)
    left = [index for index in left if index not in grouped.get("callback_answered", ())]
    if found.get("result") in (None, *left):
        ends = [p for p in left if "callback" not in tokens(header[p]) and share([header[p]], "lost_or_reached")]
        _add_group(grouped, "result", ends, raw)
    if "tier" not in found:
        tiers = [p for p in left if KINDS.tier.fullmatch(header[p].strip())]
        _add_group(
            grouped, "tier", tiers, raw, fewest=1 if [header[p].strip().casefold() for p in tiers] == ["t1"] else 2
        )
    return grouped


def _is_of_marks(cells: Iterable[str | None]) -> bool:
    """Whether a column holds marks alone. It may be empty: perhaps no call has had that answer yet."""
    return all(is_mark(cell) or KINDS.no_mark.match(cell) for cell in cells if cell)


def _promises_by_mark(header: Sequence[str], indices: Sequence[int]) -> list[int]:
    """The columns whose headers are promises; none if they may be what the caller asked for: Urgent, Regular."""
    promises = {index: promise for index in indices if (promise := _promise(header[index]))}
    # A header must name a promise, a callback, or a tier, or one of the group must be a timeframe and nothing else.
    is_shown = any(map(KINDS.of_promise.search, header)) or any(_is_time(header[index]) for index in promises)
    return list(promises) if is_shown and any(promise.kind != "none" for promise in promises.values()) else []


def _results_by_mark(header: Sequence[str], indices: Sequence[int]) -> list[int]:
    """The columns whose headers are results of a callback; none if all say that it was answered."""
    texts = {index: _readable_ending(header[index], read_callbacks) for index in indices}
    results = {index: result for index, text in texts.items() if (result := result_of_callback(text))}
    return list(results) if any(result != "answered" for result in results.values()) else []


def answer_of_mark(header: str, meaning: str) -> str:
    """What a mark under a header means: the header, without leading words that make it unreadable.

    >>> answer_of_mark("Callback promised Urgent (72 hrs)", "promised"), answer_of_mark("CC answer none", "promised")
    ('Callback promised Urgent (72 hrs)', 'none')
    >>> answer_of_mark("Call back: none", "promised")  # a group's name that can be read with its answer stays
    'Call back: none'
    """
    if meaning == "promised":
        return _readable_ending(header, read_promise)
    return _readable_ending(header, read_callbacks) if meaning == "callback_answered" else header


def _add_group(grouped: dict[str, list[int]], meaning: str, indices: list[int], raw, *, fewest: int = 2) -> None:
    # A single column of marks is a plain yes or no, but T1 says who spoke
    if len(indices) >= fewest and any(is_mark(cell) for index in indices for cell in raw[index]):
        grouped[meaning] = indices


def _promise(header: str) -> Promise | None:
    promise = try_read(read_promise, _readable_ending(header, read_promise))
    return promise if promise and (promise.kind or promise.stated or promise.number) else None


def _is_time(header: str) -> bool:
    """Whether a whole header reads as a promise with a timeframe."""
    promise = try_read(read_promise, header.rstrip(" ?"))
    return bool(promise and (promise.stated or promise.number))


def _readable_ending(header: str, read: Callable) -> str:
    """The longest ending of a header that can be read; "" if none can."""
    words = header.rstrip(" ?").split()
    for first in range(len(words)):
        if try_read(read, text := " ".join(words[first:])) is not None:
            return text
    return ""


# ---- several callbacks in one row, each in its own columns: CB 1 date, CB 1 result; CB 2 date ------------------------

HELD = frozenset("hold wait waited waiting queue".split())
CLOCK = frozenset("at time hour".split())
# The meanings of the columns of one callback, and words of their headers.
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
    """The columns of several callbacks in one row, each in its own columns: CB 1 date, CB 1; CB 2 date, CB 2.

    Attempts that no header calls callbacks may be the office's own calls: if another column of attempts is about a
    hold, an agent, or the like, or if no other column has the day.
    """
    sets: dict[int, dict[str, int]] = {}
    for index, name in enumerate(header):
        words = frozenset(tokens(name))
        number, meaning = _number_of_callback(words), _meaning_of_each(words, cells[index])
        if index in closed or not number or not meaning:
            continue
        # Two columns with the same meaning and number: the numbers do not count callbacks.
        if sets.setdefault(number, {}).setdefault(meaning, index) != index:
            return {}
    sets = {number: indices for number, indices in sets.items() if "callback" in indices}
    _add_what_is_behind(sets, header, cells)
    # The format's own words cover two callbacks that have only days
    is_known = len(sets) == 2 and all(len(indices) == 1 for indices in sets.values())
    if len(sets) < 2 or is_known or sorted(sets) != [*range(1, len(sets) + 1)]:
        return {}
    taken = {index for indices in sets.values() for index in indices.values()}
    if not any("callback" in tokens(header[index]) for index in taken):
        others = {index: frozenset(tokens(name)) for index, name in enumerate(header) if index not in taken}
        of_calls = [words for words in others.values() if not OF_OUR_CALL.isdisjoint(words)]
        # Without a day elsewhere, the first attempt is the call itself.
        has_day = any(nearly_all(cells[index], "date") for index in others)
        if any(map(ATTEMPTS.intersection, of_calls)) or not has_day:
            return {}
    return {name_in_set(meaning, n): index for n, indices in sets.items() for meaning, index in indices.items()}


def _add_what_is_behind(sets: dict[int, dict[str, int]], header, cells) -> None:
    """Add to each callback the plainly named columns that follow every one: 1st callback, Time; 2nd, Time."""
    for _ in OF_EACH:
        behind = {number: max(indices.values()) + 1 for number, indices in sets.items()}
        names = {frozenset(tokens(header[p])).difference(ORDINALS) for p in behind.values() if p < len(header)}
        words = names.pop() if len(names) == 1 else frozenset()
        if not words or not words.isdisjoint(OF_CALLBACK) or max(behind.values()) == len(header):
            return
        meanings = {number: _meaning_of_each(words, cells[index]) for number, index in behind.items()}
        if any(not meaning or meaning in sets[number] for number, meaning in meanings.items()):
            return
        for number, meaning in meanings.items():
            sets[number][meaning] = behind[number]


def name_in_set(meaning: str, number: int) -> str:
    """The name of a meaning for the callback with a number.

    >>> [name_in_set("callback_time", number) for number in (1, 2, 3)]
    ['callback_time', 'second_callback_time', 'callback_time_3']
    """
    return meaning if number == 1 else OF_SECOND[meaning] if number == 2 else f"{meaning}_{number}"


def _number_of_callback(words: frozenset[str]) -> int:
    """The number of the callback that a header's words name; 0 for none."""
    numbers = [ORDINALS[word] for word in words if word in ORDINALS]
    is_named = "callback" in words or (numbers and not ATTEMPTS.isdisjoint(words))
    # In "Tier 2 callback", the 2 does not number callbacks
    if not is_named or len(numbers) > 1 or not {"tier", "level"}.isdisjoint(words):
        return 0
    # "Callback" alone may be any of them; "Callback date" next to numbered ones is the first
    return numbers[0] if numbers else 0 if words <= OF_CALLBACK else 1


def _meaning_of_each(words: frozenset[str], texts: list[str]) -> str:
    """The meaning of a column for one callback; "" if its header is about something else, such as a promise."""
    if not words <= OF_CALLBACK.union(*OF_EACH.values()):
        return ""
    if most(texts, "date"):
        return "callback"
    named = (meaning for meaning in ("callback_time", "callback") if not OF_EACH[meaning].isdisjoint(words))
    return next(named, "callback_answered")
