"""``python -m benchmarks.busy_process FILE``: types and scrolls in the program's window while heavy work runs.

Prints, for each kind of work, how long every key, every painting and every turn of the loop after a painting (answers
of the lanes, cards to fill) took until it was through, or was stopped after ``MOST_SECONDS``, in ms, as JSON.
``FILE`` is changed.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmarks.measuring import ROOT, milliseconds
from desktop_crm.__main__ import CALM

if TYPE_CHECKING:
    from desktop_crm.ui.lanes import Request

SOURCE = ROOT / "tests" / "data" / "cdnow" / "CDNOW_sample.txt"
IDLE_SECONDS, MOST_SECONDS = 5.0, 25.0
WARM_SECONDS = 4.0  # the first key compiles its query, and the program settles after two seconds
PAUSE = 0.008  # seconds between two events
PER_KEY = 6  # rows scrolled between two keys
TYPED = "h\bs\bl\b"  # initials that every page of the list has: text that finds nothing would leave nothing to paint
STEP = 40  # pixels
KINDS = ("backup", "import", "grading", "workbook")


class Desk:
    """The program's window over a shop, with the customers shown."""

    def __init__(self, path: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from desktop_crm import app
        from desktop_crm.ui import shop_files
        from desktop_crm.ui.main_window import MainWindow

        self.app = QApplication(["desktop-crm"])
        self.program = app.Program(self.app)
        self.program.state.put(shop_files.state_key(path, "page"), "customers")
        self.program.open(path)
        window = self.program.window
        assert isinstance(window, MainWindow)
        self.window, self.path, self.tasks = window, path, self.program.tasks
        page = cast(Any, window.page("customers"))
        self.list, self.box = page.list, page.home.tool.search
        self.failed: list[BaseException] = []
        self.tasks.failure.connect(self.failed.append)
        self.rest()

    def rest(self) -> None:
        """Show all customers again, and let everything that was asked for be done."""
        self.box.clear()
        while self.tasks.busy() or not self.list.model.rowCount():
            self.app.processEvents()
            time.sleep(PAUSE)
        for _ in range(20):
            self.app.processEvents()
            time.sleep(PAUSE)

    def key(self, letter: str) -> None:
        """Press a key in the search box and let what is due be done."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        if letter == "\b":
            QTest.keyClick(self.box, Qt.Key.Key_Backspace)
        else:
            QTest.keyClicks(self.box, letter)
        self.app.processEvents()

    def paint(self) -> None:
        """Move on by a row and paint it at once."""
        bar = self.list.view.verticalScrollBar()
        bar.setValue((bar.value() + STEP) % max(min(bar.maximum(), 100 * STEP), 1))
        self.list.view.viewport().repaint()

    def work(self, over: Callable[[], bool]) -> dict[str, list[float]]:
        """Type and scroll until it is ``over``."""
        found: dict[str, list[float]] = {"key": [], "paint": [], "rest": []}
        letters: Iterator[str] = cycle(TYPED)
        began = time.perf_counter()
        while not over() and time.perf_counter() - began < MOST_SECONDS:
            found["key"].append(milliseconds(partial(self.key, next(letters))))
            for _ in range(PER_KEY):
                time.sleep(PAUSE)
                found["paint"].append(milliseconds(self.paint))
                found["rest"].append(milliseconds(self.app.processEvents))
        if self.failed:
            raise self.failed[0]
        return found

    def busy(self, kind: str) -> dict[str, list[float]]:
        """The same while a kind of work runs, from its beginning until its result is shown or it has to stop."""
        ended: list[object] = []
        stop = getattr(self, f"_{kind}")(ended.append)
        began = time.perf_counter()
        found = self.work(lambda: bool(ended))
        if not ended:
            stop()
        self.rest()
        print(f"{kind}: {time.perf_counter() - began:.1f} s", file=sys.stderr, flush=True)
        return found

    def _backup(self, done: Callable[[object], None]) -> Callable[[], None]:
        self.window.backups.ended.connect(lambda: done(None))
        self.window.backups.run(always=True)
        return self.window.backups.cancel

    def _import(self, done: Callable[[object], None]) -> Callable[[], None]:
        from desktop_crm.services import imports

        return _stop_of(self.tasks.heavy(imports.run_on, self.path, SOURCE, str(self._mapping()), done=done))

    def _mapping(self) -> Path:
        """That of the source, in the currency of the sample shop."""
        read = json.loads((ROOT / "resources" / "mappings" / "cdnow.json").read_text(encoding="utf-8"))
        path = self.path.with_name("busy-cdnow.json")
        path.write_text(json.dumps({**read, "currency": "TWD"}), encoding="utf-8")
        return path

    def _grading(self, done: Callable[[object], None]) -> Callable[[], None]:
        """Work out who would move, and move them all."""
        from desktop_crm.services import grading, grading_previews

        apply = partial(self.tasks.write, grading.apply, done=done)
        return _stop_of(self.tasks.heavy(grading_previews.of_file, self.path, done=apply))

    def _workbook(self, done: Callable[[object], None]) -> Callable[[], None]:
        from desktop_crm.ui.grading.page import write_workbook

        path = self.path.with_suffix(".xlsx")
        return _stop_of(self.tasks.heavy(write_workbook, self.path, path, "zh_TW", done=done))


def _stop_of(request: Request) -> Callable[[], None]:
    assert request.cancel is not None
    return request.cancel


def main(path: Path) -> None:
    """Measure without any work, then during each kind."""
    gc.set_threshold(CALM)
    desk = Desk(path)
    sys.excepthook = sys.__excepthook__  # what fails here is not told in the window
    began = time.perf_counter()
    desk.work(lambda: time.perf_counter() - began > WARM_SECONDS)
    began = time.perf_counter()
    found = {"idle": desk.work(lambda: time.perf_counter() - began > IDLE_SECONDS)}
    for kind in KINDS:
        found[kind] = desk.busy(kind)
    print(json.dumps(found), flush=True)
    desk.tasks.close()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
