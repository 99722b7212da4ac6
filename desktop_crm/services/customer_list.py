"""The customers list: windows of rows, counts of the quick filters. Plain selects over the figures."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import Session

from desktop_crm.models import Customer, CustomerFigures
from desktop_crm.services import search

F = CustomerFigures
FILTERS = ("all", "grade_a", "mine", "quiet", "overdue", "archived")
NAME_KEYS = {"zh_TW": F.stroke_key, "zh_CN": F.pinyin_key, "en": F.plain_key}
SORTS = ("name", "grade", "revenue", "next")


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """What the list shows; ``sort`` is one of SORTS, "" for the rank of the search or else the name.

    ``grades`` and ``ids`` narrow further (a cell of the heat map, a segment).
    """

    filter: str = "all"
    text: str = ""
    sort: str = ""
    descending: bool = False
    language: str = "zh_TW"
    owner_id: uuid.UUID | None = None
    grades: tuple[str, ...] = ()
    ids: tuple[uuid.UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One row of the list; amounts in home minor units."""

    id: uuid.UUID
    grade: str
    name: str
    tax_number: str
    legal_form: str
    customer_type: str
    stage: str
    phone: str
    revenue_12m: int
    next_follow_up_on: dt.date | None
    archived: bool


def count(session: Session, query: CustomerQuery) -> int:
    """How many customers the query selects."""
    if query.text.strip():
        return len(_found(session, query))
    return session.scalar(select(func.count()).select_from(F).where(*_where(query))) or 0


def window(session: Session, query: CustomerQuery, offset: int, limit: int) -> list[CustomerRow]:
    """The rows from ``offset`` on, ids first, then their columns."""
    if query.text.strip():
        ids = _found(session, query)[offset : offset + limit]
    else:
        page = _ordered(select(F.customer_id).where(*_where(query)), query).offset(offset).limit(limit)
        ids = list(session.scalars(page))
    return rows_of(session, ids)


def rows_of(session: Session, ids: list[uuid.UUID]) -> list[CustomerRow]:
    """The rows of some customers in the order of ``ids``."""
    query = (
        select(
            F.customer_id,
            F.grade,
            Customer.name,
            F.tax_number,
            Customer.legal_form,
            F.customer_type,
            F.stage,
            F.phone,
            F.revenue_12m,
            F.next_follow_up_on,
            F.archived,
        )
        .join(Customer, Customer.id == F.customer_id)
        .where(F.customer_id.in_(ids))
    )
    found = {row[0]: CustomerRow(*row) for row in session.execute(query)}
    return [found[key] for key in ids if key in found]


def codes(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The codes of some customers, which tell namesakes apart."""
    rows = session.execute(select(Customer.id, Customer.code).where(Customer.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}


def counts(session: Session, owner_id: uuid.UUID | None = None) -> dict[str, int]:
    """The number on each quick filter."""
    wanted = [name for name in FILTERS if name != "mine" or owner_id is not None]
    return {name: count(session, CustomerQuery(filter=name, owner_id=owner_id)) for name in wanted}


def position(session: Session, query: CustomerQuery, customer_id: uuid.UUID) -> int | None:
    """The row a customer has in the list, None when the query leaves it out."""
    if query.text.strip():
        ids = _found(session, query)
        return ids.index(customer_id) if customer_id in ids else None
    ordered = _ordered(select(F.customer_id).where(*_where(query)), query)
    for place, key in enumerate(session.scalars(ordered)):
        if key == customer_id:
            return place
    return None


def _where(query: CustomerQuery) -> list[ColumnElement[bool]]:
    where: list[Any] = [F.archived if query.filter == "archived" else ~F.archived]
    if query.filter == "grade_a":
        where.append(F.grade == "A")
    elif query.filter == "mine":
        where.append(F.owner_id == query.owner_id)
    elif query.filter == "quiet":
        where.append(F.quiet)
    elif query.filter == "overdue":
        where.append(F.overdue > literal_column("0"))  # a bound value would hide the partial index
    if query.grades:
        where.append(F.grade.in_(query.grades))
    if query.ids is not None:
        where.append(F.customer_id.in_(query.ids))
    return where


def _ordered(statement: Select[Any], query: CustomerQuery) -> Select[Any]:
    """Sort so that one index serves: key columns all up or all down, the id last, empty dates always last."""
    name = NAME_KEYS.get(query.language, F.plain_key)
    keys: tuple[Any, ...] = {
        "grade": (F.grade, name),
        "revenue": (F.revenue_12m,),
        "next": (F.next_follow_up_on,),
    }.get(query.sort, (name,))
    ordered: list[Any] = [key.desc() if query.descending else key for key in (*keys, F.customer_id)]
    if query.sort == "next":
        ordered[0] = ordered[0].nulls_last()
    return statement.order_by(*ordered)


def _found(session: Session, query: CustomerQuery) -> list[uuid.UUID]:
    """The customers a search finds within the filter, best first, or in the chosen order."""
    ids = search.search(session, query.text, entity="customer", limit=1000).ids
    narrowed = select(F.customer_id).where(F.customer_id.in_(ids), *_where(query))
    if query.sort:
        return list(session.scalars(_ordered(narrowed, query)))
    kept = set(session.scalars(narrowed))
    return [key for key in ids if key in kept]
