"""Customers with their contact points and address: create, update, archive, restore."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core import phones, tax_ids
from desktop_crm.core.dates import clock
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import TOTAL_LIMIT, scaled
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Trade
from desktop_crm.models import Address, ContactPoint, Customer
from desktop_crm.models.contact import PointKind
from desktop_crm.models.customer import CustomerType, LegalForm
from desktop_crm.services import duplicates, numbering, settings
from desktop_crm.services.records import editable, fetch
from desktop_crm.services.typed import cleaned, require_free_code, require_short
from desktop_crm.store import faults

FIELDS = editable(Customer)
# the agreed terms that are whole numbers, with the least and the most that can be meant
WHOLE_NUMBERS = {
    "agreed_payment_days": (0, 3650),
    "agreed_response_hours": (0, 8760),
    "agreed_contact_days": (1, 3650),
    "closing_day": (1, 31),
    "credit_limit": (0, TOTAL_LIMIT - 1),
}
LARGE_FIRST = frozenset({"", "TW", "CN", "HK", "MO", "JP"})
SPOKEN = frozenset({PointKind.PHONE, PointKind.MOBILE, PointKind.FAX})


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point as typed into a form."""

    kind: str
    typed: str
    label: str = ""
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as typed into a form."""

    kind: str = "registered"
    postal_code: str = ""
    county: str = ""
    district: str = ""
    street: str = ""
    country: str = "TW"

    def one_line(self) -> str:
        """As written on an envelope: from large to small in East Asia, elsewhere the street first."""
        if self.country in LARGE_FIRST:
            return f"{self.postal_code} {self.county}{self.district}{self.street}".strip()
        town = f"{self.postal_code} {self.county}".strip()
        return ", ".join(part for part in (self.street, town, self.district) if part)


ADDRESS = tuple(item.name for item in fields(PostalAddress))


@dataclass(frozen=True, slots=True)
class CustomerForm:
    """Everything the form of a customer edits; ``version`` is that of the record it was loaded from."""

    values: dict[str, Any] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    address: PostalAddress | None = None
    version: int | None = None


@needs(Permission.CUSTOMERS)
def create(session: Session, form: CustomerForm, confirmed: frozenset[str] = frozenset()) -> uuid.UUID:
    """Add a customer and return its key; a code is given when none was typed, the shop's country and currency too.

    Raises UserError for a missing name or a code in use; NeedsConfirmation for a tax number that fails its check
    or that another customer has.
    """
    trade = settings.load(session, Trade)
    defaults = {"country": trade.country, "currency": trade.currency, "language": trade.document_language}
    values = _checked(session, {**defaults, **form.values}, None, confirmed)
    if not values.get("code"):
        values["code"] = numbering.next_number(session, "customer", clock.today())
    customer = Customer(**values)
    session.add(customer)
    session.flush()
    put_points(session, customer, form.points)
    _put_address(session, customer, form.address)
    return customer.id


@needs(Permission.CUSTOMERS)
def update(
    session: Session, customer_id: uuid.UUID, form: CustomerForm, confirmed: frozenset[str] = frozenset()
) -> uuid.UUID:
    """Change the named values and replace the customer's own contact points and address.

    Raises UserError and NeedsConfirmation as ``create`` does, and UserError when the form was loaded from an
    older version than the one that stands.
    """
    customer = fetch(session, Customer, customer_id)
    if form.version is not None and form.version != customer.version:
        raise faults.stale()
    for name, value in _checked(session, form.values, customer, confirmed).items():
        setattr(customer, name, value)
    moved = [put_points(session, customer, form.points), _put_address(session, customer, form.address)]
    if any(moved):
        customer.updated_at = clock.now()  # a new version: another form open on this customer must not win
    return customer_id


@needs(Permission.CUSTOMERS)
def archive(session: Session, customer_id: uuid.UUID) -> None:
    """Take a customer out of the lists; everything about it is kept."""
    fetch(session, Customer, customer_id).archived_at = clock.now()


@needs(Permission.CUSTOMERS)
def restore(session: Session, customer_id: uuid.UUID) -> None:
    """Bring an archived customer back into the lists; one that was merged stands for itself again, without its past."""
    customer = fetch(session, Customer, customer_id)
    customer.archived_at = customer.merged_into_id = None


def load(session: Session, customer_id: uuid.UUID) -> CustomerForm:
    """The values a form starts from."""
    customer = fetch(session, Customer, customer_id)
    points = session.execute(
        select(ContactPoint.kind, ContactPoint.typed, ContactPoint.label, ContactPoint.is_primary)
        .where(ContactPoint.customer_id == customer_id, ContactPoint.contact_id.is_(None))
        .order_by(ContactPoint.id)
    )
    return CustomerForm(
        {name: getattr(customer, name) for name in FIELDS},
        tuple(Point(*row) for row in points),
        address_of(session, customer_id),
        customer.version,
    )


def address_of(session: Session, customer_id: uuid.UUID) -> PostalAddress | None:
    """The customer's own address, None when there is none."""
    row = _address_row(session, customer_id)
    return PostalAddress(**{name: getattr(row, name) for name in ADDRESS}) if row else None


def _checked(
    session: Session, values: Mapping[str, Any], customer: Customer | None, confirmed: frozenset[str]
) -> dict[str, Any]:
    clean = cleaned(values, FIELDS)
    if (customer is None or "name" in clean) and not clean.get("name"):
        raise UserError(N_("The customer has no name."), N_("Type a name."), field="name")
    require_short(clean.get("name", ""))
    _require_choice(clean, "legal_form", LegalForm)
    _require_choice(clean, "customer_type", CustomerType)
    require_free_code(session, Customer, clean.get("code", ""), customer.id if customer else None)
    _require_own_parent(clean.get("parent_id"), customer)
    _require_numbers(clean)
    _check_tax_number(session, clean, customer, confirmed)
    return clean


def _require_numbers(values: Mapping[str, Any]) -> None:
    for name, (least, most) in WHOLE_NUMBERS.items():
        value = values.get(name)
        if value is not None and (not isinstance(value, int) or not least <= value <= most):
            raise UserError(
                N_("The number must lie between %(least)s and %(most)s."),
                N_("Correct it, or leave the field empty."),
                field=name,
                least=least,
                most=most,
            )
    if values.get("agreed_discount_percent") is not None:
        scaled(values["agreed_discount_percent"], "discount_percent")


def _require_choice(values: Mapping[str, Any], name: str, choices: type[LegalForm] | type[CustomerType]) -> None:
    if name in values and values[name] not in set(choices):
        raise UserError(
            N_("%(value)s is not a choice here."), N_("Choose from the list."), field=name, value=values[name]
        )


def _require_own_parent(parent_id: uuid.UUID | None, customer: Customer | None) -> None:
    if parent_id is not None and customer is not None and parent_id == customer.id:
        raise UserError(N_("A customer cannot be its own parent."), N_("Choose another customer."), field="parent_id")


def _check_tax_number(
    session: Session, values: Mapping[str, Any], customer: Customer | None, confirmed: frozenset[str]
) -> None:
    number = values.get("tax_number")
    if not number or (customer is not None and customer.tax_number == number):
        return
    other = duplicates.owner_of_tax_number(session, number, customer.id if customer else None)
    if other is not None and "same_tax_number" not in confirmed:
        raise NeedsConfirmation(
            "same_tax_number",
            N_("%(name)s has the same tax number %(number)s."),
            N_("Open that customer instead, or save this one all the same if both are meant."),
            name=other,
            number=number,
        )
    country = values.get("country") or (customer.country if customer else "TW")
    if "tax_number" not in confirmed and tax_ids.check_tax_id(number, country) is False:
        raise NeedsConfirmation(
            "tax_number",
            N_("The tax number %(number)s fails its check digit."),
            N_("Correct it, or keep it if it stands so on the customer's papers."),
            number=number,
        )


def put_points(
    session: Session, customer: Customer, points: Sequence[Point], contact_id: uuid.UUID | None = None
) -> bool:
    """Make the points of a contact, or the customer's own, equal to ``points``; True if any changed."""
    wanted = [point for point in points if point.typed.strip()]
    existing = session.scalars(
        select(ContactPoint)
        .where(ContactPoint.customer_id == customer.id, ContactPoint.contact_id == contact_id)
        .order_by(ContactPoint.id)
    ).all()
    owner = {"customer_id": customer.id, "contact_id": contact_id}
    for place, point in enumerate(wanted):
        row = existing[place] if place < len(existing) else ContactPoint(**owner)
        row.kind, row.typed, row.label, row.is_primary = point.kind, point.typed.strip(), point.label, point.is_primary
        row.e164 = e164_of(point.kind, point.typed, customer.country)
        session.add(row)
    for row in existing[len(wanted) :]:
        session.delete(row)
    return len(wanted) != len(existing) or any(session.is_modified(row) for row in existing)


def e164_of(kind: str, typed: str, country: str) -> str:
    """The number in E.164 form for a phone, mobile or fax; "" for other channels and what cannot be read."""
    return (phones.to_e164(typed, country or "TW") or "") if kind in SPOKEN else ""


def _put_address(session: Session, customer: Customer, address: PostalAddress | None) -> bool:
    """Write, change or, when nothing is left of it, delete the address; True if something changed."""
    if address is None:
        return False
    row = _address_row(session, customer.id)
    if not address.one_line():
        if row is not None:
            session.delete(row)
        return row is not None
    row = row or Address(customer_id=customer.id)
    for name in ADDRESS:
        setattr(row, name, getattr(address, name))
    session.add(row)
    return session.is_modified(row)


def _address_row(session: Session, customer_id: uuid.UUID) -> Address | None:
    return session.scalars(
        select(Address).where(Address.customer_id == customer_id).order_by(Address.id).limit(1)
    ).first()
