"""The command line, a thin layer. Each command imports what it needs when it runs, so that help appears at once."""

import gc
import os

from callanalytics.cli import first_steps, measuring, reading, reporting, store
from callanalytics.cli.group import main

__all__ = ["first_steps", "main", "measuring", "reading", "reporting", "store"]

# Arrow's own pool keeps freed memory: for a million calls it costs a tenth more processor time and 45 MB.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

# BLAS threads wait for one another over matrices of a few dozen cells: they cost a twelfth of a report's time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Python collects cyclic garbage at every 700 new objects: this costs a twentieth of a report's processor time.
gc.set_threshold(50_000)
