"""Many comparisons at once. Of 60 hours of a week in which nothing differs, some "differ" at 5 % in 94 % of maps."""

from __future__ import annotations

import numpy as np

METHODS = ("bh", "by", "holm", "bonferroni")


def adjusted_p(p, method: str = "bh") -> np.ndarray:
    """p values made honest for their number.

    Parameters
    ----------
    p : array of p values; nan where nothing was tested, and that is not counted among the tests
    method : ``bh`` holds the share of false findings among the findings (the stars of a map); ``by`` does so under
        any dependence; ``holm`` and ``bonferroni`` hold the chance of one false finding at all

    Returns
    -------
    array
        What to compare with the level: a finding where it is at most that.

    Notes
    -----
    Benjamini-Hochberg: :math:`\\tilde p_{(i)} = \\min_{j \\ge i} (m / j) p_{(j)}`; Holm:
    :math:`\\max_{j \\le i} (m - j + 1) p_{(j)}`.

    References
    ----------
    .. [1] Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995), 289-300.
    .. [2] S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6 (1979), 65-70.

    Examples
    --------
    >>> adjusted_p([0.0001, 0.0004, 0.0019, 0.0095, 0.0201]).round(5).tolist()
    [0.0005, 0.001, 0.00317, 0.01188, 0.0201]
    >>> adjusted_p([0.01, float("nan"), 0.04]).round(3).tolist()
    [0.02, nan, 0.04]
    """
    if method not in METHODS:
        raise ValueError(f"no method {method!r}; there are {', '.join(METHODS)}")
    p = np.asarray(p, float)
    tested = ~np.isnan(p)
    m = int(tested.sum())
    order = np.argsort(p[tested], kind="stable")
    ranked, i = p[tested][order], np.arange(1, m + 1)
    if method in ("bh", "by"):
        whole = m * (1 / i).sum() if method == "by" else m
        ranked = np.minimum.accumulate((whole / i * ranked)[::-1])[::-1]
    elif method == "holm":
        ranked = np.maximum.accumulate((m - i + 1) * ranked)
    else:
        ranked = m * ranked
    found, out = np.empty(m), np.full(p.shape, np.nan)
    found[order] = np.minimum(ranked, 1)
    out[tested] = found
    return out


def discoveries(p, level: float = 0.10) -> np.ndarray:
    """Which of many p values are findings, of which at most a share `level` is false (Benjamini-Hochberg).

    >>> discoveries([0.0001, 0.0004, 0.0019, 0.0095, 0.3], level=0.05).tolist()
    [True, True, True, True, False]
    """
    adjusted = adjusted_p(p)
    return ~np.isnan(adjusted) & (adjusted <= level)
