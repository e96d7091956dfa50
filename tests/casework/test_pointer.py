"""The practice pointer, point by point: each is something the product knows, measures or checks."""

import re
from pathlib import Path
from tomllib import loads

import pytest

from callanalytics import agencies, schema
from callanalytics.casework import practice
from callanalytics.cli import main
from callanalytics.measures import CARDS

USCIS = agencies.load()
POINTS = loads(Path(__file__).with_name("pointer.toml").read_text("utf-8"))["point"]
KNOWN = {
    "column": {f"{table.name}.{name}" for table in schema.TABLES.values() for name in table.names},
    "measure": set(CARDS),
    "tip": {tip.claim for tip in practice.TIPS},
    "command": set(main.commands),
    "number": {number.e164 for number in USCIS.numbers},
    **{
        kind: {row.key for row in getattr(USCIS, field)}
        for kind, field in {
            "attempts": "attempts",
            "claim": "claims",
            "event": "events",
            "line": "lines",
            "mailbox": "mailboxes",
            "notice": "notices",
            "reason": "reasons",
            "recourse": "recourses",
            "rule": "rules",
            "window": "windows",
            "word": "words_said",
        }.items()
    },
}


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point["id"])
def test_a_point_is_known_measured_or_checked(point):
    assert point["covered_by"]
    for name in point["covered_by"]:
        kind, _, word = name.partition(":")
        assert word in KNOWN[kind], name


@pytest.mark.parametrize(
    "words",
    # What a reader of the pointer would look for; each must be spoken of by some point.
    "speech; agent; tip sheet; urgent or regular; transfer; 72 hours; 30 business days; 202-838-2200; item number; "
    "email; second; 18:30; business days before; made again; federal holidays; g-28; log; liaison; earlier; callback "
    "on request; emma; e-request; subject; early in the week; friday; three; extension; unknown callers; agent id; "
    "infopass; expedites; rescheduling; appointment notice; 2019-01-21; premium; vawa; infomod".split("; "),
)
def test_nothing_in_the_pointer_is_passed_over(words):
    assert any(words in point["about"].casefold() for point in POINTS), words


def test_every_claim_that_a_measure_tests_names_a_measure():
    for claim in USCIS.claims:
        assert not claim.test or claim.test in CARDS, claim.id


def test_a_tip_counts_by_words_that_there_are():
    words = {word for table in schema.TABLES.values() for name in table.names for word in table.column(name).words}
    words |= {row.key for field in ("reasons", "lines", "words_said") for row in getattr(USCIS, field)}
    for tip in practice.TIPS:
        for predicate in practice.predicates(tip, USCIS).values():
            assert set(re.findall(r"'([^']*)'", predicate)) <= words, tip.claim
