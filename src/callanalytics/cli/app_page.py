"""The page of `callanalytics app`: the steps of `start` with buttons, then charts, the to-do list, and the files.

It asks, counts, and writes the same as `start`, `check`, and `report`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from html import escape
from io import StringIO
from pathlib import Path
from queue import Queue
from threading import Thread

import ipywidgets as widgets

from callanalytics import figures, reports
from callanalytics import log as logs
from callanalytics.casework.open_promises import open_promises
from callanalytics.cli import first_steps, start
from callanalytics.cli.app import MADE
from callanalytics.cli.group import UNFORESEEN, agency, main, unforeseen
from callanalytics.errors import CallLogError, InvalidRequest
from callanalytics.figures.chart import Chart, save_all
from callanalytics.invented import LABEL
from callanalytics.reports import findings, firm, html
from callanalytics.reports.document import Heading, Text
from callanalytics.reports.results import Results

EVERY_OFFICE = "every office"
CHARTS: dict[str, Callable[[Results, str], Chart]] = {  # finding -> the chart that shows it
    "curve": lambda r, title: figures.chance_by_minutes(r.take("wait"), title=title),
    "hours": lambda r, title: figures.wait_by_hour(r.take("wait", "hour"), title=title),
    "urgent": lambda r, title: figures.callbacks_by_day(r.callback_curves, title=title),
    "missed": lambda r, title: figures.missed_by_local_hour(r.missed_by_hour, opening=r.opening_hours, title=title),
    "change": lambda r, title: figures.wait_by_month(r.take("wait", "month"), r.agency.events, title=title),
}
WIDE, NARROW = {"width": "100%", "max_width": "46rem"}, {"width": "22rem"}
LABELED = {"description_width": "9rem"}
OPENING = Path(__file__).resolve().parent / "app_opening.html"


class Stopped(Exception):
    """The user stopped; nothing was stored."""


class Questions(start.Dialog):
    """Asks on the page what `start` asks in a terminal. The safe choice comes first and is selected by default."""

    def __init__(self):
        super().__init__(can_ask=True)
        self.answers: Queue[str | None] = Queue()
        self.text, self.choices = widgets.HTML(), widgets.RadioButtons(options=["-"], layout=WIDE)
        self.typed = widgets.Text(description="Your answer", layout=WIDE, style=LABELED)
        self.answer = _button("Answer", self._send_answer, is_first=True)
        self.stop = _button("Stop; store nothing", lambda: self.answers.put(None))
        self.box = widgets.VBox([self.text, self.choices, self.typed, widgets.HBox([self.answer, self.stop])])
        self.receipt = widgets.HTML()
        self.values: list[str] = []
        _hide(self.box)

    def ask(self, text: str, usual: str = "", explain: str = "", choices: Sequence[str] = ()) -> str:
        """Show the question and wait for the answer."""
        safe = [(start.NOT_SURE, start.NOT_SURE)] if usual == start.NOT_SURE else []
        shown = [*safe, *((choice, str(n)) for n, choice in enumerate(choices, 1))]
        self.values = [value for _, value in shown]
        self.text.value = _page(f"<h2>A question</h2><pre>{escape(text)}</pre><p class='small'>{escape(explain)}</p>")
        # The widget does not accept an empty list
        self.choices.options = [choice for choice, _ in shown] or ["-"]
        # Only a safe choice is selected beforehand
        self.choices.index = self.values.index(usual) if usual in self.values else None
        self.typed.value = usual
        _hide(self.choices, not choices)
        _hide(self.typed, bool(choices))
        _hide(self.box, False)
        # This waits in the step's own thread; the page stays responsive
        given = self.answers.get()
        _hide(self.box)
        if given is None:
            raise Stopped
        return given

    def _send_answer(self) -> None:
        index = self.choices.index
        given = self.typed.value.strip() if not self.values else "" if index is None else self.values[index]
        if given:
            self.answers.put(given)

    def show(self, path: Path, receipt) -> None:
        """Show what the folder holds, in the words of `check`."""
        self.receipt.value = _page(f"<h2>What {escape(path.name)} holds</h2>{_rows(receipt)}")


class Page:
    """The page, from choosing a folder to writing the files. ``home`` is the folder that is offered first."""

    log: logs.Log  # the part of the store that is shown

    def __init__(self, store: str, out: str, home: str, own_rules: str | None = None):
        self.store, self.out, self.own_rules = store, Path(out), own_rules
        self.questions = Questions()
        self.path = widgets.Text(value=home, description="Folder", layout=WIDE, style=LABELED)
        self.path.observe(lambda _: self._list_folders(), "value")
        self.folders = widgets.Select(description="Folders in it", layout=WIDE, style=LABELED)
        self.read = _button("Check this folder", lambda: self._run_in_thread(self._read), is_first=True)
        moves = [_button("Open the chosen folder", self._go_in), _button("One folder up", self._go_up), self.read]
        self.news = widgets.HTML()
        self.office = widgets.Dropdown(description="Office", options=[EVERY_OFFICE], layout=NARROW, style=LABELED)
        self.since = widgets.Text(description="From", placeholder="2022-01-01", layout=NARROW, style=LABELED)
        self.until = widgets.Text(description="To", placeholder="2022-12-31", layout=NARROW, style=LABELED)
        redraw = _button("Show this part", lambda: self._run_in_thread(self._draw), is_first=True)
        self.shown, self.files = widgets.HTML(), widgets.HTML()
        write = _button("Write report and charts", lambda: self._run_in_thread(self._write))
        self.part = widgets.VBox([self.office, self.since, self.until, widgets.HBox([redraw, write])])
        self.all = widgets.VBox([
            widgets.HTML(_page(OPENING.read_text("utf-8"))), self.path, self.folders, widgets.HBox(moves),
            self.questions.receipt, self.questions.box, self.news, self.part, self.files, self.shown,
        ])  # fmt: skip
        self._list_folders()
        _hide(self.part)

    def show(self):
        """The page as a widget; if there is a store, its contents are shown at once."""
        if (Path(self.store) / "CURRENT").is_file():
            self._run_in_thread(self._draw)
        return self.all

    # ---- the folder

    def _list_folders(self) -> None:
        folder = start.dropped(self.path.value)
        self.folders.options = _folders(folder) if folder and folder.is_dir() else []

    def _go_in(self) -> None:
        if self.folders.value:
            self.path.value = str(Path(self.path.value) / self.folders.value)

    def _go_up(self) -> None:
        self.path.value = str(Path(self.path.value).parent)

    # ---- from the folder to the store, as in `start`

    def _read(self) -> None:
        path = start.dropped(self.path.value)
        if not path:
            raise InvalidRequest("There is no such folder here", do="choose one from the list")
        start.refuse_store_in_folder(path, self.store, {})
        self._show_message("Looking ...")
        receipt, given = start.check_and_ask(path, self.store, {}, self.questions, first_steps.read_options)
        self._show_message("Reading ...")
        receipt = start.ingest(path, self.store, given)
        left = start.left_to_do(receipt)
        self.questions.receipt.value = _page(
            f"<h2>What was read</h2><p>{escape(f'Left to do: {left}.' if left else 'Every row was read.')}</p>"
            f"<details><summary>Row by row</summary>{_rows(receipt)}</details>"
        )
        self._draw()

    # ---- what the store holds

    def _draw(self) -> None:
        self._show_message("Counting ...")
        whole = logs.load(self.store, agency=agency())
        names = sorted(row["name"] for row in whole.offices.to_arrow().to_pylist())
        # Setting the same list again would undo the choice
        if self.office.options != (EVERY_OFFICE, *names):
            self.office.options = [EVERY_OFFICE, *names]
        office = None if self.office.value == EVERY_OFFICE else self.office.value
        self.log = whole.where(office=office, since=self.since.value or None, until=self.until.value or None)
        mark = f"<p><strong>{LABEL}</strong></p>" if whole.is_invented else ""
        blocks = [
            *firm.to_do(self.log, open_promises(self.log)),
            Heading("Charts"),
            *(Text(chart.says, chart.title) if chart.says else chart for chart in self._charts().values()),
        ]
        _hide(self.part, False)
        self.files.value = ""
        self.shown.value = _page(mark + "".join(map(html.block, blocks)))
        self._show_message("")

    def _charts(self) -> dict[str, Chart]:
        results = Results(self.log)
        return {name: draw(results, findings.tell(results, name).text) for name, draw in CHARTS.items()}

    def _write(self) -> None:
        """Write the reports and charts to the output folder, and copies to where the page can fetch them."""
        self._show_message("Writing ...")
        written = [path for name in ("liaison", "firm") for path in reports.report(name, self.log, self.out)]
        save_all(self._charts(), self.out / "charts", "Charts")
        # A server serves files only from its own folder
        for path in written:
            shutil.copy(path, MADE)
        shutil.make_archive(str(Path(MADE) / "charts"), "zip", self.out / "charts")
        links = "".join(
            f"<li><a href='/files/{MADE}/{name}?download=1' download='{name}'>{name}</a></li>"
            for name in [*(path.name for path in written), "charts.zip"]
        )
        self.files.value = _page(f"<h2>Files</h2><p>They are also in {escape(str(self.out))}.</p><ul>{links}</ul>")
        self._show_message("")

    # ---- one step at a time, in a thread, so that the page stays responsive

    def _run_in_thread(self, step: Callable[[], None]) -> None:
        # The button is the lock: a second press while a step runs does nothing
        if not self.read.disabled:
            self.read.disabled = True
            # A daemon thread, so that it does not keep the server alive after the page is closed
            Thread(target=self._run_command, args=(step,), daemon=True).start()

    def _run_command(self, step: Callable[[], None]) -> None:
        printed = StringIO()
        words = [*(["--agency-file", self.own_rules] if self.own_rules else []), "app"]
        try:
            # `agency()` reads its file from the current command; what a step prints is shown if it stops
            with main.make_context("callanalytics", words), redirect_stdout(printed), redirect_stderr(printed):
                step()
        except Stopped:
            self._show_message("Stopped. Nothing was stored.")
        except CallLogError as problem:
            self._show_message(str(problem))
        # `start` exits where it cannot continue; the page continues and shows what was printed
        except SystemExit:
            self._show_message(printed.getvalue())
        except UNFORESEEN as fault:
            self._show_message(str(unforeseen(fault)))
        finally:
            self.read.disabled = False

    def _show_message(self, text: str) -> None:
        self.news.value = _page(f"<div role='status'><pre>{escape(text)}</pre></div>") if text else ""


def _button(words: str, does: Callable[[], None], *, is_first: bool = False) -> widgets.Button:
    button = widgets.Button(description=words, button_style="primary" if is_first else "")
    button.layout.width = "auto"
    button.on_click(lambda _: does())
    return button


def _hide(part: widgets.Widget, is_hidden: bool = True) -> None:
    part.layout.display = "none" if is_hidden else ""


def _page(content: str) -> str:
    return f"<style>{html.STYLE.read_text('utf-8')}</style><div class='callanalytics'>{content}</div>"


def _rows(receipt) -> str:
    """A receipt with its columns aligned: lines that are too wide scroll and never wrap."""
    return f"<pre class='rows' tabindex='0'>{escape(receipt.text())}</pre>"


def _folders(folder: Path) -> Iterable[str]:
    try:
        return sorted(
            (e.name for e in os.scandir(folder) if e.is_dir() and not e.name.startswith(".")), key=str.casefold
        )
    except OSError:
        return []
