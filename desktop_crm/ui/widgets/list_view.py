"""The list of every page: a table view with the program's look, keyboard and memory."""

from __future__ import annotations

import uuid

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Index, TableModel
from desktop_crm.ui.widgets.cells import CellPainter

MEASURED = 60  # rows whose texts decide how wide a column is
GROWN = 225  # per cent of its declared width: a tax number has 8 digits in Taiwan and 18 signs on the mainland


class ListView(QTableView):
    """Shows a ``TableModel``. Enter or double click: ``opened(id)``; another row: ``current_changed(id or None)``."""

    opened = Signal(object)
    current_changed = Signal(object)

    def __init__(self, ctx: Context, model: TableModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search_box: QLineEdit | None = None
        self._ctx = ctx
        self._model = model
        self._told: uuid.UUID | None = None
        self._needed: dict[int, int] = {}  # pixels the texts of a column need
        self._sorted_by = ""
        self._private_hidden = ctx.customer_view.on
        self._painter = CellPainter(ctx.theme)
        self.setModel(model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self._set_look()
        self._set_header()
        model.loaded.connect(self._after_load)
        model.loaded.connect(lambda _fresh: self._measure())
        model.located.connect(self._go_to)
        ctx.customer_view.changed.connect(self._hide_private)
        self._spread()
        self.doubleClicked.connect(self._open)

    def current_id(self) -> uuid.UUID | None:
        """The id of the current row."""
        index = self.currentIndex()
        return self._model.row_id(index.row()) if index.isValid() else None

    def select(self, record: uuid.UUID) -> None:
        """Make ``record`` current, wherever it is in the list."""
        row = self._model.find(record)
        if row >= 0:
            self._go_to(row)
        else:
            self._model.seek(record)

    def _go_to(self, row: int) -> None:
        self.setCurrentIndex(self._model.index(row, 0))
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.EnsureVisible)

    # -- look ------------------------------------------------------------------------------------

    def _set_look(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._ctx.theme.size("row"))

    def _set_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(self._ctx.theme.size("header"))
        header.setMinimumSectionSize(self._ctx.theme.px(32))
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort)

    def _spread(self) -> None:
        """Choose the columns there is room for; the stretching ones (or the last) take what is left over."""
        columns, room = self._model.columns, self.viewport().width()
        wanted = {n: self._wanted(n) for n, one in enumerate(columns) if not (one.private and self._private_hidden)}
        while sum(self._least(n, width) for n, width in wanted.items()) > room:
            expendable = max(wanted, key=lambda n: (columns[n].rank, n))
            if not columns[expendable].rank:
                break
            del wanted[expendable]
        for n in range(len(columns)):
            if self.isColumnHidden(n) == (n in wanted):
                self.setColumnHidden(n, n not in wanted)
        self._share_out(room, wanted)

    def _share_out(self, room: int, wanted: dict[int, int]) -> None:
        """The stretching columns share what is left over, or give up what is missing, each as much as it can.

        Where that is not enough, columns that grew for long texts go back to the width declared.
        """
        missing = sum(self._least(n, width) for n, width in wanted.items()) - room
        for n in sorted(wanted, reverse=True):
            column = self._model.columns[n]
            if missing > 0 and not column.stretch:
                declared = max(self._ctx.theme.px(column.width), self._title_width(n))
                given = min(missing, wanted[n] - declared)
                wanted[n], missing = wanted[n] - given, missing - given
        spare = room - sum(wanted.values())
        takers = [n for n in wanted if self._model.columns[n].stretch] or list(wanted)[-1:]
        slack = {n: width - self._least(n, width) for n, width in wanted.items()}
        most = sum(slack.values())
        for n, width in wanted.items():
            if spare >= 0:
                more = spare // len(takers) if n in takers else 0
            else:
                more = -min(slack[n], -(spare * slack[n] // most)) if most else 0
            self.setColumnWidth(n, width + more)
        self.updateGeometries()  # at once: a scroll bar of the widths before would flash up

    def _least(self, number: int, wanted: int) -> int:
        """How narrow a column may become: one that stretches gives up a third, but not of its title."""
        stretch = self._model.columns[number].stretch
        return max(wanted * 2 // 3, self._title_width(number)) if stretch else wanted

    def _wanted(self, number: int) -> int:
        """The column's declared width, or more if its title or what it says needs more."""
        declared = self._ctx.theme.px(self._model.columns[number].width)
        return max(declared, self._title_width(number), self._needed.get(number, 0))

    def _title_width(self, number: int) -> int:
        column, theme = self._model.columns[number], self._ctx.theme
        title = QFontMetrics(theme.font("small")).horizontalAdvance(self._ctx.t(column.title))
        sorted_by = bool(column.sort_key) and column.sort_key == self._model.query.sort
        return title + theme.px(18) + (theme.px(16) if sorted_by else 0)

    def _measure(self) -> None:
        """Let the columns that do not stretch grow to what their first rows say, within limits."""
        theme, before = self._ctx.theme, (dict(self._needed), self._sorted_by)
        self._sorted_by = self._model.query.sort  # the arrow takes room
        for number, column in enumerate(self._model.columns):
            if column.stretch or column.kind == "grade":
                continue
            font = QFontMetrics(theme.font(bold=column.kind in ("bold", "figure")))
            small, pad = QFontMetrics(theme.font("small")), theme.px(18)
            texts = set(self._model.some_texts(number, MEASURED))
            widths = [
                small.horizontalAdvance(text) + pad + theme.px(18) if pill else font.horizontalAdvance(text) + pad
                for text, pill in texts
            ]
            needed = min(max(widths, default=0), theme.px(column.width * GROWN // 100))
            self._needed[number] = max(self._needed.get(number, 0), needed)
        if (self._needed, self._sorted_by) != before:
            self._spread()

    def _hide_private(self, on: bool) -> None:
        self._private_hidden = on
        self._spread()

    # -- behaviour -------------------------------------------------------------------------------

    def _sort(self, section: int) -> None:
        key = self._model.columns[section].sort_key
        if key:
            again = key == self._model.query.sort
            self._model.change(sort=key, descending=not self._model.query.descending if again else False)

    def _open(self, index: QModelIndex) -> None:
        record = self._model.row_id(index.row())
        if record is not None:
            self.opened.emit(record)

    def _after_load(self, fresh: bool) -> None:
        row = self._model.find(self._told) if self._told is not None else -1
        if row < 0:
            held = self.currentIndex().row() if not fresh else 0
            row = min(max(held, 0), self._model.rowCount() - 1)
        if fresh:
            self.scrollToTop()
        if row >= 0:
            self.setCurrentIndex(self._model.index(row, 0))
            self.selectRow(row)
        self._tell()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        QTimer.singleShot(0, self, self._tell)

    def _tell(self) -> None:
        if self._model.replacing:
            return
        record = self.current_id()
        unread = record is None and self.currentIndex().isValid()
        if record != self._told and not unread:
            self._told = record
            self.current_changed.emit(record)

    def dataChanged(self, first: Index, last: Index, roles: object = ()) -> None:
        self.viewport().update()
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif self._goes_to_search(event):
            assert self.search_box is not None
            self.search_box.setFocus()
            self.search_box.insert(event.text())
        else:
            super().keyPressEvent(event)

    def _goes_to_search(self, event: QKeyEvent) -> bool:
        typed = event.text()
        return self.search_box is not None and bool(typed) and typed.isprintable() and not typed.isspace()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._painter.hovered:
            self._painter.hovered = row
            self.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Enter in the search box go to the list."""
        if watched is self.search_box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._search_key(event.key())
        return super().eventFilter(watched, event)

    def _search_key(self, key: int) -> bool:
        if not self._model.rowCount():
            return False
        if key == Qt.Key.Key_Down:
            self.setFocus()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            return False
        return True

    def attach_search(self, box: QLineEdit) -> None:
        """Letters typed on the list go to ``box``; Down and Enter in it come back."""
        self.search_box = box
        box.installEventFilter(self)
