"""Cells as people write them, turned into what the importer reads: ISO dates, plain numbers, codes of countries.

What cannot be understood is handed on as it stands, and the importer refuses the row with its own sentence.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from functools import cache, lru_cache

from desktop_crm.core import tax_ids
from desktop_crm.core.dates import ROC_EPOCH
from desktop_crm.core.readings import normalise, read_lines

YMD, DMY, MDY = "ymd", "dmy", "mdy"
_ROC = re.compile(r"^(?:中華)?民國\s*|^中华民国\s*|^民国\s*|^roc\s*", re.IGNORECASE)
_PARTS = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})\s*[日号號]?")
_TIME = re.compile(
    r"[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?|Z|[+-]\d{2}:?\d{2})?$|\s*[(（].*[)）]$"
)
_MONEY_WORDS = re.compile(
    r"NT\$|US\$|HK\$|RMB|TWD|NTD|USD|CNY|HKD|EUR|JPY|新臺幣|新台幣|人民幣|人民币|[$¥￥€£元圓圆整]", re.IGNORECASE
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+,\d+")
_YES = {normalise(word) for word in ("1", "true", "yes", "y", "x", "是", "v", "✓", "停售", "停用", "停產")} - {""}
_COUNTY = (
    "[台臺]北市|新北市|桃園市|[台臺]中市|[台臺]南市|高雄市|基隆市|新竹市|嘉義市|新竹縣|苗栗縣|彰化縣|南投縣|雲林縣|嘉義縣|屏東縣|"
    "宜蘭縣|花蓮縣|[台臺]東縣|澎湖縣|金門縣|連江縣"
)
_ADDRESS = re.compile(rf"^\(?(\d{{3}}(?:\d{{2,3}})?)?\)?\s*({_COUNTY})(\S{{1,3}}?[區鄉鎮市])?(.*)$")


def date(text: str, order: str = DMY) -> str:
    """A date as ISO, of the Gregorian or the ROC calendar (113/05/01, 民國113年5月1日, 1130501).

    ``order`` reads 05/06/2024. What is no date, or has a year of two digits, comes back as it is.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    body = _TIME.sub("", plain).strip()
    roc, body = bool(_ROC.match(body)), _ROC.sub("", body)
    found = _PARTS.fullmatch(body)
    if found is not None:
        first, second, third = found.groups()
        if len(third) == 4 and len(first) <= 2 and not roc:
            day, month = (first, second) if order != MDY else (second, first)
            return _iso(int(third), int(month), int(day)) or text
        if len(third) > 2 or (len(first) < 3 and not roc):
            return text
        return _iso(_year(int(first), roc or len(first) == 3), int(second), int(third)) or text
    if body.isascii() and body.isdigit() and len(body) in (7, 8):
        year = int(body[:-4]) + (ROC_EPOCH if len(body) == 7 else 0)
        return _iso(year, int(body[-4:-2]), int(body[-2:])) or text
    return text


def _year(year: int, roc: bool) -> int:
    return year + ROC_EPOCH if roc and year < 1000 else year


def _iso(year: int, month: int, day: int) -> str:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def order_of(texts: list[str], fallback: str = DMY) -> str:
    """Whether dates such as 05/06/2024 begin with the day or the month, by those that leave no doubt."""
    for text in texts:
        found = re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}", text.strip())
        if found and int(found[1]) > 12:
            return DMY
        if found and int(found[2]) > 12:
            return MDY
    return fallback


def amount(text: str) -> str:
    """A number without currency, thousands marks, brackets of the accountant; as it is if it is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    body = _MONEY_WORDS.sub("", plain).replace(" ", "").replace("'", "")
    negative = body.startswith(("-", "−", "(")) or body.endswith("-")
    body = body.strip("-−()+")
    if _DOTTED.fullmatch(body):
        body = body.replace(".", "").replace(",", ".")
    whole, point, rest = body.partition(".")
    if _GROUPED.fullmatch(whole):
        body = whole.replace(",", "") + point + rest
    elif not point and re.fullmatch(r"\d+,\d{1,2}", body):
        body = body.replace(",", ".")
    if not re.fullmatch(r"\d+(?:\.\d*)?|\.\d+", body):
        return text
    number = Decimal(body)
    return f"{-number if negative and number else number:f}"


def percent(text: str) -> str:
    """A percentage as a number: 5 %, 0.05, 9 折 (10 % off), 85 折 (15 % off)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"(\d{1,2}(?:\.\d+)?)\s*折", plain)
    if found:
        fold = Decimal(found[1])
        return f"{100 - (fold * 10 if fold < 10 else fold):f}"
    body = amount(plain.rstrip("%").strip())
    if re.fullmatch(r"0\.\d+", body, re.ASCII) and not plain.endswith("%"):
        return f"{(Decimal(body) * 100).normalize():f}"
    return body if body != plain.rstrip("%").strip() or re.fullmatch(r"[\d.]+", body) else text


def tax(text: str, country: str = "TW") -> str:
    """A tax number as it is; the zero that a spreadsheet took from its front is put back."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if country == "TW" and re.fullmatch(r"\d{7}", plain) and tax_ids.check_tw_ubn("0" + plain):
        return "0" + plain
    return plain


def phone(text: str, country: str = "TW") -> str:
    """A phone number as it is; the zero that a spreadsheet took from the front of a Taiwanese one is put back."""
    plain = text.strip()
    return "0" + plain if country == "TW" and re.fullmatch(r"9\d{8}|[2-8]\d{7,8}", plain) and len(plain) == 9 else plain


def is_yes(text: str) -> bool:
    """Whether a cell says yes."""
    return normalise(text) in _YES


@lru_cache(maxsize=1000)
def country(text: str) -> str:
    """The ISO code of a country; as it is when it is not known."""
    plain = text.strip()
    if re.fullmatch(r"[A-Za-z]{2}", plain):
        return {"UK": "GB"}.get(plain.upper(), plain.upper())
    return _words("country").get(normalise(plain), plain)


@lru_cache(maxsize=1000)
def choice(field: str, text: str) -> str:
    """The stored value of a choice; as it is when it is not known."""
    return _words(field).get(normalise(text), text.strip())


def address(text: str) -> dict[str, str]:
    """A Taiwanese address in its parts: postal code, county, district, street; any other is all street."""
    found = _ADDRESS.match(text.strip())
    if found is None:
        return {"street": text.strip()}
    parts = dict(zip(("postal_code", "county", "district", "street"), found.groups(), strict=True))
    return {name: (value or "").strip() for name, value in parts.items()}


@cache
def _words(field: str) -> dict[str, str]:
    """The stored values of a field by the words for them, folded."""
    found: dict[str, str] = {}
    for place, words in read_lines("cell_words.txt"):
        name, _, value = place.partition(".")
        if name == field:
            found |= {normalise(word): value for word in (value, *words.split("|"))}
    return found
