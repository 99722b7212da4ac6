"""Calls, visits, messages, mails and meetings that took place."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record


class InteractionKind(StrEnum):
    """How we spoke."""

    CALL = "call"
    VISIT = "visit"
    MESSAGE = "message"
    MAIL = "mail"
    MEETING = "meeting"


class Interaction(Record):
    """One exchange with a customer, with the minutes it took; ``equipment_id`` is what a visit looked after."""

    __tablename__ = "interaction"
    __table_args__ = (Index("ix_interaction_customer_id_happened_at", "customer_id", "happened_at"),)

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"))
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str] = mapped_column(Text, default=InteractionKind.CALL)
    happened_at: Mapped[dt.datetime]
    minutes: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(Text, default="")
    equipment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("equipment.id"), index=True)
