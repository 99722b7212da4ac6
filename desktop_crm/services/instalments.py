"""The payment plan of an order: set, followed when something falls due, and read with what is paid of each part.

One rule for receivables: money fills the parts in their order, each open part is owed on its own due date, and the
order's ``due_on`` is that of its earliest open part (None while all of them wait). What a part waits for: ORDER the
day of the order, TERMS the customer's days and closing day counted from it, DELIVERY the hand-over that completes
the order (shops send that bill when everything has arrived), ACCEPTANCE the customer's signature, DATE its day;
``days`` come on top.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Trade
from desktop_crm.models import Delivery, Instalment, Order, PaymentAllocation
from desktop_crm.models.order import DeliveryState, InstalmentTrigger, OrderState
from desktop_crm.services import payment_plan, settings
from desktop_crm.services.payment_list import PaymentRow
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.records import fetch
from desktop_crm.services.terms import terms_of


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """A part of the plan; ``payment`` is the one that filled it, None while something is open."""

    name: str
    trigger: str
    amount: int
    paid: int
    due_on: dt.date | None
    payment: PaymentRow | None
    percent: Decimal = Decimal(0)
    days: int = 0

    @property
    def open(self) -> int:
        """What is still owed of it."""
        return self.amount - self.paid


@needs(Permission.SELL)
def set_plan(session: Session, order_id: uuid.UUID, parts: Sequence[PlanPart]) -> uuid.UUID:
    """Give an open order these parts instead of its plan; without parts it has none and falls due by its terms.

    Raises UserError (field "plan") for parts that do not come to its total, and for an order that is not open.
    """
    order = fetch(session, Order, order_id)
    if order.state != OrderState.OPEN:
        raise UserError(N_("The payment plan of %(number)s cannot change: the order is not open."), number=order.number)
    amounts = payment_plan.check(parts, order.total, order.currency)
    before = _plan(session, order_id)
    for old in before[len(parts) :]:
        _loosen(session, old.id)
        session.delete(old)
    for place, (part, amount) in enumerate(zip(parts, amounts, strict=True)):
        row = before[place] if place < len(before) else Instalment(order_id=order_id)
        row.position, row.name, row.trigger = place + 1, part.name.strip(), part.trigger
        row.percent, row.amount, row.days = part.percent, amount, part.days
        row.due_on = part.due_on if part.trigger == InstalmentTrigger.DATE else None
        session.add(row)
    session.flush()
    if not parts and before:
        order.due_on = _by_terms(session, order)
    follow(session, order)
    return order_id


def follow(session: Session, order: Order) -> None:
    """Bring the plan of an order up to date: amounts to its total, due dates to what happened, its own due date.

    Called after everything that delivers, accepts, pays or changes an order; without a plan nothing happens. Where
    the parts no longer come to the total, shares are reckoned one by one and fixed amounts stay (``fits`` tells).
    """
    rows = _plan(session, order.id)
    if not rows:
        return
    _reckon_amounts(rows, order.total)
    for row in rows:
        row.due_on = _due_on(session, order, row)
    open_parts = open_of([(row.amount, row.due_on) for row in rows], order.total, order.paid)
    days = [due for _open, due in open_parts if due is not None]
    if open_parts:
        order.due_on = min(days, default=None)
    else:
        order.due_on = max((row.due_on for row in rows if row.due_on is not None), default=order.due_on)


def open_of(plan: Sequence[tuple[int, dt.date | None]], total: int, paid: int) -> list[tuple[int, dt.date | None]]:
    """What is open of each part of a plan (amount, due date) after ``paid``, and when it is due; filled parts left out.

    Always comes to ``total - paid``: what the parts lack or have too much belongs to the last.
    """
    parts, start = [], 0
    for place, (amount, due) in enumerate(plan, start=1):
        end = total if place == len(plan) else min(start + amount, total)
        left = end - max(start, paid)
        if left > 0:
            parts.append((left, due))
        start = end
    return parts


def fits(rows: Sequence[InstalmentRow], total: int) -> bool:
    """Whether the parts of a plan come to the total of their order; an order without a plan has nothing to fit."""
    return not rows or sum(row.amount for row in rows) == total


def parts_of(rows: Sequence[InstalmentRow]) -> tuple[PlanPart, ...]:
    """The plan as typed, for an editor."""
    return tuple(
        PlanPart(
            row.name,
            row.trigger,
            row.percent,
            0 if row.percent else row.amount,
            row.days,
            row.due_on if row.trigger == InstalmentTrigger.DATE else None,
        )
        for row in rows
    )


def stored(session: Session, order_id: uuid.UUID) -> tuple[PlanPart, ...]:
    """The plan of an order as it was typed."""
    return parts_of(of_order(session, order_id, ()))


def of_order(session: Session, order_id: uuid.UUID, payments: Sequence[PaymentRow]) -> list[InstalmentRow]:
    """The plan of an order; its ``payments``, the oldest first, fill one part after the other."""
    part = Instalment
    query = select(part.name, part.trigger, part.amount, part.due_on, part.percent, part.days)
    plan = session.execute(query.where(part.order_id == order_id).order_by(part.position)).all()
    rows, filled = [], 0
    received = sum(payment.share for payment in payments)
    for name, trigger, amount, due_on, percent, days in plan:
        paid = min(amount, max(received - filled, 0))
        filled += amount
        payment = _reaching(payments, filled) if paid == amount else None
        rows.append(InstalmentRow(name, trigger, amount, paid, due_on, payment, percent, days))
    return rows


def delivered_on(session: Session, order_id: uuid.UUID) -> dt.date | None:
    """The day of the latest delivery that stands."""
    standing = Delivery.cancelled_at.is_(None)
    return session.scalar(select(func.max(Delivery.delivered_on)).where(Delivery.order_id == order_id, standing))


def _plan(session: Session, order_id: uuid.UUID) -> Sequence[Instalment]:
    return session.scalars(
        select(Instalment).where(Instalment.order_id == order_id).order_by(Instalment.position)
    ).all()


def _reckon_amounts(rows: Sequence[Instalment], total: int) -> None:
    parts = [PlanPart(row.name, row.trigger, row.percent, 0 if row.percent else row.amount) for row in rows]
    for row, amount in zip(rows, payment_plan.nearest(parts, total), strict=True):
        row.amount = amount


def _due_on(session: Session, order: Order, row: Instalment) -> dt.date | None:
    """When a part falls due, None while that is not known."""
    if row.trigger == InstalmentTrigger.DATE:
        return row.due_on
    since: dt.date | None = None
    if row.trigger == InstalmentTrigger.ORDER:
        since = order.ordered_on
    elif row.trigger == InstalmentTrigger.TERMS:
        if row.due_on is not None:  # as agreed then, whatever the customer's terms became
            return row.due_on
        since = _by_terms(session, order)
    elif row.trigger == InstalmentTrigger.ACCEPTANCE:
        since = order.accepted_on
    elif order.delivery_state == DeliveryState.FULL:
        since = delivered_on(session, order.id)
        if since is None:  # orders that came without their delivery notes keep the day that came with them
            return row.due_on
    return None if since is None else since + dt.timedelta(days=row.days)


def _by_terms(session: Session, order: Order) -> dt.date:
    return terms_of(session, order.customer_id, settings.load(session, Trade)).due_on(order.ordered_on)


def _loosen(session: Session, instalment_id: uuid.UUID) -> None:
    """Payments noted for a part that goes away stay with its order."""
    query = select(PaymentAllocation).where(PaymentAllocation.instalment_id == instalment_id)
    for allocation in session.scalars(query):
        allocation.instalment_id = None


def _reaching(payments: Sequence[PaymentRow], amount: int) -> PaymentRow | None:
    """The payment with which the sum of all reached ``amount``."""
    total = 0
    for payment in payments:
        total += payment.share
        if total >= amount:
            return payment
    return None
