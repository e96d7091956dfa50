"""How much the tests try: everything, as for a release; a share, as for every change; or a few cases when quick."""

import os
from collections import defaultdict

import pytest
from hypothesis import settings

EXHAUSTIVE = bool(os.environ.get("CALLANALYTICS_EXHAUSTIVE"))
EVERY, QUICK = 300, 15  # invented examples of a law that does not state its own number
WHOLE = EVERY if EXHAUSTIVE else EVERY // 6
at_night = pytest.mark.skipif(not EXHAUSTIVE, reason="another test holds the law where not everything is tried")


def fair(items, every: int, first: int = 0) -> list:
    """All items when everything is tried; otherwise every n-th from `first` on, so that laws can share the items."""
    return list(items) if EXHAUSTIVE else list(items)[first % every :: every]


def some(cases, quick, night=(), every: int = 1, first: int = 0) -> list:
    """The cases by name as parameters. The quick ones are always tried. With slow tests, so is every n-th of the
    others; the rest and the nightly ones only when everything is tried."""
    cases = dict(cases)
    assert {*quick, *night} <= set(cases), {*quick, *night} - set(cases)
    tried = set(cases) if EXHAUSTIVE else {*quick, *fair((name for name in cases if name not in night), every, first)}
    return [
        pytest.param(case, id=name, marks=[] if name in quick else pytest.mark.slow)
        for name, case in cases.items()
        if name in tried
    ]


def outer_cases(ids) -> set[str]:
    """The first and the last case of each test, by test id; in tests/house, where cases are files, all cases."""
    cases = defaultdict(list)
    for id in ids:
        cases[id if id.startswith("tests/house/") else id.split("[")[0]].append(id)
    return {id for its in cases.values() for id in (its[0], its[-1])}


def seeds(n: int) -> list:
    """The seeds of n invented worlds as parameters: all when everything is tried, otherwise the quick first one."""
    return [pytest.param(seed, marks=[pytest.mark.slow] if seed else []) for seed in range(n if EXHAUSTIVE else 1)]


def worlds(n: int) -> range:
    """The seeds of invented worlds in which a share must hold: all when everything is tried, otherwise half of them."""
    return range(n if EXHAUSTIVE else n // 2)


def crossed(names, others) -> list:
    """Pairs of names as slow parameters: all pairs when everything is tried; otherwise each name with one of the others
    in turn, so that every name of both lists is tried."""
    names, others = list(names), list(others)
    turns = [(n + n // len(others)) % len(others) for n in range(len(names))]  # avoid steps that repeat with the names
    pairs = [(name, other) for name, turn in zip(names, turns, strict=True)
             for other in (others if EXHAUSTIVE else [others[turn]])]  # fmt: skip
    return [pytest.param(*pair, id="-".join(pair), marks=pytest.mark.slow) for pair in pairs]


def in_turn(cases, ways) -> list:
    """The cases by name as parameters, each with the ways to try it: all when everything is tried; otherwise one, the
    next with each case."""
    return [pytest.param(case, fair(ways, len(ways), first=n), id=name) for n, (name, case) in enumerate(cases.items())]


def examples(every: int) -> settings:
    """So many invented examples when everything is tried; otherwise fewer, in the same proportion as for other laws."""
    return settings(max_examples=max(2, every * settings.default.max_examples // EVERY))
