"""Visits that inspection plans ask for: of a day, of a month, of one piece of equipment."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.models import Customer, CustomerFigures, Equipment, InspectionPlan, Site
from desktop_crm.services.inspection_rules import month_span, next_after
from desktop_crm.services.records import Query

P, E, F = InspectionPlan, Equipment, CustomerFigures
MOST = 500  # visits of one list
NEAR_DAYS = 30  # how long before its day a visit that does not repeat may be done


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit; ``id`` is its plan's key, ``planned_on`` the day of the rule while it is moved to another.

    ``plan`` is the name typed for the plan or "", ``place`` the site or the place of the piece.
    """

    id: uuid.UUID
    equipment_id: uuid.UUID
    equipment: str
    serial: str
    place: str
    customer_id: uuid.UUID
    customer: str
    grade: str
    phone: str
    plan: str
    rrule: str
    on: dt.date
    planned_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Month:
    """The visits of a month by day, and how many are overdue from before ``today``."""

    first: dt.date
    last: dt.date
    days: dict[dt.date, int]
    overdue: int


def month(session: Session, day: dt.date, today: dt.date) -> Month:
    """How many next visits fall on each day of the month of ``day``."""
    first, last = month_span(day)
    query = select(P.next_on, func.count()).where(P.next_on.between(first, last)).group_by(P.next_on)
    days = {on: number for on, number in session.execute(query) if on is not None}
    late = session.scalar(select(func.count()).where(P.next_on < today)) or 0
    return Month(first, last, days, late)


def between(session: Session, first: dt.date, last: dt.date, limit: int = MOST) -> list[VisitRow]:
    """The visits from ``first`` to ``last``: by day, A customers first within one."""
    page = (
        select(P.id)
        .join(E, E.id == P.equipment_id)
        .outerjoin(F, F.customer_id == E.customer_id)
        .where(P.next_on.between(first, last))
        .order_by(P.next_on, func.coalesce(F.grade, "") == "", F.grade, P.id)
        .limit(limit)
    )
    ids = list(session.scalars(page))
    found = {row[0]: VisitRow(*row) for row in session.execute(_ROWS.where(P.id.in_(ids)))}
    return [found[key] for key in ids]


def due_in(session: Session, day: dt.date, today: dt.date) -> list[VisitRow]:
    """The visits of the month of ``day``, after those of before that are overdue."""
    first, last = month_span(day)
    late = between(session, dt.date.min, min(first, today) - dt.timedelta(days=1)) if first <= today else []
    return late + between(session, first, last)


def equipment_of(session: Session, plan_id: uuid.UUID) -> uuid.UUID | None:
    """The piece a plan is for; None when it is gone."""
    return session.scalar(select(P.equipment_id).where(P.id == plan_id))


def due(session: Session, today: dt.date, limit: int = MOST) -> list[VisitRow]:
    """The visits of today and those that are overdue, the oldest first."""
    return between(session, dt.date.min, today, limit)


def count_due(session: Session, today: dt.date) -> int:
    """How many visits are of today or overdue."""
    return session.scalar(select(func.count()).where(P.next_on <= today)) or 0


def of_equipment(session: Session, equipment_id: uuid.UUID) -> list[VisitRow]:
    """The next visit of each plan of a piece, the nearest first."""
    query = _ROWS.where(P.equipment_id == equipment_id, P.next_on.is_not(None)).order_by(P.next_on, P.id)
    return [VisitRow(*row) for row in session.execute(query)]


def meant(rows: Sequence[VisitRow], day: dt.date) -> VisitRow | None:
    """Which of the planned visits one on ``day`` is: the first overdue or nearer than half its interval, else None."""
    return next((row for row in rows if row.on <= day + _reach(row)), None)


def _reach(row: VisitRow) -> dt.timedelta:
    start = row.planned_on or row.on
    following = next_after(row.rrule, start, start)
    return (following - start) / 2 if following is not None else dt.timedelta(days=NEAR_DAYS)


_PLACE: Any = func.trim(func.coalesce(Site.name, "") + " " + E.location)
_ROWS: Query = (
    select(
        P.id,
        P.equipment_id,
        E.name,
        E.serial,
        _PLACE,
        E.customer_id,
        Customer.name,
        func.coalesce(F.grade, ""),
        func.coalesce(F.phone, ""),
        P.name,
        P.rrule,
        P.next_on,
        P.planned_on,
    )
    .join(E, E.id == P.equipment_id)
    .join(Customer, Customer.id == E.customer_id)
    .outerjoin(F, F.customer_id == E.customer_id)
    .outerjoin(Site, Site.id == E.site_id)
)
