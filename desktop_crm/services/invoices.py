"""Records of invoices and receipts issued elsewhere (統一發票, 收據), allowances (折讓), and what is not invoiced yet.

A record is never deleted but voided, and its number stays used. An allowance is a negative record of its own that
points at the invoice it lowers.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import check_total
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.rounding import divide_half_up
from desktop_crm.core.settings import Trade
from desktop_crm.models import Customer, InvoiceRecord, Order
from desktop_crm.models.order import OrderState
from desktop_crm.models.payment import InvoiceKind
from desktop_crm.services import settings
from desktop_crm.services.records import fetch

_TAIWAN = re.compile(r"[A-Z]{2}\d{8}")
UNIFORM = frozenset({InvoiceKind.TRIPLICATE, InvoiceKind.DUPLICATE, InvoiceKind.ELECTRONIC, InvoiceKind.INVOICE})
LOOKED_BACK = 365  # days the list of orders without an invoice goes back
Confirmed = Collection[str]


@dataclass(frozen=True, slots=True)
class InvoiceForm:
    """A record as typed; amounts in minor units of the order's currency, the total is their sum."""

    number: str
    kind: str
    issued_on: dt.date
    net: int
    tax: int
    buyer_tax_number: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A record; amounts of an allowance are negative, ``left`` is what an invoice has left to be allowed."""

    id: uuid.UUID
    number: str
    kind: str
    issued_on: dt.date
    buyer_tax_number: str
    net: int
    tax: int
    total: int
    voided_on: dt.date | None
    allowance_of: str
    left: int


@needs(Permission.MONEY)
def record(session: Session, order_id: uuid.UUID, form: InvoiceForm, confirmed: Confirmed = ()) -> uuid.UUID:
    """Note an invoice or receipt for an order or a part of it; returns its key.

    Raises UserError with the field for what cannot be (a number used before, no amount, a cancelled order);
    NeedsConfirmation("invoice_number") for a number that is not two letters and eight digits where shops in Taiwan
    issue 統一發票, ("over_invoiced") for more than the order comes to.
    """
    order = fetch(session, Order, order_id)
    if order.state == OrderState.CANCELLED:
        raise UserError(N_("Order %(number)s is cancelled."), N_("Make a new order."), number=order.number)
    if form.kind not in set(InvoiceKind) - {InvoiceKind.ALLOWANCE}:
        raise ValueError(f"no kind of invoice: {form.kind}")
    if form.net + form.tax <= 0 or form.tax < 0 or form.net < 0:
        raise UserError(N_("The amount must be greater than zero."), N_("Type what the invoice says."), field="net")
    number = _check(session, form, confirmed)
    left = order.total - invoiced(session, order_id)
    if form.net + form.tax > left and "over_invoiced" not in confirmed:
        raise NeedsConfirmation(
            "over_invoiced",
            N_("The invoices come to more than order %(number)s."),
            N_("Note it all the same?"),
            number=order.number,
        )
    return _add(session, order.customer_id, order_id, number, form, 1)


@needs(Permission.MONEY)
def allow(session: Session, invoice_id: uuid.UUID, form: InvoiceForm, confirmed: Confirmed = ()) -> uuid.UUID:
    """Note an allowance (折讓) of ``net`` and ``tax`` on an invoice, both positive; returns the key of its own record.

    Raises UserError for a voided invoice, and for more than it has left.
    """
    invoice = fetch(session, InvoiceRecord, invoice_id)
    if invoice.voided_on is not None or invoice.kind == InvoiceKind.ALLOWANCE:
        raise UserError(N_("There is no allowance on %(number)s: it is void."), number=invoice.number)
    if form.net + form.tax <= 0 or form.tax < 0 or form.net < 0:
        raise UserError(N_("The amount must be greater than zero."), N_("Type what is allowed."), field="net")
    if form.net + form.tax > invoice.total - _allowed(session, invoice_id):
        raise UserError(
            N_("The allowance is more than invoice %(number)s has left."),
            N_("Lower the amount."),
            field="net",
            number=invoice.number,
        )
    number = _check(session, form, {*confirmed, "invoice_number"})  # shops number allowances as they like
    return _add(session, invoice.customer_id, invoice.order_id, number, form, -1, invoice_id)


@needs(Permission.MONEY)
def void(session: Session, invoice_id: uuid.UUID, on: dt.date | None = None) -> uuid.UUID:
    """Void a record (作廢): it counts no more, its number stays used. Raises UserError while it has allowances."""
    found = fetch(session, InvoiceRecord, invoice_id)
    if found.voided_on is not None:
        raise UserError(N_("%(number)s is void already."), number=found.number)
    if _allowed(session, invoice_id):
        raise UserError(N_("There are allowances on invoice %(number)s."), N_("Void them first."), number=found.number)
    found.voided_on = check_day(on or clock.today(), "on")
    _note_invoiced(session, found.order_id)
    return invoice_id


def of_order(session: Session, order_id: uuid.UUID) -> list[InvoiceRow]:
    """The records of an order, oldest first, voided ones too."""
    query = select(InvoiceRecord).where(InvoiceRecord.order_id == order_id)
    found = session.scalars(query.order_by(InvoiceRecord.issued_on, InvoiceRecord.id)).all()
    numbers = {one.id: one.number for one in found}
    allowed: dict[uuid.UUID | None, int] = {}
    for one in found:
        if one.allowance_of_id is not None and one.voided_on is None:
            allowed[one.allowance_of_id] = allowed.get(one.allowance_of_id, 0) - one.total
    return [
        InvoiceRow(
            one.id,
            one.number,
            one.kind,
            one.issued_on,
            one.buyer_tax_number,
            one.net,
            one.tax,
            one.total,
            one.voided_on,
            numbers.get(one.allowance_of_id, "") if one.allowance_of_id else "",
            max(one.total - allowed.get(one.id, 0), 0) if one.voided_on is None else 0,
        )
        for one in found
    ]


def invoiced(session: Session, order_id: uuid.UUID) -> int:
    """What of an order is invoiced: standing records less allowances."""
    query = select(func.coalesce(func.sum(InvoiceRecord.total), 0))
    return int(session.scalar(query.where(InvoiceRecord.order_id == order_id, InvoiceRecord.voided_on.is_(None))) or 0)


def to_invoice(today: dt.date) -> ColumnElement[bool]:
    """The condition under which an order of the last year is not, or not whole, invoiced."""
    recent = Order.ordered_on >= today - dt.timedelta(days=LOOKED_BACK)
    return and_(recent, Order.state != OrderState.CANCELLED, Order.total > Order.invoiced)


def tax_in(total: int, net: int, tax: int, part: int) -> tuple[int, int]:
    """Net and tax of a ``part`` of a document of ``total``, in its proportion; together they are the part."""
    found = divide_half_up(part * tax, total) if total else 0
    return part - found, found


def _check(session: Session, form: InvoiceForm, confirmed: Confirmed) -> str:
    """The number as it is stored; raises for one that cannot be."""
    number = form.number.strip().upper()
    plain = number.replace("-", "").replace(" ", "")
    if not plain:
        raise UserError(N_("The number is missing."), N_("Type it as printed."), field="number")
    check_day(form.issued_on, "issued_on")
    check_total(form.net + form.tax, "net")
    same = func.replace(func.replace(InvoiceRecord.number, "-", ""), " ", "") == plain
    if session.scalar(select(InvoiceRecord.id).where(same).limit(1)) is not None:
        raise UserError(
            N_("The number %(number)s is noted already."),
            N_("Look at the number again."),
            field="number",
            number=number,
        )
    in_taiwan = form.kind in UNIFORM and settings.load(session, Trade).country == "TW"
    if in_taiwan and not _TAIWAN.fullmatch(plain) and "invoice_number" not in confirmed:
        raise NeedsConfirmation(
            "invoice_number",
            N_("%(number)s is not two letters and eight digits."),
            N_("Keep it if it stands so on the invoice."),
            number=number,
        )
    return number


def _add(
    session: Session,
    customer_id: uuid.UUID,
    order_id: uuid.UUID | None,
    number: str,
    form: InvoiceForm,
    sign: int,
    allowance_of: uuid.UUID | None = None,
) -> uuid.UUID:
    values: dict[str, Any] = {
        "kind": InvoiceKind.ALLOWANCE if allowance_of else form.kind,
        "buyer_tax_number": form.buyer_tax_number.strip() or fetch(session, Customer, customer_id).tax_number,
        "net": sign * form.net,
        "tax": sign * form.tax,
        "total": sign * (form.net + form.tax),
    }
    made = InvoiceRecord(
        number=number,
        issued_on=form.issued_on,
        customer_id=customer_id,
        order_id=order_id,
        allowance_of_id=allowance_of,
        **values,
    )
    session.add(made)
    _note_invoiced(session, order_id)
    return made.id


def _note_invoiced(session: Session, order_id: uuid.UUID | None) -> None:
    """Say on the order what of it is invoiced now."""
    session.flush()
    if order_id is not None:
        fetch(session, Order, order_id).invoiced = invoiced(session, order_id)


def _allowed(session: Session, invoice_id: uuid.UUID) -> int:
    """What standing allowances took off an invoice."""
    query = select(func.coalesce(func.sum(InvoiceRecord.total), 0))
    standing = query.where(InvoiceRecord.allowance_of_id == invoice_id, InvoiceRecord.voided_on.is_(None))
    return -int(session.scalar(standing) or 0)
