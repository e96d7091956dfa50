"""Find rows of an unknown export that are parts of one call, if the file itself proves it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from callanalytics.agencies import Agency
from callanalytics.proposals.columns import BLANK, NAMES, Column, Rules, is_agencys, words_of
from callanalytics.values.moments import Moment
from callanalytics.wording import joined

MOST_LEGS = 5  # most parts of one call; a higher counter numbers rows
NEAR = timedelta(hours=1)  # all parts of one call begin within this time
PROVEN_SHARE = 0.9  # least share of groups of rows that must each look like one call
LEAST_SHARE = 0.1  # least share of rows that must match another in time and caller: fewer may be chance
FEWEST = 3  # fewest such calls; with fewer, the id may be a person's who redialed one number
PART, ANSWERED, VOICEMAIL, LENGTH = "(is a part)", "(a part was answered)", "(voicemail took a part)", "(its length)"
AT_LAST = "(answered at last)"

Groups = list[list[int]]  # the rows of each call that has more than one


def find_legs(able: list[Column], when: Rules, meanings: Rules, length: Rules, phones: Rules, agency: Agency) -> Rules:
    """Find the parts of calls: ``sections`` of the mapping if the file proves them, else a question if it may have
    some.

    The outcome and the length of a call are taken from its parts.
    """
    found = Rules()
    starts = _starts(when)
    for names, group, own in _keys(able, when, phones, starts):
        groups = _calls_of_several(group, own)
        if not _are_calls(groups, starts, phones, is_linked=own is not None):
            continue
        # First the row that represents the call: one that names no other row, else the earliest.
        rank = [(bool(own and group.cells[row]), start or datetime.max) for row, start in enumerate(starts)]
        ordered = [sorted(rows, key=rank.__getitem__) for rows in groups]
        # If parts name their call, they give its outcome; a first part that rang on may belong to a menu or a queue.
        takers = [_rang_on(rows[1:], starts) if own else rows[:1] for rows in ordered]
        is_one = own is not None or not any(_dials_again(rows, starts, phones, meanings) for rows in ordered)
        # Systems also mark a menu or a queue as having answered, and each of two separate calls.
        is_taken = any(_is_taken(row, meanings) for rows in takers for row in rows)
        is_taken = is_taken and not _rang_together(ordered, starts, meanings)
        can_fold = is_one and _can_fold(ordered, meanings, phones, agency)
        if can_fold and not is_taken:
            _fold(found, names, group, own, meanings, length)
        elif can_fold and _came_in(ordered, meanings) and not _start_together(ordered, starts):
            _draft(found, names, group, own, meanings)
        else:
            found.ask(joined(map(repr, names)), SHARED, WRITE_LEGS, code="legs")
        return found
    for column in able:
        if text := _doubt(column):
            found.ask(column, text, WRITE_LEGS, code="legs")
    return found


SHARED = "the same stands in several rows: they may be parts of one call."
WRITE_LEGS = "If so, write [legs] as in TEMPLATE.toml, with group and master; else each row counts as a call."


def _keys(
    able: list[Column], when: Rules, phones: Rules, starts: Sequence[datetime | None]
) -> Iterator[tuple[list[str], Column, Column | None]]:
    """Columns whose equal cells may mean one call; first columns that name another row, with the column of that row's
    id.

    Last come time and caller together: no one calls twice in one second.
    """
    ids = [column for column in able if column.has(NAMES["ids"])]
    for parent in ids:
        for own in ids if parent.has(NAMES["of_parent"]) else ():
            if own is not parent and set(parent.texts) <= set(own.texts):
                yield [parent.name], parent, own
    named = [c for c in ids if (c.has(NAMES["of_call"]) or len(c.words) == 1) and not c.has(NAMES["of_parent"])]
    yield from (([column.name], column, None) for column in sorted(named, key=lambda column: len(column.texts)))
    caller = phones.column("caller") or phones.column("other_number")
    seconds = [bool(start.second) for start in starts if start]
    if caller and 2 * sum(seconds) > len(seconds):
        rows = zip(*(column.cells for column in (*when.used, caller)), strict=True)
        both = Column("", (), tuple(" ".join(filter(None, row)) for row in rows))
        if sum(map(len, _calls_of_several(both, None))) >= LEAST_SHARE * len(starts):
            yield [column.name for column in (*when.used, caller)], both, None


def _calls_of_several(group: Column, own: Column | None) -> Groups:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, cell in enumerate(group.cells):
        key = cell or (own.cells[row] if own else None)
        if key and key.casefold() not in BLANK:
            rows[key].append(row)
    return [each for each in rows.values() if len(each) > 1]


def _starts(when: Rules) -> Sequence[datetime | None]:
    """The start time of each row."""
    starts = _read(when.used[0], when.rules.get("started") or when.rules["date"])
    if "time" not in when.rules:
        return starts
    times = when.used[1].values("time_24")
    spans = [getattr(times.get(cell or ""), "seconds", 0) for cell in when.used[1].cells]
    return [day and day + timedelta(seconds=span) for day, span in zip(starts, spans, strict=True)]


def _read(column: Column, rule: dict) -> list[datetime | None]:
    order = rule.get("order", "mdy").replace("evidence", "mdy")
    read = column.values(rule["parse"], **({} if rule["parse"].startswith("epoch") else {"order": order}))
    days = {text: datetime(day.year, day.month, day.day) for text, day in read.items() if isinstance(day, date)}
    whole = days | {text: moment.local for text, moment in read.items() if isinstance(moment, Moment)}
    return [whole.get(cell or "") for cell in column.cells]


def _are_calls(groups: Groups, starts: Sequence[datetime | None], phones: Rules, *, is_linked: bool) -> bool:
    """Whether the rows of nearly every group begin within an hour and, unless rows name each other, share a party."""

    def is_shared(group: list[int]) -> bool:
        return any(len({column.cells[row] for row in group}) == 1 for column in phones.used)

    fitting = [group for group in groups if _is_near(group, starts) and (is_linked or is_shared(group))]
    return len(fitting) >= max(FEWEST, PROVEN_SHARE * len(groups))


def _is_near(group: list[int], starts: Sequence[datetime | None]) -> bool:
    known = [start for row in group if (start := starts[row])]
    return bool(known) and max(known) - min(known) <= NEAR


AT_ONCE = timedelta(seconds=5)  # the phones of a group ring within this time


def _rang_on(parts: list[int], starts: Sequence[datetime | None]) -> list[int]:
    """The first part, if the parts begin over five seconds apart, so that others began after it was taken; else
    none."""
    begun = [start for row in parts if (start := starts[row])]
    return parts[:1] if begun and max(begun) - min(begun) > AT_ONCE else []


RINGING = timedelta(minutes=3)  # longest time a phone rings before the next one does


def _dials_again(group: list[int], starts: Sequence[datetime | None], phones: Rules, meanings: Rules) -> bool:
    """Whether a row after an unanswered one starts too late for the same call; between the same numbers, over five
    seconds."""
    for before, row in pairwise(group):
        first, then = starts[before], starts[row]
        if first and then and not _is_taken(before, meanings):
            is_same = all(column.cells[before] == column.cells[row] for column in phones.used)
            if then - first > (AT_ONCE if is_same else RINGING):
                return True
    return False


def _came_in(groups: Groups, meanings: Rules) -> bool:
    """Whether every row of every call is called incoming: no menu takes a call out, and redials are calls."""
    column, words = meanings.column("direction"), meanings.rules["direction"].get("map", {}).get("inbound", ())
    return column is not None and all(column.cells[row] in words for group in groups for row in group)


def _start_together(groups: Groups, starts: Sequence[datetime | None]) -> bool:
    """Whether the rows of every call begin in the same second."""
    return all(len({starts[row] for row in group}) == 1 for group in groups)


def _rang_together(groups: Groups, starts: Sequence[datetime | None], meanings: Rules) -> bool:
    """Whether the rows of a call are phones rung in the same second: at most one of them took it, and sometimes
    none."""
    took = {tuple(place for place, row in enumerate(group) if _is_taken(row, meanings)) for group in groups}
    return _start_together(groups, starts) and max(map(len, took)) == 1 and () in took and len(took) > 2


def _is_taken(row: int, meanings: Rules) -> bool:
    column = meanings.column("outcome")
    return column is not None and column.cells[row] in _answers_of_its_own(meanings.rules["outcome"])


def _answers_of_its_own(rule: dict) -> list[str]:
    """The words for calls that this phone answered, not another one: *Answered elsewhere*."""
    answered = rule.get("map", {}).get("answered", ())
    return [word for word in answered if {"elsewhere", "other"}.isdisjoint(words_of(word))]


def _can_fold(groups: Groups, meanings: Rules, phones: Rules, agency: Agency) -> bool:
    """Whether the parts' words give a call's outcome, and its first row has the agency's number if any row has it."""
    rule = meanings.rules.get("outcome", {})
    is_plain = _answers_of_its_own(rule) and all(case["value"] != "voicemail" for case in rule.get("cases", ()))

    def has_agency(row: int) -> bool:
        return any(is_agencys(column.cells[row], agency) for column in phones.used)

    return bool(is_plain) and all(has_agency(first) or not any(map(has_agency, others)) for first, *others in groups)


def _fold(found: Rules, names: list[str], group: Column, own: Column | None, meanings: Rules, length: Rules) -> None:
    """Add the rules that make one call of its rows: how they belong together, the outcome, and the length."""
    rule = meanings.rules["outcome"]
    words = _begin_legs(found, names, group, own, rule)
    columns, part = {"answered": ANSWERED, "voicemail": VOICEMAIL}, {group.name: "*"} if own else {}
    cases = [{"when": {columns[word]: "yes"}, "value": word} for word in words]
    if own:  # a menu may have taken the call first: if it rang on and no one answered, it was missed
        found.sections["legs.any"][PART] = part
        cases.append({"when": {PART: "yes", "(direction)": "inbound"}, "value": "missed"})
    rule["cases"] = [*cases, *rule.get("cases", [])]
    if duration := length.rules.get("duration_s"):
        found.sections["legs.gather"] = {LENGTH: {"from": duration["from"], "when": words["answered"]}}
        duration["cases"] = [{"when": {LENGTH: "*"}, **duration, "from": LENGTH}]
    text = "rows that share it are read as parts of one call, which was answered where one of them was."
    if own:
        text = f"a row that names another here, by its {own.name!r}, is read as a part of that call."
    found.ask(
        joined(map(repr, names)),
        text,
        "If each row is a call, take out [legs] and the cases that name its columns.",
    )


def _begin_legs(found: Rules, names: list[str], group: Column, own: Column | None, rule: dict) -> dict[str, dict]:
    """Add how the rows of a call belong together, and the columns that say whether one was answered or recorded.

    The result has the condition of each.
    """
    part = {group.name: "*"} if own else {}
    ends = {"answered": _answers_of_its_own(rule), "voicemail": rule["map"].get("voicemail")}
    words = {word: {rule["from"]: theirs} | part for word, theirs in ends.items() if theirs}
    legs: dict = {"group": names}
    if own:
        legs |= {"own": [own.name], "master": [{group.name: ""}]}
    columns = {"answered": ANSWERED, "voicemail": VOICEMAIL}
    found.sections = {"legs": legs, "legs.any": {columns[word]: when for word, when in words.items()}}
    found.used = [column for column in (group, own) if column and column.name]
    return words


def _draft(found: Rules, names: list[str], group: Column, own: Column | None, meanings: Rules) -> None:
    """Add the rules for calls whose first row a menu may have taken, for a person to confirm: the last row decides."""
    rule = meanings.rules["outcome"]
    words = _begin_legs(found, names, group, own, rule)
    found.sections["legs.last"] = {AT_LAST: words["answered"]}
    ends = {AT_LAST: "answered", VOICEMAIL: "voicemail", ANSWERED: "unknown"}
    named = found.sections["legs.any"].keys() | {AT_LAST}
    is_in = {"(direction)": "inbound"}
    cases = [{"when": {column: "yes"} | is_in, "value": end} for column, end in ends.items() if column in named]
    rule["cases"] = [*cases, *rule.get("cases", [])]
    do = "The mapping reads them so, by their last row; if each is a call, take out [legs] and the cases that name it."
    found.ask(joined(map(repr, names)), SHARED, do, code="legs")


def _doubt(column: Column) -> str:
    """Why the rows of a column may be parts of calls, for a person to settle; "" if nothing suggests it."""
    is_own = len(column.texts) == sum(cell is not None for cell in column.cells)  # each row has a different one
    is_counter = is_own and len(column.texts) > MOST_LEGS and all(text.isdigit() for text in column.texts)
    if column.words in (("leg",), ("legs",)) and not is_counter:
        return "its rows seem to be the parts of calls."
    return SHARED if column.has(NAMES["of_call"]) and column.has(NAMES["ids"]) and not is_own else ""
