"""The form of one product, in a small window."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.products import ProductRow, Words
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
        own = [name for name in self.form.rows if ":" not in name]
        start: dict[str, Any] = {name: getattr(row, name) for name in own} if row else dict(values or {})
        self.form.set_values(start)
        self.form.rows["cost"].setVisible(not ctx.customer_view.on)
        self.focus_on("name")
        ctx.tasks.read(_words, self._record, done=self._show_words, owner=self, slot="words")

    def _show_words(self, words: Words) -> None:
        """Offer the shop's units, and fields for the languages it does not name its products in."""
        typed, dirty = self.unit.currentText(), self.form.dirty
        self.unit.blockSignals(True)
        self.unit.addItems(words.units)
        self.unit.setCurrentText(typed)
        self.unit.blockSignals(False)
        for language in LANGUAGES:
            for field in ("name", "specification"):
                row = self.form.rows[f"{field}:{language}"]
                row.setVisible(language != words.language)
                assert isinstance(row.control, TextEdit)
                if not row.control.isModified():
                    row.control.setText(words.wordings.get(language, {}).get(field, ""))
                    row.control.setCursorPosition(0)  # a long text shows its beginning
        self.form.dirty = dirty

    def _add_fields(self, *, is_new: bool) -> None:
        t, add = self.ctx.t, self.form.add
        add("name", t("Name"), TextEdit(), span=2, required=True)
        add("code", t("Code"), TextEdit(hint=t("given when saved") if is_new else "", limit=40))
        add("is_work", t("Goods or work"), combo([(False, t("Goods")), (True, t("Work"))]))
        add("specification", t("Specification"), TextEdit(), span=2)
        add("category", t("Category"), TextEdit(limit=100))
        self.unit = combo([], editable=True)
        add("unit", t("Unit"), self.unit)
        add("list_price", t("List price"), NumberEdit(t, "list_price", 4))
        add("cost", t("Cost"), NumberEdit(t, "cost", 4))
        add("tax_kind", t("Tax kind"), combo([(key, t(text)) for key, text in TAX_KINDS.items()]))
        add("warranty_months", t("Warranty in months"), NumberEdit(t, "warranty_months"))
        made = [(False, t("No card")), (True, t("A card for each piece delivered"))]
        add("makes_equipment", t("Equipment at the customer"), combo(made))
        add("inspection_months", t("Inspection every ... months"), NumberEdit(t, "inspection_months"))
        for language, tongue in LANGUAGES.items():  # which of them the shop's own is, is read first
            for field, label in (
                ("name", N_("Name (%(language)s)")),
                ("specification", N_("Specification (%(language)s)")),
            ):
                add(f"{field}:{language}", t(label, language=tongue), TextEdit(limit=300)).hide()

    def save(self) -> None:
        """Store the product; a wrong field is said at the field."""
        from desktop_crm.services import products

        values = self.form.values()
        values |= {name: values[name] or Decimal(0) for name in ("list_price", *MONTHS)}
        values["wordings"] = self._wordings(values)
        if self._record is None:
            self.ctx.tasks.write(products.create, values, done=self._done, failed=self.refused, owner=self)
            return
        if not values["code"]:
            del values["code"]  # a product keeps the code it has
        self.ctx.tasks.write(products.update, self._record, values, done=self._done, failed=self.refused, owner=self)

    def _wordings(self, values: dict[str, Any]) -> dict[str, dict[str, str]]:
        """What is said in other languages, taken out of the values of the product itself."""
        said: dict[str, dict[str, str]] = {}
        for name in [name for name in values if ":" in name]:
            field, _, language = name.partition(":")
            text = values.pop(name)
            if not self.form.rows[name].isHidden():
                said.setdefault(language, {})[field] = text
        return said

    def _done(self, outcome: Outcome[uuid.UUID]) -> None:
        self.saved(self.ctx.t("%(name)s was saved.", name=self.form.values()["name"]), outcome)
        self.stored.emit(outcome.result)


def _words(session: Session, product: uuid.UUID | None) -> Words:
    from desktop_crm.services import products

    return products.words(session, product)
