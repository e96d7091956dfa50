"""The data dictionary: every table and column, with its unit, its meaning, and what null means.

Every table that leaves ``normalize`` or ``facts`` is an Arrow table of exactly the shape given here (:func:`conform`
checks it), and Parquet files carry these words in their metadata.

Conventions
-----------
``_utc``    a time, microseconds, UTC              ``_s``     seconds
``_local``  the office's own clock                 ``date``, ``month``, ``weekday``, ``hour``  the agency's
``is_``, ``has_``  yes or no                       ``n``      a count
A *word* is one of a closed list (:attr:`Column.words`), or of a list in the agency's files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

from callanalytics.errors import InvalidRequest
from callanalytics.lazy import pa

VERSION = 4
# Worth of a free callback or email to a request: in time by a reading; answered or missed; ``before`` the first certain
# callback (or there is none); ``beside`` it, in the same round and before the second certain one (an email: always).
FREE_BITS = {
    word: 1 << bit for bit, word in enumerate("strict default lenient quoted answered missed before beside".split())
}


@cache
def _types() -> dict[str, pa.DataType]:
    """Arrow types to which Arrow gives no name, by the names used here."""
    text, small = pa.string(), pa.int8()
    lines = {"number": text, "kind": text, "withheld_get_through": pa.bool_(), "covered_by": text}
    return {
        "moment": pa.timestamp("us", tz="UTC"),
        "encoded text": pa.dictionary(pa.int32(), text),
        "hours": pa.list_(pa.struct({"weekday": small, "opens": text, "closes": text})),
        "lines": pa.list_(pa.struct(lines)),
        "numbers": pa.list_(pa.int64()),
        "small numbers": pa.list_(pa.int16()),
    }


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, meaning, what null means ("" = never null), unit, and closed list.

    The kind is Arrow's name of a type (``int32``), or a name used here if Arrow has none (``moment``).

    >>> str(Column("started_at_utc", "moment", "start").type), str(Column("legs", "int16", "rows").type)
    ('timestamp[us, tz=UTC]', 'int16')
    """

    name: str
    kind: str
    meaning: str
    null: str = ""
    unit: str = ""
    words: tuple[str, ...] = ()

    @property
    def type(self) -> pa.DataType:
        return _types()[self.kind] if self.kind in _types() else pa.type_for_alias(self.kind)

    @property
    def is_short(self) -> bool:
        """Whether it holds no IDs, names, or other texts that may all differ."""
        return bool(self.words) or self.kind != "string"

    @property
    def field(self) -> pa.Field:
        texts = {"meaning": self.meaning, "unit": self.unit, "null": self.null, "words": " ".join(self.words)}
        return pa.field(self.name, self.type, nullable=bool(self.null), metadata={k: v for k, v in texts.items() if v})


@dataclass(frozen=True)
class TableSpec:
    """One table: what a row is, its columns on disk, and the columns made at load for an ``as_of``."""

    name: str
    row: str
    columns: tuple[Column, ...]
    at_load: tuple[Column, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in (*self.columns, *self.at_load))

    def column(self, name: str) -> Column:
        return next(c for c in (*self.columns, *self.at_load) if c.name == name)


# Columns that name a client, an agent, a matter, or a number, or quote a cell: a notebook shows them only when asked.
PRIVATE = tuple(
    "matter receipt sr_number agent_id agent_name our_number other_number callback_number outcome_raw found "
    "lines".split()
)


def _text(name, meaning, null=""):
    return Column(name, "string", meaning, null)


def _word(name, words, meaning, null=""):
    return Column(name, "string", meaning, null, words=tuple(words.split()))


def _listed(name, meaning, null=""):
    """A column of words listed in the agency's files."""
    return Column(name, "string", f"{meaning}; list in the agency's files", null)


def _moment(name, meaning, null=""):
    return Column(name, "moment", meaning, null)


def _flag(name, meaning, null=""):
    return Column(name, "bool", meaning, null)


def _date(name, meaning, null=""):
    return Column(name, "date32", meaning, null)


def _int(name, bits, meaning, null="", unit=""):
    return Column(name, f"int{bits}", meaning, null, unit)


# ---- closed lists used by more than one table ---------------------------------------------------

DST_FLAGS = "repeated skipped"
URGENCIES = "urgent regular unknown"
WAIT_OUTCOMES = "reached gave_up cut_off no_person not_queued unknown"
WAIT_ENDS = ("reached", "gave_up", "cut_off", "no_person")  # the outcomes of a wait in the queue
LOST = WAIT_ENDS[1:]  # those without a person; for no_person, the log does not say who ended the call
WAIT_ORIGINS = "dial queue unstated"
TIERS = "tier1 tier2 supervisor"
PROMISED = "none urgent regular unknown queue"
AGENCY_CALL_OUTCOMES = (
    "ivr_resolved ivr_ended ivr_not_understood ivr_gave_up resolved service_request callback_promised appointment "
    "refused_too_soon refused_use_online refused_limit refused_no_g28 refused_other hung_up dropped closed "
    "wrong_line unknown"
)
CALLBACK_RESULTS = "answered missed voicemail blocked unknown"
ONLY_A_PERSON = (  # outcomes of a call to the agency that only a live person can give
    "resolved service_request callback_promised appointment refused_too_soon refused_use_online refused_limit "
    "refused_no_g28 refused_other"
).split()
UNANSWERED_OUTCOMES = ("voicemail", "missed", "busy", "canceled", "failed")  # of a call in a phone system
UNANSWERED = ("missed", "voicemail", "blocked")  # the results of a callback that no one at the office answered
REQUEST_RESULTS = "granted relayed refused none"
ROLES = "attorney staff client other"
CHANNELS_TRIED = "emma e_request online_account none"
READINGS = ("strict", "default", "lenient", "quoted")
STATES = (
    "waiting answered_first answered_second missed_once both_missed result_unknown emailed undated late silent "
    "unwatched withdrawn rule_unknown"
)
PARTIES = "agency firm shared unknown"
CAUSES = (
    "blocked_unknown extension outside_window outside_office_hours staff_unavailable wrong_number no_notice "
    "before_notice unknown"
)

OFFICE = _text("office_id", "the office: a random ID made once per store")

SOURCE = (
    _text("source_id", "first 16 hex digits of the SHA-256 of the file (of file and sheet name for a further sheet)"),
    _int("source_row", 32, "row number in the file; if it has none, the position of the object, element, or entry"),
)

LOCAL_TIME = (
    _moment("started_at_utc", "start of the contact", "time zone or time of day unknown"),
    Column("started_at_local", "timestamp[us]", "local time as written (0:00 if only a date was)", "no date written"),
    _text("timezone", "IANA time zone of the time as written", "time zone unknown"),
    _word("timezone_source", "row offset epoch file user", "source of the time zone", "time zone unknown"),
    _word("dst_flag", DST_FLAGS, "hour repeated or skipped by a daylight saving change", "ordinary hour"),
)

TIME_BLOCK = (
    _moment("started_at_utc", "start", "only a date, or nothing, was written"),
    _date("date", "date on the agency's clock", "no date written"),
    _int("month", 32, "month on the agency's clock, yyyymm", "no date written"),
    _int("weekday", 8, "weekday on the agency's clock, 1 = Monday ... 7", "no date written"),
    _int("hour", 8, "hour on the agency's clock, 0-23", "only a date, or nothing, was written"),
    _date("date_local", "the office's date", "no date written"),
    _int("month_local", 32, "the office's month, yyyymm", "no date written"),
    _int("weekday_local", 8, "the office's weekday, 1 = Monday ... 7", "no date written"),
    _int("hour_local", 8, "the office's hour, 0-23", "only a date, or nothing, was written"),
    _word("dst_flag", DST_FLAGS, "hour repeated or skipped by a daylight saving change", "ordinary hour"),
)

# Facts learned on a call: the same columns in entries, agency calls, and promises.
_ON_THE_CALL = {
    c.name: c
    for c in (
        _word("tier", TIERS, "highest tier that spoke to the caller", "not logged or not reached"),
        _word(
            "promised",
            PROMISED,
            "callback promised; queue = an automatic one that keeps the caller's place",
            "not logged",
        ),
        _word("urgency_claimed", "urgent regular", "urgency that the caller claimed", "not logged"),
        _flag("tier2_requested", "the caller asked for Tier 2", "not logged"),
        _listed("reason", "reason for the call", "not logged"),
        _int("inquiries", 8, "number of inquiries on this call", "not logged"),
        _word(
            "request_result",
            REQUEST_RESULTS,
            "result of a request: appointment, expedite, reschedule",
            "no such request, or not logged",
        ),
        _listed("words_said", "words said to the automated system", "not logged"),
        _word("caller_role", ROLES, "role of the caller", "not logged"),
        _flag("g28_on_file", "a G-28 was on file", "not logged"),
        _word("channel_tried_first", CHANNELS_TRIED, "channel tried before the call", "not logged"),
        _text("agent_id", "agent ID as given", "not logged"),
        _text("sr_number", "service request, tracking, or service item number", "not logged"),
        _text("matter", "the office's own file number", "not logged"),
        _flag("protected", "VAWA, T, or U matter", "not logged; sharing treats it as yes"),
    )
}


def _on_the_call(names):
    return tuple(_ON_THE_CALL[name] for name in names.split())


WAIT = (
    _int("wait_s", 32, "wait from a hand log, never from a phone system", "not logged", "s"),
    _word("wait_outcome", WAIT_OUTCOMES, "how the wait ended; any word but reached means a lower bound or no wait"),
    _word("wait_origin", WAIT_ORIGINS, "point from which the wait is counted"),
    _int("wait_rounding_s", 16, "rounding of the wait: 1, 60, 300, 900", "not logged", "s"),
)

CALLS = TableSpec(
    "calls",
    "one call as the phone system logged it, its legs combined",
    (
        OFFICE,
        _text("call_id", "stable ID of the call"),
        *SOURCE,
        _text("format", "format in which it was read"),
        *LOCAL_TIME,
        _word("direction", "outbound inbound internal unknown", "direction seen from the office"),
        _text("our_number", "the office's number, E.164", "not recorded"),
        _text(
            "other_number",
            "number of the other party, E.164, kept if it is an agency's or the office keeps all",
            "not recorded, none, or not kept",
        ),
        _word("caller_id", "known withheld unknown text not_recorded", "what the system showed of the caller"),
        _int("duration_s", 32, "duration", "not recorded", "s"),
        _word("duration_kind", "total connected talk unknown", "what the duration covers"),
        _int("duration_precision_s", 16, "1, or 60 if the system rounds to minutes", unit="s"),
        _word("outcome", "answered voicemail missed busy failed canceled unknown", "how the call ended"),
        _text(
            "outcome_raw",
            "outcome in the system's own words, if the format lists them",
            "no such field, or words not listed",
        ),
        _int("legs", 16, "rows combined into this one"),
        _text("warnings", "codes, separated by spaces", "none"),
    ),
)

# Shape in which an earlier version stored the calls of a long export in its source. It has no IDs, which are made when
# the rows are read. Each text is stored once for many rows, except the one that each call has of its own.
CALLS_AS_READ = TableSpec(
    "calls_as_read",
    CALLS.row,
    (
        *(
            replace(column, kind="encoded text") if column.kind == "string" else column
            for column in CALLS.columns
            if column.name != "call_id"
        ),
        _text("vendor_id", "the vendor's own ID of the call, from which its ID is made", "not in the export"),
    ),
)

ENTRIES = TableSpec(
    "entries",
    "one contact that someone wrote down in a hand log",
    (
        OFFICE,
        _text("entry_id", "stable ID of the entry"),
        *SOURCE,
        _int("item", 8, "0 = the row itself; 1, 2 ... = further contacts written in the same row"),
        _text("format", "format in which it was read"),
        *LOCAL_TIME,
        _int(
            "started_precision_s", 32, "precision of the start: 60, 300, 900, 3600; 86400 = only a date", "unknown", "s"
        ),
        _word("time_refers_to", "start answer end unknown", "point of the call that the time refers to"),
        _word("kind", "dial ring notice email none_came withdrawn", "what happened"),
        _text("parent_entry_id", "entry_id of the call it belongs to", "not logged"),
        _listed("line", "agency line", "not logged"),
        _text("our_number", "office number called from, or for a callback the one called; E.164", "not logged"),
        _text("callback_number", "number the agency was asked to call, E.164", "not logged"),
        _flag("callback_extension", "an extension was given", "not logged"),
        *WAIT,
        _int("duration_s", 32, "duration of the whole call", "not logged", "s"),
        _word(
            "outcome",
            f"{AGENCY_CALL_OUTCOMES} answered missed voicemail blocked",
            "dial: result of the call; ring: whether it was answered",
        ),
        *_on_the_call("tier promised"),
        _int("quoted_value", 16, "timeframe quoted to the caller: number", "none quoted or logged"),
        _word(
            "quoted_unit", "hours days business_days", "timeframe quoted to the caller: unit", "none quoted or logged"
        ),
        *_on_the_call("urgency_claimed tier2_requested reason inquiries request_result"),
        _date("appointment_on", "date of the appointment", "no such request, or not logged"),
        _date("decided_on", "date of the decision", "no such request, or not logged"),
        _text("agent_name", "agent name as given", "not logged"),
        *_on_the_call("agent_id sr_number"),
        _text("no_sr_reason", "why no service request was issued", "not logged"),
        _flag("confirmed_by_number", "ring: the officer named the office's service item number", "not logged"),
        *_on_the_call("words_said caller_role g28_on_file channel_tried_first"),
        _text("field_office", "field office", "not logged"),
        _flag("emergency", "an emergency", "not logged"),
        *_on_the_call("matter"),
        _text("receipt", "receipt number", "not logged"),
        *_on_the_call("protected"),
        _flag("may_cite", "client agreed to a traceable example", "not logged; sharing treats it as no"),
        _text("warnings", "codes, separated by spaces", "none"),
    ),
)

NOTICES = TableSpec(
    "notices",
    "one text or email from the agency",
    (
        OFFICE,
        _text("notice_id", "stable ID of the notice"),
        *SOURCE,
        _text("format", "format in which it was read"),
        *LOCAL_TIME,
        _word("channel", "text email", "channel by which it came"),
        _word("kind", "announcement text_ahead reply_out answer unknown", "kind of message"),
        _text("our_number", "number it came to, E.164", "not recorded"),
        _text("sr_number", "service request number it named", "none"),
    ),
)

ROW = (SOURCE[0], Column("row", "int32", SOURCE[1].meaning))

REJECTS = TableSpec(
    "rejects",
    "one row that could not be read",
    (
        OFFICE,
        *ROW,
        _text("column", "column as the file names it", "the row as a whole"),
        _text("reason", "reason, in one word"),
        _text("found", "value found, masked", "the cell was empty"),
        _text("wanted", "value expected"),
    ),
)

SET_ASIDE = TableSpec(
    "set_aside",
    "one row that is neither a call nor an entry",
    (OFFICE, *ROW, _text("reason", "reason, in one word: text, leg, total, example, empty, fax ...")),
)

SOURCES = TableSpec(
    "sources",
    "one accepted file, archive member, or sheet",
    (
        OFFICE,
        _text(
            "source_id", "first 16 hex digits of the SHA-256 of the file (of file and sheet name for a further sheet)"
        ),
        _text("sha256", "SHA-256 of the file's bytes"),
        _text("name", "file name as given, numbers masked"),
        _text("format", "format in which it was read"),
        _text("settings", "settings such as time zone and date order, as JSON"),
        _flag("has_unanswered", "the format can show unanswered calls"),
        _flag("has_caller_id", "the format can show a withheld caller"),
        _flag("has_zone", "the file itself shows its time zone"),
        _int("rows", 32, "rows of the file"),
        _int("calls", 32, "of these, calls"),
        _int("entries", 32, "of these, entries (item 0)"),
        _int("notices", 32, "of these, notices"),
        _int("rejects", 32, "of these, rejects"),
        _int("set_aside", 32, "of these, set aside"),
        _moment("covers_from_utc", "first time that the file covers", "no time in the file"),
        _moment("covers_to_utc", "last time that the file covers", "no time in the file"),
    ),
)

COVERAGE = TableSpec(
    "coverage",
    "one period in which a line could be observed",
    (
        OFFICE,
        _text("our_number", "the line, E.164", "the whole office"),
        _moment("from_utc", "start"),
        _moment("to_utc", "end"),
        _flag("has_unanswered", "unanswered calls would be seen"),
        _word("basis", "export declared", "a phone export, or the office's declaration that its hand log is complete"),
        _text("source_id", "the export", "declared"),
    ),
)

OFFICES = TableSpec(
    "offices",
    "one office",
    (
        OFFICE,
        _text("name", "name as given"),
        _text("timezone", "IANA time zone of the office"),
        Column(
            "hours",
            "hours",
            "opening hours by weekday (1 = Monday), HH:MM on the office's clock",
            "not stated",
        ),
        Column(
            "lines",
            "lines",
            "number (E.164); desk, mobile, or (automatic) receptionist; whether withheld callers get through; format "
            "whose export shows it",
            "not stated",
        ),
        _date(
            "logs_callbacks_since", "day since which the hand log records every callback", "it does not, or not stated"
        ),
        _text("agency", "agency whose lines the office calls, by the name of its folder", "USCIS"),
    ),
)

AGENCY_CALLS = TableSpec(
    "agency_calls",
    "one call from the office to an agency line",
    (
        OFFICE,
        _text("agency_call_id", "call_id if there is a call, else entry_id"),
        _word("recorded_in", "phone entry both", "log that recorded it"),
        _text("call_id", "the call", "not in a phone log"),
        _text("entry_id", "the entry", "not in a hand log"),
        *TIME_BLOCK,
        _word("time_refers_to", "start answer end unknown", "point of the call that the time refers to"),
        _listed("line", "agency line"),
        _text("our_number", "office number called from, E.164", "not recorded"),
        _int("duration_s", 32, "duration of the whole call", "not recorded", "s"),
        *WAIT,
        _flag("person_reached", "a live person spoke", "unknown; a phone log alone never shows it"),
        *_on_the_call("tier"),
        _word("outcome", AGENCY_CALL_OUTCOMES, "how it ended"),
        *_on_the_call("reason urgency_claimed tier2_requested promised inquiries request_result"),
        _int("request_days", 16, "days from the call to the decision", "not decided, or not written", "days"),
        *_on_the_call("words_said caller_role g28_on_file channel_tried_first agent_id sr_number matter protected"),
        _flag(
            "in_live_hours",
            "people answer on the line: in its hours by the agency's clock, on a day not closed",
            "hours of the line or time of the call unknown",
        ),
        _text("episode_id", "episode (need) it belongs to", "in no episode"),
        _int("episode_call", 16, "its position in the episode", "in no episode"),
        _text("warnings", "codes, separated by spaces", "none"),
    ),
)

CALLBACKS = TableSpec(
    "callbacks",
    "one incoming contact that is or may be the agency's",
    (
        OFFICE,
        _text("callback_id", "call_id, else entry_id, else notice_id"),
        _word("recorded_in", "phone entry both notice", "log that recorded it"),
        _text("call_id", "the call", "not in a phone log"),
        _text("entry_id", "the entry", "not in a hand log"),
        _text("notice_id", "the notice", "not a notice"),
        *TIME_BLOCK,
        _word("channel", "voice text", "channel by which it came"),
        _word("caller_id", "agency withheld unknown text not_recorded", "caller ID shown"),
        _text("our_number", "office number called, E.164", "not recorded"),
        _word("result", CALLBACK_RESULTS, "result of the callback"),
        _flag("in_window", "in the agency's callback hours, on a federal business day", "only a date was written"),
        _flag("in_office_hours", "in the office's own hours", "hours or time of day unknown"),
        _text(
            "promise_id",
            "its promise; for a possible callback, the one due first of those it may belong to",
            "no candidate",
        ),
        _word("link", "certain possible none", "certain = the agency's, and for that promise"),
        _flag(
            "is_credited",
            "a possible callback that is certainly the agency's, counted for the promise due first",
            "link is certain or none, or it may not be the agency's",
        ),
        _int("round", 8, "round of attempts", "not linked"),
        _int("round_seq", 8, "attempt within the round", "not linked"),
        _word("cause", CAUSES, "why no one answered", "answered"),
        _word("attributed_to", PARTIES, "party responsible", "answered"),
    ),
)

PROMISES = TableSpec(
    "promises",
    "one promised callback",
    (
        OFFICE,
        _text("promise_id", "ID of the entry"),
        _text("agency_call_id", "agency call on which it was made", "not matched"),
        _text("episode_id", "episode (need) it belongs to", "in no episode"),
        *_on_the_call("matter sr_number protected"),
        *TIME_BLOCK,
        _word("urgency", URGENCIES, "urgent or regular, as Tier 1 decided"),
        _text("rule_id", "rule in force; if several may have been, all of them, separated by |", "no rule known"),
        _int("rule_age_days", 32, "days from the rule's last confirmation to the start", "no rule known", "days"),
        _word("start_basis", "escalation call_end wait_end call_start", "point at which the clock starts"),
        _text("callback_number", "number the agency was asked to call, E.164", "not logged"),
        _flag("callback_extension", "an extension was given", "not logged"),
        _moment("due_strict_utc", "due time, strict reading (earliest rule)", "urgency, rule, or time unknown"),
        _moment("due_default_utc", "due time, default reading", "urgency, rule, or time unknown, or the rules differ"),
        _moment("due_lenient_utc", "due time, lenient reading (latest rule)", "urgency, rule, or time unknown"),
        _moment("due_quoted_utc", "due time as quoted to the caller", "none quoted"),
        _text("calendar", "version of the closures"),
        _moment("notice_at_utc", "first announcement of a callback", "none seen"),
        _word("notice_channel", "text email both unknown", "channel by which it came", "none seen"),
        _moment(
            "first_callback_at_utc",
            "first of the agency's callbacks counted for it",
            "none seen, or its day not logged",
        ),
        _word("first_callback_result", CALLBACK_RESULTS, "its result", "none seen"),
        _moment("second_callback_at_utc", "second callback of the first round", "none seen"),
        _word("second_callback_result", CALLBACK_RESULTS, "its result", "none seen"),
        _int("n_callbacks", 16, "number of the agency's callbacks counted for it"),
        _moment("callback_answered_at_utc", "someone at the office answered a callback", "not in the log"),
        _moment("emailed_at_utc", "first answer by email counted for it", "not in the log"),
        _moment("certain_emailed_at_utc", "first email that is certainly its answer", "none"),
        _moment("withdrawn_at_utc", "the callback was no longer needed", "not in the log"),
        _moment("restarted_at_utc", "the office called again about it", "not in the log"),
        _int(
            "possible_missed",
            16,
            "unanswered callbacks not counted for it that may belong to it",
            "no candidate",
        ),
        _moment("watched_until_utc", "end of unbroken coverage of the number given", "never watched"),
    ),
    at_load=(
        *(
            _flag(f"is_{what}_{reading}", f"{meaning}, {reading} reading", null)
            for what, meaning, null in (
                ("watched", "the line was covered from start to due (or as_of)", "no due time by this reading"),
                ("due", "due on or before as_of", "no due time by this reading"),
                (
                    "kept",
                    "called or emailed by the due time",
                    "no due time by this reading, or the day of the callback not logged",
                ),
            )
            for reading in READINGS
        ),
        _flag("is_watched", "same as is_watched_default, or if that is null, as is_watched_lenient", "no due time"),
        _flag(
            "is_hit",
            "a person answered a callback by the default due time",
            "no due time, or the day of an answer not logged",
        ),
        *(
            _flag(
                f"is_kept_certain_{reading}",
                f"certainly called or emailed by the due time, {reading} reading",
                "no due time by this reading",
            )
            for reading in READINGS
        ),
        _flag(
            "is_hit_certain",
            "a callback certainly for it was answered by the default due time",
            "no due time",
        ),
        _word(
            "certain_contact",
            "in_time late undated none",
            "first contact certainly for it, by the default reading; undated = on a day not logged",
            "no due time",
        ),
        _word(
            "certain_first_callback_result",
            CALLBACK_RESULTS,
            "result of the first callback certainly for it",
            "none",
        ),
        _word("certain_second_callback_result", CALLBACK_RESULTS, "result of the second one in the same round", "none"),
        Column(
            "free_callbacks",
            "numbers",
            "callbacks and emails that may belong to it, or whose result or day is unknown: a number each, whose last "
            "eight bits say what it would be worth",
            "never; an empty list means no such callback or email",
        ),
        Column(
            "free_days",
            "small numbers",
            "federal business days to each of them, in the same order",
            "same as free_callbacks",
            "business days",
        ),
        _flag(
            "is_blocked",
            "the number given is on a line that blocks callers without caller ID",
            "not stated by the office, and not shown by an export",
        ),
        _flag("is_round_closed", "the first round of attempts is closed", "no callback"),
        _flag("is_round_closed_certain", "the same, for callbacks certainly for it", "no such callback"),
        _flag(
            "is_round_watched_certain",
            "the line was covered for as long as a second callback would belong to that round",
            "no such callback",
        ),
        _int("followed_days", 16, "federal business days to the end of coverage", "never watched", "business days"),
        _int(
            "certain_contact_days",
            16,
            "federal business days to the first contact certainly for it",
            "none",
            "business days",
        ),
        _word("contact_by", "phone email none", "channel of the first contact counted for it", "no due time"),
        _word("state", STATES, "its state at as_of, by the default reading"),
        _word("attributed_to", PARTIES, "party responsible", "kept, undated, waiting, unwatched, or withdrawn"),
    ),
)

TABLES: dict[str, TableSpec] = {
    t.name: t
    for t in (
        CALLS,
        ENTRIES,
        NOTICES,
        REJECTS,
        SET_ASIDE,
        SOURCES,
        COVERAGE,
        OFFICES,
        AGENCY_CALLS,
        CALLBACKS,
        PROMISES,
    )
}

FACTS = ("agency_calls", "callbacks", "promises", "coverage")  # tables made from the others
# When a newer state of a hand log replaces some of its rows, the older rows are stored next to those that count.
NAMES_AS_READ = {name: f"{name}_as_read" for name in ("entries", "rejects", "set_aside", "sources")}
# Shapes of tables that are never published.
AMONG_SOURCES = {CALLS_AS_READ.name: CALLS_AS_READ} | {
    as_read: replace(TABLES[name], name=as_read) for name, as_read in NAMES_AS_READ.items()
}


def refuse_unknown(table: str) -> None:
    """Refuse a name that is no table's."""
    if table not in TABLES:
        raise InvalidRequest(f"There is no table {table!r}", wanted=", ".join(TABLES))


@cache
def arrow_schema(table: str, *, loaded: bool = False) -> pa.Schema:
    """Arrow schema of a table, as stored or (``loaded``) with the columns made at load."""
    spec = TABLES.get(table) or AMONG_SOURCES[table]
    columns = (*spec.columns, *spec.at_load) if loaded else spec.columns
    return pa.schema([c.field for c in columns], metadata={"table": table, "schema_version": str(VERSION)})


@cache
def empty(table: str, *, loaded: bool = False) -> pa.Table:
    """Table with all its columns and no rows."""
    return arrow_schema(table, loaded=loaded).empty_table()


def with_column(rows: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Rows with other values of the same type in one column."""
    index = rows.column_names.index(name)
    return rows.set_column(index, rows.schema.field(index), values)


def build(table: str, columns: dict, *, loaded: bool = False) -> pa.Table:
    """Table from a dict of columns; a nullable column that is missing becomes null.

    >>> build("set_aside", {"office_id": ["o"], "source_id": ["s"], "row": [2], "reason": ["leg"]}).num_rows
    1
    """
    schema = arrow_schema(table, loaded=loaded)
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    n = len(next(iter(columns.values()))) if columns else 0
    arrays = []
    for field in schema:
        if field.name in columns:
            values = columns[field.name]
            array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
            array = array if isinstance(array, pa.Array) else pa.array(array, field.type, from_pandas=True)
            arrays.append(array if array.type == field.type else array.cast(field.type))
        elif field.nullable:
            arrays.append(pa.nulls(n, field.type))
        else:
            raise KeyError(f"{table}.{field.name} is never null and was not given")
        if not field.nullable and arrays[-1].null_count:
            raise ValueError(f"{table}.{field.name} is never null and holds {arrays[-1].null_count} nulls")
    return pa.Table.from_arrays(arrays, schema=schema)


def conform(frame, table: str, only=None) -> pa.Table:
    """A pandas, Polars, or Arrow frame as an Arrow table of this schema, with columns in order.

    If the frame lacks a column of the schema, the column becomes null, or is an error if it can never be null. Columns
    not in the schema are dropped. Columns made at load are kept if present. With `only`, just these columns are used;
    any of them made at load must be present.
    """
    arrow = _as_arrow(frame, only)
    spec = TABLES[table]
    columns = []
    fields = []
    for column in (*spec.columns, *spec.at_load):
        if only is not None and column.name not in only:
            continue
        if column.name in arrow.column_names:
            columns.append(arrow.column(column.name).cast(column.type))
        elif column in spec.at_load and only is None:
            continue
        elif column.null and column not in spec.at_load:
            columns.append(pa.nulls(arrow.num_rows, column.type))
        else:
            raise InvalidRequest(
                f"these are no rows of {table}: column {column.name!r} is missing",
                wanted=f"the columns of {table}: {', '.join(c.name for c in spec.columns[:6])} ...",
                run=f"pass log.{table}, or see docs/dictionary.md",
            )
        fields.append(column.field)
    return pa.table(columns, schema=pa.schema(fields, metadata={"table": table, "schema_version": str(VERSION)}))


def _as_arrow(frame, only=None) -> pa.Table:
    if isinstance(frame, pa.Table):
        return frame
    if only is not None and hasattr(frame, "read"):  # the package's Table
        return frame.read(only)
    if hasattr(frame, "to_arrow"):  # Polars, or the package's Table
        return frame.to_arrow()
    if only is not None:  # pandas text columns are slow to convert, so leave out unused ones
        # Arrow counts no rows in a frame without columns, so keep at least one.
        frame = frame[[name for name in frame.columns if name in only] or list(frame.columns[:1])]
    # Turn months (periods) and weekdays (an ordered category) back into numbers.
    numbers = {}
    for name, kind in frame.dtypes.items():
        if str(kind) == "period[M]":
            months = frame[name].dt
            numbers[name] = (months.year * 100 + months.month).where(frame[name].notna())
        elif str(kind) == "category" and str(name).removesuffix("_local") == "weekday":
            codes = frame[name].cat.codes
            numbers[name] = (codes + 1).where(codes >= 0)
    return pa.Table.from_pandas(frame.assign(**numbers) if numbers else frame, preserve_index=False)
