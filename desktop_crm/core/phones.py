"""Telephone numbers: what was typed stays; beside it E.164 for dialling and finding, when it can be read."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# libphonenumber knows # and ext., not the Chinese words.
_EXTENSION = re.compile(
    r"\s*[,，;；(（]?\s*(?:分機號?碼?|分机号?码?|內線|内线|轉接?|转接?|extension|ext\.?|[x×#＃*])\s*[:：.]?\s*"
    r"([0-9０-９]{1,7})\s*[)）]?\s*$",
    re.IGNORECASE,
)


def to_e164(text: str, region: str = "TW") -> str | None:
    """``text`` as +886227208889, read as somebody in ``region`` dials it; the extension is left out.

    None for what is not a number in use by any country's plan (short numbers such as 1999 included):
    keep what was typed.
    """
    number, _ = split_extension(text)
    parsed = _parse(number, region)
    if parsed is None:
        return None
    from phonenumbers import PhoneNumberFormat, format_number

    return format_number(parsed, PhoneNumberFormat.E164)


def shown(text: str, region: str = "TW") -> str:
    """``text`` as people in ``region`` write it: 04-2258 1180 #12, from abroad +852 2811 3388.

    What is no number of a person or firm (0800 ..., short numbers, other words) stays as it was typed.
    """
    number, extension = split_extension(text)
    parsed = _parse(number, region)
    if parsed is None:
        return text.strip()
    from phonenumbers import PhoneNumberFormat, PhoneNumberType, format_number, number_type, region_code_for_number

    at_home = region_code_for_number(parsed) == region
    if number_type(parsed) not in (
        PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE
    ):  # fmt: skip
        return text.strip()
    kind = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    written = format_number(parsed, kind)
    if at_home and region == "TW":
        written = written.replace(" ", "-", 1)
    return f"{written} #{extension}" if extension else written


def dial_uri(text: str, region: str = "TW") -> str:
    """The ``tel:`` address (RFC 3966) a telephone program dials; "" for what cannot be read."""
    number, extension = split_extension(text)
    e164 = to_e164(number, region)
    if e164 is None:
        return ""
    return f"tel:{e164};ext={extension}" if extension else f"tel:{e164}"


def split_extension(text: str) -> tuple[str, str]:
    """The number and its extension (分機, 轉, ext., #) as ASCII digits; the extension is empty if there is none."""
    found = _EXTENSION.search(text)
    if found is None or not digits(text[: found.start()]):
        return text.strip(), ""
    return text[: found.start()].strip(), digits(found[1])


def digits(text: str) -> str:
    """Every decimal digit of ``text`` as ASCII, nothing else; ``０２-27`` is ``0227``."""
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


def _parse(text: str, region: str) -> PhoneNumber | None:
    from phonenumbers import NumberParseException, is_valid_number, parse

    try:
        parsed = parse(text, region)
    except NumberParseException:
        return None
    return parsed if is_valid_number(parsed) else None
