"""The traps of other people's exports, each with its example and the test that holds it.

A trap that one cell or one row shows is tried here (its number is in the test's name); of any other the test that
holds it is named in ELSEWHERE. The last test sees that none of the 54 is left out.
"""

import ast
import re
from pathlib import Path

import pytest

from callanalytics import formats, read
from callanalytics.values.parsers import PARSERS, Unreadable
from roots import GOLDEN, TESTS
from text_rows import became, normalized

FORMATS = formats.load()

ELSEWHERE = {
    2: "test_normalize::test_a_column_that_proves_no_order_is_a_question_and_nothing_is_taken",
    3: "test_formats_premises::test_a_master_csv_is_known_by_what_stands_in_it",
    4: "test_formats_premises::test_a_master_csv_is_known_by_what_stands_in_it",
    7: "test_normalize::test_legs_are_folded_and_a_stopped_leg_is_no_missed_call",
    8: "test_normalize::test_legs_are_folded_and_a_stopped_leg_is_no_missed_call",
    9: "test_normalize::test_legs_are_folded_and_a_stopped_leg_is_no_missed_call",
    10: "test_normalize::test_a_queue_that_rings_four_telephones_is_one_call",
    11: "test_ingest::test_rows_that_another_export_holds_are_counted_and_stored_once",
    13: "test_formats_premises::test_the_table_in_a_real_imazing_archive_is_read_as_local_time",
    14: "test_normalize::test_a_zone_that_the_layout_states_is_proven_by_the_file",
    28: "test_read_records::test_the_name_of_a_page_tells_party_and_type",
    29: "test_read_records::test_the_name_of_a_page_tells_party_and_type",
    33: "test_formats_premises::test_every_line_of_a_bill_that_is_a_row_is_accounted_for",
    37: "test_formats::test_a_warehouse_of_calls_with_a_day_that_does_not_exist_loses_that_row_alone",
    42: "test_formats_premises::test_a_real_cisco_file_gives_its_one_call_and_sets_the_recorder_aside",
    43: "test_formats_premises::test_a_real_cisco_quality_file_is_refused_as_what_it_is",
    52: "test_normalize::test_repeated_and_skipped_hours_are_flagged",
}


def golden(name: str):
    (file,) = read.files([next((GOLDEN / name).glob("export*"))]).files
    return read.rows(file, FORMATS[name])[0]


def parsed(name: str, text: str, **options):
    return PARSERS[name](text, **options)


def call_from(name: str, **row) -> dict:
    """The one call that a row of a format's own example becomes, some of its cells changed."""
    example = next(e for e in FORMATS[name].examples if "set_aside" not in e.gives and "reject" not in e.gives)
    kind = "csv" if FORMATS[name].kind == "table" else FORMATS[name].kind
    return became([example.row | row], FORMATS[name], kind=kind)[0]


def rows_of(name: str) -> list[dict]:
    return golden(name).cells.to_pylist()


# ---- units of time ----------------------------------------------------------------------------------------------


def test_trap_01_dialpads_csv_counts_minutes_and_its_api_milliseconds():
    assert FORMATS["dialpad"].columns["duration_s"].parse == "minutes"
    assert FORMATS["dialpad_json"].columns["duration_s"].parse == "milliseconds"
    assert parsed("minutes", "2.86") == 172


def test_trap_16_17_18_offset_without_colon_seven_digits_and_mail_dates_are_moments():
    assert parsed("moment", "2022-02-03T09:27:27.493-0500").offset == -300
    assert parsed("moment", "2019-11-01T00:00:08.2589935Z").offset == 0
    assert parsed("moment", "Fri, 18 Oct 2019 17:02:00 +0000").local.hour == 17


def test_trap_19_a_clock_of_24_hours_with_pm_is_read_and_the_title_of_a_block_is_no_row():
    assert parsed("time_24", "18:50 PM").seconds == 18 * 3600 + 50 * 60
    assert not any("18.50" in str(row) for row in rows_of("grasshopper"))


def test_trap_20_a_formula_is_what_it_shows():
    assert parsed("clock_span", '="2:12"', clock="m:ss") == 132
    assert parsed("number", '="+12028382200"') == "+12028382200"


def test_trap_21_two_parts_are_what_the_format_says_and_else_a_question():
    assert FORMATS["grasshopper"].columns["duration_s"].clock == "m:ss"
    with pytest.raises(Unreadable, match="ambiguous_clock"):
        parsed("human_span", "1:20")


def test_trap_22_a_column_with_several_forms_of_duration_loses_none():
    durations = [row["duration_s"] for name in ("aircall", "nextiva") for row in calls(name)]
    assert None not in durations
    assert parsed("iso_duration", "1h 10m 23s") == 4223


def test_trap_23_numbers_written_as_text_are_numbers():
    assert parsed("seconds", "4") == 4
    assert parsed("epoch_ms", "1356998400000").local.year == 2013


def test_trap_27_unknown_in_brackets_beside_a_number_is_no_withheld_caller():
    row = {"number": "+12025550186", "contact_name": "(Unknown)", "presentation": "1", "type": "1"}
    assert call_from("sms_backup_restore", **row)["caller_id"] == "known"


def test_trap_30_a_narrow_blank_before_pm_is_a_blank():
    assert parsed("moment", "3/1/2022, 4:52:10\u202fPM", order="mdy").local.hour == 16


def test_trap_36_a_moment_that_excel_wrote_again_is_still_one():
    assert parsed("moment", "2020/2/10 22:41").local.isoformat() == "2020-02-10T22:41:00"


def test_trap_38_a_duration_is_as_recorded_and_never_worked_out():
    row = {"duration": "4", "start_time": "Fri, 18 Oct 2019 17:02:00 +0000"}
    row |= {"end_time": "Fri, 18 Oct 2019 17:03:00 +0000"}
    assert call_from("twilio_json", **row)["duration_s"] == 4


def test_trap_49_a_bill_says_that_it_rounds_to_minutes():
    assert {call["duration_precision_s"] for call in calls("att_bill")} == {60}


# ---- columns and rows -------------------------------------------------------------------------------------------


def calls(name: str) -> list[dict]:
    from callanalytics import agencies
    from callanalytics.normalize import normalize
    from text_rows import NEW_YORK

    return normalize(golden(name), FORMATS[name], NEW_YORK, agencies.load()).calls.to_pylist()


def test_trap_05_a_row_of_types_under_the_header_is_no_call():
    text = next((GOLDEN / "cucm_cdr").glob("export*")).read_text()
    assert "INTEGER" in text
    assert not any("INTEGER" in str(row) for row in rows_of("cucm_cdr"))


@pytest.mark.parametrize("name", ["cucm_cdr", "webex", "zoom", "aircall"])
def test_trap_06_45_columns_are_known_by_name_in_any_order_and_capitals(name):
    table = golden(name)
    turned = [{key.upper(): value for key, value in reversed(row.items())} for row in table.cells.to_pylist()]
    before, after = normalized(table.cells.to_pylist(), FORMATS[name]), normalized(turned, FORMATS[name])
    assert before.calls.drop(["call_id"]).to_pylist() == after.calls.drop(["call_id"]).to_pylist()
    assert before.calls.num_rows


def test_trap_12_an_id_that_comes_twice_is_no_ones_key():
    assert FORMATS["teams_calling_plan"].unique == (("UsageId",),)  # "Call ID" is given to several
    assert FORMATS["teams_calling_plan"].legs is None


def test_trap_15_a_zone_stands_in_a_column_of_its_own_and_webexs_minutes_are_none():
    assert call_from("dialpad", timezone="US/Pacific")["timezone_source"] == "row"
    assert "timezone" not in FORMATS["webex"].columns
    assert call_from("webex", **{"Site timezone": "-420"})["timezone"] == "UTC"


@pytest.mark.parametrize("word", ["NA", "na", "--", "-", "null", "(Unknown)", "Unknown", " ", "0"])
def test_trap_24_25_words_for_nothing_are_no_number_and_no_moment(word):
    with pytest.raises(Unreadable):
        parsed("number", word)
    with pytest.raises(Unreadable):
        parsed("epoch_s", word)


@pytest.mark.parametrize("box", ["Voicemail (201)", "Voice Mail 201", "voicemail"])
def test_a_voicemail_that_stands_for_the_number_called_is_voicemail(box):
    taken = {"Call Type": "Inbound", "State": "", "Answered": "Yes", "To": box, "From": "202-838-2200"}
    assert call_from("nextiva", **taken)["outcome"] == "voicemail"
    assert call_from("nextiva", **taken | {"To": "Front desk (201)"})["outcome"] == "answered"


@pytest.mark.parametrize("key", ["id", "recordingUrl", "transcript"])
def test_quos_message_is_a_voicemail_also_without_its_id(key):
    missed = {"direction": "incoming", "status": "no-answer", "answeredAt": ""}
    assert call_from("quo_json", **missed)["outcome"] == "missed"
    assert call_from("quo_json", **missed | {f"voicemail.{key}": "a message"})["outcome"] == "voicemail"


@pytest.mark.parametrize("word", ["NULL", "null", "N/A", "na", "none", "None", "-", "--", "(null)", "\\N"])
def test_trap_24_a_word_for_nothing_is_an_empty_cell_in_every_export(word):
    missed = {"direction": "inbound", "answered": "No", "missed_call_reason": word, "voicemail": word, "from": word}
    call = call_from("aircall", **missed)
    assert (call["outcome"], call["outcome_raw"], call["caller_id"]) == ("missed", None, "unknown")
    assert call_from("ringcentral_simple", Duration=word)["duration_s"] is None
    assert call_from("zoom", Duration=word)["duration_s"] is None
    assert call_from("dialpad", direction="inbound", category="missed", voicemail=word)["outcome"] == "missed"


YES, NO = ("Yes", "yes", "Y", "true", "TRUE", "True", "T", "1"), ("No", "no", "N", "false", "FALSE", "False", "F", "0")


@pytest.mark.parametrize(("yes", "no"), [*zip(YES, NO, strict=True)])
def test_yes_and_no_are_read_in_every_spelling_by_every_format(yes, no):
    for system, column in (("aircall", "answered"), ("nextiva", "Answered")):
        way = {"direction": "inbound", "Call Type": "Inbound", "State": ""}
        row = {name: cell for name, cell in way.items() if name in FORMATS[system].examples[0].row}
        assert call_from(system, **row | {column: yes})["outcome"] == "answered"
        assert call_from(system, **row | {column: no})["outcome"] == "missed"
    for word, outcome in ((yes, "voicemail"), (no, "missed")):
        assert call_from("dialpad", direction="inbound", category="missed", voicemail=word)["outcome"] == outcome
        inbound = {"direction": "inbound", "result": "no_answer", "has_voicemail": word}
        assert call_from("zoom_call_logs", **inbound)["outcome"] == outcome
    for word, caller_id in ((yes, "withheld"), (no, "known")):
        inbound = {"direction": "inbound", "caller_number": "+12028382200", "hide_caller_id": word}
        assert call_from("zoom_call_logs", **inbound)["caller_id"] == caller_id


def test_a_digit_that_a_format_names_is_no_spelling_of_yes():
    # Android's types of a call: 1 came in, 2 went out.
    assert [call_from("oppo_backup", type=kind)["direction"] for kind in ("1", "2", "yes")] == [
        "inbound",
        "outbound",
        "unknown",
    ]


@pytest.mark.parametrize("number", ["+266696687", "+7378742833", "+86282452253", "+2562533", "+8656696"])
def test_trap_26_a_keypad_word_is_no_number_abroad(number):
    assert parsed("caller", number) in ("withheld", "unknown")
    with pytest.raises(Unreadable):
        parsed("number", number)


def test_trap_31_texts_that_lie_beside_calls_are_no_calls():
    rows = [row for row in rows_of("sms_backup_restore") if row["(element)"] != "call"]
    assert rows
    assert not normalized(rows, FORMATS["sms_backup_restore"], kind="xml").calls.num_rows


def test_trap_32_totals_are_no_calls():
    for name in ("att_bill", "threecx_report", "grasshopper"):
        text = next((GOLDEN / name).glob("export*")).read_text()
        assert "total" in text.lower()
        assert not any("total" in " ".join(filter(None, row.values())).lower() for row in rows_of(name))


def test_trap_34_a_file_with_bare_carriage_returns_has_rows():
    assert b"\n" not in next((GOLDEN / "freepbx_short").glob("export*")).read_bytes()
    assert len(rows_of("freepbx_short")) > 3


def test_trap_35_a_quote_in_the_middle_moves_no_column():
    row = next(row for row in rows_of("freepbx") if "<" in (row["clid"] or ""))
    assert re.search(r"<\w+>$", row["clid"])
    assert row["src"] in row["clid"]


def test_trap_44_the_delimiter_is_found_where_a_comma_stands_in_the_cells():
    assert ";" in next((GOLDEN / "tmobile_usage").glob("export*")).read_text()
    assert all(len(row) > 3 for row in rows_of("tmobile_usage"))
    assert len(golden("asterisk_queue_log").header) > 5  # bars


# ---- whose call, and how it ended -------------------------------------------------------------------------------


def test_trap_39_voicemail_that_the_system_calls_answered_is_voicemail():
    example = next(e for e in FORMATS["freepbx"].examples if e.gives.get("outcome") == "voicemail")
    assert example.row["disposition"] == "ANSWERED"
    assert became([example.row], FORMATS["freepbx"])[0]["outcome"] == "voicemail"


OWN = re.compile(r"(?i)wait|queue|hold\b|callback|call-back")


@pytest.mark.parametrize("name", [name for name, fmt in FORMATS.items() if fmt.makes == "calls"])
def test_trap_40_41_no_rule_reads_the_offices_own_queue_or_call_back(name):
    rules = FORMATS[name].columns
    read_by = {"|".join(c) for target in ("duration_s", "started") if target in rules for c in rules[target].columns}
    assert not any(OWN.search(column) for column in read_by)
    assert "wait" not in rules


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("17325550100", "+17325550100"),
        ("9018675309", "+19018675309"),
        ("19018675309", "+19018675309"),
        ("(425) 555-0100", "+14255550100"),
    ],
)
def test_trap_46_one_party_is_one_number_however_written(text, number):
    assert parsed("number", text) == number


def test_trap_46_an_australian_number_is_no_american_one():
    with pytest.raises(Unreadable):
        parsed("number", "61400000001")
    assert parsed("caller", "61400000001") == "known"


@pytest.mark.parametrize("text", ["*60", "i", "s", "221", "client:jane"])
def test_trap_47_a_feature_code_an_extension_a_client_of_the_program_are_no_numbers(text):
    with pytest.raises(Unreadable):
        parsed("number", text)


def test_trap_48_no_rule_reads_the_name_of_a_caller():
    """CNAM may be a place; no column of a call holds a name, whatever it is."""
    from callanalytics.formats import grammar

    assert not [name for name in grammar.CALLS if "name" in name]


@pytest.mark.parametrize("name", ["teams_calling_plan", "att_bill", "tmobile_usage"])
def test_trap_50_an_export_without_unanswered_calls_says_so(name):
    assert not FORMATS[name].has_unanswered


def test_trap_51_a_call_still_going_on_has_no_length_of_nothing():
    unfinished = [row for row in rows_of("ringcentral_detailed") if row["Duration"] == "In Progress"]
    done = normalized(unfinished, FORMATS["ringcentral_detailed"])
    assert done.set_aside.column("reason").to_pylist() == ["unfinished"]
    example = next(e for e in FORMATS["quo_json"].examples if e.row["status"] == "ringing")
    assert example.gives["set_aside"] == "unfinished"


def test_trap_53_calls_of_other_programs_are_no_telephone_calls():
    rows = [row for row in rows_of("imazing_calls") if not (row["Service"] or "").lower().startswith("phone")]
    assert rows
    assert set(normalized(rows, FORMATS["imazing_calls"]).set_aside.column("reason").to_pylist()) == {"app"}


def test_trap_54_a_call_with_two_flags_is_one_call_with_one_outcome():
    row = {"missed": "Missed", "abandoned": "Abandoned", "answered": "-"}
    example = FORMATS["8x8_json"].examples[0].row | {"direction": "Incoming", "lastLegDisposition": "Missed"}
    (call,) = became([example | row], FORMATS["8x8_json"], kind="json")
    assert call["outcome"] == "missed"


# ---- none is left out -------------------------------------------------------------------------------------------


def test_every_one_of_the_54_traps_is_held_by_a_test_that_is_there():
    here = ast.parse(Path(__file__).read_text("utf-8"))
    names = [node.name for node in here.body if isinstance(node, ast.FunctionDef)]
    tried = {int(n) for name in names if name.startswith("test_trap") for n in re.findall(r"(?<=_)\d\d(?=_)", name)}
    assert tried | set(ELSEWHERE) == set(range(1, 55))
    for place in ELSEWHERE.values():
        module, name = place.split("::")
        (path,) = TESTS.rglob(f"{module}.py")
        assert f"def {name}(" in path.read_text("utf-8"), place
