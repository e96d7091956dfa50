"""Invented calls, before anybody writes them down: what really happened, in a day's order.

Numbers are 202-555-0100 to 555-0199; people, matters and receipts are no one's. The same seed gives the same calls.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

PEOPLE = (
    "Maria Castell", "Wei Zhang", "A. Okafor", "Tran Thi Lan", "J. Petrov", "Ana Lucía Ruiz", "Samir Haddad", "Kim Ji-won",
    "Fatou Diallo", "R. Banerjee", "Luis Herrera", "Olena Koval", "D. Mensah", "Nguyen Van An", "Rosa Alvarado",
)  # fmt: skip
SCRIPTS = (
    "王伟",
    "김지원",
    "محمد الأحمد",
    "李秀英",
    "Иванов П.",
    "박서연",
    "فاطمة",
    "García-Núñez",
    "Trần Lan",
    "陳大文",
)
AGENTS = (
    "Maria", "Kevin", "Ms. Johnson", "Tasha", "Officer Reyes", "Brandon", "Mr. Ali", "Denise", "Officer Cole", "Yolanda",
    "Chris", "Ms. Patel", "Andre", "Officer Dunn", "Shanice",
)  # fmt: skip
FORMS = ("I-485", "N-400", "I-130", "I-765", "I-751", "I-140", "I-131", "I-589", "I-90")
HOLIDAYS = frozenset(
    date(year, *day)
    for year, days in {
        2021: ((9, 6), (10, 11), (11, 11), (11, 25), (12, 24), (12, 31)),
        2022: ((1, 17), (2, 21), (5, 30), (6, 20), (7, 4), (9, 5), (10, 10), (11, 11), (11, 24), (12, 26)),
        2023: ((1, 2), (1, 16), (2, 20), (5, 29), (6, 19), (7, 4), (9, 4), (10, 9), (11, 10), (11, 23), (12, 25)),
        2024: ((1, 1), (1, 15), (2, 19), (5, 27), (6, 19), (7, 4), (9, 2), (10, 14), (11, 11), (11, 28), (12, 25)),
    }.items()
    for day in days
)


@dataclass
class Call:
    """One call to the agency. ``wait`` in minutes; ``ended`` reached, gave_up, cut_off or menu (never queued)."""

    on: date
    clock: time
    wait: int | None
    ended: str
    agent: str = ""
    badge: str = ""
    sr: str = ""
    promise: str = ""  # urgent, regular, or nothing promised
    callbacks: list[tuple[date, time, str]] = field(default_factory=list)  # ..., answered, missed or voicemail
    line: str = "contact_center"
    client: str = ""
    receipt: str = ""
    matter: str = ""
    form: str = ""
    ours: str = ""


def workday(day: date) -> date:
    """The day, or the next on which the agency's line is open."""
    while day.weekday() > 4 or day in HOLIDAYS:
        day += timedelta(days=1)
    return day


def invent(rng: random.Random, n: int, start: date, *, hours=(8, 16), lost=0.3, per_day=2, scripts=False) -> list[Call]:
    """So many calls from a day on, in order; ``hours`` local, inside the line's staffed hours (8-20 Eastern)."""
    out: list[Call] = []
    day = workday(start)
    people = SCRIPTS if scripts else PEOPLE
    while len(out) < n:
        slots = range(hours[0] * 60 + 2, hours[1] * 60 + 30, 50)  # far apart: no two of a day are one call noted twice
        minutes = sorted(slot + rng.randint(0, 19) for slot in rng.sample(slots, rng.randint(1, per_day)))
        out += [_call(rng, day, time(m // 60, m % 60), lost, people) for m in minutes]
        day = workday(day + timedelta(days=rng.choice((1, 1, 2, 2, 3, 5))))
    return out[:n]


def _call(rng: random.Random, day: date, clock: time, lost: float, people) -> Call:
    ended = "reached" if rng.random() > lost else rng.choice(("gave_up", "gave_up", "cut_off", "cut_off", "menu"))
    wait = None if ended == "menu" else max(4, min(170, round(rng.lognormvariate(3.6, 0.5))))
    if wait and rng.random() < 0.7:
        wait = max(5, 5 * round(wait / 5))
    call = Call(day, clock, wait, ended)
    call.client = rng.choice(people)
    call.receipt = f"{rng.choice(('IOE', 'LIN', 'MSC'))}09{rng.randint(0, 99999999):08}"
    call.matter = f"{day.year % 100}-{rng.randint(100, 999)}"
    call.form = rng.choice(FORMS)
    call.ours = f"202-555-01{rng.randint(40, 43)}"
    if ended == "reached":
        call.agent = rng.choice(AGENTS)
        call.badge = f"{rng.choice('EKTRW')}{rng.randint(1000, 9999)}"
        if rng.random() < 0.6:
            call.sr = f"{rng.choice(('SR', 'T1', 'R1'))}{rng.randint(10**8, 10**9 - 1)}"
            call.promise = rng.choice(("urgent", "regular", "regular", ""))
        if call.promise and rng.random() < 0.7:
            _call_back(rng, call)
    return call


def _call_back(rng: random.Random, call: Call) -> None:
    """One or two calls of the agency: the second only where the first was not answered."""
    day = workday(call.on + timedelta(days=rng.randint(1, 3) if call.promise == "urgent" else rng.randint(6, 35)))
    first = rng.choice(("answered", "missed", "voicemail"))
    call.callbacks.append((day, time(rng.randint(9, 15), rng.choice((2, 10, 15, 25, 40, 48))), first))
    if first != "answered" and rng.random() < 0.6:
        day = workday(day + timedelta(days=1))
        clock = time(rng.randint(9, 15), rng.choice((5, 12, 20, 35, 50)))
        call.callbacks.append((day, clock, rng.choice(("answered", "missed"))))


def moment(call: Call) -> datetime:
    return datetime.combine(call.on, call.clock)
