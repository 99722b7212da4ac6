"""What the values of every form go through before they are stored."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import Customer, Product, Staff

NAME_LIMIT = 300


def cleaned(values: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """The values without blanks around texts; ValueError for a name that is not among ``fields``."""
    unknown = set(values) - set(fields)
    if unknown:
        raise ValueError(f"not fields of this record: {sorted(unknown)}")
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def require_short(name: str) -> None:
    """Raise UserError for a name longer than ``NAME_LIMIT``."""
    if len(name) > NAME_LIMIT:
        raise UserError(
            N_("The name is longer than %(limit)s characters."), N_("Shorten it."), field="name", limit=NAME_LIMIT
        )


def require_free_code(
    session: Session, model: type[Customer] | type[Product] | type[Staff], code: str, own: uuid.UUID | None
) -> None:
    """Raise UserError when ``code`` belongs to another record than ``own``."""
    owner = session.execute(select(model.id, model.name).where(model.code == code)).first() if code else None
    if owner and owner.id != own:
        raise UserError(
            N_("The code %(code)s belongs to %(name)s."),
            N_("Type another code."),
            field="code",
            code=code,
            name=owner.name,
        )
