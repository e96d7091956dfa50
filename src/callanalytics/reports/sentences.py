"""The words of the reports: how a sentence gives a figure, its interval, and its count, and names for stored values.

:func:`in_plain_words` puts a measure's definition in a lawyer's words. A test checks that every word of the schema has
its words here.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Self

from callanalytics import wording
from callanalytics.lazy import regex
from callanalytics.measures.definitions import INTERVAL_MINIMUM, SHARE_MINIMUM, TELLS_NOTHING
from callanalytics.measures.result import SHOWN_FLAGS, is_range
from callanalytics.wording import plural


class Figure(str):
    """A figure in words that also keeps its numbers, for file formats with a cell for each.

    `numbers`: by the column names of a measure's table, and `value_most` for the higher end of a share with two ends.
    `unit`: the unit of the figure and its limits.

    >>> said = share({"n": 148, "events": 93, "low": 0.548, "high": 0.702})
    >>> said, said.unit, said.numbers["n"], round(said.numbers["value"], 3)
    ('63% (95% interval 55–70%; 93 of 148)', 'share', 148, 0.628)
    """

    unit: str
    numbers: dict[str, float]

    def __new__(cls, words: str, unit: str = "", **numbers: float) -> Self:
        made = super().__new__(cls, words)
        # Drop unknown numbers: NaN does not equal itself
        made.unit, made.numbers = unit, {name: n for name, n in numbers.items() if n == n}
        return made


class Day(str):
    """A day in words that keeps its date, for file formats with date cells.

    >>> from datetime import date
    >>> Day("Oct 24", date(2022, 10, 24)), Day("Oct 24", date(2022, 10, 24)).day
    ('Oct 24', datetime.date(2022, 10, 24))
    """

    day: date

    def __new__(cls, words: str, day: date) -> Self:
        made = super().__new__(cls, words)
        made.day = day
        return made


def _counts(row) -> dict:
    """The counts of a share: events and cases, for both ends if it has two."""
    names = ("events", "most", "n", "most_n") if is_range(row) else ("events", "n")
    return {name: row[name] for name in names}


def is_shown(row) -> bool:
    """Whether the sample is large enough for the figure itself."""
    return row["flag"] in SHOWN_FLAGS


def span(low: float, high: float, unit: str = "") -> str:
    """The limits of an interval; a missing limit is put in words.

    >>> span(39, 56), span(48.2, 71.9, "%"), span(0, 0.26, "%"), span(39, float("nan"))
    ('39–56', '48–72%', '0–0.3%', '39 or more')
    """
    if high != high:
        return f"{low:,.0f}{unit} or more" if low == low else "not known"
    digits = 1 if unit and high < 1 else 0  # "0–0%" would claim that it cannot happen
    return f"{low:,.0f}–{high:,.{digits}f}{unit}" if low == low else f"{high:,.0f}{unit} or less"


def without_brackets(note: str) -> str:
    """A note without brackets, for use inside brackets.

    >>> without_brackets("(28–72%)"), without_brackets("39 calls; 42–70"), without_brackets("31% (20–45%)")
    ('28–72%', '39 calls; 42–70', '31%; 20–45%')
    """
    return note.removeprefix("(").replace(" (", "; ").replace(")", "")


def cannot(n: int) -> Figure:
    """
    >>> cannot(14)
    'cannot tell yet (n = 14)'
    """
    return Figure(f"cannot tell yet (n = {n:,})", n=n)


def wait(row) -> Figure:
    """A time in minutes with its interval and count.

    >>> wait({"n": 3410, "events": 2600, "value": 2820, "low": 2340, "high": 3360, "flag": "ok"})
    '47 minutes (95% interval 39–56; 3,410 calls)'
    >>> wait({"n": 14, "events": 9, "flag": "small_n"})
    'cannot tell yet (n = 14)'
    """
    if not is_shown(row):
        return cannot(row["n"])
    words = f"{wording.minutes(row['value'])} ({wait_sure(row)}; {plural(row['n'], 'call')})"
    return Figure(words, "min", n=row["n"], **{name: row[name] / 60 for name in ("value", "low", "high")})


def wait_sure(row) -> str:
    """How sure a time is: its interval in minutes."""
    return f"95% interval {span(row['low'] / 60, row['high'] / 60)}"


def one_in_ten(row) -> str:
    """The sentence on the 90th percentile of the wait, with its interval; empty if it is not shown."""
    if not is_shown(row):
        return ""
    return f"One in ten needed {plural(round(row['value'] / 60), 'minute')} or more ({wait_sure(row)})."


def without_interval_name(text: str) -> str:
    """A figure without the words "95% interval", for use after another figure that named it.

    >>> without_interval_name("54 minutes (95% interval 50–59; 407 calls)")
    '54 minutes (50–59; 407 calls)'
    """
    words = text.replace("95% interval ", "")
    return Figure(words, text.unit, **text.numbers) if isinstance(text, Figure) else words


def of_the_day(log) -> list[str]:
    """What the as-of day excludes from a log, and whether that day is outside the logged days."""
    from callanalytics import accounting  # imports the facts, which most sentences do not need

    sentences = [*accounting.outside_log(log)]
    left = {name: log.unseen(name) for name in ("entries", "notices", "calls")}
    entries, calls = ({why: sum(left[name].get(why, 0) for name in names) for why in ("after_day", "after_reading")}
                      for names in (("entries", "notices"), ("calls",)))  # fmt: skip
    for why, words in (("after_day", f"after {wording.day(log.as_of)}"),
                       ("after_reading", "dated after the day on which they were read")):  # fmt: skip
        n = [plural(entries[why], "entry")] * bool(entries[why])
        n += [plural(calls[why], "phone call")] * bool(calls[why])
        if n:
            are = "is" if entries[why] + calls[why] == 1 else "are"
            sentences.append(f"{wording.joined(n)} {words} {are} not in these figures.")
    return sentences


def interval_named_once(text: str) -> str:
    """Text with several figures in which only the first names its interval.

    >>> interval_named_once("59% (95% interval 50–68%; 60 of 101); regular 65% (95% interval 56–73%; 77 of 118)")
    '59% (95% interval 50–68%; 60 of 101); regular 65% (56–73%; 77 of 118)'
    """
    first, named, rest = text.partition("95% interval ")
    return f"{first}{named}{without_interval_name(rest)}"


def count(n: int) -> Figure:
    """
    >>> count(1480)
    '1,480'
    """
    return Figure(wording.number(n), "count", value=n)


def count_of_cases(row) -> Figure:
    """Events out of cases. If the row is a count, its value is the figure; a share has only its counts.

    >>> count_of_cases({"n": 1480, "events": 93})
    '93 of 1,480'
    >>> count_of_cases({"n": 182, "events": 12, "most": 34, "most_n": 182, "unit": "count"}).numbers
    {'value': 12, 'n': 182, 'value_most': 34, 'most_n': 182}
    """
    words = wording.cases(row)
    if row.get("unit") != "count":
        return Figure(words, "share", **_counts(row))
    numbers = {"value": row["events"], "n": row["n"]}
    if is_range(row):
        (numbers["value"], numbers["n"]), (numbers["value_most"], numbers["most_n"]) = sorted(
            [(row["events"], row["n"]), (row["most"], row["most_n"])]
        )
    return Figure(words, "count", **numbers)


def tells_nothing(row) -> bool:
    """Whether a share could be anything from almost none to almost all, given what the logs show.

    >>> tells_nothing({"n": 17, "events": 2, "most": 11, "most_n": 11, "low": 0.03, "high": 1})
    True
    >>> tells_nothing({"n": 17, "events": 2, "low": 0.03, "high": 0.34}), tells_nothing({"n": 0, "events": 0})
    (False, False)
    """
    return is_range(row) and least_n(row) >= INTERVAL_MINIMUM and row["high"] - row["low"] >= TELLS_NOTHING


def is_percent(row) -> bool:
    """Whether a share is given as a percentage: at least 30 cases, not zero, and not nearly any share possible."""
    return (
        row["n"] >= SHARE_MINIMUM
        and least_n(row) >= INTERVAL_MINIMUM
        and _upper_count(row) > 0
        and not tells_nothing(row)
    )


def _upper_count(row) -> int:
    return row.get("most", row["events"])


def of_known(events: int, known: int, every: int) -> str:
    """A count; if it is known for only some cases, also for how many.

    >>> of_known(2, 17, 17), of_known(2, 9, 17), of_known(0, 17, 17)
    ('2', '2 of the 9 known', 'none')
    """
    count = wording.number(events) if events else "none"
    return count if known == every else f"{count} of the {wording.number(known)} known"


def least_n(row) -> int:
    """The smaller number of cases of the two ends, because the interval spans both ends."""
    return min(row["n"], row.get("most_n", row["n"]))


def share(row) -> Figure:
    """A share with its interval and counts; with 10 to 29 cases, counts with the interval; under 10, counts alone. A
    share with two ends gives both, and its interval spans both. If that spans nearly everything, there is no
    percentage.

    >>> share({"n": 213, "events": 111, "most": 144, "most_n": 213, "low": 0.454, "high": 0.735})
    '52–68% (95% interval 45–74%; 111–144 of 213)'
    >>> share({"n": 148, "events": 93, "value": 93 / 148, "low": 0.548, "high": 0.702, "flag": "ok"})
    '63% (95% interval 55–70%; 93 of 148)'
    >>> share({"n": 25, "events": 17, "value": 17 / 25, "low": 0.484, "high": 0.828, "flag": "small_n"})
    '17 of 25 (95% interval 48–83%)'
    >>> share({"n": 10, "events": 0, "most": 3, "most_n": 3, "low": 0, "high": float("nan")})
    '0–3 of 3–10'
    >>> share({"n": 90, "events": 3, "most": 88, "most_n": 90, "low": 0.01, "high": 0.99})
    'cannot tell (95% interval 1–99%; 3–88 of 90)'
    >>> share({"n": 7, "events": 3, "flag": "small_n"}), share({"n": 0, "events": 0, "flag": "not_estimable"})
    ('3 of 7', 'cannot tell yet (n = 0)')
    """
    n = row["n"]
    if not n:
        return cannot(n)
    if least_n(row) < INTERVAL_MINIMUM:
        return count_of_cases(row)
    numbers = _counts(row) | {name: row[name] for name in ("low", "high")}
    if tells_nothing(row):
        return Figure(f"cannot tell ({share_sure(row)}; {count_of_cases(row)})", "share", **numbers)
    if n < SHARE_MINIMUM or not _upper_count(row):  # "0%" would claim more than none of n cases can show
        return Figure(f"{count_of_cases(row)} ({share_sure(row)})", "share", **numbers)
    numbers["value"] = row["events"] / n
    if is_range(row):
        numbers["value_most"] = row["most"] / row["most_n"]
    return Figure(f"{wording.percents(row)} ({share_sure(row)}; {count_of_cases(row)})", "share", **numbers)


def share_in_brief(row) -> str:
    """A share without its interval: the percentage, or the counts if there is no percentage.

    >>> share_in_brief({"n": 148, "events": 93}), share_in_brief({"n": 17, "events": 10})
    ('63%', '10 of 17')
    """
    return wording.percents(row) if is_percent(row) else count_of_cases(row)


def share_sure(row) -> str:
    """How sure a share is: its interval; under 10 cases, that there are too few."""
    if least_n(row) < INTERVAL_MINIMUM:
        return "too few for a percentage"
    return f"95% interval {span(row['low'] * 100, row['high'] * 100, '%')}"


def all_or_some(row) -> str:
    """How many of how many, for the title of a finding.

    >>> all_or_some({"n": 101, "events": 60}), all_or_some({"n": 40, "events": 40}), all_or_some({"n": 7, "events": 0})
    ('60 of 101', 'all 40', 'none of 7')
    """
    if not is_range(row) and row["events"] == row["n"] > 1:
        return f"all {wording.number(row['n'])}"
    return count_of_cases(row)


def percent_and_sure(row) -> str:
    """What follows :func:`all_or_some`: the percentage, from 30 cases on, and the interval.

    >>> percent_and_sure({"n": 148, "events": 93, "low": 0.548, "high": 0.702})
    '63%; 95% interval 55–70%'
    >>> percent_and_sure({"n": 25, "events": 17, "low": 0.48, "high": 0.83}), percent_and_sure({"n": 7, "events": 3})
    ('95% interval 48–83%', 'too few for a percentage')
    """
    return f"{wording.percents(row)}; {share_sure(row)}" if is_percent(row) else share_sure(row)


def intervals_apart(first, second) -> bool:
    """Whether two figures differ measurably: their intervals do not touch.

    Stricter than a test of the difference, on purpose: a report looks at many pairs.
    """
    return is_above(first, second) or is_above(second, first)


def is_above(first, second) -> bool:
    """Whether the whole interval of a figure is above that of another; without an upper limit, an interval has no end.

    >>> most, few = {"low": 73, "high": float("nan")}, {"low": 19, "high": 21}
    >>> is_above(most, few), is_above(few, most), is_above(most, most)
    (True, False, False)
    """
    # A comparison with NaN is false, so nothing is above an interval without an upper limit
    return bool(first["low"] > second["high"])


def first_sentence(text: str) -> str:
    """
    >>> first_sentence("Longest 2–5 p.m. Eastern: 53 minutes. Weekdays did not differ."), first_sentence("Half.")
    ('Longest 2–5 p.m. Eastern: 53 minutes.', 'Half.')
    >>> first_sentence("One in ten needed 100 minutes or more. 33% hung up.")
    'One in ten needed 100 minutes or more.'
    """
    # Two letters before the period: p.m. and U.S. do not end a sentence
    return re.split(r"(?<=[^.]{2}\.) (?=[A-Z]|\d+%)", text, maxsplit=1)[0]


def period(first, last) -> str:
    """
    >>> from datetime import date
    >>> period(date(2022, 1, 3), date(2022, 6, 30)), period(date(2021, 12, 3), date(2022, 6, 30))
    ('January 3 to June 30, 2022', 'December 3, 2021 to June 30, 2022')
    """
    start = wording.day(first)
    return f"{start.rsplit(',', 1)[0] if first.year == last.year else start} to {wording.day(last)}"


def months(first, last) -> str:
    """
    >>> from datetime import date
    >>> months(date(2022, 1, 3), date(2022, 6, 30)), months(date(2021, 12, 3), date(2022, 6, 30))
    ('January–June 2022', 'December 2021–June 2022')
    """
    start, end = (wording.month(d.year * 100 + d.month) for d in (first, last))
    if start == end:
        return end
    return f"{start.rsplit(' ', 1)[0] if first.year == last.year else start}–{end}"


def joined(*sentences: str) -> str:
    """The non-empty sentences, joined by spaces.

    >>> joined("One.", "", "Two.")
    'One. Two.'
    """
    return " ".join(filter(None, sentences))


# ---- stored values as a person says them -------------------------------------------------------------


TIERS = wording.words_for("tiers")
PROMISED = wording.words_for("promised")
OUTCOMES = wording.words_for("outcomes")
LOGS = wording.words_for("recorded_in")
RESULTS = wording.words_for("results")
STATES = wording.words_for("states")
STANDS = wording.words_for("stands")


def open_counts(found, words=STANDS) -> str:
    """How many callbacks are open, and how many have each status, in `words`.

    >>> open_counts([])
    'No promised callback is open.'
    """
    if not found:
        return "No promised callback is open."
    counts = Counter(promise.stand for promise in found)
    by_stand = "; ".join(f"{wording.number(counts[s])} {words[s]}" for s in STANDS if counts[s])
    return f"{plural(len(found), 'open callback')}: {by_stand}."


def state(word: str, due) -> str:
    """The status of a promise, in words. `due` is the time by which the callback is promised; None if unknown.

    >>> state("answered_first", "Friday"), state("answered_first", None)
    ('came in time, answered', 'came, answered')
    """
    return STATES[word] if due is not None else wording.words_for("states_without_due").get(word, STATES[word])


# ---- definitions in a lawyer's words -----------------------------------------------------------------


PLAIN_WORDS = (
    (r"n >= (\d+)", r"\1 cases"),
    (r"\brings\b", "incoming calls"),
    (r"\bring\b", "incoming call"),
    (r"\bpromises\b", "promised callbacks"),
)

TABLE_NAME = regex(r"((?:\.\.\.)?\w*_\w+):?")  # a name from the tables that the card has not put in words
BRACKETS = regex(r"(\[[^\]]*\])")


def in_plain_words(text: str) -> str:
    """A card's text for a reader who does not know the tables.

    >>> in_plain_words("a ring answered by a person by the due moment [due_default]; email is no hit")
    'an incoming call answered by a person by the due moment [due_default]; email is no hit'
    >>> in_plain_words("..._steady: offices that stayed; n >= 20")
    '[..._steady] offices that stayed; 20 cases'
    """
    for word, plain in PLAIN_WORDS:
        text = re.sub(word, plain, text)
    text = re.sub(r"\b([Aa]) (?=incoming)", r"\1n ", text)
    return "".join(part if part.startswith("[") else TABLE_NAME.sub(r"[\1]", part) for part in BRACKETS.split(text))


def system_name(format: str) -> str:
    """The name of a phone system or sheet for readers. An office's own layout may be named after the office or a
    client, so its name is not shown.

    >>> system_name("ringcentral_simple"), system_name("garcia_lopez_log")
    ('ringcentral simple', 'layout of its own')
    """
    from callanalytics import formats  # slow to load, and only some sentences name a system

    return format.replace("_", " ") if format in formats.load() else "layout of its own"
