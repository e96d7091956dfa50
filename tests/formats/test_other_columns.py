"""A known phone system's export with other columns than usual is still its own, and says what it cannot show."""

import csv
import io
import random
from functools import cache

import pytest

from callanalytics import agencies, formats, intake, read
from callanalytics.errors import CallLogError
from callanalytics.formats import find, layout
from callanalytics.normalize import Settings, normalize
from callanalytics.store import Store
from exhaustive import some
from roots import GOLDEN

FORMATS = formats.load()
CORED = {name: fmt for name, fmt in FORMATS.items() if fmt.recognize.core}
NEW_YORK = Settings("office", zone="America/New_York", date_order="mdy")


@cache
def rows_of(name) -> list[list[str]]:
    """The lines of a golden export from its header on."""
    text = next((GOLDEN / name).glob("export*")).read_text("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    fmt = FORMATS[name]
    lines = lines[next(i for i, cells in enumerate(lines) if fmt.recognize.fits(cells)) :]
    return [cells for cells in lines if len(cells) == len(lines[0])]


def a_file(folder, lines, name="march.csv"):
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    (folder / name).write_text(text.getvalue(), "utf-8")
    return folder / name


def known_as(path) -> formats.Format:
    return read.identify(read.files([path]).files[0], FORMATS)


def calls_of(path, fmt):
    (table,) = read.rows(read.files([path]).files[0], fmt)
    done = normalize(table, layout.as_far_as_shown(fmt, table.header), NEW_YORK, agencies.load())
    return done.calls.to_pylist(), (done.calls.num_rows, done.rejects.num_rows, done.set_aside.num_rows)


def without(lines, column):
    place = lines[0].index(find(column, tuple(lines[0])))
    return [cells[:place] + cells[place + 1 :] for cells in lines]


def may_be_left_out(name):
    """The listed columns of a format without which it is still known."""
    fmt = FORMATS[name]
    for column in fmt.recognize.header:
        there = find(column, tuple(rows_of(name)[0]))
        if there and fmt.recognize.fits([cell for cell in rows_of(name)[0] if cell != there]):
            yield column


MUTATIONS = {
    "in capitals": lambda lines, _: [[cell.upper() for cell in lines[0]], *lines[1:]],
    "with blanks": lambda lines, _: [[f" {cell.replace(' ', '  ')} " for cell in lines[0]], *lines[1:]],
    "with a column more": lambda lines, n: [
        [*cells[:n], "Notes on it" if i == 0 else "x", *cells[n:]] for i, cells in enumerate(lines)
    ],
    "in another order": lambda lines, n: list(
        map(list, zip(*random.Random(n).sample(list(zip(*lines, strict=True)), len(lines[0])), strict=True))
    ),
}
SAME = ("started_at_utc", "direction", "our_number", "other_number", "duration_s", "outcome", "caller_id")
CASES = {f"{name} {how}": (name, how) for name in CORED for how in MUTATIONS}
DROPPED = {f"{name} without {column[0]}": (name, column) for name in CORED for column in may_be_left_out(name)}


@pytest.mark.parametrize("case", some(CASES, list(CASES)[::7]))
def test_the_layout_of_the_header_changes_no_call(tmp_path, case):
    name, how = case
    before, counts = calls_of(a_file(tmp_path, rows_of(name)), FORMATS[name])
    path = a_file(tmp_path, MUTATIONS[how](rows_of(name), 2))
    assert known_as(path).name == name
    after, again = calls_of(path, FORMATS[name])
    assert again == counts
    assert [[call[c] for c in SAME] for call in after] == [[call[c] for c in SAME] for call in before]


@pytest.mark.parametrize("case", some(DROPPED, list(DROPPED)[::5]))
def test_a_column_less_makes_values_unknown_and_none_wrong(tmp_path, case):
    name, column = case
    fmt = FORMATS[name]
    before, counts = calls_of(a_file(tmp_path, rows_of(name)), fmt)
    path = a_file(tmp_path, without(rows_of(name), column))
    assert known_as(path).name == name
    after, again = calls_of(path, fmt)
    assert again == counts
    for old, new in zip(before, after, strict=True):
        for value in SAME:
            assert new[value] in (old[value], None, "unknown", "not_recorded"), f"{value} of row {old['source_row']}"


@pytest.mark.slow
@pytest.mark.parametrize("name", some({name: name for name in CORED}, ["dialpad", "zoom", "nextiva"]))
def test_without_a_column_that_is_core_a_file_is_not_taken_for_another_systems(tmp_path, name):
    lines = rows_of(name)
    for column in FORMATS[name].recognize.core:
        less = lines
        for alternative in column:
            if find((alternative,), tuple(less[0])):
                less = without(less, (alternative,))
        try:
            other = known_as(a_file(tmp_path, less)).name
        except CallLogError:
            continue
        assert FORMATS[other].vendor == FORMATS[name].vendor, f"without {column[0]} it was taken for {other}"


LEFT_AND_RIGHT = {  # header of a RingCentral export -> how a call out and a call in stand there
    "Direction,Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration": (
        "Outgoing,Voice,(800) 375-5283,USCIS,Tue 03/01/2022,9:02 AM,VoIP Call,Call connected,Connected,0:41:11",
        "Incoming,Voice,(202) 838-2200,USCIS,Wed 03/02/2022,9:02 AM,Phone Call,Missed,Nobody,0:00:11",
    ),
    "Direction,From,To,Extension,Date,Time,Action,Action Result,Duration": (
        "Outgoing,(202) 555-0143,(800) 375-5283,101,Tue 03/01/2022,9:02 AM,VoIP Call,Call connected,0:41:11",
        "Incoming,(202) 838-2200,(202) 555-0143,101,Wed 03/02/2022,9:02 AM,Phone Call,Missed,0:00:11",
    ),
    "Type,Direction,From,To,Extension,Name,Date,Time,Action,Duration,Cost centre": (
        "Voice,Outgoing,(202) 555-0143,(800) 375-5283,,101,Tue 03/01/2022,9:02 AM,VoIP Call,0:41:11,x",
        "Voice,Incoming,(202) 838-2200,(202) 555-0143,,101,Wed 03/02/2022,9:02 AM,Phone Call,0:00:11,x",
    ),
}


@pytest.mark.parametrize("header", LEFT_AND_RIGHT)
def test_ringcentral_exports_of_other_columns_are_ringcentrals(tmp_path, header):
    path = tmp_path / "march.csv"
    path.write_text("\n".join([header, *LEFT_AND_RIGHT[header]]) + "\n", "utf-8")
    fmt = known_as(path)
    assert fmt.vendor == "RingCentral"
    calls, counts = calls_of(path, fmt)
    assert counts == (2, 0, 0)
    assert [call["direction"] for call in calls] == ["outbound", "inbound"]
    assert [call["duration_s"] for call in calls] == [2471, 11]
    has_result = "Action Result" in header
    assert [call["outcome"] for call in calls] == (["answered", "missed"] if has_result else ["unknown", "unknown"])


def test_without_the_result_an_export_is_no_witness_and_says_so(tmp_path):
    (header, rows) = list(LEFT_AND_RIGHT.items())[-1]
    (tmp_path / "march.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    receipt = intake.ingest([tmp_path / "march.csv"], tmp_path / "calls", "Alder and Birch", "Eastern")
    text = " ".join(receipt.text().split())
    assert 'without the column "Action Result" it does not say whether a call was answered' in text
    assert 'ignored and not stored: column "Cost centre"' in text
    store = Store.open(tmp_path / "calls")
    assert store.read("sources").column("has_unanswered").to_pylist() == [False]
    assert intake.compare(store, tmp_path).problems == []


def test_a_header_alone_does_not_make_an_export_of_a_system(tmp_path):
    """The names of the columns are right, and what stands in them is not."""
    lines = [
        "NO.,Direction,From Phone Number,To Phone Number,Start Time,Duration",
        "1,North,Main St,Elm St,early,long",
        "2,South,Elm St,Main St,late,short",
    ]
    (tmp_path / "routes.csv").write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(CallLogError, match="closest to 'zoom', but with other contents in the column"):
        known_as(tmp_path / "routes.csv")
