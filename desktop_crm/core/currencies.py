"""Currencies and the way between what people say (major units) and what is stored (minor units)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import TOTAL_LIMIT, check_total
from desktop_crm.core.rounding import round_half_up


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by ISO code, with the decimals its amounts carry and its sign."""

    code: str
    digits: int
    symbol: str


# ISO 4217, but for TWD: businesses in Taiwan charge and tax in whole dollars.
_DIGITS_AND_SYMBOLS = {
    "TWD": (0, "NT$"),
    "CNY": (2, "CN¥"),
    "HKD": (2, "HK$"),
    "MOP": (2, "MOP$"),
    "USD": (2, "US$"),
    "EUR": (2, "€"),
    "GBP": (2, "£"),
    "JPY": (0, "¥"),
    "KRW": (0, "₩"),
    "SGD": (2, "S$"),
    "MYR": (2, "RM"),
    "THB": (2, "฿"),
    "VND": (0, "₫"),
    "IDR": (2, "Rp"),
    "PHP": (2, "₱"),
    "INR": (2, "₹"),
    "AUD": (2, "A$"),
    "NZD": (2, "NZ$"),
    "CAD": (2, "C$"),
    "CHF": (2, "CHF"),
    "SEK": (2, "kr"),
}
_WIDE = Context(prec=200)
CURRENCIES = {code: Currency(code, digits, symbol) for code, (digits, symbol) in _DIGITS_AND_SYMBOLS.items()}


def currency(code: str) -> Currency:
    """The currency of an ISO ``code``; UserError when the program does not know it."""
    found = CURRENCIES.get(code)
    if found is None:
        raise UserError(N_("The currency %(code)s is not known."), field="currency", code=code)
    return found


def sign(code: str, lang: str) -> str:
    """The sign of a currency as CLDR writes it in a language: in China the yuan is plain ¥."""
    if lang == "zh_CN" and code in ("CNY", "JPY"):
        return "¥" if code == "CNY" else "JP¥"
    return currency(code).symbol


def to_minor(amount: Decimal, code: str) -> int:
    """``amount`` in major units as integer minor units, rounded half up; UserError when no number or too large."""
    if not amount.is_finite():
        raise UserError(N_("The amount must be a number."), field="amount")
    digits = currency(code).digits
    if amount.copy_abs() >= TOTAL_LIMIT:
        check_total(TOTAL_LIMIT, "amount")
    return check_total(round_half_up(_WIDE.scaleb(amount, digits)), "amount")


def to_major(minor: int, code: str) -> Decimal:
    """Integer minor units as a Decimal in major units, with the currency's decimals: 5000 USD is 50.00."""
    return Decimal(minor).scaleb(-currency(code).digits)
