"""Who we are, asked when the first document needs a letterhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_crm.core.settings import Company
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets import company_form
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class CompanyDialog(FormDialog):
    """Name, tax number, address, phone and bank; ``stored`` once they are in the settings.

    With a text for ``without`` there is a button to go on without them, which emits ``skipped``.
    """

    stored = Signal()
    skipped = Signal()

    def __init__(self, ctx: Context, parent: QWidget, *, without: str = "") -> None:
        t = ctx.t
        super().__init__(ctx, t("Your company"), t("This stands at the head of every document."), parent)
        company_form.add_names(self.form, t, languages=False)
        company_form.add_reach(self.form, t)
        company_form.add_bank(self.form, t)
        if without:
            self.without = button(without, self._skip)
            self.buttons.insertWidget(self.buttons.count() - 1, self.without)
        ctx.tasks.read(load_company, done=self._fill, owner=self, slot="company")
        self.focus_on("name")

    def _fill(self, company: Company) -> None:
        self.form.set_values({name: getattr(company, name) for name in self.form.rows})

    def save(self) -> None:
        """Store them; a wrong field is said at the field."""
        from desktop_crm.services import company

        self.ctx.tasks.write(company.change, self.form.values(), done=self._done, failed=self.refused, owner=self)

    def _skip(self) -> None:
        self.accept()
        self.skipped.emit()

    def _done(self, outcome: object) -> None:
        self.saved(self.ctx.t("The company details are stored."), outcome)
        self.stored.emit()


def load_company(session: Session) -> Company:
    """The stored details, for the read lane."""
    from desktop_crm.services import settings

    return settings.load(session, Company)
