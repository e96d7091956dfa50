"""Waits of every hour of the week from ten million calls: ``python benchmarks/waits.py [CALLS]``. Prints CPU time.

Kaplan-Meier with median, p90, and their limits for 168 hours of the week, from the count table. Invented calls:
log-normal waits in whole seconds that differ by hour, exponential patience; once with short waits (median 5 minutes)
and once with long ones (30), which make a count table three times as long. Goal: 50 ms.
"""

from __future__ import annotations

import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads that wait for each other are counted as CPU time

import numpy as np

from callanalytics import estimates

CELLS = 168


def calls(n: int, median_s: float, seed: int = 1):
    """Hour of the week, seconds, reached."""
    rng = np.random.default_rng(seed)
    cell = rng.integers(0, CELLS, n, dtype=np.int16)
    typical = np.log(median_s) + 0.3 * np.sin(np.arange(CELLS) * 2 * np.pi / 24)
    wait = np.exp(rng.normal(typical[cell], 0.7))
    patience = rng.exponential(2 * median_s, n)
    return cell, np.minimum(np.minimum(wait, patience), 14399).astype(np.int32), wait <= patience


def counted(keys, sizes, reached):
    """The count table: distinct keys, how many were reached, how many lost."""
    key = np.zeros(len(reached), np.int64)
    for values, size in zip(keys, sizes, strict=True):
        key = key * size + values
    distinct, inverse = np.unique(key, return_inverse=True)
    both = [np.bincount(inverse, v, len(distinct)).astype(np.int64) for v in (reached, ~reached)]
    columns = []
    for size in sizes[::-1]:
        distinct, column = np.divmod(distinct, size)
        columns.append(column)
    return (*columns[::-1], *both)


def timed(label, work, times):
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    print(f"{label:<74}{min(spent):8.3f} cpu s")


def main(n: int, median_s: float) -> None:
    cell, t, reached = calls(n, median_s)
    small = counted((cell, t), (CELLS, 14400), reached)
    print(f"{n:,} calls, median {median_s / 60:g} minutes: {len(small[0]):,} rows of hour of the week and second")

    def curves():
        found = estimates.kaplan_meier(*small, CELLS)
        return found.quantile(0.5), found.quantile(0.9)

    timed("Kaplan-Meier, median, p90, and limits, 168 hours of the week", curves, 7)


if __name__ == "__main__":
    for median_s in (300, 1800):
        main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 10_000_000, median_s)
