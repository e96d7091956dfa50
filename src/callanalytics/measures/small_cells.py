"""Cells with few calls: coarser cells by fixed steps, pooled offices, and partially pooled hours of the week.

hour -> block (8-10, 10-14, 14-17, 17-20)    month -> quarter -> year    office -> all

The steps are fixed, so that no one chooses the cut by its result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from callanalytics import estimates
from callanalytics.errors import InvalidRequest
from callanalytics.estimates import Estimate
from callanalytics.estimates.intervals import normal_quantile
from callanalytics.estimates.pooling import MIN_OFFICES
from callanalytics.lazy import np, pd
from callanalytics.measures.compute import add_up, enough_waits
from callanalytics.measures.definitions import HEADLINE, unreached
from callanalytics.measures.result import LINKS, Result, Sentence, check_result, clock_of
from callanalytics.measures.wait_curves import CAP_S
from callanalytics.wording import plural, words_for

MIN_SHARE_OF_CELLS = 2 / 3

STEPS = tuple(
    (f"{fine}{clock}", coarse and f"{coarse}{clock}", how)
    for fine, coarse, how in (
        ("hour", "block", None),
        ("month", "quarter", lambda month: f"{month // 100} Q{(month % 100 + 2) // 3}"),
        ("quarter", "year", lambda quarter: int(quarter[:4])),
        ("office", "", None),
    )
    for clock in (("", "_local") if fine != "office" else ("",))
)
JOINED = words_for("joined_cells")


def coarsen(result: Result, statistic: str = "") -> Result:
    """The same figures in coarser cells, until two thirds of the open cells reach the minimum sample.

    Parameters
    ----------
    result : a measure's result, with its keys
    statistic : the statistic whose flags decide; by default the measure's first estimate (median, rate ...)

    Returns
    -------
    Result
        The result itself where enough cells reach the minimum, or where no step is left. Otherwise with the keys
        ``block``, ``quarter``, or ``year`` instead of ``hour`` and ``month``, or without ``office``, and a caveat that
        says so.

    Notes
    -----
    Counts add up, so the coarser figures are made from the same counts and are exact, not averages of finer figures.
    """
    if not isinstance(result, Result):
        raise InvalidRequest(
            "coarsen takes the result of a measure", found=type(result).__name__, run='coarsen(wait(calls, by="hour"))'
        )
    if not statistic:  # counts are always shown and never need coarser cells
        statistic = next(iter(result.table.loc[result.table["unit"] != "count", "statistic"]), "count")
    if len(result.table) and statistic not in (names := result.table["statistic"].unique()):
        raise InvalidRequest(f"{result.card.name} has no figure {statistic!r}", wanted=", ".join(names))
    for key, coarse, how in STEPS:
        if result.tally is None or key not in result.by or share_of_cells(result, statistic) >= MIN_SHARE_OF_CELLS:
            continue
        result = _coarsened_result(result, key, coarse, how, statistic)
    return result


def share_of_cells(result: Result, statistic: str) -> float:
    """Share of the open cells whose figure reaches the minimum; a cell in which nothing happened does not.

    Where a result has several rows per cell, the headline rows count: waits of the leading starting point, certain
    links, the default reading. Open cells are staffed hours for ``hour`` and ``weekday``, else what occurs in the log.
    """
    rows = _headline(result, result.table[result.table["statistic"] == statistic])
    keys = [key for key in result.by if key != "wait_origin"]
    # A group in which nothing is counted (urgency unknown, a month not yet due) is not an open cell.
    rows = rows[rows["n"] > 0]
    if not keys or not len(rows):
        return 1.0
    reached = {tuple(cell) for cell in rows.loc[rows["flag"].isin(["ok", "one_sided"]), keys].astype(object).to_numpy()}
    week = result.agency.open_week
    of_week = {"hour": week.hours, "block": week.names, "weekday": week.days}
    cells = set(product(*(of_week.get(key) or rows[key].dropna().unique().tolist() for key in keys)))
    return len(reached & cells) / len(cells) if cells else 1.0


def _coarsened_result(result, key, coarse, how, statistic):
    by = tuple(dict.fromkeys(coarse if k == key else k for k in result.by if k != key or coarse))
    counted = result.tally
    if coarse:
        how = how or result.agency.open_week.block
        distinct = {v: how(v) for v in counted[key].dropna().unique()}
        joined = pd.Series([distinct.get(v) if pd.notna(v) else None for v in counted[key]], index=counted.index)
        counted = counted.assign(**{coarse: joined.astype("Int64") if coarse.startswith("year") else joined})
    kept = [c for c in counted.columns if c not in (key, *result.card.names)]
    # The keys come first and in the result's order, because that is the order of its rows.
    counted = add_up(counted, [*by, *(c for c in kept if c not in by)], result.card)
    table, curve = result.estimate(result.card, counted, by)
    share = share_of_cells(result, statistic)
    joined = result.agency.fill(JOINED[key.removesuffix("_local")])
    sentence = f"Only {share:.0%} of the cells have enough {result.card.noun}, so {joined}."
    return replace(result, by=by, table=table, curve=curve, tally=counted, caveats=(sentence, *result.caveats))


# ---- many offices ------------------------------------------------------------------------------------


CAPS = (CAP_S, 5400, 3600, 1800)  # of the mean wait over offices: two hours, or less where curves end sooner
FALSE_STARS = 0.10  # the largest share of hours called different that are not


@dataclass(frozen=True, repr=False)
class OverOffices(Sentence):
    """A figure over offices.

    Attributes
    ----------
    statistic, unit : of the figure: ``rate`` [share], ``mean_120min`` [s], or a shorter cap
    typical : the figure of a typical office; ``n`` counts offices, ``flag`` is ``dominated`` where more than half of
        the cases come from one office, or more than 85 % from two
    prediction_low, prediction_high : the range for the figure of one more such office
    together : the figure of all cases pooled, and how far it moves with each office left out
    sizes : how unevenly the cases are spread over the offices
    left_out : offices whose own figure cannot be estimated
    """

    statistic: str
    unit: str
    typical: Estimate
    prediction_low: float
    prediction_high: float
    together: estimates.LeftOut
    sizes: estimates.Dominance
    left_out: int

    @property
    def sentence(self) -> str:
        """The figure of a typical office, and the range for one more office like these."""
        found = self.typical
        if found.value != found.value:
            few = f"it takes {MIN_OFFICES} offices, and {found.n} can be counted"
            return f"No figure of a typical office: {few if found.n < MIN_OFFICES else found.why}."
        value = self._in_words(found.value)
        return (
            f"A typical office: {value} (95% interval {self._in_words(found.low)} to {self._in_words(found.high)}; "
            f"{plural(found.n, 'office')}); one more office like these: {self._in_words(self.prediction_low)} to "
            f"{self._in_words(self.prediction_high)}."
        )

    def _in_words(self, value: float) -> str:
        if value != value:
            return "unknown"
        return f"{value / 60:.0f} minutes" if self.unit == "s" else f"{value:.0%}"


def over_offices(result: Result, link: str = "certain") -> OverOffices:
    """The figure of a typical office: a random-effects estimate over the offices' own figures.

    Parameters
    ----------
    result : a share (``reach_rate``, ``callback_hit_rate`` ...) or ``wait``, split by ``office`` and by nothing else.
        For a share, the headline reading is used; for waits, the starting point of most of them (:func:`clock_of`)
    link : which end to use of a share with two ends

    Returns
    -------
    OverOffices
        Shares are pooled as log-odds, waits as logarithms of the mean wait capped at two hours. The cap is 90, 60, or
        30 minutes where more offices then have a mean (``statistic`` names the cap).

    References
    ----------
    .. [1] J. IntHout, J. Ioannidis, G. Borm, BMC Med. Res. Methodol. 14 (2014), 25: the interval over offices.

    Examples
    --------
    >>> from callanalytics.measures import reach_rate
    >>> offices = {f"office {i}": (k, 40) for i, k in enumerate((30, 22, 26, 34, 28, 25))}
    >>> rows = [(name, i < k) for name, (k, n) in offices.items() for i in range(n)]
    >>> calls = pd.DataFrame(rows, columns=["office_id", "person_reached"]).assign(in_live_hours=True,
    ...                                                                            wait_outcome="reached")
    >>> found = over_offices(reach_rate(calls, by="office"))
    >>> print(f"{found.typical.value:.2f} ({found.typical.low:.2f} to {found.typical.high:.2f}), "
    ...       f"{found.typical.n} offices")
    0.68 (0.56 to 0.78), 6 offices
    """
    check_result(result, "wait" if getattr(result, "curve", None) is not None else "", ("office",))
    if link not in LINKS:
        raise InvalidRequest(f"a share has no end {link!r}", wanted=", ".join(LINKS))
    if result.curve is None and "rate" not in result.table["statistic"].to_numpy() and len(result.table):
        raise InvalidRequest(f"{result.card.name} has no share", wanted="a share, such as reach_rate, or wait")
    return _shares(result, link) if result.curve is None else _waits(result)


def _headline(result, table, link: str = HEADLINE["link"]):
    """The headline rows, where a result has several per cell."""
    for name, value in {**HEADLINE, "link": link, "wait_origin": clock_of(result)}.items():
        if name in table.columns and (table[name] == value).any():
            table = table[table[name] == value]
    return table


def _shares(result, link):
    rows = _headline(result, result.table[result.table["statistic"] == "rate"], link)
    k, n = rows["events"].to_numpy(float), rows["n"].to_numpy(float)
    pooled = estimates.pool_shares(k, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        together = estimates.leave_one_out(lambda kept: kept @ k / (kept @ n), len(n))
    return _over_offices("rate", "share", pooled, together, n)


def _waits(result):
    rows = _headline(result, result.curve)
    office, names = pd.factorize(rows["office"])
    t, reached = rows["t_s"].to_numpy(), rows["reached"].to_numpy()
    lost = unreached(rows, "").to_numpy()
    curves = estimates.kaplan_meier(office, t, reached, lost, len(names))
    # An office whose longest wait ended in a hang-up shows nothing beyond it, and leaving out just such offices would
    # leave out those that give up soon. The caps are fixed, so that no one chooses the cap by its result.
    cap = CAPS[int(np.argmax([np.isfinite(curves.restricted_mean(each)[0]).sum() for each in CAPS]))]
    value, se = curves.restricted_mean(cap)
    pooled = estimates.pool_offices(value, se**2, transform="log")

    def together(kept):
        zero = np.zeros(len(t), int)
        curve = estimates.kaplan_meier(zero, t, reached * kept[office], lost * kept[office], 1)
        return curve.restricted_mean(cap)[0][0]

    sizes = np.bincount(office, reached + lost, len(names))
    left_out = estimates.leave_one_out(together, len(names))
    return _over_offices(f"mean_{cap // 60}min", "s", pooled, left_out, sizes)


def _over_offices(statistic, unit, pooled, together, sizes):
    spread = estimates.dominance(sizes)
    typical = pooled.mean
    if spread.is_dominated and typical.flag == "ok":
        typical = replace(typical, flag="dominated")
    next_one = pooled.prediction_low, pooled.prediction_high
    return OverOffices(statistic, unit, typical, *next_one, together, spread, pooled.left_out)


# ---- hours of the week --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Week:
    """Hours of the week after partial pooling.

    Attributes
    ----------
    cells : DataFrame, one row per hour (or block) that has a median: ``weekday``, ``hour`` or ``block``, ``pooled_s``,
        ``is_star``
    differs : whether any difference between them is detectable
    p : probability of hours differing at least this much if all were the same
    stars : how many hours are called different from the others; up to a tenth of these are expected not to be
    """

    cells: pd.DataFrame
    differs: bool
    p: float
    stars: int


def pooled_week(result: Result, wait_origin: str | None = None) -> Week:
    """Each hour's median shrunk toward the value that its hour of the day and its weekday predict.

    Parameters
    ----------
    result : ``wait`` by weekday and hour (or block)
    wait_origin : the starting point of the waits, never pooled; by default that of most of them (:func:`clock_of`)

    Returns
    -------
    Week
        With 60 hours in which nothing differs, some "differ" at 5 % in 94 of 100 maps. So colors come from the pooled
        medians, and an hour is starred only where it differs from all the others after allowing for how many are
        compared (Benjamini-Hochberg at 10 %).

    Notes
    -----
    Computed on the logarithm of the median. Its error falls with the square root of the callers reached, with one
    spread for all hours: the median of what the hours' own intervals show, which with twenty calls each are rough.

    References
    ----------
    .. [1] B. Efron, C. Morris, JASA 70 (1975), 311-319; Y. Benjamini, Y. Hochberg, JRSS B 57 (1995), 289-300.

    Examples
    --------
    >>> from callanalytics.measures import wait
    >>> rows = [(day, hour, 600 + 60 * i) for day in range(1, 6) for hour in range(8, 20) for i in range(24)]
    >>> calls = pd.DataFrame(rows, columns=["weekday", "hour", "wait_s"])
    >>> calls = calls.assign(wait_outcome="reached", wait_origin="dial", time_refers_to="start", dst_flag=None)
    >>> week = pooled_week(wait(calls, by=("weekday", "hour")))
    >>> week.differs, week.stars, week.cells["pooled_s"].nunique()
    (False, 0, 1)
    """
    check_result(result, "wait", ("weekday", "hour"), ("weekday", "block"))
    key = "block" if "block" in result.by else "hour"
    rows = result.table[
        (result.table["statistic"] == "median") & (result.table["wait_origin"] == clock_of(result, wait_origin))
    ]
    # Pooling uses the logarithm of the median, so a median of 0 has none.
    rows = rows[rows["value"].gt(0) & rows[key].notna() & rows["weekday"].notna()]
    rows = rows[enough_waits(rows["n"], rows["events"])]
    middle, low, high = (np.log(rows[name].to_numpy(float)) for name in ("value", "low", "high"))
    # Half the interval's width; a median with many hang-ups has no upper limit, so use the other side.
    width = np.where(np.isnan(high), middle - low, np.where(np.isnan(low), high - middle, (high - low) / 2))
    reached = np.sqrt(rows["events"].to_numpy(float))
    width = (width * reached)[np.isfinite(width) & (width > 0)]
    if len(width) < 3:
        cells = rows[["weekday", key]].assign(pooled_s=rows["value"], is_star=False)
        return Week(cells, False, float("nan"), 0)
    # One spread for all hours: with twenty calls, an hour's own interval is too rough to weight it by.
    se = np.median(width) / normal_quantile() / reached
    found = estimates.shrink_cells(middle, se, rows[key].to_numpy(), rows["weekday"].to_numpy())
    stars = (found.star_p <= FALSE_STARS) & found.differs
    pooled = np.exp(found.value if found.differs else np.full(len(middle), found.mean))
    cells = rows[["weekday", key]].assign(pooled_s=pooled, is_star=stars).reset_index(drop=True)
    return Week(cells, found.differs, found.p, int(stars.sum()))
