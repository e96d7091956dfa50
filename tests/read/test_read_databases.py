"""SQLite files of telephones: read from a copy in memory, whatever they hold, and never computed with."""

import sqlite3

import pytest

from callanalytics import formats, read
from callanalytics.errors import CallLogError
from callanalytics.read import documents
from read_formats import a_file
from roots import GOLDEN

FORMATS = formats.load()
IPHONE = FORMATS["iphone_call_history"]
EXPORT = GOLDEN / "iphone_call_history" / "export.storedata"
COLUMNS = "Z_PK INTEGER PRIMARY KEY, ZDATE, ZDURATION, ZORIGINATED, ZANSWERED, ZADDRESS, ZCALLTYPE"


def a_database(folder, *statements, name="x.storedata"):
    path = folder / name
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return next(iter(read.files([path])))


def test_a_call_history_is_read_by_the_keys_of_its_rows(tmp_path):
    file = a_database(
        tmp_path,
        f"CREATE TABLE ZCALLRECORD ({COLUMNS})",
        "INSERT INTO ZCALLRECORD VALUES (7, 667839610.5, 12.0, 1, 0, CAST('18003755283' AS BLOB), 1)",
        "INSERT INTO ZCALLRECORD VALUES (3, 667839611, 0, 0, 0, NULL, 1), (9, 1, 2, 3, 4, X'FFFE01', 6)",
    )
    assert read.identify(file, FORMATS) is IPHONE
    (table,) = read.rows(file, IPHONE)
    assert table.rows.tolist() == [3, 7, 9]
    assert table.cells["ZADDRESS"].to_pylist() == [None, "18003755283", documents.NO_TEXT]
    assert table.cells["ZDURATION"].to_pylist() == ["0", "12", "2"]
    assert table.notes == ("bytes that are not text: 1 cell",)


def test_the_file_and_its_folder_stay_as_they_were(tmp_path):
    path = tmp_path / "CallHistory.storedata"
    path.write_bytes(EXPORT.read_bytes())
    before = path.stat().st_mtime_ns
    read.rows(next(iter(read.files([path]))), IPHONE)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_mtime_ns == before


def test_a_history_in_use_is_read_and_says_that_the_newest_may_be_missing(tmp_path):
    path = tmp_path / "x.storedata"
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(f"CREATE TABLE ZCALLRECORD ({COLUMNS})")
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("INSERT INTO ZCALLRECORD VALUES (1, 667839610, 1, 1, 1, '', 1)")
    database.commit()
    found = read.files([tmp_path])
    (file,) = found.files
    assert {passed.why for passed in found.passed} == {"the journal of a database"}
    (table,) = read.rows(file, IPHONE)
    assert (len(table), len(table.notes)) == (0, 1)
    assert "-wal" in table.notes[0]
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE VIEW ZCALLRECORD AS SELECT {', '.join(f'1 AS {c}' for c in COLUMNS.split(', ')[1:])}",
        "CREATE VIEW ZCALLRECORD AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n",
        f"CREATE TABLE ZCALLRECORD ({COLUMNS}, x GENERATED ALWAYS AS (hex(zeroblob(100000000))) VIRTUAL)",
        "CREATE TABLE OTHER (a)",
    ],
)
def test_what_is_no_table_of_calls_is_not_taken_for_one(tmp_path, statement):
    with pytest.raises(CallLogError, match="not an export we know yet"):
        read.identify(a_database(tmp_path, statement), FORMATS)


@pytest.mark.parametrize("cut", [100, 600, 2000])
def test_a_damaged_database_is_refused_in_a_sentence(tmp_path, cut):
    whole = EXPORT.read_bytes()
    file = a_file(tmp_path, whole[:cut] + b"\xff" * (len(whole) - cut), "x.storedata")
    with pytest.raises(CallLogError, match=r"could not be read as a database|not an export we know yet"):
        read.rows(file, read.identify(file, FORMATS))


def test_a_database_whose_names_are_no_text_is_refused_in_a_sentence(tmp_path):
    content = EXPORT.read_bytes()
    assert b"ZDURATION" in content
    file = a_file(tmp_path, content.replace(b"ZDURATION", b"ZD\xff\xfe\xfdTION"), "x.storedata")
    with pytest.raises(CallLogError, match=r"could not be read as a database|not an export we know yet"):
        read.rows(file, read.identify(file, FORMATS))


def test_an_unknown_database_can_still_be_looked_at(tmp_path):
    file = a_database(tmp_path, "CREATE TABLE a (x)", "CREATE TABLE b (y)", "INSERT INTO b VALUES ('1'), ('2')")
    (table,) = read.tables(file)
    assert table.cells.to_pylist() == [{"y": "1"}, {"y": "2"}]
