"""Whether a sheet is a log of calls to the agency, scored by its columns, their names, and its titles.

Words of another trade lower the score, unless they accompany the agency's name. So do callers who asked for someone,
companies called for a client, and results that only another trade has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations

from callanalytics.formats import contents, derived_columns
from callanalytics.formats.contents import HELD, MIN_CELLS, most, nearly_all, share, some
from callanalytics.formats.layout import Format
from callanalytics.formats.words import MIN_SCORE, phrase, tokens
from callanalytics.values import lexicon
from callanalytics.values.lexicon import Patterns

WORDS = Patterns("relevance")
UNKNOWN_COLUMN, AGAINST, MAX_UNKNOWN, LACKING = 1.0, 3, 2.0, 2.0  # amounts by which the score falls
ELSEWHERE = 4  # penalty for results that only another trade has
MIN_CALLERS = 5  # different numbers: more than the lines of an office and the agency
WIDE = 60  # number of columns searched for the agency's name
OURS = 2  # score of cells that name the agency
PROMISED = 3  # score of cells with the agency's two timeframes: 72 hours, 30 business days
TRADE = 8  # more than a date, a time, a wait, an agent, and a result score together
QUEUE = 16  # penalty for waits of incoming calls: also more than all columns that an export has besides
MAXWORDS_FOR = 3  # most words outside the columns that count in favor
NAMED = 4  # fewest meanings that a header must name if no word is about a date
SEVERAL = 5  # a column with an uninformative header needs more cells than this to be read
# A call log has one of these words in some header, unless its cells say how calls ended.
CALLING = lexicon.word_set("calling")
AGENCY = "uscis"
COMPANIES = frozenset("company companies business carrier store utility".split())
CALL_COLUMNS = ("agent", "agent_id", "sr", "line", "tier")  # one of these is present if there is no wait
NO_CALL_COLUMNS = 3.0  # penalty for a sheet of clients in which nothing mentions a call


def mentions_calls(texts: Sequence[str]) -> bool:
    """Whether a header or a title has a word for calling."""
    return any(not CALLING.isdisjoint(tokens(text)) for text in texts)


def weight(fmt: Format, found, columns, known, header, cells) -> float:
    """The combined score of columns, names, and cells for a call log."""
    results = cells[found["result"]] if "result" in found else []
    weight = _of_meanings(fmt, found, columns, cells) + derived_columns.weight(columns) + _of_header(fmt, header)
    strangers = [index for index in range(len(header)) if index not in known and cells[index]]
    weight -= min(UNKNOWN_COLUMN * len(strangers), MAX_UNKNOWN)
    weight -= TRADE * sum(_signs_of_others(fmt, found, header, cells))
    if are_ours(cells):
        weight += OURS + forgiven(fmt, header, cells, results)
    return weight + _of_results(results) * (not _are_plain(results) or not has_casework(fmt, header, cells))


def _of_meanings(fmt: Format, found, columns, cells) -> float:
    """The score of the columns found, less that of columns which a call log does not lack."""
    named = [meaning for meaning in fmt.words if meaning.name in found]
    # A column does not count in favor if its cells show that it is something else.
    held = (meaning for meaning in named if contents.verdict(cells[found[meaning.name]], meaning.holds) >= 0)
    score = float(sum(meaning.weight for meaning in held))
    # A list of promises has no waits. Calls from 9:05 to 10:20, and whether someone was reached, are instead of one.
    is_timed = "reached" in found and "range" in map(derived_columns.way_of, columns.values())
    has_no_waits = "promised_on" in found or is_timed
    score -= LACKING * sum(name not in columns for name in fmt.recognize.expects if not has_no_waits)
    # A substitute replaces an expected column, and no column has a person, a result, or a request.
    is_instead = any(name in columns and name not in found for name in fmt.recognize.expects)
    holds = {meaning.holds for meaning in named if meaning.weight}
    score -= LACKING * (is_instead and holds <= {"date", "time", "span", "phone"})
    return score - LACKING * (not has_no_waits and {"wait", *CALL_COLUMNS}.isdisjoint(columns))


def _signs_of_others(fmt: Format, found, header, cells) -> Iterator[bool]:
    """Whether each of the signs is there that a sheet lists the calls of another business, or counts calls."""
    lines = cells[found["line"]] if "line" in found else []
    yield most(lines, "others") and not share(lines, "ours") and not share(lines, "premium")
    yield _is_of_company(found, header, cells) or _is_of_reception(fmt, found, header, cells)
    # Calls in and out with many numbers, or times and lengths to the second, as phone systems list them; and no agent.
    is_of_phones = ("in_out" in found and _has_many_numbers(cells)) or _is_list_of_phone(fmt, header, cells)
    has_agent = not {"agent", "agent_id", "sr", "promised", "tier"}.isdisjoint(found)
    yield (is_of_phones and not has_agent) or _are_calls_to_us(header, cells)
    # A program named the columns, as in call_type, and none is about a case or a callback.
    yield sum(bool(WORDS.key.fullmatch(name)) for name in header) > 2 and OF_CASES.isdisjoint(found)
    names = (WORDS.of_telephones.fullmatch(name.strip()) for name in header)
    yield sum(map(bool, names)) > 1 and OF_CASES.isdisjoint(found.keys() - {"line"})
    # Sums beside a log have few rows: Month, # of calls, behind an empty column.
    longest = max(map(len, cells), default=0)
    yield any(2 * len(texts) > longest and _is_tally(name, texts) for name, texts in zip(header, cells, strict=True))
    yield any("form" in tokens(name) and most(texts, "tax") for name, texts in zip(header, cells, strict=True))


def _of_header(fmt: Format, header: Sequence[str]) -> float:
    """The score of the words in the names of the columns."""
    against = 0 if names_agency(header) else AGAINST
    score = 0.0
    for words in (frozenset(tokens(name)) for name in header):
        if not words.isdisjoint(fmt.recognize.evidence_words):
            score -= against * any(_has_every_word(text, words) for text in fmt.recognize.speaks_against)
            score += _of_trade(fmt, words) + any(_has_every_word(text, words) for text in fmt.recognize.speaks_for)
    return score


def _of_results(results: list[str]) -> float:
    """The score of results for a call log; results of another trade outweigh a column of results."""
    ended = 0 if most(results, "code") else contents.verdict(results, "ended")
    return (ended if ended > 0 else 4 * ended) - ELSEWHERE * some(results, "elsewhere")


def _are_plain(results: list[str]) -> bool:
    """Whether results only say success or failure: of calls to the agency if there is casework, else of anything."""
    return nearly_all(results, "success")


def _is_tally(name: str, texts: Sequence[str]) -> bool:
    """Whether a column counts calls per row, so that the row's other figures are sums: # of calls."""
    words = frozenset(tokens(name))
    is_count = "calls" in words and not words.isdisjoint(("#", "number", "total", "count"))
    return is_count and all(map(str.isdecimal, texts)) and any(text != "1" for text in texts)


def is_of_business(fmt: Format, found: Mapping[str, int], header, cells) -> bool:
    """Whether cells have another business's words, or name the party called, without any casework."""
    columns = (header, *cells[:WIDE])
    if any(_has_words(fmt.recognize.casework, texts) for texts in columns):
        return False
    if _is_of_names(_company_columns(header, found), cells):
        return True
    if any(_has_words(fmt.recognize.times, texts) for texts in columns):
        return False
    lines = {found["line"]} - {found.get("client")} if "line" in found else set()
    return any(_are_of_business(fmt, texts) for texts in cells[:WIDE]) or _is_of_names(lines, cells)


def has_casework(fmt: Format, header: Sequence[str], cells) -> bool:
    """Whether a header or a cell has a word of casework, or a timeframe that the agency states."""
    return any(is_casework(fmt, texts) for texts in (header, *cells[:WIDE]))


def states_times(cells) -> bool:
    """Whether a column has the two timeframes that the agency states: 72 hours, 30 business days."""
    return any(some(texts, "urgency") for texts in cells[:WIDE])


def _are_of_business(fmt: Format, texts: Sequence[str]) -> bool:
    """Whether at least a quarter of the cells, without those on lost calls, have words of another business."""
    is_business = _words(fmt.recognize.business)
    reached = [text for text in texts if not contents.KINDS.lost.match(text)]
    return bool(reached) and sum(bool(is_business(text)) for text in reached) >= contents.SHARE_NEUTRAL * len(reached)


def _company_columns(header, found: Mapping[str, int]) -> set[int]:
    """The columns of companies called, without columns of clients, which may be companies too."""
    indices = {index for index, name in enumerate(header) if not COMPANIES.isdisjoint(tokens(name))}
    return indices - {found.get("client"), found.get("our_number"), found.get("callback_number")}


def _is_of_names(indices: Iterable[int], cells) -> bool:
    """Whether a column names the parties called, and none is the agency: Company, Who I called."""
    named = [cells[index] for index in indices if most(cells[index], "plain")]
    return any(not share(texts, "ours") and not share(texts, "premium") for texts in named)


def is_casework(fmt: Format, texts: Sequence[str]) -> bool:
    """Whether a text has a word that only an immigration law office writes, or a timeframe that the agency states."""
    return _has_words(fmt.recognize.casework + fmt.recognize.times, texts)


def _has_words(words: tuple[str, ...], texts: Sequence[str]) -> bool:
    return any(map(_words(words), texts))


@cache
def _words(listed: tuple[str, ...]) -> Callable:
    """A search for any of these words, in which a star stands for any ending."""
    either = "|".join(word.replace("*", r"\w*") for word in listed)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE).search


@lru_cache(maxsize=1 << 10)  # cached: a row is tested as a header, and again as one of two header rows
def _of_trade(fmt: Format, words: frozenset[str]) -> float:
    """The penalty if a header or a title belongs to another trade; 0 if it also names the agency."""
    is_ours = any(_has_every_word(text, words) for text in fmt.recognize.speaks_for)
    return -TRADE if not is_ours and any(_has_every_word(text, words) for text in fmt.recognize.trades) else 0.0


def are_ours(cells) -> bool:
    """Whether a column mostly names the agency, or cells have its tiers and the timeframes that it states."""
    columns = cells[:WIDE]
    is_tiered = any(some(texts, "tiered") for texts in columns) and states_times(columns)
    return is_tiered or any(most(texts, "ours") for texts in columns)


def forgiven(fmt: Format, header: Sequence[str], cells, results: list[str]) -> float:
    """The part of the penalty from words in headers and results that an immigration law office may also write."""
    named = (frozenset(tokens(name)) for name in header)
    against = (words for words in named if not words.isdisjoint(fmt.recognize.evidence_words) and _of_trade(fmt, words))
    only_others = [text for text in fmt.recognize.trades if text not in fmt.recognize.may_be_ours]
    of_headers = TRADE * sum(not any(_has_every_word(text, words) for text in only_others) for words in against)
    return of_headers - _of_results(results) * (_are_plain(results) and not has_casework(fmt, header, cells))


def names_agency(texts: Sequence[str]) -> bool:
    """Whether titles name the agency."""
    words = _title_words(texts)
    is_named = any(
        WORDS.named.search(WORDS.not_ours.sub(" ", text)) for text in texts
    )  # tokens() turns "calls from USCIS" into one word
    return is_named or not words.isdisjoint((AGENCY, "375")) or {"contact", "center"} <= words


_OTHERS = frozenset("nvc eoir kcc irs ssa dol cbp ero embassy consulate consulado".split())


def names_others_too(texts: Sequence[str]) -> bool:
    """Whether a title names the agency and also other offices: USCIS, EOIR, NVC holds."""
    return any(
        names_agency([text]) and not _OTHERS.isdisjoint(tokens(WORDS.not_theirs.sub("", text))) for text in texts
    )


def is_of_others(texts: Iterable[str]) -> bool:
    """Whether a sheet names another government office and never the agency.

    >>> is_of_others(["45 min", "NVC case", "hung up"]), is_of_others(["NVC case", "SR opened"])
    (True, False)
    """
    texts = list(texts)
    return any(map(WORDS.other_office.search, texts)) and not any(map(WORDS.ours.search, texts))


def _title_words(texts: Sequence[str]) -> frozenset[str]:
    """The words of titles, without the agency if they say that its calls are elsewhere.

    >>> sorted(_title_words(["NVC calls - no USCIS calls here"]) - {"no"}), sorted(_title_words(["Not yet: USCIS"]))
    (['calls', 'here', 'nvc'], ['not', 'uscis', 'yet'])
    """
    return frozenset(word for text in texts for word in tokens(WORDS.not_ours.sub(" ", text)))


_OTHER_CALLBACKS = lexicon.word_set("other_callbacks")


def names_callbacks(titles: Sequence[str]) -> bool:
    """Whether a tab's name (the first title) says that it lists the agency's callbacks.

    >>> [names_callbacks([title]) for title in ("Callbacks", "IN - they called", "In and out", "Callbacks due")]
    [True, True, False, False]
    """
    title = titles[0] if titles else ""
    words = frozenset(tokens(title))
    is_named = not words.isdisjoint(("callback", "incoming", "inbound"))
    is_named = is_named or bool(WORDS.they_called.search(title) or WORDS.tab_in.search(title))
    return is_named and words.isdisjoint(_OTHER_CALLBACKS)


def are_callbacks(columns: Mapping[str, str], titles: Sequence[str]) -> bool:
    """Whether a tab lists the agency's callbacks: its name (the first title) says so, and it has no waits or promises.

    A tab named only In must have a column on how the callbacks were answered. So must a file (the second title) whose
    tab has a default name.

    >>> [are_callbacks({"date": "Date"}, [title]) for title in ("In", "They called", "USCIS call log")]
    [False, True, False]
    >>> are_callbacks({"date": "Date", "callback_answered": "Answered?"}, ["Sheet1", "They called"])
    True
    """
    if len(titles) > 1 and WORDS.unnamed.fullmatch(titles[0]) and "callback_answered" in columns:
        titles = titles[1:]
    of_calls = {"wait", "promised", "promised_on", "callback_due", "in_out"} & columns.keys()
    # A day of promise, next to the row's own day and result, belongs to the earlier call
    if "callback_answered" in columns and "callback" not in columns:
        of_calls -= {"promised_on"}
    if not names_callbacks(titles) or of_calls:
        return False
    return (
        "callback_answered" in columns
        or not WORDS.tab_in.search(titles[0])
        or names_callbacks([WORDS.tab_in.sub("", titles[0])])
    )


def _is_of_company(found: Mapping[str, int], header, cells) -> bool:
    """Whether a column names companies called for a client, and nothing mentions the agency."""
    companies = _company_columns(header, found)
    is_ours = any(share(texts, kind) for texts in cells for kind in ("ours", "request"))
    return bool(companies) and "client" in found and not is_ours and {"receipt", "tier"}.isdisjoint(found)


def _is_of_reception(fmt: Format, found: Mapping[str, int], header, cells) -> bool:
    """Whether a sheet lists callers with the person asked for, who took the call, or their numbers, and no calls to the
    agency."""
    if "caller" not in found or not found.keys().isdisjoint(CALL_COLUMNS):
        return False
    named = {tokens(name) for name in header}
    # No one at a reception holds, or is told of the agency's callbacks.
    if "wait" in found and not HELD.isdisjoint(tokens(header[found["wait"]])) and has_casework(fmt, header, cells):
        return False
    # With a promise, the office itself would have promised these callers a callback.
    is_for = "promised" not in found and not named.isdisjoint((("for",), ("phone",), ("message",)))
    return is_for or (
        "wait" not in found and (("taken", "by") in named or ("result" not in found and _has_many_numbers(cells)))
    )


def _are_calls_to_us(header, cells) -> bool:
    """Whether columns have the callers' numbers and the numbers that they dialed, none of them the agency's.

    So an answering service lists the calls of an office's clients. The agency calls from a few numbers.
    """
    named = [(frozenset(tokens(name)), texts) for name, texts in zip(header, cells, strict=True)]
    callers = [texts for words, texts in named if "caller" in words and most(texts, "phone")]
    dialed = [texts for words, texts in named if {"dialed", "called"} & words and most(texts, "phone")]
    are_many = any(len({*texts}) > min(len(texts) / 2, MIN_CALLERS) for texts in callers)
    return are_many and any(not share(texts, "ours") and not share(texts, "premium") for texts in dialed)


def _has_many_numbers(cells) -> bool:
    """Whether a column has more different numbers than the lines of an office and the agency, or two columns share a
    number, as caller and called party do."""
    listed = _columns_of_numbers(cells)
    return any(len({*map(_digits, texts)}) >= MIN_CALLERS for texts in listed) or _share_numbers(cells)


def _share_numbers(cells) -> bool:
    """Whether two columns of numbers share one, as caller and called party do."""
    sides = [{_digits(text) for text in texts} for texts in _columns_of_numbers(cells)]
    return any(a & b - {""} for a, b in combinations(sides, 2))


def _columns_of_numbers(cells) -> list[list[str]]:
    numbers = [[text for text in texts if not contents.KINDS.date.match(text)] for texts in cells[:WIDE]]
    return [contents.filled(texts) for texts in numbers if most(texts, "phone")]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_list_of_phone(fmt: Format, header, cells) -> bool:
    """Whether times and lengths are to the second, beside different numbers, and nothing is about a case, nor about a
    hold without a caller's and a called one's number."""
    if not are_to_the_second(cells) or has_casework(fmt, header, cells):
        return False
    if any(not HELD.isdisjoint(tokens(name)) for name in header):
        return _share_numbers(cells)
    return any(len({*texts}) > 1 and most(texts, "phone") for texts in cells)


def are_to_the_second(cells) -> bool:
    """Whether two columns mostly give seconds.

    No one writes down seconds for both the time and the length of calls; but a form stamps them, and a stopwatch.
    """
    seconds = [sum(map(bool, map(WORDS.seconds.search, texts))) for texts in cells]
    return sum(2 * n > max(len(texts), MIN_CALLERS) for n, texts in zip(seconds, cells, strict=True)) > 1


def waits_of_calls_in(found: Mapping[str, int], raw: Sequence[Sequence[str | None]]) -> bool:
    """Whether most incoming calls have a wait, as in a phone system's queue: a person who is called does not wait."""
    if not {"in_out", "wait"} <= found.keys() or not OF_CASES.isdisjoint(found.keys() - {"line"}):
        return False
    rows = zip(raw[found["in_out"]], raw[found["wait"]], strict=True)
    waits = [wait or "" for way, wait in rows if WORDS.calls_in.fullmatch(way or "")]
    n_clocked = sum(map(bool, map(WORDS.clocked.search, waits)))
    return n_clocked >= max(SHARE_IN * len(waits), MIN_IN)


SHARE_IN, MIN_IN = 0.5, 2
OF_CASES = frozenset("client matter receipt promised callback callback_answered tier line reason".split())


def _has_every_word(text: str, words: frozenset[str]) -> bool:
    return all(word & words for word in phrase(text))


def trade_weight(fmt: Format, texts: Sequence[str]) -> float:
    """The score of titles and cells for a log of calls to the agency, less penalties for other trades."""
    words = _title_words(texts)
    weight = float(min(sum(_has_every_word(text, words) for text in fmt.recognize.speaks_for), MAXWORDS_FOR))
    is_ours = names_agency(texts)
    weight -= AGAINST * (not is_ours and any(_has_every_word(text, words) for text in fmt.recognize.speaks_against))
    is_of_others = any(map(WORDS.clients_called.search, texts)) or any(map(WORDS.others_alone.fullmatch, texts))
    weight -= TRADE * (is_of_others and not is_ours)
    return weight + _of_trade(fmt, words)


# ---- by header alone -------------------------------------------------------------------------------------------------


def has_days_under_words(fmt: Format, header: Sequence[str], texts: Callable[[int], Sequence[str | None]]) -> bool:
    """Whether a row names several facts of a call, mentions holding, and has days under one of its words.

    A phone system's export does not mention a person's hold.
    """
    if not any(not HELD.isdisjoint(tokens(name)) for name in header):
        return False
    named = set().union(*map(fmt.vocabulary.meanings, header))
    if len(named) < NAMED or any(contents.KINDS.date.match(name) for name in header):
        return False
    columns = (contents.filled(texts(index)) for index in range(min(len(header), WIDE)))
    return any(len(column) >= MIN_CELLS and nearly_all(column, "date") for column in columns)


def is_of_lines(header: Sequence[str], columns: Sequence[Sequence[str | None]]) -> bool:
    """Whether a sheet has one column: a title over lines that nearly all begin with a day."""
    if len(header) != 1 or contents.KINDS.date.match(header[0]):
        return False
    lines = contents.filled(columns[0])
    return len(lines) > (MIN_CELLS if names_agency(header) else SEVERAL) and nearly_all(lines, "date")


def is_likely(fmt: Format, header: Sequence[str], titles: Sequence[str] = ()) -> bool:
    """Whether a row may be the header of such a sheet, by its words alone: dates may be above the rows.

    In a tab of callbacks (``titles``), the day may be under any word: Came on.
    """
    scores = (found for name in header if name for found in fmt.vocabulary.scores(name))
    likely = [meaning for _, meaning, score in scores if score >= MIN_SCORE or meaning.instead]
    found = {meaning.name for meaning in likely} | {"date" for meaning in likely if "date" in meaning.instead}
    if any(name in found for name in derived_columns.TEXT_COLUMNS[:2]):
        return True  # it may describe whole calls
    is_dated = all(name in found for name in fmt.recognize.words) or any("date" in tokens(name) for name in header)
    if names_callbacks(titles) and {"time", "callback_answered"} <= found:
        return True
    has_others = "time" in found and not found.isdisjoint(("wait", "minutes", "hold_range"))
    return sum(map(bool, header)) >= 2 and (is_dated or has_others)
