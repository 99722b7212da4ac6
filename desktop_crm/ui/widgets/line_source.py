"""What the line grid reads from the shop: products and templates while one types, words and prices for a buyer."""

from __future__ import annotations

import uuid
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from desktop_crm.ui.widgets.completer import SHOWN, Suggestion

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.core.i18n import Translator
    from desktop_crm.services.document_lines import DraftLine
    from desktop_crm.services.prices import LastPrice
    from desktop_crm.services.products import ProductRow
    from desktop_crm.services.quote_templates import TemplateRow

TEMPLATES = 3  # offered at once


@dataclass(frozen=True, slots=True)
class Buyer:
    """For whom prices are looked up, and in which language and currency (``rate`` home units buy one)."""

    customer_id: uuid.UUID | None = None
    language: str = "zh_TW"
    currency: str = "TWD"
    rate: Decimal = Decimal(1)


class Offer(NamedTuple):
    """A product as it goes on the line; no price when the buyer is not known yet."""

    name: str
    specification: str
    unit: str
    unit_price: Decimal
    unit_cost: Decimal | None


def products_like(session: Session, typed: str) -> list[Suggestion]:
    """Products for the completer: by code, name or reading, best first."""
    from desktop_crm.services import products

    return [
        Suggestion(row, row.code, " ".join(part for part in (row.name, row.specification) if part))
        for row in products.find(session, typed, SHOWN)
    ]


def lines_like(t: Translator, session: Session, typed: str) -> list[Suggestion]:
    """Products, and up to ``TEMPLATES`` templates marked as such; one that is called exactly so comes first."""
    from desktop_crm.services import quote_templates

    found = quote_templates.find(session, typed, TEMPLATES)
    whole = typed.strip().casefold()
    named = [_template(t, row) for row in found if row.name.casefold() == whole]
    others = [_template(t, row) for row in found if row.name.casefold() != whole]
    room = SHOWN - len(found)
    return [*named, *products_like(session, typed)[:room], *others]


def _template(t: Translator, row: TemplateRow) -> Suggestion:
    count = t.plural("%(count)s line", "%(count)s lines", row.lines)
    return Suggestion(
        row, row.name, f"{t('Template')} · {count} · {'、'.join(filter(None, row.first[:2]))}".rstrip(" ·")
    )


def template_lines(session: Session, key: str, buyer: Buyer) -> list[DraftLine]:
    """The lines of a template, priced for this buyer."""
    from desktop_crm.services import quote_templates
    from desktop_crm.services.quotation_prices import PricedFor

    return quote_templates.lines(session, key, PricedFor(*astuple(buyer)))


def product_meant(session: Session, typed: str) -> ProductRow | None:
    """The product whose code or name is exactly ``typed``, or the only one that is like it."""
    from desktop_crm.services import products

    found = products.find(session, typed, 2) if typed.strip() else []
    if not found:
        return None
    whole = typed.strip().casefold()
    return found[0] if len(found) == 1 or whole in (found[0].code.casefold(), found[0].name.casefold()) else None


def product(session: Session, product_id: uuid.UUID) -> ProductRow:
    """One product."""
    from desktop_crm.services import products

    return products.row(session, product_id)


def offer(session: Session, product_id: uuid.UUID, quantity: Decimal, buyer: Buyer) -> Offer:
    """Words in the document's language, and the price for this buyer and quantity."""
    from desktop_crm.models import Product
    from desktop_crm.services import prices, products
    from desktop_crm.services.records import fetch

    words = products.worded(session, product_id, buyer.language)
    if buyer.customer_id is None:
        found = fetch(session, Product, product_id)
        rate = buyer.rate if buyer.rate == 1 else None
        listed = found.list_price if rate else Decimal(0)
        return Offer(words["name"], words["specification"], words["unit"], listed, found.cost if rate else None)
    price = prices.price_for(session, buyer.customer_id, product_id, quantity, currency=buyer.currency, rate=buyer.rate)
    return Offer(words["name"], words["specification"], words["unit"], price.unit_price, price.unit_cost)


def last_prices(session: Session, product_id: uuid.UUID, customer_id: uuid.UUID) -> list[LastPrice]:
    """What this customer paid or was quoted before."""
    from desktop_crm.services import prices

    return prices.last_prices(session, customer_id, product_id, 8)
