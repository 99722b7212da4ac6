"""``python -m benchmarks.repaint_process FILE``: scrolls the list while the worker imports; prints the times."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QApplication

from benchmarks.lists_process import Bench
from benchmarks.measuring import ROOT, milliseconds
from desktop_crm.core import paths
from desktop_crm.services import imports, shops

SOURCE = ROOT / "tests" / "data" / "cdnow" / "CDNOW_sample.txt"
IDLE_SECONDS, STEP, PAUSE = 4.0, 40, 0.008  # pixels of one scrolling, seconds between two


def scroll(bench: Bench) -> float:
    """Move on by a row, paint it at once, then let the other events come."""
    bar = bench.pane.view.verticalScrollBar()
    bar.setValue((bar.value() + STEP) % max(bar.maximum() // 100, 1))
    took = milliseconds(bench.pane.view.viewport().repaint)
    QApplication.processEvents()
    time.sleep(PAUSE)
    return took


def main(path: Path) -> None:
    """Measure with an idle worker, then during one import into an empty shop."""
    app = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(app, QApplication)
    target = paths.data_dir() / "import.dcrm"
    shops.create_shop(target, "CDNOW").close()
    bench = Bench(app, path)
    bench.change(chip="all", sort="name")
    for _ in range(200):
        scroll(bench)
    idle, busy = [], []
    clock = QElapsedTimer()
    clock.start()
    while clock.elapsed() < IDLE_SECONDS * 1000:
        idle.append(scroll(bench))
    ended: list[object] = []
    bench.tasks.failure.connect(ended.append)
    bench.tasks.heavy(imports.run_on, target, SOURCE, "cdnow", done=ended.append)
    while not ended:
        busy.append(scroll(bench))
    if isinstance(ended[0], BaseException):
        raise ended[0]
    print(json.dumps({"idle": idle, "busy": busy}), flush=True)
    bench.tasks.close()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
