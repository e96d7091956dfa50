"""The report for a liaison meeting: a brief of two pages, then the evidence, then how to check it.

It speaks of "USCIS's stated time" and of "no contact recorded"; call-backs that came and were not answered and
requests without a contact are different things and are never added. No office, client or agent is named.
"""

from __future__ import annotations

import pyarrow.compute as pc

from callanalytics.figures import labels
from callanalytics.reports import (
    agenda,
    annex,
    callback_findings,
    checking,
    differences,
    few,
    findings,
    last_time,
    offices,
    sections,
    settle,
)
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Heading, Note, PageBreak, Report, Text, marking
from callanalytics.reports.meeting import Meeting
from callanalytics.reports.results import Confirmed, Results


def build(log, confirmed: tuple[Confirmed, ...] = (), meeting: Meeting = findings.NONE) -> Report:
    """The liaison report of a log.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives
    confirmed : stated times that somebody says still held more than a year after they were last confirmed
    meeting : the last meeting, what was asked there, and the audit, as ``meeting.read`` gives them

    Returns
    -------
    Report
        The same log and day give the same report.
    """
    results = Results(log, confirmed)
    blocks = [
        *(_few(results) if few.is_too_few(results) else _pages(results, meeting)),
        *annex.data_quality(results),
        *annex.definitions(results),  # last: they list the measures that were taken until then
    ]
    return Report(_title(results), scope(results), log.as_of, log.fingerprint, tuple(blocks), marking(log))


def _few(results):
    return [*few.blocks(results), Heading("How to check us"), *annex.caveats(results)]


def _pages(results, meeting):
    return [
        *_brief(results, meeting),
        *sections.waits(results),
        *sections.stated_times(results),
        *sections.office(results),
        *sections.calls(results),
        *sections.change(results),
        *differences.differences(results),
        *offices.blocks(results),
        *_check(results, meeting),
        *settle.blocks(),
        PageBreak(),
    ]


def _brief(results, meeting):
    box, told = last_time.box(results, meeting), findings.all_of(results, meeting)
    whose = callback_findings.WHOSE if any(found.bar and found.bar.most is not None for found in told) else ""
    return [
        Heading("What the logs show"),
        *told,
        Note(
            (
                "Bars: tick, the figure; dark, its 95% interval; pale, every way to count it. See “How to check us”.",
                *filter(None, [whose]),
            )
        ),
        PageBreak(),
        Heading("What we ask"),
        *box,
        *_agenda(results, ROOM_BESIDE_BOX if box else ROOM),
    ]


def _check(results, meeting):
    told = findings.without_one(results, meeting)
    return [
        Heading("How to check us"),
        *annex.caveats(results),
        *([Text(ways)] if (ways := findings.ways(results, meeting)) else []),
        *([Text(told)] if told else []),
        checking.ways(results, meeting.audit),
    ]


ROOM, ROOM_BESIDE_BOX = 38, 16  # points for the response: the brief ends on its second page


def _agenda(results, room):
    return agenda.items(results, room) or [Text("Nothing was logged yet on which a question to USCIS could rest.")]


def _title(results):
    return "Reaching USCIS by phone" + (f": {say.months(*results.period)}" if results.period else "")


def scope(results):
    """Who logged how many calls, when; and that they are volunteers."""
    offices = results.log.offices.to_arrow()
    zones = len(pc.unique(offices["timezone"]))
    sizes = results.calls_by_office
    if not sizes:
        return f"No call to USCIS is in the log as of {labels.day(results.as_of)}. {results.account}"
    number = next(n.e164 for n in results.agency.numbers if n.line == "contact_center" and n.use == "outbound")
    share = f"; the largest has {labels.percent(sizes[0] / sum(sizes))} of the calls" if len(sizes) > 1 else ""
    return (
        f"{labels.spelled(len(sizes), 'law office')} in {labels.spelled(zones, 'time zone').lower()} logged "
        f"{labels.many(results.n_calls, 'call')} to {_where(results, _dashed(number))}, {say.period(*results.period)} "
        f"(Eastern), as of {labels.day(results.as_of)}. Volunteers, not a sample of all callers{share}. "
        f"{results.account}"
    )


def _where(results, number):
    """The line that was called, as far as it was noted."""
    unnamed, named = results.unnamed_line, results.n_calls - results.unnamed_line
    if not unnamed:
        return number
    if not named:
        return "USCIS (on which of its lines is not noted)"
    return f"USCIS ({labels.number(named)} to {number}, {labels.number(unnamed)} to a line not noted)"


def _dashed(e164):
    """
    >>> _dashed("+18003755283")
    '1-800-375-5283'
    """
    return f"{e164[1]}-{e164[2:5]}-{e164[5:8]}-{e164[8:]}"
