"""The report for a liaison meeting: page one, the asks, then the evidence, then how to check it.

It speaks of "USCIS's stated time" and of "no contact recorded"; callbacks that came and were not answered and
requests without a contact are different things and are never added. No office, client or agent is named.
"""

from __future__ import annotations

from callanalytics.reports import agenda, annex, few, findings, front, last_time, liaison_pages
from callanalytics.reports import sentences as say
from callanalytics.reports.document import AgendaItem, Block, Heading, Text, marking
from callanalytics.reports.meeting import Meeting
from callanalytics.reports.results import Confirmed, Results
from callanalytics.reports.writers import Report

ROOM, ROOM_BESIDE_BOX = 38, 16  # points for the response: the asks end on their page


def build(log, confirmed: tuple[Confirmed, ...] = (), meeting: Meeting = findings.NONE) -> Report:
    """The liaison report of a log.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives
    confirmed : stated times that somebody says still held more than a year after they were last confirmed
    meeting : who sends the report, the last meeting, what was asked there, and the audit, as ``meeting.read`` gives
        them

    Returns
    -------
    Report
        The same log and day give the same report.
    """
    results = Results(log, confirmed)
    found, asks = findings.by_name(results, meeting), _asks(results, meeting)
    page = front.page(results, meeting, found, tuple(block.ask for block in asks if isinstance(block, AgendaItem)))
    is_small = few.is_small(results)
    blocks = [
        *asks,
        *(liaison_pages.small(results) if is_small else liaison_pages.evidence(results, found, meeting)),
        *annex.data_quality(results, is_short=is_small),
    ]
    # Last: its definitions are of the measures that were taken until then.
    further = liaison_pages.further(results, is_short=is_small)
    return Report(
        _title(results),
        annex.scope(results),
        log.as_of,
        log.fingerprint,
        tuple(blocks),
        marking(log),
        front=page,
        further=tuple(further),
    )


def _asks(results, meeting) -> list[Block]:
    """What was asked last time, then what is asked now."""
    box = last_time.box(results, meeting)
    items = agenda.items(results, ROOM_BESIDE_BOX if box else ROOM)
    if not items:
        return [Heading("What we ask"), *box, Text("Nothing was logged yet on which a question to USCIS could rest.")]
    return [Heading("What we ask"), *box, *items]


def _title(results):
    return "Reaching USCIS by phone" + (f": {say.months(*results.period)}" if results.period else "")
