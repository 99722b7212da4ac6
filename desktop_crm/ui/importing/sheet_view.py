"""A table of a few rows with any columns, which scrolls both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Column, Pill, Row
from desktop_crm.ui.widgets.cells import CellPainter
from desktop_crm.ui.widgets.inset_table import RowsModel

NARROW, WIDE = 64, 260


class _Rows(RowsModel):
    """Rows under titles that are not translated: they may be a file's own words."""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return super().headerData(section, orientation, role)


class SheetView(QTableView):
    """Shows what ``show_table`` is given; columns as wide as their first rows ask for, within limits."""

    def __init__(self, ctx: Context, name: str) -> None:
        super().__init__()
        self._ctx = ctx
        self._painter = CellPainter(ctx.theme)
        self._model: RowsModel | None = None
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self.setProperty("look", "inset")
        self.setMinimumHeight(ctx.theme.px(150))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(ctx.theme.px(34))
        header.setHighlightSections(False)
        header.setFixedHeight(ctx.theme.size("header"))
        header.setStretchLastSection(True)

    def show_table(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Show other columns and rows."""
        old = self._model
        self._model = _Rows(self._ctx, columns)
        self._model.show_rows(rows)
        self.setModel(self._model)
        if old is not None:
            old.deleteLater()
        self.horizontalHeader().setStretchLastSection(not columns[-1].right)
        metrics = QFontMetrics(self._ctx.theme.font(bold=True))
        for number, column in enumerate(columns):
            texts = [column.title, *(_text(row[number + 1]) for row in rows[:30])]
            wanted = max(metrics.horizontalAdvance(text) for text in texts) + self._ctx.theme.px(28)
            px = self._ctx.theme.px
            self.setColumnWidth(number, min(max(wanted, px(NARROW)), px(max(column.width, WIDE))))

    def table(self) -> RowsModel | None:
        """The model shown."""
        return self._model


def _text(value: object) -> str:
    return value.text if isinstance(value, Pill) else str(value)[:80]
