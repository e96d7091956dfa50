"""How to check the report: definitions, caveats, and what was read and what was not."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pyarrow.compute as pc

import callanalytics
from callanalytics import accounting, estimates, wording
from callanalytics.estimates.pooling import MIN_OFFICES
from callanalytics.facts import time_rounding
from callanalytics.facts.agency_calls import reported_lines
from callanalytics.measures.definitions import PERCENT_MINIMUM, POINTER
from callanalytics.measures.log_quality import BANDS_MIN, NAMES
from callanalytics.measures.wait_curves import HEAPED, INDEX
from callanalytics.reports import sentences as say
from callanalytics.reports.document import Block, Heading, Note, PageBreak, TableBlock, Terms, Text
from callanalytics.reports.findings import not_confirmed, not_in_waits
from callanalytics.reports.meeting import Audit
from callanalytics.reports.results import Results
from callanalytics.wording import plural

# Most cards share these values, so the text above them gives them once; each card shows only differences
USUAL = {"owns_hour": "the start of the call", "minimum": PERCENT_MINIMUM, "source": POINTER}


def scope(results):
    """Who logged how many calls and when, and that the offices are volunteers."""
    offices = results.log.offices.to_arrow()
    zones = len(pc.unique(offices["timezone"]))
    sizes = results.calls_by_office
    if not sizes:
        return f"No call to {results.agency.label} is in the log as of {wording.day(results.as_of)}. {results.account}"
    share = f"; the largest has {wording.percent(sizes[0] / sum(sizes))} of the calls" if len(sizes) > 1 else ""
    seen = wording.day(results.as_of)
    return (
        f"{wording.spelled(len(sizes), 'law office')} in {wording.spelled(zones, 'time zone').lower()} logged "
        f"{plural(results.n_calls, 'call')} to {_line_called(results)}, {say.period(*results.period)} "
        f"({results.agency.clock}), as of {seen}. Volunteers, not a sample of all callers{share}. "
        f"{results.account}"
    )


def _line_called(results):
    """The line that was called, if it was logged."""
    agency = results.agency
    e164 = next(n.e164 for n in agency.numbers if n.line == agency.main_line and n.use == "outbound")
    number = f"1-{wording.phone_number(e164)}"
    unnamed, named = results.unnamed_line, results.n_calls - results.unnamed_line
    if not unnamed:
        return number
    if not named:
        return f"{agency.label} (line not logged)"
    return f"{agency.label} ({wording.number(named)} to {number}, {wording.number(unnamed)} to a line not logged)"


LEADING = "The liaison report"


def caveats(results: Results, report: str = LEADING) -> list[Block]:
    """The caveats: what these numbers do not show, with figures that say how much. ``report`` is the liaison report."""
    return [Heading("What these numbers do not show", 2), Note(tuple(_lines(results, report)))]


def _lines(results, report: str):
    dates = f", {say.period(*results.period)}, {results.agency.clock}" if results.period else ""
    yield (
        f"Volunteered logs of {plural(len(results.calls_by_office), 'office')} "
        f"({plural(results.n_calls, 'call')}{dates}). Not a random sample of callers; those who log "
        "may differ from those who do not, and may log more on bad days."
    )
    sizes = estimates.dominance(results.calls_by_office)
    if sizes.offices > 1:
        but = ", except those across offices," if sizes.offices >= MIN_OFFICES else ""
        yield (
            f"The largest office has {wording.percent(sizes.largest)} of the calls; by size they weigh as much as "
            f"{sizes.effective:.1f} offices of equal size. Every interval{but} treats each call as independent of "
            "the others, so between offices it is too narrow."
        )
    yield from _waits(results, report)
    yield from _left_out(results)
    yield (
        "A callback that a phone blocked may leave no trace. A call without a number may or may not be a callback, "
        "and is never mixed with those that certainly are. Where no one noted which of several requests "
        f"{results.agency.label} called about, the call counts once, for the one due first."
    )
    tables = [result.table for result in results.taken.values()]
    intervals = sum(int(table["low"].notna().sum()) for table in tables)
    # Counts every measure taken so far, so a report must build its caveats after its figures
    small = wording.number(sum(int((table["flag"] == "small_n").sum()) for table in tables))
    if intervals:
        yield (
            f"Each of the {wording.number(intervals)} intervals is a 95% interval on its own: even with no true "
            "difference, about 1 in 20 will show one. No pair of figures is called different unless their intervals do "
            "not touch."
        )
    yield f"Figures under the minimum sample, shown as counts or hatched: {small}."
    yield "It describes what was logged. A change after a policy is not proof that the policy caused it."
    yield (
        f"callanalytics {callanalytics.__version__}; definitions with their versions in the HTML report; log as of "
        f"{wording.day(results.as_of)}."
    )


def _left_out(results):
    if untimed := results.agency_calls.arrow["hour"].null_count:
        yield (
            f"{wording.number(untimed)} of {plural(results.n_calls, 'call')} "
            f"{'has no time of day and is' if untimed == 1 else 'have no time of day and are'} counted in no hour."
        )
    if results.other_lines:
        others = wording.number(results.other_lines)
        yield f"Calls known to be to another line of {results.agency.label}, in no figure here: {others}."
    left = {
        f"not yet due on {wording.day(results.as_of)}": "not_due",
        "due, but without complete records": "unwatched",
        "withdrawn": "withdrawn",
        "on a line that blocks callers without a number": "blocked",
        "urgency or time not known": "unknown",
        "not withdrawn, but made while more than one stated time may have held": "rules_differ",
    }
    lines = [f"{why} ({wording.number(n)})" for why, name in left.items() if (n := results.left_out(name))]
    if lines:
        yield f"Requests in no rate of callbacks in time: {'; '.join(lines)}."
    if unjudged := not_confirmed(results):
        yield unjudged


def _waits(results, report: str = LEADING):
    row, lost = results.row("wait", "median"), results.row("wait", "share_censored")
    if not row["n"]:
        return
    round_ones = results.row("wait", "heaping_index")
    heaped, n = int(round_ones["events"]), int(round_ones["n"])
    # The heaping index is INDEX * heaped / n: 1 by chance alone, INDEX if every wait is a multiple of five
    is_heaped = INDEX * heaped > HEAPED * n
    yield (
        f"{results.waits_run} {wording.number(lost['events'])} of "
        f"{wording.number(lost['n'])} callers hung up or were cut off and count as having waited at least that long "
        "(Kaplan–Meier). Each call counts; one matter may need several."
    )
    if say.is_shown(row):
        parts = ", ".join(wording.hours(*part) for part in results.agency.open_week.blocks)
        yield say.joined(
            f"{report} leads with a median of {say.wait(results.median)}, in which they are compared with "
            f"callers of the same part of the day ({parts}, {results.agency.clock}).",
            "It is of calls in both logs, weighted for those no one logged." if results.lead.is_weighted else "",
            "In it, rounded waits are spread over the minutes that round to them." if is_heaped else "",
            f"Of all waits as noted, with all hours on one curve, the median is {say.wait(row)}.",
        )
    many = ": many were rounded or remembered, and no wait should be read more finely than that" if is_heaped else ""
    yield say.joined(
        f"{wording.number(heaped)} of {wording.number(n)} waits of at least half a minute are whole multiples of five "
        f"minutes, where one in five would be by chance{many}.",
        not_in_waits(results),
    )


def definitions(results: Results) -> list[Block]:
    """The definitions in force, one card per measure."""
    return [
        Heading("Definitions in force", 2),
        Text(
            "Shares carry Wilson's interval, counts none, waits Kaplan–Meier with log-log limits; all at 95%. "
            f"Times of day are {results.agency.clock} unless said to be the office's own. Where a card does not say "
            f"otherwise: the hour and month are those of {USUAL['owns_hour']}; smallest sample "
            f"{say.in_plain_words(USUAL['minimum'])}; source {results.agency.fill(USUAL['source'])}. Names in "
            "brackets are those of the tables."
        ),
        *(_card(card, results.agency) for card in results.cards),
    ]


def _card(card, agency):
    usual = {name: agency.fill(text) for name, text in USUAL.items()}
    parts = {word: (name, getattr(card, name)) for name, word in wording.words_for("card_parts").items()}
    values = {word: text for word, (name, text) in parts.items() if text not in ("", usual.get(name))}
    pairs = [(word, say.in_plain_words(text)) for word, text in values.items()]
    title = f"{card.name.replace('_', ' ').capitalize().replace('Ivr', 'IVR')} (version {card.version})"
    return Terms(title, (("Definition", say.in_plain_words(card.title)), *pairs))


def data_quality(results: Results, *, is_short: bool = False) -> list[Block]:
    """What was read and what was not, without names; :func:`by_office` has each office separately. `is_short` omits the
    tables of files, reasons, and fields."""
    log = results.log
    if is_short:
        return [Heading("What was read", 2), Text(_account(results)), Text(_store_and_day(results))]
    aside = "neither calls nor entries: legs, other texts, totals, examples"
    unread = "each is listed with row and column in the office's own receipt"
    head = (results.agency.fill("field {association} asks for"), "filled")
    fields = wording.words_for("log_fields").items()
    filled = tuple((words, say.share(results.row("log_completeness", field))) for field, words in fields)
    return [
        PageBreak(),
        Heading("Annex: what was read, and how it is counted"),
        _files("Files", "system", log.sources.to_arrow(), lambda row: say.system_name(row["format"]), ("format",)),
        Text(_account(results)),
        *_reasons("Rows set aside", log.set_aside.to_arrow(), aside),
        *_reasons("Rows that could not be read", log.rejects.to_arrow(), unread),
        TableBlock(
            "How complete the logs are", head, filled, "Each field is asked only of calls that can have it.", (1.5, 2.0)
        ),
        Heading("Fingerprint", 2),
        Text(_store_and_day(results)),
    ]


def _store_and_day(results) -> str:
    seen = f"the end of {wording.day(results.as_of)}, {results.agency.clock}"
    return (
        f"Store {results.log.fingerprint}, looked at as of {seen}. The same store and day give this report again, byte "
        "for byte."
    )


def by_office(results: Results) -> list[Block]:
    """What was read of each office, how it wrote down times, and what could be observed; letters stand for offices."""
    log = results.log
    # Sorted by random ids, so that letters do not reveal the alphabetical order of names
    ids = sorted(log.offices.to_arrow()["office_id"].to_pylist())
    offices = {id: f"Office {wording.letters(i)}" for i, id in enumerate(ids)}
    coverage, named = log.coverage.to_arrow(), log.offices.to_arrow()
    names = dict(zip(named["office_id"].to_pylist(), named["name"].to_pylist(), strict=True))
    body = []
    for id, name in offices.items():
        own = coverage.filter(pc.equal(coverage["office_id"], id)).to_pylist()
        unwatched = results.row("promise_kept_rate", "n_unwatched", office=names[id])
        body.append((name, _spans(own, "export"), _spans(own, "declared"), say.count_of_cases(unwatched)))
    # One line per office and system: a Google Voice export has a file for every call
    files = _files("Files of each office", "office and system", log.sources.to_arrow(),
                   lambda row: f"{offices[row['office_id']]}: {say.system_name(row['format'])}",
                   ("office_id", "format"))  # fmt: skip
    head = ("office", "phone exports", "hand log declared complete", "requests not observed")
    note = "A request is judged only if its line could be observed from its start to its due time."
    observed = TableBlock("What could be observed", head, tuple(body), note, (0.8, 2.0, 2.0, 1.2))
    return [files, *times_as_written(log, offices), observed]


def _account(results: Results) -> str:
    """How the stored rows lead to the calls in this report."""
    rows = results.log.rows
    if not rows.stored:
        return "Nothing is stored."
    reasons = accounting.reasons(rows)
    others = f" The others: {', '.join(reasons)}." if reasons else ""
    return (
        f"{wording.number(rows.stored)} calls, entries, and notices are stored{_of_files(results.log)}. They came to "
        f"{plural(rows.counted, 'call')} to {results.agency.label}.{others} {results.account}"
    )


def _of_files(log) -> str:
    """Why the store has more or fewer calls, entries, and notices than the files; "" if the numbers agree."""
    if log.selection.offices:  # stored rows are those of all offices, so the numbers would not compare
        return ""
    sources, further = log.sources.to_arrow(), log.further_items
    read = sum(pc.sum(sources[kind]).as_py() or 0 for kind in ("calls", "entries", "notices"))
    twice = read + further - log.rows.stored
    less = f", less {wording.number(twice)} that more than one file holds" if twice else ""
    more = f", and {wording.number(further)} in the row of another, as a callback beside its call" if further else ""
    return f": {wording.number(read)} of the files{less}{more}" if less or more else ""


COUNTS = ("rows", "calls", "entries", "notices", "rejects", "set_aside")


def _files(title, what, sources, named, keys):
    """Rows read, by source; each row is also in exactly one of the five columns that follow."""
    joined = sources.group_by(list(keys)).aggregate([([], "count_all"), *((c, "sum") for c in COUNTS)])
    columns = ("count_all", *(f"{c}_sum" for c in COUNTS))
    counted = {}
    for row in joined.to_pylist():  # all layouts of an office's own share one name
        have = counted.setdefault(named(row), [0] * len(columns))
        # Several formats may share a name here, so add their counts
        counted[named(row)] = [n + row[c] for n, c in zip(have, columns, strict=True)]
    body = [(name, *map(wording.number, counts)) for name, counts in sorted(counted.items())]
    total = (sources.num_rows, *(pc.sum(sources[c]).as_py() or 0 for c in COUNTS))
    rows = (*body, ("All", *map(wording.number, total)))
    note = (
        "rows = calls + entries + notices + rejects + set aside, for every file. File names are left out: they may "
        "name clients. So are names of layouts of an office's own."
    )
    head = (what, "files", *(count.replace("_", " ") for count in COUNTS))
    return TableBlock(title, head, rows, note, (2.8, *[1.0] * 7), numeric=True)


def _reasons(title, table, note):
    found = sorted(pc.value_counts(table["reason"]).to_pylist(), key=lambda row: (-row["counts"], row["values"]))
    if found:
        rows = tuple((row["values"].replace("_", " "), wording.number(row["counts"])) for row in found)
        note = f"{wording.number(table.num_rows)} in all: {note}."
        yield TableBlock(title, ("reason", "rows"), rows, note, numeric=True)


def _spans(stretches, basis):
    own = [s for s in stretches if s["basis"] == basis]
    if not own:
        return "none"
    lines = {s["our_number"] for s in own if s["our_number"]}
    first, last = min(s["from_utc"] for s in own).date(), max(s["to_utc"] for s in own).date()
    on = f"{plural(len(lines), 'line')}, " if lines else ""
    return f"{on}{plural(len(own), 'stretch')}, {say.period(first, last)}"


# ---- what can be checked, and what does not fit ----------------------------------------------------------------------
# How to check the report: how fair a sample the hand logs are, how sure the links are, and calls drawn at random. Then
# what in the logs cannot be right, contradicts itself, or was estimated, and what was done about it.


BANDS = (*(f"{a} to {b} minutes" for a, b in pairwise(BANDS_MIN)), f"{BANDS_MIN[-1]} minutes and more")
DRAWN = 30


def ways(results: Results, audit: Audit | None = None) -> TableBlock:
    """Four ways to check the figures, with the result of an audit if one was made."""
    checks = {
        "Logging": _noted(results),
        "Links": _links(results),
        "Draw": _draw(results, audit),
        "First figure": f"{command_to_repeat(results)}  ({'; '.join(_of_first_figure(results))}).",
    }
    rows = tuple((word, text) for word, text in checks.items() if text)
    return TableBlock("What can be checked", ("check", "how, and what it gives here"), rows, "", (0.7, 6.0))


def command_to_repeat(results: Results) -> str:
    """The command that gives the report's first figure, run in the folder that contains the store as `calls`."""
    name = "logging_bias" if results.lead.is_weighted else "wait"
    return f"callanalytics measure {name} --as-of {results.as_of} --line {','.join(reported_lines(results.agency))}"


def _of_first_figure(results):
    """Which row of the command's table has that figure, and how the two may differ."""
    if results.lead.is_weighted:
        yield "the row median_weighted"
    else:
        yield f"the rows with wait_origin {results.clock}, all hours on one curve"
    if results.other_lines:
        others = wording.number(results.other_lines)
        yield f"without --line, {others} calls to other lines of the agency are counted too"


def _noted(results):
    """The share of the phone systems' calls that were logged, and the wait weighted for unlogged calls of each
    length."""
    noted, as_noted, weighted = (
        results.row("logging_bias", name) for name in ("noted", "median_as_noted", "median_weighted")
    )
    if not noted["n"]:
        return (
            f"No phone system's export shows a call to {results.agency.label}, so no one can tell which calls went "
            "unnoted."
        )
    share = f"Calls to {results.agency.label} in the phone systems' exports that someone logged: {say.share(noted)}."
    if not say.is_shown(weighted):
        return share
    return (
        f"{share} Half of the {wording.number(as_noted['n'])} waits from dialing in both logs: {_minutes(as_noted)}; "
        f"each weighted for the unnoted calls of its length: {_minutes(weighted)}."
    )


def _minutes(row):
    return f"{wording.minutes(row['value'])} ({say.wait_sure(row)})"


def _links(results):
    sure, most = results.missed_ends
    if not most["n"]:
        return ""
    credited = results.row("missed_callbacks", "n_credited")["events"]
    theirs = f"{results.agency.label}'s"
    return (
        f"Callback attempts that are certainly {theirs}: {wording.number(sure['n'])}; "
        f"{certainty_of_requests(sure['n'], credited)}. "
        f"With those that only may be {theirs}, never mixed with these: {wording.number(most['n'])}."
    )


def certainty_of_requests(n: int, credited: int) -> str:
    """For how many of the agency's calls the request is certain, and how the remaining calls are counted.

    >>> certainty_of_requests(157, 0)
    'each is certain as to which request it was for'
    >>> certainty_of_requests(157, 38)  # doctest: +NORMALIZE_WHITESPACE
    '119 are certain as to which request they were for, and the other 38 count once each, for the request due first of
    those that were open at their number'
    """
    if not credited:
        return "each is certain as to which request it was for"
    return (
        f"{wording.number(n - credited)} are certain as to which request they were for, and the other "
        f"{wording.number(credited)} count once each, for the request due first of those that were open at their number"
    )


def _draw(results, audit):
    if audit:
        return (
            f"{plural(audit.drawn, 'call')} drawn by seed {audit.seed}; {wording.number(audit.documented)} "
            "documented by their offices. The draw again: callanalytics audit draw "
            f"--as-of {results.as_of} --seed {audit.seed} --n {audit.drawn}"
        )
    if not results.n_calls:
        return ""
    n = min(DRAWN, results.n_calls)
    return (
        # The report's day is the seed, so no one can choose it after looking at the calls
        f"callanalytics audit draw --as-of {results.as_of} --seed {results.as_of:%Y%m%d} --n {n}  draws "
        f"{n} calls by lot; each names the file and row it was read from, for the office to document."
    )


def by_length(results: Results) -> list[Block]:
    """The share logged by length of call: whether long calls were more likely to be written down."""
    rows = [results.row("logging_bias", name) for name in NAMES]
    if not sum(row["n"] for row in rows):
        return []
    lines = tuple((words, say.share(row)) for words, row in zip(BANDS, rows, strict=True) if row["n"])
    agency = results.agency.label
    note = f"Calls to {agency} in the phone systems' exports, in live hours, by the length of the whole call."
    return [TableBlock("Which calls were noted", ("the call lasted", "noted"), lines, note, (1.5, 2.0))]


# ---- what cannot be right ----------------------------------------------------------------------------


def times_as_written(log, offices) -> list[TableBlock]:
    """How each office wrote down times: rounding, and what the times refer to if a sheet does not say."""
    habits = time_rounding.habits(log.entries.to_arrow(), log.agency_calls.to_arrow())
    rows = [
        (f"{offices[office]}: {say.system_name(format)}", sentence)
        for (office, format), habit in habits.items()
        for sentence in (habit.rounding, f"Times {habit.moments}" if habit.unstated else "")
        if sentence
    ]
    note = (
        f"What a sheet's times refer to is estimated only if at least {time_rounding.MIN_CALLS} calls can tell and "
        f"{time_rounding.MIN_AGREEMENT:.0%} of them agree."
    )
    head = ("office and sheet", "what its times show")
    return [TableBlock("How times were written down", head, tuple(rows), note, (1.0, 3.0))] if rows else []


def contradictions(log) -> list[TableBlock]:
    """Rows kept although something in them cannot be right, by kind, with the number of rows."""
    read = Counter(code for name in ("calls", "entries") for code in _codes(getattr(log, name)))
    # Facts repeat the warnings of their source rows, which are already counted
    made = Counter(code for code in _codes(log.agency_calls) if code not in read)
    counted = [*[(log.agency.fill(wording.warning(code)), n) for code, n in (read + made).items()], *_of_offices(log)]
    rows = tuple((what, wording.number(n)) for what, n in sorted(counted, key=lambda row: (-row[1], row[0])) if n)
    title = "What does not fit, and what was done"
    note = "Every such row is kept and carries a warning in its table. Nothing was corrected by guessing."
    return [TableBlock(title, ("what", "rows"), rows, note, (5.0, 0.8), numeric=True)] if rows else []


def _codes(table):
    for pair in pc.value_counts(table.to_arrow()["warnings"].drop_null()).to_pylist():
        # A row's codes are in one text, separated by spaces
        for code in pair["values"].split():
            yield from [code] * pair["counts"]


def _of_offices(log):
    """Facts that offices gave about themselves and that cannot be used."""
    offices = log.offices.to_arrow().to_pylist()
    # Both are HH:MM text, which compares like times
    slips = sum(h["opens"] >= h["closes"] for o in offices for h in o["hours"] or () if h["opens"] and h["closes"])
    yield "Weekday whose opening hours end before they begin: not used", slips
    exports = log.coverage.to_arrow()
    seen = set(exports.filter(pc.equal(exports["basis"], "export"))["office_id"].to_pylist())
    agency_calls = Counter(log.agency_calls.to_arrow()["office_id"].to_pylist())
    # Without an export, no one can tell whether the phone system saw the call
    unseen = sum(n for office, n in agency_calls.items() if office not in seen)
    yield "Noted call of an office with no phone export that covers a line: counted as noted", unseen
