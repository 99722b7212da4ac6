"""Paints the cells of the line grid and edits them: Enter, Tab and the completion of products and templates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)
from shiboken6 import isValid

from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.widgets.cells import LEFT, RIGHT_SIDE, elided
from desktop_crm.ui.widgets.completer import Completer, Suggestion
from desktop_crm.ui.widgets.labels import tooltip
from desktop_crm.ui.widgets.line_model import AMOUNT, CODE, FIGURES, NAME, Index, LineModel
from desktop_crm.ui.widgets.line_source import lines_like

if TYPE_CHECKING:
    from desktop_crm.services.document_lines import DraftLine

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
TABS = {Qt.Key.Key_Tab: "tab", Qt.Key.Key_Backtab: "backtab"}


class CellEdit(QLineEdit):
    """The editor of one cell; it remembers which, and what was chosen from the suggestions."""

    def __init__(self, parent: QWidget, key: int, column: int) -> None:
        super().__init__(parent)
        self.setProperty("look", "cell")
        self.key = key  # of the row; 0 for a new line
        self.column = column
        self.chosen: Suggestion | None = None
        self.completer_popup: QWidget | None = None
        if column in FIGURES:
            self.setAlignment(Qt.AlignmentFlag.AlignRight)


class LineDelegate(QStyledItemDelegate):
    """``typed(CellEdit)`` hands over an edit that can be meant; its ``key`` may be set to that of the line made.

    ``left(key, column, how)`` follows: enter, tab or backtab.
    """

    typed = Signal(object)
    left = Signal(int, int, str)

    def __init__(self, ctx: Context, view: QTableView, model: LineModel, collapsed: Callable[[int], bool]) -> None:
        super().__init__(view)
        self._ctx = ctx
        self._view = view
        self._model = model
        self._collapsed = collapsed
        self._open: CellEdit | None = None

    # -- painting --------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._ctx.theme.px(60), self._ctx.theme.size("row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._ctx.theme
        rect: QRect = option.rect
        line = self._model.line(index.row())
        section = line is not None and line.kind == "section"
        current = self._view.currentIndex()
        here = current.row() == index.row() and not self._model.read_only and self._view.hasFocus()
        ground = "accentbg" if here and line is not None else "panel2" if section else "panel"
        painter.fillRect(rect, theme.color(ground))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.color("rowline"))
        inner = rect.adjusted(theme.px(8), 0, -theme.px(8), -1)
        if line is None:
            self._paint_hint(painter, inner)
        elif section:
            self._paint_section(painter, inner, index.row(), line)
        else:
            self._paint_cell(painter, inner, index, line)
        if here and current == index:
            painter.setPen(theme.color("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))

    def _hint(self) -> str:
        t = self._ctx.t
        parts = [
            t("＋ Type a code or name, Enter goes on"),
            t("Ctrl+D copies"),
            t("Alt+↑↓ moves"),
            t("F4 last prices"),
            t("F6 option"),
        ]
        return "     ".join(parts)

    def _paint_hint(self, painter: QPainter, rect: QRect) -> None:
        theme = self._ctx.theme
        painter.setFont(theme.font())
        painter.setPen(theme.color("ink3"))
        painter.drawText(rect, LEFT, elided(theme.font(), self._hint(), rect.width()))

    def _paint_section(self, painter: QPainter, rect: QRect, row: int, line: DraftLine) -> None:
        theme = self._ctx.theme
        arrow = "chevron-right" if self._collapsed(row) else "chevron-down"
        side = theme.px(16)
        painter.drawPixmap(rect.x() - theme.px(2), rect.center().y() - side // 2, pixmap(theme, arrow, "ink2", side))
        painter.setFont(theme.font(bold=True))
        painter.setPen(theme.color("ink2"))
        text = rect.adjusted(side + theme.px(2), 0, 0, 0)
        painter.drawText(text, LEFT, elided(theme.font(bold=True), line.name, text.width()))

    def _paint_cell(self, painter: QPainter, rect: QRect, index: Index, line: DraftLine) -> None:
        theme, column = self._ctx.theme, index.column()
        counted = line.kind == "item"
        font = theme.font(bold=column == AMOUNT and counted)
        painter.setFont(font)
        painter.setPen(theme.color("ink2" if column == CODE and counted else "ink" if counted else "ink3"))
        side = RIGHT_SIDE if column in FIGURES else LEFT
        text = elided(font, self._model.shown(index.row(), column), rect.width())
        painter.drawText(rect, side, text)
        if column == NAME and line.specification and line.is_priced:
            used = painter.fontMetrics().horizontalAdvance(text) + theme.px(8)
            rest = rect.adjusted(used, 0, 0, 0)
            if rest.width() > theme.px(24):
                painter.setFont(theme.font("small"))
                painter.setPen(theme.color("ink3"))
                painter.drawText(rest, LEFT, elided(theme.font("small"), line.specification, rest.width()))

    # -- editing ---------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        row = index.row()
        key = self._model.rows[row].key if row < len(self._model.rows) else 0
        line = self._model.line(row)
        self._open = edit = CellEdit(parent, key, NAME if line is not None and not line.is_priced else index.column())
        edit.setAccessibleName(str(self._model.headerData(edit.column, Qt.Orientation.Horizontal) or ""))
        if line is None:
            edit.setPlaceholderText(self._hint())
        if edit.column == CODE:
            completer = Completer(self._ctx, edit, partial(lines_like, self._ctx.t))
            edit.completer_popup = completer.popup
            completer.chosen.connect(lambda one, made=edit: self._choose(made, one))
        return edit

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self._open:
            self._open = None
        super().destroyEditor(editor, index)

    def finish(self) -> None:
        """Take over what is being typed, and stop editing."""
        edit, self._open = self._open, None
        if edit is not None and isValid(edit):
            self.commitData.emit(edit)
            self.closeEditor.emit(edit, QAbstractItemDelegate.EndEditHint.NoHint)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, CellEdit) and not editor.isModified():
            editor.setText(self._model.edit_text(index.row(), editor.column))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        if not isinstance(editor, CellEdit):
            return
        problem = self._problem(editor)
        if problem is None:
            self.typed.emit(editor)
        else:
            self._ctx.toast(self._ctx.t.error(problem))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(0, 0, 0, -1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Tab go to other cells; what cannot be meant stays, and says why."""
        if not isinstance(watched, CellEdit):
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            popup = watched.completer_popup
            key = Qt.Key(event.key())
            if popup is not None and popup.isVisible():
                return key == Qt.Key.Key_Tab and self._take_first(watched)
            if key in ENTER or key in TABS:
                self._leave(watched, TABS.get(key, "enter"))
                return True
        return super().eventFilter(watched, event)

    def _take_first(self, edit: CellEdit) -> bool:
        from PySide6.QtWidgets import QListWidget

        popup = edit.completer_popup
        if isinstance(popup, QListWidget):
            popup.itemClicked.emit(popup.currentItem())
        return True

    def _choose(self, edit: CellEdit, one: Suggestion) -> None:
        edit.chosen = one
        self._leave(edit, "enter")

    def _leave(self, edit: CellEdit, how: str) -> None:
        problem = self._problem(edit)
        if problem is not None:
            self._say(edit, problem)
            return
        self.commitData.emit(edit)
        key, column = edit.key, edit.column
        self.closeEditor.emit(edit, QAbstractItemDelegate.EndEditHint.NoHint)
        self.left.emit(key, column, how)

    def _problem(self, edit: CellEdit) -> UserError | None:
        try:
            self._model.typed(self._model.row_of(edit.key), edit.column, edit.text())
        except UserError as error:
            return error
        return None

    def _say(self, edit: CellEdit, problem: UserError) -> None:
        sentence = self._ctx.t.error(problem)
        edit.setProperty("bad", "true")
        edit.style().unpolish(edit)
        edit.style().polish(edit)
        edit.setAccessibleDescription(sentence)
        edit.setToolTip(tooltip(sentence))
        QToolTip.showText(edit.mapToGlobal(QPoint(0, edit.height())), tooltip(sentence), edit)
