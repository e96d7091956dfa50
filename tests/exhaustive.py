"""How much is tried: everything, as a release does; a fair part, as every change does; a few, in the quick part."""

import os

import pytest
from hypothesis import settings

EXHAUSTIVE = bool(os.environ.get("CALLANALYTICS_EXHAUSTIVE"))
WHOLE, QUICK = 300, 30  # invented examples of a law, where it does not say how many


def some(cases, quick) -> list:
    """The cases by name as parameters: the quick ones are always tried, the others where the slow tests are."""
    cases = dict(cases)
    assert set(quick) <= set(cases), set(quick) - set(cases)
    return [
        pytest.param(case, id=name, marks=[] if name in quick else pytest.mark.slow) for name, case in cases.items()
    ]


def examples(whole: int) -> settings:
    """So many invented examples in the whole suite, in the quick part as many fewer as elsewhere."""
    return settings(max_examples=max(2, whole * settings.default.max_examples // WHOLE))
