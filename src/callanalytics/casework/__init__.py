"""What an office does with its own log.

``open_promises``  callbacks still to come, overdue, or to be requested again, each with the next step; and the other
                   requests that a callback may have been for if it names none
``practice``       the practice pointer's tips, checked against the office's own calls; the habits that would have
                   saved callbacks; and a random sample of calls by a printed seed

These are for the office alone: they name matters and lines, and nothing here goes to an agency or a committee.
"""
