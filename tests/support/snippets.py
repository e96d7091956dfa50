"""The Python that README and site show, page by page."""

import re

from roots import ROOT


def blocks(page: str) -> list[str]:
    """The pieces of Python on a page."""
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)


FOUND = (path for place in ("", "docs", "docs/pages", "docs/notebooks") for path in sorted((ROOT / place).glob("*.md")))
PAGES = [name for path in FOUND if blocks(name := path.relative_to(ROOT).as_posix())]
