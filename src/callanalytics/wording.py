"""Words that many parts of the product print: counts, the calendar, and the command lines given as advice.

A pasted command line must run that command and nothing else. It may contain the name of an office or a file, and both
may come from someone else's sheet. Four shells may read it (bash, zsh, PowerShell, cmd), and no quotes mean the same in
all of them. Text that double quotes protect in every shell is put into double quotes. An office's name loses the few
characters that they do not protect, and is found without them (:func:`plain_name`). A file's name cannot lose any, so
it is quoted for the shell of this system.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
import shlex
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from numbers import Integral
from typing import Any

from callanalytics.lazy import regex
from callanalytics.toml_files import shipped_toml

STORE, OUT = "calls", "report"  # the folders of the store and the reports, unless others are named
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
PATH = "PATH"  # replaces a name that no quotes make safe to paste
# No printed text contains it.
_GLUE = "\0"
_QUOTED = r""""[^"\n]*"|'[^'\n]*'"""
_COMMAND = regex(
    rf"""callanalytics(?: (?:{_QUOTED}|[^\s`"'.,;()](?:[^\s`]*[^\s`.,;:)])?))+|--[a-z-]+ (?:{_QUOTED}|[^\s("']+)"""
)
_PLAIN = regex(r"[\w./][\w./:-]*")
# Characters that some shell interprets between double quotes: variables, commands, history, PowerShell's curly quotes.
_READ_IN_QUOTES = regex(r'["$`!%“”„‘’‚‛]|\\(?=\\|$)')


@cache
def _words() -> dict[str, Any]:
    return shipped_toml(__file__, "words.toml")


def words_for(subject: str) -> dict[str, Any]:
    """What a person reads for each code of a subject: a table of ``words.toml``.

    >>> words_for("tiers")["tier2"], words_for("set_aside")["leg"]
    ('Tier 2', ['call leg', 'call legs'])
    """
    return _words()[subject]


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "", cutoff: float = 0.6) -> str:
    """The question whether the known word nearest to this one was meant; ``otherwise`` if none is near.

    >>> did_you_mean("hors", ["hours", "lines"]), did_you_mean("x", ["hours"], "ask")
    ('did you mean hours?', 'ask')
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"did you mean {near[0]}?" if near else otherwise


def warning(code: str) -> str:
    """What is odd in a row, and what was done; {agency} is the agency's own name.

    >>> warning("no_date"), warning("reason_unlisted")
    ('Without a date: kept, in no month', 'Reason: word in no list, counted as other')
    """
    if words := words_for("warnings").get(code):
        return words
    for ending, words in words_for("warnings_of_cells").items():
        if code.endswith(ending):
            return words.format(capital(code.removesuffix(ending).replace("_", " ")))
    return code.replace("_", " ")


def disk_failure(writes: str, number: int | None, reason: str) -> tuple[str, str]:
    """Why the disk refuses to write a ``file`` or the ``store``, and what to do.

    >>> disk_failure("store", errno.EROFS, "read-only file system")
    ('the disk is read-only', 'choose a folder of your own with --store')
    >>> disk_failure("file", None, "no reason")
    ('the disk reports: no reason', 'run the same command again')
    """
    known = words_for("disk")[writes].get(errno.errorcode.get(number or 0))
    return tuple(known) if known else (f"the disk reports: {reason}", "run the same command again")


def plural(n: float, noun: str, nouns: str = "") -> str:
    """A count with its noun; ``nouns`` if the plural is irregular.

    >>> plural(1, "call"), plural(1204, "call"), plural(2, "entry"), plural(2, "day"), plural(3, "stretch")
    ('1 call', '1,204 calls', '2 entries', '2 days', '3 stretches')
    """
    if round(n) == 1:
        return f"{n:,.0f} {noun}"
    is_with_ies = noun.endswith("y") and noun[-2] not in "aeiou"
    usual = f"{noun[:-1]}ies" if is_with_ies else f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{n:,.0f} {nouns or usual}"


def some(names: Sequence[str], shown: int, more: str = "") -> str:
    """The first names of a list, and the number of further ones; ``more`` says it in other words.

    >>> some(["alder", "birch", "oak"], 2), some(["alder"], 2)
    ('alder, birch, and 1 more', 'alder')
    """
    if len(names) <= shown:
        return ", ".join(names)
    return joined([*names[:shown], more or f"{len(names) - shown:,} more"])


def row_numbers(numbers: Sequence[int]) -> str:
    """Row numbers with their noun.

    >>> row_numbers([41]), row_numbers([77, 78, 79, 80, 203])
    ('row 41', 'rows 77-80, 203')
    """
    return f"row{'' if len(numbers) == 1 else 's'} {number_runs(numbers)}"


def number_runs(numbers: Sequence[int], shown: int = 6) -> str:
    """Row numbers in a short form: consecutive ones as ranges, the rest counted.

    >>> number_runs([77, 78, 79, 80, 203]), number_runs(list(range(2, 40, 2)))
    ('77-80, 203', '2, 4, 6, 8, 10, 12, and 13 more')
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    named = [f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    left = sum(map(len, runs[shown:]))
    return some(named, shown, f"{left:,} more")


def day(value: date, *, short: bool = False) -> str:
    """
    >>> day(date(2022, 7, 1)), day(date(2022, 7, 1), short=True)
    ('July 1, 2022', 'Jul 1, 2022')
    """
    name = MONTHS[value.month - 1]
    return f"{name[:3] if short else name} {value.day}, {value.year}"


def month(yyyymm: int, *, short: bool = False) -> str:
    """
    >>> month(202203), month(202203, short=True)
    ('March 2022', 'Mar 2022')
    """
    name = MONTHS[yyyymm % 100 - 1]
    return f"{name[:3] if short else name} {yyyymm // 100}"


def hour(value: int) -> str:
    """
    >>> hour(0), hour(8), hour(12), hour(18)
    ('midnight', '8 a.m.', 'noon', '6 p.m.')
    """
    if value % 24 == 0:
        return "midnight"
    if value == 12:
        return "noon"
    return f"{(value - 1) % 12 + 1} {'a.m.' if value % 24 < 12 else 'p.m.'}"


# ---- numbers for lawyers to read -------------------------------------------------------------------------------------


def number(value: float) -> str:
    """
    >>> number(3410)
    '3,410'
    """
    return f"{value:,.0f}"


SMALL = "no one two three four five six seven eight nine ten".split()


def spelled(n: int, noun: str) -> str:
    """A count with its noun to open a sentence: up to ten in letters.

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


def phone_number(e164: str | None) -> str:
    """A phone number as people write it.

    >>> phone_number("+13125550130"), phone_number("+442079460018"), phone_number(None)
    ('312-555-0130', '+442079460018', '–')
    """
    if not e164:
        return "–"
    return f"{e164[2:5]}-{e164[5:8]}-{e164[8:]}" if e164.startswith("+1") and len(e164) == 12 else e164


def capital(text: str) -> str:
    """
    >>> capital("no callback is recorded")
    'No callback is recorded'
    """
    return text[0].upper() + text[1:]


def between(low: str, high: str) -> str:
    """Two ends of a range; one of them if they are equal.

    >>> between("52%", "68%"), between("30%", "30%"), between("none", "4")
    ('52–68%', '30%', '0–4')
    """
    if low == high:
        return low
    # 52–68%, not 52%–68%
    unit = "%" if high.endswith("%") and low.endswith("%") else ""
    return f"{low.removesuffix(unit).replace('none', '0')}–{high}"


def cases(row: Mapping[str, Any]) -> str:
    """So many of so many: of a share with two ends both, the smaller count first.

    >>> cases({"n": 1480, "events": 93}), cases({"n": 1480, "events": 0})
    ('93 of 1,480', 'none of 1,480')
    >>> cases({"n": 25, "events": 3, "most": 5, "most_n": 25}), cases({"n": 14, "events": 7, "most": 6, "most_n": 9})
    ('3–5 of 25', '6–7 of 9–14')
    """
    events, n = (
        between(*map(number, sorted((row[name], row.get(most, row[name])))))
        for name, most in (("events", "most"), ("n", "most_n"))
    )
    return f"{'none' if events == '0' else events} of {n}"


def percents(row: Mapping[str, Any]) -> str:
    """A share of some cases as a percentage: of one with two ends both.

    >>> percents({"n": 148, "events": 93}), percents({"n": 213, "events": 111, "most": 144, "most_n": 213})
    ('63%', '52–68%')
    """
    low = percent(row["events"] / row["n"])
    return between(low, percent(row["most"] / row["most_n"])) if "most" in row else low


def minutes(seconds: float) -> str:
    """A wait in words: in minutes, or in hours from two hours on.

    >>> minutes(2820), minutes(60), minutes(7080), minutes(7200), minutes(4159080)
    ('47 minutes', '1 minute', '118 minutes', '2 h', '1,155 h 18 min')
    """
    whole = round(seconds / 60)
    if whole < 120:
        return plural(whole, "minute")
    hours, rest = divmod(whole, 60)
    return f"{hours:,} h" + (f" {rest} min" if rest else "")


def hours(first: int, last: int) -> str:
    """The period from `first` to `last` o'clock.

    >>> hours(8, 10), hours(10, 14), hours(14, 17)
    ('8–10 a.m.', '10 a.m.–2 p.m.', '2–5 p.m.')
    """
    start, end = hour(first), hour(last)
    # 8–10 a.m.; noon and midnight have no a.m. or p.m.
    if start[-4:] == end[-4:] and start[-1] == ".":
        start = start[:-5]
    return f"{start}–{end}"


def joined(words: Iterable[str], last: str = "and") -> str:
    """Words as a list in a sentence; "" without words.

    >>> joined(["New York", "Chicago", "Los Angeles"]), joined(["html", "pdf"], "or")
    ('New York, Chicago, and Los Angeles', 'html or pdf')
    """
    *first, end = [*words] or [""]
    comma = "," if len(first) > 1 else ""
    return f"{', '.join(first)}{comma} {last} {end}" if first else end


def clock_time(written: str) -> str:
    """
    >>> clock_time("07:00"), clock_time("18:30"), clock_time("12:00")
    ('7 a.m.', '6:30 p.m.', 'noon')
    """
    hours, minutes = written.split(":")
    if minutes == "00":
        return hour(int(hours))
    return f"{(int(hours) - 1) % 12 + 1}:{minutes} {'a.m.' if int(hours) < 12 else 'p.m.'}"


def time_of_day(moment) -> str:
    """
    >>> from datetime import datetime
    >>> time_of_day(datetime(2022, 3, 1, 4, 0)), time_of_day(datetime(2022, 3, 1, 15, 30))
    ('4:00 a.m.', '3:30 p.m.')
    """
    return f"{moment:%I:%M} {'a.m.' if moment.hour < 12 else 'p.m.'}".lstrip("0")


def ordinal(n: int) -> str:
    """
    >>> [ordinal(n) for n in (1, 2, 3, 11, 31)]
    ['1st', '2nd', '3rd', '11th', '31st']
    """
    # 11th, but 21st.
    end = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{end}"


def letters(place: int) -> str:
    """A, B ... Z, AA, AB ...: letters that replace the name of an office or a person, by position.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    found = ""
    place += 1
    while place:
        # No letter means 0, so one is subtracted at each turn: AA follows Z.
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def in_calendar_words(column: str, value: object) -> str:
    """A value as text: for such a column, the name of the weekday, month, or hour.

    >>> in_calendar_words("weekday_local", 1), in_calendar_words("month", 202203), in_calendar_words("hour", 18)
    ('Monday', 'Mar 2022', '6 p.m.')
    """
    kind = column.removesuffix("_local")
    if isinstance(value, Integral):
        value = int(value)
        if kind == "weekday":
            return WEEKDAYS[value - 1]
        if kind == "month":
            return month(value, short=True)
        if kind == "hour":
            return hour(value)
    return str(value)


def plain_name(name: str) -> str:
    """An office's name for a printed command: on one line, without characters that a shell interprets.

    >>> plain_name("Smith LLP$(touch x)"), plain_name("O'Neil & Sons"), plain_name("Alder\\nand Birch")
    ('Smith LLP(touch x)', "O'Neil & Sons", 'Alder and Birch')
    """
    printed = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(re.sub(r'["$`!%“”„‘’‚‛\\]', "", printed).split())


def quoted_name(name: str) -> str:
    """An office's name, always in double quotes.

    >>> print(quoted_name('Alder "and" `Birch`'))
    "Alder and Birch"
    """
    return f'"{plain_name(name)}"'


def quoted(path) -> str:
    """A path, or another word that must stay unchanged, as typed on Windows, macOS, and Linux alike.

    >>> quoted("exports/March.csv"), quoted("USCIS calls"), quoted("-x.csv")
    ('exports/March.csv', '"USCIS calls"', './-x.csv')
    """
    text = str(path)
    # A line break in a file's name would end the command there.
    if not text.isprintable():
        return PATH
    # Otherwise it would be read as an option.
    text = f"./{text}" if text.startswith("-") else text
    if _PLAIN.fullmatch(text):
        return text
    if not _READ_IN_QUOTES.search(text):
        return f'"{text}"'
    # No quotes protect these from both cmd and PowerShell.
    return PATH if os.name == "nt" else shlex.quote(text)


def wrapped(text: str, width: int, **indents) -> list[str]:
    """A text wrapped between words; a command line in it, or an option with its value, stays whole, to be copied.

    >>> wrapped("Open it again; if that fails,  callanalytics verify --store old  says why", 30)
    ['Open it again; if that fails,', 'callanalytics verify --store old', 'says why']
    """
    # A space inside a command is no place to break the line.
    glued = _COMMAND.sub(lambda match: match[0].replace(" ", _GLUE), text)
    lines = textwrap.wrap(glued, width, break_long_words=False, break_on_hyphens=False, **indents)
    return [line.replace(_GLUE, " ") for line in lines]


def in_store(store) -> str:
    """The option that names a store, with a space before it; empty for the default folder.

    >>> in_store("calls"), in_store("our calls")
    ('', ' --store "our calls"')
    """
    return "" if str(store) == STORE else f" --store {quoted(store)}"


def printable(name: str) -> str:
    """A name without control characters, as its owner's screen may show it."""
    return "".join(c if c.isprintable() else "�" for c in name)
