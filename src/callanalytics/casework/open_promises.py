"""Open promised callbacks and the next step for each; and callbacks that may belong to another request.

A promise is *open* until it is *settled* or the office calls again about it. It is settled if someone at the office
answered a callback, if the agency answered by email, or if the office no longer needed the callback. After a new call
the old promise stays overdue or missed, and the new promise is open in its place. An unanswered callback settles
nothing: the practice pointer says that the request may have to be made again.

=============  ==================================================================================
stand          when
=============  ==================================================================================
``due_today``  due before the end of the `as_of` day, and no callback came
``waiting``    due later, and no callback came
``missed``     a callback was not answered, and a second one may still come
``unnoted``    a callback came, the log does not say if it was answered, and a second one may still come
``start_over`` callbacks were not answered and the round of attempts is over: ask again
``write_result`` the round is over, and the log does not say if a callback was answered
``overdue``    the due time has passed and no callback came
``no_rule``    urgency, timeframe, or time of day is not known, so there is no due time
=============  ==================================================================================

``due_today`` and ``waiting`` use the default reading; if several timeframes may have applied, the latest due time.

An agency call that names no request may have been for any request open at its number. It is certainly the agency's, but
its request is not logged, so it counts for the open request due first (`Credit`). Over many requests each call counts
once, and figures need no more; the sheet of a single request has to say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import clocks, ids
from callanalytics.agencies import Agency
from callanalytics.facts import linking
from callanalytics.facts.arrays import MISSING, NAT, codes, columns_of, earliest_moments, moments
from callanalytics.facts.linking import lines_as_codes
from callanalytics.facts.observation import named_lines
from callanalytics.facts.promises import life
from callanalytics.values import zones
from callanalytics.wording import capital, day, in_store, joined, quoted_name

TO_REPEAT = ("start_over", "overdue")  # waiting will not help with these
TO_COME = ("due_today", "missed", "unnoted", "waiting")  # the agency may still call about these
RECENT = timedelta(days=90)  # older requests for which no call will come are counted, not listed
STANDS = ("due_today", "write_result", "start_over", "overdue", "missed", "unnoted", "waiting", "no_rule")
SETTLED = ("callback_answered_at_utc", "emailed_at_utc", "withdrawn_at_utc")
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class OpenPromise:
    """One open callback.

    Attributes
    ----------
    promise_id, office, zone, sr_number, urgency : of the promise and its office
    matter : the office's own file number; without one, the row of the call, and its file if there are several
    started_at, started_on : time of the call in which it was promised (None: only its day is known), and that day
    due, due_on : time, and its day on the agency's clock; None if no timeframe gives one
    stand : one of ``STANDS``
    window : first and last time the agency may call on the due day, on the office's clock; None without a due time
    number : number the agency was asked to call, E.164
    doubts : what is wrong with that number, in words
    possible_missed : number of unanswered calls that may have been its callback
    steps : what to do, in words, first step first
    recourses : whom to turn to if these steps fail, in words
    """

    promise_id: str
    office: str
    zone: str
    matter: str
    sr_number: str | None
    urgency: str
    started_at: datetime | None
    started_on: date | None
    due: datetime | None
    due_on: date | None
    stand: str
    window: tuple[datetime, datetime] | None
    number: str | None
    doubts: tuple[str, ...]
    possible_missed: int
    steps: tuple[str, ...]
    recourses: tuple[str, ...]

    @property
    def may_still_call(self) -> bool:
        """Whether the agency may still call about it."""
        return self.stand in TO_COME

    def is_listed(self, as_of: date) -> bool:
        """Whether a to-do list of that day names this promise; the others are only counted."""
        return self.may_still_call or self.started_on is None or as_of - self.started_on <= RECENT


def open_promises(log) -> list[OpenPromise]:
    """The open callbacks in the order of ``STANDS``; those still to come by due time, the others newest first.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives; its ``as_of`` is the day whose records are used

    Examples
    --------
    >>> open_promises(load("calls/", as_of="2022-06-30"))[0].steps        # doctest: +SKIP
    """
    agency = log.agency
    offices = {office["office_id"]: office for office in log.offices.to_arrow().to_pylist()}
    rows = [row for row in log.promises.to_arrow().to_pylist() if is_open(row)]
    # Computed once for all offices, because each looks through all callbacks
    in_doubt, unnamed, case_of = ambiguous_counts(log), unnamed_exports(log), named_cases(log)
    found = []
    for row in rows:
        id, office = row["promise_id"], offices[row["office_id"]]
        line = _name_the_line(row, office, unnamed[office["office_id"]], log.store.shown)
        found.append(_open(row, office, case_of[id], in_doubt[id], line, log.as_of, agency))
    return sorted(found, key=_order)


def listed(found: list[OpenPromise], as_of: date) -> list[OpenPromise]:
    """The promises that a day's list names, the first due first, those without a due day last."""
    named = (promise for promise in found if promise.is_listed(as_of))
    return sorted(named, key=lambda promise: (promise.due_on or date.max, promise.promise_id))


def _order(promise: OpenPromise):
    """Sort key: among promises to be requested again the oldest comes last, as the likeliest to be settled by now."""
    seconds = (promise.due or NEVER).timestamp()
    return STANDS.index(promise.stand), seconds if promise.may_still_call else -seconds, promise.promise_id


def is_open(row) -> bool:
    """Whether nothing has settled a promise, and the office has not called again about it."""
    return not is_settled(row) and row["restarted_at_utc"] is None


def is_settled(row) -> bool:
    """Whether a callback was answered, an email came, or the office no longer needs one."""
    return any(row[name] is not None for name in SETTLED)


def due_of(row) -> datetime | None:
    """The time until which to wait: due by the default reading, or the latest if timeframes differ."""
    return row["due_default_utc"] or row["due_lenient_utc"]


def unnamed_exports(log) -> dict[str, list[str]]:
    """Formats of an office's stored phone exports that show no line and that it names for no line, by office."""
    exports = [row for row in log.sources.to_arrow().to_pylist() if row["calls"]]
    watching = set(log.coverage.to_arrow()["source_id"].to_pylist())
    found = {}
    for office in log.offices.to_arrow().to_pylist():
        mine = [row for row in exports if row["office_id"] == office["office_id"]]
        with_lines = {row["format"] for row in mine if row["source_id"] in watching}
        without = {row["format"] for row in mine} - with_lines
        found[office["office_id"]] = sorted(name for name in without if not named_lines(office, name))
    return found


def named_cases(log) -> dict[str, str]:
    """What the office knows the case of each promise by: its own file number, else the row of the call."""
    promises = log.promises.to_arrow().select(["promise_id", "agency_call_id", "matter"]).to_pylist()
    # No one knows the code of a client by heart.
    found = {each["promise_id"]: ids.CODE.sub("", each["matter"] or "").strip(" ,;:/()–—-") for each in promises}
    unknown = {id for id, matter in found.items() if not matter}
    if not unknown:
        return found
    files = {each["source_id"]: PurePath(each["name"]).name for each in log.sources.to_arrow().to_pylist()}
    entries = log.entries.to_arrow().select(["entry_id", "source_id", "source_row"]).to_pylist()
    read = [each for each in entries if each["source_id"] in files]
    logs = {each["source_id"] for each in read}
    file = {id: f" of {name}" if len(logs) > 1 else "" for id, name in files.items()}
    row_of = {each["entry_id"]: f"row {each['source_row']}{file[each['source_id']]}" for each in read}
    calls = log.agency_calls.to_arrow().select(["agency_call_id", "entry_id"]).to_pylist()
    entry_of = {each["agency_call_id"]: each["entry_id"] for each in calls}
    row_of_call = {each["promise_id"]: row_of.get(entry_of[each["agency_call_id"]], "not logged") for each in promises}
    return found | {id: row_of_call[id] for id in unknown}


def _open(row, office, matter: str, in_doubt: int, name_the_line: str, as_of: date, agency: Agency) -> OpenPromise:
    due, stand = due_of(row), _stand_of(row, as_of, agency)
    due_on = agency_day(due, agency) if due else None
    return OpenPromise(
        row["promise_id"],
        office["name"],
        office["timezone"],
        matter,
        row["sr_number"],
        row["urgency"],
        row["started_at_utc"],
        row["date"],
        due,
        due_on,
        stand,
        window_on(due_on, office["timezone"], agency) if due_on else None,
        row["callback_number"],
        tuple(_doubts(row, office, agency)),
        row["possible_missed"] or 0,
        tuple(_next_steps(row, stand, in_doubt, name_the_line, agency)),
        tuple(_recourse_in_words(r) for r in agency.recourses if stand in TO_REPEAT and _is_open_to(r, row, as_of)),
    )


def _stand_of(row, as_of: date, agency: Agency) -> str:
    due = due_of(row)
    # Callbacks count before the due time: an overdue request with a callback needs a call, not more waiting
    if row["n_callbacks"]:
        # The log does not say if a callback was answered, and none is known to have been
        unnoted = "unknown" in (row["first_callback_result"], row["second_callback_result"])
        if unnoted or row["state"] == "result_unknown":
            return "write_result" if row["is_round_closed"] else "unnoted"
        return "start_over" if row["is_round_closed"] else "missed"
    if due is None:
        return "no_rule"
    # Days are the agency's, like the due time: what is due at 18:30 on its clock today is due today everywhere.
    today, yesterday = (end_of_day(day, agency) for day in (as_of, as_of - timedelta(days=1)))
    if due > today:
        return "waiting"
    return "due_today" if due > yesterday else "overdue"


def end_of_day(day: date, agency: Agency) -> datetime:
    """The last instant of a day on the agency's clock."""
    return clocks.end_of_day(day, agency=agency).astype("M8[us]").item().replace(tzinfo=UTC)


def local_time(moment: datetime, zone: str) -> datetime:
    """A time as clocks in a zone show it."""
    return moment.astimezone(zones.rules(zone)).replace(tzinfo=None)


def agency_day(moment: datetime, agency: Agency) -> date:
    """The day of a time on the agency's clock."""
    return local_time(moment, agency.timezone).date()


def window_on(day: date, zone: str, agency: Agency) -> tuple[datetime, datetime]:
    """First and last time the agency may call on one of its days, on another zone's clock (without zone)."""
    opens, closes = clocks.window_in(zone, day, agency=agency)
    return opens.astype("M8[us]").item(), closes.astype("M8[us]").item()


# ---- in words ------------------------------------------------------------------------------------------


def _doubts(row, office, agency: Agency):
    """Yield what may keep a callback from reaching the given number."""
    number = row["callback_number"]
    if row["callback_extension"]:
        yield f"it has an extension, and {agency.label} does not call those"
    if number is None:
        yield "no number is written down"
        return
    lines = {line["number"]: line for line in office["lines"] or ()}
    # An office that named no phone may have any phone
    if lines and number not in lines:
        yield "it is not among the office's phones"
    # None means not known, which is no reason to worry anyone
    elif lines and lines[number]["withheld_get_through"] is False:
        yield f"unknown callers do not get through to it, and {agency.label} may show no number"


def _name_the_line(row, office, unnamed: Sequence[str], store: str) -> str:
    """Why a stored phone export does not cover the given number, with the command to fix it, or ""."""
    covered = {line["number"] for line in office["lines"] or () if line["covered_by"]}
    if not unnamed or row["callback_number"] in covered:
        return ""
    which = "the number given" if row["callback_number"] else "the office's phone"
    name = f"{quoted_name(office['name'])}{in_store(store)}"
    command = f"callanalytics office {name} --line NUMBER:desk:{unnamed[0]}"
    return f"No phone log in the store is named as that of {which}: name it with `{command}`."


def _next_steps(row, stand: str, in_doubt: int, name_the_line: str, agency: Agency):
    if stand == "waiting":
        yield "Wait. They may call on any business day in the window."
    elif stand == "due_today":
        yield "Keep someone at this phone to the end of the window."
    elif stand == "missed":
        yield f"A second call may still come, within {agency.round_gap} business days: let unknown callers through."
    elif stand in ("unnoted", "write_result"):
        yield "Write in the log whether anyone answered the callback."
        second = f"a second call may still come, within {agency.round_gap} business days"
        yield f"If no one did, {'call again' if stand == 'write_result' else second}."
    elif stand == "start_over":
        only = "the callback was missed and no second one came"
        yield f"Call again: {'both callbacks were missed' if row['n_callbacks'] > 1 else only}."
    elif stand == "overdue":
        first = list(_where_to_look(row, name_the_line))
        yield from first
        yield f"{'If nothing came, call' if first else 'Call'} again: the promised time is over."
    else:
        yield _missing_in_words(row, agency)
    if in_doubt:
        remark = ambiguity_remark(in_doubt)
        yield f"{capital(remark)}: if you know which, write it in the log."


def _missing_in_words(row, agency: Agency) -> str:
    """What the office must write down so that a request gets a due time."""
    lacks = [
        *(["whether they called it urgent or regular"] if row["urgency"] == "unknown" else []),
        *(["the time of the call"] if row["started_at_utc"] is None else []),
    ]
    if not lacks:
        return f"No stated time of {agency.label} is known for that day: it has no due time."
    return f"Write down {joined(lacks)}; then it has a due time."


def _where_to_look(row, name_the_line: str):
    """Yield where a callback may be that the log does not show."""
    if row["is_watched"] is False:
        # A line that no export shows is named once; the phone's history must be looked up each time
        yield name_the_line or "Check the phone's own history: its calls of those days are in no file."
    if row["possible_missed"] == 1:
        yield "One unanswered call of those days may have been it: look up who called."
    elif row["possible_missed"]:
        yield f"{row['possible_missed']} unanswered calls of those days may have been it: look up who called."


def _is_open_to(recourse, row, as_of: date) -> bool:
    asked = row["date"]
    # A request without a day is not known to have waited
    since = (as_of - asked).days if asked else 0
    return since >= recourse.after_days and (not recourse.within_days or since <= recourse.within_days)


def _recourse_in_words(recourse) -> str:
    """Whom to turn to, where, and as of when: an address that is years old should be checked again."""
    where = f" at {recourse.address}, subject “{recourse.subject}”" if recourse.address else ""
    heard = recourse.last_confirmed
    return f"{recourse.who}{where} (as of {day(heard)}). {recourse.note}".strip()


# ---- calls that name no request ----------------------------------------------------------------------


@dataclass(frozen=True)
class Credit:
    """A call of the agency that names no request: the promise it counts for, and all those open at its number then."""

    promise_id: str
    open_then: frozenset[str]

    def remark(self, promise_id: str) -> str:
        """What the sheet of a request says about this call.

        >>> Credit("p", frozenset("pqr")).remark("p")
        'names no request: 3 were open at this number; counted for this one, due first'
        >>> Credit("p", frozenset("pqr")).remark("q")
        'names no request: 3 were open at this number; counted for another, due first'
        >>> Credit("p", frozenset("p")).remark("p")
        'names no request; counted for this one, the only one open in the log'
        """
        n = len(self.open_then)
        if n == 1:
            return "names no request; counted for this one, the only one open in the log"
        whose = "this one" if promise_id == self.promise_id else "another"
        return f"names no request: {n} were open at this number; counted for {whose}, due first"


def ambiguous_counts(log) -> Counter:
    """For each promise the number of calls counted for it that may have been for another promise open then."""
    callbacks, promises = log.callbacks.to_arrow(), log.promises.to_arrow()
    found: Counter[str] = Counter()
    for office in promises["office_id"].unique().to_pylist():
        # Office by office: another firm's request never competes for a call to this one
        mine, theirs = (table.filter(pc.equal(table["office_id"], office)) for table in (promises, callbacks))
        found.update(owner for _, owner, open_then in _unnamed_calls(mine, theirs, log.agency) if len(open_then) > 1)
    return found


def ambiguity_remark(n: int) -> str:
    """What is said about a request if `n` calls counted for it may have been for another.

    >>> ambiguity_remark(0), ambiguity_remark(1), ambiguity_remark(2)
    ('', 'a call counted for it may have been for another', '2 calls counted for it may have been for others')
    """
    if n == 1:
        return "a call counted for it may have been for another"
    return f"{n} calls counted for it may have been for others" if n else ""


def ambiguous_credits(log, wanted: set[str]) -> dict[str, Credit]:
    """The calls that name no request and are counted for one of these promises, or may have been for one.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives
    wanted : ids of promises of one office
    """
    promises = log.promises.to_arrow()
    mine = pc.is_in(promises["promise_id"], value_set=pa.array(sorted(wanted), pa.string()))
    offices = promises.filter(mine).column("office_id").unique()
    promises, callbacks = (
        t.filter(pc.is_in(t["office_id"], value_set=offices)) for t in (promises, log.callbacks.to_arrow())
    )
    found = {}
    for callback, owner, open_then in _unnamed_calls(promises, callbacks, log.agency):
        # The owner is included, whatever its own span is
        credit = Credit(owner, open_then | {owner})
        if wanted & credit.open_then:
            found[callback] = credit
    return found


def _unnamed_calls(
    promises: pa.Table, callbacks: pa.Table, agency: Agency
) -> Iterator[tuple[str, str, frozenset[str]]]:
    """For each call of an office that names no request: its id, the promise it counts for, and the promises open at the
    number called. An event that only may have ended a promise does not end it."""
    of_promise, of_call = columns_of(promises), columns_of(callbacks)
    credited = linking.certainty_of_links(of_call["link"], of_call["is_credited"]) == linking.CREDITED
    of_call = {name: values.filter(pa.array(credited)) for name, values in of_call.items()}
    number, line = lines_as_codes(of_promise["callback_number"], of_call["our_number"])
    start = earliest_moments(of_promise, agency.timezone)
    ended = [
        _certainly_answered(promises, callbacks),
        *(moments(of_promise[f"{name}_at_utc"]) for name in ("emailed", "withdrawn")),
    ]
    # fmin ignores unknown times
    end = np.fmin.reduce([life(start, of_promise["urgency"], agency)[1], *ended])
    ids = np.array(of_promise["promise_id"].to_pylist(), object)
    called = zip(of_call["callback_id"].to_pylist(), of_call["promise_id"].to_pylist(),
                 earliest_moments(of_call, agency.timezone), line, strict=True)  # fmt: skip
    for callback, owner, when, rang in called:
        # If either number is unknown, it may be any line of the office
        fits = (number == rang) | (number == MISSING) | (rang == MISSING)
        # Both ends included: a call at the time of the request can be its answer
        yield callback, owner, frozenset(ids[fits & (start <= when) & (end >= when)])


def _certainly_answered(promises: pa.Table, callbacks: pa.Table) -> np.ndarray:
    """The time when a person answered a callback that is certainly this promise's, for each promise."""
    columns = columns_of(callbacks)
    answered = moments(columns_of(promises)["callback_answered_at_utc"])
    certain = linking.certainty_of_links(columns["link"], columns["is_credited"]) == linking.CERTAIN
    spoke = certain & linking.answered_by_person(columns["channel"], columns["result"])
    owner = codes(columns["promise_id"], promises["promise_id"].to_pylist())
    sure = np.bincount(owner[spoke & (owner != MISSING)], minlength=promises.num_rows) > 0
    return np.where(sure, answered, NAT)
