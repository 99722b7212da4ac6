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
        if rows:
            self.selectRow(self._ids.index(before) if before in self._ids else 0)
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)
