"""What the figures of a measure are called on a screen."""

from __future__ import annotations

import re

WORDS = {
    "rate": "share",
    "count": "how many",
    "mean": "mean",
    "held": "time on hold, all calls together",
    "rate_urgent": "promised as urgent",
    "rate_regular": "promised as regular",
    "rate_rules_differ": "share, two stated times may have held",
    "promised_instead": "a call-back promised instead",
    "refused_too_soon": "told: too soon",
    "refused_use_online": "told: use the website",
    "refused_limit": "told: three-inquiry limit",
    "refused_no_g28": "told: no G-28",
    "refused_other": "refused otherwise",
    "relayed": "passed on to the field office",
    "median_days": "days to the decision: half took longer than",
    "granted_within_30_days": "granted within 30 days",
    "refused_within_30_days": "refused within 30 days",
    "mean_if_resolved": "calls, mean of settled ones",
    "one_call": "settled with one call",
    "calls": "calls in all",
    "after_both_missed": "asked again after two missed calls",
    "after_silence": "asked again after nothing came",
    "expected": "how many, those that may have been one by their chances",
    "announced_by_text": "announced by text",
    "announced_by_email": "announced by e-mail",
    "answered_if_announced": "answered, when announced",
    "answered_if_not_announced": "answered, when no notice was logged",
    "waits_on_5_minutes": "waits that are whole five minutes",
    "not_noted": "phone calls to USCIS that nobody noted",
    "noted": "phone calls to USCIS that somebody noted",
    "covered": "calls a phone export shows",
    "median_as_noted": "half waited longer than, as noted",
    "median_weighted": "half waited longer than, corrected for it",
    "n_bare_known": "first calls that no notice announced",
    "abandonment": "hung up",
    "service_level": "answered within 60 minutes",
    "answered": "answered at all",
    "average_wait": "average wait",
    "n_unheard": "counted, on a line that may block unknown callers",
    "n_credited": "counted once: which request they were for is not known",
}
NOT_COUNTED = {  # n_...: how many are in no figure, and why
    "not_due": "not due yet",
    "unwatched": "line not observed throughout",
    "blocked": "line blocks unknown callers",
    "withdrawn": "no longer needed",
    "rules_differ": "two stated times may have held",
    "extension": "an extension was given, so that the agency does not call",
    "old_rule": "stated time last confirmed over a year before",
    "closed": "closed or busy",
    "unsaid": "words not noted",
    "not_passed_on": "not passed on at all",
    "undated": "day of the decision not noted",
    "unchained": "matter not noted",
    "too_recent": "too recent to tell",
    "no_contact": "no contact so far",
    "not_followed": "line not observed from the start",
    "maybe_missed": "may have been one (in the upper bound)",
    "unlinked": "belong to no request",
    "no_chance": "chance not known (in the upper bound)",
    "hidden_outside": "without a number, outside USCIS's hours",
    "not_recorded": "caller ID not recorded",
    "open": "round of calls not over",
    "ended": "ended before a second call",
    "note_only": "in the hand log alone",
    "unseen": "not in any phone export",
}
PATTERNS = (
    (r"within_(\d+)min", r"a person within \1 minutes"),
    (r"sooner_than_(\d+)min", r"a person in less than \1 minutes"),
    (r"answered_within_(\d+)min", r"answered within \1 minutes, of all offered"),
    (r"contact_within_(\d+)d", r"a call or an e-mail within \1 business days"),
    (r"noted_from_(\d+)min", r"noted, calls from \1 minutes on"),
    (r"noted_(\d+)_(\d+)min", r"noted, calls of \1 to \2 minutes"),
    (r"filled_(\w+)", r"filled in: \1"),
)


def statistic_label(statistic: str, known: dict[str, str]) -> str:
    """A figure's name in words; `known` goes before the words kept here.

    >>> [statistic_label(name, {}) for name in ("contact_within_7d", "n_not_due", "filled_sr_number")]
    ['a call or an e-mail within 7 business days', 'not counted: not due yet', 'filled in: sr number']
    """
    if statistic in known:
        return known[statistic]
    if statistic in WORDS:
        return WORDS[statistic]
    if statistic.startswith("n_") and statistic[2:] in NOT_COUNTED:
        return f"not counted: {NOT_COUNTED[statistic[2:]]}"
    for pattern, words in PATTERNS:
        if match := re.fullmatch(pattern, statistic):
            return match.expand(words).replace("_", " ")
    return statistic.replace("_", " ")
