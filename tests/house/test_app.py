"""`callanalytics app`: the server's answers; and the page, driven in Chromium from a folder of files to a report."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from callanalytics import CallLogError
from callanalytics.cli import app, first_steps
from callanalytics.store import Store
from small_offices import sheet

needs_page = pytest.mark.skipif(not all(map(find_spec, app.NEEDED)), reason="the extra 'app' is not installed")
SECONDS = 120


@pytest.fixture
def place(tmp_path):
    """A folder with call logs in it, and no store."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "Alder and Birch calls").mkdir()
    sheet(tmp_path / "Alder and Birch calls" / "log.csv", days=40, a_day=2)
    return tmp_path


@pytest.fixture
def server(place):
    """The command as a person types it, in that folder: its process, port, and token."""
    environment = os.environ | {"TMPDIR": str(place / "tmp"), "HOME": str(place), "PYTHONUNBUFFERED": "1"}
    with (place / "tmp" / "printed").open("wb") as printed:
        process = subprocess.Popen([sys.executable, "-m", "callanalytics", "app", "--no-browser"], cwd=place,
                                   env=environment, stdout=printed, stderr=subprocess.DEVNULL)  # fmt: skip
    until = time.monotonic() + SECONDS
    while not (found := list(place.glob("tmp/*/runtime/jpserver-*.json"))) and time.monotonic() < until:
        assert process.poll() is None
        time.sleep(0.2)
    text = json.loads(found[0].read_text("utf-8"))
    while not listens(text["port"]) and time.monotonic() < until:  # it names its port before it listens
        time.sleep(0.2)
    yield process, text["port"], text["token"]
    process.terminate()
    process.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def status(port: int, path: str, host: str = "") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}"})
    return connection.getresponse().status


def test_where_it_is_not_installed_it_says_how_to(monkeypatch, tmp_path):
    monkeypatch.setattr(app, "NEEDED", ("ipywidgets_that_no_one_has",))
    with pytest.raises(CallLogError, match=r"python3 run\.py app    installs it"):
        app.run_app(tmp_path, str(tmp_path / "calls"), str(tmp_path / "report"), None, opens=False)


def test_the_template_asks_nothing_outside():
    assert "http" not in app.TEMPLATE.read_text("utf-8")
    assert app.POLICY.startswith("default-src 'self'")


@needs_page
@pytest.mark.slow
def test_only_this_computer_and_only_with_the_token(server, place):
    _, port, token = server
    assert f"Open this page in your browser:  http://127.0.0.1:{port}/?token={token}\n" in (
        place / "tmp" / "printed"
    ).read_text("utf-8")
    assert len(token) > 40
    api = "/api/contents"  # not the page itself: each look at that starts a kernel
    assert status(port, api) == 403
    assert status(port, f"{api}?token=wrong") == 403
    assert status(port, f"{api}?token={token}") == 200
    assert status(port, f"{api}?token={token}", host="example.org") == 403
    assert status(port, f"/voila/render/{app.PAGE}") in (302, 403)
    assert status(port, f"/lab?token={token}") == status(port, f"/terminals/websocket/1?token={token}") == 404


@needs_page
@pytest.mark.slow
@pytest.mark.browser
def test_from_a_folder_of_files_to_a_report_on_disk(server, place):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or pytest.skip("Chromium is not installed")
    process, port, token = server
    with sync_api.sync_playwright() as play:
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        page = play.chromium.launch(executable_path=chromium, args=root).new_page()
        page.set_default_timeout(SECONDS * 1000)
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"http://127.0.0.1:{port}/?token={token}")
        page.get_by_label("Folders in it").select_option("Alder and Birch calls")
        page.get_by_role("button", name="Open the chosen folder").click()
        sync_api.expect(page.get_by_label("Folder", exact=True)).to_have_value(str(place / "Alder and Birch calls"))
        page.get_by_role("button", name="Check this folder").click()
        page.get_by_role("heading", name="What Alder and Birch calls holds").wait_for()
        typed = page.get_by_label("Your answer")
        typed.wait_for()
        assert typed.input_value() == "Alder and Birch"  # as the folder is named
        page.get_by_role("button", name="Answer").click()
        page.get_by_text("In which time zone is the office?").wait_for()
        typed.fill("Central")
        page.get_by_role("button", name="Answer").click()
        page.get_by_role("radio").nth(2).wait_for()
        choices = page.get_by_role("radio").all()
        assert [choice.is_checked() for choice in choices] == [True, False, False]  # the safe one is chosen
        page.get_by_role("button", name="Answer").click()
        page.get_by_role("heading", name="Charts").wait_for()
        assert page.get_by_role("heading", name="What needs doing").count() == 1
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert not [(barrier["id"], barrier["help"]) for barrier in found]
        page.get_by_role("button", name="Write report and charts").click()
        taken = {}
        for name in ("liaison.pdf", "charts.zip"):
            with page.expect_download() as download:
                page.get_by_role("link", name=name).click()
            taken[name] = Path(download.value.path()).read_bytes()[:4]
        assert taken == {"liaison.pdf": b"%PDF", "charts.zip": b"PK\x03\x04"}
        assert {url.split("/")[2] for url in asked if url.startswith(("http", "ws"))} == {f"127.0.0.1:{port}"}
    (office,) = Store.open(place / "calls").offices()
    assert (office["name"], office["timezone"]) == ("Alder and Birch", "America/Chicago")
    assert zipfile.is_zipfile(next(place.glob("tmp/*/served/made/charts.zip")))
    assert (place / "report" / "liaison.html").exists()
    assert process.wait(180) == 0  # its tab is closed
    assert not list(place.glob("tmp/callanalytics-app-*"))


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_a_double_click_opens_the_page_where_it_is_installed(tmp_path, system):
    asking = first_steps.write_shortcut(str(tmp_path / "USCIS calls"), system).read_bytes()
    page = first_steps.write_shortcut(str(tmp_path / "USCIS calls"), system, "app").read_bytes()
    assert asking.replace(b"-m callanalytics start", b"-m callanalytics app") == page != asking
