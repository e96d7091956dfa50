"""The commands that write documents and lists: report, promises, evidence, audit draw, and specifications."""

from __future__ import annotations

from pathlib import Path

import click

from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, FILE_OUT, JSON, OUT, STORE, main, opened, selection_options, typed_again
from callanalytics.errors import InvalidRequest


@main.command()
@click.argument("audience")
@STORE
@AS_OF
@selection_options("office", "since", "until")
@OUT
@click.option(
    "--formats", "to", default="", metavar="A,B", help="Any of html, pdf, docx, xlsx, pptx, txt.  [default: html,pdf]"
)
@click.option("--confirm-rule", "rules", multiple=True, metavar="ID", help="A timeframe that was still in force.")
@click.option("--source", "sources", multiple=True, metavar="TEXT", help="Where you read that; printed in the report.")
@click.option("--by", "sender", default="", metavar="TEXT", help="Sender of the liaison report, shown on page 1.")
@click.option("--meeting", metavar="FILE.toml", help="Sender, last meeting, and audit, as above.")
def report(audience, store, as_of, selection, out, to, rules, sources, sender, meeting):
    """Write a report for a meeting with the agency, the office, or a researcher; or a page to explore.

    AUDIENCE: liaison (for the agency; names no office), firm (for the office; names matters), research (every
    measure with its counts, intervals, and definition; names no office), or explore (one page to pick office,
    period, and line; names matters; HTML only).

    Requests made more than a year after a timeframe was last confirmed are judged by it only if you cite a newer
    confirmation.

    \b
    --meeting FILE.toml names the sender on page 1. It adds to page 2 "Last time",
    whether the wait has changed since, and the result of an audit:
      [sender]
      committee = "AILA Case Assistance Committee"
      meets_on = 2022-07-14
      contact = "A. Chair, 555-0100"
      [last]
      on = 2022-03-03
      [[last.item]]
      asked = "Urgent requests escalated on a Friday"
      answer = "Will look into it."  # without it the item is open
      figure = "urgent"     # compared since and before: wait, urgent, regular, answered
      [[last.item]]         # copy an open one into the next file with its day
      asked = "A list of field offices"
      asked_on = 2022-01-06
      owner = "Public Engagement"
      answer_by = 2022-06-01
      [audit]
      seed = "20220711"
      drawn = 30
      documented = 24

    \b
    Example:  callanalytics report liaison
    """
    from callanalytics import reports
    from callanalytics.reports import findings, results

    if len(rules) != len(sources):
        raise InvalidRequest(
            "Each --confirm-rule needs a --source", run="--confirm-rule ID --source TEXT, once for each"
        )
    # The first source belongs to the first rule, as they were typed
    confirm = tuple(zip(rules, sources, strict=True))
    # Splitting an empty text gives one empty word
    forms = tuple(form.strip() for form in to.split(",") if to)
    log = opened(store, as_of, **selection)
    for path in reports.report(audience, log, out, to=forms, confirm=confirm, meeting=meeting, sender=sender):
        screen.say(f"Saved {path}.")
    screen.say_account(log)
    taken = results.Results(log, tuple(results.Confirmed(*pair) for pair in confirm))
    if audience != "firm" and (unjudged := findings.not_confirmed(taken)):  # the firm report judges every request
        screen.say(f"{unjudged} {findings.HOW_TO_JUDGE}")


# ---- the office's own cases -----------------------------------------------------------------------------------------


@main.command()
@STORE
@AS_OF
@selection_options("office", "since", "until")
@click.option("--open", "open_", is_flag=True, help="Open requests only.")
@click.option("--ics", metavar="FILE", type=click.Path(), help="Also write the open ones as a calendar file.")
@FILE_OUT
@JSON
def promises(store, as_of, selection, open_, ics, out, json_):
    """List promised callbacks: due, overdue, missed and why, and the next step.

    It uses today's date; other commands use the last day of the logs. --as-of picks another day.

    \b
    Example:  callanalytics promises --open
    """
    from callanalytics.cli import ledger

    # This command without the options that narrow it lists them all
    every = typed_again(open_="", ics="")
    ledger.show(store, as_of, selection, only_open=open_, ics=ics, out=out, as_json=json_, list_every=every)


@main.command()
@STORE
@AS_OF
@click.option("--matter", metavar="REF", default="", help="The office's own reference, or the client's name.")
@click.option("--promise", metavar="ID", default="", help="One promised callback, as `promises` shows it.")
@click.option("--office", metavar="NAME", default="", help="The office, if several have this matter.")
@click.option(
    "--originals", metavar="DIR", default="", type=click.Path(), help="Show the real names of the exports in DIR."
)
@OUT
@click.option("--formats", "to", default="docx,pdf", metavar="docx,pdf", show_default=True)
def evidence(store, as_of, matter, promise, office, originals, out, to):
    """Write the evidence sheet AILA's case assistance asks for: every attempt, what was promised, what is missing.

    It holds client data, and every page says so. The store keeps only words of a file name that are not a client's;
    with --originals, the sheet shows the real names of the files in DIR.

    \b
    Example:  callanalytics evidence --matter 2022-014
    """
    from callanalytics.reports import evidence as sheet

    log = opened(store, as_of)
    case = {"matter": matter, "promise": promise, "office": office}
    for path in sheet.write(log, out, **case, originals=originals, to=tuple(to.split(","))):
        screen.say(f"Saved {path}. It holds client data: keep it inside the office.")
    screen.say_day(log)


@main.group()
def audit():
    """Check figures against single calls drawn at random."""


@audit.command()
@STORE
@AS_OF
@click.option("--seed", required=True, metavar="TEXT", help="Agreed on in advance, such as the day of the meeting.")
@click.option("--n", default=30, show_default=True, help="How many calls.")
@JSON
def draw(store, as_of, seed, n, json_):
    """Draw a random sample of calls from a seed, so that no one chooses the examples.

    \b
    Example:  callanalytics audit draw --seed 20220711 --n 30
    """
    from callanalytics.casework import practice

    log = opened(store, as_of)
    drawn = practice.draw_sample(log, seed, n)
    if json_:
        screen.as_json({"seed": seed, "as_of": str(log.as_of), "of": len(log.agency_calls), "rows": drawn})
        return
    screen.label(log)
    screen.say(f"{len(drawn)} of {len(log.agency_calls):,} calls drawn by seed {seed}, as of {log.as_of}.\n")
    screen.table([_drawn_row(row) for row in drawn])
    screen.say_day(log)


def _drawn_row(row) -> dict:
    """A drawn call in a form for looking it up: where it is logged, and what the log says."""
    from callanalytics.reports import sentences

    words = {"in which log": sentences.LOGS[row["recorded_in"]], "how it ended": sentences.OUTCOMES[row["outcome"]]}
    place, drawn = ({name: row[name] for name in names} for names in (("file", "row"), ("draw", "office", "date")))
    return drawn | words | place


# ---- one finding counted in every defensible way --------------------------------------------------------------------

PICTURES = (".png", ".svg")


@main.command()
@click.argument("finding")
@STORE
@AS_OF
@selection_options("office", "since", "until")
@click.option("--out", metavar="FILE", type=click.Path(), help="png or svg: the chart; csv, xlsx, json: the table.")
@JSON
def specifications(finding, store, as_of, selection, out, json_):
    """Recount one finding in every defensible way, to see what it depends on.

    FINDING: wait, urgent, regular, reached, answered, missed, or silent.

    \b
    Example:  callanalytics specifications wait --out wait.png
    """
    from callanalytics.measures import specifications as known

    log = opened(store, as_of, **selection)
    taken = known.curve(log, finding)
    if out:
        _write_curve(taken, Path(out))
        screen.say(f"Saved {out}.")
    elif json_:
        screen.as_json(taken.to_json())
    else:
        screen.label(taken)
        held = int(taken.table["holds"].sum())
        screen.say(f"The {taken.finding.title}, counted in {len(taken.table)} ways, as of {taken.as_of}.")
        screen.say(f"{held} of them are inside the 95% interval of the main figure.\n")
        screen.table(taken.table.to_dict("records"))
        screen.say_day(log)


def _write_curve(taken, path: Path) -> None:
    if path.suffix.lower() not in PICTURES:
        from callanalytics.reports import tables

        tables.write(taken, path)
        return
    from callanalytics import figures, outputs

    chart = figures.specification_curve(taken)
    outputs.save(path, chart.png() if path.suffix.lower() == ".png" else chart.svg())
