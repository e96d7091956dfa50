"""Every command line that the product prints can be pasted: it runs that, does what it says, and nothing else."""

import shlex
import shutil
import subprocess

import pytest

from callanalytics.commands import in_store, plain_name, quoted, quoted_name
from callanalytics.intake import offices

HOSTILE = [
    "Smith LLP$(touch PWNED)",
    "Smith `touch PWNED` LLP",
    'Smith" ; touch PWNED ; "',
    "Smith\ntouch PWNED\n",
    "Smith %PATH% & echo x > PWNED",
    "Smith” ; touch PWNED ; “",
    "Smith\x1b[2J; touch PWNED \\",
    "Smith!! ' touch PWNED '",
]
SHELLS = [shell for shell in ("bash", "zsh", "sh", "pwsh") if shutil.which(shell)]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_runs_nothing_in_a_shell_and_stays_one_word(shell, name, tmp_path):
    option = "-Command" if shell == "pwsh" else "-c"
    told = subprocess.run(
        [shell, option, f"echo {quoted_name(name)} END"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.stdout.split("\n")[0] == f"{plain_name(name)} END"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_an_office_is_found_by_its_name_as_a_printed_command_has_it(name):
    assert offices.find(plain_name(name), [{"name": name}, {"name": "Rowan"}])["name"] == name
    assert not set(plain_name(name)) & set('"$`!%\\\n\x1b“”')


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.isprintable()])
def test_a_path_is_read_back_as_it_was_or_is_not_printed(name):
    assert shlex.split(quoted(name)) == [name]
    assert quoted("a\nb") == "PATH"


def test_a_path_that_no_quotes_of_windows_hold_is_left_to_be_typed(monkeypatch):
    monkeypatch.setattr("callanalytics.commands.os.name", "nt")
    assert quoted("a$(calc).csv") == "PATH"
    assert quoted(r"C:\USCIS calls\march.csv") == r'"C:\USCIS calls\march.csv"'


def test_the_store_that_is_looked_in_anyhow_is_not_named():
    assert in_store("calls") == ""
    assert in_store("their calls") == ' --store "their calls"'
