"""A command as a person types it, run in this process."""

from click.testing import CliRunner

from callanalytics.cli import main


def run(*words):
    """Run a command in this process; never with a traceback."""
    result = CliRunner().invoke(main, [str(w) for w in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result
