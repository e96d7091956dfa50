"""The data dictionary: every table, column, unit and meaning, and what null means.

Everything that leaves ``normalize`` or ``facts`` is an Arrow table of exactly the shape given here
(:func:`conform` sees to it), and Parquet files carry these words in their metadata.

Conventions
-----------
``_utc``    a moment, microseconds, UTC            ``_s``     seconds
``_local``  the office's own clock                 ``date``, ``month``, ``weekday``, ``hour``  the agency's
``is_``, ``has_``  yes or no                       ``n``      a count
A *word* is one of a closed list (:attr:`Column.words`), or of a list in the agencies file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

from callanalytics.errors import InvalidRequest
from callanalytics.lazy import pa

VERSION = 4
# What a free callback or email would be worth to a request: in time on a reading, answered or not, before the first
# callback that is its for certain (or there is none), and beside it: in the same round, and before the second
# (an email: always).
FREE_BITS = {
    word: 1 << bit for bit, word in enumerate("strict default lenient quoted answered missed before beside".split())
}


@cache
def _types() -> dict[str, pa.DataType]:
    """The Arrow types that Arrow has no name for, by ours."""
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
    """One column: its name, kind, meaning, what null means ("" = never null), unit and closed list.

    The kind is Arrow's name of a type (``int32``), or one of ours where Arrow has none (``moment``).

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
        """It holds no ids, names or other texts that may all differ."""
        return bool(self.words) or self.kind != "string"

    @property
    def field(self) -> pa.Field:
        texts = {"meaning": self.meaning, "unit": self.unit, "null": self.null, "words": " ".join(self.words)}
        return pa.field(self.name, self.type, nullable=bool(self.null), metadata={k: v for k, v in texts.items() if v})


@dataclass(frozen=True)
class TableSpec:
    """One table: what a row is, its columns on disk, and those made at load for an ``as_of``."""

    name: str
    row: str
    columns: tuple[Column, ...]
    at_load: tuple[Column, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in (*self.columns, *self.at_load))

    def column(self, name: str) -> Column:
        return next(c for c in (*self.columns, *self.at_load) if c.name == name)


# What names a client, an agent, a matter or a number, or quotes a cell: a notebook shows it only when asked.
PRIVATE = tuple(
    "matter receipt sr_number agent_id agent_name our_number other_number callback_number outcome_raw found "
    "lines".split()
)


def _text(name, meaning, null=""):
    return Column(name, "string", meaning, null)


def _word(name, words, meaning, null=""):
    return Column(name, "string", meaning, null, words=tuple(words.split()))


def _listed(name, meaning, null=""):
    """A word whose list lives in the agencies file."""
    return Column(name, "string", f"{meaning}; list in the agencies file", null)


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
LOST = WAIT_ENDS[1:]  # those without a person; of the last, no one noted who ended the call
WAIT_ORIGINS = "dial queue unstated"
TIERS = "tier1 tier2 supervisor"
PROMISED = "none urgent regular unknown queue"
AGENCY_CALL_OUTCOMES = (
    "ivr_resolved ivr_ended ivr_not_understood ivr_gave_up resolved service_request callback_promised appointment "
    "refused_too_soon refused_use_online refused_limit refused_no_g28 refused_other hung_up dropped closed "
    "wrong_line unknown"
)
CALLBACK_RESULTS = "answered missed voicemail blocked unknown"
ONLY_A_PERSON = (  # what came of a call to the agency that only a live person can do
    "resolved service_request callback_promised appointment refused_too_soon refused_use_online refused_limit "
    "refused_no_g28 refused_other"
).split()
UNANSWERED_OUTCOMES = ("voicemail", "missed", "busy", "canceled", "failed")  # of a call in a phone system
UNANSWERED = ("missed", "voicemail", "blocked")  # the results of a callback that no one of ours answered
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

OFFICE = _text("office_id", "the office, a random id made once per store")

SOURCE = (
    _text("source_id", "first 16 hex of the SHA-256 of the file (of file and sheet name for a further sheet)"),
    _int("source_row", 32, "row as the file shows it; the n-th object, element or entry where it shows none"),
)

LOCAL_TIME = (
    _moment("started_at_utc", "start of the contact", "zone or time of day not established"),
    Column("started_at_local", "timestamp[us]", "the clock as written (0:00 where only a date was)", "no date written"),
    _text("timezone", "IANA zone of the written clock", "zone not known"),
    _word("timezone_source", "row offset epoch file user", "how the zone is known", "zone not known"),
    _word("dst_flag", DST_FLAGS, "hour that a summer-time change repeats or skips", "ordinary hour"),
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
    _word("dst_flag", DST_FLAGS, "hour that a summer-time change repeats or skips", "ordinary hour"),
)

# What was learned on a call: the same words in entries, agency calls and promises.
_ON_THE_CALL = {
    c.name: c
    for c in (
        _word("tier", TIERS, "highest tier that spoke to us", "not noted or not reached"),
        _word("promised", PROMISED, "callback promised; queue = an automatic one that keeps our place", "not written"),
        _word("urgency_claimed", "urgent regular", "what we said it was", "not written"),
        _flag("tier2_requested", "we asked for Tier 2", "not written"),
        _listed("reason", "why we called", "not written"),
        _int("inquiries", 8, "inquiries on this call", "not written"),
        _word("request_result", REQUEST_RESULTS, "appointment, expedite, reschedule", "not a request, or not written"),
        _listed("words_said", "words said to the automated system", "not written"),
        _word("caller_role", ROLES, "who called", "not written"),
        _flag("g28_on_file", "a G-28 was on file", "not written"),
        _word("channel_tried_first", CHANNELS_TRIED, "what was tried before the call", "not written"),
        _text("agent_id", "agent ID as given", "not written"),
        _text("sr_number", "service request, tracking or service item number", "not written"),
        _text("matter", "the office's own file number", "not written"),
        _flag("protected", "VAWA, T or U matter", "not written; sharing treats it as yes"),
    )
}


def _on_the_call(names):
    return tuple(_ON_THE_CALL[name] for name in names.split())


WAIT = (
    _int("wait_s", 32, "wait noted by hand, never from a phone system", "not noted", "s"),
    _word("wait_outcome", WAIT_OUTCOMES, "how the wait ended; all but reached is a lower bound or no wait"),
    _word("wait_origin", WAIT_ORIGINS, "moment the wait is counted from"),
    _int("wait_rounding_s", 16, "grid the wait was rounded to: 1, 60, 300, 900", "not noted", "s"),
)

CALLS = TableSpec(
    "calls",
    "one call as the phone system logged it, legs folded",
    (
        OFFICE,
        _text("call_id", "stable id of the call"),
        *SOURCE,
        _text("format", "format that read it"),
        *LOCAL_TIME,
        _word("direction", "outbound inbound internal unknown", "seen from the office"),
        _text("our_number", "our number, E.164", "not recorded"),
        _text(
            "other_number", "the other party, E.164, kept only if an agency's", "not recorded, none, or a stranger's"
        ),
        _word("caller_id", "known withheld unknown text not_recorded", "what the system knew of the caller"),
        _int("duration_s", 32, "duration", "not recorded", "s"),
        _word("duration_kind", "total connected talk unknown", "what the duration covers"),
        _int("duration_precision_s", 16, "1, or 60 where the system rounds to minutes", unit="s"),
        _word("outcome", "answered voicemail missed busy failed canceled unknown", "how the call ended"),
        _text(
            "outcome_raw", "the system's own words, where the format lists them", "no such field, or words not listed"
        ),
        _int("legs", 16, "rows folded into this one"),
        _text("warnings", "codes, blank between", "none"),
    ),
)

# How an earlier version laid the calls of a long export down among the sources: without their ids, which are made when
# the rows are read, and each text kept once for many rows, but for the one that every call has of its own.
CALLS_AS_READ = TableSpec(
    "calls_as_read",
    CALLS.row,
    (
        *(
            replace(column, kind="encoded text") if column.kind == "string" else column
            for column in CALLS.columns
            if column.name != "call_id"
        ),
        _text("vendor_id", "the vendor's own id of the call, of which its id is made", "not written"),
    ),
)

ENTRIES = TableSpec(
    "entries",
    "one contact that somebody wrote down",
    (
        OFFICE,
        _text("entry_id", "stable id of the entry"),
        *SOURCE,
        _int("item", 8, "0 = the row itself; 1, 2 ... further contacts written in the same row"),
        _text("format", "format that read it"),
        *LOCAL_TIME,
        _int("started_precision_s", 32, "60, 300, 900, 3600; 86400 = only a date", "not established", "s"),
        _word("time_refers_to", "start answer end unknown", "which moment of the call the time is"),
        _word("kind", "dial ring notice email none_came withdrawn", "what happened"),
        _text("parent_entry_id", "entry_id of the call it belongs to", "not said"),
        _listed("line", "agency line", "not written"),
        _text("our_number", "called from; for a callback, where it rang; E.164", "not written"),
        _text("callback_number", "number the agency was asked to call, E.164", "not written"),
        _flag("callback_extension", "an extension was given", "not written"),
        *WAIT,
        _int("duration_s", 32, "whole call", "not noted", "s"),
        _word(
            "outcome",
            f"{AGENCY_CALL_OUTCOMES} answered missed voicemail blocked",
            "dial: result; ring: answered or not",
        ),
        *_on_the_call("tier promised"),
        _int("quoted_value", 16, "what the caller was told: so many ...", "nothing said or noted"),
        _word("quoted_unit", "hours days business_days", "... of these", "nothing said or noted"),
        *_on_the_call("urgency_claimed tier2_requested reason inquiries request_result"),
        _date("appointment_on", "date of the appointment", "not a request, or not written"),
        _date("decided_on", "date of the decision", "not a request, or not written"),
        _text("agent_name", "agent name as given", "not written"),
        *_on_the_call("agent_id sr_number"),
        _text("no_sr_reason", "why no service request was issued", "not written"),
        _flag("confirmed_by_number", "ring: the officer named our service item number", "not written"),
        *_on_the_call("words_said caller_role g28_on_file channel_tried_first"),
        _text("field_office", "field office", "not written"),
        _flag("emergency", "an emergency", "not written"),
        *_on_the_call("matter"),
        _text("receipt", "receipt number", "not written"),
        *_on_the_call("protected"),
        _flag("may_cite", "client agreed to a traceable example", "not written; sharing treats it as no"),
        _text("warnings", "codes, blank between", "none"),
    ),
)

NOTICES = TableSpec(
    "notices",
    "one text or email from the agency",
    (
        OFFICE,
        _text("notice_id", "stable id of the notice"),
        *SOURCE,
        _text("format", "format that read it"),
        *LOCAL_TIME,
        _word("channel", "text email", "how it came"),
        _word("kind", "announcement text_ahead reply_out answer unknown", "what it was"),
        _text("our_number", "number it came to, E.164", "not recorded"),
        _text("sr_number", "number it named", "none"),
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
        _text("reason", "why, in one word"),
        _text("found", "what stood there, masked", "the cell was empty"),
        _text("wanted", "what would have been right"),
    ),
)

SET_ASIDE = TableSpec(
    "set_aside",
    "one row that is no call and no entry",
    (OFFICE, *ROW, _text("reason", "why, in one word: text, leg, total, example, empty, fax ...")),
)

SOURCES = TableSpec(
    "sources",
    "one accepted file, member or sheet",
    (
        OFFICE,
        _text("source_id", "first 16 hex of the SHA-256 of the file (of file and sheet name for a further sheet)"),
        _text("sha256", "SHA-256 of the file's bytes"),
        _text("name", "file name as it was given, numbers masked"),
        _text("format", "format that read it"),
        _text("settings", "zones, date order and the like, as JSON"),
        _flag("has_unanswered", "the format can show calls no one answered"),
        _flag("has_caller_id", "the format can show a withheld caller"),
        _flag("has_zone", "the file itself settles its zone"),
        _int("rows", 32, "rows of the file"),
        _int("calls", 32, "of these, calls"),
        _int("entries", 32, "of these, entries (item 0)"),
        _int("notices", 32, "of these, notices"),
        _int("rejects", 32, "of these, rejects"),
        _int("set_aside", 32, "of these, set aside"),
        _moment("covers_from_utc", "first moment the file speaks of", "no moment in it"),
        _moment("covers_to_utc", "last moment the file speaks of", "no moment in it"),
    ),
)

COVERAGE = TableSpec(
    "coverage",
    "one stretch of time in which a line could be observed",
    (
        OFFICE,
        _text("our_number", "the line, E.164", "the whole office"),
        _moment("from_utc", "start"),
        _moment("to_utc", "end"),
        _flag("has_unanswered", "calls no one answered would be seen"),
        _word("basis", "export declared", "a phone export, or the office's word that its hand log is complete"),
        _text("source_id", "the export", "declared"),
    ),
)

OFFICES = TableSpec(
    "offices",
    "one office",
    (
        OFFICE,
        _text("name", "name as given"),
        _text("timezone", "IANA zone of the office"),
        Column(
            "hours",
            "hours",
            "opening hours by weekday (1 = Monday), HH:MM on the office's clock",
            "not said",
        ),
        Column(
            "lines",
            "lines",
            "numbers (E.164), desk, mobile or (automatic) receptionist, whether withheld callers get through, format "
            "whose export shows it",
            "not said",
        ),
        _date("logs_callbacks_since", "hand log records every callback since", "it does not, or not said"),
        _text("agency", "whose lines the office calls: the name of the agency's folder", "USCIS"),
    ),
)

AGENCY_CALLS = TableSpec(
    "agency_calls",
    "one call of ours to an agency line",
    (
        OFFICE,
        _text("agency_call_id", "call_id if there is a call, else entry_id"),
        _word("recorded_in", "phone entry both", "which log knows it"),
        _text("call_id", "the call", "not in a phone log"),
        _text("entry_id", "the entry", "no one noted it"),
        *TIME_BLOCK,
        _word("time_refers_to", "start answer end unknown", "which moment the time is"),
        _listed("line", "agency line"),
        _text("our_number", "called from, E.164", "not recorded"),
        _int("duration_s", 32, "whole call", "not recorded", "s"),
        *WAIT,
        _flag("person_reached", "a live person spoke", "not known; a phone log alone never knows"),
        *_on_the_call("tier"),
        _word("outcome", AGENCY_CALL_OUTCOMES, "how it ended"),
        *_on_the_call("reason urgency_claimed tier2_requested promised inquiries request_result"),
        _int("request_days", 16, "days from the call to the decision", "not decided, or not written", "days"),
        *_on_the_call("words_said caller_role g28_on_file channel_tried_first agent_id sr_number matter protected"),
        _flag(
            "in_live_hours",
            "people answer on the line: its hours by the agency's clock, no closure",
            "a line whose hours are not known, or no time",
        ),
        _text("episode_id", "the need it belongs to", "not chained"),
        _int("episode_call", 16, "its place in the need", "not chained"),
        _text("warnings", "codes, blank between", "none"),
    ),
)

CALLBACKS = TableSpec(
    "callbacks",
    "one incoming contact that is or may be the agency's",
    (
        OFFICE,
        _text("callback_id", "call_id, else entry_id, else notice_id"),
        _word("recorded_in", "phone entry both notice", "which log knows it"),
        _text("call_id", "the call", "not in a phone log"),
        _text("entry_id", "the entry", "no one noted it"),
        _text("notice_id", "the notice", "not a notice"),
        *TIME_BLOCK,
        _word("channel", "voice text", "how it came"),
        _word("caller_id", "agency withheld unknown text not_recorded", "what was shown"),
        _text("our_number", "line it rang at, E.164", "not recorded"),
        _word("result", CALLBACK_RESULTS, "what became of it"),
        _flag("in_window", "inside the agency's callback window, on a federal business day", "only a date was written"),
        _flag("in_office_hours", "inside the office's own hours", "hours or time of day not known"),
        _text(
            "promise_id", "its promise; of a possible ring the one due first of those it may belong to", "no candidate"
        ),
        _word("link", "certain possible none", "certain: the agency's, and that promise's"),
        _flag(
            "is_credited",
            "a possible callback that is the agency's for certain, counted for the promise due first",
            "link is certain or none, or no one knows whether it was the agency's",
        ),
        _int("round", 8, "round of attempts", "not linked"),
        _int("round_seq", 8, "attempt within the round", "not linked"),
        _word("cause", CAUSES, "why no one answered", "answered"),
        _word("attributed_to", PARTIES, "whose doing", "answered"),
    ),
)

PROMISES = TableSpec(
    "promises",
    "one promised callback",
    (
        OFFICE,
        _text("promise_id", "the entry's id"),
        _text("agency_call_id", "the call on which it was given", "not joined"),
        _text("episode_id", "the need", "not chained"),
        *_on_the_call("matter sr_number protected"),
        *TIME_BLOCK,
        _word("urgency", URGENCIES, "urgent or regular, as Tier 1 decided"),
        _text("rule_id", "rule in force; several, with | between, where several may have been", "no rule known"),
        _int("rule_age_days", 32, "days from the rule's last confirmation to the start", "no rule known", "days"),
        _word("start_basis", "escalation call_end wait_end call_start", "which moment starts the clock"),
        _text("callback_number", "number the agency was asked to call, E.164", "not written"),
        _flag("callback_extension", "an extension was given", "not written"),
        _moment("due_strict_utc", "due, strict reading (earliest rule)", "urgency, rule or time unknown"),
        _moment("due_default_utc", "due, default reading", "urgency, rule or time unknown, or the rules differ"),
        _moment("due_lenient_utc", "due, lenient reading (latest rule)", "urgency, rule or time unknown"),
        _moment("due_quoted_utc", "due, as told to the caller", "nothing told"),
        _text("calendar", "version of the closures"),
        _moment("notice_at_utc", "first text or email ahead", "none seen"),
        _word("notice_channel", "text email both unknown", "how it came", "none seen"),
        _moment(
            "first_callback_at_utc",
            "first callback of the agency's that is counted for it",
            "none seen, or its day not noted",
        ),
        _word("first_callback_result", CALLBACK_RESULTS, "its result", "none seen"),
        _moment("second_callback_at_utc", "second callback of the first round", "none seen"),
        _word("second_callback_result", CALLBACK_RESULTS, "its result", "none seen"),
        _int("n_callbacks", 16, "callbacks of the agency that are counted for it"),
        _moment("callback_answered_at_utc", "a person of ours answered a callback", "did not happen in the log"),
        _moment("emailed_at_utc", "first answer by email that is counted for it", "did not happen in the log"),
        _moment("certain_emailed_at_utc", "first answer by email that is its for certain", "none"),
        _moment("withdrawn_at_utc", "the callback was no longer needed", "did not happen in the log"),
        _moment("restarted_at_utc", "we called again about it", "did not happen in the log"),
        _int(
            "possible_missed",
            16,
            "unanswered callbacks, not counted for it, that may have been its callback",
            "no candidate",
        ),
        _moment("watched_until_utc", "end of unbroken coverage of the number given", "never watched"),
    ),
    at_load=(
        *(
            _flag(f"is_{what}_{reading}", f"{meaning}, {reading} reading", null)
            for what, meaning, null in (
                ("watched", "the line was covered from start to due (or as_of)", "no due moment on this reading"),
                ("due", "due on or before as_of", "no due moment on this reading"),
                (
                    "kept",
                    "rung or emailed by the due moment",
                    "no due moment on this reading, or no one noted when the callback came",
                ),
            )
            for reading in READINGS
        ),
        _flag("is_watched", "as is_watched_default (strict to lenient where the rules differ)", "no due moment"),
        _flag("is_hit", "a callback was answered by a person by the default due moment", "as is_kept_default"),
        *(
            _flag(
                f"is_kept_certain_{reading}",
                f"rung or emailed for certain by the due moment, {reading} reading",
                "no due moment on this reading",
            )
            for reading in READINGS
        ),
        _flag(
            "is_hit_certain",
            "a callback that is its for certain was answered by the default due moment",
            "no due moment",
        ),
        _word(
            "certain_contact",
            "in_time late undated none",
            "when the first contact came that is its for certain, default reading; undated: on a day that no one noted",
            "no due moment",
        ),
        _word(
            "certain_first_callback_result",
            CALLBACK_RESULTS,
            "result of the first callback that is its for certain",
            "none",
        ),
        _word("certain_second_callback_result", CALLBACK_RESULTS, "of the second one in the same round", "none"),
        Column(
            "free_callbacks",
            "numbers",
            "callbacks and emails that may have been its and are no request's for certain: a number each, the last "
            "eight "
            "bits say what it would be worth",
            "no promise is without a list; an empty one: no such ring or email",
        ),
        Column(
            "free_days",
            "small numbers",
            "federal business days to each of them, in the same order",
            "as free_callbacks",
            "business days",
        ),
        _flag(
            "is_blocked",
            "the number given is on a line that lets no caller through who shows none",
            "no one said, and no export shows",
        ),
        _flag("is_round_closed", "the first round of attempts is over", "no callback"),
        _flag("is_round_closed_certain", "the same of the callbacks that are its for certain", "none is"),
        _flag(
            "is_round_watched_certain",
            "the line was covered as long as a second callback belongs to that round",
            "none is its for certain",
        ),
        _int("followed_days", 16, "federal business days to the end of watching", "never watched", "business days"),
        _int(
            "certain_contact_days",
            16,
            "federal business days to the first contact that is its for certain",
            "none",
            "business days",
        ),
        _word("contact_by", "phone email none", "what the first contact counted for it was", "no due moment"),
        _word("state", STATES, "where it stands at as_of, default reading"),
        _word("attributed_to", PARTIES, "whose doing", "kept, undated, waiting, unwatched or withdrawn"),
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

FACTS = ("agency_calls", "callbacks", "promises", "coverage")  # tables made of the others
# What a hand log gave before a newer state of it took the place of some of its rows lies beside what counts of it.
NAMES_AS_READ = {name: f"{name}_as_read" for name in ("entries", "rejects", "set_aside", "sources")}
# Shapes of what is never published.
AMONG_SOURCES = {CALLS_AS_READ.name: CALLS_AS_READ} | {
    as_read: replace(TABLES[name], name=as_read) for name, as_read in NAMES_AS_READ.items()
}


@cache
def arrow_schema(table: str, *, loaded: bool = False) -> pa.Schema:
    """The Arrow schema of a table, as stored or (``loaded``) with the columns made at load."""
    spec = TABLES.get(table) or AMONG_SOURCES[table]
    columns = (*spec.columns, *spec.at_load) if loaded else spec.columns
    return pa.schema([c.field for c in columns], metadata={"table": table, "schema_version": str(VERSION)})


@cache
def empty(table: str, *, loaded: bool = False) -> pa.Table:
    """A table with all its columns and no row."""
    return arrow_schema(table, loaded=loaded).empty_table()


def with_column(rows: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    """The rows with other values of the same type in a column."""
    index = rows.column_names.index(name)
    return rows.set_column(index, rows.schema.field(index), values)


def build(table: str, columns: dict, *, loaded: bool = False) -> pa.Table:
    """A table from a dict of columns; a nullable column left out is null throughout.

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
    """A pandas, Polars or Arrow frame as an Arrow table of this schema, columns in order.

    Columns of the schema that the frame lacks are refused when they can never be null and are null
    otherwise; columns the schema does not know are dropped. At-load columns are kept where present.
    With `only`, these columns alone are looked at; one of them made at load must then be there.
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
    if only is not None and hasattr(frame, "read"):  # our Table
        return frame.read(only)
    if hasattr(frame, "to_arrow"):  # Polars, our Table
        return frame.to_arrow()
    if only is not None:  # pandas' text columns are slow to turn: leave out what no one asks for
        # Arrow counts the rows of a frame without columns as none: one stays in any case.
        frame = frame[[name for name in frame.columns if name in only] or list(frame.columns[:1])]
    # The frame with months and weekdays as numbers again, where they are periods and an ordered category
    numbers = {}
    for name, kind in frame.dtypes.items():
        if str(kind) == "period[M]":
            months = frame[name].dt
            numbers[name] = (months.year * 100 + months.month).where(frame[name].notna())
        elif str(kind) == "category" and str(name).removesuffix("_local") == "weekday":
            codes = frame[name].cat.codes
            numbers[name] = (codes + 1).where(codes >= 0)
    return pa.Table.from_pandas(frame.assign(**numbers) if numbers else frame, preserve_index=False)
