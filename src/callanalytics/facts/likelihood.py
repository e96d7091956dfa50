"""How likely is it that a call without a number was a call-back of ours?

Two things make such calls: promises, by the rate that :mod:`.expectation` gives, times the share of call-backs that
show no number and are in no note (``hidden``); and everybody else who withholds a number, by the rate of calls that
do show one at that hour of such a day on that line, times their ratio (``others``). Both factors are one number an
office, and are estimated from its own log, all its calls without a number together (by expectation and maximization):
what comes at night, at weekends, while nothing is promised, or of old promises, is everybody else's; what comes when
much is due is more than that.

=======  ====================================================================================
chance   ``hidden x rate / (hidden x rate + others x calls with a number)``, at the moment
weights  the rates of the promises that may be meant, divided by their sum
=======  ====================================================================================

Where the log cannot tell the two apart (no line of the office shows callers' numbers, too few calls, or as much due
at all times) no chance is stated, and the bounds are all there is: how far off the sum of all chances may be follows
from the information in the log, and must not be more than ``enough.share`` of the calls.

The figures are calibrated on generated truth, where they hold; no real office has labelled its rings yet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from callanalytics import clocks
from callanalytics.facts.expectation import Outlook, again_after, figures
from callanalytics.facts.rows import NAT, NOWHERE

ROUNDS = 200
CLOSE = 1e-6
SINGULAR = 1e12
LEAST = 0.5  # calls added to either kind: that none was seen does not prove that there are none
ECHO = 5  # business days in which a first call that nobody answered may have been the same promise's
WINDOW_HOURS = 11.5


@dataclass(frozen=True)
class Hidden:
    """Calls without a number, in order of time: when, on which line (code), whether one may be a call-back, whether
    nobody answered it; and the rate of calls that do show a number then and there, per hour."""

    at: np.ndarray
    line: np.ndarray
    is_possible: np.ndarray
    is_missed: np.ndarray
    ordinary: np.ndarray


@dataclass(frozen=True)
class Field:
    """What was to be expected over all that was covered: rings of promises (``due``) and ordinary calls, an hour, in
    cells of so many ``hours`` in which something was promised; and how many ordinary calls there were in all."""

    due: np.ndarray
    ordinary: np.ndarray
    hours: float
    total: int

    @property
    def expected(self) -> float:
        """Rings to be expected, had every one been hidden."""
        return float(np.sum(self.due) * self.hours)

    @property
    def quiet(self) -> float:
        """Ordinary calls while nothing was promised."""
        return max(self.total - float(np.sum(self.ordinary) * self.hours), 0.0)


@dataclass(frozen=True)
class _Pairs:
    """Calls and promises that may belong together; ``echo`` is the place of the pair of the missed call before."""

    ring: np.ndarray
    promise: np.ndarray
    rate: np.ndarray
    echo: np.ndarray
    echo_rate: np.ndarray


def weigh(hidden: Hidden, outlook: Outlook, field: Field) -> np.ndarray:
    """The chance of each call without a number; NaN throughout where the log cannot say."""
    pairs = _pairs(hidden, outlook)
    chance = np.where(hidden.is_possible, 0.5, 0.0)
    total, expected = max(field.total, 1), field.expected
    share, others = 0.5, (np.sum(~hidden.is_possible) + LEAST) / total
    for _ in range(ROUNDS):
        due, _ = _due(hidden, pairs, chance)
        was, theirs = chance, share * due
        with np.errstate(invalid="ignore"):
            chance = np.where(theirs > 0, theirs / (theirs + others * hidden.ordinary), 0.0)
        share = min((chance.sum() + LEAST) / expected, 1.0) if expected > 0 else 0.0
        others = ((1 - chance).sum() + LEAST) / total
        if np.max(np.abs(chance - was), initial=0.0) < CLOSE:
            break
    told = field.total and _off(due, hidden, field, share, others) <= figures()["enough"]["share"]
    return chance if told else np.full(len(chance), np.nan)


def parts(hidden: Hidden, outlook: Outlook, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs of call and promise, and the part that each promise has in its call."""
    pairs = _pairs(hidden, outlook)
    return pairs.ring, pairs.promise, _due(hidden, pairs, chance)[1]


def likeliest(n: int, ring: np.ndarray, promise: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The promise of each call with the greatest weight; of equals the one that stands first."""
    order = np.lexsort((-promise, weight))
    found = np.full(n, NOWHERE)
    found[ring[order]] = promise[order]
    return found


def _pairs(hidden: Hidden, outlook: Outlook) -> _Pairs:
    """The pairs, and for each the pair of the same promise with the missed call before on the same line."""
    possible = np.flatnonzero(hidden.is_possible)
    ring, promise, times = outlook.candidates(hidden.at[possible], hidden.line[possible])
    rate = outlook.rate(promise, hidden.at[possible[ring]]) * times / WINDOW_HOURS
    ring = possible[ring]
    before = _missed_before(hidden)
    keys = ring * (len(outlook.start) + 1) + promise  # in order: candidates go by ring
    order = np.argsort(keys, kind="stable")
    wanted = before[ring] * (len(outlook.start) + 1) + promise
    place = np.searchsorted(keys[order], wanted)
    found = (before[ring] >= 0) & (np.append(keys[order], -1)[place] == wanted)
    echo = np.where(found, np.append(order, NOWHERE)[place], NOWHERE)
    since = clocks.window_days_between(np.where(found, np.append(hidden.at, NAT)[before[ring]], NAT), hidden.at[ring])
    return _Pairs(ring, promise, rate, echo, again_after(since) * times / WINDOW_HOURS)


def _missed_before(hidden: Hidden) -> np.ndarray:
    """The last possible call before each on its line that nobody answered, not longer ago than a round lasts."""
    before, last = np.full(len(hidden.at), NOWHERE), {}
    for place, (line, possible, missed) in enumerate(
        zip(hidden.line.tolist(), hidden.is_possible.tolist(), hidden.is_missed.tolist(), strict=True)
    ):
        before[place] = last.get(line, NOWHERE)
        if possible and missed:
            last[line] = place
    days = clocks.business_days_between(np.append(hidden.at, NAT)[before], hidden.at)
    return np.where((days >= 0) & (days <= ECHO), before, NOWHERE)


def _due(hidden: Hidden, pairs: _Pairs, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rings an hour that were to be expected at each call, and each promise's part of them."""
    rate, n = pairs.rate, len(hidden.at)
    for _ in range(2):  # the call before may itself have been a second one
        total = np.bincount(pairs.ring, rate, n)
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = np.where(total[pairs.ring] > 0, rate / total[pairs.ring], 0.0)
        theirs = np.where(pairs.echo >= 0, chance[pairs.ring[pairs.echo]] * weight[pairs.echo], 0.0)
        rate = pairs.rate * (1 - theirs) + theirs * pairs.echo_rate
    return total, weight


def _off(due, hidden: Hidden, field: Field, share: float, others: float) -> float:
    """How far off the sum of the chances may be, as a share of the calls: one standard error.

    From the information that calls without a number, at the rates found, give on the two factors.
    """
    rate = share * field.due + others * field.ordinary
    a, b = field.due, field.ordinary
    both = np.sum(a * b / rate) * field.hours
    curve = np.array([[np.sum(a * a / rate) * field.hours, both], [both, np.sum(b * b / rate) * field.hours]])
    curve[1, 1] += field.quiet / others
    rate = share * due + others * hidden.ordinary
    slope = np.array([others, -share]) * np.sum((due * hidden.ordinary)[rate > 0] / rate[rate > 0] ** 2)
    if not np.any(a) or np.linalg.cond(curve) > SINGULAR:
        return np.inf
    return float(np.sqrt(slope @ np.linalg.solve(curve, slope)) / max(np.sum(hidden.is_possible), 1))
