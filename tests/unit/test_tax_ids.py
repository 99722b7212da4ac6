"""Tax numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core.tax_ids import check_tax_id, check_tw_ubn

VECTORS = Path(__file__).parents[1] / "data" / "vectors"


def vector_rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((VECTORS / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", vector_rows("tw_ubn.csv"), ids=str)
def test_taiwan_numbers_follow_the_rule_of_2023(row: dict[str, str]) -> None:
    assert check_tw_ubn(row["number"]) is (row["valid"] == "True")
    assert check_tax_id(row["number"], "tw") is (row["valid"] == "True")


@pytest.mark.parametrize(
    ("number", "valid"),
    [("0459 5257", True), ("04595257　", True), ("０４５９５２５７", True), ("04595-257", True), ("00000000", False),
     ("", False), ("4595257", False), ("TW04595257", False), ("٠٤٥٩٥٢٥٧", False), ("0459525²", False)],
)  # fmt: skip
def test_taiwan_numbers_as_typed(number: str, valid: bool) -> None:
    assert check_tw_ubn(number) is valid


@pytest.mark.parametrize("row", vector_rows("tax_ids.csv"), ids=str)
def test_numbers_of_other_countries(row: dict[str, str]) -> None:
    assert check_tax_id(row["number"], row["country"]) is (row["valid"] == "True")


@pytest.mark.parametrize("country", ["HK", "ZZ", "", "../x", "台灣"])
def test_a_country_without_a_rule_gives_no_verdict(country: str) -> None:
    assert check_tax_id("12345678", country) is None


def test_an_empty_number_is_not_valid() -> None:
    assert check_tax_id("", "DE") is False
    assert check_tax_id("", "TW") is False


@given(st.text(max_size=20), st.sampled_from(["TW", "CN", "JP", "KR", "SG", "DE", "GR", "GB"]))
def test_any_text_gets_a_verdict(number: str, country: str) -> None:
    assert check_tax_id(number, country) in (True, False)
