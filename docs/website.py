"""The documentation site: ``python docs/make.py site`` writes it to ``build/site``; a warning fails the build.

Its pages are those of this folder, a page for each public object (from its docstring, with an example and, for a
figure, the picture), the rendered notebooks, and the few that stand in ``pages/``. Nothing is fetched: no notebook is
run again, and formulas are MathML.
"""

from __future__ import annotations

import inspect
import re
import shutil
import sys
from pathlib import Path

import gallery  # stands beside this file

import callanalytics as ca

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SOURCE, SITE = ROOT / "build" / "site-source", ROOT / "build" / "site"
COPIED = ("gallery", "notebooks", "waits.png")
ALSO = {"contributing.md": ROOT / "CONTRIBUTING.md", "changes.md": ROOT / "CHANGELOG.md"}
TOP = [name for name in ca.__all__ if name not in ("measures", "figures")]  # these have pages of their own
EMPTY = r"<th[^>]*>(?:<p></p>)?</th>"
# How each is used, on the store that `callanalytics demo` leaves; measures have their examples in their docstrings.
EXAMPLES = {
    "load": 'ca.load("demo/store", as_of="2022-06-30")',
    "ingest": 'ca.ingest("inbox", "own", office="Alder and Birch", timezone="Central", new_office=True)',
    "check": 'ca.check("inbox", timezone="Central")',
    "start": 'ca.start("inbox", office="Alder and Birch", timezone="Central")',
    "report": 'ca.report("liaison", log, "report", "html")',
    "Log": "log.agency_calls",
    "Table": 'log.promises["state"].value_counts()',
    "Result": 'ca.measures.wait(log.agency_calls, by="hour").pick("median").wide(minutes=True)',
    "Chart": 'ca.figures.wait_by_hour(ca.measures.wait(log.agency_calls, by="hour")).save("hours.png")',
    "CallLogError": 'ca.measures.run("waits", log)  # raises it, and names the measure that is meant',
}


def build() -> int:
    """Write the sources of the site, then the site; return how it ended, 0 for well."""
    from sphinx.cmd.build import build_main

    write_sources()
    shutil.rmtree(SITE, ignore_errors=True)
    ended = build_main(
        ["-q", "-W", "--keep-going", "-E", "-d", str(SOURCE.with_name("doctrees")), str(SOURCE), str(SITE)]
    )
    for page in SITE.rglob("*.html"):
        page.write_text(accessible(page.read_text("utf-8")), "utf-8")
    return ended


def accessible(page: str) -> str:
    """The page for a screen reader too: a toggle of its menu in words, for the theme gives it a picture alone; a source
    as an item of its list; and no head of a table without a word.
    """
    page = page.replace(' role="doc-biblioentry"', ' role="listitem"')  # what is a list has no other children
    page = re.sub(r"(>([^<>]+)</a><details[^>]*><summary)>", r'\1 aria-label="Pages of \2">', page)
    page = re.sub(rf"<thead>\s*<tr[^>]*>\s*(?:{EMPTY}\s*)+</tr>\s*</thead>", "", page)
    return re.sub(EMPTY, "<td></td>", page)


def write_sources() -> None:
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(HERE / "pages", SOURCE, ignore=shutil.ignore_patterns("__pycache__"))
    for name in COPIED:
        copy = shutil.copytree if (HERE / name).is_dir() else shutil.copy
        copy(HERE / name, SOURCE / name)
    pages = {page.name: page for page in HERE.glob("*.md")} | ALSO
    pages |= {f"notebooks/{page.name}": page for page in (HERE / "notebooks").glob("*.md")}
    for name, page in pages.items():
        (SOURCE / name).write_text(_with_links_of_the_site(page.read_text("utf-8")), "utf-8")
    for name, text in api().items():
        path = SOURCE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _with_links_of_the_site(text: str) -> str:
    """The page with links to pages of the site alone; what is a file of the project is named, not linked."""
    for page, source in ALSO.items():
        text = text.replace(f"](../{source.name})", f"]({page})").replace(f"](docs/{page})", f"]({page})")
    text = re.sub(r"\]\(docs/(\S+?)\)", r"](\1)", text)
    text = re.sub(r"\[`?([^\]`]+)`?\]\((?:\.\./)+(src/\S+?)\)", _named, text)
    return re.sub(r"\[([^\]]+)\]\((?:\.\./)+([^)\s]+)\)", _named_outside, text)


def _named(link: re.Match) -> str:
    words, path = link[1], link[2].removeprefix("src/callanalytics/")
    return f"`{path}`" if words == path or words in path else f"`{words}` (`{path}`)"


def _named_outside(link: re.Match) -> str:
    # From a page in a folder, ../x.md is a page of the site.
    return link[0] if link[2].endswith(".md") else f"`{link[2]}`"


# ---- a page for each public object -------------------------------------------------------------------


def api() -> dict[str, str]:
    """The pages of the public face, by file name."""
    measures = [name for name in ca.measures.__all__ if inspect.isfunction(getattr(ca.measures, name))]
    figures = [name for name in ca.figures.__all__ if name != "Chart"]
    pages = {f"api/{name}.md": _page("callanalytics", name, _example(name)) for name in TOP}
    pages |= {f"api/measures/{name}.md": _page("callanalytics.measures", name) for name in measures}
    pages |= {f"api/figures/{name}.md": _page("callanalytics.figures", name, _picture(name)) for name in figures}
    pages["api/measures/index.md"] = _list("Measures", "Each counts and estimates, and returns a `Result`.", measures)
    pages["api/figures/index.md"] = _list("Figures", "Each draws a `Result`, and returns a `Chart`.", figures)
    names = [f"api/{name}" for name in TOP]
    lead = "`import callanalytics as ca`, and this is all there is."
    pages["api.md"] = _list("Reference", lead, [*names, "api/measures/index", "api/figures/index"])
    return pages


def _page(module: str, name: str, more: str = "") -> str:
    known = getattr(sys.modules[module], name)
    kind = "autofunction" if not inspect.isclass(known) else "autoclass"
    members = "   :members:\n" if inspect.isclass(known) and not issubclass(known, Exception) else ""
    return f"# {name}\n\n```{{eval-rst}}\n.. {kind}:: {module}.{name}\n{members}```\n\n{more}"


def _list(title: str, lead: str, names) -> str:
    return f"# {title}\n\n{lead}\n\n```{{toctree}}\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n"


def _example(name: str) -> str:
    if ">>>" in (inspect.getdoc(getattr(ca, name)) or ""):
        return ""
    log = 'log = ca.load("demo/store")\n' if "log" in EXAMPLES[name] else ""
    return f"## Example\n\n```python\nimport callanalytics as ca\n\n{log}{EXAMPLES[name]}\n```\n"


def _picture(name: str) -> str:
    (line,) = (line for lines in gallery.DRAWN.values() for line in lines if gallery.name_of(line) == name)
    page = (HERE / "gallery.md").read_text("utf-8")
    picture, caption = re.search(rf"(!\[[^\]]*\])\(gallery/{name}\.png\)\n(\*.*?\*)\n", page).groups()
    return f"## Example\n\n```python\n{line}\n```\n\n{picture}(../../gallery/{name}.png)\n\n{caption}\n"
