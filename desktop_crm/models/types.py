"""Column types that keep the rules for money, quantities and time out of every service.

Money: integer minor units. Prices, quantities, rates: ``Decimal`` stored as integer x 10^4.
Instants: aware UTC datetimes stored as naive UTC.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from desktop_crm.core.limits import SCALE


class Minor(TypeDecorator[int]):
    """An amount in minor units of the record's currency; refuses anything but whole numbers."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Refuse floats and Decimals: an amount is rounded by the money engine, never here."""
        if value is not None and type(value) is not int:
            raise TypeError(f"an amount is an int of minor units, not {value!r}")
        return value


class Scaled(TypeDecorator[Decimal]):
    """A Decimal with four decimals (price, quantity, percentage, exchange rate), stored as an integer."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Store value x 10^4; refuses floats and a fifth decimal."""
        if value is None:
            return None
        if not isinstance(value, Decimal | int):
            raise TypeError(f"a price or quantity is a Decimal, not {value!r}")
        scaled = Decimal(value) * SCALE
        whole = scaled.to_integral_value(ROUND_HALF_UP)
        if scaled != whole:
            raise ValueError(f"{value} has more than four decimals")
        return int(whole)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give a Decimal without trailing zeros."""
        return None if value is None else unscale(value)


def unscale(value: int) -> Decimal:
    """The Decimal behind a stored integer: 123450 is 12.345."""
    whole, rest = divmod(value, SCALE)
    return Decimal(whole) if rest == 0 else (Decimal(value) / SCALE).normalize()


class Utc(TypeDecorator[dt.datetime]):
    """An instant that happened."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a naive datetime: nobody knows which clock it came from."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Give an aware UTC datetime."""
        return None if value is None else value.replace(tzinfo=dt.UTC)
