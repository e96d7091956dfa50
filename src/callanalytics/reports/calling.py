"""When to call, looking back: the slots of the week that cost least, and the practice pointer's tips tested."""

from __future__ import annotations

from callanalytics import measures
from callanalytics.figures import labels
from callanalytics.measures.slots import LOOKS_BACK, PATIENCE_S, BestTime
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Heading, TableBlock, Text
from callanalytics.reports.results import Results

AGAINST = {  # id of the claim -> what is compared with what
    "earlier-is-shorter": "after 2 p.m. Eastern against before",
    "early-in-week": "Thursday, Friday against Monday–Wednesday",
    "not-on-friday": "Friday against Monday–Thursday",
}
NOTE = (
    "Holding for each live answer at the times advised against, over that at the others; the three intervals hold "
    "together with 95%."
)


def best_time(results: Results) -> BestTime:
    """What is known of when to call."""
    return measures.best_time(results.take("when_to_call"), results.clock)


def blocks(results: Results, best: BestTime) -> list[Block]:
    """The slots that cost least, or that one cannot tell yet; and the tips."""
    if not best.n:
        return []
    return [Heading("What calling cost, slot by slot", 2), Text(_sentence(best)), _tips(results, best)]


def _sentence(best):
    patience = f"For a caller who gives up after {labels.minutes(PATIENCE_S)} and calls again in the same slot."
    return say.joined(best.sentence.replace("-", "−"), _where(best), patience, LOOKS_BACK)


def _where(best):
    """The slots of the set by name, those of the same hours together, and what they cost."""
    if best.verdict != "set":
        return ""
    by_block = {}
    for weekday, block in best.slots:
        by_block.setdefault(block, []).append(labels.WEEKDAYS[weekday - 1])
    slots = [f"{labels.joined(days)} {labels.hours(*map(int, block.split('-')))}" for block, days in by_block.items()]
    low, high, least, most = (f"{seconds / 60:.0f}" for seconds in (*best.hold, *best.limits))
    each = f"{low if low == high else f'{low}–{high}'} minutes each (their 95% intervals lie within {least}–{most})"
    return f"They are {'; '.join(slots)} Eastern: {each}."


def _tips(results, best):
    claims = {claim.id: claim for claim in results.agency.claims}
    return TableBlock(
        "The practice pointer's advice on when to call",
        ("advice", "compared", "held, times as long", "calls", "here"),
        tuple((claims[id].claim, AGAINST[id], *_tip_in_words(found)) for id, found in best.tips.items()),
        note=NOTE,
        numeric=False,
        widths=(2.5, 2.3, 1.3, 0.6, 0.8),
    )


def _tip_in_words(found):
    if found.value != found.value:
        return say.cannot(found.n), labels.number(found.n), "–"
    borne_out = "borne out" if found.low > 1 else "the reverse" if found.high < 1 else "not shown"
    return f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})", labels.number(found.n), borne_out
