"""Which column of an unknown export says how a call ended and which way it went."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from callanalytics import formats
from callanalytics.agencies import Agency
from callanalytics.formats import Rule, fold
from callanalytics.proposals import columns
from callanalytics.proposals.cells import Numbers
from callanalytics.proposals.columns import Column, Question
from callanalytics.read import TextTable
from callanalytics.values.parsers import PARSERS, Unreadable
from callanalytics.values.phones import shape

# ---- words ----------------------------------------------------------------------------------------------------------

MOST_WORDS, LONGEST_WORD = 15, 40  # different words of a column, letters of one
EMPTY_WORDS = {"", "0", "1", "true", "false", "yes", "no", "y", "n"}  # they mean nothing without their column
DIRECTION = "direction type way"
OUTCOME = "result outcome status disposition state answered cause action"
# How systems set to other languages say it (German, Spanish, French); a dictionary's words, in no format seen.
ABROAD = {
    "direction": {
        "outbound": "ausgehend saliente sortant",
        "inbound": "eingehend entrante entrant",
        "internal": "intern interna interne",
    },
    "outcome": {
        "answered": "angenommen beantwortet contestada atendida répondu",
        "missed": "verpasst perdida manqué",
        "busy": "besetzt ocupado occupé",
    },
}
UNANSWERED = ("voicemail", "missed", "busy", "failed", "canceled")
NO_CALLS = "fax sms text message mms chat"


@dataclass
class Meanings:
    """The rules for the direction and the outcome, the columns they use, what is doubtful."""

    rules: dict[str, dict] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    used: list[Column] = field(default_factory=list)
    has_unanswered: bool = False
    aside: list[tuple[str, list[str], str]] = field(default_factory=list)  # column, words, reason: no calls


@cache
def vocabulary(target: str) -> dict[str, set[str]]:
    """Their word -> ours, as the known systems have it; several of ours where they do not agree."""
    known: dict[str, set[str]] = defaultdict(set)
    for fmt in formats.load().values():
        for rule in _with_cases(fmt.columns.get(target) if fmt.makes == "calls" else None):
            for theirs, ours in rule.words.items():
                if theirs not in EMPTY_WORDS and not theirs.isdigit():
                    known[theirs].add(ours)
    for ours, theirs in ABROAD[target].items():
        for word in theirs.split():
            known[word].add(ours)
    for ours in ("inbound", "outbound", "internal") if target == "direction" else ():
        known[ours] = {ours}
    return dict(known)


def _with_cases(rule: Rule | None) -> Iterator[Rule]:
    if rule is not None:
        yield rule
        for _, then in rule.cases:
            yield from _with_cases(then)


def find_meanings(columns: list[Column], table: TextTable) -> Meanings:
    """The direction and the outcome; each word that no one can be sure of is a question."""
    found = Meanings()
    closed = [column for column in columns if _is_closed(column)]
    direction = _best(closed, "direction", DIRECTION)
    if direction is None:
        found.rules["direction"] = {"value": "unknown"}
        do = (
            "Which one does? If none does, but one column always holds your number where you called: write "
            '[[columns.direction.cases]] with  when = { From = "your number as it stands there" }  and  '
            'value = "outbound", and a second one for inbound. Until then no number can be said to be ours, '
            "and no call to be one that came in."
        )
        found.questions.append(Question("the direction", "no column says it in words we know.", do, "direction"))
    else:
        _add(found, "direction", direction, table)
    outcome = _best(closed, "outcome", OUTCOME)
    if outcome is None:
        found.questions.append(Question("the outcome", "no column says it in words we know.", "Which one does?"))
    else:
        _add(found, "outcome", outcome, table)
        cancel_unanswered(found)
    _ask_unanswered(found)
    _ask_no_calls(closed, found)
    return found


def _is_closed(column: Column) -> bool:
    """Whether a column holds words of a short list: few, short, and coming again."""
    texts = column.texts
    return 0 < len(texts) <= MOST_WORDS and all(len(text) <= LONGEST_WORD for text in texts)


def _best(closed: list[Column], target: str, names: str) -> Column | None:
    """The column that says most in words that are known, one of a fitting name before any other."""

    def known(column: Column) -> float:
        return sum(fold(text) in vocabulary(target) for text in column.texts) / len(column.texts)

    able = [column for column in closed if known(column) >= (0.3 if column.has(names) else 0.8)]
    return max(able, key=lambda c: (bool(c.has(target)), bool(c.has(names)), known(c) * c.filled), default=None)


def _add(found: Meanings, target: str, column: Column, table: TextTable) -> None:
    """The map of a column: each word that means one thing everywhere; the others are asked for."""
    meanings: dict[str, list[str]] = defaultdict(list)
    for text in column.texts:
        ours = vocabulary(target).get(fold(text), set())
        if len(ours) == 1 and is_plain(text):
            meanings[next(iter(ours))].append(text)
            continue
        where = f"{shown(text)!r} (first in row {column.row_of(text, table)})"
        why = f"{where} means {' or '.join(sorted(ours))} with other systems." if ours else f"{where} is not known."
        found.questions.append(
            Question(repr(column.name), why, f"Which of our words for {target}? Until then: unknown.")
        )
    found.rules[target] = {"from": column.name, "default": "unknown", "map": dict(meanings)}
    found.used.append(column)
    if not meanings:
        del found.rules[target]["map"]
        found.rules[target] = {"value": "unknown"}


def cancel_unanswered(found: Meanings) -> None:
    """A call of ours that no one answered was not missed by us: we canceled it."""
    rule, direction = found.rules.get("outcome", {}), found.rules["direction"]
    missed = rule.get("map", {}).get("missed")
    if missed and ("outbound" in direction.get("map", {}) or direction.get("cases")):
        rule["cases"] = [{"when": {"(direction)": "outbound", rule["from"]: missed}, "value": "canceled"}]


def _ask_unanswered(found: Meanings) -> None:
    words_by_outcome = found.rules.get("outcome", {}).get("map", {})
    found.has_unanswered = any(ours in words_by_outcome for ours in UNANSWERED)
    if not found.has_unanswered:
        text = "no row is plainly a call that nobody answered."
        do = "Would the system list one? If so, write has_unanswered = true."
        found.questions.append(Question("unanswered calls", text, do))


def _ask_no_calls(closed: list[Column], found: Meanings) -> None:
    for column in closed:
        texts = [
            text for text in column.texts if set(columns.words_of(text)) & set(NO_CALLS.split()) and is_plain(text)
        ]
        if texts:
            reason = "fax" if all("fax" in columns.words_of(text) for text in texts) else "text"
            found.aside.append((column.name, texts, reason))
            text = f"rows with {', '.join(map(repr, texts))} are taken for no calls."
            do = "If they are calls, take out [[set_aside]] at the end."
            found.questions.append(Question(repr(column.name), text, do))


def is_plain(text: str) -> bool:
    """Whether a cell is made of words that logs are written in, so that it is no one's name or number.

    >>> is_plain("No answer"), is_plain("Maria"), is_plain("Answered by 2025550143")
    (True, False, False)
    """
    known = set(columns.known_words()) | _words_of_systems() | set(NO_CALLS.split())
    return not any(c.isdigit() for c in text) and all(word in known for word in columns.words_of(text))


@cache
def _words_of_systems() -> set[str]:
    return {
        word for target in ("direction", "outcome") for text in vocabulary(target) for word in columns.words_of(text)
    }


def shown(text: str) -> str:
    """A cell as it may be shown: a word of logs as it is, anything else masked."""
    return text if is_plain(text) else shape(text)


# ---- the direction by the numbers of the office ---------------------------------------------------------------------

FEWEST_DIGITS = 4  # digits by which a number may be named
OFTEN, ON_BOTH_SIDES = 0.5, 0.2  # shares of the rows in which a number stands that may be the office's
MOST_NUMBERS = 4  # numbers that are proposed


def set_direction(meanings: Meanings, phones: Numbers, ours: Sequence[str], agency: Agency) -> list[tuple[str, int]]:
    """Put the rule for the direction in, by the office's own numbers; else the numbers that may be these.

    Nothing is done where a column says the direction, or caller and called have no column each.
    """
    if "map" in meanings.rules["direction"] or not {"caller", "called"} <= set(phones.rules):
        return []
    by_name = {column.name: column for column in phones.used}
    caller, called = (by_name[phones.rules[target]["from"]] for target in ("caller", "called"))
    own = [[text for text in column.texts if _is_one_of(text, ours)] for column in (caller, called)]
    if not all(map(len, own)):
        return _likely_own_numbers(caller, called, agency)
    meanings.rules["direction"] = {
        "value": "unknown",
        "cases": [
            {"when": {caller.name: own[0], called.name: own[1]}, "value": "internal"},
            {"when": {caller.name: own[0]}, "value": "outbound"},
            {"when": {called.name: own[1]}, "value": "inbound"},
        ],
    }
    meanings.questions = [question for question in meanings.questions if question.code != "direction"]
    cancel_unanswered(meanings)
    return []


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _is_one_of(text: str, ours: Sequence[str]) -> bool:
    named = [digits for digits in map(_digits, ours) if len(digits) >= FEWEST_DIGITS]
    return len(_digits(text)) >= 10 and any(_digits(text).endswith(digits) for digits in named)


def _likely_own_numbers(caller: Column, called: Column, agency: Agency) -> list[tuple[str, int]]:
    """Numbers in half of the rows, or on both sides and in many rows; most frequent first, without the agency's.

    A client's number must not be shown; it is in fewer rows.
    """
    sides = [_counted(column) for column in (caller, called)]
    total = sides[0] + sides[1]
    least = {n: ON_BOTH_SIDES if all(n in side for side in sides) else OFTEN for n in total}
    able = [n for n, rows in total.items() if rows >= least[n] * len(caller.cells)]
    able = [n for n in able if not agency.is_agency_number(n)]
    return [(n, total[n]) for n in sorted(able, key=lambda n: -total[n])][:MOST_NUMBERS]


def _counted(column: Column) -> Counter:
    found: Counter[str] = Counter()
    for text in column.texts:
        try:
            number = PARSERS["number"](text)
        except Unreadable:
            continue
        e164 = getattr(number, "e164", number)
        if isinstance(e164, str) and len(_digits(e164)) >= 10:
            found[e164] += column.counts[text]
    return found
