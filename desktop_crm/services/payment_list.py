"""Reading payments: those of an order, of a customer, deposits, and the cheques in hand."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.models import Cheque, Customer, Payment, PaymentAllocation
from desktop_crm.models.payment import ChequeState


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
    return list(_rows(session, query.order_by(Payment.received_on, Payment.id)))


def of_customer(session: Session, customer_id: uuid.UUID) -> list[PaymentRow]:
    """Every payment of a customer, newest first."""
    query = _payments(None).where(Payment.customer_id == customer_id)
    return list(_rows(session, query.order_by(Payment.received_on.desc(), Payment.id.desc())))


def deposits(session: Session, customer_id: uuid.UUID) -> list[PaymentRow]:
    """The payments of a customer that are not used up, oldest first."""
    return [row for row in reversed(of_customer(session, customer_id)) if row.free > 0]


def cheques(
    session: Session, states: tuple[str, ...] = (ChequeState.RECEIVED, ChequeState.DEPOSITED)
) -> list[ChequeRow]:
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


def _payments(share: ColumnElement[Any] | None) -> Select[Any]:
    used = (
        select(func.coalesce(func.sum(PaymentAllocation.amount), 0))
        .where(PaymentAllocation.payment_id == Payment.id)
        .correlate(Payment)
        .scalar_subquery()
    )
    columns: list[Any] = [
        Payment.id, Payment.number, Payment.received_on, Payment.method, Payment.currency, Payment.amount,
        Payment.reference, Payment.note, Payment.cancelled_at, Cheque.number, Cheque.bank, Cheque.state,
        Cheque.maturity_on, used, *([share] if share is not None else []),
    ]  # fmt: skip
    return select(*columns).outerjoin(Cheque, Cheque.payment_id == Payment.id)


def _rows(session: Session, query: Select[Any]) -> Iterator[PaymentRow]:
    for row in session.execute(query):
        (
            key,
            number,
            day,
            method,
            currency,
            amount,
            reference,
            note,
            cancelled,
            cheque,
            bank,
            state,
            matures,
            used,
            *part,
        ) = row
        void = cancelled is not None or state == ChequeState.BOUNCED
        yield PaymentRow(
            key,
            number,
            day,
            method,
            currency,
            amount,
            int(part[0]) if part else 0,
            0 if void else amount - int(used),
            reference,
            note,
            cancelled is not None,
            cheque or "",
            bank or "",
            state or "",
            matures,
        )
