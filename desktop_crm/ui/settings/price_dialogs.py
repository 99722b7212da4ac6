"""The small windows of price lists: a list, and one price in it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from desktop_crm.core.currencies import CURRENCIES
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets import line_source
from desktop_crm.ui.widgets.completer import Completer, Suggestion
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from desktop_crm.services.price_lists import PriceListRow, PriceRow
    from desktop_crm.services.products import ProductRow
    from desktop_crm.store.database import Outcome

GRADES = ("A", "B", "C", "D")
CUSTOMER_TYPES = {
    "direct": N_("Direct customer"),
    "distributor": N_("Distributor"),
    "agent": N_("Agent"),
    "wholesaler": N_("Wholesaler"),
}


class ListDialog(FormDialog):
    """For whom a list is, and when."""

    def __init__(self, ctx: Context, row: PriceListRow | None, parent: QWidget) -> None:
        t = ctx.t
        about = t("Without grade and type it holds only for customers who have agreed on it.")
        super().__init__(ctx, t("Edit price list") if row else t("Add a price list"), about, parent)
        self._record: uuid.UUID | None = row.id if row else None
        add = self.form.add
        add("name", t("Name"), TextEdit(limit=100), required=True)
        add("currency", t("Currency"), combo([(code, code) for code in CURRENCIES]))
        add("grade", t("Grade"), combo([("", t("Any")), *((grade, grade) for grade in GRADES)]))
        types = [("", t("Any")), *((key, t(text)) for key, text in CUSTOMER_TYPES.items())]
        add("customer_type", t("Type"), combo(types))
        add("valid_from", t("Valid from"), DateEdit(t, "valid_from"))
        add("valid_until", t("Valid until"), DateEdit(t, "valid_until"))
        values: dict[str, Any] = {name: getattr(row, name) for name in self.form.rows} if row else {}
        self.form.set_values(values or {"currency": t.home_currency})
        self.focus_on("name")

    def save(self) -> None:
        """Store the list; a wrong field is said at the field."""
        from desktop_crm.services import price_lists

        values = self.form.values()
        if self._record is None:
            self.ctx.tasks.write(price_lists.create, values, done=self._done, failed=self.refused, owner=self)
        else:
            self.ctx.tasks.write(
                price_lists.update, self._record, values, done=self._done, failed=self.refused, owner=self
            )

    def _done(self, outcome: Outcome[uuid.UUID]) -> None:
        self.saved(self.ctx.t("%(name)s was saved.", name=self.form.values()["name"]), outcome)


class PriceDialog(FormDialog):
    """The price of a product from a quantity on."""

    def __init__(self, ctx: Context, of: PriceListRow, price: PriceRow | None, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(ctx, t("Edit price") if price else t("Add a price"), of.name, parent)
        self._list = of
        self._price = price
        self._product: uuid.UUID | None = price.product_id if price else None
        product = TextEdit(hint=t("Code, name or pinyin"))
        self.form.add("product", t("Product"), product, span=2, required=True)
        self.form.add("min_quantity", t("From quantity"), NumberEdit(t, "min_quantity", 4))
        label = t("Price in %(currency)s", currency=of.currency)
        self.form.add("unit_price", label, NumberEdit(t, "unit_price", 4), required=True)
        if price is None:
            product.textEdited.connect(lambda _text: self._forget())
            completer = Completer(ctx, product, line_source.products_like)
            completer.chosen.connect(self._choose)
            self.focus_on("product")
        else:
            values = {"product": f"{price.code} {price.name}", "min_quantity": price.min_quantity}
            self.form.set_values({**values, "unit_price": price.unit_price})
            product.setReadOnly(True)
            self.form.rows["min_quantity"].control.setEnabled(False)  # another quantity is another price
            self.focus_on("unit_price")

    def choose(self, product: ProductRow) -> None:
        """Take a product from the list of suggestions."""
        self._product = product.id
        self.form.set_values({"product": f"{product.code} {product.name}", "unit_price": product.list_price})

    def save(self) -> None:
        """Store the price; raises UserError for what is missing."""
        from desktop_crm.services import price_lists

        values = self.form.values()
        if self._product is None:
            raise UserError(
                N_("No product is chosen."), N_("Type some letters and choose from the list."), field="product"
            )
        if values["unit_price"] is None:
            raise UserError(N_("Please type a number."), field="unit_price")
        quantity = values["min_quantity"] or Decimal(0)
        self.ctx.tasks.write(
            price_lists.put_price,
            self._list.id,
            self._product,
            quantity,
            values["unit_price"],
            done=self._done,
            failed=self.refused,
            owner=self,
        )

    def _choose(self, suggestion: Suggestion) -> None:
        self.choose(suggestion.data)

    def _forget(self) -> None:
        self._product = None

    def _done(self, outcome: Outcome[uuid.UUID]) -> None:
        self.saved(self.ctx.t("The price is stored."), outcome)
