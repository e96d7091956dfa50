"""From what a person names to files: opened with care, passed over with a reason, refused with a cure."""

import gzip
import hashlib
import io
import os
import socket
import stat
import zipfile

import pytest

from callanalytics import read
from callanalytics.errors import CallLogError
from callanalytics.read import archive
from callanalytics.read.file import readable_kind, shown_member, shown_name
from read_formats import HEADER, LOG, ROW, a_file

CSV = (HEADER + ROW).encode()


def zipped(members: dict, packing=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return out.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le")


# ---- what a file is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (CSV, "csv"),
        (b"\xef\xbb\xbf" + CSV, "csv"),
        (CSV.decode().encode("utf-16"), "csv"),
        (CSV.decode().encode("utf-16-be"), "csv"),
        (b'{"records": []}', "json"),
        (b' \n[{"a": 1}]', "json"),
        (b"[Date],[Time]\n1,2\n", "csv"),
        (b"{Date},{Time}\n1,2\n", "csv"),
        (b"<?xml version='1.0'?><calls/>", "xml"),
        (b"\xef\xbb\xbf<calls count='1'>", "xml"),
        (b'<?xml version="1.0" ?><!DOCTYPE html PUBLIC ""><html>', "html"),
        (b"<!DOCTYPE html>", "html"),
        (b"MZ,Date,Time\n1,2,3\n", "csv"),
        (b"BM,Date,Time\n1,2,3\n", "csv"),
        (zipped({"xl/workbook.xml": "", "[Content_Types].xml": ""}), "xlsx"),
    ],
)
def test_content_decides_what_a_file_is(tmp_path, data, kind):
    for name in ("march.csv", "march.xls", "march.pdf", "march"):
        assert readable_kind(a_file(tmp_path, data, name)) == kind


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \r\n", "it is empty"),
        (b"%PDF-1.7 ...", "a bill as PDF cannot be read"),
        (ole("Workbook"), "Excel 97-2003"),
        (ole("EncryptedPackage"), "protected by a password"),
        (ole("WordDocument"), "Word document"),
        (ole("__properties_version1.0"), "old Office file"),
        (zipped({"word/document.xml": ""}), "Word document"),
        (zipped({"ppt/presentation.xml": ""}), "PowerPoint"),
        (zipped({"xl/workbook.bin": ""}), "binary workbook"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
        (zipped({"Index/Document.iwa": ""}), "Numbers"),
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d" + bytes(20), "OneNote"),
        (b"bplist00" + bytes(20), "settings of a phone or program"),
        (b"7\x7f\x06\x82" + bytes(20), "the journal of a database"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "a picture"),
        (bytes(4) + b"ftypheic", "a picture"),
        (bytes(4) + b"ftypM4A ", "a recording"),
        (b"ID3\x03" + bytes(20), "a recording"),
        (b"PAR1" + bytes(20), "Parquet"),
        (b"Rar!\x1a\x07", "unpack it"),
        (b"\x7fELF" + bytes(50), "a program"),
        (b"{\\rtf1 hello}", ".rtf"),
        (b"# a test\n-- input.csv --\nDate,Time\n", "txtar"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
         b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "Excel 2003"),
        (bytes(range(256)) * 20, "neither text nor a workbook"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path, data, words):
    with pytest.raises(CallLogError) as caught:
        readable_kind(a_file(tmp_path, data))
    assert words in str(caught.value)
    assert caught.value.do


# ---- folders and ZIPs ------------------------------------------------------------------------------


def test_a_folder_gives_its_files_in_order_and_passes_over_the_rest(tmp_path):
    for name in ("b.csv", "a/c.csv", "Thumbs.db", ".DS_Store", "~$log.xlsx", "x.crdownload", ".git/config"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(CSV)
    (tmp_path / "voice.mp3").write_bytes(b"ID3\x03" + bytes(20))
    (tmp_path / "photo").write_bytes(b"\xff\xd8\xff" + bytes(20))
    found = read.files([tmp_path])
    assert [f.name.split("/", 1)[1] for f in found] == ["b.csv", "a/c.csv"]
    whys = sorted(p.why for p in found.passed)
    assert whys == sorted(
        [
            "a system file",
            "a hidden file",
            "Excel's lock file: the workbook is open, and its last saved version is read",
            "an unfinished download",
            "a recording",
            "a picture",
        ]
    )


def test_each_file_comes_once_however_often_it_is_named(tmp_path):
    (tmp_path / "a.csv").write_bytes(CSV)
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    assert len(read.files([tmp_path, tmp_path / "a.csv", str(tmp_path / "a.csv")])) == 1


def test_a_loop_of_links_ends(tmp_path):
    (tmp_path / "a.csv").write_bytes(CSV)
    (tmp_path / "again").symlink_to(tmp_path)
    assert len(read.files([tmp_path])) == 1


def test_what_is_not_there_is_said():
    with pytest.raises(CallLogError, match=r"There is no file or folder exports\.csv"):
        read.files(["exports.csv"])


def test_a_file_knows_its_digest_size_and_beginning(tmp_path):
    file = a_file(tmp_path, CSV)
    assert (file.size, file.head(4), file.content()) == (len(CSV), CSV[:4], CSV)
    assert file.sha256 == hashlib.sha256(CSV).hexdigest()
    assert file.source_id == file.sha256[:16]


def test_a_zip_is_read_like_the_folder_it_was_made_from(tmp_path):
    members = {"Takeout/Voice/Calls/ - Missed - 2020.html": CSV, "__MACOSX/x": b"y", "a.csv": CSV, "dir/": b""}
    (tmp_path / "Takeout.zip").write_bytes(zipped(members))
    found = read.files([tmp_path / "Takeout.zip"])
    assert [f.shown for f in found] == ["Takeout.zip/Takeout/Voice/Calls/ - Missed - 2020.html", "Takeout.zip/#3.csv"]
    assert [f.content() for f in found] == [CSV, CSV]
    assert {f.container for f in found} == {"Takeout.zip"}
    assert [p.why for p in found.passed] == ["a system file"]


def test_a_workbook_inside_a_zip_is_a_workbook(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"x": zipped({"xl/workbook.xml": ""})}))
    (file,) = read.files([tmp_path / "a.zip"])
    assert readable_kind(file) == "xlsx"


def test_a_packed_file_is_unpacked(tmp_path):
    (file,) = read.files([a_path(tmp_path, "march.csv.gz", gzip.compress(CSV))])
    assert (file.name, file.content(), file.head(3)) == ("march.csv", CSV, CSV[:3])
    assert read.rows(file, LOG)[0].rows.tolist() == [2]


def a_path(folder, name, data):
    (folder / name).write_bytes(data)
    return folder / name


def refusal(path) -> str:
    (file,) = read.files([path])
    try:
        readable_kind(file)
        file.content()
    except CallLogError as refused:
        return str(refused)
    return ""


def test_a_zip_in_a_zip_is_refused(tmp_path):
    inner = zipped({"a.csv": CSV})
    assert "a ZIP inside a ZIP" in refusal(a_path(tmp_path, "a.zip", zipped({"b.zip": inner})))


@pytest.mark.parametrize("name", ["../a.csv", "x/../../a.csv", "/etc/a.csv", "C:\\a.csv", "..\\a.csv"])
def test_names_that_lead_elsewhere_are_refused(tmp_path, name):
    assert "points outside" in refusal(a_path(tmp_path, "a.zip", zipped({name: CSV})))


def test_links_in_a_zip_are_refused(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/passwd")
    assert "points outside" in refusal(a_path(tmp_path, "a.zip", out.getvalue()))


@pytest.mark.slow
def test_a_zip_that_would_swell_is_refused(tmp_path):
    assert "grow" in refusal(a_path(tmp_path, "a.zip", zipped({"a.csv": bytes(50 << 20)})))
    assert "grow" in refusal(a_path(tmp_path, "a.csv.gz", gzip.compress(CSV + bytes(50 << 20))))


def test_a_directory_that_lies_of_sizes_is_found_out(tmp_path):
    data = bytearray(zipped({"a.csv": b"x" * 1000}))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert "damaged" in refusal(a_path(tmp_path, "a.zip", bytes(data)))


def test_a_zip_with_a_password_is_refused(tmp_path):
    data = bytearray(zipped({"a.csv": CSV}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(a_path(tmp_path, "a.zip", bytes(data)))


def test_two_members_of_one_name_are_refused(tmp_path):
    data = zipped({"a.csv": CSV, "b.csv": b"x"}).replace(b"b.csv", b"a.csv")
    for file in read.files([a_path(tmp_path, "a.zip", data)]):
        with pytest.raises(CallLogError) as refused:
            file.content()
        assert "same name" in str(refused.value)


@pytest.mark.slow
def test_one_bad_member_does_not_keep_the_others_of_its_zip_from_being_read(tmp_path):
    members = {"a.csv": CSV, "../b.csv": CSV, "bomb.csv": bytes(50 << 20), "z.csv": CSV}
    found = read.files([a_path(tmp_path, "a.zip", zipped(members))])
    refused = [file.shown for file in found if isinstance(_content_or_refusal(file), CallLogError)]
    assert len(found) == 4
    assert refused == ["a.zip/../#1.csv", "a.zip/#3.csv"]


def _content_or_refusal(file):
    try:
        return file.content()
    except CallLogError as refused:
        return refused


@pytest.mark.parametrize("name", ["loop", "pipe", "device", "socket"])
def test_only_files_and_folders_are_read(tmp_path, name):
    path = tmp_path / name
    match name:
        case "loop":
            path.symlink_to(tmp_path / "back")
            (tmp_path / "back").symlink_to(path)
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "socket":
            socket.socket(socket.AF_UNIX).bind(str(path))
    with pytest.raises(CallLogError, match=f"^{name} is (not a file|a link that leads to itself)") as refused:
        read.files([path])
    assert refused.value.do
    assert [p.why for p in read.files([tmp_path]).passed][-1] == "not a regular file"


def test_a_link_to_another_folder_is_named_and_not_followed(tmp_path):
    (tmp_path / "there" / "more").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.csv").write_bytes(CSV)
    (tmp_path / "here" / "back").symlink_to(tmp_path / "there")
    found = read.files([tmp_path / "here"])
    assert [p.why for p in found.passed] == ["a link to another folder; name that folder"]
    assert len(found) == 1


@pytest.mark.parametrize(("name", "words"), [("~$log.xlsx", "Excel's lock file"), ("Thumbs.db", "a system file")])
def test_what_is_no_export_says_so_when_it_is_named_itself(tmp_path, name, words):
    path = a_path(tmp_path, name, b"\x05User" + bytes(50))
    assert words in refusal(path)


def test_a_name_no_file_can_have_is_said(tmp_path):
    for name in ("a" * 300, "a\0b"):
        with pytest.raises(CallLogError, match="not a valid file name"):
            read.files([tmp_path / name])


def test_a_file_too_large_to_hold_is_refused_before_it_is_read(tmp_path):
    path = a_path(tmp_path, "a.csv", CSV)
    os.truncate(path, 5 << 30)
    assert "too large" in refusal(path)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_zip_or_gzip_cut_off_is_refused(tmp_path, keep):
    for name, data in (("a.zip", zipped({"a.csv": CSV * 9})), ("a.gz", gzip.compress(CSV * 9))):
        assert "damaged" in refusal(a_path(tmp_path, name, data[: int(len(data) * keep)]))


def test_one_damaged_zip_does_not_keep_its_neighbors_from_being_read(tmp_path):
    a_path(tmp_path, "a.zip", zipped({"a.csv": CSV})[:40])
    a_path(tmp_path, "b.csv", CSV)
    found = read.files([tmp_path])
    assert len(found) == 2
    assert found.files[1].content() == CSV


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = a_path(tmp_path, "a.csv", CSV)
    path.chmod(0)
    assert "open in another program" in refusal(path)


def test_a_file_that_may_not_be_read_says_so_on_any_machine(tmp_path, monkeypatch):
    path = a_path(tmp_path, "a.csv", CSV)

    def locked(self, *args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", locked)
    assert "open in another program (Excel?)" in refusal(path)


def test_a_damaged_checksum_is_found(tmp_path):
    data = zipped({"a.csv": CSV}, zipfile.ZIP_STORED).replace(b"fine", b"find")
    assert "damaged" in refusal(a_path(tmp_path, "a.zip", data))


def test_limits_are_those_of_the_rules():
    book = archive.OF_A_WORKBOOK
    assert (book.members, book.unpacked, book.ratio) == (1_000, 64 << 20, 200)
    assert "save it as CSV" in book.do


# ---- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("march.csv", "march.csv"),
        ("call log 2022-03-01.csv", "call log 2022-03-01.csv"),
        ("CallLog_20220301_094500.csv", "CallLog_20220301_094500.csv"),
        ("cdr__1504525205ucoip.g9telecom.pt.csv", "cdr__***ucoip.g9telecom.pt.csv"),
        ("IOE-09-123-45678.csv", "IOE-***.csv"),
        ("312_555_0186.csv", "***.csv"),
        ("calls 2012123456.csv", "calls ***.csv"),
        ("calls 201-212-3456 2022-03-01.csv", "calls *** 2022-03-01.csv"),
        ("A 123 456 789.csv", "A ***.csv"),
        ("calls 2022-01-01 - 2022-03-31.csv", "calls 2022-01-01 - 2022-03-31.csv"),
        ("calls 3-1-2022.csv", "calls 3-1-2022.csv"),
        ("cdr 2021-2022.csv", "cdr 2021-2022.csv"),
        ("takeout-20220103T094500Z-001.zip", "takeout-20220103T094500Z-001.zip"),
        ("+1 202-555-0143 calls.csv", "*** calls.csv"),
        ("(202) 555-0143.csv", "***.csv"),
        ("EAC2190012345.xlsx", "***.xlsx"),
        ("A123456789 log.xlsx", "*** log.xlsx"),
        ("123-45-6789.csv", "***.csv"),
        ("a\x1b[31m.csv", "a�[31m.csv"),
    ],
)
def test_a_typed_name_is_shown_without_numbers(name, shown):
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("2022-03 call log.csv", "x/2022-03 call log.csv"),
        ("Calls/Maria Ng - Missed - 2020-08-19T12_03_42Z.html", "x/Calls/#7 *** - Missed - 2020-08-19T12_03_42Z.html"),
        ("312-555-0186 calls.csv", "x/#7 *** calls.csv"),
        ("Ng's calls, March.csv", "x/#7 *** calls, March.csv"),
        ("Maria Ng/log.csv", "x/.../log.csv"),
        ("+12025550143.csv", "x/#7.csv"),
        ("EAC2190012345.xlsx", "x/#7.xlsx"),
        (" - Missed.html", "x/ - Missed.html"),
        ("a\x1b[31m calls.csv", "x/#7 *** calls.csv"),
        ("log.Maria Ng", "x/#7 log.***"),
        ("RingCentral.Ng", "x/#7 RingCentral.***"),
        ("Ng.ringcentral.csv", "x/#7 ***.ringcentral.csv"),
    ],
)
def test_a_found_name_is_shown_only_if_no_word_in_it_can_be_a_clients(name, shown):
    assert shown_member(name, "x", 7) == shown
