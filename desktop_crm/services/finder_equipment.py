"""Find anything, its equipment: by the beginning of a serial number, or by words among the newest pieces."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.models import Customer, Equipment

E = Equipment
NEWEST = 3_000  # pieces looked through for words
LEAST = 2  # characters, before anything is looked for
LAST_SIGN = "\U0010ffff"


def find(session: Session, text: str, limit: int) -> list[uuid.UUID]:
    """Up to ``limit`` pieces: serial numbers that begin with ``text`` first, then the newest with all its words."""
    if len(text) < LEAST:
        return []
    found: dict[uuid.UUID, None] = {}
    for serial in dict.fromkeys((text, text.upper())):
        begins = select(E.id).where(E.serial >= serial, E.serial < serial + LAST_SIGN).order_by(E.serial).limit(limit)
        found |= dict.fromkeys(session.scalars(begins))
    if len(found) < limit:
        found |= dict.fromkeys(session.scalars(_newest(text, limit)))
    return list(found)[:limit]


def rows(session: Session, ids: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, str, str, str, str]]:
    """Key, name, customer, serial with place, and state of some pieces."""
    query = (
        select(E.id, E.name, Customer.name, func.trim(E.serial + " " + E.location), E.state)
        .join(Customer, Customer.id == E.customer_id)
        .where(E.id.in_(ids))
    )
    return [(key, name, customer, text, state) for key, name, customer, text, state in session.execute(query)]


def _newest(text: str, limit: int) -> Any:
    newest = select(E.id, (E.serial + " " + E.name + " " + E.model).label("text")).order_by(E.id.desc()).limit(NEWEST)
    looked = newest.subquery()
    holds = [looked.c.text.icontains(word, autoescape=True) for word in text.split()[:8]]
    return select(looked.c.id).where(*holds).limit(limit)
