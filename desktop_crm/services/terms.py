"""What holds for a customer: agreed terms first, then those offered to the grade, then the shop's own."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import bindparam, select
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


_TERMS = (
    select(
        Customer.agreed_payment_terms, ServiceLevel.payment_terms, Customer.agreed_payment_days,
        ServiceLevel.payment_days, Customer.closing_day, Customer.agreed_discount_percent,
        ServiceLevel.discount_percent, CustomerFigures.grade,
        Customer.language, Customer.currency, Customer.owner_id, Customer.price_list_id,
        Customer.customer_type, Customer.channel,
    )
    .outerjoin(CustomerFigures, CustomerFigures.customer_id == Customer.id)
    .outerjoin(ServiceLevel, ServiceLevel.grade == CustomerFigures.grade)
    .where(Customer.id == bindparam("customer"))
)  # fmt: skip


def terms_of(session: Session, customer_id: uuid.UUID, trade: Trade) -> CustomerTerms:
    """The terms of a customer, each word and number from the first who says something; UserError when it is gone."""
    row = session.execute(_TERMS, {"customer": customer_id}).one_or_none()
    if row is None:
        raise UserError(N_("This record is no longer there."), N_("Refresh the list and try again."))
    agreed_words, level_words, agreed_days, level_days, closing, agreed_off, level_off, grade, *rest = row
    days = next((days for days in (agreed_days, level_days) if days is not None), trade.payment_days)
    language = rest[0] or trade.document_language
    return CustomerTerms(
        agreed_words or level_words or trade.words(language)["payment_terms"],
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
