"""Make .venv beside this file if it is missing, then run callanalytics (or its tests) in it. Standard library only.

With nothing else, it runs `start`, which asks for the folder. `test` runs the tests, `test --quick` those that are
quick, `test --spark` those of Spark, which needs Java, `coverage` all with a count of the lines that they run. `lint`
runs the gates that read the code: style, format, spelling, types. `docs` builds the documentation site in build/site.
"""

import os
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / ".installed"
CONSTRAINTS = ROOT / "constraints.txt"  # the version of every package that this version was tried with
LINT = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["typos"], ["mypy"])
# Extras: what running needs; what the page to explore, the page of `app`, the tests, the site, and Spark need, each
# with those before it.
RUNNING, EXPLORING, PAGE, TESTING, DOCUMENTING = "", "[explore]", "[explore,app]", "[test]", "[test,docs]"
POOLING = "[test,docs,spark]"
EXTRAS = {"app": PAGE, "test": TESTING, "coverage": TESTING, "lint": TESTING, "docs": DOCUMENTING}
PYTEST = {"test": ["-m", "pytest"], "coverage": ["-m", "pytest", "--cov"]}  # pyproject.toml has the floor of coverage


def wanted(extra: str) -> str:
    """What must be installed: a change of any line means installing again."""
    files = "".join((ROOT / name).read_text("utf-8") for name in ("pyproject.toml", CONSTRAINTS.name))
    return f"callanalytics{extra}\n{sys.version}\n{files}"


def install(extra: str) -> None:
    package = f"{ROOT}{extra}"
    if uv := shutil.which("uv"):
        subprocess.run([uv, "venv", "-q", "--allow-existing", "--python", sys.executable, VENV], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", PYTHON, "-c", CONSTRAINTS, "-e", package], check=True)
        return
    pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", CONSTRAINTS, "-e", package]
    try:
        venv.create(VENV, with_pip=True)
        subprocess.run([PYTHON, *pip], check=True)
    except subprocess.CalledProcessError:
        # Debian splits ensurepip off: use the pip of the Python that runs this, aimed at .venv.
        venv.create(VENV, with_pip=False)
        subprocess.run([sys.executable, "-m", "pip", "--python", PYTHON, *pip[2:]], check=True)


def compile_package() -> None:
    """Compile the package once: pip compiles the packages that it copies, not the one that it only points to."""
    subprocess.run([PYTHON, "-m", "compileall", "-q", ROOT / "src"], check=True)
    asked = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([PYTHON, "-c", "from callanalytics import toml_files as t; t.keep_shipped()"], check=True, env=asked)


def set_up(extra: str) -> None:
    """Install what is needed; an environment with what the tests or the site need has what running needs."""
    there = STAMP.read_text("utf-8") if STAMP.exists() else ""
    sizes = [RUNNING, EXPLORING, PAGE, TESTING, DOCUMENTING, POOLING]
    if there in [wanted(each) for each in sizes[sizes.index(extra) :]]:
        return
    print("Setting up, once: about a minute ...", file=sys.stderr)
    install(extra)
    compile_package()
    STAMP.write_text(wanted(extra), "utf-8")


def started_as() -> str:
    """How this was started, for the commands that the program prints: they can then be pasted as they are."""
    script = "run.py" if Path.cwd() == ROOT else str(ROOT / "run.py")
    if os.name == "nt":
        return f'py "{script}"' if " " in script else f"py {script}"
    return f"python3 {shlex.quote(script)}"


def main() -> int:
    if sys.version_info < (3, 11):
        print(f"callanalytics needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    words = sys.argv[1:] or ["start"]
    usual = EXPLORING if words[0] == "report" and "explore" in words else RUNNING
    extra = EXTRAS.get(words[0], usual)
    if "--engine" in words:  # Spark is the only engine to be named
        extra = POOLING
    if words == ["test", "--spark"]:
        words, extra = ["test", "-m", "spark", "-n", "0"], POOLING
    try:
        set_up(extra)
    except subprocess.CalledProcessError as failed:
        print("Setting up did not finish; the lines above say why. Nothing else was changed.", file=sys.stderr)
        return failed.returncode or 2
    if words == ["lint"]:
        return max(subprocess.run([PROGRAMS / name, *rest], cwd=ROOT).returncode for name, *rest in LINT)
    if words == ["docs"]:
        return subprocess.run([PYTHON, ROOT / "docs" / "make.py", "site"], cwd=ROOT).returncode
    is_test = words[0] in PYTEST
    command = [*PYTEST[words[0]], *words[1:]] if is_test else ["-m", "callanalytics", *words]
    started = {} if is_test else {"CALLANALYTICS_STARTED_AS": started_as()}
    child = subprocess.Popen([PYTHON, *command], cwd=ROOT if is_test else None, env=os.environ | started)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass  # Ctrl-C is the child's to answer; JupyterLab asks whether to stop


if __name__ == "__main__":
    sys.exit(main())
