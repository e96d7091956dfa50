"""Which columns hold telephone numbers, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass, field

from callanalytics.proposals.columns import Column, Question

# Whose number a column's name says it is, the surest words first.
WHOSE = {
    "caller": "caller calling from src source originating callerid",
    "called": "callee called to dst destination dialed terminating",
    "other_number": "external customer contact other party remote client",
    "our_number": "internal our line tracking vps did own",
}
SOME = 0.5  # share of the different cells that are numbers; others are extensions, or withheld
NOT_ITS = "id name email type city state country time date forwarded extension ext redirect transferred"


@dataclass
class Numbers:
    """The rules for the numbers, the columns they use, what is doubtful."""

    rules: dict[str, dict] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    used: list[Column] = field(default_factory=list)
    has_caller_id: bool = False


def find(columns: list[Column], taken: list[Column], *, is_directed: bool = False) -> Numbers:
    """Every column of numbers under the part its name gives it; one whose name gives none is a question.

    Where the direction is known (``is_directed``) and there is one column of numbers alone, it is the other party's.
    """
    found = Numbers()
    able = [column for column in columns if column not in taken and _is_numbers(column)]
    for target in WHOSE:
        named = [column for column in able if _whose(column) == target]
        if named and not _is_said(target, found):
            best = max(named, key=lambda column: (bool(column.has("number phone")), column.filled))
            found.rules[target] = {"from": best.name, "parse": "number"}
            found.used.append(best)
    nameless = [column for column in able if _whose(column) is None and not column.has(NOT_ITS)]
    if is_directed and not found.rules and len(nameless) == 1:
        (only,) = nameless
        found.rules["other_number"] = {"from": only.name, "parse": "number"}
        found.used.append(only)
        text = "is the only column of numbers, and taken for the other party's."
        found.questions.append(Question(repr(only.name), text, "If it is the office's, write our_number."))
        nameless = []
    for column in nameless:
        do = "Write our_number or other_number, or caller and called, if you know."
        found.questions.append(Question(repr(column.name), "holds telephone numbers; whose is not plain.", do))
    if not found.rules:
        found.questions.append(Question("the numbers", "no column is plainly ours or the other's.", "Which are they?"))
    _ask_caller_id(found)
    return found


def _is_numbers(column: Column) -> bool:
    return bool(column.texts) and len(column.values("number")) >= SOME * len(column.texts)


def _whose(column: Column) -> str | None:
    if column.has(NOT_ITS) and not column.has("number phone"):
        return None if not column.has("caller") or column.has("name email type") else "caller"
    return next((target for target, words in WHOSE.items() if column.has(words)), None)


def _is_said(target: str, found: Numbers) -> bool:
    """Caller and called, told apart by the direction, leave nothing to say to columns of ours and theirs."""
    return target in ("other_number", "our_number") and {"caller", "called"} <= set(found.rules)


def _ask_caller_id(found: Numbers) -> None:
    """A system that shows withheld numbers says so in the caller's cells."""
    of_callers = [column for column in found.used if _whose(column) in ("caller", "other_number")]
    told = {value for column in of_callers for value in column.values("caller").values()}
    found.has_caller_id = "withheld" in told
    if not found.has_caller_id:
        text = "no row shows a number that was withheld."
        do = "Would the system say so? If it would, write has_caller_id = true."
        found.questions.append(Question("withheld numbers", text, do))
