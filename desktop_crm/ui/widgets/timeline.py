"""One timeline: what happened with a customer or a record, newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.cells import LEFT, RIGHT_SIDE, elided
from desktop_crm.ui.widgets.labels import Label, tooltip

WHEN = 78  # width of the day, a whole date of another year
WRAP = int(Qt.TextFlag.TextWordWrap)
_LONG_WORD = re.compile(r"\S{24,}")


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; ``target`` is (entity, id) of the record a click opens, ``tip`` the exact time."""

    when: str
    icon: str
    title: str
    text: str = ""
    who: str = ""
    target: tuple[str, Any] | None = None
    tip: str = ""


class EventRow(QFrame):
    """Paints one event; a click or Enter asks for its record."""

    pressed = Signal(object)

    def __init__(self, theme: Theme, event: Event) -> None:
        super().__init__()
        self._theme = theme
        self._event = event
        self._text = _LONG_WORD.sub(lambda word: "\u200b".join(word[0]), event.text)  # where it may break
        self.setAccessibleName(" ".join(part for part in (event.when, event.title, event.text, event.who) if part))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if event.tip:
            self.setToolTip(tooltip(event.tip))
        if event.target:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(300), self._height(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(self._height(event.size().width()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._event.target:
            self.pressed.emit(self._event.target)

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._event.target:
            self.pressed.emit(self._event.target)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, data = self._theme, self._event
        painter = QPainter(self)
        top, height = theme.px(9), theme.px(22)
        painter.setFont(theme.font("medium"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(QRect(0, top, theme.px(WHEN), height), LEFT, data.when)
        who = QFontMetrics(theme.font("medium")).horizontalAdvance(data.who)
        painter.drawText(QRect(self.width() - who, top, who, height), RIGHT_SIDE, data.who)
        painter.drawPixmap(theme.px(WHEN + 5), top + theme.px(2), pixmap(theme, data.icon, "ink2"))
        left = theme.px(WHEN + 34)
        room = self.width() - left - who - theme.px(8)
        painter.setFont(theme.font(bold=True))
        painter.setPen(theme.color("ink"))
        painter.drawText(QRect(left, top, room, height), LEFT, elided(theme.font(bold=True), data.title, room))
        painter.setFont(theme.font())
        painter.setPen(theme.color("ink2"))
        painter.drawText(self._text_box(self.width()), WRAP, self._text)
        pen = QPen(theme.color("accent" if self.hasFocus() else "line"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()

    def _text_box(self, width: int) -> QRect:
        theme = self._theme
        left, top = theme.px(WHEN + 34), theme.px(9 + 22 + 2)
        who = QFontMetrics(theme.font("medium")).horizontalAdvance(self._event.who)
        room = max(theme.px(80), width - left - who - theme.px(8))
        needed = QFontMetrics(theme.font()).boundingRect(QRect(0, 0, room, 10_000), WRAP, self._text)
        return QRect(left, top, room, needed.height() if self._event.text else 0)

    def _height(self, width: int) -> int:
        return self._text_box(width).bottom() + 1 + self._theme.px(9)


class Timeline(QScrollArea):
    """A scrolling column of events; ``opened(entity, id)``. ``nothing`` is said when there are none."""

    opened = Signal(str, object)

    def __init__(self, theme: Theme, nothing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._nothing = nothing
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_events([])

    def show_events(self, events: Sequence[Event]) -> None:
        """Show other events, from the top."""
        inner = QWidget()
        inner.setProperty("look", "clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(self._theme.px(18), self._theme.px(4), self._theme.px(18), self._theme.px(8))
        column.setSpacing(0)
        if not events:
            column.addSpacing(self._theme.px(12))
            column.addWidget(Label(self._nothing, "muted", wrap=True))
        for event in events:
            row = EventRow(self._theme, event)
            row.pressed.connect(lambda target: self.opened.emit(*target))
            column.addWidget(row)
        column.addStretch(1)
        self.setWidget(inner)
