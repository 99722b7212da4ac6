"""Telephone numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core import phones
from desktop_crm.core.phones import digits, split_extension, to_e164

VECTORS = Path(__file__).parents[1] / "data" / "vectors"


def vector_rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((VECTORS / name).read_text(encoding="utf-8").splitlines()))


TYPED = vector_rows("phone_inputs_with_libphonenumber_answers.csv")
EXAMPLES = vector_rows("phone_libphonenumber_examples.csv")
CHINESE_EXTENSION = "02 2720 8889 分機 12"  # libphonenumber alone cannot read it


@pytest.mark.parametrize("row", [row for row in TYPED if row["input"] != CHINESE_EXTENSION], ids=str)
def test_typed_numbers_agree_with_libphonenumber_where_the_number_is_in_use(row: dict[str, str]) -> None:
    expected = row["e164"] if row["valid"] == "True" else None
    assert to_e164(row["input"], row["region"]) == expected
    assert split_extension(row["input"])[1] == row["extension"]


@pytest.mark.parametrize("row", EXAMPLES, ids=str)
def test_examples_of_every_region(row: dict[str, str]) -> None:
    assert to_e164(row["national_input"], row["region"]) == row["e164"]
    assert to_e164(row["international"], "TW") == row["e164"]


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        (CHINESE_EXTENSION, "02 2720 8889", "12"),
        ("02-27208889轉５", "02-27208889", "5"),
        ("02-27208889 (分機：123)", "02-27208889", "123"),
        ("02-27208889 ext 9", "02-27208889", "9"),
        ("02-2720-8889*12", "02-2720-8889", "12"),
        ("#123", "#123", ""),
        ("0912345678", "0912345678", ""),
    ],
)
def test_extensions_are_kept_apart(text: str, number: str, extension: str) -> None:
    assert split_extension(text) == (number, extension)


def test_the_extension_stays_out_of_e164() -> None:
    assert to_e164(CHINESE_EXTENSION) == "+886227208889"


@pytest.mark.parametrize("text", ["王先生", "1999", "", "  ", "0" * 300, "02-27208889 / 0912345678"])
def test_what_is_no_plain_number_is_left_as_typed(text: str) -> None:
    assert to_e164(text) is None


def test_digits_are_ascii() -> None:
    assert digits("０２-27(20) 88٨9 ²#1") == "02272088891"


@given(st.text(max_size=40), st.sampled_from(["TW", "CN", "US", "??"]))
def test_any_text_is_tolerated(text: str, region: str) -> None:
    found = to_e164(text, region)
    assert found is None or (found.startswith("+") and found[1:].isdigit())
    assert digits(text).isascii()


@pytest.mark.parametrize(
    ("typed", "region", "shown", "uri"),
    [
        ("04-22581180", "TW", "04-2258 1180", "tel:+886422581180"),
        ("０９１２３４５６７８", "TW", "0912-345 678", "tel:+886912345678"),
        ("(02) 2720-8889 分機 12", "TW", "02-2720 8889 #12", "tel:+886227208889;ext=12"),
        ("+852 28113388", "TW", "+852 2811 3388", "tel:+85228113388"),
        ("13812345678", "CN", "138 1234 5678", "tel:+8613812345678"),
        ("0800-000-123", "TW", "0800-000-123", "tel:+886800000123"),
        (" 1999 ", "TW", "1999", ""),
        ("ask at the door", "TW", "ask at the door", ""),
    ],
)
def test_numbers_are_shown_as_people_write_them_and_dialled(typed: str, region: str, shown: str, uri: str) -> None:
    assert (phones.shown(typed, region), phones.dial_uri(typed, region)) == (shown, uri)
    assert phones.shown(shown, region) == shown
