"""The server behind `callanalytics app`: one page, for one person on this computer, that ends when its tab closes."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from callanalytics.cli import screen
from callanalytics.errors import InvalidRequest
from callanalytics.wording import joined

NEEDED = ("voila", "ipywidgets")
PAGE = "app.ipynb"
MADE = "made"  # under the server's folder: copies of the files that the page offers for download
CLOSED_S = 20  # seconds after which a kernel ends once its page is closed
IDLE_S = 8  # seconds without activity after which the server ends; it checks once a minute
WIDGETS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]  # all that the page runs
POLICY = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; frame-ancestors 'none'"  # widgets need eval

# Voila's page in the look of JupyterLab, without its two links to the network, and with landmarks.
TEMPLATE = Path(__file__).resolve().parent / "app.html.j2"


def missing() -> list[str]:
    """The packages that the page needs and that are not installed."""
    return [name for name in NEEDED if not find_spec(name)]


def run_app(folder: Path, store: str, out: str, own_rules: Path | None, *, opens: bool) -> None:
    """Serve the page until its tab is closed, then return.

    Raises
    ------
    InvalidRequest
        The packages that draw the page are not installed.
    """
    if absent := missing():
        raise InvalidRequest(
            f"The page needs {joined(absent)}, which {'is' if len(absent) == 1 else 'are'} not installed",
            do="in the project folder:  python3 run.py app    installs it and opens the page",
        )
    # Absolute paths, because the server works in its own folder
    given = {"home": folder, "store": Path(store), "out": Path(out)} | ({"own_rules": own_rules} if own_rules else {})
    with tempfile.TemporaryDirectory(prefix="callanalytics-app-") as temporary:
        own_folder = Path(temporary)
        _lay_out(own_folder, {name: str(path.resolve()) for name, path in given.items()})
        began = Path.cwd()
        os.chdir(own_folder)  # Voila reads voila.py and voila.json where it starts; that must never be a folder of logs
        try:
            _serve(own_folder, opens)
        finally:
            os.chdir(began)


def _lay_out(own_folder: Path, given: dict) -> None:
    """Write the notebook that is the page, and its template; Jupyter's files go next to them, not to the user's own."""
    source = f"from callanalytics.cli.app_page import Page\nPage(**{given!r}).show()"
    # A notebook of one cell: Voila shows its output and not the code
    cell: dict = {"cell_type": "code", "id": "page", "source": source, "execution_count": None}
    cell |= {"metadata": {}, "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    served, template = own_folder / "served", own_folder / "data" / "voila" / "templates" / "callapp"
    # The page can read only `served`
    for folder in (served / MADE, template, own_folder / "config", own_folder / "runtime"):
        folder.mkdir(parents=True)
    notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (served / PAGE).write_text(json.dumps(notebook), "utf-8")
    shutil.copy(TEMPLATE, template / "index.html.j2")
    (template / "conf.json").write_text('{"base_template": "lab"}', "utf-8")


def _serve(own_folder: Path, opens: bool) -> None:
    os.environ |= {
        "JUPYTER_NO_CONFIG": "1",  # only the extension named below, whatever is installed or configured
        "JUPYTER_DATA_DIR": str(own_folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(own_folder / "runtime"),
        "JUPYTER_PATH": "",
        "IPYTHONDIR": str(own_folder / "ipython"),
    }
    from jupyter_server.serverapp import ServerApp
    from traitlets.config import Config

    token = secrets.token_urlsafe(32)
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    # Socket files instead of ports: no other user of this computer can listen to what the page shows.
    sockets = {} if sys.platform == "win32" else {"transport": "ipc", "ip": str(own_folder / "k")}
    config = Config(
        {
            "ServerApp": {
                "ip": "127.0.0.1",
                "root_dir": str(own_folder / "served"),
                "default_url": f"/voila/render/{PAGE}",
                "jpserver_extensions": {"voila.server_extension": True},
                "terminals_enabled": False,
                "open_browser": opens,
                # In a container, root may be the only user
                "allow_root": True,
                "log_level": "ERROR",
                "shutdown_no_activity_timeout": IDLE_S,
                "tornado_settings": {"mathjax_url": "data:text/javascript,//", "headers": headers},
            },
            # Set here so that no setting of the user's own Jupyter turns it off
            "IdentityProvider": {"token": token},
            # Both must be the same, or server and kernel wait for each other
            "KernelManager": sockets,
            "ConnectionFileMixin": sockets,
            "MappingKernelManager": {"cull_idle_timeout": CLOSED_S, "cull_interval": 2, "cull_connected": False},
            "VoilaConfiguration": {
                "template": "callapp",
                "allow_template_override": "NO",
                "extension_allowlist": WIDGETS,
            },
        }
    )
    server = ServerApp.instance(config=config)
    server.initialize([])  # the port is known from here on
    address = f"Open this page in your browser:  {server.connection_url}?token={token}\n"
    opening = "The page opens in your browser. " if opens else address
    screen.say(f"{opening}The program ends a minute after you close the tab, or at once with Ctrl-C.")
    server.start()
