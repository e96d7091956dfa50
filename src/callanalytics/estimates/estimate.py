"""One shape for a single number that was inferred: never without its n and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

NAN = float("nan")


def normal_quantile(level: float) -> float:
    """The z of a two-sided interval; the standard library's, since importing scipy.stats costs half a second.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return NormalDist().inv_cdf(0.5 + level / 2)


def student_quantile(df, level: float = 0.95):
    """The t of a two-sided interval, for a number or an array of degrees of freedom.

    >>> round(float(student_quantile(9)), 4)
    2.2622
    """
    from scipy.special import stdtrit

    return stdtrit(df, 0.5 + level / 2)


@dataclass(frozen=True)
class Estimate:
    """A number with what it rests on.

    Attributes
    ----------
    value, low, high : the number and its limits; nan where the data cannot say
    n, of : how many of what it rests on
    method : how the interval was made, in words
    level : coverage of the interval
    se : standard error, on the scale the interval was made on
    p : p value against "no difference", where there is such a question
    flag : ``ok``, ``small_n``, ``not_estimable``, ``one_sided``, ``dominated``
    why : where the number is missing, the reason in a sentence

    Examples
    --------
    >>> print(Estimate(0.56, 0.41, 0.70, n=41, of="promises", method="Wilson"))
    0.56 (95% interval 0.41 to 0.7; n 41 promises; Wilson)
    >>> print(Estimate(NAN, NAN, NAN, n=3, of="offices", method="none", flag="small_n", why="fewer than 5 offices"))
    not estimable: fewer than 5 offices (n 3 offices)
    """

    value: float
    low: float
    high: float
    n: int
    of: str
    method: str
    level: float = 0.95
    se: float = NAN
    p: float = NAN
    flag: str = "ok"
    why: str = ""

    def __str__(self) -> str:
        if self.value != self.value:
            return f"not estimable: {self.why or self.flag} (n {self.n} {self.of})"
        interval = f"{self.level * 100:g}% interval {self.low:.4g} to {self.high:.4g}"
        return f"{self.value:.4g} ({interval}; n {self.n} {self.of}; {self.method})"


def unknown(n: int, of: str, why: str, flag: str = "not_estimable", level: float = 0.95) -> Estimate:
    """An estimate that is not given, and why."""
    return Estimate(NAN, NAN, NAN, n, of, "none", level, flag=flag, why=why)
