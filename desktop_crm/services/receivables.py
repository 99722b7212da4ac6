"""What customers still owe: open items, their age, and the sums of the ageing buckets.

An order owes its total less what was allocated to it. Unpaid orders are always in state ``open``
(an order closes only when it is paid), which is why the state index serves every list here.
An order with a payment plan is one open item per part that is not paid, each due on its own day
(``instalments`` tells the rule); its own ``due_on`` is that of the earliest.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.rounding import allocate, divide_half_up
from desktop_crm.core.settings import Trade
from desktop_crm.models import Instalment, Order
from desktop_crm.models.order import OrderState
from desktop_crm.services import settings
from desktop_crm.services.instalments import open_of

PART = 500  # ids bound in one statement
BUCKETS = ("not_due", "1_30", "31_60", "61_90", "over_90")
_BUCKET_ENDS = (0, 30, 60, 90)


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
    parts = _reached()
    in_part = select(parts.c.order_id).where(
        _falls_into(bucket_name, parts.c.due_on, today), parts.c.end > parts.c.paid
    )
    whole = and_(~_HAS_PLAN, _falls_into(bucket_name, Order.due_on, today))
    return and_(unpaid(), or_(whole, Order.id.in_(in_part.where(parts.c.start < parts.c.total))))


def _reached() -> Subquery:
    """Every part of the plans of unpaid orders with how far they reach: ``open_of`` in SQL."""
    part = Instalment
    till_here = func.sum(part.amount).over(partition_by=part.order_id, order_by=part.position)
    last = func.row_number().over(partition_by=part.order_id, order_by=part.position.desc()) == 1
    return (
        select(
            part.order_id,
            part.due_on,
            (till_here - part.amount).label("start"),
            case((last, Order.total), else_=till_here).label("end"),
            Order.total,
            Order.paid,
        )
        .join(Order, Order.id == part.order_id)
        .where(unpaid())
        .subquery()
    )


def _falls_into(bucket_name: str, due_on: Any, today: dt.date) -> ColumnElement[bool]:
    return _ages(due_on, today)[BUCKETS.index(bucket_name)]


def _ages(due_on: Any, today: dt.date) -> list[ColumnElement[bool]]:
    """The condition of each of ``BUCKETS``."""
    ends = [today - dt.timedelta(days=end) for end in _BUCKET_ENDS]
    between = [and_(due_on < late, due_on >= later) for late, later in zip(ends, ends[1:], strict=False)]
    return [or_(due_on.is_(None), due_on >= ends[0]), *between, due_on < ends[-1]]


def open_items(session: Session, customer_ids: Collection[uuid.UUID] | None = None) -> list[OpenItem]:
    """What is owed (by these customers), by order or part of it: the oldest due first, what has no due date last."""
    if customer_ids is None:
        items = _items(session.execute(_ALL), plans_of(session.execute(_ALL_PLANS)))
    else:
        items = []
        for part in _parts(customer_ids):
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
    """``ageing`` of every open item, summed by the database for the orders that are in the home currency."""
    home = Order.currency == settings.load(session, Trade).currency
    balance = Order.total - Order.paid
    ages = [func.coalesce(func.sum(case((age, balance), else_=0)), 0) for age in _ages(Order.due_on, today)]
    sums = [int(total) for total in session.execute(select(*ages).where(unpaid(), home)).one()]
    plans = plans_of(session.execute(_ALL_PLANS))
    for row in session.execute(_ALL.where(home, _HAS_PLAN)):  # counted whole so far
        for sign, items in ((-1, items_of(row, ())), (1, items_of(row, plans[row[0]]))):
            for item in items:
                sums[bucket(item.days_overdue(today))] += sign * item.home_balance
    foreign = ageing(_items(session.execute(_ALL.where(~home)), plans), today)
    return Ageing(*(one + other for one, other in zip(sums, foreign.buckets(), strict=True)))


def bucket(days_overdue: int) -> int:
    """The place in ``BUCKETS`` for so many days overdue."""
    return sum(days_overdue > end for end in _BUCKET_ENDS)


def home_balance(total: int, paid: int, home_total: int) -> int:
    """The balance in the home currency: the unpaid share of the home total, rounded half up."""
    return home_total if not paid else divide_half_up(home_total * (total - paid), total)


def _parts(ids: Collection[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    wanted = list(ids)
    for start in range(0, len(wanted), PART):
        yield wanted[start : start + PART]


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


# the parts of the plans of unpaid orders
_PLANNED = (
    select(Instalment.order_id, Instalment.amount, Instalment.due_on)
    .join(Order, Order.id == Instalment.order_id)
    .order_by(Instalment.order_id, Instalment.position)
)
_ALL_PLANS = _PLANNED.where(unpaid())
_PLANS_OF = _PLANNED.where(
    Order.customer_id.in_(bindparam("ids", expanding=True)),
    Order.state.not_in((OrderState.CLOSED, OrderState.CANCELLED)),
    Order.total > Order.paid,
)


# asked from the plans, which are few, not from the orders
_HAS_PLAN = Order.id.in_(select(Instalment.order_id))
Plan = list[tuple[int, dt.date | None]]


def plans_of(rows: Iterable[Any]) -> dict[uuid.UUID, Plan]:
    """The plan of each order from rows of order, amount and due date in the order of the parts."""
    plans: dict[uuid.UUID, Plan] = {}
    for order_id, amount, due_on in rows:
        plans.setdefault(order_id, []).append((amount, due_on))
    return plans


def _items(rows: Iterable[Any], plans: dict[uuid.UUID, Plan]) -> list[OpenItem]:
    return [item for row in rows for item in items_of(row, plans.get(row[0], ()))]


def items_of(row: Sequence[Any], plan: Sequence[tuple[int, dt.date | None]]) -> list[OpenItem]:
    """The open items of one order: the columns of ``_ITEMS``, and the parts of its plan (amount, due date)."""
    order, customer, number, ordered, due, total, paid, home_total, currency = row
    owed = open_of(plan, total, paid) if plan else [(total - paid, due)]
    home = home_balance(total, paid, home_total)
    shares = [home] if len(owed) == 1 else allocate(home, [balance for balance, _ in owed])
    return [
        OpenItem(order, customer, number, ordered, day, balance, share, currency)
        for (balance, day), share in zip(owed, shares, strict=True)
    ]
