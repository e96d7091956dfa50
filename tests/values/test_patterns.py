"""The patterns of ``patterns.toml``: each compiles, each that is asked for is there, and each is asked for."""

import re
import tomllib

import pytest

from callanalytics.values.lexicon import Patterns
from roots import ROOT

PACKAGE = ROOT / "src" / "callanalytics"
PARTS = tomllib.loads((PACKAGE / "values" / "patterns.toml").read_text("utf-8"))
SPELLINGS = PARTS.pop("header")["spellings"]  # pairs, which have no names
CODE = {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
MODULES = {path: text for path, text in CODE.items() if re.search(r"^_?\w+ = Patterns\(", text, re.MULTILINE)}


@pytest.mark.parametrize("part", PARTS)
def test_every_pattern_compiles_and_is_asked_for(part):
    found = Patterns(part)
    texts = [*CODE.values(), *(path.read_text("utf-8") for path in PACKAGE.rglob("*.toml"))]
    for name in PARTS[part]:
        assert found[name] is found[name]
        asked = re.compile(rf'\.{name}\b|["{{]{name}["}}]')
        assert any(map(asked.search, texts)), name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_pattern_that_a_module_asks_for_is_there(path):
    for variable, part in re.findall(r'^(_?\w+) = Patterns\("(\w+)"\)', MODULES[path], re.MULTILINE):
        for name in re.findall(rf"\b{variable}\.(\w+)", MODULES[path]):
            assert name in PARTS[part] or name in PARTS["shared"]
