"""An office's own practice: the practice pointer's tips checked in its log, and a random sample of its calls to audit.

A tip is one row of ``tips.toml``: which rows it concerns, which of them went against it, and what the loss is, as
predicates over one table of facts in the schema's words. The advice itself, with its author, date, and place, is a row
of the agencies file (``claims``). Nothing here is a finding about the agency, and none of it is an experiment: calls
that went against a tip may differ in other ways too. If only a few calls did, the report gives counts alone.

The sample is random, so that no one can pick the examples shown to an agency. Whoever draws the sample names the seed
(the date of a meeting, say) before anyone looks. Each call gets the BLAKE2b digest of seed and id, and the smallest
digests are drawn. The draw therefore depends only on the seed and the calls, not on their order or on a program's
random numbers. Anyone can check it by hand.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from string import Template

import pyarrow as pa

from callanalytics import estimates
from callanalytics.agencies import Agency, rows
from callanalytics.errors import InvalidRequest
from callanalytics.measures import CARDS, sql_counts
from callanalytics.measures.card import words_of_cards
from callanalytics.measures.definitions import INTERVAL_MINIMUM
from callanalytics.toml_files import shipped_toml
from callanalytics.wording import capital


@dataclass(frozen=True)
class Tip:
    """One piece of advice as counts.

    Attributes
    ----------
    claim : id of the advice in the agencies file
    table : table of facts that is counted
    noted : predicate of the rows for which the log says whether they went against the tip. No such row means that the
        log does not record this, not that no row went against it
    against, followed : predicates; a row in neither is not counted. Without ``followed`` there is no comparison
    loss : predicate of what the tip would have saved
    against_words, followed_words, loss_words : the same in words, for a sentence
    """

    claim: str
    table: str
    against: str
    loss: str
    against_words: str
    loss_words: str
    noted: str
    followed: str = ""
    followed_words: str = ""


TIPS = tuple(
    Tip(**{name: Template(text).substitute(words_of_cards()) for name, text in row.items()})
    for row in shipped_toml(__file__, "tips.toml")["tip"]
)


@dataclass(frozen=True)
class TipResult:
    """A tip checked against a log: ``against`` and ``followed`` are (losses, rows). ``difference`` is (value, low,
    high) of the two shares of losses; None if either has fewer than ten rows or nothing was compared. ``is_logged``:
    the log says for some rows whether they went against the tip."""

    tip: Tip
    claim: rows.Claim
    against: tuple[int, int]
    followed: tuple[int, int] | None
    difference: tuple[float, float, float] | None
    is_logged: bool = True

    @property
    def sentence(self) -> str:
        """What the log shows, with its counts; no claim if the counts are small."""
        lost, n = self.against
        if not n and not self.is_logged:
            return f"Not logged: {self.tip.against_words}."
        if not n:
            return f"The log has no {self.tip.against_words}."
        text = f"{capital(self.tip.against_words)}: {lost:,} of {n:,} {self.tip.loss_words}"
        if self.followed is None:
            return f"{text}."
        others, m = self.followed
        text += f"; {self.tip.followed_words}: {others:,} of {m:,}."
        return f"{text} {self._compared}"

    @property
    def _compared(self) -> str:
        if self.difference is None:
            return "Too few to say what it cost."
        # In percentage points
        value, low, high = (round(100 * v) for v in self.difference)
        sure = f"95% interval {low} to {high}"
        # Use the limits before rounding: a limit of 0.4 points would round to 0.
        if self.difference[1] <= 0 <= self.difference[2]:
            return f"No difference can be shown ({value:+d} points; {sure})."
        return f"{abs(value)} points {'more' if value > 0 else 'fewer'} ({sure})."


def check_tips(log) -> list[TipResult]:
    """Every tip from the agency's practice pointer, checked against a log, in the order of ``TIPS``.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives

    Examples
    --------
    >>> for held in check_tips(load("calls/")):        # doctest: +SKIP
    ...     print(held.sentence)
    """
    claims = {claim.id: claim for claim in log.agency.claims}
    return [
        _check_tip(tip, claims[tip.claim], getattr(log, tip.table), log.agency) for tip in TIPS if tip.claim in claims
    ]


def predicates(tip: Tip, agency: Agency) -> dict[str, str]:
    """The counts of a tip, as SQL predicates."""
    # These codes come from the agency's own file, so quoting them is safe
    retired = ", ".join(f"'{line.code}'" for line in agency.lines if line.retired)
    against = tip.against.format(retired=retired)
    made = {"n_noted": tip.noted, "n_against": f"({against})", "k_against": f"({against}) AND ({tip.loss})"}
    if tip.followed:
        made |= {"n_followed": f"({tip.followed})", "k_followed": f"({tip.followed}) AND ({tip.loss})"}
    return made


def _check_tip(tip: Tip, claim, frame, agency: Agency) -> TipResult:
    tip = replace(tip, followed_words=agency.fill(tip.followed_words))
    n = sql_counts.count(frame, tip.table, counts=predicates(tip, agency)).iloc[0]
    against = (int(n["k_against"]), int(n["n_against"]))
    if not tip.followed:
        return TipResult(tip, claim, against, None, None, bool(n["n_noted"]))
    followed = (int(n["k_followed"]), int(n["n_followed"]))
    # Both sides need enough rows: a comparison with three calls shows nothing.
    enough = min(against[1], followed[1]) >= INTERVAL_MINIMUM
    difference = None
    if enough:
        value, low, high = estimates.newcombe(*against, *followed)
        difference = (float(value), float(low), float(high))
    return TipResult(tip, claim, against, followed, difference, bool(n["n_noted"]))


# ---- habits that would have saved callbacks ------------------------------------------------------------


@dataclass(frozen=True)
class Habit:
    """A habit of the office, and the missed callbacks it may have saved; each of these counts under one habit.

    Attributes
    ----------
    name : ``forward`` the phone when the office is closed, keep it ``staffed`` in the hours with the most missed
        callbacks, give a number without an ``extension``, or let ``unknown`` callers through
    missed : number that may have been saved
    in_hours : number missed in office hours, for ``staffed``
    hours : first hour, and the hour after the last, on the office's clock, for ``staffed``
    early : number of them that came before noon, for ``forward``
    """

    name: str
    missed: int
    in_hours: int = 0
    hours: tuple[int, int] = (0, 0)
    early: int = 0


CAUSES_OF = {"extension": "extension", "unknown": "blocked_unknown"}  # habit -> the cause that it removes
# Causes in office hours that a person at the phone may prevent
UNSTAFFED = ("staff_unavailable", "no_notice", "before_notice", "unknown")
HOURS_TOGETHER = 3  # hours in a row that the phone is staffed


def habits(log) -> list[Habit]:
    """What an office can do so that it misses fewer callbacks, the habit that may save most first.

    A missed callback has one cause (``cause`` of the callbacks), so it counts under one habit. The hours of ``staffed``
    are those with the most missed callbacks, chosen from the same log: staffing them saves up to that many.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives
    """
    predicate = {"n_missed": CARDS["missed_callbacks"].counts["n_missed"]}
    found = sql_counts.count(log.callbacks, "callbacks", ["cause", "in_office_hours", "hour_local"], predicate)
    missed = found[found["n_missed"] > 0]
    closed = missed[missed["cause"] == "outside_office_hours"]
    # Without a time of day a callback cannot be called early
    early = closed[closed["hour_local"].fillna(24) < 12]
    made = [
        Habit("forward", _sum(closed), early=_sum(early)),
        _staffed(missed[missed["cause"].isin(UNSTAFFED) & missed["in_office_hours"].eq(True)]),
        *(Habit(name, _sum(missed[missed["cause"] == cause])) for name, cause in CAUSES_OF.items()),
    ]
    return sorted((habit for habit in made if habit.missed), key=lambda habit: -habit.missed)


def _staffed(missed) -> Habit:
    """The hours with the most missed callbacks; the earliest if several tie."""
    by_hour = missed.dropna(subset=["hour_local"]).groupby("hour_local")["n_missed"].sum()
    # Hours past 23 hold none, so a span over midnight never comes first among ties
    spans = {first: int(by_hour.reindex(range(first, first + HOURS_TOGETHER)).sum()) for first in range(24)}
    # max returns the first of equals, in the dict's order
    first = max(spans, key=spans.__getitem__)
    return Habit("staffed", spans[first], _sum(missed), (first, first + HOURS_TOGETHER))


def _sum(missed) -> int:
    return int(missed["n_missed"].sum())


# ---- a random sample ---------------------------------------------------------------------------------


def draw_sample(log, seed: str | int, n: int = 30) -> list[dict]:
    """`n` calls to the agency drawn by a seed, in the order drawn.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives; the sample is drawn from its agency calls, all offices together
    seed : anything agreed on beforehand; it is printed with the draw
    n : how many calls; all of them if there are fewer

    Returns
    -------
    list of dict
        ``draw`` (1, 2, ...), office, date and hour on the agency's clock, which log has the call, and the file and
        row in which to look it up. No client, no number.

    Raises
    ------
    CallLogError
        Fewer than one call asked for.

    Examples
    --------
    >>> _by_digest("20220711", ["a", "b", "c"])
    ['c', 'a', 'b']
    """
    if n < 1:
        raise InvalidRequest("a draw needs at least one call", found=str(n), wanted="--n 30, say")
    agency_calls = log.agency_calls.to_arrow()
    row_of = {id: index for index, id in enumerate(agency_calls["agency_call_id"].to_pylist())}
    drawn = _by_digest(str(seed), list(row_of))[:n]
    # An empty list has no type of its own
    rows = agency_calls.take(pa.array([row_of[id] for id in drawn], pa.int64())).to_pylist()
    names = {office["office_id"]: office["name"] for office in log.offices.to_arrow().to_pylist()}
    where = _origins(log)
    return [_drawn_row(i, row, names, where) for i, row in enumerate(rows, 1)]


def _by_digest(seed: str, ids: list[str]) -> list[str]:
    # Sort by the digest alone: the order of the log must not matter
    return sorted(ids, key=lambda id: hashlib.blake2b(f"{seed}\n{id}".encode()).digest())


def _origins(log) -> dict[str, tuple[str, int]]:
    """Map from call or entry id to the file and the row it was read from."""
    names = {s["source_id"]: s["name"] for s in log.sources.to_arrow().select(["source_id", "name"]).to_pylist()}
    found = {}
    for table, id in ((log.entries, "entry_id"), (log.calls, "call_id")):
        for row in table.to_arrow().select([id, "source_id", "source_row"]).to_pylist():
            found[row[id]] = (names.get(row["source_id"], row["source_id"]), row["source_row"])
    return found


def _drawn_row(i, row, names, where):
    file, number = where.get(row["entry_id"] or row["call_id"], ("", None))
    copied = {name: row[name] for name in ("hour", "recorded_in", "line", "wait_outcome", "outcome", "agency_call_id")}
    office = names.get(row["office_id"], row["office_id"])
    return {"draw": i, "office": office, "date": row["date"], **copied, "file": file, "row": number}
