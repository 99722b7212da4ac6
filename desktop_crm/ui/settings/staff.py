"""The people of the shop: who can be in charge, visit, approve."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.choice_table import ChoiceTable
from desktop_crm.ui.settings.section import Section
from desktop_crm.ui.table_model import Column, Pill
from desktop_crm.ui.widgets.buttons import ButtonRow, button
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from desktop_crm.services.staff import StaffRow
    from desktop_crm.store.database import Outcome

COLUMNS = (
    Column("code", N_("Code"), 64, "muted"),
    Column("name", N_("Full name"), 110, "bold", stretch=True),
    Column("title", N_("Job title"), 100),
    Column("mobile", N_("Mobile"), 124),
    Column("state", N_("Note"), 84, "pill"),
)
ROLES = {
    "is_salesperson": N_("Sells: quotations and orders name them"),
    "is_technician": N_("Visits customers"),
    "is_approver": N_("Approves prices"),
}


class StaffSection(Section):
    """A list with its buttons."""

    def __init__(self, ctx: Context) -> None:
        t, theme = ctx.t, ctx.theme
        about = t("Documents name who is in charge. Who left is archived: old documents keep the name.")
        super().__init__(ctx, t("Staff"), about)
        self.rows: list[StaffRow] = []
        self.table = ChoiceTable(ctx, t("Staff"), COLUMNS)
        self.table.opened.connect(self.edit)
        self.table.chosen.connect(self._refresh)
        self.add_button = button(t("Add a person"), self.add, primary=True, theme=theme, picture="plus")
        self.edit_button = button(t("Edit"), self.edit, theme=theme, picture="pencil")
        self.archive_button = button(t("Archive"), self.archive)
        self.me_button = button(t("That is me"), self._be_me)
        card = self.card()
        buttons = [self.add_button, self.edit_button, self.archive_button, self.me_button]
        card.body.addWidget(ButtonRow(theme, buttons))
        card.body.addWidget(self.table)

    def first_shown(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Read everybody again."""
        from desktop_crm.services import staff

        self.ctx.tasks.read(staff.rows, done=self._show, owner=self, slot="rows")

    def current(self) -> StaffRow | None:
        """The person that is selected."""
        key = self.table.current_id()
        return next((row for row in self.rows if row.id == key), None)

    def add(self) -> None:
        """Ask for a new person."""
        dialog = StaffDialog(self.ctx, None, self)
        dialog.made.connect(self.table.select)
        dialog.open()

    def edit(self) -> None:
        """Change the person that is selected."""
        if (row := self.current()) is not None:
            StaffDialog(self.ctx, row, self).open()

    def archive(self) -> None:
        """Archive, or bring back, the person that is selected."""
        from desktop_crm.services import staff

        row, t = self.current(), self.ctx.t
        if row is None:
            return
        text = t("%(name)s is back.", name=row.name) if row.is_archived else t("%(name)s is archived.", name=row.name)
        self.ctx.tasks.write(
            staff.bring_back if row.is_archived else staff.archive,
            row.id,
            done=lambda outcome: self.ctx.toast(text, outcome.changed.batch_id),
            owner=self,
        )

    def _be_me(self) -> None:
        if (row := self.current()) is not None:
            self.ctx.state.put("me", str(row.id))
            self.ctx.state.save()
            self.ctx.toast(self.ctx.t("On this computer works %(name)s.", name=row.name))
            self.reload()

    def _show(self, rows: list[StaffRow]) -> None:
        self.rows = rows
        self.table.show_rows([(row.id, row.code, row.name, row.title, row.mobile, self._state(row)) for row in rows])
        self._refresh()

    def _state(self, row: StaffRow) -> Pill | None:
        if row.is_archived:
            return Pill(self.ctx.t("Archived"))
        return Pill(self.ctx.t("Me"), "ok") if str(row.id) == self.ctx.state.text("me") else None

    def _refresh(self) -> None:
        row = self.current()
        self.edit_button.setEnabled(row is not None)
        self.archive_button.setEnabled(row is not None)
        self.me_button.setEnabled(row is not None and not row.is_archived)
        text = self.ctx.t("Bring back") if row is not None and row.is_archived else self.ctx.t("Archive")
        self.archive_button.setText(text)
        self.archive_button.setAccessibleName(text)


class StaffDialog(FormDialog):
    """One person; ``made`` with the key of a new one."""

    made = Signal(object)

    def __init__(self, ctx: Context, row: StaffRow | None, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(ctx, t("Edit person") if row else t("Add a person"), "", parent)
        self._record: uuid.UUID | None = row.id if row else None
        add = self.form.add
        add("name", t("Full name"), TextEdit(limit=100), required=True)
        add("code", t("Code"), TextEdit(hint=t("given when saved") if row is None else "", limit=20))
        add("title", t("Job title"), TextEdit(limit=100))
        add("mobile", t("Mobile"), TextEdit(limit=40))
        add("email", t("E-mail"), TextEdit(limit=200), span=2)
        for name, text in ROLES.items():
            add(name, "", QCheckBox(t(text)), span=2).label.hide()
        values: dict[str, Any] = {name: getattr(row, name) for name in self.form.rows} if row else {}
        self.form.set_values(values or {"is_salesperson": True})
        self.focus_on("name")

    def save(self) -> None:
        """Store the person; a wrong field is said at the field."""
        from desktop_crm.services import staff

        values = self.form.values()
        if self._record is None:
            self.ctx.tasks.write(staff.create, values, done=self._done, failed=self.refused, owner=self)
        else:
            self.ctx.tasks.write(staff.update, self._record, values, done=self._done, failed=self.refused, owner=self)

    def _done(self, outcome: Outcome[uuid.UUID]) -> None:
        self.saved(self.ctx.t("%(name)s was saved.", name=self.form.values()["name"]), outcome)
        if self._record is None:
            self.made.emit(outcome.result)
