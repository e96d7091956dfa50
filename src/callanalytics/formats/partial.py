"""What an export cannot say of which a column is missing, and what it is then no witness of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callanalytics.formats.conditions import Column, find, fold
from callanalytics.formats.layout import Format

WITHOUT = {  # our column -> what nobody can say without those of the file that make it
    "outcome": "whether a call was answered",
    "duration_s": "how long a call took",
    "our_number": "which number of the office it was",
    "direction": "which way every call went",
}


def missing(fmt: Format, header: Sequence[str]) -> dict[str, list[str]]:
    """Our columns that hang on listed columns which a header lacks, with the names of these; all of a call.

    Only of a format that says which of its columns are core.
    """
    if not fmt.recognise.core or fmt.makes != "calls":
        return {}
    absent = [column for column in fmt.recognise.header if find(column, tuple(header)) is None]
    looked = {target: rule.all_columns for target, rule in fmt.columns.items()}
    hanging = {target: [a[0] for a in absent if _is_among(a, columns)] for target, columns in looked.items()}
    return {target: names for target, names in hanging.items() if names}


def _is_among(column: Column, columns: Sequence[Column]) -> bool:
    names = set(map(fold, column))
    return any(names & set(map(fold, other)) for other in columns)


def as_far_as_shown(fmt: Format, header: Sequence[str]) -> Format:
    """The format as this file lets it be: without the outcome of a call it is no witness of unanswered ones."""
    lost = missing(fmt, header)
    if not lost:
        return fmt
    has_caller_id = fmt.has_caller_id and not {"caller", "other_number", "caller_id"} & set(lost)
    return replace(fmt, has_unanswered=fmt.has_unanswered and "outcome" not in lost, has_caller_id=has_caller_id)


def column_losses(fmt: Format, header: Sequence[str]) -> list[str]:
    """What to say of the columns that are missing, one sentence for each thing that is then not known."""
    lines = []
    for target, names in missing(fmt, header).items():
        if target not in WITHOUT:
            continue
        named = " and ".join(f'"{name}"' for name in names)
        line = f"without the column {named} it does not say {WITHOUT[target]}"
        if target == "outcome" and fmt.has_unanswered:
            line += ", so it cannot show a missed callback"
        lines.append(line)
    return lines
