"""Every format says what it is, holds its own examples, knows its own file and no other, and gives its golden table."""

import contextlib
import csv
import io
import json
import shutil
import tomllib
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import openpyxl
import pyarrow as pa
import pytest

from callanalytics import agencies, formats, read, schema
from callanalytics.errors import CallLogError
from callanalytics.formats import grammar
from callanalytics.normalize import normalize
from callanalytics.values.parsers import PARSERS
from exhaustive import fair, some
from exports import export_files, of_shared
from roots import GOLDEN, TESTS
from text_rows import NEW_YORK, normalized, text_table

FORMATS = formats.load()
EXAMPLES = [(fmt, i) for fmt in FORMATS.values() for i in range(len(fmt.examples))]
TEMPLATE = formats.read_mapping(formats.TEMPLATE)


# ---- what a format says of itself -------------------------------------------------------------------


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_a_format_says_on_what_it_rests(fmt):
    assert all((fmt.title, fmt.vendor, fmt.evidence, fmt.seen, fmt.source))
    assert fmt.examples, "a format without an example"


def test_every_parser_has_its_line_in_the_template():
    text = formats.TEMPLATE.read_text("utf-8")
    assert [name for name in PARSERS if name not in text] == []


def test_no_rule_reads_a_vendors_own_queue_as_a_wait():
    assert not any("wait" in fmt.columns for fmt in FORMATS.values() if fmt.makes == "calls")


# ---- its own examples -------------------------------------------------------------------------------


@pytest.mark.parametrize(("fmt", "i"), EXAMPLES, ids=[f"{fmt.name} {i + 1}" for fmt, i in EXAMPLES])
def test_the_examples_in_a_format_hold(fmt, i):
    assert_example(fmt, fmt.examples[i])


@pytest.mark.parametrize("i", range(len(TEMPLATE.examples)))
def test_the_template_is_itself_a_format(i):
    assert_example(TEMPLATE, TEMPLATE.examples[i])


def assert_example(fmt, example):
    kind = "csv" if fmt.kind == "table" else fmt.kind
    settings = replace(NEW_YORK, zone=example.zone or NEW_YORK.zone)
    done = normalized([example.row], fmt, settings, kind=kind)
    gives = dict(example.gives)
    if "set_aside" in gives:
        assert done.set_aside.column("reason").to_pylist() == [gives["set_aside"]]
        return
    if "reject" in gives:
        assert done.rejects.column("column").to_pylist() == [gives["reject"]]
        return
    assert not done.rejects.num_rows, done.rejects.to_pylist()
    rows = (done.calls if done.calls.num_rows else done.entries if done.entries.num_rows else done.notices).to_pylist()
    row = next(row for row in rows if row.get("item", 0) == example.part)
    assert {name: shown(row[name]) for name in gives} == gives


def shown(value):
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value.tzinfo else value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else value


# ---- its own file -----------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_a_golden_export_is_known_as_its_format_alone(fmt):
    assert {read.identify(file, FORMATS).name for file in export_files(GOLDEN / fmt.name)} == {fmt.name}


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_a_golden_export_gives_its_golden_table(fmt, write_golden):
    files = export_files(GOLDEN / fmt.name)
    table = read.rows_of_many(files, fmt) if fmt.kind in read.KINDS_OF_MANY_FILES else read.rows(files[0], fmt)[0]
    done = normalize(table, fmt, NEW_YORK, agencies.load())
    assert not done.blocking
    found, expected = as_csv(done), GOLDEN / fmt.name / "expected.csv"
    if write_golden and not expected.exists():  # never over one that somebody has read
        expected.write_text(found, "utf-8")
    assert expected.is_file(), "write it with --write-golden, then read it"
    assert found == expected.read_text("utf-8")


def as_csv(done) -> str:
    """All rows in the order of the file, what each became, and the columns in which anything stands."""
    rows = []
    for name in ("calls", "entries", "notices", "rejects", "set_aside"):
        for row in getattr(done, name).to_pylist():
            given = {"row": row.pop("source_row", None) or row.pop("row", None), "became": name}
            rows.append(given | {k: shown(v) for k, v in row.items() if k not in ("office_id", "source_id", "format")})
    rows.sort(key=lambda row: (row["row"], row.get("item", 0), row.get("started_at_utc") or "", row["became"]))
    used = {name for row in rows for name, value in row.items() if value is not None}
    order = ["row", "became", *(c for t in schema.TABLES.values() for c in t.names if c != "row")]
    text = io.StringIO()
    names = [name for name in dict.fromkeys(order) if name in used]
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_the_records_of_an_api_are_read_with_their_page_or_without(tmp_path):
    page = json.loads((GOLDEN / "ringcentral_json" / "export.json").read_text("utf-8"))
    shapes = (page, [page, page], page["records"], *page["records"][:1])
    for content in (*map(json.dumps, shapes), "\n".join(map(json.dumps, page["records"]))):
        (tmp_path / "calls.json").write_text(content, "utf-8")
        (file,) = read.files([tmp_path / "calls.json"]).files
        fmt = read.identify(file, FORMATS)
        assert fmt.name == "ringcentral_json"
        assert read.rows(file, fmt)[0].rows.tolist()[-1] in (1, 8, 16)


IN_ANY_ORDER = [f for f in FORMATS.values() if f.kind in ("table", "json") and not (f.legs and f.legs.above)]


@pytest.mark.parametrize("fmt", IN_ANY_ORDER, ids=[fmt.name for fmt in IN_ANY_ORDER])
@pytest.mark.parametrize("seed", some({str(seed): seed for seed in range(3)}, "0"))
def test_the_order_of_the_rows_of_an_export_changes_no_call(fmt, seed):
    (table, *_) = read.rows(export_files(GOLDEN / fmt.name)[0], fmt)
    order = np.random.default_rng(seed).permutation(table.cells.num_rows)
    turned = replace(table, cells=table.cells.take(pa.array(order)), rows=table.rows[order], member=table.member[order])
    assert told_by(of_table(turned, fmt)) == told_by(of_table(table, fmt))


def told_by(done):
    """What an export tells of calls and entries, whichever of their rows stands for them."""
    rows = [row for name in ("calls", "entries", "notices") for row in getattr(done, name).to_pylist()]
    records = sorted(str({k: v for k, v in row.items() if k != "source_row"}) for row in rows)
    return records, sorted(done.set_aside.column("reason").to_pylist()), done.rejects.num_rows


def of_table(table, fmt):
    return normalize(table, fmt, NEW_YORK, agencies.load())


# ---- a format of one's own --------------------------------------------------------------------------

HEADER = "Start time,Direction,From,To,Result,Length\n"


def test_a_shipped_format_passes_the_check_of_a_format_of_ones_own(tmp_path, monkeypatch):
    looked_at = []
    problem_of = grammar.pattern_problem
    monkeypatch.setattr(grammar, "pattern_problem", lambda text: looked_at.append(text) or problem_of(text))
    grammar.read(formats.FOLDER / "freepbx.toml", {})
    assert looked_at == []
    copied = shutil.copytree(formats.FOLDER, tmp_path / "formats", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert formats.load(copied).keys() == formats.load().keys()
    assert len(looked_at) > 100


def test_a_format_dropped_into_a_folder_is_read(tmp_path):
    shutil.copy(formats.TEMPLATE, tmp_path / "example_phones.toml")
    export = tmp_path / "march.csv"
    export.write_text(HEADER + "2022-03-01 10:05:00,Out,202-555-0143,800-375-5283,Answered,0:41:11\n")
    known = formats.load(tmp_path)
    (file,) = read.files([export]).files
    fmt = read.identify(file, known)
    done = normalize(read.rows(file, fmt)[0], fmt, NEW_YORK, agencies.load())
    assert set(FORMATS) < set(known)
    assert fmt.name == "example_phones"
    assert done.calls.column("other_number").to_pylist() == ["+18003755283"]


def test_a_list_stands_for_its_words_in_a_pattern_and_in_another_list(tmp_path):
    mapping = tmp_path / "ours.toml"
    lists = '[lists]\noffices = ["NVC", "court"]\n[[set_aside]]\nreason = "other_agency"\n'
    mapping.write_text(
        f'extends = "freepbx"\n{lists}when = {{ lastdata = ["~the {{offices}}", "{{offices}}"] }}\n', "utf-8"
    )
    (rule,) = formats.read_mapping(mapping).set_aside
    ((_, tests),) = rule.when.tests
    named = ["the NVC", "the court", "NVC", "court"]
    assert [text for text in (*named, "the bank", "offices") if any(test.fits(text) for test in tests)] == named


@pytest.mark.parametrize(
    ("lists", "test", "words"),
    [
        ("", "~{banks}", "no list banks"),
        ("", "{banks}", "no list banks"),
        ("banks = []", "~{banks}", "no words"),
        ('banks = ["Acme", ""]', "~{banks}", "no words"),
        ('banks = ["{clients}"]', "~{banks}", "no words"),
        ('offices = ["NVC"]', "~{offices}", "hand_sheet has a list offices already"),
    ],
)
def test_a_list_that_is_not_there_or_says_nothing_is_refused(tmp_path, lists, test, words):
    mapping = tmp_path / "ours.toml"
    rule = f'[[set_aside]]\nreason = "no_call"\nwhen = {{ Note = ["{test}"] }}\n'
    mapping.write_text(f'extends = "hand_sheet"\n[lists]\n{lists}\n{rule}', "utf-8")
    with pytest.raises(CallLogError, match=words):
        formats.read_mapping(mapping)


@pytest.mark.parametrize(("name", "problem"), [("ended", ""), ("begun", "key map")])
def test_several_columns_take_a_map_by_its_name(tmp_path, name, problem):
    mapping = tmp_path / "ours.toml"
    maps = '[maps.ended]\nanswered = ["{talked}", "Connected"]\n[lists]\ntalked = ["Spoke"]\n'
    mapping.write_text(f'extends = "freepbx"\n{maps}[columns.outcome]\nmap = "{name}"\n', "utf-8")
    if problem:
        with pytest.raises(CallLogError, match=problem):
            formats.read_mapping(mapping)
    else:
        words = formats.read_mapping(mapping).columns["outcome"].words
        assert words.items() >= {("spoke", "answered"), ("connected", "answered"), ("busy", "busy")}  # freepbx's stay


def test_a_store_remembers_a_mapping_that_takes_a_map_by_its_name():
    maps = '[maps.ended]\nanswered = "Connected"\n[columns.outcome]\nmap = "ended"\n'
    words = formats.remembered("ours", f'extends = "freepbx"\n{maps}').columns["outcome"].words
    assert words["connected"] == "answered"


def test_a_mapping_changes_one_column_of_a_shipped_format(tmp_path):
    mapping = tmp_path / "ours.toml"
    mapping.write_text('extends = "hand_log"\n[columns.wait]\nclock = "h:mm"\n')
    fmt = formats.read_mapping(mapping)
    assert (fmt.name, fmt.columns["wait"].clock) == ("ours", "h:mm")
    assert fmt.columns["wait"].columns == FORMATS["hand_log"].columns["wait"].columns


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (('parse = "moment"', 'parse = "momment"'), ("[columns] started, key parse", "'momment'", "moment")),
        (('makes = "calls"', 'makes = "cals"'), ("key makes", "'cals'", "calls, entries")),
        (("[recognize]", "[recognise]"), ("the top of the file", "recognise", "recognize")),
        (('outbound = "Out"', 'out = "Out"'), ("[columns] direction, key map", "'out'", "outbound, inbound, internal")),
        (("[columns.outcome]", "[columns.wait_time]"), ("[columns]", "wait_time", "outcome")),
        (('when = { Result = ["Fax', 'wenn = { Result = ["Fax'), ("[[set_aside]] no. 1", "wenn", "when")),
        (('order = "evidence"', 'order = "ymd"'), ("key order", "'ymd'", "mdy, dmy, evidence")),
        (("has_zone = false", 'has_zone = "no"'), ("key has_zone", "'no'", "true or false")),
        (('title = "', "title = "), ("valid TOML",)),
        (('from = "Started|Start time", parse', "parse"), ("[columns] started", "parse, order, and no from")),
        (
            ('from = "Length", parse = "clock_span", blank = ["In Progress"]', ""),
            ("[columns] duration_s", "neither from nor value"),
        ),
    ],
    ids=lambda value: value[1][:30] if isinstance(value, tuple) and len(value) == 2 else "",
)
def test_a_mistake_in_a_format_names_file_place_and_what_is_allowed(tmp_path, edit, words):
    path = tmp_path / "mine.toml"
    text = formats.TEMPLATE.read_text("utf-8")
    assert edit[0] in text
    path.write_text(text.replace(edit[0], edit[1], 1), "utf-8")
    with pytest.raises(CallLogError) as result:
        formats.read_mapping(path)
    assert all(word in str(result.value) for word in ("mine.toml", *words)), str(result.value)


@pytest.mark.slow
def test_no_mistake_in_a_format_is_a_traceback():
    """Every key of the template, and of formats with keys that it only tells of, made something of another kind."""
    for path in (formats.TEMPLATE, *(FORMATS[name].path for name in ("hand_log", "twilio_json", "teams_calling_plan"))):
        content = tomllib.loads(path.read_text("utf-8"))
        for mistaken in fair(mistakes(content), 3):
            with contextlib.suppress(CallLogError):
                grammar.read_content(path, mistaken)


def mistakes(content):
    """The content with one value, at any depth, replaced by one of another kind."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        inner = mistakes(value) if isinstance(value, dict | list) else ()
        for wrong in (3, "x", True, [3], {"x": 3}, [], {}, [{"x": 1}], *inner):
            copy = dict(content) if isinstance(content, dict) else list(content)
            copy[key] = wrong
            yield copy


KEEP = replace(NEW_YORK, keep_numbers=True)

# ---- real files -------------------------------------------------------------------------------------


def test_a_real_freepbx_export_proves_its_own_zone(shared_data):
    done = of_shared(next((shared_data / "exports" / "freepbx").glob("*.csv")))
    assert (done.rows, done.calls.num_rows, done.set_aside.num_rows) == (100, 89, 11)
    assert set(done.calls.column("timezone").to_pylist()) == {"UTC+01:00"}  # Lisbon in summer
    assert set(done.calls.column("timezone_source").to_pylist()) == {"epoch"}
    assert done.calls.column("outcome").to_pylist().count("voicemail") == 56


@pytest.mark.slow
def test_a_real_takeout_gives_the_calls_that_another_program_found(shared_data):
    folder = shared_data / "exports" / "google_voice" / "mutual_aid"
    done = of_shared(folder / "Takeout")
    with (folder / "history.csv").open() as file:
        theirs = {
            (row["timestamp"], row["type"], row["call_duration"])
            for row in csv.DictReader(file)
            if row["type"] != "Text"
        }  # a set: their one voicemail stands there twice
    assert len(theirs) == done.calls.num_rows == 6
    assert {call_as_theirs(call) for call in done.calls.to_pylist()} == theirs
    assert set(done.set_aside.column("reason").to_pylist()) == {"text"}


def call_as_theirs(call: dict) -> tuple[str, str, str]:
    seconds = call["duration_s"]
    length = "" if seconds is None else f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return call["started_at_utc"].strftime("%Y-%m-%dT%H:%M:%S+00:00"), call["outcome_raw"].capitalize(), length


def test_real_android_backups_are_read(shared_data):
    backups = sorted((shared_data / "exports" / "sms_backup_restore").glob("*.xml"))
    calls = [call for backup in backups for call in of_shared(backup).calls.to_pylist()]
    assert len(calls) == 8
    assert sum(call["outcome"] == "canceled" for call in calls) == 1
    assert {call["other_number"] for call in calls} == {None}


def test_the_vendors_own_ringcentral_example_is_read(shared_data):
    (call,) = of_shared(shared_data / "exports" / "ringcentral" / "call-log-sample.json").calls.to_pylist()
    assert shown(call["started_at_utc"]) == "2023-06-06T23:07:20Z"
    assert (call["duration_s"], call["outcome"]) == (55, "answered")


@pytest.mark.slow
def test_a_years_old_record_of_waits_is_read_row_for_row(shared_data):
    """31,599 calls to a bank, counted apart with awk: 240 phantoms, 14,673 that never queued, 16,686 that waited."""
    fmt = formats.read_mapping(TESTS / "formats" / "anonymous_bank.toml")
    (file,) = read.files([shared_data / "anonymous-bank" / "january.txt"]).files
    settings = replace(NEW_YORK, zone="Asia/Jerusalem")
    done = normalize(read.rows(file, fmt)[0], fmt, settings, agencies.load())
    kinds = done.entries.column("wait_outcome").to_pylist()
    assert (done.rows, done.set_aside.num_rows, done.entries.num_rows, done.rejects.num_rows) == (31599, 240, 31359, 0)
    assert (kinds.count("not_queued"), kinds.count("reached") + kinds.count("gave_up")) == (14673, 16686)
    waited = [w for w in done.entries.column("wait_s").to_pylist() if w is not None]
    assert len(waited) == 16686
    assert set(done.entries.column("wait_origin").to_pylist()) == {"queue"}
    first = done.entries.column("started_at_utc")[0].as_py()
    assert shown(first) == "1998-12-31T22:00:31Z"  # 0:00:31 in Jerusalem, two hours ahead in winter


@pytest.mark.parametrize(
    "header",
    ["Date,Time,Queue Name,Wait Time,Talk Time", "Date,Direction,From,To,Hold Time", "Date,Time,Number,Minutes"],
)
def test_a_phone_systems_own_queue_is_not_taken_for_a_hand_kept_sheet(tmp_path, header):
    export = tmp_path / "export.csv"
    export.write_text(header + "\n2022-03-01,10:05," + "1," * (header.count(",") - 2) + "2\n")
    (file,) = read.files([export]).files
    with pytest.raises(CallLogError):
        read.identify(file, FORMATS)


def test_the_vendors_own_dialpad_example_is_a_call_still_going_on(shared_data):
    done = of_shared(shared_data / "exports" / "dialpad" / "dialpad_call_get_example.json")
    assert (done.rows, done.set_aside.column("reason").to_pylist()) == (1, ["unfinished"])


def test_the_vendors_own_quo_example_is_read(shared_data):
    (call,) = of_shared(shared_data / "exports" / "quo" / "quo_list_calls.json", KEEP).calls.to_pylist()
    assert (call["our_number"], call["other_number"]) == ("+15555555555", "+15555555556")  # the party without actor
    assert (shown(call["started_at_utc"]), call["duration_s"]) == ("2022-01-01T00:00:00Z", 60)
    assert call["outcome"] == "unknown"  # the vendor's own machine took it


def test_the_vendors_own_twilio_page_is_read(shared_data):
    done = of_shared(shared_data / "exports" / "twilio" / "twilio_calls_list_readFullPage1.json", KEEP)
    into, out = sorted(done.calls.to_pylist(), key=lambda call: call["direction"])
    assert (done.rows, out["direction"], into["direction"]) == (2, "outbound", "inbound")
    assert (shown(out["started_at_utc"]), out["timezone_source"]) == ("2019-10-18T17:02:00Z", "offset")
    assert (out["duration_s"], out["outcome"]) == (4, "voicemail")  # a machine took it
    assert into["outcome"] == "unknown"  # Twilio's program took it, and rang no one


def test_a_warehouse_of_calls_with_a_day_that_does_not_exist_loses_that_row_alone(shared_data):
    done = of_shared(shared_data / "exports" / "twilio" / "fivetran_twilio_call_data.csv")
    assert (done.rows, done.calls.num_rows) == (9, 8)
    (reject,) = done.rejects.to_pylist()
    assert (reject["row"], reject["column"], reject["reason"]) == (5, "start_time", "no_such_day")
    assert set(done.calls.column("caller_id").to_pylist()) == {"known"}


def test_a_report_in_several_sheets_gives_the_calls_of_one(tmp_path):
    with (GOLDEN / "ringcentral_analytics" / "export.csv").open(encoding="utf-8") as stream:
        calls = list(csv.reader(stream))
    book = openpyxl.Workbook()
    book.active.title = "Filters"
    book.active.append(["Date range", "March 2022"])
    sheets = {"Calls": calls, "Users": [["Name", "# Calls", "Handle Time"], ["Front desk", 7, "00:54:00"]]}
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "report.xlsx")
    (file,) = read.files([tmp_path / "report.xlsx"]).files
    fmt = read.identify(file, FORMATS)
    assert fmt.name == "ringcentral_analytics"
    (table,) = read.rows(file, fmt)
    done = normalize(table, fmt, NEW_YORK, agencies.load())
    assert (done.rows, done.calls.num_rows, done.rejects.num_rows) == (8, 7, 1)


def test_text_tables_made_by_hand_are_like_those_of_the_reader():
    table = text_table([{"A": "1", "B": ""}, {"A": "", "B": "2"}])
    assert len(table) == 2
    assert table.cells.column("A").to_pylist() == ["1", None]
