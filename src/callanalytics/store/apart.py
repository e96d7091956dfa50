"""Two people's hand logs with an entry of one moment and kind: it need not be one entry for that.

An entry is known by its moment and kind. Where the moment is a day or an hour, two logs have entries of one id that
are two calls: they are told apart where more of what both say differs than is the same, by that which hardly two calls
have in common (`OWN`) if both say any of it, for that alone: an outcome is the same in many. Where it is a call's own
minute, two logs mostly tell of one call, and one may have a slip of the other corrected: there two entries are two
calls only where their case or agent differs (`WHOSE`) and none of these is the same. Else they are one, which the
receipt tells.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

import pyarrow as pa

EXACT_S = 900  # up to a quarter of an hour a moment is a call's own
OWN = "wait_s duration_s agent_name agent_id sr_number matter receipt".split()
TELLING = [*OWN, *"callback_number reason outcome promised".split()]
WHOSE = "matter receipt sr_number agent_id".split()
UNSAID = (None, "unknown")


def split_collisions(exports: list[pa.Table]) -> list[pa.Table]:
    """The notes of several exports, with ids of their own for entries that share one and contradict each other."""
    shared, exact = _shared(exports)
    if not shared:
        return exports
    renamed: list[dict[str, str]] = [{} for _ in exports]
    rows = sorted(
        (
            (row["source_id"], row["source_row"], place, row)
            for place, export in enumerate(exports)
            for row in export.select(["note_id", "source_id", "source_row", *TELLING]).to_pylist()
            if row["note_id"] in shared
        ),
        key=lambda told: told[:3],
    )
    known: dict[str, list[tuple[str, dict]]] = {}
    for _, _, place, row in rows:
        facts = {name: row[name] for name in TELLING if row[name] not in UNSAID}
        variants = known.setdefault(row["note_id"], [])
        is_one = _may_be_one if row["note_id"] in exact else _agree
        own = next((id for id, other in variants if is_one(facts, other)), None)
        if own is None:
            own = _id(row["note_id"], facts) if variants else row["note_id"]
            variants.append((own, facts))
        if own != row["note_id"]:
            renamed[place][row["note_id"]] = own
    return [_with_ids(export, names) for export, names in zip(exports, renamed, strict=True)]


def _shared(exports: list[pa.Table]) -> tuple[set[str], set[str]]:
    """Ids of entries that more than one export has, and those of them that have a moment of their own."""
    times: Counter = Counter()
    exact: set[str] = set()
    for export in exports:
        ids = export.column("note_id").to_pylist()
        if "started_precision_s" in export.column_names:
            precise = export.column("started_precision_s").to_pylist()
            exact |= {id for id, s in zip(ids, precise, strict=True) if s is not None and s <= EXACT_S}
        times.update(set(ids))
    shared = {id for id, n in times.items() if n > 1}
    return shared, shared & exact


def _may_be_one(facts: dict, other: dict) -> bool:
    both = [name for name in WHOSE if name in facts and name in other]
    return not both or any(facts[name] == other[name] for name in both)


def _agree(facts: dict, other: dict) -> bool:
    both = facts.keys() & other.keys()
    both = both & set(OWN) or both
    return 2 * sum(facts[name] == other[name] for name in both) >= len(both)


def _id(id: str, facts: dict) -> str:
    return blake2b(f"{id} {sorted(facts.items())}".encode(), digest_size=16).hexdigest()


def _with_ids(export: pa.Table, names: dict[str, str]) -> pa.Table:
    for column in ("note_id", "follows") if names else ():
        place = export.column_names.index(column)
        told = [names.get(id, id) for id in export.column(column).to_pylist()]
        export = export.set_column(place, export.schema.field(place), pa.array(told, pa.string()))
    return export
