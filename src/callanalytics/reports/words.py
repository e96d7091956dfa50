"""The closed words of the tables as a person says them; a test holds that every word of the schema has its own."""

TIERS = {"tier1": "Tier 1", "tier2": "Tier 2", "supervisor": "supervisor"}
PROMISED = {
    "none": "no callback promised",
    "urgent": "urgent callback promised",
    "regular": "regular callback promised",
    "unknown": "callback promised, not told which",
    "queue": "automatic callback that keeps our place",
}
OUTCOMES = {
    "ivr_resolved": "automated system solved it",
    "ivr_ended": "automated system ended the call",
    "ivr_not_understood": "automated system did not understand",
    "ivr_gave_up": "we gave up in the automated system",
    "resolved": "solved",
    "service_request": "service request opened",
    "callback_promised": "to be called back",
    "appointment": "appointment",
    "refused_too_soon": "told: too soon",
    "refused_use_online": "told: use the website",
    "refused_limit": "told: three-inquiry limit",
    "refused_no_g28": "told: no G-28",
    "refused_other": "refused",
    "hung_up": "we hung up while waiting",
    "dropped": "cut off",
    "closed": "closed or busy",
    "wrong_line": "wrong line",
    "unknown": "result not noted",
}
LOGS = {"phone": "phone log", "note": "hand log", "both": "both logs", "notice": "texts"}
RESULTS = {
    "answered": "answered",
    "missed": "not answered",
    "voicemail": "went to voicemail",
    "blocked": "blocked by the phone",
    "unknown": "not known whether answered",
}
STATES = {
    "waiting": "not due yet, nothing came so far",
    "reached_first": "came in time, answered",
    "reached_second": "came in time, a later call was answered",
    "missed_once": "came in time once, not answered",
    "both_missed": "came in time twice or more, not answered",
    "emailed": "answered by email in time",
    "late": "nothing in time; something came later",
    "silent": "no contact recorded by the due moment",
    "unwatched": "nothing seen, but the line was not observed throughout",
    "withdrawn": "no longer needed",
    "rule_unknown": "stated time or urgency not known",
}
STANDS = {
    "due_today": "due today",
    "start_over": "rang, not answered: ask again",
    "overdue": "overdue, nothing came",
    "missed": "rang once, not answered",
    "waiting": "waiting",
    "no_rule": "no due moment known",
}
