"""Paints a follow-up as a card: who and what in bold, in two lines where one is too short, and one line in grey."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.ui.context import Context
from desktop_crm.ui.service import card_words
from desktop_crm.ui.widgets.cells import elided, paint_grade

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import BoardCard

Index = QModelIndex | QPersistentModelIndex
CARD_ROLE = Qt.ItemDataRole.UserRole + 1
LONGEST = 200  # letters that may stand in one line


class CardPainter(QStyledItemDelegate):
    """``width`` is that of the column; cards have a gap under them."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.width = ctx.theme.px(200)
        self._ctx = ctx
        self._pad = (ctx.theme.px(12), ctx.theme.px(10))
        self._gap = ctx.theme.px(8)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        card: BoardCard = index.data(CARD_ROLE)
        theme = self._ctx.theme
        lines = len(self._title(card))
        height = lines * QFontMetrics(theme.font(bold=True)).height() + 2 * self._pad[1]
        if card_words.has_line(card):
            height += QFontMetrics(theme.font("small")).height() + theme.px(3)
        return QSize(self.width, height + self._gap)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: BoardCard = index.data(CARD_ROLE)
        theme = self._ctx.theme
        whole: QRect = option.rect
        box = QRect(whole.x(), whole.y(), whole.width() - 1, whole.height() - self._gap)
        self._frame(painter, box, option.state)
        inner = box.adjusted(self._pad[0], self._pad[1], -self._pad[0], -self._pad[1])
        grade = self._grade(card)
        if grade:
            side = theme.size("badge")
            paint_grade(painter, theme, QRect(inner.right() + 1 - side, inner.y() - theme.px(2), side, side), grade)
        self._texts(painter, inner, card)

    def _frame(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        theme = self._ctx.theme
        current = bool(state & QStyle.StateFlag.State_Selected) and bool(state & QStyle.StateFlag.State_HasFocus)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("accent" if current else "accentline" if over else "line"))
        painter.setBrush(theme.color("accentbg" if current else "panel"))
        radius = theme.size("card_radius")
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.restore()

    def _texts(self, painter: QPainter, inner: QRect, card: BoardCard) -> None:
        theme = self._ctx.theme
        bold, small = theme.font(bold=True), theme.font("small")
        y = inner.y()
        painter.setFont(bold)
        painter.setPen(theme.color("ink2" if card.state == card_words.DONE else "ink"))
        metrics = QFontMetrics(bold)
        for text in self._title(card):
            painter.drawText(QPoint(inner.x(), y + metrics.ascent()), text)
            y += metrics.height()
        painter.setFont(small)
        painter.setPen(theme.color("ink3"))
        said = elided(small, card_words.line(self._ctx.t, card), inner.width())
        painter.drawText(QPoint(inner.x(), y + theme.px(3) + QFontMetrics(small).ascent()), said)

    def _title(self, card: BoardCard) -> list[str]:
        badge = self._ctx.theme.size("badge") + self._ctx.theme.px(6) if self._grade(card) else 0
        width = self.width - 1 - 2 * self._pad[0] - badge
        return _lines(card.customer, card.subject, self._ctx.theme.font(bold=True), max(width, self._pad[0]))

    def _grade(self, card: BoardCard) -> str:
        return "" if self._ctx.customer_view.on else card.grade


@lru_cache(maxsize=2000)
def _lines(customer: str, subject: str, font: QFont, width: int) -> list[str]:
    """Both in one line of ``width`` pixels if they fit, else each in its own, shortened."""
    whole = f"{customer} · {subject}".replace("\n", " ")
    if len(whole) < LONGEST and QFontMetrics(font).horizontalAdvance(whole) <= width:
        return [whole]
    return [elided(font, customer, width), elided(font, subject, width)]
