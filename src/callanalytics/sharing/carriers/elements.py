"""XML, written anew: the elements that are rows, with the attributes that the format looks at."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from callanalytics.formats import Format
from callanalytics.read import File
from callanalytics.read.elements import ELEMENT, stream
from callanalytics.sharing.carriers import Change


def written(file: File, fmt: Format, change: Change, looked_at: set[str]) -> bytes:
    """The file's bytes anew; what else lies in the file (pictures, addresses) is left out."""
    lines, root = [], ""
    wanted = looked_at | set(fmt.recognise.attributes)
    for depth, tag, attributes in stream(file):
        if depth == 0 and tag not in fmt.file.elements:
            root = tag
            stated = attributes.get("count", "")
            lines.append(f"<{tag} count={quoteattr(stated)}>" if stated.isdigit() else f"<{tag}>")
        elif tag in fmt.file.elements:
            told = {key.rpartition("}")[2]: value for key, value in attributes.items()}
            kept = {key: change(key, value) for key, value in told.items() if key in wanted and key != ELEMENT}
            lines.append(f"  <{tag}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())} />")
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    return "\n".join([head, *lines, f"</{root}>" if root else "", ""]).encode("utf-8")
