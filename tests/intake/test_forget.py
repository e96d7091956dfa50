"""Erasure: no trace in any byte or decoded value, now or after an old export comes back; every row accounted for."""

import json
import random
import shutil
import stat
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from callanalytics import intake, schema
from callanalytics.errors import CallLogError
from callanalytics.store import Disk, Store, commit, tombstones
from exhaustive import EXHAUSTIVE
from intake_files import phone_csv

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32}
HEADER = (
    "No.,Date,Time,What happened,About no.,Number we used,Minutes to a person,Who spoke to us,Result,"
    "Call-back promised,Number for the call-back,Service request no.,Agent ID,Matter,Receipt no."
)


class Client:
    """An invented client: a file number, a receipt, a service request, a telephone of their own."""

    def __init__(self, n: int):
        self.n = n
        self.matter, self.receipt = f"22-{n:04}Q", f"XYZ{7_000_000_000 + n}"
        self.request, self.number = f"SRQ{40_000_000 + n}", f"(202) 555-{100 + n % 100:04}"

    @property
    def traces(self) -> list[str]:
        return [self.matter, self.receipt, self.request]

    @property
    def digits(self) -> str:
        return "".join(c for c in self.number if c.isdigit())

    def rows(self, first: int, phone: str = "") -> list[str]:
        """A call that promised a call-back, and the call-back, which names no one but the row it is about."""
        day = datetime(2022, 1, 3) + timedelta(days=self.n)
        call = f"{first},{day:%m/%d/%Y},10:{self.n % 60:02} AM,We called,,{phone},{10 + self.n % 50},Tier 1,"
        call += (
            f"Call-back promised,Urgent (72 hours),{self.number},{self.request},A{self.n},{self.matter},{self.receipt}"
        )
        back = f'{first + 1},{day + timedelta(days=1):%m/%d/%Y},2:15 PM,"They called, we missed it",{first},,,,,,,,,,'
        return [call, back]


def hand_log(path: Path, clients, *extra: str) -> Path:
    rows = [row for place, client in enumerate(clients) for row in client.rows(2 * place + 1)]
    path.write_text("\n".join([HEADER, *rows, *extra]) + "\n")
    return path


@pytest.fixture
def place(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def clients():
    return [Client(n) for n in range(6)]


@pytest.fixture
def log(tmp_path, clients):
    return hand_log(tmp_path / "log.csv", clients)


@pytest.fixture(scope="module")
def stored_once(tmp_path_factory):
    """The store of the log of six clients, for `taken` to copy."""
    folder = tmp_path_factory.mktemp("stored")
    intake.ingest([hand_log(folder / "log.csv", [Client(n) for n in range(6)])], folder / "store", **OFFICE)
    return folder / "store"


@pytest.fixture
def taken(stored_once, place):
    """As if the log had just been ingested."""
    shutil.copytree(stored_once, place)


def bytes_of(root: Path) -> bytes:
    """Every file's bytes and name."""
    return b"\n".join(
        str(p.relative_to(root)).encode() + b"\n" + p.read_bytes() for p in root.rglob("*") if p.is_file()
    )


def decoded(root: Path) -> str:
    """Every value, dictionary, statistic and word of metadata of every Parquet file, old versions too."""
    given = []
    for path in filter(Path.is_file, root.rglob("*.parquet")):
        file = pq.ParquetFile(path, read_dictionary=[c.name for c in file_columns(path)])
        table = file.read()
        given += [str(table.to_pylist()), str(file.metadata.metadata), str(file.schema_arrow.metadata)]
        for column in table.columns:
            given += [str(c.dictionary.to_pylist()) for c in column.chunks if pa.types.is_dictionary(c.type)]
        for group in range(file.num_row_groups):
            for column in range(file.metadata.num_columns):
                statistics = file.metadata.row_group(group).column(column).statistics
                if statistics is not None and statistics.has_min_max:
                    given.append(f"{statistics.min} {statistics.max}")
    return "".join(given)


def file_columns(path: Path):
    return [field for field in pq.read_schema(path) if pa.types.is_string(field.type)]


def found_of(root: Path, traces) -> list[str]:
    raw, result = bytes_of(root), decoded(root)
    return [trace for trace in traces if trace.encode() in raw or trace in result]


def assert_whole(place):
    store = Store.open(place)
    assert store.verify() == []
    for source in store.read("sources").to_pylist():
        assert source["rows"] == sum(source[n] for n in ("calls", "entries", "notices", "rejects", "set_aside"))


# ---- what is gone --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("client", ["matter", "receipt"])
def test_a_client_leaves_no_trace_and_the_others_stay(client, log, clients, place):
    gone, *others = clients
    assert found_of(place, gone.traces) == gone.traces
    done = intake.forget(place, **{client: getattr(gone, client)})
    assert (done.rows, done.sources) == (2, 1)  # the call, and the call-back about it
    assert found_of(place, gone.traces) == []
    assert found_of(place, others[0].traces) == others[0].traces
    assert Store.open(place).read("entries").num_rows == 2 * len(others)
    assert Store.open(place).read("promises").num_rows == len(others)
    assert Store.open(place).read("set_aside").column("reason").to_pylist() == ["erased", "erased"]
    assert_whole(place)


@pytest.mark.slow
@pytest.mark.usefixtures("taken")
def test_no_older_version_is_left(log, clients, place):
    for n in range(3):
        intake.ingest([phone_csv(log.with_name(f"calls {n}.csv"), [n])], place)
    intake.forget(place, matter=clients[0].matter)
    store = Store.open(place)
    assert commit.versions(place, Disk()) == [store.version]
    assert {p.name for p in (place / "sources").iterdir()} == set(store.source_ids())


@pytest.mark.slow
@pytest.mark.usefixtures("taken")
def test_the_old_export_does_not_bring_a_client_back(log, clients, place):
    intake.forget(place, receipt=clients[0].receipt.lower())
    assert not intake.ingest([log], place).stored  # the same bytes are known
    again = hand_log(log.with_name("log again.csv"), [*clients, Client(7)])
    receipt = intake.ingest([again], place)
    assert receipt.totals["set_aside"] == 2
    assert receipt.totals["rows"] == 14
    assert found_of(place, clients[0].traces) == []
    assert Store.open(place).read("entries").num_rows == 12
    assert_whole(place)
    assert intake.compare(Store.open(place), log.parent).problems == []


@pytest.mark.slow
def test_a_client_not_there_yet_is_kept_out_later(log, clients, tmp_path, place):
    intake.ingest([phone_csv(tmp_path / "calls.csv", range(5))], place, **OFFICE)
    assert intake.forget(place, matter=clients[2].matter).rows == 0
    intake.ingest([log], place)
    assert found_of(place, clients[2].traces[:2]) == []
    assert Store.open(place).read("entries").num_rows == 10


@pytest.mark.slow
def test_a_number_is_gone_and_its_calls_stay(tmp_path, place):
    calls = phone_csv(tmp_path / "calls.csv", range(9))
    log = hand_log(tmp_path / "log.csv", [Client(77), Client(78)])
    intake.ingest([calls, log], place, keep_numbers=True, **OFFICE)
    assert found_of(place, ["2125550177"]) == ["2125550177"]
    done = intake.forget(place, number="212-555-0177")
    assert done.numbers == 3
    assert found_of(place, ["2125550177"]) == []
    assert Store.open(place).read("calls").num_rows == 9
    intake.ingest([phone_csv(tmp_path / "calls again.csv", range(12))], place, keep_numbers=True)
    assert found_of(place, ["2125550177"]) == []
    assert_whole(place)
    intake.forget(place, number=Client(77).number)
    assert found_of(place, [Client(77).digits]) == []
    assert Store.open(place).read("entries").num_rows == 4


@pytest.mark.slow
def test_a_file_named_after_a_client_loses_its_name(clients, tmp_path, place):
    clients[0].matter = "QuintanillaQ"  # long numbers are masked in names, words are not
    log = hand_log(tmp_path / f"log {clients[0].matter}.csv", clients)
    intake.ingest([log], place, **OFFICE)
    intake.forget(place, matter=clients[0].matter)
    assert found_of(place, clients[0].traces) == []
    assert "(name erased)" in Store.open(place).read("sources").column("name").to_pylist()
    other = hand_log(tmp_path / f"{clients[0].matter} log.csv", [*clients, Client(9)])
    receipt = intake.ingest([other], place)
    assert clients[0].matter not in receipt.text() + json.dumps(receipt.to_json())
    assert found_of(place, clients[0].traces) == []


@pytest.mark.parametrize(
    ("matter", "name"),
    [
        ("QuintanillaQ", "log-QuintanillaQ_2022.csv"),
        pytest.param("Quintanilla", "QuintanillaLog.csv", marks=pytest.mark.slow),
        ("Quintanilla", "callsquintanilla.csv"),
        pytest.param("Garcia Lopez", "garcia_lopez.csv", marks=pytest.mark.slow),
        ("Garcia Lopez", "lopez-log.csv"),
        ("22-14Q", "log 22_14q (2).csv"),
    ],
)
def test_however_a_file_spells_a_client_its_name_goes(matter, name, clients, tmp_path, place):
    clients[0].matter = matter
    intake.ingest([hand_log(tmp_path / name, clients)], place, **OFFICE)
    assert Store.open(place).read("sources").column("name").to_pylist() == [name]
    intake.forget(place, matter=matter)
    assert Store.open(place).read("sources").column("name").to_pylist() == ["(name erased)"]
    assert found_of(place, [name]) == []


@pytest.mark.slow
def test_a_name_of_two_words_is_found_inside_a_cell_and_another_file_number_is_not(clients, tmp_path, place):
    clients[0].matter, clients[1].matter = "Matter of Garcia Lopez - expedite", "22-0014-B"
    clients[2].matter, clients[3].matter = "22 0014 C", "Garcia and Lopez"
    intake.ingest([hand_log(tmp_path / "log.csv", clients)], place, **OFFICE)
    assert intake.forget(place, matter="Garcia Lopez").rows == 2
    assert found_of(place, clients[0].traces) == []
    assert intake.forget(place, matter="22-0014").rows == 0
    assert Store.open(place).read("entries").num_rows == 10


@pytest.mark.slow
def test_older_versions_of_a_log_hold_no_one_either(clients, tmp_path, place):
    intake.ingest([hand_log(tmp_path / "older.csv", clients[:4])], place, **OFFICE)
    intake.ingest([hand_log(tmp_path / "newer.csv", clients)], place)
    intake.forget(place, matter=clients[1].matter)
    assert found_of(place, clients[1].traces) == []
    assert_whole(place)
    assert intake.compare(Store.open(place), tmp_path).problems == []


@pytest.mark.slow
def test_rows_of_the_same_service_request_go_too(clients, tmp_path, place):
    later = f"99,05/02/2022,9:00 AM,We called,,,30,Tier 1,Solved,No,,{clients[0].request},,,"
    intake.ingest([hand_log(tmp_path / "log.csv", clients, later)], place, **OFFICE)
    assert intake.forget(place, matter=clients[0].matter).rows == 3
    assert found_of(place, clients[0].traces) == []


@pytest.mark.slow
def test_a_correction_stays_in_force_when_a_client_is_erased_from_the_export_before_it(tmp_path, place):
    older = phone_csv(tmp_path / "older.csv", range(6))
    newer = phone_csv(tmp_path / "newer.csv", [0, 1, 3, 4])
    newer.write_text(newer.read_text().replace("Call connected", "Call Failed", 1))
    for export in (older, newer):
        intake.ingest([export], place, keep_numbers=True, **OFFICE)
    first = Store.open(place).read("calls").to_pylist()[0]
    assert (first["outcome"], first["warnings"]) == ("failed", "corrected")
    intake.forget(place, number="212-555-0177")  # which stands in the older export alone
    assert Store.open(place).read("calls").to_pylist()[0]["outcome"] == "failed"
    assert_whole(place)


# ---- what is said ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("taken")
def test_what_erasure_cannot_reach_is_said(log, clients, place):
    text = intake.forget(place, matter=clients[0].matter).text()
    for word in ("original exports", "backups", "sync", "reports", "history"):
        assert word in text
    assert clients[0].matter not in text


@pytest.mark.parametrize(
    "client",
    [{}, {"matter": "-"}, {"matter": "1"}, {"number": "hello"}, {"number": "800-375-5283"}],
)
@pytest.mark.usefixtures("taken")
def test_no_one_or_everybody_is_not_erased(client, log, place):
    before = bytes_of(place)
    with pytest.raises(CallLogError):
        intake.forget(place, **client)
    assert Store.open(place).read("entries").num_rows == 12
    assert len(bytes_of(place)) == len(before) or (place / ".holder").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("taken")
def test_a_line_of_the_office_is_erased_only_where_somebody_says_that_it_is_one(log, tmp_path, place):
    intake.set_office(place, OFFICE["office"], lines=["212-555-0177:desk"])
    with pytest.raises(CallLogError) as result:
        intake.forget(place, number="(212) 555-0177")
    assert "is a line of Alder and Birch, not a client's number; nothing was erased" in str(result.value)
    assert "--own-line" in str(result.value)
    assert "5550177" not in "".join(c for c in str(result.value) if c.isdigit())
    assert found_of(place, ["2125550177"]) == ["2125550177"]
    intake.forget(place, number="(212) 555-0177", own_line=True)
    assert found_of(place, ["2125550177"]) == []
    assert_whole(place)


@pytest.mark.slow
def test_a_number_that_the_office_called_from_is_a_line_of_it_although_no_one_registered_it(clients, tmp_path, place):
    rows = clients[0].rows(1, phone="212-555-0199")
    (tmp_path / "log.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    intake.ingest([tmp_path / "log.csv"], place, **OFFICE)
    with pytest.raises(CallLogError, match="line of the office itself") as result:
        intake.forget(place, number="212-555-0199")
    assert "1 entry on this line" in str(result.value)
    intake.forget(place, number=clients[0].number)  # the number given for the call-back may be a client's


@pytest.mark.slow
def test_an_erasure_in_a_synced_folder_says_that_the_service_keeps_what_was_deleted(log, clients, tmp_path):
    place = tmp_path / "OneDrive - Alder" / "store"
    intake.ingest([log], place, **OFFICE)
    text = intake.forget(place, matter=clients[0].matter).text()
    assert "Note: the store is in OneDrive - Alder: a sync service keeps deleted data" in text


@pytest.mark.usefixtures("taken")
def test_a_mark_tells_no_one_what_was_erased(log, clients, place):
    intake.forget(place, matter=clients[0].matter)
    kept = Store.open(place).manifest["forgotten"]
    other = tombstones.Marks(b"\1" * 32)
    assert other.mark("client", clients[0].matter) not in kept["marks"]
    assert tombstones.user_key().hex().encode() not in bytes_of(place)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
@pytest.mark.usefixtures("taken")
def test_the_key_is_the_users_alone(log, clients, place):
    intake.forget(place, matter=clients[0].matter)
    assert stat.S_IMODE(tombstones.key_path().stat().st_mode) == 0o600
    assert place not in tombstones.key_path().parents


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("kept", ["", "11", "no key", "11" * 31])
def test_a_key_that_is_cut_short_is_no_key(kept, log, clients, place, tmp_path, monkeypatch):
    monkeypatch.setenv("CALLANALYTICS_KEY", str(tmp_path / "cut"))
    (tmp_path / "cut").write_text(kept)
    with pytest.raises(CallLogError, match="erasure key cannot be read"):
        intake.forget(place, matter=clients[0].matter)
    assert Store.open(place).read("entries").num_rows == 12


@pytest.mark.usefixtures("taken")
def test_a_key_that_cannot_be_written_erases_nothing(log, clients, place, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("CALLANALYTICS_KEY", str(tmp_path / "file" / "key"))
    with pytest.raises(CallLogError, match="nothing was erased"):
        intake.forget(place, matter=clients[0].matter)
    assert Store.open(place).read("entries").num_rows == 12


@pytest.mark.slow
@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("key", [None, "11" * 32])
def test_without_the_key_nothing_is_read_into_the_store(key, log, clients, place, tmp_path, monkeypatch):
    intake.forget(place, matter=clients[0].matter)
    monkeypatch.setenv("CALLANALYTICS_KEY", str(tmp_path / "elsewhere"))
    if key:
        (tmp_path / "elsewhere").write_text(key)
    with pytest.raises(CallLogError, match="cannot recognize them"):
        intake.ingest([hand_log(tmp_path / "log again.csv", [*clients, Client(8)])], place)
    assert Store.open(place).read("entries").num_rows == 10  # reading goes on


@pytest.mark.slow
def test_an_erasure_that_is_cut_off_is_done_by_the_next(log, clients, place, monkeypatch):
    class Killed(BaseException):
        pass

    intake.ingest([log], place, **OFFICE)
    for n in range(60):
        left = [n]

        def call(self, operation, function, *arguments, left=left):
            if operation in ("replace", "unlink", "rmdir"):
                left[0] -= 1
                if left[0] < 0:
                    raise Killed
            return None if operation == "sync" else function(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(Disk, "call", call)
            try:
                intake.forget(place, matter=clients[0].matter)
                break
            except Killed:
                pass
        assert Store.open(place).verify() == []
    assert n > 5
    intake.forget(place, matter=clients[0].matter)
    assert found_of(place, clients[0].traces) == []


# ---- two hundred ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_erasures_leave_no_trace_before_or_after_the_exports_come_back(tmp_path, place):
    """Two hundred where everything is tried; else ten."""
    chance = random.Random(20220711)
    everybody = [Client(n) for n in range(260)]
    calls = phone_csv(tmp_path / "calls.csv", range(60))
    logs = [hand_log(tmp_path / f"log {n}.csv", everybody[n * 65 : n * 65 + 65]) for n in range(4)]
    intake.ingest([calls, *logs], place, keep_numbers=True, **OFFICE)
    gone: list[str] = []
    for n, client in enumerate(chance.sample(everybody, 200 if EXHAUSTIVE else 10), 1):
        result = chance.choice(["matter", "receipt", "number"])
        intake.forget(place, **{result: getattr(client, result)})
        gone += [client.digits] if result == "number" else client.traces
        if n % 10 == 0:
            assert found_of(place, gone) == []
            assert_whole(place)
    for n in range(4):
        hand_log(tmp_path / f"again {n}.csv", [*everybody[n * 65 : n * 65 + 65], Client(300 + n)])
    intake.ingest([tmp_path / f"again {n}.csv" for n in range(4)], place)
    assert found_of(place, gone) == []
    assert_whole(place)
    assert intake.compare(Store.open(place), tmp_path).problems == []
    assert not set(schema.TABLES) - {p.stem for p in place.glob("*.parquet")}


@pytest.mark.slow
def test_the_command_erases_and_says_what_it_cannot_reach(log, clients, place):
    from click.testing import CliRunner

    from callanalytics.cli import main

    intake.ingest([log], place, **OFFICE)
    ran = CliRunner().invoke(main, ["forget", "--store", str(place), "--matter", clients[0].matter])
    assert ran.exit_code == 0
    assert "2 rows of hand logs" in ran.output
    assert "Not erased" in ran.output
    assert clients[0].matter not in ran.output
    assert found_of(place, clients[0].traces) == []
    again = CliRunner().invoke(main, ["forget", "--store", str(place)])
    assert again.exit_code == 2
    assert "Nothing to erase was named" in again.output


# ---- what a phone export says in free words -------------------------------------------------------------------------

TYPED = "left VM Mrs Canarylopez"  # where the system writes how the call ended
TYPED_ROW = f"Voice,(800) 375-5283,,Tue 03/15/2022,09:00 AM,VoIP Call,{TYPED},,0:04:11"


def parquet_holds(root: Path, word: str) -> bool:
    """Whether any table of a store has a word in it, or any byte of any of its files."""
    files = [path for path in root.rglob("*") if path.is_file()]
    tables = [pq.read_table(path) for path in files if path.suffix == ".parquet"]
    return any(word in str(table.to_pylist()) for table in tables) or any(
        word.encode() in p.read_bytes() for p in files
    )


def test_a_name_in_the_result_of_a_phone_export_is_never_stored_and_is_told(tmp_path):
    export = phone_csv(tmp_path / "march.csv", range(6), TYPED_ROW)
    receipt = intake.ingest([export], tmp_path / "store", **OFFICE)
    assert receipt.totals["calls"] == 7
    assert not parquet_holds(tmp_path / "store", "Canarylopez")
    kept = Store.open(tmp_path / "store").read("calls").column("outcome_raw").to_pylist()
    assert sorted(kept, key=str) == ["Call connected"] * 4 + ["Missed"] * 2 + [None]
    (unclear,) = receipt.unclear
    assert (unclear.doubt.word, unclear.doubt.rows) == ("xxxx xx xxx xxxxxxxxxxx", (8,))
    assert "The format does not list these words: they are not stored" in " ".join(str(receipt).split())
    assert "Canarylopez" not in str(receipt) + json.dumps(receipt.to_json())
