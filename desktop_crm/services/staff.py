"""People of the shop, for choosing who is in charge."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Staff
from desktop_crm.services.records import editable, fetch

FIELDS = editable(Staff)


def names(session: Session) -> list[tuple[uuid.UUID, str]]:
    """Key and name of everybody who works here now."""
    query = select(Staff.id, Staff.name).where(Staff.archived_at.is_(None)).order_by(Staff.code)
    return [(key, name) for key, name in session.execute(query)]


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A person as the list of staff shows it."""

    id: uuid.UUID
    code: str
    name: str
    title: str
    mobile: str
    email: str
    is_salesperson: bool
    is_technician: bool
    is_approver: bool
    is_archived: bool


def rows(session: Session) -> list[StaffRow]:
    """Everybody, those who left at the end."""
    query = select(Staff).order_by(Staff.archived_at.is_not(None), Staff.code)
    return [
        StaffRow(
            one.id,
            one.code,
            one.name,
            one.title,
            one.mobile,
            one.email,
            one.is_salesperson,
            one.is_technician,
            one.is_approver,
            one.archived_at is not None,
        )
        for one in session.scalars(query)
    ]


@needs(Permission.SETTINGS)
def create(session: Session, values: dict[str, Any]) -> uuid.UUID:
    """Add a person; a code is given when none was typed. Raises UserError without a name or with a code in use."""
    if not str(values.get("code", "")).strip():
        values = {**values, "code": _free_code(session)}
    person = Staff(**_checked(session, values, None))
    session.add(person)
    session.flush()
    return person.id


@needs(Permission.SETTINGS)
def update(session: Session, staff_id: uuid.UUID, values: dict[str, Any]) -> uuid.UUID:
    """Change a person; raises UserError as ``create`` does."""
    person = fetch(session, Staff, staff_id)
    for name, value in _checked(session, {"name": person.name, "code": person.code, **values}, staff_id).items():
        setattr(person, name, value)
    return staff_id


@needs(Permission.SETTINGS)
def archive(session: Session, staff_id: uuid.UUID) -> None:
    """Take a person who left out of the choices; documents keep the name."""
    fetch(session, Staff, staff_id).archived_at = clock.now()


@needs(Permission.SETTINGS)
def bring_back(session: Session, staff_id: uuid.UUID) -> None:
    """Offer a person for new documents again."""
    fetch(session, Staff, staff_id).archived_at = None


def _free_code(session: Session) -> str:
    """S01, S02 ...: the first that nobody has."""
    taken = set(session.scalars(select(Staff.code)))
    return next(code for code in (f"S{number:02}" for number in count(1)) if code not in taken)


def _checked(session: Session, values: dict[str, Any], own: uuid.UUID | None) -> dict[str, Any]:
    unknown = set(values) - FIELDS
    if unknown:
        raise ValueError(f"not fields of staff: {sorted(unknown)}")
    if not str(values.get("name", "")).strip():
        raise UserError(N_("The person has no name."), N_("Type a name."), field="name")
    if not str(values.get("code", "")).strip():
        raise UserError(N_("The person has no code."), N_("Type one, such as S02."), field="code")
    taken = session.scalar(select(Staff.id).where(Staff.code == values.get("code", "")))
    if taken and taken != own:
        raise UserError(N_("This code is in use."), N_("Type another code."), field="code")
    return values
