"""Where each promise stands on a day: the columns made at load.

``as_of`` is the end of an Eastern day; what came after it is not seen. On the default reading, by the due
moment, the first that holds:

1. ``withdrawn``: the call-back was no longer needed (before a person or an e-mail had answered: what came before the
   withdrawal had come)
2. ``reached_first``, ``reached_second``: a person answered the first ring, or a later one
3. ``emailed``: it was answered by e-mail
4. ``both_missed``: two or more rings of which it is known that nobody answered; ``missed_once``: any other ring

Nothing by then: ``late`` (something came afterwards), ``silent`` (nothing, on a line that was watched),
``unwatched`` (nothing, on a line that was not). Not yet due and nothing came: ``waiting``.

Where the urgency, the rule or the time of day is not known, the same words for what came, and ``rule_unknown``
when nothing did. Where several rules may have held, the promise is judged by each: the word on which they all
agree, ``rule_unknown`` where they do not, or where nothing came.

Watched is decided before and regardless of what came: the line was covered without a break from the start to the
due moment, or, while that is still ahead, to the day of looking.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from callanalytics import clocks, schema
from callanalytics.agencies import Agency
from callanalytics.facts import attribution, came, free
from callanalytics.facts.came import Came
from callanalytics.facts.grouped import Grouped
from callanalytics.facts.promises import noon
from callanalytics.facts.rows import NOWHERE, codes, column_of_days, column_of_flags, column_of_moments, words
from callanalytics.facts.seen import moments
from callanalytics.values import zones

STATES = tuple(schema.STATES.split())
BLAMES = ("agency", "firm", "unknown")


def promises_as_of(promises: pa.Table, rings: pa.Table, office: dict, as_of: np.datetime64, agency: Agency) -> pa.Table:
    """The promises of one office as they stood at a moment, with the columns made at load.

    Parameters
    ----------
    promises, rings : of this office: the facts of what had happened by then (``facts.build``, ``until``)
    office : its row of ``offices``
    as_of : last moment that is seen, UTC without zone (``clocks.end_of_day``)
    """
    of = came.of_tables(promises, rings, agency)
    due = {reading: of.moment(f"due_{reading}") for reading in schema.READINGS}
    until = np.minimum(of.moment("watched_until"), as_of)
    watched = {reading: _is_watched(until, moment, as_of) for reading, moment in due.items()}
    state = _states(promises, of, due, until, as_of, agency)
    made = {
        **_flags(of, due, watched, as_of),
        "is_blocked": attribution.blocks(office, of.promises["callback_number"], of.rings),
        "is_round_closed": _is_round_closed(of, as_of),
        "is_round_watched": _is_round_watched(of, until),
        "followed_days": column_of_days(
            clocks.business_days_between(of.start, until), np.isnat(of.start) | np.isnat(until)
        ),
        "contact_by": pa.array(_contact_by(of), pa.string(), mask=np.isnat(due["lenient"])),
        **free.columns(of, due, agency),
        "state": words(STATES, state),
        "blame": _blame(office, of, state),
        "watched_until_utc": column_of_moments(until),
    }
    return schema.build("promises", {**of.promises, **made}, loaded=True)


# ---- yes or no -----------------------------------------------------------------------------------------


def _flags(of: Came, due: dict, watched: dict, as_of) -> dict[str, pa.Array]:
    """Yes or no; null where there is no due moment."""
    contact, unknown = first_contact(of), {reading: np.isnat(moment) for reading, moment in due.items()}
    flags = {f"is_watched_{reading}": column_of_flags(watched[reading], unknown[reading]) for reading in due}
    flags |= {f"is_due_{reading}": column_of_flags(due[reading] <= as_of, unknown[reading]) for reading in due}
    flags |= {f"is_kept_{reading}": column_of_flags(contact <= due[reading], unknown[reading]) for reading in due}
    either = np.where(unknown["default"], watched["lenient"], watched["default"])
    return flags | {
        "is_watched": column_of_flags(either, unknown["default"] & unknown["lenient"]),
        "is_hit": column_of_flags(of.tried.reached_at <= due["default"], unknown["default"]),
    }


def _is_watched(until: np.ndarray, due: np.ndarray, as_of) -> np.ndarray:
    """Covered from the start to the due moment; or, while that is ahead, to the Eastern day of looking."""
    still = (due > as_of) & (_eastern_day(until) >= _eastern_day(np.array([as_of])))
    return (until >= due) | still


def _eastern_day(at: np.ndarray) -> np.ndarray:
    return zones.to_local(at, clocks.EASTERN).astype("M8[D]")


def first_contact(of: Came) -> np.ndarray:
    """The first ring to us, answered or not, or the answer by e-mail."""
    return np.fmin(of.tried.first_at, of.moment("emailed_at"))


def _is_round_closed(of: Came, as_of) -> pa.Array:
    """Over: after a second ring, an answer of any kind, or so many business days that a ring opens a new round."""
    tried = of.tried
    answered = ~np.isnat(of.moment("certain_emailed_at"))
    over = ~np.isnat(tried.second_at) | answered | ~np.isnat(of.moment("withdrawn_at"))
    over |= tried.reached_at <= tried.last_of_round_at
    over |= clocks.business_days_between(tried.last_of_round_at, as_of) > of.round_gap
    return column_of_flags(over, np.isnat(tried.first_at))


def _is_round_watched(of: Came, until: np.ndarray) -> pa.Array:
    """Whether a second ring would have been seen had it come, for as long as one belongs to the round.

    Decided regardless of whether one came, so that rounds with a second ring are not watched more easily than others.
    """
    first = of.tried.first_at
    return column_of_flags(clocks.business_days_between(first, until) > of.round_gap, np.isnat(first))


def _contact_by(of: Came) -> list[str]:
    """What the first contact was that is counted for each promise."""
    contact = first_contact(of)
    return np.where(np.isnat(contact), "none", np.where(of.tried.first_at <= contact, "phone", "email")).tolist()


# ---- one word ------------------------------------------------------------------------------------------


def _states(promises: pa.Table, of: Came, due: dict, until, as_of, agency: Agency) -> np.ndarray:
    """Places in ``STATES``; see the top of this file."""
    word = _word(of, due["default"], until, as_of)
    never = np.full(len(word), as_of)
    what_came = _what_came(of, never)
    word = np.where(np.isnat(due["default"]), np.where(what_came == "", "rule_unknown", what_came), word)
    differ = np.isnat(due["default"]) & ~np.isnat(due["strict"])
    if differ.any():
        word = np.where(differ, _under_all(promises, of, until, as_of, agency), word)
    return codes(pa.array(word.tolist(), pa.string()), STATES)


def _under_all(promises: pa.Table, of: Came, until, as_of, agency: Agency) -> np.ndarray:
    """The word for what came, where it is the same under each of several rules; else ``rule_unknown``."""
    rules = promises.column("rule_id").combine_chunks()
    several = [ids for ids in rules.unique().drop_null().to_pylist() if "|" in ids]
    which, start = codes(rules, several), moments(promises.column("started_at_utc").combine_chunks())
    start = np.where(np.isnat(start), noon(promises.column("date").combine_chunks()), start)
    agreed = np.full(len(start), "rule_unknown", "U16")
    for place, ids in enumerate(several):
        mine = which == place
        dues = [clocks.due(start, agency.rule(id), "default", agency=agency) for id in ids.split("|")]
        each = [_word(of, due, until, as_of) for due in dues]
        same = np.logical_and.reduce([words == each[0] for words in each]) & ~np.isin(each[0], NOTHING_CAME)
        agreed[mine & same] = each[0][mine & same]
    return agreed


NOTHING_CAME = ("waiting", "silent", "unwatched")


def _word(of: Came, due: np.ndarray, until: np.ndarray, as_of) -> np.ndarray:
    """The state by one due moment each."""
    limit = np.minimum(due, as_of)
    by_then = _what_came(of, limit)
    return np.select(
        [by_then != "", first_contact(of) > limit, due > as_of, _is_watched(until, due, as_of)],
        [by_then, "late", "waiting", "silent"],
        "unwatched",
    )


def _what_came(of: Came, limit: np.ndarray) -> np.ndarray:
    """The word for what had come by a moment of each promise; empty where nothing had."""
    tried, emailed, withdrawn = of.tried, of.moment("emailed_at"), of.moment("withdrawn_at")
    every = np.arange(len(limit))
    rings = Grouped(of.counted, of.at).between(every, of.start, limit)
    missed = Grouped(np.where(of.missed, of.counted, NOWHERE), of.at).between(every, of.start, limit)
    reached = tried.reached_at <= limit
    had_come = (tried.reached_at <= withdrawn) | (emailed <= withdrawn)
    return np.select(
        [
            (withdrawn <= limit) & ~had_come,
            reached & (tried.reached_at == tried.first_at),
            reached,
            emailed <= limit,
            missed >= 2,
            rings >= 1,
        ],
        ["withdrawn", "reached_first", "reached_second", "emailed", "both_missed", "missed_once"],
        "",
    )


def _blame(office: dict, of: Came, state: np.ndarray) -> pa.Array:
    """Whose doing it was that nothing came in time.

    The agency's; the firm's, if it gave an extension, which the agency does not call; not known, if nothing was
    seen on a line that lets no withheld callers through, if a ring came that may have been the call-back, answered
    or not, or where no rule is known.
    """
    extension = of.promises["callback_extension"].fill_null(False).to_numpy(zero_copy_only=False)
    deaf = codes(of.promises["callback_number"], attribution.blocking_lines(office)) >= 0
    doubtful = deaf | of.promises["possible_missed"].is_valid().to_numpy(zero_copy_only=False)
    is_ = {word: state == STATES.index(word) for word in ("late", "silent", "rule_unknown")}
    which = np.select(
        [is_["silent"] & extension, (is_["silent"] & doubtful) | is_["rule_unknown"], is_["silent"] | is_["late"]],
        [BLAMES.index("firm"), BLAMES.index("unknown"), BLAMES.index("agency")],
        -1,
    )
    return words(BLAMES, which)
