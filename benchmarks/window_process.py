"""``python -m benchmarks.window_process STARTED FILE``: the program's own start, and what came when, as JSON.

``STARTED`` is ``time.time()`` before the start.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from desktop_crm.__main__ import CALM

if TYPE_CHECKING:
    from desktop_crm.ui.main_window import MainWindow

FIRST = "customers"


def inner(window: MainWindow) -> dict[str, Callable[[], object]]:
    """How to show each list inside a tab that is not the first one there."""
    service, customers = cast(Any, window.page("service")), cast(Any, window.page("customers"))
    followups = service.show_view("followups")
    steps: dict[str, Callable[[], object]] = {
        "follow-ups as list": lambda: followups.show_mode("list"),
        "follow-ups as calendar": lambda: followups.show_mode("calendar"),
        "equipment": lambda: service.show_view("equipment"),
    }

    def contacts() -> None:
        window.show_page("customers")
        customers.sides.chosen.emit("contacts")

    return {**steps, "contacts": contacts}


def main(started: float, path: Path) -> None:
    """Do what the program does, looking at the clock, then show each other tab."""
    gc.set_threshold(CALM)
    from PySide6.QtWidgets import QApplication

    from desktop_crm import app
    from desktop_crm.ui import shop_files
    from desktop_crm.ui.main_window import MainWindow

    application = QApplication(["desktop-crm"])
    application.setApplicationName("Desktop CRM")
    program = app.Program(application)
    program.state.put(shop_files.state_key(path, "page"), FIRST)
    for key, first in (("service/view", "followups"), ("service/mode", "board")):
        program.state.put(key, first)
    program.open(path)  # comes back when the frame is painted
    frame = (time.time() - started) * 1000
    window = program.window
    assert isinstance(window, MainWindow)

    def wait(until: Callable[[], bool]) -> None:
        """Let the lanes answer and the answers be painted."""
        while not until():
            application.processEvents()
            time.sleep(0.001)  # the lanes need the interpreter more than this loop
        application.processEvents()

    def listed() -> bool:
        pane = getattr(window.stack.currentWidget(), "list", None)
        return pane is not None and pane.model.rowCount() > 0

    wait(listed)
    page = (time.time() - started) * 1000
    wait(lambda: not program.tasks.busy())
    tabs: dict[str, float] = {}
    views: dict[str, float] = {}

    def shown(into: dict[str, float], name: str, show: Callable[[], object]) -> None:
        """How long until it is painted with its data; what the worker adds later is not waited for."""
        began = time.perf_counter()
        show()
        wait(lambda: not program.tasks.busy("read", "write"))
        into[name] = (time.perf_counter() - began) * 1000

    for key in window.page_keys():
        if key != FIRST:
            shown(tabs, key, lambda key=key: window.show_page(key))  # type: ignore[misc]
        if key == "grading":
            began = time.perf_counter()
            wait(lambda: not program.tasks.busy())
            preview = tabs[key] + (time.perf_counter() - began) * 1000
    for name, show in inner(window).items():
        shown(views, name, show)
    print(json.dumps({"frame": frame, "page": page, "tabs": tabs, "views": views, "preview": preview}), flush=True)
    program.tasks.close()
    os._exit(0)  # taking the window down is not measured


if __name__ == "__main__":
    main(float(sys.argv[1]), Path(sys.argv[2]))
