"""An analysis fixed before anybody looks: which measures, by which keys, over which time; and the file's digest.

The file is TOML. Whoever writes it sends the digest to the other side, or prints it, before the log is opened;
afterwards anyone can see that the figures are those that were planned, all of them.

::

    question = "Did the wait fall after 16 December 2021?"

    [[figure]]
    measure = "wait"
    by = ["month"]
    from = 2021-06-01
    to = 2022-06-30
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from callanalytics.errors import InvalidRequest
from callanalytics.measures.counting import checked
from callanalytics.measures.registry import CARDS, run
from callanalytics.measures.result import Result

KEYS = {"measure": str, "by": list, "from": date, "to": date}


@dataclass(frozen=True)
class Figure:
    """One planned figure: a measure, its keys, its first and last Eastern day."""

    measure: str
    by: tuple[str, ...]
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Plan:
    """What was planned: the question, the figures in order, and the SHA-256 of the file's bytes."""

    name: str
    question: str
    figures: tuple[Figure, ...]
    sha256: str

    def take(self, log) -> list[Result]:
        """Every planned figure, in order; each says in its caveats which plan it belongs to."""
        mark = f"Fixed beforehand in {self.name} (SHA-256 {self.sha256}): figure {{}} of {len(self.figures)}."
        taken = [run(f.measure, log, f.by, since=f.first, until=f.last) for f in self.figures]
        return [replace(r, caveats=(mark.format(n), *r.caveats)) for n, r in enumerate(taken, 1)]


def read(path) -> Plan:
    """A plan from its file; nothing else is opened.

    Raises
    ------
    CallLogError
        Not TOML, or a measure, key or date that is not known; the message says which figure.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode("utf-8"))
    except OSError as problem:
        raise InvalidRequest(f"{path.name} cannot be read", found=(problem.strerror or "").lower()) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InvalidRequest(f"{path.name} is not valid TOML", found=str(problem)) from None
    figures = table.get("figure")
    if not isinstance(figures, list) or not figures or not isinstance(table.get("question"), str):
        raise InvalidRequest(f"{path.name} plans nothing", wanted='question = "..." and one or more [[figure]]')
    read_in = tuple(_figure(values, f"{path.name}, figure {n}") for n, values in enumerate(figures, 1))
    return Plan(path.name, table["question"], read_in, hashlib.sha256(content).hexdigest())


def _figure(values: dict, where: str) -> Figure:
    for key, value in values.items():
        if key not in KEYS or not isinstance(value, KEYS[key]):
            raise InvalidRequest(
                "a planned figure has a key that is not known",
                where=where,
                found=f"{key} = {value!r}",
                wanted='measure = "wait", by = ["month"], from = 2022-01-01, to = 2022-06-30',
            )
    if values.get("measure") not in CARDS:
        raise InvalidRequest(
            "a planned figure has no measure that is known",
            where=where,
            found=str(values.get("measure")),
            wanted=", ".join(CARDS),
        )
    by = checked(tuple(values.get("by", ())), CARDS[values["measure"]])
    return Figure(values["measure"], by, values.get("from"), values.get("to"))
