"""One shape for every error message, and the kinds of error that a script can distinguish.

A message says what happened, where, what was found, what was wanted, and what to do. It never contains a client's data:
the code that raises it masks first (``values.phones.mask``).

==================  ====================================================================  ==========================
class               what happened                                                         a script may
==================  ====================================================================  ==========================
`UnreadableFile`    a file is damaged, locked, too large, or not a known call log         skip it, and list it
`OpenQuestion`      a person must answer first: whose files, which time zone              ask, and call again
`Refused`           it would mix, expose, or lose data, and was not done                  stop
`InvalidRequest`    a name, option, or file of settings is unknown or wrong               correct the call
`StoreError`        the store is damaged, held by another program, or cannot be written   wait, or restore a backup
`WriteError`        a requested file cannot be written                                    choose another place
==================  ====================================================================  ==========================

Each is a `CallLogError`. The sentences may change; classes and codes stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path


class CallLogError(Exception):
    """A problem with a file, a store, or a request that the reader of the message can correct.

    Parameters
    ----------
    what : one sentence that names the file or the thing
    where : file, sheet, row, and column as a spreadsheet shows them
    found, wanted : the value found (masked), and the value expected
    do : an edit to make, by whoever has the file
    run : a command to type, or an option to give, by whoever runs the program
    code : the kind of problem, for programs; sentences may change, codes stay. "" if no program needs one

    Examples
    --------
    >>> print(CallLogError("march.csv: 1 of 412 rows could not be read", where='row 118, column "Duration"',
    ...                    found='"1h 02m"', wanted="H:MM:SS or M:SS, as in 0:04:31"))
    march.csv: 1 of 412 rows could not be read
      where   row 118, column "Duration"
      found   "1h 02m"
      wanted  H:MM:SS or M:SS, as in 0:04:31
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        found: str = "",
        wanted: str = "",
        do: str = "",
        run: str = "",
        code: str = "",
    ):
        super().__init__(what)
        self.what, self.where, self.found, self.wanted, self.do = what, where, found, wanted, run or do
        self.is_for_operator = bool(run)  # an office that has the file and not this program can do nothing about it
        self.code = code

    def __str__(self) -> str:
        lines = [self.what]
        for name in ("where", "found", "wanted", "do"):
            text = getattr(self, name)
            if text:
                first, *rest = text.splitlines()
                lines += [f"  {name:<7} {first}", *(f"          {line}" for line in rest)]
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """Lines that a notebook shows: the message, without the code that led to it."""
        return str(self).splitlines()


class UnreadableFile(CallLogError):
    """A file is damaged, locked, too large, or not a known call log."""


class OpenQuestion(CallLogError):
    """A person must answer first: whose files these are, in which time zone, or which of several is meant."""


class Refused(CallLogError):
    """The request would mix, expose, or lose data, and was not carried out."""


class InvalidRequest(CallLogError):
    """A name, an option, or a file of settings is unknown or wrong."""


class StoreError(CallLogError):
    """The store is damaged, held by another program, or cannot be read or written."""


class WriteError(CallLogError):
    """A requested file cannot be written."""


def fault_code(fault: Exception) -> str:
    """Kind of an error, and the line of this package where it occurred: enough for a report, without a file's content.

    >>> fault_code(KeyError("Maria"))
    'KeyError'
    """
    package, where, lines = Path(__file__).parent, "", fault.__traceback__
    while lines is not None:
        path = Path(lines.tb_frame.f_code.co_filename)
        if path.is_relative_to(package):
            where = f" at {path.relative_to(package).as_posix()}:{lines.tb_lineno}"
        lines = lines.tb_next
    return type(fault).__name__ + where


@contextmanager
def unforeseen_of(shown: str) -> Iterator[None]:
    """Turn an unexpected error while one file is read into that file's own problem.

    The text of such an error may contain a client's data, so only its code is kept. Errors from the disk (a full one,
    for example) are not the file's problem, and pass through.
    """
    try:
        yield
        return
    except (CallLogError, OSError):
        raise
    except Exception as fault:
        code = fault_code(fault)
    # Raised outside the handler, so that it does not keep the fault, and with it everything read from the file.
    raise UnreadableFile(
        f"{shown} could not be read because of a fault in callanalytics",
        found=f"error {code}",
        do="report this error code and the program that wrote the file, but never send the file",
    )


def day_given(value: date | str, name: str) -> date:
    """The day that an argument gives, as a date or as ISO text; anything else is refused by the argument's name.

    >>> day_given("2022-06-30", "as_of")
    datetime.date(2022, 6, 30)
    """
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        found = repr(str(value)[:20])
        raise InvalidRequest(f"{name} is not a date", found=found, wanted="YYYY-MM-DD, as in 2022-06-30") from None
