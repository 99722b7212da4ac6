"""What a shop took in per month, against the same month a year before; read from ``customer_month``."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_months
from desktop_crm.models import Customer, CustomerMonth

MONTHS = 12
MOST = 5000  # customers a click on a month shows
M = CustomerMonth


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
    query = (
        select(M.month, func.sum(M.revenue), func.sum(M.orders))
        .where(M.month >= add_months(current, 1 - 2 * MONTHS), M.month <= current)
        .group_by(M.month)
    )
    sums = {month: (int(revenue), int(orders)) for month, revenue, orders in session.execute(query)}
    if not sums:
        return ()
    months = [add_months(current, number - MONTHS + 1) for number in range(MONTHS)]
    nothing = (0, 0)
    return tuple(MonthRevenue(m, *sums.get(m, nothing), sums.get(add_months(m, -MONTHS), nothing)[0]) for m in months)


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
