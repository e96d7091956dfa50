"""Stores of every shape the tables ever had: opened, compared, rewritten as a whole, and never mixed with another."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from callanalytics import intake, load, schema
from callanalytics.errors import CallLogError
from callanalytics.store import Disk, Store, commit, migrations
from intake_files import phone_csv
from stores import make

EVERY = make.shapes()
TODAY, NEXT = schema.VERSION, schema.VERSION + 1
EARLIER = "was made by an earlier version of callanalytics"


@pytest.fixture
def old(tmp_path):
    """The store of today's shape, which the invented shapes to come make old."""
    return make.unpacked(TODAY, tmp_path / "store")


# Facts are made anew, and the clock of a promise has started where the wait was over since that store was written.
OF_THE_CLOCK = "started_at_utc start_basis due_strict_utc due_default_utc due_lenient_utc watched_until_utc".split()


def bytes_of(root: Path) -> dict[str, str]:
    """The digest of every file but those that opening may make."""
    kept = [p for folder in (commit.PUBLISHED, commit.SOURCES) for p in (root / folder).rglob("*") if p.is_file()]
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}


# ---- every shape there was ------------------------------------------------------------------------------------------


def test_each_shape_up_to_todays_has_a_store_and_a_step_to_the_next():
    assert list(range(1, schema.VERSION + 1)) == EVERY, "python tests/stores/make.py makes one of today's shape"
    assert sorted(migrations.STEPS) == EVERY[:-1], "a shape without a step to the next can never be opened again"


@pytest.mark.slow
@pytest.mark.parametrize("shape", EVERY)
def test_a_store_of_each_shape_is_whole_and_reads_as_recorded(shape, tmp_path):
    root = make.unpacked(shape, tmp_path / "store")
    before = bytes_of(root)
    store = Store.open(root)
    assert store.manifest["schema_version"] == shape
    assert store.verify() == []
    assert make.rows_of(store) == json.loads((make.FOLDER / f"{shape}.json").read_text("utf-8"))
    assert load(root).promises.rows == 7
    assert bytes_of(root) == before


@pytest.mark.slow
@pytest.mark.parametrize("shape", EVERY)
def test_a_store_of_each_shape_takes_one_more_export_and_loses_nothing(shape, tmp_path):
    root = make.unpacked(shape, tmp_path / "store")
    before = make.rows_of(Store.open(root))
    intake.ingest([phone_csv(tmp_path / "more.csv", range(40, 45))], root, "Elm")
    store = Store.open(root)
    assert store.verify() == []
    after = make.rows_of(store)
    assert [row for row in after["calls"] if row["source_row"] and row in before["calls"]] == before["calls"]
    assert (len(after["calls"]), after["entries"]) == (len(before["calls"]) + 5, before["entries"])
    assert made_in(root) == {schema.VERSION}


@pytest.mark.parametrize("shape", EVERY)
def test_the_receipt_of_an_ingest_into_a_store_of_each_shape_is_about_the_offices_own_calls(shape, tmp_path):
    root = make.unpacked(shape, tmp_path / "store")
    receipt = intake.ingest([phone_csv(tmp_path / "more.csv", range(40, 45))], root, "Elm")
    assert receipt.scope.hand_log is None  # only the other office has one
    assert str(receipt.scope.account) == "All 7 logged calls are in these figures."


@pytest.mark.slow
@pytest.mark.parametrize("shape", EVERY)
def test_a_store_that_is_written_anew_keeps_the_rows_of_a_sheets_older_state(shape, tmp_path):
    root = make.unpacked(shape, tmp_path / "store")
    before = as_read(Store.open(root))
    intake.renew(Store.open(root))
    assert as_read(Store.open(root)) == before
    assert any(before.values()) or shape < 3


def as_read(store: Store) -> dict[str, list[dict]]:
    """What the sources hold of rows that a newer state of their sheet replaced."""
    return {
        name: [row for source in store.source_ids() for row in store.read_source(source, name).to_pylist()]
        for name in schema.NAMES_AS_READ.values()
    }


def test_the_store_of_todays_shape_has_todays_tables(tmp_path):
    """A table that changes and keeps its number would make every store of an office unreadable."""
    root = make.unpacked(schema.VERSION, tmp_path / "store")
    for name in schema.TABLES:
        store = Store.open(root)
        there = pq.read_schema(root / commit.PUBLISHED / store.version / store.files(name)[0])
        today = schema.arrow_schema(name)
        assert [(f.name, f.type, f.nullable) for f in there] == [(f.name, f.type, f.nullable) for f in today], (
            f"{name} changed: raise schema.VERSION, write the step (store/migrations.py) and make the store of the new "
            "shape (tests/stores/make.py)"
        )
    paths = list((root / commit.SOURCES).rglob("calls.parquet"))
    assert paths
    assert {tuple(pq.read_schema(path).names) for path in paths} == {tuple(schema.arrow_schema("calls").names)}


def parquet_files(place: Path) -> list[Path]:
    """The Parquet files in a folder and those in it; a file alone."""
    return [p for p in place.rglob("*.parquet") if p.is_file()] if place.is_dir() else [place]


def made_in(root: Path) -> set[int]:
    """The shapes of all that the version in force consists of."""
    store = Store.open(root)
    files = parquet_files(root / commit.PUBLISHED / store.version)
    files += [p for source in store.source_ids() for p in (root / commit.SOURCES / source).glob("*.parquet")]
    cards = [json.loads((root / commit.SOURCES / s / commit.SOURCE_CARD).read_text()) for s in store.source_ids()]
    assert {p.stem for p in root.glob("*.parquet")} == set(schema.TABLES)
    shown = [path for name in schema.TABLES for path in parquet_files(root / f"{name}.parquet")]
    assert files
    assert shown
    found = {int(pq.read_schema(path).metadata[migrations.SHAPE_KEY]) for path in [*files, *shown]}
    return found | {card["schema_version"] for card in cards} | {store.manifest["schema_version"]}


# ---- a shape to come -----------------------------------------------------------------------------------------------


OURS = schema.Column("is_ours", "bool", "whether we called", "never asked")


def with_ours(name: str, table: pa.Table) -> pa.Table:
    """An invented step: whether we called is told apart."""
    if name not in ("calls", "calls_as_read"):
        return table
    return table.append_column("is_ours", pc.equal(table.column("direction").cast(pa.string()), "outbound"))


def step(name: str, table: pa.Table) -> pa.Table:
    """Another: receipts and hours that come twice are left out, a length is told in minutes too."""
    if name in ("calls", "calls_as_read"):
        minutes = pc.divide(table.column("duration_s").cast(pa.float64()), 60.0)
        return with_ours(name, table.append_column("duration_minutes", minutes).drop_columns(["dst_flag"]))
    return table.drop_columns(["receipt"]) if name == "entries" else table


def move_on(monkeypatch, **changed) -> None:
    """As if the package had moved on by one shape."""
    monkeypatch.setattr(schema, "VERSION", NEXT)
    as_read = {"calls_as_read": replace(schema.CALLS_AS_READ, columns=_as_read(changed["calls"]))}
    for plain, among in schema.NAMES_AS_READ.items():
        if plain in changed and among not in as_read:
            as_read[among] = replace(schema.AMONG_SOURCES[among], columns=changed[plain].columns)
    monkeypatch.setattr(schema, "TABLES", schema.TABLES | changed)
    monkeypatch.setattr(schema, "AMONG_SOURCES", schema.AMONG_SOURCES | as_read)
    forget_shapes()


def _as_read(calls: schema.TableSpec) -> tuple[schema.Column, ...]:
    """The columns of the calls of a long export, where those of calls have changed."""
    here = {column.name: column for column in schema.CALLS_AS_READ.columns}
    kept = [here.get(column.name, column) for column in calls.columns if column.name != "call_id"]
    return (*kept, here["vendor_id"])


def forget_shapes() -> None:
    for cached in (schema.arrow_schema, schema.empty):
        cached.cache_clear()


@pytest.fixture
def tomorrow(monkeypatch):
    """A shape with columns gone, made of others and new, and with a table more."""
    calls, entries = schema.TABLES["calls"], schema.TABLES["entries"]
    minutes = schema.Column("duration_minutes", "float64", "length", "not recorded")
    kept = tuple(c for c in calls.columns if c.name != "dst_flag")
    monkeypatch.setitem(migrations.STEPS, TODAY, step)
    move_on(
        monkeypatch,
        calls=replace(calls, columns=(*kept, minutes, OURS)),
        entries=replace(entries, columns=tuple(c for c in entries.columns if c.name != "receipt")),
        letters=replace(schema.TABLES["set_aside"], name="letters", row="one letter"),
    )
    yield
    monkeypatch.undo()
    forget_shapes()


@pytest.fixture
def next_week(monkeypatch):
    """A shape that has one column more, so that today's intake can still write it."""
    calls = schema.TABLES["calls"]
    monkeypatch.setitem(migrations.STEPS, TODAY, with_ours)
    move_on(monkeypatch, calls=replace(calls, columns=(*calls.columns, OURS)))
    yield
    monkeypatch.undo()
    forget_shapes()


def publish_as_it_is(root: Path, disk: Disk | None = None) -> Store:
    store = Store.open(root, disk=disk)
    with store.writing():
        store.publish({})
    return store


def test_an_older_store_is_read_in_the_new_shape_and_stays_as_it_is(old, tomorrow):
    before = bytes_of(old)
    store = Store.open(old)
    calls = store.read("calls").to_pylist()
    assert store.is_older
    assert {call["is_ours"] for call in calls} == {True, False}
    assert calls[0]["duration_minutes"] == pytest.approx(11 / 60)
    assert "receipt" not in store.read("entries").column_names
    assert store.read("letters").num_rows == 0
    assert store.verify() == []
    assert bytes_of(old) == before


@pytest.mark.slow
def test_the_next_publish_writes_all_of_an_older_store_anew_and_says_so(old, tomorrow):
    rows = {name: Store.open(old).read(name) for name in schema.TABLES}
    order = [s.partition("-")[0] for s in Store.open(old).source_ids()]
    store = publish_as_it_is(old)
    assert [result for result in store.warnings if EARLIER in result]
    assert made_in(old) == {NEXT}
    assert store.verify() == []  # the version before is still there, in its own shape
    assert {name: Store.open(old).read(name) for name in schema.TABLES} == rows
    assert [s.partition("-")[0] for s in store.source_ids()] == order
    version = store.version
    assert publish_as_it_is(old).version == version  # once is enough
    assert not [result for result in publish_as_it_is(old).warnings if EARLIER in result]


class Killed(BaseException):
    """Nothing catches this."""


class KilledAt(Disk):
    """Stops for good before the n-th change of a name."""

    def __init__(self, moment: int):
        self.left = moment

    def call(self, operation, function, *arguments):
        if operation in ("replace", "unlink", "rmdir", "link"):
            self.left -= 1
        if self.left < 0:
            raise Killed
        return None if operation == "sync" else function(*arguments)


@pytest.mark.slow
def test_a_rewriting_that_is_cut_off_anywhere_leaves_the_old_shape_or_the_new(old, tomorrow, tmp_path):
    rows = Store.open(old).read("calls")
    found = []
    for moment in range(0, 200, 6):
        root = make.unpacked(TODAY, tmp_path / f"store {moment}")
        try:
            publish_as_it_is(root, KilledAt(moment))
        except Killed:
            pass
        store = Store.open(root)
        assert store.verify() == []
        assert store.read("calls") == rows
        found.append(store.manifest["schema_version"])
        publish_as_it_is(root)
        assert made_in(root) == {NEXT}
        if found[-2:] == [NEXT, NEXT]:
            break
    assert found == sorted(found)
    assert set(found) == {TODAY, NEXT}


@pytest.mark.slow
@pytest.mark.parametrize("numbers", [range(3, 9), range(40, 45)], ids=["nothing_new", "something_new"])
def test_an_ingest_writes_an_older_store_anew_and_its_receipt_says_so(numbers, old, tmp_path, next_week):
    exports = phone_csv(tmp_path / "calls.csv", numbers)
    rows, promises = (Store.open(old).read(name) for name in ("calls", "promises"))
    receipt = intake.ingest([exports], old, "Elm")
    assert f"store {EARLIER}" in " ".join(receipt.text().split())
    assert made_in(old) == {NEXT}
    store = Store.open(old)
    assert store.verify() == []
    assert intake.recount(store) == []
    anew = store.read("promises")
    assert anew.drop_columns(OF_THE_CLOCK) == promises.drop_columns(OF_THE_CLOCK)
    is_as_before = pc.not_equal(anew["start_basis"], "wait_end")
    assert anew.filter(is_as_before) == promises.filter(is_as_before)
    assert pc.all(pc.greater_equal(anew["started_at_utc"], promises["started_at_utc"])).as_py()
    assert store.read("calls").num_rows == rows.num_rows + (5 if 40 in numbers else 0)
    again = intake.ingest([exports], old, "Elm")
    assert EARLIER not in again.text()
    assert Store.open(old).version == store.version


@pytest.mark.slow
def test_an_erasure_leaves_no_file_of_the_older_shape(old, next_week):
    done = intake.forget(old, number="202-555-0147")
    assert {int(pq.read_schema(p).metadata[migrations.SHAPE_KEY]) for p in parquet_files(old)} == {NEXT}
    assert EARLIER in done.text()
    assert Store.open(old).verify() == []


@pytest.mark.slow
def test_what_is_set_of_an_office_is_written_in_todays_shape(old, next_week):
    given = []
    intake.set_office(old, "Elm", hours="Mon-Fri 9:00-17:30", say=given.append)
    assert any(EARLIER in sentence for sentence in given)
    assert made_in(old) == {NEXT}
    assert Store.open(old).verify() == []


@pytest.mark.slow
def test_of_a_store_of_the_first_shape_it_is_not_known_whose_call_back_was_whose_until_it_is_written(tmp_path):
    root = make.unpacked(1, tmp_path / "store")
    read = [(callback["link"], callback["is_credited"]) for callback in Store.open(root).read("callbacks").to_pylist()]
    assert read == [("possible", True)] * 2
    assert not Store.open(root).is_made_here()  # its facts are not to be compared with what its notes give now
    intake.ingest([phone_csv(tmp_path / "more.csv", range(40, 45))], root, "Elm")
    written = [
        (callback["link"], callback["is_credited"]) for callback in Store.open(root).read("callbacks").to_pylist()
    ]
    assert written == [("certain", None)] * 2  # their notes name the call


# ---- a shape that is newer than the package ------------------------------------------------------------------------


@pytest.mark.slow
def test_a_store_of_a_newer_shape_is_refused_and_says_what_to_do(old, tomorrow, monkeypatch):
    publish_as_it_is(old)
    monkeypatch.setattr(schema, "VERSION", TODAY)
    with pytest.raises(CallLogError) as result:
        Store.open(old)
    assert "store was made by a newer version of callanalytics" in str(result.value)
    assert f"its tables have version {NEXT}; this program reads up to {TODAY}" in str(result.value)
    assert "update this copy" in str(result.value) or "newer folder" in str(result.value)
    assert "pip" not in str(result.value)  # no package index has it


def test_one_table_of_a_newer_shape_is_refused_too(tomorrow, monkeypatch):
    newer = schema.empty("set_aside")
    monkeypatch.setattr(schema, "VERSION", TODAY)
    with pytest.raises(CallLogError, match="made by a newer version"):
        migrations.migrated("set_aside", newer)


def test_words_that_no_phone_system_writes_leave_a_store_of_shape_2():
    words = pa.array(["Call connected", "left VM Mrs Quintanilla", None, "17", "NO  ANSWER"])
    encoded = words.dictionary_encode()
    for column in (words, encoded):
        table = migrations.STEPS[2]("calls", pa.table({"outcome_raw": column}))
        kept = table.column("outcome_raw")
        assert kept.to_pylist() == ["Call connected", None, None, "17", "NO  ANSWER"]
        assert "Quintanilla" not in str(kept)
