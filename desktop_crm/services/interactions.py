"""Calls, visits, messages: recording what was said."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Customer, Interaction
from desktop_crm.models.interaction import InteractionKind
from desktop_crm.services.records import fetch


@needs(Permission.CUSTOMERS)
def record(
    session: Session,
    customer_id: uuid.UUID,
    kind: str,
    summary: str,
    *,
    minutes: int = 0,
    happened_at: dt.datetime | None = None,
    contact_id: uuid.UUID | None = None,
    staff_id: uuid.UUID | None = None,
    equipment_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Add an interaction and return its key; raises UserError without a summary or with negative minutes."""
    fetch(session, Customer, customer_id)
    if not summary.strip():
        raise UserError(N_("The note is empty."), N_("Write what was said."), field="summary")
    if minutes < 0:
        raise UserError(N_("The minutes cannot be negative."), N_("Type 0 or more."), field="minutes")
    interaction = Interaction(
        customer_id=customer_id,
        kind=InteractionKind(kind),
        summary=summary.strip(),
        minutes=minutes,
        happened_at=happened_at or clock.now(),
        contact_id=contact_id,
        staff_id=staff_id,
        equipment_id=equipment_id,
    )
    session.add(interaction)
    session.flush()
    return interaction.id
