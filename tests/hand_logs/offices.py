"""The offices: who keeps a log, under which headers, with which habits. One entry each; every fourth is plain.

Nothing here knows how the reader works: the headers and habits are invented from the practice pointer's wording ("the
phone number used when calling, the time (zone) of the call, name and agent ID number, and any tracking or service
request (SR) number") and from how busy people keep sheets.
"""

from __future__ import annotations

from datetime import date

from hand_logs import habits as h
from hand_logs.books import Book

BOOKS: dict[str, Book] = {}


def book(name: str, file: str, *columns, **more) -> None:
    assert name not in BOOKS, name
    BOOKS[name] = Book(name, file, columns, **more)


def since(*day) -> tuple:
    return (("Sheet1", date(*day)),)


US, SHORT = h.day(), h.day("%m/%d/%y")
CLOCK, CLOCK24, NO_AMPM = h.clock(), h.clock("%H:%M", thin=False), h.clock("%I:%M")
MIN = h.minutes()
CLIENT, RECEIPT, MATTER, OURS, FORM = (h.field(name) for name in ("client", "receipt", "matter", "ours", "form"))

# ---- Plain

book("plain one", "USCIS call log.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Wait (minutes)", MIN), ("Agent ID", h.badge),
     ("SR number", h.sr), ("Outcome", h.plain_result), ("Notes", h.sparse(h.remarks)), slips=False)  # fmt: skip

book("plain csv", "calls.csv",
     ("Date", US), ("Time", CLOCK), ("Client", CLIENT), ("Wait", h.as_spoken), ("Agent", h.agent),
     ("Result", h.result()), ("Notes", h.sparse(h.remarks)), tabs=since(2022, 1, 5), n=30)  # fmt: skip

book("the pointer's own words", "Contact Center log 2022.xlsx",
     ("Phone number used when calling", OURS), ("Date", US), ("Time (zone) of the call", h.clock("%I:%M %p CT")),
     ("Name and agent ID number", h.name_and_badge()), ("Tracking or service request (SR) number", h.sr_or_none),
     ("Length of hold", h.as_spoken), ("Notes", h.sparse(h.remarks, 0.4)), tabs=since(2022, 1, 12))  # fmt: skip

book("pointer tip 6", "case liaison log.xlsx",
     ("Date of call", US), ("Time of call", CLOCK), ("Time zone", h.words("Eastern")), ("Number called from", OURS),
     ("Number requested to call", OURS), ("Agent ID number", h.badge), ("SR #", h.sr), ("Wait time (min)", MIN),
     ("Result", h.result()), timezone="America/New_York", hours=(9, 16), n=22)  # fmt: skip

book("plain hold time", "Hold times.xlsx",
     ("Date", h.true_day), ("Time called", h.true_clock), ("Hold time", MIN), ("Result", h.plain_result),
     ("Initials", h.words("JS", "MT", "KR")), tabs=since(2023, 2, 1), n=40)  # fmt: skip

book("no times", "uscis waits.csv",
     ("Date", US), ("Wait (mins)", MIN), ("Agent", h.agent), ("Outcome", h.plain_result), tabs=since(2022, 5, 2), n=30)  # fmt: skip

book("iso dates", "uscis_calls.csv",
     ("date", h.day("%Y-%m-%d", thin=False)), ("time", CLOCK24), ("wait_minutes", MIN), ("agent_id", h.badge),
     ("outcome", h.plain_result), ("notes", h.sparse(h.remarks)), tabs=since(2023, 6, 1), slips=False)  # fmt: skip

book("plain weekday", "Log - Reyes & Tran.xlsx",
     ("Day", h.day("%a %m/%d/%y")), ("Start time", CLOCK), ("Minutes on hold", MIN), ("Officer name", h.agent),
     ("Officer ID", h.badge), ("Service request #", h.sr), ("What happened", h.result()), tabs=since(2022, 3, 2))  # fmt: skip

book("plain promise", "callbacks promised.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Hold (min)", MIN), ("Agent ID", h.badge_or_refused),
     ("Call-back promised", h.promised(("Urgent",), ("Regular",), ("None",))), ("SR", h.sr), ("Outcome", h.plain_result),
     tabs=since(2022, 2, 1), n=28)  # fmt: skip

book("plain pacific", "USCIS log (LA).csv",
     ("Date", US), ("Time", CLOCK), ("Wait time", h.as_spoken), ("Agent name", h.agent), ("Agent ID", h.badge),
     ("Outcome", h.result()), timezone="America/Los_Angeles", hours=(8, 15), tabs=since(2022, 9, 1))  # fmt: skip

# ---- Titles, totals, tabs

book("paralegal, a tab a year", "Call log 2021-2023.xlsx",
     ("Date", h.day("%m/%d")), ("Time", CLOCK), ("Client", CLIENT), ("On hold for", h.as_spoken), ("Rep", h.agent_or_none),
     ("Outcome", h.result()), tabs=(("2021", date(2021, 10, 4)), ("2022", date(2022, 1, 6)), ("2023", date(2023, 2, 6))),
     n=16)  # fmt: skip

book("attorney with title rows", "Smith Law USCIS Contact Center Log.xlsx",
     ("Date", US), ("Time Called (CT)", CLOCK), ("Min on hold", MIN), ("Name & ID # of agent", h.name_and_badge()),
     ("Tracking/SR number", h.sr_or_none), ("What happened", h.result()), n=30,
     above=(("USCIS Contact Center Log – Smith Law",), ("1-800-375-5283   Mon-Fri 8-8 Eastern",), ()))  # fmt: skip

book("totals below", "hold time tally.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Hold time (min)", MIN), ("Got through?", h.nothing),
     ("Result", h.result()), below=lambda n: ((), ("Total calls", n), ("Average hold", "", 38.5)), n=25)  # fmt: skip

book("blank between months", "USCIS phone log.xlsx",
     ("Date", US), ("Time", CLOCK), ("Client", CLIENT), ("Wait", MIN), ("Agent/badge", h.name_and_badge("{}/{}")),
     ("SRMT #", h.sr), ("Result", h.result()), between="blank", n=36, tabs=since(2022, 1, 4))  # fmt: skip

book("month headings", "2023 calls to USCIS.xlsx",
     ("Date", US), ("Time", CLOCK), ("How long on hold?", h.as_spoken), ("Who did you speak to", h.agent_or_none),
     ("Result", h.result()), between="month", n=36, tabs=since(2023, 1, 9))  # fmt: skip

book("two header rows", "log two heads.xlsx",
     ("Call", US), ("", CLOCK), ("", MIN), ("Agent", h.agent), ("", h.badge), ("Result", h.result()),
     second_head=("Date", "Time", "Wait (min)", "Name", "ID #", ""), tabs=since(2022, 6, 1))  # fmt: skip

book("header in capitals", "CALLS.XLSX.xlsx",
     ("DATE", US), ("TIME", CLOCK), ("CLIENT", CLIENT), ("WAIT (MIN)", MIN), ("AGENT ID", h.badge), ("SR NO.", h.sr),
     ("RESULT", h.result(h.CAPS)), tabs=since(2022, 10, 3))  # fmt: skip

book("trailing spaces", "trailing.csv",
     (" Date ", US), ("Time ", CLOCK), ("Wait  (min) ", MIN), (" Agent", h.agent), ("Outcome ", h.plain_result))  # fmt: skip

book("months as tabs", "USCIS 2022 by month.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Wait (min)", MIN), ("Rep ID", h.badge), ("Result", h.result()),
     tabs=(("Jan", date(2022, 1, 3)), ("Feb", date(2022, 2, 1)), ("Mar", date(2022, 3, 1))), n=12)  # fmt: skip

book("title, notes and key sheet", "Office call log.xlsx",
     ("Date", US), ("Time of call (ET)", CLOCK), ("Queue time", h.as_spoken), ("Agent", h.agent), ("Result", h.result()),
     above=(("OFFICE CALL LOG",), ("Please fill in EVERY call!",)), timezone="America/New_York", hours=(9, 16),
     extra_sheets=(("Phone numbers", (("Name", "Phone"), ("USCIS", "1-800-375-5283"), ("Front desk", "202-555-0100"))),
                   ("To do", (("Task", "Who"), ("Order toner", "KR"))),))  # fmt: skip

# ---- Dates and times

book("date once a day", "log by day.xlsx",
     ("Date", US), ("Time", CLOCK), ("Client", CLIENT), ("Wait (min)", MIN), ("Agent ID", h.badge), ("Result", h.result()),
     dates="first", per_day=4, n=40)  # fmt: skip

book("date once a day csv", "bydate.csv",
     ("Date", SHORT), ("Time", CLOCK), ("Hold", h.as_spoken), ("Rep", h.agent), ("Outcome", h.result()),
     dates="first", per_day=4, n=35, tabs=since(2022, 8, 1))  # fmt: skip

book("merged dates", "merged.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Minutes on hold", MIN), ("Spoke to", h.agent), ("Result", h.result()),
     dates="merged", per_day=4, n=40)  # fmt: skip

book("3:10 without am", "times no ampm.xlsx",
     ("Date", US), ("Time", NO_AMPM), ("Wait (min)", MIN), ("Agent", h.agent), ("Outcome", h.result()),
     tabs=since(2022, 4, 4), hours=(9, 16), timezone="America/New_York", n=30)  # fmt: skip

book("no am, pacific", "la no ampm.csv",
     ("Date", US), ("Time called", NO_AMPM), ("Wait", h.as_spoken), ("Agent ID", h.badge), ("Result", h.result()),
     timezone="America/Los_Angeles", hours=(8, 15), tabs=since(2023, 3, 1))  # fmt: skip

book("24 hour", "log24.csv",
     ("Date", US), ("Time (24h)", CLOCK24), ("Hold (minutes)", MIN), ("Officer", h.agent), ("Result", h.result()))  # fmt: skip

book("date and time in one", "combined.xlsx",
     ("Date & time", h.both("%m/%d/%Y %I:%M %p")), ("Min on hold", MIN), ("Agent", h.agent), ("Result", h.result()),
     ("Notes", h.sparse(h.remarks)), n=30)  # fmt: skip

book("true datetimes", "called at.xlsx",
     ("Called at", h.true_both), ("Wait", h.excel_duration), ("Officer", h.agent), ("Badge", h.badge),
     ("Outcome", h.plain_result), ("Mood", h.words(":)", ":(", "grr", "")), tabs=since(2022, 11, 1))  # fmt: skip

book("mar 3", "spoken dates.xlsx",
     ("Date", h.day("%b %d, %Y")), ("Time", h.clock("%I:%M%p", lower=True)), ("Length of hold", h.as_spoken),
     ("Rep", h.agent), ("Result", h.result()))  # fmt: skip

book("mar 3 in a year's tab", "spoken dates, year tab.xlsx",
     ("Date", h.day("%b %d")), ("Time", h.clock("%I:%M%p", lower=True)), ("Wait", h.as_spoken), ("Rep", h.agent),
     ("Result", h.result()), tabs=(("2023", date(2023, 3, 1)),), n=20)  # fmt: skip

book("wed 3/2/22", "weekday dates.csv",
     ("When", h.day("%a %m/%d/%y")), ("Time", CLOCK), ("Wait", h.approximate), ("Agent", h.agent), ("What happened", h.result()))  # fmt: skip

book("day first", "london desk.csv",
     ("Date", h.day("%d/%m/%Y", thin=False)), ("Time", CLOCK24), ("Wait (mins)", MIN), ("Agent", h.agent), ("Result", h.result()),
     timezone="America/New_York", hours=(9, 16), n=34, tabs=since(2022, 3, 14))  # fmt: skip

book("dotted days", "Kanzlei.csv",
     ("Date", h.day("%d.%m.%Y", thin=False)), ("Time", CLOCK24), ("Hold (min)", MIN), ("Officer", h.agent),
     ("Result", h.result()), delimiter=";", encoding="cp1252", timezone="America/New_York", hours=(9, 16))  # fmt: skip

book("newest first", "newest on top.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait (min)", MIN), ("Agent", h.agent), ("Result", h.result()), newest_first=True,
     n=30)  # fmt: skip

book("date once, no times", "days.xlsx",
     ("Date", h.true_day), ("Client", CLIENT), ("Hold (min)", MIN), ("ID of rep", h.badge), ("Result", h.result()),
     dates="first", per_day=3, n=30, tabs=since(2023, 9, 5))  # fmt: skip

# ---- Waits

book("bare seconds", "seconds.csv",
     ("Date", US), ("Time", CLOCK), ("Wait", h.seconds), ("Agent", h.agent), ("Outcome", h.plain_result), slips=False, n=30)  # fmt: skip

book("seconds in the header", "hold_secs.csv",
     ("date", US), ("time", CLOCK), ("hold_seconds", h.seconds), ("agent", h.badge), ("result", h.plain_result))  # fmt: skip

book("h:mm beside 35 min", "waits mixed.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait", h.as_spoken), ("Agent ID", h.badge), ("Result", h.result()), n=45,
     tabs=since(2022, 7, 5))  # fmt: skip

book("h:mm", "waits hmm.csv",
     ("Date", US), ("Time", CLOCK), ("Hold time (h:mm)", h.hours_minutes), ("Rep", h.agent), ("Result", h.result()))  # fmt: skip

book("excel durations", "durations.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Hold time", h.excel_duration), ("Agent", h.agent),
     ("Result", h.result()), n=30)  # fmt: skip

book("hms text", "hms.csv",
     ("Date", US), ("Time", CLOCK), ("Time on hold", h.hms), ("Agent", h.agent), ("Result", h.result()), n=30)  # fmt: skip

book("lost in the wait cell", "dropped calls.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait", h.with_end), ("Agent", h.agent), ("Notes", h.sparse(h.remarks)),
     lost=0.5, n=40)  # fmt: skip

book("lost in the hold cell", "uscis hold.csv",
     ("Date", US), ("Time", CLOCK), ("On hold for", h.with_end), ("Name & ID # of agent", h.name_and_badge("{} #{}")),
     ("Tracking/SR number", h.sr), lost=0.5, n=36, tabs=since(2023, 4, 3))  # fmt: skip

book("45+", "at least.xlsx",
     ("Date", US), ("Time", CLOCK), ("Hold", h.at_least), ("Rep", h.agent), ("SR", h.sr), lost=0.45, n=32)  # fmt: skip

book("45+ with results", "at least 2.csv",
     ("Date", US), ("Time", CLOCK), ("How long on hold?", h.at_least), ("Result", h.result()), lost=0.4, n=32)  # fmt: skip

book("minutes until person", "until person.xlsx",
     ("Date", US), ("Time", CLOCK), ("Minutes until person", h.minutes_to_person), ("Agent ID", h.badge),
     ("Result", h.result()), n=28)  # fmt: skip

book("approximate", "approx.csv",
     ("Date", US), ("Time", CLOCK), ("Wait (approx.)", h.approximate), ("Rep", h.agent), ("Outcome", h.plain_result))  # fmt: skip

book("queue minutes only lost", "hangups.xlsx",
     ("Date", US), ("Time", CLOCK), ("Queue time (min)", MIN), ("Result", h.result()), lost=0.9, n=24)  # fmt: skip

# ---- Promises and call-backs

book("promises in words", "promises.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait (min)", MIN), ("Agent", h.agent), ("SR #", h.sr), ("Call back promised", h.IN_WORDS),
     ("Result", h.result()), n=40, tabs=since(2022, 2, 7))  # fmt: skip

book("promised yes no", "cb yes no.csv",
     ("Date", US), ("Time", CLOCK), ("Hold (min)", MIN), ("Agent ID", h.badge), ("Callback promised?", h.promised_yes_no),
     ("Notes", h.sparse(h.remarks)), n=30)  # fmt: skip

book("callbacks in free text", "cb free text.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait (min)", MIN), ("Agent", h.agent), ("SR", h.sr),
     ("Promised", h.promised(("72 hrs",), ("30 biz days", "30 days"))), ("Call back", h.callback_text()), n=40)  # fmt: skip

book("callbacks with times", "cb times.csv",
     ("Date", US), ("Time", CLOCK), ("Wait (min)", MIN), ("Agent", h.agent), ("Call-back promised", h.IN_WORDS),
     ("Callbacks", h.callback_text(times=True)), n=34)  # fmt: skip

book("came, answered", "cb came.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait (min)", MIN), ("Officer", h.agent), ("Promise", h.promised(("urgent",), ("regular",))),
     ("Call-back came?", h.callback_came), n=34)  # fmt: skip

book("VM 7:12am", "cb vm.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait (min)", MIN), ("Rep", h.agent), ("Escalated?", h.promised(("urgent",), ("regular",))),
     ("USCIS called back", h.callback_vm), n=34)  # fmt: skip

book("callback date and answered", "cb columns.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Hold time", MIN), ("Agent", h.agent), ("SR number", h.sr),
     ("Call-back date", h.callback_day("%m/%d/%Y", "next")), ("Call-back answered?", h.callback_answered), n=34)  # fmt: skip

book("incoming rows", "in and out.xlsx",
     ("Date", US), ("Time", CLOCK), ("In/Out", h.direction()), ("Client", CLIENT), ("Wait (min)", MIN), ("Agent", h.agent),
     ("Outcome", h.result(h.RESULTS | {"answered": ("answered",), "missed": ("missed",), "voicemail": ("left VM",)})),
     incoming=True, n=30)  # fmt: skip

book("callbacks told in the outcome", "contact center + callbacks.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait (min)", h.wait_of_ours(MIN)), ("Agent", h.agent), ("SR #", h.sr),
     ("Outcome", h.of_both(h.RESULTS, h.THEY_CALLED)), incoming=True, fill=1.0, n=30)  # fmt: skip

book("callbacks told in the remarks", "our calls, their calls.csv",
     ("Date", US), ("Start", CLOCK), ("On hold", h.wait_of_ours(h.as_spoken)), ("Spoke with", h.agent),
     ("Remarks", h.of_both(h.RESULTS, h.THEY_CALLED)), incoming=True, fill=1.0, n=30)  # fmt: skip

book("OUT and CB", "both directions.xlsx",
     ("Type", h.direction("OUT", "CB")), ("Date", h.true_day), ("Time", h.true_clock), ("Matter", MATTER),
     ("Min holding", h.wait_of_ours(MIN)), ("Agent", h.agent), ("Notes", h.of_both(h.RESULTS, h.OF_CALLBACKS)),
     incoming=True, fill=1.0, n=30)  # fmt: skip

book("llamaron ellos", "llamadas y devoluciones.csv",
     ("Fecha", US), ("Hora", CLOCK), ("Minutos de espera", h.wait_of_ours(MIN)), ("Agente", h.agent),
     ("Resultado", h.of_both(h.EN_PALABRAS, h.ELLOS_LLAMARON)), incoming=True, fill=1.0, n=28)  # fmt: skip

book("days without a call", "call diary.xlsx",
     ("Date", US), ("Time", CLOCK), ("Wait (min)", MIN), ("Agent", h.agent), ("Result", h.result()), n=40,
     off=(("Result", "office closed, holiday"), ("Time", "skiing"), ("Wait (min)", "no calls - training"),
          ("Agent", "nobody called today (retreat)"), ("Result", "Labor Day")),
     below=lambda n: (("", "", 731, "", "total minutes so far"), ("", "", "38 min", "", "Average hold")))  # fmt: skip

book("T1 -> T2", "escalations.xlsx",
     ("Date", US), ("Time", CLOCK), ("Min on hold", MIN), ("Name & ID # of agent", h.name_and_badge("{}, ID {}")),
     ("Escalated?", h.escalated), ("Service request", h.sr_or_none), ("Result", h.result()), n=34)  # fmt: skip

book("transferred", "transfers.csv",
     ("Date", US), ("Time", CLOCK), ("Hold", h.with_transfers), ("Officer", h.agent), ("SR", h.sr),
     ("Notes", h.sparse(h.remarks)), lost=0.4, n=34, tabs=since(2023, 5, 1))  # fmt: skip

book("header zone is not the office's", "calls (CT).csv",
     ("Date", US), ("Time called (CT)", CLOCK), ("Wait (mins)", MIN), ("Rep", h.agent), ("Outcome", h.result()),
     timezone="America/New_York", zone="America/Chicago", n=26)  # fmt: skip

# ---- Other columns, other lines, other scripts

book("unknown columns", "everything.xlsx",
     ("Initials", h.words("JS", "KR", "MT")), ("Date", US), ("Priority", h.words("1", "2", "3", "")), ("Time", CLOCK),
     ("Billing code", h.words("B-100", "B-210", "")), ("Language", h.words("Spanish", "Korean", "English")),
     ("Wait (min)", MIN), ("Follow-up date", h.sparse(h.words("4/15/2022", "5/2/2022"), 0.3)), ("Agent ID", h.badge_or_refused),
     ("Result", h.result()), ("Mood", h.words("ok", "grr", "")), n=30)  # fmt: skip

book("odd order", "odd order.csv",
     ("Result", h.result()), ("Agent", h.agent), ("Wait (min)", MIN), ("A#", h.words("", "", "A000-000-000")), ("Client", CLIENT),
     ("Time", CLOCK), ("Date", US), n=26)  # fmt: skip

book("names in scripts", "客户 log.xlsx",
     ("Client", CLIENT), ("Receipt", RECEIPT), ("Date", US), ("Time", CLOCK), ("Wait (min)", MIN), ("Agent", h.agent),
     ("Result", h.result()), scripts=True, n=26)  # fmt: skip

book("other lines mixed in", "agency calls.xlsx",
     ("Date", US), ("Time", CLOCK), ("Called", h.line()), ("Matter", MATTER), ("Wait (min)", MIN), ("Agent", h.agent),
     ("Result", h.result()), other_lines=0.3, n=40)  # fmt: skip

book("windows 1252", "journal d'appels.csv",
     ("Date", US), ("Time", CLOCK), ("Client", CLIENT), ("Wait (min)", MIN), ("Agent", h.agent), ("Result", h.result()),
     ("Notes", h.words("café", "señora llamó", "naïve", "")), delimiter=";", encoding="cp1252", scripts=False)  # fmt: skip

book("utf-16 tsv", "export.tsv",
     ("Date", US), ("Time", CLOCK), ("Client", CLIENT), ("Hold time (min)", MIN), ("Officer", h.agent), ("Result", h.result()),
     delimiter="\t", encoding="utf-16", scripts=True)  # fmt: skip

book("google form", "USCIS Call Log (Responses).csv",
     ("Timestamp", h.sent_in), ("Date of call", US), ("Time of call", CLOCK),
     ("How many minutes were you on hold?", MIN), ("Did you reach a live person?", h.nothing), ("Agent name", h.agent),
     ("Agent ID", h.badge), ("What was the result?", h.plain_result), n=30)  # fmt: skip

book("sharepoint list", "query.csv",
     ("Title", MATTER), ("Call Date", h.both("%m/%d/%Y %I:%M %p")), ("Wait Minutes", MIN), ("Agent", h.agent), ("Outcome", h.plain_result),
     ("Created By", h.words("Dana Cole", "Kim Reyes")), ("Item Type", h.words("Item")), ("Path", h.words("sites/firm/Lists/Calls")),
     encoding="utf-8-sig")  # fmt: skip

book("smartsheet", "Contact Center Calls.xlsx",
     ("Primary Column", MATTER), ("Date", h.true_day), ("Time", CLOCK), ("Hold (min)", MIN), ("Rep Name", h.agent),
     ("Status", h.words("Open", "Closed", "")), ("Result", h.plain_result), ("Modified By", h.words("a@firm.example")))  # fmt: skip

book("airtable", "Calls-Grid view.csv",
     ("Name", MATTER), ("Date", h.both("%m/%d/%Y %I:%M%p")), ("Minutes on hold", MIN), ("Agent ID", h.badge),
     ("Outcome", h.plain_result), ("Attachments", h.nothing), ("Created", h.nothing), encoding="utf-8-sig")  # fmt: skip

book("notion", "USCIS calls 8f2c.csv",
     ("Name", CLIENT), ("Call time", h.both("%B %d, %Y %I:%M %p")), ("Wait", h.as_spoken), ("Agent", h.agent),
     ("Outcome", h.plain_result), ("Tags", h.words("uscis", "uscis, urgent")), encoding="utf-8-sig", scripts=True)  # fmt: skip

book("google sheet", "Call log - Sheet1.csv",
     ("Date", US), ("Time", CLOCK), ("Client", h.sparse(CLIENT, 0.7)), ("Hold Time", h.as_spoken), ("Agent", h.sparse(h.agent, 0.5)),
     ("Result", h.sparse(h.result(), 0.7)), ("", h.nothing), ("", h.nothing), n=44)  # fmt: skip

# ---- Kept in two languages, in short words, in questions

book("bilingual", "registro de llamadas.xlsx",
     ("Fecha / Date", SHORT), ("Hora / Time", CLOCK), ("Tiempo de espera / Wait", h.in_spanish),
     ("Agente / Agent", h.agent), ("Resultado / Result", h.result(h.SPANISH)),
     ("Notas / Notes", h.words("cliente llamó", "falta G-28", "")))  # fmt: skip

book("in Spanish", "llamadas USCIS.csv",
     ("Fecha", h.day("%d/%m/%Y", thin=False)), ("Hora", CLOCK24), ("Minutos en espera", MIN),
     ("Nombre del agente", h.agent), ("Número de agente", h.badge), ("Número de solicitud", h.sr),
     ("Resultado", h.result(h.SPANISH)), encoding="cp1252", asked={"date_order": "dmy"}, n=30)  # fmt: skip

book("Spanish in full", "bitácora.csv",
     ("Fecha de llamada", h.day_in_spanish), ("Hora de llamada", CLOCK), ("Tiempo en espera", h.in_spanish),
     ("¿Con quién habló?", h.agent),
     ("¿Prometieron devolver la llamada?",
      h.promised(("Urgente - 72 horas",), ("Normal - 30 días hábiles",), ("No",))),
     ("¿Qué pasó?", h.result(h.SPANISH)))  # fmt: skip

book("abbreviations", "USCIS TOC log.xlsx",
     ("Dt", SHORT), ("TOC", CLOCK), ("HT", MIN), ("Offcr", h.agent), ("Offcr ID", h.badge), ("SR#", h.sr),
     ("CB?", h.promised(("72h", "w/in 72 hrs"), ("30 bd",), ("no CB", ""))), ("Res", h.result(h.SHORT)),
     tabs=since(2022, 4, 4))  # fmt: skip

book("how it went", "hold.xlsx",
     ("Date", h.true_day), ("Called at", CLOCK), ("Hold time", h.as_spoken), ("Ofc name", h.agent), ("Ofc #", h.badge),
     ("How it went", h.result(h.SHORT)), ("Remarks", h.sparse(h.remarks, 0.5)))  # fmt: skip

book("answers with a yes or no", "USCIS call form (Responses).xlsx",
     ("Timestamp", h.sent_in), ("Your name", h.words("Ana", "Ben")), ("Date you called USCIS", US),
     ("What time did you call?", CLOCK), ("How many minutes were you on hold?", MIN),
     ("Did you reach a live representative?", h.result(h.ON_A_FORM)), ("Agent's name and ID number", h.name_and_badge()),
     ("Were you promised a call back? If so when?",
      h.promised(("Urgent (24-72 hrs)",), ("Non-urgent (30 days)",), ("No callback promised",))),
     ("Service Request number (if any)", h.sr), ("Anything else?", h.sparse(h.remarks, 0.5)))  # fmt: skip

book("headers that are questions", "questions.csv",
     ("What day was the call placed?", US), ("What time was the call placed?", CLOCK),
     ("How long did you wait before someone picked up?", h.as_spoken), ("Name of the person you spoke with", h.agent),
     ("Did they give you an ID?", h.badge), ("Did they open a service request? Number:", h.sr),
     ("How did the call end?", h.result(h.SHORT)))  # fmt: skip

book("waits spelled out", "waits in words 2022.csv",
     ("When", h.day("%a %m/%d")), ("Time", CLOCK), ("How long we waited", h.in_words), ("Spoke with", h.agent),
     ("What happened", h.result(h.SHORT)))  # fmt: skip

book("outcome in the comments", "newest on top.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Hold Time (HH:MM)", h.hours_minutes),
     ("Rep & ID", h.name_and_badge("{} ({})")), ("SR #", h.sr), ("Comments", h.result(h.SHORT)),
     newest_first=True, n=40)  # fmt: skip

book("number in the outcome", "outcomes.xlsx",
     ("Date", h.true_day), ("Time", CLOCK), ("Wait time (mins)", MIN), ("Result / SR", h.result_with_sr),
     ("Promise", h.promised(("Urgent (24-72 hrs)",), ("Non-urgent (30 days)",), ("No callback promised",))))  # fmt: skip

book("digits alone", "compact.csv",
     ("date", h.day("%Y%m%d")), ("time", h.clock("%H%M", thin=False)), ("wait_min", MIN), ("agent", h.agent),
     ("sr_no", h.sr), ("cb", h.promised(("expedited 72hr", "urg"), ("std 30 d", "std"), ("none",))),
     ("result", h.plain_result))  # fmt: skip

book("callbacks with a reason", "callbacks rec'd.csv",
     ("Date", SHORT), ("Time", CLOCK), ("Hold", h.as_spoken), ("SR", h.sr),
     ("Callback (date/time/result)", h.callback_list("{month}/{day}/{year} {time} {result}", times=True)),
     ("Outcome", h.result(h.SHORT)))  # fmt: skip

# ---- A date, a wait or a call in pieces

book("minutes and no more", "USCIS calls - 2022.csv",
     ("Date", US), ("Client", CLIENT), ("Time I called", CLOCK), ("Mins", MIN), ("Person", h.agent),
     ("What they said", h.result()), tabs=since(2022, 2, 1), n=30)  # fmt: skip

book("dialed and answered", "contact center Q1.xlsx",
     ("Date", h.true_day), ("Dialed", CLOCK), ("Answered", h.picked_up), ("Officer", h.agent), ("ID", h.badge),
     ("Outcome", h.result(h.SHORT)), fill=1.0, n=28, tabs=since(2023, 1, 5))  # fmt: skip

book("on hold from, till", "holds 2022.xlsx",
     ("Date", h.true_day), ("On hold from", h.hold_from), ("till", h.hold_till), ("Agent", h.agent),
     ("What happened", h.result(h.SHORT)), fill=1.0, n=28)  # fmt: skip

book("minutes and seconds with a point", "hold mm.ss.csv",
     ("Date", US), ("Time dialed", CLOCK), ("Hold (mm.ss)", h.minutes_seconds), ("Agent", h.agent), ("Result", h.result()),
     slips=False)  # fmt: skip

book("days under a month's tab", "calls by month.xlsx",
     ("Day", h.day_number), ("Called", CLOCK), ("Held (min)", MIN), ("Officer", h.agent), ("Result", h.result()),
     tabs=(("January 2022", date(2022, 1, 3)), ("February 2022", date(2022, 2, 1))), n=9)  # fmt: skip

book("month and day apart", "calls, month and day.xlsx",
     ("Year", h.year_number), ("Month", h.month_name), ("Day", h.day_number), ("Time", CLOCK), ("Wait (min)", MIN),
     ("Agent", h.agent), ("Result", h.result()), fill=1.0, n=26)  # fmt: skip

book("all in one note", "call notes 2022.csv",
     ("Client", CLIENT), ("Notes", h.one_note), slips=False, fill=1.0, n=24, tabs=since(2022, 3, 7))  # fmt: skip

book("ends among the remarks", "log with remarks.csv",
     ("Date", US), ("Start time", CLOCK), ("Minutes on hold", MIN), ("Agent", h.agent), ("Notes", h.result(h.SHORT)),
     n=26)  # fmt: skip

book("in very few letters", "uscis cc log.csv",
     ("Dt", SHORT), ("Tm", CLOCK), ("Hld", h.as_spoken), ("Agt", h.agent), ("Agt #", h.badge), ("SRN", h.sr),
     ("Dispo", h.result(h.SHORT)))  # fmt: skip

# ---- Days in rows of their own, names without a word for whose, other languages

book("names by their rows", "calls 2022 who.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Client", CLIENT), ("Who", h.agent), ("#", h.badge),
     ("Minutes on hold", MIN), ("How'd it go", h.result(h.SHORT)), n=32)  # fmt: skip

book("operator, hours and minutes apart", "Anrufe USCIS.csv",
     ("Datum", h.day("%d.%m.%Y", thin=False)), ("Uhrzeit", CLOCK24), ("Hold hrs", h.whole_hours), ("Hold min", h.minutes_over),
     ("Operator", h.agent), ("Op ID", h.badge), ("Ergebnis", h.result(h.GERMAN)), delimiter=";", encoding="utf-8-sig",
     slips=False, fill=1.0, timezone="America/New_York", hours=(9, 16), n=28)  # fmt: skip

book("first and second callback", "Tier 2 callbacks.xlsx",
     ("Date called", SHORT), ("Time called", CLOCK), ("Hold (from - to)", h.hold_range), ("Agent name and ID", h.name_and_badge("{}, ID# {}")),
     ("Escalated to T2 (U/R)", h.promised(("U",), ("R",))), ("1st callback", h.callback_nth(0)), ("2nd callback", h.callback_nth(1)),
     slips=False, n=32)  # fmt: skip

book("by phone, under names of a database", "USCIS contacts.csv",
     ("CallDate", US), ("CallTime", CLOCK), ("Method", h.words("Phone")), ("Length of Hold >> Hours", h.whole_hours),
     ("Length of Hold >> Minutes", h.minutes_over), ("Call: Agent Name", h.agent), ("Call: Agent ID", h.badge),
     ("SRNumber", h.sr), ("Result", h.result()),
     ("USCIS commitment", h.promised(("Call back in 72 hours",), ("Call back in 30 business days",), ("No call back",))),
     slips=False, fill=1.0, n=28)  # fmt: skip

# ---- Bilingual offices, calls among the remarks, groups of columns

book("llamadas, media hora", "llamadas de la oficina.xlsx",
     ("No.", h.words("")), ("Fecha", h.day_in_spanish), ("A qué hora", CLOCK), ("Para quién", CLIENT),
     ("¿Cuánto esperamos?", h.spoken_spanish), ("Quién contestó", h.agent_or_end),
     ("¿Prometieron llamada?", h.promised(("sí, 72 horas", "nos llaman en 72 hrs"), ("en 30 días hábiles",), ("no",))),
     slips=False, fill=1.0, n=28)  # fmt: skip

book("nosotros y ellos", "control USCIS.xlsx",
     ("Fecha", h.true_day), ("Hora", h.true_clock), ("Tipo", h.who_called()), ("Cliente", CLIENT),
     ("Min. de espera", h.wait_of_ours(MIN)), ("Habló con", h.agent), ("Qué pasó", h.of_both(h.EN_PALABRAS, h.CONTESTADAS)),
     incoming=True, slips=False, fill=1.0, n=24)  # fmt: skip

book("marqué, contestaron, terminé", "tiempos USCIS.csv",
     ("Fecha", h.day("%m/%d/%Y", thin=False)), ("Marqué", CLOCK), ("Contestaron", h.picked_up), ("Terminé", h.over), ("Oficial", h.agent),
     ("Resultado", h.result(h.EN_PALABRAS)), slips=False, fill=1.0, n=26, tabs=since(2022, 9, 19))  # fmt: skip

book("method and one remark", "USCIS contacts 2023.xlsx",
     ("Date", h.true_day), ("Method", h.by_phone), ("Time", CLOCK), ("Caseworker", h.words("AR", "LP")), ("Client", CLIENT), ("Held", MIN),
     ("Rep", h.agent), ("Comments", h.one_remark), above=(("Calls to USCIS, 800-375-5283",),), slips=False, fill=1.0, n=28,
     tabs=since(2023, 5, 2))  # fmt: skip

book("callbacks under a heading", "contact center and T2.csv",
     ("Date", US), ("Time", CLOCK), ("Client", CLIENT), ("Hold (min)", MIN), ("Agent", h.name_and_badge("{} #{}")),
     ("Outcome", h.result(h.SHORT)), ("Promised", h.promised(("72 hrs",), ("30 bus. days",))), ("Date", h.callback_day("%m/%d/%Y", "next")),
     ("Time", h.callback_clock), ("Result", h.callback_said),
     above=(("", "", "", "", "", "", "CALL BACK", "", "", ""),), slips=False, fill=1.0, n=28)  # fmt: skip

# ---- Letters with a legend, marks, one answer over two columns

book("letters, explained above", "USCIS CC 2022.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Client", CLIENT), ("Wait (min)", MIN),
     ("End", h.end_in_a_letter({"reached": "P", "gave_up": "W", "cut_off": "D", "menu": "M"})),
     ("CB", h.promise_in_a_letter({"urgent": "U", "regular": "R", "": "N"})),
     above=(("USCIS Contact Center calls",), ("P = spoke to person, W = we hung up, D = dropped by them, M = menu only",),
            ("CB: U = urgent, 72 hrs; R = regular, 30 business days; N = none",)), slips=False, fill=1.0, n=28)  # fmt: skip

book("letters, explained below", "contact ctr log.csv",
     ("Date", US), ("Time", CLOCK), ("Hold", h.as_spoken), ("Rep ID", h.badge),
     ("Result", h.end_in_a_letter({"reached": "R", "gave_up": "H", "cut_off": "X", "menu": "I"})),
     ("T2", h.promise_in_a_letter({"urgent": "A", "regular": "B", "": "C"})),
     below=lambda n: ((), ("Key",), ("R", "reached an agent"), ("H", "hung up"), ("X", "got cut off"), ("I", "IVR only"),
                      ("A", "T2 call back within 72 hours"), ("B", "T2 call back within 30 business days"), ("C", "no callback")),
     slips=False, fill=1.0, n=30, tabs=since(2023, 3, 6))  # fmt: skip

book("letters, explained in a tab", "calls with codes.xlsx",
     ("Date", h.true_day), ("Time", CLOCK), ("Min on hold", MIN), ("Agent", h.agent), ("SR #", h.sr),
     ("Code", h.end_in_a_letter({"reached": "OK", "gave_up": "HU", "cut_off": "DC", "menu": "AS"})),
     extra_sheets=(("Codes", (("Code", "What it means"), ("OK", "spoke to agent"), ("HU", "we hung up"), ("DC", "disconnected"),
                              ("AS", "automated system only"))),), slips=False, fill=1.0, n=26)  # fmt: skip

book("a mark under one of three", "USCIS calls - promised.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Wait (min)", MIN), ("Agent", h.agent), ("Result", h.result(h.SHORT)),
     ("Urgent", h.promise_marked("urgent")), ("Regular", h.promise_marked("regular")), ("None", h.promise_marked("")),
     above=(("", "", "", "", "", "Call back promised", "", ""),), slips=False, fill=1.0, n=28)  # fmt: skip

book("a mark for how it ended", "tally of calls.csv",
     ("Date", US), ("Time", CLOCK), ("Hold (min)", MIN),
     ("Spoke to agent", h.mark(lambda call: call.ended == "reached", "X", ended="reached")),
     ("Hung up", h.mark(lambda call: call.ended == "gave_up", "X", ended="gave_up")),
     ("Disconnected", h.mark(lambda call: call.ended == "cut_off", "X", ended="cut_off")),
     ("Never got past IVR", h.mark(lambda call: call.ended == "menu", "X", ended="menu")),
     ("72 hrs", h.promise_marked("urgent", "X")), ("30 bus. days", h.promise_marked("regular", "X")),
     slips=False, fill=1.0, n=28, tabs=since(2022, 6, 6))  # fmt: skip

book("tier 2, and the time beside it", "who has it.xlsx",
     ("Date", US), ("Time", CLOCK), ("Client", CLIENT), ("Hold (min)", MIN), ("Result", h.who_has_it), ("Tier 2?", h.yes_and_when),
     slips=False, fill=1.0, n=26)  # fmt: skip

book("follow-up in free text", "log with follow-up.csv",
     ("Date", US), ("Time", CLOCK), ("Hold", h.as_spoken), ("Spoke with", h.agent), ("Result", h.result(h.SHORT)),
     ("Promised?", h.IN_WORDS), ("Follow-up", h.callback_list("{month}/{day} {result}")), slips=False, fill=1.0, n=30)  # fmt: skip

book("N/A where nothing was promised", "promises or not.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Hold (min)", MIN), ("Agent", h.agent), ("Outcome", h.plain_result),
     ("Call-back promised", h.promised_or_na), slips=False, fill=1.0, n=28)  # fmt: skip

# ---- Told among other words, in numbered columns

book("all that came after, in one column", "casework calls 2022.csv",
     ("Date", US), ("Time", CLOCK), ("Client", CLIENT), ("Hold", h.as_spoken), ("Spoke to", h.agent), ("SR", h.sr),
     ("Follow up", h.afterwards), slips=False, fill=1.0, n=32, tabs=since(2022, 2, 7))  # fmt: skip

book("all that came after, in the remarks", "USCIS log 2023.xlsx",
     ("Date", h.true_day), ("Time", CLOCK), ("Re", FORM), ("Hold (min)", MIN), ("Officer / ID", h.badge_beside_no_name), ("SR#", h.sr),
     ("Remarks", h.afterwards), slips=False, fill=1.0, n=32, tabs=since(2023, 2, 6))  # fmt: skip

book("callbacks in numbered columns", "hold_data.csv",
     ("call_date", h.day("%Y-%m-%d", thin=False)), ("call_time", CLOCK24), ("hold_min", MIN), ("result", h.plain_result), ("officer_id", h.badge),
     ("cb_class", h.promised(("urgent",), ("regular",), ("none",))),
     ("cb1_date", h.callback_part(0, "date")), ("cb1_time", h.callback_part(0, "time")), ("cb1_result", h.callback_part(0, "result")),
     ("cb2_date", h.callback_part(1, "date")), ("cb2_time", h.callback_part(1, "time")), ("cb2_result", h.callback_part(1, "result")),
     slips=False, fill=1.0, n=32, tabs=since(2022, 9, 12))  # fmt: skip

book("who was called, under Who", "phone log, all agencies.xlsx",
     ("Date", h.true_day), ("Time", h.true_clock), ("Who", h.line(h.WHO)), ("Client", CLIENT), ("Min on hold", MIN), ("Rep", h.agent),
     ("What happened", h.result(h.SHORT)), other_lines=0.25, slips=False, fill=1.0, n=36)  # fmt: skip

book("called, with its time", "USCIS Calls export.csv",
     ("Name", CLIENT), ("Called", h.both("%B %d, %Y %I:%M %p")), ("Hold time", h.as_spoken), ("Status", h.plain_result), ("Agent", h.agent),
     ("Callback type", h.promised(("Urgent (72h)",), ("Regular (30d)",), ("None",))), ("Callback notes", h.callback_list("{month}/{day} {result}")),
     slips=False, fill=1.0, n=28, encoding="utf-8-sig", tabs=since(2023, 5, 8))  # fmt: skip

# ---- Columns of a chapter's or a clinic's sheet

book("for the chapter, why no one came", "chapter hold data.xlsx",
     ("Call started (local)", h.true_both), ("Minutes held", MIN), ("Live person (Y/N)", h.person_yes_no), ("If not, why", h.why_no_one),
     ("Badge", h.badge), ("SR opened", h.sr_or_none), ("Officer call-back (U/R/N)", h.promise_in_a_letter({"urgent": "U", "regular": "R", "": "N"})),
     ("Callback 1", h.callback_both(0)), ("Outcome 1", h.callback_part(0, "result")), ("Callback 2", h.callback_both(1)),
     ("Outcome 2", h.callback_part(1, "result")),
     above=(("Return by the 10th", "", "", "", "", "", "", "", "", "", ""),), slips=False, fill=1.0, n=30)  # fmt: skip

book("put on hold, agent joined, call over", "legal aid calls spring.xlsx",
     ("Intern", h.words("Bea", "Milo", "Anh")), ("Date (mm/dd/yyyy)", h.day("%m/%d/%Y", thin=False)), ("Put on hold", h.hold_began),
     ("Agent joined", h.agent_came), ("Call over", h.call_over), ("Agent's name", h.agent), ("Tier 2 call promised", h.promised(("72h",), ("30 days",), ("none",))),
     ("Call-back outcome", h.callbacks_or_loss), above=(("Calls to the USCIS Contact Center. Fill in every column.",),),
     slips=False, fill=1.0, n=30, tabs=since(2023, 2, 13))  # fmt: skip

book("a telephone's list, with memos", "line history agency calls.csv",
     ("Ref", h.words("a-201", "a-202", "b-117")), ("Direction", h.direction("Outgoing", "Incoming")), ("Date and time", h.both()),
     ("Other number", h.number_of_other), ("User", h.words("tcole", "mnash")),
     ("Agent details", h.name_and_badge("{} / {}")), ("SR no.", h.sr_or_none), ("Disposition", h.result({"reached": ("Spoke",), "gave_up": ("Hung up",), "cut_off": ("Disconnected",), "menu": ("IVR only",),
                               "answered": ("Answered",), "missed": ("Missed",), "voicemail": ("Voicemail",)})),
     ("Memo", h.added_memo),
     incoming=True, slips=False, fill=1.0, n=30, tabs=since(2023, 9, 11))  # fmt: skip

book("a diary of calls", "diary - Inez.xlsx",
     ("When", h.true_day), ("Whose case", CLIENT), ("What I did and what they told me", h.diary),
     incoming=True, slips=False, fill=1.0, n=26, tabs=(("Contact Center", date(2023, 10, 2)),))  # fmt: skip

book("the shortest words", "cc log - TW.xlsx",
     ("Dt", h.true_day), ("Tm", h.short_clock), ("Cl", CLIENT), ("Hold", h.as_spoken),
     ("Res", h.end_in_a_letter({"reached": "SP", "gave_up": "HU", "cut_off": "DC", "menu": "IVR"})), ("ID", h.badge),
     ("Prom", h.promised(("72h",), ("30d",), ("no",))), ("CB", h.short_callbacks({"answered": "SP", "missed": "NA", "voicemail": "VM"})),
     below=lambda n: ((), ("SP = live person, HU = I hung up, DC = disconnected, IVR = machine only, NA = not answered, VM = voicemail",)),
     slips=False, fill=1.0, n=28, tabs=since(2021, 10, 4))  # fmt: skip

book("early, in the mountains, by 24 hours", "mountain_calls.csv",
     ("date", h.day("%Y-%m-%d", thin=False)), ("dialed", CLOCK24), ("wait (min)", MIN), ("agent id", h.badge), ("result", h.plain_result),
     timezone="America/Denver", hours=(6, 15), slips=False, fill=1.0, n=40, tabs=since(2022, 4, 4))  # fmt: skip
