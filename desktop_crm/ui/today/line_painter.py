"""Where the parts of a line stand, and how they are painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.today.lines import LINE_ROLE, Command, Line
from desktop_crm.ui.widgets.cells import elided, paint_grade, paint_pill

Index = QModelIndex | QPersistentModelIndex
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
LONG = 60  # characters of a text that are measured
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Widths:
    """The widths of the columns that all lines of a list share, in pixels; 0 where no line has that part."""

    lead: int = 0
    name: int = 0  # 0: the sentence follows the name at once
    text: int = 0
    amount: int = 0
    pill: int = 0
    note: int = 0


class LinePainter(QStyledItemDelegate):
    """Paints a ``Line``; the list tells it what the mouse is over."""

    def __init__(self, theme: Theme, commands: Sequence[Command], *, aligned: bool) -> None:
        super().__init__()
        self.hovered = -1
        self.pointed = ""  # the command under the mouse
        self.private = False  # hides grades
        self.widths = Widths()
        self._theme = theme
        self._aligned = aligned
        self._graded = False
        self._tick = next((command for command in commands if command.tick), None)
        self._buttons = tuple(command for command in commands if command.icon and not command.tick)

    def measure(self, lines: Sequence[Line]) -> None:
        """Find the widths that fit all ``lines``."""
        theme = self._theme
        bold, text, small = (QFontMetrics(theme.font(size, bold=b)) for size, b in _FONTS)
        self._graded = any(line.grade for line in lines)

        def widest(metrics: QFontMetrics, texts: list[str], extra: int = 0) -> int:
            return max((metrics.horizontalAdvance(one) + theme.px(extra) + 2 for one in texts if one), default=0)

        self.widths = Widths(
            widest(bold, [line.lead for line in lines]),
            widest(bold, [line.name[:LONG] for line in lines]) if self._aligned else 0,
            widest(text, [line.text[:LONG] for line in lines]) if self._aligned else 0,
            widest(text, [line.amount for line in lines]),
            widest(small, [line.pill.text for line in lines if line.pill], 18),
            widest(text, [line.note[:LONG] for line in lines]),
        )

    # -- where things are ------------------------------------------------------------------------

    def tick_rect(self, rect: QRect) -> QRect:
        """The circle that means done."""
        side = self._theme.px(17)
        return QRect(rect.x() + self._theme.px(2), rect.y() + (rect.height() - side) // 2, side, side)

    def command_at(self, rect: QRect, x: int) -> str:
        """The name of the command whose button is at ``x`` of a line in ``rect``."""
        if self._tick is not None and x < self.tick_rect(rect).right() + self._theme.px(7):
            return self._tick.name
        for command, box in self._button_rects(rect):
            if box.x() <= x < box.x() + box.width():
                return command.name
        return ""

    def _button_rects(self, rect: QRect) -> list[tuple[Command, QRect]]:
        side = self._theme.px(30)
        x = self._right_edge(rect) - side * len(self._buttons)
        y = rect.y() + (rect.height() - side) // 2
        return [(command, QRect(x + n * side, y, side, side)) for n, command in enumerate(self._buttons)]

    def _right_edge(self, rect: QRect) -> int:
        """Where the sentence ends and amount, pill and note begin."""
        widths, gap = self.widths, self._theme.px(10)
        return rect.x() + rect.width() - sum(w + gap for w in (widths.amount, widths.pill, self._note(rect)) if w)

    def _note(self, rect: QRect) -> int:
        return min(self.widths.note, rect.width() // 4)

    # -- painting --------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(120), self._theme.size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: Line = index.data(LINE_ROLE)
        theme, rect = self._theme, QRect(option.rect)
        hovered = index.row() == self.hovered
        if hovered:
            painter.fillRect(rect, theme.color("hover"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.color("rowline"))
        right = self._right_edge(rect)
        self._paint_right(painter, rect, right, line)
        if hovered and self._buttons:
            boxes = self._button_rects(rect)
            right = boxes[0][1].x()
            self._paint_buttons(painter, boxes)
        self._paint_left(painter, rect, right - theme.px(10), line, hovered)
        if option.state & QStyle.StateFlag.State_HasFocus:
            self._outline(painter, rect)

    def _paint_left(self, painter: QPainter, rect: QRect, right: int, line: Line, hovered: bool) -> None:
        theme, widths = self._theme, self.widths
        x = rect.x()
        if self._tick is not None:
            self._paint_tick(painter, self.tick_rect(rect), hovered and self.pointed == self._tick.name)
            x += theme.px(30)
        if widths.lead:
            self._say(painter, QRect(x, rect.y(), widths.lead, rect.height()), line.lead, bold=True)
            x += widths.lead + theme.px(16)
        if self._graded and not self.private:
            badge = theme.size("badge")
            if line.grade:
                paint_grade(painter, theme, QRect(x, rect.y(), badge, rect.height()), line.grade)
            x += badge + theme.px(12)
        gap, room = theme.px(16 if widths.name else 12), max(0, right - x)
        name, text = widths.name, widths.text
        if not name:
            name = QFontMetrics(theme.font(bold=True)).horizontalAdvance(line.name[:LONG]) + 2
            text = QFontMetrics(theme.font()).horizontalAdvance(line.text[:LONG])
        name = min(name, max(room * 45 // 100, room - text - gap) if text else room)
        self._say(painter, QRect(x, rect.y(), name, rect.height()), line.name, bold=True)
        x += name + gap
        self._say(painter, QRect(x, rect.y(), max(0, right - x), rect.height()), line.text, colour="ink2")

    def _paint_right(self, painter: QPainter, rect: QRect, x: int, line: Line) -> None:
        theme, widths, note = self._theme, self.widths, self._note(rect)
        gap, top, height = theme.px(10), rect.y(), rect.height()
        if widths.amount:
            x += gap
            self._say(painter, QRect(x, top, widths.amount, height), line.amount, side=RIGHT)
            x += widths.amount
        if widths.pill:
            x += gap
            if line.pill is not None:
                own = QFontMetrics(theme.font("small")).horizontalAdvance(line.pill.text) + theme.px(18)
                shift = 0 if widths.note else widths.pill - own
                paint_pill(painter, theme, QRect(x + shift, top, own + 2, height), line.pill)
            x += widths.pill
        if note:
            self._say(painter, QRect(x + gap, top, note, height), line.note, colour="ink3")

    def _paint_tick(self, painter: QPainter, box: QRect, pointed: bool) -> None:
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent" if pointed else "ink3"), 1.2))
        painter.setBrush(theme.color("accentbg") if pointed else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.restore()
        if pointed:
            inner = box.adjusted(theme.px(3), theme.px(3), -theme.px(3), -theme.px(3))
            painter.drawPixmap(inner.topLeft(), pixmap(theme, "check", "accentink", inner.width()))

    def _paint_buttons(self, painter: QPainter, boxes: list[tuple[Command, QRect]]) -> None:
        theme = self._theme
        for command, box in boxes:
            pointed = command.name == self.pointed
            if pointed:
                painter.save()
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accentbg"))
                painter.drawRoundedRect(QRectF(box), theme.size("radius"), theme.size("radius"))
                painter.restore()
            picture = pixmap(theme, command.icon, "accentink" if pointed else "ink2")
            side = theme.size("icon")
            painter.drawPixmap(box.center().x() - side // 2, box.center().y() - side // 2, picture)

    def _outline(self, painter: QPainter, rect: QRect) -> None:
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("accent"), 1.4))
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -2), theme.px(5), theme.px(5))
        painter.restore()

    def _say(
        self, painter: QPainter, rect: QRect, text: str, *, bold: bool = False, colour: str = "ink", side: int = LEFT
    ) -> None:
        if not text or rect.width() <= 0:
            return
        font = self._theme.font(bold=bold)
        painter.setFont(font)
        painter.setPen(self._theme.color(colour))
        painter.drawText(rect, side | int(Qt.TextFlag.TextSingleLine), elided(font, text, rect.width()))


_FONTS = (("text", True), ("text", False), ("small", False))
