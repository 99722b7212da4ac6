"""What refers to a record: found from the layout itself, so that a table added later is not forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from desktop_crm.models import CustomValue, ExternalKey, FollowUp, JournalEntry, Record
from desktop_crm.models.base import entity_of
from desktop_crm.services.records import parts
from desktop_crm.store import journal

# what points at records of any kind: the columns that say which kind and which record
POINTERS: tuple[tuple[type[Record], str, str], ...] = (
    (FollowUp, "about_entity", "about_id"),
    (CustomValue, "entity", "record_id"),
    (ExternalKey, "entity", "record_id"),
)
Later = dict[str, dict[uuid.UUID, set[str] | None]]  # by entity and key: the fields changed, None for a new record


def keys_to(target: type[Record]) -> list[tuple[type[Record], str]]:
    """Every model with the column of a foreign key to ``target``."""
    return [
        (model, column.name)
        for model in _models()
        for column in _table(model).columns
        if any(key.column.table is _table(target) for key in column.foreign_keys)
    ]


def count(session: Session, target: type[Record], key: uuid.UUID) -> dict[str, int]:
    """How many records of each entity refer to one through a foreign key."""
    found: dict[str, set[uuid.UUID]] = {}
    for model, column in keys_to(target):
        found.setdefault(entity_of(model), set()).update(_pointing(session, model, column, key))
    return {entity: len(ids) for entity, ids in found.items() if ids}


def move(
    session: Session, target: type[Record], old: uuid.UUID, new: uuid.UUID, but: Collection[uuid.UUID] = ()
) -> None:
    """Let everything that refers to the record ``old``, ``but`` some, refer to ``new``.

    What must be unique is not looked at.
    """
    for model, column in keys_to(target):
        ids = [key for key in _pointing(session, model, column, old) if key not in but]
        journal.bulk_update(session, model, ids, {column: new})
    for model, kind, column in POINTERS:
        table = _table(model)
        named = select(table.c.id).where(table.c[kind] == entity_of(target), table.c[column] == old)
        ids = [key for key in session.scalars(named) if key not in but]
        journal.bulk_update(session, model, ids, {column: new})


def torn(session: Session, entries: Sequence[JournalEntry]) -> bool:
    """Whether a record made or changed after ``entries`` refers to one that their reversal gave another customer.

    A payment taken in since for an order that goes back to a customer who was merged would be such a record.
    """
    pairs = {frozenset(one.changes["customer_id"]) for one in entries if one.verb == "update" and _moved(one)}
    if not pairs:
        return False
    later = _later(session, entries)
    return any(
        _strays(session, model, column, sides, later)
        for model, column in _links()
        for sides in ({uuid.UUID(key) for key in pair if key} for pair in pairs)
        if entity_of(model) in later
    )


def _moved(entry: JournalEntry) -> bool:
    return "customer_id" in entry.changes


def _strays(session: Session, model: type[Record], column: str, sides: set[uuid.UUID], later: Later) -> bool:
    """Whether a later record of one of the two ``sides`` refers through ``column`` to a record of the other."""
    table = _table(model)
    aim = next(iter(table.c[column].foreign_keys)).column.table.alias()
    aimed = select(_owner(aim)).where(aim.c.id == table.c[column]).scalar_subquery()
    owner = _owner(table)
    keys = [key for key, names in later[entity_of(model)].items() if names is None or column in names]
    for part in parts(keys):
        query = select(table.c.id).where(table.c.id.in_(part), owner.in_(sides), aimed.in_(sides), owner != aimed)
        if session.scalar(query.limit(1)) is not None:
            return True
    return False


def _later(session: Session, entries: Sequence[JournalEntry]) -> Later:
    """What was written after ``entries``: of one computer by its sequence, of another by the keys of the journal."""
    last = max(entries, key=lambda entry: (entry.sequence, entry.id))
    own = journal.batch_of(session).id
    written = select(JournalEntry.entity, JournalEntry.key, JournalEntry.verb, JournalEntry.changes).where(
        JournalEntry.batch_id != own, JournalEntry.verb.in_(("create", "update")), JournalEntry.key.is_not(None)
    )
    here = written.where(JournalEntry.device == last.device, JournalEntry.sequence > last.sequence)
    elsewhere = written.where(JournalEntry.device != last.device, JournalEntry.id > last.id)
    found: Later = {}
    for entity, key, verb, changes in (*session.execute(here), *session.execute(elsewhere)):  # each has its index
        known = found.setdefault(entity, {})
        before = known.get(key, set())
        known[key] = None if verb == "create" or before is None else before | set(changes)
    return found


@cache
def _links() -> list[tuple[type[Record], str]]:
    """The foreign keys between records that belong to customers."""
    return [
        (model, column.name)
        for model in _models()
        if _owner(_table(model)) is not None
        for column in _table(model).columns
        for key in column.foreign_keys
        if _owner(key.column.table) is not None
    ]


def _owner(table: Any) -> Any:
    """The customer a row of ``table`` belongs to, found up along the keys that are never empty; None: to nobody."""
    if "customer_id" in table.c:
        return table.c.customer_id
    for column in table.c:
        for key in column.foreign_keys if not column.nullable else ():
            above = key.column.table.alias()
            owner = _owner(above)
            if owner is not None:
                return select(owner).where(above.c.id == column).scalar_subquery()
    return None


def _pointing(session: Session, model: type[Record], column: str, key: uuid.UUID) -> Sequence[uuid.UUID]:
    table = _table(model)
    return session.scalars(select(table.c.id).where(table.c[column] == key)).all()


def _models() -> list[type[Record]]:
    ranks = {table.name: rank for rank, table in enumerate(Record.metadata.sorted_tables)}
    models = [mapper.class_ for mapper in Record.registry.mappers if issubclass(mapper.class_, Record)]
    return sorted(models, key=lambda model: ranks[entity_of(model)])


def _table(model: type[Record]) -> Table:
    return cast(Table, model.__table__)
