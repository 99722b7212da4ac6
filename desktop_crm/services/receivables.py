"""What customers still owe: open items, their age, and the sums of the ageing buckets.

An order owes its total less what was allocated to it. Unpaid orders are always in state ``open``
(an order closes only when it is paid), which is why the state index serves every list here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.rounding import divide_half_up
from desktop_crm.core.settings import Trade
from desktop_crm.models import Order
from desktop_crm.models.order import OrderState
from desktop_crm.services import settings

PART = 500  # ids bound in one statement
BUCKETS = ("not_due", "1_30", "31_60", "61_90", "over_90")
_BUCKET_ENDS = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An order with a balance; ``balance`` in minor units of ``currency``, ``home_balance`` in the home currency."""

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
    """The condition under which an open item is in one of ``BUCKETS`` on ``today``."""
    place = BUCKETS.index(bucket_name)
    if place == 0:
        return and_(unpaid(), or_(Order.due_on.is_(None), Order.due_on >= today))
    latest = today - dt.timedelta(days=_BUCKET_ENDS[place - 1] + 1)
    if place == len(_BUCKET_ENDS):
        return and_(unpaid(), Order.due_on <= latest)
    return and_(unpaid(), Order.due_on.between(today - dt.timedelta(days=_BUCKET_ENDS[place]), latest))


def open_items(session: Session, customer_ids: Collection[uuid.UUID] | None = None) -> list[OpenItem]:
    """Every unpaid order (of these customers), the oldest due first, those without a due date last."""
    if customer_ids is None:
        items = [_item(row) for row in session.execute(_ALL)]
    else:
        parts = _parts(customer_ids)
        items = [_item(row) for part in parts for row in session.execute(_OF_CUSTOMERS, {"ids": part})]
    return sorted(items, key=lambda item: (item.due_on or dt.date.max, item.ordered_on, item.number))


def ageing(items: Iterable[OpenItem], today: dt.date) -> Ageing:
    """The home balances of ``items`` by days overdue on ``today``."""
    sums = [0] * len(BUCKETS)
    for item in items:
        sums[bucket(item.days_overdue(today))] += item.home_balance
    return Ageing(*sums)


def aged(session: Session, today: dt.date) -> Ageing:
    """``ageing`` of every open item, summed by the database where the order is in the home currency."""
    ends = [today - dt.timedelta(days=end) for end in _BUCKET_ENDS]
    late = [(Order.due_on < day, place) for place, day in reversed(list(enumerate(ends, start=1)))]
    home = Order.currency == settings.load(session, Trade).currency
    owed = (
        select(case(*late, else_=0).label("place"), (Order.total - Order.paid).label("balance"))
        .where(unpaid(), home)
        .subquery()
    )
    rows = session.execute(select(owed.c.place, func.sum(owed.c.balance)).group_by(owed.c.place))
    sums = [0] * len(BUCKETS)
    for number, balance in rows:
        sums[number] = int(balance)
    foreign = ageing((_item(row) for row in session.execute(_ALL.where(~home))), today)
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


def _item(row: Any) -> OpenItem:
    order, customer, number, ordered, due, total, paid, home_total, currency = row
    home = home_balance(total, paid, home_total)
    return OpenItem(order, customer, number, ordered, due, total - paid, home, currency)
