"""Who gets the money: how a payment is spread over orders, and deposits used for an order."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Order
from desktop_crm.services import payment_list, payments
from desktop_crm.services.records import fetch


@needs(Permission.MONEY)
def use(session: Session, order_id: uuid.UUID) -> int:
    """Settle an order with the deposits of its customer, the oldest first; returns how much was used.

    Raises UserError when the order cannot be paid any more.
    """
    order = fetch(session, Order, order_id)
    used = 0
    for row in payment_list.deposits(session, order.customer_id):
        share = min(row.free, order.total - order.paid)
        if share > 0 and row.currency == order.currency:
            payments.allocate(session, row.id, {order_id: share})
            used += share
    return used
