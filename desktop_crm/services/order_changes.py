"""Changing what was ordered: lines added, changed and taken out of an open order, and its prices as a whole.

What was handed over stays: no line goes below what of it was delivered. Money beyond the new total becomes a deposit.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.currencies import to_major
from desktop_crm.core.dates import check_day
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.quantities import format_quantity
from desktop_crm.core.settings import Trade
from desktop_crm.models import DeliveryLine, Equipment, Order, OrderLine, PaymentAllocation
from desktop_crm.services import deliveries, instalments, invoices, orders, payment_plan, payments, settings
from desktop_crm.services.document_lines import (
    NONE,
    DraftLine,
    reckon,
    require_complete,
    require_payable,
    store_line,
    store_totals,
)
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.records import fetch

PRICING = frozenset({"tax_mode", "discount_percent", "discount_amount"})
Confirmed = Collection[str]


@needs(Permission.SELL)
def change(
    session: Session,
    order_id: uuid.UUID,
    lines: Sequence[DraftLine],
    values: dict[str, Any] | None = None,
    plan: Sequence[PlanPart] | None = None,
    confirmed: Confirmed = (),
) -> uuid.UUID:
    """Give an open order these lines instead of its own; one with a ``line_id`` is that line of the order.

    ``values`` are of ``orders.CHANGEABLE`` and ``PRICING``; without a ``plan`` that of the order follows its total.
    Raises UserError with field and row for what cannot be: a closed or cancelled order, less than was delivered, a
    line taken out that was delivered or made equipment, more to deliver on an order that is accepted.
    NeedsConfirmation("overpaid") for a total below what was paid: the rest becomes a deposit, the latest money first;
    ("over_invoiced") for one below what was invoiced.
    """
    order = orders.require_open(fetch(session, Order, order_id))
    before = deliveries.lines_of(session, order_id)
    promised_on = order.promised_on
    _set_values(order, values or {})
    require_complete(lines)
    kept = _matched(lines, before)
    _require_deliverable(session, order, lines, kept)
    totals = reckon(lines, order)
    require_payable(totals.total)
    store_totals(order, totals, settings.load(session, Trade).currency)
    _take_out(session, [line for line in before if line not in kept])
    for position, (draft, line) in enumerate(zip(lines, kept, strict=True), start=1):
        row = line or OrderLine(order_id=order_id, delivered=NONE)
        day = draft.promised_on if draft.promised_on != promised_on else None
        row.promised_on = check_day(day, "promised_on") if day is not None else order.promised_on
        store_line(row, draft, position, totals)
        session.add(row)
    session.flush()
    if plan is not None:
        payment_plan.check(plan, order.total, order.currency)
        if tuple(plan) != instalments.stored(session, order_id):
            instalments.set_plan(session, order_id, plan)
    _ask_invoiced(session, order, confirmed)
    _free_excess(session, order, confirmed)
    deliveries.note_state(session, order, deliveries.lines_of(session, order_id))
    return order_id


def _set_values(order: Order, values: dict[str, Any]) -> None:
    unknown = set(values) - orders.CHANGEABLE - PRICING
    if unknown:
        raise ValueError(f"not to be changed on an order: {sorted(unknown)}")
    for name, value in values.items():
        setattr(order, name, value)
    orders.check_dates(order)


def _matched(lines: Sequence[DraftLine], before: Sequence[OrderLine]) -> list[OrderLine | None]:
    """The line of the order each draft is, None for a new one; a copied line is new."""
    known = {line.id: line for line in before}
    strange = {line.line_id for line in lines if line.line_id is not None} - known.keys()
    if strange:
        raise UserError(
            N_("The lines of this order were changed meanwhile."), N_("Open the order again and repeat what you typed.")
        )
    return [known.pop(line.line_id, None) if line.line_id is not None else None for line in lines]


def _take_out(session: Session, gone: Sequence[OrderLine]) -> None:
    """Remove lines nothing was delivered of; notes of deliveries that were cancelled lose them."""
    if not gone:
        return
    for line in gone:
        if line.delivered or _made_equipment(session, line):
            said = (
                N_("“%(name)s” was delivered in part or whole: it cannot be taken out.")
                if line.delivered
                else N_("There is equipment of “%(name)s”: the line cannot be taken out.")
            )
            advice = N_("Cancel its delivery first, or leave what was delivered.")
            raise UserError(said, advice, field="lines", name=line.name)
    keys = [line.id for line in gone]
    for noted in session.scalars(select(DeliveryLine).where(DeliveryLine.order_line_id.in_(keys))):
        session.delete(noted)
    session.flush()
    for line in gone:
        session.delete(line)


def _made_equipment(session: Session, line: OrderLine) -> bool:
    return session.scalar(select(Equipment.id).where(Equipment.order_line_id == line.id).limit(1)) is not None


def _require_deliverable(
    session: Session, order: Order, lines: Sequence[DraftLine], kept: Sequence[OrderLine | None]
) -> None:
    """What was handed over is still covered and of the same product; what was accepted is still all there is."""
    for row, (draft, line) in enumerate(zip(lines, kept, strict=True), start=1):
        if line is not None:
            _require_covered(session, line, draft, row)
        if order.accepted_on is not None and draft.quantity != (line.delivered if line is not None else NONE):
            raise UserError(
                N_("Order %(number)s was accepted by the customer: nothing more can be delivered on it."),
                N_("Make a new order for what is added, or cancel the acceptance first."),
                field="quantity",
                number=order.number,
                row=row,
            )


def _require_covered(session: Session, line: OrderLine, draft: DraftLine, row: int) -> None:
    turned = (draft.quantity > 0) != (line.delivered > 0)
    if line.delivered and (turned or abs(draft.quantity) < abs(line.delivered)):
        raise UserError(
            N_("Row %(row)s: %(delivered)s were delivered already."),
            N_("Type at least that quantity, or cancel the delivery first."),
            field="quantity",
            row=row,
            delivered=format_quantity(line.delivered),
        )
    if draft.product_id != line.product_id and (line.delivered or _made_equipment(session, line)):
        raise UserError(
            N_("Row %(row)s was delivered in part or whole: it keeps its product."),
            N_("Add a new line for the other product."),
            field="name",
            row=row,
        )


def _ask_invoiced(session: Session, order: Order, confirmed: Confirmed) -> None:
    invoiced = invoices.invoiced(session, order.id)
    if invoiced > order.total and "over_invoiced" not in confirmed:
        raise NeedsConfirmation(
            "over_invoiced",
            N_("Order %(number)s comes to %(total)s now; its invoices come to %(invoiced)s."),
            N_("Save all the same? Then note an allowance, or void an invoice."),
            number=order.number,
            total=_shown(order.total, order),
            invoiced=_shown(invoiced, order),
        )


def _free_excess(session: Session, order: Order, confirmed: Confirmed) -> None:
    """Make a deposit of what was paid beyond the total, and note whether the order is paid."""
    excess = order.paid - order.total
    if excess > 0 and "overpaid" not in confirmed:
        raise NeedsConfirmation(
            "overpaid",
            N_("Order %(number)s comes to %(total)s now; %(paid)s were paid."),
            N_("Save, and keep the %(excess)s too much as a deposit of the customer?"),
            number=order.number,
            total=_shown(order.total, order),
            paid=_shown(order.paid, order),
            excess=_shown(excess, order),
        )
    query = select(PaymentAllocation).where(PaymentAllocation.order_id == order.id)
    for allocation in session.scalars(query.order_by(PaymentAllocation.id.desc())).all():
        freed = min(max(order.paid - order.total, 0), allocation.amount)
        order.paid -= freed
        if freed == allocation.amount:
            session.delete(allocation)
        elif freed:
            allocation.amount -= freed
    session.flush()
    order.paid_on = payments.last_receipt(session, order.id) if order.paid >= order.total else None


def _shown(amount: int, order: Order) -> str:
    return f"{to_major(amount, order.currency):,f}"
