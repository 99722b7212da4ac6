"""Amounts in words, as they stand on quotations, receipts and cheques."""

from __future__ import annotations

from desktop_crm.core.currencies import currency
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_

PURPOSES = ("accounting", "cheque", "treasury")
WORDS_LIMIT = 10**20  # major units; beyond it there is no agreed word

_NAMES = {
    "zh_TW": {
        "TWD": "新臺幣", "CNY": "人民幣", "HKD": "港幣", "MOP": "澳門幣", "USD": "美金", "EUR": "歐元", "GBP": "英鎊",
        "JPY": "日幣", "KRW": "韓幣", "SGD": "新加坡幣", "MYR": "馬來西亞幣", "THB": "泰銖", "VND": "越南盾",
        "IDR": "印尼盾", "PHP": "菲律賓披索", "INR": "印度盧比", "AUD": "澳幣", "NZD": "紐西蘭幣", "CAD": "加拿大幣",
        "CHF": "瑞士法郎", "SEK": "瑞典克朗",
    },
    "zh_CN": {
        "TWD": "新台币", "CNY": "人民币", "HKD": "港币", "MOP": "澳门元", "USD": "美元", "EUR": "欧元", "GBP": "英镑",
        "JPY": "日元", "KRW": "韩元", "SGD": "新加坡元", "MYR": "马来西亚林吉特", "THB": "泰铢", "VND": "越南盾",
        "IDR": "印尼盾", "PHP": "菲律宾比索", "INR": "印度卢比", "AUD": "澳元", "NZD": "新西兰元", "CAD": "加元",
        "CHF": "瑞士法郎", "SEK": "瑞典克朗",
    },
    "en": {
        "TWD": "NT dollars", "CNY": "Chinese yuan", "HKD": "Hong Kong dollars", "MOP": "Macau patacas",
        "USD": "US dollars", "EUR": "Euros", "GBP": "Pounds sterling", "JPY": "Japanese yen", "KRW": "Korean won",
        "SGD": "Singapore dollars", "MYR": "Malaysian ringgit", "THB": "Thai baht", "VND": "Vietnamese dong",
        "IDR": "Indonesian rupiah", "PHP": "Philippine pesos", "INR": "Indian rupees", "AUD": "Australian dollars",
        "NZD": "New Zealand dollars", "CAD": "Canadian dollars", "CHF": "Swiss francs", "SEK": "Swedish kronor",
    },
}  # fmt: skip
_DIGITS = {"zh_TW": "零壹貳參肆伍陸柒捌玖", "zh_CN": "零壹贰叁肆伍陆柒捌玖"}
_PLACES = ("仟", "佰", "拾", "")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_THOUSANDS = ("", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion")


def amount_in_words(minor: int, code: str, lang: str, purpose: str = "accounting") -> str:
    """An amount in minor units of currency ``code`` in the words of ``lang`` (zh_TW, zh_CN or en).

    zh_TW: 新臺幣壹萬貳仟參佰元整. Purposes: ``accounting`` and ``cheque`` write the inner 零, ``treasury``
    leaves it out and drops what is below the dollar. Where sources disagree: zero keeps its prefix
    (新臺幣零元整), and 整 is left out after 角 and 分. zh_CN follows the rule of mainland bank papers:
    人民币肆角叁分 without 零元. A negative amount gets 負 after the currency's name.
    Raises UserError for an unknown currency and for 10^20 and above.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"unknown purpose {purpose!r}")
    digits = currency(code).digits
    whole, rest = divmod(abs(minor), 10**digits)
    if whole >= WORDS_LIMIT:
        raise UserError(N_("The amount is too large to be written in words."), field="amount")
    if lang not in _DIGITS:
        return _english(whole, rest, digits, minor < 0, _NAMES["en"][code])
    if purpose == "treasury":
        rest = 0
    tenths, hundredths = divmod(rest * 100 // 10**digits, 10)
    sign = ("負" if lang == "zh_TW" else "负") if minor < 0 and (whole or rest) else ""
    return _NAMES[lang][code] + sign + _chinese(whole, tenths, hundredths, lang, purpose != "treasury")


def _chinese(whole: int, tenths: int, hundredths: int, lang: str, inner_zero: bool) -> str:
    """Yuan, 角 and 分; 整 closes an amount of whole yuan."""
    signs = _DIGITS[lang]
    number = _group_by_four(whole, signs) if lang == "zh_TW" else _group_by_eight(whole, signs)
    if not inner_zero:
        number = number.replace(signs[0], "")
    if not tenths and not hundredths:
        return (number or signs[0]) + "元整"
    below = signs[tenths] + "角" if tenths else ""
    if hundredths:
        below += (signs[0] if not tenths and whole else "") + signs[hundredths] + "分"
    if not whole and lang == "zh_CN":
        return below
    return (number or signs[0]) + "元" + below


def _group_by_four(number: int, signs: str) -> str:
    """Taiwan's count: 萬, 億, 兆, 京; empty for zero."""
    words, skipped = "", False
    for power, unit in ((16, "京"), (12, "兆"), (8, "億"), (4, "萬"), (0, "")):
        group = number // 10**power % 10_000
        if not group:
            skipped = bool(words)
            continue
        gap = words and (skipped or group < 1000)
        words += (signs[0] if gap else "") + _four(group, signs) + unit
        skipped = False
    return words


def _group_by_eight(number: int, signs: str) -> str:
    """The mainland's count: 万, 亿, 万亿; empty for zero."""
    if number < 10_000:
        return _four(number, signs)
    power, unit = (8, "亿") if number >= 10**8 else (4, "万")
    high, low = divmod(number, 10**power)
    gap = signs[0] if 0 < low < 10 ** (power - 1) else ""
    return _group_by_eight(high, signs) + unit + gap + _group_by_eight(low, signs)


def _four(number: int, signs: str) -> str:
    """Up to four digits with 仟 佰 拾, one 零 for each inner gap; empty for zero."""
    words, gap = "", False
    for digit, place in zip(f"{number:04d}", _PLACES, strict=True):
        if digit == "0":
            gap = bool(words)
            continue
        words += (signs[0] if gap else "") + signs[int(digit)] + place
        gap = False
    return words


def _english(whole: int, rest: int, digits: int, negative: bool, name: str) -> str:
    """``NT dollars twelve thousand three hundred only``; cents as ``and 50/100``."""
    cents = f" and {rest:0{digits}d}/{10**digits}" if rest else ""
    return ("Minus " if negative else "") + f"{name} {_english_number(whole)}{cents} only"


def _english_number(number: int) -> str:
    words = []
    for power, unit in reversed(list(enumerate(_THOUSANDS))):
        group = number // 1000**power % 1000
        if group:
            words.append(_below_thousand(group) + unit)
    return " ".join(words) or _ONES[0]


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens] + (f"-{_ONES[ones]}" if ones else ""))
    elif rest:
        words.append(_ONES[rest])
    return " ".join(words)
