"""Calls, visits, messages: recording what was said."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Customer, Interaction
from desktop_crm.models.interaction import InteractionKind
from desktop_crm.services.records import editable, fetch
from desktop_crm.services.typed import cleaned

FIELDS = editable(Interaction) - {"customer_id", "channel", "equipment_id"}
MOST_MINUTES = 10_000  # a week


@dataclass(frozen=True, slots=True)
class Noted:
    """An interaction as a form edits it: kind, contact_id, staff_id, happened_at (UTC), minutes, summary."""

    id: uuid.UUID
    customer_id: uuid.UUID
    customer: str
    values: dict[str, Any]


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
    """Add an interaction and return its key; raises UserError without a summary or with odd minutes."""
    fetch(session, Customer, customer_id)
    _check(summary, minutes)
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


@needs(Permission.CUSTOMERS)
def update(session: Session, interaction_id: uuid.UUID, values: Mapping[str, Any]) -> uuid.UUID:
    """Correct what was noted; raises UserError as ``record`` does."""
    noted = fetch(session, Interaction, interaction_id)
    clean = cleaned(values, FIELDS)
    _check(clean.get("summary", noted.summary), clean.get("minutes", noted.minutes))
    for name, value in clean.items():
        setattr(noted, name, InteractionKind(value) if name == "kind" else value)
    return interaction_id


@needs(Permission.CUSTOMERS)
def delete(session: Session, interaction_id: uuid.UUID) -> None:
    """Take away what was noted by mistake; it can be undone."""
    session.delete(fetch(session, Interaction, interaction_id))


def load(session: Session, interaction_id: uuid.UUID) -> Noted:
    """What a form starts from; raises UserError when it is gone."""
    noted = fetch(session, Interaction, interaction_id)
    customer = fetch(session, Customer, noted.customer_id)
    values = {name: getattr(noted, name) for name in FIELDS}
    return Noted(interaction_id, customer.id, customer.name, values)


def _check(summary: str, minutes: int) -> None:
    if not summary.strip():
        raise UserError(N_("The note is empty."), N_("Write what was said or done."), field="summary")
    if not 0 <= minutes <= MOST_MINUTES:
        raise UserError(
            N_("The minutes must lie between 0 and %(most)s."), N_("Correct them."), field="minutes", most=MOST_MINUTES
        )
