"""What customers still owe: open items, their age, and the sums of the ageing buckets.

An order owes its total less what was allocated to it. Unpaid orders are always in state ``open``
(an order closes only when it is paid), which is why the state index serves every list here.
An order with a payment plan is one open item per part that is not paid, each due on its own day
(``instalments`` tells the rule); its own ``due_on`` is that of the earliest.
The table ``receivable`` repeats all open items for the sums of a whole shop.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.rounding import allocate, divide_half_up
from desktop_crm.models import Instalment, Order, PaymentAllocation, Receivable
from desktop_crm.models.order import OrderState
from desktop_crm.services.instalments import Planned, open_of
from desktop_crm.services.records import parts

BUCKETS = ("not_due", "1_30", "31_60", "61_90", "over_90")
_BUCKET_ENDS = (0, 30, 60, 90)
TABLE = cast(Table, Receivable.__table__)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An order with a balance, or a part of its payment plan with one.

    ``balance`` in minor units of ``currency``, ``home_balance`` in the home currency.
    """

    order_id: uuid.UUID
    customer_id: uuid.UUID
    number: str
    ordered_on: dt.date
    due_on: dt.date | None
    balance: int
    home_balance: int
    currency: str

    def days_overdue(self, today: dt.date) -> int:
        """Days since the due date; 0 while it is not due."""
        return max((today - self.due_on).days, 0) if self.due_on else 0


@dataclass(frozen=True, slots=True)
class Ageing:
    """The receivable by age in home currency minor units; the buckets always add up to ``total``."""

    not_due: int = 0
    days_1_30: int = 0
    days_31_60: int = 0
    days_61_90: int = 0
    over_90: int = 0

    @property
    def total(self) -> int:
        """Everything that is owed."""
        return sum(self.buckets())

    @property
    def overdue(self) -> int:
        """What should have been paid already."""
        return self.total - self.not_due

    def buckets(self) -> tuple[int, int, int, int, int]:
        """The five sums, in the order of ``BUCKETS``."""
        return (self.not_due, self.days_1_30, self.days_31_60, self.days_61_90, self.over_90)


def unpaid() -> ColumnElement[bool]:
    """The condition under which an order is an open item."""
    return and_(Order.state == OrderState.OPEN, Order.total > Order.paid)


def due_within(bucket_name: str, today: dt.date) -> ColumnElement[bool]:
    """The condition under which an order has an open item in one of ``BUCKETS`` on ``today``."""
    return Order.id.in_(select(Receivable.order_id).where(_of_age(BUCKETS.index(bucket_name), today)))


def _of_age(place: int, today: dt.date) -> ColumnElement[bool]:
    """The condition of a bucket for the rows of ``receivable``."""
    ends = [today - dt.timedelta(days=end) for end in _BUCKET_ENDS]
    due_on = Receivable.due_on
    if place == 0:
        return or_(due_on.is_(None), due_on >= ends[0])
    late = due_on < ends[place - 1]
    return late if place == len(ends) else and_(late, due_on >= ends[place])


def open_items(session: Session, customer_ids: Collection[uuid.UUID] | None = None) -> list[OpenItem]:
    """What is owed (by these customers), by order or part of it: the oldest due first, what has no due date last."""
    if customer_ids is None:
        items = _items(session.execute(_ALL), plans_of(session.execute(_ALL_PLANS)))
    else:
        items = []
        for part in parts(customer_ids):
            ids = {"ids": part}
            items += _items(session.execute(_OF_CUSTOMERS, ids), plans_of(session.execute(_PLANS_OF, ids)))
    return sorted(items, key=lambda item: (item.due_on or dt.date.max, item.ordered_on, item.number))


def ageing(items: Iterable[OpenItem], today: dt.date) -> Ageing:
    """The home balances of ``items`` by days overdue on ``today``."""
    sums = [0] * len(BUCKETS)
    for item in items:
        sums[bucket(item.days_overdue(today))] += item.home_balance
    return Ageing(*sums)


def aged(session: Session, today: dt.date) -> Ageing:
    """``ageing`` of every open item."""
    sums = [select(func.coalesce(func.sum(Receivable.home_balance), 0))]
    sums += [sums[0].where(_of_age(place, today)) for place in range(1, len(BUCKETS))]
    total, *late = session.execute(select(*(one.scalar_subquery() for one in sums))).one()
    return Ageing(int(total) - sum(map(int, late)), *map(int, late))


def bucket(days_overdue: int) -> int:
    """The place in ``BUCKETS`` for so many days overdue."""
    return sum(days_overdue > end for end in _BUCKET_ENDS)


def home_balance(total: int, paid: int, home_total: int) -> int:
    """The balance in the home currency: the unpaid share of the home total, rounded half up."""
    return home_total if not paid else divide_half_up(home_total * (total - paid), total)


def propose(
    items: Iterable[OpenItem], amount: int, currency: str, first: uuid.UUID | None = None
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


_ITEMS = select(
    Order.id, Order.customer_id, Order.number, Order.ordered_on, Order.due_on,
    Order.total, Order.paid, Order.home_total, Order.currency,
)  # fmt: skip
_ALL = _ITEMS.where(unpaid())
# The state is asked by what it is not, so that the planner goes through the customers' orders, not all open ones.
_OF_CUSTOMERS = _ITEMS.where(
    Order.customer_id.in_(bindparam("ids", expanding=True)),
    Order.state.not_in((OrderState.CLOSED, OrderState.CANCELLED)),
    Order.total > Order.paid,
)


# what of the money was meant for a part
MEANT = (
    select(func.coalesce(func.sum(PaymentAllocation.amount), 0))
    .where(PaymentAllocation.instalment_id == Instalment.id)
    .correlate(Instalment)
)
# the parts of the plans of unpaid orders
_PLANNED = (
    select(Instalment.order_id, Instalment.amount, Instalment.due_on, MEANT.scalar_subquery())
    .join(Order, Order.id == Instalment.order_id)
    .order_by(Instalment.order_id, Instalment.position)
)
_ALL_PLANS = _PLANNED.where(unpaid())
_PLANS_OF = _PLANNED.where(
    Order.customer_id.in_(bindparam("ids", expanding=True)),
    Order.state.not_in((OrderState.CLOSED, OrderState.CANCELLED)),
    Order.total > Order.paid,
)


Plan = list[Planned]


def plans_of(rows: Iterable[Any]) -> dict[uuid.UUID, Plan]:
    """The plan of each order from rows of order, amount, due date and meant money in the order of the parts."""
    plans: dict[uuid.UUID, Plan] = {}
    for order_id, amount, due_on, meant in rows:
        plans.setdefault(order_id, []).append((amount, due_on, int(meant)))
    return plans


def _items(rows: Iterable[Any], plans: dict[uuid.UUID, Plan]) -> list[OpenItem]:
    return [item for row in rows for item in items_of(row, plans.get(row[0], ()))]


def items_of(row: Sequence[Any], plan: Sequence[Planned]) -> list[OpenItem]:
    """The open items of one order: the columns of ``_ITEMS``, and the parts of its plan."""
    order, customer, number, ordered, due, total, paid, home_total, currency = row
    owed = open_of(plan, total, paid) if plan else [(total - paid, due)]
    home = home_balance(total, paid, home_total)
    shares = [home] if len(owed) == 1 else allocate(home, [balance for balance, _ in owed])
    return [
        OpenItem(order, customer, number, ordered, day, balance, share, currency)
        for (balance, day), share in zip(owed, shares, strict=True)
    ]


# -- keeping the derived table ---------------------------------------------------------------------


def rows_of(session: Session) -> list[dict[str, Any]]:
    """The rows of ``receivable`` as the records give them."""
    return _rows(open_items(session))


def _rows(items: Iterable[OpenItem]) -> list[dict[str, Any]]:
    parts: dict[uuid.UUID, int] = {}
    rows = []
    for item in items:
        part = parts[item.order_id] = parts.get(item.order_id, -1) + 1
        values = (item.order_id, part, item.customer_id, item.due_on, item.home_balance)
        rows.append(dict(zip(TABLE.c.keys(), values, strict=True)))
    return rows


def refresh(session: Session, customer_ids: Collection[uuid.UUID] | None, items: Iterable[OpenItem]) -> None:
    """Make the rows of some customers, or of all, anew from their open ``items``."""
    if customer_ids is None:
        session.execute(delete(TABLE))
    else:
        session.connection().execute(_DROP, {"ids": list(customer_ids)})
    if rows := _rows(items):
        session.connection().execute(insert(TABLE), rows)


_DROP = delete(TABLE).where(TABLE.c.customer_id.in_(bindparam("ids", expanding=True)))
