"""Customers: companies, organisations and persons we trade with or hope to."""

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record
from desktop_crm.models.types import Minor, Scaled


class LegalForm(StrEnum):
    """What kind of body the customer is."""

    COMPANY = "company"
    ORGANISATION = "organisation"
    PERSON = "person"


class CustomerType(StrEnum):
    """The role the customer plays in our trade."""

    DIRECT = "direct"
    DISTRIBUTOR = "distributor"
    AGENT = "agent"
    WHOLESALER = "wholesaler"


class Customer(Record):
    """A customer; the agreed terms here always win over a grade's proposals."""

    __tablename__ = "customer"
    __table_args__ = (Index("ix_customer_tax_number", "tax_number"),)

    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(Text, default="")
    name_en: Mapped[str] = mapped_column(Text, default="")
    legal_form: Mapped[str] = mapped_column(Text, default=LegalForm.COMPANY)
    customer_type: Mapped[str] = mapped_column(Text, default=CustomerType.DIRECT)
    tax_number: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(Text, default="TW")
    industry: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(Text, default="zh_TW")
    currency: Mapped[str] = mapped_column(Text, default="TWD")
    note: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("customer.id"), index=True)
    referrer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("customer.id"), index=True)
    referrer_name: Mapped[str] = mapped_column(Text, default="")
    price_list_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("price_list.id"), index=True)
    agreed_payment_terms: Mapped[str] = mapped_column(Text, default="")
    agreed_payment_days: Mapped[int | None]
    agreed_response_hours: Mapped[int | None]
    agreed_contact_days: Mapped[int | None]
    agreed_discount_percent: Mapped[Decimal | None] = mapped_column(Scaled)
    closing_day: Mapped[int | None]
    credit_limit: Mapped[int | None] = mapped_column(Minor)
    archived_at: Mapped[dt.datetime | None]
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("customer.id"), index=True)  # archived with it
