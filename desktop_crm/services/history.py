"""History and undo, read from the one journal."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Customer, CustomValue, JournalEntry, Record, Tombstone
from desktop_crm.models.base import entity_of
from desktop_crm.services import revenue_months, undo_rules, waiting
from desktop_crm.store.journal import SILENT_FIELDS, batch_of, decode, encode

# What left the house is cancelled by a second document or state, never undone; so is every batch that gave out
# a document number. A grading run has an undo of its own; a shop is not taken back at all.
FINAL_ACTIONS = frozenset(
    {
        "quotations.issue",
        "quotations.mark_sent",
        "quotations.expire_due",
        "erasing.erase",
        "erasing.make_nameless",
        "grading.apply",
        "grading_runs.undo",
        "shop.create",
        "shops.set_up",
        "shops.catch_up",
    }
)
CHANGED_SINCE = (
    N_("The record was changed again since; nothing was undone."),
    N_("Undo the later change first, or correct the record by hand."),
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
    return bool(rows) and rows[0].action not in FINAL_ACTIONS and not any(_is_final(row) for row in rows)


def record_told(session: Session, batch_id: uuid.UUID, entity: str) -> uuid.UUID | None:
    """The record of an ``entity`` that a batch wrote a note about, as a grading does about its run."""
    query = select(JournalEntry.key).where(
        JournalEntry.batch_id == batch_id, JournalEntry.entity == entity, JournalEntry.verb == "note"
    )
    return session.scalar(query)


def _is_final(entry: JournalEntry) -> bool:
    """Whether an entry cannot be undone: it tells of many records at once, or a number was given out."""
    numbered = "number" in entry.changes and entry.entity != entity_of(CustomValue)  # the value of a field is none
    return entry.verb == "note" or (entry.verb != "delete" and numbered)


@needs(Permission.DATA)
def undo(session: Session, batch_id: uuid.UUID) -> uuid.UUID:
    """Take a batch back as a new batch that points at it; figures, index and totals follow.

    Raises UserError when it cannot be undone, a record was changed again since, or another now refers to it.
    """
    if not can_undo(session, batch_id):
        raise UserError(N_("This step cannot be undone."), N_("Cancel the document instead; the history keeps both."))
    batch_of(session).reverses = batch_id
    take_back(session, _entries(session, batch_id))
    return batch_of(session).id


def take_back(session: Session, entries: Sequence[JournalEntry]) -> None:
    """Reverse single journal rows, the last one first; raises UserError when a record was changed again since."""
    models = {entity_of(mapper.class_): mapper.class_ for mapper in Record.registry.mappers}
    try:
        for entry in reversed(entries):
            _revert(session, models[entry.entity], entry)
            session.flush()
            if "makes_equipment" in entry.changes:
                waiting.rebuild(session)
    except IntegrityError as error:  # something made later refers to the record, or has taken its code
        raise UserError(*CHANGED_SINCE) from error
    undo_rules.follow_plans(session, entries)
    session.flush()
    if undo_rules.contradicted(session, entries):
        raise UserError(*CHANGED_SINCE)


def _entries(session: Session, batch_id: uuid.UUID) -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.batch_id == batch_id).order_by(JournalEntry.sequence)
    return list(session.scalars(query))


def _revert(session: Session, model: type[Record], entry: JournalEntry) -> None:
    assert entry.key is not None
    columns = cast(Table, model.__table__).columns
    before = {name: decode(columns[name], old) for name, (old, _new) in entry.changes.items()}
    if entry.verb == "delete":
        session.execute(delete(Tombstone).where(Tombstone.entity == entry.entity, Tombstone.key == entry.key))
        session.add(model(**before))
        return
    record = session.get(model, entry.key)
    # what was empty when the record was made is not in the journal, but must still be empty
    told = set(entry.changes) if entry.verb == "update" else set(columns.keys()) - SILENT_FIELDS
    if record is None or any(encode(getattr(record, name)) != _after(entry, name) for name in told):
        raise UserError(*CHANGED_SINCE)
    if entry.verb == "create":
        if isinstance(record, Customer):
            revenue_months.forget(session, [record.id])
        session.delete(record)
    else:
        for name, value in before.items():
            setattr(record, name, value)


def _after(entry: JournalEntry, name: str) -> Any:
    return entry.changes.get(name, (None, None))[1]
