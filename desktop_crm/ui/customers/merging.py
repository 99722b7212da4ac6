"""A small window that makes one of two customers: which is the same, what moves, which is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.customers import merging_words
from desktop_crm.ui.widgets.buttons import ButtonRow, button
from desktop_crm.ui.widgets.completer import Completer, Suggestion
from desktop_crm.ui.widgets.dialog_height import DialogHeight
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.labels import Label, Look, Note
from desktop_crm.ui.widgets.yielding import Yielding

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.duplicates import Duplicate
    from desktop_crm.services.merging import Preview
    from desktop_crm.store.database import Outcome

WIDTH = 640  # pixels at 15 px text
LIKELY_WIDTH = 560


class MergeDialog(QDialog):
    """Finds the other customer of ``customer``, shows what would happen, and merges.

    ``merged`` is called with the key of the one that was kept. Ctrl+Enter merges, Esc closes.
    """

    def __init__(
        self,
        ctx: Context,
        customer: tuple[uuid.UUID, str],
        merged: Callable[[uuid.UUID], object],
        parent: QWidget,
        other: uuid.UUID | None = None,
    ) -> None:
        super().__init__(parent)
        self.ctx, self._merged = ctx, merged
        self._first = self._keep = customer[0]
        self._gone: uuid.UUID | None = None
        self.shown: Preview | None = None
        self.cells: list[Label] = []
        self.setWindowTitle(ctx.t("Merge customers"))
        self.setMinimumWidth(ctx.theme.px(WIDTH))
        self._lay_out(customer[1])
        DialogHeight(self)
        if other is not None:
            self.choose(other)
        else:
            ctx.tasks.read(likely, self._keep, done=self._offer, owner=self, slot="likely")
            QTimer.singleShot(0, self.edit, self.edit.setFocus)

    # -- layout ----------------------------------------------------------------------------------

    def _lay_out(self, name: str) -> None:
        theme, t = self.ctx.theme, self.ctx.t
        box = self._box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(20), theme.px(18), theme.px(20), theme.px(18))
        box.setSpacing(theme.px(12))
        box.addWidget(Label(t("Merge customers"), "name"))
        box.addWidget(Label(t("Which customer is the same as %(name)s?", name=name), "muted", wrap=True))
        self.edit = TextEdit(hint=t("Name, phone, tax number, pinyin or zhuyin"))
        self.edit.setAccessibleName(t("The other customer"))
        self.completer = Completer(self.ctx, self.edit, self._customers_like)
        self.completer.chosen.connect(self._chosen)
        self.edit.textEdited.connect(lambda _text: self._forget())
        box.addWidget(self.edit)
        self.place = Yielding(theme, self._preview())
        self.place.hide()
        box.addWidget(self.place)
        box.addLayout(self._buttons())

    def _preview(self) -> QWidget:
        """Both customers side by side, and what moves."""
        theme = self.ctx.theme
        inside = QWidget()
        inside.setProperty("look", "clear")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnMinimumWidth(0, theme.px(110))
        for place in (1, 2):
            self._grid.setColumnStretch(place, 1)
        self.note = Note(theme)
        column.addWidget(self.note)  # above, where it is in sight on a low screen too
        column.addLayout(self._grid)
        column.addStretch(1)
        return inside

    def _buttons(self) -> QHBoxLayout:
        t = self.ctx.t
        row = QHBoxLayout()
        self.swap_button = button(t("Keep the other one"), self.swap)
        self.swap_button.hide()
        self.merge_button = button(t("Merge"), self.merge, primary=True)
        self.merge_button.setEnabled(False)
        self.merge_button.setDefault(True)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.merge_button.click)
        row.addWidget(self.swap_button)
        row.addStretch(1)
        row.addWidget(self.merge_button)
        row.addWidget(button(t("Cancel"), self.reject))
        return row

    # -- choosing --------------------------------------------------------------------------------

    def _customers_like(self, session: Session, typed: str) -> list[Suggestion]:
        return [one for one in customers_like(session, typed) if one.data != self._keep]

    def _offer(self, found: list[Duplicate]) -> None:
        """Buttons for those that look the same."""
        if not found or self._gone is not None:
            return
        theme, t = self.ctx.theme, self.ctx.t
        made = []
        for one in found:
            text = t(merging_words.REASONS[one.reason], name=one.name, code=one.code)
            room = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, theme.px(LIKELY_WIDTH))
            way = button(room, partial(self._take, one.id, one.name))
            way.setAccessibleName(text)
            made.append(way)
        self.offered = ButtonRow(theme, made)
        self._box.insertWidget(self._box.indexOf(self.edit) + 1, self.offered)
        for before, after in pairwise((self.edit, *made)):
            self.setTabOrder(before, after)

    def _chosen(self, chosen: Suggestion) -> None:
        self.choose(chosen.data)

    def _take(self, key: uuid.UUID, name: str) -> None:
        self.edit.setText(name)
        self.choose(key)

    def choose(self, other: uuid.UUID) -> None:
        """Show what merging with ``other`` would do."""
        self._keep, self._gone = self._first, other
        self._read()

    def _forget(self) -> None:
        """Somebody else is being typed: nothing can be merged until that one is chosen."""
        self._gone = self.shown = None
        self._keep = self._first
        for part in (self.place, self.swap_button):
            part.hide()
        self.merge_button.setEnabled(False)

    def swap(self) -> None:
        """Keep the other one instead."""
        if self._gone is not None:
            self._keep, self._gone = self._gone, self._keep
            self._read()

    def _read(self) -> None:
        self.ctx.tasks.read(
            preview, self._keep, self._gone, done=self._show, failed=self._refused, owner=self, slot="preview"
        )

    # -- showing ---------------------------------------------------------------------------------

    def _show(self, shown: Preview) -> None:
        if self._gone is None:
            return
        first = self.shown is None
        self.shown = shown
        t = self.ctx.t
        if not self.edit.text():
            self.edit.setText(shown.gone.name)
        for old in self.cells:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.cells = []
        lines = [("", t("Is kept"), t("Is archived"))]
        lines += merging_words.rows(t, shown, hidden=self.ctx.customer_view.on)
        for place, (title, kept, other) in enumerate(lines):
            looks: tuple[Look, ...] = ("muted", "bold", "bold" if place == 0 else "")
            for side, (text, look) in enumerate(zip((title, kept, other), looks, strict=True)):
                self.cells.append(Label(text, look, wrap=True))
                self._grid.addWidget(self.cells[-1], place, side, Qt.AlignmentFlag.AlignTop)
        self.note.say("", "\n".join(merging_words.sentences(t, shown)))
        for part in (self.place, self.swap_button):
            part.show()
        self.merge_button.setEnabled(True)
        if first:
            self.merge_button.setFocus()

    def _refused(self, error: BaseException) -> None:
        self.merge_button.setEnabled(False)
        self.ctx.tasks.failure.emit(error)

    # -- merging ---------------------------------------------------------------------------------

    def merge(self) -> None:
        """Do it."""
        from desktop_crm.services import merging

        if self.shown is not None:
            self.ctx.tasks.write(merging.merge, self.shown.keep.id, self.shown.gone.id, done=self._done, owner=self)

    def _done(self, outcome: Outcome[uuid.UUID]) -> None:
        assert self.shown is not None
        self.accept()
        self._merged(outcome.result)
        said = self.ctx.t("%(name)s was merged into %(kept)s.", name=self.shown.gone.name, kept=self.shown.keep.name)
        self.ctx.toast(said, outcome.changed.batch_id)


def likely(session: Session, customer: uuid.UUID) -> list[Duplicate]:
    """For the read lane."""
    from desktop_crm.services import merging

    return merging.likely(session, customer)


def preview(session: Session, keep: uuid.UUID, gone: uuid.UUID) -> Preview:
    """For the read lane."""
    from desktop_crm.services import merging

    return merging.preview(session, keep, gone)


def customers_like(session: Session, typed: str) -> list[Suggestion]:
    """Customers that are not archived, with the code that tells namesakes apart."""
    from sqlalchemy import select

    from desktop_crm.models import Customer
    from desktop_crm.services import customer_list
    from desktop_crm.services.customer_list import CustomerQuery

    rows = customer_list.window(session, CustomerQuery(text=typed), 0, 8) if typed.strip() else []
    query = select(Customer.id, Customer.code).where(Customer.id.in_([row.id for row in rows]))
    codes = {row.id: row.code for row in session.execute(query)}
    return [Suggestion(row.id, row.name, f"{codes[row.id]}  {row.phone}".rstrip()) for row in rows]
