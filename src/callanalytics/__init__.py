"""From a law office's call logs to figures an agency can check.

>>> import callanalytics as ca
>>> ca.__all__
['CallLogError', 'check', 'figures', 'ingest', 'load', 'measures', 'report']

``ingest`` reads exports into a store, ``check`` says what it would read, ``load`` opens a store for a
day, ``measures`` count and estimate, ``figures`` draw, ``report`` writes. Each is imported when it is
first used, so that ``import callanalytics`` costs nothing.
"""

from importlib import import_module

__version__ = "0.1.0"

_WHERE = {
    "CallLogError": ("errors", "CallLogError"),
    "check": ("intake", "check"),
    "figures": ("figures", None),
    "ingest": ("intake", "ingest"),
    "load": ("log", "load"),
    "measures": ("measures", None),
    "report": ("reports", "report"),
}
__all__ = ["CallLogError", "check", "figures", "ingest", "load", "measures", "report"]


def __getattr__(name: str):
    if name not in _WHERE:
        raise AttributeError(f"module 'callanalytics' has no attribute {name!r}")
    module, attribute = _WHERE[name]
    loaded = import_module(f"callanalytics.{module}")
    return getattr(loaded, attribute) if attribute else loaded


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
