"""Says under a field, while one types, that there is already a customer with this number or name."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import ButtonRow, button
from desktop_crm.ui.widgets.form import Form
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.duplicates import Duplicate

PAUSE = 250  # milliseconds without a key after which it is looked
FIRST_UNDER_FIELD = 2  # after label and control
SPOKEN = ("phone", "mobile")
MAILS = ("email",)
WATCHED = ("name", "tax_number", *SPOKEN, *MAILS)
SENTENCES = {
    "tax_number": N_("There is already %(name)s (%(code)s), same tax number."),
    "name": N_("There is already %(name)s (%(code)s), same name."),
    "phone": N_("There is already %(name)s (%(code)s), same phone."),
    "mail": N_("There is already %(name)s (%(code)s), same e-mail."),
}


class DuplicateNotes(QObject):
    """Watches the fields of ``form``; ``opened`` is called with the customer one would rather open.

    ``merged``: with the one that shall become one with the customer that is edited.

    ``own`` is the customer that is edited; ``found`` what was found last.
    """

    def __init__(
        self,
        ctx: Context,
        form: Form,
        own: uuid.UUID | None,
        opened: Callable[[uuid.UUID], object],
        merged: Callable[[uuid.UUID], object],
    ) -> None:
        super().__init__(form)
        self.found: list[Duplicate] = []
        self._ctx, self._form, self._own, self._opened = ctx, form, own, opened
        self._merged = merged
        self._notes: list[QFrame] = []
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.look)
        for field in WATCHED:
            control = form.rows[field].control
            assert isinstance(control, QLineEdit)
            control.textEdited.connect(lambda _text: self._timer.start())

    def look(self) -> None:
        """Ask the shop now."""
        values = {field: self._form.texts()[field] for field in WATCHED}
        self._ctx.tasks.read(find, values, self._own, done=self._show, owner=self, slot="duplicates")

    def _show(self, found: list[Duplicate]) -> None:
        if found == self.found:
            return
        self.found = found
        for note in self._notes:
            note.hide()
            note.deleteLater()
        self._notes = [self._note(one) for one in found]

    def _note(self, one: Duplicate) -> QFrame:
        """A sentence and a way to that customer, under the field it is about."""
        theme, t = self._ctx.theme, self._ctx.t
        made = QFrame()
        made.setProperty("look", "note")
        joins = self._own is not None and not one.archived
        row = QVBoxLayout(made) if joins else QHBoxLayout(made)  # two buttons would leave the words no room beside them
        row.setContentsMargins(theme.px(9), theme.px(5), theme.px(5), theme.px(5))
        row.setSpacing(theme.px(6))
        sentence = t(SENTENCES[one.reason], name=one.name, code=one.code)
        text = Label(f"{sentence} {t('It is archived.')}" if one.archived else sentence, "small", wrap=True)
        made.setAccessibleName(text.text())
        row.addWidget(text, 1)
        way = button(t("Open it"), lambda: self._opened(one.id))
        way.setAccessibleName(t("Open %(name)s", name=one.name))
        if joins:
            join = button(t("Merge ..."), lambda: self._merged(one.id))
            join.setAccessibleName(t("Merge with %(name)s", name=one.name))
            row.addWidget(ButtonRow(theme, [way, join]))
        else:
            row.addWidget(way)
        layout = self._form.rows[one.field].layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(FIRST_UNDER_FIELD, made)
        return made


def find(session: Session, values: dict[str, str], own: uuid.UUID | None) -> list[Duplicate]:
    """For the read lane."""
    from desktop_crm.core.settings import Trade
    from desktop_crm.models import Customer
    from desktop_crm.services import duplicates, settings

    known = session.get(Customer, own) if own else None
    country = known.country if known else settings.load(session, Trade).country
    return duplicates.find(session, duplicates.candidate(values, SPOKEN, MAILS, country), own)
