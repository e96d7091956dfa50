"""When contact came after a call-back was promised, and what we did where none came.

Both take the table of promises, as ``log.promises`` gives it for an ``as_of``.
"""

from __future__ import annotations

import numpy as np

from callanalytics import estimates
from callanalytics.measures.callbacks import NOT_COUNTED, counted
from callanalytics.measures.card import POINTER, Beside, Card, Rate
from callanalytics.measures.measure import measure
from callanalytics.measures.rates import INTERVAL_MINIMUM, SHARE_MINIMUM, Figures, excluded_counts, long
from callanalytics.measures.result import Result
from callanalytics.measures.tally import cells_of

OWNER = "the start of the call on which it was promised"
FOLLOWED = "state <> 'withdrawn' AND contact_days IS NOT NULL"
AT_DAYS = (3, 7, 15, 30, 45)
WAYS = ("phone", "email")

TIME_TO_CALLBACK = Card(
    name="time_to_callback",
    title="Chance that contact came within so many federal business days, by phone and by e-mail.",
    table="promises",
    population="promised call-backs on lines that were watched from the start, not withdrawn",
    numerator="phone_within_...: first contact was a ring, answered or not; email_within_...: an answer by e-mail "
    "(cumulative incidence, Aalen-Johansen: an e-mail ends the wait for a ring and is no censoring)",
    denominator="these promises; those without contact are followed to the end of watching or as_of",
    clock_start="the promise",
    clock_stop="first contact",
    owns_hour=OWNER,
    source="O. Aalen, S. Johansen, Scand. J. Stat. 5 (1978), 141-150; reference values: R survival 3.8",
    counted="n_phone + n_email + n_no_contact",
    counts={
        "n_phone": f"{FOLLOWED} AND contact_by = 'phone'",
        "n_email": f"{FOLLOWED} AND contact_by = 'email'",
        "n_no_contact": f"{FOLLOWED} AND contact_by = 'none'",
    },
    rows=(
        Beside(
            "n_no_contact", "Promises without contact until the end of watching or as_of; they count as open until then"
        ),
        Beside(
            "n_not_followed",
            "Promises whose line was not watched from the start, in no curve",
            "state <> 'withdrawn' AND contact_days IS NULL",
            "not_followed",
        ),
        Beside("n_withdrawn", "Promises we withdrew, in no curve", "state = 'withdrawn'", "withdrawn"),
    ),
)
RESTART_RATE = Card(
    name="restart_rate",
    title="Requests that had to be made again after both call-backs were missed, or after no contact came.",
    table="promises",
    population="counted promises (default reading) that ended without anybody being reached",
    numerator="we called again about it",
    denominator="after_both_missed: USCIS rang twice and nobody answered; after_silence: no contact is recorded. Two "
    "charges against different people, never added",
    owns_hour=OWNER,
    source=POINTER,
    counts={
        "n_both_missed": f"{counted()} AND state = 'both_missed'",
        "n_after_both_missed": f"{counted()} AND state = 'both_missed' AND restarted_at_utc IS NOT NULL",
        "n_silent": f"{counted()} AND state = 'silent'",
        "n_after_silence": f"{counted()} AND state = 'silent' AND restarted_at_utc IS NOT NULL",
    },
    counted="n_both_missed + n_silent",
    left_out=NOT_COUNTED | {"ended_otherwise": f"{counted()} AND state NOT IN ('both_missed', 'silent')"},
    rows=(
        Rate("n_both_missed", "n_after_both_missed", "promises rung twice and missed", "after_both_missed"),
        Rate("n_silent", "n_after_silence", "promises without a contact", "after_silence"),
    ),
)


def time_to_callback(promises, by=(), *, at_days=AT_DAYS, as_of=None) -> Result:
    """Chance that contact came within so many federal business days, by phone and by e-mail.

    Promises not yet due are in it as far as they have gone, so the newest months are not left out. Whoever was answered
    by e-mail no longer waits for a ring: leaving those out, or calling them "still waiting", would read too high (0.65
    where 0.60 is true). Phone, e-mail and neither make 1.

    Gives ``phone_within_...d``, ``email_within_...d`` and ``neither_within_...d`` [share] with complementary log-log
    95 % intervals (neither: log-log Greenwood of the time to either; where nothing, or everything, came by then, the
    exact binomial ones), and ``curve``: the keys, ``t_days``, ``n_at_risk``, ``phone``, ``email``, and of each cause
    the share, ``low``, ``high``. Beyond the longest time followed nothing can be told.

    >>> import pandas as pd
    >>> ways = ["phone", "email", "none", "phone", "email", "phone", "none", "phone"] * 5
    >>> promises = pd.DataFrame({"state": "late", "contact_days": [1, 2, 3, 4, 5, 6, 7, 8] * 5, "contact_by": ways})
    >>> time_to_callback(promises, at_days=[8]).table.loc[:1, ["statistic", "n", "events", "value"]]
             statistic   n  events  value
    0  phone_within_8d  40      20  0.725
    1  email_within_8d  40      10  0.275
    """

    def estimate(card, counted, by):
        return _incidence(card, counted, by, at_days)

    return measure(promises, TIME_TO_CALLBACK, by, as_of=as_of, estimate=estimate, further=("contact_days",))


def restart_rate(promises, by=(), *, as_of=None) -> Result:
    """Requests that had to be made again after both call-backs were missed, or after no contact came.

    "If both are missed a response may have to be repeated" (AILA's practice pointer of 10 January 2022). Gives
    ``after_both_missed`` and ``after_silence`` [share] with Wilson's 95 % interval: whose doing it was differs, so the
    two are never added. A matter that was let go, or solved otherwise, was not made again either.

    >>> import pandas as pd
    >>> one = {"state": "both_missed", "is_due_strict": True, "is_due_default": True, "is_watched_default": True}
    >>> one |= {"is_blocked": False}
    >>> again = one | {"restarted_at_utc": pd.Timestamp("2022-03-01", tz="UTC")}
    >>> promises = pd.DataFrame([one] * 24 + [again] * 8)
    >>> restart_rate(promises).table.loc[:0, ["statistic", "n", "events", "value"]]
               statistic   n  events  value
    0  after_both_missed  32       8   0.25
    """
    return measure(promises, RESTART_RATE, by, as_of=as_of)


def _incidence(card, counted, by, at_days):
    codes, cells = cells_of(counted, by, card)
    sums = {name: np.bincount(codes, counted[name], len(cells)).astype("int64") for name in card.names}
    days = counted["contact_days"].to_numpy(float, na_value=np.nan)
    events, lost = counted[["n_phone", "n_email"]].to_numpy(), counted["n_no_contact"].to_numpy()
    followed = events.sum(axis=1) + lost > 0
    found = []
    for cell in range(len(cells)):
        rows = (codes == cell) & followed
        found.append(estimates.aalen_johansen(days[rows], events[rows], lost[rows]))
    n = sums["n_phone"] + sums["n_email"] + sums["n_no_contact"]
    ended = estimates.kaplan_meier(
        codes[followed], days[followed], events.sum(axis=1)[followed], lost[followed], len(cells)
    )
    figures = [figure for t in at_days for figure in _at(t, found, n, ended)]
    return long(card, cells, [*figures, *excluded_counts(card, sums)]), _curves(cells, found)


def _at(t, found, n, ended):
    """What had come by a day, by each way and by neither."""
    told = np.array([[part for part in one.shares_at(t)] for one in found]).reshape(len(found), 4, len(WAYS))
    events = np.array([one.events[one.t <= t].sum(axis=0) for one in found], "int64").reshape(len(found), len(WAYS))
    for k, way in enumerate(WAYS):
        yield _share(f"{way}_within_{t:g}d", events[:, k], n, told[:, 0, k], told[:, 2, k], told[:, 3, k])
    s, _, low, high = ended.survival_at(t)
    neither = 1 - told[:, 0].sum(axis=1)
    few = estimates.clopper_pearson(np.where(s == 0, 0, n), n)  # all, or none, still open: the band has no limits
    low, high = (np.where(np.isnan(band), exact, band) for band, exact in zip((low, high), few, strict=True))
    yield _share(f"neither_within_{t:g}d", n - events.sum(axis=1), n, neither, low, high)


def _share(statistic, events, n, value, low, high):
    shown = (n >= INTERVAL_MINIMUM) & ~np.isnan(value)
    flag = np.where(np.isnan(low) | np.isnan(high), "one_sided", "ok")
    flag = np.where(n < SHARE_MINIMUM, "small_n", flag)
    flag = np.where((n == 0) | ((n >= INTERVAL_MINIMUM) & np.isnan(value)), "not_estimable", flag)
    # A sum of steps may pass 0 or 1 in its last digit.
    value, low, high = (np.where(shown, np.clip(v, 0, 1), np.nan) for v in (value, low, high))
    return Figures(statistic, "share", "promises followed", n, events, value, low, high, flag)


def _curves(cells, found):
    sizes = [len(one.t) for one in found]
    frame = cells.iloc[np.repeat(np.arange(len(cells)), sizes)].reset_index(drop=True)
    joined = {"t_days": [one.t for one in found], "n_at_risk": [one.n_at_risk for one in found]}
    for k, way in enumerate(WAYS):
        joined[way] = [one.events[:, k] for one in found]
        for name in ("share", "low", "high"):
            joined[f"{way}_{name}"] = [getattr(one, name)[:, k] for one in found]
    return frame.assign(**{name: np.concatenate([np.zeros(0), *parts]) for name, parts in joined.items()})


CARDS = (TIME_TO_CALLBACK, RESTART_RATE)
