"""Countries, currencies and time zones by their names in the user's language."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from desktop_crm.core.currencies import CURRENCIES
from desktop_crm.core.dates import DEFAULT_ZONE

NEAR = ("TW", "CN", "HK", "MO", "JP", "KR", "SG", "MY", "TH", "VN", "US")  # stand first
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "CQ"})  # groups, stand-ins, not in every language
# standard rates of value added or sales tax in % (2026) of the countries that stand first
TAX = {
    "TW": "5", "CN": "13", "HK": "0", "MO": "0", "JP": "10", "KR": "10", "SG": "9", "TH": "7", "VN": "10",
}  # fmt: skip
Choices = tuple[tuple[str, str], ...]


def is_country(code: str) -> bool:
    """Whether ``code`` is an ISO 3166 code of two letters."""
    return code in _territories("en")


def is_zone(name: str) -> bool:
    """Whether ``name`` is a time zone such as Asia/Taipei."""
    return name in _zone_names()


@lru_cache(maxsize=3)
def countries(lang: str) -> Choices:
    """Code and name of every country, those nearby first, the others by name."""
    names = _territories(lang)
    near = [(code, names[code]) for code in NEAR]
    rest = sorted(((code, name) for code, name in names.items() if code not in NEAR), key=lambda one: one[1])
    return (*near, *rest)


@lru_cache(maxsize=3)
def currencies(lang: str) -> Choices:
    """Code and name of the currencies the program knows."""
    from babel import Locale

    names = Locale.parse(lang).currencies
    return tuple((code, f"{code} {names.get(code, '')}".strip()) for code in CURRENCIES)


@lru_cache(maxsize=3)
def zones(lang: str) -> Choices:
    """Time zones by city with their present distance from UTC: Taipei first, then from west to east."""
    from babel.core import get_global
    from babel.dates import get_timezone_location

    now = dt.datetime.now(dt.UTC)
    names, found = _territories(lang), []
    for territory, there in get_global("territory_zones").items():
        for zone in there if territory in names else ():
            if is_zone(zone):
                offset = now.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta()
                city = get_timezone_location(zone, locale=lang, return_city=True)
                text = f"{city}, {names[territory]} ({_written(offset)})"
                found.append((zone != DEFAULT_ZONE, offset, text, zone))
    return tuple((zone, text) for _other, _offset, text, zone in sorted(found))


def usual(country: str) -> dict[str, str]:
    """Currency, time zone and tax rate of a country, as far as they are known; no zone where there are several."""
    from babel.core import get_global
    from babel.numbers import get_territory_currencies

    money = [code for code in get_territory_currencies(country) if code in CURRENCIES]
    zone = [name for name in get_global("territory_zones").get(country, ()) if is_zone(name)]
    one_zone = zone[:1] if len(zone) == 1 or country == "CN" else []  # China keeps one time everywhere
    found = {"currency": money[:1], "zone": one_zone, "tax_percent": [TAX[country]] if country in TAX else []}
    return {name: one[0] for name, one in found.items() if one}


def _written(offset: dt.timedelta) -> str:
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    return f"UTC{'-' if offset < dt.timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


@lru_cache(maxsize=3)
def _territories(lang: str) -> dict[str, str]:
    from babel import Locale

    names = Locale.parse(lang).territories
    known = Locale.parse("en").territories
    wanted = [code for code in sorted(known) if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES]
    return {code: names[code] for code in wanted if code in names}


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    """Looked up once: it reads the whole folder of zones."""
    return frozenset(available_timezones())
