"""The report for the office itself: what needs doing, the last three months, and what would have saved callbacks.

It names matters and says so on every page; none of it is meant for the agency or a committee.
"""

from __future__ import annotations

from datetime import date

from callanalytics import figures, wording
from callanalytics.casework import practice
from callanalytics.casework.open_promises import RECENT, TO_REPEAT, OpenPromise, listed, open_promises
from callanalytics.log import Log
from callanalytics.measures.definitions import INTERVAL_MINIMUM
from callanalytics.reports import periods, sections
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Heading, Note, PageBreak, TableBlock, Text
from callanalytics.reports.results import Confirmed, Results
from callanalytics.reports.writers import Report
from callanalytics.wording import plural

MAX_REQUESTS, MAX_OFFICES = 10, 8  # most requests and most offices in a list on paper: two pages say what to do
MARKING = "Names matters of the office. For the office alone."


def build(log: Log, confirmed: tuple[Confirmed, ...] = ()) -> Report:
    """The report of a log for its office.

    Parameters
    ----------
    log : the log that ``callanalytics.load`` returns, as of its ``as_of``
    confirmed : timeframes that, by a source, still held more than a year after they were last confirmed
    """
    # Confirm every other timeframe too: an office waits for a callback whoever confirmed the timeframe last
    others = {rule.id for rule in log.agency.rules} - {one.rule_id for one in confirmed}
    results = Results(log, (*confirmed, *(Confirmed(id, "no one since then") for id in sorted(others))))
    is_few = sections.is_too_few(results)
    found = open_promises(log)
    months = periods.last_months(results)
    several = len(log.offices) > 1
    offices = periods.months_by_office(months) if months else []
    # Two pages are for what to do; long tables are only on the screen
    is_long = len(log.offices) > MAX_OFFICES
    when = sections.missed_by_hour(results)  # what an office can change
    blocks = [
        *to_do(log, found, MAX_REQUESTS),
        *_by_old_times(results),
        *([PageBreak()] if several else []),
        *(periods.numbers_of_months(months) if months else []),
        *_habits(results),
        *([] if several else [PageBreak(), *_tips(log)]),
        *([] if is_long else offices),
        *(sections.blocks_of_few(results) if is_few else [] if when.says else [when]),
        *([] if several or is_few else sections.causes(results)),
    ]
    # Paper has room only for the first part of the list
    open_now, _ = _by_step(log, found)
    further = [
        *([Heading("Everything to do"), _table(open_now, log.as_of)] if len(open_now) > MAX_REQUESTS else []),
        *(offices if is_long else []),
        *([*sections.causes(results), *_tips(log)] if several and not is_few else []),
        *([] if is_few else _blocks_for_screen(results)),
    ]
    title = _title(log, found, months)
    return Report.from_log(log, title, _scope(results), blocks, MARKING, is_private=True, further=tuple(further))


def _title(log, found: list[OpenPromise], months) -> str:
    """The callbacks to ask for again, and how many the office missed in the last three months."""
    again = sum(p.stand in TO_REPEAT and p.is_listed(log.as_of) for p in found)
    need = "needs" if again == 1 else "need"
    parts = [f"{wording.spelled(again, 'callback')} {need} you to call again"] if again else []
    missed = months.now.row("missed_callbacks", "rate", link="certain") if months else {"n": 0}
    if missed["n"] >= INTERVAL_MINIMUM and missed["events"]:
        parts.append(f"{say.count_of_cases(missed)} went unanswered in the last three months")
    return wording.capital("; ".join(parts)) if parts else f"Your calls to {log.agency.label}"


def _blocks_for_screen(results) -> list[Block]:
    """Blocks that only a screen and a workbook show; on paper, two pages say what to do."""
    pages = [
        *sections.waits(results),
        *sections.stated_times(results),
        Heading("Whether the office could answer"),
        figures.shares(sections.attempts(results), title="First call, second call, notice"),
        *sections.calls(results),
    ]
    return [block for block in pages if not isinstance(block, PageBreak)]


def _scope(results) -> str:
    names = sorted(row["name"] for row in results.log.offices.to_arrow().to_pylist())
    if not names:
        return f"No office's log is in this store as of {wording.day(results.as_of)}."
    when = f", {say.period(*results.period)} ({results.agency.clock})" if results.period else ""
    calls = plural(results.n_calls, "call")
    seen = wording.day(results.as_of)
    line = results.agency.fill("the {line}")
    many = wording.capital(wording.spelled(len(names), "law office"))
    who = many if len(names) > MAX_OFFICES else "; ".join(names)  # not "and", which many office names contain
    scope = f"{who}: {calls} to {line}{when}, as of {seen}."
    return say.joined(*results.log.selected, scope, f"{results.account}")


def to_do(log, found: list[OpenPromise], most: int | None = None) -> list[Block]:
    """Unresolved callbacks: recent ones by name, up to `most` of them, and older ones as a count."""
    heading = Heading(f"What needs doing, as of the end of {wording.day(log.as_of)}")
    # A printed report is read on other days than its as-of day
    counts = Text(say.open_counts(found, say.STANDS | {"due_today": f"due {wording.day(log.as_of)}"}))
    if not found:
        return [heading, counts]
    open_now, waiting = _by_step(log, found)
    return [
        heading,
        counts,
        *([_table(open_now, log.as_of, most=most)] if open_now else []),
        *([_waiting(waiting, log.agency.label)] if waiting else []),
        Note(tuple(_notes_below(found, [*open_now, *waiting]))),
    ]


def _by_old_times(results: Results) -> list[Block]:
    """Why the report for the agency judges fewer requests than this report."""
    if not results.last_confirmed:
        return []
    agency, day = results.agency.label, wording.day(results.last_confirmed)
    later = f"The report for {agency} judges requests made more than a year later only once a later source is named."
    return [Text(f"Judged by {agency}'s stated time as last confirmed on {day}. {later}")]


def _by_step(log, found: list[OpenPromise]) -> tuple[list[OpenPromise], list[OpenPromise]]:
    """The callbacks listed by name, split into those to act on and those to wait for, in order of due day."""
    named = listed(found, log.as_of)
    return [p for p in named if p.stand != "waiting"], [p for p in named if p.stand == "waiting"]


def _notes_below(found, named):
    """Whom to contact next, and how many older callbacks are not listed."""
    for recourse in dict.fromkeys(recourse for promise in named for recourse in promise.recourses):
        requests = sum(recourse in promise.recourses for promise in named)
        yield f"If calling again doesn't work, for {wording.number(requests)} of these requests: {recourse}"
    if older := len(found) - len(named):
        yield (
            f"{plural(older, 'older one')}, asked more than {RECENT.days} days before, not listed: close them in "
            "the log if they are no longer needed."
        )


def _table(ordered: list[OpenPromise], as_of: date, most: int | None = None) -> TableBlock:
    """One line per callback, most overdue first, those without a due day last; only the first `most`."""
    several = len({p.office for p in ordered}) > 1
    left_out = len(ordered[most:]) if most else 0
    head = ("days overdue", "matter", "asked", "kind", "number given", "what to do")
    rows = tuple(_row(p, as_of, several) for p in ordered[:most])
    note = f"The first {most} of {len(ordered)}; all are in the HTML page and the workbook." if left_out else ""
    widths = (0.6, *((1.3, 0.65, 0.6, 0.95, 4.1) if several else (0.8, 0.65, 0.6, 0.95, 4.2)))
    return TableBlock("To do, most overdue first", head, rows, note, widths)


def _day_of_request(day: date) -> say.Day:
    """
    >>> _day_of_request(date(2022, 10, 24))
    'Oct 24'
    """
    return say.Day(wording.day(day, short=True).rsplit(",", 1)[0], day)


def _row(p: OpenPromise, as_of: date, several: bool) -> tuple[str, ...]:
    # For callbacks to wait for, the paragraph below gives the hours
    window = f" They may call {_window(p)} on the office's clock." if p.window and p.stand == "due_today" else ""
    doubts = "".join(f" About that number: {doubt}." for doubt in p.doubts if p.number)
    return (
        _overdue(p, as_of),
        p.matter + (f" ({p.office})" if several else ""),
        _day_of_request(p.started_on) if p.started_on else "not noted",
        "not noted" if p.urgency == "unknown" else p.urgency,
        wording.phone_number(p.number),
        f"{' '.join(p.steps)}{window}{doubts}",
    )


def _overdue(p: OpenPromise, as_of: date) -> str:
    if p.due_on is None:
        return "not known"
    days = (as_of - p.due_on).days
    return say.count(days) if days > 0 else f"due {wording.day(p.due_on, short=True).rsplit(',', 1)[0]}"


def _window(p: OpenPromise) -> str:
    if p.window is None:
        raise ValueError("a promise without a due day has no window")
    return f"{wording.time_of_day(p.window[0])}–{wording.time_of_day(p.window[1])}"


def _waiting(ordered: list[OpenPromise], agency: str) -> Text:
    """The callbacks to wait for, in one paragraph, because their next step is the same."""
    windows = {_window(p) for p in ordered}
    hours = f" {windows.pop()} on the office's clock" if len(windows) == 1 else ""
    each = "; ".join(f"{p.matter}, {wording.day(p.due_on, short=True)}" for p in ordered[:MAX_REQUESTS] if p.due_on)
    rest = f"; and {len(ordered) - MAX_REQUESTS} later" if len(ordered) > MAX_REQUESTS else ""
    return Text(
        f"{agency} may call{hours} on any business day until each is due: {each}{rest}.",
        lead=f"Wait for {_these_requests(len(ordered))}.",
    )


def _these_requests(n: int) -> str:
    """
    >>> _these_requests(1), _these_requests(5), _these_requests(21)
    ('this one', 'these five', 'these 21')
    """
    return "this one" if n == 1 else f"these {wording.SMALL[n] if n < len(wording.SMALL) else n}"


HABITS = wording.words_for("habits")
MAX_HABITS = 3


def _habits(results) -> list[Block]:
    """The habits that would have saved the most callbacks; each missed callback counts under one habit."""
    found = practice.habits(results.log)[:MAX_HABITS]
    missed = results.missed_ends[0]["events"]
    if not found:
        return []
    saved = sum(habit.missed for habit in found)
    names = f"{wording.spelled(len(found), 'habit')} that would have saved up to {plural(saved, 'callback')}"
    each = [say.Figure(f"up to {wording.number(h.missed)}", "count", value_most=h.missed) for h in found]
    lines = tuple((figure, *_habit(habit, results.agency)) for figure, habit in zip(each, found, strict=True))
    note = ""
    if results.period:
        note = f"Of {plural(missed, 'missed callback')}, {say.period(*results.period)}; each counts under one habit."
    head = ("saved", "habit", "what the log shows")
    return [TableBlock(names, head, lines, note, (0.8, 2.6, 3.6), name="Habits that would have helped")]


def _habit(habit: practice.Habit, agency) -> tuple[str, str]:
    # On the agency's clock: its noon is early morning in Honolulu
    morning, later = (wording.number(n) if n else "none" for n in (habit.early, habit.missed - habit.early))
    hours = wording.hours(*habit.hours) if habit.name == "staffed" else ""
    words = {"morning": morning, "later": later, "of": wording.number(habit.in_hours), "hours": hours}
    do, why = (agency.fill(text) for text in HABITS[habit.name])
    return do.format(**words), why.format(**words)


def _tips(log) -> list[Block]:
    """The practice pointer's tips, each with what the log shows about it; tips without data share one line."""
    held = practice.check_tips(log)
    if not held:
        return []
    met = [h for h in held if h.against[1]]
    # The log shows that there were none only if it records the thing at all
    none = [h.tip.against_words for h in held if not h.against[1] and h.is_logged]
    unsaid = [h.tip.against_words for h in held if not h.against[1] and not h.is_logged]
    title, name = "The practice pointer's advice, held against these calls", "Advice held against the calls"
    rows = tuple((h.claim.claim, h.sentence) for h in met)
    note = "Calls against a tip may differ in other ways too; where there are few, the counts stand alone."
    table = TableBlock(title, ("advice", "what the log shows"), rows, note, (2.2, 4.4), name=name)
    return [
        Heading("What the practice pointer advises"),
        *([table] if met else []),
        *([Text(f"These calls have none of these: {'; '.join(none)}.")] if none else []),
        *([Text(f"Not logged, so not reported: {'; '.join(unsaid)}.")] if unsaid else []),
        Note((f"Advice read in: {'; '.join(sorted({h.claim.source for h in held}))}.",)),
    ]
