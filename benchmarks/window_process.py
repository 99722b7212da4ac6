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

from desktop_crm.__main__ import CALM

FIRST = "customers"


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
    tabs = {}
    for key in window.page_keys():
        if key != FIRST:
            began = time.perf_counter()
            window.show_page(key)
            wait(lambda: not program.tasks.busy())
            tabs[key] = (time.perf_counter() - began) * 1000
    print(json.dumps({"frame": frame, "page": page, "tabs": tabs}), flush=True)
    program.tasks.close()
    os._exit(0)  # taking the window down is not measured


if __name__ == "__main__":
    main(float(sys.argv[1]), Path(sys.argv[2]))
