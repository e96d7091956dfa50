"""Do the printed ranges hold the truth? ``python benchmarks/ranges.py [OFFICES] [--write]``.

Invented offices of all sizes whose truth is known (see ``data/sample_world``), over a grid of what makes logs thin:
the share of calls that were noted, of callbacks that showed no number, of lines that block callers without a number,
and whether the entries of callbacks name the request. For each cell and figure: in how many offices the printed range
(from the lower limit of its low end to the upper limit of its high end) holds the truth of the requests it counts, how
wide the range itself is, and, beside it, in how many the naive interval does, which takes each callback for the
request due first; and the same of pools of forty of these offices. ``--write`` keeps the table in
``benchmarks/results/ranges.json``, from which the methods page is made.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa

from callanalytics import agencies, clocks, estimates, measures
from callanalytics.facts import states

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "data"))

from sample_world import hand_log, offices, tables
from sample_world.history import Dice
from sample_world.model import FIRST

RESULTS = Path(__file__).resolve().parent / "results" / "ranges.json"
END = clocks.end_of_day("2022-12-31", agency=agencies.load())
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
POOL, POOLS = 40, 200  # offices in a pool, and how many pools are drawn


def office(seed: int, noted: float, blocks: bool, names: float) -> offices.Office:
    """An office of some size in one of the invented ones' zones; its exports show all its lines."""
    dice = Dice(seed, "office")
    like = dice.pick(offices.OFFICES)
    strangers = int(dice.lognormal(900, 0.8))
    lines = tuple(
        replace(
            line, covered_by="invented", covered_from=FIRST, covered_until=offices.LAST,
            blocks=blocks and dice.chance(0.5), strangers=max(60, strangers // len(like.lines)),
        )
        for line in like.lines
    )  # fmt: skip
    return replace(
        like, lines=lines, since=FIRST, logs_all_since=None, needs=int(dice.lognormal(260, 0.6)),
        notes_dials=noted, notes_rings=names * dice.between(0.6, 1.0), notes_email=0.95,
    )  # fmt: skip


def invented(seed: int, noted: float, hidden: float, blocks: bool, names: float) -> tables.Invented:
    filled = {**hand_log._FILLED, "about": names}
    kept, hand_log._FILLED = hand_log._FILLED, filled
    forgotten, hand_log.FORGOTTEN_PROMISE = hand_log.FORGOTTEN_PROMISE, 1.0
    try:
        with tables.world(WITHHELD=hidden, OUTSIDE_WINDOW=0.0):
            return tables.invent(office(seed, noted, blocks, names), seed)
    finally:
        hand_log._FILLED, hand_log.FORGOTTEN_PROMISE = kept, forgotten


def looked_at(made: tables.Invented) -> tuple[pa.Table, dict]:
    """The promises of one office as loaded, and the truth of each."""
    facts = made.facts()
    promises = states.promises_as_of(facts["promises"], facts["callbacks"], [made.office], END, agencies.load())
    truth = {tables.entry_id(p.agency_call.note): p for p in made.history.promises if p.agency_call.note}
    return promises, truth


def true_of(row: dict, promise) -> dict[str, bool | None]:
    """What was so of a counted promise; None where a figure does not count it."""
    due = row["due_default_utc"].replace(tzinfo=None)
    voice = sorted((r for r in promise.callbacks if r.channel == "voice"), key=lambda r: r.start)
    came = sorted([r.start for r in promise.callbacks] + ([promise.emailed] if promise.emailed else []))
    answered = [r.start for r in voice if r.result == "answered"]
    first = voice[0].result if voice else None
    second = voice[1].result if len(voice) > 1 and first != "answered" else None
    return {
        "kept": bool(came) and came[0] <= due,
        "hit": bool(answered) and answered[0] <= due,
        "late": bool(came) and came[0] > due,
        "silent": not came and not row["callback_extension"],
        "first answered": None if first is None else first == "answered",
        "second made": None if first is None or first == "answered" or promise.emailed else second is not None,
        "second answered": None if second is None else second == "answered",
        "both missed": None if first is None else first in UNANSWERED and second in UNANSWERED,
    }


COUNTED = "is_due_default is_watched_default".split()


Count = tuple[int, int]  # yes, of


@dataclass(frozen=True)
class Found:
    """One figure of one office: the truth, both ends as printed, and what the naive way gives."""

    truth: Count
    low: Count
    high: Count
    naive: Count | None

    def holds(self) -> bool:
        """Whether the printed range, with the intervals of its ends, holds the truth."""
        return _limits(self.low)[0] <= _share(self.truth) <= _limits(self.high)[1]

    def bare_holds(self) -> bool:
        return _share(self.low) - 1e-9 <= _share(self.truth) <= _share(self.high) + 1e-9

    def naive_holds(self) -> bool:
        low, high = _limits(self.naive)
        return low <= _share(self.truth) <= high

    def width(self) -> float:
        return _share(self.high) - _share(self.low)


def _share(count: Count) -> float:
    return count[0] / count[1]


def _limits(count: Count) -> tuple[float, float]:
    low, high = estimates.wilson([count[0]], [count[1]])
    return float(low[0]), float(high[0])


def figures(promises: pa.Table, truth: dict) -> dict[str, Found]:
    """Each figure that ten requests or more are counted for."""
    rows = promises.to_pylist()
    is_counted = [r["state"] != "withdrawn" and not r["is_blocked"] and all(r[name] for name in COUNTED) for r in rows]
    true = [true_of(r, truth[r["promise_id"]]) for r, counts in zip(rows, is_counted, strict=True) if counts]
    counted = promises.filter(pa.array(is_counted))
    found = {}
    for name, (measure, low, high) in FIGURES.items():
        table = measure(counted).table
        table = table[table["statistic"] == "rate"]
        table = table[table["reading"] == "default"] if "reading" in table else table
        answers = [each[name] for each in true if each[name] is not None]
        if table.empty or len(answers) < 10:
            continue
        ends = [table[table["link"] == link].iloc[0] for link in (low, high)]
        if ends[0]["n"] >= 10:
            low, high = ((int(end["events"]), int(end["n"])) for end in ends)
            found[name] = Found((sum(answers), len(answers)), low, high, _naive(name, counted))
    return found


NAIVE = {"kept": ("is_kept_default", True), "hit": ("is_hit", True), "late": ("state", "late"),
         "silent": ("state", "silent")}  # fmt: skip


def _naive(name: str, counted: pa.Table) -> Count | None:
    """The count where each callback is taken for the request due first."""
    if name not in NAIVE:
        return None
    column, yes = NAIVE[name]
    return sum(value == yes for value in counted[column].to_pylist()), counted.num_rows


def pools(found: list[Found], seed: int = 1) -> list[Found]:
    """Pools of forty offices, drawn from those of a cell with replacement, and counted together."""
    rng = np.random.default_rng(seed)

    def together(counts: list[Count | None]) -> Count | None:
        return None if counts[0] is None else (sum(k for k, _ in counts), sum(n for _, n in counts))

    drawn = [[found[i] for i in rng.integers(0, len(found), POOL)] for _ in range(POOLS)]
    names = ("truth", "low", "high", "naive")
    return [Found(**{name: together([getattr(each, name) for each in pool]) for name in names}) for pool in drawn]


def cell(n: int, noted: float, hidden: float, blocks: bool, names: float) -> dict:
    seeds = range(SEED, SEED + n * (2 if blocks else 1))  # of an office with one line that blocks nothing is counted
    offices_found = [figures(*looked_at(invented(seed, noted, hidden, blocks, names))) for seed in seeds]
    made = {"noted": noted, "hidden": hidden, "blocks": blocks, "names": names, "figures": {}}
    for name in FIGURES:
        found = [each[name] for each in offices_found if name in each]
        if found:
            made["figures"][name] = summary(found)
    return made


def summary(found: list[Found]) -> dict:
    pooled = pools(found)
    has_naive = found[0].naive is not None
    return {
        "offices": len(found),
        "holds": float(np.mean([each.holds() for each in found])),
        "bare": float(np.mean([each.bare_holds() for each in found])),
        "width": float(np.mean([each.width() for each in found])),
        "pools_hold": float(np.mean([each.holds() for each in pooled])),
        "naive": float(np.mean([each.naive_holds() for each in found])) if has_naive else None,
        "pools_naive": float(np.mean([each.naive_holds() for each in pooled])) if has_naive else None,
    }


def show(made: dict) -> None:
    print("noted {noted:.0%}, hidden {hidden:.0%}, half block {blocks}, entries name {names:.0%}".format(**made))
    for name, row in made["figures"].items():
        naive = "" if row["naive"] is None else f", naive {row['naive']:.0%}, pools {row['pools_naive']:.0%}"
        print(f"  {name:<16} {row['offices']:3}  holds {row['holds']:.1%}, pools {row['pools_hold']:.1%}  "
              f"(the bare range {row['bare']:.1%})  width {row['width']:.2f}{naive}", flush=True)  # fmt: skip


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
