"""From text to value: telephone numbers, time zones and the named parsers of cells.

Pure functions of their arguments. Each distinct value of a column is handed over once, so these may
be slow, readable and fully tested.
"""
