"""All that the reports can say stands in one file that a person reads: tests/golden/sentences.md."""

import pytest

from all_sentences import SPEAKERS, alike, page
from callanalytics import log as logs
from roots import GOLDEN
from small_offices import make_store

FILE = GOLDEN / "sentences.md"
HEAD = """# Every sentence

What the reports say of the invented sample and of smaller logs: each sentence where it first comes, slides and email
included. Two that differ only in numbers, dates, names, or what is in brackets are one. Left out: heads and cells of
tables, alt texts, and definitions. A change of words needs this file anew: delete it, and run
`python3 run.py test tests/reports/test_all_sentences.py --write-golden`. Then read what is new aloud."""
LIAISON, FIRM, _, SHEET, TO_DO, WEB_PAGE = SPEAKERS
SMALL = {
    "A hand log of 42 calls": ("42 calls", (LIAISON, FIRM, SHEET)),
    "A hand log of one day": ("one day", (LIAISON, FIRM, SHEET)),
    "A hand log that does not say from when waits run": ("120 waits of no stated clock", (LIAISON, FIRM)),
    "A phone log alone": ("2-chicago, phone only", (LIAISON, FIRM)),
    "A hand log alone": ("2-chicago, hand log only", (LIAISON, FIRM)),
}


@pytest.fixture
def forms(sample_store, tmp_path):
    """Form -> a log that brings it out, and the reports of it."""
    log = logs.load(sample_store)
    office = log.where(office="Alder and Birch")
    large = {
        "All offices": (log, [name for name in SPEAKERS if name != WEB_PAGE]),
        "A period against the one before": (log.where(since="2022-07-01"), (LIAISON,)),
        "One office alone": (office, (LIAISON, FIRM, TO_DO)),
        "One office in a period": (office.where(since="2022-07-01"), (LIAISON, FIRM)),
        "A period without a call": (log.where(since="2030-01-01"), (LIAISON, FIRM)),
    }
    small = {}
    for form, (name, reports) in SMALL.items():
        store = tmp_path / name / "calls"
        store.parent.mkdir()
        make_store(store, name)
        small[form] = logs.load(store), reports
    last = {f"{form}: the web page": (log, (WEB_PAGE,)) for form, (log, _) in (large | small).items()}
    return large | small | last


@pytest.mark.slow
def test_every_sentence_stands_in_the_file_that_a_person_reads(forms, write_golden):
    found = [*HEAD.splitlines(), *page(forms)]
    if write_golden and not FILE.exists():
        FILE.write_text("\n".join(found) + "\n", "utf-8")
    assert FILE.is_file(), "write it with --write-golden, then read it"
    expected = FILE.read_text("utf-8").splitlines()
    assert list(map(alike, found)) == list(map(alike, expected)), "delete it, write it with --write-golden, and read it"


def test_sentences_that_differ_in_figures_alone_are_one():
    one = "3,882 of 3,972 logged calls are in these figures; the 90 to other lines are not."
    assert alike(one) == alike("1 of 2 logged calls is in these figures; the one to other lines is not.")
    assert alike(one) != alike("All 42 logged calls are in these figures.")
