"""The command line: thin. Each command imports what it needs when it runs, so that help comes at once."""

from callanalytics.cli import (
    casework,
    ledger,
    mapping,
    measuring,
    offices,
    planning,
    reading,
    reporting,
    sharing,
    specifications,
    starting,
    store,
)
from callanalytics.cli.group import main

__all__ = [
    "casework",
    "ledger",
    "main",
    "mapping",
    "measuring",
    "offices",
    "planning",
    "reading",
    "reporting",
    "sharing",
    "specifications",
    "starting",
    "store",
]
