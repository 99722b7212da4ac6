"""Numbers and discounts as people type them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import translator
from desktop_crm.core.quantities import format_discount, format_quantity, parse_decimal, parse_discount

VECTORS = Path(__file__).parents[1] / "data" / "vectors"


def vector_rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((VECTORS / name).read_text(encoding="utf-8").splitlines()))


REFUSED = [row["input"] for row in vector_rows("amount_input_rejections.csv")]


@pytest.mark.parametrize("text", REFUSED)
def test_an_amount_field_refuses_what_it_must(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_decimal(text, field="amount", signed=False, decimals=2)
    assert caught.value.field == "amount"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", "1234.5"),
        (" １，２３４．５ ", "1234.5"),
        ("NT$ 500", "500"),
        ("$500", "500"),
        ("ntd500", "500"),
        ("500元整", "500"),
        ("500 塊", "500"),
        ("3萬", "30000"),
        ("3万", "30000"),
        ("1.2萬元", "12000"),
        ("3萬5千", "35000"),
        ("3千萬", "30000000"),
        ("2億", "200000000"),
        ("-2", "-2"),
        ("－2", "-2"),
        ("−2", "-2"),
        ("-NT$5", "-5"),
        ("NT$-5", "-5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
        ("1.0000000", "1"),
    ],
)
def test_what_people_type_is_understood(text: str, value: str) -> None:
    found = parse_decimal(text, field="quantity")
    assert found == Decimal(value)
    assert not (found == 0 and found.is_signed())


@pytest.mark.parametrize(
    "text",
    ["5²", "½", "٣", "3萬5", "5千3萬", "3千5百萬", "1.5.3萬", "--2", "-NT$-5", "NaN", "Infinity", "0x10", "1_000",
     "1234567890123456", "1" * 41, "0.00001", "1." + "0" * 30 + "1", "=1+1", "<b>5</b>", "%s"],
)  # fmt: skip
def test_everything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_decimal(text, field="quantity")
    for lang in ("zh_TW", "zh_CN", "en"):
        assert translator(lang).error(caught.value)


NUMBERS = st.integers(-(10**18), 10**18).map(lambda n: Decimal(n).scaleb(-4))


@given(NUMBERS)
def test_a_formatted_quantity_reads_back(value: Decimal) -> None:
    text = format_quantity(value)
    assert parse_decimal(text, field="quantity") == value
    assert not ("." in text and text.endswith(("0", ".")))
    assert parse_decimal(f"{value:,f}", field="quantity") == value


@pytest.mark.parametrize(
    ("value", "text"), [("2.5000", "2.5"), ("1E+3", "1000"), ("100", "100"), ("-0.0", "0"), ("0E-8", "0")]
)
def test_quantities_show_no_trailing_zeros(value: str, text: str) -> None:
    assert format_quantity(Decimal(value)) == text


@given(st.text(max_size=60) | st.text("0123456789,.-% 折萬千NT$", max_size=12))
def test_any_text_gives_a_number_or_a_sentence(text: str) -> None:
    for parse in (lambda: parse_decimal(text, field="x"), lambda: parse_discount(text)):
        assert outcome(parse)


def outcome(parse: Callable[[], Decimal]) -> bool | str:
    try:
        return parse().is_finite()
    except UserError as error:
        return translator("zh_TW").error(error)


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("95折", "5"), ("9折", "10"), ("85 折", "15"), ("8.5折", "15"), ("87.5折", "12.5"), ("90折", "10"),
        ("10.5折", "89.5"),
        ("九折", "10"), ("九五折", "5"), ("1折", "90"), ("0折", "100"), ("100折", "0"),
        ("5%", "5"), ("５％", "5"), ("-5%", "5"), ("5 %", "5"), ("5", "5"), ("85%", "85"), ("0", "0"), ("", "0"),
    ],
)  # fmt: skip
def test_discounts_are_understood(text: str, off: str) -> None:
    assert parse_discount(text) == Decimal(off)


def test_an_unclear_number_is_answered_with_that_number() -> None:
    with pytest.raises(UserError) as caught:
        parse_discount("95")
    told = translator("zh_TW")(caught.value.advice, **caught.value.params)
    assert "95%" in told
    assert "95折" in told
    assert "85" not in told


@pytest.mark.parametrize("text", ["85", "0.9", "10折", "150折", "101%", "八折起", "+5%", "5%%", "1.2.3折", "折", "-"])
def test_unclear_discounts_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_discount(text)
    assert caught.value.field == "discount_percent"
    assert "%(" not in translator("en").error(caught.value)


@pytest.mark.parametrize(
    ("off", "chinese", "english"),
    [("5", "95 折", "5 %"), ("10.00", "9 折", "10 %"), ("15", "85 折", "15 %"), ("12.5", "87.5 折", "12.5 %"),
     ("90", "1 折", "90 %"), ("95", "0.5 折", "95 %"), ("100", "0 折", "100 %"), ("0", "", "")],
)  # fmt: skip
def test_discounts_are_shown_as_the_reader_says_them(off: str, chinese: str, english: str) -> None:
    assert format_discount(Decimal(off), "zh_TW") == chinese
    assert format_discount(Decimal(off), "zh_CN") == chinese
    assert format_discount(Decimal(off), "en") == english


@given(st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-4)), st.sampled_from(["zh_TW", "zh_CN", "en"]))
def test_a_shown_discount_reads_back(off: Decimal, lang: str) -> None:
    assert parse_discount(format_discount(off, lang)) == off
