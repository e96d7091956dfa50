"""Which calls are about one need: the case worked out on paper (``by_hand/facts.md``), laws, and invented offices."""

import csv
import random

import pytest

from facts_rows import MAIN, build, note, promise, rang
from roots import BY_HAND
from sample_world import offices, tables

HAND = BY_HAND / "needs_agency_calls.csv"


def rows():
    with HAND.open() as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def a_note(row):
    given = {"matter": row["matter"], "reason": row["reason"], "sr_number": row["sr"], "outcome": row["outcome"]}
    kind = {"wait_outcome": "reached" if row["tier"] else "gave_up", "tier": row["tier"], "promised": row["promised"]}
    return note(row["id"], row["at"], our_number=MAIN, duration_s=int(row["seconds"]), **given, **kind)


def needs(made):
    return {d["agency_call_id"]: (d["episode_id"], d["episode_call"]) for d in made.agency_calls}


def test_every_dial_is_in_the_need_in_which_it_was_worked_out_to_be():
    wanted = {row["id"]: (row["need"], int(row["seq"]) if row["seq"] else None) for row in rows()}
    assert needs(build(entries=map(a_note, rows()))) == wanted


def test_the_order_of_the_rows_does_not_matter():
    entries = [a_note(row) for row in rows()]
    wanted = needs(build(entries=entries))
    random.Random(3).shuffle(entries)
    assert needs(build(entries=entries)) == wanted


def test_a_promise_belongs_to_the_need_of_its_call():
    made = build(entries=map(a_note, rows()))
    assert [(p["promise_id"], p["episode_id"]) for p in made.promises] == [("d3", "d1")]


def test_a_need_waits_for_its_callback_however_long_that_takes():
    regular = promise("p", "2022-01-04 10:00", "regular", matter="M1", reason="case_status")
    after = note("later", "2022-04-20 10:00", matter="M1", reason="case_status")
    # Due (lenient) on February 16 and open 60 days more; without the promise the need would have closed in March.
    assert needs(build(entries=[regular, {**after, **_started("2022-04-12 10:00")}]))["later"] == ("p", 2)
    assert needs(build(entries=[regular, after]))["later"] == ("later", 1)


def test_a_callback_that_reached_us_settles_the_need():
    regular = promise("p", "2022-01-04 10:00", "regular", matter="M1", reason="case_status")
    again = note("again", "2022-02-08 10:00", matter="M1", reason="case_status")
    reached = rang("r", "2022-01-20 10:00", outcome="answered", s=300)
    assert needs(build([reached], [regular, again]))["again"] == ("again", 1)
    assert needs(build([], [regular, again]))["again"] == ("p", 2)


def test_a_dial_without_a_date_belongs_to_no_need():
    assert needs(build(entries=[note("d", None, matter="M1")])) == {"d": (None, None)}


def _started(written):
    return {key: note("x", written)[key] for key in ("started_at_utc", "started_at_local")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("office", "least"), [(offices.CHICAGO, 0.92), (offices.LOS_ANGELES, 0.97)], ids=["60% noted", "all"]
)
def test_on_invented_offices_the_needs_are_nearly_the_true_ones(office, least):
    """An office that notes down six calls of ten cannot tell as many needs apart."""
    made = tables.invent(office, 7)
    truth = {d.code: d.need.code for d in made.history.agency_calls}
    truth |= {tables.entry_id(d.note): d.need.code for d in made.history.agency_calls if d.note}
    found = {}
    for d in made.facts()["agency_calls"].to_pylist():
        if d["episode_id"]:
            found.setdefault(d["episode_id"], set()).add(truth[d["call_id"] or d["entry_id"]])
    assert sum(len(meant) == 1 for meant in found.values()) / len(found) > least
    assert len(found) == pytest.approx(len({d.need.code for d in made.history.agency_calls if d.note}), rel=0.08)
