"""The order confirmation: what it says of an order, and the sheet drawn from it."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from pypdf import PdfReader

from desktop_crm.core.i18n import translator
from desktop_crm.core.settings import Company
from desktop_crm.models.snapshot import OrderSnapshot
from desktop_crm.reports import order_confirmation_pdf
from desktop_crm.services import instalments, order_confirmations, orders, quotations, settings, trade
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, draft, draw, item, order, order_card, read, write

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def confirmation(shop: Shop, key: uuid.UUID) -> OrderSnapshot:
    return read(shop, order_confirmations.load, key)


def drawn(found: OrderSnapshot, lang: str = "zh_TW", second: str = "") -> list[str]:
    """The text of each page without blanks."""
    content = order_confirmation_pdf.render(found, translator(lang), second=translator(second) if second else None)
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_it_says_what_was_ordered_when_it_comes_and_how_it_is_paid(shop: Shop) -> None:
    write(shop, settings.save, Company(name="明德水電工程行", bank="第一銀行", bank_account="123-45"))
    write(shop, trade.change, {"warranty_terms": "一年"})
    lines = [item("揚水馬達", 5, 1234), item("安裝工資", 1, 999)]
    head = {"promised_on": TODAY + 9 * DAY, "customer_reference": "PO-7788", "project_name": "B 棟"}
    key = order(shop, customer(shop), lines=lines, **head)
    parts = [PlanPart("訂金", "order", Decimal(30)), PlanPart("尾款", "acceptance", Decimal(70), days=30)]
    write(shop, instalments.set_plan, key, parts)
    found, view = confirmation(shop, key), order_card(shop, key)
    assert (found.net, found.tax, found.total) == (view.net, view.tax, view.total)
    assert [line.amount for line in found.lines] == [6170, 999]
    assert found.promised_on == TODAY + 9 * DAY
    (page,) = drawn(found)
    for text in ("訂單確認單", view.number, "PO-7788", "B棟", "2026-11-30", "一年", "第一銀行", "客戶簽章回傳"):
        assert text in page
    assert f"{view.total:,}" in page
    assert "2026-11-212,151訂金" in page
    assert "驗收時＋30天" in page
    assert sum(part.amount for part in found.plan) == found.total
    assert order_confirmation_pdf.render(found, translator("en")) == order_confirmation_pdf.render(
        found, translator("en")
    )


def test_lines_promised_for_different_days_say_so_each(shop: Shop) -> None:
    lines = [item("泵", promised_on=TODAY + DAY), item("閥", promised_on=TODAY + 2 * DAY)]
    found = confirmation(shop, order(shop, customer(shop), lines=lines))
    assert [line.promised_on for line in found.lines] == [TODAY + DAY, TODAY + 2 * DAY]
    assert found.promised_on is None
    (page,) = drawn(found)
    assert "交期" in page
    assert "2026-11-22" in page
    assert "2026-11-23" in page


def test_one_day_for_all_stands_once(shop: Shop) -> None:
    lines = [item("泵", promised_on=TODAY + DAY), item("閥", promised_on=TODAY + DAY)]
    found = confirmation(shop, order(shop, customer(shop), lines=lines))
    assert found.promised_on == TODAY + DAY
    assert [line.promised_on for line in found.lines] == [None, None]
    assert "".join(drawn(found)).count("2026-11-22") == 1


def test_an_order_from_a_quotation_keeps_its_language_and_terms(shop: Shop) -> None:
    write(shop, settings.save, Company(name="明德", phone="02-2592-0000"))
    terms = {"warranty_terms": "24 months", "notes": "Crane not included.", "delivery_terms": "Three weeks"}
    offer = draft(shop, customer(shop), [item("Pump")], language="en", second_language="zh_TW", **terms)
    write(shop, quotations.issue, offer, draw)
    key = write(shop, quotations.accept, offer, 1, TODAY)
    found = confirmation(shop, key)
    assert (found.language, found.second_language) == ("en", "zh_TW")
    assert (found.warranty_terms, found.notes, found.delivery_terms) == tuple(
        terms[name] for name in ("warranty_terms", "notes", "delivery_terms")
    )
    (page,) = drawn(found, "en", "zh_TW")
    for text in ("Orderconfirmation", "訂單確認單", found.quotation_number, "24months", "Cranenotincluded."):
        assert text in page


def test_a_cancelled_order_says_so(shop: Shop) -> None:
    key = order(shop, customer(shop), 10)
    assert "Cancelled" not in drawn(confirmation(shop, key), "en")[0]
    write(shop, orders.cancel, key)
    found = confirmation(shop, key)
    assert found.is_cancelled
    assert "Cancelled" in drawn(found, "en")[0]


def test_many_lines_and_parts_run_over_pages_that_keep_their_heading(shop: Shop) -> None:
    key = order(shop, customer(shop), lines=[item(f"品項 {number}", 1, 1000) for number in range(60)])
    write(
        shop, instalments.set_plan, key, [PlanPart(f"第 {n} 期", "date", Decimal(5), due_on=TODAY) for n in range(20)]
    )
    pages = drawn(confirmation(shop, key))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "訂單確認單" in page
        assert f"第{number}頁，共{len(pages)}頁" in page
    assert "第19期" in "".join(pages)
