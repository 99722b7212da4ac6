"""What quotation revisions and orders have in common: currency, tax mode, totals, priced lines."""

import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from desktop_crm.core.money import TaxKind, TaxMode
from desktop_crm.models.types import Minor, Scaled


class Priced:
    """Totals in minor units of ``currency``; ``home_net`` and ``home_total`` in the home currency at ``rate``."""

    currency: Mapped[str] = mapped_column(Text, default="TWD")
    rate: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(1))
    tax_mode: Mapped[str] = mapped_column(Text, default=TaxMode.EXCLUSIVE)
    tax_percent: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(5))
    discount_percent: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    discount_amount: Mapped[int] = mapped_column(Minor, default=0)
    subtotal: Mapped[int] = mapped_column(Minor, default=0)
    discount: Mapped[int] = mapped_column(Minor, default=0)
    net: Mapped[int] = mapped_column(Minor, default=0)
    tax: Mapped[int] = mapped_column(Minor, default=0)
    total: Mapped[int] = mapped_column(Minor, default=0)
    home_net: Mapped[int] = mapped_column(Minor, default=0)
    home_total: Mapped[int] = mapped_column(Minor, default=0)
    home_cost: Mapped[int | None] = mapped_column(Minor)


class PricedLine:
    """A line with what was typed (quantity, price, discount) and what the money engine made of it."""

    position: Mapped[int]
    code: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(Text, default="")
    specification: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(Text, default="")
    quantity: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    unit_price: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    unit_cost: Mapped[Decimal | None] = mapped_column(Scaled)
    discount_percent: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    tax_kind: Mapped[str] = mapped_column(Text, default=TaxKind.TAXABLE)
    amount: Mapped[int] = mapped_column(Minor, default=0)
    net: Mapped[int] = mapped_column(Minor, default=0)
    tax: Mapped[int] = mapped_column(Minor, default=0)
    gross: Mapped[int] = mapped_column(Minor, default=0)

    @declared_attr
    def product_id(cls) -> Mapped[uuid.UUID | None]:
        """The product the line was made from, if any."""
        return mapped_column(ForeignKey("product.id"), index=True)
