"""What the owner sees every morning: who to visit and to call, who owes, who is late, what lapses.

Each part is one short list with the number of all there are; every query uses an index or a derived table.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from desktop_crm.models import Customer, CustomerFigures, FollowUp
from desktop_crm.models.followup import FollowUpState
from desktop_crm.services import followups, late_customers, quotation_list, receivables, visits
from desktop_crm.services.followups import FollowUpRow
from desktop_crm.services.late_customers import LateCustomer
from desktop_crm.services.quotation_list import QuotationRow
from desktop_crm.services.receivables import OpenItem
from desktop_crm.services.visits import VisitRow

F = CustomerFigures
AHEAD = 7  # days of follow-ups shown before they are due
SHOWN = 5  # lines of a card
MOST_OVERDUE, MOST_TODAY, MOST_LINES = 4, 8, 8
MOST_OPENED = 5000  # customers a click on "all" shows


@dataclass(frozen=True, slots=True)
class OverdueCustomer:
    """A customer who owes overdue money; ``overdue`` in home minor units, ``days`` of the oldest item.

    ``order_id`` is that item, None when it was paid a moment ago; ``next_follow_up_on`` is what is planned.
    """

    id: uuid.UUID
    name: str
    grade: str
    overdue: int
    days: int
    order_id: uuid.UUID | None
    next_follow_up_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Agenda:
    """The follow-ups of a day: ``visits`` have a fixed time today, ``calls`` are overdue, of today or of the next days.

    ``waiting`` counts all that ``calls`` stands for.
    """

    visits: tuple[FollowUpRow, ...]
    calls: tuple[FollowUpRow, ...]
    visits_count: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Today:
    """Everything on the tab but the chart; ``is_new`` while the shop has no customer at all."""

    day: dt.date
    is_new: bool
    agenda: Agenda
    overdue: tuple[OverdueCustomer, ...]
    overdue_count: int
    overdue_sum: int
    late: tuple[LateCustomer, ...]
    late_count: int
    lapsing: tuple[QuotationRow, ...]
    lapsing_count: int
    inspections: tuple[VisitRow, ...] = ()  # equipment to look after, today's and overdue ones
    inspections_count: int = 0


def load(session: Session, day: dt.date) -> Today:
    """The lists of ``day``."""
    owing, firms, money = _overdue(session, day)
    late, late_count = late_customers.latest(session, day, SHOWN)
    lapsing = quotation_list.lapsing(session, day)
    return Today(
        day,
        session.scalar(select(Customer.id).limit(1)) is None,
        agenda(session, day),
        tuple(owing),
        firms,
        money,
        tuple(late),
        late_count,
        tuple(lapsing[:SHOWN]),
        len(lapsing),
        tuple(visits.due(session, day, SHOWN)),
        visits.count_due(session, day),
    )


def agenda(session: Session, day: dt.date) -> Agenda:
    """The follow-ups up to ``AHEAD`` days from ``day``: by day, A customers on top within one."""
    soon, one = day + dt.timedelta(days=AHEAD), dt.timedelta(days=1)
    timed = _due(session, day, day, (1, 1), MOST_LINES)
    calls = _due(session, dt.date.min, day - one, (0, 1), MOST_OVERDUE) + _due(session, day, day, (0, 0), MOST_TODAY)
    if len(calls) < MOST_LINES:
        calls += _due(session, day + one, soon, (0, 1), MOST_LINES - len(calls))
    rows = {row.id: row for row in followups.rows_of(session, timed + calls)}
    visited = func.coalesce(func.sum(case((and_(FollowUp.due_on == day, _TIMED == 1), 1), else_=0)), 0)
    counts = select(func.count(), visited).where(FollowUp.state == FollowUpState.OPEN, FollowUp.due_on <= soon)
    every, visiting = session.execute(counts).one()
    met = sorted((rows[key] for key in timed), key=lambda row: row.due_time or dt.time.min)
    return Agenda(tuple(met), tuple(rows[key] for key in calls), int(visiting), every - int(visiting))


def overdue_customers(session: Session) -> tuple[uuid.UUID, ...]:
    """Everybody with overdue money (the first ``MOST_OPENED``), the oldest debt first."""
    return tuple(session.scalars(select(F.customer_id).where(*_OWING).order_by(*_OLDEST).limit(MOST_OPENED)))


_OWING = (F.overdue > 0, ~F.archived)
_OLDEST = (F.oldest_due_on, F.customer_id)


def _overdue(session: Session, day: dt.date) -> tuple[list[OverdueCustomer], int, int]:
    """Those with the oldest debts, how many firms owe, and how much altogether."""
    sums = (func.count().over().label("firms"), func.sum(F.overdue).over().label("money"))
    chosen = select(F.customer_id.label("key"), *sums).where(*_OWING).order_by(*_OLDEST).limit(SHOWN).subquery()
    query = (
        select(chosen.c.firms, chosen.c.money, F, Customer.name)
        .join(F, F.customer_id == chosen.c.key)
        .join(Customer, Customer.id == chosen.c.key)
        .order_by(*_OLDEST)
    )
    rows: list[Any] = list(session.execute(query))
    items: dict[uuid.UUID, OpenItem] = {}
    for item in receivables.open_items(session, [row[2].customer_id for row in rows]):
        items.setdefault(item.customer_id, item)
    found = [_overdue_customer(row[2], row[3], items.get(row[2].customer_id), day) for row in rows]
    return found, rows[0].firms if rows else 0, int(rows[0].money) if rows else 0


def _overdue_customer(figures: CustomerFigures, name: str, item: OpenItem | None, day: dt.date) -> OverdueCustomer:
    since = figures.oldest_due_on or day
    order = item.order_id if item else None
    days = (day - since).days
    planned = figures.next_follow_up_on
    return OverdueCustomer(figures.customer_id, name, figures.grade, figures.overdue, days, order, planned)


def _due(session: Session, first: dt.date, last: dt.date, timed: tuple[int, int], most: int) -> list[uuid.UUID]:
    """Open follow-ups between two days; ``timed`` (1, 1): with a fixed time, (0, 0): without, (0, 1): all."""
    values = {"first": first, "last": last, "least": timed[0], "greatest": timed[1], "most": most}
    return list(session.scalars(_DUE, values))


_TIMED = case((FollowUp.due_time.is_(None), 0), else_=1)
# one statement for all parts of the agenda: building and compiling one takes longer than running it
_DUE = (
    select(FollowUp.id)
    .outerjoin(F, F.customer_id == FollowUp.customer_id)
    .where(
        FollowUp.state == FollowUpState.OPEN,
        FollowUp.due_on >= bindparam("first"),
        FollowUp.due_on <= bindparam("last"),
        _TIMED.between(bindparam("least"), bindparam("greatest")),
    )
    .order_by(FollowUp.due_on, func.coalesce(F.grade, "") == "", F.grade, FollowUp.id)
    .limit(bindparam("most", type_=Integer))
)
