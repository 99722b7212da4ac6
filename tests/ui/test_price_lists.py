"""Price lists in the settings: made, filled by product and quantity, archived; what makes no sense is said there."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from desktop_crm.services import price_lists, products
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.price_dialogs import ListDialog, PriceDialog
from desktop_crm.ui.settings.price_lists import PriceListsSection


@pytest.fixture
def part(ctx: Context, qtbot: QtBot) -> PriceListsSection:
    made = PriceListsSection(ctx)
    qtbot.addWidget(made)
    made.first_shown()
    ctx.data_changed.connect(lambda _changed: made.reload())
    return made


def test_a_price_list_is_made_and_its_prices_count(part: PriceListsSection, ctx: Context) -> None:
    assert not part.empty.isHidden()
    made = ListDialog(ctx, None, part)
    made.form.set_texts({"name": "A 級優惠", "grade": "A"})
    made.save()
    (row,) = part.rows
    assert (row.name, row.grade, row.currency, row.prices) == ("A 級優惠", "A", "TWD", 0)
    ctx.db.run(products.create, {"name": "冷卻水塔", "code": "CT-200", "list_price": Decimal(120000)})
    with ctx.db.read() as session:
        (product,) = products.find(session, "CT-200")
    for quantity, price in (("", "110000"), ("5", "99,999.5"), ("5", "98000")):
        dialog = PriceDialog(ctx, row, None, part)
        dialog.choose(product)
        assert dialog.form.values()["unit_price"] == 120000
        dialog.form.set_texts({"min_quantity": quantity, "unit_price": price})
        dialog.save()
    assert [(int(one.min_quantity), int(one.unit_price)) for one in part.prices] == [(0, 110000), (5, 98000)]
    part.table.selectRow(0)
    edited = PriceDialog(ctx, row, part.current_price(), part)
    edited.form.set_texts({"unit_price": "105000"})
    edited.save()
    assert part.prices[0].unit_price == 105000
    part.remove_price()
    assert [one.min_quantity for one in part.prices] == [5]
    part.archive()
    assert part.rows[0].is_archived


@pytest.mark.parametrize(
    ("typed", "field"), [({"unit_price": "-1"}, "unit_price"), ({"unit_price": ""}, "unit_price"), ({}, "product")]
)
def test_a_price_that_is_none_is_said_at_the_field(
    part: PriceListsSection, ctx: Context, typed: dict[str, str], field: str
) -> None:
    ctx.tasks.write(price_lists.create, {"name": "經銷價"})
    key = ctx.db.run(products.create, {"name": "水泵", "code": "P-1"}).result
    dialog = PriceDialog(ctx, part.rows[0], None, part)
    if typed:
        dialog._product = key
        dialog.form.set_texts(typed)
    dialog._try()
    assert dialog.form.rows[field]._error.text()
    assert part.prices == []


def test_a_list_of_a_name_in_use_or_that_ends_before_it_begins_is_refused(
    part: PriceListsSection, ctx: Context
) -> None:
    ctx.tasks.write(price_lists.create, {"name": "經銷價"})
    for typed, field in (
        ({"name": " 經銷價 "}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x", "valid_from": "2026-12-01", "valid_until": "2026-11-01"}, "valid_until"),
        ({"name": "x", "valid_from": "soon"}, "valid_from"),
    ):
        dialog = ListDialog(ctx, None, part)
        dialog.form.set_texts(typed)
        dialog._try()
        assert dialog.form.rows[field]._error.text(), typed
    assert len(part.rows) == 1
