"""What an office may hand to someone else.

>>> from callanalytics.sharing import scrub
>>> made = scrub("march.csv", "shareable.csv", seed=7)                # doctest: +SKIP

``scrub`` makes an export shareable: the same format reads it, it gives the same rows, and nothing of the people in it
is left. ``column_policy`` decides what becomes of a cell, ``writers`` write each kind of file again, ``round_trip``
compares what both files give; a copy that does not pass is not written.
"""

from __future__ import annotations

from callanalytics.sharing.scrubbing import Scrubbed, scrub

__all__ = ["Scrubbed", "scrub"]
