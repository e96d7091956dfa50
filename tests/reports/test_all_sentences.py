"""All that the reports can say stands in one file that a person reads: tests/golden/sentences.md."""

import pytest

from all_sentences import SPEAKERS, alike, page, sentences
from exhaustive import EXHAUSTIVE, fair
from roots import GOLDEN

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
def forms(sample_log, small_logs, write_golden):
    """Form -> a log that brings it out, and the reports of it; the dearest only where everything is tried, as two in
    three of the small ones, of which reports are built for other laws too."""
    log = sample_log
    office = log.where(office="Alder and Birch")
    large = {
        "All offices": (log, [name for name in SPEAKERS if name != WEB_PAGE]),
        "A period against the one before": (log.where(since="2022-07-01"), (LIAISON,)),
        "One office alone": (office, (LIAISON, FIRM, TO_DO)),
        "One office in a period": (office.where(since="2022-07-01"), (LIAISON, FIRM)),
        "A period without a call": (log.where(since="2030-01-01"), (LIAISON, FIRM)),
    }
    if not (EXHAUSTIVE or write_golden):
        large = {"All offices": (log, [LIAISON, FIRM, SHEET, TO_DO])}
    tried = SMALL if write_golden else fair(SMALL, 3)
    small = {form: (small_logs(SMALL[form][0]), SMALL[form][1]) for form in tried}
    last = {f"{form}: the web page": (log, (WEB_PAGE,)) for form, (log, _) in (large | small).items()}
    return large | small | last


@pytest.mark.slow
def test_every_sentence_stands_in_the_file_that_a_person_reads(forms, write_golden):
    if write_golden and not FILE.exists():
        FILE.write_text("\n".join([*HEAD.splitlines(), *page(forms)]) + "\n", "utf-8")
    assert FILE.is_file(), "write it with --write-golden, then read it"
    expected = FILE.read_text("utf-8").splitlines()
    anew = "delete it, write it with --write-golden, and read it"
    if EXHAUSTIVE:
        assert list(map(alike, [*HEAD.splitlines(), *page(forms)])) == list(map(alike, expected)), anew
    places = by_place(expected)
    anywhere = set().union(*places.values())
    for form, (log, reports) in forms.items():
        for report in reports:
            found = set(map(alike, sentences(SPEAKERS[report](log))))
            assert places.get((form, report), set()) <= found <= anywhere, anew


def by_place(lines) -> dict[tuple[str, str], set[str]]:
    """The sentences of the file under each form and report."""
    form = report = ""
    places = {}
    for line in lines:
        if line.startswith("## "):
            form = line.removeprefix("## ")
        elif line.startswith("### "):
            report = line.removeprefix("### ")
        elif line.startswith("- "):
            places.setdefault((form, report), set()).add(alike(line.removeprefix("- ")))
    return places


def test_sentences_that_differ_in_figures_alone_are_one():
    one = "3,882 of 3,972 logged calls are in these figures; the 90 to other lines are not."
    assert alike(one) == alike("1 of 2 logged calls is in these figures; the one to other lines is not.")
    assert alike(one) != alike("All 42 logged calls are in these figures.")
