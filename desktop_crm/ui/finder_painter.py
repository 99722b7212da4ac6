"""Paints the lines of the find-anything box."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.ui.finder_lines import Line
from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.cells import LEFT, RIGHT_SIDE, Index, elided

LINE_ROLE = int(Qt.ItemDataRole.UserRole)


class LinePainter(QStyledItemDelegate):
    """Icon, text, a muted note, and a key or state at the right end."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def height(self, line: Line) -> int:
        """Headings are lower."""
        return self._theme.px(30 if line.is_heading else 38)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(200), self.height(index.data(LINE_ROLE)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        line: Line = index.data(LINE_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.is_heading:
            painter.setFont(theme.font("small", bold=True))
            painter.setPen(theme.color("ink3"))
            painter.drawText(rect.adjusted(theme.px(10), theme.px(6), -theme.px(10), 0), LEFT, line.text)
        else:
            if state & QStyle.StateFlag.State_Selected:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accentbg"))
                painter.drawRoundedRect(rect, theme.size("radius"), theme.size("radius"))
            self._line(painter, rect.adjusted(theme.px(10), 0, -theme.px(10), 0), line)
        painter.restore()

    def _line(self, painter: QPainter, rect: QRect, line: Line) -> None:
        theme, side = self._theme, self._theme.size("icon")
        painter.drawPixmap(rect.x(), rect.y() + (rect.height() - side) // 2, pixmap(theme, line.icon, "ink3"))
        rect = rect.adjusted(side + theme.px(10), 0, 0, 0)
        if line.key:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("ink3"))
            painter.drawText(rect, RIGHT_SIDE, line.key)
            width = QFontMetrics(theme.font("small")).horizontalAdvance(line.key)
            rect = rect.adjusted(0, 0, -width - theme.px(12), 0)
        font = theme.font(bold=line.hit is not None)
        room = rect.width() if not line.note else max(rect.width() * 3 // 5, theme.px(80))
        text = elided(font, line.text, room)
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        painter.drawText(rect, LEFT, text)
        rect = rect.adjusted(QFontMetrics(font).horizontalAdvance(text) + theme.px(10), 0, 0, 0)
        if line.note and rect.width() > theme.px(30):
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("ink3"))
            painter.drawText(rect, LEFT, elided(theme.font("small"), line.note, rect.width()))
