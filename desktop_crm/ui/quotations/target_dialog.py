"""The prices that make the quotation come to a wanted total."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from desktop_crm.core.currencies import currency, to_major, to_minor
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.money import TaxMode, unit_prices_for_total
from desktop_crm.services.document_lines import DraftLine, PriceTerms
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import NumberEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog


class TargetDialog(FormDialog):
    """ "Make it 50,000": every price is scaled alike, the last line takes up the rest."""

    def __init__(
        self, ctx: Context, model_lines: list[DraftLine], terms: PriceTerms, total: int, parent: QWidget
    ) -> None:
        t = ctx.t
        about = t("Every price is scaled alike; the last line takes up the rest. Options keep their prices.")
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
        terms = self._terms
        prices = unit_prices_for_total(
            [line.to_input() for line in self._lines],
            to_minor(typed, terms.currency),
            mode=TaxMode(terms.tax_mode),
            tax_percent=terms.tax_percent,
            code=terms.currency,
            discount_percent=terms.discount_percent,
            discount_amount=terms.discount_amount,
        )
        self.accept()
        pairs = zip(self._lines, prices, strict=True)
        self.taken([replace(line, unit_price=price) if line.is_priced else line for line, price in pairs])
