"""The customer card: figures and one timeline over everything that happened."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from desktop_crm.core.dates import local_date
from desktop_crm.models import (
    Contact,
    ContactPoint,
    Customer,
    CustomerFigures,
    Equipment,
    FollowUp,
    Interaction,
    InvoiceRecord,
    Order,
    Payment,
    Quotation,
    QuotationRevision,
    Staff,
)
from desktop_crm.models.followup import FollowUpState
from desktop_crm.services import lifecycle
from desktop_crm.services.customers import address_of
from desktop_crm.services.records import fetch


@dataclass(frozen=True, slots=True)
class Card:
    """Head and figures of the card; amounts in home minor units; ``margin_ratio`` is None without revenue."""

    id: uuid.UUID
    code: str
    name: str
    short_name: str
    grade: str
    previous_grade: str
    stage: str
    legal_form: str
    customer_type: str
    country: str
    tax_number: str
    industry: str
    owner: str
    referrer: str
    phone: str
    email: str
    address: str
    note: str
    archived: bool
    revenue_12m: int
    revenue_before: int
    margin_12m: int
    receivable: int
    overdue: int
    oldest_due_on: dt.date | None
    orders_total: int
    last_order_on: dt.date | None
    rhythm_days: int | None
    agreed_payment_terms: str
    counts: dict[str, int]
    merged_into: str = ""  # name and code

    @property
    def margin_ratio(self) -> Decimal | None:
        """Margin of 12 months as a share of revenue."""
        return Decimal(self.margin_12m) / self.revenue_12m if self.revenue_12m else None


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One event; ``kind`` is interaction kind, quotation, order, payment, invoice or follow_up.

    Amounts in ``currency``.
    """

    kind: str
    entity: str
    id: uuid.UUID
    on: dt.date
    title: str
    text: str
    staff: str
    state: str = ""
    amount: int | None = None
    currency: str = ""
    revision: int | None = None
    until: dt.date | None = None
    contact: str = ""
    minutes: int = 0


def load(session: Session, customer_id: uuid.UUID) -> Card:
    """The card of one customer; raises UserError when it is gone."""
    customer = fetch(session, Customer, customer_id)
    figures = session.get(CustomerFigures, customer_id)
    assert figures is not None, "every customer has figures"
    address = address_of(session, customer_id)
    return Card(
        id=customer.id,
        code=customer.code,
        name=customer.name,
        short_name=customer.short_name,
        grade=figures.grade,
        previous_grade=figures.previous_grade,
        stage=figures.stage,
        legal_form=customer.legal_form,
        customer_type=customer.customer_type,
        country=customer.country,
        tax_number=customer.tax_number,
        industry=customer.industry,
        owner=_name(session, Staff, customer.owner_id),
        referrer=_name(session, Customer, customer.referrer_id) or customer.referrer_name,
        phone=figures.phone,
        email=_email(session, customer_id),
        address=address.one_line() if address else "",
        note=customer.note,
        archived=figures.archived,
        revenue_12m=figures.revenue_12m,
        revenue_before=figures.revenue_before,
        margin_12m=figures.margin_12m,
        receivable=figures.receivable,
        overdue=figures.overdue,
        oldest_due_on=figures.oldest_due_on,
        orders_total=figures.orders_total,
        last_order_on=figures.last_order_on,
        rhythm_days=lifecycle.rhythm_days(figures.first_order_on, figures.last_order_on, figures.orders_total),
        agreed_payment_terms=customer.agreed_payment_terms,
        counts=_counts(session, customer_id),
        merged_into=_merged_into(session, customer),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that happened, newest first, and of it the quotations and orders alone."""

    timeline: list[TimelineItem]
    quotations: list[TimelineItem]
    orders: list[TimelineItem]


def told(session: Session, customer_id: uuid.UUID, limit: int = 100) -> Told:
    """What happened with a customer over every channel; ``limit`` of each."""
    quotations = _quotations(session, customer_id, limit)
    orders = _orders(session, customer_id, limit)
    items = [
        *_interactions(session, customer_id, limit),
        *quotations,
        *orders,
        *_payments(session, customer_id, limit),
        *_invoices(session, customer_id, limit),
        *_finished(session, customer_id, limit),
    ]
    items.sort(key=lambda item: (item.on, item.id), reverse=True)
    return Told(items[:limit], quotations, orders)


def timeline(session: Session, customer_id: uuid.UUID, limit: int = 100) -> list[TimelineItem]:
    """What happened with a customer over every channel, newest first."""
    return told(session, customer_id, limit).timeline


def _name(session: Session, model: type[Staff] | type[Customer], key: uuid.UUID | None) -> str:
    return (session.scalar(select(model.name).where(model.id == key)) or "") if key else ""


def _merged_into(session: Session, customer: Customer) -> str:
    kept = session.get(Customer, customer.merged_into_id) if customer.merged_into_id else None
    return f"{kept.name} ({kept.code})" if kept is not None else ""


def _email(session: Session, customer_id: uuid.UUID) -> str:
    query = select(ContactPoint.typed).where(ContactPoint.customer_id == customer_id, ContactPoint.kind == "email")
    return session.scalar(query.order_by(ContactPoint.is_primary.desc(), ContactPoint.id).limit(1)) or ""


def _counts(session: Session, customer_id: uuid.UUID) -> dict[str, int]:
    def of(model: Any, *where: Any) -> int:
        query = select(func.count()).select_from(model).where(model.customer_id == customer_id, *where)
        return session.scalar(query) or 0

    return {
        "contacts": of(Contact, Contact.archived_at.is_(None)),
        "quotations": of(Quotation),
        "orders": of(Order),
        "equipment": of(Equipment),
        "follow_ups": of(FollowUp, FollowUp.state == FollowUpState.OPEN),
    }


def _interactions(session: Session, customer_id: uuid.UUID, limit: int) -> list[TimelineItem]:
    query = (
        select(
            Interaction.id,
            Interaction.kind,
            Interaction.happened_at,
            Interaction.summary,
            Staff.name,
            Contact.name,
            Interaction.minutes,
        )
        .outerjoin(Staff, Staff.id == Interaction.staff_id)
        .outerjoin(Contact, Contact.id == Interaction.contact_id)
        .where(Interaction.customer_id == customer_id)
        .order_by(Interaction.happened_at.desc())
    )
    return [
        TimelineItem(
            kind, "interaction", key, local_date(at), "", summary, staff or "", contact=contact or "", minutes=minutes
        )
        for key, kind, at, summary, staff, contact, minutes in session.execute(query.limit(limit))
    ]


def _quotations(session: Session, customer_id: uuid.UUID, limit: int) -> list[TimelineItem]:
    """The quotations of a customer, those changed last first."""
    revision = aliased(QuotationRevision)
    query = (
        select(Quotation.id, Quotation.number, Quotation.state, revision, Staff.name)
        .join(
            revision,
            (revision.quotation_id == Quotation.id) & (revision.revision == Quotation.standing_revision),
        )
        .outerjoin(Staff, Staff.id == revision.staff_id)
        .where(Quotation.customer_id == customer_id)
        .order_by(Quotation.updated_at.desc())
    )
    return [
        TimelineItem(
            "quotation",
            "quotation",
            key,
            current.quoted_on or local_date(current.created_at),
            number or "",
            current.project_name,
            staff or "",
            state,
            current.total,
            current.currency,
            current.revision,
            current.valid_until,
        )
        for key, number, state, current, staff in session.execute(query.limit(limit))
    ]


def _orders(session: Session, customer_id: uuid.UUID, limit: int) -> list[TimelineItem]:
    """The orders of a customer, the newest first."""
    query = (
        select(
            Order.id,
            Order.number,
            Order.state,
            Order.ordered_on,
            Order.project_name,
            Order.total,
            Order.currency,
            Staff.name,
        )
        .outerjoin(Staff, Staff.id == Order.staff_id)
        .where(Order.customer_id == customer_id)
        .order_by(Order.ordered_on.desc())
    )
    return [
        TimelineItem("order", "customer_order", key, on, number, project, staff or "", state, total, currency)
        for key, number, state, on, project, total, currency, staff in session.execute(query.limit(limit))
    ]


def _payments(session: Session, customer_id: uuid.UUID, limit: int) -> list[TimelineItem]:
    query = (
        select(Payment.id, Payment.number, Payment.received_on, Payment.method, Payment.amount, Payment.currency)
        .where(Payment.customer_id == customer_id, Payment.cancelled_at.is_(None))
        .order_by(Payment.received_on.desc())
    )
    return [
        TimelineItem("payment", "payment", key, on, number, "", "", method, amount, currency)
        for key, number, on, method, amount, currency in session.execute(query.limit(limit))
    ]


def _invoices(session: Session, customer_id: uuid.UUID, limit: int) -> list[TimelineItem]:
    """Standing invoices and allowances; each leads to its order."""
    record = InvoiceRecord
    query = (
        select(Order.id, record.issued_on, record.number, record.kind, record.total, Order.currency)
        .join(Order, Order.id == record.order_id)
        .where(record.customer_id == customer_id, record.voided_on.is_(None))
        .order_by(record.issued_on.desc())
    )
    return [
        TimelineItem("invoice", "customer_order", order, on, number, "", "", kind, total, currency)
        for order, on, number, kind, total, currency in session.execute(query.limit(limit))
    ]


def _finished(session: Session, customer_id: uuid.UUID, limit: int) -> list[TimelineItem]:
    query = (
        select(FollowUp.id, FollowUp.done_at, FollowUp.subject, FollowUp.outcome, Staff.name)
        .outerjoin(Staff, Staff.id == FollowUp.staff_id)
        .where(FollowUp.customer_id == customer_id, FollowUp.state == FollowUpState.DONE)
        .order_by(FollowUp.done_at.desc())
    )
    return [
        TimelineItem("follow_up", "follow_up", key, local_date(at), subject, outcome, staff or "", "done")
        for key, at, subject, outcome, staff in session.execute(query.limit(limit))
        if at
    ]
