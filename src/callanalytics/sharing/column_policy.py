"""What replaces each column and cell when an export is made shareable.

A format uses some columns: rules read them, or it looks for words and patterns in them. Only cells known to identify no
one pass; everything else is replaced, masked, or emptied.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from callanalytics import formats
from callanalytics.formats import Format, Rule, find, fold
from callanalytics.formats.layout import Column, Test, taken_of
from callanalytics.lazy import regex
from callanalytics.normalize import shown_words
from callanalytics.normalize.dates_of_rows import with_any_year
from callanalytics.read.table import BLANKS
from callanalytics.sharing.pseudonyms import Pseudonyms
from callanalytics.values import try_read
from callanalytics.values.callbacks import CallbackEvent, read_callbacks
from callanalytics.values.events import NAMED, read_events
from callanalytics.values.lexicon import Patterns
from callanalytics.values.moments import Moment, moved_date
from callanalytics.values.parsers import NOTHING, PARSERS, Unreadable, read_caller
from callanalytics.values.phones import e164, shape

EVENTS = Patterns("events")

# ---- how a format uses each column ----------------------------------------------------------------------------------

NUMBERS = ("number", "caller", "extension")  # parsers of phone numbers
MOMENTS = ("moment", "moment_by_hand", "date", "epoch_s", "epoch_ms", "epoch_2001")
# Parsers that read a whole cell, and whose values identify no one.
PLAIN = ("words", "seconds", "minutes", "milliseconds", "clock_span", "iso_duration", "human_span", "told", "time",
         "time_24", "zone", "yes_no", "int")  # fmt: skip
NAMES = ("agent_name", "field_office")
IDS = ("agent_id", "sr_number", "matter", "receipt")
LISTED = ("reason", "words_said", "line")  # our columns whose words are on the agency's lists


@dataclass
class ColumnUse:
    """How a format uses one column of a table. ``rules`` read it alone; ``shared`` rules join it to other columns."""

    rules: list[Rule] = field(default_factory=list)
    shared: list[Rule] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    is_key: bool = False
    is_events: bool = False

    @property
    def all_rules(self) -> list[Rule]:
        return [*self.rules, *self.shared]

    @property
    def is_of_words(self) -> bool:
        """Whether the column holds a phone system's words, without numbers, names, or ids."""
        others = any(
            rule.parse in NUMBERS or rule.target in (*NAMES, *IDS, "sender", "body") for rule in self.all_rules
        )
        return not (others or self.is_key or self.is_events)

    @cached_property
    def words(self) -> frozenset[str]:
        """Whole cells that the format knows, folded: the words of its lists and tests."""
        words = {*NOTHING, *(word for rule in self.all_rules for word in rule.words)}
        words |= {fold(word) for rule in self.all_rules for word in rule.blank}
        return frozenset(words | {fold(test.text) for test in self.tests if test.text[:1] not in ("~", "*")})

    @cached_property
    def pieces(self) -> frozenset[str]:
        """Parts of a cell that the format knows: the runs of letters and digits in its words and patterns."""
        texts = [*self.words, *(test.text for test in self.tests), *(rule.take for rule in self.all_rules)]
        texts += [re.sub(r"\w\?", "", text) for text in texts]  # the pattern "totals?" also means total
        # Remove the patterns' own syntax, whose letters are not words of a cell
        plain = (re.sub(r"\\[a-zA-Z]|\{[^}]*\}|\(\?\w+\)|\[[^\]]*\]", " ", text) for text in texts)
        return frozenset(piece.casefold() for text in plain for piece in re.findall(r"[^\W_]+", text))


@cache
def public_words() -> frozenset[str]:
    """Whole cells in which the known phone systems say what a call was, folded."""
    words: set[str] = set()
    for fmt in formats.load().values():
        if fmt.makes == "calls":
            words |= {word for rule in fmt.columns.values() for word in rule.all_words}
            # Patterns, which begin with ~ or *, are not words
            tests = [test.text for when in fmt.conditions for _, column in when.tests for test in column]
            words |= {fold(text) for text in tests if text[:1] not in ("~", "*")}
            words |= {fold(raw) for e in fmt.examples if isinstance(raw := e.gives.get("outcome_raw"), str)}
    return frozenset(words)


def column_uses(fmt: Format, header: tuple[str, ...]) -> dict[str, ColumnUse]:
    """The columns of a table that its format uses; a column not listed here means nothing to the format."""
    found: dict[str, ColumnUse] = {}

    def use_of(column: Column) -> ColumnUse:
        name = find(column, header)
        return found.setdefault(name, ColumnUse()) if name is not None else ColumnUse()

    gathered = {name: column for name, (column, _) in (fmt.legs.gather if fmt.legs else {}).items()}
    for rule in fmt.leaves:
        columns = [gathered.get(column[0], column) for column in rule.columns]
        present = [column for column in columns if find(column, header) is not None]
        for column in present:
            # A cell that a rule joins to others means nothing alone, so it is replaced together with them.
            (use_of(column).rules if len(present) == 1 else use_of(column).shared).append(rule)
    for when in fmt.conditions:
        for column, tests in when.tests:
            use_of(gathered.get(column[0], column)).tests += tests
    for column in (*(fmt.legs.group + fmt.legs.own if fmt.legs else ()), *fmt.unique):
        # These cells join rows, so equal cells must stay equal in the copy; those that a rule reads whole do anyway.
        use_of(column).is_key = all(rule.take for rule in use_of(column).all_rules)
    for column in (*gathered.values(), *(fmt.legs.inherit if fmt.legs else ())):
        use_of(column)
    for column in fmt.events.columns if fmt.events else ():
        use_of(column).is_events = True
    return found


# ---- what replaces a cell -------------------------------------------------------------------------------------------

_WEEK = 7
_SHORT = regex(r"\d{1,6}")
_LONG = regex(r"\d{9}|\d{7}\.\d")  # longer than the length of a call; milliseconds may have more digits
_MAX_DIGITS = 4  # enough for "72 hours, or 30 days"; a file number has more
LENGTHS = ("human_span", "minutes", "seconds", "clock_span")  # figures among unlisted words stay
_COUNTED_AS = ("number", "about")  # row numbers of a sheet
_BEFORE_OTHERS = (NUMBERS, MOMENTS)
PLACEHOLDER = "x"  # fills a cell that must not be empty

# The results of callbacks, in words that a cell may use.
_RESULTS = {"": "called", "none": "no call as of", "voicemail": "VM", "unknown": "dropped"}
_RESULTS |= {word: word for word in ("answered", "missed", "email")}


class CellReplacer:
    """Rewrites the cells of one table.

    ``kept`` are the words that stay, by column. ``emptied`` counts the cells that no rule reads, and ``unlike`` the
    cells for which no replacement reads the same.
    """

    def __init__(
        self, fmt: Format, header, invented: Pseudonyms, agency, *, weeks: int = 0, order: str = "", year: str = ""
    ):
        self.fmt, self.invented, self.agency = fmt, invented, agency
        self.days, self.order, self.year = weeks * _WEEK, order, year
        self.uses = column_uses(fmt, tuple(header))
        self.examples = {
            (fold(name), fold(cell)) for example in fmt.examples for name, cell in example.row.items() if _is_word(cell)
        }
        self.epochs = [r for use in self.uses.values() for r in use.rules if r.target == "epoch" and r.take]
        self.kept: dict[str, Counter] = {}
        self.emptied: Counter = Counter()
        self.unlike: Counter = Counter()
        self._known: dict[tuple[str, str], str] = {}

    def cell(self, column: str | None, text: str | None) -> str:
        """The text that replaces a cell."""
        text = (text or "").strip(BLANKS)
        column = column or ""
        use = self.uses.get(column)
        if not text:
            return ""
        if use is None and self._is_listed(column, text):
            self.kept.setdefault(column, Counter())[text] += 1
            return text
        if use is None:
            self.emptied[column] += 1
            return PLACEHOLDER if self.fmt.makes == "entries" else ""  # a row with only a remark must not become empty
        # The same cell comes again in other rows and when the next number of weeks is tried
        if (column, text) not in self._known:
            self._known[column, text] = self._new(column, use, text)
        return self._known[column, text]

    def _new(self, column: str, use: ColumnUse, text: str) -> str:
        last = ""
        for new in self._candidates(column, use, text):
            if self._reads_the_same(use, text, new):
                if new == text and re.search(r"[^\W\d_]", text):
                    self.kept.setdefault(column, Counter())[text] += 1
                return new
            last = new
        self.unlike[column] += 1
        return last

    # ---- what may stay -------------------------------------------------------------------

    def _candidates(self, column: str, use: ColumnUse, text: str) -> Iterator[str]:
        if use.is_key and fold(text) not in NOTHING:
            yield self._key(text)
        is_word = use.is_of_words and (self._is_public(text) or self._is_listed(column, text))
        if fold(text) in use.words or is_word:
            yield text
        if use.is_events:
            yield self._moved_history(text)
        # Numbers and times first: what these rules read must not stay, whatever else the cell says
        rules = sorted(use.all_rules, key=lambda rule: [rule.parse not in first for first in _BEFORE_OTHERS])
        for rule in rules:
            if (new := self._replaced_by_rule(rule, use, text)) is not None:
                yield new
        if not rules and (new := self._moved(Rule("started", parse="moment"), text)):
            yield new  # a time that only a condition reads
        if any(rule.parse in LENGTHS for rule in rules) and len(re.findall(r"\d", text)) <= _MAX_DIGITS:
            yield re.sub(r"[^\W\d_]+", lambda word: self.invented.masked(word[0], use.pieces), text)
        yield self.invented.masked(text, use.pieces)
        yield self.invented.masked(text)
        # A letter that tells the kind of the number behind it, as in E201 and V9502
        yield re.sub(r"[^\W\d_]+|\d+", lambda run: self.invented.masked(run[0], use.pieces), text)
        yield PLACEHOLDER

    def _is_listed(self, column: str | None, text: str) -> bool:
        """Whether the phone system itself writes this cell: a format lists the word, or an example of this format
        has it in this column."""
        return fold(text) in public_words() or (fold(column or ""), fold(text)) in self.examples

    def _is_public(self, text: str) -> bool:
        """Whether a cell is a word that some phone system writes, or common words about calls."""
        if not re.search(r"[^\W\d_]", text) or len(re.findall(r"\d", text)) > _MAX_DIGITS:
            return False
        return fold(text) in public_words() or shown_words(text, self.fmt) == " ".join(text.split())

    def _replaced_by_rule(self, rule: Rule, use: ColumnUse, text: str) -> str | None:
        """The cell with the part that a rule reads replaced and the rest masked; None if the rule reads nothing."""
        match = re.search(rule.take, text) if rule.take else None
        if rule.take and match is None:
            return None
        start, end = match.span(1 if match.re.groups else 0) if match else (0, len(text))
        if start < 0:
            return None
        new = self._part(rule, text[start:end])
        if new is None:
            return None
        before, behind = (self.invented.masked(part, use.pieces) for part in (text[:start], text[end:]))
        return before + new + behind

    def _part(self, rule: Rule, part: str) -> str | None:
        if rule.parse in NUMBERS or rule.target == "sender":
            return self._other_party(part)
        if rule.target == "body":
            # A message reduced to the words by which the agency's messages are known
            folded = " ".join(part.casefold().split())
            kept_words = [self.agency.name] if self.agency.name in folded else []
            phrases = {phrase for sender in self.agency.senders for phrase in sender.phrases}
            kept_words += sorted(phrase for phrase in phrases if phrase.casefold() in folded)
            if match := EVENTS.number_named.search(part):
                kept_words.append(f"service request number {self.invented.identifier(match[1])}")
            return ", ".join(kept_words) or PLACEHOLDER
        if rule.target in NAMES:
            return self.invented.name(part)
        if rule.target in IDS:
            return self.invented.identifier(part, frozenset("e"))
        if self._is_plain(rule, part):
            return part
        if rule.parse in MOMENTS:
            return self._moved(rule, part) or self._callbacks(rule, part) or self._no_date(part)
        # "4S" for 45 stays: a text whose mask equals it identifies no one.
        return part if rule.parse in PLAIN and shape(part) == part else None

    def _callbacks(self, rule: Rule, part: str) -> str | None:
        """What a cell says about callbacks, with dates moved and without names; None if it says nothing about them."""
        events = try_read(read_callbacks, part) if rule.parse == "moment_by_hand" else None
        texts = [self._callback(rule, event) for event in dict.fromkeys(events or ())]
        known = [text for text in texts if text is not None]
        if not events or not known or len(known) < len(texts):
            return None
        return ", ".join(known) + (" twice" if len(texts) < len(events) else "")

    def _callback(self, rule: Rule, event: CallbackEvent) -> str | None:
        full = with_any_year(event.date)
        date = self._moved(rule, full) if event.date else ""
        if date is None:
            return None
        date = date if full == event.date else re.sub(r"(?:[/-]|,\s*)\d{4}$", "", date)
        return " ".join(filter(None, [_RESULTS[event.result], date, event.time]))

    def _no_date(self, part: str) -> str | None:
        """A date that does not exist, with its year moved; systems write "never" as the year 1."""
        if part.startswith("0001-"):
            return part
        # It is not a date, so only its year can move with the others
        years = round(self.days / 365)
        shifted = re.sub(r"(?<!\d)20\d\d(?!\d)", lambda match: str(int(match[0]) + years), part)
        is_file_number = re.search(r"\d-\d{3}", shifted)  # 22-014, typed among dates by mistake
        return shifted if shape(shifted) == shifted and not is_file_number else None

    def _is_plain(self, rule: Rule, part: str) -> bool:
        """Whether a parser with public words reads the whole part, or the part is on one of the agency's lists."""
        if rule.target in LISTED:
            named = {"reason": self.agency.reason_named, "words_said": self.agency.words_named}
            return named.get(rule.target, self.agency.line_named)(part) is not None or bool(
                self.agency.line_of(e164(part))
            )
        if rule.target in _COUNTED_AS:
            return bool(re.fullmatch(r"(?:no\.?\s*|#)?\d{1,6}(?:\.0)?", part, re.IGNORECASE))
        if _is_too_long(rule, part):  # an id or a number in a column that also holds durations
            return False
        parsers = [rule.parse] if rule.parse in PLAIN else ["time_24", "time", "zone"] if rule.parse in MOMENTS else []
        return any(not isinstance(_read(parser, part, rule, ""), Unreadable) for parser in parsers)

    def _moved(self, rule: Rule, part: str) -> str | None:
        try:
            return moved_date(part, self.days, rule.parse, self._order_of(rule), rule.patterns, self.invented.masked)
        except (ValueError, OverflowError):
            return None

    def _order_of(self, rule: Rule) -> str:
        return self.order or (rule.order if rule.order in ("mdy", "dmy") else "")

    def _other_party(self, part: str) -> str:
        """The other end of a call or message."""
        if any(sender.has(part) for sender in self.agency.senders) or read_caller(part) in ("withheld", "unknown"):
            return part
        if e164(part):
            return self.invented.written_number(part)
        if re.fullmatch(r"[*#]\d{1,6}#?|\d|[a-z]", part):  # a feature code, or "s", "i": a system's names for its parts
            return part
        if _SHORT.fullmatch(part):
            return self.invented.identifier(part)
        if "@" in part:
            return self.invented.name(part).replace(" ", ".").lower() + "@example.org"
        return self.invented.masked(part) if re.search(r"\d", part) else self.invented.name(part)

    def party(self, text: str) -> str:
        """The other party of a call or message, as a page's name has it; "" for none."""
        return self._other_party(text) if text else ""

    def moved_time(self, text: str) -> str:
        """An ISO time, moved; "" for none."""
        return moved_date(text, self.days) if text else ""

    def _key(self, text: str) -> str:
        """An id with the time in it moved: FreePBX's time zone is proved by this time."""
        for rule in self.epochs:
            if match := re.search(rule.take, text):
                start, end = match.span(1)
                moment = moved_date(text[start:end], self.days, rule.parse)
                return self.invented.identifier(text[:start]) + moment + self.invented.identifier(text[end:])
        return self.invented.identifier(text)

    def _moved_history(self, text: str) -> str:
        """Several contacts in one cell, with dates moved and ids replaced; masked unless every word is known."""
        if try_read(read_events, text, year=self.year) is None:
            return self.invented.masked(text)
        text = re.sub(r"\s*\n\s*", "; ", text)
        for name in NAMED:
            text = EVENTS[name].sub(self._with_other_id, text)
        return EVENTS.date.sub(self._with_year, text)

    def _with_other_id(self, match: re.Match) -> str:
        whole, start = match[0], match.start(1) - match.start()
        return whole[:start] + self.invented.identifier(match[1]) + whole[match.end(1) - match.start() :]

    def _with_year(self, match: re.Match) -> str:
        has_year = match[1] or match[3]
        return moved_date(match[0] if has_year else f"{match[0]}/{self.year}", self.days, order="mdy")

    # ---- whether it reads the same ----------------------------------------------------------------

    def _reads_the_same(self, use: ColumnUse, old: str, new: str) -> bool:
        if any(test.fits(old) != test.fits(new) for test in use.tests):
            return False
        # A phone number need only mean the same to the rules that read numbers
        rules = [rule for rule in use.rules if rule.parse in NUMBERS] if e164(old) else []
        return all(self._means_the_same(rule, old, new) for rule in rules or use.rules)

    def _means_the_same(self, rule: Rule, old: str, new: str) -> bool:
        # An id among durations was replaced, and neither file's is read as a duration
        if _is_too_long(rule, old):
            return True
        first, second = (self._value(rule, text) for text in (old, new))
        if isinstance(first, Unreadable) or isinstance(second, Unreadable) or first is None or second is None:
            return type(first) is type(second) and getattr(first, "reason", "") == getattr(second, "reason", "")
        if rule.parse == "number":
            return self.agency.is_agency_number(first) == self.agency.is_agency_number(second)
        if rule.parse in MOMENTS:
            if not isinstance(first, Moment):
                return (second - first).days == self.days
            return (second.local - first.local).days == self.days and first[1:] == second[1:]
        return rule.parse not in (*PLAIN, "caller") or first == second

    def _value(self, rule: Rule, text: str):
        """What a rule reads in a cell: None for nothing, or the problem if it cannot be read."""
        part = taken_of(text, rule.take)
        if not part or fold(part) in {fold(word) for word in rule.blank}:
            return None
        return _read(rule.parse, part, rule, self._order_of(rule))


def _is_word(cell) -> bool:
    return isinstance(cell, str) and bool(re.search(r"[^\W\d_]{2}", cell)) and not re.search(r"[\d@]", cell)


def _is_too_long(rule: Rule, text: str) -> bool:
    """Whether the text has more digits than a duration or a count, and so is an id or a number."""
    long = re.compile(r"\d{10}") if rule.parse == "milliseconds" else _LONG
    return rule.parse in PLAIN and rule.parse != "words" and bool(long.search(text))


def _read(parser: str, text: str, rule: Rule, order: str):
    options = {"unit": rule.unit, "clock": rule.clock, "patterns": rule.patterns, "words": rule.words}
    given = {key: value for key, value in options.items() if value} | {"listed": rule.listed, "order": order}
    try:
        return PARSERS[parser].with_options(**given)(text)
    except Unreadable as problem:
        return problem
