"""What an office does with its own log: what is open, what the tips would have saved, which calls an audit draws.

``open_promises``  call-backs still to come, overdue, or to be asked for again, each with the next step
``tips``           the practice pointer's tips, held against the office's own calls
``rivals``         which other requests a call-back that names none may have been for
``audit``          a random sample of calls by a printed seed, so that examples are drawn and not chosen

These are for the office alone: they name matters and lines, and nothing here goes to an agency or a committee.
"""
