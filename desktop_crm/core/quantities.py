"""Numbers as people type them, and back: quantities, prices and discounts (95 折)."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import DECIMALS, TOTAL_LIMIT, scaled

# Full-width and typographic forms only: a general folding would read "5²" as 52.
_PLAIN = str.maketrans("０１２３４５６７８９，．－＋％＄￥−–　\u00a0\u202f", "0123456789,.-+%$¥--   ")
_UNITS = {"億": 10**8, "千萬": 10**7, "百萬": 10**6, "萬": 10**4, "千": 10**3}
_SIMPLIFIED = str.maketrans("亿万仟圓块", "億萬千元塊")
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+\.?[0-9]*|\.[0-9]+)"
_UNIT = "|".join(_UNITS)
_TYPED = re.compile(
    r"(?P<minus>-)?\s*(?:NT\$|NTD|TWD|RMB|CNY|\$|¥)?\s*(?P<minus2>-)?\s*"
    rf"(?P<number>(?:{_NUMBER}\s*(?:{_UNIT})\s*)+|{_NUMBER})\s*(?:元整|元正|元|塊)?",
    re.IGNORECASE,
)
_PART = re.compile(rf"({_NUMBER})\s*({_UNIT})?")
_WIDE = Context(prec=100)
_LONGEST = 40  # characters; no honest number is longer
_CHINESE_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_PLAIN_DISCOUNTS = (Decimal(1), Decimal(50))


def parse_decimal(
    text: str, *, field: str, signed: bool = True, decimals: int = DECIMALS, limit: int = TOTAL_LIMIT
) -> Decimal:
    """The number somebody typed: ``1,234.5``, full-width digits, ``NT$ 500``, ``500元``, ``3萬5千``, ``-2``.

    Separators must part groups of three. Raises UserError with ``field`` for anything else: empty, an
    exponent, a plus sign, more than ``decimals`` decimals, ``limit`` and above, or a minus if not ``signed``.
    """
    plain = text.translate(_PLAIN).strip()
    if not plain:
        raise UserError(N_("Please type a number."), field=field)
    found = _TYPED.fullmatch(plain.translate(_SIMPLIFIED)) if len(plain) <= _LONGEST else None
    value = _value(found["number"]) if found and not (found["minus"] and found["minus2"]) else None
    if found is None or value is None:
        raise _no_number(text, plain, field)
    if found["minus"] or found["minus2"]:
        if not signed:
            raise UserError(N_("The number cannot be negative."), field=field)
        value = -value if value else value
    if abs(value) >= limit:
        raise UserError(N_("The number is too large."), field=field)
    if len(format_quantity(value).partition(".")[2]) > decimals:
        raise UserError(N_("The number may have at most %(count)s decimals."), field=field, count=decimals)
    return value


def _value(number: str) -> Decimal | None:
    """The sum of the parts of ``3萬5千``; None unless each unit is smaller than the one before."""
    value, above = Decimal(0), 10**9
    for digits, unit in _PART.findall(number):
        factor = _UNITS[unit] if unit else 1
        if factor >= above:
            return None
        above = factor
        value = _WIDE.add(value, _WIDE.multiply(Decimal(digits.replace(",", "")), Decimal(factor)))
    return value


def _no_number(text: str, plain: str, field: str) -> UserError:
    shown = text.strip()[:40]
    if re.fullmatch(r"[-0-9.]+[eE][-+]?[0-9]+", plain):
        return UserError(N_("Write “%(text)s” without an exponent."), field=field, text=shown)
    if re.fullmatch(r"-?[0-9,]+\.?[0-9]*", plain):
        return UserError(
            N_("The separators in “%(text)s” are unclear."), N_("Write 1,234.5 or 1234.5."), field=field, text=shown
        )
    return UserError(N_("“%(text)s” is not a number."), field=field, text=shown)


def format_quantity(value: Decimal) -> str:
    """``value`` without trailing zeros, separators or exponent: 2.5000 is ``2.5``, 1E+3 is ``1000``."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def parse_discount(text: str, *, field: str = "discount_percent") -> Decimal:
    """The per cent taken off: ``95折`` is 5, ``9折`` and ``九折`` 10, ``85折`` and ``8.5折`` 15, empty 0.

    ``5%``, ``-5%`` (five per cent less) and a bare ``5`` are 5. A bare number below 1 or above 50 is refused,
    because ``85`` may be meant as 85折, and so is ``10折``, which people read both ways.
    """
    plain = text.translate(_PLAIN).strip()
    if not plain:
        return Decimal(0)
    fold = re.fullmatch(r"([0-9.]+|[一二三四五六七八九]{1,2})\s*折", plain)
    percent = re.fullmatch(r"-?\s*([0-9.]+)\s*(%?)", plain)
    if fold:
        off = _off(parse_decimal(fold[1].translate(_CHINESE_DIGITS), field=field, decimals=DECIMALS + 1), text, field)
    elif percent:
        off = parse_decimal(percent[1], field=field)
        if not percent[2] and off and not _PLAIN_DISCOUNTS[0] <= off <= _PLAIN_DISCOUNTS[1]:
            raise _bare(percent[1], field) if _PLAIN_DISCOUNTS[1] < off < 100 else _unclear(text, field)
    else:
        raise UserError(
            N_("“%(text)s” is not a discount."), N_("Write 5%% or 95折."), field=field, text=text.strip()[:40]
        )
    scaled(off, "discount_percent")
    return off


def _off(fold: Decimal, text: str, field: str) -> Decimal:
    """Per cent off of ``fold`` 折: below ten it counts tenths, above it counts hundredths."""
    if fold == 10:
        raise _unclear(text, field)
    return 100 - (fold * 10 if fold < 10 else fold)


def _bare(number: str, field: str) -> UserError:
    return UserError(
        N_("“%(text)s” can be read in two ways."),
        N_("Write %(text)s%% for what is taken off, or %(text)s折 for what is left to pay."),
        field=field,
        text=number[:40],
    )


def _unclear(text: str, field: str) -> UserError:
    return UserError(
        N_("“%(text)s” can be read in two ways."),
        N_("Write 15%% for what is taken off, or 85折 for what is left to pay."),
        field=field,
        text=text.strip()[:40],
    )


def format_discount(percent: Decimal, lang: str) -> str:
    """Per cent off as the reader says it: ``95 折``, ``9 折`` in Chinese, ``5 %`` elsewhere; empty for none."""
    if not percent:
        return ""
    if not lang.startswith("zh"):
        return f"{format_quantity(percent)} %"
    paid = 100 - percent
    return f"{format_quantity(paid / 10 if paid < 10 or paid % 10 == 0 else paid)} 折"
