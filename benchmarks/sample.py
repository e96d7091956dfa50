"""Small offices: four of the sample read into a store and three figures of them, beside what a user would write.

``python benchmarks/sample.py`` prints the CPU and wall seconds and the peak memory of two programs, each a process of
its own from its start to its exit, in turn, medians of five: ``sample_by_pandas.py``, and the same offices by the
package in one process. It asserts nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import ingest

OURS = """
import sys
from callanalytics import load, measures, sample
for office in sample.offices()[:4]:
    sample.ingest("store", office)
log = load("store")
print(measures.wait(log.agency_calls, by=["weekday", "hour"]))
print(measures.callback_hit_rate(log.promises, by=["office"]))
print(measures.missed_callbacks(log.callbacks, by=["hour_local"]))
"""
HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    ingest.ROUNDS = 5
    was = sys.argv[sys.argv.index("--was") + 1] if "--was" in sys.argv else ""
    script = [HERE / "sample_by_pandas.py", HERE.parent / "data" / "sample", "rows.parquet"]
    programs = {"pandas": (script, str(ingest.SRC)), "ours": (["-c", OURS], str(ingest.SRC))}
    ingest.compare(programs | ({"ours, was": (["-c", OURS], was)} if was else {}), "pandas")
