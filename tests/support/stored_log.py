"""Rows of an invented log as a store with facts, for tests that open one."""

import pyarrow as pa

from callanalytics.store import Store
from facts_rows import build, source, table

OTHER = "1" * 32


def other_office(made, id=OTHER):
    """The same facts under another office's id."""
    for name, rows in made.items():
        yield name, rows.set_column(0, rows.schema.field(0), pa.array([id] * len(rows), pa.string()))


def stored(path, calls=(), entries=(), notices=(), twice=False, **more):
    """A store of one office, or of two with the same rows."""
    made = build(calls, entries, notices, **more)
    tables = {
        **made.tables,
        "calls": table("calls", calls),
        "entries": table("entries", entries),
        "notices": table("notices", notices),
        "sources": table("sources", [source()]),
    }
    offices = [made.office]
    if twice:
        tables = {name: pa.concat_tables([rows, dict(other_office(tables))[name]]) for name, rows in tables.items()}
        offices.append({**made.office, "office_id": OTHER, "name": "Elm"})
    store = Store.open(path, create=True)
    with store.writing():
        store.publish({**tables, "offices": table("offices", offices)})
    return store
