"""Erasing a client: from every file of the store, and from every export that is read into it later.

For a file number or receipt, this erases each row of a hand log that names it, with all contacts written in that row.
It also erases the rows about that row (*About no.*), rows of its service requests, and the request's number in notices.
For a phone number, it erases the number wherever it appears; the call stays, as a stranger's does. An erased row of a
hand log is set aside as ``erased``, so that every row of the export stays accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import agencies, ids, schema
from callanalytics.agencies import Agency
from callanalytics.errors import OpenQuestion, Refused
from callanalytics.intake import publish
from callanalytics.intake.exports import Export
from callanalytics.normalize.contacts import coded_matter
from callanalytics.store import SOURCE_TABLES, Store, tombstones
from callanalytics.store.tombstones import Marks
from callanalytics.values import phones
from callanalytics.wording import joined, plural, words_for

REASON = "erased"
NAME = "(name erased)"
# Columns of entries in which someone may have written a client's name or number.
TEXTS = "sr_number no_sr_reason matter receipt field_office agent_name agent_id".split()
NUMBERS = {
    "calls": ("our_number", "other_number"),
    "entries": ("our_number", "callback_number"),
    "notices": ("our_number",),
}
BEYOND = words_for("not_erased")["copies"]


@dataclass(frozen=True)
class Forgotten:
    """What an erasure did: rows of hand logs and phone numbers erased, and files of the store rewritten.

    ``warnings`` are further notes about the store.
    """

    rows: int
    numbers: int
    sources: int
    warnings: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing in the store matched: it may be misspelled, or erased before."""
        return not (self.rows or self.numbers)

    def to_json(self) -> dict:
        counts = {"rows": self.rows, "numbers": self.numbers, "sources": self.sources}
        return {**counts, "not_reached": BEYOND, "notes": list(self.warnings)}

    def text(self) -> str:
        """The message for the user: what is erased, and what this program cannot reach."""
        gone = f"{plural(self.rows, 'row')} of hand logs"
        number = f"{plural(self.numbers, 'phone number')}"
        lines = [f"Erased: {gone}, {number}. Rewritten in the store: {plural(self.sources, 'file')}."]
        if self.is_nothing:
            lines = [
                "No match in this store. Check that it is spelled as in the log. If a later export has it, it is",
                "left out.",
            ]
        else:
            lines += ["Older versions of the store are deleted. It stays erased even if an old export is read again."]
        lines += ["Not erased; please handle these yourself:", *(f"  - {copy}" for copy in BEYOND)]
        lines += [f"Note: {warning}." for warning in self.warnings]
        return "\n".join(lines)


def forget(
    store,
    *,
    matter: str | None = None,
    receipt: str | None = None,
    number: str | None = None,
    own_line: bool = False,
    agency: Agency | None = None,
) -> Forgotten:
    """Erase a matter, a receipt, or a phone number from a store, permanently.

    Parameters
    ----------
    store : the store or its folder
    matter, receipt : the office's file number or the client's name; a receipt number, in any spelling
    number : a phone number
    own_line : erase the number although it is a line of the office
    agency : the agency whose own numbers are refused; by default USCIS as shipped

    Raises
    ------
    CallLogError
        None of the three was given or it is too short; the number is not a phone number, is the agency's, or is a line
        of the office; or the key of earlier erasures is not on this computer (:mod:`callanalytics.store.tombstones`).
    """
    opened = Store.open(store)
    agency = agency or agencies.load()
    with opened.writing():
        if number and not own_line:
            _refuse_own_line(opened, number)
        before = opened.marks() or Marks(tombstones.user_key())
        marks = before.with_more(_marks(before, matter, receipt, number, agency))
        if matter:  # the store has a client's name only as a code
            ways = (ids.of_client, coded_matter)
            codes = (way(matter, office["office_id"]) for office in opened.offices() for way in ways)
            marks = marks.with_more(marks.mark(tombstones.CLIENT, code) for code in codes if code)
        # A service request leads to the client, so rows that name only the request go too.
        marks = _with_requests(opened, marks)
        owners = {source: opened.source_card(source)["office_id"] for source in opened.source_ids()}
        done = {source: _rewritten(opened, source, marks) for source in owners}
        opened.keep_marks(marks)
        concerned = {owners[source] for source, counts in done.items() if counts is not None}
        changed_offices = []
        for office in opened.offices():
            lines = office["lines"]
            kept = lines and [line for line in lines if not marks.has_number(line["number"])]
            if kept != lines or office["office_id"] in concerned:
                changed_offices.append(office | {"lines": kept})
        publish.publish(opened, changed_offices, publish.rows_of_office, agency, keep=1)
    changed = [counts for counts in done.values() if counts is not None]
    n_rows, n_numbers = sum(n for n, _ in changed), sum(n for _, n in changed)
    return Forgotten(n_rows, n_numbers, len(changed), tuple(opened.warnings))


def _marks(marks: Marks, matter: str | None, receipt: str | None, number: str | None, agency: Agency) -> list[str]:
    clients = [word for word in (matter, receipt) if word]
    if not (clients or number) or any(len(tombstones.comparable(word)) < 3 for word in clients):
        raise OpenQuestion(
            "Nothing to erase was named, or it is too short",
            wanted="a file number or receipt of at least three letters or digits, or a phone number",
            run="add  --matter,  --receipt,  or  --number",
        )
    found = [marks.mark(tombstones.CLIENT, word) for word in clients]
    found += [marks.mark(tombstones.WORD, word) for client in clients for word in tombstones.name_words(client)]
    if number:
        e164 = phones.e164(number)
        if e164 is None or agency.is_agency_number(e164):
            what = "is not a phone number" if e164 is None else "is the agency's own number, not a client's"
            raise Refused(f"{phones.mask(number)} {what}", wanted="as in 212-555-0100")
        found.append(marks.mark(tombstones.NUMBER, e164))
    return found


def _with_requests(store: Store, marks: Marks) -> Marks:
    """The marks plus the service requests of the rows to erase, since these lead to the same client."""
    requests: set[str] = set()
    for source in store.source_ids():
        entries = store.read_source(source, "entries")
        for number in entries.filter(_is_erased(entries, marks)).column("sr_number").to_pylist():
            if number and len(re.sub(r"\D", "", number)) >= 6:  # "pending", for example, identifies no one
                requests.add(marks.mark(tombstones.CLIENT, number))
    return marks.with_more(requests)


def _rewritten(store: Store, source: str, marks: Marks) -> tuple[int, int] | None:
    """Rewrite a source without what is erased; return how many rows and phone numbers, or None if unchanged."""
    card = store.source_card(source)
    named = erased_name(card["name"], marks)
    # For a million calls, two columns suffice to find what is to be erased.
    columns = {"calls": list(NUMBERS["calls"])}
    read = {name: publish.table_as_read(store, source, name, columns.get(name)) for name in SOURCE_TABLES}
    if named == card["name"] and all(table.equals(read[name]) for name, table in erased_tables(read, marks).items()):
        return None
    before = read | {"calls": publish.table_as_read(store, source, "calls")}
    after = erased_tables(before, marks)
    rows = after["set_aside"].num_rows - before["set_aside"].num_rows
    numbers = sum(
        after[table].column(c).null_count - before[table].column(c).null_count
        for table, columns in NUMBERS.items()
        for c in columns
        if table != "entries"
    )
    kept = before["entries"].filter(pc.invert(pa.array(_is_erased(before["entries"], marks))))
    numbers += sum(after["entries"].column(c).null_count - kept.column(c).null_count for c in NUMBERS["entries"])
    store.rewrite_source(
        source, publish.tables_to_store(after, publish.superseded_on_card(card)), card | {"name": named}
    )
    return rows, numbers


def erased_name(shown: str, marks: Marks) -> str:
    """The name a file may keep."""
    return NAME if marks.names_a_client_in_a_name(shown) else shown


# ---- the tables of one export ------------------------------------------------------------------------------------


def erased_tables(tables: Mapping[str, pa.Table], marks: Marks) -> Mapping[str, pa.Table]:
    """The tables of an export without what was erased; its rows stay accounted for."""
    gone = _is_erased(tables["entries"], marks)
    heads = tables["entries"].filter(pa.array(gone & (tables["entries"].column("item").to_numpy() == 0)))
    done = dict(tables)
    lost = set(tables["entries"].filter(pa.array(gone)).column("entry_id").to_pylist())
    done["entries"] = _emptied_cells(tables["entries"].filter(pa.array(~gone)), "parent_entry_id", lost.__contains__)
    done |= publish.with_set_aside(tables, heads, REASON)
    names = [erased_name(name, marks) for name in tables["sources"].column("name").to_pylist()]
    done["sources"] = schema.with_column(done["sources"], "name", pa.array(names, pa.string()))
    for name, columns in NUMBERS.items():
        for column in columns:
            done[name] = _emptied_cells(done[name], column, marks.has_number)
    done["notices"] = _emptied_cells(done["notices"], "sr_number", marks.names_a_client)
    return done


def erased_export(export: Export, marks: Marks | None) -> Export:
    """An export without what was erased from the store it is read into."""
    if not marks:
        return export
    named = erased_name(export.shown, marks)
    return replace(export, tables=erased_tables(export.tables, marks), renamed="" if named == export.shown else named)


def _is_erased(entries: pa.Table, marks: Marks) -> np.ndarray:
    """Which entries are in rows that name an erased client, or are about such a row."""
    named = np.zeros(entries.num_rows, bool)
    for column in TEXTS:
        named |= _passes(entries.column(column), marks.names_a_client)
    row_keys = list(zip(entries.column("source_id").to_pylist(), entries.column("source_row").to_pylist(), strict=True))
    ids, follows = entries.column("entry_id").to_pylist(), entries.column("parent_entry_id").to_pylist()
    # A row may refer to a row that refers to a named one: repeat until no further row is found.
    while True:
        rows = {row_key for row_key, is_named in zip(row_keys, named, strict=True) if is_named}
        gone = {id for id, row_key in zip(ids, row_keys, strict=True) if row_key in rows}
        wider = np.array([p in rows or f in gone for p, f in zip(row_keys, follows, strict=True)], bool)
        if (wider == named).all():
            return named
        named = wider


def _passes(column: pa.ChunkedArray, test) -> np.ndarray:
    """Where a column's text passes a test; each distinct text is tested once."""
    hits = [text for text in pc.unique(column).to_pylist() if text is not None and test(text)]
    return pc.is_in(column, value_set=pa.array(hits, pa.string())).to_numpy() if hits else np.zeros(len(column), bool)


def _emptied_cells(table: pa.Table, column: str, test) -> pa.Table:
    hit = _passes(table.column(column), test)
    if not hit.any():
        return table
    return schema.with_column(
        table, column, pc.if_else(pa.array(hit), pa.scalar(None, pa.string()), table.column(column))
    )


# ---- the office's own lines: erasing one removes call coverage, not a client ----------------------------------------

ROW_NOUNS = {"calls": "call", "entries": "entry", "notices": "notice"}


def _refuse_own_line(store: Store, number: str) -> None:
    """Refuse to erase an office's own line unless the user says so (``own_line``).

    Raises
    ------
    CallLogError
        The number is registered as a line of an office, or rows of the store have it as the office's own number.
    """
    e164 = phones.e164(number)
    lines = [(line["number"], office["name"]) for office in store.offices() for line in office["lines"] or ()]
    owner = next((name for line, name in lines if line == e164), "")
    ours = {name: store.read(name, columns=["our_number"]).column("our_number") for name in ROW_NOUNS} if e164 else {}
    under = {name: pc.sum(pc.equal(numbers, e164)).as_py() or 0 for name, numbers in ours.items()}
    if not owner and not any(under.values()):
        return
    rows = joined(plural(n, ROW_NOUNS[name]) for name, n in under.items() if n)
    raise Refused(
        f"{phones.mask(number)} is a line of {owner or 'the office itself'}, not a client's number; nothing was erased",
        found=f"{rows} on this line" if rows else "it is registered as a line",
        wanted="a client's number",
        run="to erase the line anyway:  --own-line  (the store then no longer shows which calls came to it\n"
        "or whether records covered callbacks there, and figures change)",
    )
