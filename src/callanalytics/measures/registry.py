"""Every measure by its name: its card, its function, its SQL text; and taking one from a log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, counts
from callanalytics.errors import CallLogError
from callanalytics.measures import (
    asked,
    attempts,
    bias,
    burden,
    callbacks,
    calling,
    completeness,
    contact,
    needs,
    outcomes,
    paths,
    published,
    requests,
    rings,
    volume,
    waits,
    weekly,
)
from callanalytics.measures.card import KEYS, Card
from callanalytics.measures.result import Result
from callanalytics.measures.tally import checked

ROOMS = (
    volume,
    waits,
    weekly,
    burden,
    calling,
    outcomes,
    paths,
    asked,
    requests,
    needs,
    callbacks,
    contact,
    rings,
    attempts,
    completeness,
    bias,
    published,
)
CARDS: dict[str, Card] = {card.name: card for room in ROOMS for card in room.CARDS}
_FUNCTIONS = {card.name: getattr(room, card.name) for room in ROOMS for card in room.CARDS}


def sql(name: str, by=()) -> str:
    """The text that counts a measure: the same for DuckDB here and ``spark.sql`` on a cluster.

    >>> print(sql("disconnect_rate", by=("month",)).splitlines()[0])
    SELECT month,
    """
    known = card(name)
    return counts.sql(known.table, [KEYS[key] for key in checked(by, known)], known.counts)


def run(name: str, log, by=(), from_=None, to=None, lines=()) -> Result:
    """Take a measure from a log.

    Parameters
    ----------
    name : the measure's name
    log : what ``callanalytics.load`` gives
    by : keys to split by
    from_, to : Eastern dates, both included; what has no date is then left out, and counted
    lines : only calls to these lines of the agency; a line that nobody noted is ``unknown``

    Returns
    -------
    Result

    Raises
    ------
    CallLogError
        A name, key or date that is not known; the message lists those that are.
    """
    known = card(name)
    by = checked(by, known)
    first, last = _day(from_, "--from"), _day(to, "--to")
    if first and last and first > last:
        raise CallLogError("--from is later than --to", found=f"{first} and {last}", do="change them over")
    tables = (known.table, *known.also)
    parts = [part(getattr(log, table), log) for table in tables]
    before = dict(log.unseen(known.table)) if hasattr(log, "unseen") else {}
    said = list(_beyond(log, first, last))
    if lines:
        said.append(f"Only calls to the lines {', '.join(lines)}.")
        n = parts[0].arrow.num_rows
        parts = _to_lines(parts, known, lines)
        before["other_line"] = before.get("other_line", 0) + n - parts[0].arrow.num_rows
    if first or last:
        said += _period(parts, first, last)
        whole, parts = parts, _within(parts, tables, first, last)
        before |= _left_by_period(whole[0], parts[0])
    result = function(name)(*parts, by=by)
    return replace(result, caveats=(*said, *result.caveats), left_before=before)


def function(name: str):
    """The function of a measure."""
    return _FUNCTIONS[card(name).name]


def card(name: str) -> Card:
    """The card of a measure; an unknown name is refused with the nearest."""
    if name not in CARDS:
        near = get_close_matches(name, CARDS, n=1)
        raise CallLogError(
            f"there is no measure {name!r}",
            wanted=", ".join(CARDS),
            do=f"perhaps {near[0]}" if near else "`callanalytics measures` shows what can be measured",
        )
    return CARDS[name]


def _day(value, option):
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise CallLogError(f"{option} is not a date", found=str(value), wanted="YYYY-MM-DD, as in 2022-06-30") from None


@dataclass(frozen=True)
class Part:
    """Rows of a log's table, with the day they were looked at and the offices' names."""

    arrow: pa.Table
    as_of: date | None
    office_names: dict

    @property
    def column_names(self) -> list[str]:
        return self.arrow.column_names

    def to_arrow(self) -> pa.Table:
        return self.arrow


def part(table, log) -> Part:
    """Rows of a log's table, with what a measure asks of them."""
    offices = log.offices.to_arrow()
    names = dict(zip(offices["office_id"].to_pylist(), offices["name"].to_pylist(), strict=True))
    return Part(table.to_arrow(), log.as_of, names)


def _within(parts, tables, first, last):
    """The rows of a period. A note has no Eastern date of its own: it goes with its call."""
    named = dict(zip(tables, parts, strict=True))
    kept = {name: _dated(part, first, last) for name, part in named.items() if name != "notes"}
    return [kept[name] if name in kept else _of_calls(part, kept["dials"]) for name, part in named.items()]


def _to_lines(parts, card, lines):
    """The calls to some lines; a note goes with its call."""
    tables = (card.table, *card.also)
    if "dials" not in tables:
        raise CallLogError(f"{card.name} counts {card.noun}, and those are of no line", do="leave out --line")
    known = [*(line.code for line in agencies.uscis().lines), "unknown"]
    if wrong := [line for line in lines if line not in known]:
        raise CallLogError(f"there is no line {' or '.join(map(repr, wrong))}", wanted=", ".join(known))
    named = dict(zip(tables, parts, strict=True))
    dials = named["dials"].arrow
    kept = pc.is_in(pc.fill_null(dials["line"], "unknown"), pa.array(lines))
    named["dials"] = replace(named["dials"], arrow=dials.filter(kept))
    if "notes" in named:
        named["notes"] = _of_calls(named["notes"], named["dials"])
    return list(named.values())


def _dated(part, first, last):
    dates = part.arrow["date"]
    inside = pc.is_valid(dates)
    for limit, compare in ((first, pc.greater_equal), (last, pc.less_equal)):
        inside = pc.and_(inside, compare(dates, pa.scalar(limit, pa.date32()))) if limit else inside
    return replace(part, arrow=part.arrow.filter(inside))


def _of_calls(notes, dials):
    inside = pc.is_in(notes.arrow["note_id"], dials.arrow["note_id"].combine_chunks())
    return replace(notes, arrow=notes.arrow.filter(inside))


def _beyond(log, first, last):
    """What a day or a period that lies outside the logs means: an empty table alone would say that nothing happened."""
    logged = getattr(log, "logged", None)
    if logged is None:
        return
    begins, ends = logged
    if max(first or log.as_of, log.as_of) > ends:
        yield f"The logs end {_in_words(ends)}: what came later is not in them."
    if min(last or log.as_of, log.as_of) < begins:
        yield f"The logs begin {_in_words(begins)}: what came earlier is not in them."


def _in_words(day):
    return f"{day:%B} {day.day}, {day.year}"


def _left_by_period(whole, within):
    """Why rows are in no period: they have no date, or one outside it. A note goes with its call."""
    left = whole.arrow.num_rows - within.arrow.num_rows
    undated = whole.arrow["date"].null_count if "date" in whole.column_names else 0
    return {"no_date": undated, "outside_period": left - undated}


def _period(parts, first, last):
    undated = sum(part.arrow["date"].null_count for part in parts if "date" in part.column_names)
    said = " ".join(f"{word} {day}" for word, day in (("from", first), ("to", last)) if day)
    yield f"Only {said}, Eastern dates, both included."
    if undated:
        yield f"Without a date, so in no period: {undated:,}."
