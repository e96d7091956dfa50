"""Dated facts: complete, sourced, and what the published documents say."""

import re
import sys
import tomllib
from datetime import date

import pytest

from callanalytics import agencies, toml_files
from callanalytics.agencies import KINDS
from callanalytics.errors import CallLogError
from callanalytics.toml_files import fields_of


@pytest.fixture
def uscis():
    return agencies.load()


def rules_file(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    return path


LISTS = [field.name for key, (field, _) in fields_of(agencies.Agency).items() if key in KINDS]

# ---- what every fact must have --------------------------------------------------------------------


@pytest.mark.parametrize("field", LISTS)
def test_every_list_has_rows_and_no_two_with_one_key(uscis, field):
    keys = [row.key for row in getattr(uscis, field)]
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("field", LISTS)
def test_every_fact_that_claims_a_grade_names_its_source(uscis, field):
    graded = [row for row in getattr(uscis, field) if hasattr(row, "grade")]
    assert all(row.source for row in graded if row.grade != "U")
    assert graded


def test_quotations_are_short(uscis):
    quoted = [
        row.words for field in ("rules", "windows", "attempts", "notices", "claims") for row in getattr(uscis, field)
    ]
    assert all(len(words.split()) <= 15 for words in quoted)


def test_labels_of_events_fit_on_a_chart(uscis):
    for event in uscis.events:
        assert len(event.label) <= 75, f"{event.id}: too long for a chart"


# ---- numbers and lines ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "line"),
    [
        ("+18003755283", "contact_center"),  # practice pointer
        ("+18007671833", "contact_center"),  # TTY
        ("+12126203418", "contact_center"),  # from abroad
        ("+18663155718", "premium"),
        ("+12028382200", None),  # it calls us
        ("+12126206418", None),  # a misprint on one site
        ("+12025550143", None),
        (None, None),
    ],
)
def test_a_number_we_call_belongs_to_its_line(uscis, number, line):
    assert uscis.line_of(number) == line


def test_call_backs_show_one_number(uscis):
    assert uscis.callback_numbers == {"+12028382200"}
    assert uscis.is_agency_number("+12028382200")
    assert not uscis.is_agency_number("+12025550143")
    assert not uscis.is_agency_number(None)


def test_only_the_contact_center_has_known_hours(uscis):
    assert {line.code for line in uscis.lines if line.hours} == {"contact_center"}
    hours = uscis.line("contact_center").hours[0]
    assert (hours.opens, hours.closes, hours.weekdays) == ("08:00", "20:00", (1, 2, 3, 4, 5))


# ---- promises -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "urgent", "regular"),
    [
        ("2019-02-13", [], []),
        ("2019-02-14", ["t2-2019"], ["t2-2019"]),  # the Ombudsman's call
        ("2019-02-15", ["t2-2019", "t2-urgent-2021"], ["t2-2019", "t2-regular-2021"]),
        ("2021-02-09", ["t2-2019", "t2-urgent-2021"], ["t2-2019", "t2-regular-2021"]),
        ("2021-02-10", ["t2-urgent-2021"], ["t2-regular-2021"]),  # the document's date
        ("2021-02-11", ["t2-urgent-2021", "t2-urgent-2022"], ["t2-regular-2021", "t2-regular-2022"]),
        ("2021-12-15", ["t2-urgent-2021", "t2-urgent-2022"], ["t2-regular-2021", "t2-regular-2022"]),
        ("2021-12-16", ["t2-urgent-2022"], ["t2-regular-2022"]),  # the Albuquerque meeting
        ("2026-11-24", ["t2-urgent-2022"], ["t2-regular-2022"]),
    ],
)
def test_the_rules_that_may_have_been_in_force(uscis, day, urgent, regular):
    day = date.fromisoformat(day)
    assert [rule.id for rule in uscis.rules_for("urgent", day)] == urgent
    assert [rule.id for rule in uscis.rules_for("regular", day)] == regular
    assert uscis.rules_for("unknown", day) == ()
    assert uscis.rules_for(None, day) == ()


def test_what_the_rules_say(uscis):
    found = {rule.id: (rule.value, rule.unit) for rule in uscis.rules}
    assert found == {
        "t2-2019": (2, "hours"),
        "t2-urgent-2021": (48, "hours"),
        "t2-regular-2021": (7, "business_days"),
        "t2-urgent-2022": (72, "hours"),
        "t2-regular-2022": (30, "business_days"),
    }
    assert uscis.rule("t2-urgent-2022").last_confirmed == date(2022, 1, 10)


def test_the_misdated_footnote_is_not_repeated(uscis):
    """Note 3 of the pointer says Jan. 6, 2021 of a meeting held on 2021-12-16."""
    assert all(rule.stated_on != date(2021, 1, 6) for rule in uscis.rules)


def test_window_attempts_and_notice(uscis):
    assert (uscis.window.opens, uscis.window.closes, uscis.window.timezone) == ("07:00", "18:30", "America/New_York")
    assert uscis.round_gap == 5
    (notice,) = (row for row in uscis.notices if row.unit == "business_days")  # not the text half an hour ahead
    assert (notice.lead_min, notice.lead_max) == (1, 2)


# ---- events, words --------------------------------------------------------------------------------


def test_an_interval_is_longer_than_a_day_and_a_day_is_not(uscis):
    for event in uscis.events:
        if event.precision == "day":
            assert event.earliest == event.latest, event.id
        elif event.earliest:
            assert event.earliest < event.latest, event.id


def test_the_gate_is_an_interval_not_november_2021(uscis):
    gate = next(event for event in uscis.events if event.id == "ivr-gate")
    assert (gate.earliest, gate.latest, gate.precision) == (date(2020, 6, 1), date(2021, 2, 10), "interval")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("InfoPass appointment", "appointment"),
        ("infopass", "appointment"),
        ("Expedite a decision", "expedite_adjudication"),
        ("  Reschedule   BIOMETRICS ", "resched_biometrics"),
        ("Case inquiry", "case_inquiry"),
        ("expedite_biometrics", "expedite_biometrics"),
        ("something else", None),
    ],
)
def test_a_reason_is_known_by_label_code_or_synonym(uscis, text, code):
    assert uscis.reason_named(text) == code


def test_no_synonym_means_two_things(uscis):
    for listed in (uscis.reasons, uscis.words_said, uscis.lines):
        names = [name.casefold() for row in listed for name in {row.code, row.label, *row.synonyms}]
        folded = {}
        for row in listed:
            for name in {row.code.casefold(), row.label.casefold(), *(s.casefold() for s in row.synonyms)}:
                assert folded.setdefault(name, row.code) == row.code, name
        assert names


def kind_of(agency, address, words="", day=date(2023, 10, 2)):
    sender = agency.sender_of_message(address, words, day)
    return sender and sender.kind


def test_mail_from_the_agency_is_known(uscis):
    assert kind_of(uscis, "No-Reply@uscis.dhs.gov") == "answer"
    assert kind_of(uscis, "no-reply@uscis.dhs.gov", "An officer will call you on March 9") == "announcement"
    assert kind_of(uscis, "someone@example.org", "An officer will call you on March 9") is None
    assert kind_of(uscis, "") is None


ASKED = "Are you available in the next 30 minutes?"


def test_words_alone_are_not_enough_from_somebodys_own_number(uscis):
    assert kind_of(uscis, "872466", ASKED) == kind_of(uscis, "USCIS", ASKED) == "text_ahead"
    assert kind_of(uscis, "+18005550199", ASKED) == "text_ahead"
    assert kind_of(uscis, "+12025550186", ASKED) is None
    assert kind_of(uscis, "+12025550186", f"USCIS: {ASKED}") == "text_ahead"


def test_a_message_is_judged_by_the_list_of_its_day(uscis):
    assert kind_of(uscis, "872466", ASKED, date(2022, 9, 30)) is None
    assert kind_of(uscis, "872466", ASKED, date(2022, 10, 1)) == "text_ahead"
    assert kind_of(uscis, "872466", ASKED, None) == "text_ahead"


# ---- a file of one's own --------------------------------------------------------------------------


def test_a_file_of_ones_own_adds_a_rule(tmp_path):
    mine = agencies.load(
        extra=rules_file(
            tmp_path,
            """
            [[rule]]
            id = "t2-urgent-2027"
            urgency = "urgent"
            value = 24
            unit = "hours"
            from_earliest = 2027-01-04
            from_latest = 2027-01-04
            last_confirmed = 2027-01-04
            words = "within one day"
            stated_by = "USCIS"
            stated_to = "AILA"
            source = "minutes"
            grade = "P"
            """,
        )
    )
    assert [rule.id for rule in mine.rules_for("urgent", date(2027, 2, 1))] == ["t2-urgent-2022", "t2-urgent-2027"]
    assert len(mine.rules) == len(agencies.load().rules) + 1


def test_a_row_with_the_id_of_a_shipped_one_takes_its_place(tmp_path):
    text = """
        [[number]]
        e164 = "+18663155718"
        line = "premium"
        use = "outbound"
        name = "Premium processing"
        until = 2026-01-01
        source = "a letter"
        grade = "P"
        """
    mine = agencies.load(extra=rules_file(tmp_path, text))
    numbers = [number for number in mine.numbers if number.e164 == "+18663155718"]
    assert [number.until for number in numbers] == [date(2026, 1, 1)]


def test_a_closure_of_ones_own_changes_the_calendar_version(tmp_path):
    text = '[[closure]]\ndate = 2027-12-23\nname = "An order"\nkind = "executive_order"\nsource = "EO"\ngrade = "P"\n'
    mine = agencies.load(extra=rules_file(tmp_path, text))
    digest = mine.closures_version.removeprefix(f"{agencies.load().closures_version} and 1 of your own ")
    assert re.fullmatch(r"\([0-9a-f]{8}\)", digest)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[rulez]]\nid = 1", r"not a file of facts(?s:.*)found   rulez"),
        ('[[closure]]\ndate = 2027-12-23\ntitle = "x"', r"\[\[closure\]\] no\. 1\n  found   title\n"),
        (
            '[[closure]]\ndate = "2027-12-23"\nname = "x"\nkind = "statutory"\nsource = "s"\ngrade = "P"',
            r"no\. 1, key date\n  found   '2027-12-23'\n  wanted  a date without quotation marks",
        ),
        (
            '[[closure]]\ndate = 2027-12-23\nname = "x"\nkind = "strike"\nsource = "s"\ngrade = "P"',
            r"no\. 1, key kind\n  found   'strike'\n  wanted  statutory, executive_order",
        ),
        ("[[closure", "not valid TOML"),
        (
            '[[number]]\ne164 = "+12025550143"\nline = "hotline"\nuse = "outbound"\nname = "n"\n'
            'source = "s"\ngrade = "P"',
            "no line 'hotline'",
        ),
    ],
)
def test_a_mistake_in_it_is_told_with_its_place(tmp_path, text, words):
    with pytest.raises(CallLogError, match=words):
        agencies.load(extra=rules_file(tmp_path, text))


def test_a_rule_that_ends_before_it_begins_is_refused(tmp_path):
    text = (
        '[[rule]]\nid = "x"\nurgency = "urgent"\nvalue = 1\nunit = "hours"\nfrom_earliest = 2027-01-04\n'
        "from_latest = 2027-01-04\nto_earliest = 2026-01-01\nto_latest = 2026-02-01\nlast_confirmed = 2027-01-04\n"
        'words = "w"\nstated_by = "a"\nstated_to = "b"\nsource = "s"\ngrade = "P"\n'
    )
    with pytest.raises(CallLogError, match="are out of order"):
        agencies.load(extra=rules_file(tmp_path, text))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CallLogError, match="cannot be read"):
        agencies.load(extra=tmp_path / "absent.toml")


def test_what_is_kept_of_a_shipped_toml_file_is_what_the_file_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(toml_files, "_PACKAGE", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path, read = tmp_path / "facts.toml", []
    monkeypatch.setattr(toml_files, "loads", lambda text: read.append(text) or tomllib.loads(text))
    for text in (
        "day = 2022-01-10\nat = 10:05:00\n[[row]]\nname = 'é'\nshare = 0.1\nlist = [1, true]",
        "day = 2023-01-10",
    ):
        path.write_text(text, "utf-8")
        assert toml_files.content_of(path) == toml_files.content_of(path) == tomllib.loads(text)
        assert read.count(text) == 1
    kept = next((tmp_path / "__pycache__").iterdir())
    kept.write_bytes(kept.read_bytes().replace(b"2023", b"2024"))  # damaged
    assert toml_files.shipped_toml(str(path), "facts.toml") == {"day": date(2023, 1, 10)}
