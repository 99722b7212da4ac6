"""Customers who order later than their own rhythm, judged only after ``lifecycle.RHYTHM_ORDERS`` orders."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from desktop_crm.models import Customer, CustomerFigures
from desktop_crm.services import lifecycle

F = CustomerFigures
LATE_TIMES_TWO = 3  # later than one and a half times the usual pause
MOST = 5000  # customers a click on "all" shows


@dataclass(frozen=True, slots=True)
class LateCustomer:
    """``rhythm`` is the usual number of days between two orders, ``silence`` the days since the last one."""

    id: uuid.UUID
    name: str
    grade: str
    rhythm: int
    silence: int


class DaysBetween(FunctionElement[int]):
    """The days from the first date column to the second, in the words of the database at hand."""

    inherit_cache = True
    type = Integer()


@compiles(DaysBetween)
def _plain(element: Any, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({end} - {start})"


@compiles(DaysBetween, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({end}) - julianday({start}) AS INTEGER)"


def latest(session: Session, today: dt.date, limit: int) -> tuple[list[LateCustomer], int]:
    """Those who matter most (grade, then revenue of 12 months), and how many there are altogether."""
    every = func.count().over().label("every")
    keys: Any = select(F.customer_id.label("key"), every).where(*_late(today))
    chosen = _ordered(keys).limit(limit).subquery()
    columns: Any = select(chosen.c.every, F.customer_id, Customer.name, F.grade, *_RHYTHM)
    joined = columns.join(F, F.customer_id == chosen.c.key).join(Customer, Customer.id == chosen.c.key)
    rows = session.execute(_ordered(joined)).all()
    found = [_late_customer(today, *row[1:]) for row in rows]
    return found, rows[0].every if rows else 0


def ids(session: Session, today: dt.date) -> tuple[uuid.UUID, ...]:
    """All of them (the first ``MOST``), in the same order."""
    return tuple(session.scalars(_ordered(select(F.customer_id).where(*_late(today))).limit(MOST)))


_RHYTHM = (F.first_order_on, F.last_order_on, F.orders_total)


def _late(today: dt.date) -> list[ColumnElement[bool]]:
    """Later than 1.5 times the usual pause, but not gone for good (``lifecycle.LOST_DAYS``)."""
    shortest = lifecycle.SHORTEST_RHYTHM * LATE_TIMES_TWO // 2
    silence = DaysBetween(F.last_order_on, literal(today, Date))
    return [
        ~F.archived,
        F.orders_total >= lifecycle.RHYTHM_ORDERS,
        F.last_order_on >= today - dt.timedelta(days=lifecycle.LOST_DAYS),
        F.last_order_on < today - dt.timedelta(days=shortest),
        silence * 2 * (F.orders_total - 1) > LATE_TIMES_TWO * DaysBetween(F.first_order_on, F.last_order_on),
    ]


def _ordered(statement: Select[Any]) -> Select[Any]:
    return statement.order_by(F.grade == "", F.grade, F.revenue_12m.desc(), F.customer_id)


def _late_customer(
    today: dt.date, key: uuid.UUID, name: str, grade: str, first: dt.date, last: dt.date, orders: int
) -> LateCustomer:
    rhythm = lifecycle.rhythm_days(first, last, orders)
    assert rhythm is not None, "the query asks for enough orders"
    return LateCustomer(key, name, grade, rhythm, (today - last).days)
