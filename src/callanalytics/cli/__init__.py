"""The command line: thin. Each command imports what it needs when it runs, so that help comes at once."""

import os

from callanalytics.cli import measuring, reading, reporting, starting, store
from callanalytics.cli.group import main

__all__ = ["main", "measuring", "reading", "reporting", "starting", "store"]

# Arrow's own pool keeps what is freed in it: of a million calls a tenth more of the processor's time, and 45 MB.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
