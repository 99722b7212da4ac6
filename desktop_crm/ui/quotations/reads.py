"""What the editor reads before it shows a draft, for the read lane."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from desktop_crm.core import titles
from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import LANGUAGES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.core.settings import Trade
    from desktop_crm.models.snapshot import QuotationSnapshot
    from desktop_crm.services.quotation_header import DraftHeader
    from desktop_crm.services.quotation_view import QuotationView

Choices = list[tuple[uuid.UUID, str]]
Words = dict[str, dict[str, str]]  # language: the words a new quotation for the customer has in it


@dataclass(frozen=True, slots=True)
class Start:
    """The stored draft (None before there is one), its sheet, and what can be chosen."""

    view: QuotationView | None
    sheet: QuotationSnapshot | None
    header: DraftHeader
    staff: Choices
    contacts: Choices
    sites: Choices
    floor: Decimal
    words: Words


@dataclass(frozen=True, slots=True)
class Side:
    """What another customer brings: people, sites, and the terms a new quotation for them has."""

    contacts: Choices
    sites: Choices
    header: DraftHeader
    words: Words


def start(session: Session, quotation_id: uuid.UUID | None) -> Start:
    """Everything the editor shows first."""
    from desktop_crm.core.settings import Trade
    from desktop_crm.services import quotation_view, settings, staff

    trade = settings.load(session, Trade)
    view = quotation_view.load(session, quotation_id) if quotation_id is not None else None
    return Start(
        view=view,
        sheet=quotation_view.snapshot(session, view.id) if view else None,
        header=view.header if view else _blank(trade.currency, trade.tax_mode, Decimal(trade.tax_percent)),
        staff=staff.names(session),
        contacts=_contacts(session, view.customer_id) if view else [],
        sites=_sites(session, view.customer_id, view.header.site_id) if view else [],
        floor=Decimal(trade.margin_floor_percent),
        words=_words(session, view.customer_id, trade) if view else {},
    )


def side(session: Session, customer_id: uuid.UUID) -> Side:
    """What a customer brings to a draft that was for another one."""
    from desktop_crm.core.settings import Trade
    from desktop_crm.services import settings
    from desktop_crm.services.quotation_header import default_header
    from desktop_crm.services.terms import terms_of

    trade = settings.load(session, Trade)
    terms = terms_of(session, customer_id, trade)
    header = default_header(session, customer_id, terms, trade, clock.today())
    return Side(
        _contacts(session, customer_id), _sites(session, customer_id), header, _words(session, customer_id, trade)
    )


def _words(session: Session, customer_id: uuid.UUID, trade: Trade) -> Words:
    from desktop_crm.services.quotation_header import words_in
    from desktop_crm.services.terms import terms_of

    terms = terms_of(session, customer_id, trade)
    return {language: words_in(language, terms, trade) for language in LANGUAGES}


def sheet(session: Session, quotation_id: uuid.UUID) -> QuotationSnapshot:
    """The sheet of the draft as it is stored now."""
    from desktop_crm.services import quotation_view

    return quotation_view.snapshot(session, quotation_id)


def _blank(currency: str, tax_mode: str, tax_percent: Decimal) -> DraftHeader:
    from desktop_crm.services.quotation_header import DraftHeader

    return DraftHeader(currency=currency, tax_mode=tax_mode, tax_percent=tax_percent)


def _contacts(session: Session, customer_id: uuid.UUID) -> Choices:
    from desktop_crm.services import contacts

    return [(row.id, titles.addressed(row.name, row.salutation)) for row in contacts.rows(session, customer_id)]


def _sites(session: Session, customer_id: uuid.UUID, chosen: uuid.UUID | None = None) -> Choices:
    from desktop_crm.services import sites

    return sites.choices(session, customer_id, chosen)
