"""What the files can and cannot show, and what to type next."""

from __future__ import annotations

from collections.abc import Sequence

from callanalytics.commands import in_store, quoted, quoted_name
from callanalytics.facts.dials import WAITS_NAMED, leading_clock
from callanalytics.intake.options import Options
from callanalytics.intake.receipt import Asked, Receipt, Scope
from callanalytics.intake.telling.lines import headed, plural, rows, together

PROVISIONAL_NAME = "this office"  # of files of which nobody has said whose they are


def scope(receipt: Receipt) -> str:
    """The section of a receipt that says what nobody should count on."""
    told = receipt.scope
    if told is None:
        return ""
    heading = f"What {f'the log of {receipt.office}' if receipt.stored else 'these files'} can and cannot show"
    lines = [*_logs(told), *_waits(told), *_callbacks(told, receipt), *_complete(receipt), *_retention(told)]
    return "\n".join([heading, *lines]) if lines else ""


def _logs(told: Scope) -> list[str]:
    lines = headed("calls", told.account.line("in a report")) if told.account and told.account.stored else []
    lines += headed("hand log", _dates(*told.hand_log)) if told.hand_log else []
    for number, first, last, sees_missed in told.phones:
        never = "" if sees_missed else "; it never shows a call that nobody answered"
        lines += headed("phone", f"{number}  {_dates(first, last)}{never}")
    for vendor, _, first, last in told.lineless:
        lines += headed("phone", f"{vendor}  {_dates(first, last)}" if first else vendor)
    noted, phoned = told.noted
    if phoned:
        share = f"{noted / phoned:.0%} of " if phoned >= 10 else f"{noted:,} of "
        counts = f" ({noted:,} of {phoned:,})" if phoned >= 10 else ""
        left = f"; nobody noted the other {phoned - noted:,}" if phoned > noted else ""
        lines += headed(
            "both", f"{share}the phone's calls to USCIS in the time of the hand log are in it{counts}{left}"
        )
    lines += _callless(*told.callless)
    lines += _clock(*told.clock)
    lines += _gaps(told)
    for habit in told.habits:
        lines += headed("times", habit.rounding) if habit.rounding else []
        lines += headed("times", f"{habit.moments}{_ask if habit.word == 'unknown' else ''}") if habit.unsaid else []
    return lines


def _callless(n: int, places: tuple[int, ...]) -> list[str]:
    if not n:
        return []
    where = f" ({rows(places)})" if places else ""
    why = "made on a phone that is not here, or the date, time or zone is a slip"
    counted = f"{plural(n, 'entry', 'entries')} of days that a phone log covers"
    behind = "has no call behind it" if n == 1 else "have no call behind them"
    return headed("both", f"{counted} {behind}{where}: {why}")


def _clock(fitting: int, n: int, hours: int) -> list[str]:
    if not fitting:
        return []
    where = f"{plural(abs(hours), 'hour')} {'before' if hours > 0 else 'after'} a call that nobody noted"
    asked = "is the sheet or the phone log on the clock of another zone? Say it:  --timezone  or  --file-timezone"
    return headed("clock", f"{fitting:,} of these {plural(n, 'entry', 'entries')} lie {where}: {asked}")


def _gaps(told: Scope) -> list[str]:
    """Holes of the phone logs, the first few of each."""
    lines = []
    for own in together(told.gaps, key=lambda gap: gap[0]):
        shown = "; ".join(f"between {_day(last)} and {_day(first)}" for _, last, first in own[:SHOWN_GAPS])
        more = f" and {len(own) - SHOWN_GAPS:,} more such times" if len(own) > SHOWN_GAPS else ""
        why = "was the office closed? If not, export that time too: call-backs of then are not judged"
        lines += headed("gap", f"{own[0][0]} has no call at all {shown}{more}: {why}")
    return lines


def _day(date) -> str:
    return f"{date:%b} {date.day}, {date.year}"


SHOWN_GAPS = 3
_ask = ". Say it:  --time-of start  (or answer, end)"


def _waits(told: Scope) -> list[str]:
    ended, noted, dialled = told.waits
    usable = sum(told.clocks.values())
    if not dialled:
        if told.phones or told.lineless:
            return headed("cannot", "waits: a phone system does not know them; they come from the hand log")
        return []
    lines = (
        headed(
            "can",
            f"waits: usable for {usable:,} of {plural(dialled, 'call')} that queued, or may have{_by_clock(told)}",
        )
        if usable
        else []
    )
    if (elsewhere := ended - usable) > 0:
        why = "outside the hours in which people answer, to another line, longer than the whole call, or noted twice"
        lines += headed("cannot", f"{plural(elsewhere, 'wait')} {why}: in no figure of a wait")
    if left := noted - ended:
        why = "noted, but nothing says whether a person came or the caller hung up"
        lines += headed("cannot", f"{plural(left, 'wait')} {why} (an agent, a tier, an outcome)")
    if dialled > noted:
        lines += headed("cannot", f"waits of {plural(dialled - noted, 'call')}: none is noted")
    return lines


def _by_clock(told: Scope) -> str:
    """From which moment they run: those that lead a report, and those that stand beside."""
    lead = leading_clock(told.clocks)
    others = [f"{n:,} {WAITS_NAMED[clock]}" for clock, n in told.clocks.items() if clock != lead]
    if not others:
        return f", {WAITS_NAMED[lead]}"
    return f": {told.clocks[lead]:,} {WAITS_NAMED[lead]} lead a report; beside them, not pooled, {'; '.join(others)}"


def _callbacks(told: Scope, receipt: Receipt) -> list[str]:
    lines = []
    for vendor, format, _, _ in told.lineless:
        which = f"which of your phones rang: the {vendor} export does not say it. Name the line"
        lines += headed("cannot", f"{which}{_once_stored(receipt)}")
        lines += _of_office(receipt, f"--line NUMBER:desk:{format}")
    watched = [number for number, *_, sees_missed in told.phones if sees_missed]
    if watched:
        lines += headed("can", f"call-backs that nobody answered, on {', '.join(watched)}")
    for row in told.unseen:
        lines += headed("cannot", _unseen(*row))
    for number, n, known in told.unheard:
        lines += headed("ask", f"{_unheard(number, n)}{_once_stored(receipt)}")
        lines += _of_office(receipt, f"--line {':'.join(filter(None, ('NUMBER', known, 'lets-unknown')))}")
    if told.no_missed:
        lines += headed(
            "cannot", f"missed call-backs from {', '.join(told.no_missed)}: its export lacks unanswered calls"
        )
    return lines


def _unheard(number: str, n: int) -> str:
    asked = plural(n, "promised call-back")
    return (
        f"{asked} to {number}: does that phone let callers through who show no number? USCIS may show none, and where "
        "they are blocked a call-back leaves no trace. Say it (where they are blocked: blocks-unknown)"
    )


def _unseen(number: str, n: int, first, last) -> str:
    asked = plural(n, "promised call-back")
    when = f", promised {_dates(first, last)}" if first else ""
    if number.startswith("*"):
        return f"{asked} to {number}{when}: no file here shows that phone then. Export it to have them judged"
    return f"{asked} with {number}{when}: judged only when every line of the office is covered"


def _complete(receipt: Receipt) -> list[str]:
    """The other way to have promises judged of which no phone's log speaks: the hand log's own completeness."""
    told = receipt.scope
    if not (told.unseen and told.hand_log):
        return []
    text = f"or, if your log notes every callback that came since its first day, say so{_once_stored(receipt)}"
    return [*headed("", text), *_of_office(receipt, f"--logs-callbacks-since {told.hand_log[0]:%Y-%m-%d}")]


def _once_stored(receipt: Receipt) -> str:
    return ":" if receipt.stored else " once the files are in: the receipt has the line to type"


def _of_office(receipt: Receipt, told: str) -> list[str]:
    """The command that says something of the office, where the store knows it already."""
    name = f"{quoted_name(receipt.office)}{in_store(receipt.store)}"
    return [f"{' ' * 13}callanalytics office {name} {told}"] if receipt.stored else []


def _retention(told: Scope) -> list[str]:
    lines: list[str] = []
    for says in dict.fromkeys(says for _, says in told.retention):
        vendors = [vendor for vendor, own in told.retention if own == says]
        keep = "keeps its log" if len(vendors) == 1 else "keep their logs"
        lines += headed("soon gone", f"how long {', '.join(vendors)} {keep}: {says}")
    return lines


def _dates(first, last) -> str:
    if first == last:
        return _day(first)
    year = "" if first.year == last.year else f", {first.year}"
    return f"{first:%b} {first.day}{year} - {last:%b} {last.day}, {last.year}"


def next_step(receipt: Receipt) -> str:
    """What to type when the files are as they should be."""
    if not receipt.command:
        return ""
    asked = {asked.question.code for asked in receipt.questions}
    others = [
        words
        for code, words in OTHERWISE.items()
        if code in asked and f"--{code.replace('_', '-')} " in receipt.command
    ]
    return f"Next:  {receipt.command}" + "".join(f"\n       ({words}: see the question above)" for words in others)


OTHERWISE = {  # question -> what else may be said than the printed command says
    "date_order": "or with dmy",
    "wait_from": "or with queue; without --wait-from if nobody knows",
}


def command(paths, said: Options, office: dict, asked: Sequence[Asked]) -> str:
    """The command that stores these files, as far as it is known; what is not stands in capitals."""
    named = office.get("name") if office.get("name") != PROVISIONAL_NAME else None
    zone = said.zone or (office.get("timezone") if named and office.get("timezone") else None)
    words = ["callanalytics ingest", *map(quoted, paths)]
    words.append(f"--office {quoted_name(said.office or named or 'YOUR OFFICE')}")
    words.append(f"--timezone {zone or 'ZONE'}")
    codes = {each.question.code for each in asked}
    order = said.date_order or ("mdy" if "date_order" in codes else "")
    told = {
        "--file-timezone": said.file_zone,
        "--date-order": order,
        "--time-of": said.time_of,
        "--wait-from": said.wait_from or ("dial" if "wait_from" in codes else ""),
        "--wait-unit": said.wait_unit,
        "--wait-clock": said.wait_clock,
        "--format": said.forced and said.forced.name,
        "--mapping": said.mapping and quoted(said.mapping.path),
    }
    told |= {"--our-number": " --our-number ".join(map(quoted, said.our_numbers))}
    flags = ["--accept-mapping"] if said.accept_mapping else []
    columns = [f"--column {quoted(f'{meaning}={header}')}" for meaning, header in said.columns]
    return " ".join([*words, *(f"{option} {value}" for option, value in told.items() if value), *columns, *flags])
