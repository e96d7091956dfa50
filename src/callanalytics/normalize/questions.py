"""What only a person can settle, and how to answer it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One answer to a question: the option that gives it on the command line, and what it means in plain words."""

    option: str
    text: str


@dataclass(frozen=True)
class Question:
    """What only a person can settle: the column, what is doubtful in it, and how to answer.

    ``code`` names the kind of question. ``answers`` lists what can be said, the safe choice first; it is empty where
    the answer is not a choice. ``blocks``: the file waits for the answer; otherwise it is stored without it. ``shown``
    are lines, without a client's data, by which to judge.
    """

    column: str
    text: str
    example: str
    do: str
    code: str = ""
    answers: tuple[Answer, ...] = ()
    blocks: bool = True
    shown: tuple[str, ...] = ()
