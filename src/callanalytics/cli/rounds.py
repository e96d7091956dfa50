"""Many offices in one command: the rounds of a roster on a screen, and the letters."""

from __future__ import annotations

from pathlib import Path

from callanalytics import commands
from callanalytics.cli import screen
from callanalytics.errors import CallLogError


def check(paths, roster, letters, told, json_):
    """Look through the files of every office and write to those that must answer something."""
    from callanalytics.intake import roster as many
    from callanalytics.intake.telling import letters as post
    from callanalytics.intake.telling.lines import plural

    opened = many.open_roster(roster, _inbox(paths)) if roster else many.of_folders(_inbox(paths), told.pop("timezone"))
    with screen.progress("looking through the offices' files") as step:
        rounds = many.check(opened, step=step, **_said(told))
    written = post.write(rounds, letters) if letters else []
    _show(rounds, json_, Path(_inbox(paths)), stored=False)
    if letters and not json_:
        counted = plural(len(written), "letter")
        screen.say(f"\n{counted} in {Path(letters).as_posix()}: one for each office that must answer.")
    return rounds


def ingest(paths, roster, store, told, json_):
    """Read the files of every office of a roster into one store."""
    from callanalytics.intake import roster as many

    opened = many.open_roster(roster, _inbox(paths))
    with screen.progress("reading the offices' files") as step:
        rounds = many.ingest(opened, store, step=step, waiting=screen.complain, **_said(told))
    _show(rounds, json_, Path(_inbox(paths)), stored=True)
    return rounds


def _inbox(paths) -> str:
    if len(paths) != 1:
        raise CallLogError("a roster goes over one inbox", found=f"{len(paths)} paths", do="name the one folder")
    return paths[0]


def _said(told: dict) -> dict:
    """What may be said of all offices at once; name and zone are each office's own."""
    own = [name for name in ("office", "replaces") if told.get(name)]
    if own:
        raise CallLogError(f"--{' and --'.join(own)} cannot be said of many offices", do="the roster names the offices")
    return {name: value for name, value in told.items() if name not in ("office", "timezone", "replaces", "new_office")}


def _show(rounds, json_, inbox: Path, *, stored: bool) -> None:
    if json_:
        screen.as_json(rounds.to_json())
        return
    screen.table([_row(outcome, stored) for outcome in rounds.outcomes])
    wrong = (each for each in rounds.outcomes if each.problem and each.problem.do)
    for problem in dict.fromkeys(f"{each.office}: {each.problem}" for each in wrong):  # an office in two rows once
        screen.say(f"\n{problem}")
    if rounds.unclaimed:
        screen.say(f"\nWithout a row in the roster, so not read: {', '.join(rounds.unclaimed)}")
    screen.say(f"\n{_counted(rounds, stored)}")
    screen.say(f"What each file gave:  callanalytics check {commands.quoted(inbox / 'FOLDER')}")


def _counted(rounds, stored: bool) -> str:
    """How many offices are stored, or were looked through, and how many must answer something."""
    n = len({each.office for each in rounds.outcomes})  # an office in two rows is one
    asked = len({each.office for each in rounds.outcomes if each.needs_a_person})
    done = sum(outcome.is_stored if stored else outcome.receipt is not None for outcome in rounds.outcomes)
    needs = f"{asked} {'needs' if asked == 1 else 'need'} an answer" if asked else ""
    said = f"{done} of {n} offices {'stored' if stored else 'looked through'}"
    return "; ".join(filter(None, (said, needs, "" if stored else "nothing was stored"))) + "."


def _row(outcome, stored: bool) -> dict:
    receipt = outcome.receipt
    if receipt is None:
        return {"office": outcome.office, "outcome": "not read", "why": outcome.why}
    totals = receipt.totals
    asked = len(receipt.questions) + len(receipt.problems)
    read = "stored" if receipt.stored else "nothing new" if outcome.is_stored else "not stored"
    return {
        "office": outcome.office,
        "files": len(receipt.files),
        "rows": totals["rows"],
        "calls": totals["calls"],
        "entries": totals["notes"],
        "to fix": totals["rejects"],
        "questions": asked,
        "outcome": read if stored else "looked through",
        "why": outcome.why,
    }
