"""A random sample of calls, so that the examples put before an agency are drawn and not chosen.

Whoever is to draw names the seed (the date of a meeting, say) before anybody looks. Each call gets the BLAKE2b
digest of seed and id; the smallest digests are drawn. So the draw hangs on nothing but the seed and the calls: not
on their order, not on a program's random numbers, and it can be checked by hand.
"""

from __future__ import annotations

import hashlib

import pyarrow as pa

from callanalytics.errors import CallLogError

COLUMNS = "draw office date hour evidence line wait_kind outcome dial_id file row".split()


def draw(log, seed: str | int, n: int = 30) -> list[dict]:
    """`n` calls to the agency drawn by a seed, in the order drawn.

    Parameters
    ----------
    log : what ``callanalytics.load`` gives; drawn are its dials, of all offices alike
    seed : anything that was agreed on beforehand; it is printed with the draw
    n : how many; all there are, if fewer

    Returns
    -------
    list of dict
        ``draw`` (1, 2, ...), office, Eastern date and hour, which log knows the call, and the file and row that it
        is to be looked up in. No client, no number.

    Raises
    ------
    CallLogError
        Fewer than one call asked for.

    Examples
    --------
    >>> _order("20220711", ["a", "b", "c"])
    ['c', 'a', 'b']
    """
    if n < 1:
        raise CallLogError("a draw needs at least one call", found=str(n), wanted="--n 30, say")
    dials = log.dials.to_arrow()
    places = {id: place for place, id in enumerate(dials["dial_id"].to_pylist())}
    drawn = _order(str(seed), list(places))[:n]
    rows = dials.take(pa.array([places[id] for id in drawn], pa.int64())).to_pylist()
    names = {office["office_id"]: office["name"] for office in log.offices.to_arrow().to_pylist()}
    where = _where(log)
    return [_drawn(i, row, names, where) for i, row in enumerate(rows, 1)]


def _order(seed: str, ids: list[str]) -> list[str]:
    return sorted(ids, key=lambda id: hashlib.blake2b(f"{seed}\n{id}".encode()).digest())


def _where(log) -> dict[str, tuple[str, int]]:
    """Call or note id -> the file and the row it was read from."""
    names = {s["source_id"]: s["name"] for s in log.sources.to_arrow().select(["source_id", "name"]).to_pylist()}
    found = {}
    for table, id in ((log.notes, "note_id"), (log.calls, "call_id")):
        for row in table.to_arrow().select([id, "source_id", "source_row"]).to_pylist():
            found[row[id]] = (names.get(row["source_id"], row["source_id"]), row["source_row"])
    return found


def _drawn(i, row, names, where):
    file, number = where.get(row["note_id"] or row["call_id"], ("", None))
    told = {name: row[name] for name in ("hour", "evidence", "line", "wait_kind", "outcome", "dial_id")}
    office = names.get(row["office_id"], row["office_id"])
    return {"draw": i, "office": office, "date": row["date"], **told, "file": file, "row": number}
