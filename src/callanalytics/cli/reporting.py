"""The command that writes a report."""

from __future__ import annotations

import click

from callanalytics.cli import screen
from callanalytics.cli.group import AS_OF, OUT, STORE, main
from callanalytics.errors import CallLogError


@main.command()
@click.argument("audience")
@STORE
@AS_OF
@OUT
@click.option("--to", default="html,pdf", metavar="FORMS", show_default=True, help="Of html, pdf, docx, xlsx.")
@click.option("--confirm-rule", "rules", multiple=True, metavar="ID", help="A stated time that still held ...")
@click.option("--source", "sources", multiple=True, metavar="TEXT", help="... as read there; printed in the report.")
@click.option("--meeting", metavar="FILE.toml", help="The last meeting and the audit, as above.")
def report(audience, store, as_of, out, to, rules, sources, meeting):
    """Write a report for a meeting with USCIS, for the office itself, or for a researcher.

    AUDIENCE: liaison (for the agency; names no office), firm (for the office itself; names matters) or research
    (every measure with its counts, intervals and definition; names no office).

    Requests made more than a year after USCIS's stated time was last confirmed are judged by it only if you say
    where it was confirmed since.

    \b
    --meeting FILE.toml adds "Last time" to the second page, whether the wait has
    changed since, and what came of an audit; without it nothing is said of them:
      [last]
      on = 2022-03-03
      [[last.item]]
      asked = "Urgent requests escalated on a Friday"
      answer = "Will look into it."
      figure = "urgent"     # told since and before: wait, urgent, regular, answered
      [audit]
      seed = "20220711"
      drawn = 30
      documented = 24

    \b
    Example:  callanalytics report liaison
    """
    from callanalytics import reports
    from callanalytics.log import load

    if len(rules) != len(sources):
        raise CallLogError(
            "each --confirm-rule needs its --source", do="--confirm-rule ID --source TEXT, once for each"
        )
    confirm = tuple(zip(rules, sources, strict=True))
    forms = tuple(form.strip() for form in to.split(","))
    log = load(store, as_of=as_of)
    for path in reports.report(audience, log, out, to=forms, confirm=confirm, meeting=meeting):
        screen.say(f"{path} is written.")
    screen.say_account(log)
