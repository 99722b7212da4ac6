"""Taking an import back as a whole: everything it made goes, unless something here has come to rest on it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Trade
from desktop_crm.models import (
    Address,
    Contact,
    ContactPoint,
    Customer,
    CustomerFigures,
    ExternalKey,
    JournalEntry,
    Order,
    OrderLine,
    Product,
    Record,
    Wording,
)
from desktop_crm.models.base import entity_of
from desktop_crm.services import figures, history, revenue_months, search_documents, settings
from desktop_crm.services.imports import FEW
from desktop_crm.services.records import parts
from desktop_crm.store import journal, shop_file

ACTIONS = ("imports.run", "import_table.run")
NAMED: tuple[type[Record], ...] = (Order, Customer, Product)
OWNED: tuple[Any, ...] = (ContactPoint, Contact, Address)


@needs(Permission.DATA)
def revert(session: Session, batch_id: uuid.UUID) -> dict[str, int]:
    """Remove what the import of a batch created, and bring back what it changed; returns how many by entity.

    Raises UserError, and the caller's transaction must end, when the batch is no import, or a record it made or
    changed was changed or used here since.
    """
    made = _made(session, batch_id)
    batch = journal.batch_of(session)
    batch.reverses = batch_id
    history.take_back(session, _changes(session, batch_id))
    session.flush()
    buyers = _buyers(session, made[Order]) - set(made[Customer])
    try:
        for model in NAMED:
            for part in parts(made[model]):
                _require_untouched(session, model, part)
                _remove(session, model, part)
    except IntegrityError as error:
        raise _in_use() from error
    for model in NAMED:
        journal.bulk_keys(session, "delete", entity_of(model), made[model])
    _restore_trade(session, batch_id)
    if len(made[Customer]) + len(buyers) <= FEW:
        batch.customers.update(made[Customer], buyers)
    else:
        figures.rebuild(session)
        search_documents.rebuild(session)
    return {entity_of(model): len(made[model]) for model in NAMED}


def _made(session: Session, batch_id: uuid.UUID) -> dict[type[Record], list[uuid.UUID]]:
    """The keys a batch created, by model."""
    entry = JournalEntry
    rows = session.execute(
        select(entry.verb, entry.entity, entry.key).where(entry.batch_id == batch_id, entry.action.in_(ACTIONS))
    ).all()
    by_entity = {entity_of(model): model for model in NAMED}
    if not rows:
        raise UserError(N_("This step cannot be undone."), N_("Cancel the document instead; the history keeps both."))
    undone = session.scalar(select(func.count()).select_from(entry).where(entry.reverses_id == batch_id))
    if undone:
        raise UserError(N_("This import was undone already."))
    made: dict[type[Record], list[uuid.UUID]] = {model: [] for model in NAMED}
    for verb, entity, key in rows:
        if verb == "create" and key is not None and entity in by_entity:
            made[by_entity[entity]].append(key)
    return made


def _buyers(session: Session, orders: list[uuid.UUID]) -> set[uuid.UUID]:
    """The customers of orders, whose figures follow when these go."""
    query = select(Order.customer_id)
    return {key for part in parts(orders) for key in session.scalars(query.where(Order.id.in_(part)))}


def _changes(session: Session, batch_id: uuid.UUID) -> list[JournalEntry]:
    """What a batch changed of records that were there before, one by one; settings and keys have ways of their own."""
    query = select(JournalEntry).where(
        JournalEntry.batch_id == batch_id,
        JournalEntry.verb.in_(("create", "update", "delete")),
        JournalEntry.entity.not_in(("setting", entity_of(ExternalKey))),
    )
    return [entry for entry in session.scalars(query.order_by(JournalEntry.sequence)) if entry.changes]


def revert_on(shop: Path, batch_id: uuid.UUID) -> dict[str, int]:
    """``revert`` in a process of its own, on a shop whose lock the program that asks for it holds."""
    from desktop_crm.services.shops import keep_derived

    database = shop_file.open_existing(shop, keep_derived)
    try:
        return database.run(revert, batch_id).result
    finally:
        database.close()


def _require_untouched(session: Session, model: Any, ids: list[uuid.UUID]) -> None:
    if session.scalar(select(model.id).where(model.id.in_(ids), model.version > 1).limit(1)) is not None:
        raise _in_use()
    for child in OWNED if model is Customer else ():
        edited = select(child.id).where(child.customer_id.in_(ids), child.version > 1)
        if session.scalar(edited.limit(1)) is not None:
            raise _in_use()


def _in_use() -> UserError:
    return UserError(
        N_("Records of this import were changed or used since; nothing was undone."),
        N_("Undo the later change first, or correct the record by hand."),
    )


def _remove(session: Session, model: Any, ids: list[uuid.UUID]) -> None:
    """Delete records with what the import hung on them; what users added since keeps them, by its foreign key."""
    statements: list[Any] = [delete(ExternalKey).where(ExternalKey.record_id.in_(ids))]
    if model is Order:
        statements.append(delete(OrderLine).where(OrderLine.order_id.in_(ids)))
    if model is Product:
        keys = [str(one) for one in ids]
        statements.append(delete(Wording).where(Wording.entity == entity_of(Product), Wording.key.in_(keys)))
    if model is Customer:
        for child in OWNED:
            born = select(Customer.created_at).where(Customer.id == child.customer_id).scalar_subquery()
            statements.append(delete(child).where(child.customer_id.in_(ids), child.created_at == born))
        revenue_months.forget(session, ids)
        statements.append(delete(CustomerFigures).where(CustomerFigures.customer_id.in_(ids)))
    for statement in (*statements, delete(model).where(model.id.in_(ids))):
        session.execute(statement, execution_options={"synchronize_session": False})


def _restore_trade(session: Session, batch_id: uuid.UUID) -> None:
    """Bring back how the shop traded before, if the import changed that and no order is left."""
    entry = JournalEntry
    query = select(entry.changes).where(entry.batch_id == batch_id, entry.entity == "setting", entry.verb == "update")
    for changes in session.scalars(query):
        old, new = changes.get("value", (None, None))
        if new == settings.get(session, Trade.KEY) and session.scalar(select(Order.id).limit(1)) is None:
            settings.put(session, Trade.KEY, old)
