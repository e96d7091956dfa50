"""Tables of a law office and of the world that are no logs of calls to an agency. None may be taken for one.

    python tests/hand_logs/not_logs.py FOLDER        writes them

A line is a name, and after the colon its columns, each with what stands in it: ``date``, ``time``, ``when`` (both), ``day``
(of the week), ``name``, ``phone``, ``money``, ``receipt``, ``case``, ``h:mm``, ``5-60`` (a number of that span) or words
with a stroke between. The nasty ones have a date and a wait, a hold, an agent or a result, and are something else.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

PEOPLE = ("Maria Castell", "Wei Zhang", "A. Okafor", "J. Petrov", "Samir Haddad", "R. Banerjee", "Olena Koval", "王伟")

OFFICE = """
time entries: Date=date; Timekeeper=JS|KR|MT; Matter=case; Hours=h:mm; Rate=money; Narrative=Draft brief|Call with client|Review RFE
billing with calls: Date=date; Attorney=name; Client=name; Activity=Phone call|Email|Research; Time=0-3; Amount=money
billing export: Entry Date=date; User=name; Duration (hrs)=1-4; Description=TC w/ USCIS re I-485|Hold w/ court clerk|Filing; Billable=Yes|No
invoice list: Invoice No=100-900; Date=date; Client=name; Amount=money; Status=Paid|Open|On hold
calendar: Subject=Interview|Deadline|Call client; Start Date=date; Start Time=time; End Date=date; End Time=time; Location=Room 2|Phone
outlook appointments: Start=when; End=when; Subject=Merits hearing|Consult|Team call; Organizer=name; Show Time As=Busy|Free
contacts: Name=name; Company=Koval LLC|Acme; Phone=phone; Email=a@x.example|b@x.example; Notes=Prefers calls|Speaks Spanish
phone extension directory: Name=name; Extension=100-199; Department=Intake|Billing; Direct line=phone
case list: Matter=case; Client=name; Form=I-485|N-400|I-130; Receipt=receipt; Priority date=date; Status=Pending|RFE|Approved
open cases with agent: Client=name; A#=A000-000-000; Receipt number=receipt; Agent=name; Filed=date; Result=Approved|Pending|Denied
deadlines: Due date=date; Matter=case; Task=RFE response|Brief; Assigned to=name; Done=Yes|No
rfe tracker: Date received=date; Receipt=receipt; Form=I-140|I-485; Due=date; Responded=date; Outcome=Approved|Pending
receipt notices: Notice date=date; Receipt number=receipt; Form=I-765|I-131; Client=name; Notice type=Receipt|Approval|Biometrics
biometrics appointments: Date=date; Time=time; Client=name; ASC=Dallas|Houston; Attended=Yes|No; Wait=5-60
interviews: Interview date=date; Time=time; Field office=Dallas|Newark; Officer=name; Client=name; Result=Approved|Continued|Denied
infopass visits: Date=date; Time=time; Field office=Dallas|Newark; Officer=name; Wait (min)=5-90; Reason=ADIT stamp|Inquiry; Visit result=Stamp given|Sent away
processing times: Form=I-485|I-130|N-400; Office=Texas|Nebraska; Minimum months=4-20; Maximum months=21-60; Receipt date for inquiry=date
visa bulletin: Category=EB-2|F2A|EB-3; All areas=date; China=date; India=date; Mexico=date
expenses: Date=date; Vendor=USPS|FedEx|DHS; Category=Filing fee|Postage; Amount=money; Paid by=name
mileage: Date=date; From=Office|Court; To=USCIS|Court; Miles=3-80; Purpose=Interview|Filing
staff rota: Day=day; Shift start=time; Shift end=time; Person=name; Phone duty=Yes|No
timesheet: Date=date; Start=time; End=time; Break (min)=15-60; Total=h:mm; Employee=name
vacation: Employee=name; From=date; To=date; Type=Vacation|Sick; Approved by=name
court docket: Date=date; Time=time; Court=EOIR Dallas|EOIR Newark; Judge=name; Case no.=case; Result=Continued|Granted
master hearings: Hearing date=date; A-number=A000-000-000; Respondent=name; IJ=name; Call-up date=date; Outcome=Reset|Relief granted
client intake: Date=date; Name=name; Phone=phone; Referred by=name; Issue=Asylum|Family; Result=Retained|Declined
consult list: Date=date; Time=time; Client=name; Attorney=name; Fee=money; No-show=Yes|No
intake calls: Date=date; Time=time; Caller=name; Phone=phone; Taken by=name; Message=Wants consult|Asks about status; Called back=Yes|No
while you were out: Date=date; Time=time; For=name; Caller=name; Phone=phone; Please call=Yes|No; Message=Re: invoice|Will call again
voicemail list: Received=when; Caller=name; Number=phone; Length=h:mm; Transcribed=Call me back|About my case; Returned by=name
trust ledger: Date=date; Client=name; Deposit=money; Withdrawal=money; Balance=money; Hold until=date
bank statement: Date=date; Description=DEPOSIT|CHECK 201|ACH HOLD; Debit=money; Credit=money; Balance=money
checks: Check no.=1000-2000; Date=date; Payee=DHS|Clerk of Court; Amount=money; Cleared=Yes|No
escrow holdbacks: Closing date=date; Property=12 Elm St|4 Oak Ave; Holdback=money; Hold reason=Repairs|Survey; Agent=name; Released=date
litigation holds: Hold date=date; Matter=case; Custodian=name; Hold type=Email|Phone; Released=date; Result=Acknowledged|Pending
document holds: Date of hold=date; Custodian=name; Agent=name; Wait period (days)=10-60; Outcome=Acknowledged|Reminded
conflict checks: Date=date; Name=name; Checked by=name; Result=Clear|Hit|Hold
fax log: Date=date; Time=time; To=phone; Pages=1-40; Result=OK|Busy|Failed; Duration=h:mm
mail log: Date=date; Carrier=USPS|FedEx; Tracking number=1000-9000; To=USCIS Lockbox|NVC; Delivered=date
courier holds: Ship date=date; Tracking=1000-9000; Agent=name; Hold at location=Yes|No; Delivered=date
foia requests: Submitted=date; Agency=USCIS|EOIR|CBP; Control no.=case; Track=1|2|3; Response=date; Result=Granted|Partial
e-requests: Submitted=date; Receipt=receipt; Type=Outside processing time|Typo; Confirmation=1000-9000; Reply=date; Outcome=Answered|No reply
congressional inquiries: Date=date; Office=Rep. Banks|Sen. Cole; Contact=name; Receipt=receipt; Result=Reply|Waiting
case status checks online: Date checked=date; Receipt=receipt; Status=Case Was Received|Interview Scheduled; Checked by=name
translation jobs: Received=date; Language=Spanish|Korean; Pages=1-30; Translator=name; Due=date; Rate=money
interpreters booked: Date=date; Start=time; End=time; Language=Farsi|Arabic; Interpreter=name; Agency=LingoCo|TransPro; Result=Confirmed|Cancelled
conference room: Date=date; Start=time; End=time; Room=A|B; Booked by=name; Hold=Yes|No
training records: Date=date; Course=Ethics|Asylum; Attendee=name; Credits=1-4; Result=Pass|Fail
keys: Key no.=1-40; Person=name; Out=date; Back=date
supplies: Item=Toner|Paper; Ordered=date; Agent=name; Qty=1-20; On hold=Yes|No; Arrived=date
marketing leads: Date=date; Source=Google|Referral; Name=name; Phone=phone; Status=Called|No answer|Retained
client reviews: Date=date; Client=name; Stars=1-5; Comment=Great|Long wait on phone; Replied=Yes|No
client callbacks owed: Client=name; Phone=phone; Called us=date; Promised by=date; Attorney=name; Called back=Yes|No
"""

WORLD = """
sales calls: Date=date; Time=time; Agent=name; Prospect=name; Phone=phone; Duration (min)=2-40; Result=Sold|No interest|Call back
cold call list: Company=Acme|Koval LLC; Contact=name; Phone=phone; Call date=date; Outcome=No answer|Voicemail|Meeting
realtor showings: Date=date; Time=time; Property=12 Elm St|4 Oak Ave; Agent=name; Buyer=name; Result=Offer|Not interested
realtor holds: Date=date; Unit=2B|4C; Agent=name; Hold until=date; Deposit=money; Outcome=Leased|Released
library holds: Hold placed=date; Title=Emma|Walden; Patron=name; Hold until=date; Wait list=1-30; Status=Ready|Waiting
library queue: Title=Emma|Walden; Date=date; Position in queue=1-40; Wait (weeks)=1-12; Result=Picked up|Expired
patient waits: Date=date; Arrival=time; Seen=time; Wait (min)=5-120; Doctor=name; Outcome=Discharged|Admitted
emergency room: Arrived=when; Triage=1-5; Wait=5-300; Provider=name; Disposition=Home|Admitted
clinic appointments: Date=date; Time=time; Patient=name; Wait time=5-60; Provider ID=100-300; Result=Seen|No show
medication log: Date=date; Time=time; Drug=Aspirin|Heparin; Dose=5-100; Nurse=name; Held=Yes|No; Reason=BP low|NPO
blood pressure: Date=date; Time=time; Systolic=100-160; Diastolic=60-100; Arm=L|R
restaurant queue: Date=date; Time=time; Party=name; Size=1-8; Wait (min)=5-70; Result=Seated|Left
restaurant holds: Date=date; Time=time; Name=name; Phone=phone; Table hold=10-30; Outcome=Seated|No show
theme park waits: Date=date; Time=time; Ride=Comet|Falls; Wait (minutes)=5-120; Status=Open|Down
border waits: Date=date; Hour=0-23; Port=San Ysidro|Laredo; Lanes=2-12; Wait (min)=5-180
airport security: Date=date; Time=time; Checkpoint=A|B; Wait=2-60; Officer count=3-12
dmv visits: Date=date; Ticket=100-400; Called at=time; Wait (min)=5-200; Clerk=name; Result=Renewed|Missing papers
helpdesk tickets: Ticket=1000-9000; Opened=when; Agent=name; Priority=High|Low; On hold=Yes|No; Resolved=when; Result=Fixed|Duplicate
support calls received: Date=date; Time=time; Customer=name; Agent=name; Issue=Login|Printer; Resolution=Fixed|Escalated
call center staffing: Date=date; Interval=time; Agents scheduled=5-40; Calls offered=20-300; Calls answered=20-290; Average wait=10-300; Abandoned=0-30
call center daily: Date=date; Calls=100-900; Avg hold (sec)=10-400; Service level=50-99; Agents=5-40
agent scorecard: Agent=name; Agent ID=100-900; Week of=date; Calls handled=50-200; Avg talk=h:mm; Avg hold=h:mm; QA result=Pass|Coach
agent schedule: Date=date; Agent=name; Start=time; End=time; Queue=Sales|Billing; Hold duty=Yes|No
hold music: Track=Opus 1|Breeze; Artist=name; Length=h:mm; Added=date; Queue=Main|Sales
ivr menu: Option=1-9; Prompt=Sales|Billing|Agent; Destination=Queue A|Voicemail; Max wait=30-600; Changed=date
phone bill summary: Month=date; Line=phone; Minutes=100-900; Charges=money
flight delays: Date=date; Flight=100-900; Scheduled=time; Actual=time; Delay (min)=0-200; Hold reason=Weather|ATC; Result=Landed|Diverted
freight holds: Date=date; Container=1000-9000; Customs agent=name; Hold=Exam|Docs; Wait (days)=1-14; Result=Released|Returned
parking tickets: Date=date; Time=time; Plate=AB1|CD2; Officer=name; Badge=100-900; Fine=money; Outcome=Paid|Appealed
police calls for service: Call no.=1000-9000; Received=when; Officer=name; Badge ID=100-900; Type=Noise|Alarm; Result=Report|Cleared
fire dispatch: Date=date; Call time=time; Unit=E1|L2; Response (min)=2-15; Outcome=False alarm|Fire
school attendance: Date=date; Pupil=name; Present=Yes|No; Minutes late=0-40; Called home=Yes|No
class list: Student=name; Class=3A|3B; Born=date; Parent phone=phone
exam results: Date=date; Student=name; Candidate ID=100-900; Score=40-100; Result=Pass|Fail
product table: SKU=1000-9000; Product=Lamp|Desk; Price=money; Stock=0-90; On hold=0-9
orders: Order=1000-9000; Date=date; Customer=name; Total=money; Status=Shipped|On hold|Cancelled
order holds: Order date=date; Order time=time; Hold code=FRAUD|CREDIT; Agent=name; Released=when; Result=Shipped|Void
ab test: Date=date; Variant=A|B; Visitors=100-900; Conversions=1-90; p value=1-99; Result=Win|No change
web analytics: Date=date; Page=/home|/contact; Sessions=10-900; Avg time on page=h:mm; Bounce=10-90
server log summary: Time=when; Agent=Mozilla|curl; Status=200|404; Wait ms=2-900; Bytes=100-9000
weather: Date=date; High=20-99; Low=10-60; Rain (in)=0-3; Station=100-900
tides: Date=date; Time=time; Height=1-9; Tide=High|Low
stock trades: Date=date; Time=time; Ticker=ABC|XYZ; Action=Buy|Sell|Hold; Shares=10-900; Price=money; Agent=name
analyst ratings: Date=date; Analyst=name; Stock=ABC|XYZ; Call=Buy|Hold|Sell; Target=money; Result=Hit|Missed
options: Date=date; Call or put=Call|Put; Strike=money; Expiry=date; Hold (days)=1-60; Result=Win|Loss
insurance claims: Claim=1000-9000; Date of loss=date; Agent=name; Adjuster=name; On hold=Yes|No; Outcome=Paid|Denied
insurance renewals: Policy=1000-9000; Agent=name; Agent ID=100-900; Call by=date; Phone=phone; Result=Renewed|Lapsed
travel agent bookings: Date=date; Agent=name; Traveler=name; Hold until=date; Fare=money; Outcome=Ticketed|Expired
sports holds: Date=date; Player=name; Agent=name; Minutes=5-40; Penalty=Holding|Trip; Result=W|L
gym log: Date=date; Time=time; Exercise=Plank|Squat; Hold (sec)=20-180; Reps=1-20
plank holds: Date=date; Hold time=20-300; Coach=name; Notes=felt good|tired
breath holds: Date=date; Time=time; Hold (mm:ss)=h:mm; Coach=name; Result=Best|OK
fishing: Date=date; Time=time; Wait (min)=5-120; Fish=Trout|Bass; Result=Kept|Released
bus arrivals: Date=date; Stop=100-900; Scheduled=time; Arrived=time; Wait (min)=0-30; Route=7|12
elevator waits: Date=date; Time=time; Floor=1-20; Wait (sec)=5-180; Car=A|B
oven log: Date=date; Time=time; Temp=200-450; Hold (min)=10-90; Batch=100-900; Result=OK|Burnt
furnace holds: Date=date; Start=time; Hold time (min)=10-240; Operator=name; Operator ID=100-900; Outcome=Pass|Scrap
museum tours: Date=date; Time=time; Guide=name; Visitors=2-40; Wait list=0-20
bug list: ID=1000-9000; Opened=date; Owner=name; Severity=High|Low; Outcome=Fixed|Wont fix
survey answers: Timestamp=when; How long did you wait?=Short|Long; Would you call again?=Yes|No; Comments=Good|Bad
jury duty: Date=date; Juror=name; Juror ID=100-900; Wait (hours)=1-8; Result=Seated|Dismissed
vaccine line: Date=date; Site=North|South; Wait (min)=2-90; Doses=10-400; Nurse=name
"""

# Logs of calls all right, with their waits and who answered, and the calls are to or from somebody else.
CALLS = """
consulate visits: Date=date; Consulate=Mexico|Guatemala; Time in=time; Wait (min)=10-120; Officer=name; Purpose=Passport|Power of attorney; Result=Done|Come back
sales dt toc: Dt=date; TOC=time; HT=1-20; Rep=name; Account=Acme|Koval LLC; Res=Sold|No|VM
pharmacy calls: Date=date; Time=time; Pharmacy=CVS|Walgreens; On hold (min)=2-40; Spoke to=name; Rx #=1000-9000; Result=Refilled|Needs auth
insurance company calls: Date=date; Time called=time; Insurer=Aetna|Cigna; Hold time=5-60; Rep=name; Ref #=10000-90000; Outcome=Auth approved|Denied|Pending
interviews hr: Date=date; Time=time; Candidate=name; Wait (min)=1-20; Interviewer=name; Outcome=Hire|Reject
barber: Date=date; Time=time; Barber=name; Wait=5-60; Result=Cut|Left
help line incoming: Date=date; Time=time; Caller=name; Language=Spanish|Dari; Wait (min)=1-20; Staff=name; Result=Referred|Advice given
court clerk calls: Date=date; Time=time; Court=EOIR Dallas|County; Clerk=name; Hold (min)=2-40; Result=Date confirmed|Voicemail
county clerk calls: Date=date; Time called=time; Clerk's name=name; Time on hold=2-40; Case number=case; Answer=Filed|Not found
cable company: Date=date; Time=time; Hold=5-90; Rep=name; Complaint=Outage|Bill; Outcome=Credit|Technician
irs calls: Date=date; Time=time; Taxpayer=name; Hold time=10-120; IRS agent=name; Badge=1000-9000; Result=Transcript faxed|Installment set
va calls: Date=date; Time=time; Veteran=name; Wait (min)=5-90; VA rep=name; Outcome=Claim pending|Letter sent
prior auth: Date=date; Patient=name; Time on hold (min)=5-60; Rep=name; Reference #=10000-90000; Outcome=Approved|Denied
hair salon phone: Date=date; Time=time; Caller=name; Hold=1-5; Stylist=name; Result=Booked|No
utility calls: Date=date; Time=time; Utility=Gas|Power; Hold min=5-60; Agent ID=100-900; Account #=1000-9000; Result=Bill fixed|Meter read
phone screen: Date=date; Time=time; Minutes=10-60; Recruiter=name; Candidate=name; Result=Advance|Pass
runs: Date=date; Time=time; Minutes=15-60; Miles=1-8; Result=PB|OK
pediatric triage line: Date=date; Time=time; Hold=1-20; Nurse=name; Child=name; Result=ER|Home care
dmv phone: Date=date; Time=time; Hold (min)=5-90; Rep=name; Plate no.=100-900; Result=Title mailed|Visit office
collections: Date=date; Time=time; Debtor=name; Agent=name; Minutes=1-20; Result=Promise to pay|No answer
vet clinic phone: Date=date; Time=time; Hold=1-20; Pet=Rex|Milo; Vet=name; Result=Appointment|Advice
ticket hotline: Date=date; Time=time; Queue time (min)=5-200; Event=Opera|Game; Result=Tickets bought|Sold out
gas company: Date=date; Time=time; On hold (min)=5-60; Rep=name; Meter=1000-9000; Result=Reading taken|Pending
recruiting calls: Date=date; Time=time; Candidate=name; Minutes=5-40; Recruiter=name; Result=Advance|Pass
tutoring: Date=date; Time=time; Minutes=30-90; Tutor=name; Student=name; Result=Done|Absent
facility inspections: Date=date; Facility=Karnes|Dilley; Arrived=time; Admitted=time; Officer=name; Result=Toured|Refused
deliveries: Date=date; Called=time; Picked up=time; Driver=name; Result=Delivered|Returned
surgery: Date=date; Start=time; End=time; Surgeon=name; Outcome=Good|Complication
oven timings: Date=date; Hold began=time; Hold ended=time; Batch=100-900; Result=Pass|Scrap
monthly sales: Year=2021-2023; Month=1-12; Day=1-28; Rep=name; Minutes=5-40; Result=Sold|Lost
detention calls: Date=date; Time=time; Detainee=name; Facility=Karnes|Dilley; Hold (min)=5-60; Officer=name; Result=Legal call set|Refused
process server: Date=date; Time=time; Wait (min)=5-60; Server=name; Defendant=name; Result=Served|Not home
dental: Date=date; Time=time; Patient=name; Wait=5-40; Dentist=name; Result=Cleaned|Filling
internet provider: Date=date; Time=time; Held=5-60; Tech=name; Ticket=1000-9000; Result=Modem reset|Visit scheduled
medicare: Date=date; Time=time; Wait (min)=10-90; Rep=name; Beneficiary ID=1000-9000; Result=Covered|Appeal
traffic court: Date=date; Time=time; Wait (min)=5-90; Officer=name; Citation=1000-9000; Result=Dismissed|Fined
vendor calls: Date=date; Time=time; Vendor=Staples|Canon; Hold (min)=1-40; Rep=name; PO=1000-9000; Result=Shipped|Backorder
helpdesk wait: Date=date; Time=time; User=name; Wait (min)=1-60; Technician=name; Result=Reset password|Reinstalled
landlord calls: Date=date; Time=time; Minutes=1-20; Landlord=name; Unit=2B|4C; Result=Repair set|Voicemail
parent calls: Date=date; Time=time; Parent=name; Minutes=1-20; Teacher=name; Result=Reached|Voicemail
sauna: Date=date; Time=time; Minutes=5-20; Temp=70-100; Result=Good|Hot
shifts: Date=date; Clock in=time; Clock out=time; Employee=name; Notes=Late|OK
911: Date=date; Call received=time; Answered=time; Dispatcher=name; Type=Fire|EMS; Result=Sent|Hoax
dos visa line: Date=date; Time=time; Post=Lima|Manila; Hold=5-60; Consular rep=name; Result=Ticket opened|No info
passport agency: Date=date; Time=time; Hold=10-90; Agent=name; Locator no.=1000-9000; Result=Appointment|No slots
interpreter line: Date=date; Time=time; Language=Spanish|Pashto; Wait (sec)=5-90; Interpreter ID=10000-90000; Minutes=5-60; Client=name
school calls: Date=date; Time=time; Parent=name; Reached=Yes|No; Minutes=1-20; Staff=name; Outcome=Spoke|Voicemail
tax forms line: Date=date; Time=time; Time on hold=20-120; Rep name=name; Rep ID=1000-9000; Form=2848|1040; Result=Fixed|Transfer|Disconnected
returned voicemails: Date=date; Time=time; From=name; Length=h:mm; Summary=Wants callback|New case; Called back by=name; Called back on=date
missed calls: Date=date; Time=time; Number=phone; Called back?=Y|N; By=name; Result=Spoke|VM
crisis line: Date=date; Time=time; Wait (sec)=5-90; Counselor=name; Length (min)=5-60; Outcome=Referred|Dropped
agencies of taxes: Date=date; Time=time; Agency=IRS|NJ Tax; Hold (min)=20-90; Agent=name; Badge=1000-9000; Outcome=Resolved|Hung up
chats with the agency: Date=date; Time=time; Chat agent=name; Wait (min)=1-30; Transcript saved=Yes|No; Result=Answered|Ended by Emma
interviews with a wait: Date=date; Appt time=time; Called in=time; Wait (min)=5-120; Client=name; Officer=name; Result=Approved|RFE
nvc hold: Date=date; Time=time; Case number=case; On hold=10-90; NVC rep=name; NVC rep ID=100-900; Result=Docs OK|Pay fee
hold log of companies: Date=date; Time=time; Company=Bright Power|Sky Air|Oak Mutual; Hold=5-70; Spoke with=name; Confirmation #=10000-90000; Result=Credit issued|Hung up|Disconnected|Resolved
whom we held for: Date=date; Time=time; Who I called=Bright Power|Sky Air|Oak Mutual; Time on hold=5-70; Rep=name; Ref #=10000-90000; Outcome=Rebooked|Hung up|Dropped|Refund promised
power company calls: Date=date; Time=time; Hold=5-70; Rep=name; Outcome=Outage reported|Hung up|Cut off|Crew assigned; Callback?=Yes|No
bill and what for: Date=date; Time=time; Number dialed=phone; Minutes on hold=5-70; Rep=name; Reference #=10000-90000; Issue=Meter read wrong|Bill too high|Shutoff notice; Resolved=Y|N
phone calls about passwords: Date=date; Time=time; Wait (min)=5-70; Agent=name; Result=Password reset|Hung up|Disconnected|Ticket opened
couriers to the agency: Date=date; Time picked up=time; Time delivered=time; Courier=bike|FastBox; Tracking=10000-90000; To=USCIS Lockbox|Court; Signed by=name
social security line: Date=date; Time=time; Wait=5-70; Agent=name; Result=Benefit letter sent|Gave up|Disconnected
diary: Date=date; Entry=Called mom 20 min|Waited for bus 30 min, cold|Read a book
support notes: Date=date; Notes=Customer on hold 10 min, agent Ana fixed it|Customer dropped, called back 3:00 pm
sales notes: Date=date; Notes=Called Acme 10:05 am, on hold 5 min, rep Bob, no deal|Called Bolt 2:00 pm, left VM
"""


def tables() -> dict[str, tuple[list[str], list[str]]]:
    """Name → headers, and what stands under each."""
    out = {}
    for line in filter(None, (OFFICE + WORLD + CALLS).splitlines()):
        name, columns = line.split(": ", 1)
        pairs = [column.rsplit("=", 1) for column in columns.split("; ")]
        assert name not in out, name
        out[name] = ([header for header, _ in pairs], [kind for _, kind in pairs])
    return out


def rows(name: str, kinds: list[str]) -> list[list]:
    rng = random.Random(f"not a log {name}")
    day, out = date(2022, 1, 10), []
    for _ in range(rng.randint(12, 30)):
        day += timedelta(days=rng.randint(0, 3))
        out.append([_cell(kind, day, rng) if rng.random() < 0.9 else "" for kind in kinds])
    return out


def _cell(kind: str, day: date, rng: random.Random):
    clock = time(rng.randint(8, 17), rng.choice((0, 10, 15, 30, 45)))
    if re.fullmatch(r"\d+-\d+", kind):
        return rng.randint(*map(int, kind.split("-")))
    known = {
        "date": lambda: datetime(day.year, day.month, day.day),
        "time": lambda: clock,
        "when": lambda: datetime.combine(day, clock),
        "day": lambda: f"{day:%A}",
        "name": lambda: rng.choice(PEOPLE),
        "phone": lambda: f"202-555-01{rng.randint(0, 99):02}",
        "money": lambda: round(rng.uniform(10, 900), 2),
        "receipt": lambda: f"IOE09{rng.randint(0, 99999999):08}",
        "case": lambda: f"{day.year % 100}-{rng.randint(100, 999)}",
        "h:mm": lambda: timedelta(minutes=rng.randint(2, 200)),
    }
    return known[kind]() if kind in known else rng.choice(kind.split("|"))


def write(name: str, folder: Path) -> Path:
    """As a workbook or, every other one, as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    headers, kinds = tables()[name]
    if list(tables()).index(name) % 2:
        path = folder / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([headers, *[[_as_text(cell) for cell in row] for row in rows(name, kinds)]])
        return path
    import openpyxl

    path, workbook = folder / f"{name}.xlsx", openpyxl.Workbook()
    for row in [headers, *rows(name, kinds)]:
        workbook.active.append([None if cell == "" else cell for cell in row])
    workbook.save(path)
    return path


def _as_text(cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%m/%d/%Y}" if cell.time() == time() else f"{cell:%m/%d/%Y %I:%M %p}"
    if isinstance(cell, time):
        return f"{cell:%I:%M %p}"
    return str(cell)


if __name__ == "__main__":
    for each in tables():
        write(each, Path(sys.argv[1]))
