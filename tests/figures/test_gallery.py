"""The gallery shows every chart there is, small, with the line that draws it and words for those who cannot see it."""

import re

import pytest

from callanalytics import figures, load
from gallery_of_docs import gallery
from roots import ROOT

PAGE = (ROOT / "docs" / "gallery.md").read_text("utf-8")


def test_every_chart_has_its_picture_and_its_line():
    drawn = {gallery.name_of(line) for lines in gallery.DRAWN.values() for line in lines}
    assert drawn == {name for name in figures.__all__ if name != "Chart"}
    assert {path.stem for path in (ROOT / "docs" / "gallery").glob("*.png")} == drawn
    assert all(line in PAGE for lines in gallery.DRAWN.values() for line in lines)


def test_every_picture_has_words_for_those_who_cannot_see_it():
    alts = re.findall(r"!\[([^\]]*)\]\(gallery/", PAGE)
    assert len(alts) == len(figures.__all__) - 1
    assert all(len(alt) > 30 for alt in alts)


def test_the_pictures_are_small():
    sizes = [path.stat().st_size for path in (ROOT / "docs" / "gallery").glob("*.png")]
    assert sum(sizes) < 1_000_000


@pytest.mark.slow
def test_the_page_is_that_of_the_sample(sample_store):
    assert gallery.page(gallery.charts(load(sample_store))) == PAGE, "run: python docs/make.py"
