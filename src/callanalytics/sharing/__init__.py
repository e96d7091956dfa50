"""What an office may hand to somebody else.

>>> from callanalytics.sharing import scrub
>>> made = scrub("march.csv", "shareable.csv", seed=7)                # doctest: +SKIP

``scrub`` makes an export shareable: read by the same format it gives the same rows, and of the people in it nothing
is left. ``cells`` says what becomes of a cell, ``carriers`` write each kind of file anew, ``proof`` compares what both
files give; nothing is written that does not pass.
"""

from __future__ import annotations

from callanalytics.sharing.scrubbing import Scrubbed, scrub

__all__ = ["Scrubbed", "scrub"]
