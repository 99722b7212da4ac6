"""Which value counts when two customers become one: that of the kept one, else that of the other."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core.readings import normalise
from desktop_crm.models import Contact, ContactPoint, Customer, Site
from desktop_crm.services.customers import FIELDS, SPOKEN, Point, e164_of

OWN = frozenset({"code", "name", "note"})  # never taken over as they are
ABOVE = ("parent_id", "referrer_id")  # customers a customer stands under
# said together: half of it from the other customer would be wrong
TOGETHER = (
    frozenset({"referrer_id", "referrer_name"}),
    frozenset({"agreed_payment_terms", "agreed_payment_days", "closing_day"}),
)
PLACE = ("postal_code", "county", "district", "street")
Twins = list[tuple[Any, Any]]  # a record of the kept customer, and the same one of the other


def filled(session: Session, keep: Customer, gone: Customer) -> dict[str, Any]:
    """What the kept customer takes over: where it says nothing and the other one does."""
    values = {}
    for name in sorted(FIELDS - OWN):
        group = next((group for group in TOGETHER if name in group), {name})
        value = getattr(gone, name)
        if not _empty(value) and all(_empty(getattr(keep, one)) for one in group):
            values[name] = value
    if keep.currency != gone.currency:
        values.pop("credit_limit", None)
    for name in ABOVE:
        if name in values and keep.id in {values[name], *above(session, values[name], name)}:
            del values[name]
    return values


def differing(keep: Customer, gone: Customer) -> dict[str, tuple[Any, Any]]:
    """What both say, and not the same: the kept one's is kept."""
    names = [name for name in sorted(FIELDS - OWN | {"name"}) if not _empty(getattr(gone, name))]
    pairs = {name: (getattr(keep, name), getattr(gone, name)) for name in names}
    return {name: (old, new) for name, (old, new) in pairs.items() if not _empty(old) and old != new}


def joined_note(keep: Customer, gone: Customer) -> str:
    """The notes of both, one below the other."""
    said = gone.note.strip()
    return keep.note if said in keep.note else f"{keep.note.rstrip()}\n{said}".lstrip()


def above(session: Session, start: uuid.UUID, field: str) -> list[uuid.UUID]:
    """The customers over one, upwards along ``field``, each once."""
    found: list[uuid.UUID] = []
    column = getattr(Customer, field)
    key = session.scalar(select(column).where(Customer.id == start))
    while key is not None and key not in found:
        found.append(key)
        key = session.scalar(select(column).where(Customer.id == key))
    return found


def points_of(session: Session, customer_id: uuid.UUID, contact_id: uuid.UUID | None = None) -> list[Point]:
    """The points of a contact, or the customer's own, in the order of the form."""
    query = select(ContactPoint.kind, ContactPoint.typed, ContactPoint.label, ContactPoint.is_primary).where(
        ContactPoint.customer_id == customer_id, ContactPoint.contact_id == contact_id
    )
    return [Point(*row) for row in session.execute(query.order_by(ContactPoint.id))]


def joined_points(kept: list[Point], other: list[Point], country: str) -> list[Point]:
    """Those of the kept one as they are, then what only the other one has; the number to call stays the same."""
    has = {_reach(point, country) for point in kept}
    is_called = any(point.kind in SPOKEN for point in kept)
    added = []
    for point in other:
        if (way := _reach(point, country)) not in has:
            has.add(way)
            added.append(replace(point, is_primary=point.is_primary and not is_called))
    return [*kept, *added]


def twin_contacts(session: Session, keep: Customer, gone: Customer) -> Twins:
    """The persons noted at both: the same name, and a number or address in common or none to tell them apart."""
    mine, others = (_people(session, one) for one in (keep, gone))
    found: Twins = []
    taken: set[uuid.UUID] = set()
    for other, ways in others:
        for one, own_ways in mine:
            same = one.id not in taken and normalise(one.name) == normalise(other.name)
            if same and (ways & own_ways or not (ways or own_ways)):
                taken.add(one.id)
                found.append((one, other))
                break
    return found


def twin_sites(session: Session, keep: Customer, gone: Customer) -> Twins:
    """The sites noted at both: the same name and the same address."""
    mine, others = ({_place_of(site): site for site in _sites(session, one)} for one in (keep, gone))
    return [(mine[place], site) for place, site in others.items() if place in mine]


def same_place(one: Any, other: Any) -> bool:
    """Whether two addresses or sites are the same but for blanks and signs."""
    return _written(one) == _written(other)


def _people(session: Session, customer: Customer) -> list[tuple[Contact, set[Any]]]:
    query = select(Contact).where(Contact.customer_id == customer.id, Contact.archived_at.is_(None))
    return [
        (one, {_reach(point, customer.country) for point in points_of(session, customer.id, one.id)})
        for one in session.scalars(query.order_by(Contact.id)).all()
    ]


def _sites(session: Session, customer: Customer) -> list[Site]:
    query = select(Site).where(Site.customer_id == customer.id, Site.archived_at.is_(None))
    return list(session.scalars(query.order_by(Site.id.desc())))


def _place_of(site: Site) -> tuple[str, str]:
    return normalise(site.name), _written(site)


def _written(place: Any) -> str:
    return normalise("".join(getattr(place, name) for name in PLACE[1:]))


def _reach(point: Point, country: str) -> tuple[str, str]:
    """By what a point is known again; phone and mobile are one kind."""
    kind = "phone" if point.kind == "mobile" else point.kind
    return kind, e164_of(point.kind, point.typed, country) or point.typed.strip().casefold()


def _empty(value: Any) -> bool:
    return value is None or value == ""


def has_any(session: Session, model: Any, customer_id: uuid.UUID, *where: Any) -> bool:
    """Whether a customer has a record of ``model``."""
    return bool(session.scalar(select(func.count()).select_from(model).where(model.customer_id == customer_id, *where)))
