"""Reading payments: those of an order, of a customer, deposits, and the cheques in hand."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import Session

from desktop_crm.models import Cheque, Customer, Payment, PaymentAllocation
from desktop_crm.models.payment import ChequeState

UNCLEARED = (ChequeState.RECEIVED, ChequeState.DEPOSITED)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment; ``share`` is what the asked-for order got of it, ``free`` what is not allocated (0 when void)."""

    id: uuid.UUID
    number: str
    received_on: dt.date
    method: str
    currency: str
    amount: int
    share: int
    free: int
    reference: str
    note: str
    is_cancelled: bool
    cheque_number: str
    cheque_bank: str
    cheque_state: str
    maturity_on: dt.date | None

    @property
    def is_uncleared(self) -> bool:
        """Whether it is a cheque that is still in hand or at the bank."""
        return self.cheque_state in UNCLEARED and not self.is_cancelled


@dataclass(frozen=True, slots=True)
class ChequeRow:
    """A cheque in hand or at the bank."""

    payment_id: uuid.UUID
    customer_id: uuid.UUID
    customer: str
    number: str
    bank: str
    maturity_on: dt.date
    state: str
    currency: str
    amount: int


def of_order(session: Session, order_id: uuid.UUID) -> list[PaymentRow]:
    """The payments that settle an order, oldest first."""
    part = (
        select(PaymentAllocation.payment_id, func.sum(PaymentAllocation.amount).label("share"))
        .where(PaymentAllocation.order_id == order_id)
        .group_by(PaymentAllocation.payment_id)
        .subquery()
    )
    query = _payments(part.c.share).join(part, part.c.payment_id == Payment.id)
    return [_row(row) for row in session.execute(query.order_by(Payment.received_on, Payment.id))]


def of_customer(session: Session, customer_id: uuid.UUID) -> list[PaymentRow]:
    """Every payment of a customer, newest first."""
    query = _payments(literal(0)).where(Payment.customer_id == customer_id)
    return [_row(row) for row in session.execute(query.order_by(Payment.received_on.desc(), Payment.id.desc()))]


def deposits(session: Session, customer_id: uuid.UUID) -> list[PaymentRow]:
    """The payments of a customer that are not used up, oldest first."""
    return [row for row in reversed(of_customer(session, customer_id)) if row.free > 0]


def uncleared(rows: Iterable[PaymentRow]) -> int:
    """What of the shares in ``rows`` rests on cheques that may still bounce."""
    return sum(row.share for row in rows if row.is_uncleared)


def cheques(session: Session, states: tuple[str, ...] = UNCLEARED) -> list[ChequeRow]:
    """The cheques in these states, the next to mature first."""
    query = (
        select(
            Payment.id, Customer.id, Customer.name, Cheque.number, Cheque.bank, Cheque.maturity_on,
            Cheque.state, Payment.currency, Payment.amount,
        )
        .join(Payment, Payment.id == Cheque.payment_id)
        .join(Customer, Customer.id == Payment.customer_id)
        .where(or_(*(Cheque.state == state for state in states)), Payment.cancelled_at.is_(None))
        .order_by(Cheque.maturity_on, Cheque.id)
    )  # fmt: skip
    return [ChequeRow(*row) for row in session.execute(query)]


def _payments(share: ColumnElement[Any]) -> Select[Any]:
    used = (
        select(func.coalesce(func.sum(PaymentAllocation.amount), 0))
        .where(PaymentAllocation.payment_id == Payment.id)
        .correlate(Payment)
        .scalar_subquery()
    )
    columns: list[Any] = [
        Payment.id, Payment.number, Payment.received_on, Payment.method, Payment.currency, Payment.amount,
        Payment.reference, Payment.note, Payment.cancelled_at, Cheque.number.label("cheque_number"),
        Cheque.bank, Cheque.state, Cheque.maturity_on, used.label("used"), share.label("share"),
    ]  # fmt: skip
    return select(*columns).outerjoin(Cheque, Cheque.payment_id == Payment.id)


def _row(row: Any) -> PaymentRow:
    void = row.cancelled_at is not None or row.state == ChequeState.BOUNCED
    return PaymentRow(
        id=row.id,
        number=row.number,
        received_on=row.received_on,
        method=row.method,
        currency=row.currency,
        amount=row.amount,
        share=int(row.share),
        free=0 if void else row.amount - int(row.used),
        reference=row.reference,
        note=row.note,
        is_cancelled=row.cancelled_at is not None,
        cheque_number=row.cheque_number or "",
        cheque_bank=row.bank or "",
        cheque_state=row.state or "",
        maturity_on=row.maturity_on,
    )
