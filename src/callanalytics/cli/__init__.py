"""The command line: thin. Each command imports what it needs when it runs, so that help comes at once."""

from callanalytics.cli import measuring, reading, reporting, starting, store
from callanalytics.cli.group import main

__all__ = ["main", "measuring", "reading", "reporting", "starting", "store"]
