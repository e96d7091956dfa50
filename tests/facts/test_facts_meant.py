"""Which promise was meant: the one pass gives what looking at every promise for every event gives."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from callanalytics.facts.arrays import MISSING
from callanalytics.facts.linking import OTHER, Spans, only_open

lines = st.sampled_from([MISSING, 0, 1, OTHER])
spans = st.lists(st.tuples(st.integers(0, 30), st.integers(-2, 15), lines), min_size=1, max_size=10)
events = st.lists(
    st.tuples(st.integers(0, 40), lines, st.integers(MISSING, 9), st.booleans(), st.booleans()), max_size=12
)


def by_looking(spans, events, may_end):
    """Every span, for every event in turn."""
    ended, found = set(), []
    for moment, line, result, ends, tells in events:
        open_ones = [
            place
            for place, (opens, closes, on) in enumerate(spans)
            if opens <= moment <= closes and place not in ended and (MISSING in (on, line) or on == line)
        ]
        only = result if result != MISSING else open_ones[0] if tells and len(open_ones) == 1 else MISSING
        found.append(only)
        if ends and 0 <= only < may_end and spans[only][0] <= moment:
            ended.add(only)
    return found


@given(spans=spans, events=events, named=st.booleans(), known=st.booleans())
def test_one_pass_finds_what_looking_at_every_promise_finds(spans, events, named, known):
    spans = [(opens, opens + length, max(on, 0) if known else on) for opens, length, on in spans]
    events = [
        (moment, max(line, 0) if known else line, shown if named and shown < len(spans) else MISSING, ends, tells)
        for moment, line, shown, ends, tells in sorted(events, key=lambda event: event[0])
    ]
    may_end = max(len(spans) - 2, 1)
    shown = [np.array(column) for column in zip(*spans, strict=True)]
    moment, line, names, ends, tells = (
        np.array([event[place] for event in events], kind) for place, kind in enumerate((int, int, int, bool, bool))
    )
    found = only_open(Spans(*shown), moment, line, names, ends, tells, may_end)
    assert found.tolist() == by_looking(spans, events, may_end)
