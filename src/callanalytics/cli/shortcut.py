"""A file to double-click that runs `start`: no terminal to open, nothing to type but the answers.

It stands beside the folder of the logs, so that the store and the report lie there too, and keeps its window open at
the end. It names this Python by its place: after a move, `start --shortcut` writes it anew.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from callanalytics import outputs

CLOSE = "Press Enter to close this window."
MOVED = "The program is not where it was: write this file anew with  start --shortcut"


def write(folder: str | None, system: str = sys.platform) -> Path:
    """Write the file of this system beside the folder; without a folder, here, and it asks for one. Returns it."""
    place = Path(folder).resolve() if folder else None
    beside = place.parent if place else Path.cwd()
    name = f"Report on {place.name}" if place else "Report on call logs"
    ending, text = {"win32": (".cmd", _windows), "darwin": (".command", _mac)}.get(system, (".desktop", _linux))
    content = text(sys.executable, place.name if place else "", beside)
    made = outputs.save(beside / f"{name}{ending}", content)
    made.chmod(0o755)  # what a double-click may run
    return made


def _windows(python: str, folder: str, beside: Path) -> bytes:
    """A batch file. Its own folder is %~dp0; a percent sign in a name is written twice."""
    named = f' "{folder}"'.replace("%", "%%") if folder else ""
    program = f'"{python}"'.replace("%", "%%")
    lines = (
        "@echo off",
        "chcp 65001 >nul",
        'cd /d "%~dp0"',
        f"if not exist {program} echo {MOVED}",
        f"{program} -m callanalytics start{named}",
        f"echo {CLOSE}",
        "pause >nul",
    )
    return ("\r\n".join(lines) + "\r\n").encode()


def _mac(python: str, folder: str, beside: Path) -> bytes:
    named = f" {shlex.quote(folder)}" if folder else ""
    lines = (
        "#!/bin/sh",
        'cd "$(dirname "$0")" || exit 1',
        f"{shlex.quote(python)} -m callanalytics start{named}",
        f"[ $? -lt 126 ] || echo '{MOVED}'",
        f"printf '\\n{CLOSE} '",
        "read -r _",
    )
    return ("\n".join(lines) + "\n").encode()


def _linux(python: str, folder: str, beside: Path) -> bytes:
    """A desktop entry. Its words are quoted twice: for the command line, then for the file."""
    script = f'cd "$2" && "$0" -m callanalytics start ${{1:+"$1"}}; printf \'\\n{CLOSE} \'; read -r _'
    words = " ".join(map(_word, ["/bin/sh", "-c", script, python, folder, str(beside)]))
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        f"Name=Report on {folder or 'call logs'}".replace("\\", "\\\\"),
        "Terminal=true",
        f"Exec={words}",
    )
    return ("\n".join(lines) + "\n").encode()


def _word(text: str) -> str:
    quoted = "".join(f"\\{char}" if char in '"`$\\' else char for char in text).replace("%", "%%")
    return f'"{quoted}"'.replace("\\", "\\\\")
