"""The report for the office itself: what needs doing, what the tips would save, how its calls and callbacks went.

It names matters and says so on every page; nothing of it is meant for the agency or a committee.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from callanalytics import figures
from callanalytics.casework import practice
from callanalytics.casework.open_promises import RECENT, STANDS, OpenPromise, open_promises
from callanalytics.figures import labels
from callanalytics.reports import few, sections
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Heading, Note, PageBreak, TableBlock, Text, marking
from callanalytics.reports.results import Confirmed, Results
from callanalytics.reports.sentences import STANDS as STAND_WORDS
from callanalytics.reports.writers import Report
from callanalytics.wording import plural

MARKING = "Names matters of the office. For the office alone."


def build(log, confirmed: tuple[Confirmed, ...] = ()) -> Report:
    """The report of a log for its office.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives; its ``as_of`` is the day of looking
    confirmed : stated times that somebody says still held more than a year after they were last confirmed
    """
    results = Results(log, (*confirmed, *_for_ourselves(confirmed, log.agency)))
    is_few = few.is_too_few(results)
    blocks = [*_open(log), *_tips(log), *(few.blocks(results) if is_few else _missed(results))]
    return Report(
        f"Your calls to {log.agency.label}",
        _scope(results),
        log.as_of,
        log.fingerprint,
        tuple(blocks),
        marking(log, MARKING),
        is_private=True,
        clock=log.agency.clock,
        further=() if is_few else tuple(_more(results)),
    )


def _missed(results) -> list[Block]:
    """When the callbacks came that no one answered, and why: what an office can change."""
    when = figures.missed_by_local_hour(results.missed_by_hour, opening=results.opening)
    return [*([] if when.says else [when]), *sections.causes(results)]


def _more(results) -> list[Block]:
    """What a screen and a workbook show besides; on paper two pages say what to do."""
    pages = [
        *sections.waits(results),
        *sections.stated_times(results),
        Heading("Could the office answer?"),
        figures.shares(sections.attempts(results), title="First call, second call, notice"),
        *sections.calls(results),
    ]
    return [block for block in pages if not isinstance(block, PageBreak)]


def _for_ourselves(confirmed, agency):
    """Every other stated time too: what an office waits for does not hang on who confirmed it last."""
    confirmed_ids = {one.rule_id for one in confirmed}
    unsaid = "no one since then"
    return (Confirmed(rule.id, unsaid) for rule in agency.rules if rule.id not in confirmed_ids)


def _scope(results) -> str:
    names = sorted(row["name"] for row in results.log.offices.to_arrow().to_pylist())
    if not names:
        return f"No office's log is in this store as of {labels.day(results.as_of)}."
    when = f", {say.period(*results.period)} ({results.agency.clock})" if results.period else ""
    calls = plural(results.n_calls, "call")
    seen = labels.day(results.as_of)
    line = results.agency.fill("the {line}")
    scope = f"{labels.joined(names)}: {calls} to {line}{when}, as of {seen}."
    return say.joined(*results.log.selected, scope, f"{results.account}")


def _open(log) -> list[Block]:
    """The callbacks that nothing has settled yet: the recent ones by name, the older ones as a count."""
    found = open_promises(log)
    heading = Heading(f"What needs doing, as of the end of {labels.day(log.as_of)}")
    if not found:
        return [heading, Text("No promised callback is open.")]
    listed = [p for p in found if p.is_listed(log.as_of)]
    counts = Counter(p.stand for p in found)
    counted = "; ".join(f"{labels.number(counts[s])} {_stand(s, log.as_of)}" for s in STANDS if counts[s])
    blocks: list[Block] = [heading, Text(f"{plural(len(found), 'open callback')}: {counted}.")]
    several = len({p.office for p in found}) > 1
    for stand in STANDS:
        mine = sorted((p for p in listed if p.stand == stand), key=lambda p: p.due_on or date.max)  # most overdue first
        if mine:
            blocks.append(_table(_stand(stand, log.as_of), mine, several))
    return [*blocks, Note(tuple(_beneath(found, listed)))]


def _stand(stand: str, as_of: date) -> str:
    """Where a callback stands; a printed report is read on other days than the one that it looks at.

    >>> _stand("due_today", date(2022, 12, 30)), _stand("waiting", date(2022, 12, 30))
    ('due December 30, 2022', 'waiting')
    """
    return f"due {labels.day(as_of)}" if stand == "due_today" else STAND_WORDS[stand]


def _beneath(found, listed):
    """Whom to turn to, and what is not listed."""
    for recourse in dict.fromkeys(recourse for promise in listed for recourse in promise.recourses):
        requests = sum(recourse in promise.recourses for promise in listed)
        yield f"If calling again leads nowhere, for {plural(requests, 'request')} of these: {recourse}"
    if older := len(found) - len(listed):
        yield (
            f"{plural(older, 'older one')}, asked more than {RECENT.days} days before, not listed: close them in "
            "the log if they are no longer needed."
        )


def _table(title: str, promises: list[OpenPromise], several: bool) -> TableBlock:
    return TableBlock(
        title[0].upper() + title[1:],
        ("matter", "asked", "due", "they may ring", "number given", "what to do"),
        tuple(_row(p, several) for p in promises),
        note="Times on the office's clock." if promises[0].may_ring else "",
        numeric=False,
        widths=(0.8, 0.9, 0.9, 1.4, 1.0, 2.7),
    )


def _row(p: OpenPromise, several: bool) -> tuple[str, ...]:
    number = say.number(p.number) + "".join(f"; {doubt}" for doubt in p.doubts if p.number)
    return (
        (p.matter or "not noted") + (f" ({p.office})" if several else ""),
        labels.day(p.started_on, short=True) if p.started_on else "not noted",
        labels.day(p.due_on, short=True) if p.due_on else "not known",
        f"{say.clock(p.window[0])}–{say.clock(p.window[1])}" if p.window and p.may_ring else "–",
        number,
        " ".join(p.steps),
    )


def _tips(log) -> list[Block]:
    """The practice pointer's tips, each with what the log shows of it; what the log has nothing of, in one line."""
    held = practice.check_tips(log)
    met = [h for h in held if h.against[1]]
    none = [h.tip.against_words for h in held if not h.against[1] and h.is_logged]
    unsaid = [h.tip.against_words for h in held if not h.against[1] and not h.is_logged]
    table = TableBlock(
        "The practice pointer's advice, held against these calls",
        ("advice", "what the log shows"),
        tuple((h.claim.claim, h.sentence) for h in met),
        note="Calls against a tip may differ in other ways too; where there are few, the counts stand alone.",
        numeric=False,
        widths=(2.2, 4.4),
    )
    return [
        Heading("What the tips would save"),
        *([table] if met else []),
        *([Text(f"These calls have none of these: {'; '.join(none)}.")] if none else []),
        *([Text(f"Not logged, so nothing can be said of these: {'; '.join(unsaid)}.")] if unsaid else []),
        Note((f"Advice read in: {'; '.join(sorted({h.claim.source for h in held}))}.",)),
    ]
