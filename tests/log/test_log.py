"""A store opened for a day: what was seen then, and nothing that came later."""

import re
from datetime import date

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from callanalytics import intake, measures, schema
from callanalytics import log as logs
from callanalytics.errors import CallLogError
from facts_rows import (
    CELL,
    MAIN,
    call,
    line,
    naive,
    note,
    notice,
    promise,
    rang,
    stranger,
    utc,
)
from stored_log import OTHER, stored

CALLS = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-04-29 18:00"), call("c", "2022-03-01 10:00:20"),
         rang("r", "2022-03-03 10:00"), rang("late", "2022-03-15 10:00")]  # fmt: skip
ENTRIES = [
    promise("p", "2022-03-01 10:00", request_result="granted", decided_on=date(2022, 3, 10)),
    promise("q", "2022-04-28 10:00"),
    note("dated", "2022-03-20", outcome="resolved"),
    note("undated", None),
]
NOTICES = [notice("t", "2022-03-04 10:00")]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("log") / "calls", CALLS, ENTRIES, NOTICES)


def states(log):
    rows = log.promises.to_arrow().select(["promise_id", "state"]).to_pylist()
    return {row["promise_id"]: row["state"] for row in rows}


# ---- the day -------------------------------------------------------------------------------------------


def test_without_a_day_it_is_the_last_day_of_coverage(store):
    assert logs.load(store).as_of == date(2022, 4, 29)


def test_the_last_day_is_an_eastern_one(tmp_path):
    late = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-04-29 23:30")]  # 0:30 Eastern on the 30th
    assert logs.load(stored(tmp_path / "calls", late, [], [])).as_of == date(2022, 4, 30)


@pytest.mark.slow
def test_where_nothing_is_covered_it_is_the_last_day_of_the_logs(tmp_path):
    slip = note("slip", "2032-03-01 10:00", warnings="after_ingest")
    store = stored(tmp_path / "calls", [], [note("n", "2022-03-01 10:00"), slip], [])
    assert logs.load(store).as_of == date(2022, 3, 1)


def test_an_empty_store_has_no_last_day_but_can_be_looked_at_on_any(tmp_path):
    store = stored(tmp_path / "calls", [], [], [])
    with pytest.raises(CallLogError) as refused:
        logs.load(store)
    assert str(refused.value) == (
        "No call or entry in this store has a date\n  do      ingest a log, or name a day with as_of (--as-of)"
    )
    log = logs.load(store, "2022-06-30")
    for name in schema.TABLES:
        loaded = name == "promises"
        assert log.table(name).columns == schema.arrow_schema(name, loaded=loaded).names


@pytest.mark.parametrize("day", ["2022-03-31", date(2022, 3, 31)])
def test_a_day_may_be_text_or_a_date(store, day):
    assert logs.load(store, day).as_of == date(2022, 3, 31)


def test_what_is_no_date_is_refused(store):
    with pytest.raises(CallLogError) as refused:
        logs.load(store, "March 31")
    assert str(refused.value) == ("as_of is not a date\n  found   'March 31'\n  wanted  YYYY-MM-DD, as in 2022-06-30")


def test_a_folder_without_a_store_is_refused(tmp_path):
    with pytest.raises(CallLogError, match="There is no store"):
        logs.load(tmp_path)


@pytest.mark.slow
def test_a_store_is_opened_by_its_folder(store):
    log = logs.load(str(store.root), "2022-03-31")
    assert (log.fingerprint, states(log)) == (store.fingerprint(), states(logs.load(store, "2022-03-31")))


# ---- what is seen --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_states_are_those_of_the_day(store):
    assert states(logs.load(store, "2022-03-02")) == {"p": "waiting"}
    assert states(logs.load(store, "2022-03-31")) == {"p": "missed_once"}
    assert states(logs.load(store)) == {"p": "missed_once", "q": "waiting"}
    assert states(logs.load(store, "2022-06-30")) == {"p": "missed_once", "q": "unwatched"}


@pytest.mark.slow
def test_rows_of_later_days_are_not_there_and_those_without_a_date_are(store):
    log = logs.load(store, "2022-03-03")
    seen = {
        name: set(log.table(name).to_arrow().column(id).to_pylist())
        for name, id in (
            ("calls", "call_id"),
            ("entries", "entry_id"),
            ("notices", "notice_id"),
            ("agency_calls", "agency_call_id"),
            ("callbacks", "callback_id"),
        )
    }
    assert seen == {"calls": {"first", "c", "r"}, "entries": {"p", "undated"}, "notices": set(),
                    "agency_calls": {"c", "undated"}, "callbacks": {"r"}}  # fmt: skip
    assert "dated" not in logs.load(store, "2022-03-19").agency_calls.to_arrow().column("agency_call_id").to_pylist()
    assert "dated" in logs.load(store, "2022-03-20").agency_calls.to_arrow().column("agency_call_id").to_pylist()


@pytest.mark.slow
def test_a_decision_of_a_later_day_is_not_seen(store):
    def decision_on(day):
        row = (
            logs.load(store, day)
            .agency_calls.to_arrow()
            .filter(pa.compute.field("agency_call_id") == "c")
            .to_pylist()[0]
        )
        return row["request_result"], row["request_days"]

    assert (decision_on("2022-03-09"), decision_on("2022-03-10")) == ((None, None), ("granted", 9))


def test_a_note_does_not_show_a_decision_of_a_later_day(store):
    def decision_on(day):
        entries = logs.load(store, day).entries.to_arrow()
        return [entries.column(name).drop_null().to_pylist() for name in ("request_result", "decided_on")]

    assert decision_on("2022-03-09") == [[], []]
    assert decision_on("2022-03-10") == [["granted"], [date(2022, 3, 10)]]


@pytest.mark.slow
def test_an_announcement_of_a_later_day_is_no_cause_yet(store):
    def why(day):
        row = logs.load(store, day).callbacks.to_arrow().to_pylist()[0]
        return row["cause"], row["attributed_to"]

    assert (why("2022-03-03"), why("2022-03-04")) == (("unknown", "unknown"), ("before_notice", "agency"))


def test_coverage_has_a_length_and_a_picture_before_its_columns_are_read(store):
    assert len(logs.load(store).coverage) == 1
    assert "coverage: 1 row" in repr(logs.load(store).coverage)


def test_a_log_stays_with_its_version_when_the_store_is_written_through(tmp_path):
    opened = stored(tmp_path / "calls", CALLS, ENTRIES, NOTICES)
    calls = logs.load(opened).calls
    rows = calls.read(["office_id"]).num_rows
    with opened.writing():
        opened.publish({"calls": opened.read("calls").slice(1)})
    assert calls.read(["office_id", "call_id"]).num_rows == rows


def test_coverage_ends_with_the_day(store):
    (row,) = logs.load(store, "2022-03-03").coverage.to_arrow().to_pylist()
    assert naive(row["to_utc"]) == utc("2022-03-03 22:59:59.999999")
    assert logs.load(store, "2022-01-15").coverage.rows == 0


@pytest.mark.slow
def test_offices_do_not_meet(tmp_path):
    log = logs.load(stored(tmp_path / "calls", CALLS, ENTRIES, NOTICES, twice=True), "2022-06-30")
    rows = log.promises.to_arrow().drop_columns("office_id")
    assert rows.slice(0, 2).equals(rows.slice(2, 2))
    assert {row["office"] for row in log.ledger()} == {"Alder and Birch", "Elm"}
    assert log.promises.office_names == {"0" * 32: "Alder and Birch", OTHER: "Elm"}
    tables = "agency_calls 8, callbacks 4, promises 4, entries 8, calls 10, rejects 0"
    assert repr(log).splitlines() == ["log of 2 offices, as of 2022-06-30", tables]


@pytest.mark.slow
def test_what_an_office_says_of_its_lines_reaches_the_blame(tmp_path):
    deaf = stored(tmp_path / "calls", CALLS[:3], ENTRIES[:1], [], lines=[line(MAIN, withheld=False), line(CELL)])
    (row,) = logs.load(deaf, "2022-03-31").ledger()
    assert (row["state"], row["attributed_to"]) == ("silent", "unknown")


def test_the_ledger_is_plain_rows_with_the_offices_name(store):
    first = logs.load(store).ledger()[0]
    found = {c: first[c] for c in ("promise_id", "office", "urgency", "rule_id", "state", "is_watched", "n_callbacks")}
    assert found == {"promise_id": "p", "office": "Alder and Birch", "urgency": "urgent", "rule_id": "t2-urgent-2022",
                    "state": "missed_once", "is_watched": True, "n_callbacks": 2}  # fmt: skip
    assert [naive(first[c]) for c in ("started_at", "due_default", "first_callback_at")] == [
        utc("2022-03-01 10:10:20"), utc("2022-03-04 10:10:20"), utc("2022-03-03 10:00"),
    ]  # fmt: skip


# ---- tables --------------------------------------------------------------------------------------------


def test_a_table_knows_its_rows_columns_and_file(store):
    agency_calls = logs.load(store).agency_calls
    assert (agency_calls.name, agency_calls.rows, len(agency_calls), agency_calls.as_of) == (
        "agency_calls",
        4,
        4,
        date(2022, 4, 29),
    )
    assert agency_calls.columns == schema.arrow_schema("agency_calls").names
    assert agency_calls.path == store.path("agency_calls")
    title, names, *body = repr(agency_calls).splitlines()
    assert title == f"agency_calls: 4 rows, {len(agency_calls.columns)} columns, as of 2022-04-29"
    assert names.split()[:3] == ["date", "weekday", "hour"]
    assert body[0].split()[:2] == ["2022-03-01", "Tuesday"]
    assert max(map(len, (names, *body))) <= 100


def test_a_name_that_is_no_table_is_refused(store):
    with pytest.raises(CallLogError, match="There is no table 'waits'"):
        logs.load(store).table("waits")


@pytest.mark.slow
def test_pandas_keeps_what_may_be_missing_and_comes_back_the_same(store):
    log = logs.load(store)
    for name in schema.TABLES:
        frame = log.table(name).to_pandas()
        assert len(frame) == log.table(name).rows
        if name != "offices":  # nested lists
            again = schema.conform(frame, name)
            assert again.equals(log.table(name).to_arrow().cast(again.schema)), name
    frame = log.agency_calls.to_pandas()
    assert str(frame["hour"].dtype) == "Int8"
    assert str(frame["month"].dtype) == "period[M]"
    assert pd.api.types.is_datetime64_dtype(frame["date"])
    assert frame["weekday"].cat.ordered
    assert frame["weekday"].min() == "Tuesday"
    assert str(frame["person_reached"].dtype) == "boolean"


def test_a_column_is_taken_by_its_name(store):
    calls = logs.load(store).agency_calls
    assert calls["weekday"].tolist() == calls.to_pandas()["weekday"].tolist()
    assert list(calls[["hour", "line"]]) == ["hour", "line"]
    assert (len(calls.head(2)), calls.head(2).as_of, calls.head(2).name) == (2, calls.as_of, calls.name)
    assert [row["agency_call_id"] for row in calls] == calls["agency_call_id"].tolist()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("wait", "(?s)no column 'wait'.*did you mean wait_s"),
        (["hour", "wait"], "no column 'wait'"),
        (3, "takes column names"),
        ([], "takes column names"),
    ],
)
def test_a_column_that_is_not_there_is_refused_with_those_that_are(store, asked, message):
    with pytest.raises(CallLogError, match=message):
        logs.load(store).agency_calls[asked]


def test_other_libraries_take_a_table_as_it_is(store):
    calls = logs.load(store).agency_calls
    assert duckdb.sql("SELECT count(*), min(weekday) FROM calls").fetchall() == [(4, 2)]
    assert pd.DataFrame(calls)["date"].tolist() == [row["date"] for row in calls]
    assert pa.table(calls).equals(calls.to_arrow())


@pytest.mark.slow
def test_a_measure_takes_the_frame_of_a_table(store):
    log = logs.load(store)
    for key in ("weekday", "month", "date"):
        of_frame = measures.volume(log.agency_calls.to_pandas(), by=key).table
        pd.testing.assert_frame_equal(of_frame, measures.volume(log.agency_calls, by=key).table)


def test_a_notebook_shows_readable_columns_first_and_ids_last_and_short(sample_log):
    shown = sample_log.promises._repr_html_()
    names = re.findall("<th>(.*?)</th>", shown)
    assert names[:4] == ["office", "date", "weekday", "hour"]
    assert all(name.endswith("_id") for name in names[-3:])
    assert "Monday" in shown
    assert "9 a.m." in shown
    assert not re.search("[0-9a-f]{16}", shown)


def test_a_notebook_shows_as_many_columns_as_a_page_has_room_for_and_names_the_others(sample_log):
    for table in (sample_log.promises, sample_log.agency_calls):
        shown = table._repr_html_()
        names = re.findall("<th>(.*?)</th>", shown)
        assert len(names) <= 13
        cells = re.findall("<td>(.*?)</td>", shown)
        columns = [[name, *cells[i :: len(names)]] for i, name in enumerate(names)]
        assert sum(2 + max(map(len, column)) for column in columns) <= 140
        assert re.search(r"\d+ more columns: .*month_local", shown)
        others = re.search("more columns: (.*?)[.]", shown)[1].split(", ")
        assert not set(names) & set(others)


def test_a_notebook_counts_the_tables_of_a_log(store):
    log = logs.load(store).where(since="2022-03-01")
    shown, n = log._repr_html_(), len(log.agency_calls)
    assert f"<td>agency_calls</td><td>{n}</td><td>one call from the office to an agency line</td>" in shown
    assert "Only from 2022-03-01" in shown
    assert "Only from 2022-03-01" in repr(log)


def test_a_notebook_shows_the_first_rows_and_runs_nothing(tmp_path):
    hostile = [note(f"n{i}", f"2022-03-{i + 1:02} 10:00", matter="<script>alert(1)</script>") for i in range(12)]
    shown = (
        logs.load(stored(tmp_path / "calls", [], hostile, []), "2022-06-30")
        .agency_calls.show(clients=True)
        ._repr_html_()
    )
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert shown.count("<tr>") == 11
    assert "12 rows, as of 2022-06-30" in shown
    assert "One row: one call from the office to an agency line." in shown
    assert "episode_id" in shown
    assert "g28_on_file" not in shown  # columns without a value are left out


def test_an_empty_table_shows_its_columns(tmp_path):
    shown = logs.load(stored(tmp_path / "calls", [], [], []), "2022-06-30").callbacks._repr_html_()
    assert "0 rows" in shown
    assert "<th>callback_id</th>" in shown


@pytest.mark.parametrize("wrong", [5, None])
def test_a_log_is_loaded_from_a_store_alone(wrong):
    with pytest.raises(CallLogError, match=r"(?s)loaded only from a store.*its folder"):
        logs.load(wrong)


@pytest.mark.slow
def test_no_table_hangs_on_today(store, monkeypatch):
    import time

    before = logs.load(store, "2022-03-31").promises.to_arrow()
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert logs.load(store, "2022-03-31").promises.to_arrow().equals(before)


def test_a_notebook_shows_no_client_no_agent_and_no_number_unless_asked(tmp_path):
    own = {"matter": "M-40001", "sr_number": "SR12345678", "agent_id": "XQ77"}
    log = logs.load(stored(tmp_path / "calls", [], [note("n", "2022-03-01 10:00", **own)], []), "2022-06-30")
    for table in (log.agency_calls, log.entries):
        shown = table._repr_html_()
        assert not [value for value in own.values() if value in shown]
        assert "Not shown: " in shown
        asked = table.show(clients=True)._repr_html_()
        assert all(value in asked for value in own.values())
    assert set(schema.PRIVATE) <= {column.name for spec in schema.TABLES.values() for column in spec.columns}


@pytest.mark.slow
def test_a_notebook_shows_nothing_of_a_cell_that_could_not_be_read_unless_asked(tmp_path):
    (tmp_path / "log.csv").write_text("Date,Wait,Agent ID\n3/14/2022,45,A77\n2/30/2022,45,A78\n3/15/2022 Maria,45,A7\n")
    intake.ingest([tmp_path / "log.csv"], tmp_path / "calls", "Elm", "Central")
    rejects = logs.load(tmp_path / "calls").rejects
    assert len(rejects) == 2
    assert "2/30/2022" not in rejects._repr_html_()
    shown = rejects.show(clients=True)._repr_html_()
    assert "2/30/2022" in shown
    assert "Maria" not in shown  # a word that may be a client's name is masked before it is stored


def test_a_store_keeps_itself_out_of_git(tmp_path):
    stored(tmp_path / "calls", [], [note("n", "2022-03-01 10:00")], [])
    assert (tmp_path / "calls" / ".gitignore").read_text() == "*\n"
