"""Sheets as busy offices keep them, each smallest where it was read wrongly. All sheets are invented."""

from __future__ import annotations

import pytest

from callanalytics import formats
from text_rows import normalized

HAND_SHEET = formats.load()["hand_sheet"]


def entries(*rows, sheet="", **more):
    header, *cells = rows
    done = normalized([dict(zip(header, row, strict=True)) for row in cells], HAND_SHEET, sheet=sheet, **more)
    assert not done.blocking, done.blocking
    return sorted(done.entries.to_pylist(), key=lambda each: (each["source_row"], each["item"]))


def shown(entry):
    return f"{entry['started_at_local']:%m-%d %H:%M}", entry["outcome"]


# ---- tabs of callbacks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "timed"),
    [
        (("Date of call", "Callback date", "Callback time"), True),
        (("Date of call", "Callback date", "Time"), True),
        (("Callback date", "Time", "Date of call"), True),
        (("Callback date", "Date of call", "Time"), False),
        (("Date of call", "Time", "Callback date"), False),
    ],
)
def test_in_a_tab_of_callbacks_the_day_of_the_call_is_not_that_of_the_callback(header, timed):
    cells = {"Date of call": "2/{}/2025", "Callback date": "2/{}/2025", "Time": "11:15 AM", "Callback time": "11:15 AM"}
    days = {"Date of call": (3, 13, 17), "Callback date": (5, 18, 20)}
    rows = [[cells[name].format(days.get(name, ("",) * 3)[row]) for name in header] for row in range(3)]
    found = entries([*header, "Picked up"], *([*row, answer] for row, answer in zip(rows, "NYY", strict=True)),
                    sheet="Callbacks")  # fmt: skip
    assert [each["kind"] for each in found] == ["ring"] * 3
    clock = "11:15" if timed else "00:00"
    assert [*map(shown, found)] == [(f"02-{day} {clock}", result) for day, result in
                                    (("05", "missed"), ("18", "answered"), ("20", "answered"))]  # fmt: skip
