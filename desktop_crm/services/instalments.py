"""The payment plan of an order: set, followed when something falls due, and read with what is paid of each part.

One rule for receivables: money that was meant for a part fills it, all other money fills the parts in their order;
each open part is owed on its own due date, and the order's ``due_on`` is that of its earliest open part (None while
all of them wait). What a part waits for: ORDER the
day of the order, TERMS the customer's days and closing day counted from it, DELIVERY the hand-over that completes
the order (shops send that bill when everything has arrived), ACCEPTANCE the customer's signature, DATE its day;
``days`` come on top.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
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

Planned = tuple[int, dt.date | None, int]  # a part: its amount, when it is due, and what of the money was meant for it


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """A part of the plan; ``payment`` is the one that filled it, None while something is open."""

    id: uuid.UUID
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
        if place < len(before) and row.name != part.name.strip():  # another part stands in its place now
            _loosen(session, row.id)
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
    meant = _meant_for(session, order) if order.paid else {}
    open_parts = open_of([(row.amount, row.due_on, meant.get(row.id, 0)) for row in rows], order.total, order.paid)
    days = [due for _open, due in open_parts if due is not None]
    if open_parts:
        order.due_on = min(days, default=None)
    else:
        order.due_on = max((row.due_on for row in rows if row.due_on is not None), default=order.due_on)


def open_of(plan: Sequence[Planned], total: int, paid: int) -> list[tuple[int, dt.date | None]]:
    """What is open of each part of a plan after ``paid``, and when it is due; filled parts are left out.

    Always comes to ``total - paid``: what the parts lack or have too much belongs to the last.
    """
    return [(left, due) for _place, left, due in open_parts(plan, total, paid)]


def open_parts(plan: Sequence[Planned], total: int, paid: int) -> list[tuple[int, int, dt.date | None]]:
    """``open_of`` with the place of each part in the plan, counted from 0, before it."""
    ends = [0]
    for amount, _due, _meant in plan[:-1]:
        ends.append(min(ends[-1] + amount, total))
    sizes = [end - start for start, end in zip(ends, [*ends[1:], total], strict=True)]
    filled = shares(sizes, [meant for _amount, _due, meant in plan], paid)
    left = enumerate(zip(sizes, filled, plan, strict=True))
    return [(place, size - got, part[1]) for place, (size, got, part) in left if size > got]


def shares(sizes: Sequence[int], meant: Sequence[int], paid: int) -> list[int]:
    """How much of ``paid`` each part has: what was meant for it, and from the first part on what is left of all."""
    got = [min(size, own) for size, own in zip(sizes, meant, strict=True)]
    rest = paid - sum(got)
    for place, size in enumerate(sizes):
        more = min(rest, size - got[place])
        got[place] += more
        rest -= more
    return got


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
    """The plan of an order, and what its ``payments``, the oldest first, filled of it."""
    part = Instalment
    query = select(part.id, part.name, part.trigger, part.amount, part.due_on, part.percent, part.days)
    plan = session.execute(query.where(part.order_id == order_id).order_by(part.position)).all()
    sizes = [row.amount for row in plan]
    filled, reached = [0] * len(plan), [None] * len(plan)  # type: tuple[list[int], list[PaymentRow | None]]
    for payment, meant, received in _one_by_one(session, order_id, [row.id for row in plan], payments):
        filled = shares(sizes, meant, received)
        full = zip(reached, filled, sizes, strict=True)
        reached = [before or (payment if got == size else None) for before, got, size in full]
    return [
        InstalmentRow(row.id, row.name, row.trigger, row.amount, got, row.due_on, payment, row.percent, row.days)
        for row, got, payment in zip(plan, filled, reached, strict=True)
    ]


def _one_by_one(
    session: Session, order_id: uuid.UUID, plan: Sequence[uuid.UUID], payments: Sequence[PaymentRow]
) -> Iterator[tuple[PaymentRow, list[int], int]]:
    """Each payment, with what was meant for each part and what was received in all after it."""
    a = PaymentAllocation
    query = select(a.payment_id, a.instalment_id, a.amount).where(a.order_id == order_id, a.instalment_id.is_not(None))
    chosen = session.execute(query).all() if plan and payments else []
    meant: dict[uuid.UUID | None, int] = dict.fromkeys(plan, 0)
    received = 0
    for payment in payments:
        received += payment.share
        for _payment, key, amount in (one for one in chosen if one[0] == payment.id):
            meant[key] += amount
        yield payment, list(meant.values()), received


def delivered_on(session: Session, order_id: uuid.UUID) -> dt.date | None:
    """The day of the latest delivery that stands."""
    standing = Delivery.cancelled_at.is_(None)
    return session.scalar(select(func.max(Delivery.delivered_on)).where(Delivery.order_id == order_id, standing))


def _plan(session: Session, order_id: uuid.UUID) -> Sequence[Instalment]:
    return session.scalars(
        select(Instalment).where(Instalment.order_id == order_id).order_by(Instalment.position)
    ).all()


def _meant_for(session: Session, order: Order) -> dict[uuid.UUID | None, int]:
    """What of the money of an order was meant for each part of its plan."""
    a = PaymentAllocation
    query = select(a.instalment_id, func.sum(a.amount)).where(a.order_id == order.id, a.instalment_id.is_not(None))
    return {key: int(amount) for key, amount in session.execute(query.group_by(a.instalment_id))}


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
