"""Run a notebook from top to bottom in a fresh kernel: the only door to nbclient.

A notebook shows what the package computes; no report is made from an executed one.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from callanalytics import outputs
from callanalytics.errors import CallLogError, InvalidRequest

TIMEOUT = 600  # seconds a cell may take
PLAIN = (str, int, float, bool, type(None))


def run(
    source: Path | str, out: Path | str | None = None, parameters: dict[str, Any] | None = None, *,
    cwd: Path | str = ".",
) -> Any:  # fmt: skip
    """The notebook with its outputs; the same store and parameters give the same notebook.

    Parameters
    ----------
    source : the notebook
    out : where the executed copy goes, that of a failed run too; nowhere if not said
    parameters : values for names that its parameters cell sets: text, numbers, yes or no, None
    cwd : folder in which it runs

    Raises
    ------
    CallLogError
        A parameter that the notebook does not have, or a cell that failed.
    """
    import nbformat  # here: it takes longer to load than all of the package
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    name = Path(source).name
    notebook = nbformat.read(source, as_version=4)
    if parameters:
        _set(notebook, parameters, name)
    try:
        with TemporaryDirectory(prefix="nb-") as sockets:
            NotebookClient(
                notebook, timeout=TIMEOUT, kernel_name="python3", record_timing=False, config=_config(sockets),
                resources={"metadata": {"path": str(cwd)}},
            ).execute()  # fmt: skip
    except CellExecutionError as failed:
        cells = enumerate(notebook.cells, 1)
        place = next((n for n, c in cells if any(o.output_type == "error" for o in c.get("outputs", []))), 0)
        raise CallLogError(f"{name}: cell {place} failed", found=f"{failed.ename}: {failed.evalue}") from None
    finally:
        if out is not None:
            outputs.save(out, (nbformat.writes(notebook) + "\n").encode("utf-8"))
    return notebook


def _config(sockets: str):
    from traitlets.config import Config

    config = Config()
    if sys.platform != "win32":
        # Socket files instead of ports on this machine: no other user can listen in. The place is said, since the
        # kernel, which runs in another folder, would look for them there.
        config.KernelManager.transport = config.ConnectionFileMixin.transport = "ipc"
        config.KernelManager.ip = config.ConnectionFileMixin.ip = f"{sockets}/k"
    return config


def _set(notebook, parameters, name):
    """Put the values in a cell of their own behind the parameters cell, written so that they stay values."""
    import nbformat

    place = next((i for i, c in enumerate(notebook.cells) if "parameters" in c.metadata.get("tags", [])), None)
    known = _assigned(notebook.cells[place].source) if place is not None else set()
    for key, value in parameters.items():
        if key not in known:
            raise InvalidRequest(f"{name} has no parameter {key!r}", wanted=", ".join(sorted(known)) or "none")
        if not isinstance(value, PLAIN):
            raise InvalidRequest(
                f"{name}: parameter {key!r} is no plain value", wanted="text, a number, True, False or None"
            )
    lines = "\n".join(f"{key} = {value!r}" for key, value in sorted(parameters.items()))
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(lines, id="set-parameters"))


def _assigned(source: str) -> set[str]:
    """The names a cell sets."""
    targets = [t for node in ast.parse(source).body if isinstance(node, ast.Assign) for t in node.targets]
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
