"""Whether a telephone number is one of the office's own: erasing that would erase what a log is about, not a client."""

from __future__ import annotations

import pyarrow.compute as pc

from callanalytics.errors import CallLogError
from callanalytics.read.table import counted
from callanalytics.store import Store
from callanalytics.values import phones

ROWS = {"calls": "call", "notes": "note", "notices": "notice"}


def refuse(store: Store, number: str) -> None:
    """Refuse to erase a line of an office without being told that it is one.

    Raises
    ------
    CallLogError
        The number is registered as a line of an office, or calls and notes stand under it as ours.
    """
    e164 = phones.e164(number)
    owner = next((office["name"] for office in store.offices() if e164 in _registered(office)), "")
    under = {name: _rows(store, name, e164) for name in ROWS} if e164 else {}
    if not owner and not any(under.values()):
        return
    stands = " and ".join(counted(n, ROWS[name]) for name, n in under.items() if n)
    raise CallLogError(
        f"{phones.mask(number)} is a line of {owner or 'the office itself'}, not of a client; nothing was erased",
        found=f"{stands} at this line" if stands else "it is registered as a line",
        wanted="a number of a client",
        do="to erase the line all the same:  --own-line  (then nobody can tell any more which calls came to it,\n"
        "nor whether a call-back there was watched for, and figures move)",
    )


def _registered(office: dict) -> set[str]:
    return {line["number"] for line in office["lines"] or ()}


def _rows(store: Store, name: str, e164: str) -> int:
    return pc.sum(pc.equal(store.read(name).column("our_number"), e164)).as_py() or 0
