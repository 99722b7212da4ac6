"""The grid of days: keys move the day, things to do can be dragged to another one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QToolTip

from desktop_crm.core.dates import EARLIEST, LATEST, add_months, clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.service import card_words
from desktop_crm.ui.service.card_list import carried, mime_of
from desktop_crm.ui.service.month_model import CELL_ROLE, MonthModel
from desktop_crm.ui.service.month_painter import DayPainter
from desktop_crm.ui.widgets.labels import tooltip

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import BoardCard

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


class MonthGrid(QTableView):
    """``day_chosen(day)`` by key, ``picked(day)`` by mouse; ``dropped(key, day)``.

    ``opened``: Enter or a double click; ``new_wanted``: N.
    """

    day_chosen = Signal(object)
    picked = Signal(object)
    opened = Signal()
    new_wanted = Signal()
    dropped = Signal(object, object)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.by_month = True
        self._ctx = ctx
        self.model_ = MonthModel(ctx.t, self)
        self.painter_ = DayPainter(ctx)
        self._pressed: tuple[QPoint, BoardCard] | None = None
        self.setModel(self.model_)
        self.setItemDelegate(self.painter_)
        self.setAccessibleName(ctx.t("Calendar"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAcceptDrops(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        days, weeks = self.horizontalHeader(), self.verticalHeader()
        days.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        days.setMinimumSectionSize(1)
        days.setSectionsClickable(False)
        days.setHighlightSections(False)
        days.setFixedHeight(ctx.theme.size("header"))
        weeks.hide()
        weeks.setMinimumSectionSize(1)
        weeks.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    def show_day(self, day: dt.date) -> bool:
        """Make ``day`` the current one, without telling; whether other days than before are shown."""
        other = self.model_.show_span(day, month=self.by_month)
        before = self.blockSignals(True)
        self.setCurrentIndex(self.model_.place(day))
        self.blockSignals(before)
        return other

    def day(self) -> dt.date:
        """The current day."""
        return self.model_.day(self.currentIndex())

    def selectionChanged(self, selected: QItemSelection, before: QItemSelection) -> None:
        super().selectionChanged(selected, before)
        if not self.signalsBlocked() and self.currentIndex().isValid():
            self.picked.emit(self.day())

    # -- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        target = self._target(key) if plain else None
        if target is not None:
            self.day_chosen.emit(min(max(target, EARLIEST), LATEST))
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif plain and key == Qt.Key.Key_N:
            self.new_wanted.emit()
        else:
            event.ignore()

    def _target(self, key: int) -> dt.date | None:
        """The day a key goes to."""
        day = self.day()
        if key in STEPS:
            return day + dt.timedelta(days=STEPS[Qt.Key(key)])
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            return self.further(-1 if key == Qt.Key.Key_PageUp else 1)
        if key == Qt.Key.Key_T:
            return clock.today()
        week = self.model_.first + dt.timedelta(days=(day - self.model_.first).days // 7 * 7)
        return {Qt.Key.Key_Home: week, Qt.Key.Key_End: week + dt.timedelta(days=6)}.get(Qt.Key(key))

    def further(self, step: int) -> dt.date:
        """The same day some months on; in the week view some weeks."""
        day = self.day()
        return add_months(day, step) if self.by_month else day + dt.timedelta(days=7 * step)

    # -- mouse -----------------------------------------------------------------------------------

    def thing_at(self, place: QPoint) -> BoardCard | None:
        """What is to be done at a place of the viewport."""
        index = self.indexAt(place)
        if not index.isValid():
            return None
        slots = self.painter_.slots(self.visualRect(index), index.data(CELL_ROLE))
        return next((card for box, card in slots if box.contains(place)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        place = event.position().toPoint()
        card = self.thing_at(place) if event.button() == Qt.MouseButton.LeftButton else None
        self._pressed = (place, card) if card is not None else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        start, card = self._pressed
        if (event.position().toPoint() - start).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self._drag(card, start)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        super().mouseReleaseEvent(event)

    def _drag(self, card: BoardCard, start: QPoint) -> None:
        index = self.indexAt(start)
        slots = self.painter_.slots(self.visualRect(index), index.data(CELL_ROLE))
        box = next((box for box, one in slots if one.id == card.id), QRect())
        drag = QDrag(self)
        drag.setMimeData(mime_of(card))
        picture: QPixmap = self.viewport().grab(box)
        drag.setPixmap(picture)
        drag.setHotSpot(start - box.topLeft())
        drag.exec(Qt.DropAction.MoveAction)

    def viewportEvent(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            card = self.thing_at(event.pos())
            said = card_words.whole(self._ctx.t, card, private=not self._ctx.customer_view.on) if card else ""
            QToolTip.showText(event.globalPos(), tooltip(said).replace("\n", "<br>") if said else "", self)
            return True
        return super().viewportEvent(event)  # type: ignore[arg-type]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let it in wherever it enters: who is refused here is told of no further move, nor of the drop."""
        if carried(event.mimeData()) is None:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        takes = carried(event.mimeData()) is not None and index.isValid()
        takes = takes and self.model_.day(index) >= clock.today()
        self._mark(index if takes else None)
        event.acceptProposedAction() if takes else event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(None)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(None)
        index, key = self.indexAt(event.position().toPoint()), carried(event.mimeData())
        if key is None or not index.isValid() or self.model_.day(index) < clock.today():
            event.ignore()
            return
        event.acceptProposedAction()
        self.dropped.emit(key, self.model_.day(index))

    def _mark(self, index: object) -> None:
        if index != self.painter_.over:
            self.painter_.over = index  # type: ignore[assignment]
            self.viewport().update()
