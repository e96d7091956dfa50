"""Specification curves: each finding under every defensible way of counting it, to show whether it depends on a choice.

A *finding* is a figure that a report leads with. A *question* is a choice made in counting it, with the headline's
answer first and the others after it: which reading of the stated time, which hours, how hang-ups count, which links,
which office is left out. A *specification* is one answer to each question; :func:`curve` computes them all. A
specification *holds* if its figure is inside the headline's 95 % interval: the choice changes nothing beyond what the
headline allows for by itself. That is a rule of thumb for reading a curve, not a test.

==============  =================================================  =================================================
finding         figure                                             questions
==============  =================================================  =================================================
``wait``        median wait to a person                            hours, hang-ups, line, office
``urgent``      urgent requests kept in the stated time            reading, old rules, office
``regular``     regular requests kept in the stated time           reading, old rules, office
``hit``         requests whose callback the office answered        old rules, office
``answered``    first callbacks answered                          office
``missed``      callback attempts that no one answered            links, window, office
``silent``      requests without any contact                       office
==============  =================================================  =================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import estimates, measures, wording
from callanalytics.agencies import Agency
from callanalytics.errors import InvalidRequest
from callanalytics.facts.agency_calls import reported_lines
from callanalytics.measures.definitions import STALE_DAYS
from callanalytics.measures.result import SINCE, joined_ends
from callanalytics.schema import with_column

OFFICE, NO_OFFICE = "office left out", "none"
FIGURES = ("n", "events", "value", "low", "high", "flag", "most", "most_n")


def _every_row(rows: pa.Table, answer: str, agency: Agency) -> pa.Table:
    return rows


@dataclass(frozen=True)
class Question:
    """A choice made in counting: its name, its answers (the headline's first), and the rows each answer keeps."""

    name: str
    answers: tuple[str, ...]
    keep: Callable[[pa.Table, str, Agency], pa.Table] = _every_row


@dataclass(frozen=True)
class Finding:
    """A figure: its table, its questions, the measure that counts it, and how to pick its row from the measure's
    figures, given answers."""

    name: str
    title: str
    unit: str
    table: str
    questions: tuple[Question, ...]
    measure: Callable = field(repr=False)
    pick: Callable[[pd.DataFrame, dict], dict] = field(repr=False)


@dataclass(frozen=True)
class Specifications:
    """The figures of a finding under its specifications.

    Attributes
    ----------
    finding, as_of : the finding, and the last day whose records it uses
    answers : for each question, the answers that were tried, the headline's first
    table : DataFrame, one row per specification
        One column per question with its answer; ``n``, ``events``, ``value``, ``low``, ``high``, ``flag``; ``most`` and
        ``most_n`` of its higher end, where it has two; ``is_headline``; ``holds``. Sorted by value.
    """

    finding: Finding
    answers: dict[str, tuple[str, ...]]
    table: pd.DataFrame
    as_of: date
    is_invented: bool = False

    @property
    def questions(self) -> tuple[str, ...]:
        return tuple(self.answers)

    @property
    def headline(self) -> dict:
        return self.table[self.table["is_headline"]].iloc[0].to_dict()

    def holds_under(self) -> dict[str, bool]:
        """For each question, whether the headline holds when only its answer is changed.

        A question that makes no difference in this log (all answers give the same figure and the same n) is left out.
        So is an answer with fewer cases than the headline and too few for a figure: it tests nothing.
        """
        holds, headline = {}, self.headline
        for name in self.questions:
            others = [other for other in self.questions if other != name]
            alone = self.table[(self.table[others] == pd.Series({n: headline[n] for n in others})).all(axis=1)]
            alone = alone[alone["value"].notna() | (alone["n"] >= headline["n"])]
            if len(alone[["n", "value"]].drop_duplicates()) > 1:
                holds[name] = bool(alone["holds"].all())
        return holds

    def changing(self) -> list[str]:
        """The questions for which another answer changes the figure or its number of cases."""
        return list(self.holds_under())

    def span(self, question: str | None = None) -> tuple[float, float]:
        """The lowest and the highest figure of all specifications, over both ends of each; NaN where there is none.

        With a question, only specifications that answer it differently from the headline count.
        """
        rows = self.table
        if question is not None:
            rows = rows[rows[question] != self.headline[question]]
        return float(rows["value"].min()), float(_higher_end(rows).max())

    def to_pandas(self) -> pd.DataFrame:
        return self.table

    def to_json(self) -> dict:
        """The JSON form that scripts rely on; unknown is null."""
        rows = self.table.astype(object).where(self.table.notna(), None).to_dict("records")
        return {"finding": self.finding.name, "as_of": self.as_of and str(self.as_of), "rows": rows}


def curve(log: Any, name: str, *, one_at_a_time: bool = False) -> Specifications:
    """A finding under every combination of answers, or with one answer changed at a time.

    Parameters
    ----------
    log : a log, as ``callanalytics.load`` returns it
    name : one of ``FINDINGS``
    one_at_a_time : only the headline and specifications that change one answer: enough for
        :meth:`Specifications.holds_under`

    Raises
    ------
    CallLogError
        An unknown finding.

    Examples
    --------
    >>> curve(load("calls/"), "wait").table[["hours", "hang-ups", "value", "holds"]]        # doctest: +SKIP
    """
    if name not in FINDINGS:
        raise InvalidRequest(f"there is no finding {name!r}", wanted=", ".join(FINDINGS))
    finding = FINDINGS[name]
    rows = getattr(log, finding.table).to_arrow()
    offices = _letters(log, rows)
    counted: dict[tuple, Any] = {}
    by_rows: dict[tuple, Any] = {}
    for chosen in _answers(finding.questions, one_at_a_time):
        kept = tuple(chosen[question.name] for question in finding.questions if question.keep is not _every_row)
        if kept not in by_rows:  # other questions choose among the figures of one count
            # With one answer changed at a time, offices are left out only of the headline's count, which comes first.
            by_rows[kept] = _counted(finding, chosen, rows, log, {} if by_rows and one_at_a_time else offices)
        counted[tuple(chosen.items())] = by_rows[kept]
    clock = measures.clock_of(next(iter(counted.values())))  # of the headline; specifications do not change it
    if finding.name == "wait":
        finding = replace(finding, title=f"median wait {SINCE[clock]}")
    taken = [
        _specification(finding, result.table, dict(chosen), left_out, clock)
        for index, (chosen, result) in enumerate(counted.items())
        for left_out in (NO_OFFICE, *(offices if index == 0 or not one_at_a_time else ()))
    ]
    table = _marked(pd.DataFrame(taken))
    answers = {question.name: question.answers for question in finding.questions} | {OFFICE: (NO_OFFICE, *offices)}
    table, answers = _in_agency_words(table, answers, log.agency)
    return Specifications(finding, answers, table, log.as_of, log.is_invented)


def _in_agency_words(table: pd.DataFrame, answers: dict, agency: Agency) -> tuple[pd.DataFrame, dict]:
    """The answers in the words of the agency."""
    filled = {name: tuple(map(agency.fill, words)) for name, words in answers.items()}
    table = table.assign(
        **{name: table[name].map(dict(zip(answers[name], filled[name], strict=True))) for name in filled}
    )
    return table, filled


def _letters(log, rows: pa.Table) -> dict[str, str]:
    """The offices that have rows, where there are several, each named by a letter instead of its name."""
    there = set(rows["office_id"].unique().to_pylist())
    every = sorted(log.offices.to_arrow()["office_id"].to_pylist())
    # The letter follows the office's place among all offices, so an office without rows does not shift the others.
    named = {f"office {wording.letters(place)}": id for place, id in enumerate(every) if id in there}
    return named if len(named) > 1 else {}


def _answers(questions, one_at_a_time: bool) -> Iterable[dict[str, str]]:
    """Combinations of answers to the questions; the headline's own first."""
    names = [question.name for question in questions]
    first = {question.name: question.answers[0] for question in questions}
    if one_at_a_time:
        return [first, *({**first, q.name: answer} for q in questions for answer in q.answers[1:])]
    return [dict(zip(names, answers, strict=True)) for answers in product(*(q.answers for q in questions))]


def _counted(finding: Finding, answers: dict, rows: pa.Table, log, offices: dict[str, str]):
    """The measure under these answers: over all offices, and with each office in `offices` left out of the sums."""
    for question in finding.questions:
        rows = question.keep(rows, answers[question.name], log.agency)
    result = finding.measure(rows, ("office",), as_of=log.as_of)
    of_office = result.tally["office"]
    tallies = [result.tally[of_office != offices.get(name)].assign(**{OFFICE: name}) for name in (NO_OFFICE, *offices)]
    keys = (OFFICE, *(key for key in result.by if key != "office"))
    return replace(result, table=result.estimate(result.card, pd.concat(tallies), keys)[0])


def _specification(finding: Finding, table: pd.DataFrame, answers: dict, left_out: str, clock: str) -> dict:
    table = table[table[OFFICE] == left_out]
    if "wait_origin" in table:
        table = table[table["wait_origin"] == clock]
    figures = finding.pick(table, answers)
    return {**answers, OFFICE: left_out, **{name: figures[name] for name in FIGURES}}


def _marked(table: pd.DataFrame) -> pd.DataFrame:
    """The table with columns for the headline and for what holds, sorted by value."""
    headline = table.iloc[0]
    table["is_headline"] = table.index == 0
    inside = [end.between(headline["low"], headline["high"]) for end in (table["value"], _higher_end(table))]
    table["holds"] = table["is_headline"] | (inside[0] & inside[1])
    return table.sort_values(["value", "n"], kind="stable").reset_index(drop=True)


def _higher_end(table: pd.DataFrame) -> pd.Series:
    """The figures; for those with two ends, the higher one."""
    return (table["most"] / table["most_n"]).where(table["most"] != table["events"], table["value"])


# ---- the questions -------------------------------------------------------------------------------------


def _of_line(rows: pa.Table, answer: str, agency: Agency) -> pa.Table:
    lines = reported_lines(agency) if answer == MAIN_LINE_OR_NONE else (agency.main_line,)
    return rows.filter(pc.is_in(rows["line"], pa.array(lines)))


def _in_hours(rows: pa.Table, answer: str, agency: Agency) -> pa.Table:
    """The rows for an answer: the measure keeps to live hours; for all hours, no call is marked as outside them."""
    if answer == "live hours":
        return rows
    return with_column(rows, "in_live_hours", pa.nulls(rows.num_rows, pa.bool_()))


def _of_rules(rows: pa.Table, answer: str, agency: Agency) -> pa.Table:
    if answer == "all":
        return rows
    return rows.filter(pc.fill_null(pc.less_equal(rows["rule_age_days"], STALE_DAYS), True))


def _in_window(rows: pa.Table, answer: str, agency: Agency) -> pa.Table:
    return rows if answer == "any hour" else rows.filter(pc.fill_null(rows["in_window"], False))


MAIN_LINE_OR_NONE = "{line} or not noted"
HOURS = Question("hours", ("live hours", "all hours"), _in_hours)
HANG_UPS = Question("hang-ups", ("waited at least so long", "about to get through", "never would have"))
LINE = Question("line", (MAIN_LINE_OR_NONE, "{line} named"), _of_line)
READING = Question("reading", ("default", "strict", "lenient"))
OLD_RULES = Question("old rules", ("all", "confirmed within a year"), _of_rules)
LINKS = Question("links", ("certain", "possible too"))
WINDOW = Question("window", ("any hour", "inside {opens}-{closes} {clock}"), _in_window)


# ---- the findings --------------------------------------------------------------------------------------


def _row(table: pd.DataFrame, answers: dict, statistic: str = "rate", **labels) -> dict:
    """The row with this statistic, these labels, and the reading in the answers; an empty figure if there is none."""
    labels |= {"reading": answers["reading"]} if "reading" in answers else {}
    for name, wanted in {"statistic": statistic, **labels}.items():
        table = table[table[name] == wanted]
    nothing = dict(zip(FIGURES, (0, 0, float("nan"), float("nan"), float("nan"), "not_estimable", 0, 0), strict=True))
    # At most two rows: the two ends of one figure.
    return joined_ends(table.iloc[:2]) if len(table) else nothing


BOUNDS = {
    "waited at least so long": "median",
    "about to get through": "median_if_reached_next",
    "never would have": "median_if_never_reached",
}


def _median(table, answers):
    return _row(table, answers, BOUNDS[answers["hang-ups"]])


def _missed(table, answers):
    """Missed attempts as a share of those whose result is known."""
    row = _row(table, answers, "count", link="certain" if answers["links"] == "certain" else "possible")
    n, events = row["n"], row["events"]
    low, high = (float(limit) for limit in estimates.wilson(events, n)) if n else (float("nan"),) * 2
    return {**row, "value": events / n if n else float("nan"), "low": low, "high": high, "most": events, "most_n": n}


def _share(name: str, title: str, questions: tuple[Question, ...], measure: Callable, pick: Callable = _row) -> Finding:
    return Finding(name, title, "share", measures.CARDS[measure.__name__].table, questions, measure, pick)


def _kept_of(word: str) -> Finding:
    title = f"{word} requests with a call or an email in the stated time"
    of_word = Question("urgency", (word,), lambda rows, *_: rows.filter(pc.equal(rows["urgency"], word)))
    return _share(word, title, (of_word, READING, OLD_RULES), measures.promise_kept_rate)


_ALL = (
    Finding("wait", "median wait to a person", "s", "agency_calls", (HOURS, HANG_UPS, LINE), measures.wait, _median),
    _kept_of("urgent"),
    _kept_of("regular"),
    _share("hit", "requests whose callback the office answered in time", (OLD_RULES,), measures.callback_hit_rate),
    _share("answered", "first callbacks that were answered", (), measures.first_attempt_hit_rate),
    _share("missed", "callback attempts that no one answered", (LINKS, WINDOW), measures.missed_callbacks, _missed),
    _share("silent", "requests without any contact on record", (), measures.silent_promises),
)
FINDINGS: dict[str, Finding] = {finding.name: finding for finding in _ALL}
