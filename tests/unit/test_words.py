"""Amounts in words."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core.currencies import CURRENCIES
from desktop_crm.core.errors import UserError
from desktop_crm.core.words import amount_in_words

VECTORS = Path(__file__).parents[1] / "data" / "vectors"


def vector_rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((VECTORS / name).read_text(encoding="utf-8").splitlines()))


NTD = vector_rows("ntd_uppercase.csv")
CNY = vector_rows("cny_uppercase_cn2an.csv")


@pytest.mark.parametrize("row", [row for row in NTD if row["purpose"] != "CONFLICT"], ids=str)
def test_taiwan_wording_agrees_with_the_vectors(row: dict[str, str]) -> None:
    amount = Decimal(row["input"])
    if amount % 1 and row["purpose"] != "treasury":  # our TWD has no cents: the form is that of another currency
        cents = amount_in_words(int(amount * 100), "USD", "zh_TW", row["purpose"])
        assert cents.replace("美金", "新臺幣") == row["wording"]
    else:
        assert amount_in_words(int(amount), "TWD", "zh_TW", row["purpose"]) == row["wording"]


@pytest.mark.parametrize("row", CNY, ids=str)
def test_mainland_wording_agrees_with_the_vectors(row: dict[str, str]) -> None:
    assert amount_in_words(int(Decimal(row["input"]) * 100), "CNY", "zh_CN") == "人民币" + row["rmb"]


@pytest.mark.parametrize(
    ("minor", "code", "lang", "words"),
    [
        (12300, "TWD", "zh_TW", "新臺幣壹萬貳仟參佰元整"),
        (100005000, "TWD", "zh_TW", "新臺幣壹億零伍仟元整"),
        (-105000, "TWD", "zh_TW", "新臺幣負壹拾萬伍仟元整"),
        (10050, "USD", "zh_TW", "美金壹佰元伍角"),
        (10005, "USD", "zh_TW", "美金壹佰元零伍分"),
        (12300, "TWD", "zh_CN", "新台币壹万贰仟叁佰元整"),
        (-10, "CNY", "zh_CN", "人民币负壹角"),
        (12300, "TWD", "en", "NT dollars twelve thousand three hundred only"),
        (0, "TWD", "en", "NT dollars zero only"),
        (-12050, "USD", "en", "Minus US dollars one hundred twenty and 50/100 only"),
        (1000000005, "EUR", "en", "Euros ten million and 05/100 only"),
        (1_000_021, "TWD", "en", "NT dollars one million twenty-one only"),
    ],
)
def test_other_currencies_and_languages(minor: int, code: str, lang: str, words: str) -> None:
    assert amount_in_words(minor, code, lang) == words


def test_zero_has_no_sign_and_keeps_its_prefix() -> None:
    assert amount_in_words(-1, "USD", "zh_TW", "treasury") == "美金零元整"
    assert amount_in_words(0, "CNY", "zh_CN") == "人民币零元整"


@pytest.mark.parametrize("code", sorted(CURRENCIES))
@pytest.mark.parametrize("lang", ["zh_TW", "zh_CN", "en"])
def test_every_currency_has_a_name(code: str, lang: str) -> None:
    name = amount_in_words(10 ** CURRENCIES[code].digits, code, lang)
    assert name.endswith(("壹元整", " one only"))
    assert name not in ("壹元整", " one only")


SIGNS = {"零": 0, "壹": 1, "貳": 2, "參": 3, "肆": 4, "伍": 5, "陸": 6, "柒": 7, "捌": 8, "玖": 9}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"萬": 10**4, "億": 10**8, "兆": 10**12}


def read_back(words: str) -> int:
    total = group = digit = 0
    for sign in words.removeprefix("新臺幣").removesuffix("元整"):
        if sign in SIGNS:
            digit = SIGNS[sign]
        elif sign in PLACES:
            group, digit = group + digit * PLACES[sign], 0
        else:
            total, group, digit = total + (group + digit) * GROUPS[sign], 0, 0
    return total + group + digit


@given(st.integers(0, 10**15 - 1) | st.integers(0, 15).map(lambda power: 10**power))
def test_words_can_be_read_back(amount: int) -> None:
    words = amount_in_words(amount, "TWD", "zh_TW")
    assert read_back(words) == amount
    assert "零零" not in words
    assert read_back(amount_in_words(amount, "TWD", "zh_TW", "treasury")) == amount


def test_too_large_and_unknown_purposes_are_refused() -> None:
    assert amount_in_words(10**16, "TWD", "zh_TW") == "新臺幣壹京元整"
    with pytest.raises(UserError):
        amount_in_words(10**20, "TWD", "zh_TW")
    with pytest.raises(ValueError):
        amount_in_words(1, "TWD", "zh_TW", "poetry")
