"""An order while it is typed, a new one or one to be changed: the head, the lines with their totals, the plan."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.orders.plan_editor import PlanEditor
from desktop_crm.ui.orders.reads import Choices, Prices, Saved, read_order, read_plan, read_prices, read_terms
from desktop_crm.ui.orders.sum_card import SumCard
from desktop_crm.ui.orders.typed import from_texts, to_texts
from desktop_crm.ui.page import Screen
from desktop_crm.ui.recovery import Recovery
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.completer import Completer, Suggestion
from desktop_crm.ui.widgets.edits import DateEdit, TextEdit
from desktop_crm.ui.widgets.followup_dialog import customers_like
from desktop_crm.ui.widgets.form import Form, combo
from desktop_crm.ui.widgets.labels import Card, Note
from desktop_crm.ui.widgets.line_grid import LineGrid
from desktop_crm.ui.widgets.line_source import Buyer
from desktop_crm.ui.widgets.payment_dialog import day_of
from desktop_crm.ui.widgets.site_box import SiteBox

if TYPE_CHECKING:
    from desktop_crm.services.document_lines import DraftLine
    from desktop_crm.services.orders import OrderHeader
    from desktop_crm.services.payment_plan import PlanPart
    from desktop_crm.services.terms import CustomerTerms
    from desktop_crm.store.database import Outcome
    from desktop_crm.ui.orders.page import OrdersPage

NO_DISCOUNT: dict[str, Any] = {"discount_percent": Decimal(0), "discount_amount": 0}
IN_SUMS = ("lines", "total", *NO_DISCOUNT)  # fields whose faults are said under the sums
TAXES = {
    "exclusive": N_("Tax is added"),
    "inclusive": N_("Prices include tax"),
    "untaxed": N_("No tax"),
}


class OrderEditor(Screen):
    """Save makes the order and gives its number, or changes ``order``; unsaved typing survives a crash."""

    def __init__(self, ctx: Context, page: OrdersPage, order: uuid.UUID | None = None) -> None:
        t = ctx.t
        super().__init__(ctx, t("Edit") if order else t("New order"))
        self.page = page
        self._order = order
        self._saved_order: Saved | None = None  # as it stood when it was opened
        self._head_before: dict[str, Any] = {}
        self._lines_before: list[DraftLine] = []
        self._clean = False  # saved: there is nothing to ask on leaving
        self._customer: uuid.UUID | None = None
        self._site = ""  # the name of the site typed before a crash
        self._prices = Prices(currency=t.home_currency)
        self.tool.add_back(ctx, t("Orders"), page)
        self.save_button = button(t("Save the order"), self.save, primary=True)
        self.save_button.setShortcut("Ctrl+S")
        self.tool.add(button(t("Cancel"), page.pop))
        self.tool.add(self.save_button)
        self.recovery = Recovery(f"{ctx.path}/order/{order or 'new'}", self)
        self.found = Note(ctx.theme, "warning")
        self.found.hide()
        self.form = self._form()
        self.grid = LineGrid(ctx, self._prices)
        self.grid.filler.only_items = True
        self.sums = SumCard(ctx)
        self.plan = PlanEditor(ctx)
        self._lay_out()
        self._connect()
        if order is None:
            ctx.tasks.read(read_prices, done=self._start, owner=self, slot="start")
        else:
            ctx.tasks.read(read_order, order, done=self._open, owner=self, slot="start")

    def _form(self) -> Form:
        t = self.ctx.t
        form = Form(self.ctx, columns=4)
        self.customer = TextEdit(hint=t("Name, phone, tax number, pinyin or zhuyin"))
        form.add("customer", t("Customer"), self.customer, span=2, required=True)
        form.add("project_name", t("Project name"), TextEdit(), span=2)
        form.add("ordered_on", t("Ordered on"), DateEdit(t, "ordered_on"), required=True)
        form.add("promised_on", t("Promised for"), DateEdit(t, "promised_on"))
        form.add("customer_reference", t("Customer's order no."), TextEdit())
        form.add("tax_mode", t("How it is taxed"), combo([(key, t(text)) for key, text in TAXES.items()]))
        self.site = SiteBox(self.ctx)
        form.add("site_id", t("Site"), self.site)
        form.add("payment_terms", t("Payment terms"), TextEdit())
        form.add("note", t("Note"), TextEdit(limit=2000), span=2)
        form.set_values({"ordered_on": clock.today()})
        grid = form.layout()
        assert isinstance(grid, QGridLayout)
        for place in range(4):
            grid.setColumnStretch(place, 1)
        for row in form.rows.values():  # long choices must not take the room of the dates beside them
            row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return form

    def _lay_out(self) -> None:
        theme = self.ctx.theme
        inner = QWidget()
        inner.setProperty("look", "page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(18), theme.px(14), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(14))
        lines = Card(theme)
        lines.body.setContentsMargins(1, theme.px(2), 1, theme.px(2))
        lines.body.addWidget(self.grid)
        sums = QHBoxLayout()
        sums.addStretch(1)
        sums.addWidget(self.sums)
        for widget in (self.found, self.form, lines):
            column.addWidget(widget)
        column.addLayout(sums)
        plan = Card(theme)
        plan.body.addWidget(self.plan)
        column.addWidget(plan)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inner)
        self.body.addWidget(self._area)

    def _connect(self) -> None:
        Completer(self.ctx, self.customer, customers_like).chosen.connect(self._choose)
        self.customer.textEdited.connect(lambda _text: self._forget_customer())
        self.form.changed.connect(self._edited)
        tax = self.form.rows["tax_mode"].control
        assert isinstance(tax, QComboBox)
        tax.currentIndexChanged.connect(lambda _place: self._reckon_with(tax_mode=tax.currentData()))
        self.sums.discount.textEdited.connect(lambda _text: self._edited())
        self.sums.discount.editingFinished.connect(self._take_discount)
        self.plan.edited.connect(self._edited)
        terms = self.form.rows["payment_terms"].control
        assert isinstance(terms, QLineEdit)
        terms.editingFinished.connect(self._propose_plan)
        self.grid.lines.edited.connect(self._edited)
        self.grid.lines.reckoned.connect(self._show_sums)
        self.grid.height_changed.connect(self._fit_grid)
        self._fit_grid()

    # -- customer and prices ---------------------------------------------------------------------

    def _start(self, prices: Prices) -> None:
        self.form.set_values({"tax_mode": prices.tax_mode})
        self._reckon_with(**asdict(prices))
        self.grid.filler.buyer = replace(self.grid.filler.buyer, currency=prices.currency)
        typed = self.recovery.found()
        if typed:
            self._restore(typed)
        self._propose_plan()
        QTimer.singleShot(0, self.customer, self.customer.setFocus)

    def _open(self, saved: Saved) -> None:
        """Show an order as it stands; customer and day are those of its number."""
        view, prices = saved.view, saved.prices
        self._saved_order = saved
        self.tool.set_title(self.ctx.t("Order %(number)s", number=view.number), view.number)
        self._customer = view.customer_id
        self.customer.setText(view.customer)
        self._show_sites(saved.sites)
        head = {name: getattr(view, name) for name in self.form.rows if name != "customer"}
        self.form.set_values({**head, "customer": view.customer})
        self._head_before = self.form.values()
        for name in ("customer", "ordered_on"):
            self.form.rows[name].control.setEnabled(False)
        language = saved.language or self.ctx.t.lang
        self.grid.filler.buyer = Buyer(view.customer_id, language, prices.currency, prices.rate)
        self._reckon_with(**asdict(prices))
        self.sums.discount.show_discount(prices.discount_percent, prices.discount_amount, prices.currency)
        self._lines_before = list(saved.lines)
        self.grid.lines.set_lines(saved.lines)
        self.plan.set_total(view.total, view.currency)
        self.plan.set_parts(saved.plan)
        if typed := self.recovery.found():
            self._restore(typed)
        QTimer.singleShot(0, self.grid, self.grid.setFocus)

    def _restore(self, typed: dict[str, Any]) -> None:
        self.form.set_texts({key: text for key, text in typed.items() if isinstance(text, str)})
        if typed.get("customer_id") and self._order is None:
            self._site = typed.get("site_id", "")
            self._choose(Suggestion(uuid.UUID(typed["customer_id"]), typed.get("customer", "")))
        self.sums.discount.setText(str(typed.get("discount", "")))
        self._take_discount()
        self.grid.lines.set_lines(from_texts(typed.get("lines")))
        if "plan" in typed:
            self.plan.set_parts(())
            self.plan.set_texts(typed["plan"])
        self.found.say("", self.ctx.t("This is what you had typed before the program ended. Save it or go back."))

    def _choose(self, chosen: Suggestion) -> None:
        self._customer = chosen.data
        self.customer.setText(chosen.text)
        self.form.clear_errors()
        self.ctx.tasks.read(read_terms, chosen.data, done=self._show_buyer, owner=self, slot="terms")
        self._edited()

    def _show_buyer(self, buyer: tuple[CustomerTerms, Choices]) -> None:
        """Their words, language and prices, and the sites they have."""
        terms, sites = buyer
        self._show_sites(sites)
        language = terms.language or self.ctx.t.lang
        self.grid.filler.buyer = Buyer(self._customer, language, self._prices.currency, self._prices.rate)
        for row in self.grid.lines.rows:
            self.grid.filler.follow(row.key)
        control = self.form.rows["payment_terms"].control
        if isinstance(control, TextEdit) and not control.isModified():
            control.setText(terms.payment_terms)
        self._propose_plan()

    def _show_sites(self, sites: Choices) -> None:
        assert self._customer is not None
        self.site.offer((self._customer, self.customer.text()), sites)
        if self._site:
            self.site.setCurrentText(self._site)
        self._site = ""

    def _propose_plan(self) -> None:
        """The plan its terms spell out, or the shop's usual one, until somebody types another; a saved one stays."""
        if not self.plan.touched and self._order is None:
            terms = self.form.texts()["payment_terms"]
            self.ctx.tasks.read(read_plan, terms, done=self._show_plan, owner=self, slot="plan")

    def _show_plan(self, parts: tuple[PlanPart, ...]) -> None:
        if not self.plan.touched:
            self.plan.set_parts(parts)

    def _forget_customer(self) -> None:
        self._customer = None

    def _reckon_with(self, **changes: Any) -> None:
        prices = replace(self._prices, **changes)
        if prices != self._prices:
            self._prices = prices
            self.grid.lines.set_terms(prices)

    def _take_discount(self) -> None:
        """Reckon with the discount on the whole; what is none is said under the sums."""
        try:
            self._take_typed_discount()
        except UserError as error:
            self.sums.say(self.ctx.t.error(error))

    def _show_sums(self) -> None:
        lines = self.grid.lines
        self.sums.show_totals(lines.totals if lines.rows else None, self._prices.currency)
        self.plan.set_total(lines.totals.total if lines.rows and lines.totals else 0, self._prices.currency)
        self.sums.say(self.ctx.t.error(lines.fault) if lines.fault is not None else "")

    def _fit_grid(self) -> None:
        self.grid.setFixedHeight(self.grid.full_height())

    # -- keeping and saving ----------------------------------------------------------------------

    def _edited(self) -> None:
        typed: dict[str, Any] = dict(self.form.texts())
        typed["customer_id"] = str(self._customer or "")
        typed["discount"] = self.sums.discount.text()
        typed["lines"] = to_texts(self.grid.lines.lines)
        if self.plan.touched:
            typed["plan"] = self.plan.texts()
        self.recovery.keep(typed)

    def _dirty(self) -> bool:
        if self._clean:
            return False
        prices = self._saved_order.prices if self._saved_order else replace(self._prices, **NO_DISCOUNT)
        discounted = (self._prices.discount_percent, self._prices.discount_amount) != (
            prices.discount_percent,
            prices.discount_amount,
        )
        return self.form.dirty or self.grid.lines.lines != self._lines_before or self.plan.touched or discounted

    def save(self) -> None:
        """Take the order, or change it; back in the list it is selected."""
        from desktop_crm.services import order_changes, orders

        self.grid.setFocus()  # takes over what is being typed
        try:
            self._take_typed_discount()
            lines, plan = self._lines(), self.plan.parts()
            if self._customer is None:
                raise UserError(
                    N_("No customer is chosen."), N_("Type some letters and choose from the list."), field="customer"
                )
            if self._saved_order is not None:
                values = self._changed(self._saved_order)
                what: tuple[Any, ...] = (order_changes.change, self._order, lines, values, plan)
            else:
                what = (orders.create, self._customer, lines, self._header(), plan)
        except UserError as error:
            self._refused(error)
            return
        self.ctx.tasks.write(*what, done=self._saved, failed=self._refused, owner=self)

    def _take_typed_discount(self) -> None:
        percent, amount = self.sums.discount.typed(self._prices.currency)
        self._reckon_with(discount_percent=percent, discount_amount=amount)

    def _changed(self, saved: Saved) -> dict[str, Any]:
        """What of head and prices is another than before; raises UserError."""
        typed = self.form.values()
        values = {name: value for name, value in typed.items() if value != self._head_before[name]}
        for name in NO_DISCOUNT:
            if getattr(self._prices, name) != getattr(saved.prices, name):
                values[name] = getattr(self._prices, name)
        return values

    def _header(self) -> OrderHeader:
        from desktop_crm.services.orders import OrderHeader

        typed = self.form.values()
        return OrderHeader(
            ordered_on=day_of(typed["ordered_on"], "ordered_on"),
            promised_on=typed["promised_on"],
            project_name=typed["project_name"],
            customer_reference=typed["customer_reference"],
            site_id=typed["site_id"],
            payment_terms=typed["payment_terms"] or None,
            note=typed["note"],
            currency=self._prices.currency,
            tax_mode=typed["tax_mode"],
            tax_percent=self._prices.tax_percent,
            discount_percent=self._prices.discount_percent,
            discount_amount=self._prices.discount_amount,
        )

    def _lines(self) -> list[DraftLine]:
        """The lines; an order has neither options nor sections. Raises UserError with the row."""
        lines = self.grid.lines.lines
        for row, line in enumerate(lines, start=1):
            if line.kind != "item":
                raise UserError(
                    N_("Row %(row)s is no line to be paid for."),
                    N_("Make it one with F6, or delete it."),
                    field="name",
                    row=row,
                )
        return lines

    def _saved(self, outcome: Outcome[uuid.UUID]) -> None:
        self.recovery.forget()
        page, t, saved = self.page, self.ctx.t, self._saved_order
        self._clean = True
        page.pop()
        if saved is None:
            page.show_new(outcome.result)
            self.ctx.toast(t("The order is saved."))
        else:
            page.open_record("customer_order", outcome.result)
            self.ctx.toast(t("%(name)s was saved.", name=saved.view.number), outcome.changed.batch_id)

    def _refused(self, error: BaseException) -> None:
        if self.form.show_error(error):
            return
        if isinstance(error, UserError) and error.field == "plan":
            self.plan.say(error)
            self._area.ensureWidgetVisible(self.plan.said)
        elif isinstance(error, UserError) and ("row" in error.params or error.field in IN_SUMS):
            self.sums.say(self.ctx.t.error(error))
            self._area.ensureWidgetVisible(self.sums)
            row = error.params.get("row")
            if isinstance(row, int):
                self.grid.show_fault(row, error.field)
        else:
            self.ctx.tasks.failure.emit(error)

    def may_leave(self) -> bool:
        """Ask once when something was typed and not saved."""
        t = self.ctx.t
        if self._dirty() and not confirm(
            self.ctx, t("The order is not saved."), t("Go back without saving?"), t("Discard"), self
        ):
            return False
        self.recovery.forget()
        return True
