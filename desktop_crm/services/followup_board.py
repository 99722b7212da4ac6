"""Follow-ups as a board (overdue, today, this week, later, done lately) and by day, with the inspections due."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from desktop_crm.models import (
    Customer,
    CustomerFigures,
    Equipment,
    FollowUp,
    InspectionPlan,
    Order,
    Quotation,
    QuotationRevision,
)
from desktop_crm.models.followup import FollowUpState
from desktop_crm.services import followups
from desktop_crm.services.followups import FollowUpQuery, FollowUpRow
from desktop_crm.services.records import Query

COLUMNS = ("overdue", "today", "week", "later", "lately")
LIMIT = 40  # cards of a column or a day; what is more is only counted
FOLLOW_UP, INSPECTION = "follow_up", "inspection_plan"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose follow-ups, and of those what matches a typed text; ``today`` is the shop's date.

    ``week_end`` is the last day of this week, None for the coming Sunday.
    """

    today: dt.date
    staff_id: uuid.UUID | None = None
    text: str = ""
    week_end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class BoardCard(FollowUpRow):
    """A follow-up with what it is about: a number or name, and an amount in minor units of ``currency``.

    An inspection (``kind``) is one too: its id is that of the plan, ``about_id`` the equipment's.
    """

    kind: str = FOLLOW_UP
    about: str = ""
    amount: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Pile:
    """How many there are, and the first of them."""

    count: int
    cards: tuple[BoardCard, ...]


NOTHING = Pile(0, ())


def board(session: Session, scope: Scope, limit: int = LIMIT) -> dict[str, Pile]:
    """The columns of the board: by grade, then day and time; later ones by day, done ones the newest first."""
    return {name: _column(session, scope, name, limit) for name in COLUMNS}


def month(session: Session, scope: Scope, first: dt.date, last: dt.date, limit: int) -> dict[dt.date, Pile]:
    """What is to be done on each day from ``first`` to ``last``, at most ``limit`` cards a day; empty days are out.

    A day begins with what has a time, then come the others by grade, then the inspections.
    """
    keys = _follow_ups_by_day(session, scope, first, last, limit)
    plans = _inspections_by_day(session, scope, first, last, limit)
    cards = {card.id: card for card in _cards(session, [key for found in keys.values() for key in found[1]])}
    visits = {card.id: card for card in _visits(session, [key for found in plans.values() for key in found[1]])}
    days: dict[dt.date, Pile] = {}
    for day in sorted(keys.keys() | plans.keys()):
        (count, mine), (more, theirs) = keys.get(day, (0, [])), plans.get(day, (0, []))
        shown = [cards[key] for key in mine if key in cards] + [visits[key] for key in theirs if key in visits]
        days[day] = Pile(count + more, tuple(shown[:limit]))
    return days


def day(session: Session, scope: Scope, on: dt.date, limit: int = LIMIT) -> Pile:
    """What is to be done on one day."""
    return month(session, scope, on, on, limit).get(on, NOTHING)


def _column(session: Session, scope: Scope, name: str, limit: int) -> Pile:
    query = FollowUpQuery(scope.today, name, scope.staff_id, text=scope.text, week_end=scope.week_end)
    count = followups.count(session, query)
    if not count:
        return NOTHING
    if name in ("later", "lately"):
        rows = followups.window(session, query, 0, limit)
    else:
        keys = followups.selected(FollowUp.id, query).order_by(*_by_grade(), FollowUp.due_on, *_by_time()).limit(limit)
        rows = followups.rows_of(session, list(session.scalars(keys)))
    return Pile(count, tuple(_with_subjects(session, rows)))


def _by_grade() -> tuple[Any, ...]:
    return CustomerFigures.grade == "", CustomerFigures.grade


def _by_time() -> tuple[Any, ...]:
    return FollowUp.due_time.is_(None), FollowUp.due_time, FollowUp.id


Keys = dict[dt.date, tuple[int, list[uuid.UUID]]]


def _follow_ups_by_day(session: Session, scope: Scope, first: dt.date, last: dt.date, limit: int) -> Keys:
    query = FollowUpQuery(scope.today, "open", scope.staff_id, text=scope.text)
    order = (FollowUp.due_time.is_(None), FollowUp.due_time, *_by_grade(), FollowUp.id)
    picked = followups.selected(
        FollowUp.id,
        query,
        FollowUp.due_on.label("day"),
        func.count().over(partition_by=FollowUp.due_on).label("whole"),
        func.row_number().over(partition_by=FollowUp.due_on, order_by=order).label("place"),
    ).where(FollowUp.due_on.between(first, last))
    return _by_day(session, picked, limit)


def _inspections_by_day(session: Session, scope: Scope, first: dt.date, last: dt.date, limit: int) -> Keys:
    """With ``staff_id`` those of the customers this person looks after."""
    plan = InspectionPlan
    picked = (
        select(
            plan.id,
            plan.next_on.label("day"),
            func.count().over(partition_by=plan.next_on).label("whole"),
            func.row_number().over(partition_by=plan.next_on, order_by=(*_by_grade(), plan.id)).label("place"),
        )
        .join(Equipment, Equipment.id == plan.equipment_id)
        .join(Customer, Customer.id == Equipment.customer_id)
        .outerjoin(CustomerFigures, CustomerFigures.customer_id == Customer.id)
        .where(plan.next_on.between(first, last), plan.ended_at.is_(None))
    )
    if scope.staff_id is not None:
        picked = picked.where(Customer.owner_id == scope.staff_id)
    return _by_day(session, picked.where(*(_names(word) for word in scope.text.split())), limit)


def _by_day(session: Session, picked: Select[Any], limit: int) -> Keys:
    found = picked.subquery()
    chosen = select(found.c.day, found.c.whole, found.c.id).where(found.c.place <= limit)
    keys: Keys = {}
    for on, whole, key in session.execute(chosen.order_by(found.c.day, found.c.place)):
        keys.setdefault(on, (whole, []))[1].append(key)
    return keys


def _names(word: str) -> ColumnElement[bool]:
    fields = (Customer.name, Equipment.name, InspectionPlan.name)
    return fields[0].icontains(word, autoescape=True) | (
        fields[1].icontains(word, autoescape=True) | fields[2].icontains(word, autoescape=True)
    )


def _cards(session: Session, ids: list[uuid.UUID]) -> list[BoardCard]:
    return _with_subjects(session, followups.rows_of(session, ids))


def _with_subjects(session: Session, rows: Iterable[FollowUpRow]) -> list[BoardCard]:
    """Cards of follow-ups, each with the number or name and the amount of what it is about."""
    cards = [BoardCard(**{name: getattr(row, name) for name in FollowUpRow.__slots__}) for row in rows]
    found: dict[uuid.UUID, tuple[str, int, str]] = {}
    for entity, query in _ABOUT.items():
        ids = [card.about_id for card in cards if card.about_entity == entity and card.about_id]
        if ids:
            found |= {key: tuple(rest) for key, *rest in session.execute(query.where(_KEYS[entity].in_(ids)))}
    return [_about(card, found.get(card.about_id)) if card.about_id else card for card in cards]


def _about(card: BoardCard, found: tuple[str, int, str] | None) -> BoardCard:
    return replace(card, about=found[0], amount=found[1], currency=found[2]) if found else card


_ABOUT: dict[str, Query] = {
    "quotation": select(Quotation.id, Quotation.number, QuotationRevision.total, QuotationRevision.currency).join(
        QuotationRevision,
        (QuotationRevision.quotation_id == Quotation.id) & (QuotationRevision.revision == Quotation.standing_revision),
    ),
    "customer_order": select(Order.id, Order.number, Order.total, Order.currency),
    "equipment": select(Equipment.id, Equipment.name, literal(0), literal("")),
}
_KEYS = {"quotation": Quotation.id, "customer_order": Order.id, "equipment": Equipment.id}


def _visits(session: Session, ids: list[uuid.UUID]) -> list[BoardCard]:
    """Inspections as cards."""
    plan, thing = InspectionPlan, Equipment
    query: Query = (
        select(plan.id, thing.customer_id, Customer.name, func.coalesce(CustomerFigures.grade, ""), plan.name,
               thing.location, plan.next_on, plan.rrule, thing.id, thing.name)
        .join(thing, thing.id == plan.equipment_id)
        .join(Customer, Customer.id == thing.customer_id)
        .outerjoin(CustomerFigures, CustomerFigures.customer_id == Customer.id)
        .where(plan.id.in_(ids))
    )  # fmt: skip
    return [
        BoardCard(
            key, customer_id, customer, grade, name or thing_name, location, next_on, None, rule, FollowUpState.OPEN,
            "", "equipment", thing_id, None, INSPECTION, thing_name if name else "",
        )
        for key, customer_id, customer, grade, name, location, next_on, rule, thing_id, thing_name
        in (session.execute(query) if ids else ())
    ]  # fmt: skip
