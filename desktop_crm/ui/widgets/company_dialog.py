"""Who we are, asked when the first document needs a letterhead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.settings import Company
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NEEDED = ("name", "tax_number", "address", "phone")


class CompanyDialog(FormDialog):
    """Name, tax number, address, phone and bank; ``stored`` once they are in the settings."""

    stored = Signal()

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(ctx, t("Your company"), t("This stands at the head of every document."), parent)
        self._company = Company()
        fields = (
            ("name", t("Company name"), 1),
            ("tax_number", t("Tax number"), 1),
            ("address", t("Address"), 2),
            ("phone", t("Phone"), 1),
            ("fax", t("Fax"), 1),
            ("email", t("E-mail"), 1),
            ("website", t("Website"), 1),
            ("bank", t("Bank"), 1),
            ("bank_branch", t("Branch"), 1),
            ("bank_account_name", t("Account name"), 1),
            ("bank_account", t("Account number"), 1),
        )
        for name, label, span in fields:
            self.form.add(name, label, TextEdit(), span=span, required=name == "name")
        ctx.tasks.read(load_company, done=self._fill, owner=self, slot="company")
        self.focus_on("name")

    def _fill(self, company: Company) -> None:
        self._company = company
        self.form.set_values({name: getattr(company, name) for name in self.form.rows})

    def save(self) -> None:
        """Store them; raises UserError without a name."""
        from desktop_crm.services import settings

        typed: dict[str, Any] = self.form.values()
        if not typed["name"]:
            raise UserError(N_("The letterhead has no company name yet."), N_("Type a name."), field="name")
        company = replace(self._company, **typed)
        self.ctx.tasks.write(settings.save, company, done=self._done, failed=self.refused, owner=self)

    def _done(self, outcome: object) -> None:
        self.saved(self.ctx.t("The company details are stored."), outcome)
        self.stored.emit()


def load_company(session: Session) -> Company:
    """The stored details, for the read lane."""
    from desktop_crm.services import settings

    return settings.load(session, Company)
