"""Find rows of a hand-kept sheet that are not the office's calls: callbacks of the agency, days without a call, sums.

In a hand-kept sheet, a callback is a row like any other, and one of its cells says so: *USCIS called back, missed*. If
no cell does, the row stays a call of the office.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from callanalytics.formats import Format, Rule, contents
from callanalytics.formats.layout import Test, When
from callanalytics.formats.words import tokens
from callanalytics.lazy import regex
from callanalytics.normalize.cells import Cells, read
from callanalytics.normalize.dates_of_rows import any_day
from callanalytics.normalize.derived_columns import with_column, with_rows
from callanalytics.normalize.free_words import (
    CALLBACK_RESULTS,
    callback_result_in,
    is_without_call,
    outcome_in,
    promise_of_column,
    says_no_one_called,
)
from callanalytics.read.table import TextTable
from callanalytics.values import lexicon, try_read
from callanalytics.values.callbacks import CallbackEvent, is_by_others, names_incoming, read_callbacks
from callanalytics.values.lexicon import Patterns
from callanalytics.values.phones import placeholder

CALLBACK = "(callback of the agency)"  # the name of the column with the result of each callback
# Meanings of columns that may say that a row is a callback. A column without a meaning may say so too.
SAYING = frozenset(
    "in_out result notes narrative reached picked_up agent tier somebody around reason callback_answered line".split()
)
# If one of these is filled, the office waited, or someone promised a callback: the row is a call of the office. A
# length may be the callback's, if nothing else in the row is about a call of the office.
LENGTHS = "wait wait_hours wait_minutes wait_seconds minutes hold_and_talk".split()
OF_OURS = (*LENGTHS, *"hold_range hold_from hold_till picked_up promised told".split())
_WORDS = Patterns("row_kinds")
LONGEST = 500  # characters of a cell that says so
LABELING = frozenset(
    ("in_out", "around", "our_number", "line")
)  # and columns without a meaning: they may label each row by who called
UNKNOWN = "unknown"
# Header words for the person spoken to, and for the person who called.
SPOKE, CALLING = (
    frozenset("spoke spoken speak talked talk who whom answered taken handled helped".split()),
    frozenset("called caller calling".split()),
)
WHOM = frozenset(("who", "whom"))
LOST = ("hung_up", "dropped", "closed")
_CLAUSES = regex(r"[,;.()]|\s[-–—]\s")
WHO, CALLED = ("agency", "officer"), ("called", "called_us")  # headings of the lexicon


def marked_callbacks(table, fmt: Format, columns: Mapping[str, str]):
    """The table with the result of each row that is a callback of the agency, and the format that reads it.

    ``columns`` are the sheet's columns by their meanings.
    """
    own = {meaning: name for meaning, name in columns.items() if name in table.header}
    kind = fmt.columns.get("kind")
    if kind is None or fmt.events or CALLBACK in table.header:
        return table, fmt
    table = _without_calls_beside(table, own)
    table, lone = _with_lone_callbacks(table, own)
    is_incoming = read(kind, Cells(table.header, table.cells)).objects()
    # A tab with only callbacks has no further part: its rows are the callbacks.
    has_answers = not {"callback_answered", "callback_missed"}.isdisjoint(own)
    answer = fmt.parts[0].columns["outcome"] if fmt.parts else fmt.columns["outcome"] if has_answers else None
    answers = read(answer, Cells(table.header, table.cells)).objects()
    rows = zip(_rows(table), is_incoming, lone, answers, _labels(table, own), strict=True)
    results: list[str | None] = []
    for row, came, alone, answered, label in rows:
        if alone is not None:
            results.append(alone.result or answered or UNKNOWN)
        elif came == "ring":
            results.append(_result_incoming(row, own, answered))
        else:
            results.append(_result(row, own, label))
    if not any(results):
        return table, fmt
    return with_column(_with_times_of_results(table, own, results), CALLBACK, results), _reading_callbacks(fmt)


def _with_times_of_results(table, own: Mapping[str, str], results: Sequence[str | None]):
    """The table with the day and time in a callback's own words, if its row has no time: 5/8: T2 cb 9:05."""
    if "date" not in own:
        return table
    columns = {name: _texts(table, name) for name in (own["date"], own.get("time", own["date"]))}
    for index, (row, result) in enumerate(zip(_rows(table), results, strict=True)):
        date = row.get(own["date"], "")
        if not result or ":" in date or row.get(own.get("time", "")):
            continue
        telling = [(day, text) for day, text in _parted_texts(row, own) if says_callback(text) or _tells_incoming(text)]
        begins = (_WORDS.not_when.split(_CLAUSES.split(text)[0])[0] for _, text in telling)
        clocks = {match[0] for text in begins for match in _WORDS.clock_told.finditer(text)}
        days = {day for day, _ in telling} - {""}
        date = days.pop() if len(days) == 1 else date
        time = clocks.pop() if len(clocks) == 1 else row.get(own.get("picked_up", ""), "")
        if not date:
            continue
        columns[own["date"]][index] = date if "time" in own else f"{date} {time}".strip()
        if "time" in own:
            columns[own["time"]][index] = time or None
    for name, texts in columns.items():
        table = with_column(table, name, texts)
    return table


# Meanings whose columns are empty in a row that holds only a callback.
OF_CALLS = (*OF_OURS, "date", "time", "agent", "agent_id", "reached", "result", "gave_up", "cut_off", "duration")


def _without_calls_beside(table, own: Mapping[str, str]):
    """A list of promises without those rows that have only a promise, made on a call in another sheet of the book."""
    if "promised_on" not in own or own.get("date") != own["promised_on"] or not table.promises_beside:
        return table
    telling = [own[name] for name in ("callback", "callback_answered", "callback_missed") if name in own]
    is_bare = [not any(map(_is_filled, (row.get(name, "") for name in telling))) for row in _rows(table)]
    mask = np.array(is_bare, bool) & _are_beside(table, own)
    return with_rows(table, ~mask, "same_call") if mask.any() else table


def _are_beside(table, own: Mapping[str, str]) -> np.ndarray:
    """Mask of the rows whose day is that of a call with a promise in another sheet of the book.

    With more rows on a day than such calls, nothing shows which of them is of another call.
    """
    beside = Counter(map(any_day, table.promises_beside))
    days = [any_day(row.get(own["date"])) for row in _rows(table)]
    listed = Counter(days)
    return np.array([day is not None and listed[day] <= beside[day] for day in days], bool)


def _with_lone_callbacks(table, own: Mapping[str, str]) -> tuple[TextTable, list[CallbackEvent | None]]:
    """The table with the day of each callback alone in a row as the row's own; and these callbacks."""
    rows = list(_rows(table))
    if "callback" not in own or "date" not in own:
        return table, [None] * len(rows)
    of_calls = {own[meaning] for meaning in OF_CALLS if meaning in own} - {own["callback"]}
    of_its_day = {own["date"], own.get("time")}
    # Such a row continues the callbacks of the call above it; without its own day it would become another call. A row
    # that says that no one called has no call either: its day is only the day of writing.
    alone = [
        _lone_callback(row.get(own["callback"], "")) if _has_no_call(row, of_calls, of_its_day) else None
        for row in rows
    ]
    if own["date"] == own.get("promised_on"):  # a list of promises: the call is in another sheet, or was not logged
        is_beside = _are_beside(table, own)
        came = [any_day(row.get(own["callback"])) for row in rows]
        days = [(row.get(own["callback"], ""), row.get(own.get("callback_time", ""), "")) for row in rows]
        alone = [
            CallbackEvent(*days[n]) if came[n] and (is_beside[n] or own["date"] not in row) else alone[n]
            for n, row in enumerate(rows)
        ]
    if not any(alone):
        return table, alone
    columns = {name: _texts(table, name) for name in (own["date"], own.get("time", own["date"]), own["callback"])}
    for row, each in enumerate(alone):
        if each is not None:
            columns[own["callback"]][row] = None
            columns[own["date"]][row] = each.date if "time" in own else f"{each.date} {each.time}".strip()
            if "time" in own:
                columns[own["time"]][row] = each.time or None
    for name, texts in columns.items():
        table = with_column(table, name, texts)
    return table, alone


def _texts(table, name: str) -> list[str | None]:
    return table.cells.column(table.header.index(name)).to_pylist()


def _has_no_call(row: Mapping[str, str], of_calls: set[str], of_its_day: set[str | None]) -> bool:
    """Whether nothing in a row is about a call; its day and time are ignored if a cell says that no one called."""
    filled = of_calls & row.keys()
    return not filled or (filled <= of_its_day and any(map(says_no_one_called, row.values())))


def _lone_callback(text: str) -> CallbackEvent | None:
    """The one callback that a cell describes with its day and its result; None for any other cell."""
    came = (try_read(read_callbacks, text) if text else None) or ()
    is_whole = len(came) == 1 and came[0].date and came[0].result in CALLBACK_RESULTS
    return came[0] if is_whole else None


def _rows(table) -> Iterable[dict[str, str]]:
    columns = [column.to_pylist() for column in table.cells.columns]
    for texts in zip(*columns, strict=True):
        yield {name: text for name, text in zip(table.header, texts, strict=True) if text}


def _reading_callbacks(fmt: Format) -> Format:
    is_callback = When((((CALLBACK,), (Test("*"),)),))
    kind, outcome = fmt.columns["kind"], fmt.columns.get("outcome", Rule(target="outcome"))
    as_ring, as_told = Rule(target="kind", value="ring"), Rule(target="outcome", columns=((CALLBACK,),))
    as_callbacks = {
        "kind": replace(kind, cases=((is_callback, as_ring), *kind.cases)),
        "outcome": replace(outcome, cases=((is_callback, as_told), *outcome.cases)),
    }
    return replace(fmt, columns=dict(fmt.columns) | as_callbacks)


def _labels(table, own: Mapping[str, str]) -> list[str]:
    """The label of each row that says the agency called, in a column that says of others that the office did; else "".

    A column of labels alone tells the two apart: USCIS call, USCIS callback; called, called us, T2 - answered.
    """
    labels, meaning_of = [""] * table.cells.num_rows, {name: meaning for meaning, name in own.items()}
    for name, column in zip(table.header, table.cells.columns, strict=True):
        texts = [text or "" for text in column.to_pylist()]
        if meaning_of.get(name, "in_out") in LABELING and any(map(_WORDS.label_of_ours.fullmatch, texts)):
            labels = [
                label or (text if _is_their_label(text) else "") for label, text in zip(labels, texts, strict=True)
            ]
    are_clients = (any(map(_WORDS.of_client.search, row.values())) for row in _rows(table))
    pairs = zip(labels, are_clients, strict=True)
    return ["" if is_client and _WORDS.any_caller.fullmatch(label) else label for label, is_client in pairs]


def _is_their_label(text: str) -> bool:
    of_officer = _headings(text)[0][:1] == ["officer"] and callback_result_in(_in_clauses(text)) in CALLBACK_RESULTS
    return of_officer or bool(_WORDS.label_of_theirs.fullmatch(text))


def _result_incoming(row: Mapping[str, str], own: Mapping[str, str], answered: str | None) -> str | None:
    """The result of a row that is known to be a callback of the agency; None if it says none.

    ``answered`` is the result in its own column. It takes precedence over the name of a person spoken to.
    """
    outcome = row.get(own.get("result", ""), "")
    if callback_result_in(_in_clauses(outcome)) or outcome_in(outcome) in LOST:
        return answered
    return (_one_result(_cells_from_callback(row, own)) if not outcome else None) or answered or _of_person(row, own)


def _result(row: Mapping[str, str], own: Mapping[str, str], label: str) -> str | None:
    """The result of a row that is a callback of the agency, ``unknown`` if not stated; None for any other row.

    ``label`` is a cell that says so in a column of labels, or "".
    """
    saying = _cells_from_callback(row, own)
    agent = row.get(own.get("agent", ""), "")
    telling = _cells_of_callback(row, saying, agent, label)
    if not telling:
        return None
    result = _one_result(telling) or ("voicemail" if any(map(_WORDS.voicemail.search, telling)) else None)
    of_agent = [row.get(own.get(meaning, ""), "") for meaning in ("agent", "agent_id")]
    is_named = any(text and not placeholder(text) and not agency_alone(text) for text in of_agent)
    has_request = _is_filled(row.get(own.get("sr", ""), ""))
    # No one holds for a missed callback, so a length rules out every callback except an answered one.
    may_be_long = result == "answered" and any(map(says_callback, telling)) and not (is_named or has_request)
    of_callback = (*LENGTHS, *(["picked_up"] if own.get("time") not in row else []))  # Agent on, and no start before it
    of_ours = [own[meaning] for meaning in OF_OURS if meaning in own and not (may_be_long and meaning in of_callback)]
    # A cell that says only, and in full, that the agency called: USCIS called me
    named = [headings for headings, rest in map(_headings, telling) if not rest]
    says_who = bool(label) or any(len(each) == 2 and each[0] in WHO and each[1] in CALLED for each in named)
    if _is_of_ours(row, own, of_ours, telling, says_who=says_who):
        return None
    result = result or _one_result(text for text in saying if text not in telling)
    result = result or ("voicemail" if any(map(_WORDS.voicemail.match, saying)) else None)
    if is_named and result != "answered" and agent not in telling and not label:
        return None  # the office spoke to someone, so the callback may be a later one
    return result or (_of_person(row, own) if says_who else None) or UNKNOWN


def _cells_of_callback(row: Mapping[str, str], saying: Sequence[str], agent: str, label: str) -> list[str]:
    """The cells, among those that may say it, which say that a row is a callback of the agency; ``label`` is one."""
    # The agency, where no agent is told, may be whom we called: Called, USCIS
    is_role = agency_alone(agent) or "officer" in map(agency_alone, row.values())
    found = [label] * bool(label)
    for text in saying:
        if says_callback(text) or (is_role and (_tells_incoming(text) or _headings(text) == (["called_us"], ""))):
            found.append(text)
    if found:
        return found
    # T2 cb, and beside it: missed, on another line
    named = [text for text in saying if _is_callback_named(text)]
    is_theirs = any(_WORDS.callback_of_theirs.fullmatch(_WORDS.about.sub("", text)) for text in named)
    came = [text for text in saying if _tells_incoming(text) or (is_theirs and _one_result([text]))] if named else []
    return named + came if came else []


def _cells_from_callback(row: Mapping[str, str], own: Mapping[str, str]) -> list[str]:
    """The cells in which a row may say that it is a callback, each from there on."""
    return [text for _, text in _parted_texts(row, own)]


def _parted_texts(row: Mapping[str, str], own: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The cells in which a row may say that it is a callback, each from there on, and after its day or ""."""
    meaning_of = {name: meaning for meaning, name in own.items()}
    for name, text in row.items():
        if meaning_of.get(name, "notes") in SAYING and len(text) <= LONGEST:
            yield _from_callback(text, may_have_day=own.get("time", "") not in row)


def _from_callback(text: str, *, may_have_day: bool) -> tuple[str, str]:
    r"""A text from its line that says the agency called, if no line before is about a call; else the whole text.

    If `may_have_day`, the day before it is apart: the row has no time, so it may be written on another day.

    >>> _from_callback("officer review\nmissed call from USCIS", may_have_day=True)
    ('', 'missed call from USCIS')
    >>> _from_callback("5/8: they called back, missed it", may_have_day=True)
    ('5/8', 'they called back, missed it')
    >>> _from_callback("called 9 am\nUSCIS called back, missed", may_have_day=True)[1].partition("\n")[0]
    'called 9 am'
    """
    lines = [line.strip() for line in text.splitlines()]
    for index, line in enumerate(lines):
        day = _WORDS.day_first.match(line) if may_have_day else None
        from_here = line[day.end() :] if day else line
        if (index or day) and says_callback(from_here):
            return day[1] if day else "", "\n".join([from_here, *lines[index + 1 :]])
        if _WORDS.may_be_ours.search(line) or outcome_in(line):
            break
    return "", text


def _of_person(row: Mapping[str, str], own: Mapping[str, str]) -> str | None:
    """``answered`` if the row of an incoming call names the person spoken to; otherwise None.

    A bare Who may be whoever wrote the row down: next to a column that asks whether someone answered, it says nothing.
    """
    names = (own[meaning] for meaning in ("tier", "agent", "somebody", "reached") if meaning in own)
    speaking = SPOKE - WHOM if "callback_answered" in own else SPOKE
    spoken = (name for name in names if not speaking.isdisjoint(words := tokens(name)) and CALLING.isdisjoint(words))
    texts = (row.get(name, "") for name in spoken)
    is_spoken = any(
        text and not placeholder(text) and not any(contents.KINDS[kind].match(text) for kind in ("lost", "no_mark"))
        and outcome_in(text) not in LOST and callback_result_in(_in_clauses(text)) is None
        for text in texts
    )  # fmt: skip
    return "answered" if is_spoken else None


def _is_of_ours(
    row: Mapping[str, str], own: Mapping[str, str], of_ours: Sequence[str], telling: Sequence[str], *, says_who: bool
) -> bool:
    """Whether another cell of a row says that the office called.

    If a cell in `telling` says in full that the agency called (``says_who``), a result counts only if it says the call
    was lost."""
    settled = own.get("promised") if _says_what_came(row.get(own.get("promised", ""), "")) else None
    if any(_is_filled(text := row.get(name, "")) and not says_callback(text) for name in of_ours if name != settled):
        return True
    if is_outgoing(row.get(own.get("in_out", ""), "")):
        return True
    result = _from_callback(row.get(own.get("result", ""), ""), may_have_day=own.get("time", "") not in row)[1]
    if says_who:
        return outcome_in(result) in ("hung_up", "dropped")
    return _is_filled(result) and result not in telling and not callback_result_in(_in_clauses(result))


def _says_what_came(text: str) -> bool:
    """Whether a cell of promises says only what came of one, so that no promise of this row's call is in it.

    >>> [_says_what_came(text) for text in ("done", "kept", "missed", "yes", "within a month", "pending", "3/9 done")]
    [True, True, True, False, False, False, False]
    """
    came = try_read(read_callbacks, text) or ()
    return any(came) and not any(each.date for each in came) and promise_of_column(text) is None


def is_outgoing(text: str) -> bool:
    """Whether a cell of a call's direction says that the office called."""
    return bool(_WORDS.outgoing.fullmatch(text))


def _is_callback_named(text: str) -> bool:
    """Whether a cell names a callback and says no more, so that it may be a promised one: T2 cb."""
    headings, rest = _headings(_WORDS.about.sub("", text))
    return "callback" in headings and not rest.strip(" .-")


@lru_cache(maxsize=1 << 12)
def agency_alone(text: str) -> str:
    """``agency`` or ``officer`` if an agent's cell names only the agency, or only a role in it; otherwise "".

    >>> agency_alone("USCIS"), agency_alone("USCIS officer"), agency_alone("Tier 2"), agency_alone("Officer Roe")
    ('agency', 'officer', 'officer', '')
    """
    named = {heading for heading, _ in lexicon.phrases("incoming").walk(lexicon.tokens(text[:LONGEST]))}
    return "officer" if "officer" in named and named <= set(WHO) else "agency" if named == {"agency"} else ""


def _tells_incoming(text: str) -> bool:
    """Whether a text, in a row whose agent is the agency, says that its call was missed, answered, or left a message.

    "No answer", or a busy or closed line, does not count: it may describe a call of the office.

    >>> [_tells_incoming(text) for text in ("missed it", "left us VM", "got the call", "no contestamos, en corte")]
    [True, True, True, True]
    >>> [_tells_incoming(text) for text in ("no answer", "no answer, missed lunch", "missed, we called back: closed")]
    [False, False, False]
    """
    result = _one_result([text])
    if not result or _WORDS.no_incoming.search(text):
        return False
    clauses = _CLAUSES.split(_in_clauses(_WORDS.attempt.sub("", text, count=1)))
    first, _ = _headings(clauses[0])
    if any(_headings(clause)[0][:1] == ["took"] and _one_result([clause]) for clause in clauses):
        return True
    return first[:1] in (["came"], ["called_us"]) or (
        result == "answered" and names_incoming(_WORDS.picked_up.sub("", text))
    )


def _is_filled(text: str) -> bool:
    """Whether a cell holds more than a word for nothing; words that a caller gave up count as filled."""
    return bool(text) and (placeholder(text) != "nothing" or outcome_in(text) is not None)


def _one_result(texts: Iterable[str]) -> str | None:
    found = {result for text in texts if (result := callback_result_in(_in_clauses(text)))}
    return found.pop() if len(found) == 1 else None


def _in_clauses(text: str) -> str:
    """A text without the words about whom it concerns, each clause ended by a period."""
    text = _WORDS.about.sub("", text)
    return re.sub(r"!+|:(?!\d)", ".", text)


@lru_cache(maxsize=1 << 14)  # the reader of each column asks for the same cells
def says_callback(text: str) -> bool:
    """Whether a text begins by saying that the agency called, or states the result of a callback.

    A callback without a result does not count, because it may be a promised one.

    >>> [says_callback(text) for text in ("USCIS called back - missed", "CB missed", "T2 cb, got it", "LLAMARON")]
    [True, True, True, True]
    >>> [says_callback(text) for text in ("Callback", "called USCIS back", "cb within 72 hrs", "They called a client")]
    [False, False, False, False]
    >>> says_callback("call from USCIS"), says_callback("call from USCIS in 72 hours")
    (True, False)
    """
    headings, rest = _headings(text)
    kinds = set(headings)
    if not headings or _WORDS.client.match(rest) or is_by_others(text):
        return False
    result = callback_result_in(_in_clauses(text))
    if "came" in kinds or (kinds & set(CALLED) and headings[0] in WHO):
        return bool(result) or not (outcome_in(rest) in ("hung_up", "dropped") or _WORDS.to_come.match(text))
    is_from = "from" in kinds and not kinds.isdisjoint(("call", "took"))
    return ("callback" in kinds or is_from) and result in CALLBACK_RESULTS


def _headings(text: str) -> tuple[list[str], str]:
    """The headings of the words about an incoming call that begin a text, after its time; and the words after them."""
    headings: list[str] = []
    words = lexicon.tokens(_WORDS.time_first.sub("", text[:LONGEST]))
    phrases = list(lexicon.phrases("incoming").walk(words))
    for heading, _ in phrases:
        if not heading or (heading in ("took", "got") and headings):
            break  # CB: missed it
        headings.append(heading)
    return headings, " ".join(word for _, words in phrases[len(headings) :] for word in words)


def is_sum(texts: Sequence[str], *, may_be_share: bool = True) -> bool:
    """Whether the cells of a row without a date are only the label of a sum and its figures.

    ``may_be_share``: a share such as 5 of 7 may replace the label; in a column of attempts it may not.

    >>> [is_sum(texts) for texts in (["286", "total min. so far"], ["428 min", "Total hold"], ["40", "total, hung up"])]
    [True, True, False]
    >>> is_sum(["calls this term: 19"]), is_sum(["3:40:00", "5 of 7"]), is_sum(["3:40:00"])
    (True, True, False)
    >>> is_sum(["average 36"]), is_sum(["Promedio: 41 min"]), is_sum(["36"])
    (True, True, False)
    >>> is_sum(["55", "2 of 2"], may_be_share=False), is_sum(["55 Ana", "2 of 2"])
    (False, False)
    """
    if len(texts) == 1 and any(pattern.fullmatch(texts[0].strip()) for pattern in (_WORDS.counted, _WORDS.labeled)):
        return True
    shares = [_WORDS.part.fullmatch(text.strip()) for text in texts]
    figures = [_WORDS.figure.fullmatch(text.strip()) for text in texts]
    if may_be_share and any(shares) and all(map(any, zip(shares, figures, strict=True))):
        return True
    labels = [text for text in texts if not _WORDS.figure.fullmatch(text.strip())]
    return len(labels) == 1 < len(texts) and bool(_WORDS.sum.match(labels[0].strip())) and outcome_in(labels[0]) is None


def is_unwanted_call(text: str) -> bool:
    """Whether a text says that an unwanted caller called, such as spam.

    >>> is_unwanted_call("(spam)"), is_unwanted_call("Robocall again"), is_unwanted_call("Scam likely, missed")
    (True, True, False)
    """
    return bool(_WORDS.unwanted.match(text))


MIN_SUMMED = 3  # this many figures hardly add up by chance


def is_sum_of(text: str, above: Sequence[str | None]) -> bool:
    """Whether a figure without a label is the sum of the figures above it or, if it has decimals, their mean.

    >>> is_sum_of("12.5", ["2", None, "3.5", "1", "2", "4"]), is_sum_of("11", ["2", "3.5", "1", "2", "4"])
    (True, False)
    >>> is_sum_of("3:45:00", ["0:45:00", "1:00:00", "0:30:00", "0:50:00", "0:40:00"])
    True
    """
    own = _figure(text)
    if own is None:
        return False
    figures = [figure for cell in above if cell and (figure := _figure(cell)) is not None]
    total = sum(figures)
    digits = len(text.strip().partition(".")[2])
    if len(figures) < MIN_SUMMED:
        return False
    # Whole numbers are compared only with the sum, because a rounded mean matches too easily by chance.
    return own == round(total, digits) or (digits > 0 and own == round(total / len(figures), digits))


def _figure(text: str) -> float | None:
    """A number, or hours, minutes, and seconds as seconds; None for any other text."""
    text = text.strip()
    if clock := _WORDS.clock_figure.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    return float(text) if _WORDS.number.fullmatch(text) else None


def is_part(text: str) -> bool:
    """Whether a text is only a count out of all, or a share: 5 of 7, 5/7, 71%."""
    return bool(_WORDS.share.fullmatch(text.strip()))


def is_day_off(text: str, *, is_clock: bool) -> bool:
    """Whether a text alone next to its date says that no one called on that day.

    ``is_clock``: the text is in a column of times, so any word that is not about a time of day says so.

    >>> is_day_off("office closed", is_clock=False)
    True
    >>> is_day_off("beach", is_clock=True), is_day_off("noon", is_clock=True), is_day_off("beach", is_clock=False)
    (True, False, False)
    """
    return is_without_call(text) or (
        is_clock and bool(_WORDS.word.fullmatch(text.strip())) and not _WORDS.daytime.search(text)
    )
