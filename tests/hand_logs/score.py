"""How well hand logs are read: every book of ``offices`` through ``ingest`` and ``load``, against its truth.

    python tests/hand_logs/score.py                   a line a book, and the totals
    python tests/hand_logs/score.py --worst 10        the worst ten, with reasons
    python tests/hand_logs/score.py --only NAME       one book, with reasons
    python tests/hand_logs/score.py --every 8         every eighth

A value is *right* (as the truth has it), *missing* (the truth has one, the store none) or *wrong* (the store has
another, or one where a careful person could not tell and the row has no warning). A row is *kept* when the store has an
entry from it. A wait is *usable* when the truth knows it and how it ended; it counts when it is in the figure of the clock
with most waits. The settings are those that a person would give; answers (``asked``) only where one must be asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import callanalytics as ca
from hand_logs.books import Book, Sheet, sheets, write
from hand_logs.habits import UNSURE
from hand_logs.offices import BOOKS

LATER = "2030-12-31"
ENDS = ("reached", "gave_up", "cut_off")


@dataclass
class Score:
    """One book. ``values`` counts right, missing, wrong; ``reasons`` say what was not right, one line each."""

    name: str
    accepted: bool = False
    rows: int = 0
    kept: int = 0
    values: Counter = field(default_factory=Counter)
    usable: int = 0
    leading: int = 0
    calls_default: int = 0
    calls_expected: int = 0
    intruders: int = 0
    reasons: list[str] = field(default_factory=list)

    @property
    def counted_by_default(self) -> bool:
        return self.accepted and self.calls_default == self.calls_expected

    @property
    def lost(self) -> float:
        """What sorts the worst first."""
        checked = max(1, sum(self.values.values()))
        return (
            (self.rows - self.kept) / self.rows
            + 3 * self.values["wrong"] / checked
            + self.values["missing"] / checked
            + (self.usable - self.leading) / max(1, self.usable)
            + (not self.counted_by_default) / 10
        )


def score(book: Book, folder: Path) -> Score:
    """One ingest into a new store below the folder."""
    out = Score(book.name, rows=sum(len(sheet.truth) for sheet in sheets(book)))
    out.usable = sum(_usable(row) for sheet in sheets(book) for row in sheet.truth.values())
    path, store = write(book, folder / "files"), folder / f"store {book.name}"
    receipt = None
    try:
        receipt = ca.ingest([path], store, office=book.office, timezone=book.timezone, **_known_options(book.asked))
        log, later = ca.load(store), ca.load(store, as_of=LATER)
    except ca.CallLogError as error:
        out.reasons.append(f"refused: {' / '.join(str(error).split(chr(10)))[:300]}")
    if receipt is not None:
        out.reasons += [f"asked: {asked.question.code}: {asked.question}" for asked in receipt.questions]
        out.reasons += [f"not read: {problem.why}" for problem in receipt.problems]
    if receipt is None or "later" not in locals():
        out.values["missing"] = sum(_truths(row) for sheet in sheets(book) for row in sheet.truth.values())
        return out
    _compare(book, later.entries.to_pandas(), log, out)
    return out


def _known_options(asked: dict) -> dict:
    from callanalytics.intake.offices import Given

    return {name: value for name, value in asked.items() if name in Given.__annotations__}


def _usable(row: dict) -> bool:
    return row["kind"] == "dial" and bool(row["wait"]) and row["ended"] in ENDS and row["line"].startswith("contact")


def _truths(row: dict) -> int:
    """Values that the truth has: what a row that is not kept is missing."""
    return sum(
        value not in (None, False, UNSURE, []) and not str(value).endswith("?")
        for key, value in row.items()
        if key != "open"
    )


def _compare(book: Book, entries, log, out: Score) -> None:
    out.accepted = len(entries) > 0
    kept: dict[str, dict] = {}
    for sheet, of_sheet in _tabs(sheets(book), entries):
        heads = of_sheet[of_sheet["item"] == 0].set_index("source_row")
        parts = of_sheet[of_sheet["item"] > 0]
        for number, truth in sheet.truth.items():
            if number not in heads.index:
                if truth["line"] == "elsewhere":
                    out.rows -= 1  # may as well be set aside
                    continue
                out.values["missing"] += _truths(truth)
                out.reasons.append(f"{sheet.title} row {number}: not kept")
                continue
            note = heads.loc[number]
            kept[note["entry_id"]] = truth
            out.kept += 1
            for field_, verdict, found in _verdicts(book, truth, note, parts[parts["source_row"] == number]):
                out.values[verdict] += 1
                if verdict != "right":
                    out.reasons.append(
                        f"{sheet.title} row {number}: {field_} {verdict}: {truth[field_]!r}, stored {found!r}"
                    )
        strangers = [number for number in heads.index if number not in sheet.truth]
        out.intruders += len(strangers)
        out.values["wrong"] += len(strangers)
        out.reasons += [f"{sheet.title} row {number}: no entry, and stored as one" for number in strangers]
    _figures(log, kept, out)


def _figures(log, kept: dict[str, dict], out: Score) -> None:
    agency_calls = log.agency_calls.to_pandas()
    expected = [row for row in kept.values() if row["kind"] == "dial" and row["line"] != "elsewhere"]
    out.calls_default, out.calls_expected = len(agency_calls), len(expected)
    if out.calls_default != out.calls_expected:
        out.reasons.append(f"{out.calls_default} agency calls by default, {out.calls_expected} kept")
    waits = agency_calls[agency_calls["wait_s"].notna() & agency_calls["wait_outcome"].isin(ENDS)]
    if len(waits):
        clock = waits["wait_origin"].astype(str).value_counts().index[0]
        table = ca.measures.wait(log.agency_calls).table
        shown = table[(table["wait_origin"] == clock) & (table["statistic"] == "median")]["n"].sum()
        led = waits[waits["wait_origin"].astype(str) == clock]
        hit = sum(_usable(kept[note]) for note in led["entry_id"] if note in kept)
        out.leading = min(int(hit), int(shown))
        if shown < len(led):
            out.reasons.append(f"the wait figure has n = {shown} of {len(led)} waits")
    if out.leading < out.usable:
        out.reasons.append(f"usable waits in the leading figure: {out.leading} of {out.usable}")


def _tabs(made: list[Sheet], entries):
    """Each tab with the entries of its own source: the tab whose dates they have."""
    left = list(made)
    for _, of_source in sorted(entries.groupby("source_id"), key=lambda pair: -len(pair[1])):
        if not left:
            break
        best = max(left, key=lambda sheet: sum(_same_day(sheet, row) for row in of_source.itertuples()))
        left.remove(best)
        yield best, of_source
    for sheet in left:
        yield sheet, entries.iloc[:0]


def _same_day(sheet: Sheet, row) -> bool:
    truth = sheet.truth.get(row.source_row)
    return bool(truth) and _date(row.started_at_local) == truth["date"]


def _none(value):
    """Every way a frame says nothing, as None."""
    return None if value is None or str(value) in ("NaT", "<NA>", "nan") else value


def _date(moment):
    return None if _none(moment) is None else f"{moment:%Y-%m-%d}"


def _time(note):
    precision = _none(note["started_precision_s"])
    return (
        None
        if _none(note["started_at_local"]) is None or precision is None or precision >= 86400
        else f"{note['started_at_local']:%H:%M}"
    )


def _verdicts(book: Book, truth: dict, note, parts):
    """(field, right | missing | wrong, found) of every judged value of a kept row."""
    flagged = bool(_none(note["warnings"]))

    def plain(field_, found):
        want = truth[field_]
        if want == UNSURE or (want is None and found is None):
            return
        if want is None:
            verdict = "missing" if flagged and field_ in ("date", "time", "wait") else "wrong"
        else:
            verdict = "right" if found == want else "missing" if found is None else "wrong"
        yield field_, verdict, found

    yield "kind", "right" if note["kind"] == truth["kind"] else "wrong", note["kind"]
    yield from plain("date", _date(note["started_at_local"]))
    time_, zone = _time(note), _none(note["timezone"])
    of_zone = zone in (None, book.zone or book.timezone) or None in (time_, truth["time"])
    yield from plain("time", time_ if of_zone else f"{time_} {zone}")
    if truth["kind"] == "ring":
        found = note["outcome"]
        verdict = "right" if found == truth["callbacks"] else "missing" if found == "unknown" else "wrong"
        yield "callbacks", verdict, found
        return
    wait = _none(note["wait_s"])
    yield from plain("wait", None if wait is None else int(wait))
    if wait is not None and truth["wait"]:
        yield from _ended(truth["ended"], note["wait_outcome"])
    yield from plain("agent_id", _none(note["agent_id"]))
    yield from plain("sr", _none(note["sr_number"]))
    named = _none(note["agent_name"]) is not None
    if named or truth["agent_name"]:
        yield (
            "agent_name",
            "right" if named and truth["agent_name"] else "missing" if truth["agent_name"] else "wrong",
            named,
        )
    yield from _promise(truth["promise"], _none(note["promised"]))
    yield from _line(truth["line"], _none(note["line"]))
    yield from _callbacks(truth["callbacks"], parts)


def _ended(want, found):
    if want == "not reached":
        yield "ended", "wrong" if found == "reached" else "right", found
    elif want == UNSURE:
        if found in ("gave_up", "cut_off", "not_queued"):
            yield "ended", "wrong", found
    else:
        yield "ended", "right" if found == want else "missing" if found == "unknown" else "wrong", found


def _promise(want, found):
    if want == UNSURE:
        return
    if want == "none?":
        if found not in (None, "none"):
            yield "promise", "wrong", found
    elif want == found:
        yield "promise", "right", found
    else:
        lost = found is None or (found == "unknown" and want != "none")
        yield "promise", "missing" if lost else "wrong", found


def _line(want, found):
    if want == "elsewhere":
        yield "line", "wrong" if found in (None, "contact_center") else "right", found
    elif want.startswith("contact_center"):
        if found not in (None, "contact_center"):
            yield "line", "wrong", found
    else:
        yield "line", "right" if found == want else "wrong", found


def _callbacks(want, parts):
    if want == UNSURE:
        return
    stored = [
        (_date(row["started_at_local"]), _time(row), row["outcome"])
        for _, row in parts.sort_values("item").iterrows()
        if row["kind"] == "ring"
    ]
    for i in range(max(len(want), len(stored))):
        if i >= len(want):
            yield "callbacks", "wrong", stored[i]
        elif i >= len(stored):
            yield "callbacks", "missing", None
        else:
            pairs = [(a, b) for a, b in zip(want[i], stored[i], strict=True) if a != UNSURE]
            wrong = any(b is not None and b != "unknown" and a != b for a, b in pairs)
            yield "callbacks", "wrong" if wrong else "right" if all(a == b for a, b in pairs) else "missing", stored[i]


@dataclass(frozen=True)
class Total:
    """What the floors are about."""

    files: int
    accepted: float
    kept: float
    wrong: int
    right: float
    counted: float
    leading: float
    intruders: int


def total(scores: list[Score]) -> Total:
    values = sum((one.values for one in scores), Counter())
    share = lambda part, whole: part / whole if whole else 1.0  # noqa: E731
    return Total(
        len(scores),
        share(sum(one.accepted for one in scores), len(scores)),
        share(sum(one.kept for one in scores), sum(one.rows for one in scores)),
        values["wrong"],
        share(values["right"], sum(values.values())),
        share(sum(one.counted_by_default for one in scores), len(scores)),
        share(sum(one.leading for one in scores), sum(one.usable for one in scores)),
        sum(one.intruders for one in scores),
    )


def run(names=None, folder: Path | None = None) -> list[Score]:
    with tempfile.TemporaryDirectory() as made:
        return [score(BOOKS[name], folder or Path(made)) for name in names or BOOKS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--only")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    names = [name for name in BOOKS if given.only in (None, name) or given.only in name]
    scores = run(names[:: given.every])
    if given.json:
        print(json.dumps([{**one.__dict__, "values": dict(one.values)} for one in scores], indent=1, default=str))
        return
    print(
        f"{'book':32} {'rows':>4} {'kept':>4} {'right':>5} {'miss':>5} {'wrong':>5} {'waits':>5} {'shown':>5} {'agency_calls':>5}"
    )
    for one in scores:
        v = one.values
        print(f"{one.name[:32]:32} {one.rows:4} {one.kept:4} {v['right']:5} {v['missing']:5} {v['wrong']:5} {one.usable:5} "
              f"{one.leading:5} {one.calls_default:5}{'' if one.accepted else '  not accepted'}")  # fmt: skip
    for one in sorted(scores, key=lambda one: -one.lost)[: len(scores) if given.only else given.worst]:
        print(f"\n{one.name}\n  " + "\n  ".join(one.reasons[: 200 if given.only else 8]))
    t = total(scores)
    print(f"\n{t.files} books: accepted {t.accepted:.1%}, rows kept {t.kept:.1%}, values right {t.right:.1%}, wrong {t.wrong} "
          f"(of them rows that are no entries {t.intruders}), default count = all kept {t.counted:.1%}, "
          f"usable waits in the leading figure {t.leading:.1%}")  # fmt: skip


if __name__ == "__main__":
    main()
