"""The ledger of promised callbacks: what is due, what came, what to do next. A page in a terminal, else a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from callanalytics import wording
from callanalytics.agencies import Agency
from callanalytics.casework.open_promises import (
    NEVER,
    RECENT,
    STANDS,
    OpenPromise,
    ambiguity_remark,
    ambiguous_counts,
    is_settled,
    named_cases,
    open_promises,
    window_on,
)
from callanalytics.cli import screen
from callanalytics.cli.group import opened
from callanalytics.lazy import regex
from callanalytics.reports import calendar, tables
from callanalytics.reports import sentences as say
from callanalytics.values import zones
from callanalytics.wording import plural

COLUMNS = (
    "promise_id office urgency rule_id started_at due_strict due_default due_lenient due_quoted state is_watched "
    "rule_age_days n_callbacks attributed_to"
).split()


def show(store, as_of, selection, *, only_open: bool, ics, out, as_json: bool, list_every: str) -> None:
    """Print the ledger as of a day (by default today), or with ``out`` write it to a file.

    With ``ics``, also write the open requests as a calendar. ``list_every`` is the command that lists the requests that
    this one only counts.
    """
    # What is due depends on today, not on the last logged day
    log = opened(store, as_of or date.today().isoformat(), **selection)
    in_doubt = ambiguous_counts(log)
    still = open_promises(log)
    open_now = {promise.promise_id: promise for promise in still}
    rows = [row for row in log.ledger() if not only_open or row["promise_id"] in open_now]
    if ics:
        if not calendar.write(log, ics):
            screen.print_error(f"No open callback is due in the future, so {ics} was not written.\n")
        elif not as_json:
            screen.say(f"Saved {ics}. Open it once in Outlook, Google, or Apple Calendar. It names no client.\n")
    if as_json:
        _show_json(log, rows, open_now, in_doubt)
        return
    others = [] if only_open else [row for row in rows if row["promise_id"] not in open_now]
    closed = _closed_rows(log, others, in_doubt) if others else []
    if out:
        tables.write(Sheet([_open_row(promise) for promise in still] + closed, log.is_invented), out)
        screen.say(f"Saved {out}. It names matters: keep it inside the office.")
        return
    screen.label(log)
    screen.say(_heading(log, is_today=not as_of))
    screen.say_day(log)
    screen.say(_rules_confirmed(log))
    screen.say(f"\n{say.open_counts(still)}")
    named = [promise for promise in still if not only_open or promise.is_listed(log.as_of)]
    if still and screen.is_terminal():
        _show_open(log, still, named, list_every)
        # List the unanswered calls which may have been callbacks for these requests
        since = [promise.started_on for promise in named if promise.possible_missed and promise.started_on]
        if since:
            until = f" --as-of {wording.quoted(as_of)}" if as_of else ""
            screen.say("\nTo list the calls that may have been callbacks (rows whose link is possible):")
            screen.say(f"  callanalytics table callbacks --since {min(since)}{until}{wording.in_store(store)}")
    elif still:  # "turn to" is printed once below, since it would fill most of each line
        screen.table([{k: v for k, v in _open_row(promise).items() if k != "turn to"} for promise in still])
    if still:
        _show_recourses(named, store)
    _show_closed_rows(closed)


def _show_json(log, rows, open_now, in_doubt) -> None:
    listed = [{**{column: row[column] for column in COLUMNS}, "callbacks_in_doubt": in_doubt[row["promise_id"]],
               **_next_json(open_now.get(row["promise_id"]))} for row in rows]  # fmt: skip
    screen.as_json({"as_of": str(log.as_of), "rows": listed} | ({"invented": True} if log.is_invented else {}))


def _show_closed_rows(closed: list[dict]) -> None:
    """Print the closed requests, first those after which the office called again."""
    called_again = [row for row in closed if "then" in row]
    if called_again:
        counted = plural(len(called_again), "callback missed or overdue", "callbacks missed or overdue")
        _show_rows(f"{counted}; the office called again", called_again)
    if finished := [row for row in closed if "then" not in row]:
        _show_rows(plural(len(finished), "closed callback"), finished)


def _show_rows(title: str, rows: list[dict]) -> None:
    screen.say(f"\n{title}")
    (_show_closed if screen.is_terminal() else screen.table)(rows)


def _next_json(promise: OpenPromise | None) -> dict:
    """What to do about an open promise, for programs; nulls for one that is no longer open."""
    lists = {"number_doubts": "doubts", "next_steps": "steps", "turn_to": "recourses"}
    names = ("stand", "window_opens_local", "window_closes_local", "callback_number", *lists)
    if promise is None:
        return dict.fromkeys(names)
    values = (promise.stand, *(promise.window or (None, None)), promise.number)
    return dict(zip(names, (*values, *(list(getattr(promise, name)) for name in lists.values())), strict=True))


def _heading(log, *, is_today: bool) -> str:
    if not is_today:
        return f"Promised callbacks as of the end of {wording.day(log.as_of)}, {log.agency.clock}."
    return (
        f"Promised callbacks as of today, {wording.day(log.as_of)}. Reports and measures use the last day of "
        "the logs instead; --as-of DATE picks another day."
    )


def _rules_confirmed(log) -> str:
    """A sentence on when the timeframes that the ledger uses were last confirmed."""
    named = {id for ids in log.promises.to_arrow()["rule_id"].drop_null().to_pylist() for id in ids.split("|")}
    days = [rule.last_confirmed for rule in log.agency.rules if rule.id in named]
    return f"Judged by {log.agency.label}'s timeframes, last confirmed on {wording.day(max(days))}." if days else ""


def _open_row(promise) -> dict:
    return {
        "where it stands": say.STANDS[promise.stand],
        "matter": promise.matter,
        "office": promise.office,
        "kind": promise.urgency,
        "promised": local_time(promise.started_at, promise.started_on, promise.zone),
        "due": local_time(promise.due, None, promise.zone) if promise.due else "unknown",
        "they may ring": " to ".join(map(wording.time_of_day, promise.window or ())),
        "number given": "; ".join([wording.phone_number(promise.number), *promise.doubts]),
        "what to do": " ".join(promise.steps),
        "turn to": " ".join(promise.recourses),
        "id": promise.promise_id[:8],
    }


MADE_BY = ["agency_call_id", "office_id", "matter", "started_at_utc"]  # of the call in which a callback was promised


def _closed_rows(log, rows: list[dict], in_doubt) -> list[dict]:
    """Rows of promises that are no longer open; ``then``, on unsettled ones, tells whether the office called again."""
    zone_of = {office["name"]: office["timezone"] for office in log.offices.to_arrow().to_pylist()}
    more = {row["promise_id"]: row for row in log.promises.to_arrow().to_pylist()}
    # Look a promise up by its call, since it starts when that call ends
    made_in = {row["agency_call_id"] for row in more.values()}
    made = [row for row in log.agency_calls.to_arrow().select(MADE_BY).to_pylist() if row["agency_call_id"] in made_in]
    calls = {(row["office_id"], row["matter"], row["started_at_utc"]) for row in made}
    closed, case_of = [], named_cases(log)
    for row in rows:
        promise, zone = more[row["promise_id"]], zone_of[row["office"]]
        due = row["due_default"] or row["due_lenient"]
        became = (say.state(row["state"], due), ambiguity_remark(in_doubt[row["promise_id"]]))
        again = promise["restarted_at_utc"]
        what = "promised" if (promise["office_id"], promise["matter"], again) in calls else "called"
        then = f"{what} again on {wording.day(again.astimezone(zones.rules(zone)), short=True)}" if again else ""
        closed.append(
            {
                "matter": case_of[row["promise_id"]],
                "office": row["office"],
                "kind": row["urgency"],
                "promised": local_time(row["started_at"], promise["date"], zone),
                "due": local_time(due, None, zone) or "unknown",
                "number given": wording.phone_number(promise["callback_number"]),
                "what became of it": "; ".join(filter(None, became)),
                **({} if is_settled(promise) else {"then": then}),
                "id": row["promise_id"][:8],
            }
        )
    return closed


@dataclass(frozen=True)
class Sheet:
    """The ledger as a table for a file."""

    rows: list[dict]
    is_invented: bool
    is_private = True

    def to_pandas(self):
        import pandas as pd

        return pd.DataFrame(self.rows)


# ---- a page in a terminal -------------------------------------------------------------------------------------------

_ROW_OF_FILE = regex(r"^(row \d+) of .*$")  # the file's name doesn't fit in a line
LIST = ("late", "id", "matter", "kind", "asked", "due", "number", "office")


def _show_open(log, still: list[OpenPromise], listed: list[OpenPromise], list_every: str) -> None:
    """Print the listed requests, one line each, under what to do; only count old requests, where waiting is useless."""
    doubts = _letters_of_doubts(listed)
    # Within each group, sort by due time
    ordered = sorted(listed, key=lambda promise: (promise.due or NEVER, promise.promise_id))
    # The office's name comes last in a line, and is omitted if all have the same
    shown = len(LIST) if len({promise.office for promise in still}) > 1 else len(LIST) - 1
    cells = [row[:shown] for row in (LIST, *(_open_cells(promise, log.as_of, doubts) for promise in ordered))]
    head, *lines = screen.aligned(cells, screen.width() - 2)
    line_of = {promise.promise_id: line for promise, line in zip(ordered, lines, strict=True)}
    _show_title(f"  {head}")
    for stand in STANDS:
        mine = [promise for promise in ordered if promise.stand == stand]
        if mine:
            _show_title(_counted(say.STANDS[mine[0].stand], mine), "red" if mine[0].stand == "overdue" else "bold")
            if windows := {promise.window for promise in mine if promise.may_still_call and promise.window}:
                screen.say(f"  window  {_hours(windows, log.agency)}, each business day until due")
            for steps in dict.fromkeys(promise.steps for promise in mine):
                screen.say(f"  {' '.join(steps)}")
                for promise in mine:
                    if promise.steps == steps:
                        screen.say(f"  {line_of[promise.promise_id]}")
    if doubts:
        screen.say("\nThe number given")
        for doubt, mark in doubts.items():
            screen.say(f"  {mark or 'all'}  {doubt}")
    if older := len(still) - len(listed):
        screen.say(
            f"\nNot listed: {plural(older, 'request')} made more than {RECENT.days} days before. Close them in the log "
            f"if they are no longer needed. To list every one:\n  {list_every}"
        )


def _letters_of_doubts(listed: list[OpenPromise]) -> dict[str, str]:
    """A letter for each doubt about the number of a request: it stands in the line for a sentence printed once below,
    since numbers share doubts. A doubt that all share needs none.

    >>> from types import SimpleNamespace as Request
    >>> _letters_of_doubts([Request(doubts=("old", "shared")), Request(doubts=("shared", "odd", "new"))])
    {'shared': '', 'old': 'a', 'odd': 'b', 'new': 'c'}
    """
    found = dict.fromkeys(doubt for promise in listed for doubt in promise.doubts)
    of_all = [doubt for doubt in found if all(doubt in promise.doubts for promise in listed)]
    of_some = [doubt for doubt in found if doubt not in of_all]
    return dict.fromkeys(of_all, "") | {doubt: chr(ord("a") + n) for n, doubt in enumerate(of_some)}


def _open_cells(promise: OpenPromise, as_of: date, doubts: dict[str, str]) -> tuple[str, ...]:
    late = (as_of - promise.due_on).days if promise.due_on else 0
    marks = "".join(doubts[doubt] for doubt in promise.doubts)
    return (
        f"{late:,} d" if late > 0 else "",
        promise.promise_id[:8],
        _ROW_OF_FILE.sub(r"\1", promise.matter),
        "–" if promise.urgency == "unknown" else promise.urgency,
        _figures(promise.started_on),
        _figures(promise.due_on),
        f"{wording.phone_number(promise.number)} {marks}".strip(),
        promise.office,
    )


def _figures(day: date | None) -> str:
    """A day in a short form that fits in a line.

    >>> _figures(date(2022, 3, 1)), _figures(None)
    ('3/1/22', '–')
    """
    return f"{day.month}/{day.day}/{day:%y}" if day else "–"


def _show_closed(rows: list[dict]) -> None:
    """Print promises that are no longer open, one line each, under what became of them."""
    for became in dict.fromkeys(row["what became of it"] for row in rows):
        mine = [row for row in rows if row["what became of it"] == became]
        _show_title(_counted(became, mine))
        columns = ("id", "matter", "kind", "promised", "then", "office")
        cells = [[row[name] for name in columns if name in row] for row in mine]
        for line in screen.aligned(cells, screen.width() - 2):
            screen.say(f"  {line}")


def _show_title(words: str, look: str = "bold") -> None:
    screen.say()
    screen.say(words, look=look)


def _counted(words: str, listed: list) -> str:
    return f"{wording.capital(words)} ({wording.number(len(listed))})"


def _hours(windows: set, agency: Agency) -> str:
    """When the agency may call: in local time if that is the same for all, otherwise in the agency's time."""
    # Offices in several zones share only the agency's clock
    hours = {" to ".join(map(wording.time_of_day, window)) for window in windows}
    if len(hours) == 1:
        return f"{hours.pop()}, your time"
    on_its_clock = window_on(max(window[0] for window in windows).date(), agency.timezone, agency)
    return f"{' to '.join(map(wording.time_of_day, on_its_clock))} {agency.clock}"


def _show_recourses(listed: list[OpenPromise], store) -> None:
    """Print whom to contact, for how many requests, and the command that writes the email."""
    asked = dict.fromkeys(recourse for promise in listed for recourse in promise.recourses)
    if not asked:
        return
    screen.say("\nIf calling again doesn't work")
    for recourse in asked:
        mine = [promise for promise in listed if recourse in promise.recourses]
        ids = wording.some([promise.promise_id[:8] for promise in mine], 6)
        screen.say(f"  {recourse} For {plural(len(mine), 'request')}: {ids}.")
    screen.say("\nTo write the sheet they ask for, with a draft email:")
    screen.say(f"  callanalytics evidence --promise {listed[0].promise_id[:8]}{wording.in_store(store)}")


def local_time(time, day: date | None, zone: str) -> str:
    """A time on the office's clock with the zone's name; a date if the time of day is unknown."""
    if time is None:
        return wording.day(day, short=True) if day else ""
    local = time.astimezone(zones.rules(zone))
    # %d would pad the day with a zero, and Windows does not support %-d
    return f"{local:%a %b} {local.day}, {local.year}, {wording.time_of_day(local)} {local:%Z}"
