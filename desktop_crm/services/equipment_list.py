"""The equipment installed at customers: list and single pieces."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import Customer, Equipment

MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class EquipmentRow:
    """A piece of equipment with the customer who bought it."""

    id: uuid.UUID
    serial: str
    name: str
    model: str
    state: str
    location: str
    delivered_on: dt.date | None
    accepted_on: dt.date | None
    warranty_until: dt.date | None
    customer_id: uuid.UUID
    customer: str


def count(session: Session, text: str = "") -> int:
    """How many pieces a text selects."""
    return session.scalar(_selected(func.count(), text)) or 0


def window(session: Session, text: str, offset: int, limit: int) -> list[EquipmentRow]:
    """The rows from ``offset`` on, the newest first."""
    query = _selected(None, text).order_by(Equipment.id.desc()).offset(offset).limit(limit)
    return [EquipmentRow(*row) for row in session.execute(query)]


def load(session: Session, equipment_id: uuid.UUID) -> EquipmentRow:
    """One piece; raises UserError when it is gone."""
    row = session.execute(_selected(None, "").where(Equipment.id == equipment_id)).one_or_none()
    if row is None:
        raise UserError(N_("This record is no longer there."), N_("Refresh the list and try again."))
    return EquipmentRow(*row)


def _selected(what: Any, text: str) -> Select[Any]:
    e = Equipment
    columns: tuple[Any, ...] = (
        e.id, e.serial, e.name, e.model, e.state, e.location, e.delivered_on, e.accepted_on, e.warranty_until,
        e.customer_id, Customer.name,
    )  # fmt: skip
    query = select(*(columns if what is None else (what,))).select_from(e).join(Customer, Customer.id == e.customer_id)
    return query.where(*(matches(word) for word in text.split()[:MAX_WORDS]))


def matches(word: str) -> ColumnElement[bool]:
    """Whether a word stands in one of the texts; ``%`` and ``_`` stand for themselves."""
    fields = (Equipment.serial, Equipment.name, Equipment.model, Equipment.location, Customer.name)
    return or_(*(field.icontains(word, autoescape=True) for field in fields))
