"""The prices that make the quotation come to a wanted total."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop_crm.core.currencies import currency, to_major, to_minor
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.services.document_lines import DraftLine, PriceTerms, priced_for_total
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import NumberEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog


class TargetDialog(FormDialog):
    """ "Make it 50,000": every price is scaled alike and rounded, one line takes up the rest."""

    def __init__(
        self, ctx: Context, model_lines: list[DraftLine], terms: PriceTerms, total: int, parent: QWidget
    ) -> None:
        t = ctx.t
        about = t("Every price is scaled alike and rounded; one line takes up the rest. Options keep their prices.")
        super().__init__(ctx, t("Target total"), about, parent, columns=1)
        self.taken: Callable[[list[DraftLine]], object] = lambda _lines: None
        self._lines = model_lines
        self._terms = terms
        edit = NumberEdit(t, "total", currency(terms.currency).digits)
        label = t("Total before tax") if terms.tax_mode == "untaxed" else t("Total (incl. tax)")
        self.form.add("total", label, edit, required=True)
        edit.set_value(to_major(total, terms.currency))
        edit.selectAll()
        self.focus_on("total")
        self._save.setText(t("Set the prices"))

    def save(self) -> None:
        """Find the prices and hand them over; Ctrl+Z in the grid takes them back."""
        typed = self.form.values()["total"]
        if typed is None:
            raise UserError(N_("Please type a number."), field="total")
        priced = priced_for_total(self._lines, self._terms, to_minor(typed, self._terms.currency))
        self.accept()
        self.taken(priced)
