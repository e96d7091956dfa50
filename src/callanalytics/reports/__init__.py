"""Reports, built from measures and never from an executed notebook; the notebook of the same name shows the same
report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from callanalytics import wording
from callanalytics.errors import InvalidRequest
from callanalytics.tables import Table

if TYPE_CHECKING:
    from callanalytics.agencies import Agency
    from callanalytics.intake.offices import Given
    from callanalytics.log import Log
    from callanalytics.reports.results import Confirmed
    from callanalytics.reports.writers import Report

AUDIENCES = ("liaison", "firm", "research", "explore")
FORMS = ("html", "pdf", "docx", "xlsx", "pptx", "txt")
USUAL = ("html", "pdf")


def report(
    audience: str,
    log: Log,
    out: Path | str,
    to: str | Sequence[str] = (),
    *,
    confirm: Iterable[tuple[str, str]] = (),
    meeting: Path | str | None = None,
    sender: str = "",
    built: Report | None = None,
) -> list[Path]:
    """Write a report.

    Parameters
    ----------
    audience : ``liaison``, for a meeting with the agency: names no office, client, or agent; ``firm``, for the
        office itself: names matters, and says so on every page; ``research``: every measure with its counts; or
        ``explore``: one page on which to choose office, period, and line; it names matters too
    log : the log that ``callanalytics.load`` returns
    out : folder; created if missing
    to : ``html``, ``pdf``, ``docx``, ``xlsx``, ``pptx`` (at most six slides), ``txt`` (to paste into an email): one or
        several; by default ``html`` and ``pdf``. ``explore`` is written as ``html`` only
    confirm : pairs of a rule's id and a source that shows the rule still held. Requests made more than a year after
        their timeframe was last confirmed are judged only with such a pair; the report prints the source
    meeting : file with the sender, the last meeting, what was asked there, and the audit; see
        :mod:`callanalytics.reports.meeting`
    sender : who sends the liaison report; replaces the committee named in the file
    built : the report, if it is already built

    Returns
    -------
    list of Path
        The files written, such as ``liaison.html`` and ``liaison.pdf``.

    Raises
    ------
    CallLogError
        The audience or form is unknown, or a file is open in another program.
    """
    _known(audience, AUDIENCES, "report")
    usual = USUAL[:1] if audience == "explore" else USUAL
    forms = (to,) if isinstance(to, str) else tuple(to) or usual
    for form in forms:
        _known(form, usual if audience == "explore" else FORMS, "form")
    # Imported here, so that the command line starts without the drawing and typesetting libraries.
    from callanalytics.reports import explore, firm, liaison, research, writers
    from callanalytics.reports import meeting as meetings

    _check_is_log(log, audience)
    confirmed = tuple(_confirmed(*pair, log.agency) for pair in confirm)
    if (meeting or sender) and audience != "liaison":
        raise InvalidRequest("a meeting is told of in the liaison report alone", run="report liaison --meeting FILE")
    if audience == "explore":
        return [explore.write(log, Path(out) / "explore.html", confirmed)]
    if audience == "liaison":
        read = meetings.read(meeting) if meeting else meetings.Meeting()
        named = replace(read.sender, committee=sender or read.sender.committee)
        built = built or liaison.build(log, confirmed, replace(read, sender=named))
    built = built or {"firm": firm, "research": research}[audience].build(log, confirmed)
    return [writers.write(built, Path(out) / f"{audience}.{form}") for form in forms]


def start(
    folder: Path | str,
    store: Path | str = wording.STORE,
    out: Path | str = wording.OUT,
    *,
    office: str | None = None,
    timezone: str | None = None,
    **given: Unpack[Given],
) -> list[Path]:
    """Check a folder of call logs, store it, and write the liaison report: ``callanalytics start`` without questions.

    Parameters
    ----------
    folder : the exports and call sheets of one office
    store, out : folders of the store and of the report; created if missing
    office, timezone, given : facts about the files, as for :func:`callanalytics.ingest`

    Returns
    -------
    list of Path
        The files written: ``liaison.html`` and ``liaison.pdf``.

    Raises
    ------
    OpenQuestion
        A person must say which office the files are from, or answer another question. Nothing was stored.
    CallLogError
        No file could be read, or nothing could be written.
    """
    from callanalytics import intake, log

    held = store if (Path(store) / "CURRENT").exists() else None
    looked = intake.check([folder], office, timezone, store=held, **given)
    intake.refuse_open_questions(looked)
    if looked.problems and not looked.files:
        raise looked.problems[0].why
    intake.ingest([folder], store, office, timezone, **given)
    return report("liaison", log.load(store, agency=given.get("agency")), out)


def _check_is_log(log: object, audience: str) -> None:
    if not hasattr(log, "agency_calls"):
        raise InvalidRequest(
            "a report is made of a log",
            found=type(log).__name__,
            run=f'callanalytics.report("{audience}", callanalytics.load("calls"), "report")',
        )


def _known(word: str, words: Sequence[str], what: str) -> None:
    if word not in words:
        kind = "Table" if isinstance(word, Table) else type(word).__name__
        named = repr(word) if isinstance(word, str) else f"named by a {kind}"
        raise InvalidRequest(f"there is no {what} {named}", wanted=", ".join(words), do="choose one of these")


def _confirmed(rule_id: str, source: str, agency: Agency) -> Confirmed:
    from callanalytics.reports.results import Confirmed

    known = [rule.id for rule in agency.rules]
    if rule_id not in known or not source.strip():
        raise InvalidRequest(
            "a stated time is confirmed by its id and a source",
            found=rule_id,
            wanted=", ".join(known),
            run="--confirm-rule ID --source TEXT, once for each",
        )
    return Confirmed(rule_id, source.strip())
