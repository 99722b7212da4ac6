"""``python -m benchmarks.lists_process FILE``: shows the list as the window does and prints what it took, as JSON."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import func, select

from desktop_crm.core.i18n import translator
from desktop_crm.models import CustomerFigures
from desktop_crm.services import customer_list
from desktop_crm.services.shops import Shop
from desktop_crm.store import shop_file
from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.columns import COLUMNS, CustomerSource
from desktop_crm.ui.state import State
from desktop_crm.ui.tasks import Tasks
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.list_pane import ListPane

ROUNDS = 5
SORTS = ("grade", "revenue", "next", "name")


class Bench(QObject):
    """A list pane on the screen, and how long it takes until what was asked for is painted."""

    def __init__(self, app: QApplication, path: Path) -> None:
        super().__init__()
        state = State()
        self.tasks = Tasks(lambda: Shop(shop_file.open_existing(path), None))
        self.ctx = Context(self.tasks, translator("zh_TW"), Theme(app, state), state, path=path)
        self.pane = ListPane(self.ctx, "customers", COLUMNS, CustomerSource("zh_TW"))
        self._loaded = False
        self._loop = QEventLoop()
        self.pane.view.viewport().installEventFilter(self)
        self.pane.model.loaded.connect(self._note)
        self.pane.resize(900, 800)
        self.pane.show()

    def _note(self) -> None:
        self._loaded = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End the waiting after a painting in which no row is missing."""
        if event.type() == QEvent.Type.Paint and self._loaded and self._is_whole():
            QTimer.singleShot(0, self._loop.quit)  # comes after the painting itself
        return False

    def _is_whole(self) -> bool:
        view, model = self.pane.view, self.pane.model
        rows = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        return all(row < 0 or model.row(row) is not None for row in rows)

    def change(self, **query: object) -> float:
        """Milliseconds until another selection or order is on the screen."""
        self._loaded = False
        began = time.perf_counter()
        self.pane.model.change(**query)
        self._loop.exec()
        return (time.perf_counter() - began) * 1000

    def jump(self) -> float:
        """Milliseconds from the top until the middle is on the screen."""
        bar = self.pane.view.verticalScrollBar()
        bar.setValue(0)
        self.pane.view.viewport().repaint()
        QApplication.processEvents()
        began = time.perf_counter()
        bar.setValue(bar.maximum() // 2)
        self._loop.exec()
        return (time.perf_counter() - began) * 1000


def peak_megabytes() -> float:
    """The most memory this process has had; 0 where the system does not tell.

    On Linux not ``ru_maxrss``, which a new process takes over from the one that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text("ascii"))[1]) / 1024  # type: ignore[index]
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)


def measure(bench: Bench) -> dict[str, object]:
    """Every quick filter in every way."""
    with bench.tasks.database().read() as session:
        busiest = select(CustomerFigures.owner_id).group_by(CustomerFigures.owner_id).order_by(func.count().desc())
        owner = session.scalar(busiest.limit(1))
    found: dict[str, dict[str, list[float]]] = {"first": {}, "middle": {}, "sort": {}}
    for _ in range(ROUNDS):
        for chip in customer_list.FILTERS:
            took = bench.change(chip=chip, extra=(("owner", owner),), sort="name", descending=False)
            found["first"].setdefault(chip, []).append(took)
            found["middle"].setdefault(chip, []).append(bench.jump())
            for sort in SORTS:
                took = bench.change(sort=sort, descending=sort == "revenue")
                found["sort"].setdefault(f"{chip}, {sort}", []).append(took)
    return {**found, "megabytes": peak_megabytes()}


def main(path: Path) -> None:
    """Measure and print."""
    app = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(app, QApplication)
    bench = Bench(app, path)
    print(json.dumps(measure(bench)), flush=True)
    bench.tasks.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
