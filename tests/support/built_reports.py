"""Reports that many tests look at: each is built once by a process."""

from functools import cache

built = cache(lambda report, log: report.build(log))
