"""The careful reading of text files against the Pollock benchmark (Vitagliano et al., PVLDB 16, 2023, 1870-1882).

``python benchmarks/pollock.py CHECKOUT [READER ...]``: CHECKOUT is a copy of that benchmark, whose files are not ours
to ship. No one is told a file's dialect. Prints, for each reader (ours, pandas, duckdb, frictionless; or those named;
one that is not installed is said to be so), the simple score (of 10), the weighted one, the files on which it raised,
and of ours how many rows of a width other than the header's were not named.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path

Rows = list[list[str]]


def ours(path: Path) -> Rows:
    from callanalytics.read import headers, text_files
    from callanalytics.read.file import decoded

    text, _ = decoded(path.read_bytes())
    lines = text_files.physical_lines(text)
    dialect = text_files.find_dialect(lines[:2000])
    width = Counter(len(cells) for _, cells in text_files.records(lines, dialect) if cells).most_common(1)
    rows = [
        (n, text_files.split_cells(lines[n - 1], dialect) if cells is None else cells)
        for n, cells in text_files.records(lines, dialect, width[0][0] if width else 0)
    ]
    rows = [(n, cells) for n, cells in rows if any(cell.strip() for cell in cells)]
    header = headers.likeliest_heading(rows[: headers.ROWS])
    if header is None:
        return [cells for _, cells in rows]
    body = [cells for n, cells in rows if n > header.last]
    first = next(cells for n, cells in rows if n == header.row)
    return [first if header.last == header.row else list(header.names), *body]


def other_widths(path: Path) -> Counter:
    """Of the rows that have another number of cells than the header: how many the careful stage names as odd, how many
    it takes because only empty cells are too many, and how many it takes without a word."""
    from callanalytics import read
    from callanalytics.read import headers, text_files

    (file,) = read.files([path]).files
    table = text_files.unknown_text_table(file)
    if table is None:
        return Counter({"files without a table": 1})
    dialect = text_files.find_dialect(text_files.head_lines(file))
    heading = headers.likeliest_heading(text_files.beginning(file, dialect))
    named, width, outcome = {odd.row for odd in table.odd}, len(table.header), Counter()
    for number, cells in text_files.all_records(file.content(), dialect, width)[0]:
        last = max((place for place, cell in enumerate(cells or [], 1) if cell.strip()), default=0)
        if number > heading.last and (cells is None or (last and len(cells) != width)):
            is_padded = cells is not None and len(cells) > width >= last
            outcome["named" if number in named else "empty cells too many" if is_padded else "not named"] += 1
    return outcome


def pandas(path: Path) -> Rows:
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [list(frame.columns), *frame.astype(str).values.tolist()]


def duckdb(path: Path) -> Rows:
    import duckdb

    found = duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true, ignore_errors = true)")
    return [found.columns, *([cell or "" for cell in row] for row in found.fetchall())]


def frictionless(path: Path) -> Rows:
    from frictionless import Resource

    with Resource(str(path)) as resource:
        return [resource.header.to_list(), *([str(c or "") for c in row.cells] for row in resource.row_stream)]


READERS = {"ours": ours, "pandas": pandas, "duckdb": duckdb, "frictionless": frictionless}


# ---- the score, as the paper defines it ------------------------------------------------------------------


def f1(wanted: list, found: list) -> tuple[float, float, float]:
    """Precision, recall, and their mean as the benchmark takes them, over multisets."""
    if not wanted:
        return 1.0, 1.0, 1.0
    common = sum((Counter(wanted) & Counter(found)).values())
    if not common:
        return 0.0, 0.0, 0.0
    p, r = common / len(wanted), common / len(found)
    return p, r, 2 * p * r / (p + r)


def score(clean: Rows, loaded: Rows, plain) -> float:
    """Of 10: one for loading at all, three each for header, records, and cells."""
    if not clean:
        return 10.0
    header = f1([plain(c) for c in clean[0]], [plain(c) for c in loaded[0]] if loaded else [])
    records = f1(*(["".join(map(plain, row)) for row in rows[1:]] for rows in (clean, loaded)))
    cells = f1(*([c for row in rows for c in row] for rows in (clean, loaded)))
    return 1 + sum(header) + sum(records) + sum(cells)


def as_written(rows: Rows) -> Rows:
    """The rows as they come back from the file that the benchmark reads."""
    import io

    held = io.StringIO()
    csv.writer(held).writerows(rows)
    return list(csv.reader(io.StringIO(held.getvalue())))


def main(checkout: Path, wanted: list[str]) -> None:
    sys.path.insert(0, str(checkout))
    from pollock.data_types import normalize_cell

    csv.field_size_limit(1 << 30)
    known: dict[str, str] = {}
    plain = lambda cell: known.setdefault(cell, normalize_cell(cell)) if cell not in known else known[cell]  # noqa: E731
    weights = json.loads((checkout / "pollock_weights.json").read_text())
    folder = checkout / "polluted_files"
    files = sorted(path.name for path in (folder / "csv").iterdir())
    total = sum(weights.get(name, -1) for name in files)
    for reader in wanted:
        if reader != "ours" and not importlib.util.find_spec(reader):
            print(f"{reader:<14} is not installed: pip install {reader}")
            continue
        scores, raised = {}, 0
        for name in files:
            with open(folder / "clean" / name, encoding="utf-8-sig", newline="") as clean_file:
                clean = list(csv.reader(clean_file))
            try:
                loaded = as_written(READERS[reader](folder / "csv" / name))
            except Exception:  # a benchmark counts what raises; it mends nothing
                raised += 1
                scores[name] = 0.0
                continue
            scores[name] = score(clean, loaded, plain)
        simple = sum(scores.values()) / len(scores)
        weighted = sum(scores[name] * weights.get(name, -1) for name in files) / total
        print(f"{reader:<14} simple {simple:.3f}   weighted {weighted:.3f}   raised on {raised} of {len(files)} files")
        if reader == "ours":
            outcome = sum((other_widths(folder / "csv" / name) for name in files), Counter())
            print(
                "    rows of another width than the header:", ", ".join(f"{n:,} {word}" for word, n in outcome.items())
            )
            for name, value in sorted(scores.items(), key=lambda item: item[1])[:12]:
                print(f"    {value:6.3f}  {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(READERS))
