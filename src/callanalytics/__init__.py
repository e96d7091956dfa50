"""From a law office's call logs to figures an agency can check.

>>> import callanalytics as ca
>>> ca.__all__
['CallLogError', 'Chart', 'Log', 'Result', 'Table', 'check', 'figures', 'ingest', 'load', 'measures', 'report', 'start']
>>> dir(ca) == ca.__all__
True

``ingest`` reads exports into a store, ``check`` says what it would read, ``load`` opens a store for a day: a ``Log``
of ``Table``s. ``measures`` count and estimate, and return a ``Result``; ``figures`` draw it, and return a ``Chart``;
``report`` writes. ``start`` does all of it for a folder. What goes wrong is a ``CallLogError``, of a kind that a script
can tell apart (:mod:`callanalytics.errors`). Each is imported when it is first used, so that ``import callanalytics``
costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callanalytics import figures, measures
    from callanalytics.errors import CallLogError
    from callanalytics.figures.chart import Chart
    from callanalytics.intake import check, ingest
    from callanalytics.log import Log, load
    from callanalytics.measures.result import Result
    from callanalytics.reports import report, start
    from callanalytics.tables import Table

__version__ = "0.1.0"

_WHERE = {
    "CallLogError": ("errors", "CallLogError"),
    "Chart": ("figures", "Chart"),
    "Log": ("log", "Log"),
    "Result": ("measures", "Result"),
    "Table": ("tables", "Table"),
    "check": ("intake", "check"),
    "figures": ("figures", None),
    "ingest": ("intake", "ingest"),
    "load": ("log", "load"),
    "measures": ("measures", None),
    "report": ("reports", "report"),
    "start": ("reports", "start"),
}
__all__ = [
    "CallLogError", "Chart", "Log", "Result", "Table", "check", "figures", "ingest", "load", "measures",
    "report", "start",
]  # fmt: skip

if not TYPE_CHECKING:  # a type checker would take every name for one of ours

    def __getattr__(name: str) -> object:
        if name not in _WHERE:
            raise AttributeError(f"module 'callanalytics' has no attribute {name!r}")
        module, attribute = _WHERE[name]
        loaded = import_module(f"callanalytics.{module}")
        return getattr(loaded, attribute) if attribute else loaded


def __dir__() -> list[str]:
    return sorted(__all__)
