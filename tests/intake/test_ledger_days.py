"""A ledger of callbacks gives the day of a call and no time: each of its calls is the one of the log that it can be.

The log has the time, the wait and what came of the call; the ledger the day, the request, what was promised and what
came. Every case is worked out by hand: how many calls, promises and callbacks there were, and which rows stay in doubt.
"""

from dataclasses import dataclass

import openpyxl
import pytest

from callanalytics import intake
from callanalytics.log import load
from callanalytics.store import Store
from exhaustive import in_turn

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32, "wait_origin": "dial"}
LOG = "Date,Time called,Hold time,Outcome,Matter,Receipt,SR #,Callback promised,Agent,Called back on,Callback result"
LEDGER = "SR #,Matter,Receipt,Date,Callback promised,Called back on,Callback result"
GIVEN_UP, REACHED = "hung up", "reached an officer"


@dataclass(frozen=True)
class Case:
    """The rows of a log and of a ledger, and what they come to."""

    log: tuple[str, ...]
    ledger: tuple[str, ...]
    calls: int
    promises: int
    unsure: tuple[int, ...] = ()
    callbacks: int = 0


def noted(time, outcome=REACHED, matter="", receipt="", request="", promised="", day="3/14/2022", came="", **more):
    agent, wait = (more.get(name, usual) for name, usual in (("agent", ""), ("wait", "40 min")))
    return f"{day},{time},{wait},{outcome},{matter},{receipt},{request},{promised},{agent},{came or ','}"


def promised(request="", matter="", receipt="", kind="72 hours", day="3/14/2022", came=""):
    return f"{request},{matter},{receipt},{day},{kind},{came or ','}"


TWO = (noted("9:10 AM", matter="22-014", promised="72 hours"), noted("2:30 PM", matter="22-015"))
ONE_CALL = {
    "by the service request": Case(
        (noted("9:10 AM", request="SR10000001", promised="72 hours"), noted("2:30 PM", request="SR10000002")),
        (promised("SR10000001"),), 2, 1),
    "by a request that is written otherwise": Case(
        (noted("9:10 AM", request="SR10000001", promised="72 hours"),), (promised("sr# 1000-0001"),), 1, 1),
    "by the matter, where the log has no request": Case(TWO, (promised("SR10000001", "22-014"),), 2, 1),
    "by the receipt": Case((noted("9:10 AM", receipt="IOE9012345678"),), (promised("", "", "IOE9012345678"),), 1, 1),
    "a promise that the log does not note": Case((noted("9:10 AM", matter="22-014"),), (promised("", "22-014"),), 1, 1),
    "the one call of the matter that was not given up": Case(
        (noted("9:10 AM", GIVEN_UP, "22-014"), noted("9:50 AM", matter="22-014")), (promised("", "22-014"),), 2, 1),
    "the one call of the matter that notes a promise": Case(
        (noted("9:10 AM", matter="22-014"), noted("9:50 AM", matter="22-014", promised="72 hours")),
        (promised("", "22-014"),), 2, 1),
    "one request, told as of two kinds": Case(
        (noted("9:10 AM", request="SR10000001", promised="30 days"),), (promised("SR10000001"),), 1, 1),
    "two rows of one request, one for each callback": Case(
        (noted("9:10 AM", request="SR10000001", promised="72 hours"),),
        (promised("SR10000001", came="3/15/2022 10:05,missed"), promised("SR10000001", came="3/16/2022 11:05,spoke")),
        1, 1, callbacks=2),
    "a log without times, with its waits": Case(
        (noted("", matter="22-015"), noted("", matter="22-014", promised="72 hours", wait="25 min")),
        (promised("SR10000001", "22-014", came="3/15/2022 10:05,spoke"),), 2, 1, callbacks=1),
    "a callback of which the ledger has the day": Case(
        (noted("9:10 AM", matter="22-014", promised="72 hours", came="3/15/2022 10:05,spoke"),),
        (promised("", "22-014", came="3/15/2022,spoke"),), 1, 1, callbacks=1),
    "of two callbacks of a day the one of its result": Case(
        (noted("9:10 AM", request="SR10000001", promised="72 hours", came="3/15/2022 10:05,spoke"),),
        (promised("SR10000001", came="3/15/2022,spoke"),), 1, 1, callbacks=1),
}  # fmt: skip
SEVERAL = {
    "another day": Case(
        (noted("9:10 AM", request="SR10000001", promised="72 hours"),),
        (promised("SR10000001", day="3/15/2022"),), 2, 2),
    "another request of that matter": Case(
        (noted("9:10 AM", matter="22-014", request="SR10000001", promised="72 hours"),),
        (promised("SR10000002", "22-014"),), 2, 2, (2,)),
    "a matter with a name behind its number": Case(
        (noted("9:10 AM", matter="22-014", promised="72 hours"),), (promised("", "22-014 Ng"),), 2, 2, (2,)),
    "another matter of the year": Case(
        (noted("9:10 AM", matter="2022 014", promised="72 hours"),), (promised("", "2022 015"),), 2, 2),
    "another matter": Case(TWO, (promised("SR10000001", "22-016"),), 3, 2),
    "another receipt of that matter": Case(
        (noted("9:10 AM", matter="22-014", receipt="IOE9012345678"),),
        (promised("", "22-014", "IOE9087654321"),), 2, 1, (2,)),
    "a call given up about that matter": Case(
        (noted("9:10 AM", GIVEN_UP, "22-014"),), (promised("", "22-014"),), 2, 1),
    "two calls of the matter, both with a promise": Case(
        tuple(noted(time, matter="22-014", promised="72 hours") for time in ("9:10 AM", "2:30 PM")),
        (promised("", "22-014"),), 3, 3, (2,)),
    "two calls of the matter, neither with a promise": Case(
        (noted("9:10 AM", matter="22-014"), noted("2:30 PM", matter="22-014")), (promised("", "22-014"),), 3, 1, (2,)),
    "a promise of another kind": Case(
        (noted("9:10 AM", matter="22-014", promised="30 days"),), (promised("", "22-014"),), 2, 2, (2,)),
    "no callback promised, as the log says": Case(
        (noted("9:10 AM", request="SR10000001", promised="no"),), (promised("SR10000001"),), 2, 1, (2,)),
    "two rows of the ledger for one call of the log": Case(
        (noted("9:10 AM", matter="22-014"),), (promised("", "22-014"), promised("", "22-014")), 3, 2, (2, 3)),
    "a log that names no case": Case((noted("9:10 AM"), noted("2:30 PM")), (promised("SR10000001"),), 3, 1, (2,)),
    "a ledger that names no case": Case((noted("9:10 AM", matter="22-014"),), (promised(),), 2, 1, (2,)),
    "the second call of the day, which no log has": Case(
        (noted("9:10 AM", matter="22-014", request="SR10000001", promised="72 hours"),),
        (promised("SR10000001", "22-014"), promised("", "22-014")), 2, 2, (3,)),
}  # fmt: skip


def written(folder, case: Case):
    sheets = {"waits.csv": (LOG, case.log), "promises.csv": (LEDGER, case.ledger)}
    for name, (header, rows) in sheets.items():
        (folder / name).write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return [folder / name for name in sheets]


def counted(store) -> dict:
    log = load(store, as_of="2022-06-30")
    unsure = [row for row in log.entries.to_arrow().to_pylist() if "call_of_day_unsure" in (row["warnings"] or "")]
    assert {row["started_precision_s"] for row in unsure} <= {86400}
    return {
        "calls": len(log.agency_calls.to_arrow()),
        "promises": len(log.promises.to_arrow()),
        "callbacks": len(log.callbacks.to_arrow()),
        "unsure": tuple(sorted({row["source_row"] for row in unsure})),
    }


@pytest.mark.parametrize(("case", "ways"), in_turn(ONE_CALL | SEVERAL, ("one run", "in order", "backwards")))
def test_a_call_of_a_ledger_is_the_call_of_the_log_that_it_can_be(case, ways, tmp_path):
    truth = {name: getattr(case, name) for name in ("calls", "promises", "callbacks", "unsure")}
    paths = written(tmp_path, case)
    runs = {"one run": [paths], "in order": paths, "backwards": paths[::-1]}
    for way in ways:
        place = tmp_path / way
        for given in runs[way]:
            receipt = intake.ingest(given, place, **OFFICE)
        assert counted(place) == truth
        # What stays in doubt is asked, and no row is lost
        asked = [each for each in receipt.questions if each.question.code == "call_of_day_unsure"]
        assert sum(each.rows for each in asked) == len(case.unsure)
        assert all(each.file.endswith("promises.csv") and not each.question.blocks for each in asked)
        n_joined = len(case.ledger) - (case.calls - len(case.log))
        assert (receipt.totals["duplicates"] > 0) == (n_joined > 0)
        assert [
            row["rows"] for row in sorted(Store.open(place).read("sources").to_pylist(), key=lambda row: row["name"])
        ] == [
            len(case.ledger),
            len(case.log),
        ]
        assert Store.open(place).verify() == []
        assert not intake.ingest(paths, place, **OFFICE).stored
        assert counted(place) == truth


def test_a_ledger_in_the_workbook_of_the_log_comes_and_goes_with_it(tmp_path):
    case = ONE_CALL["by the matter, where the log has no request"]
    book = openpyxl.Workbook()
    for sheet, (header, rows) in ((book.active, (LOG, case.log)), (book.create_sheet(), (LEDGER, case.ledger))):
        for row in (header, *rows):
            sheet.append(row.split(","))
    book.save(tmp_path / "calls.xlsx")
    receipt = intake.ingest(tmp_path / "calls.xlsx", tmp_path / "store", **OFFICE)
    assert (receipt.totals["entries"], receipt.totals["duplicates"]) == (3, 1)
    assert counted(tmp_path / "store") == {"calls": 2, "promises": 1, "callbacks": 0, "unsure": ()}
    log, ledger = written(tmp_path, case)
    intake.ingest([log, ledger], tmp_path / "other", **OFFICE)
    intake.remove(tmp_path / "other", log.name)
    assert counted(tmp_path / "other") == {"calls": 1, "promises": 1, "callbacks": 0, "unsure": ()}
    assert Store.open(tmp_path / "other").verify() == []


def test_the_receipt_says_how_many_calls_of_a_ledger_are_in_the_log_and_how_many_in_no_other_sheet(tmp_path):
    rows = (promised("SR10000001"), promised("SR10000007", day="3/15/2022"))
    receipt = intake.ingest(
        written(tmp_path, Case(ONE_CALL["by the service request"].log, rows, 0, 0)), tmp_path / "s", **OFFICE
    )
    assert [note for note in receipt.notes if "only the day" in note] == [
        "1 call of one sheet is also in another that gives only the day: matched by service request, matter, "
        "or receipt number, or by the days of all promises in the workbook; it counts once; "
        "1 call with only the day counts too"
    ]


DAYS = ("3/14/2022", "3/16/2022", "3/21/2022")
OF_DAYS = tuple(noted("9:10 AM", promised="72 hours", day=day) for day in DAYS)
LISTED = tuple(promised(day=day) for day in DAYS)
TRACKERS = {  # the rows of a log, those of a tab that names no case, and whether it lists the promises of the log again
    "the promises, a row each": (OF_DAYS, LISTED, True),
    "beside a call without a promise": ((*OF_DAYS, noted("2:10 PM", GIVEN_UP, day=DAYS[0])), LISTED, True),
    "and promises of before": ((*OF_DAYS, noted("9:10 AM", promised="72 hours", day="2/1/2022")), LISTED, True),
    "a promise is not listed": ((*OF_DAYS, noted("9:10 AM", promised="72 hours", day="3/17/2022")), LISTED, False),
    "two promises of a day": ((*OF_DAYS, noted("2:10 PM", promised="72 hours", day=DAYS[1])), LISTED, False),
    "a day that the log has not": (OF_DAYS, (*LISTED, promised(day="3/22/2022")), False),
    "promises of another kind": (OF_DAYS, tuple(promised(day=day, kind="30 days") for day in DAYS), False),
    "of other cases": (
        tuple(noted("9:10 AM", matter=f"22-01{n}", promised="72 hours", day=day) for n, day in enumerate(DAYS)),
        tuple(promised(matter=f"22-02{n}", day=day) for n, day in enumerate(DAYS)), False),
    "two days": (OF_DAYS[:2], LISTED[:2], False),
}  # fmt: skip


@pytest.mark.parametrize("name", TRACKERS)
def test_a_tab_that_lists_all_promises_of_its_workbook_by_day_counts_none_again(name, tmp_path):
    log, tracker, is_again = TRACKERS[name]
    book = openpyxl.Workbook()
    for sheet, (header, rows) in ((book.active, (LOG, log)), (book.create_sheet(), (LEDGER, tracker))):
        for row in (header, *rows):
            sheet.append(row.split(","))
    book.save(tmp_path / "calls.xlsx")
    intake.ingest(tmp_path / "calls.xlsx", tmp_path / "store", **OFFICE, date_order="mdy")
    found = counted(tmp_path / "store")
    n_promised = sum("72 hours" in row for row in log)
    assert (found["calls"], found["promises"]) == (
        (len(log), n_promised) if is_again else (len(log) + len(tracker), n_promised + len(tracker))
    )
    assert Store.open(tmp_path / "store").verify() == []
