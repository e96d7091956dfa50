"""What the sample is written as: the files of each office, the key with the truth beside them, and the README.

The key holds what really happened, and what the files can show of it.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from statistics import NormalDist

from callanalytics import agencies, template
from sample_world import evidence, hand_log, hand_sheets, live_columns, model, phone_exports
from sample_world.almanac import eastern, local
from sample_world.evidence import AS_OF
from sample_world.history import History, median_min
from sample_world.model import Dial, Note, Promise, Ring
from sample_world.offices import CHICAGO, DENVER, HONOLULU, LOS_ANGELES, NEW_YORK, PHOENIX, Office
from sample_world.phone_exports import Accounts, calls_on

Files = dict[str, Accounts]
_EXAMPLES = 3  # gray rows of the template
_SPANS = (date(2021, 10, 1), date(2022, 7, 15)), (date(2022, 6, 20), date(2022, 10, 28))  # New York's two exports


def write_office(folder: Path, history: History, seed: int) -> Files:
    """Write the exports of one office; what must become of the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = hand_log.write_down(history, seed)
    return _WRITERS[history.office.key](folder, history, entries, seed)


def _new_york(folder: Path, history: History, entries: list[Note], seed: int) -> Files:
    hand_log.spoil(entries, seed, "what happened is empty")
    calls, zone = calls_on(history, history.office.main), history.office.zone
    log, first, second = (
        "USCIS call log.xlsx",
        "RingCentral Oct 2021 to Jul 2022.csv",
        "RingCentral Jun to Oct 2022.csv",
    )
    return {
        log: _write_template(folder / log, history.office, entries),
        first: phone_exports.write_ringcentral_csv(folder / first, calls, zone, _SPANS[0], broken=True),
        second: phone_exports.write_ringcentral_csv(folder / second, calls, zone, _SPANS[1]),
    }


def calls_in_two_files(history: History) -> int:
    """How many calls both exports of an office hold."""
    if history.office is not NEW_YORK:
        return 0
    days = [local(NEW_YORK.zone, call.start).date() for call in calls_on(history, NEW_YORK.main)]
    return sum(_SPANS[1][0] <= day <= _SPANS[0][1] for day in days)


def _chicago(folder: Path, history: History, entries: list[Note], seed: int) -> Files:
    hand_log.spoil(entries, seed)
    hand_log.leave_out_all_but_callbacks(history)
    calls = calls_on(history, history.office.main)
    sheet, export = "USCIS calls.csv", "cdr 2021-2022.csv"
    return {
        sheet: hand_sheets.write_sheet(folder / sheet, entries, _reason_names()),
        export: phone_exports.write_freepbx(folder / export, calls, history.office.zone),
    }


def _los_angeles(folder: Path, history: History, entries: list[Note], seed: int) -> Files:
    hand_log.spoil(entries, seed)
    (android_line, google_line, _), zone = history.office.lines, history.office.zone
    asked = [r for r in history.callbacks if r.channel == "text" and r.to == google_line.number]
    for callback in asked:
        callback.in_phone = True
    announced = [p for p in history.promises if p.notice_channel == "text" and p.notice and p.to == google_line.number]
    log, android_calls, takeout = "call log.xlsx", "calls-20230103.xml", "takeout-20230103.zip"
    of_google = calls_on(history, google_line)
    return {
        log: _write_values(folder / log, history.office, entries),
        android_calls: phone_exports.write_android(folder / android_calls, calls_on(history, android_line), zone),
        takeout: phone_exports.write_google_voice(folder / takeout, of_google, asked, announced, zone),
    }


def _honolulu(folder: Path, history: History, entries: list[Note], seed: int) -> Files:
    log, export = "hand log.xlsx", "call-log.json"
    return {
        log: _write_template(folder / log, history.office, entries),
        export: phone_exports.write_ringcentral_json(folder / export, calls_on(history, history.office.main)),
    }


def _denver(folder: Path, history: History, entries: list[Note], seed: int) -> Files:
    hand_log.leave_out_all_but_callbacks(history)
    return hand_sheets.write_rolling(folder, entries, _reason_names())


def _phoenix(folder: Path, history: History, entries: list[Note], seed: int) -> Files:
    hand_log.leave_out_all_but_callbacks(history)
    log, export = "Contact Center log.csv", "RingCentral 2022.csv"
    span = (history.office.since, AS_OF)
    return {
        log: hand_sheets.write_free_text(folder / log, entries, _reason_names()),
        export: phone_exports.write_ringcentral_csv(
            folder / export, calls_on(history, history.office.main), history.office.zone, span
        ),
    }


_WRITERS: dict[str, Callable] = {
    NEW_YORK.key: _new_york,
    CHICAGO.key: _chicago,
    LOS_ANGELES.key: _los_angeles,
    HONOLULU.key: _honolulu,
    DENVER.key: _denver,
    PHOENIX.key: _phoenix,
}


def _write_template(path: Path, office: Office, entries: list[Note]) -> Accounts:
    agency = agencies.load()
    rows = hand_log.hand_log_rows(entries, agency, 1 + _EXAMPLES)
    shown = live_columns.of_log(rows, office.zone, agency, AS_OF)
    template.write(path, rows=rows, shown=shown, office=office_sheet(office))
    return _accounts_of_rows(entries).plus(Accounts(rows=_EXAMPLES, set_aside=_EXAMPLES))


def _write_values(path: Path, office: Office, entries: list[Note]) -> Accounts:
    hand_log.write_values_only(path, hand_log.hand_log_rows(entries, agencies.load(), 1), office_sheet(office))
    return _accounts_of_rows(entries)


def _accounts_of_rows(entries: list[Note]) -> Accounts:
    rejects = sum(n.is_rejected for n in entries)
    return Accounts(len(entries), entries=len(entries) - rejects, rejects=rejects)


def office_sheet(office: Office) -> dict:
    """The sheet *Your office*."""
    opens, closes = (f"{clock:%H:%M}" for clock in (office.opens, office.closes))
    return {
        "name": office.name,
        "timezone": office.zone,
        "hours": [{"weekday": day, "opens": opens, "closes": closes} for day in range(1, 6)],
        "lines": [
            {
                "number": line.number,
                "kind": line.kind,
                "withheld_get_through": not line.blocks,
                "covered_by": line.covered_by,
            }
            for line in office.lines
        ],
        "logs_callbacks_since": office.logs_all_since,
    }


def _reason_names() -> dict[str, tuple[str, ...]]:
    """For each reason the words that people use."""
    return {reason.code: (reason.label, *reason.synonyms[:2]) for reason in agencies.load().reasons}


_NORMAL = NormalDist()
_BLOCKS = {"8-10": range(8, 10), "10-14": range(10, 14), "14-17": range(14, 17), "17-20": range(17, 20)}
_ABOUT_KEY = (
    "Invented. No real client, office, call, or agent is in here. agency_calls.csv, promises.csv, and callbacks.csv "
    "hold what happened in the invented world; 'recorded_in' and 'certain' say what the exports beside this folder "
    "show of it."
)


def write_key(folder: Path, histories: list[History], files: dict[str, Accounts], seed: int) -> None:
    """The key as three tables and one page of numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(folder / "agency_calls.csv", [_dial_row(d, h) for h in histories for d in h.agency_calls])
    _write_csv(folder / "promises.csv", [_promise_row(p, h) for h in histories for p in h.promises])
    _write_csv(folder / "callbacks.csv", [_ring_row(r) for h in histories for r in h.callbacks])
    page = {
        "about": _ABOUT_KEY,
        "seed": seed,
        "as_of": str(evidence.AS_OF),
        "offices": {h.office.key: _office_counts(h) for h in histories},
        "files": {name: accounts._asdict() for name, accounts in files.items()},
        "truth": truth(histories),
        "parameters": _parameters(),
    }
    (folder / "key.json").write_bytes((json.dumps(page, indent=1) + "\n").encode())


# ---- the truth ----------------------------------------------------------------------------------


def truth(histories: list[History]) -> dict:
    """True medians, in minutes, of the wait for calls made when these offices made theirs; true shares."""
    queued = _queued(histories)
    promises = [p for h in histories for p in h.promises]
    return {
        "median_wait_min": median_of(queued),
        "median_wait_min_by_hour": {hour: median_of(c) for hour, c in _split(queued, lambda d: eastern(d.start).hour)},
        "median_wait_min_by_weekday": {
            day: median_of(c) for day, c in _split(queued, lambda d: eastern(d.start).isoweekday())
        },
        "median_wait_min_by_block": {
            name: median_of([d for d in queued if eastern(d.start).hour in hours]) for name, hours in _BLOCKS.items()
        },
        "median_wait_min_by_office": {h.office.key: median_of(_queued([h])) for h in histories},
        "calls_that_joined_the_queue": len(queued),
        "promises": _counts(p.urgency for p in promises),
        "fates": _counts(p.fate for p in promises),
        "callbacks": _counts(r.result for h in histories for r in h.callbacks if r.channel == "voice"),
        "contact_in_the_stated_time": {word: _in_time(promises, word) for word in ("urgent", "regular")},
    }


def _queued(histories: list[History]) -> list[Dial]:
    return [d for h in histories for d in h.agency_calls if d.virtual_s is not None and d.line == "contact_center"]


def _in_time(promises: list[Promise], urgency: str) -> dict:
    """Of the promises due by the last day, those rung or e-mailed by then; the withdrawn are left out."""
    due = [p for p in promises if p.urgency == urgency and p.due <= evidence.END and p.fate != "withdrawn"]
    kept = [p for p in due if any(moment <= p.due for moment in [p.emailed, *(r.start for r in p.callbacks)] if moment)]
    return {"due": len(due), "in_time": len(kept)}


def _split(agency_calls: list[Dial], key) -> list[tuple[str, list[Dial]]]:
    parts: dict = {}
    for agency_call in agency_calls:
        parts.setdefault(key(agency_call), []).append(agency_call)
    return [(str(name), parts[name]) for name in sorted(parts)]


def median_of(agency_calls: list[Dial]) -> float:
    """The true median, in minutes, of a mixture of lognormals: one for the moment of each call."""
    mixture = sorted(Counter(median_min(d.start) for d in agency_calls).items())
    low, high = 1.0, 600.0
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(n * _NORMAL.cdf(math.log(middle / median) / model.WAIT_SIGMA) for median, n in mixture)
        low, high = (middle, high) if below < len(agency_calls) / 2 else (low, middle)
    return round(low, 2)


def _parameters() -> dict:
    """Every number of the model, by its name there."""
    named = {name: value for name, value in vars(model).items() if name.isupper()}
    return {name: str(value) if isinstance(value, date) else value for name, value in named.items()}


# ---- what the files show ------------------------------------------------------------------------


def _office_counts(history: History) -> dict:
    """What the product must find, as counts."""
    waits = [
        d for d in history.agency_calls if (note := evidence.noted(d)) and note.wait_min and d.kind != "not_queued"
    ]
    promises = [p for p in history.promises if evidence.is_noted(p.agency_call)]
    certain = [p for p in promises if evidence.is_certain(p, history)]
    callbacks = [r for r in history.callbacks if r.channel == "voice" and evidence.is_surely_agency(r)]
    return {
        "name": history.office.name,
        "timezone": history.office.zone,
        "calls_in_two_files": calls_in_two_files(history),
        "agency_calls": _counts(evidence.recorded_in(d) for d in history.agency_calls),
        "noted_waits": _counts(d.kind for d in waits),
        "promises": _counts(p.noted_urgency for p in promises),
        "promises_certain": len(certain),
        "states_certain": _counts(evidence.provable_state(p, history) for p in certain),
        "callbacks_certain": _counts("answered" if r.result == "answered" else "unanswered" for r in callbacks),
    }


def _counts(words) -> dict:
    return dict(sorted(Counter(words).items()))


def _dial_row(d: Dial, history: History) -> dict:
    note = evidence.noted(d)
    return {
        "agency_call": d.code, "started_at_utc": _utc_text(d.start), "line": d.line,
        "recorded_in": evidence.recorded_in(d), "kind": d.kind, "wait_s": d.wait_s,
        "virtual_wait_s": d.virtual_s if d.virtual_s != d.wait_s else None,
        "duration_s": d.duration_s, "row": (note.row or None) if note else None,
        "doubtful": "yes" if evidence.is_doubtful(d, history) else None,
    }  # fmt: skip


def _promise_row(p: Promise, history: History) -> dict:
    note, certain = evidence.noted(p.agency_call), evidence.is_certain(p, history)
    callbacks = evidence.linked_callbacks(p)
    return {
        "promise": p.code, "agency_call": p.agency_call.code, "urgency": p.urgency, "stated": f"{p.value} {p.unit}",
        "started_at_utc": _utc_text(p.start), "due_utc": _utc_text(p.due), "fate": p.fate, "rung_at": p.to,
        "row": (note.row or None) if note else None, "noted_urgency": p.noted_urgency if note else None,
        "noted_number": p.given, "noted_extension": _yes(p.extension), "sr_number": p.sr,
        "emailed_at_utc": _utc_text(p.emailed), "withdrawn_at_utc": _utc_text(p.withdrawn),
        "notice_at_utc": _utc_text(p.notice), "restarted_at_utc": _utc_text(p.restarted),
        "certain": _yes(certain),
        "due_default_utc": _utc_text(evidence.due_moment(p)),
        "linked_callbacks": len(callbacks), "first_callback_result": callbacks[0].result if callbacks else None,
        "state": evidence.provable_state(p, history) if certain else None,
    }  # fmt: skip


def _ring_row(r: Ring) -> dict:
    return {
        "callback": r.code, "promise": r.promise.code, "started_at_utc": _utc_text(r.start), "channel": r.channel,
        "our_number": r.to, "shows": r.shows, "result": r.result, "recorded_in": evidence.recorded_in(r),
        "linked_by_the_log": _yes(evidence.is_linked(r)), "certainly_the_agency": _yes(evidence.is_surely_agency(r)),
    }  # fmt: skip


def _utc_text(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def write_roster(path: Path, offices: Iterable[Office]) -> None:
    """Write the table from which a store is filled: folder, name, time zone, and hours of each office."""
    rows = [
        {
            "folder": office.key,
            "office": office.name,
            "timezone": office.zone,
            "hours": f"Mon-Fri {office.opens:%H:%M}-{office.closes:%H:%M}",
        }
        for office in offices
    ]
    _write_csv(path, rows)


def _write_csv(path: Path, rows: list[dict]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())


_README = """# Invented call logs

**Nothing in this folder is real.** No law office, client, call, matter, agent, or service request in it exists. The
offices are named after trees, their telephone numbers end in 555-01xx (numbers kept free for stories), and every
call was thrown by dice. The only real numbers are those that USCIS publishes. Quote no figure from here as a
finding about USCIS.

It was made by `python data/make_sample.py --seed {seed}`; a test holds that the same command makes the same files.
The model, with every parameter, is `data/sample_world/model.py`. The waits, shares, and habits in it are round numbers,
not estimates from real calls.

## What is here

| folder | office | zone | files |
|---|---|---|---|
{offices}

`offices.csv` is their roster: `callanalytics ingest FOLDER --roster FOLDER/offices.csv` reads all six.

`key/` is the truth, kept beside the offices' folders so that it is never read as a log:

| file | holds |
|---|---|
| `key.json` | parameters, true medians and shares; what must become of the rows of each file; what can be proved |
| `agency_calls.csv` | every call to USCIS, its true wait and, for those who hung up, how long it would have been; \
`row` is its row in the hand log, `doubtful` = yes a note that may be taken for another call |
| `promises.csv` | every callback promised, when it was due, what became of it, what the files show of it |
| `callbacks.csv` | every callback, with what the office's files show of it |

`recorded_in` says which logs tell of a thing (`both`, `phone`, `entry`, `none`). `certain` = yes marks the promises of
which the files leave no doubt; `state` is given for these. For the others the product may say less than the truth,
and must not say more.

## What is hard about these offices, on purpose

- New York's phone export ends on October 28, 2022; its hand log goes on to the end of the year.
- Chicago notes 60% of its calls. Its sheet says "Hold time", and not from when.
- A line of Los Angeles lets no caller without a number through. Such a callback leaves no trace in any file.
- Honolulu made 42 calls in a year.
- Denver has no phone export. Its log is a CSV a month, each with the last two months' calls.
- Phoenix writes promises and callbacks in free words.

## What is wrong in the files, on purpose

Rows that cannot be read (a time without AM or PM, 30 February, two calls in one cell, a wait of "4S", nothing under
*What happened*, no date), example rows and a line of totals, two exports that overlap, calls split into legs, faxes
and texts among the calls, the same number written in three ways, callers who withhold their number, strangers' calls,
callbacks to a telephone that no export shows, callbacks not due yet on the last day, calls noted and missing in the
phone log and the other way round, waits rounded to 5 or 15 minutes, an hour that the end of summer time repeats,
calls on holidays and after hours.

## Built in, to be found again

- Waits: lognormal, medians by Eastern hour and weekday, {step} times as long from {step_on} on.
- Patience: exponential with mean {patience} minutes, whatever the wait.
- The stated time changes on {rule_changed} in this world. The sources leave that day open; so must the product.
- {withheld:.0%} of callbacks show no number; {second:.0%} of missed first ones are followed by a second.
"""


def readme_text(histories: list[History], files: dict[str, Accounts], seed: int) -> str:
    """The page, with a row for each office."""
    rows = []
    for history in histories:
        office = history.office
        rows_by_file = {name.split("/")[1]: a.rows for name, a in files.items() if name.startswith(office.key)}
        names = ", ".join(f"`{name}` ({n:,} rows)" for name, n in rows_by_file.items())
        rows.append(f"| `{office.key}` | {office.name} | {office.zone_word} | {names} |")
    return _README.format(
        seed=seed, offices="\n".join(rows), step=model.STEP, step_on=model.STEP_ON, patience=int(model.PATIENCE_MIN),
        rule_changed=model.RULE_CHANGED, withheld=model.WITHHELD, second=model.SECOND_ATTEMPT,
    )  # fmt: skip
