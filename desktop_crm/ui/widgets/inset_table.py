"""A small table inside a card: a few rows that are all in hand, as tall as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableView

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import KIND_ROLE, VALUE_ROLE, Column, Pill, Row, show
from desktop_crm.ui.widgets.cells import CellPainter

Index = QModelIndex | QPersistentModelIndex
EDGES = 16  # pixels at 15 px text beside a title
MEASURED = 60  # rows whose texts decide how wide a column is
WORDS = ("text", "muted")  # kinds of columns that may be shortened; numbers may not


class RowsModel(QAbstractTableModel):
    """Rows in memory, each ``(id, one value per column ...)``."""

    def __init__(self, ctx: Context, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._ctx = ctx
        self._rows: Sequence[Row] = ()
        self._titles = [ctx.t(column.title) for column in columns]  # as far as there is room for them

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def show_titles(self, titles: list[str]) -> None:
        """Head the columns with these."""
        if titles != self._titles:
            self._titles = titles
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(titles) - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._ctx.t(column.title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        if role == KIND_ROLE:
            return column.kind
        value = self._rows[index.row()][index.column() + 1]
        if role == VALUE_ROLE:
            return show(self._ctx.t, column, value)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            shown = show(self._ctx.t, column, value)
            return shown.text if isinstance(shown, Pill) else shown
        if role == Qt.ItemDataRole.ToolTipRole and column.tip is not None:
            return column.tip(self._ctx.t, value)
        return None


class InsetTable(QTableView):
    """Shows all its rows; what is around it scrolls. The stretching column takes the width left over."""

    def __init__(self, ctx: Context, name: str, columns: Sequence[Column]) -> None:
        super().__init__()
        self._ctx = ctx
        self._rows = RowsModel(ctx, columns)
        self._says = [0] * len(columns)  # pixels the widest cell of each column needs
        self._private_hidden = False
        self._painter = CellPainter(ctx.theme)
        self.setModel(self._rows)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self.setProperty("look", "inset")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._set_headers()

    def _set_headers(self) -> None:
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._ctx.theme.px(36))
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(1)
        header.setFixedHeight(self._ctx.theme.size("header"))
        header.setVisible(any(column.title for column in self._rows.columns))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self._rows.show_rows(rows)
        self._says = [self._widest(number) for number in range(len(self._rows.columns))]
        self._share_width()
        self.setFixedHeight(self.sizeHint().height())

    def hide_private(self, on: bool) -> None:
        """Take away, or bring back, the columns that customers must not see."""
        self._private_hidden = on
        self._share_width()

    def sizeHint(self) -> QSize:
        header = self.horizontalHeader()
        head = header.height() if not header.isHidden() else 0
        return QSize(self._ctx.theme.px(240), head + self.verticalHeader().length())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give every column what it says, the stretching one what is left over; less important ones may have to go.

        Where room is short, columns are as wide as their words, then the stretching one gives up to a third (or all
        it does not need), then other words, then titles, then the stretching one again, and figures at the very last.
        """
        columns, room = self._rows.columns, self.viewport().width()
        declared = [self._ctx.theme.px(column.width) for column in columns]
        titles = [self._title_width(column) for column in columns]
        says = [min(said, 2 * width) for said, width in zip(self._says, declared, strict=True)]
        taker = next((n for n, column in enumerate(columns) if column.stretch), len(columns) - 1)
        least = [max(pair) for pair in zip(says, titles, strict=True)]
        least[taker] = max(titles[taker], declared[taker])
        shown = self._important(least, room)
        widths = [max(pair) for pair in zip(declared, least, strict=True)]
        full = widths[taker]

        def narrow(number: int, least: int) -> None:
            over = sum(widths[n] for n in shown) - room
            widths[number] -= min(max(over, 0), max(widths[number] - least, 0))

        others = sorted(set(shown) - {taker}, key=lambda n: -widths[n])
        for number in others:
            narrow(number, least[number])
        narrow(taker, min(full * 2 // 3, max(says[taker], titles[taker], full // 4)))
        for number in others:
            if columns[number].kind in WORDS:
                narrow(number, declared[number] * 2 // 3)
        for number in others:
            narrow(number, max(says[number], declared[number] * 5 // 6))
        narrow(taker, full // 4)
        for number in others:
            narrow(number, declared[number] * 5 // 6)
        widths[taker] += max(room - sum(widths[n] for n in shown), 0)
        for number, width in enumerate(widths):
            self.setColumnWidth(number, width)
        metrics, edges = QFontMetrics(self._ctx.theme.font("small")), self._ctx.theme.px(EDGES)
        whole = [self._ctx.t(column.title) for column in columns]
        sign = Qt.TextElideMode.ElideRight
        self._rows.show_titles(
            [metrics.elidedText(text, sign, width - edges) for text, width in zip(whole, widths, strict=True)]
        )
        self.updateGeometries()  # at once: the range to scroll in would be that of the widths before

    def _important(self, least: Sequence[int], room: int) -> list[int]:
        """The columns there is room for; hides the others, those with the highest rank first."""
        columns = self._rows.columns
        shown = [n for n, column in enumerate(columns) if not (column.private and self._private_hidden)]
        while sum(least[n] for n in shown) > room:
            expendable = max(shown, key=lambda n: columns[n].rank)
            if not columns[expendable].rank:
                break
            shown.remove(expendable)
        for number in range(len(columns)):
            self.setColumnHidden(number, number not in shown)
        return shown

    def _widest(self, number: int) -> int:
        """How many pixels the widest cell of a column needs."""
        theme, kind = self._ctx.theme, self._rows.columns[number].kind
        text = QFontMetrics(theme.font(bold=kind in ("bold", "figure")))
        small = QFontMetrics(theme.font("small"))
        widest = 0
        for row in range(min(self._rows.rowCount(), MEASURED)):
            value = self._rows.data(self._rows.index(row, number), VALUE_ROLE)
            if isinstance(value, Pill):
                widest = max(widest, small.horizontalAdvance(value.text) + theme.px(EDGES + 18))
            else:
                widest = max(widest, text.horizontalAdvance(str(value or "")) + theme.px(EDGES))
        return widest + 1

    def _title_width(self, column: Column) -> int:
        metrics = QFontMetrics(self._ctx.theme.font("small"))
        return metrics.horizontalAdvance(self._ctx.t(column.title)) + self._ctx.theme.px(EDGES + 2)
