"""History and undo, read from the one journal."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import JournalEntry, Record
from desktop_crm.models.base import entity_of
from desktop_crm.store.journal import SILENT_FIELDS, batch_of, decode, encode

# Documents that left the house are cancelled by a second document or state, never undone.
FINAL_ACTIONS = frozenset(
    {
        "quotations.issue",
        "quotations.mark_sent",
        "quotations.accept",
        "deliveries.deliver",
        "payments.receive",
        "grading.apply",
        "shop.create",
    }
)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of one record."""

    batch_id: uuid.UUID
    happened_at: dt.datetime
    actor: str
    action: str
    verb: str
    changes: dict[str, Any]


def of_record(session: Session, entity: str, key: uuid.UUID) -> list[HistoryRow]:
    """Every change of a record, newest first."""
    query = (
        select(
            JournalEntry.batch_id,
            JournalEntry.happened_at,
            JournalEntry.actor,
            JournalEntry.action,
            JournalEntry.verb,
            JournalEntry.changes,
        )
        .where(JournalEntry.entity == entity, JournalEntry.key == key)
        .order_by(JournalEntry.sequence.desc())
    )
    return [HistoryRow(*row) for row in session.execute(query)]


def can_undo(session: Session, batch_id: uuid.UUID) -> bool:
    """True for a batch that may be taken back as a whole."""
    rows = _entries(session, batch_id)
    return bool(rows) and rows[0].action not in FINAL_ACTIONS and all(row.verb != "note" for row in rows)


def undo(session: Session, batch_id: uuid.UUID) -> uuid.UUID:
    """Take a batch back as a new batch that points at it; figures, index and totals follow.

    Raises UserError when it cannot be undone or a record was changed again since.
    """
    if not can_undo(session, batch_id):
        raise UserError(N_("This step cannot be undone."), N_("Cancel the document instead; the history keeps both."))
    batch_of(session).reverses = batch_id
    models = {entity_of(mapper.class_): mapper.class_ for mapper in Record.registry.mappers}
    for entry in reversed(_entries(session, batch_id)):
        _revert(session, models[entry.entity], entry)
        session.flush()
    return batch_of(session).id


def _entries(session: Session, batch_id: uuid.UUID) -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.batch_id == batch_id).order_by(JournalEntry.sequence)
    return list(session.scalars(query))


def _revert(session: Session, model: type[Record], entry: JournalEntry) -> None:
    assert entry.key is not None
    columns = cast(Table, model.__table__).columns
    if entry.verb == "delete":
        values = {name: decode(columns[name], old) for name, (old, _new) in entry.changes.items()}
        session.add(model(**values))
        return
    record = session.get(model, entry.key)
    for name, (_old, new) in entry.changes.items():
        if record is None or (name not in SILENT_FIELDS and encode(getattr(record, name)) != new):
            raise UserError(
                N_("The record was changed again since; nothing was undone."),
                N_("Undo the later change first, or correct the record by hand."),
            )
    assert record is not None
    if entry.verb == "create":
        session.delete(record)
        return
    for name, (old, _new) in entry.changes.items():
        setattr(record, name, decode(columns[name], old))
