"""The last twelve months as bars, the year before as a line across each; the month that runs is pale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.chart import CENTRE, Chart

if TYPE_CHECKING:
    from desktop_crm.services.revenue_months import MonthRevenue

HEIGHT = 168


class RevenueChart(Chart):
    """``chosen(first day of the month)`` by click, or Left, Right and Enter."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, t: Translator) -> None:
        self._name = t("Revenue of the last 12 months against the year before")
        super().__init__(theme, t, self._name, HEIGHT)
        self.months: tuple[MonthRevenue, ...] = ()
        self._at = -1  # where the keyboard is
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_months(self, months: tuple[MonthRevenue, ...]) -> None:
        """Show other figures, the current month last."""
        self.months = months
        self._at = min(self._at, len(months) - 1)
        self._tell()

    def told(self, place: int) -> str:
        """The figures of a month as a sentence."""
        t, month = self.t, self.months[place]
        return t(
            "%(month)s: %(revenue)s from %(orders)s orders; a year before %(before)s",
            month=f"{month.month:%Y-%m}",
            revenue=t.money(month.revenue),
            orders=t.number(month.orders),
            before=t.money(month.before),
        )

    def tip_at(self, position: QPointF) -> str:
        place = self._place_at(position)
        return self.told(place) if place >= 0 else ""

    def _place_at(self, position: QPointF) -> int:
        if not self.months:
            return -1
        return max(0, min(len(self.months) - 1, int(position.x() * len(self.months) / max(1, self.width()))))

    def _tell(self) -> None:
        self.setAccessibleDescription(self.told(self._at) if self._at >= 0 else "")
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place != self._hovered:
            self._hovered = place
            self.update()
            QToolTip.showText(event.globalPosition().toPoint(), self.tip_at(event.position()), self)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (place := self._place_at(event.position())) >= 0:
            self._at = place
            self._tell()
            self.chosen.emit(self.months[place].month)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._at < 0:
            self._at = len(self.months) - 1
        self._tell()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self.months:
            last = len(self.months) - 1
            self._at = last if self._at < 0 else max(0, min(last, self._at + step))
            self._tell()
        elif self._at >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.months[self._at].month)
        else:
            super().keyPressEvent(event)

    # -- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.painter()
        most = max((max(month.revenue, month.before) for month in self.months), default=0) or 1
        for place, month in enumerate(self.months):
            slot = QRectF(place * self.width() / len(self.months), 0, self.width() / len(self.months), self.height())
            if place == self._hovered:
                painter.fillRect(slot, self.theme.color("hover"))
            self._paint_month(painter, slot, month, most, current=place == len(self.months) - 1)
            if self.hasFocus() and place == self._at:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self.theme.color("accent"), 1.4))
                painter.drawRoundedRect(slot.adjusted(1, 1, -1, -1), self.theme.px(4), self.theme.px(4))
        painter.end()

    def _paint_month(self, painter: QPainter, slot: QRectF, month: MonthRevenue, most: int, *, current: bool) -> None:
        theme = self.theme
        foot, top = slot.bottom() - theme.px(26), float(theme.px(8))
        width = min(float(theme.px(26)), slot.width() * 0.68)
        left = slot.center().x() - width / 2

        def height(amount: int) -> float:
            return max(0, amount) * (foot - top) / most

        tall = max(height(month.revenue), 2.0 if month.revenue > 0 else 0.0)
        radius = min(float(theme.px(3)), tall / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accentline" if current else "accent"))
        painter.drawRoundedRect(QRectF(left, foot - tall, width, tall), radius, radius)
        if month.before > 0:
            y = foot - height(month.before)
            painter.setPen(QPen(theme.color("C"), theme.px(2)))
            painter.drawLine(QPointF(left - theme.px(3), y), QPointF(left + width + theme.px(3), y))
        painter.setPen(theme.color("ink3"))
        painter.setFont(self.font_of("small"))
        painter.drawText(
            QRectF(slot.x(), foot + theme.px(3), slot.width(), theme.px(22)), CENTRE, str(month.month.month)
        )
