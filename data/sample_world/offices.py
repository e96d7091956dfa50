"""The invented offices: zone, lines, hours, habits. Names are plants; numbers end in 555-01xx.

Each has a habit of real offices that makes its log hard to read or thin. New York's phone export ends two months
before its log. Chicago notes 60% of its calls, in a sheet of its own that says "Hold time". A line of Los Angeles lets
no caller without a number through. Honolulu is small. Denver has no phone export, and a CSV of the last two months for
every month. Phoenix writes callbacks in free text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from sample_world.model import FIRST, LAST


@dataclass(frozen=True)
class Line:
    """A number of the office. ``covered_from``: since when its phone log is exported (None: no export shows it), up to
    ``covered_until``. ``blocks``: a caller who withholds the number does not get through, and leaves no trace."""

    number: str
    kind: str  # desk, mobile
    covered_by: str = ""
    covered_from: date | None = None
    strangers: int = 0  # other calls on it while it is covered
    covered_until: date = LAST
    blocks: bool = False

    def covers(self, day: date) -> bool:
        return bool(self.covered_from and self.covered_from <= day <= self.covered_until)


@dataclass(frozen=True)
class Office:
    """An office and how it keeps its log. ``dials_from``, ``gives``: lines it calls from, lines it
    gives for the callback, with weights; ``notes_``: shares of contacts that are written down."""

    key: str
    name: str
    zone: str
    zone_word: str
    opens: time
    closes: time
    calls_from: float  # first and last hour, on its own clock, at which it calls the agency
    calls_until: float
    needs: int
    lines: tuple[Line, ...]
    dials_from: dict
    gives: dict
    notes_dials: float
    notes_rings: float
    notes_email: float
    notes_wait: float
    grids: dict  # minutes a wait is rounded to: weight
    since: date = FIRST
    logs_all_since: date | None = None

    @property
    def main(self) -> Line:
        return self.lines[0]

    def line(self, number: str) -> Line:
        return {line.number: line for line in self.lines}[number]

    def covers(self, number: str, day: date) -> bool:
        """Whether one of its lines has this number and an export that reaches to that day."""
        return any(line.number == number and line.covers(day) for line in self.lines)


NEW_YORK = Office(
    key="1-new-york",
    name="Hemlock and Rowan",
    zone="America/New_York",
    zone_word="Eastern",
    opens=time(9, 0),
    closes=time(17, 30),
    calls_from=8.0,
    calls_until=17.6,
    needs=1090,
    lines=(
        Line("+12125550110", "desk", "RingCentral", date(2021, 10, 1), 380, date(2022, 10, 28)),
        Line("+16465550121", "mobile"),
    ),
    dials_from={"+12125550110": 0.93, "+16465550121": 0.07},
    gives={"+12125550110": 0.8, "+16465550121": 0.2},
    notes_dials=0.9,
    notes_rings=0.95,
    notes_email=0.9,
    notes_wait=0.96,
    grids={1: 60, 5: 33, 15: 7},
)
CHICAGO = Office(
    key="2-chicago",
    name="Alder and Birch",
    zone="America/Chicago",
    zone_word="Central",
    opens=time(8, 30),
    closes=time(17, 0),
    calls_from=7.6,
    calls_until=16.8,
    needs=1010,
    lines=(
        Line("+13125550130", "desk", "FreePBX", date(2021, 7, 1), 330),
        Line("+17735550142", "mobile"),
    ),
    dials_from={"+13125550130": 0.95, "+17735550142": 0.05},
    gives={"+13125550130": 0.82, "+17735550142": 0.18},
    notes_dials=0.6,
    notes_rings=0.94,
    notes_email=0.85,
    notes_wait=0.93,
    grids={1: 45, 5: 45, 15: 10},
)
LOS_ANGELES = Office(
    key="3-los-angeles",
    name="Juniper and Ash",
    zone="America/Los_Angeles",
    zone_word="Pacific",
    opens=time(9, 0),
    closes=time(17, 30),
    calls_from=6.5,
    calls_until=16.3,
    needs=930,
    lines=(
        Line("+12135550150", "mobile", "SMS Backup & Restore", date(2021, 4, 1), 280),
        Line("+13235550161", "mobile", "Google Voice", date(2021, 1, 1), 90, blocks=True),
        Line("+12135550170", "desk"),
    ),
    dials_from={"+12135550150": 0.66, "+13235550161": 0.24, "+12135550170": 0.10},
    gives={"+12135550150": 0.5, "+13235550161": 0.36, "+12135550170": 0.14},
    notes_dials=0.88,
    notes_rings=0.94,
    notes_email=0.9,
    notes_wait=0.95,
    grids={1: 55, 5: 37, 15: 8},
)
HONOLULU = Office(
    key="4-honolulu",
    name="Tamarind and Fern",
    zone="Pacific/Honolulu",
    zone_word="Hawaii",
    opens=time(8, 0),
    closes=time(16, 30),
    calls_from=6.2,
    calls_until=13.5,
    needs=34,
    lines=(Line("+18085550180", "desk", "RingCentral", date(2022, 1, 3), 14),),
    dials_from={"+18085550180": 1.0},
    gives={"+18085550180": 1.0},
    notes_dials=1.0,
    notes_rings=1.0,
    notes_email=1.0,
    notes_wait=1.0,
    grids={1: 80, 5: 20},
    since=date(2022, 1, 3),
    logs_all_since=date(2022, 1, 3),
)
DENVER = Office(
    key="5-denver",
    name="Larch and Sage",
    zone="America/Denver",
    zone_word="Mountain",
    opens=time(8, 0),
    closes=time(17, 0),
    calls_from=6.8,
    calls_until=16.5,
    needs=150,
    lines=(Line("+13035550190", "desk"),),
    dials_from={"+13035550190": 1.0},
    gives={"+13035550190": 1.0},
    notes_dials=0.85,
    notes_rings=0.9,
    notes_email=0.8,
    notes_wait=0.9,
    grids={1: 50, 5: 40, 15: 10},
    since=date(2022, 1, 3),
)
PHOENIX = Office(
    key="6-phoenix",
    name="Mesquite and Agave",
    zone="America/Phoenix",
    zone_word="Arizona",
    opens=time(8, 30),
    closes=time(17, 0),
    calls_from=6.5,
    calls_until=16.0,
    needs=110,
    lines=(Line("+16025550195", "desk", "RingCentral", date(2022, 1, 3), 60),),
    dials_from={"+16025550195": 1.0},
    gives={"+16025550195": 1.0},
    notes_dials=0.8,
    notes_rings=0.9,
    notes_email=0.8,
    notes_wait=0.9,
    grids={1: 40, 5: 45, 15: 15},
    since=date(2022, 1, 3),
)
OFFICES = (NEW_YORK, CHICAGO, LOS_ANGELES, HONOLULU, DENVER, PHOENIX)
