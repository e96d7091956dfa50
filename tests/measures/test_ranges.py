"""The two ends of every figure that hangs on whose a callback was: exact, valid, and only wider in thinner logs."""

import itertools
import random
import sys

import pandas as pd
import pytest

from callanalytics.intake import receipt_contents
from callanalytics.intake.receipt import Receipt, coverage_section
from callanalytics.intake.receipt_data import Scope, UndescribedLine
from callanalytics.measures import (
    callback_hit_rate,
    late_callbacks,
    promise_kept_rate,
    restart_rate,
    second_attempt_made_rate,
    silent_promises,
    time_to_callback,
)
from callanalytics.schema import FREE_BITS
from callanalytics.values import phones
from exhaustive import seeds
from facts_rows import CELL, MAIN, USCIS, build, call, ends, line, loaded, note, promise, rang, stranger
from roots import BENCHMARKS

sys.path.insert(0, str(BENCHMARKS))
import attempts

DAY = "2022-04-30"
LONG = [stranger(f"{end}{ours}", moment, ours) for ours in (MAIN, CELL)
        for end, moment in (("a", "2021-09-01 08:00"), ("z", "2022-04-30 18:00"))]  # fmt: skip


def made(calls, entries, **more):
    """An office all of whose lines are exported; every request was made on a call of ten minutes in the export."""
    dialed = [call(f"d{n['entry_id']}", n["started_at_local"].strftime("%Y-%m-%d %H:%M:00"), s=600)
               for n in entries if n["kind"] == "dial"]  # fmt: skip
    return build([*LONG, *dialed, *calls], entries, **more)


def answered(id, moment, **more):
    return rang(id, moment, outcome="answered", s=300, **more)


# ---- the five small cases ------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_call_back_about_a_request_that_no_one_logged_keeps_no_logged_one_for_certain():
    """Two calls of forty minutes, one noted; one answered callback, which may have been about the other."""
    unnoted = call("u", "2022-03-01 09:00", s=2400)
    log = made([unnoted, answered("r", "2022-03-02 10:00")], [promise("p", "2022-03-01 10:00")])
    assert ends(log, DAY, promise_kept_rate) == ends(log, DAY, callback_hit_rate) == (0, 1)
    assert ends(log, DAY, silent_promises) == (1, 0)
    whole = made([answered("r", "2022-03-02 10:00")], [promise("p", "2022-03-01 10:00")])
    assert ends(whole, DAY, promise_kept_rate) == ends(whole, DAY, callback_hit_rate) == (1, 1)


@pytest.mark.slow
def test_an_email_that_names_no_request_may_be_about_one_that_no_one_logged():
    entries = [promise("p", "2022-03-01 10:00"), note("e", "2022-03-02 10:00", "email")]
    assert ends(made([call("u", "2022-03-01 09:00", s=2400)], entries), DAY, promise_kept_rate) == (0, 1)
    assert ends(made([], entries), DAY, promise_kept_rate) == (1, 1)
    named = [entries[0], {**entries[1], "parent_entry_id": "p"}]
    assert ends(made([call("u", "2022-03-01 09:00", s=2400)], named), DAY, promise_kept_rate) == (1, 1)


@pytest.mark.slow
def test_one_email_serves_one_of_two_requests():
    entries = [promise("p", "2022-03-01 10:00"), promise("q", "2022-03-01 11:00", number=CELL),
             note("e", "2022-03-02 10:00", "email")]  # fmt: skip
    log = made([], entries)
    assert ends(log, DAY, promise_kept_rate) == (0, 1)
    assert ends(log, DAY, callback_hit_rate) == (0, 0)
    assert ends(log, DAY, silent_promises) == (2, 1)


@pytest.mark.slow
def test_a_missed_call_after_which_an_email_may_have_come_was_or_was_not_the_last():
    entries = [promise("p", "2022-03-01 10:00", "regular"), promise("q", "2022-03-01 12:00", "regular"),
             note("n", "2022-03-02 10:00", "ring", outcome="missed", parent_entry_id="p", our_number=MAIN),
             note("e", "2022-03-10 10:00", "email")]  # fmt: skip
    log = made([rang("r", "2022-03-02 10:00:20")], entries)
    assert ends(log, DAY, second_attempt_made_rate) == (0, 1)


@pytest.mark.slow
def test_a_line_that_blocks_unknown_callers_is_no_witness():
    lines = [line(MAIN, withheld=False), line(CELL, withheld=True)]
    log = made([], [promise("p", "2022-03-01 10:00"), promise("q", "2022-03-01 12:00", number=CELL)], lines=lines)
    table = silent_promises(loaded(log, DAY)).table
    assert table.loc[table["statistic"] == "n_blocked", "events"].iloc[0] == 1
    assert table.loc[table["statistic"] == "count", "n"].tolist() == [1, 1]


@pytest.mark.slow
def test_whether_callers_without_a_number_get_through_is_known_from_the_office_or_from_the_export():
    hidden = rang("h", "2022-02-01 10:00", None)
    one = [promise("p", "2022-03-01 10:00")]
    found = {word: [line(MAIN, withheld=word), line(CELL)] for word in (True, False, None)}
    shown = {word: loaded(made([], one, lines=lines), DAY)["is_blocked"].to_pylist() for word, lines in found.items()}
    assert shown == {True: [False], False: [True], None: [None]}
    assert loaded(made([hidden], one), DAY)["is_blocked"].to_pylist() == [False]


@pytest.mark.slow
def test_of_a_line_of_which_neither_tells_it_is_asked_and_never_again_once_it_is_said():
    def asked(calls=(), **more):
        log = made(calls, [promise("p", "2022-03-01 10:00")], **more)
        return receipt_contents.lines_not_known(log.office, log.tables["promises"], log.tables["callbacks"])

    assert asked() == ((phones.mask(MAIN), 1, ""),)
    assert asked(lines=[line(MAIN, withheld=None), line(CELL)]) == ((phones.mask(MAIN), 1, "desk"),)
    assert asked([rang("h", "2022-02-01 10:00", None)]) == ()
    for word in (True, False):
        assert asked(lines=[line(MAIN, withheld=word), line(CELL)]) == ()


def test_the_receipt_asks_whether_callers_without_a_number_get_through():
    result = Receipt(
        scope=Scope(unheard=(UndescribedLine("***-***-0100", 3, "desk:zoom"),)),
        office="Alder",
        store="calls",
        stored=True,
    )
    text = " ".join(coverage_section(result).split())
    assert "3 promised callbacks to ***-***-0100: does that phone accept calls with no caller ID?" in text
    assert "--line NUMBER:desk:zoom:lets-unknown" in text


@pytest.mark.slow
@pytest.mark.parametrize(("second", "made_again"), [(rang("s", "2022-03-03 10:00"), (0, 1)),
                                                    (rang("s", "2022-03-03 10:00", None), (0, 1)),
                                                    (None, (0, 0))])  # fmt: skip
def test_a_second_call_that_names_nothing_or_shows_no_number_may_have_been_one(second, made_again):
    """Two requests are open; the first callback is noted as about p, the next names nothing."""
    entries = [promise("p", "2022-03-01 10:00", "regular"), promise("q", "2022-03-01 12:00", "regular"),
             note("n", "2022-03-02 10:00", "ring", outcome="missed", parent_entry_id="p", our_number=MAIN)]  # fmt: skip
    log = made([rang("r", "2022-03-02 10:00:20"), *([second] if second else [])], entries)
    assert ends(log, DAY, second_attempt_made_rate) == made_again


@pytest.mark.slow
def test_of_a_thin_log_the_range_is_wide_and_holds_what_was_so():
    """Four requests, two of them noted; four callbacks in time, which may have been about any."""
    entries = [promise(id, moment) for id, moment in (("a", "2022-03-01 10:00"), ("b", "2022-03-01 13:00"))]
    unnoted = [call("u1", "2022-03-01 11:00", s=1500), call("u2", "2022-03-01 14:00", s=1500)]
    callbacks = [answered(f"r{day}", f"2022-03-0{day} 09:00") for day in (2, 3)]
    assert ends(made([*unnoted, *callbacks], entries), DAY, promise_kept_rate) == (0, 2)


# ---- exact ---------------------------------------------------------------------------------------------


def drawn(dice, lines=(MAIN, MAIN, CELL)):
    """A few requests on some lines, callbacks and emails: named, unnamed, without a number, answered or not."""
    entries, calls = [], []
    for n in range(dice.randint(1, 4)):
        moment = f"2022-03-{dice.choice([1, 2, 3, 4, 7, 8, 9, 10, 11]):02} {dice.randint(9, 15):02}:{10 * n:02}"
        entries.append(promise(f"p{n}", moment, dice.choice(["urgent", "urgent", "regular"]), dice.choice(lines)))
    for n in range(dice.randint(0, 4)):
        day = dice.choice(
            [d for d in range(2, 26) if d % 7 not in (5, 6)]
        )  # no weekend: a call without a number counts
        moment = f"2022-03-{day:02} {dice.randint(8, 16):02}:{11 * n:02}"
        ours, shown = dice.choice(lines), dice.choice([True, True, False])
        result = dice.choice(["answered", "missed", "voicemail"])
        calls.append(rang(f"r{n}", moment, *(() if shown else (None,)), ours=ours, outcome=result, s=60))
        open_then = [p["entry_id"] for p in entries if p["kind"] == "dial" and p["callback_number"] == ours
                     and p["started_at_local"] < calls[-1]["started_at_local"]]  # fmt: skip
        if open_then and dice.random() < 0.4:
            entries.append(
                note(f"n{n}", moment, "ring", outcome=result, parent_entry_id=dice.choice(open_then), our_number=ours)
            )
    for n in range(dice.choice([0, 1, 1])):
        moment = f"2022-03-{dice.choice([2, 3, 4, 8, 9, 10, 14, 15, 16]):02} {dice.randint(8, 16):02}:{13 * n:02}"
        asked = [
            p["entry_id"]
            for p in entries
            if p["kind"] == "dial" and p["started_at_local"] < note("", moment)["started_at_local"]
        ]
        entries.append(note(f"e{n}", moment, "email", parent_entry_id=dice.choice([*asked, None])))
    return calls, entries


def by_trying(promises) -> dict[str, tuple[int, int]]:
    """The least and the most of each figure over every giving of what is free, each to one request or to none."""
    rows = [p for p in promises if p["is_due_default"] and p["is_watched_default"] and p["state"] != "withdrawn"]
    owners: dict[int, list] = {}
    for place, p in enumerate(rows):
        for result in p["free_callbacks"]:
            owners.setdefault(result >> 8, []).append((place, result))
    found: dict[str, set] = {"kept": set(), "hit": set(), "late": set(), "silent": set()}
    for given in itertools.product(*([None, *each] for each in owners.values())):
        worth = [[result for place, result in filter(None, given) if place == n] for n in range(len(rows))]
        in_time = [any(t & FREE_BITS["default"] for t in each) for each in worth]
        hit = [any(t & FREE_BITS["default"] and t & FREE_BITS["answered"] for t in each) for each in worth]
        contact = [p["certain_contact"] for p in rows]
        kept = [c == "in_time" or more for c, more in zip(contact, in_time, strict=True)]
        came = [c != "none" or bool(each) for c, each in zip(contact, worth, strict=True)]
        found["kept"].add(sum(kept))
        found["hit"].add(sum(p["is_hit_certain"] or more for p, more in zip(rows, hit, strict=True)))
        found["late"].add(sum(c and not k for c, k in zip(came, kept, strict=True)))
        found["silent"].add(sum(not c for c in came))
    return {name: (min(values), max(values)) for name, values in found.items()}


def by_trying_within(promises, days: int) -> tuple[int, int]:
    """The least and the most with contact within so many business days, over every giving of what is free."""
    rows = [p for p in promises if p["followed_days"] is not None and p["followed_days"] >= days]
    certain = [p["certain_contact_days"] is not None and p["certain_contact_days"] <= days for p in rows]
    owners: dict[int, list] = {}
    for place, p in enumerate(rows):
        for result, after in zip(p["free_callbacks"], p["free_days"], strict=True):
            if after <= days and not certain[place]:
                owners.setdefault(result >> 8, []).append(place)
    served = [len(set(given) - {None}) for given in itertools.product(*([None, *each] for each in owners.values()))]
    return sum(certain), sum(certain) + max(served)


MEASURES = {"kept": promise_kept_rate, "hit": callback_hit_rate, "late": late_callbacks, "silent": silent_promises}


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(12))
def test_both_ends_are_those_of_trying_every_giving(seed):
    for part in range(5):
        log = made(*drawn(random.Random(100 * seed + part)))
        tried = by_trying(loaded(log, DAY).to_pylist())
        found = {name: tuple(sorted(ends(log, DAY, measure))) for name, measure in MEASURES.items()}
        assert found == tried


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(4))
def test_contact_within_some_days_has_the_ends_of_trying_every_giving(seed):
    for part in range(5):
        log = made(*drawn(random.Random(5000 + 100 * seed + part)))
        for days in (3, 7):
            result = ends(log, DAY, time_to_callback, f"contact_within_{days}d")
            assert result == by_trying_within(loaded(log, DAY).to_pylist(), days)


def requests_again(dice) -> list[dict]:
    """Counted requests of any fate, some made again, with callbacks that may have been theirs."""
    bits, rows = FREE_BITS, []
    for _ in range(dice.randint(1, 5)):
        first = dice.choice([None, None, "missed"])
        free = [256 * callback + bits["missed"] + (bits["beside"] if first else 0)
                for callback in range(4) if dice.random() < 0.4]  # fmt: skip
        rows.append({"state": "silent", "is_due_strict": True, "is_due_default": True, "is_watched_default": True,
                     "is_blocked": False, "callback_extension": None, "is_round_closed_certain": True,
                     "certain_contact": "in_time" if first else "none", "certain_first_callback_result": first,
                     "certain_second_callback_result": "missed" if first and dice.random() < 0.4 else None,
                     "free_callbacks": free, "callback_answered_at_utc": None, "emailed_at_utc": None,
                     "restarted_at_utc": pd.Timestamp("2022-03-08", tz="UTC") if dice.random() < 0.5 else None,
                    })  # fmt: skip
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(12))
def test_the_share_made_again_lies_between_its_ends_whoever_was_rung(seed):
    for part in range(10):
        rows = requests_again(random.Random(9000 + 100 * seed + part))
        table = restart_rate(pd.DataFrame(rows)).table
        records = {(r["statistic"], r["link"]): (r["events"], r["n"]) for _, r in table.iterrows()}
        owners = [
            [n for n, row in enumerate(rows) if any(records >> 8 == callback for records in row["free_callbacks"])]
            for callback in range(4)
        ]
        for given in itertools.product(*([None, *each] for each in owners)):
            rung = [given.count(n) + sum(row[f"certain_{k}_callback_result"] is not None for k in ("first", "second"))
                    for n, row in enumerate(rows)]  # fmt: skip
            groups = {"after_silence": [row for row, n in zip(rows, rung, strict=True) if n == 0],
                      "after_both_missed": [row for row, n in zip(rows, rung, strict=True) if n >= 2]}  # fmt: skip
            for name, some in groups.items():
                again = sum(row["restarted_at_utc"] is not None for row in some)
                (low, of_low), (high, of_high) = records[name, "certain"], records[name, "possible"]
                assert low * len(some) <= again * of_low, (name, given)
                assert again * of_high <= high * len(some), (name, given)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(30))
def test_no_giving_moves_a_rate_over_attempts_out_of_its_range(seed):
    for row in attempts.excess(range(10 * seed, 10 * seed + 10)).values():
        assert row["valid"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(40))
def test_no_giving_passes_the_ends_where_most_free_calls_came_before_the_certain_one(seed):
    for part in range(10):
        assert attempts.passed(attempts.crowded(random.Random(10 * seed + part))) == []


def test_two_free_calls_before_a_certain_one_may_have_been_the_first_round():
    """One certain call, missed on day 8; two free ones on days 1 and 2: if they were its, USCIS rang a second time."""
    free = [(attempts.Contact(day, "missed"), (0,)) for day in (1.5, 2.5)]
    office = attempts.Office((attempts.Request(0, (attempts.Contact(8.5, "missed"),)),), tuple(free))
    assert attempts.sharp(office)["second made"] == (0, 1)
    assert attempts.passed(office) == []


# ---- thinner logs only widen ---------------------------------------------------------------------------


def may_and_must(log) -> dict[str, tuple[bool, bool]]:
    """Of each request whether it was kept for certain, and whether it can have been."""
    in_time = FREE_BITS["default"]
    return {
        p["promise_id"]: (bool(p["is_kept_certain_default"]),
                          bool(p["is_kept_certain_default"]) or any(t & in_time for t in p["free_callbacks"]))
        for p in loaded(log, DAY).to_pylist()
    }  # fmt: skip


def is_wider(thin, whole) -> bool:
    """What the thin log says for certain the whole one says too; what the whole one allows the thin one allows."""
    return all(must <= whole[id][0] and may >= whole[id][1] for id, (must, may) in thin.items())


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(12))
def test_a_thinner_log_says_less_for_certain_and_allows_more(seed):
    for part in range(4):
        dice = random.Random(1000 + 100 * seed + part)
        calls, entries = drawn(dice, [MAIN])  # one without a number is looked for at the number given alone
        whole = may_and_must(made(calls, entries))
        requests = [n for n in entries if n["kind"] == "dial"]
        lost = set(dice.sample([n["entry_id"] for n in requests], dice.randint(0, len(requests) - 1)))
        unlogged = [n for n in entries if n["entry_id"] not in lost and n.get("parent_entry_id") not in lost]
        unnoted = [call(f"d{n['entry_id']}", n["started_at_local"].strftime("%Y-%m-%d %H:%M:00"), s=600)
                   for n in requests if n["entry_id"] in lost]  # fmt: skip
        assert is_wider(may_and_must(made([*calls, *unnoted], unlogged)), whole)
        unnamed = [{**n, "parent_entry_id": None} if n["kind"] in ("ring", "email") and dice.random() < 0.5 else n
                   for n in entries]  # fmt: skip
        assert is_wider(may_and_must(made(calls, unnamed)), whole)
        hidden = [{**c, "other_number": None, "caller_id": "withheld"} if dice.random() < 0.5 else c for c in calls]
        assert is_wider(may_and_must(made(hidden, entries)), whole)


def counted(log) -> dict[str, tuple[bool, bool]]:
    """``may_and_must`` of the requests that a rate counts."""
    shown = {p["promise_id"]: p for p in loaded(log, DAY).to_pylist()}
    return {id: ends_of for id, ends_of in may_and_must(log).items()
            if shown[id]["is_watched_default"] and not shown[id]["is_blocked"]}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(12))
def test_an_export_that_ends_early_only_widens_what_is_still_counted(seed):
    for part in range(4):
        dice = random.Random(3000 + 100 * seed + part)
        calls, entries = drawn(dice, [MAIN, CELL])
        last = f"2022-03-{dice.randint(8, 25):02} 18:00"
        asked = [call(f"d{n['entry_id']}", n["started_at_local"].strftime("%Y-%m-%d %H:%M:00"), s=600)
                 for n in entries if n["kind"] == "dial"]  # fmt: skip
        seen = [c for c in (*LONG, *asked, *calls) if c["started_at_local"] <= note("", last)["started_at_local"]]
        ends_here = [stranger(f"last{ours}", last, ours) for ours in (MAIN, CELL)]
        early = build([*seen, *ends_here], entries)
        assert is_wider(counted(early), may_and_must(made(calls, entries)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(12))
def test_a_line_that_blocks_only_widens_what_is_still_counted(seed):
    """On lines that callback every week: in an export of few calls one call fewer makes a silence of months look
    usual."""
    weeks = pd.date_range("2021-09-01 08:00", "2022-04-30 08:00", freq="7D").strftime("%Y-%m-%d %H:%M")
    weekly = [stranger(f"w{k}{ours}", when, ours) for k, when in enumerate(weeks) for ours in (MAIN, CELL)]
    for part in range(4):
        calls, entries = drawn(random.Random(3000 + 100 * seed + part), [MAIN, CELL])
        whole = made([*weekly, *calls], entries, lines=[line(MAIN, withheld=True), line(CELL, withheld=True)])
        let_in = [c for c in calls if c["our_number"] == MAIN or c["other_number"]]
        blocked = made([*weekly, *let_in], entries, lines=[line(MAIN, withheld=True), line(CELL, withheld=False)])
        assert is_wider(counted(blocked), may_and_must(whole))


def test_calls_to_the_agency_are_what_an_unnoted_call_is():
    assert call("u", "2022-03-01 09:00")["other_number"] == USCIS
