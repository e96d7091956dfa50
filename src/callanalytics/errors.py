"""One shape for every message a person may meet.

A message says what happened, where, what was found, what was wanted and what to do.
It never holds a client's data: whoever raises it masks first (``values.phones.mask``).
"""

from __future__ import annotations


class CallLogError(Exception):
    """A problem with a file, a store or a request that the reader of the message can mend.

    Parameters
    ----------
    what : one sentence that names the file or the thing
    where : file, sheet, row and column as a spreadsheet shows them
    found, wanted : what stood there (masked) and what would have been right
    do : a command to type or an edit to make

    Examples
    --------
    >>> print(CallLogError("march.csv: 1 of 412 rows could not be read", where='row 118, column "Duration"',
    ...                    found='"1h 02m"', wanted="H:MM:SS or M:SS, as in 0:04:31"))
    march.csv: 1 of 412 rows could not be read
      where   row 118, column "Duration"
      found   "1h 02m"
      wanted  H:MM:SS or M:SS, as in 0:04:31
    """

    def __init__(self, what: str, *, where: str = "", found: str = "", wanted: str = "", do: str = ""):
        super().__init__(what)
        self.what, self.where, self.found, self.wanted, self.do = what, where, found, wanted, do

    def __str__(self) -> str:
        lines = [self.what]
        for name in ("where", "found", "wanted", "do"):
            text = getattr(self, name)
            if text:
                first, *rest = text.splitlines()
                lines += [f"  {name:<7} {first}", *(f"          {line}" for line in rest)]
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the message, without the lines of code that led to it."""
        return str(self).splitlines()
