"""Three small pictures, painted from the tokens: shares per grade, the 80/20 curve, recency x frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.cells import paint_grade
from desktop_crm.ui.widgets.chart import CENTRE, LEFT, RIGHT, Chart

if TYPE_CHECKING:
    from desktop_crm.services.grading import GradeShare

STEPS = 5  # scores 1 to 5


def widest(font: QFont, texts: Sequence[str]) -> int:
    """Pixels of the widest of ``texts``."""
    metrics = QFontMetrics(font)
    return max((metrics.horizontalAdvance(text) for text in texts), default=0)


class SharesChart(Chart):
    """Per grade: how many customers (grey) and how much revenue (in the grade's colour); ``chosen(grade)``."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, t: Translator) -> None:
        super().__init__(theme, t, t("Customers and revenue per grade"), 190)
        self.shares: tuple[GradeShare, ...] = ()
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_shares(self, shares: tuple[GradeShare, ...]) -> None:
        """Show other figures."""
        self.shares = shares
        self.update()

    def _row(self, place: int) -> QRect:
        return QRect(0, self.theme.px(36) * place + self.theme.px(4), self.width(), self.theme.px(32))

    def _share_at(self, position: QPointF) -> GradeShare | None:
        for place, share in enumerate(self.shares):
            if self._row(place).contains(position.toPoint()):
                return share
        return None

    def tip_at(self, position: QPointF) -> str:
        share = self._share_at(position)
        if share is None:
            return ""
        t = self.t
        return t(
            "Grade %(grade)s: %(customers)s customers, revenue %(revenue)s, margin %(margin)s",
            grade=share.grade,
            customers=t.number(share.customers),
            revenue=t.money(share.revenue),
            margin=t.money(share.margin),
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (share := self._share_at(event.position())) is not None:
            self.chosen.emit(share.grade)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, t = self.theme, self.t
        painter = self.painter()
        counts = [t.plural("%(count)s account", "%(count)s accounts", share.customers) for share in self.shares]
        said = [self._said(share) for share in self.shares]
        left = theme.px(46) + widest(self.font_of("text"), counts)
        words = widest(self.font_of("medium"), said)
        if left + words + theme.px(60) > self.width():
            said = [t.percent(share.revenue_share) for share in self.shares]
            words = widest(self.font_of("medium"), said)
        bar = QRect(left, 0, max(theme.px(30), self.width() - left - words - theme.px(10)), theme.px(9))
        for place, share in enumerate(self.shares):
            row = self._row(place)
            badge = theme.size("badge")
            paint_grade(painter, theme, QRect(0, row.y() + theme.px(4), badge, badge), share.grade)
            painter.setPen(theme.color("ink"))
            painter.setFont(self.font_of("text"))
            painter.drawText(QRect(theme.px(34), row.y(), left, row.height()), LEFT, counts[place])
            for up, part, colour in ((5, share.customer_share, "scroll"), (18, share.revenue_share, share.grade)):
                slot = QRectF(bar.x(), row.y() + theme.px(up), bar.width(), bar.height())
                self._bar(painter, slot, part, colour)
            painter.setPen(theme.color("ink2"))
            painter.setFont(self.font_of("medium"))
            box = QRect(bar.right() + theme.px(8), row.y(), words + theme.px(2), row.height())
            painter.drawText(box, LEFT, said[place])
        painter.setPen(theme.color("ink3"))
        foot = QRect(0, self._row(4).y(), self.width(), self.height() - self._row(4).y())
        wrapped = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        painter.drawText(foot, wrapped, t("Grey: customers. Colour: revenue of the period."))
        painter.end()

    def _said(self, share: GradeShare) -> str:
        return self.t(
            "%(customers)s of customers · %(revenue)s of revenue",
            customers=self.t.percent(share.customer_share),
            revenue=self.t.percent(share.revenue_share),
        )

    def _bar(self, painter: QPainter, slot: QRectF, part: float, colour: str) -> None:
        radius = slot.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("pill"))
        painter.drawRoundedRect(slot, radius, radius)
        painter.setBrush(self.theme.color(colour))
        filled = QRectF(slot.x(), slot.y(), max(slot.height(), slot.width() * max(0.0, min(1.0, part))), slot.height())
        painter.drawRoundedRect(filled, radius, radius)


class ParetoChart(Chart):
    """Cumulative revenue over customers, the best first, with the two marks everybody asks for."""

    def __init__(self, theme: Theme, t: Translator) -> None:
        super().__init__(theme, t, t("80/20 curve"), 220)
        self.points: tuple[tuple[float, float], ...] = ()
        self.marks: tuple[tuple[int, float], ...] = ()

    def show_curve(self, points: tuple[tuple[float, float], ...], marks: tuple[tuple[int, float], ...]) -> None:
        """``points`` as fractions (customers, revenue); ``marks`` as (percent of customers, share of revenue)."""
        self.points, self.marks = points, marks
        self.update()

    def _plot(self) -> QRectF:
        px = self.theme.px
        return QRectF(px(10), px(26), self.width() - px(24), self.height() - px(54))

    def _place(self, x: float, y: float) -> QPointF:
        plot = self._plot()
        return QPointF(plot.x() + x * plot.width(), plot.bottom() - max(0.0, y) * plot.height())

    def tip_at(self, position: QPointF) -> str:
        plot = self._plot()
        if not self.points or not plot.contains(position):
            return ""
        x = (position.x() - plot.x()) / plot.width()
        share = max((y for at, y in self.points if at <= x), default=0.0)
        return self.t(
            "The first %(customers)s of customers bring %(revenue)s of revenue",
            customers=self.t.percent(x),
            revenue=self.t.percent(share),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, t = self.theme, self.t
        painter = self.painter()
        plot = self._plot()
        painter.setPen(theme.color("ink3"))
        painter.drawText(QRectF(0, 0, self.width(), theme.px(22)), LEFT, t("Revenue %(sign)s", sign="%"))
        foot = QRectF(0, plot.bottom() + theme.px(4), self.width() - theme.px(8), theme.px(22))
        painter.drawText(foot, RIGHT, t("Customers, the best first"))
        painter.setPen(QPen(theme.color("line"), theme.px(2)))
        painter.drawPolyline(QPolygonF([plot.topLeft(), plot.bottomLeft(), plot.bottomRight()]))
        for (percent, share), colour, low in zip(self.marks, ("accentink", "blue"), (True, False), strict=False):
            if share > 0:  # of few customers the first 5 per cent are nobody
                self._mark(painter, percent, share, colour, low=low)
        painter.setPen(QPen(theme.color("accent"), theme.px(2) + 0.5))
        painter.drawPolyline(QPolygonF([self._place(x, y) for x, y in self.points]))
        painter.end()

    def _mark(self, painter: QPainter, percent: int, share: float, colour: str, *, low: bool) -> None:
        """A dashed line down from the curve; its words at the foot or just under the curve, apart from the other's."""
        theme, t = self.theme, self.t
        top = self._place(percent / 100, share)
        y = self._plot().bottom() - theme.px(30) if low else top.y() + theme.px(12)
        painter.setPen(QPen(theme.color(colour), 1.4, Qt.PenStyle.DashLine))
        foot = self._plot().bottom() - (0 if low else theme.px(34))  # leaves room for the words of the other mark
        painter.drawLine(top, QPointF(top.x(), foot))
        shares = {"customers": t.percent(percent / 100), "revenue": t.percent(share)}
        said = t("%(customers)s of customers → %(revenue)s of revenue", **shares)
        if widest(self.font_of("medium"), [said]) > self.width() - top.x() - theme.px(8):
            said = f"{shares['customers']} → {shares['revenue']}"
        painter.drawText(QRectF(top.x() + theme.px(8), y, self.width(), theme.px(22)), LEFT, said)


class HeatMap(Chart):
    """How many customers have each recency and frequency score; ``chosen(recency, frequency)`` by click or Enter."""

    chosen = Signal(int, int)

    def __init__(self, theme: Theme, t: Translator) -> None:
        super().__init__(theme, t, t("Recency by frequency"), 220)
        self.cells: tuple[tuple[int, ...], ...] = ()
        self._at = (STEPS, STEPS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_cells(self, cells: tuple[tuple[int, ...], ...]) -> None:
        """``cells[recency - 1][frequency - 1]`` customers."""
        self.cells = cells
        self.update()

    def _cell(self, recency: int, frequency: int) -> QRectF:
        px = self.theme.px
        width, height = (self.width() - px(38)) / STEPS, (self.height() - px(28)) / STEPS
        left, top = px(34) + (frequency - 1) * width, (STEPS - recency) * height
        return QRectF(left, top, width - px(3), height - px(3))

    def _cell_at(self, position: QPointF) -> tuple[int, int] | None:
        for recency in range(1, STEPS + 1):
            for frequency in range(1, STEPS + 1):
                if self._cell(recency, frequency).contains(position):
                    return recency, frequency
        return None

    def tip_at(self, position: QPointF) -> str:
        at = self._cell_at(position)
        if at is None or not self.cells:
            return ""
        count = self.cells[at[0] - 1][at[1] - 1]
        return self.t.plural("%(count)s customer", "%(count)s customers", count)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (at := self._cell_at(event.position())) is not None:
            self._at = at
            self.chosen.emit(*at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Up: (1, 0),
            Qt.Key.Key_Down: (-1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(*self._at)
        elif (step := moves.get(Qt.Key(event.key()))) is not None:
            recency, frequency = self._at[0] + step[0], self._at[1] + step[1]
            self._at = (min(STEPS, max(1, recency)), min(STEPS, max(1, frequency)))
            self.update()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        painter = self.painter()
        most = max((max(row) for row in self.cells), default=0) or 1
        for recency in range(1, STEPS + 1):
            first = self._cell(recency, 1)
            painter.setPen(theme.color("ink2"))
            painter.drawText(QRectF(0, first.y(), theme.px(30), first.height()), CENTRE, f"R{recency}")
            for frequency in range(1, STEPS + 1):
                count = self.cells[recency - 1][frequency - 1] if self.cells else 0
                self._paint_cell(painter, self._cell(recency, frequency), count, most, (recency, frequency))
        for frequency in range(1, STEPS + 1):
            cell = self._cell(1, frequency)
            painter.setPen(theme.color("ink2"))
            painter.drawText(QRectF(cell.x(), cell.bottom(), cell.width(), theme.px(26)), CENTRE, f"F{frequency}")
        painter.end()

    def _paint_cell(self, painter: QPainter, cell: QRectF, count: int, most: int, at: tuple[int, int]) -> None:
        theme = self.theme
        strength = (count / most) ** 0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accentbg"))
        painter.drawRect(cell)
        colour = QColor(theme.color("accent"))
        colour.setAlphaF(0.85 * strength)
        painter.setBrush(colour)
        painter.drawRect(cell)
        painter.setPen(theme.color("on_accent" if strength > 0.75 else "ink"))
        painter.drawText(cell, CENTRE, self.t.number(count))
        if self.hasFocus() and at == self._at:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("ink"), 2))
            painter.drawRect(cell.adjusted(1, 1, -1, -1))
