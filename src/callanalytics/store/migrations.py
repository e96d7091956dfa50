"""Tables of an earlier shape, brought to today's one step at a time.

Every Parquet file says in its metadata which shape it has; `schema.VERSION` is today's. A store of an earlier shape
can be read as it lies, each table brought up in memory; the next command that writes to it writes all of it anew,
sources too, so that no two shapes ever stand side by side (:meth:`callanalytics.store.Store.publish`).

Whoever changes a table, a column, a type, or what a value means

1. raises `schema.VERSION` by one;
2. puts the step from the shape before into `STEPS`: from the rows of a table to the same rows in the next shape. It
   may use nothing but these rows and plain constants; today's schema and rules will have moved on when it is needed.
   What it cannot know it leaves null, and facts are made anew anyway when the store is next written. Among the sources
   the calls of a long export lie as ``calls_as_read``, without ids: what these are made of must stay, and how
   (`normalize/ids.py`; ``tests/test_ids.py`` holds ids once given);
3. adds a store of the new shape to ``tests/stores`` (``python tests/stores/make.py``); the earlier ones stay for good.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.commands import quoted
from callanalytics.errors import CallLogError


def _without_whose(name: str, table: pa.Table) -> pa.Table:
    """1 to 2: a certain ring was the agency's, and is now that promise's too. These rows don't record which were: they
    keep their old count, for the same promise, and are marked as in doubt."""
    if name != "rings":
        return table
    was = pc.equal(table.column("link"), "certain")
    link = pc.if_else(was, "possible", table.column("link"))
    link_p = pc.if_else(
        was, pa.scalar(1000, pa.int16()), pc.min_element_wise(table.column("link_p"), 999, skip_nulls=False)
    )
    for column, values in (("link", link), ("link_p", link_p)):
        place = table.column_names.index(column)
        table = table.set_column(place, table.schema.field(column), values.cast(table.schema.field(column).type))
    return table


# In shape 2, the known phone systems' words for how a call ended.
_SYSTEMS_WORDS = frozenset(
    (
        "abandon|abandoned|abandoned call|abandoned_in_classic|abandoned_in_ivr|accepted|address incomplete|"
        "agents_did_not_answer|allotted_timeout|answered|answered call|answered not accepted|bad request|blocked|busy|"
        "busy everywhere|busy here|bye|call accepted|call connected|call failed|call failure|"
        "call/transaction does not exist|call_connected|call_failed|call_rejected|callback_connected|"
        "callback_requested|calling|callrejected|canceled|cancelled|completed|congestion|connect|connected|decline|"
        "declined|destination_out_of_order|does not exist anywhere|dst_participant_terminated|ended|exitempty|"
        "exitwithkey|exitwithtimeout|failed|forbidden|forwarded|gateway_down|hang up|hangup|hold|in progress|"
        "in-progress|inbound leg of forwarded call|incoming|incompatible_destination|initiated|internal|internal error|"
        "international disabled|international restricted|invalid_number_format|ip phone offline|lose_race|merged|"
        "missed|missed call|mobile inbound|mobile outbound connected|mobile outbound not connected|movedtemporarily|"
        "network_out_of_order|no answer|no calling credit|no-answer|no_answer|no_available_agent|no_route_destination|"
        "no_user_response|noanswer|normal|normal_circuit_congestion|normal_clearing|normal_temporary_failure|"
        "not acceptable here|not allowed|not answered|not found|ok|originator_cancel|out_of_opening_hours|outgoing|"
        "overflowed|parked|picked_off|placed|preanswer|queued|received|recorded|recording|recovery_on_timer_expire|"
        "rejected|reply|request terminated|request timeout|restricted number|resultinprogress|ring timeout|"
        "ring_timeout|ringing|rolled over|server internal error|server time-out|service unavailable|short_abandoned|"
        "src_participant_terminated|stopped|subscriber_absent|suspended account|temporarily unavailable|"
        "terminatedbydst|terminatedbysrc|transcription|transferred|unallocated_number|unanswered|unassignednumber|"
        "unauthorized|unknown|user_busy|user_not_registered|userbusy|voice mail|voicemail|voicemail call|"
        "voicemail_uploaded|wrong number"
    ).split("|")
)
_CAUSE = re.compile(r"\d{1,3}")


def _without_unlisted_words_and_chances(name: str, table: pa.Table) -> pa.Table:
    """2 to 3: of a system's own words for an outcome only listed ones are kept: any other may be a name. How likely a
    ring was the agency's is no longer recorded: 1000 stays, which means that it was. These rows don't record which
    emails were a promise's for certain."""
    if name == "promises":
        return _with_no_email_certain(table)
    if name == "rings":
        place = table.column_names.index("link_p")
        link_p = table.column(place)
        known = pc.if_else(pc.equal(link_p, 1000), link_p, pa.scalar(None, link_p.type))
        return table.set_column(place, table.schema.field(place), known)
    return _with_listed_words(table) if name in ("calls", "calls_as_read") else table


def _with_no_email_certain(table: pa.Table) -> pa.Table:
    if "possible_reached_p" in table.column_names:
        table = table.drop_columns("possible_reached_p")
    counted = table.schema.field("emailed_at_utc")
    return table.add_column(
        table.column_names.index("emailed_at_utc") + 1,
        counted.with_name("certain_emailed_at_utc"),
        pa.nulls(len(table), counted.type),
    )


def _with_listed_words(table: pa.Table) -> pa.Table:
    place = table.column_names.index("outcome_raw")
    stored = table.column(place)
    words = stored.cast(pa.string())
    known = [w for w in pc.unique(words).to_pylist() if w and (_folded(w) in _SYSTEMS_WORDS or _CAUSE.fullmatch(w))]
    kept = pc.if_else(pc.is_in(words, pa.array(known, pa.string())), words, pa.scalar(None, pa.string()))
    kept = kept.combine_chunks().dictionary_encode() if pa.types.is_dictionary(stored.type) else kept
    return table.set_column(place, table.schema.field(place), kept.cast(stored.type))


def _folded(word: str) -> str:
    return " ".join(word.split()).casefold()


# By the shape a step begins with: (name of a table, its rows) -> its rows in the next shape.
STEPS: dict[int, Callable[[str, pa.Table], pa.Table]] = {
    1: _without_whose,
    2: _without_unlisted_words_and_chances,
}
SHAPE_KEY = b"schema_version"


def shape_of(table: pa.Table) -> int:
    """The shape that a table's metadata says it has; today's where it says none."""
    return int((table.schema.metadata or {}).get(SHAPE_KEY, schema.VERSION))


def migrated(name: str, table: pa.Table) -> pa.Table:
    """The rows of a table in today's shape.

    >>> today = schema.empty("set_aside")
    >>> migrated("set_aside", today) is today
    True

    Raises
    ------
    CallLogError
        The table was written in a shape that is still to come.
    """
    made_in = shape_of(table)
    refuse_newer(made_in, f"table {name}")
    for shape in range(made_in, schema.VERSION):
        table = STEPS[shape](name, table)
    return table


def refuse_newer(made_in: int, what: str) -> None:
    """Refuse what a later version of the package wrote: guessing at it could lose rows."""
    if made_in > schema.VERSION:
        raise CallLogError(
            f"{what} was made by a newer version of callanalytics",
            found=f"tables of shape {made_in}; this version knows up to {schema.VERSION}",
            do=_how_to_update(),
        )


def _how_to_update() -> str:
    """How this copy is renewed: there is no package index that has it."""
    folder = Path(__file__).resolve().parents[3]
    if (folder / ".git").exists():
        return f"update this copy:  git -C {quoted(folder)} pull"
    if (folder / "run.py").is_file():
        return f"put the newer folder of callanalytics in place of {folder.name}, and run the command again"
    return "install the newer wheel, from where this one came"
