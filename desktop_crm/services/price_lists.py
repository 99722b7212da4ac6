"""Price lists: for a grade, a kind of customer or one customer, with steps of quantity."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.currencies import currency
from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import scaled
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Trade
from desktop_crm.models import Customer, PriceList, PriceListEntry, Product
from desktop_crm.services import settings
from desktop_crm.services.records import editable, fetch

FIELDS = editable(PriceList)


@dataclass(frozen=True, slots=True)
class PriceListRow:
    """A list as it is shown; ``customers`` have agreed on it, whatever their grade and type."""

    id: uuid.UUID
    name: str
    currency: str
    grade: str
    customer_type: str
    valid_from: dt.date | None
    valid_until: dt.date | None
    prices: int
    customers: int
    is_archived: bool


@dataclass(frozen=True, slots=True)
class PriceRow:
    """The price of a product from a quantity on."""

    id: uuid.UUID
    product_id: uuid.UUID
    code: str
    name: str
    unit: str
    list_price: Decimal
    min_quantity: Decimal
    unit_price: Decimal


def rows(session: Session) -> list[PriceListRow]:
    """Every list, archived ones at the end."""
    prices = _counts(session, PriceListEntry.price_list_id)
    customers = _counts(session, Customer.price_list_id)
    query = select(PriceList).order_by(PriceList.archived_at.is_not(None), PriceList.name)
    return [
        PriceListRow(
            one.id,
            one.name,
            one.currency,
            one.grade,
            one.customer_type,
            one.valid_from,
            one.valid_until,
            prices.get(one.id, 0),
            customers.get(one.id, 0),
            one.archived_at is not None,
        )
        for one in session.scalars(query)
    ]


def names(session: Session, kept: uuid.UUID | None = None) -> list[tuple[uuid.UUID, str]]:
    """Key and name of every list that can be agreed on, and of ``kept`` even when it is archived."""
    wanted = or_(PriceList.archived_at.is_(None), PriceList.id == kept)
    query = select(PriceList.id, PriceList.name).where(wanted).order_by(PriceList.name)
    return [(key, name) for key, name in session.execute(query)]


def prices(session: Session, list_id: uuid.UUID) -> list[PriceRow]:
    """The prices of a list by product code and quantity."""
    query = (
        select(PriceListEntry, Product)
        .join(Product, Product.id == PriceListEntry.product_id)
        .where(PriceListEntry.price_list_id == list_id)
        .order_by(Product.code, PriceListEntry.min_quantity)
    )
    return [
        PriceRow(
            entry.id,
            product.id,
            product.code,
            product.name,
            product.unit,
            product.list_price,
            entry.min_quantity,
            entry.unit_price,
        )
        for entry, product in session.execute(query)
    ]


@needs(Permission.PRICES)
def create(session: Session, values: Mapping[str, Any]) -> uuid.UUID:
    """Add a list in the shop's currency unless another is named. Raises UserError with the field at fault."""
    made = PriceList(**_checked(session, {"currency": settings.load(session, Trade).currency, **values}, None))
    session.add(made)
    session.flush()
    return made.id


@needs(Permission.PRICES)
def update(session: Session, list_id: uuid.UUID, values: Mapping[str, Any]) -> uuid.UUID:
    """Change the named values; documents keep their prices. Raises UserError with the field at fault."""
    found = fetch(session, PriceList, list_id)
    before = {name: getattr(found, name) for name in FIELDS}
    for name, value in _checked(session, {**before, **values}, list_id).items():
        setattr(found, name, value)
    return list_id


@needs(Permission.PRICES)
def archive(session: Session, list_id: uuid.UUID) -> None:
    """Give no more prices from a list; its customers get those of their grade again."""
    fetch(session, PriceList, list_id).archived_at = clock.now()


@needs(Permission.PRICES)
def bring_back(session: Session, list_id: uuid.UUID) -> None:
    """Give prices from an archived list again."""
    fetch(session, PriceList, list_id).archived_at = None


@needs(Permission.PRICES)
def put_price(
    session: Session, list_id: uuid.UUID, product_id: uuid.UUID, min_quantity: Decimal, unit_price: Decimal
) -> uuid.UUID:
    """Set the price of a product from a quantity on. Raises UserError for a negative number or one too large."""
    fetch(session, PriceList, list_id)
    fetch(session, Product, product_id)
    for name, value, kind in (("min_quantity", min_quantity, "quantity"), ("unit_price", unit_price, "unit_price")):
        _require(name, value, kind)
    entry = session.scalar(
        select(PriceListEntry).where(
            PriceListEntry.price_list_id == list_id,
            PriceListEntry.product_id == product_id,
            PriceListEntry.min_quantity == min_quantity,
        )
    )
    if entry is None:
        entry = PriceListEntry(price_list_id=list_id, product_id=product_id, min_quantity=min_quantity)
        session.add(entry)
    entry.unit_price = unit_price
    session.flush()
    return entry.id


@needs(Permission.PRICES)
def remove_price(session: Session, price_id: uuid.UUID) -> None:
    """Take one price out of its list."""
    session.delete(fetch(session, PriceListEntry, price_id))


def _require(field: str, value: Decimal, kind: str) -> None:
    try:
        scaled(value, kind)
    except UserError as error:
        raise UserError(error.message, field=field) from error
    if value < 0:
        raise UserError(N_("The number cannot be negative."), field=field)


def _checked(session: Session, values: Mapping[str, Any], own: uuid.UUID | None) -> dict[str, Any]:
    unknown = set(values) - FIELDS
    if unknown:
        raise ValueError(f"not fields of a price list: {sorted(unknown)}")
    clean = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if not clean.get("name"):
        raise UserError(N_("The price list has no name."), N_("Type a name."), field="name")
    taken = session.scalar(select(PriceList.id).where(PriceList.name == clean["name"]))
    if taken and taken != own:
        raise UserError(N_("There is a price list of this name."), N_("Type another name."), field="name")
    currency(clean["currency"])
    start, end = clean.get("valid_from"), clean.get("valid_until")
    if start and end and end < start:
        raise UserError(N_("The list ends before it begins."), field="valid_until")
    return clean


def _counts(session: Session, link: Any) -> dict[uuid.UUID, int]:
    query = select(link, func.count()).where(link.is_not(None)).group_by(link)
    return {row[0]: row[1] for row in session.execute(query)}
