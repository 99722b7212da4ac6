"""What customers ordered in a period, read in one pass for a whole shop or for some customers.

Everybody who is not archived takes part, prospects without an order included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from desktop_crm.models import CustomerFigures, Order
from desktop_crm.services.figures import COUNTED, MARGIN
from desktop_crm.services.grading_scores import Columns

UNIX_EPOCH = dt.date(1970, 1, 1).toordinal()
CHUNK = 4000  # keys bound in one statement
MANY = 20_000  # from here one sweep over the shop is quicker than asking for each


def participants(session: Session) -> dict[bytes, str]:
    """The present grade of everybody who takes part, "" for those never graded."""
    figures = CustomerFigures
    query = select(figures.customer_id, figures.grade).where(figures.archived.is_(False))
    return dict(rows(session, query))


def present_grades(session: Session, keys: Sequence[bytes]) -> dict[bytes, str]:
    """The same for some customers; who was archived or erased is missing."""
    figures = CustomerFigures
    query = select(figures.customer_id, figures.grade, figures.archived)
    found = rows_of(session, query, figures.customer_id, keys)
    return {key: grade for key, grade, archived in found if not archived}


def read(session: Session, keys: Sequence[bytes], after: dt.date, until: dt.date) -> Columns:
    """The columns of ``keys`` for orders dated after ``after`` and not after ``until``."""
    columns = np.zeros((4, len(keys)), dtype=np.int64)
    place = {key: number for number, key in enumerate(keys)}
    found = trades(session, after, until)
    if found:
        buyers, orders, revenue, margin, last_on = zip(*found, strict=True)
        last_day = np.array(last_on, dtype="datetime64[D]").astype(np.int64) + UNIX_EPOCH
        places = np.array([place.get(key, -1) for key in buyers])
        known = places >= 0
        columns[:, places[known]] = np.array([orders, revenue, margin, last_day], dtype=np.int64)[:, known]
    return Columns(b"".join(keys), *columns)


def trades(session: Session, after: dt.date, until: dt.date, keys: Sequence[bytes] | None = None) -> list[Any]:
    """Rows of key, orders, revenue, margin and last order date (ISO text), one for everybody (of ``keys``) who ordered.

    The orders are those dated after ``after`` and not after ``until``; money net of tax, in home currency minor units.
    """
    query = _statement(after, until)
    return rows(session, query) if keys is None else rows_of(session, query, Order.customer_id, keys)


def rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[Any]:
    """All rows of a query as the driver gives them: keys as bytes, dates as ISO text.

    SQLAlchemy's conversions and row objects would double the time of a sweep over a whole shop.
    """
    with session.connection().execute(query) as result:
        return list(result.cursor.fetchall())


def rows_of(session: Session, query: Select[*tuple[Any, ...]], column: Any, keys: Sequence[bytes]) -> list[Any]:
    """The rows of ``query`` whose key ``column`` is one of ``keys``; those of everybody when these are many."""
    if len(keys) > MANY:
        return rows(session, query)
    found = []
    for start in range(0, len(keys), CHUNK):
        # NullType: the keys are bytes already
        wanted = bindparam("keys", list(keys[start : start + CHUNK]), type_=NullType(), expanding=True, unique=True)
        found += rows(session, query.where(column.in_(wanted)))
    return found


def _statement(after: dt.date, until: dt.date) -> Select[*tuple[Any, ...]]:
    # coalesce() keeps SQLite off the date index: one sweep over the covering customer index needs no sorting
    day = func.coalesce(Order.ordered_on, Order.ordered_on)
    return (
        select(
            Order.customer_id,
            func.count(),
            func.sum(Order.home_net),
            func.sum(MARGIN),
            func.max(Order.ordered_on),
        )
        .where(day > after, day <= until, COUNTED)
        .group_by(Order.customer_id)
    )
