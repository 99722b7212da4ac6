"""Paints the cells of every list: grade badges, pills, bold names, figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.ui.table_model import KIND_ROLE, NOTHING, RIGHT, VALUE_ROLE, Pill
from desktop_crm.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT_SIDE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
CENTRE = int(Qt.AlignmentFlag.AlignCenter)
GROUNDS = {
    "neutral": ("pill", "ink2"),
    "ok": ("accentbg", "accentink"),
    "warn": ("warnbg", "warn"),
    "bad": ("badbg", "bad"),
    "blue": ("bluebg", "blue"),
}
SELECTED = QStyle.StateFlag.State_Selected.value
GRADES = ("A", "B", "C", "D")


class CellPainter(QStyledItemDelegate):
    """One painter for all kinds of columns; the view tells it which row the mouse is over."""

    def __init__(self, theme: Theme, ground: str = "bg") -> None:
        super().__init__()
        self.hovered = -1
        self._theme = theme
        self._ground = ground

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(80), self._theme.size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        rect: QRect = option.rect
        selected = option.state.value & SELECTED  # the arithmetic of flags costs more than the painting of a cell
        if selected:
            painter.fillRect(rect, theme.color("accentbg"))
        elif index.row() == self.hovered:
            painter.fillRect(rect, theme.color("hover"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.color("rowline"))
        model = index.model()  # asked itself: through the index each question goes to Qt and back
        value = model.data(index, VALUE_ROLE)
        if value is None:
            return
        kind = model.data(index, KIND_ROLE)
        inner = rect.adjusted(theme.px(8), 0, -theme.px(8), -1)
        if kind == "grade":
            paint_grade(painter, theme, inner, str(value))
        elif isinstance(value, Pill):
            paint_pill(painter, theme, inner, value)
        else:
            self._text(painter, inner, str(value), kind)

    def _text(self, painter: QPainter, rect: QRect, text: str, kind: str) -> None:
        theme = self._theme
        font = theme.font(bold=kind in ("bold", "figure"))
        painter.setFont(font)
        painter.setPen(theme.color("ink3" if kind == "muted" or text == NOTHING else "ink"))
        side = RIGHT_SIDE if kind in RIGHT else LEFT
        painter.drawText(rect, side | int(Qt.TextFlag.TextSingleLine), elided(font, text, rect.width()))


def elided(font: QFont, text: str, width: int) -> str:
    """``text`` shortened with an ellipsis to ``width`` pixels; line breaks become spaces."""
    text = text.replace("\n", " ")
    if len(text) * font.pixelSize() <= width:
        return text
    metrics = QFontMetrics(font)
    return metrics.elidedText(text[:300], Qt.TextElideMode.ElideRight, width)


def paint_grade(painter: QPainter, theme: Theme, rect: QRect, grade: str) -> None:
    """A rounded square with the letter at the left of ``rect``; a dash where there is no grade."""
    if grade not in GRADES:
        painter.setPen(theme.color("ink3"))
        painter.drawText(rect, LEFT, NOTHING)
        return
    side = theme.size("badge")
    box = QRectF(rect.x(), rect.y() + (rect.height() - side) / 2, side, side)
    radius = theme.size("badge_radius")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(grade))
    painter.drawRoundedRect(box, radius, radius)
    painter.setFont(theme.font("medium", bold=True))
    painter.setPen(theme.color("on_grade"))
    painter.drawText(box, CENTRE, grade)
    painter.restore()


def paint_pill(painter: QPainter, theme: Theme, rect: QRect, pill: Pill) -> None:
    """A pill at the left of ``rect``, as wide as its text; plain and muted ones are text alone."""
    if pill.tone in ("plain", "muted"):
        painter.setFont(theme.font())
        painter.setPen(theme.color("ink" if pill.tone == "plain" else "ink3"))
        painter.drawText(rect, LEFT, elided(theme.font(), pill.text, rect.width()))
        return
    font = theme.font("small")
    pad, height = theme.px(9), theme.px(24)
    metrics = QFontMetrics(font)
    text = metrics.elidedText(pill.text, Qt.TextElideMode.ElideRight, rect.width() - 2 * pad)
    width = metrics.horizontalAdvance(text) + 2 * pad
    box = QRectF(rect.x(), rect.y() + (rect.height() - height) / 2, width, height)
    ground, ink = GROUNDS[pill.tone]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setFont(font)
    painter.setPen(theme.color(ink))
    painter.drawText(box, CENTRE, text)
    painter.restore()
