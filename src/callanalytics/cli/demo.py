"""The whole job on the invented sample: ingest, report, findings, and how right they are."""

from __future__ import annotations

import json
import textwrap
import time
from pathlib import Path

from callanalytics import intake, log, reports, sample
from callanalytics.bundled import folder as bundled
from callanalytics.cli import screen
from callanalytics.errors import CallLogError
from callanalytics.reports import liaison

WIDTH = 100


def run(folder: Path) -> None:
    """Ingest the sample into `folder`/store, write the report beside it, and say what the logs show."""
    exports = bundled("sample")
    if not exports.is_dir():
        raise CallLogError("the sample is not here", do="callanalytics sample DIR makes one")
    screen.say("Four invented law offices (New York, Chicago, Los Angeles, Honolulu), January 2021 - December 2022.")
    screen.say("No real client is in here.\n")
    started = time.monotonic()
    receipts = _ingest(exports, folder / "store")
    screen.say(_read(receipts, time.monotonic() - started))
    opened = log.load(folder / "store")
    report = liaison.build(opened)
    written = reports.report("liaison", opened, folder, built=report)
    _findings(report, opened)
    _truth(exports)
    _next(folder, written)


def _ingest(exports: Path, store: Path) -> list:
    """Each office's folder, with what is known of the office beyond its files."""
    receipts = []
    for office in sample.OFFICES:
        with screen.progress(f"reading {office.name}") as step:
            receipts.append(
                intake.ingest(
                    [exports / office.key], store, office.name, office.zone, new_office=True, progress=step
                )
            )
        known = next(o for o in log.load(store).offices.to_arrow().to_pylist() if o["name"] == office.name)
        if not known["lines"]:  # a sheet that people keep says nothing of the office itself
            intake.set_office(store, office.name, **office.told)
    return receipts


def _read(receipts: list, seconds: float) -> str:
    total = {kind: sum(r.totals[kind] for r in receipts) for kind in receipts[0].totals}
    files = sum(len(r.files) for r in receipts)
    said = f"Read {files} files, {total['rows']:,} rows: {total['calls']:,} phone calls, {total['notes']:,} log entries, "
    said += f"{total['notices']:,} notices, " if total["notices"] else ""
    said += f"{total['set_aside']:,} set aside, {total['rejects']:,} to look at"
    again = "   (all in the store already)" if all(r.already_ingested for r in receipts) else ""
    return f"{said}   {seconds:.0f} s{again}\n"


def _findings(report, opened) -> None:
    screen.say(f"What the logs show, as of {opened.as_of:%B} {opened.as_of.day}, {opened.as_of.year}")
    for finding in report.findings:
        text = " ".join(part for part in (finding.text, finding.detail) if part)
        lines = textwrap.wrap(text, WIDTH - 5)
        screen.say(f"{finding.number:>3}  {lines[0]}")
        screen.say("\n".join(f"     {line}" for line in lines[1:]))
    screen.say()


def _truth(exports: Path) -> None:
    """The sample was invented from known numbers: say them, so that anybody can see how near the figures come."""
    key = json.loads((exports / "key" / "key.json").read_text("utf-8"))
    screen.say(sample.truth(key) + "\n")


def _next(folder: Path, written: list[Path]) -> None:
    told = {
        "html": "the report, works offline",
        "pdf": "the same, to print: pages 1-2 are the brief",
    }
    rows = [(path.as_posix(), told[path.suffix[1:]]) for path in written]
    rows.append(((folder / "store" / "calls.parquet").as_posix(), "for pandas, DuckDB, R"))
    wide = max(len(path) for path, _ in rows) + 2
    for n, (path, what) in enumerate(rows):
        screen.say(f"{'Open' if not n else '':<7}{path:<{wide}}{what}")
    screen.say(
        "\nNow yours:  callanalytics check  FOLDER        says what it can read; changes nothing"
        "\n            callanalytics template log.xlsx    a call log that works out due dates by itself"
    )
