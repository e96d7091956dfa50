"""Do the printed ranges hold the truth? ``python benchmarks/ranges.py [OFFICES] [--write]``.

Invented offices of all sizes whose truth is known (see ``callanalytics.sample``), over a grid of what makes logs thin:
the share of calls that were noted, of call-backs that showed no number, of lines that block callers without a number,
and whether the entries of call-backs name the request. For each cell and figure: in how many offices the printed range
(from the lower limit of its low end to the upper limit of its high end) holds the truth of the requests it counts, how
wide the range itself is, and, beside it, in how many the naive interval does, which takes each call-back for the
request due first. ``--write`` keeps the table in ``benchmarks/results/ranges.json``, from which the methods page is
made.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa

from callanalytics import agencies, clocks, estimates, measures
from callanalytics.facts import states
from callanalytics.sample import offices, tables
from callanalytics.sample.dice import Dice
from callanalytics.sample.model import FIRST

RESULTS = Path(__file__).resolve().parent / "results" / "ranges.json"
END = clocks.end_of_day("2022-12-31")
NOTED, HIDDEN, BLOCKS, NAMES = (1.0, 0.8, 0.6, 0.4), (0.0, 0.4, 1.0), (False, True), (1.0, 0.5)
FIGURES = {
    "kept": (measures.promise_kept_rate, "certain", "possible"),
    "hit": (measures.callback_hit_rate, "certain", "possible"),
    "late": (measures.late_callbacks, "certain", "possible"),
    "silent": (measures.silent_promises, "possible", "certain"),
    "first answered": (measures.first_attempt_hit_rate, "certain", "possible"),
    "second made": (measures.second_attempt_made_rate, "certain", "possible"),
    "second answered": (measures.second_attempt_hit_rate, "certain", "possible"),
    "both missed": (measures.both_missed_rate, "certain", "possible"),
}
UNANSWERED = ("missed", "voicemail", "blocked")
SEED = 7_000


def office(seed: int, noted: float, blocks: bool, names: float) -> offices.Office:
    """An office of some size in one of the invented ones' zones; its exports show all its lines."""
    dice = Dice(seed, "office")
    like = dice.pick(offices.OFFICES)
    strangers = int(dice.lognormal(900, 0.8))
    lines = tuple(
        replace(
            line, covered_by="invented", covered_from=FIRST, covered_until=offices.LAST,
            blocks=blocks and place % 2 == 0, strangers=max(60, strangers // len(like.lines)),
        )
        for place, line in enumerate(like.lines)
    )  # fmt: skip
    return replace(
        like, lines=lines, since=FIRST, logs_all_since=None, needs=int(dice.lognormal(260, 0.6)),
        notes_dials=noted, notes_rings=names * dice.between(0.6, 1.0), notes_email=0.95,
    )  # fmt: skip


def invented(seed: int, noted: float, hidden: float, blocks: bool, names: float) -> tables.Invented:
    from callanalytics.sample import logbook

    filled = {**logbook._FILLED, "about": names}
    kept, logbook._FILLED = logbook._FILLED, filled
    forgotten, logbook.FORGOTTEN_PROMISE = logbook.FORGOTTEN_PROMISE, 1.0
    try:
        with tables.world(WITHHELD=hidden, OUTSIDE_WINDOW=0.0):
            return tables.invent(office(seed, noted, blocks, names), seed)
    finally:
        logbook._FILLED, logbook.FORGOTTEN_PROMISE = kept, forgotten


def looked_at(made: tables.Invented) -> tuple[pa.Table, dict]:
    """The promises of one office as loaded, and the truth of each."""
    facts = made.facts()
    promises = states.at(facts["promises"], facts["rings"], made.office, END, agencies.uscis())
    truth = {tables.note_id(p.dial.note): p for p in made.history.promises if p.dial.note}
    return promises, truth


def true_of(row: dict, promise) -> dict[str, bool | None]:
    """What was so of a counted promise; None where a figure does not count it."""
    due = row["due_default_utc"].replace(tzinfo=None)
    voice = sorted((r for r in promise.rings if r.channel == "voice"), key=lambda r: r.start)
    came = sorted([r.start for r in promise.rings] + ([promise.emailed] if promise.emailed else []))
    answered = [r.start for r in voice if r.result == "answered"]
    first = voice[0].result if voice else None
    second = voice[1].result if len(voice) > 1 and first != "answered" else None
    told = {
        "kept": bool(came) and came[0] <= due,
        "hit": bool(answered) and answered[0] <= due,
        "late": bool(came) and came[0] > due,
        "silent": not came and not row["callback_extension"],
        "first answered": None if first is None else first == "answered",
        "second made": None if first is None or first == "answered" or promise.emailed else second is not None,
        "second answered": None if second is None else second == "answered",
        "both missed": None if first is None else first in UNANSWERED and second in UNANSWERED,
    }
    return told


COUNTED = "is_due_default is_watched_default".split()


def figures(promises: pa.Table, truth: dict) -> dict[str, tuple]:
    """For each figure: the truth, both ends with their limits, and the naive interval."""
    rows = promises.to_pylist()
    is_counted = [r["state"] != "withdrawn" and not r["is_blocked"] and all(r[name] for name in COUNTED) for r in rows]
    told = [true_of(r, truth[r["promise_id"]]) for r, counts in zip(rows, is_counted, strict=True) if counts]
    counted = promises.filter(pa.array(is_counted))
    found = {}
    for name, (measure, low, high) in FIGURES.items():
        table = measure(counted).table
        table = table[table["statistic"] == "rate"]
        table = table[table["reading"] == "default"] if "reading" in table else table
        if table.empty:
            continue
        ends = [table[table["link"] == link].iloc[0] for link in (low, high)]
        answers = [t[name] for t in told if t[name] is not None]
        if len(answers) < 10 or ends[0]["n"] < 10:
            continue
        limits = [estimates.wilson([e["events"]], [e["n"]]) for e in ends]
        found[name] = (np.mean(answers), ends[0]["events"] / ends[0]["n"], ends[1]["events"] / ends[1]["n"],
                       float(limits[0][0][0]), float(limits[1][1][0]), _naive(name, counted))  # fmt: skip
    return found


NAIVE = {
    "kept": "is_kept_default",
    "hit": "is_hit",
    "late": ("late",),
    "silent": ("silent",),
}


def _naive(name: str, counted: pa.Table) -> tuple[float, float] | None:
    """The interval where each call-back is taken for the request due first."""
    if name not in NAIVE:
        return None
    said = NAIVE[name]
    yes = counted["state"].to_pylist() if isinstance(said, tuple) else counted[said].to_pylist()
    k = sum(value in said for value in yes) if isinstance(said, tuple) else sum(map(bool, yes))
    low, high = estimates.wilson([k], [len(yes)])
    return float(low[0]), float(high[0])


def cell(n: int, noted: float, hidden: float, blocks: bool, names: float) -> dict:
    rows = [figures(*looked_at(invented(SEED + seed, noted, hidden, blocks, names))) for seed in range(n)]
    told = {"noted": noted, "hidden": hidden, "blocks": blocks, "names": names, "figures": {}}
    for name in FIGURES:
        of = [row[name] for row in rows if name in row]
        if not of:
            continue
        naive = [row[5][0] <= row[0] <= row[5][1] for row in of if row[5]]
        told["figures"][name] = {
            "offices": len(of),
            "holds": float(np.mean([low <= true <= high for true, _, _, low, high, _ in of])),
            "bare": float(np.mean([low - 1e-9 <= true <= high + 1e-9 for true, low, high, *_ in of])),
            "width": float(np.mean([high - low for _, low, high, *_ in of])),
            "naive": float(np.mean(naive)) if naive else None,
        }
    return told


def show(told: dict) -> None:
    print("noted {noted:.0%}, hidden {hidden:.0%}, half block {blocks}, entries name {names:.0%}".format(**told))
    for name, row in told["figures"].items():
        naive = f", naive {row['naive']:.0%}" if row["naive"] is not None else ""
        print(f"  {name:<16} {row['offices']:3}  holds {row['holds']:.1%}  (the bare range {row['bare']:.1%})  "
              f"width {row['width']:.2f}{naive}")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("offices", nargs="?", type=int, default=40)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    started, results = time.process_time(), []
    for noted, hidden, blocks, names in product(NOTED, HIDDEN, BLOCKS, NAMES):
        results.append(cell(asked.offices, noted, hidden, blocks, names))
        show(results[-1])
    print(f"\n{time.process_time() - started:.0f} cpu s")
    if asked.write:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
