"""Two customers that are the same become one: everything moves to the kept one, the other is archived.

A merge is one step and can be taken back whole; the snapshots of issued quotations stay as they were frozen.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.models import (
    Address,
    Contact,
    ContactPoint,
    Customer,
    CustomerFigures,
    CustomerTag,
    CustomValue,
    ExternalKey,
    GradeChange,
    PriceList,
    QuotationRevision,
    Site,
    Staff,
)
from desktop_crm.models.base import entity_of
from desktop_crm.services import duplicates, merging_rules, references
from desktop_crm.services.customers import SPOKEN, Point, address_of, put_points
from desktop_crm.services.duplicates import Candidate, Duplicate
from desktop_crm.services.records import fetch

CONFIRMED: frozenset[str] = frozenset()
NAMED: dict[str, Any] = {"owner_id": Staff, "price_list_id": PriceList, "parent_id": Customer, "referrer_id": Customer}
SAID = ("salutation", "title", "department", "birthday", "note")  # of a person noted at both


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two customers, as somebody tells them apart."""

    id: uuid.UUID
    code: str
    name: str
    tax_number: str
    phone: str
    address: str
    grade: str
    orders: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that both fill and differently; keys are given as names. ``field`` may also be address or grade."""

    field: str
    kept: Any
    other: Any


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: records that move by entity, fields that are filled with what, what is dropped.

    ``twins`` counts the contacts noted at both, ``ways`` the numbers and mail addresses that are added; ``site`` says
    that the other address becomes a site, ``note`` that the other note is added.
    """

    keep: Side
    gone: Side
    moves: dict[str, int]
    filled: dict[str, Any]
    differing: tuple[Difference, ...]
    twins: int
    ways: int
    site: bool
    note: bool


def likely(session: Session, customer_id: uuid.UUID) -> list[Duplicate]:
    """Other customers that may be the same one, the surest first; archived ones are left out."""
    customer = fetch(session, Customer, customer_id)
    points = merging_rules.points_of(session, customer_id)
    spoken = tuple((point.kind, point.typed) for point in points if point.kind in SPOKEN)
    mails = tuple((point.kind, point.typed) for point in points if point.kind == "email")
    typed = Candidate(customer.name, customer.tax_number, spoken, mails, customer.country)
    return [one for one in duplicates.find(session, typed, customer_id) if not one.archived]


def preview(session: Session, keep_id: uuid.UUID, gone_id: uuid.UUID) -> Preview:
    """What ``merge`` would do; raises UserError as it does."""
    keep, gone = _pair(session, keep_id, gone_id)
    twins = merging_rules.twin_contacts(session, keep, gone)
    moves = references.count(session, Customer, gone.id)
    for entity, same in (("contact", twins), ("site", merging_rules.twin_sites(session, keep, gone))):
        moves[entity] = moves.get(entity, 0) - len(same)
    filled = merging_rules.filled(session, keep, gone)
    differing = merging_rules.differing(keep, gone)
    sides = _side(session, keep), _side(session, gone)
    lines = [
        Difference(name, _said(session, name, kept), _said(session, name, other))
        for name, (kept, other) in differing.items()
    ]
    lines += [
        Difference(name, getattr(sides[0], name), getattr(sides[1], name))
        for name in ("address", "grade")
        if getattr(sides[0], name) and getattr(sides[1], name) not in ("", getattr(sides[0], name))
    ]
    return Preview(
        *sides,
        {entity: number for entity, number in moves.items() if number > 0},
        {name: _said(session, name, value) for name, value in filled.items()},
        tuple(lines),
        len(twins),
        len(_all_points(session, keep, gone)) - len(merging_rules.points_of(session, keep.id)),
        any(_is_other(session, keep, gone, place) for place in _addresses(session, gone)),
        merging_rules.joined_note(keep, gone) != keep.note,
    )


@needs(Permission.DATA)
def merge(session: Session, keep_id: uuid.UUID, gone_id: uuid.UUID, confirmed: frozenset[str] = CONFIRMED) -> uuid.UUID:
    """Move everything of one customer to another and archive it; returns the key of the kept one.

    What the kept one says counts, what it leaves empty is filled. Raises UserError for a customer merged with itself
    or one that is archived or gone; NeedsConfirmation when currencies or tax numbers differ.
    """
    keep, gone = _pair(session, keep_id, gone_id)
    _ask(keep, gone, confirmed)
    values = merging_rules.filled(session, keep, gone)
    _join_people(session, keep, gone)
    _join_sites(session, keep, gone)
    _join_points(session, keep, gone)
    _drop_doubles(session, keep, gone)
    _step_over(session, keep, gone)
    session.flush()
    references.move(session, Customer, gone.id, keep.id, _foreign(session, gone))
    keep.note = merging_rules.joined_note(keep, gone)
    for name, value in values.items():
        setattr(keep, name, value)
    gone.archived_at = clock.now()
    gone.merged_into_id = keep.id
    return keep.id


def _foreign(session: Session, gone: Customer) -> set[uuid.UUID]:
    """Its keys in other programs: their rows go on to mean this one, or an import would change the kept one by them."""
    entity = entity_of(Customer)
    query = select(ExternalKey.id).where(ExternalKey.entity == entity, ExternalKey.record_id == gone.id)
    return set(session.scalars(query))


def _pair(session: Session, keep_id: uuid.UUID, gone_id: uuid.UUID) -> tuple[Customer, Customer]:
    if keep_id == gone_id:
        raise UserError(N_("A customer cannot be merged with itself."), N_("Choose another customer."))
    keep, gone = fetch(session, Customer, keep_id), fetch(session, Customer, gone_id)
    for one in (keep, gone):
        if one.archived_at is not None:
            raise UserError(
                N_("%(name)s (%(code)s) is archived."), N_("Bring it back first."), name=one.name, code=one.code
            )
    return keep, gone


def _ask(keep: Customer, gone: Customer, confirmed: frozenset[str]) -> None:
    if keep.currency != gone.currency and "other_currency" not in confirmed:
        raise NeedsConfirmation(
            "other_currency",
            N_("%(kept)s is kept in %(currency)s, %(name)s in %(other)s."),
            N_("Documents keep the currency they have; new ones will be in %(currency)s."),
            kept=keep.name,
            name=gone.name,
            currency=keep.currency,
            other=gone.currency,
        )
    both = keep.tax_number and gone.tax_number
    if both and keep.tax_number != gone.tax_number and "other_tax_number" not in confirmed:
        raise NeedsConfirmation(
            "other_tax_number",
            N_("%(kept)s has the tax number %(number)s, %(name)s has %(other)s."),
            N_("Two tax numbers are mostly two firms. Merge them only if they are one customer to you."),
            kept=keep.name,
            name=gone.name,
            number=keep.tax_number,
            other=gone.tax_number,
        )


def _join_people(session: Session, keep: Customer, gone: Customer) -> None:
    """A person noted at both is one from now on; whom to ask for first stays who it was."""
    for kept, other in merging_rules.twin_contacts(session, keep, gone):
        for name in SAID:
            if not getattr(kept, name):
                setattr(kept, name, getattr(other, name))
        mine, others = (merging_rules.points_of(session, one.customer_id, one.id) for one in (kept, other))
        put_points(session, keep, merging_rules.joined_points(mine, others, keep.country), kept.id)
        _delete(session, ContactPoint, ContactPoint.contact_id == other.id)
        _replace(session, Contact, other, kept)
    if merging_rules.has_any(session, Contact, keep.id, Contact.is_primary):
        for person in session.scalars(select(Contact).where(Contact.customer_id == gone.id, Contact.is_primary)):
            person.is_primary = False


def _replace(session: Session, model: type[Contact] | type[Site], other: Any, kept: Any) -> None:
    """Let one record stand for another; the other goes, or is archived where an issued revision names it."""
    column = QuotationRevision.contact_id if model is Contact else QuotationRevision.site_id
    issued = select(QuotationRevision.id).where(column == other.id, QuotationRevision.issued_at.is_not(None))
    frozen = session.scalars(issued).all()
    references.move(session, model, other.id, kept.id, frozen)
    if frozen:
        other.archived_at = clock.now()
    else:
        session.delete(other)
    session.flush()


def _join_sites(session: Session, keep: Customer, gone: Customer) -> None:
    """A site noted at both is one; an address of the other one that differs stays as a site."""
    for kept, other in merging_rules.twin_sites(session, keep, gone):
        _replace(session, Site, other, kept)
    for place in _addresses(session, gone):
        if _is_other(session, keep, gone, place):
            name = gone.name if gone.name != keep.name else f"{place.county}{place.district}" or gone.name
            values = {field: getattr(place, field) for field in merging_rules.PLACE}
            session.add(Site(customer_id=keep.id, name=name, **values))
        if _addresses(session, keep):
            session.delete(place)


def _join_points(session: Session, keep: Customer, gone: Customer) -> None:
    """The kept one's ways first; they are written anew, as the order in which they were made is that of the form."""
    put_points(session, keep, _all_points(session, keep, gone))
    _delete(session, ContactPoint, ContactPoint.customer_id == gone.id, ContactPoint.contact_id.is_(None))


def _all_points(session: Session, keep: Customer, gone: Customer) -> list[Point]:
    kept, other = (merging_rules.points_of(session, one.id) for one in (keep, gone))
    return merging_rules.joined_points(kept, other, keep.country)


def _drop_doubles(session: Session, keep: Customer, gone: Customer) -> None:
    """Take away what a customer can have only once and the kept one has: tags, custom values, the grade."""
    tags = select(CustomerTag.tag_id).where(CustomerTag.customer_id == keep.id)
    _delete(session, CustomerTag, CustomerTag.customer_id == gone.id, CustomerTag.tag_id.in_(tags))
    fields = select(CustomValue.field_id).where(CustomValue.record_id == keep.id)
    _delete(session, CustomValue, CustomValue.record_id == gone.id, CustomValue.field_id.in_(fields))
    # the newest change of grade says the grade there is: the other one's would say another
    if session.get_one(CustomerFigures, keep.id).grade:
        _delete(session, GradeChange, GradeChange.customer_id == gone.id)


def _step_over(session: Session, keep: Customer, gone: Customer) -> None:
    """Let a kept customer that stands under the other one take its place, so that none stands under itself."""
    for name in merging_rules.ABOVE:
        if gone.id in merging_rules.above(session, keep.id, name):
            upper = getattr(gone, name)
            setattr(keep, name, upper if upper != keep.id else None)


def _delete(session: Session, model: Any, *where: Any) -> None:
    for record in session.scalars(select(model).where(*where)).all():
        session.delete(record)
    session.flush()


def _addresses(session: Session, customer: Customer) -> Iterable[Address]:
    return session.scalars(select(Address).where(Address.customer_id == customer.id).order_by(Address.id)).all()


def _is_other(session: Session, keep: Customer, gone: Customer, place: Address) -> bool:
    """Whether an address of the other customer is known at neither as that of the kept one or of a site."""
    if not _addresses(session, keep) or not address_of(session, gone.id):
        return False
    sites = session.scalars(select(Site).where(Site.customer_id.in_((keep.id, gone.id)))).all()
    known = (*_addresses(session, keep), *sites)
    return bool(place.street.strip()) and not any(merging_rules.same_place(one, place) for one in known)


def _side(session: Session, customer: Customer) -> Side:
    figures = session.get_one(CustomerFigures, customer.id)
    address = address_of(session, customer.id)
    return Side(
        customer.id,
        customer.code,
        customer.name,
        customer.tax_number,
        figures.phone,
        address.one_line() if address else "",
        figures.grade,
        figures.orders_total,
    )


def _said(session: Session, field: str, value: Any) -> Any:
    """A value as it is shown: the name behind a key."""
    if field not in NAMED:
        return value
    return session.scalar(select(NAMED[field].name).where(NAMED[field].id == value)) or ""
