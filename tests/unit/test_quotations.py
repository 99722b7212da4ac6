"""Quotations: drafts, issuing, frozen revisions, states, accepting, lapsing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import translator
from desktop_crm.core.settings import Company
from desktop_crm.models import FollowUp, Quotation, QuotationLine, QuotationRevision
from desktop_crm.reports import quotation_pdf
from desktop_crm.services import products, quotation_list, quotation_view, quotations, trade
from desktop_crm.services import settings as shop_settings
from desktop_crm.services.document_lines import DraftLine, priced_for_total, reckon
from desktop_crm.services.quotation_changes import Changes
from desktop_crm.services.shops import Shop
from desktop_crm.store import blobs
from tests.unit.documents import PDF, TODAY, customer, draft, draw, issued, item, order_card, read, view, write

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")  # a Saturday


def test_draft_starts_from_agreed_terms(shop: Shop) -> None:
    buyer = customer(shop, agreed_payment_terms="月結 60 天", agreed_discount_percent=Decimal(5))
    found = view(shop, write(shop, quotations.create_draft, buyer))
    assert found.header.payment_terms == "月結 60 天"
    assert found.header.discount_percent == 5
    assert found.header.valid_until == TODAY + 30 * DAY
    assert (found.number, found.state, found.is_draft) == ("", "draft", True)
    assert found.actions == {"save_draft", "delete_draft", "issue", "copy"}


def test_a_draft_speaks_the_language_of_its_customer(shop: Shop) -> None:
    words = {"payment_terms": "月結三十天", "delivery_terms": "送到府", "notes": "不含拆除"}
    said = {"en": {"payment_terms": "30 days net", "notes": "Removal not included"}}
    write(shop, trade.change, {**words, "translations": said})
    found = view(shop, write(shop, quotations.create_draft, customer(shop, language="en"))).header
    assert (found.language, found.payment_terms, found.notes) == ("en", "30 days net", "Removal not included")
    assert found.delivery_terms == "送到府"  # better than nothing
    agreed = customer(shop, name="玉山食品", language="en", agreed_payment_terms="T/T in advance")
    assert view(shop, write(shop, quotations.create_draft, agreed)).header.payment_terms == "T/T in advance"
    at_home = view(shop, write(shop, quotations.create_draft, customer(shop, name="青田咖啡館"))).header
    assert (at_home.language, at_home.payment_terms) == ("zh_TW", "月結三十天")


def test_a_sheet_in_two_languages_names_products_and_usual_terms_in_both(shop: Shop) -> None:
    said = {"en": {"payment_terms": "30 days net", "notes": "Removal not included"}}
    write(shop, trade.change, {"payment_terms": "月結三十天", "notes": "不含拆除", "translations": said})
    words = {"en": {"name": "Cooling tower", "specification": "200 RT"}}
    tower = write(shop, products.create, {"name": "冷卻水塔", "specification": "200 噸", "wordings": words})
    lines = [
        item("冷卻水塔", specification="200 噸", product_id=tower),
        item("冷卻水塔", specification="訂製", product_id=tower),
        item("舊塔拆除"),
    ]
    key = draft(shop, customer(shop), lines, second_language="en", payment_terms="訂金三成", notes="不含拆除")
    sheet = read(shop, quotation_view.snapshot, key)
    assert [line.also for line in sheet.lines] == ["Cooling tower / 200 RT", "Cooling tower", ""]
    assert (sheet.payment_terms, sheet.notes) == ("訂金三成", "不含拆除\nRemoval not included")
    write(shop, quotations.issue, key, draw)
    assert [line.also for line in read(shop, quotation_view.snapshot, key).lines] == [line.also for line in sheet.lines]
    drawn = quotation_pdf.render(sheet, translator("zh_TW"), second=translator("en"))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(drawn)).pages)
    assert "Cooling tower / 200 RT" in text
    assert "Removal not included" in text


def test_save_reckons_and_leaves_options_out(shop: Shop) -> None:
    lines = [
        DraftLine("冷卻水塔工程", kind="section"),
        item("冷卻水塔 200RT", 1, 168000, unit_cost=Decimal(120000)),
        item("循環水泵 10HP", 2, 21500, discount_percent=Decimal(5)),
        item("安裝工資", 1, 19200),
        item("年度保養", 12, 3750),
        item("水質處理設備", 1, 38000, kind="option"),
    ]
    found = view(shop, draft(shop, customer(shop), lines))
    assert (found.net, found.tax, found.total) == (273_050, 13_653, 286_703)
    assert [line.amount for line in found.lines] == [0, 168000, 40850, 19200, 45000, 38000]
    assert (found.home_cost, found.home_margin) == (120_000, 48_000)
    assert found.typed == lines


def test_saving_again_replaces_lines_by_place(shop: Shop) -> None:
    quotation = draft(shop, customer(shop), [item("a"), item("b"), item("c")])
    first = view(shop, quotation)
    write(shop, quotations.save_draft, quotation, first.header, [item("a"), item("x")])
    second = view(shop, quotation)
    assert [line.typed.name for line in second.lines] == ["a", "x"]
    assert [line.id for line in second.lines] == [line.id for line in first.lines[:2]]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (item(quantity="NaN"), "quantity"),
        (item(quantity=10**9), "quantity"),
        (item(quantity="0.00001"), "quantity"),
        (item(price="Infinity"), "unit_price"),
        (item(price=10**10), "unit_price"),
        (item(discount_percent=Decimal("100.5")), "discount_percent"),
        (item(unit_cost=Decimal("NaN")), "unit_cost"),
        (item(kind="present"), "kind"),
    ],
)
def test_numbers_beyond_the_limits_name_the_row(shop: Shop, line: DraftLine, field: str) -> None:
    quotation = draft(shop, customer(shop), [])
    header = view(shop, quotation).header
    with pytest.raises(UserError) as caught:
        write(shop, quotations.save_draft, quotation, header, [item(), line])
    assert (caught.value.field, caught.value.params["row"]) == (field, 2)
    assert view(shop, quotation).lines == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_until": dt.date(1, 1, 1)}, "valid_until"),
        ({"valid_until": dt.date(9999, 12, 31)}, "valid_until"),
        ({"quoted_on": dt.date(1, 1, 1)}, "quoted_on"),
        ({"quoted_on": TODAY, "valid_until": TODAY - DAY}, "valid_until"),
        ({"rate": Decimal(2)}, "rate"),
        ({"currency": "USD", "rate": Decimal(0)}, "rate"),
        ({"currency": "USD", "rate": Decimal("NaN")}, "rate"),
        ({"currency": "XXX"}, "currency"),
        ({"tax_mode": "none"}, "tax_mode"),
        ({"tax_percent": Decimal(-5)}, "tax_percent"),
        ({"discount_amount": -1}, "discount_amount"),
        ({"language": "tlh"}, "language"),
        ({"notes": "x" * 10_001}, "notes"),
    ],
)
def test_header_that_cannot_be_meant_names_the_field(shop: Shop, changes: dict[str, object], field: str) -> None:
    with pytest.raises(UserError) as caught:
        draft(shop, customer(shop), [item()], **changes)
    assert caught.value.field == field


def test_prices_are_found_for_a_wanted_total(shop: Shop) -> None:
    lines = [DraftLine("標題", kind="section"), item(quantity=3, price=100), item(quantity=1, price=9, kind="option")]
    header = view(shop, draft(shop, customer(shop), lines)).header
    priced = priced_for_total(lines, header, 50_000)
    assert reckon(priced, header).total == 50_000
    assert (priced[0], priced[2], priced[1].quantity) == (lines[0], lines[2], 3)


def test_foreign_currency_is_kept_in_home_currency_too(shop: Shop) -> None:
    found = view(shop, draft(shop, customer(shop), [item(price="10.005")], currency="USD", rate=Decimal("31.5")))
    assert (found.net, found.total, found.home_total) == (1001, 1051, 331)


def test_issue_numbers_freezes_and_plans(shop: Shop) -> None:
    buyer = customer(shop)
    quotation = issued(shop, buyer)
    found = view(shop, quotation)
    assert (found.number, found.state, found.header.quoted_on) == ("Q2026-0001", "issued", TODAY)
    assert read(shop, quotation_view.pdf, quotation) == PDF
    with shop.database.read() as session:
        plan = session.execute(select(FollowUp.due_on, FollowUp.about_id, FollowUp.customer_id)).one()
    assert plan == (dt.date(2026, 11, 25), quotation, buyer)


def test_snapshot_stays_when_everything_around_it_changes(shop: Shop) -> None:
    quotation = draft(shop, customer(shop), [item(discount_percent=Decimal("2.5"))], valid_until=None)
    with shop.database.write("test") as session:
        logo = blobs.keep(session, b"picture", "image/png")
        shop_settings.save(session, Company(name="明德水電", logo_sha=logo))
    seen = []
    write(shop, quotations.issue, quotation, lambda sheet: seen.append(sheet) or PDF)
    with shop.database.write("test") as session:
        shop_settings.save(session, Company(name="別家"))
    kept = read(shop, quotation_view.snapshot, quotation)
    assert [kept] == seen
    assert (kept.seller.name, kept.seller.logo, kept.is_draft, kept.is_copy) == ("明德水電", b"picture", False, False)
    assert read(shop, quotation_view.snapshot, quotation, is_copy=True) == replace(kept, is_copy=True)


def test_snapshot_of_a_draft_says_so(shop: Shop) -> None:
    sheet = read(shop, quotation_view.snapshot, draft(shop, customer(shop), [item()]))
    assert (sheet.is_draft, sheet.is_copy, sheet.number, sheet.issued_on) == (True, False, "", TODAY)


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([], "lines"),
        ([DraftLine("標題", kind="section"), item(kind="option")], "lines"),
        ([item(), item(quantity=0)], "quantity"),
        ([item(), item(name="  ")], "name"),
        ([item(price=-1)], "total"),
    ],
)
def test_incomplete_draft_is_not_issued(shop: Shop, lines: list[DraftLine], field: str) -> None:
    quotation = draft(shop, customer(shop), lines)
    with pytest.raises(UserError) as caught:
        write(shop, quotations.issue, quotation, draw)
    assert caught.value.field == field
    assert view(shop, quotation).number == ""


def test_issue_asks_for_the_company_and_for_missing_characters(shop: Shop) -> None:
    quotation = draft(shop, customer(shop), [item()])
    with pytest.raises(NeedsConfirmation) as asked:
        write(shop, quotations.issue, quotation, draw, lambda _sheet: ["𰻞"])
    assert (asked.value.key, asked.value.params["characters"]) == ("uncovered", "𰻞")
    with shop.database.write("test") as session:
        shop_settings.save(session, Company())
    with pytest.raises(UserError) as caught:
        write(shop, quotations.issue, quotation, draw)
    assert caught.value.field == "company"
    with shop.database.write("test") as session:
        shop_settings.save(session, Company(name="明德"))
    write(shop, quotations.issue, quotation, draw, lambda _sheet: ["𰻞"], {"uncovered"})
    assert view(shop, quotation).number == "Q2026-0001"


def test_issue_asks_before_a_row_goes_out_at_no_charge(shop: Shop) -> None:
    lines = [item(price=0), DraftLine("Note", kind="note"), item(), item(kind="option", price=0)]
    quotation = draft(shop, customer(shop), lines)
    with pytest.raises(NeedsConfirmation) as asked:
        write(shop, quotations.issue, quotation, draw)
    assert (asked.value.key, asked.value.params["rows"]) == ("zero_price", "1, 4")
    assert view(shop, quotation).number == ""
    write(shop, quotations.issue, quotation, draw, confirmed={"zero_price"})
    assert view(shop, quotation).number == "Q2026-0001"


def test_a_renderer_that_fails_leaves_the_draft_and_the_number(shop: Shop) -> None:
    quotation = draft(shop, customer(shop), [item()])
    with pytest.raises(ZeroDivisionError):
        write(shop, quotations.issue, quotation, lambda _sheet: 1 / 0)
    assert view(shop, quotation).is_draft
    write(shop, quotations.issue, quotation, draw)
    assert view(shop, quotation).number == "Q2026-0001"


def _change_revision(shop: Shop, **values: object) -> None:
    with shop.database.write("test") as session:
        revision = session.scalars(select(QuotationRevision)).one()
        for name, value in values.items():
            setattr(revision, name, value)


def _change_line(shop: Shop) -> None:
    with shop.database.write("test") as session:
        session.scalars(select(QuotationLine)).one().name = "other"


def _delete_line(shop: Shop) -> None:
    with shop.database.write("test") as session:
        session.delete(session.scalars(select(QuotationLine)).one())


def _add_line(shop: Shop) -> None:
    with shop.database.write("test") as session:
        revision = session.scalars(select(QuotationRevision.id)).one()
        session.add(QuotationLine(revision_id=revision, position=9, name="more"))


def _save(shop: Shop) -> None:
    with shop.database.read() as session:
        quotation = session.scalars(select(Quotation.id)).one()
    write(shop, quotations.save_draft, quotation, view(shop, quotation).header, [item("other")])


@pytest.mark.parametrize(
    "attempt",
    [
        _change_line,
        _delete_line,
        _add_line,
        _save,
        lambda shop: _change_revision(shop, notes="other"),
        lambda shop: _change_revision(shop, total=1),
        lambda shop: _change_revision(shop, quoted_on=TODAY + DAY),
        lambda shop: _change_revision(shop, issued_at=None),
        lambda shop: _change_revision(shop, pdf_sha=None),
    ],
)
def test_an_issued_revision_refuses_every_change(shop: Shop, attempt: Callable[[Shop], None]) -> None:
    quotation = issued(shop, customer(shop))
    before = view(shop, quotation)
    with pytest.raises(UserError, match="issued"):
        attempt(shop)
    assert view(shop, quotation) == before


def test_an_issued_revision_may_be_extended(shop: Shop) -> None:
    quotation = issued(shop, customer(shop))
    _change_revision(shop, valid_until=TODAY + 99 * DAY)
    assert view(shop, quotation).header.valid_until == TODAY + 99 * DAY


def test_a_revision_says_which_lines_it_changed(shop: Shop) -> None:
    same, twice = item("same"), item("twice", 1, 100)
    quotation = issued(shop, customer(shop), [same, item("price"), twice, twice, item("gone")])
    write(shop, quotations.new_revision, quotation)
    lines = [item("new"), same, item("price", 1, 900), twice, replace(twice, kind="option")]
    write(shop, quotations.save_draft, quotation, view(shop, quotation).header, lines)
    changes = view(shop, quotation).revisions[-1].changes
    assert changes == Changes(("new",), ("gone",), ("price", "twice"))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([1, 2], [1], ((), ("pump",), ())),
        ([1, 2], [3], ((), ("pump",), ("pump",))),
        ([1], [1, 2], (("pump",), (), ())),
        ([1, 1], [1, 1], ((), (), ())),
        ([1, 2], [2, 1], ((), (), ())),
        ([1], [3, 2], (("pump",), (), ("pump",))),
    ],
)
def test_a_revision_tells_of_each_of_two_equal_lines(
    shop: Shop, before: list[int], after: list[int], told: tuple[tuple[str, ...], ...]
) -> None:
    quotation = issued(shop, customer(shop), [item("pump", many) for many in before])
    write(shop, quotations.new_revision, quotation)
    lines = [item("pump", many) for many in after]
    write(shop, quotations.save_draft, quotation, view(shop, quotation).header, lines)
    assert view(shop, quotation).revisions[-1].changes == Changes(*told)


def test_new_revision_keeps_the_number_and_the_old_words(shop: Shop) -> None:
    quotation = issued(shop, customer(shop), [item("first")])
    write(shop, quotations.mark_sent, quotation)
    assert write(shop, quotations.new_revision, quotation) == 2
    assert (view(shop, quotation).is_draft, view(shop, quotation).state) == (True, "sent")
    with pytest.raises(UserError):
        write(shop, quotations.new_revision, quotation)
    write(shop, quotations.save_draft, quotation, view(shop, quotation).header, [item("second")])
    write(shop, quotations.issue, quotation, draw)
    assert view(shop, quotation, 1).typed[0].name == "first"
    assert (view(shop, quotation, 2).typed[0].name, view(shop, quotation).state) == ("second", "issued")
    assert {row.revision: row.has_pdf for row in view(shop, quotation).revisions} == {1: True, 2: True}
    first, second = (row.changes for row in view(shop, quotation).revisions)
    assert (first, second) == (None, Changes(("second",), ("first",)))
    assert view(shop, quotation).number == "Q2026-0001"
    with shop.database.read() as session:
        assert len(session.scalars(select(FollowUp.id)).all()) == 1


def test_delete_draft_takes_only_what_was_never_issued(shop: Shop) -> None:
    buyer = customer(shop)
    write(shop, quotations.delete_draft, draft(shop, buyer, [item()]))
    assert read(shop, quotation_list.counts)["all"] == 0
    quotation = issued(shop, buyer)
    write(shop, quotations.new_revision, quotation)
    write(shop, quotations.delete_draft, quotation)
    assert (view(shop, quotation).revision, view(shop, quotation).is_draft) == (1, False)
    with pytest.raises(UserError):
        write(shop, quotations.delete_draft, quotation)


def test_copy_is_a_draft_without_number_or_date(shop: Shop) -> None:
    quotation = issued(shop, customer(shop), [item("pump", 3, "12.5")], quoted_on=TODAY - 9 * DAY)
    found = view(shop, write(shop, quotations.copy, quotation))
    assert (found.number, found.state, found.header.quoted_on) == ("", "draft", None)
    assert found.typed == view(shop, quotation).typed
    other = customer(shop, "青田咖啡館")
    assert view(shop, write(shop, quotations.copy, quotation, other)).customer_id == other


def test_customer_of_a_draft_may_change_until_it_was_issued(shop: Shop) -> None:
    first, second = customer(shop, "甲"), customer(shop, "乙")
    quotation = draft(shop, first, [item()])
    write(shop, quotations.save_draft, quotation, view(shop, quotation).header, [item()], second)
    assert view(shop, quotation).customer_id == second
    write(shop, quotations.issue, quotation, draw)
    write(shop, quotations.new_revision, quotation)
    with pytest.raises(UserError):
        write(shop, quotations.save_draft, quotation, view(shop, quotation).header, [item()], first)


PRICES = st.decimals(Decimal(-999), Decimal(10**6), places=4)
LINES = st.builds(
    DraftLine,
    name=st.just("x"),
    quantity=st.decimals(Decimal("0.0001"), Decimal(9999), places=4),
    unit_price=PRICES,
    kind=st.sampled_from(["item", "item", "option", "section"]),
    discount_percent=st.decimals(Decimal(0), Decimal(100), places=4),
    tax_kind=st.sampled_from(["taxable", "zero_rated", "exempt"]),
    unit_cost=st.none() | st.decimals(Decimal(0), Decimal(999), places=2),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(LINES, min_size=1, max_size=5),
    mode=st.sampled_from(["exclusive", "inclusive", "untaxed"]),
    off=st.decimals(Decimal(0), Decimal(50), places=2),
)
def test_the_order_agrees_with_its_quotation(shop: Shop, lines: list[DraftLine], mode: str, off: Decimal) -> None:
    lines = [item(price=10**9), *lines]
    quotation = issued(shop, customer(shop), lines, tax_mode=mode, discount_percent=off)
    offer = view(shop, quotation)
    made = order_card(shop, write(shop, quotations.accept, quotation, 1, TODAY))
    names = ("currency", "subtotal", "discount", "net", "tax", "total", "home_total")
    assert [getattr(made, name) for name in names] == [
        offer.header.currency,
        *(getattr(offer, name) for name in names[1:]),
    ]
    items = [line for line in offer.lines if line.typed.kind == "item"]
    assert [line.amount for line in made.lines] == [line.amount for line in items]
    assert sum(line.net for line in items) == made.net
