"""The one journal: every flushed record becomes a row; history, undo and audit read it.

A write session collects what it changed while it flushes; ``Changed`` tells the window afterwards.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, Table, bindparam, event, func, insert, inspect, select, update
from sqlalchemy.orm import Mapper, Session, UOWTransaction

from desktop_crm.core.dates import clock
from desktop_crm.core.ids import Uuid, new_id
from desktop_crm.models import Instalment, JournalEntry, Order, OrderLine, Record, Tombstone
from desktop_crm.models.base import entity_of
from desktop_crm.models.types import Scaled, Utc

SILENT_FIELDS = frozenset({"version", "updated_at"})
PART = 500  # keys bound in one statement


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
    buyers: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)  # the customers of orders met so far
    sequence: int | None = None  # the last one used; nobody else can move it under the write lock

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
    event.listen(session, "before_flush", _sign)
    event.listen(session, "after_flush", _record_flush)


def _sign(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Say on new records which computer made them."""
    for record in session.new:
        if isinstance(record, Record):
            record.created_by_device = batch_of(session).device


def _record_flush(session: Session, _context: UOWTransaction) -> None:
    """Journal a flush so that its rows, read backwards, can be undone one by one: parents first, deletions last."""
    groups = {"create": session.new, "update": session.dirty, "delete": session.deleted}
    rows: list[dict[str, Any]] = []
    batch = batch_of(session)
    for verb, group in groups.items():
        records = sorted((record for record in group if isinstance(record, Record)), key=_rank)
        for record in records if verb != "delete" else reversed(records):
            if row := _row(verb, record):
                rows.append(row)
                batch.touch(row["entity"], row["key"])
                batch.customers |= _customers_of(record)
        batch.customers |= _buyers_of(session, records)
    _append(session, rows)


@cache
def _ranks() -> dict[str, int]:
    return {table.name: rank for rank, table in enumerate(Record.metadata.sorted_tables)}


def _rank(record: Record) -> int:
    """The place of a record's table when every table follows those it refers to."""
    return _ranks()[entity_of(record)]


@cache
def _fields(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The names of the columns that the journal tells of."""
    return tuple(attribute.key for attribute in mapper.column_attrs if attribute.key not in SILENT_FIELDS)


def _row(verb: str, record: Record) -> dict[str, Any] | None:
    """The journal row of a record, or None when an update changed nothing worth telling."""
    state = inspect(record)
    changes: dict[str, list[Any]] = {}
    for name in _fields(state.mapper):
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


def _buyers_of(session: Session, records: Iterable[Any]) -> set[uuid.UUID]:
    """The customers of the lines and instalments among ``records``, also of an order made in an earlier flush.

    What is owed when, and whether the order waits for acceptance, hangs on them.
    """
    known = batch_of(session).buyers
    known |= {record.id: record.customer_id for record in session.new if isinstance(record, Order)}
    orders = {record.order_id for record in records if isinstance(record, OrderLine | Instalment)}
    unknown = orders - known.keys()
    if unknown:
        rows = session.execute(select(Order.id, Order.customer_id).where(Order.id.in_(unknown)))
        known.update((key, customer) for key, customer in rows)
    return {known[key] for key in orders if key in known}


def note(session: Session, entity: str, key: uuid.UUID | None, changes: dict[str, Any], verb: str = "note") -> None:
    """Add a row for something no flush shows: a bulk creation, a generated shop, a command."""
    _append(session, [{"verb": verb, "entity": entity, "key": key, "changes": changes}])


def bulk_keys(session: Session, verb: str, entity: str, keys: Iterable[uuid.UUID]) -> None:
    """Journal records that a bulk statement made ("create") or removed ("delete"), by their keys alone."""
    made = list(keys)
    batch_of(session).touch(entity, *made)
    _append(session, [{"verb": verb, "entity": entity, "key": key, "changes": {}} for key in made])


def bulk_update(session: Session, model: type[Record], ids: Iterable[uuid.UUID], values: dict[str, Any]) -> int:
    """Set ``values`` on many records at once, raising their versions and journaling old values.

    Records that have these values already are left alone. Returns how many were changed.
    """
    session.flush()
    table = cast(Table, model.__table__)
    entity, wanted, rows = entity_of(model), list(ids), []
    for start in range(0, len(wanted), PART):
        part = wanted[start : start + PART]
        changed = _differences(session, table, part, values)
        rows += [
            {"verb": "update", "entity": entity, "key": key, "changes": changes} for key, changes in changed.items()
        ]
        raised = {**values, "version": table.c.version + 1, "updated_at": clock.now()}
        session.execute(update(table).where(table.c.id.in_(changed)).values(raised))
        _touch_bulk(session, model, changed)
    _append(session, rows)
    return len(rows)


def _differences(
    session: Session, table: Table, ids: list[uuid.UUID], values: dict[str, Any]
) -> dict[uuid.UUID, dict[str, Any]]:
    """The changed fields (old, new) of those records that do not have ``values`` yet."""
    found = {}
    for key, *old in session.execute(
        select(table.c.id, *(table.c[name] for name in values)).where(table.c.id.in_(ids))
    ):
        pairs = zip(values.items(), old, strict=True)
        if changes := {name: [encode(before), encode(new)] for (name, new), before in pairs if before != new}:
            found[key] = changes
    return found


def _touch_bulk(session: Session, model: type[Record], ids: Collection[uuid.UUID]) -> None:
    """Note what a bulk statement changed, and forget what the session has loaded of it."""
    batch = batch_of(session)
    batch.touch(entity_of(model), *ids)
    columns = cast(Table, model.__table__).c
    owner = columns.id if entity_of(model) == "customer" else columns.get("customer_id")
    if owner is not None:
        batch.customers.update(key for key in session.scalars(select(owner).where(columns.id.in_(ids))) if key)
    for record in session.identity_map.values():
        if isinstance(record, model) and record.id in ids:
            session.expire(record)


_LAST = select(func.max(JournalEntry.sequence)).where(JournalEntry.device == bindparam("device"))
_ADD = insert(cast(Table, JournalEntry.__table__))


def skip_to(session: Session, sequence: int) -> int:
    """Let the next entry of this computer come after ``sequence``; how many places are left out."""
    batch = batch_of(session)
    last = session.connection().scalar(_LAST, {"device": batch.device}) or 0
    batch.sequence = max(last, sequence)
    return batch.sequence - last if last else 0


def _append(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    batch = batch_of(session)
    if batch.sequence is None:
        batch.sequence = session.connection().scalar(_LAST, {"device": batch.device}) or 0
    common = {
        "batch_id": batch.id,
        "device": batch.device,
        "actor": batch.actor,
        "happened_at": clock.now(),
        "action": batch.action,
        "reverses_id": batch.reverses,
    }
    first = batch.sequence + 1
    numbered = [{**common, "id": new_id(), "sequence": place, **row} for place, row in enumerate(rows, start=first)]
    batch.sequence += len(rows)
    session.connection().execute(_ADD, numbered)
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
    for own, kind in ((Uuid, uuid.UUID), (Scaled, Decimal), (Utc, dt.datetime)):
        if isinstance(column.type, own):
            return kind
    return column.type.python_type
