"""The command line: thin. Each command imports what it needs when it runs, so that help comes at once."""

from callanalytics.cli import casework, ledger, mapping, measuring, planning, sharing, specifications
from callanalytics.cli.commands import main

__all__ = ["casework", "ledger", "main", "mapping", "measuring", "planning", "sharing", "specifications"]
