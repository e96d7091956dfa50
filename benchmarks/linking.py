"""How right the links are, on offices whose truth is known: ``python benchmarks/linking.py [OFFICES] [--calibrate]``.

Invented offices of all sizes and habits (see ``callanalytics.sample``), whose phone exports show every line and whose
hand logs forget much, with 0, 30, 60 and 100 % of call-backs without a number. Prints, for each share: how often a
certain link is right, and how often the promise that any other call-back of the agency's is credited to; how often the
stated range of missed call-backs covers the truth and how wide it is, how far
the expected and the naive count (every unanswered call without a number) are off, and how the chances are calibrated.
``--write`` keeps the figures in ``benchmarks/results/linking.json``, from which the methods page is made.
``--calibrate`` counts the figures of ``facts/likelihood.toml`` afresh, on other seeds, and prints them.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from callanalytics import agencies, clocks, estimates
from callanalytics.facts import came
from callanalytics.facts.expectation import PARTS
from callanalytics.facts.expectation import figures as figures_of_file
from callanalytics.facts.linking import KNOWN
from callanalytics.sample import offices, tables
from callanalytics.sample.dice import Dice
from callanalytics.sample.model import FIRST

RESULTS = Path(__file__).resolve().parent / "results" / "linking.json"
SHARES = (0.0, 0.3, 0.6, 1.0)
FOR_EVER = np.datetime64("2030-01-01", "us")
SEED, CALIBRATION_SEED = 1000, 500_000
UNANSWERED = ("missed", "voicemail", "blocked")
FIRST_AGES, AGAIN_DAYS = figures_of_file()["first"]["ages"], figures_of_file()["again"]["days"]
SHARES_SAID = ("certain_right", "certain_promise", "credited_right", "credited_promise", "range_c", "naive_c")
BINS = (0, 50, 200, 400, 600, 800, 950, 1001)


def office(seed: int) -> offices.Office:
    """An office of some size in one of four zones, whose exports show all its lines and whose log forgets much."""
    dice = Dice(seed, "office")
    like = dice.pick(offices.OFFICES)
    strangers = int(dice.lognormal(900, 0.8))
    lines = tuple(
        replace(line, covered_by="invented", covered_from=FIRST, strangers=max(60, strangers // len(like.lines)))
        for line in like.lines
    )
    return replace(
        like, lines=lines, since=FIRST, logs_all_since=None, needs=int(dice.lognormal(220, 0.9)),
        notes_dials=dice.between(0.5, 0.95), notes_rings=dice.between(0.1, 0.8), notes_email=0.8,
    )  # fmt: skip


def invented(seed: int, share: float) -> tables.Invented:
    strangers = Dice(seed, "strangers").lognormal(0.06, 0.7)
    with tables.world(WITHHELD=share, STRANGERS_WITHHELD=min(strangers, 0.4)):
        return tables.invent(office(seed), seed)


def looked_at(seed: int, share: float) -> dict:
    """One office: its truth beside what the product says."""
    made = invented(seed, share)
    rings = made.facts()["rings"].to_pylist()
    truth = {ring.id: ring for ring in made.history.rings}
    noted = {tables.note_id(ring.note): ring for ring in made.history.rings if ring.note}
    told = [(r, truth.get(r["call_id"]) or noted.get(r["note_id"])) for r in rings]
    certain = [(r, ring) for r, ring in told if r["link"] == "certain"]
    credited = [(r, ring) for r, ring in told if r["link"] == "possible" and r["link_p"] == KNOWN]
    maybe = [(r, ring) for r, ring in told if r["link"] == "possible" and r["link_p"] != KNOWN]
    theirs = certain + credited
    missed = sum(r["result"] in UNANSWERED for r, _ in theirs)
    maybe_missed = [(r, ring) for r, ring in maybe if r["result"] in UNANSWERED]
    loose = sum(r["link"] == "none" and r["caller_id"] == "agency" and r["result"] in UNANSWERED for r in rings)
    chances = [r["link_p"] for r, _ in maybe_missed]
    missed_of_all = [ring for ring in truth.values() if ring.result in UNANSWERED and ring.channel == "voice"]
    known = {id(ring) for _, ring in theirs}
    inside = [ring for ring in missed_of_all if id(ring) in known or clocks.in_window(ring.start)[0]]
    hidden = [r for r in rings if r["caller_id"] == "withheld" and r["note_id"] is None]
    odd_hours = sum(r["link"] == "none" and not r["in_window"] and r["result"] in UNANSWERED for r in hidden)
    return {
        "certain": len(certain),
        "certain_right": sum(ring is not None for _, ring in certain),
        "certain_promise_right": sum(_is_right(r, ring) for r, ring in certain),
        "credited": len(credited),
        "credited_right": sum(ring is not None for _, ring in credited),
        "credited_promise_right": sum(_is_right(r, ring) for r, ring in credited),
        "truth": len(missed_of_all),
        "truth_inside": len(inside),
        "low": missed,
        "high": missed + len(maybe_missed) + loose,
        "high_any_hour": missed + len(maybe_missed) + loose + odd_hours,
        "expected": None if None in chances else missed + loose + sum(chances) / 1000,
        **_naive(missed + loose + sum(r["result"] in UNANSWERED for r in hidden)),
        "chances": [(r["link_p"], ring is not None, _is_right(r, ring)) for r, ring in maybe],
        "found": sum(ring is not None and ring.shows == "withheld" for _, ring in maybe),
        "hidden_rings": sum(ring.shows == "withheld" and not ring.note for ring in truth.values()),
    }


def _naive(count: int) -> dict:
    """Every unanswered call without a number taken for a call-back, with the interval that would be printed."""
    low, high = estimates.garwood([count])
    return {"naive": count, "low_of_naive": low[0], "high_of_naive": high[0]}


def _promise(ring) -> str | None:
    note = ring.promise.dial.note
    return tables.note_id(note) if note else None


def _is_right(r, ring) -> bool:
    return ring is not None and _promise(ring) == r["promise_id"]


def figures(share: float, n: int) -> dict:
    """What is printed of one share of hidden call-backs."""
    rows = [looked_at(SEED + seed, share) for seed in range(n)]
    summed = [f"{kind}{what}" for kind in ("certain", "credited") for what in ("", "_right", "_promise_right")]
    total = {key: sum(row[key] for row in rows) for key in (*summed, "truth")}
    stated = [row for row in rows if row["expected"] is not None and row["high"] > row["low"]]
    pairs = [pair for row in rows for pair in row["chances"]]
    return {
        "share_hidden": share,
        "offices": n,
        "certain_links": total["certain"],
        "certain_right": total["certain_right"] / max(total["certain"], 1),
        "certain_promise_right": total["certain_promise_right"] / max(total["certain"], 1),
        "credited_rings": total["credited"],
        "credited_right": total["credited_right"] / max(total["credited"], 1),
        "credited_promise_right": total["credited_promise_right"] / max(total["credited"], 1),
        "range_covers": sum(row["low"] <= row["truth_inside"] <= row["high"] for row in rows) / n,
        "range_covers_outside_too": sum(row["low"] <= row["truth"] <= row["high"] for row in rows) / n,
        "range_covers_any_hour": sum(row["low"] <= row["truth"] <= row["high_any_hour"] for row in rows) / n,
        "naive_covers": sum(row["low_of_naive"] <= row["truth"] <= row["high_of_naive"] for row in rows) / n,
        "range_width": float(np.mean([row["high"] - row["low"] for row in rows])),
        "naive_off": _off(rows, "naive"),
        "low_off": _off(rows, "low"),
        "high_off": _off(rows, "high"),
        "high_any_hour_off": _off(rows, "high_any_hour"),
        "truth": total["truth"],
        "stated": len(stated),
        "doubtful": sum(row["high"] > row["low"] for row in rows),
        "expected_off": _off(stated, "expected"),
        "naive_off_where_stated": _off(stated, "naive"),
        "expected_bias": float(np.mean([row["expected"] - row["truth"] for row in stated])) if stated else 0.0,
        "calibration": _calibration(pairs),
        "likeliest_right": _share([right for p, ring, right in pairs if ring]),
        "possible_rings": len(pairs),
        "possible_recall": sum(row["found"] for row in rows) / max(sum(row["hidden_rings"] for row in rows), 1),
    }


def _off(rows, name) -> float:
    """Mean distance from the truth."""
    return float(np.mean([abs(row[name] - row["truth"]) for row in rows])) if rows else 0.0


def _share(flags) -> float | None:
    return float(np.mean(flags)) if flags else None


def _calibration(pairs) -> list[dict]:
    """Of the calls whose chance lies in each bin: how many there are, the mean chance, the share that were."""
    found = []
    for low, high in pairwise(BINS):
        inside = [(p, ring) for p, ring, _ in pairs if p is not None and low <= p < high]
        if inside:
            mean, share = np.mean([p for p, _ in inside]) / 1000, np.mean([ring for _, ring in inside])
            found.append({"from": low / 1000, "to": min(high, 1000) / 1000, "n": len(inside), "chance": float(mean),
                          "were": float(share)})  # fmt: skip
    return found


def show(told: dict) -> None:
    said = {k: f"{v:.2%}" if k.startswith(SHARES_SAID) else v for k, v in told.items()}
    said |= {k: f"{v:.2f}" for k, v in told.items() if "off" in k.split("_") or k in ("range_width", "expected_bias")}
    print(
        "\n{share_hidden:.0%} of call-backs hidden, {offices} offices, {truth} missed\n"
        "  certain links {certain_links}: the agency's {certain_right}, the right promise {certain_promise_right}\n"
        "  credited rings {credited_rings}: the agency's {credited_right}, the right promise {credited_promise_right}\n"
        "  range covers the truth in {range_covers}, with hidden call-backs outside the window in "
        "{range_covers_outside_too}; the range at any hour in {range_covers_any_hour}; the naive interval in "
        "{naive_covers}\n"
        "  width {range_width}; off by: certain {low_off}, upper {high_off}, at any hour {high_any_hour_off}, naive "
        "{naive_off}\n"
        "  a chance is stated in {stated} of {doubtful} offices with doubtful rings; there the expected count is off "
        "by {expected_off} (bias {expected_bias}), the naive one by {naive_off_where_stated}\n"
        "  possible rings {possible_rings}, recall {possible_recall:.1%}, likeliest promise right "
        "{likeliest_right}".format(**said)
    )
    for row in told["calibration"]:
        bin = f"{row['from']:.2f}-{row['to']:.2f}"
        print(f"    chance {bin}: n {row['n']:5}, mean {row['chance']:.3f}, were {row['were']:.3f}")


# ---- the figures of likelihood.toml -----------------------------------------------------------------------


def calibrated(n: int) -> dict:
    """Rings that came, over the days in which they might have, by what the log knew then; over invented offices."""
    counts = [counted(CALIBRATION_SEED + seed, SHARES[1 + seed % 2]) for seed in range(n)]
    rang, days, unwritten, lines = (sum(c[place] for c in counts) for place in range(4))
    rate = rang / np.maximum(days, 1e-9)
    first, again, told = np.split(rate, np.cumsum([len(FIRST_AGES) + 1, len(AGAIN_DAYS) + 2]))
    return {"first": first, "again": again[:-1], "spent": again[-1], "announced": told, "unwritten": unwritten / lines,
            "rings": rang, "days": days}  # fmt: skip


def counted(seed: int, share: float):
    """One office: rings and days by the bins of the figures; rings on a line of promises without a number."""
    made = invented(seed, share)
    facts = made.facts()
    promises, rings = facts["promises"], facts["rings"]
    view = came.by(promises, rings, FOR_EVER, agencies.uscis()).view
    places = {id: place for place, id in enumerate(promises.column("promise_id").to_pylist())}
    rang = [(places[_promise(r)], r.start, r.to) for r in made.history.rings
            if r.channel == "voice" and _promise(r) in places]  # fmt: skip
    owner = np.array([place for place, *_ in rang], np.int64)
    at = np.array([start for _, start, _ in rang], "M8[us]")
    inside = (at >= view.start[owner]) & (at <= view.end[owner])
    promise, moment = view.days()
    numbers = [line.number for line in made.history.office.lines]
    unwritten = [to for place, _, to in rang if view.number[place] < 0]
    return (
        _by_state(view, owner[inside], at[inside], 1.0),
        _by_state(view, promise, moment, 1 / PARTS, of_days=True),
        sum(to == numbers[0] for to in unwritten) + 0.5,
        len(unwritten) + 1,
    )


def _by_state(view, promise, at, weight, of_days=False) -> np.ndarray:
    """How many moments (days, in stated times) lie in each bin of age, of days since a miss, and of an announcement."""
    told, days = figures_of_file(), clocks.window_days_between
    missed = view.misses.between(promise, view.start[promise], at - np.timedelta64(1, "us"))
    age = days(view.start[promise], at) / view.stated[promise]
    is_first = missed == 0
    unit = 1 / view.stated[promise] if of_days else np.ones(len(promise))
    bins = np.searchsorted(FIRST_AGES, age[is_first], "right")
    first = np.bincount(bins, weight * unit[is_first], len(FIRST_AGES) + 1)
    since = days(view.misses.before(promise, at), at)
    again = np.where(missed == 1, np.searchsorted(AGAIN_DAYS, np.nan_to_num(since), "right"), len(AGAIN_DAYS) + 1)
    again = np.bincount(again[missed > 0], minlength=len(AGAIN_DAYS) + 2) * weight
    notice = view.notice[promise]
    ahead = np.searchsorted(told["announced"]["days"], np.nan_to_num(days(notice, at)), "right") + 1
    ahead = np.where(notice <= at, ahead, 0)
    usual = np.asarray(told["first"]["rings"])[np.searchsorted(FIRST_AGES, age, "right")] * (
        1 / view.stated[promise] if of_days else 1.0
    )
    n = len(told["announced"]["times"]) + 1
    return np.concatenate([first, again, np.bincount(ahead[is_first], (weight * (usual if of_days else 1.0))[is_first]
                                                     if of_days else None, n)])  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("offices", nargs="?", type=int, default=200)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--calibrate", action="store_true")
    asked = parser.parse_args()
    if asked.calibrate:
        for name, values in calibrated(asked.offices).items():
            print(f"{name:<10}", np.round(values, 3).tolist())
        raise SystemExit
    started, results = time.process_time(), []
    for share in SHARES:
        results.append(figures(share, asked.offices))
        show(results[-1])
    print(f"\n{time.process_time() - started:.0f} cpu s")
    if asked.write:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
