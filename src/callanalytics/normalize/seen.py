"""What a file has shown so far, where it is read portion by portion.

The rows of a portion are normalized as the rows of a whole file are, by the same code. What the file as a whole
decides (the order of day and month) is decided by what was seen up to here, and held to: where a later portion would
have it otherwise, or where only all rows together can tell, :class:`FarReaching` says so, and the file is read whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from callanalytics.values.dates import order_votes
from callanalytics.values.registry import Unreadable

REMEMBERED = 200_000  # texts of one rule; a column with more different ones gains nothing by remembering
ENOUGH = 5  # texts that prove one order of day and month: more prove nothing else


class FarReaching(Exception):
    """What these rows say hangs on rows of the file that were not read with them."""


@dataclass
class Answers:
    """What a rule made of each text it has met. ``odd`` are those that hold nothing, or could not be read and why."""

    values: dict[str, object] = field(default_factory=dict)
    odd: dict[str, Unreadable | None] = field(default_factory=dict)


@dataclass
class Seen:
    """What earlier portions of a file have shown. ``is_part``: there are others; else the rows at hand are all."""

    is_part: bool = False
    _answers: dict[tuple, Answers] = field(default_factory=dict)
    _looked_at: dict[str, set[str]] = field(default_factory=dict)
    _proofs: dict[str, tuple[set[str], set[str]]] = field(default_factory=dict)
    _orders: dict[str, str] = field(default_factory=dict)

    def answers(self, rule, options: dict) -> Answers:
        """What the texts met by a rule were read as, to read none of them twice."""
        if not self.is_part:
            return Answers()
        key = (rule, *sorted(options.items()))
        if key not in self._answers or len(self._answers[key].values) > REMEMBERED:
            self._answers[key] = Answers()
        return self._answers[key]

    def order_votes(self, column: str, texts: list[str]) -> tuple[int, int]:
        """How many dates of a column can only be month/day, and how many only day/month; enough of each, of a part.

        Where some of the one kind and some of the other were seen, it takes all of them to tell the slips of the pen.
        """
        if not self.is_part:
            return order_votes(texts)
        known = self._looked_at.setdefault(column, set())
        if len(known) > REMEMBERED:
            known.clear()
        proofs = self._proofs.setdefault(column, (set(), set()))
        for text in texts:
            if text not in known:
                known.add(text)
                for proving, votes in zip(proofs, order_votes([text]), strict=True):
                    if votes and len(proving) < ENOUGH:
                        proving.add(text)
        if all(proofs):
            raise FarReaching
        return len(proofs[0]), len(proofs[1])

    def held_to(self, column: str, order: str) -> str:
        """The order of day and month of a column, which must be that of the portions before."""
        if self.is_part and self._orders.setdefault(column, order) != order:
            raise FarReaching
        return order
