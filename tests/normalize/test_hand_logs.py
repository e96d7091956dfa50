"""Hand logs as offices keep them (hand_logs/): what is read of them, against what a careful person reads."""

from dataclasses import dataclass

import pytest

import callanalytics as ca
from exhaustive import fair
from hand_logs import not_logs, score
from hand_logs.write_books import BOOKS, sheets

FLOORS = {"accepted": 0.97, "kept": 0.98, "right": 0.95, "counted": 1.0, "leading": 0.95}


@dataclass(frozen=True)
class Run:
    scores: list
    total: score.Total

    def unlike(self) -> str:
        worst = sorted(self.scores, key=lambda one: -one.lost)[:5]
        return "\n".join(f"{one.name}: {reason}" for one in worst for reason in one.reasons[:4])


@pytest.fixture(scope="module")
def sixteenth(tmp_path_factory):
    scores = score.run(list(BOOKS)[::16], tmp_path_factory.mktemp("sixteenth"))
    return Run(scores, score.total(scores))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """All books where everything is tried; else as many others as above."""
    scores = score.run(fair(BOOKS, 16, first=2), tmp_path_factory.mktemp("whole"))
    return Run(scores, score.total(scores))


def test_the_corpus_is_large_and_every_book_has_entries():
    assert len(BOOKS) >= 64
    for name, book in BOOKS.items():
        rows = sum(len(sheet.truth) for sheet in sheets(book))
        assert 10 <= rows <= 60, name


def test_the_same_seed_writes_the_same_rows():
    book = BOOKS["paralegal, a tab a year"]
    assert sheets(book) == sheets(book)


@pytest.mark.parametrize("share", FLOORS)
def test_every_sixteenth_book_reaches_the_floor(sixteenth, share):
    assert getattr(sixteenth.total, share) >= FLOORS[share], sixteenth.unlike()


def test_no_value_of_every_sixteenth_book_is_wrong(sixteenth):
    assert sixteenth.total.wrong == 0, sixteenth.unlike()


@pytest.mark.slow
@pytest.mark.parametrize("share", FLOORS)
def test_all_books_reach_the_floor(whole, share):
    assert getattr(whole.total, share) >= FLOORS[share], whole.unlike()


@pytest.mark.slow
def test_no_value_of_any_book_is_wrong(whole):
    assert whole.total.wrong == 0, whole.unlike()


def taken(names, folder) -> list[str]:
    """The tables of which anything would be stored."""
    out = []
    for name in names:
        path = not_logs.write(name, folder)
        try:
            receipt = ca.check([path], office="Alder Immigration", timezone="America/Chicago")
        except ca.CallLogError:
            continue
        out += [f"{name} ({file.format})" for file in receipt.files if file.calls + file.entries + file.notices]
    return out


def test_there_are_a_hundred_tables_that_are_no_logs():
    assert len(not_logs.tables()) >= 100


@pytest.mark.slow
def test_no_table_that_is_no_log_is_taken_for_one(tmp_path):
    assert taken(fair(not_logs.tables(), 8), tmp_path) == []
