"""Cells as people write them: dates of two calendars, amounts, percentages, and which column is which field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_crm.core.i18n import LANGUAGES, translator
from desktop_crm.services import import_guess, import_values
from desktop_crm.services.import_fields import FIELDS, KINDS
from desktop_crm.services.import_headings import meanings

DAYS = st.dates(dt.date(1912, 1, 1), dt.date(2199, 12, 31))


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("2024-05-01", "2024-05-01"), ("2024/5/1", "2024-05-01"), ("2024.5.1", "2024-05-01"),
        ("20240501", "2024-05-01"), ("2024年5月1日", "2024-05-01"), ("1996-07-04 00:00:00.000", "1996-07-04"),
        ("2024-05-01T10:30:00Z", "2024-05-01"), ("２０２４／５／１", "2024-05-01"), ("2024/5/1（三）", "2024-05-01"),
        ("民國113/05/01", "2024-05-01"), ("113/05/01", "2024-05-01"), ("113.5.1", "2024-05-01"),
        ("民國113年5月1日", "2024-05-01"), ("1130501", "2024-05-01"), ("民國99/5/1", "2010-05-01"),
        ("31/12/2024", "2024-12-31"), ("99/5/1", "99/5/1"), ("2024-02-30", "2024-02-30"), ("113/13/01", "113/13/01"),
        ("soon", "soon"), ("", ""), ("45413", "45413"),
    ],
)  # fmt: skip
def test_dates(typed: str, iso: str) -> None:
    assert import_values.date(typed) == iso


@given(
    DAYS, st.sampled_from(["{y}-{m}-{d}", "{y}/{m:02}/{d:02}", "{y}年{m}月{d}日", "{r:03}/{m}/{d}", "民國{r}.{m}.{d}"])
)
def test_a_date_written_in_any_form_is_that_date(day: dt.date, form: str) -> None:
    text = form.format(y=day.year, m=day.month, d=day.day, r=day.year - 1911)
    assert import_values.date(text) == day.isoformat()


@given(st.lists(DAYS, min_size=1, max_size=20), st.booleans())
def test_the_order_of_day_and_month_is_seen_in_the_column(days: list[dt.date], month_first: bool) -> None:
    form = "{0.month}/{0.day}/{0.year}" if month_first else "{0.day}/{0.month}/{0.year}"
    texts = [form.format(day) for day in days]
    order = import_values.order_of(texts, import_values.MDY if month_first else import_values.DMY)
    assert [import_values.date(text, order) for text in texts] == [day.isoformat() for day in days]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("NT$1,234.50", "1234.50"), ("(1,000)", "-1000"), ("1.234,56", "1234.56"), ("12,5", "12.5"), ("１２３", "123"),
        ("$ 3", "3"), ("1,200元", "1200"), ("-5", "-5"), ("5-", "-5"), ("1'000", "1000"), (".5", "0.5"), ("0", "0"),
        ("-0", "0"), ("1,23,4", "1,23,4"), ("1e5", "1e5"), ("ten", "ten"), ("", ""), ("12a", "12a"),
    ],
)  # fmt: skip
def test_amounts(typed: str, plain: str) -> None:
    assert import_values.amount(typed) == plain


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["{:,}", "NT$ {:,}", "{}", "{:,} 元"]))
def test_an_amount_with_separators_is_that_amount(value: Decimal, form: str) -> None:
    assert Decimal(import_values.amount(form.format(value))) == value


@example("0.:")
@given(st.text(max_size=30))
def test_no_text_upsets_the_readers(text: str) -> None:
    for read in (import_values.date, import_values.amount, import_values.percent, import_values.country):
        assert isinstance(read(text), str)
    assert set(import_values.address(text)) <= {"postal_code", "county", "district", "street"}
    import_guess.guess("customers", [text, text], [[text, text]])


@pytest.mark.parametrize(
    ("typed", "plain"), [("5%", "5"), ("0.05", "5"), ("95折", "5"), ("9折", "10"), ("15", "15"), ("0", "0"), ("x", "x")]
)
def test_percentages(typed: str, plain: str) -> None:
    assert Decimal(import_values.percent(typed)) == Decimal(plain) if plain != "x" else True
    assert import_values.percent("x") == "x"


def test_zeros_that_a_spreadsheet_took_come_back() -> None:
    assert import_values.phone("912345678") == "0912345678"
    assert import_values.phone("02-2720-8889") == "02-2720-8889"
    assert import_values.tax("4595257") == "04595257"
    assert import_values.tax("1234567") == "1234567"


def test_an_address_of_taiwan_falls_into_its_parts() -> None:
    found = import_values.address("106台北市大安區信義路四段1號")
    assert list(found.values()) == ["106", "台北市", "大安區", "信義路四段1號"]
    assert import_values.address("Obere Str. 57") == {"street": "Obere Str. 57"}


@pytest.mark.parametrize(
    ("headings", "kind", "fields"),
    [
        (["客戶名稱", "統編", "聯絡人", "職稱", "電話", "手機", "傳真", "郵遞區號", "地址", "業務"], "customers",
         ["name", "tax_number", "contact", "contact_title", "phone", "mobile", "fax",
          "postal_code", "address", "owner"]),
        (["客戶名稱", "聯絡人", "稱謂", "職稱"], "customers",
         ["name", "contact", "contact_salutation", "contact_title"]),
        (["公司", "税号", "联系人", "电话", "邮箱", "地址", "备注"], "customers",
         ["name", "tax_number", "contact", "phone", "email", "address", "note"]),
        (["Company Name", "Tax ID", "Contact", "Phone", "E-mail", "ZIP"], "customers",
         ["name", "tax_number", "contact", "phone", "email", "postal_code"]),
        (["品名", "規格", "單位", "定價", "成本", "產品編號"], "products",
         ["name", "specification", "unit", "list_price", "cost", "code"]),
        (["SKU", "Product name", "Unit price", "Cost"], "products", ["code", "name", "list_price", "cost"]),
        (["料號", "中文品名", "英文品名", "規格", "規格（英文）", "稅別", "售價"], "products",
         ["code", "name", "name_en", "specification", "specification_en", "tax_kind", "list_price"]),
        (["产品编码", "产品名称", "品名(英文)", "品名（繁體）", "税种"], "products",
         ["code", "name", "name_en", "name_zh_tw", "tax_kind"]),
        (["SKU", "Product name", "Name (Simplified Chinese)", "Tax type"], "products",
         ["code", "name", "name_zh_cn", "tax_kind"]),
        (["訂單編號", "日期", "客戶", "品名", "數量", "單價", "金額"], "orders",
         ["order", "ordered_on", "customer", "product", "quantity", "unit_price", "amount"]),
        (["Order No.", "Order Date", "Customer", "Item", "Qty", "Unit Price"], "orders",
         ["order", "ordered_on", "customer", "product", "quantity", "unit_price"]),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_their_headings(headings: list[str], kind: str, fields: list[str]) -> None:
    assert import_guess.guess_kind(headings) == kind
    found = import_guess.guess(kind, headings, [])
    assert [found.fields[column][0] for column in range(len(headings))] == fields
    assert found.confidence > 0.75


def test_columns_without_telling_headings_are_guessed_by_their_cells() -> None:
    rows = [["大同", "04595257", "a@b.tw", "0912345678"], ["明德", "22099131", "c@d.tw", "0987654321"]]
    found = import_guess.guess("customers", ["#1", "#2", "#3", "#4"], rows).fields
    assert {column: name for column, (name, _) in found.items()} == {1: "tax_number", 2: "email", 3: "mobile"}
    assert all(sure < import_guess.SURE for _, sure in found.values())


def test_no_field_is_given_twice() -> None:
    found = import_guess.guess("customers", ["電話", "電話 (2)", "公司電話", "Phone"], [])
    names = [name for name, _ in found.fields.values()]
    assert len(names) == len(set(names))


def test_a_column_of_words_is_no_date() -> None:
    found = import_guess.guess("orders", ["日期"], [["soon"], ["later"]])
    assert all(sure < import_guess.LIKELY for _, sure in found.fields.values())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_our_own_titles_are_understood_as_headings(lang: str, kind: str) -> None:
    t = translator(lang)
    titles = [t(field.title) for field in FIELDS[kind]]
    found = import_guess.guess(kind, titles, []).fields
    wrong = {titles[n]: found.get(n) for n, field in enumerate(FIELDS[kind]) if found.get(n, ("",))[0] != field.name}
    assert wrong == {}


def test_headings_are_folded() -> None:
    assert meanings("  统一编号 *") == meanings("統一編號") == (("customers", "tax_number"),)
    assert meanings("Company Name (required)") == meanings("company_name")
    assert ("products", "code") in meanings("产品编码")
    assert ("products", "code") in meanings("存货编码")
    assert ("customers", "code") in meanings("客户编码")
    assert meanings("") == ()
