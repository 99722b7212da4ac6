"""Reading the payment plan of an order: what each part comes to and which payment filled it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import Instalment
from desktop_crm.services.payment_list import PaymentRow


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """A part of the plan; ``payment`` is the one that filled it, None while something is open."""

    name: str
    trigger: str
    amount: int
    paid: int
    due_on: dt.date | None
    payment: PaymentRow | None


def of_order(session: Session, order_id: uuid.UUID, payments: Sequence[PaymentRow]) -> list[InstalmentRow]:
    """The plan of an order; its ``payments``, the oldest first, fill one part after the other."""
    part = Instalment
    query = select(part.name, part.trigger, part.amount, part.due_on)
    plan = session.execute(query.where(part.order_id == order_id).order_by(part.position)).all()
    rows, filled = [], 0
    received = sum(payment.share for payment in payments)
    for name, trigger, amount, due_on in plan:
        paid = min(amount, max(received - filled, 0))
        filled += amount
        payment = _reaching(payments, filled) if paid == amount else None
        rows.append(InstalmentRow(name, trigger, amount, paid, due_on, payment))
    return rows


def _reaching(payments: Sequence[PaymentRow], amount: int) -> PaymentRow | None:
    """The payment with which the sum of all reached ``amount``."""
    total = 0
    for payment in payments:
        total += payment.share
        if total >= amount:
            return payment
    return None
