"""An invented hand log that is exported repeatedly, each time only its last days."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from callanalytics.store import Store

OFFICE = {"office": "Alder and Birch", "timezone": "Central", "office_id": "5" * 32, "date_order": "mdy"}
HEADER = "Date,Time,Wait,Outcome,Callback,Agent ID,File"


@dataclass(frozen=True)
class Call:
    """One invented call of a sheet; ``number`` never changes, whatever is corrected later."""

    number: int
    start: datetime
    wait: int

    @property
    def row(self) -> str:
        outcome = "Callback promised" if self.number % 3 else "Resolved"
        promised = "72 hours" if self.number % 3 else ""
        return f"{self.start:%m/%d/%Y,%I:%M %p},{self.wait},{outcome},{promised},A{self.number},22-{self.number:03}"


def calls(n: int, seed: int = 1, since=datetime(2026, 8, 3)) -> list[Call]:
    chance = random.Random(seed)
    days = sorted(chance.randrange(110) for _ in range(n))
    starts = [since + timedelta(days=day, hours=9, minutes=chance.randrange(480)) for day in days]
    return [Call(n, start, chance.randrange(5, 90)) for n, start in enumerate(sorted(starts), 1)]


def sheet(path: Path, some) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *(call.row for call in some)]) + "\n")
    return path


def rolling(folder: Path, log: list[Call], days: int = 30, step: int = 10) -> list[Path]:
    """The last days of the log, exported every `step` days until all of it has been exported."""
    first, last, found = log[0].start, log[-1].start, []
    today = first + timedelta(days=days)
    while True:
        some = [call for call in log if today - timedelta(days=days) <= call.start <= today]
        if some:
            found.append(sheet(folder / f"calls {today:%Y-%m-%d}.csv", some))
        if today > last:
            return found
        today += timedelta(days=step)


def numbers(place) -> list[str]:
    return sorted(Store.open(place).read("entries").column("matter").to_pylist())


def expected(log: list[Call]) -> list[str]:
    return sorted(f"22-{call.number:03}" for call in log)


def removals_asked(receipt) -> list:
    return [each.question for each in receipt.questions if each.question.code == "removed_rows"]


def assert_whole(place, log) -> None:
    assert numbers(place) == expected(log)
    assert Store.open(place).verify() == []
