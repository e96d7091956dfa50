"""The whole job on the invented sample: ingest, report, findings, and how close they come to the truth."""

from __future__ import annotations

import json
import textwrap
import time
from pathlib import Path

from callanalytics import log, sample
from callanalytics.bundled import folder as bundled
from callanalytics.cli import screen
from callanalytics.errors import CallLogError
from callanalytics.reports import html, liaison, pdf

WIDTH = 100


def run(folder: Path) -> None:
    """Ingest the sample into `folder`/store, write the report beside it, and say what the logs show."""
    exports = bundled("sample")
    if not (exports / "key" / "key.json").is_file():
        raise CallLogError("the sample is not here", do="callanalytics sample DIR makes one")
    screen.say("Six invented law offices, January 2021 - December 2022: New York, Chicago, Los Angeles, Honolulu,")
    screen.say("Denver, Phoenix. No real client is in here.\n")
    started = time.monotonic()
    receipts = [_ingest(office, folder / "store") for office in sample.OFFICES]
    screen.say(_read(receipts, time.monotonic() - started))
    opened = log.load(folder / "store")
    report = liaison.build(opened)
    written = [html.write(report, folder / "liaison.html"), pdf.write(report, folder / "liaison.pdf")]
    _findings(report, opened)
    screen.say(_truth(exports))
    _next(folder, written)


def _ingest(office, store: Path):
    with screen.progress(f"reading {office.name}") as step:
        return sample.ingest(store, office, step)


def _read(receipts: list, seconds: float) -> str:
    total = {kind: sum(r.totals[kind] for r in receipts) for kind in KINDS}
    files = sum(len(r.files) for r in receipts)
    counts = (
        f"Read {files} files, {total['rows']:,} rows: {total['calls']:,} phone calls, {total['notes']:,} log entries, "
        f"{total['notices']:,} notices, {total['set_aside']:,} set aside, {total['rejects']:,} to look at"
    )
    again = "   (all in the store already)" if not any(r.stored for r in receipts) else ""
    return f"{counts}   {seconds:.0f} s{again}\n"


KINDS = ("rows", "calls", "notes", "notices", "set_aside", "rejects")


def _findings(report, opened) -> None:
    """The findings, without the small print that the report has beside them."""
    as_of = report.as_of
    screen.say(f"What the logs show, as of {as_of:%B} {as_of.day}, {as_of.year}")
    for finding in report.findings:
        text = f"{finding.lead}{finding.brackets} {finding.detail}".strip()
        first, *rest = textwrap.wrap(text, WIDTH - 5, break_on_hyphens=False)
        screen.say("\n".join([f"{finding.number:>3}  {first}", *(f"     {line}" for line in rest)]))
    screen.say()
    screen.say_account(opened)
    screen.say()


def _truth(exports: Path) -> str:
    """The sample was invented from known numbers: say them, so that anybody can see how near the figures come."""
    truth = json.loads((exports / "key" / "key.json").read_text("utf-8"))["truth"]
    unanswered = sum(n for result, n in truth["rings"].items() if result not in ("answered", "text"))
    return (
        f"  Invented data with a known answer: half of the calls truly needed {truth['median_wait_min']:.0f} minutes,\n"
        f"  and {unanswered:,} call-backs truly came and were not answered; some of them left no trace in a log.\n"
    )


def _next(folder: Path, written: list[Path]) -> None:
    uses = {".html": "the report, works offline", ".pdf": "the same, to print: pages 1-2 are the brief"}
    rows = [(path.as_posix(), uses[path.suffix]) for path in written]
    rows.append(((folder / "store" / "calls.parquet").as_posix(), "for pandas, DuckDB, R"))
    wide = max(len(path) for path, _ in rows) + 2
    for n, (path, what) in enumerate(rows):
        screen.say(f"{'' if n else 'Open':<7}{path:<{wide}}{what}")
    screen.say(
        "\nNow yours:  callanalytics check  FOLDER        says what it can read; changes nothing"
        "\n            callanalytics template log.xlsx    a call log that works out due dates by itself"
    )
