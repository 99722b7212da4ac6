"""A small table of which one row is current: Enter or double click opens it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Column, Row
from desktop_crm.ui.widgets.inset_table import InsetTable

TALLEST = 440  # at 15 px text; more rows scroll


class ChoiceTable(InsetTable):
    """``opened`` and ``chosen`` speak of the current row; it stays current when the rows are read again."""

    opened = Signal()
    chosen = Signal()

    def __init__(self, ctx: Context, name: str, columns: Sequence[Column]) -> None:
        super().__init__(ctx, name, columns)
        self._ids: list[uuid.UUID] = []
        self._wanted: uuid.UUID | None = None  # to be current once it is there
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.selectionModel().currentRowChanged.connect(lambda _now, _before: self.chosen.emit())
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    def current_id(self) -> uuid.UUID | None:
        """The key of the current row."""
        row = self.currentIndex().row()
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        before = self.current_id()
        self._ids = [row[0] for row in rows]
        super().show_rows(rows)
        self.setFixedHeight(min(self.sizeHint().height(), self._ctx.theme.px(TALLEST)))
        wanted = self._wanted if self._wanted in self._ids else before
        if rows:
            self.selectRow(self._ids.index(wanted) if wanted in self._ids else 0)
        if wanted == self._wanted:
            self._wanted = None
        self.chosen.emit()

    def select(self, key: uuid.UUID) -> None:
        """Make a row current, or as soon as it is among the rows."""
        if key in self._ids:
            self.selectRow(self._ids.index(key))
        else:
            self._wanted = key

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)
