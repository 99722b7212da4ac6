"""Equipment that comes of orders: cards made by a delivery, begun by the acceptance, taken back with them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import NeedsConfirmation
from desktop_crm.core.i18n import N_
from desktop_crm.models import (
    Equipment,
    FollowUp,
    InspectionPlan,
    Interaction,
    JournalEntry,
    Order,
    OrderLine,
    Product,
    Record,
    Site,
)
from desktop_crm.models.base import entity_of
from desktop_crm.models.equipment import TRANSITIONS, EquipmentState
from desktop_crm.services import inspection_rules
from desktop_crm.services.equipment import warranty_end
from desktop_crm.services.records import move

MANY = 500  # cards of one delivery that are made without asking
MOST = 2000  # cards of one delivery that are made at all
Begun = tuple[Equipment, Product | None]
OWN_ACTIONS = ("deliveries.accept", "deliveries.cancel_acceptance")


@dataclass(frozen=True, slots=True)
class Handed:
    """A line and how much of it was handed over before and after a delivery, or before and after its cancelling."""

    line: OrderLine
    before: Decimal
    after: Decimal

    @property
    def pieces(self) -> int:
        """The whole pieces that came (or, negative, went): 1.5 and then 1 of 2.5 are one piece each time."""
        return _whole(self.after) - _whole(self.before)


def make(
    session: Session, order: Order, handed: Iterable[Handed], on: dt.date, confirmed: Collection[str] = ()
) -> list[uuid.UUID]:
    """A card for every whole piece of goods that makes equipment; returns their keys.

    Raises NeedsConfirmation ``many_cards`` for more than ``MANY``, ``without_cards`` for more than ``MOST``.
    """
    wanted = [(one, product) for one, product in _with_products(session, handed) if one.pieces > 0]
    count = sum(one.pieces for one, _product in wanted)
    if not _agreed(count, confirmed):
        return []
    cards = [_card(session, order, one.line, product, on) for one, product in wanted for _ in range(one.pieces)]
    session.add_all(cards)
    session.flush()
    return [card.id for card in cards]


def take_back(session: Session, handed: Iterable[Handed], on: dt.date, confirmed: Collection[str] = ()) -> int:
    """Remove the cards a delivery of ``on`` made; returns how many stay because somebody worked with them.

    Raises NeedsConfirmation ``cards_stay`` when some do.
    """
    gone: list[Equipment] = []
    stay = 0
    for one, _product in _with_products(session, handed):
        cards = _delivered(session, one.line, on) if one.pieces < 0 else []
        touched = _touched(session, [card.id for card in cards])
        free = [card for card in cards if card.id not in touched][: -one.pieces]
        gone += free
        stay += min(-one.pieces, len(cards)) - len(free) if one.pieces < 0 else 0
    _tell(stay, confirmed)
    for card in gone:
        session.delete(card)
    return stay


def begin(session: Session, order: Order, on: dt.date) -> None:
    """Put the cards of an accepted order in use: the warranty runs from ``on``, inspections are planned."""
    planned = _plans_of(session, order.id)
    for card, product in _of_order(session, order.id):
        if card.accepted_on is not None or card.state == EquipmentState.RETIRED:
            continue
        card.accepted_on = on
        card.warranty_until = card.warranty_until or warranty_end(product, on)
        if card.state != EquipmentState.IN_USE:
            move(card, EquipmentState.IN_USE, TRANSITIONS)
        if product and product.inspection_months and card.id not in planned:
            rule, first = inspection_rules.first_after(on, product.inspection_months)
            session.add(InspectionPlan(equipment_id=card.id, name="", rrule=rule, starts_on=first, next_on=first))


def unbegin(session: Session, order: Order, on: dt.date, confirmed: Collection[str] = ()) -> int:
    """Take back what ``begin`` did on ``on``; returns how many cards stay because somebody worked with them.

    Raises NeedsConfirmation ``cards_stay`` when some do.
    """
    begun = [
        (card, product)
        for card, product in _of_order(session, order.id)
        if card.accepted_on == on and card.state == EquipmentState.IN_USE
    ]
    planned = _plans_of(session, order.id)
    worked = _worked_with(begun, planned, on) | _visited(session, order.id, begun)
    _tell(len(worked), confirmed)
    for card, _product in begun:
        if card.id not in worked:
            move(card, EquipmentState.DELIVERED, TRANSITIONS)
            card.accepted_on = card.warranty_until = None
            for plan in planned.get(card.id, ()):
                session.delete(plan)
    return len(worked)


def _agreed(count: int, confirmed: Collection[str]) -> bool:
    """Whether so many cards are to be made."""
    if count > MOST:
        if "without_cards" not in confirmed:
            raise NeedsConfirmation(
                "without_cards",
                N_("These are %(count)s pieces of equipment; cards are made for %(most)s at most."),
                N_("Deliver without equipment cards?"),
                count=count,
                most=MOST,
            )
        return False
    if count > MANY and "many_cards" not in confirmed:
        raise NeedsConfirmation(
            "many_cards",
            N_("%(count)s equipment cards will be made, one for each piece."),
            N_("Deliver and make them?"),
            count=count,
        )
    return count > 0


def _tell(stay: int, confirmed: Collection[str]) -> None:
    if stay and "cards_stay" not in confirmed:
        raise NeedsConfirmation(
            "cards_stay",
            N_("Somebody has worked with %(count)s of the equipment cards; those stay as they are."),
            N_("Go on? Retire or correct those cards by hand."),
            count=stay,
        )


def _card(session: Session, order: Order, line: OrderLine, product: Product, on: dt.date) -> Equipment:
    """A piece that stands at the site of the order; whose site that is, uses it."""
    site = session.get(Site, order.site_id) if order.site_id else None
    return Equipment(
        customer_id=order.customer_id,
        user_id=site.customer_id if site and site.customer_id != order.customer_id else None,
        site_id=order.site_id,
        product_id=product.id,
        order_line_id=line.id,
        model=product.code,
        name=line.name,
        state=EquipmentState.DELIVERED,
        delivered_on=on,
    )


def _with_products(session: Session, handed: Iterable[Handed]) -> list[tuple[Handed, Product]]:
    """The lines of goods that make equipment."""
    rows = [one for one in handed if one.line.product_id is not None]
    query = select(Product).where(
        Product.id.in_({one.line.product_id for one in rows}), Product.makes_equipment, ~Product.is_work
    )
    products = {product.id: product for product in session.scalars(query)} if rows else {}
    return [(one, products[one.line.product_id]) for one in rows if one.line.product_id in products]


def _whole(quantity: Decimal) -> int:
    return max(0, int(quantity.to_integral_value(ROUND_FLOOR)))


def _of_order(session: Session, order_id: uuid.UUID) -> list[tuple[Equipment, Product | None]]:
    query = (
        select(Equipment, Product)
        .join(OrderLine, OrderLine.id == Equipment.order_line_id)
        .outerjoin(Product, Product.id == Equipment.product_id)
        .where(OrderLine.order_id == order_id)
        .order_by(Equipment.id)
    )
    return [(card, product) for card, product in session.execute(query)]


def _delivered(session: Session, line: OrderLine, on: dt.date) -> Sequence[Equipment]:
    """The cards of a line that were delivered on a day and are not in use, newest first."""
    e = Equipment
    query = select(e).where(e.order_line_id == line.id, e.delivered_on == on, e.state == EquipmentState.DELIVERED)
    return session.scalars(query.order_by(e.id.desc())).all()


def _plans_of(session: Session, order_id: uuid.UUID) -> dict[uuid.UUID, list[InspectionPlan]]:
    """The plans of an order's equipment, by its key."""
    found: dict[uuid.UUID, list[InspectionPlan]] = {}
    query = (
        select(InspectionPlan)
        .join(Equipment, Equipment.id == InspectionPlan.equipment_id)
        .join(OrderLine, OrderLine.id == Equipment.order_line_id)
        .where(OrderLine.order_id == order_id)
    )
    for plan in session.scalars(query):
        found.setdefault(plan.equipment_id, []).append(plan)
    return found


def _visited(session: Session, order_id: uuid.UUID, begun: Sequence[Begun]) -> set[uuid.UUID]:
    """Those cards a visit was noted for."""
    query = (
        select(Interaction.equipment_id)
        .join(Equipment, Equipment.id == Interaction.equipment_id)
        .join(OrderLine, OrderLine.id == Equipment.order_line_id)
        .where(OrderLine.order_id == order_id)
    )
    return {card.id for card, _product in begun} & {key for key in session.scalars(query) if key}


def _touched(session: Session, ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those cards that somebody changed or that another record speaks of."""
    if not ids:
        return set()
    about = select(FollowUp.about_id).where(FollowUp.about_entity == entity_of(Equipment), FollowUp.about_id.in_(ids))
    found = {key for key in session.scalars(about) if key} | _edited(session, Equipment, ids)
    for table in Record.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == entity_of(Equipment):
                found |= set(session.scalars(select(key.parent).where(key.parent.in_(ids))))
    return found


def _edited(session: Session, model: type[Record], ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those records that anything but an acceptance has changed."""
    entry = JournalEntry
    query = select(entry.key).where(
        entry.entity == entity_of(model),
        entry.key.in_(ids),
        entry.verb == "update",
        entry.action.not_in(OWN_ACTIONS),
    )
    return {key for key in session.scalars(query) if key}


def _worked_with(begun: Sequence[Begun], planned: dict[uuid.UUID, list[InspectionPlan]], on: dt.date) -> set[uuid.UUID]:
    """Those cards whose warranty was changed, or whose visits were planned otherwise."""
    worked = set()
    for card, product in begun:
        months = product.inspection_months if product else 0
        rule, first = inspection_rules.first_after(on, months) if months else ("", None)
        as_made = all(
            plan.rrule == rule and plan.starts_on == first == plan.next_on for plan in planned.get(card.id, ())
        )
        if card.warranty_until != warranty_end(product, on) or not as_made:
            worked.add(card.id)
    return worked
