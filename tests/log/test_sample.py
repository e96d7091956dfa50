"""The invented logs: the same bytes each time, no one real in them, and the key that the product must agree with."""

import csv
import json
import math
import random
import re
import statistics
import zipfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import sample_world
from callanalytics import agencies, clocks, invented, sample
from callanalytics.values import zones
from exhaustive import at_night
from sample_world import SEED, almanac, evidence, hand_log, writing
from sample_world.history import live_through, median_min
from sample_world.offices import CHICAGO, DENVER, HONOLULU, LOS_ANGELES, NEW_YORK, OFFICES, PHOENIX

BIG = (NEW_YORK, CHICAGO, LOS_ANGELES)
KINDS = ("calls", "entries", "notices", "rejects", "set_aside")


@pytest.fixture(scope="module")
def made() -> Path:
    """The sample that ships; that the generator writes it, a slow test holds."""
    return invented.shipped_folder("sample")


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    sample_world.write(folder)
    return folder


@pytest.fixture(scope="module")
def answers(made) -> dict:
    return json.loads((made / "key" / "key.json").read_text())


@pytest.fixture(scope="module")
def histories():
    """The histories with their notes, without any file."""
    lived = [live_through(office, SEED) for office in OFFICES]
    for history in lived:
        hand_log.write_down(history, SEED)
    return lived


def files(folder: Path) -> dict[str, Path]:
    return {str(p.relative_to(folder).as_posix()): p for p in sorted(folder.rglob("*")) if p.is_file()}


def contents(path: Path):
    """The bytes of a file; of an archive those of its members, since compressors differ between machines."""
    if path.suffix not in (".xlsx", ".zip"):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {member.filename: archive.read(member) for member in archive.infolist()}


# ---- the files ----------------------------------------------------------------------------------


@pytest.mark.slow
@at_night  # that the files are those that were written before holds it for every change
def test_the_same_seed_writes_the_same_bytes(written, tmp_path):
    sample_world.write(tmp_path)
    assert {name: p.read_bytes() for name, p in files(written).items()} == {
        name: p.read_bytes() for name, p in files(tmp_path).items()
    }


def test_another_seed_is_another_world():
    starts = [[d.start for d in live_through(HONOLULU, seed).agency_calls] for seed in (1, 2)]
    assert starts[0] != starts[1]


@pytest.mark.slow
def test_the_sample_that_ships_is_what_the_generator_writes(written, made):
    shipped = files(made)
    assert list(shipped) == list(files(written)), "run: python data/make_sample.py"
    stale = [name for name, path in files(written).items() if contents(path) != contents(shipped[name])]
    assert not stale, "run: python data/make_sample.py"


def test_the_sample_is_small(made):
    assert sum(p.stat().st_size for p in files(made).values()) < 2_800_000


def test_the_readme_says_first_that_nothing_is_real(made):
    lines = (made / "README.md").read_text("utf-8").splitlines()
    assert lines[0] == "# Invented call logs"
    assert lines[2].startswith("**Nothing in this folder is real.**")


@pytest.mark.slow
def test_every_telephone_number_is_kept_free_for_stories_or_the_agency_s(made):
    published = {n.e164[2:] for n in agencies.load().numbers}
    for path in files(made).values():
        text = contents(path)
        if isinstance(text, dict):
            sheets = {n: b for n, b in text.items() if not n.startswith(("xl/worksheets", "xl/styles", "xl/theme"))}
            text = b"\n".join([*(n.encode() for n in sheets), *sheets.values()])
        for area, exchange, line in re.findall(
            r"(?<![\d.])(?:\+?1)?[(]?([2-9]\d\d)[) .-]{0,2}([2-9]\d\d)[ .-]?(\d{4})(?![\d.])", text.decode("utf-8")
        ):
            number = area + exchange + line
            is_fiction = exchange == "555" and "0100" <= line <= "0199"
            assert is_fiction or number in published, f"{path.name}: {number}"


# ---- the world ----------------------------------------------------------------------------------


def test_closed_days_agree_with_the_calendar_of_the_product():
    days = np.arange("2021-01-01", "2023-01-01", dtype="M8[D]")
    theirs = clocks.is_business_day(days, agency=agencies.load())
    assert [almanac.is_open(day.item()) for day in days] == list(theirs)


@pytest.mark.parametrize("office", OFFICES, ids=lambda o: o.name)
def test_clocks_agree_with_the_zone_database(office):
    dice = random.Random(5)
    moments = [datetime(2021, 1, 1) + timedelta(minutes=dice.randrange(1_051_200)) for _ in range(3000)]
    moments += [datetime(2022, 11, 6, 4) + timedelta(minutes=20 * n) for n in range(30)]
    moments += [datetime(2021, 3, 14, 4) + timedelta(minutes=20 * n) for n in range(30)]
    theirs = zones.to_local(np.array(moments, "M8[us]"), office.zone)
    assert [almanac.local(office.zone, m) for m in moments] == theirs.astype("O").tolist()


@pytest.mark.parametrize(("urgency", "rule_id"), [
    ("urgent", "t2-urgent-2021"), ("regular", "t2-regular-2021"), ("urgent", "t2-urgent-2022"),
    ("regular", "t2-regular-2022"),
])  # fmt: skip
def test_due_moments_agree_with_the_clocks_of_the_product(histories, urgency, rule_id):
    rule = agencies.load().rule(rule_id)
    starts = [p.start for h in histories for p in h.promises if p.urgency == urgency]
    theirs = clocks.due(np.array(starts, "M8[us]"), rule, "default", agency=agencies.load()).astype("O").tolist()
    assert [almanac.due(start, rule.value, rule.unit) for start in starts] == theirs


def test_the_true_median_is_that_of_the_waits_thrown(histories):
    queued = [d for h in histories for d in h.agency_calls if d.virtual_s is not None and d.line == "contact_center"]
    minutes = [d.virtual_s / 60 for d in queued]
    # The sample median of n draws of a lognormal with spread 0.6 lies within 1.25 * 0.6 / sqrt(n) of it, in logs.
    error = abs(math.log(statistics.median(minutes) / writing.median_of(queued)))
    assert error < 3 * 1.2533 * 0.65 / math.sqrt(len(minutes))


def test_the_true_median_of_one_hour_is_the_parameter():
    tuesday = [
        d for d in live_through(NEW_YORK, 3).agency_calls if d.virtual_s is not None and d.line == "contact_center"
    ]
    tuesday = [d for d in tuesday if median_min(d.start) == 39.0]
    assert tuesday
    assert writing.median_of(tuesday) == 39.0


def test_no_one_makes_two_calls_at_once(histories):
    for history in histories:
        assert all(a.end < b.start for a, b in zip(history.agency_calls, history.agency_calls[1:], strict=False))


def test_a_wait_ends_by_what_came_first(histories):
    for agency_call in (d for h in histories for d in h.agency_calls if d.virtual_s is not None):
        assert agency_call.wait_s <= max(5, agency_call.virtual_s)
        assert (agency_call.kind == "reached") == bool(agency_call.tier)


def test_nothing_happens_after_the_last_day(histories):
    last = evidence.AS_OF
    for history in histories:
        assert all(almanac.eastern(r.start).date() <= last for r in history.callbacks)
        assert all(almanac.eastern(p.emailed).date() <= last for p in history.promises if p.emailed)


def test_it_holds_what_a_committee_would_meet(histories, answers):
    """Every awkward case the notebooks and reports must show is there at least a few times."""
    promises = [p for h in histories for p in h.promises]
    callbacks = [r for h in histories for r in h.callbacks]
    agency_calls = [d for h in histories for d in h.agency_calls]
    answer = {
        "withheld callbacks": sum(r.shows == "withheld" for r in callbacks),
        "callbacks outside the window": sum(not almanac.in_window(r.start) for r in callbacks),
        "before seven on the Pacific clock": sum(
            r.office == LOS_ANGELES.key and almanac.local(LOS_ANGELES.zone, r.start).hour < 7 for r in callbacks
        ),
        "both attempts missed": sum([x.result != "answered" for x in p.callbacks] == [True, True] for p in promises),
        "restarts": sum(bool(p.restarted) for p in promises),
        "not due on the last day": sum(p.due > datetime(2023, 1, 1, 5) for p in promises),
        "given a line that no export shows": sum(
            not h.office.covers(p.to, datetime(2022, 12, 1).date()) for h in histories for p in h.promises
        ),
        "extension": sum(p.extension for p in promises),
        "calls outside live hours": sum(not almanac.is_live(d.start) for d in agency_calls),
        "premium line": sum(d.line == "premium" for d in agency_calls),
        "seen by the phone log alone": sum(o["agency_calls"].get("phone", 0) for o in answers["offices"].values()),
        "seen by the hand log alone": sum(o["agency_calls"].get("entry", 0) for o in answers["offices"].values()),
    }
    assert not {what: n for what, n in answer.items() if n < 3}


# ---- the key ------------------------------------------------------------------------------------


def test_there_is_enough_to_measure(answers):
    offices = [answers["offices"][office.key] for office in BIG]
    assert sum(sum(o["noted_waits"].values()) for o in offices) >= 2300
    assert sum(sum(o["promises"].values()) for o in offices) >= 300
    assert sum(o["promises_certain"] for o in offices) >= 120


def test_the_accounts_of_every_file_add_up(answers):
    for name, n in answers["files"].items():
        assert n["rows"] == n["calls"] + n["entries"] + n["notices"] + n["rejects"] + n["set_aside"], name


def test_the_roster_names_the_offices_with_their_hours(made):
    with (made / "offices.csv").open(encoding="utf-8", newline="") as roster:
        rows = [row["folder"] for row in csv.DictReader(roster)]
    assert rows == [office.key for office in OFFICES]
    assert [office.folder for office in sample.offices()] == rows
    assert all(office.files.is_dir() and office.hours for office in sample.offices())


def test_every_file_beside_the_key_is_in_it(made, answers):
    beside = {name for name in files(made) if not name.startswith(("key/", "README", "offices.csv"))}
    assert beside == set(answers["files"])


def rows_of(made: Path, name: str) -> list[dict]:
    with (made / "key" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- the product against the key ----------------------------------------------------------------


@pytest.fixture(scope="module")
def receipts(made, tmp_path_factory) -> dict:
    """Each office's folder read into one store, as a committee would."""
    import callanalytics as ca

    store = tmp_path_factory.mktemp("store")
    read = {
        office.key: ca.ingest(
            [made / office.key], store=store, office=office.name, timezone=office.zone, new_office=True
        )
        for office in OFFICES
    }
    return {"store": store, **read}


@pytest.fixture(scope="module")
def found(receipts) -> dict:
    """The tables of the log at the end of 2022, as rows, each with the key of its office and the row of its note."""
    import callanalytics as ca

    log = ca.load(receipts["store"], as_of=str(evidence.AS_OF))
    key_of = {office.name: office.key for office in OFFICES}
    office = {row["office_id"]: key_of[row["name"]] for row in log.offices.to_arrow().to_pylist()}
    row_of = {note["entry_id"]: note["source_row"] for note in log.entries.to_arrow().to_pylist()}
    tables = {name: getattr(log, name).to_arrow().to_pylist() for name in ("agency_calls", "promises", "callbacks")}
    for name, rows in tables.items():
        for row in rows:
            row["office"] = office[row["office_id"]]
            row["row"] = row_of.get(row["promise_id"] if name == "promises" else row["entry_id"])
    return tables


def by_note(rows: list[dict]) -> dict:
    """Rows by the row of their note; a call of Denver stands in several files, under another row in each."""
    return {(row["office"], int(row["row"])): row for row in rows if row["row"] and row["office"] != DENVER.key}


def key_rows(made: Path, name: str, id: str) -> list[dict]:
    """Rows of the key, each with the key of its office."""
    keys = {office.key[0]: office.key for office in OFFICES}
    return [{**row, "office": keys[row[id][0]]} for row in rows_of(made, name)]


@pytest.mark.slow
@pytest.mark.parametrize("office", OFFICES, ids=lambda o: o.name)
def test_every_row_of_every_file_is_accounted_for_as_the_key_says(receipts, answers, office):
    counted: dict[str, Counter] = {}
    for entry in receipts[office.key].to_json()["files"]:
        name = "takeout-20230103.zip" if ".zip" in entry["file"] else entry["file"].split("/")[-1]
        counted.setdefault(name, Counter()).update({k: entry[k] for k in ("rows", "duplicates", *KINDS)})
    for name, n in answers["files"].items():
        if name.startswith(office.key):
            assert {k: counted[name.split("/")[1]][k] for k in ("rows", *KINDS)} == n, name
    duplicates = sum(n["duplicates"] for n in counted.values())
    assert duplicates == answers["offices"][office.key]["calls_in_two_files"]


@pytest.mark.slow
def test_every_call_noted_is_found_and_joined_to_the_phone_log(made, found):
    ours = by_note(key_rows(made, "agency_calls.csv", "agency_call"))
    theirs = by_note(found["agency_calls"])
    assert set(ours) == set(theirs)
    wrong = {
        row["agency_call"]: (row["recorded_in"], theirs[place]["recorded_in"])
        for place, row in ours.items()
        if row["recorded_in"] != theirs[place]["recorded_in"] and not row["doubtful"]
    }
    assert not wrong


@pytest.mark.slow
def test_a_call_joined_is_the_call_that_was_made(made, found):
    theirs = by_note(found["agency_calls"])
    for place, row in by_note(key_rows(made, "agency_calls.csv", "agency_call")).items():
        if theirs[place]["recorded_in"] == "both" and not row["doubtful"]:
            apart = theirs[place]["started_at_utc"].replace(tzinfo=None) - moment(row["started_at_utc"])
            assert abs(apart.total_seconds()) < 60, row["agency_call"]  # RingCentral's portal gives minutes


@pytest.mark.slow
def test_no_call_is_counted_twice_or_lost(made, found):
    seen = [row for row in rows_of(made, "agency_calls.csv") if row["recorded_in"] != "none"]
    doubtful = sum(row["doubtful"] == "yes" for row in seen)
    assert doubtful < len(seen) / 20
    assert abs(len(found["agency_calls"]) - len(seen)) <= doubtful  # such a note may stay apart, or join another call


@pytest.mark.slow
def test_waits_end_as_they_did_and_are_never_made_up(made, found):
    theirs = by_note(found["agency_calls"])
    for place, row in by_note(key_rows(made, "agency_calls.csv", "agency_call")).items():
        kind = theirs[place]["wait_outcome"]
        assert kind in (row["kind"], "unknown"), row["agency_call"]
        assert kind == row["kind"] or place[0] in (CHICAGO.key, PHOENIX.key)  # a sheet of one's own does not always say
    assert all(row["wait_s"] is None for row in found["agency_calls"] if row["recorded_in"] == "phone")


@pytest.mark.slow
def test_every_promise_noted_is_found(made, found):
    ours = by_note(key_rows(made, "promises.csv", "promise"))
    theirs = by_note(found["promises"])
    assert {place: row["noted_urgency"] for place, row in ours.items()} == {
        place: row["urgency"] for place, row in theirs.items()
    }


@pytest.mark.slow
def test_where_the_evidence_is_certain_the_product_says_what_the_key_says(made, found):
    theirs = by_note(found["promises"])
    certain = {p: r for p, r in by_note(key_rows(made, "promises.csv", "promise")).items() if r["certain"] == "yes"}
    shown = {row["promise"]: outcome(theirs[place]) for place, row in certain.items()}
    assert shown == {row["promise"]: (row["state"], int(row["linked_callbacks"]), row["first_callback_result"] or None)
                    for row in certain.values()}  # fmt: skip


def outcome(promise: dict) -> tuple:
    return promise["state"], promise["n_callbacks"], promise["first_callback_result"]


@pytest.mark.slow
def test_hits_and_misses_follow_from_these_states(made, found):
    theirs = by_note(found["promises"])
    for place, row in by_note(key_rows(made, "promises.csv", "promise")).items():
        if row["certain"] == "yes" and row["due_default_utc"]:
            assert bool(theirs[place]["is_hit"]) == row["state"].startswith("answered_"), row["promise"]


@pytest.mark.slow
def test_due_moments_are_the_key_s(made, found):
    theirs = by_note(found["promises"])
    for place, row in by_note(key_rows(made, "promises.csv", "promise")).items():
        due = theirs[place]["due_default_utc"]
        assert (due is None) == (not row["due_default_utc"]), row["promise"]
        if due:  # where the phone log does not say when the call ended, the clock starts with the call
            apart = (moment(row["due_default_utc"]) - due.replace(tzinfo=None)).total_seconds()
            assert -1200 <= apart <= 6 * 3600, row["promise"]


@pytest.mark.slow
@pytest.mark.parametrize("office", OFFICES, ids=lambda o: o.name)
def test_rings_that_are_the_agency_s_for_sure_are_counted_exactly(answers, found, office):
    sure = [
        row for row in found["callbacks"]
        if row["office"] == office.key and row["channel"] == "voice"
        and (row["caller_id"] == "agency" or row["recorded_in"] in ("entry", "both"))
    ]  # fmt: skip
    counted = Counter("answered" if row["result"] == "answered" else "unanswered" for row in sure)
    assert counted == answers["offices"][office.key]["callbacks_certain"]


@pytest.mark.slow
def test_nothing_is_silent_that_could_not_be_observed(made, found):
    """Not a promise due after the last export, nor one whose number no export covers."""
    office_of = {office.key: office for office in OFFICES}
    last = datetime(2023, 1, 1, 5)
    theirs = by_note(found["promises"])
    unseen = 0
    for place, row in by_note(key_rows(made, "promises.csv", "promise")).items():
        office = office_of[place[0]]
        start = almanac.local(office.zone, moment(row["started_at_utc"])).date()
        covered = office.covers(row["noted_number"], start) or office.logs_all_since
        due_later = row["due_default_utc"] and moment(row["due_default_utc"]) > last
        if (row["noted_number"] and not covered) or due_later:
            unseen += 1
            assert theirs[place]["state"] != "silent", row["promise"]
    assert unseen > 50


NIGHTS = (datetime(2021, 11, 7, 1, 35), datetime(2022, 11, 6, 1, 35))


def in_the_repeated_hour(receipts, name: str) -> list[dict]:
    import callanalytics as ca

    calls = ca.load(receipts["store"], as_of=str(evidence.AS_OF)).calls.to_arrow().to_pylist()
    return [c for c in calls if c["format"] == name and c["started_at_local"] in NIGHTS]


@pytest.mark.slow
def test_the_hour_that_comes_twice_is_flagged_where_the_export_cannot_tell(receipts):
    night = in_the_repeated_hour(receipts, "ringcentral_detailed")
    assert [call["dst_flag"] for call in night] == ["repeated", "repeated"]


@pytest.mark.slow
def test_an_epoch_beside_the_clock_settles_the_hour_that_comes_twice(receipts):
    night = in_the_repeated_hour(receipts, "freepbx")
    assert len({call["started_at_utc"] for call in night}) == 2


@pytest.fixture(scope="module")
def log(receipts):
    import callanalytics as ca

    return ca.load(receipts["store"], as_of=str(evidence.AS_OF))


@pytest.mark.slow
def test_the_median_wait_is_near_the_truth(log, answers):
    import callanalytics as ca

    waits = ca.measures.wait(log.agency_calls).table
    medians = waits[(waits.statistic == "median") & (waits.wait_origin == "dial")]
    # Many waits are noted to five minutes, and the median of such is a multiple of five.
    assert abs(float(medians.value.iloc[0]) / 60 - answers["truth"]["median_wait_min"]) < 3


@pytest.mark.slow
def test_the_intervals_by_hour_hold_the_truth(log, answers):
    import callanalytics as ca

    waits = ca.measures.wait(log.agency_calls, by=("hour",)).table
    medians = waits[(waits.statistic == "median") & (waits.wait_origin == "dial") & (waits.flag == "ok")]
    truth = answers["truth"]["median_wait_min_by_hour"]
    held = [row.low <= 60 * truth[str(row.hour)] <= row.high for row in medians.itertuples()]
    assert len(held) >= 10
    assert sum(held) >= len(held) - 2


@pytest.mark.slow
def test_reading_the_sample_again_changes_nothing(made, receipts):
    import callanalytics as ca

    again = ca.ingest([made / HONOLULU.key], store=receipts["store"], office=HONOLULU.name)
    counts = again.to_json()
    assert counts["calls"] + counts["entries"] == counts["duplicates"] or counts["already_ingested"]


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


# ---- the offices with hard habits ----------------------------------------------------------------------------


@pytest.mark.slow
def test_rolling_exports_give_every_call_and_promise_once(answers, found):
    answer = answers["offices"][DENVER.key]
    assert len([row for row in found["agency_calls"] if row["office"] == DENVER.key]) == answer["agency_calls"]["entry"]
    promises = Counter(row["urgency"] for row in found["promises"] if row["office"] == DENVER.key)
    assert promises == answer["promises"]


@pytest.mark.slow
def test_the_log_goes_on_after_the_phone_export_ends(found):
    """The default day is the last on which anything was logged, not the last of a phone export."""
    last = {
        kind: max(
            row["date"] for row in found["agency_calls"] if row["office"] == NEW_YORK.key and row["recorded_in"] in kind
        )
        for kind in (("both", "phone"), ("entry",))
    }
    assert last["both", "phone"] <= NEW_YORK.main.covered_until
    assert (last["entry",] - last["both", "phone"]).days > 55


@pytest.mark.slow
def test_chicago_notes_six_calls_in_ten(answers):
    answer = answers["offices"][CHICAGO.key]["agency_calls"]
    noted = answer["both"] + answer["entry"]
    assert (
        0.6 <= noted / (noted + answer["phone"] + answer["none"]) <= 0.7
    )  # a call with a promise is forgotten less often


def test_a_line_that_blocks_leaves_no_trace_of_callers_without_a_number(histories):
    (blocking,) = [line for line in LOS_ANGELES.lines if line.blocks]
    (history,) = [history for history in histories if history.office is LOS_ANGELES]
    hidden = [
        callback for callback in history.callbacks if callback.to == blocking.number and callback.shows == "withheld"
    ]
    assert len(hidden) >= 10
    assert all(callback.result == "blocked" and not callback.in_phone and callback.note is None for callback in hidden)
    assert all(stranger.other for stranger in history.strangers if stranger.ours == blocking.number)


@pytest.mark.slow
def test_call_backs_in_free_words_are_found(made, found):
    noted = [row for row in key_rows(made, "callbacks.csv", "callback") if row["office"] == PHOENIX.key]
    theirs = [
        row for row in found["callbacks"] if row["office"] == PHOENIX.key and row["recorded_in"] in ("entry", "both")
    ]
    assert len(theirs) == len([row for row in noted if row["recorded_in"] in ("entry", "both")]) > 10
