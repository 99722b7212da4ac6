"""What can be done with an order from its card: the dialogs, the questions asked first, the writes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.orders.dialogs import AcceptDialog, DeliverDialog, DetailsDialog
from desktop_crm.ui.orders.invoice_dialog import InvoiceDialog
from desktop_crm.ui.orders.papers import Papers
from desktop_crm.ui.orders.plan_dialog import PlanDialog
from desktop_crm.ui.page import Page
from desktop_crm.ui.widgets.payment_dialog import PaymentDialog

if TYPE_CHECKING:
    from desktop_crm.services.order_view import OrderView
    from desktop_crm.store.database import Outcome
    from desktop_crm.ui.orders.card_data import CardData

CHEQUE_SAID = {
    "deposited": N_("The cheque is at the bank."),
    "cleared": N_("The cheque cleared."),
    "bounced": N_("The cheque bounced; its orders owe the money again."),
}
# action that is not possible now -> why
WHY_NOT = {
    "receive": N_("This order owes nothing."),
    "deliver": N_("There is nothing left to deliver."),
    "accept": N_("Sign-off comes once, after everything is delivered."),
    "update": N_("A closed or cancelled order is not changed any more."),
    "cancel": N_("An order that is paid or delivered in part cannot be cancelled."),
    "cancel_acceptance": N_("This order is not signed off."),
    "invoice": N_("A cancelled order gets no invoice."),
}
ACTION_OF = {"lines": "update"}  # the editor of an order is opened by the page
# verb of the card -> action of the order that must be possible, and its dialog
DIALOGS: dict[str, tuple[str, Callable[[Context, CardData, Page], QDialog]]] = {
    "receive": ("receive", lambda ctx, data, page: PaymentDialog(ctx, data.view, page, plan=data.plan)),
    "receive_part": (
        "receive",
        lambda ctx, data, page: PaymentDialog(ctx, data.view, page, _next_amount(data), data.plan),
    ),
    "deliver": ("deliver", lambda ctx, data, page: DeliverDialog(ctx, data.view, page)),
    "accept": ("accept", lambda ctx, data, page: AcceptDialog(ctx, data.view, page)),
    "edit": ("update", lambda ctx, data, page: DetailsDialog(ctx, data.view, page, planned=bool(data.plan))),
    "plan": ("update", PlanDialog),
    "invoice": ("invoice", InvoiceDialog),
}


def _next_amount(data: CardData) -> int:
    return min(data.next_part.open, data.view.balance) if data.next_part is not None else 0


class OrderSteps:
    """``dialog`` is the last one opened; ``page`` owns it and the writes."""

    def __init__(self, ctx: Context, page: Page) -> None:
        self.dialog: QDialog | None = None
        self.papers = Papers(ctx, page)
        self._ctx = ctx
        self._page = page

    def do(self, verb: str, data: CardData) -> None:
        """Do ``verb`` with an order, or say why that is not possible now."""
        from desktop_crm.services import deliveries

        view = data.view
        action = DIALOGS[verb][0] if verb in DIALOGS else ACTION_OF.get(verb, verb)
        if action in WHY_NOT and action not in view.actions:
            self._ctx.toast(self._ctx.t(WHY_NOT[action]))
        elif verb in DIALOGS:
            self._open(DIALOGS[verb][1](self._ctx, data, self._page))
        elif verb == "use_deposit":
            self._use_deposit(view)
        elif verb == "confirmation":
            self.papers.show_confirmation(view.id)
        elif verb == "statement":
            self.papers.ask_statement(view.customer_id)
        elif verb == "cancel_acceptance":
            self._write(deliveries.cancel_acceptance, view.id, said=self._ctx.t("The acceptance is cancelled."))
        elif verb == "cancel":
            self._cancel(view)

    def change_payment(self, verb: str, payment: uuid.UUID, view: OrderView) -> None:
        """Move a cheque along, take a payment off the order, or cancel it after asking."""
        from desktop_crm.services import payments

        t = self._ctx.t
        if verb in CHEQUE_SAID:
            self._write(payments.set_cheque_state, payment, verb, said=t(CHEQUE_SAID[verb]))
        elif verb == "release":
            self._write(payments.release, payment, view.id, said=t("The money is a deposit now."))
        elif self._sure(t("The payment is taken back."), t("Its orders owe the money again."), t("Cancel the payment")):
            self._write(payments.cancel_payment, payment, said=t("The payment is cancelled."))

    def change_delivery(self, verb: str, delivery: uuid.UUID) -> None:
        """Show the note of a delivery, or take it back after asking."""
        from desktop_crm.services import deliveries

        t = self._ctx.t
        if verb != "cancel_delivery":
            self.papers.show_delivery(delivery, priced=verb == "priced_note")
        elif self._sure(
            t("The delivery is taken back."), t("Its quantities are open again."), t("Cancel the delivery")
        ):
            self._write(deliveries.cancel_delivery, delivery, said=t("The delivery is cancelled."))

    def change_invoice(self, verb: str, invoice: uuid.UUID, data: CardData) -> None:
        """Note an allowance on an invoice, or void it after asking."""
        from desktop_crm.services import invoices

        t = self._ctx.t
        row = next(one for one in data.invoices if one.id == invoice)
        if verb == "allow":
            self._open(InvoiceDialog(self._ctx, data, self._page, row))
            return
        what = t("%(number)s becomes void.", number=row.number)
        if self._sure(what, t("Its number stays used; the order can be invoiced again."), t("Void it")):
            self._write(invoices.void, invoice, said=t("%(number)s is void.", number=row.number))

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.open()

    def _cancel(self, view: OrderView) -> None:
        from desktop_crm.services import orders

        t = self._ctx.t
        what = t("Order %(number)s is cancelled.", number=view.number)
        advice = t("Its number stays used. A cancelled order cannot be opened again.")
        if self._sure(what, advice, t("Cancel the order")):
            self._write(orders.cancel, view.id, said=what)

    def _use_deposit(self, view: OrderView) -> None:
        from desktop_crm.services import deposits

        def done(outcome: Outcome[int]) -> None:
            amount = self._ctx.t.price(outcome.result, view.currency)
            self._ctx.toast(self._ctx.t("Used a deposit of %(amount)s.", amount=amount), outcome.changed.batch_id)

        self._ctx.tasks.write(deposits.use, view.id, done=done, owner=self._page)

    def _sure(self, what: str, advice: str, yes: str) -> bool:
        return confirm(self._ctx, what, advice, yes, self._page)

    def _write(self, function: Callable[..., object], *args: object, said: str) -> None:
        """One write that gives out no number, so that it can be undone from the toast."""
        self._ctx.tasks.write(
            function, *args, done=lambda outcome: self._ctx.toast(said, outcome.changed.batch_id), owner=self._page
        )
