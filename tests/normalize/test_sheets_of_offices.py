"""Sheets as offices keep them, each the smallest that shows one habit, and what is read of it. All is invented."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

import callanalytics as ca
from callanalytics import agencies, formats
from callanalytics.intake.remarks import unread_columns
from callanalytics.normalize import normalize
from exhaustive import fair
from read_logs import OFFICE, OFFICE_ID, receipt_and_entries
from text_rows import NEW_YORK, text_table

# Name of the file; its lines; of each line that is read: its number, its kind, how it ended, and what was promised.
SHEETS = {
    "whether anyone called": (
        "log",
        """Date,Called USCIS?,Time,Hold,Agent,Callback promised?
        3/14/2024,Yes,9:30 AM,42,Ana,72 hours
        3/15/2024,No,,,,
        3/16/2024,yes,1:15 PM,50,,""",
        [(2, "dial", "reached", "urgent"), (4, "dial", "unknown", None)],
    ),
    "whom somebody is still to call about": (
        "log",
        """Client,Call by,Called on,Time,Hold,Agent
        A-1,3/12/2024,3/14/2024,9:15 AM,35,Ana
        A-2,3/15/2024,,,,
        A-3,3/20/2024,3/19/2024,1:20 PM,62,""",
        [(2, "dial", "reached", None), (4, "dial", "unknown", None)],
    ),
    "attempts of the office": (
        "USCIS holds",
        """Client,First attempt date,First attempt outcome,Hold time
        A-1,3/14/2024,hung up after 40 min,40
        A-2,3/16/2024,spoke to agent,25
        A-3,3/17/2024,disconnected,55""",
        [(2, "dial", "gave_up", None), (3, "dial", "reached", None), (4, "dial", "cut_off", None)],
    ),
    "answers of our calls and of theirs": (
        "log",
        """OUR CALL Date,OUR CALL Time,OUR CALL Hold,OUR CALL Picked up?,USCIS CALLBACK Date,USCIS CALLBACK Picked up?
        6/13/2024,9:00 AM,40 min,Yes,6/15/2024,No
        6/14/2024,10:00 AM,55 min,No,,""",
        [(2, "dial", "reached", None), (2, "ring", "missed", None), (3, "dial", "no_person", None)],
    ),
    "a second call of the office, with its hold and result": (
        "USCIS cases",
        """Client,1st call,Hold,Result,2nd call,Hold,Result,Callback promised for,Callback?
        A-1,3/13/2024 9:00 AM,35,agent,3/20/2024 10:00 AM,50,agent,3/23/2024,missed 3/22
        A-2,3/14/2024 1:00 PM,60,hung up,3/15/2024 8:30 AM,20,72 hours,,no
        A-3,3/16/2024 11:00 AM,44,cut off,,,,,""",
        [
            (2, "dial", "reached", "unknown"),
            (2, "ring", "missed", None),
            (2, "dial", "reached", None),
            (3, "dial", "gave_up", None),
            (3, "dial", "reached", "urgent"),
            (4, "dial", "cut_off", None),
        ],
    ),
    "a second call of the office, and no more of it": (
        "llamadas a USCIS",
        """Fecha,Hora,Espera (min),Agente,Prometieron,Segunda llamada
        3/14/2024,9:05 AM,45,Ana,72 horas,3/20/2024
        3/15/2024,9:15 AM,35,Luz,no,""",
        [(2, "dial", "reached", "urgent"), (2, "dial", "unknown", None), (3, "dial", "reached", "none")],
    ),
    "a second call of theirs": (
        "USCIS calls",
        """Date,Time,Hold,Agent,Promised,Called back on,Answered?,2nd call,2nd answered?
        3/14/2024,9:05 AM,45,Ana,72 hours,3/15/2024,no,3/16/2024,yes
        3/15/2024,9:15 AM,35,Luz,no,,,,""",
        [
            (2, "dial", "reached", "urgent"),
            (2, "ring", "missed", None),
            (2, "ring", "answered", None),
            (3, "dial", "reached", "none"),
        ],
    ),
    "callbacks of no day": (
        "USCIS calls",
        """day,time of call,wait,talked to,cb by,cb received
        7/13/2026,2:20 PM,33 min,officer,,
        7/15/2026,9:32 AM,60 min,officer,7/18/2026,no
        7/27/2026,4:00 PM,41 min,officer,7/30/2026,missed
        7/30/2026,9:50 AM,25 min,officer,8/2/2026,8/1/2026 3:00 PM""",
        [
            (2, "dial", "reached", None),
            (3, "dial", "reached", "unknown"),
            (4, "dial", "reached", "unknown"),
            (4, "ring", "missed", None),
            (5, "dial", "reached", "unknown"),
            (5, "ring", "unknown", None),
        ],
    ),
    "success and failure": (
        "USCIS calls",
        """Date,Time,Wait,Outcome
        3/14/2024,9:05 AM,45,Success
        3/15/2024,9:15 AM,35,Fail
        3/16/2024,9:25 AM,25,Unsuccessful
        3/17/2024,9:35 AM,15,Success""",
        [
            (2, "dial", "reached", None),
            (3, "dial", "no_person", None),
            (4, "dial", "no_person", None),
            (5, "dial", "reached", None),
        ],
    ),
    "calls in a diary with other work": (
        "diary",
        """Date,Notes
        6/13/2024,"Called USCIS 9:10am, on hold 40 min, spoke w/ Tia. They called 6/15 at 2pm, spoke to officer Lee"
        6/14/2024,mailed RFE response
        6/15/2024,"Called USCIS 8:30am, on hold 1 hr, hung up"
        6/16/2024,client called about her EAD
        6/17/2024,"USCIS 1:15pm. Waited 70 minutes, agent could not help"
        6/18/2024,"tried USCIS twice: 8:10 (disconnected after 20 min) and 8:45 (held 50, got agent)\"""",
        [
            (2, "dial", "reached", None),
            (2, "ring", "answered", None),
            (4, "dial", "gave_up", None),
            (6, "dial", "reached", None),
            (7, "dial", "unknown", None),
        ],
    ),
    "few calls in a diary of other work": (
        "diary",
        """Date,Notes
        6/13/2024,"Called USCIS 9:10am, on hold 40 min, agent Tia 1234"
        6/14/2024,drafted brief
        6/15/2024,"Called USCIS 8:30am, on hold 1 hr, hung up"
        6/16/2024,lunch with Jo
        6/17/2024,court
        6/18/2024,filed I-130
        6/19/2024,"USCIS, held 33 min, dropped\"""",
        [(2, "dial", "reached", None), (4, "dial", "gave_up", None), (8, "dial", "cut_off", None)],
    ),
    "a promise without its time, and one told with its call": (
        "USCIS calls",
        """Date,Notes
        6/13/2024,"Called 9:10am, on hold 40 min, spoke w/ Tia, SR opened, callback in 72 hrs"
        6/14/2024,"Called 8:30am, on hold 1 hr, hung up"
        6/15/2024,"Called 2pm, held 35 min, disconnected\"""",
        [(2, "dial", "reached", "urgent"), (3, "dial", "gave_up", None), (4, "dial", "cut_off", None)],
    ),
    "a callback promised, when nobody said": (
        "USCIS calls",
        """Date,Time,Hold,Told us
        3/14/2024,9:05-9:25a,20 min,"Reached Ana, callback promised"
        3/15/2024,around 10,35 min,n/a - hung up
        3/16/2024,1p,50 min,someone will call within 72 hours""",
        [(2, "dial", "reached", "unknown"), (3, "dial", "gave_up", None), (4, "dial", "reached", "urgent")],
    ),
    "signs for words": (
        "USCIS",
        """📅,🕐,⏳ min,👤,✅/❌,📝
        3/14/2024,9:05 AM,40,Ana,✅,SR opened
        3/15/2024,10:30 AM,55,,❌,hung up
        3/18/2024,1:00 PM,20,Bob,✅,72hr callback""",
        [(2, "dial", "reached", None), (3, "dial", "gave_up", None), (4, "dial", "reached", "urgent")],
    ),
    "a text, and a call that came in": (
        "USCIS contacts",
        """Type,Date,Time,Hold,Notes
        We called,8/13/2024,9:00 AM,40 min,spoke with rep
        They called,8/14/2024,3:10 PM,,missed it
        Text,8/16/2024,8:00 AM,,USCIS text: a call is coming
        We called,8/17/2024,8:00 AM,15 min,hung up""",
        [(2, "dial", "reached", None), (3, "ring", "missed", None), (5, "dial", "gave_up", None)],
    ),
    "by what means, and with whom": (
        "USCIS contacts",
        """Date,How,To/From,Time,Hold,Outcome
        3/14/2024,Phone,To USCIS,9:00 AM,40 min,got Ana
        3/15/2024,Emma chat,To USCIS,10:00 AM,,told to call
        3/16/2024,Phone,From client A-1,11:00 AM,,wants an update
        3/18/2024,Phone,From USCIS,2:10 PM,,missed call - VM left""",
        [(2, "dial", "reached", None), (5, "ring", "voicemail", None)],
    ),
    "answers to yes and no": (
        "USCIS calls",
        """Date,Time,Mins,Spoke w/ T1?,Escalated T2?,CB came,CB ans?
        3/14/2024,9:05 AM,40,Y,Y - urgent,3/16 9:10 AM,N
        3/15/2024,10:05 AM,70,N,,,
        3/18/2024,11:05 AM,20,Y,N,,""",
        [
            (2, "dial", "reached", "urgent"),
            (2, "ring", "missed", None),
            (3, "dial", "no_person", None),
            (4, "dial", "reached", "none"),
        ],
    ),
    "attempts side by side": (
        "USCIS calls",
        """Case,Attempt 1 date,Attempt 1 hold,Attempt 1 outcome,Attempt 2 date,Attempt 2 hold,Attempt 2 outcome
        A-1,3/14/2024,40,hung up,3/15/2024,20,SR opened
        A-2,3/16/2024,15,72 hours,,,""",
        [(2, "dial", "gave_up", None), (2, "dial", "reached", None), (3, "dial", "reached", "urgent")],
    ),
    "rings and who picked up": (
        "USCIS callbacks log",
        """Date,Ring time,For case,Who picked up,Result
        5/13/2024,9:05 AM,A-1,Kim,spoke to officer
        5/14/2024,11:15 AM,A-2,nobody,missed""",
        [(2, "ring", "answered", None), (3, "ring", "missed", None)],
    ),
    "callbacks of the agency": (
        "Callbacks from USCIS",
        """Date,Time,Answered?
        9/15/2024,4:00 PM,No
        9/16/2024,9:30 AM,Yes""",
        [(2, "ring", "missed", None), (3, "ring", "answered", None)],
    ),
    "the day and the time of a callback in one cell": (
        "USCIS calls",
        """When we called,Minutes on hold,How it ended,Callback promised?,Callback at,Answered?
        10/30/2024 9:05 AM,45,Live person,72 hours,11/1/2024 9:40 AM,Yes
        11/11/2024 8:40 AM,26,Live person,72 hours,11/13/2024 2:00 PM,No - missed
        11/18/2024 9:00 AM,41,Live person,72 hours,,""",
        [
            (2, "dial", "reached", "urgent"),
            (2, "ring", "answered", None),
            (3, "dial", "reached", "urgent"),
            (3, "ring", "missed", None),
            (4, "dial", "reached", "urgent"),
        ],
    ),
    "a ledger of days by which they were to call": (
        "USCIS callback ledger",
        """Client,Asked on,USCIS said they would call by,Called back on,Did we pick up?,Notes
        A-1,8/5/2024,8/8/2024,8/7/2024,Yes,
        A-2,8/12/2024,8/15/2024,,,never called
        A-3,8/14/2024,9/13/2024,9/3/2024,No,left no message
        A-4,8/26/2024,8/29/2024,,,""",
        [
            (2, "dial", "reached", "unknown"),
            (2, "ring", "answered", None),
            (3, "dial", "reached", "unknown"),
            (4, "dial", "reached", "unknown"),
            (4, "ring", "missed", None),
            (5, "dial", "reached", "unknown"),
        ],
    ),
    "a no beside the day by which they were to call": (
        "USCIS calls",
        """Date,Time,On hold,Reached,Callback due,Callback
        8/20/2024,2:00 PM,35,yes,8/23/2024,no
        8/26/2024,2:10 PM,31,yes,8/29/2024,8/28/2024 1:00 PM
        8/27/2024,2:10 PM,31,yes,,""",
        [
            (2, "dial", "reached", "unknown"),
            (3, "dial", "reached", "unknown"),
            (3, "ring", "unknown", None),
            (4, "dial", "reached", None),
        ],
    ),
    "promises by a day": (
        "USCIS calls",
        """Date,Time,Hold,Result,Callback promised
        11/18/2024,9:00 AM,33,agent,by 11/21
        11/19/2024,9:00 AM,20,agent,within 3 days
        11/20/2024,9:00 AM,20,agent,tomorrow
        11/21/2024,9:00 AM,20,agent,11/25 8am-12pm
        11/22/2024,9:00 AM,20,agent,by Friday
        11/25/2024,9:00 AM,20,agent,no""",
        [
            (2, "dial", "reached", "unknown"),
            (3, "dial", "reached", "urgent"),
            (4, "dial", "reached", "unknown"),
            (5, "dial", "reached", "unknown"),
            (6, "dial", "reached", "unknown"),
            (7, "dial", "reached", "none"),
        ],
    ),
    "running sums under other names": (
        "USCIS holds",
        """Date,Time,Client,Min on hold,Total this month,Outcome
        9/3/2024,9:00 AM,A-1,30,30,spoke to rep
        9/14/2024,9:45 AM,A-1,45,75,disconnected
        YTD,,,75,,2 calls
        Month to date,,,75,,2 calls
        Running total,,,75,,2 calls""",
        [(2, "dial", "reached", None), (3, "dial", "cut_off", None)],
    ),
    "days written ahead": (
        "log",
        """Date,Day,Time,Hold,Spoke to,Result
        8/15/2024,Thu,9:05 AM,30 min,Ana,status given
        8/16/2024,Fri,,,,
        8/19/2024,Mon,,,,
        8/21/2024,Wed,,,,
        8/22/2024,Thu,,,,
        8/23/2024,Fri,,,,
        8/20/2024,Tue,9:40 AM,55 min,no one,dropped
        8/20/2024 2:10 PM,,,,,""",
        [(2, "dial", "reached", None), (8, "dial", "cut_off", None), (9, "dial", "unknown", None)],
    ),
    "the day of a call to the agency, and its time asked": (
        "form",
        """Date of call to USCIS,What time did you call?,How many minutes on hold?,Live person?,Callback promised?
        9/19/2024,9:15:00 AM,44,Yes,Yes
        9/21/2024,4:05:00 PM,23,Yes,No
        9/23/2024,11:05:00 AM,63,No,No""",
        [(2, "dial", "reached", "unknown"), (3, "dial", "reached", "none"), (4, "dial", "no_person", "none")],
    ),
    "whether it was live, and who it was": (
        "USCIS calls",
        """Date,Time,Hold,Live?,Talked to
        3/14/2024,9:00 AM,30 min,Y,Lisa
        3/15/2024,10:30 AM,45 min,N,
        3/16/2024,1:15 PM,1 hr,Y,Mr. Ford""",
        [(2, "dial", "reached", None), (3, "dial", "no_person", None), (4, "dial", "reached", None)],
    ),
    "calls from one time to another": (
        "USCIS calls",
        """Date,Time,Case,Reached USCIS officer?,Notes
        4/15/2024,9:05-10:20,A-1,Y,
        4/16/2024,1:10-1:40,A-1,N,dropped
        4/17/2024,11:15-12:05,A-2,Y,officer to call back
        4/18/2024,2:00 - 2:20,A-2,N,gave up
        4/19/2024,3:00,A-2,Y,tier 2 to call in 72 hrs""",
        [
            (2, "dial", "reached", None),
            (3, "dial", "cut_off", None),
            (4, "dial", "reached", "unknown"),
            (5, "dial", "gave_up", None),
            (6, "dial", "reached", "urgent"),
        ],
    ),
    "callbacks of an ISO, and why they were not answered": (
        "USCIS calls",
        """Date,Time,TOH,Agent,Promised,When ISO called,Did we answer?
        4/22/2024,9:05 AM,47,Quinn,72 hrs,4/24/2024 1:30 PM,No - at court
        4/24/2024,2:10 PM,31,Bo,30 days,,
        4/26/2024,9:00 AM,40,Kay,72 hrs,4/29/2024 1:35 PM,"Yes, 10 min"
        5/1/2024,9:00 AM,40,Kay,72 hrs,5/2/2024 1:35 PM,no - left VM
        5/3/2024,9:00 AM,40,Kay,72 hrs,5/6/2024 1:35 PM,N/A""",
        [
            (2, "dial", "reached", "urgent"),
            (2, "ring", "missed", None),
            (3, "dial", "reached", "regular"),
            (4, "dial", "reached", "urgent"),
            (4, "ring", "answered", None),
            (5, "dial", "reached", "urgent"),
            (5, "ring", "voicemail", None),
            (6, "dial", "reached", "urgent"),
            (6, "ring", "unknown", None),
        ],
    ),
    "calls and, beside them, callbacks from the agency": (
        "log",
        """OURS Date,OURS Time,OURS Wait,OURS Spoke to someone,CALLBACKS FROM USCIS Date,CALLBACKS FROM USCIS Answered?
        7/15/2024,9:30 AM,48,Yes,7/17/2024 2:10 PM,No
        7/16/2024,10:15 AM,12,No,7/23/2024 7:55 AM,Yes
        7/19/2024,11:00 AM,71,Yes,,""",
        [
            (2, "dial", "reached", None),
            (2, "ring", "missed", None),
            (3, "dial", "no_person", None),
            (3, "ring", "answered", None),
            (4, "dial", "reached", None),
        ],
    ),
    "promises in remarks, in more words": (
        "USCIS calls",
        """Date,Time,Hold,Agent,Notes
        3/14/2024,9:00 AM,30,Ann,callback to follow
        3/15/2024,9:00 AM,30,Ann,they will call back Fri
        3/16/2024,9:00 AM,30,Ann,she'll have an officer call me
        3/17/2024,9:00 AM,30,Ann,says they'll ring us
        3/18/2024,9:00 AM,30,Ann,told me to call back Friday
        3/21/2024,9:00 AM,30,Ann,callback not scheduled
        3/22/2024,9:00 AM,30,Ann,we call back Tues""",
        [(row, "dial", "reached", "unknown" if row < 6 else None) for row in range(2, 9)],
    ),
    "a chat beside the calls": (
        "log",
        """Date,Emma chat?,Called at,Minutes,Result
        3/18/2024,Y - no help,9:45 AM,50,live agent
        3/19/2024,Y,,,chat rep answered
        3/20/2024,N,10:10 AM,65,hung up after 65
        3/21/2024,N,3:30 PM,25,live agent""",
        [(2, "dial", "reached", None), (4, "dial", "gave_up", None), (5, "dial", "reached", None)],
    ),
    "from when to when it held": (
        "USCIS holds",
        """Date,On hold,Off hold,Client,Agent
        3/14/2024,9:02 AM,9:51 AM,A-1,Ana
        3/15/2024,10:15 AM,11:20 AM,A-2,
        3/18/2024,11:40 AM,12:05 PM,A-3,Cy
        3/19/2024,1:40 PM,2:05 PM,A-3,""",
        [(row, "dial", "reached" if row in (2, 4) else "unknown", None) for row in (2, 3, 4, 5)],
    ),
    "what came of callbacks, and who took them": (
        "USCIS calls",
        """Date,Caller,Hold,T1/T2,CB rec'd,Called back?,Who took it
        3/14/2024,Val,0:45,T1,3/15/2024,Missed,
        3/15/2024,Rick,0:35,T1,,N,
        3/18/2024,Val,1:10,T1,3/20/2024,Y,Val
        3/19/2024,Val,0:50,,,,""",
        [
            (2, "dial", "reached", None),
            (2, "ring", "missed", None),
            (3, "dial", "reached", None),
            (4, "dial", "reached", None),
            (4, "ring", "answered", None),
            (5, "dial", "unknown", None),
        ],
    ),
    "whether to call next, or to wait for a callback": (
        "USCIS calls",
        """Date,Time,Client,Hold,Agent,Next
        3/14/2024,9:05 AM,A-1,45,Ana,CB
        3/15/2024,9:15 AM,A-2,35,Bo,Call
        3/18/2024,9:25 AM,A-3,25,Cy,CB
        3/19/2024,9:35 AM,A-4,20,Di,Call""",
        [(row, "dial", "reached", None) for row in (2, 3, 4, 5)],
    ),
    "what others than an agent say": (
        "USCIS calls",
        """Date,Wait,What happened
        3/14/2024,45 min,App says case under review
        3/15/2024,35 min,Brother said they moved
        3/18/2024,25 min,Rosa will have to call again
        3/19/2024,50 min,Hopefully will have an answer
        3/20/2024,20 min,Maria will have an officer call
        3/21/2024,30 min,call dropped
        3/22/2024,40 min,spoke to agent""",
        [
            (2, "dial", "unknown", None),
            (3, "dial", "unknown", None),
            (4, "dial", "unknown", None),
            (5, "dial", "unknown", None),
            (6, "dial", "reached", "unknown"),
            (7, "dial", "cut_off", None),
            (8, "dial", "reached", None),
        ],
    ),
    "days with a number of calls and nothing else": (
        "USCIS calls",
        """Date,Time,Calls this week,Hold,Result
        3/14/2024,9:05 AM,1,45,spoke to agent
        3/15/2024,,2,,
        3/18/2024,,1,,
        3/19/2024,,2,,
        3/20/2024,,3,,
        3/21/2024,9:15 AM,4,30,hung up""",
        [
            (2, "dial", "reached", None),
            *((row, "dial", "unknown", None) for row in (3, 4, 5, 6)),
            (7, "dial", "gave_up", None),
        ],
    ),
    "a calendar with its weeks": (
        "USCIS calls",
        """Week of,Date,Day,Called by,Hold,Result
        3/11/2024,3/11/2024,Mon,CJ,0:45,spoke to agent
        ,3/12/2024,Tue,,,office closed - snow
        3/18/2024,3/18/2024,Mon,,,office closed - retreat
        ,3/19/2024,Tue,LB,1:05,hung up
        3/25/2024,3/25/2024,Mon,,,
        ,3/26/2024,Tue,,,
        ,3/27/2024,Wed,,,
        ,3/28/2024,Thu,,,
        4/1/2024,4/1/2024,Mon,,,""",
        [(2, "dial", "reached", None), (5, "dial", "gave_up", None)],
    ),
    "what an agent said, by name": (
        "USCIS calls",
        """Date,Wait,What happened
        3/14/2024,45 min,Maria said officer will call back
        3/15/2024,35 min,Denise (T1) put in for T2 callback
        3/18/2024,25 min,Keisha - T2 cb
        3/19/2024,50 min,"Robert says keep waiting, no news"
        3/20/2024,20 min,Recording said they will call back
        3/21/2024,30 min,call dropped
        3/22/2024,40 min,Lopez says card never came""",
        [
            (2, "dial", "reached", "unknown"),
            (3, "dial", "reached", "unknown"),
            (4, "dial", "reached", "unknown"),
            (5, "dial", "reached", None),
            (6, "dial", "unknown", None),
            (7, "dial", "cut_off", None),
            (8, "dial", "unknown", None),
        ],
    ),
    "what came of each call, told in notes": (
        "USCIS calls",
        """Date,Client,Notes
        3/14/2024,A-1,"held 45 min, T1 Maria took info, T2 will call back w/in 72 hrs. 3/15 CB rec'd, spoke to officer"
        3/15/2024,A-1,"hung up after 33 mins, never got a person"
        3/18/2024,A-1,"on hold 42 min. Spoke w/ Ana - case still pending"
        3/19/2024,A-1,line dropped after 20 min""",
        [
            (2, "dial", "reached", "urgent"),
            (2, "ring", "answered", None),
            (3, "dial", "gave_up", None),
            (4, "dial", "reached", None),
            (5, "dial", "cut_off", None),
        ],
    ),
    "rows labeled as calls and callbacks": (
        "USCIS calls",
        """Date,Time,Client,Call / CB,Wait,Who,Result
        3/14/2024,9:05 AM,A-1,Call,45,Maria,T2 to call back
        3/15/2024,1:20 PM,A-1,CB,,Ofc Lee,spoke to officer
        3/18/2024,9:25 AM,A-2,Call,25,,hung up
        3/19/2024,9:35 AM,A-3,Call,35,James,pending
        3/20/2024,2:10 PM,A-3,CB,,,missed""",
        [
            (2, "dial", "reached", "unknown"),
            (3, "ring", "answered", None),
            (4, "dial", "gave_up", None),
            (5, "dial", "reached", None),
            (6, "ring", "missed", None),
        ],
    ),
    "a box for those reached beside one for those cut off": (
        "USCIS calls",
        """Date,Time,Mins on hold,Reached Agent,Disconnected,Remarks
        3/14/2024,9:05 AM,45,TRUE,FALSE,
        3/15/2024,9:15 AM,35,FALSE,TRUE,
        3/18/2024,9:25 AM,25,FALSE,FALSE,hung up
        3/19/2024,9:35 AM,15,FALSE,FALSE,
        3/20/2024,9:45 AM,20,,,""",
        [
            (2, "dial", "reached", None),
            (3, "dial", "cut_off", None),
            (4, "dial", "gave_up", None),
            (5, "dial", "no_person", None),
            (6, "dial", "unknown", None),
        ],
    ),
    "a second client on a call": (
        "USCIS calls",
        """Date,Time,Client,Hold,Agent,Outcome
        3/14/2024,9:05 AM,A-1,45 min,Ana,asked for update
        3/14/2024,,A-2,same call,,asked about both
        3/15/2024,9:15 AM,A-3,35 min,Bo,72 hours
        3/15/2024,,A-4,same call,,72 hours""",
        [
            (2, "dial", "reached", None),
            (4, "dial", "reached", "urgent"),
            (5, "dial", "reached", "urgent"),
        ],
    ),
    "a request and when a call is expected": (
        "SR tracker USCIS",
        """SR #,Client,Call date,Hold,Agent,Exp. CB,CB 1,CB 1 result
        T1B0752300091,A-1,3/14/2024,45 min,Ana,3/19/2024,3/18/2024,missed
        T1B0752300092,A-2,3/15/2024,35 min,Bo,3/20/2024,,
        T1B0752300093,A-3,3/18/2024,25 min,Cy,3/21/2024,3/20/2024,answered""",
        [
            (2, "dial", "reached", "unknown"),
            (2, "ring", "missed", None),
            (3, "dial", "reached", "unknown"),
            (4, "dial", "reached", "unknown"),
            (4, "ring", "answered", None),
        ],
    ),
    "updates under a call, without a day of their own column": (
        "USCIS calls",
        """Date,Time,Paralegal,Wait,Result
        3/14/2024,9:05 AM,Ann,45m,officer will call
        ,,,,UPDATE 3/18: missed the callback
        3/15/2024,9:15 AM,Lou,35m,HU
        3/19/2024,9:25 AM,Lou,25m,officer will call
        ,,,,update 3/21: officer called and spoke""",
        [
            (2, "dial", "reached", "unknown"),
            (3, "ring", "missed", None),
            (4, "dial", "gave_up", None),
            (5, "dial", "reached", "unknown"),
            (6, "ring", "answered", None),
        ],
    ),
    "calls told with arrows": (
        "USCIS calls",
        """Date,Case,What happened
        3/14/2024,A-1,held 45 min → T1 Maria → T2 cb → 3/18 cb missed
        3/15/2024,A-2,held 35 min -> dropped
        3/18/2024,A-3,held 25 min → T1 Bo → answered
        3/19/2024,A-4,held 50 min → hung up""",
        [
            (2, "dial", "reached", "unknown"),
            (2, "ring", "missed", None),
            (3, "dial", "cut_off", None),
            (4, "dial", "reached", None),
            (5, "dial", "gave_up", None),
        ],
    ),
    "a mark for those whom tier 1 spoke to": (
        "USCIS log",
        """Date,Case,Hold (min),T1,DC'd,Hung up,T2 CB promised,CB came,CB missed
        3/14/2024,A-1,45,x,,,x,3/18/2024,x
        3/15/2024,A-2,35,,x,,,,
        3/18/2024,A-3,25,x,,,,,
        3/19/2024,A-4,50,,,x,,,
        3/20/2024,A-5,20,x,,,x,3/22/2024,
        3/21/2024,A-6,30,x,,,x,3/25/2024,""",
        [
            (2, "dial", "reached", "unknown"),
            (2, "ring", "missed", None),
            (3, "dial", "cut_off", None),
            (4, "dial", "reached", None),
            (5, "dial", "gave_up", None),
            (6, "dial", "reached", "unknown"),
            (6, "ring", "unknown", None),
            (7, "dial", "reached", "unknown"),
            (7, "ring", "unknown", None),
        ],
    ),
    "a status that waits for a callback": (
        "USCIS call tracker",
        """Date called,Time,Client,Hold (min),Agent,Status
        3/14/2024,9:05 AM,A-1,45,Ana,Waiting for CB
        3/15/2024,9:15 AM,A-2,35,Bo,Closed
        3/18/2024,9:25 AM,A-3,25,hung up,Try again
        3/19/2024,9:35 AM,A-4,30,Cy,Pending
        3/20/2024,9:45 AM,A-5,40,nobody,Waiting for CB""",
        [
            (2, "dial", "reached", "unknown"),
            (3, "dial", "reached", None),
            (4, "dial", "gave_up", None),
            (5, "dial", "reached", None),
            (6, "dial", "no_person", None),
        ],
    ),
    "who answered each of two callbacks": (
        "USCIS",
        """Date,Client,Hold,Spoke to,USCIS called back,Answered by,2nd USCIS call,2nd answered by
        3/14/2024,A-1,45 min,Ana,3/15/2024,missed,3/18/2024,KD
        3/15/2024,A-2,35 min,Bo,3/19/2024,KD,,
        3/18/2024,A-3,25 min,hung up,,,,
        3/19/2024,A-4,30 min,Cy,3/21/2024,missed,3/22/2024,LR""",
        [
            (2, "dial", "reached", None),
            (2, "ring", "missed", None),
            (2, "ring", "answered", None),
            (3, "dial", "reached", None),
            (3, "ring", "answered", None),
            (4, "dial", "gave_up", None),
            (5, "dial", "reached", None),
            (5, "ring", "missed", None),
            (5, "ring", "answered", None),
        ],
    ),
    "a key and a name at the foot": (
        "USCIS calls",
        """Dt,Tm,Wt,Res,CB dt,CB res
        3/14/2024,9:05 AM,45,T2 callback req'd,3/15/2024,msd
        3/15/2024,9:15 AM,35,spoke to agent,,
        3/18/2024,9:25 AM,25,hung up,,
        CB = callback,,,,,
        Prepared by SB,,,,,""",
        [
            (2, "dial", "reached", "unknown"),
            (2, "ring", "missed", None),
            (3, "dial", "reached", None),
            (4, "dial", "gave_up", None),
        ],
    ),
}
# A header over days, and whether each is one by which a callback was promised.
DUE = {
    "USCIS said they would call by": True,
    "Promised by": True,
    "CB by": True,
    "Expect call by": True,
    "Callback promised for": True,
    "We should call by": False,
    "Follow up by": False,
    "Client called by": False,
    "Reminder": False,
    "RFE due": False,
}
# A header over the moments of callbacks, and whether it is of those that came.
MOMENTS = {
    "Callback at": True,
    "CB time": True,
    "Time they called": True,
    "Officer called at": True,
    "When USCIS called": True,
    "Callback due at": False,
    "Time to call back by": False,
    "Next call at": False,
    "Callback promised at": False,
    "Callback expected at": False,
}


def read(folder, name, lines):
    """The receipt, and of each entry its row, kind, end and promise; of a callback, what came of it."""
    (folder / f"{name}.csv").write_text("\n".join(line.strip() for line in lines.splitlines()) + "\n")
    receipt, rows = receipt_and_entries(folder / f"{name}.csv", date_order="mdy")
    ends = [row.outcome if row.kind == "ring" else row.wait_outcome for row in rows.itertuples()]
    promised = [text if isinstance(text, str) else None for text in rows["promised"]]
    return receipt, list(zip(rows["source_row"], rows["kind"], ends, promised, strict=True))


@pytest.mark.parametrize("sheet", SHEETS)
def test_each_row_is_read_as_a_careful_person_reads_it(sheet, tmp_path):
    name, lines, wanted = SHEETS[sheet]
    receipt, found = read(tmp_path, name, lines)
    assert found == wanted
    assert receipt.totals["rows"] == receipt.totals["entries"] + receipt.totals["set_aside"]


@pytest.mark.slow
@pytest.mark.parametrize("sheet", fair(SHEETS, 4))
def test_what_is_read_of_a_sheet_is_what_an_ingest_stores(sheet, tmp_path):
    """Other tests look at what is read, and make no store."""
    path = tmp_path / "USCIS calls.csv"
    path.write_text("\n".join(line.strip() for line in SHEETS[sheet][1].splitlines()) + "\n")
    receipt, entries = receipt_and_entries(path, date_order="mdy")
    stored = ca.ingest([path], tmp_path / "store", **OFFICE, office_id=OFFICE_ID, date_order="mdy")
    assert (stored.totals, stored.unread, stored.unclear) == (receipt.totals, receipt.unread, receipt.unclear)
    rows = ca.load(tmp_path / "store", as_of="2030-01-01").entries.to_pandas().sort_values(["source_row", "item"])
    pd.testing.assert_frame_equal(entries.reset_index(drop=True), rows.reset_index(drop=True))


@pytest.mark.parametrize("header", DUE)
def test_a_day_by_which_they_were_to_call_is_a_promise(header, tmp_path):
    lines = f"""Date,Time,Hold,Agent,{header}
    3/12/2024,9:05 AM,45,Ana,3/15/2024
    3/13/2024,9:15 AM,35,Bo,
    3/14/2024,9:25 AM,25,Cy,3/19/2024
    3/15/2024,9:25 AM,25,Di,3/20/2024"""
    _, found = read(tmp_path, "USCIS calls", lines)
    assert [promised for *_, promised in found] == (
        ["unknown", None, "unknown", "unknown"] if DUE[header] else [None] * 4
    )


@pytest.mark.parametrize("header", MOMENTS)
def test_a_moment_under_a_header_of_callbacks_is_one_that_came(header, tmp_path):
    lines = f"""Date,Time,Hold,Result,Callback promised?,{header}
    3/12/2024,9:05 AM,45,spoke,72 hours,3/14/2024 9:40 AM
    3/13/2024,9:15 AM,35,spoke,72 hours,3/15/2024 10:40 AM
    3/14/2024,9:25 AM,25,spoke,72 hours,3/16/2024 11:40 AM"""
    receipt, found = read(tmp_path, "USCIS calls", lines)
    assert [kind for _, kind, *_ in found].count("ring") == 3 * MOMENTS[header]
    named = {column.name for _, column in receipt.unread} | {unclear.doubt.column for unclear in receipt.unclear}
    assert (header in named) is not MOMENTS[header]


TOLD_TWICE = ("✅/❌",)  # whether a person came, where the agent and the remark say so too
UNUSED = """Date,Time,Hold,Result,Callback,Comments,Time they called,2nd call time
3/12/2024,9:05 AM,45,spoke,72 hours,wants an update,9:40 AM,1:15 PM
3/13/2024,9:15 AM,35,spoke,72 hours,,10:40 AM,
3/14/2024,9:25 AM,25,spoke,72 hours,,11:40 AM,"""


@pytest.mark.parametrize("sheet", [*SHEETS, UNUSED])
def test_each_column_tells_something_or_is_named_as_unread(sheet):
    """A filled column that changes nothing when other words or none stand in it is one that the receipt names."""
    name, lines, _ = SHEETS.get(sheet, ("USCIS calls", sheet, []))
    rows = list(csv.DictReader(line.strip() for line in lines.splitlines()))
    whole, unread = contents_of(rows, name)
    for column in rows[0]:
        changed = (contents_of([row | {column: text} for row in rows], name)[0] for text in ("", "no", "qq zz"))
        assert column in unread or column in TOLD_TWICE or any(each != whole for each in changed), column


def contents_of(rows, name):
    """What is read of a sheet, and which of its columns are named as unread."""
    table = text_table(rows, sheet=name)
    done = normalize(table, formats.load()["hand_sheet"], NEW_YORK, agencies.load())
    tables = [part.to_pylist() for part in (done.entries, done.set_aside, done.rejects)]
    return (tables, done.doubts, done.questions), {column.name for column in unread_columns(table, done.format)}


def test_sums_of_each_day_are_no_calls(tmp_path):
    lines = """Date,# of calls,Total hold (min),Reached
    3/14/2024,3,120,2
    3/15/2024,1,45,0"""
    assert read(tmp_path, "USCIS tally", lines)[1] == []


OTHERS = {  # sheets of other trades in which the words of ours stand
    "jobs": """Date,Time,Wait (min),Job,Outcome
    3/14/2024,9:05 AM,45,backup,Success
    3/15/2024,9:15 AM,35,backup,Fail""",
    "sales": """Date,Time,Hold,Rep,Company,Outcome
    3/14/2024,9:05 AM,45,Bob,Acme,Success
    3/15/2024,9:15 AM,35,Bob,Best,Fail""",
    "diary": """Date,Notes
    3/14/2024,"called the bank, on hold 20 min, refund"
    3/15/2024,"called IRS, held 45 min, hung up"
    3/16/2024,"called the insurer, held 30 min, spoke to Ana"
    3/17/2024,mailed letter""",
    "mail": """Date,Notes
    3/14/2024,mailed G-28 to USCIS
    3/15/2024,USCIS receipt came
    3/16/2024,RFE from USCIS""",
}


@pytest.mark.parametrize("name", OTHERS)
def test_sheets_of_other_trades_are_not_read(name, tmp_path):
    assert read(tmp_path, name, OTHERS[name])[1] == []


@pytest.mark.parametrize("name", ["Client calls", "calls from clients", "Intake calls", "Consults 2024"])
def test_calls_that_clients_made_to_the_office_are_not_read(name, tmp_path):
    lines = """Date,Time,Client,Hold,Result,Called back?
    3/14/2024,9:00 AM,A-1,2 min,spoke to paralegal,n/a
    3/15/2024,10:00 AM,A-2,5 min,hung up,yes 3/16"""
    assert read(tmp_path, name, lines)[1] == []


@pytest.mark.parametrize("column", ["Notes", "Result", "Client"])
@pytest.mark.parametrize("word", ["VOID", "void - wrong client", "entered by mistake", "ignore this row"])
def test_a_row_that_someone_voided_is_no_call(column, word, tmp_path):
    cells = {"Client": "Roe", "Result": "spoke to agent", "Notes": ""} | {column: word}
    lines = f"""Date,Time,Client,Hold,Result,Notes
    3/14/2024,9:00 AM,Diaz,45 min,gave up,
    3/15/2024,10:00 AM,{cells["Client"]},40 min,{cells["Result"]},"{cells["Notes"]}"
    3/16/2024,9:00 AM,Diaz,35 min,spoke to agent,duplicate card sent"""
    lines = lines.replace(f",{word},", f',"{word}",')
    assert [row[0] for row in read(tmp_path, "USCIS calls", lines)[1]] == [2, 4]
