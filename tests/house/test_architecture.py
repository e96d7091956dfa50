"""Imports run one way, each outside library is imported in one place, and nothing reaches the network."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from roots import ROOT, TESTS

PACKAGE = ROOT / "src" / "callanalytics"
STREET = (
    "errors lazy toml_files wording outputs invented schema ids values agencies formats clocks read normalize store "
    "facts accounting selection proposals intake tables log spark estimates measures sharing casework figures reports "
    "template sample cli"
).split()
DOORS = {  # library -> rooms that may import it
    "tomllib": {"toml_files"},
    "holidays": {"clocks"},
    "duckdb": {"measures"},
    "pyspark": {"spark"},
    "matplotlib": {"figures"},
    "typst": {"reports"},
    "openpyxl": {"read"},
    "sqlite3": {"read"},
    "defusedxml": {"read"},
    "olefile": {"read"},
    "lxml": {"read"},
    "cssselect": {"read"},
    "phonenumbers": {"values"},
    "zoneinfo": {"values"},
    "filelock": {"store"},
    "scipy": {"estimates", "facts"},
    "docx": {"reports"},
    "pptx": {"reports"},
    "icalendar": {"reports"},
    "vl_convert": {"reports"},
    "xlsxwriter": {"template", "reports", "sharing"},
    "click": {"cli"},
    "rich": {"cli"},
    "ipywidgets": {"cli"},
    "jupyter_server": {"cli"},
}
FORBIDDEN = {"requests", "urllib", "http", "socket", "ftplib", "pickle", "shelve", "marshal", "httpx", "aiohttp"}
FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def distributions() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())


@cache
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> list[str]:
    """Every module that a file imports, anywhere in the file, as dotted names."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:  # relative
                package = path.relative_to(PACKAGE.parent).parts[: -node.level]
                base = ".".join([*package, base]).rstrip(".")
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_file_imports_only_what_stands_to_its_left(path):
    here = room(path)
    if here in ("__init__", "__main__"):
        return
    own = STREET.index(here)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "callanalytics" and len(parts) > 1 and parts[1] in STREET:
            assert STREET.index(parts[1]) <= own, f"{here} imports {parts[1]}, which stands to its right"


def test_no_files_import_each_other_in_a_circle():
    """A package's own file is left out: it runs before each of its modules, whichever is imported."""
    files = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in FILES}
    graph = {
        name: files.keys() & set(imports(path)) - {name} for name, path in files.items() if path.stem != "__init__"
    }
    TopologicalSorter(graph).prepare()  # raises a CycleError that names the circle


def test_every_room_has_its_place_on_the_street():
    assert {room(p) for p in FILES} - {"__init__", "__main__"} == set(STREET)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_each_outside_library_has_one_door(path):
    for name in imports(path):
        library = name.split(".")[0]
        assert library not in FORBIDDEN, f"{name} is not for this product"
        if library in DOORS:
            assert room(path) in DOORS[library], f"{library} belongs to {sorted(DOORS[library])}"


EXTRAS = {
    "reports/explore.py": "explore",
    "cli/app.py": "app",
    "cli/app_page.py": "app",
    "spark.py": "spark",
}  # file -> the extra that brings what it imports


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_library_that_is_imported_is_installed_for_its_own_sake(path):
    """A library that comes only with another disappears when the other no longer needs it; a library of an extra is
    there only for the file that needs it."""
    extra = EXTRAS.get(path.relative_to(PACKAGE).as_posix())
    needed = project()["dependencies"] + (project()["optional-dependencies"][extra] if extra else [])
    declared = {canonicalize_name(Requirement(text).name) for text in needed}
    names = {name.split(".")[0] for name in imports(path)} - {"", "callanalytics"} - sys.stdlib_module_names
    outside = {name: {canonicalize_name(p) for p in distributions().get(name, [name])} for name in names}
    assert not {name for name, brought_by in outside.items() if not brought_by & declared}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_executes_input(path):
    calls = [n.func.id for n in ast.walk(tree(path)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    assert not {"eval", "exec", "compile", "__import__"} & set(calls)


AT_THE_TOP = set(
    ".ci .github .gitignore .pre-commit-config.yaml CHANGELOG.md CITATION.cff CONTRIBUTING.md LICENSE README.md "
    "benchmarks constraints.txt data docs notebooks pyproject.toml run.py src tests".split()
)


SAY_NOTHING = {"told", "said", "of", "at", "once"}  # names that do not say what they hold


def bound_names(node: ast.AST) -> set[str]:
    """The names that a function, class, argument, or assignment binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.arg):
        return {node.arg}
    return {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_name_says_what_it_holds(path):
    assert not SAY_NOTHING & set().union(*map(bound_names, ast.walk(tree(path))))


@pytest.mark.slow
def test_every_name_of_tests_and_scripts_says_what_it_holds_too():
    others = [path for folder in ("tests", "docs", "data", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    names = {
        path.name: SAY_NOTHING & set().union(*map(bound_names, ast.walk(ast.parse(path.read_text("utf-8")))))
        for path in others
    }
    assert not {name: found for name, found in names.items() if found}


def test_nothing_stands_at_the_top_but_what_belongs_there():
    """Checks files that Git keeps: exports and mappings tried in this folder were once added by mistake."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("this is no checkout")
    printed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if printed.returncode:
        pytest.skip("git does not tell what is kept here")
    assert {name.split("/")[0] for name in printed.stdout.split("\0") if name} == AT_THE_TOP


HEAVY = "{'pandas', 'matplotlib', 'pyarrow', 'numpy', 'duckdb', 'scipy', 'openpyxl'}"


@pytest.mark.parametrize("module", ["callanalytics", "callanalytics.cli"])
def test_the_package_and_its_command_start_without_the_heavy_libraries(module):
    code = f"import sys, {module}; print(sorted({HEAVY} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["measures"], ["measures", "--json"]])
def test_a_list_is_printed_without_the_heavy_libraries_and_the_rooms_that_read(arguments):
    rooms = "formats read normalize store facts accounting proposals intake".split()
    code = (
        "import sys; from callanalytics.cli import main; main(sys.argv[1:], standalone_mode=False);"
        f"rooms = {{name.split('.')[1] for name in sys.modules if name.startswith('callanalytics.')}} & set({rooms});"
        f"print(sorted({HEAVY} & set(sys.modules)), sorted(rooms))"
    )
    printed = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True).stdout
    assert len(printed.splitlines()) > 10
    assert printed.splitlines()[-1] == "[] []"


@pytest.mark.slow
def test_an_export_is_read_without_pandas(tmp_path):
    code = (
        "import sys; from callanalytics.cli import main; main(sys.argv[1:], standalone_mode=False);"
        "print(sorted({'pandas', 'duckdb', 'openpyxl'} & set(sys.modules)))"
    )
    export = ROOT / "tests" / "golden" / "ringcentral_simple" / "export.csv"
    words = ["ingest", export, "--office", "Alder", "--timezone", "Eastern", "--store", tmp_path / "calls"]
    printed = subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True).stdout
    assert (tmp_path / "calls").is_dir()
    assert printed.splitlines()[-1] == "[]"


def test_a_store_is_opened_without_the_rooms_that_read():
    rooms = "formats read normalize proposals intake".split()
    code = f"import sys, callanalytics.log; print([r for r in {rooms} if f'callanalytics.{{r}}' in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_regular_expression_is_compiled_while_a_file_is_imported(path):
    """Compiling all of them takes longer than many commands: `callanalytics.lazy.regex` waits for the first use."""
    first = [part for part in tree(path).body if not isinstance(part, ast.FunctionDef | ast.ClassDef)]
    calls = [node for part in first for node in ast.walk(part) if isinstance(node, ast.Call)]
    assert "re.compile" not in {ast.unparse(call.func) for call in calls}


def test_one_file_of_the_tests_knows_where_folders_are():
    """A test that counts its own parent folders breaks when it moves. A script finds what it needs next to itself."""
    texts = {path.name: path.read_text("utf-8") for path in TESTS.rglob("*.py") if path.name != "roots.py"}
    tests = {name: text for name, text in texts.items() if 'if __name__ == "__main__"' not in text}
    assert [name for name, text in tests.items() if re.search(r"\(__file__\)[^\n]*parent", text)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_list_in_a_sentence_has_its_commas_from_wording(path):
    """``" and ".join`` lacks the comma before the last of three; ``wording.joined`` sets it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr == "join" and isinstance(node.value, ast.Constant):
            assert node.value.value not in (" and ", " or "), f"line {node.lineno}"
