"""Columns that a sheet has in pieces: a date in day and month, a wait between two clock times, a call in its notes.

This module decides whether a sheet has such a column, its name, and its source columns;
``normalize.derived_columns`` fills it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Self

from callanalytics.formats import contents
from callanalytics.formats.words import tokens
from callanalytics.values import try_read
from callanalytics.values.callbacks import (
    RESULTS,
    behind_promise,
    callbacks_among,
    denies_callbacks,
    has_dated_callbacks,
    may_tell_of_callback,
    names_incoming,
    read_callbacks,
    result_of_callback,
    undated_callback,
)
from callanalytics.values.lexicon import Patterns
from callanalytics.values.narratives import (
    Narrative,
    agent_in,
    is_with_another,
    mentions_agency,
    names_agency,
    read_activity,
    read_narrative,
    request_in,
    request_named_in,
    tier_in,
)
from callanalytics.values.promises import begins_with_callback, is_promise, promise_clause_in, promise_noted_in
from callanalytics.wording import joined

_WORDS = Patterns("derived_columns")
# Meanings of columns that may describe whole calls
TEXT_COLUMNS = ("notes", "narrative", "result", "follow", "around", "reason")
NAMING_TIERS = ("agent", "somebody", "reached", "result", "narrative", "notes")  # meanings of columns that may name one
COMPLETING = ("notes", "reached")  # meanings of columns that may say how a call ended if its result is empty
# Meanings of columns that may say how a call ended if no column has results
ENDS_IN = ("reached", "notes", "follow", "narrative", "callback", "promised")
REQUESTS = frozenset("sr srs srmt srn request inquiry ticket tracking confirmation".split())  # in headers
MIN_CELLS = 2  # fewest cells that mention a promise, or callbacks, among other things
CALLBACK_SHARE = 0.05  # least share of a column's cells that mention callbacks among other things
NOTING = ("follow", "callback", "notes", "narrative", "result", "around")  # columns that may note promises as a habit
MIN_NOTED_PROMISES = 3  # fewest noted promises that count as a habit
MIN_NOTES, MIN_SHARE_OF_CALLS = 3, 0.7  # fewest notes, and least share of them, that describe a call
# Meanings that columns of a diary do not have
OF_CALLS = frozenset("agent agent_id sr result promised told tier line reached callback".split())
PARTS = ("year", "month", "day_of_month")
WAIT_PARTS = ("wait_hours", "wait_minutes", "wait_seconds")
# Meanings that notes may give, each under the same name; also the direction, and whether it was a call.
IN_NOTES = {name: name for name in ("date", "time", "wait", "agent", "result", "sr", "in_out", "client", "method")}
HELD = frozenset("hold holding held queue".split())  # words for a wait that began with the hold
MIN_DAY_ROWS = 2  # fewest such rows in a sheet
WEIGHTS = {"date": 2, "time": 1, "wait": 3, "agent": 1, "sr": 2, "promised": 2, "result": 1}


# A str, so that it works wherever a column name does
class Derived(str):
    """The name of a derived column, with how it is made (``how``) and from which columns (``parts``).

    >>> made = Derived("Hold (min), else as told in Outcome", "completed", "Hold (min)", "Outcome")
    >>> made.how, made.parts, made == "Hold (min), else as told in Outcome"
    ('completed', ('Hold (min)', 'Outcome'), True)
    """

    how: str
    parts: tuple[str, ...]

    def __new__(cls, name: str, how: str, *parts: str) -> Self:
        """Create such a name; ``parts`` may name other derived columns."""
        self = super().__new__(cls, name)
        self.how, self.parts = how, parts
        return self


def way_of(name: str) -> str:
    """How a column is derived; "" for a column of the sheet itself."""
    return name.how if isinstance(name, Derived) else ""


def extracted_from(meaning: str, column: str) -> Derived:
    """A derived column for a meaning extracted from a column of other things."""
    return Derived(f"{meaning} told in {column}", "told", column)


def completed(column: str, teller: str) -> Derived:
    """A derived column: the first column, filled from the second where empty."""
    return Derived(f"{column}, else as told in {teller}", "completed", column, teller)


DAY_ABOVE = Derived("date above the rows", "day above")


def columns(
    found: Mapping[str, str],
    cells: Mapping[str, Sequence[str]],
    titles: Sequence[str],
    alone: Sequence[str],
    rows: Mapping[str, Sequence[str | None]],
) -> dict[str, str]:
    """The meanings that a sheet has in pieces, each with the name of the column to derive for it.

    ``found``: its columns by meaning. ``cells``: their filled cells. ``rows``: the same row by row, with empty cells.
    ``titles``: the names of the sheet. ``alone``: cells that are alone in their row.

    >>> columns({"time": "Dialed", "picked_up": "Answered"}, {}, (), (), {})
    {'wait': 'wait from dialing: Dialed to Answered'}
    """
    derived: dict[str, str] = {}
    has_month = "month" in found or any(map(month_of, (*titles, *alone, *cells.get("day_of_month", ()))))
    if "date" not in found and "day_of_month" in found and has_month:
        parts = [found[part] for part in PARTS if part in found]
        derived["date"] = Derived(f"{' / '.join(parts)} (day of the month)", "day of month", *parts)
    elif "date" not in found and are_days(alone):
        derived["date"] = DAY_ABOVE
    elif "date" not in found and "weekday" in found and any(map(week_of, (*titles, *alone))):
        derived["date"] = Derived(f"{found['weekday']} (day of the week)", "weekday", found["weekday"])
    starts = ("hold_from", "hold_range", "call_range")
    if "time" not in found and (start := next((name for name in starts if name in found), "")):
        derived["time"] = found[start]
    if "wait" not in found and (wait := _wait_in_pieces(found, cells)):
        derived["wait"] = wait
    if "duration" not in found and (column := _range_of_calls(found, cells)):
        derived["duration"] = Derived(f"length of the call: {column}", "range", column)
    # In this order: each step searches only for what the sheet and earlier steps lack
    derived |= _in_notes({**found, **derived}, cells, rows, titles)
    if "narrative" not in found and "narrative" in derived:
        cells = {**cells, "narrative": cells["result"]}  # the column of results describes whole calls
        rows = {**rows, "narrative": rows["result"]}
    for tell in (_wait_in_notes, _agent_in_notes, _request_in_notes):
        derived |= tell({**found, **derived}, cells)
    derived |= _promise_in_notes({**found, **derived}, cells, rows)
    derived |= _tier_in_cells(found, cells) | _results_in_notes(found, rows)
    return derived | _callbacks_in_notes({**found, **derived}, cells, rows)


def _agent_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The agent, if no column names one but some remarks do."""
    if "agent" in found or "agent_id" in found or "wait" not in found:
        return {}
    for column in ("notes", "result", "reached"):
        texts = cells.get(column, ())
        named = sum(bool(agent_in(text)) for text in texts)
        if column in found and named >= MIN_CELLS and 5 * named >= len(texts):
            return {"agent": extracted_from("agent", found[column])}
    return {}


def _tier_in_cells(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The tier that spoke, if no column has it but cells about the agent or the call name one."""
    naming = [name for name in NAMING_TIERS if name in found and any(map(tier_in, cells.get(name, ())))]
    columns = [found[name] for name in naming if not way_of(found[name])]
    if "tier" in found or not columns:
        return {}
    return {"tier": Derived(f"tier told in {joined(columns)}", "tier", *columns)}


def is_remark(meaning: str) -> bool:
    """Whether a column with this meaning holds general remarks, not what followed a call."""
    return meaning not in ("follow", "callback", "promised", "told", "sr")


def _promise_in_notes(
    found: Mapping[str, str], cells: Mapping[str, Sequence[str]], rows: Mapping[str, Sequence[str | None]]
) -> dict[str, str]:
    """The promise, if no column has it but follow-ups or remarks mention it."""
    # A column of due days has no promise; text next to the days stays with it, as due.
    days = "promised" if "promised" in found else "callback_due"
    texts = cells.get(days, ())
    if days in found and 2 * sum(map(is_day, texts)) > len(texts):
        own = found[days]
        return {"due": own, **noted} if (noted := _noted_promises(found, rows)) else {}
    if not {"promised", "told"}.isdisjoint(found) or {"wait", "result", "reached"}.isdisjoint(found):
        return {}
    if noted := _noted_promises(found, rows):
        return noted
    for column in ("sr", "follow", "callback", "notes", "narrative", "around"):
        texts = [text for text in cells.get(column, ()) if promise_clause_in(text, is_remark=is_remark(column))]
        # If the text describes the whole call, one promise is as certain as the rest; a remark may be about anything
        is_certain = way_of(found.get("wait", "")) == "told" or any(map(begins_with_callback, texts))
        if column in found and len(texts) >= (1 if is_certain else MIN_CELLS):
            return {"promised": extracted_from("promised", found[column])}
    for column in ("callback", "around"):
        texts = cells.get(column, ())
        # Status: waiting for CB; pending is the case
        texts = texts if column == "callback" else [*filter(names_callback, texts)]
        if any(map(is_open_promise, texts)) and not way_of(found[column]):
            return {"promised": Derived(f"promise by its status in {found[column]}", "status", found[column])}
    return {}


def promise_by_status(text: str) -> str:
    """The promise in a cell of a column with the status of each: open, or what came of it; "" if it has none.

    >>> [promise_by_status(text) for text in ("Pending", "promised", "5/20 missed", "never received", "72 hours")]
    ['yes', 'yes', 'yes', 'yes', '72 hours']
    >>> [promise_by_status(text) for text in ("none", "N/A", "no", "")]
    ['', '', '', '']
    """
    if is_open_promise(text):
        return text if is_promise(text) else "yes"
    return promise_clause_in(text) or ("yes" if try_read(read_callbacks, text) else "")


def names_callback(text: str) -> bool:
    """Whether a status names a callback: Waiting for CB, but not Pending."""
    return bool(_WORDS.callback.search(text))


def is_open_promise(text: str) -> bool:
    """Whether a cell of callbacks is only a promise: 72 hours, pending, never received."""
    is_stated = is_promise(text) and not denies_callbacks(text)
    return is_stated or bool(_WORDS.open_promise.fullmatch(text))


def _noted_promises(found: Mapping[str, str], rows: Mapping[str, Sequence[str | None]]) -> dict[str, str]:
    for column in NOTING:
        if (
            column in found
            and way_of(found[column]) != "told"
            and note_promises(rows.get(column, ()), rows.get("sr", ()))
        ):
            return {"promised": Derived(f"promise noted in {found[column]}", "noted", found[column])}
    return {}


def note_promises(texts: Sequence[str | None], requests: Sequence[str | None]) -> bool:
    """Whether remarks note promises as a habit: at least three, and at least half of the rows with a request.

    ``requests`` are the service request numbers of the same rows, if the sheet has a column for them.
    """
    of_requests = [text for text, has_request in zip(texts, have_request(texts, requests), strict=True) if has_request]
    noted = [promise_noted_in(text) or promise_clause_in(text, is_remark=True) for text in of_requests if text]
    n_noted = sum(map(bool, noted))
    return n_noted >= MIN_NOTED_PROMISES and 2 * n_noted >= len(of_requests)


def _results_in_notes(found: Mapping[str, str], rows: Mapping[str, Sequence[str | None]]) -> dict[str, str]:
    """The results of callbacks, if remarks begin with them in most rows with a callback."""
    if "callback" not in found or "notes" not in found or "callback_answered" in found:
        return {}
    pairs = list(zip(rows.get("callback", ()), rows.get("notes", ()), strict=False))
    beside = [note for came, note in pairs if came and note and not has_dated_callbacks(came)]
    others = [note for came, note in pairs if not came and note]
    n_results = sum(bool(result_first(note)) for note in beside)
    n_others = sum(bool(result_first(note)) for note in others)
    # If notes without a callback begin this way too, they say how the call itself ended
    is_shown = n_results >= MIN_CELLS and 2 * n_results > len(beside) and 5 * n_others <= len(others)
    if is_shown or any(result_first(note, is_named=True) for note in beside):
        how = "told" if is_shown else "named"
        return {"callback_answered": Derived(f"callback_answered {how} in {found['notes']}", how, found["notes"])}
    return {}


def result_first(note: str, *, is_named: bool = False) -> str:
    """The result of a callback, if a remark begins with it; else "".

    Words that a callback came may precede it; with ``is_named``, they must.

    >>> result_first("answered, case sent to NBC"), result_first("missed, bathroom!!"), result_first("needs G-28")
    ('answered', 'missed', '')
    >>> result_first("Callback came, spoke to Tier 2"), result_first("Callback came, needs G-28")
    ('answered', '')
    >>> result_first("VM 7:12am, client told"), result_first("They called: missed")
    ('voicemail', 'missed')
    >>> result_first("missed, bathroom!!", is_named=True), result_first("Nos llamaron - contestamos", is_named=True)
    ('', 'answered')
    """
    first, *rest = _WORDS.first.split(note.strip(), maxsplit=2)
    is_of_callback = names_incoming(first) or bool(re.fullmatch(r"(?:it )?came(?: in)?", first, re.IGNORECASE))
    if is_named and not is_of_callback:
        return ""
    for words in (first, ", ".join([first, *rest[:1]]))[: 1 + is_of_callback]:
        if (result := result_of_callback(words)) in RESULTS[:3]:
            return result
    return ""


ANSWERED = frozenset("answered took taken picked got".split())


def asks_by_whom(name: str) -> bool:
    """Whether a header asks by whom a callback was answered.

    >>> [asks_by_whom(name) for name in ("Answered by", "Who took it?", "Answered?", "Who called")]
    [True, True, False, False]
    """
    words = frozenset(tokens(name))
    return not words.isdisjoint(ANSWERED) and not words.isdisjoint(("who", "by"))


def answered_by(text: str) -> str:
    """``answered`` for the initials of whoever answered a callback, ``missed`` if no one did; other words as they are.

    >>> [answered_by(text) for text in ("KT", "NO", "no one - missed", "Missed", "voicemail", "LVM", "TBD")]
    ['answered', 'NO', 'missed', 'Missed', 'voicemail', 'LVM', 'TBD']
    """
    return "missed" if _WORDS.no_one.match(text) else "answered" if _WORDS.initials.fullmatch(text.strip()) else text


def have_request(texts: Sequence[str | None], requests: Sequence[str | None]) -> list[bool]:
    """For each row, whether it has a request number, in its own column or in the text."""
    if len(requests) == len(texts):
        return [bool(re.search(r"\d", number or "")) for number in requests]
    return [bool(text and request_named_in(text)) for text in texts]


def _callbacks_in_notes(
    found: Mapping[str, str], cells: Mapping[str, Sequence[str]], rows: Mapping[str, Sequence[str | None]]
) -> dict[str, str]:
    """The callbacks, if no column has them but another mentions them with their days or next to their promises."""
    if "callback" in found or {"wait", "result", "reached"}.isdisjoint(found):
        return {}
    promised = next((rows[name] for name in PROMISED if name in rows), ())
    min_cells = 1 if way_of(found.get("wait", "")) == "told" else MIN_CELLS
    denied = ""
    for column in ("follow", "promised", "told", "notes", "narrative", "result", "around"):
        texts = cells.get(column, ())
        callbacks = [callbacks_among(behind_promise(text), is_remark=is_remark(column)) for text in texts]
        came = sum(map(bool, callbacks))
        # A single callback with its day and result is certain
        min_cells = (
            1 if any(each.date and each.result in RESULTS[:3] for events in callbacks for each in events) else min_cells
        )
        of_promises = {*noted_callbacks(column, rows.get(column, ()), promised)} - {None}
        if column in found and not way_of(found[column]):
            is_of_result = column == "result" and any(map(undated_callback, texts))  # CB missed
            if of_promises - {"no"} or is_of_result or (came >= min_cells and came >= CALLBACK_SHARE * len(texts)):
                return {"callback": extracted_from("callback", found[column])}
            denied = denied or (found[column] if of_promises else "")
    return {"callback": extracted_from("callback", denied)} if denied else {}


PROMISED = ("promised", "told", "callback_due")  # meanings of columns that show a promised callback
MAYBE = "maybe: "  # prefix of unreadable words that may mention a callback
BESIDE_PROMISES = ("promised", "told", "follow", "notes")  # meanings of columns with the outcome of a row's promise


def noted_callbacks(column: str, texts: Sequence[str | None], promised: Sequence[str | None]) -> list[str | None]:
    """What each cell of a column (with this meaning) says about the callback that its row promises.

    Each result is the callbacks with their days, "no" if none came, or, for a cell that may mention a callback in
    unreadable words, those words.

    >>> noted_callbacks("notes", ["they called 3/4, missed", "they called 3/4, missed"], ["72 hours", None])
    ['3/4 missed', None]
    >>> noted_callbacks("notes", ["never called", "needs G-28", "no"], ["72 hours"] * 3)
    ['no', None, None]
    """
    found: list[str | None] = []
    for text, promise in zip(texts, promised, strict=False):
        if column not in BESIDE_PROMISES or not text or not promise or contents.KINDS.none_came.match(promise):
            found.append(None)
            continue
        remark = is_remark(column)
        came = callbacks_among(behind_promise(text), is_remark=remark, is_expected=True)
        if not came and any(map(_says_none_came, _WORDS.first.split(text))):
            found.append("no")
        elif not came and may_tell_of_callback(text, is_remark=remark):
            found.append(f"{MAYBE}{text}")
        else:
            found.append("; ".join(" ".join(filter(None, each)) for each in came) or None)
    return found


def _says_none_came(clause: str) -> bool:
    """Whether a clause mentions a callback and says that none came."""
    return bool(re.search(r"(?i)call|\bc/?b\b|came|llam", clause)) and denies_callbacks(clause)


def _wait_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The wait, if no column has it, other columns have an agent or request and a result, and half of the remarks give
    one."""
    has_others = "result" in found and not {"agent", "agent_id", "sr"}.isdisjoint(found)
    if "wait" in found or "notes" not in found or not has_others:
        return {}
    texts = cells.get("notes", ())
    waits = sum(bool(read_narrative(text).wait) for text in texts)
    is_shown = waits >= MIN_NOTES and 2 * waits >= len(texts)
    return {"wait": extracted_from("wait", found["notes"])} if is_shown else {}


def _request_in_notes(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    if "sr" in found:
        return {}
    if not REQUESTS.isdisjoint(tokens(found.get("promised", ""))) and any(
        map(request_beside, cells.get("promised", ()))
    ):
        return {"sr": extracted_from("sr", found["promised"])}
    for column in ("notes", "result", "reason", "follow"):
        texts = cells.get(column, ())
        # One number in the agency's format, or several after words for a request.
        are_named = any(map(request_in, texts)) or sum(bool(request_named_in(text)) for text in texts) >= MIN_CELLS
        if column in found and way_of(found[column]) != "told" and are_named:
            return {"sr": extracted_from("sr", found[column])}
    return {}


def request_beside(text: str) -> str:
    """The request number next to a promise in one cell; else "".

    >>> request_beside("QX1002 / 30 bus days"), request_beside("no SR / no callback"), request_beside("72 hours")
    ('QX1002', '', '')
    """
    parts = [part.strip() for part in re.split(r"[/;,|()\n]|\s[-–—]\s", text)]
    others = [part for part in parts if part and not is_promise(part)]
    return others[0] if len(others) == 1 < len(parts) and re.search(r"\d{3}", others[0]) else ""


def _wait_in_pieces(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> Derived | None:
    """A wait split over columns, in part of a column, or between two clock times."""
    if parts := [found[part] for part in WAIT_PARTS if part in found]:
        return Derived(f"wait: {joined(parts)}", "parts", *parts)
    if column := found.get("hold_range"):
        is_of_hold = not HELD.isdisjoint(tokens(column))
        return Derived(
            f"{'wait in the queue' if is_of_hold else 'wait from its start to its end'}: {column}", "range", column
        )
    if column := found.get("hold_and_talk"):
        return Derived(f"wait: the first of {column}", "parts", column)
    end = next((found[name] for name in ("hold_till", "picked_up") if name in found), "")
    starts = [name for name in ("hold_from", "time") if name in found]
    # A column of dates may contain the time of day.
    if not starts and any(_WORDS.time.search(text) for text in cells.get("date", ())[:20]):
        starts = ["date"]
    if not end or not starts:
        return None
    since, start = "in the queue" if starts[0] == "hold_from" else "from dialing", found[starts[0]]
    return Derived(f"wait {since}: {start} to {end}", "between", start, end)


def _range_of_calls(found: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> str:
    """The column with the start and the end of each call, also if its header says only Time: 9:05-10:20."""
    ranged = (name for name in ("call_range", "time") if contents.some([*cells.get(name, ())], "range"))
    return next((found[name] for name in ranged), "")


def sources(name: str, header: Sequence[str]) -> list[str]:
    """The columns of a sheet from which a column is derived; the column itself if the sheet has it.

    >>> wait = completed("Hold (min)", "Outcome")
    >>> sources(wait, ("Outcome", "Hold (min)")), sources(completed(wait, "Notes"), ("Notes", "Hold (min)"))
    (['Outcome', 'Hold (min)'], ['Notes', 'Hold (min)'])
    """
    if name in header:
        return [name]
    found = {own for column in (name.parts if isinstance(name, Derived) else ()) for own in sources(column, header)}
    return [own for own in header if own in found]


def shown(name: str, header: Sequence[str]) -> str:
    """The name of a column for messages: by the columns of the sheet.

    >>> shown(completed("Hold (min)", "Outcome"), ("Hold (min)", "Outcome"))
    'Hold (min)'
    """
    first = name.parts[0] if isinstance(name, Derived) and name.how == "completed" and name not in header else name
    return joined(sources(first, header)) or name


def is_day(text: str) -> bool:
    """Whether a text is a day and nothing more.

    >>> is_day("Monday, March 14, 2022"), is_day("3/14"), is_day("March 2022"), is_day("3/14 Maria out")
    (True, True, False, False)
    """
    return bool(contents.KINDS.day_alone.match(text))


def week_of(title: str) -> str:
    """The first day of the week that a title names; else "".

    >>> week_of("Week of Monday, September 11, 2023"), week_of("Wk of 2023-09-11"), week_of("USCIS 2023")
    ('September 11, 2023', '2023-09-11', '')
    """
    match = _WORDS.week.match(title.strip())
    return match[1] if match and _WORDS.in_weeks.search(title) else ""


def heads_days(text: str) -> bool:
    """Whether a text alone in its row may head the rows under it: a day, or the week of one.

    >>> heads_days("Week of 5/12/2025"), heads_days("Monday, March 14, 2022"), heads_days("3/14 Maria out")
    (True, True, False)
    """
    return is_day(text) or bool(week_of(text))


def are_days(alone: Sequence[str]) -> bool:
    """Whether cells alone in their row are mostly days, each above its calls."""
    days = sum(map(is_day, alone))
    return days >= MIN_DAY_ROWS and 2 * days >= len(alone)


def lost_wait_in(text: str) -> str:
    """The wait of a lost call, from the text of its result; else "".

    >>> lost_wait_in("hung up after 40 min"), lost_wait_in("gave up, 25 min, day was over")
    ('40 min', '25 min')
    >>> lost_wait_in("hung up"), lost_wait_in("dropped after 5 min with agent")
    ('', '')

    The span must directly follow the word and end the clause; any other span is about another call or person.
    """
    match = _WORDS.lost_first.match(text.strip())
    return match["wait"] if match and not _WORDS.of_others.search(text) else ""


def month_of(text: str) -> str:
    """The only month that a title names; "" if there is none or more than one.

    >>> month_of("USCIS March 2022"), month_of("Jan-Mar"), month_of("Marquez")
    ('March', '', '')
    """
    found = {match[0] for match in _WORDS.named_month.finditer(text.replace("_", " "))}
    return found.pop() if len(found) == 1 else ""


def year_of(text: str) -> str:
    """The only year that a title names; "" if there is none or more than one, as in 2023-24 and fiscal years.

    >>> year_of("USCIS calls 2024-03"), year_of("calls 2023-24"), year_of("2023 and 2024"), year_of("FY2024 calls")
    ('2024', '', '', '')
    """
    found = set(_WORDS.year.findall(text))
    return found.pop() if len(found) == 1 and not first_of_two_years(text) and not _WORDS.fiscal.search(text) else ""


def first_of_two_years(text: str) -> int:
    """The first of the two years in a row that a title names; 0 if it names none.

    >>> first_of_two_years("Calls 2024-25"), first_of_two_years("FY24-25"), first_of_two_years("2024-03")
    (2024, 2024, 0)
    """
    found = (first for first, last in _WORDS.years.findall(text) if int(first) % 100 + 1 == int(last))
    return next((2000 + int(first) % 100 for first in found), 0)


def weight(found: Mapping[str, str]) -> float:
    """How strongly the derived columns indicate a call log."""
    hows = ("day above", "day of month", "weekday", "marked", "parts")
    made = [meaning for meaning, name in found.items() if way_of(name) in hows]
    made += [meaning for meaning, name in found.items() if way_of(name) == "told" and meaning in IN_NOTES]
    return float(sum(WEIGHTS.get(meaning, 0) for meaning in made))


def _in_notes(
    found: Mapping[str, str],
    cells: Mapping[str, Sequence[str]],
    rows: Mapping[str, Sequence[str | None]],
    titles: Sequence[str],
) -> dict[str, str]:
    """The meanings found only in the notes, in a sheet whose notes describe calls."""
    for column in TEXT_COLUMNS if "wait" not in found else ():
        is_of_entries = "activity" in found and column in found
        made = _in_entries(found, column, rows) if is_of_entries else _in_remarks(found, column, cells, rows, titles)
        if made:
            return made
    return {}


def _in_entries(found: Mapping[str, str], column: str, rows: Mapping[str, Sequence[str | None]]) -> dict[str, str]:
    """The meanings found in the notes of a diary that has a column for the kind of each entry."""
    entries = activities(rows.get("activity", ()), subjects(rows), rows.get(column, ()))
    of_calls = [each for each in entries if not each.method]
    are_calls = len(of_calls) >= MIN_NOTES and _are_calls(of_calls, is_dated="date" in found)
    return _extracted_columns(found, column, entries) if are_calls else {}


def _in_remarks(
    found: Mapping[str, str],
    column: str,
    cells: Mapping[str, Sequence[str]],
    rows: Mapping[str, Sequence[str | None]],
    titles: Sequence[str],
) -> dict[str, str]:
    """The meanings found in remarks that describe calls, or calls among other work."""
    texts: Sequence[str] = cells.get(column, ())
    notes = [read_narrative(text) for text in texts]
    is_spoken = _mention_agency(rows.get(column) or texts, rows.get("reason", ()))
    is_spoken |= column == "narrative" and names_agency(found.get(column, ""))  # as the title over the notes
    is_spoken |= column in ("narrative", "result") and any(map(names_agency, titles))
    # In a diary, other work is left out and counted; in a log, a remark may be about anything
    is_diary = OF_CALLS.isdisjoint(found.keys() - {column})
    likely = [note for note in notes if not (is_diary and note.method)]
    if len(likely) >= MIN_NOTES and is_spoken and _are_calls(likely, is_dated="date" in found):
        own = {"narrative": found[column]} if column == "result" else {}
        if "method" not in found and any(are_with_others(rows.get(column, ()))):
            own["method"] = extracted_from("method", found[column])  # a row without content is not a call
        return own | _extracted_columns(found, column, notes)
    of_work = [note for text, note in zip(texts, notes, strict=True) if is_entry_of_call(text, note)]
    is_of_work = len(of_work) >= MIN_NOTED_PROMISES and any(note.method for note in notes)
    is_of_work &= column == "narrative" or (is_diary and column == "notes")
    if is_of_work and _are_calls(of_work, is_dated="date" in found):
        work = Derived(f"calls among the work in {found[column]}", "work", found[column])
        return _extracted_columns(found, column, of_work) | {"method": work}
    return {}


def are_with_others(texts: Sequence[str | None]) -> list[bool]:
    """For each note, whether it has no call with the agency: if blank, or if it names another party while most name the
    agency."""
    are_named = 2 * sum(names_agency(text) for text in texts if text) >= len(texts)
    return [not text or (are_named and is_with_another(text)) for text in texts]


def is_entry_of_call(text: str, narrative: Narrative) -> bool:
    """Whether an entry among various work is a call with the agency: it names the agency and only a call.

    >>> [is_entry_of_call(t, read_narrative(t)) for t in ("USCIS call: 9 min hold, gave up", "call to client", "lunch")]
    [True, False, False]
    """
    return not narrative.method and narrative.is_of_call and names_agency(text)


def _extracted_columns(found: Mapping[str, str], column: str, notes: Sequence[Narrative]) -> dict[str, str]:
    """The columns extracted from notes, by meaning, unless the sheet has another column for the meaning."""
    return {
        meaning: extracted_from(meaning, found[column])
        for meaning, part in IN_NOTES.items()
        if found.get(meaning, found[column]) == found[column] and any(getattr(note, part) for note in notes)
    }


def subjects(rows: Mapping[str, Sequence[str | None]]) -> Sequence[str | None]:
    """The subjects of a case diary's entries, row by row, with who called whom if the diary has both columns.

    >>> subjects({"sender": ["Ana"], "recipient": ["USCIS"], "reason": ["EAD"]})
    ['call from Ana to USCIS: EAD']
    """
    about = rows.get("reason", ())
    if "sender" not in rows or "recipient" not in rows:
        return about
    pairs = zip(rows["sender"], rows["recipient"], about or [""] * len(rows["sender"]), strict=True)
    return [f"call from {sender or ''} to {recipient or ''}: {reason or ''}" for sender, recipient, reason in pairs]


def activities(
    kinds: Sequence[str | None], subjects: Sequence[str | None], texts: Sequence[str | None]
) -> list[Narrative]:
    """The content of each entry of a case diary, row by row."""
    subjects = subjects if len(subjects) == len(texts) else [None] * len(texts)
    return [read_activity(k or "", s or "", t or "") for k, s, t in zip(kinds, subjects, texts, strict=True)]


def _mention_agency(texts: Sequence[str | None], subjects: Sequence[str | None]) -> bool:
    subjects = subjects if len(subjects) == len(texts) else [None] * len(texts)
    whole = [f"{text} {subject or ''}" for text, subject in zip(texts, subjects, strict=True) if text]
    return 2 * sum(map(mentions_agency, whole)) >= len(whole)


def _are_calls(notes: Sequence[Narrative], *, is_dated: bool) -> bool:
    """Whether at least 70% of notes describe a call, with a date unless a column has it, and enough of them give a
    wait."""
    calls = [note for note in notes if note.is_of_call and (is_dated or note.date)]
    waits = sum(bool(note.wait) for note in notes)
    n_ours = sum(not note.in_out for note in notes)
    return len(calls) >= MIN_SHARE_OF_CALLS * len(notes) and 2 * waits >= n_ours > 0
