"""The days of a month with the number of visits on each; a visit is dragged, or moved by keys, to another day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from desktop_crm.core.dates import add_months, clock
from desktop_crm.core.i18n import Translator
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.cells import CENTRE

BUSY = 6  # visits of a day from which on it is marked
CELL, TALL, SHORT, GAP = 24, 44, 37, 4  # a day is at least CELL wide and TALL or SHORT, at 15 px text
MOST_ACROSS = 16
VISIT = "application/x-desktop-crm-visit"


class MonthGrid(QWidget):
    """``chosen(day)`` by click or key, ``dragged(day, day)`` for the visits of a day, ``dropped(plan, day)`` for one,

    ``turned(months)`` by Page Up and Page Down.
    """

    chosen = Signal(object)
    dragged = Signal(object, object)
    dropped = Signal(str, object)
    turned = Signal(int)

    def __init__(self, theme: Theme, t: Translator) -> None:
        super().__init__()
        self._theme, self._t = theme, t
        self.first = clock.today().replace(day=1)
        self.day = clock.today()
        self._length = (add_months(self.first, 1) - self.first).days  # it may be painted before its visits are read
        self._tall = theme.px(TALL)
        self._counts: Mapping[dt.date, int] = {}
        self._pressed: dt.date | None = None
        self._pressed_at = QPoint()
        self._over: dt.date | None = None  # where what is dragged would fall
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(2 * theme.px(TALL + GAP))

    def show_month(self, first: dt.date, last: dt.date, counts: Mapping[dt.date, int], day: dt.date) -> None:
        """Show another month, or other numbers; ``day`` is the one chosen."""
        self.first, self._length, self._counts, self.day = first, last.day, counts, day
        self._tell()
        if self.isVisible():  # before that the width means nothing, and a great height would widen the window
            self._fit()
        self.update()

    def be_short(self, short: bool) -> None:
        """Draw the days less tall."""
        tall = self._theme.px(SHORT if short else TALL)
        if tall != self._tall:
            self._tall = tall
            self._fit()

    def count(self, day: dt.date) -> int:
        """How many visits fall on ``day``."""
        return self._counts.get(day, 0)

    def told(self, day: dt.date) -> str:
        """A day and its visits in words."""
        visits = self._t.plural("%(count)s visit", "%(count)s visits", self.count(day))
        return f"{self._t.date(day, 'long')} · {visits}"

    def _tell(self) -> None:
        self.setAccessibleName(self._t("Visits of the month"))
        self.setAccessibleDescription(self.told(self.day))

    # -- where the days are ----------------------------------------------------------------------

    def _across(self) -> int:
        least = self._theme.px(CELL + GAP)
        return max(7, min(MOST_ACROSS, self.width() // least))

    def rect_of(self, day: dt.date) -> QRect:
        """Where a day is drawn."""
        across, gap = self._across(), self._theme.px(GAP)
        place = day.day - 1
        width = (self.width() + gap) // across
        tall = self._tall + gap
        return QRect(place % across * width, place // across * tall, width - gap, self._tall)

    def day_at(self, point: QPoint) -> dt.date | None:
        """The day drawn at ``point``."""
        days = (self.first.replace(day=number) for number in range(1, self._length + 1))
        return next((day for day in days if self.rect_of(day).contains(point)), None)

    def _fit(self) -> None:
        rows = -(-self._length // self._across())
        self.setFixedHeight(rows * (self._tall + self._theme.px(GAP)))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px((CELL + GAP) * MOST_ACROSS), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px((CELL + GAP) * 7), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # -- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(1, self._length + 1):
            self._paint_day(painter, self.first.replace(day=number))
        painter.end()

    def _paint_day(self, painter: QPainter, day: dt.date) -> None:
        theme, count, today = self._theme, self.count(day), clock.today()
        late, busy = bool(count) and day < today, count >= BUSY
        ground = "badbg" if late else "warnbg" if busy else "accentbg" if count else "bg"
        box = QRectF(self.rect_of(day)).adjusted(1, 1, -1, -1)
        edge = "accent" if day == self._over else "ink2" if day == self.day else "accentline" if day == today else ""
        painter.setBrush(theme.color(ground))
        painter.setPen(
            QPen(theme.color(edge), 2 if day in (self._over, self.day) else 1) if edge else Qt.PenStyle.NoPen
        )
        if day == self.day and self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        half = box.height() / 2
        painter.setFont(theme.font("small", bold=day == today))
        painter.setPen(theme.color("bad" if late else "warn" if busy else "ink3"))
        painter.drawText(QRectF(box.x(), box.y() + theme.px(2), box.width(), half - theme.px(1)), CENTRE, str(day.day))
        if count:
            painter.setFont(theme.font(bold=True))
            painter.setPen(theme.color("bad" if late else "warn" if busy else "ink"))
            painter.drawText(QRectF(box.x(), box.y() + half - theme.px(2), box.width(), half), CENTRE, str(count))

    # -- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.day_at(event.position().toPoint())
        self._pressed_at = event.position().toPoint()
        self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        far = (point - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if self._pressed is not None and far and self.count(self._pressed):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._hover(self.day_at(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, target = self._pressed, self._over
        released = self.day_at(event.position().toPoint())
        self._pressed = None
        self.unsetCursor()
        self._hover(None)
        if pressed is None:
            return
        if target is not None and target != pressed:
            self.dragged.emit(pressed, target)
        elif released == pressed:
            self._choose(pressed)

    def _hover(self, day: dt.date | None) -> None:
        if day != self._over:
            self._over = day
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self.day_at(event.pos())
            QToolTip.showText(event.globalPos(), self.told(day) if day else "", self)
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(VISIT):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._hover(self.day_at(event.position().toPoint()))
        event.setAccepted(self._over is not None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(None)

    def dropEvent(self, event: QDropEvent) -> None:
        day = self.day_at(event.position().toPoint())
        self._hover(None)
        if day is not None:
            event.acceptProposedAction()
            self.dropped.emit(bytes(event.mimeData().data(VISIT).data()).decode(), day)

    # -- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        steps = {
            keys.Key_Left: -1,
            keys.Key_Right: 1,
            keys.Key_Up: -self._across(),
            keys.Key_Down: self._across(),
            keys.Key_Home: 1 - self.day.day,
            keys.Key_End: self._length - self.day.day,
        }
        key = event.key()
        if key in (keys.Key_PageUp, keys.Key_PageDown):
            self.turned.emit(-1 if key == keys.Key_PageUp else 1)
        elif key in steps:
            number = self.day.day + steps[keys(key)]
            if not 1 <= number <= self._length:
                return
            day = self.first.replace(day=number)
            shift = event.modifiers() & Qt.KeyboardModifier.AltModifier
            if shift and self.count(self.day):
                self.dragged.emit(self.day, day)
            else:
                self._choose(day)
        else:
            super().keyPressEvent(event)

    def _choose(self, day: dt.date) -> None:
        self.day = day
        self._tell()
        self.update()
        self.chosen.emit(day)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
