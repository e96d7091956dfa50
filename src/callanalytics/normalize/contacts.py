"""Read one hand-logged contact a row: every column except the wait (:mod:`.waits`) and the ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import ids, schema
from callanalytics.formats import Rule, contents, derived_columns
from callanalytics.normalize import free_words, waits
from callanalytics.normalize.cells import Cells, Reading, of_each, read, rows_where
from callanalytics.normalize.clock import read_clock
from callanalytics.normalize.problems import Problems
from callanalytics.normalize.row_kinds import agency_alone, says_callback
from callanalytics.values import lexicon, try_read
from callanalytics.values.callbacks import promise_and_result
from callanalytics.values.lexicon import Patterns
from callanalytics.values.parsers import PARSERS, Unreadable, one_of
from callanalytics.values.phones import (
    e164,
    has_extension,
    identifier,
    names_person,
    numbered,
    placeholder,
    split_agent,
)
from callanalytics.values.promises import Promise, highest_tier, names_last_day
from callanalytics.values.spans import seconds_of

STRING = pa.string()
# Columns that need nothing beyond their rules.
PLAIN = (
    "our_number urgency_claimed tier2_requested inquiries request_result appointment_on decided_on "
    "sr_number no_sr_reason confirmed_by_number caller_role g28_on_file channel_tried_first field_office "
    "emergency receipt protected may_cite"
).split()
DATES = ("appointment_on", "decided_on")
LONG_DIGITS = ("agent_id", "sr_number", "matter", "receipt")
# Columns that name someone or something; a cell such as "n/a" names nothing.
NAMING = {"agent_name": identifier, "agent_id": identifier, "sr_number": numbered, "matter": identifier}
NAMING |= {"receipt": numbered, "field_office": identifier}
AGENTS = ("agent_name", "agent_id")
_WORDS = Patterns("contacts")
LEAST_NAME = 3  # letters and digits of a client's name; fewer are initials, which several clients share
LEAST_DIGITS = 5  # of a number that stands for a client, such as an A-number
LONGEST = 100  # characters of a line's name with its number
RING = pa.array(schema.CALLBACK_RESULTS.split())
DIAL = pa.array(schema.AGENCY_CALL_OUTCOMES.split())


def read_contact(
    cells: Cells, rules: dict[str, Rule], settings, agency, problems: Problems, order: str = ""
) -> tuple[dict[str, pa.Array], str]:
    """Read every column of one contact a row. Also return the order of day and month used for its dates."""
    clock = read_clock(rules, cells, settings, problems, order, agency)
    order = clock.order or settings.date_order or order
    contact = _Contact(cells, rules, problems, order)
    problems.warn(clock.precision_s == 0, "no_date")
    columns = clock.columns() | {"kind": _kind(cells, rules, problems)}
    columns["started_precision_s"] = pa.array(clock.precision_s, pa.int32(), mask=clock.precision_s == 0)
    # The event that the time records: as the sheet states; for outgoing calls, else as the user states for the sheet.
    written = pc.fill_null(contact.column("time_refers_to"), "unknown")
    unstated = pc.and_(pc.equal(written, "unknown"), pc.equal(columns["kind"], "dial"))
    columns["time_refers_to"] = pc.if_else(pc.fill_null(unstated, False), settings.time_refers_to or "unknown", written)
    columns |= {name: contact.column(name) for name in PLAIN}
    matter = contact.read("matter").converted(lambda text: coded_matter(text, settings.office_id)).array(STRING)
    client = contact.read("client").converted(lambda name: _client_code(name, settings.office_id)).array(STRING)
    columns["matter"] = pc.coalesce(matter, client)
    columns |= _listed(contact, agency) | _callback(contact) | _row_numbers(contact)
    columns["duration_s"] = contact.read("duration_s").converted(seconds_of).array(pa.int32())
    columns |= _agents(contact)
    outcome, callback, in_outcome = _outcomes(contact)
    # The outcome, in the words of its kind; ``unknown`` for all contacts that are neither dial nor ring.
    as_dial, as_ring = outcome.array(STRING), callback.array(STRING)
    of_agency_call = pc.and_(pc.equal(columns["kind"], "dial"), pc.is_in(as_dial, DIAL))
    of_callback = pc.and_(pc.equal(columns["kind"], "ring"), pc.is_in(as_ring, RING))
    columns["outcome"] = pc.if_else(
        pc.fill_null(of_agency_call, False), as_dial, pc.if_else(pc.fill_null(of_callback, False), as_ring, "unknown")
    )
    # An unknown outcome of an outgoing call is completed if the agent's cell says how the call was lost.
    is_open = pc.and_(pc.equal(columns["outcome"], "unknown"), pc.equal(columns["kind"], "dial"))
    lost = pa.array(contact.lost, STRING)
    columns["outcome"] = pc.if_else(pc.fill_null(pc.and_(is_open, pc.is_valid(lost)), False), lost, columns["outcome"])
    columns |= _promised(contact, in_outcome, agency)
    columns |= waits.read_wait(contact, columns, settings)
    # N/A or a dash in the column of promises means no promise if the call reached a person; otherwise it means nothing.
    reading = read(contact.rules.get("promised"), contact.cells)
    is_blank = rows_where(lambda text: placeholder(text) == "nothing" and not _WORDS.open.fullmatch(text), reading)
    is_none = pc.and_(pa.array(is_blank), pc.equal(columns["wait_outcome"], "reached"))
    columns["promised"] = pc.coalesce(columns["promised"], pc.if_else(is_none, "none", pa.scalar(None, STRING)))
    # Only a request can be granted, relayed, or refused.
    is_request = pc.is_in(columns["reason"], pa.array([each.code for each in agency.reasons if each.request], STRING))
    columns["request_result"] = pc.if_else(is_request, columns["request_result"], pa.scalar(None, STRING))
    # A role alone shows that someone spoke, and names no one: Tier 1
    names = columns["agent_name"].to_pylist()
    roles = {n for n in names if n and (agency_alone(n) == "officer" or try_read(highest_tier, n) is not None)}
    columns["agent_name"] = pa.array([None if name in roles else name for name in names], STRING)
    columns["warnings"] = problems.warnings()
    return columns, order


class _Contact:
    """The columns of one contact by their rules; unreadable cells are added to the problems."""

    def __init__(self, cells: Cells, rules: dict[str, Rule], problems: Problems, order: str):
        self.cells, self.rules, self.problems, self.order = cells, rules, problems, order
        self.has_spoken = np.zeros(cells.n, bool)  # a person at the agency spoke, named or not
        self.is_role = np.zeros(cells.n, bool)  # the agent's cell names no person, only a role
        self.is_unanswered = np.zeros(cells.n, bool)  # the outcome's or agent's cell says that no one answered
        self.is_of_callback = np.zeros(cells.n, bool)  # the outcome's cell says that only of a callback
        self.in_menu = np.zeros(cells.n, bool)  # the call never left the automated system
        self.is_of_system = np.zeros(cells.n, bool)  # a cell names the automated system and no more
        self.lost = np.full(cells.n, None, object)  # how it was lost, if the agent's cell says so

    def read(self, target: str) -> Reading:
        rule = self.rules.get(target)
        stated = rule.order if rule and rule.order in ("mdy", "dmy") else ""
        options: dict[str, Any] = {"order": self.order or stated} if target in DATES else {}
        reading = read(rule, self.cells, **options)
        if target in NAMING:
            reading = self.named(reading, target)
        if target in LONG_DIGITS:
            reading = reading.converted(_with_all_digits)
        if target == "inquiries":
            reading = reading.converted(_small)
        if target == "told" and self.is_of_promises(rule):
            reading = reading.in_rows(~rows_where(_is_date, reading))  # a due day, which shows that one was promised
        return self.checked(reading, target)

    def is_of_promises(self, rule: Rule | None) -> bool:
        """Whether the column of a rule is also that of the promises."""
        own = {name for column in (rule.columns if rule else ()) if (name := self.cells.name_of(column))}
        promised = self.rules.get("promised")
        return any(self.cells.name_of(column) in own for column in (promised.all_columns if promised else ()))

    def named(self, reading: Reading, target: str) -> Reading:
        """The reading of a column that names someone or something, without cells that name nothing."""
        is_empty = rows_where(placeholder, reading)
        if target in AGENTS:
            # A sign such as a thumb names no one.
            is_empty |= self.without_agent(reading) | ~rows_where(lambda text: any(map(str.isalnum, text)), reading)
        return reading.in_rows(~is_empty).converted(NAMING[target])

    def without_agent(self, reading: Reading) -> np.ndarray:
        """Mask of the rows whose agent's cell names no one; whatever else it says about the call is kept."""
        is_refused = rows_where(lambda text: placeholder(text) == "refused", reading)
        is_menu = rows_where(free_words.is_of_menu, reading)
        self.has_spoken |= is_refused
        self.in_menu |= is_menu
        self.is_of_system |= rows_where(free_words.is_of_system, reading)
        # In words: a dash or "none" may mean a cell not filled in
        self.is_unanswered |= rows_where(lambda text: _WORDS.nobody.match(text) and _says_no_agent(text), reading)
        self.is_role |= rows_where(lambda text: agency_alone(text) == "officer", reading)
        # The None at the end is for -1, an empty cell.
        lost = np.array([*map(_lost_in, reading.texts), None], object)[reading.codes]
        lost[is_refused] = None
        is_lost = np.array([end is not None for end in lost], bool)
        self.lost[is_lost] = lost[is_lost]
        is_of_agency = rows_where(lambda text: agency_alone(text) == "agency", reading)
        return is_lost | is_menu | is_of_agency | rows_where(_says_no_agent, reading)

    def column(self, target: str) -> pa.Array:
        kind = schema.TABLES["entries"].column(target).type
        return self.read(target).array(kind) if target in self.rules else pa.nulls(self.cells.n, kind)

    def checked(self, reading: Reading, target: str) -> Reading:
        """The reading; its unreadable cells are left out, and their text is kept for a person to review."""
        self.problems.drop(reading, target)
        return reading


def _kind(cells: Cells, rules: dict[str, Rule], problems: Problems) -> pa.Array:
    reading = read(rules["kind"], cells)
    problems.reject_bad(reading)
    problems.reject(~reading.is_there, reading.name, "empty", one_of(rules["kind"].listed))
    return reading.array(STRING)


def _listed(contact: _Contact, agency) -> dict[str, pa.Array]:
    """Codes from the agency's lists. A text that is not listed becomes ``other`` and is never kept as written."""

    def line_of(text: str) -> str | None:
        found = agency.line_named(text) or agency.line_of(e164(text)) or _line_with_number(text, agency)
        return found or agency.line_named(_WORDS.direction.sub("", text))

    names = {"line": line_of, "reason": agency.reason_named, "words_said": agency.words_named}
    found = {}
    for target, code_of in names.items():
        reading = read(contact.rules.get(target), contact.cells)
        codes = [None if value is None else code_of(value) for value in reading.values]
        empty = [i for i, code in enumerate(codes) if code is None and placeholder(reading.texts[i])]
        if target == "line":  # USCIS called us; USCIS (202) 838-2200; Anonymous
            is_none = [says_callback(text) or _is_callback_number(text, agency) for text in reading.texts]
            is_none = [
                no or try_read(PARSERS["caller"], text) == "withheld"
                for no, text in zip(is_none, reading.texts, strict=True)
            ]
            empty += [i for i, code in enumerate(codes) if code is None and is_none[i]]
        unlisted = {i: Unreadable("unlisted") for i, code in enumerate(codes) if code is None and i not in empty}
        listed = Reading(reading.codes, codes, reading.texts, reading.name, unlisted)
        contact.problems.warn(listed.is_bad, f"{target}_unlisted")
        contact.problems.doubt(listed, target)
        found[target] = pc.if_else(pa.array(listed.is_bad), "other", listed.array(STRING))
    return found


def _callback(contact: _Contact) -> dict[str, pa.Array]:
    number = contact.read("callback_number")
    extension = [has_extension(text) for text in number.texts]
    return {
        "callback_number": number.array(STRING),
        "callback_extension": Reading(number.codes, extension, number.texts, number.name).array(pa.bool_()),
    }


def _promised(contact: _Contact, in_outcome: Reading, agency) -> dict[str, pa.Array]:
    """The callback promised, its timeframe, and the tier: from their own columns, else from the outcome."""
    kind_of = partial(free_words.kind_of, agency=agency)
    stated_time = partial(free_words.stated_time, agency=agency)
    word, promise = _with_free_words(contact, "promised", _promise_or_due_day, kind_of)
    # The day on which a callback was to come is not stored; the receipt names it.
    bare = {code: promise.texts[code] for code, found in enumerate(promise.values) if found and not found.stated}
    due = {
        code: Unreadable()
        for code, text in bare.items()
        if promise.values[code].number is None and (names_last_day(text) or _is_date(text))
    }
    contact.problems.doubt(replace(promise, problems=due), "told")
    time = _coalesced(contact.read("told").objects(), promise.converted(stated_time).objects())
    time = _coalesced(time, in_outcome.converted(stated_time).objects())
    beside = replace(in_outcome, values=[free_words.promise_beside_yes(text) for text in in_outcome.texts])
    noted = beside.converted(stated_time).objects()
    # The promise is Yes, and the outcome says: transferred; 30 days
    time = [n if t is None and w == "unknown" else t for t, n, w in zip(time, noted, word.objects(), strict=True)]
    kind = _coalesced(word.objects(), in_outcome.converted(kind_of).objects())
    kind = _coalesced(_kind_beside_due_date(contact), kind)
    by_time = [None if each is None else kind_of(Promise(stated=each)) for each in time]
    if not (rule := contact.rules.get("promised")) or not rule.strict:  # Yes, and next to it 72 hours
        kind = [None if k == "unknown" and t in KINDS_BY_TIME else k for k, t in zip(kind, by_time, strict=True)]
    is_inferred = np.array([k is None and t is not None for k, t in zip(kind, by_time, strict=True)], bool)
    is_inferred |= promise.numbers(lambda found: free_words.is_by_analogy(found, agency), "?", False)
    contact.problems.warn(is_inferred, "promise_inferred")
    for name in (column[0] for _, own in (rule.cases if rule else ()) for column in own.columns):
        if derived_columns.way_of(name) in ("told", "noted", "status"):
            is_promise = np.array([k not in (None, "none") for k in word.objects()], bool)
            is_told = contact.cells.texts((name,)).codes >= 0
            contact.problems.warn(is_promise & is_told, "promise_from_remark")
    tier, _ = _with_free_words(contact, "tier", _tier_or_officer, lambda found: found[0])
    agent = read(contact.rules.get("agent_name"), contact.cells)
    of_agent = replace(agent, values=[_beside_tier(text)[0] for text in agent.texts], problems={}).objects()
    of_promise = promise.converted(lambda found: found.tier or None)
    return {
        "promised": pa.array(_coalesced(kind, by_time), STRING),
        "tier": pa.array(_coalesced(_coalesced(tier.objects(), of_agent), of_promise.objects()), STRING),
        "quoted_value": pa.array([None if each is None else each.value for each in time], pa.int16()),
        "quoted_unit": pa.array([None if each is None else each.unit for each in time], STRING),
    }


def _tier_or_officer(text: str) -> tuple[str | None, str | None] | None:
    """The highest tier that a cell names and the officer, each None if it is missing; None if both are.

    >>> _tier_or_officer("Tier 1 - Mr. Cole"), _tier_or_officer("Officer Brown"), _tier_or_officer("T1 -> T2")
    (('tier1', 'Mr. Cole'), (None, 'Officer Brown'), ('tier2', None))
    """
    if tier := try_read(highest_tier, text):
        return tier, None
    if any(beside := _beside_tier(text)):
        return beside
    return (None, text) if _WORDS.officer.fullmatch(text) and names_person(text) else None


def _beside_tier(text: str) -> tuple[str | None, str | None]:
    """The tier and the name in a cell with both; otherwise None and None."""
    beside = _WORDS.name_beside_tier.fullmatch(text) or _WORDS.tier_beside_name.fullmatch(text)
    is_named = beside is not None and names_person(beside["name"])
    return (highest_tier(beside["tier"]), beside["name"]) if beside and is_named else (None, None)


def _promise_or_due_day(text: str) -> Promise | None:
    """The promise in a cell; a promise without kind and timeframe if the cell holds only the day it is due."""
    return free_words.promise_of_column(text) or (Promise() if _is_date(promise_and_result(text)[0]) else None)


def _kind_beside_due_date(contact: _Contact) -> list:
    """The promise in the outcome, else ``unknown``, if the column of promises holds only a date; otherwise None."""
    rule = contact.rules.get("promised")
    if rule is None or not rule.cases:
        return [None] * contact.cells.n
    own = read(rule, contact.cells)
    dates = [code in own.problems and _is_date(text) for code, text in enumerate(own.texts)]
    # The office worked out this due date itself, so the date does not contradict what the office was told.
    is_due = of_each([*dates, False], own.codes, bool)
    in_outcome = read(replace(rule, cases=()), contact.cells).objects()
    return [promise or "unknown" if due else None for promise, due in zip(in_outcome, is_due, strict=True)]


def _is_date(text: str) -> bool:
    """Whether a cell is only a day, with or without a year, except for a "by" before it or hours.

    >>> _is_date("by Friday"), _is_date("9/1 8am-12pm"), _is_date("Wed 9/16"), _is_date("tomorrow")
    (True, True, True, True)
    >>> _is_date("5/10-5/14"), _is_date("5/24 or 5/25"), _is_date("5/10-14 days")
    (True, True, False)
    >>> _is_date("3/17/2022"), _is_date("by March 17"), _is_date("72 hours"), _is_date("3/17 no callback")
    (True, True, False, False)
    """
    day = _WORDS.window.sub(r"\1", _WORDS.hours.sub("", _WORDS.before_day.sub("", text)))
    if _WORDS.relative_day.fullmatch(day):
        return True
    dates = [day + year for year in ("", "/2024", ", 2024")]  # a leap year has every day
    return any(try_read(PARSERS["moment_by_hand"], date, order="mdy") for date in dates)


def _with_free_words(contact: _Contact, target: str, read_free: Callable, word_of: Callable) -> tuple[Reading, Reading]:
    """A column of listed words, with unlisted text read as free words; and what the free words of every cell say."""
    reading = read(contact.rules.get(target), contact.cells)
    free = [read_free(text) for text in reading.texts]
    understood = {code for code in reading.problems if free[code] is not None}
    values = [word_of(free[code]) if code in understood else value for code, value in enumerate(reading.values)]
    problems = {code: odd for code, odd in reading.problems.items() if code not in understood}
    words = contact.checked(replace(reading, values=values, problems=problems), target)
    # A listed word with its timeframe, as in "Urgent (72 hours)", is a label: it doesn't show that anyone was told so.
    is_label = [code not in understood and getattr(found, "kind", "") for code, found in enumerate(free)]
    words_only = [None if label else found for label, found in zip(is_label, free, strict=True)]
    return words, replace(reading, values=words_only, problems={})


def _coalesced(first, second) -> list:
    return [b if a is None else a for a, b in zip(first, second, strict=True)]


def _row_numbers(contact: _Contact) -> dict[str, pa.Array]:
    about = read(contact.rules.get("about"), contact.cells).converted(_row_number)
    contact.problems.warn(about.is_bad, "about_unread")
    number = read(contact.rules.get("number"), contact.cells).converted(_row_number)
    return {"number": number.array(STRING), "about": about.array(STRING)}


def _outcomes(contact: _Contact) -> tuple[Reading, Reading, Reading]:
    """How each contact ended, how it ended if it was a callback, and the promises in free words."""
    reading = read(contact.rules.get("outcome"), contact.cells)
    values, problems = list(reading.values), dict(reading.problems)
    callbacks = list(reading.values)
    promises: list[Promise | None] = [None] * len(values)
    spoke, in_menu, of_system, denied = np.zeros((4, len(values) + 1), bool)
    for code in reading.problems:
        text = free_words.without_name(reading.texts[code])
        values[code], callbacks[code] = free_words.outcome_in(text), free_words.callback_result_in(text)
        spoke[code], in_menu[code] = free_words.has_spoken(text), free_words.is_of_menu(text)
        of_system[code], denied[code] = free_words.is_of_system(text), free_words.says_no_person(text)
        promises[code] = free_words.promise_of_outcome(text) if values[code] == "callback_promised" else None
        if values[code] in (None, "callback_promised") and promises[code] is None and not in_menu[code]:
            if (promise := free_words.stated_promise(text)) is not None:
                values[code], promises[code] = "callback_promised", promise
        if promises[code] is None and (promise := free_words.promise_among_clauses(text)) is not None:
            promises[code] = promise
            values[code] = values[code] or ("callback_promised" if promise.kind != "none" else None)
        values[code] = values[code] or free_words.request_made(text)
        is_end = spoke[code] or in_menu[code] or of_system[code] or denied[code]
        if values[code] or callbacks[code] or promises[code] or is_end:
            del problems[code]
    contact.problems.warn(rows_where(contents.KINDS.success.match, reading), "success_as_reached")
    contact.has_spoken |= spoke[reading.codes]
    contact.in_menu |= in_menu[reading.codes]
    contact.is_of_system |= of_system[reading.codes]
    as_missed = replace(reading, values=callbacks).is_in("missed", "voicemail")
    contact.is_unanswered |= denied[reading.codes] | as_missed
    # In a row of our call, "CB missed" is of a later callback: how the call itself ended, it does not say.
    contact.is_of_callback |= as_missed & ~denied[reading.codes] & rows_where(says_callback, reading)
    contact.checked(replace(reading, problems=problems), "outcome")
    how, as_callback, promised = (replace(reading, values=each, problems={}) for each in (values, callbacks, promises))
    return how, as_callback, promised


KINDS_BY_TIME = ("urgent", "regular")
LONGEST_NAME = 200  # characters of a cell that names an agent


def _lost_in(text: str) -> str | None:
    """How a call was lost, if the agent's cell says so in place of a name: none - hung up."""
    is_read = len(text) <= LONGEST_NAME and not _WORDS.an_id.fullmatch(text)
    found = free_words.outcome_in(text) if is_read else None
    return found if found in ("hung_up", "dropped") else None


def _says_no_agent(text: str) -> bool:
    """Whether the agent's cell begins by saying that there was none, even if a reason follows: no one - menu only."""
    if _WORDS.a_program.fullmatch(text):
        return True
    if re.search(r"\d{3}|\s[A-Z][a-z]", text) or len(text) > LONGEST_NAME:
        return False
    words = lexicon.tokens(text)
    phrase = lexicon.phrases("wait").match(words, 0) if words else None
    first, _, _ = re.split(r"(\s[-–—]\s|:\s|[;,(])", f"{text} - ", maxsplit=1)
    return placeholder(first) == "nothing" or bool(phrase and phrase[0] in ("cut", "gave_up", "hang_up", "nobody"))


def _agents(contact: _Contact) -> dict[str, pa.Array]:
    """The agent's name and number; if one cell holds both, each goes to its own column."""
    read_names = contact.read("agent_name").converted(lambda text: _beside_tier(text)[1] or text)
    names, ids = _split(read_names), _split(contact.read("agent_id"))
    # A column of tiers may also say that no one was reached, or name the agent: Tier 1, hung up, Officer Brown
    tier = read(contact.rules.get("tier"), contact.cells)
    contact.without_agent(tier)
    officers = [(_tier_or_officer(text) or (None, None))[1] for text in tier.texts]
    in_tier = replace(tier, values=officers, problems={}).objects()
    return {
        "agent_name": pa.array(_coalesced(_coalesced(names[0], ids[0]), in_tier), STRING),
        "agent_id": pa.array(_coalesced(ids[1], names[1]), STRING),
    }


@cache
def coded_matter(text: str, office_id: str) -> str | None:
    """The office's own file number, with a code for each name in it; the codes of clients whose names stand alone.

    >>> coded_matter("22-014", "o"), coded_matter("various", "o"), coded_matter("Ana Diaz", "o")
    ('22-014', None, 'client-34b83c36ee')
    >>> coded_matter("22-014 Diaz, Ana (I-485)", "o")
    '22-014 client-34b83c36ee (I-485)'
    """
    if not any(map(str.isdigit, text)):
        return _client_code(text, office_id)
    return _WORDS.words_of_name.sub(lambda found: _client_code(found[0], office_id) or found[0], identifier(text))


def _client_code(text: str, office_id: str) -> str | None:
    """The code of each client whom a cell names; None for a cell that names no one, or only a kind of case."""
    if len(text) <= LONGEST_NAME:  # a long paragraph is slow to search
        text = _WORDS.kind_of_case.sub("", text)
    if _WORDS.no_client.fullmatch(text):
        return None
    # What has digits may be the number of a client, and is one.
    names = [text] if any(map(str.isdigit, text)) else _WORDS.between_clients.split(text)
    codes = {ids.of_client(name, office_id) for name in names if _is_of_client(name)}
    return " ".join(sorted(codes)) or None


def _is_of_client(text: str) -> bool:
    """Whether a text is a name or a number that stands for one client."""
    is_long = sum(map(str.isalnum, text)) >= LEAST_NAME and not _WORDS.no_client.fullmatch(text)
    return is_long and (names_person(text) or sum(map(str.isdigit, text)) >= LEAST_DIGITS)


def _split(reading: Reading) -> tuple[np.ndarray, np.ndarray]:
    good, split = reading.without_problems(), cache(split_agent)
    name, number = (good.converted(lambda text, i=part: split(text)[i] or None).objects() for part in (0, 1))
    return name, number


def _name_and_number(text: str) -> tuple[str, str | None]:
    """A name and a number in one cell: Contact Center 800-375-5283, 1-800-375-5283 (USCIS)."""
    match = None
    if len(text) <= LONGEST:  # a long paragraph is slow to search
        match = _WORDS.name_and_number.fullmatch(text.strip())
    if match is None or (match["name"] and match["rest"]):
        return "", None
    return (match["name"] or match["rest"]).strip(" -–—:,;()/"), e164(match["number"])


def _is_callback_number(text: str, agency) -> bool:
    """Whether a cell is an agency number that belongs to no line, alone or with the agency's name."""
    name, number = _name_and_number(text)
    return (
        agency.is_agency_number(number)
        and not agency.line_of(number)
        and (not name or bool(_WORDS.agency.fullmatch(name)))
    )


def _line_with_number(text: str, agency) -> str | None:
    """The line of a cell with its name and, before or after it, its number; None if the two disagree."""
    name, number = _name_and_number(text)
    line = agency.line_of(number)
    return line if line == (agency.line_named(name) or (line if _WORDS.agency.fullmatch(name) else None)) else None


# ---- single values ----------------------------------------------------------------------------------


def _row_number(text) -> str:
    """Read a row number as written in *No.* and *About no.*: 12, #12, 12.0, No. 12."""
    word = str(text).casefold().removeprefix("no.").removeprefix("no").strip(" #").removesuffix(".0")
    if not word.isdecimal():
        raise Unreadable
    return str(int(word))


def _with_all_digits(text: str) -> str:
    """The text unchanged; refuse 1.23E+12, for which a spreadsheet has discarded the other digits."""
    mantissa, _, exponent = text.upper().partition("E+")
    if exponent.isdecimal() and mantissa.replace(".", "").isdecimal():
        raise Unreadable("digits_lost")
    return text


def _small(count: int) -> int:
    # The column is one signed byte.
    if count > 127:
        raise Unreadable
    return count
