"""The rows of one matter, or of one promised callback, and the status of its latest request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from callanalytics import schema, wording
from callanalytics.agencies import Agency
from callanalytics.casework.open_promises import Credit, agency_day, ambiguous_credits, due_of, end_of_day, local_time
from callanalytics.errors import InvalidRequest
from callanalytics.normalize.contacts import coded_matter
from callanalytics.wording import in_store


@dataclass(frozen=True)
class Case:
    """The rows of one matter, or of one promise, of one office, in time order."""

    title: str
    matter: str  # "" for a promise that names no matter
    office: dict
    entries: list[dict]
    agency_calls: dict[str, dict]  # by entry_id
    promises: list[dict]
    callbacks: list[dict]
    emails: list[dict]
    files: dict[str, str]  # source_id -> file name
    credits: dict[str, Credit]  # callback_id -> the request that a call naming none is counted for
    named: frozenset[str]  # callback_id of calls not linked to a request whose own entry names the matter

    @property
    def zone(self) -> str:
        return self.office["timezone"]


# ---- the rows ------------------------------------------------------------------------------------------------------


def find(log, *, matter: str = "", promise: str = "", office: str = "") -> Case:
    """Find the rows of a matter, or of one promise, in time order."""
    # Refuse neither or both
    if bool(matter) == bool(promise):
        raise InvalidRequest("an evidence sheet is of one matter or of one promise", run="give --matter or --promise")
    offices = {row["office_id"]: row for row in log.offices.to_arrow().to_pylist()}
    entries, promises = log.entries.to_arrow().to_pylist(), log.promises.to_arrow().to_pylist()
    if office:
        entries, promises = ([r for r in rows if offices[r["office_id"]]["name"] == office]
                             for rows in (entries, promises))  # fmt: skip
    if promise:
        # The ledger shows only the first letters of an id, so people type those
        chosen = [row for row in promises if row["promise_id"].startswith(promise)]
        how = f"callanalytics promises{in_store(log.store.shown)}  lists them"
        _exactly_one({row["promise_id"] for row in chosen}, "promise", how)
        matter, office_id = chosen[0]["matter"] or "", chosen[0]["office_id"]
    else:
        # The store has a client's name only as a code
        found = {(row["office_id"], row["matter"]) for row in entries if row["matter"]}
        found = {pair for pair in found if pair[1] in (matter, coded_matter(matter, pair[0]))}
        _exactly_one(found, "matter", "name it, or the client, as the log does; with several offices, --office")
        office_id, matter = found.pop()
    if matter:
        # If the promise names its matter, the sheet covers the whole matter
        chosen = [row for row in promises if row["matter"] == matter and row["office_id"] == office_id]
    return _gather(log, offices[office_id], matter, entries, chosen)


def _exactly_one(found: set, what: str, do: str) -> None:
    if len(found) != 1:
        how = "there is no such" if not found else f"{len(found)} offices or rows have such a"
        raise InvalidRequest(f"{how} {what}", do=do)


def _gather(log, office, matter, entries, promises) -> Case:
    ids = {row["promise_id"] for row in promises}
    mine = [row for row in entries if row["office_id"] == office["office_id"]]
    about = [row for row in mine if matter and row["matter"] == matter]
    # An entry may follow a promise without repeating the matter
    follow = [row for row in mine if not ids.isdisjoint({row["entry_id"], row["parent_entry_id"]})]
    by_id = {row["entry_id"]: row for row in (*about, *follow)}
    kept = by_id.values()
    agency_calls = {row["entry_id"]: row for row in log.agency_calls.to_arrow().to_pylist() if row["entry_id"] in by_id}
    credits = ambiguous_credits(log, ids)
    every = log.callbacks.to_arrow().to_pylist()
    # Callbacks not linked to a request, but logged in an entry of the case.
    unlinked = {row["callback_id"]: by_id[row["entry_id"]]
                for row in every if row["link"] == "none" and row["entry_id"] in by_id}  # fmt: skip
    # Omit those whose entry follows a request of another matter
    named = {id for id, note in unlinked.items() if note["parent_entry_id"] in (None, *ids)}
    linked = {row["callback_id"] for row in every if row["link"] != "none" and row["promise_id"] in ids}
    callbacks = [row for row in every if row["callback_id"] in linked | unlinked.keys() | credits.keys()]
    return Case(
        f"matter {matter}" if matter else f"request of {wording.day(promises[0]['date'])}",
        matter,
        office,
        sorted((n for n in kept if n["kind"] == "dial"), key=lambda n: time_order(agency_calls.get(n["entry_id"], n))),
        agency_calls,
        sorted(promises, key=time_order),
        sorted(callbacks, key=time_order),
        sorted((n for n in kept if n["kind"] in ("email", "notice", "none_came", "withdrawn")), key=time_order),
        {row["source_id"]: row["name"] for row in log.sources.to_arrow().to_pylist()},
        credits,
        frozenset(named),
    )


def time_order(row):
    start = row["started_at_utc"]
    # Rows without a time of day come last, in the order they were written
    return (start is None, start or datetime.max.replace(tzinfo=UTC))


# ---- the status of its latest request --------------------------------------------------------------------------------


def status(case: Case, agency: Agency, as_of: date) -> str:
    """The status of the matter's latest request, in one sentence."""
    if not case.promises:
        return "No callback was promised"
    row = case.promises[-1]
    own, maybe = _own_callbacks(case, row), _possible_callbacks(case, row)
    # Ordered from what resolves a request to what leaves it open; the first that applies is the title
    if any(_is_answered(callback) for callback in own):
        return f"{agency.label} called{_late_contacts(own, case, agency)} and the office answered"
    # Emails that certainly answer the request, or that name its matter
    certain = [{"started_at_utc": moment} for moment in [row["certain_emailed_at_utc"]] if moment]
    named = [note for note in case.emails if note["kind"] == "email" and last_asked_before(note, case) is row]
    if emails := (certain or [note for note in named if note["parent_entry_id"] in (None, row["promise_id"])]):
        return f"{agency.label} answered{_late_contacts([*own, *emails], case, agency)} by email"
    missed = [callback for callback in own if callback["result"] in schema.UNANSWERED]
    if missed:
        also = "; an answered call may have been for it too" if any(map(_is_answered, maybe)) else ""
        return f"{_missed_in_words(missed, _late_contacts(own, case, agency))}{also}"
    if row["withdrawn_at_utc"]:
        return "The callback was no longer needed"
    if own:
        return f"A callback came{_late_contacts(own, case, agency)}; the log does not say whether it was answered"
    if maybe:
        return _possible_in_words(maybe, case, agency)
    if row["emailed_at_utc"]:
        return "An email came that may have been for this request or for another"
    if row["possible_missed"] is not None:
        return f"No callback is certain; a call came that may have been {agency.label}'s, for this request or another"
    # No contact if the line was observed; else only that none was observed
    due = due_of(row)
    if due is None:
        return "No callback is on record; its promised time is not known"
    day = wording.day(local_time(due, case.zone).date())
    if due > end_of_day(as_of, agency):
        return f"No callback yet; one is due by {day}" if row["is_watched"] else f"None observed yet; due by {day}"
    if row["is_watched"]:
        return f"No callback is on record; the promised time ended {day}"
    return f"No callback is on record, but the line's records are incomplete; the promised time ended {day}"


def _own_callbacks(case: Case, row: dict) -> list[dict]:
    """The callbacks of a request: those that can be for no other request in the log, and those whose own entry names
    its matter."""
    return [one for one in case.callbacks
            if (one["promise_id"] == row["promise_id"] and not may_be_of_another(one, case))
            or (one["callback_id"] in case.named and last_asked_before(one, case) is row)]  # fmt: skip


def _possible_callbacks(case: Case, row: dict) -> list[dict]:
    """The calls on the sheet that may have been for this request or for another."""
    id, unsure = row["promise_id"], [one for one in case.callbacks if may_be_of_another(one, case)]
    return [one for one in unsure if one["promise_id"] == id or id in _open_then(case, one["callback_id"])]


def may_be_of_another(callback: dict, case: Case) -> bool:
    """Whether a call may have been for another request in the log, or not from the agency."""
    return callback["link"] == "possible" and len(_open_then(case, callback["callback_id"])) != 1


def _open_then(case: Case, callback_id: str) -> frozenset[str]:
    return case.credits[callback_id].open_then if callback_id in case.credits else frozenset()


def last_asked_before(contact: dict, case: Case) -> dict | None:
    """The last request on the sheet made before a contact; if the contact's day is unknown, the last request."""
    return next((row for row in reversed(case.promises) if _is_after(contact, row)), None)


def _is_after(contact: dict, row: dict) -> bool:
    if contact["started_at_utc"] and row["started_at_utc"]:
        return contact["started_at_utc"] >= row["started_at_utc"]
    day = _day(contact)
    return day is None or row["date"] is None or day >= row["date"]


def _day(contact: dict) -> date | None:
    """The day of a callback or an entry, as written."""
    written = contact.get("started_at_local")
    return contact.get("date") or (written.date() if written else None)


def _is_answered(callback: dict) -> bool:
    """Whether a person answered a voice call; a reply to a text does not count."""
    return callback["channel"] == "voice" and callback["result"] == "answered"


def _late_contacts(contacts: list[dict], case: Case, agency: Agency) -> str:
    """Words for when contacts on the latest request came, if all were late; else empty."""
    due, first = due_of(case.promises[-1]), min(contacts, key=time_order)
    came = local_time(first["started_at_utc"], case.zone) if first["started_at_utc"] else None
    day = came.date() if came else _day(first)
    if due is None or day is None or not all(_is_later(contact, due, agency) for contact in contacts):
        return ""
    until = local_time(due, case.zone)
    promised, shown = wording.day(until.date()), wording.day(day)
    # On the same day, only the time shows which came first
    if came and promised == shown:
        promised, shown = day_and_time(until), day_and_time(came)
    return f" late (promised by {promised}, {'first ' if len(contacts) > 1 else ''}came {shown})"


def _is_later(contact: dict, moment: datetime, agency: Agency) -> bool:
    """Whether a contact came after a time; without a time of day, whether its day is later."""
    if contact["started_at_utc"]:
        return contact["started_at_utc"] > moment
    day = _day(contact)
    return day is not None and day > agency_day(moment, agency)


def _missed_in_words(missed: list[dict], late: str) -> str:
    closed = sum(callback["in_office_hours"] is False for callback in missed)
    came = f"{wording.spelled(len(missed), 'callback')} came{late}"
    if closed == len(missed):
        return f"{came} when the office was closed"
    when = f", {'one' if closed == 1 else closed} when the office was closed" if closed else ""
    return f"{came} and no one answered{when}"


def _possible_in_words(maybe: list[dict], case: Case, agency: Agency) -> str:
    """Words for calls that name no request; every request they may have been for gets the same words."""
    n, answered = len(maybe), sum(map(_is_answered, maybe))
    calls = "A call" if n == 1 else wording.spelled(n, "call")
    # A credited call is certainly the agency's; only its request is unknown
    whose = "" if all(callback["is_credited"] for callback in maybe) else f"{agency.label}'s, "
    if answered:
        those = "both" if answered == n == 2 else f"all {n}" if answered == n else f"{answered} of them"
        result = "the office answered" + (f" {those}" if n > 1 else "")
    elif all(callback["result"] in schema.UNANSWERED for callback in maybe):
        result = "no one answered"
    else:
        result = "the log does not say whether it was answered" if n == 1 else "no answer is noted"
    late = _late_contacts(maybe, case, agency)
    came = f"; {'it' if n == 1 else 'the first'} came{late}" if late else ""
    return f"{calls} came that may have been {whose}for this request or for another; {result}{came}"


# ---- times -----------------------------------------------------------------------------------------------------------


def day_and_time(local: datetime) -> str:
    return f"{wording.day(local.date())}, {wording.time_of_day(local)}"
