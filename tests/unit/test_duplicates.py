"""A customer that is there already is told while another is typed."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.core import firm_names
from desktop_crm.core.errors import NeedsConfirmation
from desktop_crm.core.readings import normalise
from desktop_crm.services import customers, duplicates
from desktop_crm.services.customers import CustomerForm, Point
from desktop_crm.services.duplicates import Candidate
from desktop_crm.services.shops import Shop

NAME, NUMBER = "宏益建設有限公司", "04595257"


@pytest.fixture
def known(shop: Shop) -> uuid.UUID:
    points = (Point("phone", "04-2258-1180"), Point("email", "Office@Hongyi.example"))
    key = shop.database.run(customers.create, CustomerForm({"name": NAME, "tax_number": NUMBER}, points)).result
    shop.database.run(customers.create, CustomerForm({"name": "宏益建材行"}, (Point("phone", "04-2258-1181"),)))
    return key


def reasons(shop: Shop, typed: Candidate, own: uuid.UUID | None = None) -> list[tuple[str, str]]:
    with shop.database.read() as session:
        return [(one.name, one.reason) for one in duplicates.find(session, typed, own)]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (Candidate(tax_number=f" {NUMBER} "), "tax_number"),
        (Candidate("宏益建设"), "name"),
        (Candidate("宏益建設（股）公司"), "name"),
        (Candidate("宏 益 建 設 Co., Ltd."), "name"),
        (Candidate(phones=(("mobile", "+886 4 2258 1180"),)), "phone"),
        (Candidate(mails=(("email", "office@hongyi.EXAMPLE"),)), "mail"),
    ],
)
def test_each_way_to_be_the_same_is_found(shop: Shop, known: uuid.UUID, typed: Candidate, reason: str) -> None:
    assert reasons(shop, typed) == [(NAME, reason)]
    assert reasons(shop, typed, known) == []


@pytest.mark.parametrize(
    "typed",
    [
        Candidate(),
        Candidate("宏"),
        Candidate("宏益"),
        Candidate("有限公司"),
        Candidate(tax_number="0459525"),
        Candidate(phones=(("phone", "2258"),)),
        Candidate(mails=(("email", "office@hongyi"),)),
        Candidate(mails=(("email", "@hongyi.example"),)),
        Candidate(mails=(("email", '" OR 1=1 @a.b'),)),
    ],
)
def test_what_only_looks_alike_is_not(shop: Shop, known: uuid.UUID, typed: Candidate) -> None:
    assert reasons(shop, typed) == []


def test_each_customer_is_told_once_for_the_surest_reason(shop: Shop, known: uuid.UUID) -> None:
    typed = Candidate(NAME, NUMBER, (("phone", "04-2258-1180"), ("mobile", "04-2258-1181")))
    assert reasons(shop, typed) == [(NAME, "tax_number"), ("宏益建材行", "phone")]


def test_a_second_customer_with_the_tax_number_is_asked_about_once(shop: Shop, known: uuid.UUID) -> None:
    form = CustomerForm({"name": "宏益營造", "tax_number": NUMBER})
    with pytest.raises(NeedsConfirmation, match="宏益建設有限公司") as caught:
        shop.database.run(customers.create, form)
    key = shop.database.run(customers.create, form, frozenset({caught.value.key})).result
    shop.database.run(customers.update, key, CustomerForm({"tax_number": NUMBER, "note": "branch"}))


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("宏益建設股份有限公司", "宏益建设"),
        ("ＡＢＣ Co., Ltd.", "abc"),
        ("Marco", "marco"),
        ("Mar Co", "mar"),
        ("Ltd.", "ltd"),
        ("有限公司", "有限公司"),
        ("Café Zoë Sdn. Bhd.", "cafezoe"),
        ("", ""),
    ],
)
def test_the_legal_form_is_left_out(name: str, folded: str) -> None:
    assert firm_names.fold(name) == folded


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once_and_its_spellings_hold_the_name(name: str) -> None:
    folded = firm_names.fold(name)
    assert firm_names.fold(folded) == folded
    assert normalise(name).startswith(folded) or not folded


@given(
    st.text("宏益建設水電abcXYZ ", min_size=2, max_size=12).filter(str.strip), st.sampled_from(firm_names.CHINESE_FORMS)
)
def test_a_legal_form_behind_a_name_changes_nothing(name: str, form: str) -> None:
    assert firm_names.fold(name + form) == firm_names.fold(name)
    assert normalise(name + form) in firm_names.spellings(firm_names.fold(name))
