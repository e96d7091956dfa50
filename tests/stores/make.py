"""A small store of each shape the tables ever had, as the package of that time wrote it; all rows invented.

    python tests/stores/make.py               writes N.zip, a store of today's shape, if it is not there yet
    python tests/stores/make.py --expected    writes N.json of every N.zip: its tables as they read today. Then read
                                              the differences line by line, as of a golden file

A store once released is never written again: it stands for the stores that offices have.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "support"))

from callanalytics import intake, schema  # noqa: E402
from callanalytics.store import Store  # noqa: E402
from intake_files import hand_csv, note, phone_csv  # noqa: E402

BACK = '{},03/{:02}/2022,2:15 PM,"{}",{},,,,,,,'
ANSWERED, MISSED = "They called, we answered", "They called, we missed it"


def exports(folder: Path) -> None:
    """Two offices' exports: calls, a row that is cut short, an older and a newer hand log, e-mails."""
    alder, elm = folder / "alder", folder / "elm"
    phone_csv(alder / "march.csv", range(20), "Voice,(800) 375-5283,,Tue 03/01/2022")
    phone_csv(alder / "april.csv", range(14, 30))
    backs = [BACK.format(8, 4, ANSWERED, 1), BACK.format(9, 6, MISSED, 3), BACK.format(10, 9, "No such word", 3)]
    hand_csv(alder / "log older.csv", [note(n) for n in range(1, 8)])
    hand_csv(alder / "log.csv", [*(note(n, "expedite") for n in range(1, 8)), *backs])
    for n, sender in enumerate(("no-reply@uscis.dhs.gov", "somebody@example.org")):
        message = EmailMessage()
        message["From"], message["To"], message["Date"] = sender, "desk@example.org", "Mon, 07 Mar 2022 14:00:00 -0500"
        message.set_content("An officer will call you within two business days.")
        (alder / f"mail {n}.eml").write_bytes(message.as_bytes())
    phone_csv(elm / "calls.csv", range(3, 9))


def written(folder: Path) -> Path:
    """A store of today's shape."""
    exports(folder)
    store, today = folder / "store", date(2022, 5, 1)
    intake.ingest([folder / "alder"], store, "Alder and Birch", "Central", office_id="a" * 32, today=today)
    intake.ingest([folder / "elm"], store, "Elm", "Eastern", office_id="e" * 32, new_office=True, today=today)
    lines = ["212-555-0177:desk:ringcentral_detailed"]
    intake.set_office(
        store, "Alder and Birch", hours="Mon-Fri 9:00-17:30", lines=lines, logs_callbacks_since="2022-03-01"
    )
    return store


def packed(store: Path, target: Path) -> None:
    """A store's version in force as a ZIP; the second names in its root are made again at opening."""
    current = (store / "CURRENT").read_text().strip()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(p for p in store.rglob("*") if p.is_file()):
            name, kept = path.relative_to(store).as_posix(), ("CURRENT", "sources/", f"published/{current}/")
            if name.startswith(kept):
                out.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)


def unpacked(shape: int, target: Path) -> Path:
    """The store of a shape, in a folder."""
    with zipfile.ZipFile(FOLDER / f"{shape}.zip") as source:
        source.extractall(target)
    return target


def shapes() -> list[int]:
    """The shapes of which there is a store here."""
    return sorted(int(path.stem) for path in FOLDER.glob("*.zip"))


def rows_of(store: Store) -> dict[str, list[dict]]:
    """Every row of every table in words; what is null is left out."""
    return {name: [_as_json(row) for row in store.read(name).to_pylist()] for name in schema.TABLES}


def _as_json(row: dict) -> dict:
    return json.loads(json.dumps({key: value for key, value in row.items() if value is not None}, default=str))


def main() -> None:
    today = FOLDER / f"{schema.VERSION}.zip"
    with tempfile.TemporaryDirectory() as folder:
        if not today.exists():
            packed(written(Path(folder) / "made"), today)
            print(f"{today.name}: {today.stat().st_size:,} bytes")
        for shape in shapes() if "--expected" in sys.argv else [schema.VERSION]:
            rows = rows_of(Store.open(unpacked(shape, Path(folder) / str(shape))))
            text = json.dumps(rows, indent=0, sort_keys=True, ensure_ascii=False)
            (FOLDER / f"{shape}.json").write_text(text + "\n", "utf-8")
            print(f"{shape}.json: " + ", ".join(f"{len(lines)} {name}" for name, lines in rows.items()))


if __name__ == "__main__":
    main()
