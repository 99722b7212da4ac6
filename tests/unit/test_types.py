"""Column types: what goes in comes out, and what would lose something is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from desktop_crm.models.types import Minor, Scaled, Utc, unscale

DIALECT = sqlite.dialect()
four_decimals = st.decimals(-(10**10), 10**10, places=4)


@given(st.integers(-(10**15), 10**15))
def test_minor_units_stay_what_they_are(amount: int) -> None:
    assert Minor().process_bind_param(amount, DIALECT) == amount


@pytest.mark.parametrize("amount", [1.0, Decimal(1), "1", True])
def test_minor_units_are_whole_numbers_only(amount: object) -> None:
    with pytest.raises(TypeError, match="minor units"):
        Minor().process_bind_param(amount, DIALECT)  # type: ignore[arg-type]


@given(four_decimals)
def test_a_scaled_number_comes_back_equal_and_short(number: Decimal) -> None:
    stored = Scaled().process_bind_param(number, DIALECT)
    assert type(stored) is int
    found = Scaled().process_result_value(stored, DIALECT)
    assert found == number
    assert "E" not in f"{found:f}"
    assert not f"{found:f}".endswith(".")


@given(four_decimals, four_decimals)
def test_scaled_numbers_keep_their_order(one: Decimal, other: Decimal) -> None:
    column = Scaled()
    first, second = column.process_bind_param(one, DIALECT), column.process_bind_param(other, DIALECT)
    assert first is not None
    assert second is not None
    assert (first < second) == (one < other)


@pytest.mark.parametrize("number", ["0.00001", "-1.23456", "NaN", "Infinity"])
def test_a_scaled_number_has_at_most_four_decimals(number: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        Scaled().process_bind_param(Decimal(number), DIALECT)


@pytest.mark.parametrize("number", [0.1, "1"])
def test_a_scaled_number_is_never_a_float_or_a_text(number: object) -> None:
    with pytest.raises(TypeError, match="Decimal"):
        Scaled().process_bind_param(number, DIALECT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stored", "shown"), [(0, "0"), (10_000, "1"), (1_000_000, "100"), (123_450, "12.345"), (-5, "-0.0005")]
)
def test_trailing_zeros_are_not_shown(stored: int, shown: str) -> None:
    assert f"{unscale(stored):f}" == str(unscale(stored)).replace("-5E-4", "-0.0005") == shown


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_comes_back_as_the_same_instant_in_utc(moment: dt.datetime) -> None:
    try:
        stored = Utc().process_bind_param(moment, DIALECT)
    except OverflowError:  # the first and the last day there is
        assert moment.year in (1, 9999)
        return
    assert stored is not None
    assert stored.tzinfo is None
    found = Utc().process_result_value(stored, DIALECT)
    assert found is not None
    assert found.tzinfo is dt.UTC
    assert found == moment.astimezone(dt.UTC)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Utc().process_bind_param(dt.datetime(2026, 11, 21), DIALECT)  # noqa: DTZ001


@pytest.mark.parametrize("column", [Scaled(), Utc()])
def test_nothing_stays_nothing(column: Scaled | Utc) -> None:
    assert column.process_bind_param(None, DIALECT) is None
    assert Minor().process_bind_param(None, DIALECT) is None
    assert column.process_result_value(None, DIALECT) is None
