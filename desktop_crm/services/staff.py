"""People of the shop, for choosing who is in charge."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import Staff
from desktop_crm.services.records import editable, fetch

FIELDS = editable(Staff)


def names(session: Session) -> list[tuple[uuid.UUID, str]]:
    """Key and name of everybody who works here now."""
    query = select(Staff.id, Staff.name).where(Staff.archived_at.is_(None)).order_by(Staff.code)
    return [(key, name) for key, name in session.execute(query)]


def create(session: Session, values: dict[str, Any]) -> uuid.UUID:
    """Add a person; raises UserError without a name or with a code in use."""
    person = Staff(**_checked(session, values, None))
    session.add(person)
    session.flush()
    return person.id


def update(session: Session, staff_id: uuid.UUID, values: dict[str, Any]) -> uuid.UUID:
    """Change a person; raises UserError as ``create`` does."""
    person = fetch(session, Staff, staff_id)
    for name, value in _checked(session, {"name": person.name, "code": person.code, **values}, staff_id).items():
        setattr(person, name, value)
    return staff_id


def archive(session: Session, staff_id: uuid.UUID) -> None:
    """Take a person who left out of the choices; documents keep the name."""
    fetch(session, Staff, staff_id).archived_at = clock.now()


def _checked(session: Session, values: dict[str, Any], own: uuid.UUID | None) -> dict[str, Any]:
    unknown = set(values) - FIELDS
    if unknown:
        raise ValueError(f"not fields of staff: {sorted(unknown)}")
    if not str(values.get("name", "")).strip():
        raise UserError(N_("The person has no name."), N_("Type a name."), field="name")
    taken = session.scalar(select(Staff.id).where(Staff.code == values.get("code", "")))
    if taken and taken != own:
        raise UserError(N_("This code is in use."), N_("Type another code."), field="code")
    return values
