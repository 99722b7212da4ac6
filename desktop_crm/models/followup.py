"""Something to do for a customer on a date; it may repeat."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.core.dates import DEFAULT_ZONE
from desktop_crm.models.base import Record


class FollowUpState(StrEnum):
    """Open until done or dropped."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


TRANSITIONS: dict[str, frozenset[str]] = {
    FollowUpState.OPEN: frozenset({FollowUpState.DONE, FollowUpState.CANCELLED}),
    FollowUpState.DONE: frozenset({FollowUpState.OPEN}),
    FollowUpState.CANCELLED: frozenset({FollowUpState.OPEN}),
}


class FollowUp(Record):
    """A planned step: a local date, an optional local time, the shop's zone; ``rrule`` is RFC 5545 in local time.

    ``planned_on`` is the day the rule gave when a repeating one was moved to another; the next counts from there.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_state_due_on", "state", "due_on", "id"),
        Index("ix_follow_up_state_done_at", "state", "done_at", "id"),
        Index("ix_follow_up_customer_id", "customer_id", "state", "due_on"),
    )

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"))
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[dt.date]
    due_time: Mapped[dt.time | None]
    zone: Mapped[str] = mapped_column(Text, default=DEFAULT_ZONE)
    rrule: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default=FollowUpState.OPEN)
    done_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")
    about_entity: Mapped[str] = mapped_column(Text, default="")
    about_id: Mapped[uuid.UUID | None]
    previous_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("follow_up.id"), index=True)
    planned_on: Mapped[dt.date | None]
