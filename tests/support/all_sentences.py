"""Every sentence in the reports of a few logs, one on each line, for a person to read."""

import re
from dataclasses import fields, is_dataclass, replace
from itertools import takewhile

from built_reports import built
from callanalytics.casework.open_promises import open_promises
from callanalytics.figures.chart import Chart
from callanalytics.reports import evidence, firm, liaison, research, xlsx
from callanalytics.reports.document import FrontPage, Terms
from callanalytics.reports.sentences import open_counts

# Parts of a document that no one reads aloud, or that the documentation explains.
UNREAD = "name alt head rows data figure plot bar marks clock fingerprint mark".split()
END = re.compile(r"(?<!Doc\.)(?<!No\.)(?<=[^.]{2}[.?!]) (?=[A-Z“]|\d)|\n")
VARIES = [
    (re.compile(pattern, re.IGNORECASE if pattern.islower() else 0), instead)
    for pattern, instead in (
        (r" ?\([^()]*\)|“[^”]*”|\bM-\d+", ""),
        (r"([A-Z]\w+ and [A-Z]\w+|Elm)(; [A-Z]\w+ and [A-Z]\w+)*", "OFFICE"),
        (r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\b", "MONTH"),
        (r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", "MONTH"),
        (r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b", "DAY"),
        (r"\b(none|one|two|three|four|five|six|seven|eight|nine|ten|both|all|noon|midnight|more than|under)\b", "0"),
        (r"\d-\d{3}-\d{3}-\d{4}|\b[0-9a-f]{8,}\b|\d[\d.,]*", "0"),
        (r"\b(MONTH 0,? ?|MONTH–)+", "DATE "),
        (r"(0 h )?0 min\b| [ap]\.m\.|0%|−", "0"),
        (r"\b0( ?(–|to|and|,) ?0)+", "0"),
        (r"(\w\w)s\b", r"\1"),
        (r"\b(is|was|were|are|have|ha)\b", "is"),
        (r"\b(urgent|regular|Eastern|Central|Pacific|Hawaii|Alaska)\b", "kind"),
        (r"; [^;]*no change shown|; [^;]* counted otherwise [^;]*|: .*; .*", ""),
        (r"\W+", " "),
    )
]


def page(logs: dict) -> list[str]:
    """The lines of the file: a heading for each form of a log, and below it each report's new sentences.

    Parameters
    ----------
    logs : form -> a log of this form, and the names of its reports
    """
    known, lines = set(), []
    for form, (log, reports) in logs.items():
        parts = []
        for report in reports:
            new = []
            for sentence in sentences(SPEAKERS[report](log)):
                if alike(sentence) not in known:
                    known.add(alike(sentence))
                    new.append(f"- {sentence}")
            parts += ["", f"### {report}", "", *new] if new else []
        lines += ["", f"## {form}", *parts] if parts else []
    return lines


def sentences(texts) -> list[str]:
    """The sentences of texts; a few words, such as a column heading, are left out."""
    parts = [part.strip() for text in texts for part in END.split(text)]
    return [part for part in parts if len(part.split()) > 3]


def alike(sentence: str) -> str:
    """A sentence without the parts that vary from log to log, to recognize the same sentence."""
    for pattern, instead in VARIES:
        sentence = pattern.sub(instead, sentence)
    return sentence.strip()


def spoken(part):
    """Every text of a document, a block, or a chart, in order."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Chart):
        yield from (part.title, part.subtitle, part.says, part.caption)
    elif isinstance(part, FrontPage):  # in the words of the email and the workbook
        yield from spoken((*xlsx.front_lines(part), part.key, part.notes, part.charts))
    elif isinstance(part, tuple | list):
        for each in part:
            yield from spoken(each)
    elif is_dataclass(part) and not isinstance(part, Terms):
        for field in fields(part):
            if field.name not in UNREAD:
                yield from spoken(getattr(part, field.name))


def _on_paper(report):
    return lambda log: spoken(replace(built(report, log), further=()))


def _on_the_web_page(log):
    return spoken([built(report, log).further for report in (liaison, firm)])


def _research(log):
    """The report up to its tables, each of which repeats its measure's card."""
    return takewhile(lambda text: not text.startswith("volume, "), spoken(built(research, log)))


def _sheets(log):
    """One evidence sheet for each kind of open request."""
    ids = {promise.stand: promise.promise_id for promise in reversed(open_promises(log))}
    return spoken([evidence.build(log, promise=id) for id in ids.values()])


def _to_do(log):
    found = open_promises(log)
    return [open_counts(found), *spoken([(p.steps, p.doubts, p.recourses) for p in found])]


SPEAKERS = {
    "Liaison report": _on_paper(liaison),
    "Firm report": _on_paper(firm),
    "Research report": _research,
    "Evidence sheet": _sheets,
    "Open requests": _to_do,
    "Only on the web page": _on_the_web_page,
}
