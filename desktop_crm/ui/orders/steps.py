"""What can be done with an order from its card: the dialogs, the questions asked first, the writes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.orders.dialogs import AcceptDialog, DeliverDialog, DetailsDialog
from desktop_crm.ui.widgets.payment_dialog import PaymentDialog

if TYPE_CHECKING:
    from desktop_crm.services.order_view import OrderView
    from desktop_crm.store.database import Outcome

CHEQUE_SAID = {
    "deposited": N_("The cheque is at the bank."),
    "cleared": N_("The cheque cleared."),
    "bounced": N_("The cheque bounced; its orders owe the money again."),
}
# verb of the card -> action of the order that must be possible, and its dialog
DIALOGS: dict[str, tuple[str, Callable[[Context, OrderView, QWidget], QDialog]]] = {
    "receive": ("receive", PaymentDialog),
    "deliver": ("deliver", DeliverDialog),
    "accept": ("accept", AcceptDialog),
    "edit": ("update", DetailsDialog),
}


class OrderSteps:
    """``dialog`` is the last one opened; ``page`` owns it and the writes."""

    def __init__(self, ctx: Context, page: QWidget) -> None:
        self.dialog: QDialog | None = None
        self._ctx = ctx
        self._page = page

    def do(self, verb: str, view: OrderView) -> None:
        """Do ``verb`` with an order, if it is possible now."""
        from desktop_crm.services import deliveries

        if verb in DIALOGS:
            action, make = DIALOGS[verb]
            if action in view.actions:
                self.dialog = make(self._ctx, view, self._page)
                self.dialog.open()
        elif verb == "use_deposit":
            self._use_deposit(view)
        elif verb == "cancel_acceptance" and verb in view.actions:
            self._write(deliveries.cancel_acceptance, view.id, said=self._ctx.t("The acceptance is cancelled."))
        elif verb == "cancel" and verb in view.actions:
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

    def cancel_delivery(self, delivery: uuid.UUID) -> None:
        """Take a delivery back after asking."""
        from desktop_crm.services import deliveries

        t = self._ctx.t
        if self._sure(t("The delivery is taken back."), t("Its quantities are open again."), t("Cancel the delivery")):
            self._write(deliveries.cancel_delivery, delivery, said=t("The delivery is cancelled."))

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
