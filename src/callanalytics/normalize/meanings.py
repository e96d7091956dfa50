"""The columns of a hand-kept sheet by what they mean, and what to ask of those that are doubtful."""

from __future__ import annotations

from dataclasses import replace

from callanalytics.formats import Format, Rule, fitting, sheet_format, trades
from callanalytics.formats.fitting import UNREAD, Fit
from callanalytics.normalize import composing, legends
from callanalytics.normalize.problems import Answer, Question
from callanalytics.read.table import TextTable

LOOKED_AT = 1_000  # rows of a column


def fit(table, fmt: Format, settings) -> tuple[Format, list[Question], TextTable]:
    """The format with the table's own columns in it, what to ask, and the table with the columns it has in pieces."""
    if not fmt.words:
        return fmt, [], table
    table = legends.spelled_out(table)
    top = table.cells.slice(0, LOOKED_AT)
    said = {header: meaning for meaning, header in settings.columns}
    texts = lambda place: top.column(place).to_pylist()  # noqa: E731
    found = fitting.fit(fmt, table.header, texts, said, composing.titles_of(table), composing.alone(top))
    fitted = sheet_format.fitted(fmt, found)
    if trades.are_callbacks(found.columns, (table.sheet or "",)):
        fitted = _of_callbacks(fitted, found)
    return fitted, questions(fmt, found), composing.compose(table, found)


def _of_callbacks(fmt: Format, found: Fit) -> Format:
    """The format of a tab in which each row is a callback of the agency, with how it was answered."""
    columns = dict(fmt.columns) | {"kind": Rule(target="kind", value="ring")}
    if "callback_answered" in found.columns:
        columns["outcome"] = fmt.parts[0].columns["outcome"]
    return replace(fmt, columns=columns, parts=())


def questions(fmt: Format, found: Fit) -> list[Question]:
    """Two columns for one meaning, and columns that look like one that was not found. None of them blocks."""
    says = {meaning.name: meaning.says for meaning in fmt.words}
    of_two = [_which(name, says[name], found.columns[name], others) for name, others in found.doubts.items()]
    return of_two + [_like(header, name, says[name]) for header, name in found.likes.items()]


def _which(meaning: str, says: str, taken: str, others: tuple[str, ...]) -> Question:
    named = " and ".join(f'"{header}"' for header in (taken, *others))
    answers = tuple(Answer(_option(meaning, each), f'{says} stands in "{each}"') for each in (taken, *others))
    return Question(
        taken,
        f'{named} may both be {says}. Until someone says which, it is read from "{taken}"',
        "",
        "say which:  " + "   or   ".join(answer.option for answer in answers),
        "which_column",
        answers,
        blocks=False,
    )


def _like(header: str, meaning: str, says: str) -> Question:
    answers = (
        Answer(_option(UNREAD, header), "leave this column unread"),
        Answer(_option(meaning, header), f"it is {says}"),
    )
    return Question(
        header,
        f"the cells look like {says}, and the header does not say so. Until someone says, the column is not read",
        "",
        f"if it is that:  {_option(meaning, header)}   else:  {_option(UNREAD, header)}",
        "which_column",
        answers,
        blocks=False,
    )


def _option(meaning: str, header: str) -> str:
    return f'--column {meaning}="{header}"'
