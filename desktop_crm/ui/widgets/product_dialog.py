"""The form of one product, in a small window."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from desktop_crm.services.products import ProductRow
    from desktop_crm.store.database import Outcome

TAX_KINDS = {"taxable": N_("Taxable"), "zero_rated": N_("Zero-rated"), "exempt": N_("Tax-exempt")}
MONTHS = ("warranty_months", "inspection_months")


class ProductDialog(FormDialog):
    """Add a product, starting from ``values``, or edit ``row``; ``stored`` gives its key."""

    stored = Signal(object)

    def __init__(
        self, ctx: Context, row: ProductRow | None, parent: QWidget, values: Mapping[str, Any] | None = None
    ) -> None:
        t = ctx.t
        about = t("Quotations and orders take over name, unit and price; documents keep what they say.")
        super().__init__(ctx, t("Edit product") if row else t("Add a product"), about, parent)
        self._record: uuid.UUID | None = row.id if row else None
        self._add_fields(is_new=row is None)
        start: dict[str, Any] = {name: getattr(row, name) for name in self.form.rows} if row else dict(values or {})
        self.form.set_values(start)
        self.form.rows["cost"].setVisible(not ctx.customer_view.on)
        self.focus_on("name")

    def _add_fields(self, *, is_new: bool) -> None:
        t, add = self.ctx.t, self.form.add
        add("name", t("Name"), TextEdit(), span=2, required=True)
        add("code", t("Code"), TextEdit(hint=t("given when saved") if is_new else "", limit=40))
        add("is_work", t("Goods or work"), combo([(False, t("Goods")), (True, t("Work"))]))
        add("specification", t("Specification"), TextEdit(), span=2)
        add("category", t("Category"), TextEdit(limit=100))
        add("unit", t("Unit"), TextEdit(limit=20))
        add("list_price", t("List price"), NumberEdit(t, "list_price", 4))
        add("cost", t("Cost"), NumberEdit(t, "cost", 4))
        add("tax_kind", t("Tax kind"), combo([(key, t(text)) for key, text in TAX_KINDS.items()]))
        add("warranty_months", t("Warranty in months"), NumberEdit(t, "warranty_months"))
        made = [(False, t("No card")), (True, t("A card for each piece delivered"))]
        add("makes_equipment", t("Equipment at the customer"), combo(made))
        add("inspection_months", t("Inspection every ... months"), NumberEdit(t, "inspection_months"))

    def save(self) -> None:
        """Store the product; a wrong field is said at the field."""
        from desktop_crm.services import products

        values = self.form.values()
        values |= {name: values[name] or Decimal(0) for name in ("list_price", *MONTHS)}
        if self._record is None:
            self.ctx.tasks.write(products.create, values, done=self._done, failed=self.refused, owner=self)
            return
        if not values["code"]:
            del values["code"]  # a product keeps the code it has
        self.ctx.tasks.write(products.update, self._record, values, done=self._done, failed=self.refused, owner=self)

    def _done(self, outcome: Outcome[uuid.UUID]) -> None:
        self.saved(self.ctx.t("%(name)s was saved.", name=self.form.values()["name"]), outcome)
        self.stored.emit(outcome.result)
