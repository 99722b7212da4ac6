"""What is hung on a record from outside: tags, consents, keys of other programs, custom values."""

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record
from desktop_crm.models.types import Scaled


class Tag(Record):
    """A word the user puts on customers."""

    __tablename__ = "tag"

    name: Mapped[str] = mapped_column(Text, unique=True)


class CustomerTag(Record):
    """A tag on a customer."""

    __tablename__ = "customer_tag"
    __table_args__ = (UniqueConstraint("customer_id", "tag_id"),)

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"))
    tag_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tag.id"), index=True)


class Consent(Record):
    """Leave given or withdrawn to be approached over a channel."""

    __tablename__ = "consent"

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    channel: Mapped[str] = mapped_column(Text)
    is_given: Mapped[bool]
    happened_at: Mapped[dt.datetime]
    evidence: Mapped[str] = mapped_column(Text, default="")


class ExternalKey(Record):
    """The key a record has in another program, so that an import can be repeated."""

    __tablename__ = "external_key"
    __table_args__ = (
        UniqueConstraint("system", "entity", "value"),
        Index("ix_external_key_entity_record", "entity", "record_id"),
    )

    system: Mapped[str] = mapped_column(Text)
    entity: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    record_id: Mapped[uuid.UUID]


class CustomField(Record):
    """A field the shop adds to an entity; ``kind`` is text, number or date."""

    __tablename__ = "custom_field"
    __table_args__ = (UniqueConstraint("entity", "key"),)

    entity: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="text")


class CustomValue(Record):
    """The value of a custom field on a record, in the column of its kind."""

    __tablename__ = "custom_value"
    __table_args__ = (
        UniqueConstraint("record_id", "field_id"),
        Index("ix_custom_value_text", "field_id", "text"),
        Index("ix_custom_value_number", "field_id", "number"),
        Index("ix_custom_value_date", "field_id", "date"),
    )

    entity: Mapped[str] = mapped_column(Text)
    record_id: Mapped[uuid.UUID]
    field_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("custom_field.id"))
    text: Mapped[str | None] = mapped_column(Text)
    number: Mapped[Decimal | None] = mapped_column(Scaled)
    date: Mapped[dt.date | None]
