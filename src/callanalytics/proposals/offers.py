"""An unknown phone export offered to be read by what its columns seem to mean: shown to a person, read after a yes.

What would make the reading wrong is never part of the yes: which way calls went is asked by the office's own number,
and rows that may be parts of one call need a mapping file.
"""

from __future__ import annotations

import hashlib

from callanalytics import formats, read
from callanalytics.agencies import Agency
from callanalytics.errors import CallLogError, OpenQuestion, UnreadableFile
from callanalytics.formats import Format, fold
from callanalytics.formats.layout import stated_zone, with_stated_zone
from callanalytics.normalize import Answer, Question
from callanalytics.proposals import Proposal, propose_of
from callanalytics.proposals.columns import words_of
from callanalytics.values import zones
from callanalytics.values.phones import mask
from callanalytics.wording import some

MEANINGS = {
    "started": "when the call began",
    "date": "the date",
    "time": "the time of day",
    "direction": "which way the call went",
    "caller": "who called",
    "called": "who was called",
    "our_number": "the number of the office",
    "other_number": "the number of the other party",
    "duration_s": "how long it took",
    "outcome": "how it ended",
}
SHOWN = 8  # columns that are not read, and doubts
UNNAMED = "unnamed_system_"  # how the name of an accepted layout begins
ACCEPT = "--accept-mapping"


class Offered(OpenQuestion):
    """A file that can be read after an answer: ``question`` asks for it, ``rows`` wait."""

    def __init__(self, question: Question, rows: int):
        super().__init__(question.text)
        self.question, self.rows = question, rows


def accepted_format(file: read.File, ours: tuple[str, ...], agency: Agency, *, accepted: bool) -> Format | None:
    """The format of an unknown export whose proposed columns were accepted; None where it is no phone export.

    Raises :class:`Offered` where a person must answer first.
    """
    if read.sniff.sniff_kind(file) not in ("csv", "xlsx", "json"):
        return None
    near = read.nearest(file, formats.load())
    if near is not None and near.fmt.makes != "calls" and not near.by_words:
        return None
    try:
        made = propose_of(file, ours=ours, agency=agency)
    except CallLogError:
        return None
    if made.fmt.makes != "calls":  # kept by hand
        return None
    rules = made.fmt.columns
    has_numbers = {"caller", "called", "our_number", "other_number"} & set(rules)
    is_known = bool(rules["direction"].all_columns)
    if not has_numbers and made.shortened:
        raise UnreadableFile(
            f"{file.shown}: a spreadsheet threw away the digits of its numbers",
            found=f"numbers such as 8.00375E+09 under {' and '.join(map(repr, made.shortened))}",
            do="export it again, and do not save it in a spreadsheet before it is read",
        )
    if made.known or not has_numbers or not (is_known or {"caller", "called"} <= set(rules)):
        return None
    if not _speaks_of_calls(made):
        return None
    if question := _doubt(made, agency) if is_known else _whose_number(made, agency):
        raise Offered(question, made.table.cells.num_rows)
    if accepted:
        return formats.remembered(_name(made), made.toml)
    raise Offered(_mapping(made, agency), made.table.cells.num_rows)


CALLS = frozenset("call calls caller callee called calling talk talking ring ringing answered answer".split())
TEXTS = frozenset("fax faxes pages sms mms message messages texts".split())  # of which logs look like those of calls


def _speaks_of_calls(made: Proposal) -> bool:
    """Whether the table tells how long calls took or how they ended, and is no log of faxes or texts."""
    words = {word for name in made.table.header for word in words_of(name)}
    if TEXTS & words and not CALLS & words:
        return False
    return bool(made.rows) and not {"duration_s", "outcome"}.isdisjoint(made.fmt.columns)


def _name(made: Proposal) -> str:
    """A name for the layout, by its columns."""
    return f"{UNNAMED}{hashlib.sha256(chr(10).join(map(fold, made.table.header)).encode()).hexdigest()[:8]}"


def _mapping(made: Proposal, agency: Agency) -> Question:
    return Question(
        "",
        "it comes from a phone system that is not known yet, and its columns seem to mean what is shown here",
        "",
        f"if it is:  {ACCEPT}   else:  callanalytics map FILE   writes it down, to be corrected",
        "mapping",
        (
            Answer("", "no: leave the file out for now"),
            Answer(ACCEPT, "yes: read it so, and this office's later files of the same layout"),
        ),
        shown=shown(made, agency),
    )


def _whose_number(made: Proposal, agency: Agency) -> Question:
    answers = tuple(
        Answer(f"--our-number {number[-4:]}", f"the number {mask(number)} is ours ({rows:,} rows)")
        for number, rows in made.own_numbers
    )
    example = answers[0].option if answers else "--our-number NUMBER"
    if len(answers) > 1:
        every = " ".join(answer.option for answer in answers)
        answers += (Answer(every, "all of these are ours"),)
    return Question(
        "",
        "no column says which way a call went; the office's own number tells",
        "",
        f"say it by its last four digits:  {example}   (once for each number of the office)",
        "our_number",
        answers,
        shown=shown(made, agency),
    )


def _doubt(made: Proposal, agency: Agency) -> Question | None:
    """What a yes must not settle: rows that may be parts of one call."""
    parts = next((each for each in made.questions if each.code == "legs"), None)
    if parts is None:
        return None
    return Question(
        parts.about.strip("'"),
        "the same id stands in several rows: are they parts of one call, or a call each",
        "",
        "callanalytics map FILE   writes a mapping; answer it there ([legs]), and read the file with  --mapping",
        "legs",
        shown=shown(made, agency),
    )


def shown(made: Proposal, agency: Agency) -> tuple[str, ...]:
    """The columns with their meaning, the first rows as they would be read, and what is open; nothing of a client."""
    lines = []
    fmt = with_stated_zone(made.fmt, made.table.header, made.table.around)
    zone = zones.find_zone(stated_zone(fmt))
    for target, meaning in MEANINGS.items():
        rule = fmt.columns.get(target)
        if rule is not None and (names := [column[0] for column in rule.columns or rule.all_columns]):
            translations = [f"{word} = {ours}" for word, ours in rule.words.items() if word != ours]
            words = f" ({', '.join(translations)})" if translations else ""
            clock = f", {zones.in_words(zone)}" if zone and target in ("started", "date") else ""
            lines.append(f"{' and '.join(map(_quoted, names))}: {meaning}{clock}{words}")
    if made.unread:
        lines.append(f"not read: {some([*map(_quoted, made.unread)], SHOWN)}")
    lines += [f"row: {_row(call, agency)}" for call in made.rows]
    lines += [f"({made.note})"] if made.note else []
    lines += [f"{n}. {each.about}: {each.text}" for n, each in enumerate(made.questions[:SHOWN], 1)]
    return tuple(lines)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _row(call: dict, agency: Agency) -> str:
    length = f"{call['seconds']:,} s" if call["seconds"] is not None else "length unknown"
    numbers = f"ours {call['our number'] or 'not said'}, other {_party(call['other number'], agency)}"
    return f"{call['began'] or 'no date'}, {call['direction']}, {numbers}, {length}, {call['outcome'] or 'unknown'}"


def _party(masked: str | None, agency: Agency) -> str:
    """The other party: the agency by its name, of anyone else not even the last digits."""
    return "not shown" if masked is None else masked if masked == agency.label else "***"
