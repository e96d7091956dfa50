"""Bring tables of an earlier shape to today's, one step at a time.

Every Parquet file records its shape in its metadata; `schema.VERSION` is today's. A store of an earlier shape can be
read as it is: each table is brought up to date in memory. The next command that writes to it rewrites everything,
sources too, so that no two shapes ever coexist (:meth:`callanalytics.store.Store.publish`).

To change a table, a column, a type, or the meaning of a value:

1. Raise `schema.VERSION` by one.
2. Add the step from the earlier shape to `STEPS`. It takes the rows of a table to the same rows in the next shape. It
   may use only these rows and plain constants, because today's schema and rules will have changed when it is needed.
   Values it cannot know stay null; facts are remade anyway when the store is next written. The calls of a long export
   are stored in its source as ``calls_as_read``, without IDs. The fields and the method of these IDs must not change
   (`ids.py`; ``tests/normalize/test_ids.py`` checks known IDs).
3. Add a store of the new shape to ``tests/stores`` (``python tests/stores/make.py``); the earlier ones stay.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from callanalytics import schema
from callanalytics.errors import StoreError
from callanalytics.lazy import regex
from callanalytics.toml_files import shipped_toml
from callanalytics.wording import quoted

_SHAPES = shipped_toml(__file__, "shapes.toml")
BEFORE_3: dict[str, str] = _SHAPES["tables_before_3"]
COLUMNS_BEFORE_3: dict[str, str] = _SHAPES["columns_before_3"]
WORDS_BEFORE_3: dict[str, dict[str, str]] = _SHAPES["words_before_3"]
_SYSTEMS_WORDS = frozenset(_SHAPES["systems_words"].split("|"))


def _without_whose(name: str, table: pa.Table) -> pa.Table:
    """1 to 2: a certain callback was the agency's; since 2 it is also known to belong to its promise. These rows don't
    record which do: they keep their old count, for the same promise, and are marked as in doubt."""
    if name != "rings":
        return table
    was = pc.equal(table.column("link"), "certain")
    link = pc.if_else(was, "possible", table.column("link"))
    link_p = pc.if_else(
        # In shape 2 a chance of 1000 in 1000 means known to be the agency's: no guess may have it.
        was,
        pa.scalar(1000, pa.int16()),
        pc.min_element_wise(table.column("link_p"), 999, skip_nulls=False),
    )
    for column, values in (("link", link), ("link_p", link_p)):
        table = schema.with_column(table, column, values.cast(table.schema.field(column).type))
    return table


_CAUSE = regex(r"\d{1,3}")


def _without_unlisted_words_and_chances(name: str, table: pa.Table) -> pa.Table:
    """2 to 3: keep only listed words of a system's own outcomes, since any other may be a name. Shape 2 recorded how
    likely a call was the agency's; shape 3 records only that it was (1000). These rows don't record which emails
    certainly belong to a promise. Shape 3 renames tables, columns, and words by `BEFORE_3`, `COLUMNS_BEFORE_3`, and
    `WORDS_BEFORE_3`."""
    if name == "promises":
        table = _with_no_email_certain(table)
    if name == "rings":
        index = table.column_names.index("link_p")
        known = pc.equal(table.column(index), 1000)
        credited = pc.if_else(known, known, pa.scalar(None, pa.bool_()))
        table = table.set_column(index, table.schema.field(index).with_type(pa.bool_()), credited)
    if name in ("calls", "calls_as_read"):
        table = _with_listed_words(table)
    if name == "offices":
        table = table.append_column("agency", pa.nulls(len(table), pa.string()))  # there was one agency
    return _renamed(table)


def _with_no_email_certain(table: pa.Table) -> pa.Table:
    if "possible_reached_p" in table.column_names:
        table = table.drop_columns("possible_reached_p")
    counted = table.schema.field("emailed_at_utc")
    index, added = table.column_names.index("emailed_at_utc") + 1, counted.with_name("certain_emailed_at_utc")
    return table.add_column(index, added, pa.nulls(len(table), counted.type))


def _with_listed_words(table: pa.Table) -> pa.Table:
    stored = table.column("outcome_raw")
    words = stored.cast(pa.string())
    known = [
        w
        for w in pc.unique(words).to_pylist()
        if w and (" ".join(w.split()).casefold() in _SYSTEMS_WORDS or _CAUSE.fullmatch(w))
    ]
    kept = pc.if_else(pc.is_in(words, pa.array(known, pa.string())), words, pa.scalar(None, pa.string()))
    kept = kept.combine_chunks().dictionary_encode() if pa.types.is_dictionary(stored.type) else kept
    return schema.with_column(table, "outcome_raw", kept.cast(stored.type))


def _renamed(table: pa.Table) -> pa.Table:
    table = table.rename_columns([COLUMNS_BEFORE_3.get(name, name) for name in table.column_names])
    for name, words in WORDS_BEFORE_3.items():
        if name in table.column_names:
            table = _with_texts(table, name, partial(_word_since, words))
    if "settings" not in table.column_names:
        return table
    return _with_texts(table, "settings", lambda text: json.dumps(_with_names_of_3(json.loads(text)), sort_keys=True))


def _word_since(words: dict[str, str], text: str) -> str:
    return words.get(text, text)


def _with_texts(table: pa.Table, name: str, change: Callable[[str], str]) -> pa.Table:
    """Table with each distinct text of a column changed."""
    stored = table.column(name)
    encoded = stored.cast(pa.string()).combine_chunks().dictionary_encode()
    texts = pa.array([text if text is None else change(text) for text in encoded.dictionary.to_pylist()], pa.string())
    changed = texts.take(encoded.indices)
    changed = changed.dictionary_encode() if pa.types.is_dictionary(stored.type) else changed
    return schema.with_column(table, name, changed.cast(stored.type))


def _with_names_of_3(settings: dict) -> dict:
    return {COLUMNS_BEFORE_3.get(name, name): value for name, value in settings.items()}


# Key: the shape a step starts from. Value: (table name in that shape, its rows) -> its rows in the next shape.
STEPS: dict[int, Callable[[str, pa.Table], pa.Table]] = {
    1: _without_whose,
    2: _without_unlisted_words_and_chances,
    3: lambda name, table: table,  # rows unchanged; from here on each office has its own files
}
SHAPE_KEY = b"schema_version"


def shape_of(columns: pa.Schema) -> int:
    """Shape recorded in a table's metadata; today's if none is."""
    return int((columns.metadata or {}).get(SHAPE_KEY, schema.VERSION))


def name_in(shape: int, name: str) -> str:
    """Name in a shape of one of today's tables.

    >>> name_in(2, "entries"), name_in(2, "calls"), name_in(3, "entries")
    ('notes', 'calls', 'entries')
    """
    return BEFORE_3.get(name, name) if shape < 3 else name


def card_today(card: dict, made_in: int) -> dict:
    """Record of an accepted export, with its settings under today's names."""
    return card | {"settings": _with_names_of_3(card["settings"])} if made_in < 3 and "settings" in card else card


def migrated(name: str, table: pa.Table) -> pa.Table:
    """Rows of a table in today's shape.

    >>> today = schema.empty("set_aside")
    >>> migrated("set_aside", today) is today
    True

    Raises
    ------
    CallLogError
        The table was written in a shape newer than today's.
    """
    made_in = shape_of(table.schema)
    refuse_newer(made_in, f"table {name}")
    for shape in range(made_in, schema.VERSION):
        table = STEPS[shape](name_in(shape, name), table)
    return table


def refuse_newer(made_in: int, what: str) -> None:
    """Refuse the shape of a later version of the package: guessing could lose rows."""
    if made_in > schema.VERSION:
        raise StoreError(
            f"{what} was made by a newer version of callanalytics",
            found=f"its tables have version {made_in}; this program reads up to {schema.VERSION}",
            run=_how_to_update(),
        )


def _how_to_update() -> str:
    """Instructions to update this copy, because no package index has it."""
    folder = Path(__file__).resolve().parents[3]
    if (folder / ".git").exists():
        return f"update this copy:  git -C {quoted(folder)} pull"
    if (folder / "run.py").is_file():
        return f"replace {folder.name} with the newer folder of callanalytics, and run the command again"
    return "install the newer wheel from where you got this one"
