"""The rows behind the segment workbook: plain selects, scored as of one date with the active scheme."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.currencies import currency
from desktop_crm.core.dates import add_months, clock
from desktop_crm.core.limits import SCALE
from desktop_crm.core.settings import Company, Trade
from desktop_crm.models import Customer, CustomerFigures, GradeChange, Order, Staff
from desktop_crm.services import grading, grading_columns, grading_log, grading_scheme, receivables, settings
from desktop_crm.services.figures import COUNTED
from desktop_crm.services.grading_scheme import SchemeFacts
from desktop_crm.services.grading_scores import FREQUENCY, MARGIN, RECENCY, REVENUE, Columns, Scores
from desktop_crm.services.segments import NO_GRADE


class CustomerLine(NamedTuple):
    """A customer with scores; money in home currency minor units, ``score`` from 1 to 5."""

    id: uuid.UUID
    code: str
    name: str
    tax_number: str
    phone: str
    customer_type: str
    grade: str
    previous_grade: str
    recency_days: int | None
    recency_score: int
    orders: int
    frequency_score: int
    revenue: int
    revenue_score: int
    margin: int
    margin_score: int
    score: Decimal
    last_order_on: dt.date | None
    stage: str
    owner: str
    next_follow_up_on: dt.date | None


class OrderLine(NamedTuple):
    """An order of the period, in home currency minor units; ``cost`` is None when it is not known."""

    number: str
    ordered_on: dt.date
    code: str
    name: str
    grade: str
    project_name: str
    revenue: int
    cost: int | None
    total: int


class OpenLine(NamedTuple):
    """An open item, ``balance`` in home currency minor units."""

    number: str
    code: str
    name: str
    grade: str
    ordered_on: dt.date
    due_on: dt.date | None
    days_overdue: int
    balance: int


@dataclass(frozen=True, slots=True)
class SegmentData:
    """Everything the workbook shows; customers best first, orders by date, open items by due date."""

    shop: str
    currency: str
    as_of: dt.date
    period_start: dt.date
    made_at: dt.datetime
    scheme: SchemeFacts
    graded_on: dt.date | None
    customers: list[CustomerLine]
    orders: list[OrderLine]
    receivables: list[OpenLine]

    @property
    def digits(self) -> int:
        """The decimals of the home currency."""
        return currency(self.currency).digits


class _Buyer(NamedTuple):
    code: str
    name: str
    grade: str


def load(session: Session, as_of: dt.date | None = None) -> SegmentData:
    """The report's rows as of a date (today). Raises UserError when there is no grading scheme."""
    as_of = as_of or clock.today()
    scheme = grading_scheme.load(session)
    present = grading_columns.participants(session)
    columns, scores = grading.scored(session, scheme, as_of, list(present))
    buyers = {
        key: _Buyer(code, name, present.get(key.bytes) or NO_GRADE)
        for key, code, name in session.execute(select(Customer.id, Customer.code, Customer.name))
    }
    run = grading_log.latest(session)
    return SegmentData(
        shop=settings.load(session, Company).name,
        currency=settings.load(session, Trade).currency,
        as_of=as_of,
        period_start=grading.period_start(scheme, as_of),
        made_at=clock.now(),
        scheme=scheme,
        graded_on=run.as_of if run else None,
        customers=_customers(session, buyers, columns, scores, as_of, run.id if run else None),
        orders=_orders(session, buyers, present, add_months(as_of, -scheme.period_months), as_of),
        receivables=_receivables(session, buyers, as_of),
    )


def _customers(
    session: Session,
    buyers: dict[uuid.UUID, _Buyer],
    columns: Columns,
    scores: Scores,
    as_of: dt.date,
    run_id: uuid.UUID | None,
) -> list[CustomerLine]:
    details = _details(session)
    moved = _moved(session, run_id)
    places = {columns.key(place): place for place in range(len(columns))}
    found = []
    for key, place in places.items():
        customer = uuid.UUID(bytes=key)
        buyer = buyers[customer]
        detail = details[customer]
        last_day = int(columns.last_day[place])
        points = scores.criteria[:, place]
        found.append(
            CustomerLine(
                customer,
                buyer.code,
                buyer.name,
                detail.tax_number,
                detail.phone,
                detail.customer_type,
                buyer.grade,
                moved.get(customer, buyer.grade),
                as_of.toordinal() - last_day if last_day else None,
                int(points[RECENCY]),
                int(columns.orders[place]),
                int(points[FREQUENCY]),
                int(columns.revenue[place]),
                int(points[REVENUE]),
                int(columns.margin[place]),
                int(points[MARGIN]),
                Decimal(int(scores.totals[place])) / (100 * SCALE),
                detail.last_order_on,
                detail.stage,
                detail.owner or "",
                detail.next_follow_up_on,
            )
        )
    return sorted(found, key=lambda line: (-line.revenue, -line.score, line.id))


def _details(session: Session) -> dict[uuid.UUID, Any]:
    figures = CustomerFigures
    query = select(
        figures.customer_id,
        figures.tax_number,
        figures.phone,
        figures.customer_type,
        figures.last_order_on,
        figures.stage,
        Staff.name.label("owner"),
        figures.next_follow_up_on,
    ).outerjoin(Staff, Staff.id == figures.owner_id)
    return {row.customer_id: row for row in session.execute(query)}


def _moved(session: Session, run_id: uuid.UUID | None) -> dict[uuid.UUID, str]:
    """The grade before the latest run of everybody it moved."""
    query = select(GradeChange.customer_id, GradeChange.old_grade).where(GradeChange.run_id == run_id)
    return {row[0]: row[1] or NO_GRADE for row in session.execute(query)}


def _orders(
    session: Session, buyers: dict[uuid.UUID, _Buyer], present: dict[bytes, str], after: dt.date, until: dt.date
) -> list[OrderLine]:
    query = (
        select(
            Order.number,
            Order.ordered_on,
            Order.customer_id,
            Order.project_name,
            Order.home_net,
            Order.home_cost,
            Order.home_total,
        )
        .where(COUNTED, Order.ordered_on > after, Order.ordered_on <= until)
        .order_by(Order.ordered_on, Order.number)
    )
    return [
        OrderLine(number, day, *buyers[customer], project, revenue, cost, total)
        for number, day, customer, project, revenue, cost, total in session.execute(query)
        if customer.bytes in present
    ]


def _receivables(session: Session, buyers: dict[uuid.UUID, _Buyer], as_of: dt.date) -> list[OpenLine]:
    return [
        OpenLine(
            item.number,
            *buyers[item.customer_id],
            item.ordered_on,
            item.due_on,
            item.days_overdue(as_of),
            item.home_balance,
        )
        for item in receivables.open_items(session)
    ]
