"""The job of ``sample.py`` as a person who knows these files would write it in pandas, office by office.

It does less than the package: it keeps no account of rows, unites no exports, links no callback with a request by more
than the number, and takes every promise for due.
"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

import pandas as pd

EASTERN = "America/New_York"
AGENCY = "8003755283"
MEANING = {"We called": "call", "They called, we answered": "answered", "They called, we missed it": "missed"}


def digits(numbers: pd.Series) -> pd.Series:
    return numbers.fillna("").str.replace(r"\D", "", regex=True).str[-10:]


def eastern(moments: pd.Series, zone: str) -> pd.Series:
    return moments.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert(EASTERN)


def hand_log(path: Path, zone: str) -> pd.DataFrame:
    rows = pd.read_excel(path, sheet_name="Calls", dtype=str)
    rows = rows[rows["No."] != "EXAMPLE"]
    moment = pd.to_datetime(rows["Date"].str[:10] + " " + rows["Time"].fillna(""), errors="coerce", format="mixed")
    wait, promised = rows["Minutes to a person"].str.extract(r"(\d+)")[0].astype(float), rows["Call-back promised"]
    return pd.DataFrame(
        {
            "at": eastern(moment, zone),
            "kind": rows["What happened"].str.replace("’", "'").map(MEANING).fillna("other"),
            "minutes": wait.where(~rows["Who spoke to us"].fillna("").str.startswith("Automated")),
            "promised": promised.fillna("").str.extract(r"(Urgent|Regular)")[0].str.lower(),
            "number": digits(rows["Number for the call-back"]),
        }
    )


def chicago_sheet(path: Path, zone: str) -> pd.DataFrame:
    rows = pd.read_csv(path, dtype=str)
    moment = pd.to_datetime(rows["Date"] + " " + rows["Time"].fillna(""), errors="coerce", format="mixed")
    wait = rows["Hold time"].str.extract(r"(\d+)")[0].astype(float)
    calls = pd.DataFrame({"at": eastern(moment, zone), "kind": "call", "minutes": wait})
    calls["promised"] = rows["Callback?"].fillna("").str.lower().str.extract(r"(urgent|regular)")[0]
    calls["number"] = digits(rows["Callback number"])
    back = pd.to_datetime(rows["Called back on"], errors="coerce", format="mixed")
    answered = rows["Answered?"].fillna("").str.lower().str.startswith("y").map({True: "answered", False: "missed"})
    backs = pd.DataFrame({"at": eastern(back, zone), "kind": answered, "number": digits(rows["Callback number"])})
    return pd.concat([calls, backs[back.notna()]])


def ringcentral(path: Path, zone: str) -> pd.DataFrame:
    rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    rows = rows[rows["Leg"].eq("Leg-master") & rows["Type"].ne("Fax") & rows["Direction"].eq("Incoming")]
    moment = pd.to_datetime(rows["Date"].str[4:] + " " + rows["Time"], errors="coerce", format="%m/%d/%Y %I:%M %p")
    answered = rows["Action Result"].eq("Accepted").map({True: "answered", False: "missed"})
    back = pd.DataFrame({"at": eastern(moment, zone), "kind": answered, "number": digits(rows["To"])})
    return back[digits(rows["From"]).eq(AGENCY)]


def freepbx(path: Path, zone: str) -> pd.DataFrame:
    rows = pd.read_csv(path, dtype=str)
    rows = rows[digits(rows["src"]).eq(AGENCY)].sort_values("disposition").drop_duplicates("linkedid")
    answered = rows["disposition"].eq("ANSWERED").map({True: "answered", False: "missed"})
    moment = pd.to_datetime(rows["calldate"], errors="coerce")
    return pd.DataFrame({"at": eastern(moment, zone), "kind": answered, "number": digits(rows["did"])})


def android(path: Path, zone: str) -> pd.DataFrame:
    rows = pd.read_xml(path, dtype=str, parser="etree")
    rows = rows[digits(rows["number"]).eq(AGENCY) & rows["type"].ne("2")]
    moment = pd.to_datetime(rows["date"].astype("int64"), unit="ms", utc=True).dt.tz_convert(EASTERN)
    return pd.DataFrame({"at": moment, "kind": rows["type"].eq("1").map({True: "answered", False: "missed"})})


def takeout(path: Path, zone: str) -> pd.DataFrame:
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            page = archive.read(name).decode()
            if "Missed" in name or "Received" in name or "Voicemail" in name:
                when, far = re.search(r'title="([^"]+)"', page), re.search(r'href="tel:([^"]*)"', page)
                found.append((when and when[1], far and far[1], "answered" if "Received" in name else "missed"))
    rows = pd.DataFrame(found, columns=["at", "far", "kind"])
    rows["at"] = pd.to_datetime(rows["at"], utc=True, format="ISO8601").dt.tz_convert(EASTERN)
    return rows.loc[digits(rows["far"]).eq(AGENCY), ["at", "kind"]]


def ringcentral_json(path: Path, zone: str) -> pd.DataFrame:
    rows = pd.json_normalize(pd.read_json(path, typ="series")["records"])
    rows = rows[rows["direction"].eq("Inbound") & digits(rows["from.phoneNumber"]).eq(AGENCY)]
    moment = pd.to_datetime(rows["startTime"], utc=True).dt.tz_convert(EASTERN)
    answered = rows["result"].eq("Accepted").map({True: "answered", False: "missed"})
    return pd.DataFrame({"at": moment, "kind": answered, "number": digits(rows["to.phoneNumber"])})


OFFICES = {
    "1-new-york": (EASTERN, {"USCIS call log.xlsx": hand_log, "RingCentral*.csv": ringcentral}),
    "2-chicago": ("America/Chicago", {"USCIS calls.csv": chicago_sheet, "cdr*.csv": freepbx}),
    "3-los-angeles": ("America/Los_Angeles", {"call log.xlsx": hand_log, "*.xml": android, "*.zip": takeout}),
    "4-honolulu": ("Pacific/Honolulu", {"hand log.xlsx": hand_log, "call-log.json": ringcentral_json}),
}


def rows_of(sample: Path) -> pd.DataFrame:
    read = [
        reader(path, zone).assign(office=folder)
        for folder, (zone, readers) in OFFICES.items()
        for pattern, reader in readers.items()
        for path in sorted((sample / folder).glob(pattern))
    ]
    rows = pd.concat(read, ignore_index=True).dropna(subset=["at"])
    return rows.assign(at=rows["at"].dt.floor("min")).drop_duplicates(["office", "at", "kind"])


def hit_rate(rows: pd.DataFrame) -> pd.Series:
    """The share of promises in each office after which a callback came in time at any number of the office."""
    promised = rows[rows["promised"].notna()].sort_values("at")
    backs = rows.loc[rows["kind"].isin(["answered", "missed"]), ["office", "at"]].sort_values("at")
    backs = backs.assign(came=backs["at"])
    first = pd.merge_asof(promised, backs, on="at", by="office", direction="forward", allow_exact_matches=False)
    days = first["promised"].map({"urgent": 5, "regular": 42})  # three and thirty business days
    return ((first["came"] - first["at"]).dt.days <= days).groupby(first["office"]).mean()


if __name__ == "__main__":
    sample, target = map(Path, sys.argv[1:])
    rows = rows_of(sample)
    rows.to_parquet(target)
    calls = rows[rows["kind"].eq("call") & rows["minutes"].notna()]
    print(calls.groupby([calls["at"].dt.day_of_week, calls["at"].dt.hour])["minutes"].agg(["size", "median"]))
    print(hit_rate(rows))
    missed = rows[rows["kind"].eq("missed")]
    print(missed.groupby(missed["at"].dt.hour).size())
