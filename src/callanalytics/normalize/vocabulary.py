"""Which words of a sheet a message may show as they are written: those that anybody would use of a call."""

from __future__ import annotations

import re
from functools import lru_cache

from callanalytics.formats import Format
from callanalytics.values.phones import shape

# Words around the words of the formats' own lists. None of them is a name.
_COMMON = frozenset(
    "a about after again agent an and answer answered app asked at automated back be been before between business "
    "by call callback called calling calls case check checked closed contact day days did do done email emailed end "
    "escalated expedite expedited first follow for from further gave get got had hang has have held help hold hour "
    "hours hr hrs hung in inquiry is it last later left level line live long looking made make maybe message min "
    "mins minute minutes missed month months more need next no nobody none not note nothing of office officer on "
    "one online only open opened or other our out pending person phone please promise promised queue reached ready "
    "regular request requested response result said says second see sent service short someone soon spoke standard "
    "still submitted supervisor support system tbd text than that the them then they third this three tier till to "
    "today told tomorrow too took transfer transferred two unclear unknown until up update urgent us uscis very "
    "voicemail wait waiting was we website week weeks went were will with within working would year yes yesterday "
    "you".split()
)


def shown_words(text: str, fmt: Format | None = None) -> str:
    """A cell as a message may show it: as written where all its words are common ones or the format's own.

    Everything else is masked as any cell is: letters as x, digits as 9.

    >>> shown_words("Yes - 72 hours"), shown_words("within 30 days"), shown_words("promised to Maria, 72 h")
    ('Yes - 72 hours', 'within 30 days', 'xxxxxxxx xx xxxxx, 99 x')
    """
    words = re.findall(r"[^\W\d_]+|\d+", text.casefold())
    known = _COMMON | (_own(fmt) if fmt else frozenset())
    harmless = all(len(word) <= 3 if word.isdigit() else word in known for word in words)
    plain = " ".join(text.split())
    return plain if words and harmless and plain.isprintable() and len(plain) <= 60 else shape(text)


@lru_cache(maxsize=256)
def _own(fmt: Format) -> frozenset[str]:
    """The words of a format's lists."""
    columns = [fmt.columns, *(part.columns for part in fmt.parts)]
    rules = [rule for rules_by_target in columns for rule in rules_by_target.values()]
    return frozenset(word for rule in rules for text in rule.all_words for word in re.findall(r"[^\W\d_]+", text))
