"""What a shop took in per month, against the same month a year before; summed up in ``shop_month``.

The sums follow every change of ``customer_month``: whoever replaces rows there tells what was there before.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_months
from desktop_crm.models import Customer, CustomerMonth, ShopMonth
from desktop_crm.services.records import Ids, per_customer

MONTHS = 12
MOST = 5000  # customers a click on a month shows
M = CustomerMonth
TOTALS = cast(Table, ShopMonth.__table__)
Sums = dict[dt.date, tuple[int, int]]  # orders and revenue by month
NOTHING = (0, 0)


@dataclass(frozen=True, slots=True)
class MonthRevenue:
    """A month by its first day; revenue net of tax in home minor units, ``before`` that of a year earlier."""

    month: dt.date
    revenue: int
    orders: int
    before: int


def load(session: Session, today: dt.date) -> tuple[MonthRevenue, ...]:
    """The last twelve months, the current one last; empty when there was no order in these two years."""
    current = today.replace(day=1)
    query = select(TOTALS.c.month, TOTALS.c.revenue, TOTALS.c.orders).where(
        TOTALS.c.month >= add_months(current, 1 - 2 * MONTHS), TOTALS.c.month <= current
    )
    sums = {month: (revenue, orders) for month, revenue, orders in session.execute(query)}
    if not sums:
        return ()
    months = [add_months(current, number - MONTHS + 1) for number in range(MONTHS)]
    return tuple(MonthRevenue(m, *sums.get(m, NOTHING), sums.get(add_months(m, -MONTHS), NOTHING)[0]) for m in months)


def customers(session: Session, month: dt.date) -> tuple[uuid.UUID, ...]:
    """Who ordered in the month that begins on ``month``, the biggest first; archived customers are left out."""
    query = (
        select(M.customer_id)
        .join(Customer, Customer.id == M.customer_id)
        .where(M.month == month, M.orders > 0, Customer.archived_at.is_(None))
        .order_by(M.revenue.desc(), M.customer_id)
        .limit(MOST)
    )
    return tuple(session.scalars(query))


# -- keeping the sums ------------------------------------------------------------------------------

_SUMS = per_customer(
    select(M.month, func.sum(M.orders).label("orders"), func.sum(M.revenue).label("revenue")).group_by(M.month),
    M.customer_id,
)
_MONTH = TOTALS.c.month == bindparam("of")
_SHIFT = (
    update(TOTALS)
    .where(_MONTH)
    .values(orders=TOTALS.c.orders + bindparam("more"), revenue=TOTALS.c.revenue + bindparam("richer"))
)


def sums(session: Session, customer_ids: Ids | None) -> Sums:
    """What some customers, or all, ordered by month."""
    return {month: (int(orders), int(revenue)) for month, orders, revenue in _SUMS(session, customer_ids)}


def summed(rows: Iterable[Any]) -> Sums:
    """The same from rows of month, orders and revenue, several to a month."""
    found: Sums = {}
    for month, orders, revenue in rows:
        had, earned = found.get(month, NOTHING)
        found[month] = (had + int(orders), earned + int(revenue))
    return found


def shift(session: Session, before: Sums, after: Sums) -> None:
    """Move the totals by what became of the ``sums`` of some customers."""
    for month in {*before, *after}:
        (had, earned), (has, earns) = before.get(month, NOTHING), after.get(month, NOTHING)
        if (had, earned) == (has, earns):
            continue
        moved = session.connection().execute(_SHIFT, {"of": month, "more": has - had, "richer": earns - earned})
        if not moved.rowcount:
            session.execute(insert(TOTALS).values(month=month, orders=has - had, revenue=earns - earned))
        elif has < had:
            session.execute(delete(TOTALS).where(TOTALS.c.month == month, TOTALS.c.orders == 0))


def forget(session: Session, customer_ids: Ids) -> None:
    """Take the months of customers away who are about to be deleted."""
    shift(session, sums(session, customer_ids), {})
    session.execute(delete(M).where(M.customer_id.in_(list(customer_ids))))


def rebuild(session: Session) -> None:
    """Sum up anew."""
    session.execute(delete(TOTALS))
    session.execute(insert(TOTALS).from_select(["month", "orders", "revenue"], _SUMS.whole))
