"""Reports that many tests look at: each is built once by a process."""

from functools import cache

_logs = {}
_built = cache(lambda report, log: report.build(log))


def built(report, log):
    """The report of a log by its module; logs that show the same part of one store on one day have the same."""
    if hasattr(log, "store"):
        log = _logs.setdefault((log.store.root, log.store.version, log.as_of, log.selection, id(log.agency)), log)
    return _built(report, log)
