"""The list inside a card: mouse, keys and menu over its lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QSizePolicy, QToolTip

from desktop_crm.ui.context import Context
from desktop_crm.ui.today.line_painter import LinePainter
from desktop_crm.ui.today.lines import Command, Line, LinesModel
from desktop_crm.ui.widgets.labels import tooltip


class LineList(QListView):
    """Shows all its lines; what is around it scrolls. Enter or a click: ``opened(Line)``; else ``wanted(name, Line)``.

    ``moved_on(step)``: Up on the first or Down on the last line. ``current_shown(rect)``: scroll there.
    """

    opened = Signal(object)
    wanted = Signal(str, object)
    moved_on = Signal(int)
    current_shown = Signal(object)

    def __init__(self, ctx: Context, name: str, commands: Sequence[Command], *, aligned: bool) -> None:
        super().__init__()
        self._ctx = ctx
        self._commands = tuple(commands)
        self._lines = LinesModel()
        self._painter = LinePainter(ctx.theme, commands, aligned=aligned)
        self.setModel(self._lines)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self.setProperty("look", "inset")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        ctx.customer_view.changed.connect(self._hide_private)
        self._hide_private(ctx.customer_view.on)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines; the current one stays in its place."""
        row = self.currentIndex().row()
        self._painter.measure(lines)
        self._point(-1, "")
        self._lines.show_lines(lines)
        self.setFixedHeight(len(lines) * self._ctx.theme.size("row"))
        if row >= 0 and lines:
            self.setCurrentIndex(self._lines.index(min(row, len(lines) - 1)))

    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines.lines

    def enter(self, *, last: bool = False) -> None:
        """Take the keyboard, at the first or the last line."""
        self.setCurrentIndex(self._lines.index(len(self._lines.lines) - 1 if last else 0))
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(self._ctx.theme.px(240), self._lines.rowCount() * self._ctx.theme.size("row"))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._ctx.theme.px(160), 0)

    def _hide_private(self, on: bool) -> None:
        self._painter.private = self._lines.private = on
        self.viewport().update()

    # -- mouse -----------------------------------------------------------------------------------

    def _at(self, point: QPoint) -> tuple[int, str]:
        index = self.indexAt(point)
        if not index.isValid():
            return -1, ""
        return index.row(), self._painter.command_at(self.visualRect(index), point.x())

    def _point(self, row: int, command: str) -> None:
        if (row, command) != (self._painter.hovered, self._painter.pointed):
            self._painter.hovered, self._painter.pointed = row, command
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(*self._at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1, "")
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row, command = self._at(event.position().toPoint())
        if row < 0 or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setCurrentIndex(self._lines.index(row))
        self._do(command, self._lines.lines[row])

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row, name = self._at(event.pos())
            said = next((command.text for command in self._commands if command.name == name), "")
            tip = said or (self._lines.lines[row].tip if row >= 0 else "")
            QToolTip.showText(event.globalPos(), tooltip(tip) if tip else "", self)
            return True
        return super().viewportEvent(event)

    # -- keys and menu ---------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._lines.lines:
            self.setCurrentIndex(self._lines.index(0))
        self._tell_place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self._current()
        keys = {command.key: command.name for command in self._commands if command.key is not None}
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        if line is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(line)
        elif line is not None and key in keys and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.wanted.emit(keys[key], line)
        elif step and not 0 <= self.currentIndex().row() + step < len(self._lines.lines):
            self.moved_on.emit(step)
        elif step:
            self.setCurrentIndex(self._lines.index(self.currentIndex().row() + step))
            self._tell_place()
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            place = event.globalPos() if by_mouse else self.viewport().mapToGlobal(self.visualRect(index).center())
            self.menu(self._lines.lines[index.row()]).popup(place)

    def menu(self, line: Line) -> QMenu:
        """What can be done with ``line``; it goes when it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        commands = (Command("", self._ctx.t("Open it"), key=Qt.Key.Key_Return), *self._commands)
        for command in commands:
            action = QAction(command.text, menu)
            if command.key is not None:
                action.setShortcut(QKeySequence(command.key))
            action.triggered.connect(lambda _checked=False, name=command.name: self._do(name, line))
            menu.addAction(action)
        return menu

    def _current(self) -> Line | None:
        row = self.currentIndex().row()
        return self._lines.lines[row] if 0 <= row < len(self._lines.lines) else None

    def _do(self, command: str, line: Line) -> None:
        if command:
            self.wanted.emit(command, line)
        else:
            self.opened.emit(line)

    def _tell_place(self) -> None:
        rect = self.visualRect(self.currentIndex())
        self.current_shown.emit(QRect(self.viewport().mapTo(self, rect.topLeft()), rect.size()))
