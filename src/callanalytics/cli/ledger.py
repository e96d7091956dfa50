"""The ledger of promised call-backs: what is due, what came, what to do next."""

from __future__ import annotations

from datetime import date, datetime

import click

from callanalytics.cli import screen
from callanalytics.cli.commands import AS_OF, JSON, STORE, main

COLUMNS = (
    "promise_id office urgency rule_id started_at due_strict due_default due_lenient due_told state is_watched "
    "rule_age_days rings blame"
).split()
URGENCY = {"urgent": "urgent", "regular": "regular", "unknown": "not said which"}


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
    Example:  callanalytics promises --store calls --open
    """
    from callanalytics.casework.open_promises import open_promises
    from callanalytics.log import load

    log = load(store, as_of=as_of or date.today().isoformat())
    still = open_promises(log)
    ids = {promise.promise_id for promise in still}
    rows = [row for row in log.ledger() if not open_ or row["promise_id"] in ids]
    if ics:
        _calendar(log, ics, quiet=json_)
    if json_:
        screen.as_json({"as_of": str(log.as_of), "rows": [{c: row[c] for c in COLUMNS} for row in rows]})
        return
    screen.say(_heading(log, is_today=not as_of))
    screen.say(_last_heard_of(log))
    _open(still)
    if not open_:
        _settled(log, [row for row in rows if row["promise_id"] not in ids])


def _calendar(log, path, *, quiet: bool) -> None:
    from callanalytics.reports import calendar

    calendar.write(log, path)
    if not quiet:
        screen.say(f"{path} is written: open it once in Outlook, Google or Apple Calendar. No client is in it.\n")


def _heading(log, *, is_today: bool) -> str:
    from callanalytics.figures import labels

    if not is_today:
        return f"Promised call-backs as of the end of {labels.day(log.as_of)}, Eastern."
    last = log.coverage.to_arrow().column("to_utc").to_pylist()
    seen = f" The logs reach to {labels.day(max(last).date())}: what came later is not in them." if last else ""
    return (
        f"Promised call-backs as of today, {labels.day(log.as_of)}.{seen} Reports and measures look at the last day of "
        "the logs instead; --as-of DATE names another day."
    )


def _last_heard_of(log) -> str:
    """When the stated times that the ledger goes by were last confirmed."""
    from callanalytics import agencies
    from callanalytics.figures import labels

    named = {id for ids in log.promises.to_arrow()["rule_id"].drop_null().to_pylist() for id in ids.split("|")}
    days = [rule.last_confirmed for rule in agencies.uscis().rules if rule.id in named]
    return f"By USCIS's stated times as last confirmed on {labels.day(max(days))}." if days else ""


def _open(still) -> None:
    """Those that nothing has settled, by what is to be done first."""
    from callanalytics.figures import labels
    from callanalytics.reports import sentences as say
    from callanalytics.reports import words

    screen.say(f"\n{labels.many(len(still), 'open call-back')}" if still else "\nNo promised call-back is open.")
    rows = [
        {
            "where it stands": words.STANDS[promise.stand],
            "matter": promise.matter or "not noted",
            "office": promise.office,
            "kind": URGENCY[promise.urgency],
            "promised": _moment(promise.started_at, promise.started_on, promise.zone),
            "due": _moment(promise.due, None, promise.zone) if promise.due else "not known",
            "they may ring": f"{say.clock(promise.window[0])} to {say.clock(promise.window[1])}"
            if promise.window
            else "",
            "number given": "; ".join([say.number(promise.number), *promise.doubts]),
            "what to do": " ".join(promise.steps),
            "id": promise.promise_id[:8],
        }
        for promise in still
    ]
    if rows:
        screen.table(rows)
    for recourse in dict.fromkeys(recourse for promise in still for recourse in promise.recourses):
        screen.say(f"If calling again leads nowhere: {recourse}")


def _settled(log, rows: list[dict]) -> None:
    from callanalytics.figures import labels
    from callanalytics.reports import sentences as say
    from callanalytics.reports import words

    if not rows:
        return
    zones = {office["name"]: office["timezone"] for office in log.offices.to_arrow().to_pylist()}
    more = {row["promise_id"]: row for row in log.promises.to_arrow().to_pylist()}
    screen.say(f"\n{labels.many(len(rows), 'settled call-back')}")
    screen.table(
        [
            {
                "matter": more[row["promise_id"]]["matter"] or "not noted",
                "office": row["office"],
                "kind": URGENCY[row["urgency"]],
                "promised": _moment(row["started_at"], more[row["promise_id"]]["date"], zones[row["office"]]),
                "due": _moment(row["due_default"] or row["due_lenient"], None, zones[row["office"]]) or "not known",
                "number given": say.number(more[row["promise_id"]]["callback_number"]),
                "what became of it": words.STATES[row["state"]],
                "id": row["promise_id"][:8],
            }
            for row in rows
        ]
    )


def _moment(moment: datetime | None, day: date | None, zone: str) -> str:
    """A moment on the office's clock with the zone's name; a date where the time of day is not known."""
    from callanalytics.reports import sentences as say
    from callanalytics.values import zones

    if moment is None:
        return f"{day:%b} {day.day}, {day.year}" if day else ""
    local = moment.astimezone(zones.rules(zone))
    return f"{local:%a %b} {local.day}, {local.year}, {say.clock(local)} {local:%Z}"
