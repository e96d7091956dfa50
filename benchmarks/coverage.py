"""How often 95 % intervals hold the truth: ``python benchmarks/coverage.py`` writes ``benchmarks/coverage.csv``.

Each line simulates a world whose truth is known, takes the figure as the measures do, and counts how often its interval
holds that truth; the figure that is usually published stands beside it. Seeds are fixed: the same file every time, in
about six minutes. ``docs/make.py`` prints it into the methods page.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy.special import stdtr

from callanalytics import estimates, measures

HERE = Path(__file__).resolve().parent
TRUE_MEDIAN, SPREAD, PATIENCE = 35.0, 0.7, 60.0  # minutes: log-normal waits, exponential patience
HEAD = ("figure", "world", "runs", "covers", "bias", "naive_figure", "naive_covers", "naive_bias")


def held(truth, low, high) -> float:
    """Share of the runs whose interval holds the truth; a limit that is not known holds on its side."""
    low, high = (np.asarray(v, float) for v in (low, high))
    inside = (np.isnan(low) | (low <= truth)) & (np.isnan(high) | (truth <= high))
    return float(inside.mean())


def line(figure, world, runs, covers, bias=None, naive_figure="", naive_covers=None, naive_bias=None):
    shown = ["" if v is None else f"{v:.3f}" for v in (covers, bias, naive_covers, naive_bias)]
    row = (figure, world, runs, shown[0], shown[1], naive_figure, shown[2], shown[3])
    print("  ".join(str(v) for v in row), flush=True)
    return row


def waits(runs: int = 4000, n: int = 200):
    """Median and p90 of the wait where half of the callers hang up."""
    rng = np.random.default_rng(1)
    cell = np.repeat(np.arange(runs), n)
    wait = TRUE_MEDIAN * np.exp(rng.normal(0, SPREAD, runs * n))
    patience = rng.exponential(PATIENCE, runs * n)
    t, reached = np.minimum(wait, patience), (wait <= patience).astype(int)
    t = np.round(t * 60).astype(int)
    curves = estimates.kaplan_meier(cell, t, reached, 1 - reached, runs)
    world = f"{n} calls, {1 - reached.mean():.0%} hang up"
    for name, q in (("median wait", 0.5), ("p90 of the wait", 0.9)):
        truth = 60 * TRUE_MEDIAN * np.exp(SPREAD * 1.2815515655446004 * (q == 0.9))
        value, low, high = curves.quantile(q)
        naive = np.array([_answered(t[a : a + n], reached[a : a + n], q) for a in range(0, runs * n, n)]).T
        yield line(
            name, world, runs, held(truth, low, high), float(np.nanmean(value) / truth - 1),
            "of answered calls, order statistics", held(truth, *naive[1:]), float(np.nanmean(naive[0]) / truth - 1),
        )  # fmt: skip


def _answered(t, reached, q):
    values, counts = np.unique(t[reached > 0], return_counts=True)
    return estimates.order_statistic(values, counts, q)


def shares(runs: int = 20_000):
    """A hit rate of requests due; beside it the interval of Wald, and answered of all requests."""
    rng = np.random.default_rng(2)
    for n, p in ((30, 0.6), (50, 0.8), (300, 0.6)):
        k = rng.binomial(n, p, runs)
        half = 1.96 * np.sqrt(k / n * (1 - k / n) / n)
        yield line(
            "hit rate (Wilson)", f"{n} requests due, truth {p:.0%}", runs, held(p, *estimates.wilson(k, n)),
            float((k / n).mean() - p), "Wald", held(p, k / n - half, k / n + half), float((k / n).mean() - p),
        )  # fmt: skip


def requests(runs: int = 1500, n: int = 300):
    """Reached by phone by day 30, pending requests included (Aalen-Johansen), against answered of closed or due."""
    rng = np.random.default_rng(3)
    inside, value, naive = [], [], []
    for _ in range(runs):
        made = rng.triangular(0, 65, 65, n).astype(int)  # business days; more and more requests come in
        by_mail = rng.random(n) < 0.2
        day = np.where(rng.random(n) < 0.75 / 0.95, rng.integers(1, 31, n), rng.integers(31, 90, n))
        age = 65 - made
        done = day <= age
        t = np.where(done, day, age)
        events = np.column_stack([done & ~by_mail, done & by_mail]).astype(int)
        share, _, low, high = estimates.aalen_johansen(t, events, (~done).astype(int)).shares_at(30)
        truth = 0.8 * 0.75 / 0.95
        inside.append(low[0] <= truth <= high[0])
        value.append(share[0])
        due = age >= 30
        k, m = (done & ~by_mail & (day <= 30)).sum(), (due | (done & (day <= 30))).sum()
        limits = estimates.wilson(k, m)
        naive.append((k / m, limits[0] <= truth <= limits[1]))
    rates, covers = np.array(naive).T
    yield line(
        "reached by day 30 (Aalen-Johansen)", f"{n} requests, many pending", runs, float(np.mean(inside)),
        float(np.nanmean(value) - truth), "reached of closed or due, Wilson", float(covers.mean()),
        float(rates.mean() - truth),
    )  # fmt: skip


def offices(runs: int = 1500):
    """The wait of a typical office, 20 uneven offices: random effects, against one curve of all calls."""
    rng = np.random.default_rng(6)
    zipf = 1 / np.arange(1, 21)
    sizes = np.maximum(np.round(1200 * zipf / zipf.sum()), 20).astype(int)
    between, tau = 0.45, 120 * 60
    office = np.tile(np.repeat(np.arange(20), sizes), runs) + 20 * np.repeat(np.arange(runs), sizes.sum())
    level = rng.normal(0, between, 20 * runs)
    wait = TRUE_MEDIAN * np.exp(level[office] + rng.normal(0, SPREAD, len(office)))
    patience = rng.exponential(2 * PATIENCE, len(office))
    t, reached = np.round(np.minimum(wait, patience) * 60).astype(int), (wait <= patience).astype(int)
    curves = estimates.kaplan_meier(office, t, reached, 1 - reached, 20 * runs)
    mean, se = (v.reshape(runs, 20) for v in curves.restricted_mean(tau))
    truth = _typical_mean(between, tau)
    pooled = [estimates.pool_offices(m, s**2, transform="log").mean for m, s in zip(mean, se, strict=True)]
    run = office // 20
    all_calls = estimates.kaplan_meier(run, t, reached, 1 - reached, runs)
    one, one_se = all_calls.restricted_mean(tau)
    world = f"20 uneven offices, {sizes.sum()} calls, largest {sizes[0] / sizes.sum():.0%}"
    yield line(
        "mean wait of a typical office", world, runs, held(truth, [p.low for p in pooled], [p.high for p in pooled]),
        float(np.nanmean([p.value for p in pooled]) / truth - 1), "all calls as one office",
        held(truth, one - 1.96 * one_se, one + 1.96 * one_se), float(np.nanmean(one) / truth - 1),
    )  # fmt: skip
    k = rng.binomial(sizes, 1 / (1 + np.exp(-rng.normal(0.4, 0.5, (runs, 20)))))
    truth = 1 / (1 + np.exp(-0.4))
    found = [estimates.pool_shares(row, sizes).mean for row in k]
    naive = estimates.wilson(k.sum(axis=1), sizes.sum())
    yield line(
        "hit rate of a typical office", "20 uneven offices", runs,
        held(truth, [f.low for f in found], [f.high for f in found]), float(np.mean([f.value for f in found]) - truth),
        "all requests as one office, Wilson", held(truth, *naive),
        float((k.sum(axis=1) / sizes.sum()).mean() - truth),
    )  # fmt: skip


def _typical_mean(between, tau):
    """Geometric mean over offices of the restricted mean wait, by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    from scipy.special import ndtr

    m, cap = np.log(TRUE_MEDIAN * 60) + between * nodes, np.log(tau)
    inside = np.exp(m + SPREAD**2 / 2) * ndtr((cap - m - SPREAD**2) / SPREAD)
    means = inside + tau * ndtr((m - cap) / SPREAD)
    return float(np.exp(weights @ np.log(means) / weights.sum()))


def interruptions(runs: int = 2000, rho: float = 0.5):
    """A step at a date at which nothing happened, 104 weeks: AR(1), Newey-West, and the naive comparisons."""
    rng = np.random.default_rng(7)
    noise = rng.normal(size=(runs, 154))
    e = np.zeros_like(noise)
    for i in range(1, 154):
        e[:, i] = rho * e[:, i - 1] + np.sqrt(1 - rho**2) * noise[:, i]
    t, start = np.arange(104), 60
    # A drift is in the model, so only the comparison of means feels it.
    for drift, words in ((0.0, f"104 weeks, AR(1) {rho:g}"), (0.02, f"104 weeks, AR(1) {rho:g}, drift")):
        series = e[:, 50:] + drift * t
        found = [estimates.interrupted_series(t, y, start).step for y in series]
        x = estimates.design(t, start)
        robust, plain = ([_is_alarm(y, x, lags) for y in series] for lags in (4, 0))
        before, after = series[:, :start], series[:, start:]
        gap = after.mean(axis=1) - before.mean(axis=1)
        spread = np.sqrt(before.var(axis=1, ddof=1) / start + after.var(axis=1, ddof=1) / (104 - start))
        alarms = {"AR(1)": np.mean([s.p < 0.05 for s in found])}
        alarms |= {"Newey-West": np.mean(robust), "least squares": np.mean(plain)}
        naive = {name: alarms[name] for name in ("Newey-West", "least squares")} if not drift else {}
        naive["mean before against mean after"] = np.mean(np.abs(gap / spread) > 1.984)
        for name, share in naive.items():
            covers, bias = 1 - alarms["AR(1)"], float(np.mean([s.value for s in found]))
            yield line("no step, no alarm (ITS, AR(1))", words, runs, covers, bias, name, 1 - share)


def _is_alarm(y, x, lags: int) -> bool:
    """Whether least squares call the step significant: with a robust error over some lags (Newey-West), or without."""
    n, k = x.shape
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ (x.T @ y)
    left = y - x @ b
    scores = x * left[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        together = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (together + together.T)
    cov = n / (n - k) * inverse @ middle @ inverse if lags else left @ left / (n - k) * inverse
    return 2 * stdtr(n - k, -abs(b[2]) / np.sqrt(cov[2, 2])) < 0.05


def logging(runs: int = 1500, n: int = 400):
    """Long calls are noted twice as often: the wait weighted by the share noted, against the notes as they are."""
    rng = np.random.default_rng(8)
    wait = TRUE_MEDIAN * np.exp(rng.normal(0, SPREAD, (runs, n)))
    patience = rng.exponential(2 * PATIENCE, (runs, n))
    t, reached = np.round(np.minimum(wait, patience) * 60).astype(int), (wait <= patience).astype(int)
    band = np.searchsorted([900, 1800, 2700, 3600], t)
    noted = rng.random((runs, n)) < np.where(t > 1800, 0.8, 0.4)
    weight, counts = np.empty((runs, n)), np.empty((runs, 5), int)
    for i in range(runs):
        seen, counts[i] = (np.bincount(band[i][which], minlength=5) for which in (slice(None), noted[i]))
        weight[i] = np.nan_to_num(estimates.logging_weights(counts[i], seen))[band[i]]
    cell = np.repeat(np.arange(runs), n).reshape(runs, n)
    rows = [v[noted] for v in (cell, t, reached, 1 - reached)]
    bands = estimates.Bands(band[noted], counts)
    weighted = estimates.weighted_kaplan_meier(*rows, weight[noted], runs, bands=bands)
    plain = estimates.kaplan_meier(*rows, runs)
    truth = TRUE_MEDIAN * 60
    (value, low, high), (raw, raw_low, raw_high) = weighted.quantile(0.5), plain.quantile(0.5)
    yield line(
        "median wait, weighted by share noted", f"{n} calls, long ones noted twice as often", runs,
        held(truth, low, high), float(np.nanmean(value) / truth - 1), "notes as they are",
        held(truth, raw_low, raw_high), float(np.nanmean(raw) / truth - 1),
    )  # fmt: skip


def two_logs(rng, n: int, often: float, slow_at_noon: bool):
    """The calls of an office with both logs, and what each caller would have waited had no one hung up, in seconds.

    The phone system sees every call; those of half an hour on are noted ``often`` times as often as the others. Where
    noon is slow, the queue takes twice as long there and its callers hold on longer.
    """
    hour = rng.choice(np.arange(8, 20), n)
    noon = (hour >= 10) & (hour < 17)
    typical, hold = np.full(n, TRUE_MEDIAN), np.full(n, PATIENCE)
    if slow_at_noon:
        typical, hold = np.where(noon, 50.0, 25.0), np.where(noon, 90.0, 35.0)
    full_wait = typical * 60 * np.exp(rng.normal(0, SPREAD, n))
    patience = rng.exponential(hold * 60)
    reached = full_wait <= patience
    wait = np.minimum(full_wait, patience).round()
    duration = wait + np.where(reached, 480, 0)
    noted = rng.random(n) < 0.4 * np.where(duration >= 1800, often, 1)
    columns = {
        "recorded_in": np.where(noted, "both", "phone"),
        "duration_s": duration.astype("int64"),
        "wait_s": pd.Series(wait).where(noted).astype("Int64"),
        "wait_outcome": np.where(noted, np.where(reached, "reached", "gave_up"), "unknown"),
        "wait_origin": np.where(noted, "dial", "unstated"),
    }
    return pd.DataFrame(columns | {"hour": hour} if slow_at_noon else columns), full_wait


LEADING = (
    *((400, often, False, f"400 calls, long ones noted {often:g} times as often") for often in (1, 1.25, 1.5, 2)),
    *((n, 1.5, True, f"{n:,} calls, slow at noon, long ones noted 1.5 times as often") for n in (200, 400, 800, 1600)),
)


def leading(runs: int = 1000):
    """The median wait that a report prints, in offices with both logs, beside the same calls' wait as noted."""
    for n, often, slow_at_noon, world in LEADING:
        large = max(100_000, 1000 * runs)  # far more exact than the mean of so many runs
        truth = float(np.median(two_logs(np.random.default_rng(0), large, often, slow_at_noon)[1]))
        rng, printed, as_noted = np.random.default_rng(7), [], []
        for _ in range(runs):
            lead = measures.leading_wait(measures.logging_bias(two_logs(rng, n, often, slow_at_noon)[0]))
            row = lead.weighted if lead.is_weighted else lead.as_noted
            printed.append([row[name] for name in ("value", "low", "high")])
            as_noted.append([lead.as_noted[name] for name in ("value", "low", "high")])
        (value, low, high), (raw, raw_low, raw_high) = np.array(printed, float).T, np.array(as_noted, float).T
        yield line(
            "median wait that leads", world, runs, held(truth, low, high), float(np.nanmean(value) / truth - 1),
            "wait as noted", held(truth, raw_low, raw_high), float(np.nanmean(raw) / truth - 1),
        )  # fmt: skip


WORLDS = (waits, shares, requests, offices, interruptions, logging, leading)

if __name__ == "__main__":
    rows = [row for world in WORLDS for row in world()]
    with (HERE / "coverage.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([HEAD, *rows])
