"""What a step changed, named for somebody who is about to take it back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import JournalEntry, Record
from desktop_crm.models.base import entity_of

SETTING = "setting"  # told as one, whatever was set: its keys are no words
# the records a step is told by, the most telling first, and the column that names them
NAMES = {
    "customer": "name",
    "quotation": "number",
    "customer_order": "number",
    "payment": "number",
    "equipment": "name",
    "contact": "name",
    "site": "name",
    "follow_up": "subject",
    "interaction": "summary",
    "inspection_plan": "name",
    "product": "name",
    "price_list": "name",
    "staff": "name",
    "service_level": "grade",
    "grading_scheme": "name",
    SETTING: "",
}
# parts, and the records they belong to by their key columns, the first that is not empty
OWNERS = {
    "contact_point": (("contact_id", "contact"), ("customer_id", "customer")),
    "address": (("customer_id", "customer"),),
    "quotation_line": (("revision_id", "quotation_revision"),),
    "quotation_revision": (("quotation_id", "quotation"),),
    "order_line": (("order_id", "customer_order"),),
    "instalment": (("order_id", "customer_order"),),
    "payment_allocation": (("payment_id", "payment"),),
    "cheque": (("payment_id", "payment"),),
    "acceptance": (("order_id", "customer_order"),),
    "delivery": (("order_id", "customer_order"),),
    "invoice_record": (("order_id", "customer_order"), ("customer_id", "customer")),
    "consent": (("contact_id", "contact"), ("customer_id", "customer")),
    "customer_tag": (("customer_id", "customer"),),
    "grading_criterion": (("scheme_id", "grading_scheme"),),
    "price_list_entry": (("price_list_id", "price_list"),),
}
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Step:
    """The record a batch is about; ``verb`` is added, changed, archived, merged, restored or removed.

    ``others`` counts further records of the same kind. The name of a draft is that of its customer.
    """

    entity: str
    name: str
    verb: str
    others: int = 0


def step_of(session: Session, batch_id: uuid.UUID) -> Step | None:
    """What a batch did, in a few words; None when it is about nothing that has a name."""
    query = select(JournalEntry).where(JournalEntry.batch_id == batch_id).order_by(JournalEntry.sequence)
    entries = {(row.entity, row.key): row for row in session.scalars(query) if row.key is not None}
    heads = dict.fromkeys(head for row in entries.values() if (head := _head(session, row)))
    if not heads:
        return None
    ranks = list(NAMES)
    entity, key = min(heads, key=lambda head: (not _is_merged(entries.get(head)), ranks.index(head[0])))
    if entity == SETTING:
        return Step(entity, "", "changed")
    entry = entries.get((entity, key))
    if _is_merged(entry):
        return Step(entity, _name(session, entity, key, entry)[:LONGEST], "merged")
    others = len([head for head in heads if head[0] == entity]) - 1
    return Step(entity, _name(session, entity, key, entry)[:LONGEST], _verb(entry), others)


def _head(session: Session, entry: JournalEntry) -> tuple[str, uuid.UUID] | None:
    """The named record an entry belongs to."""
    entity, key, changes = entry.entity, entry.key, entry.changes
    while key is not None and entity in OWNERS:
        values = _values(session, entity, key, changes)
        owner = ((values.get(column), kind) for column, kind in OWNERS[entity])
        key, entity = next(((found, kind) for found, kind in owner if found), (None, ""))
        changes = {}
    return (entity, key) if key is not None and entity in NAMES else None


def _values(session: Session, entity: str, key: uuid.UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """The keys a record holds, from the record itself or, if it is gone, from the journal."""
    model = _models()[entity]
    record = session.get(model, key)
    if record is not None:
        return {column: getattr(record, column) for column, _kind in OWNERS.get(entity, ())}
    return {name: uuid.UUID(old) for name, (old, _new) in changes.items() if name.endswith("_id") and old}


def _name(session: Session, entity: str, key: uuid.UUID, entry: JournalEntry | None) -> str:
    record: Any = session.get(_models()[entity], key)
    column = NAMES[entity]
    if record is not None:
        name, owner = getattr(record, column), getattr(record, "customer_id", None)
    else:
        name, owner = (_before(entry, field) for field in (column, "customer_id"))
    customer: Any = session.get(_models()["customer"], uuid.UUID(str(owner))) if owner and not name else None
    return str(name or (customer.name if customer is not None else ""))


def _before(entry: JournalEntry | None, field: str) -> Any:
    """What a field of a record that is gone held."""
    return entry.changes.get(field, (None, None))[0] if entry is not None else None


def _is_merged(entry: JournalEntry | None) -> bool:
    """Whether an entry tells of the customer that was merged into another one."""
    return (
        entry is not None and {"merged_into_id", "archived_at"} <= entry.changes.keys() and _verb(entry) == "archived"
    )


def _verb(entry: JournalEntry | None) -> str:
    if entry is None or "archived_at" not in entry.changes:
        return {"create": "added", "delete": "removed"}.get(entry.verb if entry else "", "changed")
    _old, new = entry.changes["archived_at"]
    return "archived" if new else "restored"


def _models() -> dict[str, type[Record]]:
    return {entity_of(mapper.class_): mapper.class_ for mapper in Record.registry.mappers}
