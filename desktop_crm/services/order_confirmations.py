"""What an order confirmation (訂單確認單) says: what was ordered at which price, for when, and how it is paid."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.core.settings import WORDS, Trade
from desktop_crm.models import Customer, Order, OrderLine, Quotation, QuotationRevision, Staff
from desktop_crm.models.order import OrderState
from desktop_crm.models.snapshot import OrderSnapshot, PlannedPart, SnapshotLine
from desktop_crm.services import deliveries, instalments, quotation_snapshot, settings
from desktop_crm.services.records import fetch


def load(session: Session, order_id: uuid.UUID) -> OrderSnapshot:
    """The confirmation of an order as it stands now; raises UserError when the order is gone.

    An order from a quotation keeps its language and terms, another has the customer's language and the shop's terms.
    """
    order = fetch(session, Order, order_id)
    customer = fetch(session, Customer, order.customer_id)
    revision = session.get(QuotationRevision, order.revision_id) if order.revision_id else None
    quotation = session.get(Quotation, revision.quotation_id) if revision else None
    trade = settings.load(session, Trade)
    own = customer.language if customer.language in LANGUAGES else trade.document_language
    language = revision.language if revision else own
    staff = session.get(Staff, order.staff_id) if order.staff_id else None
    lines = deliveries.lines_of(session, order_id)
    terms = _terms(order, revision, trade, language)
    snapshot = OrderSnapshot(
        seller=quotation_snapshot.seller_of(session, language),
        buyer=quotation_snapshot.buyer_of(session, customer, order.contact_id, language),
        lines=_lines(lines),
        currency=order.currency,
        number=order.number,
        revision=1,
        issued_on=order.ordered_on,
        valid_until=None,
        tax_mode=order.tax_mode,
        tax_percent=order.tax_percent,
        subtotal=order.subtotal,
        discount=order.discount,
        net=order.net,
        tax=order.tax,
        total=order.total,
        tax_kinds=tuple(dict.fromkeys(line.tax_kind for line in lines)) or ("taxable",),
        project_name=order.project_name,
        site=quotation_snapshot.site_of(session, order.site_id),
        salesperson=staff.name if staff else "",
        salesperson_mobile=staff.mobile if staff else "",
        payment_terms=order.payment_terms,
        delivery_terms=terms["delivery_terms"],
        warranty_terms=terms["warranty_terms"],
        notes=terms["notes"],
        show_roc_dates=revision.show_roc_dates if revision else trade.show_roc_dates,
        language=language,
        second_language=revision.second_language if revision else "",
        customer_reference=order.customer_reference,
        quotation_number=quotation.number or "" if quotation else "",
        promised_on=_promised(order, lines),
        plan=_plan(session, order_id),
        is_cancelled=order.state == OrderState.CANCELLED,
    )
    sold = [line.product_id for line in lines]
    return quotation_snapshot.in_both(session, snapshot, language, snapshot.second_language, sold)


def _terms(order: Order, revision: QuotationRevision | None, trade: Trade, language: str) -> dict[str, str]:
    """Those agreed in the quotation, else the shop's; a promised day says more than a usual time of delivery."""
    if revision is not None:
        found = {name: str(getattr(revision, name)) for name in WORDS}
    else:
        found = trade.words(language) | {"notes": ""}  # the usual notes are those of offers
    return found | ({"delivery_terms": ""} if order.promised_on else {})


def _promised(order: Order, lines: Sequence[OrderLine]) -> dt.date | None:
    """The day all lines are promised for, None when they differ."""
    days = {line.promised_on for line in lines}
    return None if len(days) > 1 else next(iter(days), None) or order.promised_on


def _lines(lines: Sequence[OrderLine]) -> tuple[SnapshotLine, ...]:
    differ = len({line.promised_on for line in lines}) > 1
    return tuple(
        SnapshotLine.of(line, "item", line.amount, promised_on=line.promised_on if differ else None) for line in lines
    )


def _plan(session: Session, order_id: uuid.UUID) -> tuple[PlannedPart, ...]:
    rows = instalments.of_order(session, order_id, ())
    return tuple(PlannedPart(row.name, row.trigger, row.days, row.due_on, row.amount) for row in rows)
