"""One account: the day that a log is looked at, and what stands behind every figure."""

import json
import re
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from click.testing import CliRunner

from callanalytics import accounting, agencies, figures, intake, measures, sample, schema, template
from callanalytics import log as logs
from callanalytics.casework import practice
from callanalytics.cli import main
from callanalytics.intake import receipt_contents
from callanalytics.measures.card import Card, Rate
from callanalytics.reports import annex, findings, firm, liaison, sections, sentences
from callanalytics.reports.results import Results
from exhaustive import fair
from facts_rows import call, note, notice, promise, rang, stranger
from intake_files import hand_csv, phone_csv
from intake_files import note as entry
from stored_log import stored


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def dated(path, first, n):
    """A hand-kept sheet of dates, waits and agents, without a time of day."""
    days = [first + timedelta(2 * k) for k in range(n)]
    rows = [f"{day:%m/%d/%Y},{20 + k},Ms. Lee" for k, day in enumerate(days)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["Date,Minutes to a person,Agent name", *rows]) + "\n")
    return path


# ---- the day -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def early_phone(tmp_path_factory):
    """A phone export that ends on March 7 and a sheet that goes on to May 19."""
    folder = tmp_path_factory.mktemp("early")
    phone_csv(folder / "in" / "phone.csv", range(30))
    hand_csv(folder / "in" / "log.csv", [entry(n) for n in range(20, 80)])
    intake.ingest([folder / "in"], folder / "calls", "Elm", "Central", new_office=True)
    return folder / "calls"


@pytest.mark.slow
def test_the_day_is_the_last_on_which_anything_was_logged_and_not_the_end_of_a_phone_export(early_phone):
    log = logs.load(early_phone)
    assert log.as_of == date(2022, 5, 19)
    assert measures.run("volume", log).table["n"][0] == 20 + 60


@pytest.mark.slow
def test_a_sheet_without_times_is_looked_at_to_its_last_date(tmp_path):
    dated(tmp_path / "in" / "log.csv", date(2022, 1, 3), 30)
    intake.ingest([tmp_path / "in"], tmp_path / "calls", "Elm", "Central", new_office=True)
    log = logs.load(tmp_path / "calls")
    assert (log.as_of, len(log.agency_calls), len(log.entries)) == (date(2022, 3, 2), 30, 30)


def test_one_entry_with_a_time_does_not_hide_the_later_ones_without(tmp_path):
    rows = [note("timed", "2022-01-09 10:00"), *(note(f"n{k}", f"2022-02-{k:02}") for k in range(1, 26))]
    log = logs.load(stored(tmp_path / "calls", [], rows, []))
    assert (log.as_of, len(log.agency_calls)) == (date(2022, 2, 25), 26)


@pytest.mark.slow
def test_one_office_whose_file_ended_early_hides_nothing_of_the_others(tmp_path):
    phone_csv(tmp_path / "a" / "phone.csv", range(30))
    hand_csv(tmp_path / "b" / "log.csv", [entry(n) for n in range(20, 80)])
    for folder, office in (("a", "Elm"), ("b", "Oak")):
        intake.ingest([tmp_path / folder], tmp_path / "calls", office, "Central", new_office=True)
    assert len(logs.load(tmp_path / "calls").agency_calls) == 20 + 60


def test_a_notice_is_logged_too(tmp_path):
    store = stored(tmp_path / "calls", [], [note("n", "2022-03-01 10:00")], [notice("t", "2022-03-09 10:00")])
    assert logs.load(store).logged == (date(2022, 3, 1), date(2022, 3, 9))


@pytest.mark.slow
def test_rows_dated_after_the_day_of_reading_are_slips_and_counted_as_such(tmp_path):
    slip = note("slip", "2032-03-01 10:00", warnings="after_ingest")
    log = logs.load(stored(tmp_path / "calls", [], [note("n", "2022-03-01 10:00"), slip], []))
    assert log.as_of == date(2022, 3, 1)
    assert [log.unseen(name) for name in ("entries", "agency_calls", "calls")] == [
        {"after_reading": 1},
        {"after_reading": 1},
        {},
    ]
    assert sentences.of_the_day(log) == ["1 entry dated after the day on which they were read is not in these figures."]


def test_a_promise_is_judged_no_further_than_its_own_line_is_covered(tmp_path):
    """The hand log goes on; the phone export does not: no one watched a callback due later."""
    calls = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-03-02 18:00")]
    rows = [promise("p", "2022-03-01 10:00"), note("later", "2022-06-01 10:00")]
    (result,) = logs.load(stored(tmp_path / "calls", calls, rows, [])).ledger()
    assert (result["state"], result["is_watched"]) == ("unwatched", False)


@pytest.mark.slow
def test_what_a_day_that_was_asked_for_leaves_out_is_said_on_every_screen(early_phone, tmp_path):
    rows = re.compile(r"60 (entries )?after March 10, 2022 are not")
    for words in (
        ["promises"],
        ["audit", "draw", "--seed", "x"],
        ["table", "agency_calls", "--out", tmp_path / "agency_calls.csv"],
        ["report", "firm", "--out", tmp_path / "out", "--formats", "html"],
    ):
        shown = run(*words, "--store", early_phone, "--as-of", "2022-03-10")
        assert shown.exit_code == 0, shown.output
        assert rows.search(shown.output), words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--as-of", "2030-01-01"], "The logs end May 19, 2022: what came later is not in them."),
        (["--as-of", "1900-01-01"], "The logs begin March 1, 2022: what came earlier is not in them."),
        (["--since", "2023-01-01"], "The logs end May 19, 2022: what came later is not in them."),
        (["--until", "2021-01-01"], "The logs begin March 1, 2022: what came earlier is not in them."),
    ],
)
def test_a_day_or_a_period_outside_the_logs_is_said(early_phone, words, sentence):
    shown = run("measure", "wait", "--store", early_phone, *words)
    assert sentence in shown.output
    assert shown.exit_code == 0


# ---- the firm's page and the receipt -------------------------------------------------------------------


@pytest.mark.slow
def test_what_the_firms_page_calls_due_is_due_on_the_day_it_looks_at(tmp_path):
    """It is printed, and read on other days: "due today" would be read as of then."""
    calls = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-03-04 08:00"),
             call("c", "2022-03-01 10:00:20")]  # fmt: skip
    log = logs.load(stored(tmp_path / "calls", calls, [promise("p", "2022-03-01 10:00")], []))
    page = str(vars(firm.build(log)))
    assert "What needs doing, as of the end of March 4, 2022" in page
    assert "due March 4, 2022" in page
    assert "due today" not in page.lower()


def gaps(*stretches):
    """What a receipt says of a line that one phone system shows in some stretches of time."""
    ends = [[datetime.fromisoformat(f"{end}:00+00:00") for end in stretch] for stretch in stretches]
    n = len(ends)
    covered = schema.build(
        "coverage",
        {"office_id": ["o"] * n, "our_number": ["+13125550100"] * n, "from_utc": [a for a, _ in ends],
         "to_utc": [b for _, b in ends], "has_unanswered": [True] * n, "basis": ["export"] * n},
    )  # fmt: skip
    return [days for _, *days in receipt_contents._log_gaps(covered, {}, (), "America/Chicago", agencies.load())]


def test_a_gap_is_at_least_a_business_day():
    before, after = "2022-01-03 15:00", "2022-03-01 15:00"
    assert gaps((before, "2022-02-01 22:00"), ("2022-02-02 23:00", after)) == []  # 25 hours
    assert gaps((before, "2022-02-04 22:00"), ("2022-02-07 15:00", after)) == []  # a weekend
    assert gaps((before, "2022-02-01 22:00"), ("2022-02-03 15:00", after)) == [[date(2022, 2, 1), date(2022, 2, 3)]]


def test_programs_and_notebooks_get_the_account_too(early_phone):
    shown = run("measure", "volume", "--store", early_phone, "--as-of", "2022-03-10", "--json")
    assert json.loads(shown.stdout)["account"] == {
        "of": "agency_calls", "stored": 80, "counted": 20, "left_out": {"after_day": 60},
    }  # fmt: skip
    page = measures.run("volume", logs.load(early_phone, "2022-03-10"))._repr_html_()
    assert "20 of 80 logged calls are in these figures; the 60 after March 10, 2022 are not." in page


# ---- stored = counted + left out -------------------------------------------------------------------------


def tables_of(folder):
    """The stored tables of a log, by name."""
    return logs.load(folder).store.read


def test_every_stored_row_is_a_call_or_left_out_for_a_reason(early_phone):
    """30 rows of the phone, ten of them a stranger's; 60 entries of calls, none of the phone's days."""
    account = logs.load(early_phone).rows
    assert (account.stored, account.counted, account.left_out) == (90, 80, {"incoming_call": 10})


def test_a_phone_call_and_its_entry_are_one_and_so_are_two_systems_rows(tmp_path):
    calls = [call("c", "2022-03-01 10:00:20"), call("other", "2022-03-02 10:00", other=None),
             rang("r", "2022-03-03 10:00"), call("own", "2022-03-04 10:00", "internal", other=None)]  # fmt: skip
    rows = [note("n", "2022-03-01 10:00"), note("alone", "2022-03-09 10:00"), note("ring", "2022-03-10", kind="ring")]
    account = logs.load(stored(tmp_path / "calls", calls, rows, [notice("t", "2022-03-04 10:00")])).rows
    assert (account.stored, account.counted) == (8, 2)
    assert account.left_out == {
        "same_call": 1, "to_others": 1, "incoming_call": 1, "internal_call": 1, "other_entry": 1, "notice": 1,
    }  # fmt: skip


def test_the_account_of_a_measure_is_one_line(early_phone):
    log = logs.load(early_phone, "2022-03-10")
    result = measures.run("reach_rate", log)
    assert str(result.account) == (
        "0 of 80 logged calls are in these figures; 80 are not: 60 after March 10, 2022, 14 outside live hours, 6 not "
        "known to have reached a person or not."
    )
    assert str(measures.run("volume", logs.load(early_phone)).account) == "All 80 logged calls are in these figures."


@pytest.mark.slow
def test_the_lines_and_the_period_that_were_asked_for_are_reasons(tmp_path):
    rows = [note("a", "2022-03-01 10:00"), note("b", "2022-04-01 10:00", line="premium"), note("c", "2022-05-01 10:00"),
            note("d", None)]  # fmt: skip
    log = logs.load(stored(tmp_path / "calls", [], rows, []))
    left = measures.run("volume", log, since="2022-03-01", until="2022-04-30", line=["contact_center", "unknown"])
    assert left.account.left_out == {"outside_period": 1, "no_date": 1, "other_line": 1}
    assert (left.account.counted, left.account.stored) == (1, 4)


def test_a_card_of_ones_own_leaves_out_what_its_population_does_not_hold():
    evening = measures.local(
        Card(name="evening_share", title="Late.", table="agency_calls", population="timed", numerator="late",
             denominator="timed", source="ours", counts={"n_timed": "hour IS NOT NULL", "n_late": "hour >= 17"},
             rows=(Rate("n_timed", "n_late", "calls"),))
    )  # fmt: skip
    account = evening(pd.DataFrame({"hour": [9, 18, None]})).account
    assert (account.stored, account.counted, account.left_out) == (3, 2, {"other": 1})


@pytest.fixture(scope="module")
def sample_offices(sample_stores):
    """A store of each office of the sample, or of every third, and one of all."""
    return [sample_stores(key) for key in (*fair([office.folder for office in sample.offices()], 3), "sample")]


def headline_n(result):
    """The n of the figure that a measure is quoted with, all groups together; None where it counts in other units."""
    card = result.card
    row = next((row for row in card.rows if hasattr(row, "events") and hasattr(row, "link")), None)
    if row is None or row.n != card.counted:
        return None
    table = result.table[result.table["statistic"] == row.statistic]
    for label in ("reading", "link"):
        if label in table:
            wanted = "default" if label == "reading" and getattr(row, label) else getattr(row, label)
            table = table[table[label].fillna("") == wanted]
    return int(table["n"].sum())


def settings(log):
    begins, ends = log.logged
    middle = begins + (ends - begins) / 2
    return [
        {},
        {"as_of": middle},
        {"by": ("office",)},
        {"since": begins + timedelta(60), "until": middle},
        {"line": ("contact_center",)},
        {"as_of": middle, "line": ("premium", "unknown"), "by": ("month",)},
        {"office": log.offices.to_arrow()["name"][0].as_py(), "since": middle},
    ]


def check_law(log, name, **asked):
    result = measures.run(name, log, **asked)
    account = result.account
    stored = len(log.store.read(account.table))
    assert account.stored == stored, (name, asked)
    assert account.counted + sum(account.left_out.values()) == stored
    assert account.counted >= 0
    assert all(n > 0 and why != "other" for why, n in account.left_out.items()), (name, asked, account.left_out)
    assert "{" not in str(account)
    if (n := headline_n(result)) is not None and not set(result.by) & {"wait_origin", "words_said", "state", "step"}:
        assert account.counted == n, (name, asked)


@pytest.mark.slow
def test_stored_is_counted_and_left_out_for_every_measure_office_and_setting(sample_offices):
    for turn, folder in enumerate(sample_offices):
        whole = logs.load(folder)
        by_day = {None: whole}
        for asked in fair(settings(whole), len(sample_offices), first=turn):
            day = asked.pop("as_of", None)
            log = by_day.setdefault(day, whole if day is None else logs.load(folder, day))
            for name in fair(measures.CARDS, len(sample_offices), first=turn):
                card, own = measures.CARDS[name], dict(asked)
                own["by"] = tuple(key for key in own.get("by", ()) if key in card.keys)
                if card.table == "callbacks":
                    own.pop("line", None)
                check_law(log, name, **own)


@pytest.mark.slow
def test_the_calls_of_a_report_are_those_of_the_account(sample_offices):
    for folder in sample_offices:
        log = logs.load(folder)
        account = accounting.of_calls(
            log.agency_calls.to_arrow(), log.unseen("agency_calls"), log.as_of, agency=log.agency
        )
        assert account.stored == log.rows.counted == len(log.store.read("agency_calls"))
        assert f"{account.counted:,} call" in annex.scope(Results(log))
        assert str(account) in annex.scope(Results(log))


@pytest.mark.slow
def test_the_receipt_counts_the_calls_that_the_report_counts(tmp_path):
    phone_csv(tmp_path / "in" / "phone.csv", range(30))
    hand_csv(tmp_path / "in" / "log.csv", [entry(n) for n in range(20, 80)])
    receipt = intake.ingest([tmp_path / "in"], tmp_path / "calls", "Elm", "Central", new_office=True)
    assert receipt.scope.account == Results(logs.load(tmp_path / "calls")).account
    assert "  calls      All 80 logged calls are in a report." in receipt.text()


@pytest.mark.slow
def test_the_template_and_a_phone_export_are_both_in_the_default_report(tmp_path):
    filled = {"Time": "10:05 AM", "What happened": "We called", "Minutes to a person": 20}
    rows = [{"Date": date(2022, 3, 21) + timedelta(k), **filled} for k in range(40)]
    (tmp_path / "in").mkdir()
    template.write(tmp_path / "in" / "log.xlsx", rows=rows)
    phone_csv(tmp_path / "in" / "phone.csv", range(30))
    intake.ingest([tmp_path / "in"], tmp_path / "calls", "Elm", "Central", new_office=True)
    assert measures.run("volume", logs.load(tmp_path / "calls")).table["n"][0] == 20 + 40


# ---- what no one noted is not 0 --------------------------------------------------------------------------


def missed_store(path, hours=None, moment="2022-03-03 07:10"):
    """An office with one urgent request whose callback came and was not answered."""
    calls = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-04-29 18:00"),
             call("c", "2022-03-01 10:00:20"), rang("r", moment)]  # fmt: skip
    return logs.load(stored(path, calls, [promise("p", "2022-03-01 10:00")], [], hours=hours))


@pytest.mark.slow
def test_hours_that_an_office_never_gave_are_not_put_before_the_agency_as_kept_to(tmp_path):
    text = " ".join(item.logged for item in liaison.agenda_items(Results(missed_store(tmp_path / "calls"))))
    assert "unanswered: 1 rang before 8 a.m. there." in text
    assert "outside the office's hours" not in text


@pytest.mark.slow
def test_hours_that_it_gave_are(tmp_path):
    hours = [{"weekday": day, "opens": "09:00", "closes": "17:00"} for day in range(1, 6)]
    text = " ".join(item.logged for item in liaison.agenda_items(Results(missed_store(tmp_path / "calls", hours))))
    assert "unanswered: 1 rang outside the office's hours, 1 before 8 a.m. there." in text


@pytest.mark.slow
def test_a_field_that_no_one_fills_is_not_told_as_none(tmp_path):
    rows = [note("a", "2022-03-01 10:00", outcome="resolved"), note("b", "2022-03-02 10:00", outcome="resolved")]
    held = {h.claim.id: h for h in practice.check_tips(logs.load(stored(tmp_path / "calls", [], rows, [])))}
    unlogged = {id for id, each in held.items() if not each.is_logged}
    assert {"three-inquiries", "g28-on-record", "protected-mailboxes", "unknown-callers"} <= unlogged
    assert held["g28-on-record"].sentence.startswith("Not logged: calls without a G-28 on record")
    page = str(vars(firm.build(logs.load(tmp_path / "calls"))))
    assert "Not logged, so not reported" in page


@pytest.mark.slow
def test_a_result_that_no_one_noted_is_no_refusal_and_none_that_was_spared(tmp_path):
    rows = [note(f"n{k}", f"2022-03-{k:02} 10:00", inquiries=4, outcome="unknown") for k in range(1, 13)]
    (held,) = (
        h
        for h in practice.check_tips(logs.load(stored(tmp_path / "calls", [], rows, [])))
        if h.claim.id == "three-inquiries"
    )
    assert (held.against, held.is_logged) == ((0, 0), False)


@pytest.mark.slow
def test_without_an_attempt_in_the_log_none_is_told_as_missed(tmp_path):
    page = str(
        sections.blocks_of_few(Results(logs.load(stored(tmp_path / "calls", [], [note("n", "2022-03-01 10:00")], []))))
    )
    assert "Callbacks no one answered" not in page


def test_a_chart_of_call_backs_without_a_time_tells_no_hour(tmp_path):
    chart = figures.missed_by_local_hour(
        {"hours not given": measures.missed_callbacks(
            pd.DataFrame({"link": ["certain"] * 3, "result": "missed", "caller_id": "agency", "hour_local": None}),
            ("hour_local",))}
    )  # fmt: skip
    assert "before 8 a.m." not in chart.alt


# ---- page 1 says nothing three times, and nothing that is not so -----------------------------------------


def page_one(log):
    """The findings, and the line on who logged what."""
    results = Results(log)
    return [found.text for found in findings.by_name(results).values()], annex.scope(results)


@pytest.mark.slow
def test_without_a_request_one_sentence_says_so(tmp_path):
    dated(tmp_path / "in" / "log.csv", date(2022, 1, 3), 30)
    intake.ingest([tmp_path / "in"], tmp_path / "calls", "Elm", "Central", new_office=True)
    result, _ = page_one(logs.load(tmp_path / "calls"))
    assert sum("callback" in text for text in result) == 1
    assert "No promised callback is logged yet, so none can be judged." in result
    assert not any("n = 0" in text for text in result)


@pytest.mark.slow
def test_a_kind_of_request_that_no_one_logged_is_said_in_a_few_words(tmp_path):
    log = missed_store(tmp_path / "calls", moment="2022-03-03 12:10")
    result, _ = page_one(log)
    assert "No regular request is logged yet." in result
    assert not any("n = 0" in text for text in result)


@pytest.mark.slow
def test_without_a_wait_page_one_says_whence_waits_come(tmp_path):
    calls = [call(f"c{k}", f"2022-03-{k:02} 10:00:20") for k in range(1, 29)]
    result, scope = page_one(logs.load(stored(tmp_path / "calls", calls, [], [])))
    assert result[0] == "No wait is logged yet, so none can be reported."
    assert "logged 28 calls to 1-800-375-5283, " in scope


@pytest.mark.slow
def test_calls_on_a_line_that_no_one_noted_are_not_said_to_have_gone_to_one(early_phone, tmp_path):
    _, scope = page_one(logs.load(early_phone))
    assert "logged 80 calls to USCIS (20 to 1-800-375-5283, 60 to a line not logged), " in scope
    dated(tmp_path / "in" / "log.csv", date(2022, 1, 3), 30)
    intake.ingest([tmp_path / "in"], tmp_path / "calls", "Elm", "Central", new_office=True)
    _, scope = page_one(logs.load(tmp_path / "calls"))
    assert "logged 30 calls to USCIS (line not logged), " in scope


# ---- a log that gives days and no times ------------------------------------------------------------------------------

RING = "Voice,Outbound,+13125550100,(800) 375-5283,,Mon 03/04/2024,{time},VoIP Call,Call connected,,0:{minutes}:12\n"
RINGS = "Type,Direction,From,To,Extension,Date,Time,Action,Action Result,Result Description,Duration\n"
DAYS = {  # waits noted on a day of calls of 57 and 31 minutes; how many calls there were, and what the receipt says
    "each fits one": ((50, 25), 2, "the hand log has 2 of the 2 phone calls to USCIS in its period"),
    "both fit both": (
        (20, 25),
        2,
        "2 entries give only a date, and the phone made several calls that day: each counts",
    ),
    "one of the two": (
        (20,),
        2,
        "1 entry gives only a date, and the phone made several calls that day: it counts",
    ),
    "three": (
        (20, 25, 22),
        3,
        "2 entries give only a date, and the phone made several calls that day: each counts",
    ),
}


@pytest.mark.parametrize(("waits", "calls", "says"), DAYS.values(), ids=DAYS)
def test_notes_without_times_are_no_more_calls_than_the_phone_shows(waits, calls, says, tmp_path):
    rings = [RING.format(time=time, minutes=minutes) for time, minutes in (("9:05 AM", 57), ("2:05 PM", 31))]
    (tmp_path / "phone.csv").write_text(RINGS + "".join(rings))
    notes = "".join(f"3/4/2024,{wait},Tier 1\n" for wait in waits)
    (tmp_path / "log.csv").write_text("Date,Wait (min),Spoke to\n" + notes)
    given = {"office": "Elm", "timezone": "Central", "wait_origin": "dial", "date_order": "mdy"}
    receipt = intake.ingest([tmp_path], tmp_path / "calls", **given)
    assert says in " ".join(receipt.text().split())
    assert measures.run("volume", logs.load(tmp_path / "calls")).table["n"][0] == calls


def test_a_column_that_a_person_leaves_unread_is_named_and_not_asked_about(tmp_path):
    rows = [f"1/{8 + n}/2024,9:00 AM,30,Tier 2,1/{11 + n}/2024" for n in range(6)]
    log = tmp_path / "USCIS calls.csv"
    log.write_text("\n".join(["Date,Time,Hold (min),Spoke with,Mailed", *rows]) + "\n")
    asked, left = (
        run("check", log, "--wait-origin", "dial", *words).output for words in ((), ("--column", "unread=mailed"))
    )
    assert "look like dates" in asked
    assert "look like" not in left
    assert 'not stored: column "Mailed"' in left
