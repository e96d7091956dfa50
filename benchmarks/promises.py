"""Promises at scale and against the truth: ``python benchmarks/promises.py [ROWS] [OFFICES] [--write]``.

Prints; asserts nothing. ``--write`` keeps 4 in ``benchmarks/results/promises.json``, for the methods page.

1. Due moments of ROWS promises, every rule and reading, against ``numpy.busday_offset`` on the same dates.
2. ROWS callbacks meet ROWS promises on lines of very uneven size: the one pass that gives each ring to the promise due
   first, and how many callbacks an as-of join would give twice; and the pass that tells of which callbacks it can be no
   other.
3. Offices 40 % of whose callbacks go to mobiles in no export, whose exports end 90 days before the day of looking:
   both ends of ``promise_kept_rate`` beside the truth.
4. Hand logs rounded to five minutes, with two thirds of the calls noted and a tenth of the notes written twice: how
   many of the pairs of note and call are right, and how many of the right ones are found.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, clocks, measures, schema
from callanalytics.facts import linking, states
from callanalytics.facts.arrays import MISSING
from callanalytics.facts.linking import earliest_due_first, microseconds
from callanalytics.facts.promises import Promises

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "data"))

from sample_world import model, offices, tables
from sample_world.history import END, Dice

FIRST = np.datetime64("2022-01-03", "us")


def cpu(work) -> tuple[float, object]:
    """CPU seconds of the best of five runs, and what came out."""
    spent = []
    for _ in range(5):
        before = time.process_time()
        made = work()
        spent.append(time.process_time() - before)
    return min(spent), made


# ---- 1, 2: at scale ----------------------------------------------------------------------------------------


def due_moments(n: int) -> tuple[float, float, float]:
    """CPU seconds of one reading, of all that a promise has, and of ``numpy.busday_offset``, the same days closed."""
    draw = np.random.default_rng(1)
    days = FIRST.astype("M8[D]") + draw.integers(0, 700, n).astype("m8[D]")
    started = days.astype("M8[us]") + draw.integers(13 * 3600, 24 * 3600, n).astype("m8[s]")
    urgency = np.where(draw.random(n) < 0.5, "urgent", "regular").astype(object)
    closed = clocks.calendar(agency=agencies.load()).closures(2021, 2025)
    floor, _ = cpu(lambda: np.busday_offset(days, 30, roll="forward", holidays=closed))
    rule = agencies.load().rule("t2-regular-2022")
    one, _ = cpu(lambda: clocks.due(started, rule, "default", agency=agencies.load()))
    every, _ = cpu(lambda: clocks.due_all(started, pa.array(urgency, pa.string()), agency=agencies.load()))
    return one, every, floor


def on_lines(n: int, lines: int = 5000) -> tuple[Promises, np.ndarray, np.ndarray, np.ndarray]:
    """Promises and callbacks on lines of Zipf's sizes: promises, the number of each, moment and line of each
    callback."""
    draw = np.random.default_rng(2)
    number, line = (np.minimum(draw.zipf(1.3, n), lines) - 1 for _ in range(2))
    start, moment = (np.sort(FIRST + draw.integers(0, 700 * 86400, n).astype("m8[s]")) for _ in range(2))
    due = clocks.due_as_quoted(start, 30, "business_days", agency=agencies.load())
    return Promises({}, start, due, due, due, agencies.load().timezone), number, moment, line


def certain_pass(n: int) -> dict:
    """CPU seconds of the pass, callbacks given, callbacks given to a promise twice over; what an as-of join books
    twice."""
    promises, number, moment, line = on_lines(n)
    nothing, ends = np.full(n, MISSING), np.ones(n, bool)
    spent, given = cpu(lambda: earliest_due_first(promises, number, moment, line, nothing, ends, 2))
    spans = linking.Spans(microseconds(promises.start), microseconds(promises.end), number)
    only_s, only = cpu(lambda: linking.only_open(spans, microseconds(moment), line, nothing, ends, ends, n))
    linked = given[given >= 0]
    return {
        "cpu_s": spent,
        "only_cpu_s": only_s,
        "only": int((only >= 0).sum()),
        "linked": len(linked),
        "double": len(linked) - len(np.unique(linked)),
        "double_asof": _booked_twice(promises, number, moment, line),
    }


def _booked_twice(promises, number, moment, line) -> int:
    """Callbacks that a join to the last promise before each gives to one that already has a callback."""
    import pandas as pd

    left = pd.DataFrame({"at": moment, "line": line})
    right = pd.DataFrame({"at": promises.start, "line": number, "promise": np.arange(len(number))})
    joined = pd.merge_asof(left, right, on="at", by="line")["promise"].dropna()
    return int(len(joined) - joined.nunique())


# ---- 3: kept promises, seen in part --------------------------------------------------------------------------


UNSEEN, BEFORE_DAYS = 0.4, 90


def seen_in_part(seed: int) -> tables.Invented:
    """An office with a mobile in no export, and logs that end 90 days before the last day."""
    like = offices.NEW_YORK if seed % 2 else offices.CHICAGO
    (main, mobile), since = like.lines[:2], model.FIRST
    office = replace(
        like, lines=(replace(main, covered_by="invented", covered_from=since, strangers=1500), mobile),
        gives={main.number: 1 - UNSEEN, mobile.number: UNSEEN}, notes_dials=1.0, notes_rings=0.75, notes_email=1.0,
    )  # fmt: skip
    with tables.world(WITHHELD=0.0, NUMBER_UNWRITTEN=0.0, URGENCY_NOT_TOLD=0.0, TEXT_AHEAD=0.0):
        made = tables.invent(office, seed)
    last = datetime.combine(model.LAST - timedelta(days=BEFORE_DAYS), datetime.min.time())
    return replace(made, calls=_before(made.calls, last), entries=_before(made.entries, last))


def _before(table: pa.Table, last: datetime) -> pa.Table:
    return table.filter(pc.less(table.column("started_at_local"), pa.scalar(last, pa.timestamp("us"))))


def kept(seeds) -> dict:
    """Counted promises that were kept, at both ends, and by the truth of the same promises and of all."""
    as_of, parts, true, same = clocks.end_of_day(model.LAST, agency=agencies.load()), [], [], []
    for seed in seeds:
        made = seen_in_part(seed)
        facts = made.facts()
        rows = states.promises_as_of(facts["promises"], facts["callbacks"], [made.office], as_of, agencies.load())
        parts.append(rows)
        truth = {tables.entry_id(p.agency_call.note): _kept(p) for p in made.history.promises if p.agency_call.note}
        true += [_kept(p) for p in made.history.promises
                 if p.fate != "withdrawn" and p.due <= END and p.start.date() >= date(2021, 12, 16)]  # fmt: skip
        same += [truth[r["promise_id"]] for r in rows.to_pylist() if r["is_due_default"] and r["is_watched_default"]
                 and r["state"] != "withdrawn"]  # fmt: skip
    result = measures.promise_kept_rate(pa.concat_tables(parts)).table
    rows = result[(result["statistic"] == "rate") & (result["reading"] == "default")].set_index("link")
    return {"low": rows.loc["certain", "value"], "high": rows.loc["possible", "value"], "n": int(rows["n"].iloc[0]),
            "truth": float(np.mean(true)), "truth_of_counted": float(np.mean(same)), "promises": len(true)}  # fmt: skip


def _kept(p) -> bool:
    return any(moment <= p.due for moment in [p.emailed, *(r.start for r in p.callbacks)] if moment)


# ---- 4: the hand log meets the phone log ---------------------------------------------------------------------


def rounded(seed: int, minutes: int = 5, noted: float = 2 / 3, twice: float = 0.1) -> tables.Invented:
    """An office whose log is rounded, forgets a third of the calls, and has a tenth of the rest twice."""
    like = offices.CHICAGO if seed % 2 else offices.NEW_YORK
    office = replace(like, notes_dials=noted, lines=tuple(
        replace(line, covered_by="invented", covered_from=model.FIRST, strangers=400) for line in like.lines
    ))  # fmt: skip
    made = tables.invent(office, seed)
    rows, dice = [], Dice(seed, "twice")
    for row in made.entries.to_pylist():
        moment = row["started_at_local"]
        moved = timedelta(minutes=minutes * round(moment.minute / minutes) - moment.minute)
        row |= {"started_at_local": moment + moved, "started_precision_s": 60 * minutes}
        row["started_at_utc"] = row["started_at_utc"] and row["started_at_utc"] + moved
        rows.append(row)
        if row["kind"] == "dial" and dice.chance(twice):
            rows.append(row | {"entry_id": row["entry_id"] + "-again"})
    names = made.entries.column_names
    entries = schema.build("entries", {name: [row[name] for row in rows] for name in names})
    return replace(made, entries=entries)


def matched(seeds) -> dict:
    """Pairs of note and call that are right, of those found, and of those there are (a note written twice has one)."""
    right = found = there = 0
    for seed in seeds:
        made = rounded(seed)
        agency_calls = made.facts()["agency_calls"].to_pylist()
        noted = {d.code for d in made.history.agency_calls if d.note and d.in_phone}
        pairs = [
            (d["call_id"], d["entry_id"].removesuffix("-again")) for d in agency_calls if d["recorded_in"] == "both"
        ]
        found += len(pairs)
        right += sum(f"{call}-dial" == note for call, note in pairs)
        there += len(noted)
    return {"precision": right / found, "recall": right / there, "pairs": there}


RESULTS = Path(__file__).resolve().parent / "results" / "promises.json"


if __name__ == "__main__":
    writes = "--write" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--write"]
    rows, n = (int(word.replace(",", "")) for word in (sys.argv[1:] + ["1,000,000", "12"][len(sys.argv) - 1 :])[:2])
    one, every, floor = due_moments(rows)
    print(f"due moments of {rows:,} promises: {one:.2f} cpu s, {one / floor:.1f} x numpy.busday_offset ({floor:.2f}); "
          f"with every rule, reading, and age {every:.2f}, {every / floor:.1f} x")  # fmt: skip
    made = certain_pass(rows)
    print(f"{rows:,} callbacks meet {rows:,} promises: {made['cpu_s']:.2f} cpu s, {made['linked']:,} linked, "
          f"{made['double']} given twice; an as-of join gives {made['double_asof']:,} twice; which of them can be no "
          f"other promise's, {made['only']:,}: {made['only_cpu_s']:.2f} cpu s more")  # fmt: skip
    made = kept(range(n))
    print(f"kept, {made['n']} of {made['promises']} promises counted: {made['low']:.1%} to "
          f"{made['high']:.1%}; truth {made['truth']:.1%} (of these {made['truth_of_counted']:.1%})")  # fmt: skip
    made = matched(range(n))
    print(f"entries and calls, {made['pairs']} pairs: precision {made['precision']:.2%}, recall {made['recall']:.2%}")
    if writes:
        RESULTS.write_text(json.dumps({"offices": n, "matched": made}, indent=1) + "\n", "utf-8")
