"""Find anything (Ctrl+K): one box over the window for records and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_crm.ui import customer_verbs, finder_lines
from desktop_crm.ui.context import Context
from desktop_crm.ui.finder_lines import Answer, Command, Line, Verb
from desktop_crm.ui.finder_painter import LINE_ROLE, LinePainter
from desktop_crm.ui.icons import icon
from desktop_crm.ui.recent import Recent
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.labels import Card, Label, PillLabel

if TYPE_CHECKING:
    from desktop_crm.services.finder import Hit

PAUSE = 60
VEIL = 150  # of 255


class Finder(QWidget):
    """Lies over ``parent``; ``commands`` gives what can be run now."""

    def __init__(self, ctx: Context, parent: QWidget, recent: Recent, commands: Callable[[], list[Command]]) -> None:
        super().__init__(parent)
        self._ctx, self._recent, self._commands = ctx, recent, commands
        self._scope: Hit | None = None
        self._told: str | None = None  # the text whose lines are shown
        self._enter = False  # Enter was pressed before the lines came
        self._before: QWidget | None = None
        self._place = parent
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._ask)
        self.edit.textChanged.connect(self._typed)
        self.edit.installEventFilter(self)
        parent.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        theme, t = self._ctx.theme, self._ctx.t
        self.card = Card(theme, parent=self)
        self.card.body.setContentsMargins(theme.px(10), theme.px(10), theme.px(10), theme.px(8))
        self.scope_pill = PillLabel()
        self.edit = QLineEdit()
        hint = t("Customer, document number, project or command")
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(hint)
        self.edit.setProperty("look", "search")
        self.edit.addAction(icon(theme, "search", "ink3"), QLineEdit.ActionPosition.LeadingPosition)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.scope_pill)
        row.addWidget(self.edit, 1)
        self.card.body.addLayout(row)
        self.list = QListWidget()
        self.list.setProperty("look", "inset")
        self.list.setAccessibleName(t("Found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._painter = LinePainter(theme)
        self.list.setItemDelegate(self._painter)
        self.list.itemClicked.connect(lambda item: self._run(item.data(LINE_ROLE)))
        self.card.body.addWidget(self.list, 1)
        foot = t("Up and Down choose, Enter opens, Tab shows more of a customer, Esc closes.")
        self.card.body.addWidget(Label(foot, "small", wrap=True))
        self._around = QVBoxLayout(self)
        self._around.addWidget(self.card)
        self._around.addStretch(1)

    # -- showing ---------------------------------------------------------------------------------

    def open(self) -> None:
        """Show the empty box, with what was opened last."""
        window = self.window()
        if not self.isVisible():
            self._before = window.focusWidget()
        self._narrow(None)
        self._settle()
        self.show()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Close it; the cursor goes back where it was."""
        self.hide()
        self._timer.stop()
        self._enter = False
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus()
        self._before = None

    def _narrow(self, scope: Hit | None) -> None:
        """Look within one customer, or in everything again."""
        self._scope, self._told = scope, None
        self.scope_pill.show_pill(Pill(scope.title[:24], "ok") if scope else None)
        self.edit.clear()
        self._ask()

    def _settle(self) -> None:
        theme, place = self._ctx.theme, self._place
        self.setGeometry(place.rect())
        side = max((place.width() - theme.px(680)) // 2, theme.px(12))
        top = min(theme.px(70), place.height() // 10)
        self._around.setContentsMargins(side, top, side, theme.px(12))
        wanted = sum(self._painter.height(self._line(row)) for row in range(self.list.count()))
        self.list.setFixedHeight(max(min(wanted + theme.px(2), place.height() - top - theme.px(130)), theme.px(38)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        veil = QColor(self._ctx.theme.color("paper"))
        veil.setAlpha(VEIL)
        painter.fillRect(self.rect(), veil)
        painter.end()

    # -- asking ----------------------------------------------------------------------------------

    def _typed(self, _text: str) -> None:
        self._enter = False
        self._timer.start()

    def _ask(self) -> None:
        self._timer.stop()
        typed = self.edit.text().strip()
        done = partial(self._show, typed, self._scope)
        read = partial(self._ctx.tasks.read, done=done, owner=self, slot="find")
        if self._scope is not None:
            read(finder_lines.documents, self._scope)
        elif typed:
            read(finder_lines.look, typed, self._ctx.t, self._commands())
        else:
            read(finder_lines.recall, self._recent.refs(), self._commands())

    def _show(self, typed: str, scope: Hit | None, answer: Answer) -> None:
        t = self._ctx.t
        if scope is not None:
            found = finder_lines.customer_lines(t, scope, answer, typed, self._verb_line)
        else:
            found = finder_lines.lines(t, answer, typed, self._verb_line)
        self._fill(found)
        self._told = typed
        if self._enter:
            self._enter = False
            self._run_current()

    def _fill(self, found: Sequence[Line]) -> None:
        self.list.clear()
        for line in found:
            item = QListWidgetItem("  ".join(part for part in (line.text, line.note, line.key) if part))
            item.setData(LINE_ROLE, line)
            if line.is_heading:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self._settle()
        self._step(1, start=-1)

    def _verb_line(self, verb: Verb, customer: Hit) -> Line:
        t = self._ctx.t
        run = partial(customer_verbs.run, self._ctx, verb.id, customer.id, customer.title, self.window())
        return Line(t(verb.text, name=customer.title), "", verb.icon, run=run)

    # -- choosing --------------------------------------------------------------------------------

    def _line(self, row: int) -> Line:
        line: Line = self.list.item(row).data(LINE_ROLE)
        return line

    def _step(self, by: int, start: int | None = None) -> None:
        """To the next line that is not a heading, round the end."""
        count = self.list.count()
        row = self.list.currentRow() if start is None else start
        for _ in range(count):
            row = (row + by) % count
            if not self._line(row).is_heading:
                self.list.setCurrentRow(row)
                self.edit.setAccessibleDescription(self.list.item(row).text())
                if row == 1:
                    self.list.scrollToTop()
                return

    def _run_current(self) -> None:
        if (row := self.list.currentRow()) >= 0:
            self._run(self._line(row))

    def _run(self, line: Line) -> None:
        if line.is_heading:
            return
        self.leave()
        if line.hit is not None:
            self._ctx.open_record(line.hit.entity, line.hit.id)
        elif line.run is not None:
            line.run()

    def _enter_pressed(self) -> None:
        if self._told == self.edit.text().strip():
            self._run_current()
        else:
            self._enter = True
            self._ask()

    def _more(self) -> None:
        """Tab on a customer."""
        row = self.list.currentRow()
        hit = self._line(row).hit if row >= 0 and self._scope is None else None
        if hit is not None and hit.entity == "customer":
            self._narrow(hit)

    # -- Qt's side -------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the box, and the size of what lies under it."""
        if watched is not self.edit and event.type() == QEvent.Type.Resize and self.isVisible():
            self._settle()
        if watched is self.edit and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event.key())
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        keys = Qt.Key
        if key in (keys.Key_Down, keys.Key_Up):
            self._step(1 if key == keys.Key_Down else -1)
        elif key in (keys.Key_Return, keys.Key_Enter):
            self._enter_pressed()
        elif key in (keys.Key_Tab, keys.Key_Backtab):
            self._more()
        elif key == keys.Key_Escape:
            self._narrow(None) if self._scope is not None else self.leave()
        elif key == keys.Key_Backspace and self._scope is not None and not self.edit.text():
            self._narrow(None)
        else:
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the box closes it."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.leave()
