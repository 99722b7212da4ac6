"""The head of a quotation: what its form edits, and what a new one starts with."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import check_day
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import LANGUAGES, N_
from desktop_crm.core.settings import Trade
from desktop_crm.models import Contact, QuotationRevision
from desktop_crm.services.document_lines import NONE, check_rate
from desktop_crm.services.quotation_prices import last_rate
from desktop_crm.services.terms import CustomerTerms

TEXT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class DraftHeader:
    """Every field of a revision that a form edits; ``quoted_on`` None becomes the day of issue."""

    contact_id: uuid.UUID | None = None
    site_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None
    project_name: str = ""
    language: str = "zh_TW"
    second_language: str = ""
    show_roc_dates: bool = False
    payment_terms: str = ""
    delivery_terms: str = ""
    warranty_terms: str = ""
    notes: str = ""
    internal_note: str = ""
    quoted_on: dt.date | None = None
    valid_until: dt.date | None = None
    currency: str = "TWD"
    rate: Decimal = Decimal(1)
    tax_mode: str = "exclusive"
    tax_percent: Decimal = Decimal(5)
    discount_percent: Decimal = NONE
    discount_amount: int = 0


FIELDS = tuple(item.name for item in fields(DraftHeader))


def default_header(
    session: Session, customer_id: uuid.UUID, terms: CustomerTerms, trade: Trade, today: dt.date
) -> DraftHeader:
    """What a new quotation for a customer starts with, in its currency if the shop has quoted in that before."""
    rate = last_rate(session, terms.currency) if terms.currency != trade.currency else None
    contact = session.scalar(
        select(Contact.id)
        .where(Contact.customer_id == customer_id, Contact.archived_at.is_(None))
        .order_by(Contact.is_primary.desc(), Contact.id)
        .limit(1)
    )
    language = terms.language if terms.language in LANGUAGES else trade.document_language
    words = words_in(language, terms, trade)
    return DraftHeader(
        contact_id=contact,
        staff_id=terms.owner_id,
        language=language,
        show_roc_dates=trade.show_roc_dates,
        payment_terms=words["payment_terms"],
        delivery_terms=words["delivery_terms"],
        warranty_terms=words["warranty_terms"],
        notes=words["notes"],
        valid_until=today + dt.timedelta(days=trade.valid_days),
        currency=terms.currency if rate else trade.currency,
        rate=rate or Decimal(1),
        tax_mode=trade.tax_mode,
        tax_percent=Decimal(trade.tax_percent),
        discount_percent=terms.discount_percent,
    )


def words_in(language: str, terms: CustomerTerms, trade: Trade) -> dict[str, str]:
    """The words of a new quotation in a language; terms of payment of the customer's own stay as they are."""
    words = trade.words(language)
    own = terms.payment_terms != trade.words(terms.language or trade.document_language)["payment_terms"]
    return {**words, "payment_terms": terms.payment_terms} if own else words


def header_of(revision: QuotationRevision) -> DraftHeader:
    """The header of a stored revision."""
    return DraftHeader(**{name: getattr(revision, name) for name in FIELDS})


def store_header(revision: QuotationRevision, header: DraftHeader) -> None:
    """Write every field of ``header`` into ``revision``."""
    for name in FIELDS:
        setattr(revision, name, getattr(header, name))


def check_header(header: DraftHeader, home: str) -> None:
    """Raise UserError for a rate, date, language or text that cannot be meant."""
    check_rate(header.currency, header.rate, home)
    for name in ("quoted_on", "valid_until"):
        if (day := getattr(header, name)) is not None:
            check_day(day, name)
    if header.quoted_on and header.valid_until and header.valid_until < header.quoted_on:
        raise UserError(
            N_("The quotation would lapse before its own date."), N_("Choose a later day."), field="valid_until"
        )
    if header.language not in LANGUAGES or header.second_language not in (*LANGUAGES, ""):
        raise UserError(N_("This language is not known."), N_("Choose from the list."), field="language")
    for name in FIELDS:
        if len(str(getattr(header, name))) > TEXT_LIMIT:
            raise UserError(
                N_("The text is longer than %(limit)s characters."), N_("Shorten it."), field=name, limit=TEXT_LIMIT
            )
