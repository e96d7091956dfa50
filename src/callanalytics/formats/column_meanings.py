"""Fit a hand-kept format to one sheet: which column has which of the format's meanings.

Both the header and the cells of a column count. If two columns may have the same meaning, or a column looks like a
meaning that no column was taken for, the result says so, and a person can be asked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from callanalytics.formats import callback_columns, contents, derived_columns, relevance, settled_columns
from callanalytics.formats.contents import HELD, MIN_CELLS, most, nearly_all, numbered_callbacks, share, some
from callanalytics.formats.layout import Format, fold
from callanalytics.formats.words import MIN_SCORE, Meaning, tokens
from callanalytics.values import lexicon, try_read
from callanalytics.values.callbacks import RESULTS, has_dated_callbacks, result_of_callback
from callanalytics.values.lexicon import Patterns
from callanalytics.values.phones import MOST_NAMES, names_person
from callanalytics.values.spans import read_human_span

CONTENT = 1.5  # score that the cells of a column add or subtract
CLOSE = 1.0  # scores this close leave open which of two columns it is
LIKE = 0.7  # share of a column's cells that make it look like a missing meaning
UNREAD = "unread"  # answer for a column that a person wants ignored
SOME_ENDS = 0.15  # share of remarks that must tell how a call ended for them to be read for that
HEAVY = 2  # from this weight, the header alone must establish the meaning
HOLDING = HELD.union("on time of the in total".split())
LENGTH = frozenset("length duration long how".split())  # for a hold, if the header also has a word for holding
MIN_SHARE_OF_ENDS = 0.1
IN_CELLS = ("range", "pair")  # kinds that the cells must show, however few cells there are
ACTUAL = {"actual"}  # a day that came, beside one that was promised
SEVERAL_LOST = 2  # so many lost calls with a number show that no person gave it
OF_SPEAKERS = lexicon.word_set("of_speakers")
MIN_OF_CALL = 2  # the row of a call has more filled cells than this
OF_WHOM = {"client", "matter", "case_name"}  # meanings of a column that says whose case a call is about
GIVERS = {"sr": lexicon.word_set("of_requests"), "agent_id": OF_SPEAKERS}  # words of a header for such a number
# Meanings that rows may give to a column whose header has a word of these vague ones.
VAGUE = {"agent": ("agent", "somebody"), "agent_id": ("agent_id", "somebody_id", "number"), "sr": ("sr", "reference")}
# Columns in which a row may say that no one was reached, and the kind of cell that says so.
LOST = dict.fromkeys(("result", "wait", "notes", "agent"), "lost")
LOST |= {"reached": "not_reached", "gave_up": "is_lost", "cut_off": "is_lost"}
TIMED = 0.25  # share of a column's cells that state one of the agency's two timeframes
OF_THEIRS = ("callback", "promised")  # columns about the agency's action, which may also say that a call was lost
OF_CALLBACKS = {"callback": "date", "callback_time": "time"}  # date and time in a table of only callbacks
OF_CALLS = frozenset("day_of_month weekday wait promised promised_on told callback_due in_out".split())
NUMBERS = frozenset("id ids # number no nr ref zip phone".split())
BILLED = frozenset("rate amount total quantity qty price fee fees cost billed billable balance".split())
ASKED = frozenset("asked requested request".split())  # in a list of promises, for when one was
_WORDS = Patterns("columns")
UNITS = {"seconds": "s sec secs second seconds", "hours": "h hr hrs hour hours", "minutes": "m min mins minute minutes"}
# Meanings that cells alone may show, in a column whose header says nothing.
LOOKS = {"time": ("time",), "wait": ("span", "clocked"), "agent_id": ("id",)}


@dataclass(frozen=True)
class SheetColumns:
    """Which column of a sheet has which meaning.

    ``columns``: meaning -> header. ``doubts``: meaning -> other headers that fit about as well. ``likes``: header ->
    the meaning that its cells look like, if no column was taken for it. ``either``: header -> the two meanings that its
    cells may have. ``weight``: how strongly the sheet indicates a call log. ``is_silent``: nothing in it mentions a
    call. ``forgiven``: weight that no longer counts against the sheet if its title names the agency. ``is_business``:
    its words belong to another business, unless a title says otherwise. ``states_times``: it has the timeframes that
    the agency states. ``has_casework``: it has words of casework, or these timeframes.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    likes: Mapping[str, str] = field(default_factory=dict)
    either: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    weight: float = 0.0
    is_silent: bool = False
    forgiven: float = 0.0
    is_business: bool = False
    states_times: bool = False
    has_casework: bool = True

    def has(self, meanings: Sequence[str]) -> bool:
        """Whether each of these was found."""
        return all(name in self.columns for name in meanings)


def find(
    fmt: Format,
    header: Sequence[str],
    texts: Callable[[int], Sequence[str | None]],
    given: Mapping[str, str] | None = None,
    titles: Sequence[str] = (),
    alone: Sequence[str] = (),
) -> SheetColumns:
    """Find the columns of a sheet by their meanings.

    ``texts(index)`` returns the cells of a column. ``given``: header -> meaning, a person's answers. ``titles``: the
    sheet's names, which may give the month of its days. ``alone``: cells that are alone in their row.
    """
    raw = [texts(index) for index in range(len(header))]
    cells = [contents.filled(column) for column in raw]
    answers = _answers(fmt, header, cells, given or {})
    asking = _asking_columns(header, cells, answers)
    scores = _without_asking(_scores(fmt, header, cells, answers), asking)
    found, closed, callbacks, marks = _places(fmt, header, raw, cells, scores, answers)
    found = _in_tab_of_callbacks(found, cells, titles)
    found = _in_list_of_promises(found, header, cells, raw, titles)
    either = _settle_asking(found, header, raw, asking, closed) | _settle_days(found, header, raw, answers)
    end = _end_column(found, header, cells)
    found = _with_people(fmt, found, header, raw, {} if end is None else {"result": end}, scores, closed)
    columns = _named_columns(fmt, header, found, marks)
    own_cells = {name: cells[index] for name, index in found.items()}
    rows = {name: raw[index] for name, index in found.items()}
    columns |= derived_columns.columns(columns, own_cells, titles, alone, rows)
    _name_results(columns, found, header, cells, end, callbacks)
    _complete_waits(columns, found, header, raw)
    closed |= _complete_promises(fmt, columns, found, header, raw, {*asking} | {*either})
    if (index := found.get("promised")) in asking and columns["promised"] == header[index] and "callback" not in found:
        either[index] = ("promised", "callback")  # CB? with no column of promises or callbacks next to it
    looked_at = dict(found)
    for name in [name for name, index in found.items() if index in either]:
        del found[name], columns[name]
    if "came" not in asking.values():
        either |= _perhaps_due(found, header, raw, answers)
    _complete_callbacks(columns, found, header, cells, asking, either)
    # A column with any score has known words, so it is not unknown, even if not taken.
    known = {index for _, _, index, _ in scores} | closed
    likes = _similar_columns(fmt, columns, found, known, header, cells)
    return SheetColumns(
        columns,
        _doubts(fmt, found, answers, scores, closed, header),
        likes | _columns_like_promises(columns, found, header, cells),
        {header[index]: meanings for index, meanings in either.items()},
        relevance.weight(fmt, looked_at, columns, known, header, cells)
        - relevance.QUEUE * relevance.waits_of_calls_in(looked_at, raw),
        # Neither the headers nor the ends of rows mention a call.
        is_silent=not relevance.mentions_calls(header)
        and all(share(cells[index], "lost_or_reached") < MIN_SHARE_OF_ENDS for index in found.values()),
        forgiven=0.0
        if relevance.are_ours(cells)
        else relevance.forgiven(fmt, header, cells, own_cells.get("result", [])),
        is_business=relevance.is_of_business(fmt, found, header, cells),
        states_times=relevance.states_times(cells),
        has_casework=relevance.has_casework(fmt, header, cells),
    )


def _answers(fmt: Format, header, cells, given: Mapping[str, str]) -> dict[str, str]:
    """The meanings settled before any cell is compared, by folded header: the format's own names, then a person's
    answers, and columns that ask for a denial, which are not read."""
    denying = (name for name, texts in zip(header, cells, strict=True) if contents.asks_for_denial(name, texts))
    answers = dict.fromkeys(map(fold, denying), UNREAD)
    answers |= {fold(name): meaning for name, meaning in given.items()}
    return answers | {fold(meaning.column): meaning.name for meaning in fmt.words if meaning.column}


def _with_people(
    fmt: Format, found: dict[str, int], header, raw, ends: dict[str, int], scores, closed: set[int]
) -> dict[str, int]:
    """The columns found. Numbers and people of the office are taken for none of the agency's, and columns such as Who
    name its agents, or the clients, if the rows show it."""
    found = dict(found)
    for name in [name for name in GIVERS if name in found and _is_of_every_call(ends | found, header, raw, name)]:
        found.setdefault("around", found.pop(name))  # the office's own: Ticket #, ID
    found |= _speaker_columns(fmt, header, ends | found, raw)
    vague = [name for name in found if name == "agent" or name.startswith("somebody")]
    of_clients = (name for name in vague if _are_clients(ends | found, header, raw, name))
    if OF_WHOM.isdisjoint(found) and (name := next(of_clients, "")):
        found["client"] = found.pop(name)  # Who, filled in also where no one was reached
    if "agent" in found and _are_ours(ends | found, header, raw):
        taken = closed.union(found.values())
        found.setdefault("somebody", found.pop("agent"))
        found |= next(({"agent": i} for _, _, i, each in scores if each.name == "agent" and i not in taken), {})
    return found


def _doubts(fmt: Format, found: Mapping[str, int], answers, scores, closed, header) -> dict[str, tuple[str, ...]]:
    """The columns that may mean the same as one found, for each meaning that a person may be asked about."""
    asked = {each.name: each for each in fmt.words if each.ask and each.name in found.keys() - answers.values()}
    taken = closed | set(found.values())
    rivals = {name: _rival_columns(each, found[name], scores, taken, header) for name, each in asked.items()}
    return {name: others for name, others in rivals.items() if others}


def _without_asking(scores: list, asking: Mapping[int, str]) -> list:
    """The scores without columns that ask when a callback came, or, if other columns have promises, whether one did."""
    has_promises = any(each[3].name in callback_columns.PROMISES and each[2] not in asking for each in scores)
    return [each for each in scores if each[2] not in asking or not (has_promises or asking[each[2]] != "bare")]


def _in_tab_of_callbacks(found: dict[str, int], cells, titles: Sequence[str]) -> dict[str, int]:
    """The columns found; in a tab of only callbacks, Date of callback becomes the date of its rows.

    If the tab also has the day of the call before each callback, that day and a time after it are not read.
    """
    if not relevance.names_callbacks(titles) or "callback" not in found or not found.keys().isdisjoint(OF_CALLS):
        return found
    days = {found[name] for name in ("date", "called") if name in found}
    if days and not nearly_all(cells[found["callback"]], "date"):
        return found
    own = {OF_CALLBACKS[name]: index for name, index in found.items() if name in OF_CALLBACKS}
    behind = {index for index in found.values() if max({*days, own["date"]} & {*range(index)}, default=-1) in days}
    others = {name: index for name, index in found.items() if index not in days and name not in OF_CALLBACKS}
    others = _with_results_of_callbacks(others, cells)
    return {name: index for name, index in others.items() if name != "time" or index not in behind} | own


def _with_results_of_callbacks(found: dict[str, int], cells) -> dict[str, int]:
    """The columns found; one of results that are all of callbacks says how these were answered: Missed."""
    results = {*map(result_of_callback, cells[found["result"]])} if "result" in found else set()
    if results and results <= {*RESULTS} and "callback_answered" not in found:
        found = {"callback_answered" if name == "result" else name: index for name, index in found.items()}
    return found


def _in_list_of_promises(found: dict[str, int], header, cells, raw, titles: Sequence[str]) -> dict[str, int]:
    """The columns found; in a list of the agency's promises alone, the day asked on is that of the promise.

    Such a list has days by which the agency was to call, and no waits: Asked on, T2 will call by, Date received.
    """
    found = _with_days_received(found, header, cells, raw)
    due = found.get("callback_due")
    if due is None or not OF_CALLS.isdisjoint(found.keys() - {"callback_due", "promised"}):
        return found
    if settled_columns.TIER.isdisjoint(tokens(header[due])) and not relevance.names_agency([*header, *titles]):
        return found
    dated = [p for p in range(len(header)) if p != due and nearly_all(cells[p], "date")]
    asked = [p for p in dated if not ASKED.isdisjoint(tokens(header[p]))]
    came = [p for p in dated if not callback_columns.GOT.isdisjoint(tokens(header[p]))]
    if len(asked) != 1 or found.get("date", asked[0]) != asked[0]:
        return found
    found = {name: index for name, index in found.items() if index not in asked} | {"promised_on": asked[0]}
    if "promised" in found and callback_columns.says_came(header[found["promised"]]):
        found.setdefault("callback", found.pop("promised"))  # Called back? No; Yes 3/5 10:15
    if "callback" not in found and len(came) == 1:
        settled_columns.assign(found, came[0], "callback")
        times = (p for p, name in enumerate(header) if not callback_columns.GOT.isdisjoint(tokens(name)))
        if (time := next((p for p in times if nearly_all(cells[p], "time")), None)) is not None:
            settled_columns.assign(found, time, "callback_time")
    settled_columns.settle_answers(found, header, cells, raw)
    return _with_results_of_callbacks(found, cells)


def _with_days_received(found: dict[str, int], header, cells, raw) -> dict[str, int]:
    """The columns found; beside the day of a promise, a day received is the callback's: Date promised, Date rec'd."""
    days = found.get("date")
    if days is None or "promised_on" not in found or "callback" in found:
        return found
    own = {"date": "callback", "time": "callback_time"}
    if (callback_columns.GOT | ACTUAL).isdisjoint(tokens(header[days])):
        return found
    found = {own.get(name, name): index for name, index in found.items()}
    settled_columns.settle_answers(found, header, cells, raw)
    return found


def _named_columns(fmt: Format, header, found: Mapping[str, int], marks) -> dict[str, str]:
    """The names of the columns found, by meaning."""
    columns = {name: header[index] for name, index in found.items()}
    for meaning in fmt.words:  # a column of minutes alone is the wait
        wanted = next((name for name in meaning.instead if name not in columns), None)
        if meaning.name in found and wanted:
            columns[wanted] = header[found[meaning.name]]
    if by := columns.pop("callback_by", ""):
        columns["callback_answered"] = derived_columns.extracted_from("callback_answered", by)
    if derived_columns.asks_by_whom(by := columns.get("second_answered", "")):
        columns["second_answered"] = derived_columns.extracted_from("second_answered", by)
    for name, indices in marks.items():
        names = [header[index] for index in indices]
        columns[name] = derived_columns.Derived(f"marked: {', '.join(names)}", "marked", *names)
    return columns


def _places(fmt: Format, header, raw, cells, scores, answers: Mapping[str, str]):
    """The indices of columns by meaning, those closed to other meanings, the column that is one of callbacks by its
    cells alone, and the columns of marks."""
    found: dict[str, int] = {}
    for index, name in enumerate(header):
        if (meaning := answers.get(fold(name))) and meaning != UNREAD:
            found.setdefault(meaning, index)
    if relevance.is_of_lines(header, raw):
        found.setdefault("narrative", 0)
    closed = {index for index, name in enumerate(header) if fold(name) in answers}
    if "callback" not in found:
        numbered = numbered_callbacks(header, cells, closed)
        # A person's answers take precedence
        found = numbered | found
        closed |= set(numbered.values())
    if "wait" not in found:
        halves = _parts_of_wait(header, cells, closed)
        found |= halves
        # In place: the caller searches the same list for rival columns
        scores[:] = [each for each in scores if not (halves and each[3].name == "wait")]
    callbacks = settled_columns.callback_column(fmt, header, cells, closed) if "callback" not in found else None
    if callbacks is not None:
        found["callback"] = callbacks
    closed |= set(found.values())
    # A trial run: marks depend on where the callback and the result would be
    marks = contents.mark_groups(header, raw, _best_columns(scores, found, closed))
    closed |= {index for indices in marks.values() for index in indices}
    found = _best_columns(scores, found, closed)
    closed |= set(found.values())
    settled_columns.correct_by_cells(fmt, found, header, cells, raw)
    settled_columns.settle_losses(found, raw)
    settled_columns.settle_answers(found, header, cells, raw)
    return found, closed, callbacks, marks


def _name_results(columns: dict[str, str], found: Mapping[str, int], header, cells, end, callbacks) -> None:
    """Add the column of results, or a substitute: other columns that say how calls ended."""
    if "result" not in columns and end is not None:
        columns["result"] = header[end]
    for name in (name for name in derived_columns.ENDS_IN if name in found):
        texts = cells[found[name]]
        # Columns about the agency's action may also say that a call was lost.
        is_shown = name not in OF_THEIRS or found[name] == callbacks or _have_losses(texts)
        if is_shown and "result" not in columns and columns[name] in header and _have_some_ends(texts):
            columns["result"] = derived_columns.Derived(
                f"end of the call told in {columns[name]}", "end", columns[name]
            )
    is_marked = derived_columns.way_of(columns.get("result", "")) == "marked"
    own = None if is_marked else found.get("result", end)
    others = (name for name in derived_columns.COMPLETING if name in found and found[name] != own)
    telling = next((name for name in others if share(cells[found[name]], "lost")), "")
    if telling and (is_marked or columns.get("result") in header):
        columns["result"] = derived_columns.completed(columns["result"], columns[telling])


def _complete_waits(columns: dict[str, str], found: Mapping[str, int], header, raw) -> None:
    """Complete the waits: if the cell is empty, take the wait of a lost call from its result."""
    telling = next((name for name in ("result", "notes", "reason") if name in found), "")
    if "wait" not in columns or not telling or derived_columns.way_of(columns["wait"]) == "told":
        return
    clock = found.get("wait", found.get("picked_up", found.get("hold_till")))
    empty = raw[clock] if clock is not None else ()
    if any(
        (contents.KINDS.nothing.match(text or "") or contents.KINDS.no_mark.match(text or ""))
        and derived_columns.lost_wait_in(rest or "")
        for text, rest in zip(empty, raw[found[telling]], strict=False)
    ):
        columns["wait"] = derived_columns.completed(columns["wait"], header[found[telling]])


def _complete_promises(
    fmt: Format, columns: dict[str, str], found: dict[str, int], header, raw, asking: set[int]
) -> set[int]:
    """Complete the column of the kind of promise with the one of whether there was one: CB? Y, 72h/30d.

    Return a column of yes or no that turns out to be about something else: Client told of callback?
    """
    own, cells = found.get("promised"), [*map(contents.filled, raw)]
    if own is None or columns["promised"] != header[own]:
        return set()
    free = settled_columns.open_columns(found, header, "in_out", "around")
    if nearly_all(cells[own], "yes"):
        kinds = [p for p in free if most(cells[p], "urgency") or nearly_all(cells[p], "urgent_or_regular")]
        pairs = [(p, own) for p in kinds]
    else:
        telling = (p for p in free if nearly_all(cells[p], "yes") and p not in asking)
        pairs = [(own, p) for p in telling if settled_columns.may_mean(fmt, header[p], ("promised",))]
    for kind, answer in pairs if len(pairs) == 1 else ():
        is_named = not callback_columns.OF_PROMISE.isdisjoint(tokens(header[answer]))
        if callback_columns.contradicts(raw[kind], raw[answer]) and not is_named:
            columns["promised"], found["promised"] = header[kind], kind
            return {answer}
        columns["promised"] = derived_columns.completed(header[kind], header[answer])
    return set()


def _complete_callbacks(columns: dict[str, str], found: Mapping[str, int], header, cells, asking, either) -> None:
    """Add callbacks from a column of yes or no, if the column of their days is empty or missing."""
    days = found.get("callback")
    came = [header[p] for p, kind in asking.items() if kind == "came" and p != days]
    # CB came, CB missed: a mark in one of them
    if days is not None and "callback_missed" in found and not share(cells[days], "date"):
        came.append(header[found["callback_missed"]])
    if days is not None and came and columns["callback"] == header[days]:
        columns["callback"] = derived_columns.completed(header[days], came[0])
    if "callback" in columns:
        return
    has_promises = any(name in columns for name in derived_columns.PROMISED)
    for name in (header[p] for p in either if has_promises):
        columns["callback"] = derived_columns.Derived(f"callbacks maybe told in {name}", "maybe", name)
    results = [found[name] for name in ("callback_answered", "callback_missed") if name in found]
    telling = [header[p] for p in results if "callback" in tokens(header[p]) and nearly_all(cells[p], "yes")]
    if telling:
        columns["callback"] = derived_columns.Derived(f"callbacks told in {', '.join(telling)}", "asked", *telling)


def _asking_columns(header, cells, answers: Mapping[str, str]) -> dict[int, str]:
    """Columns of yes or no about callbacks: ``came`` if header or cells show that it asks for one that came, else
    ``bare``; and ``when`` for days behind a column of those that came: If yes, when?"""
    asking = (
        p for p, name in enumerate(header) if fold(name) not in answers and callback_columns.asks_whether(cells[p])
    )
    kinds = {p: "came" if callback_columns.says_came(header[p]) else "bare" for p in asking}
    may_ask = {p for p in kinds if callback_columns.is_bare(header[p]) and len(cells[p]) >= MIN_CELLS}
    kinds = {p: kind for p, kind in kinds.items() if kind == "came" or p in may_ask}
    kinds = {p: "came" if callback_columns.are_of_callbacks(cells[p]) else kind for p, kind in kinds.items()}
    dated = [nearly_all(texts, "date") for texts in cells]
    behind = [p + 1 for p, kind in kinds.items() if kind == "came" and any(dated[:p]) and p + 1 < len(header)]
    days = (p for p in behind if dated[p] and callback_columns.asks_when(header[p]) and fold(header[p]) not in answers)
    return kinds | dict.fromkeys(days, "when")


def _settle_asking(found: dict[str, int], header, raw, asking: Mapping[int, str], closed: set[int]) -> dict:
    """Take such a column next to one of promises as whether callbacks came; return the ambiguous ones."""
    # The days of the callbacks come before the answers whether they came
    for index in sorted((p for p, kind in asking.items() if kind != "bare"), key=lambda p: asking[p] == "came"):
        if "callback" not in found and index not in found.values():
            found["callback"] = index
        closed.add(index)
    promises = next((found[name] for name in callback_columns.PROMISES if found.get(name) not in (None, *asking)), None)
    bare = [index for index, kind in asking.items() if kind == "bare" and index not in found.values()]
    if promises is None or "callback" in found or len(bare) != 1:
        return {}
    closed.update(bare)
    if not callback_columns.contradicts(raw[promises], raw[bare[0]]) and found.get("promised_on") != promises:
        return {bare[0]: ("promised", "callback")}
    found["callback"] = bare[0]
    return {}


def _settle_days(found: dict[str, int], header, raw, answers: Mapping[str, str]) -> dict:
    """Decide whether days of callbacks are due days or days on which they came; return the ambiguous column."""
    index, calls = found.get("callback"), found.get("date", found.get("called", found.get("promised_on")))
    if index is None and (promised := found.get("promised")) is not None and callback_columns.is_bare(header[promised]):
        if callback_columns.are_days(raw[promised]):
            index = found["callback"] = found.pop("promised")  # CB, with days alone
    if index is None or calls is None or fold(header[index]) in answers or not callback_columns.is_open(header[index]):
        return {}
    if not found.keys().isdisjoint(callback_columns.OF_CALLBACKS) or calls == index:
        return {}
    promised = found.get("promised", found.get("told"))
    beside = raw[promised] if promised not in (None, index) else None
    meaning = callback_columns.meaning_of_days(raw[index], raw[calls], beside)
    if meaning == "callback_due":
        settled_columns.assign(found, index, meaning)
    return {} if meaning else {index: ("callback_due", "callback")}


def _perhaps_due(found: Mapping[str, int], header, raw, answers: Mapping[str, str]) -> dict:
    """A column of days alone that is read as callbacks that came, if nothing but the days themselves says so."""
    index, promised = found.get("callback"), found.get("promised", found.get("told"))
    if index is None or fold(header[index]) in answers or not callback_columns.is_open(header[index]):
        return {}
    if not found.keys().isdisjoint(callback_columns.OF_CALLBACKS) or not callback_columns.are_days(raw[index]):
        return {}
    has_promises = promised not in (None, index) and any(map(callback_columns.has_promise, raw[promised]))
    return {} if has_promises else {index: ("callback_due", "callback")}


def _best_columns(scores, found: Mapping[str, int], closed: set[int]) -> dict[str, int]:
    """Each meaning with its best open column; a column has only one meaning."""
    found, closed = dict(found), set(closed)
    for _, _, index, meaning in scores:
        if meaning.name not in found and index not in closed:
            found[meaning.name] = index
            closed.add(index)
    if "callback_moment" in found and "callback" not in found:
        found["callback"] = found.pop("callback_moment")  # Callback at: 3/14/2024 9:40 AM
    return found


def _scores(fmt: Format, header, cells, answers: Mapping[str, str]) -> list[tuple[float, int, int, Meaning]]:
    """How well each column fits each meaning, best first; ties go to the meaning and column that come first."""
    scores = []
    for index, name in enumerate(header):
        for rank, meaning, score in fmt.vocabulary.scores(name) if fold(name) not in answers else ():
            if meaning.weight >= HEAVY and score < MIN_SCORE:
                continue
            verdict = contents.verdict(_without_labels(fmt, meaning, cells[index]), meaning.holds)
            is_shown = len(cells[index]) >= MIN_CELLS or meaning.holds in IN_CELLS
            # With one or two cells, it is enough that they do not contradict it
            if meaning.must_hold and verdict < (1 if is_shown else 0):
                continue
            score += CONTENT * verdict
            if score >= MIN_SCORE:
                scores.append((score, rank, index, meaning))
    # Drop columns of results that state the agency's timeframes, if another column has results
    indices = {index for _, _, index, meaning in scores if meaning.name == "result"}
    timed = {index for index in indices if share(cells[index], "urgency") >= TIMED}
    others = [index for index in indices - timed if most(cells[index], "lost_or_reached")]
    kept = [s for s in scores if not (others and s[3].name == "result" and s[2] in timed)]
    return sorted(kept, key=lambda each: (-each[0], each[1], each[2]))


def _without_labels(fmt: Format, meaning: Meaning, texts: list[str]) -> list[str]:
    """The cells of a date column without labels that mark a row as a sum or a heading: Longest, Week 2."""
    if meaning.name != "date":
        return texts
    labels = [
        test
        for aside in fmt.set_aside
        if aside.reason in ("total", "empty")
        for column, tests in aside.when.tests
        if column == ("<date>",)
        for test in tests
    ]
    return [text for text in texts if not any(test.fits(text) for test in labels)] or texts


def _end_column(found: Mapping[str, int], header, cells) -> int | None:
    """The column that replaces a missing outcome: it tells how calls ended.

    Columns whose header has another meaning are not used, except remarks and those that say who was reached.
    """
    for name in ("reached", "tier"):
        if name in found and _are_words(cells[found[name]]):
            return found[name]
    first = [found[name] for name in ("reached", "notes", "follow", "around", "narrative") if name in found]
    free = settled_columns.open_columns(found, header, "around")
    statuses = (index for index in free if "status" in tokens(header[index]))
    ended = (p for p in statuses if share(cells[p], "lost") >= SOME_ENDS and most(cells[p], "ended"))
    if (status := next(ended, None)) is not None:  # Connected, Dropped, Abandoned
        return status
    if "somebody" in found and _are_ends(cells[found["somebody"]]):
        return found["somebody"]  # Got: person, gave up
    others = [index for index in settled_columns.open_columns(found, header) if _may_tell_ends(cells[index])]
    ending = (index for index in first + others if contents.verdict(cells[index], "lost_or_reached") > 0)
    return next(ending, next((index for index in others if _are_words(cells[index])), None))


def _may_tell_ends(texts: list[str]) -> bool:
    """Whether a column with an uninformative header has enough cells; fewer suffice if nearly all tell how a call
    ended."""
    has_outcomes = len(texts) >= MIN_CELLS and nearly_all(texts, "lost_or_reached") and share(texts, "lost") > 0
    return len(texts) > relevance.SEVERAL or has_outcomes


def _are_ends(texts: list[str]) -> bool:
    """Whether nearly all cells say how a wait ended: person, gave up."""
    spans = (try_read(read_human_span, text) for text in texts)
    ends = [span.ended for span in spans if span and span.ended]
    n_lost = sum(end in ("gave_up", "cut_off") for end in ends)
    return n_lost >= MIN_CELLS and len(ends) >= contents.NEARLY_ALL * len(texts)


def _are_words(texts: list[str]) -> bool:
    """Whether the answers in a column say more than yes or no: through, not through - hung up."""
    n_explained = sum(bool(_WORDS.no_and_why.match(text)) for text in texts)
    return bool(texts) and (share(texts, "lost") >= SOME_ENDS or n_explained >= MIN_CELLS)


def _parts_of_wait(header, cells, closed: set[int]) -> dict[str, int]:
    """The columns of a wait split into hours, minutes, and seconds."""
    parts: dict[str, list[int]] = {}
    for index, name in enumerate(header):
        if index not in closed and (unit := _unit_alone(name, cells[index])):
            parts.setdefault(f"wait_{unit}", []).append(index)
    if "wait_minutes" not in parts or len(parts) < 2 or any(len(indices) > 1 for indices in parts.values()):
        return {}
    return {name: indices[0] for name, indices in parts.items()}


def _unit_alone(name: str, texts: list[str]) -> str:
    """The unit of a column's numbers, if its header says nothing more than that unit and a hold."""
    name_words = frozenset(tokens(name))
    words = name_words - HOLDING - (frozenset() if name_words.isdisjoint(HELD) else LENGTH)
    units = [unit for unit, of_unit in UNITS.items() if words and words <= frozenset(of_unit.split())]
    largest = settled_columns.MAX_WAIT_HOURS if units == ["hours"] else 59 if units == ["seconds"] else 999
    is_number = all(re.fullmatch(r"\d{1,3}(?:\.0)?", text) and float(text) <= largest for text in texts)
    return units[0] if units and texts and is_number else ""


# ---- whose name a column holds -----------------------------------------------------------------------------


def _speaker_columns(fmt: Format, header, found: Mapping[str, int], raw) -> dict[str, int]:
    """Columns such as Who or Name that name the agent: filled where someone was reached, empty where no one was."""
    columns: dict[str, int] = {}
    free = {name for name in found if name.startswith("somebody") or name in ("around", "number")}
    taken = {index for name, index in found.items() if name not in free}
    for meaning, vague in VAGUE.items() if len(header) <= relevance.WIDE else ():
        indices = [
            index
            for index, name in enumerate(header)
            if index not in taken and settled_columns.may_mean(fmt, name, vague)
        ]
        holds = {"agent_id": "id", "sr": "sr"}.get(meaning, "words")
        fitting = (index for index in indices if contents.verdict(contents.filled(raw[index]), holds) > 0)
        index = next((index for index in fitting if _is_of_those_reached(found, raw, raw[index])), None)
        if meaning not in found and index is not None:
            columns[meaning] = index
            taken.add(index)
    return columns


def _is_of_those_reached(found: Mapping[str, int], raw, names: Sequence[str | None]) -> bool:
    """Whether a column names people who answered, as shown by titles or by rows without a name."""
    texts = contents.filled(names)
    if some(texts, "titled") or most(texts, "named_id"):
        return True
    lost, others = _filled_by_end(found, raw, names)
    # A name in at most a tenth of lost calls, and in at least two fifths of the rest
    return len(lost) >= MIN_CELLS and 10 * sum(lost) <= len(lost) and 5 * sum(others) >= 2 * len(others) > 0


def _are_ours(found: Mapping[str, int], header, raw) -> bool:
    """Whether a column such as Person names the office's own people: few names recur, in lost calls too."""
    column = raw[found["agent"]]
    names = [fold(text) for text in contents.filled(column) if names_person(text)]
    is_recurring = len(names) >= MOST_NAMES and 2 * len({*names}) <= len(names)
    is_open = OF_SPEAKERS.isdisjoint(tokens(header[found["agent"]]))
    return is_open and is_recurring and not _is_of_those_reached(found, raw, column)


def _are_clients(found: Mapping[str, int], header, raw, meaning: str) -> bool:
    """Whether a column such as Who names the clients: someone for each call, the lost ones too, and hardly anyone
    twice."""
    rows = itertools.zip_longest(*raw)
    calls = [row for row in rows if sum(map(bool, row)) > MIN_OF_CALL]  # others head weeks
    columns = [list(column) for column in zip(*calls, strict=True)] or raw
    names = [fold(text) for text in contents.filled(columns[found[meaning]]) if names_person(text)]
    # An agent may be named on a call lost later, but not where no person was reached.
    ends = {name: index for name, index in found.items() if meaning != "agent" or name == "reached"}
    lost, others = _filled_by_end(ends, columns, columns[found[meaning]])
    is_open = OF_SPEAKERS.isdisjoint({*tokens(header[found[meaning]])} - {"who"})
    # Next to a column of agents, one lost call with a name is enough.
    fewest = 1 if found.get("agent") not in (None, found[meaning]) else MIN_CELLS
    is_of_all = len(lost) >= fewest and all(lost) and all(others) and len(names) == len(calls) >= MIN_CELLS
    return is_open and is_of_all and 2 * len({*names}) > len(names)


def _is_of_every_call(found: Mapping[str, int], header, raw, name: str) -> bool:
    """Whether each call has a number, the lost ones too, so that no person gave it. A header may still say what it is:
    the request that the calls are about, or who spoke before the call was lost."""
    numbers = [text if re.search(r"\d", text or "") else None for text in raw[found[name]]]
    lost, others = _filled_by_end(found, raw, numbers)
    is_open = GIVERS[name].isdisjoint(tokens(header[found[name]]))
    return is_open and len(lost) >= SEVERAL_LOST and all(lost) and all(others)


def _filled_by_end(found: Mapping[str, int], raw, names: Sequence[str | None]) -> tuple[list[bool], list[bool]]:
    """Whether each cell of a column is filled, in rows that say that no one was reached, and in the others."""
    is_lost = [False] * len(names)
    for meaning, kind in LOST.items():
        column = raw[found[meaning]] if meaning in found else ()
        for row, text in zip(range(len(names)), column, strict=False):
            is_lost[row] |= bool(text and contents.KINDS[kind].match(text.strip()))
    lost, others = list[bool](), list[bool]()
    for name, of_lost in zip(names, is_lost, strict=True):
        (lost if of_lost else others).append(bool(contents.filled([name])))
    return lost, others


def _have_some_ends(notes: Sequence[str]) -> bool:
    part = share(list(notes), "lost_or_reached")
    if share(list(notes), "lost"):
        return True
    if part and most(list(notes), "ended"):
        return True
    return part * len(notes) >= MIN_CELLS and part >= SOME_ENDS


def _have_losses(texts: Sequence[str]) -> bool:
    """Whether several cells about callbacks or promises say, without a day, how the call itself was lost."""
    return sum(bool(contents.KINDS.lost.match(text)) and not has_dated_callbacks(text) for text in texts) > 1


def _rival_columns(meaning: Meaning, taken: int, scores, closed: set[int], header) -> tuple[str, ...]:
    """Columns without a meaning of their own that fit this one about as well as the column taken."""
    best = max((score for score, _, index, scored in scores if scored is meaning and index == taken), default=0.0)
    return tuple(
        header[index]
        for score, _, index, scored in scores
        if scored is meaning and index not in closed and score >= best - CLOSE
    )


def _similar_columns(fmt: Format, columns, found, known, header, cells) -> dict[str, str]:
    read = {name for column in columns.values() for name in derived_columns.sources(column, header)}
    names = {meaning.name for meaning in fmt.words if meaning.ask} - set(found)
    if "agent" in found:
        names.discard("agent_id")
    likes = {}
    for index, name in enumerate(header):
        texts = cells[index]
        if index in known or name in read or len(texts) < MIN_CELLS:
            continue
        # Columns of numbers or of billing may hold minutes that are not waits.
        is_number = not (NUMBERS | BILLED).isdisjoint(tokens(name))
        for meaning, kinds in LOOKS.items():
            if (is_number and meaning == "wait") or (meaning == "agent_id" and not _may_be_ids(name, texts)):
                continue
            if meaning in names and max(share(texts, kind) for kind in kinds) >= LIKE:
                likes[name] = meaning
                break
    return likes


def _may_be_ids(name: str, texts: list[str]) -> bool:
    """Whether a column may hold agent IDs: no days, tiers, phone numbers, or amounts (IVR, 17)."""
    are_amounts = all(re.fullmatch(r"\d{1,3}(?:[.,:]\d+)?", text) for text in texts) and NUMBERS.isdisjoint(
        tokens(name)
    )
    return not are_amounts and not any(most(texts, kind) for kind in ("date", "tier", "phone"))


def _columns_like_promises(columns: Mapping[str, str], found: Mapping[str, int], header, cells) -> dict[str, str]:
    """Columns of Urgent and Regular in a sheet without promises: they may say what was promised or what was asked
    for."""
    if not {"promised", "told"}.isdisjoint(columns):
        return {}
    spare = ("urgency", "around", "in_out", "reason", "tier", "follow")
    free = settled_columns.open_columns(found, header, *spare)
    return {header[index]: "promised" for index in free if _are_kinds_of_promise(cells[index])}


def _are_kinds_of_promise(texts: list[str]) -> bool:
    kinds = {text.strip().casefold()[:1] for text in texts}
    are_kinds = nearly_all(texts, "urgent_or_regular_in_short")
    return len(texts) >= MIN_CELLS and are_kinds and {"u", "r"} <= kinds
