"""The script that runs the notebooks and renders them for the documentation, as a module."""

import importlib.util

from roots import ROOT

spec = importlib.util.spec_from_file_location("rendered", ROOT / "docs" / "rendered.py")
rendered = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rendered)
