"""The names of files in a receipt: masked as it is kept and shared, as they are on the screen of whoever owns them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from callanalytics.commands import quoted
from callanalytics.errors import CallLogError
from callanalytics.intake.receipt import Problem, Receipt
from callanalytics.read import Passed
from callanalytics.read.file import shown_name


def unmasked(receipt: Receipt, may_show: Callable[[str], str] = str) -> Receipt:
    """The receipt with every file under its own name, as far as ``may_show`` leaves it; on the owner's own screen a
    command that names a file is whole too."""
    receipt = _with_places(receipt) if may_show is str else receipt
    names = {masked: may_show(name) for masked, name in receipt.names.items() if masked != name}
    if not names:
        return receipt
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

    def shown(text: str) -> str:
        return pattern.sub(lambda match: names[match[0]], text)

    return replace(
        receipt,
        files=tuple(replace(e, file=shown(e.file), like=shown(e.like), export=shown(e.export)) for e in receipt.files),
        questions=tuple(replace(asked, file=shown(asked.file)) for asked in receipt.questions),
        problems=tuple(Problem(shown(p.file), _told(p.why, shown)) for p in receipt.problems),
        passed=tuple(Passed(shown(passed.shown), passed.why) for passed in receipt.passed),
        to_fix=tuple(replace(fix, file=shown(fix.file)) for fix in receipt.to_fix),
        unclear=tuple(replace(unclear, file=shown(unclear.file)) for unclear in receipt.unclear),
        unread=tuple((shown(file), column) for file, column in receipt.unread),
        versions=tuple(replace(v, newer=shown(v.newer), older=shown(v.older)) for v in receipt.versions),
        notes=tuple(map(shown, receipt.notes)),
    )


MAP = "callanalytics map "


def _with_places(receipt: Receipt) -> Receipt:
    """The receipt with the path of the file in a command that it prints about one."""

    def whole(text: str, file: str) -> str:
        place = receipt.places.get(file)
        return text.replace(f"{MAP}FILE", f"{MAP}{quoted(place)}") if place else text

    questions = [
        replace(asked, question=replace(asked.question, do=whole(asked.question.do, asked.file)))
        for asked in receipt.questions
    ]
    problems = [Problem(p.file, _told(p.why, str, whole(p.why.do, p.file))) for p in receipt.problems]
    return replace(receipt, questions=tuple(questions), problems=tuple(problems))


def without_numbers(name: str) -> str:
    """A name as a letter may have it: the office knows its words, and long numbers may be a client's."""
    return "/".join(map(shown_name, name.split("/")))


def _told(why: CallLogError, shown: Callable[[str], str], do: str = "") -> CallLogError:
    return CallLogError(
        shown(why.what), where=shown(why.where), found=shown(why.found), wanted=why.wanted, do=do or shown(why.do)
    )
