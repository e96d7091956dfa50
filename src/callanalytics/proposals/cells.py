"""Find the columns of an unknown export with numbers, times, and lengths, proved by how their cells can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise, permutations
from statistics import mean, median

from callanalytics.agencies import Agency
from callanalytics.formats import fold
from callanalytics.formats.layout import taken_of
from callanalytics.formats.words import header_zone
from callanalytics.normalize.dates_of_rows import with_any_year
from callanalytics.proposals.columns import NAMES, Column, Question, Rules, is_agencys
from callanalytics.values import try_read
from callanalytics.values.dates import DAY, date_order, is_serial, needs_order
from callanalytics.values.moments import Moment
from callanalytics.values.parsers import PARSERS
from callanalytics.values.spans import LONGEST_S, are_minutes_and_seconds

# ---- phone numbers, and which party they belong to --------------------------------------------------------------

OTHER_SIDE = {  # by the parties already found
    (): "other_number",
    ("our_number",): "other_number",
    ("caller",): "called",
    ("called",): "caller",
    ("other_number",): "our_number",
}
NUMBERS_SHARE = 0.5  # least share of distinct cells that are numbers; the rest are extensions or withheld
PARTIES_SHARE = 0.9  # the same for numbers, extensions, and words for none, if the name says a party


def find_numbers(columns: list[Column], taken: list[Column], agency: Agency, *, is_directed: bool = False) -> Rules:
    """Find every column of numbers, with the party that its name gives; without one, ask.

    If the direction is known (``is_directed``) and only one column of numbers has no party, it is the remaining
    party's. Of two, one with far fewer numbers, none the agency's, is the office's.
    """
    found = Rules()
    able = [column for column in columns if column not in taken and (_is_numbers(column) or _are_behind_names(column))]
    for target in NAMES["whose"]:
        named = [column for column in able if _number_column(column) == target]
        # With caller and called known, the direction shows which is the office's, so no other column is needed.
        if named and not (target in ("other_number", "our_number") and {"caller", "called"} <= set(found.rules)):
            best = max(named, key=lambda column: (bool(column.has("number phone")), column.filled))
            found.rules[target] = number_rule(best)
            found.used.append(best)
    nameless = [column for column in able if _number_column(column) is None and not column.has(NAMES["not_its"])]
    nameless = [column for column in nameless if _is_numbers(column)] or nameless  # Subject: Call 202-555-0143
    if is_directed and not found.rules and len(nameless) == 2:
        own, other = sorted(nameless, key=lambda column: len(column.texts))
        if (
            _are_few(own)
            and 2 * len(own.texts) <= len(other.texts)
            and not any(is_agencys(t, agency) for t in own.texts)
        ):
            found.rules |= {"our_number": number_rule(own), "other_number": number_rule(other)}
            found.used += nameless
            nameless = []
            text = f"has few numbers, and is taken for the office's; {other.name!r} has those of the other party."
            found.ask(own, text, "Is it so?")
    only = OTHER_SIDE.get(tuple(found.rules)) if is_directed and len(nameless) == 1 else None
    if only and (only != "our_number" or _are_few(nameless[0])):
        found.rules[only] = number_rule(nameless[0])
        found.used += nameless
        text = "is the only column of numbers, and taken for the other party's."
        do = "If it is the office's, write our_number."
        if only == "our_number":
            text, do = "is the only other column of numbers, and taken for the office's.", "Is it so?"
        elif only != "other_number":
            text, do = f"is the only other column of numbers, and taken for those of the {only}.", "Is it so?"
        found.ask(nameless.pop(), text, do)
    for column in nameless:
        do = "Write our_number or other_number, or caller and called, if you know."
        found.ask(column, "holds telephone numbers; whose is not plain.", do, code="whose")
    if not found.rules:
        found.ask("the numbers", "no column is plainly ours or the other's.", "Which are they?")
    _ask_unread(found)
    _ask_caller_id(found)
    return found


def _are_few(column: Column) -> bool:
    """Whether a column repeats its numbers, as the lines of an office are."""
    return 2 * len(column.texts) <= sum(column.counts[text] for text in column.texts)


def _is_numbers(column: Column) -> bool:
    numbers, party = column.values("number"), _number_column(column) in ("caller", "called")
    if not numbers or len(numbers) >= NUMBERS_SHARE * len(column.texts):
        return bool(numbers)
    if party and sum(column.counts[text] for text in numbers) >= NUMBERS_SHARE * len(column.cells):
        return True  # each system has its own words for a caller who is not shown
    return party and sum(map(_is_party, column.texts)) >= PARTIES_SHARE * len(column.texts)


def _is_party(text: str) -> bool:
    """Whether a cell is a number, an extension, an address of the office, or a word for none."""
    is_shown = try_read(PARSERS["caller"], text) not in (None, "text")
    return is_shown or is_box(text) or bool(re.fullmatch(ADDRESS, text))


def _ask_unread(found: Rules) -> None:
    """Say in how many cells of a column of numbers no number can be read: the agency's may be among them."""
    for column in dict.fromkeys(filter(None, map(found.column, ("caller", "called", "other_number")))):
        take = number_rule(column).get("take", "")
        unread = [text for text in column.texts if not (is_box(text) or _is_party(taken_of(text, take) or ""))]
        if rows := sum(column.counts[text] for text in unread):
            text = f"in {rows:,} of its {len(column.cells):,} rows no number can be read."
            found.ask(column, text, "A call to the agency among them would not be found: write it in one form.")


ADDRESS = r"(?i)sips?:[^@\s]+@\S+"  # of a person of the office
BOX = r"(vm[a-z]?|vmail_)\d+|voice ?mail\b.*"  # voicemail that took a call, in place of a phone


def is_box(text: str) -> bool:
    """Whether a cell names a voicemail where other rows have a phone (vmu201, Voice Mail (201))."""
    return bool(re.fullmatch(BOX, text, re.IGNORECASE))


PHONE = r"\+?1?[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}"
# Front desk (201), Alder Law <2025550143>, Alder Law (202) 555-0143, (202) 555-0143 (Alder Law)
BEFORE, AFTER = rf"[<(]|[ :](?={PHONE}$)", r"(?:[>)]?$|(?<=\d) ?[(<][^)>\d]*[)>]$)"
DIALED = r"[+*\d( .][\d ().,;*#+extpwEXT-]{1,30}?"  # with pauses, keys, and an extension: 9,18003755283; 18003755283#
BEHIND_NAME = rf"(?:^(?=.*\d ?[(<])|{BEFORE})({DIALED}){AFTER}"
# The same, or only a number or a word: anonymous
NUMBER_OR_WORD = rf"(?:^|{BEFORE})({DIALED}|[^<(\d>)]+){AFTER}"


def number_rule(column: Column) -> dict:
    """The rule for a column of numbers, alone or after names."""
    numbers = column.values("number")
    is_plain = _is_numbers(column) and not any(
        re.search(BEHIND_NAME, text) for text in column.texts if text not in numbers
    )
    return {"from": column.name, "parse": "number"} | ({} if is_plain else {"take": NUMBER_OR_WORD})


def _are_behind_names(column: Column) -> bool:
    """Whether a column holds names followed by numbers in brackets, along with bare numbers and words for none."""
    bare = {text: match[1] for text in column.texts if (match := re.search(BEHIND_NAME, text))}
    return bool(bare) and _is_numbers(replace(column, cells=tuple(bare.get(text, text) for text in column.texts)))


def are_shortened(column: Column) -> bool:
    """Whether a column holds numbers such as 8.00375E+09, whose digits a spreadsheet discarded."""
    lost = [text for text in column.texts if re.fullmatch(r"(?i)\d(?:\.\d+)?E\+\d+", text)]
    return len(lost) > NUMBERS_SHARE * len(column.texts)


def _number_column(column: Column) -> str | None:
    if column.has(NAMES["not_its"]) and not column.has("number phone"):
        if not column.has("caller") or column.has("name email type"):
            return None
        return "our_number" if column.has("internal") else "other_number" if column.has("external") else "caller"
    if {"from", "to"} <= set(column.words):  # To/From: of whoever is not the office
        return "other_number"
    return next((target for target, words in NAMES["whose"].items() if column.has(words)), None)


def _ask_caller_id(found: Rules) -> None:
    """Set whether the caller's cells show withheld or missing numbers; if none does, ask."""
    of_callers = list(filter(None, map(found.column, ("caller", "other_number"))))
    values = {value for column in of_callers for value in column.values("caller").values()}
    found.has_caller_id = not values.isdisjoint(("withheld", "unknown")) or any(c.filled < 1 for c in of_callers)
    if not found.has_caller_id:
        text = "no row shows a number that was withheld."
        do = "Would the system say so? If it would, write has_caller_id = true."
        found.ask("withheld numbers", text, do)


def set_caller_id(phones: Rules) -> None:
    """Have a later file show the withheld callers that this one lacks: the order of two files decides nothing."""
    shown = phones.rules.get("caller") or phones.rules.get("other_number")
    if shown and not phones.has_caller_id:
        phones.rules["caller_id"] = shown | {"parse": "caller", "default": "unknown"}


# ---- when a call began ----------------------------------------------------------------------------------------------

STAMP = r"20\d\d[01]\d[0-3]\d([0-2]\d[0-5]\d[0-5]\d)?(?!\d)"  # a date, or a date and time, in figures alone
DECIMAL = r"\d+(?:\.\d*)?"  # 01.03.2022 does not match
EARLIEST, LATEST = datetime(2005, 1, 1), datetime(2035, 1, 1)  # of epoch times: other numbers, as of 20 s, are not


def have_no_year(columns: list[Column]) -> bool:
    """Whether days beside telephone numbers have no year, so that they are of no one knows which."""
    days = [column for column in columns if _moment_fitness(column) > 0 and column.texts]
    is_bare = any(all(with_any_year(text) != text for text in column.texts) for column in days)
    return is_bare and any(map(_is_numbers, columns))


Moments = Mapping[Column, tuple[str, Mapping[str, datetime]]]  # column -> its parser, and the reading of each cell


def find_moment(columns: list[Column]) -> Rules:
    """Find the time of a call; ask if no column can be it."""
    moments = moments_of(columns)
    able = [column for column in moments if _moment_fitness(column) > 0]
    if not able and (first := _first_of_rows(moments)):
        found = _moment_in_one([first], moments)
        text = "no column is called the begin of a call; of the moments of a row it is the first."
        found.ask(first, text, "Is this the moment at which it began?")
        return found
    if able:
        return _moment_in_one(sorted(able, key=lambda column: _rank_of_start(column, moments[column][1])), moments)
    dates = [column for column in columns if _is_date(column)]
    times = [
        column
        for column in columns
        if column.has(f"time {NAMES['begins']}") and _moment_fitness(column) > 0 and column.reads("time_24")
    ]
    if dates:
        day = max(dates, key=_moment_fitness)
        rule = {"from": day.name, "parse": "date"}
        found = Rules(used=[day])
        _settle_order(day, rule, found)
        found.rules["date"] = rule
        if times:
            time = max(times, key=_moment_fitness)
            found.rules["time"] = {"from": time.name, "parse": "time_24"}
            found.used.append(time)
            found.has_zone = _states_zone(time, "time_24")
        else:
            found.ask(day, "no column has the time of day.", "Which one is it?")
        _settle_zone(found.used[-1], found.rules.get("time", rule), found)
        return found
    nothing = Question("the moment", "no column reads as a date and a time of day.", "Which one is it?")
    return Rules(questions=[nothing])


def _first_of_rows(moments: Moments) -> Column | None:
    """The only column of times that is filled in every row and never later than another time in its row; else None."""
    always = [column for column in moments if None not in column.cells and not column.has(NAMES["other_moments"])]

    def is_first(column: Column) -> bool:
        own = moments[column][1]
        pairs = (
            (own.get(cell or ""), values.get(cell_beside or ""))
            for other, (_, values) in moments.items()
            for cell, cell_beside in zip(column.cells, other.cells, strict=True)
        )
        return all(mine <= theirs for mine, theirs in pairs if mine and theirs)

    first = [column for column in always if is_first(column)]
    return first[0] if len(first) == 1 else None


def moments_of(columns: list[Column]) -> dict[Column, tuple[str, Mapping[str, datetime]]]:
    """Every column of times, with its parser and the clock reading of each distinct cell."""
    found: dict[Column, tuple[str, Mapping[str, datetime]]] = {}
    for column in columns:
        for parse in ("moment", "epoch_s", "epoch_ms", "epoch_2001"):
            values = _readings(column, parse)
            if values:
                found[column] = (parse, values)
                break
    return found


def _readings(column: Column, parse: str) -> dict[str, datetime]:
    digits = all(re.fullmatch(DECIMAL, text) and not re.match(STAMP, text) for text in column.texts)
    order = date_order(column.texts) or "mdy"
    if digits and not _moment_fitness(column) and not column.has(NAMES["other_moments"]):
        return {}
    if digits == (parse == "moment") and not all(map(is_serial, column.texts)):
        return {}
    if not column.reads(parse, order=order):
        return {}
    readings = column.values(parse, order=order)
    values = {text: value for text, value in readings.items() if isinstance(value, Moment)}
    local = {text: value.local for text, value in values.items()}
    if all(moment.time() == time(0) for moment in local.values()):
        return {}  # dates of a workbook, without times of day
    if parse != "moment" and not all(EARLIEST <= moment <= LATEST for moment in local.values()):
        return {}
    return local


def _moment_fitness(column: Column) -> int:
    """How strongly a column's name indicates the start of a call; 0 or less if it does not."""
    if column.has(NAMES["other_moments"]):
        return -1
    return 3 * bool(column.has(NAMES["begins"])) + bool(column.has(NAMES["moments"]))


def _rank_of_start(column: Column, values: Mapping[str, datetime]) -> tuple:
    """Sort key: names for the start first, then columns that are nearly always filled, state their zone, and are
    earlier."""
    always = column.filled > 0.9
    starts = [values[cell].timestamp() for cell in column.cells if cell is not None and cell in values]
    return -_moment_fitness(column), not always, not _states_zone(column), not column.has("utc"), mean(starts)


def _states_zone(column: Column, parse: str = "moment") -> bool:
    values = column.values(parse, **({"order": "mdy"} if parse == "moment" else {})).values()
    return bool(values) and all(getattr(v, "offset", None) is not None or getattr(v, "zone", None) for v in values)


def _moment_in_one(able: list[Column], moments) -> Rules:
    first = able[0]
    parse = moments[first][0]
    rule = {"from": first.name, "parse": parse}
    found = Rules(used=[first], has_zone=parse != "moment" or _states_zone(first))
    if parse == "moment":
        _settle_order(first, rule, found)
    found.rules["started"] = rule
    alike = [column.name for column in able[1:] if _moment_fitness(column) == _moment_fitness(first)]
    if alike:
        text = f"{', '.join(map(repr, alike[:3]))} could be the begin of a call as well."
        found.ask(first, text, "Is this the moment at which it began?")
    _settle_zone(first, rule, found)
    return found


def _is_date(column: Column) -> bool:
    order = date_order(column.texts) or "mdy"
    plain = not all(re.fullmatch(DECIMAL, text) and not re.match(STAMP, text) for text in column.texts)
    if not plain or _moment_fitness(column) <= 0 or not column.reads("date", order=order):
        return False
    return all(isinstance(value, date) for value in column.values("date", order=order).values())


def _settle_order(column: Column, rule: dict, found: Rules) -> None:
    """Set the order of day and month that the column proves; if it proves none, ask and write ``evidence`` in the
    rule."""
    doubtful = next((text for text in column.texts if needs_order(text)), None)
    proven = date_order(column.texts)
    if proven or doubtful:
        rule["order"] = proven or "evidence"
    if doubtful and not proven:
        text = "all its dates fit both month/day and day/month."
        do = 'Which comes first? Write order = "mdy" or order = "dmy".'
        found.ask(column, text, do, code="order")


def settle_order(when: Rules, order: str | None) -> None:
    """Read days whose order the column does not prove in another one that is proven."""
    for rule in when.rules.values() if order else ():
        if rule.get("order") == "evidence":
            rule["order"] = order
            when.settle("order")


def _settle_zone(column: Column, rule: dict, found: Rules) -> None:
    """Set the zone that the column's name gives; if it gives none, ask."""
    if not found.has_zone and (zone := header_zone(column.name)):
        rule["zone"], found.has_zone = zone, True
    if not found.has_zone:
        text = "its times do not say their zone; they are taken for the office's."
        do = 'If the system writes another, add zone = "Pacific" (or "UTC") to the rule.'
        found.ask(column, text, do, code="zone")


OF_SOMEONE = "caller callee called contact customer client recipient destination other remote external lead user agent"


def settle_zone_of_rows(columns: list[Column], when: Rules) -> None:
    """Take the zone of times without one from a column that gives a zone in every row; name any other such column.

    One of a caller or a contact is not the zone of the times.
    """
    column = next((column for column in columns if column.has(NAMES["zones"])), None)
    if column is None or all(each.code != "zone" for each in when.questions):
        return
    in_minutes = any(re.fullmatch(r"[+-]?\d{3}", text) for text in column.texts)
    is_read = column.filled == 1 and len(column.values("zone")) == len(column.texts) and not in_minutes
    if is_read and not column.has(OF_SOMEONE):
        when.rules["timezone"] = {"from": column.name, "parse": "zone"}
        when.used.append(column)
        when.has_zone = True
        when.settle("zone")
        return
    text = f"its times do not say their zone; they are taken for the office's, whatever {column.name!r} says."
    when.questions = [replace(each, text=text) if each.code == "zone" else each for each in when.questions]


def join_half_days(columns: list[Column], when: Rules) -> None:
    """Read AM and PM, in a column of their own, with the times beside it."""
    halves = [column for column in columns if {fold(text).replace(".", "") for text in column.texts} in HALF_DAYS]
    rule = when.rules.get("time") or when.rules.get("started")
    if halves and rule:
        rule["from"] = [rule["from"], halves[0].name]
        when.used.append(halves[0])


HALF_DAYS = ({"am"}, {"pm"}, {"am", "pm"})

# ---- how long a call took, and in which unit ------------------------------------------------------------------------

UNITS = {"milliseconds": 0.001, "seconds": 1, "minutes": 60}  # [s]
PARTS = ("hour hours hr hrs", NAMES["units"]["minutes"], NAMES["units"]["seconds"])  # each 60 of the next
HOUR = 3600  # [s]
SHORT_S = 30  # a shorter span may be ringing time, which does not prove a unit
AGREEING_SHARE = 0.6  # least share of rows in which a length must agree with two times of the row


def find_length(columns: list[Column], when: Rules) -> Rules:
    """Find the length of a call, in the unit that the file proves; if it proves none, ask without adding a rule."""
    able = [column for column in columns if column not in when.used and length_fitness(column) and length_forms(column)]
    able = [column for column in able if not _is_a_part(column, columns)]
    if not able and (found := _length_until_end(columns, when)):
        return found
    if not able:
        nothing = Question("the duration", "no column reads as the length of a call.", "Is there one?")
        return Rules(questions=[nothing])
    best = max(able, key=lambda column: (length_fitness(column), length_forms(column) != ["human"]))
    found = Rules(used=[best])
    rule, doubt = _rule(best, columns)
    if doubt:
        found.ask(best, *doubt, code="unit")
    if rule:
        found.rules["duration_s"] = rule | ({"blank": best.blanks} if best.blanks else {})
        if _are_whole_minutes(best, rule):
            found.rules["duration_precision_s"] = {"value": 60}
        others = [column.name for column in able if column is not best and length_fitness(column) >= 2]
        text = "is it with the ringing, or only from the answer on?"
        if others:
            text += f" And is it this one, or {', '.join(map(repr, others[:3]))}?"
        do = 'Write duration_kind = { value = "total" }, "connected", or "talk".'
        found.ask(best, text, do)
    return found


def _is_a_part(column: Column, columns: list[Column]) -> bool:
    """Whether a column has a part of each length, and another column the rest: minutes in one, seconds in the other."""

    def adds(larger: Column, smaller: Column) -> bool:
        pairs = zip(larger.cells, smaller.cells, strict=True)
        rows = [(int(a), int(b)) for a, b in pairs if a and b and a.isdecimal() and b.isdecimal()]
        return any(60 * a > b + 60 for a, b in rows) and all(b < 60 for _, b in rows)

    by_unit = [[each for each in columns if each.has(unit)] for unit in PARTS]
    pairs = [(a, b) for larger, smaller in pairwise(by_unit) for a in larger for b in smaller if a is not b]
    return any(column in pair and adds(*pair) for pair in pairs)


def _length_until_end(columns: list[Column], when: Rules) -> Rules | None:
    """The end of calls, which gives their length, if it is within a day of each start and written alike."""
    start, moments = when.column("started"), moments_of(columns)
    ends = [column for column in moments if column.has(NAMES["ends"]) and column is not start]
    if start not in moments or len(ends) != 1 or when.rules["started"].get("order") == "evidence":
        return None
    clocks = {(moments[each][0], _states_zone(each), header_zone(each.name)) for each in (start, *ends)}
    spans = next(_spans_between([start, *ends]))
    if len(clocks) > 1 or any(span is not None and not 0 <= span <= DAY for span in spans):
        return None
    rule = when.rules["started"] | {"from": ends[0].name}
    found = Rules({"ended": rule, "duration_kind": {"value": "total"}}, used=ends)
    text = f"no column reads as the length of a call; it is taken from {start.name!r} to here."
    found.ask(ends[0], text, "Is it so?")
    return found


def _are_whole_minutes(column: Column, rule: dict) -> bool:
    """Whether lengths are cut to minutes: 62, 62 min, or 1:02 of an hour."""
    options = {key: value for key, value in rule.items() if key not in ("from", "parse")}
    lengths = [value for value in column.values(rule["parse"], **options).values() if isinstance(value, int | float)]
    is_without_seconds = rule.get("clock") == "h:mm" or ":" not in "".join(column.texts)
    return is_without_seconds and any(lengths) and not any(length % 60 for length in lengths)


def length_fitness(column: Column) -> int:
    if (column.has(NAMES["other_lengths"]) and not column.has(NAMES["lengths"][0])) or column.has(
        "ring wait waiting hold queue ivr voicemail"
    ):
        return 0
    if column.has("call time") == 2 or column.has("how long") == 2:
        return 3
    return next((3 - index for index, words in enumerate(NAMES["lengths"]) if column.has(words)), 0)


def length_forms(column: Column) -> list[str]:
    """The machine formats of a length that fit the column."""
    return [form for form in ("seconds", "clock_span", "iso_duration") if column.reads(form, clock="m:ss")]


def _rule(column: Column, columns: list[Column]) -> tuple[dict, tuple[str, str] | None]:
    form = length_forms(column)[0]
    rule = {"from": column.name, "parse": form}
    if form == "seconds":
        ways = {unit: {"parse": unit} for unit in UNITS}
        named = next((unit for unit, words in NAMES["units"].items() if column.has(words)), None)
        # Proof from other columns overrides the header, which overrides a guess by size.
        unit = _proved_reading(column, columns, ways) or named or _unit_by_size(column)
        if unit is None:
            return {}, ("its numbers may be seconds or minutes.", 'Write parse = "seconds" or "minutes".')
        return rule | {"parse": unit}, None
    if form == "clock_span" and any(text.count(":") == 1 for text in column.texts):
        clocks = {clock: {"parse": form, "clock": clock} for clock in ("m:ss", "h:mm")}
        clock = _proved_reading(column, columns, clocks) or _clock_by_size(column)
        if clock is None:
            do = 'Write clock = "m:ss" or clock = "h:mm"; until then such cells are left out.'
            return rule, ("two parts may be minutes and seconds, or hours and minutes.", do)
        return rule | {"clock": clock}, None
    return rule, None


def _proved_reading(column: Column, columns: list[Column], ways: dict[str, dict]) -> str | None:
    """The first way to read the length that matches the span between two times in most rows; None if none does."""
    spans = list(_spans_between([c for c in columns if c is not column]))
    for name, options in ways.items():
        parse = options["parse"]
        step = 60 if options.get("clock") == "h:mm" else UNITS.get(parse, 1)
        values = column.values(parse, **{key: value for key, value in options.items() if key != "parse"})
        read = {text: value for text, value in values.items() if isinstance(value, int | float)}
        for span in spans:
            pairs = [(read[c], s) for c, s in zip(column.cells, span, strict=True) if c and c in read and s]
            pairs = [(length, s) for length, s in pairs if length > 0]
            near = [abs(length - s) <= max(2, step, 0.02 * s) for length, s in pairs if s > max(SHORT_S, 2 * step)]
            if len(near) >= 2 and sum(near) >= AGREEING_SHARE * len(near):
                return name
    return None


def _spans_between(columns: list[Column]) -> Iterator[list[float | None]]:
    """The seconds from one time to another in each row, for every pair of time columns."""
    moments = moments_of(columns)
    for first, last in permutations(list(moments)[:8], 2):
        begins, ends = moments[first][1], moments[last][1]
        yield [
            (ends[b] - begins[a]).total_seconds()
            if a is not None and b is not None and a in begins and b in ends
            else None
            for a, b in zip(first.cells, last.cells, strict=True)
        ]


def _unit_by_size(column: Column) -> str | None:
    """Seconds if minutes would exceed half a day; milliseconds if seconds would make a typical call hours long."""
    lengths = sorted(n for n in column.values("seconds").values() if isinstance(n, int) and n > 0)
    if not lengths:
        return None
    # A single number over a day may be a runaway counter; it proves nothing if calls are short.
    too_long = sum(length > DAY for length in lengths)
    if too_long and median(lengths) > 4 * HOUR:
        return "milliseconds"
    if too_long > max(1, len(lengths) // 10) or (too_long and median(lengths) > HOUR):
        return None
    return "seconds" if lengths[-1 - too_long] * 60 > LONGEST_S else None


def _clock_by_size(column: Column) -> str | None:
    """Minutes and seconds if a cell shows that two parts are."""
    pairs = [
        (int(match[1]), int(match[2]))
        for text in column.texts
        if (match := re.fullmatch(r"(\d+):(\d\d)(?:\.\d+)?", text))
    ]
    return "m:ss" if are_minutes_and_seconds(pairs, column.texts) else None
