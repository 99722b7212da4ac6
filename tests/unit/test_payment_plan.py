"""Payment plans before they are stored: what the parts come to, plans that do not fit, plans read from words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import translator
from desktop_crm.services import payment_plan
from desktop_crm.services.payment_plan import USUAL, PlanPart, amounts, check, from_words, nearest, rest_into_last

totals = st.integers(1, 10**14)
HUNDREDTHS = 10_000


@st.composite
def shares(draw: st.DrawFn) -> list[PlanPart]:
    """Parts whose percentages, with up to two decimals, come to 100."""
    cuts = sorted(draw(st.sets(st.integers(1, HUNDREDTHS - 1), max_size=8)))
    ends = [0, *cuts, HUNDREDTHS]
    widths = [end - start for start, end in pairwise(ends)]
    return [PlanPart(f"{n}", percent=Decimal(width) / 100) for n, width in enumerate(widths)]


@given(shares(), totals)
def test_shares_come_to_the_total_to_the_dollar(parts: list[PlanPart], total: int) -> None:
    found = amounts(parts, total)
    assert found is not None
    assert sum(found) == total
    for part, amount in zip(parts, found, strict=True):
        assert abs(amount - total * part.percent / 100) < 1


@given(shares(), totals, st.data())
def test_fixed_parts_stay_and_shares_take_what_they_say(parts: list[PlanPart], total: int, data: st.DataObject) -> None:
    fixed = data.draw(st.integers(1, total))
    mixed = [PlanPart("fixed", amount=fixed), *parts]
    found = amounts(mixed, total)
    assert found is None, "the shares alone are the whole"
    half = [PlanPart("fixed", amount=total - nearest([PlanPart("", percent=Decimal(40))], total)[0])]
    assert amounts([*half, PlanPart("rest", percent=Decimal(40))], total) == [
        half[0].amount,
        total - half[0].amount,
    ]


@example([(2, 1), (13, 1), (4218, 1), (0, 1)], 1_073_741_824)
@given(
    st.lists(st.tuples(st.integers(0, 6000), st.integers(1, 10**10)), min_size=1, max_size=6),
    st.integers(10**9, 10**13),
)
def test_the_rest_in_the_last_part_always_fits(typed: list[tuple[int, int]], total: int) -> None:
    parts = [
        PlanPart("x", percent=Decimal(share) / 100) if share else PlanPart("x", amount=amount)
        for share, amount in typed
    ]
    try:
        fitted = rest_into_last(parts, total)
    except UserError:
        assert sum(nearest(parts[:-1], total)) > total - len(parts) or sum(part.percent for part in parts[:-1]) >= 100
        return
    found = amounts(fitted, total)
    assert found is not None
    assert sum(found) == total
    assert fitted[:-1] == tuple(parts[:-1])


def test_thirds_of_a_hundred() -> None:
    third = PlanPart("x", percent=Decimal("33.3333"))
    assert amounts([third, third, PlanPart("x", percent=Decimal("33.3334"))], 100) == [33, 33, 34]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([PlanPart("a", percent=Decimal(30)), PlanPart("b", percent=Decimal(60))], "90"),
        ([PlanPart("a", percent=Decimal(50)), PlanPart("b", percent=Decimal("50.01"))], "100.01"),
        ([PlanPart("a", amount=400), PlanPart("b", amount=500)], "900"),
        ([PlanPart("a", amount=400), PlanPart("b", percent=Decimal(50))], "900"),
    ],
)
def test_a_plan_that_does_not_fit_says_by_how_much(parts: list[PlanPart], said: str) -> None:
    with pytest.raises(UserError) as caught:
        check(parts, 1000, "TWD")
    assert caught.value.field == "plan"
    assert said in caught.value.params.values()
    assert "row" not in caught.value.params


@pytest.mark.parametrize(
    "part",
    [
        PlanPart("", percent=Decimal(100)),
        PlanPart("a"),
        PlanPart("a", "date", Decimal(100)),
        PlanPart("a", "delivery", Decimal(100), days=9999),
        PlanPart("a", amount=-5),
    ],
)
def test_a_part_that_cannot_be_is_named_by_its_row(part: PlanPart) -> None:
    with pytest.raises(UserError) as caught:
        check([PlanPart("first", amount=5), part], 1000, "TWD")
    assert caught.value.params["row"] == 2


def test_parts_of_nothing_and_too_many_are_refused() -> None:
    with pytest.raises(UserError):
        check([PlanPart("a", percent=Decimal("99.99")), PlanPart("b", percent=Decimal("0.01"))], 10, "TWD")
    with pytest.raises(UserError):
        check([PlanPart("a", percent=Decimal(4))] * 25, 100, "TWD")
    assert check([], 100, "TWD") == []


@pytest.mark.parametrize("lang", ["zh_TW", "en"])
@pytest.mark.parametrize("key", sorted(USUAL))
def test_the_usual_plans_fit_every_order(key: str, lang: str) -> None:
    parts = payment_plan.usual(key, translator(lang))
    assert sum(check(parts, 412_001, "TWD")) == 412_001


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (
            "訂金 30%，出貨 40%，驗收 30%",
            [("訂金", "order", 30, 0), ("出貨", "delivery", 40, 0), ("驗收", "acceptance", 30, 0)],
        ),
        ("簽約 50％、完工驗收 50％", [("簽約", "order", 50, 0), ("完工驗收", "acceptance", 50, 0)]),
        ("訂金30% 交貨70%", [("訂金", "order", 30, 0), ("交貨", "delivery", 70, 0)]),
        ("30% 訂金、70% 出貨後 30 天", [("訂金", "order", 30, 0), ("出貨後 30 天", "delivery", 70, 30)]),
        ("Deposit 40%, on delivery 60%", [("Deposit", "order", 40, 0), ("on delivery", "delivery", 60, 0)]),
        ("月結 60 天", []),
        ("訂金 30%，出貨 40%", []),
        ("訂金 30%，其餘 70%", []),
        ("100% 滿意保證", []),
        ("", []),
    ],
)
def test_plans_in_the_words_of_the_terms(terms: str, expected: list[tuple[str, str, int, int]]) -> None:
    found = [(part.name, str(part.trigger), int(part.percent), part.days) for part in from_words(terms)]
    assert found == expected


@given(st.text(max_size=80))
def test_no_words_break_the_reading(terms: str) -> None:
    parts = from_words(terms)
    assert sum(part.percent for part in parts) == (100 if parts else 0)


def test_a_day_of_its_own_is_kept() -> None:
    day = dt.date(2027, 1, 5)
    assert check([PlanPart("a", "date", Decimal(100), due_on=day)], 7, "TWD") == [7]
