"""``python -m callanalytics`` is the command."""

from callanalytics.cli import main

main(prog_name="callanalytics")
