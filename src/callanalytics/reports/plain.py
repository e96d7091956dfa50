"""A definition in a lawyer's words; the name that a researcher needs stands in brackets behind them."""

from __future__ import annotations

import re

from callanalytics import formats

# Whole phrases first, then words; the order counts.
PHRASES = (
    (
        "the moment named in wait_from: dial (from dialing, automated system included), queue, or unsaid; never pooled",
        "the moment the log counts from: dialing (automated system included), joining the queue, or not said; never "
        "pooled [wait_from = dial, queue, unsaid]",
    ),
    ("(or from the moment named in wait_from)", "(or from the moment the log counts from [wait_from])"),
    (
        "nothing_came; ..._within_30_days: cumulative incidence",
        "nothing came [nothing_came]; each within thirty days [..._within_30_days]: cumulative incidence",
    ),
    ("mean_if_resolved: needs", "for the mean of settled ones [mean_if_resolved], needs"),
    ("contact_within_...: a ring", "with contact by then [contact_within_...]: a ring"),
    ("after_both_missed: USCIS", "after two missed calls [after_both_missed]: USCIS"),
    ("after_silence: no", "after silence [after_silence]: no"),
    ("noted_...: a note", "share noted [noted_...]: a note"),
    ("redialled_...: the same", "called again that day [redialled_...]: the same"),
    ("median_weighted: each", "the corrected median [median_weighted]: each"),
    ("measures/published_rules.toml: each rule", "the table of published rules [measures/published_rules.toml]: each"),
    ("days before as_of", "days before the day on which the log is looked at [as_of]"),
    ("decided by as_of", "decided by the day on which the log is looked at [as_of]"),
    ("watching or as_of", "watching or the day on which the log is looked at [as_of]"),
    ("due on or before as_of", "due by the day on which the log is looked at [as_of]"),
    ("at as_of", "on the day on which the log is looked at [as_of]"),
    ("by due_default", "by the due moment, weekends, holidays and closures not counted [due_default]"),
    ("or as start_basis says", "or another moment of it where the log says so [start_basis]"),
    (
        "rings that certainly are (row certain) or may be (possible)",
        "rings that are or may be [link = certain, possible]",
    ),
    (
        "rings by phone that are, or (in the row possible) may be,",
        "rings by phone that are, or may be [link = possible],",
    ),
    ("within_...: 1 - S(t), those", "within so many minutes [within_...]: one minus the Kaplan–Meier curve, those"),
    ("answered_within_...: answered by then", "in the industry's figure [answered_within_...]: answered by then"),
    ("filled_...: the field is filled", "the field [filled_...] is filled"),
    ("not_noted: no note", "those nobody noted [not_noted]: no note"),
    ("for not_noted, calls", "for those nobody noted [not_noted], calls"),
    ("from promised on, promises", "from the promised call-back on, promises"),
    ("p90: 36 reached", "the one-in-ten figure [p90]: 36 reached"),
    ("n >= 20 with 10 reached", "20 calls, 10 of which reached a person"),
    (
        'n >= 30; 10-29: "k of n" with its interval; under 10: "k of n" alone',
        "30 cases for a percentage; from 10 on “k of n” with its interval; under 10 “k of n” alone",
    ),
)
WORDS = ((r"n >= (\d+)", r"\1 cases"), (r"\brings\b", "incoming calls"), (r"\bring\b", "incoming call"))
WORDS += ((r"\bpromises\b", "promised call-backs"),)

NAME = re.compile(r"((?:\.\.\.)?\w*_\w+):?")  # a name of the tables that no phrase has put in words
BRACKETS = re.compile(r"(\[[^\]]*\])")


def words(text: str) -> str:
    """A card's text for a reader who knows no table.

    >>> words("a ring answered by a person by due_default; e-mail is no hit")[:57]
    'an incoming call answered by a person by the due moment, '
    >>> words("..._steady: offices that stayed; n >= 20")
    '[..._steady] offices that stayed; 20 cases'
    """
    for phrase, plain in PHRASES:
        text = text.replace(phrase, plain)
    for word, plain in WORDS:
        text = re.sub(word, plain, text)
    text = re.sub(r"\b([Aa]) (?=incoming)", r"\1n ", text)
    return "".join(part if part.startswith("[") else NAME.sub(r"[\1]", part) for part in BRACKETS.split(text))


def system(format: str) -> str:
    """A phone system or sheet as a reader calls it. A layout of an office's own may be named after that office or a
    client, and is not named.

    >>> system("ringcentral_simple"), system("garcia_lopez_log")
    ('ringcentral simple', 'layout of its own')
    """
    return format.replace("_", " ") if format in formats.load() else "layout of its own"
