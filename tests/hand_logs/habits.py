"""How people write: each habit makes a cell of a call, and what a careful reader learns from that cell alone.

A habit is called with the call and the chance generator and gives ``(cell, truth)``. Truth holds, where the cell tells it:

* ``date``, ``time`` (``HH:MM``), ``kind`` (dial or ring)
* ``wait`` [s]; ``ended``: reached, gave_up, cut_off or unknown
* ``agent_id``, ``agent_name`` (only whether there is one), ``sr``
* ``promise``: none, urgent, regular or unknown
* ``line``: contact_center, premium, or elsewhere (another agency: no call to this one)
* ``callbacks``: call-backs as ``[date, time, result]``, each null where it is not written

A value that no cell of the row gives is ``None`` in the end (must not be guessed); ``UNSURE`` is not judged.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hand_logs.calls import Call, moment

UNSURE = "(not judged)"


def nothing(call, rng):
    return "", {}


def sparse(habit, share=0.6):
    """Filled in only so often."""
    return lambda call, rng: habit(call, rng) if rng.random() < share else ("", {})


def words(*choices):
    """Text that tells nothing this project asks about."""
    return lambda call, rng: (rng.choice(choices), {})


def field(name):
    return lambda call, rng: (getattr(call, name), {})


# When


def day(pattern="%m/%d/%Y", thin=True):
    """A date as text; ``thin`` drops leading zeros, as people do."""

    def habit(call: Call, rng):
        text = f"{call.on:{pattern}}"
        if thin:
            text = (
                "/".join(part.removeprefix("0") for part in text.split("/")) if "/" in text else text.replace(" 0", " ")
            )
        return text, {"date": call.on.isoformat()}

    return habit


def true_day(call, rng):
    """A date cell of a workbook."""
    return datetime(call.on.year, call.on.month, call.on.day), {"date": call.on.isoformat()}


def clock(pattern="%I:%M %p", thin=True, lower=False):
    """A time of day as text."""

    def habit(call: Call, rng):
        text = f"{call.clock:{pattern}}"
        text = text.removeprefix("0") if thin else text
        return text.lower() if lower else text, {"time": f"{call.clock:%H:%M}"}

    return habit


def true_clock(call, rng):
    return call.clock, {"time": f"{call.clock:%H:%M}"}


def both(pattern="%m/%d/%Y %I:%M %p"):
    def habit(call: Call, rng):
        return f"{moment(call):{pattern}}", {"date": call.on.isoformat(), "time": f"{call.clock:%H:%M}"}

    return habit


def sent_in(call, rng):
    """When a form was sent in: some time after the call, and not its time."""
    return f"{moment(call) + timedelta(minutes=rng.randint(95, 400)):%m/%d/%Y %H:%M:%S}", {}


def true_both(call, rng):
    return moment(call), {"date": call.on.isoformat(), "time": f"{call.clock:%H:%M}"}


MONTHS_IN_SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


def day_in_spanish(call, rng):
    text = f"{call.on.day} de {MONTHS_IN_SPANISH[call.on.month - 1]} de {call.on.year}"
    return text, {"date": call.on.isoformat()}


# Waits. A bare number says how long, not how it ended: that stands in another column or nowhere.


def minutes(number=True):
    def habit(call: Call, rng):
        if call.wait is None:
            return "", {}
        return call.wait if number else str(call.wait), {"wait": call.wait * 60}

    return habit


def seconds(call, rng):
    if call.wait is None:
        return "", {}
    value = call.wait * 60 if call.wait % 5 == 0 else call.wait * 60 + 7
    return value, {"wait": value}


def hours_minutes(call, rng):
    """Always h:mm."""
    if call.wait is None:
        return "", {}
    return f"{call.wait // 60}:{call.wait % 60:02}", {"wait": call.wait * 60}


def hms(call, rng):
    """h:mm:ss as text, with seconds in it now and then."""
    if call.wait is None:
        return "", {}
    odd = rng.choice((0, 0, 11, 24, 52))
    return f"{call.wait // 60}:{call.wait % 60:02}:{odd:02}", {"wait": call.wait * 60 + odd}


def excel_duration(call, rng):
    if call.wait is None:
        return "", {}
    odd = rng.choice((0, 0, 10, 45))
    return timedelta(minutes=call.wait, seconds=odd), {"wait": call.wait * 60 + odd}


def as_spoken(call, rng):
    """45 min, 1h 10m, 1:15 ..., as one person writes them in one column; loses how the call ended."""
    if call.wait is None:
        return "", {}
    w = call.wait
    if w >= 60:
        texts = [f"{w // 60}h {w % 60}m", f"{w // 60}:{w % 60:02}", f"{w // 60} hr {w % 60} min"]
        if w % 30 == 0:
            texts.append(f"{w / 60:g} hrs")
    else:
        texts = [f"{w} min", f"{w} mins", f"{w}m", f"{w} minutes"]
        if w % 5 == 0:
            texts.append(f"~{w} min")
    return rng.choice(texts), {"wait": w * 60}


def in_spanish(call, rng):
    if call.wait is None:
        return "", {}
    hours, rest = divmod(call.wait, 60)
    written = [f"{hours} hora{'s' * (hours > 1)}"] * bool(hours) + [
        f"{rest} min" if hours else f"{rest} minutos"
    ] * bool(rest)
    return " ".join(written), {"wait": call.wait * 60}


SPELLED = {
    5: "five minutes", 10: "ten minutes", 15: "fifteen minutes", 20: "twenty minutes", 25: "twenty-five minutes",
    30: "half an hour", 35: "thirty-five minutes", 40: "forty minutes", 45: "forty-five minutes", 50: "fifty minutes",
    60: "an hour", 90: "an hour and a half", 120: "two hours",
}  # fmt: skip


def in_words(call, rng):
    if call.wait is None:
        return "", {}
    return SPELLED.get(call.wait, f"{call.wait} minutes"), {"wait": call.wait * 60}


LOST = {
    "gave_up": ("gave up after {}", "hung up at {}", "{} - gave up", "{} (gave up)", "{}m, I hung up", "gave up at {} min"),
    "cut_off": ("{} (dropped)", "{}m, disconnected", "dropped at {}", "on hold {}m then dropped", "{} min then cut off",
                "disconnected after {} min"),
}  # fmt: skip


def with_end(call, rng):
    """The wait and, where the call was lost, in the same cell that it was."""
    if call.wait is None:
        return "", {}
    if call.ended == "reached":
        return f"{call.wait} min" if rng.random() < 0.5 else str(call.wait), {"wait": call.wait * 60}
    if call.wait >= 60 and call.wait % 60 == 0 and call.ended == "cut_off":
        return f"on hold {call.wait // 60}h then dropped", {"wait": call.wait * 60, "ended": "cut_off"}
    return rng.choice(LOST[call.ended]).format(call.wait), {"wait": call.wait * 60, "ended": call.ended}


def with_transfers(call, rng):
    """30m, transferred, 20m: two holds, and how long to the first person or the last is not one number."""
    if call.ended == "reached" and call.wait > 10 and rng.random() < 0.3:
        return f"{call.wait}m, transferred, {rng.choice((5, 10, 20))}m", {"wait": UNSURE, "ended": "reached"}
    return with_end(call, rng)


def at_least(call, rng):
    """Lower bounds where the call was lost: 45+, over an hour. That it was no person is not said by the cell."""
    if call.wait is None:
        return "", {}
    if call.ended == "reached":
        return f"{call.wait} min", {"wait": call.wait * 60}
    if 60 < call.wait < 90:
        return "over an hour", {"wait": 3600, "open": True}
    return f"{call.wait}+", {"wait": call.wait * 60, "open": True}


def minutes_to_person(call, rng):
    """Under a header that says "until person": a number there means that a person came."""
    if call.ended != "reached":
        return "", {}
    return call.wait, {"wait": call.wait * 60, "ended": "reached"}


def approximate(call, rng):
    if call.wait is None:
        return "", {}
    return rng.choice((f"~{call.wait}", f"~{call.wait} min", f"about {call.wait} min", f"approx {call.wait}")), {
        "wait": call.wait * 60
    }


# Waits in pieces: two clock times, and what lies between.


def _clock(when: datetime) -> str:
    return f"{when:%I:%M %p}".removeprefix("0")


def picked_up(call, rng):
    """When a person came; blank where none did."""
    if call.ended != "reached":
        return "", {}
    return _clock(moment(call) + timedelta(minutes=call.wait)), {"wait": call.wait * 60, "ended": "reached"}


def hold_from(call, rng):
    """The only time in the row: that of the call, or of the music some minutes later?"""
    return ("", {}) if call.wait is None else (_clock(moment(call)), {"time": UNSURE})


def hold_till(call, rng):
    if call.wait is None:
        return "", {}
    return _clock(moment(call) + timedelta(minutes=call.wait)), {"wait": call.wait * 60}


def hold_range(call, rng):
    """10:05 AM - 10:50 AM, the only time in the row."""
    if call.wait is None:
        return "", {"time": UNSURE}
    ends = moment(call), moment(call) + timedelta(minutes=call.wait)
    return " - ".join(map(_clock, ends)), {"wait": call.wait * 60, "time": UNSURE}


def whole_hours(call, rng):
    return ("", {}) if call.wait is None else (call.wait // 60, {})


def minutes_over(call, rng):
    """Beside the hours in the column before."""
    return ("", {}) if call.wait is None else (call.wait % 60, {"wait": call.wait * 60})


def minutes_seconds(call, rng):
    """31.02 throughout."""
    if call.wait is None:
        return "", {}
    odd = rng.choice((2, 15, 30, 45, 58))
    return f"{call.wait}.{odd:02}", {"wait": call.wait * 60 + odd}


# Days in pieces


def day_number(call, rng):
    """3, 4, 7, under the month of a tab or of another column."""
    return call.on.day, {"date": call.on.isoformat()}


def month_name(call, rng):
    return f"{call.on:%b}", {}


def year_number(call, rng):
    return call.on.year, {}


# The whole call in one note

ENDS = {"gave_up": ("hung up", "gave up"), "cut_off": ("call dropped", "disconnected"), "menu": ("IVR only, no agent",)}


def one_note(call, rng):
    """3/14/22 called 10:05am, held 45 min, agent Maria K1234, SR T1329856038."""
    when = f"{call.clock.hour % 12 or 12}:{call.clock.minute:02}{'am' if call.clock.hour < 12 else 'pm'}"
    known = {"date": call.on.isoformat(), "time": f"{call.clock:%H:%M}", "promise": UNSURE}
    parts = [f"{call.on.month}/{call.on.day}/{call.on.year % 100} called {when}"]
    if call.wait is not None:
        parts.append(rng.choice(("held {} min", "on hold {} min", "waited {} min")).format(call.wait))
        known["wait"] = call.wait * 60
    if call.ended == "reached":
        parts.append(f"agent {call.agent} {call.badge}" + (f", SR {call.sr}" if call.sr else ""))
        known |= {"agent_id": call.badge, "agent_name": True, "ended": "reached", "sr": call.sr or None}
    else:
        parts.append(rng.choice(ENDS[call.ended]))
        known["ended"] = call.ended
    return ", ".join(parts), known


# Who spoke. A name or number of an agent means that somebody spoke.

REFUSED = ("n/a", "refused", "would not give", "none", "-", "N/A", "didn't give")


def badge(call, rng):
    if call.ended != "reached":
        return "", {}
    return call.badge, {"agent_id": call.badge, "ended": "reached"}


def badge_or_refused(call, rng):
    if call.ended != "reached":
        return rng.choice(("", "-", "n/a", "none")), {}
    if rng.random() < 0.25:
        return rng.choice(("refused", "would not give", "wouldn't give")), {}
    return badge(call, rng)


def agent(call, rng):
    if call.ended != "reached":
        return "", {}
    return call.agent, {"agent_name": True, "ended": "reached"}


def agent_or_none(call, rng):
    if call.ended != "reached":
        return rng.choice(("", "", "n/a", "-", "none")), {}
    return agent(call, rng)


def name_and_badge(pattern="{} {}"):
    def habit(call: Call, rng):
        if call.ended != "reached":
            return rng.choice(("", "", "n/a")), {}
        if rng.random() < 0.15:
            return rng.choice(("refused", "would not give")), {}
        return pattern.format(call.agent, call.badge), {
            "agent_id": call.badge,
            "agent_name": True,
            "ended": "reached",
        }

    return habit


# What was opened and promised


def sr(call, rng):
    if not call.sr:
        return "", {}
    return call.sr, {"sr": call.sr, "ended": "reached"}


def sr_or_none(call, rng):
    if not call.sr:
        return rng.choice(("", "none", "n/a", "-", "none issued")), {}
    return sr(call, rng)


def promised(urgent=("urgent",), regular=("regular",), no=("",)):
    """A promise in one office's words. "No" is ``none``; a blank cell says nothing."""

    def habit(call: Call, rng):
        if call.ended != "reached":
            return "", {}
        given = {"urgent": urgent, "regular": regular, "": no}[call.promise]
        text = rng.choice(given)
        return text, {} if not text else {"promise": call.promise or "none", "ended": "reached"}

    return habit


def promised_yes_no(call, rng):
    """That one was promised, not which."""
    if call.ended != "reached":
        return rng.choice(("", "no", "")), {"promise": "none?"}
    return ("yes", {"promise": "unknown", "ended": "reached"}) if call.promise else ("no", {"promise": "none"})


IN_WORDS = promised(
    ("w/in 72 hrs", "call back w/in 72 hrs", "72 hours", "48-72hrs", "urgent - 72h", "escalated - urgent"),
    ("30 biz days", "30 business days", "escalated - regular", "regular", "w/in 30 business days"),
    ("none", "no", ""),
)


def escalated(call, rng):
    """T1 -> T2 beside the kinds: that Tier 2 has it, and of a call-back neither that nor when."""
    if call.promise and rng.random() < 0.5:
        return "T1 -> T2", {"promise": UNSURE, "ended": "reached"}
    return promised(("escalated - urgent", "urgent"), ("escalated - regular", "regular"))(call, rng)


# Call-backs

CAME = {
    "answered": ("talked to officer", "answered", "spoke w/ officer", "took call"),
    "missed": ("missed", "missed call", "no one picked up"),
    "voicemail": ("VM", "left VM", "voicemail"),
}


def _ring(day, when, result):
    return [day and day.isoformat(), when and f"{when:%H:%M}", result]


def callback_text(times=False):
    """1/13 missed, 1/14 talked to officer."""

    def habit(call: Call, rng):
        if not call.callbacks:
            return (rng.choice(("", "no call yet", "")) if call.promise else ""), {}
        parts, callbacks = [], []
        for on, instant, result in call.callbacks:
            when = f"{on.month}/{on.day}" + (
                f" {instant.hour % 12 or 12}:{instant.minute:02}{'am' if instant.hour < 12 else 'pm'}" if times else ""
            )
            parts.append(f"{when} {rng.choice(CAME[result])}")
            callbacks.append(_ring(on, instant if times else None, result))
        return ", ".join(parts), {"callbacks": callbacks, "ended": "reached"}

    return habit


WHO_MISSED = {
    "answered": ("we answered", "atty picked up", "caught it"),
    "missed": ("we missed it", "in court - missed", "no answer"),
    "voicemail": ("they left a vm", "left voicemail"),
}


def callback_list(pattern="{month}/{day} {result}", times=False, between="; "):
    """3/4 we missed it; 3/7 they left a vm."""

    def habit(call: Call, rng):
        if not call.callbacks:
            return "", {}
        parts = []
        for on, when, result in call.callbacks:
            clock = f"{when.hour % 12 or 12}:{when.minute:02}{'am' if when.hour < 12 else 'pm'}"
            parts.append(
                pattern.format(
                    month=on.month, day=on.day, year=on.year % 100, time=clock, result=rng.choice(WHO_MISSED[result])
                )
            )
        callbacks = [_ring(on, when if times else None, result) for on, when, result in call.callbacks]
        return between.join(parts), {"callbacks": callbacks, "ended": "reached"}

    return habit


def callback_nth(n):
    """A column each for the first callback and the second."""

    def habit(call: Call, rng):
        if len(call.callbacks) <= n:
            return "", {}
        on, _, result = call.callbacks[n]
        callbacks = [_ring(day, None, came) for day, _, came in call.callbacks[: n + 1]]
        return f"{on.month}/{on.day} {rng.choice(CAME[result])}", {"callbacks": callbacks, "ended": "reached"}

    return habit


def callback_came(call, rng):
    """came 2/3 10:15, answered: of the first only."""
    if not call.callbacks:
        return (rng.choice(("none", "no call yet", "")) if call.promise else ""), {}
    on, when, result = call.callbacks[0]
    given = {"answered": "answered", "missed": "missed", "voicemail": "left VM"}[result]
    return f"came {on.month}/{on.day} {when.hour}:{when.minute:02}, {given}", {"callbacks": [_ring(on, when, result)]}


def callback_vm(call, rng):
    """VM 7:12am: no day is written, so none may be stored for sure."""
    if not call.callbacks:
        return "", {}
    on, when, result = call.callbacks[0]
    if result == "voicemail":
        return f"VM {when.hour}:{when.minute:02}{'am' if when.hour < 12 else 'pm'}", {
            "callbacks": [[UNSURE, UNSURE, "voicemail"]]
        }
    return f"{on.month}/{on.day} {rng.choice(CAME[result])}", {"callbacks": [_ring(on, None, result)]}


def callback_day(pattern="%m/%d/%Y", result=UNSURE):
    """A column for the day; what came of it stands in the next column (``callback_answered``)."""

    def habit(call: Call, rng):
        if not call.callbacks:
            return "", {}
        on, _, came = call.callbacks[0]
        judged = result == "next" and came != "voicemail"  # "answered? no" does not tell a voicemail from a miss
        return f"{on:{pattern}}", {"callbacks": [_ring(on, None, came if judged else UNSURE)]}

    return habit


def callback_answered(call, rng):
    if not call.callbacks:
        return "", {}
    return rng.choice(("yes", "Y")) if call.callbacks[0][2] == "answered" else "no", {}


# What happened

RESULTS = {
    "reached": ("SR created", "Spoke to rep", "Rep says case pending", "Rep answered question", "Rep said to wait",
                "Rep opened an inquiry", "Spoke with officer"),
    "gave_up": ("gave up", "I hung up", "Gave up waiting", "abandoned"),
    "cut_off": ("Dropped", "Disconnected", "call dropped while on hold", "Cut off"),
    "menu": ("IVR only", "couldn't get past IVR", "Robot hung up on me", "IVR would not transfer"),
}  # fmt: skip
SHORT = {
    "reached": ("spoke", "spoke to agent", "talked to Tier 1"),
    "gave_up": ("hung up, too long", "couldn't wait any longer", "had to hang up", "we hung up"),
    "cut_off": ("line went dead", "they hung up on us", "got cut off", "call dropped"),
    "menu": ("stuck in IVR", "never got past the robot", "automated system only"),
}  # fmt: skip
SPANISH = {
    "reached": ("Atendió agente", "Habló con agente", "Contestaron"),
    "gave_up": ("Colgué", "Nos cansamos de esperar, colgamos"),
    "cut_off": ("Se cortó", "Llamada cortada"),
    "menu": ("Solo menú automático",),
}
GERMAN = {
    "reached": ("Erreicht", "Mit Agent gesprochen"),
    "gave_up": ("Aufgelegt", "Aufgegeben"),
    "cut_off": ("Verbindung abgebrochen", "Getrennt"),
    "menu": ("Nur Automat",),
}
ON_A_FORM = {
    "reached": ("Yes, spoke to a representative",),
    "gave_up": ("No, I hung up",),
    "cut_off": ("No, the call was disconnected",),
    "menu": ("No, only the automated system",),
}
CAPS = {
    "reached": ("REACHED", "SPOKE", "ANSWERED"),
    "gave_up": ("GAVE UP",),
    "cut_off": ("DROPPED", "DISCONNECTED"),
    "menu": ("IVR",),
}


def result(choices=RESULTS):
    def habit(call: Call, rng):
        return rng.choice(choices[call.ended]), {"ended": call.ended}

    return habit


def result_with_sr(call, rng):
    if call.sr:
        return f"SR created {call.sr}", {"sr": call.sr, "ended": "reached"}
    return result()(call, rng)


def plain_result(call, rng):
    """Short answers from a list, as a form gives them."""
    given = {"reached": "Reached", "gave_up": "Gave up", "cut_off": "Disconnected", "menu": "IVR only"}
    return given[call.ended], {"ended": call.ended}


REMARKS = (
    "call back in 60 days if nothing", "case pending, wait 90 days", "rep was rude", "told to wait another 30 days",
    "client emailed", "biometrics done", "filed e-request 3/1", "within normal processing time", "needs G-28",
    "transfer notice sent 2/14", "husband called too", "check again in 2 weeks", "RFE mailed", "fax 202-555-0111",
)  # fmt: skip


def remarks(call, rng):
    return rng.choice(REMARKS), {}


# Which line

LINES = {"contact_center": ("USCIS 800#", "Contact Center", "800-375-5283"), "premium": ("Premium", "premium processing line"),
         "elsewhere": ("NVC", "embassy", "EOIR hotline")}  # fmt: skip


def line(choices=LINES):
    def habit(call: Call, rng):
        return rng.choice(choices[call.line]), {"line": call.line}

    return habit


def direction(out="Out", came="In"):
    """For logs that have incoming calls as rows; ``call.line`` stays the agency's."""
    return lambda call, rng: (came if getattr(call, "incoming", False) else out, {})


# As bilingual staff write

EN_PALABRAS = {
    "reached": ("contestaron", "hablamos con agente", "abrieron SR", "atendió una agente"),
    "gave_up": ("colgamos", "colgué", "tuvimos que colgar"),
    "cut_off": ("se cortó la llamada", "se cayo", "nos colgaron"),
    "menu": ("pura grabación",),
}
CONTESTADAS = {
    "answered": ("sí, contestamos", "contestó Lety"),
    "missed": ("no alcanzamos", "no, llamada perdida"),
    "voicemail": ("dejaron mensaje de voz", "buzón"),
}


def spoken_spanish(call, rng):
    """media hora, hora y media, 45 minutos."""
    if call.wait is None:
        return "", {}
    given = {30: "media hora", 60: "una hora", 90: "hora y media", 150: "dos horas y media"}
    return given.get(call.wait, f"{call.wait} minutos"), {"wait": call.wait * 60}


def agent_or_end(call, rng):
    """The agent, or how the call was lost where the name would stand; nothing else in the row says it."""
    if call.ended != "reached":
        given = {"gave_up": "nadie - colgamos", "cut_off": "se cortó", "menu": "grabación"}[call.ended]
        return given, {"ended": call.ended}
    return f"{call.agent} #{call.badge}", {"agent_id": call.badge, "agent_name": True, "ended": "reached"}


def one_remark(call, rng):
    """How it ended, the number of a request and what was promised, in one remark."""
    if call.ended != "reached":
        return {"gave_up": "hung up, client came in", "cut_off": "disc'd", "menu": "recording only"}[call.ended], {
            "ended": call.ended
        }
    number = f"T1B{call.on.timetuple().tm_yday:03}{call.on:%y}{call.badge[1:]}0NBC" if call.sr else ""
    given = {"urgent": "T2 to call within 72 hrs", "regular": "officer will c/b in 30 business days", "": ""}[
        call.promise
    ]
    parts = [f"opened SR {number}" if number else "rep says case pending", given]
    known = {"ended": "reached", "sr": number or None, "promise": call.promise or None}
    return ", ".join(filter(None, parts)), {key: value for key, value in known.items() if value}


# A callback as a row of its own, as the cell that tells of it says so.
THEY_CALLED = {
    "answered": ("USCIS called back, we spoke", "officer called - answered", "T2 cb, picked up. All set"),
    "missed": ("USCIS called back - missed", "they called, missed it (in court)", "USCIS cb missed!"),
    "voicemail": ("uscis called, left VM", "Callback - left voicemail", "USCIS called again, voicemail"),
}
OF_CALLBACKS = {
    "answered": ("answered, card on its way", "picked up!", "took it"),
    "missed": ("missed, lunch", "missed it!!", "missed (phone off)"),
    "voicemail": ("left VM, no number", "voicemail"),
}
ELLOS_LLAMARON = {
    "answered": ("USCIS llamó, contestamos", "llamaron, contestó Rosa"),
    "missed": ("USCIS llamó, perdida", "nos llamaron, no contestamos"),
    "voicemail": ("llamaron, dejaron mensaje",),
}


def who_called(ours="Llamamos a USCIS", theirs="USCIS nos llamó"):
    return direction(ours, theirs)


def of_both(words_of_calls, words_of_callbacks):
    """What happened, in a log in which the agency's callbacks are rows as well."""

    def habit(call: Call, rng):
        if getattr(call, "incoming", False):
            return rng.choice(words_of_callbacks[call.ended]), {"ended": call.ended}
        return rng.choice(words_of_calls[call.ended]), {"ended": call.ended}

    return habit


def wait_of_ours(habit):
    return lambda call, rng: ("", {}) if getattr(call, "incoming", False) else habit(call, rng)


def over(call, rng):
    """When the call was over; of a lost one that is when the wait ended."""
    if call.wait is None:
        return "", {}
    talk = 7 if call.ended == "reached" else 0
    known = {} if call.ended == "reached" else {"wait": call.wait * 60}
    return _clock(moment(call) + timedelta(minutes=call.wait + talk)), known


def callback_clock(call, rng):
    if not call.callbacks:
        return "", {}
    on, when, result = call.callbacks[0]
    return _clock(datetime.combine(on, when)), {"callbacks": [_ring(on, when, result)]}


def callback_said(call, rng):
    """What came of the first callback, in words of its own column."""
    given = {"answered": "Got it", "missed": "Missed it", "voicemail": "Left VM"}
    return (given[call.callbacks[0][2]] if call.callbacks else ""), {}


def by_phone(call, rng):
    """How the agency was asked: here always by telephone."""
    return rng.choice(("Phone", "phone", "800 #")), {}


# In letters, in marks, over two columns


def end_in_a_letter(letters):
    """A letter for how the call ended; a legend beside the table explains it."""
    return lambda call, rng: (letters[call.ended], {"ended": call.ended})


def promise_in_a_letter(letters):
    def habit(call: Call, rng):
        if call.ended != "reached":
            return "", {}
        return letters[call.promise], {"promise": call.promise or "none", "ended": "reached"}

    return habit


def mark(is_marked, mark="x", **known):
    """A mark where it is so; what it says stands in the header."""
    return lambda call, rng: (mark, known) if is_marked(call) else ("", {})


def promise_marked(promise, mark="x"):
    def habit(call: Call, rng):
        if call.ended != "reached" or call.promise != promise:
            return "", {}
        return mark, {"promise": promise or "none", "ended": "reached"}

    return habit


def who_has_it(call, rng):
    """Tier 1 told them, or Tier 2 has it: how long that takes stands in the next column."""
    if call.ended != "reached":
        return SHORT[call.ended][0], {"ended": call.ended}
    return ("tier 2" if call.promise else "tier 1 answered"), {"ended": "reached"}


def yes_and_when(call, rng):
    if call.ended != "reached":
        return "", {}
    given = {"urgent": "yes, 72 hrs", "regular": "yes, 30 days", "": "no"}[call.promise]
    return given, {"promise": call.promise or "none", "ended": "reached"}


def promised_or_na(call, rng):
    """N/A of a call that a person answered: nothing was promised. Of a lost one it says nothing."""
    if call.ended != "reached" or not call.promise:
        is_none = call.ended == "reached"
        return rng.choice(("N/A", "-", "n/a")), {"promise": "none"} if is_none else {}
    return {"urgent": "72 hours", "regular": "30 business days"}[call.promise], {
        "promise": call.promise,
        "ended": "reached",
    }


# Told among other words


AMONG = {
    "urgent": ("72 hrs", "they said 72 hours", "T2 will call within 72 hrs"),
    "regular": ("30 business days", "told 30 bus. days", "regular call back, 30 days"),
    "": ("answered the question, no call back needed", "no callback promised"),
}
CAME_AMONG = {
    "answered": ("{} officer called, Rosa picked up", "{} they called, answered"),
    "missed": ("missed call {}", "{} they called, nobody picked up"),
    "voicemail": ("voicemail {}", "{} left VM"),
}


def afterwards(call, rng):
    """How a lost call ended, what was promised, and each callback: sentence by sentence, with remarks between."""
    if call.ended != "reached":
        return f"{SHORT[call.ended][0].capitalize()}.", {"ended": call.ended}
    parts = [rng.choice(AMONG[call.promise])]
    for on, instant, result in call.callbacks:
        when = f"{on.month}/{on.day} {instant.hour % 12 or 12}:{instant.minute:02}{'am' if instant.hour < 12 else 'pm'}"
        parts.append(rng.choice(CAME_AMONG[result]).format(when))
    if rng.random() < 0.3:
        parts.append("client informed by email")
    callbacks = [_ring(*each) for each in call.callbacks]
    known = {"ended": "reached", "promise": call.promise or "none"}
    return ". ".join(parts) + ".", known | ({"callbacks": callbacks} if callbacks else {})


def callback_part(n, part):
    """A column each for the day, the time and the result of the first callback and of the second."""

    def habit(call: Call, rng):
        if len(call.callbacks) <= n:
            return "", {}
        on, when, result = call.callbacks[n]
        callbacks = [_ring(*each) for each in call.callbacks[: n + 1]]
        return {"date": f"{on:%Y-%m-%d}", "time": f"{when:%H:%M}", "result": result}[part], {"callbacks": callbacks}

    return habit


def badge_beside_no_name(call, rng):
    """Now and then a number without a name, which cell says so."""
    if call.ended != "reached":
        return "", {}
    if rng.random() < 0.4:
        return rng.choice((f"no name / {call.badge}", f"wouldn't give name, {call.badge}")), {
            "agent_id": call.badge,
            "ended": "reached",
        }
    return f"{call.agent} / {call.badge}", {"agent_id": call.badge, "agent_name": True, "ended": "reached"}


WHO = {"contact_center": ("USCIS",), "premium": ("premium processing line",), "elsewhere": ("NVC", "Client", "Embassy")}


# Whether a person came, and why none did; the moments of a hold in columns of their own


def person_yes_no(call, rng):
    """Y or N: the next column says why none came, or says nothing."""
    return ("Y", {"ended": "reached"}) if call.ended == "reached" else ("N", {})


def why_no_one(call, rng):
    if call.ended == "reached":
        return "", {}
    given = {"gave_up": "we gave up", "cut_off": "call dropped", "menu": "automated system only"}
    return given[call.ended], {"ended": call.ended}


def callback_both(n):
    """The day and time of a callback in one cell, as a workbook keeps them."""

    def habit(call: Call, rng):
        if len(call.callbacks) <= n:
            return "", {}
        on, when, _ = call.callbacks[n]
        return datetime.combine(on, when), {"callbacks": [_ring(*each) for each in call.callbacks[: n + 1]]}

    return habit


def hold_began(call, rng):
    """When the hold began, which is the row's only time."""
    return ("", {}) if call.wait is None else (f"{call.clock:%H:%M}", {"time": f"{call.clock:%H:%M}"})


def agent_came(call, rng):
    if call.ended != "reached":
        return "", {}
    when = moment(call) + timedelta(minutes=call.wait)
    return f"{when:%H:%M}", {"wait": call.wait * 60, "ended": "reached"}


def call_over(call, rng):
    """When the call was over, which ends the wait of a call that was lost on hold."""
    if call.wait is None:
        return "", {}
    is_reached = call.ended == "reached"
    when = moment(call) + timedelta(minutes=call.wait + 9 * is_reached)
    return f"{when:%H:%M}", {} if is_reached else {"wait": call.wait * 60}


def callbacks_or_loss(call, rng):
    """The callbacks, with their times; of a lost call how it was lost."""
    if call.ended == "reached":
        return callback_list("{month}/{day} {time} {result}", times=True)(call, rng)
    given = {"gave_up": "hung up, client here", "cut_off": "line dropped", "menu": "IVR only"}[call.ended]
    return given, {"ended": call.ended}


# A list of calls from a telephone, with what somebody added


def number_of_other(call, rng):
    """The number of the other party: of a call of ours always the Contact Center's."""
    if getattr(call, "incoming", False):
        return rng.choice(("202-838-2200", "Private")), {"line": "contact_center"}
    return "(800) 375-5283", {"line": "contact_center"}


def added_memo(call, rng):
    """How long the hold was and what was promised, in few words."""
    if getattr(call, "incoming", False):
        return rng.choice(("", "case transferred", "after hours")), {}
    if call.wait is None:
        return "", {}
    if call.ended != "reached":
        return f"{call.wait} min on hold", {"wait": call.wait * 60}
    given = {"urgent": "72 hour call back", "regular": "30 business days", "": "no call back"}[call.promise]
    known = {"wait": call.wait * 60, "promise": call.promise or "none", "ended": "reached"}
    return f"held {call.wait} min. {given}", known


# A diary: the day, the case, and all of the call in one cell

TOLD_OF_CALLBACKS = {
    "answered": ("USCIS called back {}, Rosa answered", "Officer called {} and I picked up. RFE was due 2/14"),
    "missed": ("Missed USCIS call {}, in court", "Missed a call from USCIS {}"),
    "voicemail": ("USCIS left a voicemail {}",),
}


def diary(call, rng):
    """Called USCIS 9:05 am. Waited 40 min. Agent Maria K1234, SR 123456789. Urgent, 72 hrs."""
    when = f"{call.clock.hour % 12 or 12}:{call.clock.minute:02} {'am' if call.clock.hour < 12 else 'pm'}"
    known = {"time": f"{call.clock:%H:%M}"}
    if getattr(call, "incoming", False):
        return rng.choice(TOLD_OF_CALLBACKS[call.ended]).format(when), known | {"ended": call.ended}
    parts = [rng.choice(("Called USCIS at {}", "Called {}", "Called again {}")).format(when)]
    if call.wait is not None:
        parts.append(rng.choice(("On hold {} min", "Waited {} mins", "{} min")).format(call.wait))
        known |= {"wait": call.wait * 60}
    if call.ended != "reached":
        given = {"gave_up": "Had to hang up", "cut_off": "Got disconnected", "menu": "IVR only, never got in line"}
        return f"{'. '.join(parts)}. {given[call.ended]}.", known | {"ended": call.ended}
    parts.append(f"Agent {call.agent} {call.badge}")
    number = f"{call.on:%y%m%d}{call.badge[1:]}" if call.sr else ""
    parts += [f"SR {number}"] if number else []
    parts.append({"urgent": "Urgent, 72 hrs", "regular": "Regular, 30 days", "": "No call back"}[call.promise])
    known |= {"ended": "reached", "agent_id": call.badge, "agent_name": True, "sr": number or None}
    return ". ".join(parts) + ".", known | {"promise": call.promise or "none"}


# In the shortest words: times without a colon, codes that a line under the table explains


def _short_clock(when):
    return f"{when.hour % 12 or 12}{when.minute:02}{'a' if when.hour < 12 else 'p'}"


def short_clock(call, rng):
    """830a, 115p."""
    return _short_clock(call.clock), {"time": f"{call.clock:%H:%M}"}


def short_callbacks(codes):
    """9/9 1015a SP; of several all."""

    def habit(call: Call, rng):
        parts = [f"{on.month}/{on.day} {_short_clock(when)} {codes[result]}" for on, when, result in call.callbacks]
        callbacks = [_ring(*each) for each in call.callbacks]
        return "; ".join(parts), {"callbacks": callbacks, "ended": "reached"} if callbacks else {}

    return habit
