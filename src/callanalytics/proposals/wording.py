"""A proposal as the text of a format file, its doubts as comments where they belong."""

from __future__ import annotations

import json

from callanalytics.proposals.columns import Question


def toml(head: dict, places: dict, parts, questions: list[Question], aside: list[tuple[str, list[str], str]]) -> str:
    """The whole file: what it is, by what it is known, the columns, every question, and what is no call.

    ``aside``: in a column, these words, set aside for this reason.
    """
    rules = {target: rule for part in parts for target, rule in part.rules.items()}
    lines = [
        "# Proposed, not confirmed. Read every line; answer the questions; then delete them.",
        "# To be shipped it needs its vendor's name and an [[example]] with invented numbers (CONTRIBUTING.md).",
        "",
        *(f"{key} = {_value(value)}" for key, value in head.items()),
    ]
    for name, keys in places.items():
        lines += ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in keys.items())]
    lines += ["", "# ---- questions ----"]
    lines += [f"# {number}. {_plain(str(question))}" for number, question in enumerate(questions, 1)]
    lines += ["", "[columns]", *(f"{target} = {_value(rule)}" for target, rule in rules.items())]
    for column, texts, reason in aside:
        lines += ["", "[[set_aside]]", f"when = {_value({column: texts})}", f"reason = {_value(reason)}"]
    return "\n".join(lines) + "\n"


def _value(value) -> str:
    """A value as TOML writes it, on one line.

    >>> _value({"from": 'The "A"', "map": {"inbound": ["In"]}}), _value(True)
    ('{ from = "The \\\\"A\\\\"", map = { inbound = ["In"] } }', 'true')
    """
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else _value(key)


def _plain(text: str) -> str:
    """A comment on one line, without what could steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
