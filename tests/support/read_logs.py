"""What an ingest would store of a log, for tests of what is read: no store is written and no facts are made of it.

`test_what_is_read_of_a_sheet_is_what_an_ingest_stores` holds that it is the same.
"""

from callanalytics.errors import CallLogError
from callanalytics.intake import offices, planning, publish
from callanalytics.store import SOURCE_TABLES
from callanalytics.tables import Table

OFFICE, OFFICE_ID = {"office": "Invented", "timezone": "America/Chicago"}, "5" * 32


def receipt_and_entries(path, **given):
    """The receipt of a file, and a pandas frame of its entries in the order of its rows."""
    options = offices.read_options(**OFFICE | given)
    planned = planning.plan([path], options, None, lambda *_: None, storing=True, office_id=OFFICE_ID)
    rows, _ = publish.united_tables({name: [each.tables[name] for each in planned.exports] for name in SOURCE_TABLES})
    return planned.receipt, Table("entries", rows["entries"]).to_pandas().sort_values(["source_row", "item"])


def entries_of(path, **given):
    """The entries of a file; refused, as by a store with nothing in it, if no file is read."""
    receipt, entries = receipt_and_entries(path, **given)
    if not receipt.totals["rows"]:
        raise CallLogError(f"nothing of {path.name} is read")
    return entries
