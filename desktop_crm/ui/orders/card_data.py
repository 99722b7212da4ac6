"""Everything the card of an order shows, read at once in the read lane."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.history import HistoryRow
    from desktop_crm.services.instalments import InstalmentRow
    from desktop_crm.services.invoices import InvoiceRow
    from desktop_crm.services.order_view import OrderView
    from desktop_crm.services.payment_list import PaymentRow


class CardData(NamedTuple):
    """An order with its plan, invoices and history; ``loose`` are the customer's deposits and bounced cheques."""

    view: OrderView
    plan: list[InstalmentRow]
    invoices: list[InvoiceRow]
    loose: list[PaymentRow]
    history: list[HistoryRow]
    tax_number: str  # of the buyer

    @property
    def deposit(self) -> int:
        """What of the customer's deposits can settle this order."""
        free = sum(row.free for row in self.loose if row.currency == self.view.currency)
        return min(free, self.view.balance) if "receive" in self.view.actions else 0

    @property
    def not_invoiced(self) -> int:
        """What of the order no standing invoice covers."""
        invoiced = sum(row.total for row in self.invoices if row.voided_on is None)
        return max(self.view.total - invoiced, 0) if self.view.state != "cancelled" else 0

    @property
    def next_part(self) -> InstalmentRow | None:
        """The part of the plan that is to be paid next."""
        return next((row for row in self.plan if row.open > 0), None)


def read(session: Session, order_id: uuid.UUID) -> CardData:
    """For the read lane."""
    from desktop_crm.models import Customer
    from desktop_crm.services import history, instalments, invoices, order_view, payment_list
    from desktop_crm.services.records import fetch

    view = order_view.load(session, order_id)
    every = payment_list.of_customer(session, view.customer_id)
    loose = [row for row in every if row.free > 0 or (row.cheque_state == "bounced" and not row.is_cancelled)]
    plan = instalments.of_order(session, order_id, view.payments)
    told = history.of_record(session, "customer_order", order_id)
    buyer = fetch(session, Customer, view.customer_id)
    return CardData(view, plan, invoices.of_order(session, order_id), loose, told, buyer.tax_number)
