"""Times of day without AM or PM: read as the half of the day in which the agency works, or left out."""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np

from callanalytics.normalize.cells import Cells, read
from callanalytics.normalize.problems import Problems
from callanalytics.normalize.written import STORED, TYPED, Written
from callanalytics.values import zones
from callanalytics.values.dates import DAY
from callanalytics.values.moments import MORNING_OR_AFTERNOON

HALF_DAY = np.timedelta64(12, "h")


def complete(written: Written, utc: np.ndarray, rules, cells: Cells, problems: Problems, agency) -> None:
    """Move each such time to the half of the day in which somebody can have answered; leave it out where both fit.

    People answer between the live hours of the agency's lines, and it calls back within its window; the zone of each
    row counts. In a column of typed times that counts to 24 elsewhere, 3:15 may be meant as it stands: it is left out.
    """
    rule = rules.get("time") or rules.get("started") or rules["date"]
    texts = cells.joined(rule.columns)
    if agency is None or not problems.drops_cells:
        problems.reject(written.no_half > 0, texts.name, "ambiguous", MORNING_OR_AFTERNOON, texts.text_of)
        return
    eastern = zones.to_local(utc, zones.EASTERN)
    morning = (eastern - eastern.astype("M8[D]")).astype("m8[s]")
    is_ring = read(rules.get("kind"), cells).are("ring")
    opens, closes = (np.where(is_ring, *pair) for pair in zip(_window(agency), _live_hours(agency), strict=True))
    known = ~np.isnat(utc)
    fits_morning = known & (opens <= morning) & (morning < closes)
    afternoon = (morning + HALF_DAY) % np.timedelta64(DAY, "s")
    fits_afternoon = known & (opens <= afternoon) & (afternoon < closes)
    is_typed = written.no_half == TYPED
    is_doubtful = is_typed & _counts_to_24(texts.texts)
    to_afternoon = (written.no_half > 0) & fits_afternoon & ~fits_morning & ~is_doubtful
    as_written = fits_morning & ~fits_afternoon & ~is_doubtful
    unread = (written.no_half > 0) & ~to_afternoon & ~as_written & ~((written.no_half == STORED) & fits_morning)
    written.local[to_afternoon] += HALF_DAY
    problems.warn(to_afternoon | (is_typed & as_written), "time_half_inferred")
    problems.drop_rows(unread, texts, "time")
    leave_out_times(written, unread)


def leave_out_times(written: Written, rows: np.ndarray) -> None:
    """Keep the date alone of the rows of a mask."""
    dated = rows & (written.precision_s > 0)
    written.local[dated] = written.local[dated].astype("M8[D]").astype("M8[us]")
    written.precision_s[dated] = DAY


def _counts_to_24(texts: list[str]) -> bool:
    """Whether a column has times such as 15:40 without PM, as people write who count the hours to 24."""
    times = (re.search(r"(?<![\d:/-])(1[3-9]|2[0-3]):\d\d(?!:\d)(?!\s*[ap])", text.casefold()) for text in texts)
    return any(times)


def _window(agency) -> tuple[np.timedelta64, np.timedelta64]:
    """The hours in which the agency calls back, Eastern."""
    return _of_day(agency.window.opens), _of_day(agency.window.closes)


def _live_hours(agency) -> tuple[np.timedelta64, np.timedelta64]:
    """From when to when people answer on some line of the agency, Eastern."""
    hours = [hours for line in agency.lines for hours in line.hours]
    return min(_of_day(each.opens) for each in hours), max(_of_day(each.closes) for each in hours)


def _of_day(clock: str) -> np.timedelta64:
    hour, minute = map(int, clock.split(":"))
    return np.timedelta64(timedelta(hours=hour, minutes=minute)).astype("m8[s]")
