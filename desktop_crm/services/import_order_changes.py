"""What an import repeated does to an order it made before: nothing when it is the same, else head and lines anew."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.i18n import N_
from desktop_crm.core.settings import Trade
from desktop_crm.models import Delivery, JournalEntry, Order, OrderLine
from desktop_crm.models.base import entity_of
from desktop_crm.models.order import OrderState
from desktop_crm.services import instalments, settings, terms
from desktop_crm.services.document_lines import DraftLine, reckon, store_line, store_totals
from desktop_crm.services.import_plan import Plan
from desktop_crm.services.import_report import REFUSED
from desktop_crm.services.records import fetch

COMPARED = ("product_id", "quantity", "unit_price", "discount_percent")  # a product's new name leaves old orders alone


def plan_change(
    plan: Plan,
    before: Any,
    head: dict[str, Any],
    drafts: list[DraftLine],
    old_lines: list[tuple[Any, ...]],
    document: SimpleNamespace,
) -> None:
    """Compare an order with the source and plan the change; one that was worked on here meanwhile is kept."""
    changes = {name: value for name, value in head.items() if getattr(before, name) != value}
    redrawn = old_lines != [tuple(getattr(draft, name) for name in COMPARED) for draft in drafts]
    counts, lines = plan.report.counts["orders"], plan.report.counts["lines"]
    if (not changes and not redrawn) or plan.mapping.skip:
        counts.unchanged += 1
        lines.unchanged += len(drafts)
        return
    if _worked_on(plan.session, before):
        counts.refused += 1
        lines.refused += len(drafts)
        plan.report.tell(
            REFUSED, plan.source.name, 0,
            N_("The order %(number)s differs, but was delivered or paid here since; it was kept."),
            number=before.number,
        )  # fmt: skip
        return
    counts.updated += 1
    lines.updated += len(drafts)
    plan.customers |= {before.customer_id, document.customer_id}
    plan.updates.append(lambda session: _rewrite(session, before.id, changes, drafts))


def _worked_on(session: Session, before: Any) -> bool:
    if before.paid or before.state == OrderState.CANCELLED:
        return True
    delivered = select(Delivery.id).where(Delivery.order_id == before.id).limit(1)
    changed = select(JournalEntry.id).where(
        JournalEntry.entity == entity_of(Order),
        JournalEntry.key == before.id,
        JournalEntry.action == "order_changes.change",
    )
    return session.scalar(delivered) is not None or session.scalar(changed.limit(1)) is not None


def _rewrite(session: Session, order_id: uuid.UUID, changes: dict[str, Any], drafts: list[DraftLine]) -> None:
    """Write the head, and each line in its place."""
    order = fetch(session, Order, order_id)
    for name, value in changes.items():
        setattr(order, name, value)
    trade = settings.load(session, Trade)
    if order.state == OrderState.OPEN and order.due_on is None:
        order.due_on = terms.terms_of(session, order.customer_id, trade).due_on(order.ordered_on)
    totals = reckon(drafts, order)
    store_totals(order, totals, trade.currency)
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)).all()
    for position, draft in enumerate(drafts, start=1):
        line = lines[position - 1] if position <= len(lines) else OrderLine(order_id=order_id)
        store_line(line, draft, position, totals)
        line.promised_on = order.promised_on
        line.delivered = draft.quantity if order.state == OrderState.CLOSED else 0 * draft.quantity
        session.add(line)
    for line in lines[len(drafts) :]:
        session.delete(line)
    instalments.follow(session, order)
