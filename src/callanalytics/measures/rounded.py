"""Waits that people rounded: how heaped they are, and quantiles with each heap spread over what was rounded to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from callanalytics import estimates
from callanalytics.estimates import Curves
from callanalytics.facts.time_rounding import whole_fives

HEAP_S, HEAPED = 300, 2.5  # five minutes; from this index on, multiples of five count as rounded to five
PIECES = 60  # a heap is spread in minutes, at most an hour of them: all grids divide it
OF_NONZERO = "noted waits of at least half a minute"
INDEX = HEAP_S // 60  # the most the index can be


def heaping(codes, wait, many, n_cells):
    """Of each group: waits of at least half a minute, and how many of them are whole fives (:func:`whole_fives`).

    By chance a fifth are; so the index is five times their share, and 5 where everybody rounded.
    """
    return tuple(np.bincount(codes, np.where(those, many, 0), n_cells).astype("int64") for those in whole_fives(wait))


def grids(codes, wait, noted_grid, n, fives):
    """What each row's wait was rounded to [s]: as noted; five minutes for whole fives of a heaped group; else 0.

    A wait noted to the minute is left as it is: half a minute either way moves no figure that is shown.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        heaped = np.where(n > 0, INDEX * fives / n, 0.0) > HEAPED
    guessed = np.where(heaped[codes] & (wait % HEAP_S == 0) & (wait > 0), HEAP_S, 0)
    return np.where(noted_grid >= HEAP_S, noted_grid, guessed).astype("int64")


def spread_curves(codes, wait, grid, reached, lost, n_cells) -> Curves:
    """Survival curves with every heap spread evenly over half a grid on either side, minute by minute.

    Counts are multiplied by 60 so that every piece is a whole number; splitting the callers reached at one time over
    later times changes neither who was at risk in sum nor Greenwood's sum, which is then divided by 60 again.
    """
    pieces = np.clip(grid // 60, 1, PIECES)
    row = np.repeat(np.arange(len(wait)), pieces)
    place = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    width = grid[row] / pieces[row]
    t = np.maximum(wait[row] - grid[row] / 2 + (place + 0.5) * width, 0)
    t = np.where(grid[row] > 0, t, wait[row])
    share = PIECES // pieces[row]
    curves = estimates.kaplan_meier(codes[row], t, reached[row] * share, lost[row] * share, n_cells)
    return replace(curves, se=curves.se * np.sqrt(PIECES))
