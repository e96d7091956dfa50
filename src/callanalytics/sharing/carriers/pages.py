"""HTML pages, written anew: of each entry the places at which the format looks, and what leads to them."""

from __future__ import annotations

import re

from callanalytics.formats import Format
from callanalytics.read import File, pages
from callanalytics.sharing.carriers import Change
from callanalytics.sharing.cells import FILLED

_FRAME = ("class", "rel")  # attributes by which a place is found


def written(file: File, fmt: Format, change: Change) -> bytes:
    """The page's bytes anew."""
    page = pages.soup(file)
    selectors = " ".join([fmt.file.rows, fmt.recognise.selector, *fmt.file.fields.values()])
    words = set(re.findall(r"[\w-]+", selectors))
    around = page.select(fmt.recognise.selector)
    told = []
    for entry in page.select(fmt.file.rows):
        is_itself = any(place is entry for place in around)
        frame = None if is_itself else next((p for p in entry.parents if any(p is a for a in around)), None)
        if frame is not None:
            _plain(frame, words)
        text = str(_emptied(entry, fmt, change, words))
        told.append(f'<div class="{" ".join(frame.get("class", []))}">{text}</div>' if frame is not None else text)
    head = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"/></head><body>'
    return "\n".join([head, *told, "</body></html>\n"]).encode("utf-8")


def _emptied(entry, fmt: Format, change: Change, words: set[str]):
    """The entry itself, with nothing in it but its fields anew."""
    found = []
    for name, field in fmt.file.fields.items():
        selector, _, attribute = field.partition("@")
        place = entry.select_one(selector) if selector else entry
        if place is not None:
            value = place.get(attribute) if attribute else place.get_text(" ", strip=True)
            found.append((place, attribute, change(name, " ".join(value) if isinstance(value, list) else value)))
    for text in entry.find_all(string=True):
        text.extract()
    for place in [entry, *entry.find_all(True)]:
        _plain(place, words)
    for place, attribute, new in found:
        if attribute:
            place[attribute] = new
        elif new:
            place.string = new
    return entry


def _plain(place, words: set[str]) -> None:
    """Take from a place every attribute but those by which it is found."""
    told = {name: place.get(name) for name in _FRAME if place.get(name)}
    told = {name: value if isinstance(value, list) else value.split() for name, value in told.items()}
    place.attrs = {name: kept for name, value in told.items() if (kept := [word for word in value if word in words])}


def name(told: dict[str, str]) -> str:
    """The name of a page, by what it says of its call: party, type, moment."""
    party, kind, moment = (told.get(part) or "" for part in pages.FROM_NAME)
    stem = " - ".join([party, *([kind] if kind else []), moment.replace(":", "_")])
    return (stem if moment else FILLED) + ".html"
