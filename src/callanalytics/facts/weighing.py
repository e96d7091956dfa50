"""The rings that may be call-backs, weighed: the chance of each, its likeliest promise, what a promise may have had."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics import clocks
from callanalytics.facts import likelihood, linking, ordinary
from callanalytics.facts.expectation import PARTS, Outlook, figures
from callanalytics.facts.grouped import Grouped
from callanalytics.facts.queue import lines_as_codes
from callanalytics.facts.rows import NOWHERE, codes, take
from callanalytics.facts.watching import Watch

HIDDEN = ("withheld", "unknown", "text")  # what was shown of a caller on a system that records callers


def outlook(promises, notice: np.ndarray, owner: np.ndarray, at: np.ndarray, missed: np.ndarray) -> Outlook:
    """What the log knew of each promise.

    Parameters
    ----------
    promises : as they live
    notice : when each was announced
    owner, at, missed : of the rings: the promise it is counted for, the moment, whether nobody answered
    """
    default = promises.columns["due_default_utc"].cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    due = np.where(np.isnat(default), promises.due, default)
    stated = np.maximum(clocks.business_days_between(promises.start, due), 1)
    number, _ = lines_as_codes(promises.columns["callback_number"], promises.columns["callback_number"])
    misses = Grouped(np.where(missed, owner, NOWHERE), at)
    return Outlook(promises.start, promises.end, stated, number, notice, misses)


def of_rings(office, rang, links, promises, view: Outlook, calls, covered, agency) -> tuple[np.ndarray, np.ndarray]:
    """The likeliest promise of each ring (NOWHERE where none is possible) and the chance, NaN where none is stated."""
    columns, n = rang.columns, len(rang)
    everybody = ordinary.of_office(office, calls, covered, agency)
    looked_at = np.flatnonzero(_is_hidden(columns, links.sure, rang.at))
    at, number = rang.at[looked_at], take(columns["our_number"], looked_at)
    _, line = lines_as_codes(promises.columns["callback_number"], number)
    hidden = likelihood.Hidden(
        at, line, links.sure[looked_at] == linking.POSSIBLE, _is_missed(columns)[looked_at], everybody.rate(at, number)
    )
    chance = np.full(n, np.nan)
    chance[looked_at] = likelihood.weigh(hidden, view, _field(promises, view, covered, everybody))
    is_possible = links.sure == linking.POSSIBLE
    chance[is_possible & linking.known_to_be_the_agency(columns)] = figures()["other_line"]["chance"]
    chance = np.select([is_possible, links.sure == linking.CREDITED], [chance, 1.0], np.nan)
    doubtful = np.where(is_possible, links.sure, linking.NONE)  # a credited ring has its promise already
    ring, promise, weight = weights(view, promises, columns, rang.at, doubtful, links.counted, chance)
    return likelihood.likeliest(n, ring, promise, weight), chance


def _is_hidden(columns, sure, at) -> np.ndarray:
    """Calls that show no number, on a system that shows numbers, of which nobody wrote that they were the agency's."""
    shown = codes(columns["caller_id"], HIDDEN) >= 0
    return shown & ~linking.known_to_be_the_agency(columns) & ~linking.is_theirs(sure) & ~np.isnat(at)


def _is_missed(columns) -> np.ndarray:
    return codes(columns["result"], linking.UNANSWERED) >= 0


def _field(promises, view: Outlook, covered, everybody: ordinary.Ordinary) -> likelihood.Field:
    """What was to be expected on lines and days that an export covers, in parts of the days on which something was."""
    promise, at = view.days()
    rate, given = view.rate(promise, at), codes(promises.columns["callback_number"], everybody.lines)[promise]
    unwritten = view.number[promise] < 0
    moments, moment = np.unique(at, return_inverse=True)
    cells = np.zeros((len(everybody.lines), len(moments)))
    np.add.at(cells, (given[given >= 0], moment[given >= 0]), rate[given >= 0])
    cells += np.bincount(moment[unwritten], rate[unwritten], len(moments)) * figures()["unwritten"]["share"]
    watch = Watch(covered, [], unanswered=False, declared=False)
    for line, number in enumerate(everybody.lines):
        cells[line, np.isnat(watch.until(moments, pa.array([number] * len(moments), pa.string())))] = 0.0
    line, moment = np.nonzero(cells)
    usual = everybody.rate(moments[moment], take(pa.array(everybody.lines, pa.string()), line))
    hours = likelihood.WINDOW_HOURS
    return likelihood.Field(cells[line, moment] / hours, usual, hours / PARTS, everybody.total)


def weights(view: Outlook, promises, columns, at, sure, counted, chance) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each possible ring with each promise it may belong to, and how likely it is that one, if it is any's.

    Of rings credited to a promise only those that somebody answered, and each with the others alone.
    """
    answered = linking.reaches_somebody(columns["channel"], columns["result"])
    credited = (sure == linking.CREDITED) & answered
    chosen = np.flatnonzero((sure == linking.POSSIBLE) | credited)
    number = take(columns["our_number"], chosen)
    _, line = lines_as_codes(promises.columns["callback_number"], number)
    any_line = (linking.known_to_be_the_agency(columns) & ~credited)[chosen]
    hidden = likelihood.Hidden(
        at[chosen], np.where(any_line, NOWHERE, line), np.ones(len(chosen), bool), _is_missed(columns)[chosen],
        np.zeros(len(chosen)),
    )  # fmt: skip
    ring, promise, weight = likelihood.parts(hidden, view, np.nan_to_num(chance[chosen]))
    ring = chosen[ring]
    others = counted[ring] != promise
    return ring[others], promise[others], weight[others]


def reached(n: int, columns, chance, ring, promise, weight) -> pa.Array:
    """For each promise the chance that a possible ring that somebody answered was its; null where none may be.

    Null too where the chance of one of them is not known.
    """
    told = linking.reaches_somebody(columns["channel"], columns["result"])[ring]
    part = np.where(told, chance[ring] * weight, 0.0)
    none = np.exp(np.bincount(promise, np.log1p(-np.minimum(part, 1 - 1e-9)), n))
    there = np.bincount(promise, minlength=n) > 0
    return pa.array(1 - none, pa.float32(), mask=~there | np.isnan(none))


def thousandths(chance: np.ndarray, sure: np.ndarray) -> pa.Array:
    """The chances as stored; ``KNOWN`` is kept for what is known, no estimate comes up to it."""
    is_told = ~np.isnan(chance)
    rounded = np.rint(np.where(is_told, chance, 0) * linking.KNOWN)
    most = np.where(sure == linking.CREDITED, linking.KNOWN, linking.KNOWN - 1)
    return pa.array(np.minimum(rounded, most).astype(np.int16), pa.int16(), mask=~is_told)
