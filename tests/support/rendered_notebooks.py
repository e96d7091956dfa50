"""The script that runs and renders the notebooks for the documentation, as a module; and a notebook run here."""

import ast
import contextlib
import importlib.util
import io
import json
import sys
import warnings

from roots import ROOT

# The notebook validator would load a grammar of addresses, which takes seconds; no notebook needs it.
sys.modules.setdefault("rfc3987_syntax", None)

spec = importlib.util.spec_from_file_location("rendered", ROOT / "docs" / "rendered.py")
rendered = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rendered)


def shown_by(path, parameters, folder) -> list[str]:
    """The texts that the cells of a notebook show, run in this process, to test what one more log changes.

    Other tests check that each notebook runs in its own kernel, which takes a second more."""
    names, texts, printed = {"__name__": "__main__"}, [], io.StringIO()
    with (contextlib.chdir(folder), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed),
          warnings.catch_warnings(category=UserWarning, action="error")):  # fmt: skip
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                texts += _run(ast.parse("".join(cell["source"])), names)
                if "parameters" in cell["metadata"].get("tags", []):
                    assert parameters.keys() <= names.keys()
                    names |= parameters
    assert not printed.getvalue()
    return texts


def _run(cell: ast.Module, names: dict) -> list[str]:
    """The texts that the last line of a cell shows, if it is an expression."""
    last = cell.body.pop() if isinstance(cell.body[-1], ast.Expr) else None
    exec(compile(cell, "cell", "exec"), names)
    value = last and eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    if value is None:
        return []
    bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
    page = value._repr_html_() if hasattr(value, "_repr_html_") else ""
    return [repr(value), page or "", *(each for each in bundle.values() if isinstance(each, str))]
