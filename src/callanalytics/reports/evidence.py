"""The evidence sheet of a matter or of one promised callback: what was tried, was promised, came, and is missing.

For the office's own use, in the form that case assistance asks for when calling fails. It holds client data, as no
other report does, and says so on every page.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path

from callanalytics import read, schema, wording
from callanalytics.agencies import Agency
from callanalytics.casework.open_promises import Credit, ambiguity_remark, due_of, end_of_day, local_time
from callanalytics.errors import CallLogError, InvalidRequest
from callanalytics.figures.promises import Band, Mark, timeline
from callanalytics.lazy import regex
from callanalytics.read.file import OF_SHEET
from callanalytics.reports import sentences as say
from callanalytics.reports import writers
from callanalytics.reports.case import (
    Case,
    day_and_time,
    find,
    last_asked_before,
    may_be_of_another,
    status,
    time_order,
)
from callanalytics.reports.document import Block, Heading, Note, TableBlock, Text
from callanalytics.reports.sentences import LOGS, OUTCOMES, PROMISED, RESULTS, TIERS
from callanalytics.values import zones
from callanalytics.values.phones import identifier
from callanalytics.wording import plural, printable

READINGS = wording.words_for("readings_in_short")
FORMS = ("docx", "pdf")
NOTHING = "–"
MASKED_NAME = regex(r"\*{3}|/#\d")
KEPT_NAMES = (
    "*** in a file's name: words that the store does not keep, since they may be a client's; #2: the second file of "
    "its folder. With --originals FOLDER this sheet calls each file by its own name."
)
WANTED = wording.words_for("fields_of_an_entry")


def write(
    log, out, *, matter: str = "", promise: str = "", office: str = "", originals: Path | str = "", to=FORMS
) -> list[Path]:
    """Write the evidence sheet as ``evidence MATTER.docx`` and ``.pdf``.

    No two matters share a file name, and a sheet from another store is not overwritten: if the matter's own name would
    not be unique, a few letters and digits follow it. A later sheet of the same matter replaces the earlier one.

    Parameters
    ----------
    log : the log that ``callanalytics.load`` returns
    out : folder; created if missing
    matter : the office's own reference; or
    promise : the id of a promised callback, or its first letters, as ``callanalytics promises`` shows it
    office : name, if several offices have such a matter
    originals : the folder of the exports, so that the sheet can show their file names; a store does not keep those,
        since :func:`callanalytics.intake.forget` could not find a client in them

    Raises
    ------
    CallLogError
        No such matter or promise, more than one, or an unknown form.
    """
    for form in to:
        if form not in FORMS:
            raise InvalidRequest(f"there is no form {form!r}", wanted=wording.joined(FORMS, "or"))
    case = find(log, matter=matter, promise=promise, office=office)
    if originals:
        case = replace(case, files=case.files | _own_names(log, originals))
    whose = case.matter or case.promises[0]["promise_id"][:12]
    mark = f"sheet {_digest(whose, case.office['office_id'], 16)}"
    built = replace(_report(log, case, log.agency), mark=mark)
    name = file_name(whose, _other_matters(log, case), case.office["office_id"])
    if any(_is_another(Path(out) / f"{name}.{form}", mark) for form in to):
        name = file_name(whose, [whose], case.office["office_id"])
    return [writers.write(built, Path(out) / f"{name}.{form}") for form in to]


def _own_names(log, originals) -> dict[str, str]:
    """The original names of the files in a folder that a store has read, by source."""
    names = {}
    for file in read.files([originals]):
        with suppress(CallLogError):  # a file that cannot be opened was not read into any store
            names[file.sha256] = printable(file.name)
    sources = log.sources.to_arrow().select(["source_id", "sha256", "name"]).to_pylist()
    # Each sheet of a workbook is a separate source
    return {row["source_id"]: names[row["sha256"]] + (sheet[0] if (sheet := OF_SHEET.search(row["name"])) else "")
            for row in sources if row["sha256"] in names}  # fmt: skip


def _is_another(path: Path, mark: str) -> bool:
    """Whether a file of this name exists that is not a sheet of this matter."""
    if not path.is_file():
        return False
    content = path.read_bytes()
    # A Word document is a compressed ZIP with its keywords in its properties; a PDF has them as plain bytes
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(parts.read(name) for name in parts.namelist() if name.startswith("docProps/"))
    return mark.encode() not in content


def _other_matters(log, case: Case) -> list[str]:
    """The other matters of a log, including those of other offices with the same name."""
    entries = log.entries.to_arrow()
    mine = (case.office["office_id"], case.matter)
    pairs = set(zip(entries.column("office_id").to_pylist(), entries.column("matter").to_pylist(), strict=True))
    return [matter for office, matter in pairs if matter and (office, matter) != mine]


def file_name(wanted: str, others: Iterable[str] = (), office_id: str = "") -> str:
    """A unique file name for each matter, on any system: letters, marks, and digits of every script stay.

    If characters had to be removed, or a file system could not distinguish another matter's name, six letters and
    digits follow, computed from the whole matter and the office.

    >>> file_name("2022-014"), file_name("Иванов 22"), file_name("2022-014", ["2022-015"])
    ('evidence 2022-014', 'evidence Иванов 22', 'evidence 2022-014')
    >>> file_name("Ng/2022 7"), file_name("ng 22", ["Ng 22"])
    ('evidence Ng 2022 7 e306fb', 'evidence ng 22 186b4a')
    """
    stem = _file_stem(wanted)
    # Windows and macOS treat Ng and NG as one file
    is_shared = stem.casefold() in {_file_stem(other).casefold() for other in others}
    if stem == unicodedata.normalize("NFC", wanted) and not is_shared:
        return f"evidence {stem}"
    return " ".join(filter(None, ("evidence", stem, _digest(wanted, office_id, 3))))


def _digest(wanted: str, office_id: str, size: int) -> str:
    return blake2b(f"{office_id}\n{wanted}".encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def _file_stem(wanted: str) -> str:
    """The part of a matter allowed in a file name: at most 120 bytes, without characters that some system refuses."""
    # macOS writes é as two characters, other systems as one; the same matter must give one name everywhere
    composed = unicodedata.normalize("NFC", wanted)
    # Keep letters, marks, and digits; some systems refuse slashes, colons, and similar characters
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" or c in "-_." else " " for c in composed)
    # Systems count bytes, and letters of some scripts take three
    cut = kept.encode("utf-8", "replace")[:120].decode("utf-8", "ignore")
    return " ".join(cut.split()).strip(" .")


def build(log, *, matter: str = "", promise: str = "", office: str = "") -> writers.Report:
    """The evidence sheet as a report; see :func:`write`."""
    return _report(log, find(log, matter=matter, promise=promise, office=office), log.agency)


def _report(log, case: Case, agency: Agency) -> writers.Report:
    blocks = [
        *_timeline(case, agency, log.as_of),
        Heading(f"Calls to {agency.label}", 2),
        *_calls(case),
        Heading("What came", 2),
        *_answers_table(case, agency.label),
        Heading("Callbacks promised", 2),
        *_promised(case, agency),
        Heading("What is missing", 2),
        *_missing(case, agency),
        *_letter(case, agency),
    ]
    words = (
        f"Holds client data. For {case.office['name']} alone: not for {agency.label}, a committee, or a mailing list."
    )
    title = f"{wording.capital(case.title)}: {status(case, agency, log.as_of)}"
    return writers.Report.from_log(log, title, _scope(case), blocks, words, is_private=True)


# ---- the pages -----------------------------------------------------------------------------------------


def _receipts(case: Case) -> list[str]:
    return sorted({identifier(n["receipt"]) for n in case.entries if n["receipt"]})  # older stores keep it as typed


def _scope(case: Case) -> str:
    receipts = _receipts(case)
    receipt_words = f" Receipt {wording.joined(receipts)}." if receipts else ""
    calls, asked = plural(len(case.entries), "call"), plural(len(case.promises), "promised callback")
    clock = zones.in_words(case.zone)
    office = case.office["name"]
    return f"Evidence sheet of {office}: {calls}, {asked}. Times on the office's clock ({clock}).{receipt_words}"


BLANK = "____________________"


def _timeline(case: Case, agency: Agency, as_of: date) -> list[Block]:
    """The fields to fill in, and a timeline of the matter's calls, timeframes, and callbacks."""
    others = (_mark(note["started_at_utc"], case, "other", *OTHERS[note["kind"]]) for note in case.emails
              if note["started_at_utc"])  # fmt: skip
    # Calls with a known time; those with a promise are highlighted
    marks = []
    for note in case.entries:
        call = case.agency_calls.get(note["entry_id"], {})
        if moment := call.get("started_at_utc") or note["started_at_utc"]:
            is_promised = note["promised"] in ("urgent", "regular", "unknown")
            held = f", {note['wait_s'] / 60:.0f} min hold" if note["wait_s"] is not None else ""
            what = PROMISED[note["promised"]] if is_promised else OUTCOMES.get(note["outcome"], "")
            marks.append(_mark(moment, case, "promise" if is_promised else "call", f"called{held}", what))
    drawn = timeline(
        [*marks, *_callback_marks(case, agency.label), *others],
        [
            Band(local_time(row["started_at_utc"], case.zone), local_time(due, case.zone))
            for row in case.promises
            if row["started_at_utc"] and (due := due_of(row))
        ],
        seen=local_time(end_of_day(as_of, agency), case.zone),
        title=f"On the office's clock ({zones.in_words(case.zone)})",
        caption=f"Band: the time that {agency.label} gave itself, to its last moment (line). "
        "Open circle: missed; gray: an entry, or a call that may have been for another request. All are in the tables.",
    )
    receipts = ", ".join(_receipts(case)) or BLANK
    fields = ("client", "receipt number", "form and field office")
    table = TableBlock("To fill in", fields, ((BLANK, receipts, BLANK),), widths=(1.0, 1.0, 1.0))
    return [table, Heading("What happened"), drawn]


def _mark(moment: datetime, case: Case, kind: str, words: str, more: str) -> Mark:
    local = local_time(moment, case.zone)
    day, time = wording.day(local.date(), short=True).rsplit(",", 1)[0], wording.time_of_day(local)
    return Mark(local, kind, f"{day} · {words}", f"{time}; {more}" if more else time)


RESULT_KINDS = {"answered": "answered", "unknown": "unsure"}  # all other results count as missed


def _callback_marks(case: Case, agency: str) -> list[Mark]:
    marks = []
    for row in case.callbacks:
        if row["started_at_utc"]:
            is_own = not may_be_of_another(row, case)
            result = RESULTS[row["result"]]
            kind = RESULT_KINDS.get(row["result"], "missed") if is_own else "other"
            closed = "; office closed" if row["in_office_hours"] is False else ""
            more = f"{result}{closed}" if is_own else f"{result}; may have been for another"
            marks.append(_mark(row["started_at_utc"], case, kind, f"{agency} called", more))
    return marks


def _calls(case: Case) -> list[Block]:
    rows = tuple(_call(note, case) for note in case.entries)
    if not rows:
        return [Text("No call is in the log.")]
    head = ("when", "called from", "waited", "who spoke", "agent and ID", "service request", "result", "file, row")
    shown = {case.files.get(note["source_id"], "") for note in case.entries}
    return [
        TableBlock("", head, rows, widths=(1.1, 0.9, 0.65, 0.55, 0.9, 1.1, 1.3, 1.25)),
        *([Note((KEPT_NAMES,))] if any(MASKED_NAME.search(name) for name in shown) else []),
    ]


def _call(note, case: Case) -> tuple[str, ...]:
    agent = " ".join(filter(None, (note["agent_name"], note["agent_id"])))
    promised = PROMISED.get(note["promised"], "")
    return (
        _call_time(note, case),
        wording.phone_number(_calling_number(note, case)),
        _wait_text(note),
        TIERS.get(note["tier"], NOTHING),
        agent or NOTHING,
        note["sr_number"] or (f"none: {note['no_sr_reason']}" if note["no_sr_reason"] else NOTHING),
        ". ".join(filter(None, (OUTCOMES.get(note["outcome"], NOTHING), promised))),
        _source(note, case),
    )


def _call_time(note, case: Case) -> str:
    """When a call was made: by the phone log if it has the call, else as logged by hand."""
    agency_call = case.agency_calls.get(note["entry_id"], {})
    return _moment_text(agency_call.get("started_at_utc") or note["started_at_utc"], note, case.zone)


def _calling_number(note, case: Case) -> str | None:
    return note["our_number"] or case.agency_calls.get(note["entry_id"], {}).get("our_number")


def _moment_text(moment: datetime | None, row, zone: str) -> str:
    if moment is not None:
        return day_and_time(local_time(moment, zone))
    written = row.get("started_at_local")
    if written is not None:
        return f"{wording.day(written.date())}, time not logged"
    return f"{wording.day(row['date'])}, time not logged" if row.get("date") else "date not noted"


def _wait_text(note) -> str:
    if note["wait_s"] is None:
        return NOTHING
    minutes = f"{note['wait_s'] / 60:.0f} min"
    return minutes if note["wait_outcome"] == "reached" else f"{minutes}, no one"


def _promised(case: Case, agency: Agency) -> list[Block]:
    if not case.promises:
        return [Text("No callback was promised, as far as the log says.")]
    rows = tuple(_promise(row, case, agency) for row in case.promises)
    head = ("asked", "urgency", f"{agency.label}'s stated time", "due", "number given", "where it stands")
    rules = {id for row in case.promises for id in (row["rule_id"] or "").split("|") if id}
    sources = sorted(
        f"“{rule.words}”: {rule.source}; last confirmed on {wording.day(rule.last_confirmed)}."
        for rule in map(agency.rule, rules)
    )
    urgencies = {row["urgency"] for row in case.promises}
    notes = (*sources, *(words for urgency, words in READINGS.items() if urgency in urgencies))
    return [TableBlock("", head, rows, widths=(1.1, 0.6, 1.1, 1.6, 0.9, 2.0)), Note(notes)]


def _promise(row, case: Case, agency: Agency) -> tuple[str, ...]:
    words = [agency.rule(id).words for id in (row["rule_id"] or "").split("|") if id]
    number = wording.phone_number(row["callback_number"]) + (", with an extension" if row["callback_extension"] else "")
    return (
        _moment_text(row["started_at_utc"], row, case.zone),
        row["urgency"],
        wording.joined((f"“{w}”" for w in words), "or") or "not known",
        _due(row, case.zone),
        number,
        _state_text(row, case),
    )


def _due(row, zone: str) -> str:
    default, ends = row["due_default_utc"], (row["due_strict_utc"], row["due_lenient_utc"])
    if ends[0] is None:
        return "not known"
    strict, lenient = (day_and_time(local_time(moment, zone)) for moment in ends)
    if default is None:
        return f"between {strict} and {lenient}: more than one stated time may have held"
    return f"{day_and_time(local_time(default, zone))} ({strict}; {lenient})"


def _state_text(row, case: Case) -> str:
    id, maybe = row["promise_id"], row["possible_missed"]
    mine = [credit for credit in case.credits.values() if credit.promise_id == id]
    # Unanswered ones are already listed as calls that may have been it
    heard = {callback["callback_id"] for callback in case.callbacks if callback["result"] not in schema.UNANSWERED}
    others = sum(
        credit.promise_id != id and id in credit.open_then for key, credit in case.credits.items() if key in heard
    )
    # Such a call goes to the last request made before it
    named = [c for c in case.callbacks if c["callback_id"] in case.named and last_asked_before(c, case) is row]
    parts = (
        say.state(row["state"], due_of(row)),
        ambiguity_remark(sum(len(credit.open_then) > 1 for credit in mine)),
        f"{plural(maybe, 'call')} that may have been it went unanswered" if maybe else "",
        f"{plural(others, 'call')} counted for another may have been for it" if others else "",
        f"{plural(len(named), 'call')} came whose entry names the matter" if named else "",
    )
    return "; ".join(filter(None, parts))


def _answers_table(case: Case, agency: str) -> list[Block]:
    callbacks = [_callback(row, case, agency) for row in case.callbacks]
    others = [
        (time_order(n), (_moment_text(n["started_at_utc"], n, case.zone), *OTHERS[n["kind"]], _source(n, case)))
        for n in case.emails
    ]
    contacts = sorted([*callbacks, *others], key=lambda pair: pair[0])
    if not contacts:
        return [Text(_nothing_came(case))]
    title = f"Calls, texts, and emails that are or may be {agency}'s answer"
    rows = tuple(row for _, row in contacts)
    return [TableBlock(title, ("when", "what", "result", "source"), rows, widths=(1.8, 2.6, 1.2, 1.2))]


def _nothing_came(case: Case) -> str:
    """The words in place of an empty table; they say that nothing came only if the lines were observed."""
    if any(row["possible_missed"] is not None for row in case.promises):
        maybe = "The table callbacks lists calls that may be, with the link possible."
        return f"No callback, text, or email is confirmed for this matter. {maybe}"
    if any(row["is_watched"] is False for row in case.promises):
        return "No callback, text, or email is on record; the line's records are incomplete."
    return "No callback, text, or email is in the log."


SHOWN = {"agency": "showing {agency}'s number", "not_recorded": "by a log that shows no number"}


def _callback(row, case: Case, agency: str):
    shown = SHOWN.get(row["caller_id"], "without a number").replace("{agency}", agency)
    how = "text asking for us" if row["channel"] == "text" else f"call {shown}"
    line = f" at {wording.phone_number(row['our_number'])}" if row["our_number"] else ""
    credit = case.credits.get(row["callback_id"])
    doubt = "; may have been another's" if row["link"] == "possible" else ""
    doubt = "; its entry names this matter" if row["callback_id"] in case.named else doubt
    sure = f"; {credit.remark(_request_of_call(credit, case))}" if credit else doubt
    hours = "" if row["in_window"] is not False else f"; outside {agency}'s stated hours"
    when = _moment_text(row["started_at_utc"], row, case.zone)
    return time_order(row), (when, f"{how}{line}{sure}{hours}", RESULTS[row["result"]], LOGS[row["recorded_in"]])


def _request_of_call(credit: Credit, case: Case) -> str:
    """The request on this sheet that a call is counted for, or one that it may have been for."""
    own = {row["promise_id"] for row in case.promises}
    return credit.promise_id if credit.promise_id in own else min(own & credit.open_then)


OTHERS = wording.words_for("other_contacts")


def _source(note, case: Case) -> str:
    return f"{case.files.get(note['source_id'], '')}, {note['source_row']}"


# ---- what is missing, and the letter -------------------------------------------------------------------


def missing(note, called_from: str | None, agency: Agency) -> list[str]:
    """What case assistance asks for about a call and neither log has."""
    note = {**note, "our_number": called_from}
    wanted = dict(WANTED)
    if note["promised"] not in ("urgent", "regular", "unknown"):
        del wanted["callback_number"]
    # A call that reached no one has no agent to name
    if note["tier"] is None and note["wait_outcome"] != "reached":
        del wanted["agent_id"]
    return [agency.fill(words) for field, words in wanted.items() if note[field] is None]


def _missing(case: Case, agency: Agency) -> list[Block]:
    lacking = [(note, missing(note, _calling_number(note, case), agency)) for note in case.entries]
    rows = [(_call_time(note, case), wording.joined(fields)) for note, fields in lacking if fields]
    if not rows:
        return [Text(agency.fill("Every call has what {assistance} asks for."))]
    title = agency.fill("Asked for by {assistance} and not in the log")
    return [TableBlock(title, ("call", "missing"), tuple(rows), widths=(1.6, 4.0))]


def _letter(case: Case, agency: Agency) -> list[Block]:
    """The email that asks for help, for a person to review and send; empty if no address for it is known."""
    helper = next((recourse for recourse in agency.recourses if recourse.address), None)
    if helper is None:
        return []
    lines = [f"{n}. {_entry_in_words(note, case)}" for n, note in enumerate(case.entries, 1)]
    seen = f"Address and subject as of {wording.day(helper.last_confirmed)} ({helper.source}): look them up again."
    asked = "We ask for help with a matter that calling the {agency} {line} has not resolved. Our calls:"
    return [
        Heading(agency.fill("Ready email to {association}"), 2),
        Note((seen,)),
        Text(f"{helper.address}. Subject: {helper.subject}", lead="To:"),
        Text(agency.fill(asked)),
        *map(Text, lines),
        Text("What we have not been able to get done: ______________________________________________"),
    ]


def _entry_in_words(note, case: Case) -> str:
    parts = [
        f"{_call_time(note, case)} ({zones.in_words(case.zone)})",
        f"called from {wording.phone_number(_calling_number(note, case))}",
        f"asked to be called at {wording.phone_number(note['callback_number'])}" if note["callback_number"] else "",
        f"agent ID {note['agent_id']}" if note["agent_id"] else "",
        f"service request {note['sr_number']}" if note["sr_number"] else "",
    ]
    return "; ".join(filter(None, parts)) + "."
