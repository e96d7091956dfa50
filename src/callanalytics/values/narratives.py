"""A call told in one note: 3/14 called 10:05 am, on hold 45 min, agent Maria 1234; as a careful person reads it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from callanalytics.lazy import regex
from callanalytics.values.callbacks import TO_COME, callbacks_among
from callanalytics.values.dates import MONTH_NAME, WEEKDAY_NAME
from callanalytics.values.promises import promise_among

_DAY = (
    rf"(?:{WEEKDAY_NAME}\.?,?\s+)?(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}(?:/(?:\d{{4}}|\d\d))?|\d{{1,2}}-\d{{1,2}}-(?:\d{{4}}|\d\d)"
    rf"|{MONTH_NAME}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)(?![\d/]|[:-]\d)"
)
_DATE = regex(rf"(?:on\s+)?({_DAY})", re.IGNORECASE)
_ANY_DATE = regex(rf"(?<![\w/.-]){_DAY}", re.IGNORECASE)
# A day that is not the call's: told to wait until 5/30, interview 4/22.
_OTHER_DAY = regex(
    r"(?i)\b(?:until|till|til|by|after|before|since|dated|filed|mailed|sent|due|appt\.?|appointment|interview|biometrics"
    rf"|(?:re)?scheduled|moved|hearing|from|to|for)\s+(?:(?:on|for|to)\s+)?{_DAY}"
)
_CALLED_ON = regex(
    r"(?i)(?:we |i )?(?:called|dialed|phoned|llam[eé]|llamamos)(?: (?:the|a|al))?(?: uscis)?(?: contact center)?,? "
    rf"(?:on |el )?({_DAY})"
)
_CLOCK = r"(?:\d{1,2}(?::\d\d)?\s*[ap]\.?\s?m\b\.?|noon\b)"
_CALLED = regex(
    rf"(?i)\b(?:called|dialed|dialled|call(?:ed)? (?:uscis|at)|at|@|llam[eé]|llamamos|llamada|marqu[eé]"
    rf"|marcamos|a las?)\s*(?:a? ?uscis|at|@|around|about|como)?\s*(?:at|@|a las?)?\s*"
    rf"({_CLOCK}|\d{{1,2}}:\d\d(?!\d))"
)
_TIMES = regex(_CLOCK, re.IGNORECASE)
# Not before business, days, times and the like: such numbers are of a promise, or count calls
_COUNT = r"(?:\d+|one|two|three|five|ten|fifteen|(?:twenty|thirty|forty|fifty)(?:[- ]five)?|ninety)"
# An hour and change has no length, so it is not an hour
_AND_MINUTES = rf"(?: (?:and|&) (?:a half|a quarter|change|some|{_COUNT}\s*(?:minutes?|mins?)))?"
_SPAN = (
    rf"(?:(?:~|about|approx\.?|around|como|unos|casi)\s*)?(?:an? hour{_AND_MINUTES}"
    r"|half an hour|(?:una )?hora y media|media hora|una hora|\d+(?:\.\d+)?\s*(?:hours?|hrs?|horas?|h)"
    rf"(?:\s*(?:and\s*|y\s*|con\s*)?\d+\s*(?:minutes?|minutos?|mins?|m)?|{_AND_MINUTES})"
    rf"|{_COUNT} (?:hours?|hrs?){_AND_MINUTES}|{_COUNT} (?:minutes?|mins?)"
    r"|\d+\s*(?:minutes?|minutos?|mins?|min\.|m)|\d+)"
    r"(?![\w:/])(?!\s*(?:business|biz|bus|calendar|work|days?|d[ií]as?|weeks?|semanas?|months?|mes(?:es)?|more|m[aá]s|times?|veces)\b)"
)
_HELD = (
    r"(?:on hold|hold time|held|holding|hold|waited|waiting|wait time|wait|in queue"
    r"|esper[eéó]|esperamos|esperando|en espera|tiempo de espera|espera)"
)
_WAITS = (
    regex(
        rf"\b{_HELD}(?: (?:with|for|con) (?:the )?(?:uscis|cis)?(?: ?contact center)?)?"
        rf"(?:\s*(?:for|of|was|de|por|:|=))*\s*({_SPAN})",
        re.IGNORECASE,
    ),
    regex(
        rf"({_SPAN})\s*(?:on hold|into (?:the )?hold|(?:of |de )?hold|wait|in queue|(?:en|de) espera|esperando)\b",
        re.IGNORECASE,
    ),
    regex(
        rf"\b(?:hung up|gave up|dropped|disconnected|cut off|no answer|colgu[eé]|colgamos|se cort[oó])\s*"
        rf"(?:after|at|a los|despu[eé]s de)\s*({_SPAN})",
        re.IGNORECASE,
    ),
    # Only with its unit: behind a comma a bare number may be of anything
    regex(rf"\b(?:hung up|gave up),\s*((?=[^,.;]*[a-z]){_SPAN})", re.IGNORECASE),
    regex(rf"\b(?:got|get|getting) (?:through|thru|a person|an agent|someone) (?:after|in)\s*({_SPAN})", re.IGNORECASE),
)
# Where no hold is told; behind one it is the time to the next who spoke. No hours of two digits: those are when to try
# again.
_REACHED_AFTER = regex(
    r"(?:^|[,.;]\s*|\b(?:got|reached|spoke (?:to|with|w/)|then) )(?:an? )?"
    r"(?:tier ?[12]|t[12]|agent|rep|officer|person)"
    rf"(?: answered| picked up| came on)? after\s*((?!\d\d+\s*h)(?=[^,.;]*[a-z]){_SPAN})",
    re.IGNORECASE,
)
# A length of time alone, behind the time of a call: called 2:20 pm, 38 min, agent Maria.
_CALLED_FIRST = regex(rf"(?:we |i )?called\b[^.;,]{{0,40}}?{_CLOCK}$", re.IGNORECASE)
_GAVE_UP = regex(
    r"(?i)(?:(?:we|i|then|finally|y)\s+)*"
    r"(?:hung up|gave up|got cut off|dropped|disconnected|colgu[eé]|colgamos|se (?:cort|cay)[oó](?: la llamada)?)"
)
_SPAN_ALONE = regex(rf"(?=.*[a-z]){_SPAN}", re.IGNORECASE)
_NOT_YET = regex(r"\b(?:to|must|should|please|told|said|says|can|will)\s+(?:to\s+)?(?:wait|hold)\b", re.IGNORECASE)
LOST = regex(
    r"(?i)\b(?:hung up|(?:had|have) to hang up|gave up|abandon\w*|dropped|drop|cut off|got cut|line (?:was |got )?cut"
    r"|(?:no|nunca) (?:me |nos )?(?:contest|atendi)(?:[oó]|eron|aron)(?! (?:mi|la|las) )"
    r"|(?:line|call) (?:just |then )?(?:died|cut out|went (?:dead|silent|quiet))|lost (?:the )?(?:call|line|connection)"
    r"|discon+ected|ivr|robot|automated"
    r"|disc'?d|(?:no one|nobody|never) (?:answered|picked|came|got|reached)"
    r"|colgu[eé]|colgamos|colgaron|se (?:me |nos )?(?:cort|cay|desconect)[oó]|(?:nos |me )?cortaron"
    r"|se perdi[oó] la llamada|se fue la l[ií]nea|nadie (?:contest|atendi)[oó]"
    r"|grabaci[oó]n|m[aá]quina)(?!\w)"
)
# Somebody may only have waited for one of these: a verb or a name tells that one spoke.
_AGENTE = r"(?:agente|oficial|representante)(?:,? (?-i:[A-Z])\w*|,? \d{3,})*"
_SPEAKER = (
    r"(?<!a )(?<!de )\b(?:el|la|una?) (?:agente|representante),? (?-i:[A-Z]|\d{3})"
    rf"|(?<!ning[uú]n )(?<!ni un )(?<!con )(?<!con el )(?<!con la )\b{_AGENTE},? (?:(?:ya|que|me|nos|le|se) )*"
    r"(?:dice|dijo|prometida|(?:abri|atendi|ayud|confirm|contest|cre|di|encontr|explic|habl|inform|mand|pidi|pregunt|prometi|resolvi|revis|transfiri|verific)[oó])(?!\w)"
    r"(?! (?:ocupado|tono|respuesta))"
    rf"|(?<!a )(?<!de )(?<!con )\b(?:el|la|una?) {_AGENTE},? (?:(?:fue|era) )?muy\b(?! (?:tarde|rato|ocupad))"
    rf"|\b{_AGENTE} no (?:(?:me|nos|le) )?(?:qui[sz]|quer|pud|pod|sab|supo|encontr|ve|ten|di[oj]|dice|ayud"
    r"|contest[oó] mi)"
    r"|(?<!no )(?<!nunca )(?<!no me )(?<!no nos )\b(?:(?:habl(?:[eéó]|amos)|(?:pude|logr[eé]) hablar) con"
    r"|atendi[oó]|contest[oó]|dijo) (?:el|la|una?) (?:agente|oficial|representante)\b"
)
# Nor an agent who had no answer to give
_NO_ANSWER = regex(
    r"(?i)(?<!\bhad )(?<!\bhas )(?<!\bhave )(?<!\bgave )(?<!\bgot )(?<!\bwith )"
    r"\bno answer(?! (?:on|to|about|re|from|for|yet)\b)"
)
SPEAKER = regex(_SPEAKER, re.IGNORECASE)
_PERSON = regex(
    r"(?i)\b(?:agent|officer|rep|representative|tier ?[12]|t[12]|iso|supervisor)\b"
    r"|\b(?:spoke|talked)\s+(?:with|to|w/)\s+(?-i:[A-Z])|\b(?:habl[eéó]|hablamos)\s+con\s+(?-i:[A-Z])"
    rf"|\b(?:me |nos )?(?:atendi[oó]|contest[oó])\s+(?-i:[A-Z])|{_SPEAKER}"
)
# Somebody of the office's own side: whoever spoke with these spoke with no one of the agency.
_OWN = regex(
    r"\b(?:client|sister|brother|wife|husband|mother|father|attorney|court|clerk|cliente|abogad[oa])\b", re.IGNORECASE
)
# A request behind a name is not part of it: spoke to Ana SR 12345678
_NAME = regex(
    r"(?i)\b(?:(?:agent|officer|rep|representative|tier ?1|t1)(?:\s*:)?|(?:spoke|talked)\s+(?:with|to|w/)"
    r"|(?:habl[eéó]|hablamos)\s+con|(?:me |nos )?(?:atendi[oó]|contest[oó]))\s+"
    r"((?-i:(?:(?!SRM?T?\b|[A-Z]*\d{3})[A-Z][\w.'-]*\s+)*"
    r"(?:[A-Z][\w'-]*,\s*(?=(?:ID|id|[Bb]adge|#|\d{4,6}(?![\w:/-])(?! (?:min|h|day)))))?"
    r"\(?\s*(?:(?:ID|id|badge|Badge|#|no\.)\s*#?:?\s*)?(?:[A-Z]*\d{3,}\w*|\d{2,4}-\d{2,5}\b)|(?-i:(?:(?:Ms|Mr|Mrs)\.\s+)?[A-Z][\w.'-]+)))"
)
_NO_NAME = regex(
    r"(?:Tier|T\d|Agent|Officer|Rep|Representative|ISO|USCIS|CSR|Supervisor|Level)\b(?! [A-Z][a-z]).*|[^A-Za-z]*"
)
# Of somebody without a name: spoke with a representative who would not give a name, ID# 22904.
# A bare # stands right behind the person; an ID or badge behind the person, a name or a sign, never behind a thing.
_SOMEBODY = r"(?:agent|officer|ofc\.?|rep|representative|iso|csr|supervisor|tier ?\d|t\d|somebody|someone)"
_NUMBER_ALONE = regex(
    r"(?i)\b(?:spoke|talked)\s+(?:with|to|w/)\s+"
    rf"(?:(?:(?:an?|the|live)\s+)*(?:{_SOMEBODY}\s*)*(?-i:[A-Z][\w.'-]*\s*){{0,2}}"
    r"(?:[,(]?\s*(?:no|gave no|would(?:n't| not) give(?: an?)?) name)?[,(]?\s*#"
    r"|(?:(?!\b(?:case|account|acct|petition|receipt|ticket|matter|client|confirmation|re|about|regarding|sr|file)\b)"
    rf"[^.;\n]){{0,60}}?(?:[,(–—-]|\b(?:{_SOMEBODY}|name)|\b(?-i:[A-Z][\w'-]*))\s*\b(?:ID|badge)\s?#?)"
    r"\s*:?\s*([A-Z]*\d{3,}\w*)"
)
_NUMBER_WITHOUT_NAME = regex(
    rf"(?i)\b{_SOMEBODY} \(?(?:no name|name refused)\)?[,; ]*(?:ID|badge|#|no\.?|number)?[ #:]*"
    r"([A-Z]*\d{3,}\w*|\d{2,4}-\d{2,5}\b)"
    rf"|\b{_SOMEBODY} (?:would(?:n't| not)|did(?:n't| not)|refused to|declined to) (?:give|say|provide|state|leave)"
    r"(?: (?:an?|any|his|her|their|the))? name\W{1,3}(?:but )?(?:(?:gave|just|only) )?(?:ID|badge|#|no\.?|number)"
    r"[ #:]*([A-Z]*\d{3,}\w*|\d{2,4}-\d{2,5}\b)"
    r"|\b(?:agente|oficial|representante) no (?:me |nos )?(?:quiso|quer[ií]a) dar (?:su |el )?nombre\W{1,3}(?:pero )?"
    r"(?:ID|badge|#|n[uú]mero)[ #:]*([A-Z]*\d{3,}\w*|\d{2,4}-\d{2,5}\b)"
)
# A telephone number behind SR is not the number of a request
_REQUEST = regex(
    r"(?i)\b(?:(?:sr|srmt|service request)\s*(?:no\.?|#|number)?\s*:?\s*)(?!\d{3}-\d{3}-\d{4}\b)"
    r"((?=(?:[\w-]*\d){3})(?:[A-Z]{1,4}-?)?\d[\dA-Z]*(?:-[\dA-Z]+)*|[A-Z]{2,4}-\d{1,2})(?![\w/:-])"
)
_OTHER_PARTY = (
    r"(?:(?:the|our|my|el|la|al|a la|a)\s+)*(?:nvc|national visa center|embassy|consulate|eoir|(?:immigration )?court"
    r"|ssa|social security|dos|cbp|ice|ero|dol|irs|(?:tele)?phone company|opposing|clerk|clients?"
    r"|client'?s? \w+|petitioner|beneficiary|applicant|spouse|employer|sponsor"
    r"|cliente|consulado|embajada|corte|tribunal|seguro social|peticionari[oa]|beneficiari[oa])"
)
# How a note begins that tells of a word with somebody else, by telephone or not, or of a letter.
_WITH_OTHERS = regex(
    rf"(?i)(?:(?:then|also|i|we)\s+)*(?:called|phoned|dialed|rang|tried|calls?|phone call|tel(?:ephone)? call|spoke"
    r"|talked|asked|left (?:an? )?(?:vm|voice ?mail|message)|met|meeting|llam[eé]|llamamos|llamada|habl[eé]|hablamos)"
    rf"(?:\s+back)?(?:\s+(?:to|with|w/|from|con|a|al|de|del))?\s+{_OTHER_PARTY}(?!\w)(?!'?s (?:behalf|case))"
    rf"|(?:\d[\d:]*\s*[ap]?m?\s+)?{_OTHER_PARTY}(?:\s+(?-i:[A-Z])[\w']+)?\s+(?:called|phoned|rang|texted|e-?mailed|wrote|came|stopped|left|llam[oó]|vino|escribi[oó])\b"
)
# A client who dialed the agency with us or for us: on 3-way, held 41 min.
_CLIENT_CALLED = regex(
    r"(?i)(?:(?:the|our|el|la)\s+)?(?:clients?|petitioner|beneficiary|applicant|spouse|cliente)\s+(?:called|dialed|llam[oó])\b"
)
_CALLED_AGENCY = regex(
    r"(?i)\b(?:called|phoned|dialed|tried|llam[eé]|llamamos)(?: back)?(?: (?:to|the|al?))*"
    r" (?:uscis|cis|contact center|800)\b"
)
_IN_WRITING = regex(
    r"(?i)(?:sent (?:an? )?)?(?:letters?|e-?mail(?:s|ed)?|fax(?:es|ed)?|text(?:s|ed)?|texted|memo|carta|correo)"
    r"\s+(?:to|from|with|w/|re|about|for|a|al|de|para)\b|(?:e-?mailed|faxed|texted|mailed|wrote)\b"
)
# As the agency writes them; digits alone may be any number.
_OWN_REQUEST = regex(r"(?<!\w)(?:T1[A-Z]|WKT|R1[A-Z]|SR)\d{9,12}[A-Z]{0,3}(?!\w)")
_LEFT_MESSAGE = r"dej[oó] (?:una? )?(?:mensaje|recado|voice ?mail|vm|correo de voz|buz[oó]n)"
# Calls of the agency: a note that begins so tells of a call that came in.
_CAME_IN = regex(
    r"(?i)(?:(?:the )?uscis|an? officer|(?:the )?officer|tier ?2|t2|iso)\b(?: [A-Z]\w+)?,? (?:just |finally |then )?"
    r"(?:called|rang|phoned|returned|left (?:an? )?(?:vm|voice ?mail|message|msg))\b"
    r"|(?:missed|got|took|received) (?:an? |the |another )?(?:call(?:[- ]?back)?|c/?b) (?:from|by) (?:the )?"
    r"(?:uscis|officer|tier ?2|t2)\b"
    r"|(?:missed|got|took|received) (?:an? |the |another )?uscis(?:'s?)? (?:call|c/?b)"
    r"|(?:vm|voice ?mail|message|msg) (?:left )?(?:from|by) (?:the |an? )?(?:uscis|officer|tier ?2|t2)\b"
    r"|uscis:? (?:call[- ]?back|c/?b|return call)\b(?=\W+(?:missed|vm|voice ?mail|answered|taken|came|at \d))"
    r"|(?:incoming|inbound) (?:call(?:[- ]?back)?|c/?b|return call)\b|missed (?:again|another)\b"
    r"|call(?:[- ]?back)? from (?:the )?(?:uscis|officer|tier ?2|t2)\b"
    rf"|(?:ya )?(?:nos |me )?(?:llam[oó]|devolvi[oó] la llamada|{_LEFT_MESSAGE})"
    r" (?:el |la |una? )?(?:oficial|uscis|agente de uscis)\b"
    r"|(?:el |la |una? )?(?:oficial|uscis|agente de uscis)(?: de uscis)?(?: \(?tier 2\)?)? (?:ya )?(?:nos |me )?"
    rf"(?:llam[oó]|devolvi[oó]|{_LEFT_MESSAGE})"
    r"|(?:(?:recib|perd)(?:imos|[ií]) (?:una |la )?)?llamada (?:perdida )?del? (?:la )?"
    r"(?:oficial|uscis|agente de uscis)\b"
)
_CALLBACK_RESULTS = {
    "voicemail": regex(
        r"(?i)\b(?<!no )(?:vm|voice ?mail|left (?:an? )?(?:message|msg)|dej[oó] (?:un )?(?:mensaje|recado)"
        r"|buz[oó]n|correo de voz)\b"
    ),
    "missed": regex(
        r"(?i)\b(?:missed|(?:nobody|no one) (?:answered|picked up)|perdid[oa]|perdimos"
        r"|(?:no|nadie) (?:la )?contest\w+)\b"
    ),
    "answered": regex(
        r"(?i)(?<!nobody )(?<!no one )(?<!no )(?<!no la )(?<!nadie )\b"
        r"(?:answered|picked up|took (?:it|the call)|spoke|talked|contest(?:amos|[eéó])|hablamos|habl[eé])(?!\w)"
    ),
}
# Any word of a call: a note without one, and without any part of a call, tells of something else.
_ANY_CALL = regex(
    r"(?i)\b(?:call\w*|phon\w*|dial\w*|rang|ring|hold|held|wait\w*|spoke|talked|missed|voice ?mail|vm"
    r"|line|ivr|c/?b|llam\w*|habl\w*|esper\w*)(?!\w)"
)
_AGENCY = regex(
    r"(?i)\b(?:uscis|contact center|agent|officer|rep|ivr|sr|srmt|tier ?[12]|t[12]|on hold|infopass"
    r"|esper[eé]|esperamos|en espera|agente|oficial)(?!\w)"
)

_PROMISED_IN = regex(r"(?i)\bpromis\w+ (?:with)?in\b|\bpromis\w+ \d")
_GOT = regex(r"(?i)(?:missed|got|took|received)\b")
_ARRIVED = regex(r"(?i)(?<!never )(?<!no )(?<!nunca )\b(?:came|arrived|lleg[oó]|entr[oó])(?!\w)")
_BY_NOUN = regex(r"(?i)(?:(?:got|took|received) |uscis:? call|(?:incoming|inbound) |call(?:[- ]?back)? |llamada )")

# The time and the matter before what is told: 9:10am - Lopez - USCIS called back.
_MATTER_FIRST = regex(
    r"^\W*(?:\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?)?\W*"
    r"(?!(?i:uscis|cis|an?|the|missed|got|took|officer|t2|tier|iso)\b)"
    r"[A-Z][\w'.]{1,20}(?: [A-Z][\w'.]{0,12}){0,2}\s*(?:[-–—|/]\s+|: )"
)

_TIME_FIRST = regex(rf"^\W*{_CLOCK}[\s:,.–—-]*", re.IGNORECASE)

# Two calls told in one note
_TWICE = regex(
    r"(?i)(?<!client )\b(?:called|tried|dialed|phoned|calls? to|llam[eé]|llamamos|marqu[eé])\b"
    r"(?:(?!transfer)[^,;.]){0,25}\b(?:twice|(?:2|two|3|three) ?(?:x|times)|dos veces|tres veces)\b"
    r"|(?<!missed )\b(?:2|two|dos) (?:calls|llamadas)\b(?! from)"
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
    lines = text.splitlines()
    # What a further line with a day tells came later and is no part of the call.
    later = (index for index, line in enumerate(lines) if index and _ANY_DATE.search(line))
    text = " ".join("\n".join(lines[: next(later, len(lines))]).split())
    if len(text) > LONGEST:
        return Narrative()
    date = _DATE.match(text)
    rest = re.sub(r"^[\s:.,–—-]+", "", text[date.end() :]) if date else text
    if not date and (date := _CALLED_ON.match(text)):
        rest = f"called {text[date.end() :].strip()}"
    rest = _without_dates_beside(rest)
    rest = _OTHER_DAY.sub("", rest)
    if _ANY_DATE.search(rest):
        return Narrative(sr=request_in(rest), method="no call" if _is_of_else(rest) else "")
    clauses = [clause.strip() for clause in re.split(r"[;,]\s|[.!]+\s| [-–—/|] ", rest)]
    lost = [clause for clause in clauses if LOST.search(clause)] or [*filter(_NO_ANSWER.search, clauses)]
    lost = [_without_hold(clause) for clause in lost]
    agent = _only(_NAME, rest) or _name_with_id(rest) or _only(_NUMBER_ALONE, rest) or _only(_NUMBER_WITHOUT_NAME, rest)
    agent = agent or ("" if lost else _only(_NAME_BEHIND_WAIT, rest))
    # An agent and a loss together tell two ends, of which neither is sure
    result = (
        lost[0]
        if len(lost) == 1 and not agent
        else promise_among(rest) or "spoke"
        if not lost and _PERSON.search(rest) and not _OWN.search(rest)
        else ""
    )
    if _has_callback(rest, _wait(clauses)):
        return Narrative(
            date[1] if date else "", _time(rest), "", agent, _outcome_of(rest), request_in(rest), in_out="incoming"
        )
    narrative = Narrative(
        date[1] if date else "", _time(rest), _wait(clauses), agent, result, request_in(rest) or _only(_REQUEST, rest)
    )
    is_empty = narrative == Narrative(date=narrative.date)
    if is_of_others(rest, narrative) or (is_empty and _is_of_else(rest)):
        return narrative._replace(method="no call")
    # Which wait, and which end, is of which call? No one can read two calls as one
    return Narrative(narrative.date, wait=rest, sr=narrative.sr) if _TWICE.search(rest) else narrative


def _has_callback(text: str, wait: str) -> bool:
    """Whether a note begins by telling of a call that came in, and not of one that was promised in a call of ours.

    >>> [_has_callback(text, "") for text in ("Roe - callback from T2", "Roe - callback from T2 within 72 hrs")]
    [True, False]
    >>> _has_callback("Roe - USCIS called back, missed", ""), _has_callback("callback from USCIS", "30 min")
    (True, False)
    >>> _has_callback("callback from T2 came in 3 days", ""), _has_callback("received call from USCIS", "2 min")
    (True, True)
    """
    spoken = (text, _TIME_FIRST.sub("", text), _MATTER_FIRST.sub("", text))
    begins = next((rest for rest in spoken if _CAME_IN.match(rest)), None)
    if begins is None or not _BY_NOUN.match(begins):
        return begins is not None
    has_got = bool(_GOT.match(begins) or _ARRIVED.search(begins))
    is_ahead = _PROMISED_IN.search(begins) if has_got else TO_COME.match(begins)
    is_open = not _outcome_of(begins)
    # A wait is of a call of ours, unless the note says that a call was received
    return not (is_ahead and (wait or is_open)) and (has_got or not wait)


# An entry of a case diary: its kind, and words that name the agency or somebody else.
_PHONE = regex(r"(?i)\b(?:phone|telephone|tel|calls?|voice ?mail|llamada|tel[eé]fono)\b")
_OURS = regex(
    r"(?i)\b(?:uscis|cis|contact cent(?:er|re)|info ?pass|375[-. ]5283|tier ?[12])\b|\b800 ?(?:#|number\b|line\b|no\.)"
)
_OTHERS = regex(
    r"(?i)\b(?:nvc|national visa center|embassy|consulate|eoir|court|ssa|social security|dos|cbp|ice|ero|dol|opposing"
    r"|judge|clerk)\b"
)
_TO_CLIENT = regex(
    r"(?i)(?:phone |tel\.? )?(?:calls? |called |spoke |talked |voice ?mail |vm |left )*"
    r"(?:(?:with|w/|to|from|for) )?(?:the )?clients?\b"
)
_CALLBACK_SUBJECT = regex(
    r"(?i)\bcall(?:ed)?[ -]?backs?\b|\bc/?b\b|\bmissed call\b|\breturn(?:ed)? call\b|\bincoming\b"
)

_FROM_AGENCY = regex(r"(?i)\bcalls? (?:from|by) (?:the )?(?:uscis|officer|tier ?2|t2)\b")


def is_phone(kind: str) -> bool:
    """Whether a kind of work is a call: Phone Call, Telephone, but no Email."""
    return bool(_PHONE.search(kind))


def read_activity(kind: str, subject: str, text: str) -> Narrative:
    """What an entry of a case diary tells of a call to or from the agency; of any other entry that it is no call.

    >>> read_activity("Phone Call", "USCIS", "On hold 42 min. Spoke w/ Agent Ana ID 61140").wait
    '42 min'
    >>> read_activity("Phone Call", "USCIS callback", "2nd attempt, picked up").result
    'answered'
    >>> read_activity("Email", "USCIS", "draft").method, read_activity("Phone Call", "NVC", "On hold 12 min").method
    ('no call', 'no call')
    """
    if not is_phone(kind) or not _is_with_agency(f"{kind} {subject}", text):
        return Narrative(method="no call")
    narrative = read_narrative(text)
    is_callback = _CALLBACK_SUBJECT.search(subject) or _FROM_AGENCY.search(f"{kind} {subject}")
    if not narrative.in_out and not narrative.wait and is_callback and (came := _outcome_of(text)):
        narrative = narrative._replace(in_out="incoming", result=came)
    return narrative._replace(method="")


def _is_with_agency(subject: str, text: str) -> bool:
    """Whether an entry is of a call with the agency: its subject says so, or its text, and neither names others."""
    begins = text[:40]
    if _OURS.search(subject):
        return True
    is_of_others = (
        _OTHERS.search(subject) or _OTHERS.search(begins) or _TO_CLIENT.match(subject) or _TO_CLIENT.match(text)
    )
    return bool(_OURS.search(text)) and not is_of_others


def is_of_others(text: str, narrative: Narrative) -> bool:
    """Whether a note begins with a word with somebody else, and names no agency; or is of a letter, without a call.

    >>> [read_narrative(text).method for text in ("Called the consulate, 20 min", "Client called 4 pm", "Emailed CIS")]
    ['no call', 'no call', 'no call']
    >>> read_narrative("Called for client, held 9 min").method, read_narrative("Client called; USCIS held 9 min").method
    ('', '')
    >>> [read_narrative(f"Client called {text}, held 41 min, gave up").method for text in ("in with us", "NVC")]
    ['', 'no call']
    >>> read_narrative("9:30am - Mora - called NVC").method, read_narrative("10am client Roe came by").method
    ('no call', 'no call')
    """
    if (
        _CLIENT_CALLED.match(text)
        and not _OTHERS.search(text)
        and narrative.wait
        and (narrative.agent or narrative.result)
    ):
        return False
    parts = [text, *re.split(r"\s[-–—|]\s", _TIME_FIRST.sub("", text))]  # Espino - called NVC
    if any(map(_WITH_OTHERS.match, parts)):
        is_of_agency = narrative.wait or narrative.agent or _CALLED_AGENCY.search(text)
        return not (mentions_agency(text) and (is_of_agency or not _WITH_OTHERS.match(text)))
    return bool(_IN_WRITING.match(text)) and not narrative.is_of_call and not narrative.agent


def is_written(text: str) -> bool:
    """Whether a text begins by telling of a letter that somebody wrote.

    >>> is_written("emailed the senator"), is_written("Letter to client"), is_written("mailed card to old address")
    (True, True, False)
    """
    return bool(_IN_WRITING.match(text)) and not text.casefold().startswith("mailed")


def _is_of_else(text: str) -> bool:
    """Whether a note has no word of a call, nor of the agency: at the dentist."""
    return bool(text) and not _ANY_CALL.search(text) and not mentions_agency(text)


def _outcome_of(text: str) -> str:
    """What came of a call that came in; "" where that is not told, or more than one thing is."""
    found = [result for result, pattern in _CALLBACK_RESULTS.items() if pattern.search(text)]
    # In the order of the patterns: a call that was missed left the voicemail
    return "voicemail" if found == ["voicemail", "missed"] else found[0] if len(found) == 1 else ""


def _without_dates_beside(text: str) -> str:
    """A note without the sentences at its end that have a date and no word of a call, or a callback: Interview reset to
    4/22; They called 9/4, missed."""
    sentences = re.split(r"(?<=[.!;])\s+(?=\S)", text)
    index = next((i for i, sentence in enumerate(sentences) if _ANY_DATE.search(sentence)), len(sentences))
    of_calls = filter(_ANY_CALL.search, sentences[index:])
    if not index or not all(callbacks_among(sentence, is_remark=True) for sentence in of_calls):
        return text
    return " ".join(sentences[:index])


_HELD_FIRST = regex(
    rf"(?i)(?:^[^,;]{{0,40}}\bdej[oó]\s+(?={_HELD}))?(?:\b{_HELD}\s+)?{_SPAN}\s*"
    r"(?:on hold|(?:de )?hold|in queue|(?:en|de) espera)?\s*(?:and|then|but|,|y)\s+"
)


def _without_hold(clause: str) -> str:
    """What a clause tells behind its time and the length of a hold: 9am 38 min on hold then got disconnected."""
    rest = _HELD_FIRST.sub("", _TIME_FIRST.sub("", clause), count=1)
    return re.sub(r"(?i)discon+ected", "disconnected", rest)


# A name with its number, as a clause of its own: Delphine, ID 66019. Finnerty again ID 66233.
_NAME_WITH_ID = regex(
    r"(?:^|[.;]\s+|\b(?:lady|man|woman|guy|gentleman|rep|agent|officer|person)\s+(?:named|called)\s+)"
    r"((?:(?:Mr|Mrs|Ms|Ofc)\.?\s+)?[A-Z][a-z][\w'-]*(?:\s+[A-Z][\w'-]*\.?)?)(?:\s+again)?(,?\s+\(?(?:ID|id|badge|Badge|#)\s*#?:?\s*"
    r"[A-Z]{0,3}-?\d{3,}\w*|(?=,\s+(?:no|refused|would)))"
)
_NO_PERSON = (
    r"(?!(?:Case|Client|Matter|File|Room|Zip|Ext\w*|Receipt|Ref\w*|Ticket|Line|Option|Code|Invoice|Form|Suite|SR\w*"
    r"|Service|Request|Confirmation|Account|Tracking|Notice|Petition|Call|Number)\b)"
)
# Between commas and behind the wait the number needs no label: 9 min hold, Delphine 66019, no SR.
_NAME_BEHIND_WAIT = regex(
    r"(?i)\b(?:hold|held|wait|waited)[^,;]{0,20}[,;]\s+((?-i:(?:(?:Mr|Mrs|Ms|Ofc)\.?\s+)?"
    rf"{_NO_PERSON}[A-Z][a-z][\w'-]*)\s+\d{{4,6}})(?=[,;.]|$)"
)


def _name_with_id(text: str) -> str:
    """The one name that a call's note has with its number, or of somebody who was "named" so; "" for none."""
    found = {
        f"{match[1]}{match[2]}".strip() for match in _NAME_WITH_ID.finditer(text) if match[2] or "named" in match[0]
    }
    return found.pop() if len(found) == 1 and not _OWN.search(text) else ""


def agent_in(text: str) -> str:
    """The one agent of whom a remark tells, by name, by number or both; "" where it tells of none, or of somebody else.

    >>> agent_in("talked to tier 1 Ms. Carter, pending"), agent_in("agent Maria K1234, EAD mailed 3/1")
    ('Ms. Carter', 'Maria K1234')
    >>> agent_in("Roe (23104) wants an update"), agent_in("Maria, ID K1234, EAD mailed")
    ('', 'Maria, ID K1234')
    """
    if len(text) > LONGEST or _OWN.search(text) or LOST.search(text):
        return ""
    name = _only(_NAME, text) or _name_with_id(text)
    return _only(_NUMBER_ALONE, text) if _NO_NAME.fullmatch(name) else name


def request_in(text: str) -> str:
    """The one number of a service request that a remark tells of, as the agency writes it; "" for none, and for two.

    >>> request_in("EAD mailed 3/1, not received. SR T1B0752300091TSC"), request_in("MSC2190445566")
    ('T1B0752300091TSC', '')
    """
    found = set(_OWN_REQUEST.findall(text))
    return found.pop() if len(found) == 1 else ""


def request_named_in(text: str) -> str:
    """The one number of a service request that a text names, as the agency writes it or behind the words.

    >>> request_named_in("AP lost in mail. SR 0224-5003"), request_named_in("SR# D21-118. T2 w/in 72h")
    ('0224-5003', 'D21-118')
    >>> request_named_in("SR 3/14/22"), request_named_in("SR 202-555-0143")
    ('', '')
    """
    return request_in(text) or _only(_REQUEST, text)


_ANOTHER = (
    rf"(?i:the |ms\.? |mrs?\.? )?(?!(?i:{MONTH_NAME}|{WEEKDAY_NAME}|immigration|customer|national|tier|agent|officer"
    r"|rep\b|supervisor|contact|hotline|ctr|center|line|emma|nebraska|texas|vermont|california|potomac|again|back|in\b"
    r"|at\b|for\b|re\b|cc\b|iso\b|us\b|them|cis|t[12]\b))[A-Z][a-z]{2}"
)
_CALLED_ANOTHER = regex(r"\b(?i:called|phoned|rang|dialed) " + _ANOTHER)
_CALL_WITH = regex(r"\b(?i:(?:calls?|conference|consult(?:ation)?|conf) (?:to|w/|with|from)) " + _ANOTHER)
_SPOKE_WITH = regex(r"\b(?i:(?:spoke|talked) (?:to|w/|with)) " + _ANOTHER)
# Who held, or was given a request, a tier or one of the agency's two times, spoke with the agency: Maria is its agent.
_HELD_OR_AGENT = regex(r"(?i)\b(?:hold|held|holding|wait|waited|waiting|queue|esper\w+|agent|officer)\b")
_WITH_AGENT = regex(r"(?i)\b(?:agent|officer)\b")
_OF_AGENCY = regex(
    r"(?i)\b(?:srmt|sr ?#?\d|sr (?:opened|created|filed)|service request|t[12]|72 ?h|30 ?(?:bus\w* )?d|expedit)"
)


def names_agency(text: str) -> bool:
    """Whether a note names the agency itself: USCIS, its contact center, its number."""
    return bool(_OURS.search(text))


def is_with_another(text: str) -> bool:
    """Whether a note that does not name the agency names whom else the call was with: Called Acme; call w/ Ms. Roe.

    >>> [is_with_another(text) for text in ("Called Acme, on hold 15 min", "Phone call w/ Roe", "USCIS for Roe")]
    [True, True, False]
    >>> [is_with_another(text) for text in ("Called Monday", "call with agent Ana", "Called for Roe", "Called T1")]
    [False, False, False, False]
    >>> [is_with_another(text) for text in ("Spoke to Ana, held 38 min", "Spoke to Ana", "Called Ana, SR 1234567")]
    [False, True, False]
    """
    if names_agency(text) or _OF_AGENCY.search(text):
        return False
    if _CALLED_ANOTHER.search(text):
        return True
    is_with = _CALL_WITH.search(text) and not _WITH_AGENT.search(text)
    return bool(is_with or (_SPOKE_WITH.search(text) and not _HELD_OR_AGENT.search(text)))


def mentions_agency(text: str) -> bool:
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
    ended = [clause for clause in clauses if not _NOT_YET.search(clause)]
    for patterns in (_WAITS, (_REACHED_AFTER,)):
        matches = (next(filter(None, (pattern.search(clause) for pattern in patterns)), None) for clause in ended)
        if found := {match[1].strip() for match in matches if match}:
            break
    else:
        pairs = [pair for both in pairwise(clauses) for pair in (both, both[::-1])]
        found = {span for end, span in pairs if _GAVE_UP.fullmatch(end) and _SPAN_ALONE.fullmatch(span)}
    if not found and _CALLED_FIRST.match(re.sub(r"(?<=[ap]\.m)\.$|\.$", "", clauses[0]) if clauses else ""):
        found = {clause for clause in clauses[1:2] if _SPAN_ALONE.fullmatch(clause)}
    return found.pop() if len(found) == 1 else ""


def _only(pattern: re.Pattern, text: str) -> str:
    found = {next(filter(None, match.groups())).strip() for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else ""
