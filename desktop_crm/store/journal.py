"""The one journal: every flushed record becomes a row; history, undo and audit read it.

A write session collects what it changed while it flushes; ``Changed`` tells the window afterwards.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Column, Table, event, func, insert, inspect, select, update
from sqlalchemy.orm import Session, UOWTransaction

from desktop_crm.core.dates import clock
from desktop_crm.core.ids import new_id
from desktop_crm.models import JournalEntry, Record, Tombstone
from desktop_crm.models.base import entity_of

SILENT_FIELDS = frozenset({"version", "updated_at"})


@dataclass(frozen=True, slots=True)
class Changed:
    """What one transaction changed: record ids by entity; pages that show such entities reload."""

    batch_id: uuid.UUID
    action: str
    entities: dict[str, frozenset[uuid.UUID]]


@dataclass(slots=True)
class Batch:
    """What a write session has done so far; kept in ``session.info["batch"]``."""

    action: str
    actor: str = ""
    device: int = 1
    id: uuid.UUID = field(default_factory=new_id)
    reverses: uuid.UUID | None = None
    entities: dict[str, set[uuid.UUID]] = field(default_factory=dict)
    customers: set[uuid.UUID] = field(default_factory=set)

    def changed(self) -> Changed:
        """The summary for the window."""
        return Changed(self.id, self.action, {name: frozenset(ids) for name, ids in self.entities.items()})

    def touch(self, entity: str, *ids: uuid.UUID) -> None:
        """Note records of ``entity`` as changed, for a bulk statement that no flush sees."""
        self.entities.setdefault(entity, set()).update(ids)


def batch_of(session: Session) -> Batch:
    """The batch of a write session."""
    batch: Batch = session.info["batch"]
    return batch


def attach(session: Session, batch: Batch) -> None:
    """Make ``session`` journal everything it flushes under ``batch``."""
    session.info["batch"] = batch
    event.listen(session, "after_flush", _record_flush)


def _record_flush(session: Session, _context: UOWTransaction) -> None:
    rows = [_row("create", record) for record in session.new if isinstance(record, Record)]
    rows += [row for record in session.dirty if isinstance(record, Record) and (row := _row("update", record))]
    rows += [_row("delete", record) for record in session.deleted if isinstance(record, Record)]
    batch = batch_of(session)
    for record in (*session.new, *session.dirty, *session.deleted):
        if isinstance(record, Record):
            batch.touch(entity_of(record), record.id)
            batch.customers |= _customers_of(record)
    _append(session, [row for row in rows if row])


def _row(verb: str, record: Record) -> dict[str, Any] | None:
    """The journal row of a record, or None when an update changed nothing worth telling."""
    state = inspect(record)
    changes: dict[str, list[Any]] = {}
    for attribute in state.mapper.column_attrs:
        name = attribute.key
        if name in SILENT_FIELDS:
            continue
        if verb == "update":
            history = state.attrs[name].history
            if history.has_changes():
                old = history.deleted[0] if history.deleted else None
                changes[name] = [encode(old), encode(getattr(record, name))]
        elif (value := getattr(record, name)) is not None:
            changes[name] = [None, encode(value)] if verb == "create" else [encode(value), None]
    if verb == "update" and not changes:
        return None
    return {"verb": verb, "entity": entity_of(record), "key": record.id, "changes": changes}


def _customers_of(record: Record) -> set[uuid.UUID]:
    """The customers whose figures or search text a record belongs to, before and after the change."""
    if entity_of(record) == "customer":
        return {record.id}
    found: set[uuid.UUID] = set()
    attributes = inspect(record).attrs
    if "customer_id" in attributes:
        history = attributes["customer_id"].history
        found.update(value for value in (*history.sum(),) if value is not None)
    return found


def note(session: Session, entity: str, key: uuid.UUID | None, changes: dict[str, Any], verb: str = "note") -> None:
    """Add a row for something no flush shows: a bulk creation, a generated shop, a command."""
    _append(session, [{"verb": verb, "entity": entity, "key": key, "changes": changes}])


def bulk_update(session: Session, model: type[Record], ids: Iterable[uuid.UUID], values: dict[str, Any]) -> int:
    """Set ``values`` on many records in one statement, raising their versions and journaling old values.

    Returns how many records were changed.
    """
    wanted = list(ids)
    table = cast(Table, model.__table__)
    columns = [table.c[name] for name in values]
    rows: list[dict[str, Any]] = []
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for key, *old in session.execute(select(table.c.id, *columns).where(table.c.id.in_(part))):
            pairs = zip(values.items(), old, strict=True)
            changes = {name: [encode(before), encode(new)] for (name, new), before in pairs if before != new}
            rows.append({"verb": "update", "entity": entity_of(model), "key": key, "changes": changes})
        session.execute(
            update(table)
            .where(table.c.id.in_(part))
            .values(**values, version=table.c.version + 1, updated_at=clock.now())
        )
    batch_of(session).touch(entity_of(model), *(row["key"] for row in rows))
    _append(session, rows)
    return len(rows)


def _append(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    batch = batch_of(session)
    last = session.scalar(select(func.max(JournalEntry.sequence)).where(JournalEntry.device == batch.device)) or 0
    common = {
        "batch_id": batch.id,
        "device": batch.device,
        "actor": batch.actor,
        "happened_at": clock.now(),
        "action": batch.action,
        "reverses_id": batch.reverses,
    }
    numbered = [{**common, "id": new_id(), "sequence": last + place, **row} for place, row in enumerate(rows, start=1)]
    session.execute(insert(cast(Table, JournalEntry.__table__)), numbered)
    dead = [
        {"entity": row["entity"], "key": row["key"], "device": batch.device, "sequence": row["sequence"]}
        for row in numbered
        if row["verb"] == "delete"
    ]
    if dead:
        session.execute(insert(cast(Table, Tombstone.__table__)), dead)


def encode(value: Any) -> Any:
    """A column value as JSON: Decimals, dates and keys become text."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    return value


def decode(column: Column[Any], value: Any) -> Any:
    """The Python value of ``column`` behind its JSON form."""
    if value is None or not isinstance(value, str):
        return value
    kind = column.type.python_type if not hasattr(column.type, "impl") else _python_type(column)
    if kind in (dt.datetime, dt.date, dt.time):
        return kind.fromisoformat(value)
    if kind in (Decimal, uuid.UUID):
        return kind(value)
    return value


def _python_type(column: Column[Any]) -> type:
    from desktop_crm.core.ids import Uuid
    from desktop_crm.models.types import Scaled, Utc

    for own, kind in ((Uuid, uuid.UUID), (Scaled, Decimal), (Utc, dt.datetime)):
        if isinstance(column.type, own):
            return kind
    return column.type.python_type
