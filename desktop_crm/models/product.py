"""What is sold, and the prices of it."""

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.core.money import TaxKind
from desktop_crm.models.base import Record
from desktop_crm.models.types import Scaled


class Product(Record):
    """Goods or work, with unit (式 工 坪 米 台), list price and cost in the home currency."""

    __tablename__ = "product"

    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    specification: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(Text, default="")
    is_work: Mapped[bool] = mapped_column(default=False)
    list_price: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    cost: Mapped[Decimal | None] = mapped_column(Scaled)
    tax_kind: Mapped[str] = mapped_column(Text, default=TaxKind.TAXABLE)
    warranty_months: Mapped[int] = mapped_column(default=0)
    makes_equipment: Mapped[bool] = mapped_column(default=False)
    inspection_months: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[dt.datetime | None]


class Wording(Record):
    """A text of a product, unit or term in another language; ``field`` is the column it stands for."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("entity", "key", "field", "language"),)

    entity: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class PriceList(Record):
    """Prices for a grade, a customer type or one customer, within dates."""

    __tablename__ = "price_list"

    name: Mapped[str] = mapped_column(Text, unique=True)
    currency: Mapped[str] = mapped_column(Text, default="TWD")
    grade: Mapped[str] = mapped_column(Text, default="")
    customer_type: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]
    archived_at: Mapped[dt.datetime | None]


class PriceListEntry(Record):
    """The price of a product from ``min_quantity`` on."""

    __tablename__ = "price_list_entry"
    __table_args__ = (
        UniqueConstraint("price_list_id", "product_id", "min_quantity"),
        Index("ix_price_list_entry_product_id", "product_id"),
    )

    price_list_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("price_list.id"))
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product.id"))
    min_quantity: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    unit_price: Mapped[Decimal] = mapped_column(Scaled)
