"""Whether to try everything, as a release does, or a fair part of it, as every change does."""

import os

EXHAUSTIVE = bool(os.environ.get("CALLANALYTICS_EXHAUSTIVE"))
