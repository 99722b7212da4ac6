"""What holds for a customer: agreed terms first, then those offered to the grade, then the shop's own."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_months
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.settings import Trade
from desktop_crm.models import Customer, CustomerFigures, ServiceLevel


@dataclass(frozen=True, slots=True)
class CustomerTerms:
    """The terms a new document starts from; the grade's discount is only proposed, the agreed one is given."""

    payment_terms: str
    payment_days: int
    closing_day: int | None
    discount_percent: Decimal
    proposed_discount_percent: Decimal
    grade: str
    language: str
    currency: str
    owner_id: uuid.UUID | None
    price_list_id: uuid.UUID | None
    customer_type: str
    channel: str

    def due_on(self, ordered_on: dt.date) -> dt.date:
        """When an order of ``ordered_on`` falls due."""
        return due_on(ordered_on, self.payment_days, self.closing_day)


def terms_of(session: Session, customer_id: uuid.UUID, trade: Trade) -> CustomerTerms:
    """The terms of a customer, each word and number from the first who says something; UserError when it is gone."""
    customer, level = Customer, ServiceLevel
    row = session.execute(
        select(
            customer.agreed_payment_terms, level.payment_terms, customer.agreed_payment_days, level.payment_days,
            customer.closing_day, customer.agreed_discount_percent, level.discount_percent, CustomerFigures.grade,
            customer.language, customer.currency, customer.owner_id, customer.price_list_id,
            customer.customer_type, customer.channel,
        )
        .outerjoin(CustomerFigures, CustomerFigures.customer_id == customer.id)
        .outerjoin(level, level.grade == CustomerFigures.grade)
        .where(customer.id == customer_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise UserError(N_("This record is no longer there."), N_("Refresh the list and try again."))
    agreed_words, level_words, agreed_days, level_days, closing, agreed_off, level_off, grade, *rest = row
    days = next((days for days in (agreed_days, level_days) if days is not None), trade.payment_days)
    return CustomerTerms(
        agreed_words or level_words or trade.payment_terms,
        days,
        closing,
        agreed_off or Decimal(0),
        level_off or Decimal(0),
        grade or "",
        *rest,
    )


def due_on(ordered_on: dt.date, days: int, closing_day: int | None) -> dt.date:
    """``days`` after the order, or after the end of its statement period (月結) when there is a closing day."""
    start = _period_end(ordered_on, closing_day) if closing_day else ordered_on
    return start + dt.timedelta(days=days)


def _period_end(day: dt.date, closing_day: int) -> dt.date:
    """The next closing day on or after ``day``; a day the month does not have is its last one."""
    first = day.replace(day=1)
    for months in (0, 1):
        start = add_months(first, months)
        last = add_months(start, 1) - dt.timedelta(days=1)
        end = start.replace(day=min(closing_day, last.day))
        if end >= day:
            return end
    raise AssertionError("the closing day of the next month is later than any day of this one")
