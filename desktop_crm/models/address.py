"""Addresses of customers, and sites where work is done or equipment stands."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record


class AddressKind(StrEnum):
    """What an address is for."""

    REGISTERED = "registered"
    BILLING = "billing"
    DELIVERY = "delivery"


class Address(Record):
    """A postal address of a customer."""

    __tablename__ = "address"

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str] = mapped_column(Text, default=AddressKind.REGISTERED)
    postal_code: Mapped[str] = mapped_column(Text, default="")
    county: Mapped[str] = mapped_column(Text, default="")
    district: Mapped[str] = mapped_column(Text, default="")
    street: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(Text, default="TW")


class Site(Record):
    """A place of work (工地／使用單位); its customer may be another one than the buyer."""

    __tablename__ = "site"

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text, default="")
    county: Mapped[str] = mapped_column(Text, default="")
    district: Mapped[str] = mapped_column(Text, default="")
    street: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[dt.datetime | None]
