"""The ledger of promised call-backs: what is due, what came, what to do next."""

from __future__ import annotations

from datetime import date

import click

from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, JSON, STORE, main

COLUMNS = (
    "promise_id office urgency rule_id started_at due_strict due_default due_lenient due_told state is_watched "
    "rule_age_days rings blame"
).split()


@main.command()
@STORE
@AS_OF
@click.option("--open", "open_", is_flag=True, help="Only those that nothing has settled yet.")
@click.option("--ics", metavar="FILE", type=click.Path(), help="Write the open ones as a calendar file, too.")
@JSON
def promises(store, as_of, open_, ics, json_):
    """The ledger of promised call-backs: due, overdue, missed and why, and the next step.

    It looks at today, where other commands look at the last day of the logs; --as-of names another day.

    \b
    Example:  callanalytics promises --open
    """
    from callanalytics.casework import rivals
    from callanalytics.casework.open_promises import open_promises
    from callanalytics.log import load

    log = load(store, as_of=as_of or date.today().isoformat())
    in_doubt = rivals.in_doubt(log)
    still = open_promises(log)
    ids = {promise.promise_id for promise in still}
    rows = [row for row in log.ledger() if not open_ or row["promise_id"] in ids]
    if ics:
        _calendar(log, ics, quiet=json_)
    if json_:
        steps = {promise.promise_id: _next(promise) for promise in still}
        told = [
            {c: row[c] for c in COLUMNS}
            | {"rings_in_doubt": in_doubt[row["promise_id"]]}
            | steps.get(row["promise_id"], SETTLED)
            for row in rows
        ]
        screen.as_json({"as_of": str(log.as_of), "rows": told} | ({"invented": True} if log.is_invented else {}))
        return
    screen.label(log)
    screen.say(_heading(log, is_today=not as_of))
    screen.say_day(log)
    screen.say(_last_heard_of(log))
    _open(still, log.as_of, store, every=not open_)
    if not open_:
        _settled(log, [row for row in rows if row["promise_id"] not in ids], in_doubt)


def _next(promise) -> dict:
    """What is to be done about an open one, for programs; nothing of it for one that is settled."""
    opens, closes = promise.window or (None, None)
    return {
        "stand": promise.stand,
        "window_opens_local": opens,
        "window_closes_local": closes,
        "callback_number": promise.number,
        "number_doubts": list(promise.doubts),
        "next_steps": list(promise.steps),
        "turn_to": list(promise.recourses),
    }


SETTLED = dict.fromkeys(
    ("stand", "window_opens_local", "window_closes_local", "callback_number", "number_doubts", "next_steps", "turn_to")
)


def _calendar(log, path, *, quiet: bool) -> None:
    from callanalytics.reports import calendar

    if not calendar.write(log, path):
        screen.complain(f"No open callback is still to fall due, so {path} is not written.\n")
    elif not quiet:
        screen.say(f"{path} is written: open it once in Outlook, Google or Apple Calendar. No client is in it.\n")


def _heading(log, *, is_today: bool) -> str:
    from callanalytics.figures import labels

    if not is_today:
        return f"Promised call-backs as of the end of {labels.day(log.as_of)}, Eastern."
    return (
        f"Promised call-backs as of today, {labels.day(log.as_of)}. Reports and measures look at the last day of "
        "the logs instead; --as-of DATE names another day."
    )


def _last_heard_of(log) -> str:
    """When the stated times that the ledger goes by were last confirmed."""
    from callanalytics import agencies
    from callanalytics.figures import labels

    named = {id for ids in log.promises.to_arrow()["rule_id"].drop_null().to_pylist() for id in ids.split("|")}
    days = [rule.last_confirmed for rule in agencies.uscis().rules if rule.id in named]
    return f"By USCIS's stated times as last confirmed on {labels.day(max(days))}." if days else ""


def _open(still, as_of, store, *, every: bool) -> None:
    """Those that nothing has settled: a page on a terminal, one row each for programs."""
    from callanalytics.cli import ledger_page as page

    screen.say(f"\n{page.counted(still)}")
    if not screen.is_terminal():
        screen.table([_row(promise, page) for promise in still])
    elif still:
        page.show(still, as_of, store, every=every)


def _row(promise, page) -> dict:
    from callanalytics.reports import sentences as say
    from callanalytics.reports import words

    return {
        "where it stands": words.STANDS[promise.stand],
        "matter": promise.matter or "not noted",
        "office": promise.office,
        "kind": page.URGENCY[promise.urgency],
        "promised": page.moment(promise.started_at, promise.started_on, promise.zone),
        "due": page.moment(promise.due, None, promise.zone) if promise.due else "not known",
        "they may ring": " to ".join(map(say.clock, promise.window or ())),
        "number given": "; ".join([say.number(promise.number), *promise.doubts]),
        "what to do": " ".join(promise.steps),
        "turn to": " ".join(promise.recourses),
        "id": promise.promise_id[:8],
    }


def _settled(log, rows: list[dict], in_doubt) -> None:
    from callanalytics.casework import rivals
    from callanalytics.cli import ledger_page as page
    from callanalytics.figures import labels
    from callanalytics.reports import sentences as say
    from callanalytics.reports import words

    if not rows:
        return
    offices = {office["name"]: office["timezone"] for office in log.offices.to_arrow().to_pylist()}
    more = {row["promise_id"]: row for row in log.promises.to_arrow().to_pylist()}
    screen.say(f"\n{labels.many(len(rows), 'settled call-back')}")
    told = []
    for row in rows:
        promise, zone = more[row["promise_id"]], offices[row["office"]]
        told.append(
            {
                "matter": promise["matter"] or "not noted",
                "office": row["office"],
                "kind": page.URGENCY[row["urgency"]],
                "promised": page.moment(row["started_at"], promise["date"], zone),
                "due": page.moment(row["due_default"] or row["due_lenient"], None, zone) or "not known",
                "number given": say.number(promise["callback_number"]),
                "what became of it": "; ".join(
                    filter(None, (words.STATES[row["state"]], rivals.ambiguity_remark(in_doubt[row["promise_id"]])))
                ),
                "id": row["promise_id"][:8],
            }
        )
    if screen.is_terminal():
        page.show_settled(told, several=len(offices) > 1)
    else:
        screen.table(told)
