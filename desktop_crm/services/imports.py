"""Importing customers, products and orders of another program by a saved mapping; all of it or nothing.

A dry run reads and compares only. Repeating an import updates what it made before (see ``ExternalKey``).
Closed orders of the source count as settled there: they are delivered, and nothing is owed for them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from dataclasses import replace
from pathlib import Path
from typing import cast

from sqlalchemy import Table, insert, select
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
    ExternalKey,
    Order,
    OrderLine,
    Product,
    Quotation,
    Record,
    Wording,
)
from desktop_crm.models.base import entity_of
from desktop_crm.services import figures, import_mapping, search_documents, settings
from desktop_crm.services.import_customers import plan_customers
from desktop_crm.services.import_mapping import Mapping
from desktop_crm.services.import_orders import plan_orders
from desktop_crm.services.import_plan import Plan
from desktop_crm.services.import_products import plan_products
from desktop_crm.services.import_report import NOTED, REFUSED, ImportReport
from desktop_crm.store import journal, shop_file

ORDER: tuple[type[Record], ...] = (
    Customer, Product, Wording, Address, Contact, ContactPoint, Order, OrderLine, ExternalKey,
)  # fmt: skip
NAMED = (Customer, Product, Order)  # whose keys the journal keeps; the others belong to one of them
FEW = 2000  # touched customers up to which figures and index are refreshed one by one
STEPS = 5
ROWS = 5000  # inserted in one go
MOST_BROKEN = 10_000  # rows; with more this is not the file the mapping means
Progress = Callable[[int, int], None]


@needs(Permission.DATA)
def run(
    session: Session,
    source: Path,
    mapping: Mapping,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import ``source``, a folder or file, and tell what was done; ``dry_run`` writes nothing (any session will do).

    Broken rows are in the report and left out. Raises UserError when a file or column is missing, a file has no
    rows, or the shop trades in another currency.
    """
    report = ImportReport(mapping.name, source.name, mapping.currency, dry_run)
    tell = progress or _silent
    tell(0, STEPS)

    def broken(file: str, line: int, message: str, params: Dictionary[str, object]) -> None:
        report.tell(REFUSED, file, line, message, **params)
        if len(report.issues) > MOST_BROKEN:
            raise UserError(
                N_("More than %(count)s rows of %(file)s are broken."),
                N_("Choose another mapping or file."),
                count=MOST_BROKEN,
                file=file,
            )

    opened = import_mapping.open_source(mapping, source, broken)
    tell(1, STEPS)
    trade = _trade(session, mapping)
    device = 1 if dry_run else journal.batch_of(session).device
    plan = Plan(session, mapping, opened, report, device)
    _plan(plan)
    tell(2, STEPS)
    if not dry_run:
        _write(plan, trade, tell)
    tell(STEPS, STEPS)
    return report


def run_on(
    shop: Path, source: Path, mapping: str, *, dry_run: bool = False, progress: Progress | None = None
) -> ImportReport:
    """``run`` in a process of its own, on a shop whose lock the program that asks for it holds.

    ``mapping`` is a name or path, "" the one that fits. Raises what ``run`` raises; nothing is then written.
    """
    from desktop_crm.services.shops import keep_derived

    chosen = import_mapping.load(mapping) if mapping else import_mapping.fitting(source)
    database = shop_file.open_existing(shop, keep_derived)
    try:
        if not dry_run:
            return database.run(run, source, chosen, progress=progress).result
        with database.read() as session:
            return run(session, source, chosen, dry_run=True, progress=progress)
    finally:
        database.close()


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def _plan(plan: Plan) -> None:
    for file, columns in import_mapping.unused(plan.mapping, plan.source):
        plan.report.tell(NOTED, file, 0, N_("These columns were not taken: %(columns)s."), columns=", ".join(columns))
    if "customers" in plan.mapping.sections:
        plan_customers(plan)
    sold = plan_products(plan) if "products" in plan.mapping.sections else {}
    if "orders" in plan.mapping.sections:
        plan_orders(plan, sold)


def _trade(session: Session, mapping: Mapping) -> Trade | None:
    """How the shop is to trade from now on, None when that stays; a shop with documents keeps its currency."""
    trade = settings.load(session, Trade)
    if trade.currency == mapping.currency:
        return None
    has_documents = any(session.scalar(select(model.id).limit(1)) for model in (Order, Quotation))
    if has_documents:
        raise UserError(
            N_("The source is in %(source)s, the shop trades in %(home)s."),
            N_("Import it into a new shop."),
            source=mapping.currency,
            home=trade.currency,
        )
    return replace(
        trade, currency=mapping.currency, tax_mode=mapping.tax_mode, tax_percent="0",
        country=mapping.country or trade.country,
    )  # fmt: skip


def _write(plan: Plan, trade: Trade | None, tell: Progress) -> None:
    session = plan.session
    if trade is not None:
        settings.save(session, trade)
    forget_deleted(session, plan.mapping.system)
    write_rows(plan)
    tell(3, STEPS)
    finish(session, plan.report, plan.customers, changed=bool(plan.inserts or plan.updates))
    tell(4, STEPS)


def write_rows(plan: Plan) -> None:
    """Insert and change what was planned."""
    session = plan.session
    for model in ORDER:
        rows = plan.inserts.get(model, [])
        for start in range(0, len(rows), ROWS):
            session.execute(insert(cast(Table, model.__table__)), rows[start : start + ROWS])
        if rows and model in NAMED:
            journal.bulk_keys(session, "create", entity_of(model), [row["id"] for row in rows])
    for update in plan.updates:
        update(session)
    session.flush()


def finish(session: Session, report: ImportReport, customers: set[uuid.UUID], *, changed: bool) -> None:
    """Tell the journal what was done, and bring figures and search index up to date for the ``customers`` touched."""
    batch = journal.batch_of(session)
    report.batch_id = batch.id
    if changed:
        counts = {name: [count.created, count.updated, count.refused] for name, count in report.counts.items()}
        journal.note(session, "import", None, {"mapping": report.mapping, "source": report.source, "counts": counts})
    if len(customers) <= FEW:
        batch.customers |= customers
    else:
        figures.rebuild(session)
        search_documents.rebuild(session)


def forget_deleted(session: Session, system: str) -> None:
    """Drop the source's keys of records that were deleted since, so that they can be imported again."""
    for model in NAMED:
        gone = select(ExternalKey).where(
            ExternalKey.system == system,
            ExternalKey.entity == entity_of(model),
            ExternalKey.record_id.not_in(select(model.id)),
        )
        for key in session.scalars(gone):
            session.delete(key)
    session.flush()
