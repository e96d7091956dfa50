"""Find the columns of an unknown export that give a call's outcome and direction."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache

from callanalytics import formats
from callanalytics.agencies import Agency
from callanalytics.formats import fold
from callanalytics.proposals import cells, columns
from callanalytics.proposals.columns import NAMES, Column, Question, Rules
from callanalytics.read import TextTable
from callanalytics.schema import UNANSWERED_OUTCOMES
from callanalytics.values import try_read
from callanalytics.values.parsers import PARSERS
from callanalytics.values.phones import compared_digits, shape
from callanalytics.wording import joined

# ---- words ----------------------------------------------------------------------------------------------------------

MAX_WORDS, MAX_LETTERS = 15, 40  # most distinct words of a column, and most characters of one
# Letters and words that have a meaning only in a column with such a name.
BY_NAME, NAMED = (columns.LEXICON[name] for name in ("by_name", "named"))
EMPTY_WORDS = {"", *" ".join(BY_NAME["outcome"].values()).split()}  # meaningless without their column


@cache
def vocabulary(target: str) -> dict[str, set[str]]:
    """File's word -> schema words, as the known systems have it; more than one schema word if they disagree."""
    known: dict[str, set[str]] = defaultdict(set)
    for fmt in formats.load().values():
        rule = fmt.columns.get(target) if fmt.makes == "calls" else None
        for each in rule.leaves if rule else ():
            for theirs, ours in each.words.items():
                if theirs not in EMPTY_WORDS and not theirs.isdigit():
                    known[theirs].add(ours)
    known = {word: ours for word, ours in known.items() if _holds_everywhere(word, target)}
    for ours, theirs in columns.LEXICON[target].items():
        for word in theirs.split(", "):
            known.setdefault(word, set()).add(ours)
    for ours in ("inbound", "outbound", "internal") if target == "direction" else ():
        known[ours] = {ours}
    if target == "outcome":  # the direction of a call does not show that anyone answered
        known = {
            word: ours for word, ours in known.items() if ours != {"answered"} or word not in vocabulary("direction")
        }
    return dict(known)


WAYS = set("in inbound incoming received out outbound outgoing placed dialed dialled internal missed voicemail".split())
OF_ONE_SYSTEM = "normal_clearing, hangup, hang up, recorded, stopped, reply".split(", ")  # broader in other systems


def _holds_everywhere(word: str, target: str) -> bool:
    """Whether a word means the same in every system: *Phone Call* gives the direction only in RingCentral."""
    if target == "direction":
        return not WAYS.isdisjoint(columns.words_of(word))
    return word not in OF_ONE_SYSTEM


def find_meanings(columns: list[Column], table: TextTable) -> Rules:
    """Find the direction and the outcome; every uncertain word becomes a question."""
    found = Rules()
    closed = [column for column in columns if _is_closed(column)]
    direction = _best_column(closed, "direction", NAMES["direction"])
    of_places = (column for column in columns if column.has(NAMES["places"]) and _names_places(column))
    if direction is None and (index := next(of_places, None)):
        _add_places(found, index)
    elif direction is None:
        found.rules["direction"] = {"value": "unknown"}
        do = (
            "Which one does? If none does, but one column always holds your number where you called: write "
            '[[columns.direction.cases]] with  when = { From = "your number as it stands there" }  and  '
            'value = "outbound", and a second one for inbound. Until then no number can be said to be ours, '
            "and no call to be one that came in."
        )
        found.ask("the direction", "no column says it in words we know.", do, "direction")
    else:
        _add_map(found, "direction", direction, table)
        _add_internal(found, [column for column in closed if column is not direction])
    outcome = _best_column(closed, "outcome", NAMES["outcome"])
    of_both = outcome or direction
    if of_both and _says_both(of_both):
        _add_outcome_of_directions(found, of_both, table)
    elif outcome is None and (answer := _answer_moment(columns)):
        _add_answers(found, answer)
    elif outcome is None and (flag := next(filter(_is_missed_flag, closed), None)):
        _add_missed(found, flag)
    elif outcome is None and (missed := next((c for c in cells.moments_of(columns) if c.has("missed")), None)):
        found.rules["outcome"] = {"value": "missed", "cases": [{"when": {missed.name: ""}, "value": "unknown"}]}
        found.ask(missed, "is the moment of a missed call, so every call is taken for one.", "Is it so?")
    elif outcome is None and (box := next((c for c in columns if c.has("mailbox") and c.filled == 1), None)):
        found.rules["outcome"] = {"value": "voicemail"}
        found.used.append(box)
        found.ask(box, "is filled in every row, so each is taken for a call that left a message.", "Is it so?")
    elif outcome is None and not _has_outcome(columns) and (talk := _talk_column(columns, found)):
        _add_answers(found, talk)
    elif outcome is None:
        found.ask("the outcome", "no column says it in words we know.", "Which one does?")
    else:
        _add_map(found, "outcome", outcome, table)
        cancel_unanswered(found)
        if outcome.filled < 1:
            _add_beside(found, outcome, [column for column in closed if column not in (outcome, direction)])
    _add_answers_beside(found, columns)
    _add_voicemail(found, [column for column in columns if column not in (outcome, direction)])
    _ask_unanswered(found)
    _ask_no_calls(closed, found)
    return found


def _add_internal(found: Rules, columns: list[Column]) -> None:
    """Count calls as internal if a column next to the direction says so: Internal next to External, or *Yes*."""
    yes = BY_NAME["outcome"]["answered"].split()
    for column in columns:
        is_flag = "internal" in column.words and {*column.words} <= {"internal", "call", "is"} and _is_yes_or_no(column)
        ways = [text for text in column.texts if vocabulary("direction").get(fold(text)) == {"internal"}]
        is_kind = column.has(NAMES["direction"]) or {*map(fold, column.texts)} <= {"internal", "external"}
        if is_flag or (ways and is_kind):
            found.add_case("direction", {column.name: yes if is_flag else ways}, "internal", column)


def _add_beside(found: Rules, outcome: Column, columns: list[Column]) -> None:
    """Fill an empty outcome from another column that has words for unanswered calls (COMPLETED, MISSED)."""
    column = max(columns, key=lambda column: len(_unanswered(column)), default=outcome)
    rule, unanswered = found.rules["outcome"], _unanswered(column)
    nothing = {outcome.name: ["", *outcome.blanks]}
    for ours in sorted({*unanswered.values()}) if "from" in rule else ():
        when = {column.name: [text for text, end in unanswered.items() if end == ours]} | nothing
        found.add_case("outcome", when, ours, column)


def _add_voicemail(found: Rules, others: list[Column]) -> None:
    """Count calls taken by voicemail as not answered, if another column says so: VoiceMail next to ANSWERED, a machine
    that answered, *Yes*, or a link to the message. Of a call that a menu answered, no one knows who took it."""
    rule = found.rules.get("outcome", {})
    for column in others:
        if "answered" in rule.get("map", {}) and _is_closed(column):
            _add_machines(found, rule, column)
        if {"cases", "map"} & rule.keys():
            _add_flag(found, rule, column)


def _add_machines(found: Rules, rule: dict, column: Column) -> None:
    """Count no answered call as answered by a person where the column names a voicemail or a menu.

    A voicemail took a call that is marked as not answered, too.
    """
    machine = {"machine"} if {"answered", "by"} <= {*column.words} else set()
    boxes = [
        text
        for text in column.texts
        if fold(text).replace(" ", "") in VOICEMAIL or machine & {*fold(text).replace("_", " ").split()}
    ]
    menus = [text for text in column.texts if column.has(ANSWERERS) and MACHINES & {*columns.words_of(text)}]
    answered, missed = (rule["map"].get(ours, []) for ours in ("answered", "missed"))
    for texts, ours, ends in ((boxes, "voicemail", answered + missed), (menus, "unknown", answered)):
        if texts:
            found.add_case("outcome", {column.name: texts, rule["from"]: ends}, ours, column)


def _add_flag(found: Rules, rule: dict, column: Column) -> None:
    """Add what a column says by its name, in the incoming calls that it marks: Voicemail, *Yes*; Missed, *1*."""
    of_box, of_missed = (bool(named & {*column.words}) and {*column.words} <= named | WENT_TO for named in FLAGS)
    if of_box and (_is_yes_or_no(column) or column.filled < 1):
        when, value = A_MESSAGE, "voicemail"
        if rule.get("value") == "unknown":  # what was not left as a message, a person took
            rule["value"] = "answered"
    elif of_missed and not of_box and _is_yes_or_no(column):
        when, value = BY_NAME["outcome"]["answered"].split(), "missed"
    else:
        return
    found.add_case("outcome", {"(direction)": "inbound", column.name: when}, value, column, is_first=True)


INCOMING = "incom"  # bills shorten it, as in INCOMI CL


def _names_places(column: Column) -> bool:
    """Whether a bill's column has the place called for outgoing calls and *Incoming* for incoming ones."""
    came = [text for text in column.texts if fold(text).startswith(INCOMING)]
    others = [text for text in column.texts if text not in came]
    is_place = all(re.search(r"[^\W\d_]{2}", text) and not re.search(r"\d{3}", text) for text in others)
    return bool(came and others) and is_place


def _add_places(found: Rules, column: Column) -> None:
    found.rules["direction"] = {
        "value": "outbound",
        "cases": [
            {"when": {column.name: f"~{INCOMING}.*"}, "value": "inbound"},
            {"when": {column.name: ""}, "value": "unknown"},
        ],
    }
    found.used.append(column)
    text = "where it says Incoming a call came, where it names a place a call of ours went."
    found.ask(column, text, "Is it so?")


def _answer_moment(columns: list[Column]) -> Column | None:
    """The column with the time at which calls were answered, if some rows have none."""
    able = (column for column in cells.moments_of(columns) if column.has(NAMES["answers"]) and None in column.cells)
    return next(able, None)


def _talk_column(columns: list[Column], found: Rules) -> Column | None:
    """The column of talk time, if it is zero in some rows.

    Without one, a length of 0:00:00 shows as well that no one answered, if not every call in has it. It may be rounded
    where no length has seconds.
    """
    talks = (column for column in columns if column.has(NAMES["talks"]) and cells.length_forms(column))
    able = [column for column in talks if 0 < len(_zeros(column)) < len(column.texts)]
    came = [row for row, comes in enumerate(found.calls_in()) if comes]
    for column in filter(cells.length_fitness, columns):
        in_seconds = any(not text.endswith(":00") for text in column.texts)
        exact = [zero for zero in _zeros(column) if in_seconds and zero.count(":") == 2]
        able += [column] if len({column.cells[row] in exact for row in came}) == 2 else []
    return able[0] if able else None


def _has_outcome(columns: list[Column]) -> bool:
    """Whether a column is named for the outcome; one of states may hold those of callers (MA, NY)."""
    named = (column for column in columns if column.has(NAMES["outcome"]))
    return any(not column.has("state") or any(len(text) != 2 for text in column.texts) for column in named)


def _zeros(column: Column) -> list[str]:
    return [text for text in column.texts if re.fullmatch(r"[0:.]+", text)]


def _add_answers(found: Rules, column: Column, beside: dict | None = None) -> None:
    """Add the outcome from a time of answer or of talk; with words ``beside``, only for calls with one of them."""
    never, is_out = {column.name: ["", *column.blanks, *_zeros(column)]}, {"(direction)": "outbound"}
    # The office did not miss its own unanswered calls.
    cases: list[dict] = [{"when": is_out | never, "value": "canceled"}, {"when": never, "value": "missed"}]
    value, text = "answered", "a call that a voicemail or a menu took may count as answered."
    known = found.rules.get("outcome", {})
    if _zeros(column) and "voicemail" not in known.get("map", {}):  # a length: voicemail has one too
        value, text = "unknown", "of other incoming calls it does not tell a person from a voicemail."
        cases.append({"when": is_out, "value": "answered"})
    rule = {"value": value, "cases": cases}
    if beside:
        cases.append({"when": {}, "value": value})
        rule = known | {"cases": known.get("cases", []) + [case | {"when": case["when"] | beside} for case in cases]}
    found.rules["outcome"] = rule
    found.used.append(column)
    found.ask(column, f"where it is empty or zero, no one answered; {text}", "Is it so?")


def _add_answers_beside(found: Rules, columns: list[Column]) -> None:
    """Of words that do not say whether anyone answered, have a time of answer or of talk tell."""
    column, words = found.column("outcome"), found.rules.get("outcome", {}).get("map", {})
    if column is None:
        return
    known = {word for listed in words.values() for word in listed}
    unsaid = words.get("unknown") or [text for text in column.texts if text not in known and "answered" not in words]
    if unsaid and (answer := _answer_moment(columns) or _talk_column(columns, found)):
        if "unknown" not in words:  # each was asked about
            found.questions = [each for each in found.questions if each.about != repr(column.name)]
        _add_answers(found, answer, {column.name: unsaid})


def _is_missed_flag(column: Column) -> bool:
    return bool(FLAGS[1] & {*column.words}) and {*column.words} <= FLAGS[1] | MISSED and _is_yes_or_no(column)


def _add_missed(found: Rules, column: Column) -> None:
    """Add the outcome from a column called Missed or Abandoned: *No* does not say who answered."""
    yes, no = (BY_NAME["outcome"][ours].split() for ours in ("answered", "missed"))
    found.rules["outcome"] = {"from": column.name, "default": "unknown", "map": {"missed": yes, "unknown": no}}
    found.used.append(column)
    cancel_unanswered(found)
    found.ask(
        column, "of calls that were not missed it does not tell a person from a voicemail.", "Does another column?"
    )


def _meanings_of(column: Column, target: str, text: str) -> set[str]:
    """The possible meanings of a cell, by itself or because of its column's name."""
    # I and O, beside other single letters at most
    letters = [*map(fold, column.texts)] if target == "direction" and column.has(NAMES["direction"]) else []
    if column.has(NAMED[target]) or ({"i", "o"} <= {*letters} and all(len(letter) == 1 for letter in letters)):
        for ours, theirs in BY_NAME[target].items():
            if fold(text) in theirs.split():
                return {ours}
    if target == "outcome" and fold(text) == OVER and not any(map(_is_unanswered, column.texts)):
        return set()
    if fold(text) not in vocabulary(target):
        return _ways_named(column, text) if target == "direction" else _ends_named(text)
    return vocabulary(target)[fold(text)]


OVER = "completed"  # means answered only next to words for unanswered calls; otherwise every call may have it
REFUSED = ("rejected", "declined", "blocked")  # of incoming calls, where a column of ways has Missed too
WAYS_NAMED = {"outbound": "outbound, outgoing", "inbound": "inbound, incoming", "internal": "internal"}


def _is_unanswered(text: str) -> bool:
    ours = vocabulary("outcome").get(fold(text)) or _ends_named(text)
    return bool(ours) and ours <= {*UNANSWERED_OUTCOMES}


# With these words, "answered" means an answer; with others it may not (not answered) or may be a machine (by IVR).
BESIDE_ANSWERS = set("call calls received placed was the incoming inbound outgoing outbound live".split())


def _ends_named(text: str) -> set[str]:
    """The single outcome named among other words: *Missed call received*, *Call placed, not answered*."""
    spaced = f" {' '.join(columns.words_of(text))} "
    named = [word for word in vocabulary("outcome") if f" {word} " in spaced] if is_plain(text) else []
    longest = [word for word in named if not any(word != other and word in other for other in named)]
    ours = {end for word in longest for end in vocabulary("outcome")[word]}
    others = set(spaced.split()).difference(*(word.split() for word in longest))
    is_doubtful = "answered" in ours and not others <= BESIDE_ANSWERS
    return ours if len(ours) == 1 and not is_doubtful else set()


def _ways_named(column: Column, text: str) -> set[str]:
    """The direction named among other words (outbound_missed); *Answered* next to Dialed and Missed means incoming."""
    named = {way: f"{names}, {columns.LEXICON['direction'][way]}" for way, names in WAYS_NAMED.items()}
    ways = {way for way, names in named.items() if not set(names.split(", ")).isdisjoint(columns.words_of(text))}
    if fold(text) in REFUSED and {"missed", *REFUSED}.intersection(map(fold, column.texts)) - {fold(text)}:
        return {"inbound"}
    if not ways and "missed" in columns.words_of(text):
        return {"inbound"}
    if ways or vocabulary("outcome").get(fold(text)) != {"answered"}:
        return ways if len(ways) == 1 else set()
    beside = [vocabulary("direction").get(fold(each)) for each in column.texts if not _is_unanswered(each)]
    return {"inbound"} if {"outbound"} in beside and {"inbound"} not in beside else set()


def _is_closed(column: Column) -> bool:
    """Whether a column holds words of a short list: few distinct ones, all short, and no telephone number."""
    texts = column.texts
    is_short = 0 < len(texts) <= MAX_WORDS and all(len(text) <= MAX_LETTERS for text in texts)
    return is_short and not column.values("number")


def _best_column(closed: list[Column], target: str, names: str) -> Column | None:
    """The column with the most known words, preferring one with a fitting name."""

    def known(column: Column) -> float:
        is_both = target == "outcome" and _says_both(column)
        known_texts = [
            text for text in column.texts if _meanings_of(column, target, text) or (is_both and _is_way(column, text))
        ]
        return len(known_texts) / len(column.texts)

    able = [column for column in closed if known(column) >= (0.3 if column.has(names) else 0.8)]
    return max(
        able,
        key=lambda c: (
            target == "outcome" and bool(_unanswered(c)),  # first a column that distinguishes unanswered calls
            *(bool(c.has(target)), bool(c.has(names))),
            not _is_yes_or_no(c),
            known(c) * c.filled,
        ),
        default=None,
    )


def _is_yes_or_no(column: Column) -> bool:
    return all(fold(text) in EMPTY_WORDS for text in column.texts)


def _says_both(column: Column) -> bool:
    """Whether one column gives both the direction and, for unanswered calls, the outcome."""
    return bool(_unanswered(column)) and any(_is_way(column, text) for text in column.texts)


def _unanswered(column: Column) -> dict[str, str]:
    """The words of a column that can only mean an unanswered call, with the schema word for each."""
    meant = {text: _meanings_of(column, "outcome", text) for text in column.texts}
    unanswered = {*UNANSWERED_OUTCOMES}
    return {text: next(iter(ours)) for text, ours in meant.items() if len(ours) == 1 and ours <= unanswered}


def _is_way(column: Column, text: str) -> bool:
    """Whether a word gives the direction of a call but not its outcome."""
    return bool(_meanings_of(column, "direction", text)) and not _meanings_of(column, "outcome", text)


def _add_outcome_of_directions(found: Rules, column: Column, table: TextTable) -> None:
    """Add the outcome, of incoming calls only, from a column that also gives the direction (Placed, Received,
    Missed)."""
    words: dict[str, list[str]] = defaultdict(list)
    unanswered = _unanswered(column)
    for text, ours in unanswered.items():
        words[ours].append(text)
    for text in column.texts:
        is_in = _meanings_of(column, "direction", text) == {"inbound"} and is_plain(text)
        if text not in unanswered and (is_in or _meanings_of(column, "outcome", text) == {"answered"}):
            words["answered"].append(text)
        elif _is_way(column, text):  # no outcome
            words["unknown"].append(text)
        elif text not in unanswered:
            found.questions.append(_ask_word(column, "outcome", text, table))
    found.rules["outcome"] = {"from": column.name, "default": "unknown", "map": dict(words)}
    found.rules["outcome_raw"] = {"from": column.name}
    found.used.append(column)
    cancel_unanswered(found)
    text = f"incoming calls that are not called {joined(map(repr, unanswered), 'or')} are taken for answered."
    do = "Of other outgoing calls it does not say how they ended: they stay unknown."
    found.ask(column, text, do)


def _add_map(found: Rules, target: str, column: Column, table: TextTable) -> None:
    """Add the map of a column with each unambiguous word; ask about the rest."""
    meanings: dict[str, list[str]] = defaultdict(list)
    for text in column.texts:
        ours = _meanings_of(column, target, text)
        if len(ours) == 1 and (is_plain(text) or fold(text) not in vocabulary(target)):
            meanings[next(iter(ours))].append(text)
            continue
        found.questions.append(_ask_word(column, target, text, table))
    found.rules[target] = {"from": column.name, "default": "unknown", "map": dict(meanings)}
    found.used.append(column)
    if not meanings:
        found.rules[target] = {"value": "unknown"}
    elif target == "outcome":  # so that an unknown word in a later file is reported, not just dropped
        found.rules["outcome_raw"] = {"from": column.name}


def add_unseen(found: Rules, columns: list[Column]) -> None:
    """Add words that the file's column lacks and that mean the same in every system.

    A short month may have no voicemail, and no fax; the next one may.
    """
    for column in columns:
        if column.has(NAMES["kinds"]) and _is_closed(column):
            found.aside += [(column.name, [f"~(?:.* )?{word}(?: .*)?"], reason) for word, reason in NO_CALLS.items()]
    for target in ("direction", "outcome"):
        listed = found.rules.get(target, {}).get("map", {})
        seen = {fold(word) for words in listed.values() for word in words}
        if seen.isdisjoint(vocabulary(target)):  # a column of yes and no, or of single letters
            continue
        for word, ours in sorted(vocabulary(target).items()):
            if len(ours) == 1 and word not in seen | {OVER}:
                listed.setdefault(*ours, []).append(word)
    cancel_unanswered(found)


def _ask_word(column: Column, target: str, text: str, table: TextTable) -> Question:
    where = f"{shown(text)!r} (first in row {column.row_of(text, table)})"
    ours = _meanings_of(column, target, text)
    why = f"{where} means {joined(sorted(ours), 'or')} with other systems." if ours else f"{where} is not known."
    return Question(repr(column.name), why, f"Which of our words for {target}? Until then: unknown.")


def cancel_unanswered(found: Rules) -> None:
    """Change "missed" to "canceled" for outgoing calls: the office did not miss its own unanswered calls."""
    rule, direction = found.rules.get("outcome", {}), found.rules["direction"]
    missed = rule.get("map", {}).get("missed")
    if missed and ("outbound" in direction.get("map", {}) or direction.get("cases")):
        case = {"when": {"(direction)": "outbound", rule["from"]: missed}, "value": "canceled"}
        rule["cases"] = [case, *(each for each in rule.get("cases", []) if each != case)]


NO_CALLS = {"fax": "fax", "sms": "text", "mms": "text"}  # word of a row that is no call -> why it is set aside
MISSED = set("call calls is was".split())  # beside the word itself
VOICEMAIL = {"voicemail", "vm"}
FLAGS = VOICEMAIL, {"missed", "abandoned", "unanswered"}  # names of columns of yes and no
ANSWERERS, MACHINES = f"{NAMES['answers']} {NAMES['telephones']}", {*NAMES["machines"].split()}
WENT_TO = set("went to is was has left sent in url link recording file length duration seconds".split())
# A cell of such a column that says yes, or holds the length of the message or a link to it
A_MESSAGE = f"~(?!({'|'.join(map(re.escape, columns.BLANK))}|n|no|f|false|[0:.]+)$).+"


def _ask_unanswered(found: Rules) -> None:
    rule = found.rules.get("outcome", {})
    listed = {*rule.get("map", {}), *(case["value"] for case in rule.get("cases", []))}
    found.has_unanswered = not listed.isdisjoint(UNANSWERED_OUTCOMES)
    if not found.has_unanswered:
        text = "no row is plainly a call that no one answered."
        do = "Would the system list one? If so, write has_unanswered = true."
        found.ask("unanswered calls", text, do)


def _ask_no_calls(closed: list[Column], found: Rules) -> None:
    for column in closed:
        texts = [
            text
            for text in column.texts
            if set(columns.words_of(text)) & set(NAMES["no_calls"].split())
            and is_plain(text)
            and LEFT.isdisjoint(columns.words_of(text))
        ]
        if texts:
            reason = "fax" if all("fax" in columns.words_of(text) for text in texts) else "text"
            found.aside.append((column.name, texts, reason))
            text = f"rows with {', '.join(map(repr, texts))} are taken for no calls."
            do = "If they are calls, take out [[set_aside]] at the end."
            found.ask(column, text, do)


LEFT = {"taken", "took", "left", "voice"}  # words of a message that a caller left: Message taken, left message


def is_plain(text: str) -> bool:
    """Whether a cell has only common words of logs, so that it is not a name or a number.

    >>> is_plain("No answer"), is_plain("Maria"), is_plain("Answered by 2025550143")
    (True, False, False)
    """
    known = set(columns.known_words()) | _words_of_systems() | set(NAMES["no_calls"].split())
    return not any(c.isdigit() for c in text) and all(word in known for word in columns.words_of(text))


@cache
def _words_of_systems() -> set[str]:
    return {
        word for target in ("direction", "outcome") for text in vocabulary(target) for word in columns.words_of(text)
    }


def shown(text: str) -> str:
    """A cell as it may be shown: common words of logs as they are, anything else masked."""
    return text if is_plain(text) else shape(text)


# ---- the direction by the numbers of the office ---------------------------------------------------------------------

MIN_DIGITS = 4  # fewest digits that identify a number
OFTEN, ON_BOTH_SIDES = 0.5, 0.2  # least shares of rows with a number for it to be possibly the office's
MAX_NUMBERS = 4  # most numbers that are proposed


def has_direction(meanings: Rules) -> bool:
    """Whether a column gives the direction of calls."""
    return not {"map", "cases"}.isdisjoint(meanings.rules["direction"])


def set_direction(
    meanings: Rules, phones: Rules, listed: list[Column], ours: Sequence[str], agency: Agency
) -> list[tuple[str, int]]:
    """Add the rule for the direction from the office's own numbers; otherwise return numbers that may be the office's.

    Does nothing if a column gives the direction. If only the caller or only the called one has a column, and the
    agency is in it, all calls went one way.
    """
    caller, called = phones.column("caller"), phones.column("called")
    if has_direction(meanings):
        return []
    if caller is None or called is None:
        for side, way in ((called, "outbound"), (caller, "inbound")):
            others = (text for column in listed if column is not side for text in column.texts)
            if not any(columns.is_agencys(text, agency) for text in others):
                _direct_one_way(meanings, phones, side, way, agency)
        return []
    own = [[text for text in column.texts if _is_one_of(text, ours)] for column in (caller, called)]
    if not all(map(len, own)) and _have_extensions(caller, called):
        test = f"~{EXTENSION}"
        _direct(meanings, {caller.name: test}, {called.name: test})
        text = f"calls from an extension in {caller.name!r} are taken for ours, those to one for incoming calls."
        meanings.ask("the direction", text, "Are two to six digits always your own telephones?")
        return []
    if any(own):  # the office's side may also be written as a bare extension
        both = zip(own, (caller, called), strict=True)
        own = [texts or [f"~{EXTENSION}"] * any(map(_is_extension, column.texts)) for texts, column in both]
    # All calls may have come in, as to an answering service.
    is_told = own[1] and sum(called.counts[text] for text in own[1]) >= TOLD_SHARE * len(called.cells)
    if not is_told and not all(map(len, own)):
        # Numbers in half of the rows, or on both sides in many. A client's number, which must not be shown, is in
        # fewer.
        sides = [_counted(column) for column in (caller, called)]
        total = sides[0] + sides[1]
        least = {n: ON_BOTH_SIDES if all(n in side for side in sides) else OFTEN for n in total}
        able = [n for n, rows in total.items() if rows >= least[n] * len(caller.cells)]
        able = [n for n in able if not agency.is_agency_number(n)]
        return [(n, total[n]) for n in sorted(able, key=lambda n: -total[n])][:MAX_NUMBERS]
    _direct(meanings, {caller.name: own[0]}, {called.name: own[1]})
    return []


def _direct_one_way(meanings: Rules, phones: Rules, side: Column | None, way: str, agency: Agency) -> None:
    """Take all calls as outgoing if only the called numbers are listed, or as incoming if only the callers are."""
    if set(phones.rules) - {"caller_id"} != {"called" if way == "outbound" else "caller"} or side is None:
        return
    if any(columns.is_agencys(text, agency) for text in side.texts):
        cases = [{"when": {side.name: ""}, "value": "unknown"}]
        meanings.rules["direction"] = {"value": way, "cases": cases}
        meanings.settle("direction")
        calls = "outgoing calls" if way == "outbound" else "incoming calls"
        meanings.ask(
            side, f"has the agency's number, and no other column has any: all are taken for {calls}.", "Is it so?"
        )
        cancel_unanswered(meanings)


def take_boxes(meanings: Rules, phones: Rules) -> None:
    """Count calls marked as answered that went to voicemail as voicemail."""
    rule, called = meanings.rules.get("outcome", {}), phones.column("called")
    answered = rule.get("map", {}).get("answered")
    if called and answered and any(map(cells.is_box, called.texts)):
        when = {called.name: f"~{cells.BOX}", rule["from"]: answered}
        meanings.add_case("outcome", when, "voicemail", is_first=True)


def unsay_denied(meanings: Rules, phones: Rules, agency: Agency) -> None:
    """Drop a word as a direction if the agency's number is on the contradicting side.

    Answered may also describe outgoing calls that the agency answered; its number then gives the direction.
    """
    rule, words = meanings.rules["direction"], meanings.column("direction")
    caller, called = phones.column("caller"), phones.column("called")
    if words is None or caller is None or called is None:
        return
    denied: set[str | None] = set()
    for column, way in ((called, "inbound"), (caller, "outbound")):
        taken = [word for word in rule["map"].get(way, ()) if fold(word) not in vocabulary("direction")]
        rows = zip(words.cells, column.cells, strict=True)
        denied |= {word for word, number in rows if word in taken and columns.is_agencys(number, agency)}
    if denied:
        left = {way: [word for word in known if word not in denied] for way, known in rule["map"].items()}
        rule["map"] = {way: known for way, known in left.items() if known} | {"unknown": sorted(filter(None, denied))}


def turn_sides(meanings: Rules, phones: Rules, agency: Agency) -> None:
    """Take a column for the other party's, not the caller's, if it has the agency's number in outgoing calls too.

    The other column must then have lines that calls of the other direction show too. If incoming calls show the agency
    as the called one as well, the two change sides. Else ask: outgoing calls that show the agency as the caller may be
    its calls, passed on.
    """
    rule, words = meanings.rules["direction"], meanings.column("direction")
    caller, called = phones.column("caller"), phones.column("called")
    if words is None or caller is None or called is None:
        return
    sides = {"outbound": (caller, called), "inbound": (called, caller)}
    turned, doubts = {}, []
    for way, (other, own) in sides.items():
        rows = [row for row, word in enumerate(words.cells) if word in rule["map"].get(way, ())]
        against, fitting = ([row for row in rows if columns.is_agencys(c.cells[row], agency)] for c in (other, own))
        lines = {cell for row, cell in enumerate(own.cells) if row not in rows}
        if against and not fitting and lines.issuperset(own.cells[row] for row in against):
            turned[way] = {"other_number": cells.number_rule(other), "our_number": cells.number_rule(own)}
        elif against:
            doubts.append((other, f"the agency is on the side of the office in {len(against)} of the calls {way}."))
    if len(turned) == len(sides):
        phones.rules |= {"caller": cells.number_rule(called), "called": cells.number_rule(caller)}
        text = "has the agency's number in its incoming calls, so it is taken for the caller's."
        phones.ask(called, text, "Is it so?")
        return
    for way, rules in turned.items():
        del phones.rules["caller"], phones.rules["called"]
        phones.rules |= rules
        text = f"has the agency's number in calls {way} too, so it is taken for the other party's."
        phones.ask(sides[way][0], text, "Is it so?")
    for column, text in doubts if not turned else ():
        phones.ask(column, text, "They are read as they stand. Are they calls of the agency, passed on?")


def _direct(meanings: Rules, ours_calling: dict, ours_called: dict) -> None:
    """Add the rule for the direction: the cells that show that the office called, and those that it was called."""
    cases = [("internal", ours_calling | ours_called), ("outbound", ours_calling), ("inbound", ours_called)]
    cases = [(value, when) for value, when in cases if all(when.values())]
    meanings.rules["direction"] = {
        "value": "unknown",
        "cases": [{"when": when, "value": value} for value, when in cases],
    }
    meanings.settle("direction")
    cancel_unanswered(meanings)


# 201, its voicemail (vmu201), or after a name: Front desk (201), <sip:201@pbx.example>
EXTENSION = r"(.*[(<])?(sip:|vm[a-z]?|vmail_)?\d{2,6}(@.*)?[)>]?"
TOLD_SHARE = 0.9  # least share of rows with an extension on at least one side


def _have_extensions(caller: Column, called: Column) -> bool:
    """Whether nearly every row has an extension of the office on at least one side, and each side has some alone."""
    pairs = list(zip(caller.cells, called.cells, strict=True))
    sides = [(_is_extension(a), _is_extension(b)) for a, b in pairs]
    out, came = sides.count((True, False)), sides.count((False, True))
    return min(out, came) > 0 and out + came + sides.count((True, True)) >= TOLD_SHARE * len(pairs)


def _is_extension(text: str | None) -> bool:
    return bool(text and re.fullmatch(EXTENSION, text, re.IGNORECASE))


def _is_one_of(text: str, ours: Sequence[str]) -> bool:
    named = [digits for digits in map(compared_digits, ours) if len(digits) >= MIN_DIGITS]
    return len(compared_digits(text)) >= 10 and any(compared_digits(text).endswith(digits) for digits in named)


def _counted(column: Column) -> Counter:
    found: Counter[str] = Counter()
    for text in column.texts:
        number = try_read(PARSERS["number"], text)
        if isinstance(number, str) and len(compared_digits(number)) >= 10:
            found[number] += column.counts[text]
    return found
