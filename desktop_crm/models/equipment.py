"""Things installed at a site, and the visits planned for them."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record


class EquipmentState(StrEnum):
    """The life of a piece of equipment."""

    ORDERED = "ordered"
    DELIVERED = "delivered"
    IN_USE = "in_use"
    RETIRED = "retired"


TRANSITIONS: dict[str, frozenset[str]] = {
    EquipmentState.ORDERED: frozenset({EquipmentState.DELIVERED, EquipmentState.IN_USE, EquipmentState.RETIRED}),
    EquipmentState.DELIVERED: frozenset({EquipmentState.IN_USE, EquipmentState.RETIRED}),
    EquipmentState.IN_USE: frozenset({EquipmentState.RETIRED, EquipmentState.DELIVERED}),  # an acceptance taken back
    EquipmentState.RETIRED: frozenset({EquipmentState.IN_USE}),
}


class Equipment(Record):
    """A thing installed; ``customer_id`` bought it, ``user_id`` uses it if that is another."""

    __tablename__ = "equipment"
    __table_args__ = (Index("ix_equipment_warranty_until", "warranty_until"),)

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("site.id"), index=True)
    product_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("product.id"), index=True)
    order_line_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    model: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(Text, default="", index=True)
    location: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default=EquipmentState.IN_USE)
    delivered_on: Mapped[dt.date | None]
    accepted_on: Mapped[dt.date | None]
    warranty_until: Mapped[dt.date | None]
    consumables: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")


class InspectionPlan(Record):
    """A repeating visit for a piece of equipment; ``rrule`` is RFC 5545 in local time, empty for a single visit.

    ``next_on`` is the day of the next visit. While that was moved to another day, ``planned_on`` keeps the day the
    rule gave, from which it goes on.
    """

    __tablename__ = "inspection_plan"
    __table_args__ = (Index("ix_inspection_plan_next_on", "next_on"),)

    equipment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("equipment.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    rrule: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[dt.date]
    next_on: Mapped[dt.date | None]
    ended_at: Mapped[dt.datetime | None]
    planned_on: Mapped[dt.date | None]
