"""Paints a day of the calendar: its number, as many things to do as there is room for, and how many more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.service import card_words
from desktop_crm.ui.service.month_model import CELL_ROLE, Cell, Index
from desktop_crm.ui.widgets.cells import CENTRE, LEFT, elided

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import BoardCard


class DayPainter(QStyledItemDelegate):
    """``over`` is the cell something is dragged over."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.over: Index | None = None
        self._ctx = ctx

    def slots(self, rect: QRect, cell: Cell) -> list[tuple[QRect, BoardCard]]:
        """Where each thing stands that is shown in a cell at ``rect``."""
        if cell.pile is None:
            return []
        theme = self._ctx.theme
        height, gap = self._line(), theme.px(2)
        top = rect.y() + theme.px(28)
        room = max((rect.bottom() - theme.px(2) - top + gap) // (height + gap), 0)
        # the last line says how many more; where there is but one, it stands beside the number of the day
        shown = room if cell.pile.count <= room or room == 1 else max(room - 1, 0)
        left, width = rect.x() + theme.px(4), rect.width() - theme.px(8)
        return [
            (QRect(left, top + number * (height + gap), width, height), card)
            for number, card in enumerate(cell.pile.cards[:shown])
        ]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._ctx.theme
        cell: Cell = index.data(CELL_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = self.over is not None and self.over == index
        ground = "accentbg" if chosen or over else "panel" if cell.inside else "panel2"
        painter.fillRect(rect, theme.color(ground))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.color("rowline"))
        painter.fillRect(rect.right(), rect.y(), 1, rect.height(), theme.color("rowline"))
        if chosen and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.color("accent"))
            painter.drawRect(rect.adjusted(0, 0, -2, -2))
        self._number(painter, rect, cell)
        slots = self.slots(rect, cell)
        for box, card in slots:
            self._thing(painter, box, card)
        if cell.pile is not None and cell.pile.count > len(slots):
            self._more(painter, rect, len(slots), cell.pile.count - len(slots))

    def _number(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        theme = self._ctx.theme
        today = cell.day == clock.today()
        box = QRect(rect.x() + theme.px(4), rect.y() + theme.px(3), theme.px(24), theme.px(22))
        painter.setFont(theme.font("small", bold=today))
        if today:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(QRectF(box), box.height() / 2, box.height() / 2)
            painter.restore()
        painter.setPen(theme.color("on_accent" if today else "ink2" if cell.inside else "ink3"))
        painter.drawText(box, CENTRE, str(cell.day.day))

    def _thing(self, painter: QPainter, box: QRect, card: BoardCard) -> None:
        theme = self._ctx.theme
        late = card.due_on < clock.today()
        visit = card.kind == card_words.INSPECTION
        ground, ink = ("badbg", "bad") if late else ("bluebg", "blue") if visit else ("pill", "ink")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(QRectF(box), theme.px(4), theme.px(4))
        painter.restore()
        font = theme.font("small")
        inner = box.adjusted(theme.px(5), 0, -theme.px(4), 0)
        time = f"{card.due_time:%H:%M} " if card.due_time else ""
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        painter.drawText(inner, LEFT, elided(font, time + card_words.title(card), inner.width()))

    def _more(self, painter: QPainter, rect: QRect, shown: int, rest: int) -> None:
        theme = self._ctx.theme
        height = self._line()
        top = rect.y() + theme.px(28) + shown * (height + theme.px(2))
        beside = top + height > rect.bottom()  # no room but beside the number
        if beside:
            top = rect.y() + theme.px(3)
        number = self._ctx.t.number(rest)
        box = QRect(rect.x() + theme.px(32 if beside else 9), top, 0, height)
        box.setRight(rect.right() - theme.px(4))
        font = theme.font("small")
        painter.setFont(font)
        painter.setPen(theme.color("ink3"))
        text = self._ctx.t("+%(count)s more", count=number) if shown and not beside else f"+{number}"
        painter.drawText(box, LEFT, elided(font, text, box.width()))

    def _line(self) -> int:
        return QFontMetrics(self._ctx.theme.font("small")).height() + self._ctx.theme.px(2)
