"""Sites: the places of a customer where work is done or equipment stands (工地／使用單位)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Contact, Customer, Equipment, Site
from desktop_crm.models.equipment import EquipmentState
from desktop_crm.services.customers import PostalAddress
from desktop_crm.services.records import editable, fetch
from desktop_crm.services.typed import cleaned, require_short

FIELDS = editable(Site) - {"customer_id"}


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site as shown on the customer card; ``equipment`` are the names of what stands there and is not retired."""

    id: uuid.UUID
    name: str
    contact_id: uuid.UUID | None
    contact: str
    postal_code: str
    county: str
    district: str
    street: str
    note: str
    archived: bool
    equipment: tuple[str, ...]

    def address(self, country: str) -> str:
        """The address in one line, as written in ``country``."""
        return PostalAddress("site", self.postal_code, self.county, self.district, self.street, country).one_line()


@dataclass(frozen=True, slots=True)
class FoundSite:
    """A site and whose it is."""

    id: uuid.UUID
    name: str
    customer: str


@needs(Permission.CUSTOMERS)
def create(session: Session, customer_id: uuid.UUID, values: Mapping[str, Any]) -> uuid.UUID:
    """Add a site and return its key. Raises UserError without a name, or for a contact of somebody else."""
    fetch(session, Customer, customer_id)
    site = Site(customer_id=customer_id, **_checked(session, customer_id, {"name": "", **values}))
    session.add(site)
    session.flush()
    return site.id


@needs(Permission.CUSTOMERS)
def update(session: Session, site_id: uuid.UUID, values: Mapping[str, Any]) -> uuid.UUID:
    """Change the named values; raises as ``create`` does."""
    site = fetch(session, Site, site_id)
    for name, value in _checked(session, site.customer_id, values).items():
        setattr(site, name, value)
    return site_id


@needs(Permission.CUSTOMERS)
def archive(session: Session, site_id: uuid.UUID) -> None:
    """Offer a site no more for new documents; those that name it keep it."""
    fetch(session, Site, site_id).archived_at = clock.now()


@needs(Permission.CUSTOMERS)
def restore(session: Session, site_id: uuid.UUID) -> None:
    """Offer an archived site again."""
    fetch(session, Site, site_id).archived_at = None


def rows(session: Session, customer_id: uuid.UUID) -> list[SiteRow]:
    """The sites of a customer by name, archived ones last."""
    pieces: dict[uuid.UUID | None, list[str]] = {}
    standing = (
        select(Equipment.site_id, Equipment.name)
        .join(Site, Site.id == Equipment.site_id)
        .where(Site.customer_id == customer_id, Equipment.state != EquipmentState.RETIRED)
    )
    for key, name in session.execute(standing.order_by(Equipment.id)):
        pieces.setdefault(key, []).append(name)
    query = (
        select(Site, Contact.name)
        .outerjoin(Contact, Contact.id == Site.contact_id)
        .where(Site.customer_id == customer_id)
        .order_by(Site.archived_at.is_not(None), Site.name, Site.id)
    )
    return [_row(site, contact or "", pieces.get(site.id, [])) for site, contact in session.execute(query)]


def choices(session: Session, customer_id: uuid.UUID, chosen: uuid.UUID | None = None) -> list[tuple[uuid.UUID, str]]:
    """The sites of a customer that a document may name; also the ``chosen`` one, archived or of somebody else."""
    own = (Site.customer_id == customer_id) & Site.archived_at.is_(None)
    query = select(Site.id, Site.name, Site.customer_id, Customer.name).join(Customer, Customer.id == Site.customer_id)
    found = session.execute(query.where(own | (Site.id == chosen)).order_by(Site.name, Site.id))
    return [(key, name if owner == customer_id else f"{name} · {whose}") for key, name, owner, whose in found]


def search(session: Session, typed: str, limit: int = 8) -> list[FoundSite]:
    """Sites of whomever whose name, customer or street hold every word that is typed, by name."""
    words = typed.split()
    query = select(Site.id, Site.name, Customer.name).join(Customer, Customer.id == Site.customer_id)
    for word in words:
        texts = (Site.name, Customer.name, Site.street)
        query = query.where(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    query = query.where(Site.archived_at.is_(None)).order_by(Site.name, Site.id).limit(limit)
    return [FoundSite(*row) for row in session.execute(query)] if words else []


def _row(site: Site, contact: str, equipment: list[str]) -> SiteRow:
    return SiteRow(
        site.id,
        site.name,
        site.contact_id,
        contact,
        site.postal_code,
        site.county,
        site.district,
        site.street,
        site.note,
        site.archived_at is not None,
        tuple(equipment),
    )


def _checked(session: Session, customer_id: uuid.UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    clean = cleaned(values, FIELDS)
    if "name" in clean and not clean["name"]:
        raise UserError(N_("The site has no name."), N_("Type a name."), field="name")
    require_short(clean.get("name", ""))
    contact = clean.get("contact_id")
    if contact is not None and fetch(session, Contact, contact).customer_id != customer_id:
        raise UserError(N_("This person belongs to another customer."), N_("Choose from the list."), field="contact_id")
    return clean
