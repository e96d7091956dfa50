"""A call told in one note: 3/14 called 10:05 am, on hold 45 min, agent Maria 1234; as a careful person reads it."""

from __future__ import annotations

import re
from typing import NamedTuple

from callanalytics.values.dates import MONTH_NAME, WEEKDAY_NAME
from callanalytics.values.promises import promise_among

_DAY = (
    rf"(?:{WEEKDAY_NAME}\.?,?\s+)?(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}(?:/(?:\d{{4}}|\d\d))?|\d{{1,2}}-\d{{1,2}}-(?:\d{{4}}|\d\d)"
    rf"|{MONTH_NAME}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)(?![\d/:-])"
)
_DATE = re.compile(rf"(?:on\s+)?({_DAY})", re.IGNORECASE)
_ANY_DATE = re.compile(rf"(?<![\w/.-]){_DAY}", re.IGNORECASE)
_CALLED_ON = re.compile(
    r"(?:we |i )?(?:called|dialed|phoned|llam[eé]|llamamos)(?: (?:the|a|al))?(?: uscis)?(?: contact center)?,? "
    rf"(?:on |el )?({_DAY})",
    re.IGNORECASE,
)
_CLOCK = r"(?:\d{1,2}(?::\d\d)?\s*[ap]\.?\s?m\b\.?|noon\b)"
_CALLED = re.compile(
    rf"\b(?:called|dialed|dialled|call(?:ed)? (?:uscis|at)|at|@|llam[eé]|llamamos|llamada|marqu[eé]|marcamos|a las?)"
    rf"\s*(?:a? ?uscis|at|@|around|about|como)?\s*(?:at|@|a las?)?\s*"
    rf"({_CLOCK}|\d{{1,2}}:\d\d(?!\d))",
    re.IGNORECASE,
)
_TIMES = re.compile(_CLOCK, re.IGNORECASE)
_SPAN = (
    r"(?:(?:~|about|approx\.?|around|como|unos|casi)\s*)?(?:an? hour(?: and (?:a half|\d+\s*(?:minutes?|mins?)))?"
    r"|half an hour|(?:una )?hora y media|media hora|una hora|\d+(?:\.\d+)?\s*(?:hours?|hrs?|horas?|h)"
    r"(?:\s*(?:and\s*|y\s*|con\s*)?\d+\s*(?:minutes?|minutos?|mins?|m)?)?|\d+\s*(?:minutes?|minutos?|mins?|min\.|m)|\d+)"
    r"(?![\w:/])(?!\s*(?:business|biz|bus|calendar|work|days?|d[ií]as?|weeks?|semanas?|months?|mes(?:es)?|more|m[aá]s|times?|veces)\b)"
)
_HELD = (
    r"(?:on hold|hold time|held|holding|hold|waited|waiting|wait time|wait|in queue"
    r"|esper[eéó]|esperamos|esperando|en espera|tiempo de espera|espera)"
)
_WAITS = (
    re.compile(rf"\b{_HELD}(?:\s*(?:for|of|was|de|por|:|=))*\s*({_SPAN})", re.IGNORECASE),
    re.compile(rf"({_SPAN})\s*(?:on hold|hold|wait|in queue|en espera|de espera|esperando)\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:hung up|gave up|dropped|disconnected|cut off|colgu[eé]|colgamos|se cort[oó])\s*"
        rf"(?:after|at|a los|despu[eé]s de)\s*({_SPAN})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:got|get|getting) (?:through|thru|a person|an agent|someone) (?:after|in)\s*({_SPAN})", re.IGNORECASE
    ),
)
# A length of time alone, behind the time of a call: called 2:20 pm, 38 min, agent Maria.
_CALLED_FIRST = re.compile(rf"(?:we |i )?called\b[^.;,]{{0,40}}?{_CLOCK}$", re.IGNORECASE)
_SPAN_ALONE = re.compile(rf"(?=.*[a-z]){_SPAN}", re.IGNORECASE)
_NOT_YET = re.compile(r"\b(?:to|must|should|please|told|said|says|can|will)\s+(?:to\s+)?(?:wait|hold)\b", re.IGNORECASE)
_LOST = re.compile(
    r"\b(?:hung up|(?:had|have) to hang up|gave up|abandon\w*|dropped|drop|cut off|got cut|line (?:was |got )?cut"
    r"|discon+ected|ivr|robot|automated"
    r"|disc'?d|(?:no one|nobody|never) (?:answered|picked|came|got|reached)"
    r"|colgu[eé]|colgamos|colgaron|se (?:me |nos )?(?:cort|cay|desconect)[oó]|(?:nos |me )?cortaron"
    r"|nadie (?:contest|atendi)[oó]"
    r"|grabaci[oó]n|m[aá]quina)(?!\w)",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:agent|officer|rep|representative|tier ?[12]|t[12]|iso|supervisor)\b"
    r"|\b(?:spoke|talked)\s+(?:with|to|w/)\s+(?-i:[A-Z])"
    r"|\b(?:habl[eéó]|hablamos)\s+con\s+(?-i:[A-Z])|\b(?:me |nos )?(?:atendi[oó]|contest[oó])\s+(?-i:[A-Z])",
    re.IGNORECASE,
)
# Somebody of the office's own side: whoever spoke with these spoke with nobody of the agency.
_OWN = re.compile(
    r"\b(?:client|sister|brother|wife|husband|mother|father|attorney|court|clerk|cliente|abogad[oa])\b", re.IGNORECASE
)
_NAME = re.compile(
    r"\b(?:(?:agent|officer|rep|representative|tier ?1|t1)(?:\s*:)?|(?:spoke|talked)\s+(?:with|to|w/)"
    r"|(?:habl[eéó]|hablamos)\s+con|(?:me |nos )?(?:atendi[oó]|contest[oó]))\s+"
    r"((?-i:(?:(?!SRM?T?\b|[A-Z]*\d{3})[A-Z][\w.'-]*\s+)*(?:[A-Z][\w'-]*,\s*(?=(?:ID|id|[Bb]adge|#)))?\(?\s*(?:(?:ID|id|badge|Badge|#|no\.)\s*#?:?\s*)?[A-Z]*\d{3,}\w*|(?-i:(?:(?:Ms|Mr|Mrs)\.\s+)?[A-Z][\w.'-]+)))",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:Tier|T\d|Agent|Officer|Rep|Representative|ISO|USCIS|CSR|Supervisor|Level)\b(?! [A-Z][a-z]).*|[^A-Za-z]*"
)
# Of somebody without a name: spoke with a representative who would not give a name, ID# 22904.
# A bare # stands right behind the person; an ID or badge behind the person, a name or a sign, never behind a thing.
_SOMEBODY = r"(?:agent|officer|ofc\.?|rep|representative|iso|csr|supervisor|tier ?\d|t\d|somebody|someone)"
_NUMBER_ALONE = re.compile(
    r"\b(?:spoke|talked)\s+(?:with|to|w/)\s+"
    rf"(?:(?:(?:an?|the|live)\s+)*(?:{_SOMEBODY}\s*)*(?-i:[A-Z][\w.'-]*\s*){{0,2}}"
    r"(?:[,(]?\s*(?:no|gave no|would(?:n't| not) give(?: an?)?) name)?[,(]?\s*#"
    r"|(?:(?!\b(?:case|account|acct|petition|receipt|ticket|matter|client|confirmation|re|about|regarding|sr|file)\b)"
    rf"[^.;\n]){{0,60}}?(?:[,(–—-]|\b(?:{_SOMEBODY}|name)|\b(?-i:[A-Z][\w'-]*))\s*\b(?:ID|badge)\s?#?)"
    r"\s*:?\s*([A-Z]*\d{3,}\w*)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:(?:sr|srmt|service request)\s*(?:no\.?|#|number)?\s*:?\s*)((?:SR|T1|R1|WKT)?[A-Z]?\d{6,}[A-Z]{0,3})\b", re.I
)
# As the agency writes them; digits alone may be any number.
_OWN_REQUEST = re.compile(r"(?<!\w)(?:T1[A-Z]|WKT|R1[A-Z]|SR)\d{9,12}[A-Z]{0,3}(?!\w)")
# Calls of the agency: a note that begins so tells of a call that came in.
_CAME_IN = re.compile(
    r"(?:(?:the )?uscis|an? officer|(?:the )?officer|tier ?2|t2|iso)\b(?: [A-Z]\w+)?,? (?:just |finally |then )?"
    r"(?:called|rang|phoned|returned|left (?:an? )?(?:vm|voice ?mail|message|msg))\b"
    r"|(?:missed|got|took|received) (?:an? |the |another )?(?:call(?:[- ]?back)?|c/?b) (?:from|by) (?:the )?"
    r"(?:uscis|officer|tier ?2|t2)\b"
    r"|(?:missed|got|took|received) (?:an? |the |another )?uscis(?:'s?)? (?:call|c/?b)"
    r"|missed (?:again|another)\b"
    r"|call(?:[- ]?back) from (?:the )?(?:uscis|officer|tier ?2|t2)\b",
    re.IGNORECASE,
)
_CALLBACK_RESULTS = {
    "voicemail": re.compile(r"\b(?<!no )(?:vm|voice ?mail|left (?:an? )?(?:message|msg))\b", re.IGNORECASE),
    "missed": re.compile(r"\b(?:missed|nobody (?:answered|picked up)|no one (?:answered|picked up))\b", re.IGNORECASE),
    "answered": re.compile(
        r"(?<!nobody )(?<!no one )\b(?:answered|picked up|took (?:it|the call)|spoke|talked)\b", re.IGNORECASE
    ),
}
# Any word of a call: a note without one, and without any part of a call, tells of something else.
_ANY_CALL = re.compile(
    r"\b(?:call\w*|phon\w*|dial\w*|rang|ring|hold|held|wait\w*|spoke|talked|missed|voice ?mail|vm"
    r"|line|ivr|c/?b|llam\w*|habl\w*|esper\w*)(?!\w)",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"\b(?:uscis|contact center|agent|officer|rep|ivr|sr|srmt|tier ?[12]|on hold|infopass"
    r"|esper[eé]|esperamos|en espera|agente|oficial)(?!\w)",
    re.IGNORECASE,
)


LONGEST = 4000  # letters of a note that is searched


class Narrative(NamedTuple):
    """What a note tells of one call, each part as text; empty where it says nothing, or more than one thing."""

    date: str = ""
    time: str = ""
    wait: str = ""
    agent: str = ""
    result: str = ""
    sr: str = ""
    in_out: str = ""  # incoming, where the agency called
    method: str = ""  # no call, where it tells of something else

    @property
    def is_of_call(self) -> bool:
        """Whether it tells of a wait, or of how a call ended."""
        return bool(self.wait or self.result)


def read_narrative(text: str) -> Narrative:
    """The parts of a note that tells of one call; of a note with a second date only that it has one.

    >>> told = read_narrative("3/14/22 called 10:05am, on hold 45 min, agent Maria K1234")
    >>> told.date, told.time, told.wait, told.agent, told.result
    ('3/14/22', '10:05am', '45 min', 'Maria K1234', 'spoke')
    >>> read_narrative("Called USCIS at 2 pm; held 1h 10m; hung up").result
    'hung up'
    >>> read_narrative("USCIS called 3:10 pm, Rosa answered").in_out, read_narrative("at the dentist").method
    ('incoming', 'no call')
    """
    text = " ".join(_first_day(text).split())
    if len(text) > LONGEST:
        return Narrative()
    date = _DATE.match(text)
    rest = text[date.end() :] if date else text
    if not date and (date := _CALLED_ON.match(text)):
        rest = f"called {text[date.end() :].strip()}"
    rest = _without_dates_beside(rest)
    if _ANY_DATE.search(rest):
        return Narrative(sr=request_in(rest))
    clauses = [clause.strip() for clause in re.split(r"[;,]\s|[.!]+\s| [-–—] ", rest)]
    lost = [_without_hold(clause) for clause in clauses if _LOST.search(clause)]
    agent = _one(_NAME, rest) or _one(_NUMBER_ALONE, rest)
    result = (
        lost[0]
        if len(lost) == 1 and not agent
        else promise_among(rest) or "spoke"
        if not lost and _PERSON.search(rest) and not _OWN.search(rest)
        else ""
    )
    if _CAME_IN.match(rest):
        return Narrative(
            date[1] if date else "", _time(rest), "", agent, _came_of(rest), request_in(rest), in_out="incoming"
        )
    told = Narrative(
        date[1] if date else "", _time(rest), _wait(clauses), agent, result, request_in(rest) or _one(_REQUEST, rest)
    )
    return told._replace(method="no call") if told == Narrative(date=told.date) and _is_of_else(rest) else told


def _is_of_else(text: str) -> bool:
    """Whether a note has no word of a call, nor of the agency: at the dentist."""
    return bool(text) and not _ANY_CALL.search(text) and not speaks_of_agency(text)


def _came_of(text: str) -> str:
    """What came of a call that came in; "" where that is not told, or more than one thing is."""
    found = [result for result, pattern in _CALLBACK_RESULTS.items() if pattern.search(text)]
    return "voicemail" if found == ["voicemail", "missed"] else found[0] if len(found) == 1 else ""


def _without_dates_beside(text: str) -> str:
    """A note without the sentences at its end that have a date and no word of a call: Interview reset to 4/22."""
    sentences = re.split(r"(?<=[.!;])\s+(?=\S)", text)
    place = next((i for i, sentence in enumerate(sentences) if _ANY_DATE.search(sentence)), len(sentences))
    if not place or any(map(_ANY_CALL.search, sentences[place:])):
        return text
    return " ".join(sentences[:place])


def _without_hold(clause: str) -> str:
    """What a clause tells behind the length of a hold: 38 min on hold then got disconnected."""
    rest = re.sub(
        rf"{_SPAN}\s*(?:on hold|hold|in queue)\s*(?:and|then|but|,)\s+", "", clause, count=1, flags=re.IGNORECASE
    )
    return re.sub(r"(?i)discon+ected", "disconnected", rest)


def _first_day(text: str) -> str:
    """A note up to the first further line with a day: what came later is no part of the call."""
    lines = text.splitlines()
    later = (place for place, line in enumerate(lines) if place and _ANY_DATE.search(line))
    return "\n".join(lines[: next(later, len(lines))])


def agent_in(text: str) -> str:
    """The one agent of whom a remark tells, by name, by number or both; "" where it tells of none, or of somebody else.

    >>> agent_in("talked to tier 1 Ms. Carter, pending"), agent_in("agent Maria K1234, EAD mailed 3/1")
    ('Ms. Carter', 'Maria K1234')
    """
    if len(text) > LONGEST or _OWN.search(text) or _LOST.search(text):
        return ""
    name = _one(_NAME, text)
    return _one(_NUMBER_ALONE, text) if _NO_NAME.fullmatch(name) else name


def request_in(text: str) -> str:
    """The one number of a service request that a remark tells of, as the agency writes it; "" for none, and for two.

    >>> request_in("EAD mailed 3/1, not received. SR T1B0752300091TSC"), request_in("MSC2190445566")
    ('T1B0752300091TSC', '')
    """
    found = set(_OWN_REQUEST.findall(text))
    return found.pop() if len(found) == 1 else ""


def speaks_of_agency(text: str) -> bool:
    """Whether a note has a word of calls to the agency."""
    return bool(_AGENCY.search(text))


def _time(text: str) -> str:
    called = {match[1].strip() for match in _CALLED.finditer(text)}
    times = {match[0].strip() for match in _TIMES.finditer(text)}
    for found in (called, times):
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _wait(clauses: list[str]) -> str:
    """The one wait that is told; none where there are two, or only somebody's advice to wait."""
    found = {
        match[1].strip()
        for clause in clauses
        if not _NOT_YET.search(clause)
        for match in [next(filter(None, (pattern.search(clause) for pattern in _WAITS)), None)]
        if match
    }
    if not found and _CALLED_FIRST.match(re.sub(r"(?<=[ap]\.m)\.$|\.$", "", clauses[0]) if clauses else ""):
        found = {clause for clause in clauses[1:2] if _SPAN_ALONE.fullmatch(clause)}
    return found.pop() if len(found) == 1 else ""


def _one(pattern: re.Pattern, text: str) -> str:
    found = {match[1].strip() for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else ""
