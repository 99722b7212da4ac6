"""Who gets the money: how a payment is spread over orders, and deposits used for an order."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Order
from desktop_crm.services import payment_list, payments
from desktop_crm.services.receivables import OpenItem
from desktop_crm.services.records import fetch


def propose(
    items: Sequence[OpenItem], amount: int, currency: str, first: uuid.UUID | None = None
) -> dict[uuid.UUID, int]:
    """How ``amount`` (minor units of ``currency``) settles ``items``: the order ``first``, then as they stand.

    What is left over stays a deposit; orders that get nothing are left out.
    """
    shares: dict[uuid.UUID, int] = {}
    left = amount
    for item in sorted(items, key=lambda item: item.order_id != first):
        share = min(item.balance, left)
        if share > 0 and item.currency == currency:
            shares[item.order_id] = shares.get(item.order_id, 0) + share
            left -= share
    return shares


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
