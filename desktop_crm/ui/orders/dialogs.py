"""What is asked before an order is delivered, accepted or changed."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import ElidedLabel, Label
from desktop_crm.ui.widgets.payment_dialog import day_of

if TYPE_CHECKING:
    from desktop_crm.services.order_view import OrderLineRow, OrderView

DETAILS = ("project_name", "customer_reference", "promised_on", "due_on", "payment_terms", "note")
VISIBLE = 8  # lines before the list scrolls


def about(view: OrderView) -> str:
    """Which order a dialog is about."""
    return " · ".join(part for part in (view.number, view.customer, view.project_name) if part)


class DeliverDialog(FormDialog):
    """How much of each open line is handed over; everything to begin with."""

    def __init__(self, ctx: Context, view: OrderView, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(ctx, t("Deliver"), about(view), parent)
        self._view = view
        self.open_lines = [line for line in view.lines if line.open]
        self.quantities: dict[uuid.UUID, NumberEdit] = {}
        self.form.add("on", t("Delivered on"), DateEdit(t, "on"), required=True)
        self.form.add("received_by", t("Received by"), TextEdit())
        self.form.add("note", t("Note"), TextEdit(), span=2)
        self.form.set_values({"on": clock.today()})
        self._error = Label("", "error", wrap=True)
        self._error.hide()
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        place = box.count() - 1
        box.insertLayout(place, self._lines_head())
        box.insertWidget(place + 1, self._lines())
        box.insertWidget(place + 2, self._error)
        self._save.setText(t("Deliver"))
        self.fill(everything=True)
        self.focus_on("on")

    def _lines_head(self) -> QHBoxLayout:
        t = self.ctx.t
        row = QHBoxLayout()
        row.addWidget(Label(t("Quantities"), "heading"))
        row.addStretch(1)
        row.addWidget(button(t("All open"), lambda: self.fill(everything=True)))
        row.addWidget(button(t("None"), lambda: self.fill(everything=False)))
        return row

    def _lines(self) -> QScrollArea:
        px = self.ctx.theme.px
        inner = QWidget()
        inner.setProperty("look", "clear")
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, px(4) if len(self.open_lines) > VISIBLE else 0, 0)
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(0, 1)
        for row, one in enumerate(self.open_lines):
            self._add_line(grid, row, one)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setFixedHeight(min(len(self.open_lines), VISIBLE) * px(40) + px(2))
        return area

    def _add_line(self, grid: QGridLayout, row: int, one: OrderLineRow) -> None:
        t = self.ctx.t
        edit = NumberEdit(t, "quantity", 4)
        edit.setFixedWidth(self.ctx.theme.px(96))
        edit.setAccessibleName(one.name)
        grid.addWidget(ElidedLabel(one.name), row, 0)
        still = t("%(quantity)s open", quantity=t.number(one.open, 4))
        grid.addWidget(Label(f"{still} {one.unit}".rstrip(), "small"), row, 1)
        grid.addWidget(edit, row, 2)
        self.quantities[one.id] = edit

    def fill(self, *, everything: bool) -> None:
        """Propose all that is open, or nothing."""
        for one in self.open_lines:
            self.quantities[one.id].set_value(one.open if everything else Decimal(0))

    def save(self) -> None:
        """Hand it over."""
        from desktop_crm.services import deliveries

        self._error.hide()
        typed = self.form.values()
        values = {key: edit.value() for key, edit in self.quantities.items()}
        self.ctx.tasks.write(
            deliveries.deliver,
            self._view.id,
            day_of(typed["on"], "on"),
            {key: value for key, value in values.items() if value},
            typed["received_by"],
            typed["note"],
            done=lambda _outcome: self._done(),
            failed=self.refused,
            owner=self,
        )

    def _done(self) -> None:
        """A delivery has a number: it is cancelled, not undone."""
        self.accept()
        self.ctx.toast(self.ctx.t("The delivery of %(number)s is noted.", number=self._view.number))

    def refused(self, error: BaseException) -> None:
        if isinstance(error, UserError) and error.field == "quantity":
            self._error.setText(self.ctx.t.error(error))
            self._error.show()
        else:
            super().refused(error)


class AcceptDialog(FormDialog):
    """When the customer signed, and who."""

    def __init__(self, ctx: Context, view: OrderView, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(ctx, t("The customer accepts the delivery"), about(view), parent)
        self._view = view
        self.form.add("on", t("Accepted on"), DateEdit(t, "on"), required=True)
        self.form.add("accepted_by", t("Signed by"), TextEdit())
        self.form.set_values({"on": clock.today()})
        self._save.setText(t("Sign off"))
        self.focus_on("on")

    def save(self) -> None:
        """Note the signature."""
        from desktop_crm.services import deliveries

        typed = self.form.values()
        said = self.ctx.t("%(number)s is accepted.", number=self._view.number)
        self.ctx.tasks.write(
            deliveries.accept,
            self._view.id,
            day_of(typed["on"], "on"),
            typed["accepted_by"],
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )


class DetailsDialog(FormDialog):
    """What may still be changed about an open order; one with a payment plan is due when its parts are."""

    def __init__(self, ctx: Context, view: OrderView, parent: QWidget, *, planned: bool = False) -> None:
        t = ctx.t
        super().__init__(ctx, t("Change details"), about(view), parent)
        self._view = view
        self.form.add("project_name", t("Project name"), TextEdit())
        self.form.add("customer_reference", t("Customer's order no."), TextEdit())
        self.form.add("promised_on", t("Promised for"), DateEdit(t, "promised_on"))
        if not planned:
            self.form.add("due_on", t("Payment due on"), DateEdit(t, "due_on"))
        self.form.add("payment_terms", t("Payment terms"), TextEdit(), span=2)
        note = QPlainTextEdit()
        note.setTabChangesFocus(True)
        note.setFixedHeight(ctx.theme.px(70))
        self.form.add("note", t("Note"), note, span=2)
        self.form.set_values({name: getattr(view, name) for name in DETAILS})
        self.focus_on("project_name")

    def save(self) -> None:
        """Write what was changed."""
        from desktop_crm.services import orders

        typed = self.form.values()
        changed = {name: typed[name] for name in typed if typed[name] != getattr(self._view, name)}
        if not changed:
            self.accept()
            return
        said = self.ctx.t("%(name)s was saved.", name=self._view.number)
        self.ctx.tasks.write(
            orders.update,
            self._view.id,
            changed,
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )
