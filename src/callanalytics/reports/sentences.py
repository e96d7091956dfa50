"""The words of the reports: how a figure, its interval and n stand in a sentence, and what a stored value is called.

A measure's definition is put in a lawyer's words by :func:`in_plain_words`. A test holds that every word of the schema
has its own here.
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
    """A figure in words that keeps the numbers it says, for a form that has a cell for each.

    `numbers`: by the names of a measure's table, and `value_most` for the higher end of a share with two. `unit`: that
    of the figure and its limits.

    >>> said = share({"n": 148, "events": 93, "low": 0.548, "high": 0.702})
    >>> said, said.unit, said.numbers["n"], round(said.numbers["value"], 3)
    ('63% (95% interval 55–70%; 93 of 148)', 'share', 148, 0.628)
    """

    unit: str
    numbers: dict[str, float]

    def __new__(cls, words: str, unit: str = "", **numbers: float) -> Self:
        made = super().__new__(cls, words)
        # NaN equals nothing, not even itself: what is not known is left out
        made.unit, made.numbers = unit, {name: n for name, n in numbers.items() if n == n}
        return made


class Day(str):
    """A day in words that keeps its date, for a form that has a cell for it.

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
    """The counts of a share: its cases, and both ends where it has two."""
    names = ("events", "most", "n", "most_n") if is_range(row) else ("events", "n")
    return {name: row[name] for name in names}


def is_shown(row) -> bool:
    """Whether the sample is large enough for the figure itself."""
    return row["flag"] in SHOWN_FLAGS


def span(low: float, high: float, unit: str = "") -> str:
    """The limits of an interval; one that does not exist is said so.

    >>> span(39, 56), span(48.2, 71.9, "%"), span(0, 0.26, "%"), span(39, float("nan"))
    ('39–56', '48–72%', '0–0.3%', '39 or more')
    """
    if high != high:
        return f"{low:,.0f}{unit} or more" if low == low else "not known"
    digits = 1 if unit and high < 1 else 0  # "0–0%" would say that it cannot happen
    return f"{low:,.0f}–{high:,.{digits}f}{unit}" if low == low else f"{high:,.0f}{unit} or less"


def without_brackets(note: str) -> str:
    """A note that is put into brackets itself.

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
    """A time in minutes with its interval and n.

    >>> wait({"n": 3410, "events": 2600, "value": 2820, "low": 2340, "high": 3360, "flag": "ok"})
    '47 minutes (95% interval 39–56; 3,410 calls)'
    >>> wait({"n": 14, "events": 9, "flag": "small_n"})
    'cannot tell yet (n = 14)'
    """
    if not is_shown(row):
        return cannot(row["n"])
    words = f"{wording.minutes(row['value'])} ({wait_sure(row)}; {plural(row['n'], 'call')})"
    return Figure(words, "min", n=row["n"], **{name: row[name] / 60 for name in ("value", "low", "high")})


def wait_alone(row) -> str:
    """A time in minutes with its interval, where its n is said already.

    >>> wait_alone({"value": 2820, "low": 2340, "high": 3360})
    '47 minutes, 95% interval 39–56'
    """
    return f"{wording.minutes(row['value'])}, {wait_sure(row)}"


def wait_sure(row) -> str:
    """How sure a time is: its interval in minutes."""
    return f"95% interval {span(row['low'] / 60, row['high'] / 60)}"


def without_interval_name(text: str) -> str:
    """A figure beside another of its kind, whose brackets have just named the interval: the name is not said again.

    >>> without_interval_name("54 minutes (95% interval 50–59; 407 calls)")
    '54 minutes (50–59; 407 calls)'
    """
    words = text.replace("95% interval ", "")
    return Figure(words, text.unit, **text.numbers) if isinstance(text, Figure) else words


def of_the_day(log) -> list[str]:
    """What the day of looking leaves out of a log, and whether it lies outside the days that were logged at all."""
    from callanalytics import accounting  # with the facts, which most sentences need not

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
    """Several figures in a row: only the first names its interval.

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
    """So many of so many. Where the row is that of a count, this is its figure; elsewhere the share has no figure.

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
    """Whether a share could be nearly anything, from almost none to almost all, for all that the logs show.

    >>> tells_nothing({"n": 17, "events": 2, "most": 11, "most_n": 11, "low": 0.03, "high": 1})
    True
    >>> tells_nothing({"n": 17, "events": 2, "low": 0.03, "high": 0.34}), tells_nothing({"n": 0, "events": 0})
    (False, False)
    """
    return is_range(row) and least_n(row) >= INTERVAL_MINIMUM and row["high"] - row["low"] >= TELLS_NOTHING


def is_percent(row) -> bool:
    """Whether a share is said as a percentage: from 30 cases on, some of them counted, and not of nearly any share."""
    return row["n"] >= SHARE_MINIMUM and least_n(row) >= INTERVAL_MINIMUM and _most(row) > 0 and not tells_nothing(row)


def _most(row) -> int:
    return row.get("most", row["events"])


def of_known(events: int, known: int, every: int) -> str:
    """A count, and of how many it is known where that is not known of all.

    >>> of_known(2, 17, 17), of_known(2, 9, 17), of_known(0, 17, 17)
    ('2', '2 of the 9 known', 'none')
    """
    count = wording.number(events) if events else "none"
    return count if known == every else f"{count} of the {wording.number(known)} known"


def least_n(row) -> int:
    """The cases of the end that has fewer: an interval reaches over both ends."""
    return min(row["n"], row.get("most_n", row["n"]))


def share(row) -> Figure:
    """A share with its interval and counts; from 10 to 29 the counts with the interval, below 10 the counts alone. Of a
    share with two ends both are said, and the interval reaches over both; where that is nearly everything, no
    percentage is.

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
    if n < SHARE_MINIMUM or not _most(row):  # "0%" would claim more than none of n can
        return Figure(f"{count_of_cases(row)} ({share_sure(row)})", "share", **numbers)
    numbers["value"] = row["events"] / n
    if is_range(row):
        numbers["value_most"] = row["most"] / row["most_n"]
    return Figure(f"{wording.percents(row)} ({share_sure(row)}; {count_of_cases(row)})", "share", **numbers)


def share_in_brief(row) -> str:
    """A share without its interval: the percentage, or the counts where none is said.

    >>> share_in_brief({"n": 148, "events": 93}), share_in_brief({"n": 17, "events": 10})
    ('63%', '10 of 17')
    """
    return wording.percents(row) if is_percent(row) else count_of_cases(row)


def share_sure(row) -> str:
    """How sure a share is; under 10 cases nothing is said of it."""
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
    """What stands behind :func:`all_or_some`: the percentage, from 30 cases on, and the interval.

    >>> percent_and_sure({"n": 148, "events": 93, "low": 0.548, "high": 0.702})
    '63%; 95% interval 55–70%'
    >>> percent_and_sure({"n": 25, "events": 17, "low": 0.48, "high": 0.83}), percent_and_sure({"n": 7, "events": 3})
    ('95% interval 48–83%', 'too few for a percentage')
    """
    return f"{wording.percents(row)}; {share_sure(row)}" if is_percent(row) else share_sure(row)


def intervals_apart(first, second) -> bool:
    """Whether two figures can be told apart: their intervals do not touch.

    Stricter than a test of the difference, on purpose: a report looks at many pairs.
    """
    return is_above(first, second) or is_above(second, first)


def is_above(first, second) -> bool:
    """Whether the whole interval of a figure lies above that of another; one without an upper limit reaches on.

    >>> most, few = {"low": 73, "high": float("nan")}, {"low": 19, "high": 21}
    >>> is_above(most, few), is_above(few, most), is_above(most, most)
    (True, False, False)
    """
    # A comparison with NaN is false: without a limit nothing lies above
    return bool(first["low"] > second["high"])


def first_sentence(text: str) -> str:
    """
    >>> first_sentence("Longest 2–5 p.m. Eastern: 53 minutes. Weekdays did not differ."), first_sentence("Half.")
    ('Longest 2–5 p.m. Eastern: 53 minutes.', 'Half.')
    >>> first_sentence("One in ten needed 100 minutes or more. 33% hung up.")
    'One in ten needed 100 minutes or more.'
    """
    # Two letters before the full stop: p.m. and U.S. end no sentence
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
    """The sentences there are, one behind the other.

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
    """How many open callbacks there are, and how they stand, each stand in its `words`.

    >>> open_counts([])
    'No promised callback is open.'
    """
    if not found:
        return "No promised callback is open."
    counts = Counter(promise.stand for promise in found)
    by_stand = "; ".join(f"{wording.number(counts[s])} {words[s]}" for s in STANDS if counts[s])
    return f"{plural(len(found), 'open callback')}: {by_stand}."


def state(word: str, due) -> str:
    """Where a promise stands, in words. `due` is the moment until which one waits, None where it is not known.

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

TABLE_NAME = regex(r"((?:\.\.\.)?\w*_\w+):?")  # a name of the tables that the card has not put in words
BRACKETS = regex(r"(\[[^\]]*\])")


def in_plain_words(text: str) -> str:
    """A card's text for a reader who knows no table.

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
    """A phone system or sheet as a reader calls it. A layout of an office's own may be named after that office or a
    client, and is not named.

    >>> system_name("ringcentral_simple"), system_name("garcia_lopez_log")
    ('ringcentral simple', 'layout of its own')
    """
    from callanalytics import formats  # slow to load, and only some sentences name a system

    return format.replace("_", " ") if format in formats.load() else "layout of its own"
