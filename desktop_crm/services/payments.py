"""Money received: allocated to orders, kept as a deposit, taken back; and the life of cheques."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import check_total
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Trade
from desktop_crm.models import Cheque, Customer, Instalment, Order, Payment, PaymentAllocation
from desktop_crm.models.payment import TRANSITIONS, ChequeState, PaymentMethod
from desktop_crm.services import numbering, receivables, settings
from desktop_crm.services.document_lines import check_rate
from desktop_crm.services.orders import require_open, settle
from desktop_crm.services.records import fetch, move

Allocations = Mapping[uuid.UUID, int]


@dataclass(frozen=True, slots=True)
class ChequeDetails:
    """What stands on a cheque; ``maturity_on`` is the 票期."""

    number: str
    maturity_on: dt.date
    bank: str = ""
    account: str = ""


@needs(Permission.MONEY)
def receive(
    session: Session,
    customer_id: uuid.UUID,
    method: str,
    amount: int,
    on: dt.date,
    allocations: Allocations | None = None,
    *,
    cheque: ChequeDetails | None = None,
    currency: str | None = None,
    rate: Decimal = Decimal(1),
    reference: str = "",
    note: str = "",
    part: uuid.UUID | None = None,
) -> uuid.UUID:
    """Take in ``amount`` (minor units) and settle orders with it; returns the payment's key.

    ``allocations`` says how much goes to which order; None settles the oldest due first, an empty mapping none.
    What goes to the order of ``part``, one of its payment plan, counts for that part first. What is left stays a
    deposit. Raises UserError with the field for what cannot be.
    """
    fetch(session, Customer, customer_id)
    trade = settings.load(session, Trade)
    _check_receipt(method, amount, on, cheque)
    payment = Payment(
        customer_id=customer_id,
        received_on=on,
        method=method,
        currency=currency or trade.currency,
        rate=rate,
        amount=amount,
        reference=reference.strip(),
        note=note.strip(),
    )
    check_rate(payment.currency, rate, trade.currency)
    payment.number = numbering.next_number(session, "payment", on)
    session.add(payment)
    session.flush()
    if cheque is not None:
        session.add(_cheque(payment.id, cheque))
    _allocate(session, payment, amount, allocations, part)
    return payment.id


def allocate(session: Session, payment_id: uuid.UUID, allocations: Allocations | None = None) -> uuid.UUID:
    """Use what is left of a payment, for the named orders or the oldest due; raises UserError as ``receive`` does."""
    payment = fetch(session, Payment, payment_id)
    _require_usable(session, payment)
    _allocate(session, payment, payment.amount - _used(session, payment_id), allocations)
    return payment_id


@needs(Permission.MONEY)
def release(session: Session, payment_id: uuid.UUID, order_id: uuid.UUID) -> uuid.UUID:
    """Take a payment away from an order; the money stays as a deposit."""
    payment = fetch(session, Payment, payment_id)
    _undo_allocations(session, payment_id, order_id)
    return payment.id


@needs(Permission.MONEY)
def cancel_payment(session: Session, payment_id: uuid.UUID) -> uuid.UUID:
    """Take a payment back whole: the orders owe again, the number stays used."""
    payment = fetch(session, Payment, payment_id)
    if payment.cancelled_at is not None:
        raise UserError(N_("Payment %(number)s is cancelled already."), number=payment.number)
    _undo_allocations(session, payment_id)
    payment.cancelled_at = clock.now()
    return payment_id


@needs(Permission.MONEY)
def set_cheque_state(session: Session, payment_id: uuid.UUID, state: str) -> uuid.UUID:
    """Move a cheque along; a bounced one settles nothing, so its orders owe again.

    One that is deposited again counts as a deposit until it is allocated.
    """
    payment = fetch(session, Payment, payment_id)
    cheque = session.scalars(select(Cheque).where(Cheque.payment_id == payment_id)).one_or_none()
    if cheque is None or payment.cancelled_at is not None:
        raise UserError(N_("Payment %(number)s has no valid cheque."), number=payment.number)
    move(cheque, state, TRANSITIONS)
    if state == ChequeState.BOUNCED:
        _undo_allocations(session, payment_id)
    return payment_id


def _check_receipt(method: str, amount: int, on: dt.date, cheque: ChequeDetails | None) -> None:
    if method not in set(PaymentMethod):
        raise UserError(N_("Choose how the money came."), field="method")
    if amount <= 0:
        raise UserError(N_("The amount must be greater than zero."), N_("Type what was received."), field="amount")
    check_total(amount, "amount")
    check_day(on, "received_on")
    if (method == PaymentMethod.CHEQUE) != (cheque is not None):
        raise UserError(N_("A cheque needs its number and maturity."), N_("Fill in the cheque."), field="cheque_number")
    if cheque is not None:
        check_day(cheque.maturity_on, "maturity_on")
        if not cheque.number.strip():
            raise UserError(N_("The cheque has no number."), N_("Type it as printed."), field="cheque_number")


def _cheque(payment_id: uuid.UUID, details: ChequeDetails) -> Cheque:
    return Cheque(
        payment_id=payment_id,
        number=details.number.strip(),
        maturity_on=details.maturity_on,
        bank=details.bank.strip(),
        account=details.account.strip(),
    )


def _require_usable(session: Session, payment: Payment) -> None:
    state = session.scalar(select(Cheque.state).where(Cheque.payment_id == payment.id))
    if payment.cancelled_at is not None:
        raise UserError(N_("Payment %(number)s is cancelled."), number=payment.number)
    if state == ChequeState.BOUNCED:
        raise UserError(
            N_("The cheque of payment %(number)s bounced."), N_("Deposit it again first."), number=payment.number
        )


def _used(session: Session, payment_id: uuid.UUID) -> int:
    """How much of a payment is allocated."""
    used = select(func.sum(PaymentAllocation.amount)).where(PaymentAllocation.payment_id == payment_id)
    return int(session.scalar(used) or 0)


def _allocate(
    session: Session, payment: Payment, free: int, allocations: Allocations | None, part: uuid.UUID | None = None
) -> None:
    planned = fetch(session, Instalment, part).order_id if part else None
    if allocations is None:
        allocations = receivables.propose(
            receivables.open_items(session, [payment.customer_id]), free, payment.currency
        )
    if any(amount <= 0 for amount in allocations.values()):
        raise UserError(N_("The amount must be greater than zero."), N_("Leave the order out instead."), field="amount")
    if sum(allocations.values()) > free:
        raise UserError(
            N_("More is allocated than the payment has left."), N_("Lower the amounts."), field="allocations"
        )
    for order_id, amount in allocations.items():
        order = fetch(session, Order, order_id)
        _require_owes(order, payment, amount)
        own = part if order_id == planned else None
        session.add(PaymentAllocation(payment_id=payment.id, order_id=order_id, amount=amount, instalment_id=own))
        order.paid += amount
        if order.paid == order.total:
            order.paid_on = last_receipt(session, order_id)
        settle(session, order)


def last_receipt(session: Session, order_id: uuid.UUID) -> dt.date | None:
    """The day an order was paid whole: its last part may be an older deposit."""
    query = select(func.max(Payment.received_on)).join(PaymentAllocation, PaymentAllocation.payment_id == Payment.id)
    return session.scalar(query.where(PaymentAllocation.order_id == order_id))


def _require_owes(order: Order, payment: Payment, amount: int) -> None:
    require_open(order)
    if order.customer_id != payment.customer_id:
        raise UserError(N_("Order %(number)s belongs to another customer."), number=order.number, field="allocations")
    if order.currency != payment.currency:
        raise UserError(
            N_("Order %(number)s is in %(currency)s."),
            N_("Receive the payment in that currency."),
            field="allocations",
            number=order.number,
            currency=order.currency,
        )
    if amount > order.total - order.paid:
        raise UserError(
            N_("Order %(number)s owes less than that."),
            N_("Lower the amount; the rest can stay as a deposit."),
            field="allocations",
            number=order.number,
        )


def _undo_allocations(session: Session, payment_id: uuid.UUID, order_id: uuid.UUID | None = None) -> None:
    query = select(PaymentAllocation).where(PaymentAllocation.payment_id == payment_id)
    if order_id is not None:
        query = query.where(PaymentAllocation.order_id == order_id)
    for allocation in session.scalars(query).all():
        order = fetch(session, Order, allocation.order_id)
        order.paid -= allocation.amount
        if order.paid < order.total:
            order.paid_on = None
        session.delete(allocation)
        session.flush()  # its part of a plan waits for money again
        settle(session, order)
