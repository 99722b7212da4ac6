"""``python -m benchmarks.stock_window STARTED``: a bare window with the same kinds of widgets, and when it was painted.

No look, no texts of ours, nothing behind it: what Qt itself needs. ``STARTED`` is ``time.time()`` before the start.
"""

from __future__ import annotations

import json
import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMainWindow,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)


class FrameWatch(QObject):
    """Calls ``done(milliseconds)`` once after the first painting of a window."""

    def __init__(self, window: QWidget, started: float) -> None:
        super().__init__(window)
        self.milliseconds = 0.0
        self._started = started
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The children are painted within the same turn of the event loop."""
        if event.type() == QEvent.Type.Paint and not self.milliseconds:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._note)
        return False

    def _note(self) -> None:
        self.milliseconds = (time.time() - self._started) * 1000


def window() -> QMainWindow:
    """Menus, rail, search box, buttons, a list, a card, a status bar."""
    made = QMainWindow()
    for name in ("File", "Edit", "View", "Customer", "Help"):
        menu = made.menuBar().addMenu(name)
        for number in range(6):
            menu.addAction(f"{name} {number}").setShortcut(QKeySequence(f"Ctrl+Alt+{name[0]},{number}"))
    table = QTableView()
    table.setModel(QStringListModel([f"Row {number}" for number in range(100)], table))
    card = QWidget()
    facts = QVBoxLayout(card)
    for number in range(20):
        facts.addWidget(QLabel(f"Fact {number}"))
    split = QSplitter(Qt.Orientation.Horizontal)
    split.addWidget(table)
    split.addWidget(card)
    top = QHBoxLayout()
    for widget in (QLabel("Customers"), QLineEdit(), *(QPushButton(f"Button {number}") for number in range(4))):
        top.addWidget(widget)
    page = QWidget()
    column = QVBoxLayout(page)
    column.addLayout(top)
    column.addWidget(split)
    rail = QListView()
    rail.setModel(QStringListModel(["Customers", "Orders", "Quotations"], rail))
    stack = QStackedWidget()
    stack.addWidget(page)
    body = QWidget()
    across = QHBoxLayout(body)
    across.addWidget(rail)
    across.addWidget(stack, 1)
    made.setCentralWidget(body)
    made.statusBar().showMessage("Ready")
    made.resize(1440, 900)
    return made


def main(started: float) -> None:
    """Show it and print the milliseconds."""
    app = QApplication(["stock"])
    shown = window()
    watch = FrameWatch(shown, started)
    shown.show()
    while not watch.milliseconds:
        app.processEvents()
    print(json.dumps({"frame": watch.milliseconds}), flush=True)
    os._exit(0)  # taking it down is not measured


if __name__ == "__main__":
    main(float(sys.argv[1]))
