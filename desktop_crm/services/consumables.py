"""A quotation of what a piece of equipment uses up, from the words on its card."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Equipment
from desktop_crm.services import prices, products, quotation_view, quotations
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.products import ProductRow
from desktop_crm.services.records import fetch

_PARTS = re.compile(r"[、，,；;\n]+")
# a number at the end, with its unit; not one inside a name such as R-410A
_AMOUNT = re.compile(
    r"(?P<name>.*?\S)\s*(?:\s[x×*]\s*|(?<![A-Za-z0-9.-]))(?P<number>\d{1,6}(?:\.\d{1,4})?)\s*(?P<unit>[^\d\s]{0,8})"
)
MOST_LINES = 50


@needs(Permission.QUOTE)
def quote(session: Session, equipment_id: uuid.UUID) -> uuid.UUID:
    """A new draft for the customer with a line for each thing the card names; returns the quotation's key.

    What is a product by name or code comes with its price for the customer, the rest is to be priced.
    """
    card = fetch(session, Equipment, equipment_id)
    quotation = quotations.create_draft(session, card.customer_id)
    header = quotation_view.load(session, quotation).header
    about = " ".join(part for part in (card.name, card.serial) if part)
    lines = [_line(session, card.customer_id, name, quantity, unit) for name, quantity, unit in read(card.consumables)]
    quotations.save_draft(session, quotation, replace(header, project_name=about, site_id=card.site_id), lines)
    return quotation


def read(text: str) -> list[tuple[str, Decimal, str]]:
    """Name, quantity and unit of the things in a list as people type it: 填料 2 包、皮帶 1 條."""
    found = []
    for part in _PARTS.split(text)[:MOST_LINES]:
        words = part.strip()
        match = _AMOUNT.fullmatch(words)
        if match:
            found.append((match["name"].strip(), Decimal(match["number"]), match["unit"].strip()))
        elif words:
            found.append((words, Decimal(1), ""))
    return found


def _line(session: Session, customer_id: uuid.UUID, name: str, quantity: Decimal, unit: str) -> DraftLine:
    known = _product(session, name)
    if known is None:
        return DraftLine(name[:300], quantity, unit=unit)
    price = prices.price_for(session, customer_id, known.id, quantity)
    return DraftLine(
        known.name,
        quantity,
        price.unit_price,
        product_id=known.id,
        code=known.code,
        specification=known.specification,
        unit=known.unit or unit,
        unit_cost=price.unit_cost,
        tax_kind=known.tax_kind,
    )


def _product(session: Session, name: str) -> ProductRow | None:
    """The product whose name or code is exactly ``name``."""
    whole = name.casefold()
    found = products.find(session, name, 5)
    return next((row for row in found if whole in (row.name.casefold(), row.code.casefold())), None)
