"""What the cells of a column look like, whatever its header says: dates, times of day, waits, numbers, words.

One answer may be told by a mark in one of several columns: an x under Urgent, Regular or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from callanalytics.formats.words import tokens
from callanalytics.lazy import regex
from callanalytics.values import try_read
from callanalytics.values.callbacks import RESULTS, read_callbacks
from callanalytics.values.promises import Promise, read_promise

LOOKED_AT = 300  # filled cells
MIN_CELLS = 3  # filled cells that may speak against a header
SHARE_FOR, SHARE_NEUTRAL = 0.5, 0.25  # shares of a column that speak for a kind, and against it
NEARLY_ALL = 0.9

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic)[a-z]*\.?"
# 45-60 has no day of a month in it: it is a range of minutes
_OF_31 = r"(?:0?[1-9]|[12]\d|3[01])"
# 20220314 is a day only if no digit follows: a longer run is a number
_BY_NUMBERS = (
    rf"\d{{4}}[-/.]\d\d?[-/.]\d\d?|20\d\d[01]\d[0-3]\d(?!\d)|{_OF_31}[-/.]{_OF_31}(?:[-/.]\d{{2,4}})?(?![\d:])"
)
# (?!:): in Mar 10:15 the 10 is an hour, no day
_DAY = rf"(?:{_BY_NUMBERS}|{_MONTH} \d{{1,2}}(?!:)|\d{{1,2}}(?:st|nd|rd|th)?[ -]?(?:de )?{_MONTH})"
# "mar" alone is March: of Tuesday only martes, mart. count
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun|lun|mi[eé]|jue|vie|s[aá]b|dom|mar(?=t))[a-z]*\W+)?"
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]| ?h ?)\d\d(?::\d\d)?(?![\d/.-])(?: ?[ap]\.?m?\.?)?|\d{1,2} ?[ap]\.?m?\.?"
    r"|\d{1,2}[0-5]\d ?[ap]\.?m?\.?|[0-2]\d[0-5]\d(?: ?h(?:rs?|ours)?)?|noon|midnight)(?![a-z0-9])"
)
_AMOUNT = (
    r"(?:\d+(?:[.,]\d+)?\+?|\d{1,2}:\d\d(?::\d\d)?|an?|half an?|media|una|one|two|three"
    r"|ten|fifteen|(?:twenty|thirty|forty|fifty)(?:[ -]five)?"
    r"|hora y media|dos|tres|diez|quince|veinte|treinta|cuarenta|cincuenta)"
)
_UNIT = r"(?:h|hrs?|hours?|horas?|m|mins?|minut[eo]s?|s|secs?|seconds?|['′])(?![a-z])"
# How a call ended, in words that tell nothing else.
_END = (
    r"gave up|hung up|hang up|hung-up|disconnect|dropped|abandon|ivr|robot|cut off|reached|spoke|talked"
    r"|rang off|cut (?:us|me) off|line went dead|line (?:was |got )?cut|live (?:rep|agent|person|officer)|call dropped"
    r"|cort[oó]|cortad|colg|contest|atendi"
    r"|se cay[oó]|desconect|habl[oóeé]\b|hablamos|disc'?d\b"
    r"|aufgelegt|aufgegeben|abgebrochen|getrennt|erreicht|gesprochen|automat|desist|caiu|coup[ée]|raccroch|falei|\b(?:hu|h/u|disc|d/c|dc|spk)\b"
)
_LOST = (
    r"gave up|hung up|hang up|hung-up|hangup|disconnect\w*|dropped|drop|abandon\w*|cut off|cutoff"
    r"|line (?:went )?dead|lost call|rang off|cut (?:us|me) off"
    r"|ivr|robot|automated|no answer|nobody|no one|cort[oó]|cortad\w*"
    r"|colg\w+|desist\w+|cay[oó]|desconect\w+|nadie|disc'?d|m[aá]quina|grabaci[oó]n"
)
KINDS = {
    # 30000 to 49999 is a day as a spreadsheet counts them, from 1982 to 2036
    "date": regex(rf"(?i)\W*{_WEEKDAY}(?:{_DAY}|[34]\d{{4}}(?:\.\d+)?$)"),
    # An ISO date begins with four digits that would read as a clock: 2022 is 8:22 p.m.
    "time": regex(
        rf"(?i)(?!\W*\d{{4}}-\d\d-\d\d$)\W*(?:at |around |about |~)?"
        rf"(?:{_CLOCK}|\d\d?[:.]\d\d ?[-–—] ?{_CLOCK})"
        r"|0?\.(?:[3-8]\d*|2[5-9]\d*)$"  # a part of a working day, as a spreadsheet keeps it
    ),
    "answered_at": regex(  # or why no one was: nobody, hung up 10:41
        rf"(?i)(?!\W*\d{{4}}-\d\d-\d\d$)\W*(?:at |around |about |~)?{_CLOCK}"
        rf"|\W*(?:no one|nobody|nadie|never|nunca)\W*$|.*\b(?:{_LOST})(?!\w).*?\b{_CLOCK}"
    ),
    "span": regex(
        rf"(?i)\W*{_AMOUNT} ?\+?(?:{_UNIT}|$)|.*\d ?{_UNIT}|.*\b(?:hour|minute|hora|after \d|at \d)"
        r"|\W*\d+\+? ?(?:[(,;]|[–-] ?\d+(?![-/\d]))"
    ),
    "clocked": regex(r"\d{1,2}:\d\d(?::\d\d)?$"),
    "range": regex(
        rf"(?i)\W*(?:{_CLOCK}|\d{{1,2}}(?:[:.][0-5]\d)?(?: ?[ap]\.?m?\.?)?) ?(?:-|–|—|to|till|until) ?{_CLOCK}\W*$"
    ),
    "pair": regex(r"\d{1,3} ?(?:min|m)? ?/ ?\d{1,3} ?(?:min|m)?$"),
    "callbacks": regex(
        rf"(?i)[34]\d{{4}}(?:\.\d+)?$|.*(?:\b{_DAY}|\b{_OF_31}/{_OF_31}: |\b{_CLOCK}|\bvm\b|voicemail|no call|missed"
        r"|came|buz[oó]n|perdid|contest|llam[oó]|no llamaron|mensaje)"
    ),
    "phone": regex(r"[+(]?\d[\d ().-]{8,}(?: ?x ?\d+)?$"),
    "id": regex(r"(?i)\W*(?:id|badge|no|agent)?\W*[a-z]{0,4}[- ]?\d[\w-]*$"),
    # Forms and tiers are as short as an office's own request numbers: I-485, G-28, T2
    "sr": regex(
        r"(?i)(?=(?:.*\d){4}).*"
        r"|(?![INGA]-?\d{2,3}[a-z]?$|t[12]$)[a-zà-ý]{1,6}(?:-?\d{2,3}|-\d)(?=$|,\s|\s[-–—/]\s)"
        r"|(?=[a-z\d]*[a-z])(?![in]-?\d{3})[a-z\d]{2,8}(?:[-/.](?=[a-z]?\d)[a-z\d]{1,5}){1,2}(?=$|,\s)"  # QX1-1
    ),
    # A receipt number names a case, no request: IOE and ten digits
    "request": regex(
        r"(?i)(?!(?:ioe|msc|src|wac|lin|eac|nbc|ysc|mct|npc|psc|vsc|tsc|csc)\d{10}$)"
        r"(?:sr|srmt)?[# :-]*(?:(?:sr|t1|r1|wkt)[a-z]?\d{7,11}|[a-z]\d[a-z]\d{8,11}|1-\d{8,10})[a-z]{0,3}$"
    ),
    # A day alone is one that somebody reckoned: it states no time
    "told": regex(
        rf"(?i)(?!{_DAY}(?: [\d:]+)?$)"
        r".*(?:\d|day|hour|week|month|urgent|regular|\bnone?\b|\byes\b|nothing|soon|asap)|[yn]$"
    ),
    "promise": regex(
        r"(?i).*(?:\d|day|hour|week|urg|reg|none|\bno\b|\bn\b|yes|\by\b|\bx\b|nothing|call|\bc/?b\b|tier|\bt[12]\b|escal"
        r"|expedit|standard|normal|routine|promis|soon|std|true|false|auto|llam|urgente|ningun|s[ií](?!\w)|oficial|nivel|nada|hor|d[ií]a)"
    ),
    "numbered": regex(r"(?i)(?:no )?sr(?:mt)?\b|(?:no )?service request\b"),
    "others": regex(
        r"(?i)(?:the )?(?:u\.?s\.? )?(?:nvc|national visa|embassy|consulate|eoir|court|ssa|social security|dos|cbp|ice"
        r"|ero|dol|irs|dmv|consulado|embajada|corte|tribunal|nj tax|state tax|medicaid|medicare)\b"
    ),
    # Else any words that answer no other question: a yes, a time, a promise, a form are no line
    "line": regex(
        r"(?i).*\b(?:uscis|cis|contact cent(?:er|re)|nvc|eoir|court|embassy|consulate|clients?)\b"
        r"|(?!(?:y|yes|n|no|x|true|false|\d{1,2})$|\d{1,2}[:/.h]|urgent\b|regular\b)"
        r"(?!.*\b(?:\d+ ?-?(?:h|hrs?|hours?|days?|weeks?|b/?d|biz|bus|business)|[in]-?\d{3}[a-z]?|eads?|rfes?)\b).*\w"
    ),
    "under_an_hour": regex(r"0{1,2}:[0-5]\d(?::[0-5]\d)?$"),
    "short": regex(r"0?[0-3]:[0-5]\d(?::[0-5]\d)?$"),
    "tax": regex(r"[a-zA-Z]?\d{4}[a-zA-Z]{0,3}$"),
    "words": regex(r"(?i)[^\d]*$|.*[a-z]{3}|t[12](?!\w)"),
    "plain": regex(r"[^\d]*$"),
    "day_number": regex(r"(?i)(?:0?[1-9]|[12]\d|3[01])(?:\.0)?(?:st|nd|rd|th)?\.?$"),
    "month": regex(rf"(?i){_MONTH}$|(?:0?[1-9]|1[0-2])(?:\.0)?$"),
    "year": regex(r"'?(?:20)?[12]\d(?:\.0)?$"),
    "yes": regex(r"(?i)\W*(?:y|yes|n|no|x|true|false|1|0|[✓✔✅☑✗✖❌☐])\W*$"),
    "tier": regex(r"(?i)\W*(?:tier|level|t|l)?\W*(?:[1-3]|i{1,3}|one|two)\W*$|supervisor|officer|iso$"),
    "premium": regex(r"(?i)premium|ncsc|cis\b|800|866"),
    "ours": regex(r"(?i).*\b(?:uscis|contact cent(?:er|re)|375.5283)\b"),
    "means": regex(
        r"(?i)(?:by |via )?(?:phone|tel|telephone|phone call|called?|e-?mail|(?:ask )?emma"
        r"|(?:emma |live |web |online )?chat|(?:online |web )?(?:e-?request|inquiry|form)|online|web ?site|portal"
        r"|letter|mail|fax|text|sms|in person"
        r"|info ?pass|walk-?in)\W*$"
    ),
    "agency": regex(
        r"(?i)(?:the )?(?:uscis|cis)(?: (?:contact cent(?:er|re)|cc|800 ?(?:#|number|line)?|main (?:line|number)))?$"
        r"|(?:the )?contact cent(?:er|re)$|.*(?:375|\b202\W{0,2}838).?(?:5283|2200)"
        r"|(?:uscis|contact cent(?:er|re)) ?[(,–-] ?(?:in|out)(?:coming|bound|going)?\)?$"
    ),
    "lost": regex(rf"(?i).*\b(?:{_LOST})(?!\w)"),
    "name": regex(
        r"(?:(?:Ms|Mr|Mrs|Miss|Ofc|Officer|Agent)\b\.? ?)?[A-Z][\w'.-]+(?: [A-Z][\w'.-]*){0,2}"
        r"(?:\W{0,4}#? ?[A-Za-z]?\d{3,}\W?)?$"
    ),
    "named_id": regex(r"(?-i:[A-Z])[a-z]\D{1,40}[a-zA-Z]?\d{3,}[a-zA-Z]?\W*$"),
    "urgent_or_regular": regex(r"(?i)\W*(?:urgente?|regular|urg|reg)\b\W*(?:\(.*)?$"),
    "weekday": regex(
        r"(?i)(?:(?:mon|tues?|wed(?:nes)?|weds|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|lun(?:es)?|martes|mi[eé](?:rcoles)?"
        r"|jue(?:ves)?|vie(?:rnes)?)\.?$"
    ),
    "direction": regex(r"(?i)(?:in|out)(?:going|coming|bound)?\b|entrante|saliente|received|placed|made"),
    "who_to_whom": regex(
        r"(?i)(?:us|we|me|i|office|our office|firm|them|they|uscis|cis|agency|officer) ?"
        r"(?:-+>|=>|→|>|to|called|calls|rang) ?"
        r"(?:us|me|office|our office|firm|them|uscis|cis|agency|officer)$"
    ),
    "urgent_or_regular_in_short": regex(r"(?i)\W*(?:urgente?|regular|urg|reg|[ur])\W*$"),
    "urgency": regex(
        r"(?i).*(?:\b72 ?-?(?:h|hrs?|hours?|horas?)\b|\b30 ?-?[bwd][a-z]{0,8}\.? ?-?d[a-zí]{0,5}\b|\b30 ?b/?d\b"
        r"|\b30 d[ií]as h)"
    ),
    "code": regex(r"[A-Za-z]{1,2}\d?(?:\s*[/,+&]\s*[A-Za-z]{1,2}\d?)*$"),
    "timed": regex(
        r"(?i).*\b(?:\d+|two|three|thirty|dos|tres|treinta)[ -]?"
        r"(?:h|hrs?|hours?|horas?|d|days?|d[ií]as?|b/?d|biz|bus|business|weeks?)\b"
    ),
    "titled": regex(
        r"(?i)(?:officer|ofc|oficial|agente|agent|rep|iso|csr|sup|supervisor|tier|ms|mr|mrs|miss)\b\.? ?\S"
    ),
    "lost_or_reached": regex(rf"(?i).*(?:{_END})"),
    "ended": regex(
        rf"(?i).*(?:{_END}"
        r"|connected|completed?"
        r"|voice ?mail|\bvm\b|got through|call ?back|\bsr\b|service request|\brep\b|tier 2|escalat|infopass"
        r"|case pending|answered|told|inquiry|info"
        r"|solved|transfer|refused|denied|no help|nothing|appointment|expedite|hold|call"
        r"|uscis|officer|agent|tier|\bi-?\d{3}\b|n-?400|biometric|\brfe\b|processing|g-?28|\bead\b|green card"
        r"|said|advised|days|weeks|no update|service center|field office|opened|submitted|placed|system)"
    ),
}  # fmt: skip
# What a case diary calls the kinds of its entries.
KINDS["activity"] = regex(
    r"(?i)(?:(?:phone|telephone|tel|outgoing|incoming|client|other)\.? )?"
    r"(?:phone|telephone|tel|calls?|e-?mails?|letters?"
    r"|meetings?|documents?|docs?|notes?|memos?|tasks?|fax(?:es)?|texts?|sms|research|drafting|draft|review|hearings?"
    r"|court|filings?|mail|appointments?|conferences?|consultation|expenses?|admin|to-?do|event|communication|travel"
    r"|preparation|prep|correspondence|strategy|interview|translation|copying|printing)"
    r"(?: (?:call|log|communication|message|entry|time|prep|review))?"
    r"(?:\s*[-–—:/(]\s*\S.{0,40}|\s+(?:to|from|with|w/)\s+\S.{0,30})?$"
)
# Results that only another trade has.
KINDS["elsewhere"] = regex(
    r"(?i).*\b(?:sold|no sale|sale|meeting set|gatekeeper|demo|quoted?|refund\w*|rebook\w*|refill\w*|delivered|shipped"
    r"|reimburs\w*|paid|unpaid|payment|booked|seated|no show|admitted|discharged|prescri\w*|auth(?:orization)? approved"
    r"|auth denied|needs auth|wire|deposit\w*|credit\w*|technician|repaired|fixed|towed|pledged|hired?|enrolled|renewed"
    r"|hearing set|date confirmed|retained|offer made)\b|(?:approved|granted|continued|come in|pass|fail|scrap)$"
)
KINDS["success"] = regex(
    r"(?i)\W*(?:no success|(?:un)?successful|success|succeeded|fail|failed|failure"
    r"|(?:sin )?[eé]xito|exitos[ao]|fallid[ao])\W*$"
)
NONE_CAME = regex(
    r"(?i)\W*(?:no|n|none|none yet|(?:not|none|nothing) so far|not yet|nope|never|nothing|pending|waiting"
    r"|nada|todav[ií]a no|a[uú]n no|nunca|no llamaron)\W*$"
)
_ERROR = r"#(?:REF|N/A|VALUE|DIV/0|NAME|NUM|NULL|SPILL|CALC|ERROR)[!?]?$"
FORMULA_ERROR = regex(_ERROR)
NOTHING = regex(rf"(?i)\W*(?:n/?a|none|nothing|tbd|refused|would not give|unknown)?\W*$|{_ERROR}")

DAY_ALONE = regex(rf"(?i)\W*{_WEEKDAY}(?:{_DAY})(?:,? +(?:19|20)\d\d|, ?'?\d\d)?\W*$")


def filled(cells: Iterable[str | None]) -> list[str]:
    """The first cells of a column that say something."""
    found = []
    for cell in cells:
        text = " ".join((cell or "").split())[:120]
        if text and not NOTHING.match(text):
            found.append(text)
            if len(found) == LOOKED_AT:
                break
    return found


def share(texts: list[str], kind: str) -> float:
    """How many of these texts look like this, as a share.

    >>> share(["3/1/2022", "Mar 3", "noon"], "date"), share(["45", "1h10", "an hour", "Solved"], "span")
    (0.6666666666666666, 0.75)
    >>> share(["10:05 AM", "3:10", "9.15", "2022-03-01"], "time")
    0.75
    """
    return sum(bool(KINDS[kind].match(text)) for text in texts) / len(texts) if texts else 0.0


def most(texts: list[str], kind: str) -> bool:
    """Whether half of these texts look like this."""
    return share(texts, kind) >= SHARE_FOR


def nearly_all(texts: list[str], kind: str, *, at_least: int = 0) -> bool:
    """Whether nine in ten of these texts look like this, and there are enough of them."""
    return len(texts) >= at_least and share(texts, kind) >= NEARLY_ALL


def some(texts: list[str], kind: str) -> bool:
    """Whether a quarter of these texts look like this."""
    return share(texts, kind) >= SHARE_NEUTRAL


def denies_callback(text: str) -> bool:
    """Whether a cell says that no callback came, or how the call itself was lost, without a day.

    >>> denies_callback("not yet"), denies_callback("we hung up"), denies_callback("1/13 dropped")
    (True, True, False)
    """
    return bool(NONE_CAME.match(text) or (KINDS["lost"].match(text) and not re.search(_DAY, text, re.IGNORECASE)))


def verdict(texts: list[str], kind: str) -> int:
    """1 where the cells speak for a kind, -1 where they speak against it, 0 where they say nothing."""
    if kind == "callbacks":  # that none came says nothing against it, nor how the call itself was lost
        texts = [text for text in texts if not denies_callback(text)]
    if not kind or not texts:
        return 0
    part = share(texts, kind)
    return 1 if part >= SHARE_FOR else -1 if part < SHARE_NEUTRAL and len(texts) >= MIN_CELLS else 0


# ---- one answer told by a mark in one of several columns -------------------------------------------------------------

MARK = regex(r"(?i)\W*(?:[x✓✔✅√●•*■☑☒]|yes|y|true|1|checked)\W*$")
_OF_PROMISE = regex(
    r"(?i)promis|\bcall(?:s|ing|ed)? ?-?back|\bc/?b\b|\b(?:tier|level|t|nivel) ?2\b|will call|told to expect"
    r"|commit|respon|answer|llamad?[ae]|llaman|prome"
)
LONGEST = 80  # letters of a header that is an answer

NO_MARK = regex(r"(?i)\W*(?:no|n|false|0|unchecked|[☐✗✖❌])\W*$")


def is_mark(text: str | None) -> bool:
    """Whether a cell holds a mark and nothing else.

    >>> is_mark("x"), is_mark("✓"), is_mark("no"), is_mark(None)
    (True, True, False, False)
    """
    return bool(text and MARK.match(text))


def mark_groups(
    header: Sequence[str], raw: Sequence[Sequence[str | None]], found: Mapping[str, int]
) -> dict[str, list[int]]:
    """The columns that tell a meaning together, each by its marks; ``found`` are the columns of the other meanings."""
    # A column of marks alone may be empty: no one may have had that answer yet.
    marked = [all(is_mark(cell) or NO_MARK.match(cell) for cell in cells if cell) for cells in raw]
    indices = [index for index, name in enumerate(header) if len(name) <= LONGEST and marked[index]]
    grouped: dict[str, list[int]] = {}
    promises = {index: promise for index in indices if (promise := _promise(header[index]))}
    # Urgent and Regular alone may be what the caller asked for: a header has to name a promise, a callback or a tier,
    # or one of the group has to be a time and nothing else.
    is_shown = any(map(_OF_PROMISE.search, header)) or any(_is_time(header[index]) for index in promises)
    if is_shown and any(promise.kind != "none" for promise in promises.values()):
        _add(grouped, "promised", list(promises), raw)
    left = [index for index in indices if index not in grouped.get("promised", ())]
    came = [
        index for index in left if index > found.get("callback", len(header)) and _result_of_callback(header[index])
    ]
    if any(_result_of_callback(header[index]) != "answered" for index in came):
        _add(grouped, "callback_answered", came, raw)
        left = [index for index in left if index not in grouped.get("callback_answered", ())]
    if "result" not in found or found["result"] in left:
        of_call = [index for index in left if "callback" not in tokens(header[index])]
        _add(grouped, "result", [index for index in of_call if share([header[index]], "lost_or_reached")], raw)
    return grouped


def answer_of_mark(header: str, meaning: str) -> str:
    """What a mark under a header says of a meaning: the header, without words before it with which it cannot be read.

    >>> answer_of_mark("Callback promised Urgent (72 hrs)", "promised"), answer_of_mark("CC answer none", "promised")
    ('Callback promised Urgent (72 hrs)', 'none')
    >>> answer_of_mark("Call back: none", "promised")  # a group's name that can be read with its answer stays
    'Call back: none'
    """
    if meaning == "promised":
        return _tail(header, read_promise)
    return _tail(header, read_callbacks) if meaning == "callback_answered" else header


def _add(grouped: dict[str, list[int]], meaning: str, indices: list[int], raw) -> None:
    # One column of marks alone is a plain yes or no
    if len(indices) > 1 and any(is_mark(cell) for index in indices for cell in raw[index]):
        grouped[meaning] = indices


def _promise(header: str) -> Promise | None:
    tail = _tail(header, read_promise)
    promise = read_promise(tail) if tail else None
    return promise if promise and (promise.kind or promise.stated or promise.number) else None


def _is_time(header: str) -> bool:
    """Whether a header can be read as a promise to its first word, and names its time."""
    promise = try_read(read_promise, header.rstrip(" ?"))
    return bool(promise and (promise.stated or promise.number))


def _result_of_callback(header: str) -> str:
    tail = _tail(header, read_callbacks)
    came = read_callbacks(tail) if tail else ()
    return came[0].result if len(came) == 1 and came[0].result in RESULTS else ""


def _tail(header: str, read: Callable) -> str:
    """The last words of a header that can be read, as many as possible; "" where none can."""
    words = header.rstrip(" ?").split()
    for first in range(len(words)):
        if try_read(read, text := " ".join(words[first:])) is not None:
            return text
    return ""


# ---- several callbacks in one row, each in columns of its own: CB 1 date, CB 1 result; CB 2 date ---------------------

HELD = frozenset("hold wait waited waiting queue".split())
CLOCK = frozenset("at time hour".split())
# What the columns of one of them hold, and words of their headers.
OF_EACH = {
    "callback": frozenset("date day on when".split()),
    "callback_time": CLOCK,
    "callback_answered": frozenset("result outcome status answered taken picked up".split()),
}
OF_SECOND = dict(zip(OF_EACH, ("second_callback", "second_callback_time", "second_answered"), strict=True))
EACH = ("first 1st 1", "second 2nd 2", "third 3rd 3", "fourth 4th 4", "fifth 5th 5")
ORDINALS = {word: number for number, words in enumerate(EACH, 1) for word in words.split()}
ATTEMPTS = frozenset("attempt try".split())
OF_OUR_CALL = HELD.union(("agent", "rep", "sr", "min", "minutes"))
OF_CALLBACK = frozenset("callback call uscis they their from #".split()).union(ATTEMPTS, ORDINALS)


def numbered_callbacks(header, cells, closed: set[int]) -> dict[str, int]:
    """The columns of several callbacks of one row, each in columns of its own: CB 1 date, CB 1; CB 2 date, CB 2.

    Attempts that no one calls callbacks may be calls of ours: with a hold, or where no other column has the day.
    """
    sets: dict[int, dict[str, int]] = {}
    for index, name in enumerate(header):
        words = frozenset(tokens(name))
        number, meaning = _number_of_callback(words), _meaning_of_each(words, cells[index])
        if index in closed or not number or not meaning:
            continue
        # Two columns of one meaning and number: this does not number callbacks.
        if sets.setdefault(number, {}).setdefault(meaning, index) != index:
            return {}
    sets = {number: indices for number, indices in sets.items() if "callback" in indices}
    _add_what_is_behind(sets, header, cells)
    # Of two callbacks with nothing but their days the words of the format know the columns
    is_known = len(sets) == 2 and all(len(indices) == 1 for indices in sets.values())
    if len(sets) < 2 or is_known or sorted(sets) != [*range(1, len(sets) + 1)]:
        return {}
    taken = {index for indices in sets.values() for index in indices.values()}
    if not any("callback" in tokens(header[index]) for index in taken):
        others = {index: frozenset(tokens(name)) for index, name in enumerate(header) if index not in taken}
        of_calls = [words for words in others.values() if not OF_OUR_CALL.isdisjoint(words)]
        # Without a day elsewhere the first attempt would be the call itself.
        has_day = any(nearly_all(cells[index], "date") for index in others)
        if any(map(ATTEMPTS.intersection, of_calls)) or not has_day:
            return {}
    return {name_in_set(meaning, n): index for n, indices in sets.items() for meaning, index in indices.items()}


def _add_what_is_behind(sets: dict[int, dict[str, int]], header, cells) -> None:
    """Add to each callback the columns of a bare name that stand behind every one: 1st callback, Time; 2nd, Time."""
    for _ in OF_EACH:
        behind = {number: max(indices.values()) + 1 for number, indices in sets.items()}
        names = {frozenset(tokens(header[p])).difference(ORDINALS) for p in behind.values() if p < len(header)}
        words = names.pop() if len(names) == 1 else frozenset()
        if not words or not words.isdisjoint(OF_CALLBACK) or max(behind.values()) == len(header):
            return
        meanings = {number: _meaning_of_each(words, cells[index]) for number, index in behind.items()}
        if any(not meaning or meaning in sets[number] for number, meaning in meanings.items()):
            return
        for number, meaning in meanings.items():
            sets[number][meaning] = behind[number]


def name_in_set(meaning: str, number: int) -> str:
    """What a meaning is called of the callback of a number.

    >>> [name_in_set("callback_time", number) for number in (1, 2, 3)]
    ['callback_time', 'second_callback_time', 'callback_time_3']
    """
    return meaning if number == 1 else OF_SECOND[meaning] if number == 2 else f"{meaning}_{number}"


def _number_of_callback(words: frozenset[str]) -> int:
    """Which of a row's callbacks the words of a header name; 0 for none."""
    numbers = [ORDINALS[word] for word in words if word in ORDINALS]
    is_named = "callback" in words or (numbers and not ATTEMPTS.isdisjoint(words))
    # In "Tier 2 callback" the 2 counts no callbacks
    if not is_named or len(numbers) > 1 or not {"tier", "level"}.isdisjoint(words):
        return 0
    # "Callback" alone may be of any of them; "Callback date" beside numbered ones is of the first
    return numbers[0] if numbers else 0 if words <= OF_CALLBACK else 1


def _meaning_of_each(words: frozenset[str], texts: list[str]) -> str:
    """What a column has of one callback; "" where its header speaks of something else, as of what was promised."""
    if not words <= OF_CALLBACK.union(*OF_EACH.values()):
        return ""
    if most(texts, "date"):
        return "callback"
    named = (meaning for meaning in ("callback_time", "callback") if not OF_EACH[meaning].isdisjoint(words))
    return next(named, "callback_answered")
