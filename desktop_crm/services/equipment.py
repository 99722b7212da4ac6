"""Equipment: adding and changing cards, where a piece stands and who uses it, retiring it and back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_months, check_day, clock
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import Customer, Equipment, InspectionPlan, Product, Site
from desktop_crm.models.equipment import TRANSITIONS, EquipmentState
from desktop_crm.services.records import editable, fetch, move
from desktop_crm.services.typed import cleaned, require_short

FIELDS = editable(Equipment) - {"state", "order_line_id"}
DATES = ("delivered_on", "accepted_on", "warranty_until")


@dataclass(frozen=True, slots=True)
class EquipmentForm:
    """What the editor of a piece starts from; ``sites`` are those of buyer and user."""

    values: dict[str, Any]
    customer: str
    user: str
    product: str
    sites: list[tuple[uuid.UUID, str]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of equipment in a few words, for other cards; ``next_on`` is its next visit."""

    id: uuid.UUID
    name: str
    model: str
    serial: str
    location: str
    state: str
    warranty_until: dt.date | None
    next_on: dt.date | None


@needs(Permission.SERVICE)
def create(session: Session, values: Mapping[str, Any], confirmed: Collection[str] = ()) -> uuid.UUID:
    """Add a card and return its key; the warranty follows from acceptance and product unless it was typed.

    Raises UserError with the field, NeedsConfirmation ``same_serial`` when another card has the serial number.
    """
    clean = _checked(session, values, None, confirmed)
    if clean.get("warranty_until") is None and clean.get("accepted_on") and clean.get("product_id"):
        clean["warranty_until"] = warranty_end(fetch(session, Product, clean["product_id"]), clean["accepted_on"])
    card = Equipment(**clean)
    session.add(card)
    session.flush()
    return card.id


@needs(Permission.SERVICE)
def update(
    session: Session, equipment_id: uuid.UUID, values: Mapping[str, Any], confirmed: Collection[str] = ()
) -> uuid.UUID:
    """Change the named values; raises as ``create`` does. A day of acceptance typed in puts a piece in use."""
    card = fetch(session, Equipment, equipment_id)
    was_accepted = card.accepted_on is not None
    for name, value in _checked(session, values, card, confirmed).items():
        setattr(card, name, value)
    if card.accepted_on is not None and not was_accepted:
        product = fetch(session, Product, card.product_id) if card.product_id else None
        card.warranty_until = card.warranty_until or warranty_end(product, card.accepted_on)
        if card.state in (EquipmentState.ORDERED, EquipmentState.DELIVERED):
            move(card, EquipmentState.IN_USE, TRANSITIONS)
    return equipment_id


@needs(Permission.SERVICE)
def retire(session: Session, equipment_id: uuid.UUID) -> None:
    """Take a piece out of use: it is not looked after any more, its visits end."""
    card = fetch(session, Equipment, equipment_id)
    move(card, EquipmentState.RETIRED, TRANSITIONS)
    for plan in session.scalars(_running_plans(equipment_id)):
        plan.ended_at = clock.now()
        plan.next_on = plan.planned_on = None


@needs(Permission.SERVICE)
def put_in_use(session: Session, equipment_id: uuid.UUID) -> None:
    """Note that a piece is in use, for the first time or again; visits are planned anew."""
    move(fetch(session, Equipment, equipment_id), EquipmentState.IN_USE, TRANSITIONS)


@needs(Permission.SERVICE)
def install(session: Session, equipment_id: uuid.UUID, site_id: uuid.UUID | None, location: str = "") -> None:
    """Note where a piece stands; raises UserError for the site of somebody else."""
    update(session, equipment_id, {"site_id": site_id, "location": location})


@needs(Permission.SERVICE)
def change_user(session: Session, equipment_id: uuid.UUID, user_id: uuid.UUID | None) -> None:
    """Note who uses a piece now; None is the buyer. A site of the former user is left."""
    card = fetch(session, Equipment, equipment_id)
    user = None if user_id == card.customer_id else user_id
    site = fetch(session, Site, card.site_id) if card.site_id else None
    stays = site is None or site.customer_id in (user, card.customer_id)
    update(session, equipment_id, {"user_id": user} if stays else {"user_id": user, "site_id": None})


def warranty_end(product: Product | None, accepted_on: dt.date) -> dt.date | None:
    """The day the warranty of a product ends when it begins on ``accepted_on``; None without a warranty."""
    months = product.warranty_months if product else 0
    return add_months(accepted_on, months) if months else None


def load(session: Session, equipment_id: uuid.UUID | None, customer_id: uuid.UUID | None = None) -> EquipmentForm:
    """The form of a piece, or an empty one, of ``customer_id`` if given; raises UserError when it is gone."""
    if equipment_id is None:
        values: dict[str, Any] = {"customer_id": customer_id}
    else:
        card = fetch(session, Equipment, equipment_id)
        values = {name: getattr(card, name) for name in FIELDS}
    buyer, user, product = (values.get(f"{name}_id") for name in ("customer", "user", "product"))
    return EquipmentForm(
        values,
        _name(session, Customer, buyer),
        _name(session, Customer, user),
        _name(session, Product, product),
        sites_of(session, (buyer, user), values.get("site_id")),
    )


def sites_of(
    session: Session, customer_ids: Collection[uuid.UUID | None], chosen: uuid.UUID | None = None
) -> list[tuple[uuid.UUID, str]]:
    """The sites of some customers by name, archived ones only if ``chosen`` already."""
    owners = [key for key in customer_ids if key]
    offered = Site.archived_at.is_(None) | (Site.id == chosen)
    query = select(Site.id, Site.name).where(Site.customer_id.in_(owners), offered)
    return [(key, name) for key, name in session.execute(query.order_by(Site.name, Site.id))] if owners else []


def of_customer(session: Session, customer_id: uuid.UUID, limit: int = 200) -> list[Piece]:
    """The equipment a customer bought or uses, what is in use first."""
    e = Equipment
    query = (
        select(e.id, e.name, e.model, e.serial, e.location, e.state, e.warranty_until, next_visit())
        .where(or_(e.customer_id == customer_id, e.user_id == customer_id))
        .order_by(e.state == EquipmentState.RETIRED, e.id.desc())
        .limit(limit)
    )
    return [Piece(*row) for row in session.execute(query)]


def next_visit() -> Any:
    """The day of a piece's next visit, as a column beside ``Equipment``."""
    query = select(func.min(InspectionPlan.next_on)).where(InspectionPlan.equipment_id == Equipment.id)
    return query.correlate(Equipment).scalar_subquery()


def _running_plans(equipment_id: uuid.UUID) -> Any:
    plan = InspectionPlan
    return select(plan).where(plan.equipment_id == equipment_id, plan.ended_at.is_(None))


def _name(session: Session, model: type[Customer] | type[Product], key: uuid.UUID | None) -> str:
    return (session.scalar(select(model.name).where(model.id == key)) or "") if key else ""


def _checked(
    session: Session, values: Mapping[str, Any], card: Equipment | None, confirmed: Collection[str]
) -> dict[str, Any]:
    clean = cleaned(values, FIELDS)
    whole = ({name: getattr(card, name) for name in FIELDS} if card else {}) | clean
    if not whole.get("customer_id"):
        raise UserError(
            N_("No customer is chosen."), N_("Type some letters and choose from the list."), field="customer_id"
        )
    if not whole.get("name"):
        raise UserError(N_("The equipment has no name."), N_("Type a name."), field="name")
    require_short(whole["name"])
    if whole.get("user_id") == whole["customer_id"]:
        clean["user_id"] = None
    _check_dates(whole)
    _check_site(session, whole)
    if "same_serial" not in confirmed and clean.get("serial"):
        _check_serial(session, clean["serial"], card.id if card else None)
    return clean


def _check_dates(whole: Mapping[str, Any]) -> None:
    for name in DATES:
        if whole.get(name) is not None:
            check_day(whole[name], name)
    delivered, accepted, until = (whole.get(name) for name in DATES)
    if delivered and accepted and accepted < delivered:
        raise UserError(
            N_("It was accepted before it was delivered."), N_("Correct one of the two days."), field="accepted_on"
        )
    begun = accepted or delivered
    if begun and until and until < begun:
        raise UserError(
            N_("The warranty ends before it begins."), N_("Correct one of the two days."), field="warranty_until"
        )


def _check_site(session: Session, whole: Mapping[str, Any]) -> None:
    site = fetch(session, Site, whole["site_id"]) if whole.get("site_id") else None
    if site is not None and site.customer_id not in (whole["customer_id"], whole.get("user_id")):
        raise UserError(
            N_("%(name)s is the site of somebody else."),
            N_("Choose a site of the buyer or of the user."),
            field="site_id",
            name=site.name,
        )


def _check_serial(session: Session, serial: str, own: uuid.UUID | None) -> None:
    """Ask when another piece in use has the number: two cards of one thing divide its history."""
    query = (
        select(Equipment.id, Equipment.name, Customer.name.label("customer"))
        .join(Customer, Customer.id == Equipment.customer_id)
        .where(Equipment.serial == serial, Equipment.state != EquipmentState.RETIRED)
    )
    other = next((row for row in session.execute(query) if row.id != own), None)
    if other is not None:
        raise NeedsConfirmation(
            "same_serial",
            N_("%(serial)s is on the card of %(name)s at %(customer)s already."),
            N_("Save it all the same?"),
            serial=serial,
            name=other.name,
            customer=other.customer,
        )
