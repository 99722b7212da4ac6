"""The form of a contact, opened in the place of the list."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout

from desktop_crm.ui.context import Context
from desktop_crm.ui.customers.words import SALUTATIONS
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.page import Page, Screen
from desktop_crm.ui.recovery import Recovery
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form import Form, combo
from desktop_crm.ui.widgets.labels import Card

if TYPE_CHECKING:
    from desktop_crm.services.contacts import ContactRow
    from desktop_crm.services.customers import Point
    from desktop_crm.store.database import Outcome

POINTS = ("mobile", "phone", "email", "line")
VALUES = ("name", "salutation", "title", "department", "is_primary", "note")


class ContactEditor(Screen):
    """Add or edit one person."""

    def __init__(self, ctx: Context, page: Page, customer: uuid.UUID, at: str, row: ContactRow | None) -> None:
        t = ctx.t
        super().__init__(ctx, t("Contact at %(name)s", name=at))
        self.page, self.customer, self.row = page, customer, row
        self.tool.add_back(ctx, t("Customers"), page)
        if row is not None:
            self.tool.add(button(t("Archive"), self._archive))
        self.tool.add(button(t("Cancel"), page.pop))
        save = button(t("Save"), self.save, primary=True)
        save.setShortcut("Ctrl+S")
        self.tool.add(save)
        self.recovery = Recovery(f"{ctx.path}/contact/{row.id if row else customer}", self)
        self.form = self._form()
        self._lay_out()
        if row is not None:
            points = {point.kind: point.typed for point in row.points}
            self.form.set_values({**{name: getattr(row, name) for name in VALUES}, **points})
        if typed := self.recovery.found():
            self.form.set_texts(typed)
        self.form.changed.connect(lambda: self.recovery.keep(self.form.texts()))
        QTimer.singleShot(0, self.form.rows["name"].control.setFocus)

    def _form(self) -> Form:
        t = self.ctx.t
        form = Form(self.ctx, columns=2)
        form.add("name", t("Name of the person"), TextEdit(), required=True)
        salutations = [(word, word) for word in ("", *SALUTATIONS)]
        form.add("salutation", t("Form of address"), combo(salutations, editable=True))
        form.add("title", t("Title"), TextEdit())
        form.add("department", t("Department"), TextEdit())
        for key, label in zip(POINTS, (t("Mobile"), t("Phone"), t("E-mail"), t("LINE")), strict=True):
            form.add(key, label, TextEdit())
        form.add("note", t("Note"), TextEdit(), span=2)
        form.add("is_primary", t("Main contact"), QCheckBox(t("Quotations are addressed to this person")), span=2)
        return form

    def _lay_out(self) -> None:
        theme = self.ctx.theme
        card = Card(theme)
        card.body.addWidget(self.form)
        card.setMaximumWidth(theme.px(720))
        column = QVBoxLayout()
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        row = QHBoxLayout()
        row.addWidget(card, 8)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.body.addLayout(column)

    def save(self) -> None:
        """Save and go back to the card."""
        from desktop_crm.services import contacts
        from desktop_crm.services.customers import Point

        typed = self.form.values()
        values = {name: typed[name] for name in VALUES}
        kept: tuple[Point, ...] = tuple(p for p in self.row.points if p.kind not in POINTS) if self.row else ()
        points = (*(Point(kind, typed[kind]) for kind in POINTS if typed[kind]), *kept)
        if self.row is None:
            self.ctx.tasks.write(
                contacts.create, self.customer, values, points, done=self._saved, failed=self._refused, owner=self
            )
        else:
            self.ctx.tasks.write(
                contacts.update, self.row.id, values, points, done=self._saved, failed=self._refused, owner=self
            )

    def _archive(self) -> None:
        from desktop_crm.services import contacts

        assert self.row is not None
        said = self.ctx.t("%(name)s was archived; nothing was deleted.", name=self.row.name)
        self.ctx.tasks.write(
            contacts.archive, self.row.id, done=lambda outcome: self._leave(said, outcome.changed.batch_id), owner=self
        )

    def _saved(self, outcome: Outcome[uuid.UUID]) -> None:
        name = self.form.values()["name"]
        self._leave(self.ctx.t("%(name)s was saved.", name=name), outcome.changed.batch_id)

    def _leave(self, said: str, batch: uuid.UUID) -> None:
        self.form.dirty = False
        self.page.pop()
        self.ctx.toast(said, batch)

    def _refused(self, error: BaseException) -> None:
        if not self.form.show_error(error):
            self.ctx.tasks.failure.emit(error)

    def may_leave(self) -> bool:
        """Ask once when something was typed and not saved."""
        t = self.ctx.t
        if self.form.dirty and not confirm(
            self.ctx, t("The contact is not saved."), t("Leave without saving?"), t("Discard"), self
        ):
            return False
        self.recovery.forget()
        return True
