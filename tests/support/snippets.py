"""The Python code on the README's and the site's pages, page by page."""

import re

from roots import ROOT


def blocks(page: str) -> list[str]:
    """The blocks of Python on a page."""
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)


FOUND = (path for place in ("", "docs", "docs/pages", "docs/notebooks") for path in sorted((ROOT / place).glob("*.md")))
PAGES = [name for path in FOUND if blocks(name := path.relative_to(ROOT).as_posix())]
SLIPS = {  # code with a likely mistake -> what mypy calls it, and what pyright does
    f"import callanalytics as ca\n\n{line}\n": names
    for line, *names in (
        ("ca.loud('calls')", "attr-defined", "reportAttributeAccessIssue"),
        ("ca.load('calls', as_of=7)", "arg-type", "reportArgumentType"),
        ("ca.measures.wait(ca.load('calls').agency_calls).frame", "attr-defined", "reportAttributeAccessIssue"),
        ("ca.report('firm', ca.load('calls'), 'out').name", "attr-defined", "reportAttributeAccessIssue"),
        ("ca.ingest('exports', 'calls', bureau='Elm')", "call-arg", "reportCallIssue"),
    )
}
