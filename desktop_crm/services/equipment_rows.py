"""The equipment screen: customers with equipment, the table of pieces, the numbers on its quick filters."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal_column, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from desktop_crm.models import Customer, CustomerFigures, Equipment, InspectionPlan
from desktop_crm.models.equipment import EquipmentState
from desktop_crm.services.equipment import next_visit
from desktop_crm.services.equipment_list import MAX_WORDS, matches

E, F, P = Equipment, CustomerFigures, InspectionPlan
FILTERS = ("all", "due", "ending", "over", "retired")
SORTS = ("model", "name", "location", "serial", "warranty", "next")
DUE_DAYS = 30  # a visit within them is counted
ENDING_DAYS = 60  # a warranty that ends within them is told
NAME_KEYS = {"zh_TW": F.stroke_key, "zh_CN": F.pinyin_key, "en": F.plain_key}


@dataclass(frozen=True, slots=True)
class EquipmentQuery:
    """What the table shows; ``filter`` is one of FILTERS, ``sort`` one of SORTS or "" (the newest first)."""

    today: dt.date
    filter: str = "all"
    text: str = ""
    customer_id: uuid.UUID | None = None
    sort: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One piece; ``next_on`` is its next visit."""

    id: uuid.UUID
    model: str
    name: str
    location: str
    serial: str
    state: str
    warranty_until: dt.date | None
    next_on: dt.date | None
    customer: str


@dataclass(frozen=True, slots=True)
class Owner:
    """A customer who bought or uses equipment that is in use, and how many pieces."""

    id: uuid.UUID
    name: str
    grade: str
    pieces: int


def count(session: Session, query: EquipmentQuery) -> int:
    """How many pieces the query selects."""
    return session.scalar(_from(select(func.count()), query)) or 0


def window(session: Session, query: EquipmentQuery, offset: int, limit: int) -> list[TableRow]:
    """The rows from ``offset`` on: ids first, then their columns."""
    page = _from(select(E.id), query).order_by(*_order(query)).offset(offset).limit(limit)
    return rows_of(session, list(session.scalars(page)))


def position(session: Session, query: EquipmentQuery, equipment_id: uuid.UUID) -> int | None:
    """Where a piece stands in the table, None when the query does not have it."""
    keys = session.scalars(_from(select(E.id), query).order_by(*_order(query)))
    return next((place for place, key in enumerate(keys) if key == equipment_id), None)


def rows_of(session: Session, ids: list[uuid.UUID]) -> list[TableRow]:
    """The rows of some pieces in the order of ``ids``."""
    columns: tuple[Any, ...] = (
        E.id, E.model, E.name, E.location, E.serial, E.state, E.warranty_until, next_visit(), Customer.name,
    )  # fmt: skip
    query = select(*columns).join(Customer, Customer.id == E.customer_id).where(E.id.in_(ids))
    found = {row[0]: TableRow(*row) for row in session.execute(query)}
    return [found[key] for key in ids if key in found]


def counts(session: Session, query: EquipmentQuery) -> dict[str, int]:
    """The number on each quick filter, for the customer and the text of ``query``."""
    return {name: count(session, replace(query, filter=name)) for name in FILTERS}


def owners_count(session: Session, text: str) -> int:
    """How many customers ``owners`` would give."""
    bought = select(E.customer_id).where(_IN_USE)
    used = _narrowed(select(E.user_id).where(_IN_USE, E.user_id.is_not(None)), text).distinct().subquery()
    buyers = session.scalar(_narrowed(select(func.count(E.customer_id.distinct())).where(_IN_USE), text)) or 0
    others = used.c.user_id.not_in(_narrowed(bought, text))  # few: most who use a piece have bought one
    return buyers + (session.scalar(select(func.count()).select_from(used).where(others)) or 0)


def owners(session: Session, text: str, language: str, offset: int, limit: int) -> list[Owner]:
    """Customers with equipment in use that a text selects: by grade, then by name."""
    held = _held(text)
    grouped = select(held.c.holder, func.sum(held.c.pieces).label("pieces")).group_by(held.c.holder).subquery()
    page = (
        select(grouped.c.holder, grouped.c.pieces, F.grade)
        .join(F, F.customer_id == grouped.c.holder)
        .order_by(F.grade == "", F.grade, NAME_KEYS.get(language, F.plain_key), F.customer_id)
        .offset(offset)
        .limit(limit)
        .subquery()
    )
    query = select(page.c.holder, Customer.name, page.c.grade, page.c.pieces).join(
        Customer, Customer.id == page.c.holder
    )
    return [Owner(*row) for row in session.execute(query)]


def state_of(session: Session, equipment_id: uuid.UUID) -> str | None:
    """The state of a piece; None when it is gone."""
    return session.scalar(select(E.state).where(E.id == equipment_id))


_IN_USE = E.state != EquipmentState.RETIRED


def _from(statement: Select[Any], query: EquipmentQuery) -> Select[Any]:
    """``statement`` over the pieces that ``query`` selects."""
    narrowed: Select[Any] = _narrowed(statement.select_from(E).where(_chosen(query)), query.text)
    if query.customer_id is not None:
        narrowed = narrowed.where(or_(E.customer_id == query.customer_id, E.user_id == query.customer_id))
    if query.sort == "next":
        nearest = select(P.equipment_id, func.min(P.next_on).label("next_on")).group_by(P.equipment_id).subquery("near")
        narrowed = narrowed.outerjoin(nearest, nearest.c.equipment_id == E.id)
    return narrowed


def _narrowed(statement: Any, text: str) -> Any:
    words = text.split()[:MAX_WORDS]
    if not words:
        return statement
    user = aliased(Customer)
    joined = statement.join(Customer, Customer.id == E.customer_id).outerjoin(user, user.id == E.user_id)
    return joined.where(*(or_(matches(word), user.name.icontains(word, autoescape=True)) for word in words))


def _held(text: str) -> Subquery:
    """How many pieces in use that a text selects each customer bought, and how many it uses that another bought."""
    pieces = func.count().label("pieces")
    bought = select(E.customer_id.label("holder"), pieces).where(_IN_USE)
    used = select(E.user_id.label("holder"), pieces).where(_IN_USE, E.user_id.is_not(None), E.user_id != E.customer_id)
    return union_all(
        _narrowed(bought, text).group_by(E.customer_id), _narrowed(used, text).group_by(E.user_id)
    ).subquery()


def _chosen(query: EquipmentQuery) -> ColumnElement[bool]:
    today = query.today
    if query.filter == "retired":
        return E.state == EquipmentState.RETIRED
    if query.filter == "due":
        soon = today + dt.timedelta(days=DUE_DAYS)
        return and_(_IN_USE, E.id.in_(select(P.equipment_id).where(P.next_on <= soon)))
    if query.filter == "ending":
        return and_(_IN_USE, E.warranty_until.between(today, today + dt.timedelta(days=ENDING_DAYS)))
    if query.filter == "over":
        return and_(_IN_USE, E.warranty_until < today)
    return _IN_USE


def _order(query: EquipmentQuery) -> tuple[Any, ...]:
    columns: dict[str, Any] = {
        "model": E.model,
        "name": E.name,
        "location": E.location,
        "serial": E.serial,
        "warranty": E.warranty_until,
        "next": literal_column("near.next_on"),
    }
    if query.sort not in columns:
        return (E.id.desc(),)
    column = columns[query.sort]
    ordered = column.desc() if query.descending else column.asc()
    return (ordered.nulls_last(), E.id.desc() if query.descending else E.id)
