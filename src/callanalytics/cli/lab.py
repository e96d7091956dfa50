"""JupyterLab on a copy of the notebooks, with its news and update requests switched off."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from callanalytics.bundled import folder as bundled
from callanalytics.cli import screen

QUIET = {"fetchNews": "false", "checkForUpdates": False}
# What the page does not ask for by itself, the server does not fetch when it is asked: no news, no newer version, and a
# panel of extensions that lists what is installed.
NO_REQUESTS = (
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)


def run(folder: Path, *options: str) -> int:
    """Copy the notebooks that are not there yet, then start the server; returns its exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(bundled("notebooks").glob("*.ipynb")):
        if not (folder / notebook.name).exists():
            shutil.copyfile(notebook, folder / notebook.name)
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={folder}", "--ServerApp.ip=127.0.0.1"]
    command += [*NO_REQUESTS, *options]
    screen.say(f"JupyterLab on copies of the notebooks in {folder}. Stop it with Ctrl-C.")
    environment = os.environ | {"JUPYTERLAB_SETTINGS_DIR": str(_settings(folder))}
    try:
        return subprocess.run(command, env=environment).returncode
    except KeyboardInterrupt:
        return 0


def _settings(folder: Path) -> Path:
    """A settings folder of its own: the person's JupyterLab elsewhere stays as it is."""
    settings = (folder / ".lab-settings").resolve()
    place = settings / "@jupyterlab" / "apputils-extension"
    place.mkdir(parents=True, exist_ok=True)
    (place / "notification.jupyterlab-settings").write_text(json.dumps(QUIET), "utf-8")
    return settings
