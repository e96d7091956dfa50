"""An agency: its dated facts, and the look-ups that everybody needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from callanalytics.agencies import rows


@dataclass(frozen=True, eq=False)  # compared by identity, so that calendars may be kept by agency
class Agency:
    """Everything known of an agency that may change, each row with its dates, source and grade.

    >>> from callanalytics import agencies
    >>> uscis = agencies.uscis()
    >>> uscis.line_of("+18003755283")
    'contact_center'
    >>> [rule.id for rule in uscis.rules_for("urgent", date(2021, 6, 1))]
    ['t2-urgent-2021', 't2-urgent-2022']
    """

    name: str
    numbers: tuple[rows.Number, ...]
    lines: tuple[rows.Line, ...]
    rules: tuple[rows.Rule, ...]
    windows: tuple[rows.Window, ...]
    attempts: tuple[rows.Attempts, ...]
    notices: tuple[rows.Notice, ...]
    events: tuple[rows.Event, ...]
    claims: tuple[rows.Claim, ...]
    senders: tuple[rows.Sender, ...]
    mailboxes: tuple[rows.Mailbox, ...]
    recourses: tuple[rows.Recourse, ...]
    reasons: tuple[rows.Reason, ...]
    words_said: tuple[rows.Word, ...]
    published: tuple[rows.Anchor, ...]
    points: tuple[rows.Point, ...]
    retention: tuple[rows.Retention, ...]
    closures: tuple[rows.Closure, ...]
    closures_version: str
    closures_years: tuple[int, int]
    also_closed: tuple[str, ...] = ()  # kinds of closure that stop the clock beside those of the calendar

    # ---- numbers and lines ----------------------------------------------------------------------

    @cached_property
    def _line_by_number(self) -> dict[str, str]:
        return {n.e164: n.line for n in self.numbers if n.use == "outbound"}

    def line_of(self, e164: str | None) -> str | None:
        """The line behind a number we call; None for any other, the agency's call-back number too."""
        return self._line_by_number.get(e164) if e164 else None

    @cached_property
    def callback_numbers(self) -> frozenset[str]:
        """The numbers the agency's call-backs show as caller ID."""
        return frozenset(n.e164 for n in self.numbers if n.use == "inbound_callback")

    @cached_property
    def _all_numbers(self) -> frozenset[str]:
        return frozenset(n.e164 for n in self.numbers)

    def is_agency_number(self, e164: str | None) -> bool:
        """Whether the number is one of the agency's, retired ones too: only these are ever stored."""
        return e164 in self._all_numbers

    def line(self, code: str) -> rows.Line:
        return _by_key(self.lines, code, "line")

    # ---- promises -------------------------------------------------------------------------------

    def rule(self, id: str) -> rows.Rule:
        return _by_key(self.rules, id, "rule")

    def rules_for(self, urgency: str | None, day: date) -> tuple[rows.Rule, ...]:
        """Every rule that may have been in force for an escalation of this urgency on this Eastern day.

        Empty when no rule is known or the urgency is not; two or more when the sources leave it open.
        """
        return tuple(r for r in self.rules if r.applies_to(urgency) and r.may_hold_on(day))

    @property
    def window(self) -> rows.Window:
        """The call-back window last confirmed."""
        return max(self.windows, key=lambda w: w.last_confirmed)

    @property
    def round_gap(self) -> int:
        """Attempts at most this many business days apart make one round."""
        return max(self.attempts, key=lambda a: a.last_confirmed).round_gap

    @property
    def notice(self) -> rows.Notice:
        """The announcement of a call-back that names business days (not the text half an hour ahead)."""
        return max((n for n in self.notices if n.unit == "business_days"), key=lambda n: n.last_confirmed)

    # ---- words ----------------------------------------------------------------------------------

    def reason(self, code: str) -> rows.Reason:
        return _by_key(self.reasons, code, "reason")

    def reason_named(self, text: str) -> str | None:
        """The code of a reason by its label, code or a synonym, whatever the capitals; None if no such."""
        return self._reason_by_name.get(_fold(text))

    def words_named(self, text: str) -> str | None:
        """The code of words said to the automated system; None if not listed (then they are ``other``)."""
        return self._words_by_name.get(_fold(text))

    def line_named(self, text: str) -> str | None:
        """The code of a line by its label, code or a synonym; None if no such."""
        return self._line_by_name.get(_fold(text))

    @cached_property
    def _reason_by_name(self) -> dict[str, str]:
        return _names(self.reasons)

    @cached_property
    def _words_by_name(self) -> dict[str, str]:
        return _names(self.words_said)

    @cached_property
    def _line_by_name(self) -> dict[str, str]:
        return _names(self.lines)

    # ---- notices --------------------------------------------------------------------------------

    def sender_of_message(self, address: str, words: str, day: date | None) -> rows.Sender | None:
        """Which of the agency's senders, as listed for that day, a message is of; None for anybody else's.

        The first of these that holds: an address and words of the list, words alone, an address alone.

        >>> from callanalytics import agencies
        >>> uscis, day = agencies.uscis(), date(2023, 10, 2)
        >>> uscis.sender_of_message("no-reply@uscis.dhs.gov", "Your request ...", day).kind
        'answer'
        >>> text = "USCIS: are you available in the next 30 minutes?"
        >>> uscis.sender_of_message("+12025550186", text, day).kind
        'text_ahead'
        >>> uscis.sender_of_message("+12025550186", text.replace("USCIS: ", ""), day) is None
        True
        """
        listed = [sender for sender in self.senders if sender.is_listed_on(day)]
        known = [sender for sender in listed if sender.has(address)]
        said = [sender for sender in listed if sender.says(words)]
        both = [sender for sender in known if sender in said]
        by_words = [s for s in said if not s.address] if self._may_be_known_by_words(address, words) else []
        by_address = [sender for sender in known if not sender.phrases]
        return next(iter([*both, *by_words, *by_address]), None)

    def _may_be_known_by_words(self, address: str, words: str) -> bool:
        """Short codes and toll-free numbers are no person's; anybody else must name the agency."""
        return bool(_NOBODYS.fullmatch(address)) or self.name in _fold(words)


# A short code, a sender's name in letters, a toll-free number.
_NOBODYS = re.compile(r"\d{3,8}|[A-Za-z][\w ]{1,10}|\+?1?8(?:00|33|44|55|66|77|88)\d{7}")


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _names(listed) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in listed:
        for name in (row.code, row.label, *row.synonyms):
            found.setdefault(_fold(name), row.code)
    return found


def _by_key(listed, key: str, what: str):
    for row in listed:
        if row.key == key:
            return row
    raise KeyError(f"no {what} {key!r}; there are {', '.join(row.key for row in listed)}")
