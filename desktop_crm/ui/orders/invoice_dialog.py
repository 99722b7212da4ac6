"""Noting an invoice or receipt that was issued elsewhere, or an allowance on one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.rounding import divide_half_up
from desktop_crm.core.titles import INVOICE_KINDS
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.dialogs import about
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import Note
from desktop_crm.ui.widgets.payment_dialog import day_of

if TYPE_CHECKING:
    from desktop_crm.services.invoices import InvoiceForm, InvoiceRow
    from desktop_crm.ui.orders.card_data import CardData


class InvoiceDialog(FormDialog):
    """Proposes what is not invoiced yet; with ``invoice`` it notes an allowance on that one."""

    def __init__(self, ctx: Context, data: CardData, parent: QWidget, invoice: InvoiceRow | None = None) -> None:
        t = ctx.t
        title = t("Note an allowance") if invoice else t("Note an invoice")
        what = f"{invoice.number} · {about(data.view)}" if invoice else about(data.view)
        super().__init__(ctx, title, what, parent)
        self._view = data.view
        self._invoice = invoice
        self._add_fields()
        self._sum = Note(ctx.theme)
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(box.count() - 1, self._sum)
        self._propose(data)
        self._tax_follows()
        self.form.changed.connect(self._say_sum)
        self._say_sum()
        self.focus_on("number")

    def _add_fields(self) -> None:
        from desktop_crm.core.currencies import currency

        t, form = self.ctx.t, self.form
        digits = currency(self._view.currency).digits
        form.add("number", t("Allowance no.") if self._invoice else t("Invoice no."), TextEdit(limit=40), required=True)
        form.add("issued_on", t("Issued on"), DateEdit(t, "issued_on"), required=True)
        if self._invoice is None:
            kinds = [(key, t(text)) for key, text in INVOICE_KINDS.items() if key not in ("allowance", "invoice")]
            kind: QComboBox = combo(kinds)
            form.add("kind", t("Kind of invoice"), kind)
            form.add("buyer_tax_number", t("Buyer's tax no."), TextEdit(limit=30))
        form.add("net", t("Sales amount"), NumberEdit(t, "net", digits), required=True)
        form.add("tax", t("Tax amount"), NumberEdit(t, "tax", digits))

    def _propose(self, data: CardData) -> None:
        from desktop_crm.core.currencies import to_major
        from desktop_crm.services import invoices

        view, one = data.view, self._invoice
        values: dict[str, object] = {"issued_on": clock.today()}
        if one is None:
            net, tax = invoices.tax_in(view.total, view.net, view.tax, data.not_invoiced)
            last = next((row for row in reversed(data.invoices) if row.kind not in ("allowance", "invoice")), None)
            firm = "triplicate" if data.tax_number else "duplicate"
            values |= {"kind": last.kind if last else firm, "buyer_tax_number": data.tax_number}
        else:
            net, tax = invoices.tax_in(one.total, one.net, one.tax, one.left)
            count = sum(row.allowance_of == one.number for row in data.invoices)
            values["number"] = f"{one.number}-{count + 1}"
        values |= {"net": to_major(net, view.currency), "tax": to_major(tax, view.currency)}
        self.form.set_values(values)

    def _tax_follows(self) -> None:
        """While the net amount is typed the tax keeps its proportion, until it is typed itself."""
        net, tax = self.form.rows["net"].control, self.form.rows["tax"].control
        assert isinstance(net, NumberEdit)
        assert isinstance(tax, NumberEdit)
        whole = self._invoice or self._view
        follow = net.edited.connect(lambda: self._set_tax(tax, whole.net, whole.tax))
        tax.edited.connect(lambda: net.edited.disconnect(follow), Qt.ConnectionType.SingleShotConnection)

    def _set_tax(self, control: NumberEdit, net: int, tax: int) -> None:
        from desktop_crm.core.currencies import to_major

        try:
            typed = self._amount("net")
        except UserError:
            return
        if net:
            control.set_value(to_major(divide_half_up(typed * tax, net), self._view.currency))

    def _amount(self, name: str) -> int:
        from desktop_crm.core.currencies import to_minor

        control = self.form.rows[name].control
        assert isinstance(control, NumberEdit)
        return to_minor(control.value() or Decimal(0), self._view.currency)

    def _say_sum(self) -> None:
        t = self.ctx.t
        try:
            total = self._amount("net") + self._amount("tax")
        except UserError:
            self._sum.say("", "")
            return
        self._sum.say("", t("With tax %(amount)s", amount=t.price(total, self._view.currency)))

    def save(self) -> None:
        """Note it."""
        from desktop_crm.services import invoices

        form, said = self._form(), self.ctx.t("%(number)s is noted.", number=self.form.values()["number"].upper())
        function, key = (
            (invoices.allow, self._invoice.id) if self._invoice is not None else (invoices.record, self._view.id)
        )
        self.ctx.tasks.write(
            function, key, form, done=lambda _outcome: self._done(said), failed=self.refused, owner=self
        )

    def _form(self) -> InvoiceForm:
        from desktop_crm.services.invoices import InvoiceForm

        typed = self.form.values()
        return InvoiceForm(
            typed["number"],
            typed.get("kind", "allowance"),
            day_of(typed["issued_on"], "issued_on"),
            self._amount("net"),
            self._amount("tax"),
            typed.get("buyer_tax_number", self._invoice.buyer_tax_number if self._invoice else ""),
        )

    def _done(self, said: str) -> None:
        """A number was given: it is voided, not undone."""
        self.accept()
        self.ctx.toast(said)
