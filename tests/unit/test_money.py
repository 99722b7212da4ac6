"""The money engine: Taiwan's tax vectors, and identities that hold for every document."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desktop_crm.core.errors import UserError
from desktop_crm.core.money import (
    LineInput,
    TaxKind,
    TaxMode,
    Totals,
    allocate,
    currency,
    document_totals,
    line_amount,
    round_half_up,
    to_major,
    to_minor,
    unit_prices_for_total,
)

VECTORS = Path(__file__).parents[1] / "data" / "vectors"


def vector_rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((VECTORS / name).read_text(encoding="utf-8").splitlines()))


FIVE = Decimal(5)


def one_line(price: int | str, kind: TaxKind = TaxKind.TAXABLE) -> list[LineInput]:
    return [LineInput(Decimal(1), Decimal(price), tax_kind=kind)]


def totals(lines: list[LineInput], mode: TaxMode = TaxMode.EXCLUSIVE, code: str = "TWD", **discount: object) -> Totals:
    return document_totals(lines, mode=mode, tax_percent=FIVE, code=code, **discount)  # type: ignore[arg-type]


def decimals(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low * 10**4, high * 10**4).map(lambda n: Decimal(n).scaleb(-4))


PERCENT = decimals(0, 100)
LINES = st.lists(
    st.builds(
        LineInput,
        quantity=decimals(-50, 500),
        unit_price=decimals(-100, 20_000),
        discount_percent=st.sampled_from([Decimal(0), Decimal(5), Decimal("12.5"), Decimal(100)]) | PERCENT,
        tax_kind=st.sampled_from(TaxKind),
        counted=st.booleans(),
        unit_cost=st.none() | decimals(0, 10_000),
    ),
    max_size=12,
)
MODES = st.sampled_from(TaxMode)
CODES = st.sampled_from(["TWD", "USD"])


@pytest.mark.parametrize("row", vector_rows("tw_vat_5pct.csv"), ids=str)
def test_tax_agrees_with_the_published_examples(row: dict[str, str]) -> None:
    mode, _, kind = row["mode"].partition("_")
    found = totals(one_line(row["given"], TaxKind(kind or "taxable")), TaxMode(mode))
    assert (found.net, found.tax, found.total) == (int(row["sales"]), int(row["tax"]), int(row["total"]))


@pytest.mark.parametrize(
    "case", json.loads((VECTORS / "allocate_discount.json").read_text(encoding="utf-8"))["cases"], ids=str
)
def test_allocation_agrees_with_the_examples(case: dict[str, object]) -> None:
    assert allocate(case["total"], case["weights"]) == case["result"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "case", json.loads((VECTORS / "allocate_discount.json").read_text(encoding="utf-8"))["sum_only"], ids=str
)
def test_allocation_examples_add_up(case: dict[str, list[int]]) -> None:
    parts = allocate(case["total"], case["weights"])  # type: ignore[arg-type]
    assert sum(parts) == case["total"]
    assert len(parts) == len(case["weights"])


def test_allocation_without_weight_is_even_and_ties_go_to_the_larger_weight() -> None:
    assert allocate(10, [0, 0, 0]) == [4, 3, 3]
    assert allocate(10, [5, -5]) == [5, 5]
    assert allocate(2, [1, 3]) == [0, 2]
    assert allocate(100, [Decimal("0.5"), Decimal("0.25"), Decimal("0.25")]) == [50, 25, 25]


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**9) | decimals(0, 1000), min_size=1, max_size=30))
def test_allocation_adds_up_stays_next_to_the_exact_part_and_mirrors(total: int, weights: list[int | Decimal]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert allocate(-total, weights) == [-part for part in parts]
    whole = sum(weights)
    if whole:
        assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.5", 1), ("-0.5", -1), ("490.5", 491), ("2.4999", 2), ("1e20", 10**20)]
)
def test_a_half_goes_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Decimal(value)) == rounded


def test_currencies_know_their_decimals() -> None:
    assert [currency(code).digits for code in ("TWD", "JPY", "USD", "CNY", "HKD", "EUR")] == [0, 0, 2, 2, 2, 2]
    assert to_minor(Decimal("12.345"), "USD") == 1235
    assert to_minor(Decimal("12.345"), "TWD") == 12
    assert str(to_major(5000, "USD")) == "50.00"
    with pytest.raises(UserError) as caught:
        currency("XXX")
    assert caught.value.field == "currency"


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e15", "-1e999999"])
def test_an_amount_that_cannot_be_stored_is_refused(amount: str) -> None:
    with pytest.raises(UserError) as caught:
        to_minor(Decimal(amount), "TWD")
    assert caught.value.field == "amount"


@given(st.integers(-(10**14), 10**14), CODES)
def test_minor_and_major_units_go_both_ways(minor: int, code: str) -> None:
    assert to_minor(to_major(minor, code), code) == minor


@given(LINES, MODES, CODES, PERCENT, PERCENT, st.integers(0, 500))
def test_every_document_adds_up(
    lines: list[LineInput], mode: TaxMode, code: str, tax: Decimal, off: Decimal, amount_off: int
) -> None:
    terms = {"mode": mode, "tax_percent": tax, "code": code, "discount_percent": off}
    plain = document_totals(lines, **terms)  # type: ignore[arg-type]
    amount_off = min(amount_off, max(plain.subtotal - plain.discount, 0))
    found = document_totals(lines, discount_amount=amount_off, **terms)  # type: ignore[arg-type]
    counted = [row for line, row in zip(lines, found.lines, strict=True) if line.counted]
    assert found.discount == plain.discount + amount_off
    assert found.net + found.tax == found.total
    assert found.taxable + found.zero_rated + found.exempt == found.net
    assert sum(row.amount for row in counted) == found.subtotal
    assert sum(row.net for row in counted) == found.net
    assert sum(row.tax for row in counted) == found.tax
    assert sum(row.gross for row in counted) == found.total
    assert all(row.net + row.tax == row.gross for row in found.lines)
    base = found.total if mode is TaxMode.INCLUSIVE else found.net
    assert base == found.subtotal - found.discount


@given(LINES, MODES, PERCENT, st.data())
def test_the_order_of_lines_changes_no_total(
    lines: list[LineInput], mode: TaxMode, off: Decimal, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(lines))
    subtotal = totals(lines, mode).subtotal
    amount_off = data.draw(st.integers(0, 100)) if subtotal > 10_000 and off < 99 else 0
    discount = {"discount_percent": off, "discount_amount": amount_off}
    first, second = totals(lines, mode, **discount), totals(list(shuffled), mode, **discount)
    assert replace(first, lines=()) == replace(second, lines=())


@given(LINES, MODES, PERCENT)
def test_a_credit_document_mirrors_its_debit(lines: list[LineInput], mode: TaxMode, off: Decimal) -> None:
    credit = [replace(line, quantity=-line.quantity) for line in lines]
    debit, back = totals(lines, mode, discount_percent=off), totals(credit, mode, discount_percent=off)
    assert (back.net, back.tax, back.total, back.cost) == (
        -debit.net,
        -debit.tax,
        -debit.total,
        None if debit.cost is None else -debit.cost,
    )


@given(st.integers(-(10**12), 10**12), PERCENT)
def test_the_inclusive_split_of_an_exclusive_total_gives_it_back(net: int, tax: Decimal) -> None:
    price = Decimal(net).scaleb(-3)
    lines = [LineInput(Decimal(1000), price)]
    added = document_totals(lines, mode=TaxMode.EXCLUSIVE, tax_percent=tax, code="TWD")
    whole = [LineInput(Decimal(1000), Decimal(added.total).scaleb(-3))]
    split = document_totals(whole, mode=TaxMode.INCLUSIVE, tax_percent=tax, code="TWD")
    assert (split.net, split.tax, split.total) == (added.net, added.tax, added.total)


@given(LINES, MODES)
def test_line_tax_is_next_to_the_exact_tax_and_only_on_taxable_lines(lines: list[LineInput], mode: TaxMode) -> None:
    for line, row in zip(lines, totals(lines, mode).lines, strict=True):
        base, over = (row.gross, 105) if mode is TaxMode.INCLUSIVE else (row.net, 100)
        taxed = line.tax_kind is TaxKind.TAXABLE and mode is not TaxMode.UNTAXED
        assert abs(row.tax * over - base * 5) < over if taxed else row.tax == 0


def test_tax_is_rounded_once_on_the_document() -> None:
    found = totals(one_line(10) * 3)  # 0.5 + 0.5 + 0.5 would be 3 if each line were rounded
    assert (found.net, found.tax, found.total) == (30, 2, 32)
    assert [row.tax for row in found.lines] == [1, 1, 0]


def test_the_line_discount_is_rounded_with_the_amount() -> None:
    assert line_amount(LineInput(Decimal("1.5"), Decimal("33.3333"), Decimal(10)), "TWD") == 45
    assert line_amount(LineInput(Decimal("1.5"), Decimal("33.3333"), Decimal(10)), "USD") == 4500
    assert line_amount(LineInput(Decimal(1), Decimal("0.5")), "TWD") == 1


def test_options_are_shown_and_not_summed() -> None:
    lines = [*one_line(1000), replace(one_line(500)[0], counted=False, unit_cost=Decimal(100))]
    found = totals(lines, discount_percent=Decimal(10))
    assert (found.subtotal, found.discount, found.net, found.tax, found.total) == (1000, 100, 900, 45, 945)
    option = found.lines[1]
    assert (option.amount, option.net, option.tax, option.gross, option.cost) == (500, 500, 25, 525, 100)
    assert found.cost is None


def test_a_document_discount_falls_on_every_tax_kind_alike() -> None:
    lines = [*one_line(1000), *one_line(500, TaxKind.ZERO_RATED), *one_line(300, TaxKind.EXEMPT)]
    found = totals(lines, discount_percent=Decimal(10), discount_amount=162)
    assert (found.taxable, found.zero_rated, found.exempt) == (810, 405, 243)
    assert (found.tax, found.total) == (41, 1499)


@pytest.mark.parametrize("discount", [{"discount_amount": 1}, {"discount_percent": Decimal(50)}])
def test_a_dollar_of_discount_that_could_fall_on_either_line_falls_on_the_taxable_one(
    discount: dict[str, object],
) -> None:
    lines = [*one_line(1, TaxKind.EXEMPT), *one_line(1)]
    for order in (lines, lines[::-1]):
        found = totals(order, **discount)
        assert (found.taxable, found.exempt) == (0, 1)


def test_credit_lines_take_no_part_of_a_discount_amount() -> None:
    found = totals([*one_line(1000), *one_line(-999)], TaxMode.UNTAXED, discount_amount=1)
    assert [row.net for row in found.lines] == [999, -999]


def test_margin_counts_lines_with_a_known_cost_only() -> None:
    lines = [replace(one_line(1000)[0], unit_cost=Decimal(600)), *one_line(5000)]
    found = totals(lines)
    assert (found.cost, found.margin, found.margin_ratio) == (600, 400, Decimal("0.4"))
    assert found.lines[1].margin is None
    assert found.lines[0].margin == 400
    assert totals(one_line(5000)).margin is None
    assert totals(one_line(5000)).margin_ratio is None


def test_an_empty_document_and_one_that_comes_to_nothing() -> None:
    assert totals([], discount_percent=FIVE).total == 0
    nothing = totals([*one_line(100), *one_line(-100, TaxKind.EXEMPT)], discount_percent=Decimal(10))
    assert (nothing.net, nothing.tax, nothing.discount) == (0, 5, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": "1000000000"}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"quantity": "sNaN"}, "quantity"),
        ({"quantity": "0.00001"}, "quantity"),
        ({"quantity": "1." + "0" * 80 + "1"}, "quantity"),
        ({"unit_price": "-10000000000"}, "unit_price"),
        ({"unit_price": "Infinity"}, "unit_price"),
        ({"unit_price": "1e-999999"}, "unit_price"),
        ({"discount_percent": "100.0001"}, "discount_percent"),
        ({"discount_percent": "-1"}, "discount_percent"),
        ({"unit_cost": "1e400"}, "unit_cost"),
        ({"quantity": "999999999.9999", "unit_price": "9999999999.9999"}, "total"),
    ],
)
def test_numbers_beyond_the_limits_are_refused_by_field(change: dict[str, str], field: str) -> None:
    line = replace(one_line(1)[0], **{name: Decimal(value) for name, value in change.items()})
    with pytest.raises(UserError) as caught:
        totals([line])
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"discount_amount": -1}, "discount_amount"),
        ({"discount_amount": 951, "discount_percent": FIVE}, "discount_amount"),
        ({"discount_percent": Decimal(101)}, "discount_percent"),
    ],
)
def test_a_document_discount_must_leave_something(terms: dict[str, object], field: str) -> None:
    with pytest.raises(UserError) as caught:
        totals(one_line(1000), **terms)
    assert caught.value.field == field


def test_numbers_at_the_limits_are_exact() -> None:
    largest = LineInput(Decimal("99999.9999"), Decimal("9999999999.9999"))
    assert line_amount(largest, "TWD") == 999999998999990  # 99,999.9999 x 9,999,999,999.9999 = ...989.99000001
    assert totals([largest], TaxMode.UNTAXED).total == 999999998999990
    with pytest.raises(UserError):
        totals([largest] * 2)


def test_a_float_is_a_defect() -> None:
    with pytest.raises(AttributeError):
        totals([LineInput(1.5, Decimal(1))])  # type: ignore[arg-type]


POSITIVE = st.lists(
    st.builds(
        LineInput,
        quantity=st.integers(1, 200).map(Decimal),
        unit_price=st.integers(1, 50_000).map(Decimal),
        discount_percent=st.sampled_from([Decimal(0), Decimal(5), Decimal(15)]),
        tax_kind=st.sampled_from(TaxKind),
    ),
    min_size=1,
    max_size=8,
)


def reprice(lines: list[LineInput], target: int, mode: TaxMode, code: str = "TWD", **discount: object) -> Totals:
    prices = unit_prices_for_total(lines, target, mode=mode, tax_percent=FIVE, code=code, **discount)  # type: ignore[arg-type]
    again = [replace(line, unit_price=price) for line, price in zip(lines, prices, strict=True)]
    assert all(price >= 0 for price in prices)
    return totals(again, mode, code, **discount)


@given(POSITIVE, st.integers(1000, 5_000_000), st.sampled_from([TaxMode.INCLUSIVE, TaxMode.UNTAXED]), CODES)
def test_prices_are_found_for_every_total_including_tax(
    lines: list[LineInput], target: int, mode: TaxMode, code: str
) -> None:
    assume(code == "TWD" or any(line.quantity < 50 for line in lines))
    assert reprice(lines, target, mode, code).total == target


@given(POSITIVE, st.integers(1000, 5_000_000), MODES, st.sampled_from([Decimal(0), Decimal(10), Decimal("33.3")]))
def test_prices_for_a_total_hit_it_or_are_refused(
    lines: list[LineInput], target: int, mode: TaxMode, off: Decimal
) -> None:
    with suppress(UserError):
        assert reprice(lines, target, mode, discount_percent=off, discount_amount=3).total == target


def test_make_it_fifty_thousand_including_tax() -> None:
    lines = [LineInput(Decimal(2), Decimal(18000)), LineInput(Decimal(3), Decimal("4999.5")), *one_line(800)]
    assert reprice(lines, 50_000, TaxMode.EXCLUSIVE).total == 50_000
    assert reprice(lines, 50_000, TaxMode.EXCLUSIVE, discount_percent=FIVE, discount_amount=1000).total == 50_000


def test_all_prices_are_scaled_alike_before_the_discount() -> None:
    lines = [LineInput(Decimal(1), Decimal(price)) for price in (10_000, 20_000, 30_000)]
    terms = {"discount_percent": Decimal(20), "discount_amount": 8000}
    prices = unit_prices_for_total(
        lines,
        80_000,
        mode=TaxMode.UNTAXED,
        tax_percent=FIVE,
        code="TWD",
        **terms,  # type: ignore[arg-type]
    )
    assert [round(price / 100) for price in prices] == [183, 367, 550]  # 110,000 less 20 % less 8,000


@pytest.mark.parametrize(
    ("lines", "target", "mode"),
    [
        ([(1, 168_000), (2, 21_500), (4, 3_990)], 120_000, TaxMode.EXCLUSIVE),
        ([(2, 168_000), (3, 21_500)], 400_000, TaxMode.EXCLUSIVE),  # neither quantity divides the rest
        ([(7, 1_200), (5, 350)], 9_999, TaxMode.INCLUSIVE),
    ],
)
def test_prices_for_a_total_are_written_without_decimals(
    lines: list[tuple[int, int]], target: int, mode: TaxMode
) -> None:
    counted = [LineInput(Decimal(quantity), Decimal(price)) for quantity, price in lines]
    prices = unit_prices_for_total(counted, target, mode=mode, tax_percent=FIVE, code="TWD")
    assert all(price == int(price) for price in prices), prices
    repriced = [replace(line, unit_price=price) for line, price in zip(counted, prices, strict=True)]
    assert totals(repriced, mode).total == target
    ratios = [price / old for price, (_quantity, old) in zip(prices, lines, strict=True)]
    assert max(ratios) - min(ratios) < Decimal("0.02")


def test_a_single_line_of_many_pieces_gets_the_decimals_it_needs() -> None:
    prices = unit_prices_for_total(
        [LineInput(Decimal(7), Decimal(1_000))], 5_000, mode=TaxMode.INCLUSIVE, tax_percent=FIVE, code="TWD"
    )
    assert prices == [Decimal("714.2857")]


@pytest.mark.parametrize(("code", "price"), [("USD", "123.46"), ("TWD", "123")])
def test_prices_have_the_decimals_of_their_currency(code: str, price: str) -> None:
    target = 12_346 + 50_000 if code == "USD" else 123 + 500
    lines = [LineInput(Decimal(1), Decimal("246.92")), LineInput(Decimal(1), Decimal(1000))]
    first, second = unit_prices_for_total(lines, target, mode=TaxMode.UNTAXED, tax_percent=FIVE, code=code)
    assert (first, second) == (Decimal(price), Decimal(500))


def test_a_small_line_does_not_turn_negative_to_take_up_the_rest() -> None:
    lines = [LineInput(Decimal(10**6), Decimal("0.5")), LineInput(Decimal(10**6), Decimal("0.5")), *one_line(1)]
    with pytest.raises(UserError):  # steps of a hundred dollars, and one dollar is too little to give way
        reprice(lines, 499_950, TaxMode.UNTAXED)


def test_a_total_that_is_already_there_changes_no_price() -> None:
    lines = [LineInput(Decimal(3), Decimal("33.3333")), replace(one_line(7)[0], counted=False)]
    assert unit_prices_for_total(lines, 105, mode=TaxMode.EXCLUSIVE, tax_percent=FIVE, code="TWD") == [
        Decimal("33.3333"),
        Decimal(7),
    ]


def test_exclusive_tax_skips_some_totals() -> None:
    with pytest.raises(UserError) as caught:
        reprice(one_line(500), 10, TaxMode.EXCLUSIVE)  # 9 comes to 9, 10 comes to 11
    assert caught.value.field == "total"
    assert reprice([*one_line(500), *one_line(500, TaxKind.EXEMPT)], 10, TaxMode.EXCLUSIVE).total == 10


@pytest.mark.parametrize(("price", "target"), [(0, 100), (100, -5), (-100, 5)])
def test_nothing_priced_or_a_turned_sign_is_refused(price: int, target: int) -> None:
    with pytest.raises(UserError) as caught:
        reprice(one_line(price), target, TaxMode.INCLUSIVE)
    assert caught.value.field == "total"
