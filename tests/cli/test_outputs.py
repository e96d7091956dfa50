"""Every file that a command writes: whole or not at all, and private where clients stand in it."""

import errno
import io
import os
import stat
import sys

import pytest
from click.testing import CliRunner

from callanalytics import outputs
from callanalytics.cli import first_steps, main
from callanalytics.errors import CallLogError
from callanalytics.reports import evidence
from facts_rows import MAIN, note, promise, rang, stranger
from roots import GOLDEN
from stored_log import stored

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    seen = [stranger("first", "2022-02-01 08:00"), stranger("last", "2022-04-29 18:00")]
    entries = [promise("p", "2022-03-01 10:00", matter="22-014", our_number=MAIN), note("q", "2022-03-08 09:30")]
    return stored(tmp_path_factory.mktemp("outputs") / "calls", [*seen, rang("r", "2022-03-02 05:00")], entries, [])


class Full(io.BufferedWriter):
    """A file on a disk that has room for a few bytes more."""

    room = 20

    def write(self, content):
        if memoryview(content).nbytes > self.room:
            super().write(memoryview(content).cast("B")[: self.room])
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content)


@pytest.fixture
def full_disk(monkeypatch):
    monkeypatch.setattr(outputs, "_stream", lambda handle: Full(io.FileIO(handle, "w")))


PHONE_LOG = """When,Who,Way,Length
2022-03-01 10:05,312-555-0100,Outgoing,0:03:10
2022-03-02 10:05,312-555-0101,Incoming,0:01:10
"""
COMMANDS = {
    "table csv": "table agency_calls --store STORE --out OUT/t.csv",
    "table xlsx": "table agency_calls --store STORE --out OUT/t.xlsx",
    "table parquet": "table agency_calls --store STORE --out OUT/t.parquet",
    "table json": "table agency_calls --store STORE --out OUT/t.json",
    "measure": "measure wait --store STORE --out OUT/m.csv",
    "specifications": "specifications wait --store STORE --out OUT/s.csv",
    "template": "template OUT/log.xlsx",
    "report": "report firm --store STORE --out OUT --formats html,docx,xlsx,pdf,pptx,txt",
    "evidence": "evidence --store STORE --matter 22-014 --out OUT",
    "calendar": "promises --store STORE --as-of 2022-03-01 --ics OUT/due.ics",
    "ledger": "promises --store STORE --as-of 2022-03-01 --out OUT/ledger.xlsx",
    "scrub": "scrub EXPORT --out OUT/scrubbed.csv",
    "map": "map PHONE --out OUT/mapping.toml",
}


def run(command, store, tmp_path):
    (tmp_path / "phone.csv").write_text(PHONE_LOG)
    places = {
        "STORE": store.root,
        "OUT": tmp_path / "out",
        "EXPORT": GOLDEN / "ringcentral_simple" / "export.csv",
        "PHONE": tmp_path / "phone.csv",
    }
    words = command.split()
    for name, place in places.items():
        words = [word.replace(name, str(place)) for word in words]
    return CliRunner().invoke(main, words)


def written(tmp_path):
    return sorted((tmp_path / "out").rglob("*")) if (tmp_path / "out").exists() else []


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(command, store, tmp_path, full_disk):
    printed = run(command, store, tmp_path)
    assert printed.exit_code == 2, printed.output
    assert "the disk is full" in printed.output
    assert "Traceback" not in printed.output
    assert written(tmp_path) == []


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_with_room_on_the_disk_the_file_is_there_and_no_draft_beside_it(command, store, tmp_path):
    printed = run(command, store, tmp_path)
    assert printed.exit_code == 0, printed.output
    assert written(tmp_path)
    assert not [path for path in written(tmp_path) if path.name.startswith(".")]


def test_a_file_that_was_there_survives_a_full_disk(tmp_path, full_disk):
    path = tmp_path / "liaison.pdf"
    path.write_bytes(b"the last one")
    with pytest.raises(CallLogError, match=r"liaison\.pdf cannot be written"):
        outputs.save(path, b"x" * 1000)
    assert path.read_bytes() == b"the last one"
    assert os.listdir(tmp_path) == ["liaison.pdf"]


def test_a_folder_of_samples_that_does_not_fit_leaves_nothing_behind(tmp_path, monkeypatch):
    def half(sample, folder, **more):
        (folder / "README.md").write_text("begun")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(first_steps.shutil, "copytree", half)
    result = CliRunner().invoke(main, ["sample", str(tmp_path / "invented")])
    assert result.exit_code == 2
    assert "the disk is full" in result.output
    assert os.listdir(tmp_path) == []


def test_a_folder_that_was_there_keeps_its_other_files(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "own.txt").write_text("kept")
    with outputs.filling(tmp_path / "mine") as draft:
        (draft / "sub").mkdir()
        (draft / "sub" / "new.txt").write_text("new")
    assert sorted(p.name for p in (tmp_path / "mine").rglob("*")) == ["new.txt", "own.txt", "sub"]


# A result has counts, a mapping and a scrubbed export no client.
PRIVATE = ("table csv", "table xlsx", "table parquet", "table json", "report", "evidence", "calendar", "ledger")


@POSIX
@pytest.mark.parametrize("name", COMMANDS)
def test_what_holds_clients_data_is_its_owners_alone(name, store, tmp_path):
    was = os.umask(0o022)
    try:
        run(COMMANDS[name], store, tmp_path)
    finally:
        os.umask(was)
    wanted = 0o600 if name in PRIVATE else 0o644
    assert {stat.S_IMODE(path.stat().st_mode) for path in written(tmp_path)} == {wanted}


@POSIX
def test_an_output_that_is_a_pipe_or_a_device_is_written_to(tmp_path):
    outputs.save("/dev/null", b"anything")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@POSIX
def test_behind_a_link_the_file_it_leads_to_is_written(tmp_path):
    (tmp_path / "real.txt").write_bytes(b"old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    outputs.save(tmp_path / "link.txt", b"new")
    assert (tmp_path / "real.txt").read_bytes() == b"new"
    assert (tmp_path / "link.txt").is_symlink()


# ---- the name of an evidence sheet ------------------------------------------------------------------------


def test_matters_in_any_script_have_sheets_of_their_own(tmp_path):
    matters = [
        "Иванов",
        "Петров",
        "김 22",
        "محمد 22",
        "王伟 22-014",
        "राम",
        "Ng/22",
        "Ng:22",
        "ng 22",
        "NG 22",
        "🙂",
        "??",
    ]
    matters += ["x" * 300, "x" * 301, "\ud800", "con.", "é", "e\u0301"]
    names = {evidence.file_name(m, [other for other in matters if other != m]).casefold() for m in matters}
    assert len(names) == len(matters)
    assert "evidence иванов" in names
    assert "evidence 王伟 22-014" in names
    assert all(len(f"{name}.docx".encode()) < 160 for name in names)
    assert not any(set(name) & set('<>:"/\\|?*') or name.endswith((".", " ")) for name in names)


def test_two_offices_with_a_matter_of_one_name_have_two_sheets():
    one, other = (evidence.file_name("22-014", ["22-014"], office) for office in ("a", "b"))
    assert one != other
