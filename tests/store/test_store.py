"""The store: same rows same bytes, one version in force, and a sentence for every folder that is not right."""

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from callanalytics import schema
from callanalytics.errors import CallLogError
from callanalytics.store import Disk, Store, commit, disk, parquet
from store_rows import OFFICE, call_ids, calls, ingest, office, publish, source_id, sources


@pytest.fixture
def store(tmp_path):
    """A store of two exports that share two calls."""
    made = Store.open(tmp_path / "calls", create=True)
    ingest(made, "a", range(5))
    ingest(made, "b", range(3, 9))
    return Store.open(tmp_path / "calls")


to_bytes = parquet.to_bytes
PART = f"{OFFICE}.parquet"


def refusal(path, **options) -> str:
    with pytest.raises(CallLogError) as refused:
        Store.open(path, **options)
    return str(refused.value)


# ---- reading and publishing -----------------------------------------------------------------------------------


def test_overlapping_exports_give_each_call_once(store):
    assert call_ids(store) == [f"{m:032x}" for m in range(9)]
    assert store.verify() == []


def test_only_the_offices_and_columns_that_are_asked_for_are_read(store):
    with store.writing():
        other = replaced(calls("b", [50]), "office_id", ["1" * 32])
        store.publish({"calls": pa.concat_tables([store.read("calls"), other])})
    read = store.read("calls", offices=["1" * 32], columns=["started_at_utc", "call_id"])
    assert read.column_names == ["started_at_utc", "call_id"]
    assert read.column("call_id").to_pylist() == [f"{50:032x}"]
    assert read.schema.metadata == store.read("calls").schema.metadata
    assert store.read("calls", offices=[]).num_rows == 0


@pytest.mark.parametrize("url", ["s3://pool/calls", "hdfs://pool/calls", "file:///pool/calls", Path("s3://pool/calls")])
def test_a_url_is_refused_and_makes_no_folder_here(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "must be a folder on this computer" in refusal(url, create=True)
    assert not list(tmp_path.iterdir())


def test_a_store_before_its_first_publish_is_empty_and_writes_nothing(tmp_path):
    store = Store.open(tmp_path / "new", create=True)
    assert {store.read(name).num_rows for name in schema.TABLES} == {0}
    assert not (tmp_path / "new").exists()


def test_a_reader_keeps_the_version_it_opened(store):
    before = Store.open(store.root)
    ingest(store, "c", [20])
    assert len(call_ids(before)) == 9
    assert len(call_ids(Store.open(store.root))) == 10


@pytest.mark.slow
def test_a_version_that_is_gone_is_a_sentence(store):
    before = Store.open(store.root)
    for n, letter in enumerate("cdef"):
        ingest(store, letter, [20 + n])
    with pytest.raises(CallLogError, match="is no longer there"):
        before.read("calls")


def test_nothing_new_is_no_new_version(store):
    version = store.version
    with store.writing():
        publish(store)
    assert store.version == version
    assert Store.open(store.root).version == version


def test_tables_not_given_stay_as_they_are(store):
    with store.writing():
        store.publish({"offices": office()})
    assert len(call_ids(Store.open(store.root))) == 9


@pytest.mark.slow
def test_the_newest_three_versions_are_kept(store):
    for n, letter in enumerate("cdef"):
        ingest(store, letter, [20 + n])
    kept = commit.versions(store.root, Disk())
    assert [commit.number_of(v) for v in kept] == [4, 5, 6]
    assert kept[-1] == store.version


@pytest.mark.slow
def test_an_erasure_keeps_one_version_and_no_source_that_it_dropped(store):
    with store.writing():
        store.drop_source(source_id("a"))
        publish(store)
        assert (store.root / "sources" / source_id("a")).exists()  # an older version speaks of it
        store.publish({}, keep=1)
    assert commit.versions(store.root, Disk()) == [store.version]
    assert not (store.root / "sources" / source_id("a")).exists()
    assert store.verify() == []


@pytest.mark.slow
def test_the_same_bytes_read_again_lie_beside_the_older_reading(store):
    with store.writing():
        store.drop_source(source_id("b"))
        store.add_source(source_id("b"), {"calls": calls("b", [7]), "sources": sources("b", 1)}, {"settings": "new"})
        publish(store)
    assert store.source_ids() == [source_id("a"), f"{source_id('b')}-2"]
    assert store.source_card(store.source_ids()[1])["settings"] == "new"
    assert Store.open(store.root).verify() == []


@pytest.mark.slow
def test_a_source_without_a_publish_does_not_count(store):
    with store.writing():
        store.add_source(source_id("c"), {"calls": calls("c", [30]), "sources": sources("c", 1)}, {})
    assert store.source_ids() == [source_id("a"), source_id("b")]
    again = Store.open(store.root)
    assert len(call_ids(again)) == 9
    assert again.verify() == []
    ingest(again, "c", [30])
    assert again.verify() == []


def test_writing_needs_the_lock(store):
    with pytest.raises(RuntimeError):
        store.publish({})


def test_a_table_with_a_column_missing_is_never_published(store):
    with store.writing(), pytest.raises((KeyError, ValueError)):
        store.publish({"calls": calls("a", [1]).drop_columns(["direction"])})


# ---- bytes ----------------------------------------------------------------------------------------------------


def test_the_order_of_rows_and_chunks_does_not_change_the_bytes():
    rows = calls("a", range(50))
    shuffled = rows.take(list(range(49, -1, -1)))
    pieces = pa.concat_tables([rows.slice(20), rows.slice(0, 7), rows.slice(7, 13)])
    assert parquet.to_bytes("calls", rows) == parquet.to_bytes("calls", shuffled) == parquet.to_bytes("calls", pieces)


def test_calls_without_a_moment_stand_last():
    rows = calls("a", [2, 1])
    undated = replaced(rows, "started_at_utc", [None, datetime(2022, 1, 1, tzinfo=UTC)])
    assert parquet.ordered("calls", undated).column("started_at_utc").to_pylist()[1] is None


@pytest.mark.parametrize("name", schema.TABLES)
def test_every_table_comes_back_as_the_schema_has_it(name, tmp_path):
    (tmp_path / "t.parquet").write_bytes(parquet.to_bytes(name, schema.empty(name)))
    back = parquet.read(tmp_path / "t.parquet", name)
    assert back.schema.equals(schema.arrow_schema(name), check_metadata=True)


def test_an_office_with_hours_and_lines_comes_back(tmp_path):
    hours = [{"weekday": 1, "opens": "09:00", "closes": "17:30"}]
    lines = [{"number": "+12125550100", "kind": "desk", "withheld_get_through": None, "covered_by": "ringcentral"}]
    result = schema.build(
        "offices",
        {"office_id": [OFFICE], "name": ["A"], "timezone": ["America/Chicago"], "hours": [hours], "lines": [lines]},
    )
    (tmp_path / "t.parquet").write_bytes(parquet.to_bytes("offices", result))
    assert parquet.read(tmp_path / "t.parquet", "offices").to_pylist() == result.to_pylist()


def test_files_are_plain_zstd_parquet_with_meanings_and_without_pandas(store):
    file = pq.ParquetFile(store.path("calls") / f"{OFFICE}.parquet")
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert b"pandas" not in (file.metadata.metadata or {})
    column = file.schema_arrow.names.index("direction")
    assert file.metadata.row_group(0).column(column).has_dictionary_page
    assert file.schema_arrow.field("direction").metadata[b"meaning"] == b"direction seen from the office"
    assert file.schema_arrow.metadata[b"schema_version"] == str(schema.VERSION).encode()


def test_footers_tell_no_smallest_or_largest_number_matter_or_name():
    columns = schema.TABLES["entries"].columns
    row = {c.name: [c.words[0] if c.words else "ZZZ CANARY"] for c in columns if c.type == pa.string()}
    numbers = {c.name: [1] for c in columns if pa.types.is_integer(c.type)}
    data = parquet.to_bytes("entries", schema.build("entries", {**row, **numbers}))
    result = pq.ParquetFile(pa.BufferReader(data)).metadata.row_group(0)
    for n in range(result.num_columns):
        column = result.column(n)
        statistics = column.statistics
        if statistics is not None and statistics.has_min_max:
            assert "CANARY" not in f"{statistics.min}{statistics.max}", column.path_in_schema


def with_two_offices(store) -> Path:
    """Where the calls lie once a second office has one, of which only digits make up the id."""
    with store.writing():
        store.put("1" * 32, {"calls": replaced(calls("b", [50]), "office_id", ["1" * 32])})
        store.publish()
    return store.path("calls")


@pytest.mark.slow
def test_pandas_polars_duckdb_and_arrow_each_read_a_table_by_its_stable_name(store):
    """In one line, and an office's id is the text that it was."""
    duckdb, pandas, polars = map(pytest.importorskip, ("duckdb", "pandas", "polars"))
    path = with_two_offices(store)
    assert pq.read_table(path).schema.equals(schema.arrow_schema("calls"))
    assert pandas.read_parquet(path).groupby("office_id").size().to_dict() == {OFFICE: 9, "1" * 32: 1}
    assert polars.read_parquet(path).schema["office_id"] == polars.String
    assert polars.read_parquet(path).height == 10
    for place in (f"read_parquet('{path}')", f"'{path}/*.parquet'"):
        counted = duckdb.sql(f"select typeof(office_id), count(*) from {place} group by 1")
        assert counted.fetchall() == [("VARCHAR", 10)]


def test_the_files_of_an_office_that_did_not_change_are_linked_and_not_written(store, monkeypatch):
    with_two_offices(store)
    before = store.root / "published" / store.version
    encoded = []
    monkeypatch.setattr(parquet, "to_bytes", lambda name, rows: encoded.append(name) or to_bytes(name, rows))
    with store.writing():
        store.put("1" * 32, {"calls": replaced(calls("b", [50, 51]), "office_id", ["1" * 32] * 2)})
        store.publish()
    after = store.root / "published" / store.version
    assert encoded == ["calls"]
    for file in set(store.manifest["files"]) - {f"calls.parquet/{'1' * 32}.parquet"}:
        assert (after / file).samefile(before / file)
    assert Store.open(store.root).read("calls", ["1" * 32]).num_rows == 2


def test_the_calls_of_a_large_office_have_a_file_a_month(store, monkeypatch):
    monkeypatch.setattr(parquet, "LARGE", 8)
    rows = calls("a", [0, 1, 2, 45_000, 45_001, 45_002, 90_000, 90_001, 90_002])
    with store.writing():
        store.publish({"calls": rows})
    names = [f"{OFFICE}.{month}.parquet" for month in ("202203", "202204", "202205")]
    assert [path.name for path in sorted(store.path("calls").iterdir())] == names
    assert call_ids(store) == sorted(rows.column("call_id").to_pylist())
    with store.writing():
        kept = [file for file in store.files("calls") if "202204" not in file]
        store.put(OFFICE, {"calls": calls("a", [45_000])}, kept)
        store.publish()
    assert call_ids(Store.open(store.root)) == [f"{m:032x}" for m in (0, 1, 2, 45_000, 90_000, 90_001, 90_002)]


class Held(Disk):
    """A disk on which the file of calls cannot be taken away, nor its folder moved: another program has it open."""

    def call(self, name, function, *words):
        if name in ("unlink", "replace") and Path(words[0]).name in (PART, "calls.parquet"):
            raise PermissionError(13, "in use")
        return super().call(name, function, *words)


def shown_calls(store) -> list[str]:
    """The calls that a program finds under the stable name."""
    files = store.path("calls").glob("*.parquet")
    return sorted(id for file in files for id in pq.read_table(file).column("call_id").to_pylist())


@pytest.mark.parametrize("is_held", [False, True])
def test_a_reader_of_the_stable_name_meets_no_call_twice_when_an_office_grows(store, monkeypatch, is_held):
    before = shown_calls(store)
    monkeypatch.setattr(parquet, "LARGE", 8)
    if is_held:
        store.disk = Held()
    with store.writing():
        store.publish({"calls": calls("a", [0, 1, 2, 45_000, 45_001, 45_002, 90_000, 90_001, 90_002])})
    assert shown_calls(store) == (before if is_held else call_ids(store))
    assert shown_calls(Store.open(store.root)) == call_ids(store)


@pytest.mark.parametrize("fault", ["taken away", "copied"])
def test_a_file_of_a_table_that_a_hand_took_away_or_copied_is_mended_at_the_next_opening(store, fault):
    there = store.path("calls") / PART
    if fault == "copied":
        shutil.copy(there, there.with_name("Copy of it.parquet"))
    else:
        there.unlink()
    assert shown_calls(store) != call_ids(store)
    assert shown_calls(Store.open(store.root)) == call_ids(store)


def test_ids_that_differ_have_files_that_differ():
    ids = ["Smith 19", "Smith\u2019", "Smith~20~19", "Smith2019", "a/b", "a.b"]
    assert len({parquet.file_name("calls", each) for each in ids}) == len(ids)


def test_the_fingerprint_knows_rows_and_not_versions(tmp_path, store):
    other = Store.open(tmp_path / "other", create=True)
    ingest(other, "b", range(3, 9))
    ingest(other, "d", [40])
    assert other.fingerprint() != store.fingerprint()
    with other.writing():
        other.publish({name: store.read(name) for name in schema.TABLES})
    assert other.fingerprint() == store.fingerprint()
    assert other.version != store.version


# ---- the folder -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_no_one_else_may_look(store):
    for path in [store.root, *store.root.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_a_folder_that_was_there_before_becomes_private(tmp_path):
    (tmp_path / "calls").mkdir(mode=0o755)
    ingest(Store.open(tmp_path / "calls", create=True), "a", [1])
    assert stat.S_IMODE((tmp_path / "calls").stat().st_mode) == 0o700


def test_a_file_system_that_cannot_sync_folders_is_no_obstacle(tmp_path):
    class Network(Disk):
        def call(self, operation, function, *arguments):
            if operation == "sync" and stat.S_ISDIR(os.fstat(arguments[0]).st_mode):
                raise OSError(22, "Invalid argument")
            return super().call(operation, function, *arguments)

    assert ingest(Store.open(tmp_path / "calls", create=True, disk=Network()), "a", [1])


def test_stable_names_are_the_same_file_as_the_version(store):
    for name in store.manifest["files"]:
        assert (store.root / name).samefile(store.root / "published" / store.version / name)


def test_stable_names_are_copies_where_there_are_no_links(tmp_path):
    class NoLinks(Disk):
        def call(self, operation, function, *arguments):
            if operation == "link":
                raise OSError(95, "not supported")
            return super().call(operation, function, *arguments)

    store = Store.open(tmp_path / "calls", create=True, disk=NoLinks())
    ingest(store, "a", range(4))
    ingest(store, "b", range(6))
    assert not (store.path("calls") / PART).samefile(store.path("calls", immutable=True) / PART)
    assert pq.read_table(store.path("calls")).num_rows == 6
    assert Store.open(store.root).verify() == []


def test_stale_stable_names_are_renewed_at_opening(store):
    os.unlink(store.path("calls") / PART)
    (store.root / ".linked").write_text("000001-000000000000\n")
    assert any("calls.parquet" in p for p in store.verify())
    assert Store.open(store.root).verify() == []


def test_a_stable_name_that_cannot_be_renewed_is_a_warning_and_no_failure(tmp_path):
    class Held(Disk):
        def call(self, operation, function, *arguments):
            if operation == "replace" and Path(arguments[1]) == tmp_path / "calls" / "calls.parquet" / PART:
                raise PermissionError(13, "in use")
            return super().call(operation, function, *arguments)

    ingest(Store.open(tmp_path / "calls", create=True), "a", range(4))
    store = Store.open(tmp_path / "calls", disk=Held())
    assert ingest(store, "b", range(6))
    assert any("still show the previous version" in w for w in store.warnings)
    again = Store.open(tmp_path / "calls")
    assert again.verify() == []
    assert pq.read_table(again.path("calls")).num_rows == 6


def test_a_replace_that_windows_refuses_for_a_moment_is_tried_again(tmp_path, monkeypatch):
    class Busy(Disk):
        refused = 0

        def call(self, operation, function, *arguments):
            if operation == "replace" and self.refused < 3:
                self.refused += 1
                raise PermissionError(13, "in use")
            return super().call(operation, function, *arguments)

    monkeypatch.setattr("callanalytics.store.disk.sys.platform", "win32")
    disk = Busy()
    (tmp_path / "a").write_text("x")
    disk.replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").exists()
    assert disk.refused == 3


def test_a_folder_without_a_store_says_how_to_make_one(tmp_path):
    assert f"There is no store in {(tmp_path / 'calls').as_posix()}" in refusal(tmp_path / "calls")


@pytest.mark.parametrize("create", [True, False])
def test_a_folder_of_other_things_is_refused(tmp_path, create):
    (tmp_path / "thesis.docx").write_text("x")
    assert "is not a store" in refusal(tmp_path, create=create)


def test_a_file_is_not_a_folder(tmp_path):
    (tmp_path / "calls").write_text("x")
    assert "is a file" in refusal(tmp_path / "calls", create=True)


def test_what_systems_leave_in_folders_is_no_obstacle(tmp_path):
    (tmp_path / ".DS_Store").write_text("x")
    (tmp_path / "Thumbs.db").write_text("x")
    store = Store.open(tmp_path, create=True)
    assert ingest(store, "a", [1])
    (tmp_path / "sources" / ".DS_Store").write_text("x")
    (tmp_path / "published" / "desktop.ini").write_text("x")
    assert ingest(store, "b", [2])
    assert Store.open(tmp_path).verify() == []


def test_a_missing_current_is_not_an_empty_store(store):
    (store.root / "CURRENT").unlink()
    result = refusal(store.root, create=True)
    assert "CURRENT is missing" in result
    assert store.version in result


@pytest.mark.parametrize("text", ["", "garbage", "000009-0123456789ab", "../../elsewhere"])
def test_a_current_that_names_nothing_is_refused(store, text):
    (store.root / "CURRENT").write_text(text)
    assert "names no existing version" in refusal(store.root)


def test_a_damaged_manifest_is_refused(store):
    (store.root / "published" / store.version / "manifest.json").write_text("{")
    assert "cannot be read" in refusal(store.root)


def test_a_store_of_a_newer_schema_is_refused(store):
    path = store.root / "published" / store.version / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": schema.VERSION + 1}))
    assert "made by a newer version" in refusal(store.root)


@pytest.mark.parametrize(
    "copy", ["CURRENT (Mary's conflicted copy 2022-03-01)", "CURRENT-LAPTOP7", "published/000002-aaaaaaaaaaaa (1)"]
)
def test_a_sync_conflict_is_refused(store, copy):
    (store.root / copy).write_text("x")
    assert "conflict copy" in refusal(store.root)


def test_a_synced_folder_is_a_warning(tmp_path):
    store = Store.open(tmp_path / "OneDrive - Alder" / "calls", create=True)
    ingest(store, "a", [1])
    assert any("OneDrive" in w for w in store.warnings)


def test_a_table_no_one_knows_is_a_sentence(store):
    with pytest.raises(CallLogError, match="no table 'call'"):
        store.read("call")


@pytest.mark.slow
def test_a_second_writer_is_told_who_holds_the_store(store):
    code = (
        "import sys\nfrom callanalytics.store import Store\n"
        "with Store.open(sys.argv[1]).writing():\n    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, store.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    holder.stdout.readline()
    with pytest.raises(CallLogError, match="being written by another program") as result, store.writing(wait_s=0):
        pass
    assert f"process {holder.pid}" in str(result.value)
    assert len(call_ids(Store.open(store.root))) == 9  # reading goes on
    holder.communicate("")
    with store.writing(wait_s=5):
        pass


def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path):
    class ReadOnly(Disk):
        def call(self, operation, function, *arguments):
            if operation == "mkdir":
                raise PermissionError(13, "no")
            return super().call(operation, function, *arguments)

    store = Store.open(tmp_path / "calls", create=True, disk=ReadOnly())
    with pytest.raises(CallLogError, match="cannot be written") as result, store.writing():
        pass
    assert "may not write there" in str(result.value)


# ---- verify ---------------------------------------------------------------------------------------------------


def problems_after(store, change) -> str:
    change(store.root)
    return "\n".join(Store.open(store.root).verify())


def newest_match(root, pattern):
    return max(root.glob(pattern))


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()  # the stable name is the same file: change one of the two
    path.write_bytes(data)


def append_a_blank(path):
    path.write_text(path.read_text() + " ")


@pytest.mark.parametrize(
    "pattern",
    [
        f"published/*/calls.parquet/{PART}",
        "published/*/manifest.json",
        "sources/*/calls.parquet",
        f"calls.parquet/{PART}",
    ],
)
def test_verify_sees_one_flipped_bit(store, pattern):
    change = append_a_blank if pattern.endswith("json") else flip
    assert pattern.rsplit("/", 1)[-1] in problems_after(store, lambda root: change(newest_match(root, pattern)))


def test_verify_sees_a_missing_file(store):
    assert "missing" in problems_after(store, lambda root: newest_match(root, "sources/*/calls.parquet").unlink())


def test_verify_sees_a_missing_source(store):
    assert source_id("b") in problems_after(store, lambda root: shutil.rmtree(root / "sources" / source_id("b")))


def test_verify_sees_a_file_that_does_not_belong(store):
    text = problems_after(store, lambda root: (root / "sources" / source_id("b") / "Maria Lopez.txt").write_text("x"))
    assert "does not belong" in text
    assert "Maria" not in text


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (lambda s: {"calls": s.read("calls").slice(1)}, "1 rows of the sources are not in"),
        (
            lambda s: {"calls": pa.concat_tables([s.read("calls"), calls("a", [99])])},
            "1 published rows are in no",
        ),
        (
            lambda s: {"calls": pa.concat_tables([s.read("calls"), s.read("calls").slice(0, 1)])},
            "an id that another",
        ),
        (lambda s: {"offices": schema.empty("offices")}, "refer to a row of offices that does not exist"),
        (lambda s: {"sources": s.read("sources").slice(1)}, "refer to a row of sources that does not exist"),
    ],
)
def test_verify_sees_rows_that_do_not_fit_together(store, tables, words):
    with store.writing():
        store.publish(tables(store))
    assert words in "\n".join(Store.open(store.root).verify())


def replaced(table, column, values):
    place = table.schema.get_field_index(column)
    return table.set_column(place, table.schema.field(place), pa.array(values, table.schema.field(place).type))


@pytest.mark.slow
def test_verify_sees_rows_that_no_one_accounts_for(store):
    wrong = replaced(sources("c", 2), "rows", [3])
    with store.writing():
        store.add_source(source_id("c"), {"calls": calls("c", [30, 31]), "sources": wrong}, {})
        publish(store)
    assert "in 1 files the rows are not" in "\n".join(store.verify())


def test_verify_sees_a_word_that_is_not_on_its_list(store):
    odd = replaced(store.read("calls"), "outcome", ["exploded"] * 9)
    with store.writing():
        store.publish({"calls": odd})
    assert "calls.outcome holds 1 words" in "\n".join(store.verify())


def test_verify_has_the_rows_of_one_office_at_a_time(store, monkeypatch):
    read, asked = Store.read, []
    monkeypatch.setattr(
        Store,
        "read",
        lambda s, table, offices=None, columns=None: asked.append((table, offices)) or read(s, table, offices, columns),
    )
    assert store.verify() == []
    assert {len(offices) for table, offices in asked if table not in parquet.WHOLE} == {1}


# ---- where a store lies ----------------------------------------------------------------------------------------------

MOUNTS = r"""22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
23 22 0:40 / /mnt/firm\040files rw,relatime shared:3 - cifs //server/share rw,vers=3.0
24 23 8:2 / /mnt/firm\040files/local rw - ext4 /dev/sdb1 rw
25 22 0:41 / /home/ng/remote rw - fuse.sshfs ng@host: rw
"""


@pytest.mark.parametrize(
    ("place", "is_network"),
    [
        ("/mnt/firm files/calls", True),
        ("/mnt/firm files", True),
        ("/mnt/firm files/local/calls", False),
        ("/home/ng/remote/a/b", True),
        ("/home/ng/calls", False),
    ],
)
def test_a_network_disk_is_known_by_what_is_mounted_there(place, is_network, tmp_path):
    (tmp_path / "mounts").write_text(MOUNTS)
    assert disk.is_on_network(Path(place), tmp_path / "mounts") is is_network
    assert not disk.is_on_network(Path(place), tmp_path / "no such file")


@pytest.mark.parametrize(
    "folder",
    ["OneDrive - Alder and Birch", "Dropbox", "Google Drive", "CloudStorage", "Box", "SharePoint", "iCloud Drive"],
)
def test_a_store_in_a_synced_folder_says_so_once(folder, tmp_path):
    store = Store.open(tmp_path / folder / "calls", create=True)
    ingest(store, "a", range(3))
    assert [result.partition(":")[0] for result in store.warnings] == [f"the store is in {folder}"]


def test_a_store_on_a_network_disk_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "is_on_network", lambda root: True)
    assert "on a network drive" in Store.open(tmp_path / "calls", create=True).warnings[0]
    assert Store.open(tmp_path / "Boxes" / "calls", create=True).warnings[0].startswith("the store is on a network")
