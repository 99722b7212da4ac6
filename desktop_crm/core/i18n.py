"""Texts, numbers and dates in the user's language: gettext catalogues and CLDR through Babel.

``translator(lang)`` is given to whoever shows text; nothing is installed globally, because the
language of a PDF differs from that of the window.
"""

from __future__ import annotations

import datetime as dt
import gettext
import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from desktop_crm.core import paths

if TYPE_CHECKING:
    from desktop_crm.core.errors import CrmError

LANGUAGES = {"zh_TW": "繁體中文", "zh_CN": "简体中文", "en": "English"}
DEFAULT_LANGUAGE = "zh_TW"
SIMPLIFIED = ("zh_cn", "zh_sg", "zh_hans", "chinese (simplified)")
PLACES = re.compile(r"%\(\w+\)[a-z]")


class Msgid(str):
    """A text of the catalogue that is not in words yet; as a part of another text it is translated with it."""

    __slots__ = ()


def N_(msgid: str) -> Msgid:
    """Mark a text for the catalogue; it is translated where it is shown."""
    return Msgid(msgid)


class Translator:
    """Gives texts, numbers and dates of one language (``zh_TW``, ``zh_CN`` or ``en``).

    ``home_currency`` is the code of amounts that name none: the open shop's.
    """

    home_currency = "TWD"
    stretch = 0  # percent by which texts are made longer, to see whether those of another language would fit

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._catalogue = gettext.translation(
            "desktop_crm", localedir=paths.resource_dir() / "translations", languages=[lang], fallback=True
        )

    def __call__(self, msgid: str, /, **params: object) -> str:
        """The text of ``msgid``, its ``%(name)s`` places filled from ``params``, of which msgids are translated too."""
        text = self._stretched(self._catalogue.gettext(msgid)) if msgid else ""
        if not params:
            return text
        return text % {name: self(value) if isinstance(value, Msgid) else value for name, value in params.items()}

    def plural(self, one: str, many: str, count: int, /, **params: object) -> str:
        """The text for ``count`` things; ``%(count)s`` is the number with separators."""
        text = self._stretched(self._catalogue.ngettext(one, many, count))
        return text % {"count": self.number(count), **params}

    def _stretched(self, text: str) -> str:
        """The text with some of its own letters again."""
        letters = PLACES.sub("", text) if self.stretch else ""
        return text + letters[: math.ceil(len(letters) * self.stretch / 100)]

    def error(self, error: CrmError) -> str:
        """What happened and what to do, as one or two sentences."""
        parts = [self(part, **error.params) for part in (error.message, error.advice) if part]
        return ("" if self.lang.startswith("zh") else " ").join(parts)

    def number(self, value: int | Decimal, digits: int = 0) -> str:
        """``value`` with separators; whole, or up to ``digits`` decimals without trailing zeros."""
        text = _grouped(value, digits)
        return text.rstrip("0").rstrip(".") if digits else text

    def money(self, minor: int, code: str = "") -> str:
        """Minor units of ``code`` (the home currency if none) with separators and the currency's decimals."""
        from desktop_crm.core.currencies import currency, to_major

        code = code or self.home_currency
        return _grouped(to_major(minor, code), currency(code).digits)

    def price(self, minor: int, code: str = "") -> str:
        """An amount behind its currency's symbol: NT$ 286,703."""
        from desktop_crm.core.currencies import sign

        return f"{sign(code or self.home_currency, self.lang)}\N{NO-BREAK SPACE}{self.money(minor, code)}"

    def amount(self, minor: int) -> str:
        """An amount of the home currency inside a sentence: 36,000 元 where people say so, else as ``price``."""
        if self.lang.startswith("zh") and self.home_currency in ("TWD", "CNY"):
            return f"{self.money(minor)} 元"
        return self.price(minor)

    def percent(self, value: Decimal | float, digits: int = 0) -> str:
        """A fraction as percentage: 0.314 is 31 %."""
        return _grouped(Decimal(str(value)) * 100, digits) + "%"

    def date(self, day: dt.date, width: str = "short") -> str:
        """``short``: 2026-11-21, ``day``: 11/21, ``long``: with weekday in the language's own form."""
        if width == "short":
            return day.isoformat()
        if width == "day":
            return f"{day:%m/%d}"
        if self.lang == "en":
            return f"{_DAYS_EN[day.weekday()]}, {day.day} {_MONTHS_EN[day.month - 1]}"
        gap = " " if self.lang == "zh_TW" else ""
        return f"{day.month}{gap}月{gap}{day.day}{gap}日 星期{_DAYS_ZH[day.weekday()]}"


# Held against CLDR by a test; Babel's dates alone take 20 ms to import, and they stand on the first tab.
_DAYS_ZH = "一二三四五六日"
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _grouped(value: int | Decimal, digits: int) -> str:
    """A number as all our languages write it; a test holds it against CLDR.

    Babel looks its locale up in the file system for every number, which was half the time a list took to appear.
    """
    return f"{Decimal(value):,.{digits}f}"


@lru_cache(maxsize=8)
def translator(lang: str) -> Translator:
    """The translator of ``lang``; an unknown language falls back to the default one."""
    return Translator(lang if lang in LANGUAGES else DEFAULT_LANGUAGE)


def nearest_language(name: str) -> str:
    """One of the three languages for a name like ``zh_TW.UTF-8`` or ``Chinese (Traditional)_Taiwan``."""
    plain = name.replace("-", "_").casefold()
    if plain.startswith(SIMPLIFIED):
        return "zh_CN"
    return "zh_TW" if plain.startswith(("zh", "chinese")) else "en"
