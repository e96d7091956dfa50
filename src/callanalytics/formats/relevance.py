"""Whether a sheet is a log of calls to the agency: what its columns, their names and its titles say for one or against.

Words of another trade speak against it, unless the agency is named beside them; so do callers who asked for somebody,
companies called for a client, and results that only another trade has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations

from callanalytics.formats import contents, derived_columns
from callanalytics.formats.contents import HELD, MIN_CELLS, most, nearly_all, share, some
from callanalytics.formats.layout import Format
from callanalytics.formats.words import phrase, tokens
from callanalytics.values import lexicon
from callanalytics.values.lexicon import Patterns

WORDS = Patterns("relevance")
UNKNOWN_COLUMN, AGAINST, MAX_UNKNOWN, LACKING = 1.0, 3, 2.0, 2.0  # what counts against a log of calls
ELSEWHERE = 4  # what results that only another trade has count for
MIN_CALLERS = 5  # different ones: more than an office's lines and the agency's
WIDE = 60  # columns that are looked at for the agency's name
OURS = 2  # what cells that name the agency count for
PROMISED = 3  # what cells with the agency's two times count for: 72 hours, 30 business days
TRADE = 8  # more than a date, a time, a wait, an agent and a result say together
MAXWORDS_FOR = 3  # words beside the columns that speak for one
MIN_SCORE = 1.5  # a score from which a column has a meaning
NAMED = 4  # meanings that a header has to name where none of its words is of a date
SEVERAL = 5  # cells without which a column whose header says nothing is not looked at
# Words of which some header of a log of calls has one, if no cell of it tells how a call ended.
CALLING = lexicon.word_set("calling")
AGENCY = "uscis"
COMPANIES = frozenset("company companies business carrier store utility".split())
CALL_COLUMNS = ("agent", "agent_id", "sr", "line", "tier")  # of which one is there where no wait is
NO_CALL_COLUMNS = 3.0  # what a sheet of clients in which nothing speaks of a call is short of


def mentions_calls(texts: Sequence[str]) -> bool:
    """Whether a header or a title has a word of calling."""
    return any(not CALLING.isdisjoint(tokens(text)) for text in texts)


def weight(fmt: Format, found, columns, known, header, cells) -> float:
    """What the columns, their names and their cells say together for a log of calls."""
    named = (meaning for meaning in fmt.words if meaning.name in found)
    # A column does not speak for a log whose cells say that it is something else.
    held = (meaning for meaning in named if contents.verdict(cells[found[meaning.name]], meaning.holds) >= 0)
    weight = float(sum(meaning.weight for meaning in held))
    strangers = [index for index in range(len(header)) if index not in known and cells[index]]
    weight -= min(UNKNOWN_COLUMN * len(strangers), MAX_UNKNOWN)
    weight -= LACKING * sum(name not in columns for name in fmt.recognize.expects if "promised_on" not in found)
    # A column stands for one that is expected, and no other tells of a person, a result or a request.
    is_instead = any(name in columns and name not in found for name in fmt.recognize.expects)
    meanings = (meaning for meaning in fmt.words if meaning.name in found and meaning.weight)
    weight -= LACKING * (is_instead and all(meaning.holds in ("date", "time", "span", "phone") for meaning in meanings))
    weight -= LACKING * ({"wait", *CALL_COLUMNS}.isdisjoint(columns))
    lines = cells[found["line"]] if "line" in found else []
    weight -= TRADE * (most(lines, "others") and not share(lines, "ours") and not share(lines, "premium"))
    weight -= TRADE * (_is_of_company(found, header, cells) or _is_of_reception(found, header, cells))
    # Calls in and out beside many numbers, as a phone system lists them, and nothing of a person.
    is_of_phones = "in_out" in found and {"agent", "agent_id", "sr", "promised", "tier"}.isdisjoint(found)
    weight -= TRADE * (is_of_phones and _has_many_numbers(cells))
    # A program named the columns, as in call_type, and none is of a case or a callback.
    weight -= TRADE * (sum(bool(WORDS.key.fullmatch(name)) for name in header) > 2 and OF_CASES.isdisjoint(found))
    weight -= TRADE * any(map(_is_tally, header, cells))
    weight += derived_columns.weight(columns)
    results = cells[found["result"]] if "result" in found else []
    if are_ours(cells):
        weight += OURS + forgiven(fmt, header, cells, results)
    speaking = fmt.recognize.speaking
    against = 0 if names_agency(header) else AGAINST
    for words in (frozenset(tokens(name)) for name in header):
        if words.isdisjoint(speaking):
            continue
        weight -= against * any(_says(text, words) for text in fmt.recognize.speaks_against)
        weight += _of_trade(fmt, words)
        weight += any(_says(text, words) for text in fmt.recognize.speaks_for)
    weight -= TRADE * any("form" in tokens(name) and most(c, "tax") for name, c in zip(header, cells, strict=True))
    return weight + _of_results(results) * (not _are_plain(results) or not has_casework(fmt, header, cells))


def _of_results(results: list[str]) -> float:
    """What results say for a log of calls; those of another trade outweigh a column of results."""
    ended = 0 if most(results, "code") else contents.verdict(results, "ended")
    return (ended if ended > 0 else 4 * ended) - ELSEWHERE * some(results, "elsewhere")


def _are_plain(results: list[str]) -> bool:
    """Whether results are a success or a failure: of calls to the agency, where there is casework, else of anything."""
    return nearly_all(results, "success")


def _is_tally(name: str, texts: Sequence[str]) -> bool:
    """Whether a column counts the calls of each row, whose other figures are then sums: # of calls."""
    words = frozenset(tokens(name))
    is_count = "calls" in words and not words.isdisjoint(("#", "number", "total", "count"))
    return is_count and all(map(str.isdecimal, texts)) and any(text != "1" for text in texts)


def is_of_business(fmt: Format, found: Mapping[str, int], header, cells) -> bool:
    """Whether cells have words of another business, or name whom was called, and nothing is of casework."""
    columns = (header, *cells[:WIDE])
    if any(_has(fmt.recognize.casework, texts) for texts in columns):
        return False
    if _is_of_names(_company_columns(header, found), cells):
        return True
    if any(_has(fmt.recognize.times, texts) for texts in columns):
        return False
    lines = {found["line"]} - {found.get("client")} if "line" in found else set()
    return any(_are_of_business(fmt, texts) for texts in cells[:WIDE]) or _is_of_names(lines, cells)


def has_casework(fmt: Format, header: Sequence[str], cells) -> bool:
    """Whether a header or a cell has a word of casework, or a time that the agency states."""
    return any(is_casework(fmt, texts) for texts in (header, *cells[:WIDE]))


def states_times(cells) -> bool:
    """Whether a column has the two times that the agency states: 72 hours, 30 business days."""
    return any(some(texts, "urgency") for texts in cells[:WIDE])


def _are_of_business(fmt: Format, texts: Sequence[str]) -> bool:
    """Whether cells that tell more than how a call was lost have words of another business."""
    is_business = _words(fmt.recognize.business)
    reached = [text for text in texts if not contents.KINDS.lost.match(text)]
    return bool(reached) and sum(bool(is_business(text)) for text in reached) >= contents.SHARE_NEUTRAL * len(reached)


def _company_columns(header, found: Mapping[str, int]) -> set[int]:
    """The columns of companies that were called; a client may be one as well."""
    indices = {index for index, name in enumerate(header) if not COMPANIES.isdisjoint(tokens(name))}
    return indices - {found.get("client"), found.get("our_number"), found.get("callback_number")}


def _is_of_names(indices: Iterable[int], cells) -> bool:
    """Whether a column names whom was called, none of them ours: Company, Who I called."""
    named = [cells[index] for index in indices if most(cells[index], "plain")]
    return any(not share(texts, "ours") and not share(texts, "premium") for texts in named)


def is_casework(fmt: Format, texts: Sequence[str]) -> bool:
    """Whether a text has a word that only an office of ours writes, or a time that the agency states."""
    return _has(fmt.recognize.casework + fmt.recognize.times, texts)


def _has(words: tuple[str, ...], texts: Sequence[str]) -> bool:
    return any(map(_words(words), texts))


@cache
def _words(listed: tuple[str, ...]) -> Callable:
    """A search for any of these words, with a star for any ending."""
    either = "|".join(word.replace("*", r"\w*") for word in listed)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE).search


@lru_cache(maxsize=1 << 10)  # a row is asked about as a header, and again as one of two
def _of_trade(fmt: Format, words: frozenset[str]) -> float:
    """What a header or a title says against a log by the trade it is of; nothing where it names the agency as well."""
    is_ours = any(_says(text, words) for text in fmt.recognize.speaks_for)
    return -TRADE if not is_ours and any(_says(text, words) for text in fmt.recognize.trades) else 0.0


def are_ours(cells) -> bool:
    """Whether a column names the agency whose calls these are."""
    return any(most(texts, "ours") for texts in cells[:WIDE])


def forgiven(fmt: Format, header: Sequence[str], cells, results: list[str]) -> float:
    """What headers and results say against a log by words that an office of ours may have as well."""
    named = (frozenset(tokens(name)) for name in header)
    against = (words for words in named if not words.isdisjoint(fmt.recognize.speaking) and _of_trade(fmt, words))
    only_others = [text for text in fmt.recognize.trades if text not in fmt.recognize.may_be_ours]
    of_headers = TRADE * sum(not any(_says(text, words) for text in only_others) for words in against)
    return of_headers - _of_results(results) * (_are_plain(results) and not has_casework(fmt, header, cells))


def names_agency(texts: Sequence[str]) -> bool:
    """Whether titles name the agency whose calls these are."""
    words = _title_words(texts)
    is_named = any(
        WORDS.named.search(WORDS.not_ours.sub(" ", text)) for text in texts
    )  # calls from USCIS is one word to tokens
    return is_named or not words.isdisjoint((AGENCY, "375")) or {"contact", "center"} <= words


_OTHERS = frozenset("nvc eoir kcc irs ssa dol cbp ero embassy consulate consulado".split())


def names_others_too(texts: Sequence[str]) -> bool:
    """Whether a title names the agency, and other offices beside it: USCIS, EOIR, NVC holds."""
    return any(
        names_agency([text]) and not _OTHERS.isdisjoint(tokens(WORDS.not_theirs.sub("", text))) for text in texts
    )


def is_of_others(texts: Iterable[str]) -> bool:
    """Whether a sheet has the name of another office, and no word of the agency.

    >>> is_of_others(["45 min", "NVC case", "hung up"]), is_of_others(["NVC case", "SR opened"])
    (True, False)
    """
    texts = list(texts)
    return any(map(WORDS.other_office.search, texts)) and not any(map(WORDS.ours.search, texts))


def _title_words(texts: Sequence[str]) -> frozenset[str]:
    """The words of titles, without the agency where they say that its calls are not here.

    >>> sorted(_title_words(["NVC calls - no USCIS calls here"]) - {"no"}), sorted(_title_words(["Not yet: USCIS"]))
    (['calls', 'here', 'nvc'], ['not', 'uscis', 'yet'])
    """
    return frozenset(word for text in texts for word in tokens(WORDS.not_ours.sub(" ", text)))


_OTHER_CALLBACKS = lexicon.word_set("other_callbacks")


def names_callbacks(titles: Sequence[str]) -> bool:
    """Whether the name of a tab (the first title) says that the agency called.

    >>> [names_callbacks([title]) for title in ("Callbacks", "IN - they called", "In and out", "Callbacks due")]
    [True, True, False, False]
    """
    title = titles[0] if titles else ""
    words = frozenset(tokens(title))
    is_named = not words.isdisjoint(("callback", "incoming", "inbound"))
    is_named = is_named or bool(WORDS.they_called.search(title) or WORDS.tab_in.search(title))
    return is_named and words.isdisjoint(_OTHER_CALLBACKS)


def are_callbacks(columns: Mapping[str, str], titles: Sequence[str]) -> bool:
    """Whether a tab is one of the agency's callbacks, as its name says (the first title), and no wait stands in it.

    A tab that is named In and no more has to say in a column how the callbacks were answered; so has a file (the second
    title) whose tab a program named.

    >>> [are_callbacks({"date": "Date"}, [title]) for title in ("In", "They called", "USCIS call log")]
    [False, True, False]
    >>> are_callbacks({"date": "Date", "callback_answered": "Answered?"}, ["Sheet1", "They called"])
    True
    """
    if len(titles) > 1 and WORDS.unnamed.fullmatch(titles[0]) and "callback_answered" in columns:
        titles = titles[1:]
    of_calls = {"wait", "promised", "promised_on", "callback_due", "in_out"} & columns.keys()
    # The day of the promise beside that of the row and its result is of the call before
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
    """Whether a column names the company that was called for a client, and nothing is of the agency."""
    companies = _company_columns(header, found)
    is_ours = any(share(texts, kind) for texts in cells for kind in ("ours", "request"))
    return bool(companies) and "client" in found and not is_ours and {"receipt", "tier"}.isdisjoint(found)


def _is_of_reception(found: Mapping[str, int], header, cells) -> bool:
    """Whether callers are noted with whom they asked for, who took their call or their numbers, and no call of ours."""
    if "caller" not in found or not found.keys().isdisjoint(CALL_COLUMNS):
        return False
    named = {tokens(name) for name in header}
    # A callback was promised to these callers by the office itself.
    is_for = "promised" not in found and not named.isdisjoint((("for",), ("phone",), ("message",)))
    return is_for or (
        "wait" not in found and (("taken", "by") in named or ("result" not in found and _has_many_numbers(cells)))
    )


def _has_many_numbers(cells) -> bool:
    """Whether a column has more different numbers than an office's lines and the agency's, or two have one in common:
    who called, and who was called."""
    numbers = [[text for text in texts if not contents.KINDS.date.match(text)] for texts in cells[:WIDE]]
    listed = [contents.filled(texts) for texts in numbers if most(texts, "phone")]
    sides = [{re.sub(r"\D", "", text) for text in texts} for texts in listed]
    return any(len(side) >= MIN_CALLERS for side in sides) or any(a & b - {""} for a, b in combinations(sides, 2))


OF_CASES = frozenset("client matter receipt promised callback callback_answered tier line reason".split())


def _says(text: str, words: frozenset[str]) -> bool:
    return all(word & words for word in phrase(text))


def trade_weight(fmt: Format, texts: Sequence[str]) -> float:
    """What titles and cells say of the trade: for a log of calls to the agency, or against any."""
    words = _title_words(texts)
    weight = float(min(sum(_says(text, words) for text in fmt.recognize.speaks_for), MAXWORDS_FOR))
    weight -= AGAINST * any(_says(text, words) for text in fmt.recognize.speaks_against)
    weight -= TRADE * (any(map(WORDS.clients_called.search, texts)) and not names_agency(texts))
    return weight + _of_trade(fmt, words)


# ---- by its header alone ---------------------------------------------------------------------------------------------


def has_days_under_words(fmt: Format, header: Sequence[str], texts: Callable[[int], Sequence[str | None]]) -> bool:
    """Whether a row names several things of a call and speaks of holding, and under one of its words stand days.

    A phone system's export speaks of no hold that a person had.
    """
    if not any(not HELD.isdisjoint(tokens(name)) for name in header):
        return False
    named = {
        meaning.name
        for name in header
        if name
        for _, meaning, score in fmt.vocabulary.scores(name)
        if score >= MIN_SCORE
    }
    if len(named) < NAMED or any(contents.KINDS.date.match(name) for name in header):
        return False
    columns = (contents.filled(texts(index)) for index in range(min(len(header), WIDE)))
    return any(len(column) >= MIN_CELLS and nearly_all(column, "date") for column in columns)


def is_of_lines(header: Sequence[str], columns: Sequence[Sequence[str | None]]) -> bool:
    """Whether a sheet has one column, a title over lines most of which begin with a day."""
    if len(header) != 1 or contents.KINDS.date.match(header[0]):
        return False
    lines = contents.filled(columns[0])
    return len(lines) > SEVERAL and nearly_all(lines, "date")


def is_likely(fmt: Format, header: Sequence[str], titles: Sequence[str] = ()) -> bool:
    """Whether a row may be the header of such a sheet, by its words alone: dates may stand above the rows.

    In a tab of callbacks (``titles``) the day may stand under any word: Came on.
    """
    scores = (found for name in header if name for found in fmt.vocabulary.scores(name))
    likely = [meaning for _, meaning, score in scores if score >= MIN_SCORE or meaning.instead]
    found = {meaning.name for meaning in likely} | {"date" for meaning in likely if "date" in meaning.instead}
    if any(name in found for name in derived_columns.TEXT_COLUMNS[:2]):
        return True  # all that is told of a call may stand there
    is_dated = all(name in found for name in fmt.recognize.words) or any("date" in tokens(name) for name in header)
    if names_callbacks(titles) and {"time", "callback_answered"} <= found:
        return True
    has_others = "time" in found and not found.isdisjoint(("wait", "minutes", "hold_range"))
    return sum(map(bool, header)) >= 2 and (is_dated or has_others)
