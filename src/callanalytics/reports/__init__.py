"""Reports: built from measures, never from an executed notebook; the notebook of that name shows the same one."""

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
    audience : ``liaison``, for a meeting with the agency: names no office, client or agent; ``firm``, for the
        office itself: names matters, and says so on every page; ``research``: every measure with its counts; or
        ``explore``: one page to pick office, period and line on, which names matters too
    log : what ``callanalytics.load`` gives
    out : folder; made if it is not there
    to : ``html``, ``pdf``, ``docx``, ``xlsx``, ``pptx`` (at most six slides), ``txt`` (to paste into an email): one or
        several; ``html`` and ``pdf`` if not said. ``explore`` is ``html`` alone
    confirm : pairs of a rule's id and a source that says it still held; requests made more than a year after their
        stated time was last confirmed are judged by it only then, and the source is printed
    meeting : file with the sender, the last meeting, what was asked there, and the audit; see
        :mod:`callanalytics.reports.meeting`
    sender : who sends the liaison report, in place of the file's committee
    built : the report, where it is made already

    Returns
    -------
    list of Path
        The files written, such as ``liaison.html`` and ``liaison.pdf``.

    Raises
    ------
    CallLogError
        An audience or a form that there is not, or a file that is open in another program.
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
    """From a folder of call logs to the liaison report: look, store, write. What ``callanalytics start`` does unasked.

    Parameters
    ----------
    folder : the exports and call sheets of one office
    store, out : folders of the store and of the report; made if they are not there
    office, timezone, given : what may be said of the files, as for :func:`callanalytics.ingest`

    Returns
    -------
    list of Path
        The files written: ``liaison.html`` and ``liaison.pdf``.

    Raises
    ------
    OpenQuestion
        Whose files these are, or another thing that only a person can say. Nothing was stored.
    CallLogError
        Nothing could be read, or written.
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
