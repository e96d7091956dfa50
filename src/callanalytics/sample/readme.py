"""The README that lies beside the sample."""

from __future__ import annotations

from callanalytics.sample import model
from callanalytics.sample.exports.phone import Accounts
from callanalytics.sample.history import History

_HEAD = """# Invented call logs

**Nothing in this folder is real.** No law office, client, call, matter, agent or service request in it exists. The
offices are named after trees, their telephone numbers end in 555-01xx (numbers kept free for stories), and every
call was thrown by dice. The only real numbers are those that USCIS publishes. Quote no figure from here as a
finding about USCIS.

It was made by `callanalytics sample DIR --seed {seed}`; a test holds that the same command makes the same files.
The model, with every parameter, is `src/callanalytics/sample/model.py`. The waits, shares and habits in it are round
numbers, not estimates from real calls.

## What is here

| folder | office | zone | files |
|---|---|---|---|
{offices}

`key/` is the truth, kept beside the offices' folders so that it is never read as a log:

| file | holds |
|---|---|
| `key.json` | parameters, true medians and shares; what must become of the rows of each file; what can be proved |
| `dials.csv` | every call to USCIS, with its true wait and, for those who hung up, how long it would have been; \
`row` is its row in the hand log, `doubtful` = yes a note that may be taken for another call |
| `promises.csv` | every call-back promised, when it was due, what became of it, what the files show of it |
| `rings.csv` | every call-back, with what the office's files show of it |

`evidence` says which logs tell of a thing (`both`, `phone`, `note`, `none`). `certain` = yes marks the promises of
which the files leave no doubt; `state` is given for these. For the others the product may say less than the truth,
and must not say more.

## What is hard about these offices, on purpose

- New York's phone export ends on October 28, 2022; its hand log goes on to the end of the year.
- Chicago notes 60% of its calls. Its sheet says "Hold time", and not from when.
- A line of Los Angeles lets no caller without a number through. Such a call-back leaves no trace in any file.
- Honolulu made 42 calls in a year.
- Denver has no phone export. Its log is a CSV a month, each with the last two months' calls.
- Phoenix writes promises and call-backs in free words.

## What is wrong in the files, on purpose

Rows that cannot be read (a time without AM or PM, 30 February, two calls in one cell, a wait of "4S", nothing under
*What happened*, no date), example rows and a line of totals, two exports that overlap, calls split into legs, faxes
and texts among the calls, the same number written in three ways, callers who withhold their number, strangers' calls,
call-backs to a telephone that no export shows, call-backs not due yet on the last day, calls noted and missing in the
phone log and the other way round, waits rounded to 5 or 15 minutes, an hour that the end of summer time repeats,
calls on holidays and after hours.

## Built in, to be found again

- Waits: lognormal, medians by Eastern hour and weekday, {step} times as long from {step_on} on.
- Patience: exponential with mean {patience} minutes, whatever the wait.
- The stated time changes on {rule_changed} in this world. The sources leave that day open; so must the product.
- {withheld:.0%} of call-backs show no number; {second:.0%} of missed first ones are followed by a second.
"""


def text(histories: list[History], files: dict[str, Accounts], seed: int) -> str:
    """The page, with a row for each office."""
    rows = []
    for history in histories:
        office = history.office
        own = {name.split("/")[1]: a.rows for name, a in files.items() if name.startswith(office.key)}
        names = ", ".join(f"`{name}` ({n:,} rows)" for name, n in own.items())
        rows.append(f"| `{office.key}` | {office.name} | {office.zone_word} | {names} |")
    return _HEAD.format(
        seed=seed, offices="\n".join(rows), step=model.STEP, step_on=model.STEP_ON, patience=int(model.PATIENCE_MIN),
        rule_changed=model.RULE_CHANGED, withheld=model.WITHHELD, second=model.SECOND_ATTEMPT,
    )  # fmt: skip
